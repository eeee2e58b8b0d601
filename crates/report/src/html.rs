//! The report as one page of HTML that needs nothing else: no script, no font, no picture, no other file. The template escapes
//! whatever it is given.

use askama::Template;
use openly_rules::Assessment;
use openly_rules::delta::RuleMove;
use openly_rules::run::Outcome;
use openly_rules::value::{Evidence, Severity, Unit, Verdict};

use crate::change::{self, Mood, SHOWN};
use crate::escape::{address, address_before, one_line};
use crate::{Counts, Report, counted};

/// The most characters of one text.
const MAX_TEXT: usize = 2_000;

/// The most places that are named for one outcome.
const MAX_PLACES: usize = 10;

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    subject: String,
    mood: &'static str,
    verdict: Vec<String>,
    counts: String,
    about: Vec<(&'static str, String)>,
    change: Option<Change>,
    findings: Vec<Finding>,
    optional: Vec<Finding>,
    notices: Vec<String>,
    frameworks: Vec<Framework>,
    topics: Vec<Topic>,
    version: String,
}

struct Change {
    is_empty: bool,
    groups: Vec<Group>,
    following: Option<String>,
    surroundings: Vec<String>,
    levels: Vec<Level>,
}

struct Group {
    heading: &'static str,
    rules: Vec<Moved>,
}

struct Moved {
    rule: String,
    severity: Severity,
    before: &'static str,
    after: &'static str,
    message: String,
    places: Vec<Place>,
    shown_before: Vec<Place>,
}

struct Level {
    framework: String,
    criterion: String,
    direction: &'static str,
    levels: String,
}

struct Finding {
    rule: String,
    title: String,
    severity: &'static str,
    mood: &'static str,
    message: String,
    why: String,
    fix: String,
    places: Vec<Place>,
}

struct Framework {
    title: String,
    about: String,
    rows: Vec<Row>,
}

struct Row {
    criterion: String,
    proven: String,
    indicated: String,
    possible: String,
    next: String,
}

struct Topic {
    name: String,
    counts: String,
    outcomes: Vec<Shown>,
}

struct Shown {
    rule: String,
    verdict: &'static str,
    mood: &'static str,
    message: String,
    places: Vec<Place>,
}

struct Place {
    shown: String,
    is_path: bool,
    address: Option<String>,
}

/// Renders the page.
///
/// # Errors
/// Never in practice: the template is compiled, and writing to memory cannot fail.
pub fn render(report: &Report) -> Result<String, askama::Error> {
    let failing = report.next_steps().into_iter();
    let (optional, findings): (Vec<&Outcome>, Vec<&Outcome>) =
        failing.partition(|outcome| outcome.severity == Severity::Optional);
    let finding = |outcomes: Vec<&Outcome>| outcomes.into_iter().map(|outcome| finding(report, outcome)).collect();
    let verdict = report.base.iter().map(crate::Base::headline).chain([report.headline()]).collect();
    Page {
        subject: plain(&report.name()),
        mood: mood(report),
        verdict,
        counts: counted(report.counts()),
        about: about(report),
        change: change(report),
        findings: finding(findings),
        optional: finding(optional),
        notices: report.checked.notices.iter().map(|notice| plain(&notice.0)).collect(),
        frameworks: report.checked.assessments.iter().map(framework).collect(),
        topics: topics(report),
        version: report.version.clone(),
    }
    .render()
}

fn plain(text: &str) -> String {
    one_line(text, MAX_TEXT)
}

fn mood(report: &Report) -> &'static str {
    match &report.base {
        Some(base) => class(base.mood()),
        None if report.fails_at(Severity::Required) => class(Mood::Bad),
        None if report.fails_at(Severity::Recommended) => class(Mood::Look),
        None => class(Mood::Well),
    }
}

fn class(mood: Mood) -> &'static str {
    match mood {
        Mood::Bad => "bad",
        Mood::Look => "look",
        Mood::Well => "well",
    }
}

fn about(report: &Report) -> Vec<(&'static str, String)> {
    let subject = &report.subject;
    let base = report.base.as_ref();
    let rows = [
        ("Commit", subject.commit.clone()),
        (
            "Compared with",
            base.map(|base| match &base.commit {
                Some(commit) if *commit != base.rev => format!("{} ({commit})", base.rev),
                _ => base.rev.clone(),
            }),
        ),
        ("Kind", Some(report.checked.kind.value.map_or("unknown", |kind| kind.word()).to_owned())),
        ("Profile", Some(report.checked.profile.id.clone())),
        ("Phase", subject.phase.clone()),
        ("Service", subject.service.clone()),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, plain(&value?)))).collect()
}

