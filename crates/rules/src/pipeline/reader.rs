//! Gathers the commands of all pipelines: keeps where each stands, when it runs, and follows what it calls.

use std::cell::RefCell;
use std::rc::Rc;

use super::node::Node;
use super::tasks::{Call, Tasks};
use super::topic::{IDLE, Keyed};
use super::{
    Command, Commands, Place, Triggers, What, actions, azure, circleci, concourse, gitlab, jenkins, others, words,
};
use crate::document::BlockKind;
use crate::facts::Facts;
use crate::tree::{Unreadable, resolve};

/// How deep calls of scripts by scripts are followed.
const MAX_DEPTH: usize = 6;

/// Finds the line that a command of a parsed file stands on, going forward through the text.
struct Finder {
    text: Rc<str>,
    offset: usize,
    line: u32,
    /// How many searches found nothing ahead. After too many, no more are made, so that no file costs much.
    misses: u32,
}

/// The most searches of one file that may find nothing ahead.
const MAX_MISSES: u32 = 200;

impl Finder {
    /// The line on which this text next stands; where the search went last when it stands nowhere.
    fn line_of(&mut self, written: &str) -> u32 {
        let first = written.trim().lines().next().unwrap_or_default();
        let end = first.char_indices().nth(50).map_or(first.len(), |(at, _)| at);
        let needle = first.get(..end).unwrap_or(first).as_bytes();
        if needle.is_empty() || self.misses > MAX_MISSES {
            return self.line;
        }
        let bytes = self.text.as_bytes();
        let ahead = bytes.get(self.offset..).and_then(|rest| memchr::memmem::find(rest, needle));
        if let Some(found) = ahead {
            let at = self.offset + found;
            self.line += newlines(bytes.get(self.offset..at));
            self.offset = at;
            // The next search starts on the next line.
            if let Some(end) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
                self.offset = at + end + 1;
                self.line += 1;
                return self.line - 1;
            }
            return self.line;
        }
        self.misses += 1;
        memchr::memmem::find(bytes, needle).map_or(self.line, |at| 1 + newlines(bytes.get(..at)))
    }
}

fn newlines(bytes: Option<&[u8]>) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes.unwrap_or_default()).count()).unwrap_or(u32::MAX)
}

/// Where a reader is in a file, and under which conditions what it reads will run.
#[derive(Clone)]
pub(super) struct At {
    pub(super) file: usize,
    pub(super) on: Triggers,
    pub(super) lenient: bool,
    /// The folder that commands run in.
    pub(super) dir: String,
    finder: Rc<RefCell<Finder>>,
}

impl At {
    fn new(file: usize, text: Rc<str>, on: Triggers) -> Self {
        let finder = Rc::new(RefCell::new(Finder { text, offset: 0, line: 1, misses: 0 }));
        Self { file, on, lenient: false, dir: String::new(), finder }
    }

    /// The place of this text.
    pub(super) fn place(&self, written: &str) -> Place {
        Place { file: self.file, line: self.finder.borrow_mut().line_of(written) }
    }

    /// The same place under these triggers only.
    pub(super) fn when(&self, on: Triggers) -> Self {
        Self { on: self.on.and(on), ..self.clone() }
    }

    pub(super) fn lenient(&self, lenient: bool) -> Self {
        Self { lenient: self.lenient || lenient, ..self.clone() }
    }

    pub(super) fn in_dir(&self, dir: Option<&str>) -> Self {
        let mut at = self.clone();
        if let Some(dir) = dir.filter(|dir| !dir.contains('$')) {
            at.dir = resolve("x", dir).unwrap_or_default();
        }
        at
    }
}

/// What is being read, and what was found.
pub(super) struct Reader<'f, 'a> {
    pub(super) facts: &'f Facts<'a>,
    tasks: &'f Tasks,
    idle: Keyed<'f>,
    /// How many more workflows, actions, templates and references may be followed.
    follows: u32,
    /// How many parts that are kept elsewhere may still be noted.
    elsewhere: u32,
    /// Only tasks that are there count.
    only_known_tasks: bool,
    pub(super) out: Commands,
}

