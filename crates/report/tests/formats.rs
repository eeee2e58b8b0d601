//! Every form of a report, on a report whose repository wants to be taken for more than text.

use openly_report::annotations::Level;
use openly_report::publication::{Conclusion, Target, WhenToComment, plan};
use openly_report::{
    Base, Report, Subject, Web, annotations, badge, comment, html, json, junit, markdown, outputs, sarif,
};
use openly_rules::delta::{Delta, Direction, LevelMove, Levels, Movement, RuleMove};
use openly_rules::profile::ProfileFound;
use openly_rules::run::{Checked, Notice, Outcome};
use openly_rules::value::{Evidence, Kind, Severity, Unit, Value, Verdict};
use openly_rules::{Assessment, Catalogue, CriterionResult, KindFound, Next};

const HOSTILE: &str = "@everyone [x](javascript:alert(1)) <img src=https://evil.example/a.png> ![p](https://evil.example/p.png) \
    **bold** | `tick` $a$ #12 https://evil.example \u{202E}drow";

fn outcome(
    rule: &str,
    topic: &str,
    severity: Severity,
    verdict: Verdict,
    message: &str,
    evidence: Vec<Evidence>,
) -> Outcome {
    Outcome {
        reach: None,
        rule: rule.to_owned(),
        topic: topic.to_owned(),
        title: format!("The repository has what {rule} asks for"),
        severity,
        verdict,
        excused: false,
        message: message.to_owned(),
        reason: matches!(verdict, Verdict::Unknown | Verdict::NotApplicable).then(|| "it depends".to_owned()),
        why: format!("People need {rule}."),
        fix: format!("Add what {rule} asks for."),
        value: Some(Value::Number(1)),
        evidence,
    }
}

fn moved(rule: &str, severity: Severity, movement: Movement, before: Verdict, after: Verdict) -> RuleMove {
    RuleMove {
        rule: rule.to_owned(),
        title: format!("The repository has what {rule} asks for"),
        severity,
        movement,
        before: Some(before),
        after: Some(after),
        evidence: Vec::new(),
        shown_before: Vec::new(),
        follows: None,
    }
}

fn levels(proven: &str, possible: &str) -> Levels {
    Levels { proven: Some(proven.to_owned()), indicated: Some(proven.to_owned()), possible: Some(possible.to_owned()) }
}

fn checked() -> Checked {
    let named_like_markdown = "docs/[a](javascript:1)`b`|@team,c:d%\n::error::x.md";
    Checked {
        components: openly_rules::Components::default(),
        profile: ProfileFound::stated("uk-gov", "configuration"),
        kind: KindFound::stated(Kind::Service, "configuration"),
        outcomes: vec![
            outcome(
                "contributing",
                "community",
                Severity::Recommended,
                Verdict::Fail,
                "No CONTRIBUTING file was found.",
                vec![],
            ),
            outcome(
                "codeowners",
                "governance",
                Severity::Optional,
                Verdict::Fail,
                "No CODEOWNERS file was found.",
                vec![],
            ),
            outcome(
                "licence-file",
                "licence",
                Severity::Required,
                Verdict::Pass,
                "The licence is MIT.",
                vec![Evidence::file("LICENCE")],
            ),
            outcome(
                "licence-house",
                "licence",
                Severity::Optional,
                Verdict::NotApplicable,
                "Not asked here: it depends.",
                vec![],
            ),
            outcome(
                "readme-run",
                "readme",
                Severity::Required,
                Verdict::Fail,
                HOSTILE,
                vec![
                    Evidence::line(named_like_markdown, 12, HOSTILE).to(14),
                    Evidence::line("README.md", 3, "npm start"),
                ],
            ),
            outcome("host-public", "host", Severity::Optional, Verdict::Unknown, "Cannot tell: it depends.", vec![]),
            outcome(
                "secrets",
                "security",
                Severity::Required,
                Verdict::Fail,
                "A file holds a secret.",
                vec![Evidence::line("a.env", 1, "KEY: abcd…"), Evidence::line("b.env", 7, "KEY: efgh…")],
            ),
            outcome(
                "publiccode-valid",
                "metadata",
                Severity::Recommended,
                Verdict::Error,
                "Cannot tell: publiccode.yml is not YAML.",
                vec![Evidence::line("publiccode.yml", 2, "{")],
            ),
        ],
        assessments: vec![Assessment {
            framework: "harvard-2018".to_owned(),
            title: "Digital maturity <b>".to_owned(),
            version: "2018".to_owned(),
            unit: Unit::Organisation,
            criteria: vec![CriterionResult {
                id: "DC2".to_owned(),
                name: "Working | openly".to_owned(),
                proven: Some("low".to_owned()),
                indicated: Some("low".to_owned()),
                possible: Some("high".to_owned()),
                because: vec![],
                lapsed: vec![],
                next: vec![Next {
                    level: "medium".to_owned(),
                    rule: Some("readme-run".to_owned()),
                    text: "Say how to run it.".to_owned(),
                }],
                beyond: None,
            }],
            shown_by_repositories: 1,
        }],
        notices: vec![Notice(format!("The waiver for x ends soon. Its owner is {HOSTILE}."))],
    }
}

