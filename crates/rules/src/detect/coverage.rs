//! Thresholds of test coverage that configuration enforces, as per cent.

use crate::check::{Answer, Truth};
use crate::facts::Facts;
use crate::pipeline;
use crate::tree::Unreadable;
use crate::value::{Evidence, Value, quote};

/// The coverage that the quality plan of 18F asks for.
const NINETY: u64 = 90;

/// A threshold and where it stands.
struct Threshold {
    percent: u64,
    file: usize,
    line: u32,
    shown: String,
}

/// Whether a threshold is set. Where parts have their own, the lowest counts.
pub(super) fn threshold(facts: &Facts<'_>) -> Answer {
    let (found, unread) = read(facts);
    match found.into_iter().min_by_key(|threshold| threshold.percent) {
        Some(lowest) => answer(facts, &lowest, true),
        None => unread.unwrap_or_else(Answer::no),
    }
}

/// Whether every threshold is 90 per cent or more.
pub(super) fn ninety(facts: &Facts<'_>) -> Answer {
    let (found, unread) = read(facts);
    match found.into_iter().min_by_key(|threshold| threshold.percent) {
        Some(lowest) => answer(facts, &lowest, lowest.percent >= NINETY),
        None => unread.unwrap_or_else(Answer::no),
    }
}

fn answer(facts: &Facts<'_>, threshold: &Threshold, holds: bool) -> Answer {
    let note = format!("The lowest threshold of test coverage is {} per cent.", threshold.percent);
    Answer::new(if holds { Truth::Yes } else { Truth::No })
        .with(Evidence::line(facts.path(threshold.file), threshold.line, &threshold.shown))
        .value(Value::Number(threshold.percent))
        .note(note)
}

fn read(facts: &Facts<'_>) -> (Vec<Threshold>, Option<Answer>) {
    let (mut found, mut unread) = (Vec::new(), None);
    for file in facts.named("coverage") {
        let (text, lower) = match (facts.text(file), facts.lower(file)) {
            (Ok(text), Ok(lower)) => (text, lower),
            (Err(Unreadable::Binary), _) | (_, Err(Unreadable::Binary)) => continue,
            (Err(why), _) | (_, Err(why)) => {
                unread = Some(Answer::unreadable(facts.path(file), &why));
                continue;
            }
        };
        let name = facts.path(file).rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        if let Some((percent, offset)) = in_file(&name, &lower) {
            let line = lower.get(..offset).unwrap_or_default().lines().count().max(1);
            let line = if lower.get(..offset).is_some_and(|before| before.ends_with('\n')) { line + 1 } else { line };
            let shown = quote(text.lines().nth(line - 1).unwrap_or_default());
            found.push(Threshold { percent, file, line: u32::try_from(line).unwrap_or(u32::MAX), shown });
        }
    }
    for (percent, place, shown) in pipeline::options(facts, &FLAGS) {
        found.push(Threshold { percent, file: place.file, line: place.line, shown: quote(&shown) });
    }
    (found, unread)
}

/// Options of commands that set a threshold; the number follows.
const FLAGS: [&str; 9] = [
    "--cov-fail-under",
    "--fail-under",
    "--fail-under-lines",
    "--coverage-threshold",
    "--fail_under",
    "--min-coverage",
    "--minimum-coverage",
    "--fail-under-functions",
    "--threshold-total",
];

/// The threshold of a file in lower case, and where it stands.
fn in_file(name: &str, text: &str) -> Option<(u64, usize)> {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    let is_gradle = name.ends_with(".gradle") || name.ends_with(".gradle.kts");
    if let Some(found) = after(text, "fail_under", 0, 12, percent) {
        return Some(found);
    }
    if let Some(start) = text.find("coveragethreshold") {
        return kinds(text, start, 600);
    }
    if name.starts_with("vite")
        && has("coverage")
        && let Some(start) = text.find("thresholds")
    {
        return kinds(text, start, 400);
    }
    if name.starts_with("karma")
        && let Some(start) = text.find("thresholds").or_else(|| text.find("check:"))
    {
        return kinds(text, start, 400);
    }
    let checks =
        ["\"check-coverage\": true", "\"check-coverage\":true", "check-coverage: true", "'check-coverage': true"];
    if let Some(start) = checks.iter().find_map(|check| text.find(check)) {
        // The numbers may stand before the switch. Without any, the tool asks for 90.
        let from = text.get(..start).and_then(|before| before.rfind('{')).unwrap_or(0);
        return kinds(text, from, 600).or(Some((NINETY, start)));
    }
    if let Some(start) = text.find("minimum_coverage") {
        let start_of_line = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let is_comment = text.get(start_of_line..start).is_some_and(|before| before.trim_start().starts_with('#'));
        return if is_comment { None } else { after(text, "minimum_coverage", start, 40, percent) };
    }
    if is_gradle && (has("jacocotestcoverageverification") || has("violationrules")) {
        return after(text, "minimum", 0, 30, fraction);
    }
    if is_gradle && has("kover") {
        return after(text, "minbound", 0, 4, percent).or_else(|| after(text, "minvalue", 0, 6, percent));
    }
    if name == "pom.xml" && has("jacoco") {
        return after(text, "<minimum>", 0, 2, fraction);
    }
    if (name.ends_with(".sbt") || name.ends_with(".scala")) && !has("coveragefailonminimum := false") {
        let fails = has("coveragefailonminimum");
        return if fails { after(text, "coverageminimum", 0, 24, percent) } else { None };
    }
    if name.contains("codecov") {
        return after(text, "target:", 0, 4, percent);
    }
    if name == ".testcoverage.yml" {
        return after(text, "total:", 0, 3, percent);
    }
    if name == "mix.exs"
        && let Some(start) = text.find("test_coverage")
    {
        return after(text, "threshold:", start, 3, percent);
    }
    if name.ends_with("proj") || name.ends_with(".props") || name.ends_with(".runsettings") {
        return after(text, "<threshold>", 0, 2, percent);
    }
    None
}

