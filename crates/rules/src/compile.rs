//! From definitions as written to a validated [`Catalogue`]. Every mistake of every file is collected.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;

use crate::catalogue::{
    Catalogue, Check, Criterion, Framework, FrameworkSource, KindSignal, Level, Notice, Profile, Rule, Statements,
};
use crate::definition::{
    CheckDef, CommandTopicsDef, DependencyDef, DevelopmentDef, FrameworkDef, HeadingsDef, KindsDef, LicencesDef,
    PathsDef, PhrasesDef, ProfileDef, ReferenceDef, RuleDef, StatementsDef,
};
use crate::manifest::Name;
use crate::paths::{self, PathPattern, PathSet};
use crate::pattern::{Pattern, Phrases};
use crate::pipeline::{Asks, CommandPattern, How, Of, Topic, When};
use crate::problem::{Problem, Problems, Source};
use crate::text;
use crate::value::{Kind, Severity, Status, Unit};
use crate::yaml::{At, Document};

/// The headings that a rule's README must have, in this order.
pub const README_SECTIONS: [&str; 5] =
    ["What it checks", "Why it matters", "How to fix", "When it does not apply", "Limits"];

/// The files of a rule's folder.
#[derive(Debug, Clone)]
pub struct RuleFiles {
    /// Name of the folder that the rule's folder stands in.
    pub topic: String,
    /// Name of the rule's folder.
    pub folder: String,
    /// `rule.yml`.
    pub rule: Source,
    /// `README.md`.
    pub readme: Option<Source>,
}

/// The definition files of a catalogue.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// Rules.
    pub rules: Vec<RuleFiles>,
    /// Frameworks.
    pub frameworks: Vec<Source>,
    /// Profiles.
    pub profiles: Vec<Source>,
    /// Vocabularies; the file's name tells which.
    pub vocabulary: Vec<Source>,
}

