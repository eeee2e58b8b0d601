//! Reads a report that another job left, and that anybody could have written: a fork's job is run by whoever proposes the
//! change.
//!
//! Only ids that the catalogue knows, verdicts, numbers, places and names of levels are taken from it. Every sentence is the
//! catalogue's own, so that nobody can put words of theirs under the name of who publishes it.

use std::collections::BTreeSet;

use openly_rules::delta::{Delta, Direction, LevelMove, Levels, Movement, RuleMove};
use openly_rules::profile::ProfileFound;
use openly_rules::run::{Checked, Notice, Outcome};
use openly_rules::value::{Evidence, Kind, Severity, Verdict};
use openly_rules::{Catalogue, Components, Criterion, KindFound, Rule};
use serde::Deserialize;

use crate::json::SCHEMA;
use crate::{Base, Report, Subject};

/// The most bytes of a report that are read.
pub const MAX_BYTES: usize = 8 << 20;

/// The most characters of a path or a revision.
const MAX_NAME: usize = 4_096;

/// The most places of one finding.
const MAX_PLACES: usize = 50;

/// Why a report is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It has more bytes than are read.
    TooLarge,
    /// It is not JSON of the format. Holds the place, and not what stands there.
    NotAReport {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is of another format, or another version of it.
    OtherFormat,
    /// A value is not one that a report can have. Holds its name.
    Impossible(&'static str),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge => write!(f, "it has more than {MAX_BYTES} bytes"),
            Self::NotAReport { line, column } => {
                write!(f, "line {line}, column {column} is not what stands there in a report")
            }
            Self::OtherFormat => write!(f, "it is not of the format {SCHEMA}"),
            Self::Impossible(what) => write!(f, "it has {what} that no report has"),
        }
    }
}

impl std::error::Error for Refused {}

#[derive(Deserialize)]
struct Given {
    schema: String,
    subject: GivenSubject,
    profile: String,
    outcomes: Vec<GivenOutcome>,
    base: Option<GivenBase>,
    delta: Option<GivenDelta>,
}

#[derive(Deserialize)]
struct GivenSubject {
    commit: Option<String>,
    kind: GivenKind,
    #[serde(default)]
    folder: String,
}

#[derive(Deserialize)]
struct GivenKind {
    value: Option<Kind>,
}

#[derive(Deserialize)]
struct GivenOutcome {
    rule: String,
    severity: Severity,
    outcome: Verdict,
    evidence: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    path: Option<String>,
    line: Option<u32>,
    end_line: Option<u32>,
}

#[derive(Deserialize)]
struct GivenBase {
    rev: String,
    commit: Option<String>,
}

#[derive(Deserialize)]
struct GivenDelta {
    rules: Vec<GivenMove>,
    levels: Vec<GivenLevel>,
    kind: Option<[Option<Kind>; 2]>,
    profile: Option<[String; 2]>,
    settings: Vec<String>,
}

#[derive(Deserialize)]
struct GivenMove {
    rule: String,
    severity: Severity,
    movement: Movement,
    before: Option<Verdict>,
    after: Option<Verdict>,
    evidence: Vec<Place>,
    #[serde(default)]
    shown_before: Vec<Place>,
    follows: Option<String>,
}

#[derive(Deserialize)]
struct GivenLevel {
    framework: String,
    criterion: String,
    direction: Direction,
    before: GivenLevels,
    after: GivenLevels,
}

#[derive(Deserialize)]
struct GivenLevels {
    proven: Option<String>,
    indicated: Option<String>,
    possible: Option<String>,
}

/// Reads a report. Outcomes of rules that the catalogue does not have are left out, and a notice says how many.
///
/// # Errors
/// When it is not a report, or holds what no report holds.
pub fn read(bytes: &[u8], catalogue: &Catalogue) -> Result<Report, Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooLarge);
    }
    let given: Given = serde_json::from_slice(bytes)
        .map_err(|error| Refused::NotAReport { line: error.line(), column: error.column() })?;
    if given.schema != SCHEMA {
        return Err(Refused::OtherFormat);
    }
    let folder = given.subject.folder;
    if folder.len() > MAX_NAME || folder.split('/').any(|part| part == "..") || folder.starts_with('/') {
        return Err(Refused::Impossible("a folder"));
    }
    let known: BTreeSet<&str> = catalogue.profiles.iter().map(|profile| profile.id.as_str()).collect();
    let profile = |id: String| if known.contains(id.as_str()) { Ok(id) } else { Err(Refused::Impossible("a profile")) };
    let all = given.outcomes.len();
    let outcomes: Vec<Outcome> =
        given.outcomes.into_iter().filter_map(|given| outcome(catalogue.rule(&given.rule)?, given)).collect();
    let unique: BTreeSet<&str> = outcomes.iter().map(|outcome| outcome.rule.as_str()).collect();
    if unique.len() != outcomes.len() {
        return Err(Refused::Impossible("two outcomes of one rule"));
    }
    let left_out = all - outcomes.len();
    let notices =
        (left_out > 0).then(|| Notice(format!("{left_out} outcomes of rules of your own are left out here.")));
    let base = match (given.base, given.delta) {
        (Some(base), Some(delta)) => Some(Base {
            rev: commit(Some(base.rev))?.unwrap_or_default(),
            commit: commit(base.commit)?,
            delta: self::delta(delta, catalogue, &profile)?,
        }),
        (None, None) => None,
        _ => return Err(Refused::Impossible("a base without a difference")),
    };
    Ok(Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        subject: Subject { commit: commit(given.subject.commit)?, folder, ..Subject::default() },
        checked: Checked {
            profile: ProfileFound { id: profile(given.profile)?, by: "detected", evidence: Vec::new() },
            kind: KindFound { value: given.subject.kind.value, by: "detected", evidence: Vec::new() },
            components: Components::default(),
            outcomes,
            assessments: Vec::new(),
            notices: notices.into_iter().collect(),
        },
        base,
    })
}

