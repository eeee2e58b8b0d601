//! Pages in Markdown, HTML and the template languages that mix with both: Nunjucks, Jinja, Twig, Liquid, ERB, Handlebars…

use super::page::{Writer, entity};
use super::script;

/// Ends a block where values of a data file meet.
pub(super) const BREAK: char = '\u{1}';

/// The most bytes of a heading.
const MAX_HEADING: usize = 1000;

/// The most bytes of an expression.
const MAX_EXPRESSION: usize = 6000;

/// Reads a part of the source.
pub(super) fn read(writer: &mut Writer<'_>, from: usize, to: usize) {
    let source = writer.source;
    let bytes = source.as_bytes();
    let mut i = front_matter(writer, from, to);
    let mut line_start = true;
    while i < to {
        if line_start {
            line_start = false;
            i = start_of_line(writer, i, to);
            continue;
        }
        let Some(rest) = source.get(i..to) else { break };
        let Some(c) = rest.chars().next() else { break };
        match c {
            '\n' => {
                // An empty line ends a paragraph.
                let next = source.get(i + 1..to).unwrap_or_default();
                let line = next.split('\n').next().unwrap_or_default();
                if line.trim().is_empty() {
                    writer.end_block();
                }
                writer.put(' ', i);
                line_start = true;
                i += 1;
            }
            BREAK => {
                writer.end_block();
                i += 1;
            }
            '<' => i = angle(writer, i, to),
            '{' if rest.starts_with("{{") || rest.starts_with("{%") || rest.starts_with("{#") => {
                i = braces(writer, i, to)
            }
            '$' if rest.starts_with("${") => {
                writer.put_variable(i);
                let window = rest.as_bytes().get(..300.min(rest.len())).unwrap_or_default();
                i += memchr::memchr(b'}', window).map_or(2, |end| end + 1);
            }
            '&' => {
                let (c, used) = entity(rest);
                if let Some(c) = c {
                    writer.put(c, i);
                }
                i += used;
            }
            '[' if is_link(rest) => {
                writer.start_link("[", "");
                i += 1;
            }
            ']' if rest.starts_with("](") || rest.starts_with("][") => i += end_of_link(writer, rest),
            '*' => {
                if rest.starts_with("**") {
                    writer.mark_bold();
                    i += 1;
                }
                i += 1;
            }
            '_' if bytes.get(i + 1) == Some(&b'_') => {
                writer.mark_bold();
                i += 2;
            }
            '\\' if bytes.get(i + 1).is_some_and(u8::is_ascii_punctuation) => i += 1,
            _ => {
                writer.put(c, i);
                i += c.len_utf8();
            }
        }
    }
    writer.end_block();
}

/// Reads `key: value` lines between two lines of hyphens.
fn front_matter(writer: &mut Writer<'_>, from: usize, to: usize) -> usize {
    let text = writer.slice(from, to);
    if !text.starts_with("---\n") && !text.starts_with("---\r\n") {
        return from;
    }
    let mut at = from;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        if number == 0 {
            continue;
        }
        if line.trim_end() == "---" || number > 200 {
            return at;
        }
        if let Some((key, value)) = line.split_once(':') {
            let value = value.trim().trim_matches(['"', '\'']);
            named_value(writer, key, value, start);
        }
    }
    from
}

/// A value with its name: the name says what a date is for.
pub(super) fn named_value(writer: &mut Writer<'_>, key: &str, value: &str, at: usize) {
    let words = crate::text::hyphenated(key.trim().trim_matches('"')).replace('-', " ");
    if value.is_empty() {
        return;
    }
    if words.ends_with("title") || words.ends_with("heading") {
        writer.heading(1, value, at);
    } else {
        writer.end_block();
        writer.put_text(&words, at);
        writer.put_text(": ", at);
        writer.put_text(value, at);
        writer.end_block();
    }
}

