//! The steps of the GitHub Action, run with the environment that a runner gives them and with names that want to be commands. What
//! they publish is in `publish.rs`; here programs are played by scripts.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use openly_tests::runner::{Runner, Step, nothing_was_run, pull_request};
use openly_tests::{Repo, workspace};

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
    assert_eq!((output("verdict"), output("exit-code")), ("regression", "1"), "{}", step.log);
    assert_eq!(output("sarif-file"), "out put.sarif");
    assert!(output("levels").contains("colorado-2021") && output("levels").contains("harvard-2018"));
    assert!(Path::new(output("json-file")).is_file());
    assert_eq!(output("comment"), "", "without a token there is none");
    assert!(step.log.contains("The input token is empty, so nothing is published."), "{}", step.log);
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
    runner.step("install", runner.path(), &all)
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
    nothing_was_run(runner.path());
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
