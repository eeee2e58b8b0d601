//! Whether `publiccode.yml` agrees with the repository that it describes.

use jiff::civil::Date;

use crate::check::{Answer, Truth, key_evidence};
use crate::facts::Facts;
use crate::format::scalar::{address, day, expression};
use crate::host::HostFact;
use crate::value::{Evidence, Value, quote};

use super::agree::{self, Agreement, Repository};
use super::versions::{Number, newest};

const TITLE: &str = "publiccode.yml";
/// How many days a release and the date that is given for it may be apart.
const NEAR: i32 = 45;

fn not_asked(why: impl Into<String>) -> Answer {
    Answer::new(Truth::NotAsked(why.into()))
}

fn unknown(why: impl Into<String>) -> Answer {
    Answer::new(Truth::Unknown(why.into()))
}

pub(super) fn licence(facts: &Facts<'_>) -> Answer {
    let (file, loaded) = match agree::loaded(facts, "publiccode", TITLE) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let keys = ["legal", "license"];
    let Some(said) = loaded.root.text_at(&keys) else {
        return not_asked(format!("{TITLE} states no licence"));
    };
    let place = key_evidence(facts, file, &keys, said);
    let value = Value::Text(quote(said));
    let Some(expression) = expression(said) else {
        return unknown(format!("`{}` is not an SPDX licence expression", quote(said))).with(place).value(value);
    };
    let (agreement, evidence) = agree::licence(facts, &expression);
    let answer = match agreement {
        Agreement::Yes => Answer::new(Truth::Yes).note(format!("{TITLE} and the repository both say {}.", quote(said))),
        Agreement::No => Answer::no().note(format!(
            "{TITLE} says {}, but the repository is under {}.",
            quote(said),
            agree::found(facts)
        )),
        Agreement::Unknown(why) => unknown(why),
    };
    let mut answer = answer.with(place).value(value);
    answer.evidence.extend(evidence);
    answer
}

pub(super) fn url(facts: &Facts<'_>) -> Answer {
    let (file, loaded) = match agree::loaded(facts, "publiccode", TITLE) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let Some(said) = loaded.root.text_at(&["url"]) else {
        return not_asked(format!("{TITLE} has no `url`"));
    };
    let place = key_evidence(facts, file, &["url"], said);
    let shown = quote(said);
    let web = address(said)
        .is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"));
    let Some(repository) = Repository::parse(said).filter(|_| web) else {
        return Answer::no()
            .with(place)
            .note(format!("`url` is `{shown}`, which is not an address that starts with https://."));
    };
    let codes = &facts.catalogue.vocabulary.codes;
    let is_host = codes.is_code_host(&repository.host);
    if is_host && !repository.path.contains('/') {
        return Answer::no().with(place).note(format!("`url` is `{shown}`, which is not the address of a repository."));
    }
    match agree::here(facts) {
        Some((here, _)) if repository == here || repository.is_within(&here) => {
            Answer::yes(place).value(Value::Text(shown))
        }
        Some((_, known)) => unknown(format!(
            "`url` is {shown}, and this copy comes from {}; a fork or a mirror keeps the address of the original",
            quote(&known)
        ))
        .with(place),
        None => {
            unknown("openly does not know where this repository is published, to compare it with `url`").with(place)
        }
    }
}

pub(super) fn version(facts: &Facts<'_>) -> Answer {
    let (file, loaded) = match agree::loaded(facts, "publiccode", TITLE) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let said = loaded.root.get("softwareVersion").filter(|said| !said.is_blank()).map(ToString::to_string);
    let released = loaded.root.text_at(&["releaseDate"]).map(ToOwned::to_owned);
    let date_place = |text: &str| key_evidence(facts, file, &["releaseDate"], text);
    let date = released.as_deref().and_then(day);
    if let (Some(text), Some(date)) = (&released, date)
        && date > facts.sources.today
    {
        return Answer::no().with(date_place(text)).note(format!("`releaseDate` is {date}, which is yet to come."));
    }
    let place = match (&said, &released) {
        (Some(said), _) => key_evidence(facts, file, &["softwareVersion"], said),
        (None, Some(text)) => date_place(text),
        (None, None) => return not_asked(format!("{TITLE} states neither `softwareVersion` nor `releaseDate`")),
    };
    let tags = match facts.sources.tree.tags() {
        Ok(tags) => tags,
        Err(why) => return unknown(why).with(place),
    };
    let number = said.as_deref().and_then(Number::parse);
    if let (Some(text), None) = (&said, &number) {
        return unknown(format!(
            "`softwareVersion` is `{}`, which has no number to compare with the tags",
            quote(text)
        ))
        .with(place);
    }
    let Some((tag, latest)) = newest(&tags, number.as_ref()) else {
        let why = "no tag names a version (a clone may have been made without its tags)";
        return unknown(why).with(place);
    };
    let tagged = facts.sources.tree.tag_day(&tag);
    let place_of_tag = Evidence::said(&match tagged {
        Some(day) => format!("tag {tag} of {day}"),
        None => format!("tag {tag}"),
    });
    let answer = match (&said, &number) {
        (Some(text), Some(number)) if number.compare(&latest).is_lt() => Answer::no().note(format!(
            "`softwareVersion` is {}, but the newest release is tagged {}.",
            quote(text),
            quote(&tag)
        )),
        (Some(text), Some(number)) if number.compare(&latest).is_gt() => {
            unknown(format!("`softwareVersion` is {}, and the newest tag is {}", quote(text), quote(&tag)))
        }
        _ => match (date, tagged) {
            (Some(date), Some(tagged)) if days(date, tagged) > NEAR => {
                Answer::no().note(format!("`releaseDate` is {date}, but {} was tagged on {tagged}.", quote(&tag)))
            }
            // Without a version, a date after the newest tag may be of a release that is not tagged.
            (Some(date), Some(tagged)) if said.is_none() && days(tagged, date) > NEAR => {
                unknown(format!("`releaseDate` is {date}, and the newest tag, {}, is of {tagged}", quote(&tag)))
            }
            (Some(date), Some(tagged)) if days(tagged, date) > NEAR => {
                Answer::no().note(format!("`releaseDate` is {date}, but {} was tagged on {tagged}.", quote(&tag)))
            }
            _ => Answer::new(Truth::Yes).note(format!("{TITLE} names the newest release, {}.", quote(&tag))),
        },
    };
    let value = said.or(released).map(|text| Value::Text(quote(&text)));
    let mut answer = answer.with(place).with(place_of_tag);
    answer.value = value;
    answer
}

