//! Vocabularies: named paths, headings, phrases, statements, secrets, licences, formats and offers.

use std::collections::{BTreeMap, HashSet};

use super::words::{
    file_id, file_stem, is_kebab, one_line, package_names, patterns, required, unknown_key, unknown_name, word,
    wordings,
};
use crate::catalogue::{
    Catalogue, Jurisdiction, KindSignal, Named, Notice, Offer, Offers, SecretFormat, Secrets, Sign, Statements,
};
use crate::definition::{
    DesignSystemsDef, HeadingsDef, JurisdictionDef, KindsDef, LicencesDef, NamedWordsDef, OfferDef, PathsDef,
    PhrasesDef, PlatformsDef, SecretsDef, StatementsDef, ToolsDef,
};
use crate::detect::statement::TOPICS;
use crate::detect::statement::wording::{Wording, comparable};
use crate::format::definition::{CodesDef, FormatDef};
use crate::format::shape::Packed;
use crate::import::tools::Finds;
use crate::paths::PathSet;
use crate::pattern::Phrases;
use crate::problem::{Problem, Source};
use crate::value::Kind;
use crate::yaml::{At, Document};
use crate::{format, text};

impl Catalogue {
    pub(super) fn vocabulary(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        let mut found = match file_stem(source) {
            "commands" => self.command_topics(source),
            "paths" => self.named_paths(source),
            "headings" => self.headings(source),
            "phrases" => self.phrases(source),
            "secrets" => self.secrets(source),
            "statements" => self.statements(source),
            "licences" => self.licences(source),
            "codes" => self.codes(source),
            "kinds" => self.kind_signals(source),
            "levers" => self.levers(source),
            "units" => self.units(source),
            "design-systems" => self.design_systems(source),
            "platforms" => self.platforms(source),
            "tools" => self.tools(source),
            _ => vec![source.problem(
                "unknown vocabulary; known are codes, commands, design-systems, headings, kinds, levers, licences, paths, \
                 phrases, platforms, secrets, statements, tools and units",
            )],
        };
        problems.append(&mut found);
    }

