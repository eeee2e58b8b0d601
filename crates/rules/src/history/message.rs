//! What a commit message tells: whether it explains the change, whether somebody could review it, and who wrote it too.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The most bytes of a message that are looked at.
const MAX_MESSAGE: usize = 8 << 10;

/// The most people that one message may name.
const MAX_TRAILERS: usize = 20;

/// Words that say nothing about a change when they stand alone, and small words of several languages.
static EMPTY: LazyLock<HashSet<&str>> = LazyLock::new(|| EMPTY_WORDS.split(' ').collect());

const EMPTY_WORDS: &str = "a add added again all an and another bit bits branch bug bugfix bugs change changed changes clean cleanup code \
    comment comments commit de debug der des die edit edits et feedback few file files final first fix fixed fixes \
    fixing fixup for format formatting from hotfix in initial into issue issues la le les lint linting main master \
    merge merged minor misc mise modif modifs more new of oops other pr progress push quick review save small some \
    squash stuff temp test testing tests the things tidy tmp to und update updated updates via wip";

/// What a message says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Message<'a> {
    /// More than a word or two, an issue or a body.
    pub(crate) explained: bool,
    /// A merge or pull request, or somebody who reviewed it.
    pub(crate) reviewed: bool,
    /// Whether it brings a branch up to date with the one it came from.
    pub(crate) is_update: bool,
    /// Whether it calls itself a release, or a copy of what was made elsewhere.
    pub(crate) is_copy: bool,
    /// Whether a pipeline wrote it that releases or counts versions.
    pub(crate) by_pipeline: bool,
    /// Names and addresses of more authors.
    pub(crate) co_authors: Vec<(&'a str, &'a str)>,
}

impl<'a> Message<'a> {
    pub(crate) fn read(message: &'a [u8]) -> Self {
        let message = message.get(..MAX_MESSAGE).unwrap_or(message);
        let text = match std::str::from_utf8(message) {
            Ok(text) => text,
            Err(error) => {
                // What stands before the first byte that is no UTF-8.
                message.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default()
            }
        };
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let subject = lines.next().unwrap_or_default();
        let mut found = Self { is_update: is_update(subject), ..Self::default() };
        let lower = subject.to_ascii_lowercase();
        found.reviewed = is_request(&lower);
        found.by_pipeline = is_by_pipeline(&lower);
        found.is_copy = is_copy(&lower);
        found.explained = explains(subject);
        let mut words = 0;
        for line in lines {
            match trailer(line) {
                Some((key, value)) if key.eq_ignore_ascii_case("co-authored-by") => {
                    if let Some(author) = author(value)
                        && found.co_authors.len() < MAX_TRAILERS
                    {
                        found.co_authors.push(author);
                    }
                }
                Some((key, _)) if is_review(key) => found.reviewed = true,
                Some((key, _)) if key.to_ascii_lowercase().ends_with("-by") => {}
                _ => {
                    found.reviewed |= line.starts_with("See merge request ");
                    if !found.explained {
                        words += telling_words(line).0;
                        found.explained = words > 2;
                    }
                }
            }
        }
        found
    }
}

/// The key and the value of a line such as `Reviewed-by: …`.
fn trailer(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(": ")?;
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.contains(['-', ' '])
        && key.len() < 30
        && key.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || c == ' ');
    (is_key && (key.contains('-') || key == "Differential Revision")).then_some((key, value))
}

fn is_review(key: &str) -> bool {
    ["Reviewed-by", "Reviewed-on", "Approved-by", "Acked-by", "PR-URL", "Differential Revision"]
        .iter()
        .any(|known| key.eq_ignore_ascii_case(known))
}

/// The name and the address in `Name <address>`.
fn author(value: &str) -> Option<(&str, &str)> {
    let (name, rest) = value.split_once('<')?;
    let (email, _) = rest.split_once('>')?;
    Some((name.trim(), email.trim()))
}

