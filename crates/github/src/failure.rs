//! What can go wrong with a host, in words that say what to do.

use std::time::Duration;

use thiserror::Error;

/// Why the host could not be read or written. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// The token was not accepted, or was revoked meanwhile.
    #[error("{host} did not accept the token")]
    Unauthorised {
        /// The host.
        host: String,
    },
    /// The token may not do this. For the token of a fork's workflow this is usual.
    #[error("the token may not {what}")]
    Forbidden {
        /// What was to be done.
        what: String,
        /// The permission it takes.
        needs: String,
    },
    /// There is no such thing, or the token may not see it.
    #[error("{what} is not there, or the token may not see it")]
    NotFound {
        /// What was asked for.
        what: String,
    },
    /// The host asks to wait for longer than there is time.
    #[error("{host} asks to wait {} before the next request", seconds(.wait))]
    Limited {
        /// The host.
        host: String,
        /// How long.
        wait: Duration,
    },
    /// No answer came.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// What happened.
        why: String,
    },
    /// An answer came that makes no sense.
    #[error("{host} failed to {what}: {why}")]
    Broken {
        /// The host.
        host: String,
        /// What was to be done.
        what: String,
        /// What the answer was.
        why: String,
    },
    /// The host understood and refused.
    #[error("{host} refused to {what}: {why}")]
    Refused {
        /// The host.
        host: String,
        /// What was to be done.
        what: String,
        /// Its reason.
        why: String,
    },
    /// The command or the environment asks for something that cannot be.
    #[error("{message}")]
    Setup {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
}

fn seconds(wait: &Duration) -> String {
    match wait.as_secs() {
        1 => "1 second".to_owned(),
        seconds @ ..120 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl Failure {
    pub(crate) fn setup(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Setup { message: message.into(), help: help.into() }
    }

    /// What a person can do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Unauthorised { .. } => {
                "give a token that is valid in GITHUB_TOKEN or GH_TOKEN, or sign in with `gh auth login`".to_owned()
            }
            Self::Forbidden { needs, .. } => format!("it takes {needs}"),
            Self::NotFound { .. } => {
                "check the name, and that the token was given access to this repository".to_owned()
            }
            Self::Limited { .. } => {
                "run it again later, or with a token of its own, which has limits of its own".to_owned()
            }
            Self::Unreachable { .. } => {
                "check the network, the proxy in HTTPS_PROXY and the address in GITHUB_API_URL, then run it again"
                    .to_owned()
            }
            Self::Broken { .. } => "look at the host's status page, then run it again".to_owned(),
            Self::Refused { .. } => "read its reason, and report it to openly if the request was wrong".to_owned(),
            Self::Setup { help, .. } => help.clone(),
        }
    }

    /// Whether a later run may do better, without anybody changing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Limited { .. } | Self::Unreachable { .. } | Self::Broken { .. })
    }
}
