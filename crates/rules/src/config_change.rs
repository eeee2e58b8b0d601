//! What a change does to the configuration of a repository, in sentences. A change is judged by the settings it found, so
//! people must see what it would set from then on.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Attestation, Config, Waiver};
use crate::value::Severity;

/// What differs between two configurations, a sentence each.
pub fn changes(before: &Config, after: &Config) -> Vec<String> {
    let mut said = Vec::new();
    single("profile", before.profile.as_deref(), after.profile.as_deref(), &mut said);
    single("kind", before.kind.map(|kind| kind.word()), after.kind.map(|kind| kind.word()), &mut said);
    single("phase", before.phase.as_deref(), after.phase.as_deref(), &mut said);
    single("service", before.service.as_deref(), after.service.as_deref(), &mut said);
    let days = |config: &Config| config.import_days.map(|days| days.to_string());
    single("import-days", days(before).as_deref(), days(after).as_deref(), &mut said);
    let components =
        |config: &Config| config.components.as_ref().map(|set| set.iter().cloned().collect::<Vec<_>>().join(", "));
    single("components", components(before).as_deref(), components(after).as_deref(), &mut said);
    let levers = |config: &Config| config.levers.iter().cloned().collect::<BTreeSet<String>>();
    let (had, has) = (levers(before), levers(after));
    said.extend(has.difference(&had).map(|lever| format!("Says that the organisation holds the lever {lever}.")));
    said.extend(
        had.difference(&has).map(|lever| format!("No longer says that the organisation holds the lever {lever}.")),
    );
    let paths = |config: &Config| -> BTreeSet<String> { config.exclude.written.iter().cloned().collect() };
    let (out, kept) = (paths(before), paths(after));
    said.extend(kept.difference(&out).map(|path| format!("Leaves out what matches {path}.")));
    said.extend(out.difference(&kept).map(|path| format!("No longer leaves out what matches {path}.")));
    severities(&before.severity, &after.severity, &mut said);
    let waivers = |config: &Config| -> BTreeMap<String, Vec<Waiver>> {
        grouped(config.waivers.iter().map(|waiver| (waiver.rule.clone(), waiver.clone())))
    };
    each(&waivers(before), &waivers(after), |rule| format!("the waiver for {rule}"), waived, &mut said);
    let claims = |config: &Config| -> BTreeMap<String, Vec<Attestation>> {
        grouped(
            config
                .attestations
                .iter()
                .map(|claim| (format!("{} ({}, {})", claim.level, claim.criterion, claim.framework), claim.clone())),
        )
    };
    each(&claims(before), &claims(after), |level| format!("the attestation of {level}"), attested, &mut said);
    said
}

fn single(key: &str, before: Option<&str>, after: Option<&str>, said: &mut Vec<String>) {
    match (before, after) {
        (before, after) if before == after => {}
        (None, Some(after)) => said.push(format!("Sets {key} to {after}.")),
        (Some(before), None) => said.push(format!("Takes out {key}, which was {before}.")),
        (before, after) => {
            said.push(format!("Changes {key} from {} to {}.", before.unwrap_or_default(), after.unwrap_or_default()));
        }
    }
}

fn severities(before: &BTreeMap<String, Severity>, after: &BTreeMap<String, Severity>, said: &mut Vec<String>) {
    let rules: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for rule in rules {
        match (before.get(rule), after.get(rule)) {
            (before, after) if before == after => {}
            (_, Some(after)) => said.push(format!("Makes {rule} {after}.")),
            (_, None) => said.push(format!("Takes out the severity of {rule}.")),
        }
    }
}

fn grouped<T>(items: impl Iterator<Item = (String, T)>) -> BTreeMap<String, Vec<T>> {
    let mut groups: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (key, item) in items {
        groups.entry(key).or_default().push(item);
    }
    groups
}

fn each<T: PartialEq>(
    before: &BTreeMap<String, Vec<T>>,
    after: &BTreeMap<String, Vec<T>>,
    name: impl Fn(&str) -> String,
    detail: impl Fn(&T) -> String,
    said: &mut Vec<String>,
) {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys {
        match (before.get(key), after.get(key)) {
            (before, after) if before == after => {}
            (before, Some(after)) => {
                let verb = if before.is_some() { "Changes" } else { "Adds" };
                let details: Vec<String> = after.iter().map(&detail).collect();
                said.push(format!("{verb} {}: {}.", name(key), details.join("; ")));
            }
            (_, None) => said.push(format!("Takes out {}.", name(key))),
        }
    }
}

fn waived(waiver: &Waiver) -> String {
    format!("{} (decided by {}, until {})", waiver.reason.trim().trim_end_matches('.'), waiver.owner, waiver.expires)
}

fn attested(claim: &Attestation) -> String {
    let statement = claim.statement.trim().trim_end_matches('.');
    format!("{statement} (claimed by {} on {}, until {}, {})", claim.by, claim.date, claim.expires, claim.link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::problem::Source;

    fn config(text: &str) -> Config {
        Config::read(&Source::new(".openly.yml", text), &Catalogue::default()).expect("a configuration")
    }

    #[test]
    fn plain_settings() {
        let before = config("kind: service\nphase: alpha\nexclude: [\"a/**\", \"b/**\"]\n");
        let after = config("kind: library\nservice: permits\nexclude: [\"b/**\", \"c/**\"]\n");
        insta::assert_snapshot!(changes(&before, &after).join("\n"), @"
        Changes kind from service to library.
        Takes out phase, which was alpha.
        Sets service to permits.
        Leaves out what matches c/**.
        No longer leaves out what matches a/**.
        ");
        assert_eq!(changes(&before, &before), [""; 0]);
    }

    #[test]
    fn what_components_imports_and_levers_are_set_to() {
        let before = Config { levers: vec!["policy".to_owned()], ..Config::default() };
        let after = Config {
            components: Some(["api".to_owned(), "web".to_owned()].into()),
            import_days: Some(900),
            levers: vec!["budget".to_owned()],
            ..Config::default()
        };
        assert_eq!(
            changes(&before, &after),
            [
                "Sets import-days to 900.",
                "Sets components to api, web.",
                "Says that the organisation holds the lever budget.",
                "No longer says that the organisation holds the lever policy.",
            ]
        );
    }

    #[test]
    fn waivers_and_severities() {
        let waiver = |until: &str| Waiver {
            rule: "licence-file".to_owned(),
            reason: "The supplier holds the rights.".to_owned(),
            owner: "Head of delivery".to_owned(),
            expires: until.parse().expect("a day"),
        };
        let with = |waivers: Vec<Waiver>, severity: Option<Severity>| Config {
            waivers,
            severity: severity.map(|severity| ("changelog".to_owned(), severity)).into_iter().collect(),
            ..Config::default()
        };
        let none = with(Vec::new(), None);
        let some = with(vec![waiver("2027-03-31")], Some(Severity::Optional));
        let later = with(vec![waiver("2099-03-31")], Some(Severity::Required));
        let all: Vec<String> = [(&none, &some), (&some, &later), (&later, &none)]
            .into_iter()
            .flat_map(|(before, after)| changes(before, after))
            .collect();
        insta::assert_snapshot!(all.join("\n"), @"
        Makes changelog optional.
        Adds the waiver for licence-file: The supplier holds the rights (decided by Head of delivery, until 2027-03-31).
        Makes changelog required.
        Changes the waiver for licence-file: The supplier holds the rights (decided by Head of delivery, until 2099-03-31).
        Takes out the severity of changelog.
        Takes out the waiver for licence-file.
        ");
    }
}
