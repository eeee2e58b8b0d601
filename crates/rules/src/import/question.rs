//! The check key `import`: a question about imported results, answered from all files that measure it.

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Import, Imports, Measure, Reading};
use crate::check::{Answer, MAX_EVIDENCE, Truth};
use crate::facts::Facts;
use crate::manifest::Ecosystem;
use crate::value::{Evidence, Value, quote};

/// How many packages that a bill of materials leaves out are named.
const MAX_NAMED: usize = 3;

/// What a rule asks of imported results.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) measure: Measure,
    /// The least number that will do where more is better, and the greatest where less is.
    pub(crate) bound: u32,
}

impl Question {
    pub(crate) fn answer(self, facts: &Facts<'_>) -> Answer {
        let imports = facts.sources.imports;
        let found: Vec<(&Import, &Reading)> = imports
            .list
            .iter()
            .flat_map(|import| import.readings.iter().map(move |reading| (import, reading)))
            .filter(|(_, reading)| reading.measure == self.measure)
            .collect();
        if found.is_empty() {
            let wanted = self.measure.wanted();
            return Answer::new(Truth::Unknown(format!("no results were given: give {wanted} with `--import`")));
        }
        let (mut held, mut left) = (Vec::new(), Vec::new());
        let mut open: Option<String> = None;
        for (import, reading) in &found {
            match self.holds(import, reading, imports, facts) {
                Ok(holds) => held.push((*import, *reading, holds)),
                Err(why) => {
                    open = open.or_else(|| Some(format!("{}: {why}", import.origin.file)));
                    left.push(evidence(import, reading));
                }
            }
        }
        let fails = held.iter().filter(|(_, _, holds)| !holds).count();
        // Two reports may measure two parts of the code, or the same part twice.
        if self.measure == Measure::Coverage && fails > 0 && held.len() > 1 {
            open = open
                .or_else(|| Some("several reports were given, and not all reach it: merge them into one".to_owned()));
        }
        let is_mixed = self.measure == Measure::Coverage && found.len() > 1;
        let truth = match (fails, open) {
            (1.., None) => Truth::No,
            (1.., Some(_)) if !is_mixed => Truth::No,
            (_, Some(why)) => Truth::Unknown(why),
            (0, None) => Truth::Yes,
        };
        let wanted = truth == Truth::Yes;
        let mut answer = Answer::new(truth.clone());
        // What settles the answer comes first.
        held.sort_by_key(|(_, _, holds)| *holds != wanted);
        for (import, reading, holds) in &held {
            answer.evidence.push(evidence(import, reading));
            if *holds == wanted && answer.note.is_none() {
                answer.note = Some(note(import, reading));
                answer.value = self.value(reading);
                answer.evidence.extend(reading.places.iter().map(|place| place.evidence(facts)));
            }
        }
        if self.measure == Measure::UndocumentedComponents
            && let Some(note) = &mut answer.note
        {
            let bills: Vec<&Import> = held.iter().map(|(import, _, _)| *import).collect();
            note.push_str(&compared(&bills, facts));
        }
        answer.evidence.extend(left);
        answer.evidence.truncate(MAX_EVIDENCE);
        answer
    }

    /// Whether it holds by one reading, or why that reading does not count.
    fn holds(self, import: &Import, reading: &Reading, imports: &Imports, facts: &Facts<'_>) -> Result<bool, String> {
        import.counts(facts.sources.today, imports.days, facts.sources.tree.remote().as_deref())?;
        let amount = reading.amount.clone()?;
        if !import.is_about_files_of(facts) {
            return Err("none of the files that it is about is in this repository".to_owned());
        }
        Ok(if self.measure.more_is_better() { amount.is_at_least(self.bound) } else { amount.is_at_most(self.bound) })
    }

    fn value(self, reading: &Reading) -> Option<Value> {
        let amount = reading.amount.as_ref().ok()?;
        Some(match self.measure {
            Measure::Coverage => Value::Text(format!("{}%", amount.shown())),
            Measure::Scorecard => Value::Text(amount.shown()),
            _ => Value::Number(amount.part),
        })
    }
}

