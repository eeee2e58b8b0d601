//! Checks every definition of this folder and packs them for the binary. A mistake fails the build at its place.

use std::path::{Path, PathBuf};
use std::{env, fs, process::ExitCode};

use openly_rules::Catalogue;

#[expect(unreachable_pub, reason = "the file is also a module of the library")]
#[path = "src/load.rs"]
mod load;

#[expect(clippy::print_stderr, reason = "what a build script prints there is what cargo shows when it fails")]
fn main() -> ExitCode {
    for part in ["build.rs", "src/load.rs", "checks", "frameworks", "profiles", "vocabulary"] {
        println!("cargo:rerun-if-changed={part}");
    }
    let files = match load::read_folder(Path::new(".")) {
        Ok(files) => files,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match Catalogue::default().extend(&files) {
        Ok(catalogue) => {
            let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("catalogue.bin");
            fs::write(out, catalogue.pack().expect("a catalogue can be packed")).expect("OUT_DIR can be written");
            ExitCode::SUCCESS
        }
        Err(problems) => {
            eprintln!("{:?}", miette::Report::new(problems));
            ExitCode::FAILURE
        }
    }
}
