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
    "fork" => Fork, "anyone", "Whether the repository is a fork of another.";
    "description" => Description, "anyone", "What the repository says of itself in a sentence. Empty when it says nothing.";
    "topics" => Topics, "anyone", "How many topics the repository has.";
    "homepage" => Homepage, "anyone", "Address of the project's own site. Empty when there is none.";
    "default-branch" => DefaultBranch, "anyone", "Name of the default branch.";
    "issues-enabled" => IssuesEnabled, "anyone", "Whether issues are on.";
    "discussions-enabled" => DiscussionsEnabled, "anyone", "Whether discussions are on.";
    "owner-team" => OwnerTeam, "members of the organisation", "Whether a team has admin access, so that an owner is known.";
    "approving-reviews" => ApprovingReviews, "anyone, for rulesets", "How many approving reviews a change to the default branch needs.";
    "stale-reviews-dismissed" => StaleReviewsDismissed, "anyone, for rulesets", "Whether new commits dismiss earlier approvals.";
    "code-owner-reviews" => CodeOwnerReviews, "anyone, for rulesets", "Whether code owners must review.";
    "last-push-approval" => LastPushApproval, "anyone, for rulesets", "Whether somebody else must approve the last push.";
    "conversations-resolved" => ConversationsResolved, "anyone, for rulesets", "Whether every conversation must be resolved before a merge.";
    "status-checks" => StatusChecks, "anyone, for rulesets", "How many status checks must pass before a merge.";
    "signed-commits" => SignedCommits, "anyone, for rulesets", "Whether commits must be signed.";
    "admins-included" => AdminsIncluded, "administrators", "Whether the rules of the default branch bind administrators too.";
    "secret-scanning" => SecretScanning, "administrators", "Whether secret scanning is on.";
    "push-protection" => PushProtection, "administrators", "Whether secret scanning refuses pushes.";
    "private-reporting" => PrivateReporting, "anyone, for public repositories", "Whether vulnerabilities can be reported privately.";
    "releases" => Releases, "anyone", "How many releases were published.";
    "open-milestones" => OpenMilestones, "anyone, for public repositories; else a token with the permission issues: read", "How many milestones are open.";
    "open-projects" => OpenProjects, "a token with the scope read:project", "How many projects of the repository are open.";
    "reviewed-in-a-week" => ReviewedInAWeek, "anyone, for public repositories; else a token with the permission pull-requests: read", "Percent of the newest pull requests by people that somebody else answered within seven days.";
}

impl std::str::FromStr for HostFact {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|fact| fact.name() == name).ok_or(())
    }
}

/// What the name of a community health file begins with, of those that GitHub lets an owner keep in one place for all its
/// repositories. A licence and a README are not among them.
/// <https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions/creating-a-default-community-health-file>
pub const COMMUNITY_FILES: [&str; 8] = [
    "code_of_conduct",
    "contributing",
    "funding",
    "governance",
    "issue_template",
    "pull_request_template",
    "security",
    "support",
];

/// What the host told. A fact that is not here is unknown.
#[derive(Debug, Clone, Default)]
pub struct HostFacts {
    /// Whether a host was asked at all.
    pub asked: bool,
    /// Why facts are missing.
    pub why_missing: String,
    /// Fact to value, as text: `true`, `false`, a name or a number.
    pub known: BTreeMap<HostFact, String>,
    /// Why single facts are missing, where that is another reason.
    pub unknown: BTreeMap<HostFact, String>,
    /// Address of the repository on its host.
    pub url: Option<String>,
    /// Files that the host shows for this repository, because its owner keeps them for all repositories that have none.
    pub inherited: Vec<InheritedFile>,
}

/// A community health file that an owner keeps for all its repositories.
///
/// GitHub takes them from the owner's public repository `.github`: see "Creating a default community health file".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InheritedFile {
    /// Its path in the repository that holds it.
    pub path: String,
    /// Address at which a person can read it.
    pub url: String,
    /// Its text.
    pub text: String,
}

impl HostFacts {
    /// No host was asked.
    pub fn none() -> Self {
        Self { why_missing: "only the host can tell, and openly did not ask it".to_owned(), ..Self::default() }
    }

    /// A host was asked, and what is missing is not shown to whoever asked.
    pub fn asked() -> Self {
        Self {
            asked: true,
            why_missing: "the host does not show this to the token that was used".to_owned(),
            ..Self::default()
        }
    }

    /// Why a fact is unknown, with who may see it.
    pub fn why_unknown(&self, fact: HostFact) -> String {
        match self.unknown.get(&fact) {
            Some(why) => why.clone(),
            None => format!("{} (GitHub shows this to {})", self.why_missing, fact.needs()),
        }
    }
}