    pub(super) fn named_paths(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, PathsDef) = Document::read(source);
        // A list may use others, which come before it. What uses itself or an unknown one comes last, and is reported.
        let mut waiting: Vec<_> = def.paths.iter().collect();
        let mut known: HashSet<&str> = HashSet::new();
        while let Some(next) = waiting
            .iter()
            .position(|(_, list)| {
                let used = list.include.iter().chain(&list.except).filter_map(|path| path.strip_prefix('@'));
                used.into_iter().all(|name| known.contains(name) || !def.paths.contains_key(name))
            })
            .or_else(|| (!waiting.is_empty()).then_some(0))
        {
            let (name, list) = waiting.remove(next);
            known.insert(name);
            let at = At::root().of("paths").of(name.as_str());
            let set = PathSet {
                include: self.patterns(&mut document, &at.of("include"), &list.include, false),
                except: self.patterns(&mut document, &at.of("except"), &list.except, false),
                exact_case: false,
            };
            let id = self.path_set(set);
            self.vocabulary.paths.insert(name.clone(), id);
        }
        document.problems
    }

    pub(super) fn headings(&mut self, source: &Source) -> Vec<Problem> {
        let (document, def): (_, HeadingsDef) = Document::read(source);
        for (topic, languages) in def.headings {
            let mut words: Vec<String> = languages.into_values().flatten().map(|w| text::words(&w)).collect();
            words.sort();
            words.dedup();
            self.vocabulary.headings.insert(topic, words);
        }
        document.problems
    }

    pub(super) fn phrases(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, PhrasesDef) = Document::read(source);
        for (topic, languages) in &def.phrases {
            let mut all = Vec::new();
            for (language, list) in languages {
                let at = At::root().of("phrases").of(topic.as_str()).of(language.as_str());
                all.extend(patterns(&mut document, &at, list));
            }
            self.vocabulary.phrases.insert(topic.clone(), Phrases::new(all));
        }
        document.problems
    }

    pub(super) fn secrets(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, SecretsDef) = Document::read(source);
        let mut formats = Vec::new();
        for (i, format) in def.formats.iter().enumerate() {
            let at = At::root().of("formats").of(i);
            let says = required(&mut document, &at, "says", format.says.as_deref()).unwrap_or_default().to_owned();
            let text =
                required(&mut document, &at, "matches", format.matches.as_deref()).unwrap_or_default().to_owned();
            if let Err(error) = crate::detect::secrets::build(&text) {
                let error = error.to_string();
                let reason = error.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(&error);
                document.problem(&at.of("matches"), format!("not a regular expression: {reason}"));
            }
            if format.words.iter().all(String::is_empty) {
                document.problem(&at, "`words` is missing");
            }
            formats.push(SecretFormat {
                says,
                words: format.words.clone(),
                text,
                by_chance: format.by_chance,
                ..SecretFormat::default()
            });
        }
        self.vocabulary.secrets = Secrets {
            formats,
            names: def.names,
            not_names: def.not_names,
            placeholders: def.placeholders,
            references: def.references,
            published: def.published,
            ..Secrets::default()
        };
        document.problems
    }

    pub(super) fn statements(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, StatementsDef) = Document::read(source);
        let all = |languages: &BTreeMap<String, Vec<String>>| {
            languages.values().flatten().map(|t| t.to_lowercase()).collect()
        };
        let root = At::root();
        let languages = comparable_lists(&def.languages);
        let months = comparable_lists(&def.months);
        for (language, names) in &months {
            let at = root.of("months").of(language.as_str());
            if names.len() != 12 {
                document.problem(&at, format!("a year has 12 months, and here are {}", names.len()));
            }
            if !languages.contains_key(language) {
                unknown_key(&mut document, &at, "language", language, languages.keys().map(String::as_str));
            }
        }
        let mut says: BTreeMap<String, BTreeMap<String, Vec<Wording>>> = BTreeMap::new();
        for (topic, by_language) in &def.says {
            let at = root.of("says").of(topic.as_str());
            if !TOPICS.contains(&topic.as_str()) {
                unknown_key(&mut document, &at, "topic", topic, TOPICS.into_iter());
            }
            let of_topic = says.entry(topic.clone()).or_default();
            for (language, written) in by_language {
                let at = at.of(language.as_str());
                if language != "any" && !languages.contains_key(language) {
                    unknown_key(&mut document, &at, "language", language, languages.keys().map(String::as_str));
                }
                of_topic.insert(language.clone(), wordings(&mut document, &at, written));
            }
        }
        let standards = named_words(&mut document, &root.of("standards"), &def.standards);
        if def.review_months.is_none() {
            document.problem(&root, "`review-months` is missing");
        }
        let mut jurisdictions = Vec::new();
        for (i, written) in def.jurisdictions.iter().enumerate() {
            jurisdictions.push(jurisdiction(&mut document, &root.of("jurisdictions").of(i), written, &languages));
        }
        self.vocabulary.statements = Statements {
            titles: all(&def.titles),
            body: all(&def.body),
            names: def.names.clone(),
            may_be: def.may_be.clone(),
            guidance: Phrases::new(patterns(&mut document, &root.of("guidance"), &def.guidance)),
            languages,
            months,
            before_year: def.before_year.iter().map(|word| comparable(word)).collect(),
            says,
            standards,
            review_months: def.review_months.unwrap_or(12),
            jurisdictions,
            finder: std::sync::OnceLock::new(),
            stems: std::sync::OnceLock::new(),
        };
        document.problems
    }

    pub(super) fn licences(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, LicencesDef) = Document::read(source);
        self.vocabulary.notices.clear();
        for (i, notice) in def.notices.iter().enumerate() {
            let at = At::root().of("notices").of(i);
            let id = required(&mut document, &at, "spdx", notice.spdx.as_deref()).unwrap_or_default();
            if spdx::license_id(id).is_none() && !id.starts_with("LicenseRef-") {
                document.problem(&at.of("spdx"), format!("`{id}` is not an SPDX identifier"));
            }
            let matches = patterns(&mut document, &at.of("matches"), &notice.matches);
            if notice.matches.is_empty() {
                document.problem(&at, "`matches` is missing");
            }
            let except = Phrases::new(patterns(&mut document, &at.of("except"), &notice.except));
            self.vocabulary.notices.push(Notice { spdx: id.to_owned(), matches, except });
        }
        self.vocabulary.not_holders =
            Phrases::new(patterns(&mut document, &At::root().of("not-holders"), &def.not_holders));
        document.problems
    }

    pub(super) fn codes(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, CodesDef) = Document::read(source);
        self.vocabulary.codes = format::compile::codes(&mut document, &def);
        document.problems
    }

    pub(super) fn formats(&mut self, sources: &[Source], problems: &mut Vec<Problem>) {
        let mut read: Vec<(&Source, FormatDef)> = Vec::new();
        for source in sources {
            let (mut document, def): (_, FormatDef) = Document::read(source);
            problems.append(&mut document.problems);
            read.push((source, def));
        }
        for (source, def) in format::compile::in_order(read) {
            let mut document = Document { source, problems: Vec::new() };
            let id = file_id(&mut document, def.id.as_deref());
            let known = |name: &str| self.vocabulary.formats.get(name).and_then(|packed| packed.get().cloned());
            let shape = format::compile::format(&mut document, &def, &known);
            if let (Some(id), Some(shape)) = (id, shape) {
                match Packed::new(&shape) {
                    Ok(packed) => drop(self.vocabulary.formats.insert(id, packed)),
                    Err(error) => document.problem(&At::root(), error.to_string()),
                }
            }
            problems.append(&mut document.problems);
        }
    }

    pub(super) fn kind_signals(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, KindsDef) = Document::read(source);
        self.kinds.clear();
        for (i, signal) in def.signals.iter().enumerate() {
            let at = At::root().of("signals").of(i);
            let kind = word::<Kind>(&mut document, &at, "kind", signal.kind.as_deref());
            let says = signal.says.as_deref();
            let signal = self.signal(&mut document, &at, signal.weight, says, signal.check.as_ref());
            self.kinds.extend(kind.zip(signal).map(|(kind, signal)| KindSignal { kind, signal }));
        }
        document.problems
    }

    pub(super) fn design_systems(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, DesignSystemsDef) = Document::read(source);
        let offers = std::mem::take(&mut self.vocabulary.design_systems);
        let at = At::root().of("design-systems");
        self.vocabulary.design_systems = self.offers(&mut document, &at, offers, &def.design_systems, &def.look_into);
        document.problems
    }

    pub(super) fn platforms(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, PlatformsDef) = Document::read(source);
        let offers = std::mem::take(&mut self.vocabulary.platforms);
        let at = At::root().of("platforms");
        self.vocabulary.platforms = self.offers(&mut document, &at, offers, &def.platforms, &def.look_into);
        document.problems
    }

    /// Adds tools to those that are known.
    pub(super) fn tools(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, ToolsDef) = Document::read(source);
        for (word, names) in &def.tools {
            let at = At::root().of("tools").of(word.as_str());
            match word.parse::<Finds>() {
                Ok(finds) => names.iter().for_each(|name| self.vocabulary.tools.add(name, finds)),
                Err(why) => document.problem_at_key(&at, why, None),
            }
        }
        document.problems
    }

    /// Adds offers to those that are known. One with the id of a known one takes its place.
    pub(super) fn offers(
        &mut self,
        document: &mut Document<'_>,
        at: &At,
        known: Offers,
        defs: &[OfferDef],
        look_into: &[String],
    ) -> Offers {
        let Offers { mut entries, look_into: mut parts, .. } = known;
        parts.extend(look_into.iter().map(|part| part.to_lowercase()));
        let mut seen = HashSet::new();
        for (i, def) in defs.iter().enumerate() {
            let at = at.of(i);
            let Some(id) = required(document, &at, "id", def.id.as_deref()).map(ToOwned::to_owned) else { continue };
            if !is_kebab(&id) {
                document.problem(&at.of("id"), "an id is lower-case words joined by hyphens");
            }
            if !seen.insert(id.clone()) {
                document.problem(&at.of("id"), format!("another entry is called `{id}` too"));
            }
            let name = one_line(required(document, &at, "name", def.name.as_deref()));
            let country = one_line(required(document, &at, "country", def.country.as_deref()));
            if !matches!(country.len(), 2 | 3) || !country.chars().all(|c| c.is_ascii_uppercase()) {
                document.problem(&at.of("country"), "write two capital letters, or INT");
            }
            let signs: Vec<Sign> = def
                .signs
                .iter()
                .enumerate()
                .filter_map(|(j, sign)| self.sign(document, &at.of("signs").of(j), sign))
                .collect();
            let part_of: Vec<Sign> = def
                .part_of
                .iter()
                .enumerate()
                .filter_map(|(j, sign)| self.sign(document, &at.of("part-of").of(j), sign))
                .collect();
            let newest = def.newest.as_ref().and_then(|newest| {
                let at = at.of("newest");
                let checked = required(document, &at, "checked", newest.checked.as_deref())?;
                if checked.parse::<jiff::civil::Date>().is_err() {
                    document.problem(&at.of("checked"), "write a date as YYYY-MM-DD");
                }
                Some((newest.major?, checked.to_owned()))
            });
            let itself = package_names(document, &at.of("itself"), &def.itself);
            let is_settled = !itself.is_empty() || signs.iter().any(|sign| sign.enough) || signs.len() > 1;
            if !is_settled {
                document.problem(
                    &at,
                    "nothing here settles that it is used: name `itself`, a sign that is enough, or two signs",
                );
            }
            entries.retain(|entry| entry.id != id);
            entries.push(Offer { id, name, country, itself, newest, signs, part_of, unless: def.unless.clone() });
        }
        for (i, def) in defs.iter().enumerate() {
            for (j, other) in def.unless.iter().enumerate() {
                if !entries.iter().any(|entry| entry.id == *other) {
                    let known = entries.iter().map(|entry| entry.id.as_str());
                    unknown_name(document, &at.of(i).of("unless").of(j), "entry", other, known);
                }
            }
        }
        Offers { entries, look_into: parts, ..Offers::default() }
    }
}

