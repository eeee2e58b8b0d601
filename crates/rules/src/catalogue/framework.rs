//! Frameworks as they are evaluated: criteria and levels, the levers that move them, and the shares that make a unit.

use serde::{Deserialize, Serialize};

use crate::hold::Bearing;
use crate::value::{Demand, Force, Origin, Power, Unit};

/// A published scale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Framework {
    /// Unique name, also of its file.
    pub id: String,
    /// Its own title.
    pub title: String,
    /// Version that was read.
    pub version: String,
    /// When that was published.
    pub date: String,
    /// What it rates.
    pub unit: Unit,
    /// What it is for.
    pub about: String,
    /// Address, publisher and licence of the source.
    pub source: FrameworkSource,
    /// What is not in this file, and why.
    pub gaps: Vec<String>,
    /// The words of an answer point by point, when every criterion has one level.
    pub answer: Option<PointByPoint>,
    /// Its rows.
    pub criteria: Vec<Criterion>,
}

impl Framework {
    /// How many criteria have a level that a repository can show or indicate at all.
    pub fn shown_by_repositories(&self) -> usize {
        self.criteria.iter().filter(|criterion| criterion.is_shown_by_rules()).count()
    }

    /// The criterion with this id.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }
}

impl Criterion {
    /// Where a level stands, from 0.
    pub fn position(&self, level: &str) -> Option<usize> {
        self.levels.iter().position(|known| known.id == level)
    }

    /// Whether a repository can show or indicate any of its levels.
    pub fn is_shown_by_rules(&self) -> bool {
        self.levels.iter().any(Level::is_shown_by_rules)
    }

    /// The highest level up to which all hold, passing over blank ones.
    pub(crate) fn reached(&self, holds: impl Iterator<Item = bool>) -> Option<usize> {
        let upto = holds.take_while(|holds| *holds).count();
        self.levels[..upto.min(self.levels.len())].iter().rposition(|level| !level.blank)
    }
}

/// The words of an answer point by point.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PointByPoint {
    /// What a criterion is called.
    pub of: String,
    /// The level is proven.
    pub met: String,
    /// Something rules the level out.
    pub not_met: String,
    /// Neither is known.
    pub unknown: String,
    /// Whether the phase belongs in the answer.
    pub phase: bool,
    /// Whether the question that people answer stands beside each answer.
    pub question: bool,
}

impl Default for PointByPoint {
    fn default() -> Self {
        Self {
            of: "criterion".to_owned(),
            met: "met".to_owned(),
            not_met: "not met".to_owned(),
            unknown: "cannot tell from the repository".to_owned(),
            phase: false,
            question: false,
        }
    }
}

/// Where a framework is published.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrameworkSource {
    /// Address.
    pub url: String,
    /// Publisher.
    pub publisher: String,
    /// Licence of the source's text.
    pub licence: String,
}

/// A row of a framework.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Criterion {
    /// Short name, unique in the framework.
    pub id: String,
    /// Title in the source.
    pub name: String,
    /// Part of the framework.
    pub theme: Option<String>,
    /// What a repository cannot show of it.
    pub beyond: Option<String>,
    /// The framework that looks at it in detail.
    pub detail: Option<String>,
    /// Levels, lowest first.
    pub levels: Vec<Level>,
}

/// A level of a criterion, and how rules bear on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Level {
    /// Short name.
    pub id: String,
    /// What it means, in our words.
    pub says: String,
    /// The source leaves it blank.
    pub blank: bool,
    /// Everybody is at least here.
    pub floor: bool,
    /// Rules that together settle it.
    pub satisfies: Vec<String>,
    /// Rules that indicate it.
    pub supports: Vec<String>,
    /// Rules whose failure rules it out.
    pub contradicts: Vec<String>,
    /// What a person who attests it confirms.
    pub attest: Option<String>,
    /// What the source asks for.
    pub asks: Demand,
    /// The share of active repositories in which it must hold to hold for a service or an organisation, in per cent; 0 is at
    /// least one repository.
    pub share: Option<u32>,
    /// How many repositories there must be before rules say anything about it; 0 and 1 are the same.
    pub among: u32,
}

impl Level {
    /// Whether a rule or a person can prove this level, or it is not asked for.
    pub fn is_reachable(&self) -> bool {
        self.blank || self.floor || self.attest.is_some() || !self.satisfies.is_empty()
    }

    /// The rules that bear on it.
    pub(crate) fn bearing(&self) -> Bearing<'_, String> {
        Bearing { satisfies: &self.satisfies, supports: &self.supports, contradicts: &self.contradicts }
    }

    /// Whether signals from this many repositories say anything about this level.
    pub(crate) fn is_told_by(&self, repositories: usize) -> bool {
        repositories >= self.among as usize
    }

    /// Whether a repository alone can settle or indicate this level.
    pub fn is_shown_by_rules(&self) -> bool {
        !self.satisfies.is_empty() || !self.supports.is_empty()
    }
}

/// What an organisation can pull to move others. What its source does not say is `None`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Lever {
    /// Short name.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it is.
    pub says: String,
    /// Where it comes from.
    pub origin: Option<Origin>,
    /// Whether those whom it moves have a choice.
    pub force: Option<Force>,
    /// How the source ranks it.
    pub power: Option<Power>,
    /// Title and address of the source.
    pub source: (String, String),
    /// What it moves.
    pub moves: Vec<Moves>,
}

impl Lever {
    /// Why it moves a criterion, if it does.
    pub fn moves(&self, framework: &str, criterion: &str) -> Option<&str> {
        let found = self.moves.iter().find(|moves| {
            moves.framework == framework && (moves.criteria.is_empty() || moves.criteria.iter().any(|c| c == criterion))
        });
        found.map(|moves| moves.because.as_str())
    }
}

/// Criteria of a framework that a lever moves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Moves {
    /// Id of the framework.
    pub framework: String,
    /// Ids of the criteria; empty: all.
    pub criteria: Vec<String>,
    /// What connects the two.
    pub because: String,
}

/// How services and organisations are rated over their repositories.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Units {
    /// Rules of which none may fail in a repository that counts as active.
    pub active: Vec<String>,
    /// The rule whose value is the phase, where no configuration states one.
    pub phase: Option<String>,
    /// The share of a service's repositories in which a level must hold, in per cent.
    pub service: u32,
    /// The share of an organisation's repositories in which a level must hold, in per cent.
    pub organisation: u32,
}

impl Default for Units {
    fn default() -> Self {
        Self { active: Vec::new(), phase: None, service: 100, organisation: 80 }
    }
}
