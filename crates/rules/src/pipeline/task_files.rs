//! Reading files that define tasks: package.json, Makefile, Rakefile, justfile and the like.

use std::collections::HashMap;

use serde_json::Value;

use super::node::Node;
use super::tasks::{FIRST, Tool};
use super::words::split;

/// A task as it was read: tool, name, line, and its lines.
type Found = (Tool, String, u32, Vec<(u32, String)>);

/// The tasks of a file; its name tells what it is.
///
/// # Errors
/// Why it cannot be understood.
pub(super) fn read(path: &str, text: &str) -> Result<Vec<Found>, String> {
    Ok(match tool(path) {
        tool @ (Tool::Npm | Tool::Composer) => json_scripts(tool, text)?,
        Tool::Tox => tox(text),
        Tool::Nox => vec![(Tool::Nox, "nox".to_owned(), 1, nox(text))],
        Tool::Taskfile => taskfile(text)?,
        Tool::PreCommit => hooks(text)?,
        Tool::Rake => rake(text),
        tool => recipes(tool, text),
    })
}

/// What reads a file with this path.
pub(super) fn tool(path: &str) -> Tool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    match name.as_str() {
        "package.json" => Tool::Npm,
        "composer.json" => Tool::Composer,
        "justfile" | ".justfile" => Tool::Just,
        "tox.ini" => Tool::Tox,
        "noxfile.py" => Tool::Nox,
        "taskfile.yml" | "taskfile.yaml" => Tool::Taskfile,
        ".pre-commit-config.yaml" | ".pre-commit-config.yml" => Tool::PreCommit,
        name if name == "rakefile" || name.ends_with(".rake") => Tool::Rake,
        _ => Tool::Make,
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// The line on which each key of JSON first stands after the key `scripts`, where each has a line of its own.
fn key_lines(text: &str) -> (u32, HashMap<&str, u32>) {
    let key = |line| -> Option<&str> {
        let (_, rest) = str::split_once(line, '"')?;
        let (key, rest) = rest.split_once("\":").or_else(|| rest.split_once("\" :"))?;
        let _ = rest;
        (!key.contains('"')).then_some(key)
    };
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| key(line) != Some("scripts"));
    let start = lines.next().map_or(1, |(index, _)| number(index));
    let mut found = HashMap::new();
    for (index, line) in lines {
        if let Some(key) = key(line) {
            found.entry(key).or_insert(number(index));
        }
    }
    (start, found)
}

fn json_scripts(tool: Tool, text: &str) -> Result<Vec<Found>, String> {
    let data: Value = serde_json::from_str(text).map_err(|error| crate::value::quote(&error.to_string()))?;
    let Some(Value::Object(scripts)) = data.get("scripts") else { return Ok(Vec::new()) };
    let (start, places) = key_lines(text);
    let task = |(name, value): (&String, &Value)| {
        let line = places.get(name.as_str()).copied().unwrap_or(start);
        let commands: Vec<(u32, String)> = match value {
            Value::String(command) => vec![(line, command.clone())],
            Value::Array(all) => all
                .iter()
                .filter_map(Value::as_str)
                .map(|command| match command.strip_prefix('@') {
                    Some(name) if tool == Tool::Composer && !name.contains(' ') => (line, format!("composer {name}")),
                    _ => (line, command.trim_start_matches("@php ").to_owned()),
                })
                .collect(),
            _ => Vec::new(),
        };
        (tool, name.clone(), line, commands)
    };
    Ok(scripts.iter().take(500).map(task).collect())
}

/// Targets with indented recipes: Make and just.
fn recipes(tool: Tool, text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut continued = false;
    for (index, line) in text.lines().enumerate() {
        let is_indented = line.starts_with('\t') || line.starts_with(' ');
        let body = line.trim();
        if continued {
            let part = body.trim_end_matches('\\');
            for &task in &open {
                if let Some((_, last)) = found.get_mut(task).and_then(|found| found.3.last_mut()) {
                    last.push(' ');
                    last.push_str(part);
                }
            }
        } else if is_indented {
            // `-` before a recipe lets its failure pass; `split` is told so by the readers of the line.
            let command = body.trim_start_matches(['@', '+']).replace("$(MAKE)", "make").replace("${MAKE}", "make");
            if !command.is_empty() && !command.starts_with('#') {
                for &task in &open {
                    if let Some(task) = found.get_mut(task) {
                        task.3.push((number(index), command.trim_end_matches('\\').to_owned()));
                    }
                }
            }
        } else if let Some((names, needs)) = target(tool, line) {
            open.clear();
            for name in names {
                open.push(found.len());
                let calls = needs.iter().map(|need| {
                    (number(index), format!("{} {need}", if tool == Tool::Make { "make" } else { "just" }))
                });
                found.push((tool, name.to_owned(), number(index), calls.collect()));
            }
        } else if !body.is_empty() && !body.starts_with('#') {
            open.clear();
        }
        continued = body.ends_with('\\') && !open.is_empty() && is_indented | continued;
    }
    // What runs when no target is named.
    if let Some((_, name, line, lines)) = found.iter().find(|(_, name, ..)| !name.starts_with('.')) {
        let first = (tool, FIRST.to_owned(), *line, lines.clone());
        let _ = name;
        found.push(first);
    }
    found.retain(|(_, name, ..)| !name.starts_with('.') || name == FIRST);
    found
}

