//! What comes along with code when it is published: notebooks with their outputs, data files, and licence headers.

use crate::check::{Answer, Truth, heading_matches};
use crate::facts::Facts;
use crate::value::{Evidence, Value, quote};

/// The most places that are named.
const MAX_SHOWN: usize = 5;
/// The largest notebook that is read, in bytes. A larger one holds pictures or tables, that is, outputs.
const MAX_NOTEBOOK: u64 = 1 << 20;
/// The most notebooks that are read.
const MAX_NOTEBOOKS: usize = 300;
/// How many source files are looked at for a licence header.
const SAMPLE: usize = 40;
/// The largest source file of the sample, in bytes.
const MAX_SOURCE: u64 = 128 << 10;
/// The fewest source files that a share can be told of.
const FEW: usize = 3;
/// The share of files, in hundredths, that must have a header.
const ENOUGH: usize = 80;
/// The most folders of data that are looked at.
const MAX_FOLDERS: usize = 300;

/// Whether notebooks were stored without what they printed.
pub(crate) fn notebook_outputs(facts: &Facts<'_>) -> Answer {
    let mut files = facts.named("notebooks");
    if files.is_empty() {
        return Answer::new(Truth::NotAsked("there is no notebook".to_owned()));
    }
    let all = files.len();
    files.truncate(MAX_NOTEBOOKS);
    let (mut with, mut broken, mut clean) = (Vec::new(), None, None);
    let notebooks = facts.sources.tree.read_many(&files, MAX_NOTEBOOK, &|_| true);
    for (&file, bytes) in files.iter().zip(notebooks) {
        let path = facts.path(file);
        let Ok(Some(bytes)) = bytes else {
            broken = broken.or(Some((path, "it is too large to be read".to_owned())));
            continue;
        };
        match outputs(&bytes) {
            Ok(0) => clean = clean.or(Some(path)),
            Ok(1) => with.push(Evidence { text: Some("1 cell with output".to_owned()), ..Evidence::file(path) }),
            Ok(cells) => {
                with.push(Evidence { text: Some(format!("{cells} cells with output")), ..Evidence::file(path) })
            }
            Err(why) => broken = broken.or(Some((path, why))),
        }
    }
    let count = with.len() as u64;
    if count > 0 {
        with.truncate(MAX_SHOWN);
        let mut answer = Answer::no();
        answer.evidence = with;
        return answer.value(Value::Number(count));
    }
    match (broken, clean) {
        (Some((path, why)), _) => {
            let why = format!("{} could not be understood: {}", quote(path), quote(&why));
            Answer::new(Truth::Error(why)).with(Evidence::file(path))
        }
        (None, _) if all > MAX_NOTEBOOKS => {
            Answer::new(Truth::Unknown(format!("only {MAX_NOTEBOOKS} of {all} notebooks were read")))
        }
        (None, clean) => Answer::yes(Evidence::file(clean.unwrap_or_default())).value(Value::Number(0)),
    }
}

/// How many cells of a notebook hold output.
fn outputs(bytes: &[u8]) -> Result<usize, String> {
    #[derive(serde::Deserialize)]
    struct Notebook {
        #[serde(default)]
        cells: Vec<Cell>,
        #[serde(default)]
        worksheets: Vec<Worksheet>,
    }
    #[derive(serde::Deserialize)]
    struct Worksheet {
        #[serde(default)]
        cells: Vec<Cell>,
    }
    #[derive(serde::Deserialize)]
    struct Cell {
        #[serde(default)]
        outputs: Vec<serde::de::IgnoredAny>,
    }
    let notebook: Notebook = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let cells = notebook.cells.iter().chain(notebook.worksheets.iter().flat_map(|sheet| &sheet.cells));
    Ok(cells.filter(|cell| !cell.outputs.is_empty()).count())
}

/// Whether data files have a licence, a description or a schema beside them.
pub(crate) fn data_described(facts: &Facts<'_>) -> Answer {
    let files = facts.named("data-files");
    let mut folders: Vec<(&str, usize)> = Vec::new();
    for &file in &files {
        let folder = facts.path(file).rsplit_once('/').map_or("", |(folder, _)| folder);
        if folders.last().is_none_or(|(last, _)| *last != folder) && !folders.iter().any(|(known, _)| *known == folder)
        {
            folders.push((folder, file));
        }
        if folders.len() >= MAX_FOLDERS {
            break;
        }
    }
    if folders.is_empty() {
        return Answer::new(Truth::NotAsked("there is no data file".to_owned()));
    }
    // A section of the README about the data speaks for all of it.
    let said = facts.readme().and_then(|file| {
        let document = facts.document(file).ok()?;
        let section = document
            .sections()
            .find(|section| section.words() >= 5 && heading_matches(&section.heading.text, facts.heading("data")))?;
        Some(crate::check::section_evidence(facts.path(file), &section))
    });
    if let Some(place) = said {
        return Answer::yes(place);
    }
    let statements: Vec<&str> = facts.named("data-statements").into_iter().map(|file| facts.path(file)).collect();
    let beside = |folder: &str| {
        statements.iter().find(|path| {
            let of = path.rsplit_once('/').map_or("", |(of, _)| of);
            let above = of.is_empty() || folder.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'));
            let name = of.rsplit('/').next().unwrap_or(of).to_ascii_lowercase();
            // What stands above speaks of the code, unless it is made for data or the folder is.
            (of == folder && !of.is_empty()) || (above && (!is_general(path) || name.contains("data")))
        })
    };
    let (mut described, mut bare) = (None, Vec::new());
    for (folder, file) in folders {
        match beside(folder) {
            Some(path) => described = described.or(Some(*path)),
            None => bare.push(Evidence::file(facts.path(file))),
        }
    }
    let count = bare.len() as u64;
    if count > 0 {
        bare.truncate(MAX_SHOWN);
        let mut answer = Answer::no();
        answer.evidence = bare;
        return answer.value(Value::Number(count));
    }
    Answer::yes(Evidence::file(described.unwrap_or_default())).value(Value::Number(0))
}

