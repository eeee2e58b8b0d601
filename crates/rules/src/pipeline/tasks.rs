//! The tasks that a repository defines for itself (scripts of package.json, targets of a Makefile, and the like), and the
//! calls of them in command lines.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::facts::Facts;
use crate::tree::resolve;

use super::task_files;
use super::words::{lines, program};

/// What defines and starts tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tool {
    Composer,
    Just,
    Make,
    Nox,
    Npm,
    PreCommit,
    Rake,
    /// A script file of the repository.
    Script,
    Taskfile,
    Tox,
}

impl Tool {
    /// The word for it in patterns, as in `npm:test`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Composer => "composer",
            Self::Just => "just",
            Self::Make => "make",
            Self::Nox => "nox",
            Self::Npm => "npm",
            Self::PreCommit => "pre-commit",
            Self::Rake => "rake",
            Self::Script => "script",
            Self::Taskfile => "task",
            Self::Tox => "tox",
        }
    }
}

/// A task and what it runs.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) id: usize,
    pub(super) tool: Tool,
    /// In lower case.
    pub(super) name: String,
    pub(super) file: usize,
    pub(super) line: u32,
    pub(super) dir: String,
    pub(super) lines: Vec<(u32, String)>,
}

impl Task {
    pub(super) fn call(&self) -> Call {
        Call { tool: self.tool, name: self.name.clone(), dir: self.dir.clone(), file: None, only_if_known: false }
    }
}

/// The call of a task.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) tool: Tool,
    /// In lower case. A `*` at its end stands for any letters.
    pub(super) name: String,
    dir: String,
    /// The script file it starts.
    file: Option<usize>,
    /// The word may be something else than a task: it counts only if there is such a task.
    pub(super) only_if_known: bool,
}

/// The tasks of a repository.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    all: Vec<Rc<Task>>,
    by_name: HashMap<(Tool, String), Vec<usize>>,
    any_file: bool,
    /// The folders with a file of such tasks that was understood.
    folders: HashSet<(Tool, String)>,
    pub(super) problems: Vec<(usize, String, bool)>,
    scripts: RefCell<HashMap<usize, Option<Rc<Task>>>>,
    paths: RefCell<HashMap<String, Option<usize>>>,
}

/// The most files with tasks that are read.
const MAX_FILES: usize = 60;
/// The most tasks that are kept.
const MAX_TASKS: usize = 5_000;

impl Tasks {
    pub(super) fn read(facts: &Facts<'_>) -> Self {
        let mut tasks = Self::default();
        for file in facts.named("tasks").into_iter().take(MAX_FILES) {
            let text = match facts.text(file) {
                Ok(text) => text,
                Err(why) => {
                    tasks.problems.push((file, why.to_string(), false));
                    continue;
                }
            };
            let path = facts.path(file);
            let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
            tasks.any_file = true;
            match task_files::read(path, &text) {
                Ok(found) => {
                    tasks.folders.insert((task_files::tool(path), dir.to_owned()));
                    for (tool, name, line, lines) in found {
                        tasks.add(tool, &name, file, line, dir, lines);
                    }
                }
                Err(why) => tasks.problems.push((file, why, true)),
            }
        }
        tasks
    }

    fn add(&mut self, tool: Tool, name: &str, file: usize, line: u32, dir: &str, lines: Vec<(u32, String)>) {
        if self.all.len() >= MAX_TASKS {
            return;
        }
        let (id, name) = (self.all.len(), name.to_lowercase());
        self.by_name.entry((tool, name.clone())).or_default().push(id);
        self.all.push(Rc::new(Task { id, tool, name, file, line, dir: dir.to_owned(), lines }));
    }

    pub(super) fn all(&self) -> &[Rc<Task>] {
        &self.all
    }

    pub(super) fn any_file(&self) -> bool {
        self.any_file
    }

