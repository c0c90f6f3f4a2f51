//! The headers every answer carries, and one content security policy per kind of page.

use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// For answers that are not pages: nothing may load, nobody may frame.
const CSP_DATA: &str = "default-src 'none'; frame-ancestors 'none'";
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Adds what the handler did not set itself.
pub async fn add(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    set_default(headers, header::CONTENT_SECURITY_POLICY, CSP_DATA);
    set_default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set_default(headers, header::REFERRER_POLICY, "no-referrer");
    set_default(headers, header::X_FRAME_OPTIONS, "DENY");
    set_default(headers, OPENER_POLICY, "same-origin");
    set_default(headers, header::CACHE_CONTROL, "no-store");
    if state.public_url.is_https() {
        set_default(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=63072000");
    }
    response
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// For the console's script files: a worker follows the policy of its own script, not of the page that started it.
pub const CSP_WORKER: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'";

/// The policy of sign-in, set-up and error pages: our stylesheet, forms to ourselves, no scripts.
pub const CSP_PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                            base-uri 'none'; frame-ancestors 'none'";

/// The policy of the consent page.
///
/// `form-action` names where the redirect after the decision goes: Chromium applies it to that redirect as well, and
/// a plain `'self'` would stop Approve. `redirect_source` comes from `redirect_uri::form_action_source`.
#[must_use]
pub fn csp_consent(redirect_source: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self' https:; form-action 'self' {redirect_source}; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The policy of the console: its own files, its inline scripts by hash, WebAssembly.
#[must_use]
pub fn csp_console(script_hashes: &[String]) -> String {
    let scripts: String = script_hashes.iter().map(|hash| format!(" 'sha256-{hash}'")).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; worker-src 'self'; connect-src 'self'; \
         style-src 'self'; font-src 'self'; img-src 'self' data: https:; manifest-src 'self'; frame-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
