//! `external.tool.invoke`: invoke exactly one tool (domain.md 3.1; R74).

use super::{Field, Shape, grant::Members, grant_type::Definition, label::inserted, text_rule::TOOL_ID};
use serde_json::{Map, Value};

pub(crate) const TOOL_INVOKE: Definition = Definition {
    name: "external.tool.invoke",
    schema_name: "toolInvoke",
    title: "Invoke a tool",
    is_elevated: false,
    fields: &[
        Field {
            name: "tool_id",
            required: true,
            shape: Shape::Text(&TOOL_ID),
            description: "Id of the registered tool.",
            absent: "",
        },
        Field {
            name: "rate_limit",
            required: false,
            shape: Shape::Integer { minimum: 1, maximum: 1_000_000, default: None },
            description: "Invocations allowed per hour; absent means unlimited.",
            absent: "unlimited",
        },
        Field {
            name: "constraints",
            required: false,
            shape: Shape::Constraints,
            description: "Tool-specific; enforced by the tool's own contract at invocation.",
            absent: "none",
        },
    ],
    exactly_one: None,
};

/// A grant to invoke a tool.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolInvoke {
    /// The tool.
    pub tool_id: String,
    /// Invocations per hour; `None` means unlimited.
    pub rate_limit: Option<u64>,
    /// Keys and values belong to the tool.
    pub constraints: Option<Map<String, Value>>,
}

impl ToolInvoke {
    pub(crate) fn from_valid(members: Members<'_>) -> Option<Self> {
        Some(Self {
            tool_id: members.text("tool_id")?,
            rate_limit: members.integer("rate_limit"),
            constraints: members.object("constraints"),
        })
    }

    /// `Invoke tool: <tool_id> [(<rate_limit>/hour)]`
    pub(crate) fn label(&self) -> String {
        let rate = self.rate_limit.map(|rate| format!(" ({rate}/hour)")).unwrap_or_default();
        format!("Invoke tool: {}{rate}", inserted(&self.tool_id))
    }
}
