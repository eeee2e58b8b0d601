//! A page as plain text: blocks of words with their lines, whatever markup or template language they were written in.

use std::collections::HashMap;

use super::wording::VARIABLE;
use super::{data, script, template};

/// The most bytes of a page that are read. A statement is a few pages long.
const MAX_TEXT: usize = 256 << 10;

/// The most bytes that are looked ahead for the ends of tags and strings, which a hostile page never closes.
const MAX_AHEAD: usize = 16 * MAX_TEXT;

/// The most bytes of a tag.
const MAX_TAG: usize = 8000;

/// The most blocks that are kept.
const MAX_BLOCKS: usize = 4000;

/// A heading, a paragraph, a list item or a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line it starts on, from 1.
    pub(crate) line: u32,
    /// The level of a heading.
    pub(crate) level: Option<u8>,
    /// Whether it is an item of a list.
    pub(crate) item: bool,
    /// Its words. [`VARIABLE`] stands for what a template puts in.
    pub(crate) text: String,
    /// What it links to.
    pub(crate) links: Vec<Link>,
}

/// A link, and the words one follows it by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) text: String,
}

/// What was read of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) blocks: Vec<Block>,
    /// How many texts come from translations that are kept elsewhere.
    pub(crate) translated: usize,
    /// How many values and other templates are put in.
    pub(crate) variables: usize,
    /// Lines that a generator marked as still to be filled in.
    pub(crate) to_fill: Vec<u32>,
    /// Whether it is made of values, whose order may not be that of reading.
    pub(crate) is_data: bool,
}

impl Page {
    /// Reads a page; the file's extension tells its language. `whole` says that all of the file is the page, and not only a
    /// part of a file with many texts.
    pub(crate) fn read<'w>(path: &str, text: &str, whole: bool, own_words: &dyn Fn(&str) -> Vec<&'w str>) -> Self {
        let text = text.get(..text.floor_char_boundary(MAX_TEXT.min(text.len()))).unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        let is_code = matches!(extension.as_str(), "ts" | "js" | "tsx" | "jsx" | "mjs" | "cjs" | "astro" | "svelte");
        let is_data = matches!(extension.as_str(), "yml" | "yaml" | "json" | "json5" | "arb" | "po" | "properties")
            || name.starts_with("messages");
        let part = if whole || !(is_data || matches!(extension.as_str(), "ts" | "js")) {
            None
        } else {
            Some(data::only_the_part(text, own_words))
        };
        let text = part.as_deref().unwrap_or(text);
        if is_data {
            let values = data::values(text, &extension);
            let mut writer = Writer::new(&values);
            template::read(&mut writer, 0, values.len());
            return Self { is_data: true, ..writer.finish() };
        }
        if matches!(extension.as_str(), "haml" | "slim" | "pug") {
            let flat = data::outlined(text, &extension);
            let mut writer = Writer::new(&flat);
            template::read(&mut writer, 0, flat.len());
            return writer.finish();
        }
        let mut writer = Writer::new(text);
        if is_code {
            script::read(&mut writer, 0, text.len(), 0);
        } else {
            template::read(&mut writer, 0, text.len());
        }
        writer.finish()
    }

    /// How many words it has.
    pub(crate) fn words(&self) -> usize {
        let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
        self.blocks.iter().map(|block| block.text.split_whitespace().filter(is_word).count()).sum()
    }
}

/// Writes blocks while a reader goes through the source.
pub(super) struct Writer<'a> {
    pub(super) source: &'a str,
    pub(super) page: Page,
    lines: Vec<usize>,
    open: Block,
    link: Option<(String, usize, String)>,
    /// Where bold text that opened the block ended.
    bold: Option<Option<usize>>,
    constants: HashMap<&'a str, &'a str>,
    /// How many more bytes may be looked ahead.
    ahead: usize,
}

