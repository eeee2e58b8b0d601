//! From an assessment to an answer.

use std::collections::HashMap;

use openly_rules::run::Outcome;
use openly_rules::units::{Member, UnitAssessment, UnitCriterion, UnitLevel, UnitRule};
use openly_rules::value::{Evidence, Unit, Value, Verdict};
use openly_rules::{Assessment, Catalogue, Criterion, CriterionResult, Framework, Level, PointByPoint, Relation};

use super::{About, Answer, In, LevelRow, LeverRow, Phase, Rated, Reason, Row, SCHEMA, Share, State, Step, Words};
use crate::Report;

/// What states a phase that people set.
const CONFIGURATION: &str = "the configuration";

/// What an answer is made of besides the assessment.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Version of openly.
    pub version: &'a str,
    /// The rules and frameworks.
    pub catalogue: &'a Catalogue,
    /// Ids of the levers that are held.
    pub levers: &'a [String],
}

/// The answer for one repository. `None` when the report has no assessment of the framework.
pub fn of_repository(context: Context<'_>, framework: &Framework, report: &Report) -> Option<Answer> {
    let assessment: &Assessment = report.checked.assessments.iter().find(|a| a.framework == framework.id)?;
    let rows = framework.criteria.iter().zip(&assessment.criteria);
    let outcomes: HashMap<&str, &Outcome> =
        report.checked.outcomes.iter().map(|outcome| (outcome.rule.as_str(), outcome)).collect();
    let criteria =
        rows.map(|(criterion, result)| repository_row(context, framework, criterion, result, &outcomes)).collect();
    let mut notes = Vec::new();
    if framework.unit != Unit::Repository {
        let what = if framework.unit == Unit::Service { "a service" } else { "an organisation" };
        notes.push(format!(
            "This framework rates {what}. What stands here are signals from one repository: a repository cannot show the \
             rating of {what}."
        ));
    }
    let rated = Rated {
        unit: Unit::Repository,
        name: report.subject.path.clone(),
        commit: report.subject.commit.clone(),
        phase: phase_of(report, context.catalogue),
        repositories: 1,
        active: 1,
    };
    Some(whole(context, framework, rated, notes, criteria))
}

/// The phase of a repository: the one its configuration states, or else the one that was found in it.
pub fn phase_of(report: &Report, catalogue: &Catalogue) -> Phase {
    if let Some(phase) = &report.subject.phase {
        return Phase { phase: Some(phase.clone()), phase_from: Some(CONFIGURATION.to_owned()) };
    }
    let found = report.checked.outcomes.iter().find(|outcome| Some(&outcome.rule) == catalogue.units.phase.as_ref());
    match found {
        Some(Outcome { verdict: Verdict::Pass, value: Some(Value::Text(phase)), evidence, .. }) => {
            Phase { phase: Some(phase.clone()), phase_from: evidence.first().and_then(Evidence::file_and_line) }
        }
        _ => Phase::default(),
    }
}

/// The phase of a service: the one its own file states, or else the one that its repositories agree on.
pub fn phase_of_service(own: Option<&str>, members: &[Member]) -> Phase {
    if let Some(phase) = own {
        return Phase { phase: Some(phase.to_owned()), phase_from: Some(CONFIGURATION.to_owned()) };
    }
    let stated: Vec<&String> = members.iter().filter_map(|member| member.phase.as_ref()).collect();
    match stated.split_first() {
        Some((first, rest)) if rest.iter().all(|other| other == first) => Phase {
            phase: Some((*first).clone()),
            phase_from: Some(format!("every repository that states one ({} of {})", stated.len(), members.len())),
        },
        _ => Phase::default(),
    }
}

