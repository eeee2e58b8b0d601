//! GitHub Actions, and Gitea's and Forgejo's: workflows, reusable workflows and composite actions of the same repository.

use super::Triggers;
use super::node::Node;
use super::reader::{At, Reader};

/// How deep reusable workflows and composite actions call each other.
const MAX_DEPTH: usize = 5;
/// The most values of a matrix that are put in.
const MAX_VALUES: usize = 30;

/// Reads all workflows: those that are started by an event, and those that wait for these.
pub(super) fn read(reader: &mut Reader<'_, '_>, files: &[usize]) {
    let mut read: Vec<(Vec<Node>, At)> = Vec::new();
    for &file in files {
        read.extend(reader.yaml(file, Triggers::every()));
    }
    let names: Vec<(String, Triggers)> = read
        .iter()
        .flat_map(|(documents, _)| documents)
        .filter_map(|root| Some((root.get("name").text()?.to_owned(), triggers(root, &[]))))
        .collect();
    for (documents, at) in &read {
        for root in documents {
            workflow(reader, root, &at.when(triggers(root, &names)), 0);
        }
    }
}

/// What starts a workflow. One that is only called by others is started by nothing itself.
fn triggers(root: &Node, names: &[(String, Triggers)]) -> Triggers {
    let on = root.get("on");
    let on = if *on == Node::Null { root.get("true") } else { on };
    let mut all = Triggers::NEVER;
    let events: Vec<(&str, &Node)> = match on {
        Node::Map(pairs) => pairs.iter().map(|(event, filter)| (event.as_str(), filter)).collect(),
        other => other.texts().into_iter().map(|event| (event, &Node::Null)).collect(),
    };
    for (event, filter) in events {
        all = all.or(match event {
            "workflow_run" => {
                let waits_for = filter.get("workflows").texts();
                let of = |name: &&str| names.iter().find(|(known, _)| known == name).map(|(_, on)| *on);
                waits_for.iter().filter_map(of).fold(Triggers::OTHER, Triggers::or)
            }
            event => of_event(event, filter),
        });
    }
    all
}

fn of_event(event: &str, filter: &Node) -> Triggers {
    match event {
        "push" => {
            let tags = filter.has("tags") || filter.has("tags-ignore");
            let branches = filter.has("branches") || filter.has("branches-ignore");
            match (tags, branches) {
                (true, false) => Triggers::RELEASE,
                (true, true) => Triggers::CHANGE.or(Triggers::RELEASE),
                _ => Triggers::CHANGE,
            }
        }
        "pull_request" | "pull_request_target" => {
            let types = filter.get("types").texts();
            let is_change = |kind: &&str| matches!(*kind, "opened" | "synchronize" | "reopened" | "ready_for_review");
            let changes = types.is_empty() || types.iter().any(is_change);
            if changes { Triggers::CHANGE } else { Triggers::OTHER }
        }
        "merge_group" => Triggers::CHANGE,
        "release" | "create" => Triggers::RELEASE,
        "schedule" => Triggers::SCHEDULE,
        "workflow_dispatch" => Triggers::MANUAL,
        "workflow_call" => Triggers::NEVER,
        _ => Triggers::OTHER,
    }
}

/// The triggers that a condition leaves over. Only conditions that name events alone are understood.
fn condition(job: &Node) -> Triggers {
    let Some(text) = job.get("if").text() else { return Triggers::every() };
    let text = text.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    if text == "false" {
        return Triggers::NEVER;
    }
    let mut left = Triggers::NEVER;
    for part in text.split("||") {
        let name = part.split_once("github.event_name ==").or_else(|| part.split_once("github.event_name=="));
        let Some((_, rest)) = name else { return Triggers::every() };
        let name = rest.trim().trim_matches(['\'', '"', '(', ')', ' ']);
        let name = name.split(['\'', '"']).next().unwrap_or_default();
        left = left.or(of_event(name, &Node::Null));
    }
    left
}

fn is_on(node: &Node) -> bool {
    node.is("true")
}

fn workflow(reader: &mut Reader<'_, '_>, root: &Node, at: &At, depth: usize) {
    let root_dir = root.get("defaults").get("run").get("working-directory").text();
    for (_, job) in root.get("jobs").pairs() {
        let at = at.when(condition(job)).lenient(is_on(job.get("continue-on-error")));
        if at.on == Triggers::NEVER {
            continue;
        }
        let matrix = job.get("strategy").get("matrix");
        if let Some(name) = job.get("uses").text() {
            match name.strip_prefix("./") {
                Some(path) => {
                    reader.uses(&at, name, job.get("with"));
                    let file = reader.file(path);
                    if let Some(file) = file.filter(|_| depth < MAX_DEPTH && reader.may_follow())
                        && let Some((documents, inner)) = reader.yaml(file, at.on)
                    {
                        let inner = inner.lenient(at.lenient);
                        documents.iter().for_each(|root| workflow(reader, root, &inner, depth + 1));
                    }
                }
                None => reader.elsewhere(&at, name),
            }
            continue;
        }
        // What a deployment goes to is as telling as the commands.
        let environment = job.get("environment");
        if let Some(name) = environment.text().or_else(|| environment.get("name").text()) {
            reader.uses(&at, &format!("environment {name}"), &Node::Null);
        }
        let dir = job.get("defaults").get("run").get("working-directory").text().or(root_dir);
        steps(reader, job.get("steps"), &at.in_dir(dir), matrix, depth);
    }
}

