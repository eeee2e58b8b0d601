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
use openly_rules::{Catalogue, Sources};

use crate::args::ImportArgs;
use crate::commands::{check::config, imports, output, unknown};
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

impl Ask<'_> {
    /// Fails when a profile or a framework is named that is not known.
    pub(super) fn known_names(&self) -> Result<(), Failure> {
        let catalogue = self.catalogue;
        if let Some(profile) = self.profile.filter(|id| catalogue.profile(id).is_none()) {
            return Err(unknown("profile", profile, catalogue.profiles.iter().map(|p| &*p.id), "openly list profiles"));
        }
        match self.frameworks.iter().find(|id| catalogue.framework(id).is_none()) {
            Some(id) => {
                Err(unknown("framework", id, catalogue.frameworks.iter().map(|f| &*f.id), "openly list frameworks"))
            }
            None => Ok(()),
        }
    }

    /// Checks the repository of a folder.
    pub(super) fn of(&self, path: &Path) -> Result<(Report, Config), Failure> {
        let tree = WorkTree::open(path)?;
        let config = config(self.config, &tree, self.catalogue)?;
        let imports = imports::read(self.imports, path, None, &config, self.catalogue)?;
        let checked = check(&Request {
            catalogue: self.catalogue,
            sources: Sources { tree: &tree, host: &HostFacts::none(), imports: &imports, today: self.today },
            config: &config,
            profile: self.profile,
            kind: None,
            frameworks: self.frameworks,
            only: &[],
        });
        let subject = Subject {
            path: path.display().to_string(),
            commit: openly_rules::tree::Tree::commit(&tree),
            phase: config.phase.clone(),
            service: config.service.clone(),
            folder: openly_repo::folder(path),
            web: output::web(),
        };
        Ok((Report { version: env!("CARGO_PKG_VERSION").to_owned(), subject, checked, base: None }, config))
    }
}
