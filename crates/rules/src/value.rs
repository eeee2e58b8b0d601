//! Small types that several modules speak of: kinds, severities, values and evidence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::import::Imported;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident => $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vmeta])* $variant,)* }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word for it in YAML and in reports.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(word: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|v| v.word() == word).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|v| v.word()).collect();
                    format!("`{word}` is not one of {}", known.join(", "))
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What a repository is for. Many rules are owed by some kinds only.
    Kind {
        /// Something people use: a site, an application, a bot.
        Service => "service",
        /// Code that other code is built with.
        Library => "library",
        /// Something other programs call over a network.
        Api => "api",
        /// Code that sets up machines and networks.
        Infrastructure => "infrastructure",
        /// Text for people who build or use things.
        Documentation => "documentation",
        /// Published data.
        Data => "data",
        /// Components and patterns for interfaces.
        DesignSystem => "design-system",
        /// Made to learn from, not to run.
        Prototype => "prototype",
        /// Rules, standards or law as text.
        Policy => "policy",
        /// A starting point to copy.
        Template => "template",
    }
}

words! {
    /// How much a rule matters.
    Severity {
        /// Every framework asks for it, or the law does.
        Required => "required",
        /// Most frameworks ask for it.
        Recommended => "recommended",
        /// Good to have, or asked by one framework only.
        Optional => "optional",
    }
}

words! {
    /// How settled a rule is.
    Status {
        /// Its verdicts may still change.
        Preview => "preview",
        /// A change of its verdicts is announced.
        Stable => "stable",
        /// To be removed.
        Deprecated => "deprecated",
    }
}

words! {
    /// What a framework rates.
    Unit {
        /// One repository.
        Repository => "repository",
        /// A service, which may be many repositories.
        Service => "service",
        /// An organisation or a government.
        Organisation => "organisation",
    }
}

words! {
    /// What a source asks for at a level.
    Demand {
        /// That something is there, such as a file, a section or a setting.
        Presence => "presence",
        /// That it is good, true, current or followed.
        Quality => "quality",
    }
}

impl Default for Demand {
    /// Most sources ask for more than that something is there.
    fn default() -> Self {
        Self::Quality
    }
}

words! {
    /// Where a lever comes from.
    Origin {
        /// The organisation got it with its mandate.
        Given => "given",
        /// The organisation made it itself.
        Built => "built",
    }
}

words! {
    /// Whether those whom a lever moves have a choice.
    Force {
        /// They have.
        Voluntary => "voluntary",
        /// They have not, at least once they opted in.
        Mandatory => "mandatory",
    }
}

words! {
    /// How a source ranks a lever.
    Power {
        /// It makes others do something.
        Hard => "hard",
        /// It makes others want to.
        Soft => "soft",
    }
}

words! {
    /// What is known of one rule on one repository.
    Verdict {
        /// It holds, and the evidence is named.
        Pass => "pass",
        /// It does not hold.
        Fail => "fail",
        /// The repository does not owe it, and does not have it.
        NotApplicable => "not-applicable",
        /// It does not hold, and the owners accepted that for a time.
        Waived => "waived",
        /// The sources that were read cannot tell.
        Unknown => "unknown",
        /// A file it needed could not be understood.
        Error => "error",
    }
}

/// What a rule found, beside its verdict: licence ids, a path, a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

/// A place where something was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Path from the root of the repository.
    pub path: Option<String>,
    /// First line, from 1.
    pub line: Option<u32>,
    /// Last line.
    pub end_line: Option<u32>,
    /// What stands there, on one line, shortened.
    pub text: Option<String>,
    /// A commit.
    pub commit: Option<String>,
    /// An address.
    pub url: Option<String>,
    /// In a repository of several components, the path of the one that the file belongs to. Left out where it belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// The file of another tool that says it, when one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
}

/// The most characters of a repository's text that a report repeats.
const MAX_QUOTE: usize = 160;

impl Evidence {
    /// The file and the line as a text that is safe to repeat; `None` where no file says it.
    pub fn file_and_line(&self) -> Option<String> {
        let path = quote(self.path.as_deref()?);
        Some(self.line.map_or_else(|| path.clone(), |line| format!("{path}:{line}")))
    }

    /// A file as a whole.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..Self::default() }
    }

    /// A line of a file, with what stands there.
    pub fn line(path: impl Into<String>, line: u32, text: &str) -> Self {
        Self { path: Some(path.into()), line: Some(line), text: Some(quote(text)), ..Self::default() }
    }

    /// Extends the place to a later line.
    #[must_use]
    pub fn to(mut self, end_line: u32) -> Self {
        self.end_line = Some(end_line);
        self
    }

    /// Something said without a place in a file, such as what the host answered.
    pub fn said(text: &str) -> Self {
        Self { text: Some(quote(text)), ..Self::default() }
    }
}

/// Text of a repository made safe to repeat: one line, no control or direction characters, at most 160 characters.
pub fn quote(text: &str) -> String {
    let mut clean = String::new();
    for word in text.split_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.extend(word.chars().filter(|c| !c.is_control() && !is_invisible(*c)));
        if clean.chars().count() > MAX_QUOTE {
            let mut cut: String = clean.chars().take(MAX_QUOTE - 1).collect();
            cut.push('…');
            return cut;
        }
    }
    clean
}

/// Characters that change how text around them is shown.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_short_and_plain() {
        assert_eq!(quote(" a\n\tb \u{202E}c\u{1b}[31m"), "a b c[31m");
        assert_eq!(quote(&"x".repeat(500)).chars().count(), MAX_QUOTE);
    }
}
