//! Validated definitions: rules, frameworks, profiles and vocabularies, ready to be evaluated.
//!
//! A [`Catalogue`] is made from YAML by [`crate::compile`], or unpacked from the bytes that a build packed. Regular
//! expressions are kept as text and compiled when a rule first needs them.

mod framework;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use serde::{Deserialize, Serialize};

use crate::detect::Builtin;
use crate::detect::statement::wording::Wording;
use crate::format::Ask;
use crate::format::shape::{Codes, Packed};
use crate::history::measure::Question;
use crate::host::HostFact;
use crate::import;
use crate::manifest::Name;
use crate::paths::{NameTable, PathSet};
use crate::pattern::{Pattern, Phrases};
use crate::pipeline::{Asks, How, Of, Topic};
use crate::value::{Kind, Severity, Status};

pub use self::framework::{Criterion, Framework, FrameworkSource, Level, Lever, Moves, PointByPoint, Units};

/// Everything that is known about rules and frameworks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Catalogue {
    /// The rules, sorted by topic and id.
    pub rules: Vec<Rule>,
    /// The frameworks, sorted by id.
    pub frameworks: Vec<Framework>,
    /// The profiles, sorted by id.
    pub profiles: Vec<Profile>,
    /// The levers, in the order of their file.
    pub levers: Vec<Lever>,
    /// How services and organisations are rated over their repositories.
    pub units: Units,
    pub(crate) kinds: Vec<KindSignal>,
    pub(crate) paths: Vec<PathSet>,
    pub(crate) names: NameTable,
    pub(crate) vocabulary: Vocabulary,
}

impl Catalogue {
    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The framework with this id.
    pub fn framework(&self, id: &str) -> Option<&Framework> {
        self.frameworks.iter().find(|framework| framework.id == id)
    }

    /// The lever with this id.
    pub fn lever(&self, id: &str) -> Option<&Lever> {
        self.levers.iter().find(|lever| lever.id == id)
    }

    /// The profile with this id.
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// Packs the catalogue into bytes that [`Catalogue::unpack`] reads without parsing YAML.
    ///
    /// # Errors
    /// When a value cannot be packed, which would be a mistake of ours.
    pub fn pack(&self) -> Result<Vec<u8>, postcard::Error> {
        let Self { rules, frameworks, profiles, levers, units, kinds, paths, names, vocabulary } = self;
        let asked = postcard::to_stdvec(&(rules, frameworks, profiles, levers, units, kinds))?;
        let words = postcard::to_stdvec(&(paths, names, vocabulary))?;
        let length = u32::try_from(asked.len()).map_err(|_| postcard::Error::SerializeBufferFull)?;
        Ok([length.to_le_bytes().as_slice(), &asked, &words].concat())
    }

    /// Reads packed bytes. The two halves are read at the same time, since nothing else can begin before.
    ///
    /// # Errors
    /// When the bytes were not packed by the same version of this crate.
    pub fn unpack(bytes: &[u8]) -> Result<Self, postcard::Error> {
        let end = postcard::Error::DeserializeUnexpectedEnd;
        let (length, rest) = bytes.split_first_chunk().ok_or(end.clone())?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let (asked, words) = rest.split_at_checked(length).ok_or(end)?;
        std::thread::scope(|scope| {
            let words = scope.spawn(|| postcard::from_bytes(words));
            let (rules, frameworks, profiles, levers, units, kinds) = postcard::from_bytes(asked)?;
            let words = words.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let (paths, names, vocabulary) = words?;
            Ok(Self { rules, frameworks, profiles, levers, units, kinds, paths, names, vocabulary })
        })
    }
}

/// One question about a repository.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// Unique name, also of its folder.
    pub id: String,
    /// The folder its folder stands in.
    pub topic: String,
    /// What is true when it passes.
    pub title: String,
    /// How much it matters, before a profile or a configuration changes it.
    pub severity: Severity,
    /// How settled it is.
    pub status: Status,
    /// The rule that must pass before this one has anything to look at.
    pub needs: Option<String>,
    /// Kinds that owe it, and why the others do not. `None`: every kind owes it.
    pub expected_of: Option<(Vec<Kind>, String)>,
    /// Profiles it belongs to. Empty: all.
    pub profiles: Vec<String>,
    pub(crate) check: Check,
    /// What excuses a repository from it when it does not hold, and why.
    pub(crate) unless: Option<(Check, String)>,
    /// What each component should have.
    pub(crate) components: Vec<EachComponent>,
    /// What is said when it fails.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// The next step.
    pub fix: String,
    /// Where it comes from: title and address.
    pub references: Vec<(String, String)>,
    /// Its documentation, in Markdown.
    pub readme: String,
}

