//! Frameworks: criteria, levels, and the rules that bear on them.

use super::words::{file_id, one_line, required, unknown_name, word};
use crate::catalogue::{Catalogue, Criterion, Framework, FrameworkSource, Level, PointByPoint};
use crate::definition::{AnswerDef, CriterionDef, FrameworkDef, LevelDef};
use crate::problem::{Problem, Source};
use crate::value::{Demand, Unit};
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
        let asks = word::<Demand>(&mut document, &root, "asks", def.asks.as_deref()).unwrap_or_default();
        let mut criteria: Vec<Criterion> = Vec::new();
        for (i, criterion) in def.criteria.iter().enumerate() {
            let at = root.of("criteria").of(i);
            let found = self.criterion(&mut document, &at, criterion, asks);
            if criteria.iter().any(|c| c.id == found.id) {
                document.problem(&at.of("id"), format!("another criterion is called `{}` too", found.id));
            }
            on_scale(&mut document, &at, &found, &def.levels);
            criteria.push(found);
        }
        if criteria.is_empty() {
            document.problem(&root, "a framework needs at least one criterion");
        }
        let one_level = criteria.iter().all(|criterion| criterion.levels.len() == 1);
        if def.answer.is_some() && !one_level {
            document.problem(&root.of("answer"), "an answer point by point needs criteria with one level each");
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
                answer: one_level.then(|| point_by_point(def.answer.as_ref())),
                criteria,
            });
        }
        problems.append(&mut document.problems);
    }

    fn criterion(&self, document: &mut Document<'_>, at: &At, def: &CriterionDef, asks: Demand) -> Criterion {
        let id = required(document, at, "id", def.id.as_deref()).unwrap_or_default();
        let name = required(document, at, "name", def.name.as_deref()).unwrap_or_default();
        let asks = asked(document, at, def.asks.as_deref(), asks);
        let mut levels: Vec<Level> = Vec::new();
        for (i, level) in def.levels.iter().enumerate() {
            let at = at.of("levels").of(i);
            let level = self.level(document, &at, level, asks);
            if levels.iter().any(|l| l.id == level.id) {
                document.problem(&at.of("id"), format!("another level is called `{}` too", level.id));
            }
            levels.push(level);
        }
        if levels.is_empty() {
            document.problem(at, "a criterion needs at least one level");
        }
        let optional = |text: &Option<String>| text.as_ref().map(|text| one_line(Some(text)));
        Criterion {
            id: id.to_owned(),
            name: name.to_owned(),
            theme: optional(&def.theme),
            beyond: optional(&def.beyond),
            detail: optional(&def.detail),
            levels,
        }
    }

    fn level(&self, document: &mut Document<'_>, at: &At, def: &LevelDef, asks: Demand) -> Level {
        let id = required(document, at, "id", def.id.as_deref()).unwrap_or_default();
        let says = if def.blank { def.says.as_deref() } else { required(document, at, "says", def.says.as_deref()) };
        let asks = asked(document, at, def.asks.as_deref(), asks);
        let relations = [("satisfies", &def.satisfies), ("supports", &def.supports), ("contradicts", &def.contradicts)];
        for (key, rules) in relations {
            for (i, rule) in rules.iter().enumerate() {
                let at = at.of(key).of(i);
                let Some(found) = self.rule(rule) else {
                    unknown_name(document, &at, "rule", rule, self.rules.iter().map(|r| &*r.id));
                    continue;
                };
                if key == "satisfies" && asks == Demand::Quality && found.shows_presence_only() {
                    document.problem_with_help(
                        &at,
                        format!("the source asks for quality, and `{rule}` only finds that something is there"),
                        "move it to `supports`, or say `asks: presence` if the source asks for no more",
                    );
                }
                if key == "supports" && def.satisfies.contains(rule) {
                    document.problem(&at, format!("`{rule}` settles this level already"));
                }
            }
        }
        if def.share.is_some_and(|share| share > 100) {
            document.problem(&at.of("share"), "a share is at most 100 per cent; 0 is at least one repository");
        }
        let level = Level {
            id: id.to_owned(),
            says: one_line(says),
            blank: def.blank,
            floor: def.floor,
            satisfies: def.satisfies.clone(),
            supports: def.supports.clone(),
            contradicts: def.contradicts.clone(),
            attest: def.attest.as_ref().map(|text| one_line(Some(text))),
            asks,
            share: def.share,
            among: def.among.unwrap_or(1),
        };
        if !level.is_reachable() {
            document.problem(
                at,
                "no evidence can reach this level: name rules that settle it, an attestation, or say `floor` or `blank`",
            );
        }
        level
    }

    /// Checks the criteria that point to another framework, once all frameworks are known.
    pub(super) fn check_details(&self, source: &Source, problems: &mut Vec<Problem>) {
        let (document, def): (_, FrameworkDef) = Document::read(source);
        let mut document = Document { problems: Vec::new(), ..document };
        let Some(id) = &def.id else { return };
        for (i, criterion) in def.criteria.iter().enumerate() {
            let Some(detail) = &criterion.detail else { continue };
            let at = At::root().of("criteria").of(i).of("detail");
            if self.framework(detail).is_none() {
                unknown_name(&mut document, &at, "framework", detail, self.frameworks.iter().map(|f| &*f.id));
            } else if let Some(circle) = self.circle(id, detail) {
                document.problem(&at, format!("this goes in a circle: {}", circle.join(" → ")));
            }
        }
        problems.append(&mut document.problems);
    }

    /// The way from a framework by way of another one back to itself, if there is one.
    fn circle(&self, from: &str, by: &str) -> Option<Vec<String>> {
        let mut seen: Vec<&str> = Vec::new();
        let mut ways = vec![vec![from.to_owned(), by.to_owned()]];
        while let Some(way) = ways.pop() {
            let last = way.last()?;
            if last == from {
                return Some(way);
            }
            let Some(framework) = self.frameworks.iter().find(|f| f.id == *last && !seen.contains(&f.id.as_str()))
            else {
                continue;
            };
            seen.push(&framework.id);
            for next in framework.criteria.iter().filter_map(|criterion| criterion.detail.clone()) {
                ways.push(way.iter().cloned().chain([next]).collect());
            }
        }
        None
    }
}

