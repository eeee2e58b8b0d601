//! What kind of repository this is, told from signs that the report shows.

use crate::facts::Facts;
use crate::signal::weigh;
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
    let signals = facts.catalogue.kinds.iter().map(|sign| (sign.kind, &sign.signal));
    let (value, evidence) =
        weigh(signals, facts).into_iter().next().map_or((None, Vec::new()), |best| (Some(best.answer), best.signs));
    KindFound { value, by: "detected", evidence }
}
