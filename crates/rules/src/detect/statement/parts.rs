//! The other parts of a statement: whose it is, what it covers, by which standard and law, whom to ask, and what is left to fill in.

use super::read::{Sentence, Statement, shown};
use super::wording::{VARIABLE, comparable};
use crate::check::{Answer, Truth};
use crate::value::{Evidence, Value, quote};

pub(crate) fn organisation(statement: &Statement<'_>) -> Answer {
    let mut variable = None;
    for sentence in &statement.sentences {
        for (topic, before) in [("organisation-before", true), ("organisation-after", false)] {
            for wording in statement.live(topic).iter() {
                let Some(at) = wording.find(&sentence.text) else { continue };
                let part = if before { sentence.text.get(..at.start) } else { sentence.text.get(at.end..) };
                let name = name(part.unwrap_or_default(), before);
                let is_no_name = statement
                    .live("no-name")
                    .iter()
                    .any(|word| word.find(&name).is_some_and(|at| at.end == name.len() && (before || at.start == 0)));
                if name.contains(VARIABLE) {
                    variable = variable.or(Some(sentence));
                } else if !name.is_empty() && !is_no_name && !name.contains('[') {
                    return Answer::yes(statement.evidence(sentence))
                        .value(Value::Text(quote(&written(sentence, &name))));
                }
            }
        }
    }
    match variable {
        Some(sentence) => Answer::new(Truth::Unknown("a template puts in the name of the organisation".to_owned()))
            .with(statement.evidence(sentence)),
        None => statement.absent("The statement does not say which organisation is responsible."),
    }
}

/// The name next to the words: up to the nearest mark, and not many words.
fn name(part: &str, before: bool) -> String {
    // `The team (the team) is committed`: what stands in brackets is no name of its own.
    let part = match (part.find('('), part.rfind(')')) {
        (Some(open), Some(close)) if before && open < close => {
            format!("{}{}", part.get(..open).unwrap_or_default(), part.get(close + 1..).unwrap_or_default())
        }
        _ => part.to_owned(),
    };
    let marks = [':', ';', '(', '|', '?', '"'];
    let part = if before {
        part.rsplit(marks).next().unwrap_or_default().rsplit(", ").next().unwrap_or_default()
    } else {
        let part = part.split(marks).next().unwrap_or_default();
        let ends = [", which", ", we ", ", who", ", and ", ", a ", ". "];
        ends.iter().filter_map(|end| part.find(end)).min().and_then(|at| part.get(..at)).unwrap_or(part)
    };
    let words: Vec<&str> = part.split_whitespace().collect();
    let skipped = if before { words.len().saturating_sub(12) } else { 0 };
    let name = words.into_iter().skip(skipped).take(12).collect::<Vec<_>>().join(" ");
    name.trim_matches(MARKS).to_owned()
}

/// What a name neither begins nor ends with.
const MARKS: [char; 8] = ['.', ',', ':', ';', '(', ')', '"', ' '];

/// A name as it is written in the sentence, with its capitals.
fn written(sentence: &Sentence, name: &str) -> String {
    let count = name.split_whitespace().count();
    let raw: Vec<&str> = sentence.raw.split_whitespace().collect();
    // Hyphens are spaces in a comparable text, so a name may have fewer words as it is written.
    let same = (1..=count)
        .rev()
        .find_map(|count| raw.windows(count).find(|words| comparable(&words.join(" ")).trim_matches(MARKS) == name));
    same.map_or_else(|| name.to_owned(), |words| words.join(" ").trim_matches(MARKS).to_owned())
}

pub(crate) fn scope(statement: &Statement<'_>) -> Answer {
    let live = statement.live("scope");
    let mut variable = None;
    for sentence in &statement.sentences {
        let Some(at) = live.iter().find_map(|wording| wording.find(&sentence.text)) else { continue };
        let rest = sentence.text.get(at.end..).unwrap_or_default();
        // What it covers may be a list below.
        let below = || {
            let next =
                statement.page.blocks.get(sentence.block + 1).filter(|_| rest.trim() == ":" || rest.trim().is_empty());
            next.map(|block| comparable(&block.text)).unwrap_or_default()
        };
        let what = format!("{rest} {}", below());
        let before = sentence.text.get(..at.start).unwrap_or_default();
        if what.chars().any(char::is_alphanumeric) || before.split_whitespace().count() >= 3 {
            return Answer::yes(statement.evidence(sentence));
        }
        if what.contains(VARIABLE) {
            variable = variable.or(Some(sentence));
        }
    }
    match variable {
        Some(sentence) => Answer::new(Truth::Unknown("a template puts in what the statement covers".to_owned()))
            .with(statement.evidence(sentence)),
        None => statement.absent("The statement does not say which site, service or app it covers."),
    }
}

