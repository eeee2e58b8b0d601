//! `openly check`: one repository on disk.

use std::fs;
use std::io::IsTerminal as _;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::thread;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use openly_repo::{GitTree, WorkTree};
use openly_report::terminal::{Detail, Style};
use openly_report::{Report, Subject, json, markdown, terminal};
use openly_rules::config::{Config, FILE_NAME};
use openly_rules::problem::{Problems, Source};
use openly_rules::run::{Request, check_timed};
use openly_rules::timing::Timings;
use openly_rules::tree::{Tree, text_of};
use openly_rules::value::{Kind, Severity};
use openly_rules::{Catalogue, Sources};

use crate::args::{CheckArgs, Colour, FailOn, ReportFormat};
use crate::commands::{catalogue, print, unknown};
use crate::failure::{self, Failure};
use crate::{host, publication};

/// Columns to fill when nobody says how wide the terminal is.
const DEFAULT_WIDTH: usize = 100;

pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let mut timings = Timings::default();
    let open = || -> Result<Box<dyn Tree>, Failure> {
        Ok(match &args.rev {
            Some(rev) => Box::new(GitTree::open(&args.path, rev)?),
            None => Box::new(WorkTree::open(&args.path)?),
        })
    };
    // Neither needs the other, and listing waits for the disk.
    let (catalogue, tree) = timings.step("read the catalogue and list the files", || {
        thread::scope(|scope| {
            let catalogue = scope.spawn(|| catalogue(args.rules.as_deref()));
            let tree = open();
            (catalogue.join().unwrap_or_else(|panic| resume_unwind(panic)), tree)
        })
    });
    let catalogue = catalogue?;
    known_names(args, catalogue)?;
    let kind = args.kind.as_deref().map(str::parse::<Kind>).transpose().map_err(Failure::usage)?;
    let tree = tree?;
    let config = config(args, tree.as_ref(), catalogue)?;
    let host = timings.step("ask GitHub", || host::ask(args, tree.as_ref()))?;
    let today = args.today.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date());
    let request = Request {
        catalogue,
        sources: Sources { tree: tree.as_ref(), host: &host.facts, today },
        config: &config,
        profile: args.profile.as_deref(),
        kind,
        frameworks: &args.frameworks,
        only: &args.only,
    };
    let checked = check_timed(&request, &mut timings);
    let report = Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        subject: Subject {
            path: args.path.display().to_string(),
            commit: tree.commit(),
            phase: config.phase,
            service: config.service,
        },
        checked,
    };
    let text = timings.step("write the report", || match args.format {
        ReportFormat::Terminal => Ok(terminal::render(&report, style(args))),
        ReportFormat::Json => json::render(&report).map_err(|error| Failure::usage(error.to_string())),
        ReportFormat::Markdown => Ok(markdown::render(&report)),
    })?;
    match &args.output {
        Some(file) => fs::write(file, text).map_err(|error| Failure::io("write", file, &error))?,
        None => print(&text)?,
    }
    if args.timings {
        failure::print(&table(&timings));
    }
    let fails = match args.fail_on {
        FailOn::Required => report.fails_at(Severity::Required),
        FailOn::Recommended => report.fails_at(Severity::Recommended),
        FailOn::Never => false,
    };
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
    Ok(ExitCode::from(if is_partial { failure::PARTIAL } else { u8::from(fails) }))
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

/// The configuration that was named, or else the repository's own, at the commit that is checked.
fn config(args: &CheckArgs, tree: &dyn Tree, catalogue: &Catalogue) -> Result<Config, Failure> {
    let (name, bytes) = if let Some(file) = &args.config {
        let size = fs::metadata(file).map_err(|error| Failure::io("read", file, &error))?.len();
        if size > openly_rules::tree::MAX_FILE {
            return Err(too_large(&file.display().to_string(), size));
        }
        (file.display().to_string(), fs::read(file).map_err(|error| Failure::io("read", file, &error))?)
    } else {
        let entries = tree.entries();
        let Ok(index) = entries.binary_search_by(|entry| entry.path.as_str().cmp(FILE_NAME)) else {
            return Ok(Config::default());
        };
        match tree.read(index) {
            Ok(bytes) => (FILE_NAME.to_owned(), bytes),
            Err(why) => {
                let source = Source::new(FILE_NAME, "");
                return Err(Problems::new("the configuration", vec![source.problem(why.to_string())]).into());
            }
        }
    };
    let text = text_of(bytes).map_err(|why| {
        let source = Source::new(name.as_str(), "");
        Problems::new("the configuration", vec![source.problem(why.to_string())])
    })?;
    Ok(Config::read(&Source::new(name, text), catalogue)?)
}

fn too_large(name: &str, size: u64) -> Failure {
    let source = Source::new(name, "");
    Problems::new(
        "the configuration",
        vec![source.problem(format!("it is {size} bytes, too large for a configuration"))],
    )
    .into()
}

fn style(args: &CheckArgs) -> Style {
    let terminal = args.output.is_none() && std::io::stdout().is_terminal();
    let colour = match args.colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.or_else(|| terminal.then(terminal_width).flatten()).unwrap_or(DEFAULT_WIDTH);
    let detail = match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    Style { colour, width, detail }
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}
