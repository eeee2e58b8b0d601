//! The parts that comments, summaries and reports in Markdown are made of.

use openly_rules::Assessment;
use openly_rules::delta::{Delta, Movement, RuleMove};
use openly_rules::run::Outcome;
use openly_rules::value::{Evidence, Severity, Unit};

use crate::change::{self, SHOWN};
use crate::escape::{address, address_before, cell, code, code_cell, prose, prose_cell, text};
use crate::{Report, change::levels};

/// The most places that are named for one finding.
const MAX_PLACES: usize = 5;

/// A place as a link to its line, where the address is known.
pub(crate) fn place(report: &Report, evidence: &Evidence) -> String {
    let address = |path: &str| address(report, path, evidence.line);
    linked(report, evidence, address, code, text)
}

/// As [`place`], in a cell of a table.
pub(crate) fn place_in_cell(report: &Report, evidence: &Evidence) -> String {
    let address = |path: &str| address(report, path, evidence.line);
    linked(report, evidence, address, code_cell, cell)
}

fn linked(
    report: &Report,
    evidence: &Evidence,
    address: impl Fn(&str) -> Option<String>,
    code: fn(&str) -> String,
    text: fn(&str) -> String,
) -> String {
    let Some(path) = &evidence.path else { return evidence.text.as_deref().map(text).unwrap_or_default() };
    let shown = match evidence.line {
        Some(line) => code(&format!("{}:{line}", report.path(path))),
        None => code(&report.path(path)),
    };
    match address(path) {
        Some(address) => format!("[{shown}]({address})"),
        None => shown,
    }
}

fn places(report: &Report, evidence: &[Evidence]) -> String {
    let shown: Vec<String> = evidence.iter().take(MAX_PLACES).map(|evidence| place(report, evidence)).collect();
    let shown: Vec<String> = shown.into_iter().filter(|place| !place.is_empty()).collect();
    let more = match evidence.len().saturating_sub(MAX_PLACES) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    if shown.is_empty() { String::new() } else { format!(" See {}{more}.", shown.join(", ")) }
}

/// Where a rule was met before the change, as links into the base.
fn before(report: &Report, evidence: &[Evidence]) -> String {
    let link = |place: &Evidence| linked(report, place, |path| address_before(report, path, place.line), code, text);
    let shown: Vec<String> = evidence.iter().map(link).collect();
    if shown.is_empty() { String::new() } else { format!(" It was shown before in {}.", shown.join(", ")) }
}

/// A finding with its place, why it matters and how to fix it, as an item of a list.
pub(crate) fn finding(report: &Report, outcome: &Outcome, evidence: &[Evidence], shown_before: &[Evidence]) -> String {
    format!(
        "- {} ({}): {}{}{}\n  - Why: {}\n  - How to fix: {}\n",
        code(&outcome.rule),
        outcome.severity,
        text(&outcome.message),
        places(report, evidence),
        before(report, shown_before),
        prose(&outcome.why),
        prose(&outcome.fix)
    )
}

/// What a change does to rules that the same is said of, as an item of a list.
fn moved_together(report: &Report, rules: &[&RuleMove]) -> String {
    let [first, _, ..] = rules else { return rules.iter().map(|rule| moved(report, rule)).collect() };
    let names: Vec<String> = rules.iter().map(|rule| format!("{} ({})", code(&rule.rule), rule.severity)).collect();
    let said = report.outcome(&first.rule).map(|outcome| format!(" {}", text(&outcome.message))).unwrap_or_default();
    format!(
        "- {} rules, {} before and {} after this change.{said} They are {}.\n",
        rules.len(),
        change::verdict(first.before),
        change::verdict(first.after),
        names.join(", ")
    )
}

/// What a change does to a rule, as an item of a list.
fn moved(report: &Report, rule: &RuleMove) -> String {
    let outcome = report.outcome(&rule.rule);
    match (rule.movement, outcome) {
        (Movement::Asked | Movement::Broken, Some(outcome)) => {
            finding(report, outcome, &outcome.evidence, &rule.shown_before)
        }
        (Movement::Worsened, Some(outcome)) => finding(report, outcome, &rule.evidence, &[]),
        (Movement::Fixed | Movement::Gained, Some(outcome)) => {
            format!(
                "- {} ({}): {}{}\n",
                code(&rule.rule),
                rule.severity,
                text(&outcome.message),
                places(report, &outcome.evidence)
            )
        }
        (_, outcome) => {
            let said = outcome.map(|outcome| format!(" {}", text(&outcome.message))).unwrap_or_default();
            format!(
                "- {} ({}): {} before, {} after this change.{said}{}\n",
                code(&rule.rule),
                rule.severity,
                change::verdict(rule.before),
                change::verdict(rule.after),
                before(report, &rule.shown_before)
            )
        }
    }
}