/// The answer for a service or an organisation.
pub fn of_unit(
    context: Context<'_>,
    framework: &Framework,
    found: &UnitAssessment,
    name: &str,
    phase: Phase,
) -> Answer {
    let rows = framework.criteria.iter().zip(&found.criteria);
    let rules: HashMap<&str, &openly_rules::Rule> =
        context.catalogue.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
    let criteria = rows.map(|(criterion, result)| unit_row(context, framework, criterion, result, &rules)).collect();
    let units = &context.catalogue.units;
    let share = if found.unit == Unit::Service { units.service } else { units.organisation };
    let mut notes = vec![format!(
        "Rated over {} active of {} repositories. Where nothing else is said, a level holds when it does in {share}% of those \
         that it says anything about.",
        found.active, found.repositories
    )];
    match (framework.unit, found.unit) {
        (Unit::Organisation, Unit::Service) => notes.push(
            "This framework rates an organisation. What stands here are signals from the repositories of one service: they \
             cannot show the rating of an organisation."
                .to_owned(),
        ),
        (Unit::Service, Unit::Organisation) => notes.push(
            "This framework rates a service. Over all repositories of an organisation it shows what is usual in them; name one \
             service to rate it."
                .to_owned(),
        ),
        _ => {}
    }
    let rated = Rated {
        unit: found.unit,
        name: name.to_owned(),
        commit: None,
        phase,
        repositories: found.repositories,
        active: found.active,
    };
    whole(context, framework, rated, notes, criteria)
}

fn whole(
    context: Context<'_>,
    framework: &Framework,
    rated: Rated,
    mut notes: Vec<String>,
    criteria: Vec<Row>,
) -> Answer {
    if criteria.iter().any(|row| row.is_without_evidence(&row.proven)) {
        notes.push(
            "A level in brackets needs no evidence: it is where everybody starts, and says nothing about what was rated."
                .to_owned(),
        );
    }
    let shown = framework.shown_by_repositories();
    notes.push(format!(
        "A repository can show something of {shown} of its {} criteria. The others are for people to say.",
        framework.criteria.len()
    ));
    if let Some(words) = &framework.answer
        && words.phase
    {
        notes.push(match &rated.phase {
            Phase { phase: Some(phase), phase_from: Some(from) } => {
                format!("The phase is {phase}, as {from} says. An assessment is made for a phase.")
            }
            _ => "Nothing states one phase. An assessment is made for a phase: set `phase` in .openly.yml.".to_owned(),
        });
    }
    Answer {
        schema: SCHEMA,
        version: context.version.to_owned(),
        framework: About {
            id: framework.id.clone(),
            title: framework.title.clone(),
            version: framework.version.clone(),
            date: framework.date.clone(),
            unit: framework.unit,
            about: framework.about.clone(),
            url: framework.source.url.clone(),
            publisher: framework.source.publisher.clone(),
            licence: framework.source.licence.clone(),
            gaps: framework.gaps.clone(),
        },
        subject: rated,
        notes,
        words: framework.answer.as_ref().map(|words| Words {
            of: words.of.clone(),
            met: words.met.clone(),
            not_met: words.not_met.clone(),
            unknown: words.unknown.clone(),
            question: words.question,
        }),
        shown_by_repositories: shown,
        criteria,
    }
}

/// The levels that are reached: proven, indicated and possible.
type Reached<'a> = [&'a Option<String>; 3];

fn repository_row(
    context: Context<'_>,
    framework: &Framework,
    criterion: &Criterion,
    result: &CriterionResult,
    outcomes: &HashMap<&str, &Outcome>,
) -> Row {
    let because = result
        .because
        .iter()
        .map(|reason| Reason {
            level: reason.level.clone(),
            relation: reason.relation,
            rule: reason.rule.clone(),
            outcome: reason.verdict,
            text: reason.text.clone(),
            places: reason.evidence.clone(),
            repositories: Vec::new(),
            link: reason.link.clone(),
        })
        .collect();
    let next = result.next.iter();
    let next =
        next.map(|step| Step { level: step.level.clone(), rule: step.rule.clone(), text: step.text.clone() }).collect();
    let reached = [&result.proven, &result.indicated, &result.possible];
    let told = Told { because, missing: missing(criterion, outcomes), lapsed: result.lapsed.clone(), next };
    row(context, framework, criterion, reached, told, &[])
}

