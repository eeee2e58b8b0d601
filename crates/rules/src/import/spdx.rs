//! Bills of materials in SPDX 2.2 and 2.3, JSON and tag-value. <https://spdx.github.io/spdx-spec/v2.3/>

use serde::Deserialize;

use super::cyclonedx::{Parts, is_licence};
use super::{Found, Refused, day_of};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spdx {
    spdx_version: String,
    creation_info: Creation,
    document_describes: Vec<String>,
    packages: Vec<Package>,
    relationships: Vec<Relationship>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Creation {
    created: String,
    creators: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Package {
    #[serde(rename = "SPDXID")]
    id: String,
    name: String,
    version_info: Option<String>,
    license_concluded: Option<String>,
    license_declared: Option<String>,
    external_refs: Vec<ExternalRef>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ExternalRef {
    reference_type: String,
    reference_locator: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    related_spdx_element: String,
    relationship_type: String,
}

/// The document's own id, which describes what the bill is of.
const DOCUMENT: &str = "SPDXRef-DOCUMENT";

fn found(spdx: Spdx) -> Found {
    let mut found = Found { format: "SPDX", date: day_of(&spdx.creation_info.created), ..Found::default() };
    let tool = spdx.creation_info.creators.iter().find_map(|creator| creator.trim().strip_prefix("Tool:"));
    if let Some(tool) = tool.map(str::trim) {
        // By convention the version stands behind the last hyphen.
        let parts = tool.rsplit_once('-').filter(|(_, version)| version.contains(|c: char| c.is_ascii_digit()));
        found.tool = Some(parts.map_or(tool, |(name, _)| name).to_owned());
        found.version = parts.map(|(_, version)| version.to_owned());
    }
    if !matches!(spdx.spdx_version.as_str(), "SPDX-2.2" | "SPDX-2.3") {
        found.refused = Some(format!("openly reads SPDX 2.2 and 2.3, and this is {}", spdx.spdx_version));
        return found;
    }
    // What the bill is of is no dependency.
    let mut described = spdx.document_describes;
    for relationship in spdx.relationships {
        let Relationship { spdx_element_id: from, related_spdx_element: to, relationship_type: kind } = relationship;
        match kind.as_str() {
            "DESCRIBES" if from == DOCUMENT => described.push(to),
            "DESCRIBED_BY" if to == DOCUMENT => described.push(from),
            _ => {}
        }
    }
    // A bill whose document describes each package lists nothing else.
    let all_described = spdx.packages.iter().all(|package| described.contains(&package.id));
    let mut parts = Parts::default();
    for package in spdx.packages.iter().filter(|package| all_described || !described.contains(&package.id)) {
        let licence = [&package.license_concluded, &package.license_declared];
        let licensed = licence.into_iter().flatten().any(|text| is_licence(text));
        parts.add(&package.name, package.version_info.as_deref(), licensed);
        let purls = package.external_refs.iter().filter(|reference| reference.reference_type == "purl");
        purls.for_each(|purl| parts.is_package(Some(&purl.reference_locator)));
    }
    parts.fill(&mut found);
    found
}

pub(super) fn json(text: &str) -> Result<Found, Refused> {
    serde_json::from_str(text).map(found).map_err(|error| Refused::json(&error))
}

pub(super) fn is_tag_value(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.next().is_some_and(|line| line.starts_with("SPDXVersion:"))
}

pub(super) fn tag_value(text: &str) -> Result<Found, Refused> {
    let mut spdx = Spdx::default();
    let mut in_text = false;
    for line in text.lines() {
        // Texts of several lines stand between `<text>` and `</text>`.
        if in_text {
            in_text = !line.contains("</text>");
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else { continue };
        in_text = value.contains("<text>") && !value.contains("</text>");
        let value = value.trim();
        match (tag.trim(), spdx.packages.last_mut()) {
            ("SPDXVersion", _) => value.clone_into(&mut spdx.spdx_version),
            ("Created", _) => value.clone_into(&mut spdx.creation_info.created),
            ("Creator", _) => spdx.creation_info.creators.push(value.to_owned()),
            ("PackageName", _) => spdx.packages.push(Package { name: value.to_owned(), ..Package::default() }),
            // A file's or a snippet's id comes later; the package has its own by then.
            ("SPDXID", Some(package)) if package.id.is_empty() => value.clone_into(&mut package.id),
            ("PackageVersion", Some(package)) => package.version_info = Some(value.to_owned()),
            ("PackageLicenseConcluded", Some(package)) => package.license_concluded = Some(value.to_owned()),
            ("PackageLicenseDeclared", Some(package)) => package.license_declared = Some(value.to_owned()),
            ("ExternalRef", Some(package)) => {
                let mut words = value.split_whitespace().map(ToOwned::to_owned).skip(1);
                if let (Some(reference_type), Some(reference_locator)) = (words.next(), words.next()) {
                    package.external_refs.push(ExternalRef { reference_type, reference_locator });
                }
            }
            ("Relationship", _) => {
                let mut words = value.split_whitespace().map(ToOwned::to_owned);
                if let (Some(from), Some(kind), Some(to)) = (words.next(), words.next(), words.next()) {
                    spdx.relationships.push(Relationship {
                        spdx_element_id: from,
                        related_spdx_element: to,
                        relationship_type: kind,
                    });
                }
            }
            _ => {}
        }
    }
    Ok(found(spdx))
}