    /// The tasks that a call starts: those nearest to the folder it is made in.
    pub(super) fn find(&self, facts: &Facts<'_>, call: &Call) -> Vec<Rc<Task>> {
        if let Some(file) = call.file {
            return self.script(facts, file).into_iter().collect();
        }
        let named: Vec<usize> = match call.name.strip_suffix('*') {
            Some(start) => self
                .all
                .iter()
                .filter(|task| task.tool == call.tool && task.name.starts_with(start))
                .map(|task| task.id)
                .collect(),
            None => self.by_name.get(&(call.tool, call.name.clone())).cloned().unwrap_or_default(),
        };
        let tasks = || named.iter().filter_map(|&id| self.all.get(id));
        // Where the command is not run in a folder with such a file, that folder is not known. Make includes other files.
        let has_file = |dir: &str| self.folders.contains(&(call.tool, dir.to_owned()));
        let nearest = [call.dir.as_str(), ""].into_iter().find(|dir| match call.tool {
            Tool::Make => tasks().any(|task| task.dir == **dir),
            _ => call.dir != ANYWHERE && has_file(dir),
        });
        let near = |task: &&Rc<Task>| nearest.is_none_or(|dir| task.dir == dir);
        tasks().filter(near).take(MAX_FOUND).cloned().collect()
    }

    /// Whether the folder of a call has a file of such tasks, so that one which is not found there does not exist.
    pub(super) fn is_missing(&self, call: &Call) -> bool {
        matches!(call.tool, Tool::Npm | Tool::Composer) && self.folders.contains(&(call.tool, call.dir.clone()))
    }

    fn script(&self, facts: &Facts<'_>, file: usize) -> Option<Rc<Task>> {
        if let Some(known) = self.scripts.borrow().get(&file) {
            return known.clone();
        }
        let path = facts.path(file);
        let read = facts.text(file).ok().and_then(|text| {
            let first = text.lines().next().unwrap_or_default();
            let is_shell = if first.starts_with("#!") { first.contains("sh") } else { path.ends_with("sh") };
            is_shell.then(|| {
                let line = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
                Rc::new(Task {
                    id: usize::MAX - file,
                    tool: Tool::Script,
                    name: stem(path),
                    file,
                    line: 1,
                    // A script most often goes to the root of the repository first.
                    dir: String::new(),
                    lines: lines(&text).into_iter().take(2_000).map(|(n, text)| (line(n), text)).collect(),
                })
            })
        });
        self.scripts.borrow_mut().insert(file, read.clone());
        read
    }

    /// The tasks that a command in words starts.
    pub(super) fn calls(&self, facts: &Facts<'_>, command: &str, dir: &str) -> Vec<Call> {
        let words: Vec<&str> = command.split(' ').collect();
        let mut found: Vec<Call> = Vec::new();
        let mut add = |tool: Tool, name: &str, dir: &str, only_if_known: bool| {
            if !name.is_empty() && found.len() < MAX_FOUND {
                found.push(Call { tool, name: name.to_owned(), dir: dir.to_owned(), file: None, only_if_known });
            }
        };
        for (i, word) in words.iter().enumerate() {
            let rest = words.get(i + 1..).unwrap_or_default();
            match program(word) {
                name @ ("npm" | "pnpm" | "yarn" | "bun") => package_manager(name, rest, dir, &mut add),
                "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" => {
                    names(rest).for_each(|name| add(Tool::Npm, name, dir, false));
                }
                "concurrently" => {
                    let tasks = rest.iter().filter_map(|word| word.strip_prefix("npm:").or(word.strip_prefix("yarn:")));
                    tasks.for_each(|name| add(Tool::Npm, name, dir, false));
                }
                "lerna" | "turbo" | "rush" | "nx" | "wireit" => {
                    let tasks = names(rest).filter(|name| !matches!(*name, "run" | "run-many" | "affected"));
                    tasks.for_each(|name| add(Tool::Npm, name, ANYWHERE, true));
                }
                "make" | "gmake" => {
                    let (options, names) = options(rest, &["-c", "-f", "-j", "-o"]);
                    let dir = options
                        .iter()
                        .find(|(option, _)| *option == "-c")
                        .map_or(dir.to_owned(), |(_, to)| join(dir, to));
                    if names.is_empty() {
                        add(Tool::Make, FIRST, &dir, true);
                    }
                    names.iter().filter(|name| !name.contains('=')).for_each(|name| add(Tool::Make, name, &dir, false));
                }
                "rake" | "rails" => {
                    let task =
                        names(rest).find(|name| !name.contains('=')).map(|name| name.split('[').next().unwrap_or(name));
                    match task {
                        Some(task) => add(Tool::Rake, task, dir, false),
                        None if program(word) == "rake" => add(Tool::Rake, "default", dir, false),
                        None => {}
                    }
                }
                "just" => add(Tool::Just, names(rest).next().unwrap_or(FIRST), dir, true),
                "task" => add(Tool::Taskfile, names(rest).next().unwrap_or("default"), dir, true),
                "composer" => {
                    let name = names(rest).find(|name| !matches!(*name, "run" | "run-script"));
                    add(Tool::Composer, name.unwrap_or_default(), dir, true);
                }
                "tox" => add(Tool::Tox, "tox", dir, false),
                "nox" => add(Tool::Nox, "nox", dir, false),
                "pre-commit" | "prek" if rest.first() == Some(&"run") => add(Tool::PreCommit, "hooks", dir, false),
                _ => {}
            }
        }
        if let Some(file) = self.script_file(facts, &words, dir) {
            found.push(Call {
                tool: Tool::Script,
                name: stem(facts.path(file)),
                dir: dir.to_owned(),
                file: Some(file),
                only_if_known: false,
            });
        }
        found
    }

