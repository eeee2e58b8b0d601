//! The built binary against a GitHub of our own: what it asks, what it writes, what it says and how it ends.

use std::fs;
use std::time::Duration;

use openly_github::fake::{FakeHost, What, World};
use openly_tests::{Ran, Repo, TODAY, openly_with, outcome};
use serde_json::{Value, json};

const TOKEN: &str = "ghs_workflow";

struct Run {
    fake: FakeHost,
    repo: Repo,
    sha: String,
}

impl Run {
    fn new(world: World) -> Self {
        let repo = Repo::of(&[
            ("README.md", "# Permits\n\nLets people apply for a permit.\n"),
            ("SECURITY.md", "# Security\n\nTell us of weaknesses.\n"),
        ]);
        let sha = repo.commit("2026-06-01", "Begin");
        repo.git("2026-06-01", &["remote", "add", "origin", "https://github.com/department/service.git"]);
        let fake = FakeHost::start(world);
        if let Some(pull) = fake.world().pulls.first_mut() {
            pull.head_sha.clone_from(&sha);
        }
        Self { fake, repo, sha }
    }

    /// Runs openly as a step of a workflow on a pull request.
    fn step(&self, args: &[&str], more: &[(&str, &str)]) -> Ran {
        let event = json!({ "pull_request": { "number": 7, "head": { "sha": self.sha } } });
        self.on("pull_request", &event, args, more)
    }

    fn on(&self, name: &str, event: &Value, args: &[&str], more: &[(&str, &str)]) -> Ran {
        let file = self.repo.path().join(".git/event.json");
        fs::write(&file, event.to_string()).expect("the event is written");
        let (url, file) = (self.fake.url(), file.to_string_lossy().into_owned());
        let mut environment = vec![
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "department/service"),
            ("GITHUB_API_URL", url.as_str()),
            ("GITHUB_EVENT_NAME", name),
            ("GITHUB_EVENT_PATH", file.as_str()),
            ("GITHUB_SHA", "9999999999999999999999999999999999999999"),
            ("GITHUB_TOKEN", TOKEN),
            ("RUST_LOG", "trace"),
        ];
        environment.extend_from_slice(more);
        let ran = openly_with(self.repo.path(), args, &environment);
        for text in [&ran.out, &ran.err] {
            assert!(!text.contains("ghs_") && !text.contains("ghp_"), "a token is shown: {text}");
        }
        let shown = |text: String| text.replace(&self.sha, "HEAD").replace(&url, "HOST");
        Ran { code: ran.code, out: shown(ran.out), err: shown(ran.err) }
    }

    fn report(&self, more: &[(&str, &str)]) -> (i32, Value, String) {
        let ran = self.step(&["check", "--format", "json", "--fail-on", "never", "--today", TODAY], more);
        (ran.code, serde_json::from_str(&ran.out).expect("the report is JSON"), ran.err)
    }
}

