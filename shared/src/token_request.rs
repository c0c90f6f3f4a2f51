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
