//! The phase of a service: discovery, alpha, beta, live or retired. Stated by the README, by metadata, or by the banner
//! that every page of the service shows.

use aho_corasick::AhoCorasick;

use crate::check::{Answer, Truth, place};
use crate::data::Data;
use crate::facts::Facts;
use crate::value::{Evidence, Value, quote};

use super::status;

/// The largest layout that is read, in bytes.
const MAX_LAYOUT: u64 = 64 << 10;
/// How far behind the name of a banner its tag is looked for, in bytes.
const REACH: usize = 400;
/// The most places of a word in one file that are looked at.
const MOST: usize = 200;
/// The most layouts that are read.
const MAX_LAYOUTS: usize = 400;

/// A phase of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Discovery,
    Alpha,
    Beta,
    Live,
    Retired,
}

impl Phase {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Alpha => "alpha",
            Self::Beta => "beta",
            Self::Live => "live",
            Self::Retired => "retired",
        }
    }

    /// The phase that a word of a README means.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "discovery" => Self::Discovery,
            "alpha" => Self::Alpha,
            "beta" | "bêta" | "bèta" => Self::Beta,
            "live" | "production" | "stable" => Self::Live,
            "retired" | "archived" | "decommissioned" | "deprecated" => Self::Retired,
            _ => return None,
        })
    }

    /// The phase that the status of a metadata file means; some have no phase of their own.
    fn of_status(word: &str) -> Option<Self> {
        Some(match word {
            "concept" | "ideation" | "discovery" => Self::Discovery,
            "alpha" => Self::Alpha,
            "beta" | "release candidate" => Self::Beta,
            "stable" | "production" | "live" => Self::Live,
            "obsolete" | "archival" | "archived" | "deprecated" | "retired" | "decommissioned" => Self::Retired,
            _ => return None,
        })
    }
}

/// Whether the phase is declared, and the same everywhere.
pub(crate) fn declared(facts: &Facts<'_>) -> Answer {
    let mut found = status::phases(facts);
    let mut broken = None;
    match metadata(facts) {
        Ok(stated) => found.extend(stated),
        Err(answer) => broken = Some(answer),
    }
    let banner = banner(facts);
    let mut unsettled = None;
    match banner {
        Banner::Says(phase, place) => found.push((phase, place)),
        Banner::Elsewhere(place) => unsettled = Some(place),
        Banner::None => {}
    }
    let Some((first, _)) = found.first() else {
        if let Some(broken) = broken {
            return broken;
        }
        let mut answer = Answer::no();
        if let Some(place) = unsettled {
            let path = place.path.clone().unwrap_or_default();
            answer = answer.with(place).note(format!(
                "{} has a phase banner whose text comes from elsewhere, and neither the README nor metadata states the \
                 phase.",
                quote(&path)
            ));
        }
        return answer;
    };
    let first = *first;
    let mut answer = Answer::new(Truth::Yes).value(Value::Text(first.word().to_owned()));
    if let Some((other, place)) = found.iter().find(|(phase, _)| *phase != first) {
        let path = |place: &Evidence| quote(place.path.as_deref().unwrap_or_default());
        let here = found.first().map(|(_, place)| path(place)).unwrap_or_default();
        answer.truth = Truth::No;
        answer.note = Some(format!(
            "{here} says {}, but {} says {}. People cannot tell which is true.",
            first.word(),
            path(place),
            other.word()
        ));
    }
    answer.evidence = found.into_iter().map(|(_, place)| place).take(3).collect();
    answer
}

/// The phases that metadata files state. An error is returned for one that cannot be understood.
pub(crate) fn metadata(facts: &Facts<'_>) -> Result<Vec<(Phase, Evidence)>, Answer> {
    let mut found = Vec::new();
    for (list, key) in [("publiccode", "developmentStatus"), ("catalog-info", "lifecycle")] {
        for file in facts.named(list) {
            let Ok(text) = facts.text(file) else { continue };
            for (i, line) in text.lines().enumerate() {
                let Some(value) =
                    line.trim_start().strip_prefix(key).and_then(|rest| rest.trim_start().strip_prefix(':'))
                else {
                    continue;
                };
                let value = value.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_lowercase();
                if let Some(phase) = Phase::of_status(&value) {
                    found.push((
                        phase,
                        Evidence::line(facts.path(file), u32::try_from(i + 1).unwrap_or(u32::MAX), line),
                    ));
                    break;
                }
            }
        }
    }
    for file in facts.named("code-json") {
        let (path, Ok(text)) = (facts.path(file), facts.text(file)) else { continue };
        let loaded = match facts.data(file) {
            Ok(Ok(loaded)) => loaded,
            Ok(Err(broken)) if found.is_empty() => return Err(Answer::broken(path, &broken)),
            _ => continue,
        };
        let data = &loaded.root;
        let releases = data.get("releases").map_or(&[][..], Data::items);
        // An inventory of many projects says nothing about this one.
        let only = releases.first().filter(|_| releases.len() == 1);
        let status = data.text_at(&["status"]).or_else(|| only?.text_at(&["status"]));
        if let Some((status, phase)) =
            status.and_then(|status| Some((status, Phase::of_status(&status.to_lowercase())?)))
        {
            let line = text.lines().position(|line| line.contains("\"status\"") && line.contains(status));
            let shown = format!("status: {status}");
            found.push((
                phase,
                match line {
                    Some(line) => Evidence::line(path, u32::try_from(line + 1).unwrap_or(u32::MAX), &shown),
                    None => Evidence::file(path),
                },
            ));
        }
    }
    Ok(found)
}

