//! Applications: the list, registration, and one application with its tabs.

pub mod list;
pub mod new;
pub mod overview;
pub mod secrets;
pub mod settings;

use crate::api::{Api, ApiProblem, applications};
use crate::components::badge::{Badge, ModeBadge, application_status};
use crate::components::copy_button::CopyText;
use crate::components::loaded::framed;
use crate::components::page_header::PageHeader;
use crate::route::{self, ApplicationTab};
use hasp_protocol::ClientType;
use hasp_protocol::api::application::ApplicationView;
use leptos::prelude::*;
use leptos_router::components::{A, Outlet};
use leptos_router::hooks::use_params_map;

/// The application whose tabs are open, shared by them.
#[derive(Clone, Copy)]
pub struct CurrentApplication {
    resource: LocalResource<Result<ApplicationView, ApiProblem>>,
    view: Memo<Option<ApplicationView>>,
}

impl CurrentApplication {
    /// The context that the layout provides; its tabs exist only once the application is loaded.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The application, tracked.
    pub fn get(self) -> Option<ApplicationView> {
        self.view.get()
    }

    /// A part of the application, tracked; the part of nothing is its default.
    pub fn map<T: Default>(self, part: impl FnOnce(&ApplicationView) -> T) -> T {
        self.view.with(|view| view.as_ref().map(part).unwrap_or_default())
    }

    /// Its id, untracked: it does not change while the tabs are open.
    pub fn client_id(self) -> String {
        self.view.with_untracked(|view| view.as_ref().map(|view| view.client_id.clone()).unwrap_or_default())
    }

    /// Takes over the state that the server answered to a change.
    pub fn set(self, view: ApplicationView) {
        self.resource.set(Some(Ok(view)));
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
pub fn ApplicationLayout() -> impl IntoView {
    let api = Api::expect();
    let params = use_params_map();
    let client_id = Memo::new(move |_| params.with(|params| params.get("client_id").unwrap_or_default()));
    let resource = LocalResource::new(move || applications::read(api, client_id.get()));
    let view = Memo::new(move |_| resource.get().and_then(Result::ok));
    provide_context(CurrentApplication { resource, view });
    framed(resource, |view| view.client_id.clone(), || view! { <ApplicationFrame /> }.into_any())
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
    let tab = {
        let client_id = client_id.clone();
        move |tab, name: &'static str| {
            let is_exact = tab == ApplicationTab::Overview;
            view! { <A href=route::application(&client_id, tab) exact=is_exact>{name}</A> }
        }
    };
    view! {
        <A href=route::applications() attr:class="back-link">"Applications"</A>
        <PageHeader title facts />
        <p class="page-id">
            <span class="muted">"Client ID"</span>
            <CopyText what="client ID" text=client_id />
        </p>
        <nav class="link-tabs" aria-label="Application">
            {tab(ApplicationTab::Overview, "Overview")} {tab(ApplicationTab::Settings, "Settings")}
            {tab(ApplicationTab::Secrets, "Secrets")}
        </nav>
        <Outlet />
    }
}
