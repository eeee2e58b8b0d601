//! When a statement was prepared and reviewed, and when and how the site was tested.

use jiff::ToSpan;
use jiff::civil::Date;

use super::read::{Sentence, Statement};
use super::wording::{VARIABLE, comparable};
use crate::check::{Answer, Truth};
use crate::detect::dates::When;
use crate::value::Value;

/// What a date of a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Preparation,
    Review,
    NextReview,
    Test,
}

/// A date with its use. Without one, only the template knows it.
struct Dated<'s> {
    what: For,
    when: Option<When>,
    sentence: &'s Sentence,
}

/// How far, in bytes, the words that say what a date is for may stand from it.
const NEAR: usize = 140;

/// The dates of a statement of which it says what they are for.
fn dated<'s>(statement: &'s Statement<'_>) -> Vec<Dated<'s>> {
    let mut found = Vec::new();
    let mut before: Option<&Sentence> = None;
    for sentence in &statement.sentences {
        let text = sentence.text.as_str();
        let dates = statement.dates(text);
        let mut end_of_last = 0;
        for (i, date) in dates.iter().enumerate() {
            let lead = text.get(end_of_last..date.at.start).unwrap_or_default();
            let lead = lead.get(lead.ceil_char_boundary(lead.len().saturating_sub(NEAR))..).unwrap_or_default();
            let next = dates.get(i + 1).map_or(text.len(), |next| next.at.start);
            let tail = text.get(date.at.end..next).unwrap_or_default();
            let tail = tail.get(..tail.floor_char_boundary(60.min(tail.len()))).unwrap_or_default();
            end_of_last = date.at.end;
            // A date that stands alone belongs to the label before it.
            let is_alone = i == 0
                && dates.len() == 1
                && !text.replace(text.get(date.at.clone()).unwrap_or_default(), "").contains(char::is_alphabetic);
            let label = before
                .filter(|label| is_alone && label.text.len() < 80 && !label.text.contains(VARIABLE))
                .map_or("", |label| &label.text);
            let says = |topic: &'static str| statement.says(topic, lead) || statement.says(topic, label);
            let ends = |topic: &'static str| {
                statement.live(topic).iter().any(|wording| wording.find(tail).is_some_and(|at| at.start <= 24))
            };
            let mut uses = Vec::new();
            if says("next-review") {
                uses.push(For::NextReview);
            } else {
                if says("reviewed-before") || ends("reviewed-after") {
                    uses.push(For::Review);
                }
                let labels = |text: &str| {
                    !text.is_empty() && statement.live("prepared-label").iter().any(|wording| wording.is_all_of(text))
                };
                if says("prepared-before") || ends("prepared-after") || labels(lead) || labels(label) {
                    uses.push(For::Preparation);
                }
                if uses.is_empty() && (says("tested-before") || ends("tested-after")) {
                    uses.push(For::Test);
                }
            }
            found.extend(uses.into_iter().map(|what| Dated { what, when: date.when, sentence }));
        }
        before = Some(sentence);
    }
    found
}

fn of<'d, 's>(dates: &'d [Dated<'s>], what: For) -> impl Iterator<Item = &'d Dated<'s>> {
    dates.iter().filter(move |dated| dated.what == what)
}

fn by_template(statement: &Statement<'_>, dated: &Dated<'_>) -> Answer {
    Answer::new(Truth::Unknown("a template puts in the date".to_owned())).with(statement.evidence(dated.sentence))
}

