//! What is in the fake host, and the faults that were ordered.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::Reply;

/// What a token may do.
#[derive(Debug, Clone, Default)]
pub struct Token {
    /// Whom it stands for. A bot's login ends with `[bot]`.
    pub login: String,
    /// Whether it may write comments.
    pub may_comment: bool,
    /// Whether it may write check runs. Only tokens of apps and workflows may.
    pub may_check: bool,
    /// Whether it sees what administrators see.
    pub is_administrator: bool,
    /// Whether it has the scope `read:project`.
    pub sees_projects: bool,
    /// Requests that are left of the primary limit. `None` for no limit.
    pub remaining: Option<u64>,
}

/// A pull request.
#[derive(Debug, Clone)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its newest commit.
    pub head_sha: String,
    /// `owner:branch`.
    pub head: String,
}

/// A comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// The pull request.
    pub pull_request: u64,
    /// Its author's login.
    pub login: String,
    /// Its text.
    pub body: String,
}

/// A check run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its number.
    pub id: u64,
    /// What was sent.
    pub sent: Value,
    /// All annotations.
    pub annotations: Vec<Value>,
}

/// What a run of a workflow left.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Its number.
    pub id: u64,
    /// The run.
    pub run: u64,
    /// Its name.
    pub name: String,
    /// Whether its time is over.
    pub expired: bool,
    /// How many bytes the host says that it has.
    pub size: u64,
    /// The archive.
    pub archive: Vec<u8>,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Logged {
    /// `GET` and so on.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The status that was answered, if one was.
    pub status: Option<u16>,
    /// Whether it came with a token.
    pub authorised: bool,
    /// What was sent.
    pub body: Value,
}

