//! Signs that speak for one of several answers: the kind of a repository, or the profile that fits it.

use crate::catalogue::Signal;
use crate::check::{Truth, evaluate};
use crate::detect::secrets::masked;
use crate::facts::Facts;
use crate::value::Evidence;

/// An answer that signs speak for.
#[derive(Debug, Clone)]
pub(crate) struct Weighed<T> {
    pub(crate) answer: T,
    /// The sum of the weights of its signs.
    pub(crate) sum: u32,
    /// The signs, the strongest first: what each means, and where it was read.
    pub(crate) signs: Vec<(String, Evidence)>,
}

/// The answers that any sign speaks for, the strongest first; of two that are equal, the one that was named first.
pub(crate) fn weigh<'a, T: PartialEq + 'a>(
    signals: impl Iterator<Item = (T, &'a Signal)>,
    facts: &Facts<'_>,
) -> Vec<Weighed<T>> {
    let mut found: Vec<(Weighed<T>, Vec<u32>)> = Vec::new();
    for (answer, signal) in signals {
        let seen = evaluate(&signal.check, facts);
        if seen.truth != Truth::Yes {
            continue;
        }
        let mut place = seen.evidence.into_iter().next().unwrap_or_default();
        if let Some(masked) = place.text.as_ref().and_then(|text| masked(&facts.catalogue.vocabulary.secrets, text)) {
            place.text = Some(masked);
        }
        let sign = (signal.says.clone(), place);
        match found.iter_mut().find(|(known, _)| known.answer == answer) {
            Some((known, weights)) => {
                known.sum += signal.weight;
                let at = weights.partition_point(|weight| *weight >= signal.weight);
                weights.insert(at, signal.weight);
                known.signs.insert(at, sign);
            }
            None => found.push((Weighed { answer, sum: signal.weight, signs: vec![sign] }, vec![signal.weight])),
        }
    }
    found.sort_by_key(|(weighed, _)| std::cmp::Reverse(weighed.sum));
    found.into_iter().map(|(weighed, _)| weighed).collect()
}
