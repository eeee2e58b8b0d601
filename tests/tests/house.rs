//! The shape of the house: which crate may depend on which, and that generated files are up to date.

use std::collections::BTreeSet;
use std::process::Command;

use openly_rules::schema::{Format, schema};
use openly_tests::workspace;

fn dependencies(package: &str) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let args = ["tree", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package", package];
    let output = Command::new(cargo).args(args).current_dir(workspace()).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != package)
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    for (package, may_use) in [
        ("openly-rules", vec![]),
        ("openly-catalogue", vec!["openly-rules"]),
        ("openly-github", vec!["openly-rules"]),
        ("openly-repo", vec!["openly-rules"]),
        ("openly-report", vec!["openly-rules"]),
        ("openly", vec!["openly-catalogue", "openly-github", "openly-repo", "openly-report", "openly-rules"]),
    ] {
        let used = dependencies(package);
        let ours: Vec<&str> = used.iter().map(String::as_str).filter(|name| name.starts_with("openly")).collect();
        assert_eq!(ours, may_use, "{package}");
    }
}

#[test]
fn the_pure_crates_know_no_network_no_async_and_no_git() {
    for package in ["openly-repo"] {
        let used = dependencies(package);
        for heavy in ["tokio", "octocrab", "hyper"] {
            assert!(!used.contains(heavy), "{package} uses {heavy}");
        }
    }
    assert!(!dependencies("openly-github").contains("gix"), "what talks to GitHub reads no git store");
    for package in ["openly-rules", "openly-report", "openly-catalogue"] {
        let used = dependencies(package);
        for heavy in ["tokio", "octocrab", "gix", "reqwest", "hyper", "clap", "ignore"] {
            assert!(!used.contains(heavy), "{package} uses {heavy}");
        }
    }
    assert!(!dependencies("openly-rules").contains("textwrap"), "only the binary enables miette's fancy output");
}

#[test]
fn committed_schemas_are_those_of_the_code() {
    for (name, schema) in [
        ("answer.v1", openly_report::answer::json::schema()),
        ("config", schema(Format::Config)),
        ("rule", schema(Format::Rule)),
        ("framework", schema(Format::Framework)),
        ("profile", schema(Format::Profile)),
        ("report.v1", openly_report::json::schema()),
    ] {
        let path = workspace().join(format!("schemas/{name}.schema.json"));
        committed(&path, &format!("{schema:#}\n"));
    }
}

#[test]
fn the_committed_list_of_rules_is_that_of_the_catalogue() {
    let catalogue = openly_catalogue::embedded();
    let mut page = String::from(
        "# Rules\n\nMade from `rules/checks/`; each rule's own page is in its folder. See one with `openly explain RULE`.\n",
    );
    let mut topic = "";
    for rule in &catalogue.rules {
        if rule.topic != topic {
            topic = &rule.topic;
            page += &format!(
                "\n## {topic}\n\n| Rule | Matters | Status | What is true when it passes |\n| --- | --- | --- | --- |\n"
            );
        }
        page += &format!(
            "| [{id}](../rules/checks/{topic}/{id}/README.md) | {} | {} | {} |\n",
            rule.severity,
            rule.status,
            rule.title,
            id = rule.id
        );
    }
    page += "\n# Frameworks\n\n| Framework | Rates | Criteria | Version |\n| --- | --- | --- | --- |\n";
    for framework in &catalogue.frameworks {
        page += &format!(
            "| [{}](../rules/frameworks/{}.yml) | {} | {} | {} |\n",
            framework.title,
            framework.id,
            framework.unit,
            framework.criteria.len(),
            framework.version
        );
    }
    committed(&workspace().join("docs/rules.md"), &page);
}

#[test]
fn the_committed_cross_walk_is_that_of_the_catalogue() {
    let page = openly_report::crosswalk::markdown(&openly_catalogue::embedded());
    committed(&workspace().join("docs/crosswalk.md"), &page);
}

/// Compares a generated file with the committed one; with `OPENLY_REGENERATE=1` it is written instead.
fn committed(path: &std::path::Path, wanted: &str) {
    if std::env::var_os("OPENLY_REGENERATE").is_some() {
        std::fs::write(path, wanted).expect("the file can be written");
    }
    let found = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(found == wanted, "{} is out of date: run `OPENLY_REGENERATE=1 cargo test --workspace`", path.display());
}
