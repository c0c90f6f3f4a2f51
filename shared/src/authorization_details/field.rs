//! A field of a grant type: its name, its shape, what its absence means. Checks values and writes schema fragments.

use super::{Issue, filters, text_rule::TextRule};
use crate::{
    strict_json::pointer_to,
    text::{did_you_mean, excerpt},
};
use serde_json::{Map, Number, Value, json};

/// One field of a grant type, beside `type`.
#[derive(Debug)]
pub struct Field {
    /// The wire name.
    pub name: &'static str,
    /// Whether every grant of the type has it.
    pub required: bool,
    /// Which values fit.
    pub shape: Shape,
    /// What it means, one sentence.
    pub description: &'static str,
    /// What its absence means, such as `all apps`; empty when it is required.
    pub absent: &'static str,
}

/// Which values fit a field.
#[derive(Debug)]
pub enum Shape {
    /// A string.
    Text(&'static TextRule),
    /// An array of different strings, at least one.
    List {
        /// Its name under `$defs`, when several fields share it.
        schema_name: Option<&'static str>,
        /// The rule of each item.
        items: &'static TextRule,
        /// Most items.
        most: usize,
    },
    /// A whole number; `60.0` is one.
    Integer {
        /// Smallest.
        minimum: u64,
        /// Largest.
        maximum: u64,
        /// What the server applies when the field is absent.
        default: Option<u64>,
    },
    /// Field path to required value, see `filters.rs`.
    Filters,
    /// An object whose keys belong to the tool.
    Constraints,
}

/// Most members of `constraints`.
const CONSTRAINTS_MAX: usize = 32;
/// Longest name of a constraint in characters.
const CONSTRAINT_NAME_CHARACTERS: usize = 64;

impl Shape {
    /// Appends what is wrong with a value.
    pub(crate) fn check(&self, value: &Value, pointer: &str, issues: &mut Vec<Issue>) {
        match self {
            Shape::Text(rule) => check_text(rule, value, pointer, issues),
            Shape::List { items, most, .. } => check_list(items, *most, value, pointer, issues),
            Shape::Integer { minimum, maximum, .. } => {
                check_integer(*minimum, *maximum, value, pointer, issues);
            }
            Shape::Filters => filters::check(value, pointer, issues),
            Shape::Constraints => check_constraints(value, pointer, issues),
        }
    }

    /// What fits, as a noun phrase.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Shape::Text(rule) => rule.expected.to_owned(),
            Shape::List { most, .. } => format!("an array of 1 to {most} different texts"),
            Shape::Integer { minimum, maximum, .. } => format!("a whole number from {minimum} to {maximum}"),
            Shape::Filters => "an object of 1 to 20 field paths and their required values".to_owned(),
            Shape::Constraints => format!("an object of up to {CONSTRAINTS_MAX} members"),
        }
    }

    /// The schema of a value, where shared definitions are referred to.
    pub(crate) fn schema(&self) -> Value {
        match self {
            Shape::Text(rule) => rule.schema_or_reference(),
            Shape::List { schema_name: Some(name), .. } => reference(name),
            Shape::List { items, most, .. } => list_schema(items, *most),
            Shape::Integer { minimum, maximum, default } => {
                let mut schema = json!({ "type": "integer", "minimum": minimum, "maximum": maximum });
                if let Some(default) = default {
                    schema["default"] = json!(default);
                }
                schema
            }
            Shape::Filters => reference(filters::SCHEMA_NAME),
            Shape::Constraints => json!({
                "type": "object",
                "maxProperties": CONSTRAINTS_MAX,
                "propertyNames": { "type": "string", "minLength": 1, "maxLength": CONSTRAINT_NAME_CHARACTERS },
                "additionalProperties": true,
            }),
        }
    }

    /// Adds the shared definitions that the schema refers to.
    pub(crate) fn define(&self, definitions: &mut Map<String, Value>) {
        match self {
            Shape::Text(rule) => rule.define(definitions),
            Shape::List { schema_name, items, most } => {
                items.define(definitions);
                if let Some(name) = schema_name {
                    definitions.insert((*name).to_owned(), list_schema(items, *most));
                }
            }
            Shape::Filters => filters::define(definitions),
            Shape::Integer { .. } | Shape::Constraints => {}
        }
    }
}

impl TextRule {
    pub(crate) fn schema(&self) -> Value {
        let mut schema = json!({ "type": "string" });
        if let Some(most) = self.max_characters {
            schema["maxLength"] = json!(most);
        }
        schema["pattern"] = json!(self.pattern);
        schema
    }

    fn schema_or_reference(&self) -> Value {
        self.schema_name.map_or_else(|| self.schema(), reference)
    }

    fn define(&self, definitions: &mut Map<String, Value>) {
        if let Some(name) = self.schema_name {
            definitions.insert(name.to_owned(), self.schema());
        }
    }
}

pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn list_schema(items: &TextRule, most: usize) -> Value {
    json!({
        "type": "array",
        "minItems": 1,
        "maxItems": most,
        "uniqueItems": true,
        "items": items.schema_or_reference(),
    })
}

fn check_text(rule: &TextRule, value: &Value, pointer: &str, issues: &mut Vec<Issue>) {
    let Value::String(text) = value else {
        return issues.push(Issue::new(pointer, value, rule.expected, text_type_fix(rule, value)));
    };
    if !rule.allows(text) {
        issues.push(Issue::new(pointer, value, rule.expected, text_fix(rule, text)));
    }
}

