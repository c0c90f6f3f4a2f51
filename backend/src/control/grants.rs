//! `/v1/agents/{agent_id}/grants`: applications that members authorized to act for an agent (R81).

use super::agents::find_agent;
use super::envelope::{ApiResult, Success};
use super::failure::ApiFailure;
use super::paging::ListQuery;
use super::view;
use crate::guard::caller::{Caller, KeyScope};
use crate::state::AppState;
use crate::storage::GrantKey;
use axum::extract::{Path, State};
use hasp_protocol::api::agent::GrantRevoked;
use hasp_protocol::api::{ApiErrorCode, Page};
use hasp_protocol::identifier::{parse_client_id, parse_ulid};

/// `GET …/grants`: one page, newest approval first.
pub async fn list(State(state): State<AppState>, caller: Caller, Path(agent_id): Path<String>) -> ApiResult {
    caller.require_scope(KeyScope::GrantsRead)?;
    let agent = find_agent(&state, &caller, &agent_id).await?;
    let now = state.clock.now();
    let grants = state.store.list_granted_applications(caller.organization_id(), &agent.id, now).await?;
    let seen = grants.into_iter().filter(|grant| caller.sees(grant.mode));
    Success::page(Page { items: seen.map(view::granted_application).collect(), next_cursor: None })
}

/// `POST …/grants/{client_id}/revoke[?user_id=]`: ends what one member delegated, at once; one's own when not said.
pub async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    Path((agent_id, client_id)): Path<(String, String)>,
    query: ListQuery,
) -> ApiResult {
    caller.require_scope(KeyScope::GrantsWrite)?;
    let agent = find_agent(&state, &caller, &agent_id).await?;
    parse_client_id(&client_id).map_err(|_| ApiFailure::not_found("application"))?;
    let user_id = match query.get("user_id")? {
        None => caller.user().id.clone(),
        Some(given) => {
            parse_ulid(given, "").map_err(|error| ApiFailure::invalid("user_id", error.to_string()))?
        }
    };
    if user_id != caller.user().id && !caller.is_admin() {
        let message = "Members may end only what they granted themselves.";
        return Err(ApiFailure::new(ApiErrorCode::RoleNotAllowed, message).at("user_id"));
    }
    let now = state.clock.now();
    let grants = state.store.list_granted_applications(caller.organization_id(), &agent.id, now).await?;
    let is_this = |grant: &crate::storage::record::GrantedApplication| {
        grant.client_id == client_id && grant.user_id == user_id && caller.sees(grant.mode)
    };
    if !grants.iter().any(is_this) {
        return Err(ApiFailure::not_found("granted application"));
    }
    let grant = GrantKey { agent_id: agent.id, client_id, user_id };
    let revoked_credentials =
        state.store.revoke_grant(caller.organization_id(), grant, &caller.change(now)).await?;
    Success::ok(GrantRevoked { revoked_credentials })
}
