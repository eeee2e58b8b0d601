//! The version that a lock file fixes for a dependency.
//!
//! A lock file can be many megabytes and holds thousands of packages of which one is asked for. So none is parsed: the name is
//! looked for, and the version is read next to it, in the way that each format writes them.

use std::sync::Mutex;

use super::{Dependency, Ecosystem};
use crate::facts::Facts;
use crate::tree::MAX_FILE;

/// The most bytes of a lock file that are looked through.
const MAX_LOCK: u64 = 16 << 20;

/// The most places of a name that are looked at.
const MAX_PLACES: usize = 500;

/// How far from a name its version may stand, in bytes.
const NEAR: usize = 2_000;

/// The lock files of an ecosystem, the more telling first, and what finds a version in each.
fn files(ecosystem: Ecosystem) -> &'static [(&'static str, Find)] {
    match ecosystem {
        Ecosystem::Cargo => &[("Cargo.lock", named)],
        Ecosystem::Composer => &[("composer.lock", composer)],
        Ecosystem::Cran => &[("renv.lock", json_version)],
        Ecosystem::Gem => &[("Gemfile.lock", gemfile)],
        Ecosystem::Hex => &[("mix.lock", mix)],
        Ecosystem::Maven => &[("gradle.lockfile", gradle)],
        Ecosystem::Npm => &[
            ("package-lock.json", npm),
            ("npm-shrinkwrap.json", npm),
            ("yarn.lock", yarn),
            ("pnpm-lock.yaml", pnpm),
            ("bun.lock", bun),
        ],
        Ecosystem::Nuget => &[("packages.lock.json", json_resolved)],
        Ecosystem::Pub => &[("pubspec.lock", pubspec)],
        Ecosystem::Pypi => &[
            ("poetry.lock", named),
            ("uv.lock", named),
            ("pdm.lock", named),
            ("Pipfile.lock", json_version),
            ("requirements.txt", requirements),
        ],
        Ecosystem::Go | Ecosystem::Swift => &[],
    }
}

/// The version that is fixed for a dependency, and the lock file that says so: the nearest one in the folder of the manifest or
/// above it.
pub(super) fn locked(facts: &Facts<'_>, dependency: &Dependency) -> Option<(String, usize)> {
    let manifest = facts.path(dependency.file);
    let mut folder = manifest.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        for (name, find) in files(dependency.ecosystem) {
            let path = if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
            let Some(file) = facts.at(&path).filter(|&file| file != dependency.file) else { continue };
            let below = manifest.strip_prefix(folder).unwrap_or(manifest).trim_start_matches('/');
            let below = below.rsplit_once('/').map_or("", |(below, _)| below);
            if let Some(version) = look(facts, file, &|bytes| find(bytes, dependency, below)) {
                return Some((version, file));
            }
        }
        folder = match folder.rsplit_once('/') {
            Some((above, _)) => above,
            None if folder.is_empty() => return None,
            None => "",
        };
    }
}

/// Looks into a lock file. A large one is let go at once, so that it takes no memory.
fn look(facts: &Facts<'_>, file: usize, find: &(dyn Fn(&[u8]) -> Option<String> + Sync)) -> Option<String> {
    if facts.is_read(file) || facts.sources.tree.size(file) <= MAX_FILE {
        return find(facts.text(file).ok()?.as_bytes());
    }
    let found = Mutex::new(None);
    let keep = |bytes: &[u8]| {
        if let Ok(mut found) = found.lock() {
            *found = find(bytes);
        }
        false
    };
    facts.sources.tree.look(file, MAX_LOCK, &keep).ok();
    found.into_inner().ok().flatten()
}

/// Finds the version of a dependency in the bytes of a lock file. The text is the folder of the manifest, seen from the lock
/// file.
type Find = fn(&[u8], &Dependency, &str) -> Option<String>;

/// Every place where a needle stands.
fn places<'a>(bytes: &'a [u8], needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    memchr::memmem::find_iter(bytes, needle.as_bytes()).take(MAX_PLACES)
}

/// What follows a place, up to as far as a version may stand.
fn after(bytes: &[u8], at: usize) -> String {
    let end = bytes.len().min(at.saturating_add(NEAR));
    String::from_utf8_lossy(bytes.get(at..end).unwrap_or_default()).into_owned()
}

fn is_version(text: &str) -> bool {
    text.len() < 80 && text.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit())
}

/// The text between the quotation marks that follow a key.
fn quoted_after<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    super::quoted(text.split_once(key)?.1).next()
}

/// The members of the object that begins in a text, as far as it holds no other.
fn object(text: &str) -> &str {
    let inside = text.split_once('{').map_or("", |(_, inside)| inside);
    inside.split(['{', '}']).next().unwrap_or(inside)
}

fn npm(bytes: &[u8], dependency: &Dependency, folder: &str) -> Option<String> {
    let name = &dependency.name;
    let own = if folder.is_empty() { String::new() } else { format!("\"{folder}/node_modules/{name}\": {{") };
    let needles = [own, format!("\"node_modules/{name}\": {{"), format!("\"{name}\": {{")];
    needles.iter().filter(|needle| !needle.is_empty()).find_map(|needle| {
        let text = after(bytes, places(bytes, needle).next()?);
        let version = quoted_after(object(&text), "\"version\":")?;
        is_version(version).then(|| version.to_owned())
    })
}

