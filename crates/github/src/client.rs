//! One request and its answer: the only module that knows octocrab. It sets the time limits, bounds what is read, and never
//! sends anything twice.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, StatusCode, Uri};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioExecutor;
use jsonwebtoken::EncodingKey;
use octocrab::auth::AppAuth;
use octocrab::models::{AppId, InstallationId};
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::service::middleware::extra_headers::ExtraHeadersLayer;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;

use crate::address::{Host, Repository, other_host, same_host, short};
use crate::auth::Credentials;
use crate::failure::Failure;

/// The most bytes of an answer that are read. A page of the longest comments is a third of it.
const MAX_ANSWER: usize = 24 << 20;

/// How often an address may lead to another.
const MAX_REDIRECTS: usize = 3;

/// What a request asks the host to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Delete,
    Get,
    Patch,
    Post,
}

/// A request, as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Ask<'a> {
    pub(crate) method: Method,
    /// Path and query below the root of the API. `/graphql` stands where the host has it.
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    /// What is to be done, for messages: "read the comments".
    pub(crate) what: &'a str,
}

/// An answer with any status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
}

/// Where a request led to.
enum Followed {
    Answer(Answer),
    /// An address that is not of this host.
    Elsewhere(String),
}

impl Answer {
    /// The bytes of the body.
    pub(crate) fn into_body(self) -> Vec<u8> {
        self.body
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as data.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The message of an error, or the beginning of whatever stands there instead.
    pub(crate) fn message(&self) -> String {
        let json = self.json();
        let message = json.as_ref().and_then(|json| json.get("message")).and_then(Value::as_str);
        let text = message.map_or_else(|| String::from_utf8_lossy(&self.body).into_owned(), ToOwned::to_owned);
        let errors = json.as_ref().and_then(|json| json.get("errors")).filter(|errors| !errors.is_null());
        short(&match errors {
            Some(errors) => format!("{text} ({errors})"),
            None => text,
        })
    }
}

/// A connection to a host. What is sent is sent once.
pub(crate) struct Client {
    host: Host,
    credentials: Credentials,
    rest: Octocrab,
    graphql: Octocrab,
    timeout: Duration,
}

impl Client {
    /// Connects. For an app, this asks for the token of its installation.
    ///
    /// octocrab can authorise as an installation itself, but then sends no token to addresses in `Link` headers of any host but
    /// api.github.com. A token lives for an hour, and a run for seconds, so it is asked for once.
    pub(crate) async fn connect(
        host: Host,
        credentials: Credentials,
        repository: &Repository,
        timeout: Duration,
    ) -> Result<Self, Failure> {
        let token = match &credentials {
            Credentials::None => None,
            Credentials::Token { token, .. } => Some(token.clone()),
            Credentials::App { id, key, installation } => {
                let app = App { host: &host, credentials: &credentials, timeout };
                Some(app.token(id, key, *installation, repository).await?)
            }
        };
        let rest = octocrab(&host.api, token.as_ref(), AuthState::None)?;
        let graphql = octocrab(&host.graphql, token.as_ref(), AuthState::None)?;
        let credentials = match (credentials, token) {
            (Credentials::App { .. }, Some(token)) => Credentials::Token { token, is_of_workflow: false },
            (credentials, _) => credentials,
        };
        Ok(Self { host, credentials, rest, graphql, timeout })
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Sends a request, once. A read that is told to look elsewhere on the same host looks there.
    ///
    /// # Errors
    /// When no whole answer came.
    pub(crate) async fn send(&self, ask: &Ask<'_>) -> Result<Answer, Failure> {
        match self.follow(ask).await? {
            Followed::Answer(answer) => Ok(answer),
            Followed::Elsewhere(_) => Err(self.broken(ask, "it leads to another host")),
        }
    }

    /// As [`Self::send`], for a file of at most so many bytes that may stand on another host, such as a store of files. That host
    /// never gets the token, leads no further, and must be reached over TLS.
    ///
    /// # Errors
    /// When no whole answer came, or a longer one.
    pub(crate) async fn download(&self, ask: &Ask<'_>, most: usize) -> Result<Answer, Failure> {
        let address = match self.follow(ask).await? {
            Followed::Answer(answer) if answer.body.len() > most => return Err(self.broken(ask, &too_long(most))),
            Followed::Answer(answer) => return Ok(answer),
            Followed::Elsewhere(address) => address,
        };
        let (base, path) = other_host(&self.host, &address)
            .ok_or_else(|| self.broken(ask, "it leads to an address without TLS, which is not followed"))?;
        let store = octocrab(&base, None, AuthState::None)?;
        let name = base.host().unwrap_or("the host");
        let answer = once(&store, name, self.timeout, ask, &path, &self.credentials, most).await?;
        let why = format!("it answered {}", answer.status.as_u16());
        let (host, what) = (name.to_owned(), ask.what.to_owned());
        match answer.status.as_u16() {
            200..=299 => Ok(answer),
            // Which passes.
            500.. => Err(Failure::Unreachable { host, why }),
            _ => Err(Failure::Broken { host, what, why }),
        }
    }

    async fn follow(&self, ask: &Ask<'_>) -> Result<Followed, Failure> {
        let mut path = ask.path.clone();
        for _ in 0..=MAX_REDIRECTS {
            let octocrab = if path == "/graphql" { &self.graphql } else { &self.rest };
            let name = self.host.name();
            let answer = once(octocrab, name, self.timeout, ask, &path, &self.credentials, MAX_ANSWER).await?;
            let elsewhere =
                answer.header("location").filter(|_| answer.status.is_redirection() && ask.method == Method::Get);
            let Some(elsewhere) = elsewhere else { return Ok(Followed::Answer(answer)) };
            match same_host(&self.host, elsewhere) {
                Some(here) => path = here,
                None => return Ok(Followed::Elsewhere(elsewhere.to_owned())),
            }
        }
        Err(self.broken(ask, "it leads from one address to the next"))
    }

    pub(crate) fn broken(&self, ask: &Ask<'_>, why: &str) -> Failure {
        let host = self.host.name().to_owned();
        Failure::Broken { host, what: ask.what.to_owned(), why: self.credentials.hide(why) }
    }

    /// What an answer that is no success means, when waiting is no way out.
    pub(crate) fn failure(&self, ask: &Ask<'_>, answer: &Answer, needs: &str) -> Failure {
        let (host, what) = (self.host.name().to_owned(), ask.what.to_owned());
        let why = self.credentials.hide(&answer.message());
        match answer.status.as_u16() {
            401 => Failure::Unauthorised { host },
            403 => Failure::Forbidden { what, needs: needs.to_owned() },
            404 | 410 => Failure::NotFound { what: what.strip_prefix("read ").unwrap_or(&what).to_owned() },
            429 => Failure::Limited { host, wait: Duration::from_secs(60) },
            status @ 500.. => Failure::Broken { host, what, why: format!("it answered {status} {why}") },
            status @ ..=399 => Failure::Broken { host, what, why: format!("it answered {status}") },
            _ => Failure::Refused { host, what, why },
        }
    }
}

/// A GitHub App that asks for the token of its installation.
struct App<'a> {
    host: &'a Host,
    credentials: &'a Credentials,
    timeout: Duration,
}

impl App<'_> {
    async fn token(
        &self,
        id: &str,
        key: &SecretString,
        installation: Option<u64>,
        repository: &Repository,
    ) -> Result<SecretString, Failure> {
        #[derive(Deserialize)]
        struct Installation {
            id: u64,
        }
        #[derive(Deserialize)]
        struct Token {
            token: SecretString,
        }
        let number = id.parse().map_err(|_| {
            Failure::setup("OPENLY_APP_ID is not a number", "give the number of the app, which its settings page shows")
        })?;
        // A variable often holds the line breaks of a key as `\n`.
        let pem = SecretString::from(key.expose_secret().replace("\\n", "\n"));
        let key = EncodingKey::from_rsa_pem(pem.expose_secret().as_bytes()).map_err(|_| {
            Failure::setup("the private key of the app cannot be read", "set OPENLY_APP_KEY to the whole PEM file")
        })?;
        let app = octocrab(&self.host.api, None, AuthState::App(AppAuth { app_id: AppId(number), key }))?;
        let installation = match installation {
            Some(installation) => InstallationId(installation),
            None => {
                let path = repository.path("/installation");
                let ask = Ask { method: Method::Get, path, body: None, what: "find the installation of the app" };
                InstallationId(self.ask::<Installation>(&app, &ask).await?.id)
            }
        };
        let path = format!("/app/installations/{installation}/access_tokens");
        let body = serde_json::json!({ "repositories": [repository.name] });
        let ask = Ask { method: Method::Post, path, body: Some(body), what: "get a token for the app" };
        Ok(self.ask::<Token>(&app, &ask).await?.token)
    }

