//! The consent page: a typed view model and its HTML (domain.md 5.1; R63–R68, R72–R77; checklist 21–23).
//!
//! One pure function makes the page; the server sends its output, and the console's preview shows the same output in
//! a frame. It is a whole document without script and inline style. Every text of an application is neutralised,
//! capped and escaped here; every field of every grant is shown. Not here: headers, and what a decision does.
//!
//! # Classes
//!
//! The stylesheet is `page.css` of the server. State is an attribute, never a second class.
//!
//! | class | what it is |
//! |---|---|
//! | `page` | the body of every server-rendered page ([`crate::page::shell`]) |
//! | `card` | the main column of every such page; `[data-page="consent"]` on this one |
//! | `brand` | the product's name above the heading |
//! | `consent-head` | icon and heading side by side |
//! | `consent-icon` | the application's icon, 56 × 56, a rounded square |
//! | `consent-name` | the application's name, a link when it has a homepage |
//! | `lead` | the sentence under the heading |
//! | `notice` | a boxed remark; `[data-tone="test"]`, `[data-tone="warning"]` |
//! | `grant-list` | the list of permissions |
//! | `grant` | one permission; `[data-elevated]` on elevated ones, which are red |
//! | `grant-label` | its sentence |
//! | `grant-elevated` | the words "Elevated access" |
//! | `grant-details` | its expandable fields |
//! | `facts` | a list of names and values: `dl > div > (dt, dd)`, values often in `code` |
//! | `consent-lifetime` | how long the access lasts |
//! | `actions` | the row of buttons |
//! | `button` | a button; `[data-kind="primary"]` approves, `[data-kind="secondary"]` denies |
//! | `visually-hidden` | for screen readers only |

mod entry;
mod html;

pub use crate::text::{escape, neutralise};
pub use entry::ConsentEntry;
pub use html::duration_in_words;

use crate::{
    AuthorizationDetails, Mode,
    authorization_details::{Names, label},
};
use serde_json::{Value, json};

/// What the page shows. All text is raw; [`ConsentView::to_html`] neutralises, caps and escapes it.
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
    /// http(s) only; turns the name into a link (R65).
    pub homepage_url: Option<String>,
    /// https, or a path on this server (R64).
    pub icon_url: Option<String>,
    /// Where the person is sent, see [`crate::redirect_uri::display_host`].
    pub redirect_host: String,
    /// Whether the application runs on the person's own machine (checklist 22).
    pub loopback_only: bool,
    /// The agent's name (R66).
    pub agent_name: String,
    /// The agent's organization.
    pub agent_organization: String,
    /// The signed-in person's address.
    pub signed_in_as: String,
    /// Test mode is said on the page.
    pub mode: Mode,
    /// How long the credential will last.
    pub expires_in_seconds: u64,
    /// One per grant, in request order (R67).
    pub entries: Vec<ConsentEntry>,
    /// A preview: its buttons do nothing (R68).
    pub inert: bool,
}

impl ConsentView {
    /// The entries of some details: one per grant, in request order, never merged.
    #[must_use]
    pub fn entries_for(details: &AuthorizationDetails, names: &dyn Names) -> Vec<ConsentEntry> {
        let values = details.value().as_array().into_iter().flatten();
        let entry = |(grant, value): (&_, &Value)| ConsentEntry::of(grant, value, label(grant, names));
        details.grants().iter().zip(values).map(entry).collect()
    }

    /// One grant of each type with its optional parts filled, for the preview (R68).
    #[must_use]
    pub fn placeholder_details() -> Value {
        json!([
            {
                "type": "hasp.data.read",
                "app_id": "app_01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "entities": ["patient_intake", "patient_profile"],
                "filters": { "patient.assigned_clinician_id": "{{delegating_user.id}}" },
            },
            {
                "type": "hasp.data.write",
                "app_id": "app_01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "entities": ["scheduling_request"],
                "fields": ["status", "preferred_time"],
            },
            {
                "type": "external.tool.invoke",
                "tool_id": "calendar.find_slots",
                "rate_limit": 60,
                "constraints": { "calendar": "clinic" },
            },
            { "type": "agent.delegate", "to_agent_id": "01BX5ZZKBKACTAV9WEVGEMMVRZ", "max_chain_depth": 2 },
            { "type": "human.escalate", "to_role": "charge_nurse", "channels": ["email", "sms"] },
        ])
    }

    /// The whole document.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::document(self)
    }
}

/// The name of the data app in [`ConsentView::placeholder_details`]: "Clinic".
#[derive(Clone, Copy, Debug, Default)]
pub struct PlaceholderNames;

impl Names for PlaceholderNames {
    fn data_app(&self, id: &str) -> Option<String> {
        (id == "01ARZ3NDEKTSV4RRFFQ69G5FAV").then(|| "Clinic".to_owned())
    }

    fn user(&self, _: &str) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests;
