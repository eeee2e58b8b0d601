//! The GraphQL of the fake host: the operations that openly sends, by name.

use serde_json::{Map, Value, json};

use super::world::{Token, World};
use super::{Asked, Reply};

pub(super) fn answer(world: &mut World, asked: &Asked, token: &Token) -> Reply {
    let Some(document) = asked.body.get("query").and_then(Value::as_str) else {
        return Reply::error(400, "A query attribute must be specified and must be a string.");
    };
    let variables = asked.body.get("variables").cloned().unwrap_or_default();
    let operation =
        document.trim_start().strip_prefix("query ").and_then(|rest| rest.split('(').next()).unwrap_or_default();
    let data = match operation {
        "CommunityFiles" => json!({ "community": community(world, document, &variables) }),
        "PullRequestComments" => return comments(world, &variables, token),
        "RepositoryFacts" => return facts(world, document, &variables, token),
        _ => return errors(&Value::Null, "undefinedOperation", &[], "there is no such operation in this host"),
    };
    Reply::json(200, &json!({ "data": data }))
}

fn errors(data: &Value, kind: &str, path: &[&str], message: &str) -> Reply {
    let error = json!({ "type": kind, "path": path, "locations": [{ "line": 1, "column": 1 }], "message": message });
    Reply::json(200, &json!({ "data": data, "errors": [error] }))
}

fn is_known(world: &World, variables: &Value) -> bool {
    variables.get("owner") == Some(&Value::String(world.owner.clone()))
        && variables.get("name") == Some(&Value::String(world.name.clone()))
}

fn facts(world: &World, document: &str, variables: &Value, token: &Token) -> Reply {
    if !is_known(world, variables) {
        let message = "Could not resolve to a Repository with the name that was given.";
        return errors(&json!({ "repository": null, "community": null }), "NOT_FOUND", &["repository"], message);
    }
    if document.contains("projectsV2") && !token.sees_projects {
        let error = json!({ "type": "INSUFFICIENT_SCOPES", "locations": [{ "line": 7, "column": 5 }],
            "message": "Your token has not been granted the required scopes to execute this query. The 'nodes' field requires one of \
                        the following scopes: ['read:project']" });
        return Reply::json(200, &json!({ "errors": [error] }));
    }
    let mut repository = world.repository.clone();
    if !document.contains("projectsV2") {
        repository.as_object_mut().map(|fields| fields.remove("projectsV2"));
    }
    let classic = if token.is_administrator { world.classic.clone() } else { Value::Null };
    repository["viewerCanAdminister"] = json!(token.is_administrator);
    repository["defaultBranchRef"] = json!({ "name": "main", "branchProtectionRule": classic, "refUpdateRule": null });
    if !token.is_administrator
        && let Some(nodes) = repository.pointer_mut("/rulesets/nodes").and_then(Value::as_array_mut)
    {
        nodes.iter_mut().for_each(|node| node["bypassActors"] = Value::Null);
    }
    let community = community(world, document, variables);
    if community.is_null() {
        let data = json!({ "repository": repository, "community": null });
        return errors(
            &data,
            "NOT_FOUND",
            &["community"],
            "Could not resolve to a Repository with the name 'department/.github'.",
        );
    }
    Reply::json(200, &json!({ "data": { "repository": repository, "community": community } }))
}

/// The objects of `.github` that a document asks for, a line each.
fn community(world: &World, document: &str, variables: &Value) -> Value {
    let Some(files) = &world.community else { return Value::Null };
    let mut found = Map::new();
    found.insert("url".to_owned(), json!(format!("https://github.com/{}/.github", world.owner)));
    found.insert("visibility".to_owned(), json!("PUBLIC"));
    let blob = |text: &String| json!({ "byteSize": text.len(), "isBinary": false, "text": text });
    for line in document.lines() {
        let Some((alias, rest)) = line.trim().split_once(": object(expression: ") else { continue };
        let Some((expression, _)) = rest.split_once(')') else { continue };
        let expression = match expression.strip_prefix('$') {
            Some(variable) => variables.get(variable).and_then(Value::as_str).unwrap_or_default(),
            None => expression.trim_matches('"'),
        };
        let path = expression.strip_prefix("HEAD:").unwrap_or(expression);
        let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
        let entries: Vec<Value> = files
            .iter()
            .filter_map(|(file, text)| Some((file.strip_prefix(&folder)?, text)))
            .filter(|(name, _)| !name.contains('/') && !name.is_empty())
            .map(|(name, text)| json!({ "name": name, "type": "blob", "object": blob(text) }))
            .collect();
        let object = match files.get(path) {
            Some(text) => blob(text),
            None if !entries.is_empty() => json!({ "entries": entries }),
            None => Value::Null,
        };
        found.insert(alias.to_owned(), object);
    }
    Value::Object(found)
}

fn comments(world: &World, variables: &Value, token: &Token) -> Reply {
    let number = variables.get("number").and_then(Value::as_u64);
    let pull = world.pulls.iter().find(|pull| Some(pull.number) == number && is_known(world, variables));
    let Some(pull) = pull else {
        let data = json!({ "viewer": { "login": token.login }, "repository": null });
        return errors(
            &data,
            "NOT_FOUND",
            &["repository", "pullRequest"],
            "Could not resolve to a PullRequest with that number.",
        );
    };
    let after =
        variables.get("after").and_then(Value::as_str).and_then(|cursor| cursor.parse::<usize>().ok()).unwrap_or(0);
    let all: Vec<_> = world.comments.iter().filter(|comment| Some(comment.pull_request) == number).collect();
    let name = |login: &str| login.strip_suffix("[bot]").unwrap_or(login).to_owned();
    let nodes: Vec<Value> = all
        .iter()
        .skip(after)
        .take(100)
        .map(|comment| {
            let url = format!(
                "https://github.com/{}/{}/pull/{}#issuecomment-{}",
                world.owner, world.name, pull.number, comment.id
            );
            json!({ "body": comment.body, "url": url, "viewerDidAuthor": comment.login == token.login,
                "author": { "login": name(&comment.login) } })
        })
        .collect();
    let next = after + nodes.len();
    let page = json!({ "hasNextPage": next < all.len(), "endCursor": if nodes.is_empty() { Value::Null } else { json!(next.to_string()) } });
    Reply::json(
        200,
        &json!({ "data": {
        "viewer": { "login": token.login },
        "repository": { "pullRequest": { "headRefOid": pull.head_sha, "comments": { "nodes": nodes, "pageInfo": page } } },
    } }),
    )
}
