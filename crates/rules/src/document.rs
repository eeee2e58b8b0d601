//! Documents as people write them: Markdown, AsciiDoc, reStructuredText, HTML and plain text, read into blocks with their
//! lines. Code is kept apart, so that a `#` in a shell script is never a heading.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading; 1 is the title. A line that is only bold text counts as a heading of level 7.
    Heading(u8),
    /// A paragraph, a list item or a table cell.
    Prose,
    /// A block of code.
    Code,
}

/// One block of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text without markup. Code spans keep their back quotes, so that commands in a sentence can be told.
    pub text: String,
    /// First line, from 1.
    pub line: u32,
    /// Addresses it links to, or shows as an image.
    pub links: Vec<String>,
    /// Whether nothing but images (badges) is in it.
    pub only_images: bool,
}

/// A document in blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The blocks in order.
    pub blocks: Vec<Block>,
}

/// A heading and the blocks below it, up to the next heading of its level or a higher one.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// The heading.
    pub heading: &'a Block,
    /// What stands below it, deeper headings included.
    pub body: &'a [Block],
}

impl Document {
    /// Reads a document; the file's extension tells its language.
    pub fn parse(path: &str, text: &str) -> Self {
        let extension =
            path.rsplit('/').next().unwrap_or(path).rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
        match extension.as_str() {
            "adoc" | "asciidoc" => lines(text, Style::AsciiDoc),
            "rst" | "txt" | "" | "rdoc" | "org" | "textile" => lines(text, Style::Plain),
            _ => markdown(text),
        }
    }

    /// The sections, in order; a section contains the deeper ones below it.
    pub fn sections(&self) -> impl Iterator<Item = Section<'_>> {
        self.blocks.iter().enumerate().filter_map(|(i, block)| {
            let BlockKind::Heading(level) = block.kind else { return None };
            let rest = &self.blocks[i + 1..];
            let end =
                rest.iter().position(|b| matches!(b.kind, BlockKind::Heading(l) if l <= level)).unwrap_or(rest.len());
            Some(Section { heading: block, body: &rest[..end] })
        })
    }

    /// The blocks that are prose.
    pub fn prose(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|b| b.kind == BlockKind::Prose)
    }
}

impl Section<'_> {
    /// How many words stand below the heading, headings not counted.
    pub fn words(&self) -> usize {
        let body = self.body.iter().filter(|b| !matches!(b.kind, BlockKind::Heading(_)));
        body.map(|b| b.text.split_whitespace().count() + b.links.len()).sum()
    }

    /// The text below the heading, a line for each block, with the addresses it links to.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for block in self.body {
            text.push_str(&block.text);
            for link in &block.links {
                text.push(' ');
                text.push_str(link);
            }
            text.push('\n');
        }
        text
    }

    /// The last line of the section that holds a block.
    pub fn end_line(&self) -> u32 {
        self.body.last().map_or(self.heading.line, |b| b.line)
    }
}

/// Counts lines as a reader goes forward through a text.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
}

impl Lines<'_> {
    fn at(&mut self, offset: usize) -> u32 {
        if offset > self.offset {
            let newlines = memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.offset..offset]).count();
            self.line += u32::try_from(newlines).unwrap_or(u32::MAX);
            self.offset = offset;
        }
        self.line
    }
}

