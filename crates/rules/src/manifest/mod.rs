//! The dependencies that a repository declares in its manifests, in one shape whatever the language.
//!
//! Only what the project itself asks for is here: what those packages bring with them stands in lock files alone, and is no
//! choice of the project. Manifests in fixtures, examples and other people's code are left out (the list `manifests` of
//! `vocabulary/paths.yml`). Each family of ecosystems has a module that turns a text into [`Found`] dependencies.

mod javascript;
mod name;
mod python;
mod ruby;
mod toml;

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
}

/// The most dependencies that are taken from one manifest.
const MAX_DEPENDENCIES: usize = 5_000;

impl<'a> Sink<'a> {
    fn new(text: &'a str) -> Self {
        Self { lines: Lines::new(text), found: Vec::new() }
    }

    fn add(&mut self, ecosystem: Ecosystem, name: &str, version: &str, line: u32, development: bool) {
        let name = ecosystem.normal(name.trim());
        if !name.is_empty() && self.found.len() < MAX_DEPENDENCIES {
            self.found.push(Found { ecosystem, name, version: version.trim().to_owned(), line, development });
        }
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
        "package.json" => javascript::package_json,
        "pyproject.toml" => python::pyproject,
        "pipfile" => python::pipfile,
        "setup.cfg" => python::setup_cfg,
        "setup.py" => python::setup_py,
        "environment.yml" | "environment.yaml" => python::environment,
        "gemfile" => ruby::gemfile,
        _ if name.ends_with(".gemspec") => ruby::gemspec,
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
        for file in files {
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
            manifests.dependencies.extend(sink.found.into_iter().map(|found| {
                let Found { ecosystem, name, version, line, development } = found;
                Dependency { ecosystem, name, version, file, line, development }
            }));
        }
        manifests
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
