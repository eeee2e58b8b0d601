//! The dependencies that a repository declares in its manifests, in one shape whatever the language.
//!
//! Only what the project itself asks for is here: what those packages bring with them stands in lock files alone, and is no
//! choice of the project. Manifests in fixtures, examples and other people's code are left out (the list `manifests` of
//! `vocabulary/paths.yml`). Each family of ecosystems has a module that turns a text into [`Found`] dependencies.

mod dotnet;
mod javascript;
mod jvm;
mod lock;
mod name;
mod others;
mod python;
mod ruby;
pub(crate) mod toml;
mod xml;

use std::collections::HashSet;

pub(crate) use name::{Ecosystem, Name};

use crate::facts::Facts;
use crate::text::Lines;
use crate::tree::Unreadable;

/// One dependency that a manifest declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) ecosystem: Ecosystem,
    /// As its ecosystem compares names: see [`Ecosystem::normal`].
    pub(crate) name: String,
    /// The version or range as written; empty when none is stated.
    pub(crate) version: String,
    /// The manifest.
    pub(crate) file: usize,
    /// The line in it, from 1.
    pub(crate) line: u32,
    /// Whether only those who develop, test or build the project need it.
    pub(crate) development: bool,
}

/// What the manifests of a repository declare.
#[derive(Debug, Default)]
pub(crate) struct Manifests {
    /// In the order of the files, the manifest nearest to the root first.
    pub(crate) dependencies: Vec<Dependency>,
    /// Manifests that could not be understood, and why.
    pub(crate) broken: Vec<(usize, String)>,
    /// Manifests that could not be read.
    pub(crate) unread: Vec<(usize, Unreadable)>,
    /// The packages that the repository itself publishes or builds.
    pub(crate) own: Vec<Dependency>,
    /// How many manifests there are.
    pub(crate) files: usize,
}

/// A dependency as a module for an ecosystem finds it in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    ecosystem: Ecosystem,
    name: String,
    version: String,
    line: u32,
    development: bool,
}

/// Takes in what one text declares.
#[derive(Debug)]
struct Sink<'a> {
    lines: Lines<'a>,
    found: Vec<Found>,
    /// The package that the manifest describes.
    own: Option<Found>,
}

/// The most dependencies that are taken from one manifest, and the most manifests that are read, nearest to the root first.
const MAX_DEPENDENCIES: usize = 5_000;
const MAX_MANIFESTS: usize = 1_000;

impl<'a> Sink<'a> {
    fn new(text: &'a str) -> Self {
        Self { lines: Lines::new(text), found: Vec::new(), own: None }
    }

    fn add(&mut self, ecosystem: Ecosystem, name: &str, version: &str, line: u32, development: bool) {
        let name = ecosystem.normal(name.trim());
        if !name.is_empty() && self.found.len() < MAX_DEPENDENCIES {
            self.found.push(Found { ecosystem, name, version: version.trim().to_owned(), line, development });
        }
    }

    /// The package that the manifest describes.
    fn describes(&mut self, ecosystem: Ecosystem, name: &str, version: &str, offset: usize) {
        let (name, version) = (ecosystem.normal(name), version.to_owned());
        self.own = Some(Found { ecosystem, name, version, line: self.lines.of(offset), development: false });
    }

    /// As [`Self::add`], where the place is known as an offset in the text.
    fn add_at(&mut self, ecosystem: Ecosystem, name: &str, version: &str, offset: usize, development: bool) {
        let line = self.lines.of(offset);
        self.add(ecosystem, name, version, line, development);
    }
}

