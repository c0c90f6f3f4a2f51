//! Starts the server and ends it: the socket, connection limits, upkeep, graceful shutdown.

use crate::clock::Clock;
use crate::config::{Database, PublicUrl, Settings};
use crate::demo::{self, DemoFacts};
use crate::guard::request_context::Peer;
use crate::page::set_up;
use crate::router;
use crate::state::AppState;
use crate::storage;
use anyhow::Context;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// A request line and its headers must arrive within this time.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// Request line and headers together: 48 KiB of encoded details, and as much again for the rest.
const HEADER_BYTES_MAX: usize = 128 * 1024;
const HEADERS_MAX: usize = 64;
const UPKEEP_EVERY: Duration = Duration::from_secs(60);
/// Pause after an accept failed, such as for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A server that listens. [`RunningServer::shutdown`] ends it and waits; dropping it ends it without waiting.
pub struct RunningServer {
    /// The issuer.
    pub public_url: PublicUrl,
    /// What it really listens on.
    pub local_addr: SocketAddr,
    /// What the demonstration made, with `--demo`.
    pub demo: Option<DemoFacts>,
    /// The one-time link for the first owner, when the store is empty.
    pub set_up_link: Option<String>,
    /// Store, clock and settings, for whoever embeds the server.
    pub state: AppState,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningServer {
    /// Stops accepting, lets running requests finish for as long as the settings say, then closes.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server ended badly");
        }
    }

    /// Runs until `stop` arrives, then as [`RunningServer::shutdown`].
    pub async fn run_until(self, mut stop: StopSignal) {
        stop.arrived().await;
        tracing::info!("stopping: running requests finish first");
        self.shutdown().await;
    }
}

/// SIGTERM and SIGINT, heard from the moment this exists.
#[derive(Debug)]
pub struct StopSignal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl StopSignal {
    /// Begins to listen; before the server starts, since whoever finds it ready may also stop it.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(StopSignal {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
            })
        }
        #[cfg(not(unix))]
        Ok(StopSignal {})
    }

    /// Waits for either.
    pub async fn arrived(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "signals cannot be listened to; the server runs until it is killed");
            std::future::pending::<()>().await;
        }
    }
}

/// Opens the store, makes the demonstration if asked to, binds and serves.
///
/// # Errors
/// When a setting is wrong, the database cannot be opened or the address cannot be bound.
pub async fn start(settings: Settings, clock: Clock) -> anyhow::Result<RunningServer> {
    settings.check_together()?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    let local_addr = listener.local_addr()?;
    let public_url = settings.public_url_for(local_addr)?;
    let Database::Sqlite(path) = &settings.database;
    let store = storage::open(&format!("sqlite:{}", path.display()))?;
    let state = AppState::new(settings, public_url.clone(), store, clock)?;
    if !public_url.is_loopback() {
        demo::refuse_leftovers(&state).await?;
    }
    let demo = if state.settings.demo { Some(demo::prepare(&state).await?) } else { None };
    let set_up_link =
        if state.store.is_empty().await? { Some(set_up::make_link(&state).await?) } else { None };
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(serve(listener, state.clone(), stopped));
    tracing::info!(%public_url, %local_addr, "listening");
    Ok(RunningServer { public_url, local_addr, demo, set_up_link, state, stop, task })
}

async fn serve(listener: TcpListener, state: AppState, mut stopped: watch::Receiver<bool>) {
    let grace = state.settings.shutdown_grace;
    let upkeep = tokio::spawn(keep_up(state.clone()));
    let app = router::app(state);
    let connections = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => serve_connection(stream, peer, app.clone(), &connections),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            // Also when the handle was dropped.
            _ = stopped.changed() => break,
        }
    }
    drop(listener);
    upkeep.abort();
    if tokio::time::timeout(grace, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

fn serve_connection(stream: TcpStream, peer: SocketAddr, app: Router, connections: &GracefulShutdown) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let service = app.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        request
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended early");
        }
    });
}

/// Removes what has expired, a little at a time.
async fn keep_up(state: AppState) {
    let mut ticks = tokio::time::interval(UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        loop {
            match state.store.remove_expired(state.clock.now()).await {
                Ok(0) => break,
                Ok(rows) => tracing::debug!(rows, "removed expired rows"),
                Err(error) => {
                    tracing::warn!(%error, "upkeep failed; the next round tries again");
                    break;
                }
            }
        }
    }
}
