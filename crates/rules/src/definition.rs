//! Definitions as they are written in YAML: rules, frameworks, profiles and vocabularies.
//!
//! Every field may be missing here, and words are plain strings, so that one reading of a file finds all its mistakes;
//! [`crate::compile`] turns them into the types of a [`crate::Catalogue`]. The JSON Schemas are generated from these types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::value::{Demand, Force, Origin, Power};

/// One question about a repository: the file `rule.yml` of a rule's folder.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleDef {
    /// The name of the rule, which is the name of its folder. Lower-case words joined by hyphens. Never reused.
    #[schemars(required)]
    pub id: Option<String>,
    /// What is true when the rule passes, as a short statement.
    #[schemars(required)]
    pub title: Option<String>,
    /// How much it matters: `required`, `recommended` or `optional`. A profile may change it.
    #[schemars(required)]
    pub severity: Option<String>,
    /// `preview` (may still change its verdicts), `stable` or `deprecated`.
    #[schemars(required)]
    pub status: Option<String>,
    /// The rule that must pass before this one has anything to look at.
    pub needs: Option<String>,
    /// The kinds of repository that owe this. Without it: every kind.
    pub expected_of: Option<ExpectedOfDef>,
    /// The profiles the rule belongs to. Empty: every profile.
    pub profiles: Vec<String>,
    /// What to look for.
    #[schemars(required)]
    pub check: Option<CheckDef>,
    /// When a repository is excused from it.
    pub unless: Option<UnlessDef>,
    /// In a repository of several components, what each should have. It changes no verdict: the report says which have it.
    pub components: Vec<EachComponentDef>,
    /// What to say when it is not there.
    #[schemars(required)]
    pub message: Option<String>,
    /// Why it matters, in a sentence or two.
    #[schemars(required)]
    pub why: Option<String>,
    /// The next step for the team.
    #[schemars(required)]
    pub fix: Option<String>,
    /// Where the rule comes from.
    #[schemars(required)]
    pub references: Vec<ReferenceDef>,
}

/// What each component of a repository should have. Paths are written from the component's own folder.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EachComponentDef {
    /// Only components with such a file are looked at.
    #[schemars(required)]
    pub of: Vec<String>,
    /// Any of these files is enough. Without it, the rule's own evidence tells.
    pub have: Vec<String>,
    /// Files to leave out.
    pub except: Vec<String>,
    /// Whether such a file directly in a folder above serves too, as the lock file of a workspace does.
    pub or_above: bool,
}

/// Which kinds of repository owe what a rule asks for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExpectedOfDef {
    /// Kinds: service, library, api, infrastructure, documentation, data, design-system, prototype, policy, template.
    #[schemars(required)]
    pub kinds: Vec<String>,
    /// Why the other kinds do not owe it; shown to them.
    #[schemars(required)]
    pub because: Option<String>,
}

/// A published source.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReferenceDef {
    /// Name of the source, with its section.
    #[schemars(required)]
    pub title: Option<String>,
    /// Address of the source.
    #[schemars(required)]
    pub url: Option<String>,
}

/// What to look for: exactly one key.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", extend("minProperties" = 1, "maxProperties" = 1))]
pub struct CheckDef {
    /// Every one of these holds.
    pub all: Option<Vec<Self>>,
    /// At least one of these holds; the first that does is the evidence.
    pub any: Option<Vec<Self>>,
    /// This does not hold. A file that is missing settles nothing.
    pub not: Option<Box<Self>>,
    /// A command that documents tell people to run.
    pub documented: Option<CommandsDef>,
    /// A manifest asks for a package.
    pub dependency: Option<DependencyDef>,
    /// A file is there.
    pub file: Option<FileDef>,
    /// Something that CI does.
    pub pipeline: Option<PipelineDef>,
    /// Something that scripts and build files of the repository do.
    pub scripts: Option<CommandsDef>,
    /// A text is found in a file.
    pub text: Option<TextDef>,
    /// A document has a section.
    pub section: Option<SectionDef>,
    /// A YAML or JSON file has a key.
    pub key: Option<KeyDef>,
    /// A YAML or JSON file has the shape of a format.
    pub format: Option<FormatCheckDef>,
    /// The history shows so much.
    pub history: Option<HistoryDef>,
    /// The host (GitHub) says so.
    pub host: Option<HostDef>,
    /// What other tools measured, from the files that were given with `--import`.
    pub import: Option<ImportDef>,
    /// A detector written in Rust, by name.
    pub builtin: Option<String>,
}

