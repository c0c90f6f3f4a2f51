//! The parameters as fields, each with its verdict.

use super::UrlBuilder;
use super::verdict::{agent_id_fault, redirect_uri_fault, verifier_fault};
use crate::components::choice_field::ChoiceField;
use crate::components::copy_button::CopyButton;
use crate::components::dynamic::text;
use crate::components::field::{TextField, TextKind};
use crate::components::icon::{Icon, IconName};
use crate::pages::applications::CurrentApplication;
use leptos::prelude::*;

/// Redirect URI, agent, state and PKCE pair.
#[component]
pub fn UrlParameters(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    let application = CurrentApplication::expect();
    let registered = Memo::new(move |_| application.map(|view| view.redirect_uris.clone()));
    let redirect_options = Signal::derive(move || {
        registered.with(|uris| uris.iter().map(|uri| (uri.clone(), uri.clone())).collect::<Vec<_>>())
    });
    let redirect_error = Signal::derive(move || {
        registered.with(|registered| redirect_uri_fault(registered, &builder.redirect_uri.get()))
    });
    let agent_options = Signal::derive(move || {
        let as_option = |agent: &hasp_protocol::api::agent::AgentView| {
            (agent.id.clone(), format!("{} ({} h)", agent.name, agent.default_expiry_hours))
        };
        builder.agents.with(|agents| agents.iter().map(as_option).collect::<Vec<_>>())
    });
    let agent_error = Signal::derive(move || agent_id_fault(&builder.agent_id.get()));
    view! {
        <div class="url-parameters">
            <ChoiceField
                label="redirect_uri"
                value=builder.redirect_uri
                options=redirect_options
                other="Another URI…"
                hint="Where the answer goes; only registered URIs are accepted."
                error=redirect_error
            />
            <ChoiceField
                label="agent_id"
                value=builder.agent_id
                options=agent_options
                other="Another agent id…"
                hint="The agent that the credential is bound to; it decides the lifetime."
                error=agent_error
            />
            <StateField builder />
            <PkceFields builder />
        </div>
    }
}

#[component]
fn StateField(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    view! {
        <div class="field-with-action">
            <TextField
                label="state"
                value=builder.state
                kind=TextKind::Code
                hint="Comes back unchanged; your callback compares it to stop forged answers."
                is_optional=true
            />
            <button type="button" class="button" data-size="small" aria-label="Make a new state" on:click=move |_| builder.remake_state()>
                <Icon name=IconName::Refresh />
                "New"
            </button>
        </div>
    }
}

#[component]
fn PkceFields(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    let error = Signal::derive(move || verifier_fault(&builder.verifier.get()));
    view! {
        <div class="field-with-action">
            <TextField
                label="code_verifier"
                value=builder.verifier
                kind=TextKind::Code
                hint="Stays here: it is sent only when the code is exchanged, never in the URL."
                error
            />
            <CopyButton what="code verifier" text=builder.verifier />
            <button
                type="button"
                class="button"
                data-size="small"
                aria-label="Make a new PKCE pair"
                on:click=move |_| builder.remake_pkce()
            >
                <Icon name=IconName::Refresh />
                "New"
            </button>
        </div>
        <p class="url-parameters-derived">
            <span class="field-label">"code_challenge"</span>
            <code>{text(move || builder.challenge())}</code>
            <span class="field-note">"S256 of the verifier."</span>
        </p>
    }
}
