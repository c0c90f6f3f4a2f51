//! Reads JSON bodies strictly: duplicate keys, depth, size and unknown members are refused, each with its place.

use super::failure::ApiFailure;
use crate::guard::body::{self, BodyError};
use crate::sentence::sentence;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use hasp_protocol::api::ApiErrorCode;
use hasp_protocol::limits::BODY_BYTES;
use hasp_protocol::strict_json;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A body of type `T`.
#[derive(Clone, Debug)]
pub struct StrictJson<T>(pub T);

/// A body that may be left out: then `T::default()`.
#[derive(Clone, Debug)]
pub struct OptionalJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for StrictJson<T> {
    type Rejection = ApiFailure;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiFailure> {
        check_content_type(&request)?;
        read(&text(request).await?).map(StrictJson)
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for OptionalJson<T> {
    type Rejection = ApiFailure;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiFailure> {
        let content_type = check_content_type(&request);
        let text = text(request).await?;
        if text.is_empty() {
            return Ok(OptionalJson(T::default()));
        }
        content_type?;
        read(&text).map(OptionalJson)
    }
}

fn check_content_type(request: &Request) -> Result<(), ApiFailure> {
    if body::is_content_type(request.headers(), "application/json") {
        return Ok(());
    }
    Err(ApiFailure::new(ApiErrorCode::UnsupportedRequest, "The body must be JSON.")
        .hint("Send Content-Type: application/json."))
}

async fn text(request: Request) -> Result<String, ApiFailure> {
    body::read(request.into_body()).await.map_err(|error| match error {
        BodyError::TooLarge => ApiFailure::new(
            ApiErrorCode::BodyTooLarge,
            format!("The body is larger than {BODY_BYTES} bytes."),
        ),
        BodyError::NotUtf8 => unparsable("The body is not UTF-8.".to_owned()),
        BodyError::Broken => unparsable("The body ended early.".to_owned()),
    })
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiFailure> {
    let value =
        strict_json::parse(text, BODY_BYTES).map_err(|error| unparsable(sentence(&error.to_string())))?;
    if !value.is_object() {
        return Err(ApiFailure::invalid("", "The body must be a JSON object."));
    }
    serde_path_to_error::deserialize(&value).map_err(|error| mismatch(&error, &value))
}

fn unparsable(message: String) -> ApiFailure {
    ApiFailure::new(ApiErrorCode::ValidationFailed, message).status(StatusCode::BAD_REQUEST)
}

/// Serde's own sentence says what arrived and what was expected; the path becomes a JSON Pointer.
fn mismatch(error: &serde_path_to_error::Error<serde_json::Error>, value: &Value) -> ApiFailure {
    let message = error.inner().to_string();
    let mut pointer = to_pointer(error.path());
    if let Some(name) = quoted_after(&message, "missing field ").or_else(|| unknown_member(&message, value)) {
        let last = pointer.rsplit('/').next().unwrap_or_default();
        if last != name {
            pointer = format!("{pointer}/{name}");
        }
    }
    ApiFailure::invalid(pointer, sentence(&message))
}

fn to_pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

fn unknown_member(message: &str, value: &Value) -> Option<String> {
    let name = quoted_after(message, "unknown field ")?;
    value.as_object().is_some_and(|members: &Map<String, Value>| members.contains_key(&name)).then_some(name)
}

fn quoted_after(message: &str, lead: &str) -> Option<String> {
    message.strip_prefix(lead)?.strip_prefix('`')?.split('`').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hasp_protocol::api::application::NewApplication;

    fn refusal(text: &str) -> (u16, String, String) {
        let failure = read::<NewApplication>(text).unwrap_err().into_facts();
        (failure.status.as_u16(), failure.param.unwrap_or_default(), failure.message)
    }

    #[test]
    fn an_unknown_member_is_named() {
        let (status, param, message) = refusal(r#"{"display_name":"A","clint_type":"public"}"#);

        assert_eq!((status, param.as_str()), (422, "/clint_type"));
        assert!(message.starts_with("Unknown field `clint_type`, expected one of"), "{message}");
    }

    #[test]
    fn a_missing_member_is_named() {
        let (status, param, message) = refusal(r#"{"display_name":"A"}"#);

        assert_eq!((status, param.as_str()), (422, "/client_type"));
        assert_eq!(message, "Missing field `client_type`.");
    }

    #[test]
    fn a_wrong_type_is_named_where_it_stands() {
        let body = r#"{"display_name":"A","client_type":"public","mode":"live","redirect_uris":["https://a.example/",7]}"#;
        let (status, param, message) = refusal(body);

        assert_eq!((status, param.as_str()), (422, "/redirect_uris/1"));
        assert!(message.contains("expected a string"), "{message}");
    }

    #[test]
    fn a_duplicate_key_is_unparsable() {
        let (status, _, message) = refusal(r#"{"display_name":"A","display_name":"B"}"#);

        assert_eq!(status, 400);
        assert!(message.contains("display_name"), "{message}");
    }

    #[test]
    fn anything_but_an_object_is_refused() {
        assert_eq!(refusal("[]").0, 422);
        assert_eq!(refusal("").0, 400);
    }
}