/// The names and prerequisites of a line that starts a target.
fn target(tool: Tool, line: &str) -> Option<(Vec<&str>, Vec<&str>)> {
    let (head, tail) = line.split_once(':')?;
    if head.is_empty() || tail.starts_with('=') || head.contains(['=', '"', '\'', '#']) || head.starts_with("export") {
        return None;
    }
    let mut names: Vec<&str> = head.split_whitespace().collect();
    if tool == Tool::Just {
        names.truncate(1);
    }
    let name = |name: &&str| {
        !name.contains(['$', '%', '(']) && name.chars().all(|c| c.is_alphanumeric() || "-_./:@".contains(c))
    };
    let names: Vec<&str> =
        names.iter().map(|name| name.trim_start_matches('@')).filter(|n| !n.is_empty() && name(n)).collect();
    // A double colon separates too; what follows a semicolon is a recipe, and `##` starts the help text.
    let tail = tail.trim_start_matches(':');
    let tail = tail.split(['#', ';', '|']).next().unwrap_or_default();
    let needs = tail.split_whitespace().filter(|need| name(need) && !need.contains('/')).take(30).collect();
    (!names.is_empty()).then_some((names, needs))
}

fn rake(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let body = line.trim();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let known = body.strip_prefix("task").filter(|rest| rest.starts_with([' ', '(']));
        if let Some(rest) = known {
            let words: Vec<&str> = rest.split(|c: char| !(c.is_alphanumeric() || "_:-?!".contains(c))).collect();
            let clean: Vec<&str> = words.iter().map(|w| w.trim_matches(':')).filter(|w| !w.is_empty()).collect();
            let Some((name, needs)) = clean.split_first() else { continue };
            let needs = needs.iter().filter(|need| !matches!(**need, "do" | "environment" | "i" | "w" | "t" | "args"));
            let calls = needs.map(|need| (number(index), format!("rake {need}"))).collect();
            found.push((Tool::Rake, (*name).to_owned(), number(index), calls));
            continue;
        }
        // `RSpec::Core::RakeTask.new` and its like define a task of a well-known name.
        for (sign, name) in [
            ("RSpec::Core::RakeTask", "spec"),
            ("Rake::TestTask", "test"),
            ("Minitest::TestTask", "test"),
            ("Cucumber::Rake::Task", "cucumber"),
            ("RuboCop::RakeTask", "rubocop"),
            ("Jasmine", "jasmine"),
        ] {
            if body.contains(sign) {
                found.push((Tool::Rake, name.to_owned(), number(index), vec![(number(index), sign.to_owned())]));
            }
        }
        if let Some((.., lines)) = found.last_mut() {
            let command = body
                .strip_prefix("sh ")
                .or_else(|| body.strip_prefix("system "))
                .or_else(|| body.strip_prefix("sh("))
                .or_else(|| body.strip_prefix("system("));
            if let Some(command) = command {
                lines.push((number(index), command.trim_matches(['"', '\'', ')', '(']).to_owned()));
            } else if let Some((_, rest)) = body.split_once("Rake::Task[") {
                let name: String = rest.chars().skip(1).take_while(|c| !matches!(c, '"' | '\'' | ']')).collect();
                lines.push((number(index), format!("rake {name}")));
            }
        }
    }
    found
}

fn tox(text: &str) -> Vec<Found> {
    let mut lines = Vec::new();
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let is_indented = line.starts_with([' ', '\t']);
        let body = line.trim();
        if !is_indented && let Some((key, value)) = body.split_once('=') {
            inside = matches!(key.trim(), "commands" | "commands_pre" | "commands_post");
            if inside && !value.trim().is_empty() {
                lines.push((number(index), value.trim().to_owned()));
            }
        } else if !is_indented && !body.is_empty() {
            inside = false;
        } else if inside && !body.is_empty() && !body.starts_with('#') {
            lines.push((number(index), body.to_owned()));
        }
    }
    vec![(Tool::Tox, "tox".to_owned(), 1, lines)]
}

/// The calls `session.run("pytest", "--cov")` as commands.
fn nox(text: &str) -> Vec<(u32, String)> {
    let call = |(index, line): (usize, &str)| {
        let rest = line.split_once("session.run(").map(|(_, rest)| rest)?;
        let words: Vec<&str> = rest.split(['"', '\'']).skip(1).step_by(2).collect();
        (!words.is_empty()).then(|| (number(index), words.join(" ")))
    };
    text.lines().enumerate().filter_map(call).collect()
}

