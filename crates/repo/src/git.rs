//! Commits: the files of one, and the history that leads to it. The git store is read, never written, and no program of
//! git's configuration is run.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use gix::bstr::ByteSlice;
use gix::objs::tree::EntryKind;
use gix::traverse::commit::simple::CommitTimeOrder;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use openly_rules::history::{Enough, History, Root, is_robot};
use openly_rules::tree::{DEPENDENCY_FOLDERS, Entry, MAX_FILE, Tree, Unreadable, resolve};

use crate::RepoError;

/// The most tags that are listed.
const MAX_TAGS: usize = 20_000;
/// How many bytes of decoded objects are kept, so that neighbours in a pack are decoded once.
const OBJECT_CACHE: usize = 4 << 20;

/// The files of one commit, read straight from the git store.
pub struct GitTree {
    repo: gix::ThreadSafeRepository,
    commit: gix::ObjectId,
    entries: Vec<Entry>,
    blobs: Vec<gix::ObjectId>,
}

impl GitTree {
    /// Opens the files of a revision (`main`, `v1.2`, `HEAD~3`, an id) of the repository at a path, bare or not.
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
        let resolve = || -> Result<(gix::ObjectId, gix::ObjectId), String> {
            let id = repo.rev_parse_single(rev).map_err(|error| error.to_string())?;
            let object = id.object().map_err(|error| error.to_string())?;
            let commit = object.peel_to_commit().map_err(|error| error.to_string())?;
            let tree = commit.tree_id().map_err(|error| error.to_string())?;
            Ok((commit.id, tree.detach()))
        };
        let (commit, tree) = resolve().map_err(failed)?;
        let (mut files, mut links) = (Vec::new(), Vec::new());
        collect(&repo, tree, "", &mut files, &mut links)
            .map_err(|reason| RepoError::Revision { rev: rev.to_owned(), reason })?;
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
        Ok(Self { repo: repo.into_sync(), commit, entries, blobs })
    }
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

impl Tree for GitTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, index: usize) -> u64 {
        // A partial clone may lack a blob; its file is there all the same, and reading it says so.
        self.repo.to_thread_local().find_header(self.blobs[index]).map_or(1, |header| header.size())
    }

    fn read(&self, index: usize) -> Result<Vec<u8>, Unreadable> {
        let size = self.size(index);
        if size > MAX_FILE {
            return Err(Unreadable::TooLarge(size));
        }
        let repo = self.repo.to_thread_local();
        let object = repo.find_object(self.blobs[index]).map_err(|error| Unreadable::Io(error.to_string()))?;
        Ok(object.detach().data)
    }

    fn commit(&self) -> Option<String> {
        Some(self.commit.to_string())
    }

    fn history(&self, enough: Enough) -> Result<History, String> {
        history(&self.repo.to_thread_local(), self.commit, enough)
    }

    fn tags(&self) -> Result<Vec<String>, String> {
        tags(&self.repo.to_thread_local())
    }

    fn tag_day(&self, tag: &str) -> Option<Date> {
        tag_day(&self.repo.to_thread_local(), tag)
    }

    fn remote(&self) -> Option<String> {
        remote(&self.repo.to_thread_local())
    }
}

/// The git store of a path, which may be a folder inside a working tree or a bare store. Only the repository's own
/// configuration is read, and nothing in it can make a program run here.
fn open(path: &Path) -> Option<gix::Repository> {
    let options = gix::open::Options::isolated();
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
    pub(crate) fn history(&self, enough: Enough) -> Result<History, String> {
        let mut repo = self.0.to_thread_local();
        repo.object_cache_size(OBJECT_CACHE);
        let head = repo.head_id().map_err(|_| "the git repository has no commit yet".to_owned())?.detach();
        history(&repo, head, enough)
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
    day_of(commit.time().ok()?.seconds)
}

/// The address of the remote that a clone is made with.
fn remote(repo: &gix::Repository) -> Option<String> {
    Some(repo.config_snapshot().string("remote.origin.url")?.to_str_lossy().into_owned())
}

fn history(repo: &gix::Repository, tip: gix::ObjectId, enough: Enough) -> Result<History, String> {
    let mut found = History { complete: true, shallow: repo.is_shallow().unwrap_or(false), ..History::default() };
    let mut days: BTreeSet<Date> = BTreeSet::new();
    let mut authors: HashMap<Vec<u8>, ()> = HashMap::new();
    let order = gix::revision::walk::Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
    let walk = repo.rev_walk([tip]).sorting(order).all().map_err(|error| error.to_string())?;
    for info in walk {
        let info = match info {
            Ok(info) => info,
            // A partial clone may end in the middle.
            Err(_) => {
                (found.complete, found.shallow) = (false, true);
                break;
            }
        };
        if let Enough::At { commits, days: wanted } = enough
            && found.commits >= commits
            && days.len() >= wanted as usize
        {
            found.complete = false;
            break;
        }
        let commit = info.object().map_err(|error| error.to_string())?;
        let Ok(author) = commit.author() else { continue };
        let day = author.time().ok().and_then(|time| day_of(time.seconds));
        found.last = found.last.max(day);
        let parents = commit.parent_ids().count();
        if parents == 0 {
            found.first = day;
            let files = commit.tree_id().map_or(0, |tree| count(repo, tree.detach()));
            found.roots.extend(day.map(|date| Root { commit: info.id.to_string(), date, files }));
        }
        let (name, email) = (author.name.to_str_lossy(), author.email.to_str_lossy());
        if parents > 1 {
            found.merges += 1;
        } else if is_robot(&name, &email) {
            found.robots += 1;
        } else {
            found.commits += 1;
            authors.insert(author.email.to_ascii_lowercase(), ());
            if let Some(day) = day {
                days.insert(day);
                *found.months.entry(format!("{:04}-{:02}", day.year(), day.month())).or_default() += 1;
            }
            let domain = email.rsplit_once('@').map_or("unknown", |(_, domain)| domain).to_lowercase();
            *found.domains.entry(domain).or_default() += 1;
        }
    }
    if found.shallow {
        found.complete = false;
        // The oldest commits of a shallow clone only look like roots.
        (found.first, found.roots) = (None, Vec::new());
    }
    found.days = u32::try_from(days.len()).unwrap_or(u32::MAX);
    found.authors = u32::try_from(authors.len()).unwrap_or(u32::MAX);
    if enough == Enough::Everything {
        let tags = repo.references().ok().and_then(|refs| refs.tags().ok().map(Iterator::count));
        found.tags = tags.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    }
    Ok(found)
}

fn day_of(seconds: i64) -> Option<Date> {
    Some(Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC).date())
}

/// How many files a tree holds.
fn count(repo: &gix::Repository, tree: gix::ObjectId) -> u32 {
    let Ok(tree) = repo.find_tree(tree) else { return 0 };
    let entries = tree.iter().filter_map(Result::ok);
    entries.fold(0, |sum, entry| {
        sum + match entry.mode().kind() {
            EntryKind::Tree => count(repo, entry.object_id()),
            EntryKind::Blob | EntryKind::BlobExecutable => 1,
            _ => 0,
        }
    })
}