fn markdown(text: &str) -> Document {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_GFM
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut lines = Lines { text, offset: 0, line: 1 };
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    let (mut strong, mut plain_words, mut image, mut skip) = (0_u32, false, 0_u32, false);
    let (mut html, mut html_line) = (String::new(), 1);

    let close = |open: &mut Option<Block>, blocks: &mut Vec<Block>, bold: bool| {
        if let Some(mut block) = open.take() {
            let trimmed = block.text.trim();
            if bold && block.kind == BlockKind::Prose && trimmed.len() <= 80 && !trimmed.ends_with(['.', ',', ';']) {
                block.kind = BlockKind::Heading(7);
            }
            block.text = trimmed.trim_end_matches(':').to_owned();
            if !block.text.is_empty() || !block.links.is_empty() {
                blocks.push(block);
            }
        }
    };
    let start =
        |kind: BlockKind, line: u32| Block { kind, text: String::new(), line, links: Vec::new(), only_images: true };

    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let line = lines.at(range.start);
        match event {
            Event::Start(Tag::MetadataBlock(_)) => skip = true,
            Event::End(TagEnd::MetadataBlock(_)) => skip = false,
            _ if skip => {}
            Event::Start(Tag::Heading { level, .. }) => {
                close(&mut open, &mut blocks, false);
                open = Some(start(BlockKind::Heading(level as u8), line));
            }
            Event::Start(Tag::Paragraph | Tag::Item | Tag::TableCell) => {
                close(&mut open, &mut blocks, false);
                (strong, plain_words) = (0, false);
                open = Some(start(BlockKind::Prose, line));
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                close(&mut open, &mut blocks, false);
                let fenced = u32::from(matches!(kind, CodeBlockKind::Fenced(_)));
                open = Some(start(BlockKind::Code, line + fenced));
            }
            Event::End(TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => close(&mut open, &mut blocks, false),
            Event::End(TagEnd::Paragraph) => {
                let bold = strong > 0 && !plain_words;
                close(&mut open, &mut blocks, bold);
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some(block) = open.take().filter(|b| !b.text.trim().is_empty()) {
                    blocks.push(block);
                }
            }
            Event::Start(Tag::Strong) => strong += 1,
            Event::Start(Tag::Link { dest_url, .. }) => {
                open.get_or_insert_with(|| start(BlockKind::Prose, line)).links.push(dest_url.to_string());
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                image += 1;
                open.get_or_insert_with(|| start(BlockKind::Prose, line)).links.push(dest_url.to_string());
            }
            Event::End(TagEnd::Image) => image = image.saturating_sub(1),
            Event::End(TagEnd::Strong) => strong = strong.saturating_add(1),
            Event::Text(words) => {
                let block = open.get_or_insert_with(|| start(BlockKind::Prose, line));
                // What a badge says is not what a heading says.
                if image > 0 && matches!(block.kind, BlockKind::Heading(_)) {
                    continue;
                }
                if image == 0 {
                    block.only_images &= words.trim().is_empty();
                    // `strong` is odd inside bold text, and even, but not zero, after it.
                    plain_words |= strong % 2 == 0 && !words.trim().is_empty();
                }
                block.text.push_str(&words);
            }
            Event::Code(words) => {
                let block = open.get_or_insert_with(|| start(BlockKind::Prose, line));
                (block.only_images, plain_words) = (false, true);
                block.text.push('`');
                block.text.push_str(&words);
                block.text.push('`');
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(block) = &mut open {
                    block.text.push('\n');
                }
            }
            // A block of HTML comes line by line, and its elements and comments go over several.
            Event::Start(Tag::HtmlBlock) => {
                close(&mut open, &mut blocks, false);
                html_line = line;
                html.clear();
            }
            Event::Html(text) => html.push_str(&text),
            Event::End(TagEnd::HtmlBlock) => html_blocks(&html, html_line, &mut blocks),
            Event::InlineHtml(html) => {
                if let Some(block) = &mut open {
                    block.links.extend(attribute(&html, "href"));
                    block.links.extend(attribute(&html, "src"));
                }
            }
            _ => {}
        }
    }
    close(&mut open, &mut blocks, false);
    Document { blocks }
}

/// Reads HTML into blocks: headings, and prose for the rest. Comments are left out.
fn html_blocks(html: &str, first_line: u32, blocks: &mut Vec<Block>) {
    let mut line = first_line;
    let mut rest = html;
    let mut in_heading: Option<String> = None;
    let mut block: Option<Block> = None;
    while !rest.is_empty() {
        let (words, tag) = match rest.find('<') {
            Some(at) => (&rest[..at], &rest[at..]),
            None => (rest, ""),
        };
        if !words.trim().is_empty() {
            let kind = in_heading.as_ref().map_or(BlockKind::Prose, |tag| BlockKind::Heading(tag.as_bytes()[1] - b'0'));
            let block = block.get_or_insert_with(|| Block {
                kind,
                text: String::new(),
                line,
                links: Vec::new(),
                only_images: false,
            });
            if block.text.is_empty() {
                block.line = line
                    + u32::try_from(words.len() - words.trim_start().len())
                        .map_or(0, |_| u32::from(words.starts_with('\n')));
            }
            block.kind = kind;
            block.only_images = false;
            block.text.push_str(words);
        }
        line += u32::try_from(words.matches('\n').count()).unwrap_or(0);
        if tag.is_empty() {
            break;
        }
        let end =
            if tag.starts_with("<!--") { tag.find("-->").map(|at| at + 3) } else { tag.find('>').map(|at| at + 1) };
        let end = end.unwrap_or(tag.len());
        let inside = &tag[..end];
        let name: String = inside[1..]
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let heading = name.len() == 2 && name.starts_with('h') && (b'1'..=b'6').contains(&name.as_bytes()[1]);
        if heading
            || matches!(
                name.as_str(),
                "p" | "div" | "li" | "ul" | "ol" | "table" | "tr" | "td" | "br" | "section" | "summary" | "details"
            )
        {
            blocks.extend(block.take().filter(|b| !b.text.trim().is_empty() || !b.links.is_empty()).map(trimmed));
            in_heading = (heading && !inside.starts_with("</")).then_some(name);
        }
        let links: Vec<String> = attribute(inside, "href").into_iter().chain(attribute(inside, "src")).collect();
        if !links.is_empty() {
            let kind = in_heading.as_ref().map_or(BlockKind::Prose, |tag| BlockKind::Heading(tag.as_bytes()[1] - b'0'));
            block
                .get_or_insert_with(|| Block { kind, text: String::new(), line, links: Vec::new(), only_images: true })
                .links
                .extend(links);
        }
        line += u32::try_from(inside.matches('\n').count()).unwrap_or(0);
        rest = &tag[end..];
    }
    blocks.extend(block.filter(|b| !b.text.trim().is_empty() || !b.links.is_empty()).map(trimmed));
}

