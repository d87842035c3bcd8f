//! Connections: a port, limits, and an end that loses nothing.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use acquaint::Engine;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};

use crate::admin;
use crate::auth;
use crate::call::{Call, RouteReply};
use crate::guard;
use crate::problem::Problem;
use crate::request_log::{self, Trace};
use crate::state::{ServerSettings, ServerStartError, State};
use crate::streams;
use crate::table::{Route, RouteView, Verb, routes};

/// The bounds of connections and requests.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most open connections; a further one waits to be taken.
    pub connections: usize,
    /// The most bytes of a body.
    pub body: usize,
    /// The most headers of a request.
    pub headers: usize,
    /// The most bytes of a request's head.
    pub head: usize,
    /// How long a client may take to send a request's head, and then its body.
    pub reading: Duration,
    /// How long a request may take once it is read.
    pub answering: Duration,
    /// The most requests that are with the engine at a time.
    pub at_once: usize,
    /// The most requests that wait for one of those; a further one is answered with 503.
    pub queue: usize,
    /// The most open event streams; a further one is answered with 503.
    pub streams: usize,
    /// How often an event stream with no news says that it is there, and the key of its caller is checked again.
    pub keep_alive: Duration,
    /// How long requests may take to finish when the server stops.
    pub stopping: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // More than there are event streams: these do not keep out other requests.
            connections: 12_000,
            body: 256 * 1_024,
            headers: 64,
            head: 16 * 1_024,
            reading: Duration::from_secs(10),
            answering: Duration::from_secs(30),
            at_once: 128,
            queue: 1_024,
            streams: 10_000,
            keep_alive: Duration::from_secs(15),
            stopping: Duration::from_secs(20),
        }
    }
}

/// Asks a server to stop.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// No further connection is taken; what was begun is finished. Returns at once.
    pub fn ask(&self) {
        // A server that has ended hears nothing.
        let _heard = self.0.send(true);
    }
}

/// A server that answers, on threads of its own.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
    is_open: bool,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Opens the port and begins to answer.
    ///
    /// # Errors
    /// The address is not a loopback address and there are no keys; it cannot be listened on; the keys cannot be read.
    pub fn start(engine: Engine, settings: &ServerSettings) -> Result<Self, ServerStartError> {
        let io = |what: String| move |error| ServerStartError::Io { what, error };
        let (listener, address) = bound(settings.listen)?;
        let admin = settings.admin_listen.map(bound).transpose()?;
        let admin_address = admin.as_ref().map(|(_, address)| *address);
        let (sender, stopped) = watch::channel(false);
        let state = Arc::new(State::new(engine, settings, address, stopped)?);
        let is_open = state.is_open();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("acquaint-http")
            .max_blocking_threads(settings.limits.at_once)
            .enable_all()
            .build()
            .map_err(io("the threads of the server cannot start".to_owned()))?;
        let thread = std::thread::Builder::new()
            .name("acquaint-serve".to_owned())
            .spawn(move || answer_until(&runtime, listener, admin, &state))
            .map_err(io("the thread of the server cannot start".to_owned()))?;
        Ok(Self { address, admin_address, is_open, stop: Stop(sender), thread: Some(thread) })
    }

    /// The address that is listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the second listener, if there is one.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin_address
    }

    /// Whether a caller without a key is the operator.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// What asks this server to stop, for another thread.
    pub fn stopper(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits until the server has stopped: until [`Stop::ask`] was called and what was begun is finished.
    pub fn wait(mut self) {
        self.join();
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has already printed its message.
            let _ended = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.ask();
        self.join();
    }
}

/// Opens a port.
fn bound(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerStartError> {
    let io = |what: String| move |error| ServerStartError::Io { what, error };
    let listener = TcpListener::bind(listen).map_err(io(format!("`{listen}` cannot be listened on")))?;
    listener.set_nonblocking(true).map_err(io("the port cannot be used".to_owned()))?;
    let address = listener.local_addr().map_err(io("the port has no address".to_owned()))?;
    Ok((listener, address))
}

fn answer_until(
    runtime: &Runtime,
    listener: TcpListener,
    admin: Option<(TcpListener, SocketAddr)>,
    state: &Arc<State>,
) {
    let on = |listener: TcpListener, router: Router| async move {
        // The listener does not block, so this fails only where the runtime has no reactor.
        if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
            accept(listener, state, router, state.stopped.clone()).await;
        }
    };
    runtime.block_on(async {
        let looking = tokio::spawn(streams::watch(Arc::clone(state), state.stopped.clone()));
        let admin = async {
            if let Some((listener, address)) = admin {
                on(listener, admin::router(state, address)).await;
            }
        };
        tokio::join!(on(listener, router(state)), admin);
        // It ends by itself; the engine is let go with it.
        let _ended = looking.await;
    });
}

