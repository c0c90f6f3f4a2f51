//! A signed-in member who works through the control API as the console does.

use super::user::User;
use super::visitor::Visitor;
use crate::http::{Answer, Call};
use crate::server::PASSWORD;
use hasp_protocol::api::agent::{AgentView, NewAgent, RevocationPolicy};
use hasp_protocol::api::application::{ApplicationCreated, NewApplication};
use hasp_protocol::api::credential::CredentialIssued;
use hasp_protocol::api::session::SessionView;
use hasp_protocol::api::{ApiError, Envelope};
use hasp_protocol::{ClientType, Mode};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A session with its CSRF token.
#[derive(Clone, Debug)]
pub struct Developer {
    /// The session's browser.
    pub visitor: Visitor,
    /// What `GET /v1/session` said at sign-in.
    pub session: SessionView,
}

impl Developer {
    /// Signs in and asks for the session.
    pub async fn sign_in(base: &str, email: &str) -> Self {
        let user = User::sign_in(base, email).await;
        Self::from_user(user).await
    }

    /// Continues a user's session in the console.
    pub async fn from_user(mut user: User) -> Self {
        let answer = ApiAnswer(user.visitor.get_json("/v1/session").await);
        let session = answer.data();
        Self { visitor: user.visitor, session }
    }

    /// A request with session, origin and CSRF token, as the console sends it.
    pub fn call(&self, method: Method, path: &str) -> Call {
        self.visitor
            .call(method, path)
            .header("accept", "application/json")
            .header("origin", self.visitor.base())
            .header("x-csrf-token", &self.session.csrf_token)
    }

    /// `GET`.
    pub async fn get(&mut self, path: &str) -> ApiAnswer {
        let call = self.call(Method::GET, path);
        ApiAnswer(self.visitor.send(call).await)
    }

    /// `POST` with a JSON body.
    pub async fn post(&mut self, path: &str, body: Value) -> ApiAnswer {
        let call = self.call(Method::POST, path).json(&body);
        ApiAnswer(self.visitor.send(call).await)
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&mut self, path: &str, body: Value) -> ApiAnswer {
        let call = self.call(Method::PATCH, path).json(&body);
        ApiAnswer(self.visitor.send(call).await)
    }

    /// `DELETE`.
    pub async fn delete(&mut self, path: &str) -> ApiAnswer {
        let call = self.call(Method::DELETE, path);
        ApiAnswer(self.visitor.send(call).await)
    }

    /// Gives the password again; the CSRF token may change with the session.
    pub async fn reauthenticate(&mut self) {
        let answer = self.post("/v1/session/reauthenticate", json!({"password": PASSWORD})).await;
        assert_eq!(answer.status(), 200, "{}", answer.0);
        let session = self.get("/v1/session").await;
        self.session = session.data();
    }

    /// Registers an application.
    pub async fn create_application(
        &mut self,
        name: &str,
        client_type: ClientType,
        mode: Mode,
        redirect_uri: &str,
    ) -> ApplicationCreated {
        let body = NewApplication {
            display_name: name.to_owned(),
            client_type,
            redirect_uris: vec![redirect_uri.to_owned()],
            mode,
            homepage_url: None,
            icon_url: None,
        };
        self.post("/v1/applications", to_json(&body)).await.created()
    }

    /// Registers an agent that allows every type.
    pub async fn create_agent(&mut self, name: &str, default_expiry_hours: u32) -> AgentView {
        let body = NewAgent {
            name: name.to_owned(),
            description: None,
            capabilities: vec![],
            default_expiry_hours,
            default_revocation_policy: RevocationPolicy::Kill,
            allowed_scope_types: None,
        };
        self.post("/v1/agents", to_json(&body)).await.created()
    }

    /// Issues a credential directly.
    pub async fn issue_credential(&mut self, agent_id: &str, grants: Value) -> CredentialIssued {
        let path = format!("/v1/agents/{agent_id}/credentials");
        self.post(&path, json!({"name": "Issued by hand", "granted_scopes": grants})).await.created()
    }

    /// Every audit event, newest first.
    pub async fn audit(&mut self) -> Vec<hasp_protocol::api::audit::AuditEventView> {
        let mut events = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let from = cursor.map_or(String::new(), |cursor| format!("&cursor={cursor}"));
            let answer = self.get(&format!("/v1/audit?limit=200{from}")).await;
            events.extend(answer.data::<Vec<hasp_protocol::api::audit::AuditEventView>>());
            cursor = answer.next_cursor();
            if cursor.is_none() {
                return events;
            }
        }
    }

    /// The newest audit event of an action, which must exist.
    pub async fn newest_event(&mut self, action: &str) -> hasp_protocol::api::audit::AuditEventView {
        let events: Vec<hasp_protocol::api::audit::AuditEventView> =
            self.get(&format!("/v1/audit?action={action}&limit=1")).await.data();
        events.into_iter().next().unwrap_or_else(|| panic!("no audit event {action}"))
    }
}

/// The body as JSON.
pub(crate) fn to_json(body: &impl serde::Serialize) -> Value {
    serde_json::to_value(body).expect("a request body is JSON")
}

/// An answer of the control API, in its envelope.
#[derive(Clone, Debug)]
pub struct ApiAnswer(
    /// As received.
    pub Answer,
);

impl ApiAnswer {
    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// The envelope; panics when it is none, or when it contradicts itself.
    #[track_caller]
    #[must_use]
    pub fn envelope<T: DeserializeOwned>(&self) -> Envelope<T> {
        let envelope: Envelope<T> = serde_json::from_slice(&self.0.body)
            .unwrap_or_else(|error| panic!("no envelope ({error}): {}", self.0));
        assert_eq!(envelope.success, envelope.data.is_some(), "{}", self.0);
        assert_eq!(envelope.success, envelope.error.is_none(), "{}", self.0);
        assert!(envelope.meta.request_id.starts_with("req_"), "{}", self.0);
        envelope
    }

    /// The data of a 200.
    #[track_caller]
    #[must_use]
    pub fn data<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.0.status, 200, "{}", self.0);
        self.envelope().data.expect("checked by envelope")
    }

    /// The data of a 201.
    #[track_caller]
    #[must_use]
    pub fn created<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.0.status, 201, "{}", self.0);
        self.envelope().data.expect("checked by envelope")
    }

    /// Where the next page begins.
    #[must_use]
    pub fn next_cursor(&self) -> Option<String> {
        let meta = self.envelope::<Value>().meta;
        assert_eq!(meta.has_more, Some(meta.next_cursor.is_some()), "{}", self.0);
        meta.next_cursor
    }

    /// The error, with its status and code as expected.
    #[track_caller]
    pub fn error(&self, status: u16, code: &str) -> ApiError {
        assert_eq!(self.0.status, status, "{}", self.0);
        let error = self.envelope::<Value>().error.unwrap_or_else(|| panic!("no error: {}", self.0));
        assert_eq!(to_json(&error.code), json!(code), "{}", self.0);
        assert_eq!(error.code.kind(), error.kind, "{}", self.0);
        assert_eq!(error.request_id, self.envelope::<Value>().meta.request_id);
        assert!(!error.message.is_empty(), "an error says what happened: {}", self.0);
        error
    }
}
