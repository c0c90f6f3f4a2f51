//! `--demo`: two organizations to play with, on loopback only; the same ones after a restart, with fresh secrets.

use crate::clock::Timestamp;
use crate::control::application_secrets::new_secret;
use crate::guard::caller::KeyScope;
use crate::random;
use crate::state::AppState;
use crate::storage::record::{Agent, ApiKey, Application, Organization, User};
use crate::storage::{AgentSaved, ApiKeyEnded, Change, NewApplicationRow, NewUser, SecretRotated};
use anyhow::{Context, bail};
use hasp_protocol::api::agent::RevocationPolicy;
use hasp_protocol::api::session::Role;
use hasp_protocol::identifier::{client_id_from_ulid, ulid_from_parts};
use hasp_protocol::secret::{Secret, SecretKind, sha256};
use hasp_protocol::{ClientType, Mode};
use serde::Serialize;
use std::path::Path;

const EMAIL: &str = "demo@example.com";
const OTHER_EMAIL: &str = "other@example.com";
const PASSWORD: &str = "demo-password";
const CALLBACK: &str = "http://127.0.0.1:8976/callback";
const KEY_NAME: &str = "Demonstration";

/// What a program needs to play with the demonstration; `--demo-json` writes it.
#[derive(Clone, Serialize)]
pub struct DemoFacts {
    /// The issuer.
    pub issuer: String,
    /// For `/sign-in`.
    pub sign_in: DemoSignIn,
    /// Acme's.
    pub agents: Vec<DemoAgent>,
    /// Acme's.
    pub applications: Vec<DemoApplication>,
    /// Acme's, in live mode, with every scope.
    pub api_key: String,
}

/// A person.
#[derive(Clone, Debug, Serialize)]
pub struct DemoSignIn {
    /// Sign-in address.
    pub email: String,
    /// Known to everybody: the reason for loopback only.
    pub password: String,
}

/// An agent.
#[derive(Clone, Debug, Serialize)]
pub struct DemoAgent {
    /// Bare ULID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Lifetime of its tokens.
    pub default_expiry_hours: u32,
}

/// An application.
#[derive(Clone, Serialize)]
pub struct DemoApplication {
    /// `hasp_app_<ulid>`.
    pub client_id: String,
    /// Fresh at each start; none for a public one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// `public` or `confidential`.
    pub client_type: ClientType,
    /// `live` or `test`.
    pub mode: Mode,
    /// Where answers go.
    pub redirect_uris: Vec<String>,
}

