//! Test cases of rules: a small repository, and the outcome that its rule must have on it.

mod history;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Catalogue;
use crate::compile::word;
use crate::config::Config;
use crate::facts::Sources;
use crate::host::{HostFacts, InheritedFile};
use crate::import::{Import, Imports};
use crate::problem::{Problems, Source};
use crate::run::{Outcome, Request, check};
use crate::tree::MemoryTree;
use crate::value::{Kind, Verdict};
use crate::yaml::{At, Document};

/// The day on which cases are checked, so that their outcomes do not change with time.
pub const CASE_DAY: Date = date(2026, 6, 30);

/// The file `case.yml` of a case: what its files cannot say.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CaseDef {
    /// The kind of repository. Without it, the kind is detected.
    #[schemars(with = "Option<Kind>")]
    pub kind: Option<String>,
    /// The profile that applies. Without it, the profile is detected.
    pub profile: Option<String>,
    /// What the host says: fact to value. Once there is one, the host counts as asked.
    pub host: BTreeMap<String, String>,
    /// Community health files that the owner keeps for all its repositories: path in the owner's repository to text.
    pub inherited: BTreeMap<String, String>,
    /// The history: `none`, `shallow`, how many `commits` on how many `days`, or commits in groups.
    pub history: Option<serde_json::Value>,
    /// The address that the repository was cloned from.
    pub remote: Option<String>,
    /// Tags of the history, each with the day of its commit.
    pub tags: BTreeMap<String, String>,
    /// The day of those results in the folder `imports` that carry none.
    pub import_date: Option<String>,
}

/// A case, ready to be run.
#[derive(Debug, Default)]
pub struct Case {
    kind: Option<Kind>,
    profile: Option<String>,
    host: HostFacts,
    tree: MemoryTree,
    import_date: Option<Date>,
    imports: Imports,
}

impl Case {
    /// A case of these files.
    ///
    /// # Errors
    /// Every mistake in `case.yml`.
    pub fn new(files: Vec<(String, Vec<u8>)>, settings: Option<&Source>) -> Result<Self, Problems> {
        let mut case = Self { host: HostFacts::none(), ..Self::default() };
        let Some(source) = settings else {
            case.tree = MemoryTree::new(files);
            return Ok(case);
        };
        let (mut document, def): (_, CaseDef) = Document::read(source);
        let root = At::root();
        if def.kind.is_some() {
            case.kind = word(&mut document, &root, "kind", def.kind.as_deref());
        }
        case.profile = def.profile;
        if !def.host.is_empty() || !def.inherited.is_empty() {
            case.host = HostFacts::asked();
        }
        for (path, text) in def.inherited {
            let url = format!("https://github.com/department/.github/blob/HEAD/{path}");
            case.host.inherited.push(InheritedFile { path, url, text });
        }
        for (name, value) in def.host {
            match name.parse() {
                Ok(fact) => drop(case.host.known.insert(fact, value)),
                Err(()) => document.problem(&root.of("host").of(name.as_str()), "there is no such fact"),
            }
        }
        let history = def.history.as_ref().and_then(|value| match history::of(value) {
            Ok(history) => history,
            Err(why) => {
                document.problem(&root.of("history"), why);
                None
            }
        });
        if let Some(day) = def.import_date {
            match day.parse() {
                Ok(day) => case.import_date = Some(day),
                Err(_) => document.problem(&root.of("import-date"), "this is not a day as YYYY-MM-DD"),
            }
        }
        let mut tags = Vec::new();
        for (name, day) in def.tags {
            match day.parse() {
                Ok(day) => tags.push((name, day)),
                Err(_) => document.problem(&root.of("tags").of(name.as_str()), "this is not a day as YYYY-MM-DD"),
            }
        }
        if history.is_none() && !tags.is_empty() {
            document.problem(&root.of("tags"), "tags need a `history`");
        }
        case.tree = MemoryTree::new(files).with_history(history).with_tags(tags).with_remote(def.remote);
        if document.problems.is_empty() { Ok(case) } else { Err(Problems::new("the case", document.problems)) }
    }

    /// The case with results of other tools: name and content of each file.
    ///
    /// # Errors
    /// Why a file cannot be read as results.
    pub fn with_imports(mut self, files: Vec<(String, Vec<u8>)>, catalogue: &Catalogue) -> Result<Self, String> {
        for (name, bytes) in files {
            let import = Import::read(&name, bytes, self.import_date, catalogue);
            self.imports.list.push(import.map_err(|refused| format!("{name}: {refused}"))?);
        }
        Ok(self)
    }

    /// The outcomes of these rules, and of those they need, on the case. All rules when none is named.
    pub fn outcomes(&self, catalogue: &Catalogue, only: &[String]) -> Vec<Outcome> {
        let request = Request {
            catalogue,
            sources: Sources { tree: &self.tree, host: &self.host, imports: &self.imports, today: CASE_DAY },
            config: &Config::default(),
            profile: self.profile.as_deref(),
            kind: self.kind,
            frameworks: &[],
            only,
        };
        check(&request).outcomes
    }
}

/// The outcome that a case's name asks for: it starts with the word and a hyphen.
pub fn expected(name: &str) -> Option<Verdict> {
    Verdict::ALL
        .iter()
        .copied()
        .find(|verdict| name.strip_prefix(verdict.word()).is_some_and(|rest| rest.starts_with('-')))
}
