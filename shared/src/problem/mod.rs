//! Everything that can go wrong at the OAuth endpoints, as data.
//!
//! One variant per distinct failure, with the facts that explain it; `explain.rs` leads each to what it says, in
//! `request.rs`, `details.rs` or `token.rs`. [`Problem::public_text`] is safe on any wire,
//! [`Problem::hint`] is for whoever sees the error page, [`Problem::owner_hint`] only for members of the
//! organization that owns the application. Not here: how a problem becomes an HTTP answer.

mod code;
mod details;
mod explain;
mod request;
mod samples;
mod token;

pub use code::Code;

use crate::{
    GrantType,
    authorization_details::Issue,
    limits,
    text::{reveal, to_description},
};
use serde_json::{Value, json};

/// Who forbids a grant type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The application may not ask for it.
    Client,
    /// The agent may not hold it (`allowed_scope_types`, C30).
    Agent,
}

/// Why client authentication failed. The wire is not told; the log and the owner's activity are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthenticationFailure {
    /// No application has this client id.
    UnknownClient,
    /// The application is revoked.
    RevokedClient,
    /// A confidential client sent no secret (C33).
    SecretMissing,
    /// The secret is none of the live ones.
    SecretWrong,
    /// A public client has no secret, yet one arrived (C33).
    SecretUnexpected,
    /// No `client_id` in the body and no `Authorization` header.
    Missing,
    /// The `Authorization` header could not be read as Basic.
    Malformed,
}

