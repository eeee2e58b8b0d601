//! Path patterns: which files a check looks at.
//!
//! A pattern is taken apart when the catalogue is compiled: into segments, and each segment into the names that its braces
//! and letter classes stand for. A check of a repository then compiles nothing. All patterns of all selected rules are
//! matched in one pass over the files: a file's name, its extension and the folders it stands in each lead to the few
//! patterns that could match, and only those are compared. (Compiling the same patterns with `globset` took 150 ms a run.)

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};

use crate::pattern::lower_case;
use crate::tree::Entry;

/// How many names one segment, and how many patterns one written pattern, may stand for.
const MAX_EXPANSION: usize = 4096;

/// From how many files on matching is worth another thread.
const PARALLEL: usize = 1000;

/// Which files a check looks at, the best place first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PathSet {
    /// Patterns; a file's rank is the position of the first one it matches.
    pub(crate) include: Vec<PathPattern>,
    /// Patterns of files to leave out.
    pub(crate) except: Vec<PathPattern>,
    /// Whether letter case counts.
    pub(crate) exact_case: bool,
}

/// Every plain name and extension of all patterns. Patterns hold positions in this table, so that comparing a path with
/// hundreds of names compares numbers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct NameTable {
    names: Vec<String>,
    #[serde(skip)]
    known: HashMap<String, u32>,
}

impl NameTable {
    /// The position of each name. It takes longer to make than to use, so it is made once for a repository.
    pub(crate) fn ids(&self) -> Ids<'_> {
        self.names.iter().map(String::as_str).zip(0..).collect()
    }

    fn id(&mut self, name: &str) -> u32 {
        if self.known.len() != self.names.len() {
            self.known = self.names.iter().zip(0..).map(|(name, id)| (name.clone(), id)).collect();
        }
        if let Some(id) = self.known.get(name) {
            return *id;
        }
        let id = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.to_owned());
        self.known.insert(name.to_owned(), id);
        id
    }
}

/// The positions of names in the table.
pub(crate) type Ids<'a> = HashMap<&'a str, u32, RandomState>;

/// A part of a path, with the table's ids of its name and of its extensions (`.html.erb` and `.erb`).
struct Part<'a> {
    text: Cow<'a, str>,
    name: Option<u32>,
    extensions: Vec<u32>,
    last_extension: Option<u32>,
    letters: u64,
}

impl<'a> Part<'a> {
    fn new(text: Cow<'a, str>, is_file: bool, ids: &Ids<'_>) -> Self {
        let dots = if is_file { &*text } else { "" };
        let (mut extensions, mut last_extension) = (Vec::new(), None);
        for at in memchr::memchr_iter(b'.', dots.as_bytes()) {
            last_extension = ids.get(&text[at..]).copied();
            extensions.extend(last_extension);
        }
        let (name, letters) = (ids.get(&*text).copied(), letters(text.as_bytes()));
        Self { text, name, extensions, last_extension, letters }
    }
}

/// A pattern, taken apart at the slashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PathPattern(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Segment {
    /// `**`: any number of folders; at the end of a pattern, everything below.
    Globstar,
    /// One folder or file.
    Names(Names),
}

/// The names that a segment stands for, each with its position among them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Names {
    /// Without wildcards, by id.
    plain: Vec<(u32, u16)>,
    /// `*` and then a text that starts with a full stop, such as `*.html.erb`: that text, by id.
    extensions: Vec<(u32, u16)>,
    /// Others with `*`, `?` or a range of letters such as `[0-9]`, by the id of the extension that they end with.
    wild: Vec<(u32, Vec<Wild>)>,
    /// Those that end with no certain extension.
    wilder: Vec<Wild>,
}

