//! What a change does to the evidence: the report on the commit after it, less the report on the commit before.
//!
//! Both reports are made with the same rules, settings and day, so that only the change can make a difference.

use std::collections::{BTreeMap, BTreeSet};

use crate::assess::CriterionResult;
use crate::catalogue::{Catalogue, Criterion};
use crate::run::{Checked, Outcome};
use crate::value::{Evidence, Kind, Severity, Verdict, words};

words! {
    /// What a change does to one rule.
    Movement {
        /// It fails, and did not fail before.
        Broken => "broken",
        /// It fails as before, and in places where nothing was found before.
        Worsened => "worsened",
        /// It passed before, and is no longer known to hold: not asked, waived, unknown or an error.
        Lost => "lost",
        /// It passes, and failed or was waived before.
        Fixed => "fixed",
        /// It no longer fails, without passing: it is not asked any more, or cannot be told.
        Dropped => "dropped",
        /// It passes, and was not asked or could not be told before.
        Gained => "gained",
        /// It fails as before.
        Left => "left",
    }
}

/// What a change does to one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMove {
    /// Id of the rule.
    pub rule: String,
    /// What is true when it passes.
    pub title: String,
    /// How much it matters here.
    pub severity: Severity,
    /// What happened.
    pub movement: Movement,
    /// Its verdict before. `None`: it was not asked.
    pub before: Option<Verdict>,
    /// Its verdict after. `None`: it is not asked.
    pub after: Option<Verdict>,
    /// For one that worsened, the places where nothing was found before.
    pub evidence: Vec<Evidence>,
}

/// The levels of one criterion: proven, indicated and possible. `None` is below the first level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    /// The level that is proven.
    pub proven: Option<String>,
    /// The level that is indicated.
    pub indicated: Option<String>,
    /// The level that is possible.
    pub possible: Option<String>,
}

words! {
    /// Which way a criterion moves.
    Direction {
        /// At least one of its levels is higher, and none is lower.
        Up => "up",
        /// At least one of its levels is lower, and none is higher.
        Down => "down",
        /// Some are higher and some lower.
        Mixed => "mixed",
    }
}

/// A criterion whose levels move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelMove {
    /// Id of the framework.
    pub framework: String,
    /// Title of the framework.
    pub title: String,
    /// Id of the criterion.
    pub criterion: String,
    /// Title of the criterion.
    pub name: String,
    /// Which way.
    pub direction: Direction,
    /// The levels before.
    pub before: Levels,
    /// The levels after.
    pub after: Levels,
}

/// What a change does to the evidence of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// The rules that it moves, and those that fail on both sides; by movement, then by severity, topic and rule.
    pub rules: Vec<RuleMove>,
    /// The criteria whose levels move, in the order of the frameworks.
    pub levels: Vec<LevelMove>,
    /// The kind before and after, where it differs.
    pub kind: Option<(Option<Kind>, Option<Kind>)>,
    /// The profile before and after, where it differs.
    pub profile: Option<(String, String)>,
    /// What it changes in the configuration, a sentence each. None of it counts for this report.
    pub settings: Vec<String>,
}

impl Delta {
    /// What lies between two checks that were made with the same settings and on the same day.
    pub fn between(catalogue: &Catalogue, base: &Checked, head: &Checked) -> Self {
        let (before, after) = (by_rule(base), by_rule(head));
        let all: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        let mut rules: Vec<(RuleMove, &str)> = all
            .into_iter()
            .filter_map(|rule| {
                let (before, after) = (before.get(rule).copied(), after.get(rule).copied());
                let shown = after.or(before)?;
                Some((moved(rule, shown, before, after)?, shown.topic.as_str()))
            })
            .collect();
        rules.sort_by(|(a, a_topic), (b, b_topic)| {
            (a.movement, a.severity, a_topic, &a.rule).cmp(&(b.movement, b.severity, b_topic, &b.rule))
        });
        Self {
            rules: rules.into_iter().map(|(rule, _)| rule).collect(),
            levels: levels(catalogue, base, head),
            kind: (base.kind.value != head.kind.value).then_some((base.kind.value, head.kind.value)),
            profile: (base.profile.id != head.profile.id).then(|| (base.profile.id.clone(), head.profile.id.clone())),
            settings: Vec::new(),
        }
    }

    /// The rules with a movement.
    pub fn of(&self, movement: Movement) -> impl Iterator<Item = &RuleMove> {
        self.rules.iter().filter(move |rule| rule.movement == movement)
    }

