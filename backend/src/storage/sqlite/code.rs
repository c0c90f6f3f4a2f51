//! Authorization codes: spent once, by whoever proves to be the one they were made for.

use super::agent;
use super::audit::{Event, append_with_reference};
use super::consent::{Facts, first_obstacle, standing};
use super::credential::{self, End, Issue, Origin};
use super::row::{Columns, execute, exists, find};
use crate::audit::Action;
use crate::clock::Timestamp;
use crate::storage::record::{BindingMismatch, Hash, Redeemed, Redemption};
use crate::storage::{Change, CredentialEnded, Result, StoreError};
use hasp_protocol::Mode;
use hasp_protocol::api::agent::RevocationPolicy;
use hasp_protocol::limits::{CODE_ATTEMPTS, CONCURRENT_INVOCATIONS_DEFAULT};
use hasp_protocol::secret::{constant_time_eq, hex};
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::time::Duration;

/// A code with what it is bound to.
struct Code {
    redirect_uri: String,
    code_challenge: String,
    expires_at: Timestamp,
    failed_attempts: u32,
    spent_at: Option<Timestamp>,
    credential_id: Option<String>,
    reused_at: Option<Timestamp>,
    consent_id: String,
    user_id: String,
    client_id: String,
    agent_id: String,
    agent_organization_id: String,
    mode: Mode,
    authorization_details: Value,
    details_digest: Hash,
    application_name: String,
    application_organization_id: String,
}

fn find_code(connection: &Connection, code_hash: Hash) -> Result<Option<Code>> {
    find(
        connection,
        "SELECT k.redirect_uri, k.code_challenge, k.expires_at, k.failed_attempts, k.spent_at, k.credential_id,
             k.reused_at, n.id, n.user_id, n.client_id, n.agent_id, n.agent_organization_id, n.mode,
             n.authorization_details, n.details_digest, p.display_name, p.organization_id
         FROM authorization_code k
         JOIN consent n ON n.id = k.consent_id
         JOIN application p ON p.client_id = n.client_id
         WHERE k.code_hash = ?1",
        [code_hash],
        |row| {
            let mut columns = Columns::new(row, "authorization_code");
            Ok(Code {
                redirect_uri: columns.text("redirect_uri")?,
                code_challenge: columns.text("code_challenge")?,
                expires_at: columns.time("expires_at")?,
                failed_attempts: columns.number("failed_attempts")?,
                spent_at: columns.optional_time("spent_at")?,
                credential_id: columns.optional_text("credential_id")?,
                reused_at: columns.optional_time("reused_at")?,
                consent_id: columns.of("consent").text("id")?,
                user_id: columns.text("user_id")?,
                client_id: columns.text("client_id")?,
                agent_id: columns.text("agent_id")?,
                agent_organization_id: columns.text("agent_organization_id")?,
                mode: columns.word("mode", Mode::parse)?,
                authorization_details: columns.json("authorization_details")?,
                details_digest: columns.hash("details_digest")?,
                application_name: columns.of("application").text("display_name")?,
                application_organization_id: columns.text("organization_id")?,
            })
        },
    )
}

pub(super) fn is_known(connection: &Connection, code_hash: Hash) -> Result<bool> {
    exists(connection, "SELECT 1 FROM authorization_code WHERE code_hash = ?1", [code_hash])
}

/// A code that is spent, expired or exhausted proves nothing: whoever once had one could otherwise charge the client for
/// ever.
pub(super) fn is_live_for(
    connection: &Connection,
    code_hash: Hash,
    client_id: &str,
    now: Timestamp,
) -> Result<bool> {
    exists(
        connection,
        "SELECT 1 FROM authorization_code k JOIN consent n ON n.id = k.consent_id
         WHERE k.code_hash = ?1 AND n.client_id = ?2 AND k.spent_at IS NULL AND k.expires_at > ?3
             AND k.failed_attempts < ?4",
        params![code_hash, client_id, now.0, CODE_ATTEMPTS],
    )
}

