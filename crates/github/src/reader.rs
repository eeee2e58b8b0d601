//! Reading: repeats what failed in passing, waits for limits as the host asks, and ends by a deadline.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::address::{same_host, short};
use crate::client::{Answer, Ask, Client, Method};
use crate::failure::Failure;

/// How long to wait before the first repetition of what failed; the second waits twice as long, and so on.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How often a request is repeated when the host fails. Limits are waited for as long as there is time.
const REPEATS: u32 = 3;

/// The shortest wait for a secondary limit that names no time.
/// <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>
const SECONDARY_WAIT: Duration = Duration::from_secs(60);

/// The most pages of a list that are read: 10,000 entries.
const MAX_PAGES: usize = 100;

/// Until when there is time to wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn within(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// Waits, if that ends before the deadline.
    pub(crate) async fn wait(self, wait: Duration) -> bool {
        let is_in_time = Instant::now() + wait <= self.0;
        if is_in_time {
            tokio::time::sleep(wait).await;
        }
        is_in_time
    }
}

/// Data of GraphQL, with what is missing in it and why.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) data: Value,
    pub(crate) errors: Vec<GraphError>,
}

/// An error of GraphQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphError {
    /// Such as `NOT_FOUND`, `FORBIDDEN`, `INSUFFICIENT_SCOPES`, `RATE_LIMITED`.
    pub(crate) kind: String,
    /// Field names down to what is missing.
    pub(crate) path: String,
    pub(crate) message: String,
}

/// Reads from a host.
pub(crate) struct Reader<'a> {
    pub(crate) client: &'a Client,
    pub(crate) deadline: Deadline,
}

impl Reader<'_> {
    /// An answer that makes no sense.
    pub(crate) fn broken(&self, what: &str, why: &str) -> Failure {
        let why = self.client.credentials().hide(&short(why));
        Failure::Broken { host: self.client.host().name().to_owned(), what: what.to_owned(), why }
    }

    /// Asks for one thing. `needs` is the permission it takes, for messages.
    pub(crate) async fn get(&self, path: &str, what: &str, needs: &str) -> Result<Value, Failure> {
        Ok(self.page(path, what, needs).await?.0)
    }

    async fn page(&self, path: &str, what: &str, needs: &str) -> Result<(Value, Option<String>), Failure> {
        let ask = Ask { method: Method::Get, path: path.to_owned(), body: None, what };
        let answer = self.answer(async || self.client.send(&ask).await, |_| None).await?;
        if !answer.status.is_success() {
            return Err(self.client.failure(&ask, &answer, needs));
        }
        let json = answer.json().ok_or_else(|| self.client.broken(&ask, "the answer is not JSON"))?;
        let next = answer.header("link").and_then(next_page);
        let next = next.and_then(|address| same_host(self.client.host(), address));
        Ok((json, next))
    }

    /// Asks for a file of at most so many bytes, which may stand on another host.
    pub(crate) async fn download(
        &self,
        path: String,
        what: &str,
        needs: &str,
        most: usize,
    ) -> Result<Vec<u8>, Failure> {
        let ask = Ask { method: Method::Get, path, body: None, what };
        let answer = self.answer(async || self.client.download(&ask, most).await, |_| None).await?;
        if answer.status.is_success() { Ok(answer.into_body()) } else { Err(self.client.failure(&ask, &answer, needs)) }
    }

    /// Asks for a list, page by page. `list` finds the entries in an answer.
    pub(crate) async fn list(
        &self,
        path: &str,
        what: &str,
        needs: &str,
        list: impl Fn(Value) -> Option<Vec<Value>>,
    ) -> Result<Vec<Value>, Failure> {
        let (mut all, mut next) = (Vec::new(), Some(path.to_owned()));
        for _ in 0..MAX_PAGES {
            let Some(path) = next.take() else { break };
            let (page, following) = self.page(&path, what, needs).await?;
            let entries = list(page);
            let ask = Ask { method: Method::Get, path, body: None, what };
            all.extend(entries.ok_or_else(|| self.client.broken(&ask, "the answer has another shape"))?);
            next = following;
        }
        if next.is_some() {
            let ask = Ask { method: Method::Get, path: path.to_owned(), body: None, what };
            return Err(self.client.broken(&ask, "the list is longer than openly reads"));
        }
        Ok(all)
    }

    /// Asks in GraphQL. Parts that are missing are named beside what came.
    ///
    /// octocrab's own way throws away all data when a part is missing, and does not tell kinds of errors apart.
    pub(crate) async fn graph(&self, document: &str, variables: Value, what: &str) -> Result<Graph, Failure> {
        let body = json!({ "query": document, "variables": variables });
        let ask = Ask { method: Method::Post, path: "/graphql".to_owned(), body: Some(body), what };
        let is_limited = |answer: &Answer| {
            let errors = graph_errors(&answer.json()?);
            // The host has called it both, and a secondary limit neither.
            let is_limit = |error: &GraphError| {
                matches!(&*error.kind, "RATE_LIMITED" | "RATE_LIMIT") || error.message.contains("rate limit")
            };
            errors.iter().any(is_limit).then(|| limit(answer).unwrap_or(SECONDARY_WAIT))
        };
        let answer = self.answer(async || self.client.send(&ask).await, is_limited).await?;
        if !answer.status.is_success() {
            return Err(self.client.failure(&ask, &answer, "a token that may read the repository"));
        }
        let json = answer.json().ok_or_else(|| self.client.broken(&ask, "the answer is not JSON"))?;
        let errors = graph_errors(&json);
        let data = json.get("data").cloned().unwrap_or(Value::Null);
        if data.is_null() && errors.is_empty() {
            return Err(self.client.broken(&ask, "the answer has no data"));
        }
        Ok(Graph { data, errors })
    }

    /// Sends until an answer comes that repeating does not better. `limited` finds limits that the status does not show.
    async fn answer(
        &self,
        send: impl AsyncFn() -> Result<Answer, Failure>,
        limited: impl Fn(&Answer) -> Option<Duration>,
    ) -> Result<Answer, Failure> {
        let mut pause = FIRST_PAUSE;
        let mut repeats = 0;
        loop {
            let sent = send().await;
            let wait = match &sent {
                Ok(answer) => limit_of(answer).or_else(|| limited(answer)),
                Err(_) => None,
            };
            if let Some(wait) = wait {
                if self.deadline.wait(wait).await {
                    continue;
                }
                return Err(Failure::Limited { host: self.client.host().name().to_owned(), wait });
            }
            let has_failed = match &sent {
                Ok(answer) => answer.status.is_server_error(),
                Err(failure) => matches!(failure, Failure::Unreachable { .. }),
            };
            if !has_failed || repeats == REPEATS || !self.deadline.wait(pause).await {
                return sent;
            }
            repeats += 1;
            pause *= 2;
        }
    }
}

