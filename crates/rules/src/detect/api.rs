//! Specifications of APIs (OpenAPI, Swagger, AsyncAPI and GraphQL), told apart from those of APIs that others offer.

use std::rc::Rc;

use crate::check::{Answer, Truth};
use crate::data::{Broken, Data, Loaded};
use crate::facts::Facts;
use crate::tree::Unreadable;
use crate::value::{Evidence, Value, quote};

/// The most files that are looked at.
const MAX_FILES: usize = 120;

/// A specification that parses.
struct Specification {
    file: usize,
    line: u32,
    shown: String,
    format: &'static str,
    /// The version of the API that it states.
    version: Option<String>,
}

/// What was found, and what is said when there is none.
struct Read {
    own: Vec<Specification>,
    otherwise: Answer,
}

/// Whether the project keeps the specification of an API that it offers.
pub(super) fn present(facts: &Facts<'_>) -> Answer {
    let read = read(facts, &|_| true);
    match read.own.first() {
        Some(first) => evidence(facts, Truth::Yes, first).value(Value::Text(first.format.to_owned())),
        None => read.otherwise,
    }
}

/// Whether one of these specifications states the version of its API.
pub(super) fn versioned(facts: &Facts<'_>) -> Answer {
    let read = read(facts, &|specification| specification.version.is_some());
    let versioned = read.own.iter().find(|specification| specification.version.is_some());
    match (versioned, read.own.first()) {
        (Some(found), _) => {
            let version = found.version.clone().unwrap_or_default();
            evidence(facts, Truth::Yes, found).value(Value::Text(quote(&version)))
        }
        (None, Some(first)) => evidence(facts, Truth::No, first),
        (None, None) => read.otherwise,
    }
}

fn evidence(facts: &Facts<'_>, truth: Truth, specification: &Specification) -> Answer {
    let path = facts.path(specification.file);
    Answer::new(truth).with(Evidence::line(path, specification.line, &specification.shown))
}

/// Reads specifications until one is enough: they are large files.
fn read(facts: &Facts<'_>, is_enough: &dyn Fn(&Specification) -> bool) -> Read {
    let mut own = Vec::new();
    let mut otherwise = Answer::no();
    let consumed = consumed(facts);
    for file in facts.named("api-specifications").into_iter().take(MAX_FILES) {
        let path = facts.path(file);
        let text = match facts.text(file) {
            Ok(text) => text,
            Err(Unreadable::Binary) => continue,
            Err(why) => {
                // A large file of data is no specification; one with the name may be.
                let name = path.to_ascii_lowercase();
                if ["openapi", "swagger", "asyncapi"].iter().any(|word| name.contains(word)) {
                    otherwise = Answer::unreadable(path, &why);
                }
                continue;
            }
        };
        let lower = path.to_ascii_lowercase();
        let found = if lower.ends_with(".graphql") || lower.ends_with(".graphqls") || lower.ends_with(".gql") {
            graphql(file, &text).map(Ok)
        } else {
            specification(file, path, &text, || {
                facts.data(file).unwrap_or_else(|why| Err(Broken { line: None, why: why.to_string() }))
            })
        };
        match found {
            None => {}
            Some(Ok(_)) if consumed.iter().any(|known| lower.ends_with(known.as_str())) => {
                let note = format!(
                    "{} is used to call another API, so it is no specification of this project's own.",
                    quote(path)
                );
                // What could not be read or understood matters more.
                let of_another = Answer::no().with(Evidence::file(path)).note(note);
                otherwise = if otherwise.truth == Truth::No { of_another } else { otherwise };
            }
            Some(Ok(specification)) => {
                own.push(specification);
                if own.last().is_some_and(is_enough) {
                    break;
                }
            }
            Some(Err(broken)) => otherwise = Answer::broken(path, &broken),
        }
    }
    Read { own, otherwise }
}

/// The ends of the paths of specifications from which a client is generated.
fn consumed(facts: &Facts<'_>) -> Vec<String> {
    const GENERATORS: [&str; 8] = [
        "openapi-typescript",
        "openapi-ts",
        "swagger-typescript-api",
        "openapi-generator",
        "orval",
        "openapi-zod-client",
        "swagger-codegen",
        "nswag",
    ];
    let mut found = Vec::new();
    for file in facts.named("tasks").into_iter().take(60) {
        let Ok(text) = facts.text(file) else { continue };
        for line in text.lines().filter(|line| GENERATORS.iter().any(|generator| line.contains(generator))).take(50) {
            // A server generated from its specification is this project's own.
            if ["spring", "-server", "jaxrs", "aspnetcore", "nestjs", "flask", "html", "markdown"]
                .iter()
                .any(|kind| line.contains(kind))
            {
                continue;
            }
            let words = line.split(|c: char| c.is_whitespace() || "\"'=,".contains(c));
            let paths = words
                .filter(|word| !word.contains("://"))
                .map(|word| word.trim_start_matches(['.', '/']).to_ascii_lowercase());
            found.extend(paths.filter(|word| {
                [".json", ".yml", ".yaml"].iter().any(|end| word.ends_with(end)) && !word.contains("config")
            }));
        }
    }
    found
}

