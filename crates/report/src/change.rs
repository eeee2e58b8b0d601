//! What a change does, in words that several formats share.

use openly_rules::delta::{Delta, Direction, Levels, Movement, RuleMove};
use openly_rules::value::{Severity, Verdict};

use crate::{Base, Report};

/// The movements that are shown, each with what stands over it.
pub(crate) const SHOWN: [(Movement, &str); 7] = [
    (Movement::Broken, "Broken"),
    (Movement::Worsened, "Not met as before, and more was found"),
    (Movement::Lost, "No longer shown"),
    (Movement::Fixed, "Fixed"),
    (Movement::Asked, "Asked or known from now on, and not met"),
    (Movement::Dropped, "No longer failing, but not met"),
    (Movement::Gained, "Shown for the first time"),
];

/// How good or bad a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// Nothing is worse than before.
    Well,
    /// Something is no longer known, a level falls, or the settings change.
    Look,
    /// A rule that matters fails and did not before, or fails in more places.
    Bad,
}

impl Mood {
    /// The sign for it. It never stands alone: words say the same.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Well => "✅",
            Self::Look => "⚠️",
            Self::Bad => "❌",
        }
    }
}

impl Base {
    /// How good or bad the change is.
    pub fn mood(&self) -> Mood {
        let delta = &self.delta;
        let matters = |rule: &RuleMove| rule.severity <= Severity::Recommended;
        let falls = |direction| matches!(direction, Direction::Down | Direction::Mixed);
        if delta.regresses() || delta.of(Movement::Worsened).any(matters) {
            Mood::Bad
        } else if delta.of(Movement::Broken).chain(delta.of(Movement::Worsened)).next().is_some()
            || delta.of(Movement::Lost).chain(delta.of(Movement::Dropped)).next().is_some()
            || delta.levels.iter().any(|level| falls(level.direction))
            || !delta.settings.is_empty()
            || delta.kind.is_some()
            || delta.profile.is_some()
        {
            Mood::Look
        } else {
            Mood::Well
        }
    }

    /// What the change does, in one sentence.
    pub fn headline(&self) -> String {
        let count = |movement| self.delta.of(movement).count();
        let mut parts = vec![match count(Movement::Broken) {
            0 => "breaks nothing".to_owned(),
            n => format!("breaks {n} {}", rules(n)),
        }];
        let mut say = |movement, words: &dyn Fn(usize) -> String| {
            let n = count(movement);
            if n > 0 {
                parts.push(words(n));
            }
        };
        say(Movement::Worsened, &|n| format!("makes {n} worse"));
        say(Movement::Lost, &|n| format!("takes away the evidence for {n}"));
        say(Movement::Fixed, &|n| format!("fixes {n}"));
        say(Movement::Asked, &|n| format!("brings {n} more to meet"));
        say(Movement::Dropped, &|n| {
            format!("leaves {n} unanswered that {} not met", if n == 1 { "was" } else { "were" })
        });
        if parts.len() == 1 && self.delta.of(Movement::Broken).next().is_none() {
            parts.push("fixes nothing".to_owned());
        }
        let last = parts.pop().unwrap_or_default();
        let all = if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) };
        format!("This change {all}.")
    }

    /// How many rules fail as before, in one sentence; `None` when none does.
    pub fn left(&self) -> Option<String> {
        let left = |severity| {
            let is = |rule: &&RuleMove| matches!(rule.movement, Movement::Left | Movement::Worsened);
            self.delta.rules.iter().filter(is).filter(|rule| rule.severity == severity).count()
        };
        let counts: Vec<String> = Severity::ALL
            .iter()
            .map(|&severity| (left(severity), severity))
            .filter(|(n, _)| *n > 0)
            .map(|(n, severity)| format!("{n} {severity}"))
            .collect();
        let (last, first) = counts.split_last()?;
        let list = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
        let one = first.is_empty() && last.starts_with("1 ");
        Some(if one {
            format!("{list} rule is not met, as before.")
        } else {
            format!("{list} rules are not met, as before.")
        })
    }
}

