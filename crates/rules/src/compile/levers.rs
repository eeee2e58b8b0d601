//! Levers and units: what moves a gap, and how many repositories make a level of a service or an organisation.

use super::words::{is_kebab, one_line, reference, required, unknown_name, word};
use crate::catalogue::{Catalogue, Lever, Moves, Units};
use crate::definition::{LeverDef, LeversDef, UnitsDef};
use crate::problem::{Problem, Source};
use crate::value::{Force, Origin, Power};
use crate::yaml::{At, Document};

impl Catalogue {
    pub(super) fn levers(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, LeversDef) = Document::read(source);
        for (i, lever) in def.levers.iter().enumerate() {
            let at = At::root().of("levers").of(i);
            let Some(lever) = self.one_lever(&mut document, &at, lever) else { continue };
            if def.levers[..i].iter().any(|other| other.id.as_ref() == Some(&lever.id)) {
                document.problem(&at.of("id"), format!("another lever is called `{}` too", lever.id));
            }
            self.levers.retain(|known| known.id != lever.id);
            self.levers.push(lever);
        }
        document.problems
    }

    fn one_lever(&self, document: &mut Document<'_>, at: &At, def: &LeverDef) -> Option<Lever> {
        let id = required(document, at, "id", def.id.as_deref());
        if id.is_some_and(|id| !is_kebab(id)) {
            document.problem(&at.of("id"), "an id is lower-case words joined by hyphens");
        }
        let title = required(document, at, "title", def.title.as_deref());
        let says = required(document, at, "says", def.says.as_deref());
        let mut optional = Words { document, at };
        let origin: Option<Origin> = optional.word("origin", def.origin.as_deref());
        let force: Option<Force> = optional.word("force", def.force.as_deref());
        let power: Option<Power> = optional.word("power", def.power.as_deref());
        let source = match &def.source {
            Some(source) => reference(document, &at.of("source"), source),
            None => {
                document.problem(at, "`source` is missing");
                None
            }
        };
        let mut moves = Vec::new();
        for (i, moved) in def.moves.iter().enumerate() {
            let at = at.of("moves").of(i);
            let framework = required(document, &at, "framework", moved.framework.as_deref());
            let because = required(document, &at, "because", moved.because.as_deref());
            let (Some(framework), Some(because)) = (framework, because) else { continue };
            let Some(known) = self.framework(framework) else {
                let names = self.frameworks.iter().map(|f| &*f.id);
                unknown_name(document, &at.of("framework"), "framework", framework, names);
                continue;
            };
            for (j, criterion) in moved.criteria.iter().enumerate() {
                if !known.criteria.iter().any(|c| c.id == *criterion) {
                    let names = known.criteria.iter().map(|c| &*c.id);
                    unknown_name(document, &at.of("criteria").of(j), "criterion", criterion, names);
                }
            }
            moves.push(Moves {
                framework: framework.to_owned(),
                criteria: moved.criteria.clone(),
                because: one_line(Some(because)),
            });
        }
        Some(Lever {
            id: id?.to_owned(),
            title: one_line(title),
            says: one_line(says),
            origin,
            force,
            power,
            source: source?,
            moves,
        })
    }

    pub(super) fn units(&mut self, source: &Source) -> Vec<Problem> {
        let (mut document, def): (_, UnitsDef) = Document::read(source);
        for (i, rule) in def.active.iter().enumerate().filter(|(_, rule)| self.rule(rule).is_none()) {
            let at = At::root().of("active").of(i);
            unknown_name(&mut document, &at, "rule", rule, self.rules.iter().map(|r| &*r.id));
        }
        if let Some(rule) = def.phase.as_ref().filter(|rule| self.rule(rule).is_none()) {
            unknown_name(&mut document, &At::root().of("phase"), "rule", rule, self.rules.iter().map(|r| &*r.id));
        }
        let mut share = |key: &str, value: Option<u32>| {
            match value {
                None => document.problem(&At::root(), format!("`{key}` is missing")),
                Some(1..=100) => {}
                Some(_) => document.problem(&At::root().of(key), "a share is 1 to 100 per cent"),
            }
            value.unwrap_or_default()
        };
        let (service, organisation) = (share("service", def.service), share("organisation", def.organisation));
        self.units = Units { active: def.active, phase: def.phase, service, organisation };
        document.problems
    }
}

/// Words of a closed set that may be left out.
struct Words<'a, 'b> {
    document: &'a mut Document<'b>,
    at: &'a At,
}

impl Words<'_, '_> {
    fn word<T: std::str::FromStr<Err = String>>(&mut self, key: &str, value: Option<&str>) -> Option<T> {
        value.and_then(|value| word(self.document, self.at, key, Some(value)))
    }
}
