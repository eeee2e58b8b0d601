//! The report for a person at a prompt. The first screen says the verdict, what is missing and what to do next.

use std::fmt::Write as _;

use openly_rules::Assessment;
use openly_rules::delta::{Movement, RuleMove};
use openly_rules::run::Outcome;
use openly_rules::value::{Evidence, Severity, Unit, Verdict};

use crate::change::{Mood, SHOWN, following, levels, surroundings, together};
use crate::{Base, Report, counted};

/// How to show the report.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to use colour.
    pub colour: bool,
    /// Columns to fill.
    pub width: usize,
    /// How much to say.
    pub detail: Detail,
}

/// How much to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What fails, a line each; nothing when nothing does.
    Quiet,
    /// The verdict, what fails and the next steps.
    Normal,
    /// Every outcome with its evidence, and every criterion.
    Verbose,
}

#[derive(Clone, Copy)]
pub(crate) enum Ink {
    Red,
    Yellow,
    Green,
    Dim,
    Bold,
}

impl Style {
    pub(crate) fn ink(&self, ink: Ink, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Red => "31",
            Ink::Yellow => "33",
            Ink::Green => "32",
            Ink::Dim => "2",
            Ink::Bold => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    pub(crate) fn wrap(&self, first: &str, rest: &str, text: &str) -> String {
        let options = textwrap::Options::new(self.width.clamp(40, 120))
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false);
        textwrap::fill(text, options)
    }
}

/// Renders the report.
pub fn render(report: &Report, style: Style) -> String {
    // Writing to a string cannot fail, so results of `writeln!` are dropped below.
    let mut out = String::new();
    if let Some(base) = &report.base {
        change(report, base, style, &mut out);
        if style.detail != Detail::Verbose {
            return out;
        }
    }
    if style.detail == Detail::Quiet {
        for outcome in report.next_steps().into_iter().filter(|o| o.severity != Severity::Optional) {
            let _ = writeln!(out, "{}: {}: {}", outcome.severity, outcome.rule, outcome.message);
        }
        return out;
    }
    header(report, style, &mut out);
    let failing = report.next_steps();
    let main: Vec<&Outcome> = failing.iter().copied().filter(|o| o.severity != Severity::Optional).collect();
    for (severity, mark, ink) in [
        (Severity::Required, "✗", Ink::Red),
        (Severity::Recommended, "✗", Ink::Yellow),
        (Severity::Optional, "-", Ink::Dim),
    ] {
        let names: Vec<&str> = failing.iter().filter(|o| o.severity == severity).map(|o| o.rule.as_str()).collect();
        if !names.is_empty() {
            let line = style.wrap("", "  ", &format!("{mark} {severity}: {}", names.join(", ")));
            let _ = writeln!(out, "{}", style.ink(ink, &line));
        }
    }
    if !failing.is_empty() {
        out.push('\n');
    }
    if !main.is_empty() {
        let _ = writeln!(out, "{}", style.ink(Ink::Bold, "Next steps"));
        for (number, outcome) in main.iter().take(3).enumerate() {
            let _ = writeln!(out, "{}", style.wrap(&format!("{}. ", number + 1), "   ", &outcome.fix));
        }
        out.push('\n');
    }
    for outcome in &main {
        finding(outcome, style, &mut out);
    }
    broken(report, style, &mut out);
    for notice in &report.checked.notices {
        let _ = writeln!(out, "{}\n", style.ink(Ink::Yellow, &style.wrap("! ", "  ", &notice.0)));
    }
    if style.detail == Detail::Verbose {
        everything(report, style, &mut out);
    }
    let is_told = |assessment: &&Assessment| {
        style.detail == Detail::Verbose || assessment.criteria.iter().any(|criterion| !criterion.because.is_empty())
    };
    let (told, untold): (Vec<&Assessment>, Vec<&Assessment>) = report.checked.assessments.iter().partition(is_told);
    for assessment in told {
        framework(assessment, style, &mut out);
    }
    if !untold.is_empty() {
        let names: Vec<&str> = untold.iter().map(|assessment| assessment.framework.as_str()).collect();
        let said = format!("No evidence was found for or against any criterion of {}.", names.join(", "));
        let _ = writeln!(out, "{}\n", style.ink(Ink::Dim, &style.wrap("", "  ", &said)));
    }
    if style.detail == Detail::Normal {
        let more = "See every outcome with --verbose, one rule with `openly explain RULE`.";
        let _ = writeln!(out, "{}", style.ink(Ink::Dim, &style.wrap("", "", more)));
    }
    out
}

