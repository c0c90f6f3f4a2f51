//! What the problems of the token, introspection and revocation endpoints say (RFC 6749 §5.2; RFC 6750 §3.1).

use super::{Code, Explanation};
use crate::text::excerpt;

pub(super) fn grant_type_unsupported(received: &str) -> Explanation<'static> {
    let hint = match received {
        "client_credentials" => {
            "This server grants authority only through a person's consent; for unattended access use an API key."
        }
        "refresh_token" => "There are no refresh tokens: send the person to the authorization URL again.",
        _ => "Send grant_type=authorization_code.",
    };
    Explanation::new(Code::UnsupportedGrantType, "grant_type must be authorization_code", hint)
        .parameter("grant_type")
        .received(excerpt(received))
        .expected("authorization_code")
}

fn invalid_grant(parameter: &'static str, text: &str, hint: &str) -> Explanation<'static> {
    Explanation::new(Code::InvalidGrant, text, hint).parameter(parameter)
}

pub(super) fn code_unknown() -> Explanation<'static> {
    invalid_grant(
        "code",
        "the code is unknown",
        "Send the code of the redirect, percent-decoded, with the client_id that asked for it.",
    )
}

pub(super) fn code_expired() -> Explanation<'static> {
    invalid_grant(
        "code",
        "the code has expired",
        "Redeem a code within minutes of the redirect; ask for a new one.",
    )
}

pub(super) fn code_used() -> Explanation<'static> {
    invalid_grant(
        "code",
        "the code was redeemed before; the credential it gave is revoked",
        "Redeem each code once, without retrying; ask for a new one.",
    )
}

pub(super) fn code_exhausted() -> Explanation<'static> {
    invalid_grant("code", "the code was presented wrongly too often", "Ask for a new code.")
}

pub(super) fn code_redirect_uri_mismatch() -> Explanation<'static> {
    invalid_grant(
        "redirect_uri",
        "redirect_uri differs from the one of the authorization request",
        "Send the same redirect_uri as in the authorization URL, byte for byte.",
    )
}

pub(super) fn code_verifier_missing() -> Explanation<'static> {
    invalid_grant(
        "code_verifier",
        "code_verifier is missing",
        "Send the code verifier whose challenge was in the authorization URL.",
    )
}

pub(super) fn code_verifier_malformed(reason: &str) -> Explanation<'static> {
    Explanation::new(
        Code::InvalidRequest,
        reason,
        "Send the verifier itself, as it was made, not its hash: 43 to 128 unreserved characters.",
    )
    .parameter("code_verifier")
    .expected("43 to 128 characters of A-Z a-z 0-9 - . _ ~")
}

pub(super) fn code_verifier_mismatch() -> Explanation<'static> {
    invalid_grant(
        "code_verifier",
        "code_verifier does not give the code_challenge of the authorization request",
        "Keep the verifier of each authorization request with its state; the challenge is base64url(sha256(verifier)).",
    )
}

pub(super) fn authority_withdrawn() -> Explanation<'static> {
    invalid_grant(
        "code",
        "what the code stands for is no longer allowed",
        "The agent was archived or restricted, or the person left its organization, after the consent. Ask again.",
    )
}

pub(super) fn narrowing_unsupported() -> Explanation<'static> {
    Explanation::new(
        Code::InvalidRequest,
        "authorization_details is not accepted at the token endpoint",
        "Ask for the narrower set in the authorization URL.",
    )
    .parameter("authorization_details")
}

pub(super) fn client_authentication_failed() -> Explanation<'static> {
    Explanation::new(
        Code::InvalidClient,
        "client authentication failed",
        "A confidential client sends client_id and client_secret, in the body or as HTTP Basic; a public client \
         sends client_id only. If the secret is lost, rotate it.",
    )
    .parameter("client_id")
}

pub(super) fn client_authentication_twice() -> Explanation<'static> {
    Explanation::new(
        Code::InvalidRequest,
        "the client authenticated in two ways at once",
        "Send the secret either in the Authorization header or as client_secret in the body.",
    )
    .parameter("client_secret")
}

pub(super) fn client_id_mismatch() -> Explanation<'static> {
    Explanation::new(
        Code::InvalidRequest,
        "client_id in the body differs from the one in the Authorization header",
        "Send the same client_id, or leave it out of the body.",
    )
    .parameter("client_id")
}

pub(super) fn content_type_not_form(received: Option<&str>) -> Explanation<'static> {
    Explanation::new(
        Code::InvalidRequest,
        "the body must be application/x-www-form-urlencoded",
        "Send the parameters as a form, not as JSON, with Content-Type: application/x-www-form-urlencoded.",
    )
    .received(received.map_or_else(|| "no Content-Type".to_owned(), excerpt))
    .expected("application/x-www-form-urlencoded")
}

pub(super) fn parameter_in_query(parameter: &str) -> Explanation<'_> {
    Explanation::new(
        Code::InvalidRequest,
        format!("{} belongs into the body, not into the URL", excerpt(parameter)),
        "Send every parameter in the body: URLs end up in logs. Treat what was sent as leaked.",
    )
    .parameter(parameter)
    .expected("no parameters in the URL")
}

pub(super) fn method_not_allowed(allowed: &str) -> Explanation<'static> {
    Explanation::new(
        Code::InvalidRequest,
        format!("this endpoint takes {allowed} only"),
        format!("Send the request with {allowed}."),
    )
    .expected(allowed)
}

pub(super) fn body_too_large() -> Explanation<'static> {
    Explanation::new(
        Code::InvalidRequest,
        "the body is larger than 65536 bytes",
        "Send only the parameters that the endpoint documents.",
    )
    .expected("at most 65536 bytes")
}

pub(super) fn rate_limited(retry_after_seconds: u64) -> Explanation<'static> {
    Explanation::new(
        Code::TemporarilyUnavailable,
        format!("too many requests of this client; try again in {retry_after_seconds} s"),
        "Wait as long as Retry-After says. A credential lasts until expires_in: keep it instead of asking again.",
    )
}

pub(super) fn store_unavailable() -> Explanation<'static> {
    Explanation::new(
        Code::TemporarilyUnavailable,
        "the server cannot reach its store; nothing was changed",
        "Try again as Retry-After says.",
    )
}

pub(super) fn server_error() -> Explanation<'static> {
    Explanation::new(
        Code::ServerError,
        "the server failed",
        "Report the request id to whoever runs this server; the cause is in its log.",
    )
}

pub(super) fn bearer_missing() -> Explanation<'static> {
    Explanation::new(
        Code::InvalidToken,
        "no bearer token was sent",
        "Send Authorization: Bearer and the access token.",
    )
    .expected("Authorization: Bearer hasp_agent_...")
}

pub(super) fn bearer_malformed() -> Explanation<'static> {
    Explanation::new(
        Code::InvalidRequest,
        "the Authorization header is not Bearer and one token",
        "Send Authorization: Bearer, one space, and the access token.",
    )
    .expected("Authorization: Bearer hasp_agent_...")
}

pub(super) fn token_invalid() -> Explanation<'static> {
    Explanation::new(
        Code::InvalidToken,
        "the access token is unknown, expired or revoked",
        "Send the person to the authorization URL again; there are no refresh tokens.",
    )
}
