//! Which tool looks for what, so that the results of a linter are not taken for a search for weaknesses.

use serde::{Deserialize, Serialize};

use super::Measure;
use crate::value::words;

words! {
    /// What a tool looks for.
    Finds {
        /// Weaknesses in dependencies.
        Dependencies => "dependencies",
        /// Weaknesses of a running system.
        Dynamic => "dynamic",
        /// Style and mistakes.
        Lint => "lint",
        /// Weaknesses in source code.
        Static => "static",
    }
}

impl Finds {
    pub(super) fn measure(self) -> Measure {
        match self {
            Self::Dependencies => Measure::DependencyFindings,
            Self::Dynamic => Measure::DynamicFindings,
            Self::Lint => Measure::LintProblems,
            Self::Static => Measure::StaticFindings,
        }
    }
}

/// The tools that are known.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Tools(Vec<(String, Finds)>);

impl Tools {
    /// Adds a tool; a name that is known changes its meaning.
    pub(crate) fn add(&mut self, name: &str, finds: Finds) {
        let name = comparable(name);
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, finds));
    }

    /// What a tool looks for. Its name may say more than the known one: `Semgrep OSS` is `semgrep`. The longest name wins.
    pub(super) fn finds(&self, tool: &str) -> Option<Finds> {
        let tool = comparable(tool);
        let is_it = |known: &str| tool.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        self.0.iter().filter(|(known, _)| is_it(known)).max_by_key(|(known, _)| known.len()).map(|(_, finds)| *finds)
    }
}

/// Lower case, with one blank for whatever is no letter or digit.
fn comparable(name: &str) -> String {
    let plain: String = name
        .chars()
        .take(200)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
