//! From definitions as written to a validated [`Catalogue`]. Every mistake of every file is collected.

mod check;
mod framework;
mod levers;
mod profile;
mod vocabulary;
mod words;

use std::collections::HashSet;

use crate::catalogue::{Catalogue, EachComponent, Rule};
use crate::definition::RuleDef;
use crate::paths::PathSet;
use crate::problem::{Problem, Problems, Source};
use crate::value::{Severity, Status};
use crate::yaml::{At, Document};

pub use self::words::nearest;
use self::words::{file_stem, is_kebab, kinds, one_line, references};
pub(crate) use self::words::{pattern, required, unknown_key, unknown_name, word};

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
    /// File formats; the file's name is the format's.
    pub formats: Vec<Source>,
}

impl Catalogue {
    /// Adds definitions to this catalogue. One with the id of an existing one takes its place.
    ///
    /// # Errors
    /// Every mistake of every file.
    pub fn extend(mut self, files: &Files) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        // The signs of a kind are checks, and those of an offer name paths: both use the other vocabularies.
        // Levers and units name rules and frameworks.
        let (late, vocabulary): (Vec<_>, Vec<_>) =
            files.vocabulary.iter().partition(|source| matches!(file_stem(source), "levers" | "units"));
        let (kinds, others): (Vec<_>, Vec<_>) = vocabulary
            .into_iter()
            .partition(|source| matches!(file_stem(source), "kinds" | "design-systems" | "platforms"));
        for source in others.into_iter().chain(kinds) {
            self.vocabulary(source, &mut problems);
        }
        self.formats(&files.formats, &mut problems);
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
        for source in &files.frameworks {
            self.check_details(source, &mut problems);
        }
        for source in late {
            self.vocabulary(source, &mut problems);
        }
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
        let unless = def.unless.as_ref().and_then(|unless| {
            let at = root.of("unless");
            let because =
                required(&mut document, &at, "because", unless.because.as_deref()).map(|why| one_line(Some(why)));
            match &unless.check {
                Some(check) => self.check(&mut document, &at.of("check"), check).zip(because),
                None => {
                    document.problem(&at, "`check` is missing");
                    None
                }
            }
        });
        let components = def.components.iter().enumerate().map(|(i, each)| {
            let at = root.of("components").of(i);
            EachComponent {
                of: self.paths(&mut document, &at.of("of"), &each.of, &each.except, false),
                have: (!each.have.is_empty())
                    .then(|| self.paths(&mut document, &at.of("have"), &each.have, &each.except, false)),
                or_above: each.or_above,
            }
        });
        let components = components.collect();
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
                unless,
                components,
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