/// Something that goes wrong.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Only requests with this method.
    pub method: &'static str,
    /// Only paths that contain this.
    pub path: &'static str,
    /// How many requests pass before it strikes.
    pub skip: usize,
    /// How often it strikes.
    pub times: usize,
    /// Whether what was asked is done before.
    pub after: bool,
    /// What happens.
    pub what: What,
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub enum What {
    /// The connection is closed without an answer.
    Cut,
    /// The connection is closed in the middle of an answer.
    CutMiddle,
    /// No answer comes for so long.
    Hang(Duration),
    /// The answer is no JSON, though it says so.
    Malformed,
    /// Somebody deletes every comment just before the request arrives, which is then answered as it should.
    CommentsGone,
    /// Another status, with headers and a message.
    Status(u16, Vec<(&'static str, String)>, &'static str),
}

impl What {
    pub(super) fn reply(&self) -> Option<Reply> {
        match self {
            Self::Malformed => {
                let mut reply = Reply::json(200, &Value::Null);
                reply.body = b"{\"id\": 1, ".to_vec();
                Some(reply)
            }
            Self::Status(status, headers, message) => {
                let reply = Reply::error(*status, message);
                Some(headers.iter().fold(reply, |reply, (name, value)| reply.header(name, value.as_str())))
            }
            _ => None,
        }
    }
}

/// A whole answer: status, headers and body.
pub type Canned = (u16, Vec<(String, String)>, String);

/// What is in the host.
#[derive(Debug, Clone)]
pub struct World {
    /// The owner of the repositories.
    pub owner: String,
    /// The name of the repository.
    pub name: String,
    /// Fields of the repository in GraphQL.
    pub repository: Value,
    /// Files of the owner's public repository `.github`, if there is one: path to text.
    pub community: Option<BTreeMap<String, String>>,
    /// Rules that are active for the default branch, as REST has them.
    pub rules: Vec<Value>,
    /// Classic protection of the default branch, as GraphQL has it; null for none.
    pub classic: Value,
    /// Whether private reports are on.
    pub private_reporting: bool,
    /// The state of secret scanning and of push protection.
    pub scanning: [&'static str; 2],
    /// Teams and their permissions.
    pub teams: Vec<(&'static str, &'static str)>,
    /// Open pull requests.
    pub pulls: Vec<Pull>,
    /// Comments, oldest first.
    pub comments: Vec<Comment>,
    /// Check runs, oldest first.
    pub runs: Vec<Run>,
    /// What runs left.
    pub artifacts: Vec<Artifact>,
    /// The address of the store that artifacts are downloaded from, which is another host.
    pub store: String,
    /// Tokens that are valid.
    pub tokens: BTreeMap<String, Token>,
    /// Faults to come.
    pub faults: Vec<Fault>,
    /// Requests that came.
    pub log: Vec<Logged>,
    /// The address that is written into answers.
    pub public_url: String,
    /// One answer for every request, when there is one.
    pub canned: Option<Canned>,
    /// The most pieces of content that are taken, before the secondary limit.
    pub most_content: usize,
    /// The last number that was given out.
    pub last_id: u64,
}

/// The commit of the pull request.
pub(super) const HEAD: &str = "1111111111111111111111111111111111111111";

impl Default for World {
    fn default() -> Self {
        let token = |login: &str| Token { login: login.to_owned(), ..Token::default() };
        let tokens = [
            ("ghs_workflow", Token { may_comment: true, may_check: true, ..token("github-actions[bot]") }),
            ("ghs_fork", token("github-actions[bot]")),
            ("ghp_reader", token("reader")),
            ("ghp_writer", Token { may_comment: true, ..token("writer") }),
            ("ghp_admin", Token { may_comment: true, is_administrator: true, sees_projects: true, ..token("admin") }),
        ];
        Self {
            owner: "department".to_owned(),
            name: "service".to_owned(),
            repository: json!({
                "url": "https://github.com/department/service",
                "description": "Lets people apply for a permit",
                "homepageUrl": "",
                "visibility": "PUBLIC",
                "isArchived": false,
                "isFork": false,
                "hasIssuesEnabled": true,
                "hasDiscussionsEnabled": false,
                "owner": { "__typename": "Organization" },
                "repositoryTopics": { "totalCount": 2 },
                "releases": { "totalCount": 3, "nodes": [{ "isDraft": true }, { "isDraft": false }, { "isDraft": false }] },
                "milestones": { "totalCount": 1 },
                "projectsV2": { "nodes": [{ "closed": false }, { "closed": true }] },
                "rulesets": { "nodes": [] },
                "pullRequests": { "nodes": [] },
            }),
            community: None,
            rules: Vec::new(),
            classic: Value::Null,
            private_reporting: true,
            scanning: ["enabled", "disabled"],
            teams: vec![("permits", "admin"), ("everybody", "pull")],
            pulls: vec![Pull { number: 7, head_sha: HEAD.to_owned(), head: "person:fix".to_owned() }],
            comments: Vec::new(),
            runs: Vec::new(),
            artifacts: Vec::new(),
            store: String::new(),
            tokens: tokens.into_iter().map(|(name, token)| (name.to_owned(), token)).collect(),
            faults: Vec::new(),
            log: Vec::new(),
            public_url: String::new(),
            canned: None,
            most_content: 80,
            last_id: 3_000_000_000,
        }
    }
}

impl World {
    /// Takes the fault that strikes a request.
    pub(super) fn fault(&mut self, method: &str, path: &str) -> Option<Fault> {
        let hits = |fault: &Fault| fault.times > 0 && fault.method == method && path.contains(fault.path);
        for fault in self.faults.iter_mut().filter(|fault| hits(fault)) {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.times -= 1;
            return Some(fault.clone());
        }
        None
    }

    /// Orders a fault that strikes at once.
    pub fn fail(&mut self, method: &'static str, path: &'static str, times: usize, after: bool, what: What) {
        self.faults.push(Fault { method, path, skip: 0, times, after, what });
    }

    /// Puts a comment there, as if somebody had written it.
    pub fn comment(&mut self, login: &str, body: &str) -> u64 {
        let id = self.id();
        self.comments.push(Comment { id, pull_request: 7, login: login.to_owned(), body: body.to_owned() });
        id
    }

    /// Puts an artifact there, as if a run had left it.
    pub fn artifact(&mut self, run: u64, name: &str, archive: Vec<u8>) -> u64 {
        let (id, size) = (self.id(), archive.len() as u64);
        self.artifacts.push(Artifact { id, run, name: name.to_owned(), expired: false, size, archive });
        id
    }

    pub(super) fn id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// How many requests came with a method, to paths that contain a text.
    pub fn count(&self, method: &str, path: &str) -> usize {
        self.log.iter().filter(|logged| logged.method == method && logged.path.contains(path)).count()
    }
}
