//! `openly explain`: a rule, a framework or a criterion in full.

use std::fmt::Write as _;
use std::process::ExitCode;

use openly_rules::{Catalogue, Criterion, Framework, Rule};

use crate::args::ExplainArgs;
use crate::commands::{catalogue, print, unknown};
use crate::failure::Failure;

pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode, Failure> {
    let catalogue = catalogue(args.rules.as_deref())?;
    print(&explain(args, catalogue)?)?;
    Ok(ExitCode::SUCCESS)
}

fn explain(args: &ExplainArgs, catalogue: &Catalogue) -> Result<String, Failure> {
    if let Some(id) = &args.criterion {
        let Some(framework) = catalogue.framework(&args.id) else {
            return Err(unknown(
                "framework",
                &args.id,
                catalogue.frameworks.iter().map(|f| &*f.id),
                "openly list frameworks",
            ));
        };
        return match framework.criteria.iter().find(|c| c.id.eq_ignore_ascii_case(id)) {
            Some(found) => Ok(criterion(framework, found)),
            None => Err(unknown(
                "criterion",
                id,
                framework.criteria.iter().map(|c| &*c.id),
                &format!("openly explain {}", framework.id),
            )),
        };
    }
    if let Some(found) = catalogue.rule(&args.id) {
        return Ok(rule(found, catalogue));
    }
    if let Some(found) = catalogue.framework(&args.id) {
        return Ok(framework(found));
    }
    let all = || catalogue.frameworks.iter().flat_map(|f| f.criteria.iter().map(move |c| (f, c)));
    let found: Vec<_> = all().filter(|(_, c)| c.id.eq_ignore_ascii_case(&args.id)).collect();
    if !found.is_empty() {
        return Ok(found.into_iter().map(|(f, c)| criterion(f, c)).collect::<Vec<_>>().join("\n"));
    }
    let rules = catalogue.rules.iter().map(|r| &*r.id);
    let known = rules.chain(catalogue.frameworks.iter().map(|f| &*f.id)).chain(all().map(|(_, c)| &*c.id));
    Err(unknown("rule, framework or criterion", &args.id, known, "openly list rules"))
}

// Writing to a string cannot fail, so results of `writeln!` are dropped below.

fn rule(rule: &Rule, catalogue: &Catalogue) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} ({}, {}, {})\n", rule.id, rule.topic, rule.severity, rule.status);
    out.push_str(rule.readme.trim());
    out.push_str("\n\n## Where it comes from\n\n");
    for (title, url) in &rule.references {
        let _ = writeln!(out, "- {title}: {url}");
    }
    let mut used = Vec::new();
    for framework in &catalogue.frameworks {
        for criterion in &framework.criteria {
            for level in &criterion.levels {
                let relations = [
                    ("satisfies", &level.satisfies),
                    ("supports", &level.supports),
                    ("contradicts", &level.contradicts),
                ];
                for (relation, _) in relations.into_iter().filter(|(_, rules)| rules.contains(&rule.id)) {
                    let relation = if relation == "contradicts" { "rules out, when it fails," } else { relation };
                    used.push(format!(
                        "- {} {} {}: {relation} {}",
                        framework.id, criterion.id, criterion.name, level.id
                    ));
                }
            }
        }
    }
    if !used.is_empty() {
        let _ = writeln!(out, "\n## What it bears on\n\n{}", used.join("\n"));
    }
    out
}

fn framework(framework: &Framework) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} ({})\n\n{}\n", framework.title, framework.id, framework.about);
    let _ = writeln!(out, "Version {}, published {}. It rates: {}.", framework.version, framework.date, framework.unit);
    let source = &framework.source;
    let _ = writeln!(out, "Source: {}, {} ({})\n", source.publisher, source.url, source.licence);
    let mut theme = None;
    for criterion in &framework.criteria {
        if criterion.theme != theme {
            theme.clone_from(&criterion.theme);
            let _ = writeln!(out, "\n{}", criterion.theme.as_deref().unwrap_or_default());
        }
        let levels: Vec<&str> = criterion.levels.iter().map(|level| level.id.as_str()).collect();
        let _ = writeln!(out, "  {:<24} {} ({})", criterion.id, criterion.name, levels.join(" < "));
    }
    if !framework.gaps.is_empty() {
        out.push_str("\nWhat is not in this file:\n");
        for gap in &framework.gaps {
            let _ = writeln!(out, "- {gap}");
        }
    }
    out
}

fn criterion(framework: &Framework, criterion: &Criterion) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} {}\n{} ({}), rates: {}\n",
        criterion.id, criterion.name, framework.title, framework.id, framework.unit
    );
    for level in &criterion.levels {
        let note = if level.blank { " (the source leaves this level blank)" } else { "" };
        let _ = writeln!(out, "{}{note}\n  {}", level.id, level.says);
        if level.floor {
            out.push_str("  Everybody is at least here.\n");
        }
        for (what, rules) in [
            ("Settled by all of", &level.satisfies),
            ("Indicated when one of these passes and none fails", &level.supports),
            ("Ruled out when one of these fails", &level.contradicts),
        ] {
            if !rules.is_empty() {
                let _ = writeln!(out, "  {what}: {}", rules.join(", "));
            }
        }
        if let Some(question) = &level.attest {
            let _ = writeln!(out, "  A person can attest: {question}");
        }
    }
    if let Some(beyond) = &criterion.beyond {
        let _ = writeln!(out, "\nWhat a repository cannot show: {beyond}");
    }
    out
}
