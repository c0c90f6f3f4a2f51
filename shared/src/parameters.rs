//! Query strings and form bodies by RFC 6749 §3.1, §3.2 and appendix B.
//!
//! Each parameter at most once (`resource` alone may repeat, RFC 8707 §2), empty counts as absent, unknown ones are
//! ignored, values are form-encoded UTF-8. checklist 9, 10.

use crate::Problem;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::BTreeSet;

/// Everything but RFC 3986's unreserved characters is encoded, a space as `%20`: every decoder reads that alike.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The only parameter that may repeat (RFC 8707 §2).
const REPEATABLE: &str = "resource";

/// The parameters of one request, in order.
#[derive(Clone, PartialEq, Eq)]
pub struct Parameters {
    pairs: Vec<(String, Result<String, String>)>,
}

impl Parameters {
    /// Splits and decodes a query string or form body; a value that cannot be decoded is an error only when it is
    /// asked for.
    #[must_use]
    pub fn parse(raw: &str) -> Self {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name).unwrap_or_else(|_| name.to_owned()), decode(value))
        });
        Self { pairs: pairs.collect() }
    }

    /// The value of a parameter, `None` when it is absent or empty.
    ///
    /// # Errors
    /// [`Problem::ParameterRepeated`], [`Problem::ParameterEncoding`].
    pub fn single(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut values = self.pairs.iter().filter(|(given, _)| given == name).map(|(_, value)| value);
        let value = values.next();
        if values.next().is_some() && name != REPEATABLE {
            return Err(Problem::ParameterRepeated { parameter: name.to_owned() });
        }
        match value {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value.as_str()).filter(|value| !value.is_empty())),
            Some(Err(reason)) => {
                Err(Problem::ParameterEncoding { parameter: name.to_owned(), reason: reason.clone() })
            }
        }
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// [`Problem::ParameterMissing`] and those of [`Parameters::single`].
    pub fn required(&self, name: &'static str) -> Result<&str, Problem> {
        self.single(name)?.ok_or(Problem::ParameterMissing { parameter: name })
    }

    /// The names in order, repeated ones as often as they were sent.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }

    /// Whether the parameter was sent more than once.
    #[must_use]
    pub fn is_repeated(&self, name: &str) -> bool {
        self.names().filter(|given| *given == name).count() > 1
    }

    /// Refuses a request that repeats any parameter, known or not, except `resource`.
    ///
    /// # Errors
    /// [`Problem::ParameterRepeated`] with the first such name.
    pub fn check_repeated(&self) -> Result<(), Problem> {
        // A set, not a search for each name: strangers send tens of thousands of names, before anybody pays for it.
        let mut seen = BTreeSet::new();
        match self.names().find(|name| *name != REPEATABLE && !seen.insert(*name)) {
            Some(name) => Err(Problem::ParameterRepeated { parameter: name.to_owned() }),
            None => Ok(()),
        }
    }

    /// Whether nothing was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

/// Names only: values may be secret.
impl std::fmt::Debug for Parameters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.names()).finish()
    }
}

/// Percent-encodes a name or value for a query string or form body; a space becomes `%20`.
#[must_use]
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}

/// Joins names and values to a query string or form body, all encoded.
#[must_use]
pub fn encode_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs = pairs.into_iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Decodes one form-encoded name or value: `+` is a space, `%` begins a byte, the bytes are UTF-8.
///
/// # Errors
/// What is wrong with it, in words.
pub fn decode(raw: &str) -> Result<String, String> {
    let bytes = raw.as_bytes();
    let is_byte = |index: usize| {
        bytes.get(index + 1..index + 3).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    };
    if let Some(index) = (0..bytes.len()).find(|&index| bytes[index] == b'%' && !is_byte(index)) {
        let shown: String = raw[index..].chars().take(3).collect();
        return Err(format!(
            "{} at position {} is no percent-encoded byte",
            crate::text::reveal(&shown),
            index + 1
        ));
    }
    let spaced = raw.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err("the decoded bytes are not UTF-8".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_decoded_and_unknown_names_ignored() {
        let parameters = Parameters::parse("a=1%202&b=%C3%A9+x&utm=&&c");

        assert_eq!(parameters.single("a"), Ok(Some("1 2")));
        assert_eq!(parameters.single("b"), Ok(Some("é x")));
        assert_eq!(parameters.single("c"), Ok(None));
        assert_eq!(parameters.single("d"), Ok(None));
        assert_eq!(parameters.check_repeated(), Ok(()));
    }

    // checklist 9
    #[test]
    fn any_repeated_parameter_is_refused_but_resource() {
        let parameters = Parameters::parse("state=&state=x&resource=a&resource=b");

        let repeated = Problem::ParameterRepeated { parameter: "state".into() };
        assert_eq!(parameters.single("state"), Err(repeated.clone()));
        assert_eq!(parameters.check_repeated(), Err(repeated));
        assert_eq!(parameters.single("resource"), Ok(Some("a")));
        assert!(Parameters::parse("x=1&%78=2").is_repeated("x"));
    }

    // checklist 88
    #[test]
    fn a_body_full_of_names_is_checked_in_one_pass() {
        let names: Vec<String> = (0..16_384).map(|number| format!("{number:x}")).collect();
        let parameters = Parameters::parse(&names.join("&"));

        let begun = std::time::Instant::now();
        assert_eq!(parameters.check_repeated(), Ok(()));

        // Comparing each name with every other one takes seconds in a debug build.
        assert!(begun.elapsed() < std::time::Duration::from_millis(500), "{:?}", begun.elapsed());
    }

    // checklist 10
    #[test]
    fn empty_value_equals_an_absent_one() {
        for query in ["", "code_challenge=", "code_challenge", "other=1"] {
            let missing = Problem::ParameterMissing { parameter: "code_challenge" };
            assert_eq!(Parameters::parse(query).required("code_challenge"), Err(missing), "{query}");
        }
    }

    #[test]
    fn broken_encoding_is_refused_only_where_it_is_read() {
        for (value, part) in [("%ZZ", "%ZZ"), ("a%2", "%2"), ("%", "%"), ("%2é", "%2é"), ("%FF", "UTF-8")] {
            let parameters = Parameters::parse(&format!("state={value}&other=1"));

            let problem = parameters.single("state").expect_err(value);
            assert!(
                matches!(&problem, Problem::ParameterEncoding { reason, .. } if reason.contains(part)),
                "{problem:?}"
            );
            assert_eq!(parameters.single("other"), Ok(Some("1")));
        }
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        assert_eq!(format!("{:?}", Parameters::parse("client_secret=hush")), r#"["client_secret"]"#);
    }

    #[test]
    fn quickstart_grant_is_encoded_as_the_documentation_shows() {
        // R11
        let encoded = encode(r#"[{"type":"hasp.data.read"}]"#);

        assert_eq!(encoded, "%5B%7B%22type%22%3A%22hasp.data.read%22%7D%5D");
    }

    proptest! {
        #![proptest_config(crate::property::config(256))]

        #[test]
        fn encoded_pairs_come_back(name in "\\PC{1,12}", value in "\\PC{1,60}") {
            let parameters = Parameters::parse(&encode_pairs([(name.as_str(), value.as_str())]));

            prop_assert_eq!(parameters.single(&name), Ok(Some(value.as_str())));
        }

        #[test]
        fn no_input_makes_parsing_panic(raw in any::<String>()) {
            let parameters = Parameters::parse(&raw);

            for name in parameters.names() {
                let _ = parameters.single(name);
            }
        }
    }
}
