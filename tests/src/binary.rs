//! The real `hasp` binary as a child process: commands, a server, and `kill -9`.

use crate::http::{Call, plain_client};
use crate::until::until;
use reqwest::Method;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Where the binary is: `HASP_BIN`, or beside the test executable's folder.
#[must_use]
pub fn path() -> PathBuf {
    let path = std::env::var_os("HASP_BIN").map_or_else(
        || {
            let test = std::env::current_exe().expect("the test executable has a path");
            let target = test.parent().and_then(Path::parent).expect("it stands in target/<profile>/deps");
            target.join("hasp")
        },
        PathBuf::from,
    );
    assert!(
        path.is_file(),
        "{} is not there: build it with `cargo build -p hasp-server`, or set HASP_BIN",
        path.display()
    );
    path
}

/// A command of the binary, without the settings of the surrounding environment.
#[must_use]
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HASP_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
#[must_use]
pub fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap_or_else(|error| panic!("hasp {arguments:?} does not start: {error}"))
}

/// Runs a command that must succeed; gives its standard output.
#[track_caller]
pub fn run_well(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "hasp {arguments:?} failed: {}", describe(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs a command that asks for a password on standard input.
#[must_use]
pub fn run_with_input(arguments: &[&str], input: &str) -> Output {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child =
        command.spawn().unwrap_or_else(|error| panic!("hasp {arguments:?} does not start: {error}"));
    // A command that ends before reading everything closes the pipe; its status tells.
    child.stdin.take().expect("piped").write_all(input.as_bytes()).ok();
    child.wait_with_output().expect("the command ends")
}

/// Both streams, for a failure's message.
#[must_use]
pub fn describe(output: &Output) -> String {
    format!(
        "{}\nstdout: {}\nstderr: {}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A port that was free a moment ago.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}

/// `hasp serve` in a process of its own.
pub struct ServerProcess {
    child: Child,
    /// Its public URL.
    pub issuer: String,
    log: Arc<Mutex<String>>,
    output: Arc<Mutex<String>>,
}

impl ServerProcess {
    /// Starts it on `port` over the database at `database` and waits until it is ready.
    pub async fn start(database: &Path, port: u16, more: &[&str]) -> Self {
        let process = Self::spawn(database, port, more);
        process.wait_ready().await
    }

    /// Starts it with environment variables as well.
    pub async fn start_with_environment(
        database: &Path,
        port: u16,
        more: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let mut command = Self::serve_command(database, port, more);
        command.envs(environment.iter().copied());
        Self::spawn_command(command, port).wait_ready().await
    }

    /// Starts it without waiting.
    #[must_use]
    pub fn spawn(database: &Path, port: u16, more: &[&str]) -> Self {
        Self::spawn_command(Self::serve_command(database, port, more), port)
    }

    fn serve_command(database: &Path, port: u16, more: &[&str]) -> Command {
        let listen = format!("127.0.0.1:{port}");
        let database = format!("sqlite:{}", database.display());
        let mut command = command(&["serve", "--listen", &listen, "--database", &database]);
        command.args(["--public-url", &format!("http://127.0.0.1:{port}")]);
        command.args(more);
        command
    }

    /// Starts a prepared `serve` command whose server will answer on `port`.
    #[must_use]
    pub fn spawn_command(mut command: Command, port: u16) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("hasp serve does not start: {error}"));
        let log = collect(child.stderr.take().expect("piped"));
        let output = collect(child.stdout.take().expect("piped"));
        Self { child, issuer: format!("http://127.0.0.1:{port}"), log, output }
    }

    /// Waits until `/readyz` says 200.
    pub async fn wait_ready(mut self) -> Self {
        let client = plain_client();
        let url = format!("{}/readyz", self.issuer);
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.child.try_wait().expect("the child can be asked") {
                panic!("hasp serve ended with {status}: {}", self.log());
            }
            let answer = Call::new(&client, Method::GET, &url).try_send().await;
            if answer.is_ok_and(|answer| answer.status == 200) {
                return self;
            }
            assert!(
                std::time::Instant::now() < deadline,
                "hasp serve is not ready after 30 s: {}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Standard error so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.lock().expect("the reader does not panic").clone()
    }

    /// Standard output so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.output.lock().expect("the reader does not panic").clone()
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `SIGKILL`, and the corpse collected.
    pub fn kill_9(mut self) {
        self.child.kill().expect("the child can be killed");
        self.child.wait().expect("the child can be collected");
    }

    /// `SIGTERM`; gives the exit status and the whole log.
    pub async fn terminate(mut self) -> (std::process::ExitStatus, String) {
        self.send_signal("-TERM");
        let status = self.wait_for_end().await;
        (status, self.log())
    }

    /// Sends a signal and returns at once.
    pub fn send_signal(&self, signal: &str) {
        let sent = Command::new("kill").arg(signal).arg(self.child.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill {signal}");
    }

    /// Waits until the process has ended by itself.
    pub async fn wait_for_end(&mut self) -> std::process::ExitStatus {
        let child = std::cell::RefCell::new(&mut self.child);
        until("hasp serve ends", Duration::from_secs(20), || {
            let status = child.borrow_mut().try_wait().expect("the child can be asked");
            async move { status }
        })
        .await
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to end.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Reads a stream on a thread of its own, so that the child never blocks on a full pipe.
fn collect(stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let sink = Arc::clone(&text);
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            sink.lock().expect("nobody panics while holding it").push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    });
    text
}
