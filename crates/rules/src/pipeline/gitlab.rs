//! GitLab CI: jobs, `extends`, `!reference` and files of the same repository that are included.

use std::collections::HashMap;
use std::rc::Rc;

use super::Triggers;
use super::node::Node;
use super::reader::{At, Reader};

const KEYWORDS: [&str; 10] = [
    "include",
    "workflow",
    "variables",
    "stages",
    "default",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
];
/// How deep files include each other, and jobs extend each other.
const MAX_DEPTH: usize = 4;
/// The most jobs that are read, and the most jobs that one extends.
const MAX_JOBS: usize = 1_000;
const MAX_BASES: usize = 5;

/// The jobs of all files by name.
type Jobs<'n> = HashMap<&'n str, &'n Node>;

pub(super) fn read(reader: &mut Reader<'_, '_>, root: &Node, at: &At) {
    let mut files: Vec<(Rc<Node>, At)> = vec![(Rc::new(root.clone()), at.clone())];
    let mut next = 0;
    let mut known = vec![at.file];
    // Jobs may extend what another file defines, so all files are read before any job.
    while let Some((document, at)) = files.get(next).cloned() {
        next += 1;
        for include in document.get("include").items() {
            let local = include.text().or(include.get("local").text()).filter(|path| !path.starts_with("http"));
            if let Some(path) = local {
                for file in files_of(reader, path) {
                    if known.len() < 60 && !known.contains(&file) {
                        known.push(file);
                        if let Some((documents, at)) = reader.yaml(file, Triggers::every()) {
                            files.extend(documents.into_iter().map(|document| (Rc::new(document), at.clone())));
                        }
                    }
                }
            } else if let Some(name) = include.get("template").text() {
                reader.uses(&at.when(Triggers::CHANGE), &format!("template {name}"), &Node::Null);
            } else {
                let name = ["component", "project", "remote"].iter().find_map(|key| include.get(key).text());
                let named = name.or(include.text()).unwrap_or("include");
                let files = include.get("file").texts();
                if files.is_empty() {
                    reader.elsewhere(&at.when(Triggers::CHANGE), named);
                }
                for file in files {
                    reader.elsewhere(&at.when(Triggers::CHANGE), file);
                }
            }
        }
    }
    let mut jobs = Jobs::new();
    for (name, job) in files.iter().flat_map(|(document, _)| document.pairs()) {
        jobs.entry(name).or_insert(job);
    }
    let mut left = MAX_JOBS;
    for (document, at) in &files {
        let shared = document.get("default");
        for (name, job) in document.pairs() {
            let is_job = !name.starts_with('.') && !KEYWORDS.contains(&name.as_str()) && matches!(job, Node::Map(_));
            if is_job && left > 0 {
                left -= 1;
                read_job(reader, &jobs, name, job, &at.when(triggers(&jobs, job)), shared);
            }
        }
    }
}

/// The files that an included path names; it may have stars.
fn files_of(reader: &Reader<'_, '_>, path: &str) -> Vec<usize> {
    let path = path.trim_start_matches('/');
    match path.split_once('*') {
        None => reader.file(path).into_iter().collect(),
        Some((start, end)) => {
            let end = end.trim_start_matches('*').trim_start_matches('/').trim_start_matches('*');
            let entries = reader.facts.sources.tree.entries().iter().enumerate();
            let is_it = |path: &str| path.starts_with(start) && path.ends_with(end);
            entries.filter(|(_, entry)| is_it(&entry.path)).map(|(file, _)| file).take(50).collect()
        }
    }
}

/// The value of a job's key, its own or that of what it extends.
fn inherited<'n>(jobs: &Jobs<'n>, job: &'n Node, key: &str, depth: usize) -> Option<&'n Node> {
    if job.has(key) {
        return Some(job.get(key));
    }
    if depth == 0 {
        return None;
    }
    // The last one that is extended counts most.
    let bases = job.get("extends").texts().into_iter().rev().take(MAX_BASES);
    bases.filter_map(|name| jobs.get(name).copied()).find_map(|job| inherited(jobs, job, key, depth - 1))
}

