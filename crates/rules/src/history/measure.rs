//! What can be measured in a history, and the answer to a question about it. An answer of no that only youth, a short copy
//! or too few commits explain is none.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::build::{MAX_READ, is_step_of_people};
use super::people::is_public_body;
use super::{Commit, End, History, Release, SAMPLE, Wanted, growth};
use crate::check::{Answer, Truth};
use crate::value::{Evidence, Value, quote, words};

words! {
    /// What is measured.
    Measure {
        /// The fewest people who wrote half of the commits.
        BusFactor => "bus-factor",
        /// Commits by people, without merges.
        Commits => "commits",
        /// Different days with a commit by a person.
        Days => "days",
        /// Whether the files grew here and were not brought at once.
        DevelopedHere => "developed-here",
        /// Percent of the newest 100 commits by people whose message says more than a word or two.
        Explained => "explained",
        /// The newest commit by a person.
        LastCommit => "last-commit",
        /// Different months with a commit by a person.
        Months => "months",
        /// Organisations, by the domains of e-mail addresses.
        Organisations => "organisations",
        /// People who committed.
        People => "people",
        /// Tags that name a release; with `within-months`, days with one that is not a pre-release.
        Releases => "releases",
        /// Percent of the newest 100 steps of the branch that came by a merge request or name a reviewer.
        Reviewed => "reviewed",
        /// Percent of the newest 20 tags that name a release which are semantic versions.
        SemanticVersions => "semantic-versions",
        /// Percent of the newest 100 commits by people with a signature.
        Signed => "signed",
    }
}

impl Measure {
    /// Whether it counts hundredths.
    pub(crate) fn is_percent(self) -> bool {
        matches!(self, Self::Explained | Self::Reviewed | Self::SemanticVersions | Self::Signed)
    }

    /// Whether it can be limited to the last months.
    pub(crate) fn takes_months(self) -> bool {
        !self.is_percent() && self != Self::DevelopedHere
    }

    /// Whether it asks for a number.
    pub(crate) fn takes_number(self) -> bool {
        !matches!(self, Self::DevelopedHere | Self::LastCommit)
    }
}

/// A question about a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Question {
    /// Whether people made so many commits on so many days.
    Spread { commits: u32, days: u32 },
    /// Whether a measure is at least this, within the last months.
    Measure { measure: Measure, at_least: u32, within: Option<u32> },
}

/// How old a history must be before it is called short, in months.
const YOUNG: u32 = 3;

/// The fewest commits from which a habit or a share can be told.
const FEWEST: usize = 10;

/// The fewest commits that are shared out among people.
const FEWEST_TO_SHARE: usize = 20;

/// How many release tags are looked at for their form.
const RELEASES: usize = 20;

/// Days that a clock may be ahead.
const AHEAD: i64 = 2;

pub(super) fn months_before(today: Date, months: u32) -> Date {
    today.saturating_sub(i64::from(months).months())
}

impl Question {
    /// What of the history it asks for.
    pub(crate) fn wants(self, today: Date) -> Wanted {
        let nothing = Wanted::default();
        match self {
            Self::Spread { commits, days } => Wanted { commits, days, ..nothing },
            Self::Measure { measure, at_least, within } => {
                let since = within.map(|months| months_before(today, months));
                let sample = u32::try_from(SAMPLE).unwrap_or(u32::MAX);
                match measure {
                    Measure::Commits if since.is_none() => Wanted { commits: at_least, ..nothing },
                    Measure::Days if since.is_none() => Wanted { days: at_least, ..nothing },
                    Measure::Months if since.is_none() => Wanted { months: at_least, ..nothing },
                    Measure::Months => Wanted { months: at_least, since, ..nothing },
                    Measure::LastCommit => Wanted { commits: 1, ..nothing },
                    Measure::DevelopedHere => Wanted { growth: true, ..nothing },
                    Measure::Explained | Measure::Signed => Wanted { commits: sample, ..nothing },
                    Measure::Reviewed => Wanted { steps: sample, ..nothing },
                    Measure::BusFactor => Wanted { shares: true, since, everything: since.is_none(), ..nothing },
                    Measure::Releases => Wanted { releases: true, since, ..nothing },
                    Measure::SemanticVersions => Wanted { releases: true, ..nothing },
                    _ => Wanted { since, everything: since.is_none(), ..nothing },
                }
            }
        }
    }