    /// The file with this path, in any letter case of ASCII: commands are kept in lower case.
    pub(super) fn path(&self, facts: &Facts<'_>, path: &str) -> Option<usize> {
        if let Some(file) = facts.at(path) {
            return Some(file);
        }
        let search = || facts.sources.tree.entries().iter().position(|entry| entry.path.eq_ignore_ascii_case(path));
        let known = self.paths.borrow().get(path).copied();
        known.unwrap_or_else(|| {
            let found = search();
            self.paths.borrow_mut().insert(path.to_owned(), found);
            found
        })
    }

    /// The file of the repository that a command starts as a program.
    fn script_file(&self, facts: &Facts<'_>, words: &[&str], dir: &str) -> Option<usize> {
        let starts = ["bash", "sh", "zsh", "source", ".", "sudo", "exec", "then", "do", "if", "!", "time", "-c"];
        let in_container =
            words.iter().any(|word| matches!(*word, "docker" | "docker-compose" | "podman" | "dockerize"))
                && words.iter().any(|word| matches!(*word, "run" | "exec"));
        words.iter().enumerate().take(20).find_map(|(i, word)| {
            let begins = i == 0
                || in_container
                || words.get(i - 1).is_some_and(|before| {
                    starts.contains(before)
                        || (before.contains('=') && !before.starts_with('-'))
                        || (i > 1
                            && before.starts_with('-')
                            && words.first().is_some_and(|w| matches!(*w, "bash" | "sh")))
                });
            let shell = i > 0 && matches!(words.get(i - 1).copied(), Some("bash" | "sh" | "zsh" | "source" | "."));
            if !begins || word.starts_with(['-', '/', '$']) || !(word.contains('/') || shell) {
                return None;
            }
            let is_there = |path: String| self.path(facts, &path);
            let from = if dir.is_empty() { "x".to_owned() } else { format!("{dir}/x") };
            resolve(&from, word).and_then(is_there).or_else(|| resolve("x", word).and_then(is_there))
        })
    }
}

/// The most tasks that one command starts.
const MAX_FOUND: usize = 30;
/// Name of the task that runs when none is named.
pub(super) const FIRST: &str = "(first)";
/// A folder that no task is in: a runner of monorepos starts the task wherever it is.
const ANYWHERE: &str = "(anywhere)";

/// The name of a script file without its extension, in lower case.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.to_owned())
}

