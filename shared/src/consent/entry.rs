//! One permission on the consent page: its label, and every field of the grant in words (checklist 21).

use crate::{
    authorization_details::{Grant, substitution},
    text::reveal,
};
use serde_json::{Map, Value};

/// One permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentEntry {
    /// domain.md 3.3.
    pub label: String,
    /// Write and escalation (R77).
    pub elevated: bool,
    /// Every field of the grant: name and value, in request order; then what absent fields mean.
    pub details: Vec<(String, String)>,
}

impl ConsentEntry {
    pub(super) fn of(grant: &Grant, value: &Value, label: String) -> Self {
        let mut details = Vec::new();
        let empty = Map::new();
        let members = value.as_object().unwrap_or(&empty);
        for (name, member) in members {
            push_member(name, member, &mut details);
        }
        let absent = grant.grant_type().fields().iter().filter(|field| !members.contains_key(field.name));
        for field in absent.filter(|field| !field.absent.is_empty()) {
            details.push((field.name.to_owned(), format!("not given: {}", field.absent)));
        }
        Self { label, elevated: grant.is_elevated(), details }
    }
}

/// Objects get one row per member, everything else one row.
fn push_member(name: &str, member: &Value, details: &mut Vec<(String, String)>) {
    match (name, member) {
        (_, Value::Object(members)) if members.is_empty() => {
            details.push((name.to_owned(), "none".to_owned()));
        }
        ("filters", Value::Object(paths)) => {
            let rows = paths.iter().map(|(path, required)| (format!("{name}: {path}"), condition(required)));
            details.extend(rows);
        }
        (_, Value::Object(members)) => {
            let rows =
                members.iter().map(|(key, value)| (format!("{name}: {}", reveal(key)), compact(value)));
            details.extend(rows);
        }
        (_, Value::Array(items)) if items.iter().all(Value::is_string) => {
            let words: Vec<_> = items.iter().filter_map(Value::as_str).map(reveal).collect();
            details.push((name.to_owned(), words.join(", ")));
        }
        (_, Value::String(text)) => details.push((name.to_owned(), reveal(text))),
        (_, other) => details.push((name.to_owned(), compact(other))),
    }
}

/// A filter in words, such as `is at least 3 and is not "closed"`.
fn condition(required: &Value) -> String {
    let Value::Object(operators) = required else { return format!("is {}", operand(required)) };
    let condition = |(operator, value): (&String, &Value)| match operator.as_str() {
        "eq" => format!("is {}", operand(value)),
        "neq" => format!("is not {}", operand(value)),
        "in" => format!("is one of {}", alternatives(value)),
        "contains" => format!("contains {}", operand(value)),
        "gt" => format!("is more than {}", operand(value)),
        "gte" => format!("is at least {}", operand(value)),
        "lt" => format!("is less than {}", operand(value)),
        "lte" => format!("is at most {}", operand(value)),
        other => format!("{} {}", reveal(other), operand(value)),
    };
    operators.iter().map(condition).collect::<Vec<_>>().join(" and ")
}

fn alternatives(value: &Value) -> String {
    let items = value.as_array().into_iter().flatten();
    items.map(operand).collect::<Vec<_>>().join(", ")
}

fn operand(value: &Value) -> String {
    match value.as_str().map(substitution::parse) {
        Some(Ok(Some(placeholder))) => format!("{{{{{}}}}}, {}", placeholder.name(), placeholder.meaning()),
        _ => compact(value),
    }
}

/// JSON without white space; what JSON leaves as it is but people cannot see is revealed.
fn compact(value: &Value) -> String {
    reveal(&value.to_string())
}
