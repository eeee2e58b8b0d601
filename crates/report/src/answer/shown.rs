//! The sentences that answers in every form share.

use openly_rules::Relation;
use openly_rules::value::{Evidence, Unit, quote};

use super::{Answer, LevelRow, LeverRow, Reason, Row, Share, State};

/// What stands where no level is reached.
pub(super) const NONE: &str = "–";

/// The words where nothing in a repository bears on a criterion.
pub(super) const ONLY_PEOPLE: &str = "A repository cannot show this.";

/// Where something was read: a file with its line, a commit or an address, with what stands there unless it is `said`
/// already.
fn place(place: &Evidence, said: &str) -> String {
    let commit = || place.commit.as_deref().map(|commit| format!("commit {}", quote(commit)));
    let address = || place.url.as_deref().map(quote);
    let at = place.file_and_line().or_else(commit).or_else(address).unwrap_or_default();
    let text = place.text.as_deref().map(quote).filter(|text| !said.contains(text.as_str()));
    match (text, at.is_empty()) {
        (Some(text), true) => text,
        (Some(text), false) => format!("{at}  {text}"),
        (None, _) => at,
    }
}

/// How a reason bears on its level.
pub(super) fn relation(reason: &Reason) -> &'static str {
    match reason.relation {
        Relation::Satisfies => "settles",
        Relation::Supports => "points to",
        Relation::Contradicts => "rules out",
        Relation::Attested => "attests",
    }
}

/// Where a reason comes from: the rule, or a person.
pub(super) fn by(reason: &Reason) -> &str {
    reason.rule.as_deref().unwrap_or("attestation")
}

/// Every place of a reason.
pub(super) fn places(reason: &Reason) -> Vec<String> {
    let here = reason.places.iter().map(|found| place(found, &reason.text));
    let there = reason.repositories.iter().map(|found| match &found.place {
        Some(place) => format!("{}: {}", quote(&found.repository), quote(place)),
        None => quote(&found.repository),
    });
    here.chain(there).filter(|place| !place.is_empty()).collect()
}

/// The address of an attestation, if it is one that can be followed without danger.
pub(super) fn link(reason: &Reason) -> Option<&str> {
    reason.link.as_deref().filter(|link| link.starts_with("https://"))
}

/// The level that an answer claims, in one phrase.
pub(super) fn levels(row: &Row) -> String {
    let [proven, indicated, possible] = cells(row);
    format!("proven {proven}, indicated {indicated}, possible {possible}")
}

/// The three levels of a row, in brackets where nothing is asked for.
pub(super) fn cells(row: &Row) -> [String; 3] {
    [&row.proven, &row.indicated, &row.possible].map(|level| {
        let id = level.as_deref().unwrap_or(NONE);
        if row.is_without_evidence(level) { format!("({id})") } else { id.to_owned() }
    })
}

/// The answer point by point, with a word about signals where they point to it.
pub(super) fn point(row: &Row) -> Option<String> {
    let answer = row.answer.as_ref()?;
    Some(match row.levels.first().map(|level| level.state) {
        Some(State::Indicated) => format!("{answer} (signals point to it)"),
        _ => answer.clone(),
    })
}

/// Whether nothing is known of a row, for or against it.
pub(super) fn is_silent(row: &Row) -> bool {
    row.because.is_empty() && row.missing.is_empty() && row.lapsed.is_empty()
}

/// What was rated, in one line.
pub(super) fn subject(answer: &Answer) -> String {
    let rated = &answer.subject;
    let name = quote(&rated.name);
    match rated.unit {
        Unit::Repository => {
            let commit = rated.commit.as_ref().map(|id| format!(" at {}", id.chars().take(10).collect::<String>()));
            format!("Repository {name}{}", commit.unwrap_or_default())
        }
        unit => format!(
            "{} {name}, {} of {} repositories active",
            first_upper(unit.word()),
            rated.active,
            rated.repositories
        ),
    }
}

fn first_upper(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// How many criteria got each answer, in the order met, not met, unknown; or how many are proven above the first level.
pub(super) fn summary(answer: &Answer) -> String {
    let total = answer.criteria.len();
    match &answer.words {
        Some(words) => {
            let count = |word: &String| answer.criteria.iter().filter(|row| row.answer.as_ref() == Some(word)).count();
            let signals = answer.criteria.iter().filter(|row| row.proven.is_none() && row.indicated.is_some()).count();
            format!(
                "{total} {}s: {} {}, {} {}, {} {} ({signals} of these with signals that point to it)",
                words.of,
                count(&words.met),
                words.met,
                count(&words.not_met),
                words.not_met,
                count(&words.unknown),
                words.unknown
            )
        }
        None => {
            let shown = answer.criteria.iter().filter(|row| !row.because.is_empty()).count();
            format!("{total} criteria, {shown} with evidence for or against a level")
        }
    }
}

/// What the repositories of a unit say of a level.
pub(super) fn share(share: &Share) -> String {
    let among = if share.among > 1 { format!(", with at least {} repositories", share.among) } else { String::new() };
    let needed = if share.needed == 0 { "one".to_owned() } else { format!("{}%", share.needed) };
    format!(
        "needs at least {needed}{among}: proven in {} of {}, indicated in {} of {}, ruled out in {}",
        share.proven, share.proven_of, share.indicated, share.indicated_of, share.ruled_out
    )
}

/// A level with its state.
pub(super) fn level(level: &LevelRow) -> String {
    format!("{} ({}): {}", level.id, level.state.words(), level.says)
}

/// A lever in one sentence.
pub(super) fn lever(lever: &LeverRow) -> String {
    format!("{}. {}", lever_name(lever), lever.because)
}

/// A lever, whether it is held, and what its source calls it.
pub(super) fn lever_name(lever: &LeverRow) -> String {
    let held = if lever.held { "held" } else { "not declared" };
    let traits = [lever.origin.map(|o| o.word()), lever.force.map(|f| f.word()), lever.power.map(|p| p.word())];
    let traits: Vec<&str> = std::iter::once(held).chain(traits.into_iter().flatten()).collect();
    format!("{} ({})", lever.title, traits.join(", "))
}
