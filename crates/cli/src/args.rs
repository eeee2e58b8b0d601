//! What a person can type.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
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
    /// List the rules, frameworks or profiles
    List(ListArgs),
    /// Explain a rule, a framework or a criterion
    Explain(ExplainArgs),
    /// Publish what a run without permissions left as a file
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
  openly check --github OWNER/REPO path/to/clone  With what GitHub knows about the repository

GitHub is asked with the token in GITHUB_TOKEN or GH_TOKEN, as the app in OPENLY_APP_ID, OPENLY_APP_KEY and
OPENLY_APP_INSTALLATION, or with the token of the GitHub CLI. GITHUB_API_URL names an Enterprise Server, HTTPS_PROXY a proxy.
Inside GitHub Actions, GitHub is asked when GITHUB_TOKEN is set.")]
pub(crate) struct CheckArgs {
    /// The folder of the repository
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Check this revision from the git store, without checking it out
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,
    /// Ask GitHub about this repository, of which the folder is a clone
    #[arg(long, value_name = "OWNER/REPO")]
    pub(crate) github: Option<String>,
    /// Publish the result on GitHub: a check run, and a comment on the pull request of the run
    #[arg(long)]
    pub(crate) publish: bool,
    /// Say what --publish would write, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write what --publish would publish to this file, for `openly publish` in a run that has permissions
    #[arg(long, value_name = "FILE")]
    pub(crate) publication: Option<PathBuf>,
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
    /// The form of the report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    /// Write the report to this file instead of printing it
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 1 when a rule of this severity, or of a graver one, fails
    #[arg(long, value_enum, default_value_t)]
    pub(crate) fail_on: FailOn,
    /// The day that counts as today, for waivers and attestations [default: the system's day in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
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

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a person at a prompt
    #[default]
    Terminal,
    /// For programs: openly/report/v1
    Json,
    /// For a comment, a job summary or a wiki
    Markdown,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
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

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file comes from a run that anybody may have started, so that nothing in it is believed: which pull request it is about is
asked of GitHub, for the commit that the event names, and its text loses mentions, images and links to other places.")]
pub(crate) struct PublishArgs {
    /// The file that `openly check --publication` wrote
    pub(crate) file: PathBuf,
    /// The repository, where the run does not name it
    #[arg(long, value_name = "OWNER/REPO")]
    pub(crate) github: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
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
}
