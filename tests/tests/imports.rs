//! Results of other tools: from a file on the command line to an outcome with tool, date and digest. The files in
//! `fixtures/imports` were written by the tools that they name, on 2026-11-25.

use std::path::PathBuf;

use openly_tests::{Ran, Repo, openly, outcome, workspace};

/// The day on which the fixtures were written.
const DAY: &str = "2026-11-25";

fn fixture(name: &str) -> PathBuf {
    workspace().join("tests/fixtures/imports").join(name)
}

fn permits() -> Repo {
    Repo::of(&[
        ("README.md", "# Permits\n\nApply for a permit.\n"),
        ("src/permits/__init__.py", "def fee(days):\n    return 1\n"),
    ])
}

/// Checks a repository with files of results, on a day.
fn checked(repo: &Repo, day: &str, files: &[PathBuf], more: &[&str]) -> Ran {
    let mut args = vec!["check", "--format", "json", "--fail-on", "never", "--today", day];
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    files.iter().for_each(|file| args.extend(["--import", file]));
    args.extend(more);
    openly(repo.path(), &args)
}

fn report(repo: &Repo, day: &str, files: &[PathBuf], more: &[&str]) -> serde_json::Value {
    let ran = checked(repo, day, files, more);
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("the report is JSON")
}

/// What a person sees when files of a folder cannot be used. Their names are short, so that lines break alike everywhere.
fn refused(repo: &Repo, results: &Repo, names: &[&str]) -> String {
    let folder = repo.path().display().to_string();
    let mut args = vec!["check", folder.as_str(), "--today", DAY];
    names.iter().for_each(|name| args.extend(["--import", name]));
    let ran = openly(results.path(), &args);
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert_eq!(ran.out, "", "nothing is half done");
    ran.err
}

#[test]
fn what_real_tools_wrote_decides() {
    for (file, rule, verdict, message) in [
        (
            "axe-bad.json",
            "accessibility-errors-none",
            "fail",
            "2 errors against WCAG levels A and AA on 1 page (axe-core 4.14.1, 2026-11-25).",
        ),
        (
            "axe-good.json",
            "accessibility-errors-none",
            "pass",
            "No errors against WCAG levels A and AA on 1 page (axe-core 4.14.1, 2026-11-25).",
        ),
        (
            "bandit.sarif",
            "static-findings-none",
            "fail",
            "1 weakness of medium or higher severity (Bandit 1.9.4, 2026-11-25).",
        ),
        ("bom.json", "sbom-documented", "pass", ""),
        ("bom.xml", "sbom-documented", "pass", ""),
        (
            "cobertura.xml",
            "coverage-measured-90",
            "fail",
            "7 of 9 lines are covered, 77.7%, in 1 file (coverage.py 7.17.4, 2026-11-25).",
        ),
        ("eslint.sarif", "lint-problems-none", "fail", "2 errors or warnings (ESLint 10.15.0, 2026-11-25)."),
        ("junit-fail.xml", "tests-pass", "fail", "2 of 5 tests failed, 1 skipped (JUnit, 2026-11-25)."),
        ("junit-pass.xml", "tests-pass", "pass", "3 tests ran and none failed (JUnit, 2026-11-25)."),
        ("lcov.info", "coverage-measured-90", "fail", "7 of 9 lines are covered, 77.7%, in 1 file (lcov, 2026-11-25)."),
        (
            "lighthouse-good.json",
            "accessibility-errors-none",
            "pass",
            "No errors against WCAG levels A and AA on 1 page (Lighthouse 12.8.2, 2026-11-25).",
        ),
        (
            "pa11y-bad.json",
            "accessibility-errors-none",
            "fail",
            "5 errors against WCAG levels A and AA on 1 page (pa11y, 2026-11-25).",
        ),
        ("ruff-junit.xml", "lint-problems-none", "pass", "No errors or warnings (ruff, 2026-11-25)."),
        ("ruff.sarif", "lint-problems-none", "fail", "2 errors or warnings (ruff 0.17.6, 2026-11-25)."),
        (
            "sbom.spdx",
            "sbom-documented",
            "pass",
            "1 component with licence and version (spdx-tools 0.8.3, 2026-11-25).",
        ),
        (
            "sbom.spdx.json",
            "sbom-documented",
            "pass",
            "1 component with licence and version (spdx-tools 0.8.3, 2026-11-25).",
        ),
    ] {
        let found = report(&permits(), DAY, &[fixture(file)], &["--import-date", DAY]);
        let found = outcome(&found, rule);
        assert_eq!(found["outcome"], verdict, "{file}: {found}");
        assert!(message.is_empty() || found["message"] == message, "{file}: {}", found["message"]);
    }
}

