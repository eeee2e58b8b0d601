//! Host facts against the fake host: what is told, what is hidden, and what happens when the host fails.
#![cfg(feature = "fake")]

use std::collections::BTreeMap;
use std::time::Duration;

use openly_github::fake::{FakeHost, What, World};
use openly_github::{Credentials, Failure, Host, HostAnswer, Patience, Session};
use serde_json::json;

fn session(fake: &FakeHost, environment: &[(&str, &str)]) -> Result<Session, Failure> {
    let get = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    let patience = Patience { answer: Duration::from_millis(700), all: Duration::from_secs(8) };
    let credentials = Credentials::from_environment(&get, true).expect("credentials");
    Session::open(Host::new(&fake.url())?, credentials, "department/service".parse()?, patience)
}

fn read(fake: &FakeHost, environment: &[(&str, &str)]) -> Result<HostAnswer, Failure> {
    session(fake, environment)?.facts("2026-06-30T12:00:00Z".parse().expect("a time"))
}

type Environment = &'static [(&'static str, &'static str)];

const WORKFLOW: &[(&str, &str)] = &[("GITHUB_TOKEN", "ghs_workflow"), ("GITHUB_ACTIONS", "true")];
const ADMIN: &[(&str, &str)] = &[("GITHUB_TOKEN", "ghp_admin")];
const READER: &[(&str, &str)] = &[("GITHUB_TOKEN", "ghp_reader")];

fn shown(answer: &HostAnswer) -> String {
    let mut text = String::new();
    for (fact, value) in &answer.facts.known {
        text += &format!("{} = {value}\n", fact.name());
    }
    for fact in openly_rules::host::HostFact::ALL.iter().filter(|fact| !answer.facts.known.contains_key(fact)) {
        text += &format!("{} ? {}\n", fact.name(), answer.facts.why_unknown(*fact));
    }
    for failure in &answer.failures {
        text += &format!("failure: {failure}\n");
    }
    text
}

fn classic() -> serde_json::Value {
    json!({
        "requiresApprovingReviews": true, "requiredApprovingReviewCount": 2, "dismissesStaleReviews": true,
        "requiresCodeOwnerReviews": false, "requireLastPushApproval": false, "requiresConversationResolution": true,
        "requiresStatusChecks": true, "requiredStatusCheckContexts": ["test", "lint"], "requiresCommitSignatures": false,
        "isAdminEnforced": true, "bypassPullRequestAllowances": { "totalCount": 0 },
    })
}

fn pull_request_rule() -> serde_json::Value {
    json!({ "type": "pull_request", "ruleset_source_type": "Organization", "ruleset_source": "department", "ruleset_id": 9,
        "parameters": { "required_approving_review_count": 1, "dismiss_stale_reviews_on_push": true,
            "require_code_owner_review": true, "require_last_push_approval": true, "required_review_thread_resolution": true } })
}

#[test]
fn a_workflow_sees_what_anybody_sees_in_four_requests() {
    let fake = FakeHost::start(World::default());
    let answer = read(&fake, WORKFLOW).expect("an answer");
    insta::assert_snapshot!(shown(&answer));
    let world = fake.world();
    let sent: Vec<&str> = world.log.iter().map(|logged| logged.path.as_str()).collect();
    assert_eq!(
        sent,
        [
            "/graphql",
            "/repos/department/service/rules/branches/main?per_page=100",
            "/repos/department/service/branches/main",
            "/repos/department/service/private-vulnerability-reporting",
        ]
    );
    assert!(world.log.iter().all(|logged| logged.authorised));
}

#[test]
fn an_administrator_sees_all() {
    let fake = FakeHost::start(World { classic: classic(), ..World::default() });
    let answer = read(&fake, ADMIN).expect("an answer");
    insta::assert_snapshot!(shown(&answer));
    assert!(fake.world().log.len() <= 6);
}

#[test]
fn what_is_hidden_is_not_taken_for_absent() {
    // Classic protection is there, and a reader cannot see it.
    let fake = FakeHost::start(World { classic: classic(), ..World::default() });
    let answer = read(&fake, READER).expect("an answer");
    insta::assert_snapshot!(shown(&answer));
}

#[test]
fn rulesets_are_seen_by_anybody() {
    let fake = FakeHost::start(World { rules: vec![pull_request_rule()], classic: classic(), ..World::default() });
    let answer = read(&fake, WORKFLOW).expect("an answer");
    insta::assert_snapshot!(shown(&answer));
}

#[test]
fn who_may_bypass_a_ruleset_decides_whether_administrators_are_bound() {
    use openly_rules::host::HostFact::AdminsIncluded;
    for (bypass, bound) in [(0, "true"), (1, "false")] {
        let mut world = World { rules: vec![pull_request_rule()], ..World::default() };
        world.repository["rulesets"] =
            json!({ "nodes": [{ "databaseId": 9, "bypassActors": { "totalCount": bypass } }] });
        let fake = FakeHost::start(world);
        let facts = read(&fake, ADMIN).expect("an answer").facts;
        assert_eq!(facts.known.get(&AdminsIncluded).map(String::as_str), Some(bound));
        assert_eq!(read(&fake, READER).expect("an answer").facts.known.get(&AdminsIncluded), None);
    }
}