pub(crate) fn standard(statement: &Statement<'_>) -> Answer {
    let mut found: Vec<String> = Vec::new();
    let mut first: Option<Evidence> = None;
    for standard in &statement.words.standards {
        if let Some(place) = statement.place(&standard.says) {
            found.push(standard.name.clone());
            first = first.or(Some(place));
        }
    }
    match first {
        Some(place) => Answer::yes(place).value(Value::List(found)),
        None => match statement.sentence("standard-without-version") {
            Some(sentence) => statement
                .absent("The statement names the guidelines, but not which version of them.")
                .replace_evidence(statement.evidence(sentence)),
            None => statement.absent("The statement names no standard, such as WCAG 2.2 AA or EN 301 549."),
        },
    }
}

pub(crate) fn current_wcag(statement: &Statement<'_>) -> Answer {
    let Some((jurisdiction, wanted)) = statement.jurisdiction.and_then(|j| Some((j, j.wcag.as_deref()?))) else {
        return Answer::new(Truth::NotAsked(
            "no version of WCAG is known to be asked for where the statement comes from".to_owned(),
        ));
    };
    let wcag: Vec<_> = statement.words.standards.iter().filter(|standard| standard.name.starts_with("WCAG")).collect();
    let mut older = None;
    for standard in wcag {
        let Some(place) = statement.place(&standard.says) else { continue };
        let version = standard.name.trim_start_matches("WCAG").trim();
        // Versions of WCAG are numbers with one digit after the point, so they compare as text.
        if version >= wanted {
            return Answer::yes(place).value(Value::Text(version.to_owned()));
        }
        older = Some((version.to_owned(), place));
    }
    match older {
        Some((version, place)) => Answer::no().with(place).value(Value::Text(version.clone())).note(format!(
            "The statement speaks of WCAG {version}; {} are tested against {wanted}.",
            jurisdiction.tested
        )),
        None => Answer::new(Truth::NotAsked("the statement names no version of WCAG".to_owned())),
    }
}

pub(crate) fn law(statement: &Statement<'_>) -> Answer {
    let Some(jurisdiction) = statement.jurisdiction else {
        return Answer::new(Truth::Unknown(
            "nothing in the statement or the profile tells whose law applies".to_owned(),
        ))
        .with(statement.title());
    };
    if let Some(place) = statement.place(&jurisdiction.laws) {
        return Answer::yes(place).value(Value::Text(jurisdiction.law.clone()));
    }
    if let Some(place) = statement.place(&jurisdiction.revoked) {
        return Answer::no().with(place).note(format!(
            "The statement cites a law that is no longer in force. In force are: {}.",
            jurisdiction.law
        ));
    }
    statement.absent(format!("The statement does not cite the law it is made under: {}.", jurisdiction.law))
}

