//! The report as Markdown: the verdict, what the change does, what is missing, the next steps, and the rest folded away.
//!
//! Text of a repository is data here: it is shown as written, never as markup, a mention or a link.

use openly_rules::run::Outcome;
use openly_rules::value::Severity;

use crate::change::following;
use crate::escape::{cell, code, code_cell, text};
use crate::parts::{
    LEVELS, failing_rows, framework_heading, framework_rows, level_rows, movements, outcome_rows, place_in_cell,
    surroundings, surroundings_heading,
};
use crate::room::{Room, Unit};
use crate::{Report, counted};

/// The most characters that a code host takes in one comment.
pub const MAX_CHARACTERS: usize = 65_536;

/// The most components that are listed.
const MAX_COMPONENTS: usize = 40;

/// The most bytes that GitHub takes as the summary of a job. It drops what is larger as a whole.
pub const MAX_SUMMARY: usize = 1 << 20;

/// What is kept for the end: how many parts were left out, and where to read them.
const KEPT: usize = 1_000;

/// Renders the report. The result never has more than [`MAX_CHARACTERS`] characters.
pub fn render(report: &Report) -> String {
    within(report, Room::new(MAX_CHARACTERS, KEPT, Unit::Characters))
}

/// Renders the report as the summary of a job. The result never has more than [`MAX_SUMMARY`] bytes.
pub fn summary(report: &Report) -> String {
    within(report, Room::new(MAX_SUMMARY, KEPT, Unit::Bytes))
}

fn within(report: &Report, mut room: Room) -> String {
    let mark = match (&report.base, report.fails_at(Severity::Required)) {
        (Some(base), _) => base.mood().mark(),
        (None, true) => "❌",
        (None, false) => "✅",
    };
    let change = report.base.as_ref().map(|base| format!("{} ", base.headline())).unwrap_or_default();
    room.add(&format!("## {mark} {change}{}\n\n{}\n", report.headline(), subject(report)));
    if let Some(base) = &report.base {
        for (heading, items) in movements(report, &base.delta, |_| true) {
            room.list(&heading, &items, "");
        }
        if let Some(said) = following(&base.delta) {
            room.add(&format!("\n{}\n", text(&said)));
        }
        room.list(LEVELS, &level_rows(&base.delta), "");
        room.list(surroundings_heading(&base.delta), &surroundings(&base.delta), "");
    }
    let heading = "\n| Rule | Matters | What was found | Next step |\n| --- | --- | --- | --- |\n";
    room.list(heading, &failing_rows(report), "");
    let failing: Vec<&Outcome> = report.next_steps();
    let optional: Vec<String> =
        failing.iter().filter(|o| o.severity == Severity::Optional).map(|o| code(&o.rule)).collect();
    if !optional.is_empty() {
        room.add(&format!("\nOptional, and not there: {}.\n", optional.join(", ")));
    }
    room.add("\n");
    for notice in &report.checked.notices {
        room.add(&format!("> {}\n\n", text(&notice.0)));
    }
    for assessment in &report.checked.assessments {
        room.list(&framework_heading(assessment), &framework_rows(assessment), "\n</details>\n\n");
    }
    let heading = format!(
        "<details><summary>{} components</summary>\n\n| Component | Name | Told from |\n| --- | --- | --- |\n",
        report.checked.components.all().len()
    );
    room.list(&heading, &component_rows(report), "\n</details>\n\n");
    let heading = format!(
        "<details><summary>All {} outcomes: {}</summary>\n\n| Rule | Outcome | What was found | Where |\n| --- | --- | --- | --- |\n",
        report.checked.outcomes.len(),
        counted(report.counts())
    );
    room.list(&heading, &outcome_rows(report), "\n</details>\n");
    let end = left_out(report, room.left_out);
    room.finish(&end)
}

/// What is said of parts for which there was no room.
pub(crate) fn left_out(report: &Report, parts: usize) -> String {
    if parts == 0 {
        return String::new();
    }
    let lines = if parts == 1 { "line is" } else { "lines are" };
    let whole = whole(report).map_or_else(String::new, |link| format!(" {link}."));
    format!("\n{parts} {lines} left out here: the report is too long for one page.{whole}\n")
}

/// A link to the whole report, where the address is known and is one.
pub(crate) fn whole(report: &Report) -> Option<String> {
    let run = report.subject.web.run.as_ref()?;
    Some(format!("[Read the whole report]({run})"))
}

fn subject(report: &Report) -> String {
    let kind = report.checked.kind.value.map_or("unknown", |kind| kind.word());
    let short = |commit: &Option<String>| commit.as_ref().map(|id| id.chars().take(10).collect::<String>());
    let commit = short(&report.subject.commit).map(|id| format!(" at {}", code(&id))).unwrap_or_default();
    let base = report.base.as_ref().map(|base| {
        let commit = short(&base.commit).filter(|id| !base.rev.starts_with(id.as_str()));
        let at = commit.map(|id| format!(" at {}", code(&id))).unwrap_or_default();
        format!(", compared with {}{at}", code(&base.rev))
    });
    format!(
        "{}{commit}{}, kind {kind}, profile {}. {}.",
        code(&report.subject.path),
        base.unwrap_or_default(),
        text(&report.checked.profile.id),
        counted(report.counts())
    )
}

/// The components, where there are several.
fn component_rows(report: &Report) -> Vec<String> {
    let components = report.checked.components.all();
    let mut rows: Vec<String> = components
        .iter()
        .take(MAX_COMPONENTS)
        .map(|component| {
            let places: Vec<String> =
                component.evidence.iter().map(|(_, where_)| place_in_cell(report, where_)).collect();
            format!("| {} | {} | {} |\n", code_cell(&component.path), cell(&component.name), places.join(", "))
        })
        .collect();
    if components.len() > MAX_COMPONENTS {
        rows.push(format!("| and {} more | | |\n", components.len() - MAX_COMPONENTS));
    }
    rows
}
