//! Text of a repository made safe for Markdown as code hosts render it: shown as it is written, never as markup, a mention, a
//! reference, a link or a picture, on one line and of a bounded length.

use openly_rules::value::is_invisible;

use crate::Report;

/// The most characters of one text that are shown.
const MAX_TEXT: usize = 1_000;

/// The most characters of a path or another name that are shown.
const MAX_CODE: usize = 300;

/// Stands behind a character that a host would link by, so that it does not. It has no width.
const JOINER: char = '\u{2060}';

/// Text in a paragraph, a list item or a heading.
pub(crate) fn text(text: &str) -> String {
    let plain = one_line(text, MAX_TEXT);
    let mut out = String::with_capacity(plain.len() + 16);
    let mut chars = plain.chars().peekable();
    while let Some(c) = chars.next() {
        let is_word_end = chars.peek().is_none_or(|next| *next == ' ');
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Two of them would be taken for a formula; a host looks for those before it looks for backslashes.
            '$' => out.push_str("&#36;"),
            // A name behind it would be told, an issue behind it would be linked to this one.
            '@' => out.extend(['@', JOINER]),
            '#' => out.extend(['\\', '#', JOINER]),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '!' => out.extend(['\\', c]),
            // At the start of a line they would begin a list or underline a heading.
            '-' | '+' | '=' if out.is_empty() => out.extend(['\\', c]),
            '.' | ')' if is_word_end && !out.is_empty() && out.bytes().all(|b| b.is_ascii_digit()) => {
                out.extend(['\\', c])
            }
            c => out.push(c),
        }
    }
    // Addresses and issues would become links by themselves.
    let mut out = out.replace("://", &format!(":{JOINER}//"));
    for word in ["www.", "WWW.", "GH-", "gh-", "mailto:", "xmpp:"] {
        if out.contains(word) {
            let (start, end) = word.split_at(word.len() - 1);
            out = out.replace(word, &format!("{start}{JOINER}{end}"));
        }
    }
    out
}

/// Text of a rule, in which what stands between back quotes is code.
pub(crate) fn prose(value: &str) -> String {
    mixed(value, code)
}

/// Text of a rule in a cell of a table.
pub(crate) fn prose_cell(value: &str) -> String {
    mixed(value, code_cell)
}

fn mixed(value: &str, code: fn(&str) -> String) -> String {
    let plain = one_line(value, MAX_TEXT);
    let parts: Vec<&str> = plain.split('`').collect();
    let inner = parts.get(1..parts.len() - 1).unwrap_or_default();
    // Quotes without partners, or with nothing between them, are none.
    if parts.len().is_multiple_of(2)
        || inner.iter().any(|part| part.is_empty())
        || inner.iter().step_by(2).any(|part| part.trim() != *part)
    {
        return text(value);
    }
    let words = |part: &str| {
        // Spaces at the ends keep words and code apart.
        let before = if part.starts_with(' ') { " " } else { "" };
        let after = if part.len() > 1 && part.ends_with(' ') { " " } else { "" };
        format!("{before}{}{after}", text(part))
    };
    parts.iter().enumerate().map(|(at, part)| if at % 2 == 1 { code(part) } else { words(part) }).collect()
}

/// Text in a cell of a table.
pub(crate) fn cell(value: &str) -> String {
    text(value)
}

/// Text as a code span: longer back quotes around it than in it, so that it cannot end early.
pub(crate) fn code(text: &str) -> String {
    let plain = one_line(text, MAX_CODE);
    if plain.is_empty() {
        return String::new();
    }
    let longest = plain.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if plain.starts_with('`') || plain.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{plain}{space}{fence}")
}

/// Text as a code span in a cell of a table, whose borders count in code too.
pub(crate) fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Text in HTML.
pub(crate) fn html(text: &str) -> String {
    one_line(text, MAX_TEXT).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('@', "@\u{2060}")
}

/// The text on one line, without characters that cannot be seen, shortened.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = length > 0;
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if length + usize::from(gap) + 1 > most {
            out.push('…');
            break;
        }
        if gap {
            out.push(' ');
            length += 1;
            gap = false;
        }
        out.push(c);
        length += 1;
    }
    out
}

