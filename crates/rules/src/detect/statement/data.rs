//! Texts that are kept as values: translation files in YAML, JSON, `.po` and `.properties`, and templates that mark tags by
//! indentation. They become text that can be read as a page, line by line, so that lines keep their numbers.

use super::template::BREAK;
use super::wording::VARIABLE;

/// How many lines a file may have without being taken for one with texts of many pages.
const FEW_LINES: usize = 120;

/// Leaves of a file with the texts of many pages only those that stand with words of a statement: the lines between the first
/// and the last of them, and those around that are not indented less.
pub(super) fn only_the_part<'w>(text: &str, own_words: &dyn Fn(&str) -> Vec<&'w str>) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    if lines.len() <= FEW_LINES {
        return text.to_owned();
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lower = text.to_lowercase().replace('’', "'");
    let words = own_words(&lower);
    let is_ours = |line: &str| words.iter().any(|word| line.contains(word));
    let ours: Vec<usize> = lower.split('\n').enumerate().filter(|(_, line)| is_ours(line)).map(|(i, _)| i).collect();
    let (Some(&first), Some(&last)) = (ours.first(), ours.last()) else { return text.to_owned() };
    let least = ours.iter().filter_map(|&i| lines.get(i)).map(|line| indent(line)).min().unwrap_or(0);
    let belongs = |i: &usize| lines.get(*i).is_some_and(|line| line.trim().is_empty() || indent(line) >= least);
    let from = (0..first).rev().take_while(belongs).last().unwrap_or(first);
    let to = (last..lines.len()).take_while(belongs).last().unwrap_or(last);
    let kept = lines.iter().enumerate().map(|(i, line)| if (from..=to).contains(&i) { *line } else { "" });
    kept.collect::<Vec<_>>().join("\n")
}

/// The values of a file with keys and values, each as a block.
pub(super) fn values(text: &str, extension: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_source = false;
    // The indentation of the key that a block of text belongs to.
    let mut block: Option<usize> = None;
    for line in text.split('\n') {
        let trimmed = line.trim();
        let indent = line.len() - line.trim_start().len();
        if extension == "po" {
            in_source = if trimmed.starts_with("msgstr") { false } else { in_source || trimmed.starts_with("msgid") };
            if !in_source && !trimmed.starts_with('#') {
                let value = trimmed.trim_start_matches("msgstr");
                let value = value.trim_start_matches(|c: char| c == '[' || c == ']' || c.is_ascii_digit()).trim();
                if trimmed.starts_with("msgstr") {
                    out.push(BREAK);
                }
                unescape(value.trim_matches('"'), &mut out);
            }
            out.push('\n');
            continue;
        }
        if let Some(key) = block {
            if trimmed.is_empty() || indent > key {
                out.push_str(line.get(indent.min(key + 2)..).unwrap_or(trimmed));
                out.push('\n');
                continue;
            }
            block = None;
        }
        if trimmed.starts_with('#') || trimmed.is_empty() {
            out.push('\n');
            continue;
        }
        let trimmed = trimmed.trim_start_matches("- ");
        let (key, value) = split(trimmed);
        let value = value.trim().trim_end_matches(',').trim();
        let is_block = matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+") && extension != "json";
        if is_block {
            block = Some(indent);
            out.push(BREAK);
            out.push('\n');
            continue;
        }
        let value = match value.strip_prefix(['"', '\'']) {
            Some(quoted) => quoted.trim_end_matches(['"', '\'']),
            None => value.trim_matches(['[', ']', '{', '}', '"']),
        };
        if value.chars().any(char::is_alphanumeric) {
            let name = crate::text::hyphenated(key);
            let last = name.rsplit('-').next().unwrap_or_default();
            let is_title = matches!(last, "title" | "heading" | "h1" | "h2" | "h3" | "header" | "titre" | "caption");
            let named_date =
                value.split_whitespace().count() <= 4 && value.bytes().filter(u8::is_ascii_digit).count() >= 5;
            out.push(BREAK);
            if is_title && !value.contains('<') {
                out.push_str(if last == "h3" { "<h3>" } else { "<h2>" });
                unescape(value, &mut out);
                out.push_str("</h2>");
            } else {
                if named_date {
                    out.push_str(&name.replace('-', " "));
                    out.push_str(": ");
                } else if last.starts_with("li") || last.starts_with("bullet") || last.starts_with("item") {
                    out.push_str("<li>");
                }
                unescape(value, &mut out);
            }
            out.push(BREAK);
        }
        out.push('\n');
    }
    out
}

