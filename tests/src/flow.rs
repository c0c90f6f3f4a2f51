//! The shortest correct path to each state a test may start from.

use crate::actors::{Authorization, Client, Developer, User};
use crate::expect;
use crate::server::{ACME_MEMBER, ACME_OWNER, Server};
use hasp_protocol::api::agent::AgentView;
use hasp_protocol::{ClientType, Mode};
use serde_json::{Value, json};

/// The callback of applications whose answer no browser needs to reach.
pub const REDIRECT_URI: &str = "https://app.example/callback";

/// `[{"type":"hasp.data.read"}]`, the quickstart's grant (R13).
#[must_use]
pub fn smallest_details() -> Value {
    json!([{"type": "hasp.data.read"}])
}

/// One grant of each type, every field used.
#[must_use]
pub fn every_type() -> Value {
    json!([
        {"type": "hasp.data.read", "app_id": "app_01ARZ3NDEKTSV4RRFFQ69G5FAV", "entities": ["patient_intake", "patient_profile"],
         "filters": {"patient.assigned_clinician_id": "{{delegating_user.id}}", "age": {"gte": 18}}},
        {"type": "hasp.data.write", "entities": ["scheduling_request"], "fields": ["status", "note"]},
        {"type": "external.tool.invoke", "tool_id": "calendar.find_slots", "rate_limit": 60, "constraints": {"calendar": "work"}},
        {"type": "agent.delegate", "to_agent_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "max_chain_depth": 2},
        {"type": "human.escalate", "to_role": "charge_nurse", "channels": ["email", "sms"]},
    ])
}

/// A server with the organization Acme in it: an owner at the control API, a member at the consent page, one agent of
/// eight hours, one live application.
pub struct Stage {
    /// The server, with its own store.
    pub server: Server,
    /// Acme's owner.
    pub developer: Developer,
    /// A member of Acme.
    pub user: User,
    /// "Scheduler", 8 h.
    pub agent: AgentView,
    /// "Calendar Helper".
    pub client: Client,
}

/// A code that the user approved and nobody redeemed.
#[derive(Clone, Debug)]
pub struct ApprovedCode {
    /// The code.
    pub code: String,
    /// The request it answers.
    pub authorization: Authorization,
}

impl Stage {
    /// With a confidential application.
    pub async fn confidential() -> Self {
        Self::on(Server::start().await, ClientType::Confidential, Mode::Live).await
    }

    /// With a public application.
    pub async fn public() -> Self {
        Self::on(Server::start().await, ClientType::Public, Mode::Live).await
    }

    /// On a server of the test's choice.
    pub async fn on(server: Server, client_type: ClientType, mode: Mode) -> Self {
        let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
        let user = User::sign_in(&server.issuer, ACME_MEMBER).await;
        let agent = developer.create_agent("Scheduler", 8).await;
        let client = register(&mut developer, "Calendar Helper", client_type, mode, REDIRECT_URI).await;
        Self { server, developer, user, agent, client }
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.server.issuer
    }

    /// A request for the stage's agent.
    #[must_use]
    pub fn authorization(&self, details: &Value) -> Authorization {
        self.client.authorization(&self.agent.id, details)
    }

    /// The consent page of a fresh request.
    pub async fn consent_page(&mut self, details: &Value) -> (Authorization, crate::http::Answer) {
        let authorization = self.authorization(details);
        let page = self.user.consent_page(&authorization.url).await;
        (authorization, page)
    }

    /// New sessions for everybody, after the clock went further than a session lives.
    pub async fn sign_in_again(&mut self) {
        self.developer = Developer::sign_in(&self.server.issuer, ACME_OWNER).await;
        self.user = User::sign_in(&self.server.issuer, ACME_MEMBER).await;
    }

    /// Up to the approval.
    pub async fn approved(&mut self, details: &Value) -> ApprovedCode {
        let client = self.client.clone();
        approve(&mut self.user, &client, &self.agent.id, details).await
    }

    /// Up to a live token.
    pub async fn token(&mut self) -> String {
        self.token_for(&smallest_details()).await
    }

    /// Up to a live token with these grants.
    pub async fn token_for(&mut self, details: &Value) -> String {
        let approved = self.approved(details).await;
        redeem(&self.client, &approved).await
    }
}

/// Registers an application and gives it as its own client.
pub async fn register(
    developer: &mut Developer,
    name: &str,
    client_type: ClientType,
    mode: Mode,
    redirect_uri: &str,
) -> Client {
    let created = developer.create_application(name, client_type, mode, redirect_uri).await;
    let (base, client_id) = (developer.visitor.base(), created.application.client_id.as_str());
    match created.client_secret {
        Some(secret) => Client::confidential(base, client_id, &secret, redirect_uri),
        None => Client::public(base, client_id, redirect_uri),
    }
}

/// A user approves a client's request for an agent.
pub async fn approve(user: &mut User, client: &Client, agent_id: &str, details: &Value) -> ApprovedCode {
    let authorization = client.authorization(agent_id, details);
    let page = user.consent_page(&authorization.url).await;
    let url = user.approve(&page).await;
    let issuer = user.visitor.base().to_owned();
    let code = expect::code(&url, &client.redirect_uri, Some(&authorization.state), &issuer);
    ApprovedCode { code, authorization }
}

/// The client redeems the code.
pub async fn redeem(client: &Client, approved: &ApprovedCode) -> String {
    expect::token(&client.redeem(&approved.code, &approved.authorization.verifier).await)
}
