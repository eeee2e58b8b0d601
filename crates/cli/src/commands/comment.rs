//! `openly comment`: the comment for a report that another job made.

use std::fs;
use std::io::Read as _;
use std::process::ExitCode;

use openly_report::received::{MAX_BYTES, read};
use openly_report::{Web, comment};

use crate::args::CommentArgs;
use crate::commands::{catalogue, output, print};
use crate::failure::Failure;

pub(crate) fn run(args: &CommentArgs) -> Result<ExitCode, Failure> {
    let catalogue = catalogue(None)?;
    let file = fs::File::open(&args.report).map_err(|error| Failure::io("read", &args.report, &error))?;
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(|error| Failure::io("read", &args.report, &error))?;
    let mut report = read(&bytes, catalogue).map_err(|why| {
        Failure::with_help(
            format!("{} is not used: {why}", args.report.display()),
            "give the file that `openly check --base … --output json=FILE` wrote, with the same version of openly",
        )
    })?;
    let is_commit = |id: &&String| id.len() >= 40 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(commit) = &args.commit {
        let commit =
            Some(commit).filter(is_commit).ok_or_else(|| Failure::usage("a commit has 40 or 64 hexadecimal digits"))?;
        report.subject.commit = Some(commit.clone());
    }
    let Web { repository, run, .. } = output::web();
    // The run that the host names is the one that publishes. The one that checked is known to the caller.
    let run = match &args.run {
        Some(id) if id.bytes().all(|b| b.is_ascii_digit()) && !id.is_empty() => {
            repository.as_ref().map(|repository| format!("{repository}/actions/runs/{id}"))
        }
        Some(_) => return Err(Failure::usage("the id of a run is a number")),
        None => run,
    };
    report.subject.web = Web { repository, commit: None, run };
    let text = comment::render(&report);
    match &args.output {
        Some(file) => fs::write(file, text).map_err(|error| Failure::io("write", file, &error))?,
        None => print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}
