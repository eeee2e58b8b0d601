//! Whether what is in a repository was built there, or built elsewhere and brought in one go.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::measure::{count, months_before, too_young};
use super::{BULK, Bulk, End, Growth, History};
use crate::check::{Answer, Truth};
use crate::value::{Evidence, Value};

/// From so many commits by people, on so many days, work was done here.
const WORK: (usize, usize) = (20, 10);

/// How old a history must be before it is asked, in months.
const YOUNG: u32 = 3;

/// From this share of commits on that are called after a release, in percent, the steps between were made elsewhere.
const COPIES: u64 = 70;

/// From this share of files on that are as an import brought them, in percent, nothing was built here. Where there is
/// little work, half of them is enough.
const UNCHANGED: (u32, u32) = (80, 50);

pub(super) fn developed_here(history: &History, today: Date) -> Answer {
    let commits = history.work().count();
    let days = history.work().filter_map(|c| c.written).collect::<BTreeSet<_>>().len();
    let is_worked_on = commits >= WORK.0 && days >= WORK.1;
    let at_least = if history.is_whole() { "" } else { "at least " };
    let work = format!("{at_least}{} by people on {}", count(commits as u64, "commit"), count(days as u64, "day"));
    let newest = history.work().next().map(|commit| commit.id.clone());
    let said = |text: &str, commit: Option<String>| Evidence { commit, ..Evidence::said(text) };
    let first = history.first().map(|day| Value::Text(day.to_string()));
    let answer = |truth: Truth, text: String| {
        let mut answer = Answer::new(truth).note(text).with(said(&work, newest.clone()));
        answer.value.clone_from(&first);
        answer
    };
    let worked_on = || answer(Truth::Yes, format!("The work is done here: {work}."));
    let Some(growth) = &history.growth else {
        return match &history.end {
            _ if is_worked_on => worked_on(),
            End::Cut(why) => answer(Truth::Unknown(why.clone()), String::new()),
            _ => {
                let why = format!(
                    "the newest {} commits hold few by people, and no older ones were read",
                    history.commits.len()
                );
                answer(Truth::Unknown(why), String::new())
            }
        };
    };
    let (files, bulk, looked_at, copies, unchanged) = match growth {
        Growth::Seen { files, bulk, looked_at, copies, unchanged } => (*files, bulk, *looked_at, *copies, *unchanged),
        Growth::Unknown(why) => return answer(Truth::Unknown(why.clone()), String::new()),
    };
    let share = if files == 0 { 0 } else { u64::from(unchanged) * 100 / u64::from(files) };
    let is_brought = !bulk.is_empty() && share >= u64::from(if is_worked_on { UNCHANGED.0 } else { UNCHANGED.1 });
    let is_replaced = bulk.len() > 1 && bulk.len() * 2 > looked_at as usize && !is_worked_on;
    let is_copied = copies > 1 && u64::from(copies) * 100 >= u64::from(looked_at) * COPIES;
    if is_worked_on && !is_brought && !is_copied {
        return worked_on();
    }
    if let Some(young) = too_young(history, Some(months_before(today, YOUNG))) {
        return answer(young, String::new());
    }
    if files < BULK {
        let why = format!("with {} an import and a start look the same", count(files, "file"));
        return answer(Truth::NotAsked(why), String::new());
    }
    let (truth, text) = if is_copied {
        (
            Truth::No,
            format!(
                "{copies} of {looked_at} commits are named after a release or a copy, and each brings many changes at once"
            ),
        )
    } else if is_replaced {
        let n = bulk.len();
        (
            Truth::No,
            format!("{n} of {looked_at} commits each brought or changed a large part of the {files} files at once"),
        )
    } else if is_brought {
        let brought = count(bulk.len() as u64, "commit");
        (
            Truth::No,
            format!(
                "{share}% of the {files} files are still as {brought} brought them at once; the history holds {work}"
            ),
        )
    } else {
        (Truth::Yes, format!("The {files} files grew here: {work}"))
    };
    let mut found = answer(truth, format!("{text}."));
    let mut largest: Vec<&Bulk> = bulk.iter().collect();
    largest.sort_by_key(|bulk| std::cmp::Reverse(bulk.files));
    for bulk in largest.into_iter().take(3) {
        let on = bulk.date.map_or_else(String::new, |day| format!(" on {day}"));
        found = found.with(said(&format!("{} at once{on}", count(bulk.files, "file")), Some(bulk.commit.clone())));
    }
    found
}
