//! `hasp audit verify`.

use super::{DatabaseArgument, Terminal, open_existing};
use crate::storage::ChainVerdict;
use std::process::ExitCode;

/// What can be done with the audit log.
#[derive(Debug, clap::Subcommand)]
pub enum AuditCommand {
    /// Recompute every chain; names the first bad row and ends with exit code 1 when there is one
    Verify(VerifyAudit),
}

/// Every chain of the database.
#[derive(Debug, clap::Args)]
pub struct VerifyAudit {
    #[command(flatten)]
    database: DatabaseArgument,
}

impl AuditCommand {
    pub(super) async fn run(self, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        let AuditCommand::Verify(arguments) = self;
        let store = open_existing(&arguments.database)?;
        match store.verify_audit_chains().await? {
            ChainVerdict::Intact { chains, events } => {
                writeln!(terminal.output, "intact: {events} events in {chains} chains")?;
                Ok(ExitCode::SUCCESS)
            }
            ChainVerdict::Broken { organization_id, sequence, event_id, reason } => {
                let chain = organization_id.map_or("platform".to_owned(), |id| format!("organization {id}"));
                let event = if event_id.is_empty() { "missing".to_owned() } else { format!("id {event_id}") };
                writeln!(terminal.output, "broken: {chain}, event {sequence} ({event}): {reason}")?;
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
