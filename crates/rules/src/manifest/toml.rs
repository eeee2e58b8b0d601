//! Reading TOML with the places of its parts. The only module that knows the TOML parser.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

pub(super) type Table<'a> = DeTable<'a>;

/// The table of a text, as far as it could be understood, and the first mistake in it.
pub(super) fn parse(text: &str) -> (Table<'_>, Result<(), String>) {
    let (root, mistakes) = DeTable::parse_recoverable(text);
    let mistake = mistakes.first().map_or(Ok(()), |mistake| Err(mistake.message().to_owned()));
    (root.into_inner(), mistake)
}

/// A key of a table with its value.
pub(super) fn key_of<'t, 'a>(
    table: &'t Table<'a>,
    name: &str,
) -> Option<(&'t Spanned<DeString<'a>>, &'t Spanned<DeValue<'a>>)> {
    table.get_key_value(name)
}

/// A table in a table.
pub(super) fn table<'t, 'a>(parent: &'t Table<'a>, name: &str) -> Option<&'t Table<'a>> {
    parent.get(name)?.get_ref().as_table()
}

/// A value that is a text, or that is a table with a text at this key.
pub(super) fn string<'t>(value: &'t Spanned<DeValue<'_>>, key: &str) -> Option<&'t str> {
    match value.get_ref() {
        DeValue::Table(table) => table.get(key)?.get_ref().as_str(),
        value => value.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_and_the_rest_is_read() {
        let (root, mistake) = parse("[project]\nname = \"x\"\nversion = = 1\n");
        assert!(mistake.is_err());
        assert!(table(&root, "project").is_some_and(|project| project.get("name").is_some()));
    }

    #[test]
    fn deep_nesting_ends() {
        assert!(parse(&format!("a = {}", "[".repeat(100_000))).1.is_err());
        assert!(parse(&format!("a = {}", "{a=".repeat(100_000))).1.is_err());
        let _ = parse(&format!("[{}]", vec!["a"; 100_000].join(".")));
    }
}
