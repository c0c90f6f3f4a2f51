//! Agents → Register an agent.

use crate::api::{Api, agents};
use crate::browser::document;
use crate::components::agent_form::{AgentDraft, AgentFields};
use crate::components::page_header::PageHeader;
use crate::components::problem_panel::FormProblem;
use crate::components::submit_button::SubmitButton;
use crate::route::{self, AgentTab};
use crate::state::submission::Submission;
use crate::state::toasts::Toasts;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

/// The registration form; it leads to the new agent's page.
#[component]
pub fn RegisterAgent() -> impl IntoView {
    let api = Api::expect();
    let toasts = Toasts::expect();
    let draft = AgentDraft::new();
    let submission = Submission::default();
    let navigate = use_navigate();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !draft.check() {
            document::focus_first_invalid("form");
            return;
        }
        let navigate = navigate.clone();
        submission.run(agents::register(api, draft.registration()), move |agent| {
            toasts.confirm(format!("{} is registered.", agent.name));
            navigate(&route::agent(&agent.id, AgentTab::Credentials), Default::default());
        });
    };
    view! {
        <A href=route::agents() attr:class="back-link">"Agents"</A>
        <PageHeader title="Register an agent" />
        <form class="form form-page" on:submit=submit novalidate>
            <AgentFields draft />
            <FormProblem submission />
            <div class="form-actions">
                <SubmitButton label="Register agent" pending_label="Registering" submission />
                <A href=route::agents() attr:class="button">"Cancel"</A>
            </div>
        </form>
    }
}
