//! What a README says of the state of the project: that it is not for use, or the phase it is in.

use crate::check::{Answer, Truth, heading_matches};
use crate::document::{Block, BlockKind, Document};
use crate::facts::Facts;
use crate::host::HostFact;
use crate::pattern::Live;
use crate::text;
use crate::value::{Evidence, Kind, Value, quote};

use super::phase::Phase;

/// How many blocks at the top of a README are looked at for a notice of a word or two. Further down, such a word is a
/// heading or a cell of a table that speaks of something else.
const TOP: usize = 12;
/// The fewest words of a sentence.
const SENTENCE: usize = 5;
/// The most words of a status that is given without a sentence.
const SHORT: usize = 6;

/// Whether the README is open about a project that nobody should rely on. The value says whether it has such a notice.
pub(crate) fn notice(facts: &Facts<'_>) -> Answer {
    let Some(file) = facts.readme() else {
        let mut answer = Answer::no().value(Value::Flag(false));
        answer.nothing_read = true;
        return answer;
    };
    let path = facts.path(file);
    let document = match facts.document(file) {
        Ok(document) => document,
        Err(why) => return Answer::unreadable(path, &why),
    };
    if let Some(found) = said(facts, file, &document, &["archived", "prototype"]) {
        return Answer::yes(found)
            .value(Value::Flag(true))
            .note("The README says that the project is archived, unmaintained, a prototype or an experiment.");
    }
    let answer = if is_archived(facts) {
        Answer::no().note("The host shows the repository as archived, and the README does not say so.")
    } else if let Some(place) = retired_by_metadata(facts) {
        let metadata = quote(place.path.as_deref().unwrap_or_default());
        Answer::no()
            .with(place)
            .note(format!("{metadata} says that the project is at its end, and the README does not."))
    } else if facts.kind.get().copied().flatten() == Some(Kind::Prototype) {
        Answer::no()
    } else {
        Answer::new(Truth::Yes).note("Nothing says that the project is archived, unmaintained or an experiment.")
    };
    answer.with(Evidence::file(path)).value(Value::Flag(false))
}

/// Whether the project is no longer kept up: its host, its metadata or its README says so.
pub(crate) fn retired(facts: &Facts<'_>) -> Answer {
    facts.retired().clone()
}

/// Looks for what [`retired`] tells.
pub(crate) fn find_retired(facts: &Facts<'_>) -> Answer {
    if is_archived(facts) {
        return Answer::yes(Evidence::said("archived: true"));
    }
    if let Some(place) = retired_by_metadata(facts) {
        return Answer::yes(place);
    }
    let said = facts.readme().and_then(|file| said(facts, file, &*facts.document(file).ok()?, &["archived"]));
    said.map_or_else(Answer::no, Answer::yes)
}

fn is_archived(facts: &Facts<'_>) -> bool {
    facts.sources.host.known.get(&HostFact::Archived).is_some_and(|value| value == "true")
}

fn retired_by_metadata(facts: &Facts<'_>) -> Option<Evidence> {
    let stated = super::phase::metadata(facts).ok()?;
    stated.into_iter().find(|(phase, _)| *phase == Phase::Retired).map(|(_, place)| place)
}

/// The place where a README says one of these things about the whole project.
fn said(facts: &Facts<'_>, file: usize, document: &Document, topics: &[&str]) -> Option<Evidence> {
    let live: Vec<Live<'_>> = topics.iter().map(|topic| facts.phrase(topic, file)).collect();
    let matches = |block: &Block| {
        live.iter().any(|phrases| {
            phrases.is_match(&block.text) || block.links.iter().any(|link| badge(link) && phrases.is_match(link))
        })
    };
    if topics.contains(&"archived") {
        let title = document.blocks.iter().take(TOP).find(|block| block.kind == BlockKind::Heading(1));
        if let Some(title) = title.filter(|title| facts.phrase("archived-title", file).is_match(&title.text)) {
            return Some(Evidence::line(facts.path(file), title.line, &title.text));
        }
    }
    let mut status_until = None;
    for (i, block) in document.blocks.iter().enumerate() {
        if let BlockKind::Heading(level) = block.kind {
            if status_until.is_some_and(|until| level <= until) {
                status_until = None;
            }
            if heading_matches(&block.text, facts.heading("status")) {
                status_until = Some(level);
            }
        }
        let looked_at = match block.kind {
            BlockKind::Code => false,
            BlockKind::Heading(level) => i == 0 || (i < TOP && level <= 2) || (i < TOP && level == 7),
            BlockKind::Prose => i < TOP || status_until.is_some() || block.text.split_whitespace().count() >= SENTENCE,
        };
        // A word alone in the heading of a later part names that part.
        if looked_at && matches(block) {
            return Some(Evidence::line(facts.path(file), block.line, &block.text));
        }
    }
    None
}

fn badge(link: &str) -> bool {
    ["shields.io", "repostatus.org", "unmaintained", "badge"].iter().any(|host| link.contains(host))
}

/// The phases that the README states, with their places.
pub(crate) fn phases(facts: &Facts<'_>) -> Vec<(Phase, Evidence)> {
    let Some((file, document)) = facts.readme().and_then(|file| facts.document(file).ok().map(|text| (file, text)))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    found.extend(said(facts, file, &document, &["archived"]).map(|place| (Phase::Retired, place)));
    for phase in [Phase::Discovery, Phase::Alpha, Phase::Beta, Phase::Live] {
        let topic = format!("phase-{}", phase.word());
        found.extend(said(facts, file, &document, &[&topic]).map(|place| (phase, place)));
    }
    if found.is_empty() {
        found.extend(labelled(facts, file, &document));
    }
    found
}

/// A phase in a word or two, below a heading about the status or beside such a cell of a table.
fn labelled(facts: &Facts<'_>, file: usize, document: &Document) -> Option<(Phase, Evidence)> {
    document.blocks.windows(2).find_map(|pair| {
        let [label, value] = pair else { return None };
        let heading =
            matches!(label.kind, BlockKind::Heading(_)) && heading_matches(&label.text, facts.heading("status"));
        let cell = ["phase", "status", "stage", "lifecycle"].contains(&text::words(&label.text).trim());
        if !(heading || cell) || value.kind != BlockKind::Prose || value.text.split_whitespace().count() > SHORT {
            return None;
        }
        let words = text::words(&value.text);
        let phase = words.split_whitespace().find_map(Phase::of_word)?;
        let no = words.split_whitespace().any(|word| ["no", "not", "pre", "next", "until"].contains(&word));
        (!no).then(|| (phase, Evidence::line(facts.path(file), value.line, &value.text)))
    })
}