    async fn ask<T: for<'de> Deserialize<'de>>(&self, octocrab: &Octocrab, ask: &Ask<'_>) -> Result<T, Failure> {
        let name = self.host.name();
        let answer = once(octocrab, name, self.timeout, ask, &ask.path, self.credentials, MAX_ANSWER).await?;
        let (host, what) = (name.to_owned(), ask.what.to_owned());
        match answer.status.as_u16() {
            200 | 201 => serde_json::from_slice(&answer.body).map_err(|_| Failure::Broken {
                host,
                what,
                why: "the answer cannot be understood".to_owned(),
            }),
            401 => Err(Failure::setup(
                format!("{host} did not accept the app"),
                "check that OPENLY_APP_ID and OPENLY_APP_KEY belong together, and the clock of this machine",
            )),
            404 => Err(Failure::setup(
                "the app is not installed on this repository",
                "install the app on the repository, or correct OPENLY_APP_INSTALLATION",
            )),
            status => {
                let why = format!("it answered {status} {}", self.credentials.hide(&answer.message()));
                Err(Failure::Broken { host, what, why })
            }
        }
    }
}

/// Sends a request to a host of this name, once, and reads so many bytes of the answer.
async fn once(
    octocrab: &Octocrab,
    name: &str,
    timeout: Duration,
    ask: &Ask<'_>,
    path: &str,
    credentials: &Credentials,
    most: usize,
) -> Result<Answer, Failure> {
    let unreachable = |why: String| Failure::Unreachable { host: name.to_owned(), why: credentials.hide(&why) };
    let send = async {
        let sent = match ask.method {
            Method::Delete => octocrab._delete(path, ask.body.as_ref()).await,
            Method::Get => octocrab._get(path).await,
            Method::Patch => octocrab._patch(path, ask.body.as_ref()).await,
            Method::Post => octocrab._post(path, ask.body.as_ref()).await,
        };
        let (parts, body) = sent.map_err(|error| unreachable(reason(&error)))?.into_parts();
        let body = Limited::new(body, most).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                let (host, what) = (name.to_owned(), ask.what.to_owned());
                return Failure::Broken { host, what, why: too_long(most) };
            }
            unreachable(format!("the answer broke off: {}", reason(&*error)))
        })?;
        Ok(Answer { status: parts.status, headers: parts.headers, body: body.to_bytes().to_vec() })
    };
    tokio::time::timeout(timeout, send)
        .await
        .unwrap_or_else(|_| Err(unreachable(format!("no answer within {} seconds", timeout.as_secs()))))
}

