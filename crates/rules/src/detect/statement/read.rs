//! The statement of a repository, read: its sentences, its sections, its languages, and the law that it answers to.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::page::{Block, Page};
use super::wording::{VARIABLE, Wording, comparable};
use crate::catalogue::{Jurisdiction, Statements};
use crate::check::{Answer, Truth};
use crate::detect::dates::{Found, Reader};
use crate::value::{Evidence, quote};

/// With fewer words, a page with texts put in shows nothing of its statement.
const FEW_WORDS: usize = 40;

/// A sentence, as written and made comparable.
#[derive(Debug)]
pub(crate) struct Sentence {
    pub(crate) block: usize,
    pub(crate) raw: String,
    pub(crate) text: String,
}

/// A statement that was read.
pub(crate) struct Statement<'a> {
    pub(crate) path: &'a str,
    pub(crate) words: &'a Statements,
    pub(crate) page: Page,
    pub(crate) sentences: Vec<Sentence>,
    /// All sentences and addresses, made comparable.
    whole: String,
    pub(crate) languages: Vec<&'a str>,
    pub(crate) jurisdiction: Option<&'a Jurisdiction>,
    live: RefCell<HashMap<&'static str, Rc<[&'a Wording]>>>,
}

impl<'a> Statement<'a> {
    pub(crate) fn new(path: &'a str, page: Page, words: &'a Statements, profile: &str) -> Self {
        let mut sentences = Vec::new();
        for (block, Block { text, .. }) in page.blocks.iter().enumerate() {
            for raw in split(text) {
                sentences.push(Sentence { block, raw: raw.to_owned(), text: comparable(raw) });
            }
        }
        let mut whole = String::new();
        let addresses = page.blocks.iter().flat_map(|block| &block.links).map(|link| comparable(&link.url));
        for text in sentences.iter().map(|sentence| sentence.text.clone()).chain(addresses) {
            whole.push_str(&text);
            whole.push('\n');
        }
        let languages = languages(&whole, words);
        let jurisdiction = jurisdiction(&whole, &languages, words, profile);
        Self { path, words, page, sentences, whole, languages, jurisdiction, live: RefCell::default() }
    }

    /// Why the page does not show what the statement says, when its text is kept elsewhere.
    pub(crate) fn elsewhere(&self) -> Option<String> {
        let Page { translated, variables, .. } = self.page;
        let words = self.page.words();
        let path = quote(self.path);
        if translated > 0 && (translated * 6 > words || words < FEW_WORDS) {
            return Some(format!("the words of {path} are in translations that are kept elsewhere"));
        }
        (words < FEW_WORDS && (variables > 0 || super::find::is_view(self.path)))
            .then(|| format!("{path} puts in the words of the statement from another template or a database"))
    }

    /// The words of a topic, in the languages of the statement, that stand in it at all.
    pub(crate) fn live(&self, topic: &'static str) -> Rc<[&'a Wording]> {
        if let Some(live) = self.live.borrow().get(topic) {
            return Rc::clone(live);
        }
        let by_language = self.words.says.get(topic);
        let of = |language: &&str| by_language.and_then(|says| says.get(*language)).into_iter().flatten();
        let all = self.languages.iter().chain(&["any"]).flat_map(of);
        let live: Rc<[&Wording]> = all.filter(|wording| wording.may_match(&self.whole)).collect();
        self.live.borrow_mut().insert(topic, Rc::clone(&live));
        live
    }

    /// Whether a comparable text has words of a topic.
    pub(crate) fn says(&self, topic: &'static str, text: &str) -> bool {
        self.live(topic).iter().any(|wording| wording.find(text).is_some())
    }

    /// The first sentence with words of a topic.
    pub(crate) fn sentence(&self, topic: &'static str) -> Option<&Sentence> {
        let live = self.live(topic);
        if live.is_empty() {
            return None;
        }
        self.sentences.iter().find(|sentence| live.iter().any(|wording| wording.find(&sentence.text).is_some()))
    }

    /// The first place with one of these words: a sentence, or the address of a link.
    pub(crate) fn place(&self, words: &[Wording]) -> Option<Evidence> {
        let live: Vec<&Wording> = words.iter().filter(|wording| wording.may_match(&self.whole)).collect();
        if live.is_empty() {
            return None;
        }
        let has = |text: &str| live.iter().any(|wording| wording.find(text).is_some());
        let sentence =
            self.sentences.iter().find(|sentence| has(&sentence.text)).map(|sentence| self.evidence(sentence));
        let link = || {
            let block =
                self.page.blocks.iter().find(|block| block.links.iter().any(|link| has(&comparable(&link.url))))?;
            let link = block.links.iter().find(|link| has(&comparable(&link.url)))?;
            Some(Evidence::line(self.path, block.line, &link.url))
        };
        sentence.or_else(link)
    }

    pub(crate) fn evidence(&self, sentence: &Sentence) -> Evidence {
        let line = self.page.blocks.get(sentence.block).map_or(1, |block| block.line);
        Evidence::line(self.path, line, &shown(&sentence.raw))
    }

    pub(crate) fn block_evidence(&self, block: usize) -> Evidence {
        match self.page.blocks.get(block) {
            Some(found) => Evidence::line(self.path, found.line, &shown(&found.text)),
            None => Evidence::file(self.path),
        }
    }

