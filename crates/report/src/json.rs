//! The report for programs: `openly/report/v1`. These types are the format, apart from the types of evaluation, so that
//! those can change without breaking anybody. Fields may be added; none is removed or changes its meaning within v1.

use openly_rules::delta::{Direction, Levels, Movement};
use openly_rules::value::{Evidence, Kind, Severity, Unit, Value, Verdict};
use openly_rules::{CriterionResult, Relation};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Base, Report};

/// Name of the format.
pub const SCHEMA: &str = "openly/report/v1";

/// A report of one repository.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "openly report, version 1")]
pub struct ReportV1 {
    /// Always `openly/report/v1`.
    pub schema: &'static str,
    /// What made the report.
    pub tool: ToolV1,
    /// What was checked.
    pub subject: SubjectV1,
    /// Id of the profile that applied.
    pub profile: String,
    /// Why that profile applied.
    pub profile_because: ProfileV1,
    /// The outcome of each rule, sorted by topic and rule.
    pub outcomes: Vec<OutcomeV1>,
    /// What the outcomes prove about frameworks, sorted by framework.
    pub assessments: Vec<AssessmentV1>,
    /// How many outcomes there are of each kind.
    pub summary: SummaryV1,
    /// What to know about the configuration: waivers and attestations that end, ended or are not needed.
    pub notices: Vec<String>,
    /// The commit that the report was compared with, when one was asked for. Its settings were used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseV1>,
    /// What the change since `base` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta: Option<DeltaV1>,
}

/// The commit that a report was compared with.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BaseV1 {
    /// The revision as it was given.
    pub rev: String,
    /// Its commit.
    pub commit: Option<String>,
}

/// What a change does.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeltaV1 {
    /// The rules that it moves, and those that fail on both sides.
    pub rules: Vec<RuleMoveV1>,
    /// The criteria whose levels move.
    pub levels: Vec<LevelMoveV1>,
    /// The kind before and after, where it differs.
    pub kind: Option<[Option<Kind>; 2]>,
    /// The profile before and after, where it differs.
    pub profile: Option<[String; 2]>,
    /// What it changes in the configuration, a sentence each. None of it counts for this report.
    pub settings: Vec<String>,
    /// Whether a required or recommended rule fails that did not fail before.
    pub regression: bool,
}

/// What a change does to one rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleMoveV1 {
    /// Id of the rule.
    pub rule: String,
    /// How much it matters here.
    pub severity: Severity,
    /// What happened.
    pub movement: Movement,
    /// Its outcome before; null when it was not asked.
    pub before: Option<Verdict>,
    /// Its outcome after; null when it is not asked.
    pub after: Option<Verdict>,
    /// For one that worsened, the places where nothing was found before.
    pub evidence: Vec<Evidence>,
    /// For one that is not met or not shown any more, the files of the base, at most three, in which it was.
    pub shown_before: Vec<Evidence>,
    /// The rule it needs, where it moves only because that one does; null otherwise.
    pub follows: Option<String>,
}

/// A criterion whose levels move.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LevelMoveV1 {
    /// Id of the framework.
    pub framework: String,
    /// Id of the criterion.
    pub criterion: String,
    /// Which way.
    pub direction: Direction,
    /// The levels before.
    pub before: LevelsV1,
    /// The levels after.
    pub after: LevelsV1,
}

/// The levels of a criterion, as ids; null below the first one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LevelsV1 {
    /// The level that direct evidence or a valid attestation proves.
    pub proven: Option<String>,
    /// The level when indirect signals count too.
    pub indicated: Option<String>,
    /// The level that nothing rules out.
    pub possible: Option<String>,
}

/// What made the report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ToolV1 {
    /// Always `openly`.
    pub name: &'static str,
    /// Its version.
    pub version: String,
}

/// What was checked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SubjectV1 {
    /// The path as it was given.
    pub path: String,
    /// The commit that is checked out, or was asked for. A working tree may differ from it.
    pub commit: Option<String>,
    /// The kind of repository.
    pub kind: KindV1,
    /// The parts that are deployed or published on their own, sorted by path. Empty unless there are several.
    pub components: Vec<ComponentV1>,
    /// The phase that the configuration states.
    pub phase: Option<String>,
    /// The service that the configuration states.
    pub service: Option<String>,
    /// The folder that was checked, from the root of the git repository; left out when it is the root.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub folder: String,
}

/// A part of a repository that is deployed or published on its own.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ComponentV1 {
    /// Its folder, from the root of the repository.
    pub path: String,
    /// What its manifest calls it, or else the folder's name.
    pub name: String,
    /// The signs it was told from.
    pub evidence: Vec<SignV1>,
}

/// Which components have what a rule asks for. Those that it does not concern are in neither list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReachV1 {
    /// Paths of the components that have it.
    pub found_in: Vec<String>,
    /// Paths of the components that have not.
    pub missing_in: Vec<String>,
}

