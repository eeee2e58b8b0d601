//! The configuration: what it changes, and what a person sees when it is wrong.

use openly_tests::{Repo, TODAY, openly, outcome, report};

const README: &str = "# Permits\n\nApply for a fishing permit online.\n";

fn with_config(config: &str) -> Repo {
    Repo::of(&[("README.md", README), (".openly.yml", config)])
}

#[test]
fn every_mistake_is_shown_at_its_place() {
    let repo = with_config(
        "profil: uk-gov\nprofile: uk-govv\nkind: websiet\nrules:\n  readme-fil: {severity: vital}\nwaivers:\n  - rule: roadmap\n    reason: later\n    expires: next year\nattestations:\n  - framework: harvard-2018\n    criterion: HKS-DC22\n    level: medium\n    statement: We work in the open.\n    link: somewhere\n    by: Head of digital\n    date: 2026-01-01\n    expires: 2025-01-01\n",
    );
    let ran = openly(repo.path(), &["check"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!("mistakes", ran.err);
}

#[test]
fn not_yaml_at_all() {
    for (config, said) in [
        ("profile: [uk-gov\n", "not valid YAML"),
        ("profile: uk-gov\nkind: service\nprofile: uk-gov\n", "duplicate entry"),
        ("- a\n- b\n", "invalid type: sequence"),
        ("", "the file is empty"),
    ] {
        let ran = openly(with_config(config).path(), &["check"]);
        assert_eq!(ran.code, 3, "{config}");
        assert!(ran.err.contains(said), "{config}: {}", ran.err);
    }
}

#[test]
fn a_waiver_is_counted_apart_warned_about_and_refused_when_it_is_over() {
    let waiver = |expires: &str| {
        format!(
            "waivers:\n  - rule: licence-file\n    reason: the contract is being changed\n    owner: service owner\n    expires: {expires}\n"
        )
    };
    let repo = with_config(&waiver("2026-12-31"));
    let ran = openly(repo.path(), &["check", "--today", TODAY]);
    assert_eq!(ran.code, 0, "a waived rule does not fail the check");
    let found = report(repo.path(), &[]);
    let licence = outcome(&found, "licence-file");
    assert_eq!(licence["outcome"], "waived");
    assert_eq!(licence["reason"], "the contract is being changed (decided by service owner, until 2026-12-31)");
    assert_eq!(found["summary"]["waived"], 1);
    assert_eq!(found["notices"], serde_json::json!([]));
    // A licence that is waived is still not there.
    let moj = report(repo.path(), &["--framework", "cms-tiers"]);
    let tiers =
        moj["assessments"].as_array().and_then(|a| a.iter().find(|a| a["framework"] == "cms-tiers")).expect("cms");
    assert_eq!(tiers["criteria"][0]["proven"], serde_json::Value::Null);

    let soon = report(with_config(&waiver("2026-07-15")).path(), &[]);
    assert_eq!(soon["notices"][0], "The waiver for licence-file ends on 2026-07-15. Its owner is service owner.");
    let over = with_config(&waiver("2026-06-29"));
    assert_eq!(openly(over.path(), &["check", "--today", TODAY]).code, 1);
    let over = report(over.path(), &[]);
    assert_eq!(outcome(&over, "licence-file")["outcome"], "fail");
    assert!(
        over["notices"][0].as_str().is_some_and(|text| text.contains("ended on 2026-06-29")),
        "{}",
        over["notices"]
    );
    let unused = with_config(&waiver("2026-12-31").replace("licence-file", "readme-file"));
    let unused = report(unused.path(), &[]);
    assert_eq!(unused["notices"][0], "The waiver for readme-file is not needed: the rule does not fail. Take it out.");
}

#[test]
fn an_attestation_proves_what_a_repository_cannot_show_until_it_ends() {
    let claim = |date: &str, expires: &str| {
        format!(
            "attestations:\n  - framework: harvard-2018\n    criterion: HKS-PE1\n    level: medium\n    statement: The permanent secretary sponsors the unit.\n    link: https://department.example/minutes\n    by: Head of digital\n    date: {date}\n    expires: {expires}\n"
        )
    };
    let rated = |config: &str| {
        let found = report(with_config(config).path(), &["--framework", "harvard-2018"]);
        let harvard = found["assessments"]
            .as_array()
            .and_then(|a| a.iter().find(|a| a["framework"] == "harvard-2018"))
            .expect("it")
            .clone();
        let row = harvard["criteria"]
            .as_array()
            .and_then(|c| c.iter().find(|c| c["id"] == "HKS-PE1"))
            .expect("the row")
            .clone();
        (row, found["notices"].clone())
    };
    let (row, notices) = rated(&claim("2026-01-01", "2026-12-31"));
    assert_eq!((&row["proven"], notices), (&serde_json::json!("medium"), serde_json::json!([])));
    assert_eq!(row["because"][0]["relation"], "attested");
    assert_eq!(row["because"][0]["link"], "https://department.example/minutes");
    let (row, notices) = rated(&claim("2025-01-01", "2026-06-29"));
    assert_eq!(row["proven"], "low");
    assert!(notices[0].as_str().is_some_and(|text| text.contains("no longer counts")), "{notices}");
    let (row, notices) = rated(&claim("2026-07-01", "2026-12-31"));
    assert_eq!(row["proven"], "low");
    assert!(notices[0].as_str().is_some_and(|text| text.contains("yet to come")), "{notices}");
    assert!(
        row["next"].as_array().is_some_and(|next| next.iter().any(|n| n["rule"].is_null())),
        "a person can attest it"
    );
}

#[test]
fn excluded_paths_are_no_evidence() {
    let repo = with_config("exclude: [\"fixtures/**\", LICENSE]\n");
    repo.write("LICENSE", include_bytes!("../../rules/model/repo/LICENCE"));
    repo.write("fixtures/a/Dockerfile", b"FROM scratch\n");
    let found = report(repo.path(), &["--kind", "service"]);
    assert_eq!(outcome(&found, "licence-file")["outcome"], "fail");
    assert_eq!(outcome(&found, "container-build")["outcome"], "fail");
    let ran = openly(with_config("exclude: [\"a{b\"]\n").path(), &["check"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("has no closing"), "{}", ran.err);
}

#[test]
fn severities_and_the_phase_and_the_service_are_reported() {
    let repo = with_config("profile: uk-gov\nphase: beta\nservice: permits\nrules:\n  roadmap: {severity: required}\n");
    let found = report(repo.path(), &[]);
    assert_eq!(found["profile"], "uk-gov");
    assert_eq!((&found["subject"]["phase"], &found["subject"]["service"]), (&"beta".into(), &"permits".into()));
    assert_eq!(outcome(&found, "roadmap")["severity"], "required");
    assert_eq!(outcome(&found, "licence-holder")["severity"], "required", "by the profile");
    let found = report(repo.path(), &["--profile", "international"]);
    assert_eq!(found["profile"], "international", "the command line wins");
}

#[test]
fn another_file_can_be_named() {
    let repo = Repo::of(&[("README.md", README), ("house.yml", "profile: uk-gov\n")]);
    assert_eq!(report(repo.path(), &["--config", "house.yml"])["profile"], "uk-gov");
    let ran = openly(repo.path(), &["check", "--config", "nowhere.yml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("failed to read nowhere.yml"), "{}", ran.err);
}
