//! `GET` and `POST /v1/oauth/consent`: the page and the decision (domain.md 5.1; R63–R67, R77–R80; checklist 18–27).
//!
//! The form carries an id, a token and the decision. Everything else is read again from the parked query and checked
//! again; what is granted must have the digest of what was shown, and the page is drawn anew when it has not.

use super::authorization::{CheckedRequest, Refused, check, client_answer};
use super::delivery::see_other;
use super::form::Form;
use crate::clock::Timestamp;
use crate::guard::csrf::{self, Purpose};
use crate::guard::request_context::RequestContext;
use crate::guard::security_headers::csp_consent;
use crate::guard::session_cookie::{self, SignedIn};
use crate::page::failure::PageFailure;
use crate::random;
use crate::state::AppState;
use crate::storage::ConsentRecorded;
use crate::storage::record::{Agent, ConsentDecision, Hash, NewCode, ParkedRequest, shown_digest};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use hasp_protocol::Problem;
use hasp_protocol::authorization_details::Names;
use hasp_protocol::consent::ConsentView;
use hasp_protocol::limits::PARKED_REQUEST_SECONDS;
use hasp_protocol::parameters::{Parameters, encode};
use hasp_protocol::problem::Policy;
use hasp_protocol::redirect_uri::{display_host, form_action_source, is_loopback};
use hasp_protocol::secret::{base64url, sha256};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// Names a waiting request; 256 random bits, kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<Self, random::RandomError> {
        Ok(RequestId(base64url(&random::bytes::<32>()?)))
    }

    /// For the form and the URL of our own pages.
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

/// Where the request waits for the decision.
pub enum Waiting {
    /// It arrived just now, with this query.
    New(RequestId, String),
    /// It has waited for sign-in.
    Parked(RequestId),
}

/// `GET /v1/oauth/consent?request_id=…`: the page, after sign-in.
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let parameters = Parameters::parse(&query.unwrap_or_default());
    let id = request_id(&parameters)?;
    let Some(signed_in) = session_cookie::find(&headers, &state).await? else {
        return Ok(see_other(&format!("/sign-in?request={}", encode(id.expose()))));
    };
    let parked = find_parked(&state, &id, &signed_in).await?;
    let checked = check(&state, &parked.query).await?.map_err(PageFailure::refused)?;
    ask(&state, &signed_in, checked, Waiting::Parked(id)).await
}

/// Draws the consent page for a signed-in person, and remembers what it showed.
///
/// # Errors
/// When the agent is not theirs or does not allow the types, or the request is gone.
pub async fn ask(
    state: &AppState,
    signed_in: &SignedIn,
    checked: CheckedRequest,
    waiting: Waiting,
) -> Result<Response, PageFailure> {
    let agent = match usable_agent(state, signed_in, &checked).await? {
        Ok(agent) => agent,
        // A fresh request of a signed-in person is answered at the client; after sign-in a page explains first.
        Err(problem) => return refuse(state, &checked, problem, &waiting),
    };
    let names = OrganizationNames::load(state, &agent).await?;
    let case = Case { signed_in, checked: &checked, agent: &agent };
    let id = remember(state, case, &names, waiting).await?;
    let view = consent_view(case, &names, &id);
    let mut response = Html(view.to_html()).into_response();
    let policy = csp_consent(&form_action_source(checked.redirect.uri()));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// `POST /v1/oauth/consent`: the decision.
pub async fn decide(
    State(state): State<AppState>,
    context: RequestContext,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let parameters = form.map_err(|problem| PageFailure::problem(problem, false))?;
    let id = request_id(&parameters)?;
    let Some(signed_in) = session_cookie::find(&headers, &state).await? else {
        return Ok(see_other(&format!("/sign-in?request={}", encode(id.expose()))));
    };
    check_own_form(&state, &headers, &parameters, &signed_in, &id)?;
    let is_approved = read_decision(&parameters)?;
    let parked = find_parked(&state, &id, &signed_in).await?;
    let Some(seen) = parked.shown_digest else { return Err(PageFailure::request_gone()) };

    let checked = match check(&state, &parked.query).await? {
        Ok(checked) => checked,
        Err(Refused::Client(answer)) => return Ok(see_other(&answer.url)),
        Err(refused) => return Err(PageFailure::refused(refused)),
    };
    let agent = match usable_agent(&state, &signed_in, &checked).await? {
        Ok(agent) => agent,
        Err(problem) => return Err(agent_failure(&state, &checked, problem)),
    };
    let names = OrganizationNames::load(&state, &agent).await?;
    let case = Case { signed_in: &signed_in, checked: &checked, agent: &agent };
    if shown_digest(&checked.request.authorization_details.digest(), &shown(case, &names)) != seen {
        return ask(&state, &signed_in, checked, Waiting::Parked(id)).await;
    }
    record(&state, &context, case, &names, &id, is_approved).await
}

/// Who decides about which request for which agent.
#[derive(Clone, Copy)]
struct Case<'a> {
    signed_in: &'a SignedIn,
    checked: &'a CheckedRequest,
    agent: &'a Agent,
}

