//! `/v1/agents` and the applications granted to an agent (domain.md 2.2; R81).

use crate::Mode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An agent of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentView {
    /// Bare ULID; `agent_<ulid>` is accepted on input.
    pub id: String,
    /// 2-64 characters, unique in the organization.
    pub name: String,
    /// Up to 2,000 characters.
    pub description: Option<String>,
    /// Up to 12 tags of up to 32 characters; descriptive only.
    pub capabilities: Vec<String>,
    /// 1-720; a token's lifetime (R24).
    pub default_expiry_hours: u32,
    /// Used when a credential is issued without a policy.
    pub default_revocation_policy: RevocationPolicy,
    /// `None` allows every type.
    pub allowed_scope_types: Option<Vec<String>>,
    /// `active` or `archived`.
    pub status: AgentStatus,
    /// Active credentials now.
    pub active_credentials: u64,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601.
    pub updated_at: String,
    /// ISO 8601.
    pub archived_at: Option<String>,
}

/// Whether the agent may still be authorized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    /// In use.
    Active,
    /// Ended, with every credential.
    Archived,
}

/// What happens to running work when a credential is revoked; nothing new starts under either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationPolicy {
    /// Running work finishes.
    Drain,
    /// Running work is cancelled.
    Kill,
}

impl RevocationPolicy {
    /// The wire word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            RevocationPolicy::Drain => "drain",
            RevocationPolicy::Kill => "kill",
        }
    }
}

/// `POST /v1/agents`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAgent {
    /// 2-64 characters.
    pub name: String,
    /// Up to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Up to 12 tags.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// 1-720.
    pub default_expiry_hours: u32,
    /// `drain` or `kill`.
    pub default_revocation_policy: RevocationPolicy,
    /// Absent or null: every type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_scope_types: Option<Vec<String>>,
}

/// `PATCH /v1/agents/{agent_id}`: members left out stay. `allowed_scope_types: null` allows every type again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentChange {
    /// 2-64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `""` clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Replaces the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Vec<String>>,
    /// 1-720; issued credentials keep theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_expiry_hours: Option<u32>,
    /// `drain` or `kill`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_revocation_policy: Option<RevocationPolicy>,
    /// Outer `None`: unchanged. `Some(None)`: every type.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub allowed_scope_types: Option<Option<Vec<String>>>,
}

/// Tells a member that is `null` from one that is absent.
fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<Vec<String>>>, D::Error> {
    Option::<Vec<String>>::deserialize(deserializer).map(Some)
}

/// The answer to `POST /v1/agents/{agent_id}/archive`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentArchived {
    /// Its last state.
    pub agent: AgentView,
    /// Active credentials that ended with it.
    pub revoked_credentials: u64,
}

/// An application that a member authorized to act for an agent: `GET /v1/agents/{agent_id}/grants` (R81).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedApplication {
    /// `hasp_app_<ulid>`.
    pub client_id: String,
    /// Its current name.
    pub display_name: String,
    /// The organization that registered it.
    pub organization_name: String,
    /// `live` or `test`.
    pub mode: Mode,
    /// Who approved.
    pub user_id: String,
    /// Their name.
    pub user_display_name: String,
    /// The newest approval, ISO 8601.
    pub approved_at: String,
    /// What the newest approval granted, verbatim.
    pub authorization_details: Value,
    /// The labels as the person saw them.
    pub labels: Vec<String>,
    /// Credentials active now; 0 when all expired or were revoked.
    pub active_credentials: u64,
    /// When the last active credential ends, ISO 8601.
    pub expires_at: Option<String>,
}

/// The answer to `POST /v1/agents/{agent_id}/grants/{client_id}/revoke`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRevoked {
    /// Active credentials that ended.
    pub revoked_credentials: u64,
}
