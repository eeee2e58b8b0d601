//! The git store: the files of a commit, those that git tracks, and where the history begins. It is read, never written,
//! and no program of git's configuration is run.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use gix::bstr::ByteSlice;
use gix::objs::tree::EntryKind;
use jiff::civil::Date;
use openly_rules::history::{History, Wanted};
use openly_rules::tree::{Bytes, DEPENDENCY_FOLDERS, Entry, MAX_FILE, Tree, Unreadable, resolve};

use crate::{RepoError, history, many};

/// The most tags that are listed.
const MAX_TAGS: usize = 20_000;
/// How many bytes of decoded objects are kept, so that neighbours in a pack are decoded once.
const OBJECT_CACHE: usize = 4 << 20;

/// No object is unpacked that claims to be larger. Files of more than [`MAX_FILE`] are not read at all; this is for commits
/// and folders.
const MAX_OBJECT: &str = "gitoxide.objects.allocLimit=64m";

/// Whether the checksum of the list of files is left alone, as git itself does for large repositories: it guards against a
/// broken disk, and what is listed is looked for on disk anyway.
const INDEX_AS_IT_IS: &str = "index.skipHash=true";

/// How many bytes of files are kept that others may be stored as a difference to. Without it, a file at the end of a chain of
/// fifty differences is unpacked fifty times over.
const DELTA_BASES: &str = "core.deltaBaseCacheLimit=32m";

/// The files of one commit, read straight from the git store.
pub struct GitTree {
    repo: gix::ThreadSafeRepository,
    /// The views of the store that no thread is reading with. Each remembers what it unpacked, which the next file is often a
    /// difference to.
    views: Mutex<Vec<gix::Repository>>,
    commit: gix::ObjectId,
    /// Whether the files are those of a folder in the repository.
    is_part: bool,
    entries: Vec<Entry>,
    blobs: Vec<gix::ObjectId>,
}

impl GitTree {
    /// Opens the files of a revision (`main`, `v1.2`, `HEAD~3`, an id) of the repository at a path, bare or not. Of a folder in
    /// a repository, its files only: none where the revision does not have the folder.
    ///
    /// # Errors
    /// When there is no git store, or the revision or its files cannot be read.
    pub fn open(path: &Path, rev: &str) -> Result<Self, RepoError> {
        if !path.exists() {
            return Err(RepoError::Missing(path.to_owned()));
        }
        let mut repo = open(path).ok_or_else(|| RepoError::NotGit(path.to_owned()))?;
        repo.object_cache_size(OBJECT_CACHE);
        let failed = |reason: String| RepoError::Revision { rev: rev.to_owned(), reason };
        let folder = folder_in(&repo, path);
        let resolve = || -> Result<(gix::ObjectId, Option<gix::ObjectId>), RepoError> {
            let named = repo.rev_parse_single(rev).ok().and_then(|id| id.object().ok()?.peel_to_commit().ok());
            let commit = named.ok_or_else(|| RepoError::NoCommit(rev.to_owned()))?;
            let tree = commit.tree().map_err(|error| failed(error.to_string()))?;
            let Some(folder) = &folder else { return Ok((commit.id, Some(tree.id))) };
            let found = tree.lookup_entry_by_path(folder).map_err(|error| failed(error.to_string()))?;
            Ok((commit.id, found.filter(|entry| entry.mode().is_tree()).map(|entry| entry.object_id())))
        };
        let (commit, tree) = resolve()?;
        let (mut files, mut links) = (Vec::new(), Vec::new());
        if let Some(tree) = tree {
            collect(&repo, tree, "", &mut files, &mut links).map_err(failed)?;
        }
        files.sort_unstable_by(|a, b| a.0.path.cmp(&b.0.path));
        // A link counts when it leads to a file of the same commit.
        let targets = links.iter().filter_map(|(path, blob)| {
            let target = resolve_link(path, repo.find_object(*blob).ok()?.data.to_str().ok()?)?;
            let found = files.binary_search_by(|(entry, _)| entry.path.cmp(&target)).ok()?;
            Some((Entry { path: path.clone() }, files[found].1))
        });
        let targets: Vec<_> = targets.collect();
        files.extend(targets);
        files.sort_unstable_by(|a, b| a.0.path.cmp(&b.0.path));
        let (entries, blobs) = files.into_iter().unzip();
        let views = Mutex::new(vec![repo.clone()]);
        Ok(Self { repo: repo.into_sync(), views, commit, is_part: folder.is_some(), entries, blobs })
    }
}

