//! Dates on which a document was looked at or is to be looked at again: pages with review dates, and the roadmap.

use jiff::ToSpan;
use jiff::civil::Date;

use super::dates;
use crate::check::{Answer, Truth, heading_matches};
use crate::facts::Facts;
use crate::value::{Evidence, Value, quote};

/// The most places that are named.
const MAX_SHOWN: usize = 5;
/// The largest document that is looked into, in bytes.
const MAX_PAGE: u64 = 256 << 10;
/// How old a roadmap may be, in months.
const MONTHS: i64 = 12;
/// How many characters behind the words about a review its date may stand.
const REACH: usize = 80;

fn line(number: usize) -> u32 {
    u32::try_from(number + 1).unwrap_or(u32::MAX)
}

/// Whether no page that gives its review date has let it pass.
pub(crate) fn dates_kept(facts: &Facts<'_>) -> Answer {
    let wanted = |bytes: &[u8]| memchr::memmem::find(bytes, b"review").is_some();
    let (mut kept, mut overdue, mut number) = (None, Vec::new(), 0_u64);
    for file in facts.holding(facts.named("reviewed-pages"), MAX_PAGE, &wanted).found {
        let (path, Ok(text)) = (facts.path(file), facts.text(file)) else { continue };
        let Some((due, at)) = due_of(&text, &|text| dates::first(facts, text)) else { continue };
        let shown = text.lines().nth(at).unwrap_or_default();
        let place = Evidence::line(path, line(at), shown);
        if due < facts.sources.today {
            number += 1;
            overdue.push(place);
        } else {
            kept = kept.or(Some(place));
        }
    }
    if let Some(first) = overdue.first() {
        let what = if number == 1 { "page is" } else { "pages are" };
        let path = quote(first.path.as_deref().unwrap_or_default());
        overdue.truncate(MAX_SHOWN);
        let mut answer =
            Answer::no().note(format!("{number} {what} past the date of the next review, such as {path}."));
        answer.evidence = overdue;
        return answer.value(Value::Number(number));
    }
    match kept {
        Some(place) => Answer::yes(place).value(Value::Number(0)),
        None => {
            Answer::new(Truth::NotAsked("no page gives the date of its last review and when to look again".to_owned()))
        }
    }
}

/// When a page is due, and the line that says when it was last reviewed: from its front matter.
fn due_of(text: &str, date_in: &dyn Fn(&str) -> Option<Date>) -> Option<(Date, usize)> {
    let mut lines = text.lines().enumerate();
    if lines.next()?.1.trim_end() != "---" {
        return None;
    }
    let (mut reviewed, mut again) = (None, None);
    for (i, line) in lines.take(60).take_while(|(_, line)| line.trim_end() != "---") {
        let Some((key, value)) = line.split_once(':') else { continue };
        match key.trim().replace('-', "_").as_str() {
            "last_reviewed_on" | "last_reviewed" => reviewed = date_in(value).map(|date| (date, i)),
            "review_in" => again = period(value),
            "next_review" | "review_by" | "next_review_due" | "review_date" => {
                return date_in(value).map(|date| (date, i));
            }
            _ => {}
        }
    }
    let ((date, i), (count, unit)) = (reviewed?, again?);
    let due = match unit {
        "day" => date.saturating_add(count.days()),
        "week" => date.saturating_add(count.weeks()),
        "month" => date.saturating_add(count.months()),
        _ => date.saturating_add(count.years()),
    };
    Some((due, i))
}

/// `6 months`, `1 year`.
fn period(value: &str) -> Option<(i64, &'static str)> {
    let value = value.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let (count, unit) = value.split_once([' ', '-']).unwrap_or(("1", value.as_str()));
    let count: i64 = count.parse().ok().filter(|count| (1..=400).contains(count))?;
    ["day", "week", "month", "year"].into_iter().find(|known| unit.trim().starts_with(known)).map(|unit| (count, unit))
}

/// A roadmap in this repository: its path, its lines with their numbers.
struct Roadmap<'a> {
    path: &'a str,
    first_line: u32,
    text: String,
}

/// The roadmap that is in the repository, or why it cannot be looked at.
fn roadmap<'a>(facts: &Facts<'a>) -> Result<Roadmap<'a>, Answer> {
    for file in facts.named("roadmap") {
        if facts.is_empty(file) {
            continue;
        }
        let path = facts.path(file);
        return match facts.text(file) {
            Ok(text) => Ok(Roadmap { path, first_line: 1, text: text.to_string() }),
            Err(why) => Err(Answer::unreadable(path, &why)),
        };
    }
    for file in facts.named("top-documents").into_iter().take(40) {
        let Ok(document) = facts.document(file) else { continue };
        let section = document
            .sections()
            .find(|section| section.words() >= 12 && heading_matches(&section.heading.text, facts.heading("roadmap")));
        if let Some(section) = section {
            let Ok(text) = facts.text(file) else { continue };
            let (from, to) = (section.heading.line as usize, section.end_line() as usize + 4);
            let lines: Vec<&str> =
                text.lines().skip(from.saturating_sub(1)).take(to.saturating_sub(from) + 1).collect();
            return Ok(Roadmap { path: facts.path(file), first_line: section.heading.line, text: lines.join("\n") });
        }
    }
    Err(Answer::new(Truth::Unknown("the roadmap is not in this repository, so it was not read".to_owned())))
}

