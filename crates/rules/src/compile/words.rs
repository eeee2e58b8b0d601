//! What the definitions share: required texts, words of a closed set, names that must exist.

use std::str::FromStr;

use crate::definition::ReferenceDef;
use crate::detect::statement::wording::Wording;
use crate::manifest::Name;
use crate::pattern::Pattern;
use crate::pipeline::CommandPattern;
use crate::problem::Source;
use crate::value::Kind;
use crate::yaml::{At, Document};

pub(super) fn file_stem(source: &Source) -> &str {
    let name = source.name.rsplit(['/', '\\']).next().unwrap_or(&source.name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

pub(super) fn file_id(document: &mut Document<'_>, id: Option<&str>) -> Option<String> {
    let stem = file_stem(document.source).to_owned();
    let id = required(document, &At::root(), "id", id)?;
    if id != stem {
        document.problem(&At::root().of("id"), format!("the file is called `{stem}`"));
    }
    Some(id.to_owned())
}

pub(crate) fn required<'a>(document: &mut Document<'_>, at: &At, key: &str, value: Option<&'a str>) -> Option<&'a str> {
    match value.map(str::trim) {
        Some("") => {
            document.problem(&at.of(key), "this is empty");
            None
        }
        None => {
            document.problem(at, format!("`{key}` is missing"));
            None
        }
        text => text,
    }
}

pub(crate) fn word<T: FromStr<Err = String>>(
    document: &mut Document<'_>,
    at: &At,
    key: &str,
    value: Option<&str>,
) -> Option<T> {
    let value = required(document, at, key, value)?;
    match value.parse() {
        Ok(word) => Some(word),
        Err(message) => {
            document.problem(&at.of(key), message);
            None
        }
    }
}

pub(super) fn kinds(document: &mut Document<'_>, at: &At, words: &[String]) -> Vec<Kind> {
    if words.is_empty() {
        document.problem(at, "`kinds` is missing");
    }
    let mut kinds = Vec::new();
    for (i, word) in words.iter().enumerate() {
        match word.parse() {
            Ok(kind) => kinds.push(kind),
            Err(message) => document.problem(&at.of("kinds").of(i), message),
        }
    }
    kinds
}

pub(super) fn package_names(document: &mut Document<'_>, at: &At, written: &[String]) -> Vec<Name> {
    let mut names = Vec::new();
    for (i, name) in written.iter().enumerate() {
        match Name::parse(name) {
            Ok(name) => names.push(name),
            Err(message) => document.problem(&at.of(i), message),
        }
    }
    names
}

pub(super) fn references(document: &mut Document<'_>, at: &At, defs: &[ReferenceDef]) -> Vec<(String, String)> {
    let at = at.of("references");
    defs.iter().enumerate().filter_map(|(i, def)| reference(document, &at.of(i), def)).collect()
}

pub(super) fn reference(document: &mut Document<'_>, at: &At, def: &ReferenceDef) -> Option<(String, String)> {
    let title = required(document, at, "title", def.title.as_deref());
    let url = required(document, at, "url", def.url.as_deref());
    if url.is_some_and(|url| !url.starts_with("https://")) {
        document.problem(&at.of("url"), "an address starts with https://");
    }
    title.zip(url).map(|(title, url)| (title.to_owned(), url.to_owned()))
}

pub(crate) fn pattern(document: &mut Document<'_>, at: &At, text: &str) -> Option<Pattern> {
    match Pattern::new(text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let error = error.to_string();
            let reason = error.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(&error).to_owned();
            document.problem(at, format!("not a regular expression: {reason}"));
            None
        }
    }
}

pub(super) fn patterns(document: &mut Document<'_>, at: &At, texts: &[String]) -> Vec<Pattern> {
    texts.iter().enumerate().filter_map(|(i, text)| pattern(document, &at.of(i), text)).collect()
}

/// Words to look for in a statement.
pub(super) fn wordings(document: &mut Document<'_>, at: &At, written: &[String]) -> Vec<Wording> {
    let mut found = Vec::new();
    for (i, words) in written.iter().enumerate() {
        match Wording::new(words) {
            Some(wording) => found.push(wording),
            None => document.problem(&at.of(i), "there are no words in this"),
        }
    }
    found
}

pub(super) fn command_pattern(document: &mut Document<'_>, at: &At, text: &str) -> Vec<CommandPattern> {
    CommandPattern::parse(text).unwrap_or_else(|message| {
        document.problem(at, message);
        Vec::new()
    })
}

pub(super) fn command_patterns(document: &mut Document<'_>, at: &At, texts: &[String]) -> Vec<CommandPattern> {
    texts.iter().enumerate().flat_map(|(i, text)| command_pattern(document, &at.of(i), text)).collect()
}

pub(crate) fn unknown_name<'a>(
    document: &mut Document<'_>,
    at: &At,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) {
    let message = format!("there is no {what} called `{name}`");
    match nearest(name, known) {
        Some(near) => document.problem_with_help(at, message, format!("did you mean `{near}`?")),
        None => document.problem(at, message),
    }
}

/// As [`unknown_name`], where the name is the key of a map.
pub(crate) fn unknown_key<'a>(
    document: &mut Document<'_>,
    at: &At,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) {
    let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    document.problem_at_key(at, format!("there is no {what} called `{name}`"), help);
}

/// The known name nearest to a misspelt one, if one is near.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}

pub(super) fn is_kebab(id: &str) -> bool {
    let ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    id.split('-').all(|word| !word.is_empty() && word.chars().all(ok))
        && id.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Text that YAML folded over several lines.
pub(super) fn one_line(text: Option<&str>) -> String {
    text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}
