//! The smallest changes to a repository that move the most criteria, and what only people can say.
//!
//! A change is one or more rules to meet together. Of all changes that lift a criterion by one level, the one that lifts most
//! criteria for each rule comes first; then the same is asked again as if it had been made. What cannot be told is no change.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::catalogue::{Catalogue, Criterion, Framework, Level};
use crate::hold::Told;
use crate::run::{Checked, Outcome};
use crate::value::{Severity, Verdict};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Changes to the repository, in the order in which they help most.
    pub changes: Vec<Change>,
    /// What people can attest, those first that signals point to already.
    pub questions: Vec<Question>,
}

/// Rules to meet together, and what that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Ids of the rules, those that others need first.
    pub rules: Vec<String>,
    /// What it moves.
    pub moves: Vec<Move>,
}

/// One criterion that a change moves up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Id of the framework.
    pub framework: String,
    /// Id of the criterion.
    pub criterion: String,
    /// Title of the criterion.
    pub name: String,
    /// Whether the proven level rises, and not only the indicated or the possible one.
    pub measure: Measure,
    /// The level before; `None` is below the first.
    pub from: Option<String>,
    /// The level after.
    pub to: String,
}

/// What rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The level that is proven.
    Proven,
    /// The level that signals point to.
    Indicated,
    /// The level that nothing rules out.
    Possible,
}

/// Something that only people can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Id of the framework.
    pub framework: String,
    /// Id of the criterion.
    pub criterion: String,
    /// Title of the criterion.
    pub name: String,
    /// The level it would prove.
    pub level: String,
    /// The question.
    pub text: String,
    /// Whether signals of the repository point to this level.
    pub indicated: bool,
}

/// Verdicts as they are, or as they would be after some changes.
#[derive(Clone)]
struct World<'a> {
    catalogue: &'a Catalogue,
    given: HashMap<&'a str, Verdict>,
    excused: HashSet<&'a str>,
}

impl<'a> World<'a> {
    fn new(catalogue: &'a Catalogue, outcomes: &'a [Outcome]) -> Self {
        let excused = outcomes.iter().filter(|o| o.excused).map(|o| o.rule.as_str()).collect();
        Self { catalogue, given: outcomes.iter().map(|o| (o.rule.as_str(), o.weight())).collect(), excused }
    }

    fn is_unmet(&self, rule: &str) -> bool {
        matches!(self.given.get(rule), Some(Verdict::Fail | Verdict::Waived))
    }

    fn needs(&self, rule: &str) -> Option<&'a str> {
        self.catalogue.rule(rule)?.needs.as_deref()
    }

    /// The world in which these rules pass. What had nothing to look at before is unknown then.
    fn after(&self, rules: &BTreeSet<&'a str>) -> Self {
        let mut next = self.clone();
        for (rule, verdict) in &mut next.given {
            if *verdict == Verdict::NotApplicable
                && self.needs(rule).is_some_and(|needed| rules.contains(needed) && self.is_unmet(needed))
            {
                *verdict = Verdict::Unknown;
            }
        }
        next.given.extend(rules.iter().map(|rule| (*rule, Verdict::Pass)));
        next
    }

    /// The rules that must be met for some to pass: those that do not, and what they need. `None` when that cannot be told, or
    /// when nobody asks for one of them any more.
    fn closure(&self, rules: impl Iterator<Item = &'a str>) -> Option<BTreeSet<&'a str>> {
        let mut wanted = BTreeSet::new();
        for rule in rules {
            if let Some(needed) = self.needs(rule) {
                match self.given.get(needed) {
                    Some(Verdict::Pass) => {}
                    _ if self.is_unmet(needed) => drop(wanted.insert(needed)),
                    _ => return None,
                }
            }
            wanted.insert(rule);
        }
        wanted.iter().all(|rule| !self.excused.contains(rule)).then_some(wanted)
    }
}

impl Told<String> for World<'_> {
    fn counted(&self, rule: &String) -> Option<Verdict> {
        let verdict = *self.given.get(rule.as_str())?;
        let unmet = verdict == Verdict::NotApplicable && self.needs(rule).is_some_and(|needed| self.is_unmet(needed));
        Some(if unmet { Verdict::Fail } else { verdict })
    }

    fn given(&self, rule: &String) -> Option<Verdict> {
        self.given.get(rule.as_str()).copied()
    }
}

/// A criterion, and the highest level that people attest today.
struct Row<'a> {
    framework: &'a Framework,
    criterion: &'a Criterion,
    claimed: Option<usize>,
}

impl Row<'_> {
    /// Whether a level holds, by measure.
    fn holds(&self, index: usize, level: &Level, world: &World<'_>) -> [bool; 3] {
        let said = level.bearing().said_by(world);
        let told = level.is_told_by(1);
        let claimed = self.claimed.is_some_and(|claimed| index <= claimed);
        let proven = !said.ruled_out && (level.blank || level.floor || (told && said.settled) || claimed);
        [proven, proven || (!said.ruled_out && told && said.signalled), !said.ruled_out]
    }

    fn positions(&self, world: &World<'_>) -> [Option<usize>; 3] {
        let held: Vec<[bool; 3]> =
            self.criterion.levels.iter().enumerate().map(|(i, level)| self.holds(i, level, world)).collect();
        [0, 1, 2].map(|measure| self.criterion.reached(held.iter().map(|held| held[measure])))
    }

    /// The rules that would lift a measure by one level, if changes can.
    fn lift<'a>(&'a self, measure: usize, at: Option<usize>, world: &World<'a>) -> Option<BTreeSet<&'a str>> {
        let above = at.map_or(0, |at| at + 1);
        let target = above + self.criterion.levels[above..].iter().position(|level| !level.blank)?;
        let mut wanted: BTreeSet<&'a str> = BTreeSet::new();
        for (index, level) in self.criterion.levels.iter().enumerate().take(target + 1) {
            if self.holds(index, level, world)[measure] {
                continue;
            }
            let contrary = level.contradicts.iter().filter(|rule| world.is_contrary(rule));
            wanted.extend(contrary.chain(level.satisfies.iter().filter(|rule| world.fails(rule))).map(String::as_str));
            if measure == 1 && level.is_told_by(1) {
                wanted.extend(level.supports.iter().filter(|rule| world.fails(rule)).map(String::as_str));
            }
        }
        let lifts = |rules: &BTreeSet<&'a str>| !rules.is_empty() && self.positions(&world.after(rules))[measure] > at;
        // A rule with nothing to look at fails no longer once the one it needs is met. That may be enough.
        let first = wanted.iter().map(|rule| match world.given.get(rule) {
            Some(Verdict::NotApplicable) => world.needs(rule).unwrap_or(rule),
            _ => rule,
        });
        let fewest = world.closure(first).filter(&lifts);
        fewest.or_else(|| world.closure(wanted.iter().copied()).filter(lifts))
    }
}

