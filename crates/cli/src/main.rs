//! The command `openly`: arguments in, text and an exit code out. The only crate that prints.

mod args;
mod commands;
mod failure;
mod host;
mod publication;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::failure::Failure;

/// Exit code of a bug in openly.
const BUG: u8 = 70;

fn main() -> ExitCode {
    let args = Args::parse();
    std::panic::set_hook(Box::new(|info| {
        failure::print(&format!("openly has a bug: {info}\n\nPlease report it, with the command you ran.\n"));
    }));
    let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(args)));
    match run {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => failure.report(),
        Err(_) => ExitCode::from(BUG),
    }
}

fn run(args: Args) -> Result<ExitCode, Failure> {
    match args.command {
        Command::Check(args) => commands::check::run(&args),
        Command::Attest(args) => commands::attest::run(&args),
        Command::Assess(args) => commands::assess::run(&args),
        Command::Next(args) => commands::next::run(&args),
        Command::Crosswalk(args) => commands::crosswalk::run(&args),
        Command::List(args) => commands::list::run(&args),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Publish(args) => commands::publish::run(&args),
        Command::Rule(args) => commands::rule::run(args),
        Command::Schema(args) => commands::schema::run(&args),
    }
}
