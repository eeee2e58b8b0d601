//! Ecosystems of packages, and patterns for the names of packages.

use serde::{Deserialize, Serialize};

use super::Dependency;
use crate::compile::nearest;
use crate::paths::is_wild_match;

/// Where packages are published and how their names are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Ecosystem {
    Cargo,
    Composer,
    Cran,
    Gem,
    Go,
    Hex,
    Maven,
    Npm,
    Nuget,
    Pub,
    Pypi,
    Swift,
}

impl Ecosystem {
    const ALL: [(&'static str, Self); 12] = [
        ("cargo", Self::Cargo),
        ("composer", Self::Composer),
        ("cran", Self::Cran),
        ("gem", Self::Gem),
        ("go", Self::Go),
        ("hex", Self::Hex),
        ("maven", Self::Maven),
        ("npm", Self::Npm),
        ("nuget", Self::Nuget),
        ("pub", Self::Pub),
        ("pypi", Self::Pypi),
        ("swift", Self::Swift),
    ];

    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == word).map(|(_, ecosystem)| *ecosystem)
    }

    /// The ecosystem of a type of package address.
    pub(crate) fn of_purl(kind: &str) -> Option<Self> {
        if kind == "golang" {
            Some(Self::Go)
        } else {
            Self::of(&kind.to_ascii_lowercase()).filter(|e| *e != Self::Swift)
        }
    }

    /// A name as it is compared: in lower case, and for Python with every `_` and `.` as `-`.
    pub(crate) fn normal(self, name: &str) -> String {
        let lower = name.to_ascii_lowercase();
        if self == Self::Pypi { lower.replace(['_', '.'], "-") } else { lower }
    }
}

/// A pattern for the names of packages: `npm:@axe-core/*`, or without an ecosystem for a name in any of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Name {
    ecosystem: Option<Ecosystem>,
    pattern: String,
}

impl Name {
    /// Reads a pattern as written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        let written = written.trim();
        let (ecosystem, pattern) = match written.split_once(':') {
            Some((word, rest)) if Ecosystem::of(word).is_some() => (Ecosystem::of(word), rest),
            // The name of a Maven package has a colon of its own, after a group with full stops.
            Some((word, _)) if !word.contains(['.', '*', '@', '/']) => {
                let known = || Ecosystem::ALL.iter().map(|(word, _)| *word);
                let near = nearest(word, known()).map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
                let known: Vec<_> = known().collect();
                return Err(format!("`{word}` is not one of {}{near}", known.join(", ")));
            }
            _ => (None, written),
        };
        if pattern.trim().is_empty() || pattern.chars().all(|c| c == '*') {
            return Err(format!("`{written}` names no package"));
        }
        let pattern = ecosystem.map_or_else(|| pattern.to_ascii_lowercase(), |ecosystem| ecosystem.normal(pattern));
        Ok(Self { ecosystem, pattern })
    }

    pub(crate) fn is_match(&self, dependency: &Dependency) -> bool {
        match self.ecosystem {
            Some(ecosystem) if ecosystem != dependency.ecosystem => false,
            None if dependency.ecosystem == Ecosystem::Pypi && self.pattern.contains(['_', '.']) => {
                is_wild_match(Ecosystem::Pypi.normal(&self.pattern).as_bytes(), dependency.name.as_bytes())
            }
            _ => is_wild_match(self.pattern.as_bytes(), dependency.name.as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, ecosystem: Ecosystem, name: &str) -> bool {
        let name = ecosystem.normal(name);
        let dependency = Dependency { ecosystem, name, version: String::new(), file: 0, line: 1, development: false };
        Name::parse(pattern).expect("valid").is_match(&dependency)
    }

    #[test]
    fn names_are_compared_as_their_ecosystem_does() {
        assert!(matches("npm:@axe-core/*", Ecosystem::Npm, "@axe-core/playwright"));
        assert!(!matches("npm:axe-*", Ecosystem::Pypi, "axe-core"));
        assert!(matches("pypi:Axe_Selenium.python", Ecosystem::Pypi, "axe-selenium-python"));
        assert!(matches("axe_core", Ecosystem::Pypi, "axe.core"));
        assert!(matches("maven:com.deque.html.axe-core:*", Ecosystem::Maven, "com.deque.html.axe-core:selenium"));
        assert!(matches("com.deque:axe", Ecosystem::Maven, "com.deque:axe"));
        assert!(!matches("axe", Ecosystem::Npm, "axe-core"));
        for wrong in ["", "npm:", "npm:*", "pip:django", "nmp:axe"] {
            assert!(Name::parse(wrong).is_err(), "{wrong}");
        }
    }
}
