//! Telling the format of a file from its content.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::tools::Tools;
use super::{Found, MAX_OBJECTS, Refused, accessibility, coverage, cyclonedx, junit, osps, sarif, scorecard, spdx};
use crate::manifest::xml;

const KNOWN: &str = "openly reads axe, Cobertura, CycloneDX, JaCoCo, JUnit, lcov, Lighthouse, OSPS Baseline (Gemara), pa11y, SARIF, \
                     Scorecard and SPDX";

/// Reads a text of any format.
pub(super) fn read(text: &str, tools: &Tools) -> Result<Found, Refused> {
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Refused::new("it is empty").help("let the tool write it again"));
    }
    match start.as_bytes().first() {
        Some(b'{' | b'[') => json(text, tools),
        Some(b'<') => read_xml(text, tools),
        _ if coverage::is_lcov(start) => coverage::lcov(text),
        _ if spdx::is_tag_value(start) => spdx::tag_value(text),
        _ if osps::is_yaml(text) => osps::read(text, false),
        _ => Err(unknown()),
    }
}

fn unknown() -> Refused {
    Refused::new("openly does not know this format").help(KNOWN)
}

fn json(text: &str, tools: &Tools) -> Result<Found, Refused> {
    let objects = memchr::memchr_iter(b'{', text.as_bytes()).count();
    if objects > MAX_OBJECTS {
        return Err(Refused::new(format!("it holds {objects} objects, more than openly reads ({MAX_OBJECTS})"))
            .help("split it, or leave out what no rule asks for"));
    }
    let mut decoder = serde_json::Deserializer::from_str(text);
    let shape = (&mut decoder).deserialize_any(ShapeVisitor).map_err(|error| Refused::json(&error))?;
    decoder.end().map_err(|error| Refused::json(&error))?;
    let has = |key: &str| shape.keys.iter().any(|known| known == key);
    let is = |key: &str, word: &str| shape.texts.iter().any(|(known, text)| known == key && text.starts_with(word));
    if shape.is_list && shape.keys.is_empty() {
        return Err(Refused::new("it is an empty list, and nothing says which tool wrote it")
            .help("pa11y writes this when it finds nothing; pa11y-ci with `--json` writes what it looked at"));
    }
    if is("bomFormat", "CycloneDX") {
        return cyclonedx::json(text);
    }
    if has("spdxVersion") {
        return spdx::json(text);
    }
    if has("@graph") && is("@context", "https://spdx.org/") {
        return Ok(Found {
            format: "SPDX",
            refused: Some("openly reads SPDX 2.2 and 2.3, and this is SPDX 3".to_owned()),
            ..Found::default()
        });
    }
    if has("runs") && (has("version") || has("$schema")) {
        return sarif::read(text, tools);
    }
    if has("lighthouseVersion") {
        return accessibility::lighthouse(text);
    }
    if has("violations") && has("testEngine") {
        return accessibility::axe(text, shape.is_list);
    }
    if shape.is_list && has("code") && has("typeCode") && has("selector") {
        return accessibility::pa11y(text);
    }
    if has("issues") && has("pageUrl") && !shape.is_list {
        return accessibility::pa11y_page(text);
    }
    if ["total", "passes", "errors", "results"].into_iter().all(has) {
        return accessibility::pa11y_ci(text);
    }
    let is_first_scorecard = ["Repo", "Date", "Checks", "Metadata"].into_iter().all(has);
    if is_first_scorecard || (has("checks") && has("score") && (has("scorecard") || has("repo"))) {
        return scorecard::read(text);
    }
    if (has("evaluations") && has("metadata")) || has("evaluation-suites") {
        return osps::read(text, true);
    }
    Err(unknown())
}

fn read_xml(text: &str, tools: &Tools) -> Result<Found, Refused> {
    match root(text) {
        Some("coverage") => coverage::cobertura(text),
        Some("report") if text.contains("<counter") => coverage::jacoco(text),
        Some("testsuites" | "testsuite") => junit::read(text, tools),
        Some("bom") => cyclonedx::xml(text),
        // What is damaged before its first element, or is another format.
        _ => match xml::walk_to(text, &[], &mut |_, _| ()) {
            Err(broken) => Err(Refused::xml(text, &broken)),
            Ok(()) => Err(unknown()),
        },
    }
}

/// The name of the first element, without its prefix.
fn root(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let (_, after) = rest.split_once('<')?;
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->")?.1;
        } else if after.starts_with(['?', '!']) {
            rest = after;
        } else {
            let name = after.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next()?;
            return Some(name.rsplit(':').next().unwrap_or(name));
        }
    }
}

/// The keys at the top of a JSON text, or of the first item of a list, and the texts among their values.
#[derive(Default)]
struct Shape {
    is_list: bool,
    keys: Vec<String>,
    texts: Vec<(String, String)>,
}

/// The most keys that are looked at.
const MAX_KEYS: usize = 100;

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut shape = Shape::default();
        while let Some(key) = map.next_key::<String>()? {
            let value: Scalar = map.next_value()?;
            if shape.keys.len() < MAX_KEYS && key.len() < 100 {
                shape.texts.extend(value.0.map(|text| (key.clone(), text)));
                shape.keys.push(key);
            }
        }
        Ok(shape)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        let first = list.next_element::<First>()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Shape { is_list: true, ..first.map(|first| first.0).unwrap_or_default() })
    }
}

/// The first item of a list. What is no object has no keys, but is not nothing.
struct First(Shape);

impl<'de> serde::Deserialize<'de> for First {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Item;
        impl<'de> Visitor<'de> for Item {
            type Value = Shape;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Shape, A::Error> {
                ShapeVisitor.visit_map(map)
            }
        }
        deserializer.deserialize_map(Item).map(First)
    }
}

/// A short text, or nothing for any other value.
struct Scalar(Option<String>);

impl<'de> serde::Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar((text.len() < 200).then(|| text.to_owned())))
            }
            fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Scalar, E> {
                Ok(Scalar(None))
            }
            fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Scalar, E> {
                Ok(Scalar(None))
            }
            fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Scalar, E> {
                Ok(Scalar(None))
            }
            fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Scalar, E> {
                Ok(Scalar(None))
            }
            fn visit_unit<E: serde::de::Error>(self) -> Result<Scalar, E> {
                Ok(Scalar(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scalar, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
