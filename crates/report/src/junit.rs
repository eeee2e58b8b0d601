//! The outcomes as `JUnit` XML, for CI systems that show test results: a suite for each topic, a case for each rule.
//!
//! Fits the schema of Jenkins' xUnit plugin, `junit-10.xsd`.

use std::io;

use openly_rules::run::Outcome;
use openly_rules::value::{Evidence, Severity, Verdict};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::Report;
use crate::escape::one_line;

/// The most characters of a message.
const MAX_MESSAGE: usize = 2_000;

/// Renders the outcomes. Optional rules that fail are skipped cases, so that a build does not stop for them.
pub fn render(report: &Report) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory cannot fail.
    let _ = write(report, &mut writer);
    String::from_utf8(writer.into_inner()).unwrap_or_default() + "\n"
}

/// What a suite counts.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(outcomes: &[&Outcome]) -> Self {
        let mut counts = Self { tests: outcomes.len(), ..Self::default() };
        for outcome in outcomes {
            match as_case(outcome) {
                Case::Passed => {}
                Case::Failed => counts.failures += 1,
                Case::Broken => counts.errors += 1,
                Case::Skipped => counts.skipped += 1,
            }
        }
        counts
    }

    fn attributes(&self, name: &str) -> Vec<(&'static str, String)> {
        vec![
            ("name", plain(name)),
            ("tests", self.tests.to_string()),
            ("failures", self.failures.to_string()),
            ("errors", self.errors.to_string()),
            ("skipped", self.skipped.to_string()),
        ]
    }
}

enum Case {
    Passed,
    Failed,
    Broken,
    Skipped,
}

fn as_case(outcome: &Outcome) -> Case {
    match outcome.verdict {
        Verdict::Pass => Case::Passed,
        Verdict::Fail if outcome.severity == Severity::Optional => Case::Skipped,
        Verdict::Fail => Case::Failed,
        Verdict::Error => Case::Broken,
        Verdict::NotApplicable | Verdict::Unknown | Verdict::Waived => Case::Skipped,
    }
}

fn write(report: &Report, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&Outcome> = report.checked.outcomes.iter().collect();
    let Counts { tests, failures, errors, .. } = Counts::of(&all);
    let totals = [
        ("name", "openly".to_owned()),
        ("tests", tests.to_string()),
        ("failures", failures.to_string()),
        ("errors", errors.to_string()),
    ];
    let suites = all.chunk_by(|a, b| a.topic == b.topic);
    element(writer, "testsuites", &totals)
        .write_inner_content(|writer| suites.into_iter().try_for_each(|outcomes| suite(report, outcomes, writer)))?;
    Ok(())
}

fn element<'w>(
    writer: &'w mut Writer<Vec<u8>>,
    name: &'w str,
    attributes: &[(&'static str, String)],
) -> quick_xml::writer::ElementWriter<'w, Vec<u8>> {
    let attributes = attributes.iter().map(|(name, value)| (*name, value.as_str()));
    writer.create_element(name).with_attributes(attributes)
}

fn suite(report: &Report, outcomes: &[&Outcome], writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let topic = outcomes.first().map_or("", |outcome| outcome.topic.as_str());
    element(writer, "testsuite", &Counts::of(outcomes).attributes(topic))
        .write_inner_content(|writer| outcomes.iter().try_for_each(|outcome| case(report, outcome, writer)))?;
    Ok(())
}

fn case(report: &Report, outcome: &Outcome, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let attributes = [("name", plain(&outcome.rule)), ("classname", plain(&format!("openly.{}", outcome.topic)))];
    let message = one_line(&outcome.message, MAX_MESSAGE);
    let kind = ("type", outcome.severity.word().to_owned());
    let said = ("message", plain(&message));
    let case = element(writer, "testcase", &attributes);
    match as_case(outcome) {
        Case::Passed => drop(case.write_empty()?),
        Case::Skipped => {
            case.write_inner_content(|writer| element(writer, "skipped", &[said]).write_empty().map(drop))?;
        }
        Case::Failed | Case::Broken => {
            let name = if matches!(as_case(outcome), Case::Failed) { "failure" } else { "error" };
            let body = plain(&body(report, outcome));
            case.write_inner_content(|writer| {
                element(writer, name, &[said, kind]).write_text_content(BytesText::new(&body)).map(drop)
            })?;
        }
    }
    Ok(())
}

fn body(report: &Report, outcome: &Outcome) -> String {
    let mut lines = vec![format!("Why: {}", outcome.why), format!("How to fix: {}", outcome.fix)];
    let place = |place: &Evidence| {
        let path = report.path(place.path.as_ref()?);
        let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
        Some(format!("See {}{line}", one_line(&path, MAX_MESSAGE)))
    };
    lines.extend(outcome.evidence.iter().take(20).filter_map(place));
    lines.join("\n")
}

/// Text without the characters that XML cannot hold.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..))
        .collect()
}
