//! Reading YAML into plain structs. The only module that knows the YAML parser, with [`crate::data`] for a repository's own files.
//!
//! A person who writes a rule should see all mistakes of a file at once, each at its place. The parser stops at the first
//! wrong value and keeps no positions of right ones, so this module decodes again without the part that was refused, and
//! finds a position by walking the text to a key path ([`Document::span`]). Definitions therefore are structs whose fields
//! may all be missing; what must be there is checked by the code that validates them.

use std::fmt;

use miette::SourceSpan;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_yaml::Value;

use crate::problem::{Problem, Source};

/// The largest YAML text that is read, in bytes. A definition or configuration is a few kilobytes.
const MAX_TEXT: usize = 1 << 20;
/// How many wrong values of one file are reported before giving up on it.
const MAX_MISTAKES: usize = 50;

/// One step from a YAML node to a node inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// Where a value stands: the steps from the root of the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct At(Vec<Step>);

impl At {
    /// The root of a document.
    pub(crate) fn root() -> Self {
        Self::default()
    }

    /// The place one step further in.
    pub(crate) fn of(&self, step: impl Into<Step>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if i == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A YAML text with the mistakes found in it so far.
pub(crate) struct Document<'a> {
    pub(crate) source: &'a Source,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Document<'a> {
    /// Decodes a text. Where a part has the wrong shape it is reported, left out, and the rest is decoded all the same.
    pub(crate) fn read<T: DeserializeOwned + Default>(source: &'a Source) -> (Self, T) {
        let mut document = Self { source, problems: Vec::new() };
        let value = document.read_as().unwrap_or_default();
        (document, value)
    }

    fn read_as<T: DeserializeOwned>(&mut self) -> Option<T> {
        if self.source.text.len() > MAX_TEXT {
            self.problems.push(self.source.problem(format!("larger than {} KiB, so it was not read", MAX_TEXT >> 10)));
            return None;
        }
        if self.source.text.trim().is_empty() {
            self.problems.push(self.source.problem("the file is empty"));
            return None;
        }
        let mut value: Value = match serde_yaml::from_str(&self.source.text) {
            Ok(value) => value,
            Err(error) => {
                self.syntax_error(&error);
                return None;
            }
        };
        let mut removed: Vec<At> = Vec::new();
        for _ in 0..MAX_MISTAKES {
            let mut track = serde_path_to_error::Track::new();
            let mut unknown = Vec::new();
            let decoder = serde_path_to_error::Deserializer::new(value.clone(), &mut track);
            let result = serde_ignored::deserialize(decoder, |path| unknown.push(steps_of(&path)));
            match result {
                Ok(decoded) => {
                    for place in unknown {
                        let place = before_removals(place, &removed);
                        self.unknown_key(&place);
                    }
                    return Some(decoded);
                }
                Err(error) => {
                    let error: serde_yaml::Error = error;
                    let place = At(track
                        .path()
                        .iter()
                        .filter_map(|segment| match segment {
                            serde_path_to_error::Segment::Seq { index } => Some(Step::Index(*index)),
                            serde_path_to_error::Segment::Map { key } => Some(Step::Key(key.clone())),
                            _ => None,
                        })
                        .collect());
                    let message = plain_message(&error.to_string());
                    let written = before_removals(place.clone(), &removed);
                    self.problem(&written, message);
                    if !remove(&mut value, &place) {
                        return None;
                    }
                    removed.push(written);
                }
            }
        }
        None
    }

    /// Reports a mistake at a value.
    pub(crate) fn problem(&mut self, at: &At, message: impl Into<String>) {
        let problem = self.problem_at(at, message);
        self.problems.push(problem);
    }

    /// Reports a mistake at a value, with what to do about it.
    pub(crate) fn problem_with_help(&mut self, at: &At, message: impl Into<String>, help: impl Into<String>) {
        let problem = self.problem_at(at, message).with_help(help);
        self.problems.push(problem);
    }

    /// Reports a mistake at a key whose name is wrong, with what to do about it.
    pub(crate) fn problem_at_key(&mut self, at: &At, message: impl Into<String>, help: Option<String>) {
        let message = message.into();
        let shown = format!("{}: `{at}`: {message}", self.source.name);
        let problem = Problem::at(self.source, self.span(at, true), shown, message);
        self.problems.push(match help {
            Some(help) => problem.with_help(help),
            None => problem,
        });
    }

    /// Where a value stands, as `FILE:LINE`.
    pub(crate) fn place(&self, at: &At) -> String {
        let before = self.source.text.get(..self.span(at, false).offset()).unwrap_or_default();
        format!("{}:{}", self.source.name, before.matches('\n').count() + 1)
    }

    fn problem_at(&self, at: &At, message: impl Into<String>) -> Problem {
        let message = message.into();
        let shown = if at.0.is_empty() {
            format!("{}: {message}", self.source.name)
        } else {
            format!("{}: `{at}`: {message}", self.source.name)
        };
        Problem::at(self.source, self.span(at, false), shown, message)
    }

    fn unknown_key(&mut self, at: &At) {
        let Some(Step::Key(key)) = at.0.last() else { return };
        let message = format!("unknown key `{key}`");
        let problem =
            Problem::at(self.source, self.span(at, true), format!("{}: {message}", self.source.name), message);
        self.problems.push(problem);
    }

    fn syntax_error(&mut self, error: &serde_yaml::Error) {
        let message = plain_message(&error.to_string());
        let span = self
            .repeated_key(&message)
            .or_else(|| error.location().map(|place| (place.line(), place.column())))
            .map_or_else(|| (0, 0).into(), |(line, column)| self.token_at(line, column, false));
        let shown = format!("{}: not valid YAML: {message}", self.source.name);
        self.problems.push(Problem::at(self.source, span, shown, message));
    }

    /// The parser says that a key stands twice but not where: the second line that begins with it.
    fn repeated_key(&self, message: &str) -> Option<(usize, usize)> {
        let key = message.split("duplicate entry with key ").nth(1)?.split('"').nth(1)?.to_owned() + ":";
        let mut seen: Vec<usize> = Vec::new();
        for (number, line) in self.source.text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            if line.trim_start().starts_with(&key) {
                if seen.contains(&indent) {
                    return Some((number + 1, indent + 1));
                }
                seen.push(indent);
            }
        }
        None
    }

    /// The place of a value, or of its key, in the text. A value that is missing has the place of the nearest node around it.
    fn span(&self, at: &At, key: bool) -> SourceSpan {
        for known in (0..=at.0.len()).rev() {
            let seed_key = key && known == at.0.len();
            let seed = Locate { steps: &at.0[..known], key: seed_key };
            if let Err(error) = seed.deserialize(serde_yaml::Deserializer::from_str(&self.source.text))
                && let Some(place) = error.location()
            {
                return self.token_at(place.line(), place.column(), seed_key);
            }
        }
        (0, 0).into()
    }

    /// The span from a place to the end of what is written there on its line.
    fn token_at(&self, line: usize, column: usize, key: bool) -> SourceSpan {
        let text = &*self.source.text;
        let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let rest = &text[start.min(text.len())..];
        let rest = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let skip: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        let token = &rest[skip.min(rest.len())..];
        let token = token.split(" #").next().unwrap_or(token).trim_end();
        // A key ends before its colon.
        let token = if key { token.split(':').next().unwrap_or(token) } else { token };
        // Inside `[a, b]` the value ends before the next mark.
        let in_flow = rest[..skip.min(rest.len())].contains(['[', '{']) && !token.starts_with(['"', '\'', '[', '{']);
        let token = if in_flow { token.split([',', ']', '}']).next().unwrap_or(token) } else { token };
        (start + skip, token.len()).into()
    }
}

/// The parser's message without the position it appends, which is shown by the caret instead.
fn plain_message(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    let message = message.split(": ").last().filter(|tail| tail.starts_with("invalid type")).unwrap_or(message);
    message.to_owned()
}

fn steps_of(path: &serde_ignored::Path<'_>) -> At {
    use serde_ignored::Path;
    match path {
        Path::Root => At::root(),
        Path::Seq { parent, index } => steps_of(parent).of(*index),
        Path::Map { parent, key } => steps_of(parent).of(key.as_str()),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => steps_of(parent),
    }
}

/// Takes a refused node out, so that the rest can be decoded. False when there is nothing left to take out.
fn remove(value: &mut Value, at: &At) -> bool {
    let Some((last, parents)) = at.0.split_last() else { return false };
    let mut node = value;
    for step in parents {
        let inner = match (step, node) {
            (Step::Key(key), Value::Mapping(map)) => map.get_mut(key.as_str()),
            (Step::Index(index), Value::Sequence(list)) => list.get_mut(*index),
            _ => None,
        };
        let Some(inner) = inner else { return false };
        node = inner;
    }
    match (last, node) {
        (Step::Key(key), Value::Mapping(map)) => map.remove(key.as_str()).is_some(),
        (Step::Index(index), Value::Sequence(list)) if *index < list.len() => {
            list.remove(*index);
            true
        }
        _ => false,
    }
}

/// Where a node stood before earlier list items were taken out.
fn before_removals(at: At, removed: &[At]) -> At {
    let mut at = at;
    for gone in removed {
        let Some((Step::Index(index), parents)) = gone.0.split_last() else { continue };
        if at.0.len() > parents.len()
            && at.0[..parents.len()] == *parents
            && let Step::Index(here) = &mut at.0[parents.len()]
            && *here >= *index
        {
            *here += 1;
        }
    }
    at
}

/// Walks to a node and fails there on purpose: the parser puts the position into the error.
struct Locate<'a> {
    steps: &'a [Step],
    key: bool,
}

