//! `openly check --base`: what a change does, and that it cannot excuse itself.

use openly_tests::{Ran, Repo, TODAY, openly, outcome, report, workspace};
use serde_json::Value;

const MIT: &str = include_str!("../../rules/model/repo/LICENCE");
const SECURITY: &str =
    "Report weaknesses to security@department.example. We answer within 5 days. Do not open a public issue.\n";
const CONTRIBUTING: &str = "# Contributing\n\nWe welcome changes. Open a pull request.\n";

/// A service on `main`, with a licence and a word for contributors.
fn service() -> Repo {
    let repo = Repo::of(&[
        ("LICENCE", MIT),
        (
            "README.md",
            "# Permits\n\nApply for a fishing permit online.\n\n## Run it\n\n```sh\nnpm install\nnpm start\n```\n",
        ),
        (
            "package.json",
            r#"{"name": "permits", "scripts": {"start": "node server.js"}, "dependencies": {"express": "^5.0.0"}}"#,
        ),
        ("views/index.html", "<h1>Permits</h1>"),
        ("CONTRIBUTING.md", CONTRIBUTING),
    ]);
    repo.commit("2026-01-05", "Start");
    repo.git("2026-01-06", &["checkout", "-q", "-b", "change"]);
    repo
}

fn check(repo: &Repo, args: &[&str]) -> Ran {
    let mut all = vec!["check", "--today", TODAY, "--base", "main"];
    all.extend_from_slice(args);
    let mut ran = openly(repo.path(), &all);
    for rev in ["HEAD", "main"] {
        let id = repo.git("2026-01-06", &["rev-parse", rev]);
        for text in [&mut ran.out, &mut ran.err] {
            *text = text.replace(&id, rev).replace(&id[..10], rev);
        }
    }
    ran
}

fn delta(repo: &Repo, args: &[&str]) -> Value {
    let mut all = vec!["--format", "json", "--fail-on", "never"];
    all.extend_from_slice(args);
    let ran = check(repo, &all);
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str::<Value>(&ran.out).expect("JSON")["delta"].take()
}

fn movement<'a>(delta: &'a Value, rule: &str) -> &'a str {
    let rules = delta["rules"].as_array().expect("rules");
    rules.iter().find(|moved| moved["rule"] == rule).and_then(|moved| moved["movement"].as_str()).unwrap_or("none")
}

#[test]
fn what_a_change_fixes_breaks_and_leaves() {
    let repo = service();
    std::fs::remove_file(repo.path().join("CONTRIBUTING.md")).expect("removed");
    repo.write("SECURITY.md", SECURITY.as_bytes());
    repo.commit("2026-01-06", "Say how to report weaknesses");
    let found = delta(&repo, &[]);
    for (rule, wanted) in [
        ("contributing", "broken"),
        ("security-policy", "fixed"),
        ("accessibility-statement", "left"),
        ("licence-file", "none"),
    ] {
        assert_eq!(movement(&found, rule), wanted, "{rule}");
    }
    assert_eq!(found["regression"], true);
    // Few rules, so that the next rule does not change what is shown here.
    let shown = |args: &[&str]| {
        let rules =
            ["accessibility-statement", "contributing", "licence-file", "security-policy", "security-private-route"];
        let mut all: Vec<&str> = rules.iter().flat_map(|rule| ["--rule", rule]).collect();
        all.extend_from_slice(args);
        check(&repo, &all).out
    };
    insta::assert_snapshot!("terminal", shown(&[]));
    insta::assert_snapshot!("comment", shown(&["--format", "comment"]));
    insta::assert_snapshot!("quiet", shown(&["--quiet"]));
    assert!(check(&repo, &["--verbose"]).out.contains("Every outcome"));
}

