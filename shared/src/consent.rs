//! The consent page: a view model and its HTML (domain.md 5.1; R63–R68, R72–R77).

use crate::{AuthorizationDetails, Mode, authorization_details::Names, page};
use serde_json::Value;

pub use crate::text::{escape, neutralise};

/// What the page shows. All text is raw; [`ConsentView::to_html`] neutralises and escapes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentView {
    /// Posted back; names the waiting request.
    pub request_id: String,
    /// Posted back; bound to session and request.
    pub csrf_token: String,
    /// The application's display name.
    pub application_name: String,
    /// `hasp_app_<ulid>`.
    pub client_id: String,
    /// Who registered the application.
    pub application_organization: String,
    /// http(s) only; turns the name into a link.
    pub homepage_url: Option<String>,
    /// https, or a path on this server.
    pub icon_url: Option<String>,
    /// Where the person is sent, see [`crate::redirect_uri::display_host`].
    pub redirect_host: String,
    /// Whether the application runs on the person's own machine.
    pub loopback_only: bool,
    /// The agent's name.
    pub agent_name: String,
    /// The agent's organization.
    pub agent_organization: String,
    /// The signed-in person's address.
    pub signed_in_as: String,
    /// Test mode gets a badge.
    pub mode: Mode,
    /// How long the credential will last.
    pub expires_in_seconds: u64,
    /// One per grant, in request order.
    pub entries: Vec<ConsentEntry>,
    /// A preview: its buttons do nothing.
    pub inert: bool,
}

/// One permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentEntry {
    /// domain.md 3.3.
    pub label: String,
    /// Write and escalation (R77).
    pub elevated: bool,
    /// Every field of the grant: name and value, in request order.
    pub details: Vec<(String, String)>,
}

impl ConsentView {
    /// The entries of some details.
    #[must_use]
    pub fn entries_for(details: &AuthorizationDetails, names: &dyn Names) -> Vec<ConsentEntry> {
        let _ = (details, names);
        Vec::new()
    }

    /// One grant of each type with optional parts filled, for the preview (R68).
    #[must_use]
    pub fn placeholder_details() -> Value {
        Value::Array(Vec::new())
    }

    /// The whole document.
    #[must_use]
    pub fn to_html(&self) -> String {
        page::shell(&self.application_name, "")
    }
}
