//! Tags that name a release: versions, their order, pre-releases, and which of them are semantic versions.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// The most tags whose dates are looked up.
const MAX_DATED: usize = 100;

/// The longest tag that is looked at.
const MAX_TAG: usize = 120;

/// A tag that names a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The tag.
    pub tag: String,
    /// The day of the commit it names.
    pub date: Option<Date>,
    /// Whether it is written as a semantic version: three numbers, which are not a date.
    pub semantic: bool,
    /// Whether it says that it is not final: `1.0.0-beta.1`.
    pub pre: bool,
}

/// The version in a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version<'a> {
    /// What stands before the numbers: a component of the repository, or `v`.
    before: &'a str,
    numbers: [u64; 4],
    pre: bool,
    semantic: bool,
}

/// Words before a single number or a date that say that it counts releases, and not builds or backups.
const RELEASE_WORDS: [&str; 6] = ["", "r", "rel", "release", "v", "version"];

/// Words that say that a tag marks something else.
const NOT_RELEASES: [&str; 12] =
    ["archive", "backup", "before", "build", "deploy", "draft", "experiment", "old", "poc", "spike", "temp", "test"];

/// Words of a version that is not final.
const PRE: [&str; 12] =
    ["a", "alpha", "b", "beta", "canary", "dev", "m", "nightly", "pre", "preview", "rc", "snapshot"];

impl<'a> Version<'a> {
    fn read(tag: &'a str) -> Option<Self> {
        if tag.len() > MAX_TAG {
            return None;
        }
        let start = last_version(tag)?;
        let (before, rest) = (tag.get(..start)?, tag.get(start..)?);
        let mut words = before.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        if words.clone().any(|word| is_one_of(word, &NOT_RELEASES)) {
            return None;
        }
        let only_release_words = words.all(|word| is_one_of(word, &RELEASE_WORDS));
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (core, after) = (rest.get(..end)?.trim_end_matches('.'), rest.get(end..)?);
        let (count, mut numbers) = read_numbers(core, '.')?;
        let is_year = |n: u64| (1990..2100).contains(&n);
        let year = numbers[0];
        let dashed_date = count == 1 && is_year(year) && after.starts_with(['-', '_']);
        let plain_date = count == 1 && (19_900_101..=21_001_231).contains(&year);
        if count == 1 && (!only_release_words || before.is_empty() && !dashed_date && !plain_date) {
            return None;
        }
        if dashed_date {
            let date = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
            numbers = read_numbers(rest.get(..date)?.trim_end_matches('-'), '-').map_or(numbers, |(_, date)| date);
        }
        let suffix = after.split('+').next().unwrap_or_default();
        let word = suffix.trim_start_matches(['-', '.', '_']);
        let word = word.get(..word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len()))?;
        let pre = !dashed_date && is_one_of(word, &PRE);
        let no_zeros = core.split('.').all(|part| part.len() == 1 || !part.starts_with('0'));
        let well_formed = suffix.is_empty()
            || suffix.strip_prefix('-').is_some_and(|pre| {
                !pre.is_empty()
                    && pre.split('.').all(|id| !id.is_empty())
                    && pre.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
            });
        let semantic = count == 3 && no_zeros && well_formed && !is_year(year);
        Some(Self { before, numbers, pre, semantic })
    }
}

/// Where the version of a tag begins: at the first digit of its last part, `1` in `forms@1.2.3` and `api/v1.2.3`.
fn last_version(tag: &str) -> Option<usize> {
    let part = tag.rfind(['/', '@']).map_or(0, |at| at + 1);
    let bytes = tag.as_bytes();
    (part..bytes.len()).find(|&at| {
        let digit = bytes.get(at).is_some_and(u8::is_ascii_digit);
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
        // The digit in `log4j-1.2` belongs to the name.
        let is_start = before.is_none_or(is_between)
            || before.is_some_and(|b| b.eq_ignore_ascii_case(&b'v') || b.eq_ignore_ascii_case(&b'r'))
                && at.checked_sub(2).and_then(|at| bytes.get(at)).copied().is_none_or(is_between);
        digit && is_start
    })
}

