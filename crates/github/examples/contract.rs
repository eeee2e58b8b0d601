//! For `tests/contract`: sends every request that the crate can make, and answers every recorded interaction.
//!
//! `contract drive PORT PROXY FILE` starts the fake host on a port, sends everything through a proxy that stands before it, and
//! writes the GraphQL documents to a file. `contract replay FILE` answers with recordings, a line of JSON each.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use openly_github::fake::{FakeHost, What, World, archive};
use openly_github::{
    Annotation, CheckRun, Conclusion, Credentials, Event, Host, Level, Part, Patience, Publication, Session, Wanted,
};
use serde_json::{Value, json};

const HEAD: &str = "1111111111111111111111111111111111111111";

/// The run of the workflow that left a report.
const RUN: u64 = 9;

const WANTED: Wanted<'_> = Wanted { prefix: "openly-report-", most: 10, file: "report.json", most_bytes: 1 << 20 };

fn event() -> Event {
    let (cause, head) = ("pull_request".to_owned(), Some("person:fix".to_owned()));
    Event::WorkflowRun { id: RUN, cause, head_sha: HEAD.to_owned(), head }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["drive", port, proxy, file] => drive(port.parse().expect("a port"), proxy, file),
        ["replay", file] => replay(file),
        _ => Err("usage: contract drive PORT PROXY FILE | contract replay FILE".to_owned()),
    };
    let (text, code) = match done {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(text) => (text, ExitCode::FAILURE),
    };
    let _ = writeln!(std::io::stderr(), "{text}");
    code
}

fn session(url: &str, environment: &[(&str, &str)], patience: Patience) -> Result<Session, String> {
    let get = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    let credentials = Credentials::from_environment(&get, true).map_err(|failure| failure.to_string())?;
    let host = Host::new(url).map_err(|failure| failure.to_string())?;
    let repository = "department/service".parse().expect("a name");
    Session::open(host, credentials, repository, patience).map_err(|failure| format!("open: {failure}"))
}

fn publication(text: &str, notes: u32) -> Publication {
    let note = |line| Annotation {
        path: "docs/a file.md".to_owned(),
        start_line: line,
        end_line: line,
        level: [Level::Failure, Level::Notice, Level::Warning][(line % 3) as usize],
        title: "a title".to_owned(),
        message: "a message".to_owned(),
    };
    Publication {
        repository: "department/service".parse().expect("a name"),
        pull_request: Some(7),
        head_sha: HEAD.to_owned(),
        comment: Some(text.to_owned()),
        quiet: false,
        check: Some(CheckRun {
            name: "openly / monorepo part".to_owned(),
            conclusion: Conclusion::Failure,
            title: "a title".to_owned(),
            summary: "a summary".to_owned(),
            annotations: (1..=notes).map(note).collect(),
        }),
    }
}

fn world(proxy: &str) -> World {
    let rule = json!({ "type": "pull_request", "ruleset_source_type": "Repository", "ruleset_source": "department/service",
        "ruleset_id": 9, "parameters": { "required_approving_review_count": 1, "dismiss_stale_reviews_on_push": true,
        "require_code_owner_review": false, "require_last_push_approval": false, "required_review_thread_resolution": false } });
    let deletion = json!({ "type": "deletion", "ruleset_source_type": "Repository", "ruleset_source": "department/service",
        "ruleset_id": 9 });
    let mut rules = vec![deletion; 120];
    rules.push(rule);
    let community: BTreeMap<String, String> =
        [("SECURITY.md", "x"), ("contributing.rst", "y"), (".github/ISSUE_TEMPLATE/bug.yml", "z")]
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .into();
    World { rules, community: Some(community), public_url: proxy.to_owned(), ..World::default() }
}

