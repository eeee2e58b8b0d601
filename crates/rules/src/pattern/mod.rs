//! Regular expressions over lower-cased text, compiled only when they have a chance to match.
//!
//! Compiling is what regular expressions cost here: a README is a few kilobytes, but hundreds of expressions speak of READMEs.
//! So each knows its guards, words of which one must stand in a text for the expression to match; they are worked out when
//! the catalogue is compiled, and an expression whose guards are not in the text is never compiled. Expressions are written
//! and matched in lower case, and those in ASCII without Unicode tables, which makes compiling them ten times cheaper. The
//! guards ([`guard`]) do what the engine's own search for literals would, so it is left out: making it takes a third of
//! compiling.

mod guard;

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::bytes::RegexBuilder;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use serde::{Deserialize, Serialize};

use self::guard::Guards;

/// The most memory a compiled expression may take, in bytes.
const MAX_SIZE: usize = 4 << 20;
/// A regular expression. Case does not count, and `^` and `$` are the ends of a line.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Pattern {
    text: String,
    guards: Guards,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) fn new(written: &str) -> Result<Self, regex::Error> {
        let text = lower_pattern(written);
        validate(&text)?;
        let hir = regex_syntax::ParserBuilder::new().multi_line(true).utf8(false).build().parse(&text);
        let guards = hir.map(|hir| Guards::of(&hir)).unwrap_or_default();
        Ok(Self { text, guards, compiled: OnceLock::new() })
    }

    fn regex(&self) -> Option<&Regex> {
        // It compiled when the catalogue was validated.
        self.compiled.get_or_init(|| build(&self.text)).as_ref()
    }

    /// Whether the text matches anywhere.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// Where the text first matches, as an offset in the lower-cased text: on the same line as in the text itself.
    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        self.find_in_lower(&lower_case(text))
    }

    /// As [`Self::find`], in a text that is in lower case already.
    pub(crate) fn find_in_lower(&self, lower: &str) -> Option<usize> {
        if !self.guards.are_in(lower) || !self.guards.are_close_in(lower) {
            return None;
        }
        self.regex()?.find(lower.as_bytes()).map(|found| found.start())
    }
}

/// Several expressions for one thing, in several languages.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Phrases(Vec<Pattern>);

impl Phrases {
    pub(crate) const fn none() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn new(patterns: Vec<Pattern>) -> Self {
        Self(patterns)
    }

    /// The expressions.
    pub(crate) fn all(&self) -> &[Pattern] {
        &self.0
    }

    /// Whether any of them matches.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let lower = lower_case(text);
        self.0.iter().any(|pattern| pattern.find_in_lower(&lower).is_some())
    }

    /// Those that can match in parts of a text at all. A part may have less markup than the whole, so its words may stand closer
    /// together.
    pub(crate) fn within(&self, whole: &str) -> Live<'_> {
        let lower = lower_case(whole);
        Live(self.0.iter().filter(|pattern| pattern.guards.are_in(&lower)).collect())
    }

    /// Compiles those that are likely to match in parts of a text in lower case.
    pub(crate) fn compile_for(&self, lower: &str) {
        for pattern in &self.0 {
            if pattern.guards.are_in(lower) && pattern.guards.are_close_in(lower) {
                pattern.regex();
            }
        }
    }
}

/// The expressions that can match in the parts of one text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Live<'a>(Vec<&'a Pattern>);

impl Live<'_> {
    /// Whether any of them matches this part.
    pub(crate) fn is_match(&self, part: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let lower = lower_case(part);
        self.0.iter().any(|pattern| pattern.find_in_lower(&lower).is_some())
    }
}

/// Whether an expression stands for more than ASCII. Signs such as `©` and `–` are no letters, so what a word is does not hang
/// on Unicode.
fn is_unicode(text: &str) -> bool {
    !text.chars().all(|c| c.is_ascii() || !c.is_alphabetic())
}

