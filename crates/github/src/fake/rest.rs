//! The REST of the fake host: who may do what, and GitHub's own limits.

use serde_json::{Value, json};

use super::world::{Comment, Run, Token, World};
use super::{Asked, Reply, graph, shapes};
use crate::event::is_sha;

/// The most characters of a comment.
const MAX_COMMENT: usize = 65_536;

/// The most annotations in a request.
const MAX_ANNOTATIONS: usize = 50;

pub(super) fn route(world: &mut World, asked: &Asked) -> Reply {
    if let Some((status, headers, body)) = &world.canned {
        return Reply { status: *status, headers: headers.clone(), body: body.clone().into_bytes() };
    }
    if !asked.has_agent {
        return Reply::error(
            403,
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
        );
    }
    if let Some(id) = asked.path.strip_prefix("/store/") {
        return store(world, asked, id);
    }
    let name = asked.authorisation.as_deref().map(|value| value.trim_start_matches("Bearer ").to_owned());
    // An app that asks for a token of its own signs its request.
    if name.as_ref().is_some_and(|name| name.split('.').count() == 3) {
        return app(world, asked);
    }
    let token = match &name {
        None => Token::default(),
        Some(name) => match world.tokens.get_mut(name) {
            None => return Reply::error(401, "Bad credentials"),
            Some(token) => {
                if let Some(remaining) = &mut token.remaining {
                    if *remaining == 0 {
                        return spent(asked);
                    }
                    *remaining -= 1;
                }
                token.clone()
            }
        },
    };
    if asked.path.ends_with("/graphql") {
        if name.is_none() {
            return Reply::error(401, "This endpoint requires you to be authenticated.");
        }
        return graph::answer(world, asked, &token);
    }
    let prefix = format!("/repos/{}/{}", world.owner, world.name);
    match asked.path.trim_start_matches("/api/v3").strip_prefix(&prefix) {
        Some(rest) => {
            let steps: Vec<&str> = rest.split('/').filter(|step| !step.is_empty()).collect();
            of_repository(world, asked, &token, &steps)
        }
        None => Reply::error(404, "Not Found"),
    }
}

/// The primary limit is used up.
fn spent(asked: &Asked) -> Reply {
    let at = jiff::Timestamp::now().as_second() + 1;
    let message = "API rate limit exceeded for user ID 1.";
    let reply = if asked.path.ends_with("/graphql") {
        Reply::json(200, &json!({ "errors": [{ "type": "RATE_LIMIT", "message": message }] }))
    } else {
        Reply::error(403, message)
    };
    reply
        .header("x-ratelimit-limit", "5000")
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", at.to_string())
}

fn app(world: &mut World, asked: &Asked) -> Reply {
    if asked.path.ends_with("/installation") {
        return Reply::json(200, &shapes::installation(world));
    }
    if asked.method == "POST" && asked.path == "/app/installations/42/access_tokens" {
        let token = Token {
            login: "openly-app[bot]".to_owned(),
            may_comment: true,
            may_check: true,
            is_administrator: true,
            ..Token::default()
        };
        world.tokens.insert("ghs_of_app".to_owned(), token);
        return Reply::json(
            201,
            &json!({ "token": "ghs_of_app", "expires_at": "2099-01-01T00:00:00Z",
            "permissions": { "contents": "read" }, "repository_selection": "selected" }),
        );
    }
    Reply::error(404, "Not Found")
}

