//! The accessibility statement of a repository: whether there is one, and what it says.
//!
//! [`find`] finds the page. [`page`] turns it into plain text, whatever it is written in; [`read`] tells its sentences, sections,
//! languages and law. The other modules answer one question each. Words, months and laws are data:
//! `rules/vocabulary/statements.yml`.

mod data;
mod dated;
mod find;
mod issues;
mod linked;
mod page;
mod parts;
mod read;
mod script;
mod status;
mod template;
pub(crate) mod wording;

use crate::catalogue::Statements;
use crate::check::{Answer, Truth};
use crate::facts::Facts;
use crate::value::{Evidence, quote};

pub(crate) use find::{Pages, Stems, candidates, is_view, present};

use serde::{Deserialize, Serialize};

/// What is asked of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Question {
    Burden,
    Consistency,
    Contact,
    CurrentWcag,
    Enforcement,
    FixDates,
    IssueCriteria,
    Issues,
    Law,
    Linked,
    Organisation,
    Placeholders,
    Prepared,
    Reviewed,
    Scope,
    Standard,
    Status,
    Tested,
}

/// The topics of words that these questions look for. `rules/vocabulary/statements.yml` explains each.
pub(crate) const TOPICS: [&str; 44] = [
    "address-follows",
    "after-issues",
    "average",
    "bare",
    "burden",
    "burden-assessed",
    "burden-none",
    "contact",
    "contact-address",
    "criteria-met",
    "enforcement",
    "fails",
    "fixing",
    "fixing-issue",
    "full",
    "issues",
    "issues-intro",
    "issues-none",
    "next-review",
    "no-name",
    "none",
    "not-a-claim",
    "not-contact",
    "not-fixing",
    "not-whole",
    "organisation-after",
    "organisation-before",
    "out-of-scope",
    "partial",
    "placeholder-words",
    "placeholders",
    "prepared-after",
    "prepared-before",
    "prepared-label",
    "pronoun",
    "reviewed-after",
    "reviewed-before",
    "scope",
    "standard-without-version",
    "telephone",
    "tested",
    "tested-after",
    "tested-before",
    "tested-by",
];

/// Answers a question about the statement of the repository.
pub(crate) fn answer(question: Question, facts: &Facts<'_>) -> Answer {
    let Some(found) = facts.statement() else {
        if let Some(file) = facts.statement_pages().document {
            let path = facts.path(file);
            let why = format!("{} is a document that openly does not read", quote(path));
            return Answer::new(Truth::Unknown(why)).with(Evidence::file(path));
        }
        return Answer::new(Truth::NotAsked("there is no accessibility statement".to_owned()));
    };
    if question == Question::Linked {
        return linked::linked(facts, found.file);
    }
    let statement = &found.statement;
    if let Some(why) = statement.elsewhere() {
        return Answer::new(Truth::Unknown(why)).with(Evidence::file(statement.path));
    }
    let today = facts.sources.today;
    match question {
        Question::Burden => parts::burden(statement),
        Question::Consistency => status::consistency(statement),
        Question::Contact => parts::contact(statement),
        Question::CurrentWcag => parts::current_wcag(statement),
        Question::Enforcement => parts::enforcement(statement),
        Question::FixDates => issues::fix_dates(statement, today),
        Question::IssueCriteria => issues::criteria(statement),
        Question::Issues => issues::listed(statement),
        Question::Law => parts::law(statement),
        Question::Linked => linked::linked(facts, found.file),
        Question::Organisation => parts::organisation(statement),
        Question::Placeholders => parts::placeholders(statement),
        Question::Prepared => dated::prepared(statement, today),
        Question::Reviewed => dated::reviewed(statement, today),
        Question::Scope => parts::scope(statement),
        Question::Standard => parts::standard(statement),
        Question::Status => status::status(statement),
        Question::Tested => dated::tested(statement),
    }
}

/// The titles and other words of a statement that a lower-cased text holds.
fn own_words<'w>(text: &str, words: &'w Statements) -> Vec<&'w str> {
    let all = words.body.iter().chain(&words.titles).map(String::as_str);
    all.filter(|phrase| memchr::memmem::find(text.as_bytes(), phrase.as_bytes()).is_some()).collect()
}

/// The statement of a repository, read once.
pub(crate) struct Found<'a> {
    file: usize,
    statement: read::Statement<'a>,
}

/// Reads the statement. Of several pages that may be one, it is the best whose words are not kept elsewhere.
pub(crate) fn found<'a>(facts: &Facts<'a>) -> Option<Found<'a>> {
    let words = &facts.catalogue.vocabulary.statements;
    let mut best: Option<Found<'a>> = None;
    for find::Candidate { file, named, .. } in facts.statement_pages().candidates.iter().take(6) {
        let Ok(text) = facts.text(*file) else { continue };
        let path = facts.path(*file);
        let page = page::Page::read(path, &text, *named != find::Named::Other, &|text| own_words(text, words));
        let found = Found {
            file: *file,
            statement: read::Statement::new(path, page, words, facts.profile().map_or("", |profile| &profile.id)),
        };
        if found.statement.elsewhere().is_none() {
            return Some(found);
        }
        best = best.or(Some(found));
    }
    best
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::page::Page;
    use super::read::Statement;
    use crate::catalogue::Statements;

    #[test]
    fn hostile_pages_are_read_in_bounded_time() {
        let words = Statements::default();
        let many = |part: &str| part.repeat((64 << 10) / part.len());
        for part in [
            "# heading\n",
            "<h2>no compliance</h2>",
            "<a ",
            "<a href=\"",
            "<p",
            "{{ ",
            "{% ",
            "<%= ",
            "{",
            "${",
            "`\\",
            "'",
            "[",
            "[a](",
            "> ",
            "<div>{",
            "<b>{`",
            "&",
            "&#x",
            "é\u{301}",
            "\u{fffc} ",
            "12.3.2024 ",
            "</",
            "- ",
            "| a ",
            "a. B",
            "***",
            "\r\n\r\n",
            "<script>`</",
            "- \"",
            "key: |\n",
            "=\n",
            "# <{{ ",
        ] {
            for path in ["a.md", "a.tsx", "a.yml", "a.po", "a.pug"] {
                let text = many(part);
                let start = Instant::now();
                let page = Page::read(path, &text, false, &|_| vec!["heading"]);
                let statement = Statement::new(path, page, &words, "");
                assert!(statement.elsewhere().is_none_or(|why| !why.is_empty()));
                assert!(start.elapsed() < Duration::from_secs(4), "{part:?} in {path} took {:?}", start.elapsed());
            }
        }
    }
}
