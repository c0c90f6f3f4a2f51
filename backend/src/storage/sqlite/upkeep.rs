//! Removing what has lost its meaning, a little at a time.

use super::row::execute;
use crate::clock::Timestamp;
use crate::storage::Result;
use hasp_protocol::limits::{SESSION_ABSOLUTE_SECONDS, SESSION_IDLE_SECONDS};
use rusqlite::{Connection, params};
use std::time::Duration;

/// Rows of each kind in one step, so that no request waits long behind it.
const STEP: u32 = 500;

/// An expired code is kept for a while: an unspent one so that its late redemption is told what happened, a spent one so
/// that its replay is still recognised and ends what it produced (checklist 32).
const CODE_MEMORY: Duration = Duration::from_secs(24 * 3_600);

pub(super) fn remove_expired(connection: &Connection, now: Timestamp) -> Result<u64> {
    let before = |age: Duration| now.0.saturating_sub(i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
    let idle = before(Duration::from_secs(SESSION_IDLE_SECONDS));
    let absolute = before(Duration::from_secs(SESSION_ABSOLUTE_SECONDS));
    let mut removed = execute(
        connection,
        "DELETE FROM parked_request
         WHERE id_hash IN (SELECT id_hash FROM parked_request WHERE expires_at <= ?1 LIMIT ?2)",
        params![now.0, STEP],
    )?;
    removed += execute(
        connection,
        "DELETE FROM session WHERE token_hash IN (SELECT token_hash FROM session WHERE last_seen_at <= ?1 LIMIT ?2)",
        params![idle, STEP],
    )?;
    removed += execute(
        connection,
        "DELETE FROM session WHERE token_hash IN (SELECT token_hash FROM session WHERE created_at <= ?1 LIMIT ?2)",
        params![absolute, STEP],
    )?;
    removed += execute(
        connection,
        "DELETE FROM authorization_code
         WHERE code_hash IN (SELECT code_hash FROM authorization_code WHERE expires_at <= ?1 LIMIT ?2)",
        params![before(CODE_MEMORY), STEP],
    )?;
    // Not only hidden by its deadline but gone: a clock that is set back later cannot revive it (checklist 40).
    removed += execute(
        connection,
        "DELETE FROM client_secret
         WHERE id IN (SELECT id FROM client_secret WHERE expires_at IS NOT NULL AND expires_at <= ?1 LIMIT ?2)",
        params![now.0, STEP],
    )?;
    Ok(removed as u64)
}
