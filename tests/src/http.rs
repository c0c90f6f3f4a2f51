//! Requests as bytes on a real socket, and answers with everything a test may ask of them.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::net::IpAddr;
use std::time::Duration;
use url::Url;

/// How long any single request may take before the test fails.
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(30);

/// A client that neither follows redirects nor keeps cookies nor asks a proxy.
#[must_use]
pub fn plain_client() -> reqwest::Client {
    client_from(None)
}

/// The same, from another loopback address: what a server that counts by address sees as another machine.
#[must_use]
pub fn client_from(address: Option<IpAddr>) -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(REQUEST_DEADLINE)
        .local_address(address)
        .build()
        .expect("a client without TLS can always be built")
}

/// One answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// As received.
    pub headers: HeaderMap,
    /// As received.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; panics with the answer when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {self}"))
    }

    /// The page as a reader without scripts sees it.
    #[must_use]
    pub fn page(&self) -> crate::html::Page {
        crate::html::Page::parse(&self.text())
    }

    /// A header's value; several of one name are joined by comma and space.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The `Location`, or `None`.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        self.header("location")
    }

    /// The absolute URL it redirects to; panics unless the status is 302 or 303 (checklist 14).
    #[must_use]
    pub fn redirect(&self, base: &str) -> Url {
        assert!(matches!(self.status, 302 | 303), "expected a redirect by 302 or 303, got {self}");
        let location = self.location().unwrap_or_else(|| panic!("no Location in {self}"));
        Url::parse(base)
            .and_then(|base| base.join(&location))
            .unwrap_or_else(|error| panic!("{location}: {error}"))
    }

    /// Asserts the status and returns itself.
    #[track_caller]
    #[must_use]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.text();
        let short: String = text.chars().take(1_500).collect();
        write!(formatter, "status {}, headers {:?}, body {short}", self.status, self.headers)
    }
}

/// A request being put together.
#[derive(Clone, Debug)]
#[must_use]
pub struct Call {
    client: reqwest::Client,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Call {
    /// Starts a request to an absolute URL.
    pub fn new(client: &reqwest::Client, method: Method, url: impl Into<String>) -> Self {
        Self { client: client.clone(), method, url: url.into(), headers: HeaderMap::new(), body: None }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name of the test's own");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value of the test's own");
        self.headers.append(name, value);
        self
    }

    /// `Authorization: Bearer …`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// `Authorization: Basic …`, both halves form-encoded first as RFC 6749 §2.3.1 asks.
    pub fn basic(self, client_id: &str, secret: &str) -> Self {
        self.header("authorization", &basic_header(client_id, secret))
    }

    /// A form body, in this order, repeats allowed.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").body(form_encode(fields))
    }

    /// A JSON body.
    pub fn json(self, value: &Value) -> Self {
        self.header("content-type", "application/json").body(value.to_string())
    }

    /// Any body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends it; panics when no answer comes, since the server must answer everything.
    pub async fn send(self) -> Answer {
        let line = format!("{} {}", self.method, self.url);
        self.try_send().await.unwrap_or_else(|error| panic!("{line}: no answer: {error:?}"))
    }

    /// Sends it where the connection may break, as under `kill -9`.
    pub async fn try_send(self) -> Result<Answer, reqwest::Error> {
        let mut request = self.client.request(self.method, &self.url).headers(self.headers);
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await?.to_vec();
        Ok(Answer { status, headers, body })
    }
}

/// `application/x-www-form-urlencoded`.
#[must_use]
pub fn form_encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The value of a Basic `Authorization` header.
#[must_use]
pub fn basic_header(client_id: &str, secret: &str) -> String {
    use base64::Engine as _;
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(client_id), encode(secret));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

/// The value of a query parameter, which must stand there exactly once.
#[track_caller]
#[must_use]
pub fn query_value(url: &Url, name: &str) -> String {
    let values: Vec<_> = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value).collect();
    assert_eq!(values.len(), 1, "{name} must stand once in {url}");
    values[0].clone().into_owned()
}

/// Whether the query has the parameter.
#[must_use]
pub fn has_query(url: &Url, name: &str) -> bool {
    url.query_pairs().any(|(key, _)| key == name)
}
