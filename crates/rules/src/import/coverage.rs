//! Reports of test coverage: lcov, Cobertura and `JaCoCo`. What counts is the share of lines.

use super::{Amount, Found, Measure, Reading, Refused, counted, day_of_number};
use crate::manifest::xml;

/// The most names of files that are kept.
const MAX_SOURCES: usize = 200;

/// Tools that say in a comment that they wrote a Cobertura file.
const FORMATS: [(&str, &str); 2] = [("coverage.py", "coverage.py"), ("gcovr", "gcovr")];

fn report(format: &'static str, covered: u64, lines: u64, files: usize) -> Found {
    let amount = Amount::percent(covered, lines);
    let says = amount.map_or_else(String::new, |amount| {
        format!("{covered} of {lines} lines are covered, {}%, in {}", amount.shown(), counted(files, "file", "files"))
    });
    let amount = amount.ok_or_else(|| "it measures no line".to_owned());
    let reading = Reading { measure: Measure::Coverage, amount, says, places: Vec::new() };
    Found { format, readings: vec![reading], ..Found::default() }
}

/// Whether a text is lcov: it begins with the name of a test or of a source file, or a comment before those.
pub(super) fn is_lcov(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.next().is_some_and(|line| line.starts_with("TN:") || line.starts_with("SF:"))
}

/// lcov's trace file. <https://man7.org/linux/man-pages/man1/geninfo.1.html>
pub(super) fn lcov(text: &str) -> Result<Found, Refused> {
    let (mut covered, mut lines, mut files) = (0_u64, 0_u64, 0_usize);
    let mut open: Option<Record> = None;
    let mut sources = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        let wrong = |why: &str| Refused { line: Some(number + 1), column: None, why: why.to_owned(), help: None };
        if let Some(source) = line.strip_prefix("SF:") {
            if open.is_some() {
                return Err(wrong("a file begins before the one above it ends"));
            }
            open = Some(Record::default());
            files += 1;
            if sources.len() < MAX_SOURCES {
                sources.push(source.trim().to_owned());
            }
        } else if line == "end_of_record" {
            let record = open.take().ok_or_else(|| wrong("a file ends here that did not begin"))?;
            let (hit, found) = record.lines();
            covered = covered.saturating_add(hit);
            lines = lines.saturating_add(found);
        } else if let (Some(record), Some((key, value))) = (open.as_mut(), line.split_once(':')) {
            record.take(key, value).map_err(|()| wrong("this is not a number where lcov has one"))?;
        }
    }
    if open.is_some() {
        return Err(Refused::cut("it ends inside a file", text.lines().count(), 1));
    }
    Ok(Found { sources, ..report("lcov", covered, lines, files) })
}

#[derive(Default)]
struct Record {
    found: Option<u64>,
    hit: Option<u64>,
    data: (u64, u64),
}

impl Record {
    fn take(&mut self, key: &str, value: &str) -> Result<(), ()> {
        match key {
            "LF" => self.found = Some(value.trim().parse().map_err(|_| ())?),
            "LH" => self.hit = Some(value.trim().parse().map_err(|_| ())?),
            "DA" => {
                let hits = value.split(',').nth(1).ok_or(())?;
                self.data.1 += 1;
                self.data.0 += u64::from(hits.trim().parse::<f64>().map_err(|_| ())? > 0.0);
            }
            _ => {}
        }
        Ok(())
    }

    /// Lines that were run, and all. The sums may be left out where each line stands by itself.
    fn lines(&self) -> (u64, u64) {
        match (self.hit, self.found) {
            (Some(hit), Some(found)) => (hit.min(found), found),
            _ => self.data,
        }
    }
}

/// Cobertura, which many tools write. <https://github.com/cobertura/cobertura>
pub(super) fn cobertura(text: &str) -> Result<Found, Refused> {
    let (mut covered, mut lines) = (0_u64, 0_u64);
    let mut files = std::collections::BTreeSet::new();
    let mut root = None;
    xml::walk_to(text, &[], &mut |element, path| match element.name.as_str() {
        // Lines of methods stand a second time in their class.
        "line" if !path.iter().any(|name| name == "method") => {
            lines += 1;
            covered += u64::from(element.attribute("hits").is_some_and(|hits| hits.trim() != "0"));
        }
        "class" => drop(files.insert(element.attribute("filename").unwrap_or_default().to_owned())),
        "coverage" if path.is_empty() => root = Some(element),
        _ => {}
    })
    .map_err(|broken| Refused::xml(text, &broken))?;
    let Some(root) = root else { return Err(Refused::new("it holds no coverage")) };
    let number = |name: &str| root.attribute(name).and_then(|text| text.trim().parse::<u64>().ok());
    let mut found = match (number("lines-covered"), number("lines-valid")) {
        (Some(covered), Some(lines)) => report("Cobertura", covered.min(lines), lines, files.len()),
        _ if lines > 0 => report("Cobertura", covered, lines, files.len()),
        _ => {
            let rate = root.attribute("line-rate").and_then(|rate| rate.trim().parse::<f64>().ok());
            let amount = rate.filter(|rate| *rate <= 1.0).and_then(|rate| Amount::of_number(rate * 100.0));
            let says =
                amount.map_or_else(String::new, |amount| format!("{}% of the lines are covered", amount.shown()));
            let amount = amount.ok_or_else(|| "it does not say how many lines are covered".to_owned());
            let reading = Reading { measure: Measure::Coverage, amount, says, places: Vec::new() };
            Found { format: "Cobertura", readings: vec![reading], ..Found::default() }
        }
    };
    found.sources = files.into_iter().filter(|file| !file.is_empty()).take(MAX_SOURCES).collect();
    let before_root = text.split_once("<packages").map_or("", |(before, _)| before);
    let tool = FORMATS.iter().find(|(sign, _)| before_root.contains(*sign));
    found.tool = tool.map(|(_, tool)| (*tool).to_owned());
    found.version = root.attribute("version").filter(|_| found.tool.is_some()).map(ToOwned::to_owned);
    found.date = root.attribute("timestamp").and_then(|time| time.trim().parse().ok()).and_then(day_of_number);
    Ok(found)
}

/// `JaCoCo`'s XML report. <https://www.jacoco.org/jacoco/trunk/coverage/report.dtd>
pub(super) fn jacoco(text: &str) -> Result<Found, Refused> {
    let mut total = None;
    let mut date = None;
    let mut files = 0;
    let mut sources = Vec::new();
    let mut ended = false;
    xml::walk_to(text, &[], &mut |element, path| {
        let number = |name: &str| element.attribute(name).and_then(|text| text.trim().parse::<u64>().ok());
        match element.name.as_str() {
            "counter" if path == ["report"] && element.attribute("type") == Some("LINE") => {
                total = number("covered").zip(number("missed"));
            }
            "sessioninfo" => {
                let time = element.attribute("dump").and_then(|time| time.trim().parse().ok());
                date = date.max(time.and_then(day_of_number));
            }
            "sourcefile" => {
                files += 1;
                if sources.len() < MAX_SOURCES {
                    sources.extend(element.attribute("name").map(ToOwned::to_owned));
                }
            }
            "report" => ended = path.is_empty(),
            _ => {}
        }
    })
    .map_err(|broken| Refused::xml(text, &broken))?;
    let (covered, missed) = total.filter(|_| ended).unwrap_or((0, 0));
    let found = report("JaCoCo", covered, covered.saturating_add(missed), files);
    Ok(Found { tool: Some("JaCoCo".to_owned()), date, sources, ..found })
}