fn text_type_fix(rule: &TextRule, value: &Value) -> String {
    match value {
        Value::Array(items) if items.len() == 1 => "Write the text itself, without the array.".to_owned(),
        Value::Number(number) => format!("Put it into quotes: \"{number}\"."),
        _ => format!("Write text, such as \"{}\".", rule.example),
    }
}

fn text_fix(rule: &TextRule, text: &str) -> String {
    if text.starts_with("hasp_app_") {
        return "hasp_app_ begins OAuth client ids, which have no place in a grant.".to_owned();
    }
    let upper = text.to_ascii_uppercase();
    if rule.allows(&upper) {
        return format!("Write it in upper case: {upper}.");
    }
    let snake = text.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    if rule.allows(&snake) {
        return format!("Write {snake}.");
    }
    format!("Write a value such as {}.", rule.example)
}

fn check_list(rule: &TextRule, most: usize, value: &Value, pointer: &str, issues: &mut Vec<Issue>) {
    let expected = || format!("an array of 1 to {most} different texts");
    let Value::Array(items) = value else {
        let fix = match value {
            Value::String(text) => format!("Put it into an array: [\"{}\"].", excerpt(text)),
            _ => format!("Write an array, such as [\"{}\"].", rule.example),
        };
        return issues.push(Issue::new(pointer, value, expected(), fix));
    };
    if items.is_empty() {
        issues.push(Issue::new(pointer, value, expected(), "Name at least one, or leave the field out."));
    }
    if items.len() > most {
        issues.push(Issue::new(pointer, value, expected(), format!("Keep at most {most}.")));
    }
    for (index, item) in items.iter().take(most).enumerate() {
        let place = format!("{pointer}/{index}");
        check_text(rule, item, &place, issues);
        if item.is_string() && items[..index].contains(item) {
            issues.push(Issue::new(&place, item, "each item once", "Remove the second one."));
        }
    }
}

fn check_integer(minimum: u64, maximum: u64, value: &Value, pointer: &str, issues: &mut Vec<Issue>) {
    let expected = || format!("a whole number from {minimum} to {maximum}");
    let fix = match value {
        Value::Number(number) => match whole(number) {
            Some(whole) if whole < i128::from(minimum) => format!("Write at least {minimum}."),
            Some(whole) if whole > i128::from(maximum) => format!("Write at most {maximum}."),
            Some(_) => return,
            None => "Write a number without a fraction.".to_owned(),
        },
        Value::String(text) if text.trim().parse::<u64>().is_ok() => {
            format!("Write it without quotes: {}.", text.trim())
        }
        _ => format!("Write a number, such as {minimum}."),
    };
    issues.push(Issue::new(pointer, value, expected(), fix));
}

/// The number as a whole one, when it is whole; numbers beyond 64 bits become the nearest bound of `i128`.
pub(crate) fn whole(number: &Number) -> Option<i128> {
    if let Some(whole) = number.as_i128() {
        return Some(whole);
    }
    let float = number.as_f64()?;
    // A cast of a float saturates; whole floats within the range are exact.
    (float.fract() == 0.0).then_some(float as i128)
}

fn check_constraints(value: &Value, pointer: &str, issues: &mut Vec<Issue>) {
    let expected = || format!("an object of up to {CONSTRAINTS_MAX} members");
    let Value::Object(members) = value else {
        let fix = "Write an object whose keys the tool defines, or leave the field out.";
        return issues.push(Issue::new(pointer, value, expected(), fix));
    };
    if members.len() > CONSTRAINTS_MAX {
        issues.push(Issue::new(pointer, value, expected(), format!("Keep at most {CONSTRAINTS_MAX}.")));
    }
    let is_name = |name: &&String| (1..=CONSTRAINT_NAME_CHARACTERS).contains(&name.chars().count());
    for name in members.keys().filter(|name| !is_name(name)) {
        issues.push(Issue {
            pointer: pointer_to(pointer, name),
            received: format!("a name of {} characters", name.chars().count()),
            expected: format!("a name of 1 to {CONSTRAINT_NAME_CHARACTERS} characters"),
            fix: "Rename the member to what the tool defines.".to_owned(),
        });
    }
}

/// Reports a member that the object does not have, with the name that was probably meant.
pub(crate) fn unknown_member(pointer: &str, name: &str, known: &[&str], elsewhere: Option<&str>) -> Issue {
    let fix = match (did_you_mean(name, known.iter().copied()), elsewhere) {
        (Some(meant), _) => format!("Rename {} to {meant}.", excerpt(name)),
        (None, Some(owner)) => format!("Remove it: {name} belongs to {owner}."),
        (None, None) => "Remove it.".to_owned(),
    };
    Issue {
        pointer: pointer_to(pointer, name),
        received: excerpt(name),
        expected: format!("one of {}", known.join(", ")),
        fix,
    }
}

/// Shows a value in a few words.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{}\"", excerpt(text)),
        Value::Array(items) if items.is_empty() => "an empty array".to_owned(),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(members) if members.is_empty() => "an empty object".to_owned(),
        Value::Object(members) => format!("an object of {}", members.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
