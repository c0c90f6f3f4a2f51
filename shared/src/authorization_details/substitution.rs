//! Substitution in filter values: `{{delegating_user.id}}` and its like (domain.md 3.2).
//!
//! The placeholder is the whole string, from a fixed list of names, and stands in filter values only. An unknown or
//! malformed one is refused when the grant is submitted, not when data is read. Not here: resolving it, which the
//! enforcement point does with the root user of the chain; the stored grant keeps the template.

use crate::text::did_you_mean;

/// A value known when the grant is enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Substitution {
    /// `{{delegating_user.id}}`
    DelegatingUserId,
    /// `{{delegating_user.email}}`
    DelegatingUserEmail,
    /// `{{org.id}}`
    OrganizationId,
    /// `{{agent.id}}`
    AgentId,
}

impl Substitution {
    /// Every substitution.
    pub const ALL: [Self; 4] =
        [Self::DelegatingUserId, Self::DelegatingUserEmail, Self::OrganizationId, Self::AgentId];

    /// The name between the braces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DelegatingUserId => "delegating_user.id",
            Self::DelegatingUserEmail => "delegating_user.email",
            Self::OrganizationId => "org.id",
            Self::AgentId => "agent.id",
        }
    }

    /// What it stands for, in words for the consent page.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::DelegatingUserId => "the id of the person who approves",
            Self::DelegatingUserEmail => "the address of the person who approves",
            Self::OrganizationId => "the id of the agent's organization",
            Self::AgentId => "the id of the agent",
        }
    }
}

/// Why a filter value with braces is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubstitutionError {
    /// Text around the placeholder, or braces without a partner.
    #[error("the placeholder is not the whole text")]
    NotWhole,
    /// A name that is not on the list.
    #[error("no value has the name {name}")]
    UnknownName {
        /// What stands between the braces.
        name: String,
    },
}

impl SubstitutionError {
    /// One line that says what to do.
    #[must_use]
    pub fn fix(&self) -> String {
        let names = Substitution::ALL.map(Substitution::name);
        match self {
            Self::NotWhole => "Let the placeholder be the whole text, without anything around it.".to_owned(),
            Self::UnknownName { name } => match did_you_mean(name.trim(), names) {
                Some(meant) => format!("Write {{{{{meant}}}}}."),
                None => format!("Use {}.", expected()),
            },
        }
    }
}

/// What a text with braces may be, as a noun phrase.
pub(crate) fn expected() -> String {
    let placeholders = Substitution::ALL.map(|one| format!("{{{{{}}}}}", one.name()));
    format!("plain text or one of {}", placeholders.join(", "))
}

/// Reads a filter value: `None` for plain text, `Some` for a placeholder.
///
/// ```
/// # use hasp_protocol::authorization_details::substitution::{Substitution, parse};
/// assert_eq!(parse("open"), Ok(None));
/// assert_eq!(parse("{{delegating_user.id}}"), Ok(Some(Substitution::DelegatingUserId)));
/// assert!(parse("user {{delegating_user.id}}").is_err());
/// ```
///
/// # Errors
/// When it has `{{` or `}}` and is not exactly one known placeholder.
pub fn parse(text: &str) -> Result<Option<Substitution>, SubstitutionError> {
    if !text.contains("{{") && !text.contains("}}") {
        return Ok(None);
    }
    let name = text
        .strip_prefix("{{")
        .and_then(|text| text.strip_suffix("}}"))
        .filter(|name| !name.contains(['{', '}']))
        .ok_or(SubstitutionError::NotWhole)?;
    match Substitution::ALL.into_iter().find(|one| one.name() == name) {
        Some(found) => Ok(Some(found)),
        None => Err(SubstitutionError::UnknownName { name: name.to_owned() }),
    }
}
