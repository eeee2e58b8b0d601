//! Whether a repository is no longer kept up: its host, its publiccode.yml or its README says so.

use crate::check::Answer;
use crate::document::BlockKind;
use crate::facts::Facts;
use crate::host::HostFact;
use crate::value::Evidence;

/// How far down a README a notice may stand, in blocks.
const TOP: usize = 12;

pub(crate) fn retired(facts: &Facts<'_>) -> Answer {
    if facts.sources.host.known.get(&HostFact::Archived).is_some_and(|value| value == "true") {
        return Answer::yes(Evidence::said("archived: true"));
    }
    for file in facts.named("publiccode") {
        let Ok(text) = facts.text(file) else { continue };
        let line = text.lines().position(|line| {
            let value = line.strip_prefix("developmentStatus:").map(|value| value.trim().trim_matches(['"', '\'']));
            value == Some("obsolete")
        });
        if let Some(line) = line {
            let line = u32::try_from(line + 1).unwrap_or(u32::MAX);
            return Answer::yes(Evidence::line(facts.path(file), line, "developmentStatus: obsolete"));
        }
    }
    let Some(readme) = facts.readme() else { return Answer::no() };
    let (Ok(document), phrase) = (facts.document(readme), facts.phrase("archived", readme)) else {
        return Answer::no();
    };
    let notice =
        document.blocks.iter().take(TOP).find(|block| block.kind != BlockKind::Code && phrase.is_match(&block.text));
    notice.map_or_else(Answer::no, |block| Answer::yes(Evidence::line(facts.path(readme), block.line, &block.text)))
}
