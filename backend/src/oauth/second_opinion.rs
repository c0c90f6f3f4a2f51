//! Details checked once more, by an independent validator against the very document that is served.
//!
//! The typed rules have accepted the value already, so its size and count are bounded. The two agree by construction and
//! by property tests; were they ever to differ, the server would refuse.

use crate::state::AppState;
use hasp_protocol::authorization_details::Issue;
use serde_json::Value;

/// What the schema document finds wrong; empty when the two validators agree.
#[must_use]
pub fn schema_issues(state: &AppState, details: &Value) -> Vec<Issue> {
    if state.schema_validator.is_valid(details) {
        return Vec::new();
    }
    let issues = state.schema_validator.issues(details);
    tracing::error!(?issues, "the schema document refuses what the typed rules accept");
    let to_issue = |issue: hasp_protocol::authorization_details::schema_validator::SchemaIssue| Issue {
        pointer: issue.pointer,
        received: "a value that the schema refuses".to_owned(),
        expected: issue.message,
        fix: "Compare it with the schema document.".to_owned(),
    };
    issues.into_iter().map(to_issue).collect()
}
