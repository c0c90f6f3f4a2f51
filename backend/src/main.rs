//! The `hasp` binary: arguments, then the command.

use anyhow::Context;
use clap::{Parser, Subcommand};
use hasp_server::clock::Clock;
use hasp_server::command;
use hasp_server::config::Settings;
use hasp_server::config::arguments::ServeArguments;
use hasp_server::{serve, telemetry};
use std::process::ExitCode;

/// OAuth 2.1 for agents: PKCE, Rich Authorization Requests, a console for developers.
#[derive(Parser)]
#[command(name = "hasp", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server: authorization endpoints, control API, console
    Serve(Box<ServeArguments>),
    #[command(flatten)]
    Other(command::Command),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("hasp: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(arguments) => {
            run_server(Settings::from_arguments(*arguments)?).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Other(command) => command.run(&Clock::System).await,
    }
}

async fn run_server(settings: Settings) -> anyhow::Result<()> {
    telemetry::begin(&settings)?;
    let stop = serve::StopSignal::listen().context("cannot listen to signals")?;
    let server = serve::start(settings, Clock::System).await?;
    if let Some(demo) = &server.demo {
        println!("{}", demo.to_text());
    }
    if let Some(link) = &server.set_up_link {
        println!("This server is empty. Become its first owner (the link works once, for a day):\n{link}\n");
    }
    server.run_until(stop).await;
    Ok(())
}
