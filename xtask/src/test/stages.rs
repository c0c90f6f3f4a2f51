//! The stages.
//!
//! All native tests are built by one choice of packages: another choice would give dependencies other features and
//! build them again. Lints, builds and tests of the console share one target folder and one profile for the same
//! reason.

use anyhow::{Context, Result, bail};

use crate::test::output::{self, Tally};
use crate::test::session::Session;
use crate::workspace::{CONSOLE_PROFILE, WASM, Workspace, packages};
use crate::{checks, console, stage};

/// The packages that native tests are built from, always together.
pub const NATIVE: [&str; 4] = ["hasp-protocol", "hasp-server", "hasp-tests", "hasp-bench"];
/// The packages that exist only for the browser.
const CONSOLE: [&str; 2] = ["hasp-console", "hasp-schema-worker"];
/// The test targets of `hasp-tests` that have stages of their own.
const OWN_STAGES: [&str; 2] = ["integration", "browser"];

/// One stage: what it does, and which stages must have succeeded before it.
pub struct Stage {
    /// The word after `--only`.
    pub name: &'static str,
    /// What green means.
    pub purpose: &'static str,
    /// Stages that it cannot do without.
    pub after: &'static [&'static str],
    /// Does it, and counts tests.
    pub run: fn(&Session, &mut Tally) -> Result<()>,
}

/// In the order in which they run.
pub const STAGES: &[Stage] = &[
    Stage { name: "format", purpose: "rustfmt finds nothing to change", after: &[], run: format },
    Stage {
        name: "documents",
        purpose: "documents, sizes, names and styles are true",
        after: &[],
        run: documents,
    },
    Stage { name: "clippy", purpose: "lints of everything native", after: &[], run: clippy },
    Stage { name: "clippy-wasm", purpose: "lints of the console", after: &[], run: clippy_wasm },
    Stage {
        name: "console",
        purpose: "the console is built and small enough",
        after: &[],
        run: build_console,
    },
    Stage {
        name: "build",
        purpose: "the server and all native tests compile",
        after: &[],
        run: build_native,
    },
    Stage { name: "unit", purpose: "unit, property and store tests", after: &["build"], run: unit },
    Stage {
        name: "integration",
        purpose: "tests over real sockets and files",
        after: &["build"],
        run: integration,
    },
    Stage { name: "wasm", purpose: "component tests in a browser", after: &[], run: wasm },
    Stage {
        name: "browser",
        purpose: "the whole path in Chromium",
        after: &["console", "build"],
        run: browser,
    },
];

fn format(session: &Session, _: &mut Tally) -> Result<()> {
    stage::run(session.cargo().args(["fmt", "--all", "--check"]))
}

fn documents(session: &Session, _: &mut Tally) -> Result<()> {
    checks::run(session.workspace)
}

fn clippy(session: &Session, _: &mut Tally) -> Result<()> {
    let mut command = session.cargo();
    command.args(["clippy", "--workspace", "--all-targets", "--all-features"]);
    command.args(CONSOLE.iter().flat_map(|package| ["--exclude", package]));
    stage::run(command.args(["--", "-D", "warnings"]))
}

/// Lints reach the protocol crate too, as a package of this workspace that the console depends on.
fn clippy_wasm(session: &Session, _: &mut Tally) -> Result<()> {
    let mut command = session.wasm_cargo();
    command.args(["clippy", "--all-targets", "--all-features"]);
    command.args(packages(&CONSOLE));
    command.args(["--target", WASM, "--profile", CONSOLE_PROFILE, "--", "-D", "warnings"]);
    stage::run(&mut command)
}

fn build_console(session: &Session, _: &mut Tally) -> Result<()> {
    console::build_with(session.workspace, session.toolchain()?)?.check()
}

fn build_native(session: &Session, _: &mut Tally) -> Result<()> {
    stage::run(session.cargo().arg("build").args(packages(&NATIVE)).arg("--all-targets"))
}

fn unit(session: &Session, tally: &mut Tally) -> Result<()> {
    let mut command = session.native_test()?;
    command.args(["--lib", "--bins", "--no-fail-fast"]);
    for target in test_targets(session.workspace)? {
        command.args(["--test", &target]);
    }
    let tests = output::run(&mut command, tally).and_then(|()| some_tests(tally));
    let examples = output::run(session.native_test()?.arg("--doc"), tally);
    let own = output::run(session.cargo().args(["test", "--package", "xtask"]), tally);
    tests.and(examples).and(own)?;
    checks::commands::check(session.workspace, &session.workspace.debug_server())
}

/// The integration-test targets of all native packages, less those with a stage of their own.
fn test_targets(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = stage::output(workspace.cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    parse_test_targets(&metadata)
}

fn parse_test_targets(metadata: &str) -> Result<Vec<String>> {
    let metadata: serde_json::Value = serde_json::from_str(metadata).context("cargo metadata")?;
    let mut names = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        if !package["name"].as_str().is_some_and(|name| NATIVE.contains(&name)) {
            continue;
        }
        for target in package["targets"].as_array().into_iter().flatten() {
            let is_test = target["kind"].as_array().into_iter().flatten().any(|kind| kind == "test");
            match target["name"].as_str() {
                Some(name) if is_test && !OWN_STAGES.contains(&name) => names.push(name.to_owned()),
                _ => {}
            }
        }
    }
    Ok(names)
}

fn integration(session: &Session, tally: &mut Tally) -> Result<()> {
    output::run(session.native_test()?.args(["--test", "integration"]), tally)?;
    some_tests(tally)
}

fn browser(session: &Session, tally: &mut Tally) -> Result<()> {
    output::run(session.native_test()?.args(["--test", "browser"]), tally)?;
    some_tests(tally)
}

fn wasm(session: &Session, tally: &mut Tally) -> Result<()> {
    let mut command = session.wasm_cargo();
    command.args(["test", "--package", "hasp-console", "--target", WASM, "--profile", CONSOLE_PROFILE]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", session.toolchain()?.wasm_test_runner());
    for (name, value) in session.browser_environment()? {
        command.env(name, value);
    }
    output::run(&mut command, tally)?;
    some_tests(tally)
}

/// A stage that ran no test proves nothing.
fn some_tests(tally: &Tally) -> Result<()> {
    if tally.passed == 0 {
        bail!("no test was run");
    }
    if tally.ignored > 0 {
        bail!("{} tests are ignored; a test is run or does not exist", tally.ignored);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_targets_come_from_native_packages_and_leave_out_own_stages() {
        let metadata = r#"{"packages": [
            {"name": "hasp-server", "targets": [{"name": "hasp", "kind": ["bin"]}, {"name": "store", "kind": ["test"]}]},
            {"name": "hasp-tests", "targets": [{"name": "browser", "kind": ["test"]}]},
            {"name": "hasp-console", "targets": [{"name": "web", "kind": ["test"]}]}
        ]}"#;

        assert_eq!(parse_test_targets(metadata).unwrap(), ["store"]);
    }

    #[test]
    fn a_stage_without_tests_or_with_ignored_ones_is_red() {
        assert!(some_tests(&Tally::default()).is_err());
        assert!(some_tests(&Tally { passed: 3, ignored: 1, ..Tally::default() }).is_err());
        assert!(some_tests(&Tally { passed: 3, ..Tally::default() }).is_ok());
    }
}
