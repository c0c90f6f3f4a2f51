//! `human.escalate`: put a matter before a role or a person (domain.md 3.1; R76). Elevated (R77).

use super::{
    Field, Names, Shape,
    grant::Members,
    grant_type::Definition,
    label::{inserted, listed},
    text_rule::{CHANNEL, ROLE, USER_ID},
};
use crate::identifier::USER_ID_PREFIX;

/// Most channels of one grant.
const CHANNELS_MAX: usize = 10;

pub(crate) const HUMAN_ESCALATE: Definition = Definition {
    name: "human.escalate",
    schema_name: "humanEscalate",
    title: "Escalate to a person",
    is_elevated: true,
    fields: &[
        Field {
            name: "to_role",
            required: false,
            shape: Shape::Text(&ROLE),
            description: "Role of the organization; either this or to_user_id.",
            absent: "",
        },
        Field {
            name: "to_user_id",
            required: false,
            shape: Shape::Text(&USER_ID),
            description: "Id of the person; either this or to_role.",
            absent: "",
        },
        Field {
            name: "channels",
            required: false,
            shape: Shape::List { schema_name: None, items: &CHANNEL, most: CHANNELS_MAX },
            description: "Channels to reach the person by, such as email and sms; absent leaves the choice open.",
            absent: "any channel",
        },
    ],
    exactly_one: Some(["to_role", "to_user_id"]),
};

/// Whom a matter is put before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EscalationTarget {
    /// A role of the organization.
    Role(String),
    /// A person, as sent, bare or with `user_`.
    User(String),
}

/// A grant to escalate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HumanEscalate {
    /// Role or person.
    pub target: EscalationTarget,
    /// `None` leaves the choice open.
    pub channels: Option<Vec<String>>,
}

impl HumanEscalate {
    pub(crate) fn from_valid(members: Members<'_>) -> Option<Self> {
        let role = members.text("to_role").map(EscalationTarget::Role);
        let target = role.or_else(|| members.text("to_user_id").map(EscalationTarget::User))?;
        Some(Self { target, channels: members.list("channels") })
    }

    /// `Escalate to <role/user> [via <channels>]`
    pub(crate) fn label(&self, names: &dyn Names) -> String {
        let target = match &self.target {
            EscalationTarget::Role(role) => inserted(role),
            EscalationTarget::User(id) => {
                let name = names.user(id.strip_prefix(USER_ID_PREFIX).unwrap_or(id));
                inserted(name.as_deref().unwrap_or(id))
            }
        };
        let channels = self.channels.as_deref().map(|channels| format!(" via {}", listed(channels)));
        format!("Escalate to {target}{}", channels.unwrap_or_default())
    }
}