/// How many days the second date is after the first.
fn days(first: Date, second: Date) -> i32 {
    first.until(second).map_or(0, |span| span.get_days())
}

pub(super) fn status(facts: &Facts<'_>) -> Answer {
    let (file, loaded) = match agree::loaded(facts, "publiccode", TITLE) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let Some(said) = loaded.root.text_at(&["developmentStatus"]) else {
        return not_asked(format!("{TITLE} has no `developmentStatus`"));
    };
    let place = key_evidence(facts, file, &["developmentStatus"], said);
    let value = Value::Text(quote(said));
    let ended = if agree::host(facts, HostFact::Archived) == Some(true) {
        Some(("the repository is archived", agree::host_evidence(facts, HostFact::Archived)))
    } else {
        agree::notice(facts, "archived").map(|place| ("the README says that it is no longer maintained", place))
    };
    let early = agree::notice(facts, "early-stage").or_else(|| agree::notice(facts, "prototype"));
    let answer = match (said, ended, early) {
        ("obsolete", Some((_, other)), _) => Answer::new(Truth::Yes).with(place).with(other),
        (_, Some((why, other)), _) => Answer::no()
            .with(place)
            .with(other)
            .note(format!("`developmentStatus` is {}, but {why}; the word for that is `obsolete`.", quote(said))),
        ("concept" | "development" | "beta", None, Some(other)) => Answer::new(Truth::Yes).with(place).with(other),
        ("stable", None, Some(other)) => Answer::no()
            .with(place)
            .with(other)
            .note("`developmentStatus` is stable, but the README says that it is at an early stage.".to_owned()),
        _ => not_asked("the README does not say at which stage the software is").with(place),
    };
    answer.value(value)
}

pub(super) fn maintained(facts: &Facts<'_>) -> Answer {
    let (file, loaded) = match agree::loaded(facts, "publiccode", TITLE) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let keys = ["maintenance", "type"];
    let Some(kind) = loaded.root.text_at(&keys) else {
        return not_asked(format!("{TITLE} does not say how the software is maintained"));
    };
    let place = key_evidence(facts, file, &keys, kind);
    let answer = match kind {
        "contract" => contract(facts, file, &loaded.root),
        "internal" | "community" => {
            let contacts = loaded.root.at(&["maintenance", "contacts"]);
            let named = contacts
                .is_some_and(|contacts| contacts.items().iter().any(|contact| contact.text_at(&["name"]).is_some()));
            if named {
                Answer::new(Truth::Yes).note(format!("Maintenance is {kind}, with a contact."))
            } else {
                Answer::no().note(format!("Maintenance is {kind}, but `maintenance.contacts` names nobody."))
            }
        }
        "none" => match loaded.root.text_at(&["developmentStatus"]) {
            Some("obsolete") => not_asked("the software is obsolete, so nobody maintains it"),
            _ => Answer::no().note(format!("{TITLE} says that nobody maintains the software.")),
        },
        other => unknown(format!("`{}` is not a kind of maintenance that the standard has", quote(other))),
    };
    let mut answer = answer.value(Value::Text(quote(kind)));
    answer.evidence.insert(0, place);
    answer
}

/// Whether a contract for maintenance is in force.
fn contract(facts: &Facts<'_>, file: usize, root: &crate::data::Data) -> Answer {
    let contractors = root.at(&["maintenance", "contractors"]).map(crate::data::Data::items).unwrap_or_default();
    let ends: Vec<Option<Date>> = contractors.iter().map(|c| c.text_at(&["until"]).and_then(day)).collect();
    let place = key_evidence(facts, file, &["maintenance", "contractors"], "");
    match ends.iter().flatten().max() {
        Some(last) if *last >= facts.sources.today => {
            Answer::yes(place).note(format!("A contract for maintenance runs until {last}."))
        }
        Some(_) if ends.contains(&None) => unknown("a contractor has no date in `until`").with(place),
        Some(last) => Answer::no().with(place).note(format!("The contract for maintenance ended on {last}.")),
        None if contractors.is_empty() => {
            Answer::no().note("Maintenance is by contract, but `maintenance.contractors` names nobody.".to_owned())
        }
        None => unknown("no contractor has a date in `until`").with(place),
    }
}
