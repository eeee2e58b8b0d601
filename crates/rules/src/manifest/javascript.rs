//! JavaScript and TypeScript: `package.json`.

use serde_json::Value;

use super::{Ecosystem, Sink};

/// The parts of the manifest that name packages, and whether only developers need those.
const SECTIONS: [(&str, bool); 4] =
    [("dependencies", false), ("optionalDependencies", false), ("peerDependencies", false), ("devDependencies", true)];

pub(super) fn package_json(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let data: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if let Some(name) = data.get("name").and_then(Value::as_str) {
        let version = data.get("version").and_then(Value::as_str).unwrap_or_default();
        sink.describes(Ecosystem::Npm, name, version, key(text, "name", 0).unwrap_or(0));
    }
    for (section, development) in SECTIONS {
        let Some(packages) = data.get(section).and_then(Value::as_object) else { continue };
        let mut at = Places::of(text, section);
        for (name, version) in packages {
            let at = at.next(name);
            let (name, version) = real(name, version.as_str().unwrap_or_default());
            sink.add_at(Ecosystem::Npm, name, version, at, development);
        }
    }
    Ok(())
}

/// The package behind a name of the project's own: `"old": "npm:package@1.2"`.
fn real<'a>(name: &'a str, version: &'a str) -> (&'a str, &'a str) {
    match version.strip_prefix("npm:").map(|target| (target, target.rfind('@'))) {
        Some((target, Some(at))) if at > 0 => target
            .split_at_checked(at)
            .map_or((name, version), |(name, version)| (name, version.trim_start_matches('@'))),
        Some((target, _)) => (target, ""),
        None => (name, version),
    }
}

/// Where the keys of an object stand in the text. They are asked for in the order of the file, so each is looked for after the one
/// before. One that is written with escapes is not found; from there on all stand where the last one did, so that a long list of
/// such keys does not make the text be read again for each.
pub(super) struct Places<'a> {
    text: &'a str,
    at: usize,
    is_lost: bool,
}

impl<'a> Places<'a> {
    /// The keys of the object under this key.
    pub(super) fn of(text: &'a str, object: &str) -> Self {
        let at = key(text, object, 0);
        Self { text, at: at.unwrap_or(0), is_lost: at.is_none() }
    }

    pub(super) fn next(&mut self, name: &str) -> usize {
        if !self.is_lost {
            match key(self.text, name, self.at) {
                Some(at) => self.at = at,
                None => self.is_lost = true,
            }
        }
        self.at
    }
}

/// Where a key stands in the text, at or after an offset.
fn key(text: &str, name: &str, from: usize) -> Option<usize> {
    let quoted = format!("\"{name}\"");
    let finder = memchr::memmem::Finder::new(&quoted);
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += finder.find(bytes.get(at..)?)?;
        let after = bytes.get(at + quoted.len()..)?;
        if after.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':') {
            return Some(at);
        }
        at += quoted.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_lines_and_aliases() {
        let text = "{\n \"keywords\": [\"axe\"],\n \"dependencies\": {\n  \"a\": \"^1.0\",\n  \"b\": \"npm:@real/b@2.1.0\"\n },\n \"devDependencies\": {\"axe\": \"*\"}\n}";
        let mut sink = Sink::new(text);
        package_json(text, &mut sink).expect("valid");
        let found: Vec<_> = sink.found.iter().map(|f| (&*f.name, &*f.version, f.line, f.development)).collect();
        assert_eq!(found, [("a", "^1.0", 4, false), ("@real/b", "2.1.0", 5, false), ("axe", "*", 7, true)]);
        assert!(package_json("{ \"a\": ", &mut Sink::new("")).is_err());
        assert!(package_json(&"[".repeat(100_000), &mut Sink::new("")).is_err());
    }
}
