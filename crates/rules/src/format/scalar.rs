//! What is a date, an address, a language tag, a country, an SPDX expression. Each answer is a plain sentence about what is
//! wrong, or what is outdated.

use jiff::Timestamp;
use jiff::civil::Date;
use spdx::{Expression, ParseMode};

use super::shape::Codes;

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It is a mistake.
    Mistake(String),
    /// It works, but is deprecated.
    Outdated(String),
}

fn mistake(text: impl Into<String>) -> Result<(), Wrong> {
    Err(Wrong::Mistake(text.into()))
}

/// A day as `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Option<Date> {
    let digits =
        |range: std::ops::Range<usize>| text.as_bytes().get(range).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let shaped = text.len() == 10 && digits(0..4) && digits(5..7) && digits(8..10);
    if shaped { text.parse().ok() } else { None }
}

/// The day of a moment as RFC 3339 writes it, or of a day.
pub(crate) fn moment(text: &str) -> Option<Date> {
    if let Some(day) = day(text) {
        return Some(day);
    }
    text.parse::<Timestamp>().ok().map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).date())
}

pub(super) fn date(text: &str) -> Result<(), Wrong> {
    if day(text).is_some() { Ok(()) } else { mistake("is not a date as YYYY-MM-DD") }
}

pub(super) fn date_time(text: &str) -> Result<(), Wrong> {
    // Seconds of a moment without a zone are understood by readers, and are no reason to refuse it.
    let local = text.parse::<jiff::civil::DateTime>().is_ok();
    if local || moment(text).is_some() {
        Ok(())
    } else {
        mistake("is not a date as YYYY-MM-DD or a time as YYYY-MM-DDThh:mm:ssZ")
    }
}

pub(super) fn email(text: &str) -> Result<(), Wrong> {
    let well = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.contains('@')
            && host.contains('.')
            && host.split('.').all(|part| !part.is_empty())
            && !text.contains(|c: char| c.is_whitespace() || "<>,;()".contains(c))
    });
    if well { Ok(()) } else { mistake("is not an e-mail address") }
}

/// The scheme and the host of an address.
pub(crate) fn address(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or(host);
    let named = !host.is_empty()
        && !host.starts_with([':', '.'])
        && !text.contains(|c: char| c.is_whitespace() || "<>\"".contains(c));
    (is_scheme(scheme) && named).then_some((scheme, host))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

pub(super) fn url(text: &str) -> Result<(), Wrong> {
    if address(text).is_some() { Ok(()) } else { mistake("is not an address such as https://example.org/") }
}

pub(super) fn web_address(text: &str) -> Result<(), Wrong> {
    let web = |scheme: &str| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    match address(text) {
        Some((scheme, _)) if web(scheme) => Ok(()),
        _ => mistake("is not a web address that starts with https://"),
    }
}

pub(super) fn uri(text: &str) -> Result<(), Wrong> {
    let (scheme, rest) = text.split_once(':').unwrap_or_default();
    let named = !rest.trim_matches('/').is_empty();
    if is_scheme(scheme) && named && !text.contains(char::is_whitespace) {
        Ok(())
    } else {
        mistake("is not an identifier with a scheme, such as https://example.org/ or urn:example:name")
    }
}

pub(super) fn language(text: &str, codes: &Codes) -> Result<(), Wrong> {
    if text.contains('_') {
        return mistake(format!("is not a language tag; write `{}`", text.replace('_', "-")));
    }
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default().to_ascii_lowercase();
    if !first.chars().all(|c| c.is_ascii_alphabetic()) || !(2..=3).contains(&first.len()) {
        return mistake("is not a language tag such as `en` or `pt-BR`");
    }
    match (first.len(), two_letters(&first, codes)) {
        (2, None) => return mistake(format!("is not a language tag: there is no language `{first}`")),
        (3, Some(short)) => return mistake(format!("is not a language tag; write `{short}`")),
        _ => {}
    }
    let mut singleton = false;
    for (place, part) in parts.enumerate() {
        let alphanumeric = part.chars().all(|c| c.is_ascii_alphanumeric());
        let alphabetic = part.chars().all(|c| c.is_ascii_alphabetic());
        if part.is_empty() || part.len() > 8 || !alphanumeric {
            return mistake("is not a language tag such as `en` or `pt-BR`");
        }
        if !singleton && part.len() == 2 && alphabetic && !is_country(&part.to_ascii_uppercase(), codes) {
            return mistake(format!("is not a language tag: there is no country `{part}`"));
        }
        let known = match part.len() {
            1 => true,
            2 => alphabetic || singleton,
            3 => place == 0 && alphabetic || part.chars().all(|c| c.is_ascii_digit()) || singleton,
            4 => true,
            _ => true,
        };
        if !known {
            return mistake("is not a language tag such as `en` or `pt-BR`");
        }
        singleton |= part.len() == 1;
    }
    Ok(())
}

/// The two-letter code of a language that is named with two or three letters.
fn two_letters<'a>(code: &str, codes: &'a Codes) -> Option<&'a str> {
    codes.languages.split_ascii_whitespace().find_map(|names| {
        let short = names.split(':').next()?;
        names.split(':').any(|name| name == code).then_some(short)
    })
}

