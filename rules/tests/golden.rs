//! Golden repositories: one for each level of four frameworks, made from the model by taking out what the level does not ask
//! for. Each lands exactly on its level, so that a rule or a mapping that grows stricter or laxer shows up here.

use std::path::PathBuf;

use jiff::civil::date;
use openly_catalogue::embedded;
use openly_rules::case::{CASE_DAY, Case};
use openly_rules::config::Attestation;
use openly_rules::problem::Source;
use openly_rules::{Assessment, Catalogue, CriterionResult, assess};

/// The files of the model repository.
fn model() -> Vec<(String, String)> {
    fn read(folder: &std::path::Path, prefix: &str, files: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("the model can be read") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            if path.is_dir() {
                read(&path, &name, files);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.push((name, text));
            }
        }
    }
    let mut files = Vec::new();
    read(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("model/repo"), "", &mut files);
    files
}

/// The settings of the model, with this host.
fn settings(host: &str) -> String {
    let text =
        std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("model/case.yml")).expect("a case");
    let (before, after) = text.split_once("host:\n").expect("a host");
    let rest = after.find("remote:").map_or("", |at| &after[at..]);
    format!("{before}{host}{rest}")
}

/// The host of the model as it is.
fn whole_host() -> String {
    let text =
        std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("model/case.yml")).expect("a case");
    let (_, after) = text.split_once("host:\n").expect("a host");
    format!("host:\n{}", &after[..after.find("remote:").unwrap_or(after.len())])
}

/// Without these files.
fn without(mut files: Vec<(String, String)>, names: &[&str]) -> Vec<(String, String)> {
    files.retain(|(name, _)| !names.contains(&name.as_str()));
    files
}

/// Without the sections of a file under these headings, up to the next heading.
fn without_sections(mut files: Vec<(String, String)>, file: &str, headings: &[&str]) -> Vec<(String, String)> {
    for (_, text) in files.iter_mut().filter(|(name, _)| name == file) {
        let mut keep = true;
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| {
                if let Some(heading) = line.strip_prefix("## ") {
                    keep = !headings.contains(&heading);
                }
                keep
            })
            .collect();
        *text = lines.join("\n") + "\n";
    }
    files
}

fn assessed(framework: &str, files: Vec<(String, String)>, settings: &str, claims: &[Attestation]) -> Assessment {
    let catalogue = embedded();
    let files = files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    let case = Case::new(files, Some(&Source::new("case.yml", settings))).expect("a case");
    let framework = catalogue.framework(framework).expect("a framework");
    let mut rules: Vec<String> = Vec::new();
    for level in framework.criteria.iter().flat_map(|criterion| &criterion.levels) {
        rules.extend(level.satisfies.iter().chain(&level.supports).chain(&level.contradicts).cloned());
    }
    assess(framework, &catalogue, &case.outcomes(&catalogue, &rules), claims, CASE_DAY)
}

fn row<'a>(assessment: &'a Assessment, id: &str) -> &'a CriterionResult {
    assessment.criteria.iter().find(|criterion| criterion.id == id).expect("a criterion")
}

fn proven<'a>(assessment: &'a Assessment, id: &str) -> Option<&'a str> {
    row(assessment, id).proven.as_deref()
}

/// A claim of one level of every criterion, or of the highest one below it that can be attested.
fn claims(catalogue: &Catalogue, framework: &str, level: &str) -> Vec<Attestation> {
    let framework = catalogue.framework(framework).expect("a framework");
    let claim = |criterion: &openly_rules::Criterion| {
        let upto = criterion.position(level)?;
        let claimed = criterion.levels[..=upto].iter().rfind(|level| level.attest.is_some())?;
        Some(Attestation {
            framework: framework.id.clone(),
            criterion: criterion.id.clone(),
            level: claimed.id.clone(),
            statement: "It was checked.".to_owned(),
            link: "https://example.org/record".to_owned(),
            by: "Service owner".to_owned(),
            date: date(2026, 6, 1),
            expires: date(2027, 6, 1),
            place: String::new(),
        })
    };
    framework.criteria.iter().filter_map(claim).collect()
}