/// What the banner of the pages says.
enum Banner {
    Says(Phase, Evidence),
    /// There is one, whose text is not in the template.
    Elsewhere(Evidence),
    None,
}

/// Looks for a banner or a tag with the phase in layouts, headers and parts of that name.
fn banner(facts: &Facts<'_>) -> Banner {
    let mut files = facts.named("layouts");
    files.truncate(MAX_LAYOUTS);
    let words = AhoCorasick::builder().ascii_case_insensitive(true).build(["alpha", "beta", "phase"]).ok();
    let wanted = |bytes: &[u8]| words.as_ref().is_none_or(|words| words.is_match(bytes));
    let mut pages = facts.holding(files, MAX_LAYOUT, &wanted).found;
    pages.sort_unstable_by_key(|&file| (facts.path(file).matches('/').count(), file));
    let texts: Vec<(usize, String)> =
        pages.iter().filter_map(|&file| Some((file, without_comments(&facts.text(file).ok()?)))).collect();
    let mut elsewhere = None;
    for (file, text) in &texts {
        let path = facts.path(*file);
        match tag(text) {
            Tag::Says(phase, at) if !is_switched_off(path, &texts, facts) => {
                let Ok(text) = facts.text(*file) else { continue };
                return Banner::Says(phase, place(path, &text, at));
            }
            Tag::Elsewhere(at) if elsewhere.is_none() => {
                elsewhere = facts.text(*file).ok().map(|text| place(path, &text, at));
            }
            _ => {}
        }
    }
    elsewhere.map_or(Banner::None, Banner::Elsewhere)
}

