//! `GET /healthz` answers while the process lives, `GET /readyz` only while the store does.

use crate::failure::Internal;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;

/// The process lives.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The store answers.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.store.ping().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            Internal::from(error).log();
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n")
        }
    }
}
