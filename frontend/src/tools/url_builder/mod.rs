//! The live builder of the authorization URL (R14): state, verifier and challenge are made here, in the browser.
//!
//! The verifier is shown to the developer and never leaves the page; what the server would say of the URL is asked of
//! the very function that the server asks.

mod output;
mod parameters;
mod verdict;

pub use output::{UrlForms, UrlOutcome};
pub use parameters::UrlParameters;

use crate::browser::random;
use crate::tools::grant_builder::field::Grants;
use hasp_protocol::api::agent::{AgentStatus, AgentView};
use hasp_protocol::authorization_url::AuthorizationUrl;
use hasp_protocol::identifier::{AGENT_ID_PREFIX, parse_ulid};
use hasp_protocol::{pkce, secret};
use leptos::prelude::*;
use serde_json::json;

/// The values of the URL while they are edited.
#[derive(Clone, Copy)]
pub struct UrlBuilder {
    /// As it will be sent; offered are the registered ones.
    pub redirect_uri: RwSignal<String>,
    /// Bare or with its prefix.
    pub agent_id: RwSignal<String>,
    /// Comes back unchanged with the answer.
    pub state: RwSignal<String>,
    /// Stays in this page.
    pub verifier: RwSignal<String>,
    /// The permissions asked for.
    pub grants: Grants,
    /// The organization's agents, once loaded.
    pub agents: RwSignal<Vec<AgentView>>,
    client_id: StoredValue<String>,
    issuer: StoredValue<String>,
}

impl UrlBuilder {
    /// Starts with the first registered redirect URI, the smallest grant, and fresh random values.
    pub fn new(issuer: String, client_id: String, redirect_uri: String) -> Self {
        let builder = Self {
            redirect_uri: RwSignal::new(redirect_uri),
            agent_id: RwSignal::new(String::new()),
            state: RwSignal::new(String::new()),
            verifier: RwSignal::new(String::new()),
            grants: Grants::new(&json!([{ "type": "hasp.data.read" }])),
            agents: RwSignal::new(Vec::new()),
            client_id: StoredValue::new(client_id),
            issuer: StoredValue::new(issuer),
        };
        builder.remake_state();
        builder.remake_pkce();
        builder
    }

    /// A new random state of 128 bits.
    pub fn remake_state(self) {
        self.state.set(random::bytes::<16>().map(|bytes| secret::base64url(&bytes)).unwrap_or_default());
    }

    /// A new random verifier and with it a new challenge.
    pub fn remake_pkce(self) {
        self.verifier.set(random::bytes::<32>().map(pkce::verifier_from_random).unwrap_or_default());
    }

    /// The challenge of the verifier (RFC 7636 §4.2); empty while the verifier breaks a rule.
    pub fn challenge(self) -> String {
        self.verifier.with(|verifier| pkce::challenge_from_verifier(verifier)).unwrap_or_default()
    }

    /// Takes over the organization's agents and chooses the first, unless one was entered meanwhile.
    pub fn offer_agents(self, agents: Vec<AgentView>) {
        if self.agents.is_disposed() {
            // The page was left before the list came.
            return;
        }
        let agents: Vec<_> = agents.into_iter().filter(|agent| agent.status == AgentStatus::Active).collect();
        if let Some(first) = agents.first().filter(|_| self.agent_id.with_untracked(String::is_empty)) {
            self.agent_id.set(first.id.clone());
        }
        self.agents.set(agents);
    }

    /// The chosen agent, when it is one of the organization's.
    pub fn agent(self) -> Option<AgentView> {
        let id = parse_ulid(&self.agent_id.get(), AGENT_ID_PREFIX).ok()?;
        self.agents.with(|agents| agents.iter().find(|agent| agent.id == id).cloned())
    }

    /// The whole URL, tracked.
    pub fn url(self) -> AuthorizationUrl {
        AuthorizationUrl {
            client_id: self.client_id.get_value(),
            redirect_uri: self.redirect_uri.get(),
            agent_id: self.agent_id.get(),
            state: self.state.get(),
            code_challenge: self.challenge(),
            authorization_details: self.grants.parameter(),
            ..AuthorizationUrl::of_issuer(&self.issuer.get_value())
        }
    }
}
