//! One check of one repository: its kind, the outcome of each rule, and what the frameworks make of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{Scope, ScopedJoinHandle};

use jiff::ToSpan;

use crate::assess::{Assessment, assess};
use crate::catalogue::{Catalogue, Check, Framework, Profile, Rule};
use crate::check::{Answer, Truth, evaluate};
use crate::components::{self, Components};
use crate::config::{Config, Waiver};
use crate::detect::Builtin;
use crate::detect::secrets::masked;
use crate::facts::{Facts, Found, Past, Sources};
use crate::import::{Import, Measure};
use crate::inherited::WithInherited;
use crate::kind::{self, KindFound};
use crate::profile::{self, ProfileFound};
use crate::reach::{self, Inside, Reach};
use crate::timing::Timings;
use crate::value::{Evidence, Kind, Severity, Value, Verdict};

/// How long before its end a waiver or an attestation is warned about, in days.
const WARN_DAYS: i64 = 30;

/// What to check and how.
pub struct Request<'a> {
    /// The rules and frameworks.
    pub catalogue: &'a Catalogue,
    /// Where the facts come from.
    pub sources: Sources<'a>,
    /// The configuration of the repository.
    pub config: &'a Config,
    /// The profile, when the command line names one.
    pub profile: Option<&'a str>,
    /// The kind, when the command line states it.
    pub kind: Option<Kind>,
    /// Frameworks to assess besides those of the profile.
    pub frameworks: &'a [String],
    /// Only these rules, when there are any.
    pub only: &'a [String],
}

/// The outcome of one rule.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Id of the rule.
    pub rule: String,
    /// Its topic.
    pub topic: String,
    /// What is true when it passes.
    pub title: String,
    /// How much it matters here.
    pub severity: Severity,
    /// What is known.
    pub verdict: Verdict,
    /// Whether it does not hold, and is not applicable only because the repository says that it is no longer kept up.
    pub excused: bool,
    /// What was found, in a sentence.
    pub message: String,
    /// Why it is not applicable, waived, unknown or an error.
    pub reason: Option<String>,
    /// Why the rule matters.
    pub why: String,
    /// The next step, when there is one.
    pub fix: String,
    /// What was found, as data.
    pub value: Option<Value>,
    /// Where it was read.
    pub evidence: Vec<Evidence>,
    /// Which components have it, where the rule asks that and there are several.
    pub reach: Option<Reach>,
}

impl Outcome {
    /// The verdict that levels count.
    pub fn weight(&self) -> Verdict {
        weight(self.verdict, self.excused)
    }
}

/// The verdict that levels count. Nobody asks a project that has ended for what it lacks, but it lacks it all the same:
/// otherwise it would rise by saying that it has ended.
pub fn weight(verdict: Verdict, excused: bool) -> Verdict {
    if excused { Verdict::Fail } else { verdict }
}

/// Something a person should know about the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice(pub String);

/// What a check found.
#[derive(Debug)]
pub struct Checked {
    /// The profile that applied.
    pub profile: ProfileFound,
    /// The kind of the repository.
    pub kind: KindFound,
    /// The components, where there are several.
    pub components: Components,
    /// The outcomes, sorted by topic and rule.
    pub outcomes: Vec<Outcome>,
    /// The assessments, sorted by framework.
    pub assessments: Vec<Assessment>,
    /// What to know about waivers and attestations.
    pub notices: Vec<Notice>,
}

/// Checks a repository.
///
/// Reads each file at most once, and only when a rule of the profile needs it. The same sources give the same result.
pub fn check(request: &Request<'_>) -> Checked {
    check_timed(request, &mut Timings::default())
}

/// As [`check`], and notes how long each part took.
pub fn check_timed(request: &Request<'_>, timings: &mut Timings) -> Checked {
    let Some(all) = WithInherited::over(request.sources.tree, &request.sources.host.inherited) else {
        return check_sources(request, timings);
    };
    let request = Request { sources: Sources { tree: &all, ..request.sources }, ..*request };
    let mut checked = check_sources(&request, timings);
    all.place(&mut checked);
    checked
}