impl<'de> DeserializeSeed<'de> for Locate<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.steps.is_empty() { deserializer.deserialize_any(Here) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Locate<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map or a list")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // What is not looked for is read too: a decoder refuses a map or list that is left half way.
        let wanted = if let Step::Key(wanted) = &self.steps[0] { wanted.as_str() } else { "" };
        let looks = matches!(self.steps[0], Step::Key(_));
        let last = self.steps.len() == 1;
        while let Some(found) = map.next_key_seed(KeyIs { wanted, fail: looks && self.key && last })? {
            if found && looks {
                map.next_value_seed(Locate { steps: &self.steps[1..], key: self.key })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if let Step::Index(wanted) = self.steps[0] {
            for _ in 0..wanted {
                if list.next_element::<IgnoredAny>()?.is_none() {
                    return Ok(());
                }
            }
            list.next_element_seed(Locate { steps: &self.steps[1..], key: self.key })?;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }
}

struct KeyIs<'a> {
    wanted: &'a str,
    fail: bool,
}

impl<'de> DeserializeSeed<'de> for KeyIs<'_> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for KeyIs<'_> {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<bool, E> {
        if key == self.wanted && self.fail {
            return Err(E::custom("here"));
        }
        Ok(key == self.wanted)
    }
    fn visit_bool<E: serde::de::Error>(self, key: bool) -> Result<bool, E> {
        self.visit_str(&key.to_string())
    }
    fn visit_i64<E: serde::de::Error>(self, key: i64) -> Result<bool, E> {
        self.visit_str(&key.to_string())
    }
    fn visit_u64<E: serde::de::Error>(self, key: u64) -> Result<bool, E> {
        self.visit_str(&key.to_string())
    }
    fn visit_f64<E: serde::de::Error>(self, key: f64) -> Result<bool, E> {
        self.visit_str(&key.to_string())
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<bool, E> {
        self.visit_str("null")
    }
}

/// Refuses whatever it is shown.
struct Here;

impl<'de> Visitor<'de> for Here {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing")
    }
    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(A::Error::custom("here"))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(A::Error::custom("here"))
    }
}

