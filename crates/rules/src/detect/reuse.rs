//! Who holds the rights, as files of the REUSE specification say: `REUSE.toml`, `.reuse/dep5`, and notes beside a file
//! (`LICENSE.license`). What they say of fonts, pictures and parts by others names other holders, so only what covers the
//! whole repository or a file at its root counts.

use crate::check::place;
use crate::facts::Facts;
use crate::manifest::toml;
use crate::text::words;
use crate::value::{Evidence, quote};

/// The tag of a line that names a holder.
const TAG: &str = "SPDX-FileCopyrightText";

/// The first holder of the repository that its REUSE files name, and where.
pub(super) fn holder(facts: &Facts<'_>) -> Option<(Evidence, String)> {
    let of_all = facts.named("reuse").into_iter().find_map(|file| {
        let text = facts.text(file).ok()?;
        let path = facts.path(file);
        let stated = if path.to_ascii_lowercase().ends_with(".toml") { of_toml(&text) } else { of_dep5(&text) };
        let (name, at) = stated.into_iter().find_map(|(said, at)| Some((name_in(facts, &said)?, at)))?;
        Some((place(path, &text, at), name))
    });
    of_all.or_else(|| facts.named("licence-notes").into_iter().find_map(|file| tagged(facts, file)))
}

/// The first line of a file that names a holder after the tag of REUSE.
pub(super) fn tagged(facts: &Facts<'_>, file: usize) -> Option<(Evidence, String)> {
    let text = facts.text(file).ok()?;
    text.lines().enumerate().find_map(|(number, line)| {
        let (_, said) = line.split_once(TAG)?;
        let said = said.strip_prefix(':')?.trim().trim_end_matches("-->").trim_end_matches("*/");
        let name = name_in(facts, said)?;
        Some((Evidence::line(facts.path(file), u32::try_from(number + 1).ok()?, line), name))
    })
}

/// What a `REUSE.toml` says of the holders of the whole, with the offset of each.
fn of_toml(text: &str) -> Vec<(String, usize)> {
    // A file with a mistake counts as far as it can be read.
    let (root, _) = toml::parse(text);
    toml::tables(&root, "annotations")
        .filter(|annotation| toml::strings(annotation, "path").iter().any(|(path, _)| is_of_the_project(path)))
        .flat_map(|annotation| toml::strings(annotation, TAG))
        .map(|(said, at)| (said.to_owned(), at))
        .collect()
}

/// What a `.reuse/dep5`, written as Debian writes copyright, says of the holders of the whole, with the offset of each.
fn of_dep5(text: &str) -> Vec<(String, usize)> {
    let mut holders = Vec::new();
    let (mut field, mut counts, mut at) = ("", false, 0);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.trim().is_empty() {
            (field, counts) = ("", false);
            continue;
        }
        let value = if line.starts_with([' ', '\t']) {
            line
        } else if let Some((name, value)) = line.split_once(':') {
            field = name;
            value
        } else {
            continue;
        };
        if field.eq_ignore_ascii_case("files") {
            counts |= value.split_whitespace().any(is_of_the_project);
        } else if field.eq_ignore_ascii_case("copyright") && counts && !value.trim().is_empty() {
            holders.push((value.trim().to_owned(), start));
        }
    }
    holders
}

/// Whether a pattern of paths covers the whole repository, or a file at its root that is no picture or font.
fn is_of_the_project(path: &str) -> bool {
    let path = path.trim_start_matches("./").trim_end_matches("/**").trim_end_matches("/*");
    let ends = |of: &[&str]| path.rsplit_once('.').is_some_and(|(_, end)| of.contains(&&*end.to_ascii_lowercase()));
    !path.contains('/')
        && (path.is_empty() || path.starts_with('*') || path.contains('.') || path.eq_ignore_ascii_case("licence"))
        && !ends(&["eot", "gif", "ico", "jpeg", "jpg", "otf", "pdf", "png", "svg", "ttf", "webp", "woff", "woff2"])
}

/// The name in a statement such as `2020-2024 Ministry of Ferries <ferries@ministry.example>`.
fn name_in(facts: &Facts<'_>, said: &str) -> Option<String> {
    if facts.catalogue.vocabulary.not_holders.is_match(said) {
        return None;
    }
    let named = words(said);
    let named = named.split_whitespace().filter(|word| {
        !matches!(*word, "c" | "by" | "the" | "present" | "copyright" | "none" | "noassertion")
            && word.chars().filter(|c| c.is_alphabetic()).count() >= 2
    });
    (named.count() > 0).then(|| quote(said.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_covers_the_project() {
        for whole in ["**", "*", "./**", "**/*", "README.md", "*.md", "package.json", ".gitignore", "LICENCE"] {
            assert!(is_of_the_project(whole), "{whole}");
        }
        for part in ["fonts/**", "static/js/jquery.js", "logo.svg", "vendor/*", "src/fonts/a.woff2"] {
            assert!(!is_of_the_project(part), "{part}");
        }
    }

    #[test]
    fn broken_files_name_nobody() {
        assert!(of_toml("version = 1\n[[annotations]\npath = ").is_empty());
        assert!(of_toml("annotations = 3").is_empty());
        assert!(of_dep5("Files: *\n\nCopyright: 2020 Ministry of Ferries").is_empty());
        assert!(of_dep5(":::\n : \n").is_empty());
    }

    #[test]
    fn statements_of_a_part_are_left_out() {
        let text =
            "Files: fonts/*\nCopyright: 2010 A Foundry\n\nFiles: src/*\n *\nCopyright: 2020 Ministry\n 2021 Agency\n";
        let said: Vec<String> = of_dep5(text).into_iter().map(|(said, _)| said).collect();
        assert_eq!(said, ["2020 Ministry", "2021 Agency"]);
    }
}