/// Whether a subject is that of a merge request, or names the one it was squashed from.
fn is_request(lower: &str) -> bool {
    lower.starts_with("merge pull request ")
        || lower.starts_with("merged in ") && lower.contains("(pull request #")
        || lower.starts_with("merged pr ")
        || lower.starts_with("merge pr ")
        || lower.starts_with("merge !")
        || ends_with_request(lower)
}

/// Whether a subject ends with `(#123)` or `(!123)`, as hosts write when they squash.
fn ends_with_request(subject: &str) -> bool {
    let Some((_, number)) = subject.trim_end_matches([')', ' ', '.', '…']).rsplit_once('(') else { return false };
    let number = number.strip_prefix("pull request ").or_else(|| number.strip_prefix("pr ")).unwrap_or(number);
    number.strip_prefix(['#', '!']).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a merge takes the shared branch into one's own: what was the shared branch is then its second parent.
fn is_update(subject: &str) -> bool {
    if subject.starts_with("Merge remote-tracking branch ") {
        return true;
    }
    let Some(rest) = subject.strip_prefix("Merge branch '") else { return false };
    let Some((from, rest)) = rest.split_once('\'') else { return false };
    let is_shared =
        |name: &str| ["main", "master", "develop", "development", "dev", "trunk"].contains(&name.trim_matches('\''));
    if rest.starts_with(" of ") {
        return true;
    }
    rest.strip_prefix(" into ").is_some_and(|into| is_shared(from) && !is_shared(into.trim()))
}

/// Whether a subject asks that no pipeline runs, as one does that commits a version itself.
fn is_by_pipeline(lower: &str) -> bool {
    (lower.contains("[skip ci]") || lower.contains("[ci skip]"))
        && (has_version(lower) || ["chore", "bump", "release"].iter().any(|start| lower.starts_with(start)))
}

/// Whether a subject says no more than that a release, or the state of another repository, was put here.
fn is_copy(lower: &str) -> bool {
    let has = |words: &[&str]| lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    let telling = || telling_words(lower).0;
    has(&["release", "version", "livraison", "rilascio", "versione"]) && has_number(lower) && telling() < 7
        || has(&["sync", "synced", "export", "mirror", "snapshot", "dump", "publish"]) && telling() < 5
}

fn explains(subject: &str) -> bool {
    if names_an_issue(subject) {
        return true;
    }
    // A type such as `fix(form):` is no word of the explanation.
    let subject = match subject.split_once(':') {
        Some((kind, rest)) if !kind.contains(' ') && kind.len() < 40 => rest,
        _ => subject,
    };
    let (telling, all) = telling_words(subject);
    telling > 1 && all > 2 || has_version(subject)
}

/// How many words tell something, and how many there are. A script without spaces counts two letters as a word.
fn telling_words(text: &str) -> (usize, usize) {
    let (mut telling, mut all) = (0, 0);
    for word in text.split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if word.is_empty() {
            continue;
        }
        let ideographs = word.chars().filter(|c| ('\u{2E80}'..='\u{D7FF}').contains(c)).count();
        let lower = word.to_lowercase();
        let tells = ideographs > 1
            || word.chars().any(char::is_alphabetic) && !EMPTY.contains(lower.as_str())
            || has_version(word);
        let words = (ideographs / 2).max(1);
        all += words;
        telling += if tells { words } else { 0 };
    }
    (telling, all)
}

/// Whether a text holds a number with a dot in it, such as `2.8`.
fn has_number(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let word = word.trim_start_matches(['v', 'V', '(', '"']);
        word.starts_with(|c: char| c.is_ascii_digit()) && word.trim_end_matches('.').contains('.')
    })
}

fn has_version(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || c == '@')
        .map(|word| word.trim_start_matches(['v', 'V', '(', '"']))
        .any(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.matches('.').count() > 1)
}