pub(super) fn comparable_lists(lists: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let list = |words: &Vec<String>| words.iter().map(|word| comparable(word)).collect();
    lists.iter().map(|(key, words)| (key.clone(), list(words))).collect()
}

pub(super) fn named_words(document: &mut Document<'_>, at: &At, defs: &[NamedWordsDef]) -> Vec<Named> {
    let mut found = Vec::new();
    for (i, def) in defs.iter().enumerate() {
        let at = at.of(i);
        let name = required(document, &at, "name", def.name.as_deref()).unwrap_or_default().to_owned();
        if def.says.is_empty() {
            document.problem(&at, "`says` is missing");
        }
        found.push(Named { name, says: wordings(document, &at.of("says"), &def.says) });
    }
    found
}

pub(super) fn jurisdiction(
    document: &mut Document<'_>,
    at: &At,
    def: &JurisdictionDef,
    languages: &BTreeMap<String, Vec<String>>,
) -> Jurisdiction {
    let id = required(document, at, "id", def.id.as_deref()).unwrap_or_default().to_owned();
    let law = required(document, at, "law", def.law.as_deref()).unwrap_or_default().to_owned();
    for (i, language) in def.languages.iter().enumerate() {
        if !languages.contains_key(language) {
            let at = at.of("languages").of(i);
            unknown_name(document, &at, "language", language, languages.keys().map(String::as_str));
        }
    }
    Jurisdiction {
        id,
        law,
        tested: one_line(def.tested.as_deref()),
        profiles: def.profiles.clone(),
        languages: def.languages.clone(),
        laws: wordings(document, &at.of("laws"), &def.laws),
        revoked: wordings(document, &at.of("revoked"), &def.revoked),
        general: def.general,
        bodies: named_words(document, &at.of("bodies"), &def.bodies),
        any_body: def.any_body,
        instead: named_words(document, &at.of("instead"), &def.instead),
        review_months: def.review_months,
        needs_review_date: def.needs_review_date,
        needs_test_date: def.needs_test_date,
        no_status: def.no_status,
        month_first: def.month_first,
        short_criteria: def.short_criteria,
        partial_from: def.partial_from,
        wcag: def.wcag.clone(),
    }
}
