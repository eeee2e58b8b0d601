//! Evaluating a check against the facts, with an answer that may be that nothing can be known.

use crate::catalogue::Check;
use crate::data::{self, Broken};
use crate::document::Section;
use crate::facts::Facts;
use crate::host::HostFact;
use crate::manifest::{Dependency, Name};
use crate::pattern::Pattern;
use crate::pipeline::{self, Of};
use crate::text;
use crate::tree::Unreadable;
use crate::value::{Evidence, Value, quote};

/// Whether a check holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    /// The question does not arise, and why.
    NotAsked(String),
    /// Nobody can tell from what was read, and why.
    Unknown(String),
    /// A file could not be understood, and why.
    Error(String),
}

/// What a check found.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) truth: Truth,
    /// Where it was read. For an answer of no: what looks like it and is not.
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) value: Option<Value>,
    /// What is special about this answer, instead of the rule's own message.
    pub(crate) note: Option<String>,
    /// Whether the answer is no because there was no file to look at.
    pub(crate) nothing_read: bool,
}

impl Answer {
    pub(crate) fn new(truth: Truth) -> Self {
        Self { truth, evidence: Vec::new(), value: None, note: None, nothing_read: false }
    }

    pub(crate) fn yes(evidence: Evidence) -> Self {
        Self::new(Truth::Yes).with(evidence)
    }

    pub(crate) fn no() -> Self {
        Self::new(Truth::No)
    }

