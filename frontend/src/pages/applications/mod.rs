//! Applications: the list, registration, and one application with its tabs.

pub mod list;
pub mod new;
pub mod overview;
pub mod secrets;
pub mod settings;

use self::{overview::Overview, secrets::Secrets, settings::Settings};
use crate::api::{Api, applications};
use crate::components::badge::{Badge, ModeBadge, application_status};
use crate::components::copy_button::CopyText;
use crate::components::dynamic::dynamic;
use crate::components::link::{Link, LinkKind, Marks};
use crate::components::loaded::{Loader, loaded};
use crate::components::page_header::PageHeader;
use crate::route::{ApplicationTab, Page};
use crate::state::navigation::Navigation;
use hasp_protocol::ClientType;
use hasp_protocol::api::application::ApplicationView;
use leptos::prelude::*;

/// The application whose tabs are open, shared by them.
#[derive(Clone, Copy)]
pub struct CurrentApplication(Loader<ApplicationView>);

impl CurrentApplication {
    /// The context that the layout provides; its tabs exist only once the application is loaded.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The application, tracked.
    pub fn get(self) -> Option<ApplicationView> {
        self.0.get()
    }

    /// A part of the application, tracked; the part of nothing is its default.
    pub fn map<T: Default>(self, part: impl FnOnce(&ApplicationView) -> T) -> T {
        self.0.map(part)
    }

    /// Its id, untracked: it does not change while the tabs are open.
    pub fn client_id(self) -> String {
        untrack(|| self.map(|view| view.client_id.clone()))
    }

    /// Takes over the state that the server answered to a change.
    pub fn set(self, view: ApplicationView) {
        self.0.set(view);
    }
}

/// Word for a client type.
pub fn client_type_name(client_type: ClientType) -> &'static str {
    match client_type {
        ClientType::Public => "Public",
        ClientType::Confidential => "Confidential",
    }
}

/// Heading and tabs of one application.
#[component]
pub fn ApplicationLayout(
    /// From the page's address.
    client_id: String,
) -> impl IntoView {
    let api = Api::expect();
    let loader = Loader::new(move || applications::read(api, client_id.clone()));
    loader.load();
    provide_context(CurrentApplication(loader));
    loaded(loader, || view! { <ApplicationFrame /> }.into_any())
}

#[component]
fn ApplicationFrame() -> impl IntoView {
    let application = CurrentApplication::expect();
    let title = Signal::derive(move || application.map(|view| view.display_name.clone()));
    let client_id = application.client_id();
    let facts = move || {
        let Some(view) = application.get() else { return ().into_any() };
        let (status, tone) = application_status(view.status);
        view! {
            <ModeBadge mode=view.mode />
            <Badge text=status tone />
            <span class="muted">{client_type_name(view.client_type)}</span>
        }
        .into_any()
    };
    let tab = |tab, name: &'static str| {
        let to = Page::Application(client_id.clone(), tab);
        view! { <Link to marks=Marks::Page>{name}</Link> }.into_any()
    };
    let navigation = Navigation::expect();
    let chosen = Memo::new(move |last: Option<&ApplicationTab>| match navigation.page() {
        Page::Application(_, tab) => tab,
        // The page is being left: nothing changes on the way out.
        _ => last.copied().unwrap_or(ApplicationTab::Overview),
    });
    let body = dynamic(move || match chosen.get() {
        ApplicationTab::Overview => view! { <Overview /> }.into_any(),
        ApplicationTab::Settings => view! { <Settings /> }.into_any(),
        ApplicationTab::Secrets => view! { <Secrets /> }.into_any(),
    });
    view! {
        <Link to=Page::Applications kind=LinkKind::Back>"Applications"</Link>
        <PageHeader title facts />
        <p class="page-id">
            <span class="muted">"Client ID"</span>
            <CopyText what="client ID" text=client_id.clone() />
        </p>
        <nav class="link-tabs" aria-label="Application">
            {tab(ApplicationTab::Overview, "Overview")} {tab(ApplicationTab::Settings, "Settings")}
            {tab(ApplicationTab::Secrets, "Secrets")}
        </nav>
        {body}
    }
}
