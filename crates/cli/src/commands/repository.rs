//! One repository on disk, checked for a command that shows what came of it.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use openly_repo::WorkTree;
use openly_report::{Report, Subject};
use openly_rules::config::Config;
use openly_rules::host::HostFacts;
use openly_rules::run::{Request, check};
use openly_rules::tree::Tree;
use openly_rules::{Catalogue, Sources};

use crate::args::ImportArgs;
use crate::commands::{imports, output, settings::config, unknown};
use crate::failure::Failure;

/// What to look at, and with what.
pub(super) struct Ask<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) profile: Option<&'a str>,
    pub(super) frameworks: &'a [String],
    pub(super) config: Option<&'a Path>,
    pub(super) imports: &'a ImportArgs,
    pub(super) today: Date,
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
    pub(super) fn of(&self, path: &Path) -> Result<(Report, Config), Failure> {
        let tree = WorkTree::open(path)?;
        let config = config(self.config, &tree, self.catalogue)?;
        let report = self.over(path, &tree, &config)?;
        Ok((report, config))
    }

    /// Checks these files of a folder with this configuration.
    pub(super) fn over(&self, path: &Path, tree: &WorkTree, config: &Config) -> Result<Report, Failure> {
        let imports = imports::read(self.imports, path, None, config, self.catalogue)?;
        let checked = check(&Request {
            catalogue: self.catalogue,
            sources: Sources { tree, host: &HostFacts::none(), imports: &imports, today: self.today },
            config,
            profile: self.profile,
            kind: None,
            frameworks: self.frameworks,
            only: &[],
        });
        let subject = subject(path, tree, config);
        Ok(Report { version: env!("CARGO_PKG_VERSION").to_owned(), subject, checked, base: None })
    }
}