pub(crate) fn enforcement(statement: &Statement<'_>) -> Answer {
    let Some(jurisdiction) = statement.jurisdiction else {
        return Answer::new(Truth::Unknown(
            "nothing in the statement or the profile tells which body is the right one".to_owned(),
        ))
        .with(statement.title());
    };
    if jurisdiction.no_status {
        return Answer::new(Truth::NotAsked(format!("{} names no body to complain to", jurisdiction.law)));
    }
    if let Some(place) = jurisdiction.instead.iter().find_map(|body| statement.place(&body.says))
        && jurisdiction.bodies.iter().all(|body| statement.place(&body.says).is_none())
    {
        return Answer::yes(place);
    }
    let mut places = Vec::new();
    let mut missing = Vec::new();
    for body in &jurisdiction.bodies {
        match statement.place(&body.says) {
            Some(place) => places.push((body.name.clone(), place)),
            None => missing.push(body.name.as_str()),
        }
    }
    if jurisdiction.bodies.is_empty() {
        let section = statement.sections("enforcement").first().map(|(heading, _)| statement.block_evidence(*heading));
        let place = section.or_else(|| statement.sentence("enforcement").map(|sentence| statement.evidence(sentence)));
        return place.map_or_else(
            || statement.absent("The statement does not say where to complain when the answer does not help."),
            Answer::yes,
        );
    }
    if missing.is_empty() || (jurisdiction.any_body && !places.is_empty()) {
        let names = places.iter().map(|(name, _)| name.clone()).collect();
        let mut answer = Answer::new(Truth::Yes).value(Value::List(names));
        answer.evidence.extend(places.into_iter().map(|(_, place)| place).take(3));
        return answer;
    }
    let other = statement
        .words
        .jurisdictions
        .iter()
        .filter(|other| other.id != jurisdiction.id)
        .find_map(|other| other.bodies.iter().find_map(|body| Some((body, statement.place(&body.says)?))));
    let needed = if jurisdiction.any_body { missing.join(" or ") } else { missing.join(" and ") };
    let note = match (&places.first(), &other) {
        (None, Some((body, _))) => format!("The statement names {}, but not {needed}.", body.name),
        (Some((name, _)), _) => format!("The statement names {name}, but not {needed}."),
        (None, None) => format!("The statement does not name who enforces the law: {needed}."),
    };
    let answer = statement.absent(note);
    match places.into_iter().map(|(_, place)| place).next().or(other.map(|(_, place)| place)) {
        Some(place) => answer.replace_evidence(place),
        None => answer,
    }
}

pub(crate) fn contact(statement: &Statement<'_>) -> Answer {
    let bodies = || statement.words.jurisdictions.iter().flat_map(|j| j.bodies.iter().chain(&j.instead));
    let is_body = |text: &str| bodies().any(|body| body.says.iter().any(|wording| wording.find(text).is_some()));
    let enforcing: Vec<usize> = statement.sections("enforcement").into_iter().flat_map(|(from, to)| from..to).collect();
    let mut example = None;
    for (i, block) in statement.page.blocks.iter().enumerate() {
        if enforcing.contains(&i) {
            continue;
        }
        let text = comparable(&block.text);
        for address in block
            .text
            .split(|c: char| c.is_whitespace() || "<>()[],;\"'".contains(c))
            .chain(block.links.iter().map(|link| link.url.as_str()))
        {
            let address = address.strip_prefix("mailto:").unwrap_or(address).trim_end_matches(['.', ':']);
            let address = address.split('?').next().unwrap_or(address);
            if is_email(address) {
                if is_example(address) {
                    example = example.or(Some(i));
                } else if !is_body(&comparable(address)) {
                    return Answer::yes(statement.block_evidence(i)).value(Value::Text("e-mail".to_owned()));
                }
            }
        }
        for link in &block.links {
            let shown = comparable(&link.text);
            let url = comparable(&link.url);
            if link.url.starts_with("tel:") {
                return Answer::yes(statement.block_evidence(i)).value(Value::Text("telephone".to_owned()));
            }
            if link.url.starts_with("mailto") {
                return Answer::yes(statement.block_evidence(i)).value(Value::Text("e-mail".to_owned()));
            }
            let asks = statement.says("contact", &shown) || statement.says("contact-address", &url);
            let is_other = |text: &str| is_body(text) || statement.says("not-contact", text);
            if asks && !is_other(&shown) && !is_other(&url) && !is_body(&text) {
                return Answer::yes(statement.block_evidence(i)).value(Value::Text("form".to_owned()));
            }
        }
        let digits = block.text.bytes().filter(u8::is_ascii_digit).count();
        if (8..=24).contains(&digits) && statement.says("telephone", &text) && !is_body(&text) {
            return Answer::yes(statement.block_evidence(i)).value(Value::Text("telephone".to_owned()));
        }
        // An address that a template puts in.
        if block.text.contains(VARIABLE) && block.text.len() < 400 && statement.says("address-follows", &text) {
            return Answer::new(Truth::Unknown("a template puts in the address to write to".to_owned()))
                .with(statement.block_evidence(i));
        }
    }
    let note = "The statement gives no e-mail address, telephone number or form to report a problem with.";
    match example {
        Some(block) => statement
            .absent("The address in the statement is only an example.")
            .replace_evidence(statement.block_evidence(block)),
        None => statement.absent(note),
    }
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let name_ok = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._%+-".contains(c));
    let host_ok =
        host.contains('.') && host.len() >= 4 && host.chars().all(|c| c.is_alphanumeric() || ".-".contains(c));
    name_ok && host_ok && !host.starts_with('.') && !host.ends_with('.')
}

