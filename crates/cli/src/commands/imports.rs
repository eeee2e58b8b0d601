//! Reading the results of other tools that a person names on the command line.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use openly_repo::GitTree;
use openly_rules::Catalogue;
use openly_rules::config::Config;
use openly_rules::import::{IMPORT_DAYS, Import, Imports, MAX_IMPORT};
use openly_rules::problem::{Problem, Problems, Source};
use openly_rules::tree::Tree as _;

use crate::args::ImportArgs;
use crate::failure::Failure;

/// What the files say. Every file that cannot be read as results is told of, before anything is checked.
///
/// A file that is committed in the checked repository is its own claim and does not count. One that was written there since,
/// as CI does, is not.
pub(crate) fn read(
    args: &ImportArgs,
    folder: &Path,
    rev: Option<&str>,
    config: &Config,
    catalogue: &Catalogue,
) -> Result<Imports, Failure> {
    let mut imports = Imports { list: Vec::new(), days: config.import_days.unwrap_or(IMPORT_DAYS) };
    let mut problems: Vec<Problem> = Vec::new();
    for file in &args.files {
        let name = file.display().to_string();
        let source = Source::new(name.as_str(), "");
        let (bytes, whole) = bytes(file).map_err(|error| Failure::io("read", file, &error))?;
        if whole > MAX_IMPORT {
            let why =
                format!("it is {} MiB, and openly reads results of at most {} MiB", whole >> 20, MAX_IMPORT >> 20);
            problems.push(source.problem(why).with_help("split it, or let the tool leave out what no rule asks for"));
            continue;
        }
        let own = own(file, folder, rev, &bytes);
        match Import::read(&name, bytes, args.date, catalogue) {
            Ok(mut import) => {
                if let Some(why) = own {
                    import.refuse(why);
                }
                imports.list.push(import);
            }
            Err(refused) => {
                let problem = source.problem(refused.to_string());
                problems.push(match refused.help {
                    Some(help) => problem.with_help(help),
                    None => problem,
                });
            }
        }
    }
    if problems.is_empty() { Ok(imports) } else { Err(Problems::new("the imported results", problems).into()) }
}

/// The content of a file and its size. Of one that is too large, only the beginning.
fn bytes(file: &Path) -> std::io::Result<(Vec<u8>, u64)> {
    let open = fs::File::open(file)?;
    let size = open.metadata()?.len();
    let mut bytes = Vec::new();
    // A pipe has no size, so what is read is bounded as well.
    let read = open.take(if size > MAX_IMPORT { 0 } else { MAX_IMPORT + 1 }).read_to_end(&mut bytes)?;
    Ok((bytes, size.max(u64::try_from(read).unwrap_or(u64::MAX))))
}

/// Why a file of results is the repository's own claim, if it is.
fn own(file: &Path, folder: &Path, rev: Option<&str>, bytes: &[u8]) -> Option<&'static str> {
    let (file, folder) = (fs::canonicalize(file).ok()?, fs::canonicalize(folder).ok()?);
    let inside = file.strip_prefix(&folder).ok()?;
    let Ok(tree) = GitTree::open(&folder, rev.unwrap_or("HEAD")) else {
        return Some("it stands in the checked folder, which has no commits that would show who put it there");
    };
    let path: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let path = path.join("/");
    let committed = tree.entries().binary_search_by(|entry| entry.path.as_str().cmp(&path)).ok()?;
    // What is too large to be compared is taken for what was committed.
    let is_same = tree.read(committed).map_or(true, |committed| committed == bytes);
    is_same.then_some("it is committed in the checked repository, so it shows only what the repository says of itself")
}