fn of_repository(world: &mut World, asked: &Asked, token: &Token, steps: &[&str]) -> Reply {
    let not_found = || Reply::error(404, "Not Found");
    match (asked.method.as_str(), steps) {
        ("GET", []) => Reply::json(200, &shapes::repository(world, token)),
        ("GET", ["rules", "branches", "main"]) => page(world, asked, world.rules.clone(), None),
        ("GET", ["branches", "main"]) => Reply::json(200, &shapes::branch(world)),
        ("GET", ["private-vulnerability-reporting"]) => {
            Reply::json(200, &json!({ "enabled": world.private_reporting }))
        }
        ("GET", ["teams"]) if token.is_administrator => {
            let teams = world.teams.iter().map(|(name, permission)| shapes::team(world, name, permission)).collect();
            page(world, asked, teams, None)
        }
        ("GET", ["pulls"]) => {
            let head = asked.query("head");
            let pulls = world.pulls.iter().filter(|pull| head.is_none_or(|head| head == pull.head));
            let pulls = pulls.map(|pull| shapes::pull(world, pull)).collect();
            page(world, asked, pulls, None)
        }
        ("GET", ["commits", sha, "check-runs"]) => {
            let is_it = |run: &&Run| {
                run.sent.get("head_sha").and_then(Value::as_str) == Some(*sha)
                    && asked
                        .query("check_name")
                        .is_none_or(|name| run.sent.get("name").and_then(Value::as_str) == Some(name))
            };
            // The newest of each name comes first.
            let runs = world.runs.iter().rev().filter(is_it).map(|run| shapes::run(world, run)).collect();
            page(world, asked, runs, Some("check_runs"))
        }
        ("GET", ["actions", "runs", run, "artifacts"]) => {
            let artifacts = world.artifacts.iter().filter(|artifact| artifact.run.to_string() == *run);
            let artifacts = artifacts.map(|artifact| shapes::artifact(world, artifact)).collect();
            page(world, asked, artifacts, Some("artifacts"))
        }
        ("GET", ["actions", "artifacts", id, "zip"]) => download(world, asked, id),
        ("POST", ["issues", number, "comments"]) => create_comment(world, asked, token, number),
        (method @ ("PATCH" | "DELETE"), ["issues", "comments", id]) => change_comment(world, asked, token, method, id),
        ("POST", ["check-runs"]) => create_run(world, asked, token),
        ("PATCH", ["check-runs", id]) => update_run(world, asked, token, id),
        _ => not_found(),
    }
}

/// Leads to the store of files.
fn download(world: &World, asked: &Asked, id: &str) -> Reply {
    if asked.authorisation.is_none() {
        return Reply::error(401, "You must have the actions scope to download artifacts.");
    }
    match world.artifacts.iter().find(|artifact| artifact.id.to_string() == id) {
        None => Reply::error(404, "Not Found"),
        Some(artifact) if artifact.expired => Reply::error(410, "Artifact has expired"),
        Some(_) => Reply { status: 302, headers: Vec::new(), body: Vec::new() }
            .header("location", format!("{}/store/{id}?sig=a%2Fb%3D", world.store)),
    }
}

/// The store knows who may read from the address alone, and refuses a token beside it.
fn store(world: &World, asked: &Asked, id: &str) -> Reply {
    let artifact = world.artifacts.iter().find(|artifact| artifact.id.to_string() == id);
    match artifact {
        Some(artifact) if asked.authorisation.is_none() && asked.query("sig") == Some("a/b=") => {
            let headers = vec![("content-type".to_owned(), "application/zip".to_owned())];
            Reply { status: 200, headers, body: artifact.archive.clone() }
        }
        _ => Reply::error(400, "Authentication information is not given in the correct format."),
    }
}

