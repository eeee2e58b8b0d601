//! What the steps of the Action and `openly publish` write, against a GitHub of our own: how many requests it takes, and that nothing
//! that a run of a stranger left decides what is said or where.
#![cfg(unix)]

use std::fs;

use openly_github::fake::{FakeHost, What, World, archive};
use openly_tests::runner::{BRANCH, Runner, Step, nothing_was_run, pull_request};
use openly_tests::{Repo, binary};
use serde_json::{Value, json};

const WORKFLOW: &str = "ghs_workflow";
const FORK: &str = "ghs_fork";

/// The run that the event of the companion names.
const RUN: u64 = 9;

/// A pull request from a fork, a runner and the host.
struct Scene {
    fake: FakeHost,
    runner: Runner,
    repo: Repo,
    base: String,
    head: String,
}

impl Scene {
    fn new() -> Self {
        let (repo, base, head) = pull_request();
        let fake = FakeHost::start(World { name: "permits".to_owned(), ..World::default() });
        if let Some(pull) = fake.world().pulls.first_mut() {
            pull.head_sha.clone_from(&head);
            pull.head = format!("person:{BRANCH}");
        }
        Self { fake, runner: Runner::new(), repo, base, head }
    }

    /// Runs a step on an event. No token is ever shown.
    fn step(&self, script: &str, (name, event): (&str, &Value), env: &[(&str, &str)]) -> Step {
        let file = self.runner.file("event.json");
        fs::write(&file, event.to_string()).expect("an event");
        let (file, url) = (file.display().to_string(), self.fake.url());
        let mut all = vec![
            ("EVENT_NAME", name),
            ("GITHUB_EVENT_NAME", name),
            ("GITHUB_EVENT_PATH", &file),
            ("GITHUB_SHA", "9999999999999999999999999999999999999999"),
            ("BASE_SHA", &self.base),
            ("HEAD_SHA", &self.head),
            ("INPUT_TOKEN", WORKFLOW),
            ("INPUT_GITHUB_API_URL", &url),
            ("GH_ENTERPRISE_TOKEN", "ghp_of_the_runner"),
            ("RUST_LOG", "trace"),
        ];
        all.extend_from_slice(env);
        let step = self.runner.step(script, self.repo.path(), &all);
        let summary = fs::read_to_string(self.runner.file("summary.md")).unwrap_or_default();
        for text in step.outputs.values().chain([&step.log, &summary]) {
            assert!(
                !text.contains("ghs_") && !text.contains("ghp_") && !text.contains("sig="),
                "a token is shown: {text}"
            );
        }
        nothing_was_run(self.repo.path());
        step
    }

    fn check(&self, env: &[(&str, &str)]) -> Step {
        let event = json!({ "pull_request": { "number": 7, "head": { "sha": self.head } } });
        let step = self.step("check", ("pull_request", &event), env);
        assert_eq!(step.code, 0, "{}", step.log);
        step
    }

    /// The companion, after the run of the pull request left what the world holds.
    fn companion(&self, env: &[(&str, &str)]) -> Step {
        self.companion_of("pull_request", &self.head, env)
    }

    fn companion_of(&self, cause: &str, head: &str, env: &[(&str, &str)]) -> Step {
        let run = json!({ "id": RUN, "event": cause, "head_sha": head, "head_branch": BRANCH,
            "head_repository": { "owner": { "login": "person" } } });
        self.step("publish", ("workflow_run", &json!({ "workflow_run": run })), env)
    }

    /// The report that the run of a fork makes.
    fn report(&self) -> String {
        let step = self.check(&[("INPUT_TOKEN", FORK)]);
        fs::read_to_string(&step.outputs["json-file"]).expect("a report")
    }

    fn left(&self, name: &str, archive: Vec<u8>) {
        self.fake.world().artifact(RUN, name, archive);
    }

    fn bodies(&self) -> Vec<String> {
        self.fake.world().comments.iter().map(|comment| comment.body.clone()).collect()
    }

    fn requests(&self) -> Vec<String> {
        let mut world = self.fake.world();
        let requests = world.log.iter().map(|logged| format!("{} {}", logged.method, logged.path)).collect();
        world.log.clear();
        requests
    }
}

fn commands(step: &Step) -> Vec<&str> {
    step.log
        .lines()
        .filter(|line| line.starts_with("::notice title=openly::") || line.starts_with("::warning title=openly::"))
        .collect()
}

fn output<'a>(step: &'a Step, name: &str) -> &'a str {
    step.outputs.get(name).map_or("", String::as_str)
}

