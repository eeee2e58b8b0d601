//! From commits as git keeps them to a [`History`]: what is kept of each, and when enough was read.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::message::Message;
use super::people::{People, Who};
use super::{Author, Commit, End, History, Wanted};

/// The most commits that are read of one history, where they are a fair sample.
pub const MAX_READ: usize = 500;

/// The most that are read where these are no fair sample: most by robots, or half of the work by one person.
const MAX_FOR_SAMPLE: usize = 2_000;

/// The most that are read to tell how steady the work is, where many commits are made in a month. Of those beyond a fair
/// sample, only the steps of the branch are read.
const MAX_FOR_MONTHS: usize = 3_000;

/// From so many commits on so many days on, a history was not brought at once, however it began.
const LONG: (u32, usize) = (500, 50);

/// So many commits in a row must be older than the day that was asked for. Dates are not always in order.
const SLACK: u32 = 16;

/// One commit as it was read.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a> {
    /// Its id.
    pub id: &'a str,
    /// Who wrote it, and when.
    pub author: Signature<'a>,
    /// Who brought it into this history, and when.
    pub committer: Signature<'a>,
    /// How many parents it has.
    pub parents: u32,
    /// Whether it is a step of the branch that is checked.
    pub is_step: bool,
    /// Whether it has a signature.
    pub signed: bool,
    /// Its message.
    pub message: &'a [u8],
}

/// Who did something, and when.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signature<'a> {
    /// Name.
    pub name: &'a [u8],
    /// E-mail address.
    pub email: &'a [u8],
    /// Seconds since 1970.
    pub seconds: Option<i64>,
}

/// What is still to be read of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Every commit.
    Commits,
    /// The steps of the branch: enough to tell in which months people worked.
    Steps,
    /// None.
    Nothing,
}

/// Takes commits, newest first, and makes a history of them.
#[derive(Debug)]
pub struct Builder {
    wanted: Wanted,
    commits: Vec<Commit>,
    thinned: Option<usize>,
    people: People,
    work: u32,
    /// Commits by each author, and by the one who has most.
    by_author: HashMap<u32, u32>,
    most: u32,
    /// Whether one person wrote half of what is read of a long history by default. It is not asked again: to stop at the first
    /// favourable moment would favour.
    is_lopsided: bool,
    steps: u32,
    days: BTreeSet<Date>,
    months: BTreeSet<(i16, i8)>,
    older: u32,
}

impl Builder {
    /// A builder for what is wanted.
    pub fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            commits: Vec::new(),
            thinned: None,
            people: People::default(),
            work: 0,
            by_author: HashMap::new(),
            most: 0,
            is_lopsided: false,
            steps: 0,
            days: BTreeSet::new(),
            months: BTreeSet::new(),
            older: 0,
        }
    }

    /// What is still needed.
    pub fn left(&self) -> Left {
        let wanted = &self.wanted;
        let has_months = self.months.len() >= wanted.months as usize || wanted.since.is_some() && self.older >= SLACK;
        let has_sample = self.work >= wanted.commits && self.steps >= wanted.steps;
        let read = self.commits.len();
        if read >= MAX_READ {
            return if !(has_sample && self.has_shares()) && read < MAX_FOR_SAMPLE {
                Left::Commits
            } else if !has_months && read < MAX_FOR_MONTHS {
                Left::Steps
            } else {
                Left::Nothing
            };
        }
        let has_all = !wanted.everything
            && has_sample
            && self.days.len() >= wanted.days as usize
            && has_months
            && (wanted.since.is_none() || self.older >= SLACK)
            && (!wanted.growth || self.is_long());
        if has_all { Left::Nothing } else { Left::Commits }
    }

    /// From here on, only the steps of the branch are added.
    pub fn thin(&mut self) {
        self.thinned.get_or_insert(self.commits.len());
    }

    /// Whether the newest commits show how the work is shared out, or the time that was asked for is over.
    fn has_shares(&self) -> bool {
        !self.is_lopsided || self.older >= SLACK
    }

    fn is_long(&self) -> bool {
        self.work >= LONG.0 && self.days.len() >= LONG.1
    }

    /// Takes the next commit. Returns whether its second parent, and not its first, is the next step of the branch.
    pub fn add(&mut self, raw: &Raw<'_>) -> bool {
        let message = Message::read(raw.message);
        let mut authors: Vec<Author> = Vec::with_capacity(1);
        let mut author = |who: Who| {
            if let Who::Person(author) = who
                && !authors.contains(&author)
            {
                authors.push(author);
            }
        };
        let first = self.people.meet(raw.author.name, raw.author.email);
        // A pipeline may commit with an account that looks like a person's.
        if !message.by_pipeline {
            author(first);
            for (name, email) in &message.co_authors {
                author(self.people.meet(name.as_bytes(), email.as_bytes()));
            }
        }
        // A robot does not review, and hosts sign commits that people make on their pages.
        let by_another = match (first, self.people.meet(raw.committer.name, raw.committer.email)) {
            (Who::Person(a), Who::Person(b)) => self.people.person(a.person) != self.people.person(b.person),
            _ => false,
        };
        let written = day_of(raw.author.seconds).or_else(|| day_of(raw.committer.seconds));
        let commit = Commit {
            id: raw.id.to_owned(),
            written,
            entered: day_of(raw.committer.seconds).or(written),
            authors,
            parents: raw.parents,
            is_step: raw.is_step,
            is_update: raw.parents > 1 && message.is_update,
            signed: raw.signed,
            is_copy: message.is_copy,
            explained: message.explained,
            reviewed: message.reviewed || by_another,
            rebased: raw.author.seconds != raw.committer.seconds,
        };
        if let (Some(since), Some(day)) = (self.wanted.since, commit.entered) {
            self.older = if day < since { self.older + 1 } else { 0 };
        }
        if commit.is_work() {
            self.work += 1;
            if self.wanted.shares {
                for author in &commit.authors {
                    let made = self.by_author.entry(self.people.person(author.person)).or_default();
                    *made += 1;
                    self.most = self.most.max(*made);
                }
            }
            self.days.extend(commit.written);
        }
        if !commit.authors.is_empty()
            && let Some(day) = commit.entered.filter(|day| self.wanted.since.is_none_or(|since| *day >= since))
        {
            self.months.insert((day.year(), day.month()));
        }
        if is_step_of_people(&commit) {
            self.steps += 1;
        }
        let is_update = commit.is_update;
        self.commits.push(commit);
        if self.wanted.shares && self.commits.len() == MAX_READ {
            self.is_lopsided = self.most.saturating_mul(2) >= self.work;
        }
        is_update
    }

    /// Whether it is worth looking at how the files came to be there, now that the first commit was reached.
    pub fn wants_growth(&self) -> bool {
        self.wanted.growth && self.thinned.is_none() && (self.wanted.everything || !self.is_long())
    }

    /// The commits so far.
    pub fn commits(&self) -> &[Commit] {
        &self.commits
    }

    /// The history.
    pub fn finish(mut self, end: End) -> History {
        for commit in &mut self.commits {
            for author in &mut commit.authors {
                author.person = self.people.person(author.person);
            }
        }
        let (commits, thinned) = (self.commits, self.thinned);
        History { commits, thinned, end, domains: self.people.into_domains(), ..History::default() }
    }
}

