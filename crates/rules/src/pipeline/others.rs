//! CI systems that need only a few keys: Travis, Buildkite, Drone, Woodpecker, Bitbucket, AppVeyor, Cirrus, TeamCity,
//! Semaphore and the build services of clouds.

use super::Triggers;
use super::node::Node;
use super::reader::{At, Reader};

pub(super) fn read(reader: &mut Reader<'_, '_>, root: &Node, at: &At) {
    let path = reader.facts.path(at.file).to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    if name.contains("travis") {
        travis(reader, root, &at.when(Triggers::CHANGE.or(Triggers::RELEASE)));
    } else if name.starts_with("bitbucket") {
        bitbucket(reader, root, at);
    } else if name.starts_with(".drone") || path.starts_with(".woodpecker") {
        drone(reader, root, at);
    } else if name.starts_with("buildspec") || name.starts_with("cloudbuild") || path.starts_with(".tekton") {
        generic(reader, root, &at.when(Triggers::SERVER));
    } else {
        generic(reader, root, &at.when(Triggers::CHANGE));
    }
}

/// Whether a key holds command lines.
fn is_script(key: &str) -> bool {
    matches!(key, "command" | "commands" | "script" | "scripts" | "sh" | "ps" | "cmd" | "run")
        || key.ends_with("_script")
        || matches!(key, "install" | "before_script" | "after_success" | "test" | "build" | "setup")
}

/// Takes in every command, plugin and image of a file whose structure does not matter.
fn generic(reader: &mut Reader<'_, '_>, node: &Node, at: &At) {
    match node {
        Node::List(items) => items.iter().for_each(|item| generic(reader, item, at)),
        Node::Map(pairs) => {
            let at = &at.lenient(node.get("soft_fail").is("true") || node.get("allow_failures").is("true"));
            for (key, value) in pairs {
                if is_script(key) && matches!(value, Node::Text(_) | Node::List(_)) {
                    value.texts().iter().for_each(|script| reader.run(at, script));
                    value
                        .items()
                        .iter()
                        .filter(|item| item.text().is_none())
                        .for_each(|item| generic(reader, item, at));
                } else if matches!(key.as_str(), "image" | "pipe" | "uses") && value.text().is_some() {
                    let settings = if node.has("settings") { node.get("settings") } else { node.get("variables") };
                    reader.uses(at, value.text().unwrap_or_default(), settings);
                } else if key == "plugins" {
                    for plugin in value.items() {
                        match plugin {
                            Node::Map(pairs) => pairs.iter().for_each(|(name, with)| reader.uses(at, name, with)),
                            other => other.texts().iter().for_each(|name| reader.uses(at, name, &Node::Null)),
                        }
                    }
                } else {
                    generic(reader, value, at);
                }
            }
        }
        _ => {}
    }
}

/// What Travis runs when the file does not say.
fn usual_script(language: &str) -> &'static str {
    match language {
        "ruby" => "rake",
        "node_js" => "npm test",
        "go" => "go test ./...",
        "java" | "groovy" => "mvn test",
        "php" => "phpunit",
        "rust" => "cargo test",
        "scala" => "sbt test",
        "r" => "R CMD check",
        "clojure" => "lein test",
        "elixir" => "mix test",
        _ => "",
    }
}

fn travis(reader: &mut Reader<'_, '_>, root: &Node, at: &At) {
    let jobs = if root.has("jobs") { root.get("jobs") } else { root.get("matrix") };
    let has_script = root.has("script") || jobs.get("include").items().iter().any(|job| job.has("script"));
    if !has_script && let Some(language) = root.get("language").text() {
        at.place(&format!("language: {language}"));
        reader.run(at, usual_script(language));
    }
    for part in std::iter::once(root).chain(jobs.get("include").items()) {
        for key in
            ["before_install", "install", "before_script", "script", "after_success", "after_script", "before_deploy"]
        {
            let at = at.lenient(key.starts_with("after"));
            part.get(key).texts().iter().for_each(|script| reader.run(&at, script));
        }
        for deploy in part.get("deploy").items() {
            let provider = deploy.get("provider").text().unwrap_or("script");
            let on = if deploy.get("on").is("tags") || deploy.get("on").get("tags").is("true") {
                Triggers::RELEASE
            } else {
                Triggers::CHANGE
            };
            reader.uses(&at.when(on), &format!("deploy {provider}"), deploy);
        }
    }
}

fn bitbucket(reader: &mut Reader<'_, '_>, root: &Node, at: &At) {
    for (key, value) in root.get("pipelines").pairs() {
        let on = match key.as_str() {
            "default" | "branches" | "pull-requests" => Triggers::CHANGE,
            "tags" => Triggers::RELEASE,
            _ => Triggers::MANUAL,
        };
        generic(reader, value, &at.when(on));
    }
}

fn drone(reader: &mut Reader<'_, '_>, root: &Node, at: &At) {
    let events = |node: &Node, key: &str| {
        let filter = node.get(key);
        let event = if filter.has("event") { filter.get("event") } else { &Node::Null };
        let event = if event.has("include") { event.get("include") } else { event };
        let of = |event: &str| match event {
            "push" | "pull_request" => Triggers::CHANGE,
            "tag" | "release" => Triggers::RELEASE,
            "cron" => Triggers::SCHEDULE,
            "promote" | "rollback" | "custom" | "deployment" | "manual" => Triggers::MANUAL,
            _ => Triggers::OTHER,
        };
        let texts = event.texts();
        if texts.is_empty() {
            let items = filter.items().iter().flat_map(|item| item.get("event").texts()).collect::<Vec<_>>();
            if items.is_empty() {
                Triggers::CHANGE.or(Triggers::RELEASE)
            } else {
                items.into_iter().map(of).fold(Triggers::NEVER, Triggers::or)
            }
        } else {
            texts.into_iter().map(of).fold(Triggers::NEVER, Triggers::or)
        }
    };
    let at = at.when(events(root, if root.has("trigger") { "trigger" } else { "when" }));
    for key in ["steps", "pipeline"] {
        let steps = root.get(key);
        let all: Vec<&Node> = match steps {
            Node::Map(pairs) => pairs.iter().map(|(_, step)| step).collect(),
            other => other.items().iter().collect(),
        };
        for step in all {
            let at = at.when(events(step, "when")).lenient(step.get("failure").is("ignore"));
            if at.on != Triggers::NEVER {
                generic(reader, step, &at);
            }
        }
    }
}

/// The scripts in TeamCity's Kotlin or XML.
pub(super) fn teamcity(reader: &mut Reader<'_, '_>, text: &str, at: &At) {
    let on = if text.contains("vcs {") || text.contains("vcsTrigger") { Triggers::CHANGE } else { Triggers::SERVER };
    let at = at.when(on);
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("scriptContent") {
        let after = after.trim_start().trim_start_matches('=').trim_start();
        let quote = if after.starts_with("\"\"\"") { "\"\"\"" } else { "\"" };
        let Some(inside) = after.strip_prefix(quote) else {
            rest = after;
            continue;
        };
        let end = inside.find(quote).unwrap_or(inside.len());
        reader.run(&at, inside.get(..end).unwrap_or_default());
        rest = inside.get(end..).unwrap_or_default();
    }
    for (runner, key) in [("gradle", "tasks = \""), ("mvn", "goals = \"")] {
        for part in text.split(key).skip(1).take(100) {
            let tasks = part.split('"').next().unwrap_or_default();
            reader.run(&at, &format!("{runner} {tasks}"));
        }
    }
}