fn is_country(code: &str, codes: &Codes) -> bool {
    codes.countries.split_ascii_whitespace().any(|known| known == code)
}

pub(super) fn country(text: &str, codes: &Codes) -> Result<(), Wrong> {
    let upper = text.to_ascii_uppercase();
    if is_country(text, codes) {
        Ok(())
    } else if is_country(&upper, codes) && text == text.to_ascii_lowercase() {
        Err(Wrong::Outdated(format!("is in lower case; write `{upper}`")))
    } else if upper == "UK" {
        mistake("is not a country code of ISO 3166-1; write `GB`")
    } else {
        mistake("is not a country code of two letters (ISO 3166-1), such as `IT`")
    }
}

/// A licence expression, with deprecated ids allowed.
pub(crate) fn expression(text: &str) -> Option<Expression> {
    let mode = ParseMode {
        allow_slash_as_or_operator: false,
        allow_imprecise_license_names: false,
        allow_postfix_plus_on_gpl: true,
        allow_deprecated: true,
        allow_unknown: false,
    };
    // The parser calls itself for each bracket.
    if text.len() > 2_000 || text.matches('(').count() > 50 {
        return None;
    }
    Expression::parse_mode(text, mode).ok()
}

pub(super) fn spdx(text: &str) -> Result<(), Wrong> {
    match expression(text) {
        None => mistake(match spdx::imprecise_license_id(text).filter(|(_, length)| *length == text.len()) {
            Some((id, _)) => format!("is not an SPDX licence expression; write `{}`", id.name),
            None => "is not an SPDX licence expression such as `MIT` or `EUPL-1.2 OR MIT`".to_owned(),
        }),
        Some(expression) => {
            let ids = expression.requirements().filter_map(|found| found.req.license.id());
            let deprecated = ids.map(|id| (id.is_deprecated(), id.name)).find(|(deprecated, _)| *deprecated);
            // The parser takes a GNU licence with a plus for its successor "or later".
            let plus = text.split([' ', '(', ')']).find(|id| id.contains("GPL-") && id.ends_with('+'));
            let Some(id) = plus.or(deprecated.map(|(_, name)| name)) else { return Ok(()) };
            let instead = match (id.contains("GPL-"), id.strip_suffix('+')) {
                (true, Some(stem)) => format!("; write `{stem}-or-later`"),
                (true, None) => format!("; write `{id}-only` or `{id}-or-later`"),
                _ => String::new(),
            };
            Err(Wrong::Outdated(format!("uses `{id}`, which SPDX has deprecated{instead}")))
        }
    }
}

pub(super) fn spdx_id(text: &str) -> Result<(), Wrong> {
    if spdx::license_id(text).is_some_and(|id| id.name == text) {
        Ok(())
    } else {
        mistake("is not the SPDX id of a licence, such as `MIT`")
    }
}

