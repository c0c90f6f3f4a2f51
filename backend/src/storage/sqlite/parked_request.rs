//! Authorize requests that wait on the server: for sign-in, or for the decision.

use super::row::{Columns, execute, find, number};
use crate::clock::Timestamp;
use crate::storage::Result;
use crate::storage::record::{Hash, ParkedRequest};
use rusqlite::{Connection, params};

/// How many may wait for sign-in; strangers can park, so their number is bounded.
const PARKED_MAX: u64 = 10_000;
/// How many a session keeps waiting for its decision; the oldest gives way.
const PARKED_OF_SESSION_MAX: u32 = 50;

/// `false` when too many strangers wait already. A session has room of its own: neither strangers nor other sessions
/// can keep a signed-in person from deciding.
pub(super) fn park(
    connection: &Connection,
    id_hash: Hash,
    request: &ParkedRequest,
    now: Timestamp,
) -> Result<bool> {
    match request.session_hash {
        Some(session_hash) => make_room(connection, session_hash)?,
        None if strangers(connection, now)? >= PARKED_MAX => return Ok(false),
        None => {}
    }
    execute(
        connection,
        "INSERT INTO parked_request (id_hash, query, session_hash, shown_digest, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id_hash, request.query, request.session_hash, request.shown_digest, request.expires_at.0],
    )?;
    Ok(true)
}

fn make_room(connection: &Connection, session_hash: Hash) -> Result<()> {
    execute(
        connection,
        "DELETE FROM parked_request WHERE id_hash IN (
             SELECT id_hash FROM parked_request WHERE session_hash = ?1
             ORDER BY expires_at DESC, id_hash LIMIT -1 OFFSET ?2)",
        params![session_hash, PARKED_OF_SESSION_MAX - 1],
    )
    .map(drop)
}

/// Two counts, each over an index alone. The second has rows that expired within the last minute; they only make a
/// little more room.
fn strangers(connection: &Connection, now: Timestamp) -> Result<u64> {
    let all = number(connection, "SELECT count(*) FROM parked_request WHERE expires_at > ?1", [now.0])?;
    let bound = number(connection, "SELECT count(*) FROM parked_request WHERE session_hash IS NOT NULL", [])?;
    Ok(all.saturating_sub(bound))
}

pub(super) fn find_waiting(
    connection: &Connection,
    id_hash: Hash,
    now: Timestamp,
) -> Result<Option<ParkedRequest>> {
    find(
        connection,
        "SELECT query, session_hash, shown_digest, expires_at FROM parked_request
         WHERE id_hash = ?1 AND expires_at > ?2",
        params![id_hash, now.0],
        |row| {
            let mut columns = Columns::new(row, "parked_request");
            Ok(ParkedRequest {
                query: columns.text("query")?,
                session_hash: columns.optional_hash("session_hash")?,
                shown_digest: columns.optional_hash("shown_digest")?,
                expires_at: columns.time("expires_at")?,
            })
        },
    )
}

/// The first session that sees the page keeps it; that session may see it again.
pub(super) fn bind(
    connection: &Connection,
    id_hash: Hash,
    session_hash: Hash,
    shown_digest: Hash,
    now: Timestamp,
) -> Result<bool> {
    let bound = execute(
        connection,
        "UPDATE parked_request SET session_hash = ?2, shown_digest = ?3
         WHERE id_hash = ?1 AND expires_at > ?4 AND (session_hash IS NULL OR session_hash = ?2)",
        params![id_hash, session_hash, shown_digest, now.0],
    )?;
    Ok(bound == 1)
}

/// Takes a request whose page showed exactly this; a decision can be made once.
pub(super) fn take(
    connection: &Connection,
    id_hash: Hash,
    shown_digest: Hash,
    now: Timestamp,
) -> Result<bool> {
    let taken = execute(
        connection,
        "DELETE FROM parked_request WHERE id_hash = ?1 AND shown_digest = ?2 AND expires_at > ?3",
        params![id_hash, shown_digest, now.0],
    )?;
    Ok(taken == 1)
}
