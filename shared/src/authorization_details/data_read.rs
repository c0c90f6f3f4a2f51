//! `hasp.data.read`: read records of data apps (domain.md 3.1; R72). Reading never implies writing.

use super::{
    Field, Names, Shape,
    grant::Members,
    grant_type::Definition,
    label::data_label,
    text_rule::{APP_ID, KEY},
};
use serde_json::{Map, Value};

/// Most entities, and most fields, of one grant.
pub(crate) const KEYS_MAX: usize = 100;

pub(crate) const APP_ID_FIELD: Field = Field {
    name: "app_id",
    required: false,
    shape: Shape::Text(&APP_ID),
    description: "Id of the data app; absent means all apps of the organization.",
    absent: "all apps",
};

pub(crate) const ENTITIES_FIELD: Field = Field {
    name: "entities",
    required: false,
    shape: Shape::List { schema_name: Some("keyList"), items: &KEY, most: KEYS_MAX },
    description: "Keys of the entities; absent means all of them.",
    absent: "all entities",
};

const FILTERS_FIELD: Field = Field {
    name: "filters",
    required: false,
    shape: Shape::Filters,
    description: "Field path to required value, added to every read. A bare scalar means equality.",
    absent: "all records",
};

pub(crate) const DATA_READ: Definition = Definition {
    name: "hasp.data.read",
    schema_name: "dataRead",
    title: "Read records",
    is_elevated: false,
    fields: &[APP_ID_FIELD, ENTITIES_FIELD, FILTERS_FIELD],
    exactly_one: None,
};

/// A grant to read.
#[derive(Clone, Debug, PartialEq)]
pub struct DataRead {
    /// As sent; `None` means all apps.
    pub app_id: Option<String>,
    /// `None` means all entities.
    pub entities: Option<Vec<String>>,
    /// Added to every read; placeholders are kept.
    pub filters: Option<Map<String, Value>>,
}

impl DataRead {
    pub(crate) fn from_valid(members: Members<'_>) -> Self {
        Self {
            app_id: members.text("app_id"),
            entities: members.list("entities"),
            filters: members.object("filters"),
        }
    }

    /// `Read <entities> [in <app>]`
    pub(crate) fn label(&self, names: &dyn Names) -> String {
        data_label("Read", self.entities.as_deref(), self.app_id.as_deref(), names)
    }
}