impl Import {
    /// Whether the repository has one of the files that it speaks of, where it names any. Tools write paths from the root of a
    /// disk, of the repository, or of a package.
    fn is_about_files_of(&self, facts: &Facts<'_>) -> bool {
        let is_end = |whole: &str, end: &str| {
            whole.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        self.sources.is_empty()
            || self.sources.iter().map(|source| source.replace('\\', "/")).any(|source| {
                let source = source.trim_start_matches("./");
                let entries = facts.sources.tree.entries();
                entries.iter().any(|entry| is_end(&entry.path, source) || is_end(source, &entry.path))
            })
    }

    /// Whether it counts on a day, or why not.
    pub(crate) fn counts(&self, today: Date, days: u32, remote: Option<&str>) -> Result<(), String> {
        if let Some(why) = &self.refused {
            return Err(why.clone());
        }
        if let (Some(about), Some(remote)) = (self.about.as_deref(), remote)
            && let (Some(about), Some(remote)) = (repository(about), repository(remote))
            && about != remote
        {
            return Err(format!("it is about {}, and this is {}", quote(&about), quote(&remote)));
        }
        let Some(date) = self.date else {
            return Err("it does not say when it was made; give its day with `--import-date`".to_owned());
        };
        let age = i64::from(date.until(today).map_or(0, |span| span.get_days()));
        // A tool in another time zone may be a day ahead.
        if age < -1 {
            return Err(format!("it is dated {date}, which is yet to come"));
        }
        if age > i64::from(days) {
            return Err(format!("it is dated {date}, {age} days ago, and results count for {days} days"));
        }
        Ok(())
    }
}

/// Owner and name of a repository's address, in lower case, without what differs between ways to clone it.
fn repository(address: &str) -> Option<String> {
    let lower = address.trim().to_lowercase();
    let plain = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let plain = plain.rsplit('@').next().unwrap_or(plain).replace(':', "/");
    let plain = plain.trim_end_matches('/').trim_end_matches(".git");
    let parts: Vec<&str> = plain.split('/').filter(|part| !part.is_empty()).collect();
    // A path on a disk or a name alone tells nothing.
    (parts.len() >= 3 && parts[0].contains('.')).then(|| parts.join("/"))
}

/// How many dependencies that manifests declare for use are named by bills of materials. Nothing, where bills carry no
/// addresses of packages, or no manifest declares any.
fn compared(bills: &[&Import], facts: &Facts<'_>) -> String {
    let is_named = |package: &(Ecosystem, String)| bills.iter().any(|bill| bill.packages.contains(package));
    let manifests = facts.manifests();
    let own: HashSet<_> = manifests.own.iter().map(|package| (package.ecosystem, package.name.as_str())).collect();
    let declared: BTreeSet<(Ecosystem, String)> = manifests
        .dependencies
        .iter()
        // A name that a variable stands for is not known here.
        .filter(|one| !one.development && !one.name.contains('$') && !own.contains(&(one.ecosystem, one.name.as_str())))
        .map(|one| (one.ecosystem, one.name.clone()))
        .collect();
    if declared.is_empty() || bills.iter().all(|bill| bill.packages.is_empty()) {
        return String::new();
    }
    let missing: Vec<&str> =
        declared.iter().filter(|package| !is_named(package)).map(|(_, name)| name.as_str()).collect();
    let (all, named) = (declared.len(), declared.len() - missing.len());
    let which = match missing.as_slice() {
        [] => String::new(),
        first if first.len() > MAX_NAMED => {
            let others = super::counted(first.len() - MAX_NAMED, "other", "others");
            format!(", and not {} or {others}", first[..MAX_NAMED].join(", "))
        }
        few => format!(", and not {}", few.join(", ")),
    };
    format!(" It names {named} of {all} dependencies that manifests declare for use{}.", quote(&which))
}

/// What a file says, with where it comes from.
fn evidence(import: &Import, reading: &Reading) -> Evidence {
    let says = reading.says.as_str();
    let digest = import.origin.sha256.get(..12).unwrap_or_default();
    let date = import.origin.date.as_deref().unwrap_or("no date");
    let says = if says.is_empty() { String::new() } else { format!("{says}; ") };
    let text = format!("{}: {says}{}, {date}, sha256 {digest}", import.origin.file, import.by());
    Evidence { imported: Some(import.origin.clone()), ..Evidence::said(&text) }
}

fn note(import: &Import, reading: &Reading) -> String {
    let date = import.origin.date.as_deref().unwrap_or("no date");
    let says = quote(&reading.says);
    let mut says = says.chars();
    let first: String = says.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{} ({}, {date}).", says.as_str(), import.by())
}

impl super::Place {
    /// The place as evidence: in the repository where that has the file.
    fn evidence(&self, facts: &Facts<'_>) -> Evidence {
        let path = self.path.as_deref().and_then(|path| path_in(path, facts));
        match path {
            Some(path) => Evidence { line: self.line, text: Some(quote(&self.says)), ..Evidence::file(path) },
            None => match &self.path {
                Some(path) => Evidence::said(&format!("{path}: {}", self.says)),
                None => Evidence::said(&self.says),
            },
        }
    }
}

/// A tool's path as one of the repository: tools may write it as an address, or from the root of a disk.
fn path_in(path: &str, facts: &Facts<'_>) -> Option<String> {
    let path = path.strip_prefix("file://").unwrap_or(path).replace('\\', "/");
    let mut rest = path.trim_start_matches("./").trim_start_matches('/');
    loop {
        if let Some(file) = facts.at(rest) {
            return Some(facts.path(file).to_owned());
        }
        // Only where the path is from the root of a disk can a part of it be the repository's.
        rest = rest.split_once('/').map(|(_, rest)| rest).filter(|rest| rest.contains('/') && path.starts_with('/'))?;
    }
}
