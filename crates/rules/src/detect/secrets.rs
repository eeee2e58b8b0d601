//! Private keys, password hashes, tokens and passwords in key, environment, configuration and manifest files.
//!
//! A secret is known by its form, or by the name of the setting that holds it and a value that only chance could have made.
//! Placeholders, references to a store and encrypted values are none. What is found is never repeated: evidence has the name
//! of the setting and at most four characters, and [`masked`] does the same to what other rules quote.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::{Regex, RegexBuilder};

use super::randomness::looks_random;
use crate::catalogue::{SecretFormat, Secrets};
use crate::check::{Answer, Truth};
use crate::facts::{Facts, Holding};
use crate::text;
use crate::tree::{MAX_FILE, Unreadable};
use crate::value::{Evidence, Value, quote};

/// The most places that are named: so many that a change which adds one is told so, and no report becomes large by them.
const MAX_SHOWN: usize = 100;
/// The most secrets that are looked for in one file.
const MAX_IN_FILE: usize = 20;
/// The most characters of a secret that are shown.
const SHOWN: usize = 4;
/// The fewest characters of a key or token, and of a password.
const MIN_TOKEN: usize = 16;
const MIN_PASSWORD: usize = 12;
/// The most characters of the value of a setting.
const MAX_VALUE: usize = 512;
/// How much of a line is looked at, in bytes. Settings stand on short lines.
const MAX_LINE: usize = 64 << 10;
/// The most characters of the name of a setting.
const MAX_NAME: usize = 80;

/// Something that should not be public, and how it may be spoken of.
struct Hit {
    line: u32,
    shown: String,
}

/// Whether the files that may hold a secret hold none.
pub(crate) fn found(facts: &Facts<'_>) -> Answer {
    let secrets = &facts.catalogue.vocabulary.secrets;
    let mut files = facts.named("secret-places");
    files.extend(facts.named("key-files"));
    files.sort_unstable();
    files.dedup();
    if files.is_empty() {
        return Answer::new(Truth::NotAsked("there is no key, environment, configuration or manifest file".to_owned()));
    }
    let wanted = |bytes: &[u8]| finder(secrets).is_none_or(|finder| finder.is_match(bytes));
    let Holding { found, unreadable } = facts.holding(files.iter().copied(), MAX_FILE, &wanted);
    let too_large = unreadable.into_iter().find(|(_, why)| *why != Unreadable::Binary);
    let (mut count, mut evidence) = (0, Vec::new());
    for file in found {
        let (path, Ok(text)) = (facts.path(file), facts.text(file)) else { continue };
        for hit in scan(secrets, &text) {
            count += 1;
            if evidence.len() < MAX_SHOWN {
                evidence.push(Evidence::line(path, hit.line, &hit.shown));
            }
        }
    }
    let mut answer = Answer::new(match (count, too_large) {
        (0, Some((file, why))) => return Answer::unreadable(facts.path(file), &why),
        (0, None) => Truth::Yes,
        _ => Truth::No,
    });
    if count == 0 {
        let number = files.len();
        let what = if number == 1 { "file was" } else { "files were" };
        evidence
            .push(Evidence::said(&format!("{number} key, environment, configuration and manifest {what} looked at")));
    }
    answer.evidence = evidence;
    answer.value(Value::Number(count))
}

/// Finds the words without which a text holds no secret that is looked for.
fn finder(secrets: &Secrets) -> Option<&AhoCorasick> {
    let build = || {
        let last = |name: &String| name.rsplit('-').next().unwrap_or(name).to_owned();
        let mut words: Vec<String> = secrets.formats.iter().flat_map(|format| format.words.clone()).collect();
        words.extend(secrets.names.iter().map(last));
        words.sort();
        words.dedup();
        let kind = Some(AhoCorasickKind::DFA);
        AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(words).ok()
    };
    secrets.finder.get_or_init(build).as_ref()
}

/// Compiles the expression of a format. Letter case counts.
pub(crate) fn build(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).unicode(false).multi_line(true).size_limit(1 << 20).build()
}

/// The secrets of one file.
fn scan(secrets: &Secrets, text: &str) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    if text.starts_with("$ANSIBLE_VAULT") || text.contains("kind: SealedSecret") {
        return hits;
    }
    for (format, range) in formatted(secrets, text) {
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..range.start]).count() + 1;
        hits.push(Hit {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            shown: format!("{}: {}", format.says, short(&text[range])),
        });
    }
    let encoded = text.lines().any(|line| line.trim_end() == "kind: Secret");
    // The name that stands in a line of its own before the value, as manifests write environment variables.
    let mut name_before: Option<&str> = None;
    for (i, line) in text.lines().enumerate() {
        if hits.len() >= MAX_IN_FILE {
            break;
        }
        let line = &line[..line.floor_char_boundary(MAX_LINE)];
        let mut name_here = None;
        for Assignment { name, value } in assignments(line) {
            let given = &line[value.clone()];
            let named = match name {
                "name" | "Name" | "key" => {
                    name_here = Some(given);
                    continue;
                }
                "value" | "Value" => name_here.or(name_before).unwrap_or_default(),
                name => name,
            };
            if is_secret(secrets, named, given, encoded) {
                let line = u32::try_from(i + 1).unwrap_or(u32::MAX);
                // The same place may have been found by its form.
                if !hits.iter().any(|hit| hit.line == line) {
                    hits.push(Hit { line, shown: format!("{}: {}", quote(named), short(given)) });
                }
            }
        }
        name_before = name_here;
    }
    hits.sort_by_key(|hit| hit.line);
    hits
}

