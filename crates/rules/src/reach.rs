//! Which component each piece of evidence belongs to, and which components have what a rule found in one of them.
//!
//! One component's evidence must not seem to stand for all. The verdict is that of the repository; what is said here beside it
//! is which components have the thing and which have not.

use std::collections::{BTreeSet, HashMap};

use crate::catalogue::{Check, EachComponent, Rule};
use crate::components::{Component, Components, files_below};
use crate::facts::Facts;
use crate::run::Outcome;
use crate::tree::Entry;
use crate::value::{Verdict, quote};

/// The most components that are named in one sentence.
const MAX_NAMED: usize = 6;

/// Which components have what a rule asks for. Those that it does not concern are in neither list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Paths of those that have it.
    pub found_in: Vec<String>,
    /// Paths of those that have not.
    pub missing_in: Vec<String>,
}

/// Says with each place which component it is in, and with each outcome how far it reaches.
pub(crate) fn attribute(
    facts: &Facts<'_>,
    rules: &[&Rule],
    components: &Components,
    inside: &Inside,
    outcomes: &mut [Outcome],
) {
    let all = components.all();
    if all.is_empty() {
        return;
    }
    for place in outcomes.iter_mut().flat_map(|outcome| &mut outcome.evidence) {
        place.component = place.path.as_deref().and_then(|path| components.of(path)).map(|one| one.path.clone());
    }
    let asking: HashMap<&str, &Rule> =
        rules.iter().filter(|rule| !rule.components.is_empty()).map(|rule| (rule.id.as_str(), *rule)).collect();
    if asking.is_empty() {
        return;
    }
    for outcome in outcomes.iter_mut().filter(|o| matches!(o.verdict, Verdict::Pass | Verdict::Fail | Verdict::Waived))
    {
        let Some(rule) = asking.get(outcome.rule.as_str()) else { continue };
        let asks = &rule.components;
        let of_evidence: BTreeSet<usize> =
            outcome.evidence.iter().filter_map(|place| components.index(place.path.as_deref()?)).collect();
        // What was found for the repository as a whole, and cannot be looked for in a component, is every component's.
        let is_whole = outcome.verdict == Verdict::Pass && of_evidence.is_empty();
        if is_whole && asks.iter().any(|ask| ask.have.is_none()) {
            continue;
        }
        let mut reach = Reach::default();
        for (index, component) in all.iter().enumerate() {
            let concerned = asks.iter().filter(|ask| inside.has(index, ask.of));
            let has = concerned.map(|ask| match ask.have {
                Some(have) => inside.has(index, have) || (ask.or_above && inside.has_above(component, have)),
                None => {
                    outcome.verdict == Verdict::Pass
                        && (of_evidence.contains(&index) || is_found_again(facts, &rule.check, component))
                }
            });
            match has.reduce(|all, one| all && one) {
                Some(true) => reach.found_in.push(component.path.clone()),
                Some(false) => reach.missing_in.push(component.path.clone()),
                None => {}
            }
        }
        if let Some(sentence) = sentence(&reach, outcome.verdict) {
            outcome.message = format!("{} {sentence}", outcome.message);
        }
        outcome.reach = (reach != Reach::default()).then_some(reach);
    }
}

/// Whether what a rule found elsewhere is in a component too. The evidence of a rule names the best place only.
fn is_found_again(facts: &Facts<'_>, check: &Check, component: &Component) -> bool {
    match check {
        Check::Builtin(builtin) => builtin.is_among(facts, files_below(facts, &component.path)).unwrap_or(false),
        _ => false,
    }
}

/// What to say beside the verdict; nothing where it says all.
fn sentence(reach: &Reach, verdict: Verdict) -> Option<String> {
    let Reach { found_in, missing_in } = reach;
    let components = if found_in.len() == 1 { "component" } else { "components" };
    let found = || listed(found_in, "and");
    match (verdict, found_in.is_empty(), missing_in.is_empty()) {
        (Verdict::Pass, false, false) => {
            Some(format!("Found in the {components} {}, but not in {}.", found(), listed(missing_in, "or")))
        }
        (Verdict::Pass, true, false) => Some(format!(
            "Found for the repository as a whole, but not in its components {}.",
            listed(missing_in, "or")
        )),
        (Verdict::Fail, false, _) => Some(format!("Only found in the {components} {}.", found())),
        _ => None,
    }
}

