//! A real headless Chromium per test, driven through ChromeDriver, that fails on what a person would never see:
//! console errors, failed requests, Content-Security-Policy violations.

pub mod console;
mod console_log;
pub mod find;
mod process;

use console_log::ReadLog;
use fantoccini::{Client, ClientBuilder};
use process::Driver;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use url::Url;

/// How long a page may take to show what a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(20);

const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter",
];

/// One browser window. Clones drive the same window.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    /// Parts of console messages that the test provokes on purpose.
    expected: Arc<Mutex<Vec<String>>>,
    seen: Arc<Mutex<Vec<String>>>,
    /// URLs of requests by their id.
    requests: Arc<Mutex<HashMap<String, String>>>,
}

/// How a test wants its browser.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    /// Window width and height in CSS pixels.
    pub size: (u32, u32),
    /// Whether the system prefers dark.
    pub dark: bool,
}

impl Default for Looks {
    fn default() -> Self {
        Self { size: (1280, 900), dark: false }
    }
}

/// Runs `body` in a fresh browser. What `body` returns (the servers it started) lives until the window is closed, since a
/// page may still be asking for its icon. A failure leaves a screenshot, the page and the console log under `target/browser-failures`;
/// success still fails when the console holds an error that the test did not announce.
pub async fn with_browser<F, Fut, Kept>(test: &str, looks: Looks, body: F)
where
    F: FnOnce(Browser) -> Fut,
    Fut: Future<Output = Kept> + Send + 'static,
    Kept: Send + 'static,
{
    let driver = Driver::start().await;
    let profile = TempDir::new().expect("a temporary folder for the browser's profile");
    let browser = Browser::connect(&driver, &profile, looks).await;

    let outcome = tokio::spawn(body(browser.clone())).await;
    let complaints = browser.complaints().await;
    let failed = outcome.is_err() || !complaints.is_empty();
    let evidence = if failed { browser.keep_evidence(test).await } else { String::new() };
    // The driver ends with the test; a browser that is gone already needs no closing.
    browser.client.clone().close().await.ok();
    drop(driver);

    match outcome {
        Ok(kept) => drop(kept),
        Err(error) => {
            eprintln!("browser evidence in {evidence}; console: {complaints:#?}");
            std::panic::resume_unwind(error.into_panic());
        }
    }
    assert!(complaints.is_empty(), "{test}: the browser complained ({evidence}): {complaints:#?}");
}

