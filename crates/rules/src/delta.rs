//! What a change does to the evidence: the report on the commit after it, less the report on the commit before.
//!
//! Both reports are made with the same rules, settings and day, so that only the change can make a difference.

use std::collections::{BTreeMap, BTreeSet};

use crate::assess::CriterionResult;
use crate::catalogue::{Catalogue, Criterion};
use crate::run::{Checked, Outcome};
use crate::value::{Evidence, Kind, Severity, Value, Verdict, words};

words! {
    /// What a change does to one rule.
    Movement {
        /// It is not met, and was met or had no cause to be before.
        Broken => "broken",
        /// It fails as before, and in places where nothing was found before.
        Worsened => "worsened",
        /// It passed before, and is no longer known to hold: not asked, waived, unknown or an error.
        Lost => "lost",
        /// It passes, and was not met before.
        Fixed => "fixed",
        /// It fails, and could not before: it was not owed by the kind or the profile that applied, could not be told, or had
        /// nothing to look at because the rule it needs was not met.
        Asked => "asked",
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
    /// For one that is not met or not shown any more, the files of the base, at most three, in which it was.
    pub shown_before: Vec<Evidence>,
    /// The rule it needs, where it moves only because that one does.
    pub follows: Option<String>,
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
        let sides = Sides { catalogue, kinds: (base.kind.value, head.kind.value), before, after };
        let mut rules: Vec<(RuleMove, &str)> = all
            .into_iter()
            .filter_map(|rule| Some((sides.moved(rule)?, sides.outcome(rule)?.topic.as_str())))
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

    /// The rules with a movement of their own.
    pub fn of(&self, movement: Movement) -> impl Iterator<Item = &RuleMove> {
        self.rules.iter().filter(move |rule| rule.movement == movement && rule.follows.is_none())
    }

    /// The rules that move because the rule they need does.
    pub fn following(&self) -> impl Iterator<Item = &RuleMove> {
        self.rules.iter().filter(|rule| rule.follows.is_some())
    }

    /// Whether the change makes a required or recommended rule fail that did not fail before.
    pub fn regresses(&self) -> bool {
        self.rules.iter().any(|rule| rule.movement == Movement::Broken && rule.severity <= Severity::Recommended)
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

/// The most places that are named in which something was shown before.
const MOST_BEFORE: usize = 3;

/// The outcomes before and after a change, by rule.
struct Sides<'a> {
    catalogue: &'a Catalogue,
    kinds: (Option<Kind>, Option<Kind>),
    before: BTreeMap<&'a str, &'a Outcome>,
    after: BTreeMap<&'a str, &'a Outcome>,
}

/// What is known of a rule on one side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Met,
    /// It fails, is waived, or has nothing to look at because the rule it needs is not met.
    NotMet,
    /// It is not owed, cannot be told or could not be checked.
    Open,
}

impl<'a> Sides<'a> {
    fn outcome(&self, rule: &str) -> Option<&'a Outcome> {
        self.after.get(rule).or_else(|| self.before.get(rule)).copied()
    }

    fn needed(&self, rule: &str) -> Option<&'a str> {
        self.catalogue.rule(rule)?.needs.as_deref()
    }

    fn side(&self, outcomes: &BTreeMap<&str, &Outcome>, rule: &str) -> Side {
        let is_missed = |rule: &str| {
            outcomes.get(rule).is_some_and(|outcome| matches!(outcome.verdict, Verdict::Fail | Verdict::Waived))
        };
        match outcomes.get(rule).map(|outcome| outcome.verdict) {
            Some(Verdict::Pass) => Side::Met,
            Some(Verdict::Fail | Verdict::Waived) => Side::NotMet,
            Some(Verdict::NotApplicable) if self.needed(rule).is_some_and(is_missed) => Side::NotMet,
            _ => Side::Open,
        }
    }

    fn moved(&self, rule: &str) -> Option<RuleMove> {
        let (before, after) = (self.before.get(rule).copied(), self.after.get(rule).copied());
        let (was, is) = (before.map(|outcome| outcome.verdict), after.map(|outcome| outcome.verdict));
        let fails = is == Some(Verdict::Fail);
        let mut evidence = Vec::new();
        let movement = match (self.side(&self.before, rule), self.side(&self.after, rule)) {
            (Side::NotMet, Side::NotMet) if fails && was == Some(Verdict::Fail) => {
                if let (Some(before), Some(after)) = (before, after) {
                    evidence = added(before, after);
                }
                if evidence.is_empty() { Movement::Left } else { Movement::Worsened }
            }
            (Side::NotMet, Side::NotMet) if fails => Movement::Asked,
            (Side::Open, Side::NotMet) if fails && self.is_newly_asked(rule, was) => Movement::Asked,
            (Side::Open, Side::NotMet) if !fails => return None,
            (Side::Met, Side::Met) | (Side::Open, Side::Open) | (Side::NotMet, Side::NotMet) => return None,
            // It was not asked, and is not: only the reason is another.
            (Side::NotMet, Side::Open) if was == is => return None,
            (_, Side::NotMet) if is == Some(Verdict::Waived) || (!fails && self.waits_for_a_waived(rule)) => {
                Movement::Lost
            }
            (_, Side::NotMet) => Movement::Broken,
            (Side::NotMet, Side::Met) => Movement::Fixed,
            (_, Side::Met) => Movement::Gained,
            (Side::Met, Side::Open) => Movement::Lost,
            (Side::NotMet, Side::Open) => Movement::Dropped,
        };
        let shown = after.or(before)?;
        let shown_before = match (before, movement) {
            (Some(before), Movement::Broken | Movement::Lost) if was == Some(Verdict::Pass) => {
                before.evidence.iter().filter(|place| place.path.is_some()).take(MOST_BEFORE).cloned().collect()
            }
            _ => Vec::new(),
        };
        Some(RuleMove {
            rule: rule.to_owned(),
            title: shown.title.clone(),
            severity: shown.severity,
            movement,
            before: was,
            after: is,
            evidence,
            shown_before,
            follows: self.follows(rule, was, is),
        })
    }

    /// Whether the rule that this one needs is waived after the change: then it is no fault that there is nothing to look at.
    fn waits_for_a_waived(&self, rule: &str) -> bool {
        let needed = self.needed(rule).and_then(|needed| self.after.get(needed));
        needed.is_some_and(|outcome| outcome.verdict == Verdict::Waived)
    }

    /// Whether a rule that fails could not fail before, for a reason that is no fault of the change: the profile did not ask it,
    /// what there was could not tell, or the kind did not owe it. A rule that had nothing to look at, and has now, is none: the
    /// change brought what fails.
    fn is_newly_asked(&self, rule: &str, was: Option<Verdict>) -> bool {
        let owed = |kinds: &[Kind], kind: Option<Kind>| kind.is_some_and(|kind| kinds.contains(&kind));
        match was {
            None | Some(Verdict::Unknown | Verdict::Error) => true,
            Some(Verdict::NotApplicable) => self
                .catalogue
                .rule(rule)
                .and_then(|rule| rule.expected_of.as_ref())
                .is_some_and(|(kinds, _)| !owed(kinds, self.kinds.0) && owed(kinds, self.kinds.1)),
            Some(Verdict::Pass | Verdict::Fail | Verdict::Waived) => false,
        }
    }

    /// The rule that this one needs, where this one is not asked on one side because that one is not met there.
    fn follows(&self, rule: &str, was: Option<Verdict>, is: Option<Verdict>) -> Option<String> {
        let needed = self.needed(rule)?;
        let moves = self.side(&self.before, needed) != self.side(&self.after, needed);
        let not_asked =
            |verdict: Option<Verdict>| matches!(verdict, None | Some(Verdict::NotApplicable | Verdict::Unknown));
        // One that fails from now on says something of its own.
        (moves && is != Some(Verdict::Fail) && (not_asked(was) || not_asked(is))).then(|| needed.to_owned())
    }
}

