//! Which pages of a repository are the accessibility statement of its own service.
//!
//! A statement is a page, a view or a template somewhere in the tree, in any of 27 languages. Its file name, its title and
//! words that only a statement's body has are weighed together; a text about statements, such as guidance, is not one.

use aho_corasick::{AhoCorasick, AhoCorasickKind, packed};

use crate::check::{Answer, place};
use crate::facts::{Facts, Holding};
use crate::text;
use crate::tree::{MAX_FILE, Unreadable};
use crate::value::{Evidence, Value, quote};

/// The largest page, in bytes, that is looked into when its name says nothing. A statement is a few pages long.
const MAX_PAGE: u64 = 96 << 10;

/// What a file's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    /// Nothing.
    Other,
    /// It may be a statement.
    Perhaps,
    /// It is called as statements are.
    Statement,
}

/// A file that is taken for a statement, and how sure that is.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) file: usize,
    pub(crate) named: Named,
    title: Option<Evidence>,
    body: usize,
}

/// The pages that are taken for a statement, the best first.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pub(crate) candidates: Vec<Candidate>,
    /// Where there is no page: a document of an office program that is called one.
    pub(crate) document: Option<usize>,
    /// A page that is called one and could not be read.
    unreadable: Option<(usize, Unreadable)>,
}

pub(crate) fn present(facts: &Facts<'_>) -> Answer {
    let Pages { candidates, document, unreadable } = facts.statement_pages();
    // Where the words of a page are kept as values, people are shown the page.
    let page = candidates.first().filter(|best| !is_view(facts.path(best.file)) && holds_values(facts.path(best.file)));
    let page = page.and_then(|_| {
        candidates.iter().find(|other| other.named == Named::Statement && is_view(facts.path(other.file)))
    });
    if let Some(best) = page.or(candidates.first()) {
        let path = facts.path(best.file);
        let place = best.title.clone().unwrap_or_else(|| Evidence::file(path));
        return Answer::yes(place).value(Value::Text(quote(path)));
    }
    if let Some((file, why)) = unreadable {
        return Answer::unreadable(facts.path(*file), why);
    }
    document.map_or_else(Answer::no, |file| {
        let path = facts.path(file);
        Answer::yes(Evidence::file(path)).value(Value::Text(quote(path)))
    })
}

/// Whether one of these files, which are sorted, is taken for a statement. Looks into each that could be a page.
pub(crate) fn is_among(facts: &Facts<'_>, files: &[usize]) -> bool {
    let is_here = |file: usize| files.binary_search(&file).is_ok();
    if facts.statement_pages().candidates.iter().any(|found| is_here(found.file)) {
        return true;
    }
    let pages = facts.named("pages").into_iter().filter(|&file| is_here(file));
    let (titles, stems) = (titles(facts), stems(facts));
    let Holding { found, .. } = facts.holding(pages, MAX_PAGE, &|bytes| stems.lead_to(titles, bytes));
    found.into_iter().any(|file| candidate(facts, file, named(facts, facts.path(file)), titles).is_some())
}

pub(crate) fn candidates(facts: &Facts<'_>) -> Pages {
    let pages: Vec<(usize, Named)> =
        facts.named("pages").into_iter().map(|file| (file, named(facts, facts.path(file)))).collect();
    let (titles, stems) = (titles(facts), stems(facts));
    // A file that is called a statement and reads like one settles it. Only without one is every page looked into.
    let (called, others): (Vec<_>, Vec<_>) = pages.into_iter().partition(|(_, named)| *named != Named::Other);
    let mut too_large: Option<(usize, Unreadable)> = None;
    let mut candidates: Vec<Candidate> = Vec::new();
    for (pages, keep_all) in [(called, true), (others, false)] {
        if candidates.iter().any(|found| found.named == Named::Statement && found.title.is_some()) {
            break;
        }
        let wanted = |bytes: &[u8]| keep_all || stems.lead_to(titles, bytes);
        let most = if keep_all { MAX_FILE } else { MAX_PAGE };
        let Holding { found, unreadable } = facts.holding(pages.iter().map(|(file, _)| *file), most, &wanted);
        let mut statements = unreadable.into_iter().filter(|(file, _)| pages.contains(&(*file, Named::Statement)));
        too_large = statements.next_back().or(too_large);
        candidates.extend(
            found.into_iter().filter_map(|file| candidate(facts, file, named(facts, facts.path(file)), titles)),
        );
    }
    candidates.sort_by_key(|c| {
        let depth = facts.path(c.file).matches('/').count();
        std::cmp::Reverse((
            c.named,
            c.title.is_some(),
            c.body.min(6),
            std::cmp::Reverse(depth),
            std::cmp::Reverse(c.file),
        ))
    });
    let document = if candidates.is_empty() { document(facts) } else { None };
    Pages { candidates, document, unreadable: too_large }
}

