//! The mistakes of a file against a shape, each with its key path and a plain sentence.

use std::fmt;

use crate::compile::nearest;
use crate::data::Data;
use crate::value::quote;
use crate::yaml::At;

use super::scalar::{self, Wrong};
use super::shape::{Codes, Form, Shape, Slot};

/// The most mistakes that are collected. A file that holds more is not meant to be what its name says.
pub(super) const MAX_FAULTS: usize = 50;
/// How deep a file is followed. No format goes so deep, and a chain of references could.
const MAX_DEPTH: usize = 40;

/// How many keys of a file are compared with one that is missing.
const MANY: usize = 200;

/// What the checks of some values need to know.
pub(super) struct Context<'a> {
    pub(super) codes: &'a Codes,
    /// Whether the repository has a file with this path.
    pub(super) exists: &'a dyn Fn(&str) -> bool,
}

/// Something that is wrong, or deprecated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: At,
    pub(super) says: String,
    /// Whether it is only deprecated.
    pub(super) outdated: bool,
}

impl Fault {
    /// A mistake of the file as a whole.
    pub(super) fn of_file(says: String) -> Self {
        Self { at: At::root(), says, outdated: false }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at == At::root() {
            f.write_str(&self.says)
        } else {
            write!(f, "`{}` {}", quote(&self.at.to_string()), self.says)
        }
    }
}

/// All mistakes of a file's data, or all that is deprecated in it.
pub(super) fn faults(root: &Data, shape: &Shape, context: &Context<'_>, outdated: bool) -> Vec<Fault> {
    let mut walk = Walk { context, outdated, faults: Vec::new() };
    if let Some(version) = &shape.version
        && let Some(said) = root.get(&version.key).map(ToString::to_string)
        && !version.current.is_empty()
        && !version.current.contains(&said)
    {
        let newest = version.current.last().map_or("", String::as_str);
        let says = format!("is `{}`, which is not the current version; `{newest}` is", quote(&said));
        walk.add(&Trail::Root.key(&version.key), says, true);
    }
    walk.value(root, &shape.root, &Trail::Root, 0);
    walk.faults
}

/// The way from the root to a value, made into a place only when something is wrong there.
enum Trail<'a> {
    Root,
    Key(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl<'a> Trail<'a> {
    fn key(&'a self, key: &'a str) -> Self {
        Trail::Key(self, key)
    }

    fn at(&self) -> At {
        match self {
            Trail::Root => At::root(),
            Trail::Key(before, key) => before.at().of(*key),
            Trail::Item(before, index) => before.at().of(*index),
        }
    }
}

struct Walk<'a> {
    context: &'a Context<'a>,
    /// Whether what is deprecated is looked for, and not what is a mistake.
    outdated: bool,
    faults: Vec<Fault>,
}