pub(crate) fn prepared(statement: &Statement<'_>, today: Date) -> Answer {
    let dates = dated(statement);
    let known: Vec<(When, &Dated<'_>)> =
        of(&dates, For::Preparation).filter_map(|dated| Some((dated.when?, dated))).collect();
    let Some(&(when, first)) = known.iter().min_by_key(|(when, _)| *when) else {
        return match of(&dates, For::Preparation).next() {
            Some(dated) => by_template(statement, dated),
            None => statement.absent("The statement does not say when it was prepared."),
        };
    };
    let place = statement.evidence(first.sentence);
    if let Some((when, dated)) = known.iter().find(|(when, _)| when.first() > today) {
        return Answer::no()
            .with(statement.evidence(dated.sentence))
            .value(Value::Text(when.to_string()))
            .note(format!("The day on which the statement was prepared is yet to come: {when}."));
    }
    // The same day may be given once to the day, and once only to the month.
    let differs = |other: When| other.last() < when.first() || when.last() < other.first();
    if let Some((other, dated)) = known.iter().find(|(other, _)| differs(*other)) {
        return Answer::new(Truth::Unknown(format!(
            "the statement gives two days on which it was prepared: {when} and {other}"
        )))
        .with(place)
        .with(statement.evidence(dated.sentence));
    }
    Answer::yes(place).value(Value::Text(when.to_string())).note(format!("The statement was prepared on {when}."))
}

pub(crate) fn reviewed(statement: &Statement<'_>, today: Date) -> Answer {
    let dates = dated(statement);
    let months = statement.jurisdiction.and_then(|j| j.review_months).unwrap_or(statement.words.review_months);
    let needs_review = statement.jurisdiction.is_some_and(|j| j.needs_review_date);
    let prepared = of(&dates, For::Preparation).filter_map(|dated| dated.when).min();
    let variable = || of(&dates, For::Review).find(|dated| dated.when.is_none());
    let mut known: Vec<(When, &Dated<'_>)> =
        of(&dates, For::Review).filter_map(|dated| Some((dated.when?, dated))).collect();
    if known.is_empty() && variable().is_none() && !needs_review {
        known = of(&dates, For::Preparation).filter_map(|dated| Some((dated.when?, dated))).collect();
    }
    let Some(&(when, last)) = known.iter().max_by_key(|(when, _)| *when) else {
        return match variable()
            .or_else(|| of(&dates, For::Preparation).find(|dated| dated.when.is_none() && !needs_review))
        {
            Some(dated) => by_template(statement, dated),
            None => statement.absent("The statement does not say when it was last reviewed."),
        };
    };
    let no = |note: String| {
        Answer::no().with(statement.evidence(last.sentence)).value(Value::Text(when.to_string())).note(note)
    };
    if when.first() > today {
        return no(format!("The day of the last review is yet to come: {when}."));
    }
    if let Some(prepared) = prepared.filter(|prepared| when.last() < prepared.first()) {
        return no(format!("The dates contradict each other: reviewed on {when}, but prepared on {prepared}."));
    }
    if let Some(dated) = of(&dates, For::NextReview).find(|dated| dated.when.is_some_and(|due| due.last() < today)) {
        let due = dated.when.map_or_else(String::new, |due| due.to_string());
        return Answer::no()
            .with(statement.evidence(dated.sentence))
            .value(Value::Text(when.to_string()))
            .note(format!("The next review was due on {due}; the last one was on {when}."));
    }
    let Ok(end) = when.last().checked_add(i64::from(months).months()) else {
        return no(format!("{when} is no usable date."));
    };
    if end < today {
        return no(format!("The statement was last reviewed on {when}, and a review is due every {months} months."));
    }
    Answer::yes(statement.evidence(last.sentence))
        .value(Value::Text(when.to_string()))
        .note(format!("The statement was last reviewed on {when}, and a review is due every {months} months."))
}

pub(crate) fn tested(statement: &Statement<'_>) -> Answer {
    let tests: Vec<&Sentence> =
        statement.sentences.iter().filter(|sentence| statement.says("tested", &sentence.text)).collect();
    let block = |sentence: &Sentence| statement.page.blocks.get(sentence.block);
    let is_heading = |sentence: &Sentence| block(sentence).is_some_and(|block| block.level.is_some());
    let Some(first) = tests.iter().find(|sentence| !is_heading(sentence)).or(tests.first()) else {
        return statement.absent("The statement does not say how the site was tested.");
    };
    let dates = dated(statement);
    let by = |sentence: &&&Sentence| {
        !is_heading(sentence)
            && block(sentence).is_some_and(|block| statement.says("tested-by", &comparable(&block.text)))
    };
    // Of several sentences, one that also has the date says most.
    let with_date =
        |sentence: &&&Sentence| by(sentence) && dates.iter().any(|dated| dated.sentence.block == sentence.block);
    let Some(how) = tests.iter().find(with_date).or_else(|| tests.iter().find(by)) else {
        return statement
            .absent("The statement speaks of a test, but does not say who made it or by which method.")
            .replace_evidence(statement.evidence(first));
    };
    let evidence = statement.evidence(how);
    // The European model gives the method with the day of preparation.
    let needs_test_date = statement.jurisdiction.is_some_and(|j| j.needs_test_date);
    let in_the_sentence =
        tests.iter().flat_map(|sentence| statement.dates(&sentence.text)).any(|found| found.when.is_some());
    let mut of_test = of(&dates, For::Test).chain(of(&dates, For::Preparation).filter(|_| !needs_test_date)).peekable();
    let some = of_test.peek().is_some();
    match of_test.find_map(|dated| Some((dated.when?, dated))) {
        Some((when, dated)) => {
            let mut answer = Answer::yes(evidence).value(Value::Text(when.to_string()));
            if dated.sentence.block != how.block {
                answer = answer.with(statement.evidence(dated.sentence));
            }
            answer
        }
        None if in_the_sentence => Answer::yes(evidence),
        None if some => {
            Answer::new(Truth::Unknown("a template puts in the date of the test".to_owned())).with(evidence)
        }
        None => statement.absent("The statement does not say when the site was tested.").replace_evidence(evidence),
    }
}
