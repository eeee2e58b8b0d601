//! Frameworks in full: `assess`, `next`, `explain` and `crosswalk`.

use openly_tests::{Ran, Repo, TODAY, openly};

const STATEMENT: &str = "# Accessibility statement for permits\n\nThis statement applies to permits.example.gov.uk.\n\n## Compliance status\n\nThis website is partially compliant with the Web Content Accessibility Guidelines version 2.2 AA standard.\n";

/// A service whose texts try to be markup.
fn hostile() -> Repo {
    Repo::of(&[
        (
            "README.md",
            "# <script>alert(1)</script> permits\n\nApply for a permit [x](javascript:1). For @everyone.\n\n## Run\n\n```sh\nmake run\n```\n",
        ),
        ("docs/accessibility-statement.md", STATEMENT),
        ("LICENCE", include_str!("../../rules/model/repo/LICENCE")),
        (
            ".openly.yml",
            "kind: service\nprofile: uk-gov\nphase: beta\nservice: permits\nlevers: [service-assessments]\nattestations:\n  - framework: govuk-service-standard\n    criterion: UKSS-1\n    level: met\n    statement: The <b>panel</b> found point 1 met at beta\n    link: https://example.org/report?a=1&b=\"2\"\n    by: Service owner\n    date: 2026-05-01\n    expires: 2027-05-01\n",
        ),
    ])
}

fn assess(repo: &Repo, args: &[&str]) -> Ran {
    let args: Vec<&str> = ["assess", "--today", TODAY].into_iter().chain(args.iter().copied()).collect();
    openly(repo.path(), &args)
}

#[test]
fn one_framework_point_by_point() {
    let repo = hostile();
    let ran = assess(&repo, &["--framework", "govuk-service-standard"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!("assess_terminal", ran.out);
    let ran = assess(&repo, &["--framework", "govuk-service-standard", "--format", "markdown"]);
    insta::assert_snapshot!("assess_markdown", ran.out);
}

#[test]
fn one_framework_by_levels() {
    let repo = hostile();
    let ran = assess(&repo, &["--framework", "harvard-2018", "--verbose"]);
    insta::assert_snapshot!("assess_levels", ran.out);
    assert!(ran.out.contains("A repository cannot show this."));
    assert!(ran.out.contains("lever: Service standards and service assessments (held)"));
}

#[test]
fn a_nomination_has_its_questions() {
    let ran = assess(&hostile(), &["--framework", "dpg-standard", "--quiet"]);
    assert!(ran.out.starts_with("Digital Public Goods Standard"), "{}", ran.out);
    assert!(ran.out.contains("evidence still to be given"), "{}", ran.out);
    let ran = assess(&hostile(), &["--framework", "dpg-standard"]);
    assert!(ran.out.contains("asked: Which approved open licence"), "{}", ran.out);
}

#[test]
fn every_reason_has_a_place() {
    let ran = assess(&hostile(), &["--format", "json"]);
    let answers: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let mut reasons = 0;
    for answer in answers.as_array().expect("an array") {
        assert_eq!(answer["schema"], "openly/answer/v1");
        for row in answer["criteria"].as_array().expect("criteria") {
            for reason in row["because"].as_array().expect("reasons") {
                reasons += 1;
                let has = |key: &str| reason[key].as_array().is_some_and(|places| !places.is_empty());
                // What fails because nothing is there has no place but the sentence that says where was looked.
                let nothing_there =
                    reason["outcome"] == "fail" && reason["text"].as_str().is_some_and(|t| !t.is_empty());
                let said = reason["outcome"] == "pass" && reason["text"].as_str().is_some_and(|t| t.starts_with("No "));
                assert!(has("places") || reason["link"].is_string() || nothing_there || said, "{reason}");
            }
        }
    }
    assert!(reasons > 10, "{reasons}");
    let schema = openly_report::answer::json::schema();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for answer in answers.as_array().expect("an array") {
        let errors: Vec<String> = validator.iter_errors(answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn the_page_is_accessible_and_runs_nothing() {
    let ran = assess(&hostile(), &["--format", "html"]);
    let page = ran.out;
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en-GB\">"));
    for never in ["<script", "<img", "<link", "@import", "url(", "=\"javascript:", "onclick", "<b>"] {
        assert!(!page.contains(never), "{never}");
    }
    let count = |what: &str| page.matches(what).count();
    assert!(count("<table>") > 5);
    assert_eq!(count("<table>"), count("<caption>"));
    assert_eq!(count("<th"), count("<th scope=\"col\"") + count("<th scope=\"row\"") + count("<thead"));
    assert_eq!(count("<main"), 1);
    // Ids are unique, and every link inside the page leads somewhere.
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let unique: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len());
    for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&target), "{target}");
    }
    // Headings go down one step at a time.
    let levels: Vec<u32> = page.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)).collect();
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    assert_eq!(levels.first(), Some(&1));
}

