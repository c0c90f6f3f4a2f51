//! `GET /v1/audit`: newest first, filters `action`, `entity_type`, `entity_id`, `cursor`, `limit` 1-200 (default 50).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One event of the organization's hash chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEventView {
    /// Bare ULID.
    pub id: String,
    /// Position in the organization's chain, from 1.
    pub sequence: u64,
    /// `noun.verb`, such as `oauth.consent_approved`.
    pub action: String,
    /// `application`, `agent`, `credential`, `user`, `consent`, …
    pub entity_type: Option<String>,
    /// Its id.
    pub entity_id: Option<String>,
    /// Who did it; `None` for API keys and the system.
    pub user_id: Option<String>,
    /// Their name.
    pub user_display_name: Option<String>,
    /// The person's address.
    pub ip_address: Option<String>,
    /// `live`, `test`, or `None` where modes do not apply.
    pub mode: Option<String>,
    /// By action; consent events hold the complete `authorization_details` (R80).
    pub metadata: Value,
    /// 64 lowercase hex characters.
    pub integrity_hash: String,
    /// ISO 8601.
    pub created_at: String,
}
