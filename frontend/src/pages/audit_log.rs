//! Audit log: every change and decision of the organization, newest first, filtered through the page's address.

use crate::api::Api;
use crate::api::audit::{self, AuditFilter};
use crate::components::badge::{Badge, Tone};
use crate::components::code_block::CodeBlock;
use crate::components::copy_button::CopyText;
use crate::components::dynamic::submit;
use crate::components::empty_state::EmptyState;
use crate::components::field::{SelectField, TextField, TextKind};
use crate::components::page_header::PageHeader;
use crate::components::paged::{PagedSource, each, paged};
use crate::components::time::RelativeTime;
use crate::state::binding::Binding;
use crate::state::navigation::Navigation;
use hasp_protocol::api::audit::AuditEventView;
use leptos::prelude::*;

/// Every action of the server, in the order of a life: the address may name others.
const ACTIONS: [&str; 24] = [
    "oauth_application.created",
    "oauth_application.updated",
    "oauth_application.secret_rotated",
    "oauth_application.revoked",
    "client_secret.grace_use",
    "agent.registered",
    "agent.updated",
    "agent.archived",
    "oauth.consent_approved",
    "oauth.consent_denied",
    "oauth.code_redeemed",
    "oauth.code_reuse_detected",
    "oauth.code_attempts_exhausted",
    "agent.credential_issued",
    "agent.credential_revoked",
    "oauth.grant_revoked",
    "api_key.created",
    "api_key.revoked",
    "user.created",
    "user.removed",
    "user.signed_in",
    "user.reauthenticated",
    "user.signed_out",
    "organization.created",
];

/// Kinds of things that events are about.
const ENTITY_TYPES: [&str; 7] =
    ["application", "agent", "credential", "consent", "api_key", "user", "organization"];

/// The audit log.
#[component]
pub fn AuditLog() -> impl IntoView {
    let api = Api::expect();
    let filter = Filter::from_address();
    let source = PagedSource::new(move |cursor| audit::list(api, filter.get(), cursor));
    Effect::new(move || {
        filter.get();
        source.load();
    });
    let empty = move || {
        let (title, text) = if untrack(|| filter.get()) == AuditFilter::default() {
            ("No events yet", "Every change and every decision of the organization is recorded here.")
        } else {
            ("No matching events", "No event fits the filters above.")
        };
        view! { <EmptyState title text /> }.into_any()
    };
    let rows = |rows| {
        let rows = each(rows, |event| view! { <EventRow event /> }.into_any());
        view! { <ol class="events">{rows}</ol> }.into_any()
    };
    view! {
        <PageHeader title="Audit log" />
        <FilterBar filter />
        {paged(source, empty, rows)}
    }
}

/// The filters as they stand in the page's address.
#[derive(Clone, Copy)]
struct Filter {
    action: Binding,
    entity_type: Binding,
    entity_id: Binding,
}

impl Filter {
    fn from_address() -> Self {
        let navigation = Navigation::expect();
        let member = |name: &'static str| {
            Binding::new(
                move || navigation.parameter(name).unwrap_or_default(),
                move |text| {
                    navigation.set_parameter(name, Some(text.as_str()).filter(|text| !text.is_empty()));
                },
            )
        };
        Self { action: member("action"), entity_type: member("entity_type"), entity_id: member("entity_id") }
    }

    fn get(self) -> AuditFilter {
        AuditFilter {
            action: self.action.get(),
            entity_type: self.entity_type.get(),
            entity_id: self.entity_id.get(),
        }
    }
}

#[component]
fn FilterBar(
    /// The filters.
    filter: Filter,
) -> impl IntoView {
    let options = |first: &str, words: &[&str]| -> Vec<(String, String)> {
        let all = (String::new(), first.to_owned());
        std::iter::once(all)
            .chain(words.iter().map(|word| ((*word).to_owned(), (*word).to_owned())))
            .collect()
    };
    let id = RwSignal::new(untrack(|| filter.entity_id.get()));
    let settle = submit(move || filter.entity_id.set(id.get_untracked().trim().to_owned()));
    view! {
        <form class="filter-bar" role="search" aria-label="Filter the audit log" on:submit=settle>
            <SelectField label="Action" value=filter.action options=options("Every action", &ACTIONS) />
            <SelectField label="About" value=filter.entity_type options=options("Everything", &ENTITY_TYPES) />
            <TextField
                label="ID"
                value=id
                kind=TextKind::Code
                hint="Enter applies it."
                placeholder="of an application, agent, …"
            />
        </form>
    }
}

/// What kind of news an action is.
fn tone(action: &str) -> Tone {
    let verb = action.rsplit('.').next().unwrap_or_default();
    match verb {
        _ if verb.contains("reuse") || verb.contains("exhausted") || verb.contains("denied") => Tone::Bad,
        _ if verb.contains("revoked") || verb.contains("archived") => Tone::Notice,
        _ if verb.contains("approved") || verb.contains("issued") => Tone::Good,
        _ => Tone::Neutral,
    }
}

#[component]
fn EventRow(
    /// One event.
    event: AuditEventView,
) -> impl IntoView {
    let metadata = serde_json::to_string_pretty(&event.metadata).unwrap_or_default();
    let who = event.user_display_name.or(event.user_id).unwrap_or_else(|| "system".into());
    let about = event.entity_id.map(|id| view! { <code class="event-about">{id}</code> }.into_any());
    let hash = event.integrity_hash;
    let address = event.ip_address.map(|address| {
        view! {
            <dt>"Address"</dt>
            <dd>
                <code>{address}</code>
            </dd>
        }
        .into_any()
    });
    view! {
        <li>
            <details class="event">
                <summary>
                    <span class="event-sequence muted">{event.sequence}</span>
                    <Badge text=event.action.clone() tone=tone(&event.action) />
                    <span class="event-who">{who}</span>
                    {about}
                    <span class="event-time">
                        <RelativeTime iso=event.created_at.clone() />
                    </span>
                </summary>
                <div class="event-body">
                    <dl class="facts">
                        <dt>"Time"</dt>
                        <dd>{event.created_at}</dd>
                        <dt>"Event ID"</dt>
                        <dd>
                            <code>{event.id}</code>
                        </dd>
                        {address}
                        <dt>"Hash"</dt>
                        <dd>
                            <CopyText what="integrity hash" text=hash />
                        </dd>
                    </dl>
                    <CodeBlock what="metadata" code=metadata />
                </div>
            </details>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::{Tone, tone};
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn the_verb_of_an_action_decides_its_tone() {
        assert_eq!(tone("oauth.code_reuse_detected"), Tone::Bad);
        assert_eq!(tone("agent.credential_revoked"), Tone::Notice);
        assert_eq!(tone("oauth.consent_approved"), Tone::Good);
        assert_eq!(tone("agent.updated"), Tone::Neutral);
    }
}
