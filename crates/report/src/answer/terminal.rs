//! An answer for a person at a prompt: a table, then the reasons for each criterion.

use std::fmt::Write as _;

use super::{Answer, Row, shown};
use crate::terminal::{Detail, Ink, Style};

/// Renders answers, one after the other.
pub fn render(answers: &[Answer], style: Style) -> String {
    answers.iter().map(|answer| one(answer, style)).collect::<Vec<_>>().join("\n")
}

// Writing to a string cannot fail, so results of `writeln!` are dropped below.
fn one(answer: &Answer, style: Style) -> String {
    let mut out = String::new();
    let about = &answer.framework;
    let title = style.wrap("", "  ", &format!("{} ({})", about.title, about.version));
    let _ = writeln!(out, "{}", style.ink(Ink::Bold, &title));
    let _ = writeln!(out, "{}", style.wrap("", "  ", &shown::subject(answer)));
    let _ = writeln!(out, "{}\n", style.wrap("", "  ", &format!("{}.", shown::summary(answer))));
    for note in &answer.notes {
        let _ = writeln!(out, "{}", style.wrap("", "", note));
    }
    out.push('\n');
    table(answer, style, &mut out);
    if style.detail == Detail::Quiet {
        return out;
    }
    for row in answer.criteria.iter().filter(|row| style.detail == Detail::Verbose || !shown::is_silent(row)) {
        reasons(answer, row, style, &mut out);
    }
    if style.detail == Detail::Normal {
        let hidden = answer.criteria.iter().filter(|row| shown::is_silent(row)).count();
        if hidden > 0 {
            let more = format!("{hidden} criteria without evidence are in the table only. See them with --verbose.");
            let _ = writeln!(out, "{}", style.ink(Ink::Dim, &style.wrap("", "", &more)));
        }
    }
    let source = format!("Source: {}, {}", about.publisher, about.url);
    let _ = writeln!(out, "{}", style.ink(Ink::Dim, &style.wrap("", "  ", &source)));
    if style.detail == Detail::Verbose {
        for gap in &about.gaps {
            let _ = writeln!(out, "{}", style.ink(Ink::Dim, &style.wrap("- ", "  ", gap)));
        }
    }
    out
}

/// The columns: what a criterion is called, and either its answer or its three levels.
fn table(answer: &Answer, style: Style, out: &mut String) {
    let heads: Vec<&str> =
        if answer.words.is_some() { vec!["Answer"] } else { vec!["Proven", "Indicated", "Possible"] };
    let cells = |row: &Row| -> Vec<String> {
        match shown::point(row) {
            Some(point) => vec![point],
            None => shown::cells(row).to_vec(),
        }
    };
    let widest = |texts: &mut dyn Iterator<Item = usize>, least: usize| texts.max().unwrap_or(0).max(least);
    let widths: Vec<usize> = (0..heads.len())
        .map(|i| widest(&mut answer.criteria.iter().map(|row| cells(row)[i].chars().count()), heads[i].len()))
        .collect();
    let first = style.width.clamp(40, 120).saturating_sub(widths.iter().sum::<usize>() + 2 * widths.len());
    let line = |name: &str, cells: &[String]| {
        let mut line = format!("{name:<first$}");
        for (cell, width) in cells.iter().zip(&widths) {
            let _ = write!(line, "  {cell:<width$}");
        }
        line.trim_end().to_owned()
    };
    let of = answer.words.as_ref().map_or("criterion", |words| words.of.as_str());
    let heads: Vec<String> = heads.into_iter().map(ToOwned::to_owned).collect();
    let _ = writeln!(out, "{}", style.ink(Ink::Bold, &line(of, &heads)));
    let mut theme = None;
    for row in &answer.criteria {
        if row.theme != theme {
            theme.clone_from(&row.theme);
            let _ = writeln!(out, "{}", style.ink(Ink::Dim, row.theme.as_deref().unwrap_or_default()));
        }
        let name = format!("{} {}", row.id, row.name);
        let wrapped = textwrap::wrap(&name, textwrap::Options::new(first.max(20)).subsequent_indent("  "));
        for (i, part) in wrapped.iter().enumerate() {
            let cells = if i == 0 { cells(row) } else { Vec::new() };
            let _ = writeln!(out, "{}", line(part, &cells));
        }
    }
    out.push('\n');
}

fn reasons(answer: &Answer, row: &Row, style: Style, out: &mut String) {
    let said = shown::point(row).unwrap_or_else(|| shown::levels(row));
    let _ = writeln!(out, "{}", style.ink(Ink::Bold, &style.wrap("", "  ", &format!("{} {}", row.id, row.name))));
    let _ = writeln!(out, "{}", style.wrap("  ", "    ", &said));
    let mut say = |first: &str, text: &str| {
        let _ = writeln!(out, "{}", style.wrap(first, "      ", text));
    };
    if style.detail == Detail::Verbose {
        for level in &row.levels {
            say("  ", &shown::level(level));
            if let Some(share) = &level.share {
                say("    ", &shown::share(share));
            }
        }
    }
    if row.only_people_can_tell {
        say("  ", shown::ONLY_PEOPLE);
    }
    for reason in &row.because {
        let what = format!("{} {} ({}): {}", shown::relation(reason), reason.level, shown::by(reason), reason.text);
        say("  - ", &what);
        for place in shown::places(reason) {
            say("    see ", &place);
        }
        if let Some(link) = shown::link(reason) {
            say("    see ", &openly_rules::value::quote(link));
        }
    }
    for reason in &row.missing {
        say("  - ", &format!("no signal for {} ({}): {}", reason.level, shown::by(reason), reason.text));
        for place in shown::places(reason) {
            say("    see ", &place);
        }
    }
    for said in &row.lapsed {
        say("  ! ", said);
    }
    let asks = answer.words.as_ref().is_some_and(|words| words.question);
    if asks && let Some(question) = row.levels.first().and_then(|level| level.question.as_ref()) {
        say("  asked: ", question);
    }
    // Where the question stands already, it is not the next step too.
    if let Some(step) = row.next.iter().find(|step| !asks || step.rule.is_some()) {
        say("  next: ", &step.text);
    }
    for lever in &row.levers {
        let verbose = style.detail == Detail::Verbose;
        say("  lever: ", &if verbose { shown::lever(lever) } else { shown::lever_name(lever) });
    }
    if let Some(detail) = &row.detail {
        say("  in detail: ", &format!("openly assess --framework {detail}"));
    }
    if style.detail == Detail::Verbose
        && let Some(beyond) = &row.beyond
    {
        say("  beyond: ", beyond);
    }
    out.push('\n');
}