/// Packages that a manifest asks for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DependencyDef {
    /// Names of packages, any of which will do: `npm:@scope/*` for one ecosystem, `name` for all. `*` stands for any
    /// letters. Ecosystems: cargo, composer, cran, gem, go, hex, maven (`maven:group:artifact`), npm, nuget, pub, pypi, swift.
    #[schemars(required)]
    pub names: Vec<String>,
    /// `true`: only packages that are for development. `false`: only others. `any` is the default.
    pub development: Option<DevelopmentDef>,
}

/// What CI does.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PipelineDef {
    /// Commands in words, any of which will do; `*` stands for any words, `{a,b}` for one or the other, `^` and `$` for the
    /// ends of a command. `@name` is a topic of `vocabulary/commands.yml`.
    pub runs: Vec<String>,
    /// Actions, orbs, plugins and templates, without their version, followed by settings as words.
    pub uses: Vec<String>,
    /// When: on every `change` (the default), `automatic` (also on a release or by schedule), or `any` time.
    pub on: Option<String>,
    /// Whether the pipeline must fail when the command fails.
    pub must_pass: bool,
    /// Whether only this repository counts: a part of the pipeline that is kept in another one does not make the answer
    /// `unknown`.
    pub only_here: bool,
}

/// Commands outside CI.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CommandsDef {
    /// Commands in words, as in `pipeline`.
    #[schemars(required)]
    pub runs: Vec<String>,
}

/// Which dependencies count.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(untagged)]
pub enum DevelopmentDef {
    /// Those for development, or the others.
    Only(bool),
    /// The word `any`.
    Word(String),
}

/// Which files to look at. Letter case does not count unless `exact-case` is set.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FileDef {
    /// Path patterns (`*`, `**`, `?`, `[ab]`, `{a,b}`), best place first; `@name` is a list of `vocabulary/paths.yml`.
    #[schemars(required)]
    pub paths: Vec<String>,
    /// Path patterns to leave out.
    pub except: Vec<String>,
    /// Whether letter case counts, as it does for `CODEOWNERS` on GitHub.
    pub exact_case: bool,
    /// How many files there must be. Default 1.
    pub at_least: Option<u32>,
}

/// A text in files.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TextDef {
    /// The files, as in `file`.
    #[schemars(required)]
    pub paths: Vec<String>,
    /// Path patterns to leave out.
    pub except: Vec<String>,
    /// Whether letter case of the path counts.
    pub exact_case: bool,
    /// Regular expressions, any of which must match. Case does not count; `^` and `$` are the ends of a line. `@name` is a
    /// topic of `vocabulary/phrases.yml` in all its languages.
    #[schemars(required)]
    pub matches: Vec<String>,
}

/// A section of a document: a heading and what stands below it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SectionDef {
    /// The documents, as in `file`.
    #[schemars(required)]
    pub paths: Vec<String>,
    /// Path patterns to leave out.
    pub except: Vec<String>,
    /// Words a heading must contain, any of these; `@name` is a list of `vocabulary/headings.yml` in all its languages.
    #[schemars(required)]
    pub headings: Vec<String>,
    /// How many words must stand below the heading. Default 3: an empty heading is no section.
    pub min_words: Option<u32>,
    /// Regular expressions, any of which the section must match. `@name` is a topic of `vocabulary/phrases.yml`.
    pub matches: Vec<String>,
}

/// A key of a YAML or JSON file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyDef {
    /// The files, as in `file`.
    #[schemars(required)]
    pub paths: Vec<String>,
    /// The key, with dots between levels: `legal.license`.
    #[schemars(required)]
    pub key: Option<String>,
    /// A regular expression for the value. Without it, any value that is not empty will do.
    pub matches: Option<String>,
}

/// A file of a known format: one of `vocabulary/formats/`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FormatCheckDef {
    /// The files, as in `file`.
    #[schemars(required)]
    pub paths: Vec<String>,
    /// Path patterns to leave out.
    pub except: Vec<String>,
    /// Names of formats. The first that recognises a file is the one that the file must have.
    #[schemars(required)]
    pub shapes: Vec<String>,
    /// `valid` (the file has the shape) or `current` (it uses nothing that is deprecated). Default `valid`.
    pub ask: Option<String>,
}

