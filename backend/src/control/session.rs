//! `/v1/session`: who is signed in, giving the password again, signing out here or everywhere.

use super::envelope::{ApiResult, Success};
use super::failure::ApiFailure;
use super::input::StrictJson;
use super::view;
use crate::guard::caller::Caller;
use crate::guard::csrf::{self, Purpose};
use crate::guard::session_cookie::{self, SessionToken, SignedIn};
use crate::guard::sign_in_delay::Admission;
use crate::state::AppState;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hasp_protocol::api::ApiErrorCode;
use hasp_protocol::api::session::{OrganizationView, Reauthenticate, SessionView};
use serde_json::json;
use tokio::time::Instant;

/// `GET /v1/session`.
pub async fn show(State(state): State<AppState>, caller: Caller) -> ApiResult {
    let signed_in = caller.require_session()?;
    Success::ok(session_view(&state, signed_in))
}

/// `POST /v1/session/reauthenticate`: the session goes on under a new id.
pub async fn reauthenticate(
    State(state): State<AppState>,
    caller: Caller,
    StrictJson(body): StrictJson<Reauthenticate>,
) -> Result<Response, ApiFailure> {
    let signed_in = caller.require_session()?;
    check_password(&state, &caller, signed_in, body.password).await?;

    let now = state.clock.now();
    let cookie = SessionToken::generate()?;
    state.store.renew_session(signed_in.session.token_hash, cookie.hash(), &caller.change(now)).await?;
    let mut session = signed_in.session.clone();
    session.authenticated_at = now;
    session.token_hash = cookie.hash();
    let set_cookie = session_cookie::set_session(&state, &cookie);
    let data = session_view(&state, &SignedIn { session, cookie });
    Ok(([(header::SET_COOKIE, set_cookie)], Success::ok(data)?).into_response())
}

/// `DELETE /v1/session`: signs out in this browser.
pub async fn end(State(state): State<AppState>, caller: Caller) -> Result<Response, ApiFailure> {
    let signed_in = caller.require_session()?;
    state.store.end_session(signed_in.session.token_hash, &caller.change(state.clock.now())).await?;
    let remove_cookie = session_cookie::remove_session(&state);
    Ok(([(header::SET_COOKIE, remove_cookie)], Success::ok(json!({}))?).into_response())
}

/// `DELETE /v1/sessions`: signs out everywhere.
pub async fn end_all(State(state): State<AppState>, caller: Caller) -> Result<Response, ApiFailure> {
    let signed_in = caller.require_session()?;
    let user_id = &signed_in.session.user.id;
    let ended = state.store.end_all_sessions(user_id, &caller.change(state.clock.now())).await?;
    let remove_cookie = session_cookie::remove_session(&state);
    Ok(([(header::SET_COOKIE, remove_cookie)], Success::ok(json!({"ended_sessions": ended}))?)
        .into_response())
}

fn session_view(state: &AppState, signed_in: &SignedIn) -> SessionView {
    let session = &signed_in.session;
    let lifetimes = state.settings.sessions;
    SessionView {
        user: view::user(&session.user),
        organization: OrganizationView {
            id: session.organization.id.clone(),
            name: session.organization.name.clone(),
        },
        csrf_token: csrf::token(signed_in.cookie.expose(), Purpose::Session),
        issuer: state.issuer().to_owned(),
        authenticated_at: session.authenticated_at.to_iso8601(),
        expires_at: session.created_at.plus(lifetimes.absolute).to_iso8601(),
        server_time: state.clock.now().to_iso8601(),
    }
}

/// Wrong passwords slow down here as they do at sign-in.
async fn check_password(
    state: &AppState,
    caller: &Caller,
    signed_in: &SignedIn,
    password: String,
) -> Result<(), ApiFailure> {
    let (user, address) = (&signed_in.session.user, caller.context.address);
    match state.sign_in_delay.admit(&user.email, address, Instant::now()) {
        Admission::After(wait) => tokio::time::sleep(wait).await,
        Admission::Busy(wait) => {
            return Err(ApiFailure::new(
                ApiErrorCode::RateLimited,
                "Too many wrong passwords; wait a little.",
            )
            .retry_after(wait.as_secs().max(1)));
        }
    }
    if state.passwords.verify(password, Some(user.password_hash.clone())).await? {
        state.sign_in_delay.record_success(&user.email, address);
        return Ok(());
    }
    state.sign_in_delay.record_failure(&user.email, address, Instant::now());
    Err(ApiFailure::new(ApiErrorCode::InvalidPassword, "The password is wrong.").at("/password"))
}
