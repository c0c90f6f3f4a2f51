//! Audit events: their names, what of them is hashed, and how a chain of them is checked.
//!
//! Pure: where the events are kept, and that each is written in the transaction of its change, is the business of
//! `storage`. There is one chain per organization plus one for the platform (domain.md 5.6, C20).

use crate::clock::Timestamp;
use crate::storage::record::Hash;
use hasp_protocol::secret::{SecretKind, hex, sha256};
use serde_json::{Map, Value};

/// The chain of what belongs to no organization.
pub const PLATFORM_CHAIN: &str = "platform";

/// What the first event of a chain is linked to.
pub const GENESIS: Hash = [0; 32];

/// Stands first under every hash; a change of the format gets a new one.
const FORMAT: &str = "hasp-audit-1";

/// Everything that is recorded, `noun.verb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    OrganizationCreated,
    UserCreated,
    UserRemoved,
    UserSignedIn,
    UserReauthenticated,
    UserSignedOut,
    ApplicationCreated,
    ApplicationUpdated,
    ApplicationSecretRotated,
    ApplicationRevoked,
    ClientSecretGraceUse,
    AgentRegistered,
    AgentUpdated,
    AgentArchived,
    ConsentApproved,
    ConsentDenied,
    CodeRedeemed,
    CodeReuseDetected,
    CodeAttemptsExhausted,
    CredentialIssued,
    CredentialRevoked,
    GrantRevoked,
    ApiKeyCreated,
    ApiKeyRevoked,
}

impl Action {
    /// The word in the event.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Action::OrganizationCreated => "organization.created",
            Action::UserCreated => "user.created",
            Action::UserRemoved => "user.removed",
            Action::UserSignedIn => "user.signed_in",
            Action::UserReauthenticated => "user.reauthenticated",
            Action::UserSignedOut => "user.signed_out",
            Action::ApplicationCreated => "oauth_application.created",
            Action::ApplicationUpdated => "oauth_application.updated",
            Action::ApplicationSecretRotated => "oauth_application.secret_rotated",
            Action::ApplicationRevoked => "oauth_application.revoked",
            Action::ClientSecretGraceUse => "client_secret.grace_use",
            Action::AgentRegistered => "agent.registered",
            Action::AgentUpdated => "agent.updated",
            Action::AgentArchived => "agent.archived",
            Action::ConsentApproved => "oauth.consent_approved",
            Action::ConsentDenied => "oauth.consent_denied",
            Action::CodeRedeemed => "oauth.code_redeemed",
            Action::CodeReuseDetected => "oauth.code_reuse_detected",
            Action::CodeAttemptsExhausted => "oauth.code_attempts_exhausted",
            Action::CredentialIssued => "agent.credential_issued",
            Action::CredentialRevoked => "agent.credential_revoked",
            Action::GrantRevoked => "oauth.grant_revoked",
            Action::ApiKeyCreated => "api_key.created",
            Action::ApiKeyRevoked => "api_key.revoked",
        }
    }
}

/// One event's fields as they are stored; everything here is under the hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedFields<'a> {
    /// An organization's id or [`PLATFORM_CHAIN`].
    pub chain: &'a str,
    /// From 1, without gaps.
    pub sequence: u64,
    pub id: &'a str,
    pub mode: Option<&'a str>,
    pub user_id: Option<&'a str>,
    pub action: &'a str,
    pub entity_type: Option<&'a str>,
    pub entity_id: Option<&'a str>,
    /// The JSON text of [`metadata_text`], hashed as it is stored.
    pub metadata: &'a str,
    pub ip_address: Option<&'a str>,
    pub created_at: Timestamp,
}

/// SHA-256 over the compact JSON array `[format, previous hash in hex, id, organization id or null, sequence, mode,
/// user_id, action, entity_type, entity_id, metadata, ip_address, created_at in milliseconds]`.
///
/// The previous hash, the id and the mode are inside, so that deletion and reordering show (C20). The metadata goes in
/// as the stored text: re-serialising a parsed document could change a number's spelling and raise a false alarm.
#[must_use]
pub fn seal(previous_hash: &Hash, event: &SealedFields<'_>) -> Hash {
    let organization_id = (event.chain != PLATFORM_CHAIN).then_some(event.chain);
    let fields = [
        quoted(Some(FORMAT)),
        quoted(Some(&hex(previous_hash))),
        quoted(Some(event.id)),
        quoted(organization_id),
        event.sequence.to_string(),
        quoted(event.mode),
        quoted(event.user_id),
        quoted(Some(event.action)),
        quoted(event.entity_type),
        quoted(event.entity_id),
        event.metadata.to_owned(),
        quoted(event.ip_address),
        event.created_at.0.to_string(),
    ];
    sha256(format!("[{}]", fields.join(",")).as_bytes())
}

