//! The names of tags and what they point to. Repositories hold ten thousands of them, and most are asked only for their name,
//! so the list is read as text, and an id is decoded when somebody asks for it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gix::ObjectId;

/// The most tags that are looked at.
const MAX_TAGS: usize = 200_000;

/// The largest list of packed references that is read, in bytes.
const MAX_LIST: u64 = 64 << 20;

/// How deep folders of tags may stand in each other.
const MAX_DEPTH: usize = 8;

/// Tags by name, with the id that each points to, as text.
pub(crate) struct Tags(BTreeMap<String, String>);

impl Tags {
    pub(crate) fn read(repo: &gix::Repository) -> Self {
        let mut tags = BTreeMap::new();
        let list = repo.common_dir().join("packed-refs");
        if fs::metadata(&list).is_ok_and(|found| found.is_file() && found.len() <= MAX_LIST)
            && let Ok(text) = fs::read(&list)
        {
            packed(&String::from_utf8_lossy(&text), &mut tags);
        }
        // A tag of its own file is newer than the one of that name in the list.
        loose(&repo.common_dir().join("refs/tags"), "", 0, &mut tags);
        Self(tags)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What a tag points to: a commit, or an object that leads to one.
    pub(crate) fn target(&self, name: &str) -> Option<ObjectId> {
        ObjectId::from_hex(self.0.get(name)?.as_bytes()).ok()
    }
}

/// Reads lines of `ID refs/tags/NAME`. A line of `^ID` after one has the commit that the tag leads to.
fn packed(text: &str, tags: &mut BTreeMap<String, String>) {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut is_tag = false;
    for line in text.lines().take(2 * MAX_TAGS) {
        if let Some(id) = line.strip_prefix('^') {
            if is_tag && let Some((_, target)) = found.last_mut() {
                id.clone_into(target);
            }
            continue;
        }
        let tag = line.split_once(' ').and_then(|(id, name)| Some((name.strip_prefix("refs/tags/")?, id)));
        is_tag = tag.is_some();
        found.extend(tag.map(|(name, id)| (name.to_owned(), id.to_owned())));
    }
    tags.extend(found);
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