impl Browser {
    async fn connect(driver: &Driver, profile: &TempDir, looks: Looks) -> Self {
        let (width, height) = looks.size;
        let mut flags: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        flags.push(format!("--window-size={width},{height}"));
        let mut options = Map::new();
        if looks.dark {
            flags.push("--force-dark-mode".to_owned());
        }
        options.insert("args".into(), json!(flags));
        if let Some(binary) = std::env::var_os("HASP_CHROMIUM") {
            options.insert("binary".into(), json!(binary.to_string_lossy()));
        }
        let mut capabilities = Map::new();
        capabilities.insert("browserName".into(), json!("chrome"));
        capabilities.insert("goog:chromeOptions".into(), Value::Object(options));
        capabilities.insert("goog:loggingPrefs".into(), json!({"browser": "ALL", "performance": "ALL"}));
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector)
            .capabilities(capabilities)
            .connect(driver.url())
            .await
            .unwrap_or_else(|error| panic!("ChromeDriver at {} opens no browser: {error}", driver.url()));
        let browser =
            Self { client, expected: Arc::default(), seen: Arc::default(), requests: Arc::default() };
        browser.emulate(looks).await;
        browser
    }

    /// Headless Chromium clamps small windows, so the viewport is set through DevTools.
    async fn emulate(&self, looks: Looks) {
        let (width, height) = looks.size;
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        )
        .await;
        let scheme = if looks.dark { "dark" } else { "light" };
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]}),
        )
        .await;
    }

    /// Sends a DevTools command.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let request = console_log::DevTools { command: command.to_owned(), parameters };
        self.client
            .issue_cmd(request)
            .await
            .unwrap_or_else(|error| panic!("DevTools refuses {command}: {error}"))
    }

    /// Opens a URL.
    pub async fn visit(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// Where the window is.
    pub async fn url(&self) -> Url {
        self.client.current_url().await.expect("a window has a URL")
    }

    /// Waits until the window's URL satisfies `condition`.
    pub async fn wait_for_url(&self, what: &str, condition: impl Fn(&Url) -> bool) -> Url {
        crate::until::until(what, PATIENCE, || async {
            let url = self.url().await;
            condition(&url).then_some(url)
        })
        .await
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page reloads");
    }

    /// Runs a script in the page.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client
            .execute(script, arguments)
            .await
            .unwrap_or_else(|error| panic!("the script fails: {error}\n{script}"))
    }

    /// The driver's own client, for what this module does not wrap.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Announces a console message that the test provokes: every complaint that contains `part` is no failure, and
    /// at least one must come.
    pub fn expect_complaint(&self, part: &str) {
        self.expected.lock().expect("not poisoned").push(part.to_owned());
    }

    /// Waits until the page has provoked a complaint that contains `part`.
    pub async fn wait_for_complaint(&self, part: &str) {
        crate::until::until(&format!("the browser complains about {part}"), PATIENCE, || async {
            self.read_logs().await;
            let seen = self.seen.lock().expect("not poisoned");
            seen.iter().any(|line| line.contains(part)).then_some(())
        })
        .await;
    }

    /// Moves what the browser wrote since the last time into `seen`.
    async fn read_logs(&self) {
        let mut complaints = Vec::new();
        match self.client.issue_cmd(ReadLog { kind: "browser" }).await {
            Ok(entries) => complaints.extend(console_log::console_complaints(&entries)),
            Err(error) => complaints.push(format!("the console log cannot be read: {error}")),
        }
        match self.client.issue_cmd(ReadLog { kind: "performance" }).await {
            Ok(entries) => {
                let mut requests = self.requests.lock().expect("not poisoned");
                complaints.extend(console_log::network_complaints(&entries, &mut requests));
            }
            Err(error) => complaints.push(format!("the network log cannot be read: {error}")),
        }
        self.seen.lock().expect("not poisoned").extend(complaints);
    }

    /// What the console and the network log hold against the page so far, without what was announced.
    async fn complaints(&self) -> Vec<String> {
        self.read_logs().await;
        let seen = self.seen.lock().expect("not poisoned");
        let expected = self.expected.lock().expect("not poisoned");
        let mut left: Vec<String> =
            seen.iter().filter(|line| !expected.iter().any(|part| line.contains(part))).cloned().collect();
        for part in expected.iter() {
            if !seen.iter().any(|line| line.contains(part)) {
                left.push(format!("expected a complaint about {part:?}, none came"));
            }
        }
        left
    }

    /// Saves screenshot, page and URL of a failed test.
    async fn keep_evidence(&self, test: &str) -> String {
        let folder = evidence_folder();
        if let Err(error) = std::fs::create_dir_all(&folder) {
            return format!("nowhere ({error})");
        }
        if let Ok(picture) = self.client.screenshot().await {
            std::fs::write(folder.join(format!("{test}.png")), picture).ok();
        }
        let source = self.client.source().await.unwrap_or_default();
        let url = self.client.current_url().await.map(|url| url.to_string()).unwrap_or_default();
        std::fs::write(folder.join(format!("{test}.html")), format!("<!-- {url} -->\n{source}")).ok();
        folder.join(test).display().to_string()
    }

    /// Saves a screenshot by name, for documentation.
    pub async fn screenshot(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("the window can be drawn")
    }
}

fn evidence_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the test executable has a path");
    let profile =
        test.parent().and_then(std::path::Path::parent).expect("it stands in target/<profile>/deps");
    profile.join("browser-failures")
}