fn change(report: &Report) -> Option<Change> {
    let delta = &report.base.as_ref()?.delta;
    let moved = |rule: &RuleMove| {
        let outcome = report.outcome(&rule.rule);
        let evidence =
            if rule.evidence.is_empty() { outcome.map(|o| &o.evidence[..]) } else { Some(&rule.evidence[..]) };
        Moved {
            rule: plain(&rule.rule),
            severity: rule.severity,
            before: change::verdict(rule.before),
            after: change::verdict(rule.after),
            message: outcome.map(|outcome| plain(&outcome.message)).unwrap_or_default(),
            places: places(report, evidence.unwrap_or_default()),
            shown_before: places_at(report, &rule.shown_before, &address_before),
        }
    };
    let groups =
        SHOWN.iter().map(|(movement, heading)| Group { heading, rules: delta.of(*movement).map(moved).collect() });
    let surroundings = change::surroundings(delta).into_iter().chain(delta.settings.iter().cloned());
    let level = |moved: &openly_rules::delta::LevelMove| Level {
        framework: plain(&moved.title),
        criterion: plain(&format!("{} {}", moved.criterion, moved.name)),
        direction: moved.direction.word(),
        levels: plain(&change::levels(&moved.before, &moved.after)),
    };
    Some(Change {
        is_empty: delta.is_empty(),
        groups: groups.filter(|group| !group.rules.is_empty()).collect(),
        following: change::following(delta).map(|said| plain(&said)),
        surroundings: surroundings.map(|said| plain(&said)).collect(),
        levels: delta.levels.iter().map(level).collect(),
    })
}

fn finding(report: &Report, outcome: &Outcome) -> Finding {
    let (severity, mood) = match outcome.severity {
        Severity::Required => ("Required", Mood::Bad),
        Severity::Recommended => ("Recommended", Mood::Look),
        Severity::Optional => ("Optional", Mood::Look),
    };
    Finding {
        rule: plain(&outcome.rule),
        title: plain(&outcome.title),
        severity,
        mood: class(mood),
        message: plain(&outcome.message),
        why: plain(&outcome.why),
        fix: plain(&outcome.fix),
        places: places(report, &outcome.evidence),
    }
}

fn framework(assessment: &Assessment) -> Framework {
    let signals = match assessment.unit {
        Unit::Repository => "",
        Unit::Service => " It rates services: these are signals from one repository.",
        Unit::Organisation => " It rates organisations: these are signals from one repository.",
    };
    let level = |level: &Option<String>| level.as_deref().map_or_else(|| "–".to_owned(), plain);
    let row = |criterion: &openly_rules::CriterionResult| Row {
        criterion: plain(&format!("{} {}", criterion.id, criterion.name)),
        proven: level(&criterion.proven),
        indicated: level(&criterion.indicated),
        possible: level(&criterion.possible),
        next: criterion.next.first().map(|step| plain(&step.text)).unwrap_or_default(),
    };
    Framework {
        title: plain(&format!("{} ({})", assessment.title, assessment.version)),
        about: format!(
            "A repository can show something of {} of its {} criteria.{signals}",
            assessment.shown_by_repositories,
            assessment.criteria.len()
        ),
        rows: assessment.criteria.iter().map(row).collect(),
    }
}

fn topics(report: &Report) -> Vec<Topic> {
    let shown = |outcome: &Outcome| {
        let (verdict, mood) = match outcome.verdict {
            Verdict::Pass => ("✓ pass", Mood::Well),
            Verdict::Fail => ("✗ fail", Mood::Bad),
            Verdict::Error => ("! error", Mood::Bad),
            Verdict::Unknown => ("? unknown", Mood::Look),
            Verdict::Waived => ("~ waived", Mood::Look),
            Verdict::NotApplicable => ("- not asked", Mood::Well),
        };
        Shown {
            rule: plain(&outcome.rule),
            verdict,
            mood: if outcome.verdict == Verdict::NotApplicable { "soft" } else { class(mood) },
            message: plain(&outcome.message),
            places: places(report, &outcome.evidence),
        }
    };
    let topics = report.checked.outcomes.chunk_by(|a, b| a.topic == b.topic);
    topics
        .map(|outcomes| Topic {
            name: plain(outcomes.first().map_or("", |outcome| &outcome.topic)),
            counts: counted(Counts::of_all(outcomes)),
            outcomes: outcomes.iter().map(shown).collect(),
        })
        .collect()
}

fn places(report: &Report, evidence: &[Evidence]) -> Vec<Place> {
    places_at(report, evidence, &address)
}

type Address = dyn Fn(&Report, &str, Option<u32>) -> Option<String>;

fn places_at(report: &Report, evidence: &[Evidence], address: &Address) -> Vec<Place> {
    let place = |place: &Evidence| match &place.path {
        Some(path) => {
            let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
            Place {
                shown: format!("{}{line}", plain(&report.path(path))),
                is_path: true,
                address: address(report, path, place.line),
            }
        }
        None => Place { shown: place.text.as_deref().map(plain).unwrap_or_default(), is_path: false, address: None },
    };
    evidence.iter().take(MAX_PLACES).map(place).filter(|place| !place.shown.is_empty()).collect()
}
