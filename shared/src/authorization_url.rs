//! The authorization URL: built by the console, the snippets and the tests, read back by the console (R10, R11, R14).
//!
//! Values are kept as text and need not be valid: the console builds the URL while a person types.

use crate::{
    authorization_request,
    parameters::{Parameters, encode_pairs},
    pkce,
    server_metadata::AUTHORIZATION_PATH,
};

/// An authorization URL by its parameters, in the documented order. An empty value is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationUrl {
    /// The authorization endpoint, without a query.
    pub endpoint: String,
    /// `code`.
    pub response_type: String,
    /// `hasp_app_<ulid>`.
    pub client_id: String,
    /// As registered.
    pub redirect_uri: String,
    /// The agent to be authorized.
    pub agent_id: String,
    /// Returned unchanged.
    pub state: String,
    /// S256 challenge.
    pub code_challenge: String,
    /// `S256`.
    pub code_challenge_method: String,
    /// The JSON array, not yet encoded.
    pub authorization_details: String,
}

/// Why a text could not be read as an authorization URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizationUrlError {
    /// No `?` and so no parameters.
    #[error("the URL has no query")]
    Query,
    /// A parameter is repeated or not form-encoded.
    #[error("{0}")]
    Parameter(crate::Problem),
}

impl AuthorizationUrl {
    /// A URL of this issuer with the two constant parameters set.
    #[must_use]
    pub fn of_issuer(issuer: &str) -> Self {
        Self {
            endpoint: format!("{issuer}{AUTHORIZATION_PATH}"),
            response_type: "code".to_owned(),
            code_challenge_method: pkce::METHOD.to_owned(),
            ..Self::default()
        }
    }

    /// The parameters that are not empty, in order, not encoded.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = [
            ("response_type", self.response_type.as_str()),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("agent_id", &self.agent_id),
            ("state", &self.state),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", &self.code_challenge_method),
            ("authorization_details", &self.authorization_details),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// The URL to send the person to.
    #[must_use]
    pub fn to_encoded(&self) -> String {
        format!("{}?{}", self.endpoint, encode_pairs(self.parameters()))
    }

    /// The endpoint and then one parameter a line, decoded, for reading.
    #[must_use]
    pub fn to_lines(&self) -> Vec<String> {
        let mut lines = vec![self.endpoint.clone()];
        let marks = std::iter::once('?').chain(std::iter::repeat('&'));
        lines.extend(
            marks.zip(self.parameters()).map(|(mark, (name, value))| format!("{mark}{name}={value}")),
        );
        lines
    }

    /// Reads a URL back; unknown parameters are left out, a fragment is ignored.
    ///
    /// # Errors
    /// When there is no query, or a parameter is repeated or not form-encoded.
    pub fn parse(url: &str) -> Result<Self, AuthorizationUrlError> {
        let url = url.trim().split('#').next().unwrap_or("");
        let (endpoint, query) = url.split_once('?').ok_or(AuthorizationUrlError::Query)?;
        let parameters = Parameters::parse(query);
        let value = |name: &str| match parameters.single(name) {
            Ok(value) => Ok(value.unwrap_or("").to_owned()),
            Err(problem) => Err(AuthorizationUrlError::Parameter(problem)),
        };
        Ok(Self {
            endpoint: endpoint.to_owned(),
            response_type: value("response_type")?,
            client_id: value("client_id")?,
            redirect_uri: value("redirect_uri")?,
            agent_id: value("agent_id")?,
            state: value("state")?,
            code_challenge: value("code_challenge")?,
            code_challenge_method: value("code_challenge_method")?,
            authorization_details: value("authorization_details")?,
        })
    }

    /// What the authorization endpoint would decide about this URL for a registered application.
    #[must_use]
    pub fn decide(
        &self,
        client: &authorization_request::ClientRegistration<'_>,
    ) -> authorization_request::Decision {
        let query = encode_pairs(self.parameters());
        authorization_request::decide(&Parameters::parse(&query), client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> AuthorizationUrl {
        AuthorizationUrl {
            client_id: "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            redirect_uri: "https://app.example/callback".into(),
            agent_id: "01BX5ZZKBKACTAV9WEVGEMMVRZ".into(),
            state: "xyz".into(),
            code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into(),
            authorization_details: r#"[{"type":"hasp.data.read"}]"#.into(),
            ..AuthorizationUrl::of_issuer("https://issuer.example")
        }
    }

    // R10, R11
    #[test]
    fn url_has_the_documented_parameters_in_order_and_encoding() {
        assert_eq!(
            sample().to_encoded(),
            "https://issuer.example/v1/oauth/authorize?response_type=code\
             &client_id=hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback\
             &agent_id=01BX5ZZKBKACTAV9WEVGEMMVRZ&state=xyz&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
             &code_challenge_method=S256&authorization_details=%5B%7B%22type%22%3A%22hasp.data.read%22%7D%5D"
        );
    }

    #[test]
    fn readable_form_has_one_decoded_parameter_a_line() {
        let lines = AuthorizationUrl { state: String::new(), ..sample() }.to_lines();

        assert_eq!(lines[0], "https://issuer.example/v1/oauth/authorize");
        assert_eq!(lines[1], "?response_type=code");
        assert_eq!(lines[3], "&redirect_uri=https://app.example/callback");
        assert_eq!(lines[7], r#"&authorization_details=[{"type":"hasp.data.read"}]"#);
        assert_eq!(lines.len(), 8);
    }

    #[test]
    fn pasted_urls_are_read_back_or_refused() {
        let pasted = format!("  {}&utm=1#top\n", sample().to_encoded());

        assert_eq!(AuthorizationUrl::parse(&pasted), Ok(sample()));
        assert_eq!(AuthorizationUrl::parse("https://issuer.example"), Err(AuthorizationUrlError::Query));
        assert!(AuthorizationUrl::parse("https://issuer.example?state=1&state=2").is_err());
        assert!(AuthorizationUrl::parse("https://issuer.example?state=%ZZ").is_err());
    }

    proptest! {
        #![proptest_config(crate::property::config(256))]

        #[test]
        fn built_urls_are_read_back_as_they_were(values in prop::collection::vec("\\PC{0,20}|[ -~]{0,12}", 6)) {
            let [client_id, redirect_uri, agent_id, state, code_challenge, authorization_details]: [String; 6] =
                values.try_into().expect("six");
            let url = AuthorizationUrl {
                client_id, redirect_uri, agent_id, state, code_challenge, authorization_details,
                ..AuthorizationUrl::of_issuer("https://issuer.example")
            };

            prop_assert_eq!(AuthorizationUrl::parse(&url.to_encoded()), Ok(url));
        }
    }
}
