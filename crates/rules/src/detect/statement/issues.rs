//! What a statement lists as not accessible, with the criteria that it fails and the days of mending.

use super::read::Statement;
use super::status::{self, Status};
use super::wording::comparable;
use crate::check::{Answer, Truth};
use crate::value::{Evidence, Value};

/// The blocks of a statement that speak of content that is not accessible.
pub(crate) struct Issues {
    /// Blocks in the sections on it, headings left out.
    blocks: Vec<usize>,
    /// Those that name a problem.
    listed: Vec<usize>,
    /// A block that says there is none.
    none: Option<usize>,
}

impl Issues {
    pub(crate) fn of(statement: &Statement<'_>) -> Self {
        let mut blocks: Vec<usize> = Vec::new();
        let mut excused: Vec<usize> = Vec::new();
        let mut sections = statement.sections("issues");
        // `Reporting accessibility problems` has words of both.
        sections.retain(|(heading, _)| {
            let text = statement.page.blocks.get(*heading).map(|block| comparable(&block.text)).unwrap_or_default();
            !statement.says("after-issues", &text)
        });
        for (heading, end) in &sections {
            blocks.extend(heading + 1..*end);
        }
        // What is excused, or out of scope, or told about something else below the same heading is no failure.
        for topic in ["burden", "out-of-scope", "after-issues"] {
            for (heading, end) in statement.sections(topic) {
                if sections.iter().any(|(first, last)| (first + 1..*last).contains(&heading)) {
                    excused.extend(heading..end);
                }
            }
        }
        blocks.sort_unstable();
        blocks.dedup();
        blocks.retain(|i| {
            !excused.contains(i) && statement.page.blocks.get(*i).is_some_and(|block| block.level.is_none())
        });
        let mut listed = Vec::new();
        let mut none = None;
        for &i in &blocks {
            let Some(block) = statement.page.blocks.get(i) else { continue };
            let text = comparable(&block.text);
            if statement.says("issues-none", &text) {
                none = none.or(Some(i));
                continue;
            }
            let words = text.split_whitespace().count();
            let is_status = || ["full", "partial", "none", "bare"].iter().any(|topic| statement.says(topic, &text));
            let introduces =
                text.ends_with(':') || statement.says("issues-intro", &text) || (!block.item && is_status());
            let only_a_link = block.links.first().is_some_and(|link| comparable(&link.text).len() + 2 >= text.len());
            let names_one = (block.item && words >= 2 && !only_a_link) || (words >= 6 && !introduces) || cites(&text);
            if names_one {
                listed.push(i);
            }
        }
        Self { blocks, listed, none }
    }

    /// A failure that is listed though the status says that there is none.
    pub(crate) fn contradiction(&self, statement: &Statement<'_>) -> Option<Evidence> {
        if self.none.is_some() {
            return None;
        }
        let fails = |i: &&usize| {
            let block = statement.page.blocks.get(**i);
            block.is_some_and(|block| {
                let text = comparable(&block.text);
                statement.says("fails", &text) && (block.item || cites(&text))
            })
        };
        self.listed.iter().find(fails).map(|i| statement.block_evidence(*i))
    }
}

/// Why a rule about listed problems does not arise or cannot be answered.
fn not_asked(statement: &Statement<'_>, issues: &Issues) -> Option<Answer> {
    let claims = status::claims(statement);
    let only = status::only(&claims);
    if only == Some(Status::Full) {
        return Some(Answer::new(Truth::NotAsked("the statement says that everything complies".to_owned())));
    }
    if only.is_none() && issues.listed.is_empty() {
        let why = if issues.none.is_some() {
            "the statement says that it knows of no content that is not accessible"
        } else {
            "the statement gives no one status, so nobody can tell whether there is something to list"
        };
        let truth =
            if issues.none.is_some() { Truth::NotAsked(why.to_owned()) } else { Truth::Unknown(why.to_owned()) };
        return Some(Answer::new(truth).with(statement.title()));
    }
    None
}

pub(crate) fn listed(statement: &Statement<'_>) -> Answer {
    let issues = Issues::of(statement);
    if let Some(answer) = not_asked(statement, &issues) {
        return answer;
    }
    match issues.listed.first() {
        Some(&first) => {
            let count = issues.listed.len() as u64;
            Answer::yes(statement.block_evidence(first)).value(Value::Number(count))
        }
        None if statement.page.is_data => {
            let why = "the words of the statement are values whose order does not show what is listed";
            Answer::new(Truth::Unknown(why.to_owned())).with(statement.title())
        }
        None => {
            let claims = status::claims(statement);
            let answer = statement.absent(
                "The statement says that not everything complies, but it lists no content that is not accessible.",
            );
            match issues.none.or(issues.blocks.first().copied()) {
                Some(block) => answer.with(statement.block_evidence(block)),
                None => answer.replace_evidence(status::place(statement, &claims)),
            }
        }
    }
}

