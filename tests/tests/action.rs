//! The steps of the GitHub Action, run with the environment that a runner gives them and with names that want to be commands.
//! The host is played by scripts in place of `gh` and `curl`.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use openly_tests::{Repo, binary, workspace};

/// A branch that git takes and a shell would run, and a path that Markdown and the runner would read.
const BRANCH: &str = "x$(touch${IFS}pwned)`touch${IFS}pwned`;touch${IFS}pwned;\"'";
const PATH: &str = "::error::[a](javascript:1)`b`.env";

/// A runner: a folder for its files, and programs that stand in for those of the machine.
struct Runner {
    folder: tempfile::TempDir,
}

struct Step {
    code: i32,
    log: String,
    outputs: BTreeMap<String, String>,
}

impl Runner {
    fn new() -> Self {
        let runner = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for folder in ["bin", "temp"] {
            fs::create_dir(runner.file(folder)).expect("a folder");
        }
        runner
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a program in the place of the machine's.
    fn program(&self, name: &str, script: &str) {
        let file = self.file("bin").join(name);
        fs::write(&file, format!("#!/usr/bin/env bash\nset -eu\n{script}\n")).expect("a program");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }

    /// Runs a step in a folder, and gives its log and its outputs.
    fn step(&self, script: &str, folder: &Path, env: &[(&str, &str)]) -> Step {
        let (outputs, summary) = (self.file("outputs"), self.file("summary.md"));
        fs::write(&outputs, "").expect("a file for outputs");
        let mut command = Command::new("bash");
        command
            .arg(workspace().join("action").join(script))
            .args((script == "base").then_some("."))
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:{}", self.file("bin").display(), std::env::var("PATH").unwrap_or_default()))
            .env("HOME", self.folder.path())
            .env("FAKE", self.folder.path())
            .env("OPENLY", binary())
            .env("RUNNER_TEMP", self.file("temp"))
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_SERVER_URL", "https://github.com")
            .env("GITHUB_REPOSITORY", "department/permits")
            .env("GITHUB_RUN_ID", "7");
        let output = command.envs(env.iter().copied()).output().expect("bash runs");
        let log = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let written = fs::read_to_string(outputs).expect("outputs");
        let outputs = written.lines().filter_map(|line| line.split_once('='));
        let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Step { code: output.status.code().expect("it ends by itself"), log, outputs }
    }
}

/// A pull request as `actions/checkout` leaves it: its merge into `main`.
fn pull_request() -> (Repo, String, String) {
    let repo = Repo::of(&[
        ("README.md", "# Permits\n\nApply for a permit.\n"),
        ("CONTRIBUTING.md", "# Contributing\n\nWe welcome changes.\n"),
    ]);
    repo.commit("2026-01-05", "Start");
    repo.git("2026-01-06", &["checkout", "-q", "-b", BRANCH]);
    fs::remove_file(repo.path().join("CONTRIBUTING.md")).expect("removed");
    repo.write(PATH, b"DATABASE_PASSWORD=hf83hfGHd8s73hdkqpwo38dhjskw93\n::set-output name=verdict::clean\n");
    repo.write("SECURITY.md", b"::error::Report to security@department.example.\n::stop-commands::x\n");
    let head = repo.commit("2026-01-06", "::warning::A title $(touch pwned)");
    repo.git("2026-01-07", &["checkout", "-q", "main"]);
    repo.write("other.md", b"Something else.\n");
    let base = repo.commit("2026-01-07", "Meanwhile");
    repo.git("2026-01-07", &["checkout", "-q", "--detach"]);
    repo.git("2026-01-08", &["merge", "-q", "--no-ff", "-m", "Merge", &head]);
    (repo, base, head)
}

fn nothing_was_run(folder: &Path) {
    assert!(!folder.join("pwned").exists(), "a name was run as a command");
}

#[test]
fn a_pull_request_is_checked() {
    let (repo, base, head) = pull_request();
    let runner = Runner::new();
    let step = runner.step(
        "check",
        repo.path(),
        &[
            ("EVENT_NAME", "pull_request"),
            ("BASE_SHA", &base),
            ("HEAD_SHA", &head),
            ("INPUT_FRAMEWORKS", "harvard-2018,\n colorado-2021"),
            ("INPUT_SARIF_FILE", "out put.sarif"),
            ("INPUT_HTML_FILE", "report.html"),
        ],
    );
    assert_eq!(step.code, 0, "{}", step.log);
    nothing_was_run(repo.path());
    let output = |name: &str| step.outputs.get(name).map_or("", String::as_str);
    assert_eq!(
        (output("verdict"), output("exit-code"), output("changed")),
        ("regression", "1", "true"),
        "{}",
        step.log
    );
    assert_eq!(output("sarif-file"), "out put.sarif");
    assert!(output("levels").contains("colorado-2021") && output("levels").contains("harvard-2018"));
    for name in ["json-file", "comment-file"] {
        assert!(Path::new(output(name)).is_file(), "{name}");
    }
    assert!(repo.path().join("out put.sarif").is_file() && repo.path().join("report.html").is_file());
    let summary = fs::read_to_string(runner.file("summary.md")).expect("a summary");
    assert!(summary.contains("This change breaks"), "{summary}");
    // What the report quotes stands where the runner reads no commands; those after it are ours.
    let stop = step.log.lines().find_map(|line| line.strip_prefix("::stop-commands::")).expect("commands are stopped");
    let (quoted, ours) = step.log.split_once(&format!("\n::{stop}::\n")).expect("commands go on");
    assert!(stop.len() == 32 && quoted.contains("This change breaks"));
    let commands: Vec<&str> = ours.lines().filter(|line| line.starts_with("::")).collect();
    assert!(!commands.is_empty() && commands.iter().all(|line| line.contains(" title=")), "{commands:?}");
}

#[test]
fn what_a_change_starts_from() {
    let (repo, base, head) = pull_request();
    let runner = Runner::new();
    let at = |repo: &Repo, head: &str, base: &str| {
        let step = runner.step("base", repo.path(), &[("HEAD_SHA", head), ("BASE_SHA", base)]);
        assert_eq!(step.code, 0, "{}", step.log);
        step.log.trim().to_owned()
    };
    assert_eq!(at(&repo, &head, &base), base, "the first parent of the merge");
    repo.git("2026-01-08", &["checkout", "-q", &head]);
    let start = repo.git("2026-01-08", &["rev-parse", "main~1"]);
    assert_eq!(at(&repo, &head, &base), start, "where it left main, when its own commit is checked out");
    assert_eq!(at(&repo, &head, ""), "");
    assert_eq!(at(&repo, &head, &"0".repeat(40)), "", "a commit that cannot be had");
    assert_eq!(at(&repo, &head, "--upload-pack=touch${IFS}pwned"), "", "not an id");
    nothing_was_run(repo.path());
    assert_eq!(at(&Repo::of(&[]), &head, &base), "", "no git at all");
    // A shallow clone fetches what it lacks.
    repo.git("2026-01-08", &["checkout", "-q", "--detach", "main"]);
    repo.git("2026-01-08", &["merge", "-q", "--no-ff", "-m", "Merge", &head]);
    repo.git("2026-01-08", &["branch", "-q", "merged"]);
    let clone = Repo::of(&[]);
    let from = format!("file://{}", repo.path().display());
    clone.git("2026-01-08", &["clone", "-q", "--depth", "1", "--branch", "merged", &from, "."]);
    assert_eq!(at(&clone, &head, &base), base);
    fs::remove_dir_all(clone.path().join(".git")).expect("removed");
    clone.git("2026-01-08", &["clone", "-q", "--depth", "1", "--branch", "merged", &from, "again"]);
    clone.git("2026-01-08", &["-C", "again", "remote", "remove", "origin"]);
    let step = runner.step(
        "check",
        &clone.path().join("again"),
        &[("EVENT_NAME", "pull_request"), ("BASE_SHA", &base), ("HEAD_SHA", &head)],
    );
    assert!(step.log.contains("fetch-depth: 0"), "{}", step.log);
    assert_eq!(
        step.outputs.get("exit-code").map(String::as_str),
        Some("0"),
        "nothing to compare with is no regression"
    );
}

/// A host with comments in the folder `comments`: a file for each, with the account in the first line. `$FAKE/refuse` makes it
/// refuse what writes.
const HOST: &str = r#"
echo "$*" | head -n 1 >> "$FAKE/requests"
comments=$FAKE/comments; mkdir -p "$comments"
method=GET; path=; body=
while [ $# -gt 0 ]; do
    case $1 in
        --method) method=$2; shift ;;
        -F) case $2 in body=@*) body=${2#body=@} ;; esac; shift ;;
        -f | --jq) shift ;;
        user | repos/*) path=$1 ;;
    esac
    shift
done
deny() { echo "gh: Resource not accessible by integration (HTTP 403)" >&2; exit 1; }
case $method-$path in
    GET-user) [ -e "$FAKE/login" ] && cat "$FAKE/login" || deny ;;
    GET-*/issues/*/comments)
        for file in $(ls "$comments" | sort -n); do
            who=$(head -n 1 "$comments/$file")
            [ "$(sed -n 2p "$comments/$file")" = "$marker" ] || continue
            if [ -n "$account" ]; then [ "$who" = "$account" ] || continue; else [[ $who == *'[bot]' ]] || continue; fi
            echo "$file"
        done ;;
    GET-*/issues/comments/*) tail -n +2 "$comments/${path##*/}" ;;
    PATCH-*) [ -e "$FAKE/refuse" ] && deny; who=$(head -n 1 "$comments/${path##*/}")
        { echo "$who"; cat "$body"; } > "$comments/new"; mv "$comments/new" "$comments/${path##*/}" ;;
    POST-*) [ -e "$FAKE/refuse" ] && deny
        if [ -e "$FAKE/race" ]; then { echo 'github-actions[bot]'; cat "$body"; } > "$comments/5"; fi
        { echo 'github-actions[bot]'; cat "$body"; } > "$comments/$((10 + $(ls "$comments" | wc -l)))" ;;
    DELETE-*) rm "$comments/${path##*/}" ;;
    GET-*/pulls) cat "$FAKE/pulls" ;;
    GET-*/actions/runs/*/artifacts) cat "$FAKE/artifacts" ;;
    GET-*/zip) cat "$FAKE/report.zip" ;;
    *) echo "no such request: $method $path" >&2; exit 1 ;;
