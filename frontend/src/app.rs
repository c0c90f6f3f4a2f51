//! Contexts and which page is shown for which address, nothing else.

use crate::api::{Api, session};
use crate::components::dynamic::dynamic;
use crate::components::loaded::{Loader, loaded};
use crate::components::page_header::Arrival;
use crate::pages::agents::{AgentLayout, list::AgentList, register::RegisterAgent};
use crate::pages::applications::{ApplicationLayout, list::ApplicationList, new::NewApplicationPage};
use crate::pages::{audit_log::AuditLog, not_found::NotFound};
use crate::route::Page;
use crate::shell::Shell;
use crate::state::announcer::Announcer;
use crate::state::navigation::Navigation;
use crate::state::reauthentication::Reauthentication;
use crate::state::session::Session;
use crate::state::theme::ThemeContext;
use crate::state::toasts::Toasts;
use crate::tools::schema_verdict::SchemaWorker;
use leptos::prelude::*;

/// The console; pages appear once the server has told who is signed in.
#[component]
pub fn App() -> impl IntoView {
    let session = Session::provide();
    let api = Api::new(session, Reauthentication::provide());
    ThemeContext::provide();
    Announcer::provide();
    Toasts::provide(Announcer::expect());
    Arrival::provide();
    SchemaWorker::provide();
    let navigation = Navigation::provide();
    let page = Memo::new(move |_| navigation.page().frame());
    let first_answer = Loader::new(move || {
        let read = session::read(api);
        Box::pin(async move { read.await.map(|view| session.set(view)) })
    });
    first_answer.load();
    view! {
        <Shell session>
            {loaded(first_answer, move || dynamic(move || show(page.get())).into_any())}
        </Shell>
    }
}

fn show(page: Page) -> AnyView {
    match page {
        Page::Applications => view! { <ApplicationList /> }.into_any(),
        Page::NewApplication => view! { <NewApplicationPage /> }.into_any(),
        Page::Application(client_id, _) => view! { <ApplicationLayout client_id /> }.into_any(),
        Page::Agents => view! { <AgentList /> }.into_any(),
        Page::NewAgent => view! { <RegisterAgent /> }.into_any(),
        Page::Agent(agent_id, _) => view! { <AgentLayout agent_id /> }.into_any(),
        Page::Audit => view! { <AuditLog /> }.into_any(),
        Page::Unknown => view! { <NotFound /> }.into_any(),
    }
}
