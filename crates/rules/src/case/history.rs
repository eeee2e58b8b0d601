//! The history that a case tells in `case.yml`, made of groups of commits that go through the same door as real ones.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::history::{Builder, Bulk, End, Growth, History, Raw, SHALLOW, Signature, Wanted, releases};

/// The most commits of a case.
const MAX_COMMITS: u32 = 20_000;

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum HistoryDef {
    Word(String),
    Spread { commits: u32, days: u32 },
    Told(Told),
}

/// A history as it is told.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct Told {
    commits: Vec<Group>,
    /// Tag to the day of its commit.
    tags: BTreeMap<String, String>,
    growth: Option<GrowthDef>,
    shallow: bool,
    /// Whether tags were not fetched.
    without_tags: bool,
}

/// Commits that are alike, spread evenly over a time.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct Group {
    times: Option<u32>,
    from: String,
    to: Option<String>,
    /// `Name <address>`, in turn.
    by: Vec<String>,
    /// Who committed them, if it was somebody else.
    committed_by: Option<String>,
    message: Vec<String>,
    merge: bool,
    /// Whether they were made on a branch that was merged.
    side: bool,
    signed: bool,
    /// Whether they were put on top of others a minute after they were written.
    rebased: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct GrowthDef {
    files: u32,
    /// Day to the number of files that were brought at once.
    bulk: BTreeMap<String, u32>,
    looked_at: u32,
    copies: u32,
    unchanged: u32,
}

/// The history that the value of the key describes. `None`: there is no git.
pub(super) fn of(value: &serde_json::Value) -> Result<Option<History>, String> {
    let is_told = value.get("commits").is_none_or(serde_json::Value::is_array);
    let def = if value.is_object() && is_told {
        HistoryDef::Told(serde_json::from_value(value.clone()).map_err(|error| error.to_string())?)
    } else {
        serde_json::from_value(value.clone())
            .map_err(|_| "this is `none`, `shallow`, `commits` and `days`, or `commits` in groups".to_owned())?
    };
    let told = match def {
        HistoryDef::Word(word) if word == "none" => return Ok(None),
        HistoryDef::Word(word) if word == "shallow" => Told { shallow: true, ..spread(1, 1) },
        HistoryDef::Word(word) => return Err(format!("`{word}` is neither `none` nor `shallow`")),
        HistoryDef::Spread { commits, days } => spread(commits, days),
        HistoryDef::Told(told) => told,
    };
    told.history().map(Some)
}

/// So many commits on so many days, a year and a half before the day of the cases.
fn spread(commits: u32, days: u32) -> Told {
    let by =
        || vec!["Anna Abbott <anna@department.example>".to_owned(), "Ben Brown <ben@department.example>".to_owned()];
    let group = |times, on: Date| Group { times: Some(times), from: on.to_string(), by: by(), ..Group::default() };
    let days = days.clamp(1, commits.max(1));
    let start = date(2025, 1, 1);
    let each = (0..days).map(|day| {
        let times = commits / days + u32::from(day < commits % days);
        group(times, start.saturating_add(i64::from(day).days()))
    });
    Told { commits: each.collect(), ..Told::default() }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("`{text}` is no day such as 2026-06-30"))
}

struct Made<'a> {
    day: Date,
    group: &'a Group,
    number: usize,
}

impl Told {
    fn history(&self) -> Result<History, String> {
        let mut made: Vec<Made<'_>> = Vec::new();
        for group in &self.commits {
            let times = group.times.unwrap_or(1).min(MAX_COMMITS);
            let from = day(&group.from)?;
            let to = group.to.as_deref().map_or(Ok(from), day)?;
            let whole = from.until(to).map_or(0, |span| i64::from(span.get_days()));
            for number in 0..times {
                let after = whole * i64::from(number) / i64::from(times.saturating_sub(1).max(1));
                made.push(Made { day: from.saturating_add(after.days()), group, number: number as usize });
            }
        }
        made.sort_by_key(|made| std::cmp::Reverse(made.day));
        let mut builder = Builder::new(Wanted::everything());
        for (at, Made { day, group, number }) in made.iter().enumerate() {
            let in_turn = |list: &[String], otherwise: &str| {
                list.get(number % list.len().max(1)).map_or_else(|| otherwise.to_owned(), Clone::clone)
            };
            let by = in_turn(&group.by, "Anna Abbott <anna@department.example>");
            let committed_by = group.committed_by.clone().unwrap_or_else(|| by.clone());
            let seconds = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp().as_second());
            let message = in_turn(&group.message, "Show the date of renewal on the page");
            builder.add(&Raw {
                id: &format!("{:040x}", made.len() - at),
                author: signature(&by, seconds),
                committer: signature(&committed_by, seconds.map(|s| s + i64::from(group.rebased) * 60)),
                parents: if group.merge { 2 } else { 1 },
                is_step: !group.side,
                signed: group.signed,
                message: message.as_bytes(),
            });
        }
        let end = if self.shallow { End::Cut(SHALLOW.to_owned()) } else { End::First };
        let mut history = builder.finish(end);
        let mut dates = BTreeMap::new();
        for (tag, text) in &self.tags {
            dates.insert(tag.as_str(), day(text)?);
        }
        (history.releases, history.release_tags) =
            releases(self.tags.keys().map(String::as_str), |tag| dates.get(tag).copied());
        history.tags_cut = self.without_tags.then(|| "this clone was made without tags (fetch them)".to_owned());
        if let Some(growth) = self.growth.as_ref().filter(|_| !self.shallow) {
            let mut bulk = Vec::new();
            for (number, (text, files)) in growth.bulk.iter().enumerate() {
                bulk.push(Bulk { commit: format!("{:040x}", number + 1), date: Some(day(text)?), files: *files });
            }
            let GrowthDef { files, looked_at, copies, unchanged, .. } = *growth;
            history.growth = Some(Growth::Seen { files, bulk, looked_at, copies, unchanged });
        }
        Ok(history)
    }
}

fn signature(who: &str, seconds: Option<i64>) -> Signature<'_> {
    let (name, email) = who.split_once('<').unwrap_or((who, ""));
    Signature { name: name.trim().as_bytes(), email: email.trim_end_matches('>').as_bytes(), seconds }
}
