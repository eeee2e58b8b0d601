//! What must be true of the catalogue as a whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use openly_catalogue::{cases, embedded, read_case};
use openly_rules::case::Case;
use openly_rules::problem::Source;
use openly_rules::run::Outcome;
use openly_rules::value::Verdict;

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
    let outcomes = read_case(&root().join("model")).expect("the model").outcomes(&embedded(), &all_rules());
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
        let outcomes = read_case(&folder).expect("a case").outcomes(&catalogue, &rules);
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

#[test]
fn every_framework_of_the_first_issue_is_whole() {
    let catalogue = embedded();
    let size = |id: &str| {
        let framework = catalogue.framework(id).unwrap_or_else(|| panic!("no framework {id}"));
        (framework.criteria.len(), framework.criteria.iter().map(|c| c.levels.len()).max().unwrap_or(0))
    };
    assert_eq!(size("harvard-2018"), (20, 4));
    assert_eq!(size("colorado-2021"), (8, 3));
    assert_eq!(size("cms-tiers").1, 5);
    assert_eq!(size("moj-repository-standards"), (11, 3));
}

#[test]
fn a_folder_of_ones_own_is_added_and_its_mistakes_are_said() {
    let broken = root().join("tests/broken");
    let error = openly_catalogue::with_folder(embedded(), Path::new(&broken)).expect_err("it has mistakes");
    let openly_catalogue::LoadError::Problems(problems) = error else { panic!("the folder can be read") };
    let folder = format!("{}/", broken.display());
    let said: Vec<String> = problems.iter().map(|problem| problem.message().replace(&folder, "")).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    vocabulary/headings.yml: `headings.run`: invalid type: string "install", expected a map
    checks/house/bad-rule/rule.yml: `fix`: invalid type: sequence, expected a string
    checks/house/bad-rule/rule.yml: unknown key `chek`
    checks/house/bad-rule/rule.yml: `id`: the folder is called `bad-rule`
    checks/house/bad-rule/rule.yml: `severity`: `vital` is not one of required, recommended, optional
    checks/house/bad-rule/rule.yml: `fix` is missing
    checks/house/bad-rule/rule.yml: `expected-of.kinds[1]`: `websiet` is not one of service, library, api, infrastructure, documentation, data, design-system, prototype, policy, template
    checks/house/bad-rule/rule.yml: `expected-of`: `because` is missing
    checks/house/bad-rule/rule.yml: `references[0].url`: an address starts with https://
    checks/house/bad-rule/rule.yml: `check.all[0].file.paths[0]`: `{b` has no closing `}`
    checks/house/bad-rule/rule.yml: `check.all[1].text.paths[0]`: there is no list of paths called `nothing`
    checks/house/bad-rule/rule.yml: `check.all[1].text.matches[0]`: not a regular expression: unclosed group
    checks/house/bad-rule/rule.yml: `check.all[2]`: a check has exactly one key; put several under `all` or `any`
    checks/house/bad-rule/rule.yml: `check.all[3].section.headings[0]`: there is no list of headings called `nonsense`
    checks/house/bad-rule/rule.yml: `check.all[4].host.fact`: there is no fact called `defualt-branch`
    checks/house/bad-rule/rule.yml: `check.all[5].builtin`: there is no builtin called `readme-runs`; there are accessibility-statement, licence-holder, licence-identified, licence-mit, readme-contact, readme-grants-licence, readme-licence, readme-purpose, readme-run, readme-substance, readme-test, retired
    checks/house/bad-rule/rule.yml: `check.all[6]`: a check needs a key: all, any, not, file, text, section, key, history, host or builtin
    checks/house/bad-rule/rule.yml: `check.all[7].history.measure`: there is no measure called `poeple`
    checks/house/bad-rule/rule.yml: `check.all[8].history.at-least`: `signed` is in percent, so at most 100
    checks/house/bad-rule/rule.yml: `check.all[8].history.within-months`: `signed` does not take this
    checks/house/bad-rule/rule.yml: `check.all[9].history.days`: this does not go with a `measure`; use `at-least`
    checks/house/bad-rule/rule.yml: `check.all[9].history.at-least`: `last-commit` is no number
    checks/house/bad-rule/rule.yml: `check.all[9].history`: `last-commit` needs `within-months`
    checks/house/bad-rule/rule.yml: `check.all[10].history.at-least`: this needs a `measure`
    checks/house/bad-rule/rule.yml: `check.all[10].history`: this needs `commits` and `days`, or a `measure`
    checks/house/bad-rule/README.md: the section `Why it matters` is still empty
    checks/house/bad-rule/README.md: the section `How to fix` is still empty
    checks/house/bad-rule/README.md: the section `When it does not apply` is missing
    checks/house/bad-rule/README.md: the section `Limits` is missing
    checks/house/no-readme/rule.yml: its README.md is missing
    frameworks/scale.yml: `unit`: `planet` is not one of repository, service, organisation
    frameworks/scale.yml: `criteria[0].levels[1].satisfies[0]`: there is no rule called `licence-fil`
    frameworks/scale.yml: `criteria[0].levels[2]`: no evidence can reach this level: name rules, an attestation, or say `floor` or `blank`
    "#);
}
