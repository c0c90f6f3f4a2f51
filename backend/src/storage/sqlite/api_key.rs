//! API keys for unattended access (R27).

use super::audit::{Event, append};
use super::organization::{USER, read_user};
use super::row::{Columns, execute, find, strings_text};
use crate::audit::Action;
use crate::clock::Timestamp;
use crate::storage::record::{ApiKey, Hash};
use crate::storage::{ApiKeyEnded, Change, Result};
use hasp_protocol::Mode;
use rusqlite::{Connection, Row, params};
use serde_json::json;

/// What [`read_key`] reads, of `api_key k` and its owner `u`.
const KEY: &str = "k.id, k.organization_id, k.name, k.scopes, k.mode, k.prefix, k.last_four, k.created_at, \
                   k.last_used_at, k.revoked_at";

fn read_key(row: &Row<'_>) -> Result<ApiKey> {
    let mut columns = Columns::new(row, "api_key");
    Ok(ApiKey {
        id: columns.text("id")?,
        organization_id: columns.text("organization_id")?,
        name: columns.text("name")?,
        scopes: columns.strings("scopes")?,
        mode: columns.word("mode", Mode::parse)?,
        prefix: columns.text("prefix")?,
        last_four: columns.text("last_four")?,
        created_at: columns.time("created_at")?,
        last_used_at: columns.optional_time("last_used_at")?,
        revoked_at: columns.optional_time("revoked_at")?,
        owner: read_user(&mut columns)?,
    })
}

pub(super) fn create(connection: &Connection, key: &ApiKey, key_hash: Hash, by: &Change) -> Result<()> {
    execute(
        connection,
        "INSERT INTO api_key (id, organization_id, name, scopes, mode, owner_user_id, key_hash, prefix, last_four,
             created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            key.id,
            key.organization_id,
            key.name,
            strings_text(&key.scopes),
            key.mode.as_str(),
            key.owner.id,
            key_hash,
            key.prefix,
            key.last_four,
            key.created_at.0
        ],
    )?;
    let event = Event {
        action: Action::ApiKeyCreated,
        entity: ("api_key", &key.id),
        mode: Some(key.mode),
        metadata: json!({ "name": key.name, "scopes": key.scopes, "owner_user_id": key.owner.id }),
    };
    append(connection, &key.organization_id, by, event).map(drop)
}

/// Only a usable one: not revoked, its owner still a member.
pub(super) fn find_usable(connection: &Connection, key_hash: Hash) -> Result<Option<ApiKey>> {
    let sql = format!(
        "SELECT {KEY}, {USER} FROM api_key k JOIN user_account u ON u.id = k.owner_user_id
         WHERE k.key_hash = ?1 AND k.revoked_at IS NULL AND u.removed_at IS NULL"
    );
    find(connection, &sql, [key_hash], read_key)
}

pub(super) fn revoke(
    connection: &Connection,
    organization_id: &str,
    key_id: &str,
    by: &Change,
) -> Result<ApiKeyEnded> {
    let sql = format!(
        "SELECT {KEY}, {USER} FROM api_key k JOIN user_account u ON u.id = k.owner_user_id
         WHERE k.id = ?1 AND k.organization_id = ?2"
    );
    let Some(key) = find(connection, &sql, [key_id, organization_id], read_key)? else {
        return Ok(ApiKeyEnded::Unknown);
    };
    if key.revoked_at.is_some() {
        return Ok(ApiKeyEnded::AlreadyRevoked);
    }
    execute(connection, "UPDATE api_key SET revoked_at = ?2 WHERE id = ?1", params![key_id, by.now.0])?;
    let event = Event {
        action: Action::ApiKeyRevoked,
        entity: ("api_key", key_id),
        mode: Some(key.mode),
        metadata: json!({ "name": key.name }),
    };
    append(connection, organization_id, by, event)?;
    Ok(ApiKeyEnded::Revoked)
}

/// Whether a minute has passed since the last use that was written.
pub(super) fn use_is_due(connection: &Connection, key_id: &str, now: Timestamp) -> Result<bool> {
    let sql = "SELECT last_used_at FROM api_key WHERE id = ?1";
    let last =
        find(connection, sql, [key_id], |row| Columns::new(row, "api_key").optional_time("last_used_at"))?;
    Ok(last.is_some_and(|last| super::use_is_due(last, now)))
}

pub(super) fn note_use(connection: &Connection, key_id: &str, now: Timestamp) -> Result<()> {
    if use_is_due(connection, key_id, now)? {
        execute(connection, "UPDATE api_key SET last_used_at = ?2 WHERE id = ?1", params![key_id, now.0])?;
    }
    Ok(())
}
