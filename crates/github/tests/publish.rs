//! Publishing against the fake host: one comment whatever happens, and never a lost report.
#![cfg(feature = "fake")]

use std::time::Duration;

use openly_github::fake::{FakeHost, What, World};
use openly_github::{
    Annotation, CheckRun, Conclusion, Credentials, Failure, Host, Level, Part, Patience, Publication, Session,
};

const HEAD: &str = "1111111111111111111111111111111111111111";

fn session(fake: &FakeHost, token: &str) -> Session {
    let get = |name: &str| (name == "GITHUB_TOKEN").then(|| token.to_owned());
    let patience = Patience { answer: Duration::from_millis(700), all: Duration::from_secs(20) };
    let credentials = Credentials::from_environment(&get, true).expect("a token");
    let host = Host::new(&fake.url()).expect("an address");
    Session::open(host, credentials, "department/service".parse().expect("a name"), patience).expect("a session")
}

fn annotations(count: u32) -> Vec<Annotation> {
    let note = |line| Annotation {
        path: "README.md".to_owned(),
        start_line: line,
        end_line: line,
        level: Level::Warning,
        title: "a title".to_owned(),
        message: format!("message {line}"),
    };
    (1..=count).map(note).collect()
}

fn publication(text: &str, notes: u32) -> Publication {
    Publication {
        repository: "department/service".parse().expect("a name"),
        pull_request: Some(7),
        head_sha: HEAD.to_owned(),
        comment: Some(format!("<!-- openly -->\n{text}")),
        quiet: false,
        check: Some(CheckRun {
            name: "openly".to_owned(),
            conclusion: Conclusion::Neutral,
            title: "Two rules fail".to_owned(),
            summary: "All of it".to_owned(),
            annotations: annotations(notes),
        }),
    }
}

fn bodies(fake: &FakeHost) -> Vec<String> {
    fake.world().comments.iter().map(|comment| comment.body.clone()).collect()
}

#[test]
fn what_is_there_is_brought_up_to_date_in_place() {
    let fake = FakeHost::start(World::default());
    let session = session(&fake, "ghs_workflow");
    let first = session.publish(&publication("one", 120));
    assert!(matches!(first.comment, Part::Created(_)), "{first:?}");
    assert!(matches!(first.check, Part::Created(_)), "{first:?}");
    assert_eq!(fake.world().runs.first().map(|run| run.annotations.len()), Some(120), "in batches of 50");

    fake.world().log.clear();
    let again = session.publish(&publication("one", 120));
    assert_eq!((again.comment, again.check), (Part::Left, Part::Left));
    assert_eq!(fake.world().log.len(), 2, "two reads, and nothing is written");

    let other = session.publish(&publication("two", 3));
    assert!(matches!(other.comment, Part::Updated(_)), "{other:?}");
    assert_eq!(bodies(&fake), ["<!-- openly -->\ntwo"]);
    assert_eq!(fake.world().runs.len(), 2, "annotations cannot be taken back, so that other content is another run");
}

#[test]
fn the_comment_is_found_over_all_pages_and_only_when_it_is_ours() {
    let fake = FakeHost::start(World::default());
    {
        let mut world = fake.world();
        world.comment("person", "<!-- openly -->\nmine, says somebody else");
        for number in 0..250 {
            world.comment("person", &format!("talk {number}"));
        }
        world.comment("github-actions[bot]", "<!-- openly -->\nold");
        world.most_content = 1000;
    }
    let done = session(&fake, "ghs_workflow").publish(&publication("new", 0));
    assert!(matches!(done.comment, Part::Updated(_)), "{done:?}");
    let bodies = bodies(&fake);
    assert_eq!(bodies.len(), 252);
    assert_eq!(bodies.first().map(String::as_str), Some("<!-- openly -->\nmine, says somebody else"));
    assert_eq!(bodies.last().map(String::as_str), Some("<!-- openly -->\nnew"));
}

#[test]
fn quiet_begins_no_comment_and_updates_one_that_is_there() {
    let fake = FakeHost::start(World::default());
    let session = session(&fake, "ghs_workflow");
    let quiet = Publication { quiet: true, ..publication("all is well", 0) };
    assert_eq!(session.publish(&quiet).comment, Part::Skipped);
    fake.world().comment("github-actions[bot]", "<!-- openly -->\nnot well");
    assert!(matches!(session.publish(&quiet).comment, Part::Updated(_)));
    assert_eq!(bodies(&fake), ["<!-- openly -->\nall is well"]);
}

