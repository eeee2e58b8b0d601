//! What a repository's history shows about how the work was done. Plain data: `openly-repo` walks the commits.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// When a walk through the history may stop because more commits would change no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enough {
    /// As soon as this many commits by people on this many different days were seen.
    At {
        /// Commits by people, merges not counted.
        commits: u32,
        /// Different days with such a commit.
        days: u32,
    },
    /// Never: every commit is wanted.
    Everything,
}

/// A summary of the commits reachable from the commit that is checked. Robots are counted apart from people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Whether the walk reached the first commit. When false, the counts are lower bounds and `first` is missing.
    pub complete: bool,
    /// Whether the clone itself was cut off (`git clone --depth`), so that older commits are not here to be read.
    pub shallow: bool,
    /// Commits by people, without merges.
    pub commits: u32,
    /// Commits by robots, such as dependency updates.
    pub robots: u32,
    /// Merge commits.
    pub merges: u32,
    /// Different days, in UTC, with a commit by a person.
    pub days: u32,
    /// The day of the first commit, when the walk reached it.
    pub first: Option<Date>,
    /// The day of the newest commit.
    pub last: Option<Date>,
    /// Commits by people for each month, as `YYYY-MM`.
    pub months: BTreeMap<String, u32>,
    /// Commits by people for each e-mail domain of their authors. Never a whole address.
    pub domains: BTreeMap<String, u32>,
    /// How many different authors there are.
    pub authors: u32,
    /// Tags of the repository.
    pub tags: u32,
    /// Commits without a parent, with the number of files they brought at once: large ones are bulk imports.
    pub roots: Vec<Root>,
}

/// A commit without a parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Its id.
    pub commit: String,
    /// Its day, in UTC.
    pub date: Date,
    /// The files in it.
    pub files: u32,
}

/// Words in an author's name or address by which a robot is known.
const ROBOTS: [&str; 12] = [
    "[bot]",
    "dependabot",
    "renovate",
    "snyk-bot",
    "greenkeeper",
    "github-actions",
    "pyup-bot",
    "semantic-release",
    "pre-commit-ci",
    "weblate",
    "crowdin",
    "jenkins",
];

/// Whether an author is a robot, told from name and address.
pub fn is_robot(name: &str, email: &str) -> bool {
    let (name, email) = (name.to_lowercase(), email.to_lowercase());
    ROBOTS.iter().any(|word| name.contains(word) || email.contains(word))
        || name.ends_with("-bot")
        || name.ends_with(" bot")
}
