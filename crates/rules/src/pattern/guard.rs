//! Guards: what stands in every text that an expression matches, so that most texts are told from it without compiling it.
//!
//! A guard is a list of words of which one must stand there. Where two of them must stand close together, that is a guard
//! too: a README has the words "this" and "repository" and "provides" somewhere, but seldom one behind the other.

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde::{Deserialize, Serialize};

/// The most words a guard has; looking for more costs as much as matching.
const MAX_WORDS: usize = 48;

/// The most guards an expression is given.
const MAX_GUARDS: usize = 3;

/// From how many letters on a word tells a language or a subject.
const TELLING: usize = 6;

/// The furthest that two words are called close, in characters that are no white space.
const CLOSE: u32 = 160;

/// What must stand in a text for an expression to match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Guards {
    /// A guard on each line, the most telling first: one of its words stands in every text that matches. Kept as one text,
    /// since a catalogue holds thousands of them.
    words: String,
    /// Two lines of words: one of the second stands behind one of the first in every text that matches.
    pair: String,
    /// How many characters other than white space are between the two at most.
    apart: u32,
}

/// A part of an expression that follows others.
struct Part {
    /// The list of words of which one stands in whatever it matches, if there is one.
    words: Vec<String>,
    /// The most characters other than white space that it matches; none when there is no end to them.
    most: Option<u32>,
}

impl Guards {
    pub(super) fn of(hir: &Hir) -> Self {
        let mut lists = lists(hir, (false, false));
        lists.sort_by_key(|words| (std::cmp::Reverse(shortest(words).min(TELLING)), words.len()));
        lists.truncate(MAX_GUARDS);
        let words = lists.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("\n");
        let mut parts = Vec::new();
        split(hir, (false, false), &mut parts);
        let (pair, apart) = pair(&parts).unwrap_or_default();
        Self { words, pair, apart }
    }

    /// Whether the words stand in a lower-cased text.
    pub(super) fn are_in(&self, lower: &str) -> bool {
        self.words.lines().all(|words| words.split(' ').any(|word| places(word, lower).next().is_some()))
    }

    /// Whether those that must be close are so in a lower-cased text.
    pub(super) fn are_close_in(&self, lower: &str) -> bool {
        let Some((first, second)) = self.pair.split_once('\n') else { return true };
        let follows = |from: usize| {
            let mut apart = 0;
            for (at, c) in lower.get(from..).unwrap_or_default().char_indices() {
                if second.split(' ').any(|word| is_at(word, lower, from + at)) {
                    return true;
                }
                apart += u32::from(!c.is_whitespace());
                if apart > self.apart {
                    break;
                }
            }
            false
        };
        first.split(' ').any(|word| places(word, lower).any(|at| follows(at + bare(word).len())))
    }
}

fn shortest(words: &[String]) -> usize {
    words.iter().map(|word| bare(word).len()).min().unwrap_or(0)
}

/// Marks a word before which, or behind which, no letter or digit stands.
const EDGE: char = '|';

/// Whether a word stands in a text at an offset, with its edges.
fn is_at(word: &str, text: &str, at: usize) -> bool {
    let is_letter =
        |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let bare = bare(word);
    text[at..].starts_with(bare)
        && !(word.starts_with(EDGE) && is_letter(at.checked_sub(1)))
        && !(word.ends_with(EDGE) && is_letter(Some(at + bare.len())))
}

/// A word without its marks.
fn bare(word: &str) -> &str {
    word.trim_matches(EDGE)
}

/// Where a word stands in a text with its edges, also where it stands once more inside itself.
fn places<'a>(word: &'a str, text: &'a str) -> impl Iterator<Item = usize> + 'a {
    let finder = memchr::memmem::Finder::new(bare(word));
    let mut from = 0;
    let next = move || {
        let at = from + finder.find(text.as_bytes().get(from..)?)?;
        from = at + 1;
        Some(at)
    };
    std::iter::from_fn(next).filter(move |&at| is_at(word, text, at))
}