/// Writes the decision and, when approved, the code; then sends the browser to the client.
async fn record(
    state: &AppState,
    context: &RequestContext,
    case: Case<'_>,
    names: &OrganizationNames,
    id: &RequestId,
    is_approved: bool,
) -> Result<Response, PageFailure> {
    let (now, checked) = (state.clock.now(), case.checked);
    let decision = consent_decision(case, names, is_approved, now)?;
    let code = base64url(&random::bytes::<32>()?);
    let new_code = is_approved.then(|| NewCode {
        code_hash: sha256(code.as_bytes()),
        redirect_uri: checked.request.redirect_uri.clone(),
        code_challenge: checked.request.code_challenge.clone(),
        expires_at: now.plus(state.settings.code_lifetime),
    });
    let change = context.change(now, Some(&case.signed_in.session.user.id), "session");
    let echoed = checked.request.state.as_deref();
    match state.store.record_consent(id.hash(), decision, new_code, &change).await? {
        ConsentRecorded::Recorded if is_approved => {
            Ok(see_other(&checked.redirect.success(&code, echoed, state.issuer())))
        }
        ConsentRecorded::Recorded => Ok(see_other(&client_answer(state, checked, Problem::AccessDenied).url)),
        ConsentRecorded::RequestGone => Err(PageFailure::request_gone()),
        ConsentRecorded::NoLongerAllowed(reason) => {
            tracing::info!(?reason, "authority withdrawn while the consent page was open");
            Err(agent_failure(state, checked, Problem::AgentUnavailable))
        }
    }
}

fn request_id(parameters: &Parameters) -> Result<RequestId, PageFailure> {
    let text = parameters.required("request_id").map_err(|problem| PageFailure::problem(problem, false))?;
    Ok(RequestId(text.to_owned()))
}

/// Checklist 19.
fn check_own_form(
    state: &AppState,
    headers: &HeaderMap,
    parameters: &Parameters,
    signed_in: &SignedIn,
    id: &RequestId,
) -> Result<(), PageFailure> {
    let sent = parameters.single("csrf_token").ok().flatten().unwrap_or_default();
    let is_token = csrf::is_token(sent, signed_in.cookie.expose(), Purpose::Consent(id.expose()));
    if is_token && csrf::is_own_origin(headers, state) { Ok(()) } else { Err(PageFailure::foreign_form()) }
}

fn read_decision(parameters: &Parameters) -> Result<bool, PageFailure> {
    match parameters.required("decision").map_err(|problem| PageFailure::problem(problem, false))? {
        "approve" => Ok(true),
        "deny" => Ok(false),
        // Our form has two buttons.
        _ => Err(PageFailure::foreign_form()),
    }
}

/// The waiting request, unless another session has seen its page.
async fn find_parked(
    state: &AppState,
    id: &RequestId,
    signed_in: &SignedIn,
) -> Result<ParkedRequest, PageFailure> {
    let parked = state.store.find_parked_request(id.hash(), state.clock.now()).await?;
    parked
        .filter(|parked| parked.session_hash.is_none_or(|bound| bound == signed_in.session.token_hash))
        .ok_or_else(PageFailure::request_gone)
}

/// The agent, when it is the person's organization's, active, and allowed the types (checklist 16; C30).
async fn usable_agent(
    state: &AppState,
    signed_in: &SignedIn,
    checked: &CheckedRequest,
) -> Result<Result<Agent, Problem>, PageFailure> {
    let organization_id = &signed_in.session.organization.id;
    let found = state.store.find_agent(organization_id, &checked.request.agent_id, state.clock.now()).await?;
    let Some(agent) = found.filter(|agent| agent.archived_at.is_none()) else {
        return Ok(Err(Problem::AgentUnavailable));
    };
    let allowed = agent.allowed_scope_types.as_deref();
    Ok(checked.request.authorization_details.check_allowed(allowed, Policy::Agent).map(|()| agent))
}

fn refuse(
    state: &AppState,
    checked: &CheckedRequest,
    problem: Problem,
    waiting: &Waiting,
) -> Result<Response, PageFailure> {
    match (waiting, problem) {
        (Waiting::New(..), problem) if problem != Problem::AgentUnavailable => {
            Ok(see_other(&client_answer(state, checked, problem).url))
        }
        (_, problem) => Err(agent_failure(state, checked, problem)),
    }
}

