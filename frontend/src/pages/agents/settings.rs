//! Agent → Settings: edit, and archive for good.

use super::CurrentAgent;
use crate::api::{Api, agents};
use crate::browser::document;
use crate::components::agent_form::{AgentDraft, AgentFields};
use crate::components::button::{Button, ButtonKind};
use crate::components::confirm_dialog::{ConfirmDialog, Confirmation};
use crate::components::dynamic::{flag, submit, when};
use crate::components::problem_panel::FormProblem;
use crate::components::submit_button::SubmitButton;
use crate::state::submission::Submission;
use crate::state::toasts::Toasts;
use crate::tools::words;
use hasp_protocol::api::agent::{AgentStatus, AgentView};
use leptos::prelude::*;

/// The form and the danger zone.
#[component]
pub fn Settings() -> impl IntoView {
    let agent = CurrentAgent::expect();
    let start = untrack(|| agent.get());
    view! {
        {start.map(|view| view! { <SettingsForm view /> })}
        <ArchiveZone />
    }
}

#[component]
fn SettingsForm(
    /// What is stored when the form opens.
    view: AgentView,
) -> impl IntoView {
    let api = Api::expect();
    let agent = CurrentAgent::expect();
    let toasts = Toasts::expect();
    let draft = AgentDraft::from_view(&view);
    let submission = Submission::default();
    let send = submit(move || {
        if !draft.check() {
            document::focus_first_invalid("form");
            return;
        }
        let Some(stored) = untrack(|| agent.get()) else { return };
        submission.run(agents::edit(api, agent.id(), draft.change(&stored)), move |view| {
            agent.set(view);
            toasts.confirm("Settings saved. Issued credentials keep what they were given.");
        });
    });
    let is_archived = move || agent.get().is_some_and(|view| view.status == AgentStatus::Archived);
    view! {
        <form class="form form-page" on:submit=send novalidate>
            <fieldset class="form-body" disabled=flag(is_archived)>
                <AgentFields draft submission />
                <FormProblem submission />
                <div class="form-actions">
                    <SubmitButton label="Save changes" pending_label="Saving" submission />
                </div>
            </fieldset>
        </form>
    }
}

#[component]
fn ArchiveZone() -> impl IntoView {
    let api = Api::expect();
    let agent = CurrentAgent::expect();
    let toasts = Toasts::expect();
    let is_open = RwSignal::new(false);
    let submission = Submission::default();
    let confirmation = Signal::derive(move || {
        let (name, credentials) = agent.map(|view| (view.name.clone(), view.active_credentials));
        Confirmation {
            title: "Archive this agent?".into(),
            effect: format!(
                "{name} can no longer be authorized; with it ends {}.",
                words::credentials(credentials)
            ),
            confirm: "Archive agent".into(),
            confirming: "Archiving".into(),
            typed: None,
        }
    });
    let archive = move |()| {
        submission.run(agents::archive(api, agent.id()), move |answer| {
            is_open.set(false);
            toasts.confirm(format!("Agent archived. {}", words::ended(answer.revoked_credentials)));
            agent.set(answer.agent);
        });
    };
    let is_active = move || agent.get().is_some_and(|view| view.status == AgentStatus::Active);
    let zone = move || {
        view! {
            <section class="card danger-zone" aria-labelledby="danger-heading">
                <header class="card-header">
                    <h2 id="danger-heading">"Danger zone"</h2>
                </header>
                <div class="danger-zone-row">
                    <p>
                        <strong>"Archive this agent"</strong>
                        <br />
                        <span class="muted">"Ends the agent and every active credential of it."</span>
                    </p>
                    <Button
                        label="Archive agent"
                        kind=ButtonKind::Danger
                        on_press=move |()| is_open.set(true)
                    />
                </div>
            </section>
        }
        .into_any()
    };
    view! {
        {when(is_active, zone)}
        <ConfirmDialog confirmation is_open submission on_confirm=archive />
    }
}
