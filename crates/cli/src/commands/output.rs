//! The forms of a report, and the files that they go to.

use std::fs;
use std::io::{IsTerminal as _, Write as _};

use openly_report::terminal::{Detail, Style};
use openly_report::{Report, Web, annotations, badge, comment, html, json, junit, markdown, outputs, sarif, terminal};
use openly_rules::Catalogue;

use crate::args::{CheckArgs, Colour, Output, ReportFormat};
use crate::commands::print;
use crate::failure::Failure;

/// Columns to fill when nobody says how wide the terminal is.
const DEFAULT_WIDTH: usize = 100;

/// Every form that was asked for, each with its file; `None` is standard output. Nothing is written before all are made.
pub(crate) fn render<'a>(
    report: &Report,
    catalogue: &Catalogue,
    args: &'a CheckArgs,
) -> Result<Vec<(Option<&'a Output>, String)>, Failure> {
    let printed = args.outputs.iter().all(|output| output.format.is_some());
    let files = args.outputs.iter().map(Some);
    let all = files.chain(printed.then_some(None));
    all.map(|output| {
        let format = output.and_then(|output| output.format).unwrap_or(args.format);
        Ok((output, one(report, catalogue, format, args, output.is_none())?))
    })
    .collect()
}

/// Writes each form to its file, or prints it.
pub(crate) fn write(rendered: Vec<(Option<&Output>, String)>) -> Result<(), Failure> {
    for (output, text) in rendered {
        match output {
            Some(Output { file, .. }) => {
                fs::write(file, text).map_err(|error| Failure::io("write", file, &error))?;
            }
            None => print(&text)?,
        }
    }
    Ok(())
}

/// Adds what only the end of the run knows to the outputs of a step, where those were asked for.
pub(crate) fn add_to_outputs(args: &CheckArgs, name: &str, value: &str) -> Result<(), Failure> {
    let line = format!("{name}={value}\n");
    for Output { format, file } in &args.outputs {
        if format.unwrap_or(args.format) == ReportFormat::Outputs {
            let opened = fs::OpenOptions::new().append(true).open(file);
            let added = opened.and_then(|mut opened| opened.write_all(line.as_bytes()));
            added.map_err(|error| Failure::io("write", file, &error))?;
        }
    }
    Ok(())
}

fn one(
    report: &Report,
    catalogue: &Catalogue,
    format: ReportFormat,
    args: &CheckArgs,
    printed: bool,
) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::usage(format!("failed to write the report: {error}"));
    Ok(match format {
        ReportFormat::Terminal => terminal::render(report, style(!printed, args.colour, (args.quiet, args.verbose))),
        ReportFormat::Json => json::render(report).map_err(|error| failed(&error))?,
        ReportFormat::Markdown => markdown::render(report),
        ReportFormat::Annotations => annotations::render(report),
        ReportFormat::Badge => badge::svg(report),
        ReportFormat::BadgeJson => badge::endpoint(report),
        ReportFormat::Comment => comment::render(report),
        ReportFormat::Html => html::render(report).map_err(|error| failed(&error))?,
        ReportFormat::Junit => junit::render(report),
        ReportFormat::Outputs => outputs::render(report),
        ReportFormat::Sarif => sarif::render(report, catalogue).map_err(|error| failed(&error))?,
        ReportFormat::Summary => markdown::summary(report),
    })
}

/// How text for a terminal looks, where it goes.
pub(super) fn style(to_file: bool, colour: Colour, (quiet, verbose): (bool, bool)) -> Style {
    let terminal = !to_file && std::io::stdout().is_terminal();
    let colour = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.or_else(|| terminal.then(terminal_width).flatten()).unwrap_or(DEFAULT_WIDTH);
    let detail = match (quiet, verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    Style { colour, width, detail }
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// The addresses that a report may link to, as GitHub Actions tells them.
pub(crate) fn web() -> Web {
    let told = |name: &str, is_fine: fn(&str) -> bool| std::env::var(name).ok().filter(|value| is_fine(value));
    if told("GITHUB_ACTIONS", |value| value == "true").is_none() {
        return Web::default();
    }
    let server = told("GITHUB_SERVER_URL", is_address);
    let name = told("GITHUB_REPOSITORY", |name| name.split('/').count() == 2 && name.split('/').all(is_name));
    let repository = server.zip(name).map(|(server, name)| format!("{}/{name}", server.trim_end_matches('/')));
    let run = told("GITHUB_RUN_ID", |id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()));
    Web {
        run: repository.as_ref().zip(run).map(|(repository, run)| format!("{repository}/actions/runs/{run}")),
        repository,
        commit: None,
    }
}

/// Whether a text is the address of a host and nothing else that Markdown or HTML would take for more.
fn is_address(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/".contains(&b))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
}
