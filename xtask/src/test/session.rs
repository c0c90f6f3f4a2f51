//! What every stage gets: commands with the environment that builds and tests expect.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, Result};

use crate::stage;
use crate::system::{self, Needs};
use crate::test::stages::NATIVE;
use crate::tools::Toolchain;
use crate::workspace::{Workspace, find_program, packages};

/// One run of the tests.
pub struct Session<'workspace> {
    /// The checkout.
    pub workspace: &'workspace Workspace,
    toolchain: Option<Toolchain>,
    full: bool,
    /// Cold builds on a build machine gain nothing from incremental compilation.
    incremental: bool,
}

impl<'workspace> Session<'workspace> {
    /// Nothing is prepared yet.
    pub fn new(workspace: &'workspace Workspace, full: bool) -> Session<'workspace> {
        Session { workspace, toolchain: None, full, incremental: std::env::var_os("CI").is_none() }
    }

    /// Gets what the named stages need of the machine and of the tool chain.
    pub fn prepare(&mut self, names: &[&str]) -> Result<()> {
        let any = |wanted: &[&str]| wanted.iter().any(|name| names.contains(name));
        rust_components(self.workspace)?;
        let needs = Needs { browser: any(&["wasm", "browser"]), snippets: any(&["integration", "wasm"]) };
        system::ready(self.workspace, needs)?;
        if any(&["clippy-wasm", "console", "wasm", "browser"]) {
            self.toolchain = Some(Toolchain::ready(self.workspace)?);
        }
        Ok(())
    }

    /// Cargo for native builds.
    pub fn cargo(&self) -> Command {
        self.configured(self.workspace.cargo())
    }

    /// Cargo for the console.
    pub fn wasm_cargo(&self) -> Command {
        self.configured(self.workspace.wasm_cargo())
    }

    fn configured(&self, mut command: Command) -> Command {
        if !self.incremental {
            command.env("CARGO_INCREMENTAL", "0");
        }
        if self.full {
            command.env("HASP_TEST_FULL", "1");
        }
        command
    }

    /// The prepared tools.
    pub fn toolchain(&self) -> Result<&Toolchain> {
        self.toolchain.as_ref().context("the tools were not prepared")
    }

    /// `cargo test` for native tests, in the environment that the tests crate expects.
    pub fn native_test(&self) -> Result<Command> {
        let mut command = self.cargo();
        command.arg("test").args(packages(&NATIVE)).env("HASP_BIN", self.workspace.debug_server());
        for (name, value) in self.browser_environment()? {
            command.env(name, value);
        }
        Ok(command)
    }

    /// Where tests find the driver, trunk and their tools.
    pub fn browser_environment(&self) -> Result<Vec<(&'static str, OsString)>> {
        let mut variables = Vec::new();
        if let Some(driver) = find_program(&["chromedriver"]) {
            variables.push(("CHROMEDRIVER", driver.into_os_string()));
        }
        if let Some(toolchain) = &self.toolchain {
            variables.push(("HASP_TRUNK", toolchain.trunk.clone().into_os_string()));
            variables.push(("HASP_TRUNK_TARGET", self.workspace.wasm_target().into_os_string()));
            variables.push(("PATH", toolchain.search_path()?));
        }
        Ok(variables)
    }
}

fn rust_components(workspace: &Workspace) -> Result<()> {
    for component in ["rustfmt", "clippy"] {
        let subcommand = if component == "rustfmt" { "fmt" } else { component };
        if !stage::succeeds(workspace.command("cargo").args([subcommand, "--version"])) {
            stage::run(workspace.command("rustup").args(["component", "add", component])).with_context(
                || format!("this Rust has no {component}: install it the way Rust was installed"),
            )?;
        }
    }
    Ok(())
}