impl Roadmap<'_> {
    fn place(&self, index: usize, shown: &str) -> Evidence {
        Evidence::line(self.path, self.first_line.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)), shown)
    }
}

/// Whether the roadmap tells what is done now from what comes later.
pub(crate) fn roadmap_horizons(facts: &Facts<'_>) -> Answer {
    let roadmap = match roadmap(facts) {
        Ok(roadmap) => roadmap,
        Err(answer) => return answer,
    };
    let horizons = facts.phrases("roadmap-horizon");
    let live = horizons.within(&roadmap.text);
    let mut places = Vec::new();
    let (due, updated) = (facts.phrases("review-due"), facts.phrases("last-updated"));
    for (i, line) in roadmap.text.lines().enumerate() {
        // The line about the review of the roadmap itself is none of its parts.
        if live.is_match(line) && !due.is_match(line) && !updated.is_match(line) {
            places.push(roadmap.place(i, line));
        }
    }
    // One word alone is no order of things.
    let truth = if places.len() >= 2 { Truth::Yes } else { Truth::No };
    let mut answer = Answer::new(truth);
    places.truncate(2);
    answer.evidence = places;
    if answer.evidence.is_empty() {
        answer.evidence.push(Evidence::file(roadmap.path));
    }
    answer
}

/// Whether the roadmap says when it was last looked at, and is not overdue.
pub(crate) fn roadmap_fresh(facts: &Facts<'_>) -> Answer {
    let roadmap = match roadmap(facts) {
        Ok(roadmap) => roadmap,
        Err(answer) => return answer,
    };
    let today = facts.sources.today;
    let found = |topic: &str| {
        let phrases = facts.phrases(topic);
        let live = phrases.within(&roadmap.text);
        let lines: Vec<&str> = roadmap.text.lines().collect();
        lines.iter().enumerate().filter(|(_, line)| live.is_match(line)).find_map(|(i, line)| {
            // The date stands behind the words, perhaps on the next line.
            let next = lines.get(i + 1).copied().unwrap_or_default();
            let reach: String = format!("{line} {next}").chars().take(line.chars().count() + REACH).collect();
            dates::first(facts, &reach).map(|date| (date, i, (*line).to_owned()))
        })
    };
    let due = found("review-due");
    if let Some((date, i, line)) = &due
        && *date < today
    {
        return Answer::no()
            .with(roadmap.place(*i, line))
            .note(format!("The review of the roadmap was due on {date}."))
            .value(Value::Text(date.to_string()));
    }
    match found("last-updated") {
        Some((date, i, line)) => {
            let place = roadmap.place(i, &line);
            let old = date < today.saturating_sub(MONTHS.months());
            let answer = if old {
                Answer::no().with(place).note(format!("The roadmap was last updated on {date}, more than a year ago."))
            } else {
                Answer::yes(place)
            };
            answer.value(Value::Text(date.to_string()))
        }
        None => match due {
            Some((date, i, line)) => Answer::yes(roadmap.place(i, &line)).value(Value::Text(date.to_string())),
            None => Answer::no().with(Evidence::file(roadmap.path)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_tells_when_a_page_is_due() {
        let date_in = |text: &str| text.trim().trim_matches('\'').parse().ok();
        let due = |text| due_of(text, &date_in).map(|(date, line)| format!("{date} {line}"));
        assert_eq!(
            due("---\ntitle: x\nlast_reviewed_on: 2026-01-31\nreview_in: 1 month\n---\n").as_deref(),
            Some("2026-02-28 2")
        );
        assert_eq!(
            due("---\nreview_in: 2 weeks\nlast_reviewed_on: '2026-01-01'\n---\n").as_deref(),
            Some("2026-01-15 2")
        );
        assert_eq!(due("last_reviewed_on: 2026-01-31\nreview_in: 1 month\n"), None);
        assert_eq!(due("---\nreview_in: 999999999999999999 years\nlast_reviewed_on: 2026-01-31\n---\n"), None);
        assert_eq!(
            due("---\nlast_reviewed_on: 9999-12-31\nreview_in: 400 years\n---\n").as_deref(),
            Some("9999-12-31 1")
        );
    }
}
