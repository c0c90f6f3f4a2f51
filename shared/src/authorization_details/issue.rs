//! One thing that is wrong with `authorization_details`, at its field.

use super::field::shown;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What is wrong, where, and how to mend it. For the grant's own type only, never for five alternatives at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// JSON Pointer into the array, such as `/0/entities/1`.
    pub pointer: String,
    /// What arrived, shortened.
    pub received: String,
    /// What was expected, as a noun phrase.
    pub expected: String,
    /// One sentence that says what to do.
    pub fix: String,
}

impl Issue {
    pub(crate) fn new(
        pointer: &str,
        received: &Value,
        expected: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.to_owned(),
            received: shown(received),
            expected: expected.into(),
            fix: fix.into(),
        }
    }

    /// The issue as a JSON object of its four members.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "pointer": self.pointer, "received": self.received, "expected": self.expected, "fix": self.fix })
    }
}
