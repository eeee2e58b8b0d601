//! What outcomes prove about a framework: for each criterion, a proven, an indicated and a possible level.
//!
//! - **proven**: every level up to it holds by rules that settle it, or by an attestation that is valid today.
//! - **indicated**: rules that only point to a level count too, when more than half of those that are owed pass, none
//!   fails, and none that could rule the level out is unknown.
//! - **possible**: nothing rules it out, taking all that is unknown as if it came out well.
//!
//! Only a failing rule rules a level out, so more passes never lower a level, and an unknown never changes what is proven.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::catalogue::{Catalogue, Criterion, Framework, Level};
use crate::config::Attestation;
use crate::hold::Told;
use crate::run::Outcome;
use crate::value::{Evidence as Place, Unit, Verdict, words};

/// How many places of a rule stand beside a reason.
const MAX_PLACES: usize = 3;

/// What is known about one framework.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Id of the framework.
    pub framework: String,
    /// Its title.
    pub title: String,
    /// Version of the framework.
    pub version: String,
    /// What it rates.
    pub unit: Unit,
    /// Its criteria, in the source's order.
    pub criteria: Vec<CriterionResult>,
    /// How many of the criteria have a level above the floor that a repository can show or indicate at all.
    pub shown_by_repositories: usize,
}

/// What is known about one criterion. Levels are ids; `None` is below the first level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionResult {
    /// Id of the criterion.
    pub id: String,
    /// Its title.
    pub name: String,
    /// The level that is proven.
    pub proven: Option<String>,
    /// The level that is indicated.
    pub indicated: Option<String>,
    /// The level that is possible.
    pub possible: Option<String>,
    /// Why: what bears on each level that is not just the floor.
    pub because: Vec<Because>,
    /// Claims of people that do not count today, and why, in sentences.
    pub lapsed: Vec<String>,
    /// What would move it up, the cheapest first.
    pub next: Vec<Next>,
    /// What a repository cannot show of it.
    pub beyond: Option<String>,
}

words! {
    /// How something bears on a level.
    Relation {
        /// It settles the level, together with the other rules that do.
        Satisfies => "satisfies",
        /// It points to the level without proving it.
        Supports => "supports",
        /// It rules the level out.
        Contradicts => "contradicts",
        /// A named person claims the level.
        Attested => "attested",
    }
}

/// One reason for a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The level it bears on.
    pub level: String,
    /// How.
    pub relation: Relation,
    /// The rule, unless it is an attestation.
    pub rule: Option<String>,
    /// Outcome of the rule.
    pub verdict: Option<Verdict>,
    /// What was found, or what is claimed by whom.
    pub text: String,
    /// Where the claim's evidence can be read.
    pub link: Option<String>,
    /// The last day the claim counts.
    pub expires: Option<Date>,
    /// Where the rule read it: the first few places.
    pub evidence: Vec<Place>,
}

/// One step that would move a criterion up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The level it leads towards.
    pub level: String,
    /// The rule to meet, unless a person must attest.
    pub rule: Option<String>,
    /// What to do.
    pub text: String,
}

/// What is known of one level.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Held {
    proven: bool,
    indicated: bool,
    possible: bool,
}

/// The outcomes of one repository by rule, with the verdict that counts.
struct Evidence<'a> {
    catalogue: &'a Catalogue,
    by_rule: HashMap<&'a str, (&'a Outcome, Verdict)>,
}

impl<'a> Evidence<'a> {
    fn new(catalogue: &'a Catalogue, outcomes: &'a [Outcome]) -> Self {
        let given: HashMap<&str, Verdict> = outcomes.iter().map(|o| (o.rule.as_str(), o.weight())).collect();
        let mut by_rule: HashMap<&str, (&Outcome, Verdict)> =
            outcomes.iter().map(|o| (o.rule.as_str(), (o, o.weight()))).collect();
        for rule in &catalogue.rules {
            let needed = rule.needs.as_ref().and_then(|needs| given.get(needs.as_str()));
            if let (Some(Verdict::Fail | Verdict::Waived), Some((_, verdict))) =
                (needed, by_rule.get_mut(rule.id.as_str()))
                && *verdict == Verdict::NotApplicable
            {
                *verdict = Verdict::Fail;
            }
        }
        Self { catalogue, by_rule }
    }

    fn outcome(&self, rule: &str) -> Option<&'a Outcome> {
        self.by_rule.get(rule).map(|(outcome, _)| *outcome)
    }

    /// What to do about a rule that does not pass. One with nothing to look at waits for the rule that it needs.
    fn to_do(&self, rule: &str) -> Option<&'a Outcome> {
        let outcome = self.outcome(rule).filter(|outcome| outcome.verdict != Verdict::Pass)?;
        match self.catalogue.rule(rule).and_then(|rule| rule.needs.as_deref()) {
            Some(needed) if outcome.verdict == Verdict::NotApplicable => self.outcome(needed),
            _ => Some(outcome),
        }
    }
}

