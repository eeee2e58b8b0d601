//! Which profile applies: the one that somebody chose, or the one that the repository's own words point to.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::check::place;
use crate::detect::agree::here;
use crate::facts::Facts;
use crate::signal::{Weighed, weigh};
use crate::value::Evidence;

/// The profile that applies when nobody chose one and nothing points to one.
pub const DEFAULT_PROFILE: &str = "international";

/// The least sum of weights that signs must have for a profile to be taken without anybody choosing it.
const ENOUGH: u32 = 5;

/// What it weighs that a repository is kept under an account of a profile's bodies.
const ACCOUNT: u32 = 6;

/// The profile that applies, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileFound {
    /// Id of the profile.
    pub id: String,
    /// Who chose it: `command line`, `configuration`, `detected`, or `default` when nothing points to one.
    pub by: &'static str,
    /// The signs it was told from, the strongest first: what each means, and where it was read.
    pub evidence: Vec<(String, Evidence)>,
}

impl ProfileFound {
    /// A profile that a person chose.
    pub fn stated(id: &str, by: &'static str) -> Self {
        Self { id: id.to_owned(), by, evidence: Vec::new() }
    }
}

/// Finds the profile whose signs weigh most. Where two weigh the same, none is taken: a guess would bring the law of
/// another country.
pub(crate) fn detect(facts: &Facts<'_>) -> ProfileFound {
    let profiles = &facts.catalogue.profiles;
    let signals =
        profiles.iter().flat_map(|profile| profile.signals.iter().map(|signal| (profile.id.as_str(), signal)));
    let mut found = weigh(signals, facts);
    for (id, place) in accounts(facts) {
        let sign = ("It is kept under an account of its bodies".to_owned(), place);
        match found.iter_mut().find(|known| known.answer == id) {
            Some(known) => {
                known.sum += ACCOUNT;
                known.signs.insert(0, sign);
            }
            None => found.push(Weighed { answer: id, sum: ACCOUNT, signs: vec![sign] }),
        }
    }
    found.sort_by_key(|weighed| Reverse(weighed.sum));
    let mut found = found.into_iter();
    let (best, second) = (found.next(), found.next());
    match best {
        Some(best) if best.sum >= ENOUGH && second.is_none_or(|second| second.sum < best.sum) => {
            ProfileFound { id: best.answer.to_owned(), by: "detected", evidence: best.signs }
        }
        _ => ProfileFound::stated(DEFAULT_PROFILE, "default"),
    }
}

/// Hosts of code, as they stand before an account in an address.
const HOSTS: [&str; 3] = ["github.com", "gitlab.com", "codeberg.org"];

/// What a line says when an address in it is the repository's own: a clone, a manifest's key, a badge, a page of the host.
const OWN: [&str; 9] =
    ["git clone", "url", "repositor", "badge", "shields.io", "/actions", "/workflows", "/issues", "/security"];

/// The profiles among whose accounts the repository is kept, each with the first place that says so.
fn accounts<'a>(facts: &Facts<'a>) -> Vec<(&'a str, Evidence)> {
    let profiles = facts.catalogue.profiles.iter();
    let known: HashMap<&str, &str> = profiles
        .flat_map(|profile| profile.accounts.iter().map(|account| (account.as_str(), profile.id.as_str())))
        .collect();
    let mut found: Vec<(&str, Evidence)> = Vec::new();
    let mut add = |account: &str, place: &dyn Fn() -> Evidence| {
        if let Some(id) = known.get(account)
            && !found.iter().any(|(known, _)| known == id)
        {
            found.push((id, place()));
        }
    };
    if let Some((repository, shown)) = here(facts)
        && HOSTS.contains(&repository.host.as_str())
        && let Some((account, _)) = repository.path.split_once('/')
    {
        add(account, &|| Evidence::said(&shown));
    }
    for file in facts.named("introductions") {
        let path = facts.path(file);
        let (Ok(text), Ok(lower)) = (facts.text(file), facts.lower(file)) else { continue };
        for (at, account) in addresses(&lower) {
            let start = lower.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
            let line = lower.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            if OWN.iter().any(|word| line.contains(word)) {
                // Lower case may have other lengths, but it has the same lines.
                add(account, &|| place(path, &text, at.min(text.len())));
            }
        }
        if path.ends_with("CODEOWNERS") {
            for owner in lower.split_whitespace().filter_map(|word| word.strip_prefix('@')) {
                if let Some((account, _)) = owner.split_once('/') {
                    add(account, &|| Evidence::file(path));
                }
            }
        }
    }
    found
}

/// The accounts in a lower-cased text's addresses, with the offset of each address.
fn addresses(lower: &str) -> impl Iterator<Item = (usize, &str)> {
    HOSTS.iter().flat_map(move |host| {
        lower.match_indices(host).filter_map(move |(at, _)| {
            let rest = lower.get(at + host.len()..)?.strip_prefix(['/', ':'])?;
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))?;
            Some((at, &rest[..end]))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn accounts_in_addresses() {
        let text = "git clone git@github.com:govtnz/a.git\nhttps://github.com/x-y/b https://gitlab.com/ok/";
        let found: Vec<&str> = addresses(text).map(|(_, account)| account).collect();
        assert_eq!(found, ["govtnz", "x-y", "ok"]);
        assert_eq!(addresses("github.com").count(), 0);
    }
}