/// What the history shows: `commits` and `days`, or a `measure`. Robots are no people, and merges no commits.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HistoryDef {
    /// The fewest commits by people.
    pub commits: Option<u32>,
    /// The fewest different days with a commit.
    pub days: Option<u32>,
    /// What is measured: `bus-factor`, `commits`, `days`, `developed-here`, `explained`, `last-commit`, `months`,
    /// `organisations`, `people`, `releases`, `reviewed`, `semantic-versions` or `signed`.
    pub measure: Option<String>,
    /// The least number, or percent, that will do. All but `developed-here` and `last-commit` need it.
    pub at_least: Option<u32>,
    /// Only the last so many months count. `last-commit` needs it; measures in percent do not take it.
    pub within_months: Option<u32>,
}

/// Results of other tools, given with `--import`. Without them nobody can tell.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportDef {
    /// What is measured: `accessibility-errors`, `coverage`, `dangerous-workflows`, `dependency-findings`,
    /// `dynamic-findings`, `lint-problems`, `osps-level`, `scorecard`, `static-findings`, `test-failures` or
    /// `undocumented-components`.
    #[schemars(required)]
    pub measure: Option<String>,
    /// The least number, or percent, that will do. For `coverage`, `osps-level` and `scorecard`.
    pub at_least: Option<u32>,
    /// The greatest number that will do. For what should not be there.
    pub at_most: Option<u32>,
}

/// What excuses a repository from a rule that does not hold.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UnlessDef {
    /// When it is excused, as in a rule.
    #[schemars(required)]
    pub check: Option<CheckDef>,
    /// Why that excuses it; shown to those who are.
    #[schemars(required)]
    pub because: Option<String>,
}

/// A fact of the host.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostDef {
    /// Name of the fact.
    #[schemars(required)]
    pub fact: Option<String>,
    /// The value it must have: `true`, `false`, a text, `any` for any text, or a least number.
    #[schemars(required)]
    pub is: Option<String>,
    /// Whether the host only adds to what files show: while no host is asked, this does not hold, instead of being unknown.
    pub only_adds: bool,
}

/// A published scale: a file of `frameworks/`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrameworkDef {
    /// The name of the framework, which is the name of its file.
    #[schemars(required)]
    pub id: Option<String>,
    /// The framework's own title.
    #[schemars(required)]
    pub title: Option<String>,
    /// The version or edition that was read.
    #[schemars(required)]
    pub version: Option<String>,
    /// When that version was published, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    #[schemars(required)]
    pub date: Option<String>,
    /// What it rates: `repository`, `service` or `organisation`.
    #[schemars(required)]
    pub unit: Option<String>,
    /// What it is for, in a sentence.
    #[schemars(required)]
    pub about: Option<String>,
    /// Where it is published.
    #[schemars(required)]
    pub source: Option<FrameworkSourceDef>,
    /// What of the framework is not in this file, and why.
    pub gaps: Vec<String>,
    /// What the source asks for, unless a criterion or a level says otherwise: `presence`, that something is there, or
    /// `quality`, that it is good, true, current or followed. A rule that only finds something settles no quality.
    #[schemars(required, with = "Option<Demand>")]
    pub asks: Option<String>,
    /// The levels that every criterion has, lowest first, when all have the same. One that the source leaves out of a
    /// criterion is written there as `blank`.
    pub levels: Vec<String>,
    /// How an answer is given point by point, for a framework whose criteria have one level.
    pub answer: Option<AnswerDef>,
    /// The rows of the framework.
    #[schemars(required)]
    pub criteria: Vec<CriterionDef>,
}

/// Where a framework is published, and on what terms.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrameworkSourceDef {
    /// Address.
    #[schemars(required)]
    pub url: Option<String>,
    /// Who published it.
    #[schemars(required)]
    pub publisher: Option<String>,
    /// The licence of the source's text, as far as it is known.
    #[schemars(required)]
    pub licence: Option<String>,
}

