//! The authorization response: what is appended to the redirect URI (RFC 6749 §4.1.2; RFC 9207).
//!
//! Every answer, success or error, carries `iss`; `state` comes back unchanged and is never invented. checklist 11, 12.

use crate::{Code, Problem, authorization_request::MatchedRedirect, parameters::encode_pairs};

impl MatchedRedirect {
    /// The URL that hands the code to the client (R16, R78).
    #[must_use]
    pub fn success(&self, code: &str, state: Option<&str>, iss: &str) -> String {
        self.with([("code", Some(code)), ("state", state), ("iss", Some(iss))])
    }

    /// The URL that tells the client of an error (R79).
    #[must_use]
    pub fn error(&self, code: Code, description: &str, state: Option<&str>, iss: &str) -> String {
        self.with([
            ("error", Some(code.as_str())),
            ("error_description", Some(description)),
            ("state", state),
            ("iss", Some(iss)),
        ])
    }

    /// The URL that tells the client of a problem, in its public words.
    #[must_use]
    pub fn problem(&self, problem: &Problem, state: Option<&str>, iss: &str) -> String {
        self.error(problem.code(), &problem.public_text(), state, iss)
    }

    /// Appends to the query; the URI's own bytes stay as they are (RFC 6749 §3.1.2).
    fn with<'a>(&self, answer: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> String {
        let uri = self.uri();
        let joint = match uri.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        let present = answer.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
        format!("{uri}{joint}{}", encode_pairs(present))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{authorization_request, parameters::Parameters};
    use proptest::prelude::*;

    const ISSUER: &str = "https://issuer.example";

    fn matched(uri: &str) -> MatchedRedirect {
        let parameters = Parameters::parse(&encode_pairs([("redirect_uri", uri)]));
        authorization_request::redirect_uri(&parameters, &[uri.to_owned()]).expect(uri)
    }

    // R16, R78, checklist 11, 12
    #[test]
    fn success_carries_code_state_and_iss_once() {
        let url = matched("https://app.example/cb").success("c0de", Some("a b&c=d+e"), ISSUER);

        assert_eq!(
            url,
            "https://app.example/cb?code=c0de&state=a%20b%26c%3Dd%2Be&iss=https%3A%2F%2Fissuer.example"
        );
    }

    // R79, checklist 11
    #[test]
    fn denial_carries_the_error_and_no_invented_state() {
        let url = matched("https://app.example/cb").problem(&Problem::AccessDenied, None, ISSUER);

        let answer = Parameters::parse(url.split_once('?').expect("a query").1);
        assert_eq!(answer.single("error"), Ok(Some("access_denied")));
        assert_eq!(answer.single("iss"), Ok(Some(ISSUER)));
        assert_eq!(answer.names().collect::<Vec<_>>(), ["error", "error_description", "iss"]);
    }

    #[test]
    fn answer_is_appended_to_the_uris_own_bytes() {
        let rows = [
            ("https://app.example", "https://app.example?code=c&iss=i"),
            ("https://app.example/cb?", "https://app.example/cb?code=c&iss=i"),
            ("https://app.example/cb?a=%2f", "https://app.example/cb?a=%2f&code=c&iss=i"),
            ("https://app.example/cb?a=1&", "https://app.example/cb?a=1&code=c&iss=i"),
            ("com.example.app:/cb", "com.example.app:/cb?code=c&iss=i"),
        ];
        for (uri, expected) in rows {
            assert_eq!(matched(uri).success("c", None, "i"), expected);
        }
    }

    proptest! {
        #![proptest_config(crate::property::config(256))]

        // checklist 11
        #[test]
        fn state_comes_back_unchanged(state in "\\PC{1,40}|.{1,20}", code in "[A-Za-z0-9_-]{1,43}") {
            let redirect = matched("https://app.example/cb?keep=1");
            let urls = [
                redirect.success(&code, Some(&state), ISSUER),
                redirect.problem(&Problem::ServerError, Some(&state), ISSUER),
            ];
            for url in urls {
                let answer = Parameters::parse(url.split_once('?').expect("a query").1);

                prop_assert_eq!(answer.single("state"), Ok(Some(state.as_str())));
                prop_assert_eq!(answer.single("keep"), Ok(Some("1")));
                prop_assert!(url.is_ascii() && !url.contains(['\r', '\n', ' ', '#']));
            }
        }
    }
}
