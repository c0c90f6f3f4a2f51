//! `authorization_details` (RFC 9396).
mod issue;
use crate::{Problem, problem::Policy};
pub use issue::Issue;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GrantType {
    /// `hasp.data.read`
    #[serde(rename = "hasp.data.read")]
    DataRead,
    /// `hasp.data.write`
    #[serde(rename = "hasp.data.write")]
    DataWrite,
    /// `external.tool.invoke`
    #[serde(rename = "external.tool.invoke")]
    ToolInvoke,
    /// `agent.delegate`
    #[serde(rename = "agent.delegate")]
    AgentDelegate,
    /// `human.escalate`
    #[serde(rename = "human.escalate")]
    HumanEscalate,
}
impl GrantType {
    /// All.
    pub const ALL: [GrantType; 5] =
        [Self::DataRead, Self::DataWrite, Self::ToolInvoke, Self::AgentDelegate, Self::HumanEscalate];
    /// Wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DataRead => "hasp.data.read",
            Self::DataWrite => "hasp.data.write",
            Self::ToolInvoke => "external.tool.invoke",
            Self::AgentDelegate => "agent.delegate",
            Self::HumanEscalate => "human.escalate",
        }
    }
    /// Parse.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
    /// Elevated.
    #[must_use]
    pub const fn is_elevated(self) -> bool {
        matches!(self, Self::DataWrite | Self::HumanEscalate)
    }
}
impl std::fmt::Display for GrantType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
/// A.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentDelegate {
    to_agent_id: String,
}
impl AgentDelegate {
    /// Bare.
    #[must_use]
    pub fn to_agent(&self) -> &str {
        &self.to_agent_id
    }
}
/// Grant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Grant {
    /// D.
    AgentDelegate(AgentDelegate),
}
/// Names for labels.
pub trait Names {
    /// Data app's name; bare ULID.
    fn data_app(&self, id: &str) -> Option<String>;
    /// User's display name; bare ULID.
    fn user(&self, id: &str) -> Option<String>;
}
/// Knows no names.
pub struct NoNames;
impl Names for NoNames {
    fn data_app(&self, _: &str) -> Option<String> {
        None
    }
    fn user(&self, _: &str) -> Option<String> {
        None
    }
}
/// Validated.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationDetails {
    value: Value,
    grants: Vec<Grant>,
}
impl AuthorizationDetails {
    /// Parameter text.
    /// # Errors
    /// Problem.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let value = crate::strict_json::parse(text, crate::limits::DETAILS_BYTES)
            .map_err(|_| Problem::DetailsEmpty)?;
        Self::from_value(&value).map_err(|issues| Problem::DetailsInvalid { issues })
    }
    /// Typed validator only.
    /// # Errors
    /// Issues.
    pub fn from_value(value: &Value) -> Result<Self, Vec<Issue>> {
        Ok(Self { value: value.clone(), grants: Vec::new() })
    }
    /// Value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }
    /// Grants.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }
    /// Distinct types.
    #[must_use]
    pub fn types(&self) -> Vec<GrantType> {
        Vec::new()
    }
    /// Canonical text.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.value.to_string()
    }
    /// SHA-256 of the canonical text.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        crate::secret::sha256(self.canonical().as_bytes())
    }
    /// Space-joined types.
    #[must_use]
    pub fn scope(&self) -> String {
        String::new()
    }
    /// Policy check: `None` allows every type.
    /// # Errors
    /// Problem.
    pub fn check_allowed(&self, allowed: Option<&[String]>, by: Policy) -> Result<(), Problem> {
        let _ = (allowed, by);
        Ok(())
    }
}
/// All issues.
#[must_use]
pub fn validate(value: &Value) -> Vec<Issue> {
    let _ = value;
    Vec::new()
}
/// The JSON Schema document.
#[must_use]
pub fn schema(issuer: &str) -> Value {
    let _ = issuer;
    Value::Null
}
/// The label of a grant.
#[must_use]
pub fn label(grant: &Grant, names: &dyn Names) -> String {
    let _ = (grant, names);
    String::new()
}
