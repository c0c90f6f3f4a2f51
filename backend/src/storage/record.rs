//! What is stored, as domain types. Times are [`Timestamp`]s; hashes are SHA-256.

use crate::clock::Timestamp;
use hasp_protocol::api::agent::RevocationPolicy;
use hasp_protocol::api::session::Role;
use hasp_protocol::secret::sha256;
use hasp_protocol::{ClientType, Mode};
use serde_json::Value;

/// SHA-256 of a token, code, secret or cookie.
pub type Hash = [u8; 32];

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    pub id: String,
    pub name: String,
    pub created_at: Timestamp,
}

/// A human with a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: String,
    pub organization_id: String,
    pub email: String,
    pub display_name: String,
    pub role: Role,
    /// argon2id PHC string.
    pub password_hash: String,
    /// Set when the member was removed: nothing they delegated lives on.
    pub removed_at: Option<Timestamp>,
}

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub token_hash: Hash,
    pub user: User,
    pub organization: Organization,
    pub created_at: Timestamp,
    /// When the password was last given.
    pub authenticated_at: Timestamp,
    pub last_seen_at: Timestamp,
}

/// An OAuth client with its live secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    pub client_id: String,
    pub organization_id: String,
    pub organization_name: String,
    pub display_name: String,
    pub client_type: ClientType,
    pub redirect_uris: Vec<String>,
    pub homepage_url: Option<String>,
    pub icon_url: Option<String>,
    pub mode: Mode,
    /// Newest first; those whose deadline passed are left out by the reader's `now`.
    pub secrets: Vec<ClientSecret>,
    pub active_credentials: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// A stored client secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSecret {
    pub id: String,
    pub secret_hash: Hash,
    pub last_four: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

/// An agent definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    pub id: String,
    pub organization_id: String,
    pub name: String,
    pub description: Option<String>,
    pub capabilities: Vec<String>,
    pub default_expiry_hours: u32,
    pub default_revocation_policy: RevocationPolicy,
    pub allowed_scope_types: Option<Vec<String>>,
    pub active_credentials: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub archived_at: Option<Timestamp>,
}

/// An authorize request that waits on the server: for sign-in, or for the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedRequest {
    /// The raw query string, exactly as it arrived; validated again at each step.
    pub query: String,
    /// Bound to a session once its consent page was shown.
    pub session_hash: Option<Hash>,
    /// What the page showed, see [`shown_digest`].
    pub shown_digest: Option<Hash>,
    pub expires_at: Timestamp,
}

/// One decision of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentDecision {
    pub consent_id: String,
    pub approved: bool,
    pub user_id: String,
    pub client_id: String,
    pub agent_id: String,
    pub agent_organization_id: String,
    pub mode: Mode,
    /// Complete and verbatim (R80).
    pub authorization_details: Value,
    pub details_digest: Hash,
    /// Labels, application name and URLs as the person saw them.
    pub shown: Value,
}

/// Digest of all that a consent page shows and its record keeps: the canonical details and the words around them. An
/// application that is renamed while the page is open must not be recorded under its new name.
#[must_use]
pub fn shown_digest(details_digest: &Hash, shown: &Value) -> Hash {
    sha256(&[details_digest.as_slice(), shown.to_string().as_bytes()].concat())
}

/// The code that an approval makes; stored with its consent in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCode {
    pub code_hash: Hash,
    pub redirect_uri: String,
    pub code_challenge: String,
    pub expires_at: Timestamp,
}

/// What the redeemer proved, and the credential to make if the code allows it.
#[derive(Clone, Debug)]
pub struct Redemption {
    pub code_hash: Hash,
    /// The authenticated (confidential) or named (public) client.
    pub client_id: String,
    /// Compared when sent (C8).
    pub redirect_uri: Option<String>,
    /// The S256 challenge of the verifier that was sent.
    pub code_challenge: String,
    /// Narrowing (checklist 43) is a later issue; the details are the code's.
    pub credential_id: String,
    pub token_hash: Hash,
    pub token_prefix: String,
    /// The kind of token differs by mode, so both are prepared: used when the code's mode is `test`.
    pub test_token_hash: Hash,
    pub test_token_prefix: String,
}

