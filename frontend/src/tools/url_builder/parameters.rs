//! The parameters as fields, each with its verdict.

use super::UrlBuilder;
use super::verdict::{agent_id_fault, redirect_uri_fault, verifier_fault};
use crate::components::button::Button;
use crate::components::choice_field::ChoiceField;
use crate::components::copy_button::CopyButton;
use crate::components::dynamic::text;
use crate::components::field::{TextField, TextKind};
use crate::components::icon::IconName;
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
            <Button
                label="New"
                name="Make a new state"
                icon=IconName::Refresh
                is_small=true
                on_press=move |()| builder.remake_state()
            />
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
            <Button
                label="New"
                name="Make a new PKCE pair"
                icon=IconName::Refresh
                is_small=true
                on_press=move |()| builder.remake_pkce()
            />
        </div>
        <p class="url-parameters-derived">
            <span class="field-label">"code_challenge"</span>
            <code>{text(move || builder.challenge())}</code>
            <span class="field-note">"S256 of the verifier."</span>
        </p>
    }
}
