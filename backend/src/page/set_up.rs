//! `GET` and `POST /set-up?link=…`: the first organization and its owner, once, by the link an empty server prints.

use super::failure::PageFailure;
use super::layout::{self, Field, hidden};
use super::sign_in::check_own_form;
use crate::control::fields;
use crate::guard::csrf::{self, Purpose};
use crate::guard::password;
use crate::guard::request_context::RequestContext;
use crate::guard::session_cookie;
use crate::oauth::delivery::see_other;
use crate::oauth::form::Form;
use crate::random;
use crate::state::AppState;
use crate::storage::record::Organization;
use crate::storage::{NewUser, SetUp};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use hasp_protocol::api::session::Role;
use hasp_protocol::limits::DISPLAY_NAME_CHARACTERS;
use hasp_protocol::parameters::Parameters;
use hasp_protocol::secret::{base64url, sha256};
use std::time::Duration;

const LINK_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// A new link for an empty store; older ones end.
///
/// # Errors
/// When the store or the random generator does not answer.
pub async fn make_link(state: &AppState) -> Result<String, crate::failure::Internal> {
    let link = base64url(&random::bytes::<32>()?);
    let expires_at = state.clock.now().plus(LINK_LIFETIME);
    state.store.save_set_up_link(sha256(link.as_bytes()), expires_at).await?;
    Ok(state.public_url.join(&format!("/set-up?link={link}")))
}

/// `GET /set-up?link=…`.
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let parameters = Parameters::parse(&query.unwrap_or_default());
    let link = live_link(&state, &parameters).await?;
    page(&state, &headers, &Entry { link, ..Entry::default() }, &[])
}

/// `POST /set-up`.
pub async fn submit(
    State(state): State<AppState>,
    context: RequestContext,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let parameters = form.map_err(|problem| PageFailure::problem(problem, false))?;
    check_own_form(&state, &headers, &parameters)?;
    let link = live_link(&state, &parameters).await?;
    let entry = Entry::read(link, &parameters);
    let problems = entry.problems();
    if !problems.is_empty() {
        return page(&state, &headers, &entry, &problems);
    }
    let owner_id = create(&state, &context, entry).await?;
    let cookie = session_cookie::begin(&state, &context, &owner_id, None).await?;
    let mut response = see_other("/console/");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

async fn live_link(state: &AppState, parameters: &Parameters) -> Result<String, PageFailure> {
    let link = parameters.single("link").ok().flatten().unwrap_or_default();
    let is_live = state.store.is_set_up_link(sha256(link.as_bytes()), state.clock.now()).await?;
    if is_live { Ok(link.to_owned()) } else { Err(PageFailure::link_used()) }
}

async fn create(state: &AppState, context: &RequestContext, entry: Entry) -> Result<String, PageFailure> {
    let now = state.clock.now();
    let organization =
        Organization { id: random::ulid(now)?, name: entry.organization.trim().to_owned(), created_at: now };
    let owner_id = random::ulid(now)?;
    let owner = NewUser {
        id: owner_id.clone(),
        organization_id: organization.id.clone(),
        email: entry.email.trim().to_lowercase(),
        display_name: entry.display_name.trim().to_owned(),
        role: Role::Owner,
        password_hash: state.passwords.hash(entry.password, random::bytes()?).await?,
    };
    let change = context.change(now, None, "set_up_link");
    let link_hash = sha256(entry.link.as_bytes());
    match state.store.set_up(link_hash, organization, owner, &change).await? {
        SetUp::Created => Ok(owner_id),
        SetUp::NotEmpty | SetUp::WrongLink => Err(PageFailure::link_used()),
    }
}

#[derive(Default)]
struct Entry {
    link: String,
    organization: String,
    display_name: String,
    email: String,
    password: String,
}

impl Entry {
    fn read(link: String, parameters: &Parameters) -> Self {
        let value = |name| parameters.single(name).ok().flatten().unwrap_or_default().to_owned();
        Entry {
            link,
            organization: value("organization"),
            display_name: value("display_name"),
            email: value("email"),
            password: value("password"),
        }
    }

    /// What is wrong, by field.
    fn problems(&self) -> Vec<(&'static str, String)> {
        let name = |field: &'static str, text: &str| {
            fields::name(field, text, DISPLAY_NAME_CHARACTERS)
                .err()
                .map(|failure| (field, failure.into_facts().message))
        };
        let email = (!is_email(self.email.trim()))
            .then(|| ("email", "An email address has the form name@example.com.".to_owned()));
        let password = password::weakness(&self.password)
            .map(|weakness| ("password", format!("The password {weakness}.")));
        [name("organization", &self.organization), name("display_name", &self.display_name), email, password]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// One `@` with something on both sides; whether mail arrives is not ours to say.
#[must_use]
pub fn is_email(text: &str) -> bool {
    text.len() <= 254
        && text
            .split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !text.chars().any(|character| character.is_whitespace() || character.is_control())
}

fn page(
    state: &AppState,
    headers: &HeaderMap,
    entry: &Entry,
    problems: &[(&'static str, String)],
) -> Result<Response, PageFailure> {
    let (cookie, set_cookie) = session_cookie::form_cookie(headers, state)?;
    let minimum = format!("At least {} characters.", password::PASSWORD_CHARACTERS_MIN);
    let field = |name, label, kind, autocomplete, value| Field {
        name,
        label,
        kind,
        autocomplete,
        value,
        problem: problems.iter().find(|(field, _)| *field == name).map(|(_, text)| text.as_str()),
        hint: (name == "password").then_some(minimum.as_str()),
    };
    let form: String = [
        field("organization", "Organization", "text", "organization", &entry.organization),
        field("display_name", "Your name", "text", "name", &entry.display_name),
        field("email", "Email address", "email", "username", &entry.email),
        field("password", "Password", "password", "new-password", ""),
    ]
    .iter()
    .map(Field::to_html)
    .collect();
    let body = format!(
        "<h1>Set up HASP</h1>\n<p class=\"lead\">You become the owner of the first organization.</p>\n\
         <form method=\"post\" action=\"/set-up\">\n{}{}{form}\n<div class=\"actions\"><button class=\"button\" data-kind=\"primary\" type=\"submit\">Create the organization</button></div>\n</form>\n",
        hidden("csrf_token", &csrf::token(&cookie, Purpose::Form)),
        hidden("link", &entry.link),
    );
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut response = layout::respond(status, layout::document("Set up", &body));
    session_cookie::append(response.headers_mut(), set_cookie);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let entry = Entry { email: "nobody".to_owned(), password: "short".to_owned(), ..Entry::default() };

        let fields: Vec<_> = entry.problems().into_iter().map(|(field, _)| field).collect();

        assert_eq!(fields, ["organization", "display_name", "email", "password"]);
    }
}
