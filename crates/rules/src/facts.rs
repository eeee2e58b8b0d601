//! What was read of one repository. A file is read at most once, and only when a rule asks for it.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use crate::catalogue::{Catalogue, Check, Offers, Profile};
use crate::check::Answer;
use crate::components;
use crate::data::{self, Broken, Loaded};
use crate::detect::licence::Licences;
use crate::detect::offers::Use;
use crate::detect::{statement, status};
use crate::document::Document;
use crate::format::Shape;
use crate::history::{History, Wanted};
use crate::host::HostFacts;
use crate::import::{Imports, Measure};
use crate::manifest::Manifests;
use crate::paths::{Exclusion, Ids, Matches};
use crate::pattern::{Live, Phrases, lower_case};
use crate::pipeline::Pipelines;
use crate::tree::{Entry, Tree, Unreadable, text_of};
use crate::value::Kind;

/// Where the facts of one repository come from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// Its files and history.
    pub tree: &'a dyn Tree,
    /// What its host told.
    pub host: &'a HostFacts,
    /// What other tools measured.
    pub imports: &'a Imports,
    /// The day on which the check is made.
    pub today: Date,
}

/// The phrases that the detectors of README rules look for, the dearest to compile first.
const README_TOPICS: [&str; 11] = [
    "run-command",
    "test-command",
    "contact",
    "licence-mention",
    "test-prose",
    "template-text",
    "not-contact",
    "purpose-sentence",
    "archived",
    "prototype",
    "users-sentence",
];

/// The facts of one repository, read when they are first asked for.
pub(crate) struct Facts<'a> {
    pub(crate) sources: Sources<'a>,
    pub(crate) catalogue: &'a Catalogue,
    ids: Arc<Ids<'a>>,
    matches: Arc<Matches>,
    /// The files that the configuration does not leave out.
    files: Arc<Vec<usize>>,
    past: Past<'a>,
    texts: Vec<OnceCell<Result<Rc<str>, Unreadable>>>,
    lower: RefCell<HashMap<usize, Rc<str>>>,
    documents: RefCell<HashMap<usize, Rc<Document>>>,
    data: RefCell<HashMap<usize, Result<Rc<Loaded>, Broken>>>,
    licences: OnceCell<Licences>,
    /// The profile that applies, once it is known.
    pub(crate) profile: OnceCell<Option<&'a Profile>>,
    manifests: Arc<OnceLock<Manifests>>,
    design_systems: OnceCell<Vec<Use<'a>>>,
    pub(crate) pipelines: Pipelines,
    /// The kind of the repository, once it is known. `None` inside when nothing tells it.
    pub(crate) kind: OnceCell<Option<Kind>>,
    retired: OnceCell<Answer>,
    statement_pages: OnceCell<statement::Pages>,
    statement: OnceCell<Option<statement::Found<'a>>>,
}

/// Files that may hold what was looked for in many.
pub(crate) struct Holding {
    /// Those that may hold it, in the order of the tree. Their texts are kept.
    pub(crate) found: Vec<usize>,
    /// Those that could not be read, in the order in which they were asked for.
    pub(crate) unreadable: Vec<(usize, Unreadable)>,
}

/// The history as far as checks ask for it. It is read once, by whoever comes first.
#[derive(Clone)]
pub(crate) struct Past<'a> {
    tree: &'a dyn Tree,
    wanted: Wanted,
    read: Arc<OnceLock<Result<History, String>>>,
}

impl<'a> Past<'a> {
    /// What these checks ask for.
    pub(crate) fn of(sources: Sources<'a>, checks: &[&Check]) -> Self {
        let mut wanted = Wanted::default();
        for check in checks {
            check.walk(&mut |check| match check {
                Check::Builtin(builtin) if builtin.reads_history() => {
                    wanted = wanted.and(Wanted { commits: 1, ..Wanted::default() });
                }
                Check::History(question) => wanted = wanted.and(question.wants(sources.today)),
                _ => {}
            });
        }
        Self { tree: sources.tree, wanted, read: Arc::default() }
    }

    pub(crate) fn get(&self) -> &Result<History, String> {
        self.read.get_or_init(|| self.tree.history(self.wanted))
    }
}

