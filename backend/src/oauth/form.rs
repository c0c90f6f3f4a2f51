//! Form bodies of the token, introspection and revocation endpoints (RFC 6749 §3.2; checklist 34, 48).

use crate::guard::body::{self, BodyError};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use hasp_protocol::Problem;
use hasp_protocol::parameters::Parameters;
use std::convert::Infallible;

const FORM: &str = "application/x-www-form-urlencoded";
/// Parameters that must never stand in a URL, where logs keep them.
const BODY_ONLY: [&str; 9] = [
    "access_token",
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "grant_type",
    "password",
    "refresh_token",
    "token",
];

/// The parameters, or what is wrong with the request that should carry them; the endpoint decides who pays for it.
pub struct Form(pub Result<Parameters, Problem>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Infallible;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Infallible> {
        Ok(Form(read(request).await))
    }
}

async fn read(request: Request) -> Result<Parameters, Problem> {
    let in_query = Parameters::parse(request.uri().query().unwrap_or_default());
    let misplaced = in_query.names().find(|name| BODY_ONLY.contains(name)).map(str::to_owned);
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let is_form = body::is_content_type(request.headers(), FORM);
    let text = body::read(request.into_body()).await;
    if let Some(parameter) = misplaced {
        return Err(Problem::ParameterInQuery { parameter });
    }
    match text {
        Ok(text) if is_form || (text.is_empty() && content_type.is_none()) => Ok(Parameters::parse(&text)),
        Err(BodyError::TooLarge) => Err(Problem::BodyTooLarge),
        Err(BodyError::NotUtf8) if is_form => Err(Problem::ParameterEncoding {
            parameter: "body".to_owned(),
            reason: "the form is not UTF-8".to_owned(),
        }),
        Err(BodyError::Broken) => Err(Problem::ParameterEncoding {
            parameter: "body".to_owned(),
            reason: "the form ended early".to_owned(),
        }),
        Ok(_) | Err(BodyError::NotUtf8) => Err(Problem::ContentTypeNotForm { received: content_type }),
    }
}
