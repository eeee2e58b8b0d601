//! What a README says: purpose, how to run and test, licence, contact.

use std::rc::Rc;

use crate::check::{Answer, heading_matches, section_evidence};
use crate::document::{Block, BlockKind, Document, Section};
use crate::facts::Facts;
use crate::pattern::Live;
use crate::text;
use crate::tree::resolve;
use crate::value::{Evidence, Value, quote};

/// The README, read; or the answer when there is none or it cannot be read.
fn read<'a>(facts: &Facts<'a>) -> Result<(usize, &'a str, Rc<Document>), Answer> {
    let Some(file) = facts.readme() else {
        let mut answer = Answer::no();
        answer.nothing_read = true;
        return Err(answer);
    };
    let path = facts.path(file);
    match facts.document(file) {
        Ok(document) => Ok((file, path, document)),
        Err(why) => Err(Answer::unreadable(path, &why)),
    }
}

macro_rules! or_return {
    ($read:expr) => {
        match $read {
            Ok(read) => read,
            Err(answer) => return answer,
        }
    };
}

/// The fewest lines of content that are more than a stub.
const ENOUGH_LINES: usize = 5;

pub(crate) fn substance(facts: &Facts<'_>) -> Answer {
    let (file, path, document) = or_return!(read(facts));
    let mention = facts.phrase("licence-mention", file);
    let legal = |block: &Block| mention.is_match(&block.text) || block.text.to_lowercase().contains("copyright");
    let template = facts.phrase("template-text", file);
    let content = document.blocks.iter().filter(|block| {
        !matches!(block.kind, BlockKind::Heading(_))
            && !block.only_images
            && !legal(block)
            && !template.is_match(&block.text)
    });
    let lines: usize =
        content.map(|block| block.text.lines().filter(|line| !line.trim().is_empty()).map(weight).sum::<usize>()).sum();
    let answer =
        if lines >= ENOUGH_LINES { Answer::yes(Evidence::file(path)) } else { Answer::no().with(Evidence::file(path)) };
    answer.value(Value::Number(lines as u64))
}

/// How many lines a line is worth: some write a paragraph on one.
fn weight(line: &str) -> usize {
    1 + line.len() / 200
}

/// How many top headings, and what stands before them, may be titles: some have a banner first.
const TITLES: usize = 3;

pub(crate) fn purpose(facts: &Facts<'_>) -> Answer {
    let (file, path, document) = or_return!(read(facts));
    let title = document
        .blocks
        .iter()
        .find(|b| matches!(b.kind, BlockKind::Heading(_)))
        .map(|b| text::words(&b.text))
        .unwrap_or_default();
    let not_about =
        ["template-text", "archived", "licence-mention", "not-purpose"].map(|topic| facts.phrase(topic, file));
    let speaks = |block: &&Block| speaks_of_the_project(&not_about, block);
    // What stands between a top heading and the next heading introduces the project. Where every part has a top heading, the
    // later ones are no titles, nor is one below smaller headings.
    let is_top = |block: &Block| matches!(block.kind, BlockKind::Heading(1));
    let smaller = document.blocks.iter().position(|b| matches!(b.kind, BlockKind::Heading(level) if level > 1));
    let first = document.blocks.iter().position(is_top);
    let starts = document.blocks.iter().enumerate().filter(|(i, block)| {
        *i == 0 || Some(*i) == first || (is_top(block) && smaller.is_none_or(|smaller| *i < smaller))
    });
    for (i, block) in starts.take(TITLES) {
        let from = if matches!(block.kind, BlockKind::Heading(_)) { i + 1 } else { i };
        let is_part = is_action(facts, &block.text) || heading_matches(&block.text, facts.heading("configuration"));
        if matches!(block.kind, BlockKind::Heading(_)) && is_part {
            continue;
        }
        let intro = document.blocks[from..]
            .iter()
            .take_while(|b| !matches!(b.kind, BlockKind::Heading(_)) && b.kind != BlockKind::Code);
        if let Some(found) = intro.clone().filter(|b| b.kind == BlockKind::Prose).find(speaks) {
            return Answer::yes(Evidence::line(path, found.line, &found.text));
        }
    }
    for section in document.sections() {
        let about = heading_matches(&section.heading.text, facts.heading("purpose"))
            && !is_action(facts, &section.heading.text);
        if about && let Some(found) = section.body.iter().filter(|b| b.kind == BlockKind::Prose).find(speaks) {
            return Answer::yes(Evidence::line(path, found.line, &found.text));
        }
    }
    let sentences = facts.phrase("purpose-sentence", file);
    // A line below the title that is marked up as a smaller heading.
    let mut lines = document.blocks.iter().take(INTRODUCTION);
    let line = |block: &&Block| {
        matches!(block.kind, BlockKind::Heading(_)) && speaks(block) && sentences.is_match(&block.text)
    };
    if let Some(found) = lines.find(line) {
        return Answer::yes(Evidence::line(path, found.line, &found.text));
    }
    let said_to_be = facts.phrase("said-to-be", file);
    let sentence = |block: &&Block| {
        let named = title.trim().len() > 3 && begins_with(&block.text, &title);
        speaks(block)
            && (sentences.is_match(&block.text)
                || named
                || (begins_with_part_of(&block.text, &title) && said_to_be.is_match(&block.text)))
    };
    // Cells of a table stand beside others on their line, and tell of what the line is about.
    let beside = |i: usize, block: &Block| {
        let on_line = |other: Option<&Block>| other.is_some_and(|other| other.line == block.line);
        on_line(i.checked_sub(1).and_then(|i| document.blocks.get(i))) || on_line(document.blocks.get(i + 1))
    };
    let mut prose = document.blocks.iter().enumerate().filter(|(_, block)| block.kind == BlockKind::Prose);
    prose
        .find(|(i, block)| sentence(block) && !beside(*i, block))
        .map_or_else(Answer::no, |(_, found)| Answer::yes(Evidence::line(path, found.line, &found.text)))
}

