//! What the problems of an authorization request say (RFC 6749 §4.1.2.1).

use super::{Code, Explanation};
use crate::text::{excerpt, reveal};

pub(super) fn parameter_missing(parameter: &str) -> Explanation<'_> {
    let hint = match parameter {
        "authorization_details" => {
            "Add authorization_details: a percent-encoded JSON array with at least one grant, \
             such as [{\"type\":\"hasp.data.read\"}]."
                .to_owned()
        }
        "code_challenge" => {
            "Add code_challenge: base64url without padding of the SHA-256 of your code verifier. \
             PKCE is required of every client."
                .to_owned()
        }
        "redirect_uri" => "Add redirect_uri, exactly as it is registered for the application.".to_owned(),
        "response_type" => "Add response_type=code.".to_owned(),
        _ => format!("Add {parameter} with a value; an empty value counts as absent."),
    };
    Explanation::new(Code::InvalidRequest, format!("{parameter} is missing"), hint).parameter(parameter)
}

pub(super) fn parameter_repeated(parameter: &str) -> Explanation<'_> {
    Explanation::new(
        Code::InvalidRequest,
        format!("{} was sent more than once", excerpt(parameter)),
        "Send each parameter once.",
    )
    .parameter(parameter)
    .received("the same parameter several times")
    .expected("once")
}

pub(super) fn parameter_encoding<'a>(parameter: &'a str, reason: &str) -> Explanation<'a> {
    Explanation::new(
        Code::InvalidRequest,
        format!("{parameter} is not form-encoded UTF-8: {reason}"),
        "Encode each value with your language's URL encoder, such as encodeURIComponent, once.",
    )
    .parameter(parameter)
    .received(reason)
    .expected("percent-encoded UTF-8")
}

pub(super) fn client_id_malformed(received: &str) -> Explanation<'_> {
    Explanation::new(
        Code::InvalidRequest,
        "client_id is not the id of an application",
        "Copy the client id from the application's page in the console; it begins with hasp_app_.",
    )
    .parameter("client_id")
    .received(excerpt(received))
    .expected("hasp_app_ and 26 characters")
}

pub(super) fn client_unknown(received: &str) -> Explanation<'_> {
    Explanation::new(
        Code::InvalidRequest,
        "client_id matches no active application",
        "Compare the client id with the application's page in the console, and the server's address with the one \
         the application was registered at.",
    )
    .parameter("client_id")
    .received(excerpt(received))
    .expected("the client id of an active application")
}

pub(super) fn client_revoked(client_id: &str) -> Explanation<'_> {
    Explanation::new(
        Code::InvalidRequest,
        "client_id matches no active application",
        "If this application was revoked, that is for good: register a new one and ask its users to authorize it.",
    )
    .parameter("client_id")
    .received(excerpt(client_id))
    .expected("the client id of an active application")
}

pub(super) fn redirect_uri_unregistered(received: &str) -> Explanation<'_> {
    Explanation::new(
        Code::InvalidRequest,
        "redirect_uri is not registered for this application",
        "It must equal a registered redirect URI byte for byte: scheme, host, port, path, trailing slash and query. \
         Only the port of http://127.0.0.1 and http://[::1] may differ.",
    )
    .parameter("redirect_uri")
    .received(excerpt(received))
    .expected("a redirect URI registered for the application, byte for byte")
}

pub(super) fn response_type_unsupported(received: &str) -> Explanation<'_> {
    Explanation::new(
        Code::UnsupportedResponseType,
        "response_type must be code",
        "Send response_type=code; there is no implicit grant.",
    )
    .parameter("response_type")
    .received(excerpt(received))
    .expected("code")
}

pub(super) fn code_challenge_malformed(received: &str) -> Explanation<'_> {
    let length = received.chars().count();
    let hint = if received.ends_with('=') {
        "Remove the padding: base64url without '=' has 43 characters."
    } else if received.contains(['+', '/']) {
        "This is base64; use base64url: '-' instead of '+', '_' instead of '/', no padding."
    } else if length == 64 && received.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        "This is hexadecimal; encode the 32 bytes of the SHA-256 as base64url without padding."
    } else {
        "Send base64url without padding of the SHA-256 of your code verifier: always 43 characters."
    };
    Explanation::new(
        Code::InvalidRequest,
        format!("code_challenge must be 43 base64url characters, {length} characters arrived"),
        hint,
    )
    .parameter("code_challenge")
    .received(excerpt(received))
    .expected("43 characters of A-Z a-z 0-9 - _")
}

pub(super) fn method_unsupported(received: Option<&str>) -> Explanation<'static> {
    let explanation = Explanation::new(
        Code::InvalidRequest,
        "code_challenge_method must be S256",
        "Send code_challenge_method=S256; plain is not supported, and leaving the parameter out means plain.",
    )
    .parameter("code_challenge_method")
    .expected("S256");
    match received {
        Some(received) => explanation.received(excerpt(received)),
        None => explanation.received("nothing, which means plain"),
    }
}

pub(super) fn agent_id_malformed(received: &str) -> Explanation<'_> {
    Explanation::new(
        Code::InvalidRequest,
        "agent_id is not the id of an agent",
        "Copy the id from the agent's page in the console: a ULID of 26 characters, with or without agent_ before it.",
    )
    .parameter("agent_id")
    .received(excerpt(received))
    .expected("a ULID, 26 characters")
}

pub(super) fn agent_unavailable() -> Explanation<'static> {
    Explanation::new(
        Code::AccessDenied,
        "the agent is not available to the signed-in person",
        "Check that agent_id names an active agent of the organization you are signed in to.",
    )
    .parameter("agent_id")
    .expected("an active agent of your organization")
}

pub(super) fn access_denied() -> Explanation<'static> {
    Explanation::new(
        Code::AccessDenied,
        "the request was denied",
        "Nothing was granted. Sending the person to the authorization URL again asks again.",
    )
}

pub(super) fn consent_request_expired() -> Explanation<'static> {
    Explanation::new(
        Code::InvalidRequest,
        "this authorization request was answered already or waited too long",
        "Go back to the application and start again from there.",
    )
    .parameter("request_id")
    .expected(reveal("a request that is waiting for an answer, at most 15 minutes old"))
}