/// Whether a byte is no part of a word. Bytes of letters that are not ASCII are.
fn is_between(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric()
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// How many numbers there are, at most four, and which.
fn read_numbers(text: &str, between: char) -> Option<(usize, [u64; 4])> {
    let (mut count, mut numbers) = (0, [0; 4]);
    for part in text.split(between) {
        *numbers.get_mut(count)? = part.parse().ok()?;
        count += 1;
    }
    Some((count, numbers))
}

/// The tags that name a release, the newest of each component, and how many there are in all. `date` looks up the day of
/// a tag; it is asked for the newest only.
pub fn releases<'a>(
    tags: impl Iterator<Item = &'a str>,
    mut date: impl FnMut(&'a str) -> Option<Date>,
) -> (Vec<Release>, u32) {
    let mut components: BTreeMap<&str, Vec<(Version<'_>, &'a str)>> = BTreeMap::new();
    let mut all = 0_u32;
    for tag in tags {
        if let Some(version) = Version::read(tag) {
            all = all.saturating_add(1);
            components.entry(version.before).or_default().push((version, tag));
        }
    }
    for versions in components.values_mut() {
        let newest_first = |(a, x): &(Version<'_>, &str), (b, y): &(Version<'_>, &str)| {
            (b.numbers, a.pre, y).cmp(&(a.numbers, b.pre, x))
        };
        if versions.len() > MAX_DATED {
            versions.select_nth_unstable_by(MAX_DATED, newest_first);
            versions.truncate(MAX_DATED);
        }
        versions.sort_unstable_by(newest_first);
    }
    let mut found = Vec::new();
    // In turn, so that a component with many versions leaves room for the others.
    let mut row = 0;
    while found.len() < MAX_DATED {
        let mut any = false;
        for versions in components.values() {
            if let Some((version, tag)) = versions.get(row)
                && found.len() < MAX_DATED
            {
                any = true;
                let (semantic, pre) = (version.semantic, version.pre);
                found.push(Release { tag: (*tag).to_owned(), date: date(tag), semantic, pre });
            }
        }
        if !any {
            break;
        }
        row += 1;
    }
    found.sort_by_key(|release| std::cmp::Reverse(release.date));
    (found, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_name_a_release() {
        for (tag, numbers, pre, semantic) in [
            ("v1.2.3", [1, 2, 3, 0], false, true),
            ("1.2", [1, 2, 0, 0], false, false),
            ("2.0.0-rc.1", [2, 0, 0, 0], true, true),
            ("2.0.0rc1", [2, 0, 0, 0], true, false),
            ("@forms/ui@10.4.0", [10, 4, 0, 0], false, true),
            ("api/v3.0.1+build.7", [3, 0, 1, 0], false, true),
            ("release_13246", [13246, 0, 0, 0], false, false),
            ("v12", [12, 0, 0, 0], false, false),
            ("2024.05.01", [2024, 5, 1, 0], false, false),
            ("release-2024-05-01", [2024, 5, 1, 0], false, false),
            ("log4j-1.2.17", [1, 2, 17, 0], false, true),
            ("v1.02.3", [1, 2, 3, 0], false, false),
        ] {
            let version = Version::read(tag).unwrap_or_else(|| panic!("{tag} is a release"));
            assert_eq!((version.numbers, version.pre, version.semantic), (numbers, pre, semantic), "{tag}");
        }
        for tag in [
            "",
            "production",
            "build-1234",
            "1234",
            "backup-2024-05-01",
            "before-1.2.3",
            "sprint-4",
            "v",
            "deploy/1.2.3",
            "é1",
        ] {
            assert_eq!(Version::read(tag), None, "{tag}");
        }
    }

    #[test]
    fn the_newest_of_each_component() {
        let tags: Vec<String> = (0..500).map(|n| format!("v1.{n}.0")).chain(["ui@0.1.0".to_owned()]).collect();
        let mut asked = 0;
        let (found, all) = releases(tags.iter().map(String::as_str), |_| {
            asked += 1;
            None
        });
        assert_eq!((found.len(), all, asked), (MAX_DATED, 501, MAX_DATED));
        assert!(found.iter().any(|release| release.tag == "ui@0.1.0"));
        assert!(found.iter().any(|release| release.tag == "v1.499.0"));
    }
}