/// A document of an office program whose name holds a title of statements: it is a statement, though it is not read.
fn document(facts: &Facts<'_>) -> Option<usize> {
    let statements = &facts.catalogue.vocabulary.statements;
    facts.named("office-documents").into_iter().find(|&file| {
        let name = facts.path(file).rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let hyphenated = format!("-{}-", text::hyphenated(stem));
        let is_called = |title: &String| hyphenated.contains(&format!("-{}-", text::hyphenated(title)));
        !statements.guidance.is_match(&text::words(stem)) && statements.titles.iter().any(is_called)
    })
}

/// Finds the titles of statements in bytes. Letter case of ASCII letters does not count; other letters are tried in both.
pub(super) fn titles<'a>(facts: &Facts<'a>) -> &'a AhoCorasick {
    let statements = &facts.catalogue.vocabulary.statements;
    statements.finder.get_or_init(|| {
        let titles = &statements.titles;
        let typographic = titles.iter().flat_map(|title| {
            [title.clone(), title.replace('\'', "’"), title.replace('\'', "&#39;"), title.replace('\'', "&apos;")]
        });
        let capitalised = typographic.flat_map(|title| {
            let mut chars = title.chars();
            let first: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
            [title, first]
        });
        let mut all: Vec<String> = capitalised.collect();
        all.sort();
        all.dedup();
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(all)
            .unwrap_or_else(|_| AhoCorasick::new(["accessibility statement"]).expect("one short pattern"))
    })
}

/// Finds the middle of the longest word of every title. Few, short and in one case, these are found by vector instructions
/// many times faster than the titles, and hardly any page without a title has one.
pub(super) fn stems<'a>(facts: &Facts<'a>) -> &'a Stems {
    let statements = &facts.catalogue.vocabulary.statements;
    statements.stems.get_or_init(|| {
        let longest = |title: &String| {
            title.split(|c: char| !c.is_alphabetic()).max_by_key(|word| word.len()).map(ToOwned::to_owned)
        };
        let middle = |word: String| word.chars().skip(1).take(6).collect::<String>();
        let mut stems: Vec<String> = statements.titles.iter().filter_map(longest).map(middle).collect();
        stems.sort();
        stems.dedup();
        match packed::Searcher::new(&stems) {
            Some(searcher) => Stems::Packed(Box::new(searcher)),
            None => Stems::Automaton(AhoCorasick::new(stems).unwrap_or_else(|_| titles(facts).clone())),
        }
    })
}

/// The searcher for the stems of titles. Not every processor has the instructions of the packed one.
#[derive(Debug, Clone)]
pub(crate) enum Stems {
    Packed(Box<packed::Searcher>),
    Automaton(AhoCorasick),
}