#[test]
fn the_evidence_names_file_tool_date_and_digest() {
    let found = report(&permits(), DAY, &[fixture("bandit.sarif")], &[]);
    let evidence = &outcome(&found, "static-findings-none")["evidence"];
    let imported = &evidence[0]["imported"];
    assert!(imported["file"].as_str().is_some_and(|file| file.ends_with("bandit.sarif")), "{imported}");
    assert_eq!((&imported["format"], &imported["tool"]), (&"SARIF".into(), &"Bandit".into()));
    assert_eq!((&imported["tool_version"], &imported["date"]), (&"1.9.4".into(), &DAY.into()));
    assert_eq!(imported["dated_by"], "file");
    let sum = std::process::Command::new("sha256sum").arg(fixture("bandit.sarif")).output();
    if let Ok(sum) = sum {
        let sum = String::from_utf8_lossy(&sum.stdout).into_owned();
        assert_eq!(imported["sha256"].as_str(), sum.split_whitespace().next());
    }
    assert_eq!((&evidence[1]["path"], &evidence[1]["line"]), (&"src/permits/__init__.py".into(), &15.into()));
    assert_eq!(evidence[1].get("imported"), None);
}

#[test]
fn old_undated_and_foreign_results_are_unknown() {
    let repo = permits();
    let reason = |day: &str, file: &str, rule: &str, more: &[&str]| {
        let found = report(&repo, day, &[fixture(file)], more);
        let found = outcome(&found, rule);
        assert_eq!(found["outcome"], "unknown", "{found}");
        let reason = found["reason"].as_str().expect("a reason");
        reason.rsplit('/').next().unwrap_or(reason).to_owned()
    };
    let said = [
        reason("2026-12-26", "junit-fail.xml", "tests-pass", &[]),
        reason("2026-11-20", "junit-pass.xml", "tests-pass", &[]),
        reason(DAY, "lcov.info", "coverage-measured-90", &[]),
        reason("2026-12-26", "lcov.info", "coverage-measured-90", &["--import-date", DAY]),
        reason(DAY, "junit-pass.xml", "coverage-measured-90", &["--rule", "coverage-measured-90"]),
    ];
    insta::assert_snapshot!(said.join("\n"));
    assert_eq!(
        outcome(&report(&repo, "2026-12-25", &[fixture("junit-pass.xml")], &[]), "tests-pass")["outcome"],
        "pass"
    );
    let patient = Repo::of(&[("README.md", "# Permits\n"), (".openly.yml", "import-days: 90\n")]);
    assert_eq!(
        outcome(&report(&patient, "2026-12-26", &[fixture("junit-pass.xml")], &[]), "tests-pass")["outcome"],
        "pass"
    );
    let other = Repo::of(&[("README.md", "# Maps\n"), ("maps.py", "x = 1\n")]);
    let found = report(&other, DAY, &[fixture("cobertura.xml")], &[]);
    let found = outcome(&found, "coverage-measured-90");
    assert!(found["reason"].as_str().is_some_and(|why| why.contains("none of the files")), "{found}");
}

#[test]
fn a_repository_does_not_vouch_for_itself() {
    let results = std::fs::read(fixture("junit-pass.xml")).expect("the fixture");
    let repo = permits();
    repo.write("junit.xml", &results);
    let own = || vec![repo.path().join("junit.xml")];
    let verdict = || outcome(&report(&repo, DAY, &own(), &[]), "tests-pass").clone();
    assert!(verdict()["reason"].as_str().is_some_and(|why| why.contains("no commits")), "{}", verdict());
    repo.commit("2026-11-25", "Add results");
    assert!(verdict()["reason"].as_str().is_some_and(|why| why.contains("committed in the checked repository")));
    repo.write(".openly.yml", b"import: [junit.xml]\n");
    assert_eq!(openly(repo.path(), &["check"]).code, 3, "the configuration names no results");
    repo.write(".openly.yml", b"kind: service\n");
    // What a pipeline writes into the folder after that was not committed.
    let text = String::from_utf8_lossy(&results).replace("hostname=\"vm\"", "hostname=\"ci\"");
    repo.write("junit.xml", text.as_bytes());
    assert_eq!(verdict()["outcome"], "pass");
    repo.write("fresh.xml", &results);
    assert_eq!(outcome(&report(&repo, DAY, &[repo.path().join("fresh.xml")], &[]), "tests-pass")["outcome"], "pass");
}

