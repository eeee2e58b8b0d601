//! What is wrong with a definition or a configuration file, and where: the one error type for everything read from YAML.

use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// A file that was given to us: the name a person knows it by, and its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as it is shown to a person.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
}

impl Source {
    /// Names a text.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    pub(crate) fn named(&self) -> NamedSource<Arc<str>> {
        NamedSource::new(&*self.name, Arc::clone(&self.text)).with_language("yaml")
    }

    /// A problem of this file as a whole, without a place in it.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem {
            message: format!("{}: {}", self.name, message.into()),
            code: None,
            place: None,
            label: String::new(),
            help: None,
        }
    }
}

/// One mistake in one file.
#[derive(Debug, Clone, Error, Diagnostic)]
#[error("{message}")]
#[diagnostic()]
pub struct Problem {
    message: String,
    #[source_code]
    code: Option<NamedSource<Arc<str>>>,
    #[label("{label}")]
    place: Option<SourceSpan>,
    label: String,
    #[help]
    help: Option<String>,
}

impl Problem {
    pub(crate) fn at(source: &Source, span: SourceSpan, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { message: message.into(), code: Some(source.named()), place: Some(span), label: label.into(), help: None }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Every mistake of every file that was read, shown together.
#[derive(Debug, Clone, Error, Diagnostic)]
#[error("{}", self.headline())]
pub struct Problems {
    what: String,
    #[related]
    problems: Vec<Problem>,
}

impl Problems {
    /// Gathers mistakes found in `what` ("the rules", "the configuration").
    pub fn new(what: impl Into<String>, problems: Vec<Problem>) -> Self {
        Self { what: what.into(), problems }
    }

    fn headline(&self) -> String {
        match self.problems.len() {
            1 => format!("there is a mistake in {}", self.what),
            n => format!("there are {n} mistakes in {}", self.what),
        }
    }

    /// The mistakes, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter()
    }
}
