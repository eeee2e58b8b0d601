//! Facts that only the host of a repository (GitHub) can tell. Without a host every one is unknown.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! host_facts {
    ($($name:literal => $variant:ident, $needs:literal, $doc:literal;)*) => {
        /// The facts of a host that a rule may ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum HostFact { $(#[doc = $doc] $variant,)* }

        impl HostFact {
            /// Every fact.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in a rule.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Who may see it on GitHub.
            pub fn needs(self) -> &'static str {
                match self { $(Self::$variant => $needs,)* }
            }
        }
    };
}

host_facts! {
    "public" => Public, "anyone", "Whether the repository is public.";
    "archived" => Archived, "anyone", "Whether the repository is archived.";
    "default-branch" => DefaultBranch, "anyone", "Name of the default branch.";
    "issues-enabled" => IssuesEnabled, "anyone", "Whether issues are on.";
    "owner-team" => OwnerTeam, "members of the organisation", "Whether a team has admin access, so that an owner is known.";
    "approving-reviews" => ApprovingReviews, "anyone, for rulesets", "How many approving reviews a change to the default branch needs.";
    "stale-reviews-dismissed" => StaleReviewsDismissed, "anyone, for rulesets", "Whether new commits dismiss earlier approvals.";
    "code-owner-reviews" => CodeOwnerReviews, "anyone, for rulesets", "Whether code owners must review.";
    "signed-commits" => SignedCommits, "anyone, for rulesets", "Whether commits must be signed.";
    "admins-included" => AdminsIncluded, "administrators", "Whether the rules of the default branch bind administrators too.";
    "secret-scanning" => SecretScanning, "administrators", "Whether secret scanning is on.";
    "push-protection" => PushProtection, "administrators", "Whether secret scanning refuses pushes.";
    "private-reporting" => PrivateReporting, "anyone", "Whether vulnerabilities can be reported privately.";
}

impl std::str::FromStr for HostFact {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|fact| fact.name() == name).ok_or(())
    }
}

/// What the host told. A fact that is not here is unknown.
#[derive(Debug, Clone, Default)]
pub struct HostFacts {
    /// Why facts are missing.
    pub why_missing: String,
    /// Fact to value, as text: `true`, `false`, a name or a number.
    pub known: BTreeMap<HostFact, String>,
    /// Address of the repository on its host.
    pub url: Option<String>,
}

impl HostFacts {
    /// No host was asked.
    pub fn none() -> Self {
        Self { why_missing: "only the host can tell, and openly did not ask it".to_owned(), ..Self::default() }
    }
}
