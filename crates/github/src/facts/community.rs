//! Community health files that the owner keeps for all repositories, in a public repository called `.github`.

use std::fmt::Write as _;

use openly_rules::host::{COMMUNITY_FILES, InheritedFile};
use serde_json::{Value, json};

use super::HostAnswer;
use crate::address::{Repository, segments};
use crate::reader::Reader;

/// Where GitHub looks, the first place first.
const FOLDERS: [&str; 3] = [".github/", "", "docs/"];

/// Usual names. Others are asked for once a folder shows them.
const NAMES: [&str; 8] = [
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "FUNDING.yml",
    "GOVERNANCE.md",
    "PULL_REQUEST_TEMPLATE.md",
    "SECURITY.md",
    "SUPPORT.md",
    "pull_request_template.md",
];

/// The folder of issue templates.
const TEMPLATES: &str = ".github/ISSUE_TEMPLATE";

/// The most files that are asked for under other names.
const MOST_OTHERS: usize = 20;

const BLOB: &str = "... on Blob { byteSize isBinary text }";

/// The fields of a query that read the files of `$owner/.github`.
pub(super) fn fields() -> String {
    let mut fields = String::from("community: repository(owner: $owner, name: \".github\") {\n    url visibility\n");
    for (index, folder) in FOLDERS.iter().enumerate() {
        let folder = folder.trim_end_matches('/');
        let _ = writeln!(
            fields,
            "    d{index}: object(expression: \"HEAD:{folder}\") {{ ... on Tree {{ entries {{ name type }} }} }}"
        );
        for (name, file) in NAMES.iter().enumerate() {
            let path = format!("{}{file}", FOLDERS[index]);
            let _ = writeln!(fields, "    f{index}_{name}: object(expression: \"HEAD:{path}\") {{ {BLOB} }}");
        }
    }
    let entries = format!("... on Tree {{ entries {{ name type object {{ {BLOB} }} }} }}");
    let _ = writeln!(fields, "    templates: object(expression: \"HEAD:{TEMPLATES}\") {{ {entries} }}\n  }}");
    fields
}

/// Finds the files in the answer. When the owner keeps none, there are none.
pub(super) async fn read(reader: &Reader<'_>, repository: &Repository, graph: &Value, answer: &mut HostAnswer) {
    let Some(read) = graph.get("community").filter(|read| read.is_object()) else { return };
    // Only files of a public repository are handed down.
    if read.get("visibility").and_then(Value::as_str) != Some("PUBLIC") {
        return;
    }
    let Some(url) = read.get("url").and_then(Value::as_str) else { return };
    let mut found: Vec<(String, String)> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for (index, folder) in FOLDERS.iter().enumerate() {
        let usual = NAMES.iter().enumerate();
        found.extend(usual.filter_map(|(name, file)| {
            Some((format!("{folder}{file}"), text(read.get(format!("f{index}_{name}"))?)?))
        }));
        let other = |entry: &Value| {
            let name = entry.get("name")?.as_str()?;
            let stem = name.split('.').next()?.to_ascii_lowercase().replace('-', "_");
            let is_other =
                entry.get("type")? == "blob" && COMMUNITY_FILES.contains(&stem.as_str()) && !NAMES.contains(&name);
            is_other.then(|| format!("{folder}{name}"))
        };
        others.extend(entries(read.get(format!("d{index}"))).filter_map(other));
    }
    found.extend(entries(read.get("templates")).filter_map(|entry| {
        Some((format!("{TEMPLATES}/{}", entry.get("name")?.as_str()?), text(entry.get("object")?)?))
    }));
    others.truncate(MOST_OTHERS);
    found.extend(under_other_names(reader, repository, &others, answer).await);
    let file = |(path, text): (String, String)| InheritedFile {
        url: format!("{url}/blob/HEAD/{}", segments(&path)),
        path,
        text,
    };
    // One file of a kind: the first place wins.
    let mut kinds: Vec<String> = Vec::new();
    for (path, text) in found {
        let name = path.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let is_template = path.starts_with(TEMPLATES);
        if !is_template && kinds.contains(&stem) {
            continue;
        }
        kinds.push(stem);
        answer.facts.inherited.push(file((path, text)));
    }
}

fn entries(tree: Option<&Value>) -> impl Iterator<Item = &Value> {
    tree.and_then(|tree| tree.get("entries")).and_then(Value::as_array).into_iter().flatten()
}

fn text(blob: &Value) -> Option<String> {
    blob.get("text").and_then(Value::as_str).map(ToOwned::to_owned)
}

async fn under_other_names(
    reader: &Reader<'_>,
    repository: &Repository,
    paths: &[String],
    answer: &mut HostAnswer,
) -> Vec<(String, String)> {
    if paths.is_empty() {
        return Vec::new();
    }
    let mut document = String::from("query CommunityFiles($owner: String!");
    let mut fields = String::new();
    let mut variables = json!({ "owner": repository.owner });
    for (index, path) in paths.iter().enumerate() {
        let _ = write!(document, ", $p{index}: String!");
        let _ = writeln!(fields, "    f{index}: object(expression: $p{index}) {{ {BLOB} }}");
        variables[format!("p{index}")] = Value::String(format!("HEAD:{path}"));
    }
    let _ = write!(document, ") {{\n  community: repository(owner: $owner, name: \".github\") {{\n{fields}  }}\n}}");
    match reader.graph(&document, variables, "read the owner's community files").await {
        Ok(graph) => {
            let text = |index: usize| text(graph.data.get("community")?.get(format!("f{index}"))?);
            paths.iter().enumerate().filter_map(|(index, path)| Some((path.clone(), text(index)?))).collect()
        }
        Err(failure) => {
            answer.failures.push(failure);
            Vec::new()
        }
    }
}
