//! `openly check` as a person and a program see it.

use openly_tests::{Repo, TODAY, openly, outcome, report, workspace};

const MIT: &str = include_str!("../../rules/model/repo/LICENCE");

/// A small service with a licence and a README, and little else.
fn service() -> Repo {
    Repo::of(&[
        // Not Crown copyright: that would point to a profile.
        ("LICENCE", &MIT.replace("Crown Copyright (Department of Examples)", "Department of Examples")),
        (
            "README.md",
            "# Permits\n\nApply for a fishing permit online.\n\n## Run it\n\n```sh\nnpm install\nnpm start\n```\n",
        ),
        (
            "package.json",
            r#"{"name": "permits", "scripts": {"start": "node server.js"}, "dependencies": {"express": "^5.0.0"}}"#,
        ),
        ("views/index.html", "<h1>Permits</h1>"),
    ])
}

fn check(repo: &Repo, args: &[&str]) -> openly_tests::Ran {
    let mut all = vec!["check", "--today", TODAY];
    all.extend_from_slice(args);
    openly(repo.path(), &all)
}

#[test]
fn the_profile_is_told_from_the_repository_unless_somebody_chooses() {
    let crown = Repo::of(&[("LICENCE", MIT)]);
    let told = report(crown.path(), &[]);
    assert_eq!((&told["profile"], &told["profile_because"]["by"]), (&"uk-gov".into(), &"detected".into()));
    assert_eq!(told["profile_because"]["evidence"][0]["path"], "LICENCE");
    let chosen = report(crown.path(), &["--profile", "nl"]);
    assert_eq!((&chosen["profile"], &chosen["profile_because"]["by"]), (&"nl".into(), &"command line".into()));
    let silent = report(service().path(), &[]);
    assert_eq!((&silent["profile"], &silent["profile_because"]["by"]), (&"international".into(), &"default".into()));
}