fn check_sources<'a>(request: &Request<'a>, timings: &mut Timings) -> Checked {
    let Request { catalogue, config, .. } = *request;
    let chosen = request.profile.map(|id| ProfileFound::stated(id, "command line"));
    let chosen = chosen.or_else(|| config.profile.as_ref().map(|id| ProfileFound::stated(id, "configuration")));
    let stated = request.kind.map(|kind| KindFound::stated(kind, "command line"));
    let stated = stated.or_else(|| config.kind.map(|kind| KindFound::stated(kind, "configuration")));
    // While the profile is open, the files of every rule are looked for.
    let may_apply = chosen.as_ref().map(|profile| select(request, &profile.id));
    let may_apply = may_apply.unwrap_or_else(|| catalogue.rules.iter().filter(|rule| request.may_ask(rule)).collect());
    let mut checks: Vec<&'a Check> = may_apply.iter().map(|rule| &rule.check).collect();
    checks.extend(may_apply.iter().filter_map(|rule| rule.unless.as_ref().map(|(check, _)| check)));
    if stated.is_none() {
        checks.extend(catalogue.kinds.iter().map(|sign| &sign.signal.check));
    }
    if chosen.is_none() {
        checks.extend(catalogue.profiles.iter().flat_map(|profile| &profile.signals).map(|signal| &signal.check));
    }
    let mut notices = Vec::new();
    let past = Past::of(request.sources, &checks);
    let (profile, kind, components, outcomes) = std::thread::scope(|scope| {
        // The history takes long, and rules ask for it at the end.
        if checks.iter().any(|check| check.reads_history()) {
            let past = past.clone();
            scope.spawn(move || {
                let _ = past.get();
            });
        }
        let facts = timings.step("find the files of the rules", || {
            Facts::new(request.sources, catalogue, &config.exclude, &checks, past)
        });
        if let Some(work) = facts.ahead(&checks) {
            scope.spawn(work);
        }
        let beside = Beside::start(scope, request, facts.found(), checks);
        let profile = timings.step("tell the profile", || chosen.unwrap_or_else(|| profile::detect(&facts)));
        let _ = facts.profile.set(catalogue.profile(&profile.id));
        let kind = timings.step("tell the kind", || stated.unwrap_or_else(|| kind::detect(&facts)));
        let _ = facts.kind.set(kind.value);
        let rules = select(request, &profile.id);
        let (found, asking) = (facts.found(), rules.clone());
        let components = scope.spawn(move || {
            let facts = found.facts();
            let components = match &config.components {
                Some(folders) => Components::stated(&facts, folders),
                None => components::detect(&facts),
            };
            let inside = Inside::of(&facts, &components, &asking);
            (components, inside)
        });
        let mut outcomes = ask(request, &rules, kind.value, &facts, beside, timings, &mut notices);
        let components = timings.step("tell the components", || {
            let (components, inside) = components.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            reach::attribute(&facts, &rules, &components, &inside, &mut outcomes);
            components
        });
        (profile, kind, components, outcomes)
    });
    notices.extend(request.sources.imports.list.iter().filter_map(Import::unused).map(Notice));
    let today = request.sources.today;
    for claim in &config.attestations {
        let what = format!("The attestation of {} ({}, {})", claim.level, claim.criterion, claim.framework);
        if claim.expires < today && claim.is_renewed(&config.attestations, today) {
            let said = format!("{what} ended on {} and was confirmed again. Take the old one out.", claim.expires);
            notices.push(Notice(said));
        } else if let Some(said) = claim.lapse(today) {
            notices.push(Notice(said));
        } else if claim.expires < today.saturating_add(WARN_DAYS.days()) {
            notices.push(Notice(format!("{what} ends on {}.", claim.expires)));
        }
    }
    let assessments = timings.step("assess the frameworks", || {
        let frameworks = frameworks(request, &profile.id).into_iter();
        frameworks.map(|framework| assess(framework, catalogue, &outcomes, &config.attestations, today)).collect()
    });
    Checked { profile, kind, components, outcomes, assessments, notices }
}

/// The groups of rules that are still to be asked, and what is known for all of them.
struct Work<'a> {
    groups: Mutex<VecDeque<Vec<&'a Rule>>>,
    profile: Option<&'a Profile>,
    kind: Option<Kind>,
    waivers: Vec<&'a Waiver>,
}

impl<'a> Work<'a> {
    fn take(&self, one: fn(&mut VecDeque<Vec<&'a Rule>>) -> Option<Vec<&'a Rule>>) -> Option<Vec<&'a Rule>> {
        self.groups.lock().ok().and_then(|mut groups| one(&mut groups))
    }
}

/// A thread that reads what is built and run while the profile and the kind are told, and then asks rules.
struct Beside<'scope, 'a> {
    tell: mpsc::Sender<Arc<Work<'a>>>,
    thread: ScopedJoinHandle<'scope, Asked>,
}

