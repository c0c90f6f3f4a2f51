//! `hasp api-key create` and `hasp api-key revoke`.

use super::user::address;
use super::{DatabaseArgument, Terminal, by_command_line, open_existing, organization};
use crate::clock::Clock;
use crate::guard::caller::KeyScope;
use crate::random;
use crate::storage::ApiKeyEnded;
use crate::storage::record::ApiKey;
use anyhow::{Context, bail};
use hasp_protocol::Mode;
use hasp_protocol::secret::{Secret, SecretKind};
use std::process::ExitCode;

/// domain.md 1.2.
const NAME_CHARACTERS_MAX: usize = 100;

/// What can be done with API keys.
#[derive(Debug, clap::Subcommand)]
pub enum ApiKeyCommand {
    /// Make a key and print it, this once, on standard output
    Create(CreateApiKey),
    /// End a key, for good
    Revoke(RevokeApiKey),
}

/// A new key.
#[derive(Debug, clap::Args)]
pub struct CreateApiKey {
    /// The organization's name or id
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Address of the member on whose behalf the key acts; it ends with the membership
    #[arg(long, value_name = "ADDRESS")]
    owner: String,
    /// What it is for
    #[arg(long)]
    name: String,
    /// What it may do; may be given several times
    #[arg(long, required = true, value_delimiter = ',', value_parser = parse_scope)]
    scope: Vec<KeyScope>,
    /// live or test
    #[arg(long, default_value = "live", value_parser = parse_mode)]
    mode: Mode,
    #[command(flatten)]
    database: DatabaseArgument,
}

/// A key that ends.
#[derive(Debug, clap::Args)]
pub struct RevokeApiKey {
    /// The organization's name or id
    #[arg(long, value_name = "NAME")]
    org: String,
    /// The key's id, as told when it was made and in the audit log
    #[arg(long)]
    id: String,
    #[command(flatten)]
    database: DatabaseArgument,
}

fn parse_scope(word: &str) -> Result<KeyScope, String> {
    KeyScope::ALL.into_iter().find(|scope| scope.as_str() == word).ok_or_else(|| {
        let known = KeyScope::ALL.map(KeyScope::as_str).join(", ");
        format!("one of {known}")
    })
}

fn parse_mode(word: &str) -> Result<Mode, String> {
    Mode::parse(word).ok_or_else(|| "one of live, test".to_owned())
}

impl ApiKeyCommand {
    pub(super) async fn run(self, clock: &Clock, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        match self {
            ApiKeyCommand::Create(arguments) => arguments.run(clock, terminal).await,
            ApiKeyCommand::Revoke(arguments) => arguments.run(clock, terminal).await,
        }
    }
}

impl CreateApiKey {
    async fn run(self, clock: &Clock, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
            bail!("--name needs 1 to {NAME_CHARACTERS_MAX} characters");
        }
        let store = open_existing(&self.database)?;
        let organization = organization(store.as_ref(), &self.org).await?;
        let email = address(&self.owner)?;
        let owner = store
            .find_user_by_email(&email)
            .await?
            .filter(|user| user.organization_id == organization.id && user.removed_at.is_none())
            .with_context(|| format!("{email} is not a member of {}", organization.name))?;
        let mut scopes: Vec<String> = Vec::new();
        for scope in &self.scope {
            if !scopes.iter().any(|held| held == scope.as_str()) {
                scopes.push(scope.as_str().to_owned());
            }
        }
        let by = by_command_line(clock)?;
        let secret = Secret::from_random(SecretKind::api_key(self.mode), random::bytes()?);
        let key = ApiKey {
            id: random::ulid(by.now)?,
            organization_id: organization.id,
            name,
            scopes,
            mode: self.mode,
            owner,
            prefix: secret.display_prefix(),
            last_four: secret.last_four().to_owned(),
            created_at: by.now,
            last_used_at: None,
            revoked_at: None,
        };
        let id = key.id.clone();
        store.create_api_key(key, secret.sha256(), &by).await?;
        writeln!(terminal.remarks, "API key {id}. It is shown only now; the server keeps its hash.")?;
        writeln!(terminal.output, "{}", secret.expose())?;
        Ok(ExitCode::SUCCESS)
    }
}

impl RevokeApiKey {
    async fn run(self, clock: &Clock, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        let store = open_existing(&self.database)?;
        let organization = organization(store.as_ref(), &self.org).await?;
        match store.revoke_api_key(&organization.id, &self.id, &by_command_line(clock)?).await? {
            ApiKeyEnded::Revoked => writeln!(terminal.output, "revoked")?,
            ApiKeyEnded::AlreadyRevoked => writeln!(terminal.output, "was revoked before")?,
            ApiKeyEnded::Unknown => bail!("{} has no API key {}", organization.name, self.id),
        }
        Ok(ExitCode::SUCCESS)
    }
}