/// Why a profile applied.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProfileV1 {
    /// Who chose it: `command line`, `configuration`, `detected`, or `default` when nothing points to one.
    pub by: &'static str,
    /// The signs it was told from.
    pub evidence: Vec<SignV1>,
}

/// The kind of a repository.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KindV1 {
    /// The kind, or null when nothing tells it.
    pub value: Option<Kind>,
    /// Who said so: `detected`, `configuration` or `command line`.
    pub by: &'static str,
    /// The signs it was told from.
    pub evidence: Vec<SignV1>,
}

/// A sign of a repository's kind or profile, or of a component.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignV1 {
    /// What it means.
    pub says: String,
    /// Where it was read.
    pub path: Option<String>,
    /// The line.
    pub line: Option<u32>,
}

/// The outcome of a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OutcomeV1 {
    /// Id of the rule.
    pub rule: String,
    /// Topic of the rule.
    pub topic: String,
    /// What is true when it passes.
    pub title: String,
    /// How much it matters here.
    pub severity: Severity,
    /// What is known.
    pub outcome: Verdict,
    /// Whether it does not hold, and is not applicable only because the repository says that it is no longer kept up. Levels
    /// count it as a fail. Left out when it is not so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub excused: bool,
    /// What was found, in a sentence.
    pub message: String,
    /// Why it is not applicable, waived, unknown or an error; null otherwise.
    pub reason: Option<String>,
    /// Why the rule matters.
    pub why: String,
    /// The next step.
    pub fix: String,
    /// What was found, as data; null when the rule has none.
    pub value: Option<Value>,
    /// Where it was read.
    pub evidence: Vec<Evidence>,
    /// Which components have it; left out unless the repository has several and the rule asks that of each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<ReachV1>,
}

/// What is known about a framework.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssessmentV1 {
    /// Id of the framework.
    pub framework: String,
    /// Its title.
    pub title: String,
    /// The version that was assessed.
    pub version: String,
    /// What it rates. For a service or an organisation, one repository only gives signals.
    pub unit: Unit,
    /// How many criteria a repository can show anything of.
    pub shown_by_repositories: usize,
    /// Its criteria.
    pub criteria: Vec<CriterionV1>,
}

/// What is known about a criterion. Levels are ids of the framework's levels, null below the first one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CriterionV1 {
    /// Id of the criterion.
    pub id: String,
    /// Its title.
    pub name: String,
    /// The level that direct evidence or a valid attestation proves.
    pub proven: Option<String>,
    /// The level when indirect signals count too.
    pub indicated: Option<String>,
    /// The level that nothing rules out.
    pub possible: Option<String>,
    /// Why.
    pub because: Vec<BecauseV1>,
    /// What would move it up, the cheapest first.
    pub next: Vec<NextV1>,
    /// What a repository cannot show of it.
    pub beyond: Option<String>,
}

/// A reason for a level.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BecauseV1 {
    /// The level it bears on.
    pub level: String,
    /// How it bears on it.
    pub relation: Relation,
    /// The rule, or null for an attestation.
    pub rule: Option<String>,
    /// Outcome of the rule.
    pub outcome: Option<Verdict>,
    /// What was found or is claimed.
    pub text: String,
    /// Where the evidence of an attestation can be read.
    pub link: Option<String>,
    /// The last day an attestation counts, as `YYYY-MM-DD`.
    pub expires: Option<String>,
}

/// A step that would move a criterion up.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NextV1 {
    /// The level it leads towards.
    pub level: String,
    /// The rule to meet, or null when a person must attest.
    pub rule: Option<String>,
    /// What to do.
    pub text: String,
}

/// How many outcomes there are of each kind.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SummaryV1 {
    /// Holds.
    pub pass: usize,
    /// Does not hold.
    pub fail: usize,
    /// Not owed by this repository.
    pub not_applicable: usize,
    /// Accepted for a time.
    pub waived: usize,
    /// Cannot be told.
    pub unknown: usize,
    /// Could not be checked.
    pub error: usize,
}