/// The shape of an answer point by point, as those who ask for it use it: a panel, a nomination, a checklist.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AnswerDef {
    /// What a criterion is called: `point`, `indicator`, `check`.
    pub of: Option<String>,
    /// What is said when the level is proven.
    pub met: Option<String>,
    /// What is said when something rules the level out.
    pub not_met: Option<String>,
    /// What is said when neither is known.
    pub unknown: Option<String>,
    /// Whether the phase that the configuration states belongs in the answer.
    pub phase: bool,
    /// Whether the question that people answer stands beside each answer.
    pub question: bool,
}

/// A row of a framework: one thing that it rates.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CriterionDef {
    /// Short name, unique in the framework.
    #[schemars(required)]
    pub id: Option<String>,
    /// The criterion's title in the source.
    #[schemars(required)]
    pub name: Option<String>,
    /// The part of the framework it stands in.
    pub theme: Option<String>,
    /// What only people can say about it, and why a repository cannot show it.
    pub beyond: Option<String>,
    /// What the source asks for here, when it differs from the framework's `asks`.
    #[schemars(with = "Option<Demand>")]
    pub asks: Option<String>,
    /// Id of the framework that looks at this criterion in detail.
    pub detail: Option<String>,
    /// The levels, lowest first.
    #[schemars(required)]
    pub levels: Vec<LevelDef>,
}

/// One level of a criterion.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LevelDef {
    /// Short name of the level, such as `low`.
    #[schemars(required)]
    pub id: Option<String>,
    /// What the level means, in our own words.
    #[schemars(required)]
    pub says: Option<String>,
    /// Whether the source leaves this level blank: nothing to reach, so it is passed over.
    pub blank: bool,
    /// Whether everybody is at least here: the lowest rung, which asks for nothing.
    pub floor: bool,
    /// The rules that together settle the level. All must pass.
    pub satisfies: Vec<String>,
    /// Rules that point to the level without proving it: they indicate it when more than half of those that are owed pass, none
    /// fails, and none that also contradicts it is unknown.
    pub supports: Vec<String>,
    /// Rules whose failure rules the level out.
    pub contradicts: Vec<String>,
    /// The question a named person answers to attest the level. Without it the level cannot be attested.
    pub attest: Option<String>,
    /// What the source asks for at this level, when it differs from the criterion's.
    #[schemars(with = "Option<Demand>")]
    pub asks: Option<String>,
    /// The share of active repositories, in per cent, in which it must hold to hold for a service or an organisation.
    /// 0 is at least one repository. Without it, the one of `vocabulary/units.yml` counts.
    pub share: Option<u32>,
    /// How many repositories there must be before rules say anything about the level. With more than one, a single
    /// repository never indicates it.
    pub among: Option<u32>,
}

/// What applies in a jurisdiction: a file of `profiles/`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProfileDef {
    /// The name of the profile, which is the name of its file.
    #[schemars(required)]
    pub id: Option<String>,
    /// Who it is for.
    #[schemars(required)]
    pub title: Option<String>,
    /// The frameworks that are assessed.
    #[schemars(required)]
    pub frameworks: Vec<String>,
    /// Severities that differ from the rules' own: rule to severity.
    pub severity: BTreeMap<String, String>,
    /// The licences that are usual here.
    pub licences: Option<HouseLicencesDef>,
    /// Accounts on code hosts that are kept by its bodies, in lower case. One of them points to the profile with weight 6.
    pub accounts: Vec<String>,
    /// What else points to the profile when nobody chose one. The profile with the highest sum applies, if that is at least 5.
    pub signals: Vec<SignalDef>,
    /// Where the choices come from.
    pub references: Vec<ReferenceDef>,
}

/// The licences that are usual in a jurisdiction, as SPDX ids.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HouseLicencesDef {
    /// For code.
    pub code: Vec<String>,
    /// For text and data.
    pub content: Vec<String>,
}

/// A sign that speaks for a profile.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignalDef {
    /// How strongly, 1 to 10.
    #[schemars(required)]
    pub weight: Option<u32>,
    /// What it means, as a short statement shown with the evidence.
    #[schemars(required)]
    pub says: Option<String>,
    /// What to look for, as in a rule.
    #[schemars(required)]
    pub check: Option<CheckDef>,
}

/// `vocabulary/paths.yml`: named lists of path patterns, used as `@name`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PathsDef {
    /// Name to patterns.
    #[schemars(required)]
    pub paths: BTreeMap<String, NamedPathsDef>,
}

