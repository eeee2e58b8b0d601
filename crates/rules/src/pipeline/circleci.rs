//! CircleCI: workflows, jobs, commands that jobs share, and orbs.

use super::Triggers;
use super::node::Node;
use super::reader::{At, Reader};

const MAX_DEPTH: usize = 6;
/// The most workflows, and the most jobs of each, that are read.
const MAX_JOBS: usize = 300;

pub(super) fn read(reader: &mut Reader<'_, '_>, root: &Node, at: &At) {
    let workflows = root.get("workflows").pairs();
    if workflows.is_empty() {
        // Without workflows, the job called build runs on each push.
        let job = if root.get("jobs").has("build") { root.get("jobs").get("build") } else { root };
        read_job(reader, root, job, &at.when(Triggers::CHANGE));
        for key in ["dependencies", "test", "deployment"] {
            root.get(key).walk(&mut |name, value| {
                if matches!(name, "override" | "pre" | "post" | "commands") {
                    value.texts().iter().for_each(|script| reader.run(&at.when(Triggers::CHANGE), script));
                }
            });
        }
    }
    for (_, workflow) in workflows.iter().take(MAX_JOBS) {
        let on = of_workflow(workflow);
        for entry in workflow.get("jobs").items().iter().take(MAX_JOBS) {
            let (name, settings) = match entry {
                Node::Text(name) => (name.as_str(), &Node::Null),
                Node::Map(pairs) => match pairs.first() {
                    Some((name, settings)) => (name.as_str(), settings),
                    None => continue,
                },
                _ => continue,
            };
            let filters = settings.get("filters");
            let tags_only = filters.has("tags") && filters.get("branches").has("ignore");
            let at = at.when(if tags_only { Triggers::RELEASE } else { on });
            let job = root.get("jobs").get(name);
            if *job != Node::Null {
                read_job(reader, root, job, &at);
            } else if let Some(orb) = orb(root, name) {
                reader.uses(&at, &orb, settings);
                reader.elsewhere(&at, &orb);
            }
            for key in ["pre-steps", "post-steps"] {
                steps(reader, root, settings.get(key), &at, MAX_DEPTH);
            }
        }
    }
}

fn of_workflow(workflow: &Node) -> Triggers {
    let scheduled = workflow.get("triggers").items().iter().any(|trigger| trigger.has("schedule"));
    if scheduled {
        return Triggers::SCHEDULE;
    }
    let mut by_schedule = false;
    let when = workflow.get("when");
    when.walk(&mut |_, value| {
        by_schedule |= value.texts().iter().any(|text| text.contains("scheduled_pipeline"));
    });
    if by_schedule && !when.has("not") { Triggers::SCHEDULE } else { Triggers::CHANGE }
}

/// The full name of an orb's job or command: `owner/orb/name`.
fn orb(root: &Node, name: &str) -> Option<String> {
    let (alias, job) = name.split_once('/')?;
    let orb = root.get("orbs").get(alias).text()?;
    let orb = orb.split('@').next().unwrap_or(orb);
    Some(format!("{orb}/{job}"))
}

fn read_job(reader: &mut Reader<'_, '_>, root: &Node, job: &Node, at: &At) {
    steps(reader, root, job.get("steps"), &at.in_dir(None), MAX_DEPTH);
}

fn steps(reader: &mut Reader<'_, '_>, root: &Node, all: &Node, at: &At, depth: usize) {
    if depth == 0 {
        return;
    }
    for step in all.items() {
        let (name, settings) = match step {
            Node::Text(name) => (name.as_str(), &Node::Null),
            Node::Map(pairs) => match pairs.first() {
                Some((name, settings)) => (name.as_str(), settings),
                None => continue,
            },
            _ => continue,
        };
        match name {
            "run" => {
                if let Some(script) = settings.text().or(settings.get("command").text()) {
                    let dir = settings.get("working_directory").text();
                    reader.run(&at.in_dir(dir.map(|dir| dir.trim_start_matches("~/project/"))), script);
                }
            }
            "when" | "unless" => steps(reader, root, settings.get("steps"), at, depth - 1),
            name => {
                let command = root.get("commands").get(name);
                if *command != Node::Null && reader.may_follow() {
                    steps(reader, root, command.get("steps"), at, depth - 1);
                } else if let Some(orb) = orb(root, name) {
                    reader.uses(at, &orb, settings);
                    steps(reader, root, settings.get("steps"), at, depth - 1);
                }
            }
        }
    }
}
