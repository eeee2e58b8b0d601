//! What the host knows about a repository, as the plain facts that rules ask for. What the token may not see is unknown,
//! with the permission it takes.

mod branch;
mod community;
mod latency;

use jiff::Timestamp;
use openly_rules::host::{HostFact, HostFacts};
use serde_json::{Value, json};

use crate::address::{Repository, segments};
use crate::failure::Failure;
use crate::reader::{GraphError, Reader};

/// What a host told, and what went wrong meanwhile.
#[derive(Debug)]
pub struct HostAnswer {
    /// The facts.
    pub facts: HostFacts,
    /// Why facts are missing that the host would have told. Empty when all was answered.
    pub failures: Vec<Failure>,
}

/// One query for most facts. Its cost, by GitHub's rules, is two points: each connection is bounded.
/// <https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api>
fn document(with_projects: bool) -> String {
    let projects = if with_projects { "projectsV2(first: 20) { nodes { closed } }" } else { "" };
    format!(
        "query RepositoryFacts($owner: String!, $name: String!) {{
  repository(owner: $owner, name: $name) {{
    url description homepageUrl visibility isArchived isFork hasIssuesEnabled hasDiscussionsEnabled viewerCanAdminister
    owner {{ __typename }}
    repositoryTopics(first: 1) {{ totalCount }}
    releases(first: 20, orderBy: {{ field: CREATED_AT, direction: DESC }}) {{ totalCount nodes {{ isDraft }} }}
    milestones(first: 1, states: OPEN) {{ totalCount }}
    {projects}
    defaultBranchRef {{ name {branch} }}
    rulesets(first: 30, includeParents: true) {{ nodes {{ databaseId bypassActors(first: 1) {{ totalCount }} }} }}
    {latency}
  }}
  {community}
}}",
        branch = branch::FIELDS,
        latency = latency::FIELDS,
        community = community::fields(),
    )
}

/// Asks for the facts of a repository. `now` is when the check is made.
///
/// # Errors
/// When the host gave nothing at all.
pub(crate) async fn read(reader: &Reader<'_>, repository: &Repository, now: Timestamp) -> Result<HostAnswer, Failure> {
    let mut answer = HostAnswer { facts: HostFacts::asked(), failures: Vec::new() };
    if reader.client.credentials().is_none() {
        answer.facts.why_missing = "openly asked without a token".to_owned();
        of_rest(reader, repository, &mut answer).await?;
        return Ok(answer);
    }
    let graph = query(reader, repository, &mut answer).await?;
    let read = graph.get("repository").unwrap_or(&Value::Null);
    of_graph(read, &mut answer.facts);
    latency::read(read, now, &mut answer.facts);
    if repository.name != ".github" {
        community::read(reader, repository, &graph, &mut answer).await;
    }
    settings(reader, repository, read, &mut answer).await;
    Ok(answer)
}

/// Sends the query, again without projects when the token may not see those.
async fn query(reader: &Reader<'_>, repository: &Repository, answer: &mut HostAnswer) -> Result<Value, Failure> {
    let variables = json!({ "owner": repository.owner, "name": repository.name });
    let what = "read the repository";
    // A workflow's token never sees projects, and other tokens only with a scope; without it the host gives nothing at all.
    let mut with_projects = reader.client.credentials().may_be_administrator();
    loop {
        let graph = reader.graph(&document(with_projects), variables.clone(), what).await?;
        let found = graph.data.get("repository").is_some_and(Value::is_object);
        let is_of_projects = |error: &GraphError| {
            error.kind == "INSUFFICIENT_SCOPES"
                || error.path.contains("projectsV2")
                || error.message.contains("read:project")
        };
        if !found && with_projects && graph.errors.iter().any(is_of_projects) {
            with_projects = false;
            continue;
        }
        if found {
            let of_host =
                |error: &&GraphError| !["NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_SCOPES"].contains(&error.kind.as_str());
            if let Some(error) = graph.errors.iter().find(of_host) {
                answer.failures.push(reader.broken(what, &error.message));
            }
            return Ok(graph.data);
        }
        let forbidden = graph.errors.iter().find(|error| error.kind == "FORBIDDEN");
        if let Some(error) = forbidden {
            let needs =
                format!("read access to the repository (the host says: {})", crate::address::short(&error.message));
            return Err(Failure::Forbidden { what: what.to_owned(), needs });
        }
        if graph.errors.iter().any(|error| error.kind == "NOT_FOUND") {
            return Err(Failure::NotFound { what: format!("the repository {repository}") });
        }
        let why = graph.errors.first().map_or("the answer has no repository", |error| &error.message);
        return Err(reader.broken(what, why));
    }
}

