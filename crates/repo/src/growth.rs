//! How the files of a repository came to be there: which commits brought many at once, and how many files are still
//! as those brought them. Compares folders by their ids, and reads no file.

use std::collections::HashMap;

use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::objs::tree::EntryKind;
use openly_rules::history::{BULK, Bulk, Commit, Growth};
use openly_rules::tree::DEPENDENCY_FOLDERS;

/// How many of the first commits of a long history are looked at.
const FIRST: usize = 8;

/// Up to how many commits a history is short, so that each is looked at.
const SHORT: usize = 60;

/// The most folders that are read.
const MAX_FOLDERS: usize = 16_000;

/// From how many changed files on a commit that is called after a release brings the work of many.
const OF_COPY: u32 = 5;

/// How deep folders may stand in each other.
const MAX_DEPTH: usize = 200;

/// Folders that hold the work of others, besides those of dependencies.
const OF_OTHERS: [&str; 4] = ["vendor", "vendors", "third_party", "third-party"];

/// Endings of files that are made once and seldom changed: pictures, fonts, sound and bundles.
const PICTURES: [&str; 24] = [
    "bmp", "eot", "gif", "ico", "jpeg", "jpg", "map", "mov", "mp3", "mp4", "otf", "pdf", "png", "psd", "svg", "tif",
    "tiff", "ttf", "wav", "webm", "webp", "woff", "woff2", "zip",
];

fn is_of_others(name: &BStr) -> bool {
    let is = |known: &&str| name == known.as_bytes();
    DEPENDENCY_FOLDERS.iter().any(is) || OF_OTHERS.iter().any(is)
}

fn is_picture(name: &BStr) -> bool {
    let end = name.rfind_byte(b'.').and_then(|at| name.get(at + 1..)).unwrap_or_default();
    PICTURES.iter().any(|known| end.eq_ignore_ascii_case(known.as_bytes()))
}

/// The folder and the first parent of a commit.
pub(crate) struct Step {
    pub(crate) tree: Option<ObjectId>,
    pub(crate) parent: Option<ObjectId>,
}

struct Reader<'a> {
    repo: &'a gix::Repository,
    left: usize,
    /// How many files the folders hold that were counted.
    counted: HashMap<ObjectId, u32>,
}

/// One name in a folder.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry {
    id: ObjectId,
    is_folder: bool,
}

