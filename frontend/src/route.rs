//! Every page of the console as a value: links cannot be misspelt, and what an address means is decided here.
//!
//! The console has a router of its own: these paths, [`Navigation`](crate::state::navigation::Navigation) and
//! [`Link`](crate::components::link::Link). The general router of Leptos would be a fifth of the whole download.

use hasp_protocol::parameters::encode;

/// Where the server and Trunk serve the console.
pub const BASE: &str = "/console";

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// The list of applications, where the console opens.
    Applications,
    /// The registration form.
    NewApplication,
    /// One application.
    Application(String, ApplicationTab),
    /// The list of agents.
    Agents,
    /// The registration form of an agent.
    NewAgent,
    /// One agent.
    Agent(String, AgentTab),
    /// The audit log.
    Audit,
    /// An address that the console does not have.
    Unknown,
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

impl Page {
    /// The page's address on this origin.
    pub fn path(&self) -> String {
        match self {
            Page::Applications => format!("{BASE}/applications"),
            Page::NewApplication => format!("{BASE}/applications/new"),
            Page::Application(client_id, tab) => {
                let suffix = match tab {
                    ApplicationTab::Overview => "",
                    ApplicationTab::Settings => "/settings",
                    ApplicationTab::Secrets => "/secrets",
                };
                format!("{BASE}/applications/{client_id}{suffix}")
            }
            Page::Agents => format!("{BASE}/agents"),
            Page::NewAgent => format!("{BASE}/agents/new"),
            Page::Agent(agent_id, tab) => {
                let suffix = match tab {
                    AgentTab::Credentials => "",
                    AgentTab::Grants => "/grants",
                    AgentTab::Settings => "/settings",
                };
                format!("{BASE}/agents/{agent_id}{suffix}")
            }
            Page::Audit => format!("{BASE}/audit"),
            Page::Unknown => format!("{BASE}/"),
        }
    }

    /// The page at an address.
    pub fn parse(path: &str) -> Page {
        let Some(path) = path.strip_prefix(BASE) else { return Page::Unknown };
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let application = |client_id: &str, tab| Page::Application(client_id.to_owned(), tab);
        let agent = |agent_id: &str, tab| Page::Agent(agent_id.to_owned(), tab);
        match segments.as_slice() {
            [] | ["applications"] => Page::Applications,
            ["applications", "new"] => Page::NewApplication,
            ["applications", client_id] => application(client_id, ApplicationTab::Overview),
            ["applications", client_id, "settings"] => application(client_id, ApplicationTab::Settings),
            ["applications", client_id, "secrets"] => application(client_id, ApplicationTab::Secrets),
            ["agents"] => Page::Agents,
            ["agents", "new"] => Page::NewAgent,
            ["agents", agent_id] => agent(agent_id, AgentTab::Credentials),
            ["agents", agent_id, "grants"] => agent(agent_id, AgentTab::Grants),
            ["agents", agent_id, "settings"] => agent(agent_id, AgentTab::Settings),
            ["audit"] => Page::Audit,
            _ => Page::Unknown,
        }
    }

    /// The page without its tab: what stays in place while tabs change.
    pub fn frame(self) -> Page {
        match self {
            Page::Application(client_id, _) => Page::Application(client_id, ApplicationTab::Overview),
            Page::Agent(agent_id, _) => Page::Agent(agent_id, AgentTab::Credentials),
            other => other,
        }
    }

    /// Whether this page lies under the other one in the navigation.
    pub fn is_under(&self, other: &Page) -> bool {
        let (path, other) = (self.path(), other.path());
        path.strip_prefix(&other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// The sign-in page of the server, which leads back to `next` (a whole path of this origin).
pub fn sign_in(next: &str) -> String {
    format!("/sign-in?next={}", encode(next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn every_page_is_found_again_at_its_own_address() {
        let id = || "01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned();
        for page in [
            Page::Applications,
            Page::NewApplication,
            Page::Application(id(), ApplicationTab::Overview),
            Page::Application(id(), ApplicationTab::Settings),
            Page::Application(id(), ApplicationTab::Secrets),
            Page::Agents,
            Page::NewAgent,
            Page::Agent(id(), AgentTab::Credentials),
            Page::Agent(id(), AgentTab::Grants),
            Page::Agent(id(), AgentTab::Settings),
            Page::Audit,
        ] {
            assert_eq!(Page::parse(&page.path()), page);
        }
    }

    #[wasm_bindgen_test]
    fn the_bare_console_opens_the_applications_and_odd_addresses_are_unknown() {
        assert_eq!(Page::parse("/console"), Page::Applications);
        assert_eq!(Page::parse("/console/"), Page::Applications);
        for odd in ["/console/x", "/console/audit/1", "/consolex", "/", "/console/agents/1/secrets"] {
            assert_eq!(Page::parse(odd), Page::Unknown, "{odd}");
        }
    }

    #[wasm_bindgen_test]
    fn a_page_lies_under_its_list_but_not_under_a_like_named_one() {
        let application = Page::Application("x".into(), ApplicationTab::Secrets);

        assert!(application.is_under(&Page::Applications));
        assert!(!application.is_under(&Page::Agents));
        assert!(application.clone().frame().is_under(&Page::Applications));
    }

    #[wasm_bindgen_test]
    fn the_way_back_survives_sign_in() {
        assert_eq!(sign_in("/console/audit?action=a&b"), "/sign-in?next=%2Fconsole%2Faudit%3Faction%3Da%26b");
    }
}