#[test]
fn each_cms_tier_has_its_repository() {
    let settings = settings(&whole_host());
    let tier_4 = model();
    let tier_3 =
        without_sections(without(tier_4.clone(), &["GOVERNANCE.md"]), "README.md", &["Governance", "Glossary"]);
    let tier_2 = without_sections(
        tier_3.clone(),
        "README.md",
        &["Repository structure", "Development and software delivery lifecycle", "Branching model", "Feedback"],
    );
    let tier_2 =
        without_sections(tier_2, "CONTRIBUTING.md", &["Testing conventions", "Documentation", "Writing pull requests"]);
    let tier_2 = without_sections(tier_2, "COMMUNITY.md", &["Maintainers", "Approvers"]);
    let tier_1 = without(tier_2.clone(), &["CODE_OF_CONDUCT.md", "CONTRIBUTING.md"]);
    let tier_1 = without_sections(tier_1, "README.md", &["Contributing", "Community guidelines", "Project vision"]);
    let tier_1 = without_sections(tier_1, "COMMUNITY.md", &["Principles"]);
    let tier_0 = without_sections(without(tier_1.clone(), &["SECURITY.md"]), "README.md", &["Security", "Core team"]);
    let none = without(tier_0.clone(), &["code.json"]);
    let tier = |files: &[(String, String)], claims: &[Attestation]| {
        let found = assessed("cms-tiers", files.to_vec(), &settings, claims);
        ["CMS-TIER", "CMS-README-SECTIONS"].map(|id| proven(&found, id).map(ToOwned::to_owned))
    };
    let both = |tier: &str| [Some(tier.to_owned()), Some(tier.to_owned())];
    let claimed = claims(&embedded(), "cms-tiers", "tier-4");
    assert_eq!(tier(&tier_4, &claimed), both("tier-4"));
    // Two sections of tier 4 are for a person to see, so the files alone point to it and no more.
    let silent = assessed("cms-tiers", tier_4, &settings, &[]);
    let found = row(&silent, "CMS-TIER");
    assert_eq!((found.proven.as_deref(), found.indicated.as_deref()), (Some("tier-3"), Some("tier-4")));
    assert_eq!(tier(&tier_3, &[]), both("tier-3"));
    assert_eq!(tier(&tier_2, &[]), both("tier-2"));
    assert_eq!(tier(&tier_1, &[]), both("tier-1"));
    assert_eq!(tier(&tier_0, &[]), both("tier-0"));
    assert_eq!(tier(&none, &[])[0], None);
    // A claim does not outweigh a file that is not there.
    assert_eq!(tier(&tier_3, &claimed), both("tier-3"));
}

#[test]
fn each_moj_level_has_its_repository() {
    const BASELINE: [&str; 2] = ["secret-scanning", "push-protection"];
    const STANDARD: [&str; 5] =
        ["admins-included", "stale-reviews-dismissed", "approving-reviews", "owner-team", "default-branch"];
    const EXEMPLAR: [&str; 2] = ["signed-commits", "code-owner-reviews"];
    let host = |on: &[&str]| {
        let fact = |name: &&str| {
            let value = match (*name, on.contains(name)) {
                ("default-branch", true) => "main",
                ("default-branch", false) => "master",
                ("approving-reviews", true) => "1",
                ("approving-reviews", false) => "0",
                (_, true) => "\"true\"",
                (_, false) => "\"false\"",
            };
            format!(
                "  {name}: {}\n",
                if value.starts_with(['0', '1']) { format!("\"{value}\"") } else { value.to_owned() }
            )
        };
        let all: String = BASELINE.iter().chain(&STANDARD).chain(&EXEMPLAR).map(fact).collect();
        format!("host:\n{all}")
    };
    let level = |on: &[&str]| {
        let found = assessed("moj-repository-standards", model(), &settings(&host(on)), &[]);
        let row = row(&found, "MOJ-LEVEL");
        (row.proven.clone(), row.possible.clone())
    };
    let both = |level: Option<&str>| (level.map(ToOwned::to_owned), level.map(ToOwned::to_owned));
    assert_eq!(level(&[]), both(None));
    assert_eq!(level(&BASELINE), both(Some("baseline")));
    assert_eq!(level(&[&BASELINE[..], &STANDARD[..]].concat()), both(Some("standard")));
    assert_eq!(level(&[&BASELINE[..], &STANDARD[..], &EXEMPLAR[..]].concat()), both(Some("exemplar")));
    // Without a host nothing is proven, and nothing is ruled out.
    let unseen = assessed("moj-repository-standards", model(), &settings(""), &[]);
    let row = row(&unseen, "MOJ-LEVEL");
    assert_eq!((row.proven.as_deref(), row.possible.as_deref()), (None, Some("exemplar")));
}

