//! Path patterns: which files a check looks at.
//!
//! Patterns are matched against lower-cased paths, so that letter case does not count, unless a check says that it does.
//! Braces and small character classes are written out when the catalogue is compiled: what is then a plain path is found
//! in a hash map, and only what is left becomes a pattern for `globset`. All patterns of all selected rules are matched in
//! one pass over the files.

use std::collections::HashMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};

use crate::tree::Entry;

/// How many plain patterns one written pattern may become.
const MAX_EXPANSION: usize = 4096;

/// Which files a check looks at, the best place first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PathSet {
    /// Expanded patterns; a file's rank is the position of the first one it matches.
    pub(crate) include: Vec<String>,
    /// Expanded patterns of files to leave out.
    pub(crate) except: Vec<String>,
    /// Whether letter case counts.
    pub(crate) exact_case: bool,
}

/// Writes out braces and classes: `{,docs/}licen[cs]e` becomes four plain paths.
///
/// # Errors
/// What is wrong with the pattern.
pub(crate) fn expand(pattern: &str) -> Result<Vec<String>, String> {
    let mut done = vec![String::new()];
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '[']) {
        for prefix in &mut done {
            prefix.push_str(&rest[..at]);
        }
        let (options, after) = if rest[at..].starts_with('{') { braces(&rest[at..])? } else { class(&rest[at..])? };
        done = done.iter().flat_map(|prefix| options.iter().map(move |option| format!("{prefix}{option}"))).collect();
        if done.len() > MAX_EXPANSION {
            return Err(format!("`{pattern}` stands for more than {MAX_EXPANSION} paths"));
        }
        rest = after;
    }
    for prefix in &mut done {
        prefix.push_str(rest);
    }
    if let Some(odd) = done.iter().find(|p| p.is_empty() || p.starts_with('/') || p.contains("//") || p.contains('\\')) {
        return Err(format!("`{odd}` is not a path from the root of the repository"));
    }
    for pattern in done.iter().filter(|p| !is_literal(p)) {
        glob(pattern).map_err(|error| error.to_string())?;
    }
    Ok(done)
}

fn braces(text: &str) -> Result<(Vec<String>, &str), String> {
    let (mut depth, mut start, mut options) = (0, 1, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            ',' if depth == 1 => {
                options.push(text[start..i].to_owned());
                start = i + 1;
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    options.push(text[start..i].to_owned());
                    let mut written = Vec::new();
                    for option in options {
                        if option.contains(['{', '[']) { written.extend(expand(&option)?) } else { written.push(option) }
                    }
                    return Ok((written, &text[i + 1..]));
                }
            }
            _ => {}
        }
    }
    Err(format!("`{text}` has no closing brace"))
}

fn class(text: &str) -> Result<(Vec<String>, &str), String> {
    let end = text.find(']').ok_or_else(|| format!("`{text}` has no closing bracket"))?;
    let inside = &text[1..end];
    if inside.is_empty() || inside.starts_with(['!', '^']) {
        return Err(format!("`{}` is not a list of letters", &text[..=end]));
    }
    if inside.contains('-') {
        // A range such as [0-9] is left to globset: `?` keeps the one character, the caller's pattern stays a glob.
        return Ok((vec![text[..=end].replace('[', "\u{1}").replace(']', "\u{2}")], &text[end + 1..]));
    }
    Ok((inside.chars().map(String::from).collect(), &text[end + 1..]))
}

fn is_literal(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '\u{1}'])
}

fn glob(pattern: &str) -> Result<globset::Glob, globset::Error> {
    let pattern = pattern.replace('\u{1}', "[").replace('\u{2}', "]");
    GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(false).build()
}

/// The files of each path set, found in one pass.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// Path set to `(rank, index of the file)`, sorted.
    files: HashMap<usize, Vec<(u32, usize)>>,
}

impl Matches {
    /// Matches the path sets with these ids against all files.
    pub(crate) fn find(sets: &[PathSet], wanted: &[usize], entries: &[Entry]) -> Self {
        let mut finder = Finder::new();
        for &id in wanted {
            finder.add(id, &sets[id]);
        }
        let mut found = finder.run(entries);
        for list in found.files.values_mut() {
            list.sort_unstable();
            let mut seen = std::collections::HashSet::new();
            list.retain(|(_, file)| seen.insert(*file));
        }
        found
    }

