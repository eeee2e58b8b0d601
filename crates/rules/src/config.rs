//! The configuration of a checked repository: the file `.openly.yml`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::catalogue::Catalogue;
use crate::compile::{required, unknown_key, unknown_name, word};
use crate::paths::Exclusion;
use crate::problem::{Problems, Source};
use crate::tree::resolve;
use crate::value::{Kind, Severity};
use crate::yaml::{At, Document};

/// The file's name, at the root of a repository.
pub const FILE_NAME: &str = ".openly.yml";

/// What a repository says about itself and about its rules.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", title = "openly configuration")]
pub struct ConfigDef {
    /// The profile: whose rules and frameworks apply.
    pub profile: Option<String>,
    /// The kind of repository, where openly would detect another.
    #[schemars(with = "Option<Kind>")]
    pub kind: Option<String>,
    /// The phase the service is in, such as `alpha`, `beta`, `live` or `retired`.
    pub phase: Option<String>,
    /// The service this repository is a part of. Repositories with the same name are one service.
    pub service: Option<String>,
    /// Paths that are not a part of the project, such as fixtures: they are no evidence. Patterns as in a rule.
    pub exclude: Vec<String>,
    /// The folders of the components, where openly would tell others. An empty list says that there are none.
    pub components: Option<Vec<String>>,
    /// How many days old imported results may be to count, 1 to 366. Default 30.
    pub import_days: Option<u32>,
    /// Settings of single rules, by rule id.
    pub rules: BTreeMap<String, RuleSettingsDef>,
    /// Rules that are knowingly not met, for a time.
    pub waivers: Vec<WaiverDef>,
    /// What people confirm that a repository cannot show.
    pub attestations: Vec<AttestationDef>,
    /// Ids of the levers that the organisation holds, from `openly list levers`.
    pub levers: Vec<String>,
}

/// Settings of one rule.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleSettingsDef {
    /// How much the rule matters here.
    #[schemars(with = "Option<Severity>")]
    pub severity: Option<String>,
}

/// A rule that is knowingly not met, for a time. It counts as waived, never as passed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WaiverDef {
    /// Id of the rule.
    #[schemars(required)]
    pub rule: Option<String>,
    /// Why it is not met.
    #[schemars(required)]
    pub reason: Option<String>,
    /// Who decided that: a role or a team.
    #[schemars(required)]
    pub owner: Option<String>,
    /// The last day it counts, as `YYYY-MM-DD`.
    #[schemars(required)]
    pub expires: Option<String>,
}

/// A dated claim by a person about one level of one criterion.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AttestationDef {
    /// Id of the framework.
    #[schemars(required)]
    pub framework: Option<String>,
    /// Id of the criterion.
    #[schemars(required)]
    pub criterion: Option<String>,
    /// Id of the level that is claimed; the levels below it are claimed too.
    #[schemars(required)]
    pub level: Option<String>,
    /// What is claimed, in a sentence.
    #[schemars(required)]
    pub statement: Option<String>,
    /// Where the evidence can be read.
    #[schemars(required)]
    pub link: Option<String>,
    /// Who claims it: a role or a team.
    #[schemars(required)]
    pub by: Option<String>,
    /// The day it was claimed, as `YYYY-MM-DD`.
    #[schemars(required)]
    pub date: Option<String>,
    /// The last day it counts, as `YYYY-MM-DD`.
    #[schemars(required)]
    pub expires: Option<String>,
}

/// A validated configuration.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The profile.
    pub profile: Option<String>,
    /// The kind.
    pub kind: Option<Kind>,
    /// The phase.
    pub phase: Option<String>,
    /// The service.
    pub service: Option<String>,
    /// Paths that are no evidence.
    pub(crate) exclude: Exclusion,
    /// The folders of the components, if they are stated.
    pub components: Option<BTreeSet<String>>,
    /// How many days old imported results may be to count.
    pub import_days: Option<u32>,
    /// Severities by rule.
    pub severity: BTreeMap<String, Severity>,
    /// The waivers.
    pub waivers: Vec<Waiver>,
    /// The attestations.
    pub attestations: Vec<Attestation>,
    /// Ids of the levers that the organisation holds.
    pub levers: Vec<String>,
}