/// What the change does, and nothing else.
fn change(report: &Report, base: &Base, style: Style, out: &mut String) {
    let delta = &base.delta;
    if style.detail == Detail::Quiet {
        for rule in delta.of(Movement::Broken).chain(delta.of(Movement::Worsened)) {
            let message = report.outcome(&rule.rule).map(|outcome| outcome.message.as_str()).unwrap_or_default();
            let _ = writeln!(out, "{}: {}: {message}", rule.severity, rule.rule);
        }
        return;
    }
    let short = |commit: &str| commit.chars().take(10).collect::<String>();
    let at = base.commit.as_deref().filter(|commit| *commit != base.rev).map(|id| format!(" ({})", short(id)));
    let head = report.subject.commit.as_deref().map(|id| format!(" at {}", short(id))).unwrap_or_default();
    let line = format!("{}{head}, compared with {}{}", report.subject.path, base.rev, at.unwrap_or_default());
    let _ = writeln!(out, "{}\n", style.ink(Ink::Dim, &style.wrap("", "  ", &line)));
    let ink = match base.mood() {
        Mood::Bad => Ink::Red,
        Mood::Look => Ink::Yellow,
        Mood::Well => Ink::Green,
    };
    let _ = writeln!(out, "{}", style.ink(Ink::Bold, &style.ink(ink, &style.wrap("", "", &base.headline()))));
    if let Some(left) = base.left() {
        let _ = writeln!(out, "{}", style.wrap("", "", &left));
    }
    out.push('\n');
    for (movement, heading) in SHOWN {
        let rules = together(report, delta, movement);
        if !rules.is_empty() {
            let _ = writeln!(out, "{}", style.ink(Ink::Bold, heading));
            rules.iter().for_each(|rules| moved(report, rules, style, out));
            out.push('\n');
        }
    }
    if let Some(said) = following(delta) {
        let _ = writeln!(out, "{}\n", style.wrap("", "  ", &said));
    }
    if let Some(step) = report.next_step() {
        let _ = writeln!(out, "{}", style.ink(Ink::Bold, "Next step"));
        let _ = writeln!(out, "{}\n", style.wrap("  ", "  ", &format!("{}: {}", step.rule, step.fix)));
    }
    if !delta.levels.is_empty() {
        let _ = writeln!(out, "{}", style.ink(Ink::Bold, "Levels that move"));
        for moved in &delta.levels {
            let levels = levels(&moved.before, &moved.after);
            let line = format!("{}: {} {}: {levels}", moved.framework, moved.criterion, moved.name);
            let _ = writeln!(out, "{}", style.wrap("  ", "      ", &line));
        }
        out.push('\n');
    }
    let around = surroundings(delta);
    for said in around.iter().chain(&delta.settings) {
        let line = style.wrap("! ", "  ", &crate::escape::one_line(said, 1_000));
        let _ = writeln!(out, "{}", style.ink(Ink::Yellow, &line));
    }
    if !delta.settings.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            style.wrap(
                "  ",
                "  ",
                "Settings of the change count once it is merged; this report uses those of the base."
            )
        );
    }
    if !(around.is_empty() && delta.settings.is_empty()) {
        out.push('\n');
    }
    broken(report, style, out);
    for notice in report.checked.notices.iter().filter(|_| style.detail == Detail::Normal) {
        let _ = writeln!(out, "{}\n", style.ink(Ink::Yellow, &style.wrap("! ", "  ", &notice.0)));
    }
}

/// Says what a change does to a rule, or to several that the same is said of.
fn moved(report: &Report, rules: &[&RuleMove], style: Style, out: &mut String) {
    let Some((rule, more)) = rules.split_first() else { return };
    let (mark, ink) = match rule.movement {
        Movement::Broken | Movement::Worsened => ("✗", Ink::Red),
        Movement::Fixed | Movement::Gained => ("✓", Ink::Green),
        Movement::Asked | Movement::Dropped | Movement::Left | Movement::Lost => ("?", Ink::Yellow),
    };
    if more.is_empty() {
        let name = style.ink(ink, &format!("  {mark} {}", rule.rule));
        let _ = writeln!(out, "{name} {}", style.ink(Ink::Dim, rule.severity.word()));
    } else {
        let names: Vec<&str> = rules.iter().map(|rule| rule.rule.as_str()).collect();
        let _ = writeln!(out, "{}", style.ink(ink, &style.wrap(&format!("  {mark} "), "    ", &names.join(", "))));
    }
    let Some(outcome) = report.outcome(&rule.rule) else { return };
    let _ = writeln!(out, "{}", style.wrap("    ", "    ", &outcome.message));
    let evidence = if rule.evidence.is_empty() { &outcome.evidence } else { &rule.evidence };
    for place in evidence.iter().take(if more.is_empty() { 3 } else { 0 }) {
        let _ = writeln!(out, "{}", style.wrap("    see ", "        ", &shown(place)));
    }
    for place in rule.shown_before.iter().filter(|_| more.is_empty()) {
        let _ = writeln!(out, "{}", style.wrap("    before: see ", "        ", &shown(place)));
    }
    if matches!(rule.movement, Movement::Asked | Movement::Broken | Movement::Worsened) {
        let _ = writeln!(out, "{}", style.wrap("    Why: ", "         ", &outcome.why));
        let _ = writeln!(out, "{}", style.wrap("    Fix: ", "         ", &outcome.fix));
    }
}

