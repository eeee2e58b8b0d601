//! One report, in many forms. This crate is pure: a report value goes in, text comes out.
//!
//! - [`answer`]: one framework in full;
//! - [`terminal`]: for a person at a prompt;
//! - [`crosswalk`]: which rules serve which criteria;
//! - [`json`]: for programs, as the stable format `openly/report/v1`;
//! - [`markdown`]: for a pull request, a job summary or a wiki;
//! - [`read`]: reads saved JSON reports back.

pub mod answer;
pub mod crosswalk;
pub mod json;
pub mod markdown;
pub mod read;
pub mod terminal;

use openly_rules::run::{Checked, Outcome};
use openly_rules::value::{Severity, Verdict};

/// What was checked, and what was found.
#[derive(Debug)]
pub struct Report {
    /// Version of openly.
    pub version: String,
    /// What was checked.
    pub subject: Subject,
    /// What was found.
    pub checked: Checked,
}

/// What was checked.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// The path as it was given.
    pub path: String,
    /// The commit that the files belong to, if they do.
    pub commit: Option<String>,
    /// The phase that the configuration states.
    pub phase: Option<String>,
    /// The service that the configuration states.
    pub service: Option<String>,
}

/// How many outcomes there are of each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts([usize; 6]);

impl Counts {
    /// The number of outcomes with a verdict.
    pub fn of(self, verdict: Verdict) -> usize {
        self.0[verdict as usize]
    }
}

impl Report {
    /// Counts the outcomes.
    pub fn counts(&self) -> Counts {
        let mut counts = [0; 6];
        for outcome in &self.checked.outcomes {
            counts[outcome.verdict as usize] += 1;
        }
        Counts(counts)
    }

    /// The failing rules of a severity.
    pub fn failing(&self, severity: Severity) -> impl Iterator<Item = &Outcome> {
        self.checked.outcomes.iter().filter(move |o| o.verdict == Verdict::Fail && o.severity == severity)
    }

    /// Whether a rule of this severity, or of a graver one, fails.
    pub fn fails_at(&self, threshold: Severity) -> bool {
        self.checked.outcomes.iter().any(|o| o.verdict == Verdict::Fail && o.severity <= threshold)
    }

    /// The steps that help most: by severity, then by how many criteria of the assessed frameworks the rule bears on.
    pub fn next_steps(&self) -> Vec<&Outcome> {
        let mut failing: Vec<&Outcome> = self.checked.outcomes.iter().filter(|o| o.verdict == Verdict::Fail).collect();
        let criteria = |rule: &str| {
            let all = self.checked.assessments.iter().flat_map(|a| &a.criteria);
            all.filter(|c| c.next.iter().any(|n| n.rule.as_deref() == Some(rule))).count()
        };
        failing.sort_by_key(|o| (o.severity, std::cmp::Reverse(criteria(&o.rule))));
        failing
    }

    /// The verdict in one sentence.
    pub fn headline(&self) -> String {
        let count = |severity| self.failing(severity).count();
        let (required, recommended) = (count(Severity::Required), count(Severity::Recommended));
        match (required, recommended) {
            (0, 0) => "Nothing required or recommended is missing.".to_owned(),
            (0, n) => format!("Nothing required is missing. {n} recommended {} not met.", rules_are(n)),
            (n, 0) => format!("{n} required {} not met.", rules_are(n)),
            (n, m) => format!(
                "{n} required {} not met, and {m} recommended {}.",
                rules_are(n),
                if m == 1 { "rule" } else { "rules" }
            ),
        }
    }
}

fn rules_are(n: usize) -> &'static str {
    if n == 1 { "rule is" } else { "rules are" }
}

/// The counts in words, without those that are zero.
pub(crate) fn counted(counts: Counts) -> String {
    let words = [
        (Verdict::Pass, "pass"),
        (Verdict::Fail, "fail"),
        (Verdict::Waived, "waived"),
        (Verdict::NotApplicable, "not asked here"),
        (Verdict::Unknown, "cannot be told"),
        (Verdict::Error, "could not be checked"),
    ];
    let parts: Vec<String> =
        words.iter().filter(|(v, _)| counts.of(*v) > 0).map(|(v, word)| format!("{} {word}", counts.of(*v))).collect();
    parts.join(" · ")
}
