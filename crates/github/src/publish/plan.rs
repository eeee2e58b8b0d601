//! What to write, from what should be there and what is: pure, so that a dry run shows what a real one does.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::{Annotation, CheckRun, Existing, MAX_ANNOTATIONS, Publication};

/// One request that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Adds notes to a check run. `id` is unknown while the check run is only planned.
    Annotate {
        /// The check run.
        id: Option<u64>,
        /// The notes, at most 50.
        annotations: Vec<Annotation>,
    },
    /// Makes a check run.
    CreateCheckRun {
        /// The commit.
        head_sha: String,
        /// What is in it, in short; found again by it.
        external_id: String,
        /// How many of its notes go with it.
        annotations: usize,
    },
    /// Begins the comment.
    CreateComment {
        /// The pull request.
        pull_request: u64,
        /// Its text.
        body: String,
    },
    /// Removes a comment of ours that says the same as an older one.
    DeleteComment {
        /// The comment.
        id: u64,
    },
    /// Brings the comment up to date.
    UpdateComment {
        /// The comment.
        id: u64,
        /// Its text.
        body: String,
    },
}

/// The requests that make what is there what should be there, in order.
pub fn plan(publication: &Publication, existing: &Existing) -> Vec<Write> {
    let mut writes = comment(publication, existing);
    writes.extend(check(publication, existing));
    writes
}

pub(super) fn comment(publication: &Publication, existing: &Existing) -> Vec<Write> {
    let (Some(pull_request), Some((_, body))) = (publication.pull_request, publication.marked()) else {
        return Vec::new();
    };
    if is_outdated(publication, existing) {
        return Vec::new();
    }
    let Some((first, extra)) = existing.comments.split_first() else {
        return if publication.quiet { Vec::new() } else { vec![Write::CreateComment { pull_request, body }] };
    };
    // The host may give line ends back in another form.
    let is_same = first.body.lines().map(str::trim_end).eq(body.lines().map(str::trim_end));
    let update = (!is_same).then_some(Write::UpdateComment { id: first.id, body });
    update.into_iter().chain(extra.iter().map(|comment| Write::DeleteComment { id: comment.id })).collect()
}

/// Whether the pull request has a newer commit than the one that was checked.
pub(super) fn is_outdated(publication: &Publication, existing: &Existing) -> bool {
    existing.head.as_ref().is_some_and(|head| *head != publication.head_sha)
}

pub(super) fn check(publication: &Publication, existing: &Existing) -> Vec<Write> {
    let Some(check) = &publication.check else { return Vec::new() };
    let external_id = external_id(check);
    let same = existing.checks.iter().find(|run| run.external_id == external_id);
    let (mut writes, id, done) = match same {
        // Notes can only be added, so that a run with other content is followed by a new one, which is the one that is shown.
        None => {
            let annotations = check.annotations.len().min(MAX_ANNOTATIONS);
            let head_sha = publication.head_sha.clone();
            (vec![Write::CreateCheckRun { head_sha, external_id, annotations }], None, annotations)
        }
        Some(run) => (Vec::new(), Some(run.id), run.annotations),
    };
    let rest = check.annotations.get(done..).unwrap_or_default();
    writes.extend(rest.chunks(MAX_ANNOTATIONS).map(|batch| Write::Annotate { id, annotations: batch.to_vec() }));
    writes
}

/// What is in a check run, in short.
pub(super) fn external_id(check: &CheckRun) -> String {
    let mut hasher = DefaultHasher::new();
    check.hash(&mut hasher);
    format!("openly:{:016x}", hasher.finish())
}

impl fmt::Display for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let characters = |body: &str| body.chars().count();
        let notes = |count: usize| if count == 1 { "1 annotation".to_owned() } else { format!("{count} annotations") };
        match self {
            Self::Annotate { id: Some(id), annotations } => {
                write!(f, "add {} to check run {id}", notes(annotations.len()))
            }
            Self::Annotate { id: None, annotations } => {
                write!(f, "add {} to the new check run", notes(annotations.len()))
            }
            Self::CreateCheckRun { head_sha, annotations, .. } => {
                write!(f, "create a check run on commit {head_sha} with {}", notes(*annotations))
            }
            Self::CreateComment { pull_request, body } => {
                write!(f, "create a comment of {} characters on pull request {pull_request}", characters(body))
            }
            Self::DeleteComment { id } => write!(f, "delete comment {id}, which repeats an older one"),
            Self::UpdateComment { id, body } => write!(f, "update comment {id} to {} characters", characters(body)),
        }
    }
}