/// The address of a line of a file on the web, at the commit that was checked. `None` when the address is not known.
pub(crate) fn address(report: &Report, path: &str, line: Option<u32>) -> Option<String> {
    let commit = report.subject.web.commit.as_ref().or(report.subject.commit.as_ref())?;
    address_at(report, commit, path, line)
}

/// The address of a line of a file of the base. `None` when the address is not known.
pub(crate) fn address_before(report: &Report, path: &str, line: Option<u32>) -> Option<String> {
    address_at(report, report.base.as_ref()?.commit.as_ref()?, path, line)
}

fn address_at(report: &Report, commit: &str, path: &str, line: Option<u32>) -> Option<String> {
    let file = encoded(&report.path(path));
    let line = line.map(|line| format!("#L{line}")).unwrap_or_default();
    // A page that is shown as text, so that its lines can be pointed at.
    let plain = if line.is_empty() { "" } else { "?plain=1" };
    Some(format!("{}/blob/{commit}/{file}{plain}{line}", report.subject.web.repository.as_ref()?))
}

/// A path as a part of an address.
pub(crate) fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_repository_stays_text() {
        let shown = |given: &str| text(given).replace(JOINER, "^");
        let markup =
            "@everyone [x](javascript:1) <img src=a> **b** | https://evil.example `c` www.x.org ![i](//t) $x$ #1";
        insta::assert_snapshot!(shown(markup), @r"@^everyone \[x\](javascript:1) &lt;img src=a&gt; \*\*b\*\* \| https:^//evil.example \`c\` www^.x.org \!\[i\](//t) &#36;x&#36; \#^1");
        for (given, wanted) in [
            ("- item", "\\- item"),
            ("1. item", "1\\. item"),
            ("12) item", "12\\) item"),
            ("v1.2 is out", "v1.2 is out"),
            ("0.1.0", "0.1.0"),
            ("1.", "1\\."),
            ("=====", "\\====="),
            ("owner/repo#12 GH-7", "owner/repo\\#^12 GH^-7"),
            ("a\u{202E}b\u{200B}c\u{1b}[31m", "abc \\[31m"),
            ("line\r\n\r\n# heading", "line \\#^ heading"),
        ] {
            assert_eq!(shown(given), wanted, "{given:?}");
        }
    }

    #[test]
    fn what_a_rule_calls_code_is_shown_as_code() {
        let shown = |given: &str| prose(given).replace(JOINER, "^");
        for (given, wanted) in [
            ("Add `* @you/team` to it.", "Add `* @you/team` to it."),
            ("`a_b` and `c|d`", "`a_b` and `c|d`"),
            ("set _x_ to `y`, then `z`.", "set \\_x\\_ to `y`, then `z`."),
            ("an odd ` one", "an odd \\` one"),
            ("``two`` and ` spaces `", "\\`\\`two\\`\\` and \\` spaces \\`"),
            ("- `x`", "\\- `x`"),
            ("`a` <b> @c `d`", "`a` &lt;b&gt; @^c `d`"),
        ] {
            assert_eq!(shown(given), wanted);
        }
        assert_eq!(prose_cell("`c|d`"), "`c\\|d`");
        assert!(prose(&"`x` y ".repeat(1_000)).chars().count() < 3 * MAX_TEXT);
    }

    #[test]
    fn code_cannot_end_early_and_nothing_is_endless() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code_cell("`x|y"), "`` `x\\|y ``");
        assert_eq!(code(" \n"), "");
        let storm = code(&"`".repeat(10_000));
        assert_eq!(storm.chars().count(), 3 * (MAX_CODE + 1) + 2, "{storm}");
        assert_eq!(text(&"x".repeat(10_000)).chars().count(), MAX_TEXT + 1);
    }

    #[test]
    fn paths_in_addresses() {
        assert_eq!(encoded("a b/ü](javascript:1)?#.md"), "a%20b/%C3%BC%5D%28javascript%3A1%29%3F%23.md");
    }
}
