//! Which licence is granted, and by whom.
//!
//! A licence file is compared with full texts first ([`super::fingerprint`]), then with the notices of
//! `vocabulary/licences.yml` that grant a licence in a few words, and only then with the whole corpus of `spdx`.

use std::sync::OnceLock;

use crate::check::{Answer, Truth, heading_matches, key_evidence, place};
use crate::document::{Block, BlockKind, Document};
use crate::facts::Facts;
use crate::tree::Unreadable;
use crate::value::{Evidence, Value, quote};

use super::openness::Openness;
use super::{fingerprint, reuse};

/// The licences of a repository's licence files, or of its README where there are none.
#[derive(Debug, Default)]
pub(crate) struct Licences {
    /// SPDX ids with the place each was read from. The main licence stands first.
    pub(crate) found: Vec<(String, Evidence)>,
    /// Licence files whose text is no licence that we know.
    unrecognised: Vec<Evidence>,
    /// A licence file that could not be read.
    unreadable: Option<(String, Unreadable)>,
}

impl Licences {
    pub(crate) fn read(facts: &Facts<'_>) -> Self {
        let mut licences = Self::default();
        for file in facts.named("licence") {
            let path = facts.path(file);
            if facts.is_empty(file) {
                continue;
            }
            match facts.text(file) {
                Ok(text) => {
                    let folded = folded(&text);
                    let mut ids = identify(facts, &text, &folded);
                    // A known text with a limit on its use is another licence, however like the two are.
                    if facts.phrase("licence-restriction", file).is_match(&folded) {
                        ids.retain(|(id, _)| matches!(Openness::of(id), Openness::Closed));
                    }
                    if ids.is_empty() {
                        licences.unrecognised.push(Evidence::file(path));
                    }
                    for (id, offset) in ids {
                        licences.add(id, place(path, &text, offset));
                    }
                }
                Err(Unreadable::Binary) => licences.unrecognised.push(Evidence::file(path)),
                Err(why) => licences.unreadable = Some((path.to_owned(), why)),
            }
        }
        if licences.found.is_empty()
            && let Some((ids, evidence)) = grant_in_readme(facts)
        {
            for id in ids {
                licences.add(id, evidence.clone());
            }
        }
        // The text of the GNU licences is the same for "only" and "or later": the README says which was meant.
        if licences.found.iter().any(|(id, _)| id.ends_with("-only")) && readme_says_or_later(facts) {
            for (id, _) in &mut licences.found {
                if let Some(stem) = id.strip_suffix("-only") {
                    *id = format!("{stem}-or-later");
                }
            }
        }
        licences
    }

    fn add(&mut self, id: String, evidence: Evidence) {
        if !self.found.iter().any(|(known, _)| *known == id) {
            self.found.push((id, evidence));
        }
    }

    /// Whether there is a licence file that was not understood, or a licence without an SPDX id.
    pub(crate) fn is_uncertain(&self) -> bool {
        !self.unrecognised.is_empty()
            || self.unreadable.is_some()
            || self.found.iter().any(|(id, _)| id.starts_with("LicenseRef-"))
    }

    fn ids(&self) -> Vec<String> {
        self.found.iter().map(|(id, _)| id.clone()).collect()
    }
}

/// Licences that give the rights away, so that nobody holds them.
fn has_no_holder(id: &str) -> bool {
    matches!(id, "CC0-1.0" | "Unlicense" | "0BSD" | "LicenseRef-US-public-domain" | "PDDL-1.0")
}

/// The SPDX ids of a licence file's text, each with the offset it was read at.
fn identify(facts: &Facts<'_>, text: &str, folded: &str) -> Vec<(String, usize)> {
    let recognised = fingerprint::recognise(text);
    let mut found: Vec<(String, usize)> = recognised.iter().map(|f| (f.id.to_owned(), first_words(text))).collect();
    if recognised.is_some_and(|f| f.whole) {
        return found;
    }
    let mut granted = notices(facts, text, folded);
    granted.sort_by_key(|(_, offset)| *offset);
    // More than two are a list of parts by others: the first is the project's own.
    if granted.len() > 2 {
        granted.truncate(1);
    }
    for (id, offset) in granted {
        if !found.iter().any(|(known, _)| *known == id) {
            found.push((id, offset));
        }
    }
    if found.is_empty() && text.split_whitespace().nth(60).is_some() {
        found.extend(corpus_id(text).map(|id| (id, first_words(text))));
    }
    found
}