/// Marks of Markdown, reStructuredText and AsciiDoc at the start of a line.
fn start_of_line(writer: &mut Writer<'_>, at: usize, to: usize) -> usize {
    let rest = writer.slice(at, to);
    let line = rest.split('\n').next().unwrap_or_default();
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    for mark in ['#', '='] {
        let level = trimmed.chars().take_while(|c| *c == mark).count();
        if (1..=6).contains(&level) && trimmed.get(level..).is_some_and(|rest| rest.starts_with(' ')) {
            writer.start_heading(u8::try_from(level).unwrap_or(6));
            let end = at + line.len();
            read_line(writer, at + indent + level, end);
            writer.end_block();
            return end;
        }
    }
    let is_underline = trimmed.len() >= 3
        && (trimmed.trim_end().bytes().all(|b| b == b'=') || trimmed.trim_end().bytes().all(|b| b == b'-'));
    if is_underline {
        return at + line.len();
    }
    if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
        return at + line.len();
    }
    let number = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let after = trimmed.get(number..).unwrap_or_default();
    if (1..=2).contains(&number)
        && (after.starts_with(". ") || after.starts_with(") "))
        && (writer.is_at_start() || writer.is_in_item())
    {
        writer.start_item();
        return at + indent + number + 2;
    }
    if ["- ", "* ", "+ ", "• "].iter().any(|mark| trimmed.starts_with(mark)) {
        writer.start_item();
        let mark = trimmed.chars().next().map_or(1, char::len_utf8);
        return at + indent + mark + 1;
    }
    if trimmed.starts_with('>') {
        return at + indent + 1;
    }
    if trimmed.starts_with('|') {
        writer.end_block();
        let end = at + line.len();
        for cell in trimmed.split('|') {
            writer.put_text(cell.trim(), at);
            writer.put(' ', at);
        }
        writer.end_block();
        return end;
    }
    // A line below is an underline: this is a heading.
    let next = rest.get(line.len() + 1..).and_then(|text| text.split('\n').next()).unwrap_or_default().trim_end();
    let level = if next.len() >= 3 && next.bytes().all(|b| b == b'=') {
        Some(1)
    } else if next.len() >= 3 && next.bytes().all(|b| b == b'-') && !trimmed.is_empty() && writer.is_at_start() {
        Some(2)
    } else {
        None
    };
    if let Some(level) = level.filter(|_| !trimmed.is_empty() && !trimmed.starts_with('<')) {
        writer.start_heading(level);
        let end = at + line.len();
        read_line(writer, at, end);
        writer.end_block();
        return end;
    }
    if trimmed.is_empty() { at + line.len() } else { at + indent }
}

/// Reads the rest of a line that is a heading. It is one line, so this does not nest.
fn read_line(writer: &mut Writer<'_>, from: usize, to: usize) {
    let text = writer.slice(from, to);
    let text = text.get(..text.floor_char_boundary(MAX_HEADING.min(text.len()))).unwrap_or_default();
    let mut rest = text.trim().trim_end_matches(['#', '=']).trim_end();
    let mut plain = String::new();
    while let Some(c) = rest.chars().next() {
        let skip = match c {
            '*' | '`' => 1,
            '[' if is_link(rest) => 1,
            ']' if rest.starts_with("](") => rest.find(')').map_or(2, |end| end + 1),
            '{' if rest.starts_with("{{") => {
                plain.push(super::wording::VARIABLE);
                rest.find("}}").map_or(2, |end| end + 2)
            }
            '<' if rest.starts_with("<%") => {
                plain.push(super::wording::VARIABLE);
                rest.find("%>").map_or(2, |end| end + 2)
            }
            '{' if rest.starts_with("{#") || rest.starts_with("{:") => rest.len(),
            '<' => rest.find('>').map_or(1, |end| end + 1),
            c => {
                plain.push(c);
                c.len_utf8()
            }
        };
        rest = rest.get(skip..).unwrap_or_default();
    }
    writer.put_text(&plain, from);
}

/// Whether a bracket opens a link.
fn is_link(rest: &str) -> bool {
    let mut depth = 0_usize;
    if memchr::memchr(b']', rest.as_bytes().get(..400.min(rest.len())).unwrap_or_default()).is_none() {
        return false;
    }
    for (i, c) in rest.char_indices().take(400) {
        match c {
            '[' => depth += 1,
            ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return rest.get(i + 1..).is_some_and(|after| after.starts_with('(') || after.starts_with('['));
                }
            }
            _ => {}
        }
    }
    false
}

