//! The outputs of a step of GitHub Actions: a line `name=value` each, without a line feed inside.

use openly_rules::delta::Movement;
use openly_rules::value::{Severity, Verdict};
use serde_json::{Map, Value};

use crate::Report;

/// Renders the outputs.
pub fn render(report: &Report) -> String {
    let moved = |movement| report.base.as_ref().map(|base| base.delta.of(movement).count());
    let failed = report.checked.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Fail).count();
    let verdict = match report.base.as_ref().map(|base| base.delta.regresses()) {
        Some(true) => "regression",
        _ if report.fails_at(Severity::Required) => "required",
        _ if report.fails_at(Severity::Recommended) => "recommended",
        _ => "clean",
    };
    let number = |n: Option<usize>| n.map(|n| n.to_string()).unwrap_or_default();
    [
        ("verdict", verdict.to_owned()),
        ("failed", failed.to_string()),
        ("fixed", number(moved(Movement::Fixed))),
        ("broken", number(moved(Movement::Broken))),
        ("levels", levels(report).to_string()),
    ]
    .into_iter()
    .map(|(name, value)| format!("{name}={value}\n"))
    .collect()
}

/// Framework to criterion to its three levels.
fn levels(report: &Report) -> Value {
    let mut frameworks = Map::new();
    for assessment in &report.checked.assessments {
        let criteria: Map<String, Value> = assessment
            .criteria
            .iter()
            .map(|criterion| {
                let levels = serde_json::json!({
                    "proven": criterion.proven, "indicated": criterion.indicated, "possible": criterion.possible,
                });
                (criterion.id.clone(), levels)
            })
            .collect();
        frameworks.insert(assessment.framework.clone(), criteria.into());
    }
    frameworks.into()
}