/// How long an answer asks to wait, when it says that there were too many requests.
///
/// A bare 403 is a refusal. It is a limit when it says so: with `retry-after`, with no requests left, or in its message.
pub(crate) fn limit_of(answer: &Answer) -> Option<Duration> {
    match answer.status.as_u16() {
        429 => Some(limit(answer).unwrap_or(SECONDARY_WAIT)),
        403 => limit(answer).or_else(|| {
            let message = answer.message().to_ascii_lowercase();
            let is_limit = ["rate limit", "abuse detection"].iter().any(|words| message.contains(words));
            is_limit.then_some(SECONDARY_WAIT)
        }),
        _ => None,
    }
}

/// The wait that headers ask for.
fn limit(answer: &Answer) -> Option<Duration> {
    let number = |name: &str| answer.header(name)?.trim().parse::<u64>().ok();
    if let Some(seconds) = number("retry-after") {
        return Some(Duration::from_secs(seconds.clamp(1, 86_400)));
    }
    if number("x-ratelimit-remaining") != Some(0) {
        return None;
    }
    let at = number("x-ratelimit-reset")?;
    let left = at.saturating_sub(u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0));
    Some(Duration::from_secs(left.clamp(1, 86_400)))
}

/// The address of the next page in a `Link` header.
fn next_page(link: &str) -> Option<&str> {
    link.split(',').find_map(|part| {
        let (address, parameters) = part.trim().split_once(';')?;
        let is_next = parameters.split(';').any(|parameter| parameter.trim() == "rel=\"next\"");
        is_next.then(|| address.trim().trim_start_matches('<').trim_end_matches('>'))
    })
}

fn graph_errors(json: &Value) -> Vec<GraphError> {
    let text = |error: &Value, key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let path = |error: &Value| {
        let steps = error.get("path").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let steps: Vec<&str> = steps.iter().filter_map(Value::as_str).collect();
        steps.join(".")
    };
    let errors = json.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let error = |error| GraphError { kind: text(error, "type"), path: path(error), message: text(error, "message") };
    errors.iter().map(error).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_others() {
        let link = "<https://api.github.com/x?page=1>; rel=\"prev\", <https://api.github.com/x?page=3>; rel=\"next\"";
        assert_eq!(next_page(link), Some("https://api.github.com/x?page=3"));
        assert_eq!(next_page("<https://api.github.com/x?page=1>; rel=\"first\""), None);
        assert_eq!(next_page("nonsense"), None);
    }

    #[test]
    fn errors_of_graphql_are_read_whatever_their_shape() {
        let json = json!({"errors": [{"type": "NOT_FOUND", "path": ["a", 0, "b"], "message": "m"}, 7, {"path": 1}]});
        let errors = graph_errors(&json);
        assert_eq!(errors[0], GraphError { kind: "NOT_FOUND".into(), path: "a.b".into(), message: "m".into() });
        assert_eq!(errors.len(), 3);
        assert!(graph_errors(&json!({"errors": "no"})).is_empty());
    }
}
