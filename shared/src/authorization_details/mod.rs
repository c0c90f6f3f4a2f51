//! `authorization_details`: what a client asks for, what a person approves, what a credential allows (RFC 9396; R23).
//!
//! Each grant type is defined once, in the file of its name: its fields with their limits, its label, whether it is
//! elevated. From these definitions come the typed validator ([`validate`]), the JSON Schema document ([`schema()`]),
//! the form of the console's builder ([`GrantType::fields`]) and the rows of the consent page.
//!
//! The typed validator is small and exact, and every surface uses it; the `jsonschema` crate on the served document
//! (`schema_validator`, behind a feature) is asked beside it on the server. Property tests hold the two to one
//! verdict. Not here: whether an agent, app or user exists, and whether an agent allows a type.

mod agent_delegate;
mod canonical;
mod data_read;
mod data_write;
mod field;
mod filters;
mod grant;
mod grant_type;
mod human_escalate;
mod issue;
mod label;
mod schema;
#[cfg(any(test, feature = "schema-validator"))]
pub mod schema_validator;
pub mod substitution;
mod text_rule;
mod tool_invoke;
mod validation;

pub use agent_delegate::AgentDelegate;
pub use canonical::canonical;
pub use data_read::DataRead;
pub use data_write::DataWrite;
pub use field::{Field, Shape};
pub use grant::Grant;
pub use grant_type::GrantType;
pub use human_escalate::{EscalationTarget, HumanEscalate};
pub use issue::Issue;
pub use label::{Names, NoNames, label};
pub use schema::schema;
pub use text_rule::TextRule;
pub use tool_invoke::ToolInvoke;
pub use validation::validate;

use crate::{
    Problem,
    limits::DETAILS_BYTES,
    problem::Policy,
    secret::sha256,
    strict_json::{self, StrictJsonError, StrictJsonErrorKind},
};
use serde_json::Value;

/// A list of 1 to 20 valid grants.
///
/// **Invariants** The typed rules hold; [`value`](Self::value) and [`grants`](Self::grants) say the same in the same
/// order.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationDetails {
    value: Value,
    grants: Vec<Grant>,
}

impl AuthorizationDetails {
    /// Reads the decoded text of the parameter: size, strict JSON, array, then the typed rules. checklist 57, 58.
    ///
    /// # Errors
    /// `invalid_request` for whatever is no bounded, non-empty JSON array without duplicate keys;
    /// `invalid_authorization_details` with every [`Issue`] for the rest (C4).
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let value = strict_json::parse(text, DETAILS_BYTES).map_err(json_problem)?;
        match &value {
            Value::Array(entries) if entries.is_empty() => Err(Problem::DetailsEmpty),
            Value::Array(_) => Self::from_value(&value).map_err(|issues| Problem::DetailsInvalid { issues }),
            other => Err(Problem::DetailsNotArray { received: field::shown(other) }),
        }
    }

    /// Applies the typed rules to a JSON value of any origin.
    ///
    /// # Errors
    /// Every issue, in document order; never empty.
    pub fn from_value(value: &Value) -> Result<Self, Vec<Issue>> {
        let issues = validate(value);
        if !issues.is_empty() {
            return Err(issues);
        }
        let mut value = value.clone();
        let entries = value.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
        let grants = entries.filter_map(|entry| {
            Grant::normalise_integers(entry);
            Grant::from_valid(entry)
        });
        let grants = grants.collect();
        Ok(Self { value, grants })
    }

    /// The array as it arrived, member for member; only `60.0` in an integer field has become `60` (domain.md 3.4).
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// The grants, in request order.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// The distinct types, in the order of their first grant.
    #[must_use]
    pub fn types(&self) -> Vec<GrantType> {
        let mut types = Vec::new();
        for grant in &self.grants {
            if !types.contains(&grant.grant_type()) {
                types.push(grant.grant_type());
            }
        }
        types
    }

    /// One text for all JSON spellings of the same details: see [`canonical()`].
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical(&self.value)
    }

    /// SHA-256 of the canonical text: what was shown, stored with code, credential and audit row (checklist 25).
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(self.canonical().as_bytes())
    }

    /// The distinct types joined by spaces: `scope` in introspection, a display aid only (C9).
    #[must_use]
    pub fn scope(&self) -> String {
        self.types().into_iter().map(GrantType::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Refuses a type that a client or agent may not have; `None` allows every type (C30; checklist 59).
    ///
    /// # Errors
    /// [`Problem::DetailsTypeNotAllowed`] with the first such entry.
    pub fn check_allowed(&self, allowed: Option<&[String]>, by: Policy) -> Result<(), Problem> {
        let Some(allowed) = allowed else { return Ok(()) };
        let is_allowed = |grant: &Grant| allowed.iter().any(|word| word == grant.grant_type().as_str());
        match self.grants.iter().enumerate().find(|(_, grant)| !is_allowed(grant)) {
            Some((index, grant)) => {
                Err(Problem::DetailsTypeNotAllowed { index, grant_type: grant.grant_type(), by })
            }
            None => Ok(()),
        }
    }
}

fn json_problem(error: StrictJsonError) -> Problem {
    let StrictJsonError { kind, line, column } = error;
    match kind {
        StrictJsonErrorKind::TooLarge { bytes, .. } => Problem::DetailsTooLarge { bytes },
        StrictJsonErrorKind::TooDeep { pointer } => Problem::DetailsTooDeep { pointer },
        StrictJsonErrorKind::DuplicateKey { pointer, key } => Problem::DetailsDuplicateKey { pointer, key },
        StrictJsonErrorKind::Syntax { message } => Problem::DetailsNotJson { message, line, column },
    }
}

#[cfg(test)]
mod tests;