/// The path of a folder from the root of its repository; `None` for the root itself.
fn folder_in(repo: &gix::Repository, path: &Path) -> Option<PathBuf> {
    let (root, path) = (repo.workdir()?.canonicalize().ok()?, path.canonicalize().ok()?);
    path.strip_prefix(root).ok().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned)
}

/// The folder of a git repository that a path leads to, from its root and with `/` between names. Empty for the root, and where
/// there is no git repository.
pub fn folder(path: &Path) -> String {
    let folder = open(path).and_then(|repo| folder_in(&repo, path));
    let parts: Vec<String> = folder
        .iter()
        .flat_map(|folder| folder.components())
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.join("/")
}

/// The commit that is checked out in the git repository of a path, which may be a folder in it.
pub fn head(path: &Path) -> Option<String> {
    Some(open(path)?.head_id().ok()?.to_string())
}

/// The commit at which `head` left the line of `base`, where that is not `base` itself: then `base` has commits that `head` does
/// not have. Both are ids of commits in the git repository of a path.
pub fn began(path: &Path, base: &str, head: &str) -> Option<String> {
    let repo = open(path)?;
    let id = |text: &str| gix::ObjectId::from_hex(text.as_bytes()).ok();
    let (base, head) = (id(base)?, id(head)?);
    let found = repo.merge_base(base, head).ok()??.detach();
    (found != base).then(|| found.to_string())
}

/// The path inside the repository that a link leads to. An absolute one leads out of it.
fn resolve_link(from: &str, target: &str) -> Option<String> {
    if target.starts_with('/') { None } else { resolve(from, target) }
}

/// Lists the files and the links of a tree. Submodules are neither.
fn collect(
    repo: &gix::Repository,
    tree: gix::ObjectId,
    prefix: &str,
    files: &mut Vec<(Entry, gix::ObjectId)>,
    links: &mut Vec<(String, gix::ObjectId)>,
) -> Result<(), String> {
    let tree = repo.find_tree(tree).map_err(|error| error.to_string())?;
    for entry in tree.iter() {
        let entry = entry.map_err(|error| error.to_string())?;
        let name = entry.filename().to_str_lossy();
        let path = if prefix.is_empty() { name.to_string() } else { format!("{prefix}/{name}") };
        match entry.mode().kind() {
            EntryKind::Tree if !DEPENDENCY_FOLDERS.contains(&&*name) => {
                collect(repo, entry.object_id(), &path, files, links)?
            }
            EntryKind::Blob | EntryKind::BlobExecutable => files.push((Entry { path }, entry.object_id())),
            EntryKind::Link => links.push((path, entry.object_id())),
            _ => {}
        }
    }
    Ok(())
}

impl GitTree {
    /// Asks a view of the store that no other thread asks meanwhile. Making one costs more than reading a file.
    fn ask<T>(&self, question: impl FnOnce(&gix::Repository) -> T) -> T {
        let kept = self.views.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let repo = kept.unwrap_or_else(|| {
            let mut repo = self.repo.to_thread_local();
            repo.object_cache_size(OBJECT_CACHE);
            repo
        });
        let answer = question(&repo);
        self.views.lock().unwrap_or_else(PoisonError::into_inner).push(repo);
        answer
    }

    fn read_up_to(&self, index: usize, most: u64) -> Result<Vec<u8>, Unreadable> {
        let size = self.size(index);
        if size > most {
            return Err(Unreadable::TooLarge(size));
        }
        self.ask(|repo| match repo.find_object(self.blobs[index]) {
            Ok(object) => Ok(object.detach().data),
            Err(error) => Err(Unreadable::Io(error.to_string())),
        })
    }
}

impl Tree for GitTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, index: usize) -> u64 {
        // A partial clone may lack a blob; its file is there all the same, and reading it says so.
        self.ask(|repo| repo.find_header(self.blobs[index]).map_or(1, |header| header.size()))
    }

    fn read(&self, index: usize) -> Result<Vec<u8>, Unreadable> {
        self.read_up_to(index, MAX_FILE)
    }

    fn read_many(&self, indexes: &[usize], most: u64, keep: &(dyn Fn(&[u8]) -> bool + Sync)) -> Bytes {
        many::look(indexes, many::threads(), || (), |(), index| self.look(index, most, keep))
    }

    fn look(
        &self,
        index: usize,
        most: u64,
        keep: &(dyn Fn(&[u8]) -> bool + Sync),
    ) -> Result<Option<Vec<u8>>, Unreadable> {
        self.read_up_to(index, most).map(|bytes| keep(&bytes).then_some(bytes))
    }

    fn commit(&self) -> Option<String> {
        Some(self.commit.to_string())
    }

    fn history(&self, wanted: Wanted) -> Result<History, String> {
        self.whole()?;
        self.ask(|repo| history::read(repo, self.commit, wanted))
    }

    fn tags(&self) -> Result<Vec<String>, String> {
        self.whole()?;
        self.ask(tags)
    }

    fn tag_day(&self, tag: &str) -> Option<Date> {
        self.ask(|repo| tag_day(repo, tag))
    }

    fn remote(&self) -> Option<String> {
        self.whole().ok()?;
        self.ask(remote)
    }
}

