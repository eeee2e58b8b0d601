//! What kind of repository this is, told from signs that the report shows.

use crate::check::{Truth, evaluate};
use crate::detect::secrets::masked;
use crate::facts::Facts;
use crate::value::{Evidence, Kind};

/// The kind of a repository, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct KindFound {
    /// The kind; `None` when no sign was found, so that rules which depend on it are unknown.
    pub value: Option<Kind>,
    /// Who said so: `detected`, `configuration` or `command line`.
    pub by: &'static str,
    /// The signs, the strongest first: what each means, and where it was read.
    pub evidence: Vec<(String, Evidence)>,
}

impl KindFound {
    /// A kind that a person stated.
    pub fn stated(kind: Kind, by: &'static str) -> Self {
        Self { value: Some(kind), by, evidence: Vec::new() }
    }
}

pub(crate) fn detect(facts: &Facts<'_>) -> KindFound {
    let mut sums: Vec<(Kind, u32, usize)> = Vec::new();
    let mut signs: Vec<(Kind, u32, String, Evidence)> = Vec::new();
    for (order, signal) in facts.catalogue.kinds.iter().enumerate() {
        let answer = evaluate(&signal.check, facts);
        if answer.truth != Truth::Yes {
            continue;
        }
        match sums.iter_mut().find(|(kind, ..)| *kind == signal.kind) {
            Some((_, sum, _)) => *sum += signal.weight,
            None => sums.push((signal.kind, signal.weight, order)),
        }
        let mut place = answer.evidence.into_iter().next().unwrap_or_default();
        if let Some(masked) = place.text.as_ref().and_then(|text| masked(&facts.catalogue.vocabulary.secrets, text)) {
            place.text = Some(masked);
        }
        signs.push((signal.kind, signal.weight, signal.says.clone(), place));
    }
    let best = sums.iter().max_by_key(|(_, sum, order)| (*sum, std::cmp::Reverse(*order))).map(|(kind, ..)| *kind);
    signs.retain(|(kind, ..)| Some(*kind) == best);
    signs.sort_by_key(|(_, weight, ..)| std::cmp::Reverse(*weight));
    KindFound {
        value: best,
        by: "detected",
        evidence: signs.into_iter().map(|(_, _, says, place)| (says, place)).collect(),
    }
}
