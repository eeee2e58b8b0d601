//! An answer as one HTML page: no scripts, nothing fetched, readable with a screen reader and without colour.

use askama::Template;

use super::{Answer, Row, State, shown};

#[derive(Template)]
#[template(path = "answer.html")]
struct Page<'a> {
    answers: &'a [Answer],
}

impl Page<'_> {
    fn title(&self) -> String {
        match self.answers {
            [one] => format!("{}: {}", one.framework.title, shown::subject(one)),
            several => format!("{} frameworks", several.len()),
        }
    }
}

/// What the template asks of an answer.
impl Answer {
    fn subject_line(&self) -> String {
        shown::subject(self)
    }

    fn summary_line(&self) -> String {
        shown::summary(self)
    }

    fn is_point_by_point(&self) -> bool {
        self.words.is_some()
    }

    fn of(&self) -> &str {
        self.words.as_ref().map_or("criterion", |words| words.of.as_str())
    }

    fn asks(&self) -> bool {
        self.words.as_ref().is_some_and(|words| words.question)
    }

    /// The criteria in groups of the same theme.
    fn themes(&self) -> Vec<(&str, &[Row])> {
        let groups = self.criteria.chunk_by(|a, b| a.theme == b.theme);
        groups.map(|rows| (rows[0].theme.as_deref().unwrap_or("All criteria"), rows)).collect()
    }
}

/// What the template asks of a row.
impl Row {
    fn said(&self) -> String {
        shown::point(self).unwrap_or_else(|| shown::levels(self))
    }

    fn has_reasons(&self) -> bool {
        !shown::is_silent(self)
    }

    fn short(&self) -> String {
        shown::point(self).unwrap_or_default()
    }

    fn cells(&self) -> [String; 3] {
        shown::cells(self)
    }

    fn first_question(&self) -> Option<&str> {
        self.levels.first().and_then(|level| level.question.as_deref())
    }

    /// How the row is marked, beside its words.
    fn mark(&self) -> &'static str {
        let states: Vec<State> = self.levels.iter().map(|level| level.state).collect();
        if self.answer.is_none() {
            ""
        } else if states.contains(&State::Proven) {
            "met"
        } else if states.contains(&State::RuledOut) {
            "not-met"
        } else {
            "unknown"
        }
    }
}

impl super::Reason {
    fn relation_words(&self) -> &'static str {
        shown::relation(self)
    }

    fn by(&self) -> &str {
        shown::by(self)
    }

    fn all_places(&self) -> Vec<String> {
        shown::places(self)
    }

    fn safe_link(&self) -> Option<&str> {
        shown::link(self)
    }
}

impl super::LevelRow {
    fn share_line(&self) -> Option<String> {
        self.share.as_ref().map(shown::share)
    }

    fn state_words(&self) -> &'static str {
        self.state.words()
    }
}

impl super::LeverRow {
    fn line(&self) -> String {
        shown::lever(self)
    }
}

/// Renders answers as one page.
///
/// # Errors
/// Never in practice: writing to a text cannot fail.
pub fn render(answers: &[Answer]) -> Result<String, askama::Error> {
    Page { answers }.render().map(|page| page + "\n")
}
