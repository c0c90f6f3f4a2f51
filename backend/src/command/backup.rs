//! `hasp backup`.

use super::{DatabaseArgument, Terminal};
use crate::storage;
use std::path::PathBuf;
use std::process::ExitCode;

/// One consistent copy.
#[derive(Debug, clap::Args)]
pub struct Backup {
    /// The new file; must not exist yet
    #[arg(value_name = "PATH")]
    target: PathBuf,
    #[command(flatten)]
    database: DatabaseArgument,
}

impl Backup {
    pub(super) fn run(self, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        storage::back_up(&self.database.database, &self.target)?;
        writeln!(terminal.output, "{}", self.target.display())?;
        Ok(ExitCode::SUCCESS)
    }
}
