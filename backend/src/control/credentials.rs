//! `/v1/agents/{agent_id}/credentials`: issue directly, list, read, revoke (domain.md 2.2, A5–A8).

use super::agents::{archived, find_agent};
use super::envelope::{ApiResult, Success};
use super::failure::ApiFailure;
use super::fields;
use super::input::{OptionalJson, StrictJson};
use super::paging::ListQuery;
use super::view;
use crate::clock::Timestamp;
use crate::guard::caller::{Caller, KeyScope};
use crate::oauth::second_opinion::schema_issues;
use crate::random;
use crate::sentence::sentence;
use crate::state::AppState;
use crate::storage::record::{self, Agent, Credential};
use crate::storage::{self, CredentialEnded, CredentialFilter};
use axum::extract::{Path, State};
use hasp_protocol::api::credential::{CredentialIssued, NewCredential, RevokeCredential};
use hasp_protocol::api::{ApiErrorCode, Page};
use hasp_protocol::authorization_details::{AuthorizationDetails, Issue};
use hasp_protocol::identifier::parse_ulid;
use hasp_protocol::limits::{
    CONCURRENT_INVOCATIONS, CONCURRENT_INVOCATIONS_DEFAULT, CREDENTIAL_NAME_CHARACTERS,
    DESCRIPTION_CHARACTERS, DETAILS_BYTES, EXPIRY_HOURS, REASON_CHARACTERS,
};
use hasp_protocol::problem::Policy;
use hasp_protocol::secret::{Secret, SecretKind};
use hasp_protocol::{GrantType, Mode};
use serde_json::Value;
use std::time::Duration;

/// `GET …/credentials[?status=active|revoked|expired|all]`; never a token.
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Path(agent_id): Path<String>,
    query: ListQuery,
) -> ApiResult {
    caller.require_scope(KeyScope::CredentialsRead)?;
    let agent = find_agent(&state, &caller, &agent_id).await?;
    let filter = match query.get("status")? {
        None | Some("active") => CredentialFilter::Active,
        Some("revoked") => CredentialFilter::Revoked,
        Some("expired") => CredentialFilter::Expired,
        Some("all") => CredentialFilter::All,
        Some(_) => {
            return Err(ApiFailure::invalid("status", "status is active, revoked, expired or all."));
        }
    };
    let now = state.clock.now();
    let (organization_id, slice) = (caller.organization_id(), query.page()?);
    let page = state.store.list_credentials(organization_id, &agent.id, filter, slice, now).await?;
    let seen = page.items.iter().filter(|credential| caller.sees(credential.mode));
    Success::page(Page {
        items: seen.map(|credential| view::credential(credential, now)).collect(),
        next_cursor: page.next_cursor,
    })
}

/// `POST …/credentials`: authority without an application; the answer holds the token, this once.
pub async fn issue(
    State(state): State<AppState>,
    caller: Caller,
    Path(agent_id): Path<String>,
    StrictJson(body): StrictJson<NewCredential>,
) -> ApiResult {
    caller.require_scope(KeyScope::CredentialsWrite)?;
    let agent = find_agent(&state, &caller, &agent_id).await?;
    if agent.archived_at.is_some() {
        return Err(archived());
    }
    let now = state.clock.now();
    let mode = read_mode(&caller, body.mode)?;
    let details = read_details(&state, &agent, &body.granted_scopes)?;
    let expires_at = body.expires_at.as_deref().map(|text| read_expiry(text, now)).transpose()?;
    let concurrency = body.max_concurrent_invocations.unwrap_or(CONCURRENT_INVOCATIONS_DEFAULT);
    let name = fields::name("/name", &body.name, CREDENTIAL_NAME_CHARACTERS)?;
    let description = body.description.as_deref().unwrap_or_default();
    let description = fields::text("/description", description, DESCRIPTION_CHARACTERS)?;
    let max_concurrent_invocations =
        fields::number("/max_concurrent_invocations", concurrency, CONCURRENT_INVOCATIONS)?;
    caller.require_recent_password(&state, now)?;

    let token = Secret::from_random(SecretKind::agent_token(mode), random::bytes()?);
    let new = record::NewCredential {
        id: random::ulid(now)?,
        agent_id: agent.id,
        name,
        description,
        details_digest: details.digest(),
        authorization_details: body.granted_scopes,
        delegating_user_id: caller.user().id.clone(),
        mode,
        token_hash: token.sha256(),
        token_prefix: token.display_prefix(),
        revocation_policy: body.revocation_policy,
        max_concurrent_invocations,
        expires_at,
    };
    match state.store.issue_credential(caller.organization_id(), new, &caller.change(now)).await? {
        storage::CredentialIssued::Issued(credential) => Success::created(CredentialIssued {
            credential: view::credential(&credential, now),
            token: token.expose().to_owned(),
        }),
        storage::CredentialIssued::AgentUnknown => Err(ApiFailure::not_found("agent")),
        storage::CredentialIssued::AgentArchived => Err(archived()),
        storage::CredentialIssued::TypeNotAllowed => Err(ApiFailure::new(
            ApiErrorCode::InvalidScopeType,
            "The agent does not allow one of the types any more.",
        )
        .at("/granted_scopes")),
    }
}

