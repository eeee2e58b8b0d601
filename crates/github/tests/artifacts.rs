//! What a run left, read from the fake host and its store: bounded, whatever stands there, and without showing the store a token.
#![cfg(feature = "fake")]

use std::time::{Duration, Instant};

use openly_github::fake::{FakeHost, What, World, archive};
use openly_github::{Artifact, Credentials, Event, Failure, Host, Left, NotTaken, Patience, Session, Wanted};

const HEAD: &str = "1111111111111111111111111111111111111111";
const RUN: u64 = 9;
const MOST: usize = 1 << 20;

fn session(fake: &FakeHost) -> Session {
    let get = |name: &str| (name == "GITHUB_TOKEN").then(|| "ghs_workflow".to_owned());
    let patience = Patience { answer: Duration::from_millis(300), all: Duration::from_secs(2) };
    let credentials = Credentials::from_environment(&get, true).expect("a token");
    let host = Host::new(&fake.url()).expect("an address");
    Session::open(host, credentials, "department/service".parse().expect("a name"), patience).expect("a session")
}

fn left(fake: &FakeHost) -> Result<Left, Failure> {
    let wanted = Wanted { prefix: "openly-report-", most: 10, file: "report.json", most_bytes: MOST };
    session(fake).left(RUN, &wanted)
}

fn report(text: &str) -> Vec<u8> {
    archive(&[("report.json", text.as_bytes())])
}

/// The names, each with the file or why it is not taken.
fn shown(left: &Left) -> Vec<String> {
    let shown = |Artifact { name, file }: &Artifact| {
        let file = match file {
            Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Err(NotTaken::Content(why)) => why.clone(),
            Err(NotTaken::Host(failure)) => failure.to_string().replace("127.0.0.1", "HOST"),
        };
        format!("{name}: {file}")
    };
    left.artifacts.iter().map(shown).collect()
}

#[test]
fn the_newest_report_of_each_name_is_read_and_the_store_gets_no_token() {
    let fake = FakeHost::start(World::default());
    {
        let mut world = fake.world();
        for number in 0..120 {
            world.artifact(RUN, &format!("binary-{number}"), report("other"));
        }
        world.artifact(RUN, "openly-report-.", report("first attempt"));
        world.artifact(RUN, "openly-report-.", report("second attempt"));
        world.artifact(RUN, "openly-report-services-a", report("a"));
        world.artifact(8, "openly-report-of-another-run", report("other"));
        let id = world.artifact(RUN, "openly-report-gone", report("gone"));
        world.artifacts.iter_mut().filter(|artifact| artifact.id == id).for_each(|artifact| artifact.expired = true);
    }
    let left = left(&fake).expect("what it left");
    assert_eq!(shown(&left), ["openly-report-.: second attempt", "openly-report-services-a: a"]);
    let world = fake.world();
    let (at_store, at_host): (Vec<_>, Vec<_>) = world.log.iter().partition(|logged| logged.path.starts_with("/store/"));
    assert_eq!((at_store.len(), at_host.len()), (2, 4), "two pages, and two downloads");
    assert!(at_store.iter().all(|logged| !logged.authorised) && at_host.iter().all(|logged| logged.authorised));
}

#[test]
fn only_so_many_are_read() {
    let fake = FakeHost::start(World::default());
    for number in 0..13 {
        fake.world().artifact(RUN, &format!("openly-report-{number}"), report("x"));
    }
    let left = left(&fake).expect("what it left");
    assert_eq!((left.artifacts.len(), left.more, fake.world().count("GET", "/store/")), (10, 3, 10));
}

#[test]
fn what_is_too_large_is_not_read_to_its_end() {
    let fake = FakeHost::start(World::default());
    {
        let mut world = fake.world();
        world.artifact(RUN, "openly-report-honest", Vec::new());
        world.artifacts[0].size = 500 << 20;
        // The host's word for the size is not that of the archive.
        world.artifact(RUN, "openly-report-other", vec![0; 40 << 20]);
        world.artifacts[1].size = 100;
        world.artifact(RUN, "openly-report-unpacked", report(&" ".repeat(MOST + 1)));
    }
    let left = left(&fake).expect("what it left");
    assert_eq!(
        shown(&left),
        [
            "openly-report-honest: it has 524288000 bytes, and at most 1048576 are read",
            "openly-report-other: localhost failed to read a file that the run left: the answer has more than the 1048576 bytes \
             that are read",
            "openly-report-unpacked: it holds a file of more than the 1048576 bytes that are read",
        ]
    );
    assert_eq!(fake.world().count("GET", "/store/"), 2, "what is too large is not asked for again");
}

