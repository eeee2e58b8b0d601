//! SARIF 2.1.0, the results of linters and of tools that look for weaknesses.
//!
//! What counts as medium is what GitHub counts: a `security-severity` of 4.0 or more. Results of tools that give none count by
//! their level, `warning` and `error`. <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::HashMap;

use serde::Deserialize;

use super::tools::{Finds, Tools};
use super::{Amount, Found, MAX_PLACES, Place, Reading, Refused, counted, day_of};

/// The least `security-severity` of a weakness of medium severity.
const MEDIUM: f64 = 4.0;

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[derive(Default)]
struct Log {
    version: Option<String>,
    runs: Vec<Run>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: Vec<Invocation>,
    version_control_provenance: Vec<Provenance>,
    results: Option<Vec<Outcome>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tool {
    driver: Component,
    extensions: Vec<Component>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Component {
    name: Option<String>,
    version: Option<String>,
    semantic_version: Option<String>,
    rules: Vec<Rule>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Rule {
    id: String,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    level: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Properties {
    #[serde(rename = "security-severity")]
    security_severity: Option<Severity>,
    tags: Vec<String>,
}

/// A severity, as a number or as a text that holds one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Severity {
    Number(f64),
    Text(String),
}

impl Severity {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Invocation {
    execution_successful: Option<bool>,
    start_time_utc: Option<String>,
    end_time_utc: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Provenance {
    repository_uri: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Outcome {
    rule_id: Option<String>,
    rule_index: Option<i64>,
    rule: Reference,
    kind: Option<String>,
    level: Option<String>,
    baseline_state: Option<String>,
    suppressions: Option<Vec<Suppression>>,
    locations: Vec<Location>,
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    id: Option<String>,
    index: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Suppression {
    status: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Artifact {
    uri: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Region {
    start_line: Option<u32>,
}

pub(super) fn read(text: &str, tools: &Tools) -> Result<Found, Refused> {
    let log: Log = serde_json::from_str(text).map_err(|error| Refused::json(&error))?;
    let mut found = Found { format: "SARIF", ..Found::default() };
    if log.version.as_deref() != Some("2.1.0") {
        let version = log.version.unwrap_or_else(|| "of no version".to_owned());
        found.refused = Some(format!("openly reads SARIF 2.1.0, and this is {version}"));
        return Ok(found);
    }
    if log.runs.is_empty() {
        return Err(Refused::new("it holds no run of a tool").help("let the tool write it again"));
    }
    for run in &log.runs {
        let driver = &run.tool.driver;
        found.tool = found.tool.or_else(|| driver.name.clone());
        found.version = found.version.or_else(|| driver.semantic_version.clone().or_else(|| driver.version.clone()));
        let day = |invocation: &Invocation| {
            let time = invocation.end_time_utc.as_ref().or(invocation.start_time_utc.as_ref());
            time.and_then(|time| day_of(time))
        };
        // The oldest run tells how old the results are.
        found.date = [found.date, run.invocations.iter().filter_map(day).max()].into_iter().flatten().min();
        let about = run.version_control_provenance.iter().find_map(|p| p.repository_uri.clone());
        found.about = found.about.or(about);
        if let Some(finds) = tools.finds(driver.name.as_deref().unwrap_or_default()) {
            found.readings.push(reading(run, finds));
        }
    }
    Ok(found)
}

fn reading(run: &Run, finds: Finds) -> Reading {
    let nothing = |why: &str| Reading {
        measure: finds.measure(),
        amount: Err(why.to_owned()),
        says: String::new(),
        places: Vec::new(),
    };
    if run.invocations.iter().any(|invocation| invocation.execution_successful == Some(false)) {
        return nothing("the file says that the tool did not run to its end");
    }
    let Some(results) = &run.results else { return nothing("the file holds no results") };
    let rules = Rules::of(&run.tool);
    let (mut bad, mut suppressed, mut places) = (0, 0, Vec::new());
    for result in results.iter().filter(|result| rules.counts(result, finds)) {
        if is_suppressed(result) {
            suppressed += 1;
            continue;
        }
        bad += 1;
        if places.len() < MAX_PLACES {
            places.push(place(result, rules.level(result)));
        }
    }
    let what = match finds {
        Finds::Lint => counted(bad, "error or warning", "errors or warnings"),
        _ => counted(bad, "weakness of medium or higher severity", "weaknesses of medium or higher severity"),
    };
    let says = if suppressed > 0 { format!("{what}, {suppressed} more set aside as false or accepted") } else { what };
    Reading { measure: finds.measure(), amount: Ok(Amount::count(bad)), says, places }
}

fn place(result: &Outcome, level: &str) -> Place {
    let physical = result.locations.first().map(|location| &location.physical_location);
    let rule = result.rule_id.as_deref().or(result.rule.id.as_deref()).unwrap_or("a rule without a name");
    Place {
        path: physical.and_then(|physical| physical.artifact_location.uri.clone()),
        line: physical.and_then(|physical| physical.region.start_line),
        says: format!("{level}: {rule}"),
    }
}

/// A result is set aside when somebody did that and nobody refused or still looks into it.
fn is_suppressed(result: &Outcome) -> bool {
    let Some(list) = result.suppressions.as_ref().filter(|list| !list.is_empty()) else { return false };
    !list.iter().any(|suppression| matches!(suppression.status.as_deref(), Some("underReview" | "rejected")))
}

/// What the run's rules say about their results.
struct Rules<'a> {
    by_id: HashMap<&'a str, &'a Rule>,
    in_order: &'a [Rule],
    /// Whether the tool rates its rules at all.
    rated: bool,
}

impl<'a> Rules<'a> {
    fn of(tool: &'a Tool) -> Self {
        let all = || tool.extensions.iter().chain([&tool.driver]).flat_map(|component| &component.rules);
        Self {
            by_id: all().map(|rule| (rule.id.as_str(), rule)).collect(),
            in_order: &tool.driver.rules,
            rated: all().any(|rule| rule.properties.security_severity.is_some()),
        }
    }

    fn rule(&self, result: &Outcome) -> Option<&'a Rule> {
        let id = result.rule_id.as_deref().or(result.rule.id.as_deref());
        // An id may name a part of a rule: `CA1000/1`.
        let by_id = id.and_then(|id| self.by_id.get(id).or_else(|| self.by_id.get(id.rsplit_once('/')?.0)));
        by_id.copied().or_else(|| {
            let index = result.rule_index.or(result.rule.index)?;
            self.in_order.get(usize::try_from(index).ok()?)
        })
    }

    fn level<'b>(&self, result: &'b Outcome) -> &'b str
    where
        'a: 'b,
    {
        let of_rule = || self.rule(result).and_then(|rule| rule.default_configuration.level.as_deref());
        result.level.as_deref().or_else(of_rule).unwrap_or("warning")
    }

    /// Whether a result is one that a rule of openly counts.
    fn counts(&self, result: &Outcome, finds: Finds) -> bool {
        if !matches!(result.kind.as_deref(), None | Some("fail")) || result.baseline_state.as_deref() == Some("absent")
        {
            return false;
        }
        let is_grave = matches!(self.level(result), "error" | "warning");
        if finds == Finds::Lint {
            return is_grave;
        }
        let rule = self.rule(result);
        let severity = |properties: &Properties| properties.security_severity.as_ref().and_then(Severity::number);
        match severity(&result.properties).or_else(|| rule.and_then(|rule| severity(&rule.properties))) {
            Some(severity) => severity >= MEDIUM,
            // A tool that rates weaknesses says of other results only that they are mistakes.
            None => {
                let is_security = || {
                    let tags = rule.into_iter().flat_map(|rule| &rule.properties.tags).chain(&result.properties.tags);
                    tags.into_iter().any(|tag| tag.eq_ignore_ascii_case("security"))
                };
                is_grave && (!self.rated || is_security())
            }
        }
    }
}