/// A failure of a request to an OAuth endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A required parameter is missing or empty.
    ParameterMissing {
        /// Its name.
        parameter: &'static str,
    },
    /// A parameter arrived more than once (RFC 6749 §3.1; checklist 9).
    ParameterRepeated {
        /// Its name.
        parameter: String,
    },
    /// A value is not form-encoded UTF-8.
    ParameterEncoding {
        /// Its name.
        parameter: String,
        /// What is wrong, such as `%ZZ is no percent-encoded byte`.
        reason: String,
    },
    /// `client_id` does not read `hasp_app_<ulid>` (R44).
    ClientIdMalformed {
        /// What arrived.
        received: String,
    },
    /// No application has this client id (R44).
    ClientUnknown {
        /// What arrived.
        received: String,
    },
    /// The application was revoked (R44, R32).
    ClientRevoked {
        /// Its client id.
        client_id: String,
    },
    /// The redirect URI is none of the registered ones (R42).
    RedirectUriUnregistered {
        /// What arrived.
        received: String,
        /// The most similar registered one; for the owner only.
        nearest: Option<String>,
        /// How the two differ; for the owner only.
        difference: Option<String>,
    },
    /// `response_type` is not `code`.
    ResponseTypeUnsupported {
        /// What arrived.
        received: String,
    },
    /// `code_challenge` is not 43 base64url characters (R43).
    CodeChallengeMalformed {
        /// What arrived.
        received: String,
    },
    /// `code_challenge_method` is missing, which means `plain`, or not `S256` (R41).
    CodeChallengeMethodUnsupported {
        /// What arrived, if anything.
        received: Option<String>,
    },
    /// `authorization_details` is larger than 16 KiB decoded.
    DetailsTooLarge {
        /// Its size in bytes.
        bytes: usize,
    },
    /// `authorization_details` is nested deeper than 16.
    DetailsTooDeep {
        /// Where.
        pointer: String,
    },
    /// `authorization_details` has a key twice in one object.
    DetailsDuplicateKey {
        /// Where.
        pointer: String,
        /// The key.
        key: String,
    },
    /// `authorization_details` is not JSON.
    DetailsNotJson {
        /// What the parser says.
        message: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// `authorization_details` is JSON but no array.
    DetailsNotArray {
        /// What it is.
        received: String,
    },
    /// `authorization_details` is `[]` (R12).
    DetailsEmpty,
    /// Entries break the schema. Never empty.
    DetailsInvalid {
        /// All of them, in document order.
        issues: Vec<Issue>,
    },
    /// A grant type is not allowed to the application or to the agent.
    DetailsTypeNotAllowed {
        /// Position in the array, from 0.
        index: usize,
        /// The type.
        grant_type: GrantType,
        /// Who forbids it.
        by: Policy,
    },
    /// An `agent.delegate` grant names the agent itself.
    DetailsSelfDelegation {
        /// Position in the array, from 0.
        index: usize,
    },
    /// `agent_id` is no ULID.
    AgentIdMalformed {
        /// What arrived.
        received: String,
    },
    /// The agent is unknown, archived or of another organization: one answer for all (checklist 16).
    AgentUnavailable,
    /// The person pressed Deny (R79).
    AccessDenied,
    /// The waiting or consent request is unknown, already answered or older than 15 minutes.
    ConsentRequestExpired,
    /// `grant_type` is not `authorization_code` (R26).
    GrantTypeUnsupported {
        /// What arrived.
        received: String,
    },
    /// The code is unknown, or belongs to another application.
    CodeUnknown,
    /// The code is older than its lifetime.
    CodeExpired,
    /// The code was redeemed before.
    CodeUsed,
    /// Too many failed redemptions (checklist 33).
    CodeExhausted,
    /// `redirect_uri` is not the one of the authorization request.
    CodeRedirectUriMismatch,
    /// No `code_verifier` (checklist 35).
    CodeVerifierMissing,
    /// `code_verifier` is not 43 to 128 unreserved characters.
    CodeVerifierMalformed {
        /// Which rule it breaks; never the value.
        reason: String,
    },
    /// `code_verifier` does not give the challenge.
    CodeVerifierMismatch,
    /// Between consent and redemption the agent was archived or restricted, or the person left the organization.
    AuthorityWithdrawn,
    /// `authorization_details` at the token endpoint, which cannot narrow here.
    NarrowingUnsupported,
    /// The client could not be authenticated.
    ClientAuthenticationFailed {
        /// Whether it tried with an `Authorization` header: then 401 with a challenge (checklist 38).
        basic: bool,
        /// Why, for the log.
        reason: ClientAuthenticationFailure,
    },
    /// Two methods of client authentication in one request (checklist 37).
    ClientAuthenticationTwice,
    /// `client_id` in the body and in the `Authorization` header differ.
    ClientIdMismatch,
    /// The body is not `application/x-www-form-urlencoded`.
    ContentTypeNotForm {
        /// What arrived, if anything.
        received: Option<String>,
    },
    /// A parameter that belongs into the body stands in the query (checklist 34, 48).
    ParameterInQuery {
        /// Its name.
        parameter: String,
    },
    /// The method is not the endpoint's.
    MethodNotAllowed {
        /// The one that is.
        allowed: &'static str,
    },
    /// The body is larger than 64 KiB.
    BodyTooLarge,
    /// The client asks too often (R40).
    RateLimited {
        /// Whole seconds, at least 1.
        retry_after_seconds: u64,
    },
    /// The store does not answer.
    StoreUnavailable,
    /// A defect of the server.
    ServerError,
    /// No `Authorization: Bearer` header.
    BearerMissing,
    /// The `Authorization` header cannot be read as Bearer.
    BearerMalformed,
    /// The token is unknown, expired or revoked.
    TokenInvalid,
}

/// What a problem says of itself.
pub(crate) struct Explanation<'a> {
    code: Code,
    parameter: Option<&'a str>,
    text: String,
    hint: String,
    received: Option<String>,
    expected: Option<String>,
}

impl<'a> Explanation<'a> {
    pub(crate) fn new(code: Code, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, parameter: None, text: text.into(), hint: hint.into(), received: None, expected: None }
    }

    pub(crate) fn parameter(self, parameter: &'a str) -> Self {
        Self { parameter: Some(parameter), ..self }
    }

    pub(crate) fn received(self, received: impl Into<String>) -> Self {
        Self { received: Some(received.into()), ..self }
    }

    pub(crate) fn expected(self, expected: impl Into<String>) -> Self {
        Self { expected: Some(expected.into()), ..self }
    }
}

