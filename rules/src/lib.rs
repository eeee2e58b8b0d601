//! The data of openly: rules, frameworks, profiles and vocabularies.
//!
//! The build script checks every file of this folder and packs the result; a mistake in a definition fails the build and is
//! shown at its place. [`embedded`] unpacks it without parsing YAML. [`with_folder`] adds a folder of a user's own.

mod case;
mod load;

use std::io;
use std::path::Path;

use openly_rules::Catalogue;
use openly_rules::problem::Problems;

pub use case::{CaseResult, cases, read_case, run_case};
pub use load::read_folder;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalogue.bin"));

/// The catalogue that is built into openly.
#[expect(clippy::missing_panics_doc, reason = "the bytes were packed by the build of this very crate")]
pub fn embedded() -> Catalogue {
    Catalogue::unpack(PACKED).expect("the build packed a catalogue")
}

/// Why a folder of definitions cannot be used.
#[derive(Debug)]
pub enum LoadError {
    /// A file or folder cannot be read.
    Io(io::Error),
    /// The definitions have mistakes.
    Problems(Problems),
}

/// A catalogue with the definitions of a folder added to it. A rule or framework of the folder takes the place of a built-in
/// one with the same id.
///
/// # Errors
/// When the folder cannot be read, or every mistake in its files.
pub fn with_folder(catalogue: Catalogue, folder: &Path) -> Result<Catalogue, LoadError> {
    let files = read_folder(folder).map_err(LoadError::Io)?;
    catalogue.extend(&files).map_err(LoadError::Problems)
}