#[test]
fn what_is_no_longer_asked_for_one_reason_is_said_once() {
    let repo = service();
    let readme = std::fs::read_to_string(repo.path().join("README.md")).expect("a README");
    repo.write(
        "README.md",
        readme.replace("\n\nApply", "\n\nThis repository is no longer maintained.\n\nApply").as_bytes(),
    );
    repo.commit("2026-01-06", "Say that nobody looks after it");
    let rules = ["ci", "ci-tests", "code-of-conduct", "roadmap", "roadmap-fresh"];
    let rules: Vec<&str> = rules.iter().flat_map(|rule| ["--rule", rule]).collect();
    assert_eq!(movement(&delta(&repo, &[]), "security-policy"), "dropped");
    let levels = delta(&repo, &[])["levels"].take();
    let rises = levels.as_array().expect("levels").iter().filter(|level| level["direction"] == "up");
    let rises: Vec<&Value> = rises.map(|level| &level["criterion"]).collect();
    assert_eq!(rises, ["HKS-DC3"], "it states a phase, and does nothing else by saying that it has ended");
    insta::assert_snapshot!("retired", check(&repo, &rules).out);
    insta::assert_snapshot!("retired_comment", check(&repo, &[&rules[..], &["--format", "comment"]].concat()).out);
}

#[test]
fn a_base_that_has_moved_on_is_said() {
    let repo = service();
    let began = repo.git("2026-01-06", &["rev-parse", "main"]);
    assert_eq!(check(&repo, &[]).err, "");
    repo.git("2026-01-06", &["checkout", "-q", "main"]);
    repo.write("SECURITY.md", SECURITY.as_bytes());
    repo.commit("2026-01-06", "Say how to report weaknesses");
    repo.git("2026-01-06", &["checkout", "-q", "-b", "other", &began]);
    repo.write("notes.md", b"# Notes\n");
    repo.commit("2026-01-06", "Add notes");
    let ran = check(&repo, &[]);
    assert_eq!(
        ran.err.replace(&began, "BEGAN"),
        "main has commits that are not in what is checked, and what they did counts as undone here. To see this change alone, name the commit where it began: --base BEGAN\n"
    );
    assert_eq!(openly(repo.path(), &["check", "--base", &began, "--today", TODAY]).err, "");
}

