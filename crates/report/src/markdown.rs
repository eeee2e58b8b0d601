//! The report as Markdown: the verdict, what is missing, the next steps, and the rest folded away.
//!
//! Text of a repository is data here: it is shown as written, never as markup, a mention or a link.

use std::fmt::Write as _;

use openly_rules::run::Outcome;
use openly_rules::value::{Evidence, Severity, Unit};

use crate::{Report, counted};

/// The most characters that a code host takes in one comment.
pub const MAX_CHARACTERS: usize = 65_536;

/// The most components that are listed.
const MAX_COMPONENTS: usize = 40;

/// Renders the report. The result never has more than [`MAX_CHARACTERS`] characters.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    let mark = if report.fails_at(Severity::Required) { "❌" } else { "✅" };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "## {mark} {}\n", report.headline());
    let _ = writeln!(out, "{}\n", subject(report));
    let failing: Vec<&Outcome> = report.next_steps();
    if !failing.is_empty() {
        out.push_str("| Rule | Matters | What was found | Next step |\n| --- | --- | --- | --- |\n");
        for outcome in failing.iter().filter(|o| o.severity != Severity::Optional) {
            let place = outcome.evidence.first().map(|e| format!(" ({})", place(e))).unwrap_or_default();
            let _ = writeln!(
                out,
                "| {} | {} | {}{place} | {} |",
                code(&outcome.rule),
                outcome.severity,
                cell(&outcome.message),
                cell(&outcome.fix)
            );
        }
        let optional: Vec<String> =
            failing.iter().filter(|o| o.severity == Severity::Optional).map(|o| code(&o.rule)).collect();
        if !optional.is_empty() {
            let _ = writeln!(out, "\nOptional, and not there: {}.", optional.join(", "));
        }
        out.push('\n');
    }
    for notice in &report.checked.notices {
        let _ = writeln!(out, "> {}\n", text(&notice.0));
    }
    if !report.checked.assessments.is_empty() {
        frameworks(report, &mut out);
    }
    components(report, &mut out);
    let _ = writeln!(
        out,
        "<details><summary>All {} outcomes: {}</summary>\n",
        report.checked.outcomes.len(),
        counted(report.counts())
    );
    out.push_str("| Rule | Outcome | What was found | Where |\n| --- | --- | --- | --- |\n");
    for outcome in &report.checked.outcomes {
        let places: Vec<String> = outcome.evidence.iter().take(3).map(place).collect();
        let row = format!(
            "| {} | {} | {} | {} |\n",
            code(&outcome.rule),
            outcome.verdict,
            cell(&outcome.message),
            places.join(", ")
        );
        if out.chars().count() + row.chars().count() > MAX_CHARACTERS - 400 {
            out.push_str("\nThe rest is left out here: the report is too long for one comment.\n");
            break;
        }
        out.push_str(&row);
    }
    out.push_str("\n</details>\n");
    out
}

fn subject(report: &Report) -> String {
    let kind = report.checked.kind.value.map_or("unknown", |kind| kind.word());
    let commit =
        report.subject.commit.as_ref().map(|id| format!(" at `{}`", &id[..id.len().min(10)])).unwrap_or_default();
    format!(
        "{}{commit}, kind {kind}, profile {}. {}.",
        code(&report.subject.path),
        report.checked.profile.id,
        counted(report.counts())
    )
}

/// The components, where there are several.
fn components(report: &Report, out: &mut String) {
    let components = report.checked.components.all();
    if components.is_empty() {
        return;
    }
    let _ = writeln!(out, "<details><summary>{} components</summary>\n", components.len());
    out.push_str("| Component | Name | Told from |\n| --- | --- | --- |\n");
    for component in components.iter().take(MAX_COMPONENTS) {
        let places: Vec<String> = component.evidence.iter().map(|(_, where_)| place(where_)).collect();
        let _ = writeln!(out, "| {} | {} | {} |", code(&component.path), cell(&component.name), places.join(", "));
    }
    if components.len() > MAX_COMPONENTS {
        let _ = writeln!(out, "\nand {} more", components.len() - MAX_COMPONENTS);
    }
    out.push_str("\n</details>\n\n");
}

fn frameworks(report: &Report, out: &mut String) {
    for assessment in &report.checked.assessments {
        let signal = match assessment.unit {
            Unit::Repository => "",
            Unit::Service => " It rates services: these are signals from one repository.",
            Unit::Organisation => " It rates organisations: these are signals from one repository.",
        };
        let _ =
            writeln!(out, "<details><summary>{} ({})</summary>\n", text(&assessment.title), text(&assessment.version));
        let _ = writeln!(
            out,
            "A repository can show something of {} of its {} criteria.{signal}\n",
            assessment.shown_by_repositories,
            assessment.criteria.len()
        );
        out.push_str("| Criterion | Proven | Indicated | Possible | Next step |\n| --- | --- | --- | --- | --- |\n");
        for criterion in &assessment.criteria {
            let level = |level: &Option<String>| level.clone().unwrap_or_else(|| "–".to_owned());
            let next = criterion.next.first().map(|step| cell(&step.text)).unwrap_or_default();
            let _ = writeln!(
                out,
                "| {} {} | {} | {} | {} | {next} |",
                text(&criterion.id),
                cell(&criterion.name),
                level(&criterion.proven),
                level(&criterion.indicated),
                level(&criterion.possible)
            );
        }
        out.push_str("\n</details>\n\n");
    }
}

fn place(evidence: &Evidence) -> String {
    match (&evidence.path, evidence.line, &evidence.text) {
        (Some(path), Some(line), _) => code(&format!("{path}:{line}")),
        (Some(path), None, _) => code(path),
        (None, _, Some(text)) => cell(text),
        _ => String::new(),
    }
}

/// Text as a code span: longer back quotes around it than in it, so that it cannot end early, and no cell borders.
pub(crate) fn code(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let longest = clean.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if clean.starts_with('`') || clean.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", clean.replace('|', "\\|"))
}

/// Text with every character that Markdown or HTML could take for markup made plain. An `@` mentions nobody.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("@\u{2060}"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    // Addresses would become links by themselves.
    out.replace("://", ":\u{2060}//").replace("www.", "www\u{2060}.")
}

fn cell(value: &str) -> String {
    text(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_repository_stays_text() {
        let shown = text("@everyone [x](javascript:1) <img src=a> **b** | https://evil.example `c` www.x.org");
        insta::assert_snapshot!(shown.replace('\u{2060}', "^"), @r"@^everyone \[x\](javascript:1) &lt;img src=a&gt; \*\*b\*\* \| https:^//evil.example \`c\` www^.x.org");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`x|y"), "`` `x\\|y ``");
    }
}
