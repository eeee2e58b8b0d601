//! Detectors in Rust, for what must be understood and not only found. A rule names one with `builtin`.

mod api;
pub(crate) mod coverage;
pub(crate) mod fingerprint;
pub(crate) mod licence;
pub(crate) mod offers;
pub(crate) mod platforms;
mod readme;
pub(crate) mod statement;

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
    LicenceHolder,
    LicenceHouse,
    LicenceIdentified,
    LicenceMit,
    ReadmeContact,
    ReadmeGrantsLicence,
    ReadmeLicence,
    ReadmePurpose,
    ReadmeRun,
    ReadmeSubstance,
    ReadmeTest,
    SharedPlatform,
}

impl Builtin {
    const ALL: &[(&'static str, Self)] = &[
        ("accessibility-statement", Self::AccessibilityStatement),
        ("design-system", Self::DesignSystem),
        ("design-system-current", Self::DesignSystemCurrent),
        ("api-specification", Self::ApiSpecification),
        ("api-specification-versioned", Self::ApiSpecificationVersioned),
        ("coverage-90", Self::CoverageNinety),
        ("coverage-threshold", Self::CoverageThreshold),
        ("licence-holder", Self::LicenceHolder),
        ("licence-house", Self::LicenceHouse),
        ("licence-identified", Self::LicenceIdentified),
        ("licence-mit", Self::LicenceMit),
        ("readme-contact", Self::ReadmeContact),
        ("readme-grants-licence", Self::ReadmeGrantsLicence),
        ("readme-licence", Self::ReadmeLicence),
        ("readme-purpose", Self::ReadmePurpose),
        ("readme-run", Self::ReadmeRun),
        ("readme-substance", Self::ReadmeSubstance),
        ("readme-test", Self::ReadmeTest),
        ("shared-platform", Self::SharedPlatform),
    ];

    /// The named lists of paths it looks at.
    pub(crate) fn paths(self) -> &'static [&'static str] {
        match self {
            Self::AccessibilityStatement => &["pages"],
            Self::DesignSystem | Self::DesignSystemCurrent => &["manifests", "pages", "styles"],
            Self::ApiSpecification | Self::ApiSpecificationVersioned => &["api-specifications", "tasks"],
            Self::CoverageNinety | Self::CoverageThreshold => &["coverage", "ci", "tasks"],
            Self::LicenceHolder => &["licence", "readme", "holders", "publiccode"],
            Self::LicenceHouse | Self::LicenceIdentified | Self::LicenceMit => &["licence", "readme"],
            Self::SharedPlatform => &["manifests", "settings", "code", "pages"],
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
            Self::ReadmeContact | Self::ReadmePurpose | Self::ReadmeRun | Self::ReadmeSubstance | Self::ReadmeTest
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
            Self::LicenceHolder => licence::holder(facts),
            Self::LicenceHouse => licence::is_of_the_house(facts),
            Self::LicenceIdentified => licence::identified(facts),
            Self::LicenceMit => licence::is_mit(facts),
            Self::ReadmeContact => readme::contact(facts),
            Self::ReadmeGrantsLicence => licence::granted_in_readme(facts),
            Self::ReadmeLicence => readme::licence(facts),
            Self::ReadmePurpose => readme::purpose(facts),
            Self::ReadmeRun => readme::run(facts),
            Self::ReadmeSubstance => readme::substance(facts),
            Self::ReadmeTest => readme::test(facts),
            Self::SharedPlatform => platforms::shared_platform(facts),
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