fn triggers(jobs: &Jobs<'_>, job: &Node) -> Triggers {
    let get = |key: &str| inherited(jobs, job, key, MAX_DEPTH).unwrap_or(&Node::Null);
    let when = get("when");
    if when.is("manual") {
        return Triggers::MANUAL;
    }
    if when.is("never") {
        return Triggers::NEVER;
    }
    if let Node::List(rules) = get("rules") {
        let runs = rules.iter().filter(|rule| !rule.get("when").is("never"));
        return runs.map(of_rule).fold(Triggers::NEVER, Triggers::or);
    }
    let only = match get("only") {
        only @ Node::Map(_) => only.get("refs").texts(),
        only => only.texts(),
    };
    if only.is_empty() {
        return Triggers::CHANGE.or(Triggers::RELEASE);
    }
    only.into_iter().map(of_ref).fold(Triggers::NEVER, Triggers::or)
}

fn of_ref(name: &str) -> Triggers {
    match name {
        "tags" => Triggers::RELEASE,
        "schedules" => Triggers::SCHEDULE,
        "web" | "triggers" | "api" | "pipelines" | "chat" => Triggers::MANUAL,
        _ => Triggers::CHANGE,
    }
}

fn of_rule(rule: &Node) -> Triggers {
    let condition = rule.get("if").text().unwrap_or_default();
    if rule.get("when").is("manual") {
        return Triggers::MANUAL;
    }
    let schedule = condition.contains("\"schedule\"") || condition.contains("'schedule'");
    let web = condition.contains("\"web\"") || condition.contains("'web'");
    if schedule && !condition.contains("!=") && !condition.contains("||") {
        Triggers::SCHEDULE
    } else if web && !condition.contains("!=") && !condition.contains("||") {
        Triggers::MANUAL
    } else if condition.trim() == "$CI_COMMIT_TAG" || condition.contains("$CI_COMMIT_TAG =~") {
        Triggers::RELEASE
    } else {
        Triggers::CHANGE
    }
}

fn read_job(reader: &mut Reader<'_, '_>, jobs: &Jobs<'_>, name: &str, job: &Node, at: &At, shared: &Node) {
    let get = |key: &str| inherited(jobs, job, key, MAX_DEPTH).unwrap_or(&Node::Null);
    let allowed = get("allow_failure");
    let at = at.lenient(allowed.is("true") || allowed.has("exit_codes"));
    if at.on == Triggers::NEVER {
        return;
    }
    // The place of the job itself comes before its commands.
    at.place(&format!("{name}:"));
    if job.has("trigger") && job.get("trigger").has("project") {
        reader.elsewhere(&at, job.get("trigger").get("project").text().unwrap_or(name));
    }
    let image = get("image");
    if let Some(image) = image.text().or(image.get("name").text()) {
        reader.uses(&at, &format!("image {image}"), &Node::Null);
    }
    if let Some(environment) = get("environment").text().or(get("environment").get("name").text()) {
        reader.uses(&at, &format!("environment {environment}"), &Node::Null);
    }
    // A job that extends one which is not in this repository may do anything.
    let is_here = |base: &&str| jobs.contains_key(base);
    if let Some(base) =
        job.get("extends").texts().into_iter().find(|base| !is_here(base)).filter(|_| !job.has("script"))
    {
        reader.elsewhere(&at, base);
    }
    for key in ["before_script", "script", "after_script"] {
        let own = get(key);
        let script = if *own == Node::Null && key == "before_script" { shared.get(key) } else { own };
        run(reader, jobs, script, &at, MAX_DEPTH);
    }
}

fn run(reader: &mut Reader<'_, '_>, jobs: &Jobs<'_>, script: &Node, at: &At, depth: usize) {
    match script {
        Node::Text(text) => reader.run(at, text),
        Node::List(items) => items.iter().for_each(|item| run(reader, jobs, item, at, depth)),
        Node::Reference(keys) if depth > 0 && reader.may_follow() => {
            if let Some((first, rest)) = keys.split_first()
                && let Some(job) = jobs.get(first.as_str())
            {
                let node = rest.iter().fold(*job, |node, key| node.get(key));
                run(reader, jobs, node, at, depth - 1);
            }
        }
        _ => {}
    }
}