    pub(crate) fn with(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    pub(crate) fn value(mut self, value: Value) -> Self {
        self.value = Some(value);
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Shows this place instead of the others.
    pub(crate) fn replace_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = vec![evidence];
        self
    }

    /// A file that had to be read could not be.
    pub(crate) fn unreadable(path: &str, why: &Unreadable) -> Self {
        Self::new(Truth::Unknown(format!("{} could not be read: {why}", quote(path)))).with(Evidence::file(path))
    }

    /// A file that had to be understood could not be.
    pub(crate) fn broken(path: &str, why: &Broken) -> Self {
        let evidence = Evidence { line: why.line, ..Evidence::file(path) };
        Self::new(Truth::Error(format!("{} could not be understood: {why}", quote(path)))).with(evidence)
    }
}

/// The most places that are named for one rule.
pub(crate) const MAX_EVIDENCE: usize = 5;

pub(crate) fn evaluate(check: &Check, facts: &Facts<'_>) -> Answer {
    match check {
        Check::All(checks) => all(checks, facts),
        Check::Any(checks) => any(checks, facts),
        Check::Not(inner) => {
            let mut answer = evaluate(inner, facts);
            answer.truth = match answer.truth {
                Truth::Yes => Truth::No,
                // With no file to look at, the absence of a text in it proves nothing.
                Truth::No if answer.nothing_read => Truth::No,
                Truth::No => Truth::Yes,
                other => other,
            };
            answer
        }
        Check::Command { of, asks, how } => match of {
            Of::Documents => pipeline::documented(facts, asks),
            Of::Pipelines => pipeline::pipeline(facts, asks, *how),
            Of::Scripts => pipeline::scripts(facts, asks),
        },
        Check::Dependency { names, development } => dependency(facts, names, *development),
        Check::File { paths, at_least } => file(facts, *paths, *at_least),
        Check::Text { paths, patterns } => in_files(facts, *paths, |file| text_in(facts, file, patterns)),
        Check::Section { paths, headings, min_words, patterns } => {
            in_files(facts, *paths, |file| section_in(facts, file, headings, *min_words as usize, patterns))
        }
        Check::Key { paths, key, pattern } => {
            in_files(facts, *paths, |file| key_in(facts, file, key, pattern.as_ref()))
        }
        Check::Format { paths, shapes, ask } => crate::format::answer(facts, *paths, shapes, *ask),
        Check::History(question) => match facts.history() {
            Ok(history) => question.answer(history, facts.sources.today),
            Err(why) => Answer::new(Truth::Unknown(why.to_owned())),
        },
        Check::Host { fact, is, only_adds } => host(facts, *fact, is, *only_adds),
        Check::Import(question) => question.answer(facts),
        Check::Builtin(builtin) => builtin.run(facts),
    }
}

/// What the host says. `any` asks for any text; a number is a least number.
fn host(facts: &Facts<'_>, fact: HostFact, is: &str, only_adds: bool) -> Answer {
    let host = facts.sources.host;
    let Some(value) = host.known.get(&fact) else {
        // Where files decide, a host that nobody asked takes nothing away from what they say.
        let settled = only_adds && !host.asked;
        return Answer::new(if settled { Truth::No } else { Truth::Unknown(host.why_unknown(fact)) });
    };
    let holds = match (value.parse::<u64>(), is.parse::<u64>()) {
        (Ok(have), Ok(need)) => have >= need,
        _ if is == "any" => !value.trim().is_empty(),
        _ => value == is,
    };
    let mut evidence = Evidence::said(&format!("{}: {}", fact.name(), if value.is_empty() { "none" } else { value }));
    evidence.url.clone_from(&host.url);
    Answer::new(if holds { Truth::Yes } else { Truth::No }).with(evidence)
}

fn all(checks: &[Check], facts: &Facts<'_>) -> Answer {
    let mut whole = Answer::new(Truth::Yes);
    for check in checks {
        let answer = evaluate(check, facts);
        let settled = answer.truth == Truth::No;
        if settled {
            return answer;
        }
        if whole.truth == Truth::Yes && answer.truth != Truth::Yes {
            whole.truth = answer.truth;
        }
        whole.evidence.extend(answer.evidence);
        whole.value = whole.value.or(answer.value);
    }
    whole.evidence.truncate(MAX_EVIDENCE);
    whole
}

fn any(checks: &[Check], facts: &Facts<'_>) -> Answer {
    let mut best: Option<Answer> = None;
    let mut nothing_read = true;
    for check in checks {
        let answer = evaluate(check, facts);
        if answer.truth == Truth::Yes {
            return answer;
        }
        nothing_read &= answer.nothing_read;
        let rank = |answer: &Answer| match answer.truth {
            Truth::Error(_) => 4,
            Truth::Unknown(_) => 3,
            Truth::No if answer.note.is_some() => 2,
            _ => 1,
        };
        if best.as_ref().is_none_or(|best| rank(&answer) > rank(best)) {
            best = Some(answer);
        }
    }
    let mut best = best.unwrap_or_else(Answer::no);
    best.nothing_read = nothing_read;
    best
}

/// The packages that manifests ask for, each name at its first place.
fn dependency(facts: &Facts<'_>, names: &[Name], development: Option<bool>) -> Answer {
    let manifests = facts.manifests();
    let mut found: Vec<&Dependency> = Vec::new();
    for dependency in manifests.named(names) {
        let is_wanted = development.is_none_or(|wanted| wanted == dependency.development);
        let is_known = |known: &&Dependency| known.ecosystem == dependency.ecosystem && known.name == dependency.name;
        if is_wanted && !found.iter().any(is_known) {
            found.push(dependency);
        }
    }
    if let Some(first) = found.first() {
        let mut answer = Answer::new(Truth::Yes);
        answer.evidence = found.iter().take(MAX_EVIDENCE).map(|dependency| declared(facts, dependency)).collect();
        answer.value = manifests.version(facts, first).map(|(version, _)| Value::Text(quote(&version)));
        return answer;
    }
    if let Some((file, why)) = manifests.broken.first() {
        let path = facts.path(*file);
        let why = format!("{} could not be understood: {}", quote(path), quote(why));
        return Answer::new(Truth::Error(why)).with(Evidence::file(path));
    }
    if let Some((file, why)) = manifests.unread.first() {
        return Answer::unreadable(facts.path(*file), why);
    }
    let mut answer = Answer::no();
    answer.nothing_read = manifests.files == 0;
    answer
}

/// The line of a manifest that asks for a package.
pub(crate) fn declared(facts: &Facts<'_>, dependency: &Dependency) -> Evidence {
    let path = facts.path(dependency.file);
    let line = facts
        .text(dependency.file)
        .ok()
        .and_then(|text| text.lines().nth(dependency.line.saturating_sub(1) as usize).map(ToOwned::to_owned));
    Evidence::line(path, dependency.line, line.as_deref().unwrap_or(&dependency.name))
}

fn file(facts: &Facts<'_>, paths: usize, at_least: u32) -> Answer {
    let mut found = facts.files(paths).filter(|&file| !facts.is_empty(file));
    let shown: Vec<usize> = found.by_ref().take(at_least.max(1) as usize).collect();
    if shown.len() < at_least as usize {
        let answer = Answer::no();
        if let Some(empty) = facts.files(paths).find(|&file| facts.is_empty(file)) {
            let path = facts.path(empty);
            return answer.with(Evidence::file(path)).note(format!("{} is there, but it is empty.", quote(path)));
        }
        return answer;
    }
    let mut answer = Answer::new(Truth::Yes);
    answer.evidence = shown.into_iter().take(MAX_EVIDENCE).map(|file| Evidence::file(facts.path(file))).collect();
    answer
}

/// Asks each file in turn until one says yes. With no file at all, the answer is no.
fn in_files(facts: &Facts<'_>, paths: usize, ask: impl Fn(usize) -> Answer) -> Answer {
    let mut answer: Option<Answer> = None;
    for file in facts.files(paths) {
        let next = ask(file);
        match next.truth {
            Truth::Yes => return next,
            // What could not be read may hold the answer.
            Truth::Unknown(_) | Truth::Error(_) => answer = Some(next),
            _ => answer = answer.or(Some(next)),
        }
    }
    answer.unwrap_or_else(|| {
        let mut answer = Answer::no();
        answer.nothing_read = true;
        answer
    })
}

fn text_in(facts: &Facts<'_>, file: usize, patterns: &[Pattern]) -> Answer {
    let path = facts.path(file);
    let text = match facts.text(file) {
        Ok(text) => text,
        Err(Unreadable::Binary) => return Answer::no(),
        Err(why) => return Answer::unreadable(path, &why),
    };
    let Ok(lower) = facts.lower(file) else { return Answer::no() };
    let first = patterns.iter().filter_map(|pattern| pattern.find_in_lower(&lower)).min();
    // Lower case may have other lengths, but it has the same lines.
    first.map_or_else(Answer::no, |offset| place_on_line(path, &text, line_of(&lower, offset)))
}

fn place_on_line(path: &str, text: &str, line: usize) -> Answer {
    let shown = text.lines().nth(line - 1).unwrap_or_default();
    Answer::yes(Evidence::line(path, u32::try_from(line).unwrap_or(u32::MAX), shown))
}

/// The number, from 1, of the line that an offset stands on.
fn line_of(text: &str, offset: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..offset.min(text.len())]).count() + 1
}