fn steps(reader: &mut Reader<'_, '_>, steps: &Node, at: &At, matrix: &Node, depth: usize) {
    for step in steps.items() {
        let at = at.when(condition(step)).lenient(is_on(step.get("continue-on-error")));
        if at.on == Triggers::NEVER {
            continue;
        }
        if let Some(script) = step.get("run").text() {
            let shell = step.get("shell").text().unwrap_or("bash");
            if !matches!(shell, "python" | "node") {
                let at = at.in_dir(step.get("working-directory").text());
                with_matrix(script, matrix).iter().for_each(|script| reader.run(&at, script));
            }
        } else if let Some(name) = step.get("uses").text() {
            let with = step.get("with");
            let dir = with.get("working-directory").text().or(with.get("workingDirectory").text());
            reader.uses(&at.in_dir(dir), name, with);
            // The build actions of Gradle and Maven take the rest of a command line.
            if let Some(arguments) = with.get("arguments").text().filter(|_| name.contains("gradle")) {
                reader.run(&at, &format!("gradle {arguments}"));
            }
            let local = name.strip_prefix("./").filter(|_| depth < MAX_DEPTH && reader.may_follow());
            let Some(path) = local else { continue };
            let path = path.trim_end_matches('/');
            let file =
                reader.file(&format!("{path}/action.yml")).or_else(|| reader.file(&format!("{path}/action.yaml")));
            if let Some((documents, inner)) = file.and_then(|file| reader.yaml(file, at.on)) {
                let inner = inner.lenient(at.lenient);
                documents
                    .iter()
                    .for_each(|root| self::steps(reader, root.get("runs").get("steps"), &inner, with, depth + 1));
            }
        }
    }
}

/// The script with the values of its matrix, or of an action's inputs, put in.
fn with_matrix(script: &str, matrix: &Node) -> Vec<String> {
    if !script.contains("matrix.") && !script.contains("inputs.") {
        return vec![script.to_owned()];
    }
    let mut values: Vec<(String, &str)> = Vec::new();
    for (key, value) in matrix.pairs().iter().take(MAX_VALUES) {
        for item in value.items().iter().take(MAX_VALUES) {
            match item {
                Node::Text(text) => values.push((key.clone(), text)),
                // `include` adds keys of its own, and a value may be a map.
                Node::Map(pairs) => {
                    for (inner, text) in pairs.iter().filter_map(|(inner, value)| Some((inner, value.text()?))) {
                        values.push((if key == "include" { inner.clone() } else { format!("{key}.{inner}") }, text));
                    }
                }
                _ => {}
            }
        }
    }
    let mut keys: Vec<&String> = values.iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut all = vec![script.to_owned()];
    for key in keys {
        let holes =
            ["matrix", "inputs"].into_iter().flat_map(|of| [format!("{of}.{key} }}}}"), format!("{of}.{key}}}}}")]);
        let Some(hole) = holes.into_iter().find(|hole| script.contains(hole.as_str())) else { continue };
        let of_key = || values.iter().filter(|(known, _)| known == key).take(MAX_VALUES);
        all =
            all.iter().flat_map(|text| of_key().map(|(_, value)| fill(text, &hole, value))).take(MAX_VALUES).collect();
    }
    all
}

/// Replaces `${{ matrix.key }}` by a value.
fn fill(text: &str, hole: &str, value: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(hole) {
        let before = rest.get(..at).unwrap_or_default();
        out.push_str(before.rsplit_once("${{").map_or(before, |(before, _)| before));
        out.push_str(value);
        rest = rest.get(at + hole.len()..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Triggers {
        triggers(&Node::documents(text).expect("valid")[0], &[("CI".to_owned(), Triggers::CHANGE)])
    }

    #[test]
    fn what_starts_a_workflow() {
        assert_eq!(on("on: push"), Triggers::CHANGE);
        assert_eq!(on("on: [pull_request, workflow_dispatch]"), Triggers::CHANGE.or(Triggers::MANUAL));
        assert_eq!(on("on:\n  push:\n    tags: ['v*']"), Triggers::RELEASE);
        assert_eq!(on("on:\n  pull_request:\n    types: [labeled]"), Triggers::OTHER);
        assert_eq!(on("on:\n  workflow_call:"), Triggers::NEVER);
        assert!(on("on:\n  workflow_run:\n    workflows: [CI]").meets(Triggers::CHANGE));
    }

    #[test]
    fn conditions_and_matrices() {
        let job = |text: &str| Node::documents(text).expect("valid").remove(0);
        assert_eq!(condition(&job("if: github.event_name == 'schedule'")), Triggers::SCHEDULE);
        assert_eq!(condition(&job("if: ${{ false }}")), Triggers::NEVER);
        assert_eq!(condition(&job("if: github.actor != 'x'")), Triggers::every());
        let matrix = job("task: [lint, test]\nnode: [20]");
        assert_eq!(with_matrix("npm run ${{ matrix.task }}", &matrix), ["npm run lint", "npm run test"]);
        let matrix = job("task:\n  - {name: a, run: npm test}\n  - {name: b, run: npm run lint}");
        assert_eq!(with_matrix("${{ matrix.task.run }}", &matrix), ["npm test", "npm run lint"]);
        let matrix = job("include:\n  - run: npm test\n    name: a\n  - run: npm run lint\n    name: b");
        assert_eq!(with_matrix("${{matrix.run}}", &matrix), ["npm test", "npm run lint"]);
    }
}