/// Reads `](address)`; returns how many bytes it takes.
fn end_of_link(writer: &mut Writer<'_>, rest: &str) -> usize {
    let close = if rest.starts_with("](") { ')' } else { ']' };
    let mut depth = 0_usize;
    let mut used = 1;
    let window = rest.as_bytes().get(2..1000.min(rest.len())).unwrap_or_default();
    let most = memchr::memrchr(close as u8, window).map_or(0, |last| last + 1);
    for (i, c) in rest.char_indices().skip(2).take(most) {
        if c == '(' {
            depth += 1;
        } else if c == close {
            if depth == 0 {
                used = i + 1;
                break;
            }
            depth -= 1;
        }
    }
    let url = rest.get(2..used.saturating_sub(1)).unwrap_or_default().trim();
    let url = url.split_whitespace().next().unwrap_or(url);
    writer.end_link_to("[", url);
    used.max(1)
}

/// Reads what starts with `<`.
fn angle(writer: &mut Writer<'_>, at: usize, to: usize) -> usize {
    let rest = writer.slice(at, to);
    if rest.starts_with("<!--") {
        return at + rest.find("-->").map_or(rest.len(), |end| end + 3);
    }
    if let Some(inner) = rest.strip_prefix("<%") {
        let Some(end) = inner.find("%>") else { return to };
        let code = inner.get(..end).unwrap_or_default();
        if let Some(output) = code.strip_prefix(['=', '-']) {
            expression(writer, output.trim_start_matches('=').trim_end_matches('-'), at);
        } else if !code.starts_with('#') {
            statement(writer, code.trim_matches('-'), at);
        }
        return at + 2 + end + 2;
    }
    let next = rest.as_bytes().get(1).copied().unwrap_or_default();
    if !(next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?')) {
        writer.put('<', at);
        return at + 1;
    }
    let Some(end) = writer.tag_end(at, to) else {
        writer.put('<', at);
        return at + 1;
    };
    let tag = writer.slice(at, end);
    let inside = tag.get(1..tag.len().saturating_sub(1)).unwrap_or_default();
    if (inside.contains("://") || inside.contains('@')) && !inside.contains([' ', '=', '"']) {
        writer.whole_link(inside, inside, at);
        writer.put_text(inside, at);
        return end;
    }
    let name = writer.tag(at, end);
    if matches!(name.as_str(), "script" | "style" | "svg") && !tag.starts_with("</") && !tag.ends_with("/>") {
        let length = writer.closing_tag(&name, end, to).unwrap_or(0);
        if name == "script" {
            script::read(writer, end, end + length, script::IN_A_TEMPLATE);
        }
        return end + length;
    }
    end
}

/// Reads what starts with `{{`, `{%` or `{#`.
fn braces(writer: &mut Writer<'_>, at: usize, to: usize) -> usize {
    if !writer.look_ahead(0) {
        return at + 2;
    }
    let rest = writer.slice(at, to);
    let (close, length) = match rest.as_bytes().get(1) {
        Some(b'%') => ("%}", 2),
        Some(b'#') => ("#}", 2),
        _ if rest.starts_with("{{{") => ("}}}", 3),
        _ if rest.starts_with("{{!--") => ("--}}", 4),
        _ => ("}}", 2),
    };
    let window = rest.get(..rest.floor_char_boundary(MAX_EXPRESSION.min(rest.len()))).unwrap_or_default();
    let Some(end) = window.get(2..).and_then(|inner| inner.find(close)).map(|end| end + 2) else {
        writer.look_ahead(window.len());
        return at + 2;
    };
    let inner = rest.get(2..end).unwrap_or_default();
    if close == "%}" {
        statement(writer, inner.trim_matches('-'), at);
    } else if close != "#}" && !inner.starts_with('!') {
        expression(writer, inner.trim_start_matches('{').trim_matches('-'), at);
    }
    at + end + length
}

