//! Puts answers of the control API into their envelope, with the request's id (domain.md 5.7).
//!
//! Handlers give [`Success`] or [`ApiFailure`]; the layer [`deliver`] writes the body.

use super::failure::{ApiFailure, Facts};
use crate::guard::request_context::RequestContext;
use crate::telemetry::harmless;
use axum::Json;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hasp_protocol::api::{ApiError, Envelope, Meta, Page};
use serde::Serialize;
use serde_json::Value;

/// What a handler of the control API gives.
pub type ApiResult = Result<Success, ApiFailure>;

/// `data`, and where the next page begins.
#[derive(Clone, Debug)]
pub struct Success {
    status: StatusCode,
    data: Value,
    /// `Some` on lists.
    next_cursor: Option<Option<String>>,
}

impl Success {
    /// 200 with one thing.
    ///
    /// # Errors
    /// When `data` is no JSON value, which none of ours can be.
    pub fn ok(data: impl Serialize) -> ApiResult {
        Self::with_status(StatusCode::OK, data)
    }

    /// 201 with the new thing.
    ///
    /// # Errors
    /// As [`Success::ok`].
    pub fn created(data: impl Serialize) -> ApiResult {
        Self::with_status(StatusCode::CREATED, data)
    }

    /// 200 with one page of a list.
    ///
    /// # Errors
    /// As [`Success::ok`].
    pub fn page<T: Serialize>(page: Page<T>) -> ApiResult {
        let success = Self::with_status(StatusCode::OK, page.items)?;
        Ok(Success { next_cursor: Some(page.next_cursor), ..success })
    }

    fn with_status(status: StatusCode, data: impl Serialize) -> ApiResult {
        let data = serde_json::to_value(data)
            .map_err(|error| crate::failure::Internal::Inconsistent(format!("answer is no JSON: {error}")))?;
        Ok(Success { status, data, next_cursor: None })
    }
}

impl IntoResponse for Success {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Layer around the control API: writes the envelope of whatever the handler gave.
pub async fn deliver(context: RequestContext, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(success) = response.extensions_mut().remove::<Success>() {
        return with_body(response, Json(success_envelope(success, context.request_id)));
    }
    if let Some(failure) = response.extensions_mut().remove::<ApiFailure>() {
        let failure = failure.into_facts();
        tracing::info!(code = ?failure.code, param = harmless(failure.param.as_deref()), "refused");
        return with_body(response, Json(failure_envelope(failure, context.request_id)));
    }
    response
}

/// Keeps status and headers, replaces the body.
fn with_body(response: Response, body: impl IntoResponse) -> Response {
    let (parts, _) = response.into_parts();
    let mut answer = body.into_response();
    *answer.status_mut() = parts.status;
    answer.headers_mut().extend(parts.headers.into_iter().filter_map(|(name, value)| {
        name.filter(|name| name != axum::http::header::CONTENT_LENGTH).map(|name| (name, value))
    }));
    answer
}

fn success_envelope(success: Success, request_id: String) -> Envelope<Value> {
    Envelope {
        success: true,
        data: Some(success.data),
        error: None,
        meta: Meta {
            request_id,
            has_more: success.next_cursor.as_ref().map(Option::is_some),
            next_cursor: success.next_cursor.flatten(),
        },
    }
}

fn failure_envelope(failure: Facts, request_id: String) -> Envelope<Value> {
    Envelope {
        success: false,
        data: None,
        error: Some(ApiError {
            code: failure.code,
            kind: failure.code.kind().to_owned(),
            message: failure.message,
            param: failure.param,
            details: failure.details,
            retryable: failure.retry_after.is_some(),
            request_id: request_id.clone(),
            docs_hint: failure.hint,
        }),
        meta: Meta { request_id, ..Meta::default() },
    }
}