impl From<&Report> for ReportV1 {
    fn from(report: &Report) -> Self {
        let checked = &report.checked;
        let counts = report.counts();
        let sign = |(says, place): &(String, Evidence)| SignV1 {
            says: says.clone(),
            path: place.path.clone(),
            line: place.line,
        };
        Self {
            schema: SCHEMA,
            tool: ToolV1 { name: "openly", version: report.version.clone() },
            subject: SubjectV1 {
                path: report.subject.path.clone(),
                commit: report.subject.commit.clone(),
                kind: KindV1 {
                    value: checked.kind.value,
                    by: checked.kind.by,
                    evidence: checked.kind.evidence.iter().map(sign).collect(),
                },
                components: checked
                    .components
                    .all()
                    .iter()
                    .map(|component| ComponentV1 {
                        path: component.path.clone(),
                        name: component.name.clone(),
                        evidence: component.evidence.iter().map(sign).collect(),
                    })
                    .collect(),
                phase: report.subject.phase.clone(),
                service: report.subject.service.clone(),
                folder: report.subject.folder.clone(),
            },
            profile: checked.profile.id.clone(),
            profile_because: ProfileV1 {
                by: checked.profile.by,
                evidence: checked.profile.evidence.iter().map(sign).collect(),
            },
            outcomes: checked
                .outcomes
                .iter()
                .map(|outcome| OutcomeV1 {
                    rule: outcome.rule.clone(),
                    topic: outcome.topic.clone(),
                    title: outcome.title.clone(),
                    severity: outcome.severity,
                    outcome: outcome.verdict,
                    excused: outcome.excused,
                    message: outcome.message.clone(),
                    reason: outcome.reason.clone(),
                    why: outcome.why.clone(),
                    fix: outcome.fix.clone(),
                    value: outcome.value.clone(),
                    evidence: outcome.evidence.clone(),
                    components: outcome.reach.as_ref().map(|reach| ReachV1 {
                        found_in: reach.found_in.clone(),
                        missing_in: reach.missing_in.clone(),
                    }),
                })
                .collect(),
            assessments: checked
                .assessments
                .iter()
                .map(|assessment| AssessmentV1 {
                    framework: assessment.framework.clone(),
                    title: assessment.title.clone(),
                    version: assessment.version.clone(),
                    unit: assessment.unit,
                    shown_by_repositories: assessment.shown_by_repositories,
                    criteria: assessment.criteria.iter().map(CriterionV1::from).collect(),
                })
                .collect(),
            summary: SummaryV1 {
                pass: counts.of(Verdict::Pass),
                fail: counts.of(Verdict::Fail),
                not_applicable: counts.of(Verdict::NotApplicable),
                waived: counts.of(Verdict::Waived),
                unknown: counts.of(Verdict::Unknown),
                error: counts.of(Verdict::Error),
            },
            notices: checked.notices.iter().map(|notice| notice.0.clone()).collect(),
            base: report.base.as_ref().map(|base| BaseV1 { rev: base.rev.clone(), commit: base.commit.clone() }),
            delta: report.base.as_ref().map(DeltaV1::from),
        }
    }
}

impl From<&Base> for DeltaV1 {
    fn from(Base { delta, .. }: &Base) -> Self {
        Self {
            rules: delta
                .rules
                .iter()
                .map(|moved| RuleMoveV1 {
                    rule: moved.rule.clone(),
                    severity: moved.severity,
                    movement: moved.movement,
                    before: moved.before,
                    after: moved.after,
                    evidence: moved.evidence.clone(),
                    shown_before: moved.shown_before.clone(),
                    follows: moved.follows.clone(),
                })
                .collect(),
            levels: delta
                .levels
                .iter()
                .map(|moved| LevelMoveV1 {
                    framework: moved.framework.clone(),
                    criterion: moved.criterion.clone(),
                    direction: moved.direction,
                    before: LevelsV1::from(&moved.before),
                    after: LevelsV1::from(&moved.after),
                })
                .collect(),
            kind: delta.kind.map(|(before, after)| [before, after]),
            profile: delta.profile.clone().map(|(before, after)| [before, after]),
            settings: delta.settings.clone(),
            regression: delta.regresses(),
        }
    }
}

impl From<&Levels> for LevelsV1 {
    fn from(levels: &Levels) -> Self {
        Self { proven: levels.proven.clone(), indicated: levels.indicated.clone(), possible: levels.possible.clone() }
    }
}

impl From<&CriterionResult> for CriterionV1 {
    fn from(criterion: &CriterionResult) -> Self {
        Self {
            id: criterion.id.clone(),
            name: criterion.name.clone(),
            proven: criterion.proven.clone(),
            indicated: criterion.indicated.clone(),
            possible: criterion.possible.clone(),
            because: criterion
                .because
                .iter()
                .map(|reason| BecauseV1 {
                    level: reason.level.clone(),
                    relation: reason.relation,
                    rule: reason.rule.clone(),
                    outcome: reason.verdict,
                    text: reason.text.clone(),
                    link: reason.link.clone(),
                    expires: reason.expires.map(|day| day.to_string()),
                })
                .collect(),
            next: criterion
                .next
                .iter()
                .map(|step| NextV1 { level: step.level.clone(), rule: step.rule.clone(), text: step.text.clone() })
                .collect(),
            beyond: criterion.beyond.clone(),
        }
    }
}

/// The report as JSON, ending with a line feed.
///
/// # Errors
/// Never in practice: every value of a report can be written as JSON.
pub fn render(report: &Report) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&ReportV1::from(report)).map(|json| json + "\n")
}

/// The JSON Schema of the format.
pub fn schema() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<ReportV1>()
        .to_value()
}
