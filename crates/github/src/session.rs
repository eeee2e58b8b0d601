//! One run's dealings with a host. Blocking outside, so that nothing async leaves the crate.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::address::{Host, Repository, query};
use crate::artifacts::{self, Left, Wanted};
use crate::auth::Credentials;
use crate::client::Client;
use crate::event::{Event, Target};
use crate::facts::{self, HostAnswer};
use crate::failure::Failure;
use crate::publish::{self, Existing, Part, Publication, Published, Write};
use crate::reader::{Deadline, Reader};

/// How long to wait for the host.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For one answer.
    pub answer: Duration,
    /// For limits and repetitions, over one reading or publishing.
    pub all: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(20), all: Duration::from_secs(90) }
    }
}

/// A connection to a host about one repository.
pub struct Session {
    runtime: Runtime,
    client: Client,
    repository: Repository,
    patience: Patience,
}

impl Session {
    /// Connects. For an app, this asks for the token of its installation.
    ///
    /// # Errors
    /// When the credentials are of no use, or the machine cannot connect.
    pub fn open(
        host: Host,
        credentials: Credentials,
        repository: Repository,
        patience: Patience,
    ) -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            Failure::setup(format!("no connection can be made: {error}"), "check the limits of this machine")
        })?;
        let client = runtime.block_on(Client::connect(host, credentials, &repository, patience.answer))?;
        Ok(Self { runtime, client, repository, patience })
    }

    fn with<T>(&self, ask: impl AsyncFnOnce(&Reader<'_>) -> T) -> T {
        let reader = Reader { client: &self.client, deadline: Deadline::within(self.patience.all) };
        self.runtime.block_on(ask(&reader))
    }

    /// What the host knows about the repository. `now` is when the check is made.
    ///
    /// # Errors
    /// When the host gave nothing at all.
    pub fn facts(&self, now: Timestamp) -> Result<HostAnswer, Failure> {
        self.with(async |reader| facts::read(reader, &self.repository, now).await)
    }

    /// What an event is about. For an event of another workflow, the host is asked which open pull request has the commit as
    /// its newest. Where several have it, which of them the run was for cannot be told, so that it is none.
    ///
    /// # Errors
    /// When the host cannot say.
    pub fn target(&self, event: &Event) -> Result<Target, Failure> {
        let (pull_request, head_sha) = match event {
            Event::Commit { sha } => (None, sha.clone()),
            Event::PullRequest { number, head_sha } => (Some(*number), head_sha.clone()),
            Event::WorkflowRun { head_sha, head: None, .. } => (None, head_sha.clone()),
            Event::WorkflowRun { head_sha, head: Some(head), .. } => {
                let path = self.repository.path(&format!("/pulls?state=open&head={}&per_page=100", query(head)));
                let list = |page: Value| match page {
                    Value::Array(requests) => Some(requests),
                    _ => None,
                };
                let needs = "the permission `pull-requests: read`";
                let requests =
                    self.with(async |reader| reader.list(&path, "find the pull request", needs, list).await)?;
                let is_it = |request: &&Value| request.pointer("/head/sha").and_then(Value::as_str) == Some(head_sha);
                let found: Vec<&Value> = requests.iter().filter(is_it).collect();
                let number = match found[..] {
                    [request] => request.get("number").and_then(Value::as_u64),
                    _ => None,
                };
                (number, head_sha.clone())
            }
        };
        Ok(Target { repository: self.repository.clone(), pull_request, head_sha })
    }

    /// What a run of a workflow left: one file out of each artifact that is wanted.
    ///
    /// # Errors
    /// When the host does not say what there is.
    pub fn left(&self, run: u64, wanted: &Wanted<'_>) -> Result<Left, Failure> {
        self.with(async |reader| artifacts::read(reader, &self.repository, run, wanted).await)
    }

    /// What publishing would write. Reads only.
    ///
    /// # Errors
    /// When what is there cannot be read.
    pub fn plan(&self, publication: &Publication) -> Result<Vec<Write>, Failure> {
        let (comments, checks) = self.with(async |reader| publish::read(reader, publication).await);
        let existing = Existing { checks: checks?.checks, ..comments? };
        Ok(publish::plan(publication, &existing))
    }

    /// Publishes. Running it again changes nothing.
    pub fn publish(&self, publication: &Publication) -> Published {
        if self.client.credentials().is_none() {
            let failure = Failure::setup(
                "publishing takes a token",
                "set GITHUB_TOKEN, and give the workflow `permissions: pull-requests: write, checks: write`",
            );
            return Published { comment: Part::Failed(failure.clone()), check: Part::Failed(failure) };
        }
        self.with(async |reader| publish::apply(reader, publication).await)
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("repository", &self.repository).finish_non_exhaustive()
    }
}