    pub(crate) fn answer(self, history: &History, today: Date) -> Answer {
        match self {
            Self::Spread { commits, days } => spread(history, commits, days, today),
            Self::Measure { measure, at_least, within } => {
                let window = match measure {
                    Measure::Months => Window::of(&history.commits, history, within, today),
                    _ => Window::new(history, within, today),
                };
                match measure {
                    Measure::BusFactor => bus_factor(&window, at_least),
                    Measure::Commits => number(&window, window.work().count(), at_least, "commit", "commits"),
                    Measure::Days => {
                        let days: BTreeSet<Date> = window.work().filter_map(|commit| commit.written).collect();
                        number(&window, days.len(), at_least, "day with a commit", "different days with commits")
                    }
                    Measure::DevelopedHere => growth::developed_here(history, today),
                    Measure::Explained => share(history, at_least, "a message that explains it", |c| c.explained),
                    Measure::LastCommit => last_commit(&window),
                    Measure::Months => {
                        let months: BTreeSet<(i16, i8)> =
                            window.by_people().filter_map(|c| c.entered.map(|day| (day.year(), day.month()))).collect();
                        number(&window, months.len(), at_least, "month with a commit", "different months with commits")
                    }
                    Measure::Organisations => organisations(&window, at_least),
                    Measure::People => people(&window, at_least),
                    Measure::Releases => releases(&window, at_least),
                    Measure::Reviewed => reviewed(history, at_least),
                    Measure::SemanticVersions => semantic_versions(history, at_least),
                    Measure::Signed => share(history, at_least, "a signature", |c| c.signed),
                }
            }
        }
    }
}

/// The commits that a question is about.
struct Window<'a> {
    history: &'a History,
    /// What was read of the history for such a question.
    read: &'a [Commit],
    commits: Vec<&'a Commit>,
    within: Option<u32>,
    since: Option<Date>,
    today: Date,
}

impl<'a> Window<'a> {
    fn new(history: &'a History, within: Option<u32>, today: Date) -> Self {
        Self::of(history.newest(), history, within, today)
    }

    fn of(read: &'a [Commit], history: &'a History, within: Option<u32>, today: Date) -> Self {
        let since = within.map(|months| months_before(today, months));
        let until = today.saturating_add(AHEAD.days());
        let is_in = |commit: &&Commit| {
            since.is_none_or(|since| commit.entered.is_some_and(|day| (since..=until).contains(&day)))
        };
        Self { history, read, commits: read.iter().filter(is_in).collect(), within, since, today }
    }

    fn work(&self) -> impl Iterator<Item = &'a Commit> {
        self.commits.iter().copied().filter(|commit| commit.is_work())
    }

    fn by_people(&self) -> impl Iterator<Item = &'a Commit> {
        self.commits.iter().copied().filter(|commit| !commit.authors.is_empty())
    }

    /// Whether older commits were read than those of the window, so that none of it is missing.
    fn is_all_read(&self) -> bool {
        let reached = |since: Date| self.read.iter().rev().take(5).any(|c| c.entered.is_some_and(|d| d < since));
        self.history.is_whole() || self.since.is_some_and(reached)
    }

    /// Of which commits is spoken, to be read after "commits by people".
    fn when(&self) -> String {
        let read = self.read.len();
        match self.within {
            Some(months) if self.is_all_read() || read < MAX_READ => format!("in the last {}", count(months, "month")),
            _ if self.history.is_whole() => "in the whole history".to_owned(),
            _ => format!("in the newest {read} commits"),
        }
    }

    /// What an answer of no is worth.
    fn no(&self) -> Truth {
        match &self.history.end {
            End::Cut(why) if !self.is_all_read() => Truth::Unknown(why.clone()),
            _ => too_young(self.history, self.since).unwrap_or(Truth::No),
        }
    }

    /// The answer, with what was seen and the newest commit it was seen in.
    fn answer(&self, truth: Truth, seen: &str) -> Answer {
        let mut evidence = Evidence::said(seen);
        evidence.commit = self.by_people().next().map(|commit| commit.id.clone());
        Answer::new(truth).with(evidence).note(format!("{seen}."))
    }

    /// No question where nobody did anything: whether anybody still does is another one.
    fn idle(&self) -> Option<Answer> {
        if self.by_people().next().is_some() {
            return None;
        }
        let seen = format!("no person committed {}", self.when());
        Some(Answer::new(match self.no() {
            Truth::No => Truth::NotAsked(seen),
            other => other,
        }))
    }
}