/// Whether a subject refers to an issue: `#12`, `GH-12`, or a key such as `ABC-12` where it begins.
fn names_an_issue(subject: &str) -> bool {
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if subject.split(['#', '!']).skip(1).any(is_number) {
        return true;
    }
    let start = subject.trim_start_matches(|c: char| !c.is_alphanumeric());
    let key = start.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default();
    key.split_once('-').is_some_and(|(project, number)| {
        project.len() > 1 && project.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) && is_number(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explained_or_not() {
        for message in [
            "Show the renewal date on the licence page",
            "Fix typo in README",
            "fix: stop sending two letters",
            "ABC-123 forms",
            "[ABC-123] wip",
            "Fix (#12)",
            "wip\n\nThe register answers slowly, so ask it once a day.",
            "Release 1.4.2",
            "更新申请表的说明文字",
            "Formular für die Verlängerung ergänzt",
        ] {
            assert!(Message::read(message.as_bytes()).explained, "{message}");
        }
        for message in [
            "",
            "wip",
            "fix",
            "Update README.md",
            "Add files via upload",
            "fix the tests",
            "Fix: lint",
            "more changes",
            "Initial commit",
            "fix\n\nCo-authored-by: Anna <anna@department.example>\nSigned-off-by: Ben Brown <ben@department.example>",
            "\u{FFFD}",
        ] {
            assert!(!Message::read(message.as_bytes()).explained, "{message}");
        }
    }

    #[test]
    fn reviewed_or_not() {
        for message in [
            "Merge pull request #12 from team/branch",
            "Show the date (#12)",
            "Show the date (!12)",
            "Merge branch 'form' into 'main'\n\nShow the date\n\nSee merge request team/service!12",
            "Merged PR 12: Show the date",
            "Merged in form (pull request #12)",
            "Show the date\n\nReviewed-by: Anna <anna@department.example>",
            "Show the date\n\nReviewed-on: https://review.example/12",
        ] {
            assert!(Message::read(message.as_bytes()).reviewed, "{message}");
        }
        for message in
            ["Show the date", "Show the date (see #12)", "Fixes #12", "Merge branch 'form'", "Reviewed the form"]
        {
            assert!(!Message::read(message.as_bytes()).reviewed, "{message}");
        }
    }

    #[test]
    fn branches_brought_up_to_date() {
        for message in [
            "Merge branch 'main' of https://host.example/team/service",
            "Merge branch 'main' into form",
            "Merge remote-tracking branch 'origin/main' into form",
        ] {
            assert!(Message::read(message.as_bytes()).is_update, "{message}");
        }
        for message in ["Merge branch 'form'", "Merge branch 'form' into main", "Merge branch 'dev' into main"] {
            assert!(!Message::read(message.as_bytes()).is_update, "{message}");
        }
    }

    #[test]
    fn pipelines() {
        for (message, expected) in [
            ("chore(release): 17.14.4 [skip ci]", true),
            ("Version 1.2.3 [ci skip]", true),
            ("Correct a date in the README [skip ci]", false),
            ("Release 1.2.3", false),
        ] {
            assert_eq!(Message::read(message.as_bytes()).by_pipeline, expected, "{message}");
        }
    }

    #[test]
    fn copies() {
        for message in [
            "New release 1.4.0",
            "Permits service new release 2.0.1",
            "Sync",
            "Export from internal",
            "v1.2.3 release",
            "Permits code from version 2.8 (#53)",
        ] {
            assert!(Message::read(message.as_bytes()).is_copy, "{message}");
        }
        for message in [
            "Release the lock when the form of version 1.2.3 closes with an error or a warning",
            "Show the release date",
            "Keep the register in sync with the form when two people change it",
        ] {
            assert!(!Message::read(message.as_bytes()).is_copy, "{message}");
        }
    }

    #[test]
    fn co_authors() {
        let message =
            b"Show the date\n\nco-authored-by: Anna Abbott <anna@department.example>\nCo-Authored-By: Ben\n\xFF";
        assert_eq!(Message::read(message).co_authors, [("Anna Abbott", "anna@department.example")]);
    }
}
