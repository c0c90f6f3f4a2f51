//! Assertions that many tests share: error answers, pages, redirects, headers.

use crate::http::{Answer, has_query, query_value};
use serde_json::{Value, json};
use url::Url;

/// What RFC 6749 §4.1.2.1 and §5.2 allow in `error_description`.
#[track_caller]
pub fn description_is_within_the_rfc(description: &str) {
    assert!(
        description.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)),
        "error_description leaves RFC 6749's characters: {description:?}"
    );
    assert!(!description.is_empty() && description.len() <= 1_000, "{description:?}");
}

/// An error of the token, introspection or revocation endpoint.
#[track_caller]
pub fn oauth_error(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{answer}");
    let body = answer.json();
    assert_eq!(body["error"], code, "{answer}");
    description_is_within_the_rfc(body["error_description"].as_str().unwrap_or_else(|| panic!("{answer}")));
    assert!(body.get("access_token").is_none(), "{answer}");
    not_cacheable(answer);
    body
}

/// A token answer: its members, its types, its headers.
#[track_caller]
pub fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer}");
    not_cacheable(answer);
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer", "{answer}");
    assert!(body["expires_in"].is_u64(), "{answer}");
    assert!(body["authorization_details"].is_array(), "{answer}");
    assert!(body.get("refresh_token").is_none(), "no refresh token, ever: {answer}");
    body["access_token"].as_str().unwrap_or_else(|| panic!("no access_token: {answer}")).to_owned()
}

/// Exactly `{"active":false}`.
#[track_caller]
pub fn inactive(answer: &Answer) {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.json(), json!({"active": false}), "{answer}");
    not_cacheable(answer);
}

/// An active introspection answer.
#[track_caller]
pub fn active(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer}");
    let body = answer.json();
    assert_eq!(body["active"], true, "{answer}");
    not_cacheable(answer);
    body
}

/// The page for errors that must not or need not travel: no redirect, the code, the parameter, safe headers.
#[track_caller]
pub fn error_page(answer: &Answer, status: u16, code: &str) -> String {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(answer.location(), None, "an error page never redirects: {answer}");
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{answer}");
    page_headers(answer);
    let text = answer.page().text();
    assert!(text.contains(code), "the page names {code}: {text}");
    assert!(answer.page().tags("script").is_empty(), "no scripts: {answer}");
    text
}

/// The same facts as JSON, for somebody with curl.
#[track_caller]
pub fn error_json(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(answer.location(), None, "{answer}");
    assert!(
        answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json")),
        "{answer}"
    );
    let body = answer.json();
    assert_eq!(body["error"], code, "{answer}");
    description_is_within_the_rfc(body["error_description"].as_str().unwrap_or_else(|| panic!("{answer}")));
    body
}

/// A redirect that carries an error back to the application (303 or 302), with `iss` and the state once.
#[track_caller]
pub fn error_redirect(
    answer: &Answer,
    redirect_uri: &str,
    code: &str,
    state: Option<&str>,
    issuer: &str,
) -> Url {
    let url = answer.redirect(issuer);
    error_response(&url, redirect_uri, code, state, issuer);
    url
}

/// The error form of an authorization response.
#[track_caller]
pub fn error_response(url: &Url, redirect_uri: &str, code: &str, state: Option<&str>, issuer: &str) {
    response_target(url, redirect_uri, state, issuer);
    assert_eq!(query_value(url, "error"), code, "{url}");
    description_is_within_the_rfc(&query_value(url, "error_description"));
    assert!(!has_query(url, "code"), "{url}");
}

/// The success form of an authorization response; gives the code.
#[track_caller]
pub fn code(url: &Url, redirect_uri: &str, state: Option<&str>, issuer: &str) -> String {
    response_target(url, redirect_uri, state, issuer);
    assert!(!has_query(url, "error"), "{url}");
    query_value(url, "code")
}

#[track_caller]
fn response_target(url: &Url, redirect_uri: &str, state: Option<&str>, issuer: &str) {
    let sent = url.as_str();
    assert!(sent.starts_with(redirect_uri), "{sent} does not lead to {redirect_uri}");
    assert_eq!(query_value(url, "iss"), issuer, "{url}");
    assert!(url.fragment().is_none(), "{url}");
    match state {
        Some(state) => assert_eq!(query_value(url, "state"), state, "{url}"),
        None => assert!(!has_query(url, "state"), "state is never invented: {url}"),
    }
}

/// `Cache-Control: no-store`.
#[track_caller]
pub fn not_cacheable(answer: &Answer) {
    let control = answer.header("cache-control").unwrap_or_default();
    assert!(control.contains("no-store"), "{answer}");
}

/// What every server-rendered page sends (checklist 18, 20).
#[track_caller]
pub fn page_headers(answer: &Answer) {
    not_cacheable(answer);
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("no policy: {answer}"));
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval'"), "{policy}");
    assert_eq!(answer.header("x-frame-options").as_deref(), Some("DENY"), "{answer}");
    assert_eq!(answer.header("referrer-policy").as_deref(), Some("no-referrer"), "{answer}");
    assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"), "{answer}");
    no_cors(answer);
}

/// No CORS header of any kind (checklist 15).
#[track_caller]
pub fn no_cors(answer: &Answer) {
    let found: Vec<_> =
        answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-")).collect();
    assert!(found.is_empty(), "{found:?} in {answer}");
}

/// Open to every origin, without credentials.
#[track_caller]
pub fn cors_for_all(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("*"), "{answer}");
    assert_eq!(answer.header("access-control-allow-credentials"), None, "{answer}");
}

/// Everything that differs between two answers to the same question by nature: request ids, tokens, times.
#[must_use]
pub fn without_ids(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut word = String::new();
    for character in html.chars().chain(std::iter::once('\0')) {
        if character.is_ascii_alphanumeric() || matches!(character, '_' | '-') {
            word.push(character);
            continue;
        }
        // A word of 20 characters and more is an identifier or a random value, never a word of our pages.
        out.push_str(if word.len() >= 20 { "…" } else { &word });
        word.clear();
        if character != '\0' {
            out.push(character);
        }
    }
    out
}