/// What each component of a repository should have, as path sets from the component's own folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EachComponent {
    /// Components with such a file are looked at.
    pub(crate) of: usize,
    /// What is enough; `None` when the rule's evidence tells.
    pub(crate) have: Option<usize>,
    /// Whether a file directly in a folder above serves too.
    pub(crate) or_above: bool,
}

/// What a rule looks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Check {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Command { of: Of, asks: Asks, how: How },
    Dependency { names: Vec<Name>, development: Option<bool> },
    File { paths: usize, at_least: u32 },
    Text { paths: usize, patterns: Vec<Pattern> },
    Section { paths: usize, headings: Vec<String>, min_words: u32, patterns: Vec<Pattern> },
    Key { paths: usize, key: Vec<String>, pattern: Option<Pattern> },
    History(Question),
    Format { paths: usize, shapes: Vec<String>, ask: Ask },
    Host { fact: HostFact, is: String, only_adds: bool },
    Import(import::question::Question),
    Builtin(Builtin),
}

impl Rule {
    /// Whether a pass only says that something is there, such as a file or a word, and nothing about what it says.
    pub fn shows_presence_only(&self) -> bool {
        self.check.shows_presence_only()
    }
}

/// Named lists of the files that say how a repository is built.
const BUILDS: [&str; 4] = ["ci", "tasks", "api-specifications", "secret-places"];

impl Check {
    /// Whether it looks at what is built, run and published: pipelines, scripts, specifications and secrets.
    pub(crate) fn reads_builds(&self) -> bool {
        match self {
            Self::Command { .. } => true,
            Self::Builtin(builtin) => builtin.paths().iter().any(|list| BUILDS.contains(list)),
            _ => false,
        }
    }

    /// Whether it asks what the history shows.
    pub(crate) fn reads_history(&self) -> bool {
        let mut found = false;
        self.walk(&mut |check| found |= matches!(check, Self::History(_)));
        found
    }

    /// Whether it asks for one of these measures.
    pub(crate) fn reads_imports(&self, given: &BTreeSet<import::Measure>) -> bool {
        let mut found = false;
        self.walk(&mut |check| found |= matches!(check, Self::Import(question) if given.contains(&question.measure)));
        found
    }

    /// Whether it asks for what other tools measured, so that it says nothing where nobody gave that.
    pub(crate) fn reads_any_import(&self) -> bool {
        let mut found = false;
        self.walk(&mut |check| found |= matches!(check, Self::Import(_)));
        found
    }

    /// Whether a pass may mean no more than that something is there. The weakest way to pass decides.
    fn shows_presence_only(&self) -> bool {
        match self {
            Self::All(inner) => inner.iter().all(Self::shows_presence_only),
            Self::Any(inner) => inner.iter().any(Self::shows_presence_only),
            Self::Command { .. }
            | Self::Dependency { .. }
            | Self::File { .. }
            | Self::Key { .. }
            | Self::Section { .. }
            | Self::Text { .. } => true,
            // The others read what something says, or looked for what is not there.
            _ => false,
        }
    }

    /// Calls `visit` on this check and on every one inside it.
    pub(crate) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().for_each(|check| check.walk(visit)),
            Self::Not(inner) => inner.walk(visit),
            _ => {}
        }
    }
}

/// What applies in a jurisdiction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Profile {
    /// Unique name, also of its file.
    pub id: String,
    /// Who it is for.
    pub title: String,
    /// Frameworks that are assessed.
    pub frameworks: Vec<String>,
    /// Severities that differ from the rules' own.
    pub severity: BTreeMap<String, Severity>,
    /// SPDX ids of the licences that are usual for code.
    pub code_licences: Vec<String>,
    /// SPDX ids of the licences that are usual for text and data.
    pub content_licences: Vec<String>,
    /// Accounts of its bodies on code hosts, in lower case.
    pub(crate) accounts: Vec<String>,
    /// What else points to the profile when nobody chose one.
    pub(crate) signals: Vec<Signal>,
    /// Where the choices come from: title and address.
    pub references: Vec<(String, String)>,
}

/// A sign of a repository's kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KindSignal {
    pub(crate) kind: Kind,
    pub(crate) signal: Signal,
}

/// A sign that speaks for something, more or less strongly.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Signal {
    pub(crate) weight: u32,
    pub(crate) says: String,
    pub(crate) check: Check,
}

