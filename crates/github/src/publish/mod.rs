//! Publishing: a comment that is updated in place and a check run, from plain data. It knows nothing of rules.

mod apply;
mod existing;
mod plan;

use crate::address::Repository;
use crate::failure::Failure;

pub(crate) use apply::apply;
pub(crate) use existing::read;
pub use existing::{Existing, ExistingCheck, ExistingComment};
pub use plan::{Write, plan};

/// What to publish about one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The repository that has the pull request.
    pub repository: Repository,
    /// The number of the pull request, for the comment.
    pub pull_request: Option<u64>,
    /// The commit that was checked: for a pull request its head, not the merge that a workflow checks out.
    pub head_sha: String,
    /// The comment in Markdown. Its first line is a hidden marker, `<!-- openly … -->`, by which it is found again; without one,
    /// a common marker is put before it.
    pub comment: Option<String>,
    /// Whether a comment is only updated and never begun: there is nothing to say that was not said before.
    pub quiet: bool,
    /// The check run.
    pub check: Option<CheckRun>,
}

/// A check run that is complete.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CheckRun {
    /// Its name, as rules for branches name it.
    pub name: String,
    /// How it ended.
    pub conclusion: Conclusion,
    /// Its title, in a few words.
    pub title: String,
    /// Its text in Markdown.
    pub summary: String,
    /// Notes on lines, most severe first.
    pub annotations: Vec<Annotation>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conclusion {
    /// It is red.
    Failure,
    /// It is grey, and blocks nothing.
    Neutral,
    /// It is green.
    Success,
}

/// A note on lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Annotation {
    /// Path from the root of the repository.
    pub path: String,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line.
    pub end_line: u32,
    /// How grave it is.
    pub level: Level,
    /// A few words.
    pub title: String,
    /// The text, without Markdown.
    pub message: String,
}

/// How grave an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Grave.
    Failure,
    /// Good to know.
    Notice,
    /// In between.
    Warning,
}

/// What became of one part of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// It was not asked for, or there was nothing to say.
    Skipped,
    /// It is there as it should be.
    Left,
    /// A newer commit is there, whose own run speaks for it.
    Outdated,
    /// It was written, at this address.
    Created(String),
    /// It was brought up to date, at this address.
    Updated(String),
    /// The token may not write. Usual for pull requests from forks.
    NotAllowed(Failure),
    /// It failed otherwise.
    Failed(Failure),
}

/// What became of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The comment.
    pub comment: Part,
    /// The check run.
    pub check: Part,
}

impl Published {
    /// Whether the token may not write, so that the report needs another way.
    pub fn is_not_allowed(&self) -> bool {
        [&self.comment, &self.check].iter().any(|part| matches!(part, Part::NotAllowed(_)))
    }

    /// The first failure that is not about permissions.
    pub fn failure(&self) -> Option<&Failure> {
        [&self.comment, &self.check].into_iter().find_map(|part| match part {
            Part::Failed(failure) => Some(failure),
            _ => None,
        })
    }
}

/// The marker of comments that name none.
const MARKER: &str = "<!-- openly -->";

/// The most characters of a comment. GitHub refuses more.
pub const MAX_COMMENT: usize = 65_536;

/// The most characters of a check run's text.
pub const MAX_SUMMARY: usize = 65_535;

/// The most annotations in one request.
/// <https://docs.github.com/en/rest/checks/runs#create-a-check-run>
pub const MAX_ANNOTATIONS: usize = 50;

impl Publication {
    /// The marker of its comment, and the comment that begins with it and fits.
    pub(crate) fn marked(&self) -> Option<(String, String)> {
        let comment = self.comment.as_ref()?;
        let first = comment.lines().next().unwrap_or_default().trim();
        let is_marker = first.starts_with("<!-- openly") && first.ends_with("-->") && first.matches("-->").count() == 1;
        let (marker, text) = if is_marker {
            (first.to_owned(), comment.clone())
        } else {
            (MARKER.to_owned(), format!("{MARKER}\n{comment}"))
        };
        Some((marker, cut(&text, MAX_COMMENT)))
    }
}

/// A text of at most so many characters. Whoever makes a text cuts it better; this is the last resort.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let note = "\n\n(The rest did not fit.)";
    let mut short: String = text.chars().take(most.saturating_sub(note.len())).collect();
    short.push_str(note);
    short
}
