//! The authority beside the typed validator: the `jsonschema` crate on the served document.
//!
//! Behind the feature `schema-validator`, because it is large: the server links it, the console loads it in a module
//! of its own. Bound the value's size and count first; invalid input costs it far more than valid input.

use super::schema;
use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

/// The compiled schema document.
#[derive(Debug)]
pub struct SchemaValidator {
    validator: Validator,
}

/// One error of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaIssue {
    /// JSON Pointer into the array.
    pub pointer: String,
    /// In the words of the `jsonschema` crate.
    pub message: String,
}

impl SchemaValidator {
    /// Compiles the document.
    ///
    /// # Panics
    /// Never: the document is made of constants, and a test compiles it.
    #[must_use]
    pub fn new() -> Self {
        // The issuer names the document and changes nothing about what it accepts.
        let document = schema("https://issuer.invalid");
        let validator = jsonschema::draft202012::options()
            .with_pattern_options(PatternOptions::regex())
            .build(&document)
            .expect("the document is made of constants; a test compiles it");
        Self { validator }
    }

    /// Whether the schema accepts the value.
    #[must_use]
    pub fn is_valid(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// Everything the schema finds wrong, in its order.
    #[must_use]
    pub fn issues(&self, value: &Value) -> Vec<SchemaIssue> {
        let errors = self.validator.iter_errors(value);
        errors
            .map(|error| SchemaIssue {
                pointer: error.instance_path().to_string(),
                message: error.to_string(),
            })
            .collect()
    }
}

impl Default for SchemaValidator {
    fn default() -> Self {
        Self::new()
    }
}