#[test]
fn qasp_is_acceptable_indicated_or_not() {
    let settings = settings(&whole_host());
    let catalogue = embedded();
    let files = assessed("qasp-18f", model(), &settings, &[]);
    for criterion in &files.criteria {
        assert_eq!(criterion.proven, None, "{}: configuration alone proves no row", criterion.id);
        // Nothing points to "no errors" before a scanner has looked.
        let expected = (criterion.id != "QASP-3").then_some("met");
        assert_eq!(criterion.indicated.as_deref(), expected, "{}", criterion.id);
    }
    let attested = assessed("qasp-18f", model(), &settings, &claims(&catalogue, "qasp-18f", "met"));
    assert!(attested.criteria.iter().all(|criterion| criterion.proven.as_deref() == Some("met")));
    let untested: Vec<(String, String)> =
        model().into_iter().filter(|(name, _)| !name.starts_with("test/") && !name.starts_with("app/")).collect();
    let untested = without(untested, &["package.json"]);
    let untested = assessed("qasp-18f", untested, &settings, &claims(&catalogue, "qasp-18f", "met"));
    assert_eq!(
        row(&untested, "QASP-1").possible,
        None,
        "a claim of coverage does not outweigh that there are no tests"
    );
}

#[test]
fn the_standard_for_public_code_has_a_repository_for_must_and_for_should() {
    let settings = settings(&whole_host());
    let catalogue = embedded();
    let standard = catalogue.framework("standard-for-public-code").expect("a framework");
    let levels = |files: Vec<(String, String)>, claims: &[Attestation]| {
        let found = assessed("standard-for-public-code", files, &settings, claims);
        let row =
            |criterion: &CriterionResult| (criterion.id.clone(), criterion.proven.clone(), criterion.indicated.clone());
        found.criteria.iter().map(row).collect::<Vec<_>>()
    };
    // Everything is there, and people attest what a repository cannot show.
    for level in ["must", "should"] {
        let claimed = claims(&catalogue, "standard-for-public-code", level);
        for (id, proven, _) in levels(model(), &claimed) {
            let criterion = standard.criterion(&id).expect("known");
            let floor = criterion.levels.iter().rfind(|known| known.floor).map(|known| known.id.as_str());
            let wanted = if floor == Some("should") { "should" } else { level };
            assert_eq!(proven.as_deref(), Some(wanted), "{id}");
        }
    }
    // What only SHOULD asks for is taken out: those rows point to MUST and to no more.
    let should = ["ROADMAP.md", "CHANGELOG.md", "publiccode.yml", "docs/architecture.md"];
    let must = without_sections(without(model(), &should), "README.md", &["Roadmap"]);
    let found = levels(must, &[]);
    let indicated = |id: &str| found.iter().find(|(row, ..)| row == id).and_then(|(_, _, level)| level.as_deref());
    for id in ["SPC-4", "SPC-14", "SPC-16"] {
        assert_eq!(indicated(id), Some("must"), "{id}");
    }
    // Without the licence and with nothing said about contributing, MUST is ruled out.
    let texts = ["LICENCE", "REUSE.toml", "CONTRIBUTING.md", "GOVERNANCE.md", "SECURITY.md"];
    let none = without(without(model(), &texts), &["public/.well-known/security.txt"]);
    let none =
        without_sections(none, "README.md", &["Contributing", "Governance", "Licence", "Security", "Public domain"]);
    let none = assessed(
        "standard-for-public-code",
        none,
        &settings,
        &claims(&catalogue, "standard-for-public-code", "should"),
    );
    for id in ["SPC-4", "SPC-5", "SPC-13"] {
        assert_eq!(row(&none, id).possible, None, "{id}: {:?}", row(&none, id).because);
    }
}
