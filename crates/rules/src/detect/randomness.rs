//! Whether a word was made by chance, as keys are, or by a person.

/// The fewest different characters of a random word.
const DISTINCT: usize = 8;
/// How often, in hundredths, the kind of character must change in a random word. In words and names it seldom does.
const CHANGES: usize = 26;
/// How often, in hundredths, a character may repeat or count on from the one before it.
const ROWS: usize = 40;

/// The kind of a character: capital, small, digit, or another sign.
fn kind(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => 0,
        b'a'..=b'z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

/// Whether a word of ASCII characters looks as if chance made it.
pub(crate) fn looks_random(word: &str) -> bool {
    let bytes = word.as_bytes();
    let pairs = bytes.windows(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
    let (mut changes, mut rows) = (0, 0);
    for [a, b] in pairs {
        changes += usize::from(kind(a) != kind(b));
        rows += usize::from(b == a || b == a.wrapping_add(1) || a == b.wrapping_add(1));
    }
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let signs = bytes.len() - letters - digits;
    let mut seen = [false; 256];
    bytes.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let distinct = seen.iter().filter(|seen| **seen).count();
    let length = bytes.len().max(2) - 1;
    letters > 0
        && digits > 0
        && distinct >= DISTINCT
        && signs * 5 <= bytes.len() * 2
        && changes * 100 >= length * CHANGES
        && rows * 100 <= length * ROWS
        && !has_words(word)
        && !is_camel_case(word)
}

/// Whether much of it is made of words that begin with a capital, such as `ThisIsMyPassword1`.
fn is_camel_case(word: &str) -> bool {
    if !word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return false;
    }
    let (mut spelt, mut length, mut vowel) = (0, 0, false);
    for byte in word.bytes().chain([b'.']) {
        if byte.is_ascii_lowercase() {
            (length, vowel) = (length + 1, vowel || b"aeiouy".contains(&byte));
            continue;
        }
        if length >= 4 && vowel {
            spelt += length;
        }
        (length, vowel) = if byte.is_ascii_uppercase() { (1, b"AEIOUY".contains(&byte)) } else { (0, false) };
    }
    spelt * 5 >= word.len() * 2
}

/// Whether most of it is made of words of small letters joined by signs, such as `my-dev-key-2024-01`.
fn has_words(word: &str) -> bool {
    let parts: Vec<&str> = word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let spelt = |part: &&&str| {
        let lower =
            part.bytes().all(|byte| byte.is_ascii_lowercase()) || part.bytes().all(|byte| byte.is_ascii_uppercase());
        let number = part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        (lower && part.bytes().any(|byte| b"aeiouyAEIOUY".contains(&byte))) || number
    };
    parts.len() >= 2 && parts.iter().filter(spelt).count() * 2 > parts.len()
}

/// The text that base64 stands for, if it is text.
pub(crate) fn base64_text(word: &str) -> Option<String> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0_u32, Vec::new());
    for byte in word.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    text.chars().all(|c| !c.is_control() || c == '\n').then(|| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_and_people() {
        for random in
            ["Zq81kLmP04xTyUw7Rb2n", "9f3ab27c1d4e86f0a2b5c7d9", "7c9e6679-7425-40de-944b-e07fc1f90ae7", "hT7!kd92Lq#x"]
        {
            assert!(looks_random(random), "{random}");
        }
        for made in [
            "my-dev-key-2024-01",
            "arandomlongstringofletters",
            "ThisIsMyPassword1",
            "0123456789abcdef0123456789abcdef",
            "postgres-password-1",
            "aaaaaaaaaaaaaaaa1a",
            "2024-01-02-03-04-05",
            "secrets/jws-signing.key",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(!looks_random(made), "{made}");
        }
    }

    #[test]
    fn encoded_text() {
        assert_eq!(base64_text("cG9zdGdyZXM=").as_deref(), Some("postgres"));
        assert_eq!(base64_text("/////w=="), None);
        assert_eq!(base64_text("not base64"), None);
    }
}
