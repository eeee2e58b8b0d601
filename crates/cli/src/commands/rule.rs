//! `openly rule`: rules of a user's own.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use openly_catalogue::{CaseResult, cases, run_case};
use openly_rules::compile::README_SECTIONS;

use crate::args::{RuleArgs, RuleCommand};
use crate::commands::{catalogue, print, unknown};
use crate::failure::Failure;

pub(crate) fn run(args: RuleArgs) -> Result<ExitCode, Failure> {
    match args.command {
        RuleCommand::New { id, rules, topic } => new(&id, &rules, &topic),
        RuleCommand::Test { ids, rules } => test(&ids, &rules),
    }
}

fn new(id: &str, rules: &Path, topic: &str) -> Result<ExitCode, Failure> {
    let kebab = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !kebab(id) || !kebab(topic) {
        return Err(Failure::usage("an id and a topic are lower-case words joined by hyphens"));
    }
    let folder = rules.join("checks").join(topic).join(id);
    if folder.exists() {
        return Err(Failure::usage(format!("{} is there already", folder.display())));
    }
    let title = id.replace('-', " ");
    let mut readme = format!("# {title}\n");
    for section in README_SECTIONS {
        // Writing to a string cannot fail.
        let _ = write!(readme, "\n## {section}\n\nTODO: say it in a few short sentences.\n");
    }
    let rule = format!(
        "id: {id}\ntitle: The repository has a {title}\nseverity: recommended\nstatus: preview\ncheck:\n  file:\n    paths: [\"{{,docs/}}{id}{{,.md}}\"]\nmessage: No {title} was found at the root or in docs.\nwhy: TODO say why it matters.\nfix: TODO say what to do next.\nreferences:\n  - title: TODO name the source, with its section\n    url: https://example.org/\n"
    );
    let files = [
        ("rule.yml", rule),
        ("README.md", readme),
        (&format!("tests/pass-at-root/repo/{id}.md"), "Some words.\n".to_owned()),
        ("tests/fail-empty/repo/.gitkeep", String::new()),
    ];
    for (name, text) in files {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).map_err(|error| Failure::io("make", parent, &error))?;
        fs::write(&file, text).map_err(|error| Failure::io("write", &file, &error))?;
    }
    print(&format!(
        "Made {}. Write its rule.yml and README.md, add cases, and run:\n  openly rule test {id} --rules {}\n",
        folder.display(),
        rules.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn test(ids: &[String], rules: &Path) -> Result<ExitCode, Failure> {
    let catalogue = catalogue(Some(rules))?;
    let found = cases(rules).map_err(|error| Failure::io("read", rules, &error))?;
    if let Some(id) = ids.iter().find(|id| !found.iter().any(|(rule, _)| rule == *id)) {
        return Err(unknown(
            "case of a rule",
            id,
            found.iter().map(|(rule, _)| rule.as_str()),
            "openly list rules --rules DIR",
        ));
    }
    let wanted = found.iter().filter(|(rule, _)| ids.is_empty() || ids.contains(rule));
    let results: Vec<CaseResult> = wanted.map(|(rule, folder)| run_case(catalogue, rule, folder)).collect();
    let mut out = String::new();
    for result in &results {
        let mark = if result.failure.is_some() { "✗" } else { "✓" };
        let _ = writeln!(out, "{mark} {} {}", result.rule, result.case);
        if let Some(failure) = &result.failure {
            for line in failure.lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
    }
    let failed = results.iter().filter(|result| result.failure.is_some()).count();
    let _ = writeln!(out, "\n{} passed, {failed} failed", results.len() - failed);
    print(&out)?;
    Ok(ExitCode::from(u8::from(failed > 0)))
}