type Reader = fn(&str, &mut Sink<'_>) -> Result<(), String>;

/// What reads a file of this name, in lower case.
fn reader(path: &str) -> Option<Reader> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    Some(match name {
        "cargo.toml" => others::cargo,
        "composer.json" => others::composer,
        "description" => others::description,
        "directory.packages.props" | "packages.config" => dotnet::project,
        "go.mod" => others::go_mod,
        "libs.versions.toml" => jvm::catalogue,
        "mix.exs" => others::mix,
        "package.json" => javascript::package_json,
        "package.swift" => others::swift,
        "pom.xml" => jvm::pom,
        "pubspec.yaml" => others::pubspec,
        "pyproject.toml" => python::pyproject,
        "pipfile" => python::pipfile,
        "setup.cfg" => python::setup_cfg,
        "setup.py" => python::setup_py,
        "environment.yml" | "environment.yaml" => python::environment,
        "gemfile" => ruby::gemfile,
        _ if name.ends_with(".gemspec") => ruby::gemspec,
        _ if [".csproj", ".fsproj", ".vbproj"].iter().any(|end| name.ends_with(end)) => dotnet::project,
        _ if name.ends_with(".gradle") || name.ends_with(".gradle.kts") => jvm::gradle,
        _ if name.ends_with(".sbt") || (folder == "project" && name.ends_with(".scala")) => jvm::sbt,
        _ if python::is_requirements(folder, name) && python::is_for_development(name) => {
            python::development_requirements
        }
        _ if python::is_requirements(folder, name) => python::requirements,
        _ => return None,
    })
}

impl Manifests {
    pub(crate) fn read(facts: &Facts<'_>) -> Self {
        let mut manifests = Self::default();
        let mut files = facts.named("manifests");
        files.sort_by_key(|&file| (facts.path(file).matches('/').count(), file));
        for file in files.into_iter().take(MAX_MANIFESTS) {
            let path = facts.path(file);
            let Some(reader) = reader(&path.to_ascii_lowercase()) else { continue };
            manifests.files += 1;
            let text = match facts.text(file) {
                Ok(text) => text,
                Err(why) => {
                    manifests.unread.push((file, why));
                    continue;
                }
            };
            let mut sink = Sink::new(&text);
            if let Err(why) = reader(&text, &mut sink) {
                manifests.broken.push((file, why));
            }
            let dependency = |found: Found| {
                let Found { ecosystem, name, version, line, development } = found;
                Dependency { ecosystem, name, version, file, line, development }
            };
            manifests.own.extend(sink.own.map(dependency));
            manifests.dependencies.extend(sink.found.into_iter().map(dependency));
        }
        manifests
    }

    /// The version of a dependency and the file that states it: the lock file's, or else the range as written, where need be by
    /// another manifest.
    pub(crate) fn version(&self, facts: &Facts<'_>, dependency: &Dependency) -> Option<(String, usize)> {
        let same = |other: &&Dependency| other.ecosystem == dependency.ecosystem && other.name == dependency.name;
        let stated = || {
            let mut others = self.dependencies.iter().filter(same).filter(|other| !other.version.is_empty());
            others.next().map(|other| (other.version.clone(), other.file))
        };
        lock::locked(facts, dependency)
            .or_else(|| (!dependency.version.is_empty()).then(|| (dependency.version.clone(), dependency.file)))
            .or_else(stated)
    }

    /// The first dependency of each name.
    pub(crate) fn distinct(&self) -> Vec<&Dependency> {
        let mut seen = HashSet::new();
        let mut first = self.dependencies.iter().collect::<Vec<_>>();
        first.retain(|one| seen.insert((one.ecosystem, one.name.as_str())));
        first
    }

    /// The dependencies with any of these names.
    pub(crate) fn named<'a>(&'a self, names: &'a [Name]) -> impl Iterator<Item = &'a Dependency> {
        self.dependencies.iter().filter(|dependency| names.iter().any(|name| name.is_match(dependency)))
    }
}

/// The texts between single or double quotation marks on one line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let start = rest.find(['"', '\''])?;
        let mark = rest.as_bytes()[start];
        let inside = rest.get(start + 1..)?;
        let end = memchr::memchr(mark, inside.as_bytes())?;
        rest = inside.get(end + 1..)?;
        inside.get(..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, version, line and whether for development.
    pub(super) type Row = (String, String, u32, bool);

    pub(super) fn read(text: &str, reader: Reader) -> Vec<Row> {
        let mut sink = Sink::new(text);
        reader(text, &mut sink).expect("it can be read");
        sink.found.into_iter().map(|f| (f.name, f.version, f.line, f.development)).collect()
    }

    pub(super) fn row(name: &str, version: &str, line: u32, development: bool) -> Row {
        (name.to_owned(), version.to_owned(), line, development)
    }
}