fn too_long(most: usize) -> String {
    format!("the answer has more than the {most} bytes that are read")
}

/// The last cause of an error, which is the one that says something.
fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    short(last.to_string().lines().next().unwrap_or_default())
}

/// An octocrab without repetition and redirects, that goes through the proxy of the environment.
fn octocrab(base: &Uri, token: Option<&SecretString>, auth: AuthState) -> Result<Octocrab, Failure> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(Duration::from_secs(10)));
    let Some(proxy) = Matcher::from_env().intercept(base) else { return secured(tcp, base, token, auth) };
    if proxy.uri().scheme_str() != Some("http") {
        return Err(Failure::setup(
            "the proxy in the environment is not one that is spoken to in plain HTTP",
            "give an address that begins with http:// in HTTPS_PROXY, or take the host out with NO_PROXY",
        ));
    }
    let mut tunnel = Tunnel::new(proxy.uri().clone(), tcp);
    if let Some(authorisation) = proxy.basic_auth() {
        tunnel = tunnel.with_auth(authorisation.clone());
    }
    secured(tunnel, base, token, auth)
}

/// Adds TLS, where the host speaks it. The certificates of the machine count, so that those of a department do.
fn secured<C>(connector: C, base: &Uri, token: Option<&SecretString>, auth: AuthState) -> Result<Octocrab, Failure>
where
    C: Clone + Send + Sync + 'static,
    C: Connect,
    HttpsConnector<C>: Connect,
{
    if base.scheme_str() == Some("http") {
        return layered(connector, base, token, auth);
    }
    let tls = HttpsConnectorBuilder::new().with_native_roots().map_err(|error| {
        Failure::setup(
            format!("the certificates of this machine cannot be read: {error}"),
            "install the package ca-certificates, or name a file with certificates in SSL_CERT_FILE",
        )
    })?;
    layered(tls.https_only().enable_http1().wrap_connector(connector), base, token, auth)
}

fn layered<C>(connector: C, base: &Uri, token: Option<&SecretString>, auth: AuthState) -> Result<Octocrab, Failure>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let mut headers: Vec<(HeaderName, HeaderValue)> = vec![
        (ACCEPT, HeaderValue::from_static("application/vnd.github+json")),
        (USER_AGENT, HeaderValue::from_static(concat!("openly/", env!("CARGO_PKG_VERSION")))),
    ];
    if let Some(token) = token {
        let text = SecretString::from(format!("Bearer {}", token.expose_secret()));
        let mut value = HeaderValue::from_str(text.expose_secret())
            .map_err(|_| Failure::setup("the token holds characters that no token has", "set it again"))?;
        value.set_sensitive(true);
        headers.push((AUTHORIZATION, value));
    }
    let hyper: Hyper<C, OctoBody> =
        Hyper::builder(TokioExecutor::new()).retry_canceled_requests(false).build(connector);
    let built = OctocrabBuilder::new_empty()
        .with_service(hyper)
        .with_layer(&ExtraHeadersLayer::new(Arc::new(headers)))
        .with_layer(&BaseUriLayer::new(base.clone()))
        .with_auth(auth)
        .build();
    match built {
        Ok(octocrab) => Ok(octocrab),
        Err(never) => match never {},
    }
}