/// The places in a file that are not among those before. A line that only moved is the same place, and where nothing was
/// named before, nothing can be said to be new.
fn added(before: &Outcome, after: &Outcome) -> Vec<Evidence> {
    let same = |a: &Evidence, b: &Evidence| a.path == b.path && (a.text == b.text || a.text.is_none());
    if is_complete(before) && is_complete(after) {
        // A file that was moved takes what it holds with it.
        let moved = |a: &Evidence, b: &Evidence| a.text == b.text && a.text.is_some();
        let mut known: Vec<&Evidence> = before.evidence.iter().collect();
        let mut new: Vec<&Evidence> = after.evidence.iter().collect();
        for is_it in [same, moved] {
            new.retain(|place| match known.iter().position(|known| is_it(place, known)) {
                Some(at) => {
                    known.swap_remove(at);
                    false
                }
                None => true,
            });
        }
        return new.into_iter().cloned().collect();
    }
    let is_new = |place: &&Evidence| place.path.is_some() && !before.evidence.iter().any(|known| same(place, known));
    let new: Vec<Evidence> = after.evidence.iter().filter(is_new).cloned().collect();
    // One place in exchange for another may be the same finding told otherwise, or one that there was no room for.
    if after.evidence.len() > before.evidence.len() && !before.evidence.is_empty() { new } else { Vec::new() }
}