esac
"#;

impl Runner {
    fn with_host() -> Self {
        let runner = Self::new();
        runner.program("gh", &format!("[ \"$1\" = api ]\n{HOST}"));
        runner
    }

    fn comment(&self, body: &str, env: &[(&str, &str)]) -> Step {
        fs::write(self.file("comment.md"), body).expect("a comment");
        let file = self.file("comment.md").display().to_string();
        let mut all = vec![("COMMENT_FILE", file.as_str()), ("PULL_REQUEST", "7"), ("GH_TOKEN", "secret-token")];
        all.extend_from_slice(env);
        let step = self.step("comment", self.folder.path(), &all);
        assert!(!step.log.contains("secret-token"), "{}", step.log);
        assert_eq!(step.code, 0, "{}", step.log);
        step
    }

    /// The comments, oldest first, each with the account in the first line.
    fn comments(&self) -> Vec<String> {
        let folder = fs::read_dir(self.file("comments"));
        let mut all: Vec<(u32, String)> = folder
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| {
                let id = entry.file_name().to_string_lossy().parse().expect("a number");
                (id, fs::read_to_string(entry.path()).expect("a comment"))
            })
            .collect();
        all.sort();
        all.into_iter().map(|(_, text)| text).collect()
    }

    fn requests(&self) -> usize {
        fs::read_to_string(self.file("requests")).unwrap_or_default().lines().count()
    }
}

