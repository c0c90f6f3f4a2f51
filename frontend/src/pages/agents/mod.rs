//! Agents: the list, registration, and one agent with its tabs.

pub mod credentials;
pub mod granted_applications;
pub mod list;
pub mod register;
pub mod settings;

use crate::api::{Api, ApiProblem, agents};
use crate::components::badge::{Badge, agent_status};
use crate::components::copy_button::CopyText;
use crate::components::loaded::framed;
use crate::components::page_header::PageHeader;
use crate::route::{self, AgentTab};
use hasp_protocol::api::agent::AgentView;
use leptos::prelude::*;
use leptos_router::components::{A, Outlet};
use leptos_router::hooks::use_params_map;

/// The agent whose tabs are open, shared by them.
#[derive(Clone, Copy)]
pub struct CurrentAgent {
    resource: LocalResource<Result<AgentView, ApiProblem>>,
    view: Memo<Option<AgentView>>,
}

impl CurrentAgent {
    /// The context that the layout provides; its tabs exist only once the agent is loaded.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The agent, tracked.
    pub fn get(self) -> Option<AgentView> {
        self.view.get()
    }

    /// A part of the agent, tracked; the part of nothing is its default.
    pub fn map<T: Default>(self, part: impl FnOnce(&AgentView) -> T) -> T {
        self.view.with(|view| view.as_ref().map(part).unwrap_or_default())
    }

    /// Its id, untracked: it does not change while the tabs are open.
    pub fn id(self) -> String {
        self.view.with_untracked(|view| view.as_ref().map(|view| view.id.clone()).unwrap_or_default())
    }

    /// Takes over the state that the server answered to a change.
    pub fn set(self, view: AgentView) {
        self.resource.set(Some(Ok(view)));
    }

    /// Asks the server again, when something else changed what it counts.
    pub fn refetch(self) {
        self.resource.refetch();
    }
}

/// Heading and tabs of one agent.
#[component]
pub fn AgentLayout() -> impl IntoView {
    let api = Api::expect();
    let params = use_params_map();
    let agent_id = Memo::new(move |_| params.with(|params| params.get("agent_id").unwrap_or_default()));
    let resource = LocalResource::new(move || agents::read(api, agent_id.get()));
    let view = Memo::new(move |_| resource.get().and_then(Result::ok));
    provide_context(CurrentAgent { resource, view });
    framed(resource, |view| view.id.clone(), || view! { <AgentFrame /> }.into_any())
}

#[component]
fn AgentFrame() -> impl IntoView {
    let agent = CurrentAgent::expect();
    let title = Signal::derive(move || agent.map(|view| view.name.clone()));
    let id = agent.id();
    let facts = move || {
        let Some(view) = agent.get() else { return ().into_any() };
        let (status, tone) = agent_status(view.status);
        view! {
            <Badge text=status tone />
            <span class="muted">{format!("{} h expiry", view.default_expiry_hours)}</span>
        }
        .into_any()
    };
    let description = move || {
        agent
            .map(|view| view.description.clone())
            .map(|text| view! { <p class="page-description">{text}</p> })
    };
    let tab = {
        let id = id.clone();
        move |tab, name: &'static str| {
            view! { <A href=route::agent(&id, tab) exact=tab == AgentTab::Credentials>{name}</A> }
        }
    };
    view! {
        <A href=route::agents() attr:class="back-link">"Agents"</A>
        <PageHeader title facts />
        {description}
        <p class="page-id">
            <span class="muted">"Agent ID"</span>
            <CopyText what="agent ID" text=id />
        </p>
        <nav class="link-tabs" aria-label="Agent">
            {tab(AgentTab::Credentials, "Credentials")} {tab(AgentTab::Grants, "Granted applications")}
            {tab(AgentTab::Settings, "Settings")}
        </nav>
        <Outlet />
    }
}
