//! `openly attest`: what it asks, writes and refuses.

use openly_tests::{Ran, Repo, openly, openly_answered};

const DAY: &str = "2026-06-30";

fn permits(config: Option<&str>) -> Repo {
    let repo = Repo::of(&[("README.md", "# Permits\n\nApply for a permit.\n")]);
    config.into_iter().for_each(|text| repo.write(".openly.yml", text.as_bytes()));
    repo
}

fn config(repo: &Repo) -> String {
    std::fs::read_to_string(repo.path().join(".openly.yml")).unwrap_or_default()
}

fn asked(repo: &Repo, answers: &str, more: &[&str]) -> Ran {
    let mut args = vec!["attest", "--framework", "qasp-18f", "--today", DAY];
    args.extend(more);
    openly_answered(repo.path(), &args, answers)
}

/// Attests one row without being asked, with other values in place of some.
fn told(repo: &Repo, other: &[(&str, Option<&str>)]) -> Ran {
    let mut values = vec![
        ("--framework", "qasp-18f"),
        ("--criterion", "QASP-7"),
        ("--level", "met"),
        ("--statement", "Each sprint ended with a research report."),
        ("--link", "https://department.example/research"),
        ("--by", "Research team"),
    ];
    for (name, value) in other {
        values.retain(|(known, _)| known != name);
        values.extend(value.map(|value| (*name, value)));
    }
    let mut args = vec!["attest", "--today", DAY];
    values.iter().for_each(|(name, value)| args.extend([*name, *value]));
    openly(repo.path(), &args)
}

fn proven(repo: &Repo, row: &str, day: &str) -> (serde_json::Value, serde_json::Value) {
    let ran = openly(
        repo.path(),
        &["check", "--format", "json", "--fail-on", "never", "--framework", "qasp-18f", "--today", day],
    );
    let found: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let all = found["assessments"].as_array().expect("assessments");
    let qasp = all.iter().find(|a| a["framework"] == "qasp-18f").expect("qasp");
    let row = qasp["criteria"].as_array().and_then(|all| all.iter().find(|c| c["id"] == row)).expect("the row").clone();
    (row["proven"].clone(), found["notices"].clone())
}

#[test]
fn a_dialogue_writes_each_answer_at_once() {
    let repo = permits(Some("# ours\nprofile: us-federal # since 2024\n"));
    // No to six rows; then a link and a role that are refused first.
    let answers = "maybe\nn\nn\nn\nn\nn\nn\ny\n\nEach sprint ended with a report.\nhttp://x\nhttps://department.example/r\nanna@x.org\nResearch team\n2026-06-01\n\n";
    let ran = asked(&repo, answers, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!("dialogue", ran.out);
    insta::assert_snapshot!("dialogue_config", config(&repo));
    assert_eq!(proven(&repo, "QASP-7", DAY).0, "met");
    // What is attested is not asked again.
    let again = asked(&repo, "q\n", &[]);
    assert!(again.out.starts_with("6 criteria"), "{}", again.out);
}

#[test]
fn an_answer_that_breaks_off_is_not_written_and_those_before_it_are() {
    let repo = permits(None);
    let ran = asked(&repo, "y\nAll is covered.\nhttps://department.example/c\nDelivery team\n\ny\nNo lint\n", &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.ends_with("1 attestation is written to ./.openly.yml.\n"), "{}", ran.out);
    assert_eq!(config(&repo).matches("criterion:").count(), 1);
    let none = permits(None);
    assert_eq!(asked(&none, "q\n", &[]).code, 0);
    assert!(!none.path().join(".openly.yml").exists(), "nothing is written without an answer");
}

#[test]
fn what_is_given_is_written_without_a_question() {
    let repo = permits(None);
    let ran = told(&repo, &[]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "met of QASP-7 is written to ./.openly.yml, until 2027-06-30.\n"),
        "{}",
        ran.err
    );
    assert_eq!(proven(&repo, "QASP-7", DAY).0, "met");
    let ran = told(
        &repo,
        &[
            ("--criterion", Some("QASP-4")),
            ("--expires", Some("2026-12-31")),
            ("--statement", Some("It's: \"shown\" # live")),
        ],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!("given_config", config(&repo));
    assert_eq!(proven(&repo, "QASP-4", DAY).0, "met");
}

#[test]
fn an_expired_one_falls_back_visibly_in_every_form() {
    let repo = permits(None);
    assert_eq!(told(&repo, &[("--expires", Some("2026-12-31"))]).code, 0);
    let (level, notices) = proven(&repo, "QASP-7", "2027-01-01");
    assert_eq!(level, serde_json::Value::Null);
    assert!(notices[0].as_str().is_some_and(|text| text.contains("ended on 2026-12-31")), "{notices}");
    for format in ["terminal", "markdown"] {
        let ran =
            openly(repo.path(), &["check", "--format", format, "--today", "2027-01-01", "--framework", "qasp-18f"]);
        let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("no longer counts"), "{format}: {}", ran.out);
    }
    let ran = openly_answered(repo.path(), &["attest", "--framework", "qasp-18f", "--today", "2027-01-01"], "q\n");
    let said = "! The attestation of met (QASP-7, qasp-18f) at ./.openly.yml:2 ended on 2026-12-31";
    assert!(ran.out.starts_with(said), "{}", ran.out);
    // Confirmed again, it counts, and the old one is only in the way.
    assert_eq!(told(&repo, &[("--expires", Some("2027-12-31"))]).code, 0);
    let (level, notices) = proven(&repo, "QASP-7", "2027-01-01");
    assert_eq!(level, "met");
    assert!(notices[0].as_str().is_some_and(|text| text.contains("was confirmed again")), "{notices}");
}

