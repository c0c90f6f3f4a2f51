//! `hasp org create`.

use super::{DatabaseArgument, Terminal, by_command_line};
use crate::clock::Clock;
use crate::random;
use crate::storage::record::Organization;
use crate::storage::{self, OrganizationCreated};
use anyhow::bail;
use std::process::ExitCode;

/// Longest name of an organization.
const NAME_CHARACTERS_MAX: usize = 100;

/// What can be done with organizations.
#[derive(Debug, clap::Subcommand)]
pub enum OrganizationCommand {
    /// Make an organization; prints its id
    Create(CreateOrganization),
}

/// A new tenant.
#[derive(Debug, clap::Args)]
pub struct CreateOrganization {
    /// Its name, as people see it; must be free
    #[arg(long)]
    name: String,
    #[command(flatten)]
    database: DatabaseArgument,
}

impl OrganizationCommand {
    pub(super) async fn run(self, clock: &Clock, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        let OrganizationCommand::Create(arguments) = self;
        let name = arguments.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
            bail!("--name needs 1 to {NAME_CHARACTERS_MAX} characters");
        }
        if name.chars().any(char::is_control) {
            bail!("--name holds a control character");
        }
        let store = storage::open(&arguments.database.database)?;
        let by = by_command_line(clock)?;
        let organization = Organization { id: random::ulid(by.now)?, name, created_at: by.now };
        match store.create_organization(organization.clone(), &by).await? {
            OrganizationCreated::Created => writeln!(terminal.output, "{}", organization.id)?,
            OrganizationCreated::NameTaken => {
                bail!("there is an organization `{}` already", organization.name)
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