/// A specification in YAML or JSON; nothing if the file is something else.
fn specification(
    file: usize,
    path: &str,
    text: &str,
    load: impl FnOnce() -> Result<Rc<Loaded>, Broken>,
) -> Option<Result<Specification, Broken>> {
    let (line, shown, format) = text.lines().take(400).enumerate().find_map(|(index, line)| {
        let body = line.trim_start_matches(['{', ' ', '\t']).trim_start_matches(['"', '\'']);
        let format = ["openapi", "swagger", "asyncapi"].into_iter().find(|word| body.starts_with(word))?;
        let rest = body.get(format.len()..)?.trim_start_matches(['"', '\'']).trim_start();
        let value = rest.strip_prefix(':')?.trim_start().trim_start_matches(['"', '\'']);
        let is_top =
            path.ends_with(".json") || line.starts_with(body) || line.starts_with(['"', '\'']) || line.starts_with('{');
        (is_top && value.starts_with(|c: char| c.is_ascii_digit())).then_some((index + 1, line, format))
    })?;
    let loaded = match load() {
        Ok(loaded) => loaded,
        Err(broken) => return Some(Err(broken)),
    };
    let data = &loaded.root;
    // The key may belong to something inside, such as a list of packages.
    data.get(format)?;
    let content = ["paths", "channels", "webhooks", "components", "operations", "definitions"];
    let holds = |key: &&str| matches!(data.get(key), Some(Data::Map(entries)) if !entries.is_empty());
    data.text_at(&["info", "title"])?;
    if !content.iter().any(holds) {
        return None;
    }
    Some(Ok(Specification {
        file,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        shown: quote(shown),
        format: match format {
            "asyncapi" => "AsyncAPI",
            "swagger" => "Swagger",
            _ => "OpenAPI",
        },
        version: data.at(&["info", "version"]).map(Data::to_string).filter(|version| is_version(version)),
    }))
}

/// Whether a version is one, and no placeholder.
fn is_version(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let is_zero = text.split('.').all(|part| part == "0");
    text.starts_with(|c: char| c.is_ascii_digit()) && !is_zero
}

/// A schema of GraphQL: it defines what can be asked.
fn graphql(file: usize, text: &str) -> Option<Specification> {
    let is_root = |line: &str| {
        let line = line.trim_start();
        ["type Query", "extend type Query", "schema {", "schema{", "type Mutation"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let (index, line) = text.lines().enumerate().find(|(_, line)| is_root(line))?;
    // Brackets that do not match mean that it does not parse.
    (text.matches('{').count() == text.matches('}').count()).then(|| Specification {
        file,
        line: u32::try_from(index + 1).unwrap_or(u32::MAX),
        shown: quote(line),
        format: "GraphQL",
        version: None,
    })
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{Broken, Specification, is_version};
    use crate::data;

    fn specification(file: usize, path: &str, text: &str) -> Option<Result<Specification, Broken>> {
        super::specification(file, path, text, || data::load(path, text).map(Rc::new))
    }

    #[test]
    fn specifications_and_other_files() {
        let good = "# x\nopenapi: 3.0.3\ninfo: {title: Bins, version: 1.2.0}\npaths:\n  /bins: {}\n";
        let found = specification(0, "openapi.yml", good).expect("one").expect("parses");
        assert_eq!((found.line, found.version.as_deref()), (2, Some("1.2.0")));
        assert!(specification(0, "a.yml", "dependencies:\n  openapi: 3.0.0\n").is_none());
        assert!(specification(0, "a.yml", "openapi: 3.0.0\ninfo: {title: X}\n").is_none());
        assert!(matches!(specification(0, "a.yml", "openapi: 3.0.0\ninfo: ["), Some(Err(_))));
        let json =
            "{\"swagger\": \"2.0\", \"info\": {\"title\": \"B\", \"version\": \"0.0.0\"}, \"paths\": {\"/b\": {}}}";
        assert!(specification(0, "s.json", json).expect("one").expect("parses").version.is_none());
    }

    #[test]
    fn versions() {
        assert!(is_version("v1") && is_version("2024-05-01") && is_version("0.1"));
        assert!(!is_version("string") && !is_version("0.0.0") && !is_version("{{version}}"));
    }
}