/// The letters that stand in a text, a bit each; rarer signs share theirs.
fn letters(text: &[u8]) -> u64 {
    text.iter().fold(0, |all, byte| {
        all | 1
            << match byte {
                b'a'..=b'z' => byte - b'a',
                b'A'..=b'Z' => 32 + byte - b'A',
                b'0'..=b'9' => 26,
                b'-' => 27,
                b'_' => 28,
                b'.' => 29,
                128.. => 30,
                _ => 31,
            }
    })
}

/// A name with wildcards.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Wild {
    /// The first and the last letter, where they are letters: most names are told apart without looking further.
    first: Option<u8>,
    last: Option<u8>,
    /// The letters that every name has, and the longest run of them as a place in the pattern.
    letters: u64,
    run: (u16, u16),
    position: u16,
    pattern: String,
}

impl Wild {
    fn new(pattern: String, position: u16) -> Self {
        let letter = |byte: Option<u8>| byte.filter(|byte| !b"*?[]".contains(byte));
        let (first, last) = (letter(pattern.bytes().next()), letter(pattern.bytes().next_back()));
        let (mut fixed, mut run, mut at) = (0, (0, 0), 0);
        for part in pattern.split(['*', '?', '[', ']']) {
            // What stands between brackets is a choice, and no letter that every name has.
            if !pattern[..at].ends_with('[') {
                fixed |= letters(part.as_bytes());
                if let (Ok(start), Ok(len)) = (u16::try_from(at), u16::try_from(part.len()))
                    && len > run.1
                {
                    run = (start, len);
                }
            }
            at += part.len() + 1;
        }
        Self { first, last, letters: fixed, run, position, pattern }
    }

    /// The longest text that stands in every name.
    fn longest(&self) -> &[u8] {
        let (at, len) = (usize::from(self.run.0), usize::from(self.run.1));
        self.pattern.as_bytes().get(at..at + len).unwrap_or_default()
    }

    /// The extension, with its full stop, of every name that matches; none when they may have different ones.
    fn extension(&self) -> Option<&str> {
        let end = self.pattern.rfind(['*', '?', ']']).map_or(0, |at| at + 1);
        self.pattern[end..].rfind('.').map(|at| &self.pattern[end + at..])
    }

    fn is_match(&self, part: &Part<'_>) -> bool {
        let name = part.text.as_bytes();
        let is = |letter: Option<u8>, byte: Option<&u8>| letter.is_none() || letter.as_ref() == byte;
        self.letters & !part.letters == 0
            && is(self.first, name.first())
            && is(self.last, name.last())
            && memchr::memmem::find(name, self.longest()).is_some()
            && is_wild_match(self.pattern.as_bytes(), name)
    }
}

impl Names {
    /// The position of the first name that matches.
    fn position(&self, part: &Part<'_>) -> Option<u16> {
        let find =
            |list: &[(u32, u16)], id: u32| list.binary_search_by_key(&id, |(known, _)| *known).ok().map(|i| list[i].1);
        let plain = part.name.and_then(|id| find(&self.plain, id));
        let extension = part.extensions.iter().filter_map(|id| find(&self.extensions, *id)).min();
        let group = part.last_extension.and_then(|id| self.wild.binary_search_by_key(&id, |(known, _)| *known).ok());
        let wild = group.map_or(&[][..], |i| self.wild[i].1.as_slice()).iter().chain(&self.wilder);
        let wild = wild.filter(|wild| wild.is_match(part)).map(|wild| wild.position).min();
        plain.into_iter().chain(extension).chain(wild).min()
    }
}

/// Takes a pattern apart. Braces that hold a slash become several patterns, the others stay inside their segment.
///
/// # Errors
/// What is wrong with the pattern.
pub(crate) fn parse(pattern: &str, exact_case: bool, table: &mut NameTable) -> Result<Vec<PathPattern>, String> {
    let pattern = if exact_case { pattern.to_owned() } else { pattern.to_lowercase() };
    let written_out = expand(&pattern, &|option| option.contains('/'))?;
    written_out.iter().map(|path| segments(path, table)).collect()
}

