//! The components of a repository that holds several things: services, packages, modules. Told from the paths of the one walk
//! and the lists `component-*` of `vocabulary/paths.yml`; only the manifests that name a component are read.
//!
//! A component is the outermost folder with a manifest of its own, outside tests, documents and examples. A folder that only
//! frames others, such as the root of a workspace, gives way to them. Fewer than two components are none: a repository with
//! one manifest below its root is no collection.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

use crate::facts::Facts;
use crate::value::{Evidence, quote};

/// The lists of paths that components are told from.
pub(crate) const LISTS: [&str; 6] = [
    "component-entries",
    "component-images",
    "component-infrastructure",
    "component-manifests",
    "component-parts",
    "component-readmes",
];

/// The most components that are told.
const MAX_COMPONENTS: usize = 200;

/// How many frames within frames are opened.
const MAX_FRAMES: usize = 3;

/// Folders whose direct subfolders are components by convention, even without a manifest.
const COLLECTIONS: [&str; 6] = ["apps", "functions", "lambdas", "microservices", "packages", "services"];

/// Folders that hold what sets up machines and networks, or deploys to them.
const INFRASTRUCTURE: [&str; 19] = [
    "ansible",
    "bicep",
    "cdk",
    "chart",
    "charts",
    "cloudformation",
    "deploy",
    "deployment",
    "deployments",
    "helm",
    "helm_deploy",
    "iac",
    "infra",
    "infrastructure",
    "k8s",
    "kubernetes",
    "ops",
    "pulumi",
    "terraform",
];

/// Folders of a frame that hold none of its code.
const BESIDE_CODE: [&str; 13] = [
    "buildSrc", "ci", "config", "cypress", "doc", "docs", "e2e", "gradle", "scripts", "test", "testing", "tests",
    "tools",
];

/// Folders that are called after what stands in them, and not after what it is for.
const OF_CODE: [&str; 4] = ["app", "code", "source", "src"];

/// Ends of the names of files with code.
const CODE: [&str; 22] = [
    "c", "clj", "cpp", "cs", "ex", "fs", "go", "groovy", "java", "js", "jsx", "kt", "php", "py", "rb", "rs", "scala",
    "svelte", "swift", "ts", "tsx", "vue",
];

/// A part of a repository that is deployed or published on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// The folder, from the root of the repository: the component's id.
    pub path: String,
    /// What its manifest calls it, or else the folder's name.
    pub name: String,
    /// The signs it was told from: what each means, and where it was read.
    pub evidence: Vec<(String, Evidence)>,
}

/// The components, sorted by path; none in most repositories.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Components(Vec<Component>);

impl Components {
    /// All of them.
    pub fn all(&self) -> &[Component] {
        &self.0
    }

    /// The component that a file belongs to: the nearest folder above it. `None` for what belongs to the repository as a whole.
    pub fn of(&self, path: &str) -> Option<&Component> {
        self.index(path).map(|index| &self.0[index])
    }

    pub(crate) fn index(&self, path: &str) -> Option<usize> {
        folders_above(path).find_map(|folder| self.0.binary_search_by(|one| one.path.as_str().cmp(folder)).ok())
    }

    /// Those that a person named. A folder without a file is not there.
    pub(crate) fn stated(facts: &Facts<'_>, folders: &BTreeSet<String>) -> Self {
        let sign = |path: &String| Component {
            path: path.clone(),
            name: last(path).to_owned(),
            evidence: vec![("The configuration names it".to_owned(), Evidence::file(crate::config::FILE_NAME))],
        };
        let is_there = |path: &&String| !files_below(facts, path).is_empty();
        Self(folders.iter().filter(is_there).map(sign).collect())
    }
}

/// What was seen in one folder.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    metadata: Option<usize>,
    manifest: Option<usize>,
    part: Option<usize>,
    readme: Option<usize>,
    image: Option<usize>,
    entry: Option<usize>,
    application: Option<usize>,
    infrastructure: Option<usize>,
}

impl Seen {
    /// Whether it is a component by what stands in it, and not only by where it stands.
    fn is_built(&self) -> bool {
        let beside = self.readme.or(self.image).or(self.entry);
        self.metadata.or(self.manifest).is_some()
            || (self.part.is_some() && beside.is_some())
            || (self.image.is_some() && self.readme.is_some())
    }
}

