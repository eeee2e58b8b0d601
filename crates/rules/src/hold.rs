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
    /// Signals point to it: one that fails speaks against it, one that is unknown says nothing.
    pub(crate) signalled: bool,
    /// A rule that settles it is owed here.
    pub(crate) can_settle: bool,
    /// A rule that settles or indicates it is owed here.
    pub(crate) can_signal: bool,
}

impl<R> Bearing<'_, R> {
    pub(crate) fn said_by(&self, told: &impl Told<R>) -> Said {
        let can_settle = self.satisfies.iter().any(|rule| told.is_owed(rule));
        Said {
            ruled_out: self.satisfies.iter().any(|rule| told.fails(rule))
                || self.contradicts.iter().any(|rule| told.is_contrary(rule)),
            // A rule that is not owed neither settles nor hinders, as long as another one does settle.
            settled: can_settle && self.satisfies.iter().all(|rule| !told.is_owed(rule) || told.passes(rule)),
            signalled: self.supports.iter().any(|rule| told.passes(rule))
                && !self.supports.iter().any(|rule| told.fails(rule)),
            can_settle,
            can_signal: can_settle || self.supports.iter().any(|rule| told.is_owed(rule)),
        }
    }
}
