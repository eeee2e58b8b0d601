//! Dates as people write them in statements, roadmaps and pages, in words and in numbers, down to the day, the month or only
//! the year. The names of months are data.

use std::ops::Range;

use jiff::civil::{Date, date};

use super::statement::wording::{VARIABLE, comparable};
use crate::facts::Facts;

/// A date that is known to the day, the month or the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct When {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl When {
    fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        (1990..=2200).contains(&year).then_some(())?;
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        Some(Self { year, month, day })
    }

    /// The first day it may mean.
    pub(crate) fn first(self) -> Date {
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).unwrap_or(date(1990, 1, 1))
    }

    /// The last day it may mean.
    pub(crate) fn last(self) -> Date {
        match (self.month, self.day) {
            (_, Some(_)) => self.first(),
            (Some(_), None) => self.first().last_of_month(),
            (None, None) => Date::new(self.year, 12, 31).unwrap_or(self.first()),
        }
    }
}

impl std::fmt::Display for When {
    /// As far as ISO 8601 goes: `2024-03-12`, `2024-03` or `2024`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// How dates are written where a text comes from.
pub(crate) struct Reader<'a> {
    /// Names of the twelve months, in each of the languages of the text; a month may have several, with spaces between.
    pub(crate) months: Vec<&'a [String]>,
    /// Words after which four digits are a year.
    pub(crate) before_year: Vec<&'a str>,
    /// Whether the month comes first in numbers.
    pub(crate) month_first: bool,
}

/// A date in a text, or a place where a template puts one in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it stands.
    pub(crate) at: Range<usize>,
    /// The date; none when only the template knows it.
    pub(crate) when: Option<When>,
}

/// The most dates that are read of one sentence.
const MAX_DATES: usize = 40;

/// The first date in a text whose language is not known: English is tried first. A month without a day is its last day.
pub(crate) fn first(facts: &Facts<'_>, text: &str) -> Option<Date> {
    let months = &facts.catalogue.vocabulary.statements.months;
    let others = months.iter().filter(|(language, _)| *language != "en").map(|(_, months)| months);
    let months = months.get("en").into_iter().chain(others).map(Vec::as_slice).collect();
    let reader = Reader { months, before_year: Vec::new(), month_first: false };
    reader.dates(&comparable(text)).into_iter().find_map(|found| found.when).map(When::last)
}

impl Reader<'_> {
    /// The dates of a comparable text, in order.
    pub(crate) fn dates(&self, text: &str) -> Vec<Found> {
        if !text.bytes().any(|b| b.is_ascii_digit()) && !text.contains(VARIABLE) {
            return Vec::new();
        }
        let tokens: Vec<(usize, &str)> = tokens(text);
        let mut found = Vec::new();
        let mut i = 0;
        while i < tokens.len() && found.len() < MAX_DATES {
            let (start, token) = tokens[i];
            if token.starts_with(VARIABLE) {
                found.push(Found { at: start..start + token.len(), when: None });
                i += 1;
                continue;
            }
            match self.at(&tokens, i) {
                Some((when, used)) => {
                    let end = tokens.get(i + used - 1).map_or(start + token.len(), |(at, last)| at + last.len());
                    // A day that no calendar has is no date.
                    found.extend(when.map(|when| Found { at: start..end, when: Some(when) }));
                    i += used;
                }
                None => i += 1,
            }
        }
        found
    }

    /// The date that starts at a token, if the calendar has it, and how many tokens it takes.
    fn at(&self, tokens: &[(usize, &str)], i: usize) -> Option<(Option<When>, usize)> {
        let get = |n: usize| tokens.get(i + n).map(|(_, token)| *token);
        let token = get(0)?;
        if let Some(when) = self.numeric(token) {
            return Some((Some(when), 1));
        }
        // 12 March 2024, 12. März 2024, 1er mars 2024, 3 de mayo de 2024
        if let Some(day) = day(token) {
            let skip = usize::from(get(1).is_some_and(is_of));
            if let Some(month) = get(1 + skip).and_then(|name| self.month(name)) {
                let more = usize::from(get(2 + skip).is_some_and(is_of));
                if let Some(year) = get(2 + skip + more).and_then(year) {
                    return Some((When::new(year, Some(month), Some(day)), 3 + skip + more));
                }
            }
        }
        if let Some(month) = self.month(token) {
            // March 12, 2024
            if let (Some(day), Some(year)) = (get(1).and_then(day), get(2).and_then(year)) {
                return Some((When::new(year, Some(month), Some(day)), 3));
            }
            // March 2024, mars de 2024
            let skip = usize::from(get(1).is_some_and(is_of));
            if let Some(year) = get(1 + skip).and_then(year) {
                return Some((When::new(year, Some(month), None), 2 + skip));
            }
        }
        let year = year(token)?;
        // 2024. március 3., 2024 m. kovo 3 d.
        let skip = usize::from(get(1).is_some_and(|word| matches!(word, "m" | "gada")));
        if let Some(month) = get(1 + skip).and_then(|name| self.month(name))
            && let Some(day) = get(2 + skip).and_then(day)
        {
            return Some((When::new(year, Some(month), Some(day)), 3 + skip));
        }
        // Q3 2026, 2026 where the word before says that it is a year
        let before = i.checked_sub(1).and_then(|n| tokens.get(n)).map(|(_, word)| *word)?;
        if let Some(quarter) =
            before.strip_prefix('q').and_then(|n| n.parse::<i8>().ok()).filter(|n| (1..=4).contains(n))
        {
            return Some((When::new(year, Some(quarter * 3), None), 1));
        }
        self.before_year.contains(&before).then_some(())?;
        Some((When::new(year, None, None), 1))
    }

    fn month(&self, name: &str) -> Option<i8> {
        if name.len() < 3 || !name.chars().all(char::is_alphabetic) {
            return None;
        }
        self.months.iter().find_map(|months| {
            let of = |is: &dyn Fn(&str) -> bool| months.iter().position(|names| names.split(' ').any(is));
            // A name that is cut short must still tell the month.
            let short = |names: &String| names.split(' ').any(|full| full.starts_with(name));
            let cut = || {
                (months.iter().filter(|names| short(names)).count() == 1)
                    .then(|| months.iter().position(short))
                    .flatten()
            };
            let position = of(&|full| full == name).or_else(|| (name.len() <= 5).then(cut).flatten())?;
            i8::try_from(position + 1).ok()
        })
    }

    /// 2024-03-12, 12/3/2024, 12.03.2024; an hour may follow.
    fn numeric(&self, token: &str) -> Option<When> {
        let token = token.split_once('t').map_or(token, |(day, _)| day);
        let parts: Vec<&str> = token.split(['-', '/', '.']).collect();
        let [a, b, c] = parts.as_slice() else { return None };
        let number = |text: &str, most: usize| {
            (!text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse::<i16>().ok())
                .flatten()
        };
        let small = |number: i16| i8::try_from(number).ok();
        if a.len() == 4 {
            return When::new(number(a, 4)?, Some(small(number(b, 2)?)?), Some(small(number(c, 2)?)?));
        }
        let (first, second, year) = (small(number(a, 2)?)?, small(number(b, 2)?)?, number(c, 4)?);
        if c.len() != 4 {
            return None;
        }
        let month_first = (self.month_first && first <= 12) || second > 12;
        let (day, month) = if month_first { (second, first) } else { (first, second) };
        When::new(year, Some(month), Some(day))
    }
}

