//! The names of tags and what they point to. Repositories hold ten thousands of them, and most are asked only for their name,
//! so the list is read as text, and an id is decoded when somebody asks for it.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use gix::ObjectId;

/// The most tags that are looked at.
const MAX_TAGS: usize = 200_000;

/// The largest list of packed references that is read, in bytes.
const MAX_LIST: u64 = 64 << 20;

/// How deep folders of tags may stand in each other.
const MAX_DEPTH: usize = 8;

/// Tags by name, each with what it points to as text.
pub(crate) struct Tags {
    /// The list, kept whole so that its thousands of names need no room of their own.
    list: String,
    /// Where in the list the names and the ids stand, sorted by name.
    packed: Vec<(Range<usize>, Range<usize>)>,
    /// Tags that have a file of their own.
    loose: BTreeMap<String, String>,
}

impl Tags {
    pub(crate) fn read(repo: &gix::Repository) -> Self {
        let list = repo.common_dir().join("packed-refs");
        let is_list = fs::metadata(&list).is_ok_and(|found| found.is_file() && found.len() <= MAX_LIST);
        let bytes = if is_list { fs::read(&list).unwrap_or_default() } else { Vec::new() };
        let list =
            String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let packed = packed(&list);
        let mut own = BTreeMap::new();
        loose(&repo.common_dir().join("refs/tags"), "", 0, &mut own);
        Self { list, packed, loose: own }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let packed = self.packed.iter().filter_map(|(name, _)| self.list.get(name.clone()));
        packed.filter(|name| !self.loose.contains_key(*name)).chain(self.loose.keys().map(String::as_str))
    }

    /// What a tag points to: a commit, or an object that leads to one.
    pub(crate) fn target(&self, name: &str) -> Option<ObjectId> {
        // A tag of its own file is newer than the one of that name in the list.
        let id = self.loose.get(name).map(String::as_str).or_else(|| {
            let name_at = |range: &Range<usize>| self.list.get(range.clone()).unwrap_or_default();
            let at = self.packed.binary_search_by(|(range, _)| name_at(range).cmp(name)).ok()?;
            self.list.get(self.packed.get(at)?.1.clone())
        })?;
        ObjectId::from_hex(id.as_bytes()).ok()
    }
}

/// Reads lines of `ID refs/tags/NAME`. A line of `^ID` after one has the commit that the tag leads to.
fn packed(list: &str) -> Vec<(Range<usize>, Range<usize>)> {
    const PREFIX: &str = " refs/tags/";
    let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let (mut start, mut is_tag) = (0, false);
    for line in list.split_inclusive('\n') {
        let end = start + line.trim_end().len();
        if line.starts_with('^') {
            if is_tag && let Some((_, id)) = found.last_mut() {
                *id = start + 1..end;
            }
        } else {
            let space = line.as_bytes().iter().position(|b| *b == b' ');
            is_tag = space.is_some_and(|at| line.get(at..).is_some_and(|rest| rest.starts_with(PREFIX)));
            if let Some(at) = space.filter(|_| is_tag && found.len() < MAX_TAGS) {
                found.push((start + at + PREFIX.len()..end, start..start + at));
            }
        }
        start += line.len();
    }
    let name = |range: &Range<usize>| list.get(range.clone()).unwrap_or_default();
    if !found.is_sorted_by(|(a, _), (b, _)| name(a) <= name(b)) {
        found.sort_by(|(a, _), (b, _)| name(a).cmp(name(b)));
    }
    found
}

fn loose(folder: &Path, before: &str, depth: usize, tags: &mut BTreeMap<String, String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let (Ok(kind), Some(name)) = (entry.file_type(), entry.file_name().to_str().map(ToOwned::to_owned)) else {
            continue;
        };
        let name = format!("{before}{name}");
        if kind.is_dir() && depth < MAX_DEPTH {
            loose(&entry.path(), &format!("{name}/"), depth + 1, tags);
        } else if kind.is_file()
            && tags.len() < MAX_TAGS
            && entry.metadata().is_ok_and(|found| found.len() < 200)
            && let Ok(id) = fs::read_to_string(entry.path())
        {
            tags.insert(name, id.trim().to_owned());
        }
    }
}
