//! An answer as Markdown: a table, then the reasons for each criterion. Text of a repository is shown as written, never as
//! markup, a mention or a link.

use std::fmt::Write as _;

use super::{Answer, Row, shown};
use crate::escape::{code, code_cell, text};

/// Renders answers, one after the other.
pub fn render(answers: &[Answer]) -> String {
    answers.iter().map(one).collect::<Vec<_>>().join("\n")
}

// Writing to a string cannot fail, so results of `writeln!` are dropped below.
fn one(answer: &Answer) -> String {
    let mut out = String::new();
    let about = &answer.framework;
    let _ = writeln!(out, "# {}\n", text(&about.title));
    let _ = writeln!(out, "{}. {}.\n", text(&shown::subject(answer)), text(&shown::summary(answer)));
    for note in &answer.notes {
        let _ = writeln!(out, "{}\n", text(note));
    }
    let of = answer.words.as_ref().map_or("Criterion", |words| words.of.as_str());
    match &answer.words {
        Some(_) => {
            let _ = writeln!(out, "| {} | Answer | Evidence | Next |\n| --- | --- | --- | --- |", text(&capital(of)));
        }
        None => out.push_str("| Criterion | Proven | Indicated | Possible | Next |\n| --- | --- | --- | --- | --- |\n"),
    }
    for row in &answer.criteria {
        let name = format!("{} {}", text(&row.id), text(&row.name));
        let next = row.next.first().map(|step| text(&step.text)).unwrap_or_default();
        let _ = match shown::point(row) {
            Some(point) => writeln!(out, "| {name} | {} | {} | {next} |", text(&point), evidence(row)),
            None => {
                let [proven, indicated, possible] = shown::cells(row).map(|level| text(&level));
                writeln!(out, "| {name} | {proven} | {indicated} | {possible} | {next} |")
            }
        };
    }
    for row in &answer.criteria {
        reasons(answer, row, &mut out);
    }
    let _ = writeln!(
        out,
        "\n## About the framework\n\n{} Version {}, {}. Published by {}, <{}>. {}\n",
        text(&about.about),
        text(&about.version),
        text(&about.date),
        text(&about.publisher),
        about.url,
        text(&about.licence)
    );
    for gap in &about.gaps {
        let _ = writeln!(out, "- {}", text(gap));
    }
    out
}

/// The places of a row, and the links of its attestations, for one cell.
fn evidence(row: &Row) -> String {
    let mut cells: Vec<String> = row.because.iter().filter_map(link).collect();
    let places = row.because.iter().flat_map(shown::places);
    cells.extend(places.take(3).map(|place| code_cell(&place)));
    if row.only_people_can_tell && cells.is_empty() {
        cells.push(shown::ONLY_PEOPLE.to_owned());
    }
    cells.join("<br>")
}

/// An attestation's address, as an address that the reader sees in full.
fn link(reason: &super::Reason) -> Option<String> {
    let link = shown::link(reason)?;
    let plain = link.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '|' | '\\'));
    Some(if plain { format!("<{link}>") } else { text(link) })
}

fn reasons(answer: &Answer, row: &Row, out: &mut String) {
    let _ = writeln!(out, "\n## {} {}\n", text(&row.id), text(&row.name));
    let said = shown::point(row).unwrap_or_else(|| shown::levels(row));
    let _ = writeln!(out, "**{}**\n", text(&said));
    for level in &row.levels {
        let _ = writeln!(out, "- {}", text(&shown::level(level)));
        if let Some(share) = &level.share {
            let _ = writeln!(out, "  {}", text(&shown::share(share)));
        }
    }
    if row.only_people_can_tell {
        let _ = writeln!(out, "\n{}", shown::ONLY_PEOPLE);
    }
    if !shown::is_silent(row) {
        out.push_str("\nWhy:\n\n");
    }
    let absent = row.missing.iter().map(|reason| (reason, "no signal for"));
    for (reason, relation) in row.because.iter().map(|reason| (reason, shown::relation(reason))).chain(absent) {
        let what = format!("{relation} {}: {}", reason.level, reason.text);
        let places: Vec<String> = shown::places(reason).iter().map(|place| code(place)).chain(link(reason)).collect();
        let places = if places.is_empty() { String::new() } else { format!(" See {}.", places.join(", ")) };
        let _ = writeln!(out, "- {} ({}){places}", text(&what), code(shown::by(reason)));
    }
    for said in &row.lapsed {
        let _ = writeln!(out, "- {}", text(said));
    }
    if answer.words.as_ref().is_some_and(|words| words.question)
        && let Some(question) = row.levels.first().and_then(|level| level.question.as_ref())
    {
        let _ = writeln!(out, "\nAsked: {}", text(question));
    }
    if !row.next.is_empty() {
        out.push_str("\nNext:\n\n");
    }
    for step in &row.next {
        let _ = writeln!(out, "- {}", text(&step.text));
    }
    for lever in &row.levers {
        let _ = writeln!(out, "\nLever: {}", text(&shown::lever(lever)));
    }
    if let Some(beyond) = &row.beyond {
        let _ = writeln!(out, "\nBeyond the repository: {}", text(beyond));
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}
