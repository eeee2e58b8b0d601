//! `openly crosswalk`: which rules serve which criteria.

use std::process::ExitCode;

use openly_report::crosswalk;

use crate::args::{CrosswalkArgs, TableFormat};
use crate::commands::{catalogue, print};
use crate::failure::Failure;

pub(crate) fn run(args: &CrosswalkArgs) -> Result<ExitCode, Failure> {
    let catalogue = catalogue(args.rules.as_deref())?;
    print(&match args.format {
        TableFormat::Csv => crosswalk::csv(catalogue),
        TableFormat::Markdown => crosswalk::markdown(catalogue),
    })?;
    Ok(ExitCode::SUCCESS)
}