fn yarn(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    let needle = format!("{}@", dependency.name);
    let mut first = None;
    for at in places(bytes, &needle) {
        let start = memchr::memrchr(b'\n', bytes.get(..at)?).map_or(0, |end| end + 1);
        let before = bytes.get(start..at)?;
        // The key of an entry begins its line; `, ` stands between several ranges.
        if !(before.is_empty() || before == b"\"" || before.ends_with(b", ") || before.ends_with(b"\""))
            || before.starts_with(b" ")
        {
            continue;
        }
        let text = after(bytes, start);
        let mut lines = text.lines();
        let key = lines.next()?;
        let version =
            lines.find_map(|line| line.trim().strip_prefix("version")).map(|v| v.trim_matches([':', ' ', '"']));
        let Some(version) = version.filter(|version| is_version(version)) else { continue };
        if key
            .split([',', '"', ':'])
            .any(|part| part.trim().ends_with(&format!("@{}", dependency.version)) || part.trim() == dependency.version)
        {
            return Some(version.to_owned());
        }
        first.get_or_insert_with(|| version.to_owned());
    }
    first
}

fn pnpm(bytes: &[u8], dependency: &Dependency, folder: &str) -> Option<String> {
    let name = &dependency.name;
    let importer = if folder.is_empty() { ".".to_owned() } else { folder.to_owned() };
    // The part of the manifest's own folder, where the lock file tells several folders apart.
    let begin = places(bytes, &format!("\n  {importer}:\n")).next().unwrap_or(0);
    let own = bytes.get(begin..)?;
    for needle in [format!(" {name}:"), format!(" '{name}':")] {
        let Some(at) = places(own, &needle).next() else { continue };
        let text = after(own, at + needle.len());
        let mut lines = text.lines();
        let same_line = lines.next().unwrap_or_default().trim();
        let version = if same_line.is_empty() {
            lines.take(3).find_map(|line| line.trim().strip_prefix("version:"))
        } else {
            Some(same_line)
        };
        let version =
            version.unwrap_or_default().trim().trim_matches(['"', '\'']).split(['(', '_']).next().unwrap_or_default();
        if is_version(version) {
            return Some(version.to_owned());
        }
    }
    None
}

fn bun(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    let text = after(bytes, places(bytes, &format!("\"{}\": [\"", dependency.name)).next()?);
    let resolved = quoted_after(&text, "[")?;
    let version = resolved.rsplit('@').next()?;
    is_version(version).then(|| version.to_owned())
}

fn gemfile(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    let needle = format!("\n    {} (", dependency.name);
    let text = after(bytes, places(bytes, &needle).next()? + needle.len());
    let version = text.split(')').next()?;
    is_version(version).then(|| version.to_owned())
}

/// `name = "…"` and on a following line `version = "…"`, as TOML lock files write them.
fn named(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    let names = [dependency.name.clone(), dependency.name.replace('-', "_"), dependency.name.replace('-', ".")];
    let at = names.iter().find_map(|name| places(bytes, &format!("\nname = \"{name}\"")).next())?;
    let text = after(bytes, at + 1);
    let version = text.lines().take(4).find_map(|line| line.strip_prefix("version = "))?.trim_matches('"');
    is_version(version).then(|| version.to_owned())
}

fn composer(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    let text = after(bytes, places(bytes, &format!("\"name\": \"{}\"", dependency.name)).next()?);
    let version = quoted_after(&text, "\"version\":")?;
    is_version(version).then(|| version.to_owned())
}

fn json_version(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    json(bytes, dependency, "\"version\":")
}

fn json_resolved(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    json(bytes, dependency, "\"resolved\":")
}

/// An object under the name, with a member that holds the version. Names are found whatever their letter case.
fn json(bytes: &[u8], dependency: &Dependency, member: &str) -> Option<String> {
    let needle = format!("\"{}\": {{", dependency.name);
    let lower = bytes.to_ascii_lowercase();
    places(&lower, &needle).find_map(|at| {
        let text = after(&lower, at);
        let inside = text.split_once('{')?.1.split('}').next()?;
        let version = quoted_after(inside, member)?.trim_start_matches('=');
        is_version(version).then(|| version.to_owned())
    })
}

fn mix(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    let text = after(bytes, places(bytes, &format!("\"{}\": {{:hex,", dependency.name)).next()?);
    let version = quoted_after(&text, ":hex,")?;
    is_version(version).then(|| version.to_owned())
}

fn pubspec(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    let needle = format!("\n  {}:\n", dependency.name);
    let text = after(bytes, places(bytes, &needle).next()? + needle.len());
    let mut own = text.lines().take_while(|line| line.starts_with("    "));
    let version = own.find_map(|line| line.trim().strip_prefix("version:"))?.trim().trim_matches('"');
    is_version(version).then(|| version.to_owned())
}

