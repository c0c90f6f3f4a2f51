//! Credentials, and from what it follows that one is dead.
//!
//! Nothing of a credential is written when its application, agent or user ends: [`read_credential`] derives its end from
//! their rows, so that the end of an application with a million credentials is the change of one row.

use super::audit::{Event, append, append_with_reference};
use super::page;
use super::row::{Columns, execute, find, list};
use crate::audit::{Action, without_secrets};
use crate::clock::Timestamp;
use crate::storage::record::{Credential, Hash, NewCredential};
use crate::storage::{Change, CredentialEnded, CredentialFilter, CredentialIssued, PageRequest, Result};
use hasp_protocol::Mode;
use hasp_protocol::api::Page;
use hasp_protocol::api::agent::RevocationPolicy;
use hasp_protocol::secret::hex;
use rusqlite::{Connection, Params, Row, params};
use serde_json::{Value, json};
use std::time::Duration;

const CREDENTIAL: &str = "c.id, c.agent_id, a.name, c.organization_id, c.name, c.description, \
    c.authorization_details, c.details_digest, c.client_id, p.display_name, c.consent_id, c.delegating_user_id, \
    u.display_name, c.mode, c.prefix, c.revocation_policy, c.max_concurrent_invocations, c.issued_at, c.expires_at, \
    c.revoked_at, c.revocation_reason, p.revoked_at, a.archived_at, u.removed_at";

const FROM: &str = "credential c
    JOIN agent a ON a.id = c.agent_id
    JOIN user_account u ON u.id = c.delegating_user_id
    LEFT JOIN application p ON p.client_id = c.client_id";

/// The same derivation as in [`read_credential`], for filters: ended by somebody before its time was over.
const IS_REVOKED: &str = "(c.revoked_at IS NOT NULL OR COALESCE(p.revoked_at < c.expires_at, FALSE)
    OR COALESCE(a.archived_at < c.expires_at, FALSE) OR COALESCE(u.removed_at < c.expires_at, FALSE))";

fn read_credential(row: &Row<'_>) -> Result<Credential> {
    let mut columns = Columns::new(row, "credential");
    let mut credential = Credential {
        id: columns.text("id")?,
        agent_id: columns.text("agent_id")?,
        agent_name: columns.text("agent.name")?,
        organization_id: columns.text("organization_id")?,
        name: columns.text("name")?,
        description: columns.optional_text("description")?,
        authorization_details: columns.json("authorization_details")?,
        details_digest: columns.hash("details_digest")?,
        client_id: columns.optional_text("client_id")?,
        application_name: columns.optional_text("application.display_name")?,
        consent_id: columns.optional_text("consent_id")?,
        delegating_user_id: columns.text("delegating_user_id")?,
        delegating_user_display_name: columns.text("user_account.display_name")?,
        mode: columns.word("mode", Mode::parse)?,
        prefix: columns.text("prefix")?,
        revocation_policy: columns.word("revocation_policy", super::agent::parse_policy)?,
        max_concurrent_invocations: columns.number("max_concurrent_invocations")?,
        issued_at: columns.time("issued_at")?,
        expires_at: columns.time("expires_at")?,
        revoked_at: columns.optional_time("revoked_at")?,
        revocation_reason: columns.optional_text("revocation_reason")?,
    };
    for reason in ["application_revoked", "agent_archived", "user_removed"] {
        let Some(ended_at) = columns.optional_time(reason)? else { continue };
        // Expired is not revoked: an end after its time changed nothing for it (domain.md 5.2).
        let in_time = ended_at < credential.expires_at;
        if in_time && credential.revoked_at.is_none_or(|revoked_at| ended_at < revoked_at) {
            credential.revoked_at = Some(ended_at);
            credential.revocation_reason = Some(reason.to_owned());
        }
    }
    Ok(credential)
}

fn find_one(connection: &Connection, condition: &str, params: impl Params) -> Result<Option<Credential>> {
    find(connection, &format!("SELECT {CREDENTIAL} FROM {FROM} WHERE {condition}"), params, read_credential)
}

pub(super) fn find_by_token(connection: &Connection, token_hash: Hash) -> Result<Option<Credential>> {
    find_one(connection, "c.token_hash = ?1", [token_hash])
}

pub(super) fn find_by_id(connection: &Connection, credential_id: &str) -> Result<Option<Credential>> {
    find_one(connection, "c.id = ?1", [credential_id])
}

pub(super) fn find_in_organization(
    connection: &Connection,
    organization_id: &str,
    credential_id: &str,
) -> Result<Option<Credential>> {
    find_one(connection, "c.id = ?1 AND c.organization_id = ?2", [credential_id, organization_id])
}

