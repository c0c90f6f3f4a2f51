//! The three discovery documents (RFC 8414; R45–R51, R53–R58): made once at start, cached for 300 s, compared by `ETag`.

use crate::state::AppState;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hasp_protocol::authorization_details;
use hasp_protocol::limits::DISCOVERY_CACHE_SECONDS;
use hasp_protocol::secret::{hex, sha256};
use hasp_protocol::server_metadata;
use serde_json::Value;

/// The documents of one issuer.
#[derive(Clone, Debug)]
pub struct Documents {
    authorization_server: Document,
    mcp_server: Document,
    schema: Document,
}

impl Documents {
    /// Writes them for `issuer`.
    #[must_use]
    pub fn new(issuer: &str, mcp_version: &str) -> Self {
        Documents {
            authorization_server: Document::new(
                "application/json",
                &server_metadata::authorization_server(issuer),
            ),
            mcp_server: Document::new("application/json", &server_metadata::mcp_server(issuer, mcp_version)),
            schema: Document::new("application/schema+json", &authorization_details::schema(issuer)),
        }
    }
}

/// `GET /.well-known/oauth-authorization-server`.
pub async fn authorization_server(State(state): State<AppState>, headers: HeaderMap) -> Response {
    state.documents.authorization_server.respond(&headers)
}

/// `GET /.well-known/mcp-server`.
pub async fn mcp_server(State(state): State<AppState>, headers: HeaderMap) -> Response {
    state.documents.mcp_server.respond(&headers)
}

/// `GET /v1/schemas/authorization_details`.
pub async fn schema(State(state): State<AppState>, headers: HeaderMap) -> Response {
    state.documents.schema.respond(&headers)
}

#[derive(Clone, Debug)]
struct Document {
    media_type: &'static str,
    bytes: Bytes,
    etag: String,
}

impl Document {
    fn new(media_type: &'static str, value: &Value) -> Self {
        let bytes = Bytes::from(value.to_string());
        let etag = format!("\"{}\"", hex(&sha256(&bytes)[..16]));
        Document { media_type, bytes, etag }
    }

    /// The document, or 304 with the same caching headers when the client's copy is current (R58).
    fn respond(&self, headers: &HeaderMap) -> Response {
        let caching = [
            (header::CACHE_CONTROL, format!("public, max-age={DISCOVERY_CACHE_SECONDS}")),
            (header::ETAG, self.etag.clone()),
        ];
        if is_fresh(headers, &self.etag) {
            return (StatusCode::NOT_MODIFIED, caching).into_response();
        }
        (caching, [(header::CONTENT_TYPE, self.media_type)], self.bytes.clone()).into_response()
    }
}

/// Whether `If-None-Match` names this tag: a list, weak tags, or `*` (RFC 9110 §13.1.2).
#[must_use]
pub fn is_fresh(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    // R58.
    #[test]
    fn a_copy_is_current_by_tag_list_weak_tag_or_star() {
        let fresh = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(value).unwrap());
            is_fresh(&headers, "\"abc\"")
        };

        for current in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert!(fresh(current), "{current}");
        }
        for stale in ["\"abcd\"", "abc", ""] {
            assert!(!fresh(stale), "{stale}");
        }
    }
}
