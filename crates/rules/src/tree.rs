//! The files of a repository, wherever they come from: one trait, implemented for a working tree and a commit by
//! `openly-repo`, and here for a tree in memory.

use std::collections::BTreeMap;

use crate::history::{History, Wanted};
use jiff::civil::Date;

/// The most bytes of a file that are read. Documents and manifests are far smaller; what is larger is answered `unknown`.
pub const MAX_FILE: u64 = 1 << 20;

/// Names of folders that hold other people's code, wherever they stand. They are not walked into.
pub const DEPENDENCY_FOLDERS: [&str; 7] =
    ["node_modules", "bower_components", "jspm_packages", ".git", ".venv", "site-packages", "__pycache__"];

/// One file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path from the root of the repository, with `/` between folders. Bytes that are not UTF-8 are replaced.
    pub path: String,
}

/// Why a file's bytes cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Larger than [`MAX_FILE`]. Holds the size in bytes.
    #[error("it is {0} bytes, and openly reads at most {MAX_FILE}")]
    TooLarge(u64),
    /// The bytes are not text.
    #[error("it is not text")]
    Binary,
    /// The source refused, with its reason.
    #[error("{0}")]
    Io(String),
}

/// The bytes of files asked for together, in the order asked: `None` where they were not wanted after a first look.
pub type Bytes = Vec<Result<Option<Vec<u8>>, Unreadable>>;

/// A repository's files and history.
pub trait Tree: Sync {
    /// Every file, sorted by path, without links and without [`DEPENDENCY_FOLDERS`].
    fn entries(&self) -> &[Entry];

    /// The size of one file in bytes. Asked for a few files only, so that a walk need not look at each.
    fn size(&self, index: usize) -> u64;

    /// The bytes of one file.
    ///
    /// # Errors
    /// When the file is too large or cannot be read.
    fn read(&self, index: usize) -> Result<Vec<u8>, Unreadable>;

    /// The bytes of those of many files that `keep` accepts, of at most `most` bytes each. May read them in parallel.
    fn read_many(&self, indexes: &[usize], most: u64, keep: &(dyn Fn(&[u8]) -> bool + Sync)) -> Bytes {
        indexes.iter().map(|&index| self.look(index, most, keep)).collect()
    }

    /// The bytes of one file, if it is not larger than `most`, which may be over [`MAX_FILE`], and `keep` accepts them.
    ///
    /// # Errors
    /// When the file is too large or cannot be read.
    fn look(
        &self,
        index: usize,
        most: u64,
        keep: &(dyn Fn(&[u8]) -> bool + Sync),
    ) -> Result<Option<Vec<u8>>, Unreadable> {
        let size = self.size(index);
        if size > most {
            return Err(Unreadable::TooLarge(size));
        }
        self.read(index).map(|bytes| keep(&bytes).then_some(bytes))
    }

    /// The commit the files belong to, if they belong to one: 40 or 64 hexadecimal digits.
    fn commit(&self) -> Option<String> {
        None
    }

    /// The history, as much of it as is wanted.
    ///
    /// # Errors
    /// A sentence that says why there is no history to read.
    fn history(&self, wanted: Wanted) -> Result<History, String>;

    /// The names of the tags, in no order.
    ///
    /// # Errors
    /// A sentence that says why they cannot be read, or may be missing.
    fn tags(&self) -> Result<Vec<String>, String> {
        Err("there is no git history here".to_owned())
    }

    /// The day of the commit that a tag names, in UTC.
    fn tag_day(&self, _tag: &str) -> Option<Date> {
        None
    }

    /// The address that the repository was cloned from, as it is written in its settings.
    fn remote(&self) -> Option<String> {
        None
    }
}

/// The files of the commit that a change starts from, with the history that the change has. Measures over many commits move
/// at their borders whoever makes the next one, so the history makes no difference between the two sides.
pub struct Before<'a> {
    /// The files.
    pub files: &'a dyn Tree,
    /// The change.
    pub change: &'a dyn Tree,
}

