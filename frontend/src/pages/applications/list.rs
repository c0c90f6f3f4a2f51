//! Developer Console → Applications (R3).

use super::client_type_name;
use crate::api::{Api, applications};
use crate::components::badge::{Badge, ModeBadge, application_status};
use crate::components::empty_state::EmptyState;
use crate::components::icon::{Icon, IconName};
use crate::components::link::{Link, LinkKind};
use crate::components::page_header::PageHeader;
use crate::components::paged::{PagedSource, each, paged};
use crate::components::time::RelativeTime;
use crate::route::{ApplicationTab, Page};
use hasp_protocol::api::application::ApplicationView;
use leptos::prelude::*;

/// The applications of the organization.
#[component]
pub fn ApplicationList() -> impl IntoView {
    let api = Api::expect();
    let source = PagedSource::new(move |cursor| applications::list(api, cursor));
    source.load();
    view! {
        <PageHeader title="Applications">
            <Link to=Page::NewApplication kind=LinkKind::PrimaryButton>
                <Icon name=IconName::Plus />
                "New Application"
            </Link>
        </PageHeader>
        {paged(
            source,
            || view! { <NoApplications /> }.into_any(),
            |rows| view! { <ApplicationTable rows=each(rows, |view| view! { <ApplicationRow view /> }.into_any()) /> }.into_any(),
        )}
    }
}

#[component]
fn NoApplications() -> impl IntoView {
    view! {
        <EmptyState
            title="No applications yet"
            text="An application is what asks people for authority over an agent. Register one, then build its authorization URL here and try the whole flow."
        >
            <Link to=Page::NewApplication kind=LinkKind::PrimaryButton>
                "New Application"
            </Link>
        </EmptyState>
    }
}

#[component]
fn ApplicationTable(
    /// Newest first.
    rows: Vec<AnyView>,
) -> impl IntoView {
    view! {
        <div class="table-frame">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Mode"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Type"</th>
                        <th scope="col" class="table-number">"Active credentials"</th>
                        <th scope="col">"Secret last used"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn ApplicationRow(
    /// One application.
    view: ApplicationView,
) -> impl IntoView {
    let (status, tone) = application_status(view.status);
    let last_used = match last_activity(&view) {
        Some(iso) => view! { <RelativeTime iso /> }.into_any(),
        None => view! { <span class="muted">"never"</span> }.into_any(),
    };
    let to = Page::Application(view.client_id.clone(), ApplicationTab::Overview);
    view! {
        <tr>
            <th scope="row">
                <Link to>{view.display_name}</Link>
                <code class="table-id">{view.client_id}</code>
            </th>
            <td data-label="Mode">
                <ModeBadge mode=view.mode />
            </td>
            <td data-label="Status">
                <Badge text=status tone />
            </td>
            <td data-label="Type">{client_type_name(view.client_type)}</td>
            <td data-label="Active credentials" class="table-number">{view.active_credentials}</td>
            <td data-label="Secret last used">{last_used}</td>
        </tr>
    }
}

/// When a secret of the application was last used; ISO 8601 times compare as texts.
fn last_activity(view: &ApplicationView) -> Option<String> {
    view.secrets.iter().filter_map(|secret| secret.last_used_at.clone()).max()
}