#[test]
fn the_six_lines_comment_and_take_few_requests() {
    let scene = Scene::new();
    let first = scene.check(&[]);
    assert_eq!((output(&first, "comment"), output(&first, "exit-code")), ("created", "1"), "{}", first.log);
    let body = scene.bodies().concat();
    assert!(body.starts_with("<!-- openly-report -->\n### ❌ This change breaks"), "{body}");
    let checked = scene.repo.git("2026-01-09", &["rev-parse", "HEAD"]);
    assert!(body.contains(&format!("https://github.com/department/permits/blob/{checked}/")), "{body}");
    let requests = scene.requests();
    assert_eq!(
        requests.len(),
        7,
        "four for facts, and reading, writing and looking whether there is one: {requests:#?}"
    );

    let again = scene.check(&[]);
    assert_eq!((output(&again, "comment"), scene.bodies().concat()), ("unchanged", body));
    let requests = scene.requests();
    assert_eq!(requests.len(), 5, "a run that changes nothing: {requests:#?}");
    assert!(requests.iter().all(|request| request.starts_with("GET") || request == "POST /graphql"), "{requests:#?}");

    scene.fake.world().comments[0].body.push_str("Old.");
    assert_eq!(output(&scene.check(&[]), "comment"), "updated");
    let requests = scene.requests();
    assert_eq!(requests.len(), 6, "an update: {requests:#?}");
    assert!(!requests.iter().any(|request| request.contains("check-runs")), "that would take another permission");

    scene.check(&[("INPUT_CHECK_RUN", "true")]);
    scene.requests();
    scene.check(&[("INPUT_CHECK_RUN", "true")]);
    assert_eq!((scene.requests().len(), scene.fake.world().runs.len()), (6, 1), "with a check run");
    assert_eq!((scene.bodies().len(), scene.fake.world().log.len()), (1, 0));
}

#[test]
fn the_inputs_say_whether_to_comment() {
    let scene = Scene::new();
    let never = scene.check(&[("INPUT_COMMENT", "never")]);
    assert_eq!((output(&never, "comment"), scene.bodies().len()), ("", 0));
    let wrong = scene.check(&[("INPUT_COMMENT", "often")]);
    assert!(commands(&wrong).concat().contains("not auto, always or never") && scene.bodies().is_empty());
    let push = scene.step("check", ("push", &json!({})), &[]);
    assert_eq!((push.code, output(&push, "comment"), scene.bodies().len()), (0, "", 0), "{}", push.log);
    // A change that moves nothing needs no comment, unless it is asked for.
    let same = [("BASE_SHA", scene.head.as_str()), ("HEAD_SHA", "")];
    scene.repo.git("2026-01-09", &["checkout", "-q", &scene.head]);
    assert_eq!((output(&scene.check(&same), "comment"), scene.bodies().len()), ("none", 0));
    let always = scene.check(&[&same[..], &[("INPUT_COMMENT", "always")]].concat());
    assert_eq!((output(&always, "comment"), scene.bodies().len()), ("created", 1));
    let host = scene.requests();
    assert!(!host.is_empty(), "the host is asked");
}

#[test]
fn a_fork_keeps_its_verdict_and_the_companion_comments() {
    let scene = Scene::new();
    let step = scene.check(&[("INPUT_TOKEN", FORK)]);
    let verdict = |step: &Step| (output(step, "verdict").to_owned(), output(step, "exit-code").to_owned());
    assert_eq!((output(&step, "comment"), verdict(&step)), ("not-allowed", ("regression".to_owned(), "1".to_owned())));
    assert!(
        commands(&step)[0].starts_with("::notice title=openly::The comment cannot be written from here"),
        "{}",
        step.log
    );
    assert!(fs::read_to_string(scene.runner.file("summary.md")).expect("a summary").contains("This change breaks"));
    assert_eq!((output(&step, "artifact"), scene.bodies().len()), ("openly-report-.", 0));
    let report = fs::read(output(&step, "json-file")).expect("a report");

    scene.left("openly-report-.", archive(&[("report.json", &report)]));
    scene.requests();
    let step = scene.companion(&[]);
    assert_eq!(step.code, 0, "{}", step.log);
    let requests = scene.requests();
    assert_eq!(
        requests.len(),
        7,
        "the pull request, the list, two for the download, three for the comment: {requests:#?}"
    );
    let body = scene.bodies().concat();
    assert!(body.starts_with("<!-- openly-report -->\n### ❌ This change breaks"), "{body}");
    for link in [format!("permits/blob/{}/", scene.head), format!("permits/actions/runs/{RUN}")] {
        assert!(body.contains(&link), "{link}: {body}");
    }
    let again = scene.companion(&[]);
    assert_eq!((again.log.as_str(), scene.bodies()), ("The comment is as it was.\n", vec![body]));
    assert_eq!(scene.fake.world().runs.len(), 0);
    scene.companion(&[("INPUT_CHECK_RUN", "true"), ("INPUT_COMMENT", "never")]);
    assert_eq!(scene.fake.world().runs[0].sent["conclusion"], "failure");
}

