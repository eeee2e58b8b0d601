//! What the fake host answers in REST, with every field that GitHub's own description asks for.

use serde_json::{Map, Value, json};

use super::world::{Artifact, Comment, HEAD, Pull, Run, Token, World};

const TIME: &str = "2026-06-01T12:00:00Z";

/// Fields that are addresses below an address.
fn addresses(object: &mut Map<String, Value>, base: &str, fields: &[&str]) {
    for field in fields {
        object.insert(format!("{field}_url"), json!(format!("{base}/{}", field.replace('_', "-"))));
    }
}

fn user(login: &str) -> Value {
    let is_bot = login.ends_with("[bot]");
    let url = format!("https://api.github.com/users/{}", login.replace('[', "%5B").replace(']', "%5D"));
    let mut user = json!({
        "login": login, "id": 1, "node_id": "U_1", "avatar_url": "https://avatars.githubusercontent.com/u/1", "gravatar_id": "",
        "url": url, "html_url": format!("https://github.com/{}", login.trim_end_matches("[bot]")),
        "type": if is_bot { "Bot" } else { "User" }, "site_admin": false,
        "following_url": format!("{url}/following"), "gists_url": format!("{url}/gists"), "starred_url": format!("{url}/starred"),
        "events_url": format!("{url}/events"),
    });
    if let Some(user) = user.as_object_mut() {
        addresses(user, &url, &["followers", "subscriptions", "organizations", "repos", "received_events"]);
    }
    user
}

fn api(world: &World) -> String {
    format!("https://api.github.com/repos/{}/{}", world.owner, world.name)
}

fn html(world: &World) -> String {
    format!("https://github.com/{}/{}", world.owner, world.name)
}

pub(super) fn comment(world: &World, comment: &Comment) -> Value {
    let page = format!("{}/pull/{}", html(world), comment.pull_request);
    json!({
        "id": comment.id, "node_id": "IC_1", "url": format!("{}/issues/comments/{}", api(world), comment.id),
        "html_url": format!("{page}#issuecomment-{}", comment.id), "body": comment.body, "user": user(&comment.login),
        "created_at": TIME, "updated_at": TIME, "issue_url": format!("{}/issues/{}", api(world), comment.pull_request),
        "author_association": "NONE", "performed_via_github_app": null,
    })
}

pub(super) fn run(world: &World, run: &Run) -> Value {
    let sent = |field: &str| run.sent.get(field).cloned().unwrap_or(Value::Null);
    let output = |field: &str| run.sent.pointer(&format!("/output/{field}")).cloned().unwrap_or(Value::Null);
    let url = format!("{}/check-runs/{}", api(world), run.id);
    json!({
        "id": run.id, "node_id": "CR_1", "head_sha": sent("head_sha"), "external_id": sent("external_id"), "url": url,
        "html_url": format!("{}/runs/{}", html(world), run.id), "details_url": html(world), "status": "completed",
        "conclusion": sent("conclusion"), "started_at": TIME, "completed_at": TIME, "name": sent("name"),
        "output": {
            "title": output("title"), "summary": output("summary"), "text": null, "annotations_count": run.annotations.len(),
            "annotations_url": format!("{url}/annotations"),
        },
        "check_suite": { "id": 5 }, "app": null, "pull_requests": [],
    })
}

pub(super) fn artifact(world: &World, artifact: &Artifact) -> Value {
    let url = format!("{}/actions/artifacts/{}", api(world), artifact.id);
    json!({
        "id": artifact.id, "node_id": "A_1", "name": artifact.name, "size_in_bytes": artifact.size, "url": url,
        "archive_download_url": format!("{url}/zip"), "expired": artifact.expired, "created_at": TIME, "updated_at": TIME,
        "expires_at": TIME, "digest": null,
        "workflow_run": { "id": artifact.run, "repository_id": 1, "head_repository_id": 2, "head_branch": "fix", "head_sha": HEAD },
    })
}

pub(super) fn team(world: &World, name: &str, permission: &str) -> Value {
    let url = format!("https://api.github.com/organizations/1/team/{name}");
    json!({
        "id": 1, "node_id": "T_1", "name": name, "slug": name, "description": null, "privacy": "closed",
        "notification_setting": "notifications_enabled", "permission": permission, "url": url,
        "html_url": format!("https://github.com/orgs/{}/teams/{name}", world.owner), "members_url": format!("{url}/members"),
        "repositories_url": format!("{url}/repos"), "parent": null, "type": "organization", "organization_id": 1,
    })
}

pub(super) fn branch(world: &World) -> Value {
    let url = format!("{}/branches/main", api(world));
    let person = json!({ "name": "A Person", "email": "person@department.example", "date": TIME });
    let commit = format!("{}/commits/{HEAD}", api(world));
    let is_protected = !world.classic.is_null() || !world.rules.is_empty();
    json!({
        "name": "main",
        "commit": {
            "url": commit, "sha": HEAD, "node_id": "C_1", "html_url": format!("{}/commit/{HEAD}", html(world)),
            "comments_url": format!("{commit}/comments"), "author": user("person"), "committer": user("person"), "parents": [],
            "commit": {
                "url": commit, "author": person, "committer": person, "message": "Change", "comment_count": 0,
                "tree": { "sha": HEAD, "url": format!("{}/git/trees/{HEAD}", api(world)) },
            },
        },
        "_links": { "html": format!("{}/tree/main", html(world)), "self": url },
        "protected": is_protected, "protection": { "enabled": is_protected }, "protection_url": format!("{url}/protection"),
    })
}

