//! Reads a repository from disk: the files of a working tree, or those of any commit without checking it out, and the
//! history. Nothing of a repository is executed, and no link is followed.

mod git;
mod growth;
mod history;
mod many;
mod tags;
mod worktree;

use std::path::PathBuf;

pub use git::{GitTree, began, folder, head};
pub use worktree::WorkTree;

/// Why a repository cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    /// There is nothing at this path.
    #[error("{} is not there", .0.display())]
    Missing(PathBuf),
    /// The path is a file.
    #[error("{} is a file, not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The folder is a git store without files, so that a commit must be named.
    #[error("{} is a bare git repository: it has no files of its own", .0.display())]
    Bare(PathBuf),
    /// The folder cannot be listed.
    #[error("{} cannot be read: {reason}", .path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// There is no git store.
    #[error("{} is not in a git repository", .0.display())]
    NotGit(PathBuf),
    /// Nothing, or more than one thing, has this name, or what has it is no commit.
    #[error("\"{0}\" names no commit here, or more than one")]
    NoCommit(String),
    /// The files of the commit cannot be read.
    #[error("the revision {rev} cannot be read: {reason}")]
    Revision {
        /// As it was given.
        rev: String,
        /// What git's store said.
        reason: String,
    },
}
