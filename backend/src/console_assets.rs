//! The console under `/console/`, embedded in the binary from `dist/`, and the stylesheet of the server-rendered pages.
//!
//! Hashed names never change and are cached for good; everything else is asked for again with its `ETag`. Brotli and gzip
//! files lie beside the originals and are chosen by `Accept-Encoding`.

use crate::guard::security_headers::{CSP_WORKER, csp_console};
use crate::oauth::server_metadata::is_fresh;
use crate::page::failure::PageFailure;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hasp_protocol::secret::{hex, sha256};
use rust_embed::{EmbeddedFile, RustEmbed};

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const PAGE_STYLESHEET: &str = include_str!("../assets/page.css");
const ICON: &str = include_str!("../assets/icon.svg");

/// `cargo xtask` sets it to the digest of `dist/`: cargo then embeds another console, even the first one.
const _: Option<&str> = option_env!("HASP_CONSOLE_STAMP");

#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

/// What is known of the console at start.
#[derive(Debug)]
pub struct ConsoleAssets {
    stylesheet_etag: String,
}

impl ConsoleAssets {
    /// Looks at what was embedded.
    #[must_use]
    pub fn new() -> Self {
        if Dist::get("index.html").is_none() {
            tracing::warn!("no console is built in: `cargo xtask serve` builds one");
        }
        ConsoleAssets { stylesheet_etag: etag(&sha256(PAGE_STYLESHEET.as_bytes()), "") }
    }
}

impl Default for ConsoleAssets {
    fn default() -> Self {
        Self::new()
    }
}

/// `GET /console/`: the document.
pub async fn index(headers: HeaderMap) -> Result<Response, PageFailure> {
    document(&headers)
}

/// `GET /console/{*path}`: a file, or the document for paths that the console's own router knows.
pub async fn file(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, PageFailure> {
    let is_file_name = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match Dist::get(&path) {
        Some(found) if path != "index.html" => Ok(send(&path, found, &headers)),
        None if is_file_name => Err(PageFailure::not_found()),
        _ => document(&headers),
    }
}

/// `GET /assets/page.css`.
pub async fn page_stylesheet(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let tag = &state.console.stylesheet_etag;
    let fixed = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    if is_fresh(&headers, tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag.as_str())], fixed).into_response();
    }
    ([(header::ETAG, tag.as_str())], fixed, PAGE_STYLESHEET).into_response()
}

/// `GET /favicon.ico`, which browsers ask for on every page.
pub async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")], ICON)
}

fn document(headers: &HeaderMap) -> Result<Response, PageFailure> {
    let index = Dist::get("index.html").ok_or_else(PageFailure::console_missing)?;
    let policy = csp_console(&inline_script_hashes(&String::from_utf8_lossy(&index.data)));
    let mut response = send("index.html", index, headers);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

fn send(path: &str, original: EmbeddedFile, headers: &HeaderMap) -> Response {
    let media_type = media_type(path);
    let cache = if has_hashed_name(path) { IMMUTABLE } else { "no-cache" };
    let compressed = accepted_encodings(headers)
        .into_iter()
        .find_map(|(encoding, suffix)| Dist::get(&format!("{path}{suffix}")).map(|file| (encoding, file)));
    let (encoding, file) = match compressed {
        Some((encoding, file)) => (Some(encoding), file),
        None => (None, original),
    };
    let tag = etag(&file.metadata.sha256_hash(), encoding.unwrap_or_default());
    let fixed = [
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_TYPE, media_type),
        (header::VARY, "Accept-Encoding"),
        (header::ETAG, tag.as_str()),
    ];
    let mut response = if is_fresh(headers, &tag) {
        (StatusCode::NOT_MODIFIED, fixed).into_response()
    } else {
        let mut response = (fixed, Body::from(file.data.into_owned())).into_response();
        if let Some(encoding) = encoding {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    };
    // A Web Worker lives under the policy of its own script; with a 304 too, whose headers replace the cached ones.
    if media_type.starts_with("text/javascript") {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP_WORKER));
    }
    response
}

fn etag(hash: &[u8], variant: &str) -> String {
    let separator = if variant.is_empty() { "" } else { "-" };
    format!("\"{}{separator}{variant}\"", hex(&hash[..16]))
}

/// Trunk writes `name-<hash>[_bg].ext`; the hash has up to 16 hex digits, since leading zeros fall away. Folders with a
/// hash in their name do not count: it is not the content's.
fn has_hashed_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        (12..=16).contains(&hash.len()) && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Encodings that we may have and the client takes, best first, with their file suffix.
fn accepted_encodings(headers: &HeaderMap) -> Vec<(&'static str, &'static str)> {
    let accepted = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|item| !is_refused(item))
        .filter_map(|item| item.split(';').next())
        .map(|name| name.trim().to_ascii_lowercase())
        .collect::<Vec<_>>();
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(name, _)| accepted.iter().any(|item| item == name))
        .collect()
}

/// `;q=0`, in any of its spellings.
fn is_refused(item: &str) -> bool {
    item.split(';').skip(1).any(|parameter| {
        parameter.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|q| q <= 0.0)
        })
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// base64 SHA-256 of every inline script, for the content security policy.
fn inline_script_hashes(html: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        rest = &rest[start..];
        let (Some(open), Some(close)) = (rest.find('>'), rest.find("</script>")) else { break };
        if open < close && !rest[..open].contains(" src=") {
            hashes.push(STANDARD.encode(sha256(&rest.as_bytes()[open + 1..close])));
        }
        rest = &rest[close + "</script>".len()..];
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_content_hash_are_cached_for_good() {
        for hashed in [
            "hasp-console-0123456789abcdef.js",
            "hasp-console-0123456789abcdef_bg.wasm",
            "50-button-37d9d6581dc448c.css",
        ] {
            assert!(has_hashed_name(hashed), "{hashed}");
        }
        for plain in ["index.html", "favicon.svg", "snippets/x-0123456789abcdef/inline0.js", "a-b.js"] {
            assert!(!has_hashed_name(plain), "{plain}");
        }
    }

    #[test]
    fn encodings_are_chosen_from_what_the_client_takes() {
        let chosen = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(accept).unwrap());
            accepted_encodings(&headers).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };

        assert_eq!(chosen("gzip, deflate, br"), ["br", "gzip"]);
        assert_eq!(chosen("gzip;q=0.5, br;q=0"), ["gzip"]);
        assert!(chosen("identity").is_empty());
    }

    #[test]
    fn each_inline_script_gets_its_hash_and_linked_ones_none() {
        let html = "<script src=\"a.js\"></script><script type=\"module\">alert(1)</script>";

        assert_eq!(inline_script_hashes(html), [STANDARD.encode(sha256(b"alert(1)"))]);
    }
}