pub(super) fn installation(world: &World) -> Value {
    let url = "https://api.github.com/app/installations/42";
    json!({
        "id": 42, "account": user(&world.owner), "repository_selection": "selected",
        "access_tokens_url": format!("{url}/access_tokens"), "repositories_url": "https://api.github.com/installation/repositories",
        "html_url": "https://github.com/settings/installations/42", "app_id": 1, "target_id": 1, "target_type": "Organization",
        "permissions": { "contents": "read" }, "events": [], "created_at": TIME, "updated_at": TIME, "single_file_name": null,
        "app_slug": "openly-app", "suspended_by": null, "suspended_at": null,
    })
}

pub(super) fn repository(world: &World, token: &Token) -> Value {
    let graph = |field: &str| world.repository.get(field).cloned().unwrap_or(Value::Null);
    let mut repository = plain_repository(world);
    let is_private = graph("visibility") != "PUBLIC";
    let homepage = Some(graph("homepageUrl")).filter(|address| address != "");
    let more = json!({
        "description": graph("description"), "homepage": homepage, "private": is_private,
        "visibility": if is_private { "private" } else { "public" }, "archived": graph("isArchived"), "fork": graph("isFork"),
        "has_issues": graph("hasIssuesEnabled"), "has_discussions": graph("hasDiscussionsEnabled"), "topics": ["permits", "service"],
        "subscribers_count": 1, "network_count": 1,
    });
    let more = more.as_object().cloned().unwrap_or_default();
    if let Some(repository) = repository.as_object_mut() {
        repository.extend(more);
        if token.is_administrator {
            let status = |at: usize| json!({ "status": world.scanning[at] });
            repository.insert(
                "security_and_analysis".to_owned(),
                json!({ "secret_scanning": status(0), "secret_scanning_push_protection": status(1) }),
            );
        }
    }
    repository
}

fn plain_repository(world: &World) -> Value {
    let (api, html) = (api(world), html(world));
    let mut repository = json!({
        "id": 1, "node_id": "R_1", "name": world.name, "full_name": format!("{}/{}", world.owner, world.name), "private": false,
        "owner": user(&world.owner), "html_url": html, "description": null, "fork": false, "url": api,
        "archive_url": format!("{api}/{{archive_format}}{{/ref}}"), "git_url": format!("git:{html}.git"),
        "ssh_url": "git@github.com:department/service.git", "clone_url": format!("{html}.git"), "svn_url": html, "mirror_url": null,
        "homepage": null, "language": "Rust", "forks_count": 0, "stargazers_count": 0, "watchers_count": 0, "size": 1,
    });
    let more = json!({
        "default_branch": "main", "open_issues_count": 0, "is_template": false, "topics": [], "has_issues": true,
        "has_projects": true, "has_wiki": false, "has_pages": false, "has_downloads": false, "has_discussions": false,
        "archived": false, "disabled": false, "visibility": "public", "pushed_at": TIME, "created_at": TIME, "updated_at": TIME,
        "forks": 0, "open_issues": 0, "watchers": 0, "license": null, "allow_forking": true, "web_commit_signoff_required": false,
    });
    if let (Some(repository), Value::Object(more)) = (repository.as_object_mut(), more) {
        repository.extend(more);
        let fields = [
            "assignees",
            "blobs",
            "branches",
            "collaborators",
            "comments",
            "commits",
            "compare",
            "contents",
            "contributors",
            "deployments",
            "downloads",
            "events",
            "forks",
            "git_commits",
            "git_refs",
            "git_tags",
            "hooks",
            "issue_comment",
            "issue_events",
            "issues",
            "keys",
            "labels",
            "languages",
            "merges",
            "milestones",
            "notifications",
            "pulls",
            "releases",
            "stargazers",
            "statuses",
            "subscribers",
            "subscription",
            "tags",
            "teams",
            "trees",
        ];
        addresses(repository, &api, &fields);
    }
    repository
}

pub(super) fn pull(world: &World, pull: &Pull) -> Value {
    let (owner, branch) = pull.head.split_once(':').unwrap_or(("", &pull.head));
    let (api, page) = (api(world), format!("{}/pull/{}", html(world), pull.number));
    let url = format!("{api}/pulls/{}", pull.number);
    let side = |owner: &str, branch: &str, sha: &str| json!({ "label": format!("{owner}:{branch}"), "ref": branch, "sha": sha, "user": user(owner), "repo": plain_repository(world) });
    let link = |href: String| json!({ "href": href });
    json!({
        "url": url, "id": 1, "node_id": "PR_1", "html_url": page, "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"), "issue_url": format!("{api}/issues/{}", pull.number),
        "commits_url": format!("{url}/commits"), "review_comments_url": format!("{url}/comments"),
        "review_comment_url": format!("{api}/pulls/comments"), "comments_url": format!("{api}/issues/{}/comments", pull.number),
        "statuses_url": format!("{api}/statuses/{}", pull.head_sha), "number": pull.number, "state": "open", "locked": false,
        "title": "A change", "user": user(owner), "body": null, "labels": [], "milestone": null, "active_lock_reason": null,
        "created_at": TIME, "updated_at": TIME, "closed_at": null, "merged_at": null, "merge_commit_sha": null, "assignee": null,
        "assignees": [], "requested_reviewers": [], "requested_teams": [],
        "head": side(owner, branch, &pull.head_sha), "base": side(&world.owner, "main", HEAD),
        "_links": {
            "comments": link(format!("{api}/issues/{}/comments", pull.number)), "commits": link(format!("{url}/commits")),
            "statuses": link(format!("{api}/statuses/{}", pull.head_sha)), "html": link(page),
            "issue": link(format!("{api}/issues/{}", pull.number)), "review_comments": link(format!("{url}/comments")),
            "review_comment": link(format!("{api}/pulls/comments")), "self": link(url),
        },
        "author_association": "NONE", "auto_merge": null, "draft": false,
    })
}