fn flag(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_bool).map(|flag| flag.to_string())
}

/// A text, where none and an empty one are the same.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => Some(String::new()),
        value => value.as_str().map(ToOwned::to_owned),
    }
}

fn total(value: Option<&Value>) -> Option<u64> {
    value?.get("totalCount")?.as_u64()
}

fn nodes(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(|value| value.get("nodes")).and_then(Value::as_array).into_iter().flatten()
}

fn know(facts: &mut HostFacts, fact: HostFact, value: Option<String>) {
    if let Some(value) = value {
        facts.known.insert(fact, value);
    }
}

fn of_graph(read: &Value, facts: &mut HostFacts) {
    use HostFact as F;
    facts.url = read.get("url").and_then(Value::as_str).map(ToOwned::to_owned);
    let visibility = read.get("visibility").and_then(Value::as_str);
    know(facts, F::Public, visibility.map(|visibility| (visibility == "PUBLIC").to_string()));
    know(facts, F::Archived, flag(read.get("isArchived")));
    know(facts, F::Fork, flag(read.get("isFork")));
    know(facts, F::Description, text(read.get("description")));
    know(facts, F::Homepage, text(read.get("homepageUrl")));
    know(facts, F::IssuesEnabled, flag(read.get("hasIssuesEnabled")));
    know(facts, F::DiscussionsEnabled, flag(read.get("hasDiscussionsEnabled")));
    know(facts, F::Topics, total(read.get("repositoryTopics")).map(|count| count.to_string()));
    know(facts, F::OpenMilestones, total(read.get("milestones")).map(|count| count.to_string()));
    know(
        facts,
        F::DefaultBranch,
        read.pointer("/defaultBranchRef/name").and_then(Value::as_str).map(ToOwned::to_owned),
    );
    if let Some(total) = total(read.get("releases")) {
        let drafts = nodes(read.get("releases")).filter(|node| node.get("isDraft") == Some(&Value::Bool(true))).count();
        know(facts, F::Releases, Some(total.saturating_sub(drafts as u64).to_string()));
    }
    if read.get("projectsV2").is_some_and(Value::is_object) {
        let open = nodes(read.get("projectsV2")).filter(|node| node.get("closed") == Some(&Value::Bool(false))).count();
        know(facts, F::OpenProjects, Some(open.to_string()));
    }
}

/// What anybody may see of a public repository without a token, which GraphQL always wants.
async fn of_rest(reader: &Reader<'_>, repository: &Repository, answer: &mut HostAnswer) -> Result<(), Failure> {
    use HostFact as F;
    let read = reader.get(&repository.path(""), "read the repository", "a token that may read it").await?;
    if !read.is_object() {
        return Err(reader.broken("read the repository", "the answer has another shape"));
    }
    let facts = &mut answer.facts;
    facts.url = read.get("html_url").and_then(Value::as_str).map(ToOwned::to_owned);
    know(facts, F::Public, read.get("private").and_then(Value::as_bool).map(|private| (!private).to_string()));
    know(facts, F::Archived, flag(read.get("archived")));
    know(facts, F::Fork, flag(read.get("fork")));
    know(facts, F::Description, text(read.get("description")));
    know(facts, F::Homepage, text(read.get("homepage")));
    know(facts, F::IssuesEnabled, flag(read.get("has_issues")));
    know(facts, F::DiscussionsEnabled, flag(read.get("has_discussions")));
    know(facts, F::DefaultBranch, text(read.get("default_branch")).filter(|name| !name.is_empty()));
    let topics = read.get("topics").and_then(Value::as_array);
    know(facts, F::Topics, topics.map(|topics| topics.len().to_string()));
    let branch = json!({ "defaultBranchRef": { "name": read.get("default_branch") } });
    settings(reader, repository, &branch, answer).await;
    Ok(())
}

