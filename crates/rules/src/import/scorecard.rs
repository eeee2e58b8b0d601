//! `OpenSSF` Scorecard, JSON of its second version. <https://github.com/ossf/scorecard>

use serde::Deserialize;

use super::{Amount, Found, Measure, Place, Reading, Refused, day_of};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Results {
    date: String,
    repo: Option<Repo>,
    scorecard: Option<Tool>,
    score: Option<f64>,
    /// Null where no check was made.
    checks: Option<Vec<Check>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repo {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tool {
    version: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Check {
    name: String,
    score: i64,
    reason: String,
}

pub(super) fn read(text: &str) -> Result<Found, Refused> {
    let results: Results = serde_json::from_str(text).map_err(|error| Refused::json(&error))?;
    let mut found = Found { format: "Scorecard", tool: Some("OpenSSF Scorecard".to_owned()), ..Found::default() };
    found.date = day_of(&results.date);
    let (Some(tool), Some(repo)) = (results.scorecard, results.repo) else {
        found.refused = Some("openly reads the JSON that Scorecard has written since its version 2".to_owned());
        return Ok(found);
    };
    found.version = Some(tool.version);
    found.about = Some(repo.name).filter(|name| !name.is_empty());
    // A score of -1 means that it could not be told.
    let amount = results.score.filter(|score| *score >= 0.0).and_then(Amount::of_number);
    let says = amount.map_or_else(String::new, |score| format!("a score of {} of 10", score.shown()));
    let amount = amount.ok_or_else(|| "Scorecard could not tell the score".to_owned());
    found.readings.push(Reading { measure: Measure::Scorecard, amount, says, places: Vec::new() });
    let checks = results.checks.unwrap_or_default();
    for (name, measure, none) in [
        ("Dangerous-Workflow", Measure::DangerousWorkflows, "no dangerous pattern in workflows"),
        ("Vulnerabilities", Measure::DependencyFindings, "no known weakness in dependencies"),
    ] {
        let Some(check) = checks.iter().find(|check| check.name == name) else { continue };
        let amount = match (check.score, measure) {
            (10, _) => Ok(Amount::count(0)),
            (0..=9, Measure::DangerousWorkflows) => Ok(Amount::count(1)),
            // It counts weaknesses of every severity, so a lower score says nothing of medium ones.
            (0..=9, _) => Err("Scorecard found weaknesses but does not say how severe they are".to_owned()),
            _ => Err("Scorecard could not tell".to_owned()),
        };
        let says = if check.score == 10 { none.to_owned() } else { format!("Scorecard says: {}", check.reason) };
        let places = if check.score == 10 {
            Vec::new()
        } else {
            vec![Place { path: None, line: None, says: format!("{name}, {} of 10: {}", check.score, check.reason) }]
        };
        found.readings.push(Reading { measure, amount, says, places });
    }
    Ok(found)
}