impl Catalogue {
    /// Adds definitions to this catalogue. One with the id of an existing one takes its place.
    ///
    /// # Errors
    /// Every mistake of every file.
    pub fn extend(mut self, files: &Files) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        // The signs of a kind are checks, which use the other vocabularies.
        let (kinds, others): (Vec<_>, Vec<_>) =
            files.vocabulary.iter().partition(|source| file_stem(source) == "kinds");
        for source in others.into_iter().chain(kinds) {
            self.vocabulary(source, &mut problems);
        }
        let mut seen = HashSet::new();
        for rule in &files.rules {
            if !seen.insert(rule.folder.clone()) {
                problems.push(rule.rule.problem(format!("another rule is called `{}` too", rule.folder)));
            }
            self.rule_file(rule, &mut problems);
        }
        self.rules.sort_by(|a, b| (&a.topic, &a.id).cmp(&(&b.topic, &b.id)));
        for rule in &files.rules {
            self.check_needs(rule, &mut problems);
        }
        for source in &files.frameworks {
            self.framework_file(source, &mut problems);
        }
        self.frameworks.sort_by(|a, b| a.id.cmp(&b.id));
        for source in &files.profiles {
            self.profile_file(source, &mut problems);
        }
        self.profiles.sort_by(|a, b| a.id.cmp(&b.id));
        if problems.is_empty() { Ok(self) } else { Err(Problems::new("the rules", problems)) }
    }

    fn path_set(&mut self, set: PathSet) -> usize {
        self.paths.iter().position(|known| *known == set).unwrap_or_else(|| {
            self.paths.push(set);
            self.paths.len() - 1
        })
    }

    fn rule_file(&mut self, files: &RuleFiles, problems: &mut Vec<Problem>) {
        let (mut document, def): (_, RuleDef) = Document::read(&files.rule);
        let root = At::root();
        let id = required(&mut document, &root, "id", def.id.as_deref());
        if id.is_some_and(|id| id != files.folder) {
            document.problem(&root.of("id"), format!("the folder is called `{}`", files.folder));
        }
        if !is_kebab(&files.folder) {
            document.problem(&root.of("id"), "an id is lower-case words joined by hyphens");
        }
        let title = required(&mut document, &root, "title", def.title.as_deref());
        let severity = word::<Severity>(&mut document, &root, "severity", def.severity.as_deref());
        let status = word::<Status>(&mut document, &root, "status", def.status.as_deref());
        let message = required(&mut document, &root, "message", def.message.as_deref());
        let why = required(&mut document, &root, "why", def.why.as_deref());
        let fix = required(&mut document, &root, "fix", def.fix.as_deref());
        let expected_of = def.expected_of.as_ref().map(|expected| {
            let at = root.of("expected-of");
            let kinds = kinds(&mut document, &at, &expected.kinds);
            (kinds, required(&mut document, &at, "because", expected.because.as_deref()).unwrap_or_default().to_owned())
        });
        let references = references(&mut document, &root, &def.references);
        if references.is_empty() {
            document.problem(&root.of("references"), "a rule needs at least one source");
        }
        let check = match &def.check {
            Some(check) => self.check(&mut document, &root.of("check"), check),
            None => {
                document.problem(&root, "`check` is missing");
                None
            }
        };
        let readme = match &files.readme {
            Some(readme) => {
                readme_sections(readme, &mut document.problems);
                readme.text.to_string()
            }
            None => {
                document.problems.push(files.rule.problem("its README.md is missing"));
                String::new()
            }
        };
        let whole = (id, title, severity, status, check);
        if let (Some(id), Some(title), Some(severity), Some(status), Some(check)) = whole {
            self.rules.retain(|rule| rule.id != id);
            self.rules.push(Rule {
                id: id.to_owned(),
                topic: files.topic.clone(),
                title: title.to_owned(),
                severity,
                status,
                needs: def.needs.clone(),
                expected_of,
                profiles: def.profiles.clone(),
                check,
                message: one_line(message),
                why: one_line(why),
                fix: one_line(fix),
                references,
                readme,
            });
        }
        problems.append(&mut document.problems);
    }

    fn check_needs(&self, files: &RuleFiles, problems: &mut Vec<Problem>) {
        let Some(rule) = self.rule(&files.folder) else { return };
        let mut document = Document { source: &files.rule, problems: Vec::new() };
        if let Some(needs) = &rule.needs {
            match self.rule(needs) {
                None => unknown_name(
                    &mut document,
                    &At::root().of("needs"),
                    "rule",
                    needs,
                    self.rules.iter().map(|r| &*r.id),
                ),
                Some(needed) if needed.needs.is_some() => {
                    document.problem(
                        &At::root().of("needs"),
                        format!("`{needs}` needs another rule itself; name that one"),
                    );
                }
                Some(_) => {}
            }
        }
        problems.append(&mut document.problems);
    }

    fn framework_file(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        let (mut document, def): (_, FrameworkDef) = Document::read(source);
        let root = At::root();
        let id = file_id(&mut document, def.id.as_deref());
        let title = required(&mut document, &root, "title", def.title.as_deref());
        let version = required(&mut document, &root, "version", def.version.as_deref());
        let date = required(&mut document, &root, "date", def.date.as_deref());
        let unit = word::<Unit>(&mut document, &root, "unit", def.unit.as_deref());
        let about = required(&mut document, &root, "about", def.about.as_deref());
        let from = def.source.clone().unwrap_or_default();
        let at = root.of("source");
        let url = required(&mut document, &at, "url", from.url.as_deref());
        let publisher = required(&mut document, &at, "publisher", from.publisher.as_deref());
        let licence = required(&mut document, &at, "licence", from.licence.as_deref());
        let mut criteria: Vec<Criterion> = Vec::new();
        for (i, criterion) in def.criteria.iter().enumerate() {
            let at = root.of("criteria").of(i);
            let id = required(&mut document, &at, "id", criterion.id.as_deref()).unwrap_or_default();
            if criteria.iter().any(|c| c.id == id) {
                document.problem(&at.of("id"), format!("another criterion is called `{id}` too"));
            }
            let name = required(&mut document, &at, "name", criterion.name.as_deref()).unwrap_or_default();
            let mut levels: Vec<Level> = Vec::new();
            for (j, level) in criterion.levels.iter().enumerate() {
                let at = at.of("levels").of(j);
                let id = required(&mut document, &at, "id", level.id.as_deref()).unwrap_or_default();
                if levels.iter().any(|l| l.id == id) {
                    document.problem(&at.of("id"), format!("another level is called `{id}` too"));
                }
                let says = if level.blank {
                    level.says.as_deref()
                } else {
                    required(&mut document, &at, "says", level.says.as_deref())
                };
                for (key, rules) in [
                    ("satisfies", &level.satisfies),
                    ("supports", &level.supports),
                    ("contradicts", &level.contradicts),
                ] {
                    for (k, rule) in rules.iter().enumerate() {
                        if self.rule(rule).is_none() {
                            let at = at.of(key).of(k);
                            unknown_name(&mut document, &at, "rule", rule, self.rules.iter().map(|r| &*r.id));
                        }
                    }
                }
                let level = Level {
                    id: id.to_owned(),
                    says: one_line(says),
                    blank: level.blank,
                    floor: level.floor,
                    satisfies: level.satisfies.clone(),
                    supports: level.supports.clone(),
                    contradicts: level.contradicts.clone(),
                    attest: level.attest.as_ref().map(|text| one_line(Some(text))),
                };
                if !level.is_reachable() {
                    document.problem(
                        &at,
                        "no evidence can reach this level: name rules, an attestation, or say `floor` or `blank`",
                    );
                }
                levels.push(level);
            }
            if levels.is_empty() {
                document.problem(&at, "a criterion needs at least one level");
            }
            let optional = |text: &Option<String>| text.as_ref().map(|text| one_line(Some(text)));
            criteria.push(Criterion {
                id: id.to_owned(),
                name: name.to_owned(),
                theme: optional(&criterion.theme),
                beyond: optional(&criterion.beyond),
                levels,
            });
        }
        if criteria.is_empty() {
            document.problem(&root, "a framework needs at least one criterion");
        }
        if let (Some(id), Some(unit)) = (id, unit) {
            self.frameworks.retain(|framework| framework.id != id);
            self.frameworks.push(Framework {
                id,
                title: one_line(title),
                version: one_line(version),
                date: one_line(date),
                unit,
                about: one_line(about),
                source: FrameworkSource {
                    url: one_line(url),
                    publisher: one_line(publisher),
                    licence: one_line(licence),
                },
                gaps: def.gaps.iter().map(|gap| one_line(Some(gap))).collect(),
                criteria,
            });
        }
        problems.append(&mut document.problems);
    }

    fn profile_file(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        let (mut document, def): (_, ProfileDef) = Document::read(source);
        let root = At::root();
        let id = file_id(&mut document, def.id.as_deref());
        let title = required(&mut document, &root, "title", def.title.as_deref());
        for (i, framework) in def.frameworks.iter().enumerate() {
            if self.framework(framework).is_none() {
                let at = root.of("frameworks").of(i);
                unknown_name(&mut document, &at, "framework", framework, self.frameworks.iter().map(|f| &*f.id));
            }
        }
        let mut severity = BTreeMap::new();
        for (rule, level) in &def.severity {
            let at = root.of("severity").of(rule.as_str());
            if self.rule(rule).is_none() {
                unknown_key(&mut document, &at, "rule", rule, self.rules.iter().map(|r| &*r.id));
            }
            match level.parse() {
                Ok(level) => drop(severity.insert(rule.clone(), level)),
                Err(message) => document.problem(&at, message),
            }
        }
        let references = references(&mut document, &root, &def.references);
        if let (Some(id), Some(title)) = (id, title) {
            self.profiles.retain(|profile| profile.id != id);
            self.profiles.push(Profile {
                id,
                title: title.to_owned(),
                frameworks: def.frameworks.clone(),
                severity,
                references,
            });
        }
        problems.append(&mut document.problems);
    }

    fn vocabulary(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        let mut found = match file_stem(source) {
            "commands" => self.command_topics(source),
            "paths" => self.named_paths(source),
            "headings" => self.headings(source),
            "phrases" => self.phrases(source),
            "statements" => self.statements(source),
            "licences" => self.licences(source),
            "kinds" => self.kind_signals(source),
            _ => vec![source.problem(
                "unknown vocabulary; known are commands, paths, headings, phrases, statements, licences and kinds",
            )],
        };
        problems.append(&mut found);
    }

    fn named_paths(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, PathsDef) = Document::read(source);
        // A list may use another one, so those that use none come first.
        let mut waiting: Vec<_> = def.paths.iter().collect();
        waiting.sort_by_key(|(_, list)| list.include.iter().chain(&list.except).any(|p| p.starts_with('@')));
        for (name, list) in waiting {
            let at = At::root().of("paths").of(name.as_str());
            let set = PathSet {
                include: self.patterns(&mut document, &at.of("include"), &list.include, false),
                except: self.patterns(&mut document, &at.of("except"), &list.except, false),
                exact_case: false,
            };
            let id = self.path_set(set);
            self.vocabulary.paths.insert(name.clone(), id);
        }
        document.problems
    }

    fn headings(&mut self, source: &Source) -> Vec<Problem> {
        let (document, def): (_, HeadingsDef) = Document::read(source);
        for (topic, languages) in def.headings {
            let mut words: Vec<String> = languages.into_values().flatten().map(|w| text::words(&w)).collect();
            words.sort();
            words.dedup();
            self.vocabulary.headings.insert(topic, words);
        }
        document.problems
    }

    fn phrases(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, PhrasesDef) = Document::read(source);
        for (topic, languages) in &def.phrases {
            let mut all = Vec::new();
            for (language, list) in languages {
                let at = At::root().of("phrases").of(topic.as_str()).of(language.as_str());
                all.extend(patterns(&mut document, &at, list));
            }
            self.vocabulary.phrases.insert(topic.clone(), Phrases::new(all));
        }
        document.problems
    }

    fn statements(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, StatementsDef) = Document::read(source);
        let all = |languages: &BTreeMap<String, Vec<String>>| {
            languages.values().flatten().map(|t| t.to_lowercase()).collect()
        };
        self.vocabulary.statements = Statements {
            titles: all(&def.titles),
            body: all(&def.body),
            names: def.names.clone(),
            may_be: def.may_be.clone(),
            guidance: Phrases::new(patterns(&mut document, &At::root().of("guidance"), &def.guidance)),
            finder: std::sync::OnceLock::new(),
            stems: std::sync::OnceLock::new(),
        };
        document.problems
    }

    fn licences(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, LicencesDef) = Document::read(source);
        self.vocabulary.notices.clear();
        for (i, notice) in def.notices.iter().enumerate() {
            let at = At::root().of("notices").of(i);
            let id = required(&mut document, &at, "spdx", notice.spdx.as_deref()).unwrap_or_default();
            if spdx::license_id(id).is_none() && !id.starts_with("LicenseRef-") {
                document.problem(&at.of("spdx"), format!("`{id}` is not an SPDX identifier"));
            }
            let matches = patterns(&mut document, &at.of("matches"), &notice.matches);
            if notice.matches.is_empty() {
                document.problem(&at, "`matches` is missing");
            }
            let except = Phrases::new(patterns(&mut document, &at.of("except"), &notice.except));
            self.vocabulary.notices.push(Notice { spdx: id.to_owned(), matches, except });
        }
        self.vocabulary.not_holders =
            Phrases::new(patterns(&mut document, &At::root().of("not-holders"), &def.not_holders));
        document.problems
    }

    fn kind_signals(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, KindsDef) = Document::read(source);
        self.kinds.clear();
        for (i, signal) in def.signals.iter().enumerate() {
            let at = At::root().of("signals").of(i);
            let kind = word::<Kind>(&mut document, &at, "kind", signal.kind.as_deref());
            let says = required(&mut document, &at, "says", signal.says.as_deref()).map(ToOwned::to_owned);
            let check = signal.check.as_ref().and_then(|check| self.check(&mut document, &at.of("check"), check));
            if let (Some(kind), Some(says), Some(check)) = (kind, says, check) {
                self.kinds.push(KindSignal { kind, weight: signal.weight.unwrap_or(1), says, check });
            }
        }
        document.problems
    }

    fn patterns(
        &mut self,
        document: &mut Document<'_>,
        at: &At,
        written: &[String],
        exact_case: bool,
    ) -> Vec<PathPattern> {
        let mut parsed = Vec::new();
        for (i, pattern) in written.iter().enumerate() {
            if let Some(name) = pattern.strip_prefix('@') {
                match self.vocabulary.paths.get(name) {
                    Some(&id) => parsed.extend(self.paths[id].include.iter().cloned()),
                    None => unknown_name(
                        document,
                        &at.of(i),
                        "list of paths",
                        name,
                        self.vocabulary.paths.keys().map(String::as_str),
                    ),
                }
                continue;
            }
            match paths::parse(pattern, exact_case, &mut self.names) {
                Ok(patterns) => parsed.extend(patterns),
                Err(message) => document.problem(&at.of(i), message),
            }
        }
        parsed
    }

    fn paths(
        &mut self,
        document: &mut Document<'_>,
        at: &At,
        include: &[String],
        except: &[String],
        exact_case: bool,
    ) -> usize {
        if include.is_empty() {
            document.problem(at, "`paths` is missing");
        }
        let mut set = PathSet {
            include: self.patterns(document, &at.of("paths"), include, exact_case),
            except: self.patterns(document, &at.of("except"), except, exact_case),
            exact_case,
        };
        // What a named list leaves out is left out wherever the list is used.
        for name in include.iter().filter_map(|pattern| pattern.strip_prefix('@')) {
            if let Some(&id) = self.vocabulary.paths.get(name) {
                set.except.extend(self.paths[id].except.iter().cloned());
            }
        }
        self.path_set(set)
    }

    fn check(&mut self, document: &mut Document<'_>, at: &At, def: &CheckDef) -> Option<Check> {
        let mut found: Vec<Option<Check>> = Vec::new();
        if let Some(inner) = &def.all {
            found.push(self.checks(document, &at.of("all"), inner).map(Check::All));
        }
        if let Some(inner) = &def.any {
            found.push(self.checks(document, &at.of("any"), inner).map(Check::Any));
        }
        if let Some(inner) = &def.not {
            found.push(self.check(document, &at.of("not"), inner).map(|check| Check::Not(Box::new(check))));
        }
        if let Some(dependency) = &def.dependency {
            found.push(Some(dependency_check(document, &at.of("dependency"), dependency)));
        }
        if let Some(commands) = &def.documented {
            found.push(self.commands(document, &at.of("documented"), Of::Documents, &commands.runs));
        }
        if let Some(file) = &def.file {
            let paths = self.paths(document, &at.of("file"), &file.paths, &file.except, file.exact_case);
            found.push(Some(Check::File { paths, at_least: file.at_least.unwrap_or(1) }));
        }
        if let Some(pipeline) = &def.pipeline {
            let at = at.of("pipeline");
            let on = pipeline.on.as_ref().and_then(|_| word::<When>(document, &at, "on", pipeline.on.as_deref()));
            let uses = command_patterns(document, &at.of("uses"), &pipeline.uses);
            if pipeline.runs.is_empty() && pipeline.uses.is_empty() {
                document.problem(&at, "`runs` or `uses` is missing");
            }
            let mut asks = self.asks(document, &at.of("runs"), &pipeline.runs);
            asks.own.uses = uses;
            let how = How { on: on.unwrap_or_default(), must_pass: pipeline.must_pass, only_here: pipeline.only_here };
            found.push(Some(Check::Command { of: Of::Pipelines, asks, how }));
        }
        if let Some(commands) = &def.scripts {
            found.push(self.commands(document, &at.of("scripts"), Of::Scripts, &commands.runs));
        }
        if let Some(text) = &def.text {
            let at = at.of("text");
            let paths = self.paths(document, &at, &text.paths, &text.except, text.exact_case);
            let patterns = patterns(document, &at.of("matches"), &text.matches);
            if text.matches.is_empty() {
                document.problem(&at, "`matches` is missing");
            }
            found.push(Some(Check::Text { paths, patterns }));
        }
        if let Some(section) = &def.section {
            let at = at.of("section");
            let paths = self.paths(document, &at, &section.paths, &section.except, false);
            let mut headings = Vec::new();
            for (i, heading) in section.headings.iter().enumerate() {
                match heading.strip_prefix('@').map(|topic| (topic, self.vocabulary.headings.get(topic))) {
                    None => headings.push(text::words(heading)),
                    Some((_, Some(words))) => headings.extend(words.iter().cloned()),
                    Some((topic, None)) => {
                        let known = self.vocabulary.headings.keys().map(String::as_str);
                        unknown_name(document, &at.of("headings").of(i), "list of headings", topic, known);
                    }
                }
            }
            if section.headings.is_empty() {
                document.problem(&at, "`headings` is missing");
            }
            let patterns = patterns(document, &at.of("matches"), &section.matches);
            found.push(Some(Check::Section { paths, headings, min_words: section.min_words.unwrap_or(3), patterns }));
        }
        if let Some(key) = &def.key {
            let at = at.of("key");
            let paths = self.paths(document, &at, &key.paths, &[], false);
            let steps = required(document, &at, "key", key.key.as_deref()).unwrap_or_default();
            let pattern = key.matches.as_ref().and_then(|text| pattern(document, &at.of("matches"), text));
            found.push(Some(Check::Key { paths, key: steps.split('.').map(ToOwned::to_owned).collect(), pattern }));
        }
        if let Some(history) = &def.history {
            found.push(Some(Check::History { commits: history.commits.unwrap_or(1), days: history.days.unwrap_or(1) }));
        }
        if let Some(host) = &def.host {
            let at = at.of("host");
            let name = required(document, &at, "fact", host.fact.as_deref());
            let is = required(document, &at, "is", host.is.as_deref()).unwrap_or_default().to_owned();
            let fact = name.and_then(|name| {
                let fact = name.parse().ok();
                if fact.is_none() {
                    let known = crate::host::HostFact::ALL.iter().map(|f| f.name());
                    unknown_name(document, &at.of("fact"), "fact", name, known);
                }
                fact
            });
            found.push(fact.map(|fact| Check::Host { fact, is }));
        }
        if let Some(name) = &def.builtin {
            match name.parse() {
                Ok(builtin) => found.push(Some(Check::Builtin(builtin))),
                Err(message) => {
                    document.problem(&at.of("builtin"), message);
                    found.push(None);
                }
            }
        }
        match found.len() {
            1 => found.remove(0),
            0 => {
                document.problem(
                    at,
                    "a check needs a key: all, any, not, dependency, documented, file, pipeline, scripts, text, section, key, history, \
                     host or builtin",
                );
                None
            }
            _ => {
                document.problem(at, "a check has exactly one key; put several under `all` or `any`");
                None
            }
        }
    }

    fn command_topics(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, CommandTopicsDef) = Document::read(source);
        for (name, topic) in &def.commands {
            let at = At::root().of("commands").of(name.as_str());
            let topic = Topic {
                runs: command_patterns(&mut document, &at.of("runs"), &topic.runs),
                tasks: command_patterns(&mut document, &at.of("tasks"), &topic.tasks),
                uses: command_patterns(&mut document, &at.of("uses"), &topic.uses),
                except: command_patterns(&mut document, &at.of("except"), &topic.except),
                installs: topic.installs,
            };
            self.vocabulary.commands.insert(name.clone(), topic);
        }
        document.problems
    }

    fn commands(&self, document: &mut Document<'_>, at: &At, of: Of, runs: &[String]) -> Option<Check> {
        if runs.is_empty() {
            document.problem(at, "`runs` is missing");
            return None;
        }
        let asks = self.asks(document, &at.of("runs"), runs);
        Some(Check::Command { of, asks, how: How::default() })
    }

    /// The topics and patterns that a check names.
    fn asks(&self, document: &mut Document<'_>, at: &At, runs: &[String]) -> Asks {
        let mut asks = Asks::default();
        for (i, written) in runs.iter().enumerate() {
            match written.strip_prefix('@') {
                None => asks.own.runs.extend(command_pattern(document, &at.of(i), written)),
                Some(name) if self.vocabulary.commands.contains_key(name) => asks.topics.push(name.to_owned()),
                Some(name) => {
                    let known = self.vocabulary.commands.keys().map(String::as_str);
                    unknown_name(document, &at.of(i), "topic of commands", name, known);
                }
            }
        }
        asks
    }

    fn checks(&mut self, document: &mut Document<'_>, at: &At, defs: &[CheckDef]) -> Option<Vec<Check>> {
        if defs.is_empty() {
            document.problem(at, "an empty list settles nothing");
        }
        let checks: Vec<_> = defs.iter().enumerate().map(|(i, def)| self.check(document, &at.of(i), def)).collect();
        checks.into_iter().collect()
    }
}

