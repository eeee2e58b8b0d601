//! `openly list`: what there is.

use std::fmt::Write as _;
use std::process::ExitCode;

use openly_rules::Catalogue;
use serde_json::{Value, json};

use crate::args::{ListArgs, ListFormat, Listed};
use crate::commands::{catalogue, print};
use crate::failure::Failure;

pub(crate) fn run(args: &ListArgs) -> Result<ExitCode, Failure> {
    let catalogue = catalogue(args.rules.as_deref())?;
    let text = match args.format {
        ListFormat::Text => as_text(args.what, catalogue),
        ListFormat::Json => format!("{:#}\n", as_json(args.what, catalogue)),
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn as_text(what: Listed, catalogue: &Catalogue) -> String {
    // Writing to a string cannot fail.
    let mut out = String::new();
    match what {
        Listed::Rules => {
            let mut topic = "";
            for rule in &catalogue.rules {
                if rule.topic != topic {
                    topic = &rule.topic;
                    let _ = writeln!(out, "{topic}");
                }
                let _ = writeln!(out, "  {:<30} {:<11} {}", rule.id, rule.severity, rule.title);
            }
        }
        Listed::Frameworks => {
            for framework in &catalogue.frameworks {
                let _ = writeln!(
                    out,
                    "{:<34} {:<12} {:>3} criteria  {} ({})",
                    framework.id,
                    framework.unit,
                    framework.criteria.len(),
                    framework.title,
                    framework.version
                );
            }
        }
        Listed::Levers => {
            for lever in &catalogue.levers {
                let traits =
                    [lever.origin.map(|o| o.word()), lever.force.map(|f| f.word()), lever.power.map(|p| p.word())];
                let traits: Vec<&str> = traits.into_iter().flatten().collect();
                let moves: Vec<&str> = lever.moves.iter().map(|moves| moves.framework.as_str()).collect();
                let _ = writeln!(out, "{:<20} {}\n{:<20} {}", lever.id, lever.title, "", lever.says);
                for (what, words) in [("it is", traits), ("moves", moves)] {
                    if !words.is_empty() {
                        let _ = writeln!(out, "{:<20} {what}: {}", "", words.join(", "));
                    }
                }
            }
        }
        Listed::Profiles => {
            for profile in &catalogue.profiles {
                let _ = writeln!(
                    out,
                    "{:<16} {}\n{:<16} frameworks: {}",
                    profile.id,
                    profile.title,
                    "",
                    profile.frameworks.join(", ")
                );
            }
        }
    }
    out
}

fn as_json(what: Listed, catalogue: &Catalogue) -> Value {
    match what {
        Listed::Rules => catalogue
            .rules
            .iter()
            .map(|rule| {
                json!({
                    "id": rule.id,
                    "topic": rule.topic,
                    "title": rule.title,
                    "severity": rule.severity,
                    "status": rule.status,
                    "needs": rule.needs,
                    "expected_of": rule.expected_of.as_ref().map(|(kinds, _)| kinds),
                    "profiles": rule.profiles,
                    "message": rule.message,
                    "why": rule.why,
                    "fix": rule.fix,
                    "references": rule.references.iter().map(|(title, url)| json!({"title": title, "url": url})).collect::<Value>(),
                })
            })
            .collect(),
        Listed::Frameworks => catalogue
            .frameworks
            .iter()
            .map(|framework| {
                json!({
                    "id": framework.id,
                    "title": framework.title,
                    "version": framework.version,
                    "date": framework.date,
                    "unit": framework.unit,
                    "about": framework.about,
                    "source": {
                        "url": framework.source.url,
                        "publisher": framework.source.publisher,
                        "licence": framework.source.licence,
                    },
                    "gaps": framework.gaps,
                    "criteria": framework.criteria.iter().map(|criterion| json!({
                        "id": criterion.id,
                        "name": criterion.name,
                        "theme": criterion.theme,
                        "beyond": criterion.beyond,
                        "detail": criterion.detail,
                        "levels": criterion.levels.iter().map(|level| json!({
                            "id": level.id,
                            "says": level.says,
                            "blank": level.blank,
                            "floor": level.floor,
                            "satisfies": level.satisfies,
                            "supports": level.supports,
                            "contradicts": level.contradicts,
                            "attest": level.attest,
                            "asks": level.asks,
                            "share": level.share,
                            "among": level.among,
                        })).collect::<Value>(),
                    })).collect::<Value>(),
                })
            })
            .collect(),
        Listed::Levers => catalogue
            .levers
            .iter()
            .map(|lever| {
                json!({
                    "id": lever.id,
                    "title": lever.title,
                    "says": lever.says,
                    "origin": lever.origin,
                    "force": lever.force,
                    "power": lever.power,
                    "source": {"title": lever.source.0, "url": lever.source.1},
                    "moves": lever.moves.iter().map(|moves| json!({
                        "framework": moves.framework,
                        "criteria": moves.criteria,
                        "because": moves.because,
                    })).collect::<Value>(),
                })
            })
            .collect(),
        Listed::Profiles => catalogue
            .profiles
            .iter()
            .map(|profile| {
                json!({"id": profile.id, "title": profile.title, "frameworks": profile.frameworks, "severity": profile.severity})
            })
            .collect(),
    }
}
