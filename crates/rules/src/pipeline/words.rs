//! Command lines in words, and patterns for them.
//!
//! A command line is split at `&&`, `||`, `;` and pipes into commands, and these into words in lower case without quotes.
//! `--flag=value` is two words. A pattern is words in order: `go test`, `prettier * --check`.

use serde::{Deserialize, Serialize};

/// One word of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    /// Any words.
    Gap,
    /// The command starts here.
    Start,
    /// The command ends here.
    End,
    /// A word.
    Word(String),
    /// The pieces of a word between which any letters stand.
    Pieces(Vec<String>),
}

/// A pattern for a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CommandPattern(Vec<Part>);

impl CommandPattern {
    /// The patterns that a written one stands for: `{a,b}` is one or the other.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(written: &str) -> Result<Vec<Self>, String> {
        let mut all = Vec::new();
        for one in braces(written)? {
            let parts: Vec<Part> = one
                .split_whitespace()
                .map(|word| match word {
                    "*" => Part::Gap,
                    "^" => Part::Start,
                    "$" => Part::End,
                    word if word.contains('*') => {
                        Part::Pieces(word.to_lowercase().split('*').map(ToOwned::to_owned).collect())
                    }
                    word => Part::Word(word.to_lowercase()),
                })
                .collect();
            let is_word = |part: &Part| match part {
                Part::Word(word) => !word.is_empty(),
                Part::Pieces(pieces) => pieces.iter().any(|piece| !piece.is_empty()),
                _ => false,
            };
            if !parts.iter().any(is_word) {
                return Err("a command pattern needs a word".to_owned());
            }
            if one.contains("&&") || one.contains('|') || one.contains(';') || one.contains('=') {
                return Err("a command pattern is one command, in words: write a space for `=`".to_owned());
            }
            if parts.iter().filter(|part| **part == Part::Gap).count() > 2 {
                return Err("a command pattern has at most two gaps".to_owned());
            }
            all.push(Self(parts));
        }
        Ok(all)
    }

    /// A word that every command it matches has exactly.
    pub(super) fn key(&self) -> Option<&str> {
        self.0.iter().find_map(|part| match part {
            Part::Word(word) => Some(word.as_str()),
            _ => None,
        })
    }

    /// Whether all letters that a match needs stand somewhere in a text of many commands.
    pub(super) fn may_match(&self, text: &str) -> bool {
        let has = |wanted: &str| memchr::memmem::find(text.as_bytes(), wanted.as_bytes()).is_some();
        self.0.iter().all(|part| match part {
            Part::Word(word) => has(word),
            Part::Pieces(pieces) => pieces.iter().filter(|piece| !piece.is_empty()).all(|piece| has(piece)),
            _ => true,
        })
    }

    /// Whether a command in words, separated by single spaces, matches.
    pub(crate) fn matches(&self, command: &str) -> bool {
        let words: Vec<&str> = command.split(' ').filter(|word| !word.is_empty()).collect();
        (0..words.len()).any(|from| follows(&self.0, &words, from))
    }
}

/// Whether the parts match from this word on. Short patterns and a bounded number of words keep this cheap.
fn follows(parts: &[Part], words: &[&str], from: usize) -> bool {
    let Some((first, rest)) = parts.split_first() else { return true };
    match first {
        Part::Gap => (from..=words.len()).any(|next| follows(rest, words, next)),
        Part::Start => from == 0 && follows(rest, words, from),
        Part::End => from == words.len() && follows(rest, words, from),
        Part::Word(wanted) => {
            words.get(from).is_some_and(|word| word == wanted || program(word) == wanted)
                && follows(rest, words, from + 1)
        }
        Part::Pieces(pieces) => {
            words.get(from).is_some_and(|word| in_order(pieces, word) || in_order(pieces, program(word)))
                && follows(rest, words, from + 1)
        }
    }
}

/// Whether a word starts with the first piece, ends with the last, and has the others between them in order.
fn in_order(pieces: &[String], word: &str) -> bool {
    let [first, between @ .., last] = pieces else { return false };
    let Some(mut rest) = word.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    between.iter().all(|piece| match rest.split_once(piece.as_str()) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => piece.is_empty(),
    })
}

/// The name of a program in a word: without the folder of an executable and without `@version`.
pub(super) fn program(word: &str) -> &str {
    let word = match word.rfind('@') {
        Some(at) if at > 0 => word.get(..at).unwrap_or(word),
        _ => word,
    };
    if word.starts_with("./") || word.contains("bin/") {
        let name = word.rsplit('/').next().unwrap_or(word);
        return name.strip_suffix(".bat").or_else(|| name.strip_suffix(".cmd")).unwrap_or(name);
    }
    word
}

fn braces(pattern: &str) -> Result<Vec<String>, String> {
    let Some(open) = pattern.find('{') else { return Ok(vec![pattern.to_owned()]) };
    let (before, rest) = pattern.split_at(open);
    let Some(close) = rest.find('}') else { return Err("a `{` is not closed".to_owned()) };
    let (inside, after) = (rest.get(1..close).unwrap_or_default(), rest.get(close + 1..).unwrap_or_default());
    let mut all = Vec::new();
    for choice in inside.split(',') {
        for tail in braces(after)? {
            all.push(format!("{before}{choice}{tail}"));
            if all.len() > 500 {
                return Err("this stands for too many patterns".to_owned());
            }
        }
    }
    Ok(all)
}

