//! `/v1/agents`, their credentials and their granted applications.

use super::{Answer, Api};
use hasp_protocol::api::Page;
use hasp_protocol::api::agent::{AgentArchived, AgentChange, AgentView, GrantRevoked, NewAgent};
use hasp_protocol::api::credential::{CredentialStatus, CredentialView, RevokeCredential};
use serde_json::{Value, json};

/// One page of the organization's agents, newest first.
pub fn list(api: Api, cursor: Option<String>) -> Answer<Page<Value>> {
    api.list("/v1/agents", cursor.as_deref())
}

/// The organization's agents as far as one page goes, for choosing one by name.
pub fn choices(api: Api) -> Answer<Vec<AgentView>> {
    api.get("/v1/agents?limit=200".into())
}

/// Registers an agent.
pub fn register(api: Api, agent: NewAgent) -> Answer<AgentView> {
    api.post("/v1/agents".into(), &agent)
}

/// One agent.
pub fn read(api: Api, agent_id: String) -> Answer<AgentView> {
    api.get(format!("/v1/agents/{agent_id}"))
}

/// Edits an agent; issued credentials keep what they were given.
pub fn edit(api: Api, agent_id: String, change: AgentChange) -> Answer<AgentView> {
    api.patch(format!("/v1/agents/{agent_id}"), &change)
}

/// Ends an agent and every active credential of it.
pub fn archive(api: Api, agent_id: String) -> Answer<AgentArchived> {
    api.post(format!("/v1/agents/{agent_id}/archive"), &json!({}))
}

/// One page of an agent's credentials with this status.
pub fn credentials(
    api: Api,
    agent_id: String,
    status: CredentialStatus,
    cursor: Option<String>,
) -> Answer<Page<Value>> {
    let status = match status {
        CredentialStatus::Active => "active",
        CredentialStatus::Revoked => "revoked",
        CredentialStatus::Expired => "expired",
    };
    let path = format!("/v1/agents/{agent_id}/credentials?status={status}");
    api.list(&path, cursor.as_deref())
}

/// Ends one credential; the reason goes into the audit event.
pub fn revoke_credential(
    api: Api,
    agent_id: String,
    credential_id: String,
    reason: Option<String>,
) -> Answer<CredentialView> {
    let path = format!("/v1/agents/{agent_id}/credentials/{credential_id}/revoke");
    api.post(path, &RevokeCredential { reason })
}

/// One page of the applications that members authorized to act for an agent (R81).
pub fn grants(api: Api, agent_id: String, cursor: Option<String>) -> Answer<Page<Value>> {
    api.list(&format!("/v1/agents/{agent_id}/grants"), cursor.as_deref())
}

/// Ends what one member granted to one application for this agent (R81).
pub fn revoke_grant(api: Api, agent_id: String, client_id: String, user_id: String) -> Answer<GrantRevoked> {
    let path = format!("/v1/agents/{agent_id}/grants/{client_id}/revoke?user_id={user_id}");
    api.post(path, &json!({}))
}
