//! `POST /v1/oauth/introspect` (RFC 7662; R48, R55; checklist 66–69).
//!
//! A client sees its own tokens; an API key with `tokens:introspect` those of its organization's agents in its mode. Whatever else is
//! asked about is `{"active":false}` and nothing more.

use super::client_authentication::{Refusal, authenticate};
use super::delivery::{OAuthFailure, single_header, uncached};
use super::form::Form;
use crate::clock::Timestamp;
use crate::failure::Internal;
use crate::guard::caller::{KeyScope, live_key};
use crate::guard::rate_limit::Payer;
use crate::guard::request_context::RequestContext;
use crate::state::AppState;
use crate::storage::record::Credential;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use hasp_protocol::introspection::{self, ActiveToken, IntrospectionResponse};
use hasp_protocol::parameters::Parameters;
use hasp_protocol::problem::ClientAuthenticationFailure;
use hasp_protocol::secret::{Secret, SecretKind};
use hasp_protocol::{Mode, Problem, bearer};
use serde_json::Value;

/// Whose tokens the caller may see.
#[derive(Clone, Debug)]
pub enum View {
    /// Issued through this client.
    Client(String),
    /// Of this organization's agents, in this mode.
    Organization(String, Mode),
}

impl View {
    fn shows(&self, credential: &Credential) -> bool {
        match self {
            View::Client(client_id) => credential.client_id.as_ref() == Some(client_id),
            View::Organization(id, mode) => credential.organization_id == *id && credential.mode == *mode,
        }
    }
}

/// The endpoint.
pub async fn introspect(
    State(state): State<AppState>,
    context: RequestContext,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, OAuthFailure> {
    let parameters = form.map_err(|problem| OAuthFailure::at_introspection(&problem))?;
    let view = authenticated_view(&state, &context, &headers, &parameters).await?;
    let token =
        introspection::token(&parameters).map_err(|problem| OAuthFailure::at_introspection(&problem))?;
    Ok(uncached(StatusCode::OK, &answer(&state, &view, token).await?))
}

/// What the caller may know of a token.
///
/// # Errors
/// When the store does not answer.
pub async fn answer(state: &AppState, view: &View, token: &str) -> Result<IntrospectionResponse, Internal> {
    let Some(secret) = agent_token(token) else { return Ok(IntrospectionResponse::Inactive) };
    let now = state.clock.now();
    match state.store.find_token(secret.sha256()).await? {
        Some(credential) if credential.is_active(now) && view.shows(&credential) => {
            Ok(IntrospectionResponse::Active(active(state.issuer(), credential)))
        }
        _ => Ok(IntrospectionResponse::Inactive),
    }
}

/// The token, when it reads as one; other texts cost no lookup.
#[must_use]
pub fn agent_token(text: &str) -> Option<Secret> {
    let is_agent_token =
        |secret: &Secret| matches!(secret.kind(), SecretKind::AgentTokenLive | SecretKind::AgentTokenTest);
    Secret::parse(text).ok().filter(is_agent_token)
}

async fn authenticated_view(
    state: &AppState,
    context: &RequestContext,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<View, OAuthFailure> {
    if let Some(header) =
        single_header(headers, header::AUTHORIZATION).filter(|header| bearer::is_bearer(header))
    {
        return key_view(state, context, header).await;
    }
    match authenticate(state, context, headers, parameters).await {
        Ok(client) if client.is_confidential() => Ok(View::Client(client.client_id().to_owned())),
        // `none` is not offered here: anybody could name a public client (R48).
        Ok(client) => {
            let reason = ClientAuthenticationFailure::SecretMissing;
            let problem = Problem::ClientAuthenticationFailed { basic: false, reason };
            Err(refuse(state, problem, Payer::Unproved(client.client_id().to_owned(), context.address)))
        }
        Err(Refusal::Problem(problem, payer)) => Err(refuse(state, problem, payer)),
        Err(Refusal::Internal(cause)) => Err(cause.into()),
    }
}

async fn key_view(state: &AppState, context: &RequestContext, header: &str) -> Result<View, OAuthFailure> {
    let token = bearer::token(header).map_err(|problem| OAuthFailure::bearer(&problem))?;
    let Some(key) = live_key(state, token).await? else {
        let charged = state.token_limit.charge(Payer::Stranger(context.address), state.clock.now());
        return Err(charged.map_or_else(Into::into, |()| OAuthFailure::bearer(&Problem::TokenInvalid)));
    };
    let scope = KeyScope::TokensIntrospect.as_str();
    if !key.scopes.iter().any(|held| held == scope) {
        return Err(OAuthFailure::insufficient_scope(scope));
    }
    Ok(View::Organization(key.organization_id, key.mode))
}

fn refuse(state: &AppState, problem: Problem, payer: Payer) -> OAuthFailure {
    match state.token_limit.charge(payer, state.clock.now()) {
        Ok(()) => OAuthFailure::at_introspection(&problem),
        Err(limit) => limit.into(),
    }
}

fn active(issuer: &str, credential: Credential) -> ActiveToken {
    ActiveToken {
        sub: credential.delegating_user_id,
        client_id: credential.client_id,
        iat: unix_seconds(credential.issued_at),
        exp: unix_seconds(credential.expires_at),
        scope: scope(&credential.authorization_details),
        authorization_details: credential.authorization_details,
        agent_id: credential.agent_id,
        token_type: "Bearer",
        iss: issuer.to_owned(),
        mode: credential.mode,
    }
}

/// The grant types, each once, in order (C9). The details were checked when they were granted.
fn scope(details: &Value) -> String {
    let mut types: Vec<&str> = Vec::new();
    for name in details.as_array().into_iter().flatten().filter_map(|grant| grant["type"].as_str()) {
        if !types.contains(&name) {
            types.push(name);
        }
    }
    types.join(" ")
}

fn unix_seconds(at: Timestamp) -> u64 {
    u64::try_from(at.unix_seconds()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hasp_protocol::AuthorizationDetails;
    use serde_json::json;

    #[test]
    fn scope_is_what_the_protocol_crate_says() {
        let details = json!([
            {"type": "hasp.data.read", "entities": ["a"]},
            {"type": "external.tool.invoke", "tool_id": "web.search"},
            {"type": "hasp.data.read", "entities": ["b"]},
        ]);

        assert_eq!(scope(&details), "hasp.data.read external.tool.invoke");
        assert_eq!(scope(&details), AuthorizationDetails::from_value(&details).unwrap().scope());
    }
}
