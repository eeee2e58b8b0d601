//! Reads saved reports in the format `openly/report/v1` back, as far as rating a service or an organisation needs them.
//! A report is hostile input: it is bounded by its reader, and nothing in it is followed.

use jiff::civil::Date;
use openly_rules::run::weight;
use openly_rules::units::{Claim, Member, RuleIndex};
use openly_rules::value::{Evidence, Value, Verdict, quote};
use openly_rules::{Catalogue, Relation};
use serde::Deserialize;

use crate::json::SCHEMA;

#[derive(Deserialize)]
struct Kept {
    subject: Subject,
    outcomes: Vec<Outcome>,
    #[serde(default)]
    assessments: Vec<Assessment>,
}

#[derive(Deserialize)]
struct Subject {
    path: String,
    service: Option<String>,
    phase: Option<String>,
}

#[derive(Deserialize)]
struct Outcome {
    rule: String,
    outcome: Verdict,
    #[serde(default)]
    excused: bool,
    value: Option<Value>,
    #[serde(default)]
    evidence: Vec<Evidence>,
}

#[derive(Deserialize)]
struct Assessment {
    framework: String,
    criteria: Vec<Criterion>,
}

#[derive(Deserialize)]
struct Criterion {
    id: String,
    because: Vec<Because>,
}

#[derive(Deserialize)]
struct Because {
    level: String,
    relation: Relation,
    text: String,
    link: Option<String>,
    expires: Option<String>,
}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

/// Reads one saved report. Its attestations count until they end; one that does not say when does not count.
///
/// # Errors
/// What is wrong, in a sentence that says where.
pub fn member(text: &str, catalogue: &Catalogue, index: &RuleIndex<'_>, today: Date) -> Result<Member, String> {
    let head: Head = serde_json::from_str(text).map_err(|error| broken(&error))?;
    match head.schema.as_deref() {
        Some(SCHEMA) => {}
        Some(other) => {
            let other = quote(other);
            return Err(format!("it is of the format `{other}`, and only `{SCHEMA}` can be read here"));
        }
        None => return Err(format!("it does not say that it is of the format `{SCHEMA}`")),
    }
    let kept: Kept = serde_json::from_str(text).map_err(|error| broken(&error))?;
    let mut claims = Vec::new();
    for assessment in kept.assessments {
        for criterion in assessment.criteria {
            let attested = criterion.because.into_iter().filter(|reason| reason.relation == Relation::Attested);
            claims.extend(attested.filter_map(|reason| {
                Some(Claim {
                    framework: assessment.framework.clone(),
                    criterion: criterion.id.clone(),
                    level: reason.level,
                    text: quote(&reason.text),
                    link: quote(&reason.link?),
                    expires: reason.expires?.parse().ok()?,
                })
            }));
        }
    }
    let outcomes = kept
        .outcomes
        .iter()
        .map(|o| (o.rule.as_str(), weight(o.outcome, o.excused), o.evidence.first().and_then(place)));
    let mut member = Member::new(quote(&kept.subject.path), kept.subject.service, index, outcomes, claims, today);
    let found = kept.outcomes.iter().find(|o| Some(&o.rule) == catalogue.units.phase.as_ref());
    member.phase = kept.subject.phase.or_else(|| match found {
        Some(Outcome { outcome: Verdict::Pass, value: Some(Value::Text(phase)), .. }) => Some(phase.clone()),
        _ => None,
    });
    member.phase = member.phase.as_deref().map(quote);
    Ok(member)
}

fn broken(error: &serde_json::Error) -> String {
    format!("it is not a whole report: {error}")
}

/// Where something was read, in a few words.
pub fn place(place: &Evidence) -> Option<String> {
    match (&place.path, place.line) {
        (Some(path), Some(line)) => Some(format!("{path}:{line}")),
        (Some(path), None) => Some(path.clone()),
        (None, _) => place.commit.as_ref().map(|id| format!("commit {id}")).or_else(|| place.url.clone()),
    }
}