#[test]
fn claims_that_do_not_count_are_said_where_they_would() {
    let claim = |criterion: &str, date: &str, expires: &str| {
        format!(
            "  - framework: qasp-18f\n    criterion: {criterion}\n    level: met\n    statement: It was checked.\n    \
             link: https://example.org/record\n    by: Delivery team\n    date: {date}\n    expires: {expires}\n"
        )
    };
    let claims = [
        claim("QASP-4", "2026-12-01", "2027-12-01"),
        claim("QASP-5", "2024-01-01", "2025-01-01"),
        claim("QASP-7", "2024-01-01", "2025-01-01"),
        claim("QASP-7", "2026-01-01", "2027-01-01"),
    ];
    let repo = Repo::of(&[
        ("README.md", "# Permits\n"),
        (".openly.yml", &format!("kind: service\nattestations:\n{}", claims.concat())),
    ]);
    let ran = assess(&repo, &["--framework", "qasp-18f"]);
    insta::assert_snapshot!("assess_lapsed", ran.out);
    let ran = assess(&repo, &["--framework", "qasp-18f", "--format", "json"]);
    let answers: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let lapsed = |row: usize| answers[0]["criteria"][row]["lapsed"].as_array().map_or(0, Vec::len);
    assert_eq!([lapsed(3), lapsed(4), lapsed(6)], [1, 1, 0], "one that was confirmed again is not missed");
    assert_eq!(answers[0]["criteria"][3]["proven"], serde_json::Value::Null);
    // The own file of an organisation, too.
    let over = ["--from", "report.json", "--name", "Department", "--config", ".openly.yml", "--framework", "qasp-18f"];
    let ran = openly(repo.path(), &["check", "--format", "json", "--output", "report.json", "--fail-on", "never"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = assess(&repo, &over);
    let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(".openly.yml:3 is dated 2026-12-01, which is yet to come"), "{}", ran.out);
}

#[test]
fn the_phase_is_taken_from_evidence_where_nobody_states_it() {
    let phase = |files: &[(&str, &str)]| {
        let ran = assess(&Repo::of(files), &["--framework", "govuk-service-standard", "--format", "json"]);
        let answers: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        let subject = &answers[0]["subject"];
        [&subject["phase"], &subject["phase_from"]].map(|text| text.as_str().unwrap_or("none").to_owned())
    };
    let kind = (".openly.yml", "kind: service\nprofile: uk-gov\n");
    let readme = ("README.md", "# Permits\n\nApply for a permit.\n\n## Status\n\nThis service is in beta.\n");
    assert_eq!(phase(&[kind, readme]), ["beta", "README.md:7"]);
    let stated = (".openly.yml", "kind: service\nprofile: uk-gov\nphase: live\n");
    assert_eq!(phase(&[stated, readme]), ["live", "the configuration"]);
    assert_eq!(phase(&[kind, ("README.md", "# Permits\n")]), ["none", "none"]);
    // What contradicts itself is no phase.
    let status = ("publiccode.yml", "publiccodeYmlVersion: \"0.4\"\ndevelopmentStatus: concept\n");
    assert_eq!(phase(&[kind, readme, status]), ["none", "none"]);
    // Repositories of a service that agree.
    let repo = Repo::of(&[
        ("web/README.md", readme.1),
        ("web/.openly.yml", "kind: service\nprofile: uk-gov\nservice: permits\n"),
        ("api/README.md", "# API\n"),
        ("api/.openly.yml", "kind: api\nprofile: uk-gov\nservice: permits\n"),
    ]);
    let ran = assess(&repo, &["web", "api", "--service", "permits", "--framework", "govuk-service-standard"]);
    assert!(ran.out.contains("The phase is beta, as every repository that states one (1 of 2) says."), "{}", ran.out);
}

/// A service of two repositories, as folders and as saved reports.
fn service() -> Repo {
    let repo = Repo::of(&[]);
    for (name, files) in [
        (
            "web",
            vec![
                ("package.json", r#"{"dependencies": {"govuk-frontend": "5.0.0"}}"#),
                ("SECURITY.md", "# Security\n\nMail security@example.gov.uk.\n"),
            ],
        ),
        ("api", vec![("package.json", "{}")]),
        ("other", vec![]),
    ] {
        for (path, text) in files {
            repo.write(&format!("{name}/{path}"), text.as_bytes());
        }
        let (service, about) = if name == "other" {
            ("licences", "")
        } else {
            ("permits", "\nThis is a part of the service with which people apply for a permit to fish.\n")
        };
        repo.write(&format!("{name}/README.md"), format!("# {name}\n{about}").as_bytes());
        repo.write(
            &format!("{name}/.openly.yml"),
            format!("kind: service\nprofile: uk-gov\nservice: {service}\n").as_bytes(),
        );
        let report = format!("{name}.json");
        let ran = openly(
            repo.path(),
            &["check", name, "--format", "json", "--output", &report, "--today", TODAY, "--fail-on", "never"],
        );
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    repo
}

#[test]
fn a_service_over_its_repositories() {
    let repo = service();
    let over = |args: &[&str]| {
        let all = ["--service", "permits", "--framework", "govuk-service-standard"];
        assess(&repo, &all.iter().chain(args).copied().collect::<Vec<_>>())
    };
    let folders = over(&["web", "api", "other"]);
    insta::assert_snapshot!("assess_service", folders.out);
    let reports = over(&["--from", "web.json", "api.json", "other.json"]);
    assert_eq!(folders.out, reports.out, "saved reports say the same as the folders");
    let ran = assess(&repo, &["web", "--service", "permitts", "--framework", "govuk-service-standard"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!("assess_unknown_service", ran.err);
}

#[test]
fn an_organisation_over_its_repositories() {
    let repo = service();
    repo.write(
        "organisation.yml",
        b"profile: uk-gov\nlevers: [spend-controls]\nattestations:\n  - framework: harvard-2018\n    criterion: HKS-PE1\n    level: medium\n    statement: The permanent secretary sponsors the unit\n    link: https://example.org/letter\n    by: Chief digital officer\n    date: 2026-05-01\n    expires: 2027-05-01\n",
    );
    let args = ["--from", "web.json", "api.json", "other.json", "--config", "organisation.yml", "--name", "Department"];
    let ran = assess(&repo, &[&args[..], &["--framework", "harvard-2018", "--format", "json"]].concat());
    let answers: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let row = |answers: &serde_json::Value, id: &str| {
        let rows = answers[0]["criteria"].as_array().expect("rows").clone();
        rows.into_iter().find(|row| row["id"] == id).expect("a row")
    };
    assert_eq!(row(&answers, "HKS-PE1")["proven"], "medium");
    assert_eq!(row(&answers, "HKS-PE1")["because"][0]["link"], "https://example.org/letter");
    // The two repositories without pages owe no design system, so the one that has pages is all that counts.
    let share = |row: &serde_json::Value, level: usize| {
        let share = &row["levels"][level]["share"];
        ["indicated", "indicated_of", "needed"].map(|key| share[key].as_u64())
    };
    assert_eq!(share(&row(&answers, "HKS-UX4"), 1), [Some(1), Some(1), Some(80)]);
    let ran = assess(&repo, &[&args[..], &["--framework", "standard-for-public-code", "--format", "json"]].concat());
    let answers: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    // Two of three READMEs say what the project is: fewer than 80%.
    assert!(row(&answers, "SPC-8")["indicated"].is_null());
    assert_eq!(share(&row(&answers, "SPC-8"), 0), [Some(2), Some(3), Some(80)]);
    let ran = assess(&repo, &[&args[..], &["--framework", "technology-code-of-practice"]].concat());
    assert!(ran.out.contains("lever: Spend controls (held, hard)"), "{}", ran.out);
}

#[test]
fn a_project_that_says_it_has_ended_is_not_active() {
    let of = |readme: &str, last: &str| {
        let repo = Repo::of(&[("README.md", readme), (".openly.yml", "kind: service\nprofile: uk-gov\n")]);
        repo.commit(last, "Say what it is");
        repo
    };
    let kept_up = of("# Permits\n\nA service with which people apply for a permit to fish.\n", "2026-06-01");
    let ended = of("# Licences\n\nThis repository is no longer maintained.\n", "2023-06-01");
    let path = |repo: &Repo| repo.path().to_str().expect("a path").to_owned();
    let saved = ["check", &path(&ended), "--format", "json", "--output", "ended.json", "--today", TODAY];
    assert_eq!(openly(ended.path(), &[&saved[..], &["--fail-on", "never"]].concat()).code, 0);
    let over = |other: &[&str]| {
        let args = ["--framework", "harvard-2018", "--name", "Department", "--format", "json"];
        let ran = openly(ended.path(), &[&["assess", "--today", TODAY][..], &args, other].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let answers: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        ["repositories", "active"].map(|key| answers[0]["subject"][key].as_u64())
    };
    assert_eq!(over(&[&path(&kept_up), &path(&ended)]), [Some(2), Some(1)]);
    assert_eq!(over(&["--from", "ended.json"]), [Some(1), Some(0)]);
}

#[test]
fn reports_that_cannot_be_read_are_all_said() {
    let repo = service();
    let whole = std::fs::read_to_string(repo.path().join("web.json")).expect("a report");
    repo.write("cut.json", &whole.as_bytes()[..whole.len() / 2]);
    repo.write("next.json", whole.replace("openly/report/v1", "openly/report/v2").as_bytes());
    repo.write("none.json", b"{}");
    repo.write("latin.json", b"{\"schema\": \"\xe9\"}");
    let ran = assess(
        &repo,
        &["--from", "cut.json", "next.json", "none.json", "latin.json", "web.json", "--framework", "qasp-18f"],
    );
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!("assess_broken_reports", ran.err);
    // The hole makes a file that is larger than any report without writing it.
    let file = std::fs::File::create(repo.path().join("huge.json")).expect("a file");
    file.set_len(500 * 1024 * 1024).expect("a hole");
    let ran = assess(&repo, &["--from", "huge.json", "--framework", "qasp-18f"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!("assess_huge_report", ran.err);
}

#[test]
fn names_that_are_not_known() {
    let repo = hostile();
    let ran = assess(&repo, &["--framework", "harvard"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!("assess_unknown_framework", ran.err);
    repo.write(".openly.yml", b"levers: [spend-control]\n");
    let ran = assess(&repo, &["--framework", "harvard-2018"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!("assess_unknown_lever", ran.err);
}

#[test]
fn what_to_do_next() {
    let repo = hostile();
    let ran = openly(repo.path(), &["next", "--most", "3", "--today", TODAY]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!("next", ran.out);
    assert_eq!(ran.out, openly(repo.path(), &["next", "--most", "3", "--today", TODAY]).out);
    let json = openly(repo.path(), &["next", "--format", "json", "--today", TODAY]).out;
    let plan: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let changes = plan["changes"].as_array().expect("changes");
    // What a change is said to move really moves: the files of a change are what its rule asks for.
    assert!(changes.iter().all(|change| change["moves"].as_array().is_some_and(|moves| !moves.is_empty())));
}

#[test]
fn a_criterion_is_explained_in_full() {
    let repo = Repo::of(&[]);
    insta::assert_snapshot!(
        "explain_level",
        openly(repo.path(), &["explain", "public-digital-open-source", "PD-2.2"]).out
    );
    insta::assert_snapshot!(
        "explain_detail",
        openly(repo.path(), &["explain", "govuk-service-standard", "UKSS-12"]).out
    );
    insta::assert_snapshot!("levers", openly(repo.path(), &["list", "levers"]).out);
}

#[test]
fn the_cross_walk_as_a_table() {
    let ran = openly(Repo::of(&[]).path(), &["crosswalk", "--format", "csv"]);
    let mut lines = ran.out.lines();
    assert_eq!(lines.next(), Some("rule,topic,shows,framework,criterion,name,level,relation,asks"));
    assert!(lines.clone().count() > 300);
    let settled: Vec<&str> =
        lines.filter(|line| line.contains(",presence,") && line.ends_with(",satisfies,quality")).collect();
    assert_eq!(settled, [""; 0], "presence settles no quality");
}