fn first_words(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The text on one line.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The licences granted by notices in a text, which is given as it stands and folded.
fn notices(facts: &Facts<'_>, text: &str, folded: &str) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    for notice in &facts.catalogue.vocabulary.notices {
        if notice.matches.iter().all(|pattern| pattern.is_match(folded)) && !notice.except.is_match(folded) {
            // The offset in the folded text is turned into one in the text by its first words.
            let at = notice
                .matches
                .first()
                .and_then(|p| p.find(text))
                .filter(|at| text.is_char_boundary(*at))
                .unwrap_or_else(|| first_words(text));
            if !found.iter().any(|(id, _)| *id == notice.spdx) {
                found.push((notice.spdx.clone(), at));
            }
        }
    }
    found
}

/// The licence that the corpus of `spdx` recognises.
fn corpus_id(text: &str) -> Option<String> {
    #[cfg(feature = "corpus")]
    {
        use spdx::detection::{Store, TextData, scan::Scanner};
        static STORE: OnceLock<Option<Store>> = OnceLock::new();
        let store = STORE.get_or_init(|| Store::load_inline().ok()).as_ref()?;
        let scanner = Scanner::new(store).confidence_threshold(0.92);
        let found = scanner.scan(&TextData::from(text)).license?;
        // The corpus uses the bare ids that SPDX has since split.
        let id = found.name;
        let only = format!("{id}-only");
        Some(if spdx::license_id(&only).is_some() { only } else { id.to_owned() })
    }
    #[cfg(not(feature = "corpus"))]
    {
        let _ = text;
        static UNUSED: OnceLock<()> = OnceLock::new();
        UNUSED.get_or_init(|| ());
        None
    }
}

/// A sentence of the README that grants a licence, and where.
fn grant_in_readme(facts: &Facts<'_>) -> Option<(Vec<String>, Evidence)> {
    let file = facts.readme()?;
    let document = facts.document(file).ok()?;
    let mut candidates: Vec<&Block> = Vec::new();
    for section in document.sections().filter(|s| heading_matches(&s.heading.text, facts.heading("licence"))) {
        candidates.extend(section.body.iter().filter(|b| b.kind == BlockKind::Prose));
    }
    let grants = facts.phrase("licence-grant", file);
    candidates.extend(document.prose().filter(|block| grants.is_match(&block.text)));
    for block in candidates.into_iter().filter(|block| !block.only_images) {
        let text = format!("{} {}", block.text, block.links.join(" "));
        let ids: Vec<String> = notices(facts, &text, &folded(&text)).into_iter().map(|(id, _)| id).collect();
        if !ids.is_empty() {
            return Some((ids, Evidence::line(facts.path(file), block.line, &block.text)));
        }
    }
    None
}

fn readme_says_or_later(facts: &Facts<'_>) -> bool {
    let text = facts.readme().and_then(|file| facts.text(file).ok());
    text.is_some_and(|text| {
        let text = text.to_lowercase();
        text.contains("or later") || text.contains("or-later") || text.contains("any later version")
    })
}

pub(crate) fn granted_in_readme(facts: &Facts<'_>) -> Answer {
    grant_in_readme(facts).map_or_else(Answer::no, |(_, evidence)| Answer::yes(evidence))
}

pub(crate) fn identified(facts: &Facts<'_>) -> Answer {
    let licences = facts.licences();
    if !licences.found.is_empty() {
        let mut answer = Answer::new(Truth::Yes)
            .value(Value::List(licences.ids()))
            .note(format!("The licence is {}.", licences.ids().join(" and ")));
        answer.evidence = licences.found.iter().map(|(_, evidence)| evidence.clone()).collect();
        return answer;
    }
    if let Some((path, why)) = &licences.unreadable {
        return Answer::unreadable(path, why).value(Value::List(Vec::new()));
    }
    let mut answer = Answer::no().value(Value::List(Vec::new()));
    answer.evidence.clone_from(&licences.unrecognised);
    answer
}

pub(crate) fn is_mit(facts: &Facts<'_>) -> Answer {
    let licences = facts.licences();
    match licences.found.iter().find(|(id, _)| id == "MIT") {
        Some((_, evidence)) => Answer::yes(evidence.clone()).value(Value::List(licences.ids())),
        None => match &licences.unreadable {
            Some((path, why)) => Answer::unreadable(path, why),
            None => {
                let mut answer = Answer::no();
                if !licences.found.is_empty() {
                    answer = answer.note(format!("The licence is {}, not MIT.", licences.ids().join(" and ")));
                }
                answer.evidence = licences.found.iter().map(|(_, evidence)| evidence.clone()).collect();
                answer
            }
        },
    }
}

