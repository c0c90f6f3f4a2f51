//! What stands at a parameter of the URL, and what the server would say of the whole.

use hasp_protocol::Problem;
use hasp_protocol::api::application::{ApplicationStatus, ApplicationView};
use hasp_protocol::authorization_request::{ClientRegistration, Decision};
use hasp_protocol::authorization_url::AuthorizationUrl;
use hasp_protocol::identifier::{AGENT_ID_PREFIX, parse_ulid};
use hasp_protocol::{pkce, redirect_uri};

/// What is wrong with a redirect URI: it must be registered, byte for byte but for a loopback port (R42).
pub fn redirect_uri_fault(registered: &[String], requested: &str) -> Option<String> {
    if redirect_uri::find_match(registered, requested).is_some() {
        return None;
    }
    let nearest = redirect_uri::most_similar(registered, requested);
    Some(match nearest {
        Some(nearest) => {
            format!("Not registered. The nearest is {}: {}", nearest.registered, nearest.difference)
        }
        None => "Not registered for this application. Add it in Settings.".to_owned(),
    })
}

/// What is wrong with an agent id.
pub fn agent_id_fault(agent_id: &str) -> Option<String> {
    if agent_id.is_empty() {
        return Some("Choose an agent, or enter the id of one.".to_owned());
    }
    parse_ulid(agent_id, AGENT_ID_PREFIX).err().map(|error| error.to_string())
}

/// What is wrong with a verifier (RFC 7636 §4.1).
pub fn verifier_fault(verifier: &str) -> Option<String> {
    pkce::check_verifier(verifier).err().map(|error| error.to_string())
}

/// What the server would do with the URL before anybody signs in.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The consent screen, after sign-in.
    Consent,
    /// An error page, because nothing may be sent to this redirect URI.
    ErrorPage(Problem),
    /// The redirect URI gets the error.
    ErrorRedirect(Problem),
}

/// Asks the server's own decision function (decisions.md: order of checks).
pub fn outcome(url: &AuthorizationUrl, application: &ApplicationView) -> Outcome {
    let registration = ClientRegistration {
        client_id: &application.client_id,
        redirect_uris: &application.redirect_uris,
        is_active: application.status == ApplicationStatus::Active,
        allowed_types: None,
    };
    match url.decide(&registration) {
        Decision::Valid(..) => Outcome::Consent,
        Decision::Page(problem) => Outcome::ErrorPage(problem),
        Decision::Redirect { problem, .. } => Outcome::ErrorRedirect(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    // R42: exact match; the nearest registered URI is named.
    #[wasm_bindgen_test]
    fn an_unregistered_redirect_uri_names_its_nearest_neighbour() {
        let registered = vec!["https://app.example/callback".to_owned()];
        let fault = redirect_uri_fault(&registered, "https://app.example/callback/").unwrap();

        assert!(fault.contains("https://app.example/callback"), "{fault}");
        assert_eq!(redirect_uri_fault(&registered, "https://app.example/callback"), None);
    }

    #[wasm_bindgen_test]
    fn a_loopback_address_may_name_another_port() {
        let registered = vec!["http://127.0.0.1:8976/callback".to_owned()];

        assert_eq!(redirect_uri_fault(&registered, "http://127.0.0.1:4000/callback"), None);
        assert!(redirect_uri_fault(&registered, "http://127.0.0.1:4000/other").is_some());
    }

    #[wasm_bindgen_test]
    fn agent_ids_are_accepted_with_and_without_prefix() {
        assert_eq!(agent_id_fault("01ARZ3NDEKTSV4RRFFQ69G5FAV"), None);
        assert_eq!(agent_id_fault("agent_01ARZ3NDEKTSV4RRFFQ69G5FAV"), None);
        assert!(agent_id_fault("").is_some());
        assert!(agent_id_fault("agent_x").is_some());
    }
}