/// A named list of path patterns.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NamedPathsDef {
    /// Patterns, best place first. May use `@name` of another list.
    #[schemars(required)]
    pub include: Vec<String>,
    /// Patterns to leave out.
    pub except: Vec<String>,
}

/// `vocabulary/headings.yml`: what documents call their sections, by topic and language.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HeadingsDef {
    /// Topic to language (ISO 639-1) to words a heading contains.
    #[schemars(required)]
    pub headings: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// `vocabulary/phrases.yml`: regular expressions for what prose says, by topic and language.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PhrasesDef {
    /// Topic to language (ISO 639-1, or `any`) to regular expressions.
    #[schemars(required)]
    pub phrases: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// `vocabulary/secrets.yml`: what passwords, keys and tokens look like.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretsDef {
    /// Secrets that are known by their form, wherever they stand.
    #[schemars(required)]
    pub formats: Vec<SecretFormatDef>,
    /// How the name of a setting ends that holds a secret, as lower-case words joined by hyphens.
    #[schemars(required)]
    pub names: Vec<String>,
    /// How the name of a setting ends or starts that holds no secret, though it ends as one does.
    pub not_names: Vec<String>,
    /// Words of values that stand in for a secret, in lower case.
    #[schemars(required)]
    pub placeholders: Vec<String>,
    /// Starts of values that say where a secret is kept, or that are encrypted.
    #[schemars(required)]
    pub references: Vec<String>,
    /// Starts of secrets that a maker publishes for examples and tests. Letter case counts.
    pub published: Vec<String>,
}

/// A secret that is known by its form.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretFormatDef {
    /// What it is, such as `a Slack token`.
    #[schemars(required)]
    pub says: Option<String>,
    /// Words of which one stands in every such secret. Letter case counts.
    #[schemars(required)]
    pub words: Vec<String>,
    /// The regular expression for it. Letter case counts, and its first group, if it has one, is the secret.
    #[schemars(required)]
    pub matches: Option<String>,
    /// Whether it must also look as if chance made it, as a password in an address must.
    pub by_chance: bool,
}

/// `vocabulary/statements.yml`: how accessibility statements are called, what they say, and what laws ask of them.
///
/// Words in `says`, `laws`, `bodies` and so on are no regular expressions. Letter case, diacritics and the shape of apostrophes
/// do not count. A `*` between words is any other words of the sentence, and one that touches a word is any ending of it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StatementsDef {
    /// Language (ISO 639-1) to titles of a statement, in lower case.
    #[schemars(required)]
    pub titles: BTreeMap<String, Vec<String>>,
    /// Language to words that only stand in the body of a statement, such as its compliance status.
    #[schemars(required)]
    pub body: BTreeMap<String, Vec<String>>,
    /// File names without extension, words joined by hyphens, that are a statement's own.
    #[schemars(required)]
    pub names: Vec<String>,
    /// File names that may be a statement's, where the text must confirm it.
    #[schemars(required)]
    pub may_be: Vec<String>,
    /// Regular expressions for titles that speak about statements: guidance, not a statement.
    #[schemars(required)]
    pub guidance: Vec<String>,
    /// Language to small words that are frequent in it and tell it from others.
    #[schemars(required)]
    pub languages: BTreeMap<String, Vec<String>>,
    /// Language to the names of the twelve months, in order. A month may have several, with spaces between.
    #[schemars(required)]
    pub months: BTreeMap<String, Vec<String>>,
    /// Words after which four digits are a year.
    #[schemars(required)]
    pub before_year: Vec<String>,
    /// Topic to language (or `any`) to words.
    #[schemars(required)]
    pub says: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Standards and guidelines, with their version.
    #[schemars(required)]
    pub standards: Vec<NamedWordsDef>,
    /// How many months a review lasts where no law says it.
    #[schemars(required)]
    pub review_months: Option<u32>,
    /// Whose law a statement may answer to; of two that fit as well, the first.
    #[schemars(required)]
    pub jurisdictions: Vec<JurisdictionDef>,
}

/// Something with a name, and the words by which a statement names it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NamedWordsDef {
    /// The name, as it is shown.
    #[schemars(required)]
    pub name: Option<String>,
    /// Words, any of which names it.
    #[schemars(required)]
    pub says: Vec<String>,
}

