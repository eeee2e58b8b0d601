//! What the history of a real git repository shows.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::civil::date;
use openly_repo::{GitTree, RepoError, WorkTree};
use openly_rules::history::{End, Growth, MAX_READ, SHALLOW, Wanted};
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
    let history = WorkTree::open(folder.path()).expect("a folder").history(Wanted::everything()).expect("a history");
    assert!(history.is_whole());
    assert_eq!((history.work().count(), history.commits.len()), (4, 6));
    assert_eq!(history.commits.iter().filter(|commit| commit.authors.is_empty()).count(), 1, "one robot");
    assert_eq!(history.commits.iter().filter(|commit| commit.parents > 1).count(), 1, "one merge");
    assert_eq!(history.commits.iter().filter(|commit| commit.is_step).count(), 5, "one commit is on a side branch");
    assert_eq!((history.first(), history.commits[0].entered), (Some(date(2025, 12, 30)), Some(date(2026, 1, 5))));
    let months: Vec<(String, u32)> = history.months().into_iter().collect();
    assert_eq!(months, [("2025-12".to_owned(), 1), ("2026-01".to_owned(), 3)]);
    let mut domains = history.domains.clone();
    domains.sort();
    assert_eq!(domains, ["department.example", "supplier.example"], "domains, never addresses");
    assert_eq!(history.release_tags, 1);
}

#[test]
fn tags_have_the_day_of_their_commit() {
    let folder = repository();
    let path = folder.path();
    git(path, "2026-02-01", ANNA, &["tag", "v1.0.0", "HEAD~2"]);
    git(path, "2026-02-01", ANNA, &["tag", "-a", "-m", "New", "v1.1.0-rc.1"]);
    git(path, "2026-02-01", ANNA, &["tag", "production"]);
    git(path, "2026-02-01", ANNA, &["tag", "forms/v0.1.0"]);
    for packed in [false, true] {
        if packed {
            git(path, "2026-02-01", ANNA, &["pack-refs", "--all"]);
        }
        let wanted = Wanted { releases: true, ..Wanted::default() };
        let history = WorkTree::open(path).expect("a folder").history(wanted).expect("a history");
        let found: Vec<_> = history.releases.iter().map(|r| (r.tag.as_str(), r.date, r.pre, r.semantic)).collect();
        let expected = [
            ("v1.1.0-rc.1", Some(date(2026, 1, 5)), true, true),
            ("v1.0.0", Some(date(2026, 1, 2)), false, true),
            ("forms/v0.1.0", Some(date(2026, 1, 5)), false, true),
            ("v1", Some(date(2026, 1, 3)), false, false),
        ];
        assert_eq!(found.len(), 4, "packed: {packed}");
        assert!(expected.iter().all(|release| found.contains(release)), "packed: {packed}: {found:?}");
    }
}

#[test]
fn the_walk_stops_when_enough_was_seen() {
    let folder = repository();
    let tree = GitTree::open(folder.path(), "v1").expect("a tag");
    let history = tree.history(Wanted { commits: 1, days: 1, ..Wanted::default() }).expect("a history");
    assert_eq!(history.end, End::Enough);
    assert_eq!((history.work().count(), history.first()), (1, None), "what was not reached is not claimed");
    assert_eq!(tree.commit().map(|id| id.len()), Some(40));
}

/// A branch into which one change is merged every six hours, the newest on 1 March 2026. Each change has two commits.
fn busy(path: &Path, merges: i64) {
    git(path, "2025-01-01", ANNA, &["init", "-q", "-b", "main"]);
    let newest = 1_772_366_400;
    let (mut stream, mut mark) = (String::new(), 0);
    for at in 0..merges {
        let seconds = newest - (merges - 1 - at) * 6 * 3600;
        let mut commit = |branch: &str, before: i64, from: &str| {
            mark += 1;
            let who = format!("Anna <anna@department.example> {} +0000", seconds - before);
            stream += &format!("commit refs/heads/{branch}\nmark :{mark}\nauthor {who}\ncommitter {who}\n");
            stream += &format!("data 12\nAdd a change\n{from}\n");
        };
        let main = at * 3;
        let from = if at == 0 { String::new() } else { format!("from :{main}\n") };
        commit("change", 60, &from);
        commit("change", 30, "");
        let merge =
            if at == 0 { format!("from :{}\n", main + 2) } else { format!("from :{main}\nmerge :{}\n", main + 2) };
        commit("main", 0, &merge);
        stream += &format!("reset refs/heads/change\nfrom :{}\n\n", main + 3);
    }
    let mut import =
        Command::new("git").args(["fast-import", "--quiet"]).current_dir(path).stdin(Stdio::piped()).spawn();
    let import = import.as_mut().expect("git runs");
    import.stdin.take().expect("a pipe").write_all(stream.as_bytes()).expect("written");
    assert!(import.wait().expect("it ends").success());
}

