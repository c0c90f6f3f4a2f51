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