#[test]
fn a_run_for_an_older_commit_does_not_speak_for_a_newer_one() {
    let fake = FakeHost::start(World::default());
    let old = Publication { head_sha: "2".repeat(40), ..publication("old", 0) };
    let done = session(&fake, "ghs_workflow").publish(&old);
    assert_eq!(done.comment, Part::Outdated);
    assert!(matches!(done.check, Part::Created(_)), "the check run belongs to its commit");
    assert_eq!(bodies(&fake), [""; 0]);
}

#[test]
fn two_runs_at_once_leave_one_comment() {
    for _ in 0..5 {
        let fake = FakeHost::start(World::default());
        std::thread::scope(|scope| {
            for text in ["one", "two", "three"] {
                let fake = &fake;
                scope.spawn(move || session(fake, "ghs_workflow").publish(&publication(text, 0)));
            }
        });
        assert_eq!(bodies(&fake).len(), 1);
    }
}

#[test]
fn a_fork_may_not_write_and_that_is_no_failure() {
    let fake = FakeHost::start(World::default());
    let done = session(&fake, "ghs_fork").publish(&publication("one", 1));
    assert!(done.is_not_allowed());
    assert_eq!(done.failure(), None);
    assert!(matches!(done.comment, Part::NotAllowed(Failure::Forbidden { .. })), "{done:?}");
    assert_eq!(fake.world().count("POST", "/comments"), 1, "a refusal is not asked for again");
}

#[test]
fn a_person_gets_the_comment_without_the_check_run() {
    let fake = FakeHost::start(World::default());
    let done = session(&fake, "ghp_writer").publish(&publication("one", 1));
    assert!(matches!(done.comment, Part::Created(_)), "{done:?}");
    assert!(matches!(done.check, Part::NotAllowed(_)), "{done:?}");
}

/// Whatever happens to the request that begins the comment, there is one comment in the end.
#[test]
fn faults_leave_one_comment_and_one_check_run() {
    let retry = |seconds: &str| vec![("retry-after", seconds.to_owned())];
    let faults = [
        ("cut before", false, What::Cut),
        ("cut after", true, What::Cut),
        ("cut in the middle", true, What::CutMiddle),
        ("malformed", true, What::Malformed),
        ("500", false, What::Status(500, vec![], "Server Error")),
        ("500 after", true, What::Status(500, vec![], "Server Error")),
        ("502 after", true, What::Status(502, vec![], "<html>Bad Gateway</html>")),
        ("429", false, What::Status(429, retry("1"), "Too Many Requests")),
        ("403 with retry-after", false, What::Status(403, retry("1"), "You have exceeded a secondary rate limit")),
        ("hang after", true, What::Hang(Duration::from_secs(2))),
        ("hang before", false, What::Hang(Duration::from_secs(2))),
    ];
    std::thread::scope(|scope| {
        for (name, after, what) in faults {
            for path in ["/comments", "/check-runs"] {
                let what = what.clone();
                scope.spawn(move || {
                    let fake = FakeHost::start(World::default());
                    fake.world().fail("POST", path, 1, after, what);
                    let done = session(&fake, "ghs_workflow").publish(&publication("one", 60));
                    assert!(matches!(done.comment, Part::Created(_)), "{name} {path}: {done:?}");
                    assert!(matches!(done.check, Part::Created(_)), "{name} {path}: {done:?}");
                    let world = fake.world();
                    assert_eq!((world.comments.len(), world.runs.len()), (1, 1), "{name} {path}");
                    assert_eq!(world.runs.first().map(|run| run.annotations.len()), Some(60), "{name} {path}");
                });
            }
        }
    });
}

#[test]
fn annotations_are_added_once_whatever_happens_to_their_request() {
    for (after, what) in [(true, What::Cut), (false, What::Cut), (true, What::Malformed)] {
        let fake = FakeHost::start(World::default());
        fake.world().fail("PATCH", "/check-runs", 1, after, what);
        let done = session(&fake, "ghs_workflow").publish(&publication("one", 170));
        assert!(matches!(done.check, Part::Created(_)), "{done:?}");
        assert_eq!(fake.world().runs.first().map(|run| run.annotations.len()), Some(170));
    }
}

