//! A refusal of the control API, as data; [`super::envelope`] turns it into the answer.

use crate::failure::{Internal, STORE_RETRY_SECONDS};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hasp_protocol::api::ApiErrorCode;
use serde_json::Value;

/// A refusal; boxed, so that results stay small.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiFailure(Box<Facts>);

/// What went wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// For programs.
    pub code: ApiErrorCode,
    /// Usually the code's own.
    pub status: StatusCode,
    /// One sentence for a person.
    pub message: String,
    /// A parameter's name or a JSON Pointer.
    pub param: Option<String>,
    /// Further facts.
    pub details: Option<Value>,
    /// How to fix it.
    pub hint: Option<String>,
    /// Seconds for `Retry-After`; also says that trying again may help.
    pub retry_after: Option<u64>,
}

impl ApiFailure {
    /// With the code's own status.
    #[must_use]
    pub fn new(code: ApiErrorCode, message: impl Into<String>) -> Self {
        ApiFailure(Box::new(Facts {
            code,
            status: StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            message: message.into(),
            param: None,
            details: None,
            hint: None,
            retry_after: None,
        }))
    }

    /// A value that breaks a rule.
    #[must_use]
    pub fn invalid(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ApiErrorCode::ValidationFailed, message).at(param)
    }

    /// No such row in the caller's organization.
    #[must_use]
    pub fn not_found(thing: &str) -> Self {
        Self::new(ApiErrorCode::ResourceNotFound, format!("There is no such {thing} in your organization."))
    }

    /// The method is not the endpoint's.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(ApiErrorCode::UnsupportedRequest, "This endpoint does not take that method.")
            .status(StatusCode::METHOD_NOT_ALLOWED)
            .hint("The Allow header names the methods it takes.")
    }

    /// At this parameter.
    #[must_use]
    pub fn at(mut self, param: impl Into<String>) -> Self {
        self.0.param = Some(param.into());
        self
    }

    /// With this fix.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// With these facts.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.0.details = Some(details);
        self
    }

    /// With another status than the code's own.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self
    }

    /// Trying again after this many seconds may help.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The facts, for the envelope.
    #[must_use]
    pub fn into_facts(self) -> Facts {
        *self.0
    }
}

impl<T: Into<Internal>> From<T> for ApiFailure {
    fn from(cause: T) -> Self {
        let cause = cause.into();
        cause.log();
        if cause.status() == StatusCode::SERVICE_UNAVAILABLE {
            let message = "The server cannot reach its store; nothing was changed.";
            return Self::new(ApiErrorCode::StoreUnavailable, message).retry_after(STORE_RETRY_SECONDS);
        }
        let message = "The server failed; its log names the cause under this request id.";
        Self::new(ApiErrorCode::InternalError, message)
    }
}

impl IntoResponse for ApiFailure {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        if let Some(seconds) = self.0.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
