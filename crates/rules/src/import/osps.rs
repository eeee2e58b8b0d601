//! Results of an assessment against the Open Source Project Security Baseline (OSPS), as an evaluation log of the Gemara model,
//! version 1, or as the suites that Privateer wraps around such evaluations. <https://gemara.openssf.org>, <https://baseline.openssf.org>
//!
//! A level holds when each requirement that applies at it passed. One that nobody looked at leaves it open.

use super::{Amount, Found, MAX_PLACES, Measure, Place, Reading, Refused, counted, day_of};
use crate::data::{self, Data};

pub(super) fn is_yaml(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    (has("evaluations:") && has("metadata:")) || has("evaluation-suites:")
}

pub(super) fn read(text: &str, json: bool) -> Result<Found, Refused> {
    let loaded = data::load(if json { "results.json" } else { "results.yaml" }, text).map_err(|broken| Refused {
        line: broken.line.map(|line| line as usize),
        column: None,
        why: broken.why,
        help: None,
    })?;
    let root = &loaded.root;
    let mut found = Found { format: "OSPS Baseline", ..Found::default() };
    let mut logs = Logs::default();
    let suites = root.get("evaluation-suites").map_or(&[][..], Data::items);
    if suites.is_empty() {
        found.tool = root.text_at(&["metadata", "author", "name"]).map(ToOwned::to_owned);
        found.version = root.text_at(&["metadata", "author", "version"]).map(ToOwned::to_owned);
        found.date = root.text_at(&["metadata", "date"]).and_then(day_of);
        let gemara = root.text_at(&["metadata", "gemara-version"]).unwrap_or_default();
        if gemara.trim_start_matches('v').split('.').next() != Some("1") {
            let version = if gemara.is_empty() { "says none" } else { gemara };
            found.refused = Some(format!("openly reads evaluation logs of Gemara 1, and this {version}"));
            return Ok(found);
        }
        logs.read(root);
    } else {
        found.tool = root.text_at(&["plugin-name"]).map(ToOwned::to_owned);
        found.version = root.text_at(&["plugin-version"]).map(ToOwned::to_owned);
        for suite in suites {
            found.date = found.date.or_else(|| suite.text_at(&["end-time"]).and_then(day_of));
            logs.read(suite.get("evaluation-log").unwrap_or(suite));
        }
    }
    found.date = found.date.or(logs.date);
    found.readings.extend(logs.reading());
    Ok(found)
}

/// What became of requirements, for each level that they apply at.
#[derive(Default)]
struct Logs {
    passed: usize,
    all: usize,
    /// Levels 1 to 3: whether a requirement failed, was left open, or applies at all.
    failed: [bool; 3],
    open: [bool; 3],
    asked: [bool; 3],
    places: Vec<Place>,
    date: Option<jiff::civil::Date>,
}

impl Logs {
    fn read(&mut self, log: &Data) {
        for evaluation in log.get("evaluations").map_or(&[][..], Data::items) {
            for assessment in evaluation.get("assessment-logs").map_or(&[][..], Data::items) {
                self.add(assessment);
            }
        }
    }

    fn add(&mut self, log: &Data) {
        let id = log.text_at(&["requirement", "entry-id"]).unwrap_or_default();
        if !id.starts_with("OSPS-") {
            return;
        }
        let day = ["end", "start"].into_iter().find_map(|key| log.text_at(&[key])).and_then(day_of);
        self.date = [self.date, day].into_iter().flatten().min();
        let result = log.text_at(&["result"]).unwrap_or("Unknown");
        let (failed, open) = match result {
            "Passed" | "Not Applicable" => (false, false),
            "Failed" => (true, false),
            _ => (false, true),
        };
        self.all += 1;
        self.passed += usize::from(!failed && !open);
        for word in log.get("applicability").map_or(&[][..], Data::items).iter().filter_map(Data::as_text) {
            let level = word.chars().rev().find_map(|c| c.to_digit(10)).unwrap_or(0);
            let Some(level) = (level as usize).checked_sub(1).filter(|level| *level < 3) else { continue };
            self.asked[level] = true;
            self.failed[level] |= failed;
            self.open[level] |= open;
        }
        if failed && self.places.len() < MAX_PLACES {
            let why = log.text_at(&["message"]).unwrap_or("it failed");
            self.places.push(Place { path: None, line: None, says: format!("{id}: {why}") });
        }
    }

    fn reading(self) -> Option<Reading> {
        if self.all == 0 {
            return None;
        }
        let holds = |level: usize| self.asked[level] && !self.failed[level] && !self.open[level];
        let level = (0..3).take_while(|level| holds(*level)).count();
        // Where nothing failed at the next level but something was left open, it may hold or not.
        let is_open = level < 3 && self.open[level] && !self.failed[level];
        let amount = if is_open && level == 0 {
            Err("some requirements of level 1 were not assessed or need a person to look at them".to_owned())
        } else {
            Ok(Amount::count(level))
        };
        let all = counted(self.all, "requirement", "requirements");
        let says = format!("level {level}, {} of {all} passed", self.passed);
        Some(Reading { measure: Measure::OspsLevel, amount, says, places: self.places })
    }
}
