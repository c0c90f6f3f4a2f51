//! What the problems of `authorization_details` say (RFC 9396 §5; checklist 57–59).

use super::{Code, Explanation, Policy};
use crate::{
    GrantType,
    authorization_details::Issue,
    limits::{DETAILS_BYTES, JSON_DEPTH},
    text::excerpt,
};

const PARAMETER: &str = "authorization_details";

fn malformed(text: impl Into<String>, hint: impl Into<String>) -> Explanation<'static> {
    Explanation::new(Code::InvalidRequest, text, hint).parameter(PARAMETER)
}

fn refused(text: impl Into<String>, hint: impl Into<String>) -> Explanation<'static> {
    Explanation::new(Code::InvalidAuthorizationDetails, text, hint).parameter(PARAMETER)
}

pub(super) fn too_large(bytes: usize) -> Explanation<'static> {
    malformed(
        format!("authorization_details has {bytes} bytes after decoding, {DETAILS_BYTES} is the limit"),
        "Ask for fewer grants, or for shorter lists in them.",
    )
    .received(format!("{bytes} bytes"))
    .expected(format!("at most {DETAILS_BYTES} bytes"))
}

pub(super) fn too_deep(pointer: &str) -> Explanation<'static> {
    malformed(
        format!("authorization_details is nested deeper than {JSON_DEPTH} at {}", excerpt(pointer)),
        "Flatten the constraints.",
    )
    .received(format!("more than {JSON_DEPTH} levels"))
    .expected(format!("at most {JSON_DEPTH} levels of arrays and objects"))
}

pub(super) fn duplicate_key(pointer: &str, key: &str) -> Explanation<'static> {
    malformed(
        format!("authorization_details has a key twice in one object: {}", excerpt(pointer)),
        format!("Keep one of the members named {}.", excerpt(key)),
    )
    .received(format!("{} twice", excerpt(key)))
    .expected("each key once in an object")
}

pub(super) fn not_json(message: &str, line: usize, column: usize) -> Explanation<'static> {
    malformed(
        format!("authorization_details is not JSON: {message} at line {line} column {column}"),
        "Build the array with your language's JSON encoder, then percent-encode it once.",
    )
    .received(format!("{message} at line {line} column {column}"))
    .expected("a JSON array of grants")
}

pub(super) fn not_array(received: &str) -> Explanation<'static> {
    malformed(
        format!("authorization_details must be a JSON array, {received} arrived"),
        "Put the grant into an array: [{\"type\":\"hasp.data.read\"}].",
    )
    .received(received)
    .expected("an array of 1 to 20 grants")
}

pub(super) fn empty() -> Explanation<'static> {
    malformed(
        "authorization_details is an empty array; at least one grant is needed",
        "Add a grant, such as {\"type\":\"hasp.data.read\"}.",
    )
    .received("[]")
    .expected("1 to 20 grants")
}

pub(super) fn invalid(issues: &[Issue]) -> Explanation<'static> {
    let Some(first) = issues.first() else {
        return refused("authorization_details is invalid", "Compare it with the schema.");
    };
    let more = match issues.len() - 1 {
        0 => String::new(),
        1 => " (1 more issue)".to_owned(),
        count => format!(" ({count} more issues)"),
    };
    refused(
        format!(
            "authorization_details{}: {} expected, {} arrived. {}{more}",
            excerpt(&first.pointer),
            first.expected,
            first.received,
            first.fix
        ),
        first.fix.clone(),
    )
    .received(first.received.clone())
    .expected(first.expected.clone())
}

pub(super) fn type_not_allowed(index: usize, grant_type: GrantType, by: Policy) -> Explanation<'static> {
    let (who, hint) = match by {
        Policy::Client => ("application", "Ask only for grant types that the application may use."),
        Policy::Agent => (
            "agent",
            "Ask for another agent, or let a member of its organization allow this type on the agent's page.",
        ),
    };
    refused(format!("authorization_details/{index}: the {who} does not allow the type {grant_type}"), hint)
        .received(grant_type.as_str())
        .expected(format!("a type that the {who} allows"))
}

pub(super) fn self_delegation(index: usize) -> Explanation<'static> {
    refused(
        format!("authorization_details/{index}/to_agent_id: an agent cannot delegate to itself"),
        "Name another agent in to_agent_id.",
    )
    .received("the agent of the request")
    .expected("another agent")
}