/// The files that checks may ask for, found in one pass, the history, and what the manifests declare. Threads share them; the
/// other files that they read are their own.
pub(crate) struct Found<'a> {
    sources: Sources<'a>,
    catalogue: &'a Catalogue,
    ids: Arc<Ids<'a>>,
    matches: Arc<Matches>,
    files: Arc<Vec<usize>>,
    past: Past<'a>,
    manifests: Arc<OnceLock<Manifests>>,
}

impl<'a> Found<'a> {
    /// Facts of which nothing was read yet.
    pub(crate) fn facts(self) -> Facts<'a> {
        let Self { sources, catalogue, ids, matches, files, past, manifests } = self;
        Facts {
            sources,
            catalogue,
            ids,
            matches,
            files,
            past,
            texts: vec![OnceCell::new(); sources.tree.entries().len()],
            lower: RefCell::default(),
            documents: RefCell::default(),
            data: RefCell::default(),
            licences: OnceCell::new(),
            profile: OnceCell::new(),
            manifests,
            design_systems: OnceCell::new(),
            pipelines: Pipelines::default(),
            kind: OnceCell::new(),
            retired: OnceCell::new(),
            statement_pages: OnceCell::new(),
            statement: OnceCell::new(),
        }
    }
}

impl<'a> Facts<'a> {
    /// Prepares the facts that these checks may ask for: finds their files in one pass.
    pub(crate) fn new(
        sources: Sources<'a>,
        catalogue: &'a Catalogue,
        exclusion: &Exclusion,
        checks: &[&'a Check],
        past: Past<'a>,
    ) -> Self {
        let mut wanted: Vec<usize> = Vec::new();
        for check in checks {
            check.walk(&mut |check| match check {
                Check::File { paths, .. }
                | Check::Text { paths, .. }
                | Check::Section { paths, .. }
                | Check::Format { paths, .. }
                | Check::Key { paths, .. } => {
                    wanted.push(*paths);
                }
                Check::Builtin(builtin) => {
                    wanted.extend(builtin.paths().iter().filter_map(|name| catalogue.vocabulary.paths.get(*name)));
                    wanted.extend(builtin.offers(&catalogue.vocabulary).into_iter().flat_map(Offers::path_sets));
                }
                Check::Command { of, .. } => {
                    wanted.extend(of.paths().iter().filter_map(|name| catalogue.vocabulary.paths.get(*name)));
                }
                Check::Dependency { .. } => wanted.extend(catalogue.vocabulary.paths.get("manifests")),
                // A bill of materials is compared with them.
                Check::Import(question) if question.measure == Measure::UndocumentedComponents => {
                    wanted.extend(catalogue.vocabulary.paths.get("manifests"));
                }
                _ => {}
            });
        }
        wanted.extend(components::LISTS.iter().filter_map(|list| catalogue.vocabulary.paths.get(*list)));
        wanted.sort_unstable();
        wanted.dedup();
        let entries = sources.tree.entries();
        let files = exclusion.kept(entries);
        let ids = catalogue.names.ids();
        let matches = Matches::find(&catalogue.paths, &ids, &wanted, entries, &files);
        Found {
            sources,
            catalogue,
            ids: Arc::new(ids),
            matches: Arc::new(matches),
            files: Arc::new(files),
            past,
            manifests: Arc::default(),
        }
        .facts()
    }

    /// What another thread needs to gather facts of the same repository beside these.
    pub(crate) fn found(&self) -> Found<'a> {
        Found {
            sources: self.sources,
            catalogue: self.catalogue,
            ids: Arc::clone(&self.ids),
            matches: Arc::clone(&self.matches),
            files: Arc::clone(&self.files),
            past: self.past.clone(),
            manifests: Arc::clone(&self.manifests),
        }
    }

