//! ChromeDriver as a child process on a port of its own choosing.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// ChromeDriver; ends with its owner.
pub(super) struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    /// Starts `CHROMEDRIVER`, or `chromedriver` from the path.
    pub(super) async fn start() -> Self {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let mut child = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{program} does not start ({error}): install Chromium and its driver")
            });
        let output = child.stdout.take().expect("piped");
        let (sender, receiver) = mpsc::channel();
        // Reads to the end, so that the driver never blocks on a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(port) = port_in(&line) {
                    sender.send(port).ok();
                }
            }
        });
        let port = tokio::task::spawn_blocking(move || receiver.recv_timeout(Duration::from_secs(20)))
            .await
            .expect("the waiting thread ends")
            .unwrap_or_else(|_| panic!("{program} did not tell its port within 20 s"));
        Self { child, url: format!("http://127.0.0.1:{port}/") }
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// `ChromeDriver was started successfully on port 12345.`
fn port_in(line: &str) -> Option<u16> {
    let digits: String = line
        .split("started successfully on port ")
        .nth(1)?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}