/// Whether a commit is a step of the branch that people could review: work or a merge, no update.
pub(crate) fn is_step_of_people(commit: &Commit) -> bool {
    commit.is_step && !commit.is_update && !commit.authors.is_empty()
}

/// The day of a time. There was no git and hardly any other history before 1985: such dates are a broken clock's.
fn day_of(seconds: Option<i64>) -> Option<Date> {
    let day = Timestamp::from_second(seconds?).ok()?.to_zoned(TimeZone::UTC).date();
    (day >= date(1985, 1, 1)).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const NEWEST: i64 = 1_780_000_000;

    /// How many commits are read of 3,000, made four a day by these authors in turn.
    fn read(wanted: Wanted, newest: &[&[u8]], older: &[&[u8]]) -> usize {
        let mut builder = Builder::new(wanted);
        for at in 0..3_000_usize {
            if builder.left() != Left::Commits {
                return at;
            }
            let by = if at < 900 { newest } else { older };
            let name = by[at % by.len()];
            let seconds = Some(NEWEST - i64::try_from(at).unwrap() * DAY / 4);
            let who = Signature { name, email: name, seconds };
            let (author, committer) = (who, who);
            let id = &format!("{at:040x}");
            builder.add(&Raw {
                id,
                author,
                committer,
                parents: 1,
                is_step: true,
                signed: false,
                message: b"Show dates",
            });
        }
        3_000
    }

    #[test]
    fn more_is_read_only_where_one_person_or_robots_made_most() {
        let shares = Wanted { shares: true, since: Some(date(2020, 1, 1)), ..Wanted::default() };
        let anna: [&[u8]; 1] = [b"anna@a.example"];
        let others: [&[u8]; 2] = [b"ben@a.example", b"cleo@a.example"];
        let robot: [&[u8]; 1] = [b"dependabot[bot]"];
        let team: [&[u8]; 3] = [b"anna@a.example", b"ben@a.example", b"cleo@a.example"];
        assert_eq!(read(shares, &team, &team), MAX_READ);
        assert_eq!(read(shares, &anna, &anna), MAX_FOR_SAMPLE);
        assert_eq!(read(shares, &anna, &others), MAX_FOR_SAMPLE, "also where the shares turn before");
        assert_eq!(read(shares, &team, &anna), MAX_READ);
        let sample = Wanted { commits: 200, shares: false, ..shares };
        assert_eq!(read(sample, &team, &team), MAX_READ);
        assert_eq!(read(sample, &robot, &team), 1_100);
        let not_asked = Wanted { shares: false, since: shares.since, ..Wanted::default() };
        assert_eq!(read(not_asked, &anna, &anna), MAX_READ);
    }

    #[test]
    fn nothing_older_than_what_was_asked_for_is_read_for_shares() {
        let recent = Wanted { shares: true, since: Some(date(2025, 9, 1)), ..Wanted::default() };
        let anna: [&[u8]; 1] = [b"anna@a.example"];
        let all = read(recent, &anna, &anna);
        assert!(all < 1_100, "{all}");
    }
}