/// A validated waiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Id of the rule.
    pub rule: String,
    /// Why it is not met.
    pub reason: String,
    /// Who decided that.
    pub owner: String,
    /// The last day it counts.
    pub expires: Date,
}

/// A validated attestation. Two are the same wherever they are written.
#[derive(Debug, Clone, Eq)]
pub struct Attestation {
    /// Id of the framework.
    pub framework: String,
    /// Id of the criterion.
    pub criterion: String,
    /// Id of the level.
    pub level: String,
    /// What is claimed.
    pub statement: String,
    /// Where the evidence can be read.
    pub link: String,
    /// Who claims it.
    pub by: String,
    /// The day it was claimed.
    pub date: Date,
    /// The last day it counts.
    pub expires: Date,
    /// Where it is written, as `FILE:LINE`.
    pub place: String,
}

impl PartialEq for Attestation {
    fn eq(&self, other: &Self) -> bool {
        let Self { framework, criterion, level, statement, link, by, date, expires, place: _ } = self;
        let texts = [framework, criterion, level, statement, link, by];
        texts == [&other.framework, &other.criterion, &other.level, &other.statement, &other.link, &other.by]
            && (date, expires) == (&other.date, &other.expires)
    }
}

impl Attestation {
    /// Whether it counts on a day.
    pub fn is_valid_on(&self, today: Date) -> bool {
        self.date <= today && today <= self.expires
    }

    /// Why it does not count on a day, in a sentence, if it does not.
    pub fn lapse(&self, today: Date) -> Option<String> {
        let what =
            format!("The attestation of {} ({}, {}) at {}", self.level, self.criterion, self.framework, self.place);
        if self.date > today {
            return Some(format!(
                "{what} is dated {}, which is yet to come, so it does not count before that day.",
                self.date
            ));
        }
        let ended = self.expires < today;
        ended.then(|| {
            format!("{what} ended on {}, so it no longer counts. Ask its owner to confirm it again.", self.expires)
        })
    }

    /// Whether one that counts on a day claims the same.
    pub fn is_renewed(&self, others: &[Self], today: Date) -> bool {
        let ids = |claim: &Self| [&claim.framework, &claim.criterion, &claim.level].map(Clone::clone);
        others.iter().any(|claim| claim.is_valid_on(today) && ids(claim) == ids(self))
    }
}

impl Config {
    /// Reads and validates a configuration against the catalogue whose rules and frameworks it names.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn read(source: &Source, catalogue: &Catalogue) -> Result<Self, Problems> {
        let (mut document, def): (_, ConfigDef) = Document::read(source);
        let root = At::root();
        let mut config = Self { phase: def.phase, service: def.service, ..Self::default() };
        if let Some(profile) = def.profile {
            if catalogue.profile(&profile).is_none() {
                let known = catalogue.profiles.iter().map(|p| &*p.id);
                unknown_name(&mut document, &root.of("profile"), "profile", &profile, known);
            }
            config.profile = Some(profile);
        }
        if def.kind.is_some() {
            config.kind = word(&mut document, &root, "kind", def.kind.as_deref());
        }
        for (i, pattern) in def.exclude.iter().enumerate() {
            if let Err(message) = config.exclude.add(pattern) {
                document.problem(&root.of("exclude").of(i), message);
            }
        }
        for (i, folder) in def.components.iter().flatten().enumerate() {
            match resolve("", folder.trim_end_matches('/')).filter(|path| !path.is_empty() && !folder.starts_with('/'))
            {
                Some(path) => drop(config.components.get_or_insert_default().insert(path)),
                None => document.problem(
                    &root.of("components").of(i),
                    "a component is a folder, written from the root of the repository",
                ),
            }
        }
        if def.components.is_some() {
            config.components.get_or_insert_default();
        }
        config.import_days = def.import_days;
        if !matches!(def.import_days, None | Some(1..=366)) {
            document.problem(&root.of("import-days"), "this is between 1 and 366");
        }
        for (rule, settings) in &def.rules {
            let at = root.of("rules").of(rule.as_str());
            if catalogue.rule(rule).is_none() {
                unknown_key(&mut document, &at, "rule", rule, catalogue.rules.iter().map(|r| &*r.id));
            }
            if let Some(severity) = word(&mut document, &at, "severity", settings.severity.as_deref()) {
                config.severity.insert(rule.clone(), severity);
            }
        }
        for (i, waiver) in def.waivers.iter().enumerate() {
            let at = root.of("waivers").of(i);
            let rule = required(&mut document, &at, "rule", waiver.rule.as_deref());
            if let Some(rule) = rule {
                known_rule(&mut document, &at.of("rule"), rule, catalogue);
            }
            let reason = required(&mut document, &at, "reason", waiver.reason.as_deref());
            let owner = required(&mut document, &at, "owner", waiver.owner.as_deref());
            let expires = day(&mut document, &at, "expires", waiver.expires.as_deref());
            if let (Some(rule), Some(reason), Some(owner), Some(expires)) = (rule, reason, owner, expires) {
                config.waivers.push(Waiver { rule: rule.into(), reason: reason.into(), owner: owner.into(), expires });
            }
        }
        for (i, claim) in def.attestations.iter().enumerate() {
            let at = root.of("attestations").of(i);
            config.attestations.extend(attestation(&mut document, &at, claim, catalogue));
        }
        for (i, lever) in def.levers.iter().enumerate() {
            if catalogue.lever(lever).is_none() {
                let at = root.of("levers").of(i);
                unknown_name(&mut document, &at, "lever", lever, catalogue.levers.iter().map(|l| &*l.id));
            }
            config.levers.push(lever.clone());
        }
        if document.problems.is_empty() {
            Ok(config)
        } else {
            Err(Problems::new("the configuration", document.problems))
        }
    }
}

