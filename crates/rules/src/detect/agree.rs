//! What metadata says, compared with what the repository shows: its licence files, its README, where it was cloned from.

use std::rc::Rc;

use spdx::Expression;

use crate::check::{Answer, Truth};
use crate::data::{Data, Loaded};
use crate::document::BlockKind;
use crate::facts::Facts;
use crate::host::HostFact;
use crate::value::{Evidence, quote};

/// How many blocks of a README speak of the whole repository, before its sections begin to speak of parts.
const LEAD: usize = 12;

/// The first file of a list of paths that is not empty, with its data, or the answer when there is none.
pub(super) fn loaded(facts: &Facts<'_>, list: &str, title: &str) -> Result<(usize, Rc<Loaded>), Answer> {
    let Some(file) = facts.named(list).into_iter().find(|&file| !facts.is_empty(file)) else {
        return Err(Answer::new(Truth::NotAsked(format!("there is no {title}"))));
    };
    let path = facts.path(file);
    match facts.data(file) {
        Ok(Ok(loaded)) => match &loaded.repeated {
            Some(repeated) => Err(Answer::broken(path, repeated)),
            None => Ok((file, loaded)),
        },
        Ok(Err(broken)) => Err(Answer::broken(path, &broken)),
        Err(why) => Err(Answer::unreadable(path, &why)),
    }
}

/// Whether a statement about the licence agrees with the licence files.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    Yes,
    No,
    /// Nobody can tell, and why.
    Unknown(String),
}

/// Compares a licence expression with the licences that were found.
pub(super) fn licence(facts: &Facts<'_>, said: &Expression) -> (Agreement, Vec<Evidence>) {
    let licences = facts.licences();
    let evidence: Vec<Evidence> = licences.found.iter().map(|(_, evidence)| evidence.clone()).collect();
    let is_found = |name: &str| licences.found.iter().any(|(id, _)| family(id) == family(name));
    let holds = said.evaluate(|req| req.license.id().is_some_and(|id| is_found(id.name)));
    let partly = said.requirements().any(|found| found.req.license.id().is_some_and(|id| is_found(id.name)));
    let own_words = said.requirements().any(|found| found.req.license.id().is_none());
    let agreement = if holds {
        Agreement::Yes
    } else if licences.found.is_empty() {
        Agreement::Unknown("openly recognised no licence in the repository to compare it with".to_owned())
    } else if partly || own_words || licences.is_uncertain() {
        Agreement::Unknown("openly did not recognise every licence of the repository".to_owned())
    } else {
        Agreement::No
    };
    (agreement, evidence)
}

/// The ids of the licences that were found, for a sentence.
pub(super) fn found(facts: &Facts<'_>) -> String {
    let ids: Vec<String> = facts.licences().found.iter().map(|(id, _)| quote(id)).collect();
    ids.join(" and ")
}

/// The GNU licences have one text for "only" and "or later".
fn family(id: &str) -> &str {
    let id = id.strip_suffix('+').unwrap_or(id);
    id.strip_suffix("-only").or_else(|| id.strip_suffix("-or-later")).unwrap_or(id)
}

/// The place at the top of the README that one of these phrases matches.
pub(super) fn notice(facts: &Facts<'_>, topic: &str) -> Option<Evidence> {
    let file = facts.readme()?;
    let document = facts.document(file).ok()?;
    let phrase = facts.phrase(topic, file);
    let lead = document.blocks.iter().filter(|block| block.kind != BlockKind::Code).take(LEAD);
    lead.into_iter().find_map(|block| {
        let said = phrase.is_match(&block.text) || block.links.iter().any(|link| phrase.is_match(link));
        said.then(|| Evidence::line(facts.path(file), block.line, &block.text))
    })
}

/// What the host says, as true or false.
pub(super) fn host(facts: &Facts<'_>, fact: HostFact) -> Option<bool> {
    facts.sources.host.known.get(&fact)?.parse().ok()
}

/// The place of a host's answer.
pub(super) fn host_evidence(facts: &Facts<'_>, fact: HostFact) -> Evidence {
    let value = facts.sources.host.known.get(&fact).map_or("", String::as_str);
    let mut evidence = Evidence::said(&format!("{}: {value}", fact.name()));
    evidence.url.clone_from(&facts.sources.host.url);
    evidence
}

/// A repository's place on its host: the host's name and the path, in lower case and without `.git`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repository {
    pub(crate) host: String,
    pub(crate) path: String,
}

impl Repository {
    /// Reads an address as browsers, git and ssh write it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let rest = match text.split_once("://") {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("file") => return None,
            Some((_, rest)) => rest.to_owned(),
            // As ssh writes it: `git@host:path`.
            None => {
                let (host, path) = text.split_once(':')?;
                if host.contains('/') || host.len() < 3 || !host.contains('.') {
                    return None;
                }
                format!("{host}/{path}")
            }
        };
        let rest = rest.split(['?', '#']).next().unwrap_or_default().to_lowercase();
        let (host, path) = rest.split_once('/').unwrap_or((rest.as_str(), ""));
        let host = host.rsplit('@').next().unwrap_or(host);
        let host = host.split(':').next().unwrap_or(host);
        let host = host.strip_prefix("www.").unwrap_or(host);
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        (!host.is_empty()).then(|| Self { host: host.to_owned(), path: path.to_owned() })
    }

    /// Whether this is a page within another repository: a branch, a folder, a file.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.host == other.host && self.path.strip_prefix(&other.path).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// Where this repository is published, as far as that is known, and who says so.
pub(crate) fn here(facts: &Facts<'_>) -> Option<(Repository, String)> {
    let of_host = facts.sources.host.url.clone();
    let address = of_host.or_else(|| facts.sources.tree.remote())?;
    let repository = Repository::parse(&address)?;
    let shown = format!("https://{}/{}", repository.host, repository.path);
    Some((repository, shown))
}

/// The words of a value that is a text or a list of texts.
pub(super) fn texts(data: Option<&Data>) -> Vec<&str> {
    match data {
        Some(Data::List(items)) => items.iter().filter_map(Data::as_text).collect(),
        Some(data) => data.as_text().into_iter().collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_repository() {
        let same = Repository { host: "github.com".to_owned(), path: "example/permits".to_owned() };
        for address in [
            "https://github.com/Example/permits",
            "https://github.com/example/permits.git",
            "https://www.github.com/example/permits/",
            "git@github.com:example/permits.git",
            "ssh://git@github.com:22/example/permits.git",
            "https://token@github.com/example/permits?x#y",
        ] {
            assert_eq!(Repository::parse(address), Some(same.clone()), "{address}");
        }
        for address in ["/srv/mirror/permits", "C:\\permits", "file:///srv/permits", "permits", ""] {
            assert_eq!(Repository::parse(address), None, "{address}");
        }
        assert!(Repository::parse("https://github.com/example/permits/tree/main/app").expect("one").is_within(&same));
        assert!(!Repository::parse("https://github.com/example/permits-api").expect("one").is_within(&same));
    }
}
