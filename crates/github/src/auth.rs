//! Who asks: a token or an app, found in the environment. No secret leaves this module but in a header.

use std::process::{Command, Stdio};

use secrecy::{ExposeSecret as _, SecretString};

use crate::failure::Failure;

/// How requests are authorised.
#[derive(Debug, Clone, Default)]
pub enum Credentials {
    /// Not at all: what anybody may see, few requests an hour, and no writing.
    #[default]
    None,
    /// With a token.
    Token {
        /// The token.
        token: SecretString,
        /// Whether it is the one that GitHub makes for a run of a workflow. It can never see what administrators see.
        is_of_workflow: bool,
    },
    /// As a GitHub App.
    App {
        /// Its id or client id.
        id: String,
        /// Its private key, in PEM.
        key: SecretString,
        /// Its installation. Without it, the one that the repository has.
        installation: Option<u64>,
    },
}

impl Credentials {
    /// Finds them in the environment: `OPENLY_APP_ID` with `OPENLY_APP_KEY` (and `OPENLY_APP_INSTALLATION`), then
    /// `GITHUB_TOKEN`, then `GH_TOKEN`, and their like for Enterprise Server, `GH_ENTERPRISE_TOKEN` first.
    ///
    /// # Errors
    /// When an app is given in part, or a token holds characters that no header may hold.
    pub fn from_environment(get: &dyn Fn(&str) -> Option<String>, is_public: bool) -> Result<Self, Failure> {
        let get = |name: &str| get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        if let Some(id) = get("OPENLY_APP_ID") {
            let Some(key) = get("OPENLY_APP_KEY") else {
                return Err(Failure::setup(
                    "OPENLY_APP_ID is set, and OPENLY_APP_KEY is not",
                    "set OPENLY_APP_KEY to the private key of the app, in PEM, or take OPENLY_APP_ID away",
                ));
            };
            let installation = get("OPENLY_APP_INSTALLATION").map(|text| text.parse()).transpose().map_err(|_| {
                Failure::setup("OPENLY_APP_INSTALLATION is not a number", "give the number of the installation")
            })?;
            return Ok(Self::App { id, key: key.into(), installation });
        }
        let enterprise = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
        let names = enterprise.iter().filter(|_| !is_public).chain(&["GITHUB_TOKEN", "GH_TOKEN"]);
        for name in names {
            let Some(token) = get(name) else { continue };
            if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(Failure::setup(
                    format!("{name} holds characters that no token has"),
                    "set it again, and mind that nothing stands around the token",
                ));
            }
            // Only the token of a workflow and those of apps begin so. Which it is, the workflow alone knows.
            let is_of_app = get("OPENLY_TOKEN_OF_APP").is_some_and(|value| value == "true");
            let is_of_workflow = token.starts_with("ghs_") && get("GITHUB_ACTIONS").is_some() && !is_of_app;
            return Ok(Self::Token { token: token.into(), is_of_workflow });
        }
        Ok(Self::None)
    }

    /// The token that the GitHub CLI keeps for a host, if it is there and signed in.
    pub fn from_gh(host: &str) -> Option<Self> {
        let host = if host == "api.github.com" { "github.com" } else { host };
        let asked = Command::new("gh")
            .args(["auth", "token", "--hostname", host])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let token = String::from_utf8(asked.stdout).ok()?.trim().to_owned();
        let is_token = asked.status.success() && !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
        is_token.then(|| Self::Token { token: token.into(), is_of_workflow: false })
    }

    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether settings that only administrators see are worth asking for.
    pub(crate) fn may_be_administrator(&self) -> bool {
        match self {
            Self::None => false,
            Self::Token { is_of_workflow, .. } => !is_of_workflow,
            Self::App { .. } => true,
        }
    }

    /// A text without the secrets in it, in case a host repeats what it was sent.
    pub(crate) fn hide(&self, text: &str) -> String {
        match self {
            Self::None => text.to_owned(),
            Self::Token { token, .. } => text.replace(token.expose_secret(), "***"),
            Self::App { key, .. } => text.replace(key.expose_secret(), "***"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(environment: &[(&str, &str)], is_public: bool) -> Result<Credentials, Failure> {
        let get = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Credentials::from_environment(&get, is_public)
    }

    #[test]
    fn the_first_that_is_set_counts() {
        let token = |credentials: Credentials| match credentials {
            Credentials::Token { token, is_of_workflow } => Some((token.expose_secret().to_owned(), is_of_workflow)),
            _ => None,
        };
        let both = [("GH_TOKEN", "second"), ("GITHUB_TOKEN", " first\n")];
        assert_eq!(token(found(&both, true).expect("a token")), Some(("first".to_owned(), false)));
        let enterprise = [("GITHUB_TOKEN", "public"), ("GH_ENTERPRISE_TOKEN", "own")];
        assert_eq!(token(found(&enterprise, false).expect("a token")), Some(("own".to_owned(), false)));
        assert_eq!(token(found(&enterprise, true).expect("a token")), Some(("public".to_owned(), false)));
        let workflow = [("GITHUB_TOKEN", "ghs_x"), ("GITHUB_ACTIONS", "true")];
        assert_eq!(token(found(&workflow, true).expect("a token")), Some(("ghs_x".to_owned(), true)));
        let app = [&workflow[..], &[("OPENLY_TOKEN_OF_APP", "true")]].concat();
        assert_eq!(token(found(&app, true).expect("a token")), Some(("ghs_x".to_owned(), false)));
        assert!(found(&[("GITHUB_TOKEN", "  ")], true).expect("none").is_none());
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        for environment in [
            vec![("OPENLY_APP_ID", "1")],
            vec![("OPENLY_APP_ID", "1"), ("OPENLY_APP_KEY", "secret"), ("OPENLY_APP_INSTALLATION", "secret")],
            vec![("GITHUB_TOKEN", "sec ret")],
        ] {
            let failure = found(&environment, true).expect_err("it is wrong");
            assert!(!format!("{failure} {failure:?} {}", failure.help()).contains("sec"), "{failure}");
        }
        let app = found(&[("OPENLY_APP_ID", "1"), ("OPENLY_APP_KEY", "secret")], true).expect("an app");
        assert!(!format!("{app:?}").contains("secret"));
        assert_eq!(app.hide("it was secret"), "it was ***");
    }
}
