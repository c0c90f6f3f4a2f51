//! `POST /v1/applications/{client_id}/secret/rotate` (R28–R30): at most two live secrets, the older one with a deadline.

use super::applications::{find_application, revoked};
use super::envelope::{ApiResult, Success};
use super::failure::ApiFailure;
use super::fields;
use super::input::StrictJson;
use super::view;
use crate::clock::Timestamp;
use crate::guard::caller::{Caller, KeyScope};
use crate::random;
use crate::state::AppState;
use crate::storage::SecretRotated;
use crate::storage::record::ClientSecret;
use axum::extract::{Path, State};
use hasp_protocol::Mode;
use hasp_protocol::api::ApiErrorCode;
use hasp_protocol::api::application::{self, RotateSecret};
use hasp_protocol::limits::GRACE_HOURS_MAX;
use hasp_protocol::secret::{Secret, SecretKind};
use std::time::Duration;

/// The endpoint; the answer holds the new secret, this once.
pub async fn rotate(
    State(state): State<AppState>,
    caller: Caller,
    Path(client_id): Path<String>,
    StrictJson(body): StrictJson<RotateSecret>,
) -> ApiResult {
    caller.require_scope(KeyScope::ApplicationsWrite)?;
    caller.require_admin()?;
    let hours = fields::number("/grace_period_hours", body.grace_period_hours, 0..=GRACE_HOURS_MAX)?;
    let now = state.clock.now();
    let application = find_application(&state, &caller, &client_id).await?;
    caller.require_recent_password(&state, now)?;
    let (secret, row) = new_secret(application.mode, now)?;
    let old_expires_at = now.plus(Duration::from_secs(u64::from(hours) * 3600));
    let (organization_id, change) = (caller.organization_id(), caller.change(now));
    let rotated = state
        .store
        .rotate_secret(organization_id, &application.client_id, row, old_expires_at, &change)
        .await?;
    match rotated {
        SecretRotated::Rotated(application) => Success::ok(application::SecretRotated {
            application: view::application(&application, now),
            client_secret: secret.expose().to_owned(),
        }),
        SecretRotated::Unknown => Err(ApiFailure::not_found("application")),
        SecretRotated::Revoked => Err(revoked()),
        SecretRotated::Public => Err(ApiFailure::new(
            ApiErrorCode::NoClientSecret,
            "A public application has no secret; PKCE alone protects it.",
        )),
    }
}

/// A new secret and the row that keeps its hash.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn new_secret(mode: Mode, now: Timestamp) -> Result<(Secret, ClientSecret), random::RandomError> {
    let secret = Secret::from_random(SecretKind::client_secret(mode), random::bytes()?);
    let row = ClientSecret {
        id: random::ulid(now)?,
        secret_hash: secret.sha256(),
        last_four: secret.last_four().to_owned(),
        created_at: now,
        last_used_at: None,
        expires_at: None,
    };
    Ok((secret, row))
}
