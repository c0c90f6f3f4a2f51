//! The words an OAuth answer may carry in `error`. No invented ones.

/// A registered error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// RFC 6749 §4.1.2.1, §5.2.
    InvalidRequest,
    /// RFC 6749 §5.2.
    InvalidClient,
    /// RFC 6749 §5.2.
    InvalidGrant,
    /// RFC 6749 §5.2.
    UnsupportedGrantType,
    /// RFC 6749 §4.1.2.1.
    UnsupportedResponseType,
    /// RFC 6749 §4.1.2.1.
    AccessDenied,
    /// RFC 6749 §4.1.2.1.
    ServerError,
    /// RFC 6749 §4.1.2.1; also with 429 at the token endpoint (C26).
    TemporarilyUnavailable,
    /// RFC 9396 §5.
    InvalidAuthorizationDetails,
    /// RFC 6750 §3.1.
    InvalidToken,
}

impl Code {
    /// Every code.
    pub const ALL: [Code; 10] = [
        Code::InvalidRequest,
        Code::InvalidClient,
        Code::InvalidGrant,
        Code::UnsupportedGrantType,
        Code::UnsupportedResponseType,
        Code::AccessDenied,
        Code::ServerError,
        Code::TemporarilyUnavailable,
        Code::InvalidAuthorizationDetails,
        Code::InvalidToken,
    ];

    /// The wire word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::InvalidRequest => "invalid_request",
            Code::InvalidClient => "invalid_client",
            Code::InvalidGrant => "invalid_grant",
            Code::UnsupportedGrantType => "unsupported_grant_type",
            Code::UnsupportedResponseType => "unsupported_response_type",
            Code::AccessDenied => "access_denied",
            Code::ServerError => "server_error",
            Code::TemporarilyUnavailable => "temporarily_unavailable",
            Code::InvalidAuthorizationDetails => "invalid_authorization_details",
            Code::InvalidToken => "invalid_token",
        }
    }

    /// Reads the wire word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == word)
    }
}