fn trimmed(mut block: Block) -> Block {
    block.text = block.text.trim().to_owned();
    block
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.to_ascii_lowercase().find(&format!("{name}="))? + name.len() + 1;
    let value = tag.get(at..)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(ToOwned::to_owned)
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    AsciiDoc,
    Plain,
}

/// Reads AsciiDoc, reStructuredText and plain text, which mark headings line by line.
fn lines(text: &str, style: Style) -> Document {
    let all: Vec<&str> = text.lines().collect();
    let mut blocks: Vec<Block> = Vec::new();
    let mut paragraph: Option<Block> = None;
    let mut underlines: Vec<char> = Vec::new();
    let mut i = 0;
    let number = |i: usize| u32::try_from(i + 1).unwrap_or(u32::MAX);
    while i < all.len() {
        let line = all[i].trim_end();
        if line.is_empty() {
            blocks.extend(paragraph.take());
            i += 1;
            continue;
        }
        if style == Style::AsciiDoc {
            if line.len() >= 4 && (line.chars().all(|c| c == '-') || line.chars().all(|c| c == '.')) {
                blocks.extend(paragraph.take());
                let end = (i + 1..all.len()).find(|&j| all[j].trim_end() == line).unwrap_or(all.len());
                blocks.push(code(&all[i + 1..end], number(i + 1)));
                i = end + 1;
                continue;
            }
            let marks = line.chars().take_while(|c| *c == '=').count();
            if (1..=6).contains(&marks) && line[marks..].starts_with(' ') {
                blocks.extend(paragraph.take());
                blocks.push(prose_block(BlockKind::Heading(marks as u8), line[marks..].trim(), number(i)));
                i += 1;
                continue;
            }
        }
        let marks = line.chars().take_while(|c| *c == '#').count();
        if style == Style::Plain && (1..=6).contains(&marks) && line[marks..].starts_with(' ') {
            blocks.extend(paragraph.take());
            blocks.push(prose_block(BlockKind::Heading(marks as u8), line[marks..].trim(), number(i)));
            i += 1;
            continue;
        }
        if let Some(mark) = all.get(i + 1).and_then(|next| underline(next, line)) {
            blocks.extend(paragraph.take());
            let level = underlines.iter().position(|c| *c == mark).unwrap_or_else(|| {
                underlines.push(mark);
                underlines.len() - 1
            });
            blocks.push(prose_block(BlockKind::Heading((level + 1).min(6) as u8), line.trim(), number(i)));
            i += 2;
            continue;
        }
        let opens_code = line.ends_with("::") || line.trim_start().starts_with(".. code");
        if style == Style::Plain && opens_code {
            blocks.extend(paragraph.take());
            if !line.trim_start().starts_with("..") {
                blocks.push(prose_block(BlockKind::Prose, line.trim_end_matches(':'), number(i)));
            }
            let start = i + 1;
            let end = (start..all.len())
                .find(|&j| !all[j].is_empty() && !all[j].starts_with([' ', '\t']))
                .unwrap_or(all.len());
            blocks.push(code(&all[start..end], number(start)));
            i = end.max(i + 1);
            continue;
        }
        if style == Style::Plain && is_image(line) {
            blocks.extend(paragraph.take());
            // Its options are below it, indented.
            let options =
                all[i + 1..].iter().take_while(|line| line.starts_with([' ', '\t']) && !line.trim().is_empty());
            let end = i + 1 + options.count();
            let image = prose_block(BlockKind::Prose, &all[i..end].join("\n"), number(i));
            blocks.push(Block { only_images: true, ..image });
            i = end;
            continue;
        }
        match &mut paragraph {
            Some(block) => {
                block.text.push('\n');
                block.text.push_str(line);
                block.links.extend(addresses(line));
            }
            None => paragraph = Some(prose_block(BlockKind::Prose, line, number(i))),
        }
        i += 1;
    }
    blocks.extend(paragraph);
    blocks.retain(|b| !b.text.trim().is_empty());
    Document { blocks }
}