fn header(report: &Report, style: Style, out: &mut String) {
    let kind = &report.checked.kind;
    let commit =
        report.subject.commit.as_ref().map(|id| format!(" at {}", &id[..id.len().min(10)])).unwrap_or_default();
    let because = |by: &str, signs: &[(String, Evidence)]| match (by, signs.first()) {
        ("detected", Some((says, place))) => format!(" ({says}: {})", where_of(place)),
        ("detected" | "default", _) => String::new(),
        (by, _) => format!(" (by {by})"),
    };
    let what = kind.value.map_or("unknown", |kind| kind.word());
    let profile = &report.checked.profile;
    let line = format!(
        "{}{commit}, kind {what}{}, profile {}{}",
        report.subject.path,
        because(kind.by, &kind.evidence),
        profile.id,
        because(profile.by, &profile.evidence)
    );
    let _ = writeln!(out, "{}\n", style.ink(Ink::Dim, &style.wrap("", "  ", &line)));
    let ink = match (report.fails_at(Severity::Required), report.fails_at(Severity::Recommended)) {
        (true, _) => Ink::Red,
        (false, true) => Ink::Yellow,
        (false, false) => Ink::Green,
    };
    let _ = writeln!(out, "{}", style.ink(Ink::Bold, &style.ink(ink, &report.headline())));
    let _ = writeln!(out, "{}\n", counted(report.counts()));
}

fn finding(outcome: &Outcome, style: Style, out: &mut String) {
    let ink = if outcome.severity == Severity::Required { Ink::Red } else { Ink::Yellow };
    let _ = writeln!(
        out,
        "{} {}",
        style.ink(ink, &format!("✗ {}", outcome.rule)),
        style.ink(Ink::Dim, outcome.severity.word())
    );
    let _ = writeln!(out, "{}", style.wrap("  ", "  ", &outcome.message));
    if let Some(place) = outcome.evidence.first() {
        let _ = writeln!(out, "{}", style.wrap("  see ", "      ", &shown(place)));
    }
    if style.detail == Detail::Verbose {
        let _ = writeln!(out, "{}", style.wrap("  Why: ", "       ", &outcome.why));
        let _ = writeln!(out, "{}", style.wrap("  Fix: ", "       ", &outcome.fix));
    }
    out.push('\n');
}

/// The rules that could not be checked, and why. They need somebody to look, as what fails does. Rules that one file keeps from
/// being checked are named together.
fn broken(report: &Report, style: Style, out: &mut String) {
    let mut causes: Vec<(Vec<&str>, &Outcome)> = Vec::new();
    for outcome in report.checked.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Error) {
        let same = |(_, known): &&mut (Vec<&str>, &Outcome)| {
            known.message == outcome.message && known.evidence == outcome.evidence
        };
        match causes.iter_mut().find(same) {
            Some((rules, _)) => rules.push(&outcome.rule),
            None => causes.push((vec![&outcome.rule], outcome)),
        }
    }
    for (rules, outcome) in causes {
        let line = style.wrap("! ", "  ", &format!("{} could not be checked", rules.join(", ")));
        let _ = writeln!(out, "{}", style.ink(Ink::Red, &line));
        let _ = writeln!(out, "{}", style.wrap("  ", "  ", &outcome.message));
        if let Some(place) = outcome.evidence.first() {
            let _ = writeln!(out, "{}", style.wrap("  see ", "      ", &shown(place)));
        }
        out.push('\n');
    }
}

