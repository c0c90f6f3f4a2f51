//! Where an answer goes: JSON, challenge or redirect. The only place that turns a [`Problem`] into HTTP; error pages are
//! drawn by [`crate::page::failure`].

use crate::failure::{Internal, STORE_RETRY_SECONDS};
use crate::guard::rate_limit::OverLimit;
use crate::telemetry::harmless;
use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hasp_protocol::Problem;
use hasp_protocol::bearer;
use serde::Serialize;
use serde_json::{Value, json};

/// A refusal of the token, introspection or revocation endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct OAuthFailure {
    status: StatusCode,
    body: Value,
    challenge: Option<String>,
    retry_after: Option<u64>,
}

impl OAuthFailure {
    /// A refusal of the introspection endpoint, where failed authentication is always 401 (checklist 66).
    #[must_use]
    pub fn at_introspection(problem: &Problem) -> Self {
        let mut failure = OAuthFailure::from(problem.clone());
        failure.status = status(problem.introspection_status());
        if failure.status == StatusCode::UNAUTHORIZED && failure.challenge.is_none() {
            failure.challenge = Some(basic_challenge());
        }
        failure
    }

    /// A refused bearer: the challenge of RFC 6750 §3.
    #[must_use]
    pub fn bearer(problem: &Problem) -> Self {
        let mut failure = OAuthFailure::from(problem.clone());
        failure.challenge = Some(bearer::challenge(problem));
        failure
    }

    /// The key is good but not for this (RFC 6750 §3.1).
    #[must_use]
    pub fn insufficient_scope(scope: &str) -> Self {
        let text = format!("the API key lacks the scope {scope}");
        OAuthFailure {
            status: StatusCode::FORBIDDEN,
            body: json!({"error": "insufficient_scope", "error_description": text}),
            challenge: Some(format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"")),
            retry_after: None,
        }
    }
}

impl From<Problem> for OAuthFailure {
    fn from(problem: Problem) -> Self {
        log(&problem);
        let challenge =
            matches!(problem, Problem::ClientAuthenticationFailed { basic: true, .. }).then(basic_challenge);
        let retry_after = match problem {
            Problem::RateLimited { retry_after_seconds } => Some(retry_after_seconds),
            Problem::StoreUnavailable => Some(STORE_RETRY_SECONDS),
            _ => None,
        };
        OAuthFailure { status: status(problem.status()), body: problem.to_json(), challenge, retry_after }
    }
}

impl<T: Into<Internal>> From<T> for OAuthFailure {
    fn from(cause: T) -> Self {
        let cause = cause.into();
        cause.log();
        OAuthFailure::from(internal_problem(&cause))
    }
}

impl From<OverLimit> for OAuthFailure {
    fn from(limit: OverLimit) -> Self {
        Problem::RateLimited { retry_after_seconds: limit.seconds() }.into()
    }
}

impl IntoResponse for OAuthFailure {
    fn into_response(self) -> Response {
        let mut response = uncached(self.status, &self.body);
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Notes a refusal by its name and parameter. What arrived stays out of the log: it may be a secret in a wrong place.
pub fn log(problem: &Problem) {
    let debug = format!("{problem:?}");
    let name = debug.split(|character: char| !character.is_ascii_alphanumeric()).next();
    let (error, parameter) = (problem.code().as_str(), harmless(problem.parameter()));
    match problem {
        Problem::ClientAuthenticationFailed { reason, .. } => {
            tracing::info!(error, problem = name, ?reason, "refused");
        }
        _ => tracing::info!(error, problem = name, parameter, "refused"),
    }
}

/// What people outside are told of an internal cause.
#[must_use]
pub fn internal_problem(cause: &Internal) -> Problem {
    if cause.status() == StatusCode::SERVICE_UNAVAILABLE {
        Problem::StoreUnavailable
    } else {
        Problem::ServerError
    }
}

/// JSON that nobody may keep (RFC 6749 §5.1; checklist 41).
pub fn uncached(status: StatusCode, body: &impl Serialize) -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
    (status, headers, Json(body)).into_response()
}

/// 303 to a client's redirect URI or to a page of ours; never 307 or 308 (checklist 14).
#[must_use]
pub fn see_other(url: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(url) else {
        tracing::error!("a redirect target is no header value");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (
        StatusCode::SEE_OTHER,
        [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
    )
        .into_response()
}

/// The text of a header that was sent once.
#[must_use]
pub fn single_header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn basic_challenge() -> String {
    "Basic realm=\"hasp\", charset=\"UTF-8\"".to_owned()
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
