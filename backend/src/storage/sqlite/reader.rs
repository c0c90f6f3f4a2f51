//! Readers: read-only connections that see every change whose caller was answered (WAL snapshots begin after it).
//!
//! A point read takes microseconds and runs where it is asked for; a longer one goes to the blocking threads, a few at
//! a time, so that lists never hold up the protocol's own reads.

use super::open_reader;
use crate::storage::{Result, StoreError};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Idle connections kept; beyond it they are closed after use.
const IDLE_MAX: usize = 8;

/// Lists that run at the same time.
const LONG_READS_MAX: usize = 4;

/// The pool; cheap to clone.
#[derive(Clone)]
pub(super) struct Readers {
    path: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
    long_reads: Arc<Semaphore>,
}

impl Readers {
    /// A pool over the file, with its first connection opened.
    pub(super) fn open(path: PathBuf) -> Result<Self> {
        let first = open_reader(&path)?;
        Ok(Readers {
            path: Arc::new(path),
            idle: Arc::new(Mutex::new(vec![first])),
            long_reads: Arc::new(Semaphore::new(LONG_READS_MAX)),
        })
    }

    /// A read of a few rows by key, on this thread.
    pub(super) fn point<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        // Never more connections than threads that read, so no one waits for another's.
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        let outcome = read(&connection);
        let mut idle = self.idle();
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
        outcome
    }

    /// A list or a count, on a thread that may block.
    pub(super) async fn long<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let stopped = |reason: String| StoreError::Unavailable(reason);
        let permit = Arc::clone(&self.long_reads).acquire_owned().await;
        let permit = permit.map_err(|error| stopped(error.to_string()))?;
        let readers = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            readers.point(read)
        });
        reading.await.map_err(|error| stopped(error.to_string()))?
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // A list of connections is never half changed, whatever panicked.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