impl Walk<'_> {
    fn add(&mut self, trail: &Trail<'_>, says: impl Into<String>, outdated: bool) {
        if outdated == self.outdated && !self.is_full() {
            self.faults.push(Fault { at: trail.at(), says: says.into(), outdated });
        }
    }

    /// Whether there is no use in looking further. Without it, a file of thousands of mistakes takes long.
    fn is_full(&self) -> bool {
        self.faults.len() >= MAX_FAULTS
    }

    fn value(&mut self, data: &Data, slot: &Slot, trail: &Trail<'_>, depth: usize) {
        if depth > MAX_DEPTH {
            return self.add(trail, "goes deeper than openly reads", false);
        }
        if self.is_full() {
            return;
        }
        if slot.forms.contains(&Form::Anything) {
            return;
        }
        match data {
            Data::Map(entries) if slot.forms.contains(&Form::Map) => self.map(data, entries, slot, trail, depth),
            Data::List(items) if slot.forms.contains(&Form::List) => {
                self.at_least(items.len(), slot, trail, "item");
                for (i, item) in items.iter().enumerate() {
                    if let Some(of) = &slot.of {
                        self.value(item, of, &Trail::Item(trail, i), depth + 1);
                    }
                }
            }
            _ => self.scalar(data, slot, trail),
        }
    }

    fn at_least(&mut self, count: usize, slot: &Slot, trail: &Trail<'_>, what: &str) {
        if count < slot.at_least as usize {
            let plural = if slot.at_least == 1 { "" } else { "s" };
            self.add(trail, format!("needs at least {} {what}{plural}", slot.at_least), false);
        }
    }

    fn scalar(&mut self, data: &Data, slot: &Slot, trail: &Trail<'_>) {
        let mut first = None;
        for form in &slot.forms {
            match self.form(data, *form, slot) {
                Ok(()) => return,
                Err(wrong) => {
                    // Of several kinds, the one that comes nearest tells most: a text that is wrong, not the lack of a list.
                    let near = !matches!(form, Form::List | Form::Map | Form::Nothing);
                    if first.is_none() || near && matches!(wrong, Wrong::Outdated(_)) {
                        first = Some(wrong);
                    }
                }
            }
        }
        match first {
            Some(Wrong::Mistake(says)) => self.add(trail, shown(data, &says), false),
            Some(Wrong::Outdated(says)) => self.add(trail, shown(data, &says), true),
            None => {}
        }
    }

    fn form(&self, data: &Data, form: Form, slot: &Slot) -> Result<(), Wrong> {
        let other = || Err(Wrong::Mistake(format!("must be {}", a_form(form))));
        let Context { codes, .. } = self.context;
        match (form, data) {
            (Form::Anything, _) | (Form::Boolean, Data::Flag(_)) => Ok(()),
            (Form::Nothing, data) if data.is_blank() => Ok(()),
            (Form::Integer, Data::Integer(number)) => in_range(*number, slot),
            (Form::Number, Data::Integer(number)) => in_range(*number, slot),
            (Form::Number, Data::Real(number))
                if slot.min.is_some_and(|min| (*number as i64) < min || number.is_nan()) =>
            {
                Err(Wrong::Mistake(format!("must not be less than {}", slot.min.unwrap_or_default())))
            }
            (Form::Number, Data::Real(_)) => Ok(()),
            (Form::Boolean, Data::Text(text)) if is_old_boolean(text) => {
                Err(Wrong::Mistake("must be true or false, which is all that YAML 1.2 and JSON know".to_owned()))
            }
            (Form::Boolean | Form::Integer | Form::Number | Form::Nothing | Form::List | Form::Map, _) => other(),
            (_, Data::Text(text)) if text.trim().is_empty() => Err(Wrong::Mistake("is empty".to_owned())),
            (Form::Word, Data::Text(text)) => word(text, &slot.words),
            // A number where a version stands is a text that lacks its quotes.
            (Form::Text | Form::Word, Data::Integer(_) | Data::Real(_)) => {
                Err(Wrong::Mistake(format!("must be a text; put it in quotes: \"{data}\"")))
            }
            (_, Data::Text(text)) => self.text(text, form, slot, codes),
            _ => other(),
        }
    }

    fn text(&self, text: &str, form: Form, slot: &Slot, codes: &Codes) -> Result<(), Wrong> {
        let trimmed = text.trim();
        match form {
            Form::Country => scalar::country(trimmed, codes)?,
            Form::Date => scalar::date(trimmed)?,
            Form::DateTime => scalar::date_time(trimmed)?,
            Form::Email => scalar::email(trimmed)?,
            Form::Language => scalar::language(trimmed, codes)?,
            Form::RepositoryFile => self.repository_file(trimmed, slot)?,
            Form::Spdx => scalar::spdx(trimmed)?,
            Form::SpdxId => scalar::spdx_id(trimmed)?,
            Form::Uri => scalar::uri(trimmed)?,
            Form::Url => scalar::url(trimmed)?,
            Form::WebAddress => scalar::web_address(trimmed)?,
            _ => {}
        }
        if slot.min_length > 0 || slot.max_length.is_some() {
            let length = scalar::length(text);
            if length < slot.min_length as usize {
                let says = format!("has {length} characters, and needs at least {}", slot.min_length);
                return Err(Wrong::Mistake(says));
            }
            if let Some(most) = slot.max_length.filter(|most| length > *most as usize) {
                return Err(Wrong::Mistake(format!("has {length} characters, and may have {most} at most")));
            }
        }
        match &slot.matches {
            Some((pattern, says)) if !pattern.is_match(trimmed) => Err(Wrong::Mistake(format!("must be {says}"))),
            _ => Ok(()),
        }
    }

    /// A path from the root of the repository to a file that is there, or an address.
    fn repository_file(&self, text: &str, slot: &Slot) -> Result<(), Wrong> {
        let path = text.split(['?', '#']).next().unwrap_or(text);
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let is_address = scalar::web_address(text).is_ok();
        let ends_well = slot.ends.is_empty() || slot.ends.iter().any(|end| name.ends_with(&format!(".{end}")));
        if !ends_well {
            return Err(Wrong::Mistake(format!("must name a file that ends with {}", slot.ends.join(", "))));
        }
        if is_address {
            return Ok(());
        }
        if text.starts_with('/') || text.contains("://") || text.contains('\\') {
            return Err(Wrong::Mistake(
                "must be a path from the root of the repository, without a slash in front, or a web address".to_owned(),
            ));
        }
        match crate::tree::resolve("", text) {
            Some(path) if (self.context.exists)(&path) => Ok(()),
            _ => Err(Wrong::Mistake(format!("names `{}`, which is not in the repository", quote(text)))),
        }
    }

    fn map(&mut self, data: &Data, entries: &[(String, Data)], slot: &Slot, trail: &Trail<'_>, depth: usize) {
        if slot.by_language || slot.by_text {
            return self.entries(entries, slot, trail, depth);
        }
        for (key, value) in entries {
            if self.is_full() {
                return;
            }
            let here = trail.key(key);
            let Some((_, inner)) = slot.keys.iter().find(|(name, _)| name == key) else {
                if !slot.other_keys && !self.outdated {
                    let names = slot.keys.iter().map(|(name, _)| name.as_str()).filter(|name| data.get(name).is_none());
                    let near = similar(key, names);
                    let help = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    self.add(&here, format!("is not a key of this format{help}"), false);
                }
                continue;
            };
            if let Some((since, instead)) = &inner.deprecated
                && !value.is_blank()
            {
                let help = instead.as_ref().map_or_else(String::new, |instead| format!("; {instead}"));
                self.add(&here, format!("is deprecated since {since}{help}"), true);
            }
            // An optional key that says nothing is as good as none, except where a date is meant.
            let needed = inner.required || inner.required_when.iter().any(|beside| holds(data, beside));
            let dated =
                inner.forms.iter().any(|form| matches!(form, Form::Date | Form::DateTime)) && *value != Data::Null;
            if value.is_blank() && !needed && !dated {
                continue;
            }
            if let Some(beside) = inner.only_when.iter().find(|beside| !holds(data, beside)) {
                let says = format!("is only for `{}: {}`", beside.key, beside.values.join("` or `"));
                self.add(&here, says, false);
                continue;
            }
            if *value == Data::Null && !inner.forms.iter().any(|form| matches!(form, Form::Nothing | Form::Anything)) {
                self.add(&here, "is empty", false);
                continue;
            }
            self.value(value, inner, &here, depth + 1);
        }
        for (name, inner) in &slot.keys {
            if data.get(name).is_some() {
                continue;
            }
            let when = inner.required_when.iter().find(|beside| holds(data, beside));
            if inner.required || when.is_some() {
                let unknown = entries
                    .iter()
                    .take(MANY)
                    .map(|(key, _)| key.as_str())
                    .filter(|key| !slot.keys.iter().any(|(n, _)| n == key));
                // Where other keys are refused, the wrong one was named with this one already.
                let near = if slot.other_keys { similar(name, unknown) } else { None };
                let help = near.map_or_else(String::new, |near| format!("; is it `{}`?", quote(near)));
                let because = match when {
                    Some(beside) if !inner.required => {
                        let value = data.get(&beside.key).map(ToString::to_string).unwrap_or_default();
                        format!(", which `{}: {}` asks for", beside.key, quote(&value))
                    }
                    _ => String::new(),
                };
                self.add(&trail.key(name), format!("is missing{because}{help}"), false);
            }
        }
    }

    /// A map whose keys are free, or language tags.
    fn entries(&mut self, entries: &[(String, Data)], slot: &Slot, trail: &Trail<'_>, depth: usize) {
        self.at_least(entries.len(), slot, trail, "entry");
        let Some(of) = &slot.of else { return };
        for (key, value) in entries {
            if self.is_full() {
                return;
            }
            let here = trail.key(key);
            if slot.by_language {
                match scalar::language(key, self.context.codes) {
                    Ok(()) => {}
                    Err(Wrong::Mistake(says)) => self.add(&here, says, false),
                    Err(Wrong::Outdated(says)) => self.add(&here, says, true),
                }
            }
            self.value(value, of, &here, depth + 1);
        }
        for (name, _) in of.keys.iter().filter(|(_, inner)| inner.required_in_one) {
            let said =
                |value: &Data| value.get(name).is_some_and(|said| !said.is_blank() && *said != Data::List(Vec::new()));
            if let [(first, _), ..] = entries
                && !entries.iter().any(|(_, value)| said(value))
            {
                let each = trail.key(first);
                self.add(&each.key(name), "is missing; one language at least must have it", false);
            }
        }
    }
}

