//! What a run of a workflow left: archives, and of each the one file that is wanted. Whoever started the run may have put anything
//! there, so everything is bounded, no name in an archive is used as a path, and nothing is written to a disk.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use serde_json::Value;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::address::Repository;
use crate::failure::Failure;
use crate::reader::Reader;

const NEEDS: &str = "the permission `actions: read`";

/// Which artifacts are wanted, and which file of each.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What their names begin with.
    pub prefix: &'a str,
    /// How many are taken at most.
    pub most: usize,
    /// The one file that an archive holds.
    pub file: &'a str,
    /// The most bytes of an archive, and of the file in it.
    pub most_bytes: usize,
}

/// What a run left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The artifacts that are wanted, by name.
    pub artifacts: Vec<Artifact>,
    /// How many more there are than are taken.
    pub more: usize,
}

/// An artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its name, of which only plain characters are kept.
    pub name: String,
    /// The file in it.
    pub file: Result<Vec<u8>, NotTaken>,
}

/// Why the file of an artifact is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// The host did not give it.
    Host(Failure),
    /// It is not what it should be, in words.
    Content(String),
}

/// One entry of the host's list.
struct Listed {
    id: u64,
    bytes: u64,
}

/// Reads what a run left.
pub(crate) async fn read(
    reader: &Reader<'_>,
    repository: &Repository,
    run: u64,
    wanted: &Wanted<'_>,
) -> Result<Left, Failure> {
    let path = repository.path(&format!("/actions/runs/{run}/artifacts?per_page=100"));
    let list = |page: Value| match page.get("artifacts") {
        Some(Value::Array(artifacts)) => Some(artifacts.clone()),
        _ => None,
    };
    let listed = reader.list(&path, "read what the run left", NEEDS, list).await?;
    // A run that was repeated has left several of one name: the newest counts.
    let mut newest = BTreeMap::<String, Listed>::new();
    for (name, artifact) in listed.iter().filter_map(|artifact| of(artifact, wanted)) {
        let is_older = newest.get(&name).is_some_and(|known| known.id > artifact.id);
        if !is_older {
            newest.insert(name, artifact);
        }
    }
    let more = newest.len().saturating_sub(wanted.most);
    let mut artifacts = Vec::new();
    for (name, Listed { id, bytes }) in newest.into_iter().take(wanted.most) {
        let file = if bytes > wanted.most_bytes as u64 {
            Err(NotTaken::Content(format!("it has {bytes} bytes, and at most {} are read", wanted.most_bytes)))
        } else {
            let path = repository.path(&format!("/actions/artifacts/{id}/zip"));
            let archive = reader.download(path, "read a file that the run left", NEEDS, wanted.most_bytes).await;
            archive
                .map_err(NotTaken::Host)
                .and_then(|bytes| file(bytes, wanted.file, wanted.most_bytes).map_err(NotTaken::Content))
        };
        artifacts.push(Artifact { name: plain(&name), file });
    }
    Ok(Left { artifacts, more })
}

fn of(artifact: &Value, wanted: &Wanted<'_>) -> Option<(String, Listed)> {
    let name = artifact.get("name")?.as_str().filter(|name| name.starts_with(wanted.prefix))?;
    let is_gone = artifact.get("expired").and_then(Value::as_bool).unwrap_or(false);
    let number = |key: &str| artifact.get(key).and_then(Value::as_u64);
    (!is_gone).then_some((name.to_owned(), Listed { id: number("id")?, bytes: number("size_in_bytes")? }))
}

/// A name of somebody else, for messages.
fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' };
    name.chars().take(100).map(plain).collect()
}

/// The one file in an archive, which has this name and at most so many bytes.
fn file(archive: Vec<u8>, name: &str, most: usize) -> Result<Vec<u8>, String> {
    let unreadable = |_: ZipError| "it is no archive that can be read".to_owned();
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(unreadable)?;
    let has_one = archive.len() == 1 && !archive.has_duplicate_names();
    if !has_one || archive.name_for_index(0).and_then(Result::ok).as_deref() != Some(name) {
        return Err(format!("it does not hold {name} and nothing else"));
    }
    // What the archive says of the size is not believed.
    let entry = archive.by_index(0).map_err(unreadable)?;
    let mut bytes = Vec::new();
    entry.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|_| "it is an archive that is damaged".to_owned())?;
    if bytes.len() > most {
        Err(format!("it holds a file of more than the {most} bytes that are read"))
    } else {
        Ok(bytes)
    }
}

#[cfg(all(test, feature = "fake"))]
mod tests {
    use super::*;
    use crate::fake::archive;

    const MOST: usize = 1 << 20;

    /// An archive in which one name stands in the place of another of the same length.
    fn renamed(archive: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let (from, to, mut archive) = (from.as_bytes(), to.as_bytes(), archive);
        while let Some(at) = archive.windows(from.len()).position(|window| window == from) {
            archive[at..at + to.len()].copy_from_slice(to);
        }
        archive
    }

    fn taken(archive: Vec<u8>) -> Result<String, String> {
        file(archive, "report.json", MOST).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn the_one_file_is_taken() {
        assert_eq!(taken(archive(&[("report.json", b"{}")])).as_deref(), Ok("{}"));
        let all = vec![b' '; MOST];
        assert!(taken(archive(&[("report.json", &all)])).is_ok());
    }

    #[test]
    fn what_is_not_the_one_file_is_not_taken() {
        let zeros = vec![0; 4 << 20];
        let many: Vec<String> = (0..3_000).map(|number| format!("{number}")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
        let good = archive(&[("report.json", b"{\"a\": 1, \"b\": 1}")]);
        let mut damaged = good.clone();
        damaged[45] ^= 0xff;
        let other = "it does not hold report.json and nothing else";
        for (what, archive, why) in [
            (
                "a bomb",
                archive(&[("report.json", &zeros)]),
                "it holds a file of more than the 1048576 bytes that are read",
            ),
            ("many entries", archive(&many), other),
            ("none", archive(&[]), other),
            ("it and another", archive(&[("report.json", b"{}"), ("other", b"")]), other),
            (
                "it twice",
                renamed(archive(&[("report.json", b"1"), ("report.jsoN", b"2")]), "report.jsoN", "report.json"),
                other,
            ),
            ("a way up", archive(&[("../report.json", b"{}")]), other),
            ("a whole path", archive(&[("/report.json", b"{}")]), other),
            ("a folder", archive(&[("report.json/report.json", b"{}")]), other),
            (
                "a name that ends early",
                renamed(archive(&[("report.json_x", b"{}")]), "report.json_x", "report.json\0x"),
                other,
            ),
            ("no archive", b"{\"schema\": \"openly/report/v1\"}".to_vec(), "it is no archive that can be read"),
            ("nothing", Vec::new(), "it is no archive that can be read"),
            ("a part", good[..good.len() - 9].to_vec(), "it is no archive that can be read"),
            ("damaged", damaged, "it is an archive that is damaged"),
        ] {
            assert_eq!(taken(archive), Err(why.to_owned()), "{what}");
        }
    }

    #[test]
    fn a_size_that_is_not_true_is_not_believed() {
        let mut bomb = archive(&[("report.json", &vec![0; 4 << 20])]);
        let size = u32::to_le_bytes(4 << 20);
        while let Some(at) = bomb.windows(4).position(|window| window == size) {
            bomb[at..at + 4].copy_from_slice(&u32::to_le_bytes(2));
        }
        assert!(taken(bomb).is_err());
    }

    #[test]
    fn names_are_shown_plainly() {
        assert_eq!(plain("openly-report-a\n::error::@x"), "openly-report-a___error___x");
    }
}
