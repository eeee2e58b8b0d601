//! Imported evidence: what other tools measured, read from the files that they wrote.
//!
//! A person names the files on the command line. They never come from the configuration or the files of the checked
//! repository, which could otherwise ship results of its own making. The format is told by content, never by name. Each
//! format has a module that turns a text into readings; `question` answers a rule from them.

mod accessibility;
mod coverage;
mod cyclonedx;
mod junit;
mod measure;
mod osps;
pub(crate) mod question;
mod sarif;
mod scorecard;
mod sniff;
mod spdx;
pub(crate) mod tools;

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use measure::Measure;
pub use tools::Finds;

use crate::catalogue::Catalogue;
use crate::manifest::Ecosystem;
use crate::tree::text_of;
use crate::value::quote;

/// The largest file that is read, in bytes.
pub const MAX_IMPORT: u64 = 64 << 20;
/// The most JSON objects of one file. Each becomes a small struct, so this bounds the memory that a file can take.
const MAX_OBJECTS: usize = 1_000_000;
/// The most places that are remembered of one reading.
const MAX_PLACES: usize = 4;
/// How many days results count when the configuration does not say.
pub const IMPORT_DAYS: u32 = 30;

/// The results that were given for one check.
#[derive(Debug, Clone)]
pub struct Imports {
    /// In the order in which they were given.
    pub list: Vec<Import>,
    /// How many days old results may be to count.
    pub days: u32,
}

impl Default for Imports {
    fn default() -> Self {
        Self { list: Vec::new(), days: IMPORT_DAYS }
    }
}

/// The results of no tool.
pub static NONE: Imports = Imports { list: Vec::new(), days: IMPORT_DAYS };

/// Where an imported fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// The file, as it was named.
    pub file: String,
    /// The file's format.
    pub format: String,
    /// The tool that wrote it, as far as the file says.
    pub tool: Option<String>,
    /// Version of the tool.
    pub tool_version: Option<String>,
    /// The day of the results, as `YYYY-MM-DD`; null when nobody says.
    pub date: Option<String>,
    /// Who says which day that is: `file` or `command line`.
    pub dated_by: Option<String>,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

/// One file of results, read.
#[derive(Debug, Clone)]
pub struct Import {
    /// Where it comes from.
    pub origin: Imported,
    /// The day of the results.
    pub(crate) date: Option<Date>,
    /// Why nothing in it counts, although it was understood.
    pub(crate) refused: Option<String>,
    /// Address of the repository that the results are about, where the file says it.
    pub(crate) about: Option<String>,
    /// Some of the files that the results are about, where a report of them could be one of another project.
    pub(crate) sources: Vec<String>,
    /// The packages that it names by their address, where it is a bill of materials.
    pub(crate) packages: HashSet<Package>,
    pub(crate) readings: Vec<Reading>,
}

/// The ecosystem of a package, and its name as that compares names.
pub(crate) type Package = (Ecosystem, String);

/// What one file says about one measure.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) measure: Measure,
    /// The amount, or why there is none.
    pub(crate) amount: Result<Amount, String>,
    /// The amount in words.
    pub(crate) says: String,
    /// Some of the places that it speaks of.
    pub(crate) places: Vec<Place>,
}

/// An exact amount: parts of a whole, times a scale of 1 for counts and 100 for percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) part: u64,
    pub(crate) whole: u64,
}

impl Amount {
    pub(crate) fn count(n: usize) -> Self {
        Self { part: u64::try_from(n).unwrap_or(u64::MAX), whole: 1 }
    }

    /// A share in percent. None of nothing.
    pub(crate) fn percent(part: u64, whole: u64) -> Option<Self> {
        (whole > 0).then(|| Self { part: part.saturating_mul(100), whole })
    }

    /// A number with a few digits after the point.
    pub(crate) fn of_number(number: f64) -> Option<Self> {
        const SCALE: f64 = 1_000_000.0;
        let scaled = (number * SCALE).round();
        // Far from where the number would lose digits.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
        (0.0..1e15).contains(&scaled).then_some(Self { part: scaled as u64, whole: 1_000_000 })
    }

    pub(crate) fn is_at_least(self, n: u32) -> bool {
        u128::from(self.part) >= u128::from(n) * u128::from(self.whole)
    }

    pub(crate) fn is_at_most(self, n: u32) -> bool {
        u128::from(self.part) <= u128::from(n) * u128::from(self.whole)
    }

    /// The number rounded down to one digit after the point, so that 89.99 never looks like 90.
    pub(crate) fn shown(self) -> String {
        let tenths = u128::from(self.part) * 10 / u128::from(self.whole.max(1));
        if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
    }
}

/// A place that results speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// A path as the tool writes it.
    pub(crate) path: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) says: String,
}

/// Why a file cannot be read as results, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column, from 1.
    pub column: Option<usize>,
    /// What is wrong there.
    pub why: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column {column}: {}", self.why),
            (Some(line), None) => write!(f, "line {line}: {}", self.why),
            _ => f.write_str(&self.why),
        }
    }
}

