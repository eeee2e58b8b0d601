//! Jenkins: the commands in the Groovy of a Jenkinsfile. What a shared library runs is kept elsewhere.

use super::Triggers;
use super::node::Node;
use super::reader::{At, Reader};

/// Whether a file of this name, in lower case, is a Jenkinsfile.
pub(super) fn reads(name: &str) -> bool {
    name.contains("jenkinsfile")
}

/// The words that run a command.
const STEPS: [&str; 5] = ["sh", "bat", "powershell", "pwsh", "script:"];

pub(super) fn read(reader: &mut Reader<'_, '_>, text: &str, at: &At) {
    let name = reader.facts.path(at.file).rsplit('/').next().unwrap_or_default();
    // Which events start it is set on the server. A file with the usual name is a pipeline for every branch.
    let on = if name.eq_ignore_ascii_case("jenkinsfile") { Triggers::CHANGE } else { Triggers::SERVER };
    let at = at.when(on);
    let text = without_comments(text);
    let mut rest = text.as_str();
    while let Some(after) = next_step(rest) {
        let open = after.trim_start().trim_start_matches('(').trim_start();
        let open = open.strip_prefix("script:").unwrap_or(open).trim_start();
        match quoted(open) {
            Some((script, left)) => {
                reader.run(&at, script);
                rest = left;
            }
            None => rest = after,
        }
    }
    for line in text.lines() {
        let line = line.trim();
        let library = line.starts_with("@Library") || line.starts_with("library ") || line.starts_with("library(");
        if library || line.starts_with("govuk.buildProject") {
            reader.elsewhere(&at, line);
        }
        for (sign, name) in [
            ("withSonarQubeEnv", "sonarqube"),
            ("junit ", "junit"),
            ("junit(", "junit"),
            ("dependencyCheck ", "dependency-check"),
        ] {
            if line.contains(sign) {
                reader.uses(&at, name, &Node::Null);
            }
        }
    }
}

/// The text with comments blanked out line by line, so that lines keep their numbers.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if inside || trimmed.starts_with("/*") {
            inside = !trimmed.contains("*/");
        } else if !trimmed.starts_with("//") {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// What follows the word of the next step that runs a command.
fn next_step(text: &str) -> Option<&str> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if before.is_whitespace() || "({;,=".contains(before) {
            let here = text.get(at..)?;
            let starts = |word: &&&str| {
                let after = here.strip_prefix(**word).and_then(|after| after.chars().next());
                after.is_some_and(|c| c.is_whitespace() || "('\"".contains(c))
            };
            if let Some(word) = STEPS.iter().find(starts) {
                return here.get(word.len()..);
            }
        }
        before = c;
    }
    None
}

/// A string of Groovy at the start of this text, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    for quote in ["'''", "\"\"\"", "'", "\""] {
        if let Some(inside) = text.strip_prefix(quote) {
            let end = inside.find(quote)?;
            return Some((inside.get(..end)?, inside.get(end + quote.len()..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_in_groovy() {
        let text = "stage('x') {\n  // sh 'no'\n  sh 'npm test'\n  sh(script: \"make a\", returnStdout: true)\n  sh '''\n   go test\n  '''\n}\nshow 'no'\n";
        let clean = without_comments(text);
        let mut rest = clean.as_str();
        let mut found = Vec::new();
        while let Some(after) = next_step(rest) {
            let open = after.trim_start().trim_start_matches('(').trim_start();
            let open = open.strip_prefix("script:").unwrap_or(open).trim_start();
            match quoted(open) {
                Some((script, left)) => {
                    found.push(script.trim().to_owned());
                    rest = left;
                }
                None => rest = after,
            }
        }
        assert_eq!(found, ["npm test", "make a", "go test"]);
    }
}