/// Splits a line into a key and a value. A line without a key is all value.
fn split(line: &str) -> (&str, &str) {
    if let Some(rest) = line.strip_prefix('"')
        && let Some(end) = rest.find('"')
        && let Some(value) = rest.get(end + 1..).and_then(|rest| rest.trim_start().strip_prefix(':'))
    {
        return (rest.get(..end).unwrap_or_default(), value);
    }
    let is_key =
        |key: &str| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\''));
    for sign in [": ", "=", ":"] {
        if let Some((key, value)) = line.split_once(sign)
            && is_key(key.trim())
            && (sign != ":" || value.is_empty())
        {
            return (key.trim(), value);
        }
    }
    ("", line)
}

/// Writes a value without the escapes of its format.
fn unescape(value: &str, out: &mut String) {
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n' | 'r') => out.push(BREAK),
            Some('t') => out.push(' '),
            Some('u') => {
                let code: String = chars.by_ref().take(4).collect();
                out.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
            }
            Some(c) => out.push(c),
            None => {}
        }
    }
}

/// Turns Haml, Slim and Pug into text with marked headings and items.
pub(super) fn outlined(text: &str, extension: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        let trimmed = line.trim();
        if trimmed.starts_with("//")
            || trimmed.starts_with("-#")
            || trimmed.starts_with("- ")
            || trimmed.starts_with('/')
        {
            out.push('\n');
            continue;
        }
        if let Some(code) = trimmed.strip_prefix('=') {
            output(code, &mut out);
            out.push('\n');
            continue;
        }
        if let Some(words) = trimmed.strip_prefix("| ").or_else(|| trimmed.strip_prefix("' ")) {
            out.push_str(words);
            out.push('\n');
            continue;
        }
        let tag = if extension == "haml" { trimmed.strip_prefix('%') } else { Some(trimmed) };
        let name: String = tag.unwrap_or_default().chars().take_while(char::is_ascii_alphanumeric).collect();
        let known = matches!(
            name.as_str(),
            "p" | "li"
                | "ul"
                | "ol"
                | "div"
                | "a"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "td"
                | "th"
                | "tr"
                | "main"
                | "strong"
                | "span"
                | "section"
                | "table"
                | "dl"
                | "dt"
                | "dd"
        );
        if !known && !trimmed.starts_with(['.', '#']) {
            out.push_str(trimmed);
            out.push('\n');
            continue;
        }
        let rest = tag.and_then(|tag| tag.get(name.len()..)).filter(|_| known).unwrap_or(trimmed);
        let rest = after_attributes(rest);
        out.push(BREAK);
        if known {
            out.push('<');
            out.push_str(&name);
            out.push('>');
        }
        match rest.trim_start().strip_prefix('=') {
            Some(code) => output(code, &mut out),
            None => out.push_str(rest.trim()),
        }
        if known && name.starts_with('h') {
            out.push_str("</");
            out.push_str(&name);
            out.push('>');
        }
        out.push('\n');
    }
    out
}

/// What a line of code shows: a text in quotes, or what only the program knows.
fn output(code: &str, out: &mut String) {
    match super::template::literals(code).iter().find(|(_, text)| text.contains(' ')) {
        Some((_, text)) => out.push_str(text),
        None => out.push(VARIABLE),
    }
}

/// What follows the classes and attributes of a tag.
fn after_attributes(rest: &str) -> &str {
    let length =
        rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '#' | '-' | '_'))).unwrap_or(rest.len());
    let mut rest = rest.get(length..).unwrap_or_default();
    for (open, close) in [('{', '}'), ('(', ')')] {
        if rest.starts_with(open)
            && let Some(end) = rest.find(close)
        {
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }
    rest
}
