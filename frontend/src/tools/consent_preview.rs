//! Preview consent screen (R68): the production page with the application's current metadata, in a frame.
//!
//! The frame's `sandbox` is empty: no scripts, no forms, an origin of its own. What it shows is the very HTML that
//! the server would send, made by the same function.

use crate::api::{Api, members};
use crate::components::dynamic::{text, when, word};
use crate::components::segmented::Segmented;
use crate::pages::applications::CurrentApplication;
use crate::state::session::Session;
use crate::tools::url_builder::UrlBuilder;
use hasp_protocol::api::application::ApplicationView;
use hasp_protocol::api::session::{SessionView, UserView};
use hasp_protocol::authorization_details::{AuthorizationDetails, Names};
use hasp_protocol::consent::{ConsentEntry, ConsentView};
use hasp_protocol::redirect_uri;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Where the permissions of the preview come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Placeholders,
    OwnGrants,
}

/// The agent's name and lifetime when none is chosen.
const SAMPLE_AGENT: (&str, u32) = ("Sample agent", 8);

/// The members of the organization, whose names the consent page shows in place of their ids.
struct Members(Vec<UserView>);

impl Names for Members {
    fn data_app(&self, _: &str) -> Option<String> {
        None
    }

    fn user(&self, id: &str) -> Option<String> {
        self.0.iter().find(|member| member.id == id).map(|member| member.display_name.clone())
    }
}

/// Fills the view model of the consent page; the request id and the token of a preview are never sent anywhere.
pub fn consent_view(
    application: &ApplicationView,
    session: &SessionView,
    entries: Vec<ConsentEntry>,
    redirect: &str,
    agent: (&str, u32),
) -> ConsentView {
    ConsentView {
        request_id: String::new(),
        csrf_token: String::new(),
        application_name: application.display_name.clone(),
        client_id: application.client_id.clone(),
        application_organization: session.organization.name.clone(),
        homepage_url: application.homepage_url.clone(),
        icon_url: application.icon_url.clone(),
        redirect_host: redirect_uri::display_host(redirect),
        loopback_only: application.redirect_uris.iter().all(|uri| redirect_uri::is_loopback(uri)),
        agent_name: agent.0.to_owned(),
        agent_organization: session.organization.name.clone(),
        signed_in_as: session.user.email.clone(),
        mode: application.mode,
        expires_in_seconds: u64::from(agent.1) * 3_600,
        entries,
        inert: true,
    }
}

/// The preview with its switches.
#[component]
pub fn ConsentPreview(
    /// Gives the developer's own grants, redirect URI and agent.
    builder: UrlBuilder,
) -> impl IntoView {
    let source = RwSignal::new(Source::Placeholders);
    let scheme = RwSignal::new(0_usize);
    let width = RwSignal::new(0_usize);
    let session = Session::expect();
    let members = RwSignal::new(Vec::<UserView>::new());
    let api = Api::expect();
    spawn_local(async move {
        // Without names the preview shows ids, as the page does for people it does not know.
        if let Ok(list) = members::names(api).await {
            members.try_set(list);
        }
    });
    let application = CurrentApplication::expect();
    let html = Memo::new(move |_| {
        let value = match source.get() {
            Source::Placeholders => ConsentView::placeholder_details(),
            Source::OwnGrants => builder.grants.verdict.with(|verdict| verdict.value.clone())?,
        };
        let details = AuthorizationDetails::from_value(&value).ok()?;
        let entries = ConsentView::entries_for(&details, &Members(members.get()));
        let agent = builder.agent();
        let agent =
            agent.as_ref().map_or(SAMPLE_AGENT, |agent| (agent.name.as_str(), agent.default_expiry_hours));
        let view =
            consent_view(&application.get()?, &session.view()?, entries, &builder.redirect_uri.get(), agent);
        Some(view.to_html())
    });
    let frame = move || {
        view! {
            <iframe
                class="preview-frame"
                title="Preview of the consent screen"
                sandbox=""
                data-scheme=word(move || Some(if scheme.get() == 1 { "dark" } else { "light" }))
                data-width=word(move || Some(if width.get() == 1 { "phone" } else { "full" }))
                srcdoc=text(move || html.get().unwrap_or_default())
            ></iframe>
        }
        .into_any()
    };
    let reason = || {
        view! {
            <p class="notice" data-tone="warning">
                "The preview shows your grants once they are valid."
            </p>
        }
        .into_any()
    };
    view! {
        <div class="preview">
            <div class="preview-bar">
                <Segmented
                    label="Permissions in the preview"
                    options=vec!["Placeholders", "Your grants"]
                    chosen=Signal::derive(move || usize::from(source.get() == Source::OwnGrants))
                    on_choose=move |index| source.set(if index == 1 { Source::OwnGrants } else { Source::Placeholders })
                />
                <Segmented label="Colours of the preview" options=vec!["Light", "Dark"] chosen=scheme on_choose=move |index| scheme.set(index) />
                <Segmented label="Width of the preview" options=vec!["Full", "Phone"] chosen=width on_choose=move |index| width.set(index) />
            </div>
            <div class="preview-stage">
                {when(move || html.with(Option::is_some), frame)}
                {when(move || html.with(Option::is_none), reason)}
            </div>
        </div>
    }
}