#[test]
fn a_folder_is_at_the_commit_of_its_repository() {
    let repo = service();
    repo.write("part/README.md", b"# Part\n");
    repo.commit("2026-01-06", "Add a part");
    let ran = openly(repo.path(), &["check", "part", "--base", "main", "--today", TODAY, "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["subject"]["commit"].as_str(), Some(repo.git("2026-01-06", &["rev-parse", "HEAD"]).as_str()));
}

#[test]
fn the_lines_of_a_change_tell_each_finding_once() {
    let repo = service();
    repo.write("SECURITY.md", SECURITY.as_bytes());
    repo.commit("2026-01-06", "Say how to report weaknesses");
    repo.git("2026-01-06", &["branch", "-f", "main"]);
    std::fs::remove_file(repo.path().join("SECURITY.md")).expect("removed");
    repo.write(".env", b"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7ABCDEFG\n");
    repo.write("publiccode.yml", b"publiccodeYmlVersion: 0.4\nname: Permits\n");
    repo.git("2026-01-06", &["add", "-A"]);
    let rules = ["security-policy", "security-private-route", "secrets", "publiccode-valid"];
    let rules: Vec<&str> = rules.iter().flat_map(|rule| ["--rule", rule]).collect();
    let shown = |args: &[&str]| check(&repo, &[&rules[..], args].concat());
    insta::assert_snapshot!("annotations", shown(&["--format", "annotations"]).out);
    // A secret in the place of another is a new one; a file that is moved is not.
    repo.commit("2026-01-06", "Leave things behind");
    repo.git("2026-01-06", &["branch", "-f", "main"]);
    repo.git("2026-01-06", &["mv", ".env", "old.env"]);
    assert_eq!(movement(&delta(&repo, &[]), "secrets"), "left");
    repo.write("old.env", b"AWS_ACCESS_KEY_ID=\nDATABASE_PASSWORD=hf83kdl2Pq9zLw4v\n");
    assert_eq!(movement(&delta(&repo, &[]), "secrets"), "worsened");
}

#[test]
fn what_is_not_committed_counts_too_and_a_revision_can_be_compared() {
    let repo = service();
    repo.write("SECURITY.md", SECURITY.as_bytes());
    assert_eq!(movement(&delta(&repo, &[]), "security-policy"), "fixed");
    assert_eq!(movement(&delta(&repo, &["--rev", "HEAD"]), "security-policy"), "left");
}

#[test]
fn a_measure_over_many_commits_is_no_ones_change() {
    let repo = service();
    repo.git("2026-01-06", &["checkout", "-q", "main"]);
    for number in 0..25 {
        let message = format!("Say which permits need a photo\n\nPeople sent photos that nobody asked for ({number}).");
        repo.git("2026-01-06", &["commit", "-q", "--allow-empty", "-m", &message]);
    }
    repo.git("2026-01-06", &["checkout", "-q", "-b", "worse"]);
    for _ in 0..25 {
        repo.git("2026-01-07", &["commit", "-q", "--allow-empty", "-m", "wip"]);
    }
    let verdict = |rev: &str| {
        let found = report(repo.path(), &["--rev", rev]);
        outcome(&found, "explained-commits")["outcome"].clone()
    };
    assert_eq!([verdict("main"), verdict("worse")], ["pass", "fail"]);
    let found = delta(&repo, &[]);
    assert_eq!((movement(&found, "explained-commits"), found["levels"].as_array().map(Vec::len)), ("left", Some(0)));
    assert_eq!(found["regression"], false);
}

#[test]
fn thresholds() {
    let repo = service();
    repo.write("SECURITY.md", SECURITY.as_bytes());
    let code = |args: &[&str]| check(&repo, args).code;
    assert_eq!(code(&["--fail-on", "required"]), 1, "the statement was missing before and still is");
    assert_eq!(code(&["--fail-on", "regression"]), 0, "the change breaks nothing");
    std::fs::remove_file(repo.path().join("CONTRIBUTING.md")).expect("removed");
    assert_eq!(code(&["--fail-on", "regression"]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    let ran = openly(repo.path(), &["check", "--fail-on", "regression"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!("regression_without_a_base", ran.err);
}

#[test]
fn a_change_cannot_excuse_itself() {
    let repo = service();
    std::fs::remove_file(repo.path().join("CONTRIBUTING.md")).expect("removed");
    let excuses = "rules: { contributing: { severity: optional } }\nexclude: [\"views/**\"]\nkind: library\nwaivers:\n  \
        - { rule: contributing, reason: we do not want any, owner: me, expires: 2027-01-01 }\n";
    repo.write(".openly.yml", excuses.as_bytes());
    let found = delta(&repo, &[]);
    assert_eq!((movement(&found, "contributing"), &found["regression"]), ("broken", &true.into()));
    assert_eq!(found["kind"], Value::Null, "the stated kind does not count yet");
    insta::assert_snapshot!(
        "settings",
        found["settings"].as_array().expect("settings").iter().map(|said| format!("{said}\n")).collect::<String>()
    );
    // Once it is merged, it counts.
    repo.commit("2026-01-06", "Excuse");
    repo.git("2026-01-06", &["branch", "-f", "main"]);
    repo.write("README.md", b"# Permits\n\nApply for a fishing permit.\n");
    let found = delta(&repo, &[]);
    assert_eq!((movement(&found, "contributing"), &found["settings"]), ("none", &serde_json::json!([])));
}

#[test]
fn a_configuration_with_mistakes() {
    let repo = service();
    repo.write(".openly.yml", b"kind: servise\n");
    let ran = check(&repo, &["--fail-on", "never"]);
    assert_eq!(ran.code, 3, "the report is written and the mistakes are shown");
    assert!(ran.out.contains("Has mistakes in .openly.yml: ") && ran.out.contains("servise"), "{}", ran.out);
    insta::assert_snapshot!("mistakes_of_the_change", ran.err);
    // The change that mends it can be checked, by no settings at all.
    repo.commit("2026-01-06", "Break the settings");
    repo.git("2026-01-06", &["branch", "-f", "main"]);
    repo.write(".openly.yml", b"kind: service\n");
    let ran = check(&repo, &["--fail-on", "never"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("The configuration of the base is not used"), "{}", ran.out);
}

#[test]
fn a_folder_is_compared_with_itself() {
    let repo = service();
    repo.write("services/a/README.md", b"# A\n\nDoes a.\n");
    repo.commit("2026-01-06", "Add a");
    repo.git("2026-01-06", &["branch", "-f", "main"]);
    repo.write("services/a/SECURITY.md", SECURITY.as_bytes());
    repo.write("services/b/SECURITY.md", SECURITY.as_bytes());
    repo.write("services/b/CONTRIBUTING.md", CONTRIBUTING.as_bytes());
    let found = delta(&repo, &["services/a"]);
    assert_eq!((movement(&found, "security-policy"), movement(&found, "contributing")), ("fixed", "left"));
    // The history is not that of the folder, on both sides.
    assert_eq!(movement(&found, "open-history"), "none");
    let found = delta(&repo, &["services/b"]);
    assert_eq!(movement(&found, "contributing"), "fixed", "the base does not have the folder, so nothing was met");
    let shown = check(&repo, &["services/a", "--format", "comment", "--fail-on", "never"]).out;
    assert!(
        shown.starts_with("<!-- openly-report services/a -->") && shown.contains("`services/a/SECURITY.md`"),
        "{shown}"
    );
}

#[test]
fn a_base_that_is_not_there() {
    let repo = service();
    let ran = openly(repo.path(), &["check", "--base", "0123456789012345678901234567890123456789"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    insta::assert_snapshot!("no_such_base", ran.err);
    let ran = openly(Repo::of(&[]).path(), &["check", "--base", "main"]);
    assert_eq!(ran.code, 2);
}

#[test]
fn one_run_writes_many_files() {
    let repo = service();
    let formats = [
        "annotations",
        "badge",
        "badge-json",
        "comment",
        "html",
        "json",
        "junit",
        "markdown",
        "outputs",
        "sarif",
        "summary",
        "terminal",
    ];
    let outputs: Vec<String> = formats.iter().map(|format| format!("{format}=out-{format}")).collect();
    let mut args: Vec<&str> = vec!["--fail-on", "never"];
    args.extend(outputs.iter().flat_map(|output| ["--output", output]));
    let ran = check(&repo, &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("This change"), "the report is printed all the same");
    for format in formats {
        let written = std::fs::read_to_string(repo.path().join(format!("out-{format}"))).expect(format);
        assert_eq!(
            written.is_empty(),
            format == "annotations",
            "{format}: a change that breaks nothing has no annotation"
        );
    }
    // A plain file takes the place of what is printed.
    let ran = check(&repo, &["--fail-on", "never", "--output", "report.txt", "--output", "json=report.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert!(repo.path().join("report.txt").exists() && repo.path().join("report.json").exists());
}

#[test]
fn the_difference_fits_the_schema() {
    let repo = service();
    std::fs::remove_file(repo.path().join("CONTRIBUTING.md")).expect("removed");
    let report: Value = serde_json::from_str(&check(&repo, &["--format", "json"]).out).expect("JSON");
    assert!(report["base"]["commit"].is_string(), "{}", report["base"]);
    let schema = std::fs::read_to_string(workspace().join("schemas/report.v1.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
}

#[test]
fn places_are_linked_where_the_host_is_known() {
    let repo = service();
    repo.write("SECURITY.md", SECURITY.as_bytes());
    let shown = |server: &str, name: &str| {
        let output = std::process::Command::new(openly_tests::binary())
            .args(["check", "--base", "main", "--today", TODAY, "--format", "comment"])
            .current_dir(repo.path())
            .env_clear()
            .envs([
                ("GITHUB_ACTIONS", "true"),
                ("GITHUB_RUN_ID", "7"),
                ("GITHUB_SERVER_URL", server),
                ("GITHUB_REPOSITORY", name),
            ])
            .output()
            .expect("the binary starts");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let linked = shown("https://github.example", "department/permits");
    assert!(linked.contains("](https://github.example/department/permits/blob/"), "{linked}");
    assert!(linked.contains("[Read the whole report](https://github.example/department/permits/actions/runs/7)"));
    for (server, name) in
        [("javascript:alert(1)//", "a/b"), ("https://x.example) [y", "a/b"), ("https://x.example", "a/b)")]
    {
        assert!(!shown(server, name).contains("/blob/"), "{server} {name}");
    }
}