/// What CI runs.
pub(super) fn pipelines(facts: &Facts<'_>, tasks: &Tasks) -> Commands {
    let mut reader = Reader::new(facts, tasks, false);
    let files = facts.named("ci");
    reader.out.any_file = !files.is_empty();
    // Workflows that wait for others by name are read with what starts those.
    let mut workflows = Vec::new();
    for file in files {
        let path = facts.path(file).to_ascii_lowercase();
        match system(&path) {
            System::Actions => workflows.push(file),
            System::Azure => reader.read_yaml(file, azure::read),
            System::CircleCi => reader.read_yaml(file, circleci::read),
            System::Concourse => reader.read_yaml(file, concourse::read),
            System::GitLab => reader.read_yaml(file, gitlab::read),
            // It is read where .gitlab-ci.yml includes it.
            System::GitLabPart => {}
            System::Jenkins => reader.read_text(file, jenkins::read),
            System::TeamCity => reader.read_text(file, others::teamcity),
            System::Other => reader.read_yaml(file, others::read),
        }
    }
    actions::read(&mut reader, &workflows);
    reader.out
}

enum System {
    Actions,
    Azure,
    CircleCi,
    Concourse,
    GitLab,
    GitLabPart,
    Jenkins,
    Other,
    TeamCity,
}

/// The system that reads a file with this path in lower case.
fn system(path: &str) -> System {
    let name = path.rsplit('/').next().unwrap_or(path);
    let starts = |all: &[&str]| all.iter().any(|start| path.starts_with(start));
    if path.contains("/workflows/") {
        System::Actions
    } else if path.starts_with(".gitlab-ci.") {
        System::GitLab
    } else if path.starts_with(".gitlab/") {
        System::GitLabPart
    } else if starts(&[".circleci/", "circle."]) {
        System::CircleCi
    } else if jenkins::reads(name) {
        System::Jenkins
    } else if path.starts_with(".teamcity/") {
        System::TeamCity
    } else if starts(&[".buildkite/", ".woodpecker", ".drone.", ".semaphore/", ".tekton/", "bitbucket-", "bamboo-"])
        || name.starts_with("buildspec")
        || name.starts_with("cloudbuild")
    {
        System::Other
    } else if path.contains("azure") || starts(&[".ado/", "devops/", "pipelines/"]) {
        System::Azure
    } else if starts(&["concourse", ".concourse", "ci/"]) {
        System::Concourse
    } else {
        System::Other
    }
}

/// What the scripts of the repository run.
pub(super) fn scripts(facts: &Facts<'_>, tasks: &Tasks) -> Commands {
    let mut reader = Reader::new(facts, tasks, false);
    reader.out.any_file = tasks.any_file();
    reader.out.problems.extend(tasks.problems.iter().cloned());
    for task in tasks.all() {
        let head = reader.out.all.len();
        let (call, place) = (task.call(), Place { file: task.file, line: task.line });
        let shown = format!("{} {}", call.tool.word(), call.name);
        reader.push_task(&call, &shown, place, None, Triggers::MANUAL, false);
        for (line, text) in &task.lines {
            let place = Place { file: task.file, line: *line };
            let split = words::split(text);
            for words in split.commands {
                reader.push(What::Run, words, text, place, None, Triggers::MANUAL, split.lenient);
            }
        }
        reader.close_task(head);
    }
    reader.out
}

/// What the README and the contributors' guide tell people to run.
pub(super) fn documented(facts: &Facts<'_>, tasks: &Tasks) -> Commands {
    let mut reader = Reader::new(facts, tasks, true);
    let guide = facts.named("contributing").into_iter().next();
    for file in facts.readme().into_iter().chain(guide) {
        let (Ok(document), Ok(text)) = (facts.document(file), facts.text(file)) else { continue };
        reader.out.any_file = true;
        let at = At::new(file, text, Triggers::MANUAL);
        for block in &document.blocks {
            if block.kind == BlockKind::Code {
                for line in block.text.lines() {
                    reader.run(&at, line.trim_start().trim_start_matches("$ ").trim_start_matches("> "));
                }
            } else {
                for code in block.text.split('`').skip(1).step_by(2).take(50) {
                    reader.run(&at, code.trim_start_matches("$ "));
                }
            }
        }
    }
    reader.out
}

impl<'f, 'a> Reader<'f, 'a> {
    fn new(facts: &'f Facts<'a>, tasks: &'f Tasks, only_known_tasks: bool) -> Self {
        let idle = Keyed::new(facts.catalogue.vocabulary.commands.get(IDLE).map_or(&[], |topic| topic.runs.as_slice()));
        Self { facts, tasks, idle, follows: 500, elsewhere: 200, only_known_tasks, out: Commands::default() }
    }

    /// Whether one more reference may be followed. Files that refer to each other again and again come to an end.
    pub(super) fn may_follow(&mut self) -> bool {
        self.follows = self.follows.saturating_sub(1);
        self.follows > 0
    }