impl<'a> Writer<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            page: Page::default(),
            lines: memchr::memchr_iter(b'\n', source.as_bytes()).collect(),
            open: Block::default(),
            link: None,
            bold: None,
            constants: constants(source),
            ahead: MAX_AHEAD,
        }
    }

    fn finish(mut self) -> Page {
        self.end_block();
        self.page
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.source.get(from..to).unwrap_or_default()
    }

    fn line(&self, at: usize) -> u32 {
        u32::try_from(self.lines.partition_point(|newline| *newline < at) + 1).unwrap_or(u32::MAX)
    }

    /// Takes note that so many bytes were looked ahead. False when there were too many.
    pub(super) fn look_ahead(&mut self, bytes: usize) -> bool {
        self.ahead = self.ahead.saturating_sub(bytes);
        self.ahead > 0
    }

    /// Where a tag that starts at `at` ends. Quotes and braces in it may hold the sign that ends it.
    pub(super) fn tag_end(&mut self, at: usize, to: usize) -> Option<usize> {
        if self.ahead == 0 {
            return None;
        }
        let end = tag_end(self.source, at, to);
        self.look_ahead(end.map_or(MAX_TAG, |end| end - at));
        end
    }

    /// How far ahead the closing tag of an element starts.
    pub(super) fn closing_tag(&mut self, name: &str, from: usize, to: usize) -> Option<usize> {
        if self.ahead == 0 {
            return None;
        }
        let found = memchr::memmem::find(self.slice(from, to).as_bytes(), format!("</{name}").as_bytes());
        self.look_ahead(found.unwrap_or(to - from));
        found
    }

    /// Whether nothing was written since the last block.
    pub(super) fn is_at_start(&self) -> bool {
        self.open.text.is_empty()
    }

    /// Whether an item of a list is open.
    pub(super) fn is_in_item(&self) -> bool {
        self.open.item
    }

    /// Adds a letter that stands at an offset. White space is folded.
    pub(super) fn put(&mut self, c: char, at: usize) {
        if c.is_whitespace() {
            if !self.open.text.is_empty() && !self.open.text.ends_with(' ') {
                self.open.text.push(' ');
            }
            return;
        }
        if self.open.text.is_empty() {
            self.open.line = self.line(at);
        }
        self.open.text.push(c);
    }

    pub(super) fn put_text(&mut self, text: &str, at: usize) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (c, used) = if c == '&' { entity(rest) } else { (Some(c), c.len_utf8()) };
            if let Some(c) = c {
                self.put(c, at);
            }
            rest = rest.get(used..).unwrap_or_default();
        }
    }

    /// Something that only the template knows.
    pub(super) fn put_variable(&mut self, at: usize) {
        self.page.variables += 1;
        self.put(VARIABLE, at);
    }

    /// The value of a constant of the same file.
    pub(super) fn constant(&self, name: &str) -> Option<&'a str> {
        self.constants.get(name).copied()
    }

    /// Bold text begins or ends.
    pub(super) fn mark_bold(&mut self) {
        match &mut self.bold {
            None if self.open.text.is_empty() => self.bold = Some(None),
            Some(end @ None) => *end = Some(self.open.text.len()),
            _ => {}
        }
    }

    pub(super) fn end_block(&mut self) {
        let bold = self.bold.take().flatten();
        if let Some((_, start, _)) = &mut self.link {
            *start = 0;
        }
        let mut block = std::mem::take(&mut self.open);
        block.text.truncate(block.text.trim_end().len());
        if block.level.is_none() && !block.item && bold == Some(block.text.len()) && block.text.len() <= 100 {
            block.level = Some(7);
        }
        if (!block.text.is_empty() || !block.links.is_empty()) && self.page.blocks.len() < MAX_BLOCKS {
            self.page.blocks.push(block);
        }
    }

    /// Starts a heading of this level.
    pub(super) fn start_heading(&mut self, level: u8) {
        self.end_block();
        self.open.level = Some(level);
    }

    pub(super) fn start_item(&mut self) {
        self.end_block();
        self.open.item = true;
    }

    /// A heading that is written as a value.
    pub(super) fn heading(&mut self, level: u8, text: &str, at: usize) {
        self.start_heading(level);
        self.put_text(text, at);
        self.end_block();
    }

    pub(super) fn start_link(&mut self, name: &str, url: &str) {
        self.link = Some((name.to_owned(), self.open.text.len(), url.to_owned()));
    }

    pub(super) fn end_link(&mut self, name: &str) {
        if let Some((_, start, url)) = self.link.take_if(|(open, ..)| open == name) {
            let text = self.open.text.get(start..).unwrap_or_default().trim().to_owned();
            self.open.links.push(Link { url, text });
        }
    }

    /// Ends a link whose address stands behind its words.
    pub(super) fn end_link_to(&mut self, name: &str, address: &str) {
        if let Some((_, _, url)) = self.link.as_mut().filter(|(open, ..)| open == name) {
            address.clone_into(url);
        }
        self.end_link(name);
    }

    pub(super) fn whole_link(&mut self, url: &str, text: &str, at: usize) {
        if self.open.text.is_empty() {
            self.open.line = self.line(at);
        }
        self.open.links.push(Link { url: url.to_owned(), text: text.to_owned() });
    }

    /// Reads a tag of HTML or a component that starts at `at` and ends before `end`. Returns its name, in lower case.
    pub(super) fn tag(&mut self, at: usize, end: usize) -> String {
        let tag = self.slice(at, end);
        let is_end = tag.starts_with("</");
        let written: &str = tag.trim_start_matches(['<', '/']);
        let length = written
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '_')))
            .unwrap_or(written.len());
        let written = written.get(..length).unwrap_or_default();
        let name = written.to_lowercase();
        let is_component = written.starts_with(char::is_uppercase) || written.contains('-');
        if is_end {
            self.end_link(&name);
        }
        if let Some(level) = heading_level(&name, is_component, tag) {
            if is_end {
                self.end_block();
            } else {
                self.start_heading(level);
            }
        } else if matches!(name.as_str(), "td" | "th" | "dd") {
            self.put(' ', at);
        } else if name == "li" && !is_end {
            self.start_item();
        } else if !is_inline(&name) {
            self.end_block();
        }
        if is_end {
            return name;
        }
        let is_still_open = tag.len() < 4000;
        if is_still_open && is_component {
            for key in ["title", "heading", "label"] {
                if let Some(title) = attribute(tag, key).filter(|title| title.contains(char::is_alphabetic)) {
                    self.heading(2, title, at);
                    break;
                }
            }
        }
        if is_still_open
            && ["i18nkey=", "data-i18n", "th:text=", "v-t=", "id=\"i18n", "formattedmessage"]
                .iter()
                .any(|mark| tag.to_ascii_lowercase().contains(mark))
        {
            self.page.translated += 1;
        }
        if tag.contains("tofill") {
            self.page.to_fill.push(self.line(at));
        }
        let url = ["href", "to", "url", "action"].iter().find_map(|key| attribute(tag, key));
        if let Some(url) = url.filter(|_| name != "link" || is_component) {
            if tag.ends_with("/>") {
                self.whole_link(url, "", at);
            } else {
                self.start_link(&name, url);
            }
        }
        name
    }
}