/// Whether no letter or digit can stand beside a word where an expression matches before it, or behind it.
fn is_edge(hir: &Hir, at_end: bool) -> bool {
    match hir.kind() {
        HirKind::Look(look) => !matches!(look, Look::WordAsciiNegate | Look::WordUnicodeNegate),
        HirKind::Class(class) => has_no_letter(class),
        HirKind::Literal(literal) => {
            let byte = if at_end { literal.0.last() } else { literal.0.first() };
            byte.is_some_and(|byte| !byte.is_ascii_alphanumeric())
        }
        HirKind::Repetition(repetition) => repetition.min >= 1 && is_edge(&repetition.sub, at_end),
        HirKind::Capture(capture) => is_edge(&capture.sub, at_end),
        HirKind::Concat(parts) => {
            let part = if at_end { parts.last() } else { parts.first() };
            part.is_some_and(|part| is_edge(part, at_end))
        }
        HirKind::Alternation(parts) => parts.iter().all(|part| is_edge(part, at_end)),
        HirKind::Empty => false,
    }
}

fn has_no_letter(class: &Class) -> bool {
    let mut letters = (b'0'..=b'9').chain(b'a'..=b'z').chain(b'A'..=b'Z');
    match class {
        Class::Unicode(class) => {
            letters.all(|letter| !class.iter().any(|range| (range.start()..=range.end()).contains(&char::from(letter))))
        }
        Class::Bytes(class) => {
            letters.all(|letter| !class.iter().any(|range| (range.start()..=range.end()).contains(&letter)))
        }
    }
}

/// Lists of words; of each list, one word stands in every match. A word has no white space in it, since markup or the end of
/// a line may stand there in the text. `edges` says whether no letter stands before and behind what the expression matches.
fn lists(hir: &Hir, edges: (bool, bool)) -> Vec<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => words(&literal.0, edges).into_iter().map(|word| vec![word]).collect(),
        HirKind::Capture(capture) => lists(&capture.sub, edges),
        HirKind::Repetition(repetition) if repetition.min == 1 && repetition.max == Some(1) => {
            lists(&repetition.sub, edges)
        }
        HirKind::Repetition(repetition) if repetition.min >= 1 => lists(&repetition.sub, (false, false)),
        HirKind::Concat(parts) => (0..parts.len()).flat_map(|at| lists(&parts[at], around(parts, at, edges))).collect(),
        HirKind::Alternation(parts) => {
            // The list of each alternative that is most telling: the one whose shortest word is longest.
            let best: Option<Vec<Vec<String>>> =
                parts.iter().map(|part| lists(part, edges).into_iter().max_by_key(|words| shortest(words))).collect();
            let mut all = best.unwrap_or_default().concat();
            all.sort();
            all.dedup();
            if all.is_empty() || all.len() > MAX_WORDS { Vec::new() } else { vec![all] }
        }
        _ => Vec::new(),
    }
}

/// Whether no letter stands before and behind a part of what follows each other.
fn around(parts: &[Hir], at: usize, edges: (bool, bool)) -> (bool, bool) {
    let (before, behind) = (parts[..at].iter().rev(), parts[at + 1..].iter());
    (is_edge_of_all(before, true, edges.0), is_edge_of_all(behind, false, edges.1))
}

/// Whether the nearest of some parts is an edge. What may be left out must be one, and the next one too.
fn is_edge_of_all<'a>(nearest_first: impl Iterator<Item = &'a Hir>, at_end: bool, beyond: bool) -> bool {
    for part in nearest_first {
        match part.kind() {
            HirKind::Repetition(optional) if optional.min == 0 => {
                if !is_edge(&optional.sub, at_end) {
                    return false;
                }
            }
            _ => return is_edge(part, at_end),
        }
    }
    beyond
}

/// The words of a literal, with the marks of their edges.
fn words(literal: &[u8], edges: (bool, bool)) -> Vec<String> {
    let text = std::str::from_utf8(literal).unwrap_or_default();
    let mark = |is_edge: bool, letter: Option<char>| {
        if is_edge && letter.is_some_and(|letter| letter.is_ascii_alphanumeric()) {
            EDGE.to_string()
        } else {
            String::new()
        }
    };
    let marked = |word: &str| {
        let from = word.as_ptr() as usize - text.as_ptr() as usize;
        let before = if from == 0 { edges.0 } else { true };
        let behind = if from + word.len() == text.len() { edges.1 } else { true };
        format!("{}{word}{}", mark(before, word.chars().next()), mark(behind, word.chars().next_back()))
    };
    text.split_whitespace().filter(|word| word.len() >= 2 && !word.contains(EDGE)).map(marked).collect()
}