/// Whether the licence is one that the profile's bodies use.
pub(crate) fn is_of_the_house(facts: &Facts<'_>) -> Answer {
    let Some(profile) = facts.profile().filter(|profile| !profile.code_licences.is_empty()) else {
        return Answer::new(Truth::NotAsked("the profile names no usual licences".to_owned()));
    };
    let licences = facts.licences();
    if licences.found.is_empty() {
        return match &licences.unreadable {
            Some((path, why)) => Answer::unreadable(path, why),
            None => Answer::new(Truth::Unknown("the licence's text is none that openly knows".to_owned())),
        };
    }
    let of = |list: &[String]| licences.found.iter().find(|(id, _)| list.contains(id));
    if let Some((id, evidence)) = of(&profile.code_licences) {
        return Answer::yes(evidence.clone())
            .value(Value::Text(id.clone()))
            .note(format!("{id} is a licence that is usual here ({}).", profile.title));
    }
    let usual = profile.code_licences.join(", ");
    let note = match of(&profile.content_licences) {
        Some((id, _)) => format!("{id} is a licence for text and data. Usual for code here: {usual}."),
        None => format!("The licence is {}. Usual here: {usual}.", licences.ids().join(" and ")),
    };
    let mut answer = Answer::no().note(note);
    answer.evidence = licences.found.iter().map(|(_, evidence)| evidence.clone()).collect();
    answer
}

pub(crate) fn holder(facts: &Facts<'_>) -> Answer {
    let licences = facts.licences();
    let licence_files = facts.named("licence");
    // Beside a text that gives the rights away, a licence file names the holders of parts by others.
    let given_away = licences.found.first().filter(|(id, _)| has_no_holder(id));
    let own_files = if given_away.is_some() { &[] } else { licence_files.as_slice() };
    for file in own_files.iter().copied().chain(facts.named("holders")) {
        let Ok(text) = facts.text(file) else { continue };
        if let Some((line, name)) = holder_in_lines(facts, &text) {
            return Answer::yes(Evidence::line(
                facts.path(file),
                line,
                text.lines().nth(line as usize - 1).unwrap_or_default(),
            ))
            .value(Value::Text(name));
        }
        let stem = facts.path(file).rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        if stem.starts_with("authors")
            && let Some((number, line)) = text.lines().enumerate().find(|(_, line)| is_name(line))
        {
            let line_number = u32::try_from(number + 1).unwrap_or(u32::MAX);
            return Answer::yes(Evidence::line(facts.path(file), line_number, line));
        }
    }
    for file in facts.named("publiccode") {
        let keys = ["legal", "mainCopyrightOwner"];
        if let Ok(Ok(data)) = facts.data(file)
            && let Some(owner) = data.root.text_at(&keys)
        {
            return Answer::yes(key_evidence(facts, file, &keys, owner)).value(Value::Text(quote(owner)));
        }
    }
    let tagged = licence_files.iter().copied().chain(facts.readme()).find_map(|file| reuse::tagged(facts, file));
    if let Some((evidence, name)) = tagged.or_else(|| reuse::holder(facts)) {
        return Answer::yes(evidence).value(Value::Text(name));
    }
    if let Some((id, evidence)) = given_away {
        let why = format!("{id} gives the rights away, so there is no holder to name");
        return Answer::new(Truth::NotAsked(why)).with(evidence.clone());
    }
    if let Some(file) = facts.readme()
        && let Ok(document) = facts.document(file)
    {
        for block in document.prose() {
            if let Some((_, name)) = holder_in_lines(facts, &block.text) {
                return Answer::yes(Evidence::line(facts.path(file), block.line, &block.text)).value(Value::Text(name));
            }
        }
        // A notice that is set apart as code.
        let sections = document.sections().filter(|s| heading_matches(&s.heading.text, facts.heading("licence")));
        for block in sections.flat_map(|section| section.body).filter(|block| block.kind == BlockKind::Code) {
            if let Some((_, name)) = holder_in_lines(facts, &block.text) {
                let notice = block.text.lines().next().unwrap_or_default();
                return Answer::yes(Evidence::line(facts.path(file), block.line, notice)).value(Value::Text(name));
            }
        }
    }
    if let Some((path, why)) = &licences.unreadable {
        return Answer::unreadable(path, why);
    }
    let mut answer = Answer::no();
    answer.evidence = licence_files.first().map(|&file| Evidence::file(facts.path(file))).into_iter().collect();
    answer
}

