//! How a client authenticates: HTTP Basic, form, or not at all (RFC 6749 §2.3; R50; checklist 37).
//!
//! Exactly one method per request. Not here: looking the client up and comparing the hash.

use crate::{
    ClientType, Problem,
    parameters::{Parameters, decode},
    problem::ClientAuthenticationFailure,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt;

/// The method a client used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthenticationMethod {
    /// `Authorization: Basic`.
    ClientSecretBasic,
    /// `client_secret` in the body.
    ClientSecretPost,
    /// `client_id` in the body only.
    None,
}

impl ClientAuthenticationMethod {
    /// Every method, in the order of the metadata document (R50).
    pub const ALL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::None];

    /// The registered word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }
}

/// Who the client says it is, and its proof. `Debug` leaves the secret out.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCredentials {
    /// As it was sent, decoded.
    pub client_id: String,
    /// As it was sent, decoded; never empty.
    pub secret: Option<String>,
    /// How it was sent.
    pub method: ClientAuthenticationMethod,
}

impl ClientCredentials {
    /// The failure to report for these credentials: with a challenge if they came in the header (checklist 38).
    #[must_use]
    pub fn failure(&self, reason: ClientAuthenticationFailure) -> Problem {
        let basic = self.method == ClientAuthenticationMethod::ClientSecretBasic;
        Problem::ClientAuthenticationFailed { basic, reason }
    }

    /// Whether the method is the one of the client's type: a secret of confidential clients, none of public ones.
    ///
    /// # Errors
    /// [`Problem::ClientAuthenticationFailed`] (C33).
    pub fn check_type(&self, client_type: ClientType) -> Result<(), Problem> {
        match (client_type, self.method, &self.secret) {
            (ClientType::Public, ClientAuthenticationMethod::None, _) => Ok(()),
            (ClientType::Public, ..) => Err(self.failure(ClientAuthenticationFailure::SecretUnexpected)),
            (ClientType::Confidential, _, Some(_)) => Ok(()),
            (ClientType::Confidential, _, None) => {
                Err(self.failure(ClientAuthenticationFailure::SecretMissing))
            }
        }
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ClientCredentials({} by {})", self.client_id, self.method.as_str())
    }
}

/// Reads the client's credentials from the `Authorization` header and the form.
///
/// `client_id` may stand in the body beside Basic when it is the same one; it proves nothing by itself.
///
/// # Errors
/// [`Problem::ClientAuthenticationTwice`], [`Problem::ClientIdMismatch`], [`Problem::ClientAuthenticationFailed`],
/// and those of [`Parameters::single`].
pub fn credentials(
    authorization: Option<&str>,
    parameters: &Parameters,
) -> Result<ClientCredentials, Problem> {
    let client_id = parameters.single("client_id")?;
    let client_secret = parameters.single("client_secret")?;
    if let Some(header) = authorization {
        let (header_id, secret) = parse_basic(header)?;
        if client_secret.is_some() {
            return Err(Problem::ClientAuthenticationTwice);
        }
        if client_id.is_some_and(|client_id| client_id != header_id) {
            return Err(Problem::ClientIdMismatch);
        }
        let method = ClientAuthenticationMethod::ClientSecretBasic;
        return Ok(ClientCredentials { client_id: header_id, secret, method });
    }
    let Some(client_id) = client_id else {
        let reason = ClientAuthenticationFailure::Missing;
        return Err(Problem::ClientAuthenticationFailed { basic: false, reason });
    };
    let method = match client_secret {
        Some(_) => ClientAuthenticationMethod::ClientSecretPost,
        None => ClientAuthenticationMethod::None,
    };
    Ok(ClientCredentials {
        client_id: client_id.to_owned(),
        secret: client_secret.map(str::to_owned),
        method,
    })
}

/// Reads `Basic base64(form(client_id):form(client_secret))` (RFC 6749 §2.3.1; RFC 7617).
fn parse_basic(header: &str) -> Result<(String, Option<String>), Problem> {
    let reason = ClientAuthenticationFailure::Malformed;
    read_basic(header).ok_or(Problem::ClientAuthenticationFailed { basic: true, reason })
}

