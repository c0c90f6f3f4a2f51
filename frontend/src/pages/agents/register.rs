//! Agents → Register an agent.

use crate::api::{Api, agents};
use crate::browser::document;
use crate::components::agent_form::{AgentDraft, AgentFields};
use crate::components::dynamic::submit;
use crate::components::link::{Link, LinkKind};
use crate::components::page_header::PageHeader;
use crate::components::problem_panel::FormProblem;
use crate::components::submit_button::SubmitButton;
use crate::route::{AgentTab, Page};
use crate::state::navigation::Navigation;
use crate::state::submission::Submission;
use crate::state::toasts::Toasts;
use leptos::prelude::*;

/// The registration form; it leads to the new agent's page.
#[component]
pub fn RegisterAgent() -> impl IntoView {
    let api = Api::expect();
    let toasts = Toasts::expect();
    let draft = AgentDraft::new();
    let submission = Submission::default();
    let navigation = Navigation::expect();
    let send = submit(move || {
        if !draft.check() {
            document::focus_first_invalid("form");
            return;
        }
        submission.run(agents::register(api, draft.registration()), move |agent| {
            toasts.confirm(format!("{} is registered.", agent.name));
            navigation.go(&Page::Agent(agent.id, AgentTab::Credentials));
        });
    });
    view! {
        <Link to=Page::Agents kind=LinkKind::Back>"Agents"</Link>
        <PageHeader title="Register an agent" />
        <form class="form form-page" on:submit=send novalidate>
            <AgentFields draft submission />
            <FormProblem submission />
            <div class="form-actions">
                <SubmitButton label="Register agent" pending_label="Registering" submission />
                <Link to=Page::Agents kind=LinkKind::Button>"Cancel"</Link>
            </div>
        </form>
    }
}