fn segments(path: &str, table: &mut NameTable) -> Result<PathPattern, String> {
    if path.is_empty() || path.starts_with('/') || path.ends_with('/') || path.contains("//") || path.contains('\\') {
        return Err(format!("`{path}` is not a path from the root of the repository"));
    }
    let mut segment = |text: &str| {
        if text == "**" {
            return Ok(Segment::Globstar);
        }
        let mut names = Names::default();
        for (position, name) in expand(text, &|_| true)?.into_iter().enumerate() {
            let position = u16::try_from(position).unwrap_or(u16::MAX);
            if name.contains("**") {
                return Err(format!("`**` stands alone between slashes, not as in `{text}`"));
            }
            let is_plain = |text: &str| !text.contains(['*', '?', '[']);
            match name.strip_prefix('*').filter(|rest| rest.starts_with('.') && is_plain(rest)) {
                Some(extension) => names.extensions.push((table.id(extension), position)),
                None if is_plain(&name) => names.plain.push((table.id(&name), position)),
                None => {
                    let wild = Wild::new(name, position);
                    let Some(extension) = wild.extension().map(|extension| table.id(extension)) else {
                        names.wilder.push(wild);
                        continue;
                    };
                    match names.wild.binary_search_by_key(&extension, |(known, _)| *known) {
                        Ok(at) => names.wild[at].1.push(wild),
                        Err(at) => names.wild.insert(at, (extension, vec![wild])),
                    }
                }
            }
        }
        for list in [&mut names.plain, &mut names.extensions] {
            list.sort();
            list.dedup_by(|later, first| later.0 == first.0);
        }
        Ok(Segment::Names(names))
    };
    path.split('/').map(&mut segment).collect::<Result<_, String>>().map(PathPattern)
}

/// Writes out the braces whose text is `wanted`, and with them classes of single letters.
fn expand(pattern: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<String>, String> {
    let mut done = vec![String::new()];
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '[']) {
        append(&mut done, &rest[..at]);
        let (inside, after) = group(&rest[at..])?;
        let whole = &rest[at..rest.len() - after.len()];
        let options = if whole.starts_with('[') { class(inside)? } else { options(inside) };
        if whole.starts_with('[') && options.is_empty() || !wanted(inside) {
            append(&mut done, whole);
        } else {
            let options: Vec<String> =
                options.iter().map(|option| expand(option, &|_| true)).collect::<Result<Vec<_>, _>>()?.concat();
            done =
                done.iter().flat_map(|prefix| options.iter().map(move |option| format!("{prefix}{option}"))).collect();
        }
        if done.len() > MAX_EXPANSION {
            return Err(format!("`{pattern}` stands for more than {MAX_EXPANSION} names"));
        }
        rest = after;
    }
    append(&mut done, rest);
    Ok(done)
}

fn append(done: &mut [String], text: &str) {
    for prefix in done {
        prefix.push_str(text);
    }
}

/// The inside of the braces or brackets that a text starts with, and what follows them.
fn group(text: &str) -> Result<(&str, &str), String> {
    let (open, close) = if text.starts_with('{') { ('{', '}') } else { ('[', ']') };
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Ok((&text[1..i], &text[i + 1..]));
            }
        }
    }
    Err(format!("`{text}` has no closing `{close}`"))
}

fn options(inside: &str) -> Vec<String> {
    let (mut depth, mut options) = (0, vec![String::new()]);
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                options.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = options.last_mut() {
            last.push(c);
        }
    }
    options
}

/// The letters of a class; none for a range such as `0-9`, which stays a wildcard.
fn class(inside: &str) -> Result<Vec<String>, String> {
    if inside.is_empty() || inside.starts_with(['!', '^']) || inside.contains(['[', '/']) {
        return Err(format!("`[{inside}]` is not a list of letters"));
    }
    let range = inside.len() > 2 && inside[1..inside.len() - 1].contains('-');
    Ok(if range { Vec::new() } else { inside.chars().map(String::from).collect() })
}