impl<'scope, 'a: 'scope> Beside<'scope, 'a> {
    fn start(
        scope: &'scope Scope<'scope, '_>,
        request: &'scope Request<'a>,
        found: Found<'a>,
        checks: Vec<&'a Check>,
    ) -> Self {
        let (tell, told) = mpsc::channel::<Arc<Work<'a>>>();
        let thread = scope.spawn(move || {
            let facts = found.facts();
            facts.read_builds(&checks);
            let mut asked = Asked::default();
            let Ok(work) = told.recv() else { return asked };
            let _ = facts.profile.set(work.profile);
            let _ = facts.kind.set(work.kind);
            while let Some(group) = work.take(VecDeque::pop_back) {
                asked.add(ask_in_turn(request, &group, work.kind, &facts, &work.waivers));
            }
            asked
        });
        Self { tell, thread }
    }
}

/// Topics whose rules read files of their own, many of them.
const APART: [&str; 2] = ["accessibility", "platforms"];

/// The outcomes of the rules, sorted by topic and rule.
///
/// Rules that read the same files are asked together, one group at a time, by threads with facts of their own. Which rules are
/// asked together depends on the rules only, so that the outcomes do not depend on the machine.
fn ask<'a>(
    request: &Request<'a>,
    rules: &[&'a Rule],
    kind: Option<Kind>,
    facts: &Facts<'a>,
    beside: Beside<'_, 'a>,
    timings: &mut Timings,
    notices: &mut Vec<Notice>,
) -> Vec<Outcome> {
    let waivers = valid_waivers(request, notices);
    let work = Arc::new(Work {
        groups: Mutex::new(groups(request.catalogue, rules)),
        profile: facts.profile(),
        kind,
        waivers: waivers.clone(),
    });
    // When the other thread is gone, all is done here, and joining it says why.
    let _ = beside.tell.send(Arc::clone(&work));
    let mut asked = Asked::default();
    // The documents come first here, where some of them were read to tell the kind.
    while let Some(group) = work.take(VecDeque::pop_front) {
        asked.add(ask_in_turn(request, &group, kind, facts, &waivers));
    }
    asked.add(beside.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
    timings.rules.append(&mut asked.timings.rules);
    for waiver in &waivers {
        if !asked.waived.contains(&waiver.rule) && asked.outcomes.iter().any(|outcome| outcome.rule == waiver.rule) {
            notices.push(Notice(format!(
                "The waiver for {} is not needed: the rule does not fail. Take it out.",
                waiver.rule
            )));
        }
    }
    asked.outcomes.sort_by(|a, b| (&a.topic, &a.rule).cmp(&(&b.topic, &b.rule)));
    asked.outcomes
}

/// The rules by what they read: documents, then the history, then those of each topic that stands apart, then what is built and
/// run. A rule stands with the one that it needs.
fn groups<'a>(catalogue: &Catalogue, rules: &[&'a Rule]) -> VecDeque<Vec<&'a Rule>> {
    let mut groups: VecDeque<Vec<&Rule>> = (0..APART.len() + 3).map(|_| Vec::new()).collect();
    for rule in rules {
        let first = rule.needs.as_ref().and_then(|needs| catalogue.rule(needs)).unwrap_or(rule);
        let mut is_of_builds = false;
        first.check.walk(&mut |check| is_of_builds |= check.reads_builds());
        let apart = APART.iter().position(|topic| *topic == first.topic);
        let group = match apart {
            _ if is_of_builds => APART.len() + 2,
            Some(at) => at + 2,
            None => usize::from(first.check.reads_history()),
        };
        groups[group].push(rule);
    }
    groups
}

/// What came of asking some rules.
#[derive(Default)]
struct Asked {
    outcomes: Vec<Outcome>,
    /// The rules that fail and are waived.
    waived: BTreeSet<String>,
    timings: Timings,
}

impl Asked {
    fn add(&mut self, other: Self) {
        self.outcomes.extend(other.outcomes);
        self.waived.extend(other.waived);
        self.timings.rules.extend(other.timings.rules);
    }
}

