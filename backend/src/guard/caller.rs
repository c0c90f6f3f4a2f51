//! Who asks the control API: a signed-in member, or an API key for its owner.
//!
//! A change through a session needs `X-CSRF-Token` and the exact `Origin`; a key needs a scope for everything and never
//! does more than its owner's role allows.

use super::csrf::{self, CSRF_HEADER, Purpose};
use super::request_context::RequestContext;
use super::session_cookie::{self, SignedIn};
use crate::clock::Timestamp;
use crate::control::failure::ApiFailure;
use crate::failure::Internal;
use crate::oauth::delivery::single_header;
use crate::state::AppState;
use crate::storage::Change;
use crate::storage::record::{ApiKey, User};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use hasp_protocol::api::ApiErrorCode;
use hasp_protocol::api::session::Role;
use hasp_protocol::secret::{Secret, SecretKind};
use hasp_protocol::{Mode, bearer};
use serde_json::json;
use std::time::Duration;

/// `last_used_at` of a key is written at most this often.
const NOTE_USE_EVERY: Duration = Duration::from_secs(60);

/// What an API key may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyScope {
    /// Read applications.
    ApplicationsRead,
    /// Register, edit, rotate and revoke applications.
    ApplicationsWrite,
    /// Read agents.
    AgentsRead,
    /// Register, edit and archive agents.
    AgentsWrite,
    /// Read credentials.
    CredentialsRead,
    /// Issue and revoke credentials.
    CredentialsWrite,
    /// Read granted applications and members.
    GrantsRead,
    /// Revoke granted applications.
    GrantsWrite,
    /// Read the audit log.
    AuditRead,
    /// Introspect tokens of the organization's agents.
    TokensIntrospect,
}

impl KeyScope {
    /// Every scope.
    pub const ALL: [KeyScope; 10] = [
        KeyScope::ApplicationsRead,
        KeyScope::ApplicationsWrite,
        KeyScope::AgentsRead,
        KeyScope::AgentsWrite,
        KeyScope::CredentialsRead,
        KeyScope::CredentialsWrite,
        KeyScope::GrantsRead,
        KeyScope::GrantsWrite,
        KeyScope::AuditRead,
        KeyScope::TokensIntrospect,
    ];

    /// The scope's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyScope::ApplicationsRead => "applications:read",
            KeyScope::ApplicationsWrite => "applications:write",
            KeyScope::AgentsRead => "agents:read",
            KeyScope::AgentsWrite => "agents:write",
            KeyScope::CredentialsRead => "credentials:read",
            KeyScope::CredentialsWrite => "credentials:write",
            KeyScope::GrantsRead => "grants:read",
            KeyScope::GrantsWrite => "grants:write",
            KeyScope::AuditRead => "audit:read",
            KeyScope::TokensIntrospect => "tokens:introspect",
        }
    }
}

/// An authenticated caller with its request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Which request this is.
    pub context: RequestContext,
    authority: Authority,
}

#[derive(Clone, Debug)]
enum Authority {
    Session(Box<SignedIn>),
    Key(Box<ApiKey>),
}

impl Caller {
    /// The caller's organization; nothing outside it can be seen.
    #[must_use]
    pub fn organization_id(&self) -> &str {
        match &self.authority {
            Authority::Session(signed_in) => &signed_in.session.organization.id,
            Authority::Key(key) => &key.organization_id,
        }
    }

    /// The member, or the key's owner.
    #[must_use]
    pub fn user(&self) -> &User {
        match &self.authority {
            Authority::Session(signed_in) => &signed_in.session.user,
            Authority::Key(key) => &key.owner,
        }
    }

    /// A key works in its own mode only; a member in both.
    #[must_use]
    pub fn sees(&self, mode: Mode) -> bool {
        self.key_mode().is_none_or(|own| own == mode)
    }

    /// The mode of the key, when it is one.
    #[must_use]
    pub fn key_mode(&self) -> Option<Mode> {
        match &self.authority {
            Authority::Session(_) => None,
            Authority::Key(key) => Some(key.mode),
        }
    }

    /// The caller's half of an audit row.
    #[must_use]
    pub fn change(&self, now: Timestamp) -> Change {
        match &self.authority {
            Authority::Session(signed_in) => {
                self.context.change(now, Some(&signed_in.session.user.id), "session")
            }
            Authority::Key(key) => self.context.change(now, None, &format!("api_key:{}", key.id)),
        }
    }

    /// Lets sessions pass, and keys that have the scope.
    ///
    /// # Errors
    /// `MISSING_SCOPE`.
    pub fn require_scope(&self, scope: KeyScope) -> Result<(), ApiFailure> {
        match &self.authority {
            Authority::Key(key) if !key.scopes.iter().any(|held| held == scope.as_str()) => {
                let message = format!("The API key lacks the scope {}.", scope.as_str());
                Err(ApiFailure::new(ApiErrorCode::MissingScope, message)
                    .details(json!({"required_scope": scope.as_str()}))
                    .hint("Make a key that has this scope."))
            }
            _ => Ok(()),
        }
    }

