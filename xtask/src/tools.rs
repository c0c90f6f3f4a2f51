//! The browser tool chain: wasm target, trunk, wasm-bindgen and, where npm exists, wasm-opt.
//!
//! Tools are kept by version in the user's cache folder, so that they are built once per machine and not once per
//! clone. An install goes to a folder of its own and is renamed into place at the end: an interrupted one is never
//! taken for complete.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::stage::{self, step};
use crate::workspace::{WASM, Workspace, find_program, is_program};

/// The newest trunk that this Rust version builds.
const TRUNK: &str = "0.21.14";
/// Older ones need flags for what current rustc emits.
const BINARYEN: &str = "132.0.0";
/// What "older" means for a `wasm-opt` that is already on PATH.
const OLDEST_WASM_OPT: u32 = 120;

/// What a build of the console calls.
pub struct Toolchain {
    /// The program `trunk`.
    pub trunk: PathBuf,
    /// The program `wasm-bindgen`, at the version of Cargo.lock; `wasm-bindgen-test-runner` lies beside it.
    pub wasm_bindgen: PathBuf,
    /// The program `wasm-opt`; the console is only larger without it.
    pub wasm_opt: Option<PathBuf>,
    /// Words for the stamp of a build: another tool, another build.
    pub versions: String,
}

impl Toolchain {
    /// Gets what is missing.
    pub fn ready(workspace: &Workspace) -> Result<Toolchain> {
        wasm_target(workspace)?;
        let cache = cache_directory()?;
        let wasm_bindgen_version = workspace.locked_version("wasm-bindgen")?;
        let trunk = trunk(workspace, &cache)?;
        let wasm_bindgen = wasm_bindgen(workspace, &cache, &wasm_bindgen_version)?;
        let wasm_opt = wasm_opt(workspace, &cache);
        let rustc = stage::output(workspace.command("rustc").arg("--version"))?;
        let optimiser = if wasm_opt.is_some() { BINARYEN } else { "none" };
        let versions = format!(
            "{} trunk {TRUNK} wasm-bindgen {wasm_bindgen_version} wasm-opt {optimiser}",
            rustc.trim()
        );
        Ok(Toolchain { trunk, wasm_bindgen, wasm_opt, versions })
    }

    /// The runner that `cargo test --target wasm32-unknown-unknown` hands its binaries to.
    pub fn wasm_test_runner(&self) -> PathBuf {
        self.wasm_bindgen.with_file_name("wasm-bindgen-test-runner")
    }

    /// PATH with the folders of these tools in front.
    pub fn search_path(&self) -> Result<std::ffi::OsString> {
        let tools = [&self.trunk, &self.wasm_bindgen].into_iter().filter_map(|program| program.parent());
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = tools.map(Path::to_path_buf).chain(std::env::split_paths(&path));
        std::env::join_paths(folders).context("PATH cannot be extended")
    }
}

/// `$XDG_CACHE_HOME/hasp/tools`, or its usual place in the home folder.
fn cache_directory() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => std::env::home_dir().context("no home folder, and XDG_CACHE_HOME is not set")?.join(".cache"),
    };
    Ok(base.join("hasp").join("tools"))
}

fn wasm_target(workspace: &Workspace) -> Result<()> {
    let system_root = stage::output(workspace.command("rustc").args(["--print", "sysroot"]))?;
    let libraries = Path::new(system_root.trim()).join("lib/rustlib").join(WASM).join("lib");
    if libraries.is_dir() {
        return Ok(());
    }
    step("adding the WebAssembly target to Rust", || {
        stage::run(workspace.command("rustup").args(["target", "add", WASM])).with_context(|| {
            format!("Rust cannot build for {WASM}: add the target the way this Rust was installed, then start again")
        })
    })
}

fn trunk(workspace: &Workspace, cache: &Path) -> Result<PathBuf> {
    if let Some(found) = on_path("trunk", &format!("trunk {TRUNK}")) {
        return Ok(found);
    }
    install(cache, &format!("trunk-{TRUNK}"), "bin/trunk", |folder| {
        let mut command = cargo_install(workspace, folder);
        command.args(["--locked", "trunk", "--version", TRUNK, "--no-default-features"]);
        command
    })
}

fn wasm_bindgen(workspace: &Workspace, cache: &Path, version: &str) -> Result<PathBuf> {
    if let Some(found) = on_path("wasm-bindgen", &format!("wasm-bindgen {version}"))
        && is_program(&found.with_file_name("wasm-bindgen-test-runner"))
    {
        return Ok(found);
    }
    // Without --locked: its lock file names a version of a crate that was taken back.
    install(cache, &format!("wasm-bindgen-{version}"), "bin/wasm-bindgen", |folder| {
        let mut command = cargo_install(workspace, folder);
        command.args(["wasm-bindgen-cli", "--version", version]);
        command
    })
}