/// The line, from 1, of a key or list item of a YAML or JSON text. What is missing has the line of the nearest node around it;
/// what is missing at the top has none.
pub(crate) fn line_of(text: &str, at: &At, json: bool) -> Option<usize> {
    for known in (1..=at.0.len()).rev() {
        let key = matches!(at.0[known - 1], Step::Key(_));
        let seed = Locate { steps: &at.0[..known], key };
        let line = if json {
            let error = seed.deserialize(&mut serde_json::Deserializer::from_str(text)).err();
            error.map(|error| error.line()).filter(|line| *line > 0)
        } else {
            let error = seed.deserialize(serde_yaml::Deserializer::from_str(text)).err();
            error.and_then(|error| error.location()).map(|place| place.line())
        };
        if line.is_some() {
            return line;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(default)]
    struct Sample {
        name: Option<String>,
        list: Vec<Item>,
    }
    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(default)]
    struct Item {
        size: Option<u32>,
    }

    fn spans(text: &str) -> (Sample, Vec<String>) {
        let source = Source::new("s.yml", text);
        let (document, sample) = Document::read::<Sample>(&source);
        let shown = document
            .problems
            .iter()
            .map(|p| {
                let span = miette::Diagnostic::labels(p).and_then(|mut l| l.next());
                let shown = span.map_or("", |s| &text[s.offset()..s.offset() + s.len()]);
                format!("{} @ {shown}", p.message())
            })
            .collect();
        (sample, shown)
    }

    #[test]
    fn every_mistake_is_reported_at_its_place() {
        let (sample, problems) =
            spans("nam: x\nname: [1]\nlist:\n  - size: big\n  - size: 3\n    colour: red\n  - {size: -1}\n");
        assert_eq!(sample.list.len(), 3);
        assert_eq!(sample.list[1].size, Some(3));
        insta::assert_debug_snapshot!(problems, @r#"
        [
            "s.yml: `name`: invalid type: sequence, expected a string @ [1]",
            "s.yml: `list[0].size`: invalid type: string \"big\", expected u32 @ big",
            "s.yml: `list[2].size`: invalid value: integer `-1`, expected u32 @ -1",
            "s.yml: unknown key `nam` @ nam",
            "s.yml: unknown key `colour` @ colour",
        ]
        "#);
    }

    #[test]
    fn a_good_value_has_a_place_too() {
        let source = Source::new("s.yml", "name: é x # why\nlist:\n  - size: 3\n");
        let (document, _) = Document::read::<Sample>(&source);
        let at = |at: &At| {
            let span = document.span(at, false);
            &source.text[span.offset()..span.offset() + span.len()]
        };
        assert_eq!(at(&At::root().of("name")), "é x");
        assert_eq!(at(&At::root().of("list").of(0).of("size")), "3");
        assert_eq!(at(&At::root().of("list").of(0).of("missing")), "size: 3");
    }

    #[test]
    fn broken_and_repeated() {
        assert_eq!(spans("a: [1").1.len(), 1);
        insta::assert_debug_snapshot!(spans("name: a\nlist: []\nname: b\n").1, @r#"
        [
            "s.yml: not valid YAML: duplicate entry with key \"name\" @ name: b",
        ]
        "#);
        insta::assert_debug_snapshot!(spans("").1, @r#"
        [
            "s.yml: the file is empty @ ",
        ]
        "#);
    }

    #[test]
    fn a_bomb_is_refused_quickly() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for n in 1..30 {
            let before = format!("*a{}", n - 1);
            text += &format!("a{n}: &a{n} [{}]\n", [before.as_str(); 9].join(","));
        }
        let (_, problems) = spans(&text);
        assert_eq!(problems.len(), 1, "{problems:?}");
        let deep = "[".repeat(100_000);
        assert_eq!(spans(&deep).1.len(), 1);
    }
}