const BOT: &str = "github-actions[bot]";

#[test]
fn one_comment_is_kept_up_to_date() {
    let runner = Runner::with_host();
    let marker = "<!-- openly-report -->";
    runner.comment(&format!("{marker}\nNothing."), &[("CHANGED", "false")]);
    assert_eq!(runner.comments(), [""; 0], "nothing to say");
    runner.comment(&format!("{marker}\nNothing."), &[("CHANGED", "false"), ("INPUT_COMMENT", "never")]);
    runner.comment(&format!("{marker}\nOne."), &[("CHANGED", "true")]);
    assert_eq!(runner.comments(), [format!("{BOT}\n{marker}\nOne.")]);
    runner.comment(&format!("{marker}\nNothing."), &[("CHANGED", "false")]);
    assert_eq!(runner.comments(), [format!("{BOT}\n{marker}\nNothing.")], "brought up to date in its place");
    let before = runner.requests();
    runner.comment(&format!("{marker}\nNothing."), &[("CHANGED", "false")]);
    assert!(runner.requests() - before <= 6, "a run that changes nothing");
    runner.comment(&format!("{marker}\nAlways."), &[("INPUT_COMMENT", "always")]);
    runner.comment("<!-- openly-report services/a -->\nOf a folder.", &[]);
    assert_eq!(runner.comments().len(), 2, "each folder has its own");
}

#[test]
fn a_comment_of_somebody_else_is_never_taken_for_ours() {
    let runner = Runner::with_host();
    fs::create_dir(runner.file("comments")).expect("a folder");
    fs::write(runner.file("comments/1"), "mallory\n<!-- openly-report -->\nAll is well.").expect("a comment");
    runner.comment("<!-- openly-report -->\nNot well.", &[]);
    let comments = runner.comments();
    assert!(comments[0].contains("All is well") && comments[1].contains("Not well"), "{comments:?}");
    fs::write(runner.file("login"), "mallory").expect("a login");
    runner.comment("<!-- openly-report -->\nMine.", &[]);
    assert!(runner.comments()[0].contains("Mine."), "with that person's own token it is");
}

