//! `hasp.data.write`: create and update records of data apps (domain.md 3.1; R73). Elevated (R77).

use super::{
    Field, Names, Shape,
    data_read::{APP_ID_FIELD, ENTITIES_FIELD, KEYS_MAX},
    grant::Members,
    grant_type::Definition,
    label::data_label,
    text_rule::KEY,
};

const FIELDS_FIELD: Field = Field {
    name: "fields",
    required: false,
    shape: Shape::List { schema_name: Some("keyList"), items: &KEY, most: KEYS_MAX },
    description: "Keys of the fields that may be set; absent means all writable ones.",
    absent: "all writable fields",
};

pub(crate) const DATA_WRITE: Definition = Definition {
    name: "hasp.data.write",
    schema_name: "dataWrite",
    title: "Create and update records",
    is_elevated: true,
    fields: &[APP_ID_FIELD, ENTITIES_FIELD, FIELDS_FIELD],
    exactly_one: None,
};

/// A grant to create and update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataWrite {
    /// As sent; `None` means all apps.
    pub app_id: Option<String>,
    /// `None` means all entities.
    pub entities: Option<Vec<String>>,
    /// `None` means all writable fields.
    pub fields: Option<Vec<String>>,
}

impl DataWrite {
    pub(crate) fn from_valid(members: Members<'_>) -> Self {
        Self {
            app_id: members.text("app_id"),
            entities: members.list("entities"),
            fields: members.list("fields"),
        }
    }

    /// `Write <entities> [in <app>]`
    pub(crate) fn label(&self, names: &dyn Names) -> String {
        data_label("Write", self.entities.as_deref(), self.app_id.as_deref(), names)
    }
}
