//! The authorization request and what the endpoint decides about it (RFC 6749 §4.1.1; RFC 7636 §4.3; RFC 9396 §2).
//!
//! [`decide`] is the whole order of checks before sign-in: client → redirect URI → repeated parameters → response
//! type → PKCE → `authorization_details` (size, JSON, schema, policy of the client) → `agent_id` (form only).
//! Not here: whether anybody is signed in, whether the agent is theirs, and how an answer is delivered.

use crate::{
    AuthorizationDetails, Problem,
    authorization_details::Grant,
    identifier::{self, AGENT_ID_PREFIX},
    parameters::Parameters,
    pkce,
    problem::Policy,
    redirect_uri,
};

/// The facts of a registered application that the decision needs.
#[derive(Clone, Copy, Debug)]
pub struct ClientRegistration<'a> {
    /// `hasp_app_<ulid>`.
    pub client_id: &'a str,
    /// As registered.
    pub redirect_uris: &'a [String],
    /// Whether it is active, that is, not revoked.
    pub is_active: bool,
    /// The grant types it may ask for; `None` allows every type.
    pub allowed_types: Option<&'a [String]>,
}

/// A redirect URI that equals a registered one. Only [`redirect_uri()`] makes it, so holding one is the proof that
/// an answer may be sent there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedRedirect {
    uri: String,
    registered: String,
}

impl MatchedRedirect {
    /// The URI as it was requested; answers go exactly there.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The registered URI it matched; it differs at most in a loopback port.
    #[must_use]
    pub fn registered(&self) -> &str {
        &self.registered
    }
}

/// A valid authorization request; the agent is still to be looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationRequest {
    /// `hasp_app_<ulid>`.
    pub client_id: String,
    /// As it was sent.
    pub redirect_uri: String,
    /// Bare ULID.
    pub agent_id: String,
    /// Returned unchanged.
    pub state: Option<String>,
    /// S256 challenge.
    pub code_challenge: String,
    /// What is asked for.
    pub authorization_details: AuthorizationDetails,
}

/// What the endpoint does with a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// An error page: there is nowhere to redirect to (checklist 1, 2).
    Page(Problem),
    /// The error belongs to the client, at its redirect URI (whether at once or by a link is not decided here).
    Redirect {
        /// Where the answer goes.
        to: MatchedRedirect,
        /// Echoed when it arrived exactly once (checklist 11).
        state: Option<String>,
        /// What is wrong.
        problem: Problem,
    },
    /// Go on with sign-in, agent, consent.
    Valid(AuthorizationRequest, MatchedRedirect),
}

/// The client id of the request, to look the application up by. Its form is checked, so that a nonsense id costs no
/// lookup.
///
/// # Errors
/// [`Problem::ParameterMissing`], [`Problem::ParameterRepeated`], [`Problem::ClientIdMalformed`].
pub fn client_id(parameters: &Parameters) -> Result<&str, Problem> {
    let received = parameters.required("client_id")?;
    match identifier::parse_client_id(received) {
        Ok(_) => Ok(received),
        Err(_) => Err(Problem::ClientIdMalformed { received: received.to_owned() }),
    }
}

/// Finds the registered redirect URI that the request names.
///
/// # Errors
/// [`Problem::ParameterMissing`], [`Problem::ParameterRepeated`], [`Problem::RedirectUriUnregistered`].
pub fn redirect_uri(parameters: &Parameters, registered: &[String]) -> Result<MatchedRedirect, Problem> {
    let requested = parameters.required("redirect_uri")?;
    if let Some(matched) = redirect_uri::find_match(registered, requested) {
        return Ok(MatchedRedirect { uri: requested.to_owned(), registered: matched.to_owned() });
    }
    let similar = redirect_uri::most_similar(registered, requested);
    let (nearest, difference) = similar.map(|similar| (similar.registered, similar.difference)).unzip();
    Err(Problem::RedirectUriUnregistered { received: requested.to_owned(), nearest, difference })
}

/// Decides about an authorization request, in the documented order of checks.
#[must_use]
pub fn decide(parameters: &Parameters, client: &ClientRegistration<'_>) -> Decision {
    let to = match client_and_redirect(parameters, client) {
        Ok(to) => to,
        Err(problem) => return Decision::Page(problem),
    };
    let state = parameters.single("state").ok().flatten().map(str::to_owned);
    match request(parameters, client, &to, state.clone()) {
        Ok(request) => Decision::Valid(request, to),
        Err(problem) => Decision::Redirect { to, state, problem },
    }
}

fn client_and_redirect(
    parameters: &Parameters,
    client: &ClientRegistration<'_>,
) -> Result<MatchedRedirect, Problem> {
    let received = client_id(parameters)?;
    if received != client.client_id {
        return Err(Problem::ClientUnknown { received: received.to_owned() });
    }
    if !client.is_active {
        return Err(Problem::ClientRevoked { client_id: received.to_owned() });
    }
    redirect_uri(parameters, client.redirect_uris)
}

fn request(
    parameters: &Parameters,
    client: &ClientRegistration<'_>,
    to: &MatchedRedirect,
    state: Option<String>,
) -> Result<AuthorizationRequest, Problem> {
    parameters.check_repeated()?;
    parameters.single("state")?;
    check_response_type(parameters)?;
    let code_challenge = code_challenge(parameters)?;
    let authorization_details = AuthorizationDetails::parse(parameters.required("authorization_details")?)?;
    authorization_details.check_allowed(client.allowed_types, Policy::Client)?;
    let agent_id = agent_id(parameters)?;
    check_self_delegation(&authorization_details, &agent_id)?;
    Ok(AuthorizationRequest {
        client_id: client.client_id.to_owned(),
        redirect_uri: to.uri().to_owned(),
        agent_id,
        state,
        code_challenge,
        authorization_details,
    })
}

/// checklist 6
fn check_response_type(parameters: &Parameters) -> Result<(), Problem> {
    match parameters.required("response_type")? {
        "code" => Ok(()),
        received => Err(Problem::ResponseTypeUnsupported { received: received.to_owned() }),
    }
}

/// R41, R43; checklist 7, 8
fn code_challenge(parameters: &Parameters) -> Result<String, Problem> {
    let challenge = parameters.required("code_challenge")?;
    if !pkce::is_challenge(challenge) {
        return Err(Problem::CodeChallengeMalformed { received: challenge.to_owned() });
    }
    match parameters.single("code_challenge_method")? {
        Some(pkce::METHOD) => Ok(challenge.to_owned()),
        received => Err(Problem::CodeChallengeMethodUnsupported { received: received.map(str::to_owned) }),
    }
}

fn agent_id(parameters: &Parameters) -> Result<String, Problem> {
    let received = parameters.required("agent_id")?;
    identifier::parse_ulid(received, AGENT_ID_PREFIX)
        .map_err(|_| Problem::AgentIdMalformed { received: received.to_owned() })
}

/// An agent that may delegate to itself could renew its own authority (domain.md 3.4).
fn check_self_delegation(details: &AuthorizationDetails, agent_id: &str) -> Result<(), Problem> {
    let names_itself = |grant: &Grant| match grant {
        Grant::AgentDelegate(delegate) => delegate.to_agent() == agent_id,
        _ => false,
    };
    match details.grants().iter().position(names_itself) {
        Some(index) => Err(Problem::DetailsSelfDelegation { index }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