    /// Whether the change makes a required or recommended rule fail that did not fail before.
    pub fn regresses(&self) -> bool {
        self.of(Movement::Broken).any(|rule| rule.severity <= Severity::Recommended)
    }

    /// Whether the change moves nothing at all.
    pub fn is_empty(&self) -> bool {
        self.rules.iter().all(|rule| rule.movement == Movement::Left)
            && self.levels.is_empty()
            && self.kind.is_none()
            && self.profile.is_none()
            && self.settings.is_empty()
    }
}

fn by_rule(checked: &Checked) -> BTreeMap<&str, &Outcome> {
    checked.outcomes.iter().map(|outcome| (outcome.rule.as_str(), outcome)).collect()
}

fn moved(rule: &str, shown: &Outcome, before: Option<&Outcome>, after: Option<&Outcome>) -> Option<RuleMove> {
    use Verdict::{Fail, Pass, Waived};
    let (was, is) = (before.map(|outcome| outcome.verdict), after.map(|outcome| outcome.verdict));
    let mut evidence = Vec::new();
    let movement = match (was, is) {
        (Some(Fail), Some(Fail)) => {
            if let (Some(before), Some(after)) = (before, after) {
                evidence = added(&before.evidence, &after.evidence);
            }
            if evidence.is_empty() { Movement::Left } else { Movement::Worsened }
        }
        (_, Some(Fail)) => Movement::Broken,
        (Some(Fail | Waived), Some(Pass)) => Movement::Fixed,
        (Some(Pass), Some(Pass)) => return None,
        (_, Some(Pass)) => Movement::Gained,
        (Some(Pass), _) => Movement::Lost,
        (Some(Fail), _) => Movement::Dropped,
        _ => return None,
    };
    Some(RuleMove {
        rule: rule.to_owned(),
        title: shown.title.clone(),
        severity: shown.severity,
        movement,
        before: was,
        after: is,
        evidence,
    })
}

/// The places in a file that are not among those before. A line that only moved is the same place, and where nothing was
/// named before, nothing can be said to be new.
fn added(before: &[Evidence], after: &[Evidence]) -> Vec<Evidence> {
    let same = |a: &Evidence, b: &Evidence| a.path == b.path && (a.text == b.text || a.text.is_none());
    let is_new = |place: &&Evidence| place.path.is_some() && !before.iter().any(|known| same(place, known));
    let new: Vec<Evidence> = after.iter().filter(is_new).cloned().collect();
    // One place in exchange for another is the same finding told otherwise.
    if after.len() > before.len() && !before.is_empty() { new } else { Vec::new() }
}

fn levels(catalogue: &Catalogue, base: &Checked, head: &Checked) -> Vec<LevelMove> {
    let mut moves = Vec::new();
    for after in &head.assessments {
        let Some(before) = base.assessments.iter().find(|assessment| assessment.framework == after.framework) else {
            continue;
        };
        let framework = catalogue.framework(&after.framework);
        for now in &after.criteria {
            let Some(was) = before.criteria.iter().find(|criterion| criterion.id == now.id) else { continue };
            let (was, is) = (Levels::of(was), Levels::of(now));
            let scale = framework.and_then(|framework| framework.criteria.iter().find(|known| known.id == now.id));
            if let Some(direction) = scale.and_then(|scale| direction(scale, &was, &is)) {
                moves.push(LevelMove {
                    framework: after.framework.clone(),
                    title: after.title.clone(),
                    criterion: now.id.clone(),
                    name: now.name.clone(),
                    direction,
                    before: was,
                    after: is,
                });
            }
        }
    }
    moves
}

impl Levels {
    fn of(criterion: &CriterionResult) -> Self {
        Self {
            proven: criterion.proven.clone(),
            indicated: criterion.indicated.clone(),
            possible: criterion.possible.clone(),
        }
    }

    fn each(&self) -> [Option<&str>; 3] {
        [self.proven.as_deref(), self.indicated.as_deref(), self.possible.as_deref()]
    }
}

