//! Where things are, and how cargo is called so that nothing is built twice.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The target triple of the console.
pub const WASM: &str = "wasm32-unknown-unknown";
/// The cargo profile of the console (root Cargo.toml).
pub const CONSOLE_PROFILE: &str = "console";

/// The checkout this program was started from.
pub struct Workspace {
    /// The folder of the root Cargo.toml.
    pub root: PathBuf,
    /// Where native builds go.
    pub target: PathBuf,
}

impl Workspace {
    /// The workspace of the running `cargo xtask`.
    pub fn find() -> Result<Workspace> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().context("xtask has no parent folder")?.to_path_buf();
        if !root.join("Cargo.lock").is_file() {
            bail!(
                "{} is not the workspace: it has no Cargo.lock; start this with `cargo xtask`",
                root.display()
            );
        }
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Workspace { root, target })
    }

    /// A path below the root.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo for native builds, free of the variables that `cargo run` set for this program itself.
    pub fn cargo(&self) -> Command {
        let mut command = self.command("cargo");
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Cargo for the console. Its artifacts lie apart: both kinds of build can run without locking each other.
    pub fn wasm_cargo(&self) -> Command {
        let mut command = self.command("cargo");
        command.env("CARGO_TARGET_DIR", self.wasm_target());
        command
    }

    /// Where builds of the console go.
    pub fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// The server as tests start it.
    pub fn debug_server(&self) -> PathBuf {
        self.target.join("debug").join(format!("hasp{}", std::env::consts::EXE_SUFFIX))
    }

    /// A program in the root folder, free of what `cargo run` added to the environment.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(is_set_by_cargo_run) {
                command.env_remove(name);
            }
        }
        command
    }

    /// The version of a package in Cargo.lock.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let text = std::fs::read_to_string(self.path("Cargo.lock")).context("Cargo.lock")?;
        locked_version(&text, package)
    }

    /// Files that git tracks or would track, relative to the root, with forward slashes.
    pub fn files(&self) -> Result<Vec<String>> {
        let listed = crate::stage::output(self.command("git").args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]))?;
        let mut files: Vec<String> = listed
            .split('\0')
            .filter(|file| !file.is_empty() && self.path(file).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// The text of a tracked file; empty when it is not text.
    pub fn read_text(&self, file: &str) -> Result<String> {
        let bytes = std::fs::read(self.path(file)).with_context(|| file.to_owned())?;
        Ok(String::from_utf8(bytes).unwrap_or_default())
    }
}

/// Variables that describe the package `cargo run` started. Left in place, they reach build scripts of nested cargo
/// calls and make them run again.
fn is_set_by_cargo_run(name: &str) -> bool {
    const PREFIXES: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
    matches!(name, "CARGO" | "OUT_DIR" | "CARGO_PRIMARY_PACKAGE")
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn locked_version(lock_file: &str, package: &str) -> Result<String> {
    let lock: toml::Table = lock_file.parse().context("Cargo.lock")?;
    lock.get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))
        .and_then(|entry| entry.get("version").and_then(toml::Value::as_str))
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock names no package {package}"))
}

/// `--package` before each name.
pub fn packages<'name>(names: &'name [&'name str]) -> impl Iterator<Item = &'name str> {
    names.iter().flat_map(|name| ["--package", name])
}

/// The first of `names` that lies in a folder of PATH.
pub fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| is_program(file)))
}

/// Whether this is a file that can be started.
pub fn is_program(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    {
        file.is_file()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_named_package() {
        let lock = "version = 4\n[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";

        assert_eq!(locked_version(lock, "wasm-bindgen").unwrap(), "0.2.130");
        assert!(locked_version(lock, "trunk").is_err());
    }

    #[test]
    fn only_what_describes_the_started_package_is_taken_from_the_environment() {
        assert!(is_set_by_cargo_run("CARGO_PKG_VERSION"));
        assert!(is_set_by_cargo_run("CARGO_MANIFEST_DIR"));
        assert!(!is_set_by_cargo_run("CARGO_HOME"));
        assert!(!is_set_by_cargo_run("CARGO_PROFILE_RELEASE_LTO"));
    }
}
