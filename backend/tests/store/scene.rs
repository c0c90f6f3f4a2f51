//! A store in a temporary file, and the people and things that the tests speak of.

use hasp_protocol::api::agent::RevocationPolicy;
use hasp_protocol::api::session::Role;
use hasp_protocol::identifier::client_id_from_ulid;
use hasp_protocol::secret::sha256;
use hasp_protocol::{ClientType, Mode};
use hasp_server::clock::Timestamp;
use hasp_server::random;
use hasp_server::storage::record::*;
use hasp_server::storage::*;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// 2026-11-24T20:13:11.250Z: in the middle of a second, so that rounding shows.
pub const START: Timestamp = Timestamp(1_795_551_191_250);

pub const CALLBACK: &str = "https://reader.example/callback";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbGJSstw-cM";

pub fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3_600)
}

pub fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub struct Scene {
    pub store: Arc<dyn Store>,
    directory: TempDir,
}

/// An organization with its owner.
#[derive(Clone)]
pub struct Company {
    pub organization: Organization,
    pub owner: NewUser,
}

/// An approval on its way to the token endpoint.
#[derive(Clone)]
pub struct Approved {
    pub code_hash: Hash,
    pub client_id: String,
    pub consent_id: String,
}

impl Scene {
    pub fn new() -> Self {
        let directory = TempDir::new().expect("a temporary folder");
        let store = open_store(&directory);
        Scene { store, directory }
    }

    pub fn path(&self) -> PathBuf {
        self.directory.path().join("hasp.db")
    }

    /// Closes the file and opens it again, as a restart does.
    pub fn reopened(self) -> Self {
        let Scene { store, directory } = self;
        drop(store);
        let store = open_store(&directory);
        Scene { store, directory }
    }

    /// A connection past the store, for looking and for tampering.
    pub fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).expect("the file opens")
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.raw().query_row(sql, [], |row| row.get(0)).expect("a count")
    }

    pub async fn company(&self, name: &str) -> Company {
        let organization = Organization { id: id(), name: name.to_owned(), created_at: START };
        let created = self.store.create_organization(organization.clone(), &by_system(START)).await;
        assert_eq!(created, Ok(OrganizationCreated::Created));
        let owner = self.user(&organization, &format!("owner@{}.example", name.to_lowercase())).await;
        Company { organization, owner }
    }

    pub async fn user(&self, organization: &Organization, email: &str) -> NewUser {
        let user = new_user(organization, email);
        let created = self.store.create_user(user.clone(), &by_system(START)).await;
        assert_eq!(created, Ok(UserCreated::Created));
        user
    }

    pub async fn application(&self, company: &Company, client_type: ClientType, mode: Mode) -> Application {
        let client_id = client_id_from_ulid(&id());
        let application = Application {
            client_id: client_id.clone(),
            organization_id: company.organization.id.clone(),
            organization_name: company.organization.name.clone(),
            display_name: "Clinic Reader".to_owned(),
            client_type,
            redirect_uris: vec![CALLBACK.to_owned()],
            homepage_url: Some("https://reader.example/".to_owned()),
            icon_url: None,
            mode,
            secrets: Vec::new(),
            active_credentials: 0,
            created_at: START,
            updated_at: START,
            revoked_at: None,
        };
        let secret = (client_type == ClientType::Confidential).then(|| secret("first", START));
        let new = NewApplicationRow { application, secret };
        self.store.create_application(new, &by(&company.owner, START)).await.expect("an application")
    }

    pub async fn public_application(&self, company: &Company) -> Application {
        self.application(company, ClientType::Public, Mode::Live).await
    }

    pub async fn agent(&self, company: &Company, name: &str) -> Agent {
        let agent = new_agent(company, name);
        match self.store.create_agent(agent, &by(&company.owner, START)).await {
            Ok(AgentSaved::Saved(agent)) => agent,
            other => panic!("the agent was not saved: {other:?}"),
        }
    }

    /// Parks a request, shows it and approves it at `now`.
    pub async fn approve(
        &self,
        application: &Application,
        agent: &Agent,
        user: &NewUser,
        now: Timestamp,
    ) -> Approved {
        self.approve_details(application, agent, user, read_everything(), now).await
    }

    pub async fn approve_details(
        &self,
        application: &Application,
        agent: &Agent,
        user: &NewUser,
        details: Value,
        now: Timestamp,
    ) -> Approved {
        let decision = decision(application, agent, user, details);
        let request = self.parked(&decision, now).await;
        let code_hash = hash_of(&id());
        let code = new_code(code_hash, now);
        let consent_id = decision.consent_id.clone();
        let recorded = self.store.record_consent(request, decision, Some(code), &by(user, now)).await;
        assert_eq!(recorded, Ok(ConsentRecorded::Recorded));
        Approved { code_hash, client_id: application.client_id.clone(), consent_id }
    }

    /// A parked request whose page showed what is decided; its id's hash.
    pub async fn parked(&self, decision: &ConsentDecision, now: Timestamp) -> Hash {
        let request = hash_of(&id());
        assert_eq!(self.store.park_request(request, parked_request(now), now).await, Ok(true));
        let session = hash_of("session");
        let shown = shown_digest(&decision.details_digest, &decision.shown);
        let bound = self.store.bind_parked_request(request, session, shown, now).await;
        assert_eq!(bound, Ok(true));
        request
    }

    pub async fn redeem(&self, approved: &Approved, now: Timestamp) -> Redeemed {
        let redeemed = self.store.redeem_code(redemption(approved), &by_client(approved, now)).await;
        redeemed.expect("the store answers")
    }

    /// A credential out of the whole flow, with the hash of its token.
    pub async fn credential(
        &self,
        application: &Application,
        agent: &Agent,
        user: &NewUser,
        now: Timestamp,
    ) -> (Credential, Hash) {
        let approved = self.approve(application, agent, user, now).await;
        let redemption = redemption(&approved);
        let token_hash = match application.mode {
            Mode::Live => redemption.token_hash,
            Mode::Test => redemption.test_token_hash,
        };
        match self.store.redeem_code(redemption, &by_client(&approved, now)).await {
            Ok(Redeemed::Issued { credential, .. }) => (credential, token_hash),
            other => panic!("no credential was issued: {other:?}"),
        }
    }

    pub async fn is_active(&self, token_hash: Hash, now: Timestamp) -> bool {
        self.token(token_hash).await.is_active(now)
    }

    pub async fn token(&self, token_hash: Hash) -> Credential {
        self.store.find_token(token_hash).await.expect("the store answers").expect("the credential is listed")
    }

    /// An organization's events, oldest first.
    pub async fn events(&self, company: &Company) -> Vec<AuditEvent> {
        let page = PageRequest { limit: 200, cursor: None };
        let listed =
            self.store.list_audit_events(&company.organization.id, AuditFilter::default(), page).await;
        let mut events = listed.expect("events").items;
        events.reverse();
        events
    }

    /// The events of one action, oldest first.
    pub async fn events_of(&self, company: &Company, action: &str) -> Vec<AuditEvent> {
        let mut events = self.events(company).await;
        events.retain(|event| event.action == action);
        events
    }

    pub async fn assert_chains_intact(&self) {
        let verdict = self.store.verify_audit_chains().await;
        assert!(matches!(verdict, Ok(ChainVerdict::Intact { .. })), "{verdict:?}");
    }
}

