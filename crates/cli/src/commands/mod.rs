//! The commands, a file each.

pub(crate) mod assess;
pub(crate) mod attest;
pub(crate) mod check;
pub(crate) mod crosswalk;
pub(crate) mod explain;
pub(crate) mod imports;
pub(crate) mod list;
pub(crate) mod next;
pub(crate) mod output;
pub(crate) mod publish;
mod repository;
pub(crate) mod rule;
pub(crate) mod schema;
mod settings;

use std::io::Write as _;
use std::path::Path;

use openly_rules::Catalogue;

use crate::failure::Failure;

/// The built-in catalogue, with a folder of the user's own when one is given. It is needed until the program ends, so its
/// many small parts are never given back one by one.
fn catalogue(folder: Option<&Path>) -> Result<&'static Catalogue, Failure> {
    let catalogue = openly_catalogue::embedded();
    let catalogue = match folder {
        None => catalogue,
        Some(folder) if !folder.is_dir() => {
            return Err(Failure::with_help(
                format!("{} is not a folder", folder.display()),
                "give the folder that holds `checks/TOPIC/RULE/rule.yml`, or make one with `openly rule new`",
            ));
        }
        Some(folder) => openly_catalogue::with_folder(catalogue, folder)?,
    };
    Ok(Box::leak(Box::new(catalogue)))
}

/// Writes to standard output. When the reader has gone (`openly list rules | head`), that is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("failed to print: {error}")))
        }
        _ => Ok(()),
    }
}

/// The failure for a name that is not known, with the nearest one that is.
fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>, list: &str) -> Failure {
    let near = openly_rules::compile::nearest(name, known);
    let help = near.map_or_else(|| format!("see `{list}`"), |near| format!("did you mean `{near}`? See `{list}`"));
    Failure::with_help(format!("there is no {what} called `{name}`"), help)
}
