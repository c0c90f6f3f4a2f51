use super::*;
use std::sync::Arc;
use tempfile::TempDir;

struct Bench {
    writer: Arc<Writer>,
    directory: TempDir,
}

/// A writer over a table of its own, in a file of at most `pages` pages.
fn bench(pages: u32) -> Bench {
    let directory = TempDir::new().expect("a temporary folder");
    let path = directory.path().join("bench.db");
    let connection = Connection::open(path).expect("the file opens");
    connection.pragma_update(None, "journal_mode", "WAL").expect("WAL");
    connection.execute_batch("CREATE TABLE item (number INTEGER PRIMARY KEY, filler BLOB)").expect("a table");
    connection.pragma_update(None, "max_page_count", pages).expect("a limit");
    Bench { writer: Arc::new(Writer::start(connection).expect("a thread")), directory }
}

impl Bench {
    fn numbers(&self) -> Vec<i64> {
        let connection = Connection::open(self.directory.path().join("bench.db")).expect("the file opens");
        let mut statement =
            connection.prepare("SELECT number FROM item ORDER BY number").expect("a statement");
        let numbers = statement.query_map([], |row| row.get(0)).expect("rows");
        numbers.map(|number| number.expect("a number")).collect()
    }

    async fn insert(&self, number: i64, bytes: u32) -> Result<i64> {
        self.writer.change(move |connection| insert(connection, number, bytes)).await
    }
}

fn insert(connection: &Connection, number: i64, bytes: u32) -> Result<i64> {
    execute(
        connection,
        "INSERT INTO item (number, filler) VALUES (?1, zeroblob(?2))",
        [number, bytes.into()],
    )?;
    Ok(number)
}

/// Runs all changes in one group: the writer is held in the first until the others wait behind it.
async fn grouped(bench: &Bench, changes: Vec<Job>) {
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let (entered, waiting) = std::sync::mpsc::channel::<()>();
    let held = bench.writer.queue("holding the writer", move |_| {
        entered.send(()).expect("the test waits");
        gate.recv().expect("the test opens the gate");
        Ok(())
    });
    assert_eq!(held, Ok(()));
    waiting.recv().expect("the writer is inside");
    let jobs = bench.writer.jobs.as_ref().expect("running");
    for change in changes {
        jobs.try_send(change).unwrap_or_else(|_| panic!("the queue is full"));
    }
    open.send(()).expect("the writer waits");
    // Answered after everything before it.
    bench.writer.change(|_| Ok(())).await.expect("the writer goes on");
}

/// A change whose outcome is put down in `outcomes`.
fn job(
    outcomes: &std::sync::mpsc::Sender<Result<i64>>,
    change: impl FnOnce(&Connection) -> Result<i64> + Send + 'static,
) -> Job {
    let outcomes = outcomes.clone();
    Box::new(move |connection| {
        let outcome = connection.and_then(change);
        let succeeded = outcome.is_ok();
        let settle: Settle = Box::new(move |committed| {
            outcomes.send(outcome.and_then(|value| committed.map(|()| value))).expect("the test listens");
        });
        (succeeded, settle)
    })
}

#[tokio::test]
async fn a_change_is_committed_before_it_is_answered() {
    let bench = bench(10_000);

    for number in 1..=20 {
        assert_eq!(bench.insert(number, 0).await, Ok(number));
        assert_eq!(bench.numbers().last(), Some(&number), "visible to another connection");
    }
}

#[tokio::test]
async fn a_failing_change_leaves_its_neighbours_alone() {
    let bench = bench(10_000);
    let (outcomes, listen) = std::sync::mpsc::channel();
    let refuse = |connection: &Connection| {
        insert(connection, 2, 0)?;
        insert(connection, 1, 0)
    };

    let changes = vec![
        job(&outcomes, |connection| insert(connection, 1, 0)),
        job(&outcomes, refuse),
        job(&outcomes, |connection| insert(connection, 3, 0)),
    ];
    grouped(&bench, changes).await;

    let outcomes: Vec<Result<i64>> = listen.try_iter().collect();
    assert_eq!((&outcomes[0], &outcomes[2]), (&Ok(1), &Ok(3)));
    assert!(matches!(outcomes[1], Err(StoreError::Corrupt { .. })), "{:?}", outcomes[1]);
    assert_eq!(bench.numbers(), [1, 3], "the refused change is undone as a whole");
}

// checklist 86: no neighbour of the change that filled the disk is told that it was written.
#[tokio::test]
async fn a_full_disk_fails_the_group_and_answers_unavailable() {
    let bench = bench(40);
    let (outcomes, listen) = std::sync::mpsc::channel();

    let changes = vec![
        job(&outcomes, |connection| insert(connection, 1, 0)),
        job(&outcomes, |connection| insert(connection, 2, 1_000_000)),
        job(&outcomes, |connection| insert(connection, 3, 0)),
    ];
    grouped(&bench, changes).await;

    let outcomes: Vec<Result<i64>> = listen.try_iter().collect();
    assert!(matches!(outcomes[1], Err(StoreError::Unavailable(_))), "{:?}", outcomes[1]);
    let numbers = bench.numbers();
    for (outcome, number) in [(&outcomes[0], 1), (&outcomes[2], 3)] {
        assert_eq!(outcome.is_ok(), numbers.contains(&number), "{outcome:?} for {number}, kept: {numbers:?}");
    }
    assert!(!numbers.contains(&2));
    assert_eq!(bench.insert(4, 0).await, Ok(4), "there is room for this one");
}

#[tokio::test]
async fn a_panic_in_a_change_ends_only_that_change() {
    let bench = bench(10_000);

    let panicked: Result<i64> = bench
        .writer
        .change(|connection| {
            insert(connection, 1, 0)?;
            panic!("a defect")
        })
        .await;
    let next = bench.insert(2, 0).await;

    assert!(matches!(panicked, Err(StoreError::Unavailable(_))), "{panicked:?}");
    assert_eq!(next, Ok(2));
    assert_eq!(bench.numbers(), [2]);
}

#[tokio::test]
async fn a_lost_transaction_fails_every_change_of_its_group() {
    let bench = bench(10_000);
    let (outcomes, listen) = std::sync::mpsc::channel();
    let give_up = |connection: &Connection| {
        // As SQLite does by itself on an input/output error: the whole transaction goes.
        connection.execute_batch("ROLLBACK")?;
        Ok(2)
    };

    let changes = vec![job(&outcomes, |connection| insert(connection, 1, 0)), job(&outcomes, give_up)];
    grouped(&bench, changes).await;

    for outcome in listen.try_iter() {
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    }
    assert_eq!(bench.numbers(), Vec::<i64>::new());
}

#[tokio::test]
async fn what_was_queued_is_written_before_the_writer_stops() {
    let bench = bench(10_000);
    for number in 1..=100 {
        let queued = bench.writer.queue("a note", move |connection| insert(connection, number, 0).map(drop));
        assert_eq!(queued, Ok(()));
    }
    let Bench { writer, directory } = bench;

    drop(writer);

    let left = Bench { writer: Arc::new(Writer { jobs: None, thread: None }), directory };
    assert_eq!(left.numbers().len(), 100);
}
