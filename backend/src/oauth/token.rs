//! `POST /v1/oauth/token`: a code becomes a credential (RFC 6749 §4.1.3; RFC 7636 §4.6; R18–R26, R39, R40).
//!
//! Order: form → client → its bucket → grant → the store redeems the code, once, with every proof in one transaction.

use super::client_authentication::{AuthenticatedClient, Refusal, authenticate};
use super::delivery::{OAuthFailure, uncached};
use super::form::Form;
use crate::clock::Timestamp;
use crate::guard::rate_limit::{OverLimit, Payer};
use crate::guard::request_context::RequestContext;
use crate::random;
use crate::state::AppState;
use crate::storage::record::{BindingMismatch, Credential, Redeemed, Redemption};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hasp_protocol::parameters::Parameters;
use hasp_protocol::secret::{Secret, SecretKind, sha256};
use hasp_protocol::token_request::TokenRequest;
use hasp_protocol::token_response::TokenResponse;
use hasp_protocol::{Mode, Problem};

/// The endpoint.
pub async fn redeem(
    State(state): State<AppState>,
    context: RequestContext,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, OAuthFailure> {
    let answer = match form {
        Ok(parameters) => exchange(&state, &context, &headers, &parameters).await,
        Err(problem) => Err(Outcome::Refused(Refusal::Problem(problem, Payer::Stranger(context.address)))),
    };
    match answer {
        Ok(answer) => Ok(uncached(StatusCode::OK, &answer)),
        Err(Outcome::Charged(problem)) => Err(problem.into()),
        Err(Outcome::OverLimit(limit)) => Err(limit.into()),
        Err(Outcome::Refused(refusal)) => Err(charge_refusal(&state, refusal)),
    }
}

/// Ways to fail: paid for already, or still to be paid.
enum Outcome {
    Charged(Problem),
    OverLimit(OverLimit),
    Refused(Refusal),
}

impl<T: Into<Refusal>> From<T> for Outcome {
    fn from(refusal: T) -> Self {
        Outcome::Refused(refusal.into())
    }
}

/// Takes the request from the bucket of whoever pays for the refusal; an empty one turns it into 429.
pub fn charge_refusal(state: &AppState, refusal: Refusal) -> OAuthFailure {
    match refusal {
        Refusal::Internal(cause) => cause.into(),
        Refusal::Problem(problem, payer) => match state.token_limit.charge(payer, state.clock.now()) {
            Ok(()) => problem.into(),
            Err(limit) => limit.into(),
        },
    }
}

async fn exchange(
    state: &AppState,
    context: &RequestContext,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<TokenResponse, Outcome> {
    let client = authenticate(state, context, headers, parameters).await?;
    if client.is_confidential() {
        charge(state, Payer::Client(client.client_id().to_owned()))?;
    }
    let request = TokenRequest::parse(parameters).map_err(|problem| {
        if client.is_confidential() {
            Outcome::Charged(problem)
        } else {
            Outcome::Refused(Refusal::Problem(problem, unproved(&client, context)))
        }
    })?;
    if !client.is_confidential() {
        charge(state, public_payer(state, context, &client, &request).await?)?;
    }
    redeem_code(state, context, &client, &request).await
}

fn charge(state: &AppState, payer: Payer) -> Result<(), Outcome> {
    state.token_limit.charge(payer, state.clock.now()).map_err(Outcome::OverLimit)
}

fn unproved(client: &AuthenticatedClient, context: &RequestContext) -> Payer {
    Payer::Unproved(client.client_id().to_owned(), context.address)
}

/// A public client proves itself by a code that is its own and not used up.
async fn public_payer(
    state: &AppState,
    context: &RequestContext,
    client: &AuthenticatedClient,
    request: &TokenRequest,
) -> Result<Payer, Refusal> {
    let (code_hash, now) = (sha256(request.code.as_bytes()), state.clock.now());
    let is_own = state.store.is_live_code_of(code_hash, client.client_id(), now).await?;
    Ok(if is_own { Payer::Client(client.client_id().to_owned()) } else { unproved(client, context) })
}

async fn redeem_code(
    state: &AppState,
    context: &RequestContext,
    client: &AuthenticatedClient,
    request: &TokenRequest,
) -> Result<TokenResponse, Outcome> {
    let now = state.clock.now();
    let tokens = Tokens::generate()?;
    let redemption = tokens.redemption(now, client, request)?;
    let change = context.change(now, None, &format!("client:{}", client.client_id()));
    let problem = match state.store.redeem_code(redemption, &change).await? {
        Redeemed::Issued { credential, expires_in_seconds } => {
            return Ok(tokens.answer(credential, expires_in_seconds));
        }
        Redeemed::Unknown | Redeemed::WrongBinding { mismatch: BindingMismatch::Client, .. } => {
            Problem::CodeUnknown
        }
        Redeemed::WrongBinding { mismatch: BindingMismatch::RedirectUri, .. } => {
            Problem::CodeRedirectUriMismatch
        }
        Redeemed::WrongBinding { mismatch: BindingMismatch::Verifier, .. } => Problem::CodeVerifierMismatch,
        Redeemed::Expired => Problem::CodeExpired,
        Redeemed::Replayed { revoked_credential_id } => {
            tracing::warn!(client_id = client.client_id(), revoked_credential_id, "code used again");
            Problem::CodeUsed
        }
        Redeemed::TooManyAttempts => Problem::CodeExhausted,
        Redeemed::NoLongerAllowed(reason) => {
            tracing::info!(?reason, client_id = client.client_id(), "authority withdrawn before redemption");
            Problem::AuthorityWithdrawn
        }
    };
    Err(Outcome::Charged(problem))
}

/// One token per mode: which one becomes real is known only inside the transaction.
struct Tokens {
    live: Secret,
    test: Secret,
}

impl Tokens {
    fn generate() -> Result<Self, random::RandomError> {
        Ok(Tokens {
            live: Secret::from_random(SecretKind::agent_token(Mode::Live), random::bytes()?),
            test: Secret::from_random(SecretKind::agent_token(Mode::Test), random::bytes()?),
        })
    }

    fn redemption(
        &self,
        now: Timestamp,
        client: &AuthenticatedClient,
        request: &TokenRequest,
    ) -> Result<Redemption, random::RandomError> {
        Ok(Redemption {
            code_hash: sha256(request.code.as_bytes()),
            client_id: client.client_id().to_owned(),
            redirect_uri: request.redirect_uri.clone(),
            code_challenge: request.code_challenge(),
            credential_id: random::ulid(now)?,
            token_hash: self.live.sha256(),
            token_prefix: self.live.display_prefix(),
            test_token_hash: self.test.sha256(),
            test_token_prefix: self.test.display_prefix(),
        })
    }

    fn answer(&self, credential: Credential, expires_in_seconds: u64) -> TokenResponse {
        let token = match credential.mode {
            Mode::Live => &self.live,
            Mode::Test => &self.test,
        };
        TokenResponse::bearer(token.expose(), expires_in_seconds, credential.authorization_details)
    }
}
