//! Services and organisations: what the verdicts of many repositories say of a framework together.
//!
//! A level holds for a unit when it holds in a share of its active repositories. Those that do not owe any of the level's
//! rules are not counted; those in which a rule speaks against it always are. So more passes never lower a level, an unknown
//! never raises what is proven, and proven ≤ indicated ≤ possible as for one repository.
//!
//! A claim about an organisation counts only from the organisation's own file, one about a service from any repository of the
//! service, and one about a repository in that repository.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::assess::Relation;
use crate::catalogue::{Catalogue, Criterion, Framework, Level, Rule};
use crate::config::Attestation;
use crate::hold::{Bearing, Said, Told};
use crate::value::{Unit, Verdict};

/// How many repositories are named as examples of a verdict.
const EXAMPLES: usize = 3;

/// A repository of a service or an organisation.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name, such as its path or address.
    pub name: String,
    /// The service it states that it belongs to.
    pub service: Option<String>,
    /// The phase it states.
    pub phase: Option<String>,
    /// By the position of the rule in the catalogue.
    verdicts: Vec<Seen>,
    claims: Vec<Claim>,
}

#[derive(Debug, Clone, Default)]
struct Seen {
    given: Option<Verdict>,
    counted: Option<Verdict>,
    place: Option<Box<str>>,
}

/// A claim of a person, from wherever it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Id of the framework.
    pub framework: String,
    /// Id of the criterion.
    pub criterion: String,
    /// Id of the level.
    pub level: String,
    /// What is claimed, and by whom.
    pub text: String,
    /// Where the evidence can be read.
    pub link: String,
    /// The last day it counts.
    pub expires: Date,
}

impl Claim {
    /// The claim of an attestation, if it counts on a day.
    pub fn of(claim: &Attestation, today: Date) -> Option<Self> {
        claim.is_valid_on(today).then(|| Self {
            framework: claim.framework.clone(),
            criterion: claim.criterion.clone(),
            level: claim.level.clone(),
            text: format!("{} ({}, {}, until {})", claim.statement, claim.by, claim.date, claim.expires),
            link: claim.link.clone(),
            expires: claim.expires,
        })
    }
}

/// The rules of a catalogue by id.
#[derive(Debug)]
pub struct RuleIndex<'a> {
    rules: &'a [Rule],
    by_id: HashMap<&'a str, usize>,
}

impl<'a> RuleIndex<'a> {
    /// Indexes a catalogue.
    pub fn new(catalogue: &'a Catalogue) -> Self {
        let by_id = catalogue.rules.iter().enumerate().map(|(i, rule)| (rule.id.as_str(), i)).collect();
        Self { rules: &catalogue.rules, by_id }
    }

    fn all(&self, ids: &[String]) -> Vec<usize> {
        ids.iter().filter_map(|id| self.by_id.get(id.as_str()).copied()).collect()
    }
}

impl Member {
    /// A repository with its verdicts: the rule's id, the verdict, and the place where it was read. Rules that the catalogue
    /// does not know are passed over; claims that ended before `today` do not count.
    pub fn new<'b>(
        name: String,
        service: Option<String>,
        index: &RuleIndex<'_>,
        outcomes: impl Iterator<Item = (&'b str, Verdict, Option<String>)>,
        claims: Vec<Claim>,
        today: Date,
    ) -> Self {
        let mut verdicts = vec![Seen::default(); index.rules.len()];
        for (rule, verdict, place) in outcomes {
            if let Some(i) = index.by_id.get(rule) {
                verdicts[*i] = Seen { given: Some(verdict), counted: Some(verdict), place: place.map(Into::into) };
            }
        }
        for (i, rule) in index.rules.iter().enumerate() {
            let needed = rule.needs.as_ref().and_then(|needs| index.by_id.get(needs.as_str()));
            let unmet = needed.is_some_and(|i| matches!(verdicts[*i].given, Some(Verdict::Fail | Verdict::Waived)));
            if unmet && verdicts[i].given == Some(Verdict::NotApplicable) {
                verdicts[i].counted = Some(Verdict::Fail);
            }
        }
        let claims = claims.into_iter().filter(|claim| claim.expires >= today).collect();
        Self { name, service, phase: None, verdicts, claims }
    }

    fn claims(&self, framework: &str, criterion: &str) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(move |claim| claim.framework == framework && claim.criterion == criterion)
    }
}

