//! The comment on a pull request: the verdict first, then what the change broke and fixed and the next step, and the rest
//! folded away. When nothing is worse than before, it is one line that unfolds.

use std::fmt::Write as _;

use openly_rules::delta::Movement;
use openly_rules::run::Outcome;
use openly_rules::value::Severity;

use crate::change::{Mood, following};
use crate::escape::{code, html, prose, text};
use crate::markdown::{MAX_CHARACTERS, whole};
use crate::parts::{LEVELS, finding, level_rows, movements, surroundings, surroundings_heading};
use crate::room::{Room, Unit};
use crate::{Base, Report};

/// What is kept for the end of the comment.
const KEPT: usize = 2_000;

/// The most names of rules in the line that a comment collapses to.
const MAX_NAMES: usize = 3;

/// The hidden first line by which a comment is found again. Each folder of a repository has its own.
pub fn marker(folder: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._/".contains(c) { c } else { '_' };
    let folder: String = folder.chars().take(200).map(plain).collect();
    let space = if folder.is_empty() { "" } else { " " };
    format!("<!-- openly-report{space}{folder} -->")
}

/// Whether there is nothing to say: the change moves nothing, so that no comment is needed where there is none.
pub fn is_silent(report: &Report) -> bool {
    match &report.base {
        Some(base) => base.delta.is_empty(),
        None => !report.fails_at(Severity::Recommended),
    }
}

/// Renders the comment. The result never has more than [`MAX_CHARACTERS`] characters.
pub fn render(report: &Report) -> String {
    let mut room = Room::new(MAX_CHARACTERS, KEPT, Unit::Characters);
    room.add(&format!("{}\n", marker(&report.subject.folder)));
    let folded = match &report.base {
        Some(base) => of_change(report, base, &mut room),
        None => of_report(report, &mut room),
    };
    let end = end(report, room.left_out);
    room.finish(&format!("{end}{}", if folded { "\n</details>\n" } else { "" }))
}

/// Says what a change does, and gives whether all of it stands in a fold.
fn of_change(report: &Report, base: &Base, room: &mut Room) -> bool {
    let (delta, mood) = (&base.delta, base.mood());
    let folded = mood == Mood::Well;
    let left = base.left();
    if folded {
        room.add(&format!("<details><summary>{} {}</summary>\n", mood.mark(), line(base)));
    } else {
        room.add(&format!("### {} {}\n", mood.mark(), base.headline()));
    }
    let open = |movement| !matches!(movement, Movement::Dropped | Movement::Gained);
    for (heading, items) in movements(report, delta, open) {
        room.list(&heading, &items, "");
    }
    if let Some(said) = following(delta) {
        room.add(&format!("\n{}\n", text(&said)));
    }
    if let Some(step) = report.next_step() {
        room.add(&format!("\n**Next step**: {} ({})\n", prose(&step.fix), code(&step.rule)));
    }
    room.list(surroundings_heading(delta), &surroundings(delta), "");
    room.list(LEVELS, &level_rows(delta), "");
    for (heading, items) in movements(report, delta, |movement| !open(movement)) {
        room.list(
            &format!("\n<details><summary>{}</summary>\n\n", heading.replace('*', "").trim()),
            &items,
            "\n</details>\n",
        );
    }
    if let Some(left) = left {
        let items: Vec<String> = delta.of(Movement::Left).filter_map(|rule| left_item(report, &rule.rule)).collect();
        if !items.is_empty() {
            room.list(&format!("\n<details><summary>{left}</summary>\n\n"), &items, "\n</details>\n");
        }
    }
    notices(report, room);
    folded
}

/// The line that a comment collapses to.
fn line(base: &Base) -> String {
    let names = |movement| {
        let rules: Vec<&str> = base.delta.of(movement).map(|rule| rule.rule.as_str()).collect();
        let shown: Vec<String> =
            rules.iter().take(MAX_NAMES).map(|rule| format!("<code>{}</code>", html(rule))).collect();
        let more = rules.len().saturating_sub(MAX_NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        if shown.is_empty() { String::new() } else { format!(" ({}{more})", shown.join(", ")) }
    };
    let headline = base.headline();
    let headline = headline.trim_end_matches('.');
    let left = base.left().map(|left| format!(" {left}")).unwrap_or_default();
    format!("{headline}{}.{left}", names(Movement::Fixed))
}

/// Says what is missing where there is nothing to compare with.
fn of_report(report: &Report, room: &mut Room) -> bool {
    let failing: Vec<&Outcome> = report.next_steps();
    let folded = !report.fails_at(Severity::Recommended);
    if folded {
        room.add(&format!("<details><summary>✅ {}</summary>\n", report.headline()));
    } else {
        let mark = if report.fails_at(Severity::Required) { "❌" } else { "⚠️" };
        room.add(&format!("### {mark} {}\n", report.headline()));
    }
    if let Some(step) = report.next_step() {
        room.add(&format!("\n**Next step**: {} ({})\n", prose(&step.fix), code(&step.rule)));
    }
    for severity in [Severity::Required, Severity::Recommended] {
        let of: Vec<&&Outcome> = failing.iter().filter(|outcome| outcome.severity == severity).collect();
        let items: Vec<String> = of.iter().map(|outcome| finding(report, outcome, &outcome.evidence, &[])).collect();
        room.list(&format!("\n**Not met, {severity}**\n\n"), &items, "");
    }
    let optional: Vec<String> = failing
        .iter()
        .filter(|outcome| outcome.severity == Severity::Optional)
        .filter_map(|outcome| left_item(report, &outcome.rule))
        .collect();
    room.list("\n<details><summary>Not met, optional</summary>\n\n", &optional, "\n</details>\n");
    notices(report, room);
    folded
}

fn left_item(report: &Report, rule: &str) -> Option<String> {
    let outcome = report.outcome(rule)?;
    Some(format!("- {} ({}): {}\n", code(&outcome.rule), outcome.severity, prose(&outcome.fix)))
}

fn notices(report: &Report, room: &mut Room) {
    let items: Vec<String> = report.checked.notices.iter().map(|notice| format!("- {}\n", text(&notice.0))).collect();
    room.list("\n<details><summary>Waivers and attestations</summary>\n\n", &items, "\n</details>\n");
}

fn end(report: &Report, left_out: usize) -> String {
    let mut end = String::new();
    let whole = whole(report);
    if left_out > 0 {
        let lines = if left_out == 1 { "line is" } else { "lines are" };
        // Writing to a string cannot fail.
        let _ =
            writeln!(end, "\n{left_out} {lines} left out here, the least severe ones: the comment would be too long.");
    }
    let short = |commit: &str| code(&commit.chars().take(10).collect::<String>());
    let mut about = vec![format!("openly {}", text(&report.version))];
    if !report.subject.folder.is_empty() {
        about.push(format!("folder {}", code(&report.subject.folder)));
    }
    let base = report.base.as_ref().map(|base| short(base.commit.as_deref().unwrap_or(&base.rev)));
    let head = report.subject.commit.as_deref().map(short);
    match (base, head) {
        (Some(base), Some(head)) => about.push(format!("{base} → {head}")),
        (Some(base), None) => about.push(format!("since {base}")),
        (None, Some(head)) => about.push(head),
        (None, None) => {}
    }
    about.push(format!("profile {}", text(&report.checked.profile.id)));
    about.push(format!("kind {}", report.checked.kind.value.map_or("unknown", |kind| kind.word())));
    about.extend(whole);
    let _ = write!(end, "\n<sub>{}</sub>\n", about.join(" · "));
    end
}
