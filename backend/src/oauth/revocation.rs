//! `POST /v1/oauth/revoke`: by presenting the token (R60–R62), or as RFC 7009's form with client authentication.
//!
//! A presented token is answered 200 `{}`, whether it was known or not (checklist 70–72).

use super::client_authentication::authenticate;
use super::delivery::{OAuthFailure, single_header, uncached};
use super::form::Form;
use super::introspection::agent_token;
use super::token::charge_refusal;
use crate::guard::request_context::RequestContext;
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use hasp_protocol::bearer;
use hasp_protocol::parameters::Parameters;
use hasp_protocol::revocation::RevocationRequest;
use serde_json::json;

/// The endpoint.
pub async fn revoke(
    State(state): State<AppState>,
    context: RequestContext,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, OAuthFailure> {
    let authorization = single_header(&headers, header::AUTHORIZATION);
    // With a bearer token the body does not matter, whatever it is.
    let is_bearer = authorization.is_some_and(bearer::is_bearer);
    let parameters = if is_bearer { form.unwrap_or_else(|_| Parameters::parse("")) } else { form? };
    match RevocationRequest::parse(authorization, &parameters)? {
        RevocationRequest::Bearer(token) => by_possession(&state, &context, token).await?,
        RevocationRequest::Form { token } => {
            let client = authenticate(&state, &context, &headers, &parameters)
                .await
                .map_err(|refusal| charge_refusal(&state, refusal))?;
            by_client(&state, &context, client.client_id(), token).await?;
        }
    }
    Ok(uncached(StatusCode::OK, &json!({})))
}

async fn by_possession(state: &AppState, context: &RequestContext, token: &str) -> Result<(), OAuthFailure> {
    if let Some(secret) = agent_token(token) {
        let change = context.change(state.clock.now(), None, "token");
        state.store.revoke_token(secret.sha256(), &change).await?;
    }
    Ok(())
}

/// Another client's token stays untouched (checklist 71).
async fn by_client(
    state: &AppState,
    context: &RequestContext,
    client_id: &str,
    token: &str,
) -> Result<(), OAuthFailure> {
    let Some(secret) = agent_token(token) else { return Ok(()) };
    let found = state.store.find_token(secret.sha256()).await?;
    if found.is_some_and(|credential| credential.client_id.as_deref() == Some(client_id)) {
        let change = context.change(state.clock.now(), None, &format!("client:{client_id}"));
        state.store.revoke_token(secret.sha256(), &change).await?;
    }
    Ok(())
}