/// A commit's id, or the name of a revision without anything but letters, digits and what stands between them.
fn commit(given: Option<String>) -> Result<Option<String>, Refused> {
    let is_fine =
        |rev: &String| rev.len() <= 250 && rev.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./^~".contains(&b));
    match given {
        Some(rev) if !is_fine(&rev) => Err(Refused::Impossible("a revision")),
        given => Ok(given),
    }
}

fn outcome(rule: &Rule, given: GivenOutcome) -> Option<Outcome> {
    let message = match given.outcome {
        Verdict::Pass => format!("{}.", rule.title),
        Verdict::Fail => rule.message.clone(),
        Verdict::NotApplicable => "Not asked here.".to_owned(),
        Verdict::Waived => "Waived.".to_owned(),
        Verdict::Unknown | Verdict::Error => "Cannot tell; the report of the run says why.".to_owned(),
    };
    Some(Outcome {
        rule: rule.id.clone(),
        topic: rule.topic.clone(),
        title: rule.title.clone(),
        severity: given.severity,
        verdict: given.outcome,
        excused: false,
        message,
        reason: None,
        why: rule.why.clone(),
        fix: rule.fix.clone(),
        value: None,
        evidence: places(given.evidence),
        reach: None,
    })
}

/// The places in files. What stands there is not repeated.
fn places(given: Vec<Place>) -> Vec<Evidence> {
    let is_file = |path: &String| path.len() <= MAX_NAME && !path.is_empty();
    given
        .into_iter()
        .filter_map(|place| Some((place.path.filter(is_file)?, place.line, place.end_line)))
        .take(MAX_PLACES)
        .map(|(path, line, end_line)| Evidence { path: Some(path), line, end_line, ..Evidence::default() })
        .collect()
}

fn delta(
    given: GivenDelta,
    catalogue: &Catalogue,
    profile: &dyn Fn(String) -> Result<String, Refused>,
) -> Result<Delta, Refused> {
    let rules = given.rules.into_iter().filter_map(|given| {
        let rule = catalogue.rule(&given.rule)?;
        let follows = given.follows.filter(|id| rule.needs.as_ref() == Some(id));
        Some(RuleMove {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            severity: given.severity,
            movement: given.movement,
            before: given.before,
            after: given.after,
            evidence: places(given.evidence),
            shown_before: places(given.shown_before),
            follows,
        })
    });
    let mut rules: Vec<RuleMove> = rules.collect();
    rules.sort_by(|a, b| (a.movement, a.severity, &a.rule).cmp(&(b.movement, b.severity, &b.rule)));
    let mut levels = Vec::new();
    for given in given.levels {
        let framework = catalogue.framework(&given.framework);
        let Some((framework, criterion)) = framework.and_then(|framework| {
            let found = framework.criteria.iter().find(|criterion| criterion.id == given.criterion)?;
            Some((framework, found))
        }) else {
            continue;
        };
        levels.push(LevelMove {
            framework: framework.id.clone(),
            title: framework.title.clone(),
            criterion: criterion.id.clone(),
            name: criterion.name.clone(),
            direction: given.direction,
            before: known_levels(criterion, given.before)?,
            after: known_levels(criterion, given.after)?,
        });
    }
    let settings = if given.settings.is_empty() {
        Vec::new()
    } else {
        vec!["Changes .openly.yml: read the difference of that file.".to_owned()]
    };
    Ok(Delta {
        rules,
        levels,
        kind: given.kind.map(|[before, after]| (before, after)),
        profile: given
            .profile
            .map(|[before, after]| Ok::<_, Refused>((profile(before)?, profile(after)?)))
            .transpose()?,
        settings,
    })
}

fn known_levels(criterion: &Criterion, given: GivenLevels) -> Result<Levels, Refused> {
    let known = |level: Option<String>| match level {
        Some(id) if criterion.levels.iter().all(|known| known.id != id) => Err(Refused::Impossible("a level")),
        level => Ok(level),
    };
    Ok(Levels { proven: known(given.proven)?, indicated: known(given.indicated)?, possible: known(given.possible)? })
}
