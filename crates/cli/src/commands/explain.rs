//! `openly explain`: a rule, a framework or a criterion in full.

use std::fmt::Write as _;
use std::process::ExitCode;

use openly_report::crosswalk;
use openly_rules::value::{Demand, Unit};
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
            Some(found) => Ok(criterion(framework, found, catalogue)),
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
        return Ok(found.into_iter().map(|(f, c)| criterion(f, c, catalogue)).collect::<Vec<_>>().join("\n"));
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
    let used: Vec<String> = crosswalk::served_by(catalogue, rule)
        .iter()
        .map(|line| {
            format!(
                "- {} {} {}, level {}: {}",
                line.framework,
                line.criterion,
                line.name,
                line.level,
                crosswalk::strength(line.relation)
            )
        })
        .collect();
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

fn criterion(framework: &Framework, criterion: &Criterion, catalogue: &Catalogue) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} {}", criterion.id, criterion.name);
    let _ = writeln!(out, "{} ({}), rates: {}\n", framework.title, framework.id, framework.unit);
    for level in &criterion.levels {
        let note = if level.blank { " (the source leaves this level blank)" } else { "" };
        let _ = writeln!(out, "{}{note}\n  {}", level.id, level.says);
        if level.floor {
            out.push_str("  Everybody is at least here.\n");
        }
        if !level.floor && !level.blank {
            let asks = match level.asks {
                Demand::Presence => "that something is there",
                Demand::Quality => "that it is good, true, current or followed",
            };
            let _ = writeln!(out, "  The source asks: {asks}.");
        }
        for (what, rules) in [
            ("Settled by all of", &level.satisfies),
            ("Indicated when most of these pass and none fails", &level.supports),
            ("Ruled out when one of these fails", &level.contradicts),
        ] {
            if rules.is_empty() {
                continue;
            }
            let _ = writeln!(out, "  {what}:");
            for rule in rules {
                let title = catalogue.rule(rule).map_or("", |rule| rule.title.as_str());
                let _ = writeln!(out, "    {rule}: {title}");
            }
        }
        if let Some(question) = &level.attest {
            let _ = writeln!(out, "  A person can attest: {question}");
        }
        if framework.unit != Unit::Repository {
            let units = &catalogue.units;
            let usual = if framework.unit == Unit::Service { units.service } else { units.organisation };
            let share = level.share.unwrap_or(usual);
            if level.is_shown_by_rules() || !level.contradicts.is_empty() {
                let among = if level.among > 1 { format!(", of at least {}", level.among) } else { String::new() };
                let needed = if share == 0 { "one".to_owned() } else { format!("{share}%") };
                let _ = writeln!(
                    out,
                    "  For {}: in at least {needed} of the active repositories{among}.",
                    article(framework.unit)
                );
            }
        }
    }
    if !criterion.is_shown_by_rules() {
        out.push_str("\nA repository cannot show this.\n");
    }
    if let Some(beyond) = &criterion.beyond {
        let _ = writeln!(out, "\nWhat a repository cannot show: {beyond}");
    }
    if let Some(detail) = &criterion.detail {
        let _ = writeln!(out, "\nLooked at in detail by: {detail}");
    }
    let levers: Vec<String> = catalogue
        .levers
        .iter()
        .filter_map(|lever| {
            let because = lever.moves(&framework.id, &criterion.id)?;
            Some(format!("- {} ({}): {because} Source: {}", lever.title, lever.id, lever.source.1))
        })
        .collect();
    if !levers.is_empty() {
        let _ = writeln!(out, "\nLevers that move it:\n{}", levers.join("\n"));
    }
    if !framework.gaps.is_empty() {
        out.push_str("\nWhat to know about this framework here:\n");
        for gap in &framework.gaps {
            let _ = writeln!(out, "- {gap}");
        }
    }
    let source = &framework.source;
    let _ = writeln!(
        out,
        "\nSource: {}, version {}, {}\n{} ({})",
        source.publisher, framework.version, framework.date, source.url, source.licence
    );
    out
}

fn article(unit: Unit) -> &'static str {
    match unit {
        Unit::Repository => "a repository",
        Unit::Service => "a service",
        Unit::Organisation => "an organisation",
    }
}
