//! Which profile applies: the one that somebody chose, or the one that the repository's own words point to.

use crate::facts::Facts;
use crate::signal::weigh;
use crate::value::Evidence;

/// The profile that applies when nobody chose one and nothing points to one.
pub const DEFAULT_PROFILE: &str = "international";

/// The least sum of weights that signs must have for a profile to be taken without anybody choosing it.
const ENOUGH: u32 = 5;

/// The profile that applies, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileFound {
    /// Id of the profile.
    pub id: String,
    /// Who chose it: `command line`, `configuration`, `detected`, or `default` when nothing points to one.
    pub by: &'static str,
    /// The signs it was told from, the strongest first: what each means, and where it was read.
    pub evidence: Vec<(String, Evidence)>,
}

impl ProfileFound {
    /// A profile that a person chose.
    pub fn stated(id: &str, by: &'static str) -> Self {
        Self { id: id.to_owned(), by, evidence: Vec::new() }
    }
}

/// Finds the profile whose signs weigh most. Where two weigh the same, none is taken: a guess would bring the law of
/// another country.
pub(crate) fn detect(facts: &Facts<'_>) -> ProfileFound {
    let profiles = &facts.catalogue.profiles;
    let signals =
        profiles.iter().flat_map(|profile| profile.signals.iter().map(|signal| (profile.id.as_str(), signal)));
    let mut found = weigh(signals, facts).into_iter();
    let (best, second) = (found.next(), found.next());
    match best {
        Some(best) if best.sum >= ENOUGH && second.is_none_or(|second| second.sum < best.sum) => {
            ProfileFound { id: best.answer.to_owned(), by: "detected", evidence: best.signs }
        }
        _ => ProfileFound::stated(DEFAULT_PROFILE, "default"),
    }
}
