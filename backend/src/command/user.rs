//! `hasp user create` and `hasp user remove`.

use super::{DatabaseArgument, Terminal, by_command_line, open_existing, organization};
use crate::clock::Clock;
use crate::guard::password::{hash_password, weakness};
use crate::random;
use crate::storage::{NewUser, UserCreated, UserRemoved};
use anyhow::{Context, bail};
use hasp_protocol::api::session::Role;
use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

/// Longest address that RFC 5321 allows in a path.
const EMAIL_BYTES_MAX: usize = 254;
/// Longest name of a person.
const NAME_CHARACTERS_MAX: usize = 100;
/// Longest line that is read as a password; far above what is accepted.
const PASSWORD_LINE_BYTES_MAX: u64 = 4_096;

/// What can be done with members.
#[derive(Debug, clap::Subcommand)]
pub enum UserCommand {
    /// Add a member to an organization; prints the member's id
    Create(CreateUser),
    /// End a membership, every session, and all that the person delegated; for good
    Remove(RemoveUser),
}

/// A new member.
#[derive(Debug, clap::Args)]
pub struct CreateUser {
    /// The organization's name or id
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Signs in with it
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The person's name, as members see it
    #[arg(long)]
    name: String,
    /// owner, admin or member
    #[arg(long, default_value = "member", value_parser = parse_role)]
    role: Role,
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    database: DatabaseArgument,
}

/// A membership that ends.
#[derive(Debug, clap::Args)]
pub struct RemoveUser {
    /// The member's address
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    #[command(flatten)]
    database: DatabaseArgument,
}

fn parse_role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| "one of owner, admin, member".to_owned())
}

impl UserCommand {
    pub(super) async fn run(self, clock: &Clock, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        match self {
            UserCommand::Create(arguments) => arguments.run(clock, terminal).await,
            UserCommand::Remove(arguments) => arguments.run(clock, terminal).await,
        }
    }
}

impl CreateUser {
    async fn run(self, clock: &Clock, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        let email = address(&self.email)?;
        let display_name = self.name.trim().to_owned();
        if display_name.is_empty() || display_name.chars().count() > NAME_CHARACTERS_MAX {
            bail!("--name needs 1 to {NAME_CHARACTERS_MAX} characters");
        }
        if display_name.chars().any(char::is_control) {
            bail!("--name holds a control character");
        }
        let store = open_existing(&self.database)?;
        let organization = organization(store.as_ref(), &self.org).await?;
        let password = if self.password_stdin { read_password(terminal.input)? } else { ask_password()? };
        if let Some(weakness) = weakness(&password) {
            bail!("the password {weakness}");
        }
        let by = by_command_line(clock)?;
        let user = NewUser {
            id: random::ulid(by.now)?,
            organization_id: organization.id,
            email,
            display_name,
            role: self.role,
            password_hash: hash_password(&password, random::bytes()?)?,
        };
        let (id, email) = (user.id.clone(), user.email.clone());
        match store.create_user(user, &by).await? {
            UserCreated::Created => writeln!(terminal.output, "{id}")?,
            UserCreated::EmailTaken => bail!("the address {email} belongs to somebody already"),
            UserCreated::OrganizationUnknown => bail!("the organization is gone"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl RemoveUser {
    async fn run(self, clock: &Clock, terminal: &mut Terminal<'_>) -> anyhow::Result<ExitCode> {
        let email = address(&self.email)?;
        let store = open_existing(&self.database)?;
        let user = store
            .find_user_by_email(&email)
            .await?
            .with_context(|| format!("nobody has the address {email}"))?;
        match store.remove_user(&user.organization_id, &user.id, &by_command_line(clock)?).await? {
            UserRemoved::Removed { credentials } => {
                writeln!(terminal.output, "removed, with {credentials} active credentials")?;
            }
            UserRemoved::AlreadyRemoved => writeln!(terminal.output, "was removed before")?,
            UserRemoved::Unknown => bail!("nobody has the address {email}"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// In lower case, as sign-in looks it up.
pub(super) fn address(text: &str) -> anyhow::Result<String> {
    let address = text.trim().to_lowercase();
    let parts = address.split_once('@');
    let fits = parts.is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && address.len() <= EMAIL_BYTES_MAX
    });
    if !fits || address.chars().any(|character| character.is_whitespace() || character.is_control()) {
        bail!("`{text}` is not an e-mail address");
    }
    Ok(address)
}

/// The first line, without its end.
fn read_password(input: &mut dyn BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::Read::take(input, PASSWORD_LINE_BYTES_MAX)
        .read_line(&mut line)
        .context("the password on standard input is not UTF-8 text")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Twice, without showing it.
fn ask_password() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        bail!("there is no terminal to ask for the password: give it with --password-stdin");
    }
    let password = rpassword::prompt_password("Password: ").context("the password cannot be read")?;
    let again = rpassword::prompt_password("Again: ").context("the password cannot be read")?;
    if password != again {
        bail!("the two passwords differ");
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_case_and_whole() {
        assert_eq!(address(" Dana@Example.COM ").expect("an address"), "dana@example.com");
        for text in ["", "dana", "@example.com", "dana@", "a@b@c", "da na@example.com", "dana@exam\nple.com"]
        {
            assert!(address(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_password_is_one_line_and_keeps_its_spaces() {
        for (input, expected) in [("secret word \n", "secret word "), ("x\r\ny\n", "x"), ("no end", "no end")]
        {
            assert_eq!(read_password(&mut input.as_bytes()).expect("a line"), expected, "{input:?}");
        }
    }
}