/// Whether a text begins with a title, and not with a longer name.
fn begins_with(block: &str, title: &str) -> bool {
    let longest = title.split_whitespace().count();
    let is_word = |token: &&str| !text::words(token).trim().is_empty();
    let tokens: Vec<&str> = block.split_whitespace().skip_while(|token| !is_word(token)).take(longest).collect();
    (1..=tokens.len()).any(|count| text::words(&tokens[..count].join(" ")) == title)
}

/// Whether a text begins with one of the words of a title.
fn begins_with_part_of(block: &str, title: &str) -> bool {
    let first = block.split_whitespace().map(text::words).find(|word| !word.trim().is_empty()).unwrap_or_default();
    first.trim().len() > 2 && title.split_whitespace().any(|word| word == first.trim())
}

/// How many paragraphs at the top of a README introduce the project.
const INTRODUCTION: usize = 6;

/// Whether the introduction, or a section about the purpose, says whom the project is for.
pub(crate) fn users(facts: &Facts<'_>) -> Answer {
    let (file, path, document) = or_return!(read(facts));
    let sentences = facts.phrase("users-sentence", file);
    let says = |block: &&Block| {
        block.kind == BlockKind::Prose
            && !block.only_images
            && block.text.split_whitespace().count() >= 5
            && sentences.is_match(&block.text)
    };
    let action = document.blocks.iter().position(|block| {
        matches!(block.kind, BlockKind::Heading(level) if level > 1) && is_action(facts, &block.text)
    });
    let intro = &document.blocks[..action.unwrap_or(document.blocks.len())];
    let intro = intro.iter().filter(|block| block.kind == BlockKind::Prose).take(INTRODUCTION).find(says);
    let about = || {
        document
            .sections()
            .filter(|section| {
                heading_matches(&section.heading.text, facts.heading("purpose"))
                    && !is_action(facts, &section.heading.text)
            })
            .find_map(|section| section.body.iter().find(says))
    };
    intro.or_else(about).map_or_else(Answer::no, |found| Answer::yes(Evidence::line(path, found.line, &found.text)))
}

/// Whether a heading announces steps and not an explanation.
fn is_action(facts: &Facts<'_>, heading: &str) -> bool {
    ["run", "test", "contributing", "licence", "contact"]
        .iter()
        .any(|topic| heading_matches(heading, facts.heading(topic)))
}

