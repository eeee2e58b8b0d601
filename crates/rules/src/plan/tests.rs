use super::*;
use crate::assess::assess;
use crate::example::{checked, framework, outcome, rule};
use crate::value::Unit;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 6, 30);

fn level(id: &str, satisfies: &[&str], supports: &[&str], contradicts: &[&str]) -> Level {
    let own = |rules: &[&str]| rules.iter().map(|rule| (*rule).to_owned()).collect();
    Level {
        id: id.to_owned(),
        satisfies: own(satisfies),
        supports: own(supports),
        contradicts: own(contradicts),
        attest: Some(format!("Is it {id}?")),
        ..Level::default()
    }
}

/// Plans for criteria of one framework, C0, C1 and so on, and rules with these verdicts.
fn planned(criteria: Vec<Vec<Level>>, rules: &[(&str, Option<&str>, Verdict)]) -> Plan {
    let criterion = |(i, levels)| Criterion { id: format!("C{i}"), levels, ..Criterion::default() };
    let criteria = criteria.into_iter().enumerate().map(criterion).collect();
    let catalogue = Catalogue {
        rules: rules.iter().map(|(id, needs, _)| rule(id, *needs)).collect(),
        frameworks: vec![framework(Unit::Repository, criteria)],
        ..Catalogue::default()
    };
    let outcomes: Vec<Outcome> = rules.iter().map(|(rule, _, verdict)| outcome(rule, *verdict)).collect();
    let assessments = vec![assess(&catalogue.frameworks[0], &catalogue, &outcomes, &[], TODAY)];
    let checked = Checked { assessments, ..checked(outcomes) };
    plan(&catalogue, &checked, 10)
}

/// Each change as its rules and the criteria it moves.
fn told(plan: &Plan) -> Vec<(String, String)> {
    let criteria = |change: &Change| {
        change.moves.iter().map(|moved| format!("{}→{}", moved.criterion, moved.to)).collect::<Vec<_>>().join(" ")
    };
    plan.changes.iter().map(|change| (change.rules.join("+"), criteria(change))).collect()
}

fn pair(rules: &str, moves: &str) -> (String, String) {
    (rules.to_owned(), moves.to_owned())
}

#[test]
fn what_moves_most_for_each_rule_comes_first() {
    use Verdict::Fail;
    let criteria = vec![
        vec![level("l", &["a"], &[], &[])],
        vec![level("l", &[], &["b"], &[])],
        vec![level("l", &["b", "c"], &[], &[])],
        vec![level("l", &["b"], &[], &[])],
    ];
    let plan = planned(criteria, &[("a", None, Fail), ("b", None, Fail), ("c", None, Fail)]);
    assert_eq!(told(&plan), [pair("b", "C1→l C3→l"), pair("a", "C0→l"), pair("c", "C2→l")]);
}

#[test]
fn of_equal_changes_the_first_by_name_comes_first() {
    use Verdict::Fail;
    let criteria = || vec![vec![level("l", &["z"], &[], &[])], vec![level("l", &["y"], &[], &[])]];
    let plan = planned(criteria(), &[("z", None, Fail), ("y", None, Fail)]);
    assert_eq!(told(&plan), [pair("y", "C1→l"), pair("z", "C0→l")]);
    assert_eq!(plan, planned(criteria(), &[("z", None, Fail), ("y", None, Fail)]));
}

#[test]
fn what_cannot_be_told_and_what_passes_is_no_change() {
    use Verdict::{Fail, Pass, Unknown};
    let plan = planned(vec![vec![level("l", &["a", "b"], &[], &[])]], &[("a", None, Fail), ("b", None, Unknown)]);
    // The level cannot be proven by changes alone, but it stops being ruled out.
    assert_eq!(told(&plan), [pair("a", "C0→l")]);
    assert_eq!(plan.changes[0].moves[0].measure, Measure::Possible);
    assert!(planned(vec![vec![level("l", &["a"], &[], &[])]], &[("a", None, Pass)]).changes.is_empty());
    assert!(planned(vec![vec![level("l", &["a"], &[], &[])]], &[("a", None, Unknown)]).changes.is_empty());
}

#[test]
fn a_rule_brings_the_one_it_needs_and_promises_nothing_about_others() {
    use Verdict::{Fail, NotApplicable};
    let rules = [("a", None, Fail), ("b", Some("a"), NotApplicable), ("c", Some("a"), NotApplicable)];
    let plan = planned(vec![vec![level("l", &["b"], &[], &[])], vec![level("l", &["a", "c"], &[], &[])]], &rules);
    assert_eq!(told(&plan)[0], pair("a", "C0→l C1→l"), "meeting the first one rules neither out any longer");
    assert!(plan.changes[0].moves.iter().all(|moved| moved.measure == Measure::Possible));
}

#[test]
fn what_nobody_asks_for_any_more_is_no_next_step() {
    use Verdict::{Fail, NotApplicable};
    let catalogue = Catalogue {
        rules: vec![rule("a", None), rule("b", None)],
        frameworks: vec![framework(
            Unit::Repository,
            vec![Criterion {
                levels: vec![level("l", &["a"], &[], &[]), level("m", &["b"], &[], &[])],
                ..Criterion::default()
            }],
        )],
        ..Catalogue::default()
    };
    let mut outcomes = vec![outcome("a", Fail), outcome("b", NotApplicable)];
    outcomes[1].excused = true;
    let assessments = vec![assess(&catalogue.frameworks[0], &catalogue, &outcomes, &[], TODAY)];
    let plan = plan(&catalogue, &Checked { assessments, ..checked(outcomes) }, 10);
    assert_eq!(told(&plan), [pair("a", "→l")]);
}

#[test]
fn questions_are_apart_and_those_with_signals_come_first() {
    use Verdict::{Fail, Pass};
    let criteria =
        vec![vec![level("l", &[], &[], &[])], vec![level("l", &[], &["a"], &[])], vec![level("l", &[], &[], &["b"])]];
    let plan = planned(criteria, &[("a", None, Pass), ("b", None, Fail)]);
    let asked: Vec<(&str, bool)> = plan.questions.iter().map(|q| (q.criterion.as_str(), q.indicated)).collect();
    assert_eq!(asked, [("C1", true), ("C0", false)], "what is ruled out is not asked");
}
