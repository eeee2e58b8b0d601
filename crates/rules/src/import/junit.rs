//! `JUnit` results, as build tools of many languages write them. Linters use the same format for what they find.

use super::tools::{Finds, Tools};
use super::{Amount, Found, MAX_PLACES, Measure, Place, Reading, Refused, counted, day_of};
use crate::manifest::xml;

/// What was counted of a file.
#[derive(Default)]
struct Tests {
    all: usize,
    bad: usize,
    skipped: usize,
    places: Vec<Place>,
    date: Option<jiff::civil::Date>,
    /// The linter that wrote it.
    linter: Option<String>,
    /// Tests that a suite says it holds, and does not list.
    claimed: usize,
}

pub(super) fn read(text: &str, tools: &Tools) -> Result<Found, Refused> {
    let mut tests = Tests::default();
    let (mut is_bad, mut is_skipped) = (false, false);
    xml::walk_to(text, &[], &mut |element, path| {
        let attribute = |name: &str| element.attribute(name).map(str::trim).filter(|text| !text.is_empty());
        match element.name.as_str() {
            "failure" | "error" if path.last().is_some_and(|parent| parent == "testcase") => is_bad = true,
            // A suite breaks as a whole when its set-up does.
            "failure" | "error" if path.last().is_some_and(|parent| parent == "testsuite") => tests.bad += 1,
            "skipped" => is_skipped = true,
            "testcase" => {
                tests.all += 1;
                tests.bad += usize::from(is_bad);
                tests.skipped += usize::from(is_skipped && !is_bad);
                if is_bad && tests.places.len() < MAX_PLACES {
                    let name = [attribute("classname"), attribute("name")].into_iter().flatten();
                    let says = name.collect::<Vec<_>>().join(" ");
                    tests.places.push(Place { path: attribute("file").map(ToOwned::to_owned), line: None, says });
                }
                (is_bad, is_skipped) = (false, false);
            }
            "testsuite" | "testsuites" => {
                let failed = ["failures", "errors"]
                    .into_iter()
                    .filter_map(|name| attribute(name)?.parse::<usize>().ok())
                    .fold(0, usize::saturating_add);
                tests.claimed = tests.claimed.max(failed);
                let day = attribute("timestamp").and_then(day_of);
                // The oldest suite tells how old the results are.
                tests.date = [tests.date, day].into_iter().flatten().min();
                // Linters write `org.eslint` for a package.
                let package = attribute("package").and_then(|package| package.strip_prefix("org."));
                let names = package.into_iter().chain(attribute("name"));
                let linter = names.into_iter().find(|name| tools.finds(name) == Some(Finds::Lint));
                tests.linter = tests.linter.take().or_else(|| linter.map(ToOwned::to_owned));
            }
            _ => {}
        }
    })
    .map_err(|broken| Refused::xml(text, &broken))?;
    let Tests { all, bad, skipped, places, date, linter, claimed } = tests;
    if let Some(tool) = linter {
        let says = counted(bad, "error or warning", "errors or warnings");
        let reading = Reading { measure: Measure::LintProblems, amount: Ok(Amount::count(bad)), says, places };
        return Ok(Found { format: "JUnit", tool: Some(tool), date, readings: vec![reading], ..Found::default() });
    }
    let run = all - skipped;
    let amount = match (run, bad, claimed) {
        (0, 0, 0) => Err("no test was run".to_owned()),
        (_, 0, 1..) => Err("the file counts tests that failed, and lists none".to_owned()),
        _ => Ok(Amount::count(bad)),
    };
    let mut says = match bad {
        0 => format!("{} ran and none failed", counted(run, "test", "tests")),
        _ => format!("{bad} of {} failed", counted(run.max(bad), "test", "tests")),
    };
    if skipped > 0 {
        says += &format!(", {skipped} skipped");
    }
    let reading = Reading { measure: Measure::TestFailures, amount, says, places };
    Ok(Found { format: "JUnit", date, readings: vec![reading], ..Found::default() })
}
