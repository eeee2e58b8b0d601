//! `openly check`: one repository on disk.

use std::panic::resume_unwind;
use std::process::ExitCode;
use std::thread;

use openly_repo::{GitTree, WorkTree};
use openly_report::{Base, Report};
use openly_rules::delta::Delta;
use openly_rules::run::{Request, check_timed};
use openly_rules::timing::Timings;
use openly_rules::tree::{Before, Tree};
use openly_rules::value::{Kind, Severity, quote};
use openly_rules::{Catalogue, Sources};

use crate::args::{CheckArgs, FailOn};
use crate::commands::repository::{known_names, subject, today};
use crate::commands::settings::{Settings, settings};
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
    known_names(catalogue, args.profile.as_deref(), &args.frameworks)?;
    known_rules(args, catalogue)?;
    let kind = args.kind.as_deref().map(str::parse::<Kind>).transpose().map_err(Failure::usage)?;
    let (tree, base) = (tree?, base?);
    let Settings { config, changes, mistakes, notice } =
        settings(args.config.as_deref(), tree.as_ref(), base.as_ref(), catalogue)?;
    let imports = imports::read(&args.import, &args.path, args.rev.as_deref(), &config, catalogue)?;
    let host = timings.step("ask GitHub", || host::ask(args.github.as_deref(), &args.path, tree.as_ref()))?;
    let is_published = args.publish || args.publishing.dry_run;
    // Before anything is checked, so that what cannot be is said at once.
    let target = if is_published { host.target(tree.commit().as_deref())? } else { None };
    let today = today(args.today);
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
    let before = base.as_ref().map(|base| Before { files: base, change: tree.as_ref() });
    let (mut checked, before) = thread::scope(|scope| {
        let before = before.as_ref().map(|base| scope.spawn(|| check_timed(&request(base), &mut Timings::default())));
        let checked = check_timed(&request(tree.as_ref()), &mut timings);
        (checked, before.map(joined))
    });
    checked.notices.extend(notice);
    let mut subject = subject(&args.path, tree.as_ref(), &config);
    // A folder in a repository has no history of its own, and is at a commit all the same.
    if subject.commit.is_none() && base.is_some() {
        subject.commit = openly_repo::head(&args.path);
    }
    if let (Some(rev), Some(base), Some(head)) = (&args.base, base.as_ref().and_then(Tree::commit), &subject.commit)
        && let Some(began) = openly_repo::began(&args.path, &base, head)
    {
        failure::print(&format!(
            "{rev} has commits that are not in what is checked, and what they did counts as undone here. To see this change \
             alone, name the commit where it began: --base {began}\n",
            rev = quote(rev)
        ));
    }
    let compared = base.zip(args.base.clone()).zip(before).map(|((tree, rev), before)| Base {
        rev,
        commit: tree.commit(),
        delta: Delta { settings: changes, ..Delta::between(catalogue, &before, &checked) },
    });
    let report = Report { version: env!("CARGO_PKG_VERSION").to_owned(), subject, checked, base: compared };
    let rendered = timings.step("write the report", || output::render(&report, catalogue, args))?;
    output::write(rendered)?;
    if args.timings {
        failure::print(&table(&timings));
    }
    let fails = fails(&report, args.fail_on);
    // The exit code tells of a host that failed first, and the Action needs both.
    output::add_to_outputs(args, "fails", if fails { "true" } else { "false" })?;
    let mut is_partial = !host.failures.is_empty();
    if let Some((session, target)) = target {
        let publication = publication::of(&report, target, &args.publishing, fails, is_partial);
        if args.publishing.dry_run {
            host::show_plan(session, &publication)?;
        } else {
            let published = host::publish(session, &publication);
            if published.is_not_allowed() {
                failure::print(
                    "This is usual for a pull request from a fork. The report stands, and a workflow on `workflow_run` can publish \
                     it with `openly publish`.\n",
                );
            }
            is_partial |= published.failure().is_some();
            output::add_to_outputs(args, "comment", host::word(&published.comment))?;
        }
    } else if args.publish && !args.publishing.dry_run {
        let word = if host.is_other { "not-allowed" } else { "failed" };
        output::add_to_outputs(args, "comment", word)?;
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

fn known_rules(args: &CheckArgs, catalogue: &Catalogue) -> Result<(), Failure> {
    if let Some(rule) = args.only.iter().find(|id| catalogue.rule(id).is_none()) {
        return Err(unknown("rule", rule, catalogue.rules.iter().map(|r| &*r.id), "openly list rules"));
    }
    Ok(())
}
