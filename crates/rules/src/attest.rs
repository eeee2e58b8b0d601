//! Attestations in the making: the questions that only people can answer, what an answer must hold, and writing it into the text
//! of a configuration without touching the rest.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::assess::Assessment;
use crate::catalogue::{Catalogue, Criterion, Framework, Level};
use crate::config::{Attestation, Config};
use crate::problem::Source;
use crate::value::quote;

/// The most characters of a statement, a link or a role.
const MAX_TEXT: usize = 500;

/// A criterion with levels that people can confirm and that nothing has settled yet.
#[derive(Debug)]
pub struct Question<'a> {
    /// Its framework.
    pub framework: &'a Framework,
    /// The criterion.
    pub criterion: &'a Criterion,
    /// The levels above what is proven that can be attested, lowest first. None is ruled out.
    pub levels: Vec<&'a Level>,
}

/// What to ask about a framework, after a check: for each criterion the levels that are open.
pub fn questions<'a>(framework: &'a Framework, assessment: &Assessment) -> Vec<Question<'a>> {
    let mut questions = Vec::new();
    for (criterion, result) in framework.criteria.iter().zip(&assessment.criteria) {
        let place = |id: &Option<String>| id.as_ref().and_then(|id| criterion.levels.iter().position(|l| l.id == *id));
        let from = place(&result.proven).map_or(0, |level| level + 1);
        let to = place(&result.possible).map_or(0, |level| level + 1);
        let open = criterion.levels.iter().take(to).skip(from);
        // A claim of a level claims those below it, so one that cannot be claimed ends the row.
        let levels: Vec<&Level> =
            open.take_while(|level| level.blank || level.attest.is_some()).filter(|level| !level.blank).collect();
        if !levels.is_empty() {
            questions.push(Question { framework, criterion, levels });
        }
    }
    questions
}

/// The last day that a new attestation counts, when nobody says another one: a year on.
pub fn usual_end(today: Date) -> Date {
    today.saturating_add(1.year())
}

/// A statement, or who makes it, made fit to be written down.
///
/// # Errors
/// Why it cannot stand in a configuration.
pub fn text(what: &str, text: &str) -> Result<String, String> {
    let clean = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.is_empty() {
        return Err(format!("{what} is missing"));
    }
    if clean.chars().count() > MAX_TEXT {
        return Err(format!("{what} is longer than {MAX_TEXT} characters"));
    }
    if clean.chars().any(char::is_control) {
        return Err(format!("{what} holds characters that cannot be shown"));
    }
    Ok(clean)
}

/// Who claims something: a role or a team, never a person.
///
/// # Errors
/// Why it is none.
pub fn role(written: &str) -> Result<String, String> {
    let role = text("who confirms it", written)?;
    if role.contains('@') {
        return Err("name a role or a team, not a person or an address".to_owned());
    }
    Ok(role)
}

/// The address of the evidence.
///
/// # Errors
/// Why it is no address.
pub fn link(written: &str) -> Result<String, String> {
    let link = text("the link", written)?;
    let host = link.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    match host {
        None => Err("an address starts with https://".to_owned()),
        Some(host) if !host.contains('.') || host.starts_with('.') || host.ends_with('.') => {
            Err("the address names no site".to_owned())
        }
        Some(_) if link.contains(' ') => Err("an address holds no blanks".to_owned()),
        Some(_) => Ok(link),
    }
}

/// The last day of an attestation that begins today.
///
/// # Errors
/// Why it is none.
pub fn end(written: &str, today: Date) -> Result<Date, String> {
    let end: Date = written.trim().parse().map_err(|_| "a date is written as YYYY-MM-DD".to_owned())?;
    if end <= today { Err(format!("the last day is after today, {today}")) } else { Ok(end) }
}

/// The text of a configuration with one attestation more. Every other line stays as it is.
///
/// # Errors
/// Why it cannot be added, such as a form of the list that nothing can be added to safely.
pub fn insert(config: Option<&str>, claim: &Attestation, catalogue: &Catalogue) -> Result<String, String> {
    let before = config.unwrap_or_default();
    let after = inserted(before, claim);
    // What was written must be what was meant, and nothing else may have changed its meaning.
    let read = |text: &str| Config::read(&Source::new("configuration", text), catalogue);
    let old = if before.trim().is_empty() { 0 } else { read(before).map_or(0, |config| config.attestations.len()) };
    let is_right = read(&after)
        .is_ok_and(|config| config.attestations.len() == old + 1 && config.attestations.last() == Some(claim));
    if is_right {
        Ok(after)
    } else {
        Err(format!(
            "nothing can be added safely to the list as it is written. Add this by hand:\n\n{}",
            item(claim, "  ")
        ))
    }
}

