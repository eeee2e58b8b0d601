//! Findings as annotations: workflow commands, which GitHub Actions shows at the lines of a change, and as plain data for a
//! check run.

use openly_rules::delta::Movement;
use openly_rules::run::Outcome;
use openly_rules::value::{Evidence, Severity, Verdict};

use crate::Report;
use crate::escape::one_line;

/// How many annotations of one step the host shows.
const MAX_SHOWN: usize = 10;

/// The most characters of a title and of a message.
const MAX_TITLE: usize = 200;
const MAX_MESSAGE: usize = 2_000;

/// How grave an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A required rule.
    Failure,
    /// A recommended rule.
    Warning,
    /// An optional rule.
    Notice,
}

impl Level {
    /// The word for it in the API of check runs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }

    /// The workflow command for it.
    fn command(self) -> &'static str {
        match self {
            Self::Failure => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }

    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Required => Self::Failure,
            Severity::Recommended => Self::Warning,
            Severity::Optional => Self::Notice,
        }
    }
}

/// A finding at a place. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The path from the root of the git repository; `None` when no file holds the finding.
    pub path: Option<String>,
    /// The first line.
    pub start_line: u32,
    /// The last line.
    pub end_line: u32,
    /// How grave it is.
    pub level: Level,
    /// The rule.
    pub title: String,
    /// What was found, and how to fix it.
    pub message: String,
}

/// The annotations of a report, the gravest first. Where it is compared with a base, only what the change broke, made worse or
/// brought to meet; else what is not met, without optional rules.
pub fn annotations(report: &Report) -> Vec<Annotation> {
    let mut found: Vec<Annotation> = match &report.base {
        Some(base) => base
            .delta
            .rules
            .iter()
            .flat_map(|rule| {
                let Some(outcome) = report.outcome(&rule.rule) else { return Vec::new() };
                let is_somewhere = outcome.evidence.iter().any(|place| place.path.is_some());
                match rule.movement {
                    // What follows is told with the rule it follows.
                    _ if rule.follows.is_some() => Vec::new(),
                    Movement::Broken => vec![annotation(report, outcome, &outcome.evidence)],
                    Movement::Asked if is_somewhere => vec![annotation(report, outcome, &outcome.evidence)],
                    Movement::Worsened => rule
                        .evidence
                        .iter()
                        .map(|place| annotation(report, outcome, std::slice::from_ref(place)))
                        .collect(),
                    _ => Vec::new(),
                }
            })
            .collect(),
        None => {
            let fails = |outcome: &&Outcome| outcome.verdict == Verdict::Fail && outcome.severity != Severity::Optional;
            report.next_steps().into_iter().filter(fails).map(|o| annotation(report, o, &o.evidence)).collect()
        }
    };
    found.sort_by_key(|annotation| (annotation.level, annotation.path.is_none()));
    found
}

fn annotation(report: &Report, outcome: &Outcome, evidence: &[Evidence]) -> Annotation {
    let place = evidence.iter().find(|place| place.path.is_some());
    let start_line = place.and_then(|place| place.line).unwrap_or(1).max(1);
    let end_line = place.and_then(|place| place.end_line).unwrap_or(start_line).max(start_line);
    Annotation {
        path: place.and_then(|place| place.path.as_ref()).map(|path| report.path(path)),
        start_line,
        end_line,
        level: Level::of(outcome.severity),
        title: one_line(&format!("{} ({})", outcome.rule, outcome.severity), MAX_TITLE),
        message: one_line(&format!("{} How to fix: {}", outcome.message, outcome.fix), MAX_MESSAGE),
    }
}

/// The annotations as workflow commands, a line each: as many as the host shows.
pub fn render(report: &Report) -> String {
    let all = annotations(report);
    let mut out: String = all.iter().take(MAX_SHOWN).map(command).collect();
    if let Some(more) = all.len().checked_sub(MAX_SHOWN).filter(|more| *more > 0) {
        out += &format!("{more} more findings are in the summary of this job: the host shows {MAX_SHOWN} of a step.\n");
    }
    out
}

fn command(annotation: &Annotation) -> String {
    let mut properties = vec![format!("title={}", property(&annotation.title))];
    if let Some(path) = &annotation.path {
        properties.push(format!("file={}", property(path)));
        properties.push(format!("line={}", annotation.start_line));
        properties.push(format!("endLine={}", annotation.end_line));
    }
    format!("::{} {}::{}\n", annotation.level.command(), properties.join(","), data(&annotation.message))
}

/// Escapes the message of a command as `@actions/core` does.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command as `@actions/core` does.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped_as_the_host_reads_them() {
        let annotation = Annotation {
            path: Some("a,b:c%\r\n::error::x.md".to_owned()),
            start_line: 3,
            end_line: 4,
            level: Level::Failure,
            title: "50%, done: yes".to_owned(),
            message: "50%\r\n::add-mask::x".to_owned(),
        };
        assert_eq!(
            command(&annotation),
            "::error title=50%25%2C done%3A yes,file=a%2Cb%3Ac%25%0D%0A%3A%3Aerror%3A%3Ax.md,line=3,endLine=4::50%25%0D%0A::add-mask::x\n"
        );
    }
}
