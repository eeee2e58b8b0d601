//! Reads what GitHub knows about a repository, and publishes reports to it. The only crate that knows octocrab; nothing async
//! leaves it.
//!
//! ```no_run
//! use openly_github::{Credentials, Host, Patience, Session};
//!
//! let host = Host::new(Host::PUBLIC_API)?;
//! let credentials = Credentials::from_environment(&|name| std::env::var(name).ok(), true)?;
//! let session = Session::open(host, credentials, "alphagov/govuk-frontend".parse()?, Patience::default())?;
//! let answer = session.facts(jiff::Timestamp::now())?;
//! println!("{:?}", answer.facts.known);
//! # Ok::<(), openly_github::Failure>(())
//! ```

mod address;
mod artifacts;
mod auth;
mod client;
mod event;
mod facts;
mod failure;
#[cfg(feature = "fake")]
pub mod fake;
mod publish;
mod reader;
mod session;

pub use address::{Host, Repository};
pub use artifacts::{Artifact, Left, NotTaken, Wanted};
pub use auth::Credentials;
pub use event::{Event, Target};
pub use facts::HostAnswer;
pub use failure::Failure;
pub use publish::{
    Annotation, CheckRun, Conclusion, Existing, ExistingCheck, ExistingComment, Level, MAX_ANNOTATIONS, MAX_COMMENT,
    MAX_SUMMARY, Part, Publication, Published, Write, plan,
};
pub use session::{Patience, Session};
