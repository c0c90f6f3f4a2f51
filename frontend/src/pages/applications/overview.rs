//! Application → Overview: build the URL, see the programs, the consent screen, and test a token (R14, R15, R68).

use super::CurrentApplication;
use crate::api::{Api, agents};
use crate::components::dynamic::when;
use crate::components::panel_tabs::{TabList, TabPanel, TabSet};
use crate::state::session::Session;
use crate::tools::consent_preview::ConsentPreview;
use crate::tools::grant_builder::GrantEditor;
use crate::tools::introspection::IntrospectionPanel;
use crate::tools::snippets::Snippets;
use crate::tools::url_builder::{UrlBuilder, UrlForms, UrlOutcome, UrlParameters};
use hasp_protocol::api::application::ApplicationStatus;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Building on the left, what comes of it on the right.
#[component]
pub fn Overview() -> impl IntoView {
    let api = Api::expect();
    let application = CurrentApplication::expect();
    let first_uri = untrack(|| application.get())
        .and_then(|view| view.redirect_uris.into_iter().next())
        .unwrap_or_default();
    let builder = UrlBuilder::new(Session::expect().issuer(), application.client_id(), first_uri);
    spawn_local(async move {
        // Without the list an agent id can still be entered; the page that lists agents tells what is wrong.
        if let Ok(agents) = agents::choices(api).await {
            builder.offer_agents(agents);
        }
    });
    let is_revoked = move || application.get().is_some_and(|view| view.status == ApplicationStatus::Revoked);
    let revoked_notice = || {
        view! {
            <p class="notice" data-tone="danger">
                "This application is revoked for good. Requests with its client ID are refused."
            </p>
        }
        .into_any()
    };
    view! {
        {when(is_revoked, revoked_notice)}
        <div class="overview">
            <div class="overview-build">
                <section class="card" aria-labelledby="request-heading">
                    <header class="card-header">
                        <h2 id="request-heading">"Authorization request"</h2>
                    </header>
                    <UrlParameters builder />
                </section>
                <section class="card" aria-labelledby="grants-heading">
                    <header class="card-header">
                        <h2 id="grants-heading">"Grants"</h2>
                        <code class="muted">"authorization_details"</code>
                    </header>
                    <GrantEditor grants=builder.grants />
                </section>
            </div>
            <ResultCard builder />
        </div>
    }
}

/// What comes of the chosen values; it stays in sight while they are edited.
#[component]
fn ResultCard(
    /// The chosen values.
    builder: UrlBuilder,
) -> impl IntoView {
    let tabs = TabSet::new();
    view! {
        <section class="card overview-result" aria-label="Result">
            <TabList
                label="Result"
                tabs=tabs.clone()
                names=vec!["URL", "Code snippets", "Preview consent screen", "Test introspection"]
            />
            <div class="overview-panels">
                <TabPanel tabs=tabs.clone() index=0>
                    <UrlForms builder />
                </TabPanel>
                <TabPanel tabs=tabs.clone() index=1>
                    <Snippets builder />
                </TabPanel>
                <TabPanel tabs=tabs.clone() index=2>
                    <ConsentPreview builder />
                </TabPanel>
                <TabPanel tabs index=3>
                    <IntrospectionPanel />
                </TabPanel>
            </div>
            <UrlOutcome builder />
        </section>
    }
}