fn listed(paths: &[String], word: &str) -> String {
    let mut named: Vec<String> = paths.iter().take(MAX_NAMED).map(|path| quote(path)).collect();
    match paths.get(MAX_NAMED..).unwrap_or_default() {
        [] => {}
        [one] => named.push(quote(one)),
        more => named.push(format!("{} others", more.len())),
    }
    match named.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} {word} {last}", before.join(", ")),
        None => String::new(),
    }
}

/// Which path sets have files in each component, and directly in the folders above.
#[derive(Default)]
pub(crate) struct Inside {
    /// By path set: the components with such a file.
    components: HashMap<usize, BTreeSet<usize>>,
    /// By path set: the folders that are above a component and have such a file directly in them. The root is empty.
    above: HashMap<usize, BTreeSet<String>>,
}

impl Inside {
    /// Looks for the files that rules ask each component for.
    pub(crate) fn of(facts: &Facts<'_>, components: &Components, rules: &[&Rule]) -> Self {
        let asks: Vec<&EachComponent> = rules.iter().flat_map(|rule| &rule.components).collect();
        if components.all().is_empty() || asks.is_empty() {
            return Self::default();
        }
        let (mut sets, mut sets_above) = (BTreeSet::new(), BTreeSet::new());
        for ask in asks {
            sets.insert(ask.of);
            sets.extend(ask.have);
            sets_above.extend(ask.have.filter(|_| ask.or_above));
        }
        // Paths from the component's own folder, with the file and the component that it belongs to.
        let (mut entries, mut owners) = (Vec::new(), Vec::new());
        for (index, component) in components.all().iter().enumerate() {
            for &file in files_below(facts, &component.path) {
                let path = facts.path(file);
                if components.index(path) == Some(index) {
                    let inside = path.get(component.path.len() + 1..).unwrap_or_default();
                    entries.push(Entry { path: inside.to_owned() });
                    owners.push((file, index));
                }
            }
        }
        let found = facts.match_paths(&sets.iter().copied().collect::<Vec<_>>(), &entries);
        let of_set = |&set: &usize| {
            let mut having = BTreeSet::new();
            for &(file, index) in found.of(set).filter_map(|entry| owners.get(entry)) {
                // An empty file has nothing to show.
                if !having.contains(&index) && !facts.is_empty(file) {
                    having.insert(index);
                }
            }
            (set, having)
        };
        let inside = sets.iter().map(of_set).collect();
        let folders: BTreeSet<&str> = components.all().iter().flat_map(|one| above(&one.path)).collect();
        let (mut entries, mut owners) = (Vec::new(), Vec::new());
        if !sets_above.is_empty() {
            for &file in facts.all() {
                let (folder, name) = facts.path(file).rsplit_once('/').unwrap_or(("", facts.path(file)));
                if folders.contains(folder) {
                    entries.push(Entry { path: name.to_owned() });
                    owners.push(folder);
                }
            }
        }
        let found = facts.match_paths(&sets_above.iter().copied().collect::<Vec<_>>(), &entries);
        let of_set = |&set: &usize| {
            (set, found.of(set).filter_map(|file| owners.get(file)).map(|&folder| folder.to_owned()).collect())
        };
        Self { components: inside, above: sets_above.iter().map(of_set).collect() }
    }

    fn has(&self, component: usize, set: usize) -> bool {
        self.components.get(&set).is_some_and(|having| having.contains(&component))
    }

    fn has_above(&self, component: &Component, set: usize) -> bool {
        self.above.get(&set).is_some_and(|having| above(&component.path).any(|folder| having.contains(folder)))
    }
}

/// The folders above a folder, the root among them as an empty text.
fn above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
    .skip(1)
}
