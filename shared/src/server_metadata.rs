//! The discovery documents: authorization-server metadata and MCP-server metadata (RFC 8414; R45–R54).
//!
//! The documented members come first, in their order, with exactly the documented values; further members follow,
//! and only for what really works. checklist 12, 60, 75–78.

use crate::{
    GrantType, client_authentication::ClientAuthenticationMethod, introspection, pkce, token_request,
};
use serde_json::{Value, json};

/// Authorization endpoint.
pub const AUTHORIZATION_PATH: &str = "/v1/oauth/authorize";
/// Consent decision.
pub const CONSENT_PATH: &str = "/v1/oauth/consent";
/// Token endpoint.
pub const TOKEN_PATH: &str = "/v1/oauth/token";
/// Revocation endpoint.
pub const REVOCATION_PATH: &str = "/v1/oauth/revoke";
/// Introspection endpoint.
pub const INTROSPECTION_PATH: &str = "/v1/oauth/introspect";
/// JSON Schema of `authorization_details`.
pub const SCHEMA_PATH: &str = "/v1/schemas/authorization_details";
/// The first API that takes the access token.
pub const AGENT_PATH: &str = "/v1/agent";
/// Authorization-server metadata.
pub const AUTHORIZATION_SERVER_METADATA_PATH: &str = "/.well-known/oauth-authorization-server";
/// MCP-server metadata.
pub const MCP_SERVER_METADATA_PATH: &str = "/.well-known/mcp-server";
/// `mcp_version` unless the setting says otherwise (C22).
pub const MCP_VERSION: &str = "2025-11-05";

/// `/.well-known/oauth-authorization-server` (RFC 8414 §2; R47–R51).
#[must_use]
pub fn authorization_server(issuer: &str) -> Value {
    let methods = ClientAuthenticationMethod::ALL.map(ClientAuthenticationMethod::as_str);
    let types = GrantType::ALL.map(GrantType::as_str);
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}{AUTHORIZATION_PATH}"),
        "token_endpoint": format!("{issuer}{TOKEN_PATH}"),
        "revocation_endpoint": format!("{issuer}{REVOCATION_PATH}"),
        "introspection_endpoint": format!("{issuer}{INTROSPECTION_PATH}"),
        "introspection_endpoint_auth_methods_supported": introspection::AUTH_METHODS,
        "response_types_supported": ["code"],
        "grant_types_supported": [token_request::GRANT_TYPE],
        "code_challenge_methods_supported": [pkce::METHOD],
        "token_endpoint_auth_methods_supported": methods,
        "authorization_details_types_supported": types,
        "authorization_details_schema_uri": format!("{issuer}{SCHEMA_PATH}"),
        "authorization_response_iss_parameter_supported": true,
        "revocation_endpoint_auth_methods_supported": methods,
    })
}

/// `/.well-known/mcp-server` (R53, R54).
#[must_use]
pub fn mcp_server(issuer: &str, mcp_version: &str) -> Value {
    json!({
        "mcp_version": mcp_version,
        "resource_server": issuer,
        "authorization": {
            "type": "oauth2",
            "oauth_metadata_uri": format!("{issuer}{AUTHORIZATION_SERVER_METADATA_PATH}"),
            "grant_types_supported": [token_request::GRANT_TYPE],
            "code_challenge_methods_supported": [pkce::METHOD],
            "token_format": "opaque",
        },
        "capabilities": {
            "tool_authorization": true,
            "rich_authorization_requests": true,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // R47–R51, checklist 12, 77, 78
    #[test]
    fn authorization_server_document_begins_with_the_documented_members() {
        let text = authorization_server("https://api.usehasp.com").to_string();

        let documented = concat!(
            r#"{"issuer":"https://api.usehasp.com","#,
            r#""authorization_endpoint":"https://api.usehasp.com/v1/oauth/authorize","#,
            r#""token_endpoint":"https://api.usehasp.com/v1/oauth/token","#,
            r#""revocation_endpoint":"https://api.usehasp.com/v1/oauth/revoke","#,
            r#""introspection_endpoint":"https://api.usehasp.com/v1/oauth/introspect","#,
            r#""introspection_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],"#,
            r#""response_types_supported":["code"],"grant_types_supported":["authorization_code"],"#,
            r#""code_challenge_methods_supported":["S256"],"#,
            r#""token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","none"],"#,
            r#""authorization_details_types_supported":["hasp.data.read","hasp.data.write","external.tool.invoke","#,
            r#""agent.delegate","human.escalate"],"#,
            r#""authorization_details_schema_uri":"https://api.usehasp.com/v1/schemas/authorization_details","#,
        );
        let further = concat!(
            r#""authorization_response_iss_parameter_supported":true,"#,
            r#""revocation_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","none"]}"#
        );
        assert_eq!(text, format!("{documented}{further}"));
    }

    // R53, R54
    #[test]
    fn mcp_document_is_the_documented_one() {
        let text = mcp_server("https://api.usehasp.com", MCP_VERSION).to_string();

        assert_eq!(
            text,
            concat!(
                r#"{"mcp_version":"2025-11-05","resource_server":"https://api.usehasp.com","authorization":{"type":"oauth2","#,
                r#""oauth_metadata_uri":"https://api.usehasp.com/.well-known/oauth-authorization-server","#,
                r#""grant_types_supported":["authorization_code"],"code_challenge_methods_supported":["S256"],"#,
                r#""token_format":"opaque"},"capabilities":{"tool_authorization":true,"rich_authorization_requests":true}}"#
            )
        );
    }

    // checklist 60
    #[test]
    fn advertised_types_are_those_the_validator_accepts() {
        let document = authorization_server("https://issuer.example");
        let advertised = document["authorization_details_types_supported"].as_array().expect("a list");

        for word in advertised {
            let issues = crate::authorization_details::validate(&json!([{ "type": word }]));
            assert!(issues.iter().all(|issue| issue.pointer != "/0/type"), "{word}: {issues:?}");
        }
        assert_eq!(advertised.len(), GrantType::ALL.len());
    }
}