/// Whether a name matches a pattern with `*`, `?` and ranges. Greedy, going back to the last `*` when stuck.
pub(crate) fn is_wild_match(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let step = match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, n));
                p += 1;
                continue;
            }
            Some(b'?') => Some(1),
            Some(b'[') => in_range(&pattern[p..], name[n]),
            Some(c) if *c == name[n] => Some(1),
            _ => None,
        };
        match (step, &mut star) {
            (Some(step), _) => (p, n) = (p + step, n + 1),
            (None, Some((after, from))) => {
                *from += 1;
                (p, n) = (*after, *from);
            }
            (None, None) => return false,
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// The length of a range at the start of a pattern, if the letter is in it.
fn in_range(pattern: &[u8], letter: u8) -> Option<usize> {
    let end = pattern.iter().position(|c| *c == b']')?;
    let inside = &pattern[1..end];
    let mut i = 0;
    while i < inside.len() {
        let (low, high, step) = if inside.get(i + 1) == Some(&b'-') && i + 2 < inside.len() {
            (inside[i], inside[i + 2], 3)
        } else {
            (inside[i], inside[i], 1)
        };
        if (low..=high).contains(&letter) {
            return Some(end + 1);
        }
        i += step;
    }
    None
}

/// The segments of a pattern before its last one.
fn before(segments: &[Segment]) -> &[Segment] {
    segments.split_last().map_or(&[], |(_, before)| before)
}

/// Whether the folders that a file stands in match what stands before the last segment of a pattern.
fn are_before(segments: &[Segment], folders: &[Part<'_>]) -> bool {
    match segments {
        [Segment::Globstar, Segment::Names(names), Segment::Globstar] => {
            folders.iter().any(|folder| names.position(folder).is_some())
        }
        // `**` at the end is everything below the folders before it, however deep.
        [.., Segment::Globstar] => (0..=folders.len()).any(|below| are_folders(before(segments), &folders[..below])),
        _ => are_folders(before(segments), folders),
    }
}

/// Whether a path matches.
fn is_match(segments: &[Segment], folders: &[Part<'_>], name: &Part<'_>) -> bool {
    let is_named = match segments.last() {
        Some(Segment::Names(names)) => names.position(name).is_some(),
        Some(Segment::Globstar) => true,
        None => false,
    };
    is_named && are_before(segments, folders)
}

fn are_folders(segments: &[Segment], parts: &[Part<'_>]) -> bool {
    match (segments, parts) {
        ([], []) => true,
        ([Segment::Globstar], _) => true,
        ([Segment::Globstar, rest @ ..], _) => (0..=parts.len()).any(|skip| are_folders(rest, &parts[skip..])),
        ([Segment::Names(names), rest @ ..], [part, more @ ..]) => {
            names.position(part).is_some() && are_folders(rest, more)
        }
        _ => false,
    }
}

/// Paths that are not a part of the project, such as fixtures.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exclusion {
    /// The patterns as they are written.
    pub(crate) written: Vec<String>,
    patterns: Vec<PathPattern>,
    table: NameTable,
}

impl Exclusion {
    /// Adds what a pattern stands for.
    pub(crate) fn add(&mut self, pattern: &str) -> Result<(), String> {
        self.patterns.extend(parse(pattern, false, &mut self.table)?);
        self.written.push(pattern.to_owned());
        Ok(())
    }

    /// The files that are not left out.
    pub(crate) fn kept(&self, entries: &[Entry]) -> Vec<usize> {
        if self.patterns.is_empty() {
            return (0..entries.len()).collect();
        }
        let ids = self.table.ids();
        let finder = Finder::new(&ids);
        let is_out = |entry: &Entry| {
            let (folder, name) = split(&entry.path);
            let mut folders = Folders::default();
            folders.enter(folder, false, finder.ids);
            let name = Part::new(lower_case(name), true, finder.ids);
            self.patterns.iter().any(|pattern| is_match(&pattern.0, &folders.parts, &name))
        };
        (0..entries.len()).filter(|&file| !is_out(&entries[file])).collect()
    }
}

/// The files of each path set, found in one pass.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// Of each path set, `(rank, index of the file)`, sorted.
    files: Vec<Vec<(u32, usize)>>,
}

impl Matches {
    /// Matches the path sets with these ids against some of the files.
    pub(crate) fn find(sets: &[PathSet], ids: &Ids<'_>, wanted: &[usize], entries: &[Entry], files: &[usize]) -> Self {
        let mut finder = Finder::new(ids);
        for &id in wanted {
            finder.add(id, &sets[id]);
        }
        let mut found = finder.run(entries, files);
        found.files.iter_mut().for_each(|list| list.sort_unstable());
        found
    }

    /// The files of a path set, the best place first.
    pub(crate) fn of(&self, id: usize) -> impl Iterator<Item = usize> + '_ {
        self.files.get(id).into_iter().flatten().map(|(_, file)| *file)
    }
}

struct Candidate<'a> {
    set: usize,
    paths: &'a PathSet,
    /// Position of the pattern in its set.
    rank: u32,
    segments: &'a [Segment],
}