/// The text with comments blanked, of the same length in bytes and with the same lines.
fn without_comments(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    for (open, close) in [("<!--", "-->"), ("{#", "#}"), ("{{!--", "--}}"), ("<%#", "%>"), ("{/*", "*/}"), ("@*", "*@")]
    {
        let mut from = 0;
        while let Some(start) = text.get(from..).and_then(|rest| rest.find(open)).map(|at| from + at) {
            // `{#each` and `{#if` of Svelte are no comments.
            let svelte = open == "{#" && text[start + open.len()..].starts_with(|c: char| c.is_ascii_alphabetic());
            if svelte {
                from = start + open.len();
                continue;
            }
            let Some(end) = text[start..].find(close).map(|at| start + at + close.len()) else { break };
            out[start..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            from = end;
        }
    }
    String::from_utf8(out).unwrap_or_default().to_ascii_lowercase()
}

/// What a template says.
enum Tag {
    Says(Phase, usize),
    Elsewhere(usize),
    None,
}

/// The phase in the tag of a banner, or alone between two tags; in lower-cased text.
fn tag(text: &str) -> Tag {
    let mut called = None;
    let names =
        ["phasebanner", "phase-banner", "phase_banner", "betabanner", "beta-banner", "beta_banner", "alphabanner"];
    for name in names {
        for (at, _) in text.match_indices(name).take(MOST) {
            let mut end = (at + name.len() + REACH).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            let (reach, line) = (&text[at..end], text[..at].rsplit('\n').next().unwrap_or_default());
            // An import and an empty block are no banner.
            if line.contains("import")
                || line.contains("{% from")
                || line.contains("{%- from")
                || line.contains("block")
            {
                continue;
            }
            if let Some((phase, offset)) = value_of_tag(reach) {
                return Tag::Says(phase, at + offset);
            }
            let call = reach[name.len()..].trim_start_matches(['"', '\'']).trim_start();
            if call.starts_with(['(', ',']) && called.is_none() {
                called = Some((at, has_literal_tag(reach)));
            }
        }
    }
    for (word, phase) in [("alpha", Phase::Alpha), ("beta", Phase::Beta)] {
        for (at, _) in text.match_indices(word).take(MOST) {
            let (before, after) = (text[..at].trim_end(), text[at + word.len()..].trim_start());
            let alone = before.ends_with('>') && !before.ends_with("=>") && after.starts_with('<');
            let set = before.trim_end_matches(['"', '\'', ' ', ':', '=', '>']);
            let named = before.len() > set.len()
                && after.starts_with(['"', '\''])
                && ["phase", "phase_name", "phasename"].iter().any(|name| set.ends_with(name));
            if alone || named {
                return Tag::Says(phase, at);
            }
        }
    }
    match called {
        Some((at, false)) => Tag::Elsewhere(at),
        _ => Tag::None,
    }
}

/// The names that templates give to the text of a banner's tag.
const TAG_KEYS: [&str; 8] = ["text", "phase", "phase_name", "phasename", "tag", "children", "tagtext", "html"];

/// A phase written out as the text of the tag.
fn value_of_tag(reach: &str) -> Option<(Phase, usize)> {
    for (word, phase) in [("alpha", Phase::Alpha), ("beta", Phase::Beta)] {
        for (at, _) in reach.match_indices(word) {
            let (before, after) = (&reach[..at], &reach[at + word.len()..]);
            let between = before.trim_end().ends_with('>') && after.trim_start().starts_with('<');
            let quoted = before.ends_with(['"', '\'', '`']) && after.starts_with(['"', '\'', '`']);
            let key = before.trim_end_matches(|c: char| !c.is_alphanumeric());
            let named = before.len() - key.len() <= 12 && TAG_KEYS.iter().any(|name| key.ends_with(name));
            // What stands where nothing else is said: `phase or "alpha"`.
            let line = before.rsplit('\n').next().unwrap_or_default();
            let open = before.trim_end_matches(['"', '\'', '`']).trim_end();
            let named = named
                || (["||", "??", " or", "default("].iter().any(|or| open.ends_with(or))
                    && TAG_KEYS.iter().any(|name| line.trim_start().starts_with(name)));
            // The key of a translation: `t(".beta")`.
            let translated = before.ends_with('.') && after.starts_with(['"', '\'']) && before.contains("t(");
            if between || (quoted && named) || translated {
                return Some((phase, at));
            }
        }
    }
    None
}

/// Whether the tag is written out, though it is no phase.
fn has_literal_tag(reach: &str) -> bool {
    TAG_KEYS.iter().any(|name| {
        reach.match_indices(name).any(|(at, _)| {
            let value = reach[at + name.len()..].trim_start_matches(['"', '\'', ')', ' ', ':', '=', '>']);
            let end = reach.len() - value.len();
            reach[at + name.len()..end].contains([':', '=']) && reach[..end].ends_with(['"', '\''])
        })
    })
}

/// Whether a part of a page is only shown where a page asks for that phase, which the others do not do.
fn is_switched_off(path: &str, texts: &[(usize, String)], facts: &Facts<'_>) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or(&name).trim_start_matches('_');
    if !stem.contains("banner") {
        return false;
    }
    let (mut used, mut always) = (false, false);
    for (_, text) in texts.iter().filter(|(file, _)| facts.path(*file) != path) {
        for (at, _) in text.match_indices(stem).take(MOST) {
            let before = &text[..at];
            let line = before.rsplit('\n').next().unwrap_or_default();
            if line.contains("import") || line.contains("from") {
                continue;
            }
            used = true;
            let conditional = before
                .rsplit('\n')
                .take(3)
                .any(|line| line.contains("if ") && ["beta", "alpha"].iter().any(|word| line.contains(word)));
            always |= !conditional;
        }
    }
    used && !always
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<&'static str> {
        match tag(&without_comments(text)) {
            Tag::Says(phase, _) => Some(phase.word()),
            Tag::Elsewhere(_) => Some("elsewhere"),
            Tag::None => None,
        }
    }

    #[test]
    fn tags_of_banners() {
        assert_eq!(said("{{ govukPhaseBanner({\n tag: { text: \"Alpha\" }\n}) }}"), Some("alpha"));
        assert_eq!(said("<%= govuk_phase_banner(tag: { text: 'Beta' }) do %>"), Some("beta"));
        assert_eq!(
            said("<strong class=\"govuk-tag govuk-phase-banner__content__tag\">\n BETA\n</strong>"),
            Some("beta")
        );
        assert_eq!(said("<PhaseBanner tag={{ children: 'alpha' }}>"), Some("alpha"));
        assert_eq!(said("render \"components/phase_banner\", phase: \"beta\""), Some("beta"));
        assert_eq!(said("<div class=\"govuk-phase-banner\">\n <%= t(\".beta\") %>"), Some("beta"));
        assert_eq!(said("header(\n service_name: name,\n phase_name: \"Beta\",\n)"), Some("beta"));
        assert_eq!(said("{{ govukPhaseBanner({ tag: { text: phase } }) }}"), Some("elsewhere"));
        assert_eq!(said("{% block phase_banner %}{% endblock %}"), None);
        assert_eq!(said("{% from \"govuk/components/phase-banner/macro.njk\" import govukPhaseBanner %}"), None);
        assert_eq!(said("{# {{ govukPhaseBanner({ tag: { text: \"Alpha\" } }) }} #}"), None);
        assert_eq!(said("{{ govukPhaseBanner({ tag: { text: \"Feedback\" } }) }}"), None);
        assert_eq!(said("<p>We test the beta version of the form.</p>"), None);
    }
}
