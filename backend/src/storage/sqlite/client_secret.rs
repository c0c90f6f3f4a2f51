//! Client secrets: at most two authenticate at a time, and every one has an end once it was rotated.

use super::application::find_in_organization;
use super::audit::{Event, append};
use super::row::{Columns, execute, find, list};
use crate::audit::Action;
use crate::clock::Timestamp;
use crate::storage::record::ClientSecret;
use crate::storage::{Change, Result, SecretRotated};
use hasp_protocol::limits::GRACE_HOURS_MAX;
use hasp_protocol::{ClientType, Mode};
use rusqlite::{Connection, params};
use serde_json::json;
use std::time::Duration;

/// The current one first, then by age; those whose deadline passed are left out (C36, checklist 40).
pub(super) fn live(connection: &Connection, client_id: &str, now: Timestamp) -> Result<Vec<ClientSecret>> {
    list(
        connection,
        "SELECT id, secret_hash, last_four, created_at, last_used_at, expires_at FROM client_secret
         WHERE client_id = ?1 AND (expires_at IS NULL OR expires_at > ?2) 
         ORDER BY expires_at IS NOT NULL, created_at DESC, id DESC",
        params![client_id, now.0],
        |row| {
            let mut columns = Columns::new(row, "client_secret");
            Ok(ClientSecret {
                id: columns.text("id")?,
                secret_hash: columns.hash("secret_hash")?,
                last_four: columns.text("last_four")?,
                created_at: columns.time("created_at")?,
                last_used_at: columns.optional_time("last_used_at")?,
                expires_at: columns.optional_time("expires_at")?,
            })
        },
    )
}

pub(super) fn insert(connection: &Connection, client_id: &str, secret: &ClientSecret) -> Result<()> {
    execute(
        connection,
        "INSERT INTO client_secret (client_id, id, secret_hash, last_four, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![client_id, secret.id, secret.secret_hash, secret.last_four, secret.created_at.0],
    )
    .map(drop)
}

/// At most two live secrets remain: the new one, and the newest before it until its deadline (C36).
pub(super) fn rotate(
    connection: &Connection,
    organization_id: &str,
    client_id: &str,
    new: &ClientSecret,
    old_expires_at: Timestamp,
    by: &Change,
) -> Result<SecretRotated> {
    let Some(application) = find_in_organization(connection, organization_id, client_id, by.now)? else {
        return Ok(SecretRotated::Unknown);
    };
    if application.revoked_at.is_some() {
        return Ok(SecretRotated::Revoked);
    }
    if application.client_type == ClientType::Public {
        return Ok(SecretRotated::Public);
    }
    // R29: at most 24 hours, whatever the caller computed.
    let latest = by.now.plus(Duration::from_secs(u64::from(GRACE_HOURS_MAX) * 3_600));
    let deadline = old_expires_at.min(latest);
    let previous = application.secrets.first().filter(|_| deadline > by.now);
    execute(
        connection,
        "DELETE FROM client_secret WHERE client_id = ?1 AND id <> ?2",
        params![client_id, previous.map_or("", |secret| &secret.id)],
    )?;
    execute(
        connection,
        "UPDATE client_secret SET expires_at = ?2
         WHERE client_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
        params![client_id, deadline.0],
    )?;
    insert(connection, client_id, new)?;
    execute(
        connection,
        "UPDATE application SET updated_at = ?2 WHERE client_id = ?1",
        params![client_id, by.now.0],
    )?;
    let ended: Vec<&str> = application
        .secrets
        .iter()
        .filter(|secret| previous.is_none_or(|previous| previous.id != secret.id))
        .map(|secret| secret.id.as_str())
        .collect();
    let event = Event {
        action: Action::ApplicationSecretRotated,
        entity: ("application", client_id),
        mode: Some(application.mode),
        metadata: json!({
            "secret_id": new.id,
            "previous_secret_id": previous.map(|secret| &secret.id),
            "previous_secret_expires_at": previous.map(|_| deadline.to_iso8601()),
            "ended_secret_ids": ended,
        }),
    };
    append(connection, organization_id, by, event)?;
    let rotated =
        find_in_organization(connection, organization_id, client_id, by.now)?.unwrap_or(application);
    Ok(SecretRotated::Rotated(rotated))
}

/// Last use and deadline of a secret that is still stored.
fn find_use(connection: &Connection, client_id: &str, secret_id: &str) -> Result<Option<SecretUse>> {
    find(
        connection,
        "SELECT s.last_used_at, s.expires_at, p.organization_id, p.mode
         FROM client_secret s JOIN application p ON p.client_id = s.client_id
         WHERE s.client_id = ?1 AND s.id = ?2",
        [client_id, secret_id],
        |row| {
            let mut columns = Columns::new(row, "client_secret");
            Ok(SecretUse {
                last_used_at: columns.optional_time("last_used_at")?,
                expires_at: columns.optional_time("expires_at")?,
                organization_id: columns.text("organization_id")?,
                mode: columns.word("mode", Mode::parse)?,
            })
        },
    )
}

struct SecretUse {
    last_used_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    organization_id: String,
    mode: Mode,
}

/// Whether a minute has passed since the last use that was written.
pub(super) fn use_is_due(
    connection: &Connection,
    client_id: &str,
    secret_id: &str,
    now: Timestamp,
) -> Result<bool> {
    let secret = find_use(connection, client_id, secret_id)?;
    Ok(secret.is_some_and(|secret| super::use_is_due(secret.last_used_at, now)))
}

/// The use of an old secret in its grace period is audited (checklist 40): it shows who still has to change over.
pub(super) fn note_use(connection: &Connection, client_id: &str, secret_id: &str, by: &Change) -> Result<()> {
    let Some(secret) = find_use(connection, client_id, secret_id)? else { return Ok(()) };
    if !super::use_is_due(secret.last_used_at, by.now) {
        return Ok(());
    }
    execute(
        connection,
        "UPDATE client_secret SET last_used_at = ?3 WHERE client_id = ?1 AND id = ?2",
        params![client_id, secret_id, by.now.0],
    )?;
    let Some(expires_at) = secret.expires_at else { return Ok(()) };
    let event = Event {
        action: Action::ClientSecretGraceUse,
        entity: ("application", client_id),
        mode: Some(secret.mode),
        metadata: json!({ "secret_id": secret_id, "secret_expires_at": expires_at.to_iso8601() }),
    };
    append(connection, &secret.organization_id, by, event).map(drop)
}
