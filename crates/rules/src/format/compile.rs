//! From the shape of a format as it is written to the validated one. Every mistake is reported at its place.

use std::collections::BTreeMap;

use crate::compile::{pattern, required, unknown_name, word};
use crate::problem::Source;
use crate::yaml::{At, Document};

use super::definition::{CodesDef, FormatDef, KeyFormDef};
use super::shape::{Beside, Codes, Form, Shape, Slot, Version};

/// How deep parts may use parts; a part that uses itself ends here.
const MAX_DEPTH: usize = 12;

/// Reads a format. The formats that it may extend are those of `known`.
pub(crate) fn format(
    document: &mut Document<'_>,
    def: &FormatDef,
    known: &dyn Fn(&str) -> Option<Shape>,
) -> Option<Shape> {
    let root = At::root();
    let title = required(document, &root, "title", def.title.as_deref()).map(ToOwned::to_owned);
    if let Some(url) = required(document, &root, "url", def.url.as_deref())
        && !url.starts_with("https://")
    {
        document.problem(&root.of("url"), "an address starts with https://");
    }
    let mut base = None;
    if let Some(name) = &def.extends {
        base = known(name);
        if base.is_none() {
            document.problem(&root.of("extends"), format!("there is no format called `{name}`"));
        }
    }
    let is_list = match def.root.as_deref() {
        Some("list") => true,
        None | Some("map") => false,
        Some(_) => {
            document.problem(&root.of("root"), "this is `map` or `list`");
            false
        }
    };
    let mut reader = Reader { def, document };
    let mut map = Slot {
        forms: vec![Form::Map],
        other_keys: reader.other_keys(&root, def.other_keys.as_deref()),
        ..Slot::default()
    };
    if let Some(base) = &base {
        map.keys.clone_from(&base.root.keys);
        if base.is_list {
            map.keys = base.root.of.as_ref().map(|of| of.keys.clone()).unwrap_or_default();
        }
    }
    for (i, gone) in def.without.iter().enumerate() {
        let before = map.keys.len();
        map.keys.retain(|(name, _)| name != gone);
        if map.keys.len() == before {
            reader.document.problem(&root.of("without").of(i), format!("the extended format has no key `{gone}`"));
        }
    }
    for (name, key) in &def.keys {
        let slot = reader.slot(&root.of("keys").of(name.as_str()), key, 0);
        map.keys.retain(|(known, _)| known != name);
        map.keys.push((name.clone(), slot));
    }
    if map.keys.is_empty() {
        document.problem(&root, "`keys` is missing");
    }
    let version = def.version.as_ref().and_then(|version| {
        let key = required(document, &root.of("version"), "key", version.key.as_deref())?.to_owned();
        Some(Version { key, current: version.current.clone() })
    });
    let slot = if is_list {
        Slot { forms: vec![Form::List], of: Some(Box::new(map)), at_least: 1, ..Slot::default() }
    } else {
        map
    };
    let by = def.recognised_by.clone().unwrap_or_default();
    Some(Shape { title: title?, is_list, has_all: by.all, has_any: by.any, has_none: by.none, version, root: slot })
}

struct Reader<'a, 'd, 's> {
    def: &'a FormatDef,
    document: &'d mut Document<'s>,
}

