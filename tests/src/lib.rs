//! What the end-to-end tests share: the built binary in a clean environment, and repositories made for one test.

#[cfg(unix)]
pub mod runner;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The day that counts as today in tests.
pub const TODAY: &str = "2026-06-30";

/// The binary, built for the profile that the tests were built for.
///
/// # Panics
/// When it cannot be built.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().expect("a test has a path");
        let folder = test.parent().and_then(Path::parent).expect("tests stand in target/PROFILE/deps").to_owned();
        let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build.args(["build", "--quiet", "--package", "openly", "--bin", "openly"]).current_dir(workspace());
        if folder.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().expect("cargo runs").success(), "the binary cannot be built");
        folder.join(format!("openly{}", std::env::consts::EXE_SUFFIX))
    })
}

/// The root of this workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the workspace").to_owned()
}

/// What a run of the binary printed, and its exit code.
#[derive(Debug)]
pub struct Ran {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs the binary in a folder, with no token, colour or configuration of the machine.
///
/// # Panics
/// When it cannot be started, or is ended by a signal.
pub fn openly(folder: &Path, args: &[&str]) -> Ran {
    ran(folder, args, "", &[])
}

/// As [`openly`], with something on standard input.
///
/// # Panics
/// When it cannot be started, or is ended by a signal.
pub fn openly_answered(folder: &Path, args: &[&str], input: &str) -> Ran {
    ran(folder, args, input, &[])
}

/// As [`openly`], with an environment.
///
/// # Panics
/// When it cannot be started, or is ended by a signal.
pub fn openly_with(folder: &Path, args: &[&str], environment: &[(&str, &str)]) -> Ran {
    ran(folder, args, "", environment)
}

fn ran(folder: &Path, args: &[&str], input: &str, environment: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(binary());
    command.args(args).current_dir(folder).env_clear().env("COLUMNS", "100").env("LANG", "C.UTF-8");
    command.envs(environment.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    if let Some(mut stdin) = child.stdin.take() {
        // One that does not read to the end has closed it.
        let _ = stdin.write_all(input.as_bytes());
    }
    let Output { status, stdout, stderr } = child.wait_with_output().expect("the binary ends");
    let text = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).expect("the binary prints UTF-8");
        text.replace(&*folder.to_string_lossy(), "FOLDER").replace(env!("CARGO_PKG_VERSION"), "VERSION")
    };
    Ran { code: status.code().expect("it ends by itself"), out: text(stdout), err: text(stderr) }
}

/// A folder with files, removed at the end of the test.
#[derive(Debug)]
pub struct Repo {
    folder: tempfile::TempDir,
}

impl Repo {
    /// A folder without git that holds these files.
    ///
    /// # Panics
    /// When the disk cannot be written.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let repo = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for (path, text) in files {
            repo.write(path, text.as_bytes());
        }
        repo
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    ///
    /// # Panics
    /// When the disk cannot be written.
    pub fn write(&self, path: &str, bytes: &[u8]) {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().expect("a file stands in a folder")).expect("the folder can be made");
        fs::write(file, bytes).expect("the file can be written");
    }

    /// Runs git in it, as nobody in particular, on a day.
    ///
    /// # Panics
    /// When git fails.
    pub fn git(&self, day: &str, args: &[&str]) -> String {
        let who = [("NAME", "A Person"), ("EMAIL", "person@department.example"), ("DATE", &format!("{day}T12:00:00Z"))];
        let mut command = Command::new("git");
        command
            .args(args)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        for (key, value) in who {
            command.env(format!("GIT_AUTHOR_{key}"), value).env(format!("GIT_COMMITTER_{key}"), value);
        }
        let output = command.output().expect("git runs");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Commits everything on a day and gives the commit's id.
    pub fn commit(&self, day: &str, message: &str) -> String {
        if !self.path().join(".git").exists() {
            self.git(day, &["init", "-q", "-b", "main"]);
        }
        self.git(day, &["add", "-A"]);
        self.git(day, &["commit", "-q", "--allow-empty", "-m", message]);
        self.git(day, &["rev-parse", "HEAD"])
    }
}

/// The time in the middle of fifteen, for benchmarks.
pub fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..15)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

/// Runs `openly check` with the fixed day and gives the JSON report.
///
/// # Panics
/// When there is no JSON.
pub fn report(folder: &Path, args: &[&str]) -> serde_json::Value {
    let mut all = vec!["check", "--format", "json", "--fail-on", "never", "--today", TODAY];
    all.extend_from_slice(args);
    let ran = openly(folder, &all);
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("the report is JSON")
}

/// The outcome of a rule in a report.
///
/// # Panics
/// When the rule is not in it.
pub fn outcome<'a>(report: &'a serde_json::Value, rule: &str) -> &'a serde_json::Value {
    let outcomes = report["outcomes"].as_array().expect("a report has outcomes");
    outcomes.iter().find(|o| o["rule"] == rule).unwrap_or_else(|| panic!("no outcome of {rule}"))
}