/// The first line that states a copyright and names somebody: its number from 1, and the name.
fn holder_in_lines(facts: &Facts<'_>, text: &str) -> Option<(u32, String)> {
    let lines: Vec<&str> = text.lines().collect();
    for (number, &line) in lines.iter().enumerate() {
        let lower = line.to_lowercase();
        let Some(at) = lower.find("copyright").or_else(|| lower.find('©')).or_else(|| lower.find("(c)")) else {
            continue;
        };
        if facts.catalogue.vocabulary.not_holders.is_match(line) {
            continue;
        }
        let lead = lower.get(..at).unwrap_or_default();
        // "(c)" alone is also how clauses are counted: a year or a name follows it in a notice.
        let after_mark = line.get(at + 3..).unwrap_or_default().trim_start();
        if lower[at..].starts_with("(c)") && !after_mark.starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase()) {
            continue;
        }
        // "Crown copyright" names the holder before the word.
        if lower.contains("crown copyright") || lower.contains("© crown") {
            return Some((u32::try_from(number + 1).ok()?, "Crown copyright".to_owned()));
        }
        // A sentence about copyright is not a notice: the notice starts the line, or follows markup. A sentence may be one all
        // the same: "The schema is Copyright (C) 2016 Open Harbours", with the year perhaps on the next line.
        if let Some(name) = stated_of(lead, line.get(at..).unwrap_or_default(), lines.get(number + 1).copied())
            && !facts.catalogue.vocabulary.not_holders.is_match(&name)
        {
            return Some((u32::try_from(number + 1).ok()?, quote(&name)));
        }
        if lead.chars().filter(|c| c.is_alphanumeric()).count() > 4 && !lower[at..].starts_with('©') {
            continue;
        }
        let tail = lower[at..].trim_start_matches("copyright");
        let noticed = tail.trim_start().starts_with(|c: char| c == '(' || c == '©' || c == ':' || c.is_ascii_digit())
            || lower[at..].starts_with(['©', '(']);
        if !noticed && !tail.trim_start().starts_with("by ") && !lead.is_empty() {
            continue;
        }
        let rest = lower[at..].replace("copyright", " ").replace("(c)", " ").replace("all rights reserved", " ");
        let name: String =
            rest.chars().map(|c| if c.is_alphabetic() || "'’&-".contains(c) { c } else { ' ' }).collect();
        let name = name
            .split_whitespace()
            .filter(|w| !matches!(*w, "by" | "the" | "present" | "-" | "and" | "c"))
            .collect::<Vec<_>>()
            .join(" ");
        if name.chars().filter(|c| c.is_alphabetic()).count() >= 2 && noticed || tail.trim_start().starts_with("by ") {
            return Some((u32::try_from(number + 1).ok()?, quote(line.get(at..).unwrap_or(line))));
        }
    }
    // Two-file licences of R packages: `YEAR: 2020` and `COPYRIGHT HOLDER: …`.
    for (number, line) in text.lines().enumerate().take(5) {
        if let Some(name) = line.to_lowercase().strip_prefix("copyright holder:")
            && !name.trim().is_empty()
        {
            return Some((u32::try_from(number + 1).ok()?, quote(line)));
        }
    }
    None
}

/// The notice at the end of a sentence that says of something that it is under copyright: its mark, year and name.
fn stated_of(lead: &str, notice: &str, next: Option<&str>) -> Option<String> {
    let is_said = [" is", " are", " remains", " remain"].iter().any(|verb| lead.trim_end().ends_with(verb));
    let lower = notice.to_lowercase();
    let mark = lower.strip_prefix("copyright").map_or(lower.as_str(), str::trim_start);
    let rest = mark.strip_prefix("(c)").or_else(|| mark.strip_prefix('©')).filter(|_| is_said)?.trim();
    let (rest, whole) = match next {
        Some(next) if rest.is_empty() => (next.trim(), format!("{} {}", notice.trim(), next.trim())),
        _ => (rest, notice.trim().to_owned()),
    };
    let named = rest.chars().filter(|c| c.is_alphabetic()).count() >= 3;
    (rest.starts_with(|c: char| c.is_ascii_digit()) && named).then_some(whole)
}

/// Whether a line of an AUTHORS file names somebody.
fn is_name(line: &str) -> bool {
    let line = line.trim();
    !line.starts_with('#')
        && line.split_whitespace().count() >= 2
        && line.chars().any(char::is_uppercase)
        // a name, perhaps with an address and a body; more words are a sentence
        && line.split_whitespace().count() <= 10
        && !line.ends_with([':', '.', ','])
        && !(line.starts_with('<') && line.ends_with('>'))
}

/// Whether a document names a licence where it speaks of its own.
pub(crate) fn mentions(facts: &Facts<'_>, file: usize, document: &Document) -> Option<Evidence> {
    let path = facts.path(file);
    let of_others = facts.phrase("third-party", file);
    for section in document.sections() {
        let own = heading_matches(&section.heading.text, facts.heading("licence"))
            && !of_others.is_match(&section.heading.text);
        if own && section.words() > 0 {
            return Some(crate::check::section_evidence(path, &section));
        }
    }
    let phrase = facts.phrase("licence-mention", file);
    document.blocks.iter().filter(|block| block.kind != BlockKind::Code).find_map(|block| {
        let said = phrase.is_match(&block.text) || block.links.iter().any(|link| phrase.is_match(link));
        said.then(|| Evidence::line(path, block.line, &block.text))
    })
}