/// A name with wildcards, and the patterns that it stands in, each with its position there. Many patterns have the same, such as
/// `*_test.py`, and it is compared with a file once.
struct Wilds<'a> {
    wild: &'a Wild,
    exact_case: bool,
    patterns: Vec<(usize, u16)>,
}

/// The patterns, by what a path must have for them to match.
struct Finder<'a> {
    ids: &'a Ids<'a>,
    patterns: Vec<Candidate<'a>>,
    /// By a plain name or an extension of the last part: a pattern that it matches, and the name's position in it.
    by_name: Vec<Vec<(usize, u16)>>,
    /// By the extension of the last part: names with wildcards before it.
    by_extension: Vec<Vec<Wilds<'a>>>,
    /// By the name of a folder.
    by_folder: Vec<Vec<usize>>,
    always: Vec<usize>,
    /// Whether any set wants letter case to count.
    case_counts: bool,
}

impl<'a> Finder<'a> {
    fn new(ids: &'a Ids<'a>) -> Self {
        let (by_name, by_folder) = (vec![Vec::new(); ids.len()], vec![Vec::new(); ids.len()]);
        let by_extension = (0..ids.len()).map(|_| Vec::new()).collect();
        Self { ids, patterns: Vec::new(), by_name, by_extension, by_folder, always: Vec::new(), case_counts: false }
    }

    fn add(&mut self, set: usize, paths: &'a PathSet) {
        self.case_counts |= paths.exact_case;
        for (rank, pattern) in paths.include.iter().enumerate() {
            let index = self.patterns.len();
            let rank = u32::try_from(rank).unwrap_or(u32::MAX);
            self.patterns.push(Candidate { set, paths, rank, segments: &pattern.0 });
            match pattern.0.last() {
                Some(Segment::Names(names)) => self.index_names(index, names, &pattern.0),
                _ => self.index_folders(index, &pattern.0),
            }
        }
    }

    fn index_names(&mut self, index: usize, names: &'a Names, segments: &'a [Segment]) {
        for (id, position) in names.plain.iter().chain(&names.extensions) {
            self.by_name[*id as usize].push((index, *position));
        }
        let exact_case = self.patterns[index].paths.exact_case;
        for (id, wilds) in &names.wild {
            let known = &mut self.by_extension[*id as usize];
            for wild in wilds {
                let same =
                    known.iter_mut().find(|one| one.exact_case == exact_case && one.wild.pattern == wild.pattern);
                match same {
                    Some(one) => one.patterns.push((index, wild.position)),
                    None => known.push(Wilds { wild, exact_case, patterns: vec![(index, wild.position)] }),
                }
            }
        }
        if !names.wilder.is_empty() {
            self.index_folders(index, segments);
        }
    }

