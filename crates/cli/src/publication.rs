//! A report as the plain data that the host's crate publishes.

use openly_github::{Annotation, CheckRun, Conclusion, Level, Publication, Target};
use openly_report::Report;
use openly_report::annotations;
use openly_report::publication::{self, WhenToComment};

use crate::args::{Comment, PublishingArgs};

/// What to publish of a report. `fails` is whether the run ends as failed, `is_partial` whether facts are missing.
pub(crate) fn of(report: &Report, target: Target, args: &PublishingArgs, fails: bool, is_partial: bool) -> Publication {
    let when = match args.comment {
        Comment::Auto => WhenToComment::Auto,
        Comment::Always => WhenToComment::Always,
        Comment::Never => WhenToComment::Never,
    };
    let place = publication::Target {
        repository: target.repository.to_string(),
        pull_request: target.pull_request,
        head_sha: target.head_sha,
    };
    let planned = publication::plan(report, place, when, args.check_run, fails);
    let (comment, quiet) = planned.comment.map_or((None, false), |comment| (Some(comment.body), comment.only_update));
    Publication {
        repository: target.repository,
        pull_request: planned.pull_request,
        head_sha: planned.head_sha,
        comment,
        quiet,
        check: planned.check.map(|check| check_run(check, is_partial)),
    }
}

fn check_run(check: publication::CheckRun, is_partial: bool) -> CheckRun {
    let conclusion = match check.conclusion {
        publication::Conclusion::Failure => Conclusion::Failure,
        publication::Conclusion::Success if !is_partial => Conclusion::Success,
        publication::Conclusion::Success | publication::Conclusion::Neutral => Conclusion::Neutral,
    };
    CheckRun {
        name: check.name,
        conclusion,
        title: check.title,
        summary: check.summary,
        annotations: check.annotations.into_iter().filter_map(annotation).collect(),
    }
}

fn annotation(found: annotations::Annotation) -> Option<Annotation> {
    let level = match found.level {
        annotations::Level::Failure => Level::Failure,
        annotations::Level::Warning => Level::Warning,
        annotations::Level::Notice => Level::Notice,
    };
    let annotations::Annotation { path, start_line, end_line, title, message, .. } = found;
    Some(Annotation { path: path?, start_line, end_line, level, title, message })
}