    /// The text of a file, or a problem that is noted.
    pub(super) fn text(&mut self, file: usize) -> Option<Rc<str>> {
        match self.facts.text(file) {
            Ok(text) => Some(text),
            Err(Unreadable::Binary) => None,
            Err(why) => {
                self.out.problems.push((file, why.to_string(), false));
                None
            }
        }
    }

    /// The documents of a YAML file, or a problem that is noted.
    pub(super) fn yaml(&mut self, file: usize, on: Triggers) -> Option<(Vec<Node>, At)> {
        let text = self.text(file)?;
        match Node::documents(&text) {
            Ok(documents) => Some((documents, At::new(file, text, on))),
            Err(why) => {
                self.out.problems.push((file, why, true));
                None
            }
        }
    }

    fn read_yaml(&mut self, file: usize, read: fn(&mut Self, &Node, &At)) {
        if let Some((documents, at)) = self.yaml(file, Triggers::every()) {
            for document in &documents {
                read(self, document, &at);
            }
        }
    }

    fn read_text(&mut self, file: usize, read: fn(&mut Self, &str, &At)) {
        if let Some(text) = self.text(file) {
            let at = At::new(file, Rc::clone(&text), Triggers::every());
            read(self, &text, &at);
        }
    }

    /// The path of a file with this path from the root, in any letter case of ASCII.
    pub(super) fn file(&self, path: &str) -> Option<usize> {
        self.tasks.path(self.facts, path)
    }

    /// Takes in a script of a pipeline.
    pub(super) fn run(&mut self, at: &At, script: &str) {
        let mut dir = at.dir.clone();
        let written: Vec<&str> = script.lines().collect();
        for (number, line) in words::lines(script) {
            let place = at.place(written.get(number).copied().unwrap_or(&line));
            let split = words::split(&line);
            let lenient = at.lenient || split.lenient || line.starts_with("- ");
            for words in split.commands {
                if let Some(to) = words.strip_prefix("cd ") {
                    dir = change_dir(&dir, to);
                    continue;
                }
                let step = Step { place, caller: None, on: at.on, lenient, dir: &dir };
                self.command(words, &line, &step, &mut Vec::new());
            }
        }
    }

    /// Takes in an action, orb, plugin or template with its settings.
    pub(super) fn uses(&mut self, at: &At, name: &str, settings: &Node) {
        // `environment production` stands in the file as its last word only.
        let place = at.place(name.rsplit(' ').next().unwrap_or(name));
        let mut words = words::normal(name);
        let mut settings: Vec<(&str, &Node)> =
            settings.pairs().iter().map(|(key, value)| (key.as_str(), value)).collect();
        settings.truncate(30);
        for (key, value) in &settings {
            for text in value.texts() {
                let text = words::normal(text);
                if text.len() < 200 && words.len() < 1_000 {
                    words.push(' ');
                    words.push_str(&words::normal(key));
                    words.push(' ');
                    words.push_str(&text);
                }
            }
        }
        self.push(What::Use, words, name, place, None, at.on, at.lenient);
        // Some settings are command lines.
        for (key, value) in settings {
            let key = key.to_ascii_lowercase();
            let is_command = matches!(key.as_str(), "run" | "script" | "cmd" | "scripts" | "inlinescript" | "args")
                || key.ends_with("command")
                || key.ends_with("commands");
            if is_command {
                for text in value.texts() {
                    self.run(at, text);
                }
            }
        }
    }

    /// Notes a part of the pipeline that is kept in another repository.
    pub(super) fn elsewhere(&mut self, at: &At, name: &str) {
        if self.elsewhere == 0 {
            return;
        }
        self.elsewhere -= 1;
        let place = at.place(name);
        self.push(What::Elsewhere, words::normal(name), name, place, None, at.on, at.lenient);
    }

    #[expect(clippy::too_many_arguments, reason = "one call for each field of a command")]
    fn push(
        &mut self,
        what: What,
        words: String,
        shown: &str,
        place: Place,
        caller: Option<(Place, usize)>,
        on: Triggers,
        lenient: bool,
    ) {
        if on == Triggers::NEVER {
            return;
        }
        let idle = what == What::Run && self.idle.matches(&words);
        self.out.push(Command { what, words, shown: shorten(shown), place, caller, on, lenient, idle });
    }

    fn push_task(
        &mut self,
        call: &Call,
        shown: &str,
        place: Place,
        caller: Option<(Place, usize)>,
        on: Triggers,
        lenient: bool,
    ) {
        let words = format!("{} {}:{}", call.name, call.tool.word(), call.name);
        self.push(What::Task(0), words, shown, place, caller, on, lenient);
    }

