//! `GET /v1/members`: the people of the organization.

use super::envelope::{ApiResult, Success};
use super::view;
use crate::guard::caller::{Caller, KeyScope};
use crate::state::AppState;
use axum::extract::State;
use hasp_protocol::api::Page;

/// All of today's members, by name; one page.
pub async fn list(State(state): State<AppState>, caller: Caller) -> ApiResult {
    caller.require_scope(KeyScope::GrantsRead)?;
    let users = state.store.list_users(caller.organization_id()).await?;
    Success::page(Page { items: users.iter().map(view::user).collect(), next_cursor: None })
}