/// The beginning of a secret: at most four characters, and at most a quarter of it.
fn short(secret: &str) -> String {
    let length = secret.chars().count();
    let mut shown: String = secret.chars().take(SHOWN.min(length / 4)).collect();
    shown.push('…');
    shown
}

/// The places of secrets that are known by their form.
fn formatted<'a>(secrets: &'a Secrets, text: &str) -> Vec<(&'a SecretFormat, Range<usize>)> {
    let mut found: Vec<(&SecretFormat, Range<usize>)> = Vec::new();
    for format in &secrets.formats {
        let stands = |word: &String| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
        if !format.words.iter().any(stands) {
            continue;
        }
        // It compiled when the catalogue was validated.
        let Some(regex) = format.compiled.get_or_init(|| build(&format.text).ok()) else { continue };
        for captures in regex.captures_iter(text.as_bytes()).take(MAX_IN_FILE) {
            let Some(range) = captures.get(1).or_else(|| captures.get(0)).map(|group| group.range()) else { continue };
            let Some(secret) = text.get(range.clone()) else { continue };
            let covered = found.iter().any(|(_, other)| other.start < range.end && range.start < other.end);
            let made = if format.by_chance { !is_real(secrets, secret, 1) } else { stands_in(secret) };
            if !covered && !made && !is_published(secrets, secret) {
                found.push((format, range));
            }
        }
    }
    found
}

fn is_published(secrets: &Secrets, secret: &str) -> bool {
    secrets.published.iter().any(|start| secret.starts_with(start.as_str()))
}

/// Whether what has the form of a secret is made up.
fn stands_in(secret: &str) -> bool {
    let lower: String = secret.chars().take(64).collect::<String>().to_ascii_lowercase();
    let words = [
        "example",
        "xxxx",
        "dummy",
        "redacted",
        "placeholder",
        "your_",
        "your-",
        "0000000",
        "1234567",
        "aaaaaaa",
        "*****",
    ];
    words.iter().any(|word| lower.contains(word))
}

/// A name and its value on one line.
struct Assignment<'a> {
    name: &'a str,
    value: Range<usize>,
}

/// What a line assigns: `name: value`, `name=value`, `"name": "value"`, several on one line too.
///
/// Each sign looks at a bounded piece of the line on both sides, so that a long line takes no more time than many short ones.
fn assignments(line: &str) -> impl Iterator<Item = Assignment<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + line.get(from..)?.find([':', '='])?;
            from = at + 1;
            let behind = line.floor_char_boundary(at.saturating_sub(MAX_NAME + 8));
            let before = line.get(behind..at)?.trim_end_matches([' ', '"', '\'', '\t', ':', '=']);
            let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            let name = &before[before.trim_end_matches(in_name).len()..];
            let ahead = line.floor_char_boundary((at + 1 + MAX_VALUE + 8).min(line.len()));
            let rest = line.get(at + 1..ahead)?;
            // `${NAME:-value}` gives the value that holds when nothing else is set.
            let value = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches([' ', '\t', '=', '>', ':']);
            let mark = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
            let value = mark.map_or(value, |mark| value.trim_start_matches(mark));
            let end = value.find(|c: char| match mark {
                Some(mark) => c == mark,
                None => c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '`' | '}'),
            });
            let start = ahead - value.len();
            let end = end.map_or(ahead, |end| start + end);
            if !name.is_empty() && start < end && end - start <= MAX_VALUE {
                return Some(Assignment { name, value: start..end });
            }
        }
    })
}

/// Whether a setting of this name and value is a secret.
fn is_secret(secrets: &Secrets, name: &str, value: &str, encoded: bool) -> bool {
    // The value is looked at first, since that is cheap.
    if value.len() < MIN_PASSWORD || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return false;
    }
    let name = text::hyphenated(name);
    if !is_secret_name(secrets, &name) {
        return false;
    }
    let password = ["password", "passwd", "pwd", "passphrase", "pass"].iter().any(|word| name.ends_with(word));
    let decoded = if encoded { super::randomness::base64_text(value) } else { None };
    let value = decoded.as_deref().unwrap_or(value);
    is_real(secrets, value, if password { MIN_PASSWORD } else { MIN_TOKEN })
}

/// Whether a setting of this name, in words joined by hyphens, holds a secret.
fn is_secret_name(secrets: &Secrets, name: &str) -> bool {
    let ends =
        |with: &String| name.strip_suffix(with.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('-'));
    let not = |word: &String| name.starts_with(word.as_str()) || ends(word);
    secrets.names.iter().any(ends) && !secrets.not_names.iter().any(not)
}

