//! Version numbers as releases and tags write them, and which is the newest.

use std::cmp::Ordering;

/// A version's numbers. Zeros at the end do not count, so that `7.8` is `7.8.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    parts: Vec<u64>,
    /// Whether it is a preview: alpha, beta, release candidate.
    preview: bool,
    /// What stands after the numbers.
    after: String,
}

/// What may stand before the number of a version.
const PREFIXES: [&str; 14] = [
    "",
    "v",
    "v.",
    "v-",
    "version",
    "version-",
    "version/",
    "ver",
    "ver-",
    "release",
    "release-",
    "release/",
    "releases/",
    "rel-",
];
/// What marks a preview after the number.
const PREVIEWS: [&str; 10] = ["alpha", "beta", "rc", "pre", "dev", "snapshot", "preview", "canary", "nightly", "test"];
/// A first number from here on is a year.
const YEAR: u64 = 1900;

impl Number {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let start = text.find(|c: char| c.is_ascii_digit())?;
        let (before, rest) = text.split_at_checked(start)?;
        if !PREFIXES.contains(&before.trim_end_matches([' ', '_'])) {
            return None;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (numbers, after) = rest.split_at_checked(end)?;
        let mut parts: Vec<u64> = Vec::new();
        for part in numbers.trim_end_matches('.').split('.') {
            parts.push(part.parse().ok()?);
        }
        // A day as a version: 2024-05-31.
        if parts.len() == 1 && parts.first().is_some_and(|year| *year >= YEAR) {
            let further = after.split(['-', '_']).skip(1).map_while(|part| part.parse::<u64>().ok());
            parts.extend(further);
        }
        while parts.len() > 1 && parts.last() == Some(&0) {
            parts.pop();
        }
        let short = after.trim_start_matches(['-', '.', '_', '~']);
        let preview = PREVIEWS.iter().any(|word| after.contains(word))
            || matches!(short.as_bytes(), [b'a' | b'b' | b'm', digit, ..] if digit.is_ascii_digit());
        Some(Self { parts, preview, after: short.to_owned() })
    }

    /// Which of two has the greater numbers. A preview has the numbers of its release.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        self.parts.cmp(&other.parts)
    }

    fn is_dated(&self) -> bool {
        self.parts.first().is_some_and(|first| *first >= YEAR)
    }
}

/// The tag of the newest release that is no preview. With a version to compare, only tags that count in the same way.
pub(super) fn newest(tags: &[String], like: Option<&Number>) -> Option<(String, Number)> {
    let numbers = tags.iter().filter_map(|tag| Some((tag, Number::parse(tag)?)));
    let alike = numbers.filter(|(_, number)| like.is_none_or(|like| like.is_dated() == number.is_dated()));
    let alike: Vec<(&String, Number)> = alike.collect();
    let exact = like.and_then(|like| alike.iter().find(|(_, number)| number == like));
    let stable = alike.iter().filter(|(_, number)| !number.preview).max_by(|a, b| a.1.compare(&b.1));
    // A preview that the file itself names is compared as it stands when nothing newer is out.
    let best = match (stable, exact) {
        (Some(stable), Some(exact)) if stable.1.compare(&exact.1).is_le() => exact,
        (Some(stable), _) => stable,
        (None, exact) => exact?,
    };
    Some((best.0.clone(), best.1.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest_of(tags: &[&str], said: &str) -> Option<String> {
        let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
        newest(&tags, Number::parse(said).as_ref()).map(|(tag, _)| tag)
    }

    #[test]
    fn numbers() {
        let parts = |text: &str| Number::parse(text).map(|number| (number.parts, number.preview));
        assert_eq!(parts("v7.8.0"), Some((vec![7, 8], false)));
        assert_eq!(parts("release-1.2"), Some((vec![1, 2], false)));
        assert_eq!(parts("1.4.1-beta"), Some((vec![1, 4, 1], true)));
        assert_eq!(parts("2.0b3"), Some((vec![2], true)));
        assert_eq!(parts("2024-05-31"), Some((vec![2024, 5, 31], false)));
        assert_eq!(parts("1.25.0701"), Some((vec![1, 25, 701], false)));
        for none in ["stable", "dev", "frontend-v1.2", "", "99999999999999999999.1", "é1"] {
            assert_eq!(parts(none), None, "{none}");
        }
    }

    #[test]
    fn the_newest_tag() {
        assert_eq!(newest_of(&["v1.9.0", "v1.10.0", "v2.0.0-rc1", "client-v3.0"], "1.9").as_deref(), Some("v1.10.0"));
        assert_eq!(newest_of(&["v1.0", "build-77", "2024.1"], "1.0").as_deref(), Some("v1.0"));
        assert_eq!(newest_of(&["v1.0", "v2.0-beta"], "2.0-beta").as_deref(), Some("v2.0-beta"));
        assert_eq!(newest_of(&["latest"], "1.0"), None);
        assert_eq!(newest_of(&[], "1.0"), None);
    }
}