pub(super) fn list_of_agent(
    connection: &Connection,
    organization_id: &str,
    agent_id: &str,
    filter: CredentialFilter,
    request: &PageRequest,
    now: Timestamp,
) -> Result<Page<Credential>> {
    let Some(start) = page::start(request, "") else { return Ok(page::empty()) };
    let condition = match filter {
        CredentialFilter::Active => format!("NOT {IS_REVOKED} AND c.expires_at > ?4"),
        CredentialFilter::Revoked => format!("{IS_REVOKED} AND ?4 IS NOT NULL"),
        CredentialFilter::Expired => format!("NOT {IS_REVOKED} AND c.expires_at <= ?4"),
        CredentialFilter::All => "?4 IS NOT NULL".to_owned(),
    };
    let sql = format!(
        "SELECT {CREDENTIAL} FROM {FROM}
         WHERE c.agent_id = ?1 AND c.organization_id = ?2 AND c.id < ?3 AND {condition}
         ORDER BY c.id DESC LIMIT ?5"
    );
    let params = params![agent_id, organization_id, start.before, now.0, start.fetch];
    let found = list(connection, &sql, params, read_credential)?;
    Ok(page::finish(found, request, |credential| credential.id.clone()))
}

/// The active ones that a user gave to an application for an agent.
pub(super) fn active_of_grant(
    connection: &Connection,
    agent_id: &str,
    client_id: &str,
    user_id: &str,
    now: Timestamp,
) -> Result<Vec<Credential>> {
    let sql = format!(
        "SELECT {CREDENTIAL} FROM {FROM}
         WHERE c.agent_id = ?1 AND c.client_id = ?2 AND c.delegating_user_id = ?3 AND c.revoked_at IS NULL
             AND c.expires_at > ?4
         ORDER BY c.id"
    );
    let mut found = list(connection, &sql, params![agent_id, client_id, user_id, now.0], read_credential)?;
    found.retain(|credential| credential.is_active(now));
    Ok(found)
}

/// A row to be.
pub(super) struct Issue<'a> {
    pub(super) id: &'a str,
    pub(super) token_hash: Hash,
    pub(super) prefix: &'a str,
    pub(super) agent_id: &'a str,
    pub(super) organization_id: &'a str,
    pub(super) name: &'a str,
    pub(super) description: Option<&'a str>,
    pub(super) authorization_details: &'a Value,
    pub(super) details_digest: Hash,
    /// Client, consent, and the application's organization.
    pub(super) origin: Option<Origin<'a>>,
    pub(super) delegating_user_id: &'a str,
    pub(super) mode: Mode,
    pub(super) revocation_policy: RevocationPolicy,
    pub(super) max_concurrent_invocations: u32,
    /// Whole seconds, both.
    pub(super) issued_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// The OAuth flow that a credential came out of.
pub(super) struct Origin<'a> {
    pub(super) client_id: &'a str,
    pub(super) consent_id: &'a str,
}

/// Stores it and records that it was issued.
pub(super) fn insert(connection: &Connection, issue: &Issue<'_>, by: &Change) -> Result<()> {
    let client_id = issue.origin.as_ref().map(|origin| origin.client_id);
    let consent_id = issue.origin.as_ref().map(|origin| origin.consent_id);
    execute(
        connection,
        "INSERT INTO credential (id, token_hash, agent_id, organization_id, name, description, authorization_details,
             details_digest, client_id, consent_id, delegating_user_id, mode, prefix, revocation_policy,
             max_concurrent_invocations, issued_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        params![
            issue.id,
            issue.token_hash,
            issue.agent_id,
            issue.organization_id,
            issue.name,
            issue.description,
            issue.authorization_details.to_string(),
            issue.details_digest,
            client_id,
            consent_id,
            issue.delegating_user_id,
            issue.mode.as_str(),
            issue.prefix,
            issue.revocation_policy.as_str(),
            issue.max_concurrent_invocations,
            issue.issued_at.0,
            issue.expires_at.0
        ],
    )?;
    let mut metadata = json!({
        "agent_id": issue.agent_id,
        "client_id": client_id,
        "consent_id": consent_id,
        "delegating_user_id": issue.delegating_user_id,
        "details_digest": hex(&issue.details_digest),
        "expires_at": issue.expires_at.to_iso8601(),
        "revocation_policy": issue.revocation_policy.as_str(),
    });
    if issue.origin.is_none() {
        // Nobody consented to them on a page, so this event is where they are recorded.
        metadata["authorization_details"] = issue.authorization_details.clone();
    }
    let event = Event {
        action: Action::CredentialIssued,
        entity: ("credential", issue.id),
        mode: Some(issue.mode),
        metadata,
    };
    append(connection, issue.organization_id, by, event).map(drop)
}

