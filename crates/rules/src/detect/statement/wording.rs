//! Words to look for in a statement, as people write them in the vocabulary, and text made comparable with them.
//!
//! Words are not regular expressions: a statement is read against hundreds of phrases in many languages, and searching for
//! plain words needs nothing compiled.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// How far apart, in bytes, two words may stand that `*` joins.
const MAX_GAP: usize = 120;

/// How many places of the first words are tried.
const MAX_TRIES: usize = 32;

/// Stands in a text where a template puts in what the repository does not show.
pub(crate) const VARIABLE: char = '\u{FFFC}';

/// Words that a sentence must hold, in order. A `*` between them is any words of the sentence, and one that touches a word is
/// any ending of that word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wording(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    text: String,
    /// Whether the last word may have any ending.
    open: bool,
}

impl Wording {
    /// Reads words as they are written. `None` when there are none.
    pub(crate) fn new(written: &str) -> Option<Self> {
        let mut parts: Vec<Part> = Vec::new();
        let mut words: Vec<&str> = Vec::new();
        let mut close = |words: &mut Vec<&str>, open: bool| {
            let text = comparable(&words.join(" "));
            words.clear();
            if !text.is_empty() {
                parts.push(Part { text, open });
            }
        };
        for word in written.split_whitespace() {
            match word.strip_suffix('*') {
                Some("") => close(&mut words, false),
                Some(stem) => {
                    words.push(stem);
                    close(&mut words, true);
                }
                None => words.push(word),
            }
        }
        close(&mut words, false);
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// Whether a text may match: all its words are somewhere in it.
    pub(crate) fn may_match(&self, whole: &str) -> bool {
        self.0.iter().all(|part| memchr::memmem::find(whole.as_bytes(), part.text.as_bytes()).is_some())
    }

    /// Where a comparable text first has the words.
    pub(crate) fn find(&self, text: &str) -> Option<Range<usize>> {
        let (first, others) = self.0.split_first()?;
        let mut from = 0;
        for _ in 0..MAX_TRIES {
            let start = first.find(text, from, text.len())?;
            let mut end = start.end;
            let all = others.iter().all(|part| {
                let most = text.floor_char_boundary((end + MAX_GAP + part.text.len()).min(text.len()));
                part.find(text, end, most).map(|found| end = found.end).is_some()
            });
            if all {
                return Some(start.start..end);
            }
            from = start.end;
        }
        None
    }

    /// Whether the words are the whole of a text.
    pub(crate) fn is_all_of(&self, text: &str) -> bool {
        self.find(text).is_some_and(|found| {
            let rest = |part: Option<&str>| part.is_none_or(|part| !part.chars().any(char::is_alphabetic));
            rest(text.get(..found.start)) && rest(text.get(found.end..))
        })
    }
}

impl Part {
    /// The place of the words between two offsets, at the borders of words.
    fn find(&self, text: &str, from: usize, to: usize) -> Option<Range<usize>> {
        let window = text.get(from..to)?;
        let mut at = 0;
        while let Some(found) = window.get(at..).and_then(|rest| rest.find(&self.text)) {
            let (start, end) = (from + at + found, from + at + found + self.text.len());
            let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let bounded = |edge: Option<char>, outside: Option<char>| !(is_letter(edge) && is_letter(outside));
            let before = bounded(self.text.chars().next(), text.get(..start)?.chars().next_back());
            let rest = text.get(end..)?;
            // `2.2` is not in `2.2.1`.
            let is_cut = self.text.ends_with(|c: char| c.is_ascii_digit())
                && rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            let after = self.open || (!is_cut && bounded(self.text.chars().next_back(), rest.chars().next()));
            if before && after {
                let rest = if self.open { text.get(end..to)? } else { "" };
                let ending: usize = rest.chars().take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum();
                return Some(start..end + ending);
            }
            at += found + self.text.chars().next().map_or(1, char::len_utf8);
        }
        None
    }
}

/// Whether a text ends with a letter and a hyphen.
fn ends_with_joining_hyphen(text: &str) -> bool {
    text.strip_suffix('-').is_some_and(|before| before.ends_with(char::is_alphabetic))
}

/// Text in lower case without diacritics, with one kind of apostrophe, hyphen and space. A hyphen between letters is a space:
/// people write `non-accessible` and `non accessible`.
pub(crate) fn comparable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut push = |c: char| match c {
        '\u{0300}'..='\u{036F}' | '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}' => {}
        '’' | '‘' | '`' | '´' | 'ʼ' => out.push('\''),
        '‐' | '‑' | '‒' | '–' | '—' => out.push('-'),
        c if c.is_alphabetic() && ends_with_joining_hyphen(&out) => {
            out.pop();
            out.push(' ');
            out.extend(c.to_lowercase());
        }
        'ß' => out.push_str("ss"),
        'ø' | 'Ø' => out.push('o'),
        'æ' | 'Æ' => out.push_str("ae"),
        'ł' | 'Ł' => out.push('l'),
        c if c.is_whitespace() => {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        c => out.extend(c.to_lowercase()),
    };
    for c in text.chars() {
        if c.is_ascii() {
            push(c);
        } else {
            std::iter::once(c).nfd().for_each(&mut push);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &str, text: &str) -> bool {
        Wording::new(words).expect("words").find(&comparable(text)).is_some()
    }

    #[test]
    fn words_are_whole_unless_a_star_says_otherwise() {
        assert!(found("déclaration d'accessibilité", "La DÉCLARATION D’ACCESSIBILITÉ du site"));
        assert!(!found("non", "no one is nonconformist"));
        assert!(found("conform*", "nonconform, conforming"));
        assert!(!found("conform", "nonconform, conforming"));
        assert!(found("vereinbar mit * bitv", "vereinbar mit der Verordnung, kurz BITV 2.0"));
        assert!(!found("a * z", &format!("a {} z", "x".repeat(200))));
        assert!(Wording::new(" * ").is_none());
        assert!(found("wcag 2.2", "WCAG 2.2.") && !found("wcag 2.2", "WCAG 2.2.1"));
        assert!(found("non-accessible content", "Non accessible content"));
    }

    #[test]
    fn a_text_may_be_nothing_but_the_words() {
        let words = Wording::new("voies de recours").expect("words");
        assert!(words.is_all_of("6. voies de recours :"));
        assert!(!words.is_all_of("les voies de recours"));
    }
}