/// What the law of a country asks of a statement.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct JurisdictionDef {
    /// Short name.
    #[schemars(required)]
    pub id: Option<String>,
    /// The law in force, as it is shown.
    #[schemars(required)]
    pub law: Option<String>,
    /// Words that cite it.
    pub laws: Vec<String>,
    /// Words that cite a law that is no longer in force.
    pub revoked: Vec<String>,
    /// Whether it is the law of a union, which statements cite beside the law of a member.
    pub general: bool,
    /// Profiles that speak for it, where the statement does not tell.
    pub profiles: Vec<String>,
    /// Languages that speak for it, where the statement cites no law or body.
    pub languages: Vec<String>,
    /// The bodies that a statement must name. Without any, a section on enforcement will do.
    pub bodies: Vec<NamedWordsDef>,
    /// Whether one of the bodies is enough.
    pub any_body: bool,
    /// Bodies that may stand instead of all those.
    pub instead: Vec<NamedWordsDef>,
    /// How many months a review lasts.
    pub review_months: Option<u32>,
    /// Whether the date of a review must be given beside that of the preparation.
    pub needs_review_date: bool,
    /// Whether the date of a test must be given beside that of the preparation.
    pub needs_test_date: bool,
    /// Whether it asks for no status in set words, and names no body.
    pub no_status: bool,
    /// Whether the month comes first in a date in numbers.
    pub month_first: bool,
    /// Whether its criteria have two numbers, and not three as those of WCAG.
    pub short_criteria: bool,
    /// The share of criteria, in per cent, from which on the status is `partially compliant`. All is `fully compliant`.
    pub partial_from: Option<u32>,
    /// The version of WCAG that statements are tested against.
    pub wcag: Option<String>,
    /// What is tested against that version, as it is shown.
    pub tested: Option<String>,
}

/// `vocabulary/licences.yml`: licence notices that are not a licence's full text.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LicencesDef {
    /// The notices, the more telling first.
    #[schemars(required)]
    pub notices: Vec<NoticeDef>,
    /// Regular expressions for lines that name no holder: publishers of licence texts and unfilled placeholders.
    #[schemars(required)]
    pub not_holders: Vec<String>,
}

/// A way of granting a licence in a few words.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NoticeDef {
    /// SPDX identifier it grants.
    #[schemars(required)]
    pub spdx: Option<String>,
    /// Regular expressions, all of which the text must match, with white space folded.
    #[schemars(required)]
    pub matches: Vec<String>,
    /// Regular expressions, none of which may match.
    pub except: Vec<String>,
}

/// `vocabulary/design-systems.yml`: design systems of governments.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DesignSystemsDef {
    /// The design systems.
    #[schemars(required)]
    pub design_systems: Vec<OfferDef>,
    /// Parts of the names of pages and styles that are looked into when no manifest names a design system.
    pub look_into: Vec<String>,
}

/// `vocabulary/platforms.yml`: services that governments offer to all their services, such as sign-in and payment.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlatformsDef {
    /// The platforms.
    #[schemars(required)]
    pub platforms: Vec<OfferDef>,
    /// Parts of the names of code files and their folders that are looked into first.
    pub look_into: Vec<String>,
}

/// Something that a government offers to many services, and what shows that one uses it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OfferDef {
    /// Short name, unique in the file; it is in reports as data.
    #[schemars(required)]
    pub id: Option<String>,
    /// Its own name.
    #[schemars(required)]
    pub name: Option<String>,
    /// Whose it is: two letters of ISO 3166-1, `EU`, or `INT` when no country owns it.
    #[schemars(required)]
    pub country: Option<String>,
    /// Packages, as in `dependency`, whose version is its own version. One of these in a manifest shows that it is used.
    pub itself: Vec<String>,
    /// The newest version, to tell how far behind a repository is.
    pub newest: Option<NewestDef>,
    /// What else shows that it is used.
    pub signs: Vec<SignDef>,
    /// What shows that a repository is a part of it, and so does not use it as others do.
    pub part_of: Vec<SignDef>,
    /// Others with which it shares packages: where one of them is used, it is not.
    pub unless: Vec<String>,
}

/// The newest version that was known when the file was last brought up to date.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewestDef {
    /// The first number of the version.
    #[schemars(required)]
    pub major: Option<u32>,
    /// When that was looked up, `YYYY-MM-DD`.
    #[schemars(required)]
    pub checked: Option<String>,
}

