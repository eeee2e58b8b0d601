//! `openly next`: the changes that move most criteria, and what only people can say.

use std::fmt::Write as _;
use std::process::ExitCode;

use openly_report::Report;
use openly_rules::Catalogue;
use openly_rules::plan::{Measure, Move, Plan, plan};
use openly_rules::value::Verdict;
use serde_json::{Value, json};

use crate::args::{ListFormat, NextArgs};
use crate::commands::repository::{Ask, AskHost, Looked, today};
use crate::commands::{catalogue, print};
use crate::failure::{self, Failure};

/// How many questions of one framework are said.
const QUESTIONS: usize = 3;

pub(crate) fn run(args: &NextArgs) -> Result<ExitCode, Failure> {
    let catalogue = catalogue(args.rules.as_deref())?;
    let ask = Ask {
        catalogue,
        profile: args.profile.as_deref(),
        frameworks: &args.frameworks,
        config: args.config.as_deref(),
        imports: &args.import,
        host: AskHost::As(args.github.as_deref()),
        today: today(args.today),
    };
    ask.known_names()?;
    let Looked { report, is_partial, .. } = ask.of(&args.path)?;
    let plan = plan(catalogue, &report.checked, args.most);
    print(&match args.format {
        ListFormat::Text => as_text(&plan, &report, catalogue),
        ListFormat::Json => format!("{:#}\n", as_json(&plan, &report)),
    })?;
    Ok(failure::complete(is_partial))
}

fn measure(moved: &Move) -> &'static str {
    match moved.measure {
        Measure::Proven => "proven",
        Measure::Indicated => "indicated",
        Measure::Possible => "possible",
    }
}

// Writing to a string cannot fail, so results of `writeln!` are dropped below.
fn as_text(plan: &Plan, report: &Report, catalogue: &Catalogue) -> String {
    let mut out = String::new();
    let frameworks: Vec<&str> = report.checked.assessments.iter().map(|a| a.framework.as_str()).collect();
    let profile = &report.checked.profile.id;
    let _ = writeln!(out, "For {}, profile {profile}: {}\n", report.subject.path, frameworks.join(", "));
    if plan.changes.is_empty() {
        out.push_str("No change to the repository that openly knows of moves a criterion of these frameworks.\n");
    } else {
        out.push_str("Changes to the repository, those that move most for each rule first:\n");
    }
    for (number, change) in plan.changes.iter().enumerate() {
        let criteria =
            if change.moves.len() == 1 { "1 criterion" } else { &format!("{} criteria", change.moves.len()) };
        let _ = writeln!(out, "\n{}. {} (moves {criteria})", number + 1, change.rules.join(" + "));
        for rule in change.rules.iter().filter_map(|rule| catalogue.rule(rule)) {
            let _ = writeln!(out, "   {}", rule.fix);
            let outcome = report.checked.outcomes.iter().find(|outcome| outcome.rule == rule.id);
            if let Some(outcome) = outcome.filter(|outcome| outcome.verdict != Verdict::NotApplicable) {
                let _ = writeln!(out, "   Found: {}", outcome.message);
            }
        }
        for moved in &change.moves {
            let from = moved.from.as_deref().unwrap_or("none");
            let _ = writeln!(
                out,
                "   - {} {} {}: {} {from} → {}",
                moved.framework,
                moved.criterion,
                moved.name,
                measure(moved),
                moved.to
            );
        }
    }
    questions(plan, &frameworks, &mut out);
    out
}

fn questions(plan: &Plan, frameworks: &[&str], out: &mut String) {
    if plan.questions.is_empty() {
        return;
    }
    out.push_str("\nWhat only people can say, those first that signals of the repository point to:\n");
    for framework in frameworks {
        let of: Vec<_> = plan.questions.iter().filter(|question| question.framework == *framework).collect();
        if of.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{framework}: {} to attest", of.len());
        for question in of.iter().take(QUESTIONS) {
            let _ = writeln!(out, "  - {} {}: {}", question.criterion, question.level, question.text);
        }
        if of.len() > QUESTIONS {
            let _ = writeln!(out, "  and {} more: openly assess --framework {framework}", of.len() - QUESTIONS);
        }
    }
}

fn as_json(plan: &Plan, report: &Report) -> Value {
    json!({
        "schema": "openly/next/v1",
        "path": report.subject.path,
        "profile": report.checked.profile.id,
        "changes": plan.changes.iter().map(|change| json!({
            "rules": change.rules,
            "moves": change.moves.iter().map(|moved| json!({
                "framework": moved.framework,
                "criterion": moved.criterion,
                "name": moved.name,
                "measure": measure(moved),
                "from": moved.from,
                "to": moved.to,
            })).collect::<Value>(),
        })).collect::<Value>(),
        "questions": plan.questions.iter().map(|question| json!({
            "framework": question.framework,
            "criterion": question.criterion,
            "name": question.name,
            "level": question.level,
            "question": question.text,
            "indicated": question.indicated,
        })).collect::<Value>(),
    })
}
