//! `trunk serve` as a developer of the console runs it, with the project's own `Trunk.toml`, on free ports.

use crate::http::{Call, plain_client};
use reqwest::Method;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A first build of the console takes minutes on a small machine when no other stage has made its artifacts.
const PATIENCE: Duration = Duration::from_secs(600);

/// Trunk; ends with its owner.
pub struct DevServer {
    child: Child,
    _folder: TempDir,
}

impl DevServer {
    /// Serves the console on `port`, proxying to the server at `issuer`; returns once the page is served.
    pub async fn start(port: u16, issuer: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let config = folder.path().join("Trunk.toml");
        std::fs::write(&config, settings(port, issuer)).expect("the settings can be written");
        let log = folder.path().join("trunk.log");
        let output = std::fs::File::create(&log).expect("the log can be written");
        let errors = output.try_clone().expect("the log can be shared");
        let trunk = program();
        let mut command = Command::new(&trunk);
        command.arg("serve").arg("--config").arg(&config).args([
            "--release",
            "--no-autoreload=true",
            "--dist",
        ]);
        command.arg(folder.path().join("dist")).current_dir(workspace());
        command.env("CARGO_TARGET_DIR", target()).env("PATH", path()).env("TRUNK_SKIP_VERSION_CHECK", "true");
        // Trunk takes only the words true and false here, other programs any value.
        command.env_remove("NO_COLOR").stdin(Stdio::null()).stdout(output).stderr(errors);
        let child =
            command.spawn().unwrap_or_else(|error| panic!("{} does not start: {error}", trunk.display()));
        let mut server = Self { child, _folder: folder };
        server.wait(port, &log).await;
        server
    }

    async fn wait(&mut self, port: u16, log: &Path) {
        let client = plain_client();
        let start = Instant::now();
        loop {
            let log = || std::fs::read_to_string(log).unwrap_or_default();
            if let Some(status) = self.child.try_wait().expect("the child can be asked") {
                panic!("trunk ended with {status}: {}", log());
            }
            let call = Call::new(&client, Method::GET, format!("http://127.0.0.1:{port}/console/"));
            if call.try_send().await.is_ok_and(|answer| answer.status == 200) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "trunk serves nothing after {PATIENCE:?}: {}", log());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to end.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The project's settings, with free ports in the place of the usual ones and paths that hold from anywhere.
fn settings(port: u16, issuer: &str) -> String {
    let file = workspace().join("Trunk.toml");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let backend = issuer.strip_prefix("http://").expect("a server on loopback");
    let root = workspace();
    let replaced = [
        ("127.0.0.1:8080", backend.to_owned()),
        ("127.0.0.1:8090", format!("127.0.0.1:{port}")),
        ("port = 8090", format!("port = {port}")),
        ("\"frontend/index.html\"", format!("{:?}", root.join("frontend/index.html"))),
        (
            "watch = [\"frontend\", \"shared/src\", \"public\"]",
            format!("watch = [{:?}]", root.join("frontend/src")),
        ),
    ];
    replaced.iter().fold(text, |text, (old, new)| {
        assert!(text.contains(old), "Trunk.toml no longer says {old}: this test must follow it");
        text.replace(old, new)
    })
}

fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("the package stands in the workspace").to_owned()
}

/// Where the console's artifacts are shared with its other builds.
fn target() -> PathBuf {
    std::env::var_os("HASP_TRUNK_TARGET").map_or_else(|| workspace().join("target/wasm"), PathBuf::from)
}

/// `HASP_TRUNK`, or the one in the user's cache folder.
fn program() -> PathBuf {
    std::env::var_os("HASP_TRUNK").map_or_else(|| tool("trunk-").join("trunk"), PathBuf::from)
}

/// The search path, with the cached wasm-bindgen in front where the caller has not arranged for it.
fn path() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::var_os("HASP_TRUNK").is_some() {
        return path;
    }
    let folders = std::iter::once(tool("wasm-bindgen-")).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).expect("folders without the separator")
}

/// The folder of the newest cached version of a tool.
fn tool(prefix: &str) -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").expect("HOME is set")).join(".cache");
    let tools = cache.unwrap_or_else(home).join("hasp/tools");
    let mut found: Vec<_> = std::fs::read_dir(&tools)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix)))
        .collect();
    found.sort();
    let newest =
        found.pop().unwrap_or_else(|| panic!("no {prefix}* in {}: run `cargo xtask test`", tools.display()));
    newest.join("bin")
}