/// Takes connections until it is told to stop, then lets them finish.
async fn accept(
    listener: tokio::net::TcpListener,
    state: &Arc<State>,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let limits = &state.limits;
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.reading)
        .max_headers(limits.headers)
        .max_buf_size(limits.head.max(8_192))
        .half_close(false);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&room).acquire_owned() => permit,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let Ok(permit) = permit else { break };
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let Ok((stream, _)) = stream else {
            // Out of descriptors, or the client has gone: wait a moment and go on.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        // Small answers are not held back to be joined.
        let _unset = stream.set_nodelay(true);
        let connection =
            http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = graceful.watch(connection);
        hyper::rt::Executor::execute(&TokioExecutor::new(), async move {
            // The client is told by the end of the connection.
            let _ended = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    // What takes longer than this is with the engine, which finishes it; its answer reaches nobody.
    let _finished = tokio::time::timeout(limits.stopping, graceful.shutdown()).await;
}

/// The routes of the table, and an answer to everything else.
fn router(state: &Arc<State>) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let filter = match route.verb {
            Verb::Get => MethodFilter::GET,
            Verb::Post => MethodFilter::POST,
            Verb::Patch => MethodFilter::PATCH,
        };
        let path = route.path;
        let (state, route) = (Arc::clone(state), Arc::new(route));
        let handler = move |params: Result<RawPathParams, RawPathParamsRejection>, request: Request| {
            let (state, route) = (Arc::clone(&state), Arc::clone(&route));
            let params = params.map(|params| {
                params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
            });
            async move {
                let seen = Seen::begin(&state, &request, route.name, route.path);
                // What is not UTF-8 names nothing.
                let params = params.map_err(|_| Problem::unknown("route"));
                seen.finished(match params {
                    Ok(params) => answered(state, route, params, request).await,
                    Err(problem) => {
                        Err(guard::check(&state, request.uri(), request.headers()).err().unwrap_or(problem))
                    }
                })
            }
        };
        router = router.route(path, on(filter, handler));
    }
    let (unknown, other) = (Arc::clone(state), Arc::clone(state));
    router
        .fallback(move |request: Request| async move {
            let seen = Seen::begin(&unknown, &request, "none", "none");
            let guarded = guard::check(&unknown, request.uri(), request.headers());
            seen.finished(Err(guarded.err().unwrap_or_else(|| Problem::unknown("route"))))
        })
        .method_not_allowed_fallback(move |request: Request| async move {
            let seen = Seen::begin(&other, &request, "none", "none");
            let guarded = guard::check(&other, request.uri(), request.headers());
            let detail = format!("this route takes no {}", request.method());
            let wrong = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail);
            seen.finished(Err(guarded.err().unwrap_or(wrong)))
        })
}

/// A request that has come, and is counted and noted once it is answered.
struct Seen {
    state: Arc<State>,
    method: Method,
    name: &'static str,
    path: &'static str,
    trace: Trace,
    begun: Instant,
}

impl Seen {
    fn begin(state: &Arc<State>, request: &Request, name: &'static str, path: &'static str) -> Self {
        let (state, method) = (Arc::clone(state), request.method().clone());
        Self { state, method, name, path, trace: Trace::of(request.headers()), begun: Instant::now() }
    }

    /// The answer, with the headers that every answer has.
    fn finished(self, answered: Result<RouteReply, Problem>) -> Result<Response, Infallible> {
        let mut response = answered.map_or_else(IntoResponse::into_response, IntoResponse::into_response);
        let status = response.status().as_u16();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.extend(self.trace.header());
        let took = self.begun.elapsed();
        self.state.metrics.answered(self.name, status, took);
        request_log::note(self.trace, &self.method, self.path, status, took);
        Ok(response)
    }
}

async fn answered(
    state: Arc<State>,
    route: Arc<Route>,
    params: Vec<(String, String)>,
    request: Request,
) -> Result<RouteReply, Problem> {
    let (parts, body) = request.into_parts();
    guard::check(&state, &parts.uri, &parts.headers)?;
    let body = read(body, &state.limits, &parts.method).await?;
    let permit = Arc::clone(&state.queue).try_acquire_owned();
    let permit = permit.map_err(|_| Problem::busy("too many requests wait; nothing was done"))?;
    let limit = state.limits.answering;
    let job = tokio::task::spawn_blocking(move || {
        let answered = carried_out(&state, &route, params, (parts.uri, parts.headers), body);
        drop(permit);
        answered
    });
    match tokio::time::timeout(limit, pin!(job)).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(_)) => {
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the request could not be answered"))
        }
        Err(_) => Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "the answer takes too long; a command may still be carried out: ask again with the same `Idempotency-Key`",
        )
        .retry_after(1)),
    }
}

/// Everything about a request that may block.
fn carried_out(
    state: &Arc<State>,
    route: &Route,
    params: Vec<(String, String)>,
    (uri, headers): (Uri, HeaderMap),
    body: Bytes,
) -> Result<RouteReply, Problem> {
    let caller = match route.sees {
        // A key that comes along is not looked at.
        RouteView::Public => auth::nobody(),
        RouteView::Nothing | RouteView::Own | RouteView::OwnOrBoth | RouteView::Both => {
            let caller = auth::caller(state, &headers)?;
            route.admit(&caller)?;
            caller
        }
    };
    if route.body.is_none() && !body.is_empty() {
        return Err(Problem::bad_request("unexpected-body", "this route takes no body"));
    }
    if route.query.is_none() && uri.query().is_some_and(|query| !query.is_empty()) {
        return Err(Problem::bad_request("bad-query", "this route takes no query"));
    }
    let query = uri.query().map(str::to_owned);
    let reply = (route.run)(&Call { state, route, caller, params, query, headers, body })?;
    if route.is_idempotent && !reply.replayed {
        state.metrics.outcome(reply.body.get("code").and_then(Value::as_str));
    }
    Ok(reply)
}

/// Reads a body within its limits.
async fn read(body: Body, limits: &Limits, method: &Method) -> Result<Bytes, Problem> {
    if method == Method::GET || method == Method::HEAD {
        return Ok(Bytes::new());
    }
    let collected = tokio::time::timeout(limits.reading, Limited::new(body, limits.body).collect()).await;
    match collected {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            format!("a body has at most {} bytes", limits.body),
        )),
        Ok(Err(_)) => Err(Problem::bad_request("bad-body", "the body could not be read")),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", "the body came too slowly")),
    }
}