fn speaks_of_the_project(not_about: &[Live<'_>], block: &Block) -> bool {
    let words = text::words(&block.text);
    let count = words.split_whitespace().count();
    let only_a_link = block.links.len() == 1 && count <= 6 && block.text.len() < 60;
    // Links beside each other lead to parts of the page or to other pages.
    let only_links = block.links.len() >= 3 && count <= block.links.len() * 4 && !block.text.contains(". ");
    let address = block.text.trim().starts_with("http") && count < 20 && !block.text.trim().contains(' ');
    count >= 4
        // The name of a variable or a file is one word, whatever is in it.
        && block.text.split_whitespace().count() >= 3
        && !block.only_images
        && !only_a_link
        && !only_links
        && !address
        && !block.text.starts_with("[!")
        && !not_about.iter().any(|phrase| phrase.is_match(&block.text))
}

pub(crate) fn run(facts: &Facts<'_>) -> Answer {
    let (file, path, document) = or_return!(read(facts));
    if let Some(found) = steps(facts, file, &document) {
        return Answer::yes(found);
    }
    linked(facts, path, &document, "run", steps)
}

/// Steps to install or run: a command, or code below a heading that announces it.
fn steps(facts: &Facts<'_>, file: usize, document: &Document) -> Option<Evidence> {
    let path = facts.path(file);
    let (phrase, tests) = (facts.phrase("run-command", file), facts.phrase("test-command", file));
    if let Some(found) = command(path, document, |line| phrase.is_match(line) && !tests.is_match(line)) {
        return Some(found);
    }
    for section in document.sections().filter(|s| heading_matches(&s.heading.text, facts.heading("run"))) {
        if let Some(code) = section.body.iter().find(|b| b.kind == BlockKind::Code && !is_request(&b.text)) {
            return Some(Evidence::line(path, code.line, code.text.lines().next().unwrap_or_default()));
        }
        let numbered = section.body.iter().filter(|b| b.kind == BlockKind::Prose && b.text.contains('`')).count();
        if numbered >= 2 {
            return Some(section_evidence(path, &section));
        }
    }
    None
}

/// Whether code is only what is asked of a running service: addresses, and what it answers.
fn is_request(code: &str) -> bool {
    let asks = |line: &str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        let path = first.trim_start_matches('/');
        ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&first)
            || first.starts_with("http://")
            || first.starts_with("https://")
            || (first.len() > path.len() && path.contains(['?', '=', '{']))
    };
    let mut lines = code.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some_and(|line| asks(line))
        && lines.all(|line| asks(line) || line.starts_with(['{', '}', '"', '&', '[']))
}

/// More words than these are a sentence and not a command.
const MAX_WORDS: usize = 5;

/// The first line of code, or span of code in a sentence, that is wanted.
fn command(path: &str, document: &Document, wanted: impl Fn(&str) -> bool) -> Option<Evidence> {
    for block in &document.blocks {
        match block.kind {
            BlockKind::Code => {
                for (i, line) in block.text.lines().enumerate() {
                    let line = line.trim().trim_start_matches(['$', '>', '%']).trim_start();
                    if !line.starts_with('#') && !line.starts_with("//") && wanted(line) {
                        return Some(Evidence::line(path, block.line + u32::try_from(i).unwrap_or(0), line));
                    }
                }
            }
            BlockKind::Prose => {
                for span in block.text.split('`').skip(1).step_by(2) {
                    if wanted(span.trim().trim_start_matches(['$', '>']).trim_start()) {
                        return Some(Evidence::line(path, block.line, &block.text));
                    }
                }
                // A command that stands alone without being marked up.
                let words = block.text.split_whitespace().count();
                if words <= MAX_WORDS
                    && !block.text.contains('\n')
                    && looks_like_command(&block.text)
                    && wanted(&block.text)
                {
                    return Some(Evidence::line(path, block.line, &block.text));
                }
                if block.text.lines().any(|line| {
                    line.trim_start().starts_with("$ ") && wanted(line.trim_start().trim_start_matches("$ "))
                }) {
                    return Some(Evidence::line(path, block.line, &block.text));
                }
            }
            BlockKind::Heading(_) => {}
        }
    }
    None
}

