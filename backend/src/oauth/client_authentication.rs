//! Client authentication against the store (RFC 6749 §2.3; checklist 37–40).

use super::delivery::single_header;
use crate::clock::Timestamp;
use crate::failure::Internal;
use crate::guard::rate_limit::Payer;
use crate::guard::request_context::RequestContext;
use crate::state::AppState;
use crate::storage::record::{Application, ClientSecret};
use axum::http::{HeaderMap, header};
use hasp_protocol::client_authentication::{ClientCredentials, credentials};
use hasp_protocol::identifier::parse_client_id;
use hasp_protocol::parameters::Parameters;
use hasp_protocol::problem::ClientAuthenticationFailure;
use hasp_protocol::secret::{constant_time_eq, sha256};
use hasp_protocol::{ClientType, Problem};
use std::time::Duration;

/// `last_used_at` of a secret is written at most this often.
const NOTE_USE_EVERY: Duration = Duration::from_secs(60);

/// A client that is active and, when confidential, proved its secret. Only [`authenticate`] makes it.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Application);

impl AuthenticatedClient {
    /// The client's registration.
    #[must_use]
    pub fn registration(&self) -> &Application {
        &self.0
    }

    /// The client's id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.0.client_id
    }

    /// Whether a secret was proved.
    #[must_use]
    pub fn is_confidential(&self) -> bool {
        self.0.client_type == ClientType::Confidential
    }
}

/// Why a request was refused, and who pays for it.
#[derive(Debug)]
pub enum Refusal {
    /// The request's fault.
    Problem(Problem, Payer),
    /// Ours.
    Internal(Internal),
}

impl<T: Into<Internal>> From<T> for Refusal {
    fn from(cause: T) -> Self {
        Refusal::Internal(cause.into())
    }
}

/// Checks the credentials of a request: who the client is, whether it is active, whether the method is its own, whether
/// the secret is one of its live ones.
///
/// # Errors
/// The first check that fails, with the bucket that pays.
pub async fn authenticate(
    state: &AppState,
    context: &RequestContext,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<AuthenticatedClient, Refusal> {
    let stranger = || Payer::Stranger(context.address);
    let authorization =
        authorization_header(headers).map_err(|problem| Refusal::Problem(problem, stranger()))?;
    let credentials =
        credentials(authorization, parameters).map_err(|problem| Refusal::Problem(problem, stranger()))?;
    let now = state.clock.now();
    let Some(client) = find_client(state, &credentials.client_id, now).await? else {
        let problem = credentials.failure(ClientAuthenticationFailure::UnknownClient);
        return Err(Refusal::Problem(problem, stranger()));
    };
    let unproved =
        |problem| Refusal::Problem(problem, Payer::Unproved(client.client_id.clone(), context.address));
    if client.revoked_at.is_some() {
        return Err(unproved(credentials.failure(ClientAuthenticationFailure::RevokedClient)));
    }
    credentials.check_type(client.client_type).map_err(unproved)?;
    if let Some(secret) = live_secret(&client, &credentials, now).map_err(unproved)? {
        note_use(state, context, &client, secret, now).await?;
    }
    Ok(AuthenticatedClient(client))
}

/// `Authorization`, when it was sent once and as text.
fn authorization_header(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    let reason = ClientAuthenticationFailure::Malformed;
    single_header(headers, header::AUTHORIZATION)
        .map(Some)
        .ok_or(Problem::ClientAuthenticationFailed { basic: true, reason })
}

async fn find_client(
    state: &AppState,
    client_id: &str,
    now: Timestamp,
) -> Result<Option<Application>, Internal> {
    if parse_client_id(client_id).is_err() {
        return Ok(None);
    }
    Ok(state.store.find_client(client_id, now).await?)
}

/// The live secret that was sent; `None` for a public client.
fn live_secret<'a>(
    client: &'a Application,
    credentials: &ClientCredentials,
    now: Timestamp,
) -> Result<Option<&'a ClientSecret>, Problem> {
    let Some(sent) = &credentials.secret else { return Ok(None) };
    let hash = sha256(sent.as_bytes());
    // Every live secret is compared, so the time says nothing about which one came close.
    let mut matching = None;
    for secret in client.secrets.iter().filter(|secret| secret.expires_at.is_none_or(|end| now < end)) {
        if constant_time_eq(&secret.secret_hash, &hash) {
            matching = Some(secret);
        }
    }
    matching.map(Some).ok_or_else(|| credentials.failure(ClientAuthenticationFailure::SecretWrong))
}

async fn note_use(
    state: &AppState,
    context: &RequestContext,
    client: &Application,
    secret: &ClientSecret,
    now: Timestamp,
) -> Result<(), Internal> {
    if secret.last_used_at.is_some_and(|used| now.since(used) < NOTE_USE_EVERY) {
        return Ok(());
    }
    let change = context.change(now, None, &format!("client:{}", client.client_id));
    Ok(state.store.note_secret_use(&client.client_id, &secret.id, &change).await?)
}