fn inserted(before: &str, claim: &Attestation) -> String {
    let end = if before.contains("\r\n") { "\r\n" } else { "\n" };
    let of_file = |text: &str| text.replace('\n', end);
    let mut lines: Vec<String> = before.split_inclusive('\n').map(ToOwned::to_owned).collect();
    let head = lines.iter().position(|line| line.starts_with("attestations:"));
    let Some(head) = head else {
        let mut text = before.to_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text += end;
        }
        return text + &of_file(&format!("attestations:\n{}", item(claim, "  ")));
    };
    // An empty list is written in several ways.
    let value = lines[head]["attestations:".len()..].to_owned();
    let (value, comment) = value.split_once('#').map_or((value.as_str(), None), |(value, rest)| (value, Some(rest)));
    if matches!(value.trim(), "[]" | "~" | "null") {
        let comment = comment.map_or_else(String::new, |rest| format!(" #{}", rest.trim_end()));
        lines[head] = format!("attestations:{comment}{end}");
    }
    let is_inside = |line: &str| line.starts_with([' ', '\t']) || line.starts_with("- ") || line.trim_end() == "-";
    let mut last = head;
    for (number, line) in lines.iter().enumerate().skip(head + 1) {
        if is_inside(line) && !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            last = number;
        } else if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            break;
        }
    }
    let first = lines.iter().take(last + 1).skip(head + 1).find(|line| line.trim_start().starts_with('-'));
    let indent = first.map_or("  ".to_owned(), |line| line.chars().take_while(|c| *c == ' ').collect());
    if !lines[last].ends_with('\n') {
        lines[last] += end;
    }
    lines.insert(last + 1, of_file(&item(claim, &indent)));
    lines.concat()
}

fn item(claim: &Attestation, indent: &str) -> String {
    let rows = [
        ("framework", claim.framework.clone()),
        ("criterion", scalar(&claim.criterion)),
        ("level", scalar(&claim.level)),
        ("statement", scalar(&claim.statement)),
        ("link", scalar(&claim.link)),
        ("by", scalar(&claim.by)),
        ("date", claim.date.to_string()),
        ("expires", claim.expires.to_string()),
    ];
    let mut text = String::new();
    for (number, (key, value)) in rows.iter().enumerate() {
        text += &format!("{indent}{} {key}: {value}\n", if number == 0 { "-" } else { " " });
    }
    text
}

/// A text as a YAML scalar: as it is where nothing in it has a meaning, otherwise in quotes.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || " .,;/()-_+&%?=:".contains(c))
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n");
    // JSON's quotes are YAML's.
    if is_plain {
        text.to_owned()
    } else {
        serde_json::to_string(text).unwrap_or_else(|_| format!("\"{}\"", quote(text)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn claim(statement: &str) -> Attestation {
        Attestation {
            framework: "f".into(),
            criterion: "C-1".into(),
            level: "met".into(),
            statement: statement.into(),
            link: "https://department.example/minutes?id=1".into(),
            by: "Head of digital".into(),
            date: date(2026, 6, 30),
            expires: date(2027, 6, 30),
            place: String::new(),
        }
    }

    #[test]
    fn the_rest_of_the_file_stays() {
        insta::assert_snapshot!(inserted("# ours\nprofile: uk-gov # why\n", &claim("We do: always # yes")), @r##"
        # ours
        profile: uk-gov # why
        attestations:
          - framework: f
            criterion: C-1
            level: met
            statement: "We do: always # yes"
            link: https://department.example/minutes?id=1
            by: Head of digital
            date: 2026-06-30
            expires: 2027-06-30
        "##);
        let list = "attestations:\n# first\n- framework: a\n  level: x # why\n\n# about the rest\nprofile: uk-gov";
        insta::assert_snapshot!(inserted(list, &claim("Yes, always")), @r"
        attestations:
        # first
        - framework: a
          level: x # why
        - framework: f
          criterion: C-1
          level: met
          statement: Yes, always
          link: https://department.example/minutes?id=1
          by: Head of digital
          date: 2026-06-30
          expires: 2027-06-30

        # about the rest
        profile: uk-gov
        ");
        insta::assert_snapshot!(inserted("attestations: [] # none yet\nkind: service", &claim("It is")), @r"
        attestations: # none yet
          - framework: f
            criterion: C-1
            level: met
            statement: It is
            link: https://department.example/minutes?id=1
            by: Head of digital
            date: 2026-06-30
            expires: 2027-06-30
        kind: service
        ");
        assert!(inserted("kind: service\r\n", &claim("It is")).ends_with("\r\n    expires: 2027-06-30\r\n"));
    }

    #[test]
    fn what_is_refused() {
        let today = date(2026, 6, 30);
        let said = [
            link("").err(),
            link("http://a.example/").err(),
            link("https://a").err(),
            link("https://a.example/a b").err(),
            text("the statement", " \n ").err(),
            text("the statement", &"x".repeat(501)).err(),
            role("anna@department.example").err(),
            end("tomorrow", today).err(),
            end("2026-06-30", today).err(),
        ];
        insta::assert_debug_snapshot!(said.map(|said| said.unwrap_or_else(|| "accepted".to_owned())));
        assert_eq!(link("https://a.example/x"), Ok("https://a.example/x".to_owned()));
        assert_eq!(end("2026-07-01", today), Ok(date(2026, 7, 1)));
        assert_eq!(usual_end(today), date(2027, 6, 30));
    }
}
