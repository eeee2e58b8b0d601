//! Checks, the questions that a rule or a signal asks.

use super::words::{command_pattern, command_patterns, is_kebab, package_names, pattern, required, unknown_name, word};
use crate::catalogue::{Catalogue, Check, Sign, SignKind};
use crate::definition::{CheckDef, CommandTopicsDef, DependencyDef, DevelopmentDef, HistoryDef, ImportDef, SignDef};
use crate::history::Measure;
use crate::history::measure::Question;
use crate::paths::{PathPattern, PathSet};
use crate::pattern::Pattern;
use crate::pipeline::{Asks, How, Of, Topic, When};
use crate::problem::{Problem, Source};
use crate::yaml::{At, Document};
use crate::{format, import, paths, text};

impl Catalogue {
    pub(super) fn sign(&mut self, document: &mut Document<'_>, at: &At, def: &SignDef) -> Option<Sign> {
        let mut kinds = Vec::new();
        if !def.packages.is_empty() {
            kinds.push(SignKind::Packages(package_names(document, &at.of("packages"), &def.packages)));
        }
        if !def.files.is_empty() {
            kinds.push(SignKind::Files(self.paths(document, at, &def.files, &["@not-the-project".to_owned()], false)));
        }
        if !def.texts.is_empty() {
            for (i, text) in def.texts.iter().enumerate() {
                if text.trim().len() < 4 {
                    document.problem(&at.of("texts").of(i), "this is too short to tell anything");
                }
            }
            kinds.push(SignKind::Texts(def.texts.iter().map(|text| text.to_lowercase()).collect()));
        }
        if kinds.len() != 1 {
            document.problem(at, "a sign has exactly one of packages, files and texts");
        }
        kinds.pop().map(|kind| Sign { kind, enough: def.enough })
    }

