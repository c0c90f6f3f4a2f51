//! `GET` and `POST /sign-in`, `POST /sign-out`. Works without scripts.
//!
//! One message for every failure: neither the answer nor its time tells whether an account exists.

use super::failure::PageFailure;
use super::layout::{self, Field, hidden};
use crate::failure::Internal;
use crate::guard::csrf::{self, Purpose};
use crate::guard::rate_limit::OverLimit;
use crate::guard::request_context::RequestContext;
use crate::guard::session_cookie;
use crate::guard::sign_in_delay::Admission;
use crate::oauth::delivery::see_other;
use crate::oauth::form::Form;
use crate::state::AppState;
use crate::storage::record::User;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use hasp_protocol::consent::escape;
use hasp_protocol::parameters::{Parameters, encode};
use tokio::time::Instant;

const WRONG: &str = "The email address or the password is wrong.";

/// `GET /sign-in[?request=…|?next=/console/…]`.
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let aim = Aim::read(&Parameters::parse(&query.unwrap_or_default()));
    if session_cookie::find(&headers, &state).await?.is_some() {
        return Ok(see_other(&aim.to_url()));
    }
    page(&state, &headers, &aim, None).await
}

/// `POST /sign-in`: `email`, `password`, `csrf_token`, and where to go.
pub async fn submit(
    State(state): State<AppState>,
    context: RequestContext,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let parameters = form.map_err(|problem| PageFailure::problem(problem, false))?;
    check_own_form(&state, &headers, &parameters)?;
    let aim = Aim::read(&parameters);
    let value = |name| parameters.single(name).ok().flatten().unwrap_or_default();
    let email = value("email").trim().to_lowercase();

    let Some(user) = find_user(&state, &context, &email, value("password")).await? else {
        return page(&state, &headers, &aim, Some(&email)).await;
    };
    let previous = session_cookie::find(&headers, &state).await?;
    let cookie = session_cookie::begin(&state, &context, &user.id, previous.as_ref()).await?;
    let mut response = see_other(&aim.to_url());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// `POST /sign-out`: ends the session of this browser.
pub async fn sign_out(
    State(state): State<AppState>,
    context: RequestContext,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let parameters = form.map_err(|problem| PageFailure::problem(problem, false))?;
    let Some(signed_in) = session_cookie::find(&headers, &state).await? else {
        return Ok(see_other("/sign-in"));
    };
    let sent = parameters.single("csrf_token").ok().flatten().unwrap_or_default();
    if !csrf::is_token(sent, signed_in.cookie.expose(), Purpose::Session)
        || !csrf::is_own_origin(&headers, &state)
    {
        return Err(PageFailure::foreign_form());
    }
    let change = context.change(state.clock.now(), Some(&signed_in.session.user.id), "session");
    state.store.end_session(signed_in.session.token_hash, &change).await?;
    let mut response = see_other("/sign-in");
    response.headers_mut().append(header::SET_COOKIE, session_cookie::remove_session(&state));
    Ok(response)
}

/// The form's token fits the browser's form cookie, and the form came from here.
///
/// # Errors
/// A page that asks to try again.
pub fn check_own_form(
    state: &AppState,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<(), PageFailure> {
    let cookie = session_cookie::find_form_cookie(headers, state);
    let sent = parameters.single("csrf_token").ok().flatten().unwrap_or_default();
    let is_token = cookie.is_some_and(|cookie| csrf::is_token(sent, &cookie, Purpose::Form));
    if is_token && csrf::is_own_origin(headers, state) { Ok(()) } else { Err(PageFailure::foreign_form()) }
}

/// The person, when the password is theirs; after the wait that earlier failures cost.
async fn find_user(
    state: &AppState,
    context: &RequestContext,
    email: &str,
    password: &str,
) -> Result<Option<User>, PageFailure> {
    match state.sign_in_delay.admit(email, context.address, Instant::now()) {
        Admission::After(wait) => tokio::time::sleep(wait).await,
        Admission::Busy(wait) => return Err(PageFailure::over_limit(OverLimit { retry_after: wait })),
    }
    let user = state.store.find_user_by_email(email).await?.filter(|user| user.removed_at.is_none());
    let stored = user.as_ref().map(|user| user.password_hash.clone());
    if state.passwords.verify(password.to_owned(), stored).await? {
        state.sign_in_delay.record_success(email, context.address);
        return Ok(user);
    }
    state.sign_in_delay.record_failure(email, context.address, Instant::now());
    tracing::info!(address = %context.address, "sign-in failed");
    Ok(None)
}

async fn page(
    state: &AppState,
    headers: &HeaderMap,
    aim: &Aim,
    failed_email: Option<&str>,
) -> Result<Response, PageFailure> {
    let (cookie, set_cookie) = session_cookie::form_cookie(headers, state)?;
    let email = Field {
        name: "email",
        label: "Email address",
        kind: "email",
        autocomplete: "username",
        value: failed_email.unwrap_or_default(),
        problem: None,
        hint: None,
    };
    let password = Field {
        name: "password",
        label: "Password",
        kind: "password",
        autocomplete: "current-password",
        value: "",
        problem: None,
        hint: None,
    };
    let failure = failed_email
        .map(|_| format!("<p class=\"notice\" data-tone=\"danger\" role=\"alert\">{WRONG}</p>\n"));
    let body = format!(
        "<h1>Sign in</h1>\n{}{}<form method=\"post\" action=\"/sign-in\">\n{}{}{}{}\n\
         <div class=\"actions\"><button class=\"button\" data-kind=\"primary\" type=\"submit\">Sign in</button></div>\n</form>\n",
        aim.to_html(state).await?,
        failure.unwrap_or_default(),
        hidden("csrf_token", &csrf::token(&cookie, Purpose::Form)),
        aim.to_hidden(),
        email.to_html(),
        password.to_html(),
    );
    let status = if failed_email.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
    let mut response = layout::respond(status, layout::document("Sign in", &body));
    session_cookie::append(response.headers_mut(), set_cookie);
    Ok(response)
}

/// Where the person goes after sign-in.
enum Aim {
    /// On with a parked authorization request.
    Request(String),
    /// A path of the console.
    Console(String),
}

impl Aim {
    fn read(parameters: &Parameters) -> Self {
        let value = |name| parameters.single(name).ok().flatten();
        match (value("request"), value("next")) {
            (Some(id), _) => Aim::Request(id.to_owned()),
            (None, Some(path)) if is_console_path(path) => Aim::Console(path.to_owned()),
            _ => Aim::Console("/console/".to_owned()),
        }
    }

    fn to_url(&self) -> String {
        match self {
            Aim::Request(id) => format!("/v1/oauth/consent?request_id={}", encode(id)),
            Aim::Console(path) => path.clone(),
        }
    }

    fn to_hidden(&self) -> String {
        match self {
            Aim::Request(id) => hidden("request", id),
            Aim::Console(path) => hidden("next", path),
        }
    }

    /// Says which application waits, so that nobody signs in blindly.
    async fn to_html(&self, state: &AppState) -> Result<String, Internal> {
        let Aim::Request(id) = self else { return Ok(String::new()) };
        let hash = hasp_protocol::secret::sha256(id.as_bytes());
        let Some(parked) = state.store.find_parked_request(hash, state.clock.now()).await? else {
            return Ok(String::new());
        };
        Ok(match crate::oauth::authorization::check(state, &parked.query).await? {
            Ok(checked) => format!(
                "<p class=\"lead\">to continue to <strong>{}</strong></p>\n",
                escape(&hasp_protocol::consent::neutralise(&checked.client.display_name, 64))
            ),
            Err(_) => String::new(),
        })
    }
}

/// Only paths of the console: anything else could lead away from it, a dot segment included.
fn is_console_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    path.starts_with("/console/")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !["/.", "/%2e"].iter().any(|dot| lower.contains(dot))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_sign_in_only_the_console_or_a_parked_request_follows() {
        let url = |query: &str| Aim::read(&Parameters::parse(query)).to_url();

        assert_eq!(url("next=%2Fconsole%2Fagents"), "/console/agents");
        for elsewhere in [
            "next=https%3A%2F%2Fevil.example",
            "next=%2F%2Fevil.example",
            "next=%2Fconsole%2F%0d%0aX",
            "next=%2Fconsole%2F..%2Fv1%2Fsession",
            "next=%2Fconsole%2F%252E%252e%2Fv1",
            "",
        ] {
            assert_eq!(url(elsewhere), "/console/", "{elsewhere}");
        }
        assert_eq!(url("request=a%26b&next=%2Fconsole%2F"), "/v1/oauth/consent?request_id=a%26b");
    }
}