impl GitTree {
    /// The history is that of the whole repository, so a folder in it has none of its own, as in a working tree.
    fn whole(&self) -> Result<(), String> {
        if self.is_part {
            Err("this folder is not the root of a git repository, so there is no history to read".to_owned())
        } else {
            Ok(())
        }
    }
}

/// The git store of a path, which may be a folder inside a working tree or a bare store. Only the repository's own
/// configuration is read, and nothing in it can make a program run here.
fn open(path: &Path) -> Option<gix::Repository> {
    let options = gix::open::Options::isolated().config_overrides([MAX_OBJECT, INDEX_AS_IT_IS, DELTA_BASES]);
    let mut folder = path.canonicalize().ok()?;
    loop {
        if folder.join(".git").exists() || (folder.join("HEAD").is_file() && folder.join("objects").is_dir()) {
            return gix::open_opts(&folder, options).ok();
        }
        if !folder.pop() {
            return None;
        }
    }
}

/// The git store of a working tree.
#[derive(Debug)]
pub(crate) struct Git(gix::ThreadSafeRepository);

impl Git {
    /// The store of a folder that is the root of a working tree.
    pub(crate) fn at_root(folder: &Path) -> Option<Self> {
        folder.join(".git").exists().then(|| open(folder)).flatten().map(|repo| Self(repo.into_sync()))
    }

    /// The files that git tracks, without those of [`DEPENDENCY_FOLDERS`].
    pub(crate) fn tracked(&self) -> Vec<String> {
        let repo = self.0.to_thread_local();
        let Ok(index) = repo.index_or_empty() else { return Vec::new() };
        let paths = index.entries().iter().map(|entry| entry.path(&index).to_str_lossy().into_owned());
        paths.filter(|path| !path.split('/').any(|folder| DEPENDENCY_FOLDERS.contains(&folder))).collect()
    }

    /// The commit that is checked out.
    pub(crate) fn head(&self) -> Option<String> {
        Some(self.0.to_thread_local().head_id().ok()?.to_string())
    }

    /// The history that leads to it.
    pub(crate) fn history(&self, wanted: Wanted) -> Result<History, String> {
        let repo = self.0.to_thread_local();
        let head = repo.head_id().map_err(|_| "the git repository has no commit yet".to_owned())?.detach();
        history::read(&repo, head, wanted)
    }

    pub(crate) fn tags(&self) -> Result<Vec<String>, String> {
        tags(&self.0.to_thread_local())
    }

    pub(crate) fn tag_day(&self, tag: &str) -> Option<Date> {
        tag_day(&self.0.to_thread_local(), tag)
    }

    pub(crate) fn remote(&self) -> Option<String> {
        remote(&self.0.to_thread_local())
    }
}

/// The names of all tags. A clone that was cut off may lack some, and one without any may have been made without them.
fn tags(repo: &gix::Repository) -> Result<Vec<String>, String> {
    let references = repo.references().map_err(|error| error.to_string())?;
    let tags = references.tags().map_err(|error| error.to_string())?;
    let names = tags.filter_map(Result::ok).map(|tag| tag.name().shorten().to_str_lossy().into_owned());
    Ok(names.take(MAX_TAGS).collect())
}

fn tag_day(repo: &gix::Repository, tag: &str) -> Option<Date> {
    let mut reference = repo.find_reference(&format!("refs/tags/{tag}")).ok()?;
    let commit = reference.peel_to_commit().ok()?;
    history::day_of(commit.time().ok()?.seconds)
}

/// The address of the remote that a clone is made with.
fn remote(repo: &gix::Repository) -> Option<String> {
    Some(repo.config_snapshot().string("remote.origin.url")?.to_str_lossy().into_owned())
}
