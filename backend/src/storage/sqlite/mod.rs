//! The embedded default engine: one SQLite file in WAL mode, one writer, several readers.
//!
//! Here: opening the file. [`store`] fits the engine to the trait; one file per subject holds its statements. Several
//! processes may have the file open (commands beside a running server): SQLite's own lock orders their transactions.

mod agent;
mod api_key;
mod application;
mod audit;
mod client_secret;
mod code;
mod consent;
mod credential;
mod grant;
mod migrations;
mod organization;
mod page;
mod parked_request;
mod reader;
mod row;
mod session;
mod store;
mod upkeep;
mod writer;

use crate::storage::{OpenError, Result};
use reader::Readers;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;
use writer::Writer;

/// How long a transaction waits for another process's.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// More statements than the engine has, so that none is ever prepared twice on a connection.
const STATEMENTS: usize = 256;

/// A store in one file.
pub struct SqliteStore {
    // Dropped in this order: the last connection to close, the writer's, then empties the write-ahead log.
    readers: Readers,
    writer: Writer,
}

impl SqliteStore {
    /// Opens the file, makes it when there is none (mode 0600), and brings its schema up to date.
    ///
    /// # Errors
    /// When it cannot be made, read, written or migrated, or when a newer binary has migrated it.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let unusable = |reason: String| OpenError::Unusable { path: path.display().to_string(), reason };
        match make_private_file(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(unusable(error.to_string()));
            }
            _ => {}
        }
        let mut connection = open_writer(path).map_err(|error| unusable(error.to_string()))?;
        migrations::migrate(&mut connection, path)?;
        let writer = Writer::start(connection).map_err(|error| unusable(error.to_string()))?;
        let readers = Readers::open(path.to_owned()).map_err(|error| unusable(error.to_string()))?;
        Ok(SqliteStore { readers, writer })
    }
}

/// Makes a file that only its owner can read; SQLite gives the same mode to the files beside it.
fn make_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn open_writer(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open_connection(path, flags)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A lost revocation, rotation or consumed code would fail open: every commit waits for the disk.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    // Copying the log back costs two waits for the disk; the more it holds, the more often a page is copied once
    // instead of many times (32 MiB; the default is 4).
    connection.pragma_update(None, "wal_autocheckpoint", 8_192)?;
    // Keeps the log's file small after a burst.
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    Ok(connection)
}

fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open_connection(path, flags)?;
    connection.pragma_update(None, "cache_size", -8_192)?;
    Ok(connection)
}

fn open_connection(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Copies the database of `from`, while others use it, into the new file `to` (mode 0600).
///
/// # Errors
/// When `from` is no database, or `to` exists or cannot be written.
pub fn copy(from: &Path, to: &Path) -> Result<(), OpenError> {
    let unusable =
        |path: &Path, reason: String| OpenError::Unusable { path: path.display().to_string(), reason };
    let source = open_reader(from).map_err(|error| unusable(from, error.to_string()))?;
    make_private_file(to).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => unusable(to, "the file exists already".to_owned()),
        _ => unusable(to, error.to_string()),
    })?;
    let write = || -> rusqlite::Result<StepResult> {
        let mut target = Connection::open(to)?;
        // All pages in one step: within it the source is one snapshot, whatever is written meanwhile.
        Backup::new(&source, &mut target)?.step(-1)
    };
    match write() {
        Ok(StepResult::Done) => Ok(()),
        Ok(unfinished) => Err(unusable(from, format!("the copy stopped: {unfinished:?}"))),
        Err(error) => Err(unusable(to, error.to_string())),
    }
}

/// "Last used" is written at most once a minute for each secret and key.
fn use_is_due(last: Option<crate::clock::Timestamp>, now: crate::clock::Timestamp) -> bool {
    last.is_none_or(|last| now.since(last) >= Duration::from_secs(60))
}