/// The threshold of lines, or else of another kind, in the part of a text that starts here.
fn kinds(text: &str, start: usize, length: usize) -> Option<(u64, usize)> {
    let end = (start..=text.len().min(start + length)).rev().find(|&end| text.is_char_boundary(end))?;
    let part = text.get(..end)?;
    let number = |word: &str| after(part, word, start, 6, percent);
    ["lines", "statements", "functions", "branches"].iter().find_map(|word| number(word))
}

/// The number that follows a word, with at most `gap` other characters between.
fn after(text: &str, word: &str, from: usize, gap: usize, read: fn(&str) -> Option<u64>) -> Option<(u64, usize)> {
    let mut start = from;
    for _ in 0..50 {
        let at = start + text.get(start..)?.find(word)?;
        start = at + word.len();
        let rest = text.get(start..)?;
        let line = rest.lines().next().unwrap_or_default();
        if let Some(digit) = line.find(|c: char| c.is_ascii_digit()).filter(|&digit| digit <= gap)
            && let Some(number) = line.get(digit..).and_then(read)
        {
            return Some((number, at));
        }
    }
    None
}

/// A number from 1 to 100.
pub(crate) fn percent(text: &str) -> Option<u64> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).take(4).collect();
    digits.parse().ok().filter(|number| (1..=100).contains(number))
}

/// A share such as `0.85`, or per cent.
fn fraction(text: &str) -> Option<u64> {
    match text.strip_prefix("0.") {
        Some(decimals) => {
            let digits: String =
                decimals.chars().take_while(char::is_ascii_digit).chain("00".chars()).take(2).collect();
            digits.parse().ok().filter(|number| *number > 0)
        }
        None if text.starts_with("1.0") => Some(100),
        None => percent(text).filter(|number| *number > 1),
    }
}

#[cfg(test)]
mod tests {
    use super::in_file;

    fn of(name: &str, text: &str) -> Option<u64> {
        in_file(name, &text.to_lowercase()).map(|(percent, _)| percent)
    }

    #[test]
    fn thresholds_of_many_tools() {
        assert_eq!(of("pyproject.toml", "[tool.coverage.report]\nfail_under = 87.5\n"), Some(87));
        assert_eq!(of("jest.config.js", "coverageThreshold: {\n global: { branches: 70,\n lines: 92 } }"), Some(92));
        assert_eq!(of(".nycrc", "{\"lines\": 80, \"check-coverage\": true}"), Some(80));
        assert_eq!(of(".c8rc.json", "{\"check-coverage\": true}"), Some(90));
        assert_eq!(of("spec_helper.rb", "SimpleCov.minimum_coverage line: 95"), Some(95));
        assert_eq!(
            of(
                "build.gradle",
                "jacocoTestCoverageVerification { violationRules { rule { limit { minimum = 0.8 } } } }"
            ),
            Some(80)
        );
        assert_eq!(of("pom.xml", "<artifactId>jacoco-maven-plugin</artifactId><minimum>0.85</minimum>"), Some(85));
        assert_eq!(of("build.sbt", "coverageMinimumStmtTotal := 90,\ncoverageFailOnMinimum := true"), Some(90));
        assert_eq!(
            of("codecov.yml", "coverage:\n  status:\n    project:\n      default:\n        target: 75%"),
            Some(75)
        );
        assert_eq!(of("vitest.config.ts", "coverage: { thresholds: { lines: 60 } }"), Some(60));
    }

    #[test]
    fn what_is_no_threshold() {
        assert_eq!(of("codecov.yml", "target: auto"), None);
        assert_eq!(of("spec_helper.rb", "  # SimpleCov.minimum_coverage 90"), None);
        assert_eq!(of("build.sbt", "coverageMinimumStmtTotal := 90,\ncoverageFailOnMinimum := false"), None);
        assert_eq!(of("pyproject.toml", "fail_under = 0"), None);
        assert_eq!(of("build.gradle", "minimum = 0.8"), None);
    }
}