/// Settings that only REST tells.
async fn settings(reader: &Reader<'_>, repository: &Repository, read: &Value, answer: &mut HostAnswer) {
    branch::read(reader, repository, read, answer).await;
    private_reporting(reader, repository, answer).await;
    if reader.client.credentials().may_be_administrator() {
        secret_scanning(reader, repository, answer).await;
        owner_team(reader, repository, read, answer).await;
    } else {
        let why = "the token of a workflow cannot see this; it takes a token of an administrator, or an app with read access to \
                   administration";
        for fact in [HostFact::SecretScanning, HostFact::PushProtection, HostFact::OwnerTeam] {
            if !reader.client.credentials().is_none() {
                answer.facts.unknown.insert(fact, why.to_owned());
            }
        }
    }
}

impl HostAnswer {
    /// Notes that something could not be read. Not being allowed to is no failure of the host.
    fn missing(&mut self, failure: Failure, facts: &[HostFact], needs: &str) {
        let why = match &failure {
            Failure::Forbidden { .. } | Failure::NotFound { .. } => {
                format!("the token may not see this; it takes {needs}")
            }
            other => other.to_string(),
        };
        for fact in facts {
            self.facts.unknown.insert(*fact, why.clone());
        }
        if !matches!(failure, Failure::Forbidden { .. } | Failure::NotFound { .. }) {
            self.failures.push(failure);
        }
    }
}

async fn private_reporting(reader: &Reader<'_>, repository: &Repository, answer: &mut HostAnswer) {
    // The host offers it for public repositories.
    if answer.facts.known.get(&HostFact::Public).is_some_and(|public| public == "false") {
        answer.facts.known.insert(HostFact::PrivateReporting, "false".to_owned());
        return;
    }
    let path = repository.path("/private-vulnerability-reporting");
    let needs = "read access to the repository's administration";
    match reader.get(&path, "read whether private reports are on", needs).await {
        Ok(read) => know(&mut answer.facts, HostFact::PrivateReporting, flag(read.get("enabled"))),
        Err(failure) => answer.missing(failure, &[HostFact::PrivateReporting], needs),
    }
}

async fn secret_scanning(reader: &Reader<'_>, repository: &Repository, answer: &mut HostAnswer) {
    let facts = [HostFact::SecretScanning, HostFact::PushProtection];
    let needs = "a token of an administrator, or an app with read access to administration";
    match reader.get(&repository.path(""), "read the security settings", needs).await {
        Ok(read) => {
            for (fact, key) in facts.iter().zip(["secret_scanning", "secret_scanning_push_protection"]) {
                let status = read.pointer(&format!("/security_and_analysis/{key}/status")).and_then(Value::as_str);
                know(&mut answer.facts, *fact, status.map(|status| (status == "enabled").to_string()));
            }
        }
        Err(failure) => answer.missing(failure, &facts, needs),
    }
}

async fn owner_team(reader: &Reader<'_>, repository: &Repository, read: &Value, answer: &mut HostAnswer) {
    let is_of_person = read.pointer("/owner/__typename").and_then(Value::as_str) == Some("User");
    if is_of_person {
        answer.facts.known.insert(HostFact::OwnerTeam, "false".to_owned());
        return;
    }
    let path = repository.path("/teams?per_page=100");
    let needs = "a token of a member of the organisation, or an app with read access to administration";
    let list = |page: Value| match page {
        Value::Array(teams) => Some(teams),
        _ => None,
    };
    match reader.list(&path, "read the teams", needs, list).await {
        Ok(teams) => {
            let owns = |team: &Value| team.get("permission").and_then(Value::as_str) == Some("admin");
            answer.facts.known.insert(HostFact::OwnerTeam, teams.iter().any(owns).to_string());
        }
        Err(failure) => answer.missing(failure, &[HostFact::OwnerTeam], needs),
    }
}

/// The path of something of a branch.
fn of_branch(repository: &Repository, before: &str, branch: &str, after: &str) -> String {
    repository.path(&format!("{before}{}{after}", segments(branch)))
}
