//! YAML of a checked repository as a plain tree: merges are looked through, and tags keep what they hold.

use std::fmt;

use serde::de::{Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

/// A value of a YAML file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Node {
    #[default]
    Null,
    Text(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
    /// GitLab's `!reference`: what stands at these keys of the file.
    Reference(Vec<String>),
}

static NULL: Node = Node::Null;

impl Node {
    /// The documents of a YAML or JSON file.
    ///
    /// # Errors
    /// Why it cannot be understood, in a few words.
    pub(super) fn documents(text: &str) -> Result<Vec<Self>, String> {
        let mut all = Vec::new();
        for document in serde_yaml::Deserializer::from_str(text) {
            all.push(Self::deserialize(document).map_err(|error| crate::value::quote(&error.to_string()))?);
        }
        Ok(all)
    }

    /// The value of a key; null where there is none.
    pub(super) fn get(&self, key: &str) -> &Self {
        self.look(key).unwrap_or(&NULL)
    }

    fn look(&self, key: &str) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        let own = pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value);
        own.or_else(|| {
            pairs.iter().filter(|(name, _)| name == "<<").find_map(|(_, merged)| match merged {
                Self::List(all) => all.iter().find_map(|one| one.look(key)),
                one => one.look(key),
            })
        })
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.look(key).is_some()
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this is the word: `true`, `never`, in any letter case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.text().is_some_and(|text| text.eq_ignore_ascii_case(word))
    }

    /// The items of a list; of anything else but null, the value itself.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Null => &[],
            one => std::slice::from_ref(one),
        }
    }

    pub(super) fn pairs(&self) -> &[(String, Self)] {
        match self {
            Self::Map(pairs) => pairs,
            _ => &[],
        }
    }

    /// The texts of a list of texts, of lists in it, or of a single text.
    pub(super) fn texts(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Text(text) => found.push(text),
            Self::List(items) => items.iter().for_each(|item| item.collect(found)),
            _ => {}
        }
    }

    /// Calls `visit` on each key below this value, with its value.
    pub(super) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Self)) {
        match self {
            Self::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Self::Map(pairs) => {
                for (key, value) in pairs {
                    visit(key, value);
                    value.walk(visit);
                }
            }
            _ => {}
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }
    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }
    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }
    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Node, D::Error> {
        Node::deserialize(inner)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut pairs = Vec::new();
        while let Some((key, value)) = map.next_entry::<Node, Node>()? {
            if let Node::Text(key) = key {
                pairs.push((key, value));
            }
        }
        Ok(Node::Map(pairs))
    }
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Node, A::Error> {
        let (tag, inner) = data.variant::<String>()?;
        let value: Node = inner.newtype_variant()?;
        Ok(match value {
            Node::List(_) if tag.trim_start_matches('!') == "reference" => {
                Node::Reference(value.texts().into_iter().map(ToOwned::to_owned).collect())
            }
            value => value,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_tags_and_odd_keys() {
        let text =
            "base: &b {script: [a], true: x}\njob:\n  <<: *b\n  n: 1\nref: !reference [base, script]\n1: y\non: z\n";
        let documents = Node::documents(text).expect("valid");
        let root = &documents[0];
        assert_eq!(root.get("job").get("script").texts(), ["a"]);
        assert_eq!(root.get("ref"), &Node::Reference(vec!["base".to_owned(), "script".to_owned()]));
        assert_eq!(root.get("1").text(), Some("y"));
        assert_eq!(root.get("on").text(), Some("z"));
        assert_eq!(root.get("none").get("deeper"), &Node::Null);
    }

    #[test]
    fn what_is_broken_or_a_trap_is_refused() {
        assert!(Node::documents("a: [1").is_err());
        assert!(Node::documents(&"[".repeat(100_000)).is_err());
        assert_eq!(Node::documents("a: 1\n---\nb: 2\n").expect("valid").len(), 2);
    }
}