/// A JSON string, or `null`.
fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), |text| Value::from(text).to_string())
}

/// Metadata as it is stored and hashed: keys sorted at every level, no white space, and nothing secret-shaped in it.
#[must_use]
pub fn metadata_text(metadata: Map<String, Value>) -> String {
    let mut value = Value::Object(metadata);
    redact(&mut value);
    value.sort_all_objects();
    value.to_string()
}

/// Replaces the body of anything that looks like one of our secrets in any string. People paste tokens into the
/// strangest fields (a revocation's reason, an agent's name); the audit log keeps for years and is exported (R92).
fn redact(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(clean) = without_secrets(text) {
                *text = clean;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::Object(members) => {
            members.values_mut().for_each(redact);
            if members.keys().any(|key| without_secrets(key).is_some()) {
                *members = std::mem::take(members)
                    .into_iter()
                    .map(|(key, value)| (without_secrets(&key).unwrap_or(key), value))
                    .collect();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text with every secret's body replaced, when there is one.
#[must_use]
pub fn without_secrets(text: &str) -> Option<String> {
    let mut clean = String::new();
    let mut rest = text;
    while let Some((start, end)) = find_secret(rest) {
        clean.push_str(&rest[..start]);
        clean.push_str("[redacted]");
        rest = &rest[end..];
    }
    if clean.is_empty() { None } else { Some(clean + rest) }
}

/// Where the body of the first secret in `text` begins and ends; the prefix stays readable.
fn find_secret(text: &str) -> Option<(usize, usize)> {
    /// Shorter runs are words that happen to follow a prefix; a cut-off secret is still one.
    const SUSPICIOUS: usize = 20;
    let mut from = 0;
    while let Some(found) = text[from..].find("hasp_") {
        let candidate = from + found;
        let body = SecretKind::ALL
            .iter()
            .filter(|kind| text[candidate..].starts_with(kind.prefix()))
            .map(|kind| candidate + kind.prefix().len())
            .max();
        if let Some(body) = body {
            let length = text[body..].bytes().take_while(u8::is_ascii_alphanumeric).count();
            if length >= SUSPICIOUS {
                return Some((body, body + length));
            }
        }
        from = candidate + "hasp_".len();
    }
    None
}

/// Why an event does not fit its chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("gap: event {expected} is missing")]
    Gap { expected: u64 },
    #[error("wrong previous hash: not linked to the event before it")]
    WrongPrevious,
    #[error("hash mismatch: the event was changed after it was written")]
    HashMismatch,
}

/// Walks one chain from its first event.
#[derive(Clone, Debug)]
pub struct ChainCheck {
    sequence: u64,
    hash: Hash,
}

impl Default for ChainCheck {
    fn default() -> Self {
        ChainCheck { sequence: 0, hash: GENESIS }
    }
}

impl ChainCheck {
    /// Takes the next stored event.
    ///
    /// # Errors
    /// When it is not the one that follows, or not what was written.
    pub fn accept(
        &mut self,
        event: &SealedFields<'_>,
        previous_hash: &Hash,
        hash: &Hash,
    ) -> Result<(), Fault> {
        if event.sequence != self.sequence + 1 {
            return Err(Fault::Gap { expected: self.sequence + 1 });
        }
        if *previous_hash != self.hash {
            return Err(Fault::WrongPrevious);
        }
        if seal(previous_hash, event) != *hash {
            return Err(Fault::HashMismatch);
        }
        self.sequence = event.sequence;
        self.hash = *hash;
        Ok(())
    }

    /// How many events it took, and the last one's hash.
    #[must_use]
    pub const fn head(&self) -> (u64, Hash) {
        (self.sequence, self.hash)
    }
}

#[cfg(test)]
mod tests;
