//! `openly attest`: writes down what people confirm that a repository cannot show.

use std::fs;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::civil::Date;
use openly_repo::WorkTree;
use openly_rules::attest::{self, Question};
use openly_rules::config::{Attestation, Config, FILE_NAME};
use openly_rules::problem::Source;
use openly_rules::{Catalogue, Framework, Level};

use crate::args::{AttestArgs, ImportArgs};
use crate::commands::repository::{Ask, AskHost, known_names, today};
use crate::commands::{catalogue, print, unknown};
use crate::failure::Failure;

/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 4096;

pub(crate) fn run(args: &AttestArgs) -> Result<ExitCode, Failure> {
    let catalogue = catalogue(args.rules.as_deref())?;
    known_names(catalogue, args.profile.as_deref(), &args.frameworks)?;
    let frameworks: Vec<&Framework> = args.frameworks.iter().filter_map(|id| catalogue.framework(id)).collect();
    let today = today(args.today);
    let mut file = File::open(&args.path, args.config.as_deref())?;
    let config = file.config(catalogue)?;
    let given = [&args.criterion, &args.level, &args.statement, &args.link, &args.by];
    if given.iter().any(|value| value.is_some()) || args.expires.is_some() {
        let claim = claim(args, &frameworks, today)?;
        file.add(&claim, catalogue)?;
        print(&format!(
            "{} of {} is written to {}, until {}.\n",
            claim.level,
            claim.criterion,
            file.name(),
            claim.expires
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    ask(args, &frameworks, &mut file, &config, catalogue, today)
}

/// The attestation that the command line holds.
fn claim(args: &AttestArgs, frameworks: &[&Framework], today: Date) -> Result<Attestation, Failure> {
    let &[framework] = frameworks else {
        return Err(Failure::with_help("name one framework with `--framework`", "see `openly list frameworks`"));
    };
    let need = |name: &str, value: &Option<String>, help: &str| {
        value.clone().ok_or_else(|| Failure::with_help(format!("`--{name}` is missing"), help))
    };
    let criterion = need("criterion", &args.criterion, "see them with `openly explain FRAMEWORK`")?;
    let ids = || framework.criteria.iter().map(|criterion| criterion.id.as_str());
    let explain = format!("openly explain {}", framework.id);
    let Some(found) = framework.criteria.iter().find(|known| known.id == criterion) else {
        return Err(unknown("criterion", &criterion, ids(), &explain));
    };
    let level = need("level", &args.level, "see them with `openly explain FRAMEWORK CRITERION`")?;
    let levels = || found.levels.iter().map(|level| level.id.as_str());
    let Some(of_level) = found.levels.iter().find(|known| known.id == level) else {
        return Err(unknown("level", &level, levels(), &format!("{explain} {criterion}")));
    };
    if of_level.attest.is_none() {
        return Err(Failure::with_help(
            format!("{level} of {criterion} is settled by what the repository shows, so it cannot be attested"),
            "see what it asks for with `openly explain FRAMEWORK CRITERION`",
        ));
    }
    let wrong = |name: &str, why: String| Failure::with_help(format!("`--{name}`: {why}"), HELP);
    let statement = need("statement", &args.statement, HELP)?;
    let link = need("link", &args.link, HELP)?;
    let by = need("by", &args.by, HELP)?;
    let expires = match &args.expires {
        Some(day) => attest::end(day, today).map_err(|why| wrong("expires", why))?,
        None => attest::usual_end(today),
    };
    Ok(Attestation {
        framework: framework.id.clone(),
        criterion,
        level,
        statement: attest::text("the statement", &statement).map_err(|why| wrong("statement", why))?,
        link: attest::link(&link).map_err(|why| wrong("link", why))?,
        by: attest::role(&by).map_err(|why| wrong("by", why))?,
        date: today,
        expires,
        // It is yet to be written.
        place: String::new(),
    })
}

const HELP: &str = "an attestation says what is so, links to where others can read it, and names a role or a team";

/// Asks one question after the other, and writes down each answer at once.
fn ask(
    args: &AttestArgs,
    frameworks: &[&Framework],
    file: &mut File,
    config: &Config,
    catalogue: &Catalogue,
    today: Date,
) -> Result<ExitCode, Failure> {
    if std::io::stdin().is_terminal() && !std::io::stdout().is_terminal() {
        return Err(Failure::with_help(
            "there is nowhere to ask",
            "give the answers as options: see `openly attest --help`",
        ));
    }
    let tree = WorkTree::open(&args.path)?;
    let asking = Ask {
        catalogue,
        profile: args.profile.as_deref(),
        frameworks: &args.frameworks,
        config: None,
        imports: &ImportArgs::default(),
        host: AskHost::Not,
        today,
    };
    let checked = asking.over(&args.path, &tree, config)?.0.checked;
    let chosen = |id: &str| frameworks.is_empty() || frameworks.iter().any(|framework| framework.id == id);
    let questions: Vec<Question<'_>> = checked
        .assessments
        .iter()
        .filter(|assessment| chosen(&assessment.framework))
        .filter_map(|assessment| Some((catalogue.framework(&assessment.framework)?, assessment)))
        .flat_map(|(framework, assessment)| attest::questions(framework, assessment))
        .collect();
    for notice in checked.notices.iter().filter(|notice| notice.0.starts_with("The attestation")) {
        print(&format!("! {}\n", notice.0))?;
    }
    if questions.is_empty() {
        print("There is nothing to ask: every level is proven, ruled out, or settled by what the repository shows.\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let count = questions.len();
    print(&format!(
        "{count} criteria take the word of people. Answer y (yes), n (no, or not now) or q (stop). What you confirm is written to {} \
         at once. Name roles and teams, never people.\n",
        file.name()
    ))?;
    let (mut written, mut by, mut framework) = (0, String::new(), "");
    for question in &questions {
        if framework != question.framework.id {
            framework = &question.framework.id;
            print(&format!("\n{} ({framework})\n", question.framework.title))?;
        }
        match one(question, &mut by, today)? {
            Answered::Stop => break,
            Answered::No => {}
            Answered::Yes(claim) => {
                file.add(&claim, catalogue)?;
                written += 1;
                print(&format!("  Written: {} {}.\n", claim.criterion, claim.level))?;
            }
        }
    }
    let what = if written == 1 { "attestation is" } else { "attestations are" };
    print(&format!("\n{written} {what} written to {}.\n", file.name()))?;
    Ok(ExitCode::SUCCESS)
}

/// What came of a question.
enum Answered {
    Yes(Attestation),
    No,
    Stop,
}

/// Asks about one criterion: how far up it holds, and then what shows it.
fn one(question: &Question<'_>, by: &mut String, today: Date) -> Result<Answered, Failure> {
    let criterion = question.criterion;
    print(&format!("\n{} {}\n", criterion.id, criterion.name))?;
    if let Some(beyond) = &criterion.beyond {
        print(&format!("  {beyond}\n"))?;
    }
    let mut highest: Option<&Level> = None;
    for level in &question.levels {
        print(&format!("  {}: {}\n", level.id, level.says))?;
        let asked = level.attest.as_deref().unwrap_or_default();
        let answer = loop {
            print(&format!("  {asked} [y/n/q] "))?;
            match line()?.as_deref().map(|text| text.trim().to_lowercase()).as_deref() {
                None | Some("q" | "quit") => return Ok(Answered::Stop),
                Some("y" | "yes") => break true,
                Some("n" | "no" | "") => break false,
                Some(_) => print("  Answer y, n or q.\n")?,
            }
        };
        if !answer {
            break;
        }
        highest = Some(level);
    }
    let Some(level) = highest else { return Ok(Answered::No) };
    let ask = |prompt: &str, otherwise: &str, read: &dyn Fn(&str) -> Result<String, String>| loop {
        let shown = if otherwise.is_empty() { String::new() } else { format!(" [{otherwise}]") };
        print(&format!("  {prompt}{shown}: "))?;
        let Some(answer) = line()? else { return Ok(None) };
        let answer = if answer.trim().is_empty() { otherwise } else { &answer };
        match read(answer) {
            Ok(answer) => return Ok::<Option<String>, Failure>(Some(answer)),
            Err(why) => print(&format!("  This cannot be taken: {why}.\n"))?,
        }
    };
    let Some(statement) = ask("What is so, in a sentence", "", &|text| attest::text("the statement", text))? else {
        return Ok(Answered::Stop);
    };
    let Some(link) = ask("Link to where it can be read", "", &attest::link)? else { return Ok(Answered::Stop) };
    let Some(role) = ask("Role or team that confirms it", by, &attest::role)? else { return Ok(Answered::Stop) };
    by.clone_from(&role);
    let usual = attest::usual_end(today).to_string();
    let last = ask("Last day it counts", &usual, &|text| attest::end(text, today).map(|day| day.to_string()))?;
    let Some(expires) = last.and_then(|day| day.parse().ok()) else { return Ok(Answered::Stop) };
    Ok(Answered::Yes(Attestation {
        framework: question.framework.id.clone(),
        criterion: criterion.id.clone(),
        level: level.id.clone(),
        statement,
        link,
        by: role,
        date: today,
        expires,
        // It is yet to be written.
        place: String::new(),
    }))
}

/// The next line of what is typed or piped in; none at its end.
fn line() -> Result<Option<String>, Failure> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(MAX_ANSWER);
    let read = input
        .read_until(b'\n', &mut bytes)
        .map_err(|error| Failure::usage(format!("failed to read the answer: {error}")))?;
    Ok((read > 0).then(|| String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()))
}

/// The configuration that is written to.
struct File {
    path: PathBuf,
    text: Option<String>,
}

impl File {
    fn open(folder: &Path, named: Option<&Path>) -> Result<Self, Failure> {
        if !folder.is_dir() {
            return Err(Failure::with_help(
                format!("{} is not a folder", folder.display()),
                "give the path of a folder that holds a repository",
            ));
        }
        let path = named.map_or_else(|| folder.join(FILE_NAME), Path::to_owned);
        // A link could lead to a file outside the repository.
        let text = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::io("read", &path, &error)),
            Ok(found) if !found.is_file() || found.len() > openly_rules::tree::MAX_FILE => {
                return Err(Failure::with_help(
                    format!("{} cannot be written to: it is a link, a folder or too large", path.display()),
                    "put a plain file in its place, or name another one with `--config`",
                ));
            }
            Ok(_) => Some(fs::read_to_string(&path).map_err(|error| Failure::io("read", &path, &error))?),
        };
        Ok(Self { path, text })
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn config(&self, catalogue: &Catalogue) -> Result<Config, Failure> {
        match self.text.as_deref().filter(|text| !text.trim().is_empty()) {
            Some(text) => Ok(Config::read(&Source::new(self.name(), text), catalogue)?),
            None => Ok(Config::default()),
        }
    }

    fn add(&mut self, claim: &Attestation, catalogue: &Catalogue) -> Result<(), Failure> {
        let text = attest::insert(self.text.as_deref(), claim, catalogue)
            .map_err(|why| Failure::usage(format!("{}: {why}", self.name())))?;
        fs::write(&self.path, &text).map_err(|error| Failure::io("write", &self.path, &error))?;
        self.text = Some(text);
        Ok(())
    }
}
