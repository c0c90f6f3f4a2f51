//! Token introspection (RFC 7662; domain.md E5; R55; checklist 66–68).
//!
//! An answer is either complete or exactly `{"active":false}`: unknown, expired, revoked and not the caller's look alike.

use crate::{Mode, Problem, parameters::Parameters};
use serde::Serialize;
use serde_json::Value;

/// The methods by which a client may authenticate here (R48); `none` is not among them.
pub const AUTH_METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// Reads the token from the form; `token_type_hint` changes nothing (checklist 68).
///
/// # Errors
/// [`Problem::ParameterMissing`], [`Problem::ParameterRepeated`].
pub fn token(parameters: &Parameters) -> Result<&str, Problem> {
    parameters.check_repeated()?;
    parameters.required("token")
}

/// The body of an introspection answer.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::large_enum_variant, reason = "made once per answer and written at once")
)]
pub enum IntrospectionResponse {
    /// Nothing is said beyond `active: false`.
    Inactive,
    /// The token works now.
    Active(ActiveToken),
}

/// What an active token stands for: the documented members in order, then ours.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActiveToken {
    /// The delegating user's id.
    pub sub: String,
    /// Absent when it was issued from the console or by API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Unix seconds.
    pub iat: u64,
    /// Unix seconds.
    pub exp: u64,
    /// Space-joined grant types; a display aid (C9).
    pub scope: String,
    /// As granted.
    pub authorization_details: Value,
    /// The agent that acts, bare ULID.
    pub agent_id: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// The issuer.
    pub iss: String,
    /// `live` or `test`.
    pub mode: Mode,
}

impl Serialize for IntrospectionResponse {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Answer<'a> {
            active: bool,
            #[serde(flatten)]
            token: Option<&'a ActiveToken>,
        }
        let token = match self {
            Self::Inactive => None,
            Self::Active(token) => Some(token),
        };
        Answer { active: token.is_some(), token }.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    // checklist 67
    #[test]
    fn inactive_answer_says_nothing_else() {
        let text = serde_json::to_string(&IntrospectionResponse::Inactive).expect("JSON");

        assert_eq!(text, r#"{"active":false}"#);
    }

    // R55, C11
    #[test]
    fn active_answer_has_the_documented_members_first() {
        let token = ActiveToken {
            sub: "user".into(),
            client_id: Some("client".into()),
            iat: 1,
            exp: 2,
            scope: "hasp.data.read".into(),
            authorization_details: json!([{"type": "hasp.data.read"}]),
            agent_id: "agent".into(),
            token_type: "Bearer",
            iss: "https://issuer.example".into(),
            mode: Mode::Test,
        };
        let without_client = IntrospectionResponse::Active(ActiveToken { client_id: None, ..token.clone() });

        let text = serde_json::to_string(&IntrospectionResponse::Active(token)).expect("JSON");

        assert_eq!(
            text,
            concat!(
                r#"{"active":true,"sub":"user","client_id":"client","iat":1,"exp":2,"scope":"hasp.data.read","#,
                r#""authorization_details":[{"type":"hasp.data.read"}],"agent_id":"agent","token_type":"Bearer","#,
                r#""iss":"https://issuer.example","mode":"test"}"#
            )
        );
        assert_eq!(serde_json::to_value(&without_client).expect("JSON").get("client_id"), None);
    }

    // checklist 68
    #[test]
    fn hint_changes_nothing_and_the_token_is_required() {
        let of = |body: &str| token(&Parameters::parse(body)).map(str::to_owned);

        assert_eq!(of("token=t&token_type_hint=refresh_token"), Ok("t".to_owned()));
        assert_eq!(of("token=&client_id=x"), Err(Problem::ParameterMissing { parameter: "token" }));
        assert!(of("token=a&token=b").is_err());
    }
}
