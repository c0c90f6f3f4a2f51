//! An API that is shown access tokens and asks the server about them.

use crate::http::{Answer, Call, plain_client};
use reqwest::Method;

/// A resource server with an API key of scope `tokens:introspect`.
#[derive(Clone, Debug)]
pub struct ResourceServer {
    http: reqwest::Client,
    base: String,
    key: String,
}

impl ResourceServer {
    /// With its key.
    #[must_use]
    pub fn new(base: &str, key: &str) -> Self {
        Self { http: plain_client(), base: base.to_owned(), key: key.to_owned() }
    }

    /// RFC 7662 with the key as bearer.
    pub async fn introspect(&self, token: &str) -> Answer {
        Call::new(&self.http, Method::POST, format!("{}/v1/oauth/introspect", self.base))
            .bearer(&self.key)
            .form(&[("token", token)])
            .send()
            .await
    }
}

/// `GET /v1/agent` with a token: the first API that takes one.
pub async fn who_am_i(base: &str, token: &str) -> Answer {
    Call::new(&plain_client(), Method::GET, format!("{base}/v1/agent")).bearer(token).send().await
}