#[test]
fn no_two_folders_share_an_artifact() {
    let scene = Scene::new();
    let names = ["services/a", "services-a", "services a"].map(|folder| {
        scene.repo.write(&format!("{folder}/README.md"), b"# A service\n");
        output(&scene.check(&[("INPUT_PATH", folder), ("INPUT_COMMENT", "never")]), "artifact").to_owned()
    });
    assert_eq!(names[1], "openly-report-services-a");
    assert!(names.iter().all(|name| name.starts_with("openly-report-services-a")), "{names:?}");
    assert!(names[0] != names[1] && names[0] != names[2] && names[1] != names[2], "{names:?}");
}

#[test]
fn a_host_that_fails_hides_no_verdict() {
    let server_error = || What::Status(500, vec![], "Server Error");
    let refused = || What::Status(401, vec![], "Bad credentials");
    std::thread::scope(|scope| {
        for (method, path, what, comment) in [
            ("POST", "/comments", refused(), "failed"),
            ("POST", "", refused(), "failed"),
            ("GET", "/rules/", server_error(), "created"),
        ] {
            scope.spawn(move || {
                let scene = Scene::new();
                scene.fake.world().fail(method, path, 99, false, what);
                for (fail_on, code) in [("regression", "1"), ("never", "0")] {
                    let step = scene.check(&[("INPUT_FAIL_ON", fail_on)]);
                    assert_eq!(
                        (output(&step, "verdict"), output(&step, "exit-code")),
                        ("regression", code),
                        "{}",
                        step.log
                    );
                    assert!([comment, "unchanged"].contains(&output(&step, "comment")), "{path}: {}", step.log);
                    let warned = commands(&step).concat();
                    assert!(warned.contains("::warning title=openly::GitHub did not answer"), "{}", step.log);
                    assert!(fs::metadata(output(&step, "json-file")).is_ok(), "the report is left");
                }
            });
        }
    });
}

#[test]
fn there_is_nothing_to_publish_when_the_run_is_not_the_newest_of_a_pull_request() {
    let scene = Scene::new();
    let said = |cause: &str, head: &str| {
        let step = scene.companion_of(cause, head, &[]);
        assert_eq!((step.code, scene.bodies().len()), (0, 0), "{}", step.log);
        step.log
    };
    assert_eq!(said("push", &scene.head), "The run was not one of a pull request, so there is nothing to publish.\n");
    assert_eq!(
        said("pull_request", &"2".repeat(40)),
        "There is no one open pull request whose newest commit is that of the run, so there is nothing to publish.\n"
    );
    assert_eq!(said("pull_request", &scene.head), "The run left no report, so there is nothing to publish.\n");
    assert_eq!(scene.companion(&[("INPUT_TOKEN", "")]).code, 2);
    scene.left("openly-report-.", archive(&[("report.json", scene.report().as_bytes())]));
    let step = scene.companion(&[("INPUT_TOKEN", FORK)]);
    assert!(step.code == 4 && step.log.contains("It takes the permission `pull-requests: write`"), "{}", step.log);
}

#[test]
fn each_folder_of_a_monorepo_has_its_own_comment() {
    let scene = Scene::new();
    let mut report: Value = serde_json::from_str(&scene.report()).expect("JSON");
    for folder in ["", "services/a", "services/b"] {
        report["subject"]["folder"] = folder.into();
        let name = format!("openly-report-{}", folder.replace('/', "-"));
        scene.left(&name, archive(&[("report.json", report.to_string().as_bytes())]));
    }
    for _ in 0..2 {
        let step = scene.companion(&[]);
        assert_eq!(step.code, 0, "{}", step.log);
        let bodies = scene.bodies();
        let firsts: Vec<&str> = bodies.iter().filter_map(|body| body.lines().next()).collect();
        assert_eq!(
            firsts,
            ["<!-- openly-report -->", "<!-- openly-report services/a -->", "<!-- openly-report services/b -->"]
        );
    }
}