impl Problem {
    /// The word for `error`.
    #[must_use]
    pub fn code(&self) -> Code {
        self.explain().code
    }

    /// The HTTP status at the token, introspection and revocation endpoints and on error pages.
    ///
    /// **Spec** RFC 6749 §5.2: 400, but 401 with a challenge when the client used the `Authorization` header.
    /// At the introspection endpoint failed authentication is always 401: [`Problem::introspection_status`].
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Problem::ClientAuthenticationFailed { basic: true, .. }
            | Problem::BearerMissing
            | Problem::TokenInvalid => 401,
            Problem::AgentUnavailable | Problem::AccessDenied => 403,
            Problem::MethodNotAllowed { .. } => 405,
            Problem::BodyTooLarge => 413,
            Problem::RateLimited { .. } => 429,
            Problem::ServerError => 500,
            Problem::StoreUnavailable => 503,
            _ => 400,
        }
    }

    /// The HTTP status at the introspection endpoint (RFC 7662 §2.3; checklist 66).
    #[must_use]
    pub const fn introspection_status(&self) -> u16 {
        match self {
            Problem::ClientAuthenticationFailed { .. } => 401,
            _ => self.status(),
        }
    }

    /// The parameter at fault.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        self.explain().parameter
    }

    /// One sentence for `error_description`: RFC 6749 characters, at most 300, no secret, no registered URI.
    #[must_use]
    pub fn public_text(&self) -> String {
        to_description(&self.explain().text, limits::DESCRIPTION_TEXT_CHARACTERS)
    }

    /// One line that says what to do; safe to show to whoever made the request.
    #[must_use]
    pub fn hint(&self) -> String {
        self.explain().hint
    }

    /// A further line for members of the organization that owns the application: it names what is registered.
    #[must_use]
    pub fn owner_hint(&self) -> Option<String> {
        match self {
            Problem::RedirectUriUnregistered { nearest: Some(nearest), difference, .. } => {
                let difference = difference.as_deref().map(|text| format!(": {text}")).unwrap_or_default();
                Some(format!("The most similar registered URI is {}{difference}.", reveal(nearest)))
            }
            _ => None,
        }
    }

    /// What arrived, cut to 80 characters with invisible ones revealed; never a secret, code or verifier.
    #[must_use]
    pub fn received(&self) -> Option<String> {
        self.explain().received
    }

    /// What was expected instead.
    #[must_use]
    pub fn expected(&self) -> Option<String> {
        self.explain().expected
    }

    /// The place inside `authorization_details`, a JSON Pointer.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Problem::DetailsTooDeep { pointer } | Problem::DetailsDuplicateKey { pointer, .. } => {
                Some(pointer)
            }
            Problem::DetailsInvalid { issues } => issues.first().map(|issue| issue.pointer.as_str()),
            _ => None,
        }
    }

    /// `invalid_authorization_details` names every issue; other problems have none.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        match self {
            Problem::DetailsInvalid { issues } => issues,
            _ => &[],
        }
    }

    /// The body of an OAuth error answer: `error` and `error_description` (RFC 6749 §5.2).
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "error": self.code().as_str(), "error_description": self.public_text() })
    }

    /// The body for a developer who asked for JSON instead of an error page: [`Problem::to_json`] and, where they
    /// apply, `parameter`, `pointer`, `received`, `expected`, `hint`, `issues`.
    #[must_use]
    pub fn to_detailed_json(&self) -> Value {
        let mut body = self.to_json();
        let facts = [
            ("parameter", self.parameter().map(str::to_owned)),
            ("pointer", self.pointer().map(str::to_owned)),
            ("received", self.received()),
            ("expected", self.expected()),
            ("hint", Some(self.hint())),
        ];
        for (member, fact) in facts {
            if let Some(fact) = fact {
                body[member] = fact.into();
            }
        }
        if !self.issues().is_empty() {
            body["issues"] = self.issues().iter().map(Issue::to_json).collect();
        }
        body
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.code().as_str(), self.public_text())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests;