/// The signals of one repository that are not there.
fn missing(criterion: &Criterion, outcomes: &HashMap<&str, &Outcome>) -> Vec<Reason> {
    let mut missing: Vec<Reason> = Vec::new();
    for level in criterion.levels.iter().filter(|level| level.among <= 1) {
        for rule in level.supports.iter().filter(|rule| !level.contradicts.contains(rule)) {
            let Some(outcome) = outcomes.get(rule.as_str()).filter(|outcome| is_missing(outcome.verdict)) else {
                continue;
            };
            if missing.iter().any(|reason| reason.rule.as_ref() == Some(rule)) {
                continue;
            }
            missing.push(Reason {
                level: level.id.clone(),
                relation: Relation::Supports,
                rule: Some(rule.clone()),
                outcome: Some(outcome.verdict),
                text: outcome.message.clone(),
                places: outcome.evidence.iter().take(3).cloned().collect(),
                repositories: Vec::new(),
                link: None,
            });
        }
    }
    missing
}

fn is_missing(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Waived)
}

/// What is said about a row.
struct Told {
    because: Vec<Reason>,
    missing: Vec<Reason>,
    lapsed: Vec<String>,
    next: Vec<Step>,
}

fn unit_row(
    context: Context<'_>,
    framework: &Framework,
    criterion: &Criterion,
    result: &UnitCriterion,
    rules: &HashMap<&str, &openly_rules::Rule>,
) -> Row {
    let (mut because, mut missing): (Vec<Reason>, Vec<Reason>) = (Vec::new(), Vec::new());
    for level in &result.levels {
        for said in &level.rules {
            let title = rules.get(said.rule.as_str()).map_or(said.rule.as_str(), |rule| rule.title.as_str());
            let (for_it, absent) = unit_reasons(level, said, title);
            because.extend(for_it);
            missing.extend(absent);
        }
    }
    because.extend(result.claims.iter().map(|(repository, claim)| Reason {
        level: claim.level.clone(),
        relation: Relation::Attested,
        rule: None,
        outcome: None,
        text: claim.text.clone(),
        places: Vec::new(),
        repositories: repository.iter().map(|name| In { repository: name.clone(), place: None }).collect(),
        link: Some(claim.link.clone()),
    }));
    let reached = [&result.proven, &result.indicated, &result.possible];
    let above = result.proven.as_ref().and_then(|id| criterion.position(id)).map_or(0, |level| level + 1);
    let target = criterion.levels.iter().enumerate().skip(above).find(|(_, level)| !level.blank);
    let next = target.map_or_else(Vec::new, |(i, level)| unit_steps(level, &result.levels[i], rules));
    let told = Told { because, missing, lapsed: Vec::new(), next };
    row(context, framework, criterion, reached, told, &result.levels)
}

fn places(examples: &[(String, Option<String>)]) -> Vec<In> {
    examples.iter().map(|(name, place)| In { repository: name.clone(), place: place.clone() }).collect()
}

/// What a rule says for or against a level over a unit, and the signal that is not there.
fn unit_reasons(level: &UnitLevel, said: &UnitRule, title: &str) -> (Vec<Reason>, Option<Reason>) {
    let told = said.passes + said.fails + said.unknown;
    let reason = |relation, text, examples: &[(String, Option<String>)]| Reason {
        level: level.id.clone(),
        relation,
        rule: Some(said.rule.clone()),
        outcome: None,
        text,
        places: Vec::new(),
        repositories: places(examples),
        link: None,
    };
    let (mut reasons, mut missing) = (Vec::new(), None);
    if said.passes > 0 && said.relation != Relation::Contradicts {
        let unknown =
            if said.unknown > 0 { format!(", and cannot be told in {}", said.unknown) } else { String::new() };
        let text = format!("{title}: so in {} of {}{unknown}.", said.passes, count(told));
        reasons.push(reason(said.relation, text, &said.passing));
    }
    if said.fails > 0 {
        let text = format!("{title}: not so in {} of {}.", said.fails, count(told));
        if said.relation == Relation::Supports {
            missing = Some(reason(Relation::Supports, text, &said.failing));
        } else {
            reasons.push(reason(Relation::Contradicts, text, &said.failing));
        }
    }
    (reasons, missing)
}

