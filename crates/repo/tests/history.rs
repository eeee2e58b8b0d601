//! What the history of a real git repository shows.

use std::path::Path;
use std::process::Command;

use jiff::civil::date;
use openly_repo::{GitTree, RepoError, WorkTree};
use openly_rules::history::Enough;
use openly_rules::tree::Tree;

fn git(folder: &Path, day: &str, who: (&str, &str), args: &[&str]) {
    let mut command = Command::new("git");
    command.args(args).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), who.0).env(format!("GIT_{role}_EMAIL"), who.1);
        command.env(format!("GIT_{role}_DATE"), format!("{day}T12:00:00Z"));
    }
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

const ANNA: (&str, &str) = ("Anna", "anna@department.example");
const BEN: (&str, &str) = ("Ben", "Ben@Supplier.example");
const ROBOT: (&str, &str) = ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.example");

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    git(path, "2025-12-30", ANNA, &["init", "-q", "-b", "main"]);
    let commit = |day: &str, who, name: &str| {
        std::fs::write(path.join(name), name).expect("written");
        git(path, day, who, &["add", "-A"]);
        git(path, day, who, &["commit", "-q", "-m", name]);
    };
    for name in ["a", "b"] {
        std::fs::write(path.join(name), name).expect("written");
    }
    commit("2025-12-30", ANNA, "c");
    commit("2026-01-02", ANNA, "d");
    commit("2026-01-02", BEN, "e");
    commit("2026-01-03", ROBOT, "f");
    git(path, "2026-01-03", ANNA, &["tag", "v1"]);
    git(path, "2026-01-04", BEN, &["checkout", "-q", "-b", "side", "HEAD~1"]);
    commit("2026-01-04", BEN, "g");
    git(path, "2026-01-05", ANNA, &["checkout", "-q", "main"]);
    git(path, "2026-01-05", ANNA, &["merge", "-q", "--no-ff", "-m", "Merge side", "side"]);
    folder
}

#[test]
fn everything_about_a_short_history() {
    let folder = repository();
    let history = WorkTree::open(folder.path()).expect("a folder").history(Enough::Everything).expect("a history");
    assert!(history.complete && !history.shallow);
    assert_eq!(
        (history.commits, history.robots, history.merges, history.days, history.authors, history.tags),
        (4, 1, 1, 3, 2, 1)
    );
    assert_eq!((history.first, history.last), (Some(date(2025, 12, 30)), Some(date(2026, 1, 5))));
    let months: Vec<(&str, u32)> = history.months.iter().map(|(month, n)| (month.as_str(), *n)).collect();
    assert_eq!(months, [("2025-12", 1), ("2026-01", 3)]);
    let domains: Vec<(&str, u32)> = history.domains.iter().map(|(domain, n)| (domain.as_str(), *n)).collect();
    assert_eq!(domains, [("department.example", 2), ("supplier.example", 2)], "domains, never addresses");
    assert_eq!((history.roots.len(), history.roots[0].files), (1, 3), "the first commit brought three files at once");
}

#[test]
fn the_walk_stops_when_enough_was_seen() {
    let folder = repository();
    let tree = GitTree::open(folder.path(), "v1").expect("a tag");
    let history = tree.history(Enough::At { commits: 1, days: 1 }).expect("a history");
    assert!(!history.complete);
    assert_eq!((history.commits, history.first), (1, None), "what was not reached is not claimed");
    assert_eq!(tree.commit().map(|id| id.len()), Some(40));
}

#[test]
fn both_ways_of_reading_list_the_same_files() {
    let folder = repository();
    let work: Vec<String> =
        WorkTree::open(folder.path()).expect("it").entries().iter().map(|e| e.path.clone()).collect();
    let commit = GitTree::open(folder.path(), "main").expect("it");
    let listed: Vec<String> = commit.entries().iter().map(|e| e.path.clone()).collect();
    assert_eq!(work, listed);
    assert_eq!(commit.read(0).as_deref(), Ok(b"a".as_slice()));
    assert_eq!(commit.size(0), 1);
}

#[test]
fn what_cannot_be_read_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(matches!(GitTree::open(folder.path(), "main"), Err(RepoError::NotGit(_))));
    let tree = WorkTree::open(folder.path()).expect("a folder");
    assert!(tree.history(Enough::Everything).is_err_and(|why| why.contains("no history")));
    git(folder.path(), "2026-01-01", ANNA, &["init", "-q"]);
    let tree = WorkTree::open(folder.path()).expect("a folder");
    assert!(tree.history(Enough::Everything).is_err_and(|why| why.contains("no commit yet")));
}