/// The most characters other than white space that an expression matches.
fn most(hir: &Hir) -> Option<u32> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => {
            let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
            let count = std::str::from_utf8(&literal.0).map_or(literal.0.len(), solid);
            u32::try_from(count).ok()
        }
        HirKind::Class(class) => Some(u32::from(!is_space(class))),
        HirKind::Capture(capture) => most(&capture.sub),
        HirKind::Repetition(repetition) => match most(&repetition.sub)? {
            0 => Some(0),
            one => repetition.max?.checked_mul(one),
        },
        HirKind::Concat(parts) => parts.iter().try_fold(0_u32, |sum, part| sum.checked_add(most(part)?)),
        HirKind::Alternation(parts) => parts.iter().map(most).try_fold(0, |all, one| Some(one?.max(all))),
    }
}

/// Whether a class holds nothing but white space.
fn is_space(class: &Class) -> bool {
    match class {
        Class::Unicode(class) => class.iter().all(|range| (range.start()..=range.end()).all(char::is_whitespace)),
        Class::Bytes(class) => class
            .iter()
            .all(|range| (range.start()..=range.end()).all(|byte| byte.is_ascii() && char::from(byte).is_whitespace())),
    }
}

/// Takes an expression apart into what follows each other.
fn split(hir: &Hir, edges: (bool, bool), parts: &mut Vec<Part>) {
    match hir.kind() {
        HirKind::Concat(all) => (0..all.len()).for_each(|at| split(&all[at], around(all, at, edges), parts)),
        HirKind::Capture(capture) => split(&capture.sub, edges, parts),
        HirKind::Literal(literal) if !literal.0.is_empty() => {
            let words = words(&literal.0, edges);
            let all = most(hir);
            let inside =
                words.iter().try_fold(0, |sum, word| u32::try_from(bare(word).chars().count()).ok()?.checked_add(sum));
            // What is no word of it may stand before, between or behind them.
            let rest = all.zip(inside).and_then(|(all, inside)| all.checked_sub(inside));
            parts.push(Part { words: Vec::new(), most: rest });
            for word in words {
                let most = u32::try_from(bare(&word).chars().count()).ok();
                parts.extend([Part { words: vec![word], most }, Part { words: Vec::new(), most: rest }]);
            }
        }
        _ => {
            let words = lists(hir, edges).into_iter().max_by_key(|words| shortest(words)).unwrap_or_default();
            parts.push(Part { words, most: most(hir) });
        }
    }
}

