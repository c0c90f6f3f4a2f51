//! The store: one narrow trait named after what the domain does; nothing about SQL stands here.
//!
//! A method is one whole state change. It writes its audit rows in the same transaction and tells its outcome as an
//! enum. `now` and new ids are parameters. Engines: [`sqlite`].

pub mod record;
pub mod sqlite;

use crate::clock::Timestamp;
use async_trait::async_trait;
use hasp_protocol::api::Page;
use hasp_protocol::api::session::Role;
use record::*;
use std::path::Path;
use std::sync::Arc;

/// What can go wrong underneath; everything the domain expects is in the outcome enums instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, is full or read-only: 503 with `Retry-After`.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// A row that our own code cannot have written: 500 and an alarm.
    #[error("corrupt row in {table}.{column} ({row}): {reason}")]
    Corrupt { table: &'static str, column: &'static str, row: String, reason: String },
}

/// Why a database could not be opened; told once, at start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite:PATH` nor anything else this binary knows.
    #[error("unknown database `{0}`: write `sqlite:PATH`, for example `sqlite:hasp.db`")]
    UnknownKind(String),
    /// A newer version of HASP has migrated it.
    #[error(
        "the database {path} has schema version {found}, this binary knows up to {known}: \
         start the newer version of hasp that wrote it, or restore a backup made before"
    )]
    TooNew { path: String, found: i64, known: i64 },
    /// The file cannot be made, read or migrated.
    #[error("cannot open the database {path}: {reason}")]
    Unusable { path: String, reason: String },
}

/// Opens what `--database` names: `sqlite:PATH`.
///
/// # Errors
/// When the kind is unknown, the file is unusable, or its schema is newer than this binary.
pub fn open(database: &str) -> Result<Arc<dyn Store>, OpenError> {
    match database.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(Arc::new(sqlite::SqliteStore::open(Path::new(path))?)),
        _ => Err(OpenError::UnknownKind(database.to_owned())),
    }
}

/// As [`open`], but for commands that only make sense on a database that is there: never makes one.
///
/// # Errors
/// As [`open`], and when there is no file.
pub fn open_existing(database: &str) -> Result<Arc<dyn Store>, OpenError> {
    match database.strip_prefix("sqlite:") {
        Some(path) if !Path::new(path).exists() => {
            Err(OpenError::Unusable { path: path.to_owned(), reason: "there is no such file".to_owned() })
        }
        _ => open(database),
    }
}

/// Copies a database, while others use it, into a new file that only its owner can read.
///
/// # Errors
/// When the database cannot be read, or the target exists or cannot be written.
pub fn back_up(database: &str, target: &Path) -> Result<(), OpenError> {
    match database.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => sqlite::copy(Path::new(path), target),
        _ => Err(OpenError::UnknownKind(database.to_owned())),
    }
}

/// Result of a store call.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Who makes a change, from where and when: the audit row's half that the caller knows.
#[derive(Clone, Debug)]
pub struct Change {
    pub now: Timestamp,
    /// `None` for API keys, clients and the system.
    pub user_id: Option<String>,
    pub ip_address: Option<String>,
    pub request_id: String,
    /// `session`, `api_key:<id>`, `client:<client_id>`, `token`, `command_line`, `system`; into the event's metadata.
    pub actor: String,
}

/// A slice of a newest-first list.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// 1-200.
    pub limit: u32,
    /// The `next_cursor` of the page before, decoded by the store; an unknown one is an empty page.
    pub cursor: Option<String>,
}

/// Filters of the audit list.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub action: Option<String>,
    pub entity_type: Option<String>,
    pub entity_id: Option<String>,
}

/// Which credentials to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialFilter {
    Active,
    Revoked,
    Expired,
    All,
}