    /// By the names of a folder that the pattern asks for, if it asks for one by plain names.
    fn index_folders(&mut self, index: usize, segments: &'a [Segment]) {
        let folders = before(segments).iter().find_map(|segment| match segment {
            Segment::Names(names)
                if names.wild.is_empty() && names.wilder.is_empty() && names.extensions.is_empty() =>
            {
                Some(names)
            }
            _ => None,
        });
        match folders {
            Some(names) => names.plain.iter().for_each(|(id, _)| self.by_folder[*id as usize].push(index)),
            None => self.always.push(index),
        }
    }

    /// Matches files, in parallel where there are many.
    fn run(&self, entries: &[Entry], files: &[usize]) -> Matches {
        let threads =
            if files.len() < PARALLEL { 1 } else { std::thread::available_parallelism().map_or(1, |n| n.get().min(8)) };
        let mut chunks = files.chunks(files.len().div_ceil(threads).max(1));
        let parts: Vec<Matches> = std::thread::scope(|scope| {
            let mine = chunks.next().unwrap_or_default();
            let others: Vec<_> = chunks.map(|chunk| scope.spawn(move || self.run_chunk(chunk, entries))).collect();
            let first = self.run_chunk(mine, entries);
            std::iter::once(first).chain(others.into_iter().filter_map(|thread| thread.join().ok())).collect()
        });
        let mut parts = parts.into_iter();
        let mut found = parts.next().unwrap_or_default();
        for part in parts {
            found.files.iter_mut().zip(part.files).for_each(|(all, more)| all.extend(more));
        }
        found
    }

    fn run_chunk(&self, files: &[usize], entries: &[Entry]) -> Matches {
        let sets = self.patterns.iter().map(|pattern| pattern.set + 1).max().unwrap_or(0);
        let mut found = Matches { files: vec![Vec::new(); sets] };
        let mut hits = Hits {
            patterns: vec![Seen::default(); self.patterns.len()],
            excepted: vec![Seen::default(); sets],
            found: Vec::new(),
        };
        let mut rest = files;
        let (mut folders, mut exact_folders) = (Folders::default(), Folders::default());
        // Files of one folder stand together, and what a pattern says of the folder is worked out once.
        while let Some(&run) = rest.first() {
            let (folder, _) = split(&entries[run].path);
            let here = rest.iter().take_while(|&&file| name_in(folder, &entries[file].path).is_some()).count();
            let (files, more) = rest.split_at(here);
            rest = more;
            folders.enter(folder, false, self.ids);
            if self.case_counts {
                exact_folders.enter(folder, true, self.ids);
            }
            let look = Look { run, folders: &folders.parts, exact_folders: &exact_folders.parts };
            for &file in files {
                let exact_name = name_in(folder, &entries[file].path).unwrap_or_default();
                let name = Part::new(lower_case(exact_name), true, self.ids);
                // Only a file whose name in its own case is in a pattern can match where case counts.
                let exact = self.case_counts.then(|| Part::new(exact_name.into(), true, self.ids));
                let exact = exact.filter(|exact| exact.name.is_some());
                let part = |exact_case: bool| if exact_case { exact.as_ref() } else { Some(&name) };
                hits.found.clear();
                for id in name.name.iter().chain(&name.extensions) {
                    for &(index, position) in &self.by_name[*id as usize] {
                        if !self.patterns[index].paths.exact_case {
                            hits.add(self, &look, index, position);
                        }
                    }
                }
                for id in exact.iter().flat_map(|exact| exact.name.iter().chain(&exact.extensions)) {
                    for &(index, position) in &self.by_name[*id as usize] {
                        if self.patterns[index].paths.exact_case {
                            hits.add(self, &look, index, position);
                        }
                    }
                }
                for wilds in name.last_extension.map_or(&[][..], |id| &self.by_extension[id as usize]) {
                    if part(wilds.exact_case).is_some_and(|part| wilds.wild.is_match(part)) {
                        for &(index, position) in &wilds.patterns {
                            hits.add(self, &look, index, position);
                        }
                    }
                }
                let of_folders = look.folders.iter().filter_map(|folder| folder.name);
                let by_folder = of_folders.flat_map(|id| &self.by_folder[id as usize]);
                for &index in by_folder.chain(&self.always) {
                    let candidate = &self.patterns[index];
                    let position = part(candidate.paths.exact_case).and_then(|part| match candidate.segments.last() {
                        Some(Segment::Names(names)) => names.position(part),
                        _ => Some(0),
                    });
                    if let Some(position) = position {
                        hits.add(self, &look, index, position);
                    }
                }
                hits.found.sort_unstable_by_key(|(set, rank, _)| (*set, *rank));
                hits.found.dedup_by_key(|(set, ..)| *set);
                let mut here = std::mem::take(&mut hits.found);
                for (set, rank, paths) in here.drain(..) {
                    let (folders, name) = match &exact {
                        Some(exact) if paths.exact_case => (look.exact_folders, exact),
                        _ => (look.folders, &name),
                    };
                    if !hits.is_excepted(set, paths, run, folders, name) {
                        found.files[set].push((rank, file));
                    }
                }
                hits.found = here;
            }
        }
        found
    }
}

