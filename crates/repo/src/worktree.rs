//! The files of a folder, in one walk.

use std::fs::{self, File};
use std::io::{self, Read};
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use ignore::{WalkBuilder, WalkState};
use jiff::civil::Date;
use openly_rules::history::{History, Wanted};
use openly_rules::tree::{Bytes, DEPENDENCY_FOLDERS, Entry, MAX_FILE, Tree, Unreadable};

use crate::git::Git;
use crate::{RepoError, many};

/// A folder on disk. What `.gitignore` names is left out unless git tracks it, and no link is followed out of the folder.
#[derive(Debug)]
pub struct WorkTree {
    root: PathBuf,
    entries: Vec<Entry>,
    threads: usize,
    git: Option<Git>,
}

impl WorkTree {
    /// Walks a folder.
    ///
    /// # Errors
    /// When it is missing, a file, a bare git store, or cannot be listed.
    pub fn open(root: &Path) -> Result<Self, RepoError> {
        let found = fs::metadata(root).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RepoError::Missing(root.to_owned()),
            _ => RepoError::Unreadable { path: root.to_owned(), reason: error.to_string() },
        })?;
        if !found.is_dir() {
            return Err(RepoError::NotAFolder(root.to_owned()));
        }
        if root.join("HEAD").is_file() && root.join("objects").is_dir() && root.join("refs").is_dir() {
            return Err(RepoError::Bare(root.to_owned()));
        }
        fs::read_dir(root)
            .map_err(|error| RepoError::Unreadable { path: root.to_owned(), reason: error.to_string() })?;
        let threads = many::threads();
        // Git is asked for its list of files while the folder is walked.
        let (mut entries, (git, mut tracked)) = thread::scope(|scope| {
            let git = scope.spawn(|| {
                let git = Git::at_root(root);
                let tracked = git.as_ref().map_or_else(Vec::new, Git::tracked);
                (git, tracked)
            });
            (walk(root, threads), git.join().unwrap_or_default())
        });
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        // A file that is tracked is a part of the repository, also when a later `.gitignore` names it.
        if !tracked.is_sorted() {
            tracked.sort_unstable();
        }
        let mut listed = entries.iter().map(|entry| entry.path.as_str()).peekable();
        let missing: Vec<Entry> = tracked
            .into_iter()
            .filter(|path| {
                while listed.next_if(|here| *here < path.as_str()).is_some() {}
                listed.peek() != Some(&path.as_str())
            })
            .filter(|path| inside(root, &root.join(path)).is_some())
            .map(|path| Entry { path })
            .collect();
        if !missing.is_empty() {
            entries.extend(missing);
            entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        }
        Ok(Self { root: root.to_owned(), entries, threads, git })
    }

    /// Reads a file of at most this many bytes into a buffer, in place of what was in it.
    fn read_up_to(&self, index: usize, most: u64, bytes: &mut Vec<u8>) -> Result<(), Unreadable> {
        let path = self.root.join(&self.entries[index].path);
        let read = |bytes: &mut Vec<u8>| -> io::Result<Result<(), u64>> {
            let file = open_plain(&self.root, &path)?;
            let metadata = file.metadata()?;
            if !metadata.is_file() {
                return Err(io::Error::other("it is no plain file"));
            }
            if metadata.len() > most {
                return Ok(Err(metadata.len()));
            }
            bytes.clear();
            bytes.reserve(usize::try_from(metadata.len()).unwrap_or(0) + 1);
            // No more than its size, so that nobody asks once more whether it ends there.
            file.take(metadata.len()).read_to_end(bytes)?;
            Ok(Ok(()))
        };
        read(bytes).map_err(|error| Unreadable::Io(error.to_string()))?.map_err(Unreadable::TooLarge)
    }
}

