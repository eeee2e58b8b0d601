//! What must be true of the catalogue as a whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use openly_catalogue::{cases, embedded, read_case};
use openly_rules::case::Case;
use openly_rules::problem::Source;
use openly_rules::run::Outcome;
use openly_rules::value::{Demand, Verdict};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn all_rules() -> Vec<String> {
    embedded().rules.iter().map(|rule| rule.id.clone()).collect()
}

fn described(outcomes: &[Outcome], verdict: Verdict) -> Vec<String> {
    outcomes.iter().filter(|o| o.verdict == verdict).map(|o| format!("{}: {}", o.rule, o.message)).collect()
}

#[test]
fn nothing_passes_on_an_empty_repository() {
    for kind in openly_rules::value::Kind::ALL {
        let settings = Source::new("case.yml", format!("kind: {kind}\nhistory: none\n"));
        let case = Case::new(Vec::new(), Some(&settings)).expect("a case");
        let outcomes = case.outcomes(&embedded(), &all_rules());
        assert_eq!(described(&outcomes, Verdict::Pass), [""; 0], "{kind}");
        assert!(outcomes.len() >= 50);
    }
}

#[test]
fn no_rule_fails_on_the_model_repository() {
    let outcomes =
        read_case(&embedded(), &root().join("model")).expect("the model").outcomes(&embedded(), &all_rules());
    let not_passed: Vec<String> = outcomes
        .iter()
        .filter(|o| o.verdict != Verdict::Pass)
        .map(|o| format!("{} {}: {}", o.rule, o.verdict, o.message))
        .collect();
    assert_eq!(not_passed, [""; 0]);
}

/// Every rule runs on the cases of every other rule. A rule that begins to see something in a place that was made for another
/// rule shows up here, and a person decides whether it is right.
#[test]
fn what_every_rule_sees_in_the_cases_of_the_others() {
    let catalogue = embedded();
    let rules = all_rules();
    let mut seen = String::new();
    for (rule, folder) in cases(&root()).expect("the cases can be read") {
        let outcomes = read_case(&catalogue, &folder).expect("a case").outcomes(&catalogue, &rules);
        let mut by_verdict: BTreeMap<Verdict, Vec<&str>> = BTreeMap::new();
        for outcome in outcomes.iter().filter(|o| o.rule != rule) {
            by_verdict.entry(outcome.verdict).or_default().push(&outcome.rule);
        }
        let _ = writeln!(seen, "{rule}::{}", folder.file_name().unwrap_or_default().to_string_lossy());
        for verdict in [Verdict::Pass, Verdict::Error] {
            if let Some(rules) = by_verdict.get(&verdict) {
                let _ = writeln!(seen, "  {verdict}: {}", rules.join(" "));
            }
        }
    }
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("what_every_rule_sees", seen);
    });
}

#[test]
fn every_id_is_new() {
    // Ids of rules that were removed. One that stands here never comes back with another meaning.
    const REMOVED: [&str; 0] = [];
    for rule in all_rules() {
        assert!(!REMOVED.contains(&rule.as_str()), "{rule} was the id of another rule");
    }
}

/// Criteria, and levels of the criterion that has most of them, as the source has them.
const FRAMEWORKS: [(&str, usize, usize); 23] = [
    ("australia-digital-service-standard", 10, 1),
    ("beeck-cooperative-drivers", 7, 1),
    ("canada-digital-standards", 10, 1),
    ("cms-tiers", 12, 5),
    ("colorado-2021", 8, 3),
    ("dfe-repository-standards", 13, 1),
    ("dpg-governance-practices", 5, 1),
    ("dpg-standard", 11, 1),
    ("eu-model-statement", 9, 1),
    ("govuk-point-12", 8, 1),
    ("govuk-service-standard", 14, 1),
    ("harvard-2018", 20, 4),
    ("moj-repository-standards", 11, 3),
    ("new-america-checklist", 6, 1),
    ("nhs-open-source-policy", 26, 4),
    ("nhs-service-standard", 17, 1),
    ("public-digital-open-source", 9, 3),
    ("qasp-18f", 7, 1),
    ("share-it-act", 7, 1),
    ("standard-for-public-code", 16, 2),
    ("technology-code-of-practice", 13, 1),
    ("uk-accessibility-statement-checks", 43, 1),
    ("us-digital-services-playbook", 13, 1),
];

