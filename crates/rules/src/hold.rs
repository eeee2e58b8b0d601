//! What verdicts say of one level: the logic that a single repository and the repositories of a unit share.

use crate::value::Verdict;

/// The verdicts of one repository. `R` names a rule.
pub(crate) trait Told<R> {
    /// The verdict that counts. A rule with nothing to look at, because the rule it needs fails, is not met either.
    fn counted(&self, rule: &R) -> Option<Verdict>;

    /// The verdict as it was given. A rule with nothing to look at contradicts nothing: a statement that is not in this
    /// repository is not a statement without a contact.
    fn given(&self, rule: &R) -> Option<Verdict>;

    /// Whether the rule holds.
    fn passes(&self, rule: &R) -> bool {
        self.counted(rule) == Some(Verdict::Pass)
    }

    /// Whether it does not hold. A waived rule does not: the waiver only says that this is known.
    fn fails(&self, rule: &R) -> bool {
        matches!(self.counted(rule), Some(Verdict::Fail | Verdict::Waived))
    }

    /// Whether what the rule looked at fails it.
    fn is_contrary(&self, rule: &R) -> bool {
        matches!(self.given(rule), Some(Verdict::Fail | Verdict::Waived))
    }

    /// Whether it cannot be told, or nobody asked.
    fn is_open(&self, rule: &R) -> bool {
        matches!(self.counted(rule), None | Some(Verdict::Unknown | Verdict::Error))
    }

    /// Whether this kind of repository owes it, as far as is known.
    fn is_owed(&self, rule: &R) -> bool {
        self.counted(rule) != Some(Verdict::NotApplicable)
    }
}

/// The rules that bear on a level.
pub(crate) struct Bearing<'a, R> {
    pub(crate) satisfies: &'a [R],
    pub(crate) supports: &'a [R],
    pub(crate) contradicts: &'a [R],
}

/// What one repository says of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    /// A rule that must hold does not.
    pub(crate) ruled_out: bool,
    /// The rules that settle it, as far as they are owed, all hold.
    pub(crate) settled: bool,
    /// Signals point to it: most of those that are owed are there, none fails, and none that could rule it out is unknown.
    pub(crate) signalled: bool,
    /// A rule that settles it is owed here.
    pub(crate) can_settle: bool,
    /// A rule that settles or indicates it is owed here.
    pub(crate) can_signal: bool,
}

impl<R: PartialEq> Bearing<'_, R> {
    pub(crate) fn said_by(&self, told: &impl Told<R>) -> Said {
        let can_settle = self.satisfies.iter().any(|rule| told.is_owed(rule));
        let owed = self.supports.iter().filter(|rule| told.is_owed(rule)).count();
        let there = self.supports.iter().filter(|rule| told.passes(rule)).count();
        Said {
            ruled_out: self.satisfies.iter().any(|rule| told.fails(rule))
                || self.contradicts.iter().any(|rule| told.is_contrary(rule)),
            // A rule that is not owed neither settles nor hinders, as long as another one does settle.
            settled: can_settle && self.satisfies.iter().all(|rule| !told.is_owed(rule) || told.passes(rule)),
            // One signal among many that nobody could look at is thin, so more than half must be there.
            signalled: 2 * there > owed
                && !self.supports.iter().any(|rule| told.fails(rule))
                && !self.supports.iter().any(|rule| self.contradicts.contains(rule) && told.is_open(rule)),
            can_settle,
            can_signal: can_settle || owed > 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    struct Verdicts(HashMap<char, Verdict>);

    impl Told<char> for Verdicts {
        fn counted(&self, rule: &char) -> Option<Verdict> {
            self.0.get(rule).copied()
        }

        fn given(&self, rule: &char) -> Option<Verdict> {
            self.0.get(rule).copied()
        }
    }

    /// Whether the signals a, b and c point to a level. That c is not there rules it out.
    fn signalled(verdicts: &[(char, Verdict)]) -> bool {
        let bearing = Bearing { satisfies: &[], supports: &['a', 'b', 'c'], contradicts: &['c', 'r'] };
        bearing.said_by(&Verdicts(verdicts.iter().copied().collect())).signalled
    }

    #[test]
    fn most_signals_must_be_there_and_none_may_fail() {
        use Verdict::{Fail, NotApplicable, Pass, Unknown, Waived};
        let c = ('c', Pass);
        assert!(signalled(&[c, ('a', Pass), ('b', Pass)]));
        assert!(signalled(&[c, ('a', Pass), ('b', Unknown)]));
        assert!(!signalled(&[c, ('a', Unknown), ('b', Unknown)]));
        assert!(!signalled(&[c]));
        assert!(!signalled(&[c, ('a', Pass), ('b', Fail)]));
        assert!(!signalled(&[c, ('a', Pass), ('b', Waived)]));
        // What is not owed is not missed.
        assert!(signalled(&[c, ('a', NotApplicable), ('b', NotApplicable)]));
        assert!(!signalled(&[c, ('a', Unknown), ('b', NotApplicable)]));
    }

    #[test]
    fn a_signal_whose_absence_rules_the_level_out_must_have_been_looked_at() {
        use Verdict::{Error, NotApplicable, Pass, Unknown};
        let with = |verdict| signalled(&[('a', Pass), ('b', Pass), ('c', verdict)]);
        assert!(with(Pass) && with(NotApplicable));
        assert!(!with(Unknown) && !with(Error));
        assert!(!signalled(&[('a', Pass), ('b', Pass)]));
        // Something that only rules out is no signal, so it is not waited for.
        assert!(signalled(&[('a', Pass), ('b', Pass), ('c', Pass), ('r', Unknown)]));
    }
}
