//! The data of a checked repository's own YAML or JSON file, read within bounds, and the lines that its keys stand on.
//!
//! Such a file is hostile input: aliases that multiply, a text repeated by reference, lists nested without end. Reading stops
//! at a number of values and of bytes. Positions are not kept: few are asked for, and each is found by walking the text again.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::value::quote;
use crate::yaml::{At, Step, line_of};

/// The most values that a file may hold, with those that aliases repeat.
const MAX_VALUES: usize = 100_000;
/// The most bytes of text that they may hold together.
const MAX_BYTES: usize = 8 << 20;
/// The most keys of one map of JSON that are compared to find one that stands twice.
const FEW: usize = 16;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    Null,
    Flag(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

impl Data {
    /// The value of a key of a map. Where a key stands twice, the last one counts.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value at the end of a path of keys.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |data, key| data.get(key))
    }

    /// The text at the end of a path of keys, without white space around it, if there is any.
    pub(crate) fn text_at(&self, keys: &[&str]) -> Option<&str> {
        self.at(keys)?.as_text()
    }

    /// A text that is not blank.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The items of a list; none for anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Whether nothing is said: no value, or a blank text.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Real(number) => write!(f, "{number:?}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().take(20).enumerate() {
                    write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Map(entries) => {
                f.write_str("{")?;
                for (i, (key, value)) in entries.iter().take(20).enumerate() {
                    write!(f, "{}{key}: {value}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Why a file cannot be understood, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) line: Option<u32>,
    pub(crate) why: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

/// A file that was understood.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) root: Data,
    /// A key that stands twice in the same map, so that nobody knows which one counts.
    pub(crate) repeated: Option<Broken>,
}

/// Whether a path names a JSON file.
pub(crate) fn is_json(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json") || end.eq_ignore_ascii_case("jsonld"))
}

/// Reads a file.
pub(crate) fn load(path: &str, text: &str) -> Result<Loaded, Broken> {
    let budget = Budget { values: Cell::new(MAX_VALUES), bytes: Cell::new(MAX_BYTES), ..Budget::default() };
    let root = read(path, text, &budget)?;
    let repeated = budget.repeated.take().map(|key| {
        let strict = Budget { strict: true, repeated: Cell::default(), ..budget };
        strict.values.set(MAX_VALUES);
        strict.bytes.set(MAX_BYTES);
        let line = read(path, text, &strict).err().and_then(|broken| broken.line);
        Broken { line, why: format!("the key `{}` stands twice in the same place", quote(&key)) }
    });
    Ok(Loaded { root, repeated })
}

/// The line, from 1, that a key or list item stands on. What is missing has the line of the nearest thing around it.
pub(crate) fn line(path: &str, text: &str, at: &At) -> Option<u32> {
    line_of(text, at, is_json(path)).and_then(|line| u32::try_from(line).ok())
}

fn read(path: &str, text: &str, budget: &Budget) -> Result<Data, Broken> {
    let seed = Build { budget };
    if is_json(path) {
        let mut decoder = serde_json::Deserializer::from_str(text);
        let read = seed.deserialize(&mut decoder).and_then(|data| decoder.end().map(|()| data));
        read.map_err(|error| {
            let why = plain(&error.to_string());
            let line = Some(error.line()).filter(|line| *line > 0);
            let comment = line.and_then(|line| text.lines().nth(line - 1)).is_some_and(is_comment);
            broken(line, if comment { "JSON has no comments" } else { &why }, "JSON")
        })
    } else {
        seed.deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| {
            let why = plain(&error.to_string());
            broken(error.location().map(|place| place.line()), &why, "YAML")
        })
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with("/*") || line.starts_with('#') || line.contains(" // ")
}

fn broken(line: Option<usize>, why: &str, language: &str) -> Broken {
    let line = line.and_then(|line| u32::try_from(line).ok());
    Broken { line, why: format!("this is not valid {language}: {}", quote(why)) }
}

/// A parser's message without the position, which is shown apart.
fn plain(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    match message {
        "recursion limit exceeded" => "it goes too deep, or refers to itself".to_owned(),
        message if message.contains("more than one document") => "it holds more than one document".to_owned(),
        message => message.trim().to_owned(),
    }
}

/// What may still be read, and what was noticed.
#[derive(Default)]
struct Budget {
    values: Cell<usize>,
    bytes: Cell<usize>,
    /// The first key that stands twice.
    repeated: Cell<Option<String>>,
    /// Whether to stop at it.
    strict: bool,
}

impl Budget {
    fn value<E: serde::de::Error>(&self, bytes: usize) -> Result<(), E> {
        match (self.values.get().checked_sub(1), self.bytes.get().checked_sub(bytes)) {
            (Some(values), Some(left)) => {
                self.values.set(values);
                self.bytes.set(left);
                Ok(())
            }
            _ => Err(E::custom("it holds more values than openly reads")),
        }
    }
}

#[derive(Clone, Copy)]
struct Build<'a> {
    budget: &'a Budget,
}

impl<'de> DeserializeSeed<'de> for Build<'_> {
    type Value = Data;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build<'_> {
    type Value = Data;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("data")
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Data, E> {
        self.budget.value(0).map(|()| Data::Flag(value))
    }
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Data, E> {
        self.budget.value(0).map(|()| Data::Integer(value))
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Data, E> {
        self.budget.value(0)?;
        Ok(i64::try_from(value).map_or_else(|_| Data::Text(value.to_string()), Data::Integer))
    }
    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Data, E> {
        self.budget.value(0).map(|()| Data::Text(value.to_string()))
    }
    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Data, E> {
        self.budget.value(0).map(|()| Data::Text(value.to_string()))
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Data, E> {
        self.budget.value(0).map(|()| Data::Real(value))
    }
    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Data, E> {
        self.budget.value(value.len()).map(|()| Data::Text(value.to_owned()))
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<Data, E> {
        self.budget.value(0).map(|()| Data::Null)
    }
    fn visit_none<E: serde::de::Error>(self) -> Result<Data, E> {
        self.visit_unit()
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        self.deserialize(deserializer)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Data, A::Error> {
        self.budget.value(0)?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Data::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
        self.budget.value(0)?;
        let mut entries: Vec<(String, Data)> = Vec::new();
        let mut merged = Vec::new();
        let mut many = HashSet::new();
        while let Some(key) = map.next_key_seed(Key { budget: self.budget, before: &entries, many: &many })? {
            let value = map.next_value_seed(self)?;
            match value {
                // A merge key brings in what another map says, where this one does not say it itself.
                Data::Map(inner) if key == "<<" => merged.extend(inner),
                Data::List(maps) if key == "<<" && maps.iter().all(|map| matches!(map, Data::Map(_))) => {
                    for map in maps {
                        merged.extend(if let Data::Map(inner) = map { inner } else { Vec::new() });
                    }
                }
                value => entries.push((key, value)),
            }
            if entries.len() > FEW {
                // Kept beside the entries only where looking through all of them would take long.
                if many.is_empty() {
                    many.extend(entries.iter().map(|(key, _)| key.clone()));
                } else if let Some((key, _)) = entries.last() {
                    many.insert(key.clone());
                }
            }
        }
        if !merged.is_empty() {
            let mut known: HashSet<String> = entries.iter().map(|(key, _)| key.clone()).collect();
            entries.extend(merged.into_iter().filter(|(key, _)| known.insert(key.clone())));
        }
        Ok(Data::Map(entries))
    }
}

/// A key, turned into text whatever it is. Lists and maps are refused as keys.
struct Key<'a> {
    budget: &'a Budget,
    before: &'a [(String, Data)],
    many: &'a HashSet<String>,
}

impl Key<'_> {
    fn take<E: serde::de::Error>(self, key: String) -> Result<String, E> {
        self.budget.value(key.len())?;
        let known = if self.many.is_empty() {
            self.before.iter().any(|(before, _)| *before == key)
        } else {
            self.many.contains(&key)
        };
        if known {
            if self.budget.strict {
                return Err(E::custom("stands twice"));
            }
            let first = self.budget.repeated.take();
            self.budget.repeated.set(first.or_else(|| Some(key.clone())));
        }
        Ok(key)
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is a text")
    }
    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<String, E> {
        self.take(key.to_owned())
    }
    fn visit_bool<E: serde::de::Error>(self, key: bool) -> Result<String, E> {
        self.take(key.to_string())
    }
    fn visit_i64<E: serde::de::Error>(self, key: i64) -> Result<String, E> {
        self.take(key.to_string())
    }
    fn visit_u64<E: serde::de::Error>(self, key: u64) -> Result<String, E> {
        self.take(key.to_string())
    }
    fn visit_f64<E: serde::de::Error>(self, key: f64) -> Result<String, E> {
        self.take(key.to_string())
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<String, E> {
        self.take("null".to_owned())
    }
    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(A::Error::custom("a map cannot be a key here"))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(A::Error::custom("a list cannot be a key here"))
    }
}

/// A path of keys as a place.
pub(crate) fn place(keys: &[&str]) -> At {
    keys.iter().fold(At::root(), |at, key| at.of(Step::from(*key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(path: &str, text: &str) -> String {
        load(path, text).expect_err("broken").to_string()
    }

    #[test]
    fn broken_files_say_where() {
        insta::assert_snapshot!(why("a.json", "{\n \"a\": 1,\n}"), @"line 3: this is not valid JSON: trailing comma");
        insta::assert_snapshot!(why("a.json", "{\n // why\n \"a\": 1}"), @"line 2: this is not valid JSON: JSON has no comments");
        insta::assert_snapshot!(why("a.yml", "a: 1\nb:\n\t- 2\n"), @"line 3: this is not valid YAML: found character that cannot start any token");
        insta::assert_snapshot!(why("a.yml", "a: 1\n--- \nb: 2\n"), @"this is not valid YAML: it holds more than one document");
        insta::assert_snapshot!(why("a.yml", "a: &x\n  b: *x\n"), @"line 1: this is not valid YAML: it goes too deep, or refers to itself");
        insta::assert_snapshot!(why("a.yml", "? [1, 2]\n: 3\n"), @"line 1: this is not valid YAML: a list cannot be a key here");
        insta::assert_snapshot!(why("a.yml", &"[".repeat(100_000)), @"line 1: this is not valid YAML: it goes too deep, or refers to itself");
        insta::assert_snapshot!(why("a.json", &"[".repeat(100_000)), @"line 1: this is not valid JSON: it goes too deep, or refers to itself");
    }

    #[test]
    fn a_key_that_stands_twice_is_noticed() {
        let loaded = load("a.yml", "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n").expect("data");
        assert_eq!(
            loaded.repeated.map(|b| b.to_string()).as_deref(),
            Some("line 5: the key `c` stands twice in the same place")
        );
        let loaded = load("a.json", "{\"a\": 1,\n\"a\": 2}").expect("data");
        assert_eq!(loaded.root.get("a"), Some(&Data::Integer(2)));
        assert_eq!(loaded.repeated.and_then(|b| b.line), Some(2));
        let many: String = (0..40).map(|n| format!("k{n}: 1\n")).collect();
        assert!(load("a.yml", &many).expect("data").repeated.is_none());
        assert!(load("a.yml", &(many + "k7: 1\n")).expect("data").repeated.is_some());
    }

    #[test]
    fn keys_of_every_kind_and_merges() {
        let loaded =
            load("a.yml", "base: &b {x: 1, y: 2}\n7: seven\ntrue: yes\nderived:\n  <<: *b\n  y: 3\n").expect("data");
        assert_eq!(loaded.root.get("7"), Some(&Data::Text("seven".into())));
        assert_eq!(loaded.root.get("true"), Some(&Data::Text("yes".into())));
        assert_eq!(loaded.root.at(&["derived", "x"]), Some(&Data::Integer(1)));
        assert_eq!(loaded.root.at(&["derived", "y"]), Some(&Data::Integer(3)));
    }

    #[test]
    fn bombs_end_quickly() {
        let mut wide = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for n in 1..30 {
            let before = format!("*a{}", n - 1);
            wide += &format!("a{n}: &a{n} [{}]\n", [before.as_str(); 9].join(","));
        }
        assert!(load("a.yml", &wide).is_err());
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(500_000), ["*a"; 50_000].join(","));
        assert!(load("a.yml", &long).is_err());
        let list = format!("a: &a [{}]\nb: [{}]\n", ["1"; 50_000].join(","), ["*a"; 50_000].join(","));
        assert!(load("a.yml", &list).is_err());
    }

    #[test]
    fn keys_have_lines() {
        let yaml = "# top\na:\n  - b: 1\n    c: 2\n";
        let at = At::root().of("a").of(0).of("c");
        assert_eq!(line("a.yml", yaml, &at), Some(4));
        assert_eq!(line("a.yml", yaml, &At::root().of("a").of(0).of("missing")), Some(3));
        assert_eq!(line("a.yml", yaml, &At::root().of("missing")), None);
        let json = "{\n\t\"a\": [\n\t\t{\"b\": 1,\n\t\t\"c\": 2}]}";
        assert_eq!(line("a.json", json, &at), Some(4));
    }
}
