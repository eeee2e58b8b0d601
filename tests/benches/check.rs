//! How long a check takes, beside the walk and the reading that no check can do without.
//!
//! Without `OPENLY_BENCH_REPOS` it runs on a made-up repository of 2,700 files. With it (paths joined by `:`), on those:
//! `OPENLY_BENCH_REPOS=path/to/whitehall cargo bench --package openly-tests`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::Criterion;
use openly_repo::WorkTree;
use openly_rules::config::Config;
use openly_rules::host::HostFacts;
use openly_rules::run::{Request, check};
use openly_rules::tree::{MAX_FILE, Tree};
use openly_rules::{Catalogue, Sources};
use openly_tests::{Repo, median};

fn walk(path: &Path) -> WorkTree {
    WorkTree::open(path).expect("a repository")
}

fn walk_and_read(path: &Path) -> usize {
    let tree = walk(path);
    let all: Vec<usize> = (0..tree.entries().len()).collect();
    tree.read_many(&all, MAX_FILE, &|bytes| bytes.len() == 1).len()
}

fn whole_check(path: &Path) -> usize {
    // As a run of the binary does: unpack the catalogue, walk, evaluate, render.
    let catalogue: Catalogue = openly_catalogue::embedded();
    let tree = walk(path);
    let checked = check(&Request {
        catalogue: &catalogue,
        sources: Sources {
            tree: &tree,
            host: &HostFacts::none(),
            imports: &openly_rules::import::NONE,
            today: openly_rules::case::CASE_DAY,
        },
        config: &Config::default(),
        profile: None,
        kind: None,
        frameworks: &[],
        only: &[],
    });
    checked.outcomes.len()
}

/// A service in the shape of a government one: code, tests, views, pictures and documents.
fn made_up() -> Repo {
    let repo = Repo::of(&[]);
    repo.write(
        "README.md",
        b"# Permits\n\nApply for a fishing permit online.\n\n## Run\n\n```sh\nbin/setup\nbin/dev\n```\n",
    );
    repo.write("LICENCE", include_bytes!("../../rules/model/repo/LICENCE"));
    for i in 0..2700_u32 {
        let (folder, extension) = [
            ("app/models", "rb"),
            ("app/views/pages", "html.erb"),
            ("test/unit", "rb"),
            ("docs/guides", "md"),
            ("app/assets/images", "svg"),
        ][i as usize % 5];
        let mut text = String::new();
        for line in 0..(20 + i % 150) {
            let _ = writeln!(text, "line {line} of file {i}, about as long as lines of code and prose are");
        }
        repo.write(&format!("{folder}/part_{}/file_{i}.{extension}", i % 40), text.as_bytes());
    }
    repo
}

#[expect(clippy::print_stdout, reason = "a benchmark says what it measured")]
fn main() {
    let own = made_up();
    let named = std::env::var_os("OPENLY_BENCH_REPOS");
    let paths: Vec<PathBuf> = match &named {
        Some(paths) => std::env::split_paths(paths).collect(),
        None => vec![own.path().to_owned()],
    };
    let mut criterion = Criterion::default().configure_from_args();
    for path in &paths {
        let name = if named.is_some() {
            path.file_name().unwrap_or_default().to_string_lossy().into_owned()
        } else {
            "made-up".into()
        };
        let mut group = criterion.benchmark_group(&name);
        group.sample_size(20);
        group.bench_function("walk", |b| b.iter(|| walk(path).entries().len()));
        group.bench_function("walk-and-read", |b| b.iter(|| walk_and_read(path)));
        group.bench_function("check", |b| b.iter(|| whole_check(path)));
        group.finish();
        let (walk_time, read_time, check_time) = (
            median(|| drop(walk(path))),
            median(|| {
                walk_and_read(path);
            }),
            median(|| {
                whole_check(path);
            }),
        );
        let ratio = |to: Duration| check_time.as_secs_f64() / to.as_secs_f64();
        println!(
            "{name}: {} files; a check takes {check_time:.1?}, {:.1} times the walk ({walk_time:.1?}) and {:.1} times walking and reading everything ({read_time:.1?})",
            walk(path).entries().len(),
            ratio(walk_time),
            ratio(read_time)
        );
    }
    criterion.final_summary();
}