/// The folders that a folder stands in, and it itself. What two folders have in common is kept from one to the next.
#[derive(Default)]
struct Folders<'p> {
    written: Vec<&'p str>,
    parts: Vec<Part<'p>>,
}

impl<'p> Folders<'p> {
    fn enter(&mut self, folder: &'p str, exact_case: bool, ids: &Ids<'_>) {
        let mut names = folder.split('/').filter(|name| !name.is_empty()).peekable();
        let common = self.written.iter().take_while(|known| names.next_if_eq(*known).is_some()).count();
        self.written.truncate(common);
        self.parts.truncate(common);
        for name in names {
            self.written.push(name);
            self.parts.push(Part::new(if exact_case { name.into() } else { lower_case(name) }, false, ids));
        }
    }
}

/// A file that is looked at, and the folders it stands in.
struct Look<'a> {
    /// The first file of the same folder.
    run: usize,
    folders: &'a [Part<'a>],
    exact_folders: &'a [Part<'a>],
}

/// What is known of a pattern: the folder that it was last compared with, and whether that matches.
#[derive(Debug, Clone, Copy)]
struct Seen {
    run: usize,
    is_match: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self { run: usize::MAX, is_match: false }
    }
}

/// The path sets that a file is in so far: set, rank and the set itself.
struct Hits<'a> {
    patterns: Vec<Seen>,
    /// Of each set, whether it leaves out the whole folder.
    excepted: Vec<Seen>,
    found: Vec<(usize, u32, &'a PathSet)>,
}

impl<'a> Hits<'a> {
    /// Takes in a pattern whose last segment matches at a position, if the folders match too.
    fn add(&mut self, finder: &Finder<'a>, look: &Look<'_>, index: usize, position: u16) {
        let pattern = &finder.patterns[index];
        let seen = &mut self.patterns[index];
        if seen.run != look.run {
            let folders = if pattern.paths.exact_case { look.exact_folders } else { look.folders };
            *seen = Seen { run: look.run, is_match: are_before(pattern.segments, folders) };
        }
        if seen.is_match {
            self.found.push((pattern.set, (pattern.rank << 12) | u32::from(position), pattern.paths));
        }
    }
}

impl Hits<'_> {
    /// Whether a set leaves a file out.
    fn is_excepted(&mut self, set: usize, paths: &PathSet, run: usize, folders: &[Part<'_>], name: &Part<'_>) -> bool {
        let whole = |pattern: &&PathPattern| matches!(pattern.0.last(), Some(Segment::Globstar));
        let seen = &mut self.excepted[set];
        if seen.run != run {
            let is_match = paths.except.iter().filter(whole).any(|pattern| are_before(&pattern.0, folders));
            *seen = Seen { run, is_match };
        }
        seen.is_match || paths.except.iter().filter(|p| !whole(p)).any(|pattern| is_match(&pattern.0, folders, name))
    }
}