impl Tree for Before<'_> {
    fn entries(&self) -> &[Entry] {
        self.files.entries()
    }

    fn size(&self, index: usize) -> u64 {
        self.files.size(index)
    }

    fn read(&self, index: usize) -> Result<Vec<u8>, Unreadable> {
        self.files.read(index)
    }

    fn read_many(&self, indexes: &[usize], most: u64, keep: &(dyn Fn(&[u8]) -> bool + Sync)) -> Bytes {
        self.files.read_many(indexes, most, keep)
    }

    fn look(
        &self,
        index: usize,
        most: u64,
        keep: &(dyn Fn(&[u8]) -> bool + Sync),
    ) -> Result<Option<Vec<u8>>, Unreadable> {
        self.files.look(index, most, keep)
    }

    fn commit(&self) -> Option<String> {
        self.files.commit()
    }

    fn history(&self, wanted: Wanted) -> Result<History, String> {
        self.change.history(wanted)
    }

    fn tags(&self) -> Result<Vec<String>, String> {
        self.change.tags()
    }

    fn tag_day(&self, tag: &str) -> Option<Date> {
        self.change.tag_day(tag)
    }

    fn remote(&self) -> Option<String> {
        self.change.remote()
    }
}

/// A tree in memory, for tests and for files that an API returned.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    entries: Vec<Entry>,
    bytes: Vec<Vec<u8>>,
    history: Option<History>,
    tags: Vec<(String, Date)>,
    remote: Option<String>,
}

impl MemoryTree {
    /// A tree of these paths and contents.
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let files: BTreeMap<String, Vec<u8>> =
            files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect();
        let entries = files.keys().map(|path| Entry { path: path.clone() }).collect();
        Self { entries, bytes: files.into_values().collect(), ..Self::default() }
    }

    /// Gives the tree a history.
    #[must_use]
    pub fn with_history(mut self, history: Option<History>) -> Self {
        self.history = history;
        self
    }

    /// Gives the tree tags, each with the day of its commit.
    #[must_use]
    pub fn with_tags(mut self, tags: Vec<(String, Date)>) -> Self {
        self.tags = tags;
        self
    }

    /// Says where the tree was cloned from.
    #[must_use]
    pub fn with_remote(mut self, remote: Option<String>) -> Self {
        self.remote = remote;
        self
    }
}

impl Tree for MemoryTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, index: usize) -> u64 {
        self.bytes[index].len() as u64
    }

    fn read(&self, index: usize) -> Result<Vec<u8>, Unreadable> {
        let bytes = &self.bytes[index];
        if bytes.len() as u64 > MAX_FILE { Err(Unreadable::TooLarge(bytes.len() as u64)) } else { Ok(bytes.clone()) }
    }

    fn history(&self, _: Wanted) -> Result<History, String> {
        self.history.clone().ok_or_else(|| "there is no git history here".to_owned())
    }

    fn tags(&self) -> Result<Vec<String>, String> {
        match &self.history {
            Some(_) => Ok(self.tags.iter().map(|(name, _)| name.clone()).collect()),
            None => Err("there is no git history here".to_owned()),
        }
    }

    fn tag_day(&self, tag: &str) -> Option<Date> {
        self.tags.iter().find(|(name, _)| name == tag).map(|(_, day)| *day)
    }

    fn remote(&self) -> Option<String> {
        self.remote.clone()
    }
}

/// The path from the root that a path written in the file `from` leads to. `None` when it leads out of the repository.
pub fn resolve(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The text of a file: UTF-8, UTF-16 with a byte order mark, or UTF-8 with the broken bytes replaced.
///
/// # Errors
/// When the bytes are not text.
pub fn text_of(bytes: Vec<u8>) -> Result<String, Unreadable> {
    match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => return Ok(String::from_utf8_lossy(rest).into_owned()),
        [0xFF, 0xFE, rest @ ..] => return Ok(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => return Ok(utf16(rest, u16::from_be_bytes)),
        _ => {}
    }
    if memchr::memchr(0, &bytes[..bytes.len().min(8192)]).is_some() {
        return Err(Unreadable::Binary);
    }
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_many_encodings() {
        let utf16: Vec<u8> =
            [0xFEFF_u16].into_iter().chain("Licence €".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(text_of(utf16).as_deref(), Ok("Licence €"));
        assert_eq!(text_of(b"\xEF\xBB\xBFhi".to_vec()).as_deref(), Ok("hi"));
        assert_eq!(text_of(b"caf\xE9".to_vec()).as_deref(), Ok("caf\u{FFFD}"));
        assert_eq!(text_of(b"PK\0\x01".to_vec()), Err(Unreadable::Binary));
    }
}