impl Stems {
    pub(super) fn is_match(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Packed(searcher) => searcher.find(bytes).is_some(),
            Self::Automaton(searcher) => searcher.is_match(bytes),
        }
    }

    /// Whether one of the titles stands in bytes. They are looked for only around the stems.
    pub(super) fn lead_to(&self, titles: &AhoCorasick, bytes: &[u8]) -> bool {
        let reach = titles.max_pattern_len();
        let mut done = 0_usize;
        let mut look = |start: usize, end: usize| {
            // What was looked at before can be the beginning of a title only.
            let from = start.saturating_sub(reach).max(done.saturating_sub(reach));
            let to = (end + reach).min(bytes.len());
            let is_here = to > done && titles.is_match(&bytes[from..to]);
            done = done.max(to);
            is_here
        };
        match self {
            Self::Packed(searcher) => searcher.find_iter(bytes).any(|found| look(found.start(), found.end())),
            Self::Automaton(searcher) => searcher.find_iter(bytes).any(|found| look(found.start(), found.end())),
        }
    }
}

/// File names that say nothing: the folder's name counts instead.
const PLACEHOLDERS: [&str; 8] = ["index", "page", "show", "default", "content", "main", "view", "template"];

fn named(facts: &Facts<'_>, path: &str) -> Named {
    let statements = &facts.catalogue.vocabulary.statements;
    let mut parts = path.rsplit('/');
    let stem = parts.next().unwrap_or(path).trim_start_matches(['_', '.']).split('.').next().unwrap_or_default();
    let mut name = text::hyphenated(stem);
    if PLACEHOLDERS.contains(&name.as_str()) {
        name = parts.next().map(text::hyphenated).unwrap_or_default();
    }
    for suffix in ["-page", "-view", "-content", "-template", "-component"] {
        if let Some(short) = name.strip_suffix(suffix) {
            name = short.to_owned();
        }
    }
    // `statement-en` is the English one.
    if let Some((short, language)) = name.rsplit_once('-')
        && language.len() == 2
        && !statements.names.contains(&name)
    {
        name = short.to_owned();
    }
    if statements.names.contains(&name) {
        Named::Statement
    } else if statements.may_be.contains(&name) {
        Named::Perhaps
    } else {
        Named::Other
    }
}

fn candidate(facts: &Facts<'_>, file: usize, named: Named, titles: &AhoCorasick) -> Option<Candidate> {
    let path = facts.path(file);
    let statements = &facts.catalogue.vocabulary.statements;
    let text = facts.text(file).ok()?;
    // A title that is the whole of a heading, a page title or a translated text, and not a few words of a sentence or link.
    let title = titles.find_iter(text.as_bytes()).find(|found| is_a_title(&text, found.start(), found.end()));
    if named == Named::Other && title.is_none() {
        return None;
    }
    let lower = text.to_lowercase().replace('’', "'").replace("&#39;", "'").replace("&rsquo;", "'");
    let folded = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = statements.body.iter().filter(|words| folded.contains(words.as_str())).count();
    let heading = first_title(&text);
    let stem = path.rsplit('/').next().unwrap_or(path);
    let is_guidance = statements.guidance.is_match(&text::words(stem))
        || heading.as_ref().is_some_and(|(_, heading)| statements.guidance.is_match(heading));
    let is_own_title =
        heading.as_ref().is_some_and(|(_, heading)| titles.find(heading).is_some_and(|found| found.start() == 0));
    let enough = match named {
        Named::Statement => !is_guidance && (title.is_some() || body > 0 || is_view(path)),
        Named::Perhaps => {
            !is_guidance && ((title.is_some() && (body > 0 || is_own_title)) || body >= 2 || is_legal_page(path, &text))
        }
        Named::Other => !is_guidance && title.is_some() && body >= 3 && owns_heading(heading.as_ref(), titles),
    };
    let title = title.map(|found| place(path, &text, found.start()));
    enough.then_some(Candidate { file, named, title, body })
}

/// Whether a file keeps texts as values, such as translations.
fn holds_values(path: &str) -> bool {
    [".json", ".yml", ".yaml", ".properties", ".po", ".pot", ".resx", ".xlf", ".ftl"].iter().any(|e| path.ends_with(e))
}

