//! Writing. A create is never sent again before what is there was read once more: an answer that did not come does not mean
//! that nothing was written.

use std::time::Duration;

use serde_json::{Value, json};

use super::existing::{self, Existing, ExistingComment};
use super::plan::{self, Write, external_id};
use super::{Annotation, CheckRun, Conclusion, Level, MAX_SUMMARY, Part, Publication, Published, cut};
use crate::client::{Answer, Ask, Method};
use crate::failure::Failure;
use crate::reader::{Reader, limit_of};

/// How long to wait before looking whether a create that got no answer was done.
const PAUSE: Duration = Duration::from_millis(1000);

/// How often a part is planned anew from what is there.
const ROUNDS: usize = 4;

/// The most characters of a title.
const MAX_TITLE: usize = 255;

/// The most characters of an annotation's text; GitHub takes 64 KiB.
const MAX_MESSAGE: usize = 16_000;

const MAY_COMMENT: &str = "the permission `pull-requests: write`, which pull requests from forks do not get";
const MAY_CHECK: &str = "the permission `checks: write` and a token of a workflow or an app";

/// Publishes. What fails in one part leaves the other alone.
pub(crate) async fn apply(reader: &Reader<'_>, publication: &Publication) -> Published {
    let writer = Writer { reader, publication };
    let comment = writer.comment().await.unwrap_or_else(part);
    // A token that is not valid does not become so.
    let check = match &comment {
        Part::Failed(failure @ Failure::Unauthorised { .. }) if publication.check.is_some() => {
            Part::Failed(failure.clone())
        }
        _ => writer.check().await.unwrap_or_else(part),
    };
    Published { comment, check }
}

fn part(failure: Failure) -> Part {
    match failure {
        Failure::Forbidden { .. } => Part::NotAllowed(failure),
        failure => Part::Failed(failure),
    }
}

/// What came of a write.
enum Sent {
    /// It was done, and this is the answer.
    Done(Value),
    /// It was not done, and what it was about is gone.
    Gone,
    /// It was not done, and may be tried again.
    Again,
    /// Whether it was done cannot be told, and why.
    Unsure(Failure),
}

struct Writer<'a> {
    reader: &'a Reader<'a>,
    publication: &'a Publication,
}

