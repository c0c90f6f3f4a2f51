//! One grant, read into its type.

use super::{AgentDelegate, DataRead, DataWrite, GrantType, HumanEscalate, Shape, ToolInvoke, field::whole};
use serde_json::{Map, Number, Value};

/// A valid grant.
#[derive(Clone, Debug, PartialEq)]
pub enum Grant {
    /// `hasp.data.read`
    DataRead(DataRead),
    /// `hasp.data.write`
    DataWrite(DataWrite),
    /// `external.tool.invoke`
    ToolInvoke(ToolInvoke),
    /// `agent.delegate`
    AgentDelegate(AgentDelegate),
    /// `human.escalate`
    HumanEscalate(HumanEscalate),
}

impl Grant {
    /// Its type.
    #[must_use]
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Grant::DataRead(_) => GrantType::DataRead,
            Grant::DataWrite(_) => GrantType::DataWrite,
            Grant::ToolInvoke(_) => GrantType::ToolInvoke,
            Grant::AgentDelegate(_) => GrantType::AgentDelegate,
            Grant::HumanEscalate(_) => GrantType::HumanEscalate,
        }
    }

    /// Whether it is highlighted as elevated access (R77).
    #[must_use]
    pub const fn is_elevated(&self) -> bool {
        self.grant_type().is_elevated()
    }

    /// Reads an entry in which no issue was found; `None` for any other.
    pub(crate) fn from_valid(entry: &Map<String, Value>) -> Option<Self> {
        let members = Members(entry);
        Some(match GrantType::parse(entry.get("type")?.as_str()?)? {
            GrantType::DataRead => Grant::DataRead(DataRead::from_valid(members)),
            GrantType::DataWrite => Grant::DataWrite(DataWrite::from_valid(members)),
            GrantType::ToolInvoke => Grant::ToolInvoke(ToolInvoke::from_valid(members)?),
            GrantType::AgentDelegate => Grant::AgentDelegate(AgentDelegate::from_valid(members)?),
            GrantType::HumanEscalate => Grant::HumanEscalate(HumanEscalate::from_valid(members)?),
        })
    }

    /// Rewrites `60.0` in integer fields to `60`, so that strict readers of the stored grant accept it.
    pub(crate) fn normalise_integers(entry: &mut Map<String, Value>) {
        let grant_type = entry.get("type").and_then(Value::as_str).and_then(GrantType::parse);
        for field in grant_type.into_iter().flat_map(GrantType::fields) {
            if matches!(field.shape, Shape::Integer { .. })
                && let Some(Value::Number(number)) = entry.get_mut(field.name)
                && let Some(digits) = whole(number).and_then(Number::from_i128)
            {
                *number = digits;
            }
        }
    }
}

/// Typed access to the members of a valid entry.
#[derive(Clone, Copy)]
pub(crate) struct Members<'a>(&'a Map<String, Value>);

impl Members<'_> {
    pub(crate) fn text(self, name: &str) -> Option<String> {
        self.0.get(name)?.as_str().map(str::to_owned)
    }

    pub(crate) fn list(self, name: &str) -> Option<Vec<String>> {
        let items = self.0.get(name)?.as_array()?;
        Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    pub(crate) fn integer(self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    pub(crate) fn object(self, name: &str) -> Option<Map<String, Value>> {
        self.0.get(name)?.as_object().cloned()
    }
}
