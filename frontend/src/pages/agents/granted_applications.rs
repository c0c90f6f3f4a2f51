//! Agent → Granted applications (R81): what members authorized, and revoke, at any time.

use super::CurrentAgent;
use super::credentials::labels;
use crate::api::{Api, agents};
use crate::components::badge::ModeBadge;
use crate::components::button::Button;
use crate::components::code_block::CodeBlock;
use crate::components::confirm_dialog::{ConfirmDialog, Confirmation};
use crate::components::empty_state::EmptyState;
use crate::components::paged::{PagedSource, each, paged};
use crate::components::time::RelativeTime;
use crate::state::submission::Submission;
use crate::state::toasts::Toasts;
use crate::tools::words;
use hasp_protocol::api::agent::GrantedApplication;
use leptos::prelude::*;

/// The grant that a confirmation is about.
type Doomed = RwSignal<Option<GrantedApplication>>;

/// The applications that may act, or may have acted, for the agent.
#[component]
pub fn GrantedApplications() -> impl IntoView {
    let api = Api::expect();
    let agent = CurrentAgent::expect();
    let source = PagedSource::new(move |cursor| agents::grants(api, agent.id(), cursor));
    source.load();
    let doomed: Doomed = RwSignal::new(None);
    let empty = || {
        view! {
            <EmptyState
                title="No granted applications"
                text="When a member approves an application for this agent on the consent screen, it is listed here and can be revoked."
            />
        }
        .into_any()
    };
    let rows = move |rows| {
        let rows = each(rows, |grant| view! { <GrantCard grant doomed /> }.into_any());
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    view! {
        {paged(source, empty, rows)}
        <RevokeDialog doomed on_revoked=move |()| {
            source.load();
            agent.reload();
        } />
    }
}

#[component]
fn GrantCard(
    /// One application and one person.
    grant: GrantedApplication,
    /// Gets it when it is to be revoked.
    doomed: Doomed,
) -> impl IntoView {
    let seen =
        if grant.labels.is_empty() { labels(&grant.authorization_details) } else { grant.labels.clone() };
    let label_rows = seen.into_iter().map(|label| view! { <li>{label}</li> }.into_any()).collect::<Vec<_>>();
    let details = serde_json::to_string_pretty(&grant.authorization_details).unwrap_or_default();
    let is_active = grant.active_credentials > 0;
    let state = match (is_active, grant.expires_at.clone()) {
        (true, Some(iso)) => view! { <span>"expires " <RelativeTime iso /></span> }.into_any(),
        (true, None) => view! { <span>"active"</span> }.into_any(),
        _ => view! { <span>"no active credential"</span> }.into_any(),
    };
    let revoke = is_active.then(|| {
        let this = grant.clone();
        view! {
            <Button
                label="Revoke"
                name=format!("Revoke {}", grant.display_name)
                is_small=true
                on_press=move |()| doomed.set(Some(this.clone()))
            />
        }
        .into_any()
    });
    view! {
        <li class="entry">
            <div class="entry-head">
                <h2>{grant.display_name.clone()}</h2>
                <ModeBadge mode=grant.mode />
                <span class="muted">{grant.organization_name.clone()}</span>
                <span class="entry-actions">{revoke}</span>
            </div>
            <p class="entry-facts">
                <span>"approved by " <strong>{grant.user_display_name.clone()}</strong> " " <RelativeTime iso=grant.approved_at.clone() /></span>
                {state}
            </p>
            <ul class="grant-labels">{label_rows}</ul>
            <details class="entry-details">
                <summary>"Details"</summary>
                <dl class="facts">
                    <dt>"Client ID"</dt>
                    <dd>
                        <code>{grant.client_id.clone()}</code>
                    </dd>
                    <dt>"Active credentials"</dt>
                    <dd>{grant.active_credentials}</dd>
                </dl>
                <CodeBlock what="granted authorization_details" code=details />
            </details>
        </li>
    }
}

#[component]
fn RevokeDialog(
    /// The grant in question.
    doomed: Doomed,
    /// Called after the server confirmed.
    #[prop(into)]
    on_revoked: Callback<()>,
) -> impl IntoView {
    let api = Api::expect();
    let agent = CurrentAgent::expect();
    let toasts = Toasts::expect();
    let is_open = RwSignal::new(false);
    Effect::new(move || is_open.set(doomed.with(Option::is_some)));
    let submission = Submission::default();
    let confirmation = Signal::derive(move || {
        Confirmation {
        title: "Revoke this application's access?".into(),
        effect: doomed.with(|grant| {
            let (name, person) = grant
                .as_ref()
                .map(|grant| (grant.display_name.clone(), grant.user_display_name.clone()))
                .unwrap_or_default();
            format!("Every credential that {person} granted to {name} for this agent stops working at once. The application can ask again.")
        }),
        confirm: "Revoke access".into(),
        confirming: "Revoking".into(),
        typed: None,
    }
    });
    let revoke = move |()| {
        let Some(grant) = doomed.get_untracked() else { return };
        let write = agents::revoke_grant(api, agent.id(), grant.client_id, grant.user_id);
        submission.run(write, move |answer| {
            is_open.set(false);
            toasts.confirm(format!("Access revoked. {}", words::ended(answer.revoked_credentials)));
            on_revoked.run(());
        });
    };
    view! { <ConfirmDialog confirmation is_open submission on_confirm=revoke /> }
}
