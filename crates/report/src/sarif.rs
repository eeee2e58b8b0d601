//! The failing rules as SARIF 2.1.0, for GitHub's code scanning and other viewers. The types hold the part of the format that is
//! used here.
//!
//! Specification: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. GitHub's own rules:
//! <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use openly_rules::run::Outcome;
use openly_rules::value::{Evidence, Severity};
use openly_rules::{Catalogue, Rule};
use serde::Serialize;

use crate::Report;
use crate::escape::{encoded, one_line};

/// The most results that GitHub keeps of one run.
const MAX_RESULTS: usize = 5_000;

/// The most further places of a result.
const MAX_RELATED: usize = 20;

/// The most characters of a message.
const MAX_MESSAGE: usize = 2_000;

/// Where a finding stands that no file holds, such as a file that is not there. GitHub shows no result without a file, so the
/// words stand in its place, as those of other tools of this kind do.
const NO_FILE: &str = "no%20file%20associated%20with%20this%20alert";

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    automation_details: Automation,
    column_kind: &'static str,
    original_uri_base_ids: BTreeMap<&'static str, Described>,
    results: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    semantic_version: &'a str,
    information_uri: &'static str,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
struct Automation {
    id: String,
}

#[derive(Serialize)]
struct Described {
    description: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    short_description: Text,
    full_description: Text,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'a str>,
    default_configuration: Configuration,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties<'a> {
    tags: [&'a str; 2],
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
}

/// Renders the failing rules, the most severe first.
///
/// # Errors
/// Never in practice: every value of a report can be written as JSON.
pub fn render(report: &Report, catalogue: &Catalogue) -> serde_json::Result<String> {
    let failing: Vec<&Outcome> = report.next_steps().into_iter().take(MAX_RESULTS).collect();
    let rules = failing.iter().map(|outcome| descriptor(outcome, catalogue.rule(&outcome.rule))).collect();
    let results = failing.iter().enumerate().map(|(index, outcome)| found(report, index, outcome)).collect();
    let folder = if report.subject.folder.is_empty() { String::new() } else { format!("{}/", report.subject.folder) };
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "openly",
                    version: &report.version,
                    semantic_version: &report.version,
                    information_uri: "https://github.com/openly/openly",
                    rules,
                },
            },
            // Results of another folder are those of another analysis, and do not close these.
            automation_details: Automation { id: format!("openly/{folder}") },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: [(
                "%SRCROOT%",
                Described { description: Text { text: "The root of the repository.".to_owned() } },
            )]
            .into(),
            results,
        }],
    };
    serde_json::to_string_pretty(&log).map(|json| json + "\n")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Required => "error",
        Severity::Recommended => "warning",
        Severity::Optional => "note",
    }
}

fn descriptor<'a>(outcome: &'a Outcome, rule: Option<&'a Rule>) -> Descriptor<'a> {
    let level = level(outcome.severity);
    let references = rule.map_or(&[][..], |rule| &rule.references);
    let mut markdown = format!("{}\n\n**How to fix**: {}\n", outcome.why, outcome.fix);
    let mut text = format!("{}\n\nHow to fix: {}", outcome.why, outcome.fix);
    for (title, address) in references {
        // Writing to a string cannot fail.
        let _ = write!(markdown, "\n- [{title}]({address})");
        let _ = write!(text, "\n{title}: {address}");
    }
    let title = outcome.title.trim_end_matches('.');
    Descriptor {
        id: &outcome.rule,
        // A name must differ from the id by more than letter case.
        name: outcome.rule.contains('-').then(|| pascal(&outcome.rule)),
        short_description: Text { text: format!("{title}.") },
        full_description: Text { text: one_line(&format!("{title}. {}", outcome.why), 1_000) },
        help: Help { text, markdown },
        help_uri: references
            .first()
            .map(|(_, address)| address.as_str())
            .filter(|address| address.starts_with("https://")),
        default_configuration: Configuration { level },
        properties: Properties {
            tags: ["open-working", &outcome.topic],
            severity: if level == "note" { "recommendation" } else { level },
        },
    }
}

/// The id of a rule as a name that can be read without hyphens.
fn pascal(id: &str) -> String {
    id.split('-')
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
        })
        .collect()
}

fn found<'a>(report: &Report, rule_index: usize, outcome: &'a Outcome) -> Found<'a> {
    let places: Vec<&Evidence> = outcome.evidence.iter().filter(|place| place.path.is_some()).collect();
    let (first, others) = places.split_first().map_or((None, &[][..]), |(first, others)| (Some(*first), others));
    let related =
        others.iter().take(MAX_RELATED).enumerate().filter_map(|(i, place)| location(report, place, Some(i + 1)));
    let print = fingerprint(outcome, first);
    Found {
        rule_id: &outcome.rule,
        rule_index,
        level: level(outcome.severity),
        message: Text { text: said(&format!("{} How to fix: {}", outcome.message, outcome.fix)) },
        locations: vec![first.and_then(|place| location(report, place, None)).unwrap_or_else(nowhere)],
        related_locations: related.collect(),
        // GitHub knows a result by the first of these. Both depend on what stands in the line, not on its number.
        partial_fingerprints: [("primaryLocationLineHash", format!("{print}:1")), ("openly/v1", print)].into(),
    }
}

fn nowhere() -> Location {
    Location {
        id: None,
        physical_location: Physical {
            artifact_location: Artifact { uri: NO_FILE.to_owned(), uri_base_id: "%SRCROOT%" },
            region: Region { start_line: 1, end_line: None },
        },
        message: None,
    }
}

fn location(report: &Report, place: &Evidence, id: Option<usize>) -> Option<Location> {
    let start_line = place.line.unwrap_or(1).max(1);
    let text = place.text.as_deref().filter(|_| id.is_some()).map(said);
    Some(Location {
        id,
        physical_location: Physical {
            artifact_location: Artifact { uri: encoded(&report.path(place.path.as_ref()?)), uri_base_id: "%SRCROOT%" },
            region: Region { start_line, end_line: place.end_line.filter(|end| *end > start_line) },
        },
        message: text.filter(|text| !text.is_empty()).map(|text| Text { text }),
    })
}

/// Text in a message, where brackets would make a link.
fn said(text: &str) -> String {
    one_line(text, MAX_MESSAGE).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// A hash of the rule, the file and what stands at the place, so that it is the same when lines above come or go.
fn fingerprint(outcome: &Outcome, place: Option<&Evidence>) -> String {
    let parts = [
        Some(outcome.rule.as_str()),
        place.and_then(|place| place.path.as_deref()),
        place.and_then(|place| place.text.as_deref()),
    ];
    // FNV-1a, since a hash that lives on in other people's records must not change with a library.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts.into_iter().flatten() {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}