fn delta() -> Delta {
    use Severity::{Optional, Recommended, Required};
    use Verdict::{Error, Fail, Pass};
    let mut broken = moved("readme-run", Required, Movement::Broken, Pass, Fail);
    broken.shown_before = vec![Evidence::line("docs/@team.md", 12, "make run"), Evidence::file("Makefile")];
    let mut worsened = moved("secrets", Required, Movement::Worsened, Fail, Fail);
    worsened.evidence = vec![Evidence::line("b.env", 7, "KEY: efgh…")];
    Delta {
        rules: vec![
            broken,
            worsened,
            moved("publiccode-valid", Recommended, Movement::Lost, Pass, Error),
            moved("licence-file", Required, Movement::Fixed, Fail, Pass),
            moved("contributing", Recommended, Movement::Left, Fail, Fail),
            moved("codeowners", Optional, Movement::Left, Fail, Fail),
        ],
        levels: vec![LevelMove {
            framework: "harvard-2018".to_owned(),
            title: "Digital maturity <b>".to_owned(),
            criterion: "DC2".to_owned(),
            name: "Working | openly".to_owned(),
            direction: Direction::Down,
            before: levels("medium", "high"),
            after: levels("low", "high"),
        }],
        kind: Some((Some(Kind::Library), Some(Kind::Service))),
        profile: None,
        settings: vec![format!("Adds the waiver for readme-run: {HOSTILE}.")],
    }
}

fn report(base: Option<Delta>) -> Report {
    Report {
        version: "0.1.0".to_owned(),
        subject: Subject {
            path: "services/permits".to_owned(),
            commit: Some("1111111111111111111111111111111111111111".to_owned()),
            phase: Some("beta".to_owned()),
            service: None,
            folder: "services/permits".to_owned(),
            web: Web {
                repository: Some("https://github.com/department/permits".to_owned()),
                commit: None,
                run: Some("https://github.com/department/permits/actions/runs/7".to_owned()),
            },
        },
        checked: checked(),
        base: base.map(|delta| Base {
            rev: "main".to_owned(),
            commit: Some("2222222222222222222222222222222222222222".to_owned()),
            delta,
        }),
    }
}

/// A change after which all is well: it fixes a rule and leaves others.
fn well() -> Delta {
    use Severity::{Recommended, Required};
    use Verdict::{Fail, Pass};
    Delta {
        rules: vec![
            moved("licence-file", Required, Movement::Fixed, Fail, Pass),
            moved("contributing", Recommended, Movement::Left, Fail, Fail),
        ],
        ..Delta::default()
    }
}

/// Shows what cannot be seen.
fn seen(text: &str) -> String {
    text.replace('\u{2060}', "⁀")
}

/// No text of the repository can be read as a mention, a tag, a picture, a link or a reference.
fn is_plain(markdown: &str) {
    assert!(!markdown.contains("@everyone") && !markdown.contains("<img") && !markdown.contains("![p]"), "{markdown}");
    assert!(
        !markdown.contains("https://evil") && !markdown.contains(" #12") && !markdown.contains('\u{202E}'),
        "{markdown}"
    );
}

