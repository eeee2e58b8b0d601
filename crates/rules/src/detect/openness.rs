//! Whether a licence is open, and open for what: for software, or for words and data only.

use crate::check::{Answer, Truth};
use crate::facts::Facts;
use crate::value::{Evidence, Kind, Value};

/// What a licence allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Openness {
    /// Approved for software by the OSI, or called free by the FSF.
    Open,
    /// Made for texts and data, and open for those.
    Content,
    /// Neither.
    Closed,
}

/// How the ids of licences for texts and data begin.
const CONTENT: [&str; 14] = [
    "OGL-",
    "CC-BY",
    "CC-PDDC",
    "etalab-",
    "DL-DE-",
    "NLOD-",
    "ODbL-",
    "ODC-By-",
    "PDDL-",
    "CDLA-",
    "IODL-",
    "GFDL-",
    "LicenseRef-OGL",
    "C-UDA-",
];

impl Openness {
    pub(super) fn of(id: &str) -> Self {
        let known = spdx::license_id(id);
        if id == "LicenseRef-US-public-domain" || known.is_some_and(|id| id.is_osi_approved()) {
            return Self::Open;
        }
        // The FSF calls some of these free, but advises against them for software.
        if CONTENT.iter().any(|start| id.starts_with(start)) {
            // What forbids changes or trade is not open, for words either.
            return if id.contains("-NC") || id.contains("-ND") { Self::Closed } else { Self::Content };
        }
        if known.is_some_and(|id| id.is_fsf_free_libre()) { Self::Open } else { Self::Closed }
    }
}

/// Whether one of the licences makes the code, or the words where there is no code, free to use, change and pass on.
pub(crate) fn licence(facts: &Facts<'_>) -> Answer {
    let found: Vec<(Openness, &Evidence, &str)> =
        facts.licences().found.iter().map(|(id, place)| (Openness::of(id), place, id.as_str())).collect();
    if found.is_empty() {
        return Answer::new(Truth::Unknown("the licence could not be identified".to_owned()));
    }
    let ids = |wanted: Openness| found.iter().filter(move |(openness, ..)| *openness == wanted);
    let listed = |wanted: Openness| ids(wanted).map(|(.., id)| *id).collect::<Vec<_>>().join(" and ");
    let evidence = |wanted: Openness| ids(wanted).map(|(_, place, _)| (*place).clone()).collect::<Vec<_>>();
    let without_code =
        matches!(facts.kind.get().copied().flatten(), Some(Kind::Documentation | Kind::Data | Kind::Policy));
    let (truth, shown, word) = if ids(Openness::Open).next().is_some() {
        (Truth::Yes, Openness::Open, "open")
    } else if ids(Openness::Content).next().is_some() {
        (if without_code { Truth::Yes } else { Truth::No }, Openness::Content, "content-only")
    } else {
        (Truth::No, Openness::Closed, "not-open")
    };
    let mut answer = Answer::new(truth.clone()).value(Value::Text(word.to_owned()));
    if truth == Truth::No {
        answer = answer.note(match shown {
            Openness::Content => {
                format!("{} is a licence for words and data. No licence for software was found.", listed(shown))
            }
            _ => format!(
                "{} is approved neither by the Open Source Initiative nor by the Free Software Foundation.",
                listed(shown)
            ),
        });
    }
    answer.evidence = evidence(shown);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_for_software_and_for_words() {
        for (id, openness) in [
            ("MIT", Openness::Open),
            ("EUPL-1.2", Openness::Open),
            ("GPL-3.0-or-later", Openness::Open),
            ("CC0-1.0", Openness::Open),
            ("LicenseRef-US-public-domain", Openness::Open),
            ("OGL-UK-3.0", Openness::Content),
            ("CC-BY-SA-4.0", Openness::Content),
            ("etalab-2.0", Openness::Content),
            ("CC-BY-NC-4.0", Openness::Closed),
            ("BUSL-1.1", Openness::Closed),
            ("LicenseRef-own", Openness::Closed),
        ] {
            assert_eq!(Openness::of(id), openness, "{id}");
        }
    }
}
