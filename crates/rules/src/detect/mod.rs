//! Detectors in Rust, for what must be understood and not only found. A rule names one with `builtin`.

pub(crate) mod agree;
mod api;
mod code_json;
pub(crate) mod coverage;
mod dates;
pub(crate) mod fingerprint;
pub(crate) mod licence;
pub(crate) mod offers;
mod openness;
mod phase;
pub(crate) mod platforms;
mod publication;
mod publiccode;
mod randomness;
mod readme;
mod reuse;
mod review;
pub(crate) mod secrets;
mod security_txt;
pub(crate) mod statement;
pub(crate) mod status;
mod versions;

use serde::{Deserialize, Serialize};

use self::statement::Question;
use crate::catalogue::{Offers, Vocabulary};
use crate::check::Answer;
use crate::facts::Facts;

/// Declares the detectors, a line each: the name that a rule uses, the named lists of paths that it looks at, and what it does.
macro_rules! builtins {
    ($($name:literal => $variant:ident, $paths:expr, $run:expr;)*) => {
        /// A detector.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) enum Builtin { $($variant,)* }

        impl Builtin {
            const ALL: &[(&'static str, Self)] = &[$(($name, Self::$variant)),*];

            /// The named lists of paths it looks at.
            pub(crate) fn paths(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &$paths,)* }
            }

            pub(crate) fn run(self, facts: &Facts<'_>) -> Answer {
                match self { $(Self::$variant => $run(facts),)* }
            }
        }
    };
}

const PAGES: [&str; 2] = ["pages", "office-documents"];
const README: [&str; 1] = ["readme"];

