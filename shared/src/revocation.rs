//! Token revocation, both ways in (RFC 7009; domain.md E4; R60, R61; C2; checklist 70, 71).
//!
//! The answer is always 200 with `{}` for a presented token, whether it was known or not.

use crate::{Problem, bearer, parameters::Parameters};

/// How the token to be revoked was presented.
#[derive(Clone, PartialEq, Eq)]
pub enum RevocationRequest<'a> {
    /// `Authorization: Bearer <token>`: the token proves possession of itself. Wins when both are sent (C2).
    Bearer(&'a str),
    /// RFC 7009's form; the client must authenticate, and only its own tokens are touched.
    Form {
        /// The token.
        token: &'a str,
    },
}

impl<'a> RevocationRequest<'a> {
    /// Reads the request from the `Authorization` header and the form.
    ///
    /// # Errors
    /// [`Problem::ParameterMissing`] when no token was presented at all (C27), [`Problem::ParameterRepeated`],
    /// [`Problem::BearerMalformed`].
    pub fn parse(authorization: Option<&'a str>, parameters: &'a Parameters) -> Result<Self, Problem> {
        if let Some(token) = authorization.filter(|header| bearer::is_bearer(header)) {
            return bearer::token(token).map(Self::Bearer);
        }
        parameters.check_repeated()?;
        parameters.required("token").map(|token| Self::Form { token })
    }
}

impl std::fmt::Debug for RevocationRequest<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Bearer(_) => "RevocationRequest::Bearer",
            Self::Form { .. } => "RevocationRequest::Form",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R60, C2, C27, checklist 70
    #[test]
    fn bearer_wins_and_no_token_at_all_is_an_error() {
        let form = Parameters::parse("token=from-form&client_id=x");
        let empty = Parameters::parse("");

        assert_eq!(RevocationRequest::parse(Some("Bearer t"), &empty), Ok(RevocationRequest::Bearer("t")));
        assert_eq!(RevocationRequest::parse(Some("bearer t"), &form), Ok(RevocationRequest::Bearer("t")));
        let from_form = RevocationRequest::Form { token: "from-form" };
        assert_eq!(RevocationRequest::parse(None, &form), Ok(from_form.clone()));
        assert_eq!(RevocationRequest::parse(Some("Basic eDp5"), &form), Ok(from_form));
        let missing = Problem::ParameterMissing { parameter: "token" };
        assert_eq!(RevocationRequest::parse(None, &empty), Err(missing));
        assert_eq!(RevocationRequest::parse(Some("Bearer"), &form), Err(Problem::BearerMalformed));
    }
}