pub(crate) fn test(facts: &Facts<'_>) -> Answer {
    let (file, path, document) = or_return!(read(facts));
    if let Some(found) = test_steps(facts, file, &document) {
        return Answer::yes(found);
    }
    linked(facts, path, &document, "test", test_steps)
}

fn test_steps(facts: &Facts<'_>, file: usize, document: &Document) -> Option<Evidence> {
    let path = facts.path(file);
    let phrase = facts.phrase("test-command", file);
    let not_tests = facts.phrase("not-test-command", file);
    if let Some(found) = command(path, document, |line| phrase.is_match(line) && !not_tests.is_match(line)) {
        return Some(found);
    }
    let sentence = facts.phrase("test-prose", file);
    if let Some(said) = document.prose().find(|block| sentence.is_match(&block.text)) {
        return Some(Evidence::line(path, said.line, &said.text));
    }
    // A heading that announces tests over a command of the project's own, such as a script.
    for section in document.sections().filter(|s| heading_matches(&s.heading.text, facts.heading("test"))) {
        if not_tests.is_match(&section.heading.text) {
            continue;
        }
        let code = section.body.iter().filter(|b| b.kind == BlockKind::Code);
        for block in code {
            let line =
                block.text.lines().map(str::trim).find(|line| looks_like_command(line) && !not_tests.is_match(line));
            if let Some(line) = line {
                return Some(Evidence::line(path, block.line, line));
            }
        }
    }
    None
}

/// Whether a line of code is something to type, and not output or data.
fn looks_like_command(line: &str) -> bool {
    let line = line.trim_start_matches(['$', '>', '%']).trim_start();
    let first = line.split_whitespace().next().unwrap_or_default();
    let typed = !line.contains('`')
        && first.starts_with(|c: char| c.is_ascii_lowercase() || c == '.')
        && first.chars().all(|c| c.is_ascii_alphanumeric() || "./_-".contains(c))
        && first.chars().any(|c| c.is_ascii_alphabetic());
    typed && !first.starts_with("http") && !line.ends_with(['{', ':', ';', ',']) && !line.contains(": ")
}

/// The most links of a README that are followed.
const MAX_LINKS: usize = 50;

/// Follows the links below the headings of a topic to documents of the repository, and looks for the steps there.
fn linked(
    facts: &Facts<'_>,
    path: &str,
    document: &Document,
    topic: &str,
    find: fn(&Facts<'_>, usize, &Document) -> Option<Evidence>,
) -> Answer {
    let sections: Vec<Section<'_>> =
        document.sections().filter(|s| heading_matches(&s.heading.text, facts.heading(topic))).collect();
    let below = sections.iter().flat_map(|section| section.body.iter().flat_map(|block| &block.links));
    // Elsewhere a link counts if the document it leads to is called after the topic.
    let called = document.blocks.iter().flat_map(|block| &block.links).filter(|link| {
        let name = link.split(['#', '?']).next().unwrap_or(link).rsplit('/').next().unwrap_or_default();
        heading_matches(&text::hyphenated(name.split('.').next().unwrap_or(name)), facts.heading(topic))
    });
    // The READMEs of the parts, where this one tells only which there are.
    let parts = document.blocks.iter().flat_map(|block| &block.links);
    let parts = parts.filter_map(|link| part(facts, path, link));
    let named = below.chain(called).take(MAX_LINKS).filter_map(|link| relative(path, link));
    for target in named.chain(parts.take(MAX_LINKS)) {
        let Some(file) = facts.at(&target).filter(|_| is_document(&target)) else { continue };
        if let Ok(linked) = facts.document(file)
            && let Some(found) = find(facts, file, &linked)
        {
            return Answer::yes(found).note(format!("The README links to the steps in {}.", quote(&target)));
        }
    }
    let mut answer = Answer::no();
    answer.evidence = sections.first().map(|section| section_evidence(path, section)).into_iter().collect();
    answer
}

/// The README of the folder that a link leads to, or that it is.
fn part(facts: &Facts<'_>, path: &str, link: &str) -> Option<String> {
    let target = relative(path, link)?;
    let is_readme =
        |path: &str| path.rsplit('/').next().is_some_and(|name| name.to_ascii_lowercase().starts_with("readme."));
    if is_readme(&target) {
        return target.contains('/').then_some(target);
    }
    let folder = target.trim_end_matches('/');
    let inside = |name: &&str| facts.at(&format!("{folder}/{name}")).is_some();
    let name = ["README.md", "README.rst", "README.adoc", "readme.md", "Readme.md"].iter().find(|name| inside(name))?;
    (!folder.is_empty()).then(|| format!("{folder}/{name}"))
}

fn is_document(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".md", ".markdown", ".rst", ".adoc", ".txt"].iter().any(|extension| path.ends_with(extension))
}