/// The words that YAML 1.1 took for true and false.
fn is_old_boolean(text: &str) -> bool {
    ["yes", "no", "on", "off", "y", "n"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a key beside another one has one of the values.
fn holds(map: &Data, beside: &super::shape::Beside) -> bool {
    map.get(&beside.key).is_some_and(|value| match value {
        Data::List(items) => items.iter().any(|item| beside.values.contains(&item.to_string())),
        value => beside.values.contains(&value.to_string()),
    })
}

fn in_range(number: i64, slot: &Slot) -> Result<(), Wrong> {
    match (slot.min, slot.max) {
        (Some(min), _) if number < min => Err(Wrong::Mistake(format!("must not be less than {min}"))),
        (_, Some(max)) if number > max => Err(Wrong::Mistake(format!("must not be more than {max}"))),
        _ => Ok(()),
    }
}

fn word(text: &str, words: &[String]) -> Result<(), Wrong> {
    if words.iter().any(|word| word == text.trim()) {
        return Ok(());
    }
    let same = words.iter().find(|word| word.eq_ignore_ascii_case(text.trim()));
    Err(Wrong::Mistake(match same.map(String::as_str).or_else(|| similar(text, words.iter().map(String::as_str))) {
        Some(near) => format!("is not one of the allowed words; did you mean `{near}`?"),
        None if words.len() <= 12 => format!("must be one of {}", words.join(", ")),
        None => format!("is not one of the {} allowed words", words.len()),
    }))
}

/// A known name that a name was probably meant to be.
fn similar<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest(name, known)
        .filter(|near| strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &near.to_lowercase()) >= 0.6)
}