/// Only one transaction writes at a time, so of many redemptions one finds the code unspent (checklist 31).
pub(super) fn redeem(connection: &Connection, redemption: &Redemption, by: &Change) -> Result<Redeemed> {
    let Some(code) = find_code(connection, redemption.code_hash)? else { return Ok(Redeemed::Unknown) };
    if code.spent_at.is_none() && by.now >= code.expires_at {
        return Ok(Redeemed::Expired);
    }
    if let Some(mismatch) = code.mismatch(redemption) {
        return count_attempt(connection, redemption, &code, mismatch, by);
    }
    if code.spent_at.is_some() {
        return detect_reuse(connection, redemption, &code, by);
    }
    if code.failed_attempts >= CODE_ATTEMPTS {
        return Ok(Redeemed::TooManyAttempts);
    }
    issue(connection, redemption, &code, by)
}

impl Code {
    /// The first proof that does not fit (checklist 30, 33).
    fn mismatch(&self, redemption: &Redemption) -> Option<BindingMismatch> {
        // C8: OAuth 2.1 no longer sends the redirect URI here; PKCE binds the code.
        let redirect_fits = redemption.redirect_uri.as_ref().is_none_or(|sent| *sent == self.redirect_uri);
        if redemption.client_id != self.client_id {
            Some(BindingMismatch::Client)
        } else if !redirect_fits {
            Some(BindingMismatch::RedirectUri)
        } else if !constant_time_eq(redemption.code_challenge.as_bytes(), self.code_challenge.as_bytes()) {
            Some(BindingMismatch::Verifier)
        } else {
            None
        }
    }

    fn event(&self, action: Action, metadata: Value) -> Event<'_> {
        Event { action, entity: ("consent", &self.consent_id), mode: Some(self.mode), metadata }
    }

    fn append(&self, connection: &Connection, by: &Change, event: Event<'_>) -> Result<()> {
        let application = (self.client_id.as_str(), self.application_organization_id.as_str());
        append_with_reference(connection, &self.agent_organization_id, application, by, event)
    }
}

/// Wrong proofs burn and revoke nothing: whoever only has the code must not be able to end what its owner holds. The
/// fifth kills the code, so that a verifier cannot be guessed at.
fn count_attempt(
    connection: &Connection,
    redemption: &Redemption,
    code: &Code,
    mismatch: BindingMismatch,
    by: &Change,
) -> Result<Redeemed> {
    if code.failed_attempts >= CODE_ATTEMPTS {
        return Ok(Redeemed::TooManyAttempts);
    }
    let attempts = code.failed_attempts + 1;
    execute(
        connection,
        "UPDATE authorization_code SET failed_attempts = ?2 WHERE code_hash = ?1",
        params![redemption.code_hash, attempts],
    )?;
    if attempts == CODE_ATTEMPTS {
        let metadata =
            json!({ "client_id": code.client_id, "agent_id": code.agent_id, "attempts": attempts });
        code.append(connection, by, code.event(Action::CodeAttemptsExhausted, metadata))?;
    }
    Ok(Redeemed::WrongBinding { mismatch, attempts_left: CODE_ATTEMPTS - attempts })
}

/// The second redemption with the right proofs: one of the two was a thief's, so what the first produced ends
/// (checklist 32). Further ones change nothing more.
fn detect_reuse(
    connection: &Connection,
    redemption: &Redemption,
    code: &Code,
    by: &Change,
) -> Result<Redeemed> {
    if code.reused_at.is_some() {
        return Ok(Redeemed::Replayed { revoked_credential_id: None });
    }
    execute(
        connection,
        "UPDATE authorization_code SET reused_at = ?2 WHERE code_hash = ?1",
        params![redemption.code_hash, by.now.0],
    )?;
    let produced = code.credential_id.as_deref().unwrap_or_default();
    let metadata = json!({
        "client_id": code.client_id,
        "agent_id": code.agent_id,
        "credential_id": produced,
    });
    code.append(connection, by, code.event(Action::CodeReuseDetected, metadata))?;
    let Some(credential) = credential::find_by_id(connection, produced)? else {
        return Err(StoreError::Corrupt {
            table: "authorization_code",
            column: "credential_id",
            row: code.consent_id.clone(),
            reason: format!("no credential `{produced}`"),
        });
    };
    let end = End { reason: Some("code_reuse"), policy: RevocationPolicy::Kill };
    let revoked_credential_id = match credential::end(connection, credential, &end, by)? {
        CredentialEnded::Revoked(credential) => Some(credential.id),
        CredentialEnded::AlreadyEnded(_) | CredentialEnded::Unknown => None,
    };
    Ok(Redeemed::Replayed { revoked_credential_id })
}