/// The line of a file that an offset stands on.
pub(crate) fn place(path: &str, text: &str, offset: usize) -> Evidence {
    let line = line_of(text, offset);
    Evidence::line(path, u32::try_from(line).unwrap_or(u32::MAX), text.lines().nth(line - 1).unwrap_or_default())
}

/// Whether a heading holds one of these normalised words.
pub(crate) fn heading_matches(heading: &str, wanted: &[String]) -> bool {
    let heading = text::words(heading);
    wanted.iter().any(|word| heading.contains(word.as_str()))
}

fn section_in(facts: &Facts<'_>, file: usize, headings: &[String], min_words: usize, patterns: &[Pattern]) -> Answer {
    let path = facts.path(file);
    let document = match facts.document(file) {
        Ok(document) => document,
        Err(Unreadable::Binary) => return Answer::no(),
        Err(why) => return Answer::unreadable(path, &why),
    };
    let mut empty = None;
    for section in document.sections().filter(|section| heading_matches(&section.heading.text, headings)) {
        let holds = || {
            patterns.is_empty() || {
                let text = section.text();
                patterns.iter().any(|p| p.is_match(&text))
            }
        };
        if section.words() >= min_words && holds() {
            return Answer::yes(section_evidence(path, &section));
        }
        empty = empty.or(Some(section_evidence(path, &section)));
    }
    empty.map_or_else(Answer::no, |evidence| Answer::no().with(evidence))
}

pub(crate) fn section_evidence(path: &str, section: &Section<'_>) -> Evidence {
    Evidence::line(path, section.heading.line, &section.heading.text).to(section.end_line())
}

fn key_in(facts: &Facts<'_>, file: usize, key: &[String], pattern: Option<&Pattern>) -> Answer {
    let path = facts.path(file);
    let loaded = match facts.data(file) {
        Ok(Ok(loaded)) => loaded,
        Ok(Err(broken)) => return Answer::broken(path, &broken),
        Err(why) => return Answer::unreadable(path, &why),
    };
    let keys: Vec<&str> = key.iter().map(String::as_str).collect();
    let shown = match loaded.root.at(&keys) {
        Some(value) if !value.is_blank() => value.to_string(),
        _ => return Answer::no(),
    };
    if pattern.is_some_and(|pattern| !pattern.is_match(&shown)) {
        return Answer::no();
    }
    Answer::yes(key_evidence(facts, file, &keys, &shown)).value(Value::Text(quote(&shown)))
}

/// The place of a key of a YAML or JSON file, with what it says.
pub(crate) fn key_evidence(facts: &Facts<'_>, file: usize, keys: &[&str], shown: &str) -> Evidence {
    let path = facts.path(file);
    let line = facts.text(file).ok().and_then(|text| data::line(path, &text, &data::place(keys)));
    match line {
        Some(line) => Evidence::line(path, line, &format!("{}: {shown}", keys.join("."))),
        None => Evidence::file(path),
    }
}
