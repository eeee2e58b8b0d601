//! Answers of the checks `pipeline`, `scripts` and `documented`.

use super::topic::{Asks, Found, Topic, find, matching};
use super::{Command, Commands, How, Place, Triggers, What, When};
use crate::check::{Answer, Truth};
use crate::facts::Facts;
use crate::value::{Evidence, quote};

/// Whether CI does what is asked for.
pub(crate) fn pipeline(facts: &Facts<'_>, asks: &Asks, how: How) -> Answer {
    let How { on, must_pass, only_here } = how;
    let commands = facts.pipelines.pipeline(facts);
    let found = look(facts, commands, asks, on.triggers(), must_pass);
    if let Some(command) = found.yes {
        return yes(facts, commands, command);
    }
    if let Some(command) = found.other_time.filter(|command| command.on.meets(Triggers::SERVER)) {
        let path = quote(facts.path(command.place.file));
        let why = format!("what starts {path} is set on the server and not in the repository");
        return Answer::new(Truth::Unknown(why)).with(evidence(facts, command));
    }
    let elsewhere = if only_here { None } else { elsewhere(facts, commands, on.triggers()) };
    if let Some(command) = elsewhere {
        let why = format!("part of the pipeline is kept in another repository ({})", quote(&command.shown));
        return Answer::new(Truth::Unknown(why)).with(evidence(facts, command));
    }
    if let Some(answer) = problem(facts, commands) {
        return answer;
    }
    let mut answer = Answer::no();
    answer.nothing_read = !commands.any_file;
    if let Some(command) = found.lenient {
        let note = format!("CI runs `{}`, but goes on when it fails.", quote(&masked(&command.shown)));
        return answer.with(evidence(facts, command)).note(note);
    }
    if let Some(command) = found.other_time {
        let note = format!("CI runs `{}`, but not on every change.", quote(&masked(&command.shown)));
        return answer.with(evidence(facts, command)).note(note);
    }
    answer
}

/// A part of the pipeline that is kept elsewhere and whose name does not say what it does.
fn elsewhere<'c>(facts: &Facts<'_>, commands: &'c Commands, on: Triggers) -> Option<&'c Command> {
    let topics = &facts.catalogue.vocabulary.commands;
    let is_known = |command: &Command| {
        topics.values().any(|topic| topic.uses.iter().any(|pattern| pattern.matches(&command.words)))
    };
    // What starts a part may be set on a server, where every change could.
    let on = on.or(Triggers::SERVER);
    let mut elsewhere = commands.all.iter().filter(|c| c.what == What::Elsewhere && c.on.meets(on));
    elsewhere.find(|command| !is_known(command))
}

/// Whether the scripts and build files of the repository do what is asked for.
pub(crate) fn scripts(facts: &Facts<'_>, asks: &Asks) -> Answer {
    let commands = facts.pipelines.scripts(facts);
    simple(facts, commands, asks)
}

/// Whether the README or the contributors' guide tells people to run it.
pub(crate) fn documented(facts: &Facts<'_>, asks: &Asks) -> Answer {
    let commands = facts.pipelines.documented(facts);
    simple(facts, commands, asks)
}

fn simple(facts: &Facts<'_>, commands: &Commands, asks: &Asks) -> Answer {
    let found = look(facts, commands, asks, When::Any.triggers(), false);
    if let Some(command) = found.yes {
        return yes(facts, commands, command);
    }
    problem(facts, commands).unwrap_or_else(|| {
        let mut answer = Answer::no();
        answer.nothing_read = !commands.any_file;
        answer
    })
}

fn look<'c>(facts: &Facts<'_>, commands: &'c Commands, asks: &Asks, on: Triggers, must_pass: bool) -> Found<'c> {
    let vocabulary = &facts.catalogue.vocabulary.commands;
    let mut topics: Vec<&Topic> = asks.topics.iter().filter_map(|name| vocabulary.get(name)).collect();
    topics.push(&asks.own);
    let known = |number: usize| {
        commands.known.get_or_init(|| {
            let mut known = vec![false; commands.all.len()];
            for topic in vocabulary.values().filter(|topic| !topic.installs) {
                for number in matching(commands, &topic.runs, |what| what == What::Run) {
                    if let Some(known) = known.get_mut(number) {
                        *known = true;
                    }
                }
            }
            known
        });
        commands.known.get().and_then(|known| known.get(number)).copied().unwrap_or(false)
    };
    find(commands, &topics, &known, on, must_pass)
}

/// The per cent that follow one of these options, in pipelines and scripts.
pub(crate) fn options(facts: &Facts<'_>, names: &[&str]) -> Vec<(u64, Place, String)> {
    let mut found = Vec::new();
    for commands in [facts.pipelines.pipeline(facts), facts.pipelines.scripts(facts)] {
        for number in names.iter().filter_map(|name| commands.index.get(*name)).flatten() {
            let Some(command) = commands.all.get(*number) else { continue };
            let mut words = command.words.split(' ').skip_while(|word| !names.contains(word)).skip(1);
            if let Some(percent) = words.next().and_then(crate::detect::coverage::percent) {
                found.push((percent, command.place, masked(&command.shown)));
            }
        }
    }
    found
}

fn problem(facts: &Facts<'_>, commands: &Commands) -> Option<Answer> {
    let worst = commands.problems.iter().max_by_key(|(.., broken)| *broken);
    let (file, why, broken) = worst?;
    let path = facts.path(*file);
    let answer = if *broken {
        Answer::new(Truth::Error(format!("{} could not be understood: {}", quote(path), quote(why))))
    } else {
        Answer::new(Truth::Unknown(format!("{} could not be read: {}", quote(path), quote(why))))
    };
    Some(answer.with(Evidence::file(path)))
}

fn yes(facts: &Facts<'_>, commands: &Commands, command: &Command) -> Answer {
    let mut answer = Answer::new(Truth::Yes);
    if let Some(caller) = command.caller.and_then(|(_, number)| commands.all.get(number)) {
        answer = answer.with(evidence(facts, caller));
    }
    answer.with(evidence(facts, command))
}

fn evidence(facts: &Facts<'_>, command: &Command) -> Evidence {
    Evidence::line(facts.path(command.place.file), command.place.line, &masked(&command.shown))
}

/// A command without the values that may be secret.
fn masked(command: &str) -> String {
    const SECRET: [&str; 6] = ["token", "password", "passwd", "secret", "key", "login"];
    let is_secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        SECRET.iter().any(|word| name.contains(word))
    };
    let mut words: Vec<String> = Vec::new();
    let mut hide = false;
    for word in command.split_whitespace() {
        let shown = match word.split_once(['=', ':']) {
            Some((name, value)) if is_secret(name) && !value.starts_with(['$', '"', '\'']) && !value.is_empty() => {
                format!("{name}=…")
            }
            Some((name, value)) if is_secret(name) && !value.contains('$') && value.len() > 2 => format!("{name}=…"),
            _ if hide && !word.contains('$') => "…".to_owned(),
            _ => word.to_owned(),
        };
        hide = word.starts_with('-') && !word.contains('=') && is_secret(word);
        words.push(shown);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(masked("scan --token abc123 -Dsonar.login=xyz"), "scan --token … -Dsonar.login=…");
        assert_eq!(masked("A_SECRET='abc' npm test"), "A_SECRET=… npm test");
        assert_eq!(masked("scan --token $TOKEN --key=${KEY}"), "scan --token $TOKEN --key=${KEY}");
        assert_eq!(masked("npm run test:unit"), "npm run test:unit");
    }
}