/// Words and patterns that several rules share.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Vocabulary {
    /// Named lists of paths, as ids of path sets.
    pub(crate) paths: BTreeMap<String, usize>,
    /// Heading topics: words in all languages, normalised by [`crate::text::words`].
    pub(crate) headings: BTreeMap<String, Vec<String>>,
    /// Phrase topics, in all languages.
    pub(crate) phrases: BTreeMap<String, Phrases>,
    /// Topics of commands.
    pub(crate) commands: BTreeMap<String, Topic>,
    pub(crate) secrets: Secrets,
    /// File formats, by name.
    pub(crate) formats: BTreeMap<String, Packed>,
    pub(crate) codes: Codes,
    pub(crate) statements: Statements,
    pub(crate) notices: Vec<Notice>,
    pub(crate) not_holders: Phrases,
    pub(crate) design_systems: Offers,
    pub(crate) platforms: Offers,
    pub(crate) tools: import::tools::Tools,
}

/// Things that governments offer to many services.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Offers {
    pub(crate) entries: Vec<Offer>,
    pub(crate) look_into: Vec<String>,
    #[serde(skip)]
    pub(crate) finder: OnceLock<AhoCorasick>,
    #[serde(skip)]
    pub(crate) names: OnceLock<AhoCorasick>,
}

/// One of them, and what shows that it is used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Offer {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) country: String,
    pub(crate) itself: Vec<Name>,
    /// The newest major version, and when that was looked up.
    pub(crate) newest: Option<(u32, String)>,
    pub(crate) signs: Vec<Sign>,
    /// Packages and files of repositories that are a part of it.
    pub(crate) part_of: Vec<Sign>,
    pub(crate) unless: Vec<String>,
}

/// What shows use.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sign {
    pub(crate) kind: SignKind,
    pub(crate) enough: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum SignKind {
    Packages(Vec<Name>),
    Files(usize),
    Texts(Vec<String>),
}

/// What secrets look like.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Secrets {
    pub(crate) formats: Vec<SecretFormat>,
    pub(crate) names: Vec<String>,
    pub(crate) not_names: Vec<String>,
    pub(crate) placeholders: Vec<String>,
    pub(crate) references: Vec<String>,
    pub(crate) published: Vec<String>,
    /// Finds files that may hold a secret at all.
    #[serde(skip)]
    pub(crate) finder: OnceLock<Option<AhoCorasick>>,
}

/// A secret that is known by its form.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SecretFormat {
    pub(crate) says: String,
    pub(crate) words: Vec<String>,
    pub(crate) text: String,
    pub(crate) by_chance: bool,
    #[serde(skip)]
    pub(crate) compiled: OnceLock<Option<regex::bytes::Regex>>,
}

/// How accessibility statements are called, and what they say.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Statements {
    pub(crate) titles: Vec<String>,
    pub(crate) body: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) may_be: Vec<String>,
    pub(crate) guidance: Phrases,
    /// Language to the small words that tell it, made comparable.
    pub(crate) languages: BTreeMap<String, Vec<String>>,
    /// Language to the names of the twelve months, made comparable.
    pub(crate) months: BTreeMap<String, Vec<String>>,
    pub(crate) before_year: Vec<String>,
    /// Topic to language to words.
    pub(crate) says: BTreeMap<String, BTreeMap<String, Vec<Wording>>>,
    pub(crate) standards: Vec<Named>,
    /// How long a review lasts where no law says it, in months.
    pub(crate) review_months: u32,
    pub(crate) jurisdictions: Vec<Jurisdiction>,
    #[serde(skip)]
    pub(crate) finder: OnceLock<AhoCorasick>,
    #[serde(skip)]
    pub(crate) stems: OnceLock<crate::detect::statement::Stems>,
}

/// Something with a name, and the words by which a text names it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) says: Vec<Wording>,
}

/// Whose law a statement answers to, and what that law asks. The fields are explained in [`crate::definition`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Jurisdiction {
    pub(crate) id: String,
    pub(crate) law: String,
    pub(crate) tested: String,
    pub(crate) profiles: Vec<String>,
    pub(crate) languages: Vec<String>,
    pub(crate) laws: Vec<Wording>,
    pub(crate) revoked: Vec<Wording>,
    pub(crate) general: bool,
    pub(crate) bodies: Vec<Named>,
    pub(crate) any_body: bool,
    pub(crate) instead: Vec<Named>,
    pub(crate) review_months: Option<u32>,
    pub(crate) needs_review_date: bool,
    pub(crate) needs_test_date: bool,
    pub(crate) no_status: bool,
    pub(crate) month_first: bool,
    pub(crate) short_criteria: bool,
    pub(crate) partial_from: Option<u32>,
    pub(crate) wcag: Option<String>,
}

/// A licence granted in a few words.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) spdx: String,
    pub(crate) matches: Vec<Pattern>,
    pub(crate) except: Phrases,
}
