//! Where things are on a host: repositories, the addresses of the API, and paths that are safe to send.

use std::fmt;
use std::str::FromStr;

use http::Uri;

use crate::failure::Failure;

/// A repository on the host: `owner/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Repository {
    /// The organisation or person that has it.
    pub owner: String,
    /// Its name.
    pub name: String,
}

impl FromStr for Repository {
    type Err = Failure;

    /// Reads `owner/name`, or the address of a repository.
    fn from_str(text: &str) -> Result<Self, Failure> {
        let path = match text.split_once("://") {
            Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
            None => text,
        };
        let path = path.trim_end_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let is_name = |name: &str| {
            !name.is_empty()
                && name.len() <= 100
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
                && !name.chars().all(|c| c == '.')
        };
        match path.split_once('/') {
            Some((owner, name)) if is_name(owner) && is_name(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(Failure::setup(
                format!("`{}` is not the name of a repository", short(text)),
                "write it as OWNER/REPO, such as `alphagov/govuk-frontend`",
            )),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl Repository {
    /// The path of something of this repository in the REST API.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/repos/{}/{}{rest}", self.owner, self.name)
    }
}

/// The addresses of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Root of the REST API, such as `https://api.github.com` or `https://HOST/api/v3`.
    pub(crate) api: Uri,
    /// What stands before `/graphql`. Not under the REST API on Enterprise Server.
    pub(crate) graphql: Uri,
}

impl Host {
    /// GitHub's own.
    pub const PUBLIC_API: &str = "https://api.github.com";

    /// A host by the address of its API, as `GITHUB_API_URL` has it.
    ///
    /// # Errors
    /// When it is no address with http or https.
    pub fn new(api: &str) -> Result<Self, Failure> {
        let wrong = || {
            Failure::setup(
                format!("`{}` is not the address of an API", short(api)),
                "give the whole address, such as https://api.github.com, or https://HOST/api/v3 for Enterprise Server",
            )
        };
        let api = api.trim_end_matches('/');
        let uri: Uri = api.parse().map_err(|_| wrong())?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        // A name and password in the address would be shown with it.
        if !is_web || uri.host().is_none_or(str::is_empty) || api.contains(['@', '?', '#']) {
            return Err(wrong());
        }
        let graphql = api.strip_suffix("/api/v3").map_or_else(|| api.to_owned(), |root| format!("{root}/api"));
        Ok(Self { graphql: graphql.parse().map_err(|_| wrong())?, api: uri })
    }

    /// Its name, for messages.
    pub fn name(&self) -> &str {
        self.api.host().unwrap_or("the host")
    }
}

/// The path and query of an address that the host sent, when it leads to the same host. Sent as a path, because an address
/// would be sent without authorisation.
pub(crate) fn same_host(host: &Host, address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    if uri.authority().is_some() && (uri.authority() != host.api.authority() || uri.scheme() != host.api.scheme()) {
        return None;
    }
    let path = uri.path_and_query()?.as_str();
    // What the host writes already begins with the root of the API.
    let root = host.api.path().trim_end_matches('/');
    Some(path.strip_prefix(root).filter(|rest| rest.starts_with('/')).unwrap_or(path).to_owned())
}

/// Where an address that the host sent leads to on another host: the root of that host, and the path there. `None` without TLS,
/// unless both are on this machine.
pub(crate) fn other_host(host: &Host, address: &str) -> Option<(Uri, String)> {
    let uri: Uri = address.parse().ok()?;
    let is_here =
        |uri: &Uri| uri.scheme_str() == Some("http") && matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_safe = uri.scheme_str() == Some("https") || (is_here(&uri) && is_here(&host.api));
    let authority = uri.authority().filter(|authority| is_safe && !authority.as_str().contains('@'))?;
    let root = format!("{}://{authority}", uri.scheme_str()?).parse().ok()?;
    Some((root, uri.path_and_query()?.as_str().to_owned()))
}

/// A name as one or more segments of a path: all but letters, digits, `-`, `.`, `_`, `~` and `/` written as percents.
pub(crate) fn segments(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// As [`segments`], for a value of a query.
pub(crate) fn query(value: &str) -> String {
    segments(value).replace('/', "%2F")
}

/// Text of somebody else for a message: one line, at most 120 characters.
pub(crate) fn short(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_repositories() {
        for (text, shown) in [
            ("alphagov/govuk-frontend", "alphagov/govuk-frontend"),
            ("https://github.com/alphagov/.github.git", "alphagov/.github"),
            ("https://github.com/a/b/", "a/b"),
        ] {
            assert_eq!(text.parse::<Repository>().expect(text).to_string(), shown);
        }
        for text in ["", "a", "a/b/c", "a/..", "a/b?x=1", "../b", "a/b c", "a//b", "a/%2e"] {
            assert!(text.parse::<Repository>().is_err(), "{text}");
        }
    }

    #[test]
    fn enterprise_server_has_graphql_beside_rest() {
        let host = Host::new("https://github.department.example/api/v3/").expect("an address");
        assert_eq!(host.api, "https://github.department.example/api/v3");
        assert_eq!(host.graphql, "https://github.department.example/api");
        let host = Host::new(Host::PUBLIC_API).expect("an address");
        assert_eq!(host.graphql, "https://api.github.com/");
        for wrong in ["", "api.github.com", "ftp://x", "https://", "https://me:secret@host/api/v3", "https://h/?q"] {
            assert!(Host::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_addresses_of_the_same_host_are_followed() {
        let host = Host::new("https://ghe.example/api/v3").expect("an address");
        assert_eq!(same_host(&host, "https://ghe.example/api/v3/x?page=2").as_deref(), Some("/x?page=2"));
        assert_eq!(same_host(&host, "/repositories/1").as_deref(), Some("/repositories/1"));
        assert_eq!(same_host(&host, "https://evil.example/api/v3/x"), None);
        assert_eq!(same_host(&host, "http://ghe.example/api/v3/x"), None);
    }

    #[test]
    fn another_host_is_followed_over_tls_only() {
        let host = Host::new("https://ghe.example/api/v3").expect("an address");
        let shown = |host: &Host, address: &str| other_host(host, address).map(|(root, path)| format!("{root} {path}"));
        let store = "https://store.example/a%2Fb?sig=x%3D";
        assert_eq!(shown(&host, store).as_deref(), Some("https://store.example/ /a%2Fb?sig=x%3D"));
        for unsafe_one in ["http://store.example/a", "http://127.0.0.1/a", "ftp://x/", "https://me:secret@x/", "/a", ""]
        {
            assert_eq!(shown(&host, unsafe_one), None, "{unsafe_one}");
        }
        let here = Host::new("http://127.0.0.1:8080").expect("an address");
        assert_eq!(shown(&here, "http://localhost:81/a").as_deref(), Some("http://localhost:81/ /a"));
        assert_eq!(shown(&here, "http://localhost.example/a"), None);
    }
}
