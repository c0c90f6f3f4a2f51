//! `/v1/agents/{agent_id}/credentials`: time-bounded authority given to one agent (domain.md 1.2, 2.2).

use super::agent::RevocationPolicy;
use crate::Mode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One credential. Never its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialView {
    /// Bare ULID, the revocation handle.
    pub id: String,
    /// The agent that acts.
    pub agent_id: String,
    /// 2-255 characters.
    pub name: String,
    /// What it was made for.
    pub description: Option<String>,
    /// 1-20 grants, as granted.
    pub granted_scopes: Value,
    /// `None` when it was issued from the console or by API key.
    pub client_id: Option<String>,
    /// The application's current name.
    pub application_name: Option<String>,
    /// The root human.
    pub delegating_user_id: String,
    /// Their name.
    pub delegating_user_display_name: String,
    /// `live` or `test`.
    pub mode: Mode,
    /// The first characters of the token, to recognise it by.
    pub prefix: String,
    /// `drain` or `kill`.
    pub revocation_policy: RevocationPolicy,
    /// 1-1000.
    pub max_concurrent_invocations: u32,
    /// Derived: `active`, `revoked`, `expired`.
    pub status: CredentialStatus,
    /// ISO 8601.
    pub issued_at: String,
    /// ISO 8601.
    pub expires_at: String,
    /// ISO 8601.
    pub revoked_at: Option<String>,
    /// Free text, or `token_revocation`, `grant_revoked`, `application_revoked`, `agent_archived`, `user_removed`, `code_reuse`.
    pub revocation_reason: Option<String>,
}

/// Derived from its own row, its application and its agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialStatus {
    /// Works now.
    Active,
    /// Ended by somebody.
    Revoked,
    /// Ended by time.
    Expired,
}

/// `POST /v1/agents/{agent_id}/credentials` (A5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCredential {
    /// 2-255 characters.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The array of grants.
    pub granted_scopes: Value,
    /// ISO 8601, in the future, at most 720 h ahead; absent: the agent's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Absent: the agent's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_policy: Option<RevocationPolicy>,
    /// 1-1000, default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_concurrent_invocations: Option<u32>,
    /// `live` when absent. An API key always issues in its own mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
}

/// The answer to issuing (201).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialIssued {
    /// The new credential.
    pub credential: CredentialView,
    /// `hasp_agent_…`; only here.
    pub token: String,
}

/// `POST /v1/agents/{agent_id}/credentials/{credential_id}/revoke`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeCredential {
    /// Up to 500 characters, kept in the audit event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
