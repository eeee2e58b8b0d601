//! Whether `code.json` agrees with itself and with the repository that it describes.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::check::{Answer, MAX_EVIDENCE, Truth, key_evidence};
use crate::data::Data;
use crate::facts::Facts;
use crate::format::scalar::{expression, moment};
use crate::host::HostFact;
use crate::value::{Evidence, Value, quote};

use super::agree::{self, Agreement};

/// How many days of work may pass before the metadata is out of date.
const STALE: i64 = 365;

/// What was compared, and what contradicts.
struct Compared<'a, 'f> {
    facts: &'a Facts<'f>,
    file: usize,
    /// Whether the file is a list with one release, so that key paths start with its place.
    in_list: bool,
    agreed: Vec<Evidence>,
    wrong: Vec<(String, Vec<Evidence>)>,
}

impl Compared<'_, '_> {
    fn place(&self, keys: &[&str], shown: &str) -> Evidence {
        if self.in_list {
            return Evidence::file(self.facts.path(self.file));
        }
        key_evidence(self.facts, self.file, keys, shown)
    }

    fn wrong(&mut self, says: impl Into<String>, evidence: Vec<Evidence>) {
        self.wrong.push((says.into(), evidence));
    }
}

pub(super) fn consistent(facts: &Facts<'_>) -> Answer {
    let (file, loaded) = match agree::loaded(facts, "code-json", "code.json") {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let (release, in_list) = match &loaded.root {
        root @ Data::Map(_) => (root, false),
        Data::List(items) if items.len() == 1 => (&items[0], true),
        _ => (&Data::Null, true),
    };
    if release.get("permissions").is_none() || release.get("releases").is_some() {
        let path = facts.path(file);
        let why = format!("{} does not describe one repository", quote(path));
        return Answer::new(Truth::NotAsked(why)).with(Evidence::file(path));
    }
    let mut compared = Compared { facts, file, in_list, agreed: Vec::new(), wrong: Vec::new() };
    compared.licence(release);
    compared.usage(release);
    compared.dates(release);
    compared.status(release);
    let value = release.text_at(&["status"]).map(|status| Value::Text(quote(status)));
    let mut answer = if compared.wrong.is_empty() {
        if compared.agreed.is_empty() {
            Answer::new(Truth::Unknown("code.json says nothing that can be compared with the repository".to_owned()))
                .with(Evidence::file(facts.path(file)))
        } else {
            let mut answer = Answer::new(Truth::Yes);
            answer.evidence = compared.agreed;
            answer
        }
    } else {
        let says: Vec<String> = compared.wrong.iter().map(|(says, _)| says.clone()).collect();
        let mut answer =
            Answer::no().note(format!("code.json contradicts the repository or itself: {}.", says.join("; ")));
        answer.evidence = compared.wrong.into_iter().flat_map(|(_, evidence)| evidence).collect();
        answer
    };
    answer.evidence.truncate(MAX_EVIDENCE);
    answer.value = value;
    answer
}

impl Compared<'_, '_> {
    fn licence(&mut self, release: &Data) {
        let keys = ["permissions", "licenses"];
        let licences = release.at(&keys).map(Data::items).unwrap_or_default();
        let names: Vec<&str> = licences.iter().filter_map(|licence| licence.text_at(&["name"])).collect();
        if names.is_empty() {
            return;
        }
        let place = self.place(&keys, &names.join(", "));
        if names == ["None"] {
            if let Some((id, evidence)) = self.facts.licences().found.first() {
                let says = format!("it names no licence, and the repository is under {}", quote(id));
                self.wrong(says, vec![place, evidence.clone()]);
            }
            return;
        }
        let expressions: Option<Vec<_>> = names.iter().map(|name| expression(name)).collect();
        // A name that is not from SPDX, such as "Other", cannot be compared.
        let Some(expressions) = expressions else { return };
        let answers: Vec<_> = expressions.iter().map(|said| agree::licence(self.facts, said)).collect();
        if answers.iter().any(|(agreement, _)| *agreement == Agreement::Yes) {
            self.agreed.push(place);
        } else if answers.iter().all(|(agreement, _)| *agreement == Agreement::No) {
            let says = format!(
                "it names the licence {}, and the repository is under {}",
                quote(&names.join(", ")),
                agree::found(self.facts)
            );
            let mut evidence = vec![place];
            evidence.extend(answers.into_iter().next().into_iter().flat_map(|(_, evidence)| evidence));
            self.wrong(says, evidence);
        }
    }

    fn usage(&mut self, release: &Data) {
        let keys = ["permissions", "usageType"];
        let usage = agree::texts(release.at(&keys));
        let exempt = usage.iter().find(|word| word.starts_with("exempt"));
        let explained = release.text_at(&["permissions", "exemptionText"]).is_some();
        if let Some(word) = exempt {
            let place = self.place(&keys, word);
            if explained {
                self.agreed.push(place);
            } else {
                self.wrong(format!("it claims {} without an `exemptionText`", quote(word)), vec![place]);
            }
        }
        let Some(visibility) = release.text_at(&["repositoryVisibility"]) else { return };
        let place = self.place(&["repositoryVisibility"], visibility);
        match (visibility, agree::host(self.facts, HostFact::Public)) {
            ("private", Some(true)) | ("public", Some(false)) => {
                let seen = if visibility == "private" { "public" } else { "not public" };
                let host = agree::host_evidence(self.facts, HostFact::Public);
                self.wrong(
                    format!("`repositoryVisibility` is {visibility}, and the repository is {seen}"),
                    vec![place, host],
                );
            }
            ("public" | "private", Some(_)) => self.agreed.push(place),
            ("private", None) if usage.contains(&"openSource") => {
                self.wrong("`usageType` is openSource and `repositoryVisibility` is private", vec![place]);
            }
            _ => {}
        }
    }

    fn dates(&mut self, release: &Data) {
        let date = |key: &str| release.text_at(&["date", key]).and_then(moment);
        let today = self.facts.sources.today;
        let (created, modified) = (date("created"), date("lastModified"));
        let updated = date("metadataLastUpdated").or_else(|| date("metaDataLastUpdated"));
        let named = [("created", created), ("lastModified", modified), ("metadataLastUpdated", updated)];
        for (key, day) in named {
            // A day later may still be today in another part of the world.
            if let Some(day) = day.filter(|day| *day > today.saturating_add(1.day())) {
                let place = self.place(&["date", key], &day.to_string());
                self.wrong(format!("`date.{key}` is {day}, which is yet to come"), vec![place]);
            }
        }
        match (created, modified) {
            (Some(created), Some(modified)) if created > modified => {
                let place = self.place(&["date", "created"], &created.to_string());
                self.wrong(
                    format!("it was created on {created}, after it was last modified on {modified}"),
                    vec![place],
                );
            }
            (Some(created), Some(_)) => {
                let place = self.place(&["date", "created"], &created.to_string());
                self.agreed.push(place);
            }
            _ => {}
        }
        if let Some(updated) = updated
            && let Some(last) =
                self.facts.history().ok().and_then(|history| history.commits.iter().find_map(|commit| commit.written))
        {
            let place = self.place(&["date", "metadataLastUpdated"], &updated.to_string());
            if is_stale(updated, last) {
                self.wrong(
                    format!("its metadata was last updated on {updated}, and the newest commit is of {last}"),
                    vec![place],
                );
            } else {
                self.agreed.push(place);
            }
        }
    }

    fn status(&mut self, release: &Data) {
        let Some(status) = release.text_at(&["status"]) else { return };
        let is_archival = status.eq_ignore_ascii_case("archival");
        let place = self.place(&["status"], status);
        let ended = if agree::host(self.facts, HostFact::Archived) == Some(true) {
            Some(("the repository is archived", agree::host_evidence(self.facts, HostFact::Archived)))
        } else {
            agree::notice(self.facts, "archived")
                .map(|place| ("the README says that it is no longer maintained", place))
        };
        match ended {
            Some((why, other)) if !is_archival => {
                self.wrong(format!("`status` is {}, and {why}", quote(status)), vec![place, other]);
            }
            Some(_) => self.agreed.push(place),
            None => {}
        }
    }
}

fn is_stale(updated: Date, last: Date) -> bool {
    updated.saturating_add(STALE.days()) < last
}