/// One thing that shows use: `packages`, `files` or `texts`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignDef {
    /// Packages that a manifest asks for, as in `dependency`.
    pub packages: Vec<String>,
    /// Files that are there, as path patterns.
    pub files: Vec<String>,
    /// Texts in code and settings: names of hosts, import paths, keys. Whole words; letter case does not count.
    pub texts: Vec<String>,
    /// Whether this settles it. Without it, two signs are needed.
    pub enough: bool,
}

/// `vocabulary/commands.yml`: what is run for one purpose, used as `@name`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CommandTopicsDef {
    /// Topic to what belongs to it.
    #[schemars(required)]
    pub commands: BTreeMap<String, CommandTopicDef>,
}

/// What is run for one purpose.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CommandTopicDef {
    /// Commands.
    pub runs: Vec<String>,
    /// Names of tasks: scripts of package.json, targets of a Makefile, script files. `npm:test` is one of package.json only.
    pub tasks: Vec<String>,
    /// Actions, orbs, plugins and templates.
    pub uses: Vec<String>,
    /// What makes a command something else after all.
    pub except: Vec<String>,
    /// Whether the commands of the topic `nothing`, which install and print, count here.
    pub installs: bool,
}

/// `vocabulary/levers.yml`: what an organisation can pull to move others.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LeversDef {
    /// What is not known of the levers, and why.
    pub gaps: Vec<String>,
    /// The levers.
    #[schemars(required)]
    pub levers: Vec<LeverDef>,
}

/// One lever. What the source does not say is left out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LeverDef {
    /// Short name, which a configuration declares.
    #[schemars(required)]
    pub id: Option<String>,
    /// Its name.
    #[schemars(required)]
    pub title: Option<String>,
    /// What it is, in a sentence.
    #[schemars(required)]
    pub says: Option<String>,
    /// Whether it was given to the organisation or built by it.
    #[schemars(with = "Option<Origin>")]
    pub origin: Option<String>,
    /// Whether those whom it moves have a choice.
    #[schemars(with = "Option<Force>")]
    pub force: Option<String>,
    /// Whether the source calls it hard or soft.
    #[schemars(with = "Option<Power>")]
    pub power: Option<String>,
    /// Where it is published.
    #[schemars(required)]
    pub source: Option<ReferenceDef>,
    /// The criteria that it moves, as far as a source says so.
    pub moves: Vec<MovesDef>,
}

/// Criteria of one framework that a lever moves.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MovesDef {
    /// Id of the framework.
    #[schemars(required)]
    pub framework: Option<String>,
    /// Ids of the criteria. Empty: all of them.
    pub criteria: Vec<String>,
    /// What a source says that connects the two.
    #[schemars(required)]
    pub because: Option<String>,
}

/// `vocabulary/units.yml`: how services and organisations are rated over their repositories.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UnitsDef {
    /// Rules of which none may fail in a repository that counts as active.
    pub active: Vec<String>,
    /// The rule whose value is the phase, where no configuration states one.
    pub phase: Option<String>,
    /// The share of a service's active repositories in which a level must hold, in per cent.
    #[schemars(required)]
    pub service: Option<u32>,
    /// The share of an organisation's active repositories in which a level must hold, in per cent.
    #[schemars(required)]
    pub organisation: Option<u32>,
}

/// `vocabulary/kinds.yml`: what tells the kind of a repository.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KindsDef {
    /// Signals; the kind with the highest sum wins, and the kind named first in the file wins a tie.
    #[schemars(required)]
    pub signals: Vec<KindSignalDef>,
}

/// Tools whose results can be imported: `vocabulary/tools.yml`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ToolsDef {
    /// What they look for (`dependencies`, `dynamic`, `lint` or `static`) to the first words of their names.
    #[schemars(required)]
    pub tools: BTreeMap<String, Vec<String>>,
}

/// One sign of a kind.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KindSignalDef {
    /// The kind it speaks for.
    #[schemars(required)]
    pub kind: Option<String>,
    /// How strongly, 1 to 10.
    #[schemars(required)]
    pub weight: Option<u32>,
    /// What it means, as a short statement shown with the evidence.
    #[schemars(required)]
    pub says: Option<String>,
    /// What to look for, as in a rule.
    #[schemars(required)]
    pub check: Option<CheckDef>,
}
