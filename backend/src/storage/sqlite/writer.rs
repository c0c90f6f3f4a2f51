//! The one writer: a thread with a queue that commits many changes at once (group commit).
//!
//! A change is a closure. The thread takes whatever waits, runs each change in a savepoint of its own inside one
//! transaction, commits once, and only then answers every caller: an answer means that the change is on disk
//! (`synchronous=FULL`). A change that fails rolls back to its savepoint and leaves its neighbours alone; a transaction
//! that fails as a whole fails all of them.

use super::row::execute;
use crate::storage::{Result, StoreError};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Changes in one transaction; more would make the first caller wait for too many others.
const GROUP_MAX: usize = 256;

/// Changes that may wait. Beyond it the store says that it is unavailable instead of growing without bound.
const QUEUE_MAX: usize = 8_192;

/// Answers the caller, once the transaction's fate is known.
type Settle = Box<dyn FnOnce(Result<()>) + Send>;

/// Runs on the writer's connection, or learns that there is no transaction; tells whether it succeeded.
type Job = Box<dyn FnOnce(Result<&Connection>) -> (bool, Settle) + Send>;

/// Handle of the writer thread. Dropping it lets the queue drain and waits for the thread.
pub(super) struct Writer {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on its connection.
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (jobs, queue) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&connection, &queue))?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Makes one change and waits until it is durable.
    pub(super) async fn change<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.enqueue(change, move |outcome| {
            // Nobody waits any more when the request was cut off; the change stands all the same.
            let _ = answer.send(outcome);
        })?;
        answered
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("the writer gave the change up".to_owned())))
    }

    /// Makes one change some time soon; a failure is only logged.
    pub(super) fn queue<F>(&self, what: &'static str, change: F) -> Result<()>
    where
        F: FnOnce(&Connection) -> Result<()> + Send + 'static,
    {
        self.enqueue(change, move |outcome| {
            if let Err(error) = outcome {
                tracing::warn!(%error, what, "queued change failed");
            }
        })
    }

    fn enqueue<T, F, A>(&self, change: F, answer: A) -> Result<()>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
        A: FnOnce(Result<T>) + Send + 'static,
    {
        let job: Job = Box::new(move |connection| {
            let outcome = connection.and_then(change);
            let succeeded = outcome.is_ok();
            let settle: Settle = Box::new(move |committed| {
                answer(outcome.and_then(|value| committed.map(|()| value)));
            });
            (succeeded, settle)
        });
        let unavailable = |reason: &str| StoreError::Unavailable(reason.to_owned());
        let jobs = self.jobs.as_ref().ok_or_else(|| unavailable("the writer has stopped"))?;
        jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => unavailable("too many changes wait to be written"),
            TrySendError::Disconnected(_) => unavailable("the writer has stopped"),
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was logged by its hook; there is nobody left to tell.
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        match execute(connection, "BEGIN IMMEDIATE", []) {
            Ok(_) => write_group(connection, first, queue),
            Err(error) => refuse_waiting(&error, first, queue),
        }
    }
}

/// One transaction with everything that waits.
fn write_group(connection: &Connection, first: Job, queue: &Receiver<Job>) {
    let mut settles = Vec::new();
    let mut next = Some(first);
    let mut broken = None;
    while let Some(job) = next {
        match write_one(connection, job) {
            Ok(Some(settle)) => settles.push(settle),
            Ok(None) => {}
            Err((error, settle)) => {
                settles.extend(settle);
                broken = Some(error);
                break;
            }
        }
        next = if settles.len() < GROUP_MAX { queue.try_recv().ok() } else { None };
    }
    let committed = match broken {
        Some(error) => Err(error),
        None => execute(connection, "COMMIT", []).map(|_| ()),
    };
    if let Err(error) = &committed {
        tracing::error!(%error, changes = settles.len(), "a group of changes was not written");
        if !connection.is_autocommit() {
            // When even this fails, the next BEGIN fails too and says so to its callers.
            let _ = execute(connection, "ROLLBACK", []);
        }
    }
    for settle in settles {
        settle(committed.clone());
    }
}

/// One change in its savepoint. `Err` means that the transaction as a whole is lost: on a full disk or an input/output
/// error SQLite rolls all of it back by itself, and what the neighbours wrote is gone.
fn write_one(connection: &Connection, job: Job) -> Result<Option<Settle>, (StoreError, Option<Settle>)> {
    execute(connection, "SAVEPOINT change", []).map_err(|error| (error, None))?;
    let ran = catch_unwind(AssertUnwindSafe(|| job(Ok(connection))));
    let (succeeded, settle) = match ran {
        Ok((succeeded, settle)) => (succeeded, Some(settle)),
        // The caller's channel went with the job, which tells the caller.
        Err(_) => (false, None),
    };
    if connection.is_autocommit() {
        let lost = StoreError::Unavailable("the database gave the transaction up".to_owned());
        return Err((lost, settle));
    }
    let undone = if succeeded { Ok(0) } else { execute(connection, "ROLLBACK TO change", []) };
    match undone.and_then(|_| execute(connection, "RELEASE change", [])) {
        Ok(_) => Ok(settle),
        Err(error) => Err((error, settle)),
    }
}

/// No transaction can begin: whoever waits is told now, instead of each waiting for the timeout in turn.
fn refuse_waiting(error: &StoreError, first: Job, queue: &Receiver<Job>) {
    tracing::error!(%error, "no transaction can begin");
    // Collected before the first answer: what is enqueued in reply to one deserves an attempt of its own.
    let waiting: Vec<Job> = std::iter::once(first).chain(queue.try_iter().take(QUEUE_MAX)).collect();
    for job in waiting {
        let (_, settle) = job(Err(error.clone()));
        settle(Ok(()));
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
