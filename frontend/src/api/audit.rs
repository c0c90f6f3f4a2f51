//! `/v1/audit`.

use super::{Answer, Api};
use hasp_protocol::api::Page;
use hasp_protocol::parameters::encode;
use serde_json::Value;

/// What the log is narrowed to; empty texts narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// `noun.verb`.
    pub action: String,
    /// `application`, `agent`, …
    pub entity_type: String,
    /// An id.
    pub entity_id: String,
}

impl AuditFilter {
    /// The path of the filtered list.
    pub fn path(&self) -> String {
        let members =
            [("action", &self.action), ("entity_type", &self.entity_type), ("entity_id", &self.entity_id)];
        let query: String = members
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, value)| format!("&{name}={}", encode(value.trim())))
            .collect();
        format!("/v1/audit?limit=50{query}")
    }
}

/// One page of the organization's audit log, newest first.
pub fn list(api: Api, filter: AuditFilter, cursor: Option<String>) -> Answer<Page<Value>> {
    api.list(&filter.path(), cursor.as_deref())
}
