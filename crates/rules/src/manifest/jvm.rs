//! Java, Kotlin and Scala: Maven's `pom.xml`, Gradle's build files and version catalogue, and sbt.
//!
//! A package is called `group:artifact`. A plug-in of the build is one for development; Gradle's have an id and no group.

use std::collections::HashMap;

use super::toml::{Table, parse, string, table};
use super::xml::{self, Element};
use super::{Ecosystem, Sink, quoted};

pub(super) fn pom(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let mut properties: HashMap<String, String> = HashMap::new();
    let mut packages: Vec<(Element, bool)> = Vec::new();
    let result = xml::walk(text, &["dependency", "plugin", "parent"], &mut |element, path| {
        let is = |name: &str| path.iter().any(|part| part == name);
        if path.last().is_some_and(|part| part == "properties") {
            properties.insert(element.name.clone(), element.text.clone());
        }
        // What is managed is a version for those who ask; what a plug-in needs is its own affair.
        if !is("dependencyManagement")
            && !is("exclusions")
            && matches!(&*element.name, "dependency" | "plugin" | "parent")
        {
            packages.push((element, is("plugin")));
        }
    });
    let resolve = |version: &str| {
        let Some(name) = version.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
            return version.to_owned();
        };
        properties.get(name).cloned().unwrap_or_default()
    };
    for (element, of_plugin) in packages {
        let is_plugin = element.name == "plugin" || of_plugin;
        let group = element.child("groupId").unwrap_or(if is_plugin { "org.apache.maven.plugins" } else { "" });
        let Some(artifact) = element.child("artifactId").filter(|_| !group.is_empty()) else { continue };
        let version = resolve(element.child("version").unwrap_or_default());
        let development = is_plugin || element.child("scope") == Some("test");
        sink.add_at(Ecosystem::Maven, &format!("{group}:{artifact}"), &version, element.offset, development);
    }
    result
}

/// A program, so it is read line by line for the calls that name packages.
pub(super) fn gradle(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.trim();
        let end = code.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(code.len());
        let (call, arguments) = code.split_at_checked(end).unwrap_or((code, ""));
        if call == "id" && arguments.starts_with([' ', '(']) {
            let mut texts = quoted(arguments);
            if let Some(id) = texts.next() {
                sink.add(Ecosystem::Maven, id, texts.next().unwrap_or_default(), number, true);
            }
            continue;
        }
        let lower = call.to_ascii_lowercase();
        let is_call =
            ["implementation", "api", "compile", "compileonly", "runtimeonly", "runtime", "classpath", "processor"]
                .iter()
                .any(|known| lower.ends_with(known))
                || matches!(&*lower, "detektplugins" | "annotationprocessor" | "kapt" | "ksp");
        if !is_call || arguments.is_empty() {
            continue;
        }
        let development = lower.contains("test") || matches!(&*lower, "detektplugins" | "classpath");
        let texts: Vec<&str> = quoted(arguments).collect();
        match texts.as_slice() {
            [name, version, ..] if arguments.contains("name:") || arguments.contains("name =") => {
                let full = format!("{name}:{version}");
                sink.add(Ecosystem::Maven, &full, texts.get(2).copied().unwrap_or_default(), number, development);
            }
            [coordinates, ..] => add(coordinates, number, development, sink),
            [] => {}
        }
    }
    Ok(())
}

/// `group:artifact:version`, where the version may be missing or a variable.
fn add(coordinates: &str, line: u32, development: bool, sink: &mut Sink<'_>) {
    let mut parts = coordinates.split(':');
    let (Some(group), Some(artifact)) = (parts.next(), parts.next()) else { return };
    if group.is_empty() || artifact.is_empty() || coordinates.contains([' ', '/']) {
        return;
    }
    let version = parts.next().filter(|version| !version.contains('$')).unwrap_or_default();
    let version = version.split('@').next().unwrap_or_default();
    sink.add(Ecosystem::Maven, &format!("{group}:{artifact}"), version, line, development);
}

/// Gradle's catalogue of versions. What stands there is what the builds may ask for by a short name.
pub(super) fn catalogue(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let (root, mistake) = parse(text);
    let version_of = |entry: &Table<'_>| -> String {
        let Some((_, version)) = super::toml::key_of(entry, "version") else { return String::new() };
        let reference = version.get_ref().as_table().and_then(|table| table.get("ref")?.get_ref().as_str());
        match reference {
            Some(name) => table(&root, "versions")
                .and_then(|versions| string(versions.get(name)?, "strictly"))
                .unwrap_or_default()
                .to_owned(),
            None => string(version, "strictly").unwrap_or_default().to_owned(),
        }
    };
    for (key, value) in table(&root, "libraries").into_iter().flatten() {
        let development = key.get_ref().to_ascii_lowercase().contains("test");
        let line = sink.lines.of(key.span().start);
        if let Some(coordinates) = value.get_ref().as_str() {
            add(coordinates, line, development, sink);
        } else if let Some(entry) = value.get_ref().as_table() {
            let text = |key: &str| entry.get(key).and_then(|value| value.get_ref().as_str());
            let name = match (text("module"), text("group"), text("name")) {
                (Some(module), _, _) => module.to_owned(),
                (None, Some(group), Some(name)) => format!("{group}:{name}"),
                _ => continue,
            };
            sink.add(Ecosystem::Maven, &name, &version_of(entry), line, development);
        }
    }
    for (key, value) in table(&root, "plugins").into_iter().flatten() {
        let line = sink.lines.of(key.span().start);
        match (value.get_ref().as_str(), value.get_ref().as_table()) {
            (Some(plugin), _) => {
                let (id, version) = plugin.split_once(':').unwrap_or((plugin, ""));
                sink.add(Ecosystem::Maven, id, version, line, true);
            }
            (_, Some(entry)) => {
                let id = entry.get("id").and_then(|id| id.get_ref().as_str()).unwrap_or_default();
                sink.add(Ecosystem::Maven, id, &version_of(entry), line, true);
            }
            _ => {}
        }
    }
    mistake
}

