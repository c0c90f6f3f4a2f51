//! Contexts and the route table, nothing else.

use crate::api::{Api, session};
use crate::components::page_header::Arrival;
use crate::pages::agents::{self, AgentLayout};
use crate::pages::applications::{self, ApplicationLayout};
use crate::pages::{audit_log::AuditLog, not_found::NotFound};
use crate::route;
use crate::shell::Shell;
use crate::state::announcer::Announcer;
use crate::state::reauthentication::Reauthentication;
use crate::state::session::Session;
use crate::state::theme::ThemeContext;
use crate::state::toasts::Toasts;
use crate::tools::schema_verdict::SchemaWorker;
use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

/// The console.
#[component]
pub fn App() -> impl IntoView {
    let session = Session::provide();
    let api = Api::new(session, Reauthentication::provide());
    ThemeContext::provide();
    Announcer::provide();
    Toasts::provide(Announcer::expect());
    Arrival::provide();
    SchemaWorker::provide();
    let first_answer = LocalResource::new(move || async move {
        let view = session::read(api).await?;
        session.set(view);
        Ok(())
    });
    view! {
        <Router>
            <Shell session first_answer>
                <Routes fallback=NotFound>
                    <Route path=path!("/console") view=|| view! { <Redirect path=route::applications() /> } />
                    <Route path=path!("/console/applications") view=applications::list::ApplicationList />
                    <Route path=path!("/console/applications/new") view=applications::new::NewApplicationPage />
                    <ParentRoute path=path!("/console/applications/:client_id") view=ApplicationLayout>
                        <Route path=path!("") view=applications::overview::Overview />
                        <Route path=path!("settings") view=applications::settings::Settings />
                        <Route path=path!("secrets") view=applications::secrets::Secrets />
                    </ParentRoute>
                    <Route path=path!("/console/agents") view=agents::list::AgentList />
                    <Route path=path!("/console/agents/new") view=agents::register::RegisterAgent />
                    <ParentRoute path=path!("/console/agents/:agent_id") view=AgentLayout>
                        <Route path=path!("") view=agents::credentials::Credentials />
                        <Route path=path!("grants") view=agents::granted_applications::GrantedApplications />
                        <Route path=path!("settings") view=agents::settings::Settings />
                    </ParentRoute>
                    <Route path=path!("/console/audit") view=AuditLog />
                </Routes>
            </Shell>
        </Router>
    }
}