    fn close_task(&mut self, head: usize) {
        let held = self.out.all.len().saturating_sub(head + 1);
        if let Some(command) = self.out.all.get_mut(head) {
            command.what = What::Task(held);
        }
    }

    fn command(&mut self, words: String, shown: &str, step: &Step<'_>, open: &mut Vec<usize>) {
        let calls = self.tasks.calls(self.facts, &words, step.dir);
        let at = self.out.all.len();
        self.push(What::Run, words, shown, step.place, step.caller, step.on, step.lenient);
        if self.out.all.get(at).is_none_or(|command| command.idle) {
            return;
        }
        for call in calls {
            let found = self.tasks.find(self.facts, &call);
            if found.is_empty() && (call.only_if_known || self.only_known_tasks || self.tasks.is_missing(&call)) {
                continue;
            }
            let head = self.out.all.len();
            self.push_task(&call, shown, step.place, step.caller, step.on, step.lenient);
            // What a document tells people to run counts by its name.
            if open.len() < MAX_DEPTH && !self.only_known_tasks {
                for task in found {
                    if open.contains(&task.id) {
                        continue;
                    }
                    open.push(task.id);
                    let caller = step.caller.or(Some((step.place, at)));
                    for (line, text) in &task.lines {
                        let split = words::split(text);
                        let inner = Step {
                            place: Place { file: task.file, line: *line },
                            caller,
                            on: step.on,
                            lenient: step.lenient || split.lenient,
                            dir: &task.dir,
                        };
                        for words in split.commands {
                            self.command(words, text, &inner, open);
                        }
                    }
                    open.pop();
                }
            }
            self.close_task(head);
        }
    }
}

/// The conditions of one command.
struct Step<'s> {
    place: Place,
    caller: Option<(Place, usize)>,
    on: Triggers,
    lenient: bool,
    dir: &'s str,
}

fn change_dir(dir: &str, to: &str) -> String {
    if to.contains('$') || to.starts_with('-') {
        return String::new();
    }
    let from = if dir.is_empty() { "x".to_owned() } else { format!("{dir}/x") };
    resolve(&from, to).unwrap_or_default()
}

/// The part of a line that is kept to be shown.
fn shorten(line: &str) -> String {
    line.chars().take(200).collect()
}

impl Triggers {
    /// Whatever starts a pipeline: where nothing was read that narrows it down.
    pub(super) fn every() -> Self {
        Self(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pipelines;
    use crate::facts::Facts;
    use crate::paths::Exclusion;

    /// How many commands these files have.
    fn commands(files: &[(&str, String)]) -> usize {
        let host = crate::host::HostFacts::none();
        let tree = crate::tree::MemoryTree::new(files.iter().map(|(path, text)| (*path, text.clone())));
        let source = crate::problem::Source::new(
            "paths.yml",
            "paths:\n  ci: {include: ['.github/workflows/*.yml', 'jenkinsfile', '.gitlab-ci.yml']}\n  tasks: {include: [makefile]}\n",
        );
        let files = crate::compile::Files { vocabulary: vec![source], ..Default::default() };
        let catalogue = crate::Catalogue::default().extend(&files).expect("valid");
        let sources =
            crate::Sources { tree: &tree, host: &host, imports: &crate::import::NONE, today: crate::case::CASE_DAY };
        let asks = super::super::Asks::default();
        let check = crate::catalogue::Check::Command {
            of: super::super::Of::Pipelines,
            asks,
            how: super::super::How::default(),
        };
        let facts =
            Facts::new(sources, &catalogue, &Exclusion::default(), &[&check], crate::facts::Past::of(sources, &[]));
        Pipelines::default().pipeline(&facts).all.len()
    }

    #[test]
    fn what_calls_itself_comes_to_an_end() {
        let jobs: String = (0..40).map(|n| format!("  j{n}:\n    uses: ./.github/workflows/a.yml\n")).collect();
        let workflow = (".github/workflows/a.yml", format!("on: push\njobs:\n{jobs}"));
        assert!(commands(&[workflow]) <= super::super::MAX_COMMANDS);
        let make: String = (0..300).map(|n| format!("t{n}: t{}\n\tmake t{} t{}\n", n + 1, n / 2, n + 7)).collect();
        let steps = "sh 'make t1'\n".repeat(500);
        assert!(commands(&[("Makefile", make), ("Jenkinsfile", steps)]) <= super::super::MAX_COMMANDS);
        let gitlab =
            "a: {extends: [b, a], script: [!reference [a, script], !reference [b, script]]}\nb: {extends: a}\n";
        assert!(commands(&[(".gitlab-ci.yml", gitlab.to_owned())]) <= super::super::MAX_COMMANDS);
    }
}