/// Whether a value is a secret itself, and not a placeholder or a reference.
fn is_real(secrets: &Secrets, value: &str, least: usize) -> bool {
    if value.len() < least || ["${", "$(", "{{", "<%", "%(", "#{"].iter().any(|mark| value.contains(mark)) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    !secrets.references.iter().any(|start| lower.starts_with(start.as_str()))
        && !secrets.placeholders.iter().any(|word| lower.contains(word.as_str()))
        && !is_published(secrets, value)
        && looks_random(value)
}

/// A text that a report quotes, with the secrets in it cut to four characters; `None` when there are none.
pub(crate) fn masked(secrets: &Secrets, text: &str) -> Option<String> {
    if !finder(secrets)?.is_match(text) {
        return None;
    }
    let mut hidden: Vec<Range<usize>> = formatted(secrets, text).into_iter().map(|(_, range)| range).collect();
    // A quotation that was cut may hold the beginning of a secret, too short to be told from other words.
    let cut = text.ends_with('…');
    hidden.extend(assignments(text).filter_map(|set| {
        let value = &text[set.value.clone()];
        let begun = cut
            && value.chars().count() > SHOWN + 1
            && set.value.end == text.len()
            && is_secret_name(secrets, &text::hyphenated(set.name));
        (begun || is_secret(secrets, set.name, value, false)).then_some(set.value)
    }));
    if cut
        && let Some(last) = text.rsplit(char::is_whitespace).next()
        && last.chars().count() > SHOWN + 1
    {
        let start = text.len() - last.len();
        let begun = secrets
            .formats
            .iter()
            .flat_map(|format| &format.words)
            .any(|word| word.len() >= 4 && last.contains(word.as_str()));
        hidden.extend(begun.then_some(start..text.len()));
    }
    if hidden.is_empty() {
        return None;
    }
    hidden.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for range in hidden {
        if range.start >= from {
            out.push_str(&text[from..range.start]);
            out.push_str(&short(&text[range.clone()]));
            from = range.end;
        }
    }
    out.push_str(&text[from..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Secrets {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Secrets {
            formats: vec![SecretFormat {
                says: "an example key".to_owned(),
                words: words(&["exk_"]),
                text: r"\bexk_[A-Za-z0-9]{20}\b".to_owned(),
                ..SecretFormat::default()
            }],
            names: words(&["secret", "password", "token", "api-key"]),
            not_names: words(&["vite-"]),
            placeholders: words(&["changeme", "dummy", "secret"]),
            references: words(&["arn:", "$"]),
            ..Secrets::default()
        }
    }

    fn shown(text: &str) -> Vec<String> {
        scan(&vocabulary(), text).into_iter().map(|hit| format!("{} {}", hit.line, hit.shown)).collect()
    }

    #[test]
    fn only_real_values_are_secrets() {
        assert_eq!(shown("A=1\nCLIENT_SECRET=Zq81kLmP04xTyUw7Rb2n\n"), ["2 CLIENT_SECRET: Zq81…"]);
        assert_eq!(shown("{\"apiKey\": \"9f3ab27c1d4e86f0a2b5c7d9\", \"x\": 1}"), ["1 apiKey: 9f3a…"]);
        assert_eq!(shown("- name: APP_TOKEN\n  value: \"Zq81kLmP04xTyUw7Rb2n\"\n"), ["2 APP_TOKEN: Zq81…"]);
        assert_eq!(shown("key: exk_Zq81kLmP04xTyUw7Rb2n"), ["1 an example key: exk_…"]);
        for none in [
            "TOKEN=${TOKEN}",
            "PASSWORD=postgres",
            "PASSWORD=my-long-dev-password-1",
            "API_KEY=changeme-Zq81kLmP04xTyUw7Rb2n",
            "token_url: https://example.org/Zq81kLmP04xTyUw7Rb2n",
            "VITE_API_KEY=Zq81kLmP04xTyUw7Rb2n",
            "SECRET=arn:aws:secretsmanager:eu-west-2:123456789012:secret:Zq81k",
            "token: aaaaaaaaaaaaaaaaaaaaaaaa1",
            "api-key: 0123456789abcdef0123456789abcdef",
        ] {
            assert!(shown(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn quotes_are_masked() {
        let masked = |text| masked(&vocabulary(), text);
        assert_eq!(
            masked("docker run -e API_KEY=Zq81kLmP04xTyUw7Rb2n -p 80:80 app").as_deref(),
            Some("docker run -e API_KEY=Zq81… -p 80:80 app")
        );
        assert_eq!(masked("use exk_Zq81kLmP04xTyUw7Rb2n here").as_deref(), Some("use exk_… here"));
        assert_eq!(masked("API_KEY=your-key é"), None);
        assert_eq!(masked("run with API_KEY=Zq81kL…").as_deref(), Some("run with API_KEY=Z…"));
        assert_eq!(masked("run with exk_Zq81kL…").as_deref(), Some("run with ex…"));
    }

    #[test]
    fn long_lines_take_bounded_time() {
        for piece in ["a:", "=", ":é", "token='", "k=\"é\" "] {
            let line = piece.repeat(MAX_LINE / piece.len());
            assert!(assignments(&line).count() <= MAX_LINE);
        }
    }
}