/// A page of a list, with the address of the next one.
fn page(world: &World, asked: &Asked, all: Vec<Value>, within: Option<&str>) -> Reply {
    let number = |name: &str, default: usize| asked.query(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (size, page) = (number("per_page", 30).clamp(1, 100), number("page", 1).max(1));
    let total = all.len();
    let part: Vec<Value> = all.into_iter().skip((page - 1) * size).take(size).collect();
    let body = match within {
        Some(key) => json!({ "total_count": total, key: part }),
        None => Value::Array(part),
    };
    let reply = Reply::json(200, &body);
    if page * size >= total {
        return reply;
    }
    let kept: Vec<String> =
        asked.query.iter().filter(|(key, _)| key != "page").map(|(key, value)| format!("{key}={value}")).collect();
    let query = [kept, vec![format!("page={}", page + 1)]].concat().join("&");
    reply.header("link", format!("<{}{}?{query}>; rel=\"next\"", world.public_url, asked.path))
}

fn invalid(field: &str, message: &str) -> Reply {
    let error = json!({ "resource": "Request", "code": "custom", "field": field, "message": message });
    Reply::json(
        422,
        &json!({ "message": "Validation Failed", "errors": [error], "documentation_url": "https://docs.github.com/rest" }),
    )
}

fn forbidden() -> Reply {
    Reply::error(403, "Resource not accessible by integration")
}

/// Whether the secondary limit for content is reached.
fn too_much(world: &World) -> Option<Reply> {
    let made = world.comments.len() + world.runs.len();
    (made >= world.most_content).then(|| {
        Reply::error(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
            .header("retry-after", "1")
    })
}

fn body_of_comment(asked: &Asked) -> Result<String, Reply> {
    match asked.body.get("body").and_then(Value::as_str) {
        None | Some("") => Err(invalid("body", "Body cannot be blank")),
        Some(body) if body.chars().count() > MAX_COMMENT => {
            Err(invalid("body", "Body is too long (maximum is 65536 characters)"))
        }
        Some(body) => Ok(body.to_owned()),
    }
}

fn create_comment(world: &mut World, asked: &Asked, token: &Token, number: &str) -> Reply {
    let Some(number) = world.pulls.iter().map(|pull| pull.number).find(|known| known.to_string() == number) else {
        return Reply::error(404, "Not Found");
    };
    if !token.may_comment {
        return forbidden();
    }
    if let Some(reply) = too_much(world) {
        return reply;
    }
    match body_of_comment(asked) {
        Err(reply) => reply,
        Ok(body) => {
            let comment = Comment { id: world.id(), pull_request: number, login: token.login.clone(), body };
            world.comments.push(comment.clone());
            Reply::json(201, &shapes::comment(world, &comment))
        }
    }
}

fn change_comment(world: &mut World, asked: &Asked, token: &Token, method: &str, id: &str) -> Reply {
    let Some(at) = world.comments.iter().position(|comment| comment.id.to_string() == id) else {
        return Reply::error(404, "Not Found");
    };
    if !token.may_comment || world.comments[at].login != token.login {
        return forbidden();
    }
    if method == "DELETE" {
        world.comments.remove(at);
        return Reply { status: 204, headers: Vec::new(), body: Vec::new() };
    }
    match body_of_comment(asked) {
        Err(reply) => reply,
        Ok(body) => {
            world.comments[at].body = body;
            Reply::json(200, &shapes::comment(world, &world.comments[at]))
        }
    }
}

/// The annotations of a request, when they are as GitHub wants them.
fn annotations(asked: &Asked) -> Result<Vec<Value>, Reply> {
    let Some(output) = asked.body.get("output") else { return Ok(Vec::new()) };
    for field in ["title", "summary"] {
        let text = output.get(field).and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() || text.chars().count() > 65_535 {
            return Err(invalid(field, "is missing or too long"));
        }
    }
    let notes = output.get("annotations").and_then(Value::as_array).cloned().unwrap_or_default();
    if notes.len() > MAX_ANNOTATIONS {
        return Err(invalid("annotations", "Only 50 annotations can be sent at once"));
    }
    let is_good = |note: &Value| {
        let number = |field: &str| note.get(field).and_then(Value::as_u64).unwrap_or(0);
        let level = note.get("annotation_level").and_then(Value::as_str).unwrap_or_default();
        let has = |field: &str| note.get(field).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        ["failure", "notice", "warning"].contains(&level)
            && number("start_line") > 0
            && number("end_line") >= number("start_line")
            && has("path")
            && has("message")
    };
    if notes.iter().all(is_good) { Ok(notes) } else { Err(invalid("annotations", "an annotation is invalid")) }
}

fn create_run(world: &mut World, asked: &Asked, token: &Token) -> Reply {
    if !token.login.ends_with("[bot]") {
        return Reply::error(403, "You must authenticate via a GitHub App.");
    }
    if !token.may_check {
        return forbidden();
    }
    if let Some(reply) = too_much(world) {
        return reply;
    }
    let sha = asked.body.get("head_sha").and_then(Value::as_str).unwrap_or_default();
    if !is_sha(sha) {
        return invalid("head_sha", &format!("No commit found for SHA: {sha}"));
    }
    match annotations(asked) {
        Err(reply) => reply,
        Ok(annotations) => {
            let run = Run { id: world.id(), sent: asked.body.clone(), annotations };
            world.runs.push(run.clone());
            Reply::json(201, &shapes::run(world, &run))
        }
    }
}

fn update_run(world: &mut World, asked: &Asked, token: &Token, id: &str) -> Reply {
    let Some(at) = world.runs.iter().position(|run| run.id.to_string() == id) else {
        return Reply::error(404, "Not Found");
    };
    if !token.may_check {
        return forbidden();
    }
    match annotations(asked) {
        Err(reply) => reply,
        Ok(annotations) => {
            world.runs[at].annotations.extend(annotations);
            Reply::json(200, &shapes::run(world, &world.runs[at]))
        }
    }
}