#[test]
fn the_comment_says_the_verdict_first() {
    let shown = comment::render(&report(Some(delta())));
    is_plain(&shown);
    insta::assert_snapshot!(seen(&shown));
}

#[test]
fn the_comment_is_one_line_when_all_is_well() {
    let shown = comment::render(&report(Some(well())));
    let open = shown.split("</summary>").next().unwrap_or_default();
    assert_eq!(open.lines().count(), 2, "the marker and the line");
    insta::assert_snapshot!(shown);
    let unmoved = report(Some(Delta::default()));
    assert!(comment::is_silent(&unmoved) && !comment::is_silent(&report(Some(well()))));
    insta::assert_snapshot!("comment_on_nothing", comment::render(&unmoved));
}

#[test]
fn the_comment_without_a_base_says_what_is_missing() {
    let shown = comment::render(&report(None));
    is_plain(&shown);
    insta::assert_snapshot!(seen(&shown));
}

#[test]
fn the_comment_and_the_summary_keep_within_what_the_host_takes() {
    let long = format!("{} 😀`@everyone", "x".repeat(10_000));
    let mut delta = delta();
    let mut all = checked();
    for i in 0..400 {
        let severity = Severity::ALL[i % 3];
        let rule = format!("rule-{i:03}");
        all.outcomes.push(outcome(
            &rule,
            "topic",
            severity,
            Verdict::Fail,
            &long,
            vec![Evidence::line("p".repeat(5_000), 1, &long)],
        ));
        delta.rules.push(moved(&rule, severity, Movement::Broken, Verdict::Pass, Verdict::Fail));
    }
    delta.rules.sort_by_key(|rule| (rule.movement, rule.severity));
    let mut report = report(Some(delta));
    report.checked = all;
    let shown = comment::render(&report);
    assert!(shown.encode_utf16().count() <= markdown::MAX_CHARACTERS, "{}", shown.len());
    assert!(shown.contains("lines are left out here, the least severe ones"), "{shown}");
    assert!(shown.contains("[Read the whole report](https://github.com/department/permits/actions/runs/7)"));
    assert!(shown.contains("`rule-000` (required)") && !shown.contains("`rule-001` (recommended)"));
    assert_eq!(shown.matches("<details>").count(), shown.matches("</details>").count());
    let summary = markdown::summary(&report);
    assert!(summary.len() <= markdown::MAX_SUMMARY, "{}", summary.len());
    assert!(summary.contains("lines are left out here"));
    assert!(markdown::render(&report).encode_utf16().count() <= markdown::MAX_CHARACTERS);
}

#[test]
fn markers_tell_folders_apart_and_cannot_be_broken_out_of() {
    assert_eq!(comment::marker(""), "<!-- openly-report -->");
    assert_eq!(comment::marker("services/a"), "<!-- openly-report services/a -->");
    assert_eq!(comment::marker("a --> <b>"), "<!-- openly-report a_--___b_ -->");
}

#[test]
fn the_summary_holds_everything() {
    let shown = markdown::summary(&report(Some(delta())));
    is_plain(&shown);
    insta::assert_snapshot!(seen(&shown));
}

#[test]
fn annotations_are_of_what_the_change_broke_and_the_gravest_come_first() {
    insta::assert_snapshot!(annotations::render(&report(Some(delta()))));
    insta::assert_snapshot!("annotations_without_a_base", annotations::render(&report(None)));
    let mut many = report(None);
    for i in 0..30 {
        let severity = if i < 20 { Severity::Recommended } else { Severity::Required };
        many.checked.outcomes.push(outcome(&format!("rule-{i}"), "topic", severity, Verdict::Fail, "No.", vec![]));
    }
    let shown = annotations::render(&many);
    assert_eq!(shown.lines().filter(|line| line.starts_with("::error ")).count(), 10, "{shown}");
    assert_eq!(shown.lines().count(), 11, "ten and how many more: {shown}");
}

