//! One framework in full: an answer to "why do you say that?" for every criterion, for a repository, a service or an
//! organisation.
//!
//! - [`build`]: from an assessment;
//! - [`json`]: for programs, as `openly/answer/v1`;
//! - [`terminal`], [`markdown`], [`html`]: for people.

pub mod build;
pub mod html;
pub mod json;
pub mod markdown;
mod shown;
pub mod terminal;

use openly_rules::Relation;
use openly_rules::value::{Demand, Evidence, Force, Origin, Power, Unit, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the format.
pub const SCHEMA: &str = "openly/answer/v1";

/// What is known about one framework.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "openly answer, version 1")]
pub struct Answer {
    /// Always `openly/answer/v1`.
    pub schema: &'static str,
    /// Version of openly.
    pub version: String,
    /// The framework.
    pub framework: About,
    /// What was rated.
    pub subject: Rated,
    /// What this answer can and cannot show, in sentences.
    pub notes: Vec<String>,
    /// The words of an answer point by point; null when the framework has several levels.
    pub words: Option<Words>,
    /// How many criteria a repository can show anything of.
    pub shown_by_repositories: usize,
    /// The criteria, in the source's order.
    pub criteria: Vec<Row>,
}

/// The framework.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct About {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The version that was read.
    pub version: String,
    /// When that was published.
    pub date: String,
    /// What it rates.
    pub unit: Unit,
    /// What it is for.
    pub about: String,
    /// Its address.
    pub url: String,
    /// Its publisher.
    pub publisher: String,
    /// The licence of its text.
    pub licence: String,
    /// What is not in openly's file of it, and why.
    pub gaps: Vec<String>,
}

/// What was rated.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Rated {
    /// A repository, a service or an organisation.
    pub unit: Unit,
    /// Its path or name.
    pub name: String,
    /// The commit, for a repository.
    pub commit: Option<String>,
    /// The phase it is in, as far as anything states one.
    #[serde(flatten)]
    pub phase: Phase,
    /// How many repositories it has.
    pub repositories: usize,
    /// How many of them are active. Only these count.
    pub active: usize,
}

/// The phase of what was rated.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Phase {
    /// Such as alpha, beta or live.
    pub phase: Option<String>,
    /// What states it: the configuration, a file with its line, or the repositories of the unit.
    pub phase_from: Option<String>,
}

/// The words of an answer point by point.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Words {
    /// What a criterion is called.
    pub of: String,
    /// The level is proven.
    pub met: String,
    /// Something rules the level out.
    pub not_met: String,
    /// Neither is known.
    pub unknown: String,
    /// Whether the question stands beside each answer.
    pub question: bool,
}

/// One criterion. Levels are ids, null below the first one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its title.
    pub name: String,
    /// The part of the framework it stands in.
    pub theme: Option<String>,
    /// The answer point by point, in the framework's words.
    pub answer: Option<String>,
    /// The level that is proven.
    pub proven: Option<String>,
    /// The level that signals point to.
    pub indicated: Option<String>,
    /// The level that nothing rules out.
    pub possible: Option<String>,
    /// Every level.
    pub levels: Vec<LevelRow>,
    /// Why.
    pub because: Vec<Reason>,
    /// Signals that are not there. They prove nothing, and nothing else hides why a level is not indicated.
    pub missing: Vec<Reason>,
    /// Claims of people that do not count today, and why.
    pub lapsed: Vec<String>,
    /// What would move it up, the cheapest first.
    pub next: Vec<Step>,
    /// The levers that move it, those that are held first. None when the highest level is proven.
    pub levers: Vec<LeverRow>,
    /// Whether no repository can show anything of it.
    pub only_people_can_tell: bool,
    /// What a repository cannot show of it.
    pub beyond: Option<String>,
    /// The framework that looks at it in detail.
    pub detail: Option<String>,
}

impl Row {
    /// Whether a level is reached without evidence for it, because nothing is asked for there.
    fn is_without_evidence(&self, level: &Option<String>) -> bool {
        let state = self.levels.iter().find(|row| Some(&row.id) == level.as_ref()).map(|row| row.state);
        state == Some(State::NoEvidence)
    }
}

/// What is known of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Rules settle it, or a person attests it.
    Proven,
    /// It asks for no evidence, so everybody is at least here. It says nothing about what was rated.
    NoEvidence,
    /// Signals point to it.
    Indicated,
    /// Nothing settles it and nothing rules it out.
    Open,
    /// Something rules it out, or a level below it.
    RuledOut,
    /// The source leaves it blank.
    Blank,
}

impl State {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::NoEvidence => "needs no evidence",
            Self::Indicated => "indicated",
            Self::Open => "cannot tell",
            Self::RuledOut => "ruled out",
            Self::Blank => "blank in the source",
        }
    }
}

/// One level of a criterion.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LevelRow {
    /// Its id.
    pub id: String,
    /// What it means.
    pub says: String,
    /// What the source asks for.
    pub asks: Demand,
    /// What is known of it.
    pub state: State,
    /// What a person who attests it confirms.
    pub question: Option<String>,
    /// What the repositories of a unit say; null for a single repository.
    pub share: Option<Share>,
}

/// In how many repositories a level holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Share {
    /// The share that is needed, in per cent; 0 is at least one repository.
    pub needed: u32,
    /// How many repositories there must be before rules count.
    pub among: u32,
    /// In how many it is proven.
    pub proven: usize,
    /// Of how many that count for this.
    pub proven_of: usize,
    /// In how many it is proven or indicated.
    pub indicated: usize,
    /// Of how many that count for this.
    pub indicated_of: usize,
    /// In how many something rules it out.
    pub ruled_out: usize,
}

/// One reason for a level.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Reason {
    /// The level it bears on.
    pub level: String,
    /// How.
    pub relation: Relation,
    /// The rule, or null for an attestation.
    pub rule: Option<String>,
    /// Outcome of the rule, for a single repository.
    pub outcome: Option<Verdict>,
    /// What was found or is claimed.
    pub text: String,
    /// Where it was read, for a single repository.
    pub places: Vec<Evidence>,
    /// A few repositories of a unit, and where it was read in them.
    pub repositories: Vec<In>,
    /// Where the evidence of an attestation can be read.
    pub link: Option<String>,
}

/// A repository of a unit.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct In {
    /// Its name.
    pub repository: String,
    /// Where something was read in it.
    pub place: Option<String>,
}

/// One step that would move a criterion up.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Step {
    /// The level it leads towards.
    pub level: String,
    /// The rule to meet, or null when a person must attest.
    pub rule: Option<String>,
    /// What to do.
    pub text: String,
}

/// A lever that moves a criterion.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LeverRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Whether the organisation declares that it holds it.
    pub held: bool,
    /// What connects it to the criterion.
    pub because: String,
    /// Where it comes from, where the source says so.
    pub origin: Option<Origin>,
    /// Whether those whom it moves have a choice, where the source says so.
    pub force: Option<Force>,
    /// Whether the source calls it hard or soft.
    pub power: Option<Power>,
    /// Address of the source.
    pub source: String,
}