/// Words with their offsets, without the punctuation around them.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | VARIABLE);
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let token = text.get(from..at).unwrap_or_default();
                let shorter = token.trim_start_matches(['-', '/', '.']);
                let from = from + token.len() - shorter.len();
                let shorter = shorter.trim_end_matches(['-', '/', '.']);
                if !shorter.is_empty() {
                    tokens.push((from, shorter));
                }
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

fn is_of(word: &str) -> bool {
    matches!(word, "of" | "de" | "del" | "di" | "d" | "do")
}

fn day(token: &str) -> Option<i8> {
    let digits: String = token.chars().take_while(char::is_ascii_digit).collect();
    let ending = token.get(digits.len()..)?;
    let ordinal =
        matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er" | "o" | "º" | "°" | "ª" | "e" | "eg" | "fed" | "ain");
    let ordinal = ordinal || ending.starts_with('-');
    (ordinal && digits.len() <= 2).then(|| digits.parse().ok()).flatten().filter(|day| (1..=31).contains(day))
}

fn year(token: &str) -> Option<i16> {
    let digits = token.strip_suffix("-ban").unwrap_or(token);
    (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|year| (1990..=2200).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "january february march april may june july august september october november december";
    const FRENCH: &str = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre";
    const GERMAN: &str = "januar februar marz april mai juni juli august september oktober november dezember";
    const SPANISH: &str = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre";
    const HUNGARIAN: &str =
        "januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december";

    fn read(months: &str, text: &str) -> String {
        let months: Vec<String> = months.split(' ').map(ToOwned::to_owned).collect();
        let reader = Reader { months: vec![&months], before_year: vec!["in", "by"], month_first: false };
        let dates = reader.dates(&comparable(text));
        let shown = dates.iter().map(|found| found.when.map_or("?".to_owned(), |when| when.to_string()));
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn dates_in_words_and_numbers() {
        assert_eq!(
            read(ENGLISH, "prepared on 23 September 2020. Reviewed 27th December 2023"),
            "2020-09-23 2023-12-27"
        );
        assert_eq!(
            read(ENGLISH, "on Thursday 3 March 2021, on March 4, 2021, in Sept. 2022 and in 2024"),
            "2021-03-03 2021-03-04 2022-09 2024"
        );
        assert_eq!(read(ENGLISH, "Regulations 2018, version 2.1 AA, 31 February 2020"), "");
        assert_eq!(read(FRENCH, "établie le 1er août 2024, le 03/08/2023"), "2024-08-01 2023-08-03");
        assert_eq!(read(GERMAN, "wurde am 3. Mai 2023 und 10.07.2024 erstellt"), "2023-05-03 2024-07-10");
        assert_eq!(read(SPANISH, "el 18 de mayo de 2026, en mayo de 2025"), "2026-05-18 2025-05");
        assert_eq!(read(HUNGARIAN, "2024. március 3-án, 2024. március 3."), "2024-03-03 2024-03-03");
        assert_eq!(read(ENGLISH, "by Q3 2026, 2024-13-01, 12/31/2023, 2019-06-01"), "2026-09 2023-12-31 2019-06-01");
        assert_eq!(read(ENGLISH, "2026-01-31T00:00:00Z, the 7th of May 2026"), "2026-01-31 2026-05-07");
        assert_eq!(read(ENGLISH, "version 2.10.3, marketing 2026 plan, é.é.é, maybe 2026, t-t-t"), "");
        assert_eq!(read(ENGLISH, "prepared on \u{FFFC}."), "?");
    }

    #[test]
    fn a_date_may_be_a_month_or_a_year() {
        let when = |y, m, d| When::new(y, m, d).expect("a date");
        assert_eq!(when(2024, Some(2), None).last(), date(2024, 2, 29));
        assert_eq!(when(2024, None, None).last(), date(2024, 12, 31));
        assert!(When::new(2023, Some(2), Some(30)).is_none());
        assert!(When::new(9999, None, None).is_none());
    }
}