fn drive(port: u16, proxy: &str, file: &str) -> Result<String, String> {
    let fake = FakeHost::start_on(port, world(proxy));
    let now = jiff::Timestamp::now();
    let kind = "RSA PRIVATE KEY";
    let key = format!("-----BEGIN {kind}-----\n{}-----END {kind}-----\n", include_str!("../tests/app-key.txt"));
    let everybody: [&[(&str, &str)]; 5] = [
        &[],
        &[("GITHUB_TOKEN", "ghs_workflow"), ("GITHUB_ACTIONS", "true")],
        &[("GITHUB_TOKEN", "ghp_reader")],
        &[("GITHUB_TOKEN", "ghp_admin")],
        &[("OPENLY_APP_ID", "1"), ("OPENLY_APP_KEY", &key)],
    ];
    for environment in everybody {
        let session = session(proxy, environment, Patience::default())?;
        let answer = session.facts(now).map_err(|failure| format!("facts: {failure}"))?;
        if !answer.failures.is_empty() {
            return Err(format!("facts: {:?}", answer.failures));
        }
    }
    let session = session(proxy, &[("GITHUB_TOKEN", "ghs_workflow")], Patience::default())?;
    let target = session.target(&event()).map_err(|failure| format!("target: {failure}"))?;
    if target.pull_request != Some(7) {
        return Err("the pull request was not found".to_owned());
    }
    fake.world().artifact(RUN, "openly-report-.", archive(&[("report.json", b"{}")]));
    let left = session.left(RUN, &WANTED).map_err(|failure| format!("artifacts: {failure}"))?;
    if left.artifacts.iter().any(|artifact| artifact.file.is_err()) || left.artifacts.len() != 1 {
        return Err(format!("artifacts: {left:?}"));
    }
    // Begins, adds annotations in batches, updates, removes one that is there twice, and begins anew after a fault.
    let mut said = Vec::new();
    for (text, notes) in [("one", 120), ("two", 3), ("two", 3)] {
        said.push(session.publish(&publication(text, notes)));
    }
    fake.world().comment("github-actions[bot]", "<!-- openly -->\ntwo");
    said.push(session.publish(&publication("three", 0)));
    fake.world().fail("POST", "/comments", 1, true, What::Cut);
    fake.world().comments.clear();
    said.push(session.publish(&publication("four", 0)));
    let failed = |part: &Part| matches!(part, Part::Failed(_) | Part::NotAllowed(_));
    if let Some(published) = said.iter().find(|published| failed(&published.comment) || failed(&published.check)) {
        return Err(format!("{published:?}"));
    }
    let world = fake.world();
    let sent: BTreeSet<String> =
        world.log.iter().map(|logged| format!("{} {}", logged.method, path(&logged.path))).collect();
    let documents: BTreeSet<&str> = world.log.iter().filter_map(|logged| logged.body.get("query")?.as_str()).collect();
    std::fs::write(file, json!(documents).to_string()).map_err(|error| error.to_string())?;
    let kinds: Vec<String> = sent.into_iter().collect();
    Ok(format!(
        "{} requests of {} kinds, {} GraphQL documents\n  {}",
        world.log.len(),
        kinds.len(),
        documents.len(),
        kinds.join("\n  ")
    ))
}

/// A path without its query and its numbers.
fn path(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let step = |step: &str| {
        if step.len() > 5 && step.chars().all(|c| c.is_ascii_digit()) { "N".to_owned() } else { step.to_owned() }
    };
    path.split('/').map(step).collect::<Vec<_>>().join("/")
}

/// Answers everything with each recording in turn. What comes of it does not matter, as long as something does.
fn replay(file: &str) -> Result<String, String> {
    let lines = std::io::BufReader::new(std::fs::File::open(file).map_err(|error| error.to_string())?).lines();
    let fake = FakeHost::start(World::default());
    let patience = Patience { answer: Duration::from_secs(5), all: Duration::ZERO };
    let session = session(&fake.url(), &[("GITHUB_TOKEN", "ghs_workflow")], patience)?;
    let (mut count, mut told, mut outcomes) = (0, 0, BTreeMap::<String, usize>::new());
    for line in lines {
        let line = line.map_err(|error| error.to_string())?;
        let Ok(recorded) = serde_json::from_str::<Value>(&line) else { continue };
        let text = |key: &str| recorded.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let status = recorded.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let Some(status) = status.filter(|status| (200..600).contains(status)) else { continue };
        // Headers that openly reads. Others belong to the transfer of the recorded bytes.
        let read = ["link", "location", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "content-type"];
        let headers = recorded.get("headers").and_then(Value::as_object).cloned().unwrap_or_default();
        let headers: Vec<(String, String)> = headers
            .iter()
            .filter(|(name, _)| read.contains(&name.as_str()))
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect();
        fake.world().canned = Some((status, headers, text("body")));
        fake.world().log.clear();
        count += 1;
        let anonymous = self::session(&fake.url(), &[], patience)?;
        for answer in [session.facts(jiff::Timestamp::UNIX_EPOCH), anonymous.facts(jiff::Timestamp::UNIX_EPOCH)] {
            match answer {
                Ok(_) => told += 1,
                Err(failure) => {
                    let kind = format!("{failure:?}").split([' ', '{', '(']).next().unwrap_or_default().to_owned();
                    *outcomes.entry(kind).or_default() += 1;
                }
            }
        }
        let _ = session.target(&event());
        let _ = session.left(RUN, &WANTED);
        let _ = session.plan(&publication("text", 1));
        let _ = session.publish(&publication("text", 1));
    }
    if count == 0 {
        return Err("there is no recording in the file".to_owned());
    }
    Ok(format!("{count} recordings: {told} gave facts, and the others {outcomes:?}"))
}