fn unit_steps(level: &Level, found: &UnitLevel, rules: &HashMap<&str, &openly_rules::Rule>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for said in found.rules.iter().filter(|said| said.fails > 0) {
        if steps.iter().any(|step| step.rule.as_ref() == Some(&said.rule)) {
            continue;
        }
        let fix = rules.get(said.rule.as_str()).map_or("", |rule| rule.fix.as_str());
        let names: Vec<&str> = said.failing.iter().map(|(name, _)| name.as_str()).collect();
        let more = if said.fails > names.len() { " and more" } else { "" };
        steps.push(Step {
            level: level.id.clone(),
            rule: Some(said.rule.clone()),
            text: format!("In {} ({}{more}): {fix}", count(said.fails), names.join(", ")),
        });
    }
    if let Some(question) = &level.attest {
        let text = format!("Attest it, if it is so: {question}");
        steps.push(Step { level: level.id.clone(), rule: None, text });
    }
    steps
}

fn count(repositories: usize) -> String {
    if repositories == 1 { "1 repository".to_owned() } else { format!("{repositories} repositories") }
}

fn row(
    context: Context<'_>,
    framework: &Framework,
    criterion: &Criterion,
    reached: Reached<'_>,
    Told { because, missing, lapsed, next }: Told,
    shares: &[UnitLevel],
) -> Row {
    let [proven, indicated, possible] = reached;
    let top = criterion.levels.iter().rfind(|level| !level.blank).map(|level| &level.id);
    let done = proven.is_some() && proven.as_ref() == top;
    Row {
        id: criterion.id.clone(),
        name: criterion.name.clone(),
        theme: criterion.theme.clone(),
        answer: framework.answer.as_ref().map(|words| answer(words, reached)),
        proven: proven.clone(),
        indicated: indicated.clone(),
        possible: possible.clone(),
        levels: criterion
            .levels
            .iter()
            .enumerate()
            .map(|(i, level)| level_row(criterion, i, level, reached, shares.get(i)))
            .collect(),
        because,
        missing,
        lapsed,
        next,
        levers: if done { Vec::new() } else { levers(context, framework, criterion) },
        only_people_can_tell: !criterion.is_shown_by_rules()
            && criterion.levels.iter().all(|level| level.contradicts.is_empty()),
        beyond: criterion.beyond.clone(),
        detail: criterion.detail.clone(),
    }
}

fn answer(words: &PointByPoint, [proven, _, possible]: Reached<'_>) -> String {
    match (proven, possible) {
        (Some(_), _) => &words.met,
        (None, None) => &words.not_met,
        (None, Some(_)) => &words.unknown,
    }
    .clone()
}

fn level_row(
    criterion: &Criterion,
    at: usize,
    level: &Level,
    reached: Reached<'_>,
    share: Option<&UnitLevel>,
) -> LevelRow {
    let upto = |id: &Option<String>| id.as_ref().and_then(|id| criterion.position(id)).is_some_and(|top| at <= top);
    let state = match reached.map(upto) {
        _ if level.blank => State::Blank,
        [true, _, _] if level.floor => State::NoEvidence,
        [true, _, _] => State::Proven,
        [_, true, _] => State::Indicated,
        [_, _, true] => State::Open,
        _ => State::RuledOut,
    };
    LevelRow {
        id: level.id.clone(),
        says: level.says.clone(),
        asks: level.asks,
        state,
        question: level.attest.clone(),
        share: share.map(|found| Share {
            needed: found.share,
            among: found.among,
            proven: found.proven.0,
            proven_of: found.proven.1,
            indicated: found.indicated.0,
            indicated_of: found.indicated.1,
            ruled_out: found.ruled_out,
        }),
    }
}

/// The levers that move a criterion, those that are held first.
pub fn levers(context: Context<'_>, framework: &Framework, criterion: &Criterion) -> Vec<LeverRow> {
    let moving = context.catalogue.levers.iter().filter_map(|lever| {
        lever.moves(&framework.id, &criterion.id).map(|because| LeverRow {
            id: lever.id.clone(),
            title: lever.title.clone(),
            held: context.levers.contains(&lever.id),
            because: because.to_owned(),
            origin: lever.origin,
            force: lever.force,
            power: lever.power,
            source: lever.source.1.clone(),
        })
    });
    let mut levers: Vec<LeverRow> = moving.collect();
    levers.sort_by_key(|lever| !lever.held);
    levers
}
