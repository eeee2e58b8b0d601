//! What pipelines and scripts of a repository run, and when: the facts behind the checks `pipeline`, `scripts` and
//! `documented`.
//!
//! Each CI system has a reader that turns its files into [`Command`]s. What a command starts (`npm run lint`, `make test`, a
//! script of the repository) is looked up in [`tasks`], so that a rule sees what is run in the end.

mod actions;
mod answer;
mod azure;
mod circleci;
mod concourse;
mod gitlab;
mod jenkins;
mod node;
mod others;
mod reader;
mod task_files;
mod tasks;
mod topic;
mod words;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub(crate) use answer::{documented, options, pipeline, scripts};
pub(crate) use topic::{Asks, Topic};
pub(crate) use words::CommandPattern;

use crate::facts::Facts;

/// What starts a pipeline, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Triggers(u16);

impl Triggers {
    /// A change: a pull request, or a push to a branch.
    pub(crate) const CHANGE: Self = Self(1);
    /// A tag or a release.
    pub(crate) const RELEASE: Self = Self(2);
    pub(crate) const SCHEDULE: Self = Self(4);
    pub(crate) const MANUAL: Self = Self(8);
    /// Something else, such as a comment.
    pub(crate) const OTHER: Self = Self(16);
    /// What is set on a server and not in the file.
    pub(crate) const SERVER: Self = Self(32);
    pub(crate) const NEVER: Self = Self(0);

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// When a rule wants something to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum When {
    /// On every change.
    #[default]
    Change,
    /// Without anybody starting it.
    Automatic,
    Any,
}

impl When {
    fn triggers(self) -> Triggers {
        let automatic = Triggers::CHANGE.or(Triggers::RELEASE).or(Triggers::SCHEDULE);
        match self {
            Self::Change => Triggers::CHANGE,
            Self::Automatic => automatic,
            Self::Any => automatic.or(Triggers::MANUAL).or(Triggers::OTHER).or(Triggers::SERVER),
        }
    }
}

impl std::str::FromStr for When {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "change" => Ok(Self::Change),
            "automatic" => Ok(Self::Automatic),
            "any" => Ok(Self::Any),
            other => Err(format!("`{other}` is not one of change, automatic, any")),
        }
    }
}

/// How a rule wants a pipeline to do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct How {
    pub(crate) on: When,
    /// The pipeline must fail when the command fails.
    pub(crate) must_pass: bool,
    /// What another repository holds does not make the answer unknown.
    pub(crate) only_here: bool,
}

/// Whose commands a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Of {
    /// The README and the contributors' guide.
    Documents,
    Pipelines,
    /// Scripts and build files of the repository.
    Scripts,
}

impl Of {
    /// The named lists of paths that are read for it.
    pub(crate) fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Documents => &["readme", "contributing", "tasks"],
            Self::Pipelines => &["ci", "tasks"],
            Self::Scripts => &["tasks"],
        }
    }
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) line: u32,
}

/// What a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// A command line.
    Run,
    /// An action, orb, plugin or template, with its settings as words.
    Use,
    /// The call of a task by name: `npm run lint` is `npm:lint`. What the task holds follows it, `.1` commands of it.
    Task(usize),
    /// Part of the pipeline that is kept in another repository.
    Elsewhere,
}

/// One thing that a pipeline does.
#[derive(Debug, Clone)]
struct Command {
    what: What,
    /// Words in lower case, separated by single spaces.
    words: String,
    /// The line as it is written.
    shown: String,
    place: Place,
    /// Where the pipeline called the script that this stands in.
    caller: Option<(Place, usize)>,
    on: Triggers,
    /// A failure does not fail the pipeline.
    lenient: bool,
    /// It does nothing that a rule asks about: it prints, installs or copies.
    idle: bool,
}

/// Everything that is run, in order.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    all: Vec<Command>,
    /// Word to the commands that have it.
    index: HashMap<String, Vec<usize>>,
    /// Files that could not be understood or read: file, why, and whether it is broken rather than not readable.
    problems: Vec<(usize, String, bool)>,
    /// Whether there was any file to read.
    any_file: bool,
    /// Which commands a topic of the vocabulary knows.
    known: std::cell::OnceCell<Vec<bool>>,
    /// The words of all commands, a line each.
    whole: std::cell::OnceCell<String>,
}

/// The most commands that are kept.
const MAX_COMMANDS: usize = 10_000;

impl Commands {
    fn whole(&self) -> &str {
        self.whole.get_or_init(|| {
            let mut whole = String::new();
            for command in &self.all {
                whole.push_str(&command.words);
                whole.push('\n');
            }
            whole
        })
    }

    fn push(&mut self, command: Command) {
        if self.all.len() >= MAX_COMMANDS {
            return;
        }
        let number = self.all.len();
        let mut note = |word: &str| match self.index.get_mut(word) {
            Some(list) if list.last() == Some(&number) => {}
            Some(list) => list.push(number),
            None => drop(self.index.insert(word.to_owned(), vec![number])),
        };
        for word in command.words.split(' ') {
            note(word);
            let program = words::program(word);
            if program != word {
                note(program);
            }
        }
        self.all.push(command);
    }
}

/// What the facts of a repository keep of its pipelines.
#[derive(Debug, Default)]
pub(crate) struct Pipelines {
    pipeline: std::cell::OnceCell<Commands>,
    scripts: std::cell::OnceCell<Commands>,
    documented: std::cell::OnceCell<Commands>,
    tasks: std::cell::OnceCell<tasks::Tasks>,
}

impl Pipelines {
    fn tasks(&self, facts: &Facts<'_>) -> &tasks::Tasks {
        self.tasks.get_or_init(|| tasks::Tasks::read(facts))
    }

    /// Reads what checks about these will ask for.
    pub(crate) fn read_ahead(&self, facts: &Facts<'_>, of: Of) {
        match of {
            Of::Documents => self.documented(facts),
            Of::Pipelines => self.pipeline(facts),
            Of::Scripts => self.scripts(facts),
        };
    }

    /// What CI runs.
    fn pipeline(&self, facts: &Facts<'_>) -> &Commands {
        self.pipeline.get_or_init(|| reader::pipelines(facts, self.tasks(facts)))
    }

    /// What the scripts and build files of the repository run, whoever starts them.
    fn scripts(&self, facts: &Facts<'_>) -> &Commands {
        self.scripts.get_or_init(|| reader::scripts(facts, self.tasks(facts)))
    }

    /// What the README and the contributors' guide tell people to run.
    fn documented(&self, facts: &Facts<'_>) -> &Commands {
        self.documented.get_or_init(|| reader::documented(facts, self.tasks(facts)))
    }
}
