//! Azure Pipelines: stages, jobs, steps, tasks and templates of the same repository.

use super::Triggers;
use super::node::Node;
use super::reader::{At, Reader};
use crate::tree::resolve;

const MAX_DEPTH: usize = 8;

pub(super) fn read(reader: &mut Reader<'_, '_>, root: &Node, at: &At) {
    let is_pipeline = ["trigger", "pr", "pool", "stages", "jobs", "steps", "extends"].iter().any(|key| root.has(key));
    // A template runs where a pipeline names it.
    if !is_pipeline || (root.has("parameters") && !root.has("trigger") && !root.has("pr") && !root.has("pool")) {
        return;
    }
    let mut on = Triggers::NEVER;
    let (trigger, pr) = (root.get("trigger"), root.get("pr"));
    if trigger.is("none") && pr.is("none") {
        on = Triggers::MANUAL;
    } else {
        let tags = trigger.has("tags") && !trigger.has("branches");
        on = on.or(if tags { Triggers::RELEASE } else { Triggers::CHANGE });
    }
    if root.has("schedules") {
        on = on.or(Triggers::SCHEDULE);
    }
    inside(reader, root, &at.when(on), MAX_DEPTH);
}

fn inside(reader: &mut Reader<'_, '_>, node: &Node, at: &At, depth: usize) {
    if depth == 0 {
        return;
    }
    match node {
        Node::List(items) => items.iter().for_each(|item| inside(reader, item, at, depth)),
        Node::Map(pairs) => {
            let at = at.lenient(node.get("continueOnError").is("true"));
            if node.get("condition").is("false") || node.get("enabled").is("false") {
                return;
            }
            for key in ["script", "bash", "pwsh", "powershell"] {
                if let Some(script) = node.get(key).text() {
                    reader.run(&at.in_dir(node.get("workingDirectory").text()), script);
                }
            }
            if let Some(name) = node.get("task").text() {
                task(reader, name, node.get("inputs"), &at);
            }
            if let Some(name) = node.get("environment").text().or(node.get("environment").get("name").text()) {
                reader.uses(&at, &format!("environment {name}"), &Node::Null);
            }
            if let Some(path) = node.get("template").text() {
                template(reader, path, &at, depth);
            }
            for (key, inner) in pairs {
                let holds = matches!(
                    key.as_str(),
                    "stages"
                        | "jobs"
                        | "steps"
                        | "strategy"
                        | "runOnce"
                        | "rolling"
                        | "canary"
                        | "deploy"
                        | "preDeploy"
                        | "routeTraffic"
                        | "postRouteTraffic"
                        | "extends"
                        | "on"
                        | "success"
                ) || key.starts_with("${{");
                if holds {
                    inside(reader, inner, &at, depth - 1);
                }
            }
            // Templates take steps as parameters.
            node.get("parameters").walk(&mut |key, inner| {
                if key.to_ascii_lowercase().ends_with("steps") {
                    inside(reader, inner, &at, depth - 1);
                }
            });
        }
        _ => {}
    }
}

fn template(reader: &mut Reader<'_, '_>, path: &str, at: &At, depth: usize) {
    if path.contains('@') && !path.ends_with("@self") {
        reader.elsewhere(at, path);
        return;
    }
    if !reader.may_follow() {
        return;
    }
    let path = path.trim_end_matches("@self");
    let from = if path.starts_with('/') { "x" } else { reader.facts.path(at.file) };
    let file = resolve(from, path).and_then(|path| reader.file(&path));
    if let Some((documents, inner)) = file.and_then(|file| reader.yaml(file, at.on)) {
        let inner = inner.lenient(at.lenient);
        documents.iter().for_each(|node| inside(reader, node, &inner, depth - 1));
    }
}

/// The tasks that stand for a command line, as that line.
fn task(reader: &mut Reader<'_, '_>, name: &str, inputs: &Node, at: &At) {
    reader.uses(at, name, inputs);
    let text = |key: &str| inputs.get(key).text().unwrap_or_default().to_owned();
    let kind = name.split('@').next().unwrap_or(name).to_ascii_lowercase();
    let at = at.in_dir(inputs.get("workingDir").text().or(inputs.get("workingDirectory").text()));
    let line = match kind.as_str() {
        "npm" if inputs.has("customCommand") => format!("npm {}", text("customCommand")),
        "npm" => format!("npm {}", text("command")),
        "dotnetcorecli" if text("command") == "custom" => format!("dotnet {}", text("custom")),
        "dotnetcorecli" => format!("dotnet {} {}", text("command"), text("arguments")),
        "maven" => format!("mvn {} {}", text("goals"), text("options")),
        "gradle" => format!("gradle {}", text("tasks")),
        "yarn" => format!("yarn {}", text("arguments")),
        _ => return,
    };
    reader.run(&at, &line);
}
