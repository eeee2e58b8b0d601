//! Formats as a standards owner writes them, with mistakes, and files that try to break the reader.

use crate::Catalogue;
use crate::case::Case;
use crate::compile::{Files, RuleFiles};
use crate::problem::Source;
use crate::run::Outcome;

const RULE: &str = r#"
id: house-card
title: The house card is valid
severity: optional
status: preview
check: { format: { paths: ["card.yml"], shapes: [card] } }
message: No.
why: Because.
fix: Do it.
references: [{ title: Handbook, url: "https://example.org/" }]
"#;
const README: &str = "# x\n\n## What it checks\n\none two three\n\n## Why it matters\n\none two three\n\n## How to fix\n\none two three\n\n## When it does not apply\n\none two three\n\n## Limits\n\none two three\n";
const CARD: &str = r#"
id: card
title: House card
url: https://example.org/card
version: { key: version, current: ["2"] }
words: { teams: [red, blue] }
parts:
  person: { keys: { name: { is: [text], required: true } } }
keys:
  version: { words: ["1", "2"], required: true }
  owner: { use: person, required: true }
  people: { of: { use: person } }
  team: { words: ["@teams"] }
  review: { is: [date], required-when: { team: [red] } }
  leader: { is: [text], only-when: { team: [blue] } }
  notes: { by: language, of: { is: [text], max-length: 10 } }
  share: { is: [number], min: 0 }
  nickname: { is: [text], deprecated: "2", instead: take it out }
"#;

fn catalogue(formats: &[&str]) -> Result<Catalogue, Vec<String>> {
    let name = |text: &str| text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap_or("none").to_owned();
    let rule = RuleFiles {
        topic: "house".to_owned(),
        folder: "house-card".to_owned(),
        rule: Source::new("rule.yml", RULE),
        readme: Some(Source::new("README.md", README)),
    };
    let codes = Source::new("codes.yml", "languages: { en: [eng] }\ncountries: [GB]\n");
    let files = Files {
        rules: vec![rule],
        vocabulary: vec![codes],
        formats: formats.iter().map(|text| Source::new(format!("{}.yml", name(text)), *text)).collect(),
        ..Files::default()
    };
    let catalogue = Catalogue::default().extend(&files);
    catalogue.map_err(|problems| problems.iter().map(|p| p.message().to_owned()).collect())
}

fn outcome(card: &str) -> Outcome {
    let catalogue = catalogue(&[CARD]).expect("a catalogue");
    // What is packed is what is read.
    let catalogue = Catalogue::unpack(&catalogue.pack().expect("bytes")).expect("a catalogue");
    let case = Case::new(vec![("card.yml".to_owned(), card.as_bytes().to_vec())], None).expect("a case");
    case.outcomes(&catalogue, &[]).into_iter().next().expect("an outcome")
}

fn said(card: &str) -> String {
    let outcome = outcome(card);
    let lines: Vec<String> = outcome.evidence.iter().filter_map(|e| e.line.map(|line| line.to_string())).collect();
    format!("{} [{}] {}", outcome.verdict, lines.join(" "), outcome.message)
}

#[test]
fn a_card_of_every_kind() {
    insta::assert_snapshot!(said("version: \"2\"\nowner: {name: Robin}\n"), @"pass [1] card.yml is valid as House card 2.");
    insta::assert_snapshot!(said("version: \"2\"\nowner: {name: Robin}\nshare: 0.5\nnotes: {en: short}\n"), @"pass [1] card.yml is valid as House card 2.");
    insta::assert_snapshot!(said("version: \"3\"\nowner: {nam: Robin}\npeople:\n  - Robin\n  - name:\n"), @"fail [1 2 4 5] card.yml has 5 mistakes, read as House card 3: `version` says `3`; it must be one of 1, 2; `owner.nam` is not a key of this format; did you mean `name`?; `owner.name` is missing; `people[0]` says `Robin`; it must be a map of keys and values; `people[1].name` is empty.");
    insta::assert_snapshot!(said("version: \"1\"\nowner: {name: Robin}\nteam: Red\nleader: Robin\nshare: -1\n"), @"fail [3 4 5] card.yml has 3 mistakes, read as House card 1: `team` says `Red`, which is not one of the allowed words; did you mean `red`?; `leader` is only for `team: blue`; `share` says `-1`; it must not be less than 0.");
    insta::assert_snapshot!(said("version: \"1\"\nowner: {name: Robin}\nteam: red\nnotes:\n  eng: short\n  en: far too long for a note\n"), @"fail [5 6] card.yml has 3 mistakes, read as House card 1: `notes.eng` is not a language tag; write `en`; `notes.en` has 23 characters, and may have 10 at most; `review` is missing, which `team: red` asks for.");
}