impl Refused {
    fn new(why: impl Into<String>) -> Self {
        Self { line: None, column: None, why: why.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn json(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let why = text.split(" at line ").next().unwrap_or(&text);
        let why = match why {
            "recursion limit exceeded" => "it goes too deep",
            why if error.is_eof() => return Self::cut(why, error.line(), error.column()),
            why => why,
        };
        Self { line: Some(error.line()), column: Some(error.column()), why: quote(why), help: None }
    }

    fn cut(why: &str, line: usize, column: usize) -> Self {
        let help = "the file seems to be cut off: let the tool write it again".to_owned();
        Self { line: Some(line), column: Some(column), why: quote(why), help: Some(help) }
    }

    fn xml(text: &str, (offset, why): &(usize, String)) -> Self {
        let before = text.get(..*offset).unwrap_or(text);
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        if text.get(*offset..).is_none_or(|rest| rest.trim().is_empty()) {
            return Self::cut(why, line, column);
        }
        Self { line: Some(line), column: Some(column), why: quote(why), help: None }
    }
}

/// What a format's module found in a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    format: &'static str,
    tool: Option<String>,
    version: Option<String>,
    date: Option<Date>,
    about: Option<String>,
    /// Why nothing in it counts: another version of the format than openly knows.
    refused: Option<String>,
    sources: Vec<String>,
    packages: HashSet<Package>,
    readings: Vec<Reading>,
}

impl Import {
    /// Reads a file of results. `day` is the day that counts when the file carries none.
    ///
    /// # Errors
    /// When it is no file of results that openly knows, or is damaged.
    pub fn read(file: &str, bytes: Vec<u8>, day: Option<Date>, catalogue: &Catalogue) -> Result<Self, Refused> {
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let text = text_of(bytes).map_err(|_| {
            Refused::new("it is not text")
                .help("give the results as the tool wrote them, not packed and not as a picture")
        })?;
        let found = sniff::read(&text, &catalogue.vocabulary.tools)?;
        let date = found.date.or(day);
        let dated_by = match (found.date, day) {
            (Some(_), _) => Some("file".to_owned()),
            (None, Some(_)) => Some("command line".to_owned()),
            (None, None) => None,
        };
        let origin = Imported {
            file: quote(file),
            format: found.format.to_owned(),
            tool: found.tool.as_deref().map(quote),
            tool_version: found.version.as_deref().map(quote),
            date: date.map(|date| date.to_string()),
            dated_by,
            sha256,
        };
        let Found { about, refused, sources, packages, mut readings, .. } = found;
        if let Some(why) = refused.as_ref().filter(|_| readings.is_empty()) {
            let nothing =
                |measure| Reading { measure, amount: Err(why.clone()), says: String::new(), places: Vec::new() };
            readings.extend(measure::of_format(found.format).iter().copied().map(nothing));
        }
        // Reasons may repeat what the file says.
        let refused = refused.as_deref().map(quote);
        for reading in &mut readings {
            reading.amount = std::mem::replace(&mut reading.amount, Ok(Amount::count(0))).map_err(|why| quote(&why));
        }
        Ok(Self { origin, date, refused, about, sources, packages, readings })
    }

    /// Refuses what it says, because of where the file stands.
    pub fn refuse(&mut self, why: impl Into<String>) {
        self.refused = Some(why.into());
    }

    /// What it measures.
    pub fn measures(&self) -> impl Iterator<Item = Measure> + '_ {
        self.readings.iter().map(|reading| reading.measure)
    }

    /// Why no rule can be answered from it, although it was understood.
    pub(crate) fn unused(&self) -> Option<String> {
        if !self.readings.is_empty() {
            return None;
        }
        let file = &self.origin.file;
        Some(match &self.refused {
            Some(why) => format!("{file} was not used: {why}."),
            None => format!(
                "{file} was not used: openly does not know what {} looks for. Add it to `vocabulary/tools.yml` of your rules.",
                self.by()
            ),
        })
    }

    /// The tool and its version, or the format.
    pub(crate) fn by(&self) -> String {
        let tool = self.origin.tool.as_deref().unwrap_or(&self.origin.format);
        match &self.origin.tool_version {
            Some(version) if !tool.contains(version.as_str()) => format!("{tool} {version}"),
            _ => tool.to_owned(),
        }
    }
}

/// The day, in UTC, of a time as tools write it: with or without a zone, or a day alone.
fn day_of(text: &str) -> Option<Date> {
    let text = text.trim();
    let by_zone = text.parse::<Timestamp>().ok().map(|time| time.to_zoned(TimeZone::UTC).date());
    by_zone.or_else(|| text.parse::<jiff::civil::DateTime>().ok().map(|time| time.date()))
}

/// The day of a number of seconds or milliseconds since 1970.
fn day_of_number(number: i64) -> Option<Date> {
    // A hundred thousand million seconds are in the year 5138; as milliseconds they are in 1973.
    let time =
        if number > 100_000_000_000 { Timestamp::from_millisecond(number) } else { Timestamp::from_second(number) };
    time.ok().filter(|_| number > 0).map(|time| time.to_zoned(TimeZone::UTC).date())
}

/// A count with its noun: `no errors`, `1 error`, `2 errors`.
fn counted(n: usize, one: &str, many: &str) -> String {
    match n {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

#[cfg(test)]
mod tests;
