//! A small GitHub of our own on 127.0.0.1, for tests: it remembers what is written and holds to GitHub's rules. Faults can be
//! ordered. What it answers is judged by GitHub's own description in `tests/contract`.

mod graph;
mod rest;
mod shapes;
mod world;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::sync::oneshot;

pub use world::{Artifact, Canned, Comment, Fault, Logged, Pull, Run, Token, What, World};

/// The host, until it is dropped.
#[derive(Debug)]
pub struct FakeHost {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
    stop: Option<oneshot::Sender<Infallible>>,
}

impl FakeHost {
    /// Starts a host with what is in a world, on a port of its own.
    ///
    /// # Panics
    /// When the machine has no port to give.
    pub fn start(world: World) -> Self {
        Self::start_on(0, world)
    }

    /// As [`Self::start`], on a port.
    ///
    /// # Panics
    /// When the port is taken.
    pub fn start_on(port: u16, mut world: World) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", port)).expect("a port on 127.0.0.1");
        listener.set_nonblocking(true).expect("a listener that does not block");
        let address = listener.local_addr().expect("a listener has an address");
        if world.public_url.is_empty() {
            world.public_url = format!("http://{address}");
        }
        if world.store.is_empty() {
            // Another name for this machine is another host.
            world.store = format!("http://localhost:{}", address.port());
        }
        let world = Arc::new(Mutex::new(world));
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&world);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                let serving = tokio::spawn(serve(listener, shared));
                let _ = stopped.await;
                serving.abort();
            });
        });
        Self { address, world, stop: Some(stop) }
    }

    /// Address of the API.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What is in it, to look at and to change.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FakeHost {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

async fn serve(listener: tokio::net::TcpListener, world: Arc<Mutex<World>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let world = Arc::clone(&world);
        let service = service_fn(move |request| answer(Arc::clone(&world), request));
        tokio::spawn(async move {
            // A connection that a fault cut, or that the client left, is no error here.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// An archive with files, as runs of workflows leave it.
///
/// # Panics
/// When two files have the same name.
pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(*name, options).expect("a file begins");
        writer.write_all(bytes).expect("it is written");
    }
    writer.finish().expect("the archive ends").into_inner()
}

/// An answer, before faults spoil it.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Reply {
    fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
        Self { status, headers, body: body.to_string().into_bytes() }
    }

    fn error(status: u16, message: &str) -> Self {
        let url = "https://docs.github.com/rest";
        Self::json(
            status,
            &serde_json::json!({ "message": message, "documentation_url": url, "status": status.to_string() }),
        )
    }

    fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// A request, read whole.
#[derive(Debug)]
struct Asked {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    authorisation: Option<String>,
    has_agent: bool,
    body: Value,
}

impl Asked {
    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

async fn answer(world: Arc<Mutex<World>>, request: Request<Incoming>) -> Result<Response<Cut>, std::io::Error> {
    let (parts, body) = request.into_parts();
    let bytes = Limited::new(body, 16 << 20).collect().await.map_err(std::io::Error::other)?.to_bytes();
    let query = parts.uri.query().unwrap_or_default();
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let asked = Asked {
        method: parts.method.to_string(),
        path: decoded(parts.uri.path()),
        query: query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(k, v)| (k.to_owned(), decoded(v)))
            .collect(),
        authorisation: header("authorization"),
        has_agent: header("user-agent").is_some(),
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    };
    let lock = || world.lock().unwrap_or_else(PoisonError::into_inner);
    let mut fault = lock().fault(&asked.method, &asked.path);
    if fault.as_ref().is_some_and(|fault| matches!(fault.what, What::CommentsGone)) {
        lock().comments.clear();
        fault = None;
    }
    // Some faults strike before anything is done, some when all is done.
    let is_late = fault.as_ref().is_some_and(|fault| fault.after);
    let reply = match &fault {
        Some(fault) if !is_late => fault.what.reply(),
        _ => {
            let mut world = lock();
            let reply = rest::route(&mut world, &asked);
            let spoilt = fault.as_ref().and_then(|fault| fault.what.reply());
            match fault {
                Some(_) => spoilt,
                None => Some(reply),
            }
        }
    };
    lock().log.push(Logged {
        method: asked.method,
        path: match parts.uri.query() {
            Some(query) => format!("{}?{query}", parts.uri.path()),
            None => parts.uri.path().to_owned(),
        },
        status: reply.as_ref().map(|reply| reply.status),
        authorised: asked.authorisation.is_some(),
        body: asked.body,
    });
    let Some(reply) = reply else {
        match fault.map(|fault| fault.what) {
            Some(What::Hang(time)) => {
                tokio::time::sleep(time).await;
                return Err(std::io::Error::other("nobody waits that long"));
            }
            Some(What::CutMiddle) => {
                let body = Cut { data: Some(Bytes::from_static(b"{\"id\": 1, \"body\": \"half of i")), is_cut: true };
                return Response::builder().status(200).body(body).map_err(std::io::Error::other);
            }
            _ => return Err(std::io::Error::other("the connection is cut")),
        }
    };
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    response.body(Cut { data: Some(reply.body.into()), is_cut: false }).map_err(std::io::Error::other)
}

fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let hex = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match byte {
            b'%' => {
                let (high, low) = (hex(bytes.next()), hex(bytes.next()));
                out.extend(high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok()));
            }
            b'+' => out.push(b' '),
            byte => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A body that may break off.
#[derive(Debug)]
struct Cut {
    data: Option<Bytes>,
    is_cut: bool,
}

impl http_body::Body for Cut {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(match self.data.take() {
            Some(data) => Some(Ok(Frame::data(data))),
            None if self.is_cut => Some(Err(std::io::Error::other("cut"))),
            None => None,
        })
    }
}
