//! Definitions as they are written in YAML: rules, frameworks, profiles and vocabularies.
//!
//! Every field may be missing here, and words are plain strings, so that one reading of a file finds all its mistakes;
//! [`crate::compile`] turns them into the types of a [`crate::Catalogue`]. The JSON Schemas are generated from these types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

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
    /// A file is there.
    pub file: Option<FileDef>,
    /// A text is found in a file.
    pub text: Option<TextDef>,
    /// A document has a section.
    pub section: Option<SectionDef>,
    /// A YAML or JSON file has a key.
    pub key: Option<KeyDef>,
    /// A YAML or JSON file has the shape of a format.
    pub format: Option<FormatCheckDef>,
    /// The history is long enough.
    pub history: Option<HistoryDef>,
    /// The host (GitHub) says so.
    pub host: Option<HostDef>,
    /// A detector written in Rust, by name.
    pub builtin: Option<String>,
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
    /// Regular expressions, any of which must match. Case does not count; `^` and `$` are the ends of a line.
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
    /// Regular expressions, any of which the section must match.
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

/// How much history shows that the work was done here.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HistoryDef {
    /// The fewest commits by people.
    #[schemars(required)]
    pub commits: Option<u32>,
    /// The fewest different days with a commit.
    #[schemars(required)]
    pub days: Option<u32>,
}

/// A fact of the host.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostDef {
    /// Name of the fact.
    #[schemars(required)]
    pub fact: Option<String>,
    /// The value it must have: `true`, `false`, a text, or a least number.
    #[schemars(required)]
    pub is: Option<String>,
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
    /// Rules that point to the level without proving it: they indicate it when one passes and none fails.
    pub supports: Vec<String>,
    /// Rules whose failure rules the level out.
    pub contradicts: Vec<String>,
    /// The question a named person answers to attest the level. Without it the level cannot be attested.
    pub attest: Option<String>,
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
    /// Where the choices come from.
    pub references: Vec<ReferenceDef>,
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

/// `vocabulary/statements.yml`: how accessibility statements are called.
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

/// `vocabulary/kinds.yml`: what tells the kind of a repository.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KindsDef {
    /// Signals; the kind with the highest sum wins, and the kind named first in the file wins a tie.
    #[schemars(required)]
    pub signals: Vec<KindSignalDef>,
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