/// The two lists of words that tell most by standing close together, and how many characters are between them.
fn pair(parts: &[Part]) -> Option<(String, u32)> {
    let with_words: Vec<usize> = (0..parts.len()).filter(|&at| !parts[at].words.is_empty()).collect();
    let pairs = with_words.iter().zip(with_words.iter().skip(1)).filter_map(|(&first, &second)| {
        let (one, other) = (&parts[first], &parts[second]);
        // A word may stand anywhere in its part.
        let around = |part: &Part| {
            let chars = part.words.iter().map(|word| bare(word).chars().count()).min().unwrap_or(0);
            part.most?.checked_sub(u32::try_from(chars).ok()?)
        };
        let between = parts[first + 1..second].iter().try_fold(0_u32, |sum, part| sum.checked_add(part.most?))?;
        let apart = around(one)?.checked_add(between)?.checked_add(around(other)?)?;
        Some((one, other, apart))
    });
    let telling = |part: &Part| shortest(&part.words).min(TELLING);
    let close = pairs.filter(|(.., apart)| *apart <= CLOSE);
    let (one, other, apart) =
        close.max_by_key(|(one, other, apart)| (telling(one) + telling(other), std::cmp::Reverse(*apart)))?;
    Some((format!("{}\n{}", one.words.join(" "), other.words.join(" ")), apart))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::string::bytes_regex_parsed;

    use super::*;

    fn parsed(text: &str) -> Hir {
        regex_syntax::ParserBuilder::new().multi_line(true).utf8(false).build().parse(text).expect("valid")
    }

    /// The expression without what stands between letters, such as `\b`: it matches all that the whole one does, and more.
    fn without_looks(hir: &Hir) -> Hir {
        match hir.kind() {
            HirKind::Look(_) => Hir::empty(),
            HirKind::Capture(capture) => without_looks(&capture.sub),
            HirKind::Repetition(repetition) => Hir::repetition(regex_syntax::hir::Repetition {
                sub: Box::new(without_looks(&repetition.sub)),
                ..repetition.clone()
            }),
            HirKind::Concat(parts) => Hir::concat(parts.iter().map(without_looks).collect()),
            HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(without_looks).collect()),
            _ => hir.clone(),
        }
    }

    #[test]
    fn words_that_every_match_has() {
        let of = |text: &str| Guards::of(&parsed(text)).words;
        assert_eq!(of(r"\bnpm\s+(?:run\s+)?(?:start|dev)\b"), "|npm|\n|dev| |start|");
        assert_eq!(of(r"\bnpm(?:run)?(?:start|dev)"), "|npm\ndev start", "what may be left out is no edge");
        assert_eq!(of(r"public domain"), "public|\n|domain");
        assert_eq!(of(r"[^a-z]\.net(?:core)?\w"), ".net");
        assert_eq!(of(r"(?:code of )?conduct"), "conduct");
        let spanish = of(r"\b(?:el|la)\s+(?:proyecto|servicio)\s+(?:contiene|es)\b");
        assert_eq!(spanish, "|proyecto| |servicio|\n|el| |la|\n|contiene| |es|", "the words that tell most come first");
        for none in [r"a|b", r"npm|[a-z]+", r"[a-z]+@[a-z]+", r"(?:npm)*"] {
            assert!(of(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn words_that_stand_close_together() {
        let of = |text: &str| {
            let guards = Guards::of(&parsed(text));
            (guards.pair.replace('\n', " > "), guards.apart)
        };
        assert_eq!(of(r"\bthis\s+(?:the\s+)?repo(?:sitory)?\b"), ("|this| > |repo".to_owned(), 3));
        assert_eq!(of(r"report[^.\n]{0,40}(?:bug|flaw)"), ("report > bug flaw".to_owned(), 41));
        assert_eq!(of(r"report.*bug"), (String::new(), 0), "nobody knows how far");
        assert_eq!(of(r"public domain"), ("public| > |domain".to_owned(), 0));

        let guards = Guards::of(&parsed(r"\bthis\s+(?:the\s+)?repo\b"));
        assert!(guards.are_close_in("all of this\n\n\u{a0} the repo"));
        assert!(!guards.are_close_in("this is what the repo has"));
        assert!(!guards.are_close_in("repo this"));
        let inside = Guards::of(&parsed("anana\\s?x?nas"));
        assert!(inside.are_close_in("ananananas"), "a word inside itself");
    }

    proptest! {
        /// A guard may let a text through that does not match, but never keep one out that does.
        #[test]
        fn no_match_is_kept_out(
            (pattern, found) in prop::sample::select(vec![
                r"\bthis\s+(?:repo|repository)\s+(?:contains|holds) (the |a )?([a-z0-9_-]+ ){0,3}(data|datasets?)\b",
                r"\b(?:report|reporting)\b[^.\n]{0,60}\b(?:vulnerabilit(?:y|ies)|security\s+(?:issues?|bugs?))\b",
                r"^(?-u:\W)*licen[sc]e(?:d)?(?-u:\s)*(?::|-|–|—)(?-u:\s)*(?-u:\S)",
                r"\b(?:ce|cette)(?-u:\s)+(?:dépôt|projet|application)(?-u:\s)+est\b",
                r"[a-z0-9._+-]+@[a-z0-9.-]+\.[a-z]{2}(?s:.{0,80}?)\b(?:for\s+(?:help|support)|with\s+(?:any\s+)?questions)",
                r"(?:one|two words|three){1,3}\s*(?:four|five six)",
                r"(?:^|[\s`$(])(?:ba|z)?sh\s+(?:-[a-z]+\s+)*(?:[a-z0-9_.-]+/)*(?:start|run)(?:\s|$)",
                r"\b(?:gem\s+install|rake (?:db:[a-z:]+|setup)|vagrant\s+up|a b cd e fg)\b",
                r"img\.shields\.io/[^\s)>]*licen[sc]e|x-y",
            ]).prop_flat_map(|pattern| {
                let matches = bytes_regex_parsed(&without_looks(&parsed(pattern))).expect("what can be made");
                (Just(pattern), matches)
            }),
            before in "(\\PC{0,12}[ \n(.])?",
            after in "([ \n).]\\PC{0,12})?",
        ) {
            let guards = Guards::of(&parsed(pattern));
            if let Ok(found) = String::from_utf8(found) {
                let text = crate::pattern::lower_case(&format!("{before}{found}{after}")).into_owned();
                // Without its looks, the expression matches more than it should.
                if crate::pattern::build(pattern).expect("valid").is_match(text.as_bytes()) {
                    prop_assert!(guards.are_in(&text), "{text}");
                    prop_assert!(guards.are_close_in(&text), "{text}");
                }
            }
        }
    }
}
