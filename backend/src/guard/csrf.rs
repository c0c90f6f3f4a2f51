//! Proof that a change was asked for by our own page: the exact `Origin`, and a token bound to the cookie.
//!
//! Our pages send `Referrer-Policy: no-referrer`, and under it browsers write `Origin: null` on form posts, even to the
//! same origin. So `null` counts when the browser itself says `Sec-Fetch-Site: same-origin`, a header no page can set.

use crate::state::AppState;
use axum::http::{HeaderMap, HeaderName, header};
use hasp_protocol::secret::{base64url, constant_time_eq, sha256};

/// The console's header.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a token allows; one made for one purpose is worth nothing for another.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// Sign-in and set-up forms, before there is a session.
    Form,
    /// The control API and sign-out.
    Session,
    /// The decision on one consent page.
    Consent(&'a str),
}

/// The token for `purpose`, from the cookie that only the person's browser holds.
#[must_use]
pub fn token(cookie: &str, purpose: Purpose<'_>) -> String {
    let purpose = match purpose {
        Purpose::Form => "form",
        Purpose::Session => "session",
        Purpose::Consent(request_id) => &format!("consent\n{request_id}"),
    };
    base64url(&sha256(format!("hasp csrf\n{purpose}\n{cookie}").as_bytes()))
}

/// Whether `sent` is the token for `purpose`.
#[must_use]
pub fn is_token(sent: &str, cookie: &str, purpose: Purpose<'_>) -> bool {
    constant_time_eq(sent.as_bytes(), token(cookie, purpose).as_bytes())
}

/// Whether the request comes from a page of ours.
#[must_use]
pub fn is_own_origin(headers: &HeaderMap, state: &AppState) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else { return false };
    let is_ours = |url: &crate::config::PublicUrl| origin == url.as_str();
    if is_ours(&state.public_url) || state.settings.dev_origin.as_ref().is_some_and(is_ours) {
        return true;
    }
    origin == "null" && headers.get(SEC_FETCH_SITE).is_some_and(|site| site == "same-origin")
}

#[cfg(test)]
mod tests {
    use super::*;

    // Checklist 19.
    #[test]
    fn a_token_fits_its_cookie_and_purpose_only() {
        let token = token("cookie", Purpose::Consent("request-1"));

        assert!(is_token(&token, "cookie", Purpose::Consent("request-1")));
        assert!(!is_token(&token, "cookie", Purpose::Consent("request-2")));
        assert!(!is_token(&token, "cookie", Purpose::Session));
        assert!(!is_token(&token, "other", Purpose::Consent("request-1")));
        assert!(!is_token("", "cookie", Purpose::Consent("request-1")));
    }
}
