//! Pages in JavaScript and TypeScript: the text of JSX elements, and sentences kept in strings.

use super::page::Writer;
use super::template::{self, expression, literals, named_value};

/// How deep elements and expressions are followed into each other.
const MAX_DEPTH: usize = 32;

/// The depth of a script that stands in a template.
pub(super) const IN_A_TEMPLATE: usize = MAX_DEPTH / 2;

/// Reads code.
pub(super) fn read(writer: &mut Writer<'_>, from: usize, to: usize, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    let source = writer.source;
    let bytes = source.as_bytes();
    let mut i = from;
    while i < to {
        match bytes.get(i) {
            Some(b'/') if bytes.get(i + 1) == Some(&b'/') && (i == 0 || bytes.get(i - 1) != Some(&b':')) => {
                i += memchr::memchr(b'\n', bytes.get(i..to).unwrap_or_default()).unwrap_or(to - i);
            }
            Some(b'/') if bytes.get(i + 1) == Some(&b'*') => {
                i += writer.slice(i, to).find("*/").map_or(to - i, |end| end + 2);
            }
            Some(&quote @ (b'"' | b'\'' | b'`')) => i = string(writer, i, to, quote, depth),
            Some(b'<') if starts_element(bytes, i, from) => i = element(writer, i, to, depth),
            Some(_) => i += 1,
            None => break,
        }
    }
}

/// Whether `<` opens an element, and is no comparison or type.
fn starts_element(bytes: &[u8], i: usize, from: usize) -> bool {
    let next = bytes.get(i + 1).copied().unwrap_or_default();
    let before = if i > from { bytes.get(i - 1).copied().unwrap_or(b' ') } else { b' ' };
    (next.is_ascii_alphabetic() || next == b'>' || next == b'!')
        && !(before.is_ascii_alphanumeric() || matches!(before, b'_' | b'$'))
}

/// Reads a string; returns where it ends.
fn string(writer: &mut Writer<'_>, at: usize, to: usize, quote: u8, depth: usize) -> usize {
    let bytes = writer.source.as_bytes();
    let mut end = at + 1;
    while end < to {
        match bytes.get(end) {
            Some(b'\\') => end += 1,
            Some(b'\n') if quote != b'`' => return end,
            Some(byte) if *byte == quote => break,
            _ => {}
        }
        end += 1;
    }
    if !writer.look_ahead(end - at) {
        return to;
    }
    if end >= to {
        // An apostrophe that is none of the language's: go on after it.
        return at + 1;
    }
    let text = writer.slice(at + 1, end);
    if quote == b'`' && text.contains("</") && depth < IN_A_TEMPLATE {
        writer.end_block();
        template::read(writer, at + 1, end);
        return end + 1;
    }
    let words = text.split_whitespace().count();
    let before = writer.slice(writer.source.floor_char_boundary(at.saturating_sub(60)), at);
    let key = before.trim_end().strip_suffix([':', '=']).map(str::trim_end).unwrap_or_default();
    let key = key.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    let lower = key.to_ascii_lowercase();
    let is_title = ["title", "heading", "titre", "header", "question"].iter().any(|word| lower.ends_with(word));
    let has_year = text.bytes().filter(u8::is_ascii_digit).count() >= 5;
    if is_title && text.contains(char::is_alphabetic) && words > 0 && !lower.starts_with("class") {
        writer.heading(2, &unescaped(text), at);
    } else if words <= 4 && has_year && !key.is_empty() {
        named_value(writer, key, text, at);
    } else if is_sentence(text, words) {
        writer.end_block();
        writer.put_text(&unescaped(text), at);
        writer.end_block();
    }
    end + 1
}

/// Whether a string is written for people, and is no list of style names.
fn is_sentence(text: &str, words: usize) -> bool {
    let styled = text.split_whitespace().filter(|word| word.contains(['-', '_', '[', '/'])).count();
    let ends = text.trim_end().ends_with(['.', ':', ';', '?', '!', ')']);
    words >= 3 && styled * 4 <= words && (text.trim_start().starts_with(char::is_uppercase) || ends || words >= 5)
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", " ").replace("\\'", "'").replace("\\\"", "\"")
}

/// Reads an element with all that is in it; returns where it ends.
fn element(writer: &mut Writer<'_>, at: usize, to: usize, depth: usize) -> usize {
    let source = writer.source;
    let bytes = source.as_bytes();
    let mut open = 0_usize;
    let mut i = at;
    while i < to {
        let Some(rest) = source.get(i..to) else { break };
        let Some(c) = rest.chars().next() else { break };
        match c {
            '<' if rest.starts_with("<!--") => i += rest.find("-->").map_or(rest.len(), |end| end + 3),
            '<' if bytes.get(i + 1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'>' | b'!')) => {
                let Some(end) = writer.tag_end(i, to) else { return to };
                let tag = writer.slice(i, end);
                let name = writer.tag(i, end);
                let is_void =
                    matches!(name.as_str(), "br" | "hr" | "img" | "input" | "meta" | "wbr") || tag.starts_with("<!");
                if tag.starts_with("</") {
                    open = open.saturating_sub(1);
                } else if !tag.ends_with("/>") && !is_void {
                    open += 1;
                }
                i = end;
                if matches!(name.as_str(), "style" | "script" | "svg") && !tag.starts_with("</") && !tag.ends_with("/>")
                {
                    i += writer.closing_tag(&name, i, to).unwrap_or(0);
                }
                if open == 0 {
                    writer.end_block();
                    return i;
                }
            }
            '{' => {
                let end = closing_brace(source, i, to);
                braces(writer, i + 1, end.saturating_sub(1).max(i + 1), depth);
                i = end;
            }
            '&' => {
                let (c, used) = super::page::entity(rest);
                if let Some(c) = c {
                    writer.put(c, i);
                }
                i += used;
            }
            _ => {
                writer.put(c, i);
                i += c.len_utf8();
            }
        }
    }
    writer.end_block();
    to
}

/// Reads the inside of `{…}` in the text of an element.
fn braces(writer: &mut Writer<'_>, from: usize, to: usize, depth: usize) {
    let code = writer.slice(from, to);
    let trimmed = code.trim();
    if trimmed.starts_with("/*") && trimmed.ends_with("*/") {
        return;
    }
    let strings = literals(trimmed);
    if let [(1, text)] = strings.as_slice()
        && text.len() + 2 == trimmed.len()
    {
        writer.put_text(&unescaped(text), from);
        return;
    }
    let bytes = writer.source.as_bytes();
    let holds_element = (from..to).any(|i| bytes.get(i) == Some(&b'<') && starts_element(bytes, i, from));
    if holds_element {
        read(writer, from, to, depth + 1);
    } else {
        expression(writer, trimmed, from);
    }
}

/// Where the brace that closes the one at `at` ends. Braces in strings do not count.
fn closing_brace(source: &str, at: usize, to: usize) -> usize {
    let bytes = source.as_bytes();
    let (mut depth, mut quote) = (0_usize, 0_u8);
    let mut i = at;
    while i < to {
        let byte = bytes.get(i).copied().unwrap_or_default();
        match byte {
            b'\\' if quote != 0 => i += 1,
            // A string does not go over a line: this was an apostrophe in a text.
            _ if quote != 0 && (byte == quote || (byte == b'\n' && quote != b'`')) => quote = 0,
            _ if quote != 0 => {}
            b'"' | b'\'' | b'`' => quote = byte,
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return i + 1;
                }
            }
            _ => {}
        }
        i += 1;
    }
    to
}
