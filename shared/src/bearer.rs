//! Bearer tokens in the `Authorization` header, and the challenge that refuses them (RFC 6750 §2.1, §3).
//!
//! Tokens in a query or form are never looked at (checklist 48).

use crate::{Code, Problem};

/// Whether the header uses the Bearer scheme, in any case.
#[must_use]
pub fn is_bearer(header: &str) -> bool {
    let scheme = header.split(' ').next().unwrap_or("");
    scheme.eq_ignore_ascii_case("Bearer")
}

/// Reads the token of an `Authorization` header.
///
/// # Errors
/// [`Problem::BearerMissing`] for another scheme, [`Problem::BearerMalformed`] for anything but one token after it.
pub fn token(header: &str) -> Result<&str, Problem> {
    if !is_bearer(header) {
        return Err(Problem::BearerMissing);
    }
    let token = header.get("Bearer".len()..).unwrap_or("").trim_matches(' ');
    if token.is_empty() || !token.bytes().all(is_token68) {
        return Err(Problem::BearerMalformed);
    }
    Ok(token)
}

/// Reads the token of a request whose header may be missing.
///
/// # Errors
/// Those of [`token`], and [`Problem::BearerMissing`].
pub fn required(header: Option<&str>) -> Result<&str, Problem> {
    header.map_or(Err(Problem::BearerMissing), token)
}

/// The value of `WWW-Authenticate`: without an error code when no token was sent, with one otherwise.
///
/// **Spec** RFC 6750 §3, §3.1.
#[must_use]
pub fn challenge(problem: &Problem) -> String {
    match (problem, problem.code()) {
        (Problem::BearerMissing, _) => "Bearer".to_owned(),
        (_, code @ (Code::InvalidToken | Code::InvalidRequest)) => {
            format!("Bearer error=\"{}\", error_description=\"{}\"", code.as_str(), problem.public_text())
        }
        _ => "Bearer".to_owned(),
    }
}

fn is_token68(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    // R22, R89
    #[test]
    fn header_is_bearer_and_one_token() {
        assert_eq!(required(Some("Bearer hasp_agent_ABC")), Ok("hasp_agent_ABC"));
        assert_eq!(required(Some("bEARER  abc.def~1+/=")), Ok("abc.def~1+/="));
        assert_eq!(required(None), Err(Problem::BearerMissing));
        assert_eq!(required(Some("Basic abc")), Err(Problem::BearerMissing));
        assert_eq!(required(Some("Bearerabc")), Err(Problem::BearerMissing));
        for header in ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer é"] {
            assert_eq!(required(Some(header)), Err(Problem::BearerMalformed), "{header}");
        }
    }

    // RFC 6750 §3.1
    #[test]
    fn challenge_names_an_error_only_when_a_token_was_sent() {
        assert_eq!(challenge(&Problem::BearerMissing), "Bearer");
        assert_eq!(
            challenge(&Problem::TokenInvalid),
            "Bearer error=\"invalid_token\", error_description=\"the access token is unknown, expired or revoked\""
        );
        assert!(challenge(&Problem::BearerMalformed).starts_with("Bearer error=\"invalid_request\""));
        assert_eq!(challenge(&Problem::StoreUnavailable), "Bearer");
    }
}
