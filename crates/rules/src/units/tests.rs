use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::assess::assess;
use crate::example;
use crate::run::Outcome;

const TODAY: Date = date(2026, 6, 30);
const RULES: [&str; 4] = ["a", "b", "c", "d"];

fn catalogue() -> Catalogue {
    // The last one has nothing to look at without the first.
    let rule = |id: &&str| example::rule(id, (*id == "d").then_some("a"));
    Catalogue { rules: RULES.iter().map(rule).collect(), ..Catalogue::default() }
}

fn framework(unit: Unit, levels: Vec<Level>) -> Framework {
    example::framework(unit, vec![example::criterion(levels)])
}

fn member(name: usize, verdicts: &[Option<Verdict>], claims: Vec<Claim>) -> Member {
    let catalogue = catalogue();
    let told = RULES.iter().zip(verdicts).filter_map(|(rule, verdict)| Some((*rule, (*verdict)?, None)));
    Member::new(format!("r{name}"), None, &RuleIndex::new(&catalogue), told, claims, TODAY)
}

fn members(verdicts: &[Vec<Option<Verdict>>]) -> Vec<Member> {
    verdicts.iter().enumerate().map(|(i, verdicts)| member(i, verdicts, Vec::new())).collect()
}

fn claim(level: &str, expires: Date) -> Claim {
    Claim {
        framework: "f".into(),
        criterion: "C".into(),
        level: level.into(),
        text: "It is so".into(),
        link: "https://example.org".into(),
        expires,
    }
}

/// The proven, indicated and possible levels as positions, 0 below the first.
fn positions(framework: &Framework, unit: Unit, members: &[Member], own: &[Claim]) -> [usize; 3] {
    let catalogue = catalogue();
    let found = assess_unit(framework, &catalogue, &RuleIndex::new(&catalogue), unit, members, own);
    let criterion = &found.criteria[0];
    [&criterion.proven, &criterion.indicated, &criterion.possible]
        .map(|level| level.as_ref().map_or(0, |id| 1 + framework.criteria[0].position(id).expect("known")))
}

fn some_rules() -> impl Strategy<Value = Vec<String>> {
    proptest::sample::subsequence(RULES.map(ToOwned::to_owned).to_vec(), 0..=2)
}

fn some_levels() -> impl Strategy<Value = Vec<Level>> {
    let share = proptest::option::of(0..=100_u32);
    let level = (any::<(bool, bool)>(), some_rules(), some_rules(), some_rules(), 0..=3_u32, share);
    proptest::collection::vec(level, 1..4).prop_map(|levels| {
        let level = |(i, ((blank, floor), satisfies, supports, contradicts, among, share))| Level {
            id: format!("l{i}"),
            blank: blank && floor,
            floor: floor && i == 0,
            satisfies,
            supports,
            contradicts,
            among,
            share,
            attest: Some("?".to_owned()),
            ..Level::default()
        };
        levels.into_iter().enumerate().map(level).collect()
    })
}

fn some_units() -> impl Strategy<Value = Unit> {
    proptest::sample::select(vec![Unit::Service, Unit::Organisation])
}

fn some_verdicts() -> impl Strategy<Value = Vec<Vec<Option<Verdict>>>> {
    let verdict = proptest::option::of(proptest::sample::select(Verdict::ALL));
    proptest::collection::vec(proptest::collection::vec(verdict, RULES.len()), 0..6)
}