impl Reader<'_, '_, '_> {
    fn other_keys(&mut self, at: &At, said: Option<&str>) -> bool {
        match said {
            Some("allowed") => true,
            None | Some("refused") => false,
            Some(_) => {
                self.document.problem(&at.of("other-keys"), "this is `allowed` or `refused`");
                false
            }
        }
    }

    fn slot(&mut self, at: &At, key: &KeyFormDef, depth: usize) -> Slot {
        if depth > MAX_DEPTH {
            self.document.problem(at, "parts use each other without end");
            return Slot { forms: vec![Form::Anything], ..Slot::default() };
        }
        let mut slot = match &key.part {
            None => Slot::default(),
            Some(name) => match self.def.parts.get(name) {
                Some(part) => self.slot(&At::root().of("parts").of(name.as_str()), part, depth + 1),
                None => {
                    let known = self.def.parts.keys().map(String::as_str);
                    unknown_name(self.document, &at.of("use"), "part", name, known);
                    Slot::default()
                }
            },
        };
        let mut forms = Vec::new();
        for (i, said) in key.is.iter().enumerate() {
            match said.parse::<Form>() {
                Ok(form) => forms.push(form),
                Err(message) => self.document.problem(&at.of("is").of(i), message),
            }
        }
        let mut imply = |holds: bool, form: Form| {
            if holds && !forms.contains(&form) {
                forms.push(form);
            }
        };
        imply(!key.words.is_empty(), Form::Word);
        imply(key.by.is_some() || !key.keys.is_empty(), Form::Map);
        imply(key.of.is_some() && key.by.is_none(), Form::List);
        if !forms.is_empty() {
            slot.forms = forms;
        }
        if slot.forms.is_empty() {
            self.document.problem(at, "say what this is: `is`, `words`, `of`, `keys` or `use`");
        }
        slot.required = key.required;
        slot.required_in_one = key.required_in_one;
        slot.required_when = beside(&key.required_when);
        slot.only_when = beside(&key.only_when);
        slot.deprecated = key.deprecated.clone().map(|since| (since, key.instead.clone()));
        for (i, said) in key.words.iter().enumerate() {
            match said.strip_prefix('@') {
                None => slot.words.push(said.clone()),
                Some(name) => match self.def.words.get(name) {
                    Some(words) => slot.words.extend(words.iter().cloned()),
                    None => {
                        let known = self.def.words.keys().map(String::as_str);
                        unknown_name(self.document, &at.of("words").of(i), "list of words", name, known);
                    }
                },
            }
        }
        slot.min_length = key.min_length.unwrap_or(slot.min_length);
        slot.max_length = key.max_length.or(slot.max_length);
        slot.min = key.min.or(slot.min);
        slot.max = key.max.or(slot.max);
        slot.at_least = key.at_least.unwrap_or(slot.at_least);
        if !key.ends.is_empty() {
            slot.ends.clone_from(&key.ends);
        }
        if let Some(text) = &key.matches {
            let says = required(self.document, at, "says", key.says.as_deref()).unwrap_or_default().to_owned();
            slot.matches = pattern(self.document, &at.of("matches"), text).map(|pattern| (pattern, says));
        }
        if let Some(of) = &key.of {
            slot.of = Some(Box::new(self.slot(&at.of("of"), of, depth + 1)));
        }
        match key.by.as_deref() {
            None => {}
            Some("language") => slot.by_language = true,
            Some("text") => slot.by_text = true,
            Some(_) => self.document.problem(&at.of("by"), "this is `language` or `text`"),
        }
        if key.by.is_some() && key.of.is_none() {
            self.document.problem(at, "`by` says what the keys are; `of` must say what stands at them");
        }
        for (name, inner) in &key.keys {
            let inner = self.slot(&at.of("keys").of(name.as_str()), inner, depth + 1);
            slot.keys.retain(|(known, _)| known != name);
            slot.keys.push((name.clone(), inner));
        }
        if key.other_keys.is_some() {
            slot.other_keys = self.other_keys(at, key.other_keys.as_deref());
        }
        slot
    }
}

fn beside(said: &BTreeMap<String, Vec<String>>) -> Vec<Beside> {
    said.iter().map(|(key, values)| Beside { key: key.clone(), values: values.clone() }).collect()
}

/// Reads the codes of languages and countries.
pub(crate) fn codes(document: &mut Document<'_>, def: &CodesDef) -> Codes {
    let mut languages = String::from(" ");
    for (short, long) in &def.languages {
        let names: Vec<&str> = std::iter::once(short.as_str()).chain(long.iter().map(String::as_str)).collect();
        if names.iter().any(|name| name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase())) {
            document.problem(&At::root().of("languages").of(short.as_str()), "a code is lower-case letters");
        }
        languages += &names.join(":");
        languages.push(' ');
    }
    for (i, country) in def.countries.iter().enumerate() {
        if country.len() != 2 || !country.chars().all(|c| c.is_ascii_uppercase()) {
            document.problem(&At::root().of("countries").of(i), "a code is two upper-case letters");
        }
    }
    let joined = |words: &[String]| words.join(" ");
    Codes {
        languages,
        countries: joined(&def.countries),
        code_hosts: joined(&def.code_hosts),
        code_host_labels: joined(&def.code_host_labels),
    }
}

/// The files of formats in an order in which each comes after the one that it extends.
pub(crate) fn in_order(formats: Vec<(&Source, FormatDef)>) -> Vec<(&Source, FormatDef)> {
    let mut waiting = formats;
    let mut done: Vec<(&Source, FormatDef)> = Vec::new();
    while !waiting.is_empty() {
        let names: Vec<Option<String>> = waiting.iter().map(|(_, def)| def.id.clone()).collect();
        let (ready, rest): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|(_, def)| def.extends.is_none() || !names.contains(&def.extends));
        // What extends itself is reported where it is read.
        let stuck = ready.is_empty();
        done.extend(ready);
        waiting = rest;
        if stuck {
            done.append(&mut waiting);
        }
    }
    done
}

/// What a rule asks of a file.
pub(crate) fn ask(document: &mut Document<'_>, at: &At, said: Option<&str>) -> super::Ask {
    if said.is_none() { super::Ask::Valid } else { word(document, at, "ask", said).unwrap_or(super::Ask::Valid) }
}