/// Finds the components.
pub(crate) fn detect(facts: &Facts<'_>) -> Components {
    let seen = look(facts);
    let is_component = |folder: &str, seen: &Seen| {
        let in_collection = parent(folder).is_some_and(|parent| COLLECTIONS.contains(&last(parent)));
        let is_infrastructure = folder.split('/').any(|name| INFRASTRUCTURE.contains(&name));
        !is_infrastructure && (seen.is_built() || (in_collection && seen.image.is_some()))
    };
    let mut candidates: BTreeSet<&str> =
        seen.iter().filter(|(folder, seen)| is_component(folder, seen)).map(|(folder, _)| *folder).collect();
    let applications = applications(&seen, &candidates);
    candidates.extend(&applications);
    let mut tops: BTreeSet<&str> = BTreeSet::new();
    let mut nested: HashMap<&str, Vec<&str>> = HashMap::new();
    for folder in &candidates {
        match folders_above(folder).find(|above| candidates.contains(above)) {
            Some(above) => nested.entry(above).or_default().push(folder),
            None => drop(tops.insert(folder)),
        }
    }
    let is_built = |folder: &str| applications.contains(folder) || seen.get(folder).is_some_and(Seen::is_built);
    for _ in 0..MAX_FRAMES {
        let mut frames = Vec::new();
        for top in &tops {
            let Some(inside) = nested.get(top) else { continue };
            if inside.iter().filter(|folder| is_built(folder)).count() >= 2 && is_frame(facts, top, inside) {
                frames.push(*top);
            }
        }
        // A frame beside a component is one thing with it, unless what it frames is deployed apart.
        if tops.iter().any(|top| is_built(top) && !frames.contains(top)) {
            let is_image = |folder: &&&str| seen.get(**folder).is_some_and(|seen| seen.image.is_some());
            frames.retain(|frame| nested.get(frame).is_some_and(|inside| inside.iter().filter(is_image).count() >= 2));
        }
        if frames.is_empty() {
            break;
        }
        for frame in frames {
            tops.remove(frame);
            tops.extend(nested.get(frame).into_iter().flatten().copied());
        }
    }
    if tops.iter().filter(|folder| is_built(folder)).count() < 2 {
        return Components::default();
    }
    let found = tops.iter().filter_map(|folder| Some(component(facts, whole(folder, &tops), seen.get(folder)?)));
    let mut found: Vec<Component> = found.take(MAX_COMPONENTS).collect();
    let paths: BTreeSet<String> = found.iter().map(|one| one.path.clone()).collect();
    for (folder, seen) in &seen {
        let is_inside = folders_above(folder).any(|above| paths.contains(above));
        if let Some(file) = seen.infrastructure.filter(|_| !is_inside) {
            found.push(Component {
                path: (*folder).to_owned(),
                name: last(folder).to_owned(),
                evidence: vec![sign(facts, "It holds infrastructure as code", file)],
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Components(found)
}

/// Applications that share one manifest above them: folders with what a web server starts, where there are several such.
fn applications<'a>(seen: &BTreeMap<&'a str, Seen>, candidates: &BTreeSet<&str>) -> BTreeSet<&'a str> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for (folder, _) in seen.iter().filter(|(_, seen)| seen.application.is_some()) {
        let is_inside = folders_above(folder).any(|above| candidates.contains(above) || found.contains(above));
        if !is_inside && !candidates.contains(folder) {
            found.insert(folder);
        }
    }
    if found.len() < 2 { BTreeSet::new() } else { found }
}

/// Gathers what the lists of paths found, by folder.
fn look<'a>(facts: &Facts<'a>) -> BTreeMap<&'a str, Seen> {
    let mut seen: BTreeMap<&str, Seen> = BTreeMap::new();
    let mut add = |list: &str, slot: &dyn Fn(&mut Seen, usize, &str)| {
        for file in facts.named(list) {
            let path = facts.path(file);
            if let Some(folder) = parent(path) {
                slot(seen.entry(folder).or_default(), file, last(path));
            }
        }
    };
    add("component-manifests", &|seen, file, name| {
        let is_metadata = name.to_ascii_lowercase().starts_with("publiccode.");
        let slot = if is_metadata { &mut seen.metadata } else { &mut seen.manifest };
        slot.get_or_insert(file);
    });
    add("component-parts", &|seen, file, _| {
        seen.part.get_or_insert(file);
    });
    add("component-readmes", &|seen, file, _| {
        seen.readme.get_or_insert(file);
    });
    add("component-images", &|seen, file, _| {
        seen.image.get_or_insert(file);
    });
    add("component-entries", &|seen, file, name| {
        seen.entry.get_or_insert(file);
        if ["asgi.py", "wsgi.py"].contains(&name) {
            seen.application.get_or_insert(file);
        }
    });
    for file in facts.named("component-infrastructure") {
        let outermost = folders_above(facts.path(file)).filter(|folder| INFRASTRUCTURE.contains(&last(folder))).last();
        if let Some(folder) = outermost {
            seen.entry(folder).or_default().infrastructure.get_or_insert(file);
        }
    }
    seen
}