/// The reason why a history can show nothing yet, if it began after this day.
pub(super) fn too_young(history: &History, since: Option<Date>) -> Option<Truth> {
    let first = history.first().filter(|first| since.is_some_and(|since| *first > since))?;
    let since = since?;
    Some(Truth::NotAsked(format!("the history begins on {first}, and this looks back to {since}")))
}

pub(super) fn count(n: impl Into<u64>, one: &str) -> String {
    let n = n.into();
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

fn to_number(n: usize) -> Value {
    Value::Number(n as u64)
}

fn spread(history: &History, commits: u32, days: u32, today: Date) -> Answer {
    let window = Window::new(history, None, today);
    let (made, people) = (window.work().count(), persons(window.work()).len());
    let on: BTreeSet<Date> = window.work().filter_map(|commit| commit.written).collect();
    let at_least = if history.is_whole() { "" } else { "at least " };
    let of = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
    let seen = format!("{at_least}{} by {of} on {}", count(made as u64, "commit"), count(on.len() as u64, "day"));
    let truth = if made >= commits as usize && on.len() >= days as usize {
        Truth::Yes
    } else {
        let young = too_young(history, Some(months_before(today, YOUNG)));
        match window.no() {
            Truth::No => young.unwrap_or(Truth::No),
            other => other,
        }
    };
    window.answer(truth, &seen).note(format!("The history holds {seen}."))
}

fn number(window: &Window<'_>, n: usize, at_least: u32, one: &str, many: &str) -> Answer {
    let truth = if n >= at_least as usize { Truth::Yes } else { window.no() };
    let seen = format!("{n} {} by people {}", if n == 1 { one } else { many }, window.when());
    window.answer(truth, &seen).value(to_number(n))
}

fn persons<'a>(commits: impl Iterator<Item = &'a Commit>) -> BTreeSet<u32> {
    commits.flat_map(|commit| &commit.authors).map(|author| author.person).collect()
}

fn people(window: &Window<'_>, at_least: u32) -> Answer {
    if let Some(idle) = window.idle() {
        return idle;
    }
    let (n, commits) = (persons(window.by_people()).len(), window.by_people().count());
    let truth = if n >= at_least as usize { Truth::Yes } else { window.no() };
    let who = if n == 1 { "1 person".to_owned() } else { format!("{n} people") };
    window
        .answer(truth, &format!("{who} made {} {}", count(commits as u64, "commit"), window.when()))
        .value(to_number(n))
}

fn bus_factor(window: &Window<'_>, at_least: u32) -> Answer {
    if let Some(idle) = window.idle() {
        return idle;
    }
    let mut by_person: BTreeMap<u32, u64> = BTreeMap::new();
    window
        .work()
        .flat_map(|commit| &commit.authors)
        .for_each(|author| *by_person.entry(author.person).or_default() += 1);
    let commits = window.work().count();
    let mut shares: Vec<u64> = by_person.into_values().collect();
    shares.sort_unstable_by(|a, b| b.cmp(a));
    let all: u64 = shares.iter().sum();
    let (mut sum, mut n) = (0, 0);
    for share in &shares {
        if sum * 2 >= all {
            break;
        }
        sum += share;
        n += 1;
    }
    let people = if shares.len() == 1 { "1 person".to_owned() } else { format!("{} people", shares.len()) };
    let seen = format!("{n} of {people} wrote half of the {} {}", count(commits as u64, "commit"), window.when());
    let truth = match window.no() {
        _ if n >= at_least as usize && commits >= FEWEST_TO_SHARE => Truth::Yes,
        Truth::No if commits < FEWEST_TO_SHARE => {
            Truth::NotAsked(format!("{} by people {} show no shares", count(commits as u64, "commit"), window.when()))
        }
        other => other,
    };
    window.answer(truth, &seen).value(to_number(n))
}