#[test]
fn files_of_the_owner_are_inherited() {
    let files = [
        (".github/CONTRIBUTING.md", "from .github"),
        ("CONTRIBUTING.md", "from the root"),
        ("security.rst", "under another name"),
        (".github/ISSUE_TEMPLATE/bug.yml", "name: Bug"),
        ("README.md", "not handed down"),
        ("pull_request_template.md", "lower case"),
    ];
    let community: BTreeMap<String, String> = files.iter().map(|(p, t)| ((*p).to_owned(), (*t).to_owned())).collect();
    let fake = FakeHost::start(World { community: Some(community), ..World::default() });
    let answer = read(&fake, WORKFLOW).expect("an answer");
    let found: Vec<String> =
        answer.facts.inherited.iter().map(|file| format!("{} {}: {}", file.path, file.url, file.text)).collect();
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn an_app_gets_a_token_and_uses_it_on_every_page() {
    // Without the lines around it, so that nobody takes the key of this test for a secret.
    let kind = "RSA PRIVATE KEY";
    let key = format!("-----BEGIN {kind}-----\n{}-----END {kind}-----\n", include_str!("app-key.txt"));
    let environment = [("OPENLY_APP_ID", "1"), ("OPENLY_APP_KEY", key.as_str())];
    let mut rules: Vec<_> = (0..250).map(|_| json!({ "type": "deletion" })).collect();
    rules.push(pull_request_rule());
    let fake = FakeHost::start(World { rules, ..World::default() });
    let answer = read(&fake, &environment).expect("an answer");
    assert_eq!(answer.failures, []);
    assert_eq!(answer.facts.known.get(&openly_rules::host::HostFact::ApprovingReviews).map(String::as_str), Some("1"));
    let world = fake.world();
    assert_eq!(world.count("GET", "/rules/branches/main"), 3);
    assert!(world.log.iter().all(|logged| logged.authorised), "{:?}", world.log);
}

#[test]
fn without_a_token_the_public_part_is_read() {
    let fake = FakeHost::start(World::default());
    let answer = read(&fake, &[]).expect("an answer");
    insta::assert_snapshot!(shown(&answer));
}

#[test]
fn what_went_wrong_is_said() {
    let not_json = What::Malformed;
    let cases: Vec<(&str, Environment, Option<What>)> = vec![
        ("a wrong token", &[("GITHUB_TOKEN", "ghp_revoked")], None),
        ("not JSON", WORKFLOW, Some(not_json)),
        ("cut off", WORKFLOW, Some(What::Cut)),
        ("cut in the middle", WORKFLOW, Some(What::CutMiddle)),
        ("no answer", WORKFLOW, Some(What::Hang(Duration::from_secs(2)))),
        ("bad gateway", WORKFLOW, Some(What::Status(502, vec![], "<html>"))),
        ("a long limit", WORKFLOW, Some(What::Status(429, vec![("retry-after", "900".to_owned())], "slow down"))),
        (
            "a secondary limit without a time",
            WORKFLOW,
            Some(What::Status(403, vec![], "You have exceeded a secondary rate limit")),
        ),
        ("a plain refusal", WORKFLOW, Some(What::Status(403, vec![], "Resource not accessible by integration"))),
    ];
    let said = std::thread::scope(|scope| {
        let threads: Vec<_> = cases
            .into_iter()
            .map(|(name, environment, what)| {
                scope.spawn(move || {
                    let fake = FakeHost::start(World::default());
                    if let Some(what) = what {
                        fake.world().fail("POST", "/graphql", 99, false, what);
                    }
                    let failure = read(&fake, environment).expect_err("it fails");
                    let requests = fake.world().log.len();
                    format!("{name}: {failure}\n  help: {}\n  requests: {requests}", failure.help())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
    });
    insta::assert_snapshot!(said.join("\n").replace("127.0.0.1", "HOST"));
}

#[test]
fn a_passing_fault_is_repeated_and_leaves_no_trace() {
    for what in
        [What::Cut, What::Status(502, vec![], "x"), What::Status(403, vec![("retry-after", "1".to_owned())], "limit")]
    {
        let fake = FakeHost::start(World::default());
        fake.world().fail("GET", "/rules/", 1, false, what.clone());
        fake.world().fail("POST", "/graphql", 1, false, what);
        let answer = read(&fake, WORKFLOW).expect("an answer");
        assert_eq!(answer.failures, []);
    }
}

#[test]
fn a_primary_limit_is_waited_for_in_graphql_too() {
    let fake = FakeHost::start(World::default());
    if let Some(token) = fake.world().tokens.get_mut("ghs_workflow") {
        token.remaining = Some(0);
    }
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while fake.world().log.is_empty() {
                std::thread::sleep(Duration::from_millis(5));
            }
            if let Some(token) = fake.world().tokens.get_mut("ghs_workflow") {
                token.remaining = None;
            }
        });
        let answer = read(&fake, WORKFLOW).expect("an answer");
        assert_eq!(answer.failures, []);
    });
}

#[test]
fn a_part_that_fails_leaves_the_rest() {
    let fake = FakeHost::start(World::default());
    fake.world().fail("GET", "/rules/", 99, false, What::Status(500, vec![], "Server Error"));
    let answer = read(&fake, WORKFLOW).expect("an answer");
    insta::assert_snapshot!(shown(&answer).replace("127.0.0.1", "HOST"));
}

#[test]
fn no_secret_is_shown() {
    let fake = FakeHost::start(World::default());
    fake.world().fail("POST", "/graphql", 99, false, What::Status(400, vec![], "you sent Bearer ghs_workflow"));
    let session = session(&fake, WORKFLOW).expect("a session");
    let failure = session.facts("2026-06-30T12:00:00Z".parse().expect("a time")).expect_err("it fails");
    let shown = format!("{session:?} {failure:?} {failure} {}", failure.help());
    assert!(!shown.contains("ghs_workflow"), "{shown}");
    assert!(shown.contains("***"), "{shown}");
}