/// Names that nobody has.
fn is_example(address: &str) -> bool {
    let host = address.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    matches!(
        host.as_str(),
        "example.com" | "example.org" | "example.net" | "domain.com" | "yourdomain.com" | "email.com"
    ) || host.ends_with(".example")
}

pub(crate) fn burden(statement: &Statement<'_>) -> Answer {
    let live = statement.live("burden");
    let headings = statement.sections("burden");
    let is_heading = |block: usize| headings.iter().any(|(heading, _)| *heading == block);
    let mut claim = None;
    for sentence in &statement.sentences {
        let named = live.iter().any(|wording| wording.find(&sentence.text).is_some());
        if named && !is_heading(sentence.block) && !statement.says("burden-none", &sentence.text) {
            claim = claim.or(Some(sentence.block));
        }
    }
    // A section of that name with something in it.
    for (heading, end) in &headings {
        let first = statement
            .page
            .blocks
            .get(heading + 1..*end)
            .into_iter()
            .flatten()
            .enumerate()
            .find(|(_, block)| block.level.is_none());
        let Some((offset, block)) = first else { continue };
        let text = comparable(&block.text);
        let says_none = statement.says("burden-none", &text)
            || statement.says("issues-none", &text)
            || text.split_whitespace().count() <= 2;
        if !says_none {
            claim = claim.or(Some(heading + 1 + offset));
        } else if claim.is_some_and(|claim| (*heading..*end).contains(&claim)) {
            claim = None;
        }
    }
    let Some(block) = claim else {
        return Answer::new(Truth::NotAsked("the statement claims no disproportionate burden".to_owned()));
    };
    match statement.sentence("burden-assessed") {
        Some(sentence) => Answer::yes(statement.evidence(sentence)),
        None => statement
            .absent("The statement claims a disproportionate burden, but names no assessment of it.")
            .replace_evidence(statement.block_evidence(block)),
    }
}

pub(crate) fn placeholders(statement: &Statement<'_>) -> Answer {
    let mut found = Vec::new();
    for &line in &statement.page.to_fill {
        found.push(Evidence::line(statement.path, line, "a part that is marked as still to be filled in"));
    }
    for (i, block) in statement.page.blocks.iter().enumerate() {
        let text = comparable(&block.text);
        let bracketed = brackets(&block.text).into_iter().any(|inside| {
            let inside = comparable(inside);
            statement.says("placeholder-words", &inside)
                && super::issues::numbers(&inside).is_empty()
                && inside.split_whitespace().count() <= 20
        });
        if bracketed || statement.says("placeholders", &text) {
            found.push(statement.block_evidence(i));
        }
    }
    if found.is_empty() {
        return Answer::yes(statement.title());
    }
    let count = found.len();
    let mut answer = Answer::no().value(Value::Number(count as u64)).note(format!(
        "{count} {} of the statement {} still to be filled in.",
        if count == 1 { "part" } else { "parts" },
        if count == 1 { "is" } else { "are" }
    ));
    answer.evidence.extend(found.into_iter().take(5));
    answer
}

/// What stands in brackets and is no link.
fn brackets(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices() {
        match (c, start) {
            ('[' | '<' | '{', _) => start = Some(i + 1),
            (']' | '>' | '}', Some(from)) => {
                found.push(text.get(from..i).unwrap_or_default());
                start = None;
            }
            _ => {}
        }
    }
    found.retain(|inside| !inside.is_empty() && !shown(inside).contains("{…}"));
    found
}