#[test]
fn beyond_a_fair_sample_only_steps_are_read_and_only_for_months() {
    let folder = tempfile::tempdir().expect("a folder");
    busy(folder.path(), 700);
    let tree = GitTree::open(folder.path(), "main").expect("a branch");
    let since = Some(date(2025, 3, 1));
    let history = tree.history(Wanted { months: 6, since, ..Wanted::default() }).expect("a history");
    assert_eq!(history.newest().len(), MAX_READ);
    assert!(history.commits[MAX_READ..].iter().all(|commit| commit.is_step), "only steps");
    assert_eq!(history.commits.len(), 817, "until the sixth month");
    assert_eq!((history.end.clone(), history.is_whole(), history.first()), (End::Enough, false, None));
    let history = tree.history(Wanted { months: 12, since, ..Wanted::default() }).expect("a history");
    let first = history.commits.last().and_then(|commit| commit.written);
    assert_eq!((history.is_whole(), history.first()), (false, first), "where the work began is known all the same");
    assert_eq!(history.first(), Some(date(2025, 9, 7)));
}

#[test]
fn files_that_were_brought_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    git(path, "2025-01-01", ANNA, &["init", "-q", "-b", "main"]);
    std::fs::write(path.join("README.md"), "Forms").expect("written");
    git(path, "2025-01-01", ANNA, &["add", "-A"]);
    git(path, "2025-01-01", ANNA, &["commit", "-q", "-m", "Start"]);
    for n in 0..40 {
        std::fs::create_dir_all(path.join(format!("src/{}", n % 4))).expect("made");
        std::fs::write(path.join(format!("src/{}/{n}.js", n % 4)), format!("{n}")).expect("written");
        // Pictures, and the code of others, are neither built nor brought.
        std::fs::create_dir_all(path.join("src/vendor")).expect("made");
        std::fs::write(path.join(format!("src/vendor/{n}.js")), format!("theirs {n}")).expect("written");
        std::fs::write(path.join(format!("src/{n}.PNG")), format!("picture {n}")).expect("written");
    }
    git(path, "2025-01-02", ANNA, &["add", "-A"]);
    git(path, "2025-01-02", ANNA, &["commit", "-q", "-m", "Add files via upload"]);
    for n in 0..5 {
        std::fs::write(path.join(format!("src/0/{}.js", n * 4)), "changed").expect("written");
    }
    git(path, "2025-01-03", ANNA, &["commit", "-q", "-am", "Change five"]);
    let wanted = Wanted { growth: true, ..Wanted::default() };
    let grown = |path: &Path| WorkTree::open(path).expect("a folder").history(wanted).expect("a history").growth;
    let Some(Growth::Seen { files, bulk, looked_at, unchanged, .. }) = grown(path) else { panic!("it was looked at") };
    assert_eq!((files, looked_at, unchanged), (41, 3, 35));
    assert_eq!(bulk.iter().map(|bulk| bulk.files).collect::<Vec<_>>(), [40]);
    let here = format!("file://{}", path.display());
    git(path, "2025-01-04", ANNA, &["config", "uploadpack.allowFilter", "true"]);
    git(path, "2025-01-04", ANNA, &["clone", "-q", "--filter=blob:none", &here, "no-blobs"]);
    assert!(matches!(grown(&path.join("no-blobs")), Some(Growth::Seen { unchanged: 35, .. })), "blobs are not needed");
    git(path, "2025-01-04", ANNA, &["clone", "-q", "--filter=tree:0", &here, "no-trees"]);
    assert!(matches!(grown(&path.join("no-trees")), Some(Growth::Unknown(why)) if why.contains("not here")));
    git(path, "2025-01-04", ANNA, &["clone", "-q", "--depth", "2", &here, "shallow"]);
    let shallow = WorkTree::open(&path.join("shallow")).expect("a folder").history(wanted).expect("a history");
    assert_eq!((shallow.commits.len(), shallow.growth, shallow.end), (2, None, End::Cut(SHALLOW.to_owned())));
}

#[test]
fn false_dates_and_grafts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    git(path, "2025-01-01", ANNA, &["init", "-q", "-b", "main"]);
    for day in ["2025-01-01", "1970-01-01", "2038-01-01", "1970-01-01"] {
        git(path, day, ANNA, &["commit", "-q", "--allow-empty", "-m", "Change"]);
    }
    let history = || WorkTree::open(path).expect("a folder").history(Wanted::everything()).expect("a history");
    let days: Vec<_> = history().commits.iter().map(|commit| commit.entered).collect();
    assert_eq!(days, [None, Some(date(2038, 1, 1)), None, Some(date(2025, 1, 1))]);
    assert!(history().is_whole());
    git(path, "2025-01-01", ANNA, &["replace", "--graft", "HEAD~1"]);
    assert!(matches!(history().end, End::Cut(why) if why.contains("grafted")));
}

#[test]
fn a_commit_that_is_missing_ends_the_history() {
    let folder = repository();
    let path = folder.path();
    let output = Command::new("git").args(["rev-parse", "HEAD~3"]).current_dir(path).output().expect("git runs");
    let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    std::fs::remove_file(path.join(".git/objects").join(&id[..2]).join(&id[2..])).expect("removed");
    let history = WorkTree::open(path).expect("a folder").history(Wanted::everything()).expect("a history");
    assert!(matches!(history.end, End::Cut(_)));
    assert!(history.commits.len() > 2);
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
    assert!(tree.history(Wanted::everything()).is_err_and(|why| why.contains("no history")));
    git(folder.path(), "2026-01-01", ANNA, &["init", "-q"]);
    let tree = WorkTree::open(folder.path()).expect("a folder");
    assert!(tree.history(Wanted::everything()).is_err_and(|why| why.contains("no commit yet")));
}
