//! A program that uses the control API with an API key.

use super::developer::ApiAnswer;
use crate::http::{Call, plain_client};
use reqwest::Method;
use serde_json::Value;

/// Whoever holds a `hasp_key_…`.
#[derive(Clone, Debug)]
pub struct KeyHolder {
    client: reqwest::Client,
    base: String,
    key: String,
}

impl KeyHolder {
    /// A program with this key.
    #[must_use]
    pub fn new(base: &str, key: &str) -> Self {
        Self { client: plain_client(), base: base.to_owned(), key: key.to_owned() }
    }

    /// A request with the key.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(&self.client, method, format!("{}{path}", self.base)).bearer(&self.key)
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> ApiAnswer {
        ApiAnswer(self.call(Method::GET, path).send().await)
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> ApiAnswer {
        ApiAnswer(self.call(Method::POST, path).json(&body).send().await)
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> ApiAnswer {
        ApiAnswer(self.call(Method::PATCH, path).json(&body).send().await)
    }
}
