//! Detectors in Rust, for what must be understood and not only found. A rule names one with `builtin`.

mod api;
pub(crate) mod coverage;
mod dates;
pub(crate) mod fingerprint;
pub(crate) mod licence;
pub(crate) mod offers;
mod openness;
mod phase;
pub(crate) mod platforms;
mod publication;
mod randomness;
mod readme;
mod review;
pub(crate) mod secrets;
pub(crate) mod statement;
mod status;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Offers};
use crate::check::Answer;
use crate::facts::Facts;

/// A detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Builtin {
    AccessibilityStatement,
    DesignSystem,
    DesignSystemCurrent,
    ApiSpecification,
    ApiSpecificationVersioned,
    CoverageNinety,
    CoverageThreshold,
    DataDescribed,
    LicenceHolder,
    LicenceHouse,
    LicenceIdentified,
    LicenceMit,
    LicenceOpen,
    NotebookOutputs,
    PhaseDeclared,
    ReadmeContact,
    ReadmeGrantsLicence,
    ReadmeLicence,
    ReadmePurpose,
    ReadmeRun,
    ReadmeSubstance,
    ReadmeTest,
    ReadmeUsers,
    ReviewDates,
    RoadmapFresh,
    RoadmapHorizons,
    Secrets,
    SharedPlatform,
    SpdxHeaders,
    StatusNotice,
}

impl Builtin {
    const ALL: &[(&'static str, Self)] = &[
        ("accessibility-statement", Self::AccessibilityStatement),
        ("api-specification", Self::ApiSpecification),
        ("api-specification-versioned", Self::ApiSpecificationVersioned),
        ("coverage-90", Self::CoverageNinety),
        ("coverage-threshold", Self::CoverageThreshold),
        ("design-system", Self::DesignSystem),
        ("design-system-current", Self::DesignSystemCurrent),
        ("data-described", Self::DataDescribed),
        ("licence-holder", Self::LicenceHolder),
        ("licence-house", Self::LicenceHouse),
        ("licence-identified", Self::LicenceIdentified),
        ("licence-mit", Self::LicenceMit),
        ("licence-open", Self::LicenceOpen),
        ("notebook-outputs", Self::NotebookOutputs),
        ("phase-declared", Self::PhaseDeclared),
        ("readme-contact", Self::ReadmeContact),
        ("readme-grants-licence", Self::ReadmeGrantsLicence),
        ("readme-licence", Self::ReadmeLicence),
        ("readme-purpose", Self::ReadmePurpose),
        ("readme-run", Self::ReadmeRun),
        ("readme-substance", Self::ReadmeSubstance),
        ("readme-test", Self::ReadmeTest),
        ("shared-platform", Self::SharedPlatform),
        ("readme-users", Self::ReadmeUsers),
        ("review-dates", Self::ReviewDates),
        ("roadmap-fresh", Self::RoadmapFresh),
        ("roadmap-horizons", Self::RoadmapHorizons),
        ("secrets", Self::Secrets),
        ("spdx-headers", Self::SpdxHeaders),
        ("status-notice", Self::StatusNotice),
    ];

    /// The named lists of paths it looks at.
    pub(crate) fn paths(self) -> &'static [&'static str] {
        match self {
            Self::AccessibilityStatement => &["pages"],
            Self::DesignSystem | Self::DesignSystemCurrent => &["manifests", "pages", "styles"],
            Self::ApiSpecification | Self::ApiSpecificationVersioned => &["api-specifications", "tasks"],
            Self::CoverageNinety | Self::CoverageThreshold => &["coverage", "ci", "tasks"],
            Self::LicenceHolder => &["licence", "readme", "holders", "publiccode"],
            Self::LicenceHouse | Self::LicenceIdentified | Self::LicenceMit | Self::LicenceOpen => {
                &["licence", "readme"]
            }
            Self::SharedPlatform => &["manifests", "settings", "code", "pages"],
            Self::PhaseDeclared => &["readme", "publiccode", "catalog-info", "code-json", "layouts"],
            Self::DataDescribed => &["data-files", "data-statements", "readme"],
            Self::NotebookOutputs => &["notebooks"],
            Self::ReviewDates => &["reviewed-pages"],
            Self::RoadmapFresh => &["roadmap", "top-documents"],
            Self::RoadmapHorizons => &["roadmap", "top-documents"],
            Self::SpdxHeaders => &["reuse", "source-files"],
            Self::Secrets => &["secret-places"],
            Self::StatusNotice => &["readme", "publiccode", "catalog-info", "code-json"],
            _ => &["readme"],
        }
    }

    /// The offers whose signs it looks for.
    pub(crate) fn offers(self, catalogue: &Catalogue) -> Option<&Offers> {
        match self {
            Self::DesignSystem | Self::DesignSystemCurrent => Some(&catalogue.vocabulary.design_systems),
            Self::SharedPlatform => Some(&catalogue.vocabulary.platforms),
            _ => None,
        }
    }

    /// Whether it looks for phrases in the README.
    pub(crate) fn reads_readme(self) -> bool {
        matches!(
            self,
            Self::PhaseDeclared
                | Self::ReadmeContact
                | Self::ReadmePurpose
                | Self::ReadmeRun
                | Self::ReadmeSubstance
                | Self::ReadmeTest
                | Self::ReadmeUsers
                | Self::StatusNotice
        )
    }

    pub(crate) fn run(self, facts: &Facts<'_>) -> Answer {
        match self {
            Self::AccessibilityStatement => statement::present(facts),
            Self::DesignSystem => platforms::design_system(facts),
            Self::DesignSystemCurrent => platforms::design_system_current(facts),
            Self::ApiSpecification => api::present(facts),
            Self::ApiSpecificationVersioned => api::versioned(facts),
            Self::CoverageNinety => coverage::ninety(facts),
            Self::CoverageThreshold => coverage::threshold(facts),
            Self::DataDescribed => publication::data_described(facts),
            Self::LicenceHolder => licence::holder(facts),
            Self::LicenceHouse => licence::is_of_the_house(facts),
            Self::LicenceIdentified => licence::identified(facts),
            Self::LicenceMit => licence::is_mit(facts),
            Self::LicenceOpen => openness::licence(facts),
            Self::NotebookOutputs => publication::notebook_outputs(facts),
            Self::PhaseDeclared => phase::declared(facts),
            Self::ReadmeContact => readme::contact(facts),
            Self::ReadmeGrantsLicence => licence::granted_in_readme(facts),
            Self::ReadmeLicence => readme::licence(facts),
            Self::ReadmePurpose => readme::purpose(facts),
            Self::ReadmeRun => readme::run(facts),
            Self::ReadmeSubstance => readme::substance(facts),
            Self::ReadmeTest => readme::test(facts),
            Self::SharedPlatform => platforms::shared_platform(facts),
            Self::ReadmeUsers => readme::users(facts),
            Self::ReviewDates => review::dates_kept(facts),
            Self::RoadmapFresh => review::roadmap_fresh(facts),
            Self::RoadmapHorizons => review::roadmap_horizons(facts),
            Self::Secrets => secrets::found(facts),
            Self::SpdxHeaders => publication::spdx_headers(facts),
            Self::StatusNotice => status::notice(facts),
        }
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