#[test]
fn files_that_are_no_results_are_told_of_all_at_once() {
    let repo = permits();
    let bad = Repo::of(&[
        ("cut.sarif", "{\"version\": \"2.1.0\", \"runs\": [\n  {\"tool\": {\"driver\": {\"name\": \"ESLint\"}},"),
        ("empty.json", ""),
        ("list.json", "[]\n"),
        ("notes.txt", "all is well\n"),
        ("junit.xml", "<testsuites>\n  <testsuite>\n    <testcase name=\"a\">\n"),
    ]);
    bad.write("packed.gz", &[0x1f, 0x8b, 8, 0, 0]);
    let names = ["cut.sarif", "empty.json", "junit.xml", "list.json", "notes.txt", "packed.gz"];
    insta::assert_snapshot!(refused(&repo, &bad, &names));
    let ran = checked(&repo, DAY, &[bad.path().join("nowhere.xml")], &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("failed to read") && ran.err.contains("nowhere.xml"), "{}", ran.err);
}

#[test]
fn a_file_of_500_megabytes_is_refused_without_being_read() {
    let big = Repo::of(&[]);
    let file = std::fs::File::create(big.path().join("big.sarif")).expect("a file");
    file.set_len(500 << 20).expect("a sparse file");
    // Building the binary is not what is timed.
    openly(big.path(), &["--version"]);
    let before = std::time::Instant::now();
    insta::assert_snapshot!(refused(&permits(), &big, &["big.sarif"]));
    assert!(before.elapsed().as_secs() < 20);
}

#[test]
fn another_version_and_an_unknown_tool_lose_nothing_else() {
    let repo = permits();
    let other = Repo::of(&[
        ("old.sarif", r#"{"version": "2.0.0", "runs": [{"tool": {"driver": {"name": "ESLint"}}, "results": []}]}"#),
        ("bom.json", r#"{"bomFormat": "CycloneDX", "specVersion": "2.0", "components": []}"#),
        ("new.sarif", r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Foolint"}}, "results": []}]}"#),
    ]);
    let files: Vec<PathBuf> =
        ["old.sarif", "bom.json", "new.sarif"].iter().map(|name| other.path().join(name)).collect();
    let found = report(&repo, DAY, &files, &[]);
    let reason = |rule: &str| {
        let reason = outcome(&found, rule)["reason"].as_str().unwrap_or_default().to_owned();
        reason.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let notice =
        found["notices"][0].as_str().and_then(|text| text.rsplit_once("new.sarif")).expect("a notice").1.to_owned();
    insta::assert_snapshot!([reason("lint-problems-none"), reason("sbom-documented"), notice].join("\n"));
    assert!(found["outcomes"].as_array().is_some_and(|all| all.len() > 50), "every other rule is asked");
}

#[test]
fn the_rows_of_qasp_are_settled_by_what_was_measured() {
    let repo = permits();
    let zap = Repo::of(&[(
        "zap.sarif",
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "ZAP"}}, "invocations": [{"executionSuccessful": true, "endTimeUtc": "2026-11-25T10:00:00Z"}], "results": []}]}"#,
    )]);
    let row = |files: &[PathBuf], id: &str| {
        let day: &[&str] = if files.is_empty() { &[] } else { &["--import-date", DAY] };
        let found = report(&repo, DAY, files, &[&["--framework", "qasp-18f"], day].concat());
        let all = found["assessments"].as_array().expect("assessments").clone();
        let qasp = all.into_iter().find(|a| a["framework"] == "qasp-18f").expect("qasp");
        let rows = qasp["criteria"].as_array().expect("criteria").clone();
        rows.into_iter().find(|row| row["id"] == id).expect("the row")
    };
    assert_eq!(row(&[], "QASP-2")["proven"], serde_json::Value::Null);
    assert_eq!(row(&[fixture("ruff-junit.xml")], "QASP-2")["proven"], "met");
    assert_eq!(row(&[fixture("ruff.sarif")], "QASP-2")["possible"], serde_json::Value::Null);
    assert_eq!(row(&[fixture("cobertura.xml")], "QASP-1")["possible"], serde_json::Value::Null);
    assert_eq!(row(&[fixture("axe-bad.json")], "QASP-3")["possible"], serde_json::Value::Null);
    assert_eq!(row(&[fixture("axe-good.json")], "QASP-3")["proven"], serde_json::Value::Null, "people must test too");
    assert_eq!(row(&[zap.path().join("zap.sarif")], "QASP-6")["proven"], serde_json::Value::Null, "half of it");
    assert_eq!(row(&[fixture("bandit.sarif")], "QASP-6")["possible"], serde_json::Value::Null);
}