pub(crate) fn criteria(statement: &Statement<'_>) -> Answer {
    let issues = Issues::of(statement);
    if let Some(answer) = not_asked(statement, &issues) {
        return answer;
    }
    if issues.listed.is_empty() {
        return Answer::new(Truth::NotAsked("the statement lists no content that is not accessible".to_owned()));
    }
    let national = statement.jurisdiction.is_some_and(|j| j.short_criteria);
    let mut cited: Vec<String> = Vec::new();
    let mut first = None;
    let block_text = |i: usize| statement.page.blocks.get(i).map(|block| comparable(&block.text)).unwrap_or_default();
    let with_heading = issues
        .blocks
        .iter()
        .flat_map(|&i| {
            [
                i.checked_sub(1)
                    .filter(|before| statement.page.blocks.get(*before).is_some_and(|block| block.level.is_some())),
                Some(i),
            ]
        })
        .flatten();
    for i in with_heading {
        let text = block_text(i);
        let mut here = numbers(&text);
        if here.is_empty() && national {
            here = short_numbers(&text);
        }
        if !here.is_empty() {
            first = first.or(Some(i));
            cited.extend(here);
        }
    }
    cited.sort();
    cited.dedup();
    match first {
        Some(block) => Answer::yes(statement.block_evidence(block)).value(Value::List(cited)),
        None => {
            let block = issues.listed.first().copied().unwrap_or_default();
            statement
                .absent("The statement lists content that is not accessible, but not which success criteria it fails.")
                .replace_evidence(statement.block_evidence(block))
        }
    }
}

pub(crate) fn fix_dates(statement: &Statement<'_>, today: jiff::civil::Date) -> Answer {
    let issues = Issues::of(statement);
    if let Some(answer) = not_asked(statement, &issues) {
        return answer;
    }
    if issues.listed.is_empty() {
        return Answer::new(Truth::NotAsked("the statement lists no content that is not accessible".to_owned()));
    }
    let (mut coming, mut passed, mut variable) = (Vec::new(), Vec::new(), None);
    for sentence in &statement.sentences {
        let is_issue = issues.blocks.contains(&sentence.block);
        let text = &sentence.text;
        if statement.says("not-fixing", text)
            || !statement.says("fixing", text)
            || !(is_issue || statement.says("fixing-issue", text))
        {
            continue;
        }
        for found in statement.dates(text) {
            match found.when {
                None => variable = variable.or(Some(sentence)),
                Some(when) if when.last() < today => passed.push((when, statement.evidence(sentence))),
                Some(when) => coming.push((when, statement.evidence(sentence))),
            }
        }
    }
    if let Some((when, evidence)) = passed.iter().min_by_key(|(when, _)| *when) {
        return Answer::no()
            .with(evidence.clone())
            .value(Value::Text(when.to_string()))
            .note(format!("A day by which something was to be mended has passed: {when}."));
    }
    if let Some((_, evidence)) = coming.first() {
        let dates = coming.iter().map(|(when, _)| when.to_string()).collect();
        return Answer::yes(evidence.clone()).value(Value::List(dates));
    }
    if let Some(sentence) = variable {
        return Answer::new(Truth::Unknown("a template puts in the day of mending".to_owned()))
            .with(statement.evidence(sentence));
    }
    let block = issues.listed.first().copied().unwrap_or_default();
    statement
        .absent("The statement lists content that is not accessible, but no day by which it will be mended.")
        .replace_evidence(statement.block_evidence(block))
}

fn cites(text: &str) -> bool {
    !numbers(text).is_empty()
}

/// How many criteria each guideline of WCAG 2.2 has.
const CRITERIA: [&[u8]; 4] = [&[1, 9, 6, 13], &[4, 4, 3, 13, 8], &[6, 7, 9], &[3]];

/// The success criteria of WCAG that a text names by number: 1.4.3, or 9.1.4.3 as EN 301 549 counts them.
pub(crate) fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in text.split(|c: char| !(c.is_ascii_digit() || c == '.')) {
        let token = token.trim_matches('.');
        let token = token.strip_prefix("9.").filter(|rest| rest.matches('.').count() == 2).unwrap_or(token);
        let parts: Vec<u8> = token.split('.').filter_map(|part| part.parse::<u8>().ok()).collect();
        let [principle, guideline, criterion] = parts.as_slice() else { continue };
        let guidelines = usize::from(*principle).checked_sub(1).and_then(|i| CRITERIA.get(i));
        let most = usize::from(*guideline).checked_sub(1).and_then(|i| guidelines?.get(i));
        if token.matches('.').count() == 2 && most.is_some_and(|most| (1..=*most).contains(criterion)) {
            found.push(format!("{principle}.{guideline}.{criterion}"));
        }
    }
    found
}

/// The criteria of a national list that has two numbers, such as the thirteen themes of the RGAA.
fn short_numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in text.split(|c: char| !(c.is_ascii_digit() || c == '.')) {
        let parts: Vec<u8> = token.trim_matches('.').split('.').filter_map(|part| part.parse::<u8>().ok()).collect();
        if let [theme @ 1..=13, criterion @ 1..=14] = parts.as_slice()
            && token.trim_matches('.').matches('.').count() == 1
        {
            found.push(format!("{theme}.{criterion}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn criteria_are_told_from_versions_and_dates() {
        assert_eq!(
            numbers("fails 1.1.1, 2.4.7 and 9.1.4.13; on 3.10.2024, version 4.1.9 and 5.1.1"),
            ["1.1.1", "2.4.7", "1.4.13"]
        );
        assert_eq!(short_numbers("[9.3] critere 10.7, 14.1, 2.1.4"), ["9.3", "10.7"]);
    }
}