builtins! {
    "accessibility-statement" => AccessibilityStatement, PAGES, statement::present;
    "api-specification" => ApiSpecification, ["api-specifications", "tasks"], api::present;
    "api-specification-versioned" => ApiSpecificationVersioned, ["api-specifications", "tasks"], api::versioned;
    "code-json-consistent" => CodeJsonConsistent, ["code-json", "licence", "readme"], code_json::consistent;
    "coverage-90" => CoverageNinety, ["coverage", "ci", "tasks"], coverage::ninety;
    "coverage-threshold" => CoverageThreshold, ["coverage", "ci", "tasks"], coverage::threshold;
    "data-described" => DataDescribed, ["data-files", "data-statements", "readme"], publication::data_described;
    "design-system" => DesignSystem, ["manifests", "pages", "styles"], platforms::design_system;
    "design-system-current" => DesignSystemCurrent, ["manifests", "pages", "styles"], platforms::design_system_current;
    "licence-holder" => LicenceHolder, ["licence", "readme", "holders", "publiccode", "reuse", "licence-notes"], licence::holder;
    "licence-house" => LicenceHouse, ["licence", "readme"], licence::is_of_the_house;
    "licence-identified" => LicenceIdentified, ["licence", "readme"], licence::identified;
    "licence-mit" => LicenceMit, ["licence", "readme"], licence::is_mit;
    "licence-open" => LicenceOpen, ["licence", "readme"], openness::licence;
    "notebook-outputs" => NotebookOutputs, ["notebooks"], publication::notebook_outputs;
    "phase-declared" => PhaseDeclared, ["readme", "publiccode", "catalog-info", "code-json", "layouts"], phase::declared;
    "publiccode-licence" => PubliccodeLicence, ["publiccode", "licence", "readme"], publiccode::licence;
    "publiccode-maintained" => PubliccodeMaintained, ["publiccode"], publiccode::maintained;
    "publiccode-status" => PubliccodeStatus, ["publiccode", "readme"], publiccode::status;
    "publiccode-url" => PubliccodeUrl, ["publiccode"], publiccode::url;
    "publiccode-version" => PubliccodeVersion, ["publiccode"], publiccode::version;
    "readme-contact" => ReadmeContact, README, readme::contact;
    "readme-grants-licence" => ReadmeGrantsLicence, README, licence::granted_in_readme;
    "readme-licence" => ReadmeLicence, README, readme::licence;
    "readme-purpose" => ReadmePurpose, README, readme::purpose;
    "readme-run" => ReadmeRun, README, readme::run;
    "readme-substance" => ReadmeSubstance, README, readme::substance;
    "readme-test" => ReadmeTest, README, readme::test;
    "readme-users" => ReadmeUsers, README, readme::users;
    "retired" => Retired, ["readme", "publiccode", "catalog-info", "code-json"], status::retired;
    "review-dates" => ReviewDates, ["reviewed-pages"], review::dates_kept;
    "roadmap-fresh" => RoadmapFresh, ["roadmap", "top-documents"], review::roadmap_fresh;
    "roadmap-horizons" => RoadmapHorizons, ["roadmap", "top-documents"], review::roadmap_horizons;
    "secrets" => Secrets, ["secret-places", "key-files"], secrets::found;
    "security-txt-valid" => SecurityTxtValid, ["security-txt", "security-txt-template"], security_txt::valid;
    "shared-platform" => SharedPlatform, ["manifests", "settings", "code", "pages"], platforms::shared_platform;
    "spdx-headers" => SpdxHeaders, ["reuse", "source-files"], publication::spdx_headers;
    "statement-burden" => StatementBurden, PAGES, |facts| statement::answer(Question::Burden, facts);
    "statement-consistent" => StatementConsistency, PAGES, |facts| statement::answer(Question::Consistency, facts);
    "statement-contact" => StatementContact, PAGES, |facts| statement::answer(Question::Contact, facts);
    "statement-current-wcag" => StatementCurrentWcag, PAGES, |facts| statement::answer(Question::CurrentWcag, facts);
    "statement-enforcement" => StatementEnforcement, PAGES, |facts| statement::answer(Question::Enforcement, facts);
    "statement-fix-dates" => StatementFixDates, PAGES, |facts| statement::answer(Question::FixDates, facts);
    "statement-issue-criteria" => StatementIssueCriteria, PAGES, |facts| statement::answer(Question::IssueCriteria, facts);
    "statement-issues" => StatementIssues, PAGES, |facts| statement::answer(Question::Issues, facts);
    "statement-law" => StatementLaw, PAGES, |facts| statement::answer(Question::Law, facts);
    "statement-linked" => StatementLinked, ["pages", "office-documents", "page-furniture"], |facts| statement::answer(Question::Linked, facts);
    "statement-organisation" => StatementOrganisation, PAGES, |facts| statement::answer(Question::Organisation, facts);
    "statement-placeholders" => StatementPlaceholders, PAGES, |facts| statement::answer(Question::Placeholders, facts);
    "statement-prepared" => StatementPrepared, PAGES, |facts| statement::answer(Question::Prepared, facts);
    "statement-reviewed" => StatementReviewed, PAGES, |facts| statement::answer(Question::Reviewed, facts);
    "statement-scope" => StatementScope, PAGES, |facts| statement::answer(Question::Scope, facts);
    "statement-standard" => StatementStandard, PAGES, |facts| statement::answer(Question::Standard, facts);
    "statement-status" => StatementStatus, PAGES, |facts| statement::answer(Question::Status, facts);
    "statement-tested" => StatementTested, PAGES, |facts| statement::answer(Question::Tested, facts);
    "status-notice" => StatusNotice, ["readme", "publiccode", "catalog-info", "code-json"], status::notice;
}

impl Builtin {
    /// Whether it looks for phrases in the README.
    pub(crate) fn reads_readme(self) -> bool {
        self.paths().contains(&"readme")
    }

    /// The offers whose signs it looks for.
    pub(crate) fn offers(self, vocabulary: &Vocabulary) -> Option<&Offers> {
        match self {
            Self::DesignSystem | Self::DesignSystemCurrent => Some(&vocabulary.design_systems),
            Self::SharedPlatform => Some(&vocabulary.platforms),
            _ => None,
        }
    }

    /// Whether what it looks for is among some of the repository's files, which are sorted. `None` when it cannot look there.
    pub(crate) fn is_among(self, facts: &Facts<'_>, files: &[usize]) -> Option<bool> {
        (self == Self::AccessibilityStatement).then(|| statement::is_among(facts, files))
    }

    /// Whether it asks for the day of the newest commit.
    pub(crate) fn reads_history(self) -> bool {
        self == Self::CodeJsonConsistent
    }
}

impl std::str::FromStr for Builtin {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, builtin)| *builtin).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|(name, _)| *name).collect();
            format!("there is no builtin called `{name}`; there are {}", known.join(", "))
        })
    }
}