/// `cargo install` with a light profile: the tools run for seconds, building them would take many minutes.
fn cargo_install(workspace: &Workspace, folder: &Path) -> Command {
    let mut command = workspace.command("cargo");
    command
        .args(["install", "--root"])
        .arg(folder)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_STRIP", "true");
    command
}

/// A console without it works the same and is about a third larger; so nothing here is an error.
fn wasm_opt(workspace: &Workspace, cache: &Path) -> Option<PathBuf> {
    if let Some(found) = find_program(&["wasm-opt"])
        && wasm_opt_version(&found).is_some_and(|version| version >= OLDEST_WASM_OPT)
    {
        return Some(found);
    }
    let (Some(_), Some(npm)) = (find_program(&["node"]), find_program(&["npm"])) else {
        println!("• wasm-opt: not there, and no Node.js with npm to get it with; the console will be larger");
        return None;
    };
    let installed = install(cache, &format!("binaryen-{BINARYEN}"), "node_modules/.bin/wasm-opt", |folder| {
        let mut command = workspace.command(npm);
        command.args([
            "install",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "--loglevel=error",
            "--prefix",
        ]);
        command.arg(folder).arg(format!("binaryen@{BINARYEN}"));
        command
    });
    match installed {
        Ok(program) => Some(program),
        Err(error) => {
            println!("• wasm-opt: could not be installed, the console will be larger ({error:#})");
            None
        }
    }
}

fn wasm_opt_version(program: &Path) -> Option<u32> {
    let text = stage::output(Command::new(program).arg("--version")).ok()?;
    parse_wasm_opt_version(&text)
}

fn parse_wasm_opt_version(text: &str) -> Option<u32> {
    text.split_whitespace().find_map(|word| word.parse().ok())
}

fn on_path(name: &str, expected: &str) -> Option<PathBuf> {
    let program = find_program(&[name])?;
    let version = stage::output(Command::new(&program).arg("--version")).ok()?;
    (version.trim() == expected).then_some(program)
}

fn install(
    cache: &Path,
    name: &str,
    program: &str,
    command: impl FnOnce(&Path) -> Command,
) -> Result<PathBuf> {
    let complete = cache.join(name);
    let is_complete = || is_program(&complete.join(program));
    if is_complete() {
        return Ok(complete.join(program));
    }
    stage::exclusively(&cache.join(format!(".{name}.lock")), || {
        if is_complete() {
            return Ok(());
        }
        step(&format!("installing {name} (once per machine)"), || {
            let unfinished = cache.join(format!(".{name}"));
            for folder in [&unfinished, &complete].into_iter().filter(|folder| folder.exists()) {
                std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
            }
            std::fs::create_dir_all(&unfinished).with_context(|| unfinished.display().to_string())?;
            stage::run(&mut command(&unfinished))?;
            anyhow::ensure!(is_program(&unfinished.join(program)), "{name} was installed without {program}");
            std::fs::rename(&unfinished, &complete).with_context(|| complete.display().to_string())
        })
    })?;
    Ok(complete.join(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_opt_tells_its_version_as_a_number() {
        assert_eq!(parse_wasm_opt_version("wasm-opt version 132 (version_132)\n"), Some(132));
        assert_eq!(parse_wasm_opt_version("wasm-opt"), None);
    }

    #[cfg(unix)]
    #[test]
    fn an_install_that_fails_leaves_nothing_that_looks_complete() {
        let cache = tempfile::tempdir().unwrap();

        let failed = install(cache.path(), "tool-1", "bin/tool", |_| Command::new("false"));
        let without_program = install(cache.path(), "tool-1", "bin/tool", |_| Command::new("true"));

        assert!(failed.is_err());
        assert!(without_program.unwrap_err().to_string().contains("without bin/tool"));
        assert!(!cache.path().join("tool-1").exists());
    }

    #[cfg(unix)]
    #[test]
    fn an_install_is_found_the_second_time() {
        let cache = tempfile::tempdir().unwrap();
        let make = "mkdir -p \"$0/bin\" && touch \"$0/bin/tool\" && chmod +x \"$0/bin/tool\"";
        let first = install(cache.path(), "tool-1", "bin/tool", |folder| {
            let mut command = Command::new("sh");
            command.args(["-c", make]).arg(folder);
            command
        });

        let second = install(cache.path(), "tool-1", "bin/tool", |_| Command::new("false"));

        assert_eq!(first.unwrap(), second.unwrap());
    }
}
