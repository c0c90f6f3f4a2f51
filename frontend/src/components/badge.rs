//! Short words in a coloured frame: status and mode. The word carries the meaning, the colour repeats it.

use hasp_protocol::Mode;
use hasp_protocol::api::agent::AgentStatus;
use hasp_protocol::api::application::ApplicationStatus;
use hasp_protocol::api::credential::CredentialStatus;
use leptos::prelude::*;

/// What a badge's colour says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A plain fact.
    Neutral,
    /// In use, valid.
    Good,
    /// Take note: test mode, ending soon.
    Notice,
    /// Ended, refused, elevated.
    Bad,
}

impl Tone {
    const fn as_str(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Good => "good",
            Tone::Notice => "notice",
            Tone::Bad => "bad",
        }
    }
}

/// One word in a frame.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    text: String,
    /// Its colour.
    tone: Tone,
) -> impl IntoView {
    view! { <span class="badge" data-tone=tone.as_str()>{text}</span> }
}

/// `Live` or `Test`.
#[component]
pub fn ModeBadge(
    /// The mode.
    mode: Mode,
) -> impl IntoView {
    match mode {
        Mode::Live => view! { <Badge text="Live" tone=Tone::Neutral /> },
        Mode::Test => view! { <Badge text="Test" tone=Tone::Notice /> },
    }
}

/// Word and tone of an application's status.
pub fn application_status(status: ApplicationStatus) -> (&'static str, Tone) {
    match status {
        ApplicationStatus::Active => ("Active", Tone::Good),
        ApplicationStatus::Revoked => ("Revoked", Tone::Bad),
    }
}

/// Word and tone of an agent's status.
pub fn agent_status(status: AgentStatus) -> (&'static str, Tone) {
    match status {
        AgentStatus::Active => ("Active", Tone::Good),
        AgentStatus::Archived => ("Archived", Tone::Bad),
    }
}

/// Word and tone of a credential's status.
pub fn credential_status(status: CredentialStatus) -> (&'static str, Tone) {
    match status {
        CredentialStatus::Active => ("Active", Tone::Good),
        CredentialStatus::Revoked => ("Revoked", Tone::Bad),
        CredentialStatus::Expired => ("Expired", Tone::Neutral),
    }
}