#[test]
fn what_a_stranger_left_is_not_believed() {
    let scene = Scene::new();
    let good = scene.report();
    let with = |path: &str, value: Value| {
        let mut report: Value = serde_json::from_str(&good).expect("JSON");
        *report.pointer_mut(path).expect("it is there") = value;
        archive(&[("report.json", report.to_string().as_bytes())])
    };
    let file = |text: &[u8]| archive(&[("report.json", text)]);
    let hostile: [(&str, Vec<u8>); 9] = [
        ("bomb", file(&vec![b' '; 9 << 20])),
        ("format", with("/schema", "openly/report/v2".into())),
        ("json", file(b"{\"schema\": @everyone")),
        ("more", archive(&[("report.json", good.as_bytes()), ("../../../../pwned", b"x")])),
        ("none", archive(&[("@everyone.json", good.as_bytes())])),
        ("profile", with("/profile", "@everyone ![x](https://evil.example/x.png)".into())),
        ("raw", good.clone().into_bytes()),
        ("shape", with("/outcomes", "@everyone".into())),
        ("way", archive(&[("../report.json", good.as_bytes())])),
    ];
    for (name, archive) in hostile {
        scene.left(&format!("openly-report-{name}"), archive);
    }
    scene.left("openly-report-\n::error::@everyone", file(b"[]"));
    let step = scene.companion(&[]);
    assert_eq!((step.code, scene.bodies().len()), (0, 0), "{}", step.log);
    insta::assert_snapshot!(step.log);
    assert!(!scene.repo.path().join("report.json").exists() && !scene.runner.file("report.json").exists());

    // One that is good beside them is published, in our own words and only where the event says.
    let mut report: Value = serde_json::from_str(&good).expect("JSON");
    for outcome in report["outcomes"].as_array_mut().expect("outcomes") {
        for key in ["message", "title", "why", "fix"] {
            outcome[key] = "@everyone ![x](https://evil.example/x.png)".into();
        }
    }
    report["pull_request"] = 1.into();
    report["subject"]["commit"] = "2".repeat(40).into();
    scene.left("openly-report-.", file(report.to_string().as_bytes()));
    scene.fake.world().artifacts.retain(|artifact| !artifact.name.contains("error"));
    let step = scene.companion(&[]);
    let body = scene.bodies().concat();
    assert!(step.code == 0 && scene.fake.world().comments[0].pull_request == 7, "{}", step.log);
    assert!(!body.contains("everyone") && !body.contains("evil") && !body.contains(&"2".repeat(10)), "{body}");
}

#[test]
fn a_host_that_fails_the_companion_is_said() {
    let scene = Scene::new();
    scene.left("openly-report-.", archive(&[("report.json", scene.report().as_bytes())]));
    let said = |path: &'static str, what: What| {
        scene.fake.world().faults.clear();
        scene.fake.world().fail("GET", path, 99, false, what);
        let step = scene.companion(&[]);
        assert_eq!((step.code, scene.bodies().len()), (4, 0), "{}", step.log);
        step.log.replace("127.0.0.1", "HOST")
    };
    let to = |address: &str| What::Status(302, vec![("location", address.to_owned())], "");
    let all = [
        said("/zip", to("http://store.example/a?sig=x")),
        said("/zip", What::Status(403, vec![], "Resource not accessible by integration")),
        said("/store/", What::Status(403, vec![], "Signature not valid")),
        said("/artifacts", What::Status(403, vec![], "Resource not accessible by integration")),
        said("/pulls", What::Malformed),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_report_that_was_downloaded_is_published_too() {
    let scene = Scene::new();
    let report = scene.report();
    let file = scene.runner.file("given.json");
    let publish = |args: &[&str]| {
        let wrapper = format!("exec '{}' \"$@\" {}", binary().display(), args.join(" "));
        scene.runner.program("openly", &wrapper);
        let openly = scene.runner.file("bin/openly").display().to_string();
        scene.companion(&[("OPENLY", &openly)])
    };
    fs::write(&file, &report).expect("a report");
    let name = file.display().to_string();
    let dry = publish(&[&name, "--dry-run"]);
    assert!(dry.code == 0 && dry.log.starts_with("would create a comment of "), "{}", dry.log);
    scene.requests();
    let step = publish(&[&name]);
    assert_eq!((step.code, scene.bodies().len()), (0, 1), "{}", step.log);
    assert!(!scene.requests().iter().any(|request| request.contains("/artifacts")), "nobody is asked for artifacts");
    fs::write(&file, report.replace("openly/report/v1", "openly/report/v2")).expect("a report");
    let step = publish(&[&name]);
    assert!(step.code == 2 && step.log.contains("it is not of the format"), "{}", step.log);
    let large = fs::File::create(&file).expect("a file");
    large.set_len(500 << 20).expect("a large file");
    let step = publish(&[&name]);
    assert!(step.code == 2 && step.log.contains("it has more than 8388608 bytes"), "{}", step.log);
}
