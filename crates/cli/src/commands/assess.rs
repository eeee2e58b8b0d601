//! `openly assess`: frameworks in full, over a repository, a service or an organisation.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use openly_report::answer::build::{Context, of_repository, of_unit, phase_of, phase_of_service};
use openly_report::answer::{Answer, html, json, markdown, terminal};
use openly_report::{Report, read};
use openly_rules::config::Config;
use openly_rules::problem::{Problem, Problems, Source};
use openly_rules::units::{Claim, Member, RuleIndex, assess_unit};
use openly_rules::value::Unit;
use openly_rules::{Catalogue, Framework};

use crate::args::{AnswerFormat, AssessArgs};
use crate::commands::output::style;
use crate::commands::repository::{Ask, AskHost, Looked, today};
use crate::commands::settings::named;
use crate::commands::{catalogue, print};
use crate::failure::{self, Failure};

/// The largest saved report that is read, in bytes. Those of large repositories have less than one million.
const MAX_REPORT: u64 = 32 * 1024 * 1024;

pub(crate) fn run(args: &AssessArgs) -> Result<ExitCode, Failure> {
    let catalogue = catalogue(args.rules.as_deref())?;
    let several = args.paths.len() > 1 || !args.from.is_empty() || args.service.is_some() || args.name.is_some();
    let ask = Ask {
        catalogue,
        profile: args.profile.as_deref(),
        frameworks: &args.frameworks,
        // The file of a service or an organisation is not that of each of its repositories.
        config: args.config.as_deref().filter(|_| !several),
        imports: &args.import,
        // The workflow that runs, and the repository that is named, are one of several here.
        host: if several { AskHost::Not } else { AskHost::As(args.github.as_deref()) },
        today: today(args.today),
    };
    ask.known_names()?;
    if several && !args.import.files.is_empty() {
        return Err(Failure::with_help(
            "results of other tools belong to one repository, and several are rated here",
            "save the report of each with `openly check --import FILE --format json`, and give them with --from",
        ));
    }
    if several && args.github.is_some() {
        return Err(Failure::with_help(
            "GitHub is asked about one repository, and several are rated here",
            "save the report of each with `openly check --github OWNER/REPO --format json`, and give them with --from",
        ));
    }
    let (answers, is_partial) = if several { (unit(args, &ask)?, false) } else { repository(args, &ask)? };
    let text = match args.format {
        AnswerFormat::Terminal => {
            terminal::render(&answers, style(args.output.is_some(), args.colour, (args.quiet, args.verbose)))
        }
        AnswerFormat::Json => json::render(&answers).map_err(|error| Failure::usage(error.to_string()))?,
        AnswerFormat::Markdown => markdown::render(&answers),
        AnswerFormat::Html => html::render(&answers).map_err(|error| Failure::usage(error.to_string()))?,
    };
    match &args.output {
        Some(file) => fs::write(file, text).map_err(|error| Failure::io("write", file, &error))?,
        None => print(&text)?,
    }
    Ok(failure::complete(is_partial))
}

/// The answers for one repository, and whether GitHub left something out.
fn repository(args: &AssessArgs, ask: &Ask<'_>) -> Result<(Vec<Answer>, bool), Failure> {
    let path = args.paths.first().cloned().unwrap_or_else(|| PathBuf::from("."));
    let Looked { report, config, is_partial } = ask.of(&path)?;
    let context = Context { version: env!("CARGO_PKG_VERSION"), catalogue: ask.catalogue, levers: &config.levers };
    let assessed = report
        .checked
        .assessments
        .iter()
        .filter(|assessment| args.frameworks.is_empty() || args.frameworks.contains(&assessment.framework));
    let frameworks = assessed.filter_map(|assessment| ask.catalogue.framework(&assessment.framework));
    Ok((frameworks.filter_map(|framework| of_repository(context, framework, &report)).collect(), is_partial))
}

