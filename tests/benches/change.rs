//! How long a change takes, run as the Action runs it: a check with `--base` beside one without, and the whole step with its comment
//! on a GitHub of our own. The aims: under 200 milliseconds more for the base, and under a second for the step.
//!
//! Without `OPENLY_BENCH_REPOS` it runs on a made-up repository of 3,000 files and 10,000 commits, packed as a host packs it, and then with
//! each file stored as a difference to the one before it, fifty in a row. With it (paths joined by `:`), on those, from the
//! twentieth commit before the last:
//! `OPENLY_BENCH_REPOS=path/to/whitehall cargo bench --package openly-tests --bench change`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use openly_tests::{Repo, binary, median, openly};

const FILES: u32 = 3_000;
const COMMITS: u32 = 10_000;

/// A word like no other, so that git cannot keep one file as the difference to another, as it hardly can with real ones.
fn word(number: u32) -> u32 {
    number.wrapping_mul(2_654_435_761)
}

/// A repository of some size: each commit writes one file, until all are there and long after. As the import writes it, each file is
/// a difference to the one before.
fn made_up(is_repacked: bool) -> Repo {
    let repo = Repo::of(&[]);
    let mut stream = String::new();
    for commit in 0..COMMITS {
        let file = commit % FILES;
        let extension = ["rb", "html.erb", "md", "yml", "js"][file as usize % 5];
        let mut text = format!("written by commit {commit}\n");
        for line in 0..(10 + file % 120) {
            let [a, b, c] = [0, 1, 2].map(|at| word(file * 4096 + line * 8 + at));
            let _ = writeln!(text, "{a:08x} {b:08x} {c:08x}, about as long as lines of code are");
        }
        let (person, at) = (commit % 7, 1_500_000_000 + u64::from(commit) * 21_600);
        let message = format!("Change file {file}");
        let _ = writeln!(
            stream,
            "commit refs/heads/main\ncommitter Person {person} <person{person}@department.example> {at} +0000\ndata {}\n{message}\n\
             M 100644 inline app/part_{}/file_{file}.{extension}\ndata {}\n{text}",
            message.len(),
            file % 60,
            text.len()
        );
    }
    repo.git("2026-01-01", &["init", "-q", "-b", "main"]);
    let mut import = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(repo.path())
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    import.stdin.take().expect("an input").write_all(stream.as_bytes()).expect("git reads");
    assert!(import.wait().expect("git ends").success());
    repo.git("2026-01-01", &["reset", "-q", "--hard", "main"]);
    if is_repacked {
        repo.git("2026-01-01", &["repack", "-adfq"]);
    }
    repo
}

fn git(path: &Path, args: &[&str]) -> String {
    let output = Command::new("git").args(args).current_dir(path).output().expect("git runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn check(path: &Path, more: &[&str]) -> Duration {
    median(|| {
        let ran = openly(path, &[&["check", "--quiet", "--fail-on", "never"], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    })
}

/// The step of the Action on a pull request whose comment is there and as it should be.
#[cfg(unix)]
fn step(path: &Path, base: &str) -> Duration {
    use std::fs;

    use openly_github::fake::{FakeHost, World};
    use openly_tests::runner::Runner;

    let head = git(path, &["rev-parse", "HEAD"]);
    // The repository that the run belongs to is the one that was cloned.
    let remote = git(path, &["remote", "get-url", "origin"]);
    let mut names = remote.trim_end_matches(".git").rsplit(['/', ':']);
    let (name, owner) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
    let (name, owner) = if owner.is_empty() { ("permits", "department") } else { (name, owner) };
    let fake = FakeHost::start(World { owner: owner.to_owned(), name: name.to_owned(), ..World::default() });
    fake.world().pulls[0].head_sha.clone_from(&head);
    let runner = Runner::new();
    let event = runner.file("event.json");
    let text = serde_json::json!({ "pull_request": { "number": 7, "head": { "sha": head } } }).to_string();
    fs::write(&event, text).expect("an event");
    let (event, url, repository) = (event.display().to_string(), fake.url(), format!("{owner}/{name}"));
    let environment = [
        ("EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", &event),
        ("GITHUB_REPOSITORY", &repository),
        ("BASE_SHA", base),
        ("HEAD_SHA", &head),
        ("INPUT_COMMENT", "always"),
        ("INPUT_TOKEN", "ghs_workflow"),
        ("INPUT_GITHUB_API_URL", &url),
    ];
    let run = || {
        let step = runner.step("check", path, &environment);
        let comment = step.outputs.get("comment").map(String::as_str);
        assert!(matches!(comment, Some("created" | "unchanged")), "{}", step.log);
    };
    run();
    median(run)
}

#[expect(clippy::print_stdout, reason = "a benchmark says what it measured")]
fn main() {
    // Not among what is measured.
    binary();
    let own: Vec<Repo>;
    let paths: Vec<(String, PathBuf)> = match std::env::var_os("OPENLY_BENCH_REPOS") {
        Some(paths) => std::env::split_paths(&paths).map(|path| (path.display().to_string(), path)).collect(),
        None => {
            own = [true, false].map(made_up).into();
            let names = ["as a host packs it", "in rows of differences"].map(str::to_owned);
            names.into_iter().zip(own.iter().map(|repo| repo.path().to_owned())).collect()
        }
    };
    for (name, path) in &paths {
        let base = git(path, &["rev-parse", "HEAD~20"]);
        let (plain, change) = (check(path, &[]), check(path, &["--base", &base]));
        println!(
            "{name}: a check takes {plain:.1?}, with a base {change:.1?}, which is {:.1?} more (aim: under 200 ms)",
            change.saturating_sub(plain)
        );
        #[cfg(unix)]
        println!("the step of the Action with its comment takes {:.1?} (aim: under 1 s)", step(path, &base));
    }
}
