//! `cargo xtask test`: every check there is, in stages, with the minutes each took.
//!
//! All native tests are built by one choice of packages: another choice would give dependencies other features and
//! build them again. Lints, builds and tests of the console share one target folder and one profile for the same reason.

use std::ffi::OsString;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::stage::{self, duration_text};
use crate::system::{self, Needs};
use crate::test_output::{self, Failed, Tally};
use crate::tools::Toolchain;
use crate::workspace::{CONSOLE_PROFILE, WASM, Workspace, find_program};
use crate::{checks, console};

/// The packages that native tests are built from, always together.
const NATIVE: [&str; 6] =
    ["--package", "hasp-protocol", "--package", "hasp-server", "--package", "hasp-tests"];
/// The packages that exist only for the browser.
const CONSOLE: [&str; 2] = ["hasp-console", "hasp-schema-worker"];
/// The test targets of `hasp-tests` that have stages of their own.
const OWN_STAGES: [&str; 2] = ["integration", "browser"];

/// One stage: what it does, and which stages must have succeeded before it.
struct Stage {
    name: &'static str,
    purpose: &'static str,
    after: &'static [&'static str],
    run: fn(&Session) -> Result<Tally>,
}

const STAGES: &[Stage] = &[
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

/// What every stage gets.
struct Session<'workspace> {
    workspace: &'workspace Workspace,
    toolchain: Option<Toolchain>,
    full: bool,
    /// Cold builds on a build machine gain nothing from incremental compilation.
    incremental: bool,
}

/// What became of one stage.
struct Report {
    name: &'static str,
    took: Duration,
    tally: Tally,
    problem: Option<String>,
}

/// Runs all stages, or the chosen ones with what they need.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let choice = Choice::parse(arguments)?;
    let started = Instant::now();
    let names = choice.stages();
    let mut reports = Vec::new();
    let mut session = Session {
        workspace,
        toolchain: None,
        full: choice.full,
        incremental: std::env::var_os("CI").is_none(),
    };
    let preparing = Instant::now();
    let prepared = prepare(&mut session, &names);
    if let Err(error) = &prepared {
        eprintln!("error: {error:#}");
    }
    reports.push(Report::new("prepare", preparing, prepared.map(|()| Tally::default())));
    if reports[0].problem.is_none() {
        for stage in STAGES.iter().filter(|stage| names.contains(&stage.name)) {
            let report = run_stage(stage, &session, &reports);
            reports.push(report);
        }
    }
    println!("\n{}", table(&reports, started.elapsed()));
    let red: Vec<&str> =
        reports.iter().filter(|report| report.problem.is_some()).map(|report| report.name).collect();
    if !red.is_empty() {
        bail!("red: {}", red.join(", "));
    }
    Ok(())
}

/// What the arguments ask for.
#[derive(Debug)]
struct Choice {
    full: bool,
    only: Vec<&'static str>,
}

impl Choice {
    fn parse(arguments: &[String]) -> Result<Choice> {
        let mut choice = Choice { full: false, only: Vec::new() };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--full" => choice.full = true,
                "--only" => {
                    let names =
                        words.next().with_context(|| format!("--only needs a stage: {}", stage_names()))?;
                    for name in names.split(',') {
                        let known = STAGES.iter().find(|stage| stage.name == name);
                        let stage = known
                            .with_context(|| format!("no stage `{name}`; there are: {}", stage_names()))?;
                        choice.only.push(stage.name);
                    }
                }
                other => bail!(
                    "`{other}` is not known here; there are --full and --only STAGE ({})",
                    stage_names()
                ),
            }
        }
        Ok(choice)
    }

    /// The names of the stages to run: the chosen ones and those they come after.
    fn stages(&self) -> Vec<&'static str> {
        let chosen = |stage: &Stage| self.only.is_empty() || self.only.contains(&stage.name);
        let needed =
            |stage: &Stage| STAGES.iter().any(|later| chosen(later) && later.after.contains(&stage.name));
        STAGES.iter().filter(|stage| chosen(stage) || needed(stage)).map(|stage| stage.name).collect()
    }
}

