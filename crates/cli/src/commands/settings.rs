//! The settings that count: from a file that is named, the checked files or the commit that a change starts from.

use std::fs;
use std::path::Path;

use openly_repo::GitTree;
use openly_rules::Catalogue;
use openly_rules::config::{Config, FILE_NAME};
use openly_rules::config_change::changes;
use openly_rules::problem::{Problem, Problems, Source};
use openly_rules::run::Notice;
use openly_rules::tree::{MAX_FILE, Tree, Unreadable, text_of};

use crate::failure::Failure;

/// How many mistakes of a configuration are named where a change is told of.
const MOST_NAMED: usize = 3;

/// The configuration that was named, or else the repository's own.
pub(super) fn config(file: Option<&Path>, tree: &dyn Tree, catalogue: &Catalogue) -> Result<Config, Failure> {
    match file {
        Some(file) => named(file, catalogue),
        None => Ok(configured(own(tree), catalogue)?),
    }
}

/// The configuration in a file that was named.
pub(super) fn named(file: &Path, catalogue: &Catalogue) -> Result<Config, Failure> {
    let size = fs::metadata(file).map_err(|error| Failure::io("read", file, &error))?.len();
    let name = file.display().to_string();
    if size > MAX_FILE {
        return Err(too_large(&name, size));
    }
    let bytes = fs::read(file).map_err(|error| Failure::io("read", file, &error))?;
    Ok(parsed(&name, bytes, catalogue)?)
}

/// The settings that count, and what a change would make of them.
pub(super) struct Settings {
    pub(super) config: Config,
    /// What the change does to the configuration, in sentences.
    pub(super) changes: Vec<String>,
    /// The mistakes in the configuration that the change brings. The report is written all the same.
    pub(super) mistakes: Option<Problems>,
    pub(super) notice: Option<Notice>,
}

/// The configuration that was named, or else the one of the base, so that a change cannot excuse itself, or else the one of the
/// files that are checked.
pub(super) fn settings(
    file: Option<&Path>,
    tree: &dyn Tree,
    base: Option<&GitTree>,
    catalogue: &Catalogue,
) -> Result<Settings, Failure> {
    let settled = |config| Settings { config, changes: Vec::new(), mistakes: None, notice: None };
    if let Some(file) = file {
        return Ok(settled(named(file, catalogue)?));
    }
    let own = own(tree);
    let Some(base) = base else {
        return Ok(settled(configured(own, catalogue)?));
    };
    let before = self::own(base);
    if own == before {
        return Ok(settled(configured(own, catalogue)?));
    }
    let (config, notice) = match configured(before, catalogue) {
        Ok(config) => (config, None),
        // The change that mends it must be possible, and must not be judged by its own settings.
        Err(mistakes) => (
            Config::default(),
            Some(Notice(format!(
                "The configuration of the base is not used: {mistakes}. No setting and no waiver counts."
            ))),
        ),
    };
    let (changes, mistakes) = match configured(own, catalogue) {
        Ok(after) => (changes(&config, &after), None),
        Err(mistakes) => {
            let named: Vec<&str> = mistakes.iter().take(MOST_NAMED).map(Problem::message).collect();
            let more = match mistakes.iter().count() - named.len() {
                0 => String::new(),
                more => format!(" And {more} more."),
            };
            (vec![format!("Has mistakes in {FILE_NAME}: {}.{more} Mend them first.", named.join("; "))], Some(mistakes))
        }
    };
    // A comment or the order of keys is none.
    Ok(Settings { config, changes, mistakes, notice })
}

/// The bytes of a repository's own configuration, or why they cannot be had; `None` when there is none.
fn own(tree: &dyn Tree) -> Option<Result<Vec<u8>, Unreadable>> {
    let index = tree.entries().binary_search_by(|entry| entry.path.as_str().cmp(FILE_NAME)).ok()?;
    Some(tree.read(index))
}

fn configured(own: Option<Result<Vec<u8>, Unreadable>>, catalogue: &Catalogue) -> Result<Config, Problems> {
    match own {
        None => Ok(Config::default()),
        Some(Ok(bytes)) => parsed(FILE_NAME, bytes, catalogue),
        Some(Err(why)) => Err(unreadable(FILE_NAME, &why)),
    }
}

fn parsed(name: &str, bytes: Vec<u8>, catalogue: &Catalogue) -> Result<Config, Problems> {
    let text = text_of(bytes).map_err(|why| unreadable(name, &why))?;
    Config::read(&Source::new(name, text), catalogue)
}

fn unreadable(name: &str, why: &Unreadable) -> Problems {
    Problems::new("the configuration", vec![Source::new(name, "").problem(why.to_string())])
}

fn too_large(name: &str, size: u64) -> Failure {
    let source = Source::new(name, "");
    Problems::new(
        "the configuration",
        vec![source.problem(format!("it is {size} bytes, too large for a configuration"))],
    )
    .into()
}
