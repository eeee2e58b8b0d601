//! How long it takes to assess every framework over one report, and over an organisation of 5,000 reports, and how much memory
//! the organisation takes. The aims: under 5 milliseconds, under 2 seconds and under 200 megabytes.

use std::time::{Duration, Instant};

use criterion::Criterion;
use openly_catalogue::{embedded, read_case};
use openly_rules::case::CASE_DAY;
use openly_rules::run::Outcome;
use openly_rules::units::{Member, RuleIndex, assess_unit};
use openly_rules::value::{Unit, Verdict};
use openly_rules::{Catalogue, assess};

const REPORTS: usize = 5_000;

/// The outcomes of every rule on the model repository.
fn outcomes(catalogue: &Catalogue) -> Vec<Outcome> {
    let rules: Vec<String> = catalogue.rules.iter().map(|rule| rule.id.clone()).collect();
    let model = openly_tests::workspace().join("rules/model");
    read_case(catalogue, &model).expect("the model").outcomes(catalogue, &rules)
}

fn every_framework(catalogue: &Catalogue, outcomes: &[Outcome]) -> usize {
    let assessments = catalogue.frameworks.iter().map(|f| assess(f, catalogue, outcomes, &[], CASE_DAY));
    assessments.map(|assessment| assessment.criteria.len()).sum()
}

/// Reports that differ: each has other rules that fail, cannot be told or are not owed.
fn members(index: &RuleIndex<'_>, outcomes: &[Outcome]) -> Vec<Member> {
    let member = |number: usize| {
        let told = outcomes.iter().enumerate().map(|(i, outcome)| {
            let verdict = match (number * 31 + i * 17) % 23 {
                0..4 => Verdict::Fail,
                4..6 => Verdict::Unknown,
                6..9 => Verdict::NotApplicable,
                _ => outcome.verdict,
            };
            let place = outcome.evidence.first().and_then(openly_report::read::place);
            (outcome.rule.as_str(), verdict, place)
        });
        Member::new(format!("organisation/repository-{number}"), None, index, told, Vec::new(), CASE_DAY)
    };
    (0..REPORTS).map(member).collect()
}

fn organisation(catalogue: &Catalogue, index: &RuleIndex<'_>, members: &[Member]) -> usize {
    let rated = catalogue.frameworks.iter().map(|f| assess_unit(f, catalogue, index, Unit::Organisation, members, &[]));
    rated.map(|found| found.criteria.len()).sum()
}

fn best(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..5).map(time).min().unwrap_or_default()
}

/// The most memory that this process had, in megabytes, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

#[expect(clippy::print_stdout, reason = "a benchmark says what it measured")]
fn main() {
    let catalogue = embedded();
    let outcomes = outcomes(&catalogue);
    let index = RuleIndex::new(&catalogue);
    let members = members(&index, &outcomes);
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    criterion
        .bench_function("assess/every framework, one report", |b| b.iter(|| every_framework(&catalogue, &outcomes)));
    criterion.bench_function("assess/every framework, 5000 reports", |b| {
        b.iter(|| organisation(&catalogue, &index, &members));
    });
    let one = best(|| {
        std::hint::black_box(every_framework(&catalogue, &outcomes));
    });
    let all = best(|| {
        std::hint::black_box(organisation(&catalogue, &index, &members));
    });
    println!("every framework over one report: {one:.1?} (aim: under 5 ms)");
    println!("every framework over {REPORTS} reports: {all:.1?} (aim: under 2 s)");
    if let Some(peak) = peak() {
        println!("peak memory: {peak} MB (aim: under 200 MB)");
    }
    criterion.final_summary();
}
