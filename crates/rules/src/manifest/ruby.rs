//! Ruby: `Gemfile` and `*.gemspec`. They are programs, so they are read line by line for the calls that name gems.

use super::{Ecosystem, Sink};

/// Groups of a Gemfile that do not run in production.
const DEVELOPMENT: [&str; 8] = ["development", "test", "lint", "rubocop", "ci", "doc", "docs", "profile"];

pub(super) fn gemfile(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    // The indentation of the `group … do` that encloses the lines, and whether all its groups are for development.
    let mut group: Option<(usize, bool)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let code = without_comment(line);
        let (indent, code) = (code.len() - code.trim_start().len(), code.trim());
        if let Some(names) = code.strip_prefix("group").filter(|rest| rest.starts_with([' ', '('])) {
            group = Some((indent, is_development(names)));
        } else if code == "end" && group.is_some_and(|(at, _)| at == indent) {
            group = None;
        } else if let Some(arguments) = code.strip_prefix("gem").filter(|rest| rest.starts_with([' ', '('])) {
            let inline = ["group:", "groups:", ":group =>", ":groups =>"].iter().find_map(|key| {
                let at = arguments.find(key)?;
                arguments.get(at + key.len()..).map(|groups| is_development(groups.split(']').next().unwrap_or(groups)))
            });
            let development = inline.unwrap_or_else(|| group.is_some_and(|(_, development)| development));
            add(arguments, number, development, sink);
        }
    }
    Ok(())
}

pub(super) fn gemspec(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    for (number, line) in (1..).zip(text.lines()) {
        let code = without_comment(line);
        let calls =
            [("add_development_dependency", true), ("add_runtime_dependency", false), ("add_dependency", false)];
        let call = calls.iter().find_map(|(call, development)| Some((code.split_once(call)?.1, *development)));
        if let Some((arguments, development)) = call {
            add(arguments, number, development, sink);
        }
    }
    Ok(())
}

/// The name is the first text between quotation marks; the texts after it, up to a named argument, are the range.
fn add(arguments: &str, line: u32, development: bool, sink: &mut Sink<'_>) {
    let named = arguments.find(": ").into_iter().chain(arguments.find("=>")).min().unwrap_or(arguments.len());
    let mut texts = super::quoted(arguments.get(..named).unwrap_or(arguments));
    let Some(name) = texts.next() else { return };
    sink.add(Ecosystem::Gem, name, &texts.collect::<Vec<_>>().join(", "), line, development);
}

/// Whether every group named here is for development.
fn is_development(groups: &str) -> bool {
    let groups = groups.split(" do").next().unwrap_or(groups);
    let mut words = groups.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| DEVELOPMENT.contains(&word) || word.ends_with("_test"))
}

fn without_comment(line: &str) -> &str {
    let code = line.split(" #").next().unwrap_or(line);
    if code.trim_start().starts_with('#') { "" } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_ranges() {
        let text = "source 'https://gems.example'\ngem \"rails\", \"~> 7.1\", '< 8' # web\n#gem 'no'\ngroup :development, :test do\n  gem 'rspec'\n  if x\n  end\n  gem \"pry\", require: \"1\"\nend\ngroup :production do\n  gem 'pg'\nend\ngem 'axe', group: :test\ngem 'x', groups: [:test, :production], require: 'y'\n";
        let mut sink = Sink::new(text);
        gemfile(text, &mut sink).expect("read");
        let found: Vec<_> = sink.found.iter().map(|f| (&*f.name, &*f.version, f.line, f.development)).collect();
        let expected = [
            ("rails", "~> 7.1, < 8", 2, false),
            ("rspec", "", 5, true),
            ("pry", "", 8, true),
            ("pg", "", 11, false),
            ("axe", "", 13, true),
            ("x", "", 14, false),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn specifications() {
        let text = "  spec.add_dependency \"govuk\", \">= 1\"\n  s.add_development_dependency('rspec', '~> 3')\n";
        let mut sink = Sink::new(text);
        gemspec(text, &mut sink).expect("read");
        let found: Vec<_> = sink.found.iter().map(|f| (&*f.name, &*f.version, f.development)).collect();
        assert_eq!(found, [("govuk", ">= 1", false), ("rspec", "~> 3", true)]);
    }
}
