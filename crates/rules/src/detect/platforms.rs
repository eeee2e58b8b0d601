//! Whether a repository uses a government's design system, how far behind that is, and whether it calls shared platforms.

use super::offers::{Search, Use};
use super::statement::is_view;
use crate::check::{Answer, Truth};
use crate::facts::Facts;
use crate::value::{Evidence, Value, quote};

/// The most places that are named.
const MAX_EVIDENCE: usize = 8;

pub(crate) fn design_systems<'a>(facts: &Facts<'a>) -> Vec<Use<'a>> {
    let mut search = Search::new(facts, &facts.catalogue.vocabulary.design_systems);
    // Paths and pages are looked at only when no manifest says anything.
    if !search.is_settled() {
        search.look_at_paths();
    }
    if !search.is_settled() {
        let mut files = facts.named("pages");
        files.retain(|&file| is_view(facts.path(file)) && search.is_promising(facts.path(file)));
        let promising: Vec<usize> =
            facts.all().iter().copied().filter(|&file| search.is_promising(facts.path(file))).collect();
        files.extend(facts.named_among("styles", &promising));
        search.look_into(files);
    }
    search.used()
}

pub(super) fn design_system(facts: &Facts<'_>) -> Answer {
    let used = facts.design_systems();
    if used.is_empty() {
        if let Some(answer) = unsettled(facts) {
            return answer;
        }
        if !facts.named("pages").iter().any(|&file| is_page(facts.path(file))) {
            return Answer::new(Truth::NotAsked("no page, view or template is here that could use one".to_owned()));
        }
        return Answer::no();
    }
    found(used)
}

pub(super) fn shared_platform(facts: &Facts<'_>) -> Answer {
    let mut search = Search::new(facts, &facts.catalogue.vocabulary.platforms);
    let promising: Vec<usize> =
        facts.all().iter().copied().filter(|&file| search.is_promising(facts.path(file))).collect();
    let mut files = facts.named("settings");
    files.extend(facts.named_among("code", &promising));
    // Some are called from a form in a page.
    files.extend(facts.named("pages").into_iter().filter(|&file| {
        let path = facts.path(file);
        is_view(path) && search.is_promising(path)
    }));
    search.look_into(files);
    // A package says that a call is somewhere, if anything calls it.
    if search.is_open() {
        search.look_into(facts.named_among("code", facts.all()));
    }
    let used = search.used();
    if used.is_empty() { unsettled(facts).unwrap_or_else(Answer::no) } else { found(&used) }
}

pub(super) fn design_system_current(facts: &Facts<'_>) -> Answer {
    let (mut behind, mut current, mut unknown, mut made_here) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut values = Vec::new();
    for (one, (newest, checked)) in
        facts.design_systems().iter().filter_map(|one| Some((one, one.offer.newest.as_ref()?)))
    {
        let name = &one.offer.name;
        if facts.manifests().own.iter().any(|package| one.offer.itself.iter().any(|known| known.is_match(package))) {
            made_here.push(name.as_str());
            continue;
        }
        let Some(package) = one.package.as_ref() else {
            unknown.push(format!("no manifest states the version of {name}"));
            continue;
        };
        let stated = facts.manifests().version(facts, package);
        let Some((major, version, file)) = stated.and_then(|(version, file)| Some((major(&version)?, version, file)))
        else {
            unknown.push(format!("{} states no version of {name}", quote(facts.path(package.file))));
            continue;
        };
        values.push(format!("{} {}", one.offer.id, quote(&version)));
        let evidence = if file == package.file {
            crate::check::declared(facts, package)
        } else {
            let mut evidence = Evidence::file(facts.path(file));
            evidence.text = Some(quote(&format!("{} {version}", package.name)));
            evidence
        };
        if major < *newest {
            let how_far = match newest - major {
                1 => "one major version".to_owned(),
                n => format!("{n} major versions"),
            };
            let version = quote(&version);
            behind.push((
                format!("{name} is at version {version}, {how_far} behind version {newest} (known on {checked})"),
                evidence,
            ));
        } else {
            current.push(evidence);
        }
    }
    let mut answer = if !behind.is_empty() {
        let (notes, evidence): (Vec<_>, Vec<_>) = behind.into_iter().unzip();
        let mut answer = Answer::new(Truth::No).note(format!("{}.", notes.join("; ")));
        answer.evidence = evidence;
        answer
    } else if !current.is_empty() {
        let mut answer = Answer::new(Truth::Yes);
        answer.evidence = current;
        answer
    } else if let Some(why) = unknown.into_iter().next() {
        Answer::new(Truth::Unknown(why))
    } else if let Some(name) = made_here.first() {
        Answer::new(Truth::NotAsked(format!("this repository is where {name} is made")))
    } else {
        let why = "no newest version is known of the design system that is used here";
        Answer::new(Truth::Unknown(why.to_owned()))
    };
    if !values.is_empty() {
        answer.value = Some(Value::List(values));
    }
    answer
}