fn organisations(window: &Window<'_>, at_least: u32) -> Answer {
    if let Some(idle) = window.idle() {
        return idle;
    }
    let mut by_domain: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let authors = || window.by_people().flat_map(|commit| &commit.authors);
    for author in authors() {
        if let Some(domain) = author.domain {
            by_domain.entry(domain).or_default().insert(author.person);
        }
    }
    let named: BTreeSet<u32> = by_domain.values().flatten().copied().collect();
    let all = persons(window.by_people()).len();
    // A domain that one person uses may be that person's own, and is not repeated.
    let mut found: Vec<String> = by_domain
        .iter()
        .filter_map(|(domain, people)| {
            let domain = window.history.domains.get(*domain as usize)?;
            (people.len() > 1 || is_public_body(domain)).then(|| domain.clone())
        })
        .collect();
    found.sort();
    let hidden = all - named.len();
    let seen =
        format!("{} by the addresses of {} people {}", count(found.len() as u64, "organisation"), all, window.when());
    let truth = match window.no() {
        _ if found.len() >= at_least as usize => Truth::Yes,
        Truth::No if hidden * 2 >= all => Truth::Unknown(format!(
            "the e-mail addresses of {hidden} of the {all} people who committed {} name no organisation",
            window.when()
        )),
        other => other,
    };
    window.answer(truth, &seen).value(Value::List(found))
}

fn last_commit(window: &Window<'_>) -> Answer {
    let until = window.today.saturating_add(AHEAD.days());
    let dated = |commit: &&Commit| commit.entered.is_some_and(|day| day <= until);
    let by_people = || window.history.commits.iter().filter(|commit| !commit.authors.is_empty());
    let Some(newest) = by_people().filter(dated).max_by_key(|commit| commit.entered) else {
        return Answer::new(match &window.history.end {
            _ if by_people().next().is_some() => {
                Truth::Unknown("the dates of all commits by people are false".to_owned())
            }
            End::Cut(why) => Truth::Unknown(why.clone()),
            End::First => Truth::No,
            End::Enough if window.is_all_read() => Truth::No,
            End::Enough => Truth::Unknown(format!("the newest {} commits are by robots", window.history.commits.len())),
        })
        .note("No commit is by a person.");
    };
    let day = newest.entered.unwrap_or_default();
    let is_recent = window.since.is_none_or(|since| day >= since);
    let truth = match &window.history.end {
        _ if is_recent => Truth::Yes,
        // Commits of robots may hide one by a person behind the place where this copy ends.
        End::Cut(why) if !window.is_all_read() => Truth::Unknown(why.clone()),
        _ => Truth::No,
    };
    let seen = format!("The newest commit by a person is of {day}");
    let mut evidence = Evidence::said(&seen);
    evidence.commit = Some(newest.id.clone());
    Answer::new(truth).with(evidence).note(format!("{seen}.")).value(Value::Text(day.to_string()))
}

/// How many percent of the newest commits by people are so.
fn share(history: &History, at_least: u32, what: &str, is_so: impl Fn(&Commit) -> bool) -> Answer {
    let sample: Vec<&Commit> = history.work().take(SAMPLE).collect();
    percent(
        history,
        &sample,
        at_least,
        &format!("newest {} by people", count(sample.len() as u64, "commit")),
        what,
        is_so,
    )
}

fn reviewed(history: &History, at_least: u32) -> Answer {
    let sample: Vec<&Commit> = history.commits.iter().filter(|c| is_step_of_people(c)).take(SAMPLE).collect();
    let of = format!("newest {} of this branch", count(sample.len() as u64, "change"));
    let mut answer = percent(history, &sample, at_least, &of, "a trace of review", |commit| commit.reviewed);
    if answer.truth == Truth::No {
        let rebased = sample.iter().filter(|commit| commit.parents < 2 && commit.rebased && !commit.reviewed).count();
        let maybe = sample.iter().filter(|commit| commit.reviewed).count() + rebased;
        if persons(sample.iter().copied()).len() == 1 {
            let why = "one person made all commits, and nobody else was there to review them";
            answer.truth = Truth::NotAsked(why.to_owned());
        } else if maybe * 100 / sample.len() >= at_least as usize {
            answer.truth = Truth::Unknown(format!(
                "{rebased} of the {of} were put on top of others, and hosts that rebase a merge request leave no trace of it"
            ));
        }
    }
    answer
}