#[test]
fn a_house_rule_may_ask_for_a_measure_and_its_mistakes_are_shown() {
    let rule = |check: &str| {
        format!(
            "id: house-score\ntitle: The score is good\nseverity: optional\nstatus: preview\ncheck:\n  import: {check}\nmessage: It is low.\nwhy: We say so.\nfix: Raise it.\nreferences:\n  - title: House\n    url: https://department.example/\n"
        )
    };
    let sections = ["What it checks", "Why it matters", "How to fix", "When it does not apply", "Limits"];
    let sections =
        sections.map(|heading| format!("\n## {heading}\n\nThe score of the tool is at least as high as we want.\n"));
    let readme = format!("# The score is good\n{}", sections.concat());
    let house = |check: &str| {
        Repo::of(&[
            ("checks/house/house-score/rule.yml", &rule(check)),
            ("checks/house/house-score/README.md", &readme),
        ])
    };
    let score = Repo::of(&[(
        "scorecard.json",
        r#"{"date": "2026-11-24T00:00:00Z", "repo": {"name": "github.com/department/permits", "commit": "1"}, "scorecard": {"version": "v5.1.1", "commit": "2"}, "score": 6.9, "checks": [], "metadata": []}"#,
    )]);
    let repo = permits();
    for (least, verdict) in [("7", "fail"), ("6", "pass")] {
        let house = house(&format!("{{ measure: scorecard, at-least: {least} }}"));
        let rules = house.path().display().to_string();
        let found = report(&repo, DAY, &[score.path().join("scorecard.json")], &["--rules", &rules]);
        assert_eq!(outcome(&found, "house-score")["outcome"], verdict);
        assert_eq!(outcome(&found, "house-score")["value"], "6.9");
    }
    let mut said = String::new();
    for check in [
        "{ measure: coverag, at-least: 90 }",
        "{ measure: coverage, at-most: 90 }",
        "{ measure: coverage, at-least: 101 }",
        "{ measure: lint-problems }",
        "{ measure: osps-level, at-least: 0 }",
    ] {
        let house = house(check);
        let ran = openly(house.path(), &["check", &repo.path().display().to_string(), "--rules", "."]);
        assert_eq!(ran.code, 3, "{check}");
        said += &ran.err;
    }
    insta::assert_snapshot!(said);
}

#[test]
fn days_that_make_no_sense_are_refused() {
    let repo = Repo::of(&[("README.md", "# Permits\n"), (".openly.yml", "import-days: 4000\n")]);
    let ran = openly(repo.path(), &["check"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err);
    let ran = openly(repo.path(), &["check", "--import-date", "2026-11-25"]);
    assert_eq!(ran.code, 2, "a date without results");
}

#[test]
fn a_bill_says_how_many_declared_dependencies_it_names() {
    let repo = Repo::of(&[
        ("README.md", "# Permits\n"),
        (
            "package.json",
            r#"{"name": "permits", "dependencies": {"express": "5.0.0", "@scope/fees": "1.0.0"}, "devDependencies": {"eslint": "9.0.0"}}"#,
        ),
    ]);
    let message = |purls: &[&str]| {
        let components: Vec<String> = purls
            .iter()
            .map(|purl| format!(r#"{{"type": "library", "name": "a", "version": "1", "licenses": [{{"license": {{"id": "MIT"}}}}]{purl}}}"#))
            .collect();
        let bom = format!(
            r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {{"timestamp": "2026-11-25T10:00:00Z"}}, "components": [{}]}}"#,
            components.join(",")
        );
        let results = Repo::of(&[("bom.json", bom.as_str())]);
        let report = report(&repo, DAY, &[results.path().join("bom.json")], &[]);
        let found = outcome(&report, "sbom-documented");
        assert_eq!(found["outcome"], "pass");
        found["message"].as_str().expect("a message").to_owned()
    };
    let said = message(&[r#", "purl": "pkg:npm/express@5.0.0""#]);
    assert!(
        said.ends_with("It names 1 of 2 dependencies that manifests declare for use, and not @scope/fees."),
        "{said}"
    );
    let said = message(&[r#", "purl": "pkg:npm/express@5.0.0""#, r#", "purl": "pkg:npm/%40scope/fees@1.0.0""#]);
    assert!(said.ends_with("It names 2 of 2 dependencies that manifests declare for use."), "{said}");
    assert!(!message(&[""]).contains("It names"), "without addresses nothing can be compared");
}
