//! A browser without scripts: cookies, forms, and redirects only when told.

use crate::html::Form;
use crate::http::{Answer, Call, client_from, plain_client};
use reqwest::Method;
use std::net::IpAddr;
use url::Url;

/// Somebody with a browser of their own.
#[derive(Clone, Debug)]
pub struct Visitor {
    client: reqwest::Client,
    base: String,
    cookies: Vec<(String, String)>,
}

impl Visitor {
    /// An empty cookie jar in front of `base`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { client: plain_client(), base: base.to_owned(), cookies: Vec::new() }
    }

    /// The same from another address.
    #[must_use]
    pub fn from_address(base: &str, address: IpAddr) -> Self {
        Self { client: client_from(Some(address)), ..Self::new(base) }
    }

    /// The server's origin.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The cookies it would send.
    #[must_use]
    pub fn cookies(&self) -> &[(String, String)] {
        &self.cookies
    }

    /// Puts a cookie into the jar by hand.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(key, _)| key != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    /// Makes an absolute URL of a path.
    #[must_use]
    pub fn absolute(&self, path_or_url: &str) -> String {
        let base = Url::parse(&self.base).expect("the base is a URL");
        base.join(path_or_url).unwrap_or_else(|error| panic!("{path_or_url}: {error}")).to_string()
    }

    /// A request with the jar's cookies; send it through [`Visitor::send`] so that new ones are kept.
    pub fn call(&self, method: Method, path_or_url: &str) -> Call {
        let call = Call::new(&self.client, method, self.absolute(path_or_url));
        if self.cookies.is_empty() {
            return call;
        }
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        call.header("cookie", &pairs.join("; "))
    }

    /// Sends and keeps the cookies of the answer.
    pub async fn send(&mut self, call: Call) -> Answer {
        let answer = call.send().await;
        for value in answer.headers.get_all("set-cookie") {
            self.keep(value.to_str().expect("cookies are ASCII"));
        }
        answer
    }

    /// `GET`, as a browser that navigates.
    pub async fn get(&mut self, path_or_url: &str) -> Answer {
        let call = self.call(Method::GET, path_or_url).header("accept", "text/html,application/xhtml+xml");
        self.send(call).await
    }

    /// `GET` that asks for JSON.
    pub async fn get_json(&mut self, path_or_url: &str) -> Answer {
        let call = self.call(Method::GET, path_or_url).header("accept", "application/json");
        self.send(call).await
    }

    /// Posts a form from a page of this origin.
    pub async fn post(&mut self, path_or_url: &str, fields: &[(&str, &str)]) -> Answer {
        let call = self.call(Method::POST, path_or_url).header("origin", &self.base).form(fields);
        self.send(call).await
    }

    /// Submits a form as it stands, with some fields filled in or added.
    pub async fn submit(&mut self, form: &Form, filled: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(&str, &str)> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| !filled.iter().any(|(key, _)| key == name))
            .collect();
        fields.extend_from_slice(filled);
        self.post(&form.action, &fields).await
    }

    /// Goes where a redirect leads.
    pub async fn follow(&mut self, answer: &Answer) -> Answer {
        let url = answer.redirect(&self.base);
        self.get(url.as_str()).await
    }

    fn keep(&mut self, set_cookie: &str) {
        let pair = set_cookie.split(';').next().unwrap_or("");
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let lower = set_cookie.to_ascii_lowercase();
        self.cookies.retain(|(key, _)| key != name);
        if !value.is_empty() && !lower.contains("max-age=0") && !lower.contains("expires=thu, 01 jan 1970") {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}
