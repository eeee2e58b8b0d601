//! How soon people who send a pull request get an answer.

use jiff::{SignedDuration, Timestamp};
use openly_rules::host::{HostFact, HostFacts};
use serde_json::Value;

use super::nodes;

/// The newest pull requests with the first things that were said on each.
pub(super) const FIELDS: &str = "
    pullRequests(first: 30, orderBy: { field: CREATED_AT, direction: DESC }) { nodes {
      createdAt mergedAt isDraft author { __typename login } mergedBy { login }
      comments(first: 5) { nodes { createdAt author { __typename login } } }
      reviews(first: 5) { nodes { submittedAt author { __typename login } } }
    } }";

/// The fewest pull requests that say anything.
const FEWEST: usize = 5;

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

pub(super) fn read(read: &Value, now: Timestamp, facts: &mut HostFacts) {
    let Some(requests) = read.get("pullRequests").filter(|requests| requests.is_object()) else { return };
    let answers: Vec<bool> = nodes(Some(requests)).filter_map(|request| is_answered(request, now)).collect();
    if answers.len() < FEWEST {
        let why = format!(
            "only {} of the newest pull requests are by people and a week old; {FEWEST} say something",
            answers.len()
        );
        facts.unknown.insert(HostFact::ReviewedInAWeek, why);
        return;
    }
    let percent = answers.iter().filter(|answered| **answered).count() * 100 / answers.len();
    facts.known.insert(HostFact::ReviewedInAWeek, percent.to_string());
}

/// Whether somebody else answered within a week. `None` for robots, drafts, and what is too new to tell.
fn is_answered(request: &Value, now: Timestamp) -> Option<bool> {
    let time = |value: Option<&Value>| value?.as_str()?.parse::<Timestamp>().ok();
    let login = |value: &Value| value.pointer("/author/login").and_then(Value::as_str).map(str::to_owned);
    let is_robot = |value: &Value| value.pointer("/author/__typename").and_then(Value::as_str) == Some("Bot");
    let created = time(request.get("createdAt"))?;
    // The author of a pull request whose account is gone cannot be told from others.
    let author = login(request)?;
    if is_robot(request) || request.get("isDraft") == Some(&Value::Bool(true)) {
        return None;
    }
    let is_soon = |at: Timestamp| at.duration_since(created) <= WEEK;
    let said = nodes(request.get("comments")).chain(nodes(request.get("reviews")));
    let by_others = said.filter(|said| !is_robot(said) && login(said).is_some_and(|who| who != author));
    let mut answers =
        by_others.filter_map(|said| time(said.get("createdAt")).or_else(|| time(said.get("submittedAt"))));
    let merger = request.pointer("/mergedBy/login").and_then(Value::as_str);
    let merged = time(request.get("mergedAt")).filter(|_| merger.is_some_and(|merger| merger != author));
    if answers.any(is_soon) || merged.is_some_and(is_soon) {
        return Some(true);
    }
    (!is_soon(now)).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answered(request: &Value) -> Option<bool> {
        is_answered(request, "2026-06-30T12:00:00Z".parse().expect("a time"))
    }

    #[test]
    fn only_others_answer() {
        let person = |login: &str| json!({ "__typename": "User", "login": login });
        let request = |day: &str, said: Value| {
            json!({ "createdAt": format!("2026-06-{day}T12:00:00Z"), "author": person("me"),
            "comments": { "nodes": [said] }, "reviews": { "nodes": [] } })
        };
        let said = |day: &str, who: Value| json!({ "createdAt": format!("2026-06-{day}T12:00:00Z"), "author": who });
        assert_eq!(answered(&request("01", said("03", person("you")))), Some(true));
        assert_eq!(answered(&request("01", said("09", person("you")))), Some(false));
        assert_eq!(answered(&request("01", said("03", person("me")))), Some(false));
        let robot = json!({ "__typename": "Bot", "login": "robot" });
        assert_eq!(answered(&request("01", said("03", robot.clone()))), Some(false));
        assert_eq!(answered(&request("28", said("29", person("me")))), None, "it is too new");
        assert_eq!(answered(&json!({ "createdAt": "2026-06-01T12:00:00Z", "author": robot })), None);
        assert_eq!(answered(&json!({ "createdAt": "nonsense", "author": 7 })), None);
        let merged = json!({ "createdAt": "2026-06-01T12:00:00Z", "author": person("me"), "mergedAt": "2026-06-02T12:00:00Z",
            "mergedBy": { "login": "me" } });
        assert_eq!(answered(&merged), Some(false), "merging one's own is no answer");
    }
}
