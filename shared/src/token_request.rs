//! The token request: one grant, `authorization_code` with PKCE (RFC 6749 §4.1.3; RFC 7636 §4.5; R18, R26).
//!
//! Not here: the client's credentials ([`crate::client_authentication`]) and redeeming the code.

use crate::{Problem, parameters::Parameters, pkce};
use std::fmt;

/// The only grant type (R49).
pub const GRANT_TYPE: &str = "authorization_code";

/// A well-formed token request. `Debug` leaves code and verifier out.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The code of the redirect.
    pub code: String,
    /// Must equal the one of the authorization request when it is sent; OAuth 2.1 dropped it (C8).
    pub redirect_uri: Option<String>,
    /// 43 to 128 unreserved characters.
    pub code_verifier: String,
}

impl TokenRequest {
    /// Reads the form in the order of checks: repeated parameters, `grant_type`, `code`, `redirect_uri`,
    /// `code_verifier`. checklist 34, 35, 44.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse(parameters: &Parameters) -> Result<Self, Problem> {
        parameters.check_repeated()?;
        match parameters.required("grant_type")? {
            GRANT_TYPE => {}
            received => return Err(Problem::GrantTypeUnsupported { received: received.to_owned() }),
        }
        let code = parameters.required("code")?.to_owned();
        let redirect_uri = parameters.single("redirect_uri")?.map(str::to_owned);
        if parameters.single("authorization_details")?.is_some() {
            return Err(Problem::NarrowingUnsupported);
        }
        let verifier = parameters.single("code_verifier")?.ok_or(Problem::CodeVerifierMissing)?;
        pkce::check_verifier(verifier)
            .map_err(|error| Problem::CodeVerifierMalformed { reason: error.to_string() })?;
        Ok(Self { code, redirect_uri, code_verifier: verifier.to_owned() })
    }

    /// The challenge that the verifier gives, to compare with the stored one.
    #[must_use]
    pub fn code_challenge(&self) -> String {
        pkce::challenge_from_verifier(&self.code_verifier).unwrap_or_default()
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenRequest")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn parse(body: &str) -> Result<TokenRequest, Problem> {
        TokenRequest::parse(&Parameters::parse(body))
    }

    // R18, C8
    #[test]
    fn documented_request_is_read_with_and_without_redirect_uri() {
        let body = format!("grant_type=authorization_code&code=c&client_id=x&code_verifier={VERIFIER}");

        let without = parse(&body).expect("valid");
        let with = parse(&format!("{body}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb")).expect("valid");

        assert_eq!(without.code_challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(
            (without.redirect_uri, with.redirect_uri.as_deref()),
            (None, Some("https://app.example/cb"))
        );
    }

    // R26, checklist 34, 35, 44
    #[test]
    fn broken_requests_get_their_code() {
        let long = format!("grant_type=authorization_code&code=c&code_verifier={}", "a".repeat(129));
        let odd = format!("grant_type=authorization_code&code=c&code_verifier={VERIFIER}%2B");
        let narrowing = format!(
            "grant_type=authorization_code&code=c&code_verifier={VERIFIER}&authorization_details=%5B%5D"
        );
        let rows = [
            ("", Code::InvalidRequest, "grant_type"),
            ("grant_type=&code=c", Code::InvalidRequest, "grant_type"),
            ("grant_type=client_credentials", Code::UnsupportedGrantType, "grant_type"),
            ("grant_type=refresh_token&refresh_token=x", Code::UnsupportedGrantType, "grant_type"),
            ("grant_type=Authorization_Code", Code::UnsupportedGrantType, "grant_type"),
            ("grant_type=authorization_code", Code::InvalidRequest, "code"),
            ("grant_type=authorization_code&code=c", Code::InvalidGrant, "code_verifier"),
            (
                "grant_type=authorization_code&code=c&code_verifier=short",
                Code::InvalidRequest,
                "code_verifier",
            ),
            (&long, Code::InvalidRequest, "code_verifier"),
            (&odd, Code::InvalidRequest, "code_verifier"),
            ("grant_type=authorization_code&code=a&code=b", Code::InvalidRequest, "code"),
            (&narrowing, Code::InvalidRequest, "authorization_details"),
        ];
        for (body, code, parameter) in rows {
            let problem = parse(body).expect_err(body);

            assert_eq!((problem.code(), problem.parameter()), (code, Some(parameter)), "{body}: {problem}");
            assert!(problem.received().is_none() || parameter != "code_verifier", "{body}");
        }
    }

    // checklist 49
    #[test]
    fn debug_shows_neither_code_nor_verifier() {
        let body = format!("grant_type=authorization_code&code=hush&code_verifier={VERIFIER}");

        let shown = format!("{:?}", parse(&body).expect("valid"));

        assert!(!shown.contains("hush") && !shown.contains(VERIFIER), "{shown}");
    }
}