#[test]
fn a_page_that_runs_nothing_and_loads_nothing() {
    let page = html::render(&report(Some(delta()))).expect("a page");
    for never in ["<script", "<img", "<link", "@import", "url(", "onerror=", "href=\"javascript", "src="] {
        assert!(!page.replace("&lt;", "‹").contains(never) || never == "src=", "{never}");
    }
    assert!(page.contains("&#60;img src=https://evil.example/a.png&#62;") || page.contains("&lt;img src="), "as text");
    assert!(!page.contains('\u{202E}'));
    let body = page.split("</style>").nth(1).unwrap_or_default();
    insta::assert_snapshot!(body);
}

#[test]
fn results_for_code_scanning() {
    let shown = sarif::render(&report(None), &Catalogue::default()).expect("SARIF");
    let log: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    for result in results {
        assert!(
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string(),
            "GitHub needs a place"
        );
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
    let levels: Vec<&str> = results.iter().filter_map(|result| result["level"].as_str()).collect();
    assert_eq!(levels, ["error", "error", "warning", "note"], "the most severe first");
    insta::assert_snapshot!(shown);
}

#[test]
fn fingerprints_survive_lines_that_move_and_tell_findings_apart() {
    let print = |line: u32, text: &str, path: &str| {
        let mut report = report(None);
        let evidence = vec![Evidence::line(path, line, text)];
        report.checked.outcomes =
            vec![outcome("secrets", "security", Severity::Required, Verdict::Fail, "No.", evidence)];
        let log: serde_json::Value =
            serde_json::from_str(&sarif::render(&report, &Catalogue::default()).expect("SARIF")).expect("JSON");
        log["runs"][0]["results"][0]["partialFingerprints"]["primaryLocationLineHash"].to_string()
    };
    let one = print(3, "KEY: abcd…", "a.env");
    assert_eq!(one, print(90, "KEY: abcd…", "a.env"));
    assert_ne!(one, print(3, "KEY: efgh…", "a.env"));
    assert_ne!(one, print(3, "KEY: abcd…", "b.env"));
}

#[test]
fn cases_for_lists_of_test_results() {
    let mut report = report(None);
    report.checked.outcomes[0].message.push_str(" \u{0}\u{1b}[31m]]> & <b>");
    insta::assert_snapshot!(junit::render(&report));
}

#[test]
fn badges() {
    insta::assert_snapshot!(badge::svg(&report(None)) + &badge::endpoint(&report(None)));
    let mut clean = report(None);
    clean.checked.outcomes.retain(|outcome| outcome.verdict == Verdict::Pass);
    assert!(badge::endpoint(&clean).contains("nothing missing"));
}

#[test]
fn outputs_are_a_line_each() {
    let shown = outputs::render(&report(Some(delta())));
    assert_eq!(shown.lines().count(), 5);
    insta::assert_snapshot!(shown, @r#"
    verdict=regression
    failed=4
    fixed=1
    broken=1
    levels={"harvard-2018":{"DC2":{"proven":"low","indicated":"low","possible":"high"}}}
    "#);
    assert!(outputs::render(&report(None)).contains("fixed=\nbroken=\n"), "nothing to compare with");
}

#[test]
fn a_program_reads_the_difference() {
    let value: serde_json::Value =
        serde_json::from_str(&json::render(&report(Some(delta()))).expect("JSON")).expect("JSON");
    insta::assert_snapshot!(format!("{:#}\n{:#}", value["base"], value["delta"]));
    let plain: serde_json::Value = serde_json::from_str(&json::render(&report(None)).expect("JSON")).expect("JSON");
    assert!(plain.get("base").is_none() && plain.get("delta").is_none());
}

#[test]
fn what_is_published_is_plain_data() {
    let target =
        || Target { repository: "department/permits".to_owned(), pull_request: Some(7), head_sha: "3".repeat(40) };
    let whole = report(Some(delta()));
    let planned = plan(&whole, target(), WhenToComment::Auto, true, true);
    let comment = planned.comment.expect("a comment");
    assert!(comment.body.starts_with(&comment.marker) && !comment.only_update);
    let check = planned.check.expect("a check run");
    assert_eq!((check.name.as_str(), check.conclusion), ("openly report (services/permits)", Conclusion::Failure));
    assert_eq!(check.annotations.iter().map(|a| a.level).collect::<Vec<_>>(), [Level::Failure, Level::Failure]);
    assert!(
        check.annotations.iter().all(|a| a.path.as_deref().is_some_and(|path| path.starts_with("services/permits/")))
    );
    let quiet = plan(&report(Some(Delta::default())), target(), WhenToComment::Auto, true, false);
    assert!(quiet.comment.is_some_and(|comment| comment.only_update));
    assert_eq!(quiet.check.map(|check| check.conclusion), Some(Conclusion::Success));
    let none = plan(&whole, target(), WhenToComment::Never, false, true);
    assert_eq!((none.comment, none.check), (None, None));
    let looked_at = plan(&whole, target(), WhenToComment::Always, true, false);
    assert_eq!(looked_at.check.map(|check| check.conclusion), Some(Conclusion::Neutral));
}

mod hostile_report {
    use openly_report::received::{MAX_BYTES, Refused, read};

    use super::*;

    fn catalogue() -> Catalogue {
        openly_catalogue::embedded()
    }

    /// A report whose every text is hostile, of rules that the catalogue knows.
    fn given() -> serde_json::Value {
        let mut value: serde_json::Value =
            serde_json::from_str(&json::render(&report(Some(delta()))).expect("JSON")).expect("JSON");
        for outcome in value["outcomes"].as_array_mut().expect("outcomes") {
            for key in ["message", "title", "why", "fix", "topic", "reason"] {
                outcome[key] = HOSTILE.into();
            }
        }
        value["delta"]["levels"] = serde_json::json!([]);
        value["notices"] = serde_json::json!([HOSTILE]);
        value
    }

    fn taken(value: &serde_json::Value) -> Result<Report, Refused> {
        read(value.to_string().as_bytes(), &catalogue())
    }

    #[test]
    fn no_word_of_it_is_published() {
        let report = taken(&given()).expect("a report");
        let shown = comment::render(&report);
        is_plain(&shown);
        for theirs in ["javascript:1)\\]", "everyone", "evil", "bold", "drow"] {
            assert!(!shown.contains(theirs), "{theirs}: {shown}");
        }
        insta::assert_snapshot!(seen(&shown));
    }

    #[test]
    fn what_no_report_holds_is_refused() {
        assert!(taken(&given()).is_ok());
        let with = |path: &str, value: serde_json::Value| {
            let mut report = given();
            *report.pointer_mut(path).expect("the place is there") = value;
            taken(&report).err()
        };
        for (path, value) in [
            ("/schema", "openly/report/v2".into()),
            ("/profile", HOSTILE.into()),
            ("/subject/commit", "abc) [x](y".into()),
            ("/subject/folder", "../..".into()),
            ("/base/rev", "`main`".into()),
            ("/outcomes/0/outcome", HOSTILE.into()),
            ("/outcomes/0/severity", 7.into()),
            ("/outcomes", HOSTILE.into()),
            ("/delta", serde_json::Value::Null),
            ("/delta/rules/0/movement", HOSTILE.into()),
            ("/outcomes/1/rule", given()["outcomes"][0]["rule"].clone()),
        ] {
            let refused = with(path, value).unwrap_or_else(|| panic!("{path} was taken"));
            assert!(!refused.to_string().contains("everyone"), "{refused}");
        }
        assert_eq!(read(&vec![b' '; MAX_BYTES + 1], &catalogue()).err(), Some(Refused::TooLarge));
        let deep = "[".repeat(100_000);
        assert!(matches!(read(deep.as_bytes(), &catalogue()), Err(Refused::NotAReport { .. })));
        let mut level = given();
        let known = catalogue();
        let framework = &known.frameworks[0];
        let levels = serde_json::json!({ "proven": HOSTILE, "indicated": null, "possible": null });
        level["delta"]["levels"] = serde_json::json!([{
            "framework": framework.id, "criterion": framework.criteria[0].id, "direction": "up", "before": levels, "after": levels,
        }]);
        assert_eq!(taken(&level).err(), Some(Refused::Impossible("a level")));
    }

    #[test]
    fn rules_that_are_not_known_are_left_out_and_counted() {
        let mut value = given();
        value["outcomes"][0]["rule"] = "house-rule".into();
        let report = taken(&value).expect("a report");
        assert!(report.outcome("house-rule").is_none());
        assert_eq!(report.checked.notices.len(), 1);
    }
}
