//! Reads the cases of a rule from its folder, for our own tests and for `openly rule test`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use openly_rules::Catalogue;
use openly_rules::case::{Case, expected};
use openly_rules::problem::Source;
use openly_rules::value::Verdict;

/// What became of one case.
#[derive(Debug)]
pub struct CaseResult {
    /// The rule's id.
    pub rule: String,
    /// The folder of the case.
    pub case: String,
    /// `None` when the outcome was the one that the name asks for; otherwise what went wrong.
    pub failure: Option<String>,
}

/// The cases of all rules below a folder laid out like this crate: the rule's id and the folder of the case.
///
/// # Errors
/// When a folder cannot be listed.
pub fn cases(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for topic in folders(&folder.join("checks"))? {
        for rule in folders(&topic)? {
            let id = rule.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for case in folders(&rule.join("tests"))? {
                found.push((id.clone(), case));
            }
        }
    }
    Ok(found)
}

/// Reads a case from its folder.
///
/// # Errors
/// A text that says what is wrong with the case.
pub fn read_case(catalogue: &Catalogue, folder: &Path) -> Result<Case, String> {
    let repo = folder.join("repo");
    if !repo.is_dir() {
        return Err(format!("{} has no folder `repo`", folder.display()));
    }
    let mut files = Vec::new();
    read_files(&repo, "", &mut files).map_err(|error| error.to_string())?;
    let settings = folder.join("case.yml");
    let settings = match fs::read_to_string(&settings) {
        Ok(text) => Some(Source::new(settings.display().to_string(), text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.to_string()),
    };
    let case = Case::new(files, settings.as_ref()).map_err(|problems| {
        let list: Vec<&str> = problems.iter().map(openly_rules::problem::Problem::message).collect();
        list.join("\n")
    })?;
    let mut imports = Vec::new();
    if folder.join("imports").is_dir() {
        read_files(&folder.join("imports"), "", &mut imports).map_err(|error| error.to_string())?;
        imports.sort();
    }
    case.with_imports(imports, catalogue)
}

/// Runs one case of a rule.
pub fn run_case(catalogue: &Catalogue, rule: &str, folder: &Path) -> CaseResult {
    let case = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let failure = outcome(catalogue, rule, &case, folder).err();
    CaseResult { rule: rule.to_owned(), case, failure }
}

fn outcome(catalogue: &Catalogue, rule: &str, name: &str, folder: &Path) -> Result<(), String> {
    let wanted = expected(name).ok_or_else(|| {
        let words: Vec<String> = Verdict::ALL.iter().map(|verdict| format!("{verdict}-")).collect();
        format!("the name of a case starts with the outcome it expects: {}", words.join(", "))
    })?;
    let case = read_case(catalogue, folder)?;
    let outcomes = case.outcomes(catalogue, &[rule.to_owned()]);
    let outcome = outcomes.iter().find(|outcome| outcome.rule == rule).ok_or("the rule was not run")?;
    if outcome.verdict == wanted {
        return Ok(());
    }
    let places: Vec<String> = outcome
        .evidence
        .iter()
        .map(|e| {
            format!(
                "\n  {}:{} {}",
                e.path.as_deref().unwrap_or("-"),
                e.line.unwrap_or(0),
                e.text.as_deref().unwrap_or("")
            )
        })
        .collect();
    Err(format!("expected {wanted}, found {}: {}{}", outcome.verdict, outcome.message, places.concat()))
}

fn read_files(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            read_files(&entry.path(), &path, files)?;
        } else if kind.is_file() && name != ".gitkeep" {
            files.push((path, fs::read(entry.path())?));
        }
    }
    Ok(())
}

fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    found.sort();
    Ok(found)
}