fn ask_in_turn(
    request: &Request<'_>,
    rules: &[&Rule],
    kind: Option<Kind>,
    facts: &Facts<'_>,
    waivers: &[&Waiver],
) -> Asked {
    let severity = |rule: &Rule| {
        let of_profile = facts.profile().and_then(|p| p.severity.get(&rule.id)).copied();
        request.config.severity.get(&rule.id).copied().or(of_profile).unwrap_or(rule.severity)
    };
    let (mut waived, mut timings) = (BTreeSet::new(), Timings::default());
    let mut outcomes: BTreeMap<&str, Outcome> = BTreeMap::new();
    // A rule that others need comes first; none of those needs another one.
    let (first, second): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(|rule| rule.needs.is_none());
    for rule in first.into_iter().chain(second) {
        let needed = rule.needs.as_ref().and_then(|needs| outcomes.get(needs.as_str()));
        let mut outcome = timings.rule(&rule.id, || outcome_of(rule, severity(rule), kind, needed, facts));
        if outcome.verdict == Verdict::Fail
            && let Some(waiver) = waivers.iter().find(|waiver| waiver.rule == rule.id)
        {
            waived.insert(rule.id.clone());
            outcome.verdict = Verdict::Waived;
            let reason = format!("{} (decided by {}, until {})", waiver.reason, waiver.owner, waiver.expires);
            outcome.message = format!("Waived: {reason}.");
            outcome.reason = Some(reason);
        }
        outcomes.insert(&rule.id, outcome);
    }
    Asked { outcomes: outcomes.into_values().collect(), waived, timings }
}

impl Request<'_> {
    /// Whether nothing speaks against asking a rule, whatever the profile is.
    fn may_ask(&self, rule: &Rule) -> bool {
        let needs_it = |id: &String| self.catalogue.rule(id).and_then(|r| r.needs.as_ref()) == Some(&rule.id);
        self.only.is_empty() || self.only.contains(&rule.id) || self.only.iter().any(needs_it)
    }
}

/// The frameworks of a profile and those that were asked for besides, sorted by id.
fn frameworks<'a>(request: &Request<'a>, profile: &str) -> Vec<&'a Framework> {
    let of_profile = request.catalogue.profile(profile).into_iter().flat_map(|profile| &profile.frameworks);
    let ids: BTreeSet<&String> = of_profile.chain(request.frameworks).collect();
    ids.into_iter().filter_map(|id| request.catalogue.framework(id)).collect()
}

/// The rules of the profile and those that the assessed frameworks ask about, with the rules they need.
fn select<'a>(request: &Request<'a>, profile: &str) -> Vec<&'a Rule> {
    let catalogue = request.catalogue;
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    for level in frameworks(request, profile).into_iter().flat_map(|f| &f.criteria).flat_map(|c| &c.levels) {
        asked.extend(level.satisfies.iter().chain(&level.supports).chain(&level.contradicts).map(String::as_str));
    }
    // Whoever gives results wants to know what they say.
    let given: BTreeSet<Measure> = request.sources.imports.list.iter().flat_map(Import::measures).collect();
    let wanted = |rule: &Rule| {
        if request.only.is_empty() {
            let by_default = rule.profiles.is_empty() && !rule.check.reads_any_import();
            by_default
                || rule.profiles.iter().any(|p| p == profile)
                || asked.contains(rule.id.as_str())
                || rule.check.reads_imports(&given)
        } else {
            request.only.contains(&rule.id)
        }
    };
    let mut rules: Vec<&Rule> = catalogue.rules.iter().filter(|rule| wanted(rule)).collect();
    let needed: Vec<&Rule> = rules.iter().filter_map(|rule| catalogue.rule(rule.needs.as_ref()?)).collect();
    for rule in needed {
        if !rules.iter().any(|known| known.id == rule.id) {
            rules.push(rule);
        }
    }
    rules
}

fn valid_waivers<'a>(request: &Request<'a>, notices: &mut Vec<Notice>) -> Vec<&'a Waiver> {
    let today = request.sources.today;
    let mut valid = Vec::new();
    for waiver in &request.config.waivers {
        if waiver.expires < today {
            notices.push(Notice(format!(
                "The waiver for {} ended on {}, so the rule counts again. Meet it, or decide anew with a later date.",
                waiver.rule, waiver.expires
            )));
            continue;
        }
        if waiver.expires < today.saturating_add(WARN_DAYS.days()) {
            notices.push(Notice(format!(
                "The waiver for {} ends on {}. Its owner is {}.",
                waiver.rule, waiver.expires, waiver.owner
            )));
        }
        valid.push(waiver);
    }
    valid
}

