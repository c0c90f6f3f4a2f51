//! Every path of the console as a function, so that links cannot be misspelt.
//!
//! Paths are whole: the router has no base of its own, because its links and its `navigate` disagree on one.

/// Where the server and Trunk serve the console.
pub const BASE: &str = "/console";

/// The list of applications, where the console opens.
pub fn applications() -> String {
    format!("{BASE}/applications")
}

/// The registration form.
pub fn new_application() -> String {
    format!("{BASE}/applications/new")
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
    format!("{BASE}/applications/{client_id}{suffix}")
}

/// The list of agents.
pub fn agents() -> String {
    format!("{BASE}/agents")
}

/// The registration form of an agent.
pub fn new_agent() -> String {
    format!("{BASE}/agents/new")
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
    format!("{BASE}/agents/{agent_id}{suffix}")
}

/// The audit log.
pub fn audit() -> String {
    format!("{BASE}/audit")
}

/// The sign-in page of the server, which leads back to `next` (a whole path of this origin).
pub fn sign_in(next: &str) -> String {
    let next = String::from(js_sys::encode_uri_component(next));
    format!("/sign-in?next={next}")
}
