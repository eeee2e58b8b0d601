//! What is to be published on a pull request, as plain data: a comment and a check run. What takes it there is not known here.

use openly_rules::value::Severity;

use crate::Report;
use crate::annotations::{Annotation, annotations};
use crate::change::Mood;
use crate::escape::one_line;
use crate::markdown::MAX_CHARACTERS;
use crate::{comment, markdown};

/// The most characters of the title of a check run.
const MAX_TITLE: usize = 200;

/// Whether to write a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenToComment {
    /// When there is something to say, or a comment to bring up to date.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What is to be published, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// `OWNER/NAME`.
    pub repository: String,
    /// The number of the pull request, where there is one to comment on.
    pub pull_request: Option<u64>,
    /// The commit that the check run belongs to: for a pull request, its newest.
    pub head_sha: String,
    /// The comment, which starts with its marker.
    pub comment: Option<Comment>,
    /// The check run.
    pub check: Option<CheckRun>,
}

/// The comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The first line, by which an older one is found.
    pub marker: String,
    /// All of it, with the marker.
    pub body: String,
    /// Whether it is written only in place of an older one, because there is nothing new to say.
    pub only_update: bool,
}

/// The check run, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub conclusion: Conclusion,
    /// The verdict in a line.
    pub title: String,
    /// The report in Markdown.
    pub summary: String,
    /// The findings that have a file, the gravest first. A host takes them in batches.
    pub annotations: Vec<Annotation>,
}

/// How a check run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// The threshold was passed.
    Failure,
    /// Something is to be said, and nothing is blocked.
    Neutral,
    /// All is well.
    Success,
}

/// Where to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `OWNER/NAME`.
    pub repository: String,
    /// The number of the pull request, where there is one to comment on.
    pub pull_request: Option<u64>,
    /// The commit that was checked: for a pull request, its newest.
    pub head_sha: String,
}

/// Plans what to publish of a report. `failed` says whether the threshold was passed; it decides the check run's conclusion.
pub fn plan(report: &Report, target: Target, when: WhenToComment, check: bool, failed: bool) -> Publication {
    let comment = (when != WhenToComment::Never && target.pull_request.is_some()).then(|| Comment {
        marker: comment::marker(&report.subject.folder),
        body: comment::render(report),
        only_update: when == WhenToComment::Auto && comment::is_silent(report),
    });
    let Target { repository, pull_request, head_sha } = target;
    Publication { repository, pull_request, head_sha, comment, check: check.then(|| check_run(report, failed)) }
}

fn check_run(report: &Report, failed: bool) -> CheckRun {
    let folder = &report.subject.folder;
    // Not that of a job, which is a check run too.
    let name = if folder.is_empty() { "openly report".to_owned() } else { format!("openly report ({folder})") };
    let title = report.base.as_ref().map_or_else(|| report.headline(), crate::Base::headline);
    let is_well = match &report.base {
        Some(base) => base.mood() == Mood::Well,
        None => !report.fails_at(Severity::Required),
    };
    let conclusion = match (failed, is_well) {
        (true, _) => Conclusion::Failure,
        (false, false) => Conclusion::Neutral,
        (false, true) => Conclusion::Success,
    };
    let summary = markdown::render(report);
    debug_assert!(summary.encode_utf16().count() <= MAX_CHARACTERS);
    CheckRun {
        name: one_line(&name, MAX_TITLE),
        conclusion,
        title: one_line(&title, MAX_TITLE),
        summary,
        annotations: annotations(report).into_iter().filter(|annotation| annotation.path.is_some()).collect(),
    }
}