fn open_store(directory: &TempDir) -> Arc<dyn Store> {
    let path = directory.path().join("hasp.db");
    open(&format!("sqlite:{}", path.display())).expect("the store opens")
}

pub fn id() -> String {
    random::ulid(START).expect("random bytes")
}

pub fn hash_of(text: &str) -> Hash {
    sha256(text.as_bytes())
}

pub fn by(user: &NewUser, now: Timestamp) -> Change {
    Change {
        now,
        user_id: Some(user.id.clone()),
        ip_address: Some("192.0.2.7".to_owned()),
        request_id: "req_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        actor: "session".to_owned(),
    }
}

pub fn by_system(now: Timestamp) -> Change {
    Change {
        now,
        user_id: None,
        ip_address: None,
        request_id: "req_01ARZ3NDEKTSV4RRFFQ69G5FAW".to_owned(),
        actor: "system".to_owned(),
    }
}

pub fn by_client(approved: &Approved, now: Timestamp) -> Change {
    Change { actor: format!("client:{}", approved.client_id), ..by_system(now) }
}

pub fn new_user(organization: &Organization, email: &str) -> NewUser {
    NewUser {
        id: id(),
        organization_id: organization.id.clone(),
        email: email.to_owned(),
        display_name: email.split('@').next().unwrap_or(email).to_owned(),
        role: Role::Owner,
        password_hash: "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".to_owned(),
    }
}

pub fn new_agent(company: &Company, name: &str) -> Agent {
    Agent {
        id: id(),
        organization_id: company.organization.id.clone(),
        name: name.to_owned(),
        description: Some("Reads".to_owned()),
        capabilities: vec!["reading".to_owned()],
        default_expiry_hours: 8,
        default_revocation_policy: RevocationPolicy::Drain,
        allowed_scope_types: None,
        active_credentials: 0,
        created_at: START,
        updated_at: START,
        archived_at: None,
    }
}

pub fn secret(name: &str, now: Timestamp) -> ClientSecret {
    ClientSecret {
        id: id(),
        secret_hash: hash_of(name),
        last_four: "WXYZ".to_owned(),
        created_at: now,
        last_used_at: None,
        expires_at: None,
    }
}

pub fn read_everything() -> Value {
    json!([{ "type": "hasp.data.read" }])
}

pub fn parked_request(now: Timestamp) -> ParkedRequest {
    ParkedRequest {
        query: "response_type=code".to_owned(),
        session_hash: None,
        shown_digest: None,
        expires_at: now.plus(seconds(900)),
    }
}

pub fn decision(application: &Application, agent: &Agent, user: &NewUser, details: Value) -> ConsentDecision {
    ConsentDecision {
        consent_id: id(),
        approved: true,
        user_id: user.id.clone(),
        client_id: application.client_id.clone(),
        agent_id: agent.id.clone(),
        agent_organization_id: agent.organization_id.clone(),
        mode: application.mode,
        details_digest: hash_of(&details.to_string()),
        authorization_details: details,
        shown: json!({
            "labels": ["Read all entities"],
            "application_name": application.display_name,
            "redirect_host": "reader.example",
        }),
    }
}

pub fn new_code(code_hash: Hash, now: Timestamp) -> NewCode {
    NewCode {
        code_hash,
        redirect_uri: CALLBACK.to_owned(),
        code_challenge: CHALLENGE.to_owned(),
        expires_at: now.plus(seconds(300)),
    }
}

/// With every proof right.
pub fn redemption(approved: &Approved) -> Redemption {
    let token = id();
    Redemption {
        code_hash: approved.code_hash,
        client_id: approved.client_id.clone(),
        redirect_uri: Some(CALLBACK.to_owned()),
        code_challenge: CHALLENGE.to_owned(),
        credential_id: id(),
        token_hash: hash_of(&format!("live {token}")),
        token_prefix: "hasp_agent_0123".to_owned(),
        test_token_hash: hash_of(&format!("test {token}")),
        test_token_prefix: "hasp_agent_test_0123".to_owned(),
    }
}

pub fn first_page() -> PageRequest {
    PageRequest { limit: 50, cursor: None }
}
