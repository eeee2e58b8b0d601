//! Bills of materials in `CycloneDX`, JSON and XML. <https://cyclonedx.org/specification/overview/>

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::{Amount, Found, MAX_PLACES, Measure, Package, Place, Reading, Refused, counted, day_of};
use crate::manifest::{Ecosystem, xml};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Bom {
    spec_version: String,
    metadata: Metadata,
    components: Vec<Component>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    timestamp: String,
    tools: Option<Tools>,
}

/// Tools are a list up to version 1.4, and components since 1.5.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tools {
    List(Vec<Tool>),
    Parts {
        #[serde(default)]
        components: Vec<Tool>,
    },
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tool {
    name: Option<String>,
    version: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Component {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    version: Option<String>,
    purl: Option<String>,
    licenses: Vec<Choice>,
    components: Vec<Self>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Choice {
    license: Option<Licence>,
    expression: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Licence {
    id: Option<String>,
    name: Option<String>,
}

impl Component {
    fn count(&self, parts: &mut Parts) {
        // A file is a part of a component and needs no licence of its own here.
        if self.kind != "file" {
            let is_said = |text: &Option<String>| text.as_deref().is_some_and(is_licence);
            let licensed = self.licenses.iter().any(|choice| {
                is_said(&choice.expression)
                    || choice.license.as_ref().is_some_and(|licence| is_said(&licence.id) || is_said(&licence.name))
            });
            parts.add(&self.name, self.version.as_deref(), licensed);
            parts.is_package(self.purl.as_deref());
        }
        self.components.iter().for_each(|component| component.count(parts));
    }
}

/// Whether a text says a licence, and not that nobody knows it.
pub(super) fn is_licence(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !["NOASSERTION", "NONE", "UNKNOWN"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The components of a bill of materials.
#[derive(Default)]
pub(super) struct Parts {
    all: usize,
    unlicensed: usize,
    unversioned: usize,
    lacking: usize,
    places: Vec<Place>,
    packages: HashSet<Package>,
}

impl Parts {
    /// Takes in the address of a component, as <https://github.com/package-url/purl-spec> has it.
    pub(super) fn is_package(&mut self, purl: Option<&str>) {
        self.packages.extend(purl.and_then(package));
    }

    pub(super) fn add(&mut self, name: &str, version: Option<&str>, licensed: bool) {
        let versioned = version.is_some_and(|version| !version.trim().is_empty());
        self.all += 1;
        self.unlicensed += usize::from(!licensed);
        self.unversioned += usize::from(!versioned);
        self.lacking += usize::from(!licensed || !versioned);
        if (!licensed || !versioned) && self.places.len() < MAX_PLACES {
            let what = match (licensed, versioned) {
                (false, false) => "neither licence nor version",
                (false, true) => "no licence",
                _ => "no version",
            };
            self.places.push(Place { path: None, line: None, says: format!("{name}: {what}") });
        }
    }

    /// What it measures, in a format's findings.
    pub(super) fn fill(self, found: &mut Found) {
        let Self { all, unlicensed, unversioned, lacking, places, packages } = self;
        let says = match lacking {
            0 => format!("{} with licence and version", counted(all, "component", "components")),
            _ => {
                format!("of {} components, {unlicensed} have no licence and {unversioned} no version", all)
            }
        };
        let amount = if all == 0 { Err("it lists no component".to_owned()) } else { Ok(Amount::count(lacking)) };
        found.readings.push(Reading { measure: Measure::UndocumentedComponents, amount, says, places });
        found.packages = packages;
    }
}

/// The package of an address such as `pkg:npm/%40scope/name@1.0.0`.
fn package(purl: &str) -> Option<Package> {
    let rest = purl.trim().strip_prefix("pkg:")?;
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (kind, rest) = rest.split_once('/')?;
    let ecosystem = Ecosystem::of_purl(kind)?;
    let name = rest.rsplit_once('@').map_or(rest, |(name, _)| name).replace("%40", "@").replace("%2F", "/");
    // A group and a name stand apart by a colon in the manifests of the Java world.
    let name = if ecosystem == Ecosystem::Maven { name.replace('/', ":") } else { name };
    Some((ecosystem, ecosystem.normal(&name)))
}

fn found(version: &str, tool: Option<Tool>, time: &str, parts: Parts) -> Found {
    let mut found = Found { format: "CycloneDX", date: day_of(time), ..Found::default() };
    if let Some(tool) = tool {
        found.tool = tool.name;
        found.version = tool.version;
    }
    // Version 1 has only grown so far; another one may mean something else by the same words.
    if version.split('.').next() == Some("1") {
        parts.fill(&mut found);
    } else {
        found.refused = Some(format!("openly reads CycloneDX 1, and this is {version}"));
    }
    found
}

pub(super) fn json(text: &str) -> Result<Found, Refused> {
    let bom: Bom = serde_json::from_str(text).map_err(|error| Refused::json(&error))?;
    let mut parts = Parts::default();
    bom.components.iter().for_each(|component| component.count(&mut parts));
    let tools = match bom.metadata.tools {
        Some(Tools::List(tools) | Tools::Parts { components: tools }) => tools,
        None => Vec::new(),
    };
    Ok(found(&bom.spec_version, tools.into_iter().next(), &bom.metadata.timestamp, parts))
}

pub(super) fn xml(text: &str) -> Result<Found, Refused> {
    let mut parts = Parts::default();
    let (mut version, mut time, mut tool) = (String::new(), String::new(), None);
    // Depth of an open component to whether a licence of its own was seen.
    let mut licensed: HashMap<usize, bool> = HashMap::new();
    xml::walk_to(text, &["component", "tool", "license"], &mut |element, path| {
        let is_in = |name: &str| path.iter().any(|parent| parent == name);
        match element.name.as_str() {
            "bom" => {
                let space = element.attribute("xmlns").unwrap_or_default();
                version = space.rsplit('/').next().unwrap_or_default().to_owned();
            }
            "timestamp" if path == ["bom", "metadata"] => time.clone_from(&element.text),
            "tool" | "component" if is_in("tools") => {
                let text = |name: &str| element.child(name).map(ToOwned::to_owned);
                tool.get_or_insert_with(|| Tool { name: text("name"), version: text("version") });
            }
            "license" | "expression" if path.last().is_some_and(|parent| parent == "licenses") => {
                let said = element.child("id").or_else(|| element.child("name")).unwrap_or(&element.text);
                if path.len() >= 2 && path[path.len() - 2] == "component" && is_licence(said) {
                    licensed.insert(path.len() - 2, true);
                }
            }
            "component" => {
                let has_licence = licensed.remove(&path.len()).unwrap_or(false);
                if !is_in("metadata") && element.attribute("type") != Some("file") {
                    parts.add(element.child("name").unwrap_or_default(), element.child("version"), has_licence);
                    parts.is_package(element.child("purl"));
                }
            }
            _ => {}
        }
    })
    .map_err(|broken| Refused::xml(text, &broken))?;
    Ok(found(&version, tool, &time, parts))
}