    /// Lets admins and owners pass.
    ///
    /// # Errors
    /// `ROLE_NOT_ALLOWED`.
    pub fn require_admin(&self) -> Result<(), ApiFailure> {
        if self.is_admin() {
            return Ok(());
        }
        let message = "Members may not do this; an admin or an owner of the organization may.";
        Err(ApiFailure::new(ApiErrorCode::RoleNotAllowed, message)
            .details(json!({"role": self.user().role.as_str(), "required_role": Role::Admin.as_str()})))
    }

    /// Whether the caller manages what others made.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.user().role >= Role::Admin
    }

    /// The session.
    ///
    /// # Errors
    /// When the caller is a key.
    pub fn require_session(&self) -> Result<&SignedIn, ApiFailure> {
        match &self.authority {
            Authority::Session(signed_in) => Ok(signed_in),
            Authority::Key(_) => Err(ApiFailure::new(
                ApiErrorCode::AuthenticationRequired,
                "This is about a signed-in person; an API key has no session.",
            )),
        }
    }

    /// Lets keys pass, and members whose password was given within the last minutes.
    ///
    /// # Errors
    /// `REAUTHENTICATION_REQUIRED`.
    pub fn require_recent_password(&self, state: &AppState, now: Timestamp) -> Result<(), ApiFailure> {
        let Authority::Session(signed_in) = &self.authority else { return Ok(()) };
        if now.since(signed_in.session.authenticated_at) < state.settings.sessions.reauthentication {
            return Ok(());
        }
        let minutes = state.settings.sessions.reauthentication.as_secs() / 60;
        let message = format!("Your password was given more than {minutes} minutes ago.");
        Err(ApiFailure::new(ApiErrorCode::ReauthenticationRequired, message)
            .hint("POST the password to /v1/session/reauthenticate, then send this request again."))
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiFailure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiFailure> {
        let Ok(context) = RequestContext::from_request_parts(parts, state).await;
        if parts.headers.contains_key(header::AUTHORIZATION) {
            let key = find_key(&parts.headers, state).await?;
            return Ok(Caller { context, authority: Authority::Key(Box::new(key)) });
        }
        let signed_in = session_cookie::find(&parts.headers, state).await?.ok_or_else(|| {
            ApiFailure::new(
                ApiErrorCode::AuthenticationRequired,
                "Nobody is signed in and no API key was sent.",
            )
            .hint("Sign in at /sign-in, or send Authorization: Bearer hasp_key_….")
        })?;
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            check_own_page(&parts.headers, state, &signed_in)?;
        }
        Ok(Caller { context, authority: Authority::Session(Box::new(signed_in)) })
    }
}

fn check_own_page(headers: &HeaderMap, state: &AppState, signed_in: &SignedIn) -> Result<(), ApiFailure> {
    if !csrf::is_own_origin(headers, state) {
        let message = format!("The Origin header must be {}.", state.public_url);
        return Err(ApiFailure::new(ApiErrorCode::CsrfRejected, message));
    }
    let sent = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if csrf::is_token(sent, signed_in.cookie.expose(), Purpose::Session) {
        return Ok(());
    }
    Err(ApiFailure::new(ApiErrorCode::CsrfRejected, "The X-CSRF-Token header does not fit this session.")
        .hint("GET /v1/session gives the token as csrf_token."))
}

/// The live key of the `Authorization` header.
async fn find_key(headers: &HeaderMap, state: &AppState) -> Result<ApiKey, ApiFailure> {
    let token = single_header(headers, header::AUTHORIZATION).and_then(|header| bearer::token(header).ok());
    let key = match token {
        Some(token) => live_key(state, token).await?,
        None => None,
    };
    key.ok_or_else(|| {
        ApiFailure::new(ApiErrorCode::InvalidApiKey, "The API key is unknown or revoked.")
            .hint("Send Authorization: Bearer hasp_key_….")
    })
}

/// The key that this text is, if it lives; its use is noted.
///
/// # Errors
/// When the store does not answer.
pub async fn live_key(state: &AppState, token: &str) -> Result<Option<ApiKey>, Internal> {
    let is_key = |secret: &Secret| matches!(secret.kind(), SecretKind::ApiKeyLive | SecretKind::ApiKeyTest);
    let Some(secret) = Secret::parse(token).ok().filter(is_key) else { return Ok(None) };
    let Some(key) = state.store.find_api_key(secret.sha256()).await? else { return Ok(None) };
    let now = state.clock.now();
    if key.last_used_at.is_none_or(|used| now.since(used) >= NOTE_USE_EVERY) {
        state.store.note_api_key_use(&key.id, now).await?;
    }
    Ok(Some(key))
}