/// Plans what to do next for the frameworks that were assessed, with at most `most` changes.
pub fn plan(catalogue: &Catalogue, checked: &Checked, most: usize) -> Plan {
    let mut rows = Vec::new();
    for assessment in &checked.assessments {
        let Some(framework) = catalogue.framework(&assessment.framework) else { continue };
        for (criterion, result) in framework.criteria.iter().zip(&assessment.criteria) {
            let claims = result.because.iter().filter(|reason| reason.rule.is_none());
            let claimed = claims.filter_map(|claim| criterion.position(&claim.level)).max();
            rows.push(Row { framework, criterion, claimed });
        }
    }
    let severity: BTreeMap<&str, Severity> =
        checked.outcomes.iter().map(|outcome| (outcome.rule.as_str(), outcome.severity)).collect();
    let mut world = World::new(catalogue, &checked.outcomes);
    let questions = questions(&rows, &world);
    let mut changes = Vec::new();
    while changes.len() < most
        && let Some((rules, moves)) = best(&rows, &world, &severity)
    {
        world = world.after(&rules);
        let needs = |rule: &str| catalogue.rule(rule).is_some_and(|rule| rule.needs.is_some());
        let mut rules: Vec<String> = rules.into_iter().map(ToOwned::to_owned).collect();
        rules.sort_by_key(|rule| (needs(rule), rule.clone()));
        changes.push(Change { rules, moves });
    }
    Plan { changes, questions }
}

/// The change that moves most criteria for each of its rules. Of those that are equal: the one with fewer rules, then with
/// graver ones, then the first by name.
fn best<'a>(
    rows: &'a [Row<'a>],
    world: &World<'a>,
    severity: &BTreeMap<&str, Severity>,
) -> Option<(BTreeSet<&'a str>, Vec<Move>)> {
    let before: Vec<[Option<usize>; 3]> = rows.iter().map(|row| row.positions(world)).collect();
    let mut candidates: BTreeSet<BTreeSet<&str>> = BTreeSet::new();
    for (row, at) in rows.iter().zip(&before) {
        candidates.extend((0..3).filter_map(|measure| row.lift(measure, at[measure], world)));
    }
    let scored = candidates.into_iter().map(|rules| {
        let after = world.after(&rules);
        let moves: Vec<Move> =
            rows.iter().zip(&before).filter_map(|(row, before)| moved(row, *before, row.positions(&after))).collect();
        let gravest = rules.iter().filter_map(|rule| severity.get(rule)).min().copied();
        (rules, moves, gravest)
    });
    let best = scored.filter(|(_, moves, _)| !moves.is_empty()).reduce(|best, next| {
        // More moves for each rule, without fractions.
        let (better, worse) = (next.1.len() * best.0.len(), best.1.len() * next.0.len());
        let rank = |(rules, _, gravest): &(BTreeSet<&str>, Vec<Move>, Option<Severity>)| (rules.len(), *gravest);
        if better > worse || (better == worse && rank(&next) < rank(&best)) { next } else { best }
    })?;
    Some((best.0, best.1))
}

fn moved(row: &Row<'_>, before: [Option<usize>; 3], after: [Option<usize>; 3]) -> Option<Move> {
    let measures = [Measure::Proven, Measure::Indicated, Measure::Possible];
    let risen = (0..3).find(|measure| after[*measure] > before[*measure])?;
    let level = |index: usize| row.criterion.levels[index].id.clone();
    Some(Move {
        framework: row.framework.id.clone(),
        criterion: row.criterion.id.clone(),
        name: row.criterion.name.clone(),
        measure: measures[risen],
        from: before[risen].map(level),
        to: level(after[risen]?),
    })
}

/// The question of the lowest level above what is proven, for each criterion that has one and that nothing rules out.
fn questions(rows: &[Row<'_>], world: &World<'_>) -> Vec<Question> {
    let mut found = Vec::new();
    for row in rows {
        let [proven, indicated, possible] = row.positions(world);
        let above = proven.map_or(0, |proven| proven + 1);
        let open = row.criterion.levels.iter().enumerate().skip(above).find(|(_, level)| !level.blank);
        let Some((index, level)) = open else { continue };
        let Some(text) = level.attest.clone().filter(|_| possible >= Some(index)) else { continue };
        found.push(Question {
            framework: row.framework.id.clone(),
            criterion: row.criterion.id.clone(),
            name: row.criterion.name.clone(),
            level: level.id.clone(),
            text,
            indicated: indicated >= Some(index),
        });
    }
    found.sort_by_key(|question| !question.indicated);
    found
}

#[cfg(test)]
mod tests;
