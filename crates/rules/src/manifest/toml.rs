//! Reading TOML with the places of its parts. The only module that knows the TOML parser.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

pub(crate) type Table<'a> = DeTable<'a>;

/// The table of a text, as far as it could be understood, and the first mistake in it.
pub(crate) fn parse(text: &str) -> (Table<'_>, Result<(), String>) {
    let (root, mistakes) = DeTable::parse_recoverable(text);
    let mistake = mistakes.first().map_or(Ok(()), |mistake| Err(mistake.message().to_owned()));
    (root.into_inner(), mistake)
}

/// A key of a table with its value.
pub(crate) fn key_of<'t, 'a>(
    table: &'t Table<'a>,
    name: &str,
) -> Option<(&'t Spanned<DeString<'a>>, &'t Spanned<DeValue<'a>>)> {
    table.get_key_value(name)
}

/// A table in a table.
pub(crate) fn table<'t, 'a>(parent: &'t Table<'a>, name: &str) -> Option<&'t Table<'a>> {
    parent.get(name)?.get_ref().as_table()
}

/// A value that is a text, or that is a table with a text at this key.
pub(crate) fn string<'t>(value: &'t Spanned<DeValue<'_>>, key: &str) -> Option<&'t str> {
    match value.get_ref() {
        DeValue::Table(table) => table.get(key)?.get_ref().as_str(),
        value => value.as_str(),
    }
}

/// The tables of a list of tables.
pub(crate) fn tables<'t, 'a>(parent: &'t Table<'a>, name: &str) -> impl Iterator<Item = &'t Table<'a>> {
    let items = parent.get(name).and_then(|value| value.get_ref().as_array());
    items.into_iter().flat_map(|items| items.iter()).filter_map(|item| item.get_ref().as_table())
}

/// The texts of a key that holds one or a list of them, each with the offset it stands at.
pub(crate) fn strings<'t>(table: &'t Table<'_>, name: &str) -> Vec<(&'t str, usize)> {
    let text = |value: &'t Spanned<DeValue<'_>>| Some((value.get_ref().as_str()?, value.span().start));
    let Some(value) = table.get(name) else { return Vec::new() };
    match value.get_ref().as_array() {
        Some(items) => items.iter().filter_map(text).collect(),
        None => text(value).into_iter().collect(),
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
