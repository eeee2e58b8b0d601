//! `openly publish`: what a run without permissions left behind, published by one that has them.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use openly_github::{Event, NotTaken, Session, Target, Wanted};
use openly_report::received::{self, MAX_BYTES, Refused};
use openly_report::{Report, Web};
use openly_rules::Catalogue;

use crate::args::{PublishArgs, PublishingArgs};
use crate::commands::{catalogue, output};
use crate::failure::{self, Failure};
use crate::{host, publication};

/// The artifacts that the Action leaves.
const WANTED: Wanted<'_> = Wanted { prefix: "openly-report-", most: 10, file: "report.json", most_bytes: MAX_BYTES };

pub(crate) fn run(args: &PublishArgs) -> Result<ExitCode, Failure> {
    let given = args.file.as_deref().map(read).transpose()?;
    let Some(event @ Event::WorkflowRun { .. }) = host::event(None)? else {
        return Err(Failure::with_help(
            "what a report is about is told by the event `workflow_run`, and there is none",
            "run this in a workflow on `workflow_run`; at a prompt, use `openly check --github OWNER/REPO --publish`",
        ));
    };
    let Event::WorkflowRun { id, cause, .. } = &event else { return Ok(ExitCode::SUCCESS) };
    let nothing = |why: &str| {
        failure::print(&format!("{why}, so there is nothing to publish.\n"));
        Ok(ExitCode::SUCCESS)
    };
    if cause != "pull_request" {
        return nothing("The run was not one of a pull request");
    }
    let session = host::connect_to_run()?;
    let target = session.target(&event)?;
    if target.pull_request.is_none() {
        return nothing("There is no one open pull request whose newest commit is that of the run");
    }
    let publishing = Publishing { args: &args.publishing, session, target, run: *id, catalogue: catalogue(None)? };
    if let Some((file, bytes)) = args.file.as_deref().zip(given) {
        let report = publishing.report(&bytes).map_err(|why| {
            Failure::with_help(
                format!("{} is not used: {why}", file.display()),
                "give the file that `openly check --output json=FILE` wrote, with the same version of openly",
            )
        })?;
        return publishing.publish(&report).map(code);
    }
    let left = publishing.session.left(*id, &WANTED)?;
    if left.artifacts.is_empty() {
        return nothing("The run left no report");
    }
    let mut is_done = true;
    for artifact in left.artifacts {
        let report = artifact.file.map(|bytes| publishing.report(&bytes).map_err(|why| why.to_string()));
        let why = match report {
            Ok(Ok(report)) => {
                is_done &= publishing.publish(&report)?;
                continue;
            }
            Ok(Err(why)) | Err(NotTaken::Content(why)) => why,
            Err(NotTaken::Host(failure)) => {
                Failure::warn(&failure);
                is_done = false;
                continue;
            }
        };
        failure::print(&format!("{} is not used: {why}.\n", artifact.name));
    }
    if left.more > 0 {
        failure::print(&format!("{} more were left out: at most {} are read.\n", left.more, WANTED.most));
    }
    Ok(code(is_done))
}

fn code(is_done: bool) -> ExitCode {
    if is_done { ExitCode::SUCCESS } else { ExitCode::from(failure::PARTIAL) }
}

/// The bytes of a file, of which no more are read than a report has.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::io("read", file, &error);
    let mut bytes = Vec::new();
    fs::File::open(file).map_err(failed)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// What all reports of a run are published with. Nothing of it comes from a report.
struct Publishing<'a> {
    args: &'a PublishingArgs,
    session: Session,
    target: Target,
    run: u64,
    catalogue: &'a Catalogue,
}

impl Publishing<'_> {
    /// A report in the words of the catalogue, which links to the commit and the run of the event.
    fn report(&self, bytes: &[u8]) -> Result<Report, Refused> {
        let mut report = received::read(bytes, self.catalogue)?;
        report.subject.commit = Some(self.target.head_sha.clone());
        // The run that the environment names is this one. The whole report stands where it was made.
        let Web { repository, .. } = output::web();
        let run = repository.as_ref().map(|repository| format!("{repository}/actions/runs/{}", self.run));
        report.subject.web = Web { repository, commit: None, run };
        Ok(report)
    }

    /// Publishes a report. Whether all is there that should be.
    fn publish(&self, report: &Report) -> Result<bool, Failure> {
        let fails = report.base.as_ref().is_some_and(|base| base.delta.regresses());
        let publication = publication::of(report, self.target.clone(), self.args, fails, false);
        if self.args.dry_run {
            host::show_plan(&self.session, &publication)?;
            return Ok(true);
        }
        let published = host::publish(&self.session, &publication);
        // This run is the one that may write.
        Ok(published.failure().is_none() && !published.is_not_allowed())
    }
}
