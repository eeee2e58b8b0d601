//! What a person can type.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

/// Checks repositories for evidence of working in the open and of meeting service standards.
#[derive(Debug, Parser)]
#[command(name = "openly", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  openly check                          Check the repository in this folder
  openly check ~/src/service --verbose  Say everything that was found, and where
  openly check --rev v1.2 --format json Check a commit without checking it out
  openly explain licence-file           What a rule checks, why, and how to meet it

Exit codes: 0 clean, 1 findings, 2 usage, 3 bad rules or configuration, 4 GitHub unavailable or the result partial, 70 a bug.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a repository on disk
    Check(Box<CheckArgs>),
    /// Write down what people confirm that a repository cannot show
    Attest(AttestArgs),
    /// Show one framework in full: what is known of every criterion, and why
    Assess(AssessArgs),
    /// Say which changes move most criteria, and what only people can say
    Next(NextArgs),
    /// List the rules, frameworks, profiles or levers
    List(ListArgs),
    /// Show which rules serve which criteria of which frameworks
    Crosswalk(CrosswalkArgs),
    /// Explain a rule, a framework or a criterion
    Explain(ExplainArgs),
    /// Publish the reports that a run without permissions left
    Publish(PublishArgs),
    /// Write and test rules of your own
    Rule(RuleArgs),
    /// Print the JSON Schema of a file format
    Schema(SchemaArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  openly check                                    The repository in this folder
  openly check path/to/repo --profile uk-gov      With the rules of a jurisdiction
  openly check --fail-on recommended              Exit with 1 when a recommended rule fails too
  openly check --format json --output report.json Write the report for programs
  openly check --rev main                         A commit, straight from the git store
  openly check --base main                        What the work since main fixes and breaks
  openly check --base main --output comment=comment.md --output html=report.html
                                                  Several forms in one run
  openly check --import lint.sarif --import bom.json
                                                  With what other tools found out
  openly check --github OWNER/REPO path/to/clone  With what GitHub knows about the repository

GitHub is asked with the token in GITHUB_TOKEN or GH_TOKEN, as the app in OPENLY_APP_ID, OPENLY_APP_KEY and
OPENLY_APP_INSTALLATION, or with the token of the GitHub CLI. GITHUB_API_URL names an Enterprise Server, HTTPS_PROXY a proxy.
Inside GitHub Actions, GitHub is asked when GITHUB_TOKEN is set.")]
#[command(group = ArgGroup::new("publishes").args(["publish", "dry_run"]).multiple(true))]
pub(crate) struct CheckArgs {
    /// The folder of the repository
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Check this revision from the git store, without checking it out
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,
    /// Say what has changed since this revision, whose settings, waivers and attestations count
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Ask GitHub about this repository, of which the folder is a clone
    #[arg(long, value_name = "OWNER/REPO")]
    pub(crate) github: Option<String>,
    /// Publish the result on GitHub, as a comment on the pull request of the run
    #[arg(long)]
    pub(crate) publish: bool,
    #[command(flatten)]
    pub(crate) publishing: PublishingArgs,
    /// The profile whose rules and frameworks apply
    #[arg(long, value_name = "ID")]
    pub(crate) profile: Option<String>,
    /// The kind of repository, where openly would detect another
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Assess this framework too; may be given more than once
    #[arg(long = "framework", value_name = "ID")]
    pub(crate) frameworks: Vec<String>,
    /// Check only this rule; may be given more than once
    #[arg(long = "rule", value_name = "ID")]
    pub(crate) only: Vec<String>,
    /// The configuration, instead of .openly.yml in the repository
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A folder with rules, frameworks and profiles of your own
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// The form of the report that is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    /// Write the report to this file instead of printing it; as FORMAT=FILE, write another form beside. May be given more than
    /// once
    #[arg(long = "output", value_name = "[FORMAT=]FILE")]
    pub(crate) outputs: Vec<Output>,
    /// Exit with 1 when a rule of this severity, or of a graver one, fails
    #[arg(long, value_enum, default_value_t)]
    pub(crate) fail_on: FailOn,
    /// The day that counts as today, for waivers and attestations [default: the system's day in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    /// Say only what fails, a line each
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say everything, with the evidence
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Say on standard error how long each part and each rule took
    #[arg(long)]
    pub(crate) timings: bool,
    /// Whether to use colour
    #[arg(long, value_enum, default_value_t)]
    pub(crate) colour: Colour,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  openly attest --framework qasp-18f           Ask what only people can answer
  openly attest --framework qasp-18f --criterion QASP-7 --level met \\
    --statement 'Each sprint ended with a research report.' \\
    --link https://department.example/research --by 'Research team'
                                               Write down one answer without asking")]
pub(crate) struct AttestArgs {
    /// The folder of the repository
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Ask about this framework; may be given more than once [default: those of the profile]
    #[arg(long = "framework", value_name = "ID")]
    pub(crate) frameworks: Vec<String>,
    /// The profile whose frameworks are asked about
    #[arg(long, value_name = "ID")]
    pub(crate) profile: Option<String>,
    /// The criterion that is confirmed; with this nothing is asked
    #[arg(long, value_name = "ID")]
    pub(crate) criterion: Option<String>,
    /// The level that is confirmed, and with it those below
    #[arg(long, value_name = "ID")]
    pub(crate) level: Option<String>,
    /// What is so, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(crate) statement: Option<String>,
    /// Where others can read that it is so
    #[arg(long, value_name = "URL")]
    pub(crate) link: Option<String>,
    /// The role or team that confirms it, never a person's name
    #[arg(long, value_name = "ROLE")]
    pub(crate) by: Option<String>,
    /// The last day it counts [default: in a year]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) expires: Option<String>,
    /// The configuration to write to, instead of .openly.yml in the repository
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A folder with rules, frameworks and profiles of your own
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// The day that counts as today [default: the system's day in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Results of other tools. They come from the command line alone: a repository does not vouch for itself.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct ImportArgs {
    #[arg(
        long = "import",
        value_name = "FILE",
        help = "Use the results of another tool: axe, Cobertura, CycloneDX, JaCoCo, JUnit, lcov, Lighthouse, OSPS Baseline, \
                pa11y, SARIF, Scorecard or SPDX; may be given more than once"
    )]
    pub(crate) files: Vec<PathBuf>,
    /// The day on which those results were made that do not say it themselves
    #[arg(long = "import-date", value_name = "YYYY-MM-DD", requires = "files")]
    pub(crate) date: Option<Date>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a person at a prompt
    #[default]
    Terminal,
    /// For programs: openly/report/v1
    Json,
    /// For a wiki
    Markdown,
    /// For GitHub Actions: the findings as annotations of a change
    Annotations,
    /// The verdict as a picture
    Badge,
    /// The verdict for a badge service
    BadgeJson,
    /// For a pull request
    Comment,
    /// A page that needs nothing else
    Html,
    /// For lists of test results
    Junit,
    /// For GitHub Actions: the outputs of a step
    Outputs,
    /// For code scanning
    Sarif,
    /// For GitHub Actions: the summary of a job
    Summary,
}