/// Spends the code and makes the credential, when everything that was true at consent still is.
fn issue(connection: &Connection, redemption: &Redemption, code: &Code, by: &Change) -> Result<Redeemed> {
    let agent = agent::find_definition(connection, &code.agent_id)?;
    let standing = standing(connection, &code.client_id, &code.user_id)?;
    let obstacle = first_obstacle(Facts {
        application_is_active: standing.application_is_active,
        agent_is_active: agent.as_ref().is_some_and(|agent| agent.archived_at.is_none()),
        agent_allows: agent.as_ref().is_some_and(|agent| agent::allows(agent, &code.authorization_details)),
        user_is_member: standing.member_of.as_ref() == Some(&code.agent_organization_id),
    });
    let agent = match (obstacle, agent) {
        (Some(reason), _) => return Ok(Redeemed::NoLongerAllowed(reason)),
        (None, None) => return Ok(Redeemed::Unknown),
        (None, Some(agent)) => agent,
    };
    execute(
        connection,
        "UPDATE authorization_code SET spent_at = ?2, credential_id = ?3 WHERE code_hash = ?1 AND spent_at IS NULL",
        params![redemption.code_hash, by.now.0, redemption.credential_id],
    )?;
    let expires_in_seconds = u64::from(agent.default_expiry_hours) * 3_600;
    // Whole seconds, counted from the beginning of this one: `expires_in` is exact and never outlived (R24).
    let issued_at = by.now.whole_second();
    let (token_hash, prefix) = match code.mode {
        Mode::Live => (redemption.token_hash, &redemption.token_prefix),
        Mode::Test => (redemption.test_token_hash, &redemption.test_token_prefix),
    };
    let row = Issue {
        id: &redemption.credential_id,
        token_hash,
        prefix,
        agent_id: &code.agent_id,
        organization_id: &code.agent_organization_id,
        name: &credential_name(&code.application_name, issued_at),
        description: None,
        authorization_details: &code.authorization_details,
        details_digest: code.details_digest,
        origin: Some(Origin { client_id: &code.client_id, consent_id: &code.consent_id }),
        delegating_user_id: &code.user_id,
        mode: code.mode,
        revocation_policy: agent.default_revocation_policy,
        max_concurrent_invocations: CONCURRENT_INVOCATIONS_DEFAULT,
        issued_at,
        expires_at: issued_at.plus(Duration::from_secs(expires_in_seconds)),
    };
    let metadata = json!({
        "client_id": code.client_id,
        "agent_id": code.agent_id,
        "credential_id": redemption.credential_id,
        "details_digest": hex(&code.details_digest),
    });
    code.append(connection, by, code.event(Action::CodeRedeemed, metadata))?;
    credential::insert(connection, &row, by)?;
    Ok(credential::find_by_id(connection, &redemption.credential_id)?
        .map_or(Redeemed::Unknown, |credential| Redeemed::Issued { credential, expires_in_seconds }))
}

/// C29: the application's name and the day.
fn credential_name(application_name: &str, issued_at: Timestamp) -> String {
    let moment = issued_at.to_iso8601();
    let day = moment.split('T').next().unwrap_or_default();
    format!("{application_name} {day}")
}