fn names<'w>(words: &'w [&'w str]) -> impl Iterator<Item = &'w str> {
    words.iter().copied().filter(|word| !word.starts_with('-'))
}

/// Options with a value, and the words that are no options.
fn options<'w>(words: &[&'w str], with_value: &[&str]) -> (Vec<(&'w str, &'w str)>, Vec<&'w str>) {
    let (mut found, mut others) = (Vec::new(), Vec::new());
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        if with_value.contains(&word) {
            found.extend(words.next().map(|value| (word, value)));
        } else if !word.starts_with('-') {
            others.push(word);
        }
    }
    (found, others)
}

fn join(dir: &str, to: &str) -> String {
    let from = if dir.is_empty() { "x".to_owned() } else { format!("{dir}/x") };
    resolve(&from, to).unwrap_or_default()
}

fn package_manager(program: &str, rest: &[&str], dir: &str, add: &mut dyn FnMut(Tool, &str, &str, bool)) {
    let with_value = ["--prefix", "-c", "--dir", "--cwd", "-w", "--workspace", "--filter", "-f", "--scope"];
    let (options, words) = options(rest, &with_value);
    let mut dir = match options.iter().find(|(option, _)| matches!(*option, "--prefix" | "-c" | "--dir" | "--cwd")) {
        Some((_, to)) => join(dir, to),
        None if options.is_empty() && !rest.contains(&"-r") && !rest.contains(&"--workspaces") => dir.to_owned(),
        None => ANYWHERE.to_owned(),
    };
    let mut words = words.as_slice();
    match words {
        ["workspace", _, inner @ ..] | ["workspaces", "foreach", inner @ ..] => {
            ANYWHERE.clone_into(&mut dir);
            words = inner;
        }
        ["workspaces", inner @ ..] | ["-r", inner @ ..] => words = inner,
        _ => {}
    }
    let (name, only_if_known) = match words {
        ["run" | "run-script", name, ..] => (*name, false),
        ["test" | "t" | "tst", ..] => ("test", false),
        ["start", ..] => ("start", false),
        [name, ..] if program != "npm" => (*name, true),
        _ => return,
    };
    add(Tool::Npm, &format!("pre{name}"), &dir, true);
    add(Tool::Npm, name, &dir, only_if_known);
    add(Tool::Npm, &format!("post{name}"), &dir, true);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(command: &str) -> Vec<String> {
        let host = crate::host::HostFacts::none();
        let tree = crate::tree::MemoryTree::new([(
            "scripts/test.sh",
            "#!/bin/sh
pytest
",
        )]);
        let catalogue = crate::Catalogue::default();
        let sources =
            crate::Sources { tree: &tree, host: &host, imports: &crate::import::NONE, today: crate::case::CASE_DAY };
        let facts = Facts::new(
            sources,
            &catalogue,
            &crate::paths::Exclusion::default(),
            &[],
            crate::facts::Past::of(sources, &[]),
        );
        let calls = Tasks::default().calls(&facts, command, "web");
        let shown = |call: &Call| format!("{}:{}@{}", call.tool.word(), call.name, call.dir);
        calls.iter().filter(|call| !call.only_if_known).map(shown).collect()
    }

    #[test]
    fn calls_of_tasks() {
        assert_eq!(calls("npm run lint -- --fix"), ["npm:lint@web"]);
        assert_eq!(calls("npm --prefix ../api test"), ["npm:test@api"]);
        assert_eq!(calls("npm run build -w one"), ["npm:build@(anywhere)"]);
        assert_eq!(calls("run-s build test:*"), ["npm:build@web", "npm:test:*@web"]);
        assert_eq!(calls("make -c ops env=x check"), ["make:check@web/ops"]);
        assert_eq!(calls("bundle exec rake"), ["rake:default@web"]);
        assert_eq!(calls("bash scripts/test.sh"), ["script:test@web"]);
        assert_eq!(calls("docker compose run app ./scripts/test.sh"), ["script:test@web"]);
        assert!(calls("shellcheck scripts/test.sh").is_empty());
        assert!(calls("npm ci").is_empty());
    }
}