fn gradle(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    let needle = format!("\n{}:", dependency.name);
    let text = after(bytes, places(bytes, &needle).next()? + needle.len());
    let version = text.split(['=', '\n']).next()?;
    is_version(version).then(|| version.to_owned())
}

/// Requirements that were compiled from others have every version.
fn requirements(bytes: &[u8], dependency: &Dependency, _: &str) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().find_map(|line| {
        let (name, rest) = line.split_once("==")?;
        let name = name.split('[').next()?;
        let version = rest.split([' ', ';', '\\', '#']).next()?.trim();
        (Ecosystem::Pypi.normal(name.trim()) == dependency.name && is_version(version)).then(|| version.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(file: &str, ecosystem: Ecosystem, name: &str, range: &str, text: &str) -> Option<String> {
        let dependency = Dependency {
            ecosystem,
            name: name.to_owned(),
            version: range.to_owned(),
            file: 0,
            line: 1,
            development: false,
        };
        let (_, find) = files(ecosystem).iter().find(|(known, _)| *known == file).expect("a known lock file");
        find(text.as_bytes(), &dependency, "")
    }

    #[test]
    fn lock_files_of_javascript() {
        let npm = |text| find("package-lock.json", Ecosystem::Npm, "a", "^1", text);
        let new = "{\"packages\": {\n\"\": {\"dependencies\": {\"a\": \"^1\"}},\n\"node_modules/x/node_modules/a\": {\n\"version\": \"0.1.0\"},\n\"node_modules/a\": {\n \"version\": \"1.2.3\",\n \"dependencies\": {} } } }";
        assert_eq!(npm(new).as_deref(), Some("1.2.3"));
        assert_eq!(npm("{\"dependencies\": {\"a\": {\"version\": \"1.9.0\"}}}").as_deref(), Some("1.9.0"));
        assert_eq!(npm("{\"a\": {\"link\": true}, \"b\": {\"version\": \"1.0.0\"}}"), None);
        let yarn = |text| find("yarn.lock", Ecosystem::Npm, "@s/a", "^2.0.0", text);
        assert_eq!(
            yarn("\"@s/a@^1.0.0\":\n  version \"1.5.0\"\n\n\"@s/a@^2.0.0\", \"@s/a@^2.1\":\n  version \"2.3.0\"\n")
                .as_deref(),
            Some("2.3.0")
        );
        assert_eq!(yarn("\"@s/a@npm:^2.0.0\":\n  version: 2.4.0\n").as_deref(), Some("2.4.0"));
        let pnpm = |text| find("pnpm-lock.yaml", Ecosystem::Npm, "@s/a", "^2", text);
        assert_eq!(pnpm("importers:\n\n  .:\n    dependencies:\n      '@s/a':\n        specifier: ^2\n        version: 2.1.0(b@1)\n").as_deref(), Some("2.1.0"));
        assert_eq!(pnpm("dependencies:\n  '@s/a': 2.2.0_b@1\n").as_deref(), Some("2.2.0"));
        assert_eq!(find("bun.lock", Ecosystem::Npm, "a", "", "\"a\": [\"a@1.0.1\", \"\"]").as_deref(), Some("1.0.1"));
    }

    #[test]
    fn lock_files_of_others() {
        let is = |file, ecosystem, name, text, expected| {
            assert_eq!(find(file, ecosystem, name, "", text).as_deref(), Some(expected), "{file}");
        };
        is(
            "Gemfile.lock",
            Ecosystem::Gem,
            "rails",
            "GEM\n  specs:\n    foo (1)\n      rails (>= 7)\n    rails (7.1.2)\n",
            "7.1.2",
        );
        is("poetry.lock", Ecosystem::Pypi, "a-b", "[[package]]\nname = \"a_b\"\nversion = \"1.0\"\n", "1.0");
        is(
            "Pipfile.lock",
            Ecosystem::Pypi,
            "flask",
            "{\"default\": {\"flask\": {\"hashes\": [], \"version\": \"==3.0\"}}}",
            "3.0",
        );
        is("requirements.txt", Ecosystem::Pypi, "a-b", "A_b[x]==2.0 \\\n  --hash=1\n", "2.0");
        is("composer.lock", Ecosystem::Composer, "a/b", "{\"name\": \"a/b\", \"version\": \"v1.0\"}", "v1.0");
        is(
            "packages.lock.json",
            Ecosystem::Nuget,
            "x.y",
            "{\"X.Y\": {\"type\": \"Direct\", \"resolved\": \"1.0.0\"}}",
            "1.0.0",
        );
        is("mix.lock", Ecosystem::Hex, "phoenix", "  \"phoenix\": {:hex, :phoenix, \"1.7.1\", \"x\"},", "1.7.1");
        is(
            "pubspec.lock",
            Ecosystem::Pub,
            "http",
            "packages:\n  http:\n    source: hosted\n    version: \"1.1.0\"\n",
            "1.1.0",
        );
        is("gradle.lockfile", Ecosystem::Maven, "g:a", "# x\ng:a:1.0=compileClasspath\n", "1.0");
    }
}