impl Told<usize> for Member {
    fn counted(&self, rule: &usize) -> Option<Verdict> {
        self.verdicts[*rule].counted
    }

    fn given(&self, rule: &usize) -> Option<Verdict> {
        self.verdicts[*rule].given
    }
}

/// What is known about a framework over a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitAssessment {
    /// Id of the framework.
    pub framework: String,
    /// What was rated: a service or an organisation.
    pub unit: Unit,
    /// How many repositories it has.
    pub repositories: usize,
    /// How many of them are active. Only these count.
    pub active: usize,
    /// The criteria, in the source's order.
    pub criteria: Vec<UnitCriterion>,
}

/// What is known about a criterion over a unit. Levels are ids; `None` is below the first level.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitCriterion {
    /// Id of the criterion.
    pub id: String,
    /// The level that is proven.
    pub proven: Option<String>,
    /// The level that is indicated.
    pub indicated: Option<String>,
    /// The level that is possible.
    pub possible: Option<String>,
    /// What the repositories say of each level.
    pub levels: Vec<UnitLevel>,
    /// What people claim about the unit: the repository it was read in, or `None` for the unit's own file.
    pub claims: Vec<(Option<String>, Claim)>,
}

/// What the active repositories say of one level.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitLevel {
    /// Id of the level.
    pub id: String,
    /// The share that is needed, in per cent.
    pub share: u32,
    /// How many repositories there must be before rules count.
    pub among: u32,
    /// In how many it is proven, of how many that count for it.
    pub proven: (usize, usize),
    /// In how many it is proven or indicated, of how many that count for it.
    pub indicated: (usize, usize),
    /// In how many something rules it out.
    pub ruled_out: usize,
    /// What each rule says.
    pub rules: Vec<UnitRule>,
}

/// What one rule says over the active repositories.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitRule {
    /// Id of the rule.
    pub rule: String,
    /// How it bears on the level.
    pub relation: Relation,
    /// In how many it passes.
    pub passes: usize,
    /// In how many it fails.
    pub fails: usize,
    /// In how many it cannot be told.
    pub unknown: usize,
    /// A few in which it passes: repository and place.
    pub passing: Vec<(String, Option<String>)>,
    /// A few in which it fails: repository and place.
    pub failing: Vec<(String, Option<String>)>,
}

/// Rates one framework over the repositories of a service or an organisation.
///
/// `own` are the claims in the unit's own file.
pub fn assess_unit(
    framework: &Framework,
    catalogue: &Catalogue,
    index: &RuleIndex<'_>,
    unit: Unit,
    members: &[Member],
    own: &[Claim],
) -> UnitAssessment {
    let ends: Vec<usize> = index.all(&catalogue.units.active);
    let is_active = |member: &&Member| !ends.iter().any(|rule| member.given(rule) == Some(Verdict::Fail));
    let active: Vec<&Member> = members.iter().filter(is_active).collect();
    let usual = if unit == Unit::Service { catalogue.units.service } else { catalogue.units.organisation };
    let criteria = framework
        .criteria
        .iter()
        .map(|criterion| rate(framework, criterion, index, unit, usual, &active, own))
        .collect();
    UnitAssessment {
        framework: framework.id.clone(),
        unit,
        repositories: members.len(),
        active: active.len(),
        criteria,
    }
}