#[test]
fn nothing_is_taken_without_what_makes_it_checkable() {
    let repo = permits(None);
    let mut said = String::new();
    for other in [
        ("--link", None),
        ("--link", Some("department.example/research")),
        ("--link", Some("https://intranet")),
        ("--statement", None),
        ("--statement", Some("  ")),
        ("--by", None),
        ("--by", Some("anna@department.example")),
        ("--level", None),
        ("--level", Some("mett")),
        ("--criterion", None),
        ("--criterion", Some("QASP-77")),
        ("--framework", None),
        ("--framework", Some("qasp")),
        ("--expires", Some("2026-06-30")),
        ("--expires", Some("soon")),
    ] {
        let ran = told(&repo, &[other]);
        assert_eq!(ran.code, 2, "{other:?}");
        said += &format!("{} {}\n{}\n", other.0, other.1.unwrap_or("left out"), ran.err);
    }
    insta::assert_snapshot!("refused", said);
    let ran = told(&repo, &[("--framework", Some("uk-accessibility-statement-checks")), ("--criterion", None)]);
    assert_eq!(ran.code, 2);
    assert!(!repo.path().join(".openly.yml").exists(), "nothing was written");
}

#[test]
fn a_configuration_that_cannot_be_kept_whole_is_left_alone() {
    for (text, code) in [
        ("profile: [\n", 3),
        ("{profile: us-federal}\n", 2),
        (
            "attestations: [{framework: qasp-18f, criterion: QASP-4, level: met, statement: Yes it is, link: 'https://a.example/', by: Team, date: 2026-01-01, expires: 2026-12-31}]\n",
            2,
        ),
    ] {
        let repo = permits(Some(text));
        let ran = told(&repo, &[]);
        assert_eq!(ran.code, code, "{text}: {}", ran.err);
        assert_eq!(config(&repo), text);
    }
    let repo = permits(Some("{profile: us-federal}\n"));
    insta::assert_snapshot!("by_hand", told(&repo, &[]).err);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_is_not_followed() {
    let outside = Repo::of(&[("theirs.yml", "kind: service\n")]);
    let repo = permits(None);
    std::os::unix::fs::symlink(outside.path().join("theirs.yml"), repo.path().join(".openly.yml")).expect("a link");
    let ran = told(&repo, &[]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!("link", ran.err);
    assert_eq!(std::fs::read_to_string(outside.path().join("theirs.yml")).expect("it"), "kind: service\n");
}

#[test]
fn a_profile_that_is_not_known_is_said() {
    let repo = permits(None);
    let ran = openly(repo.path(), &["attest", "--profile", "nonsense", "--today", DAY]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    insta::assert_snapshot!("unknown_profile", ran.err);
}