fn unit(args: &AssessArgs, ask: &Ask<'_>) -> Result<Vec<Answer>, Failure> {
    let index = RuleIndex::new(ask.catalogue);
    let mut members = Vec::new();
    let mut profiles = BTreeSet::new();
    for path in &args.paths {
        let Looked { report, config, .. } = ask.of(path)?;
        profiles.insert(report.checked.profile.id.clone());
        members.push(member(&report, &config, &index, ask));
    }
    members.extend(saved(&args.from, &index, ask)?);
    if let Some(service) = &args.service {
        members.retain(|member| member.service.as_ref() == Some(service));
        if members.is_empty() {
            return Err(Failure::with_help(
                format!("no repository states the service `{service}`"),
                "say `service: NAME` in the .openly.yml of each repository of the service",
            ));
        }
    }
    // The file of a service or an organisation has its attestations, levers, profile and phase.
    let own = args.config.as_ref().map_or_else(|| Ok(Config::default()), |file| named(file, ask.catalogue))?;
    let claims: Vec<Claim> = own.attestations.iter().filter_map(|claim| Claim::of(claim, ask.today)).collect();
    let unit = if args.service.is_some() { Unit::Service } else { Unit::Organisation };
    let name = args.service.as_deref().or(args.name.as_deref()).unwrap_or("of all repositories that were given");
    let profile = args.profile.clone().or_else(|| own.profile.clone());
    profiles.extend(profile);
    let frameworks = frameworks(args, ask.catalogue, &profiles)?;
    let context = Context { version: env!("CARGO_PKG_VERSION"), catalogue: ask.catalogue, levers: &own.levers };
    let phase = match unit {
        Unit::Service => phase_of_service(own.phase.as_deref(), &members),
        _ => phase_of_service(own.phase.as_deref(), &[]),
    };
    let rated = frameworks.into_iter().map(|framework| {
        let found = assess_unit(framework, ask.catalogue, &index, unit, &members, &claims);
        let mut answer = of_unit(context, framework, &found, name, phase.clone());
        let of_framework = own.attestations.iter().filter(|claim| claim.framework == framework.id);
        for claim in of_framework.filter(|claim| !claim.is_renewed(&own.attestations, ask.today)) {
            let row = answer.criteria.iter_mut().find(|row| row.id == claim.criterion);
            row.into_iter().for_each(|row| row.lapsed.extend(claim.lapse(ask.today)));
        }
        answer
    });
    Ok(rated.collect())
}

/// The frameworks that were named, or those of the profiles.
fn frameworks<'a>(
    args: &AssessArgs,
    catalogue: &'a Catalogue,
    profiles: &BTreeSet<String>,
) -> Result<Vec<&'a Framework>, Failure> {
    let of_profiles = profiles.iter().filter_map(|id| catalogue.profile(id)).flat_map(|profile| &profile.frameworks);
    let ids: BTreeSet<&String> =
        if args.frameworks.is_empty() { of_profiles.collect() } else { args.frameworks.iter().collect() };
    if ids.is_empty() {
        return Err(Failure::with_help(
            "no framework was named",
            "name one with --framework, or a profile with --profile; see `openly list frameworks`",
        ));
    }
    Ok(ids.into_iter().filter_map(|id| catalogue.framework(id)).collect())
}

fn member(report: &Report, config: &Config, index: &RuleIndex<'_>, ask: &Ask<'_>) -> Member {
    let outcomes = report.checked.outcomes.iter();
    let outcomes = outcomes
        .map(|outcome| (outcome.rule.as_str(), outcome.weight(), outcome.evidence.first().and_then(read::place)));
    let claims = config.attestations.iter().filter_map(|claim| Claim::of(claim, ask.today)).collect();
    let mut member =
        Member::new(report.subject.path.clone(), config.service.clone(), index, outcomes, claims, ask.today);
    member.phase = phase_of(report, ask.catalogue).phase;
    member
}

/// Reads saved reports, one at a time. Every one that cannot be read is said.
fn saved(files: &[PathBuf], index: &RuleIndex<'_>, ask: &Ask<'_>) -> Result<Vec<Member>, Failure> {
    let mut members = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    for file in files {
        let size = fs::metadata(file).map_err(|error| Failure::io("read", file, &error))?.len();
        let source = Source::new(file.display().to_string(), "");
        if size > MAX_REPORT {
            problems.push(source.problem(format!("it is {size} bytes, too large for a report of one repository")));
            continue;
        }
        let bytes = fs::read(file).map_err(|error| Failure::io("read", file, &error))?;
        let read = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned());
        match read.and_then(|text| read::member(&text, ask.catalogue, index, ask.today)) {
            Ok(member) => members.push(member),
            Err(message) => problems.push(source.problem(message)),
        }
    }
    if problems.is_empty() { Ok(members) } else { Err(Problems::new("the reports", problems).into()) }
}