/// A form of the report and the file it is written to.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    /// The form; that of `--format` when none is named.
    pub(crate) format: Option<ReportFormat>,
    /// The file.
    pub(crate) file: PathBuf,
}

impl FromStr for Output {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.split_once('=').and_then(|(name, file)| {
            ReportFormat::from_str(name, false).ok().map(|format| Self { format: Some(format), file: file.into() })
        });
        let output = named.unwrap_or_else(|| Self { format: None, file: text.into() });
        if output.file.as_os_str().is_empty() { Err("name a file".to_owned()) } else { Ok(output) }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// With --base: a required or recommended rule that did not fail before
    Regression,
    /// A required rule
    #[default]
    Required,
    /// A recommended rule too
    Recommended,
    /// Nothing: report only
    Never,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  openly assess --framework govuk-service-standard             The repository in this folder, point by point
  openly assess --framework dpg-standard --format html --output dpg.html
  openly assess --github OWNER/REPO path/to/clone              With what GitHub knows about the repository
  openly assess ../permits ../permits-api --service permits    A service over its repositories
  openly assess --from reports/*.json --name 'Our department'  An organisation over saved reports")]
pub(crate) struct AssessArgs {
    /// The folders of the repositories; several are rated together
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Saved JSON reports of repositories, to rate together
    #[arg(long, value_name = "REPORT", num_args = 1..)]
    pub(crate) from: Vec<PathBuf>,
    /// Rate the service of this name, over the repositories that state it in their configuration
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// The organisation's name, when several repositories are rated
    #[arg(long, value_name = "NAME", conflicts_with = "service")]
    pub(crate) name: Option<String>,
    /// Ask GitHub about this repository, of which the folder is a clone
    #[arg(long, value_name = "OWNER/REPO")]
    pub(crate) github: Option<String>,
    /// The framework; may be given more than once [default: those of the profile]
    #[arg(long = "framework", value_name = "ID")]
    pub(crate) frameworks: Vec<String>,
    /// The profile whose rules and frameworks apply
    #[arg(long, value_name = "ID")]
    pub(crate) profile: Option<String>,
    /// The configuration: of the repository, or of the service or organisation when several are rated
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A folder with rules, frameworks and profiles of your own
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: AnswerFormat,
    /// Write the answer to this file instead of printing it
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The day that counts as today, for waivers and attestations [default: the system's day in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
    /// Show the table only
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say every level, and what a repository cannot show
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Whether to use colour
    #[arg(long, value_enum, default_value_t)]
    pub(crate) colour: Colour,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// For a person at a prompt
    #[default]
    Terminal,
    /// For programs: openly/answer/v1
    Json,
    /// For a wiki or a document
    Markdown,
    /// One page without scripts, to send or to publish
    Html,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  openly next                                 For the frameworks of the profile
  openly next --framework dpg-standard --most 10")]
pub(crate) struct NextArgs {
    /// The folder of the repository
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Ask GitHub about this repository, of which the folder is a clone
    #[arg(long, value_name = "OWNER/REPO")]
    pub(crate) github: Option<String>,
    /// Look at this framework too; may be given more than once
    #[arg(long = "framework", value_name = "ID")]
    pub(crate) frameworks: Vec<String>,
    /// The profile whose rules and frameworks apply
    #[arg(long, value_name = "ID")]
    pub(crate) profile: Option<String>,
    /// How many changes to say at most
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) most: usize,
    /// The configuration, instead of .openly.yml in the repository
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A folder with rules, frameworks and profiles of your own
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// The form of the plan
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
    /// The day that counts as today, for waivers and attestations [default: the system's day in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CrosswalkArgs {
    /// The form of the cross-walk
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TableFormat,
    /// A folder with rules, frameworks and profiles of your own
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// A page
    #[default]
    Markdown,
    /// A table for a spreadsheet
    Csv,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// What to list
    #[arg(value_enum)]
    pub(crate) what: Listed,
    /// The form of the list
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
    /// A folder with rules, frameworks and profiles of your own
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Listed {
    Rules,
    Frameworks,
    Levers,
    Profiles,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A line each
    #[default]
    Text,
    /// An array
    Json,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  openly explain readme-run                A rule
  openly explain harvard-2018              A framework
  openly explain HKS-DC2                   A criterion
  openly explain harvard-2018 HKS-DC2      A criterion, where two frameworks use the same id")]
pub(crate) struct ExplainArgs {
    /// A rule, a framework or a criterion
    pub(crate) id: String,
    /// A criterion of the framework
    pub(crate) criterion: Option<String>,
    /// A folder with rules, frameworks and profiles of your own
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
}

/// What is published.
#[derive(Debug, clap::Args)]
pub(crate) struct PublishingArgs {
    /// When to write the comment
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", requires = "publishes")]
    pub(crate) comment: Comment,
    /// Publish a check run for the commit too, which takes the permission `checks: write`
    #[arg(long, requires = "publishes")]
    pub(crate) check_run: bool,
    /// Say what would be published, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Comment {
    /// When there is something to say, or a comment to bring up to date
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
For a workflow on `workflow_run`, which may write, after one on `pull_request`, which for a fork may not. GitHub is asked for the
reports that the other run left, as artifacts whose names begin with `openly-report-`.

Anybody may have made them, so they are not trusted: only ids of rules, outcomes, places and levels are taken from a report, every
sentence is openly's own, and which pull request it is about is asked of GitHub, for the commit that the event names.")]
// What is published here needs no other argument.
#[command(group = ArgGroup::new("publishes").args(["comment", "check_run"]).multiple(true))]
pub(crate) struct PublishArgs {
    /// A report that was downloaded already, as `openly check --output json=FILE` wrote it
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) publishing: PublishingArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RuleArgs {
    #[command(subcommand)]
    pub(crate) command: RuleCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RuleCommand {
    /// Make the folder of a new rule, with its documentation and its first cases
    New {
        /// The rule's id: lower-case words joined by hyphens
        id: String,
        /// The folder with your rules; it is made when it is not there
        #[arg(long, value_name = "DIR")]
        rules: PathBuf,
        /// The topic, which is the folder the rule's folder is put in
        #[arg(long, default_value = "house")]
        topic: String,
    },
    /// Run the cases of the rules in a folder
    Test {
        /// Only these rules
        ids: Vec<String>,
        /// The folder with your rules
        #[arg(long, value_name = "DIR")]
        rules: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// The file format
    #[arg(value_enum, default_value_t)]
    pub(crate) format: SchemaFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaFormat {
    /// `.openly.yml`
    #[default]
    Config,
    /// `rule.yml`
    Rule,
    /// A file of `frameworks/`
    Framework,
    /// A file of `profiles/`
    Profile,
    /// The JSON report
    Report,
    /// The JSON answer of `assess`
    Answer,
}
