//! `openly check`: one repository on disk.

use std::fs;
use std::panic::resume_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use openly_repo::{GitTree, WorkTree};
use openly_report::{Base, Report, Subject};
use openly_rules::config::{Config, FILE_NAME};
use openly_rules::config_change::changes;
use openly_rules::delta::Delta;
use openly_rules::problem::{Problems, Source};
use openly_rules::run::{Notice, Request, check_timed};
use openly_rules::timing::Timings;
use openly_rules::tree::{Tree, Unreadable, text_of};
use openly_rules::value::{Kind, Severity};
use openly_rules::{Catalogue, Sources};

use crate::args::{CheckArgs, FailOn};
use crate::commands::{catalogue, imports, output, unknown};
use crate::failure::{self, Failure};
use crate::{host, publication};

pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let mut timings = Timings::default();
    if args.fail_on == FailOn::Regression && args.base.is_none() {
        return Err(Failure::with_help(
            "`--fail-on regression` needs something to compare with",
            "name the commit that the change starts from, such as `--base main`",
        ));
    }
    // None of these needs another, and listing waits for the disk.
    let (catalogue, tree, base) = timings.step("read the catalogue and list the files", || {
        thread::scope(|scope| {
            let catalogue = scope.spawn(|| catalogue(args.rules.as_deref()));
            let base = scope.spawn(|| args.base.as_ref().map(|rev| GitTree::open(&args.path, rev)).transpose());
            let tree = match &args.rev {
                Some(rev) => GitTree::open(&args.path, rev).map(|tree| Box::new(tree) as Box<dyn Tree>),
                None => WorkTree::open(&args.path).map(|tree| Box::new(tree) as Box<dyn Tree>),
            };
            (joined(catalogue), tree, joined(base))
        })
    });
    let catalogue = catalogue?;
    known_names(args, catalogue)?;
    let kind = args.kind.as_deref().map(str::parse::<Kind>).transpose().map_err(Failure::usage)?;
    let (tree, base) = (tree?, base?);
    let Settings { config, changes, mistakes, notice } = settings(args, tree.as_ref(), base.as_ref(), catalogue)?;
    let imports = imports::read(&args.import, &args.path, args.rev.as_deref(), &config, catalogue)?;
    let host = timings.step("ask GitHub", || host::ask(args, tree.as_ref()))?;
    let today = args.today.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date());
    let request = |tree| Request {
        catalogue,
        // What other tools measured is not said of either side of a change, so it makes no difference between them.
        sources: Sources { tree, host: &host.facts, imports: &imports, today },
        config: &config,
        profile: args.profile.as_deref(),
        kind,
        frameworks: &args.frameworks,
        only: &args.only,
    };
    let (mut checked, before) = thread::scope(|scope| {
        let before = base.as_ref().map(|base| scope.spawn(|| check_timed(&request(base), &mut Timings::default())));
        let checked = check_timed(&request(tree.as_ref()), &mut timings);
        (checked, before.map(joined))
    });
    checked.notices.extend(notice);
    let compared = base.zip(args.base.clone()).zip(before).map(|((tree, rev), before)| Base {
        rev,
        commit: tree.commit(),
        delta: Delta { settings: changes, ..Delta::between(catalogue, &before, &checked) },
    });
    let report = Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        subject: Subject {
            path: args.path.display().to_string(),
            commit: tree.commit(),
            phase: config.phase,
            service: config.service,
            folder: openly_repo::folder(&args.path),
            web: output::web(),
        },
        checked,
        base: compared,
    };
    let rendered = timings.step("write the report", || output::render(&report, catalogue, args))?;
    output::write(rendered)?;
    if args.timings {
        failure::print(&table(&timings));
    }
    let fails = fails(&report, args.fail_on);
    let mut is_partial = !host.failures.is_empty();
    if args.publish || args.dry_run || args.publication.is_some() {
        let target = host.target(report.subject.commit.as_deref())?;
        let publication = publication::of(&report, target, fails, is_partial);
        if let Some(file) = &args.publication {
            let text = publication.to_artifact()?;
            fs::write(file, text).map_err(|error| Failure::io("write", file, &error))?;
        }
        if args.publish || args.dry_run {
            is_partial |= !host::publish(host.session()?, &publication, args.dry_run)?;
        }
    }
    if let Some(mistakes) = mistakes {
        return Err(mistakes.into());
    }
    Ok(ExitCode::from(if is_partial { failure::PARTIAL } else { u8::from(fails) }))
}

/// What a thread gives, or its panic.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Whether the threshold is passed.
fn fails(report: &Report, threshold: FailOn) -> bool {
    match threshold {
        FailOn::Regression => report.base.as_ref().is_some_and(|base| base.delta.regresses()),
        FailOn::Required => report.fails_at(Severity::Required),
        FailOn::Recommended => report.fails_at(Severity::Recommended),
        FailOn::Never => false,
    }
}

