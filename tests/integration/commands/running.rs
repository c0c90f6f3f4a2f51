//! Health, signals, the log (issue: `/healthz`, `/readyz`, graceful shutdown, structured logs).

use super::{fresh, get};
use hasp_tests::binary::{ServerProcess, free_port};
use hasp_tests::server::seed_file;
use hasp_tests::until::until;
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn health_is_the_process_and_readiness_the_store() {
    // issue: /healthz, /readyz
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let server = ServerProcess::start(&database, free_port(), &[]).await;
    assert_eq!(get(&server.issuer, "/healthz").await.status, 200);
    assert_eq!(get(&server.issuer, "/readyz").await.status, 200);

    // Somebody else holds the only write lock and does not give it back.
    let other = rusqlite::Connection::open(&database).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked = get(&server.issuer, "/readyz").await;
    let alive = get(&server.issuer, "/healthz").await;
    other.execute_batch("ROLLBACK").unwrap();

    assert_eq!(locked.status, 503, "{locked}");
    assert_eq!(alive.status, 200, "{alive}");
    assert_eq!(get(&server.issuer, "/readyz").await.status, 200, "it recovers by itself");
}

#[tokio::test]
async fn a_signal_lets_running_requests_finish() {
    // issue: graceful shutdown
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let mut server = ServerProcess::start(&database, free_port(), &[]).await;
    let address = server.issuer.strip_prefix("http://").unwrap().to_owned();
    let body = "grant_type=client_credentials";
    let head = format!(
        "POST /v1/oauth/token HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.unwrap();
    assert!(answer[..length].starts_with(b"HTTP/1.1 100 "), "the request is being worked on");

    server.send_signal("-TERM");
    until("new connections are refused", Duration::from_secs(10), || async {
        TcpStream::connect(&address).await.is_err().then_some(())
    })
    .await;
    stream.write_all(body.as_bytes()).await.unwrap();
    let length = stream.read(&mut answer).await.unwrap();
    let status = server.wait_for_end().await;

    let text = String::from_utf8_lossy(&answer[..length]).into_owned();
    let log = server.log();
    assert!(status.success(), "{status}: {log}");
    assert!(
        text.starts_with("HTTP/1.1 400 ") || text.starts_with("HTTP/1.1 401 "),
        "answered to the end: {text}: {log}"
    );
}

#[tokio::test]
async fn the_log_is_structured_and_names_each_request() {
    // issue: request ids, structured logs
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let server = ServerProcess::start(&database, free_port(), &["--log-format", "json"]).await;
    let answer = get(&server.issuer, "/v1/agents").await;
    let id = answer.header("x-request-id").expect("an id");

    let (_, log) = server.terminate().await;

    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    assert!(lines.iter().any(|line| line.to_string().contains(&id)), "{id} is not in the log: {log}");
}
