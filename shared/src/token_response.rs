//! The token response (RFC 6749 §5.1; RFC 9396 §7; R20, R24; checklist 42). There is no refresh token, ever (R25).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The body of a successful token answer, members in the documented order. `Debug` leaves the token out.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// `hasp_agent_…` or `hasp_agent_test_…`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Exactly the agent's `default_expiry_hours` × 3600.
    pub expires_in: u64,
    /// As granted.
    pub authorization_details: Value,
}

impl TokenResponse {
    /// The answer for a bearer token.
    #[must_use]
    pub fn bearer(access_token: &str, expires_in: u64, authorization_details: Value) -> Self {
        Self {
            access_token: access_token.to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in,
            authorization_details,
        }
    }
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TokenResponse").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    // R20, R21, R25, checklist 42
    #[test]
    fn answer_has_the_documented_members_and_no_refresh_token() {
        let answer = TokenResponse::bearer("hasp_agent_x", 28_800, json!([{"type": "hasp.data.read"}]));

        assert_eq!(
            serde_json::to_string(&answer).expect("JSON"),
            concat!(
                r#"{"access_token":"hasp_agent_x","token_type":"Bearer","expires_in":28800,"#,
                r#""authorization_details":[{"type":"hasp.data.read"}]}"#
            )
        );
        assert!(!format!("{answer:?}").contains("hasp_agent_x"));
    }
}
