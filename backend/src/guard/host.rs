//! Refuses requests that reached us under another name: a page elsewhere must not talk to a loopback server by
//! pointing its own name at it (DNS rebinding), and nobody but the settings decides what our URLs are.

use crate::page::failure;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets through what names the public URL's host or the development origin's. Health checks may use any name.
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if matches!(request.uri().path(), "/healthz" | "/readyz") {
        return next.run(request).await;
    }
    let Some(host) = requested_host(&request) else {
        return failure::plain(StatusCode::BAD_REQUEST, "The request has no Host header.");
    };
    let is_dev = state.settings.dev_origin.as_ref().is_some_and(|origin| origin.has_authority(&host));
    if is_dev || state.public_url.has_authority(&host) {
        return next.run(request).await;
    }
    if state.public_url.is_loopback_alias(&host) && matches!(*request.method(), Method::GET | Method::HEAD) {
        return to_public_url(&state, request.uri());
    }
    let text = format!("This server answers as {} only. Use that address.", state.public_url);
    failure::plain(StatusCode::MISDIRECTED_REQUEST, &text)
}

/// The authority of an absolute request target wins over `Host` (RFC 9112 §3.2.2).
fn requested_host(request: &Request) -> Option<String> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.as_str().to_owned());
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?.to_owned();
    hosts.next().is_none().then_some(host)
}

fn to_public_url(state: &AppState, uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    (StatusCode::FOUND, [(header::LOCATION, state.public_url.join(path))]).into_response()
}
