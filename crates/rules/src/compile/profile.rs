//! Profiles: what applies where, and the signals that tell a profile.

use std::collections::BTreeMap;

use super::words::{file_id, references, required, unknown_key, unknown_name};
use crate::catalogue::{Catalogue, Profile, Signal};
use crate::definition::{CheckDef, ProfileDef};
use crate::problem::{Problem, Source};
use crate::yaml::{At, Document};

impl Catalogue {
    pub(super) fn profile_file(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        let (mut document, def): (_, ProfileDef) = Document::read(source);
        let root = At::root();
        let id = file_id(&mut document, def.id.as_deref());
        let title = required(&mut document, &root, "title", def.title.as_deref());
        for (i, framework) in def.frameworks.iter().enumerate() {
            if self.framework(framework).is_none() {
                let at = root.of("frameworks").of(i);
                unknown_name(&mut document, &at, "framework", framework, self.frameworks.iter().map(|f| &*f.id));
            }
        }
        let mut severity = BTreeMap::new();
        for (rule, level) in &def.severity {
            let at = root.of("severity").of(rule.as_str());
            if self.rule(rule).is_none() {
                unknown_key(&mut document, &at, "rule", rule, self.rules.iter().map(|r| &*r.id));
            }
            match level.parse() {
                Ok(level) => drop(severity.insert(rule.clone(), level)),
                Err(message) => document.problem(&at, message),
            }
        }
        let licences = def.licences.clone().unwrap_or_default();
        for (key, ids) in [("code", &licences.code), ("content", &licences.content)] {
            for (i, id) in ids.iter().enumerate() {
                if spdx::license_id(id).is_none() {
                    let at = root.of("licences").of(key).of(i);
                    document.problem(&at, format!("`{id}` is not an SPDX identifier"));
                }
            }
        }
        let mut signals = Vec::new();
        for (i, signal) in def.signals.iter().enumerate() {
            let at = root.of("signals").of(i);
            let says = signal.says.as_deref();
            signals.extend(self.signal(&mut document, &at, signal.weight, says, signal.check.as_ref()));
        }
        let references = references(&mut document, &root, &def.references);
        if let (Some(id), Some(title)) = (id, title) {
            self.profiles.retain(|profile| profile.id != id);
            self.profiles.push(Profile {
                id,
                title: title.to_owned(),
                frameworks: def.frameworks.clone(),
                severity,
                code_licences: licences.code,
                content_licences: licences.content,
                accounts: def.accounts.iter().map(|account| account.to_lowercase()).collect(),
                signals,
                references,
            });
        }
        problems.append(&mut document.problems);
    }

    /// What speaks for a kind or a profile.
    pub(super) fn signal(
        &mut self,
        document: &mut Document<'_>,
        at: &At,
        weight: Option<u32>,
        says: Option<&str>,
        check: Option<&CheckDef>,
    ) -> Option<Signal> {
        let says = required(document, at, "says", says).map(ToOwned::to_owned);
        if check.is_none() {
            document.problem(at, "`check` is missing");
        }
        let check = check.and_then(|check| self.check(document, &at.of("check"), check));
        Some(Signal { weight: weight.unwrap_or(1), says: says?, check: check? })
    }
}