/// Whose credentials a grant revocation ends.
#[derive(Clone, Debug)]
pub struct GrantKey {
    pub agent_id: String,
    pub client_id: String,
    pub user_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganizationCreated {
    Created,
    NameTaken,
}

#[derive(Clone, Debug)]
pub struct NewUser {
    pub id: String,
    pub organization_id: String,
    /// Lower-cased by the caller.
    pub email: String,
    pub display_name: String,
    pub role: Role,
    pub password_hash: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserCreated {
    Created,
    EmailTaken,
    OrganizationUnknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserRemoved {
    /// With the number of active credentials that ended.
    Removed {
        credentials: u64,
    },
    AlreadyRemoved,
    Unknown,
}

#[derive(Clone, Debug)]
pub struct NewApplicationRow {
    pub application: Application,
    /// With `expires_at: None`; `None` for a public one.
    pub secret: Option<ClientSecret>,
}

/// Members that are `None` stay.
#[derive(Clone, Debug, Default)]
pub struct ApplicationEdit {
    pub display_name: Option<String>,
    pub redirect_uris: Option<Vec<String>>,
    pub homepage_url: Option<Option<String>>,
    pub icon_url: Option<Option<String>>,
}

#[derive(Clone, Debug, Default)]
pub struct AgentEdit {
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub capabilities: Option<Vec<String>>,
    pub default_expiry_hours: Option<u32>,
    pub default_revocation_policy: Option<hasp_protocol::api::agent::RevocationPolicy>,
    pub allowed_scope_types: Option<Option<Vec<String>>>,
}

#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "made and taken apart once; a box would only add an allocation"
)]
pub enum ApplicationEdited {
    Edited(Application),
    Unknown,
    Revoked,
}

#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "made and taken apart once; a box would only add an allocation"
)]
pub enum SecretRotated {
    Rotated(Application),
    Unknown,
    Revoked,
    Public,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ApplicationEnded {
    Revoked { application: Application, credentials: u64 },
    AlreadyRevoked(Application),
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub enum AgentSaved {
    Saved(Agent),
    NameTaken,
    Unknown,
    Archived,
}

#[derive(Clone, Debug, PartialEq)]
pub enum AgentEnded {
    Archived { agent: Agent, credentials: u64 },
    AlreadyArchived(Agent),
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "made and taken apart once; a box would only add an allocation"
)]
pub enum CredentialIssued {
    Issued(Credential),
    AgentUnknown,
    AgentArchived,
    TypeNotAllowed,
}

#[derive(Clone, Debug, PartialEq)]
pub enum CredentialEnded {
    Revoked(Credential),
    AlreadyEnded(Credential),
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiKeyEnded {
    Revoked,
    AlreadyRevoked,
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ConsentRecorded {
    Recorded,
    /// The parked request was already decided or is gone.
    RequestGone,
    /// Application revoked, agent archived or types narrowed while the page was open.
    NoLongerAllowed(NoLongerAllowed),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetUp {
    Created,
    NotEmpty,
    WrongLink,
}

/// The result of checking every chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainVerdict {
    Intact {
        chains: u64,
        events: u64,
    },
    /// The first bad row.
    Broken {
        organization_id: Option<String>,
        sequence: u64,
        event_id: String,
        reason: String,
    },
}

/// Everything HASP keeps.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Answers only while the database does (`/readyz`).
    async fn ping(&self) -> Result<()>;

    // --- organizations, users, sessions
    /// Whether no organization exists yet.
    async fn is_empty(&self) -> Result<bool>;
    async fn create_organization(
        &self,
        organization: Organization,
        by: &Change,
    ) -> Result<OrganizationCreated>;
    async fn find_organization(&self, id_or_name: &str) -> Result<Option<Organization>>;
    async fn create_user(&self, user: NewUser, by: &Change) -> Result<UserCreated>;
    async fn find_user_by_email(&self, email: &str) -> Result<Option<User>>;
    async fn find_user(&self, id: &str) -> Result<Option<User>>;
    /// Members of today, by name.
    async fn list_users(&self, organization_id: &str) -> Result<Vec<User>>;
    /// Ends the membership, every session, and with it all that the person delegated.
    async fn remove_user(&self, organization_id: &str, user_id: &str, by: &Change) -> Result<UserRemoved>;
    /// Keeps the hash of the one-time set-up link; replaces an older one.
    async fn save_set_up_link(&self, link_hash: Hash, expires_at: Timestamp) -> Result<()>;
    /// The first organization and its owner, by set-up link, once.
    async fn set_up(
        &self,
        link_hash: Hash,
        organization: Organization,
        owner: NewUser,
        by: &Change,
    ) -> Result<SetUp>;
    async fn is_set_up_link(&self, link_hash: Hash, now: Timestamp) -> Result<bool>;

    async fn create_session(&self, token_hash: Hash, user_id: &str, by: &Change) -> Result<()>;
    /// `None` when ended, idle for 12 h, older than 7 days, or the user was removed.
    async fn find_session(&self, token_hash: Hash, now: Timestamp) -> Result<Option<Session>>;
    /// Moves `last_seen_at`; called at most once a minute per session.
    async fn touch_session(&self, token_hash: Hash, now: Timestamp) -> Result<()>;
    /// The password was given again: the session continues under a new token.
    async fn renew_session(&self, old_hash: Hash, new_hash: Hash, by: &Change) -> Result<()>;
    async fn end_session(&self, token_hash: Hash, by: &Change) -> Result<()>;
    async fn end_all_sessions(&self, user_id: &str, by: &Change) -> Result<u64>;

    // --- applications
    async fn create_application(&self, new: NewApplicationRow, by: &Change) -> Result<Application>;
    /// For the protocol: any organization's. A point read: `active_credentials` is left 0 here.
    async fn find_client(&self, client_id: &str, now: Timestamp) -> Result<Option<Application>>;
    async fn find_application(
        &self,
        organization_id: &str,
        client_id: &str,
        now: Timestamp,
    ) -> Result<Option<Application>>;
    async fn list_applications(
        &self,
        organization_id: &str,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<Application>>;
    async fn edit_application(
        &self,
        organization_id: &str,
        client_id: &str,
        edit: ApplicationEdit,
        by: &Change,
    ) -> Result<ApplicationEdited>;
    /// The newest secret now ends at `old_expires_at`; older ones end at once (C36).
    async fn rotate_secret(
        &self,
        organization_id: &str,
        client_id: &str,
        new: ClientSecret,
        old_expires_at: Timestamp,
        by: &Change,
    ) -> Result<SecretRotated>;
    /// Queued, at most once a minute per secret; when an old secret in its grace period was used, audited.
    async fn note_secret_use(&self, client_id: &str, secret_id: &str, by: &Change) -> Result<()>;
    async fn revoke_application(
        &self,
        organization_id: &str,
        client_id: &str,
        by: &Change,
    ) -> Result<ApplicationEnded>;

    // --- agents
    async fn create_agent(&self, agent: Agent, by: &Change) -> Result<AgentSaved>;
    async fn find_agent(
        &self,
        organization_id: &str,
        agent_id: &str,
        now: Timestamp,
    ) -> Result<Option<Agent>>;
    async fn list_agents(
        &self,
        organization_id: &str,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<Agent>>;
    async fn edit_agent(
        &self,
        organization_id: &str,
        agent_id: &str,
        edit: AgentEdit,
        by: &Change,
    ) -> Result<AgentSaved>;
    async fn archive_agent(&self, organization_id: &str, agent_id: &str, by: &Change) -> Result<AgentEnded>;

    // --- authorization
    /// Refused (`false`) when 10,000 wait for sign-in already; of a session's own, the newest 50 are kept.
    async fn park_request(&self, id_hash: Hash, request: ParkedRequest, now: Timestamp) -> Result<bool>;
    async fn find_parked_request(&self, id_hash: Hash, now: Timestamp) -> Result<Option<ParkedRequest>>;
    /// Binds a request that waited for sign-in to the session that saw its consent page. `false` when gone or bound to another session.
    async fn bind_parked_request(
        &self,
        id_hash: Hash,
        session_hash: Hash,
        shown_digest: Hash,
        now: Timestamp,
    ) -> Result<bool>;
    /// Takes the parked request, records the decision and, when approved, the code: one transaction.
    async fn record_consent(
        &self,
        request_id_hash: Hash,
        decision: ConsentDecision,
        code: Option<NewCode>,
        by: &Change,
    ) -> Result<ConsentRecorded>;
    async fn redeem_code(&self, redemption: Redemption, by: &Change) -> Result<Redeemed>;
    /// Whether the code was issued to this client and can still be redeemed (for charging the rate limit).
    async fn is_live_code_of(&self, code_hash: Hash, client_id: &str, now: Timestamp) -> Result<bool>;

    // --- credentials
    async fn issue_credential(
        &self,
        organization_id: &str,
        new: NewCredential,
        by: &Change,
    ) -> Result<CredentialIssued>;
    /// Also ended ones; ask [`Credential::is_active`].
    async fn find_token(&self, token_hash: Hash) -> Result<Option<Credential>>;
    async fn find_credential(&self, organization_id: &str, credential_id: &str)
    -> Result<Option<Credential>>;
    async fn list_credentials(
        &self,
        organization_id: &str,
        agent_id: &str,
        filter: CredentialFilter,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<Credential>>;
    async fn revoke_credential(
        &self,
        organization_id: &str,
        credential_id: &str,
        reason: Option<String>,
        by: &Change,
    ) -> Result<CredentialEnded>;
    /// By possession (R60): `Unknown` when there is none.
    async fn revoke_token(&self, token_hash: Hash, by: &Change) -> Result<CredentialEnded>;
    async fn list_granted_applications(
        &self,
        organization_id: &str,
        agent_id: &str,
        now: Timestamp,
    ) -> Result<Vec<GrantedApplication>>;
    /// Ends all active credentials of the grant and its unspent codes; tells how many credentials.
    async fn revoke_grant(&self, organization_id: &str, grant: GrantKey, by: &Change) -> Result<u64>;

    // --- API keys
    async fn create_api_key(&self, key: ApiKey, key_hash: Hash, by: &Change) -> Result<()>;
    /// `None` when unknown, revoked, or its owner was removed.
    async fn find_api_key(&self, key_hash: Hash) -> Result<Option<ApiKey>>;
    async fn revoke_api_key(&self, organization_id: &str, key_id: &str, by: &Change) -> Result<ApiKeyEnded>;
    /// Queued, at most once a minute per key.
    async fn note_api_key_use(&self, key_id: &str, now: Timestamp) -> Result<()>;

    // --- audit and upkeep
    async fn list_audit_events(
        &self,
        organization_id: &str,
        filter: AuditFilter,
        page: PageRequest,
    ) -> Result<Page<AuditEvent>>;
    async fn verify_audit_chains(&self) -> Result<ChainVerdict>;
    /// Removes codes, sessions, parked requests and secrets whose time is over, in a small step; tells how many rows
    /// went. Call it again while it says more than 0.
    async fn remove_expired(&self, now: Timestamp) -> Result<u64>;
}
