//! A report as plain data to publish.

use openly_github::{Annotation, CheckRun, Conclusion, Level, Publication, Target};
use openly_report::{Report, markdown};
use openly_rules::value::{Severity, Verdict};

/// The hidden first line by which the comment is found again.
const MARKER: &str = "<!-- openly -->";

/// What to publish of a report. `fails` is whether the run ends as failed, `is_partial` whether facts are missing.
pub(crate) fn of(report: &Report, target: Target, fails: bool, is_partial: bool) -> Publication {
    let failing: Vec<_> = report.checked.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Fail).collect();
    let count = |severity| failing.iter().filter(|outcome| outcome.severity == severity).count();
    let (required, recommended) = (count(Severity::Required), count(Severity::Recommended));
    let mut annotations: Vec<(Severity, Annotation)> = Vec::new();
    for outcome in &failing {
        let Some(place) = outcome.evidence.iter().find(|place| place.path.is_some() && place.line.is_some()) else {
            continue;
        };
        let (Some(path), Some(line)) = (place.path.clone(), place.line) else { continue };
        let level = match outcome.severity {
            Severity::Required => Level::Failure,
            Severity::Recommended => Level::Warning,
            Severity::Optional => Level::Notice,
        };
        let end_line = place.end_line.unwrap_or(line);
        let message = format!("{}\n\n{}", outcome.message, outcome.fix);
        let title = format!("openly: {}", outcome.rule);
        annotations.push((outcome.severity, Annotation { path, start_line: line, end_line, level, title, message }));
    }
    annotations.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    let text = markdown::render(report);
    let conclusion = match (fails, is_partial) {
        (true, _) => Conclusion::Failure,
        (false, true) => Conclusion::Neutral,
        (false, false) => Conclusion::Success,
    };
    let title = match (required, recommended) {
        (0, 0) => "No required or recommended rule fails".to_owned(),
        _ => format!("{required} required and {recommended} recommended rules fail"),
    };
    Publication {
        repository: target.repository,
        pull_request: target.pull_request,
        head_sha: target.head_sha,
        comment: target.pull_request.map(|_| format!("{MARKER}\n{text}")),
        quiet: false,
        check: Some(CheckRun {
            name: "openly".to_owned(),
            conclusion,
            title,
            summary: text,
            annotations: annotations.into_iter().map(|(_, annotation)| annotation).collect(),
        }),
    }
}