impl Told<String> for Evidence<'_> {
    fn counted(&self, rule: &String) -> Option<Verdict> {
        self.by_rule.get(rule.as_str()).map(|(_, verdict)| *verdict)
    }

    fn given(&self, rule: &String) -> Option<Verdict> {
        self.outcome(rule).map(Outcome::weight)
    }
}

/// Assesses one framework over the outcomes of one repository.
pub fn assess(
    framework: &Framework,
    catalogue: &Catalogue,
    outcomes: &[Outcome],
    attestations: &[Attestation],
    today: Date,
) -> Assessment {
    let evidence = Evidence::new(catalogue, outcomes);
    let own = || attestations.iter().filter(|claim| claim.framework == framework.id);
    let valid: Vec<&Attestation> = own().filter(|claim| claim.is_valid_on(today)).collect();
    let rated = framework.criteria.iter().map(|criterion| {
        let of = own().filter(|claim| claim.criterion == criterion.id && !claim.is_renewed(attestations, today));
        let lapsed = of.filter_map(|claim| claim.lapse(today)).collect();
        CriterionResult { lapsed, ..rate(criterion, &evidence, &valid) }
    });
    let criteria = rated.collect();
    Assessment {
        framework: framework.id.clone(),
        title: framework.title.clone(),
        version: framework.version.clone(),
        unit: framework.unit,
        criteria,
        shown_by_repositories: framework.shown_by_repositories(),
    }
}

fn rate(criterion: &Criterion, evidence: &Evidence<'_>, attestations: &[&Attestation]) -> CriterionResult {
    let claims: Vec<&&Attestation> = attestations.iter().filter(|claim| claim.criterion == criterion.id).collect();
    // A claim of a level is a claim of those below it.
    let claimed = claims.iter().filter_map(|claim| criterion.position(&claim.level)).max();
    let held: Vec<Held> = criterion
        .levels
        .iter()
        .enumerate()
        .map(|(i, level)| hold(level, claimed.is_some_and(|claimed| i <= claimed), evidence))
        .collect();
    let reached = |holds: fn(&Held) -> bool| criterion.reached(held.iter().map(holds));
    let name = |index: Option<usize>| index.map(|i| criterion.levels[i].id.clone());
    let proven = reached(|held| held.proven);
    let because = criterion.levels.iter().flat_map(|level| reasons(level, evidence));
    let mut because: Vec<Because> = because.collect();
    because.extend(claims.iter().map(|claim| Because {
        level: claim.level.clone(),
        relation: Relation::Attested,
        rule: None,
        verdict: None,
        text: format!("{} ({}, {}, until {})", claim.statement, claim.by, claim.date, claim.expires),
        link: Some(claim.link.clone()),
        expires: Some(claim.expires),
        evidence: Vec::new(),
    }));
    let above = proven.map_or(0, |level| level + 1);
    let target = criterion.levels.iter().skip(above).find(|level| !level.blank);
    CriterionResult {
        id: criterion.id.clone(),
        name: criterion.name.clone(),
        proven: name(proven),
        indicated: name(reached(|held| held.indicated)),
        possible: name(reached(|held| held.possible)),
        because,
        lapsed: Vec::new(),
        next: target.map_or_else(Vec::new, |level| steps(level, evidence)),
        beyond: criterion.beyond.clone(),
    }
}

fn hold(level: &Level, claimed: bool, evidence: &Evidence<'_>) -> Held {
    let said = level.bearing().said_by(evidence);
    let told = level.is_told_by(1);
    let proven = !said.ruled_out && (level.blank || level.floor || (told && said.settled) || claimed);
    let indicated = proven || (!said.ruled_out && told && said.signalled);
    Held { proven, indicated, possible: !said.ruled_out }
}

