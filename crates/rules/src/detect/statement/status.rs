//! The compliance status that a statement gives, and whether the rest of the statement fits it.

use super::issues::Issues;
use super::read::{Sentence, Statement};
use crate::check::{Answer, Truth};
use crate::value::{Evidence, Value, quote};

/// The statuses that the laws allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Full,
    Partial,
    None,
}

impl Status {
    const ALL: [(Self, &'static str); 3] = [(Self::Full, "full"), (Self::Partial, "partial"), (Self::None, "none")];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Full => "fully-compliant",
            Self::Partial => "partially-compliant",
            Self::None => "not-compliant",
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Full => "fully compliant",
            Self::Partial => "partially compliant",
            Self::None => "not compliant",
        }
    }
}

/// A sentence that gives a status, and of what.
pub(crate) struct Claim<'s> {
    pub(crate) status: Status,
    pub(crate) sentence: &'s Sentence,
    /// The words before the status.
    of: String,
}

/// The claims of a statement about the whole site or service.
pub(crate) fn claims<'s>(statement: &'s Statement<'_>) -> Vec<Claim<'s>> {
    let mut found = Vec::new();
    for sentence in &statement.sentences {
        let text = sentence.text.as_str();
        let mut spans = Vec::new();
        for (status, topic) in Status::ALL {
            let live = statement.live(topic);
            let places = live.iter().filter_map(|wording| wording.find(text));
            spans.extend(places.map(|place| (status, place)));
        }
        // Of words that lie in longer ones, the longer ones count: `not conformant` holds `conformant`.
        let inside = |place: &std::ops::Range<usize>| {
            spans
                .iter()
                .any(|(_, other)| other.start <= place.start && place.end <= other.end && other.len() > place.len())
        };
        let Some((status, place)) =
            spans.iter().filter(|(_, place)| !inside(place)).min_by_key(|(_, place)| place.start)
        else {
            continue;
        };
        let of = text.get(..place.start).unwrap_or_default();
        // `This is partially compliant` speaks of what the sentence before named.
        let unclear = statement
            .live("pronoun")
            .iter()
            .any(|wording| wording.find(of).is_some_and(|at| at.start == 0 && at.end + 1 >= of.len()));
        if unclear
            || statement.says("not-a-claim", text.get(..place.end).unwrap_or_default())
            || statement.says("not-whole", of)
        {
            continue;
        }
        found.push(Claim { status: *status, sentence, of: of.trim().to_owned() });
    }
    found
}

/// The one status that a statement gives.
pub(crate) fn only(claims: &[Claim<'_>]) -> Option<Status> {
    let first = claims.first()?.status;
    claims.iter().all(|claim| claim.status == first).then_some(first)
}

pub(crate) fn status(statement: &Statement<'_>) -> Answer {
    if let Some(jurisdiction) = statement.jurisdiction.filter(|j| j.no_status) {
        return Answer::new(Truth::NotAsked(format!("{} does not ask for a status in set words", jurisdiction.law)));
    }
    let claims = claims(statement);
    let Some(first) = claims.first() else {
        let near = statement.sentences.iter().find(|sentence| {
            let place = statement.live("bare").iter().find_map(|wording| wording.find(&sentence.text));
            place.is_some_and(|place| {
                let of = sentence.text.get(..place.start).unwrap_or_default();
                !statement.says("not-whole", of)
                    && !statement.says("not-a-claim", sentence.text.get(..place.end).unwrap_or_default())
            })
        });
        return match near {
            Some(near) => statement
                .absent(
                    "The statement speaks of compliance, but not in the set words: fully, partially or not compliant.",
                )
                .replace_evidence(statement.evidence(near)),
            None => statement.absent("The statement gives no compliance status: fully, partially or not compliant."),
        };
    };
    if let Some(other) = claims.iter().find(|claim| claim.status != first.status) {
        let (a, b) = (first.status.says(), other.status.says());
        let answer = if first.of == other.of {
            Answer::no().note(format!("The statement says both {a} and {b} of the same thing."))
        } else {
            Answer::new(Truth::Unknown(format!(
                "the statement says both {a} and {b}, and a person must see what each is about"
            )))
        };
        return answer.with(statement.evidence(first.sentence)).with(statement.evidence(other.sentence));
    }
    Answer::yes(statement.evidence(first.sentence))
        .value(Value::Text(first.status.word().to_owned()))
        .note(format!("The statement says that it is {}.", first.status.says()))
}

pub(crate) fn consistency(statement: &Statement<'_>) -> Answer {
    let claims = claims(statement);
    let Some(status) = only(&claims) else {
        return Answer::new(Truth::NotAsked("the statement does not give one status to compare with".to_owned()));
    };
    let Some(claim) = claims.first() else { return Answer::no() };
    let place = statement.evidence(claim.sentence);
    if let Some((share, evidence)) = share(statement) {
        let jurisdiction = statement.jurisdiction;
        let partial_from = jurisdiction.and_then(|j| j.partial_from);
        let wrong = match (status, partial_from) {
            (Status::Full, Some(_)) => share < 100.0,
            (Status::Partial, Some(least)) => share < f64::from(least),
            _ => false,
        };
        if wrong {
            let status = status.says();
            return Answer::no().with(place).with(evidence).note(format!(
                "The statement says {status}, but that {share} % of the criteria are met, which is another status."
            ));
        }
    }
    let issues = Issues::of(statement);
    match status {
        Status::Full => match issues.contradiction(statement) {
            Some(evidence) => Answer::no()
                .with(place)
                .with(evidence)
                .note("The statement says fully compliant, but lists content that does not comply."),
            None => Answer::yes(place),
        },
        Status::Partial | Status::None => Answer::yes(place),
    }
}

/// The share of criteria that are met, in per cent: the highest, where a second test followed the first.
fn share(statement: &Statement<'_>) -> Option<(f64, Evidence)> {
    let mut best: Option<(f64, Evidence)> = None;
    for sentence in &statement.sentences {
        let Some(sign) = sentence.text.find('%') else { continue };
        if !statement.says("criteria-met", &sentence.text) || statement.says("average", &sentence.text) {
            continue;
        }
        let before = sentence.text.get(..sign).unwrap_or_default().trim_end();
        let start = before
            .rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
            .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        let number = before.get(start..).unwrap_or_default().replace(',', ".");
        if let Ok(share) = number.parse::<f64>()
            && (0.0..=100.0).contains(&share)
        {
            let higher = best.as_ref().is_none_or(|(best, _)| share > *best);
            best = if higher { Some((share, statement.evidence(sentence))) } else { best };
        }
    }
    best
}

/// The first claim, as a place, for rules that depend on the status.
pub(crate) fn place(statement: &Statement<'_>, claims: &[Claim<'_>]) -> Evidence {
    claims.first().map_or_else(|| Evidence::file(quote(statement.path)), |claim| statement.evidence(claim.sentence))
}
