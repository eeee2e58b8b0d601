//! `openly publish`: what a run without permissions left behind, published by one that has them.

use std::fs;
use std::io::Read as _;
use std::process::ExitCode;

use openly_github::Publication;

use crate::args::PublishArgs;
use crate::failure::{self, Failure};
use crate::host;

/// The most bytes of the file that are looked at; what is longer is refused as a whole.
const MAX_FILE: u64 = 8 << 20;

pub(crate) fn run(args: &PublishArgs) -> Result<ExitCode, Failure> {
    let file = fs::File::open(&args.file).map_err(|error| Failure::io("read", &args.file, &error))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut bytes).map_err(|error| Failure::io("read", &args.file, &error))?;
    let Some(event) = host::event(None)? else {
        return Err(Failure::with_help(
            "what the file is about is told by the event of a workflow, and there is none",
            "run this in a workflow on `workflow_run`; at a prompt, use `openly check --github OWNER/REPO --publish`",
        ));
    };
    let session = host::connect(host::repository(args.github.as_deref())?)?;
    let target = session.target(&event)?;
    let publication = Publication::from_artifact(&bytes, &target, &host::server())?;
    let is_done = host::publish(&session, &publication, args.dry_run)?;
    Ok(ExitCode::from(if is_done { 0 } else { failure::PARTIAL }))
}
