//! The canonical text of a JSON value, for digests: equal values give equal texts (checklist 25).

use super::field::whole;
use serde_json::{Map, Number, Value};

/// Writes a value so that its text depends on nothing but the value.
///
/// No white space; members sorted by the UTF-16 units of their names and strings escaped as RFC 8785 §3.2 says; a
/// whole number of up to 64 bits is written as digits, whether it arrived as `60`, `60.0` or `6e1`, and `-0` as `0`;
/// other numbers in their shortest form. The order of arrays is kept, because it has meaning.
///
/// ```
/// # use hasp_protocol::authorization_details::canonical;
/// let value = serde_json::json!({ "b": [60.0, -0.0, 0.5], "a": "é" });
/// assert_eq!(canonical(&value), r#"{"a":"é","b":[60,0,0.5]}"#);
/// ```
#[must_use]
pub fn canonical(value: &Value) -> String {
    sorted(value).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut pairs: Vec<_> = members.iter().collect();
            pairs.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            let sorted_pairs = pairs.into_iter().map(|(name, value)| (name.clone(), sorted(value)));
            Value::Object(sorted_pairs.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Number(number) => Value::Number(shortest(number)),
        other => other.clone(),
    }
}

fn shortest(number: &Number) -> Number {
    let digits = whole(number).and_then(Number::from_i128);
    digits.unwrap_or_else(|| number.clone())
}