fn percent(
    history: &History,
    sample: &[&Commit],
    at_least: u32,
    of: &str,
    what: &str,
    is_so: impl Fn(&Commit) -> bool,
) -> Answer {
    let (so, not): (Vec<&Commit>, Vec<&Commit>) = sample.iter().partition(|commit| is_so(commit));
    if sample.len() < FEWEST {
        return Answer::new(match &history.end {
            End::Cut(why) => Truth::Unknown(why.clone()),
            _ => Truth::NotAsked(format!("the {of} are too few to speak of a habit")),
        });
    }
    let share = so.len() * 100 / sample.len();
    let holds = share >= at_least as usize;
    let seen = format!("{} of the {of} have {what} ({share}%)", so.len());
    let mut answer = Answer::new(if holds { Truth::Yes } else { Truth::No }).note(format!("{seen}."));
    let mut evidence = Evidence::said(&seen);
    evidence.commit = so.first().filter(|_| holds).map(|commit| commit.id.clone());
    answer = answer.with(evidence);
    if !holds {
        for commit in not.iter().take(3) {
            let day = commit.written.map_or_else(String::new, |day| format!(", of {day}"));
            let mut evidence = Evidence::said(&format!("without {what}{day}"));
            evidence.commit = Some(commit.id.clone());
            answer = answer.with(evidence);
        }
    }
    answer.value(to_number(share))
}

fn no_tags(history: &History) -> Truth {
    match (&history.tags_cut, &history.end) {
        (Some(why), _) | (None, End::Cut(why)) => Truth::Unknown(why.clone()),
        _ => Truth::No,
    }
}

fn releases(window: &Window<'_>, at_least: u32) -> Answer {
    let history = window.history;
    let Some(newest) = history.releases.first() else {
        return Answer::new(no_tags(history)).note("No tag names a release.");
    };
    let tag = quote(&newest.tag);
    let of = newest.date.map_or_else(String::new, |date| format!(" of {date}"));
    let Some(since) = window.since else {
        let n = history.release_tags;
        let seen = if n == 1 {
            format!("1 tag names a release: {}{of}", tag)
        } else {
            format!("{n} tags name a release; the newest is {}{of}", tag)
        };
        let truth = if n >= at_least { Truth::Yes } else { no_tags(history) };
        return Answer::new(truth).with(Evidence::said(&seen)).note(format!("{seen}.")).value(Value::Text(tag));
    };
    let until = window.today.saturating_add(AHEAD.days());
    let final_days = history.releases.iter().filter(|release| !release.pre).filter_map(|release| release.date);
    let days: BTreeSet<Date> = final_days.filter(|day| (since..=until).contains(day)).collect();
    let n = days.len();
    let first = history.releases.iter().filter_map(|release| release.date).min();
    let is_first_new =
        history.releases.len() == history.release_tags as usize && first.is_some_and(|first| first > since);
    let truth = if n >= at_least as usize {
        Truth::Yes
    } else if window.work().next().is_none() {
        Truth::NotAsked(format!("nothing was changed {}", window.when()))
    } else if history.releases.iter().all(|release| release.date.is_none()) {
        Truth::Unknown("the commits that the tags name are not here to be read".to_owned())
    } else if is_first_new {
        Truth::NotAsked(format!("the first release is of {}, and this looks back to {since}", first.unwrap_or(since)))
    } else {
        match no_tags(history) {
            // Each tag tells its day, however many commits were read.
            Truth::No if history.releases.iter().all(|release| release.date.is_some()) => Truth::No,
            Truth::No => window.no(),
            other => other,
        }
    };
    let period =
        window.within.map_or_else(|| window.when(), |months| format!("in the last {}", count(months, "month")));
    let seen = format!("{} with a release {period}, since {since}; the newest is {tag}{of}", count(n as u64, "day"));
    Answer::new(truth).with(Evidence::said(&seen)).note(format!("{seen}.")).value(to_number(n))
}

fn semantic_versions(history: &History, at_least: u32) -> Answer {
    let sample: Vec<&Release> = history.releases.iter().take(RELEASES).collect();
    if sample.is_empty() {
        return Answer::new(match no_tags(history) {
            Truth::No => Truth::NotAsked("no tag names a release".to_owned()),
            other => other,
        });
    }
    let (so, not): (Vec<&Release>, Vec<&Release>) = sample.iter().partition(|release| release.semantic);
    let share = so.len() * 100 / sample.len();
    let seen =
        format!("{} of the newest {} are semantic versions", so.len(), count(sample.len() as u64, "release tag"));
    let truth = if share >= at_least as usize { Truth::Yes } else { Truth::No };
    let mut answer = Answer::new(truth).with(Evidence::said(&seen)).note(format!("{seen}."));
    let shown = if share >= at_least as usize { so } else { not };
    for release in shown.into_iter().take(3) {
        answer = answer.with(Evidence::said(&release.tag));
    }
    answer.value(to_number(share))
}