/// `GET …/credentials/{credential_id}`.
pub async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Path((agent_id, credential_id)): Path<(String, String)>,
) -> ApiResult {
    caller.require_scope(KeyScope::CredentialsRead)?;
    let credential = find_credential(&state, &caller, &agent_id, &credential_id).await?;
    Success::ok(view::credential(&credential, state.clock.now()))
}

/// `POST …/credentials/{credential_id}/revoke`: at once; a second time changes nothing.
pub async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    Path((agent_id, credential_id)): Path<(String, String)>,
    OptionalJson(body): OptionalJson<RevokeCredential>,
) -> ApiResult {
    caller.require_scope(KeyScope::CredentialsWrite)?;
    let credential = find_credential(&state, &caller, &agent_id, &credential_id).await?;
    if credential.delegating_user_id != caller.user().id {
        caller.require_admin()?;
    }
    let reason = fields::text("/reason", body.reason.as_deref().unwrap_or_default(), REASON_CHARACTERS)?;
    let now = state.clock.now();
    let (organization_id, change) = (caller.organization_id(), caller.change(now));
    match state.store.revoke_credential(organization_id, &credential.id, reason, &change).await? {
        CredentialEnded::Revoked(credential) | CredentialEnded::AlreadyEnded(credential) => {
            Success::ok(view::credential(&credential, now))
        }
        CredentialEnded::Unknown => Err(ApiFailure::not_found("credential")),
    }
}

async fn find_credential(
    state: &AppState,
    caller: &Caller,
    agent_id: &str,
    credential_id: &str,
) -> Result<Credential, ApiFailure> {
    let not_found = || ApiFailure::not_found("credential");
    let agent_id = super::agents::read_agent_id(agent_id)?;
    let credential_id = parse_ulid(credential_id, "").map_err(|_| not_found())?;
    let found = state.store.find_credential(caller.organization_id(), &credential_id).await?;
    found
        .filter(|credential| credential.agent_id == agent_id && caller.sees(credential.mode))
        .ok_or_else(not_found)
}

/// A key always issues in its own mode.
fn read_mode(caller: &Caller, asked: Option<Mode>) -> Result<Mode, ApiFailure> {
    match (caller.key_mode(), asked) {
        (Some(own), Some(asked)) if own != asked => {
            Err(ApiFailure::invalid("/mode", "An API key issues credentials of its own mode only."))
        }
        (Some(own), _) => Ok(own),
        (None, asked) => Ok(asked.unwrap_or(Mode::Live)),
    }
}

/// In the future, at most 720 h ahead.
fn read_expiry(text: &str, now: Timestamp) -> Result<Timestamp, ApiFailure> {
    let param = "/expires_at";
    let expiry = Timestamp::parse_iso8601(text).ok_or_else(|| {
        ApiFailure::invalid(param, "This is no time such as 2026-11-24T20:13:11Z, with Z or an offset.")
    })?;
    if expiry <= now {
        return Err(ApiFailure::new(
            ApiErrorCode::ExpiryInPast,
            "The credential would end before it begins.",
        )
        .at(param));
    }
    let latest = now.plus(Duration::from_secs(u64::from(*EXPIRY_HOURS.end()) * 3600));
    if expiry > latest {
        let message = format!("A credential lives at most {} hours.", EXPIRY_HOURS.end());
        return Err(ApiFailure::invalid(param, message));
    }
    Ok(expiry)
}

/// Both validators, then the agent's own list of types.
fn read_details(state: &AppState, agent: &Agent, value: &Value) -> Result<AuthorizationDetails, ApiFailure> {
    let bytes = value.to_string().len();
    if bytes > DETAILS_BYTES {
        let message = format!("The grants have {bytes} bytes; at most {DETAILS_BYTES} fit.");
        return Err(ApiFailure::invalid("/granted_scopes", message));
    }
    let details = AuthorizationDetails::from_value(value).map_err(|issues| first_issue(&issues, value))?;
    let second_opinion = schema_issues(state, value);
    if !second_opinion.is_empty() {
        return Err(first_issue(&second_opinion, value));
    }
    details.check_allowed(agent.allowed_scope_types.as_deref(), Policy::Agent).map_err(|problem| {
        ApiFailure::new(ApiErrorCode::InvalidScopeType, sentence(&problem.public_text()))
            .at("/granted_scopes")
            .hint(problem.hint())
    })?;
    Ok(details)
}

fn first_issue(issues: &[Issue], value: &Value) -> ApiFailure {
    let Some(issue) = issues.first() else {
        return ApiFailure::invalid("/granted_scopes", "The grants are not valid.");
    };
    let is_unknown_type = issue.pointer.ends_with("/type")
        && value
            .pointer(&issue.pointer)
            .and_then(Value::as_str)
            .is_some_and(|name| GrantType::parse(name).is_none());
    let code = if is_unknown_type { ApiErrorCode::InvalidScopeType } else { ApiErrorCode::ValidationFailed };
    ApiFailure::new(code, sentence(&format!("{} arrived, {} expected", issue.received, issue.expected)))
        .at(format!("/granted_scopes{}", issue.pointer))
        .hint(issue.fix.clone())
        .details(serde_json::json!({"issues": issues.iter().map(Issue::to_json).collect::<Vec<_>>()}))
}