/// A folder that cannot be read, or one too many.
struct Stop(&'static str);

impl Reader<'_> {
    fn folder(&mut self, tree: ObjectId) -> Result<HashMap<BString, Entry>, Stop> {
        self.left = self.left.checked_sub(1).ok_or(Stop("the repository is too large to compare its first files"))?;
        let missing = || Stop("the folders of older commits are not here to be read (fetch them)");
        let tree = self.repo.find_tree(tree).map_err(|_| missing())?;
        let mut entries = HashMap::new();
        for entry in tree.iter() {
            let entry = entry.map_err(|_| missing())?;
            let name = entry.filename();
            let is_folder = match entry.mode().kind() {
                EntryKind::Tree if !is_of_others(name) => true,
                EntryKind::Blob | EntryKind::BlobExecutable if !is_picture(name) => false,
                _ => continue,
            };
            entries.insert(name.as_bytes().into(), Entry { id: entry.object_id(), is_folder });
        }
        Ok(entries)
    }

    fn count(&mut self, tree: ObjectId, depth: usize) -> Result<u32, Stop> {
        if depth > MAX_DEPTH {
            return Ok(0);
        }
        if let Some(&files) = self.counted.get(&tree) {
            return Ok(files);
        }
        let mut sum = 0_u32;
        for entry in self.folder(tree)?.into_values() {
            sum = sum.saturating_add(if entry.is_folder { self.count(entry.id, depth + 1)? } else { 1 });
        }
        self.counted.insert(tree, sum);
        Ok(sum)
    }

    /// How many files of `new` are not in `old` as they are.
    fn changed(&mut self, old: Option<ObjectId>, new: ObjectId, depth: usize) -> Result<u32, Stop> {
        let Some(old) = old else { return self.count(new, depth) };
        if old == new || depth > MAX_DEPTH {
            return Ok(0);
        }
        let (old, new) = (self.folder(old)?, self.folder(new)?);
        let mut sum = 0_u32;
        for (name, entry) in new {
            let before = old.get(&name).filter(|before| before.is_folder == entry.is_folder);
            sum = sum.saturating_add(match before {
                Some(before) if before.id == entry.id => 0,
                before if entry.is_folder => self.changed(before.map(|b| b.id), entry.id, depth + 1)?,
                _ => 1,
            });
        }
        Ok(sum)
    }

    /// How many files are not in `old`, are in `new`, and are in `head` as they are in `new`.
    fn kept(&mut self, old: Option<ObjectId>, new: ObjectId, head: ObjectId, depth: usize) -> Result<u32, Stop> {
        if old == Some(new) || depth > MAX_DEPTH {
            return Ok(0);
        }
        if old.is_none() && new == head {
            return self.count(new, depth);
        }
        let old = old.map(|old| self.folder(old)).transpose()?.unwrap_or_default();
        let (new, head) = (self.folder(new)?, self.folder(head)?);
        let mut sum = 0_u32;
        for (name, entry) in new {
            let Some(now) = head.get(&name).filter(|now| now.is_folder == entry.is_folder) else { continue };
            let before = old.get(&name).filter(|before| before.is_folder == entry.is_folder);
            sum = sum.saturating_add(match before {
                before if entry.is_folder => self.kept(before.map(|b| b.id), entry.id, now.id, depth + 1)?,
                None if now.id == entry.id => 1,
                _ => 0,
            });
        }
        Ok(sum)
    }
}

/// How the files of the newest of these commits came to be there. Each commit has its step.
pub(crate) fn growth(repo: &gix::Repository, commits: &[Commit], steps: &[Step]) -> Growth {
    let mut reader = Reader { repo, left: MAX_FOLDERS, counted: HashMap::new() };
    seen(&mut reader, commits, steps).unwrap_or_else(|Stop(why)| Growth::Unknown(why.to_owned()))
}

fn seen(reader: &mut Reader<'_>, commits: &[Commit], steps: &[Step]) -> Result<Growth, Stop> {
    let missing = Stop("the newest commit cannot be read");
    let head = steps.first().and_then(|step| step.tree).ok_or(missing)?;
    let trees: HashMap<&str, ObjectId> =
        commits.iter().zip(steps).filter_map(|(commit, step)| Some((commit.id.as_str(), step.tree?))).collect();
    // Oldest first. A merge brings what other commits made.
    let alone: Vec<(&Commit, &Step)> =
        commits.iter().zip(steps).rev().filter(|(commit, _)| commit.parents < 2).collect();
    let first = if alone.len() > SHORT { FIRST } else { alone.len() };
    let (mut changes, mut copies) = (Vec::new(), 0);
    for (commit, step) in alone.into_iter().take(first) {
        let Some(tree) = step.tree else { continue };
        let before = step.parent.and_then(|parent| trees.get(parent.to_string().as_str()).copied());
        let files = reader.changed(before, tree, 0)?;
        copies += u32::from(commit.is_copy && files >= OF_COPY);
        changes.push((commit, before, tree, files));
    }
    let looked_at = u32::try_from(changes.len()).unwrap_or(u32::MAX);
    let files = reader.count(head, 0)?;
    let large = BULK.max(files / 4);
    let mut unchanged = 0_u32;
    let mut bulk = Vec::new();
    for (commit, before, tree, changed) in changes.into_iter().filter(|(.., changed)| *changed >= large) {
        unchanged = unchanged.saturating_add(reader.kept(before, tree, head, 0)?);
        bulk.push(Bulk { commit: commit.id.clone(), date: commit.written, files: changed });
    }
    Ok(Growth::Seen { files, bulk, looked_at, copies, unchanged: unchanged.min(files) })
}
