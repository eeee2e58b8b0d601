//! A runner of GitHub Actions: a folder for its files, and the environment that it gives to the steps of our action.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Repo, binary, workspace};

/// A branch that git takes and a shell would run.
pub const BRANCH: &str = "x$(touch${IFS}pwned)`touch${IFS}pwned`;touch${IFS}pwned;\"'";
/// A path that Markdown and the runner would read.
const PATH: &str = "::error::[a](javascript:1)`b`.env";

/// A runner: a folder for its files, and programs that stand in for those of the machine.
#[derive(Debug)]
pub struct Runner {
    folder: tempfile::TempDir,
}

/// What a step did.
#[derive(Debug)]
pub struct Step {
    /// Exit code.
    pub code: i32,
    /// What it printed.
    pub log: String,
    /// Its outputs.
    pub outputs: BTreeMap<String, String>,
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}

impl Runner {
    /// A runner.
    ///
    /// # Panics
    /// When the disk cannot be written.
    pub fn new() -> Self {
        let runner = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for folder in ["bin", "temp"] {
            fs::create_dir(runner.file(folder)).expect("a folder");
        }
        runner
    }

    /// The folder of the runner's files.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file of the runner.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a program in the place of the machine's.
    ///
    /// # Panics
    /// When the disk cannot be written.
    pub fn program(&self, name: &str, script: &str) {
        let file = self.file("bin").join(name);
        fs::write(&file, format!("#!/usr/bin/env bash\nset -eu\n{script}\n")).expect("a program");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }

    /// Runs a step in a folder, and gives its log and its outputs.
    ///
    /// # Panics
    /// When it cannot be started, or is ended by a signal.
    pub fn step(&self, script: &str, folder: &Path, env: &[(&str, &str)]) -> Step {
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
///
/// # Panics
/// When git fails.
pub fn pull_request() -> (Repo, String, String) {
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
    repo.git("2026-01-08", &["remote", "add", "origin", "https://github.com/department/permits"]);
    (repo, base, head)
}

/// Fails when a name was run as a command in a folder.
///
/// # Panics
/// When one was.
pub fn nothing_was_run(folder: &Path) {
    assert!(!folder.join("pwned").exists(), "a name was run as a command");
}
