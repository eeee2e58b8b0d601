//! Which of the things that governments offer to many services a repository uses: from packages, files and texts.
//!
//! What is an offer, and what shows its use, is data (`vocabulary/design-systems.yml` and `platforms.yml`). A sign that is
//! enough settles it; of the others, two are needed. All texts of all offers are found in one pass over few files.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::catalogue::{Offer, Offers, Sign, SignKind};
use crate::check::{declared, place};
use crate::facts::Facts;
use crate::manifest::{Dependency, Name};
use crate::value::Evidence;

/// The most files, and the most bytes of each, that are looked into for texts.
const MAX_FILES: usize = 3_000;
const MAX_BYTES: u64 = 256 << 10;

/// An offer that is used.
#[derive(Debug, Clone)]
pub(crate) struct Use<'a> {
    pub(crate) offer: &'a Offer,
    pub(crate) evidence: Vec<Evidence>,
    /// The package that is the offer itself, when a manifest asks for it or describes it.
    pub(crate) package: Option<Dependency>,
}

/// What was found of each offer so far.
pub(crate) struct Search<'f, 'a> {
    facts: &'f Facts<'a>,
    offers: &'a Offers,
    seen: Vec<Seen>,
}

#[derive(Debug, Clone, Default)]
struct Seen {
    is_enough: bool,
    /// The signs that were seen, by position.
    signs: Vec<usize>,
    evidence: Vec<Evidence>,
    package: Option<Dependency>,
    /// The repository is a part of it.
    is_part: bool,
}

impl Seen {
    fn add(&mut self, sign: usize, is_enough: bool, evidence: Evidence) {
        if !self.signs.contains(&sign) {
            self.signs.push(sign);
            self.evidence.push(evidence);
        }
        self.is_enough |= is_enough;
    }

    fn is_used(&self) -> bool {
        !self.is_part && (self.is_enough || self.signs.len() > 1)
    }
}

/// The position that stands for a package that is the offer itself.
const ITSELF: usize = usize::MAX;

impl<'f, 'a> Search<'f, 'a> {
    /// Looks at manifests.
    pub(crate) fn new(facts: &'f Facts<'a>, offers: &'a Offers) -> Self {
        let manifests = facts.manifests();
        let distinct = manifests.distinct();
        let mut seen = vec![Seen::default(); offers.entries.len()];
        for (offer, seen) in offers.entries.iter().zip(&mut seen) {
            let is_itself = |package: &&Dependency| offer.itself.iter().any(|name| name.is_match(package));
            let first = distinct.iter().copied().find(is_itself);
            let packages = manifests.dependencies.iter().filter(|_| first.is_some()).filter(is_itself);
            // What only the tools of developers need comes last, and so does what stands deep in the tree.
            let asked = packages.min_by_key(|package| (package.development, package.version.is_empty()));
            if let Some(package) = asked.or_else(|| manifests.own.iter().find(is_itself)) {
                seen.add(ITSELF, true, declared(facts, package));
                seen.package = Some(package.clone());
            }
            for (position, sign) in offer.signs.iter().enumerate() {
                let SignKind::Packages(names) = &sign.kind else { continue };
                // In the order of the list, so that the most telling package is the evidence.
                let named = |name: &Name| distinct.iter().copied().find(|package| name.is_match(package));
                if let Some(package) = names.iter().find_map(named) {
                    seen.add(position, sign.enough, declared(facts, package));
                }
            }
        }
        Self { facts, offers, seen }
    }

    /// Looks at the paths of all files.
    pub(crate) fn look_at_paths(&mut self) {
        for (offer, seen) in self.offers.entries.iter().zip(&mut self.seen) {
            for (position, sign) in offer.signs.iter().enumerate() {
                if let Some(file) = sign.path_set().and_then(|set| self.facts.files(set).next()) {
                    seen.add(position, sign.enough, Evidence::file(self.facts.path(file)));
                }
            }
        }
    }

    /// Leaves out the offers that the repository is a part of.
    fn leave_out_own(&mut self) {
        let facts = self.facts;
        for (offer, seen) in self.offers.entries.iter().zip(&mut self.seen).filter(|(_, seen)| !seen.signs.is_empty()) {
            seen.is_part = offer.part_of.iter().any(|sign| match &sign.kind {
                SignKind::Packages(names) => {
                    facts.manifests().own.iter().any(|package| names.iter().any(|name| name.is_match(package)))
                }
                SignKind::Files(set) => facts.files(*set).next().is_some(),
                SignKind::Texts(_) => false,
            });
        }
    }

    /// Whether any offer is known to be used.
    pub(crate) fn is_settled(&self) -> bool {
        self.seen.iter().any(Seen::is_used)
    }

    /// Whether a manifest asks for a package of an offer that nothing settles: the code may call it anywhere.
    pub(crate) fn is_open(&self) -> bool {
        let has_package = |(offer, seen): (&Offer, &Seen)| {
            let is_package = |position: &usize| {
                offer.signs.get(*position).is_some_and(|sign| matches!(sign.kind, SignKind::Packages(_)))
            };
            !seen.is_part && !seen.is_used() && seen.signs.iter().any(is_package)
        };
        self.offers.entries.iter().zip(&self.seen).any(has_package)
    }

