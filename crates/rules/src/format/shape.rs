//! The shape of a file format, validated. It is kept packed until a rule asks for it.

#![expect(unreachable_pub, reason = "the macro for enums of words makes public ones")]

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::pattern::Pattern;
use crate::value::words;

words! {
    /// What is asked of a file.
    Ask {
        /// Whether it has the shape.
        Valid => "valid",
        /// Whether it does without what is deprecated.
        Current => "current",
    }
}

words! {
    /// A kind of value.
    Form {
        /// Any value.
        Anything => "anything",
        /// True or false.
        Boolean => "boolean",
        /// A country (ISO 3166-1, two letters).
        Country => "country",
        /// A day, as YYYY-MM-DD.
        Date => "date",
        /// A moment (RFC 3339), or a day.
        DateTime => "date-time",
        /// An e-mail address.
        Email => "email",
        /// A whole number.
        Integer => "integer",
        /// A language tag (BCP 47).
        Language => "language",
        /// A list.
        List => "list",
        /// A map.
        Map => "map",
        /// No value.
        Nothing => "nothing",
        /// A number.
        Number => "number",
        /// A file of the repository, or the address of one.
        RepositoryFile => "repository-file",
        /// An SPDX licence expression.
        Spdx => "spdx",
        /// One SPDX licence id.
        SpdxId => "spdx-id",
        /// A text.
        Text => "text",
        /// Any identifier with a scheme.
        Uri => "uri",
        /// An address with a host.
        Url => "url",
        /// An address that a browser opens.
        WebAddress => "web-address",
        /// One of a list of words.
        Word => "word",
    }
}

/// Codes of languages and countries, each list as one text so that unpacking them costs nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Codes {
    /// ` de:deu:ger en:eng … `
    pub(crate) languages: String,
    /// ` AD AE … `
    pub(crate) countries: String,
    /// ` github.com … `
    pub(crate) code_hosts: String,
    /// ` git gitlab … `, first labels of the names of code hosts.
    pub(crate) code_host_labels: String,
}

impl Codes {
    /// Whether a host is known, or named, as one of code.
    pub(crate) fn is_code_host(&self, host: &str) -> bool {
        let label = host.split('.').next().unwrap_or_default();
        let known = |list: &str, name: &str| list.split_ascii_whitespace().any(|known| known == name);
        known(&self.code_hosts, host) || known(&self.code_host_labels, label)
    }
}

/// The shape of a format.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Shape {
    pub(crate) title: String,
    /// Whether the file is a list of maps instead of one map.
    pub(crate) is_list: bool,
    pub(crate) has_all: Vec<String>,
    pub(crate) has_any: Vec<String>,
    pub(crate) has_none: Vec<String>,
    pub(crate) version: Option<Version>,
    pub(crate) root: Slot,
}

/// How a file says which version it has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) key: String,
    pub(crate) current: Vec<String>,
}

/// A key beside another one, and values of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Beside {
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

/// What may stand at a key, in a list or in a map.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Slot {
    pub(crate) forms: Vec<Form>,
    pub(crate) required: bool,
    pub(crate) required_in_one: bool,
    pub(crate) required_when: Vec<Beside>,
    pub(crate) only_when: Vec<Beside>,
    /// The version that deprecated it, and what to use instead.
    pub(crate) deprecated: Option<(String, Option<String>)>,
    pub(crate) words: Vec<String>,
    pub(crate) min_length: u32,
    pub(crate) max_length: Option<u32>,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) at_least: u32,
    pub(crate) ends: Vec<String>,
    pub(crate) matches: Option<(Pattern, String)>,
    pub(crate) of: Option<Box<Self>>,
    /// Whether the keys of a map are free, each with `of` below it.
    pub(crate) by_text: bool,
    /// Whether the keys of a map are language tags, each with `of` below it.
    pub(crate) by_language: bool,
    pub(crate) keys: Vec<(String, Self)>,
    pub(crate) other_keys: bool,
}

/// A shape that is unpacked when it is first asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Packed {
    bytes: Vec<u8>,
    #[serde(skip)]
    shape: OnceLock<Option<Shape>>,
}

impl Packed {
    pub(crate) fn new(shape: &Shape) -> Result<Self, postcard::Error> {
        Ok(Self { bytes: postcard::to_stdvec(shape)?, shape: OnceLock::new() })
    }

    pub(crate) fn get(&self) -> Option<&Shape> {
        self.shape.get_or_init(|| postcard::from_bytes(&self.bytes).ok()).as_ref()
    }
}
