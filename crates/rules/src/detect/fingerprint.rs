//! Recognising the full texts of common licences without loading a licence corpus.
//!
//! `spdx`'s detection reads its corpus of 600 licences in about 200 ms, more than everything else that `openly` does to a
//! repository. Nearly every repository has one of a few dozen texts, so the build script reduces those (taken from the same
//! crate) to sorted hashes of word pairs, compared here by the measure that `spdx` uses, the Sørensen–Dice coefficient.
//! What is not recognised here goes to `spdx`.

use std::sync::OnceLock;

static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fingerprints.bin"));

/// The least likeness at which a text is taken for a licence. Other licences of the SPDX list stay below it.
const SAME: f64 = 0.97;
/// The least share of a licence's word pairs that a longer text must hold for the licence to stand in it.
const HELD: f64 = 0.985;
/// Shorter texts are too easily held by others.
const MIN_HELD_PAIRS: usize = 100;

struct Known {
    id: &'static str,
    pairs: Vec<u32>,
}

fn known() -> &'static [Known] {
    static KNOWN: OnceLock<Vec<Known>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Vec::new();
        let mut rest = TABLE;
        while let [length, tail @ ..] = rest {
            let (id, tail) = tail.split_at(usize::from(*length));
            let (count, tail) = tail.split_at(4);
            let count = u32::from_le_bytes([count[0], count[1], count[2], count[3]]) as usize;
            let (pairs, tail) = tail.split_at(count * 4);
            let pairs = pairs.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
            known.push(Known { id: std::str::from_utf8(id).unwrap_or_default(), pairs });
            rest = tail;
        }
        known
    })
}

include!("pairs.rs");

/// A licence found in a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) id: &'static str,
    /// Whether the text is this licence and nothing else.
    pub(crate) whole: bool,
}

/// The common licence that a text is or holds.
pub(crate) fn recognise(text: &str) -> Option<Found> {
    let pairs = pairs(text);
    if pairs.len() < 20 {
        return None;
    }
    let mut best: Option<(f64, &Known)> = None;
    let mut held: Option<&Known> = None;
    for licence in known() {
        let shared = shared(&pairs, &licence.pairs);
        let likeness = 2.0 * shared as f64 / (pairs.len() + licence.pairs.len()) as f64;
        if best.as_ref().is_none_or(|(score, _)| likeness > *score) {
            best = Some((likeness, licence));
        }
        let share = shared as f64 / licence.pairs.len() as f64;
        if share >= HELD
            && licence.pairs.len() >= MIN_HELD_PAIRS
            && held.is_none_or(|h| h.pairs.len() < licence.pairs.len())
        {
            held = Some(licence);
        }
    }
    match best {
        Some((score, licence)) if score >= SAME => Some(Found { id: licence.id, whole: true }),
        _ => held.map(|licence| Found { id: licence.id, whole: false }),
    }
}

/// How many word pairs two sorted lists share, counting repeats.
fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, count) = (i + 1, j + 1, count + 1),
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids that share one text: the text cannot tell which was meant.
    fn same_text(a: &str, b: &str) -> bool {
        // A repository under MPL-2.0 opts out of its secondary licences by a notice, not by another text.
        let id_of_text = |id: &str| id.trim_end_matches("-no-copyleft-exception").to_owned();
        let (a, b) = (id_of_text(a), id_of_text(b));
        let stem =
            |id: &str| id.trim_end_matches("-only").trim_end_matches("-or-later").trim_end_matches('+').to_owned();
        stem(&a) == stem(&b)
    }

    #[test]
    fn no_licence_of_the_spdx_list_is_taken_for_another() {
        let mut wrong = Vec::new();
        let mut right = 0;
        for (id, text) in spdx::text::LICENSE_TEXTS {
            match recognise(text) {
                Some(found) if found.whole && same_text(found.id, id) => right += 1,
                Some(found) if found.whole => wrong.push(format!("{id} taken for {}", found.id)),
                _ => {}
            }
        }
        assert!(right >= known().len(), "{right} of {}", known().len());
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn other_words_are_no_licence() {
        assert_eq!(recognise(""), None);
        assert_eq!(recognise(&"to be or not to be that is the question ".repeat(40)), None);
    }
}