/// What is known that bears on a level. What is unknown is no reason, and is named by the next steps.
fn reasons(level: &Level, evidence: &Evidence<'_>) -> Vec<Because> {
    let mut reasons = Vec::new();
    let mut add = |rules: &[String], relation: Relation, wanted: &dyn Fn(&String) -> bool| {
        for rule in rules.iter().filter(|rule| wanted(rule)) {
            let Some(outcome) = evidence.outcome(rule) else { continue };
            reasons.push(Because {
                level: level.id.clone(),
                relation,
                rule: Some(rule.clone()),
                verdict: Some(outcome.verdict),
                text: outcome.message.clone(),
                link: None,
                expires: None,
                evidence: outcome.evidence.iter().take(MAX_PLACES).cloned().collect(),
            });
        }
    };
    if level.is_told_by(1) {
        add(&level.satisfies, Relation::Satisfies, &|rule| evidence.passes(rule));
    }
    add(&level.satisfies, Relation::Contradicts, &|rule| evidence.fails(rule));
    if level.is_told_by(1) {
        add(&level.supports, Relation::Supports, &|rule| evidence.passes(rule));
    }
    add(&level.contradicts, Relation::Contradicts, &|rule| evidence.is_contrary(rule));
    reasons
}

/// What would lead to a level: first what rules it out, then what settles it, then what a person can say.
fn steps(level: &Level, evidence: &Evidence<'_>) -> Vec<Next> {
    let mut steps: Vec<Next> = Vec::new();
    let mut add = |rule: &String| {
        let Some(outcome) = evidence.to_do(rule).filter(|outcome| !outcome.excused) else { return };
        if !evidence.is_owed(rule) || steps.iter().any(|s| s.rule.as_ref() == Some(&outcome.rule)) {
            return;
        }
        let text = if matches!(outcome.verdict, Verdict::Unknown | Verdict::Error) {
            format!("Find out: {}. {}", outcome.title, outcome.message)
        } else {
            outcome.fix.clone()
        };
        steps.push(Next { level: level.id.clone(), rule: Some(outcome.rule.clone()), text });
    };
    level.contradicts.iter().filter(|rule| evidence.is_contrary(rule)).for_each(&mut add);
    level.satisfies.iter().filter(|rule| evidence.fails(rule)).for_each(&mut add);
    if level.is_told_by(1) {
        level.satisfies.iter().chain(&level.supports).for_each(&mut add);
    }
    if let Some(question) = &level.attest {
        let text = format!("Attest it, if it is so: {question}");
        steps.push(Next { level: level.id.clone(), rule: None, text });
    }
    steps
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::example;

    const TODAY: Date = date(2026, 6, 30);
    const RULES: [&str; 4] = ["a", "b", "c", "d"];

    fn outcome(rule: &str, verdict: Verdict) -> Outcome {
        let (message, fix) = (format!("{rule} {verdict}"), format!("fix {rule}"));
        Outcome { message, fix, ..example::outcome(rule, verdict) }
    }

    fn outcomes(verdicts: &[Verdict]) -> Vec<Outcome> {
        RULES.iter().zip(verdicts).map(|(rule, verdict)| outcome(rule, *verdict)).collect()
    }

    fn framework(levels: Vec<Level>) -> Framework {
        example::framework(Unit::Repository, vec![example::criterion(levels)])
    }

    fn claim(level: &str, expires: Date) -> Attestation {
        let text = String::new;
        let (framework, criterion) = ("f".into(), "C".into());
        Attestation {
            framework,
            criterion,
            level: level.into(),
            statement: text(),
            link: text(),
            by: text(),
            date: date(2026, 1, 1),
            expires,
            place: String::new(),
        }
    }

    /// The proven, indicated and possible levels as positions, 0 below the first.
    fn positions(framework: &Framework, outcomes: &[Outcome], claims: &[Attestation]) -> [usize; 3] {
        let found = assess(framework, &Catalogue::default(), outcomes, claims, TODAY);
        let criterion = &found.criteria[0];
        [&criterion.proven, &criterion.indicated, &criterion.possible].map(|level| {
            level
                .as_ref()
                .map_or(0, |id| 1 + framework.criteria[0].levels.iter().position(|l| l.id == *id).expect("known"))
        })
    }

    fn some_rules() -> impl Strategy<Value = Vec<String>> {
        proptest::sample::subsequence(RULES.map(ToOwned::to_owned).to_vec(), 0..=2)
    }

    fn some_framework() -> impl Strategy<Value = Framework> {
        let level = (any::<(bool, bool)>(), some_rules(), some_rules(), some_rules(), 0..=2_u32);
        proptest::collection::vec(level, 1..5).prop_map(|levels| {
            let level = |(i, ((blank, floor), satisfies, supports, contradicts, among))| Level {
                id: format!("l{i}"),
                blank: blank && floor,
                floor: floor && i == 0,
                satisfies,
                supports,
                contradicts,
                among,
                attest: Some("?".to_owned()),
                ..Level::default()
            };
            framework(levels.into_iter().enumerate().map(level).collect())
        })
    }

    fn some_verdicts() -> impl Strategy<Value = Vec<Verdict>> {
        proptest::collection::vec(proptest::sample::select(Verdict::ALL), 4)
    }

    proptest! {
        #[test]
        fn proven_indicated_and_possible_are_in_order(f in some_framework(), v in some_verdicts()) {
            let [proven, indicated, possible] = positions(&f, &outcomes(&v), &[]);
            prop_assert!(proven <= indicated && indicated <= possible);
        }

        #[test]
        fn a_pass_never_lowers_a_level(f in some_framework(), v in some_verdicts(), i in 0..4_usize) {
            let before = positions(&f, &outcomes(&v), &[]);
            let mut better = v;
            better[i] = Verdict::Pass;
            let after = positions(&f, &outcomes(&better), &[]);
            prop_assert!(before.iter().zip(&after).all(|(before, after)| before <= after), "{before:?} {after:?}");
        }

        #[test]
        fn an_unknown_proves_no_more_than_not_having_asked(f in some_framework(), v in some_verdicts(), i in 0..4_usize) {
            let mut unknown = v;
            unknown[i] = Verdict::Unknown;
            let with = outcomes(&unknown);
            let without: Vec<Outcome> = with.iter().filter(|o| o.rule != RULES[i]).cloned().collect();
            prop_assert_eq!(positions(&f, &with, &[]), positions(&f, &without, &[]));
        }

        #[test]
        fn an_attestation_only_raises_and_only_while_it_is_valid(f in some_framework(), v in some_verdicts(), l in 0..4_usize) {
            let level = format!("l{}", l.min(f.criteria[0].levels.len() - 1));
            let without = positions(&f, &outcomes(&v), &[]);
            let valid = positions(&f, &outcomes(&v), &[claim(&level, date(2026, 12, 31))]);
            let lapsed = positions(&f, &outcomes(&v), &[claim(&level, date(2026, 6, 29))]);
            prop_assert!(without[0] <= valid[0] && without[1] <= valid[1] && without[2] == valid[2]);
            prop_assert_eq!(without, lapsed);
        }
    }

    #[test]
    fn a_waived_rule_is_not_met() {
        let level = Level { id: "l".into(), satisfies: vec!["a".into()], ..Level::default() };
        let f = framework(vec![level]);
        assert_eq!(positions(&f, &outcomes(&[Verdict::Waived]), &[]), [0, 0, 0]);
        assert_eq!(positions(&f, &outcomes(&[Verdict::Pass]), &[]), [1, 1, 1]);
        assert_eq!(positions(&f, &outcomes(&[Verdict::Unknown]), &[]), [0, 0, 1]);
    }

    #[test]
    fn what_nobody_asks_a_project_that_has_ended_for_is_missing_all_the_same() {
        let level = Level {
            id: "l".into(),
            supports: vec!["a".into(), "b".into()],
            contradicts: vec!["b".into()],
            attest: Some("Is it so?".into()),
            ..Level::default()
        };
        let f = framework(vec![level]);
        let mut found = outcomes(&[Verdict::Pass, Verdict::NotApplicable]);
        assert_eq!(positions(&f, &found, &[]), [0, 1, 1]);
        found[1].excused = true;
        assert_eq!(positions(&f, &found, &[]), [0, 0, 0]);
        let criterion = &assess(&f, &Catalogue::default(), &found, &[], TODAY).criteria[0];
        assert!(criterion.next.iter().all(|step| step.rule.is_none()), "{:?}", criterion.next);
    }

    #[test]
    fn a_blank_level_is_passed_over_and_never_reached() {
        let blank = Level { id: "low".into(), blank: true, ..Level::default() };
        let level = Level { id: "medium".into(), satisfies: vec!["a".into()], ..Level::default() };
        let f = framework(vec![blank, level]);
        assert_eq!(positions(&f, &outcomes(&[Verdict::Fail]), &[]), [0, 0, 0]);
        assert_eq!(positions(&f, &outcomes(&[Verdict::Pass]), &[]), [2, 2, 2]);
    }

    #[test]
    fn what_fails_comes_before_what_is_unknown_and_what_people_say() {
        let level = Level {
            id: "l".into(),
            satisfies: vec!["a".into(), "b".into()],
            contradicts: vec!["c".into()],
            attest: Some("Is it so?".into()),
            ..Level::default()
        };
        let f = framework(vec![level]);
        let found =
            assess(&f, &Catalogue::default(), &outcomes(&[Verdict::Unknown, Verdict::Fail, Verdict::Fail]), &[], TODAY);
        let steps: Vec<Option<&str>> = found.criteria[0].next.iter().map(|n| n.rule.as_deref()).collect();
        assert_eq!(steps, [Some("c"), Some("b"), Some("a"), None]);
    }
}