/// How a redemption ended.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "made and taken apart once; a box would only add an allocation"
)]
pub enum Redeemed {
    /// The code is spent and the credential exists.
    Issued { credential: Credential, expires_in_seconds: u64 },
    /// No such code.
    Unknown,
    /// Its time is over.
    Expired,
    /// Already spent; the proofs were right, so what it produced is revoked (checklist 32).
    Replayed { revoked_credential_id: Option<String> },
    /// Wrong client, redirect URI or verifier; nothing burned. The fifth kills the code (checklist 33).
    WrongBinding { mismatch: BindingMismatch, attempts_left: u32 },
    /// Killed by five wrong attempts.
    TooManyAttempts,
    /// Application, agent, types or membership no longer allow it.
    NoLongerAllowed(NoLongerAllowed),
}

/// The first proof that did not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingMismatch {
    Client,
    RedirectUri,
    Verifier,
}

/// What changed between consent and redemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLongerAllowed {
    ApplicationRevoked,
    AgentArchived,
    TypeNotAllowed,
    UserRemoved,
}

/// A credential with the facts its surfaces need.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential {
    pub id: String,
    pub agent_id: String,
    pub agent_name: String,
    pub organization_id: String,
    pub name: String,
    pub description: Option<String>,
    /// As granted.
    pub authorization_details: Value,
    pub details_digest: Hash,
    pub client_id: Option<String>,
    pub application_name: Option<String>,
    pub consent_id: Option<String>,
    pub delegating_user_id: String,
    pub delegating_user_display_name: String,
    pub mode: Mode,
    pub prefix: String,
    pub revocation_policy: RevocationPolicy,
    pub max_concurrent_invocations: u32,
    /// Whole seconds.
    pub issued_at: Timestamp,
    /// `issued_at` + lifetime, whole seconds.
    pub expires_at: Timestamp,
    /// Derived: its own revocation, or its application's, agent's or user's end, whichever came first.
    pub revoked_at: Option<Timestamp>,
    pub revocation_reason: Option<String>,
}

impl Credential {
    /// Whether it works at `now`.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// A credential issued directly (A5).
#[derive(Clone, Debug)]
pub struct NewCredential {
    pub id: String,
    pub agent_id: String,
    pub name: String,
    pub description: Option<String>,
    pub authorization_details: Value,
    pub details_digest: Hash,
    pub delegating_user_id: String,
    pub mode: Mode,
    pub token_hash: Hash,
    pub token_prefix: String,
    pub revocation_policy: Option<RevocationPolicy>,
    pub max_concurrent_invocations: u32,
    /// `None`: the agent's default.
    pub expires_at: Option<Timestamp>,
}

/// A key for unattended access (R27).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: String,
    pub organization_id: String,
    pub name: String,
    pub scopes: Vec<String>,
    pub mode: Mode,
    pub owner: User,
    pub prefix: String,
    pub last_four: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// One application as granted to an agent by one user (R81).
#[derive(Clone, Debug, PartialEq)]
pub struct GrantedApplication {
    pub client_id: String,
    pub display_name: String,
    pub organization_name: String,
    pub mode: Mode,
    pub user_id: String,
    pub user_display_name: String,
    pub approved_at: Timestamp,
    pub authorization_details: Value,
    pub labels: Vec<String>,
    pub active_credentials: u64,
    pub expires_at: Option<Timestamp>,
}

/// One row of an organization's chain (or of the platform's, when `organization_id` is `None`).
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEvent {
    pub id: String,
    pub organization_id: Option<String>,
    pub sequence: u64,
    pub action: String,
    pub entity_type: Option<String>,
    pub entity_id: Option<String>,
    pub user_id: Option<String>,
    pub user_display_name: Option<String>,
    pub ip_address: Option<String>,
    pub mode: Option<Mode>,
    pub metadata: Value,
    pub previous_hash: Hash,
    pub hash: Hash,
    pub created_at: Timestamp,
}
