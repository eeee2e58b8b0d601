//! Frameworks: criteria, levels, and the rules that bear on them.

use super::words::{file_id, one_line, required, unknown_name, word};
use crate::catalogue::{Catalogue, Criterion, Framework, FrameworkSource, Level};
use crate::definition::FrameworkDef;
use crate::problem::{Problem, Source};
use crate::value::Unit;
use crate::yaml::{At, Document};

impl Catalogue {
    pub(super) fn framework_file(&mut self, source: &Source, problems: &mut Vec<Problem>) {
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
}
