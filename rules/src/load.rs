// Reads a folder of definitions from disk. Also compiled into the build script, which is why it names only `openly_rules`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use openly_rules::compile::{Files, RuleFiles};
use openly_rules::problem::Source;

/// Reads the definitions of a folder laid out like this one: `checks/TOPIC/RULE/rule.yml`, `frameworks/*.yml`,
/// `profiles/*.yml`, `vocabulary/*.yml` and `vocabulary/formats/*.yml`. A part that is missing is empty.
///
/// # Errors
/// When a file or folder cannot be read.
pub fn read_folder(folder: &Path) -> io::Result<Files> {
    let mut rules = Vec::new();
    for topic in folders(&folder.join("checks"))? {
        for rule in folders(&topic)? {
            let readme = rule.join("README.md");
            rules.push(RuleFiles {
                topic: name(&topic),
                folder: name(&rule),
                rule: source(&rule.join("rule.yml"))?,
                readme: if readme.is_file() { Some(source(&readme)?) } else { None },
            });
        }
    }
    Ok(Files {
        rules,
        frameworks: yaml_files(&folder.join("frameworks"))?,
        profiles: yaml_files(&folder.join("profiles"))?,
        vocabulary: yaml_files(&folder.join("vocabulary"))?,
        formats: yaml_files(&folder.join("vocabulary/formats"))?,
    })
}

fn source(path: &Path) -> io::Result<Source> {
    let text = fs::read_to_string(path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    Ok(Source::new(path.display().to_string(), text))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn sorted(folder: &Path, keep: impl Fn(&Path) -> bool) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if keep(&path) && !name(&path).starts_with('.') {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    sorted(folder, Path::is_dir)
}

fn yaml_files(folder: &Path) -> io::Result<Vec<Source>> {
    let yaml = |path: &Path| path.extension().is_some_and(|extension| extension == "yml");
    sorted(folder, yaml)?.iter().map(|path| source(path)).collect()
}
