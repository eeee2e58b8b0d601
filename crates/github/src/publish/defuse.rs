//! Markdown of somebody who is not trusted, made harmless: it reads the same, but calls nobody, loads nothing and leads only
//! to the host itself.

/// Stands unseen between two characters and keeps them from meaning something together.
const BREAK: char = '\u{200B}';

/// The tags that reports use. Attributes other than `open` are not among them.
const TAGS: [&str; 15] = [
    "<details>",
    "<details open>",
    "</details>",
    "<summary>",
    "</summary>",
    "<br>",
    "<sub>",
    "</sub>",
    "<strong>",
    "</strong>",
    "<em>",
    "</em>",
    "<code>",
    "</code>",
    "<p>",
];

/// The text without what could do harm. Links to other places than `server`, the host's own address, stay as text.
pub(super) fn defuse(markdown: &str, server: &str) -> String {
    let markdown: String = markdown.chars().filter(|c| !is_hidden(*c)).collect();
    let mut out = String::with_capacity(markdown.len() + 64);
    let mut rest = markdown.as_str();
    // The marker in the first line is a comment; others could hide text.
    if let Some((first, after)) = markdown.split_once('\n')
        && first.starts_with("<!-- openly")
        && first.ends_with("-->")
        && first.matches("-->").count() == 1
    {
        out.push_str(first);
        out.push('\n');
        rest = after;
    }
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let (head, tail) = rest.split_at(c.len_utf8());
        match c {
            '<' => match TAGS.iter().find(|tag| starts_with(rest, tag)) {
                Some(tag) => {
                    out.push_str(tag);
                    rest = &rest[tag.len()..];
                    before = '>';
                    continue;
                }
                None => out.push_str("&lt;"),
            },
            // An entity becomes its character before mentions and links are looked for, and so does what is escaped.
            '&' => {
                let is_plain = ["&lt;", "&gt;", "&amp;", "&quot;"].iter().any(|entity| rest.starts_with(entity));
                out.push_str(if is_plain { "&" } else { "&amp;" });
            }
            '\\' if tail.starts_with(['/', '@', '!', '<', '&', ':', '.']) => {}
            '@' | '!' => {
                out.push_str(head);
                out.push(BREAK);
            }
            '/' if out.ends_with('/') && !leads_to(&out, rest, server) => {
                out.push(BREAK);
                out.push('/');
            }
            'w' | 'W' if starts_with(rest, "www.") && !before.is_alphanumeric() => {
                out.push_str(head);
                out.push(BREAK);
            }
            _ => out.push_str(head),
        }
        before = c;
        rest = tail;
    }
    out
}

/// Whether the second slash of an address, which `from` begins with, leads to the host.
fn leads_to(before: &str, from: &str, server: &str) -> bool {
    let Some((scheme, place)) = server.split_once("//") else { return false };
    let Some(path) = from.strip_prefix('/').and_then(|rest| rest.strip_prefix(place)) else { return false };
    before.strip_suffix('/').is_some_and(|before| before.ends_with(scheme)) && path.starts_with('/')
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Characters that are not seen, or that turn text around.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::defuse;

    fn shown(markdown: &str) -> String {
        defuse(markdown, "https://github.com").replace('\u{200B}', "·")
    }

    #[test]
    fn it_calls_nobody_and_leads_nowhere_else() {
        for (written, is) in [
            ("@everyone and a@b.example", "@·everyone and a@·b.example"),
            ("![x](https://evil.example/p.png)", "!·[x](https:/·/evil.example/p.png)"),
            ("<img src=//evil.example>", "&lt;img src=/·/evil.example>"),
            ("[x](//evil.example)", "[x](/·/evil.example)"),
            ("[x](https://github.com/o/r#L1)", "[x](https://github.com/o/r#L1)"),
            ("https://github.com.evil.example/", "https:/·/github.com.evil.example/"),
            ("https://github.com@evil.example/", "https:/·/github.com@·evil.example/"),
            ("http://github.com/o", "http:/·/github.com/o"),
            ("see www.evil.example", "see w·ww.evil.example"),
            ("<details><summary>a</summary></details>", "<details><summary>a</summary></details>"),
            ("<details onclick=x>", "&lt;details onclick=x>"),
            ("<!-- openly -->\n<!-- x -->", "<!-- openly -->\n&lt;!·-- x -->"),
            ("&#64;everyone &lt;b&gt;", "&amp;#64;everyone &lt;b&gt;"),
            (r"[x](https:\/\/evil.example)", "[x](https:/·/evil.example)"),
            ("a\u{202E}b\u{7}c", "abc"),
        ] {
            assert_eq!(shown(written), is, "{written}");
        }
    }

    #[test]
    fn breaks_that_were_sent_along_do_not_help() {
        assert_eq!(shown("@\u{200B}x"), "@·x");
        assert_eq!(shown("/\u{200B}/evil.example"), "/·/evil.example");
        assert_eq!(shown("w\u{200B}ww.evil.example"), "w·ww.evil.example");
    }
}