impl Writer<'_> {
    async fn comment(&self) -> Result<Part, Failure> {
        let (Some(number), Some((marker, body))) = (self.publication.pull_request, self.publication.marked()) else {
            return Ok(Part::Skipped);
        };
        let mut last = None;
        // The comment that this run began, by its number.
        let mut mine: Option<ExistingComment> = None;
        let mut updated = false;
        for _ in 0..ROUNDS {
            let existing = match existing::comments(self.reader, self.publication, number, &marker).await {
                Ok(existing) => existing,
                // What was written is there, even if nobody can look at it.
                Err(_) if mine.is_some() => break,
                Err(failure) => return Err(last.unwrap_or(failure)),
            };
            if plan::is_outdated(self.publication, &existing) && mine.is_none() {
                return Ok(Part::Outdated);
            }
            let writes = self.settle(&existing, mine.as_ref());
            if writes.is_empty() {
                let first = existing.comments.first();
                return Ok(match (first, &mine) {
                    (Some(first), Some(mine)) if first.id == mine.id => Part::Created(first.url.clone()),
                    (Some(first), _) if updated || mine.is_some() => Part::Updated(first.url.clone()),
                    // It was written by the request whose answer did not come.
                    (Some(first), None) if last.is_some() => Part::Created(first.url.clone()),
                    (Some(_), _) => Part::Left,
                    (None, Some(mine)) => Part::Created(mine.url.clone()),
                    (None, None) => Part::Skipped,
                });
            }
            for write in writes {
                match self.write_comment(&write).await? {
                    Sent::Done(answer) => match &write {
                        Write::CreateComment { .. } => mine = Some(self.begun(&answer, &body)),
                        Write::UpdateComment { .. } => updated = true,
                        _ => {}
                    },
                    // Somebody removed it meanwhile: look again.
                    Sent::Gone => updated = false,
                    Sent::Again => {}
                    Sent::Unsure(failure) => {
                        last = Some(failure);
                        self.reader.deadline.wait(PAUSE).await;
                    }
                }
            }
            if updated && mine.is_none() && existing.comments.len() == 1 {
                return Ok(Part::Updated(existing.comments.first().map(|c| c.url.clone()).unwrap_or_default()));
            }
        }
        match (mine, last) {
            (Some(mine), _) => Ok(Part::Created(mine.url)),
            (None, Some(failure)) => Err(failure),
            (None, None) => Err(self.reader.broken("publish the comment", "it changes all the time")),
        }
    }

    /// As the plan, but a comment that another run began meanwhile is left to be removed by that run: each removes its own, so
    /// that two runs at once leave the older one and do not remove both.
    fn settle(&self, existing: &Existing, mine: Option<&ExistingComment>) -> Vec<Write> {
        let writes = plan::comment(self.publication, existing);
        let Some(mine) = mine else { return writes };
        let is_own = |write: &Write| match write {
            Write::CreateComment { .. } => false,
            Write::DeleteComment { id } => *id == mine.id,
            _ => true,
        };
        writes.into_iter().filter(is_own).collect()
    }

    fn begun(&self, answer: &Value, body: &str) -> ExistingComment {
        ExistingComment {
            id: answer.get("id").and_then(Value::as_u64).unwrap_or(0),
            body: body.to_owned(),
            url: answer.get("html_url").and_then(Value::as_str).unwrap_or_default().to_owned(),
        }
    }

    async fn write_comment(&self, write: &Write) -> Result<Sent, Failure> {
        let repository = &self.publication.repository;
        let of = |id: u64| repository.path(&format!("/issues/comments/{id}"));
        let (method, path, body, what) = match write {
            Write::CreateComment { pull_request, body } => {
                let path = repository.path(&format!("/issues/{pull_request}/comments"));
                (Method::Post, path, Some(json!({ "body": body })), "write a comment")
            }
            Write::UpdateComment { id, body } => {
                (Method::Patch, of(*id), Some(json!({ "body": body })), "update the comment")
            }
            Write::DeleteComment { id } => (Method::Delete, of(*id), None, "remove a comment"),
            Write::Annotate { .. } | Write::CreateCheckRun { .. } => return Ok(Sent::Gone),
        };
        self.send(&Ask { method, path, body, what }, MAY_COMMENT).await
    }

    async fn check(&self) -> Result<Part, Failure> {
        let Some(check) = &self.publication.check else { return Ok(Part::Skipped) };
        let wanted = external_id(check);
        let (mut last, mut created, mut added) = (None, false, false);
        let batches = check.annotations.len().div_ceil(super::MAX_ANNOTATIONS);
        for _ in 0..ROUNDS + batches {
            let existing = match existing::checks(self.reader, self.publication, &check.name).await {
                Ok(existing) => existing,
                Err(failure) => return Err(last.unwrap_or(failure)),
            };
            let mut run = existing.checks.iter().find(|run| run.external_id == wanted).cloned();
            let writes = plan::check(self.publication, &existing);
            let mut is_sure = true;
            for write in &writes {
                // Also when its answer does not come, it may be what made the run that is found later.
                created |= matches!(write, Write::CreateCheckRun { .. });
                let sent = match write {
                    Write::CreateCheckRun { annotations, .. } => {
                        self.create_check(check, &wanted, *annotations).await?
                    }
                    Write::Annotate { annotations, .. } => match &run {
                        Some(run) => self.annotate(check, run.id, annotations).await?,
                        None => Sent::Gone,
                    },
                    _ => Sent::Gone,
                };
                match sent {
                    Sent::Done(answer) => {
                        added |= matches!(write, Write::Annotate { .. });
                        run = existing::check(&answer).or(run);
                    }
                    // What is there is read again before anything else is sent.
                    Sent::Again | Sent::Gone => is_sure = false,
                    Sent::Unsure(failure) => {
                        last = Some(failure);
                        is_sure = false;
                        self.reader.deadline.wait(PAUSE).await;
                    }
                }
                if !is_sure {
                    break;
                }
            }
            if is_sure {
                let url = run.map(|run| run.url).unwrap_or_default();
                return Ok(match (created, added) {
                    (true, _) => Part::Created(url),
                    (false, true) => Part::Updated(url),
                    (false, false) => Part::Left,
                });
            }
        }
        Err(last.unwrap_or_else(|| self.reader.broken("publish the check run", "it changes all the time")))
    }

    async fn create_check(&self, check: &CheckRun, external_id: &str, annotations: usize) -> Result<Sent, Failure> {
        let conclusion = match check.conclusion {
            Conclusion::Failure => "failure",
            Conclusion::Neutral => "neutral",
            Conclusion::Success => "success",
        };
        let body = json!({
            "name": check.name,
            "head_sha": self.publication.head_sha,
            "status": "completed",
            "conclusion": conclusion,
            "external_id": external_id,
            "output": output(check, check.annotations.get(..annotations).unwrap_or_default()),
        });
        let path = self.publication.repository.path("/check-runs");
        self.send(&Ask { method: Method::Post, path, body: Some(body), what: "create a check run" }, MAY_CHECK).await
    }

    async fn annotate(&self, check: &CheckRun, id: u64, annotations: &[Annotation]) -> Result<Sent, Failure> {
        let path = self.publication.repository.path(&format!("/check-runs/{id}"));
        let body = json!({ "output": output(check, annotations) });
        self.send(&Ask { method: Method::Patch, path, body: Some(body), what: "add annotations" }, MAY_CHECK).await
    }

    /// Sends a write once and says what came of it. Waits for limits, which are answers that say that nothing was done.
    async fn send(&self, ask: &Ask<'_>, needs: &str) -> Result<Sent, Failure> {
        let client = self.reader.client;
        let answer: Answer = match client.send(ask).await {
            Ok(answer) => answer,
            Err(failure) => return Ok(Sent::Unsure(failure)),
        };
        if let Some(wait) = limit_of(&answer) {
            if self.reader.deadline.wait(wait).await {
                return Ok(Sent::Again);
            }
            return Err(Failure::Limited { host: client.host().name().to_owned(), wait });
        }
        match answer.status.as_u16() {
            204 => Ok(Sent::Done(Value::Null)),
            200..=299 => match answer.json() {
                Some(json) => Ok(Sent::Done(json)),
                None => Ok(Sent::Unsure(client.broken(ask, "the answer is not JSON"))),
            },
            404 | 410 if ask.method != Method::Post => Ok(Sent::Gone),
            // Without the permission to write, a host says that there is nothing to write to.
            404 => Err(Failure::Forbidden { what: ask.what.to_owned(), needs: needs.to_owned() }),
            500.. => Ok(Sent::Unsure(client.failure(ask, &answer, needs))),
            _ => Err(client.failure(ask, &answer, needs)),
        }
    }
}

fn output(check: &CheckRun, annotations: &[Annotation]) -> Value {
    let notes: Vec<Value> = annotations.iter().map(note).collect();
    json!({ "title": cut(&check.title, MAX_TITLE), "summary": cut(&check.summary, MAX_SUMMARY), "annotations": notes })
}

fn note(annotation: &Annotation) -> Value {
    let level = match annotation.level {
        Level::Failure => "failure",
        Level::Notice => "notice",
        Level::Warning => "warning",
    };
    let start = annotation.start_line.max(1);
    json!({
        "path": annotation.path,
        "start_line": start,
        "end_line": annotation.end_line.max(start),
        "annotation_level": level,
        "title": cut(&annotation.title, MAX_TITLE),
        "message": cut(&annotation.message, MAX_MESSAGE),
    })
}
