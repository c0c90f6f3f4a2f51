//! Every path of the console as a function, so that links cannot be misspelt.
//!
//! Paths are relative to [`BASE`]; the router adds it to links and to `navigate`.

/// Where the server and Trunk serve the console.
pub const BASE: &str = "/console";

/// The list of applications, where the console opens.
pub fn applications() -> String {
    "/applications".into()
}

/// The registration form.
pub fn new_application() -> String {
    "/applications/new".into()
}

/// An application's tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationTab {
    /// URL builder, grants, snippets, preview, introspection.
    Overview,
    /// Name, URLs, redirect URIs.
    Settings,
    /// Rotation and the danger zone.
    Secrets,
}

/// One application's page.
pub fn application(client_id: &str, tab: ApplicationTab) -> String {
    let suffix = match tab {
        ApplicationTab::Overview => "",
        ApplicationTab::Settings => "/settings",
        ApplicationTab::Secrets => "/secrets",
    };
    format!("/applications/{client_id}{suffix}")
}

/// The list of agents.
pub fn agents() -> String {
    "/agents".into()
}

/// The registration form of an agent.
pub fn new_agent() -> String {
    "/agents/new".into()
}

/// An agent's tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentTab {
    /// Credentials by status.
    Credentials,
    /// Applications that a member authorized (R81).
    Grants,
    /// Name, defaults, archive.
    Settings,
}

/// One agent's page.
pub fn agent(agent_id: &str, tab: AgentTab) -> String {
    let suffix = match tab {
        AgentTab::Credentials => "",
        AgentTab::Grants => "/grants",
        AgentTab::Settings => "/settings",
    };
    format!("/agents/{agent_id}{suffix}")
}

/// The audit log.
pub fn audit() -> String {
    "/audit".into()
}

/// The sign-in page of the server, which leads back to `next` (a whole path of this origin).
pub fn sign_in(next: &str) -> String {
    let next = String::from(js_sys::encode_uri_component(next));
    format!("/sign-in?next={next}")
}