fn dependency_check(document: &mut Document<'_>, at: &At, def: &DependencyDef) -> Check {
    if def.names.is_empty() {
        document.problem(at, "`names` is missing");
    }
    let mut names = Vec::new();
    for (i, name) in def.names.iter().enumerate() {
        match Name::parse(name) {
            Ok(name) => names.push(name),
            Err(message) => document.problem(&at.of("names").of(i), message),
        }
    }
    let development = match &def.development {
        None => None,
        Some(DevelopmentDef::Only(only)) => Some(*only),
        Some(DevelopmentDef::Word(word)) if word == "any" => None,
        Some(DevelopmentDef::Word(word)) => {
            document.problem(&at.of("development"), format!("`{word}` is not one of true, false, any"));
            None
        }
    };
    Check::Dependency { names, development }
}

fn file_stem(source: &Source) -> &str {
    let name = source.name.rsplit(['/', '\\']).next().unwrap_or(&source.name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn file_id(document: &mut Document<'_>, id: Option<&str>) -> Option<String> {
    let stem = file_stem(document.source).to_owned();
    let id = required(document, &At::root(), "id", id)?;
    if id != stem {
        document.problem(&At::root().of("id"), format!("the file is called `{stem}`"));
    }
    Some(id.to_owned())
}

pub(crate) fn required<'a>(document: &mut Document<'_>, at: &At, key: &str, value: Option<&'a str>) -> Option<&'a str> {
    match value.map(str::trim) {
        Some("") => {
            document.problem(&at.of(key), "this is empty");
            None
        }
        None => {
            document.problem(at, format!("`{key}` is missing"));
            None
        }
        text => text,
    }
}

pub(crate) fn word<T: FromStr<Err = String>>(
    document: &mut Document<'_>,
    at: &At,
    key: &str,
    value: Option<&str>,
) -> Option<T> {
    let value = required(document, at, key, value)?;
    match value.parse() {
        Ok(word) => Some(word),
        Err(message) => {
            document.problem(&at.of(key), message);
            None
        }
    }
}

fn kinds(document: &mut Document<'_>, at: &At, words: &[String]) -> Vec<Kind> {
    if words.is_empty() {
        document.problem(at, "`kinds` is missing");
    }
    let mut kinds = Vec::new();
    for (i, word) in words.iter().enumerate() {
        match word.parse() {
            Ok(kind) => kinds.push(kind),
            Err(message) => document.problem(&at.of("kinds").of(i), message),
        }
    }
    kinds
}

fn references(document: &mut Document<'_>, at: &At, defs: &[ReferenceDef]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (i, reference) in defs.iter().enumerate() {
        let at = at.of("references").of(i);
        let title = required(document, &at, "title", reference.title.as_deref());
        let url = required(document, &at, "url", reference.url.as_deref());
        if url.is_some_and(|url| !url.starts_with("https://")) {
            document.problem(&at.of("url"), "an address starts with https://");
        }
        found.extend(title.zip(url).map(|(title, url)| (title.to_owned(), url.to_owned())));
    }
    found
}

fn pattern(document: &mut Document<'_>, at: &At, text: &str) -> Option<Pattern> {
    match Pattern::new(text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let error = error.to_string();
            let reason = error.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(&error).to_owned();
            document.problem(at, format!("not a regular expression: {reason}"));
            None
        }
    }
}

