//! Dates as people write them, in the languages that documents are read in.

use jiff::civil::Date;

/// The beginnings of the names of months, enough of each to tell it from the others; without accents.
const MONTHS: [(&str, i8); 71] = [
    ("january", 1),
    ("jan", 1),
    ("janvier", 1),
    ("januar", 1),
    ("gennaio", 1),
    ("enero", 1),
    ("janeiro", 1),
    ("tammikuu", 1),
    ("february", 2),
    ("feb", 2),
    ("fevrier", 2),
    ("februar", 2),
    ("febbraio", 2),
    ("febrero", 2),
    ("fevereiro", 2),
    ("helmikuu", 2),
    ("march", 3),
    ("mar", 3),
    ("mars", 3),
    ("marz", 3),
    ("marzo", 3),
    ("maart", 3),
    ("marco", 3),
    ("maaliskuu", 3),
    ("april", 4),
    ("apr", 4),
    ("avril", 4),
    ("aprile", 4),
    ("abril", 4),
    ("huhtikuu", 4),
    ("may", 5),
    ("mai", 5),
    ("maggio", 5),
    ("mei", 5),
    ("mayo", 5),
    ("maio", 5),
    ("maj", 5),
    ("toukokuu", 5),
    ("june", 6),
    ("jun", 6),
    ("juin", 6),
    ("juni", 6),
    ("giugno", 6),
    ("junio", 6),
    ("junho", 6),
    ("kesakuu", 6),
    ("july", 7),
    ("jul", 7),
    ("juillet", 7),
    ("juli", 7),
    ("luglio", 7),
    ("julio", 7),
    ("julho", 7),
    ("heinakuu", 7),
    ("august", 8),
    ("aug", 8),
    ("aout", 8),
    ("agosto", 8),
    ("augustus", 8),
    ("elokuu", 8),
    ("sept", 9),
    ("sep", 9),
    ("settembre", 9),
    ("setembro", 9),
    ("syyskuu", 9),
    ("october", 10),
    ("oct", 10),
    ("okt", 10),
    ("ottobre", 10),
    ("outubro", 10),
    ("lokakuu", 10),
];
const LATE_MONTHS: [(&str, i8); 8] = [
    ("nov", 11),
    ("marraskuu", 11),
    ("dec", 12),
    ("dez", 12),
    ("dicembre", 12),
    ("diciembre", 12),
    ("des", 12),
    ("joulukuu", 12),
];

fn month(word: &str) -> Option<i8> {
    let word = crate::text::plain(word);
    let all = || MONTHS.iter().chain(&LATE_MONTHS);
    let exact = all().find(|(name, _)| word == *name || word.strip_suffix("ta") == Some(name));
    // A word that goes on after three letters is a month only if it goes on as one: `marketing` is none.
    let begun = |(name, _): &&(&str, i8)| {
        let tails = [
            "ember", "embre", "iembre", "embro", "ober", "obre", "uary", "ust", "ier", "tembre", "tember", "ember",
            "zember", "tubre",
        ];
        name.len() <= 5
            && word
                .strip_prefix(*name)
                .is_some_and(|tail| tails.contains(&tail) || tails.iter().any(|t| t.ends_with(tail) && tail.len() > 3))
    };
    exact.or_else(|| all().find(begun)).map(|(_, number)| *number)
}

/// The first date in a text: `7 May 2026`, `May 7, 2026`, `2026-05-07`, `07/05/2026` (the day first) or `May 2026`, which is
/// the last day of the month.
pub(crate) fn first(text: &str) -> Option<Date> {
    let mut words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '/' | '.'))).collect();
    words.retain(|word| !word.is_empty());
    for (i, word) in words.iter().enumerate() {
        let word = word.trim_matches(['.', '/', '-']);
        if let Some(date) = numeric(word) {
            return Some(date);
        }
        let Some(month) = month(word.trim_end_matches('.')) else { continue };
        let number = |at: Option<usize>| at.and_then(|at| words.get(at)).and_then(|word| day_or_year(word));
        let mut before = number(i.checked_sub(1));
        if before.is_none() && i >= 2 && words.get(i - 1).is_some_and(|word| matches!(*word, "de" | "of" | "di")) {
            before = number(Some(i - 2));
        }
        let (mut next, mut after) = (number(Some(i + 1)), number(Some(i + 2)));
        if next.is_none() && words.get(i + 1).is_some_and(|word| matches!(*word, "de" | "of" | "del")) {
            (next, after) = (after, None);
        }
        let (year, day) = match (before, next, after) {
            (Some(day @ 1..=31), Some(year @ 1990..), _) => (year, Some(day)),
            (_, Some(day @ 1..=31), Some(year @ 1990..)) => (year, Some(day)),
            (_, Some(year @ 1990..), _) => (year, None),
            _ => continue,
        };
        let first = Date::new(year, month, 1).ok()?;
        return match day {
            Some(day) => Date::new(year, month, i8::try_from(day).ok()?).ok(),
            None => Some(first.last_of_month()),
        };
    }
    None
}

fn day_or_year(word: &str) -> Option<i16> {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let rest = &word[digits.len()..];
    let ordinal = ["", ".", "st", "nd", "rd", "th", "er", "º", "e"].contains(&rest);
    digits.parse().ok().filter(|number: &i16| ordinal && (1..=9999).contains(number))
}

fn numeric(word: &str) -> Option<Date> {
    let parts: Vec<&str> = word.get(..10.min(word.len()))?.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |part: &str| part.parse::<i16>().ok();
    let (a_number, b_number, c_number) = (number(a)?, number(b)?, number(c)?);
    let (year, month, day) = match (a.len(), c.len()) {
        (4, _) => (a_number, b_number, c_number),
        (_, 4) if b_number > 12 => (c_number, a_number, b_number),
        (_, 4) => (c_number, b_number, a_number),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_many_forms() {
        let shown = |text| first(text).map(|date| date.to_string());
        for (text, date) in [
            ("Last updated 7 May 2026.", "2026-05-07"),
            ("on May 7th, 2026", "2026-05-07"),
            ("(2026-05-07)", "2026-05-07"),
            ("07/05/2026", "2026-05-07"),
            ("05/27/2026", "2026-05-27"),
            ("le 1er février 2026", "2026-02-01"),
            ("am 3. März 2026", "2026-03-03"),
            ("il 12 settembre 2025", "2025-09-12"),
            ("5 de octubre de 2025", "2025-10-05"),
            ("1. joulukuuta 2025", "2025-12-01"),
            ("12 december 2025", "2025-12-12"),
            ("August 2025", "2025-08-31"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(date), "{text}");
        }
        for none in ["version 2.10.3", "marketing 2026 plan", "31 February 2026", "in 2026", "é.é.é", "maybe 2026"] {
            assert_eq!(shown(none), None, "{none}");
        }
    }
}