fn rate(
    framework: &Framework,
    criterion: &Criterion,
    index: &RuleIndex<'_>,
    unit: Unit,
    usual: u32,
    active: &[&Member],
    own: &[Claim],
) -> UnitCriterion {
    // A saved report may claim what cannot be attested.
    let can_be_attested =
        |claim: &&Claim| criterion.levels.iter().any(|level| level.id == claim.level && level.attest.is_some());
    let of_unit = own.iter().filter(|claim| claim.framework == framework.id && claim.criterion == criterion.id);
    let of_unit = of_unit.filter(can_be_attested);
    let mut claims: Vec<(Option<String>, Claim)> = of_unit.map(|claim| (None, claim.clone())).collect();
    if framework.unit == Unit::Service && unit == Unit::Service {
        for member in active {
            let said = member.claims(&framework.id, &criterion.id).filter(can_be_attested);
            claims.extend(said.map(|claim| (Some(member.name.clone()), claim.clone())));
        }
    }
    let claimed = claims.iter().filter_map(|(_, claim)| criterion.position(&claim.level)).max();
    let claimed_by: Vec<Option<usize>> = if framework.unit == Unit::Repository {
        let highest = |member: &&Member| {
            let said = member.claims(&framework.id, &criterion.id).filter(can_be_attested);
            said.filter_map(|claim| criterion.position(&claim.level)).max()
        };
        active.iter().map(highest).collect()
    } else {
        Vec::new()
    };
    let mut held = Vec::new();
    let mut levels = Vec::new();
    for (i, level) in criterion.levels.iter().enumerate() {
        let claims_it = |claimed: Option<usize>| claimed.is_some_and(|claimed| i <= claimed);
        let counted = count(level, index, usual, active, |member| {
            claimed_by.get(member).is_some_and(|claimed| claims_it(*claimed))
        });
        let told = level.is_told_by(active.len());
        let possible = reaches(counted.share, active.len() - counted.ruled_out, active.len()) || active.is_empty();
        let enough = |(held, of): (usize, usize)| told && of > 0 && reaches(counted.share, held, of);
        let proven = possible && (level.blank || level.floor || claims_it(claimed) || enough(counted.proven));
        let indicated = proven || (possible && enough(counted.indicated));
        held.push([proven, indicated, possible]);
        levels.push(counted);
    }
    let reached = |measure: usize| {
        let upto = criterion.reached(held.iter().map(|held| held[measure]));
        upto.map(|level| criterion.levels[level].id.clone())
    };
    UnitCriterion {
        id: criterion.id.clone(),
        proven: reached(0),
        indicated: reached(1),
        possible: reached(2),
        levels,
        claims,
    }
}

/// Whether `held` of `of` is the share, and at least one.
fn reaches(share: u32, held: usize, of: usize) -> bool {
    held > 0 && held * 100 >= of * share as usize
}

fn count(
    level: &Level,
    index: &RuleIndex<'_>,
    usual: u32,
    active: &[&Member],
    claims: impl Fn(usize) -> bool,
) -> UnitLevel {
    let [satisfies, supports, contradicts] =
        [&level.satisfies, &level.supports, &level.contradicts].map(|ids| index.all(ids));
    let bearing = Bearing { satisfies: &satisfies, supports: &supports, contradicts: &contradicts };
    let mut counted = UnitLevel {
        id: level.id.clone(),
        share: level.share.unwrap_or(usual),
        among: level.among,
        proven: (0, 0),
        indicated: (0, 0),
        ruled_out: 0,
        rules: Vec::new(),
    };
    for (i, member) in active.iter().enumerate() {
        let Said { ruled_out, settled, signalled, can_settle, can_signal } = bearing.said_by(*member);
        let claimed = claims(i);
        let proven = !ruled_out && (settled || claimed);
        let indicated = proven || (!ruled_out && signalled);
        counted.ruled_out += usize::from(ruled_out);
        counted.proven.0 += usize::from(proven);
        counted.proven.1 += usize::from(can_settle || claimed || ruled_out);
        counted.indicated.0 += usize::from(indicated);
        counted.indicated.1 += usize::from(can_signal || claimed || ruled_out);
    }
    for (relation, rules) in
        [(Relation::Satisfies, &satisfies), (Relation::Supports, &supports), (Relation::Contradicts, &contradicts)]
    {
        counted.rules.extend(rules.iter().map(|rule| told(*rule, relation, index, active)));
    }
    counted
}

fn told(rule: usize, relation: Relation, index: &RuleIndex<'_>, active: &[&Member]) -> UnitRule {
    let mut said = UnitRule {
        rule: index.rules[rule].id.clone(),
        relation,
        passes: 0,
        fails: 0,
        unknown: 0,
        passing: Vec::new(),
        failing: Vec::new(),
    };
    for member in active {
        let seen = &member.verdicts[rule];
        let verdict = if relation == Relation::Contradicts { seen.given } else { seen.counted };
        let (count, examples) = match verdict {
            Some(Verdict::Pass) => (&mut said.passes, Some(&mut said.passing)),
            Some(Verdict::Fail | Verdict::Waived) => (&mut said.fails, Some(&mut said.failing)),
            Some(Verdict::NotApplicable) => continue,
            Some(Verdict::Unknown | Verdict::Error) | None => (&mut said.unknown, None),
        };
        *count += 1;
        if let Some(examples) = examples.filter(|examples| examples.len() < EXAMPLES) {
            examples.push((member.name.clone(), seen.place.as_deref().map(ToOwned::to_owned)));
        }
    }
    said
}

#[cfg(test)]
mod tests;