/// Whether the evidence names all that was counted.
fn is_complete(outcome: &Outcome) -> bool {
    let named = outcome.evidence.iter().filter(|place| place.path.is_some()).count();
    named > 0 && matches!(outcome.value, Some(Value::Number(counted)) if counted == named as u64)
}

/// The criteria whose levels move. Higher is one only where something bears on it that was not met before: what there is
/// nothing to look at for any more, or what nobody asks any more, is no achievement.
fn levels(catalogue: &Catalogue, base: &Checked, head: &Checked) -> Vec<LevelMove> {
    let (before, after) = (passing(base), passing(head));
    let achieved: BTreeSet<&str> = after.difference(&before).copied().collect();
    let rests_on = |scale: &Criterion| {
        let lists = scale.levels.iter().flat_map(|level| [&level.satisfies, &level.supports, &level.contradicts]);
        lists.flatten().any(|rule| achieved.contains(rule.as_str()))
    };
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
            let direction = scale.and_then(|scale| {
                direction(scale, &was, &is).filter(|direction| *direction != Direction::Up || rests_on(scale))
            });
            if let Some(direction) = direction {
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

fn passing(checked: &Checked) -> BTreeSet<&str> {
    let passing = checked.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Pass);
    passing.map(|outcome| outcome.rule.as_str()).collect()
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
    use crate::example;
    use crate::kind::KindFound;
    use crate::profile::ProfileFound;

    fn outcome(rule: &str, verdict: Verdict, severity: Severity, places: &[(&str, u32, &str)]) -> Outcome {
        let evidence = places.iter().map(|(path, line, text)| Evidence::line(*path, *line, text)).collect();
        Outcome { title: format!("Title of {rule}"), severity, evidence, ..example::outcome(rule, verdict) }
    }

    fn checked(outcomes: Vec<Outcome>) -> Checked {
        let profile = ProfileFound::stated("international", "default");
        let kind = KindFound::stated(Kind::Library, "detected");
        Checked { profile, kind, ..example::checked(outcomes) }
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
        not there -> fail: asked
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
        fail -> unknown: dropped
        fail -> error: dropped
        not-applicable -> pass: gained
        not-applicable -> fail: broken
        waived -> not there: dropped
        waived -> pass: fixed
        waived -> fail: asked
        waived -> not-applicable: dropped
        waived -> unknown: dropped
        waived -> error: dropped
        unknown -> pass: gained
        unknown -> fail: asked
        error -> pass: gained
        error -> fail: asked
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
        let fails =
            |places: &[(&str, u32, &str)]| checked(vec![outcome("secrets", Verdict::Fail, Severity::Required, places)]);
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
    fn what_follows_from_another_rule_is_told_with_it() {
        use Verdict::{Fail, NotApplicable, Pass};
        let catalogue =
            Catalogue { rules: vec![rule("policy", None), rule("route", Some("policy"))], ..Catalogue::default() };
        let side = |policy, route| {
            checked(vec![
                outcome("policy", policy, Severity::Required, &[]),
                outcome("route", route, Severity::Recommended, &[]),
            ])
        };
        let found = |before, after| {
            let delta = Delta::between(&catalogue, &before, &after);
            let moved = delta.rules.iter().map(|rule| (rule.rule.clone(), rule.movement, rule.follows.is_some()));
            (moved.collect::<Vec<_>>(), delta.regresses())
        };
        let of = |rule: &str, movement, follows| (rule.to_owned(), movement, follows);
        // Taking the policy out takes the route with it.
        let gone = found(side(Pass, Pass), side(Fail, NotApplicable));
        assert_eq!(gone.0, [of("policy", Movement::Broken, false), of("route", Movement::Broken, true)]);
        // A policy without a route is better than none: no regression, and the next thing to do.
        let (moved, regresses) = found(side(Fail, NotApplicable), side(Pass, Fail));
        assert_eq!(moved, [of("policy", Movement::Fixed, false), of("route", Movement::Asked, false)]);
        assert!(!regresses);
        // Taking out a policy that had no route breaks one rule.
        let worse = found(side(Pass, Fail), side(Fail, NotApplicable));
        assert_eq!(worse.0, [of("policy", Movement::Broken, false)]);
        // What was waived before it happened is no regression, nor is what waits for it.
        let waived = found(side(Pass, Pass), side(Verdict::Waived, NotApplicable));
        assert_eq!(waived, (vec![of("policy", Movement::Lost, false), of("route", Movement::Lost, true)], false));
        let both = found(side(Fail, NotApplicable), side(Pass, Pass));
        assert_eq!(both.0, [of("policy", Movement::Fixed, false), of("route", Movement::Fixed, true)]);
    }

    #[test]
    fn what_the_kind_did_not_owe_before_is_asked_and_not_broken() {
        let of_services = crate::Rule {
            expected_of: Some((vec![Kind::Service], "only services have users".to_owned())),
            ..rule("statement", None)
        };
        let catalogue = Catalogue { rules: vec![of_services, rule("secrets", None)], ..Catalogue::default() };
        let side = |kind, statement, secrets| Checked {
            kind: KindFound::stated(kind, "detected"),
            ..checked(vec![
                outcome("statement", statement, Severity::Required, &[]),
                outcome("secrets", secrets, Severity::Required, &[]),
            ])
        };
        use Verdict::{Fail, NotApplicable, Pass};
        let found = |base, head| {
            let delta = Delta::between(&catalogue, &base, &head);
            (delta.rules.iter().map(|rule| rule.movement).collect::<Vec<_>>(), delta.regresses())
        };
        let became = found(side(Kind::Library, NotApplicable, Pass), side(Kind::Service, Fail, Pass));
        assert_eq!(became, (vec![Movement::Asked], false));
        let brought = found(side(Kind::Service, Pass, NotApplicable), side(Kind::Service, Pass, Fail));
        assert_eq!(brought, (vec![Movement::Broken], true), "there was no file that could hold a secret");
        // A change of kind excuses nothing that was met.
        let lost = found(side(Kind::Library, Pass, Pass), side(Kind::Service, Fail, Fail));
        assert_eq!(lost, (vec![Movement::Broken, Movement::Broken], true));
    }

    fn rule(id: &str, needs: Option<&str>) -> crate::Rule {
        crate::Rule { severity: Severity::Required, ..example::rule(id, needs) }
    }

    #[test]
    fn nothing_moves_between_a_report_and_itself() {
        let side = || checked(vec![outcome("a", Verdict::Fail, Severity::Required, &[("x", 1, "y")])]);
        assert!(Delta::between(&Catalogue::default(), &side(), &side()).is_empty());
    }
}