/// The value of an attribute.
pub(super) fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut from = 0;
    while let Some(found) = tag.get(from..).and_then(|rest| rest.find(name)) {
        let (start, end) = (from + found, from + found + name.len());
        from = end;
        let before = tag.get(..start).and_then(|text| text.chars().next_back());
        if !before.is_some_and(|c| c.is_whitespace() || c == ':') {
            continue;
        }
        let Some(value) = tag.get(end..).and_then(|rest| rest.trim_start().strip_prefix('=')) else { continue };
        let value = value.trim_start();
        let value = value.strip_prefix('{').map_or(value, str::trim_start);
        let quote = value.chars().next()?;
        return Some(match quote {
            '"' | '\'' | '`' => value.get(1..)?.split(quote).next().unwrap_or_default(),
            _ => value.split(['}', '>', ' ', '\n']).next().unwrap_or_default(),
        });
    }
    None
}

/// The level of a heading, if a tag is one.
fn heading_level(name: &str, is_component: bool, tag: &str) -> Option<u8> {
    if let [b'h', level @ b'1'..=b'6'] = name.as_bytes() {
        return Some(level - b'0');
    }
    if name == "title" {
        return Some(1);
    }
    let called =
        ["heading", "title", "titre", "header"].iter().any(|word| name.ends_with(word) || name.starts_with(word));
    let numbered = name.as_bytes().windows(2).any(|pair| matches!(pair, [b'h', b'1'..=b'6']));
    if !is_component || !(called || numbered) {
        return None;
    }
    let level = tag.as_bytes().windows(3).find_map(|bytes| match bytes {
        [mark, b'h' | b'H', level @ b'1'..=b'6'] if !mark.is_ascii_alphanumeric() => Some(level - b'0'),
        _ => None,
    });
    let number = || ["size", "level", "as", "depth"].iter().find_map(|key| attribute(tag, key)?.parse::<u8>().ok());
    let in_name = || {
        name.as_bytes().windows(2).find_map(|pair| match pair {
            [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
            _ => None,
        })
    };
    Some(level.or_else(number).or_else(in_name).filter(|level| (1..=6).contains(level)).unwrap_or(2))
}

/// Whether a tag stands inside a line of text.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "" | "a"
            | "abbr"
            | "b"
            | "bdi"
            | "cite"
            | "code"
            | "data"
            | "em"
            | "font"
            | "i"
            | "img"
            | "kbd"
            | "link"
            | "mark"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "trans"
            | "u"
            | "var"
            | "wbr"
    ) || ["link", "bold", "strong", "italic", "span", "anchor", "icon"].iter().any(|word| name.contains(word))
}