/// Secrets stay out of debug output.
impl std::fmt::Debug for DemoFacts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DemoFacts").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Makes what is missing, gives fresh secrets, writes `--demo-json`.
///
/// # Errors
/// When the store does not answer, or the database already has other people's data under the demonstration's names.
pub async fn prepare(state: &AppState) -> anyhow::Result<DemoFacts> {
    let acme = Tenant::open(state, "Acme", EMAIL, "Dana Demo").await?;
    let agents = [
        acme.agent("support-agent", "Answers customers and books appointments", 8).await?,
        acme.agent("report-agent", "Writes the weekly report", 1).await?,
    ];
    let applications = [
        acme.application("Scheduler", ClientType::Confidential, Mode::Live).await?,
        acme.application("Notebook", ClientType::Public, Mode::Live).await?,
        acme.application("Sandbox", ClientType::Confidential, Mode::Test).await?,
    ];
    let api_key = acme.api_key().await?;
    let other = Tenant::open(state, "Other Inc", OTHER_EMAIL, "Oli Other").await?;
    other.agent("other-agent", "Belongs to another organization", 8).await?;

    let facts = DemoFacts {
        issuer: state.issuer().to_owned(),
        sign_in: DemoSignIn { email: EMAIL.to_owned(), password: PASSWORD.to_owned() },
        agents: agents.into(),
        applications: applications.into(),
        api_key,
    };
    if let Some(path) = &state.settings.demo_json {
        write_private(path, &serde_json::to_string_pretty(&facts)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(facts)
}

/// Refuses a database in which the demonstration's known passwords still open an account.
///
/// # Errors
/// When they do, or the store does not answer.
pub async fn refuse_leftovers(state: &AppState) -> anyhow::Result<()> {
    for email in [EMAIL, OTHER_EMAIL] {
        let user = state.store.find_user_by_email(email).await?.filter(|user| user.removed_at.is_none());
        let Some(user) = user else { continue };
        if state.passwords.verify(PASSWORD.to_owned(), Some(user.password_hash)).await? {
            bail!(
                "the database is a demonstration's: everybody knows the password of {email}. Use another one."
            );
        }
    }
    Ok(())
}

impl DemoFacts {
    /// What to do first, for standard output.
    #[must_use]
    pub fn to_text(&self) -> String {
        let issuer = &self.issuer;
        let applications: String = self
            .applications
            .iter()
            .map(|application| {
                let secret = application.client_secret.as_deref().unwrap_or("(public: no secret)");
                format!(
                    "  {:<12} {:<4}  {}  {secret}\n",
                    application.client_type.as_str(),
                    application.mode.as_str(),
                    application.client_id
                )
            })
            .collect();
        let agents: String = self
            .agents
            .iter()
            .map(|agent| format!("  {}  {} ({} h)\n", agent.id, agent.name, agent.default_expiry_hours))
            .collect();
        format!(
            "HASP with demonstration data: {issuer}\n\n\
             Sign in   {issuer}/sign-in\n  {} / {}   (another organization: {OTHER_EMAIL}, same password)\n\n\
             Applications, callback {CALLBACK}; secrets are new at each start\n{applications}\n\
             Agents\n{agents}\nAPI key\n  {}\n\n\
             Try first: open {issuer}/console/, choose an application, build its authorization URL, follow it, approve.\n",
            self.sign_in.email, self.sign_in.password, self.api_key,
        )
    }
}

/// One demonstration organization with its owner.
struct Tenant<'a> {
    state: &'a AppState,
    organization: Organization,
    owner: User,
    now: Timestamp,
    change: Change,
}

impl<'a> Tenant<'a> {
    async fn open(
        state: &'a AppState,
        name: &str,
        email: &str,
        display_name: &str,
    ) -> anyhow::Result<Tenant<'a>> {
        let now = state.clock.now();
        let change = Change {
            now,
            user_id: None,
            ip_address: None,
            request_id: format!("demo_{}", random::ulid(now)?),
            actor: "system".to_owned(),
        };
        let organization = match state.store.find_organization(name).await? {
            Some(organization) => organization,
            None => {
                let new = Organization { id: random::ulid(now)?, name: name.to_owned(), created_at: now };
                state.store.create_organization(new.clone(), &change).await?;
                new
            }
        };
        if state.store.find_user_by_email(email).await?.is_none() {
            // An owner whose password everybody knows has no place among real people.
            if !state.store.list_users(&organization.id).await?.is_empty() {
                bail!("{name} has members of its own: --demo needs a database of its own");
            }
            let owner = NewUser {
                id: random::ulid(now)?,
                organization_id: organization.id.clone(),
                email: email.to_owned(),
                display_name: display_name.to_owned(),
                role: Role::Owner,
                password_hash: state.passwords.hash(PASSWORD.to_owned(), random::bytes()?).await?,
            };
            state.store.create_user(owner, &change).await?;
        }
        let owner =
            state.store.find_user_by_email(email).await?.context("the demonstration's owner is gone")?;
        if owner.organization_id != organization.id {
            bail!(
                "{email} is a member of another organization than {name}: --demo needs a database of its own"
            );
        }
        Ok(Tenant { state, organization, owner, now, change })
    }

    async fn agent(&self, name: &str, description: &str, hours: u32) -> anyhow::Result<DemoAgent> {
        let mut generation = 0;
        let agent = loop {
            let id = self.id(name, generation);
            match self.state.store.find_agent(&self.organization.id, &id, self.now).await? {
                Some(agent) if agent.archived_at.is_none() => break agent,
                Some(_) => generation += 1,
                None => match self.new_agent(id, &numbered(name, generation), description, hours).await? {
                    AgentSaved::Saved(agent) => break agent,
                    AgentSaved::NameTaken => generation += 1,
                    other => bail!("the demonstration's agent {name} cannot be made: {other:?}"),
                },
            }
        };
        Ok(DemoAgent { id: agent.id, name: agent.name, default_expiry_hours: agent.default_expiry_hours })
    }

    async fn new_agent(
        &self,
        id: String,
        name: &str,
        description: &str,
        hours: u32,
    ) -> anyhow::Result<AgentSaved> {
        let agent = Agent {
            id,
            organization_id: self.organization.id.clone(),
            name: name.to_owned(),
            description: Some(description.to_owned()),
            capabilities: Vec::new(),
            default_expiry_hours: hours,
            default_revocation_policy: RevocationPolicy::Drain,
            allowed_scope_types: None,
            active_credentials: 0,
            created_at: self.now,
            updated_at: self.now,
            archived_at: None,
        };
        Ok(self.state.store.create_agent(agent, &self.change).await?)
    }

    async fn application(
        &self,
        name: &str,
        client_type: ClientType,
        mode: Mode,
    ) -> anyhow::Result<DemoApplication> {
        let mut generation = 0;
        let (application, secret) = loop {
            let client_id = client_id_from_ulid(&self.id(name, generation));
            match self.state.store.find_application(&self.organization.id, &client_id, self.now).await? {
                Some(application) if application.revoked_at.is_none() => {
                    break self.with_fresh_secret(application).await?;
                }
                Some(_) => generation += 1,
                None => {
                    let name = numbered(name, generation);
                    break self.new_application(client_id, name, client_type, mode).await?;
                }
            }
        };
        Ok(DemoApplication {
            client_id: application.client_id,
            client_secret: secret.map(|secret| secret.expose().to_owned()),
            client_type,
            mode,
            redirect_uris: application.redirect_uris,
        })
    }

    async fn new_application(
        &self,
        client_id: String,
        name: String,
        client_type: ClientType,
        mode: Mode,
    ) -> anyhow::Result<(Application, Option<Secret>)> {
        let (secret, row) = match client_type {
            ClientType::Confidential => {
                let (secret, row) = new_secret(mode, self.now)?;
                (Some(secret), Some(row))
            }
            ClientType::Public => (None, None),
        };
        let application = Application {
            client_id,
            organization_id: self.organization.id.clone(),
            organization_name: self.organization.name.clone(),
            display_name: name,
            client_type,
            redirect_uris: vec![CALLBACK.to_owned()],
            homepage_url: None,
            icon_url: None,
            mode,
            secrets: Vec::new(),
            active_credentials: 0,
            created_at: self.now,
            updated_at: self.now,
            revoked_at: None,
        };
        let row = NewApplicationRow { application, secret: row };
        Ok((self.state.store.create_application(row, &self.change).await?, secret))
    }

    /// The store keeps hashes only, so a restart cannot print the old secret; it ends at once.
    async fn with_fresh_secret(
        &self,
        application: Application,
    ) -> anyhow::Result<(Application, Option<Secret>)> {
        if application.client_type == ClientType::Public {
            return Ok((application, None));
        }
        let (secret, row) = new_secret(application.mode, self.now)?;
        let rotated = self
            .state
            .store
            .rotate_secret(&self.organization.id, &application.client_id, row, self.now, &self.change)
            .await?;
        match rotated {
            SecretRotated::Rotated(application) => Ok((application, Some(secret))),
            other => bail!("the demonstration's secret cannot be rotated: {other:?}"),
        }
    }

    /// A fresh key; those of earlier starts end.
    async fn api_key(&self) -> anyhow::Result<String> {
        let store = &self.state.store;
        let mut start = 0;
        while store.revoke_api_key(&self.organization.id, &self.id(KEY_NAME, start), &self.change).await?
            != ApiKeyEnded::Unknown
        {
            start += 1;
        }
        let secret = Secret::from_random(SecretKind::api_key(Mode::Live), random::bytes()?);
        let key = ApiKey {
            id: self.id(KEY_NAME, start),
            organization_id: self.organization.id.clone(),
            name: KEY_NAME.to_owned(),
            scopes: KeyScope::ALL.map(|scope| scope.as_str().to_owned()).into(),
            mode: Mode::Live,
            owner: self.owner.clone(),
            prefix: secret.display_prefix(),
            last_four: secret.last_four().to_owned(),
            created_at: self.now,
            last_used_at: None,
            revoked_at: None,
        };
        store.create_api_key(key, secret.sha256(), &self.change).await?;
        Ok(secret.expose().to_owned())
    }

    /// Ids follow from the organization's and from names, so that a restart finds what an earlier start made, whatever
    /// people renamed since. What they ended gets a successor, the next generation.
    fn id(&self, name: &str, generation: u64) -> String {
        let hash =
            sha256(format!("demonstration {name} {generation} of {}", self.organization.id).as_bytes());
        let mut random = [0; 10];
        random.copy_from_slice(&hash[..10]);
        ulid_from_parts(u64::try_from(self.organization.created_at.0).unwrap_or(0) + generation, random)
    }
}

fn numbered(name: &str, generation: u64) -> String {
    if generation == 0 { name.to_owned() } else { format!("{name} {}", generation + 1) }
}

/// Readable by its owner only, from the first byte on.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let mut file = options.open(path)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())
    }
    #[cfg(not(unix))]
    options.open(path)?.write_all(text.as_bytes())
}
