//! The schema's steps, in order; the file's `user_version` counts those it has.

use crate::storage::OpenError;
use rusqlite::{Connection, TransactionBehavior};
use rusqlite_migration::{M, Migrations};
use std::path::Path;

const STEPS: &[M<'static>] = &[M::up(include_str!("../migrations/sqlite/0001_authorization.sql"))];

const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// Brings the schema up to this binary's; refuses a newer one untouched.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let unusable = |reason: String| OpenError::Unusable { path: path.display().to_string(), reason };
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    loop {
        let found = version(connection).map_err(|error| unusable(error.to_string()))?;
        let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        if found > known {
            return Err(OpenError::TooNew { path: path.display().to_string(), found, known });
        }
        match MIGRATIONS.to_latest(connection) {
            Ok(()) => return Ok(()),
            Err(error) => {
                // Another process may have taken the same step between our look and our lock; then the version has
                // moved and there is less, or nothing, left to do. Versions only grow, so this ends.
                let moved = version(connection).map_err(|error| unusable(error.to_string()))?;
                if moved == found {
                    return Err(unusable(error.to_string()));
                }
            }
        }
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_applies_to_the_one_before() {
        assert_eq!(MIGRATIONS.validate(), Ok(()));
    }
}
