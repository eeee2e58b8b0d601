//! Results of accessibility scanners: axe, Lighthouse and pa11y. An error is one against WCAG level A or AA; advice, level AAA and
//! what a person must look at are none.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Amount, Found, MAX_PLACES, Measure, Place, Reading, Refused, counted, day_of};

/// Tags of axe for what WCAG asks at levels A and AA, of all its versions.
/// <https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#axe-core-tags>
const WCAG: [&str; 7] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "wcag2a-obsolete"];

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Axe {
    test_engine: Engine,
    timestamp: String,
    url: String,
    violations: Vec<Violation>,
    incomplete: Vec<Violation>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Engine {
    version: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Violation {
    id: String,
    tags: Vec<String>,
    nodes: Vec<Node>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Node {}

impl Violation {
    fn errors(&self) -> usize {
        let is_wcag = self.tags.iter().any(|tag| WCAG.contains(&tag.as_str()));
        if is_wcag { self.nodes.len().max(1) } else { 0 }
    }
}

/// Results of axe-core: of one page, or a list of pages as its command line writes it.
pub(super) fn axe(text: &str, is_list: bool) -> Result<Found, Refused> {
    let pages: Vec<Axe> =
        if is_list { serde_json::from_str(text) } else { serde_json::from_str(text).map(|page| vec![page]) }
            .map_err(|error| Refused::json(&error))?;
    let mut errors = Errors::default();
    for page in &pages {
        errors.page(&page.url);
        errors.to_look_at += page.incomplete.iter().filter(|found| found.errors() > 0).count();
        page.violations.iter().for_each(|found| errors.add(found.errors(), &found.id, &page.url));
    }
    let version = pages.first().map(|page| page.test_engine.version.clone()).filter(|version| !version.is_empty());
    // The oldest page tells how old the results are.
    let date = pages.iter().map(|page| day_of(&page.timestamp)).min().flatten();
    Ok(Found { tool: Some("axe-core".to_owned()), version, date, ..errors.found("axe") })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Lighthouse {
    lighthouse_version: String,
    fetch_time: String,
    requested_url: String,
    final_displayed_url: Option<String>,
    runtime_error: Option<RuntimeError>,
    categories: BTreeMap<String, Category>,
    audits: BTreeMap<String, Audit>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RuntimeError {
    code: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Category {
    audit_refs: Vec<AuditRef>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AuditRef {
    id: String,
    group: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Audit {
    score: Option<f64>,
    score_display_mode: String,
    details: Option<Details>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    items: Vec<Node>,
}

/// Results of Lighthouse, whose accessibility audits are rules of axe.
pub(super) fn lighthouse(text: &str) -> Result<Found, Refused> {
    let results: Lighthouse = serde_json::from_str(text).map_err(|error| Refused::json(&error))?;
    let url = results.final_displayed_url.as_deref().unwrap_or(&results.requested_url);
    let mut errors = Errors::default();
    errors.page(url);
    let category = results.categories.get("accessibility");
    for audit in category.into_iter().flat_map(|category| &category.audit_refs) {
        let Some(found) = results.audits.get(&audit.id) else { continue };
        let is_advice = matches!(audit.group.as_deref(), Some("a11y-best-practices" | "hidden"));
        // Audits that could not run have no score.
        if found.score_display_mode == "error" {
            errors.broken = Some(format!("Lighthouse could not run its audit {}", audit.id));
        } else if !is_advice && found.score_display_mode == "binary" && found.score == Some(0.0) {
            let count = found.details.as_ref().map_or(1, |details| details.items.len().max(1));
            errors.add(count, &audit.id, url);
        }
    }
    if let Some(error) = &results.runtime_error {
        errors.broken = Some(format!("Lighthouse could not open the page ({})", error.code));
    }
    let mut found = errors.found("Lighthouse");
    if category.is_none() {
        found.readings.clear();
    }
    let version = Some(results.lighthouse_version).filter(|version| !version.is_empty());
    Ok(Found { tool: Some("Lighthouse".to_owned()), version, date: day_of(&results.fetch_time), ..found })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Issue {
    code: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    message: Option<String>,
    selector: Option<String>,
}

impl Issue {
    fn add_to(&self, errors: &mut Errors, page: &str) {
        match self.kind.as_deref() {
            Some("error") => {
                let code = self.code.as_deref().unwrap_or("an error");
                errors.add(1, code, self.selector.as_deref().filter(|_| page.is_empty()).unwrap_or(page));
            }
            Some(_) => {}
            // pa11y-ci writes what went wrong with a page as an issue without a type.
            None => {
                let why = self.message.as_deref().unwrap_or("it does not say why");
                errors.broken = Some(format!("a page could not be looked at: {why}"));
            }
        }
    }
}

/// The issues of one page, as pa11y prints them. They carry neither the page nor a date.
pub(super) fn pa11y(text: &str) -> Result<Found, Refused> {
    let issues: Vec<Issue> = serde_json::from_str(text).map_err(|error| Refused::json(&error))?;
    let mut errors = Errors::default();
    errors.page("");
    issues.iter().for_each(|issue| issue.add_to(&mut errors, ""));
    Ok(Found { tool: Some("pa11y".to_owned()), ..errors.found("pa11y") })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Pa11yPage {
    page_url: String,
    issues: Vec<Issue>,
}

/// The result of pa11y's JavaScript interface for one page.
pub(super) fn pa11y_page(text: &str) -> Result<Found, Refused> {
    let page: Pa11yPage = serde_json::from_str(text).map_err(|error| Refused::json(&error))?;
    let mut errors = Errors::default();
    errors.page(&page.page_url);
    page.issues.iter().for_each(|issue| issue.add_to(&mut errors, &page.page_url));
    Ok(Found { tool: Some("pa11y".to_owned()), ..errors.found("pa11y") })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pa11yCi {
    results: BTreeMap<String, Vec<Issue>>,
}

/// The issues of many pages, as pa11y-ci writes them.
pub(super) fn pa11y_ci(text: &str) -> Result<Found, Refused> {
    let results: Pa11yCi = serde_json::from_str(text).map_err(|error| Refused::json(&error))?;
    let mut errors = Errors::default();
    for (url, issues) in &results.results {
        errors.page(url);
        issues.iter().for_each(|issue| issue.add_to(&mut errors, url));
    }
    Ok(Found { tool: Some("pa11y-ci".to_owned()), ..errors.found("pa11y") })
}

/// Errors of some pages.
#[derive(Default)]
struct Errors {
    count: usize,
    pages: usize,
    to_look_at: usize,
    /// Why a page or a part of it could not be looked at.
    broken: Option<String>,
    places: Vec<Place>,
}

impl Errors {
    fn page(&mut self, _url: &str) {
        self.pages += 1;
    }

    fn add(&mut self, count: usize, rule: &str, page: &str) {
        self.count += count;
        if count > 0 && self.places.len() < MAX_PLACES {
            let says = if page.is_empty() { rule.to_owned() } else { format!("{rule} at {page}") };
            self.places.push(Place { path: None, line: None, says });
        }
    }

    fn found(self, format: &'static str) -> Found {
        let mut says = format!(
            "{} against WCAG levels A and AA on {}",
            counted(self.count, "error", "errors"),
            counted(self.pages, "page", "pages")
        );
        if self.to_look_at > 0 {
            says += &format!(", {} for a person to look at", self.to_look_at);
        }
        // Errors that were found stay errors, even if other pages could not be looked at.
        let amount = match self.broken {
            Some(why) if self.count == 0 => Err(why),
            _ if self.pages == 0 => Err("it looked at no page".to_owned()),
            _ => Ok(Amount::count(self.count)),
        };
        let reading = Reading { measure: Measure::AccessibilityErrors, amount, says, places: self.places };
        Found { format, readings: vec![reading], ..Found::default() }
    }
}
