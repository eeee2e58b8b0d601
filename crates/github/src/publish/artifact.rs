//! A publication as a file, which a run without permissions leaves for one that has them. Whoever sends a pull request can
//! write such a file, so that nothing in it is believed.

use super::Publication;
use super::defuse::defuse;
use crate::event::Target;
use crate::failure::Failure;

/// The most bytes of a file.
const MAX_ARTIFACT: usize = 4 << 20;

/// The most annotations that are taken.
const MAX_NOTES: usize = 1_000;

impl Publication {
    /// The publication as a file.
    ///
    /// # Errors
    /// Never with the values that its types can have.
    pub fn to_artifact(&self) -> Result<String, Failure> {
        serde_json::to_string_pretty(self).map_err(|error| {
            Failure::setup(format!("the publication cannot be written: {error}"), "report it to openly")
        })
    }

    /// Reads such a file for the pull request and the commit that the event names; the file's own word for them is not taken.
    /// Its texts lose mentions, images, links to other places and HTML.
    ///
    /// # Errors
    /// When it is too large, has another shape or is about another commit or repository.
    pub fn from_artifact(bytes: &[u8], target: &Target, server: &str) -> Result<Self, Failure> {
        let wrong =
            |why: String| Failure::setup(format!("the file is no publication for this run: {why}"), "make it anew");
        if bytes.len() > MAX_ARTIFACT {
            return Err(wrong(format!("it is {} bytes", bytes.len())));
        }
        let mut read: Self = serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
        if read.repository != target.repository {
            return Err(wrong("it is about another repository".to_owned()));
        }
        if read.head_sha != target.head_sha {
            return Err(wrong("it is about another commit".to_owned()));
        }
        read.pull_request = target.pull_request;
        read.comment = read.comment.map(|comment| defuse(&comment, server));
        if let Some(check) = &mut read.check {
            check.annotations.truncate(MAX_NOTES);
            check.summary = defuse(&check.summary, server);
        }
        Ok(read)
    }
}
