//! Community health files that an owner keeps for all its repositories: which of them count for one repository, and where
//! they stand.
//!
//! GitHub shows the owner's file for a repository that has none of that kind. So does openly: the files are laid over the
//! repository's own, every rule reads them as it reads others, and what was read there is shown with its address.

use jiff::civil::Date;

use crate::history::{History, Wanted};
use crate::host::{COMMUNITY_FILES, InheritedFile};
use crate::run::Checked;
use crate::tree::{Bytes, Entry, Tree, Unreadable};
use crate::value::Evidence;

/// The kind of community health file that stands at a path, when GitHub would take it for one.
fn kind(path: &str) -> Option<&'static str> {
    let lower = path.to_ascii_lowercase();
    let rest = [".github/", "docs/"].iter().find_map(|folder| lower.strip_prefix(folder)).unwrap_or(&lower);
    let (first, in_folder) = match rest.split_once('/') {
        Some((folder, file)) if !file.contains('/') => (folder, true),
        Some(_) => return None,
        None => (rest.split('.').next().unwrap_or_default(), false),
    };
    let templates = ["issue_template", "pull_request_template"];
    let kind = COMMUNITY_FILES.iter().copied().find(|kind| *kind == first.replace('-', "_"))?;
    (!in_folder || templates.contains(&kind)).then_some(kind)
}

/// A repository's files with those that its owner keeps for it.
pub(crate) struct WithInherited<'a> {
    tree: &'a dyn Tree,
    entries: Vec<Entry>,
    /// Where each entry comes from.
    from: Vec<Origin<'a>>,
}

#[derive(Clone, Copy)]
enum Origin<'a> {
    Own(usize),
    Owner(&'a InheritedFile),
}

impl<'a> WithInherited<'a> {
    /// Lays over a repository those files that it has none of its own kind of. `None` when there are none.
    pub(crate) fn over(tree: &'a dyn Tree, inherited: &'a [InheritedFile]) -> Option<Self> {
        if inherited.is_empty() {
            return None;
        }
        let own: Vec<&'static str> = tree.entries().iter().filter_map(|entry| kind(&entry.path)).collect();
        let counts = |file: &&InheritedFile| kind(&file.path).is_some_and(|kind| !own.contains(&kind));
        let owners: Vec<&InheritedFile> = inherited.iter().filter(counts).collect();
        if owners.is_empty() {
            return None;
        }
        let mut all: Vec<(&str, Origin<'a>)> =
            tree.entries().iter().enumerate().map(|(index, entry)| (entry.path.as_str(), Origin::Own(index))).collect();
        all.extend(owners.into_iter().map(|file| (file.path.as_str(), Origin::Owner(file))));
        all.sort_by_key(|(path, _)| *path);
        all.dedup_by(|(a, _), (b, _)| a == b);
        let (entries, from) = all.into_iter().map(|(path, from)| (Entry { path: path.to_owned() }, from)).unzip();
        Some(Self { tree, entries, from })
    }

    /// Shows what was read in the owner's files with their addresses.
    pub(crate) fn place(&self, checked: &mut Checked) {
        for outcome in &mut checked.outcomes {
            outcome.evidence.iter_mut().for_each(|evidence| self.place_one(evidence));
        }
        let signs = checked.kind.evidence.iter_mut().chain(&mut checked.profile.evidence);
        signs.for_each(|(_, evidence)| self.place_one(evidence));
    }

    fn place_one(&self, evidence: &mut Evidence) {
        let Some(path) = &evidence.path else { return };
        let Ok(index) = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)) else { return };
        let Some(Origin::Owner(file)) = self.from.get(index) else { return };
        let line = evidence.line.map(|line| format!("#L{line}")).unwrap_or_default();
        let url = format!("{}{line}", file.url);
        *evidence = Evidence { url: Some(url.clone()), ..Evidence::said(&url) };
    }
}

