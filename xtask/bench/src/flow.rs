//! Codes, tokens and introspections of the demo's confidential application, made the way people and clients make them.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::connection::{Answer, Connection};
use crate::load::Requests;
use crate::server::Hasp;

const STATE: &str = "bench-state";
const DETAILS: &str = r#"[{"type":"hasp.data.read"},{"type":"external.tool.invoke","tool_id":"calendar"}]"#;

/// A signed-in person and the application that asks.
pub struct Flow {
    connection: Connection,
    address: SocketAddr,
    cookies: Vec<(String, String)>,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    agent_id: String,
    verifier: String,
    challenge: String,
}

impl Flow {
    /// Signs the demo's owner in.
    pub async fn sign_in(hasp: &Hasp) -> Result<Flow> {
        let text = |value: &serde_json::Value| {
            value.as_str().map(str::to_owned).context("--demo-json lacks a member")
        };
        let demo = &hasp.demo;
        let application = demo["applications"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|application| application["client_type"] == "confidential" && application["mode"] == "live")
            .context("the demo has no live confidential application")?;
        let verifier = hasp_protocol::pkce::verifier_from_random([7; 32]);
        let challenge = hasp_protocol::pkce::challenge_from_verifier(&verifier)?;
        let mut flow = Flow {
            connection: Connection::open(hasp.address).await?,
            address: hasp.address,
            cookies: Vec::new(),
            client_id: text(&application["client_id"])?,
            client_secret: text(&application["client_secret"])?,
            redirect_uri: text(&application["redirect_uris"][0])?,
            agent_id: text(&demo["agents"][0]["id"])?,
            verifier,
            challenge,
        };
        let page = flow.get("/sign-in").await?;
        let form = [
            ("email", text(&demo["sign_in"]["email"])?),
            ("password", text(&demo["sign_in"]["password"])?),
            ("csrf_token", hidden_value(&page.body, "csrf_token")?),
        ];
        let answer = flow.post("/sign-in", &form).await?;
        if answer.status != 303 {
            bail!("sign-in was answered {}: {}", answer.status, answer.body);
        }
        Ok(flow)
    }

    /// Asks for consent and approves, once per code.
    pub async fn codes(&mut self, count: usize) -> Result<Vec<String>> {
        let query = encoded(&[
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("agent_id", &self.agent_id),
            ("state", STATE),
            ("code_challenge", &self.challenge),
            ("code_challenge_method", "S256"),
            ("authorization_details", DETAILS),
        ]);
        let target = format!("/v1/oauth/authorize?{query}");
        // The last one may have idled through rounds of load, longer than the server waits for a request.
        self.connection = Connection::open(self.address).await?;
        let mut codes = Vec::with_capacity(count);
        for _ in 0..count {
            let page = self.get(&target).await?;
            if page.status != 200 {
                bail!("authorize was answered {}: {}", page.status, page.body);
            }
            let form = [
                ("request_id", hidden_value(&page.body, "request_id")?),
                ("csrf_token", hidden_value(&page.body, "csrf_token")?),
                ("decision", "approve".to_owned()),
            ];
            let answer = self.post("/v1/oauth/consent", &form).await?;
            codes.push(code_in(answer.location.as_deref().unwrap_or_default()).with_context(|| answer.body)?);
        }
        Ok(codes)
    }

    /// One token request per code.
    pub fn exchanges(&self, codes: &[String]) -> Requests {
        let requests = codes.iter().map(|code| {
            let body = encoded(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", &self.redirect_uri),
                ("code_verifier", &self.verifier),
            ]);
            self.client_request("/v1/oauth/token", &body)
        });
        Requests { prepared: Arc::new(requests.collect()), expected: "access_token", keep_tokens: true }
    }

    /// One introspection per token.
    pub fn introspections(&self, tokens: &[String]) -> Requests {
        let requests = tokens.iter().map(|token| self.introspection(token));
        Requests { prepared: Arc::new(requests.collect()), expected: r#""active":true"#, keep_tokens: false }
    }

    /// The length of the answer to one introspection.
    pub async fn introspection_bytes(&mut self, token: &str) -> Result<usize> {
        let request = self.introspection(token);
        Ok(self.connection.send(&request).await?.body.len())
    }

    fn introspection(&self, token: &str) -> Vec<u8> {
        self.client_request("/v1/oauth/introspect", &encoded(&[("token", token)]))
    }

    fn client_request(&self, path: &str, body: &str) -> Vec<u8> {
        let part = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let credentials = format!("{}:{}", part(&self.client_id), part(&self.client_secret));
        let authorization = format!("authorization: Basic {}\r\n", BASE64_STANDARD.encode(credentials));
        post_request(self.address, path, &authorization, body)
    }

    async fn get(&mut self, target: &str) -> Result<Page> {
        let request = format!(
            "GET {target} HTTP/1.1\r\nhost: {}\r\n{}\r\n",
            self.address,
            cookie_header(&self.cookies)
        );
        self.visit(request.as_bytes()).await
    }

    async fn post(&mut self, path: &str, form: &[(&str, String)]) -> Result<Page> {
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let headers = format!("origin: http://{}\r\n{}", self.address, cookie_header(&self.cookies));
        let request = post_request(self.address, path, &headers, &encoded(&fields));
        self.visit(&request).await
    }

    async fn visit(&mut self, request: &[u8]) -> Result<Page> {
        let answer = self.connection.send(request).await?;
        keep_cookies(&answer, &mut self.cookies);
        let location = answer.header("location").next().map(str::to_owned);
        Ok(Page { status: answer.status, location, body: answer.body.to_owned() })
    }
}

/// What a person's browser keeps of an answer.
struct Page {
    status: u16,
    location: Option<String>,
    body: String,
}

fn post_request(address: SocketAddr, path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\n{headers}content-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn cookie_header(cookies: &[(String, String)]) -> String {
    if cookies.is_empty() {
        return String::new();
    }
    let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("cookie: {}\r\n", pairs.join("; "))
}

fn keep_cookies(answer: &Answer<'_>, cookies: &mut Vec<(String, String)>) {
    for header in answer.header("set-cookie") {
        let pair = header.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// The value of a hidden form field.
fn hidden_value(html: &str, name: &str) -> Result<String> {
    let field = html
        .split("<input")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .find(|field| field.contains(&format!("name=\"{name}\"")))
        .with_context(|| format!("the page has no field {name}:\n{html}"))?;
    let value = field.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(value.with_context(|| format!("the field {name} has no value"))?.to_owned())
}

/// The code in the URL that an approval leads to.
fn code_in(location: &str) -> Result<String> {
    let query = location.split_once('?').map_or("", |(_, query)| query);
    let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code");
    Ok(code.with_context(|| format!("no code in the redirect {location:?}"))?.1.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_read_in_any_attribute_order() {
        let html = r#"<form><input type="hidden" name="request_id" value="a1"><input value="b2" name="csrf_token"></form>"#;

        assert_eq!(hidden_value(html, "request_id").unwrap(), "a1");
        assert_eq!(hidden_value(html, "csrf_token").unwrap(), "b2");
        assert!(hidden_value(html, "decision").is_err());
    }

    #[test]
    fn the_code_is_decoded_from_the_redirect() {
        assert_eq!(code_in("http://127.0.0.1:1/cb?code=a%2Bb&state=s").unwrap(), "a+b");
        assert!(code_in("http://127.0.0.1:1/cb?error=access_denied").is_err());
    }
}