fn check(args: &[&'static str]) -> Vec<&'static str> {
    [&["check", "--quiet", "--fail-on", "never", "--today", TODAY], args].concat()
}

#[test]
fn inside_actions_the_host_is_asked_and_settles_its_rules() {
    let run = Run::new(World::default());
    let (code, report, err) = run.report(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    let public = outcome(&report, "host-public");
    assert_eq!(
        (&public["outcome"], &public["evidence"][0]["url"]),
        (&json!("pass"), &json!("https://github.com/department/service"))
    );
    assert_eq!(outcome(&report, "host-approving-review")["outcome"], "fail");
    let hidden = outcome(&report, "host-secret-scanning");
    assert_eq!(hidden["outcome"], "unknown");
    assert!(hidden["reason"].as_str().is_some_and(|reason| reason.contains("administrator")), "{hidden}");
    assert_eq!(outcome(&report, "security-private-route")["outcome"], "pass", "private reports are on");
}

#[test]
fn assess_and_next_ask_the_host_as_check_does() {
    let run = Run::new(World::default());
    let assess = ["assess", "--framework", "govuk-point-12", "--format", "json", "--today", TODAY];
    let public = |ran: &Ran| {
        let answers: Value = serde_json::from_str(&ran.out).expect("the answer is JSON");
        let because = answers[0]["criteria"][0]["because"].as_array().expect("reasons").clone();
        because.iter().any(|reason| reason["rule"] == "host-public" && reason["places"][0]["url"].is_string())
    };
    let ran = run.step(&assess, &[]);
    assert!(ran.code == 0 && public(&ran), "{}", ran.err);
    let next = ["next", "--framework", "moj-repository-standards", "--most", "50", "--today", TODAY];
    let ran = run.step(&next, &[]);
    assert!(ran.code == 0 && ran.out.contains("host-approving-review"), "{}{}", ran.out, ran.err);
    // Outside Actions, the repository is named.
    let outside = [("GITHUB_ACTIONS", ""), ("GITHUB_REPOSITORY", "")];
    assert!(!public(&run.step(&assess, &outside)));
    let named = [&assess[..], &["--github", "department/service"]].concat();
    assert!(public(&run.step(&named, &outside)));
    // An answer without what GitHub would have told is an answer, and ends as a check does.
    let ran = run.step(&named, &[("GITHUB_TOKEN", "ghs_not_valid")]);
    assert_eq!((ran.code, public(&ran)), (4, false), "{}", ran.err);
    let several = [&named[..], &["--service", "permits"]].concat();
    let ran = run.step(&several, &[]);
    assert!(ran.code == 2 && ran.err.contains("GitHub is asked about one repository"), "{}", ran.err);
}

#[test]
fn without_a_token_or_for_another_clone_actions_asks_nobody() {
    let run = Run::new(World::default());
    let (code, report, _) = run.report(&[("GITHUB_TOKEN", "")]);
    assert_eq!((code, &outcome(&report, "host-public")["outcome"]), (0, &json!("unknown")));
    let (_, report, _) = run.report(&[("GITHUB_REPOSITORY", "department/other")]);
    assert_eq!(outcome(&report, "host-public")["outcome"], "unknown");
    assert_eq!(run.fake.world().log.len(), 0);
}

#[test]
fn files_of_the_owner_count_and_are_shown_where_they_stand() {
    let conduct = "# Code of conduct\n\nBe kind. Write to conduct@department.example when somebody is not.\n";
    let files = [
        (".github/CODE_OF_CONDUCT.md".to_owned(), conduct.to_owned()),
        ("SECURITY.md".to_owned(), "theirs".to_owned()),
    ];
    let run = Run::new(World { community: Some(files.into()), ..World::default() });
    let (_, report, _) = run.report(&[]);
    let found = outcome(&report, "code-of-conduct");
    let place = "https://github.com/department/.github/blob/HEAD/.github/CODE_OF_CONDUCT.md";
    assert_eq!((&found["outcome"], &found["evidence"][0]["url"]), (&json!("pass"), &json!(place)));
    assert_eq!(found["evidence"][0]["path"], Value::Null);
    assert_eq!(outcome(&report, "security-policy")["evidence"][0]["path"], "SECURITY.md", "its own file wins");
}

#[test]
fn a_run_that_changes_nothing_takes_few_requests() {
    let run = Run::new(World::default());
    let first = run.step(&check(&["--publish", "--check-run"]), &[]);
    assert_eq!(first.code, 0, "{}", first.err);
    run.fake.world().log.clear();
    let again = run.step(&check(&["--publish", "--check-run"]), &[]);
    assert_eq!(again.err, "The comment is as it was.\nThe check run is as it was.\n");
    let world = run.fake.world();
    assert!(world.log.len() <= 6, "{:?}", world.log.iter().map(|logged| &logged.path).collect::<Vec<_>>());
    assert_eq!(world.count("PATCH", "") + world.count("POST", "/repos/"), 0);
}

#[test]
fn a_dry_run_says_what_it_would_write() {
    let run = Run::new(World::default());
    let ran = run.step(
        &["check", "--dry-run", "--check-run", "--output", "report.txt", "--fail-on", "never", "--today", TODAY],
        &[],
    );
    // The comment's length is that of the report.
    let shown: Vec<&str> =
        ran.err.split(' ').map(|word| if word.parse::<usize>().is_ok_and(|n| n > 100) { "N" } else { word }).collect();
    insta::assert_snapshot!(shown.join(" "), @r"
    would create a comment of N characters on pull request 7
    would create a check run on commit HEAD with 1 annotation
    ");
    assert_eq!((ran.code, run.fake.world().count("POST", "/repos/")), (0, 0));
}

#[test]
fn a_token_of_a_fork_may_not_write_and_the_report_stands() {
    let run = Run::new(World::default());
    let fork = [("GITHUB_TOKEN", "ghs_fork")];
    let ran = run.step(&check(&["--publish", "--check-run", "--output", "outputs=outputs"]), &fork);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!("a_fork_may_not_write", ran.err);
    assert!(!ran.out.is_empty(), "the report is printed");
    let outputs = fs::read_to_string(run.repo.path().join("outputs")).expect("outputs");
    assert!(outputs.ends_with("\ncomment=not-allowed\n"), "{outputs}");
}

#[test]
fn only_what_is_asked_for_is_published() {
    let written = |args: &[&'static str]| {
        let run = Run::new(World::default());
        let ran = run.step(&check(args), &[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let world = run.fake.world();
        (world.comments.len(), world.runs.len(), world.count("GET", "/check-runs"))
    };
    assert_eq!(written(&["--publish"]), (1, 0, 0), "a check run takes a permission of its own");
    assert_eq!(written(&["--publish", "--check-run"]), (1, 1, 1));
    assert_eq!(written(&["--publish", "--comment", "never", "--check-run"]), (0, 1, 1));
    assert_eq!(written(&["--publish", "--comment", "never"]), (0, 0, 0));
    assert_eq!(written(&["--publish", "--base", "HEAD"]), (0, 0, 0), "nothing changed");
    assert_eq!(written(&["--publish", "--base", "HEAD", "--comment", "always"]), (1, 0, 0));
}

#[test]
fn nothing_is_published_that_is_not_about_the_run() {
    let run = Run::new(World::default());
    let said = |ran: Ran| {
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "it is said before anything is checked");
        ran.err
    };
    // The pull request of a fork may be checked out from the fork: its report stands, and is left for the companion.
    let other = run.step(&check(&["--publish"]), &[("GITHUB_REPOSITORY", "department/other")]);
    assert!(other.err.contains("a clone of another repository") && !other.out.is_empty(), "{other:?}");
    assert_ne!(other.code, 2);
    let event = json!({ "workflow_run": { "id": 9, "event": "pull_request", "head_sha": run.sha, "head_branch": "fix",
        "head_repository": { "owner": { "login": "person" } } } });
    let default_branch = run.on("workflow_run", &event, &check(&["--publish"]), &[]);
    assert!(said(default_branch).contains("openly publish"));
    let world = run.fake.world();
    assert_eq!((world.comments.len(), world.count("GET", "/pulls")), (0, 0));
}

#[test]
fn a_host_that_fails_is_told_by_the_exit_code_and_the_findings_are_printed() {
    let failing = ["check", "--quiet", "--fail-on", "recommended", "--today", TODAY, "--publish"];
    let run = Run::new(World::default());
    assert_eq!(run.step(&failing, &[]).code, 1);
    run.fake.world().fail("POST", "", 99, false, What::Status(401, vec![], "Bad credentials"));
    let ran = run.step(&failing, &[]);
    assert!(ran.code == 4 && ran.err.contains("did not accept the token") && !ran.out.is_empty(), "{ran:?}");
}

#[test]
fn the_report_stands_when_the_host_does_not() {
    let cases = [
        ("server error", "POST", "/graphql", What::Status(500, vec![], "Server Error")),
        ("cut", "POST", "/graphql", What::Cut),
        ("malformed", "POST", "/graphql", What::Malformed),
        ("a part", "GET", "/rules/", What::Status(503, vec![], "<html>Unicorn</html>")),
        ("a long limit", "POST", "/graphql", What::Status(403, vec![("retry-after", "3600".to_owned())], "limit")),
        ("revoked", "POST", "/graphql", What::Status(401, vec![], "Bad credentials")),
    ];
    let said = std::thread::scope(|scope| {
        let threads: Vec<_> = cases
            .into_iter()
            .map(|(name, method, path, what)| {
                scope.spawn(move || {
                    let run = Run::new(World::default());
                    run.fake.world().fail(method, path, 99, false, what);
                    let (code, report, err) = run.report(&[]);
                    assert_eq!(code, 4, "{name}");
                    assert_eq!(outcome(&report, "readme-file")["outcome"], "pass", "{name}");
                    assert_eq!(outcome(&report, "host-approving-review")["outcome"], "unknown", "{name}");
                    format!("{name}\n{err}")
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
    });
    insta::assert_snapshot!(said.join("\n").replace("127.0.0.1", "HOST"));
}

#[test]
fn whatever_happens_to_a_write_there_is_one_comment() {
    let faults =
        [(true, What::Cut), (false, What::Cut), (true, What::CutMiddle), (true, What::Status(502, vec![], "<html>"))];
    std::thread::scope(|scope| {
        for (after, what) in faults {
            scope.spawn(move || {
                let run = Run::new(World::default());
                run.fake.world().fail("POST", "/comments", 1, after, what.clone());
                let ran = run.step(&check(&["--publish"]), &[]);
                assert_eq!((ran.code, run.fake.world().comments.len()), (0, 1), "{what:?} {}", ran.err);
            });
        }
    });
}

#[test]
fn a_token_that_is_revoked_midway_ends_with_four_and_the_report_is_there() {
    let run = Run::new(World::default());
    run.fake.world().fail("POST", "/comments", 9, false, What::Status(401, vec![], "Bad credentials"));
    let ran = run.step(&check(&["--publish", "--output", "report.txt"]), &[]);
    assert_eq!(ran.code, 4);
    insta::assert_snapshot!(ran.err.replace("127.0.0.1", "HOST"));
    assert!(run.repo.path().join("report.txt").exists());
}

#[test]
fn a_host_that_hangs_is_given_up() {
    let run = Run::new(World::default());
    run.fake.world().fail("GET", "/private-vulnerability-reporting", 1, false, What::Hang(Duration::from_secs(1)));
    let (code, report, _) = run.report(&[]);
    assert_eq!(
        (code, &outcome(&report, "host-private-reporting")["outcome"]),
        (0, &json!("pass")),
        "it is asked again"
    );
}

#[test]
fn a_repository_can_be_named_at_a_prompt() {
    let run = Run::new(World::default());
    let url = run.fake.url();
    let environment = [("GITHUB_API_URL", url.as_str()), ("GH_TOKEN", "ghp_admin")];
    let args = ["check", "--github", "department/service", "--format", "json", "--fail-on", "never", "--today", TODAY];
    let ran = openly_with(run.repo.path(), &args, &environment);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("the report is JSON");
    assert_eq!(outcome(&report, "host-secret-scanning")["outcome"], "pass");
    assert_eq!(outcome(&report, "host-owner-team")["outcome"], "pass");
}

#[test]
fn mistakes_are_said() {
    let run = Run::new(World::default());
    let url = run.fake.url();
    let empty = Repo::of(&[("README.md", "# x\n")]);
    let ask = |repo: &Repo, args: &[&str], environment: &[(&str, &str)]| {
        let ran = openly_with(repo.path(), args, environment);
        format!("$ openly {}\n{}\nexit code {}\n", args.join(" "), ran.err.trim_end(), ran.code)
    };
    let token = [("GITHUB_API_URL", url.as_str()), ("GITHUB_TOKEN", "ghp_reader")];
    let said = [
        ask(&run.repo, &["check", "--github", "service"], &token),
        ask(&empty, &["check", "--github", "department/service"], &token),
        ask(&run.repo, &["check", "--github", "department/other", "."], &token),
        ask(
            &run.repo,
            &["check", "--quiet", "--fail-on", "never", "--github", "department/nowhere", ".git/.."],
            &token,
        ),
        ask(&run.repo, &["check", "--quiet", "--fail-on", "never", "--publish"], &[]),
        ask(&run.repo, &["check", "--github", "department/service"], &[("GITHUB_API_URL", "github.com")]),
        ask(&run.repo, &["check", "--github", "department/service"], &[("OPENLY_APP_ID", "1")]),
        ask(
            &run.repo,
            &["check", "--github", "department/service"],
            &[("OPENLY_APP_ID", "1"), ("OPENLY_APP_KEY", "x")],
        ),
        ask(&run.repo, &["check", "--check-run"], &[]),
        ask(&run.repo, &["publish", "README.md"], &[]),
        ask(&run.repo, &["publish"], &token),
        ask(&run.repo, &["publish", "nowhere.json"], &token),
    ];
    insta::assert_snapshot!(said.join("\n").replace(&url, "HOST").replace("127.0.0.1", "HOST"));
}
