//! How long the parts of a check took, for `openly check --timings`. Never a part of a report, which is the same each time.

use std::time::{Duration, Instant};

/// How long each part of a check took.
#[derive(Debug, Clone, Default)]
pub struct Timings {
    /// The steps, in order.
    pub steps: Vec<(&'static str, Duration)>,
    /// The rules, in the order they were asked. What several rules read is counted with the first that asks for it.
    pub rules: Vec<(String, Duration)>,
}

impl Timings {
    /// Does a step and notes how long it took.
    pub fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.steps.push((name, start.elapsed()));
        result
    }

    /// Asks a rule and notes how long it took.
    pub(crate) fn rule<T>(&mut self, id: &str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.rules.push((id.to_owned(), start.elapsed()));
        result
    }
}
