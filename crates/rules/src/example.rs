//! Plain rules, outcomes and frameworks, for tests to say only what they are about.

use crate::catalogue::{Check, Criterion, Framework, FrameworkSource, Level, Rule};
use crate::kind::KindFound;
use crate::profile::ProfileFound;
use crate::run::{Checked, Outcome};
use crate::value::{Kind, Severity, Status, Unit, Verdict};

/// A rule without a check of its own.
pub(crate) fn rule(id: &str, needs: Option<&str>) -> Rule {
    Rule {
        id: id.to_owned(),
        topic: "t".to_owned(),
        title: id.to_owned(),
        severity: Severity::Recommended,
        status: Status::Stable,
        needs: needs.map(ToOwned::to_owned),
        expected_of: None,
        profiles: Vec::new(),
        components: Vec::new(),
        check: Check::All(Vec::new()),
        unless: None,
        message: String::new(),
        why: String::new(),
        fix: String::new(),
        references: Vec::new(),
        readme: String::new(),
    }
}

/// An outcome that was read nowhere.
pub(crate) fn outcome(rule: &str, verdict: Verdict) -> Outcome {
    Outcome {
        rule: rule.to_owned(),
        topic: "t".to_owned(),
        title: rule.to_owned(),
        severity: Severity::Recommended,
        verdict,
        excused: false,
        message: String::new(),
        reason: None,
        why: String::new(),
        fix: String::new(),
        value: None,
        evidence: Vec::new(),
        reach: None,
    }
}

/// What a check of a service found.
pub(crate) fn checked(outcomes: Vec<Outcome>) -> Checked {
    Checked {
        profile: ProfileFound::stated("p", "command line"),
        kind: KindFound::stated(Kind::Service, "command line"),
        components: crate::Components::default(),
        outcomes,
        assessments: Vec::new(),
        notices: Vec::new(),
    }
}

/// The framework `f` with these criteria.
pub(crate) fn framework(unit: Unit, criteria: Vec<Criterion>) -> Framework {
    Framework {
        id: "f".into(),
        title: "F".into(),
        version: "1".into(),
        date: "2026".into(),
        unit,
        about: String::new(),
        source: FrameworkSource { url: String::new(), publisher: String::new(), licence: String::new() },
        gaps: Vec::new(),
        answer: None,
        criteria,
    }
}

/// The criterion `C` with these levels.
pub(crate) fn criterion(levels: Vec<Level>) -> Criterion {
    Criterion { id: "C".into(), name: "C".into(), levels, ..Criterion::default() }
}