    pub(super) fn patterns(
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

    pub(super) fn paths(
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

    pub(super) fn check(&mut self, document: &mut Document<'_>, at: &At, def: &CheckDef) -> Option<Check> {
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
            let patterns = self.expressions(document, &at.of("matches"), &text.matches);
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
            let patterns = self.expressions(document, &at.of("matches"), &section.matches);
            found.push(Some(Check::Section { paths, headings, min_words: section.min_words.unwrap_or(3), patterns }));
        }
        if let Some(key) = &def.key {
            let at = at.of("key");
            let paths = self.paths(document, &at, &key.paths, &[], false);
            let steps = required(document, &at, "key", key.key.as_deref()).unwrap_or_default();
            let pattern = key.matches.as_ref().and_then(|text| pattern(document, &at.of("matches"), text));
            found.push(Some(Check::Key { paths, key: steps.split('.').map(ToOwned::to_owned).collect(), pattern }));
        }
        if let Some(format) = &def.format {
            let at = at.of("format");
            let paths = self.paths(document, &at, &format.paths, &format.except, false);
            for (i, shape) in
                format.shapes.iter().enumerate().filter(|(_, name)| !self.vocabulary.formats.contains_key(*name))
            {
                let known = self.vocabulary.formats.keys().map(String::as_str);
                unknown_name(document, &at.of("shapes").of(i), "format", shape, known);
            }
            if format.shapes.is_empty() {
                document.problem(&at, "`shapes` is missing");
            }
            let ask = format::compile::ask(document, &at, format.ask.as_deref());
            found.push(Some(Check::Format { paths, shapes: format.shapes.clone(), ask }));
        }
        if let Some(history) = &def.history {
            found.push(question(document, &at.of("history"), history).map(Check::History));
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
            found.push(fact.map(|fact| Check::Host { fact, is, only_adds: host.only_adds }));
        }
        if let Some(import) = &def.import {
            found.push(import_question(document, &at.of("import"), import).map(Check::Import));
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
                    "a check needs a key: all, any, not, dependency, documented, file, format, pipeline, scripts, text, section, \
                     key, history, host, import or builtin",
                );
                None
            }
            _ => {
                document.problem(at, "a check has exactly one key; put several under `all` or `any`");
                None
            }
        }
    }

    pub(super) fn command_topics(&mut self, source: &Source) -> Vec<Problem> {
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

    pub(super) fn commands(&self, document: &mut Document<'_>, at: &At, of: Of, runs: &[String]) -> Option<Check> {
        if runs.is_empty() {
            document.problem(at, "`runs` is missing");
            return None;
        }
        let asks = self.asks(document, &at.of("runs"), runs);
        Some(Check::Command { of, asks, how: How::default() })
    }

    /// The topics and patterns that a check names.
    pub(super) fn asks(&self, document: &mut Document<'_>, at: &At, runs: &[String]) -> Asks {
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

    /// Regular expressions as written, where `@name` is a topic of the phrases.
    pub(super) fn expressions(&self, document: &mut Document<'_>, at: &At, written: &[String]) -> Vec<Pattern> {
        let mut found = Vec::new();
        for (i, text) in written.iter().enumerate() {
            match text
                .strip_prefix('@')
                .filter(|topic| is_kebab(topic))
                .map(|topic| (topic, self.vocabulary.phrases.get(topic)))
            {
                None => found.extend(pattern(document, &at.of(i), text)),
                Some((_, Some(phrases))) => found.extend(phrases.all().iter().cloned()),
                Some((topic, None)) => {
                    let known = self.vocabulary.phrases.keys().map(String::as_str);
                    unknown_name(document, &at.of(i), "list of phrases", topic, known);
                }
            }
        }
        found
    }

    pub(super) fn checks(&mut self, document: &mut Document<'_>, at: &At, defs: &[CheckDef]) -> Option<Vec<Check>> {
        if defs.is_empty() {
            document.problem(at, "an empty list settles nothing");
        }
        let checks: Vec<_> = defs.iter().enumerate().map(|(i, def)| self.check(document, &at.of(i), def)).collect();
        checks.into_iter().collect()
    }
}

pub(super) fn dependency_check(document: &mut Document<'_>, at: &At, def: &DependencyDef) -> Check {
    if def.names.is_empty() {
        document.problem(at, "`names` is missing");
    }
    let names = package_names(document, &at.of("names"), &def.names);
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

pub(super) fn import_question(
    document: &mut Document<'_>,
    at: &At,
    def: &ImportDef,
) -> Option<import::question::Question> {
    let name = required(document, at, "measure", def.measure.as_deref())?;
    let Ok(measure) = name.parse::<import::Measure>() else {
        let known = import::Measure::ALL.iter().map(|measure| measure.word());
        unknown_name(document, &at.of("measure"), "measure", name, known);
        return None;
    };
    let (wanted, other) = (("at-least", def.at_least), ("at-most", def.at_most));
    let (wanted, other) = if measure.more_is_better() { (wanted, other) } else { (other, wanted) };
    if other.1.is_some() {
        document.problem(&at.of(other.0), format!("`{name}` takes `{}`", wanted.0));
    }
    let Some(bound) = wanted.1 else {
        document.problem(at, format!("`{name}` needs `{}`", wanted.0));
        return None;
    };
    if measure.more_is_better() && bound == 0 {
        document.problem(&at.of(wanted.0), "0 always holds");
    }
    if bound > measure.most() {
        document.problem(&at.of(wanted.0), format!("`{name}` is at most {}", measure.most()));
    }
    Some(import::question::Question { measure, bound })
}

pub(super) fn question(document: &mut Document<'_>, at: &At, def: &HistoryDef) -> Option<Question> {
    let HistoryDef { commits, days, measure, at_least, within_months } = def;
    let Some(name) = measure.as_deref() else {
        for (key, given) in [("at-least", at_least), ("within-months", within_months)] {
            if given.is_some() {
                document.problem(&at.of(key), "this needs a `measure`");
            }
        }
        if commits.is_none() && days.is_none() {
            document.problem(at, "this needs `commits` and `days`, or a `measure`");
            return None;
        }
        return Some(Question::Spread { commits: commits.unwrap_or(1), days: days.unwrap_or(1) });
    };
    for (key, given) in [("commits", commits), ("days", days)] {
        if given.is_some() {
            document.problem(&at.of(key), "this does not go with a `measure`; use `at-least`");
        }
    }
    let Ok(measure) = name.parse::<Measure>() else {
        unknown_name(document, &at.of("measure"), "measure", name, Measure::ALL.iter().map(|m| m.word()));
        return None;
    };
    match at_least {
        None if measure.takes_number() => document.problem(at, format!("`{name}` needs `at-least`")),
        Some(_) if !measure.takes_number() => {
            document.problem(&at.of("at-least"), format!("`{name}` is no number"));
        }
        Some(0) => document.problem(&at.of("at-least"), "0 always holds"),
        Some(n) if measure.is_percent() && *n > 100 => {
            document.problem(&at.of("at-least"), format!("`{name}` is in percent, so at most 100"));
        }
        _ => {}
    }
    match within_months {
        None if measure == Measure::LastCommit => document.problem(at, format!("`{name}` needs `within-months`")),
        Some(_) if !measure.takes_months() => {
            document.problem(&at.of("within-months"), format!("`{name}` does not take this"));
        }
        Some(0) | Some(1200..) => document.problem(&at.of("within-months"), "this is between 1 and 1199"),
        _ => {}
    }
    Some(Question::Measure { measure, at_least: at_least.unwrap_or(1), within: *within_months })
}
