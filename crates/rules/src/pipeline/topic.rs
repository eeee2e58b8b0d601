//! Topics of commands from `vocabulary/commands.yml`, and finding them among what is run.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::words::{CommandPattern, program};
use super::{Command, Commands, Triggers, What};

/// What one purpose looks like in a pipeline: running tests, linting, deploying.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Topic {
    /// Commands.
    pub(crate) runs: Vec<CommandPattern>,
    /// Names of tasks, such as scripts of package.json and targets of a Makefile.
    pub(crate) tasks: Vec<CommandPattern>,
    /// Actions, orbs, plugins and templates.
    pub(crate) uses: Vec<CommandPattern>,
    /// What makes a command something else after all.
    pub(crate) except: Vec<CommandPattern>,
    /// Whether commands that install count.
    pub(crate) installs: bool,
}

/// What a check asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asks {
    /// Names of topics.
    pub(crate) topics: Vec<String>,
    /// Patterns of its own.
    pub(crate) own: Topic,
}

/// The topic of commands that do nothing a rule asks about.
pub(super) const IDLE: &str = "nothing";

/// The first command of each kind of answer.
#[derive(Default)]
pub(super) struct Found<'a> {
    /// One that counts.
    pub(super) yes: Option<&'a Command>,
    /// One that is there, but whose failure is let pass.
    pub(super) lenient: Option<&'a Command>,
    /// One that is there, but runs at other times.
    pub(super) other_time: Option<&'a Command>,
}

impl Found<'_> {
    fn is_settled(&self) -> bool {
        self.yes.is_some()
    }
}

/// Looks for the topics among the commands.
pub(super) fn find<'a>(
    commands: &'a Commands,
    topics: &[&Topic],
    known: &dyn Fn(usize) -> bool,
    on: Triggers,
    must_pass: bool,
) -> Found<'a> {
    let mut found = Found::default();
    for topic in topics {
        let mut take = |number: usize| {
            let Some(command) = commands.all.get(number) else { return };
            if topic.except.iter().any(|pattern| pattern.matches(&command.words)) {
                return;
            }
            let earlier = |slot: Option<&'a Command>| match slot {
                Some(known) if known.rank() <= command.rank() => Some(known),
                _ => Some(command),
            };
            if !command.on.meets(on) {
                found.other_time = earlier(found.other_time);
            } else if must_pass && command.lenient {
                found.lenient = earlier(found.lenient);
            } else {
                found.yes = earlier(found.yes);
            }
        };
        for number in matching(commands, &topic.runs, |what| what == What::Run) {
            if topic.installs || commands.all.get(number).is_some_and(|command| !command.idle) {
                take(number);
            }
        }
        for number in matching(commands, &topic.uses, |what| matches!(what, What::Use | What::Elsewhere)) {
            take(number);
        }
        for number in matching(commands, &topic.tasks, |what| matches!(what, What::Task(_))) {
            if does_something_else(commands, number, known) {
                take(number);
            }
        }
        if found.is_settled() {
            break;
        }
    }
    found
}

/// Whether a named task holds a command that is not idle and that no topic knows. A task called `test` that only lints or
/// prints runs no tests; one that starts something of the project's own does what its name says.
fn does_something_else(commands: &Commands, number: usize, known: &dyn Fn(usize) -> bool) -> bool {
    let Some(Command { what: What::Task(held), .. }) = commands.all.get(number) else { return false };
    if *held == 0 {
        return true;
    }
    (number + 1..=number + held).any(|inner| {
        commands.all.get(inner).is_some_and(|command| match command.what {
            What::Run => !command.idle && !known(inner),
            What::Task(0) => true,
            _ => false,
        })
    })
}

/// Patterns by the word that each needs, to test many commands.
pub(super) struct Keyed<'p> {
    by_word: HashMap<&'p str, Vec<&'p CommandPattern>>,
    others: Vec<&'p CommandPattern>,
}

impl<'p> Keyed<'p> {
    pub(super) fn new(patterns: &'p [CommandPattern]) -> Self {
        let mut keyed = Self { by_word: HashMap::new(), others: Vec::new() };
        for pattern in patterns {
            match pattern.key() {
                Some(key) => keyed.by_word.entry(key).or_default().push(pattern),
                None => keyed.others.push(pattern),
            }
        }
        keyed
    }

    /// Whether any of them matches the command.
    pub(super) fn matches(&self, command: &str) -> bool {
        let of_word = |word: &str| {
            let patterns = |word| self.by_word.get(word).into_iter().flatten();
            patterns(word).chain(patterns(program(word))).any(|pattern| pattern.matches(command))
        };
        command.split(' ').any(of_word) || self.others.iter().any(|pattern| pattern.matches(command))
    }
}

/// The commands that one of the patterns matches, in order.
pub(super) fn matching(commands: &Commands, patterns: &[CommandPattern], is: impl Fn(What) -> bool) -> Vec<usize> {
    let mut found = Vec::new();
    for pattern in patterns {
        let mut test = |number: usize| {
            if let Some(command) = commands.all.get(number)
                && is(command.what)
                && pattern.matches(&command.words)
            {
                found.push(number);
            }
        };
        match pattern.key() {
            Some(key) => commands.index.get(key).into_iter().flatten().for_each(|&number| test(number)),
            None if pattern.may_match(commands.whole()) => (0..commands.all.len()).for_each(test),
            None => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

impl Command {
    /// The order in which commands are shown as evidence.
    fn rank(&self) -> (usize, u32, u32) {
        let first = self.caller.map_or(self.place, |(place, _)| place);
        (first.file, first.line, self.place.line)
    }
}