    pub(crate) fn path(&self, file: usize) -> &'a str {
        &self.sources.tree.entries()[file].path
    }

    pub(crate) fn is_empty(&self, file: usize) -> bool {
        self.sources.tree.size(file) == 0
    }

    /// The files of a path set, the best place first.
    pub(crate) fn files(&self, paths: usize) -> impl Iterator<Item = usize> + '_ {
        self.matches.of(paths)
    }

    /// The files of a named list of paths, the best place first.
    pub(crate) fn named(&self, name: &str) -> Vec<usize> {
        self.catalogue.vocabulary.paths.get(name).map_or_else(Vec::new, |&id| self.matches.of(id).collect())
    }

    /// All files that the configuration does not leave out.
    pub(crate) fn all(&self) -> &[usize] {
        &self.files
    }

    /// Those of some files that are in these path sets. For sets that are seldom asked for, or for few files: what every check of
    /// a repository needs is found in one pass beforehand.
    pub(crate) fn among(&self, sets: &[usize], files: &[usize]) -> Matches {
        Matches::find(&self.catalogue.paths, &self.ids, sets, self.sources.tree.entries(), files)
    }

    /// Which of some paths are in these path sets, such as the paths of a component from its own folder.
    pub(crate) fn match_paths(&self, sets: &[usize], paths: &[Entry]) -> Matches {
        let all: Vec<usize> = (0..paths.len()).collect();
        Matches::find(&self.catalogue.paths, &self.ids, sets, paths, &all)
    }

    /// As [`Self::among`], for a named list of paths.
    pub(crate) fn named_among(&self, name: &str, files: &[usize]) -> Vec<usize> {
        let set = self.catalogue.vocabulary.paths.get(name);
        set.map_or_else(Vec::new, |&set| self.among(&[set], files).of(set).collect())
    }

    /// The README that GitHub shows.
    pub(crate) fn readme(&self) -> Option<usize> {
        self.named("readme").first().copied()
    }

    /// The file with exactly this path.
    pub(crate) fn at(&self, path: &str) -> Option<usize> {
        self.sources.tree.entries().binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()
    }

    pub(crate) fn text(&self, file: usize) -> Result<Rc<str>, Unreadable> {
        self.texts[file].get_or_init(|| self.sources.tree.read(file).and_then(text_of).map(Rc::from)).clone()
    }

    /// Takes in text that was read with others.
    fn keep(&self, file: usize, bytes: Vec<u8>) {
        // A text that is already there was read from the same bytes.
        let _ = self.texts[file].set(text_of(bytes).map(Rc::from));
    }

    pub(crate) fn is_read(&self, file: usize) -> bool {
        self.texts[file].get().is_some()
    }

    /// Of some files, those that may hold what is looked for: those that were read before, and those of at most `most` bytes
    /// that `wanted` accepts at a first look.
    pub(crate) fn holding(
        &self,
        files: impl IntoIterator<Item = usize>,
        most: u64,
        wanted: &(dyn Fn(&[u8]) -> bool + Sync),
    ) -> Holding {
        let (mut found, unread): (Vec<usize>, Vec<usize>) = files.into_iter().partition(|&file| self.is_read(file));
        let mut unreadable = Vec::new();
        for (&file, bytes) in unread.iter().zip(self.sources.tree.read_many(&unread, most, wanted)) {
            match bytes {
                Ok(Some(bytes)) => {
                    self.keep(file, bytes);
                    found.push(file);
                }
                Ok(None) => {}
                Err(why) => unreadable.push((file, why)),
            }
        }
        found.sort_unstable();
        Holding { found, unreadable }
    }

    pub(crate) fn document(&self, file: usize) -> Result<Rc<Document>, Unreadable> {
        if let Some(document) = self.documents.borrow().get(&file) {
            return Ok(Rc::clone(document));
        }
        let document = Rc::new(Document::parse(self.path(file), &self.text(file)?));
        self.documents.borrow_mut().insert(file, Rc::clone(&document));
        Ok(document)
    }

    /// The data of a YAML or JSON file. `Err` says why the file cannot be read; the inner one why it cannot be understood.
    pub(crate) fn data(&self, file: usize) -> Result<Result<Rc<Loaded>, Broken>, Unreadable> {
        if let Some(data) = self.data.borrow().get(&file) {
            return Ok(data.clone());
        }
        let loaded = data::load(self.path(file), &self.text(file)?).map(Rc::new);
        self.data.borrow_mut().insert(file, loaded.clone());
        Ok(loaded)
    }

    /// Work that the checks will ask for and that another thread can do meanwhile: compiling the expressions that can match in the
    /// README.
    pub(crate) fn ahead(&self, checks: &[&'a Check]) -> Option<impl FnOnce() + Send + use<'a>> {
        let is_asked = |wanted: fn(&Check) -> bool| {
            let mut asked = false;
            checks.iter().for_each(|check| check.walk(&mut |check| asked |= wanted(check)));
            asked
        };
        let reads_readme = is_asked(|check| matches!(check, Check::Builtin(builtin) if builtin.reads_readme()));
        let lower = self.readme().filter(|_| reads_readme).and_then(|file| self.lower(file).ok())?;
        let (lower, vocabulary): (String, _) = (lower.to_string(), &self.catalogue.vocabulary);
        Some(move || {
            for topic in README_TOPICS {
                vocabulary.phrases.get(topic).into_iter().for_each(|phrases| phrases.compile_for(&lower));
            }
        })
    }

    /// Reads what these checks ask of pipelines and scripts, which depends on neither the profile nor the kind.
    pub(crate) fn read_builds(&self, checks: &[&Check]) {
        for check in checks {
            check.walk(&mut |check| {
                if let Check::Command { of, .. } = check {
                    self.pipelines.read_ahead(self, *of);
                }
            });
        }
    }

    pub(crate) fn history(&self) -> Result<&History, &str> {
        self.past.get().as_ref().map_err(String::as_str)
    }

    /// The profile that applies. While it is being detected, there is none.
    pub(crate) fn profile(&self) -> Option<&'a Profile> {
        self.profile.get().copied().flatten()
    }

    pub(crate) fn licences(&self) -> &Licences {
        self.licences.get_or_init(|| Licences::read(self))
    }

    /// What the manifests declare.
    pub(crate) fn manifests(&self) -> &Manifests {
        self.manifests.get_or_init(|| Manifests::read(self))
    }

    /// The design systems in use.
    pub(crate) fn design_systems(&self) -> &[Use<'a>] {
        self.design_systems.get_or_init(|| crate::detect::platforms::design_systems(self))
    }

    /// Whether the project is no longer kept up. Many rules ask that.
    pub(crate) fn retired(&self) -> &Answer {
        self.retired.get_or_init(|| status::find_retired(self))
    }

    /// The pages that are taken for an accessibility statement.
    pub(crate) fn statement_pages(&self) -> &statement::Pages {
        self.statement_pages.get_or_init(|| statement::candidates(self))
    }

    /// The accessibility statement, read.
    pub(crate) fn statement(&self) -> Option<&statement::Found<'a>> {
        self.statement.get_or_init(|| statement::found(self)).as_ref()
    }

    /// The text of a file in lower case.
    pub(crate) fn lower(&self, file: usize) -> Result<Rc<str>, Unreadable> {
        if let Some(lower) = self.lower.borrow().get(&file) {
            return Ok(Rc::clone(lower));
        }
        let text = self.text(file)?;
        let lower = match lower_case(&text) {
            std::borrow::Cow::Borrowed(_) => Rc::clone(&text),
            std::borrow::Cow::Owned(lower) => Rc::from(lower),
        };
        self.lower.borrow_mut().insert(file, Rc::clone(&lower));
        Ok(lower)
    }

    /// The phrases of a topic.
    pub(crate) fn phrases(&self, topic: &str) -> &'a Phrases {
        static NONE: Phrases = Phrases::none();
        self.catalogue.vocabulary.phrases.get(topic).unwrap_or(&NONE)
    }

    /// The phrases of a topic that can match in the parts of a file.
    pub(crate) fn phrase(&self, topic: &str, file: usize) -> Live<'a> {
        self.lower(file).map_or_else(|_| Live::default(), |lower| self.phrases(topic).within(&lower))
    }

    /// The shape of a file format.
    pub(crate) fn shape(&self, name: &str) -> Option<&'a Shape> {
        self.catalogue.vocabulary.formats.get(name)?.get()
    }

    pub(crate) fn heading(&self, topic: &str) -> &'a [String] {
        self.catalogue.vocabulary.headings.get(topic).map_or(&[], Vec::as_slice)
    }
}