fn stage_names() -> String {
    STAGES.iter().map(|stage| stage.name).collect::<Vec<_>>().join(", ")
}

fn prepare(session: &mut Session, names: &[&str]) -> Result<()> {
    let any = |wanted: &[&str]| wanted.iter().any(|name| names.contains(name));
    rust_components(session.workspace)?;
    let needs = Needs { browser: any(&["wasm", "browser"]), snippets: any(&["integration", "wasm"]) };
    system::ready(session.workspace, needs)?;
    if any(&["clippy-wasm", "console", "wasm", "browser"]) {
        session.toolchain = Some(Toolchain::ready(session.workspace)?);
    }
    Ok(())
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

fn run_stage(stage: &Stage, session: &Session, earlier: &[Report]) -> Report {
    let started = Instant::now();
    let red = |name: &&&str| earlier.iter().any(|report| report.name == **name && report.problem.is_some());
    if let Some(before) = stage.after.iter().find(red) {
        return Report::new(stage.name, started, Err(anyhow::anyhow!("not run, since {before} is red")));
    }
    let result = stage::step(&format!("{}: {}", stage.name, stage.purpose), || (stage.run)(session));
    if let Err(error) = &result {
        eprintln!("error: {error:#}");
    }
    Report::new(stage.name, started, result)
}

impl Report {
    fn new(name: &'static str, started: Instant, result: Result<Tally>) -> Report {
        let took = started.elapsed();
        match result {
            Ok(tally) => Report { name, took, tally, problem: None },
            Err(error) => {
                let problem = Some(format!("{error:#}"));
                let tally = error.downcast::<Failed>().map(|failed| failed.tally).unwrap_or_default();
                Report { name, took, tally, problem }
            }
        }
    }
}

fn table(reports: &[Report], total: Duration) -> String {
    let mut text = String::from("stage        minutes   tests  outcome\n");
    let minutes = |duration: Duration| format!("{:.1}", duration.as_secs_f64() / 60.0);
    let mut all = Tally::default();
    for report in reports {
        let tests = report.tally.passed + report.tally.failed;
        let tests = if tests == 0 { String::new() } else { tests.to_string() };
        let outcome =
            report.problem.as_deref().map_or("green", |problem| problem.lines().next().unwrap_or("red"));
        text.push_str(&format!("{:<12} {:>7} {tests:>7}  {outcome}\n", report.name, minutes(report.took)));
        all.passed += report.tally.passed;
        all.failed += report.tally.failed;
    }
    text.push_str(&format!("{:<12} {:>7}  ({})\n", "total", minutes(total), duration_text(total)));
    text.push_str(&format!("\n{} passed, {} failed", all.passed, all.failed));
    text
}

impl Session<'_> {
    fn cargo(&self) -> Command {
        self.configured(self.workspace.cargo())
    }

    fn wasm_cargo(&self) -> Command {
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

    fn toolchain(&self) -> Result<&Toolchain> {
        self.toolchain.as_ref().context("the tools were not prepared")
    }

    /// `cargo test` for native tests, in the environment that the tests crate expects.
    fn native_test(&self) -> Result<Command> {
        let mut command = self.cargo();
        command.arg("test").args(packages(&NATIVE)).env("HASP_BIN", self.workspace.debug_server());
        for (name, value) in self.browser_environment()? {
            command.env(name, value);
        }
        Ok(command)
    }

    fn browser_environment(&self) -> Result<Vec<(&'static str, OsString)>> {
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

fn format(session: &Session) -> Result<Tally> {
    stage::run(session.cargo().args(["fmt", "--all", "--check"])).map(|()| Tally::default())
}

fn documents(session: &Session) -> Result<Tally> {
    checks::run(session.workspace).map(|()| Tally::default())
}

fn clippy(session: &Session) -> Result<Tally> {
    let mut command = session.cargo();
    command.args(["clippy", "--workspace", "--all-targets", "--all-features"]);
    command.args(CONSOLE.iter().flat_map(|package| ["--exclude", package]));
    stage::run(command.args(["--", "-D", "warnings"])).map(|()| Tally::default())
}

/// Lints reach the protocol crate too, as a package of this workspace that the console depends on.
fn clippy_wasm(session: &Session) -> Result<Tally> {
    let mut command = session.wasm_cargo();
    command.args(["clippy", "--all-targets", "--all-features"]);
    command.args(packages(&CONSOLE));
    command.args(["--target", WASM, "--profile", CONSOLE_PROFILE, "--", "-D", "warnings"]);
    stage::run(&mut command).map(|()| Tally::default())
}

fn build_console(session: &Session) -> Result<Tally> {
    console::build_with(session.workspace, session.toolchain()?)?.check()?;
    Ok(Tally::default())
}

fn build_native(session: &Session) -> Result<Tally> {
    stage::run(session.cargo().arg("build").args(packages(&NATIVE)).arg("--all-targets"))
        .map(|()| Tally::default())
}

fn unit(session: &Session) -> Result<Tally> {
    let mut command = session.native_test()?;
    command.args(["--lib", "--bins", "--no-fail-fast"]);
    for target in test_targets(session.workspace)? {
        command.args(["--test", &target]);
    }
    let mut tally = some_tests(test_output::run(&mut command)?)?;
    tally.add(test_output::run(session.native_test()?.arg("--doc"))?);
    tally.add(test_output::run(session.cargo().args(["test", "--package", "xtask"]))?);
    checks::commands::check(session.workspace, &session.workspace.debug_server())?;
    Ok(tally)
}

fn packages<'name>(names: &'name [&'name str]) -> impl Iterator<Item = &'name str> {
    names.iter().flat_map(|name| ["--package", name])
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

fn integration(session: &Session) -> Result<Tally> {
    some_tests(test_output::run(session.native_test()?.args(["--test", "integration"]))?)
}

fn browser(session: &Session) -> Result<Tally> {
    some_tests(test_output::run(session.native_test()?.args(["--test", "browser"]))?)
}

fn wasm(session: &Session) -> Result<Tally> {
    let mut command = session.wasm_cargo();
    command.args(["test", "--package", "hasp-console", "--target", WASM, "--profile", CONSOLE_PROFILE]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", session.toolchain()?.wasm_test_runner());
    for (name, value) in session.browser_environment()? {
        command.env(name, value);
    }
    some_tests(test_output::run(&mut command)?)
}

/// A stage that ran no test proves nothing.
fn some_tests(tally: Tally) -> Result<Tally> {
    if tally.passed == 0 {
        bail!("no test was run");
    }
    if tally.ignored > 0 {
        bail!("{} tests are ignored; a test is run or does not exist", tally.ignored);
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(words: &[&str]) -> Result<Choice> {
        Choice::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_chosen_stage_brings_those_it_comes_after() {
        assert_eq!(choice(&["--only", "browser"]).unwrap().stages(), ["console", "build", "browser"]);
        assert_eq!(choice(&["--only", "format,clippy"]).unwrap().stages(), ["format", "clippy"]);
        assert_eq!(choice(&["--full"]).unwrap().stages().len(), STAGES.len());
    }

    #[test]
    fn an_unknown_stage_is_refused_with_the_known_ones() {
        let error = choice(&["--only", "brwser"]).unwrap_err().to_string();

        assert!(error.contains("`brwser`") && error.contains("browser"), "{error}");
    }

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
        assert!(some_tests(Tally::default()).is_err());
        assert!(some_tests(Tally { passed: 3, ignored: 1, ..Tally::default() }).is_err());
        assert!(some_tests(Tally { passed: 3, ..Tally::default() }).is_ok());
    }

    #[test]
    fn the_table_ends_with_the_sum_of_all_tests() {
        let report = |name, passed, failed, problem: Option<&str>| Report {
            name,
            took: Duration::from_secs(90),
            tally: Tally { passed, failed, ..Tally::default() },
            problem: problem.map(str::to_owned),
        };

        let table = table(
            &[report("unit", 10, 0, None), report("browser", 2, 1, Some("failed: x"))],
            Duration::from_secs(180),
        );

        assert!(table.contains("unit             1.5      10  green\n"), "{table}");
        assert!(table.contains("browser          1.5       3  failed: x\n"), "{table}");
        assert!(table.ends_with("\n12 passed, 1 failed"), "{table}");
    }
}