/// A character that is written by its name, and the bytes it takes.
pub(super) fn entity(text: &str) -> (Option<char>, usize) {
    let Some(end) = text.as_bytes().iter().take(12).position(|b| *b == b';') else { return (Some('&'), 1) };
    let name = text.get(1..end).unwrap_or_default();
    let c = match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => Some(' '),
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" | "ldquo" | "rdquo" | "laquo" | "raquo" => Some('"'),
        "apos" | "lsquo" | "rsquo" => Some('\''),
        "ndash" | "mdash" => Some('-'),
        "hellip" => Some('…'),
        "sect" => Some('§'),
        "szlig" => Some('ß'),
        "aelig" => Some('æ'),
        "AElig" => Some('Æ'),
        "shy" => None,
        _ if name.starts_with('#') => {
            let digits = name.trim_start_matches('#');
            let code = digits
                .strip_prefix(['x', 'X'])
                .map_or_else(|| digits.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
            code.and_then(char::from_u32)
        }
        // A letter with a mark, such as `eacute`. Words are compared without marks.
        _ => {
            let marks = ["acute", "grave", "circ", "uml", "tilde", "cedil", "ring", "caron", "slash"];
            let letter = marks.iter().find_map(|mark| name.strip_suffix(mark)).filter(|letter| letter.len() == 1);
            match letter.and_then(|letter| letter.chars().next()) {
                Some(letter) => Some(letter),
                None => return (Some('&'), 1),
            }
        }
    };
    (c, end + 1)
}

fn tag_end(source: &str, at: usize, to: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    let limit = to.min(at + MAX_TAG).min(bytes.len());
    let (mut quote, mut depth) = (0_u8, 0_usize);
    for (i, &byte) in bytes.iter().enumerate().take(limit).skip(at + 1) {
        match byte {
            _ if quote != 0 && byte == quote => quote = 0,
            _ if quote != 0 => {}
            b'"' | b'\'' | b'`' => quote = byte,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'>' if depth == 0 => return Some(i + 1),
            _ => {}
        }
    }
    memchr::memchr(b'>', bytes.get(at..limit)?).map(|found| at + found + 1)
}

/// Texts that the file itself gives a name: `const reviewed = "3 May 2026"`, `{% set reviewed = "3 May 2026" %}`.
fn constants(source: &str) -> HashMap<&str, &str> {
    let mut found = HashMap::new();
    for key in ["const ", "let ", "set ", "assign "] {
        for at in memchr::memmem::find_iter(source.as_bytes(), key.as_bytes()).take(300) {
            let Some(rest) = source.get(at + key.len()..) else { continue };
            let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
            let Some(value) = rest.get(name.len()..).and_then(|rest| rest.trim_start().strip_prefix('=')) else {
                continue;
            };
            let value = value.trim_start();
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else { continue };
            let value = value.get(1..).and_then(|rest| rest.split(quote).next()).unwrap_or_default();
            if !name.is_empty() && value.len() < 300 && !value.contains(['$', '\n']) {
                found.insert(name, value);
            }
        }
    }
    found
}
