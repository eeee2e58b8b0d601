//! One repository on disk, checked for a command that shows what came of it.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use openly_repo::WorkTree;
use openly_report::{Report, Subject};
use openly_rules::config::Config;
use openly_rules::run::{Request, check};
use openly_rules::tree::Tree;
use openly_rules::{Catalogue, Sources};

use crate::args::ImportArgs;
use crate::commands::{imports, output, settings::config, unknown};
use crate::failure::Failure;
use crate::host;

/// What to look at, and with what.
pub(super) struct Ask<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) profile: Option<&'a str>,
    pub(super) frameworks: &'a [String],
    pub(super) config: Option<&'a Path>,
    pub(super) imports: &'a ImportArgs,
    /// Whether GitHub is asked, and about which repository if not the one of the workflow that runs.
    pub(super) host: AskHost<'a>,
    pub(super) today: Date,
}

/// Whether GitHub is asked.
#[derive(Clone, Copy)]
pub(super) enum AskHost<'a> {
    /// As `check` does: about the repository that is named, or that of the workflow.
    As(Option<&'a str>),
    /// Not at all.
    Not,
}

/// A repository that was checked.
pub(super) struct Looked {
    pub(super) report: Report,
    pub(super) config: Config,
    /// Whether GitHub did not tell all that it was asked.
    pub(super) is_partial: bool,
}

/// The day that counts as today.
pub(super) fn today(named: Option<Date>) -> Date {
    named.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date())
}

/// Fails when a profile or a framework is named that is not known.
pub(super) fn known_names(catalogue: &Catalogue, profile: Option<&str>, frameworks: &[String]) -> Result<(), Failure> {
    if let Some(profile) = profile.filter(|id| catalogue.profile(id).is_none()) {
        return Err(unknown("profile", profile, catalogue.profiles.iter().map(|p| &*p.id), "openly list profiles"));
    }
    match frameworks.iter().find(|id| catalogue.framework(id).is_none()) {
        Some(id) => {
            Err(unknown("framework", id, catalogue.frameworks.iter().map(|f| &*f.id), "openly list frameworks"))
        }
        None => Ok(()),
    }
}

/// What a report is about.
pub(super) fn subject(path: &Path, tree: &dyn Tree, config: &Config) -> Subject {
    Subject {
        path: path.display().to_string(),
        commit: tree.commit(),
        phase: config.phase.clone(),
        service: config.service.clone(),
        folder: openly_repo::folder(path),
        web: output::web(),
    }
}

impl Ask<'_> {
    /// Fails when a profile or a framework is named that is not known.
    pub(super) fn known_names(&self) -> Result<(), Failure> {
        known_names(self.catalogue, self.profile, self.frameworks)
    }

    /// Checks the repository of a folder, with the configuration that was named or its own.
    pub(super) fn of(&self, path: &Path) -> Result<Looked, Failure> {
        let tree = WorkTree::open(path)?;
        let config = config(self.config, &tree, self.catalogue)?;
        let (report, is_partial) = self.over(path, &tree, &config)?;
        Ok(Looked { report, config, is_partial })
    }

    /// Checks these files of a folder with this configuration. Says too whether GitHub left something out.
    pub(super) fn over(&self, path: &Path, tree: &WorkTree, config: &Config) -> Result<(Report, bool), Failure> {
        let host = match self.host {
            AskHost::As(named) => host::ask(named, path, tree)?,
            AskHost::Not => host::Asked::not(false),
        };
        let imports = imports::read(self.imports, path, None, config, self.catalogue)?;
        let checked = check(&Request {
            catalogue: self.catalogue,
            sources: Sources { tree, host: &host.facts, imports: &imports, today: self.today },
            config,
            profile: self.profile,
            kind: None,
            frameworks: self.frameworks,
            only: &[],
        });
        let subject = subject(path, tree, config);
        let report = Report { version: env!("CARGO_PKG_VERSION").to_owned(), subject, checked, base: None };
        Ok((report, !host.failures.is_empty()))
    }
}
