//! Sessions of signed-in browsers, keyed by the hash of their cookie.

use super::audit::{Event, append_as};
use super::organization::{ORGANIZATION, USER, read_organization, read_user};
use super::row::{Columns, execute, find};
use crate::audit::Action;
use crate::clock::Timestamp;
use crate::storage::record::{Hash, Session};
use crate::storage::{Change, Result};
use hasp_protocol::limits::{SESSION_ABSOLUTE_SECONDS, SESSION_IDLE_SECONDS};
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) fn create(connection: &Connection, token_hash: Hash, user_id: &str, by: &Change) -> Result<()> {
    execute(
        connection,
        "INSERT INTO session (token_hash, user_id, created_at, authenticated_at, last_seen_at)
         VALUES (?1, ?2, ?3, ?3, ?3)",
        params![token_hash, user_id, by.now.0],
    )?;
    record(connection, Action::UserSignedIn, user_id, json!({}), by)
}

pub(super) fn find_live(
    connection: &Connection,
    token_hash: Hash,
    now: Timestamp,
) -> Result<Option<Session>> {
    let sql = format!(
        "SELECT s.token_hash, s.created_at, s.authenticated_at, s.last_seen_at, {USER}, {ORGANIZATION}
         FROM session s
         JOIN user_account u ON u.id = s.user_id
         JOIN organization o ON o.id = u.organization_id
         WHERE s.token_hash = ?1"
    );
    let session = find(connection, &sql, [token_hash], |row| {
        let mut columns = Columns::new(row, "session");
        Ok(Session {
            token_hash: columns.hash("token_hash")?,
            created_at: columns.time("created_at")?,
            authenticated_at: columns.time("authenticated_at")?,
            last_seen_at: columns.time("last_seen_at")?,
            user: read_user(&mut columns)?,
            organization: read_organization(&mut columns)?,
        })
    })?;
    Ok(session.filter(|session| {
        session.user.removed_at.is_none()
            && now.since(session.last_seen_at) < Duration::from_secs(SESSION_IDLE_SECONDS)
            && now.since(session.created_at) < Duration::from_secs(SESSION_ABSOLUTE_SECONDS)
    }))
}

/// Never backwards: two requests may finish in either order.
pub(super) fn touch(connection: &Connection, token_hash: Hash, now: Timestamp) -> Result<()> {
    execute(
        connection,
        "UPDATE session SET last_seen_at = ?2 WHERE token_hash = ?1 AND last_seen_at < ?2",
        params![token_hash, now.0],
    )
    .map(drop)
}

/// The old token ends with this; a consent page that is open in another tab stays usable.
pub(super) fn renew(connection: &Connection, old_hash: Hash, new_hash: Hash, by: &Change) -> Result<()> {
    let Some(user_id) = owner(connection, old_hash)? else { return Ok(()) };
    execute(
        connection,
        "UPDATE session SET token_hash = ?2, authenticated_at = ?3, last_seen_at = ?3 WHERE token_hash = ?1",
        params![old_hash, new_hash, by.now.0],
    )?;
    execute(
        connection,
        "UPDATE parked_request SET session_hash = ?2 WHERE session_hash = ?1",
        params![old_hash, new_hash],
    )?;
    record(connection, Action::UserReauthenticated, &user_id, json!({}), by)
}

pub(super) fn end(connection: &Connection, token_hash: Hash, by: &Change) -> Result<()> {
    let Some(user_id) = owner(connection, token_hash)? else { return Ok(()) };
    execute(connection, "DELETE FROM session WHERE token_hash = ?1", [token_hash])?;
    record(connection, Action::UserSignedOut, &user_id, json!({ "everywhere": false }), by)
}

pub(super) fn end_all(connection: &Connection, user_id: &str, by: &Change) -> Result<u64> {
    let ended = execute(connection, "DELETE FROM session WHERE user_id = ?1", [user_id])?;
    if ended > 0 {
        let metadata = json!({ "everywhere": true, "ended_sessions": ended });
        record(connection, Action::UserSignedOut, user_id, metadata, by)?;
    }
    Ok(ended as u64)
}

fn owner(connection: &Connection, token_hash: Hash) -> Result<Option<String>> {
    find(connection, "SELECT user_id FROM session WHERE token_hash = ?1", [token_hash], |row| {
        Columns::new(row, "session").text("user_id")
    })
}

/// In the organization of the person, who did it themselves: at sign-in the caller has no user to name yet.
fn record(
    connection: &Connection,
    action: Action,
    user_id: &str,
    metadata: Value,
    by: &Change,
) -> Result<()> {
    let sql = "SELECT organization_id FROM user_account WHERE id = ?1";
    let organization_id =
        find(connection, sql, [user_id], |row| Columns::new(row, "user_account").text("organization_id"))?;
    let Some(organization_id) = organization_id else { return Ok(()) };
    let event = Event { action, entity: ("user", user_id), mode: None, metadata };
    append_as(connection, &organization_id, by, Some(user_id), event).map(drop)
}
