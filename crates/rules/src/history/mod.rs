//! What a repository's history shows about how the work was done. Plain data without names and addresses of people:
//! `openly-repo` reads commits and hands them to a [`Builder`], which keeps only what [`Measure`]s ask about.

mod build;
mod growth;
pub(crate) mod measure;
mod message;
mod people;
mod version;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use build::{Builder, Left, MAX_READ, Raw, Signature};
pub use measure::Measure;
pub use people::is_robot;
pub use version::{Release, releases};

/// How many of the newest commits by people say how commits are usually made.
pub const SAMPLE: usize = 100;

/// What of a history is asked for. A walk may stop as soon as it has all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Commits by people, merges not counted.
    pub commits: u32,
    /// Different days with such a commit.
    pub days: u32,
    /// Different months with a commit by a person, since the day of `since`.
    pub months: u32,
    /// Steps of the branch that is checked: its own commits and what was merged into it.
    pub steps: u32,
    /// Every commit since this day.
    pub since: Option<Date>,
    /// Enough to tell how the work is shared out.
    pub shares: bool,
    /// How the files came to be there, unless the history is long.
    pub growth: bool,
    /// The tags that name a release.
    pub releases: bool,
    /// Every commit that will be read at all.
    pub everything: bool,
}

impl Wanted {
    /// What both ask for.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            commits: self.commits.max(other.commits),
            days: self.days.max(other.days),
            months: self.months.max(other.months),
            steps: self.steps.max(other.steps),
            since: [self.since, other.since].into_iter().flatten().min(),
            shares: self.shares || other.shares,
            growth: self.growth || other.growth,
            releases: self.releases || other.releases,
            everything: self.everything || other.everything,
        }
    }

    /// All that can be asked for.
    pub fn everything() -> Self {
        Self { growth: true, releases: true, everything: true, ..Self::default() }
    }
}

/// Where the walk through a history ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum End {
    /// At the first commit: the history is whole.
    #[default]
    First,
    /// When enough was read, so that there are older commits.
    Enough,
    /// Where the copy at hand ends, and why it does.
    Cut(String),
}

/// The commits reachable from the commit that is checked, as far as they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The commits, newest first.
    pub commits: Vec<Commit>,
    /// From which commit on only steps of the branch were read, if not all were.
    pub thinned: Option<usize>,
    /// Where the walk ended.
    pub end: End,
    /// Domains of e-mail addresses, of those that can name an organisation. [`Author::domain`] points into it.
    pub domains: Vec<String>,
    /// How the files came to be there, if it was asked for and the walk reached the first commit.
    pub growth: Option<Growth>,
    /// The newest tags that name a release, the newest first, if asked for.
    pub releases: Vec<Release>,
    /// How many tags name a release.
    pub release_tags: u32,
    /// Why tags may be missing in this copy.
    pub tags_cut: Option<String>,
}

/// One commit, without names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// The day on which it was written, in UTC. `None` where the date cannot be true.
    pub written: Option<Date>,
    /// The day on which it came into this history, in UTC.
    pub entered: Option<Date>,
    /// The people who wrote it. Empty: robots only.
    pub authors: Vec<Author>,
    /// How many parents it has.
    pub parents: u32,
    /// Whether it is a step of the branch that is checked, and not of one that was merged into it.
    pub is_step: bool,
    /// Whether it only brings a branch up to date with the one it came from.
    pub is_update: bool,
    /// Whether it has a signature.
    pub signed: bool,
    /// Whether its message says that it is a release, or a copy of what was made elsewhere.
    pub is_copy: bool,
    /// Whether its message says more than a word or two.
    pub explained: bool,
    /// Whether its message or its committer shows that somebody else could look at it.
    pub reviewed: bool,
    /// Whether it was put on top of others after it was written, as hosts do that rebase a merge request.
    pub rebased: bool,
}

impl Commit {
    /// Whether a person wrote it, and it is no merge.
    pub fn is_work(&self) -> bool {
        !self.authors.is_empty() && self.parents < 2
    }
}

/// One of the people who wrote a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// A number that stands for the person.
    pub person: u32,
    /// The domain of the address, if it can name an organisation: a position in [`History::domains`].
    pub domain: Option<u32>,
}

/// How the files came to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Growth {
    /// What was seen.
    Seen {
        /// The files of the commit that is checked.
        files: u32,
        /// Commits that brought or changed many files at once, oldest first. Of a long history, only the first commits were
        /// looked at.
        bulk: Vec<Bulk>,
        /// How many commits were looked at.
        looked_at: u32,
        /// How many of them are called after a release or a copy, and change several files.
        copies: u32,
        /// The files that are still as a commit of `bulk` brought them.
        unchanged: u32,
    },
    /// Why nobody can tell.
    Unknown(String),
}

/// A commit that brought or changed many files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Its id.
    pub commit: String,
    /// The day on which it was written.
    pub date: Option<Date>,
    /// How many files it brought or changed.
    pub files: u32,
}

/// Why a history ends in a clone that was made with `--depth`.
pub const SHALLOW: &str = "this clone is shallow: older commits are not here to be read (fetch the whole history)";

/// From how many files on a commit can be an import. Smaller ones may be a start.
pub const BULK: u32 = 20;

impl History {
    /// Whether every commit was read.
    pub fn is_whole(&self) -> bool {
        self.end == End::First && self.thinned.is_none()
    }

    /// The newest commits, as far as all of them were read.
    pub fn newest(&self) -> &[Commit] {
        self.commits.get(..self.thinned.unwrap_or(self.commits.len())).unwrap_or(&self.commits)
    }

    /// Commits by people, without merges, as far as all were read.
    pub fn work(&self) -> impl Iterator<Item = &Commit> {
        self.newest().iter().filter(|commit| commit.is_work())
    }

    /// The earliest day, where the walk reached the first commit.
    pub fn first(&self) -> Option<Date> {
        if self.end == End::First { self.commits.iter().filter_map(|commit| commit.written).min() } else { None }
    }

    /// Commits by people for each month, as `YYYY-MM`, as far as all were read.
    pub fn months(&self) -> BTreeMap<String, u32> {
        let mut months = BTreeMap::new();
        for day in self.work().filter_map(|commit| commit.entered) {
            *months.entry(format!("{:04}-{:02}", day.year(), day.month())).or_default() += 1;
        }
        months
    }
}
