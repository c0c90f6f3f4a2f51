//! The envelope around every control-API answer, its error codes and its paging (domain.md 5.7).

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// `{"success":…,"data"|"error":…,"meta":{…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
pub struct Envelope<T> {
    /// `true` with `data`, `false` with `error`.
    pub success: bool,
    /// The answer, when it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
    /// What went wrong, when it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ApiError>,
    /// Facts about the request itself.
    pub meta: Meta,
}

/// Facts about the request, and where the next page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// `req_<ulid>`, also in the `X-Request-Id` header and in the server's log.
    pub request_id: String,
    /// Present on lists: pass it as `cursor` to get the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Present on lists: whether there is a next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_more: Option<bool>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, in the order the endpoint documents.
    pub items: Vec<T>,
    /// Opaque; `None` on the last page.
    pub next_cursor: Option<String>,
}

/// The error member of the envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// A stable code for programs.
    pub code: ApiErrorCode,
    /// The family of the code: `authentication`, `permission`, `validation`, `not_found`, `conflict`, `rate_limit`, `internal`.
    #[serde(rename = "type")]
    pub kind: String,
    /// One sentence for a person: what arrived, what was expected.
    pub message: String,
    /// The parameter at fault, a name or a JSON Pointer such as `/granted_scopes/0/type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// Further facts, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<serde_json::Value>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// The same as `meta.request_id`.
    pub request_id: String,
    /// One line that says how to fix it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs_hint: Option<String>,
}

/// Every code of the control API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApiErrorCode {
    /// 401: nobody is signed in and no key was sent.
    AuthenticationRequired,
    /// 401: the API key is unknown or revoked.
    InvalidApiKey,
    /// 401: the agent token is unknown, expired or revoked.
    InvalidCredential,
    /// 401: the password is older than 15 minutes; ask for it again (`POST /v1/session/reauthenticate`).
    ReauthenticationRequired,
    /// 401: the password given for reauthentication is wrong.
    InvalidPassword,
    /// 403: the `X-CSRF-Token` header or `Origin` does not fit the session.
    CsrfRejected,
    /// 403: the API key lacks a scope (`details.required_scope`).
    MissingScope,
    /// 403: the member's role does not allow it.
    RoleNotAllowed,
    /// 404: no such row in the caller's organization.
    ResourceNotFound,
    /// 400 for unparsable JSON, 422 for a value that breaks a rule (`param`).
    ValidationFailed,
    /// 422: a grant type that is unknown or not allowed to the agent.
    InvalidScopeType,
    /// 422: the agent is archived.
    AgentArchived,
    /// 409: the name is taken in the organization.
    AgentNameTaken,
    /// 409: the application is revoked, for good.
    ApplicationRevoked,
    /// 422: a public application has no secret.
    NoClientSecret,
    /// 422: `expires_at` lies in the past.
    ExpiryInPast,
    /// 413: the body is larger than 64 KiB.
    BodyTooLarge,
    /// 405 or 415: the method or the content type is not the endpoint's.
    UnsupportedRequest,
    /// 429, with `Retry-After`.
    RateLimited,
    /// 503, with `Retry-After`: the store does not answer.
    StoreUnavailable,
    /// 500.
    InternalError,
}

impl ApiErrorCode {
    /// The status that goes with the code; `ValidationFailed` is 422 here, 400 for unparsable JSON.
    #[must_use]
    pub const fn status(self) -> u16 {
        use ApiErrorCode as C;
        match self {
            C::AuthenticationRequired
            | C::InvalidApiKey
            | C::InvalidCredential
            | C::ReauthenticationRequired
            | C::InvalidPassword => 401,
            C::CsrfRejected | C::MissingScope | C::RoleNotAllowed => 403,
            C::ResourceNotFound => 404,
            C::AgentNameTaken | C::ApplicationRevoked => 409,
            C::BodyTooLarge => 413,
            C::UnsupportedRequest => 415,
            C::ValidationFailed
            | C::InvalidScopeType
            | C::AgentArchived
            | C::NoClientSecret
            | C::ExpiryInPast => 422,
            C::RateLimited => 429,
            C::InternalError => 500,
            C::StoreUnavailable => 503,
        }
    }

    /// The family, for the `type` member.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self.status() {
            401 => "authentication",
            403 => "permission",
            404 => "not_found",
            409 => "conflict",
            429 => "rate_limit",
            500 | 503 => "internal",
            _ => "validation",
        }
    }
}
