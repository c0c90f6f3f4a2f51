//! Opening files: private, migrated once, never a newer one.

use crate::scene::*;
use hasp_server::storage::*;

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_untouched() {
    let scene = Scene::new();
    scene.company("Acme").await;
    let path = scene.path();
    scene.raw().pragma_update(None, "user_version", 99).expect("a newer version");

    let refused = open(&format!("sqlite:{}", path.display())).err().map(|error| error.to_string());

    let text = refused.expect("refused");
    assert!(text.contains("schema version 99") && text.contains("up to 1"), "{text}");
    assert_eq!(scene.count("PRAGMA user_version"), 99);
    assert_eq!(scene.count("SELECT count(*) FROM organization"), 1);
}

#[test]
fn what_is_no_database_is_refused() {
    let directory = tempfile::TempDir::new().expect("a temporary folder");
    let text_file = directory.path().join("notes.txt");
    std::fs::write(&text_file, "not a database, but longer than a header of one hundred bytes ".repeat(9))
        .expect("written");
    let rows = [
        ("no kind", "hasp.db".to_owned()),
        ("no path", "sqlite:".to_owned()),
        ("a text file", format!("sqlite:{}", text_file.display())),
        ("a folder", format!("sqlite:{}", directory.path().display())),
        ("a missing folder", format!("sqlite:{}/none/hasp.db", directory.path().display())),
    ];

    for (name, database) in rows {
        assert!(open(&database).is_err(), "{name}");
    }
}

// Only the owner of the process reads what it keeps.
#[cfg(unix)]
#[tokio::test]
async fn a_new_file_and_its_log_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    scene.company("Acme").await;

    for suffix in ["", "-wal", "-shm"] {
        let path = format!("{}{suffix}", scene.path().display());
        let mode = std::fs::metadata(&path).expect("exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "hasp.db{suffix}");
    }
}

// Commands work beside a running server, also at its first start.
#[test]
fn many_may_open_a_new_file_at_the_same_time() {
    let directory = tempfile::TempDir::new().expect("a temporary folder");
    let database = format!("sqlite:{}", directory.path().join("hasp.db").display());

    let opened: Vec<Result<(), String>> = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| open(&database).map(drop).map_err(|error| error.to_string())))
            .collect();
        openers.into_iter().map(|opener| opener.join().expect("no panic")).collect()
    });

    assert_eq!(opened, vec![Ok(()); 8]);
}

#[tokio::test]
async fn the_store_answers_while_it_is_open() {
    let scene = Scene::new();

    assert_eq!(scene.store.ping().await, Ok(()));
}

// A row that our own code cannot have written is reported with its place, not guessed around.
#[tokio::test]
async fn an_odd_row_is_reported_with_table_column_and_row() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let agent = scene.agent(&acme, "Reader").await;
    let raw = scene.raw();
    raw.execute("UPDATE agent SET capabilities = 'reading' WHERE id = ?1", [&agent.id]).expect("changed");

    let found = scene.store.find_agent(&acme.organization.id, &agent.id, START).await;

    let Err(StoreError::Corrupt { table, column, row, .. }) = found else { panic!("{found:?}") };
    assert_eq!((table, column, row), ("agent", "capabilities", agent.id));
}