/// The rules of a movement, those together that were left open for the same reason.
pub(crate) fn together<'a>(report: &Report, delta: &'a Delta, movement: Movement) -> Vec<Vec<&'a RuleMove>> {
    let is_open = matches!(movement, Movement::Lost | Movement::Dropped);
    let said = |rule: &RuleMove| report.outcome(&rule.rule).map(|outcome| outcome.message.as_str());
    let mut groups: Vec<Vec<&RuleMove>> = Vec::new();
    for rule in delta.of(movement) {
        let is_same = |other: &RuleMove| {
            is_open && (other.before, other.after, said(other)) == (rule.before, rule.after, said(rule))
        };
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| is_same(first))) {
            Some(group) => group.push(rule),
            None => groups.push(vec![rule]),
        }
    }
    groups
}

fn rules(n: usize) -> &'static str {
    if n == 1 { "rule" } else { "rules" }
}

/// What a verdict is called where it is compared.
pub(crate) fn verdict(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Pass) => "met",
        Some(Verdict::Fail) => "not met",
        Some(Verdict::NotApplicable) | None => "not asked",
        Some(Verdict::Waived) => "waived",
        Some(Verdict::Unknown) => "cannot be told",
        Some(Verdict::Error) => "could not be checked",
    }
}

/// What a change does to the kind, the profile and the settings, a sentence each.
pub(crate) fn surroundings(delta: &Delta) -> Vec<String> {
    let mut said = Vec::new();
    if let Some((before, after)) = delta.kind {
        let word = |kind: Option<openly_rules::value::Kind>| kind.map_or("unknown", |kind| kind.word());
        said.push(format!(
            "The repository is taken for kind {} and not {} any more, so other rules may be asked.",
            word(after),
            word(before)
        ));
    }
    if let Some((before, after)) = &delta.profile {
        said.push(format!("The profile is {after} and not {before} any more, so other rules may be asked."));
    }
    said
}

/// The rules that move because the rule they need does, in sentences.
pub(crate) fn following(delta: &Delta) -> Option<String> {
    let kinds: [(&str, &[Movement]); 3] = [
        ("Not met any more with these", &[Movement::Broken]),
        ("Met with these", &[Movement::Fixed, Movement::Gained]),
        ("No longer told with these", &[Movement::Lost, Movement::Dropped]),
    ];
    let sentences: Vec<String> = kinds
        .iter()
        .filter_map(|(words, movements)| {
            let rules = delta.following().filter(|rule| movements.contains(&rule.movement));
            let rules: Vec<&str> = rules.map(|rule| rule.rule.as_str()).collect();
            (!rules.is_empty()).then(|| format!("{words}: {}.", rules.join(", ")))
        })
        .collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// The levels that differ, as `proven low → medium`.
pub(crate) fn levels(before: &Levels, after: &Levels) -> String {
    let pairs = [
        ("proven", &before.proven, &after.proven),
        ("indicated", &before.indicated, &after.indicated),
        ("possible", &before.possible, &after.possible),
    ];
    let level = |level: &Option<String>| level.clone().unwrap_or_else(|| "–".to_owned());
    let differing = pairs.iter().filter(|(_, before, after)| before != after);
    let parts: Vec<String> =
        differing.map(|(name, before, after)| format!("{name} {} → {}", level(before), level(after))).collect();
    parts.join(", ")
}

impl Report {
    /// The one next step: for what the change broke, else the step that helps most.
    pub fn next_step(&self) -> Option<&openly_rules::run::Outcome> {
        let moved = |movement| {
            let mut of = self.base.iter().flat_map(move |base| base.delta.of(movement));
            of.find(|rule| rule.severity <= Severity::Recommended).and_then(|rule| self.outcome(&rule.rule))
        };
        moved(Movement::Broken)
            .or_else(|| moved(Movement::Worsened))
            .or_else(|| moved(Movement::Asked))
            .or_else(|| self.next_steps().into_iter().find(|outcome| outcome.severity <= Severity::Recommended))
    }
}