/// Which way a criterion moves; `None` when it does not.
fn direction(scale: &Criterion, before: &Levels, after: &Levels) -> Option<Direction> {
    let height = |level: Option<&str>| level.and_then(|id| scale.levels.iter().position(|known| known.id == id));
    let (mut up, mut down) = (false, false);
    for (before, after) in before.each().into_iter().zip(after.each()) {
        up |= height(after) > height(before);
        down |= height(after) < height(before);
    }
    match (up, down) {
        (false, false) => None,
        (true, false) => Some(Direction::Up),
        (false, true) => Some(Direction::Down),
        (true, true) => Some(Direction::Mixed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::KindFound;
    use crate::profile::ProfileFound;

    fn outcome(rule: &str, verdict: Verdict, severity: Severity, places: &[(&str, u32, &str)]) -> Outcome {
        Outcome {
            rule: rule.to_owned(),
            topic: "topic".to_owned(),
            title: format!("Title of {rule}"),
            severity,
            verdict,
            message: String::new(),
            reason: None,
            why: String::new(),
            fix: String::new(),
            value: None,
            evidence: places.iter().map(|(path, line, text)| Evidence::line(*path, *line, text)).collect(),
        }
    }

    fn checked(outcomes: Vec<Outcome>) -> Checked {
        Checked {
            profile: ProfileFound::stated("international", "default"),
            kind: KindFound::stated(Kind::Library, "detected"),
            outcomes,
            assessments: Vec::new(),
            notices: Vec::new(),
        }
    }

    fn movement(before: Option<Verdict>, after: Option<Verdict>) -> Option<Movement> {
        let side = |verdict: Option<Verdict>| {
            checked(verdict.map(|verdict| outcome("rule", verdict, Severity::Required, &[])).into_iter().collect())
        };
        let delta = Delta::between(&Catalogue::default(), &side(before), &side(after));
        delta.rules.first().map(|rule| rule.movement)
    }

    #[test]
    fn every_pair_of_verdicts_has_its_movement() {
        let mut table = String::new();
        let all: Vec<Option<Verdict>> = [None].into_iter().chain(Verdict::ALL.iter().copied().map(Some)).collect();
        let word = |verdict: Option<Verdict>| verdict.map_or("not there", Verdict::word);
        for &before in &all {
            for &after in &all {
                if let Some(found) = movement(before, after) {
                    table += &format!("{} -> {}: {found}\n", word(before), word(after));
                }
            }
        }
        insta::assert_snapshot!(table, @"
        not there -> pass: gained
        not there -> fail: broken
        pass -> not there: lost
        pass -> fail: broken
        pass -> not-applicable: lost
        pass -> waived: lost
        pass -> unknown: lost
        pass -> error: lost
        fail -> not there: dropped
        fail -> pass: fixed
        fail -> fail: left
        fail -> not-applicable: dropped
        fail -> waived: dropped
        fail -> unknown: dropped
        fail -> error: dropped
        not-applicable -> pass: gained
        not-applicable -> fail: broken
        waived -> pass: fixed
        waived -> fail: broken
        unknown -> pass: gained
        unknown -> fail: broken
        error -> pass: gained
        error -> fail: broken
        ");
    }

    #[test]
    fn a_change_that_makes_an_optional_rule_fail_is_no_regression() {
        for (severity, regresses) in
            [(Severity::Required, true), (Severity::Recommended, true), (Severity::Optional, false)]
        {
            let base = checked(vec![outcome("rule", Verdict::Pass, severity, &[])]);
            let head = checked(vec![outcome("rule", Verdict::Fail, severity, &[])]);
            let delta = Delta::between(&Catalogue::default(), &base, &head);
            assert_eq!((delta.regresses(), delta.is_empty()), (regresses, false), "{severity}");
        }
    }

    #[test]
    fn a_second_place_is_worse_and_a_moved_line_is_not() {
        let one = ("a.env", 3, "KEY: abcd…");
        let fails = |places: &[(&str, u32, &str)]| {
            checked(vec![outcome("secrets", Verdict::Fail, Severity::Required, places)])
        };
        let found = |before: &[(&str, u32, &str)], after: &[(&str, u32, &str)]| {
            let delta = Delta::between(&Catalogue::default(), &fails(before), &fails(after));
            (delta.rules[0].movement, delta.rules[0].evidence.len(), delta.is_empty())
        };
        assert_eq!(found(&[one], &[("a.env", 90, "KEY: abcd…")]), (Movement::Left, 0, true));
        assert_eq!(found(&[one], &[one, ("b.env", 1, "KEY: efgh…")]), (Movement::Worsened, 1, false));
        assert_eq!(found(&[one], &[("a.env", 3, "Reviewed on 1 May")]), (Movement::Left, 0, true));
        assert_eq!(found(&[one, one], &[one]), (Movement::Left, 0, true));
    }

    #[test]
    fn nothing_moves_between_a_report_and_itself() {
        let side = || checked(vec![outcome("a", Verdict::Fail, Severity::Required, &[("x", 1, "y")])]);
        assert!(Delta::between(&Catalogue::default(), &side(), &side()).is_empty());
    }
}
