//! A third-party application: builds authorization URLs, redeems codes, introspects and revokes its own tokens.

use crate::http::{Answer, Call, client_from, plain_client};
use hasp_protocol::pkce;
use reqwest::Method;
use serde_json::Value;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

/// How the application proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Public.
    None,
    /// `Authorization: Basic`.
    Basic(String),
    /// `client_secret` in the form.
    Post(String),
}

/// An application as its own server or device runs it.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// `hasp_app_…`.
    pub client_id: String,
    /// How it authenticates.
    pub authentication: ClientAuthentication,
    /// Its registered callback.
    pub redirect_uri: String,
}

/// One authorization request with what the application must remember until the answer comes.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// The URL to open.
    pub url: String,
    /// Query parameters in order, decoded.
    pub parameters: Vec<(String, String)>,
    /// RFC 7636.
    pub verifier: String,
    /// Sent and expected back.
    pub state: String,
}

impl Authorization {
    /// The same request with a parameter replaced, added or (`None`) left out.
    #[must_use]
    pub fn with(&self, name: &str, value: Option<&str>) -> Self {
        let mut parameters = self.parameters.clone();
        match (value, parameters.iter_mut().find(|(key, _)| key == name)) {
            (Some(value), Some(pair)) => value.clone_into(&mut pair.1),
            (Some(value), None) => parameters.push((name.to_owned(), value.to_owned())),
            (None, _) => parameters.retain(|(key, _)| key != name),
        }
        self.rebuilt(parameters)
    }

    /// The same request with a parameter added, even a second time.
    #[must_use]
    pub fn and(&self, name: &str, value: &str) -> Self {
        let mut parameters = self.parameters.clone();
        parameters.push((name.to_owned(), value.to_owned()));
        self.rebuilt(parameters)
    }

    fn rebuilt(&self, parameters: Vec<(String, String)>) -> Self {
        let endpoint = self.url.split('?').next().unwrap_or_default();
        Self {
            url: format!("{endpoint}?{}", encode(&parameters)),
            parameters,
            verifier: self.verifier.clone(),
            state: self.state.clone(),
        }
    }
}

fn encode(parameters: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

impl Client {
    /// An application without a secret.
    #[must_use]
    pub fn public(base: &str, client_id: &str, redirect_uri: &str) -> Self {
        Self::new(base, client_id, ClientAuthentication::None, redirect_uri)
    }

    /// An application with a secret, sent by Basic.
    #[must_use]
    pub fn confidential(base: &str, client_id: &str, secret: &str, redirect_uri: &str) -> Self {
        Self::new(base, client_id, ClientAuthentication::Basic(secret.to_owned()), redirect_uri)
    }

    fn new(base: &str, client_id: &str, authentication: ClientAuthentication, redirect_uri: &str) -> Self {
        Self {
            http: plain_client(),
            base: base.to_owned(),
            client_id: client_id.to_owned(),
            authentication,
            redirect_uri: redirect_uri.to_owned(),
        }
    }

    /// The same application, authenticating otherwise.
    #[must_use]
    pub fn authenticating(&self, authentication: ClientAuthentication) -> Self {
        Self { authentication, ..self.clone() }
    }

    /// The same application with its secret in the form.
    #[must_use]
    pub fn with_secret_in_form(&self) -> Self {
        let secret = self.secret().expect("a confidential client").to_owned();
        self.authenticating(ClientAuthentication::Post(secret))
    }

    /// The same application with another redirect URI.
    #[must_use]
    pub fn redirecting_to(&self, redirect_uri: &str) -> Self {
        Self { redirect_uri: redirect_uri.to_owned(), ..self.clone() }
    }

    /// The same application towards a server elsewhere.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The same application from another address.
    #[must_use]
    pub fn from_address(&self, address: IpAddr) -> Self {
        Self { http: client_from(Some(address)), ..self.clone() }
    }

    /// The secret, if it has one.
    #[must_use]
    pub fn secret(&self) -> Option<&str> {
        match &self.authentication {
            ClientAuthentication::None => None,
            ClientAuthentication::Basic(secret) | ClientAuthentication::Post(secret) => Some(secret),
        }
    }

    /// A fresh authorization request.
    #[must_use]
    pub fn authorization(&self, agent_id: &str, details: &Value) -> Authorization {
        let verifier = pkce::verifier_from_random(fresh_bytes());
        let challenge = pkce::challenge_from_verifier(&verifier).expect("a verifier of our own");
        let state = hasp_protocol::secret::base64url(&fresh_bytes()[..16]);
        let parameters: Vec<(String, String)> = [
            ("response_type", "code".to_owned()),
            ("client_id", self.client_id.clone()),
            ("redirect_uri", self.redirect_uri.clone()),
            ("agent_id", agent_id.to_owned()),
            ("state", state.clone()),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256".to_owned()),
            ("authorization_details", details.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let url = format!("{}/v1/oauth/authorize?{}", self.base, encode(&parameters));
        Authorization { url, parameters, verifier, state }
    }

    /// The token request of the quickstart.
    pub async fn redeem(&self, code: &str, verifier: &str) -> Answer {
        self.redeem_call(code, verifier).send().await
    }

    /// The same, not sent yet.
    pub fn redeem_call(&self, code: &str, verifier: &str) -> Call {
        self.token_request(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", verifier),
        ])
    }

    /// Any form at the token endpoint, with this client's authentication.
    pub fn token_request(&self, fields: &[(&str, &str)]) -> Call {
        self.authenticated("/v1/oauth/token", fields)
    }

    /// RFC 7662.
    pub async fn introspect(&self, token: &str) -> Answer {
        self.authenticated("/v1/oauth/introspect", &[("token", token)]).send().await
    }

    /// RFC 7009's form.
    pub async fn revoke(&self, token: &str) -> Answer {
        self.authenticated("/v1/oauth/revoke", &[("token", token)]).send().await
    }

    /// A form at `path` with this client's authentication.
    pub fn authenticated(&self, path: &str, fields: &[(&str, &str)]) -> Call {
        let call = self.call(Method::POST, path);
        let mut fields = fields.to_vec();
        match &self.authentication {
            ClientAuthentication::None => {
                fields.push(("client_id", &self.client_id));
                call.form(&fields)
            }
            ClientAuthentication::Basic(secret) => call.basic(&self.client_id, secret).form(&fields),
            ClientAuthentication::Post(secret) => {
                fields.push(("client_id", &self.client_id));
                fields.push(("client_secret", secret));
                call.form(&fields)
            }
        }
    }

    /// A bare request.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(&self.http, method, format!("{}{path}", self.base))
    }
}

/// Different bytes at each call; tests need uniqueness here, not secrecy.
fn fresh_bytes() -> [u8; 32] {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let seed = format!("{number} {:?} {:?}", std::process::id(), std::time::Instant::now());
    hasp_protocol::secret::sha256(seed.as_bytes())
}