/// What took how long, in milliseconds: the steps in order, then the rules, the slowest first.
fn table(timings: &Timings) -> String {
    let mut rules: Vec<_> = timings.rules.iter().map(|(rule, time)| (rule.as_str(), *time)).collect();
    rules.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    let sum = rules.iter().map(|(_, time)| *time).sum();
    let steps = timings.steps.iter().copied();
    let lines = steps.chain([("ask the rules", sum)]).chain(rules);
    lines.map(|(what, time)| format!("{:8.2} ms  {what}\n", time.as_secs_f64() * 1000.0)).collect()
}

fn known_names(args: &CheckArgs, catalogue: &Catalogue) -> Result<(), Failure> {
    if let Some(profile) = args.profile.as_deref().filter(|id| catalogue.profile(id).is_none()) {
        return Err(unknown("profile", profile, catalogue.profiles.iter().map(|p| &*p.id), "openly list profiles"));
    }
    if let Some(framework) = args.frameworks.iter().find(|id| catalogue.framework(id).is_none()) {
        return Err(unknown(
            "framework",
            framework,
            catalogue.frameworks.iter().map(|f| &*f.id),
            "openly list frameworks",
        ));
    }
    if let Some(rule) = args.only.iter().find(|id| catalogue.rule(id).is_none()) {
        return Err(unknown("rule", rule, catalogue.rules.iter().map(|r| &*r.id), "openly list rules"));
    }
    Ok(())
}

/// The configuration that was named, or else the repository's own.
pub(super) fn config(file: Option<&Path>, tree: &dyn Tree, catalogue: &Catalogue) -> Result<Config, Failure> {
    match file {
        Some(file) => named(file, catalogue),
        None => Ok(configured(own(tree), catalogue)?),
    }
}

fn named(file: &Path, catalogue: &Catalogue) -> Result<Config, Failure> {
    let size = fs::metadata(file).map_err(|error| Failure::io("read", file, &error))?.len();
    let name = file.display().to_string();
    if size > openly_rules::tree::MAX_FILE {
        return Err(too_large(&name, size));
    }
    let bytes = fs::read(file).map_err(|error| Failure::io("read", file, &error))?;
    Ok(parsed(&name, bytes, catalogue)?)
}

/// The settings that count, and what a change would make of them.
struct Settings {
    config: Config,
    /// What the change does to the configuration, in sentences.
    changes: Vec<String>,
    /// The mistakes in the configuration that the change brings. The report is written all the same.
    mistakes: Option<Problems>,
    notice: Option<Notice>,
}

/// The configuration that was named, or else the one of the base, so that a change cannot excuse itself, or else the one of the
/// files that are checked.
fn settings(
    args: &CheckArgs,
    tree: &dyn Tree,
    base: Option<&GitTree>,
    catalogue: &Catalogue,
) -> Result<Settings, Failure> {
    let settled = |config| Settings { config, changes: Vec::new(), mistakes: None, notice: None };
    if let Some(file) = &args.config {
        return Ok(settled(named(file, catalogue)?));
    }
    let own = own(tree);
    let Some(base) = base else {
        return Ok(settled(configured(own, catalogue)?));
    };
    let before = self::own(base);
    if own == before {
        return Ok(settled(configured(own, catalogue)?));
    }
    let (config, notice) = match configured(before, catalogue) {
        Ok(config) => (config, None),
        // The change that mends it must be possible, and must not be judged by its own settings.
        Err(mistakes) => (
            Config::default(),
            Some(Notice(format!(
                "The configuration of the base is not used: {mistakes}. No setting and no waiver counts."
            ))),
        ),
    };
    let (changes, mistakes) = match configured(own, catalogue) {
        Ok(after) => (changes(&config, &after), None),
        Err(mistakes) => (vec![format!("Leaves mistakes in {FILE_NAME}: {mistakes}.")], Some(mistakes)),
    };
    // A comment or the order of keys is none.
    Ok(Settings { config, changes, mistakes, notice })
}

/// The bytes of a repository's own configuration, or why they cannot be had; `None` when there is none.
fn own(tree: &dyn Tree) -> Option<Result<Vec<u8>, Unreadable>> {
    let index = tree.entries().binary_search_by(|entry| entry.path.as_str().cmp(FILE_NAME)).ok()?;
    Some(tree.read(index))
}

fn configured(own: Option<Result<Vec<u8>, Unreadable>>, catalogue: &Catalogue) -> Result<Config, Problems> {
    match own {
        None => Ok(Config::default()),
        Some(Ok(bytes)) => parsed(FILE_NAME, bytes, catalogue),
        Some(Err(why)) => Err(unreadable(FILE_NAME, &why)),
    }
}

fn parsed(name: &str, bytes: Vec<u8>, catalogue: &Catalogue) -> Result<Config, Problems> {
    let text = text_of(bytes).map_err(|why| unreadable(name, &why))?;
    Config::read(&Source::new(name, text), catalogue)
}

fn unreadable(name: &str, why: &Unreadable) -> Problems {
    Problems::new("the configuration", vec![Source::new(name, "").problem(why.to_string())])
}

fn too_large(name: &str, size: u64) -> Failure {
    let source = Source::new(name, "");
    Problems::new(
        "the configuration",
        vec![source.problem(format!("it is {size} bytes, too large for a configuration"))],
    )
    .into()
}
