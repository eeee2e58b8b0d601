//! `openly schema`: the published formats.

use std::process::ExitCode;

use openly_rules::schema::{Format, schema};

use crate::args::{SchemaArgs, SchemaFormat};
use crate::commands::print;
use crate::failure::Failure;

pub(crate) fn run(args: &SchemaArgs) -> Result<ExitCode, Failure> {
    let schema = match args.format {
        SchemaFormat::Config => schema(Format::Config),
        SchemaFormat::Rule => schema(Format::Rule),
        SchemaFormat::Framework => schema(Format::Framework),
        SchemaFormat::Profile => schema(Format::Profile),
        SchemaFormat::Answer => openly_report::answer::json::schema(),
        SchemaFormat::Report => openly_report::json::schema(),
    };
    print(&format!("{schema:#}\n"))?;
    Ok(ExitCode::SUCCESS)
}