#[test]
fn what_a_person_sees() {
    let ran = check(&service(), &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!("terminal", ran.out);
    let ran = check(&service(), &["--verbose", "--profile", "uk-gov"]);
    assert_eq!(ran.code, 1, "uk-gov makes the statement required");
    insta::assert_snapshot!("terminal_verbose", ran.out);
    let ran = check(&service(), &["--quiet"]);
    insta::assert_snapshot!("terminal_quiet", ran.out);
    let ran = check(&service(), &["--colour", "always"]);
    assert!(ran.out.contains("\u{1b}[33m"), "yellow for what is recommended");
}

#[test]
fn a_narrow_terminal() {
    let repo = service();
    let narrow = std::process::Command::new(openly_tests::binary())
        .args(["check", "--today", TODAY])
        .current_dir(repo.path())
        .env_clear()
        .env("COLUMNS", "50")
        .output()
        .expect("the binary starts");
    let text = String::from_utf8_lossy(&narrow.stdout).into_owned();
    let longest = text.lines().map(|line| line.chars().count()).max();
    assert!(longest.is_some_and(|n| n <= 80), "{longest:?}");
}

#[test]
fn what_a_wiki_sees() {
    let ran = check(&service(), &["--format", "markdown"]);
    insta::assert_snapshot!("markdown", ran.out);
}

#[test]
fn what_a_program_sees() {
    let repo = service();
    let first = check(&repo, &["--format", "json"]);
    let second = check(&repo, &["--format", "json"]);
    assert_eq!(first.out, second.out, "same input, same bytes");
    insta::assert_snapshot!("json", first.out);
    let report: serde_json::Value = serde_json::from_str(&first.out).expect("JSON");
    let schema = openly_report::json::schema();
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
}

#[test]
fn the_report_can_be_written_to_a_file() {
    let repo = service();
    let ran = check(&repo, &["--format", "json", "--output", "report.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    let written = std::fs::read_to_string(repo.path().join("report.json")).expect("the report");
    assert!(written.starts_with("{\n  \"schema\": \"openly/report/v1\""));
    let ran = check(&repo, &["--output", "no/such/folder/report.json"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.err, @"
    × failed to write no/such/folder/report.json: No such file or directory (os
    │ error 2)
    ");
}

#[test]
fn exit_codes() {
    let repo = service();
    assert_eq!(check(&repo, &[]).code, 0);
    assert_eq!(check(&repo, &["--fail-on", "recommended"]).code, 1);
    assert_eq!(check(&repo, &["--fail-on", "never", "--profile", "uk-gov"]).code, 0);
    assert_eq!(check(&repo, &["--fail-on", "sometimes"]).code, 2);
    assert_eq!(check(&Repo::of(&[]), &[]).code, 1);
    for (args, said) in [
        (["--profile", "atlantis"], "there is no profile called `atlantis`"),
        (["--framework", "harvard"], "there is no framework called `harvard`"),
        (["--rule", "licence-fil"], "there is no rule called `licence-fil`"),
        (["--kind", "robot"], "`robot` is not one of service"),
    ] {
        let ran = check(&repo, &args);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn the_kind_is_detected_stated_and_shown() {
    let repo = service();
    let found = report(repo.path(), &[]);
    assert_eq!(found["subject"]["kind"]["value"], "service");
    assert_eq!(found["subject"]["kind"]["by"], "detected");
    assert!(found["subject"]["kind"]["evidence"][0]["path"].is_string());
    assert_eq!(outcome(&found, "accessibility-statement")["outcome"], "fail");
    let found = report(repo.path(), &["--kind", "library"]);
    let statement = outcome(&found, "accessibility-statement");
    assert_eq!(statement["outcome"], "not-applicable");
    assert!(statement["reason"].as_str().is_some_and(|why| why.starts_with("this is a repository of kind library")));
    repo.write(".openly.yml", b"kind: library\n");
    assert_eq!(report(repo.path(), &[])["subject"]["kind"]["by"], "configuration");
    // Not owing it never hides that it is there.
    repo.write(
        "views/accessibility-statement.html",
        b"<h1>Accessibility statement</h1><p>This website is partially compliant.</p>",
    );
    assert_eq!(outcome(&report(repo.path(), &[]), "accessibility-statement")["outcome"], "pass");
}

#[test]
fn the_components_of_a_repository_of_several() {
    let repo = Repo::of(&[
        ("README.md", "# Permits\n"),
        ("api/pyproject.toml", "[project]\nname = \"permits-api\"\n"),
        ("api/main.py", "pass\n"),
        ("api/tests/test_main.py", "def test_it(): pass\n"),
        ("web/package.json", "{\"name\": \"web | <b>\"}"),
        ("web/server.js", "start()\n"),
    ]);
    let rules = ["--rule", "tests", "--rule", "readme-file"];
    let found = report(repo.path(), &rules);
    assert_eq!(
        found["subject"]["components"],
        serde_json::json!([
            {"path": "api", "name": "permits-api", "evidence": [
                {"says": "It has a manifest of its own", "path": "api/pyproject.toml", "line": null}
            ]},
            {"path": "web", "name": "web | <b>", "evidence": [
                {"says": "It has a manifest of its own", "path": "web/package.json", "line": null}
            ]},
        ])
    );
    let tests = outcome(&found, "tests");
    assert_eq!(tests["evidence"][0]["component"], "api");
    assert_eq!(tests["components"], serde_json::json!({"found_in": ["api"], "missing_in": ["web"]}));
    let readme = outcome(&found, "readme-file");
    assert_eq!(readme["evidence"][0].get("component"), None, "it belongs to the repository as a whole");
    let schema = openly_report::json::schema();
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<String> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    let verbose = check(&repo, &[&rules[..], &["--verbose"]].concat()).out;
    assert!(
        verbose.contains("Components\n  api (permits-api): api/pyproject.toml\n  web (web | <b>): web/package.json\n"),
        "{verbose}"
    );
    let markdown = check(&repo, &[&rules[..], &["--format", "markdown"]].concat()).out;
    assert!(markdown.contains("<summary>2 components</summary>"), "{markdown}");
    assert!(markdown.contains("| `web` | web \\| &lt;b&gt; | `web/package.json` |"), "{markdown}");
    repo.write(".openly.yml", b"components: []\n");
    let found = report(repo.path(), &rules);
    assert_eq!(found["subject"]["components"], serde_json::json!([]));
    assert_eq!(outcome(&found, "tests").get("components"), None);
    assert!(!check(&repo, &["--verbose"]).out.contains("Components\n"));
}

#[test]
fn only_the_rules_that_were_asked_for() {
    let found = report(service().path(), &["--rule", "readme-run"]);
    let rules: Vec<&str> =
        found["outcomes"].as_array().expect("outcomes").iter().filter_map(|o| o["rule"].as_str()).collect();
    assert_eq!(rules, ["readme-file", "readme-run"], "and those that they need");
}

#[test]
fn what_could_not_be_checked_is_said_once_with_its_cause() {
    let repo = Repo::of(&[("publiccode.yml", "publiccodeYmlVersion: \"0.4\"\nname: [permits\n")]);
    let ran = check(&repo, &["--rule", "publiccode-valid", "--rule", "publiccode-url"]);
    let said: String =
        ran.out.lines().skip_while(|line| !line.starts_with('!')).take(5).map(|l| format!("{l}\n")).collect();
    insta::assert_snapshot!(said, @"
    ! publiccode-url, publiccode-valid could not be checked
      Cannot tell: publiccode.yml could not be understood: line 3: this is not valid YAML: did not find
      expected ',' or ']'.
      see publiccode.yml:3
    ");
}

#[test]
fn a_commit_is_checked_without_checking_it_out() {
    let repo = service();
    repo.commit("2026-01-05", "Start");
    repo.write("CONTRIBUTING.md", b"# Contributing\n\nWe welcome changes.\n");
    let second = repo.commit("2026-02-05", "Say how to contribute");
    repo.write("SECURITY.md", b"Report to security@department.example.\n");
    let at = |rev: &str| report(repo.path(), &["--rev", rev]);
    assert_eq!(outcome(&at("HEAD~1"), "contributing")["outcome"], "fail");
    assert_eq!(outcome(&at("main"), "contributing")["outcome"], "pass");
    assert_eq!(outcome(&at("main"), "security-policy")["outcome"], "fail", "it is not committed");
    assert_eq!(at("main")["subject"]["commit"], second.as_str());
    assert_eq!(outcome(&report(repo.path(), &[]), "security-policy")["outcome"], "pass");
    // Apart from what is not committed, both ways of reading agree.
    std::fs::remove_file(repo.path().join("SECURITY.md")).expect("removed");
    let (mut tree, mut commit) = (report(repo.path(), &[]), at("HEAD"));
    for report in [&mut tree, &mut commit] {
        report["subject"]["path"] = "".into();
    }
    assert_eq!(tree, commit);
}

#[test]
fn ignored_files_and_other_peoples_code_are_not_seen() {
    let repo = Repo::of(&[
        (".gitignore", "build/\n/SECURITY.md\n"),
        ("README.md", "# Permits\n"),
        ("build/LICENSE", MIT),
        ("SECURITY.md", "Report to security@department.example.\n"),
        ("node_modules/x/LICENSE", MIT),
        ("node_modules/x/x.test.js", "test()"),
    ]);
    let found = report(repo.path(), &[]);
    for rule in ["security-policy", "licence-file"] {
        assert_eq!(outcome(&found, rule)["outcome"], "fail", "{rule}");
    }
    assert_ne!(outcome(&found, "tests")["outcome"], "pass");
}

#[test]
fn tracked_files_are_seen_even_when_ignored() {
    let repo = Repo::of(&[("README.md", "# Permits\n"), ("Dockerfile", "FROM scratch\n")]);
    repo.commit("2026-01-05", "Start");
    repo.write(".gitignore", b"Dockerfile\n");
    let found = report(repo.path(), &["--kind", "service"]);
    assert_eq!(outcome(&found, "container-build")["outcome"], "pass");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_of_the_repository_counts() {
    let repo = Repo::of(&[("README.md", "# Permits\n"), ("meta/how.md", "# Contributing\n\nWe welcome changes.\n")]);
    std::os::unix::fs::symlink("meta/how.md", repo.path().join("CONTRIBUTING.md")).expect("a link");
    assert_eq!(outcome(&report(repo.path(), &[]), "contributing")["outcome"], "pass");
    repo.commit("2026-01-05", "Start");
    assert_eq!(outcome(&report(repo.path(), &["--rev", "HEAD"]), "contributing")["outcome"], "pass");
}

#[test]
fn history_shows_work_done_here_or_brought_at_once() {
    let repo = service();
    repo.commit("2026-01-01", "Publish the code");
    let history = |repo: &Repo| outcome(&report(repo.path(), &[]), "open-history").clone();
    assert_eq!(history(&repo)["outcome"], "fail");
    for day in 1..=28 {
        repo.write("app.js", format!("// {day}\n").as_bytes());
        repo.commit(&format!("2026-02-{day:02}"), "Improve the form");
    }
    assert_eq!(history(&repo)["outcome"], "pass");
    repo.git("2026-03-01", &["clone", "-q", "--depth", "1", &format!("file://{}", repo.path().display()), "shallow"]);
    let shallow = report(&repo.path().join("shallow"), &[]);
    let shallow = outcome(&shallow, "open-history");
    assert_eq!(shallow["outcome"], "unknown");
    assert!(shallow["reason"].as_str().is_some_and(|why| why.contains("shallow")), "{shallow}");
}

#[test]
fn a_licence_of_the_long_list_is_recognised_too() {
    let text = spdx_text("NASA-1.3");
    let repo = Repo::of(&[("LICENSE", &text)]);
    assert_eq!(outcome(&report(repo.path(), &[]), "licence-identified")["value"], serde_json::json!(["NASA-1.3"]));
}

fn spdx_text(id: &str) -> String {
    let found = spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id);
    found.map(|(_, text)| (*text).to_owned()).expect("a licence of the list")
}

#[test]
fn openly_passes_its_own_checks() {
    let ran = openly(&workspace(), &["check", ".", "--today", TODAY, "--fail-on", "recommended"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
}