/// A statement of a template: it shows nothing, but may name a title or a date.
fn statement(writer: &mut Writer<'_>, code: &str, at: usize) {
    let code = code.trim();
    let first = code.split_whitespace().next().unwrap_or_default();
    match first {
        "include" | "render" | "extends" | "import" | "from" => {
            writer.page.variables += usize::from(matches!(first, "include" | "render"));
        }
        "trans" | "translate" => match literals(code).first() {
            Some((_, text)) if text.contains(' ') => writer.put_text(text, at),
            _ => writer.page.translated += 1,
        },
        _ => {
            let strings = literals(code);
            let Some((start, text)) = strings.first().filter(|_| strings.len() == 1) else { return };
            let name = code.get(..*start).unwrap_or_default().trim_end_matches(['"', '\'', '`', ' ', '=', ',', '(']);
            let name = name.rsplit([' ', ':', '.']).next().unwrap_or_default();
            let is_for_people = text.contains(' ') && text.contains(char::is_alphabetic);
            if is_for_people
                && (first == "set" || first == "assign" || first == "content_for" || first.starts_with('@'))
            {
                named_value(writer, name, text, at);
            }
        }
    }
}

/// Names of functions and filters that fetch a translation.
const TRANSLATIONS: [&str; 16] = [
    "t(",
    "t ",
    "_(",
    "gettext",
    "trans(",
    "|trans",
    "| trans",
    "i18n",
    "translate",
    "msg(",
    "messages(",
    "| t",
    "|t",
    "lang(",
    "formatmessage",
    "content[",
];

/// An expression of a template or of a script: it shows texts that stand in it, or what only the program knows.
pub(super) fn expression(writer: &mut Writer<'_>, code: &str, at: usize) {
    let code = code.trim();
    if code.is_empty() || code.starts_with(['#', '/', '^']) || code == "else" || code == "this" {
        return;
    }
    let lower = code.to_ascii_lowercase();
    let calls = |names: &[&str]| names.iter().any(|name| lower.contains(name));
    if code.starts_with('>') || calls(&["include", "partial", "yield", "render", "super(", "caller(", "children"]) {
        writer.page.variables += 1;
        return;
    }
    let strings = literals(code);
    if calls(&["link_to", "mail_to", "linkto", "mailto"]) {
        let shown =
            strings.iter().find(|(_, text)| text.contains(' ') || text.contains('@')).or_else(|| strings.first());
        let url =
            strings.iter().rev().map(|(_, text)| *text).find(|text| text.contains(['@', '/', ':'])).unwrap_or(code);
        let text = shown.map_or("", |(_, text)| text);
        writer.whole_link(url, text, at);
        if text.is_empty() {
            writer.put_variable(at);
        } else {
            writer.put_text(text, at);
        }
        return;
    }
    let is_prose = |text: &str| {
        let words = text.split_whitespace().count();
        let is_word = text.starts_with(char::is_uppercase) && text.chars().all(char::is_alphabetic);
        (words > 1 && text.contains(char::is_alphanumeric)) || is_word
    };
    let prose: Vec<(usize, &str)> = strings.into_iter().filter(|(_, text)| is_prose(text)).collect();
    let is_key = TRANSLATIONS.iter().any(|name| {
        lower.starts_with(name) || lower.contains(&format!("${name}")) || (name.len() > 2 && lower.contains(name))
    });
    match prose.as_slice() {
        [] if is_key => {
            writer.page.translated += 1;
            writer.put(super::wording::VARIABLE, at);
        }
        [] => match writer.constant(code) {
            Some(value) => writer.put_text(value, at),
            None => writer.put_variable(at),
        },
        [(_, text)] => writer.put_text(text, at),
        several => {
            let mut end = 0;
            for (start, text) in several {
                let between = code.get(end..*start).unwrap_or_default();
                let joined = end > 0 && between.contains([':', '=']) && between.len() < 12;
                if joined {
                    writer.put_text(": ", at);
                } else {
                    writer.end_block();
                }
                let before = code.get(..*start).unwrap_or_default();
                let line = at + before.len();
                writer.put_text(text, line);
                end = start + text.len();
            }
            writer.end_block();
        }
    }
}

/// The texts in quotes, with their offsets.
pub(super) fn literals(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut quote: Option<(char, usize)> = None;
    let mut escaped = false;
    for (i, c) in code.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some((open, start)) if open == c => {
                found.push((start, code.get(start..i).unwrap_or_default()));
                quote = None;
            }
            None if matches!(c, '"' | '\'' | '`') => quote = Some((c, i + 1)),
            _ => {}
        }
    }
    found
}