/// A page with a button that carries the answer back; of an agent's unavailability the client learns `access_denied`.
fn agent_failure(state: &AppState, checked: &CheckedRequest, problem: Problem) -> PageFailure {
    if problem == Problem::AgentUnavailable {
        PageFailure::agent_unavailable(client_answer(state, checked, Problem::AccessDenied))
    } else {
        PageFailure::for_client(client_answer(state, checked, problem))
    }
}

/// Binds the request to this session and to the digest of what the page is about to show.
async fn remember(
    state: &AppState,
    case: Case<'_>,
    names: &OrganizationNames,
    waiting: Waiting,
) -> Result<RequestId, PageFailure> {
    let now = state.clock.now();
    let session_hash = case.signed_in.session.token_hash;
    let shown_digest =
        shown_digest(&case.checked.request.authorization_details.digest(), &shown(case, names));
    match waiting {
        Waiting::New(id, query) => {
            let parked = ParkedRequest {
                query,
                session_hash: Some(session_hash),
                shown_digest: Some(shown_digest),
                expires_at: now.plus(Duration::from_secs(PARKED_REQUEST_SECONDS)),
            };
            let is_parked = state.store.park_request(id.hash(), parked, now).await?;
            if is_parked { Ok(id) } else { Err(PageFailure::too_many_waiting()) }
        }
        Waiting::Parked(id) => {
            let is_bound =
                state.store.bind_parked_request(id.hash(), session_hash, shown_digest, now).await?;
            if is_bound { Ok(id) } else { Err(PageFailure::request_gone()) }
        }
    }
}

fn consent_view(
    Case { signed_in, checked, agent }: Case<'_>,
    names: &OrganizationNames,
    id: &RequestId,
) -> ConsentView {
    let client = &checked.client;
    ConsentView {
        request_id: id.expose().to_owned(),
        csrf_token: csrf::token(signed_in.cookie.expose(), Purpose::Consent(id.expose())),
        application_name: client.display_name.clone(),
        client_id: client.client_id.clone(),
        application_organization: client.organization_name.clone(),
        homepage_url: client.homepage_url.clone(),
        icon_url: client.icon_url.clone(),
        redirect_host: display_host(checked.redirect.uri()),
        loopback_only: client.redirect_uris.iter().all(|uri| is_loopback(uri)),
        agent_name: agent.name.clone(),
        agent_organization: signed_in.session.organization.name.clone(),
        signed_in_as: signed_in.session.user.email.clone(),
        mode: client.mode,
        expires_in_seconds: u64::from(agent.default_expiry_hours) * 3600,
        entries: ConsentView::entries_for(&checked.request.authorization_details, names),
        inert: false,
    }
}

/// The words on the page, as the record keeps them (R80).
fn shown(Case { checked, agent, .. }: Case<'_>, names: &OrganizationNames) -> Value {
    let details = &checked.request.authorization_details;
    let labels: Vec<String> =
        ConsentView::entries_for(details, names).into_iter().map(|entry| entry.label).collect();
    json!({
        "labels": labels,
        "application_name": checked.client.display_name,
        "homepage_url": checked.client.homepage_url,
        "icon_url": checked.client.icon_url,
        "redirect_host": display_host(checked.redirect.uri()),
        "agent_name": agent.name,
    })
}

/// What the audit row keeps: the details in full, and the words the person saw (R80).
fn consent_decision(
    case: Case<'_>,
    names: &OrganizationNames,
    is_approved: bool,
    now: Timestamp,
) -> Result<ConsentDecision, PageFailure> {
    let Case { signed_in, checked, agent } = case;
    let details = &checked.request.authorization_details;
    Ok(ConsentDecision {
        consent_id: random::ulid(now)?,
        approved: is_approved,
        user_id: signed_in.session.user.id.clone(),
        client_id: checked.client.client_id.clone(),
        agent_id: agent.id.clone(),
        agent_organization_id: agent.organization_id.clone(),
        mode: checked.client.mode,
        authorization_details: details.value().clone(),
        details_digest: details.digest(),
        shown: shown(case, names),
    })
}

/// Names inside the agent's organization, for labels.
struct OrganizationNames {
    users: HashMap<String, String>,
}

impl OrganizationNames {
    async fn load(state: &AppState, agent: &Agent) -> Result<Self, PageFailure> {
        let users = state.store.list_users(&agent.organization_id).await?;
        Ok(OrganizationNames { users: users.into_iter().map(|user| (user.id, user.display_name)).collect() })
    }
}

impl Names for OrganizationNames {
    fn data_app(&self, _id: &str) -> Option<String> {
        None
    }

    fn user(&self, id: &str) -> Option<String> {
        self.users.get(id).cloned()
    }
}