/// The name of a file that stands directly in a folder.
fn name_in<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    let name = if folder.is_empty() { path } else { path.strip_prefix(folder)?.strip_prefix('/')? };
    memchr::memchr(b'/', name.as_bytes()).is_none().then_some(name)
}

/// The folder and the name of a path.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(include: &[&str], except: &[&str], exact_case: bool, paths: &[&str]) -> Vec<String> {
        let mut table = NameTable::default();
        let mut parse =
            |list: &[&str]| list.iter().flat_map(|p| parse(p, exact_case, &mut table).expect("valid")).collect();
        let set = PathSet { include: parse(include), except: parse(except), exact_case };
        let mut paths = paths.to_vec();
        paths.sort_unstable();
        let entries: Vec<Entry> = paths.iter().map(|p| Entry { path: (*p).to_owned() }).collect();
        let sets = [set];
        let all: Vec<usize> = (0..entries.len()).collect();
        Matches::find(&sets, &table.ids(), &[0], &entries, &all).of(0).map(|i| entries[i].path.clone()).collect()
    }

    #[test]
    fn best_place_first_and_case_does_not_count() {
        let pattern = ["{,.github/,docs/}licen[cs]e{,.md}"];
        let found = files(&pattern, &[], false, &["docs/license", "LICENCE.MD", "x/LICENSE", "License"]);
        assert_eq!(found, ["LICENCE.MD", "License", "docs/license"]);
        assert_eq!(files(&["readme{.md,.rst}"], &[], false, &["README.rst", "README.md"]), ["README.md", "README.rst"]);
    }

    #[test]
    fn exceptions_and_exact_case() {
        let paths = ["a_test.go", "testdata/b_test.go", "x/c_test.go", "x/testdata/y/d_test.go"];
        assert_eq!(files(&["**/*_test.go"], &["**/testdata/**"], false, &paths), ["a_test.go", "x/c_test.go"]);
        assert_eq!(files(&["CODEOWNERS"], &[], true, &["codeowners", "CODEOWNERS"]), ["CODEOWNERS"]);
    }

    #[test]
    fn wildcards_stay_in_their_folder() {
        let paths = [
            "docs/adr/0001-x.md",
            "docs/adr/readme.md",
            "docs/adr/old/0002-y.md",
            "Jenkinsfile.prod",
            "ci/Jenkinsfile",
        ];
        assert_eq!(files(&["docs/adr/[0-9]*.md"], &[], false, &paths), ["docs/adr/0001-x.md"]);
        assert_eq!(
            files(&["docs/**"], &[], false, &paths),
            ["docs/adr/0001-x.md", "docs/adr/old/0002-y.md", "docs/adr/readme.md"]
        );
        assert_eq!(files(&["jenkinsfile*"], &[], false, &paths), ["Jenkinsfile.prod"]);
        assert_eq!(files(&["**/jenkinsfile*"], &[], false, &paths), ["Jenkinsfile.prod", "ci/Jenkinsfile"]);
        assert_eq!(files(&["*/*/0*"], &[], false, &paths), ["docs/adr/0001-x.md"]);
        assert_eq!(files(&["**"], &[], false, &["a", "b/c"]), ["a", "b/c"]);
        assert_eq!(files(&["a*b?d"], &[], false, &["aXbXd", "abd", "abcd", "aabbcd"]), ["aXbXd", "aabbcd", "abcd"]);
    }

    #[test]
    fn mistakes_are_said() {
        for bad in ["{a", "[a", "/a", "a//b", "[]", "a/", "", "**a", "[!a]"] {
            assert!(parse(bad, false, &mut NameTable::default()).is_err(), "{bad}");
        }
    }
}