/// Whether a file of this name is there for the code as much as for data.
fn is_general(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.starts_with("readme")
        || name == "license"
        || name == "licence"
        || name.starts_with("license.")
        || name.starts_with("licence.")
}

/// Whether source files name their licence in a header, or a file of the REUSE specification does for them.
pub(crate) fn spdx_headers(facts: &Facts<'_>) -> Answer {
    if let Some(&file) = facts.named("reuse").first() {
        return Answer::yes(Evidence::file(facts.path(file)));
    }
    let files = facts.named("source-files");
    if files.len() < FEW {
        return Answer::new(Truth::NotAsked("there are too few source files".to_owned()));
    }
    let sample = sample(&files, |file| facts.path(file));
    let header = |bytes: &[u8]| {
        let start = &bytes[..bytes.len().min(4096)];
        memchr::memmem::find(start, b"SPDX-License-Identifier").is_some()
    };
    let (mut with, mut without, mut read) = (None, None, 0);
    let mut count = 0;
    for (&file, bytes) in sample.iter().zip(facts.sources.tree.read_many(&sample, MAX_SOURCE, &header)) {
        match bytes {
            Ok(Some(_)) => {
                (count, read) = (count + 1, read + 1);
                with = with.or(Some(file));
            }
            Ok(None) => {
                read += 1;
                without = without.or(Some(file));
            }
            Err(_) => {}
        }
    }
    if read == 0 {
        return Answer::new(Truth::Unknown("no source file could be read".to_owned()));
    }
    let share = count * 100 / read;
    let place = if share >= ENOUGH { with } else { without };
    let truth = if share >= ENOUGH { Truth::Yes } else { Truth::No };
    let mut answer = Answer::new(truth).value(Value::Number(share as u64));
    answer.evidence.extend(place.map(|file| Evidence {
        text: Some(format!("{count} of {read} source files looked at have a header")),
        ..Evidence::file(facts.path(file))
    }));
    answer
}

/// Some of many files, spread over the tree, so that one folder does not speak for all. Which ones depends on the path of each
/// alone, so that a change by one file is a change by one file here too.
fn sample<'a>(files: &[usize], path: impl Fn(usize) -> &'a str) -> Vec<usize> {
    if files.len() <= SAMPLE {
        return files.to_vec();
    }
    let mut drawn: Vec<(u64, usize)> = files.iter().map(|&file| (lot(path(file)), file)).collect();
    drawn.select_nth_unstable(SAMPLE);
    let mut chosen: Vec<usize> = drawn[..SAMPLE].iter().map(|(_, file)| *file).collect();
    chosen.sort_unstable();
    chosen
}

/// A number that looks drawn by lot and is the same on every machine: FNV-1a.
fn lot(path: &str) -> u64 {
    path.bytes().fold(0xCBF2_9CE4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_changes_by_what_the_files_change() {
        let paths: Vec<String> = (0..500).map(|n| format!("src/part_{}/file_{n}.rs", n % 7)).collect();
        let all: Vec<usize> = (0..500).collect();
        let chosen = |files: &[usize]| sample(files, |file| &paths[file]);
        assert_eq!(chosen(&all[..SAMPLE]), &all[..SAMPLE]);
        let first = chosen(&all);
        assert_eq!(first.len(), SAMPLE);
        let parts: std::collections::BTreeSet<usize> = first.iter().map(|file| file % 7).collect();
        assert_eq!(parts.len(), 7);
        for gone in 0..500 {
            let rest: Vec<usize> = all.iter().copied().filter(|file| *file != gone).collect();
            let moved = chosen(&rest).iter().filter(|file| !first.contains(file)).count();
            assert_eq!(moved, usize::from(first.contains(&gone)), "{gone}");
        }
    }

    #[test]
    fn cells_with_output_are_counted() {
        let notebook = |outputs: &str| format!(r#"{{"cells": [{{"cell_type": "code", "outputs": [{outputs}]}}]}}"#);
        assert_eq!(outputs(notebook("").as_bytes()), Ok(0));
        assert_eq!(outputs(notebook(r#"{"text": "1"}"#).as_bytes()), Ok(1));
        assert!(outputs(b"{\"cells\": ").is_err());
        assert!(outputs(&vec![b'['; 100_000]).is_err());
    }
}
