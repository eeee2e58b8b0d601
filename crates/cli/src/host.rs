//! GitHub, for a command: which repository, with which credentials, and what came of asking and publishing.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use openly_github::{
    Credentials, Event, Host, HostAnswer, Part, Patience, Publication, Published, Repository, Session, Target,
};
use openly_rules::host::HostFacts;
use openly_rules::tree::Tree;

use crate::failure::{self, Failure};

/// The largest event of a workflow that is read, in bytes. GitHub's own limit is 25 MB.
const MAX_EVENT: u64 = 32 << 20;

/// What GitHub told, if it was asked.
pub(crate) struct Asked {
    session: Option<Session>,
    /// Whether the folder is a clone of another repository than the one that the run belongs to: a fork's pull request may be
    /// checked out from the fork.
    pub(crate) is_other: bool,
    pub(crate) facts: HostFacts,
    pub(crate) failures: Vec<openly_github::Failure>,
}

impl Asked {
    pub(crate) fn not(is_other: bool) -> Self {
        Self { session: None, is_other, facts: HostFacts::none(), failures: Vec::new() }
    }

    /// What the result is published about, and the connection. `None` when there is nowhere to publish it, which was said.
    pub(crate) fn target(&self, commit: Option<&str>) -> Result<Option<(&Session, Target)>, Failure> {
        let Some(session) = &self.session else {
            if self.is_other {
                failure::print(
                    "This folder is a clone of another repository than the one that the run belongs to, such as a fork, so \
                     nothing is published from here. The report stands.\n",
                );
                return Ok(None);
            }
            return if self.failures.is_empty() { Err(nowhere()) } else { Ok(None) };
        };
        match event(commit)? {
            // Its files are those of the default branch.
            Some(Event::WorkflowRun { .. }) => Err(Failure::with_help(
                "a run on `workflow_run` does not check what the other run was about",
                "publish what the other run found with `openly publish`",
            )),
            Some(event) => Ok(Some((session, session.target(&event)?))),
            None => Err(Failure::with_help(
                "a result is published for a commit, and this folder has none",
                "run openly in a clone, or with --rev",
            )),
        }
    }
}

