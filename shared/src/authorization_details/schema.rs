//! The JSON Schema document of `authorization_details`, assembled from the definitions (R56, R59; domain.md 3.4).
//!
//! Dispatch is by `if`/`then` on `type` after an `enum`, so that any validator reports one error at the right field.
//! Objects are closed: a misspelt member would otherwise be dropped and silently widen the grant (RFC 9396 §5).

use super::{GrantType, field::reference};
use crate::{
    limits::{GRANTS_MAX, GRANTS_MIN},
    server_metadata::SCHEMA_PATH,
};
use serde_json::{Map, Value, json};

/// The document, draft 2020-12; `$id` is its own URL, so it differs between installations.
#[must_use]
pub fn schema(issuer: &str) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{issuer}{SCHEMA_PATH}"),
        "title": "authorization_details",
        "description": "Rich Authorization Request grants accepted by this server (RFC 9396).",
        "type": "array",
        "minItems": GRANTS_MIN,
        "maxItems": GRANTS_MAX,
        "items": reference("grant"),
        "$defs": definitions(),
    })
}

fn definitions() -> Map<String, Value> {
    let mut definitions = Map::new();
    definitions.insert("grant".to_owned(), grant_schema());
    for grant_type in GrantType::ALL {
        definitions.insert(grant_type.definition().schema_name.to_owned(), type_schema(grant_type));
    }
    for field in GrantType::ALL.into_iter().flat_map(GrantType::fields) {
        field.shape.define(&mut definitions);
    }
    definitions
}

fn grant_schema() -> Value {
    let branch = |grant_type: GrantType| {
        json!({
            "if": { "properties": { "type": { "const": grant_type.as_str() } }, "required": ["type"] },
            "then": reference(grant_type.definition().schema_name),
        })
    };
    json!({
        "type": "object",
        "required": ["type"],
        "properties": { "type": { "enum": GrantType::ALL.map(GrantType::as_str) } },
        "allOf": GrantType::ALL.map(branch),
    })
}

fn type_schema(grant_type: GrantType) -> Value {
    let definition = grant_type.definition();
    let mut properties = Map::new();
    properties.insert("type".to_owned(), json!({ "const": grant_type.as_str() }));
    for field in definition.fields {
        let mut schema = field.shape.schema();
        schema["description"] = json!(field.description);
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<_> = std::iter::once("type")
        .chain(definition.fields.iter().filter(|field| field.required).map(|field| field.name))
        .collect();
    let mut schema = json!({
        "title": definition.title,
        "type": "object",
        "required": required,
        "properties": properties,
    });
    if let Some(names) = definition.exactly_one {
        schema["oneOf"] = names.map(|name| json!({ "required": [name] })).into_iter().collect();
    }
    schema["additionalProperties"] = json!(false);
    schema
}
