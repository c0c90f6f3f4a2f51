//! Developer Console → Agents.

use crate::api::{Api, agents};
use crate::components::badge::{Badge, agent_status};
use crate::components::empty_state::EmptyState;
use crate::components::icon::{Icon, IconName};
use crate::components::link::{Link, LinkKind};
use crate::components::page_header::PageHeader;
use crate::components::paged::{PagedSource, each, paged};
use crate::components::time::RelativeTime;
use crate::route::{AgentTab, Page};
use hasp_protocol::api::agent::AgentView;
use leptos::prelude::*;

/// The agents of the organization.
#[component]
pub fn AgentList() -> impl IntoView {
    let api = Api::expect();
    let source = PagedSource::new(move |cursor| agents::list(api, cursor));
    source.load();
    view! {
        <PageHeader title="Agents">
            <Link to=Page::NewAgent kind=LinkKind::PrimaryButton>
                <Icon name=IconName::Plus />
                "Register an agent"
            </Link>
        </PageHeader>
        {paged(
            source,
            || view! { <NoAgents /> }.into_any(),
            |rows| view! { <AgentTable rows=each(rows, |view| view! { <AgentRow view /> }.into_any()) /> }.into_any(),
        )}
    }
}

#[component]
fn NoAgents() -> impl IntoView {
    view! {
        <EmptyState
            title="No agents yet"
            text="An agent is the lasting identity of automated work. It holds no authority by itself: people grant it through applications, for a limited time."
        >
            <Link to=Page::NewAgent kind=LinkKind::PrimaryButton>
                "Register an agent"
            </Link>
        </EmptyState>
    }
}

#[component]
fn AgentTable(
    /// Newest first.
    rows: Vec<AnyView>,
) -> impl IntoView {
    view! {
        <div class="table-frame">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col" class="table-number">"Default expiry"</th>
                        <th scope="col">"Allowed types"</th>
                        <th scope="col" class="table-number">"Active credentials"</th>
                        <th scope="col">"Registered"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn AgentRow(
    /// One agent.
    view: AgentView,
) -> impl IntoView {
    let (status, tone) = agent_status(view.status);
    let allowed = match &view.allowed_scope_types {
        None => "all".to_owned(),
        Some(types) => format!("{} of 5", types.len()),
    };
    let allowed_title = view.allowed_scope_types.as_ref().map(|types| types.join(", "));
    let to = Page::Agent(view.id.clone(), AgentTab::Credentials);
    view! {
        <tr>
            <th scope="row">
                <Link to>{view.name}</Link>
                <code class="table-id">{view.id}</code>
            </th>
            <td data-label="Status">
                <Badge text=status tone />
            </td>
            <td data-label="Default expiry" class="table-number">{view.default_expiry_hours} " h"</td>
            <td data-label="Allowed types">
                <span title=allowed_title>{allowed}</span>
            </td>
            <td data-label="Active credentials" class="table-number">{view.active_credentials}</td>
            <td data-label="Registered">
                <RelativeTime iso=view.created_at />
            </td>
        </tr>
    }
}
