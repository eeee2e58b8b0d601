//! One report, in many forms. This crate is pure: a report value goes in, text comes out.
//!
//! - [`answer`]: one framework in full;
//! - [`terminal`]: for a person at a prompt;
//! - [`crosswalk`]: which rules serve which criteria;
//! - [`json`]: for programs, as the stable format `openly/report/v1`;
//! - [`markdown`]: for a job summary or a wiki;
//! - [`comment`], [`annotations`]: for a pull request; [`publication`]: both, and a check run, as plain data;
//! - [`html`]: a page that needs nothing else;
//! - [`sarif`], [`junit`]: for code scanning and for lists of test results;
//! - [`read`]: reads saved JSON reports back; [`received`]: the one of another job, trusting nothing in it;
//! - [`badge`], [`outputs`]: the verdict as a picture, and as the outputs of a step of GitHub Actions.

pub mod annotations;
pub mod answer;
pub mod badge;
pub mod change;
pub mod comment;
pub mod crosswalk;
mod escape;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod outputs;
mod parts;
pub mod publication;
pub mod read;
pub mod received;
mod room;
pub mod sarif;
pub mod terminal;

use openly_rules::delta::Delta;
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
    /// The commit it was compared with, and what lies between.
    pub base: Option<Base>,
}

/// The commit that a report was compared with, and what the change since then does.
#[derive(Debug, Clone)]
pub struct Base {
    /// The revision as it was given.
    pub rev: String,
    /// Its commit.
    pub commit: Option<String>,
    /// What the change does.
    pub delta: Delta,
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
    /// The folder that was checked, from the root of the git repository, without a slash at the end. Empty: the root.
    pub folder: String,
    /// Where it can be read on the web.
    pub web: Web,
}

/// Addresses on the web that a report may link to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Web {
    /// The repository on its host, without a slash at the end.
    pub repository: Option<String>,
    /// The commit whose files are linked to, where that is not the one that was checked.
    pub commit: Option<String>,
    /// The page of the run, where the whole report can be read.
    pub run: Option<String>,
}

/// How many outcomes there are of each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts([usize; 6]);

impl Counts {
    /// The number of outcomes with a verdict.
    pub fn of(self, verdict: Verdict) -> usize {
        self.0[verdict as usize]
    }

    /// Counts outcomes.
    pub(crate) fn of_all(outcomes: &[Outcome]) -> Self {
        let mut counts = [0; 6];
        for outcome in outcomes {
            counts[outcome.verdict as usize] += 1;
        }
        Self(counts)
    }
}

impl Report {
    /// Counts the outcomes.
    pub fn counts(&self) -> Counts {
        Counts::of_all(&self.checked.outcomes)
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

    /// The outcome of a rule.
    pub fn outcome(&self, rule: &str) -> Option<&Outcome> {
        self.checked.outcomes.iter().find(|outcome| outcome.rule == rule)
    }

    /// What to call the repository: its name on its host, or else the path as it was given.
    pub fn name(&self) -> String {
        let on_host = self.subject.web.repository.as_deref().map(|address| {
            let mut parts: Vec<&str> = address.rsplit('/').take(2).collect();
            parts.reverse();
            parts.join("/")
        });
        match (on_host, self.subject.path.as_str()) {
            (Some(name), _) if self.subject.folder.is_empty() => name,
            (Some(name), _) => format!("{name}, folder {}", self.subject.folder),
            (None, "." | "") => "this repository".to_owned(),
            (None, path) => path.to_owned(),
        }
    }

    /// The path of a file from the root of the git repository.
    pub fn path(&self, path: &str) -> String {
        if self.subject.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.subject.folder) }
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