fn nowhere() -> Failure {
    Failure::with_help(
        "publishing needs to know the repository on GitHub, and a token",
        "name it with --github OWNER/REPO, and set GITHUB_TOKEN; inside GitHub Actions the token is enough",
    )
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn is_in_actions() -> bool {
    variable("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// The host that the environment names.
fn host() -> Result<Host, openly_github::Failure> {
    Host::new(&variable("GITHUB_API_URL").unwrap_or_else(|| Host::PUBLIC_API.to_owned()))
}

/// The connection to a repository, with whatever credentials there are.
pub(crate) fn connect(repository: Repository) -> Result<Session, openly_github::Failure> {
    let host = host()?;
    let credentials = credentials(&host)?;
    let credentials = match credentials {
        Credentials::None => Credentials::from_gh(host.name()).unwrap_or_default(),
        credentials => credentials,
    };
    Session::open(host, credentials, repository, Patience::default())
}

fn credentials(host: &Host) -> Result<Credentials, openly_github::Failure> {
    Credentials::from_environment(&variable, host.name() == "api.github.com")
}

/// Asks GitHub, when a repository is named, or inside Actions when there is a token.
pub(crate) fn ask(named: Option<&str>, path: &Path, tree: &dyn Tree) -> Result<Asked, Failure> {
    let repository = match named {
        Some(name) => {
            let repository: Repository = name.parse()?;
            is_clone(path, tree, &repository)?;
            repository
        }
        None => {
            let Some(repository) = of_run()? else { return Ok(Asked::not(false)) };
            if tree.remote().is_some_and(|remote| !is_remote_of(&remote, &repository)) {
                return Ok(Asked::not(true));
            }
            repository
        }
    };
    let session = match connect(repository) {
        Ok(session) => session,
        Err(failure @ openly_github::Failure::Setup { .. }) => return Err(failure.into()),
        Err(failure) => return Ok(unavailable(failure)),
    };
    let HostAnswer { facts, failures } = match session.facts(Timestamp::now()) {
        Ok(answer) => answer,
        Err(failure) => {
            let asked = unavailable(failure);
            return Ok(Asked { session: Some(session), ..asked });
        }
    };
    failures.iter().for_each(Failure::warn);
    Ok(Asked { session: Some(session), is_other: false, facts, failures })
}

/// The report stands without what GitHub would have told.
fn unavailable(failure: openly_github::Failure) -> Asked {
    Failure::warn(&failure);
    let mut facts = HostFacts::asked();
    facts.why_missing = failure.to_string();
    Asked { session: None, is_other: false, facts, failures: vec![failure] }
}

/// The repository of the workflow that runs, when there are credentials.
fn of_run() -> Result<Option<Repository>, Failure> {
    let Some(name) = variable("GITHUB_REPOSITORY").filter(|_| is_in_actions()) else { return Ok(None) };
    let repository: Repository = name.parse()?;
    Ok((!credentials(&host()?)?.is_none()).then_some(repository))
}

/// Whether an address that was cloned from is that of a repository.
fn is_remote_of(remote: &str, repository: &Repository) -> bool {
    let remote = remote.trim_end_matches('/').to_ascii_lowercase();
    let name = repository.to_string().to_ascii_lowercase();
    let rest = remote.strip_suffix(".git").unwrap_or(&remote).strip_suffix(&name);
    rest.is_some_and(|before| before.ends_with(['/', ':']))
}

/// The folder a command stands in by chance is not taken for a clone of the repository that it names.
fn is_clone(path: &Path, tree: &dyn Tree, repository: &Repository) -> Result<(), Failure> {
    if path != Path::new(".") {
        return Ok(());
    }
    let is_it = match tree.remote() {
        Some(remote) => is_remote_of(&remote, repository),
        None => tree.commit().is_some(),
    };
    if is_it {
        return Ok(());
    }
    Err(Failure::with_help(
        format!("this folder is no clone of {repository}"),
        format!(
            "clone it with `git clone https://github.com/{repository} CLONE`, then name that folder: --github {repository} CLONE"
        ),
    ))
}

/// What started the run. Outside Actions, the commit that is checked.
pub(crate) fn event(commit: Option<&str>) -> Result<Option<Event>, Failure> {
    let outside = || commit.map(|sha| Event::Commit { sha: sha.to_owned() });
    let (Some(name), Some(file)) = (variable("GITHUB_EVENT_NAME"), variable("GITHUB_EVENT_PATH")) else {
        return Ok(outside());
    };
    if !is_in_actions() {
        return Ok(outside());
    }
    let file = Path::new(&file);
    let size = fs::metadata(file).map_err(|error| Failure::io("read", file, &error))?.len();
    if size > MAX_EVENT {
        return Err(Failure::usage(format!("the event of this run is {size} bytes, which no event of GitHub is")));
    }
    let bytes = fs::read(file).map_err(|error| Failure::io("read", file, &error))?;
    let sha = variable("GITHUB_SHA").or_else(|| commit.map(ToOwned::to_owned)).unwrap_or_default();
    Ok(Some(Event::read(&name, &bytes, &sha)?))
}

/// The connection to the repository of the workflow that runs.
pub(crate) fn connect_to_run() -> Result<Session, Failure> {
    match of_run()? {
        Some(repository) => Ok(connect(repository)?),
        None => Err(Failure::with_help("publishing takes a token", "set GITHUB_TOKEN for this step of the workflow")),
    }
}

/// Prints what would be written.
pub(crate) fn show_plan(session: &Session, publication: &Publication) -> Result<(), Failure> {
    let writes = session.plan(publication)?;
    let lines: Vec<String> = writes.iter().map(|write| format!("would {write}\n")).collect();
    let text = if lines.is_empty() { "would write nothing\n".to_owned() } else { lines.concat() };
    // Beside the report, which a program may be reading.
    failure::print(&text);
    Ok(())
}

/// Publishes, and says what became of it.
pub(crate) fn publish(session: &Session, publication: &Publication) -> Published {
    let published = session.publish(publication);
    failure::print(&said(&published));
    if let Some(failure) = published.failure() {
        Failure::warn(failure);
    }
    published
}

/// What became of a part, for programs.
pub(crate) fn word(part: &Part) -> &'static str {
    match part {
        Part::Skipped => "none",
        Part::Left => "unchanged",
        Part::Outdated => "outdated",
        Part::Created(_) => "created",
        Part::Updated(_) => "updated",
        Part::NotAllowed(_) => "not-allowed",
        Part::Failed(_) => "failed",
    }
}

fn said(published: &Published) -> String {
    let part = |what: &str, part: &Part| match part {
        Part::Skipped => String::new(),
        Part::Left => format!("The {what} is as it was.\n"),
        Part::Outdated => format!("The {what} is left to the run of a newer commit.\n"),
        Part::Created(url) => format!("The {what} was written: {url}\n"),
        Part::Updated(url) => format!("The {what} was brought up to date: {url}\n"),
        Part::NotAllowed(failure) => format!("The {what} was not written: {failure}. It takes {}.\n", needs(failure)),
        Part::Failed(failure) => format!("The {what} was not written: {failure}.\n"),
    };
    [part("comment", &published.comment), part("check run", &published.check)].concat()
}

fn needs(failure: &openly_github::Failure) -> &str {
    match failure {
        openly_github::Failure::Forbidden { needs, .. } => needs,
        _ => "another token",
    }
}