/// The path in the repository that a relative link leads to.
pub(crate) fn relative(from: &str, link: &str) -> Option<String> {
    let link = link.split(['#', '?']).next().filter(|link| !link.is_empty() && !link.contains(':'))?;
    resolve(if link.starts_with('/') { "" } else { from }, link)
}

pub(crate) fn licence(facts: &Facts<'_>) -> Answer {
    let (file, _, document) = or_return!(read(facts));
    super::licence::mentions(facts, file, &document).map_or_else(Answer::no, Answer::yes)
}

pub(crate) fn contact(facts: &Facts<'_>) -> Answer {
    let (file, path, document) = or_return!(read(facts));
    let phrase = facts.phrase("contact", file);
    let not_contact = facts.phrase("not-contact", file);
    let address = facts.phrase("address", file);
    for block in document.prose() {
        // A link to a forum alone may be to anybody's; the words around it must offer it.
        let lower = block.text.to_lowercase();
        let offers = [
            "slack",
            "discord",
            "forum",
            "chat",
            "gitter",
            "matrix",
            "discuss",
            "mailing",
            "community",
            "support",
            "contact",
            "find us",
            "ask us",
            "reach us",
            "talk to us",
        ];
        let offered = block.only_images || offers.iter().any(|word| lower.contains(word));
        let mailto = block.links.iter().any(|link| link.starts_with("mailto:"));
        // A sentence about vulnerabilities beside it takes nothing from an offer.
        let sentence =
            block.text.split(". ").any(|sentence| phrase.is_match(sentence) && !not_contact.is_match(sentence));
        let linked = mailto || (offered && phrase.is_match(&block.links.join(" ")));
        if sentence || (linked && !not_contact.is_match(&block.text)) {
            return Answer::yes(Evidence::line(path, block.line, &block.text));
        }
    }
    for heading in document.blocks.iter().filter(|block| matches!(block.kind, BlockKind::Heading(_))) {
        // A heading that is itself the link.
        let lower = heading.text.to_lowercase();
        let offers =
            ["discuss", "chat", "forum", "contact", "support", "report"].iter().any(|word| lower.contains(word));
        let links = heading.links.join(" ");
        if offers && address.is_match(&links) && !not_contact.is_match(&lower) {
            return Answer::yes(Evidence::line(path, heading.line, &heading.text));
        }
    }
    for section in document.sections().filter(|s| heading_matches(&s.heading.text, facts.heading("contact"))) {
        let text = section.text();
        if address.is_match(&text) && !not_contact.is_match(&text) {
            return Answer::yes(section_evidence(path, &section));
        }
    }
    Answer::no()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_no_steps() {
        for request in
            ["/series/?ids=1&format=csv", "GET /permits/{id}\n{\n\"id\": 1\n}", "https://api.example/permits"]
        {
            assert!(is_request(request), "{request}");
        }
        for step in ["", "/usr/bin/setup", "./run", "GET /a\nmake run", "curl https://api.example"] {
            assert!(!is_request(step), "{step}");
        }
    }

    #[test]
    fn links_lead_into_the_repository() {
        assert_eq!(relative("README.md", "./docs/a.md#x").as_deref(), Some("docs/a.md"));
        assert_eq!(relative("docs/README.md", "../b.md").as_deref(), Some("b.md"));
        assert_eq!(relative("docs/README.md", "/b.md").as_deref(), Some("b.md"));
        assert_eq!(relative("README.md", "../b.md"), None);
        assert_eq!(relative("README.md", "https://x.org/a.md"), None);
        assert_eq!(relative("README.md", "#part"), None);
    }
}