fn known_rule(document: &mut Document<'_>, at: &At, rule: &str, catalogue: &Catalogue) {
    if catalogue.rule(rule).is_none() {
        unknown_name(document, at, "rule", rule, catalogue.rules.iter().map(|r| &*r.id));
    }
}

fn attestation(
    document: &mut Document<'_>,
    at: &At,
    claim: &AttestationDef,
    catalogue: &Catalogue,
) -> Option<Attestation> {
    let framework = required(document, at, "framework", claim.framework.as_deref());
    let criterion = required(document, at, "criterion", claim.criterion.as_deref());
    let level = required(document, at, "level", claim.level.as_deref());
    let statement = required(document, at, "statement", claim.statement.as_deref());
    let link = required(document, at, "link", claim.link.as_deref());
    if link.is_some_and(|link| !link.starts_with("https://")) {
        document.problem(&at.of("link"), "an address starts with https://");
    }
    let by = required(document, at, "by", claim.by.as_deref());
    let date = day(document, at, "date", claim.date.as_deref());
    let expires = day(document, at, "expires", claim.expires.as_deref());
    if let (Some(date), Some(expires)) = (date, expires)
        && expires < date
    {
        document.problem(&at.of("expires"), "this is before the date of the attestation");
    }
    let known = catalogue.framework(framework?);
    if known.is_none() {
        let names = catalogue.frameworks.iter().map(|f| &*f.id);
        unknown_name(document, &at.of("framework"), "framework", framework?, names);
    }
    let known = known?;
    let found = known.criteria.iter().find(|c| Some(&*c.id) == criterion);
    if found.is_none() && criterion.is_some() {
        unknown_name(document, &at.of("criterion"), "criterion", criterion?, known.criteria.iter().map(|c| &*c.id));
    }
    match found?.levels.iter().find(|l| Some(&*l.id) == level) {
        None => unknown_name(document, &at.of("level"), "level", level?, found?.levels.iter().map(|l| &*l.id)),
        Some(level) if level.attest.is_none() => {
            document.problem(
                &at.of("level"),
                "this level is settled by what the repository shows, so it cannot be attested",
            );
        }
        Some(_) => {}
    }
    Some(Attestation {
        framework: framework?.into(),
        criterion: criterion?.into(),
        level: level?.into(),
        statement: statement?.into(),
        link: link?.into(),
        by: by?.into(),
        date: date?,
        expires: expires?,
        place: document.place(at),
    })
}

fn day(document: &mut Document<'_>, at: &At, key: &str, text: Option<&str>) -> Option<Date> {
    let text = required(document, at, key, text)?;
    let day = text.parse().ok();
    if day.is_none() {
        document.problem(&at.of(key), "a date is written as YYYY-MM-DD");
    }
    day
}
