//! Whether a statement is linked from what stands on every page: the layout, the footer, the navigation or a home page.

use std::rc::Rc;

use super::find;
use crate::check::{Answer, Truth, place};
use crate::facts::Facts;
use crate::text;
use crate::value::Evidence;

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
    let stems = find::stems(facts);
    let wanted = |bytes: &[u8]| {
        stems.is_match(bytes) || own.iter().any(|slug| contains(bytes, slug)) || contains(bytes, "footer")
    };
    let read = facts.holding(files, MAX_SIZE, &wanted).found;
    let texts: Vec<(usize, Rc<str>)> =
        read.into_iter().filter_map(|file| Some((file, facts.text(file).ok()?))).collect();
    // A title says more than an address, so it is looked for first, in all files.
    let titled = texts.iter().find_map(|(file, text)| Some((file, text, titles.find(text.as_bytes())?.start())));
    let addressed = || {
        texts.iter().find_map(|(file, text)| {
            let mut starts = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1));
            let line = |start: usize| text.get(start..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
            Some((file, text, starts.find(|&start| names_it(facts, line(start), &own))?))
        })
    };
    if let Some((file, text, offset)) = titled.or_else(addressed) {
        return Answer::yes(place(facts.path(*file), text, offset));
    }
    let has_links = |text: &str| contains(text.as_bytes(), "footer") && contains(text.as_bytes(), "href");
    match texts.iter().find(|(_, text)| has_links(text)) {
        Some((file, _)) if !more => Answer::no().with(Evidence::file(facts.path(*file))),
        Some(_) => Answer::new(Truth::Unknown(format!(
            "there are more than {MAX_FILES} layouts and footers, and not all were read"
        ))),
        None => Answer::new(Truth::Unknown("the footer with its links is not among the files".to_owned())),
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

/// Whether a line links to the page: an address, a route or a label that is nothing but the name of a statement's page.
fn names_it(facts: &Facts<'_>, line: &str, own: &[String]) -> bool {
    let statements = &facts.catalogue.vocabulary.statements;
    if line.len() > 4000
        || !(find::stems(facts).is_match(line.as_bytes()) || own.iter().any(|slug| contains(line.as_bytes(), slug)))
    {
        return false;
    }
    let lower = line.to_lowercase();
    let is_code = ["stylesheet", ".css", "import ", "require("].iter().any(|mark| lower.contains(mark));
    if is_code {
        return false;
    }
    let links = [
        "href", "to=", "to:", "url", "path", "link", "route", "](", "t(", "text", "label", "title", "name", "http",
        ": /", "'/", "\"/",
    ];
    if !links.iter().any(|mark| lower.contains(mark)) {
        return false;
    }
    let is_edge = |c: char| matches!(c, '"' | '\'' | '`' | '/' | '(' | ')' | '>' | '<' | '.' | ':' | '#' | '?');
    let mut edges = line.match_indices(is_edge).map(|(at, edge)| (at, at + edge.len())).peekable();
    let mut start = 0;
    while start <= line.len() {
        let (end, next) = edges.next().unwrap_or((line.len(), line.len() + 1));
        let part = line.get(start..end).unwrap_or_default().trim();
        let name = text::hyphenated(part);
        let name = name.strip_suffix("-path").or_else(|| name.strip_suffix("-url")).unwrap_or(&name).to_owned();
        if name.len() >= 4
            && (statements.names.contains(&name) || statements.may_be.contains(&name) || own.contains(&name))
        {
            return true;
        }
        start = next;
    }
    // `accessibility_path` and `footer-accessibility-statement-url` stand among other words.
    let words = lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).map(text::hyphenated);
    words.into_iter().any(|word| {
        let short = word.strip_suffix("-path").or_else(|| word.strip_suffix("-url")).unwrap_or_default();
        let whole = format!("-{word}-");
        statements.may_be.iter().any(|name| name == short)
            || statements.names.iter().chain(own).any(|name| name.contains('-') && whole.contains(&format!("-{name}-")))
    })
}

/// Whether bytes hold a word, whatever the case of its letters.
fn contains(bytes: &[u8], word: &str) -> bool {
    let word = word.split('-').next().unwrap_or(word).as_bytes();
    word.len() >= 4 && bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}
