//! Tests of the grant definitions: labels, verdicts, issues, canonical form, and the two validators' one verdict.

mod canonical;
mod generate;
mod issues;
mod labels;
mod two_validators;
mod verdicts;

use super::*;
use serde_json::{Value, json};

/// A valid ULID.
const ULID: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

fn details(value: Value) -> AuthorizationDetails {
    AuthorizationDetails::from_value(&value).unwrap_or_else(|issues| panic!("{value}: {issues:?}"))
}
