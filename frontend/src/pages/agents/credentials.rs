//! Agent → Credentials: by status, each with its grants, and revoke with a reason.

use super::CurrentAgent;
use crate::api::{Api, agents};
use crate::components::badge::{Badge, ModeBadge, credential_status};
use crate::components::button::Button;
use crate::components::code_block::CodeBlock;
use crate::components::confirm_dialog::{ConfirmDialog, Confirmation};
use crate::components::empty_state::EmptyState;
use crate::components::field::TextField;
use crate::components::paged::{PagedSource, each, paged};
use crate::components::segmented::Segmented;
use crate::components::time::RelativeTime;
use crate::state::navigation::Navigation;
use crate::state::submission::Submission;
use crate::state::toasts::Toasts;
use hasp_protocol::api::credential::{CredentialStatus, CredentialView};
use hasp_protocol::authorization_details::{self, AuthorizationDetails, NoNames};
use leptos::prelude::*;

const STATUSES: [(CredentialStatus, &str, &str); 3] = [
    (CredentialStatus::Active, "active", "Active"),
    (CredentialStatus::Revoked, "revoked", "Revoked"),
    (CredentialStatus::Expired, "expired", "Expired"),
];

/// The credential that a confirmation is about.
type Doomed = RwSignal<Option<CredentialView>>;

/// The credentials of the agent; the chosen status stands in the page's address.
#[component]
pub fn Credentials() -> impl IntoView {
    let api = Api::expect();
    let agent = CurrentAgent::expect();
    let navigation = Navigation::expect();
    let chosen = Memo::new(move |_| {
        let word = navigation.parameter("status");
        STATUSES.iter().position(|(_, known, _)| Some(*known) == word.as_deref()).unwrap_or_default()
    });
    let source = PagedSource::new(move |cursor| {
        agents::credentials(api, agent.id(), STATUSES[chosen.get_untracked()].0, cursor)
    });
    Effect::new(move || {
        chosen.track();
        source.load();
    });
    let choose = move |index: usize| {
        navigation.set_parameter("status", (index > 0).then_some(STATUSES[index].1));
    };
    let doomed: Doomed = RwSignal::new(None);
    let empty = move || {
        let name = STATUSES[chosen.get_untracked()].2.to_ascii_lowercase();
        let text = "People issue credentials by approving an application's request for this agent.";
        view! { <EmptyState title=format!("No {name} credentials") text /> }.into_any()
    };
    let rows = move |rows| {
        let rows = each(rows, |view| view! { <CredentialCard view doomed /> }.into_any());
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    view! {
        <div class="list-bar">
            <Segmented
                label="Status of the credentials"
                options=STATUSES.iter().map(|(_, _, name)| *name).collect()
                chosen
                on_choose=choose
            />
        </div>
        {paged(source, empty, rows)}
        <RevokeDialog doomed on_revoked=move |()| {
            source.load();
            agent.reload();
        } />
    }
}

/// The labels of the grants, as people read them.
pub fn labels(granted: &serde_json::Value) -> Vec<String> {
    let Ok(details) = AuthorizationDetails::from_value(granted) else { return Vec::new() };
    details.grants().iter().map(|grant| authorization_details::label(grant, &NoNames)).collect()
}

#[component]
fn CredentialCard(
    /// One credential.
    view: CredentialView,
    /// Gets it when it is to be revoked.
    doomed: Doomed,
) -> impl IntoView {
    let (status, tone) = credential_status(view.status);
    let granted = serde_json::to_string_pretty(&view.granted_scopes).unwrap_or_default();
    let labels = labels(&view.granted_scopes)
        .into_iter()
        .map(|label| view! { <li>{label}</li> }.into_any())
        .collect::<Vec<_>>();
    let origin = view
        .application_name
        .clone()
        .map(|name| view! { <span>"through " <strong>{name}</strong></span> }.into_any());
    let revoke = (view.status == CredentialStatus::Active).then(|| {
        let doomed_view = view.clone();
        view! {
            <Button
                label="Revoke"
                name=format!("Revoke {}", view.name)
                is_small=true
                on_press=move |()| doomed.set(Some(doomed_view.clone()))
            />
        }
        .into_any()
    });
    view! {
        <li class="entry">
            <div class="entry-head">
                <h2>{view.name.clone()}</h2>
                <Badge text=status tone />
                <ModeBadge mode=view.mode />
                <code class="muted">{view.prefix.clone()} "…"</code>
                <span class="entry-actions">{revoke}</span>
            </div>
            <p class="entry-facts">
                <span>"for " <strong>{view.delegating_user_display_name.clone()}</strong></span>
                {origin}
                <CredentialTimes view=view.clone() />
            </p>
            <ul class="grant-labels">{labels}</ul>
            <details class="entry-details">
                <summary>"Details"</summary>
                <dl class="facts">
                    <dt>"Credential ID"</dt>
                    <dd>
                        <code>{view.id.clone()}</code>
                    </dd>
                    <dt>"Revocation policy"</dt>
                    <dd>{view.revocation_policy.as_str()}</dd>
                    <dt>"Concurrent invocations"</dt>
                    <dd>{view.max_concurrent_invocations}</dd>
                </dl>
                <CodeBlock what="granted authorization_details" code=granted />
            </details>
        </li>
    }
}

#[component]
fn CredentialTimes(
    /// One credential.
    view: CredentialView,
) -> impl IntoView {
    let end = match (view.status, view.revoked_at) {
        (CredentialStatus::Revoked, Some(iso)) => {
            let reason = view.revocation_reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
            view! { <span>"revoked " <RelativeTime iso /> {reason}</span> }.into_any()
        }
        (CredentialStatus::Expired, _) => {
            view! { <span>"expired " <RelativeTime iso=view.expires_at /></span> }.into_any()
        }
        _ => view! { <span>"expires " <RelativeTime iso=view.expires_at /></span> }.into_any(),
    };
    view! {
        <span>"issued " <RelativeTime iso=view.issued_at /></span>
        {end}
    }
}

#[component]
fn RevokeDialog(
    /// The credential in question.
    doomed: Doomed,
    /// Called after the server confirmed.
    #[prop(into)]
    on_revoked: Callback<()>,
) -> impl IntoView {
    let api = Api::expect();
    let toasts = Toasts::expect();
    let is_open = RwSignal::new(false);
    Effect::new(move || is_open.set(doomed.with(Option::is_some)));
    let reason = RwSignal::new(String::new());
    let submission = Submission::default();
    let confirmation = Signal::derive(move || Confirmation {
        title: "Revoke this credential?".into(),
        effect: doomed.with(|view| {
            let name = view.as_ref().map(|view| view.name.clone()).unwrap_or_default();
            format!("{name} stops working at once, with everything that was delegated from it.")
        }),
        confirm: "Revoke credential".into(),
        confirming: "Revoking".into(),
        typed: None,
    });
    let revoke = move |()| {
        let Some(view) = doomed.get_untracked() else { return };
        let reason = Some(reason.get_untracked().trim().to_owned()).filter(|reason| !reason.is_empty());
        submission.run(agents::revoke_credential(api, view.agent_id, view.id, reason), move |_| {
            is_open.set(false);
            toasts.confirm("Credential revoked.");
            on_revoked.run(());
        });
    };
    let fields = move || {
        view! { <TextField label="Reason" value=reason hint="Kept in the audit log." is_optional=true /> }
    };
    view! { <ConfirmDialog confirmation is_open submission on_confirm=revoke fields /> }
}