/// Whether a view about accessibility is a page of the site's own small print, such as its footer leads to, and all its words
/// come from elsewhere. The English word names many other pages, so that only the folder tells what that one is.
fn is_legal_page(path: &str, text: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let mut folders = path.rsplit('/').skip(1).filter(|part| !part.starts_with(['[', '(', '_', ':']) && part.len() > 2);
    let name = path.rsplit('/').next().unwrap_or(&path);
    let mut folder = folders.next().unwrap_or_default();
    let placeholder = PLACEHOLDERS.contains(&name.trim_start_matches('+').split('.').next().unwrap_or_default());
    let english = path.contains("accessibility") || path.contains("a11y");
    if placeholder {
        folder = folders.next().unwrap_or_default();
    }
    let small_print = ["footer", "legal", "static", "static-pages", "static_pages", "legal-pages"].contains(&folder);
    let page = ["pages", "views", "routes", "screens", "app"].contains(&folder) && !english;
    is_view(&path) && (small_print || page) && words_shown(text) < FEW_WORDS
}

/// Fewer words than these are no text of a page's own.
const FEW_WORDS: usize = 8;

/// How many words stand between the tags of a view, leaving out scripts, styles and what is filled in.
fn words_shown(text: &str) -> usize {
    let mut rest = text;
    let mut count = 0;
    while let Some(at) = rest.find('<') {
        let before = &rest[..at];
        let is_code = before.contains(['{', '}', ';', '(', '=', '%']);
        if !is_code {
            count += before.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
        }
        let tag = &rest[at..];
        let skipped = ["script", "style"].iter().find(|name| tag[1..].starts_with(*name)).and_then(|name| {
            let close = format!("</{name}>");
            tag.find(&close)
        });
        let end = skipped.or_else(|| tag.find('>').map(|end| end + 1)).unwrap_or(tag.len());
        rest = &tag[end..];
    }
    count
}

/// Views and templates may take their words from a translation file or a database.
pub(crate) fn is_view(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let view = [
        ".html", ".njk", ".erb", ".haml", ".slim", ".j2", ".jinja", ".jinja2", ".twig", ".hbs", ".ejs", ".pug",
        ".liquid", ".tsx", ".jsx", ".vue", ".svelte", ".astro", ".cshtml", ".php", ".ftl", ".jsp", ".heex", ".eex",
        ".leex",
    ];
    view.iter().any(|extension| path.ends_with(extension))
}

/// Whether the first title of the page is a statement's.
fn owns_heading(heading: Option<&(u32, String)>, titles: &AhoCorasick) -> bool {
    heading.is_none_or(|(_, heading)| titles.is_match(heading))
}

/// Whether the words stand alone: what is around them on the line is markup, not a sentence.
fn is_a_title(text: &str, start: usize, end: usize) -> bool {
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let (before, after) = (&text[line_start..start], &text[end..line_end]);
    let linked = before.to_ascii_lowercase().contains("href") || after.starts_with("](");
    let lead = before.rsplit(['>', '"', '\'', '#', '{', ':', '|', '=', '(', '`']).next().unwrap_or_default();
    let words_before = lead.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).count();
    !linked && words_before <= 1
}

/// The first heading or page title of a page in any markup: its line and words.
fn first_title(text: &str) -> Option<(u32, String)> {
    for (number, line) in text.lines().enumerate().take(200) {
        let lower = line.trim().to_lowercase();
        let found = lower
            .strip_prefix("# ")
            .or_else(|| lower.strip_prefix("title:"))
            .map(ToOwned::to_owned)
            .or_else(|| between(&lower, "<h1", "</h1>"))
            .or_else(|| between(&lower, "<title>", "</title>"));
        if let Some(title) = found {
            let title = title.rsplit('>').next().unwrap_or(&title).trim().trim_matches(['"', '\'']).to_owned();
            if !title.is_empty() {
                return Some((u32::try_from(number + 1).unwrap_or(u32::MAX), title));
            }
        }
    }
    None
}

fn between(line: &str, open: &str, close: &str) -> Option<String> {
    let at = line.find(open)?;
    let rest = &line[at + open.len()..];
    let end = rest.find(close)?;
    Some(rest[..end].to_owned())
}