    /// Whether the last two parts of a path have one of the words of `look-into`, or the id of an offer.
    pub(crate) fn is_promising(&self, path: &str) -> bool {
        let names = self.offers.names.get_or_init(|| {
            let ids = self.offers.entries.iter().map(|offer| &offer.id).filter(|id| id.len() > 3);
            let ids = ids.flat_map(|id| [id.clone(), id.replace('-', "_"), id.replace('-', "")]);
            automaton(&self.offers.look_into.iter().cloned().chain(ids).collect::<Vec<_>>())
        });
        let from = path.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at);
        names.is_match(path.get(from..).unwrap_or(path))
    }

    /// Looks for the texts in these files.
    pub(crate) fn look_into(&mut self, mut files: Vec<usize>) {
        let facts = self.facts;
        files.sort_unstable();
        files.dedup();
        files.truncate(MAX_FILES);
        let finder = self.offers.finder.get_or_init(|| {
            let texts: Vec<&str> = self.offers.texts().map(|(_, _, text)| text).collect();
            automaton(&texts)
        });
        let texts: Vec<(usize, usize, &str)> = self.offers.texts().collect();
        for file in facts.holding(files, MAX_BYTES, &|bytes| finder.is_match(bytes)).found {
            let Ok(text) = facts.text(file) else { continue };
            for found in finder.find_overlapping_iter(text.as_bytes()) {
                let Some(&(entry, position, _)) = texts.get(found.pattern().as_usize()) else { continue };
                let (Some(seen), Some(offer)) = (self.seen.get_mut(entry), self.offers.entries.get(entry)) else {
                    continue;
                };
                if seen.signs.contains(&position) || !is_word(text.as_bytes(), found.start(), found.end()) {
                    continue;
                }
                let is_enough = offer.signs.get(position).is_some_and(|sign| sign.enough);
                seen.add(position, is_enough, place(facts.path(file), &text, found.start()));
            }
        }
    }

    /// The offers that are used.
    pub(crate) fn used(mut self) -> Vec<Use<'a>> {
        self.leave_out_own();
        let is_used = |id: &String| {
            self.offers.entries.iter().zip(&self.seen).any(|(offer, seen)| offer.id == *id && seen.is_used())
        };
        self.offers
            .entries
            .iter()
            .zip(&self.seen)
            .filter(|(offer, seen)| seen.is_used() && !offer.unless.iter().any(is_used))
            .map(|(offer, seen)| Use { offer, evidence: seen.evidence.clone(), package: seen.package.clone() })
            .collect()
    }
}

impl Sign {
    fn path_set(&self) -> Option<usize> {
        match self.kind {
            SignKind::Files(set) => Some(set),
            _ => None,
        }
    }
}

impl Offers {
    /// The path sets of all signs.
    pub(crate) fn path_sets(&self) -> impl Iterator<Item = usize> {
        let signs = self.entries.iter().flat_map(|offer| offer.signs.iter().chain(&offer.part_of));
        signs.filter_map(Sign::path_set)
    }

    /// The texts of all signs, with the positions of the offer and of the sign.
    fn texts(&self) -> impl Iterator<Item = (usize, usize, &str)> {
        self.entries.iter().enumerate().flat_map(|(entry, offer)| {
            offer.signs.iter().enumerate().flat_map(move |(position, sign)| {
                let texts = match &sign.kind {
                    SignKind::Texts(texts) => texts.as_slice(),
                    _ => &[],
                };
                texts.iter().map(move |text| (entry, position, text.as_str()))
            })
        })
    }
}

/// Finds texts in files. A table for every state would be looked up faster, but making it takes longer than all the looking.
fn automaton<T: AsRef<[u8]>>(texts: &[T]) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(texts)
        .unwrap_or_else(|_| AhoCorasick::new::<_, &str>([]).expect("no pattern at all"))
}

/// Whether a text stands alone: no letter or digit goes on where it begins or ends with one, and it is not the second half of an
/// e-mail address.
fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let is_letter = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let goes_on_before = is_letter(Some(start)) && is_letter(start.checked_sub(1));
    let goes_on_after = is_letter(end.checked_sub(1)) && is_letter(Some(end));
    let is_address = start.checked_sub(1).and_then(|at| text.get(at)) == Some(&b'@');
    !goes_on_before && !goes_on_after && !is_address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone() {
        let is = |text: &str, word: &str| {
            let start = text.find(word).expect("in the text");
            is_word(text.as_bytes(), start, start + word.len())
        };
        assert!(is("use_spid: true", "spid"));
        assert!(is("spid-login", "spid"));
        assert!(is("x.api.host.gov/v1", ".api.host.gov/"));
        assert!(!is("spiderplan", "spid"));
        assert!(!is("fspid", "spid"));
        assert!(!is("éspid5", "spid"));
        assert!(!is("support@host.gov", "host.gov"));
    }
}
