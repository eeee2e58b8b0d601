//! Ecosystems with one simple manifest each: Rust, Go, PHP, Elixir, Dart, Swift and R.

use serde_json::Value;

use super::javascript::Places;
use super::toml::{Table, parse, string, table};
use super::{Ecosystem, Sink, quoted};

pub(super) fn cargo(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let (root, mistake) = parse(text);
    crates(&root, sink);
    for (_, target) in table(&root, "target").into_iter().flatten() {
        target.get_ref().as_table().into_iter().for_each(|target| crates(target, sink));
    }
    table(&root, "workspace").into_iter().for_each(|workspace| crates(workspace, sink));
    mistake
}

fn crates(parent: &Table<'_>, sink: &mut Sink<'_>) {
    for (section, development) in [("dependencies", false), ("dev-dependencies", true), ("build-dependencies", true)] {
        for (name, value) in table(parent, section).into_iter().flatten() {
            let renamed = value.get_ref().as_table().and_then(|table| table.get("package")?.get_ref().as_str());
            let version = string(value, "version").unwrap_or_default();
            let name_of = renamed.unwrap_or(name.get_ref());
            sink.add_at(Ecosystem::Cargo, name_of, version, name.span().start, development);
        }
    }
}

pub(super) fn go_mod(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let mut inside = false;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.ends_with("// indirect") {
            continue;
        }
        let code = line.split("//").next().unwrap_or(line).trim();
        let required = match code.strip_prefix("require ").map(str::trim) {
            Some("(") => {
                inside = true;
                continue;
            }
            Some(required) => required,
            None if code == ")" => {
                inside = false;
                continue;
            }
            None if inside => code,
            None => continue,
        };
        let mut words = required.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            sink.add(Ecosystem::Go, name.trim_matches('"'), version, number, false);
        }
    }
    Ok(())
}

pub(super) fn composer(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let data: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    for (section, development) in [("require", false), ("require-dev", true)] {
        let Some(packages) = data.get(section).and_then(Value::as_object) else { continue };
        let mut places = Places::of(text, section);
        for (name, version) in packages.iter().filter(|(name, _)| name.contains('/')) {
            let at = places.next(name);
            sink.add_at(Ecosystem::Composer, name, version.as_str().unwrap_or_default(), at, development);
        }
    }
    Ok(())
}

/// A program: `{:name, "~> 1.0", only: [:dev, :test]}`.
pub(super) fn mix(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.split('#').next().unwrap_or(line);
        let Some((_, rest)) = code.split_once("{:") else { continue };
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let Some((name, rest)) = rest.split_at_checked(end) else { continue };
        let Some(rest) = rest.trim_start().strip_prefix(',') else { continue };
        let is_range = rest.trim_start().starts_with('"');
        if !is_range
            && !["only:", "path:", "git:", "github:", "in_umbrella:"].iter().any(|option| rest.contains(option))
        {
            continue;
        }
        let version = quoted(rest).next().filter(|_| is_range).unwrap_or_default();
        let development = rest.contains("only:") && !rest.contains(":prod");
        sink.add(Ecosystem::Hex, name, version, number, development);
    }
    Ok(())
}

pub(super) fn pubspec(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let mut section: Option<bool> = None;
    let mut depth = None;
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.split(" #").next().unwrap_or(line).trim_end();
        let indent = code.len() - code.trim_start().len();
        let Some((name, version)) = code.trim().split_once(':').filter(|_| !code.trim().starts_with('#')) else {
            continue;
        };
        if indent == 0 {
            section = match name {
                "dependencies" => Some(false),
                "dev_dependencies" => Some(true),
                _ => None,
            };
            depth = None;
        } else if let Some(development) = section
            && *depth.get_or_insert(indent) == indent
        {
            sink.add(Ecosystem::Pub, name, version.trim().trim_matches(['"', '\'']), number, development);
        }
    }
    Ok(())
}

/// A program: `.package(url: "https://host/owner/name.git", from: "1.0.0")`. A package has the name of its repository.
pub(super) fn swift(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.trim();
        let Some((_, arguments)) = code.split_once("url:").filter(|_| !code.starts_with("//")) else { continue };
        let mut texts = quoted(arguments);
        let Some(url) = texts.next() else { continue };
        let name = url.trim_end_matches('/').trim_end_matches(".git").rsplit('/').next().unwrap_or(url);
        sink.add(Ecosystem::Swift, name, texts.next().unwrap_or_default(), number, false);
    }
    Ok(())
}

/// R's `DESCRIPTION`: fields whose values go on in lines that are set in.
pub(super) fn description(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let mut section: Option<bool> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let mut values = line;
        if !line.starts_with([' ', '\t']) {
            let Some((field, rest)) = line.split_once(':') else { continue };
            section = match field {
                "Imports" | "Depends" | "LinkingTo" => Some(false),
                "Suggests" => Some(true),
                _ => None,
            };
            values = rest;
        }
        let Some(development) = section else { continue };
        for value in values.split(',') {
            let (name, version) = value.split_once('(').unwrap_or((value, ""));
            if name.trim() != "R" {
                sink.add(Ecosystem::Cran, name, version.trim_end().trim_end_matches(')'), number, development);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, row};
    use super::*;

    #[test]
    fn rust_and_go() {
        let text = "[dependencies]\nserde = \"1\"\nx = { package = \"y\", version = \"2\" }\n[target.'cfg(unix)'.dev-dependencies]\nz = \"3\"\n";
        assert_eq!(read(text, cargo), [row("serde", "1", 2, false), row("y", "2", 3, false), row("z", "3", 5, true)]);
        let text = "module x\nrequire a.org/b v1.0.0\nrequire (\n\tc.org/d v2.0.0\n\te.org/f v3.0.0 // indirect\n)\n";
        assert_eq!(read(text, go_mod), [row("a.org/b", "v1.0.0", 2, false), row("c.org/d", "v2.0.0", 4, false)]);
    }

    #[test]
    fn php_elixir_and_dart() {
        let text = "{\"require\": {\n\"php\": \"^8\",\n\"a/b\": \"^1\"},\n\"require-dev\": {\"c/d\": \"*\"}}";
        assert_eq!(read(text, composer), [row("a/b", "^1", 3, false), row("c/d", "*", 4, true)]);
        let text = "defp deps do\n [\n  {:phoenix, \"~> 1.7\"},\n  {:credo, \"~> 1\", only: [:dev, :test], runtime: false},\n  {:ok, value}\n ]";
        assert_eq!(read(text, mix), [row("phoenix", "~> 1.7", 3, false), row("credo", "~> 1", 4, true)]);
        let text =
            "name: x\ndependencies:\n  flutter:\n    sdk: flutter\n  http: ^1.0\ndev_dependencies:\n  lints: ^2\n";
        assert_eq!(
            read(text, pubspec),
            [row("flutter", "", 3, false), row("http", "^1.0", 5, false), row("lints", "^2", 7, true)]
        );
    }

    #[test]
    fn swift_and_r() {
        let text = "  .package(url: \"https://github.com/x/Thing.git\", from: \"1.2.0\"),\n";
        assert_eq!(read(text, swift), [row("thing", "1.2.0", 1, false)]);
        let text = "Package: x\nImports:\n    dplyr (>= 1.0),\n    shiny\nSuggests: testthat\n";
        assert_eq!(
            read(text, description),
            [row("dplyr", ">= 1.0", 3, false), row("shiny", "", 4, false), row("testthat", "", 5, true)]
        );
    }
}
