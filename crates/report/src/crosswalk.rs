//! Which rules serve which criteria of which frameworks, and how strongly: as Markdown and as CSV.

use std::fmt::Write as _;

use openly_rules::value::Demand;
use openly_rules::{Catalogue, Level, Relation, Rule};

/// One line of the cross-walk: a rule, and a level that it bears on.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Id of the framework.
    pub framework: &'a str,
    /// Id of the criterion.
    pub criterion: &'a str,
    /// Title of the criterion.
    pub name: &'a str,
    /// The level.
    pub level: &'a str,
    /// How the rule bears on it.
    pub relation: Relation,
    /// What the source asks for at this level.
    pub asks: Demand,
}

/// How strongly a rule bears on a level.
pub fn strength(relation: Relation) -> &'static str {
    match relation {
        Relation::Satisfies => "settles it, with the others that do",
        Relation::Supports => "points to it",
        Relation::Contradicts => "rules it out when it fails",
        Relation::Attested => "attested",
    }
}

fn relations(level: &Level) -> [(Relation, &[String]); 3] {
    [
        (Relation::Satisfies, &level.satisfies),
        (Relation::Supports, &level.supports),
        (Relation::Contradicts, &level.contradicts),
    ]
}

/// What one rule serves, in the order of the frameworks.
pub fn served_by<'a>(catalogue: &'a Catalogue, rule: &'a Rule) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for framework in &catalogue.frameworks {
        for criterion in &framework.criteria {
            for level in &criterion.levels {
                for (relation, _) in relations(level).into_iter().filter(|(_, rules)| rules.contains(&rule.id)) {
                    lines.push(Line {
                        rule,
                        framework: &framework.id,
                        criterion: &criterion.id,
                        name: &criterion.name,
                        level: &level.id,
                        relation,
                        asks: level.asks,
                    });
                }
            }
        }
    }
    lines
}

/// The cross-walk as a page: what each rule serves, then the rules that serve nothing.
pub fn markdown(catalogue: &Catalogue) -> String {
    let mut page = String::from(
        "# Which rule serves which criterion\n\nMade from `rules/frameworks/`. A rule **settles** a level together with the \
         others that do, **points to** it without proving it, or **rules it out** when it fails. What a level asks for is \
         `presence` (that something is there) or `quality` (that it is good, true, current or followed): a rule that only \
         finds something never settles a level that asks for quality. The same as CSV: `openly crosswalk --format csv`.\n",
    );
    let mut idle = Vec::new();
    let mut topic = "";
    for rule in &catalogue.rules {
        let lines = served_by(catalogue, rule);
        if lines.is_empty() {
            idle.push(rule);
            continue;
        }
        if rule.topic != topic {
            topic = &rule.topic;
            // Writing to a string cannot fail.
            let _ = writeln!(page, "\n## {topic}");
        }
        let shows = if rule.shows_presence_only() { "that something is there" } else { "what it says" };
        let _ = writeln!(
            page,
            "\n### {}\n\n{}. A pass shows {shows}.\n\n| Framework | Criterion | Level | Strength | Asks for |\n| --- | --- | --- | --- | --- |",
            rule.id, rule.title
        );
        for line in lines {
            let _ = writeln!(
                page,
                "| {} | {} {} | {} | {} | {} |",
                line.framework,
                line.criterion,
                line.name.replace('|', "\\|"),
                line.level,
                strength(line.relation),
                line.asks
            );
        }
    }
    if !idle.is_empty() {
        page.push_str("\n## Rules that serve no criterion\n\nNo framework here asks for what they look for.\n\n");
        for rule in idle {
            let _ = writeln!(page, "- {}: {}", rule.id, rule.title);
        }
    }
    page
}

/// The cross-walk as CSV (RFC 4180), a line for each rule and level.
pub fn csv(catalogue: &Catalogue) -> String {
    let mut table = String::from("rule,topic,shows,framework,criterion,name,level,relation,asks\r\n");
    for rule in &catalogue.rules {
        let shows = if rule.shows_presence_only() { "presence" } else { "content" };
        for line in served_by(catalogue, rule) {
            let (relation, asks) = (line.relation.word(), line.asks.word());
            let cells =
                [&rule.id, &rule.topic, shows, line.framework, line.criterion, line.name, line.level, relation, asks];
            let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
            table += &cells.join(",");
            table += "\r\n";
        }
    }
    table
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
