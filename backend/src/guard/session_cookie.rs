//! The two cookies: the session's, and one that binds forms to the browser before there is a session.
//!
//! On https both carry `__Host-` and `Secure`. On loopback http the name carries the port, because cookies do not tell
//! ports apart.

use crate::config::PublicUrl;
use crate::failure::Internal;
use crate::guard::request_context::RequestContext;
use crate::random;
use crate::state::AppState;
use crate::storage::record::{Hash, Session};
use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::cookie::CookieJar;
use hasp_protocol::secret::{base64url, sha256};
use std::time::Duration;

/// `last_seen_at` is written at most this often.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// A session with the cookie that proves it.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The stored session.
    pub session: Session,
    /// The cookie's value; tokens against request forgery are made from it.
    pub cookie: SessionToken,
}

/// The value of a session cookie; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct SessionToken(String);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SessionToken(…)")
    }
}

impl SessionToken {
    /// A new one: 256 bits.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<Self, random::RandomError> {
        Ok(SessionToken(base64url(&random::bytes::<32>()?)))
    }

    /// For comparing and for making further tokens.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the store keeps.
    #[must_use]
    pub fn hash(&self) -> Hash {
        sha256(self.0.as_bytes())
    }
}

/// The session named by the cookie, if it lives.
///
/// # Errors
/// When the store does not answer.
pub async fn find(headers: &HeaderMap, state: &AppState) -> Result<Option<SignedIn>, Internal> {
    let Some(value) = cookie_value(headers, &session_cookie_name(&state.public_url)) else { return Ok(None) };
    let (cookie, now) = (SessionToken(value), state.clock.now());
    let Some(session) = state.store.find_session(cookie.hash(), now).await? else { return Ok(None) };
    let lifetimes = state.settings.sessions;
    if now.since(session.last_seen_at) >= lifetimes.idle
        || now.since(session.created_at) >= lifetimes.absolute
    {
        return Ok(None);
    }
    if now.since(session.last_seen_at) >= TOUCH_EVERY {
        state.store.touch_session(session.token_hash, now).await?;
    }
    Ok(Some(SignedIn { session, cookie }))
}

/// Begins a session under a new token, ending the one the browser had: the `Set-Cookie` value.
///
/// # Errors
/// When the store or the random generator does not answer.
pub async fn begin(
    state: &AppState,
    context: &RequestContext,
    user_id: &str,
    previous: Option<&SignedIn>,
) -> Result<HeaderValue, Internal> {
    let token = SessionToken::generate()?;
    let change = context.change(state.clock.now(), Some(user_id), "session");
    if let Some(previous) = previous {
        state.store.end_session(previous.session.token_hash, &change).await?;
    }
    state.store.create_session(token.hash(), user_id, &change).await?;
    Ok(set_session(state, &token))
}

/// `Set-Cookie` for a session.
#[must_use]
pub fn set_session(state: &AppState, token: &SessionToken) -> HeaderValue {
    let lifetime = state.settings.sessions.absolute;
    set_cookie(&state.public_url, &session_cookie_name(&state.public_url), token.expose(), Some(lifetime))
}

/// `Set-Cookie` that removes the session's cookie.
#[must_use]
pub fn remove_session(state: &AppState) -> HeaderValue {
    set_cookie(&state.public_url, &session_cookie_name(&state.public_url), "", Some(Duration::ZERO))
}

/// The browser's form cookie, or a new one with its `Set-Cookie` value.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn form_cookie(
    headers: &HeaderMap,
    state: &AppState,
) -> Result<(String, Option<HeaderValue>), random::RandomError> {
    if let Some(value) = find_form_cookie(headers, state) {
        return Ok((value, None));
    }
    let value = base64url(&random::bytes::<32>()?);
    let header = set_cookie(&state.public_url, &form_cookie_name(&state.public_url), &value, None);
    Ok((value, Some(header)))
}

/// The browser's form cookie.
#[must_use]
pub fn find_form_cookie(headers: &HeaderMap, state: &AppState) -> Option<String> {
    cookie_value(headers, &form_cookie_name(&state.public_url)).filter(|value| value.len() == 43)
}

/// Name of the session cookie at this address.
#[must_use]
pub fn session_cookie_name(public_url: &PublicUrl) -> String {
    cookie_name(public_url, "hasp_session")
}

fn form_cookie_name(public_url: &PublicUrl) -> String {
    cookie_name(public_url, "hasp_form")
}

fn cookie_name(public_url: &PublicUrl, name: &str) -> String {
    if public_url.is_https() { format!("__Host-{name}") } else { format!("{name}_{}", public_url.port()) }
}

fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

fn set_cookie(public_url: &PublicUrl, name: &str, value: &str, lifetime: Option<Duration>) -> HeaderValue {
    let secure = if public_url.is_https() { "; Secure" } else { "" };
    let age = lifetime.map(|lifetime| format!("; Max-Age={}", lifetime.as_secs())).unwrap_or_default();
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    // Names and values are ours, base64url; they are always a legal header.
    HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
}

/// Adds `Set-Cookie` to a response's headers.
pub fn append(headers: &mut HeaderMap, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        headers.append(header::SET_COOKIE, cookie);
    }
}