fn command_pattern(document: &mut Document<'_>, at: &At, text: &str) -> Vec<CommandPattern> {
    CommandPattern::parse(text).unwrap_or_else(|message| {
        document.problem(at, message);
        Vec::new()
    })
}

fn command_patterns(document: &mut Document<'_>, at: &At, texts: &[String]) -> Vec<CommandPattern> {
    texts.iter().enumerate().flat_map(|(i, text)| command_pattern(document, &at.of(i), text)).collect()
}

fn patterns(document: &mut Document<'_>, at: &At, texts: &[String]) -> Vec<Pattern> {
    texts.iter().enumerate().filter_map(|(i, text)| pattern(document, &at.of(i), text)).collect()
}

pub(crate) fn unknown_name<'a>(
    document: &mut Document<'_>,
    at: &At,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) {
    let message = format!("there is no {what} called `{name}`");
    match nearest(name, known) {
        Some(near) => document.problem_with_help(at, message, format!("did you mean `{near}`?")),
        None => document.problem(at, message),
    }
}

/// As [`unknown_name`], where the name is the key of a map.
pub(crate) fn unknown_key<'a>(
    document: &mut Document<'_>,
    at: &At,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) {
    let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    document.problem_at_key(at, format!("there is no {what} called `{name}`"), help);
}

/// The known name nearest to a misspelt one, if one is near.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}

fn is_kebab(id: &str) -> bool {
    let ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    id.split('-').all(|word| !word.is_empty() && word.chars().all(ok))
        && id.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Text that YAML folded over several lines.
fn one_line(text: Option<&str>) -> String {
    text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn readme_sections(readme: &Source, problems: &mut Vec<Problem>) {
    let document = crate::document::Document::parse("README.md", &readme.text);
    let sections: Vec<_> = document.sections().collect();
    for name in README_SECTIONS {
        match sections.iter().find(|section| section.heading.text == name) {
            None => problems.push(readme.problem(format!("the section `{name}` is missing"))),
            Some(section) if section.words() < 3 || section.text().contains("TODO") => {
                problems.push(readme.problem(format!("the section `{name}` is still empty")));
            }
            Some(_) => {}
        }
    }
}