#[test]
fn two_runs_at_once_leave_one_comment() {
    let runner = Runner::with_host();
    fs::write(runner.file("race"), "").expect("a file");
    runner.comment("<!-- openly-report -->\nOne.", &[]);
    assert_eq!(runner.comments().len(), 1);
}

#[test]
fn a_token_that_may_not_write_is_no_failure() {
    let runner = Runner::with_host();
    fs::write(runner.file("refuse"), "").expect("a file");
    let step = runner.comment("<!-- openly-report -->\nOne.", &[]);
    assert!(step.log.starts_with("::notice title=openly::This token may not write comments"), "{}", step.log);
}

#[test]
fn a_report_of_a_fork_is_posted_by_the_companion() {
    let (repo, base, head) = pull_request();
    let runner = Runner::with_host();
    let check =
        runner.step("check", repo.path(), &[("EVENT_NAME", "pull_request"), ("BASE_SHA", &base), ("HEAD_SHA", &head)]);
    // The archive is played by the file itself.
    runner.program("unzip", "cat \"$2\"");
    fs::copy(&check.outputs["json-file"], runner.file("report.zip")).expect("a report");
    let companion = |pulls: &str, artifacts: &str, event: &str| {
        fs::write(runner.file("pulls"), pulls).expect("pull requests");
        fs::write(runner.file("artifacts"), artifacts).expect("artifacts");
        runner.step(
            "companion",
            runner.folder.path(),
            &[
                ("RUN_EVENT", event),
                ("RUN_ID", "9"),
                ("HEAD_SHA", &head),
                ("HEAD_BRANCH", BRANCH),
                ("HEAD_OWNER", "fork"),
                ("GH_TOKEN", "secret-token"),
            ],
        )
    };
    for (pulls, artifacts, event, why) in [
        ("7\n", "1 100\n", "push", "not of a pull request"),
        ("", "1 100\n", "pull_request", "no open pull request has the commit"),
        ("7\n8\n", "1 100\n", "pull_request", "two have it"),
        ("7\n", "", "pull_request", "the run left no report"),
        ("7\n", "1 99999999\n", "pull_request", "it is too large"),
    ] {
        let step = companion(pulls, artifacts, event);
        assert_eq!(step.code, 0, "{why}: {}", step.log);
        assert_eq!(runner.comments(), [""; 0], "{why}");
    }
    let step = companion("7\n", "1 100\n", "pull_request");
    assert_eq!(step.code, 0, "{}", step.log);
    let comments = runner.comments();
    assert_eq!(comments.len(), 1, "{}", step.log);
    assert!(
        comments[0].starts_with(&format!("{BOT}\n<!-- openly-report -->\n### ❌ This change breaks")),
        "{}",
        comments[0]
    );
    assert!(comments[0].contains(&format!("https://github.com/department/permits/blob/{head}/")), "{}", comments[0]);
    nothing_was_run(runner.folder.path());
    // What is no report is not posted.
    fs::write(runner.file("report.zip"), "{\"schema\": \"openly/report/v1\", \"outcomes\": \"@everyone\"}")
        .expect("a file");
    let step = companion("7\n", "1 100\n", "pull_request");
    assert!(step.log.contains("A report was not used") && !step.log.contains("@everyone"), "{}", step.log);
    assert_eq!(runner.comments(), comments);
}

