//! Text made comparable: words without punctuation, names without diacritics.

use unicode_normalization::UnicodeNormalization;

/// Where the lines of a text begin, so that an offset leads to its line without reading the text again.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    ends: std::cell::OnceCell<Vec<usize>>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, ends: std::cell::OnceCell::new() }
    }

    /// The number, from 1, of the line that an offset stands on.
    pub(crate) fn of(&self, offset: usize) -> u32 {
        let ends = self.ends.get_or_init(|| memchr::memchr_iter(b'\n', self.text.as_bytes()).collect());
        u32::try_from(ends.partition_point(|end| *end < offset) + 1).unwrap_or(u32::MAX)
    }
}

/// Lower-case words with a space before, between and after them, so that ` licence ` is found as a whole word.
/// Apostrophes of every shape split words; emoji and punctuation vanish.
pub(crate) fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for c in text.chars() {
        if c.is_alphanumeric() || is_mark(c) {
            out.extend(c.to_lowercase());
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

/// Lower case without diacritics, with `ß` as `ss` and so on: how file names spell titles.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !is_mark(*c)) {
        match c {
            'ß' => out.push_str("ss"),
            'ø' | 'Ø' => out.push('o'),
            'æ' | 'Æ' => out.push_str("ae"),
            'ł' | 'Ł' => out.push('l'),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// A file name's words joined by hyphens: `accessibilityStatement` and `accessibility_statement` are the same.
pub(crate) fn hyphenated(stem: &str) -> String {
    let mut spaced = String::with_capacity(stem.len() + 4);
    let mut before = ' ';
    for c in stem.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push('-');
        }
        spaced.push(if c.is_alphanumeric() { c } else { '-' });
        before = c;
    }
    let spaced = plain(&spaced);
    spaced.split('-').filter(|w| !w.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_names() {
        assert_eq!(words("🚀 Déclaration d’accessibilité!"), " déclaration d accessibilité ");
        assert_eq!(plain("Erklärung À Größe"), "erklarung a grosse");
        assert_eq!(hyphenated("accessibilityStatement"), "accessibility-statement");
        assert_eq!(hyphenated("_Déclaration d'accessibilité"), "declaration-d-accessibilite");
    }
}