/// What is said when a download does not go as it should, and how often the store is asked.
fn after(path: &'static str, what: What) -> (String, usize) {
    let fake = FakeHost::start(World::default());
    fake.world().artifact(RUN, "openly-report-.", report("{}"));
    fake.world().fail("GET", path, 99, false, what);
    let begin = Instant::now();
    let said = shown(&left(&fake).expect("what it left")).concat();
    assert!(begin.elapsed() < Duration::from_secs(10), "{said}");
    assert!(!said.contains("ghs_") && !said.contains("sig="), "{said}");
    let store = fake.world().count("GET", "/store/");
    (said.replace("openly-report-.: ", ""), store)
}

#[test]
fn a_download_that_leads_astray_is_not_followed() {
    let to = |address: &str| What::Status(302, vec![("location", address.to_owned())], "");
    let host = "HOST failed to read a file that the run left:";
    for address in
        ["http://store.example/a?sig=x", "http://10.0.0.1/", "ftp://store.example/", "https://me:secret@store.example/"]
    {
        let said = format!("{host} it leads to an address without TLS, which is not followed");
        assert_eq!(after("/zip", to(address)), (said, 0), "{address}");
    }
    // A store leads no further, not even back to the host.
    for address in ["https://store.example/a", "/repos/department/service"] {
        let (said, asked) = after("/store/", to(address));
        assert_eq!((said.as_str(), asked), ("localhost failed to read a file that the run left: it answered 302", 1));
    }
    let round = after("/zip", to("/repos/department/service/actions/artifacts/1/zip"));
    assert_eq!(round, (format!("{host} it leads from one address to the next"), 0));
    // Nobody listens there.
    let (said, _) = after("/zip", to("https://127.0.0.1:9/a?sig=x"));
    assert!(said.starts_with("HOST cannot be reached: "), "{said}");
}

#[test]
fn a_store_that_fails_is_asked_again_and_then_given_up() {
    let hangs = What::Hang(Duration::from_secs(30));
    for (what, said) in [
        (hangs, "localhost cannot be reached: no answer within 0 seconds"),
        (What::Status(503, vec![], "Server Busy"), "localhost cannot be reached: it answered 503"),
        (What::Cut, "localhost cannot be reached: "),
        (What::CutMiddle, "localhost cannot be reached: "),
    ] {
        let (found, asked) = after("/store/", what);
        assert!(found.starts_with(said) && asked > 1, "{found}, {asked} times");
    }
    let (said, asked) = after("/store/", What::Status(403, vec![], "Signature not valid"));
    assert_eq!((said.as_str(), asked), ("localhost failed to read a file that the run left: it answered 403", 1));
    let fake = FakeHost::start(World::default());
    fake.world().artifact(RUN, "openly-report-.", report("{}"));
    fake.world().fail("GET", "/store/", 1, false, What::CutMiddle);
    assert_eq!(shown(&left(&fake).expect("what it left")), ["openly-report-.: {}"]);
}

#[test]
fn a_token_that_may_not_read_what_runs_leave_is_told_what_it_takes() {
    let forbidden = || What::Status(403, vec![], "Resource not accessible by integration");
    let fake = FakeHost::start(World::default());
    fake.world().fail("GET", "/artifacts", 1, false, forbidden());
    let failure = left(&fake).expect_err("it may not");
    assert_eq!(failure.to_string(), "the token may not read what the run left");
    assert_eq!(failure.help(), "it takes the permission `actions: read`");
    assert_eq!(after("/zip", forbidden()).0, "the token may not read a file that the run left");
    assert_eq!(
        after("/zip", What::Status(410, vec![], "Gone")).0,
        "a file that the run left is not there, or the token may not see it"
    );
}

#[test]
fn the_pull_request_is_the_one_whose_newest_commit_is_that_of_the_run() {
    let fake = FakeHost::start(World::default());
    let target = |sha: &str, head: Option<&str>| {
        let (cause, head) = ("pull_request".to_owned(), head.map(str::to_owned));
        let event = Event::WorkflowRun { id: RUN, cause, head_sha: sha.to_owned(), head };
        session(&fake).target(&event).expect("a target").pull_request
    };
    assert_eq!(target(HEAD, Some("person:fix")), Some(7));
    assert_eq!(target(&"2".repeat(40), Some("person:fix")), None, "a newer commit is there");
    assert_eq!(target(HEAD, Some("person:other")), None);
    assert_eq!(target(HEAD, None), None, "the fork is gone");
    let mut second = fake.world().pulls[0].clone();
    second.number = 8;
    fake.world().pulls.push(second);
    assert_eq!(target(HEAD, Some("person:fix")), None, "which of the two the run was for cannot be told");
}