    /// The files of a path set, the best place first.
    pub(crate) fn of(&self, id: usize) -> impl Iterator<Item = usize> + '_ {
        self.files.get(&id).into_iter().flatten().map(|(_, file)| *file)
    }
}

#[derive(Clone, Copy)]
struct Hit {
    set: usize,
    /// `None` leaves the file out.
    rank: Option<u32>,
}

struct Finder<'a> {
    literal: [HashMap<&'a str, Vec<Hit>>; 2],
    globs: [(GlobSetBuilder, Vec<Hit>); 2],
}

impl<'a> Finder<'a> {
    fn new() -> Self {
        let no_globs = || (GlobSetBuilder::new(), Vec::new());
        Self { literal: Default::default(), globs: [no_globs(), no_globs()] }
    }

    fn add(&mut self, set: usize, paths: &'a PathSet) {
        let case = usize::from(paths.exact_case);
        let include = paths.include.iter().enumerate().map(|(rank, p)| (p, Some(u32::try_from(rank).unwrap_or(u32::MAX))));
        for (pattern, rank) in include.chain(paths.except.iter().map(|p| (p, None))) {
            let hit = Hit { set, rank };
            if is_literal(pattern) {
                self.literal[case].entry(pattern).or_default().push(hit);
            } else if let Ok(glob) = glob(pattern) {
                self.globs[case].0.add(glob);
                self.globs[case].1.push(hit);
            }
        }
    }

    fn run(&self, entries: &[Entry]) -> Matches {
        let built: Vec<GlobSet> = self.globs.iter().map(|(builder, _)| builder.build().unwrap_or_default()).collect();
        let mut found = Matches::default();
        let mut hits: Vec<Hit> = Vec::new();
        let mut indexes = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            hits.clear();
            let lower = lower_case(&entry.path);
            for (case, path) in [(0, &*lower), (1, entry.path.as_str())] {
                if let Some(list) = self.literal[case].get(path) {
                    hits.extend_from_slice(list);
                }
                if !built[case].is_empty() {
                    built[case].matches_into(path, &mut indexes);
                    hits.extend(indexes.iter().map(|&i| self.globs[case].1[i]));
                }
            }
            for hit in &hits {
                let Some(rank) = hit.rank else { continue };
                if !hits.iter().any(|other| other.set == hit.set && other.rank.is_none()) {
                    found.files.entry(hit.set).or_default().push((rank, index));
                }
            }
        }
        found
    }
}

fn lower_case(path: &str) -> std::borrow::Cow<'_, str> {
    if path.chars().any(|c| c.is_uppercase()) { path.to_lowercase().into() } else { path.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(include: &[&str], except: &[&str], exact_case: bool, paths: &[&str]) -> Vec<String> {
        let write_out = |list: &[&str]| list.iter().flat_map(|p| expand(p).expect("valid")).collect();
        let set = PathSet { include: write_out(include), except: write_out(except), exact_case };
        let mut paths = paths.to_vec();
        paths.sort_unstable();
        let entries: Vec<Entry> = paths.iter().map(|p| Entry { path: (*p).to_owned(), size: 0 }).collect();
        let sets = [set];
        Matches::find(&sets, &[0], &entries).of(0).map(|i| entries[i].path.clone()).collect()
    }

    #[test]
    fn best_place_first_and_case_does_not_count() {
        let found = files(&["{,.github/,docs/}licen[cs]e{,.md}"], &[], false, &["docs/license", "LICENCE.MD", "x/LICENSE", "License"]);
        assert_eq!(found, ["LICENCE.MD", "License", "docs/license"]);
    }

    #[test]
    fn exceptions_and_exact_case() {
        assert_eq!(files(&["**/*_test.go"], &["**/testdata/**"], false, &["a_test.go", "testdata/b_test.go", "x/c_test.go"]), ["a_test.go", "x/c_test.go"]);
        assert_eq!(files(&["CODEOWNERS"], &[], true, &["codeowners", "CODEOWNERS"]), ["CODEOWNERS"]);
        assert_eq!(files(&["docs/adr/[0-9]*.md"], &[], false, &["docs/adr/0001-x.md", "docs/adr/readme.md"]), ["docs/adr/0001-x.md"]);
    }

    #[test]
    fn mistakes_are_said() {
        for bad in ["{a", "[a", "/a", "a//b", "[]", "**a[", ""] {
            assert!(expand(bad).is_err(), "{bad}");
        }
    }
}
