//! Detectors in Rust, for what must be understood and not only found. A rule names one with `builtin`.

mod agree;
mod code_json;
pub(crate) mod fingerprint;
pub(crate) mod licence;
mod publiccode;
mod readme;
mod security_txt;
mod statement;
mod versions;

use serde::{Deserialize, Serialize};

use crate::check::Answer;
use crate::facts::Facts;

/// A detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Builtin {
    AccessibilityStatement,
    CodeJsonConsistent,
    LicenceHolder,
    LicenceIdentified,
    LicenceMit,
    PubliccodeLicence,
    PubliccodeMaintained,
    PubliccodeStatus,
    PubliccodeUrl,
    PubliccodeVersion,
    ReadmeContact,
    ReadmeGrantsLicence,
    ReadmeLicence,
    ReadmePurpose,
    ReadmeRun,
    ReadmeSubstance,
    ReadmeTest,
    SecurityTxtValid,
}

impl Builtin {
    const ALL: [(&'static str, Self); 18] = [
        ("accessibility-statement", Self::AccessibilityStatement),
        ("code-json-consistent", Self::CodeJsonConsistent),
        ("licence-holder", Self::LicenceHolder),
        ("licence-identified", Self::LicenceIdentified),
        ("licence-mit", Self::LicenceMit),
        ("publiccode-licence", Self::PubliccodeLicence),
        ("publiccode-maintained", Self::PubliccodeMaintained),
        ("publiccode-status", Self::PubliccodeStatus),
        ("publiccode-url", Self::PubliccodeUrl),
        ("publiccode-version", Self::PubliccodeVersion),
        ("readme-contact", Self::ReadmeContact),
        ("readme-grants-licence", Self::ReadmeGrantsLicence),
        ("readme-licence", Self::ReadmeLicence),
        ("readme-purpose", Self::ReadmePurpose),
        ("readme-run", Self::ReadmeRun),
        ("readme-substance", Self::ReadmeSubstance),
        ("readme-test", Self::ReadmeTest),
        ("security-txt-valid", Self::SecurityTxtValid),
    ];

    /// The named lists of paths it looks at.
    pub(crate) fn paths(self) -> &'static [&'static str] {
        match self {
            Self::AccessibilityStatement => &["pages"],
            Self::CodeJsonConsistent => &["code-json", "licence", "readme"],
            Self::LicenceHolder => &["licence", "readme", "holders", "publiccode"],
            Self::LicenceIdentified | Self::LicenceMit => &["licence", "readme"],
            Self::PubliccodeLicence => &["publiccode", "licence", "readme"],
            Self::PubliccodeMaintained | Self::PubliccodeUrl | Self::PubliccodeVersion => &["publiccode"],
            Self::PubliccodeStatus => &["publiccode", "readme"],
            Self::SecurityTxtValid => &["security-txt", "security-txt-template"],
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

    /// Whether it asks for the day of the newest commit.
    pub(crate) fn reads_history(self) -> bool {
        self == Self::CodeJsonConsistent
    }

    pub(crate) fn run(self, facts: &Facts<'_>) -> Answer {
        match self {
            Self::AccessibilityStatement => statement::present(facts),
            Self::CodeJsonConsistent => code_json::consistent(facts),
            Self::LicenceHolder => licence::holder(facts),
            Self::LicenceIdentified => licence::identified(facts),
            Self::LicenceMit => licence::is_mit(facts),
            Self::PubliccodeLicence => publiccode::licence(facts),
            Self::PubliccodeMaintained => publiccode::maintained(facts),
            Self::PubliccodeStatus => publiccode::status(facts),
            Self::PubliccodeUrl => publiccode::url(facts),
            Self::PubliccodeVersion => publiccode::version(facts),
            Self::ReadmeContact => readme::contact(facts),
            Self::ReadmeGrantsLicence => licence::granted_in_readme(facts),
            Self::ReadmeLicence => readme::licence(facts),
            Self::ReadmePurpose => readme::purpose(facts),
            Self::ReadmeRun => readme::run(facts),
            Self::ReadmeSubstance => readme::substance(facts),
            Self::ReadmeTest => readme::test(facts),
            Self::SecurityTxtValid => security_txt::valid(facts),
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
