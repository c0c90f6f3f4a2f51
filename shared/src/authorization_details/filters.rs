//! The `filters` of `hasp.data.read`: field path to required value, by equality or by operators (domain.md 2.4, 3.2).

use super::{
    Issue,
    field::{reference, unknown_member},
    substitution,
    text_rule::FILTER_PATH,
};
use crate::strict_json::pointer_to;
use serde_json::{Map, Value, json};

/// Its name under `$defs`.
pub(crate) const SCHEMA_NAME: &str = "filters";
/// Most field paths.
const PATHS_MAX: usize = 20;
/// Longest string in characters.
const TEXT_CHARACTERS: usize = 512;
/// Most alternatives of `in`.
const ALTERNATIVES_MAX: usize = 100;

/// Operators that take a scalar.
const SCALAR_OPERATORS: [&str; 6] = ["eq", "neq", "gt", "gte", "lt", "lte"];
/// Every operator, in the documented order.
const OPERATORS: [&str; 8] = ["eq", "neq", "in", "contains", "gt", "gte", "lt", "lte"];

pub(crate) fn check(value: &Value, pointer: &str, issues: &mut Vec<Issue>) {
    let expected = || format!("an object of 1 to {PATHS_MAX} field paths and their required values");
    let Value::Object(paths) = value else {
        let fix = format!(
            "Write an object, such as {{\"{}\": \"…\"}}, or leave the field out.",
            FILTER_PATH.example
        );
        return issues.push(Issue::new(pointer, value, expected(), fix));
    };
    if paths.is_empty() {
        issues.push(Issue::new(pointer, value, expected(), "Name at least one, or leave the field out."));
    }
    if paths.len() > PATHS_MAX {
        issues.push(Issue::new(pointer, value, expected(), format!("Keep at most {PATHS_MAX}.")));
    }
    for (path, required) in paths {
        let place = pointer_to(pointer, path);
        if !FILTER_PATH.allows(path) {
            let fix = format!("Rename it to a path such as {}.", FILTER_PATH.example);
            issues.push(Issue::new(&place, &json!(path), FILTER_PATH.expected, fix));
        }
        match required {
            Value::Object(operators) => check_operators(operators, &place, issues),
            scalar => check_scalar(scalar, &place, issues),
        }
    }
}

fn check_operators(operators: &Map<String, Value>, pointer: &str, issues: &mut Vec<Issue>) {
    if operators.is_empty() {
        let expected = format!("at least one of {}", OPERATORS.join(", "));
        issues.push(Issue::new(pointer, &json!({}), expected, "Write an operator, such as {\"eq\": 1}."));
    }
    for (operator, operand) in operators {
        let place = pointer_to(pointer, operator);
        match operator.as_str() {
            "in" => check_alternatives(operand, &place, issues),
            "contains" => check_text(operand, &place, issues),
            word if SCALAR_OPERATORS.contains(&word) => check_scalar(operand, &place, issues),
            word => issues.push(unknown_member(pointer, word, &OPERATORS, None)),
        }
    }
}

fn check_alternatives(value: &Value, pointer: &str, issues: &mut Vec<Issue>) {
    let expected = || format!("an array of 1 to {ALTERNATIVES_MAX} texts, numbers or booleans");
    let Value::Array(items) = value else {
        return issues.push(Issue::new(pointer, value, expected(), "Put the alternatives into an array."));
    };
    if items.is_empty() {
        issues.push(Issue::new(pointer, value, expected(), "Name at least one alternative."));
    }
    if items.len() > ALTERNATIVES_MAX {
        let fix = format!("Keep at most {ALTERNATIVES_MAX}.");
        issues.push(Issue::new(pointer, value, expected(), fix));
    }
    for (index, item) in items.iter().take(ALTERNATIVES_MAX).enumerate() {
        check_scalar(item, &format!("{pointer}/{index}"), issues);
    }
}

fn check_scalar(value: &Value, pointer: &str, issues: &mut Vec<Issue>) {
    match value {
        Value::String(_) => check_text(value, pointer, issues),
        Value::Number(_) | Value::Bool(_) => {}
        Value::Null | Value::Array(_) | Value::Object(_) => {
            let fix = match value {
                Value::Array(_) => "For alternatives write {\"in\": […]}.",
                Value::Null => "Leave the path out, or write a value.",
                _ => "Write a single value.",
            };
            issues.push(Issue::new(pointer, value, "a text, a number or a boolean", fix));
        }
    }
}

fn check_text(value: &Value, pointer: &str, issues: &mut Vec<Issue>) {
    let Value::String(text) = value else {
        return issues.push(Issue::new(pointer, value, "a text", "Put it into quotes."));
    };
    let length = text.chars().count();
    if length > TEXT_CHARACTERS {
        issues.push(Issue {
            pointer: pointer.to_owned(),
            received: format!("{length} characters"),
            expected: format!("at most {TEXT_CHARACTERS} characters"),
            fix: "Shorten it.".to_owned(),
        });
    }
    if let Err(error) = substitution::parse(text) {
        issues.push(Issue::new(pointer, value, substitution::expected(), error.fix()));
    }
}

/// Adds the definitions `filters`, `filterOps` and `scalar`.
pub(crate) fn define(definitions: &mut Map<String, Value>) {
    let scalar = json!({ "type": ["string", "number", "boolean"], "maxLength": TEXT_CHARACTERS });
    let operand = |operator: &str| match operator {
        "in" => json!({
            "type": "array",
            "minItems": 1,
            "maxItems": ALTERNATIVES_MAX,
            "items": reference("scalar"),
        }),
        "contains" => json!({ "type": "string", "maxLength": TEXT_CHARACTERS }),
        _ => reference("scalar"),
    };
    let operands: Map<_, _> = OPERATORS.iter().map(|word| ((*word).to_owned(), operand(word))).collect();
    definitions.insert("scalar".to_owned(), scalar);
    definitions.insert(
        SCHEMA_NAME.to_owned(),
        json!({
            "type": "object",
            "minProperties": 1,
            "maxProperties": PATHS_MAX,
            "propertyNames": { "pattern": FILTER_PATH.pattern },
            "additionalProperties": {
                "if": { "type": "object" },
                "then": reference("filterOps"),
                "else": reference("scalar"),
            },
        }),
    );
    definitions.insert(
        "filterOps".to_owned(),
        json!({
            "type": "object",
            "minProperties": 1,
            "properties": operands,
            "additionalProperties": false,
        }),
    );
}