    /// The headings with words of a topic: the position of each, and of the end of its section.
    pub(crate) fn sections(&self, topic: &'static str) -> Vec<(usize, usize)> {
        let live = self.live(topic);
        let mut found = Vec::new();
        if live.is_empty() {
            return found;
        }
        for (i, block) in self.page.blocks.iter().enumerate() {
            let text = || comparable(&block.text);
            let is_heading = match block.level {
                Some(_) => live.iter().any(|wording| wording.find(&text()).is_some()),
                None => block.text.len() < 120 && live.iter().any(|wording| wording.is_all_of(&text())),
            };
            if is_heading {
                let level = block.level.unwrap_or(8);
                let rest = self.page.blocks.iter().skip(i + 1);
                // What only looks like a heading does not rule over much.
                let most = if block.level.is_some() { usize::MAX } else { 60 };
                let length = rest.take(most).take_while(|next| next.level.is_none_or(|next| next > level)).count();
                found.push((i, i + 1 + length));
            }
        }
        found
    }

    pub(crate) fn dates(&self, text: &str) -> Vec<Found> {
        let months = self.languages.iter().filter_map(|language| self.words.months.get(*language)).map(Vec::as_slice);
        let before = self.words.before_year.iter().map(String::as_str);
        let month_first = self.jurisdiction.is_some_and(|jurisdiction| jurisdiction.month_first);
        Reader { months: months.collect(), before_year: before.collect(), month_first }.dates(text)
    }

    /// The answer when something was not found: no, unless parts of the text are kept elsewhere.
    pub(crate) fn absent(&self, note: impl Into<String>) -> Answer {
        if self.page.translated >= 3 {
            let path = quote(self.path);
            return Answer::new(Truth::Unknown(format!(
                "some words of {path} are in translations that are kept elsewhere"
            )))
            .with(Evidence::file(self.path));
        }
        Answer::no().note(note).with(self.title())
    }

    /// The place of its title.
    pub(crate) fn title(&self) -> Evidence {
        match self.page.blocks.iter().position(|block| block.level.is_some()) {
            Some(block) => self.block_evidence(block),
            None => Evidence::file(self.path),
        }
    }
}

/// Text to show, with a sign where a template puts something in.
pub(crate) fn shown(text: &str) -> String {
    text.replace(VARIABLE, "{…}")
}

/// Abbreviations whose full stop ends no sentence, where a capital letter follows.
const ABBREVIATIONS: [&str; 17] =
    ["no", "nr", "n", "art", "abs", "e.g", "i.e", "st", "dz", "poz", "z", "ust", "d", "l", "bzw", "ca", "ff"];

/// The sentences of a block.
fn split(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let end = at + c.len_utf8();
        let after = text.get(end..).unwrap_or_default();
        let next = after.trim_start_matches(['"', '\'', '’', '”', ')', ']']).chars().find(|c| !c.is_whitespace());
        if !after.starts_with([' ', ')', ']', '"', '’', '”'])
            || !next.is_some_and(|c| c.is_uppercase() || !c.is_alphanumeric())
        {
            continue;
        }
        let before = text.get(start..at).unwrap_or_default();
        let word = before.rsplit([' ', '(']).next().unwrap_or_default().to_lowercase();
        let is_number = !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
        if c == '.' && (is_number || ABBREVIATIONS.contains(&word.as_str())) {
            continue;
        }
        found.push(text.get(start..end).unwrap_or_default().trim());
        start = end;
    }
    found.push(text.get(start..).unwrap_or_default().trim());
    found.retain(|sentence| sentence.chars().any(|c| c.is_alphanumeric() || c == VARIABLE));
    found
}

/// The languages of a text: those whose small words it has nearly as often as those of the first one.
fn languages<'a>(whole: &str, words: &'a Statements) -> Vec<&'a str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in whole.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        *counts.entry(word).or_default() += 1;
    }
    let sum = |small: &[String]| small.iter().filter_map(|word| counts.get(word.as_str())).sum::<usize>();
    let mut sums: Vec<(usize, &str)> =
        words.languages.iter().map(|(language, small)| (sum(small), language.as_str())).collect();
    sums.sort_by(|a, b| b.cmp(a));
    let most = sums.first().map_or(0, |(sum, _)| *sum);
    sums.into_iter()
        .filter(|(sum, _)| *sum * 3 >= most && (*sum >= 3 || *sum == most))
        .map(|(_, language)| language)
        .collect()
}

/// Whose law a statement answers to. What it cites tells more than its language, and that more than the profile.
fn jurisdiction<'a>(whole: &str, languages: &[&str], words: &'a Statements, profile: &str) -> Option<&'a Jurisdiction> {
    let has = |list: &[Wording]| list.iter().any(|wording| wording.find(whole).is_some());
    // Where no language stands out, none speaks for a country.
    let first = if languages.len() > 4 { "" } else { languages.first().copied().unwrap_or_default() };
    let score = |j: &Jurisdiction| {
        let laws = usize::from(has(&j.laws) || has(&j.revoked));
        let bodies = j.bodies.iter().chain(&j.instead).any(|body| has(&body.says));
        let speaks = j.languages.iter().any(|language| language == first);
        // The law of the Union is cited beside that of a member state.
        laws * 8 / if j.general { 2 } else { 1 }
            + usize::from(bodies) * 8
            + usize::from(speaks) * 2
            + usize::from(j.profiles.iter().any(|p| p == profile))
    };
    let mut best: Option<(usize, &Jurisdiction)> = None;
    for jurisdiction in &words.jurisdictions {
        let score = score(jurisdiction);
        if score > best.map_or(0, |(best, _)| best) {
            best = Some((score, jurisdiction));
        }
    }
    best.map(|(_, jurisdiction)| jurisdiction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        assert_eq!(split("It is (No. 2) 2018. It was. Done"), ["It is (No. 2) 2018.", "It was.", "Done"]);
        assert_eq!(
            split("Am 3. Mai 2023 erstellt. Zuletzt am 4. Juni."),
            ["Am 3. Mai 2023 erstellt.", "Zuletzt am 4. Juni."]
        );
        assert_eq!(split("Version 2.1 AA. Next"), ["Version 2.1 AA.", "Next"]);
    }
}
