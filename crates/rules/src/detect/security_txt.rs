//! Whether a `security.txt` has what RFC 9116 requires: a way of contact, and an end that has not passed.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::check::{Answer, MAX_EVIDENCE, Truth};
use crate::facts::Facts;
use crate::tree::Unreadable;
use crate::value::{Evidence, Value, quote};

/// The most lines that are read. The file has a few.
const MAX_LINES: usize = 2_000;

/// A line `Name: value`, with its number from 1.
struct Field {
    line: u32,
    name: String,
    value: String,
}

impl Field {
    /// Whether a template or a build fills it in.
    fn is_filled_in_later(&self) -> bool {
        ["{{", "<%", "${", "{%", "<?", "__", "%("].iter().any(|mark| self.value.contains(mark))
    }
}

pub(super) fn valid(facts: &Facts<'_>) -> Answer {
    let files = facts.named("security-txt").into_iter().chain(facts.named("security-txt-template"));
    let Some(file) = files.into_iter().find(|&file| !facts.is_empty(file)) else {
        return Answer::new(Truth::NotAsked("the repository holds no security.txt, only a way to one".to_owned()));
    };
    let path = facts.path(file);
    let text = match facts.text(file) {
        Ok(text) => text,
        Err(Unreadable::Binary) => {
            return Answer::no().with(Evidence::file(path)).note(format!("{} is not text.", quote(path)));
        }
        Err(why) => return Answer::unreadable(path, &why),
    };
    let fields = fields(&text);
    let mut wrong: Vec<(String, Evidence)> = Vec::new();
    let mut later: Vec<&Field> = Vec::new();
    let at = |field: &Field| Evidence::line(path, field.line, &format!("{}: {}", field.name, field.value));
    let contacts: Vec<&Field> = fields.iter().filter(|field| field.name.eq_ignore_ascii_case("contact")).collect();
    if contacts.is_empty() {
        wrong.push(("it has no `Contact`".to_owned(), Evidence::file(path)));
    }
    for contact in contacts {
        if contact.is_filled_in_later() {
            later.push(contact);
        } else if let Some(says) = wrong_contact(&contact.value) {
            wrong.push((says, at(contact)));
        }
    }
    let ends: Vec<&Field> = fields.iter().filter(|field| field.name.eq_ignore_ascii_case("expires")).collect();
    let mut until = None;
    match ends.as_slice() {
        [] => wrong.push(("it has no `Expires`".to_owned(), Evidence::file(path))),
        [end] if end.is_filled_in_later() => later.push(end),
        [end] => match end.value.parse::<Timestamp>() {
            Err(_) => wrong.push(("`Expires` is not a time such as 2027-03-31T12:00:00Z".to_owned(), at(end))),
            Ok(moment) => {
                let day = moment.to_zoned(TimeZone::UTC).date();
                if day < facts.sources.today {
                    wrong.push((format!("it expired on {day}"), at(end)));
                }
                until = Some((day, at(end)));
            }
        },
        [_, second, ..] => wrong.push(("it has more than one `Expires`".to_owned(), at(second))),
    }
    let value = until.as_ref().map(|(day, _)| Value::Text(day.to_string()));
    let mut answer = if wrong.is_empty() {
        match (later.first(), until) {
            (Some(field), _) => {
                let why = format!("`{}` is filled in when the site is built", quote(&field.name));
                Answer::new(Truth::Unknown(why)).with(at(field))
            }
            (None, Some((day, place))) => Answer::yes(place).note(format!("{} is valid until {day}.", quote(path))),
            (None, None) => Answer::yes(Evidence::file(path)),
        }
    } else {
        let says: Vec<String> = wrong.iter().take(MAX_EVIDENCE).map(|(says, _)| says.clone()).collect();
        let mut answer = Answer::no().note(format!("{} is not valid: {}.", quote(path), says.join("; ")));
        answer.evidence = wrong.into_iter().map(|(_, evidence)| evidence).take(MAX_EVIDENCE).collect();
        answer.evidence.dedup();
        answer
    };
    answer.value = value;
    answer
}

/// The fields of the file. Of a signed one, those that are signed.
fn fields(text: &str) -> Vec<Field> {
    let lines = text.lines().take(MAX_LINES).enumerate();
    let is_signed = text.trim_start().starts_with("-----BEGIN PGP SIGNED MESSAGE-----");
    let mut in_header = is_signed;
    let mut fields = Vec::new();
    for (number, line) in lines {
        let line = line.trim();
        if in_header {
            // The armour's own fields end with an empty line, which is not the one before the armour.
            in_header = !(line.is_empty()
                && number > 0
                && text.lines().take(number).any(|before| before.starts_with("-----BEGIN")));
            continue;
        }
        if line.starts_with("-----BEGIN PGP SIGNATURE") {
            break;
        }
        let line = if is_signed { line.strip_prefix("- ").unwrap_or(line) } else { line };
        if line.starts_with('#') {
            continue;
        }
        if let Some((name, value)) = line.split_once(':')
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        {
            let line = u32::try_from(number + 1).unwrap_or(u32::MAX);
            fields.push(Field { line, name: name.to_owned(), value: value.trim().to_owned() });
        }
    }
    fields
}

/// What is wrong with a way of contact, which is an address with a scheme.
fn wrong_contact(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once(':').unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    let is_scheme =
        !rest.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let help = match scheme.as_str() {
        "http" => "which must start with https://",
        "mailto" if !rest.contains('@') => "which is not an e-mail address",
        _ if is_scheme => return None,
        _ if value.contains('@') => "which must start with mailto:",
        _ => "which is not an address that starts with https:// or mailto:",
    };
    Some(format!("`Contact` is `{}`, {help}", quote(value)))
}
