//! What a run of a workflow is about: which commit, and which pull request.

use serde_json::Value;

use crate::address::Repository;
use crate::failure::Failure;

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The repository that the workflow belongs to.
    pub repository: Repository,
    /// The pull request, if there is one.
    pub pull_request: Option<u64>,
    /// Its newest commit, or the commit that was pushed.
    pub head_sha: String,
}

/// The event that started a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A commit was pushed, or somebody or the clock started the run.
    Commit {
        /// The commit.
        sha: String,
    },
    /// A pull request was opened or changed.
    PullRequest {
        /// Its number.
        number: u64,
        /// Its newest commit.
        head_sha: String,
    },
    /// Another workflow has ended, such as one for a pull request from a fork. The event names the commit and the branch;
    /// which pull request that is, the host must say.
    WorkflowRun {
        /// The number of the run.
        id: u64,
        /// The event that the other workflow ran for, such as `pull_request`.
        cause: String,
        /// The commit that the other workflow ran for.
        head_sha: String,
        /// The branch as the host looks for it: `owner:branch`. `None` where the fork is gone.
        head: Option<String>,
    },
}

impl Event {
    /// Reads what `GITHUB_EVENT_PATH` holds. `sha` is `GITHUB_SHA`.
    ///
    /// # Errors
    /// When the event lacks what its kind has.
    pub fn read(name: &str, bytes: &[u8], sha: &str) -> Result<Self, Failure> {
        let wrong = |what: &str| {
            Failure::setup(
                format!("the event of this run cannot be understood: {what}"),
                "run openly in a workflow as its documentation shows, or leave the publishing out",
            )
        };
        let json: Value = serde_json::from_slice(bytes).map_err(|_| wrong("it is not JSON"))?;
        let text = |path: &str| json.pointer(path).and_then(Value::as_str).map(ToOwned::to_owned);
        let commit = |path: &str| text(path).filter(|sha| is_sha(sha)).ok_or_else(|| wrong("it names no commit"));
        match name {
            "pull_request" | "pull_request_target" | "pull_request_review" => {
                let number = json.pointer("/pull_request/number").and_then(Value::as_u64);
                let number = number.ok_or_else(|| wrong("it names no pull request"))?;
                Ok(Self::PullRequest { number, head_sha: commit("/pull_request/head/sha")? })
            }
            "workflow_run" => {
                let owner = text("/workflow_run/head_repository/owner/login");
                let branch = text("/workflow_run/head_branch");
                let head = owner.zip(branch).map(|(owner, branch)| format!("{owner}:{branch}"));
                let id =
                    json.pointer("/workflow_run/id").and_then(Value::as_u64).ok_or_else(|| wrong("it names no run"))?;
                let cause = text("/workflow_run/event").unwrap_or_default();
                Ok(Self::WorkflowRun { id, cause, head_sha: commit("/workflow_run/head_sha")?, head })
            }
            _ if is_sha(sha) => Ok(Self::Commit { sha: sha.to_owned() }),
            _ => Err(wrong("GITHUB_SHA is not set")),
        }
    }
}

/// Whether a text is the whole id of a commit.
pub(crate) fn is_sha(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn events_say_what_they_are_about() {
        let request = format!(r#"{{"pull_request": {{"number": 7, "head": {{"sha": "{SHA}"}}}}}}"#);
        let read = Event::read("pull_request", request.as_bytes(), "merge");
        assert_eq!(read, Ok(Event::PullRequest { number: 7, head_sha: SHA.to_owned() }));
        let run = format!(
            r#"{{"workflow_run": {{"id": 9, "event": "pull_request", "head_sha": "{SHA}", "head_branch": "a/b", "head_repository": {{"owner": {{"login": "me"}}}}}}}}"#
        );
        let read = Event::read("workflow_run", run.as_bytes(), SHA);
        let (cause, head_sha) = ("pull_request".to_owned(), SHA.to_owned());
        let of = |head| Event::WorkflowRun { id: 9, cause: cause.clone(), head_sha: head_sha.clone(), head };
        assert_eq!(read, Ok(of(Some("me:a/b".to_owned()))));
        let gone = run.replace(r#"{"owner": {"login": "me"}}"#, "null");
        assert_eq!(Event::read("workflow_run", gone.as_bytes(), SHA), Ok(of(None)));
        assert_eq!(Event::read("push", b"{}", SHA), Ok(Event::Commit { sha: SHA.to_owned() }));
    }

    #[test]
    fn what_is_not_there_is_said() {
        for (name, event, sha) in [
            ("pull_request", "{}", SHA),
            ("pull_request", r#"{"pull_request": {"number": 7, "head": {"sha": "../x"}}}"#, SHA),
            ("workflow_run", r#"{"workflow_run": {}}"#, SHA),
            ("push", "{}", "main"),
            ("push", "[", SHA),
        ] {
            assert!(Event::read(name, event.as_bytes(), sha).is_err(), "{name} {event}");
        }
    }
}