fn everything(report: &Report, style: Style, out: &mut String) {
    let _ = writeln!(out, "{}", style.ink(Ink::Bold, "Every outcome"));
    let mut topic = "";
    for outcome in &report.checked.outcomes {
        if outcome.topic != topic {
            topic = &outcome.topic;
            let _ = writeln!(out, "\n{topic}");
        }
        let (mark, ink) = match outcome.verdict {
            Verdict::Pass => ("✓", Ink::Green),
            Verdict::Fail => ("✗", Ink::Red),
            Verdict::Error => ("!", Ink::Red),
            Verdict::Unknown => ("?", Ink::Yellow),
            Verdict::Waived => ("~", Ink::Yellow),
            Verdict::NotApplicable => ("-", Ink::Dim),
        };
        let _ = writeln!(
            out,
            "{}",
            style.wrap(&format!("  {} {}: ", style.ink(ink, mark), outcome.rule), "      ", &outcome.message)
        );
        for place in &outcome.evidence {
            let _ = writeln!(out, "{}", style.ink(Ink::Dim, &style.wrap("      ", "        ", &shown(place))));
        }
    }
    out.push('\n');
    let components = report.checked.components.all();
    if !components.is_empty() {
        let _ = writeln!(out, "{}", style.ink(Ink::Bold, "Components"));
        for component in components {
            let path = openly_rules::value::quote(&component.path);
            let named = if path.rsplit('/').next() == Some(component.name.as_str()) { "" } else { &component.name };
            let named = if named.is_empty() { String::new() } else { format!(" ({named})") };
            let places: Vec<String> = component.evidence.iter().map(|(_, place)| where_of(place)).collect();
            let line = format!("{path}{named}: {}", places.join(", "));
            let _ = writeln!(out, "{}", style.wrap("  ", "    ", &line));
        }
        out.push('\n');
    }
    let (kind, profile) = (&report.checked.kind.evidence, &report.checked.profile.evidence);
    for (title, signs) in [("Signs of the kind", kind), ("Signs of the profile", profile)] {
        if signs.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{}", style.ink(Ink::Bold, title));
        for (says, place) in signs {
            let _ = writeln!(out, "{}", style.wrap("  ", "    ", &format!("{says}: {}", where_of(place))));
        }
        out.push('\n');
    }
}

fn framework(assessment: &Assessment, style: Style, out: &mut String) {
    let title = style.wrap("", "  ", &format!("{} ({})", assessment.title, assessment.framework));
    let _ = writeln!(out, "{}", style.ink(Ink::Bold, &title));
    let total = assessment.criteria.len();
    let signals = match assessment.unit {
        Unit::Repository => String::new(),
        unit => format!(
            " It rates {}, so these are signals from one repository.",
            if unit == Unit::Service { "a service" } else { "an organisation" }
        ),
    };
    let about = format!(
        "A repository can show something of {} of its {total} criteria.{signals}",
        assessment.shown_by_repositories
    );
    let _ = writeln!(out, "{}", style.wrap("  ", "  ", &about));
    let level = |level: &Option<String>| level.clone().unwrap_or_else(|| "–".to_owned());
    let mut hidden = 0;
    for criterion in &assessment.criteria {
        // A row that nothing was found out about says nothing new.
        if style.detail != Detail::Verbose && criterion.because.is_empty() {
            hidden += 1;
            continue;
        }
        let levels = format!(
            "proven {}, indicated {}, possible {}",
            level(&criterion.proven),
            level(&criterion.indicated),
            level(&criterion.possible)
        );
        let _ =
            writeln!(out, "{}", style.wrap("  ", "      ", &format!("{} {}: {levels}", criterion.id, criterion.name)));
        if style.detail == Detail::Verbose {
            for reason in &criterion.because {
                let who = reason.rule.as_deref().unwrap_or("attestation");
                let line = format!("{} {} ({who}): {}", reason.level, reason.relation, reason.text);
                let _ = writeln!(out, "{}", style.ink(Ink::Dim, &style.wrap("      ", "        ", &line)));
            }
            if let Some(step) = criterion.next.first() {
                let _ = writeln!(out, "{}", style.wrap("      next: ", "        ", &step.text));
            }
            if let Some(beyond) = &criterion.beyond {
                let _ = writeln!(out, "{}", style.ink(Ink::Dim, &style.wrap("      ", "        ", beyond)));
            }
        }
    }
    if hidden > 0 {
        let _ =
            writeln!(out, "{}", style.ink(Ink::Dim, &format!("  {hidden} criteria without evidence are not shown.")));
    }
    out.push('\n');
}

fn where_of(place: &Evidence) -> String {
    place.file_and_line().or_else(|| place.text.clone()).unwrap_or_default()
}

fn shown(place: &Evidence) -> String {
    match (&place.path, &place.text) {
        (Some(_), Some(text)) => format!("{}  {text}", where_of(place)),
        _ => where_of(place),
    }
}