fn outcome_of(
    rule: &Rule,
    severity: Severity,
    kind: Option<Kind>,
    needed: Option<&Outcome>,
    facts: &Facts<'_>,
) -> Outcome {
    let answer = match needed {
        Some(needed) if needed.verdict != Verdict::Pass => {
            let reason = format!("the rule {} comes first: {}", needed.rule, first_lower(&needed.message));
            Answer::new(match needed.verdict {
                Verdict::Unknown | Verdict::Error => Truth::Unknown(reason),
                _ => Truth::NotAsked(reason),
            })
        }
        needed => match evaluate(&rule.check, facts) {
            // The rule before it was met in another way, such as by a link, so that there is no file to look into.
            answer if answer.nothing_read && answer.truth == Truth::No && needed.is_some() => Answer {
                truth: Truth::Unknown("what it asks about is not in a file of this repository".to_owned()),
                ..answer
            },
            answer => answer,
        },
    };
    let owed = match (&rule.expected_of, kind) {
        (None, _) => Ok(true),
        (Some((kinds, _)), Some(kind)) => Ok(kinds.contains(&kind)),
        (Some(_), None) => Err(()),
    };
    let mut answer = answer;
    let excuse = rule.unless.as_ref().filter(|_| answer.truth == Truth::No).and_then(|(check, because)| {
        let asked = evaluate(check, facts);
        // Where there is no excuse, its place shows why the question arises.
        if asked.truth == Truth::No && answer.evidence.is_empty() {
            answer.evidence = asked.evidence;
        }
        (asked.truth == Truth::Yes).then(|| because.clone())
    });
    let because = rule.expected_of.as_ref().map_or("", |(_, because)| because);
    let has_ended = matches!(rule.unless, Some((Check::Builtin(Builtin::Retired), _)));
    let excused = has_ended && excuse.is_some() && owed != Ok(false);
    let (verdict, reason) = match (answer.truth, owed) {
        (Truth::Yes, _) => (Verdict::Pass, None),
        (Truth::NotAsked(why), _) => (Verdict::NotApplicable, Some(why)),
        (Truth::Error(why), _) => (Verdict::Error, Some(why)),
        (_, Ok(false)) => {
            let kind = kind.map(Kind::word).unwrap_or_default();
            (Verdict::NotApplicable, Some(format!("this is a repository of kind {kind}. {because}")))
        }
        (Truth::No, _) if excuse.is_some() => (Verdict::NotApplicable, excuse),
        (Truth::No, Err(())) => {
            let why = "openly could not tell what kind of repository this is; set `kind` in .openly.yml";
            (Verdict::Unknown, Some(format!("{why}. {because}")))
        }
        (Truth::No, Ok(true)) => (Verdict::Fail, None),
        (Truth::Unknown(why), _) => (Verdict::Unknown, Some(why)),
    };
    let message = match verdict {
        Verdict::Pass => answer.note.unwrap_or_else(|| format!("{}.", rule.title)),
        Verdict::Fail => answer.note.unwrap_or_else(|| rule.message.clone()),
        Verdict::NotApplicable => format!("Not asked here: {}", sentence(reason.as_deref().unwrap_or_default())),
        _ => format!("Cannot tell: {}", sentence(reason.as_deref().unwrap_or_default())),
    };
    // Whatever a rule quotes, a secret in it is not repeated.
    let hide = |text: &mut String| {
        if let Some(masked) = masked(&facts.catalogue.vocabulary.secrets, text) {
            *text = masked;
        }
    };
    let (mut message, mut reason, mut evidence, mut value) = (message, reason, answer.evidence, answer.value);
    hide(&mut message);
    reason.iter_mut().for_each(hide);
    evidence.iter_mut().filter_map(|place| place.text.as_mut()).for_each(hide);
    match &mut value {
        Some(Value::Text(text)) => hide(text),
        Some(Value::List(texts)) => texts.iter_mut().for_each(hide),
        _ => {}
    }
    Outcome {
        rule: rule.id.clone(),
        topic: rule.topic.clone(),
        title: rule.title.clone(),
        severity,
        verdict,
        excused,
        message,
        reason,
        why: rule.why.clone(),
        fix: rule.fix.clone(),
        value,
        evidence,
        reach: None,
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn first_lower(text: &str) -> String {
    let mut chars = text.chars();
    let second_is_upper = text.chars().nth(1).is_some_and(char::is_uppercase);
    if second_is_upper {
        return text.to_owned();
    }
    chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect()
}