#[test]
fn every_framework_is_whole() {
    let catalogue = embedded();
    let sizes: Vec<(&str, usize, usize)> = catalogue
        .frameworks
        .iter()
        .map(|f| (f.id.as_str(), f.criteria.len(), f.criteria.iter().map(|c| c.levels.len()).max().unwrap_or(0)))
        .collect();
    assert_eq!(sizes, FRAMEWORKS);
}

/// Ids, names and levels of every criterion, to be read against the source: a row that is lost, renamed or moved shows up here.
#[test]
fn every_criterion_is_named_as_in_its_source() {
    let mut rows = String::new();
    for framework in &embedded().frameworks {
        let _ = writeln!(rows, "{} ({})", framework.id, framework.unit);
        for criterion in &framework.criteria {
            let levels: Vec<String> = criterion
                .levels
                .iter()
                .map(|level| {
                    let note = if level.blank {
                        " blank"
                    } else if level.floor {
                        " floor"
                    } else {
                        ""
                    };
                    format!("{}{note} {}", level.id, level.asks)
                })
                .collect();
            let _ = writeln!(rows, "  {} {}: {}", criterion.id, criterion.name, levels.join(", "));
        }
    }
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("criteria_of_every_framework", rows);
    });
}

/// What a rule finds to be there settles no level that asks for more. The build refuses it too; here it is said for all.
#[test]
fn presence_settles_no_quality() {
    let catalogue = embedded();
    for framework in &catalogue.frameworks {
        for (criterion, level) in framework.criteria.iter().flat_map(|c| c.levels.iter().map(move |l| (c, l))) {
            for rule in level.satisfies.iter().filter_map(|rule| catalogue.rule(rule)) {
                assert!(
                    level.asks == Demand::Presence || !rule.shows_presence_only(),
                    "{} {} {}: {} only finds that something is there",
                    framework.id,
                    criterion.id,
                    level.id,
                    rule.id
                );
            }
        }
    }
}

#[test]
fn every_lever_has_a_source_and_moves_what_exists() {
    let catalogue = embedded();
    assert_eq!(catalogue.levers.len(), 9);
    assert_eq!((catalogue.units.service, catalogue.units.organisation), (100, 80));
    for lever in &catalogue.levers {
        assert!(lever.source.1.starts_with("https://"), "{}", lever.id);
        for moves in &lever.moves {
            let framework = catalogue.framework(&moves.framework).expect("a framework");
            assert!(moves.criteria.iter().all(|id| framework.criterion(id).is_some()), "{}", lever.id);
        }
    }
}

#[test]
fn a_folder_of_ones_own_is_added_and_its_mistakes_are_said() {
    let broken = root().join("tests/broken");
    let error = openly_catalogue::with_folder(embedded(), Path::new(&broken)).expect_err("it has mistakes");
    let openly_catalogue::LoadError::Problems(problems) = error else { panic!("the folder can be read") };
    let folder = format!("{}/", broken.display());
    let said: Vec<String> = problems.iter().map(|problem| problem.message().replace(&folder, "")).collect();
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("mistakes_of_a_folder", said.join("\n"));
    });
}

/// No open licence has the words by which a file takes back what a licence grants.
#[test]
fn no_open_licence_limits_itself() {
    let catalogue = embedded();
    let is_open = |id: &str| spdx::license_id(id).is_some_and(|id| id.is_osi_approved() || id.is_fsf_free_libre());
    let could = |text: &str| {
        ["noncommercial", "non-commercial", "commercial use", "proprietary", "no licen"]
            .iter()
            .any(|word| text.contains(word))
    };
    let mut texts: Vec<_> = spdx::text::LICENSE_TEXTS.iter().collect();
    texts.retain(|(id, text)| is_open(id) && could(&text.to_lowercase()));
    assert!(texts.len() > 10, "{}", texts.len());
    let limited: Vec<&str> = texts
        .into_iter()
        .filter(|(_, text)| {
            let case = Case::new(vec![("LICENSE".to_owned(), text.as_bytes().to_vec())], None).expect("a case");
            let outcomes = case.outcomes(&catalogue, &["licence-identified".to_owned()]);
            !outcomes.iter().any(|o| o.rule == "licence-identified" && o.verdict == Verdict::Pass)
        })
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(limited, [""; 0]);
}
