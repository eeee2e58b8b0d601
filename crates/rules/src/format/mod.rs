//! File formats as data: the shape of `publiccode.yml`, `code.json` and others, and whether a file has it.
//!
//! - [`definition`]: a shape as it is written in `vocabulary/formats/NAME.yml`;
//! - [`shape`]: a shape as it was validated, packed until a rule needs it;
//! - [`compile`]: from the one to the other;
//! - [`validate`]: the mistakes of a file against a shape, each with its key path and a plain sentence;
//! - [`scalar`]: what is a date, an address, a language tag, an SPDX expression.

pub(crate) mod compile;
pub(crate) mod definition;
pub(crate) mod scalar;
pub(crate) mod shape;
#[cfg(test)]
mod tests;
mod validate;

use crate::check::{Answer, MAX_EVIDENCE, Truth};
use crate::data::{self, Data};
use crate::facts::Facts;
use crate::value::{Evidence, Value, quote};

pub(crate) use shape::{Ask, Shape};
use validate::{Context, Fault, MAX_FAULTS};

/// The most files of one format that are looked at.
const MAX_FILES: usize = 20;
/// The most mistakes that a message names.
const MAX_NAMED: usize = 5;

/// Whether each of the files has one of the shapes. The first shape that recognises a file is the one it must have; files that
/// none recognises are something else that has the same name.
pub(crate) fn answer(facts: &Facts<'_>, paths: usize, shapes: &[String], ask: Ask) -> Answer {
    let shapes: Vec<&Shape> = shapes.iter().filter_map(|name| facts.shape(name)).collect();
    let title = shapes.first().map_or("", |shape| shape.title.as_str());
    let files: Vec<usize> = facts.files(paths).filter(|&file| !facts.is_empty(file)).take(MAX_FILES).collect();
    let mut good: Option<Answer> = None;
    let mut bad: Option<Answer> = None;
    let mut other = None;
    for &file in &files {
        match one(facts, file, &shapes, ask) {
            None => other = other.or(Some(file)),
            Some(answer) if answer.truth == Truth::Yes => good = good.or(Some(answer)),
            Some(answer) if answer.truth == Truth::No => bad = bad.or(Some(answer)),
            Some(answer) => return answer,
        }
    }
    if let Some(answer) = bad.or(good) {
        return answer;
    }
    match other {
        Some(file) => {
            let path = facts.path(file);
            Answer::new(Truth::NotAsked(format!("{} is something else than {title}", quote(path))))
                .with(Evidence::file(path))
        }
        None => Answer::new(Truth::NotAsked(format!("there is no file with {title}"))),
    }
}

/// What one file says. `None` when no shape recognises it.
fn one(facts: &Facts<'_>, file: usize, shapes: &[&Shape], ask: Ask) -> Option<Answer> {
    let path = facts.path(file);
    let loaded = match facts.data(file) {
        Ok(Ok(loaded)) => loaded,
        Ok(Err(broken)) => return Some(Answer::broken(path, &broken)),
        Err(why) => return Some(Answer::unreadable(path, &why)),
    };
    let shape = shapes.iter().find(|shape| shape.recognises(&loaded.root))?;
    if let Some(repeated) = &loaded.repeated {
        return Some(Answer::broken(path, repeated));
    }
    let exists = |path: &str| facts.at(path).is_some();
    let context = Context { codes: &facts.catalogue.vocabulary.codes, exists: &exists };
    let text = match facts.text(file) {
        Ok(text) => text,
        Err(why) => return Some(Answer::unreadable(path, &why)),
    };
    let mut faults = validate::faults(&loaded.root, shape, &context, ask == Ask::Current);
    if ask == Ask::Valid
        && let Some(line) = text.lines().position(|line| line.contains(char::REPLACEMENT_CHARACTER))
    {
        faults.insert(0, Fault::of_file(format!("line {} holds bytes that are not UTF-8", line + 1)));
    }
    let version = shape.version_of(&loaded.root);
    let name = match &version {
        Some(version) => format!("{} {}", shape.title, quote(version)),
        None => shape.title.clone(),
    };
    let value = Value::Text(name.clone());
    if faults.is_empty() {
        let says = match ask {
            Ask::Valid => format!("{} is valid as {name}.", quote(path)),
            Ask::Current => format!("{} uses nothing that {} has deprecated.", quote(path), shape.title),
        };
        let place = match (&version, &shape.version) {
            (Some(version), Some(key)) => crate::check::key_evidence(facts, file, &[key.key.as_str()], version),
            _ => Evidence::file(path),
        };
        return Some(Answer::yes(place).value(value).note(says));
    }
    let mut answer = Answer::no().value(value).note(message(path, &name, &faults, ask));
    for fault in faults.iter().take(MAX_EVIDENCE) {
        let evidence = match data::line(path, &text, &fault.at) {
            Some(line) => {
                let shown = text.lines().nth(line as usize - 1).unwrap_or_default();
                Evidence::line(path, line, shown)
            }
            None => Evidence::file(path),
        };
        if !answer.evidence.contains(&evidence) {
            answer = answer.with(evidence);
        }
    }
    Some(answer)
}

/// All that is wrong with a file, in one sentence.
fn message(path: &str, name: &str, faults: &[Fault], ask: Ask) -> String {
    let what = match (ask, faults.len()) {
        (Ask::Valid, 1) => format!("has a mistake, read as {name}"),
        (Ask::Valid, MAX_FAULTS..) => format!("has {MAX_FAULTS} mistakes or more, read as {name}"),
        (Ask::Valid, n) => format!("has {n} mistakes, read as {name}"),
        (Ask::Current, 1) => "uses something that is deprecated".to_owned(),
        (Ask::Current, n) => format!("uses {n} things that are deprecated"),
    };
    let named: Vec<String> = faults.iter().take(MAX_NAMED).map(ToString::to_string).collect();
    let rest = match faults.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        n => format!("; and {n} more"),
    };
    let all = format!("{} {what}: {}{rest}", quote(path), named.join("; "));
    if all.ends_with('?') { all } else { all + "." }
}

impl Shape {
    /// Whether a file's data looks as if it were meant to have this shape.
    fn recognises(&self, root: &Data) -> bool {
        let has = |key: &String| match (root, self.is_list) {
            (Data::Map(_), false) => root.get(key).is_some(),
            (Data::List(items), true) => items.iter().any(|item| item.get(key).is_some()),
            _ => false,
        };
        let right_kind = matches!((root, self.is_list), (Data::Map(_), false) | (Data::List(_), true));
        let unmistakable = self.has_all.is_empty() && self.has_any.is_empty() && self.has_none.is_empty();
        // Where nothing tells the format apart, its name does, and the wrong kind of data is a mistake.
        unmistakable
            || right_kind
                && self.has_all.iter().all(has)
                && (self.has_any.is_empty() || self.has_any.iter().any(has))
                && !self.has_none.iter().any(has)
    }

    /// The version that a file says it has, or that the shape itself stands for.
    fn version_of(&self, root: &Data) -> Option<String> {
        let said = self.version.as_ref().and_then(|version| root.get(&version.key)).filter(|said| !said.is_blank());
        said.map(ToString::to_string)
    }
}
