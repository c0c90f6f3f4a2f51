//! A real HTTP listener in the place of an application's redirect URI.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Html;
use axum::routing::get;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use url::Url;

/// Listens until dropped.
pub struct Callback {
    uri: String,
    arrivals: mpsc::UnboundedReceiver<Uri>,
    task: tokio::task::JoinHandle<()>,
}

impl Callback {
    /// Listens on a free port of 127.0.0.1, another origin than the server's.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let (sender, arrivals) = mpsc::unbounded_channel();
        let router = Router::new()
            .route("/callback", get(arrive))
            .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
            .with_state(sender);
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the callback listener serves");
        });
        Self { uri: format!("http://127.0.0.1:{port}/callback"), arrivals, task }
    }

    /// The redirect URI to register.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The next URL that a browser was sent to.
    pub async fn next(&mut self) -> Url {
        let uri = tokio::time::timeout(Duration::from_secs(20), self.arrivals.recv())
            .await
            .expect("the browser comes back to the redirect URI within 20 s")
            .expect("the listener lives");
        let base = Url::parse(&self.uri).expect("own URI");
        base.join(&uri.to_string()).expect("a request's target is a relative URL")
    }

    /// Whether nobody came so far.
    pub fn is_empty(&mut self) -> bool {
        self.arrivals.is_empty()
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn arrive(State(sender): State<mpsc::UnboundedSender<Uri>>, uri: Uri) -> Html<&'static str> {
    // The test may have ended already; then nobody waits for the arrival.
    sender.send(uri).ok();
    Html("<!doctype html><html lang=en><title>Callback</title><h1>Received by the application</h1></html>")
}
