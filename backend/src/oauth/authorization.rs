//! `GET /v1/oauth/authorize` (RFC 6749 §4.1.1; RFC 7636 §4.3; RFC 9396 §2; RFC 9207).
//!
//! | check, in order | where | what a failure becomes |
//! | --- | --- | --- |
//! | client, redirect URI | `authorization_request::decide` | an error page, never a redirect (checklist 1, 2) |
//! | response type, PKCE, details, agent id's form | `decide` | signed in: 303 to the client; else an error page (checklist 13) |
//! | details against the JSON Schema document | [`check`] | the same |
//! | sign-in | here | parked, then 303 to `/sign-in` |
//! | agent | [`consent::ask`] | an identical page for foreign, unknown and archived (checklist 16) |

use super::consent::{self, RequestId};
use super::delivery::{self, see_other};
use super::second_opinion::schema_issues;
use crate::failure::Internal;
use crate::guard::rate_limit::Payer;
use crate::guard::request_context::RequestContext;
use crate::guard::session_cookie::{self, SignedIn};
use crate::page::failure::PageFailure;
use crate::state::AppState;
use crate::storage::record::{Application, ParkedRequest};
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use hasp_protocol::Problem;
use hasp_protocol::authorization_request::{
    AuthorizationRequest, ClientRegistration, Decision, MatchedRedirect, client_id, decide,
};
use hasp_protocol::limits::PARKED_REQUEST_SECONDS;
use hasp_protocol::parameters::{Parameters, encode};
use std::time::Duration;

/// A request that passed every check before sign-in. Only [`check`] makes it.
#[derive(Clone, Debug)]
pub struct CheckedRequest {
    /// What is asked for.
    pub request: AuthorizationRequest,
    /// Where every further answer goes.
    pub redirect: MatchedRedirect,
    /// Who asks.
    pub client: Application,
}

/// A request that did not pass.
#[derive(Clone, Debug)]
pub enum Refused {
    /// There is nowhere to redirect to. With the organization that owns the application, when there is one.
    Page(Problem, Option<String>),
    /// The client is to be told.
    Client(ClientAnswer),
}

/// An error for the client, with the URL that carries it.
#[derive(Clone, Debug)]
pub struct ClientAnswer {
    /// What is wrong.
    pub problem: Problem,
    /// The redirect URI with the error.
    pub url: String,
}

/// The endpoint.
pub async fn authorize(
    State(state): State<AppState>,
    context: RequestContext,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let query = query.unwrap_or_default();
    let signed_in = session_cookie::find(&headers, &state).await?;
    let checked = match check(&state, &query).await? {
        Ok(checked) => checked,
        Err(refused) => return deliver(refused, signed_in.as_ref()),
    };
    match signed_in {
        Some(signed_in) => {
            let id = RequestId::generate()?;
            consent::ask(&state, &signed_in, checked, consent::Waiting::New(id, query)).await
        }
        None => wait_for_sign_in(&state, &context, query).await,
    }
}

/// Every check that needs neither a person nor an agent. Repeated at each later step.
///
/// # Errors
/// [`Internal`] when the store does not answer; the inner error when the request is refused.
pub async fn check(state: &AppState, query: &str) -> Result<Result<CheckedRequest, Refused>, Internal> {
    let parameters = Parameters::parse(query);
    let id = match client_id(&parameters) {
        Ok(id) => id,
        Err(problem) => return Ok(Err(Refused::Page(problem, None))),
    };
    let Some(client) = state.store.find_client(id, state.clock.now()).await? else {
        let problem = Problem::ClientUnknown { received: id.to_owned() };
        return Ok(Err(Refused::Page(problem, None)));
    };
    let registration = ClientRegistration {
        client_id: &client.client_id,
        redirect_uris: &client.redirect_uris,
        is_active: client.revoked_at.is_none(),
        allowed_types: None,
    };
    Ok(match decide(&parameters, &registration) {
        Decision::Page(problem) => Err(Refused::Page(problem, Some(client.organization_id))),
        Decision::Redirect { to, state: echoed, problem } => {
            Err(refused(state, &to, echoed.as_deref(), problem))
        }
        Decision::Valid(request, redirect) => {
            match schema_issues(state, request.authorization_details.value()) {
                issues if issues.is_empty() => Ok(CheckedRequest { request, redirect, client }),
                issues => {
                    let problem = Problem::DetailsInvalid { issues };
                    Err(refused(state, &redirect, request.state.as_deref(), problem))
                }
            }
        }
    })
}

/// Tells the client of `problem`, by redirect or by link.
#[must_use]
pub fn client_answer(state: &AppState, checked: &CheckedRequest, problem: Problem) -> ClientAnswer {
    let url = checked.redirect.problem(&problem, checked.request.state.as_deref(), state.issuer());
    ClientAnswer { problem, url }
}

fn refused(state: &AppState, to: &MatchedRedirect, echoed: Option<&str>, problem: Problem) -> Refused {
    let url = to.problem(&problem, echoed, state.issuer());
    Refused::Client(ClientAnswer { problem, url })
}

/// Signed in: straight to the client. Otherwise a page with a link, so that strangers cannot use the endpoint as a
/// redirector (RFC 9700 §4.11.2).
fn deliver(refused: Refused, signed_in: Option<&SignedIn>) -> Result<Response, PageFailure> {
    match refused {
        Refused::Page(problem, owner) => {
            let own = signed_in.map(|signed_in| &signed_in.session.organization.id);
            Err(PageFailure::problem(problem, own.is_some() && own == owner.as_ref()))
        }
        Refused::Client(answer) if signed_in.is_some() => {
            delivery::log(&answer.problem);
            Ok(see_other(&answer.url))
        }
        Refused::Client(answer) => Err(PageFailure::for_client(answer)),
    }
}

async fn wait_for_sign_in(
    state: &AppState,
    context: &RequestContext,
    query: String,
) -> Result<Response, PageFailure> {
    let now = state.clock.now();
    state.parking_limit.charge(Payer::Visitor(context.address), now).map_err(PageFailure::over_limit)?;
    let id = RequestId::generate()?;
    let parked = ParkedRequest {
        query,
        session_hash: None,
        shown_digest: None,
        expires_at: now.plus(Duration::from_secs(PARKED_REQUEST_SECONDS)),
    };
    if !state.store.park_request(id.hash(), parked, now).await? {
        return Err(PageFailure::too_many_waiting());
    }
    Ok(see_other(&format!("/sign-in?request={}", encode(id.expose()))))
}
