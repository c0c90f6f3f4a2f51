//! The typed validator: every issue at its field, for the grant's own type only (checklist 57, 58).

use super::{GrantType, Issue, field::unknown_member};
use crate::{
    limits::GRANTS_MAX,
    strict_json::pointer_to,
    text::{did_you_mean, edit_distance},
};
use serde_json::{Map, Value};

/// Finds everything that is wrong with a value as `authorization_details`; nothing when it is valid.
///
/// Accepts exactly what the schema document accepts and whose filter values keep to the substitution rule.
#[must_use]
pub fn validate(value: &Value) -> Vec<Issue> {
    let mut issues = Vec::new();
    let Value::Array(entries) = value else {
        let fix = "Write an array of grants, such as [{\"type\":\"hasp.data.read\"}].";
        return vec![Issue::new("", value, format!("an array of 1 to {GRANTS_MAX} grants"), fix)];
    };
    if entries.is_empty() {
        let fix = "Add a grant, such as {\"type\":\"hasp.data.read\"}.";
        return vec![Issue::new("", value, format!("1 to {GRANTS_MAX} grants"), fix)];
    }
    for (index, entry) in entries.iter().take(GRANTS_MAX).enumerate() {
        check_entry(entry, &format!("/{index}"), &mut issues);
    }
    if entries.len() > GRANTS_MAX {
        issues.push(Issue {
            pointer: format!("/{GRANTS_MAX}"),
            received: format!("{} grants", entries.len()),
            expected: format!("at most {GRANTS_MAX} grants"),
            fix: "Ask for the rest in a request of its own.".to_owned(),
        });
    }
    issues
}

fn check_entry(entry: &Value, pointer: &str, issues: &mut Vec<Issue>) {
    let Value::Object(members) = entry else {
        let fix = match entry {
            Value::String(word) if GrantType::parse(word).is_some() => {
                format!("Write {{\"type\":\"{word}\"}}.")
            }
            _ => "Write an object with a type, such as {\"type\":\"hasp.data.read\"}.".to_owned(),
        };
        return issues.push(Issue::new(pointer, entry, "a grant: an object with a type", fix));
    };
    match grant_type(members, pointer) {
        Ok(grant_type) => check_members(grant_type, members, pointer, issues),
        Err(issue) => issues.push(issue),
    }
}

fn check_members(
    grant_type: GrantType,
    members: &Map<String, Value>,
    pointer: &str,
    issues: &mut Vec<Issue>,
) {
    let fields = grant_type.fields();
    for (name, value) in members {
        if let Some(field) = fields.iter().find(|field| field.name == name) {
            field.shape.check(value, &pointer_to(pointer, name), issues);
        } else if name != "type" {
            let known: Vec<_> = fields.iter().map(|field| field.name).collect();
            issues.push(unknown_member(pointer, name, &known, owner_of(name)));
        }
    }
    for field in fields.iter().filter(|field| field.required && !members.contains_key(field.name)) {
        issues.push(Issue {
            pointer: pointer_to(pointer, field.name),
            received: "nothing".to_owned(),
            expected: field.shape.expected(),
            fix: format!("Add {}; {grant_type} needs it.", field.name),
        });
    }
    if let Some([one, other]) = grant_type.exactly_one() {
        check_exactly_one(one, other, members, pointer, issues);
    }
}

fn check_exactly_one(
    one: &str,
    other: &str,
    members: &Map<String, Value>,
    pointer: &str,
    issues: &mut Vec<Issue>,
) {
    let (place, received, fix) = match (members.contains_key(one), members.contains_key(other)) {
        (true, true) => (pointer_to(pointer, other), "both", format!("Remove {one} or {other}.")),
        (false, false) => (pointer_to(pointer, one), "neither", format!("Add {one} or {other}.")),
        _ => return,
    };
    issues.push(Issue {
        pointer: place,
        received: received.to_owned(),
        expected: format!("either {one} or {other}"),
        fix,
    });
}

/// The type of a grant, or what is wrong with it.
fn grant_type(members: &Map<String, Value>, pointer: &str) -> Result<GrantType, Issue> {
    let expected = || format!("one of {}", GrantType::ALL.map(GrantType::as_str).join(", "));
    let place = pointer_to(pointer, "type");
    match members.get("type") {
        Some(Value::String(word)) => GrantType::parse(word)
            .ok_or_else(|| Issue::new(&place, &members["type"], expected(), type_fix(word))),
        Some(other) => Err(Issue::new(&place, other, expected(), "Write the type as text.")),
        None => Err(Issue {
            pointer: place,
            received: "nothing".to_owned(),
            expected: expected(),
            fix: missing_type_fix(members),
        }),
    }
}

/// Types are told apart by their last words: `data.read`, `hasp.tool.invoke` and `hasp.data.raed` are recognised.
fn type_fix(word: &str) -> String {
    let lower = word.trim().to_ascii_lowercase().replace(['_', '-', ':', '/'], ".");
    let last_two = |text: &str| text.rsplit('.').take(2).map(str::to_owned).collect::<Vec<_>>();
    let by_words = GrantType::ALL.into_iter().find(|kind| last_two(kind.as_str()) == last_two(&lower));
    let by_letters =
        || did_you_mean(&lower, GrantType::ALL.map(GrantType::as_str)).and_then(GrantType::parse);
    match by_words.or_else(by_letters) {
        Some(meant) => format!("Write {meant}."),
        None => "Use one of the five types.".to_owned(),
    }
}

fn missing_type_fix(members: &Map<String, Value>) -> String {
    let misspelt = members.keys().find(|name| edit_distance(&name.to_ascii_lowercase(), "type") <= 1);
    if let Some(name) = misspelt {
        return format!("Rename {name} to type.");
    }
    let has_all =
        |kind: &GrantType| members.keys().all(|name| kind.fields().iter().any(|field| field.name == name));
    let mut fitting = GrantType::ALL.into_iter().filter(has_all);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => format!("Add \"type\":\"{only}\"."),
        _ => "Add type.".to_owned(),
    }
}

/// The type that has a field of this name.
fn owner_of(name: &str) -> Option<&'static str> {
    let owns = |kind: &GrantType| kind.fields().iter().any(|field| field.name == name);
    GrantType::ALL.into_iter().find(owns).map(GrantType::as_str)
}