/// A release with a binary that says its version; the checksum is right.
fn release(runner: &Runner) {
    runner.program("curl", r#"
while [ $# -gt 0 ]; do case $1 in --output) out=$2; shift ;; https://*) url=$1 ;; esac; shift; done
echo "$url" >> "$FAKE/downloads"
[ -e "$FAKE/offline" ] && exit 6
mkdir -p "$FAKE/release"; cd "$FAKE/release"
printf '#!/usr/bin/env bash\necho openly 0.1.0\n' > openly; chmod +x openly
case $url in
    */SHA256SUMS) (tar -cf x.tar --mtime=@0 openly; sha256sum x.tar | sed "s/x.tar/openly-0.1.0-x86_64-unknown-linux-gnu.tar.gz/") > "$out"
        if [ -e "$FAKE/tampered" ]; then sed -i 's/^..../0000/' "$out"; fi ;;
    *) tar -cf "$out" --mtime=@0 openly ;;
esac"#);
    runner.program("tar", r#"if [ "$1" = -xzf ]; then shift; exec /usr/bin/env -i PATH=/usr/bin:/bin tar -xf "$@"; fi; exec /usr/bin/env -i PATH=/usr/bin:/bin tar "$@""#);
    runner.program(
        "gh",
        r#"echo "$*" >> "$FAKE/attested"; if [ -e "$FAKE/unattested" ]; then cat "$FAKE/unattested" >&2; exit 1; fi"#,
    );
    runner.program("cargo", r#"echo "$*" >> "$FAKE/built"; while [ $# -gt 0 ]; do case $1 in --target-dir) dir=$2 ;; esac; shift; done
mkdir -p "$dir/release"; printf '#!/usr/bin/env bash\necho openly built\n' > "$dir/release/openly"; chmod +x "$dir/release/openly""#);
}

fn install(runner: &Runner, env: &[(&str, &str)]) -> Step {
    let _ = fs::remove_dir_all(runner.file("temp"));
    let mut all = vec![("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64")];
    all.extend_from_slice(env);
    runner.step("install", runner.folder.path(), &all)
}

#[test]
fn a_binary_is_installed_when_checksum_and_attestation_are_right() {
    let runner = Runner::new();
    release(&runner);
    let step = install(&runner, &[]);
    assert_eq!(step.code, 0, "{}", step.log);
    assert!(step.log.contains("its checksum and attestation are right.\nopenly 0.1.0"), "{}", step.log);
    assert!(Path::new(&step.outputs["binary"]).is_file() && !runner.file("built").exists());
    let asked = fs::read_to_string(runner.file("attested")).expect("an attestation was asked for");
    assert!(asked.contains("--repo openly/openly") && asked.contains("--source-ref refs/tags/v0.1.0"), "{asked}");
}

#[test]
fn a_binary_that_is_not_what_it_should_be_is_never_run() {
    for (fault, said) in [("tampered", "checksum"), ("unattested", "attestation")] {
        let runner = Runner::new();
        release(&runner);
        fs::write(runner.file(fault), "verification failed").expect("a file");
        let step = install(&runner, &[]);
        assert_eq!(step.code, 1, "{}", step.log);
        assert!(step.log.starts_with("::error title=openly::") && step.log.contains(said), "{}", step.log);
        assert!(!step.log.contains("openly 0.1.0\n") && !runner.file("built").exists() && step.outputs.is_empty());
    }
}

#[test]
fn it_is_built_from_source_where_no_binary_can_be_had() {
    for (file, env) in [
        ("offline", &[][..]),
        ("none", &[("RUNNER_ARCH", "RISCV")][..]),
        ("none", &[("GITHUB_SERVER_URL", "https://github.department.example")][..]),
    ] {
        let runner = Runner::new();
        release(&runner);
        fs::write(runner.file(file), "").expect("a file");
        let step = install(&runner, env);
        assert_eq!(step.code, 0, "{}", step.log);
        assert!(step.log.contains("Building openly 0.1.0 from source, because"), "{}", step.log);
        let built = fs::read_to_string(runner.file("built")).expect("cargo was run");
        assert!(built.contains("--locked"), "{built}");
    }
    let runner = Runner::new();
    release(&runner);
    fs::write(runner.file("offline"), "").expect("a file");
    let other = install(&runner, &[("INPUT_VERSION", "9.9.9")]);
    assert!(other.code == 1 && other.log.contains("has the source of 0.1.0 only"), "{}", other.log);
}

#[test]
fn a_version_is_exact() {
    let runner = Runner::new();
    release(&runner);
    for version in ["latest", "0.1", "0.1.0;touch pwned", "../../0.1.0", "0.1.0\n0.1.0"] {
        let step = install(&runner, &[("INPUT_VERSION", version)]);
        assert!(step.code == 1 && step.log.contains("not an exact version"), "{version}: {}", step.log);
    }
    nothing_was_run(runner.folder.path());
    assert!(!runner.file("downloads").exists());
}

#[test]
fn the_action_installs_the_version_it_belongs_to() {
    let version = fs::read_to_string(workspace().join("action/version")).expect("the version");
    assert_eq!(version.trim(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn no_input_is_put_into_a_script() {
    for file in ["action.yml", "companion/action.yml"] {
        let text = fs::read_to_string(workspace().join(file)).expect("an action");
        for line in text.lines().filter(|line| line.trim_start().starts_with("run:")) {
            assert!(!line.contains("${{"), "{file}: {line}");
        }
    }
}
