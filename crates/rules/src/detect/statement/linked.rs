//! Whether a statement is linked from what stands on every page: the layout, the footer, the navigation or a home page.

use std::collections::BTreeSet;

use super::find;
use crate::check::{Answer, Truth, place};
use crate::facts::Facts;
use crate::text;

/// The most files that are looked into.
const MAX_FILES: usize = 80;

/// The largest file that is looked into, in bytes.
const MAX_SIZE: u64 = 64 << 10;

pub(crate) fn linked(facts: &Facts<'_>, statement: usize) -> Answer {
    let path = facts.path(statement);
    let (titles, own) = (find::titles(facts), slugs(path));
    let mut files = facts.named("page-furniture");
    files.retain(|&file| file != statement);
    let more = files.len() > MAX_FILES;
    files.sort_by_key(|&file| (facts.path(file).matches('/').count(), file));
    files.truncate(MAX_FILES);
    files.sort_unstable();
    if files.is_empty() {
        let why = "no layout, footer, navigation or home page was found among the files, so that its links may be made elsewhere";
        return Answer::new(Truth::Unknown(why.to_owned()));
    }
    let unread: Vec<usize> = files.iter().copied().filter(|&file| !facts.is_read(file)).collect();
    let stems = find::stems(facts);
    let wanted = |bytes: &[u8]| stems.is_match(bytes) || own.iter().any(|slug| contains(bytes, slug));
    let mut read: BTreeSet<usize> = files.iter().copied().filter(|&file| facts.is_read(file)).collect();
    for (&file, bytes) in unread.iter().zip(facts.sources.tree.read_many(&unread, MAX_SIZE, &wanted)) {
        if let Ok(Some(bytes)) = bytes {
            facts.keep(file, bytes);
            read.insert(file);
        }
    }
    let mut offset_of_best = None;
    for &file in &read {
        let Ok(text) = facts.text(file) else { continue };
        let titled = titles.find_iter(text.as_bytes()).next().map(|found| found.start());
        let slugged = || text.match_indices('\n').map(|(at, _)| at + 1).chain([0]).find(|&start| {
            let line = text.get(start..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
            names_it(line, &own)
        });
        if let Some(offset) = titled.or_else(slugged) {
            offset_of_best = Some((file, offset, text));
            break;
        }
    }
    match offset_of_best {
        Some((file, offset, text)) => Answer::yes(place(facts.path(file), &text, offset)),
        None if more => Answer::new(Truth::Unknown(format!("there are more than {MAX_FILES} layouts and footers, and not all were read"))),
        None => {
            let mut answer = Answer::no();
            answer.evidence.extend(files.iter().take(3).map(|&file| crate::value::Evidence::file(facts.path(file))));
            answer
        }
    }
}

/// How an address, a route or a helper spells the page: words joined by hyphens.
fn slugs(path: &str) -> Vec<String> {
    let mut parts = path.rsplit('/');
    let stem = |name: &str| text::hyphenated(name.trim_start_matches(['_', '.']).split('.').next().unwrap_or_default());
    let first = stem(parts.next().unwrap_or(path));
    let mut slugs = vec![first.clone()];
    if matches!(first.as_str(), "index" | "page" | "show" | "content" | "main" | "view" | "default" | "template") {
        slugs = parts.next().map(stem).into_iter().collect();
    }
    for suffix in ["-statement", "-page", "-view", "-content"] {
        if let Some(short) = first.strip_suffix(suffix) {
            slugs.push(short.to_owned());
        }
    }
    slugs.retain(|slug| slug.len() >= 5);
    slugs
}

/// Whether a line links to the page.
fn names_it(line: &str, slugs: &[String]) -> bool {
    if line.len() > 2000 || !slugs.iter().any(|slug| slug.split('-').next().is_some_and(|word| contains(line.as_bytes(), word))) {
        return false;
    }
    let lower = line.to_lowercase();
    let links = ["href", "to=", "url", "path", "link", "route", "src", "](", ": /", "t(", "text", "label", "title"];
    if !links.iter().any(|mark| lower.contains(mark)) || lower.contains("stylesheet") {
        return false;
    }
    let words = format!("-{}-", text::hyphenated(line));
    slugs.iter().any(|slug| words.contains(&format!("-{slug}-")))
}

/// Whether bytes hold a word, whatever the case of its letters.
fn contains(bytes: &[u8], word: &str) -> bool {
    let word = word.split('-').next().unwrap_or(word).as_bytes();
    word.len() >= 4 && bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}
