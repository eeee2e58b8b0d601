//! The files of a folder, in one walk.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ignore::{WalkBuilder, WalkState};
use openly_rules::history::{Enough, History};
use openly_rules::tree::{Bytes, DEPENDENCY_FOLDERS, Entry, MAX_FILE, Tree, Unreadable};

use crate::RepoError;
use crate::git;

/// A folder on disk. What `.gitignore` names is left out, links are not followed.
#[derive(Debug)]
pub struct WorkTree {
    root: PathBuf,
    entries: Vec<Entry>,
    threads: usize,
}

impl WorkTree {
    /// Walks a folder.
    ///
    /// # Errors
    /// When it is missing, a file, a bare git store, or cannot be listed.
    pub fn open(root: &Path) -> Result<Self, RepoError> {
        let found = fs::metadata(root).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => RepoError::Missing(root.to_owned()),
            _ => RepoError::Unreadable { path: root.to_owned(), reason: error.to_string() },
        })?;
        if !found.is_dir() {
            return Err(RepoError::NotAFolder(root.to_owned()));
        }
        if root.join("HEAD").is_file() && root.join("objects").is_dir() && root.join("refs").is_dir() {
            return Err(RepoError::Bare(root.to_owned()));
        }
        fs::read_dir(root).map_err(|error| RepoError::Unreadable { path: root.to_owned(), reason: error.to_string() })?;
        let threads = thread::available_parallelism().map_or(1, |n| n.get().min(8));
        let mut entries = walk(root, threads);
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { root: root.to_owned(), entries, threads })
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
            !(folder && entry.depth() > 0 && entry.file_name().to_str().is_some_and(|name| DEPENDENCY_FOLDERS.contains(&name)))
        })
        .build_parallel();
    walker.run(|| {
        let mut batch = Batch { entries: Vec::new(), found: &found };
        Box::new(move |entry| {
            // What cannot be listed or looked at is not there to be judged.
            if let Ok(entry) = entry
                && entry.file_type().is_some_and(|kind| kind.is_file())
                && let Ok(inside) = entry.path().strip_prefix(root)
                && let Ok(metadata) = entry.metadata()
            {
                batch.entries.push(Entry { path: slashed(inside), size: metadata.len() });
            }
            WalkState::Continue
        })
    });
    found.into_inner().unwrap_or_default()
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

    fn read(&self, index: usize) -> Result<Vec<u8>, Unreadable> {
        let entry = &self.entries[index];
        if entry.size > MAX_FILE {
            return Err(Unreadable::TooLarge(entry.size));
        }
        let path = self.root.join(&entry.path);
        let open = || -> std::io::Result<Vec<u8>> {
            // A folder on the way may have become a link since the walk; the file itself must still be a plain one.
            if !fs::symlink_metadata(&path)?.is_file() {
                return Err(std::io::Error::other("it is no longer a plain file"));
            }
            let mut bytes = Vec::with_capacity(usize::try_from(entry.size).unwrap_or(0));
            File::open(&path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = open().map_err(|error| Unreadable::Io(error.to_string()))?;
        if bytes.len() as u64 > MAX_FILE { Err(Unreadable::TooLarge(bytes.len() as u64)) } else { Ok(bytes) }
    }

    fn read_many(&self, indexes: &[usize], keep: &(dyn Fn(usize, &[u8]) -> bool + Sync)) -> Bytes {
        const CHUNK: usize = 16;
        if indexes.len() < 4 * CHUNK {
            let look = |&index: &usize| self.read(index).map(|bytes| keep(index, &bytes).then_some(bytes));
            return indexes.iter().map(look).collect();
        }
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let start = next.fetch_add(CHUNK, Ordering::Relaxed);
                let Some(chunk) = indexes.get(start..indexes.len().min(start + CHUNK)).filter(|c| !c.is_empty()) else { return done };
                for (offset, &index) in chunk.iter().enumerate() {
                    done.push((start + offset, self.read(index).map(|bytes| keep(index, &bytes).then_some(bytes))));
                }
            }
        };
        let mut results: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..self.threads).map(|_| scope.spawn(work)).collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
        });
        results.sort_unstable_by_key(|(position, _)| *position);
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn commit(&self) -> Option<String> {
        git::head_if_at_root(&self.root)
    }

    fn history(&self, enough: Enough) -> Result<History, String> {
        git::history_of_folder(&self.root, enough)
    }
}