/// Issued without the OAuth flow, by a member or an API key (A5).
pub(super) fn issue(
    connection: &Connection,
    organization_id: &str,
    new: &NewCredential,
    by: &Change,
) -> Result<CredentialIssued> {
    let agent = super::agent::find_definition(connection, &new.agent_id)?
        .filter(|agent| agent.organization_id == organization_id);
    let Some(agent) = agent else { return Ok(CredentialIssued::AgentUnknown) };
    if agent.archived_at.is_some() {
        return Ok(CredentialIssued::AgentArchived);
    }
    if !super::agent::allows(&agent, &new.authorization_details) {
        return Ok(CredentialIssued::TypeNotAllowed);
    }
    let issued_at = by.now.whole_second();
    let default_expiry = issued_at.plus(Duration::from_secs(u64::from(agent.default_expiry_hours) * 3_600));
    let row = Issue {
        id: &new.id,
        token_hash: new.token_hash,
        prefix: &new.token_prefix,
        agent_id: &new.agent_id,
        organization_id,
        name: &new.name,
        description: new.description.as_deref(),
        authorization_details: &new.authorization_details,
        details_digest: new.details_digest,
        origin: None,
        delegating_user_id: &new.delegating_user_id,
        mode: new.mode,
        revocation_policy: new.revocation_policy.unwrap_or(agent.default_revocation_policy),
        max_concurrent_invocations: new.max_concurrent_invocations,
        issued_at,
        expires_at: new.expires_at.map_or(default_expiry, Timestamp::whole_second),
    };
    insert(connection, &row, by)?;
    // The row was just written in this transaction; an absent one would be the agent's doing.
    Ok(find_by_id(connection, &new.id)?.map_or(CredentialIssued::AgentUnknown, CredentialIssued::Issued))
}

/// Why and how a credential ends by itself.
pub(super) struct End<'a> {
    pub(super) reason: Option<&'a str>,
    pub(super) policy: RevocationPolicy,
}

/// Ends an active credential; an ended one stays as it is, without an event.
pub(super) fn end(
    connection: &Connection,
    mut credential: Credential,
    end: &End<'_>,
    by: &Change,
) -> Result<CredentialEnded> {
    if !credential.is_active(by.now) {
        return Ok(CredentialEnded::AlreadyEnded(credential));
    }
    let reason = end.reason.map(|reason| without_secrets(reason).unwrap_or_else(|| reason.to_owned()));
    execute(
        connection,
        "UPDATE credential SET revoked_at = ?2, revocation_reason = ?3, revoked_by = ?4 WHERE id = ?1",
        params![credential.id, by.now.0, reason, by.user_id],
    )?;
    let event = Event {
        action: Action::CredentialRevoked,
        entity: ("credential", &credential.id),
        mode: Some(credential.mode),
        metadata: json!({
            "credential_id": credential.id,
            "agent_id": credential.agent_id,
            "client_id": credential.client_id,
            "actor_user_id": by.user_id,
            "delegating_user_id": credential.delegating_user_id,
            "revocation_policy": end.policy.as_str(),
            "reason": reason,
            "cascade_revoked_credential_ids": [],
        }),
    };
    match owner(connection, &credential)? {
        Some((client_id, organization_id)) => {
            let application = (client_id.as_str(), organization_id.as_str());
            append_with_reference(connection, &credential.organization_id, application, by, event)?;
        }
        None => append(connection, &credential.organization_id, by, event).map(drop)?,
    }
    credential.revoked_at = Some(by.now);
    credential.revocation_reason = reason;
    Ok(CredentialEnded::Revoked(credential))
}

/// The application that it was issued through, and the organization of that one.
fn owner(connection: &Connection, credential: &Credential) -> Result<Option<(String, String)>> {
    let Some(client_id) = &credential.client_id else { return Ok(None) };
    find(
        connection,
        "SELECT client_id, organization_id FROM application WHERE client_id = ?1",
        [client_id],
        |row| {
            let mut columns = Columns::new(row, "application");
            Ok((columns.text("client_id")?, columns.text("organization_id")?))
        },
    )
}

pub(super) fn revoke(
    connection: &Connection,
    organization_id: &str,
    credential_id: &str,
    reason: Option<&str>,
    by: &Change,
) -> Result<CredentialEnded> {
    let Some(credential) = find_in_organization(connection, organization_id, credential_id)? else {
        return Ok(CredentialEnded::Unknown);
    };
    let policy = credential.revocation_policy;
    end(connection, credential, &End { reason, policy }, by)
}

/// By whoever holds the token (R60).
pub(super) fn revoke_by_token(
    connection: &Connection,
    token_hash: Hash,
    by: &Change,
) -> Result<CredentialEnded> {
    let Some(credential) = find_by_token(connection, token_hash)? else {
        return Ok(CredentialEnded::Unknown);
    };
    let policy = credential.revocation_policy;
    end(connection, credential, &End { reason: Some("token_revocation"), policy }, by)
}
