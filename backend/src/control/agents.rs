//! `/v1/agents`: register, list, read, edit, archive (domain.md 2.2).

use super::envelope::{ApiResult, Success};
use super::failure::ApiFailure;
use super::fields;
use super::input::StrictJson;
use super::paging::ListQuery;
use super::view;
use crate::guard::caller::{Caller, KeyScope};
use crate::state::AppState;
use crate::storage::record::Agent;
use crate::storage::{AgentEdit, AgentEnded, AgentSaved};
use axum::extract::{Path, State};
use hasp_protocol::api::agent::{AgentArchived, AgentChange, NewAgent};
use hasp_protocol::api::{ApiErrorCode, Page};
use hasp_protocol::identifier::parse_ulid;
use hasp_protocol::limits::{AGENT_NAME_CHARACTERS, DESCRIPTION_CHARACTERS, EXPIRY_HOURS};
use hasp_protocol::{GrantType, Mode};

/// `GET /v1/agents`, newest first.
pub async fn list(State(state): State<AppState>, caller: Caller, query: ListQuery) -> ApiResult {
    caller.require_scope(KeyScope::AgentsRead)?;
    let page = state.store.list_agents(caller.organization_id(), query.page()?, state.clock.now()).await?;
    Success::page(Page { items: page.items.iter().map(view::agent).collect(), next_cursor: page.next_cursor })
}

/// `POST /v1/agents`.
pub async fn create(
    State(state): State<AppState>,
    caller: Caller,
    StrictJson(body): StrictJson<NewAgent>,
) -> ApiResult {
    caller.require_scope(KeyScope::AgentsWrite)?;
    fields::capabilities(&body.capabilities)?;
    check_types(body.allowed_scope_types.as_deref())?;
    let now = state.clock.now();
    let agent = Agent {
        id: crate::random::ulid(now)?,
        organization_id: caller.organization_id().to_owned(),
        name: fields::name("/name", &body.name, AGENT_NAME_CHARACTERS)?,
        description: fields::text(
            "/description",
            body.description.as_deref().unwrap_or_default(),
            DESCRIPTION_CHARACTERS,
        )?,
        capabilities: body.capabilities,
        default_expiry_hours: fields::number(
            "/default_expiry_hours",
            body.default_expiry_hours,
            EXPIRY_HOURS,
        )?,
        default_revocation_policy: body.default_revocation_policy,
        allowed_scope_types: body.allowed_scope_types,
        active_credentials: 0,
        created_at: now,
        updated_at: now,
        archived_at: None,
    };
    let saved = state.store.create_agent(agent, &caller.change(now)).await?;
    Success::created(view::agent(&expect_saved(saved)?))
}

/// `GET /v1/agents/{agent_id}`.
pub async fn show(State(state): State<AppState>, caller: Caller, Path(agent_id): Path<String>) -> ApiResult {
    caller.require_scope(KeyScope::AgentsRead)?;
    Success::ok(view::agent(&find_agent(&state, &caller, &agent_id).await?))
}

/// `PATCH /v1/agents/{agent_id}`: issued credentials keep what they have.
///
/// Lifetime, policy and types decide what others' tokens may do: changing them takes an admin and a live key.
pub async fn edit(
    State(state): State<AppState>,
    caller: Caller,
    Path(agent_id): Path<String>,
    StrictJson(body): StrictJson<AgentChange>,
) -> ApiResult {
    caller.require_scope(KeyScope::AgentsWrite)?;
    let agent = find_agent(&state, &caller, &agent_id).await?;
    if let Some(types) = &body.allowed_scope_types {
        check_types(types.as_deref())?;
    }
    if changes_authority(&body, &agent) {
        caller.require_admin()?;
        require_live(&caller, "Tokens of live applications would change with it")?;
    }
    if let Some(tags) = &body.capabilities {
        fields::capabilities(tags)?;
    }
    let edit = AgentEdit {
        name: body.name.map(|name| fields::name("/name", &name, AGENT_NAME_CHARACTERS)).transpose()?,
        description: body
            .description
            .map(|text| fields::text("/description", &text, DESCRIPTION_CHARACTERS))
            .transpose()?,
        capabilities: body.capabilities,
        default_expiry_hours: body
            .default_expiry_hours
            .map(|hours| fields::number("/default_expiry_hours", hours, EXPIRY_HOURS))
            .transpose()?,
        default_revocation_policy: body.default_revocation_policy,
        allowed_scope_types: body.allowed_scope_types,
    };
    let change = caller.change(state.clock.now());
    let saved = state.store.edit_agent(caller.organization_id(), &agent.id, edit, &change).await?;
    Success::ok(view::agent(&expect_saved(saved)?))
}

