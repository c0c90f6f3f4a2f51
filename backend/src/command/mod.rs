//! Commands of `hasp` besides `serve`. Those that write work beside a running server: the database orders them.
//!
//! Answers go to standard output, so that scripts can use them; everything meant for a person only goes to standard
//! error. Settings are flags and `HASP_*` variables, as in `hasp serve`.

mod api_key;
mod audit;
mod backup;
mod organization;
mod user;

use crate::clock::Clock;
use crate::random;
use crate::storage::record::Organization;
use crate::storage::{self, Change, Store};
use anyhow::Context;
use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::sync::Arc;

/// What an administrator does on the machine itself.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Organizations
    #[command(subcommand)]
    Org(organization::OrganizationCommand),
    /// Members of organizations
    #[command(subcommand)]
    User(user::UserCommand),
    /// API keys for unattended access
    #[command(subcommand)]
    ApiKey(api_key::ApiKeyCommand),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Copy the database, also of a running server, into a new file
    Backup(backup::Backup),
}

/// Which database a command works on.
#[derive(Debug, clap::Args)]
pub struct DatabaseArgument {
    /// Where everything is kept
    #[arg(long, env = "HASP_DATABASE", value_name = "sqlite:PATH", default_value = "sqlite:hasp.db")]
    pub database: String,
}

/// Where a command reads and writes; tests bring their own.
pub struct Terminal<'a> {
    /// Passwords, one line each.
    pub input: &'a mut dyn BufRead,
    /// Answers.
    pub output: &'a mut dyn Write,
    /// Remarks to a person.
    pub remarks: &'a mut dyn Write,
}

impl Command {
    /// Runs with the process's own streams.
    ///
    /// # Errors
    /// When it cannot be done; the text says why and what to do.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<ExitCode> {
        let mut terminal = Terminal {
            input: &mut std::io::stdin().lock(),
            output: &mut std::io::stdout(),
            remarks: &mut std::io::stderr(),
        };
        self.run_with(clock, &mut terminal).await
    }

    /// Runs with the given streams.
    ///
    /// # Errors
    /// When it cannot be done; the text says why and what to do.
    pub async fn run_with(self, clock: &Clock, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        match self {
            Command::Org(command) => command.run(clock, terminal).await,
            Command::User(command) => command.run(clock, terminal).await,
            Command::ApiKey(command) => command.run(clock, terminal).await,
            Command::Audit(command) => command.run(terminal).await,
            Command::Backup(command) => command.run(terminal),
        }
    }
}

/// The audit half of a change made by a command.
fn by_command_line(clock: &Clock) -> anyhow::Result<Change> {
    let now = clock.now();
    Ok(Change {
        now,
        user_id: None,
        ip_address: None,
        request_id: format!("req_{}", random::ulid(now)?),
        actor: "command_line".to_owned(),
    })
}

/// Opens a database that must be there already.
fn open_existing(database: &DatabaseArgument) -> anyhow::Result<Arc<dyn Store>> {
    Ok(storage::open_existing(&database.database)?)
}

/// The organization of that name or id.
async fn organization(store: &dyn Store, id_or_name: &str) -> anyhow::Result<Organization> {
    store
        .find_organization(id_or_name)
        .await?
        .with_context(|| format!("there is no organization `{id_or_name}`; make it with `hasp org create`"))
}