fn read_basic(header: &str) -> Option<(String, Option<String>)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (client_id, secret) = text.split_once(':')?;
    let client_id = decode(client_id).ok().filter(|client_id| !client_id.is_empty())?;
    let secret = decode(secret).ok()?;
    Some((client_id, Some(secret).filter(|secret| !secret.is_empty())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ClientAuthenticationMethod as Method;

    fn basic(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn read(authorization: Option<&str>, body: &str) -> Result<(String, Option<String>, Method), Problem> {
        let found = credentials(authorization, &Parameters::parse(body))?;
        Ok((found.client_id, found.secret, found.method))
    }

    // R50, checklist 37
    #[test]
    fn the_three_methods_are_told_apart() {
        let id = || "id".to_owned();
        let secret = || Some("s e+c:r".to_owned());

        assert_eq!(read(None, "client_id=id"), Ok((id(), None, Method::None)));
        assert_eq!(read(None, "client_id=id&client_secret="), Ok((id(), None, Method::None)));
        assert_eq!(
            read(None, "client_id=id&client_secret=s+e%2Bc:r"),
            Ok((id(), secret(), Method::ClientSecretPost))
        );
        let header = basic("id:s+e%2Bc%3Ar");
        for body in ["", "client_id=id"] {
            assert_eq!(read(Some(&header), body), Ok((id(), secret(), Method::ClientSecretBasic)), "{body}");
        }
        assert_eq!(
            read(Some(&header.replace("Basic", "bAsIc")), ""),
            Ok((id(), secret(), Method::ClientSecretBasic))
        );
        assert_eq!(read(Some(&basic("id:a:b")), "").map(|found| found.1), Ok(Some("a:b".to_owned())));
    }

    // checklist 37
    #[test]
    fn two_methods_in_one_request_are_refused() {
        let header = basic("id:secret");

        assert_eq!(
            read(Some(&header), "client_id=id&client_secret=secret"),
            Err(Problem::ClientAuthenticationTwice)
        );
        assert_eq!(read(Some(&header), "client_id=other"), Err(Problem::ClientIdMismatch));
        assert!(matches!(read(None, "client_id=a&client_id=a"), Err(Problem::ParameterRepeated { .. })));
    }

    // checklist 38
    #[test]
    fn unreadable_headers_ask_for_basic_and_missing_ones_do_not() {
        let latin = format!("Basic {}", STANDARD.encode([0xFF, b':', 0xFE]));
        for header in [
            "",
            "Basic",
            "Basic ",
            "Basic !!!",
            "Bearer abc",
            &latin,
            &basic("no colon"),
            &basic(":secret"),
            &basic("%zz:x"),
        ] {
            let problem = read(Some(header), "").expect_err(header);

            assert_eq!(problem.status(), 401, "{header}: {problem:?}");
            assert_eq!(problem.code(), crate::Code::InvalidClient, "{header}");
        }
        assert_eq!(read(None, "grant_type=x").map_err(|problem| problem.status()), Err(400));
    }

    // C33, checklist 37
    #[test]
    fn only_the_method_of_the_clients_type_passes() {
        let header = basic("id:secret");
        let nameless = basic("id:");
        let rows = [
            (None, "client_id=id", ClientType::Public, true),
            (None, "client_id=id&client_secret=s", ClientType::Public, false),
            (Some(header.as_str()), "", ClientType::Public, false),
            (Some(nameless.as_str()), "", ClientType::Public, false),
            (None, "client_id=id", ClientType::Confidential, false),
            (None, "client_id=id&client_secret=s", ClientType::Confidential, true),
            (Some(header.as_str()), "", ClientType::Confidential, true),
            (Some(nameless.as_str()), "", ClientType::Confidential, false),
        ];
        for (authorization, body, client_type, expected) in rows {
            let found = credentials(authorization, &Parameters::parse(body)).expect(body);

            assert_eq!(
                found.check_type(client_type).is_ok(),
                expected,
                "{authorization:?} {body} {client_type:?}"
            );
        }
    }

    // checklist 49
    #[test]
    fn debug_shows_no_secret() {
        let found = credentials(None, &Parameters::parse("client_id=id&client_secret=hush")).expect("valid");

        assert_eq!(format!("{found:?}"), "ClientCredentials(id by client_secret_post)");
    }
}