/// Checks an expression and its size; its mistakes are shown with their place in it.
fn validate(text: &str) -> Result<(), regex::Error> {
    let with = |unicode: bool| RegexBuilder::new(text).unicode(unicode).multi_line(true).size_limit(MAX_SIZE).build();
    if !is_unicode(text) && with(false).is_ok() {
        return Ok(());
    }
    with(true).map(drop)
}

fn build(text: &str) -> Option<Regex> {
    let with = |unicode: bool| {
        Regex::builder()
            .configure(Regex::config().auto_prefilter(false).nfa_size_limit(Some(MAX_SIZE)).onepass(false).dfa(false))
            .syntax(syntax::Config::new().unicode(unicode).multi_line(true).utf8(false))
            .build(text)
            .ok()
    };
    if is_unicode(text) { with(true) } else { with(false).or_else(|| with(true)) }
}

/// A text in lower case. Most text is ASCII, for which this is many times faster than for letters at large.
pub(crate) fn lower_case(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            text.to_ascii_lowercase().into()
        } else {
            text.into()
        };
    }
    if text.chars().any(char::is_uppercase) { text.to_lowercase().into() } else { text.into() }
}

/// The expression in lower case without the flags that are always on, but for what has a meaning in capitals: escapes such as `\S`, and `(?P<name>`.
fn lower_pattern(written: &str) -> String {
    let mut lower = String::with_capacity(written.len());
    // Without Unicode a class that leaves letters out is one byte. With it, each repetition of such a class is a machine that
    // reads UTF-8, which takes most of the time of compiling an expression in another language.
    let bytewise = !written.is_ascii();
    let written = written.trim_start_matches("(?i)").trim_start_matches("(?m)");
    let mut chars = written.chars().peekable();
    let (mut in_class, mut wrapped) = (false, false);
    while let Some(c) = chars.next() {
        if c == '\\' {
            lower.push(c);
            let Some(escaped) = chars.next() else { break };
            if bytewise && !in_class && matches!(escaped, 's' | 'S' | 'd' | 'D' | 'W') {
                lower.pop();
                lower.push_str("(?-u:\\");
                lower.push(escaped);
                lower.push(')');
                continue;
            }
            lower.push(escaped);
            if matches!(escaped, 'p' | 'P' | 'x' | 'u' | 'U') && chars.peek() == Some(&'{') {
                for inside in chars.by_ref() {
                    lower.push(inside);
                    if inside == '}' {
                        break;
                    }
                }
            }
        } else if c == '[' && !in_class {
            let class: String = chars.clone().take_while(|c| *c != ']').collect();
            wrapped = bytewise && class.starts_with('^') && class.is_ascii() && !class.contains(['[', '\\']);
            lower.push_str(if wrapped { "(?-u:[" } else { "[" });
            in_class = true;
        } else if c == ']' && in_class && !lower.ends_with(['[', '^']) {
            lower.push_str(if wrapped { "])" } else { "]" });
            (in_class, wrapped) = (false, false);
        } else if c == '.' && bytewise && !in_class {
            lower.push_str("(?-u:.)");
        } else if c == '?' && lower.ends_with('(') && chars.peek() == Some(&'P') {
            lower.push_str("?P");
            chars.next();
        } else {
            lower.extend(c.to_lowercase());
        }
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count_and_escapes_keep_theirs() {
        let pattern = Pattern::new(r"^Licen[CS]e\S+\b").expect("valid");
        assert!(pattern.is_match("x\nLICENCE.MD"));
        assert!(!pattern.is_match("licence only"));
        assert!(Pattern::new(r"É\w+").expect("valid").is_match("l'ÉTAT"));
    }

    #[test]
    fn only_live_phrases_are_tried() {
        let phrases = Phrases::new(["npm start", "yarn dev"].iter().map(|t| Pattern::new(t).expect("valid")).collect());
        assert_eq!(phrases.within("use NPM\nstart").0.len(), 1);
        assert!(phrases.within("use npm start here").is_match("NPM start"));
        assert!(!phrases.within("nothing").is_match("npm start"));
    }
}