/// Whether a folder only frames others: of the code below it, less than a tenth is its own. That is what stands outside the
/// folders that lead to what it frames, outside tests and outside settings.
fn is_frame(facts: &Facts<'_>, frame: &str, inside: &[&str]) -> bool {
    let first = |path: &'_ str| path.get(frame.len() + 1..).and_then(|rest| rest.split('/').next()).map(str::to_owned);
    let leading: BTreeSet<String> = inside.iter().filter_map(|folder| first(folder)).collect();
    let is_beside = |folder: &str| {
        folder.starts_with('.')
            || folder.ends_with("test")
            || folder.ends_with("tests")
            || BESIDE_CODE.contains(&folder)
    };
    let (mut all, mut own) = (0_usize, 0_usize);
    for &file in files_below(facts, frame) {
        let path = facts.path(file);
        if last(path).rsplit_once('.').is_some_and(|(_, end)| CODE.contains(&end)) {
            all += 1;
            let is_deep = parent(path) != Some(frame);
            let is_own = is_deep && first(path).is_some_and(|first| !leading.contains(&first) && !is_beside(&first));
            own += usize::from(is_own);
        }
    }
    own == 0 || own * 10 < all
}

/// The folder of a component whose code stands in a folder of its own, such as `report/src`.
fn whole<'a>(folder: &'a str, tops: &BTreeSet<&str>) -> &'a str {
    let Some(above) = parent(folder).filter(|_| OF_CODE.contains(&last(folder))) else { return folder };
    let prefix = format!("{above}/");
    let mut others = tops.range(prefix.as_str()..).take_while(|top| top.starts_with(&prefix));
    if others.any(|top| *top != folder) { folder } else { above }
}

fn component(facts: &Facts<'_>, folder: &str, seen: &Seen) -> Component {
    let signs = [
        ("It has metadata of its own", seen.metadata),
        ("It has a manifest of its own", seen.manifest.or(seen.part)),
        ("It is built into an image of its own", seen.image),
        ("A web server starts it", seen.application),
        ("It has a README of its own", seen.readme),
    ];
    let evidence = signs.into_iter().filter_map(|(says, file)| Some(sign(facts, says, file?))).collect();
    let manifests = [seen.metadata, seen.manifest].into_iter().flatten();
    let name = manifests.filter_map(|file| name_in(facts, file)).next();
    Component { path: folder.to_owned(), name: name.unwrap_or_else(|| last(folder).to_owned()), evidence }
}

fn sign(facts: &Facts<'_>, says: &str, file: usize) -> (String, Evidence) {
    (says.to_owned(), Evidence::file(facts.path(file)))
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

/// The name that a manifest gives to what it describes.
fn name_in(facts: &Facts<'_>, file: usize) -> Option<String> {
    let written = last(facts.path(file));
    let name = written.to_ascii_lowercase();
    let of_line = |line: &str, key: &str, mark: char| {
        let value = line.strip_prefix(key)?.trim_start().strip_prefix(mark)?.trim();
        Some(value.trim_matches(['"', '\'']).to_owned())
    };
    let text = || facts.text(file).ok();
    let found = match name.as_str() {
        "package.json" | "composer.json" => serde_json::from_str::<Named>(&text()?).ok()?.name,
        // The first name is that of the package, as both are written everywhere.
        "cargo.toml" | "pyproject.toml" => text()?.lines().find_map(|line| of_line(line, "name", '=')),
        "publiccode.yml" | "publiccode.yaml" => text()?.lines().find_map(|line| of_line(line, "name", ':')),
        "go.mod" => {
            text()?.lines().find_map(|line| line.strip_prefix("module ").map(|path| last(path.trim()).to_owned()))
        }
        _ => [".gemspec", ".slnx", ".sln"].iter().find_map(|end| written.strip_suffix(end)).map(str::to_owned),
    };
    found.map(|name| quote(&name)).filter(|name| !name.is_empty())
}

/// The files in a folder and below it. The files of a tree are sorted, so those of a folder stand together.
pub(crate) fn files_below<'f>(facts: &'f Facts<'_>, folder: &str) -> &'f [usize] {
    let (files, prefix) = (facts.all(), format!("{folder}/"));
    let start = files.partition_point(|&file| facts.path(file) < prefix.as_str());
    let below = files.get(start..).unwrap_or_default();
    &below[..below.partition_point(|&file| facts.path(file).starts_with(&prefix))]
}

/// The folders that a file or a folder stands in, the nearest first, without the root.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(parent(path), |folder| parent(folder))
}

fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
