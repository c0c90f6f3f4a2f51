//! Every command people type. `cargo xtask` alone lists them.
//!
//! `workspace` knows the folders and how to call cargo, `tools` gets what the browser tool chain needs, `stage`
//! announces steps and times them; the rest is one command per module, and `checks` what `test` asks of documents.

mod bench;
mod checks;
mod compress;
mod console;
mod serve;
mod stage;
mod stylesheets;
mod system;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// One word after `cargo xtask`.
struct CommandEntry {
    name: &'static str,
    arguments: &'static str,
    purpose: &'static str,
    run: fn(&Workspace, &[String]) -> Result<()>,
}

const COMMANDS: &[CommandEntry] = &[
    CommandEntry {
        name: "serve",
        arguments: "[-- hasp flags]",
        purpose: "get what is missing, build console and server, start them with demo data on http://127.0.0.1:8080",
        run: serve::run,
    },
    CommandEntry {
        name: "test",
        arguments: "[--full] [--only STAGE[,STAGE…]]",
        purpose: "formatting, lints, document checks and every test; prints the minutes each stage took",
        run: test::run,
    },
    CommandEntry {
        name: "bench",
        arguments: "[--quick]",
        purpose: "introspections and code exchanges per second, beside a bare axum route",
        run: bench::run,
    },
    CommandEntry {
        name: "console",
        arguments: "",
        purpose: "build the console into dist/, compressed, as `serve` and `test` do",
        run: |workspace, arguments| {
            no_arguments("console", arguments)?;
            console::build(workspace).map(|_| ())
        },
    },
    CommandEntry {
        name: "docs",
        arguments: "",
        purpose: "rewrite the generated columns of docs/ from the tests that name requirements",
        run: |workspace, arguments| {
            no_arguments("docs", arguments)?;
            checks::rewrite_documents(workspace)
        },
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        println!("{}", listing());
        return Ok(());
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        println!("{}", listing());
        return Ok(());
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        bail!("there is no command `{name}`\n\n{}", listing());
    };
    (command.run)(&Workspace::find()?, rest)
}

fn listing() -> String {
    let usage =
        |command: &CommandEntry| format!("{} {}", command.name, command.arguments).trim_end().to_owned();
    let width = COMMANDS.iter().map(|command| usage(command).chars().count()).max().unwrap_or(0);
    let mut text = String::from("Usage: cargo xtask <command>\n");
    for command in COMMANDS {
        let usage = usage(command);
        let padding = " ".repeat(width - usage.chars().count());
        text.push_str(&format!("\n  {usage}{padding}  {}", command.purpose));
    }
    text
}

fn no_arguments(command: &str, arguments: &[String]) -> Result<()> {
    if let Some(first) = arguments.first() {
        bail!("`cargo xtask {command}` takes no arguments, got `{first}`");
    }
    Ok(())
}