/// Whether the change touches what the agent's next tokens may do, or for how long.
fn changes_authority(change: &AgentChange, agent: &Agent) -> bool {
    change.default_expiry_hours.is_some_and(|hours| hours != agent.default_expiry_hours)
        || change.default_revocation_policy.is_some_and(|policy| policy != agent.default_revocation_policy)
        || change.allowed_scope_types.as_ref().is_some_and(|types| *types != agent.allowed_scope_types)
}

/// Agents have no mode of their own (C31), so a test key must not touch what live credentials rest on.
fn require_live(caller: &Caller, consequence: &str) -> Result<(), ApiFailure> {
    if caller.sees(Mode::Live) {
        return Ok(());
    }
    let message = format!("{consequence}, and this API key works in test mode only.");
    Err(ApiFailure::new(ApiErrorCode::RoleNotAllowed, message).hint("Use a live key, or the console."))
}

/// `POST /v1/agents/{agent_id}/archive`: for good, with every credential; a second time changes nothing.
pub async fn archive(
    State(state): State<AppState>,
    caller: Caller,
    Path(agent_id): Path<String>,
) -> ApiResult {
    caller.require_scope(KeyScope::AgentsWrite)?;
    caller.require_admin()?;
    require_live(&caller, "The agent's live credentials would end with it")?;
    let agent_id = read_agent_id(&agent_id)?;
    let change = caller.change(state.clock.now());
    match state.store.archive_agent(caller.organization_id(), &agent_id, &change).await? {
        AgentEnded::Archived { agent, credentials } => {
            Success::ok(AgentArchived { agent: view::agent(&agent), revoked_credentials: credentials })
        }
        AgentEnded::AlreadyArchived(agent) => {
            Success::ok(AgentArchived { agent: view::agent(&agent), revoked_credentials: 0 })
        }
        AgentEnded::Unknown => Err(ApiFailure::not_found("agent")),
    }
}

/// The agent of the path, in the caller's organization.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, also for ids that are none.
pub async fn find_agent(state: &AppState, caller: &Caller, agent_id: &str) -> Result<Agent, ApiFailure> {
    let agent_id = read_agent_id(agent_id)?;
    let found = state.store.find_agent(caller.organization_id(), &agent_id, state.clock.now()).await?;
    found.ok_or_else(|| ApiFailure::not_found("agent"))
}

/// The bare ULID of `<ulid>` or `agent_<ulid>`.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub fn read_agent_id(text: &str) -> Result<String, ApiFailure> {
    parse_ulid(text, "agent_").map_err(|_| ApiFailure::not_found("agent"))
}

/// The answer for an agent that does not take changes any more.
#[must_use]
pub fn archived() -> ApiFailure {
    ApiFailure::new(ApiErrorCode::AgentArchived, "The agent is archived, for good.")
        .hint("Register a new agent.")
}

fn expect_saved(saved: AgentSaved) -> Result<Agent, ApiFailure> {
    match saved {
        AgentSaved::Saved(agent) => Ok(agent),
        AgentSaved::NameTaken => Err(ApiFailure::new(
            ApiErrorCode::AgentNameTaken,
            "Another agent of the organization has this name.",
        )
        .at("/name")),
        AgentSaved::Unknown => Err(ApiFailure::not_found("agent")),
        AgentSaved::Archived => Err(archived()),
    }
}

fn check_types(types: Option<&[String]>) -> Result<(), ApiFailure> {
    let Some(types) = types else { return Ok(()) };
    if types.is_empty() {
        return Err(ApiFailure::invalid("/allowed_scope_types", "An empty list would allow nothing.")
            .hint("Leave it out, or send null, to allow every type."));
    }
    for (index, name) in types.iter().enumerate() {
        let param = format!("/allowed_scope_types/{index}");
        if GrantType::parse(name).is_none() {
            let known = GrantType::ALL.map(GrantType::as_str).join(", ");
            return Err(ApiFailure::new(
                ApiErrorCode::InvalidScopeType,
                format!("There is no grant type of this name; the types are {known}."),
            )
            .at(param));
        }
        if types[..index].contains(name) {
            return Err(ApiFailure::invalid(param, "The same type stands here twice."));
        }
    }
    Ok(())
}
