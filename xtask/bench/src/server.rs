//! The two servers that are measured, each a process of its own: hasp with demo data, and a bare axum route.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::connection::Connection;

/// The most that the setting takes, far above what a run makes.
const TOKEN_REQUESTS_PER_MINUTE: &str = "1000000";
const START_DEADLINE: Duration = Duration::from_secs(20);

/// A running hasp with a database file of its own, stopped when dropped.
pub struct Hasp {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// What `--demo-json` told.
    pub demo: Value,
    _folder: tempfile::TempDir,
}

impl Hasp {
    /// Starts the program on a free port with demo data.
    pub async fn start(program: &Path) -> Result<Hasp> {
        let folder = tempfile::tempdir()?;
        let address = free_address()?;
        let demo_file = folder.path().join("demo.json");
        let mut child = Command::new(program)
            .args(["serve", "--demo", "--listen", &address.to_string()])
            .args(["--token-requests-per-minute", TOKEN_REQUESTS_PER_MINUTE])
            .arg("--database")
            .arg(format!("sqlite:{}", folder.path().join("bench.db").display()))
            .arg("--demo-json")
            .arg(&demo_file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::from(std::fs::File::create(folder.path().join("log"))?))
            .kill_on_drop(true)
            .spawn()
            .with_context(|| program.display().to_string())?;
        let deadline = Instant::now() + START_DEADLINE;
        while !is_ready(address).await {
            if child.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("hasp did not start:\n{}", std::fs::read_to_string(folder.path().join("log"))?);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let demo = serde_json::from_str(&std::fs::read_to_string(&demo_file)?).context("--demo-json")?;
        Ok(Hasp { child, address, demo, _folder: folder })
    }

    /// For reading its processor time.
    pub fn process_id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Whether it still runs, for the message when something failed.
    pub fn state(&mut self) -> String {
        match self.child.try_wait() {
            Ok(None) => "hasp is still running".to_owned(),
            Ok(Some(status)) => format!("hasp has ended: {status}"),
            Err(error) => format!("hasp cannot be asked: {error}"),
        }
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\n\r\n");
    connection.send(request.as_bytes()).await.is_ok_and(|answer| answer.status == 200)
}

/// The bare route, stopped when dropped.
pub struct Bare {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Bare {
    /// Starts this program again as the bare server, with answers of this many bytes.
    pub async fn start(bytes: usize) -> Result<Bare> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--bare", &bytes.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().context("no standard output")?;
        let first =
            BufReader::new(output).lines().next_line().await?.context("the bare server said nothing")?;
        Ok(Bare { child, address: first.parse()? })
    }

    /// For reading its processor time.
    pub fn process_id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }
}

/// Serves a constant JSON answer on every path; prints its address first.
#[tokio::main]
pub async fn run_bare(bytes: usize) -> Result<()> {
    let body: &'static str = constant_answer(bytes).leak();
    let answer =
        move || async move { ([("content-type", "application/json"), ("cache-control", "no-store")], body) };
    let router = axum::Router::new().route("/v1/oauth/introspect", axum::routing::post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    axum::serve(listener, router).await?;
    Ok(())
}

/// JSON of this length that says active, as the real answer does.
fn constant_answer(bytes: usize) -> String {
    let (start, end) = (r#"{"active":true,"padding":""#, r#""}"#);
    let padding = bytes.saturating_sub(start.len() + end.len());
    format!("{start}{}{end}", "x".repeat(padding))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constant_answer_is_json_of_the_asked_length() {
        let answer = constant_answer(400);

        assert_eq!(answer.len(), 400);
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["active"], true);
    }
}
