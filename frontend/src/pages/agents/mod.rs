//! Agents: the list, registration, and one agent with its tabs.

pub mod credentials;
pub mod granted_applications;
pub mod list;
pub mod register;
pub mod settings;

use self::{credentials::Credentials, granted_applications::GrantedApplications, settings::Settings};
use crate::api::{Api, agents};
use crate::components::badge::{Badge, agent_status};
use crate::components::copy_button::CopyText;
use crate::components::dynamic::{dynamic, text};
use crate::components::link::{Link, LinkKind, Marks};
use crate::components::loaded::{Loader, loaded};
use crate::components::page_header::PageHeader;
use crate::route::{AgentTab, Page};
use crate::state::navigation::Navigation;
use hasp_protocol::api::agent::AgentView;
use leptos::prelude::*;

/// The agent whose tabs are open, shared by them.
#[derive(Clone, Copy)]
pub struct CurrentAgent(Loader<AgentView>);

impl CurrentAgent {
    /// The context that the layout provides; its tabs exist only once the agent is loaded.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The agent, tracked.
    pub fn get(self) -> Option<AgentView> {
        self.0.get()
    }

    /// A part of the agent, tracked; the part of nothing is its default.
    pub fn map<T: Default>(self, part: impl FnOnce(&AgentView) -> T) -> T {
        self.0.map(part)
    }

    /// Its id, untracked: it does not change while the tabs are open.
    pub fn id(self) -> String {
        untrack(|| self.map(|view| view.id.clone()))
    }

    /// Takes over the state that the server answered to a change.
    pub fn set(self, view: AgentView) {
        self.0.set(view);
    }

    /// Asks the server again, when something else changed what it counts.
    pub fn reload(self) {
        self.0.load();
    }
}

/// Heading and tabs of one agent.
#[component]
pub fn AgentLayout(
    /// From the page's address.
    agent_id: String,
) -> impl IntoView {
    let api = Api::expect();
    let loader = Loader::new(move || agents::read(api, agent_id.clone()));
    loader.load();
    provide_context(CurrentAgent(loader));
    loaded(loader, || view! { <AgentFrame /> }.into_any())
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
    let description = text(move || agent.map(|view| view.description.clone().unwrap_or_default()));
    let tab = |tab, name: &'static str| {
        let to = Page::Agent(id.clone(), tab);
        view! { <Link to marks=Marks::Page>{name}</Link> }.into_any()
    };
    let navigation = Navigation::expect();
    let chosen = Memo::new(move |last: Option<&AgentTab>| match navigation.page() {
        Page::Agent(_, tab) => tab,
        // The page is being left: nothing changes on the way out.
        _ => last.copied().unwrap_or(AgentTab::Credentials),
    });
    let body = dynamic(move || match chosen.get() {
        AgentTab::Credentials => view! { <Credentials /> }.into_any(),
        AgentTab::Grants => view! { <GrantedApplications /> }.into_any(),
        AgentTab::Settings => view! { <Settings /> }.into_any(),
    });
    view! {
        <Link to=Page::Agents kind=LinkKind::Back>"Agents"</Link>
        <PageHeader title facts />
        <p class="page-description">{description}</p>
        <p class="page-id">
            <span class="muted">"Agent ID"</span>
            <CopyText what="agent ID" text=id.clone() />
        </p>
        <nav class="link-tabs" aria-label="Agent">
            {tab(AgentTab::Credentials, "Credentials")} {tab(AgentTab::Grants, "Granted applications")}
            {tab(AgentTab::Settings, "Settings")}
        </nav>
        {body}
    }
}