fn walk(root: &Path, threads: usize) -> Vec<Entry> {
    let found: Mutex<Vec<Entry>> = Mutex::new(Vec::new());
    let walker = WalkBuilder::new(root)
        .hidden(false)
        .follow_links(false)
        .require_git(false)
        .git_global(false)
        .git_exclude(false)
        .parents(false)
        .ignore(false)
        .threads(threads)
        .filter_entry(|entry| {
            let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            !(folder
                && entry.depth() > 0
                && entry.file_name().to_str().is_some_and(|name| DEPENDENCY_FOLDERS.contains(&name)))
        })
        .build_parallel();
    walker.run(|| {
        let mut batch = Batch { entries: Vec::new(), found: &found };
        Box::new(move |entry| {
            // What cannot be listed is not there to be judged. A link counts when it leads to a file of the same tree.
            if let Ok(entry) = entry
                && let Some(kind) = entry.file_type()
                && (kind.is_file() || kind.is_symlink() && inside(root, entry.path()).is_some())
                && let Ok(path) = entry.path().strip_prefix(root)
            {
                batch.entries.push(Entry { path: slashed(path) });
            }
            WalkState::Continue
        })
    });
    found.into_inner().unwrap_or_default()
}

/// Opens a file of a folder. A link was looked at during the walk, but it may lead elsewhere by now.
fn open_plain(root: &Path, path: &Path) -> io::Result<File> {
    let open_link = || match inside(root, path) {
        Some(target) => File::open(target),
        None => Err(io::Error::other("it is a link out of the repository")),
    };
    #[cfg(unix)]
    {
        // One question to the system where two would be: a link is not opened, and neither does anything wait for a pipe.
        let opened = File::options().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path);
        opened.or_else(|error| if path.is_symlink() { open_link() } else { Err(error) })
    }
    #[cfg(not(unix))]
    if path.is_symlink() { open_link() } else { File::open(path) }
}

/// The file that a path leads to, if it is a plain file of the tree and not of git's own store.
fn inside(root: &Path, path: &Path) -> Option<PathBuf> {
    let (root, target) = (root.canonicalize().ok()?, path.canonicalize().ok()?);
    let within = target.strip_prefix(&root).ok()?;
    (target.is_file() && !within.starts_with(".git")).then_some(target)
}

/// Files found by one thread, handed over when it ends, so that threads do not wait for each other.
struct Batch<'a> {
    entries: Vec<Entry>,
    found: &'a Mutex<Vec<Entry>>,
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if let Ok(mut found) = self.found.lock() {
            found.append(&mut self.entries);
        }
    }
}

fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

impl Tree for WorkTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, index: usize) -> u64 {
        fs::metadata(self.root.join(&self.entries[index].path)).map_or(0, |metadata| metadata.len())
    }

    fn read(&self, index: usize) -> Result<Vec<u8>, Unreadable> {
        let mut bytes = Vec::new();
        self.read_up_to(index, MAX_FILE, &mut bytes).map(|()| bytes)
    }

    fn look(
        &self,
        index: usize,
        most: u64,
        keep: &(dyn Fn(&[u8]) -> bool + Sync),
    ) -> Result<Option<Vec<u8>>, Unreadable> {
        let mut bytes = Vec::new();
        self.read_up_to(index, most, &mut bytes).map(|()| keep(&bytes).then_some(bytes))
    }

    fn read_many(&self, indexes: &[usize], most: u64, keep: &(dyn Fn(&[u8]) -> bool + Sync)) -> Bytes {
        // Few of the files are kept, so all are read into one buffer.
        many::look(indexes, self.threads, Vec::new, |buffer, index| {
            self.read_up_to(index, most.min(MAX_FILE), buffer).map(|()| keep(buffer).then(|| std::mem::take(buffer)))
        })
    }

    fn commit(&self) -> Option<String> {
        self.git.as_ref()?.head()
    }

    fn history(&self, wanted: Wanted) -> Result<History, String> {
        let git = self.git.as_ref();
        git.ok_or("this folder is not the root of a git repository, so there is no history to read")?.history(wanted)
    }

    fn tags(&self) -> Result<Vec<String>, String> {
        let git = self.git.as_ref();
        git.ok_or("this folder is not the root of a git repository, so there are no tags to read")?.tags()
    }

    fn tag_day(&self, tag: &str) -> Option<Date> {
        self.git.as_ref()?.tag_day(tag)
    }

    fn remote(&self) -> Option<String> {
        self.git.as_ref()?.remote()
    }
}