impl Tree for WithInherited<'_> {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, index: usize) -> u64 {
        match self.from[index] {
            Origin::Own(own) => self.tree.size(own),
            Origin::Owner(file) => file.text.len() as u64,
        }
    }

    fn read(&self, index: usize) -> Result<Vec<u8>, Unreadable> {
        match self.from[index] {
            Origin::Own(own) => self.tree.read(own),
            Origin::Owner(file) => Ok(file.text.clone().into_bytes()),
        }
    }

    fn read_many(&self, indexes: &[usize], most: u64, keep: &(dyn Fn(&[u8]) -> bool + Sync)) -> Bytes {
        let own = |index: &usize| match self.from[*index] {
            Origin::Own(own) => Some(own),
            Origin::Owner(_) => None,
        };
        let asked: Vec<usize> = indexes.iter().filter_map(own).collect();
        let mut read = self.tree.read_many(&asked, most, keep).into_iter();
        let answer = |index: &usize| match own(index) {
            Some(_) => read.next().unwrap_or(Ok(None)),
            None => self.look(*index, most, keep),
        };
        indexes.iter().map(answer).collect()
    }

    fn look(
        &self,
        index: usize,
        most: u64,
        keep: &(dyn Fn(&[u8]) -> bool + Sync),
    ) -> Result<Option<Vec<u8>>, Unreadable> {
        match self.from[index] {
            Origin::Own(own) => self.tree.look(own, most, keep),
            Origin::Owner(file) => {
                let bytes = file.text.as_bytes();
                Ok((bytes.len() as u64 <= most && keep(bytes)).then(|| bytes.to_vec()))
            }
        }
    }

    fn commit(&self) -> Option<String> {
        self.tree.commit()
    }

    fn history(&self, wanted: Wanted) -> Result<History, String> {
        self.tree.history(wanted)
    }

    fn tags(&self) -> Result<Vec<String>, String> {
        self.tree.tags()
    }

    fn tag_day(&self, tag: &str) -> Option<Date> {
        self.tree.tag_day(tag)
    }

    fn remote(&self) -> Option<String> {
        self.tree.remote()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    fn owners(paths: &[&str]) -> Vec<InheritedFile> {
        let file = |path: &&str| InheritedFile {
            path: (*path).to_owned(),
            url: format!("https://github.com/org/.github/blob/HEAD/{path}"),
            text: "text".to_owned(),
        };
        paths.iter().map(file).collect()
    }

    fn seen(own: &[&str], inherited: &[&str]) -> Vec<String> {
        let tree = MemoryTree::new(own.iter().map(|path| (*path, "")));
        let files = owners(inherited);
        WithInherited::over(&tree, &files)
            .map_or_else(Vec::new, |all| all.entries().iter().map(|entry| entry.path.clone()).collect())
    }

    #[test]
    fn a_file_of_ones_own_wins_wherever_it_stands() {
        let all = ["SECURITY.md", "docs/SUPPORT.md", ".github/ISSUE_TEMPLATE/bug.yml"];
        assert_eq!(
            seen(&["docs/security.rst", "README.md"], &all),
            [".github/ISSUE_TEMPLATE/bug.yml", "README.md", "docs/SUPPORT.md", "docs/security.rst"]
        );
        let one_template = [".github/ISSUE_TEMPLATE/config.yml"];
        assert_eq!(seen(&one_template, &[".github/ISSUE_TEMPLATE/bug.yml", "ISSUE_TEMPLATE.md"]), [""; 0]);
    }

    #[test]
    fn what_github_does_not_hand_down_does_not_count() {
        assert_eq!(
            seen(&["a"], &["LICENSE", "README.md", "profile/README.md", "SECURITY/x.md", "src/CONTRIBUTING.md"]),
            [""; 0]
        );
    }

    #[test]
    fn files_are_read_from_where_they_stand() {
        let tree = MemoryTree::new([("a.md", "own"), ("z.md", "last")]);
        let files = owners(&["SECURITY.md"]);
        let all = WithInherited::over(&tree, &files).expect("one counts");
        let read = all.read_many(&[2, 0, 1], 10, &|_| true);
        let read: Vec<_> = read.into_iter().map(|bytes| bytes.expect("readable").expect("wanted")).collect();
        assert_eq!(read, [b"last".to_vec(), b"text".to_vec(), b"own".to_vec()]);
    }
}