/// The sentence about a value, with what stands there if it is short.
fn shown(data: &Data, says: &str) -> String {
    match data {
        Data::Text(_) | Data::Integer(_) | Data::Real(_) | Data::Flag(_) => {
            let said = data.to_string();
            let short = !said.trim().is_empty() && said.chars().count() <= 60;
            let (is, must) = (says.starts_with("is ") || says.starts_with("uses "), says.starts_with("must "));
            match (short, is, must) {
                (true, true, _) if says != "is empty" => format!("says `{}`, which {says}", quote(&said)),
                (true, _, true) => format!("says `{}`; it {says}", quote(&said)),
                _ => says.to_owned(),
            }
        }
        _ => says.to_owned(),
    }
}

fn a_form(form: Form) -> &'static str {
    match form {
        Form::Anything => "anything",
        Form::Boolean => "true or false",
        Form::Country => "a country code",
        Form::Date => "a date as YYYY-MM-DD",
        Form::DateTime => "a date or a time",
        Form::Email => "an e-mail address",
        Form::Integer => "a whole number",
        Form::Language => "a language tag",
        Form::List => "a list",
        Form::Map => "a map of keys and values",
        Form::Nothing => "empty",
        Form::Number => "a number",
        Form::RepositoryFile => "a path or an address",
        Form::Spdx => "an SPDX licence expression",
        Form::SpdxId => "the SPDX id of a licence",
        Form::Text => "a text",
        Form::Uri => "an identifier with a scheme",
        Form::Url | Form::WebAddress => "an address",
        Form::Word => "one of the allowed words",
    }
}