proptest! {
    #[test]
    fn proven_indicated_and_possible_are_in_order(l in some_levels(), f in some_units(), u in some_units(), v in some_verdicts()) {
        let [proven, indicated, possible] = positions(&framework(f, l), u, &members(&v), &[]);
        prop_assert!(proven <= indicated && indicated <= possible);
    }

    #[test]
    fn a_pass_in_any_repository_never_lowers_a_level(l in some_levels(), u in some_units(), v in some_verdicts(), m in 0..6_usize, r in 0..4_usize) {
        prop_assume!(m < v.len());
        // A rule that needs another one passes only where that one does.
        prop_assume!(RULES[r] != "d" || v[m][0] == Some(Verdict::Pass));
        let f = framework(Unit::Organisation, l);
        let before = positions(&f, u, &members(&v), &[]);
        let met = v[m][0];
        let mut better = v;
        better[m][r] = Some(Verdict::Pass);
        // What had nothing to look at because the first one failed is now asked.
        let was_unmet = matches!(met, Some(Verdict::Fail | Verdict::Waived));
        if RULES[r] == "a" && was_unmet && better[m][3] == Some(Verdict::NotApplicable) {
            better[m][3] = Some(Verdict::Unknown);
        }
        let after = positions(&f, u, &members(&better), &[]);
        prop_assert!(before.iter().zip(&after).all(|(before, after)| before <= after), "{before:?} {after:?}");
    }

    #[test]
    fn an_unknown_proves_no_more_than_not_having_asked(l in some_levels(), u in some_units(), v in some_verdicts(), m in 0..6_usize, r in 0..4_usize) {
        prop_assume!(m < v.len());
        let f = framework(Unit::Organisation, l);
        let (mut unknown, mut without) = (v.clone(), v);
        unknown[m][r] = Some(Verdict::Unknown);
        without[m][r] = None;
        prop_assert_eq!(positions(&f, u, &members(&unknown), &[]), positions(&f, u, &members(&without), &[]));
    }

    #[test]
    fn the_order_of_repositories_does_not_matter(l in some_levels(), u in some_units(), v in some_verdicts()) {
        let f = framework(Unit::Organisation, l);
        let mut other_way = members(&v);
        other_way.reverse();
        prop_assert_eq!(positions(&f, u, &members(&v), &[]), positions(&f, u, &other_way, &[]));
    }

    #[test]
    fn a_service_of_one_repository_is_rated_as_that_repository(l in some_levels(), v in some_verdicts()) {
        prop_assume!(!v.is_empty());
        let mut l = l;
        l.iter_mut().for_each(|level| level.share = None);
        let f = framework(Unit::Service, l);
        let outcome = |(rule, verdict): (&&str, &Option<Verdict>)| Some(example::outcome(rule, (*verdict)?));
        let outcomes: Vec<Outcome> = RULES.iter().zip(&v[0]).filter_map(outcome).collect();
        let alone = &assess(&f, &catalogue(), &outcomes, &[], TODAY).criteria[0];
        let alone = [&alone.proven, &alone.indicated, &alone.possible]
            .map(|level| level.as_ref().map_or(0, |id| 1 + f.criteria[0].position(id).expect("known")));
        prop_assert_eq!(positions(&f, Unit::Service, &members(&v[..1]), &[]), alone);
    }

    #[test]
    fn only_the_organisations_own_file_speaks_for_it(l in some_levels(), v in some_verdicts()) {
        let f = framework(Unit::Organisation, l);
        let claimed = claim(&f.criteria[0].levels.last().expect("a level").id, date(2027, 1, 1));
        let without = members(&v);
        let with: Vec<Member> =
            v.iter().enumerate().map(|(i, verdicts)| member(i, verdicts, vec![claimed.clone()])).collect();
        let silent = positions(&f, Unit::Organisation, &without, &[]);
        prop_assert_eq!(silent, positions(&f, Unit::Organisation, &with, &[]));
        let own = positions(&f, Unit::Organisation, &without, std::slice::from_ref(&claimed));
        prop_assert!(silent[0] <= own[0] && silent[1] <= own[1] && silent[2] == own[2]);
    }
}

fn level(satisfies: &[&str], supports: &[&str], contradicts: &[&str]) -> Level {
    let own = |rules: &[&str]| rules.iter().map(|rule| (*rule).to_owned()).collect();
    Level {
        id: "l".into(),
        satisfies: own(satisfies),
        supports: own(supports),
        contradicts: own(contradicts),
        ..Level::default()
    }
}

/// Repositories in which the rule `a` has these verdicts.
fn over(verdicts: &[Verdict]) -> Vec<Member> {
    members(&verdicts.iter().map(|verdict| vec![Some(*verdict)]).collect::<Vec<_>>())
}

