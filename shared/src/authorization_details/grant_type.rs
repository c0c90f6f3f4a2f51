//! The five types by name, in the order of the metadata document (R51; checklist 60).

use super::{
    Field, agent_delegate::AGENT_DELEGATE, data_read::DATA_READ, data_write::DATA_WRITE,
    human_escalate::HUMAN_ESCALATE, tool_invoke::TOOL_INVOKE,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The `type` of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GrantType {
    /// `hasp.data.read`: read records.
    #[serde(rename = "hasp.data.read")]
    DataRead,
    /// `hasp.data.write`: create and update records.
    #[serde(rename = "hasp.data.write")]
    DataWrite,
    /// `external.tool.invoke`: invoke one tool.
    #[serde(rename = "external.tool.invoke")]
    ToolInvoke,
    /// `agent.delegate`: pass authority on to another agent.
    #[serde(rename = "agent.delegate")]
    AgentDelegate,
    /// `human.escalate`: put a matter before a person.
    #[serde(rename = "human.escalate")]
    HumanEscalate,
}

/// What defines a type: everything else is made from this.
pub(crate) struct Definition {
    /// The wire word.
    pub(crate) name: &'static str,
    /// Its name under `$defs`.
    pub(crate) schema_name: &'static str,
    /// A few words for people.
    pub(crate) title: &'static str,
    /// Highlighted in red (R77).
    pub(crate) is_elevated: bool,
    /// All fields but `type`.
    pub(crate) fields: &'static [Field],
    /// Of these fields exactly one is needed.
    pub(crate) exactly_one: Option<[&'static str; 2]>,
}

impl GrantType {
    /// Every type, in the order of the metadata document.
    pub const ALL: [GrantType; 5] =
        [Self::DataRead, Self::DataWrite, Self::ToolInvoke, Self::AgentDelegate, Self::HumanEscalate];

    pub(crate) const fn definition(self) -> &'static Definition {
        match self {
            Self::DataRead => &DATA_READ,
            Self::DataWrite => &DATA_WRITE,
            Self::ToolInvoke => &TOOL_INVOKE,
            Self::AgentDelegate => &AGENT_DELEGATE,
            Self::HumanEscalate => &HUMAN_ESCALATE,
        }
    }

    /// The wire word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.definition().name
    }

    /// Reads the wire word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// A few words for people, such as `Read records`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.definition().title
    }

    /// Whether it is highlighted as elevated access: write and escalation, and only these (R77, C44).
    #[must_use]
    pub const fn is_elevated(self) -> bool {
        self.definition().is_elevated
    }

    /// The fields beside `type`, in their documented order.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        self.definition().fields
    }

    /// Two fields of which exactly one is needed.
    #[must_use]
    pub const fn exactly_one(self) -> Option<[&'static str; 2]> {
        self.definition().exactly_one
    }
}

impl fmt::Display for GrantType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