/// sbt's `"group" %% "artifact" % "version" % Test`, in `build.sbt` and in the Scala files of `project`.
pub(super) fn sbt(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let mut constants: Vec<(&str, &str)> = Vec::new();
    // HMRC and others keep `val test = Seq(…)` apart from `val compile = Seq(…)`.
    let mut in_tests = false;
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.split("//").next().unwrap_or(line).trim();
        if let Some((name, value)) = code.split_once("val ").and_then(|(_, rest)| rest.split_once('=')) {
            let name = name.split(':').next().unwrap_or(name).trim();
            in_tests = name.to_ascii_lowercase().contains("test");
            if let Some(text) = quoted(value).next().filter(|_| !value.contains('%')) {
                constants.push((name, text));
            }
        }
        let parts: Vec<&str> = code.split('%').filter(|part| !part.is_empty()).map(str::trim).collect();
        let [group, artifact, version, rest @ ..] = parts.as_slice() else { continue };
        let (Some(group), Some(artifact)) = (quoted(group).last(), quoted(artifact).next()) else { continue };
        let variable = version.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        let constant = || constants.iter().find(|(name, _)| *name == variable).map(|(_, text)| *text);
        let version = if version.starts_with('"') { quoted(version).next() } else { constant() }.unwrap_or_default();
        let is_test = |part: &&str| part.to_ascii_lowercase().trim_matches('"').starts_with("test");
        let development = in_tests || rest.iter().any(is_test) || code.starts_with("addSbtPlugin");
        sink.add(Ecosystem::Maven, &format!("{group}:{artifact}"), version, number, development);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, row};
    use super::*;

    #[test]
    fn maven() {
        let text = "<project>\n<parent><groupId>org.p</groupId><artifactId>parent</artifactId><version>3</version></parent>\n<properties><x.version>1.2</x.version></properties>\n<dependencyManagement><dependencies><dependency><groupId>m</groupId><artifactId>n</artifactId></dependency></dependencies></dependencyManagement>\n<dependencies>\n<!-- <dependency><groupId>c</groupId></dependency> -->\n<dependency>\n <groupId>g</groupId><artifactId>a</artifactId><version>${x.version}</version>\n <exclusions><exclusion><groupId>no</groupId><artifactId>no</artifactId></exclusion></exclusions>\n</dependency>\n<dependency><groupId>t</groupId><artifactId>u</artifactId><scope>test</scope></dependency>\n</dependencies>\n<build><plugins><plugin><artifactId>maven-pmd-plugin</artifactId></plugin></plugins></build>\n</project>\n";
        let expected = [
            row("org.p:parent", "3", 2, false),
            row("g:a", "1.2", 7, false),
            row("t:u", "", 11, true),
            row("org.apache.maven.plugins:maven-pmd-plugin", "", 13, true),
        ];
        assert_eq!(read(text, pom), expected);
        assert!(pom("<project><dependency>", &mut Sink::new("")).is_err());
    }

    #[test]
    fn gradle_files() {
        let text = "plugins {\n  id(\"org.x.boot\") version \"3.1\"\n}\ndependencies {\n  implementation(\"g:a:1.0\")\n  testImplementation 'g:t'\n  api group: 'g', name: 'b', version: '2'\n  implementation project(':x')\n  implementation(libs.foo)\n}\n";
        let expected = [
            row("org.x.boot", "3.1", 2, true),
            row("g:a", "1.0", 5, false),
            row("g:t", "", 6, true),
            row("g:b", "2", 7, false),
        ];
        assert_eq!(read(text, gradle), expected);
        let text = "[versions]\nn = \"2.1\"\n[libraries]\nn = { module = \"g:n\", version.ref = \"n\" }\ns = \"g:s:1\"\n[plugins]\nk = { id = \"org.k\", version = \"1\" }\n";
        let expected = [row("g:n", "2.1", 4, false), row("g:s", "1", 5, false), row("org.k", "1", 7, true)];
        assert_eq!(read(text, catalogue), expected);
    }

    #[test]
    fn sbt_files() {
        let text = "val v = \"8.5.0\"\nval compile = Seq(\n  \"uk.gov\" %% \"play-frontend\" % v,\n  \"g\" % \"a\" % \"1\" % Test,\n)\nval test = Seq(\"t\" %% \"u\" % \"2\")\n";
        let expected =
            [row("uk.gov:play-frontend", "8.5.0", 3, false), row("g:a", "1", 4, true), row("t:u", "2", 6, true)];
        assert_eq!(read(text, sbt), expected);
    }
}