/// How many characters a person sees: marks that belong to a letter are not counted.
pub(super) fn length(text: &str) -> usize {
    let joins = |c: char| matches!(c, '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}');
    text.chars().filter(|c| !joins(*c) && !unicode_normalization::char::is_combining_mark(*c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes() -> Codes {
        Codes {
            languages: " de:deu:ger en:eng it:ita pt:por sl:slv zh:zho:chi ".to_owned(),
            countries: " BR CN DE GB IT ".to_owned(),
            ..Codes::default()
        }
    }

    #[test]
    fn dates() {
        assert!(day("2024-02-29").is_some());
        for wrong in ["2023-02-29", "2024-2-9", "+024-02-09", "2024-02-29T00:00:00Z", "29/02/2024", "", "２024-02-2"] {
            assert!(day(wrong).is_none(), "{wrong}");
        }
        for good in [
            "2025-06-24T18:31:44Z",
            "2025-06-24T18:31:44.791Z",
            "2019-09-27T16:13:36-04:00",
            "2025-06-24",
            "2025-06-24T18:31:44",
        ] {
            assert_eq!(date_time(good), Ok(()), "{good}");
        }
        assert!(date_time("last week").is_err());
    }

    #[test]
    fn languages() {
        for good in [
            "en",
            "EN",
            "pt-BR",
            "sl-IT-nedis",
            "zh-Hant-CN",
            "de-1996",
            "fur",
            "en-x-private",
            "es-419".replace("es", "en").as_str(),
        ] {
            assert_eq!(language(good, &codes()), Ok(()), "{good}");
        }
        for wrong in ["", "english", "eng", "ger", "xx", "it_IT", "it-", "en-UK", "e", "en--GB", "héb", "12"] {
            assert!(language(wrong, &codes()).is_err(), "{wrong}");
        }
        assert_eq!(language("ita", &codes()), Err(Wrong::Mistake("is not a language tag; write `it`".into())));
    }

    #[test]
    fn countries() {
        assert_eq!(country("IT", &codes()), Ok(()));
        assert!(matches!(country("it", &codes()), Err(Wrong::Outdated(_))));
        assert!(matches!(country("It", &codes()), Err(Wrong::Mistake(_))));
        assert!(matches!(country("UK", &codes()), Err(Wrong::Mistake(_))));
        assert!(matches!(country("Italia", &codes()), Err(Wrong::Mistake(_))));
    }

    #[test]
    fn licences() {
        for good in
            ["MIT", "EUPL-1.2 OR AGPL-3.0-or-later", "GPL-2.0-only WITH Classpath-exception-2.0", "LicenseRef-own"]
        {
            assert_eq!(spdx(good), Ok(()), "{good}");
        }
        for outdated in ["GPL-3.0", "GPL-2.0+", "AGPL-3.0"] {
            assert!(matches!(spdx(outdated), Err(Wrong::Outdated(_))), "{outdated}: {:?}", spdx(outdated));
        }
        for wrong in ["", "Apache 2", "MIT, Apache-2.0", "MIT/Apache-2.0", "proprietary", "EUPL"] {
            assert!(matches!(spdx(wrong), Err(Wrong::Mistake(_))), "{wrong}");
        }
        let nested = "(".repeat(100_000);
        assert!(matches!(spdx(&nested), Err(Wrong::Mistake(_))));
    }

    #[test]
    fn addresses() {
        for good in ["https://example.org", "https://user@example.org:80/a?b#c", "git+ssh://example.org/x.git"] {
            assert_eq!(url(good), Ok(()), "{good}");
        }
        for wrong in [
            "example.org",
            "git@github.com:a/b.git",
            "https://",
            "https:///path",
            "https://exa mple.org",
            "://x",
            "http//x",
        ] {
            assert!(url(wrong).is_err(), "{wrong}");
        }
        assert!(web_address("ssh://example.org").is_err());
        assert_eq!(uri("urn:x-italian-pa:agid"), Ok(()));
        assert!(uri("agid").is_err() && uri("https://").is_err());
        assert_eq!(email("a.b@example.gov.uk"), Ok(()));
        for wrong in ["a", "a@b", "a b@example.org", "@example.org", "A <a@example.org>", "a@example..org"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }
}