fn asked(document: &mut Document<'_>, at: &At, own: Option<&str>, otherwise: Demand) -> Demand {
    own.and_then(|own| word(document, at, "asks", Some(own))).unwrap_or(otherwise)
}

/// Every criterion has the levels of the scale, in its order.
fn on_scale(document: &mut Document<'_>, at: &At, criterion: &Criterion, scale: &[String]) {
    if scale.is_empty() {
        return;
    }
    for (i, level) in criterion.levels.iter().enumerate().filter(|(_, level)| !scale.contains(&level.id)) {
        document.problem(
            &at.of("levels").of(i).of("id"),
            format!("`{}` is not one of the levels {}", level.id, scale.join(", ")),
        );
    }
    let has = |id: &String| criterion.levels.iter().any(|level| level.id == *id);
    for missing in scale.iter().filter(|id| !has(id)) {
        document.problem_with_help(
            at,
            format!("the level `{missing}` is missing"),
            "write it, and say `blank: true` if the source leaves it blank",
        );
    }
    let order: Vec<usize> =
        criterion.levels.iter().filter_map(|level| scale.iter().position(|id| *id == level.id)).collect();
    if !order.is_sorted() {
        document.problem(&at.of("levels"), format!("the lowest level comes first: {}", scale.join(", ")));
    }
}

fn point_by_point(def: Option<&AnswerDef>) -> PointByPoint {
    let usual = PointByPoint::default();
    let Some(def) = def else { return usual };
    let or = |own: &Option<String>, usual: String| own.as_ref().map_or(usual, |own| one_line(Some(own)));
    PointByPoint {
        of: or(&def.of, usual.of),
        met: or(&def.met, usual.met),
        not_met: or(&def.not_met, usual.not_met),
        unknown: or(&def.unknown, usual.unknown),
        phase: def.phase,
        question: def.question,
    }
}
