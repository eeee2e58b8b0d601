//! What went wrong, as a person sees it, and the exit code for it.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use miette::{Diagnostic, Report};
use openly_catalogue::LoadError;
use openly_repo::RepoError;
use openly_rules::problem::Problems;
use std::fmt;

/// Exit code when GitHub is unavailable, or the result partial.
pub(crate) const PARTIAL: u8 = 4;

/// How a command ends that did what it was asked, with all that GitHub could tell or without.
pub(crate) fn complete(is_partial: bool) -> ExitCode {
    if is_partial { ExitCode::from(PARTIAL) } else { ExitCode::SUCCESS }
}

/// A failure of a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command cannot do what it was asked: what is wrong, and what to do.
    Usage(Plain),
    /// Rules or configuration have mistakes.
    Definitions(Problems),
    /// GitHub cannot be asked, or does not do what it was asked.
    Host(Plain),
}

/// A message with its advice.
#[derive(Debug)]
pub(crate) struct Plain {
    message: String,
    help: Option<String>,
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Plain {}

impl Diagnostic for Plain {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(Plain { message: message.into(), help: None })
    }

    pub(crate) fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage(Plain { message: message.into(), help: Some(help.into()) })
    }

    /// A file or folder that could not be read or written.
    pub(crate) fn io(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::usage(format!("failed to {doing} {}: {error}", path.display()))
    }

    /// What a person reads about a failure that does not end the command.
    pub(crate) fn warn(failure: &openly_github::Failure) {
        let plain = Plain { message: failure.to_string(), help: Some(failure.help()) };
        print(&format!("{:?}\n", Report::new(plain)));
    }

    /// Shows the failure and gives its exit code.
    pub(crate) fn report(self) -> ExitCode {
        let (report, code) = match self {
            Self::Usage(plain) => (Report::new(plain), 2),
            Self::Definitions(problems) => (Report::new(problems), 3),
            Self::Host(plain) => (Report::new(plain), PARTIAL),
        };
        print(&format!("{report:?}\n"));
        ExitCode::from(code)
    }
}

/// Writes to standard error. A closed one is nobody's concern.
pub(crate) fn print(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Definitions(problems)
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Io(error) => Self::usage(format!("failed to read the folder of rules: {error}")),
            LoadError::Problems(problems) => problems.into(),
        }
    }
}

impl From<openly_github::Failure> for Failure {
    fn from(failure: openly_github::Failure) -> Self {
        let plain = Plain { message: failure.to_string(), help: Some(failure.help()) };
        match failure {
            openly_github::Failure::Setup { .. } => Self::Usage(plain),
            _ => Self::Host(plain),
        }
    }
}

impl From<RepoError> for Failure {
    fn from(error: RepoError) -> Self {
        let help = match &error {
            RepoError::Bare(_) => "name a commit to check, such as `--rev HEAD`",
            RepoError::NotGit(_) => "leave `--rev` and `--base` out to check the files of the folder as they are",
            RepoError::Revision { .. } => "see what is missing with `git fsck`, and fetch the repository again",
            RepoError::NoCommit(_) => {
                "list what there is with `git branch --all` and `git tag`; a shallow clone lacks older commits (in GitHub \
                 Actions, give `actions/checkout` the input `fetch-depth: 0`)"
            }
            RepoError::Missing(_) | RepoError::NotAFolder(_) => "give the path of a folder that holds a repository",
            RepoError::Unreadable { .. } => "check who may read the folder",
        };
        Self::with_help(error.to_string(), help)
    }
}