/// Whether reStructuredText shows an image with this line, where it stands or by a name.
fn is_image(line: &str) -> bool {
    line.strip_prefix(".. ").is_some_and(|directive| {
        let named =
            directive.strip_prefix('|').and_then(|named| named.split_once("| ")).map(|(_, directive)| directive);
        named.unwrap_or(directive).starts_with("image::")
    })
}

/// The mark of an underline that makes the line above it a heading.
fn underline(next: &str, title: &str) -> Option<char> {
    let next = next.trim_end();
    let mark = next.chars().next().filter(|c| "=-~^\"'#*+`:.".contains(*c))?;
    let long_enough = next.chars().count() >= 3.max(title.trim().chars().count().saturating_sub(2));
    (long_enough && next.chars().all(|c| c == mark) && title.chars().any(char::is_alphanumeric)).then_some(mark)
}

fn code(lines: &[&str], line: u32) -> Block {
    Block { kind: BlockKind::Code, text: lines.join("\n"), line, links: Vec::new(), only_images: false }
}

fn prose_block(kind: BlockKind, text: &str, line: u32) -> Block {
    Block { kind, text: text.to_owned(), line, links: addresses(text), only_images: false }
}

/// Web addresses written out, and the targets of AsciiDoc and reStructuredText links.
fn addresses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = ["http://", "https://", "mailto:", "link:"].iter().filter_map(|s| rest.find(s)).min() {
        let end = rest[at..].find(|c: char| c.is_whitespace() || "[]<>`\"".contains(c)).map_or(rest.len(), |e| at + e);
        found.push(rest[at..end].trim_start_matches("link:").trim_end_matches(['.', ',', ')']).to_owned());
        rest = &rest[end..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, text: &str) -> Vec<String> {
        Document::parse(path, text)
            .blocks
            .iter()
            .map(|b| format!("{} {:?} {} {:?}", b.line, b.kind, b.text.replace('\n', "/"), b.links))
            .collect()
    }

    #[test]
    fn markdown_blocks() {
        let text = "---\ntitle: x\n---\n# One [x](y)\n\nSome *text* with `npm test`.\n\n```sh\n# no heading\nmake\n```\nTwo\n---\n- item **b** c\n\n**Bold line**\n\n<h2 align=c>Html</h2>\n<p>para <a href=\"u\">l</a></p>\n\n![b](img)\n";
        insta::assert_debug_snapshot!(shown("a.md", text), @r#"
        [
            "4 Heading(1) One x [\"y\"]",
            "6 Prose Some text with `npm test`. []",
            "9 Code # no heading/make/ []",
            "12 Heading(2) Two []",
            "14 Prose item b c []",
            "16 Heading(7) Bold line []",
            "18 Heading(2) Html []",
            "19 Prose para l [\"u\"]",
            "21 Prose b [\"img\"]",
        ]
        "#);
    }

    #[test]
    fn other_languages() {
        insta::assert_debug_snapshot!(shown("a.rst", "Title\n=====\n\nText https://x.org/y.\n\nRun::\n\n    make\n\nPart\n----\nmore\n"), @r#"
        [
            "1 Heading(1) Title []",
            "4 Prose Text https://x.org/y. [\"https://x.org/y\"]",
            "6 Prose Run []",
            "7 Code /    make/ []",
            "10 Heading(2) Part []",
            "12 Prose more []",
        ]
        "#);
        let images = ".. image:: https://x.org/a.svg\n    :alt: A\n.. |b| image:: b.svg\n  :alt: B\nWords.\n";
        insta::assert_debug_snapshot!(shown("a.rst", images), @r#"
        [
            "1 Prose .. image:: https://x.org/a.svg/    :alt: A [\"https://x.org/a.svg\"]",
            "3 Prose .. |b| image:: b.svg/  :alt: B []",
            "5 Prose Words. []",
        ]
        "#);
        insta::assert_debug_snapshot!(shown("a.adoc", "= Title\n\ntext\nlink:x.adoc[y]\n\n== Sub\n----\n== no\n----\n"), @r#"
        [
            "1 Heading(1) Title []",
            "3 Prose text/link:x.adoc[y] [\"x.adoc\"]",
            "6 Heading(2) Sub []",
            "8 Code == no []",
        ]
        "#);
    }

    #[test]
    fn deep_and_long_documents_are_bounded() {
        let deep = ">".repeat(10_000) + " x";
        assert!(Document::parse("a.md", &deep).blocks.len() < 3);
        let long = "# h\n\n".repeat(50_000);
        assert_eq!(Document::parse("a.md", &long).blocks.len(), 50_000);
    }
}