/// The most words of one command that are looked at.
const MAX_WORDS: usize = 60;

/// One line of a script as commands.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The commands in normal form: words in lower case, separated by single spaces.
    pub(super) commands: Vec<String>,
    /// What it comes to does not count: `|| true`.
    pub(super) lenient: bool,
}

/// Splits a line of a script.
pub(super) fn split(line: &str) -> Line {
    let mut found = Line::default();
    let mut current = String::new();
    let mut after_or = false;
    let mut chars = line.chars().peekable();
    let mut quote: Option<char> = None;
    let mut before = ' ';
    let finish = |current: &mut String, after_or: &mut bool, found: &mut Line| {
        let command = normal(current);
        current.clear();
        if *after_or && matches!(command.as_str(), "true" | ":" | "exit 0" | "/bin/true") {
            found.lenient = true;
        }
        *after_or = false;
        if !command.is_empty() {
            found.commands.push(command);
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                quote = match quote {
                    None => Some(c),
                    Some(open) if open == c => None,
                    open => open,
                };
            }
            '#' if before.is_whitespace() && quote.is_none() => break,
            '&' if chars.peek() == Some(&'&') => {
                chars.next();
                finish(&mut current, &mut after_or, &mut found);
            }
            '|' => {
                let or = chars.next_if_eq(&'|').is_some();
                finish(&mut current, &mut after_or, &mut found);
                after_or = or;
            }
            ';' | '\n' => finish(&mut current, &mut after_or, &mut found),
            '`' => finish(&mut current, &mut after_or, &mut found),
            '$' if chars.peek() == Some(&'(') => {
                chars.next();
                finish(&mut current, &mut after_or, &mut found);
            }
            c => current.push(c),
        }
        before = c;
    }
    finish(&mut current, &mut after_or, &mut found);
    found
}

/// The words of a command in lower case with single spaces, without brackets around them.
pub(super) fn normal(command: &str) -> String {
    let mut out = String::with_capacity(command.len());
    for word in command.split_whitespace().take(MAX_WORDS) {
        let word = word.trim_matches(['(', ')', '[', ']', ',', '{', '}']);
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        let lower = word.chars().flat_map(char::to_lowercase);
        if word.starts_with('-') {
            out.extend(lower.map(|c| if c == '=' { ' ' } else { c }));
        } else {
            out.extend(lower);
        }
    }
    out
}

/// The logical lines of a script with the physical line each starts on (from 0): a backslash at the end continues a line.
pub(super) fn lines(script: &str) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in script.lines().enumerate() {
        let trimmed = line.trim();
        let (body, continues) = match trimmed.strip_suffix('\\') {
            Some(body) => (body.trim_end(), true),
            None => (trimmed, false),
        };
        if open && let Some((_, last)) = all.last_mut() {
            last.push(' ');
            last.push_str(body);
        } else if !body.is_empty() && !body.starts_with('#') {
            all.push((number, body.to_owned()));
        } else {
            continue;
        }
        open = continues;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(pattern: &str, line: &str) -> bool {
        let patterns = CommandPattern::parse(pattern).expect("valid");
        split(line).commands.iter().any(|command| patterns.iter().any(|pattern| pattern.matches(command)))
    }

    #[test]
    fn patterns_match_words_in_order() {
        assert!(is("go test", "CGO_ENABLED=0 go test ./..."));
        assert!(is("gradlew {test,check}", "./gradlew check"));
        assert!(is("prettier * --check", "npx prettier@3 . --check"));
        assert!(is("phpunit", "vendor/bin/phpunit -c x"));
        assert!(is("--max-warnings 0", "eslint . --max-warnings=0"));
        assert!(is("rake $", "bundle exec rake"));
        assert!(is("jest", "docker compose run app sh -c 'npm ci && jest'"));
        assert!(!is("rake $", "bundle exec rake db:migrate"));
        assert!(!is("go test", "go build && test -f x"));
        assert!(!is("^ echo", "jest --echo"));
    }

    #[test]
    fn scripts_in_lines() {
        let script = "# set up\nnpm ci\npytest \\\n  --cov=x \\\n  tests\n\nmake test || true # why\n";
        let all = lines(script);
        assert_eq!(all[1], (2, "pytest --cov=x tests".to_owned()));
        assert!(split(&all[2].1).lenient);
        assert!(!split("a || exit 1").lenient);
        assert_eq!(split("if [[ x ]]; then npm test; fi").commands, ["if x", "then npm test", "fi"]);
    }

    #[test]
    fn patterns_that_make_no_sense() {
        for bad in ["*", "", "a && b", "{a", "x=y"] {
            assert!(CommandPattern::parse(bad).is_err(), "{bad}");
        }
    }
}
