//! What can be measured by tools that openly does not run.

use crate::value::words;

words! {
    /// What imported results measure.
    Measure {
        /// Errors against WCAG levels A and AA that a scanner finds.
        AccessibilityErrors => "accessibility-errors",
        /// Share of lines that tests run, in percent.
        Coverage => "coverage",
        /// Whether Scorecard finds a dangerous workflow: 0 or more.
        DangerousWorkflows => "dangerous-workflows",
        /// Weaknesses of medium or higher severity in dependencies.
        DependencyFindings => "dependency-findings",
        /// Weaknesses of medium or higher severity found by attacking a running system.
        DynamicFindings => "dynamic-findings",
        /// Errors and warnings of linters.
        LintProblems => "lint-problems",
        /// The level of the OSPS Baseline of which every requirement passes: 0 to 3.
        OspsLevel => "osps-level",
        /// The score of `OpenSSF` Scorecard, 0 to 10.
        Scorecard => "scorecard",
        /// Weaknesses of medium or higher severity found in the source.
        StaticFindings => "static-findings",
        /// Tests that fail or break.
        TestFailures => "test-failures",
        /// Components of a bill of materials without a licence or a version.
        UndocumentedComponents => "undocumented-components",
    }
}

impl Measure {
    /// Whether more is better, so that a rule asks for `at-least`.
    pub fn more_is_better(self) -> bool {
        matches!(self, Self::Coverage | Self::OspsLevel | Self::Scorecard)
    }

    /// The greatest number that can be asked for.
    pub(crate) fn most(self) -> u32 {
        match self {
            Self::Coverage => 100,
            Self::OspsLevel => 3,
            Self::Scorecard => 10,
            _ => u32::MAX,
        }
    }

    /// What to give, and in which formats.
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Self::AccessibilityErrors => "results of an accessibility scanner (axe, Lighthouse or pa11y as JSON)",
            Self::Coverage => "a coverage report (lcov, Cobertura or JaCoCo)",
            Self::DangerousWorkflows | Self::Scorecard => "results of OpenSSF Scorecard (JSON)",
            Self::DependencyFindings => "results of a dependency scanner (SARIF) or of OpenSSF Scorecard (JSON)",
            Self::DynamicFindings => "results of a dynamic scanner, such as ZAP (SARIF)",
            Self::LintProblems => "results of a linter (SARIF)",
            Self::OspsLevel => "results of an OSPS Baseline assessment (a Gemara evaluation log)",
            Self::StaticFindings => "results of static analysis (SARIF)",
            Self::TestFailures => "test results (JUnit XML)",
            Self::UndocumentedComponents => "a bill of materials (CycloneDX or SPDX)",
        }
    }
}

/// What a file of a format may measure, for one whose content is not understood.
pub(super) fn of_format(format: &str) -> &'static [Measure] {
    match format {
        "CycloneDX" | "SPDX" => &[Measure::UndocumentedComponents],
        "OSPS Baseline" => &[Measure::OspsLevel],
        "SARIF" => {
            &[Measure::DependencyFindings, Measure::DynamicFindings, Measure::LintProblems, Measure::StaticFindings]
        }
        "Scorecard" => &[Measure::DangerousWorkflows, Measure::DependencyFindings, Measure::Scorecard],
        _ => &[],
    }
}
