//! `GET /v1/agent`: what the presented token stands for (R22). The first API that takes it.

use crate::control::envelope::{ApiResult, Success};
use crate::control::failure::ApiFailure;
use crate::oauth::delivery::single_header;
use crate::oauth::introspection::agent_token;
use crate::sentence::sentence;
use crate::state::AppState;
use crate::storage::record::Credential;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hasp_protocol::Problem;
use hasp_protocol::api::ApiErrorCode;
use hasp_protocol::bearer;
use hasp_protocol::parameters::Parameters;
use serde_json::json;

/// The endpoint.
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Success, BearerFailure> {
    // Checklist 48: never looked at, and worth a word.
    if Parameters::parse(&query.unwrap_or_default()).names().any(|name| name == "access_token") {
        return Err(Problem::ParameterInQuery { parameter: "access_token".to_owned() }.into());
    }
    let credential = present(&state, &headers).await?;
    Ok(answer(credential)?)
}

/// The credential of the bearer token, while it works.
///
/// # Errors
/// The challenge of RFC 6750 §3.
pub async fn present(state: &AppState, headers: &HeaderMap) -> Result<Credential, BearerFailure> {
    let token = bearer::required(single_header(headers, header::AUTHORIZATION))?;
    let secret = agent_token(token).ok_or(Problem::TokenInvalid)?;
    let credential = state.store.find_token(secret.sha256()).await.map_err(ApiFailure::from)?;
    let now = state.clock.now();
    credential.filter(|credential| credential.is_active(now)).ok_or_else(|| Problem::TokenInvalid.into())
}

/// A refusal with its `WWW-Authenticate`, or a failure of ours without.
#[derive(Debug)]
pub struct BearerFailure {
    failure: ApiFailure,
    challenge: Option<String>,
}

impl From<Problem> for BearerFailure {
    fn from(problem: Problem) -> Self {
        let (code, status) = match problem {
            Problem::BearerMissing => (ApiErrorCode::AuthenticationRequired, StatusCode::UNAUTHORIZED),
            Problem::TokenInvalid => (ApiErrorCode::InvalidCredential, StatusCode::UNAUTHORIZED),
            _ => (ApiErrorCode::ValidationFailed, StatusCode::BAD_REQUEST),
        };
        let failure =
            ApiFailure::new(code, sentence(&problem.public_text())).status(status).hint(problem.hint());
        BearerFailure { failure, challenge: Some(bearer::challenge(&problem)) }
    }
}

impl From<ApiFailure> for BearerFailure {
    fn from(failure: ApiFailure) -> Self {
        BearerFailure { failure, challenge: None }
    }
}

impl IntoResponse for BearerFailure {
    fn into_response(self) -> Response {
        let mut response = self.failure.into_response();
        if let Some(challenge) = self.challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

fn answer(credential: Credential) -> ApiResult {
    Success::ok(json!({
        "agent": {"id": credential.agent_id, "name": credential.agent_name},
        "delegating_user": {"id": credential.delegating_user_id},
        "credential_id": credential.id,
        "client_id": credential.client_id,
        "mode": credential.mode,
        "authorization_details": credential.authorization_details,
        "issued_at": credential.issued_at.to_iso8601(),
        "expires_at": credential.expires_at.to_iso8601(),
    }))
}
