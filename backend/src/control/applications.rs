//! `/v1/applications`: register, list, read, edit, revoke, and the console's introspection panel (domain.md 1.2).
//! Secrets: [`super::application_secrets`].

use super::application_secrets::new_secret;
use super::envelope::{ApiResult, Success};
use super::failure::ApiFailure;
use super::fields;
use super::input::StrictJson;
use super::paging::ListQuery;
use super::view;
use crate::guard::caller::{Caller, KeyScope};
use crate::oauth::introspection::{self, View};
use crate::state::AppState;
use crate::storage::record::Application;
use crate::storage::{ApplicationEdit, ApplicationEdited, ApplicationEnded, NewApplicationRow};
use axum::extract::{Path, State};
use hasp_protocol::ClientType;
use hasp_protocol::api::application::{
    ApplicationChange, ApplicationCreated, ApplicationRevoked, NewApplication, TestIntrospection,
};
use hasp_protocol::api::{ApiErrorCode, Page};
use hasp_protocol::identifier::{client_id_from_ulid, parse_client_id};
use hasp_protocol::limits::DISPLAY_NAME_CHARACTERS;

/// `GET /v1/applications`, newest first.
pub async fn list(State(state): State<AppState>, caller: Caller, query: ListQuery) -> ApiResult {
    caller.require_scope(KeyScope::ApplicationsRead)?;
    let now = state.clock.now();
    let page = state.store.list_applications(caller.organization_id(), query.page()?, now).await?;
    let seen = page.items.iter().filter(|application| caller.sees(application.mode));
    Success::page(Page {
        items: seen.map(|application| view::application(application, now)).collect(),
        next_cursor: page.next_cursor,
    })
}

/// `POST /v1/applications`; the answer holds a confidential application's secret, this once.
pub async fn create(
    State(state): State<AppState>,
    caller: Caller,
    StrictJson(body): StrictJson<NewApplication>,
) -> ApiResult {
    caller.require_scope(KeyScope::ApplicationsWrite)?;
    if !caller.sees(body.mode) {
        return Err(ApiFailure::invalid("/mode", "An API key registers applications of its own mode only."));
    }
    let now = state.clock.now();
    let display_name = fields::name("/display_name", &body.display_name, DISPLAY_NAME_CHARACTERS)?;
    fields::redirect_uris(&body.redirect_uris)?;
    let (secret, stored_secret) = match body.client_type {
        ClientType::Confidential => {
            new_secret(body.mode, now).map(|(secret, row)| (Some(secret), Some(row)))?
        }
        ClientType::Public => (None, None),
    };
    let application = Application {
        client_id: client_id_from_ulid(&crate::random::ulid(now)?),
        organization_id: caller.organization_id().to_owned(),
        // The store reads it from the organization.
        organization_name: String::new(),
        display_name,
        client_type: body.client_type,
        redirect_uris: body.redirect_uris,
        homepage_url: web_url("/homepage_url", body.homepage_url.as_deref())?,
        icon_url: icon_url(body.icon_url.as_deref())?,
        mode: body.mode,
        secrets: Vec::new(),
        active_credentials: 0,
        created_at: now,
        updated_at: now,
        revoked_at: None,
    };
    let row = NewApplicationRow { application, secret: stored_secret };
    let created = state.store.create_application(row, &caller.change(now)).await?;
    Success::created(ApplicationCreated {
        application: view::application(&created, now),
        client_secret: secret.map(|secret| secret.expose().to_owned()),
    })
}

/// `GET /v1/applications/{client_id}`.
pub async fn show(State(state): State<AppState>, caller: Caller, Path(client_id): Path<String>) -> ApiResult {
    caller.require_scope(KeyScope::ApplicationsRead)?;
    let application = find_application(&state, &caller, &client_id).await?;
    Success::ok(view::application(&application, state.clock.now()))
}