/// Whether a file is a view that people see: not a message, an extension of a framework's own administration, or a template of
/// something else, such as `values.yaml.j2`.
fn is_page(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    let mut inner = name.split('.').skip(1);
    let is_other =
        inner.any(|part| matches!(part, "yaml" | "yml" | "json" | "conf" | "sql" | "sh" | "toml" | "xml" | "txt"));
    is_view(&path)
        && !is_other
        && !["mail", "admin/", "change_list", "change_form", "notification", "newsletter"]
            .iter()
            .any(|part| path.contains(part))
}

/// The first number of a version or range. A range that has no upper end says nothing.
fn major(version: &str) -> Option<u32> {
    let version = version.trim();
    if version.starts_with('>') && !version.contains(['<', ',']) {
        return None;
    }
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit() && c != ':' && c != '/');
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

fn found(used: &[Use<'_>]) -> Answer {
    let names: Vec<String> = used.iter().map(|one| format!("{} ({})", one.offer.name, one.offer.country)).collect();
    let mut answer = Answer::new(Truth::Yes).note(format!("It uses {}.", names.join(", ")));
    // The first place of each, then the others.
    let first = used.iter().filter_map(|one| one.evidence.first());
    let others = used.iter().flat_map(|one| one.evidence.iter().skip(1));
    for place in first.chain(others) {
        if answer.evidence.len() < MAX_EVIDENCE && !answer.evidence.contains(place) {
            answer.evidence.push(place.clone());
        }
    }
    answer.value(Value::List(used.iter().map(|one| one.offer.id.clone()).collect()))
}

/// Why a manifest that could not be understood or read leaves the question open.
fn unsettled(facts: &Facts<'_>) -> Option<Answer> {
    let manifests = facts.manifests();
    if let Some((file, why)) = manifests.broken.first() {
        let path = facts.path(*file);
        let why = format!("{} could not be understood: {}", quote(path), quote(why));
        return Some(Answer::new(Truth::Error(why)).with(Evidence::file(path)));
    }
    manifests.unread.first().map(|(file, why)| Answer::unreadable(facts.path(*file), why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_what_people_see() {
        for page in [
            "app/views/home/index.html.erb",
            "templates/base.html",
            "src/App.vue",
            "views/index.njk",
            "page/show.html.heex",
        ] {
            assert!(is_page(page), "{page}");
        }
        for other in ["deploy/values.yaml.j2", "templates/emails/welcome.html", "x/templates/admin/base.html", "a.py"] {
            assert!(!is_page(other), "{other}");
        }
    }

    #[test]
    fn major_versions_of_ranges() {
        for (text, expected) in [
            ("5.11.1", Some(5)),
            ("^4.9.0", Some(4)),
            ("~> 21.1", Some(21)),
            (">=5 <6", Some(5)),
            ("v3.0", Some(3)),
            (">=4", None),
            ("*", None),
            ("latest", None),
            ("workspace:^", None),
            ("git+https://host/x.git#v5", None),
            ("99999999999999", None),
        ] {
            assert_eq!(major(text), expected, "{text}");
        }
    }
}