#[test]
fn a_comment_that_is_deleted_meanwhile_is_begun_anew() {
    let fake = FakeHost::start(World::default());
    fake.world().comment("github-actions[bot]", "<!-- openly -->\nold");
    // Between the reading and the writing.
    fake.world().fail("PATCH", "/comments", 1, false, What::CommentsGone);
    let done = session(&fake, "ghs_workflow").publish(&publication("new", 0));
    assert!(matches!(done.comment, Part::Created(_)), "{done:?}");
    assert_eq!(bodies(&fake), ["<!-- openly -->\nnew"]);
}

#[test]
fn a_token_that_is_revoked_midway_is_said_and_loses_nothing() {
    let fake = FakeHost::start(World::default());
    fake.world().fail("POST", "/comments", 9, false, What::Status(401, vec![], "Bad credentials"));
    let done = session(&fake, "ghs_workflow").publish(&publication("one", 0));
    assert!(matches!(done.comment, Part::Failed(Failure::Unauthorised { .. })), "{done:?}");
    assert!(matches!(done.check, Part::Failed(Failure::Unauthorised { .. })), "it is not asked again: {done:?}");

    let fake = FakeHost::start(World::default());
    fake.world().fail("POST", "/check-runs", 9, false, What::Status(401, vec![], "Bad credentials"));
    let done = session(&fake, "ghs_workflow").publish(&publication("one", 0));
    assert!(matches!(done.comment, Part::Created(_)), "{done:?}");
    assert!(matches!(done.check, Part::Failed(Failure::Unauthorised { .. })), "{done:?}");
}

#[test]
fn a_limit_that_is_too_long_is_said() {
    let fake = FakeHost::start(World::default());
    fake.world().fail("POST", "/comments", 9, false, What::Status(403, vec![("retry-after", "3600".into())], "limit"));
    let done = session(&fake, "ghs_workflow").publish(&publication("one", 0));
    let Part::Failed(failure) = done.comment else { panic!("{done:?}") };
    assert_eq!(failure.to_string(), "127.0.0.1 asks to wait 60 minutes before the next request");
    assert_eq!(fake.world().count("POST", "/comments"), 1);
}

#[test]
fn a_host_that_stays_down_gets_few_requests() {
    let fake = FakeHost::start(World::default());
    fake.world().fail("POST", "/comments", 99, false, What::Status(500, vec![], "Server Error"));
    let done = session(&fake, "ghs_workflow").publish(&publication("one", 0));
    assert!(matches!(done.comment, Part::Failed(Failure::Broken { .. })), "{done:?}");
    assert!(fake.world().count("POST", "/comments") <= 4);
}

#[test]
fn a_comment_that_is_too_long_is_cut_and_stays_one() {
    let fake = FakeHost::start(World::default());
    let session = session(&fake, "ghs_workflow");
    let long = publication(&"ä🙂".repeat(60_000), 0);
    assert!(matches!(session.publish(&long).comment, Part::Created(_)));
    assert_eq!(session.publish(&long).comment, Part::Left);
    assert_eq!(bodies(&fake).len(), 1);
}

#[test]
fn a_run_that_died_between_two_comments_is_tidied_up() {
    let fake = FakeHost::start(World::default());
    fake.world().comment("github-actions[bot]", "<!-- openly -->\none");
    fake.world().comment("github-actions[bot]", "<!-- openly -->\none");
    session(&fake, "ghs_workflow").publish(&publication("two", 0));
    assert_eq!(bodies(&fake), ["<!-- openly -->\ntwo"]);
}

#[test]
fn plans_are_shown_as_they_are_carried_out() {
    let fake = FakeHost::start(World::default());
    let session = session(&fake, "ghs_workflow");
    let shown = |publication: &Publication| {
        let writes = session.plan(publication).expect("a plan");
        writes.iter().map(|write| write.to_string().replace(HEAD, "HEAD")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(shown(&publication("one", 120)), @r"
    create a comment of 19 characters on pull request 7
    create a check run on commit HEAD with 50 annotations
    add 50 annotations to the new check run
    add 20 annotations to the new check run
    ");
    assert_eq!(fake.world().count("POST", "/repos"), 0, "a plan writes nothing");
    session.publish(&publication("one", 120));
    insta::assert_snapshot!(shown(&publication("one", 120)), @"");
    fake.world().comment("github-actions[bot]", "<!-- openly -->\none");
    insta::assert_snapshot!(shown(&publication("two", 0)), @r"
    update comment 3000000001 to 19 characters
    delete comment 3000000003, which repeats an older one
    create a check run on commit HEAD with 0 annotations
    ");
}
