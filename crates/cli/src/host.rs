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
    pub(crate) facts: HostFacts,
    pub(crate) failures: Vec<openly_github::Failure>,
}

impl Asked {
    pub(crate) fn not() -> Self {
        Self { session: None, facts: HostFacts::none(), failures: Vec::new() }
    }

    /// The connection.
    pub(crate) fn session(&self) -> Result<&Session, Failure> {
        self.session.as_ref().ok_or_else(no_repository)
    }

    /// What the run is about.
    pub(crate) fn target(&self, commit: Option<&str>) -> Result<Target, Failure> {
        let session = self.session()?;
        match event(commit)? {
            Some(event) => Ok(session.target(&event)?),
            None => Err(Failure::with_help(
                "a result is published for a commit, and this folder has none",
                "run openly in a clone, or with --rev",
            )),
        }
    }
}

fn no_repository() -> Failure {
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
        None => match of_run(tree)? {
            Some(repository) => repository,
            None => return Ok(Asked::not()),
        },
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
    Ok(Asked { session: Some(session), facts, failures })
}

/// The report stands without what GitHub would have told.
fn unavailable(failure: openly_github::Failure) -> Asked {
    Failure::warn(&failure);
    let mut facts = HostFacts::asked();
    facts.why_missing = failure.to_string();
    Asked { session: None, facts, failures: vec![failure] }
}

/// The repository of the workflow that runs, when the folder is a clone of it and there are credentials.
fn of_run(tree: &dyn Tree) -> Result<Option<Repository>, Failure> {
    let Some(name) = variable("GITHUB_REPOSITORY").filter(|_| is_in_actions()) else { return Ok(None) };
    let repository: Repository = name.parse()?;
    let is_other = tree.remote().is_some_and(|remote| !is_remote_of(&remote, &repository));
    Ok((!is_other && !credentials(&host()?)?.is_none()).then_some(repository))
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

/// The repository of the run, or the one that was named.
pub(crate) fn repository(named: Option<&str>) -> Result<Repository, Failure> {
    match named.map(ToOwned::to_owned).or_else(|| variable("GITHUB_REPOSITORY")) {
        Some(name) => Ok(name.parse()?),
        None => Err(no_repository()),
    }
}

/// The address that people use.
pub(crate) fn server() -> String {
    variable("GITHUB_SERVER_URL").unwrap_or_else(|| "https://github.com".to_owned())
}

/// Publishes, or prints what would be written. Whether all is there that should be.
pub(crate) fn publish(session: &Session, publication: &Publication, dry_run: bool) -> Result<bool, Failure> {
    if dry_run {
        let writes = session.plan(publication)?;
        let lines: Vec<String> = writes.iter().map(|write| format!("would {write}\n")).collect();
        let text = if lines.is_empty() { "would write nothing\n".to_owned() } else { lines.concat() };
        // Beside the report, which a program may be reading.
        failure::print(&text);
        return Ok(true);
    }
    let published = session.publish(publication);
    failure::print(&said(&published));
    if published.is_not_allowed() {
        failure::print(
            "This is usual for a pull request from a fork. The report stands; to publish it, keep it with `--publication FILE` and \
             run `openly publish FILE` in a workflow on `workflow_run`.\n",
        );
    }
    if let Some(failure) = published.failure() {
        Failure::warn(failure);
    }
    Ok(published.failure().is_none())
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
