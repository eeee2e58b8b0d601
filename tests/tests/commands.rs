//! The other commands, and the help.

use openly_tests::{Repo, openly, workspace};

#[test]
fn help() {
    let repo = Repo::of(&[]);
    for (name, args) in
        [("help", vec!["--help"]), ("help_check", vec!["check", "--help"]), ("help_rule", vec!["rule", "--help"])]
    {
        let ran = openly(repo.path(), &args);
        assert_eq!(ran.code, 0);
        insta::assert_snapshot!(name, ran.out);
    }
    let ran = openly(repo.path(), &["chek"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.err, @"
    error: unrecognized subcommand 'chek'

      tip: some similar subcommands exist: 'schema', 'check'

    Usage: openly <COMMAND>

    For more information, try '--help'.
    ");
    assert_eq!(openly(repo.path(), &["--version"]).out, "openly VERSION\n");
}

#[test]
fn lists() {
    let repo = Repo::of(&[]);
    insta::assert_snapshot!("rules", openly(repo.path(), &["list", "rules"]).out);
    insta::assert_snapshot!("frameworks", openly(repo.path(), &["list", "frameworks"]).out);
    insta::assert_snapshot!("profiles", openly(repo.path(), &["list", "profiles"]).out);
    for what in ["rules", "frameworks", "profiles"] {
        let json = openly(repo.path(), &["list", what, "--format", "json"]).out;
        let list: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let first = &list.as_array().expect("an array")[0];
        assert!(first["id"].is_string() && first["title"].is_string(), "{first}");
    }
    let json = openly(repo.path(), &["list", "frameworks", "--format", "json"]).out;
    let list: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    for framework in list.as_array().expect("an array") {
        for key in ["version", "unit"] {
            assert!(framework[key].is_string(), "{key}");
        }
        for criterion in framework["criteria"].as_array().expect("criteria") {
            assert!(criterion["id"].is_string() && criterion["name"].is_string());
            assert!(
                criterion["levels"].as_array().is_some_and(|levels| levels.iter().all(|level| level["id"].is_string()))
            );
        }
    }
}

#[test]
fn explanations() {
    let repo = Repo::of(&[]);
    insta::assert_snapshot!("explain_rule", openly(repo.path(), &["explain", "open-history"]).out);
    insta::assert_snapshot!("explain_framework", openly(repo.path(), &["explain", "colorado-2021"]).out);
    insta::assert_snapshot!("explain_criterion", openly(repo.path(), &["explain", "HKS-DC2"]).out);
    let same = openly(repo.path(), &["explain", "harvard-2018", "hks-dc2"]);
    assert_eq!(same.out, openly(repo.path(), &["explain", "HKS-DC2"]).out);
    let ran = openly(repo.path(), &["explain", "licence-fiel"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.err, @"
    × there is no rule, framework or criterion called `licence-fiel`
    help: did you mean `licence-file`? See `openly list rules`
    ");
}

#[test]
fn a_rule_of_ones_own() {
    let repo = Repo::of(&[]);
    let ran = openly(repo.path(), &["rule", "new", "style-guide", "--rules", "house"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.out, @"
    Made house/checks/house/style-guide. Write its rule.yml and README.md, add cases, and run:
      openly rule test style-guide --rules house
    ");
    // What was made is incomplete on purpose, and says so.
    let ran = openly(repo.path(), &["rule", "test", "--rules", "house"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("the section `Limits` is"), "{}", ran.err);
    let readme = repo.path().join("house/checks/house/style-guide/README.md");
    let text = std::fs::read_to_string(&readme)
        .expect("made")
        .replace("TODO: say it in a few short sentences.", "It says so in words.");
    std::fs::write(&readme, text).expect("written");
    let ran = openly(repo.path(), &["rule", "test", "--rules", "house"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    insta::assert_snapshot!(ran.out, @"
    ✓ style-guide fail-empty
    ✓ style-guide pass-at-root

    2 passed, 0 failed
    ");
    // A case that comes out otherwise fails the run.
    repo.write("house/checks/house/style-guide/tests/fail-but-is-there/repo/style-guide.md", b"words\n");
    let ran = openly(repo.path(), &["rule", "test", "style-guide", "--rules", "house"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("expected fail, found pass"), "{}", ran.out);
    // And the rule runs with the others.
    let ran = openly(repo.path(), &["check", "--rules", "house", "--rule", "style-guide", "--quiet"]);
    insta::assert_snapshot!(ran.out, @"recommended: style-guide: No style guide was found at the root or in docs.");
    for (args, said) in [
        (vec!["rule", "new", "style-guide", "--rules", "house"], "is there already"),
        (vec!["rule", "new", "Style Guide", "--rules", "house"], "lower-case words joined by hyphens"),
        (vec!["rule", "test", "--rules", "nowhere"], "nowhere is not a folder"),
        (vec!["rule", "test", "nothing", "--rules", "house"], "there is no case of a rule called `nothing`"),
    ] {
        let ran = openly(repo.path(), &args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn a_file_that_must_not_be_there() {
    let rule = "id: no-dump\ntitle: No dump\nseverity: optional\nstatus: preview\ncheck:\n  not: { file: { paths: [\"*.dump\"] } }\nmessage: m\nwhy: w\nfix: f\nreferences: [{ title: t, url: \"https://example.org/\" }]\n";
    let readme = "# No dump\n\n## What it checks\n\nwords and words\n\n## Why it matters\n\nwords and words\n\n## How to fix\n\nwords and words\n\n## When it does not apply\n\nwords and words\n\n## Limits\n\nwords and words\n";
    let repo = Repo::of(&[
        ("checks/house/no-dump/rule.yml", rule),
        ("checks/house/no-dump/README.md", readme),
        ("checks/house/no-dump/tests/pass-none/repo/a.txt", "a"),
        ("checks/house/no-dump/tests/fail-there/repo/a.dump", "a"),
    ]);
    let ran = openly(repo.path(), &["rule", "test", "--rules", "."]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn mistakes_in_rules_are_shown_at_their_place() {
    let ran = openly(&workspace().join("rules/tests"), &["list", "rules", "--rules", "broken"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!("broken_rules", ran.err);
}
