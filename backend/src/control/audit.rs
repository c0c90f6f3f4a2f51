//! `GET /v1/audit`: the organization's chain, newest first.

use super::envelope::{ApiResult, Success};
use super::paging::ListQuery;
use super::view;
use crate::guard::caller::{Caller, KeyScope};
use crate::state::AppState;
use crate::storage::AuditFilter;
use axum::extract::State;
use hasp_protocol::api::Page;

/// Filters `action`, `entity_type`, `entity_id`. A key sees events of its own mode and of none.
pub async fn list(State(state): State<AppState>, caller: Caller, query: ListQuery) -> ApiResult {
    caller.require_scope(KeyScope::AuditRead)?;
    let filter = AuditFilter {
        action: query.get("action")?.map(str::to_owned),
        entity_type: query.get("entity_type")?.map(str::to_owned),
        entity_id: query.get("entity_id")?.map(str::to_owned),
    };
    let page = state.store.list_audit_events(caller.organization_id(), filter, query.page()?).await?;
    let seen = page.items.into_iter().filter(|event| event.mode.is_none_or(|mode| caller.sees(mode)));
    Success::page(Page { items: seen.map(view::audit_event).collect(), next_cursor: page.next_cursor })
}
