//! The shape of a file format as it is written: a file of `vocabulary/formats/`, and the vocabulary of codes.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A file format: `vocabulary/formats/NAME.yml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct FormatDef {
    /// The name of the format, which is the name of its file.
    pub(crate) id: Option<String>,
    /// What people call it.
    pub(crate) title: Option<String>,
    /// Where it is published.
    pub(crate) url: Option<String>,
    /// The format whose keys this one takes over; its own come on top.
    pub(crate) extends: Option<String>,
    /// `map`, or `list` where the file is a list of maps with these keys.
    pub(crate) root: Option<String>,
    /// Keys by which a file shows that it is meant to have this format. Without it, every file is.
    pub(crate) recognised_by: Option<RecognisedDef>,
    /// The key that says the version.
    pub(crate) version: Option<VersionDef>,
    /// Lists of words that several keys share, used as `@name`.
    pub(crate) words: BTreeMap<String, Vec<String>>,
    /// Values that several keys share, used as `use: name`.
    pub(crate) parts: BTreeMap<String, KeyFormDef>,
    /// The keys.
    pub(crate) keys: BTreeMap<String, KeyFormDef>,
    /// Keys of the extended format that this one does not have.
    pub(crate) without: Vec<String>,
    /// `refused` (a key that is not named is a mistake) or `allowed`.
    pub(crate) other_keys: Option<String>,
}

/// By which keys a format is recognised.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct RecognisedDef {
    /// Each of these is there.
    pub(crate) all: Vec<String>,
    /// At least one of these is there.
    pub(crate) any: Vec<String>,
    /// None of these is there.
    pub(crate) none: Vec<String>,
}

/// How a file says which version it has.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct VersionDef {
    /// The key, at the top of the file.
    pub(crate) key: Option<String>,
    /// The versions that need no change.
    pub(crate) current: Vec<String>,
}

/// What may stand at a key.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct KeyFormDef {
    /// A part of this file to take the rest from.
    #[serde(rename = "use")]
    pub(crate) part: Option<String>,
    /// Kinds of value, any of which will do.
    pub(crate) is: Vec<String>,
    /// Whether the key must be there.
    pub(crate) required: bool,
    /// Whether one entry at least, of those of the map around it, must have the key.
    pub(crate) required_in_one: bool,
    /// Key beside it, and the values of that key with which this one must be there.
    pub(crate) required_when: BTreeMap<String, Vec<String>>,
    /// Key beside it, and the only values of that key with which this one may be there.
    pub(crate) only_when: BTreeMap<String, Vec<String>>,
    /// The version that deprecated it.
    pub(crate) deprecated: Option<String>,
    /// What to use instead of what is deprecated.
    pub(crate) instead: Option<String>,
    /// The words that are allowed; `@name` is a list of `words`.
    pub(crate) words: Vec<String>,
    /// The fewest characters of a text.
    pub(crate) min_length: Option<u32>,
    /// The most characters of a text.
    pub(crate) max_length: Option<u32>,
    /// The least number.
    pub(crate) min: Option<i64>,
    /// The greatest number.
    pub(crate) max: Option<i64>,
    /// The fewest items of a list, or entries of a map.
    pub(crate) at_least: Option<u32>,
    /// The ends that a file's name may have.
    pub(crate) ends: Vec<String>,
    /// A regular expression that a text must match.
    pub(crate) matches: Option<String>,
    /// What a text must be, in words, where `matches` says it.
    pub(crate) says: Option<String>,
    /// What the items of a list, or the entries of a map, are.
    pub(crate) of: Option<Box<Self>>,
    /// What the keys of a map are, where they are not fixed: `language` or `text`.
    pub(crate) by: Option<String>,
    /// The keys of a map.
    pub(crate) keys: BTreeMap<String, Self>,
    /// `refused` or `allowed`.
    pub(crate) other_keys: Option<String>,
}

/// `vocabulary/codes.yml`: codes that formats use.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct CodesDef {
    /// Two-letter code of a language (ISO 639-1) to its three-letter codes (ISO 639-2), which a language tag must not use.
    pub(crate) languages: BTreeMap<String, Vec<String>>,
    /// Two-letter codes of countries (ISO 3166-1).
    pub(crate) countries: Vec<String>,
    /// Hosts of code.
    pub(crate) code_hosts: Vec<String>,
    /// First labels of the names of hosts of code, such as `gitlab` of `gitlab.example.org`.
    pub(crate) code_host_labels: Vec<String>,
}
