//! Concourse: jobs whose plan gets resources, runs tasks and puts results.

use super::Triggers;
use super::node::Node;
use super::reader::{At, Reader};

const MAX_DEPTH: usize = 8;

pub(super) fn read(reader: &mut Reader<'_, '_>, root: &Node, at: &At) {
    for job in root.get("jobs").items() {
        let mut on = Triggers::NEVER;
        each_step(job.get("plan"), MAX_DEPTH, &mut |step| {
            if let Some(name) = step.get("get").text().filter(|_| step.get("trigger").is("true")) {
                on = on.or(of_resource(root, step.get("resource").text().unwrap_or(name)));
            }
        });
        let at = at.when(if on == Triggers::NEVER { Triggers::MANUAL } else { on });
        each_step(job.get("plan"), MAX_DEPTH, &mut |step| {
            if let Some(name) = step.get("put").text() {
                let resource = step.get("resource").text().unwrap_or(name);
                let kind = resource_kind(root, resource).unwrap_or(resource);
                reader.uses(&at, &format!("put {kind}"), step.get("params"));
            }
            if step.has("task") {
                task(reader, step, &at);
            }
        });
    }
    // A file of its own for one task says nothing of when it runs; pipelines name it.
    if !root.has("jobs") && root.has("run") && root.has("platform") {
        command(reader, root, &at.when(Triggers::SERVER));
    }
}

fn each_step<'n>(plan: &'n Node, depth: usize, visit: &mut dyn FnMut(&'n Node)) {
    if depth == 0 {
        return;
    }
    for step in plan.items() {
        visit(step);
        for key in ["do", "in_parallel", "aggregate", "try", "across"] {
            let inner = step.get(key);
            each_step(if inner.has("steps") { inner.get("steps") } else { inner }, depth - 1, visit);
        }
    }
}

fn resource_kind<'n>(root: &'n Node, name: &str) -> Option<&'n str> {
    let resource = root.get("resources").items().iter().find(|resource| resource.get("name").is(name))?;
    resource.get("type").text()
}

fn of_resource(root: &Node, name: &str) -> Triggers {
    match resource_kind(root, name) {
        Some(kind) if kind.contains("time") || kind.contains("cron") => Triggers::SCHEDULE,
        Some(kind) if kind.contains("release") || kind.contains("semver") => Triggers::RELEASE.or(Triggers::CHANGE),
        _ => Triggers::CHANGE,
    }
}

fn task(reader: &mut Reader<'_, '_>, step: &Node, at: &At) {
    if step.has("config") {
        command(reader, step.get("config"), at);
        return;
    }
    let Some(path) = step.get("file").text() else { return };
    // The first folder is the name of a resource, most often this repository.
    let inside = path.split_once('/').map_or(path, |(_, inside)| inside);
    match reader.file(inside) {
        Some(file) => {
            if let Some((documents, inner)) = reader.yaml(file, at.on) {
                documents.iter().for_each(|config| command(reader, config, &inner));
            }
        }
        None => reader.elsewhere(at, path),
    }
}

fn command(reader: &mut Reader<'_, '_>, config: &Node, at: &At) {
    let run = config.get("run");
    let program = run.get("path").text().unwrap_or_default();
    let arguments = run.get("args").texts();
    let script = arguments.iter().copied().find(|argument| argument.contains('\n'));
    let is_shell = matches!(program.rsplit('/').next(), Some("sh" | "bash"));
    let own_script = program.split_once('/').map(|(_, inside)| inside).filter(|path| reader.file(path).is_some());
    match (script, own_script) {
        (Some(script), _) => reader.run(at, script),
        (None, Some(path)) => reader.run(at, &format!("./{path}")),
        (None, None) if is_shell => {
            let line = arguments.iter().filter(|argument| !argument.starts_with('-')).copied().collect::<Vec<_>>();
            reader.run(at, &line.join(" "));
        }
        (None, None) => reader.run(at, &format!("{program} {}", arguments.join(" "))),
    }
}