fn taskfile(text: &str) -> Result<Vec<Found>, String> {
    let documents = Node::documents(text)?;
    let key = |(index, line): (usize, _)| Some((str::split_once(line, ':')?.0.trim(), number(index)));
    let places: HashMap<&str, u32> = text.lines().enumerate().filter_map(key).collect();
    let mut found = Vec::new();
    for (name, task) in documents.iter().flat_map(|root| root.get("tasks").pairs()) {
        let line = places.get(name.as_str()).copied().unwrap_or(1);
        let mut lines = Vec::new();
        for need in task.get("deps").texts() {
            lines.push((line, format!("task {need}")));
        }
        let commands = if task.has("cmds") {
            task.get("cmds")
        } else if task.has("cmd") {
            task.get("cmd")
        } else {
            task
        };
        for command in commands.items() {
            if let Some(text) = command.text().or_else(|| command.get("cmd").text()) {
                lines.extend(super::words::lines(text).into_iter().map(|(_, command)| (line, command)));
            } else if let Some(name) = command.get("task").text() {
                lines.push((line, format!("task {name}")));
            }
        }
        found.push((Tool::Taskfile, name.clone(), line, lines));
    }
    Ok(found)
}

/// The hooks of pre-commit, as commands of their id, and the command of local ones.
fn hooks(text: &str) -> Result<Vec<Found>, String> {
    let documents = Node::documents(text)?;
    let mut lines = Vec::new();
    let places: Vec<(u32, &str)> =
        text.lines().enumerate().filter_map(|(i, line)| Some((number(i), line.split_once("id:")?.1.trim()))).collect();
    let mut next = 0;
    for repository in documents.iter().flat_map(|root| root.get("repos").items()) {
        for hook in repository.get("hooks").items() {
            let Some(id) = hook.get("id").text() else { continue };
            let place = places.iter().enumerate().skip(next).find(|(_, (_, written))| written.starts_with(id));
            let line = place.map_or(1, |(at, (line, _))| {
                next = at + 1;
                *line
            });
            let arguments = hook.get("args").texts().join(" ");
            lines.push((line, format!("{id} {arguments}")));
            if let Some(entry) = hook.get("entry").text() {
                lines.push((line, format!("{entry} {arguments}")));
            }
        }
    }
    lines.retain(|(_, line)| !split(line).commands.is_empty());
    Ok(vec![(Tool::PreCommit, "hooks".to_owned(), 1, lines)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, text: &str) -> Vec<String> {
        let found = read(path, text).expect("valid");
        let lines = |lines: &[(u32, String)]| {
            lines.iter().map(|(line, text)| format!("{line} {text}")).collect::<Vec<_>>().join(" / ")
        };
        found.iter().map(|(_, name, line, held)| format!("{name}@{line}: {}", lines(held))).collect()
    }

    #[test]
    fn makefiles() {
        let text = "A := 1\n.PHONY: test\n\ntest: build ## Run: tests\n\t@pytest \\\n\t  --cov\n\nbuild:\n\t$(MAKE) -C x all\n";
        assert_eq!(
            shown("Makefile", text),
            [
                "test@4: 4 make build / 5 pytest  --cov",
                "build@8: 9 make -C x all",
                "(first)@4: 4 make build / 5 pytest  --cov"
            ]
        );
    }

    #[test]
    fn json_and_rake_and_python() {
        let json = "{\n \"scripts\": {\n  \"lint\": \"eslint .\",\n  \"test\": \"jest\"\n }\n}\n";
        assert_eq!(shown("web/package.json", json), ["lint@3: 3 eslint .", "test@4: 4 jest"]);
        let rake = "task default: %i[lint spec]\ntask :lint do\n  sh \"bundle exec rubocop\"\nend\n";
        assert_eq!(shown("Rakefile", rake), ["default@1: 1 rake lint / 1 rake spec", "lint@2: 3 bundle exec rubocop"]);
        assert_eq!(shown("tox.ini", "[testenv]\ndeps = x\ncommands =\n    pytest\n"), ["tox@1: 4 pytest"]);
        assert_eq!(shown("noxfile.py", "def t(session):\n    session.run('pytest', \"-x\")\n"), ["nox@1: 2 pytest -x"]);
        assert!(read("package.json", "{").is_err());
    }

    #[test]
    fn hooks_of_pre_commit() {
        let text = "repos:\n- repo: https://example.org/x\n  hooks:\n  - id: ruff\n    args: [--fix]\n  - id: black\n";
        assert_eq!(shown(".pre-commit-config.yaml", text), ["hooks@1: 4 ruff --fix / 6 black "]);
    }
}
