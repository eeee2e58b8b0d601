//! Detectors in Rust, for what must be understood and not only found. A rule names one with `builtin`.

pub(crate) mod fingerprint;
pub(crate) mod licence;
pub(crate) mod offers;
pub(crate) mod platforms;
mod readme;
mod statement;

use serde::{Deserialize, Serialize};

use crate::check::Answer;
use crate::facts::Facts;

/// A detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Builtin {
    AccessibilityStatement,
    DesignSystem,
    DesignSystemCurrent,
    LicenceHolder,
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
    const ALL: [(&'static str, Self); 14] = [
        ("accessibility-statement", Self::AccessibilityStatement),
        ("design-system", Self::DesignSystem),
        ("design-system-current", Self::DesignSystemCurrent),
        ("licence-holder", Self::LicenceHolder),
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
            Self::DesignSystem | Self::DesignSystemCurrent => &["manifests", "pages"],
            Self::LicenceHolder => &["licence", "readme", "holders", "publiccode"],
            Self::LicenceIdentified | Self::LicenceMit => &["licence", "readme"],
            Self::SharedPlatform => &["manifests", "settings", "pages"],
            _ => &["readme"],
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
            Self::LicenceHolder => licence::holder(facts),
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
