//! Every path, method and layer, by audience.

use crate::control::failure::ApiFailure;
use crate::control::{
    agents, application_secrets, applications, audit, credentials, envelope, grants, members, session,
};
use crate::guard::{cors, host, request_context, security_headers};
use crate::oauth::delivery::OAuthFailure;
use crate::oauth::{authorization, consent, introspection, revocation, server_metadata, token};
use crate::page::failure::{self, PageFailure};
use crate::page::{set_up, sign_in};
use crate::state::AppState;
use crate::{console_assets, health, resource};
use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{delete, get, post};
use hasp_protocol::Problem;
use hasp_protocol::server_metadata::{
    AGENT_PATH, AUTHORIZATION_PATH, AUTHORIZATION_SERVER_METADATA_PATH, CONSENT_PATH, INTROSPECTION_PATH,
    MCP_SERVER_METADATA_PATH, REVOCATION_PATH, SCHEMA_PATH, TOKEN_PATH,
};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// A handler that has not answered by then gives up with 503; longer than any delay a sign-in can cost.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);

/// The whole server as a service.
pub fn app(state: AppState) -> Router {
    Router::new()
        .merge(pages())
        .merge(protocol())
        .merge(discovery())
        .merge(control())
        .merge(resources())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, HANDLER_TIMEOUT))
        .layer(CatchPanicLayer::custom(|_| server_error()))
        .layer(from_fn_with_state(state.clone(), host::check))
        .layer(from_fn_with_state(state.clone(), security_headers::add))
        .layer(from_fn_with_state(state.clone(), request_context::identify))
        .with_state(state)
}

/// For people: HTML, cookies, no CORS.
fn pages() -> Router<AppState> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/console/") }))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/set-up", get(set_up::show).post(set_up::submit))
        .route(AUTHORIZATION_PATH, get(authorization::authorize))
        .route(CONSENT_PATH, get(consent::show).post(consent::decide))
        .route("/assets/page.css", get(console_assets::page_stylesheet))
        .route("/favicon.ico", get(console_assets::icon))
        .route("/console", get(|| async { Redirect::to("/console/") }))
        .route("/console/", get(console_assets::index))
        .route("/console/{*path}", get(console_assets::file))
        .fallback(unknown_path)
        .method_not_allowed_fallback(|| async { PageFailure::method_not_allowed() })
        .layer(from_fn(failure::deliver))
        .layer(from_fn(envelope::deliver))
}

/// For clients and resource servers: forms in, JSON out.
fn protocol() -> Router<AppState> {
    let open = Router::new()
        .route(TOKEN_PATH, post(token::redeem))
        .route(REVOCATION_PATH, post(revocation::revoke))
        .method_not_allowed_fallback(|| async { not_allowed("POST") })
        .layer(from_fn(cors::open_to_all));
    Router::new()
        .route(INTROSPECTION_PATH, post(introspection::introspect))
        .method_not_allowed_fallback(|| async { not_allowed("POST") })
        .merge(open)
}

/// Public documents.
fn discovery() -> Router<AppState> {
    Router::new()
        .route(AUTHORIZATION_SERVER_METADATA_PATH, get(server_metadata::authorization_server))
        .route(MCP_SERVER_METADATA_PATH, get(server_metadata::mcp_server))
        .route(SCHEMA_PATH, get(server_metadata::schema))
        .method_not_allowed_fallback(|| async { not_allowed("GET") })
        .layer(from_fn(cors::open_to_all))
}

/// For the console and API keys.
fn control() -> Router<AppState> {
    Router::new()
        .route("/v1/session", get(session::show).delete(session::end))
        .route("/v1/session/reauthenticate", post(session::reauthenticate))
        .route("/v1/sessions", delete(session::end_all))
        .route("/v1/members", get(members::list))
        .route("/v1/applications", get(applications::list).post(applications::create))
        .route("/v1/applications/{client_id}", get(applications::show).patch(applications::edit))
        .route("/v1/applications/{client_id}/secret/rotate", post(application_secrets::rotate))
        .route("/v1/applications/{client_id}/revoke", post(applications::revoke))
        .route("/v1/applications/{client_id}/introspect", post(applications::introspect))
        .route("/v1/agents", get(agents::list).post(agents::create))
        .route("/v1/agents/{agent_id}", get(agents::show).patch(agents::edit))
        .route("/v1/agents/{agent_id}/archive", post(agents::archive))
        .route("/v1/agents/{agent_id}/credentials", get(credentials::list).post(credentials::issue))
        .route("/v1/agents/{agent_id}/credentials/{credential_id}", get(credentials::show))
        .route("/v1/agents/{agent_id}/credentials/{credential_id}/revoke", post(credentials::revoke))
        .route("/v1/agents/{agent_id}/grants", get(grants::list))
        .route("/v1/agents/{agent_id}/grants/{client_id}/revoke", post(grants::revoke))
        .route("/v1/audit", get(audit::list))
        .method_not_allowed_fallback(|| async { ApiFailure::method_not_allowed() })
        .layer(from_fn(envelope::deliver))
}

/// What agents' tokens open.
fn resources() -> Router<AppState> {
    Router::new()
        .route(AGENT_PATH, get(resource::agent::show))
        .method_not_allowed_fallback(|| async { ApiFailure::method_not_allowed() })
        .layer(from_fn(envelope::deliver))
        .layer(from_fn(cors::open_to_all))
}

/// After a panic: nothing of it reaches the wire.
fn server_error() -> Response {
    OAuthFailure::from(Problem::ServerError).into_response()
}

fn not_allowed(allowed: &'static str) -> Response {
    OAuthFailure::from(Problem::MethodNotAllowed { allowed }).into_response()
}

/// Programs get JSON, people a page (checklist 80).
async fn unknown_path(uri: Uri) -> Response {
    let path = uri.path();
    if path.starts_with("/v1/") || path.starts_with("/.well-known/") {
        return ApiFailure::new(
            hasp_protocol::api::ApiErrorCode::ResourceNotFound,
            "There is nothing at this path.",
        )
        .into_response();
    }
    PageFailure::not_found().into_response()
}

#[cfg(test)]
mod tests;