/// The movements of a change that are shown open or folded: each heading with its items, the gravest first.
pub(crate) fn movements(
    report: &Report,
    delta: &Delta,
    wanted: impl Fn(Movement) -> bool,
) -> Vec<(String, Vec<String>)> {
    SHOWN
        .iter()
        .filter(|(movement, _)| wanted(*movement))
        .map(|(movement, heading)| {
            let together = change::together(report, delta, *movement);
            let items = together.iter().map(|rules| moved_together(report, rules)).collect();
            (format!("\n**{heading}**\n\n"), items)
        })
        .collect()
}

/// What a change does to the settings, the kind and the profile, as items of a list.
pub(crate) fn surroundings(delta: &Delta) -> Vec<String> {
    let mut items: Vec<String> =
        change::surroundings(delta).into_iter().map(|said| format!("- {}\n", text(&said))).collect();
    items.extend(delta.settings.iter().map(|said| format!("- {}\n", text(said))));
    items
}

/// What stands over [`surroundings`].
pub(crate) fn surroundings_heading(delta: &Delta) -> &'static str {
    if delta.settings.is_empty() {
        "\n**What the rules depend on**\n\n"
    } else {
        "\n**Settings** (this report uses those of the base; what is changed here counts once it is merged)\n\n"
    }
}

/// What stands over [`level_rows`].
pub(crate) const LEVELS: &str =
    "\n**Levels that move**\n\n| Framework | Criterion | Way | Levels |\n| --- | --- | --- | --- |\n";

/// The criteria whose levels move, as rows of a table.
pub(crate) fn level_rows(delta: &Delta) -> Vec<String> {
    let row = |moved: &openly_rules::delta::LevelMove| {
        format!(
            "| {} | {} {} | {} | {} |\n",
            cell(&moved.title),
            cell(&moved.criterion),
            cell(&moved.name),
            moved.direction,
            cell(&levels(&moved.before, &moved.after))
        )
    };
    delta.levels.iter().map(row).collect()
}

/// What stands over [`framework_rows`], with the summary that it is folded under.
pub(crate) fn framework_heading(assessment: &Assessment) -> String {
    let signal = match assessment.unit {
        Unit::Repository => "",
        Unit::Service => " It rates services: these are signals from one repository.",
        Unit::Organisation => " It rates organisations: these are signals from one repository.",
    };
    format!(
        "<details><summary>{} ({})</summary>\n\nA repository can show something of {} of its {} criteria.{signal}\n\n\
        | Criterion | Proven | Indicated | Possible | Next step |\n| --- | --- | --- | --- | --- |\n",
        crate::escape::html(&assessment.title),
        crate::escape::html(&assessment.version),
        assessment.shown_by_repositories,
        assessment.criteria.len()
    )
}

/// The criteria of a framework, as rows of a table.
pub(crate) fn framework_rows(assessment: &Assessment) -> Vec<String> {
    let level = |level: &Option<String>| level.as_deref().map_or_else(|| "–".to_owned(), cell);
    let row = |criterion: &openly_rules::CriterionResult| {
        format!(
            "| {} {} | {} | {} | {} | {} |\n",
            cell(&criterion.id),
            cell(&criterion.name),
            level(&criterion.proven),
            level(&criterion.indicated),
            level(&criterion.possible),
            criterion.next.first().map(|step| cell(&step.text)).unwrap_or_default()
        )
    };
    assessment.criteria.iter().map(row).collect()
}

/// The failing rules of a severity that matters, as rows of a table.
pub(crate) fn failing_rows(report: &Report) -> Vec<String> {
    let failing = report.next_steps().into_iter().filter(|outcome| outcome.severity != Severity::Optional);
    let row = |outcome: &Outcome| {
        let place = outcome.evidence.first().map(|place| place_in_cell(report, place)).unwrap_or_default();
        let place = if place.is_empty() { place } else { format!(" ({place})") };
        format!(
            "| {} | {} | {}{place} | {} |\n",
            code_cell(&outcome.rule),
            outcome.severity,
            cell(&outcome.message),
            prose_cell(&outcome.fix)
        )
    };
    failing.map(row).collect()
}

/// Every outcome, as rows of a table.
pub(crate) fn outcome_rows(report: &Report) -> Vec<String> {
    let row = |outcome: &Outcome| {
        let places: Vec<String> = outcome.evidence.iter().take(3).map(|place| place_in_cell(report, place)).collect();
        format!(
            "| {} | {} | {} | {} |\n",
            code_cell(&outcome.rule),
            outcome.verdict,
            cell(&outcome.message),
            places.join(", ")
        )
    };
    report.checked.outcomes.iter().map(row).collect()
}
