//! `agent.delegate`: pass authority on to another agent (domain.md 3.1, 5.4; R75).

use super::{Field, Shape, grant::Members, grant_type::Definition, label::inserted, text_rule::AGENT_ID};
use crate::identifier::AGENT_ID_PREFIX;

/// Hops when `max_chain_depth` is absent: the child may not delegate on.
const DEFAULT_DEPTH: u64 = 1;

pub(crate) const AGENT_DELEGATE: Definition = Definition {
    name: "agent.delegate",
    schema_name: "agentDelegate",
    title: "Delegate to another agent",
    is_elevated: false,
    fields: &[
        Field {
            name: "to_agent_id",
            required: true,
            shape: Shape::Text(&AGENT_ID),
            description: "Id of the agent that may receive a child credential.",
            absent: "",
        },
        Field {
            name: "max_chain_depth",
            required: false,
            shape: Shape::Integer { minimum: 1, maximum: 3, default: Some(DEFAULT_DEPTH) },
            description: "Hops counted from the child; 1 means the child may not delegate on.",
            absent: "1: it may not delegate on",
        },
    ],
    exactly_one: None,
};

/// A grant to delegate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentDelegate {
    /// As sent, bare or with `agent_`.
    pub to_agent_id: String,
    /// 1 to 3, as sent.
    pub max_chain_depth: Option<u64>,
}

impl AgentDelegate {
    pub(crate) fn from_valid(members: Members<'_>) -> Option<Self> {
        Some(Self {
            to_agent_id: members.text("to_agent_id")?,
            max_chain_depth: members.integer("max_chain_depth"),
        })
    }

    /// The bare ULID of the agent that may receive a child credential.
    #[must_use]
    pub fn to_agent(&self) -> &str {
        self.to_agent_id.strip_prefix(AGENT_ID_PREFIX).unwrap_or(&self.to_agent_id)
    }

    /// Hops that are allowed, with the default applied.
    #[must_use]
    pub fn depth(&self) -> u64 {
        self.max_chain_depth.unwrap_or(DEFAULT_DEPTH)
    }

    /// `Delegate to agent <id> (depth ≤ <n>)`
    pub(crate) fn label(&self) -> String {
        format!("Delegate to agent {} (depth \u{2264} {})", inserted(&self.to_agent_id), self.depth())
    }
}
