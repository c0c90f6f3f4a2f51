//! `/v1/agents`, their credentials and their granted applications.

use super::{Api, ApiProblem};
use hasp_protocol::api::Page;
use hasp_protocol::api::agent::{
    AgentArchived, AgentChange, AgentView, GrantRevoked, GrantedApplication, NewAgent,
};
use hasp_protocol::api::credential::{CredentialStatus, CredentialView, RevokeCredential};
use serde_json::json;

/// One page of the organization's agents, newest first.
pub async fn list(api: Api, cursor: Option<String>) -> Result<Page<AgentView>, ApiProblem> {
    api.list(&super::client::page_of("/v1/agents", cursor.as_deref())).await
}

/// Registers an agent.
pub async fn register(api: Api, agent: NewAgent) -> Result<AgentView, ApiProblem> {
    api.post("/v1/agents", &agent).await
}

/// One agent.
pub async fn read(api: Api, agent_id: String) -> Result<AgentView, ApiProblem> {
    api.get(&format!("/v1/agents/{agent_id}")).await
}

/// Edits an agent; issued credentials keep what they were given.
pub async fn edit(api: Api, agent_id: String, change: AgentChange) -> Result<AgentView, ApiProblem> {
    api.patch(&format!("/v1/agents/{agent_id}"), &change).await
}

/// Ends an agent and every active credential of it.
pub async fn archive(api: Api, agent_id: String) -> Result<AgentArchived, ApiProblem> {
    api.post(&format!("/v1/agents/{agent_id}/archive"), &json!({})).await
}

/// One page of an agent's credentials with this status.
pub async fn credentials(
    api: Api,
    agent_id: String,
    status: CredentialStatus,
    cursor: Option<String>,
) -> Result<Page<CredentialView>, ApiProblem> {
    let status = match status {
        CredentialStatus::Active => "active",
        CredentialStatus::Revoked => "revoked",
        CredentialStatus::Expired => "expired",
    };
    let path = format!("/v1/agents/{agent_id}/credentials?status={status}");
    api.list(&super::client::page_of(&path, cursor.as_deref())).await
}

/// Ends one credential; the reason goes into the audit event.
pub async fn revoke_credential(
    api: Api,
    agent_id: String,
    credential_id: String,
    reason: Option<String>,
) -> Result<CredentialView, ApiProblem> {
    let path = format!("/v1/agents/{agent_id}/credentials/{credential_id}/revoke");
    api.post(&path, &RevokeCredential { reason }).await
}

/// The applications that members authorized to act for an agent (R81).
pub async fn grants(api: Api, agent_id: String) -> Result<Page<GrantedApplication>, ApiProblem> {
    api.list(&format!("/v1/agents/{agent_id}/grants?limit=200")).await
}

/// Ends what one member granted to one application for this agent (R81).
pub async fn revoke_grant(
    api: Api,
    agent_id: String,
    client_id: String,
    user_id: String,
) -> Result<GrantRevoked, ApiProblem> {
    let path = format!("/v1/agents/{agent_id}/grants/{client_id}/revoke?user_id={user_id}");
    api.post(&path, &json!({})).await
}