#[test]
fn files_that_mean_harm_end_quickly() {
    let deep = format!("version: \"1\"\nowner: {}", "{a: ".repeat(100));
    assert!(said(&deep).starts_with("error"), "{}", said(&deep));
    let start = std::time::Instant::now();
    let many: String = (0..20_000).map(|n| format!("k{n}: {{x: 1}}\n")).collect();
    assert!(said(&many).contains("50 mistakes or more"), "{}", said(&many));
    let list = format!("version: \"1\"\nowner: {{name: x}}\npeople:\n{}", "  - {}\n".repeat(20_000));
    assert!(said(&list).starts_with("fail [4 5 6 7 8]"), "{}", said(&list));
    // Each is read in milliseconds; the bound only tells a file whose cost is the square of its size.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    for hostile in [
        "",
        "\u{0}",
        "&a [*a]",
        "!!binary x",
        "!tag {a: 1}",
        "? a\n",
        "- - - -",
        "{[}",
        "é: ü",
        "\u{2028}: 1",
        "a: .nan",
        "1e999: 2",
    ] {
        let _ = said(hostile);
    }
}

#[test]
fn mistakes_in_a_format_are_said_at_their_place() {
    let broken = r#"
id: card
title: House card
url: http://example.org
extends: nothing
root: tree
without: [gone]
other-keys: maybe
colour: red
parts:
  loop: { of: { use: loop } }
keys:
  a: { is: [txt] }
  b: { words: ["@teams"] }
  c: { required: true }
  d: { use: person }
  e: { is: [text], matches: "(", says: x }
  f: { by: colour, of: { is: [text] } }
  g: { use: loop }
"#;
    let problems = catalogue(&[broken]).expect_err("it has mistakes");
    insta::assert_snapshot!(problems.join("\n"), @r#"
    card.yml: unknown key `colour`
    card.yml: `url`: an address starts with https://
    card.yml: `extends`: there is no format called `nothing`
    card.yml: `root`: this is `map` or `list`
    card.yml: `other-keys`: this is `allowed` or `refused`
    card.yml: `without[0]`: the extended format has no key `gone`
    card.yml: `keys.a.is[0]`: `txt` is not one of anything, boolean, country, date, date-time, email, integer, language, list, map, nothing, number, repository-file, spdx, spdx-id, text, uri, url, web-address, word
    card.yml: `keys.a`: say what this is: `is`, `words`, `of`, `keys` or `use`
    card.yml: `keys.b.words[0]`: there is no list of words called `teams`
    card.yml: `keys.c`: say what this is: `is`, `words`, `of`, `keys` or `use`
    card.yml: `keys.d.use`: there is no part called `person`
    card.yml: `keys.d`: say what this is: `is`, `words`, `of`, `keys` or `use`
    card.yml: `keys.e.matches`: not a regular expression: unclosed group
    card.yml: `keys.f.by`: this is `language` or `text`
    card.yml: `parts.loop`: parts use each other without end
    "#);
    let unknown = catalogue(&[]).expect_err("there is no such format");
    insta::assert_snapshot!(unknown.join("\n"), @"rule.yml: `check.format.shapes[0]`: there is no format called `card`");
}