/// `PATCH /v1/applications/{client_id}`: applies at once to later consent requests (R71).
///
/// Changing the redirect URIs asks for a recent password, as rotating a secret does.
pub async fn edit(
    State(state): State<AppState>,
    caller: Caller,
    Path(client_id): Path<String>,
    StrictJson(body): StrictJson<ApplicationChange>,
) -> ApiResult {
    caller.require_scope(KeyScope::ApplicationsWrite)?;
    let application = find_application(&state, &caller, &client_id).await?;
    if let Some(uris) = &body.redirect_uris {
        fields::redirect_uris(uris)?;
        // Where codes are sent is as sensitive as the secret: a browser left open must not move it.
        if *uris != application.redirect_uris {
            caller.require_recent_password(&state, state.clock.now())?;
        }
    }
    let edit = ApplicationEdit {
        display_name: body
            .display_name
            .map(|name| fields::name("/display_name", &name, DISPLAY_NAME_CHARACTERS))
            .transpose()?,
        redirect_uris: body.redirect_uris,
        homepage_url: body.homepage_url.map(|url| web_url("/homepage_url", Some(&url))).transpose()?,
        icon_url: body.icon_url.map(|url| icon_url(Some(&url))).transpose()?,
    };
    let now = state.clock.now();
    let organization_id = caller.organization_id();
    let change = caller.change(now);
    match state.store.edit_application(organization_id, &application.client_id, edit, &change).await? {
        ApplicationEdited::Edited(application) => Success::ok(view::application(&application, now)),
        ApplicationEdited::Unknown => Err(ApiFailure::not_found("application")),
        ApplicationEdited::Revoked => Err(revoked()),
    }
}

/// `POST /v1/applications/{client_id}/revoke`: for good, with every code and credential (R31, R32).
pub async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    Path(client_id): Path<String>,
) -> ApiResult {
    caller.require_scope(KeyScope::ApplicationsWrite)?;
    caller.require_admin()?;
    let now = state.clock.now();
    let application = find_application(&state, &caller, &client_id).await?;
    caller.require_recent_password(&state, now)?;
    let (organization_id, change) = (caller.organization_id(), caller.change(now));
    match state.store.revoke_application(organization_id, &application.client_id, &change).await? {
        ApplicationEnded::Revoked { application, credentials } => Success::ok(ApplicationRevoked {
            application: view::application(&application, now),
            revoked_credentials: credentials,
        }),
        ApplicationEnded::AlreadyRevoked(application) => Success::ok(ApplicationRevoked {
            application: view::application(&application, now),
            revoked_credentials: 0,
        }),
        ApplicationEnded::Unknown => Err(ApiFailure::not_found("application")),
    }
}

/// `POST /v1/applications/{client_id}/introspect`: what the application would be told of a token.
pub async fn introspect(
    State(state): State<AppState>,
    caller: Caller,
    Path(client_id): Path<String>,
    StrictJson(body): StrictJson<TestIntrospection>,
) -> ApiResult {
    caller.require_scope(KeyScope::TokensIntrospect)?;
    let application = find_application(&state, &caller, &client_id).await?;
    let view = View::Client(application.client_id);
    Success::ok(introspection::answer(&state, &view, body.token.trim()).await?)
}

/// The application of the path, in the caller's organization and mode.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, also for ids that are none.
pub async fn find_application(
    state: &AppState,
    caller: &Caller,
    client_id: &str,
) -> Result<Application, ApiFailure> {
    let not_found = || ApiFailure::not_found("application");
    parse_client_id(client_id).map_err(|_| not_found())?;
    let now = state.clock.now();
    let found = state.store.find_application(caller.organization_id(), client_id, now).await?;
    found.filter(|application| caller.sees(application.mode)).ok_or_else(not_found)
}

/// The answer for an application that does not take changes any more.
#[must_use]
pub fn revoked() -> ApiFailure {
    ApiFailure::new(ApiErrorCode::ApplicationRevoked, "The application is revoked, for good.")
        .hint("Register it anew; its users authorize the new one.")
}

fn web_url(param: &str, url: Option<&str>) -> Result<Option<String>, ApiFailure> {
    fields::web_url(param, url.unwrap_or_default(), &["https", "http"])
}

fn icon_url(url: Option<&str>) -> Result<Option<String>, ApiFailure> {
    fields::web_url("/icon_url", url.unwrap_or_default(), &["https"])
}