#[test]
fn a_share_is_of_those_that_owe_it() {
    use Verdict::{Fail, NotApplicable, Pass, Unknown};
    let f = framework(Unit::Organisation, vec![level(&["a"], &[], &[])]);
    let rated = |verdicts: &[Verdict]| positions(&f, Unit::Organisation, &over(verdicts), &[]);
    assert_eq!(rated(&[Pass, Pass, Pass, Pass, Fail]), [1, 1, 1], "four of five are 80%");
    assert_eq!(rated(&[Pass, Pass, Pass, Fail]), [0, 0, 0], "three of four are 75%");
    assert_eq!(
        rated(&[Pass, Pass, Pass, Unknown]),
        [0, 0, 1],
        "what cannot be told proves nothing and rules out nothing"
    );
    assert_eq!(rated(&[Pass, NotApplicable, NotApplicable]), [1, 1, 1], "who does not owe it is not counted");
    assert_eq!(rated(&[NotApplicable]), [0, 0, 1], "nobody owes it");
    assert_eq!(rated(&[]), [0, 0, 1], "nobody is there");
}

#[test]
fn all_repositories_of_a_service_count() {
    use Verdict::{Fail, Pass};
    let f = framework(Unit::Service, vec![level(&[], &["a"], &["a"])]);
    assert_eq!(positions(&f, Unit::Service, &over(&[Pass, Pass]), &[]), [0, 1, 1]);
    assert_eq!(positions(&f, Unit::Service, &over(&[Pass, Pass, Pass, Pass, Fail]), &[]), [0, 0, 0]);
}

#[test]
fn a_level_may_need_another_share_and_a_number_of_repositories() {
    use Verdict::{Fail, Pass};
    let some = Level { share: Some(0), ..level(&[], &["a"], &["a"]) };
    let f = framework(Unit::Organisation, vec![some]);
    assert_eq!(positions(&f, Unit::Organisation, &over(&[Pass, Fail, Fail]), &[]), [0, 1, 1]);
    let many = Level { among: 3, ..level(&[], &["a"], &[]) };
    let f = framework(Unit::Organisation, vec![many]);
    assert_eq!(positions(&f, Unit::Organisation, &over(&[Pass, Pass]), &[]), [0, 0, 1]);
    assert_eq!(positions(&f, Unit::Organisation, &over(&[Pass, Pass, Pass]), &[]), [0, 1, 1]);
}

#[test]
fn only_active_repositories_count() {
    let mut catalogue = catalogue();
    catalogue.units.active = vec!["b".to_owned()];
    let index = RuleIndex::new(&catalogue);
    let f = framework(Unit::Organisation, vec![level(&["a"], &[], &[])]);
    let pass = [Some(Verdict::Pass), Some(Verdict::Pass)];
    let asleep = [Some(Verdict::Fail), Some(Verdict::Fail)];
    let told = [member(0, &pass, Vec::new()), member(1, &asleep, Vec::new())];
    let found = assess_unit(&f, &catalogue, &index, Unit::Organisation, &told, &[]);
    assert_eq!((found.repositories, found.active), (2, 1));
    assert_eq!(found.criteria[0].proven.as_deref(), Some("l"));
    assert_eq!(found.criteria[0].levels[0].rules[0].passing, [("r0".to_owned(), None)]);
}

#[test]
fn a_claim_counts_where_it_may_speak_and_until_it_ends() {
    let attested = Level { id: "l".into(), attest: Some("?".into()), ..Level::default() };
    let of = |unit| framework(unit, vec![attested.clone()]);
    let told = |expires| vec![member(0, &[], vec![claim("l", expires)]), member(1, &[], Vec::new())];
    let (valid, ended) = (told(date(2026, 6, 30)), told(date(2026, 6, 29)));
    assert_eq!(
        positions(&of(Unit::Service), Unit::Service, &valid, &[])[0],
        1,
        "one repository speaks for its service"
    );
    assert_eq!(positions(&of(Unit::Service), Unit::Service, &ended, &[])[0], 0);
    assert_eq!(positions(&of(Unit::Service), Unit::Organisation, &valid, &[])[0], 0);
    assert_eq!(positions(&of(Unit::Repository), Unit::Service, &valid, &[])[0], 1, "the other repository owes nothing");
}
