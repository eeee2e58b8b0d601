//! What is already on the host: comments that are ours, over all pages, and check runs of the commit.

use serde_json::{Value, json};

use super::Publication;
use crate::address::query;
use crate::failure::Failure;
use crate::reader::Reader;

/// What is already there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Existing {
    /// The newest commit of the pull request.
    pub head: Option<String>,
    /// Comments by whoever the token stands for that begin with the marker, oldest first.
    pub comments: Vec<ExistingComment>,
    /// Check runs of the commit that have the name.
    pub checks: Vec<ExistingCheck>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingComment {
    /// Its number in REST.
    pub id: u64,
    /// Its text.
    pub body: String,
    /// Its address.
    pub url: String,
}

/// A check run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingCheck {
    /// Its number.
    pub id: u64,
    /// What its maker called it: says what is in it.
    pub external_id: String,
    /// How many annotations it has.
    pub annotations: usize,
    /// Its address.
    pub url: String,
}

/// The comments of a pull request. A marker alone would be enough for anybody to have a comment of theirs overwritten, so
/// that of each comment is asked whether it is the viewer's. A bot's login ends with `[bot]` in one place only.
const COMMENTS: &str = "query PullRequestComments($owner: String!, $name: String!, $number: Int!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    headRefOid
    comments(first: 100, after: $after) {
      nodes { body url viewerDidAuthor author { login } }
      pageInfo { hasNextPage endCursor }
    }
  } }
}";

/// The most pages of comments that are read.
const MAX_PAGES: usize = 50;

/// Reads what is there. `None` in a part that is not to be published.
pub(crate) async fn read(
    reader: &Reader<'_>,
    publication: &Publication,
) -> (Result<Existing, Failure>, Result<Existing, Failure>) {
    let comments = match (publication.pull_request, publication.marked()) {
        (Some(number), Some((marker, _))) => comments(reader, publication, number, &marker).await,
        _ => Ok(Existing::default()),
    };
    let checks = match &publication.check {
        Some(check) => checks(reader, publication, &check.name).await,
        None => Ok(Existing::default()),
    };
    (comments, checks)
}

/// The comments that are ours.
pub(crate) async fn comments(
    reader: &Reader<'_>,
    publication: &Publication,
    number: u64,
    marker: &str,
) -> Result<Existing, Failure> {
    let what = "read the comments of the pull request";
    let mut existing = Existing::default();
    let mut after = Value::Null;
    for _ in 0..MAX_PAGES {
        let repository = &publication.repository;
        let variables = json!({ "owner": repository.owner, "name": repository.name, "number": number, "after": after });
        let graph = reader.graph(COMMENTS, variables, what).await?;
        let Some(request) = graph.data.pointer("/repository/pullRequest").filter(|request| request.is_object()) else {
            let error = graph.errors.first();
            return Err(match error.map(|error| error.kind.as_str()) {
                Some("FORBIDDEN") => Failure::Forbidden {
                    what: what.to_owned(),
                    needs: "the permission `pull-requests: write`".to_owned(),
                },
                Some("NOT_FOUND") => Failure::NotFound { what: format!("pull request {number} of {repository}") },
                _ => reader.broken(what, error.map_or("the answer has no pull request", |error| &error.message)),
            });
        };
        existing.head = request.get("headRefOid").and_then(Value::as_str).map(ToOwned::to_owned);
        let viewer = graph.data.pointer("/viewer/login").and_then(Value::as_str).unwrap_or_default();
        let nodes = request.pointer("/comments/nodes").and_then(Value::as_array);
        let Some(nodes) = nodes else { return Err(reader.broken(what, "the answer has another shape")) };
        existing.comments.extend(nodes.iter().filter_map(|node| ours(node, viewer, marker)));
        let has_next = request.pointer("/comments/pageInfo/hasNextPage") == Some(&Value::Bool(true));
        match request.pointer("/comments/pageInfo/endCursor").filter(|cursor| has_next && cursor.is_string()) {
            Some(cursor) if *cursor != after => after = cursor.clone(),
            _ => {
                existing.comments.sort_by_key(|comment| comment.id);
                return Ok(existing);
            }
        }
    }
    Err(reader.broken(what, "there are more comments than openly reads"))
}

fn ours(node: &Value, viewer: &str, marker: &str) -> Option<ExistingComment> {
    let body = node.get("body")?.as_str()?;
    let author = node.pointer("/author/login").and_then(Value::as_str);
    let same_name = !viewer.is_empty() && author == Some(viewer.strip_suffix("[bot]").unwrap_or(viewer));
    let is_ours = same_name || node.get("viewerDidAuthor") == Some(&Value::Bool(true));
    let url = node.get("url")?.as_str()?;
    // `databaseId` is too small for today's numbers, and its successor is not on every Enterprise Server.
    let id = url.rsplit_once("#issuecomment-")?.1.parse().ok()?;
    let is_marked = body.trim_start().starts_with(marker);
    (is_ours && is_marked).then(|| ExistingComment { id, body: body.to_owned(), url: url.to_owned() })
}

/// The check runs of the commit that have a name.
pub(crate) async fn checks(reader: &Reader<'_>, publication: &Publication, name: &str) -> Result<Existing, Failure> {
    let path =
        format!("/commits/{}/check-runs?check_name={}&filter=all&per_page=100", publication.head_sha, query(name));
    let path = publication.repository.path(&path);
    let list = |page: Value| match page.get("check_runs") {
        Some(Value::Array(runs)) => Some(runs.clone()),
        _ => None,
    };
    let runs = reader.list(&path, "read the check runs", "the permission `checks: write`", list).await?;
    Ok(Existing { checks: runs.iter().filter_map(check).collect(), ..Existing::default() })
}

/// A check run, as the host describes it.
pub(crate) fn check(run: &Value) -> Option<ExistingCheck> {
    let text = |key: &str| run.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let annotations = run.pointer("/output/annotations_count").and_then(Value::as_u64).unwrap_or(0);
    Some(ExistingCheck {
        id: run.get("id")?.as_u64()?,
        external_id: text("external_id"),
        annotations: usize::try_from(annotations).unwrap_or(usize::MAX),
        url: text("html_url"),
    })
}
