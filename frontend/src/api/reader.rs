//! Reads the control API's answers into their types.
//!
//! The derived readers of serde take a struct from an object or from a list, and the general deserializer of a JSON
//! value asks for both. Answers are objects only, so this one asks for objects only: half of the readers' code is then
//! never compiled into the console.

use serde::de::value::{MapDeserializer, SeqDeserializer, StringDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

/// Reads a value; an error when it is not what the type says.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Reader(value))
}

/// A JSON value that is being read.
struct Reader(Value);

impl IntoDeserializer<'_, Error> for Reader {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Reader {
    fn unexpected(&self) -> Unexpected<'_> {
        match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(flag) => Unexpected::Bool(*flag),
            Value::Number(_) => Unexpected::Other("number"),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        }
    }
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| (name, Reader(value)));
                visitor.visit_map(MapDeserializer::new(members))
            }
            _ => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Reader))),
            _ => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.as_u64() {
            Some(number) => visitor.visit_u64(number),
            None => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(word) => {
                let word: StringDeserializer<Error> = word.into_deserializer();
                visitor.visit_enum(word)
            }
            _ => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hasp_protocol::api::agent::AgentView;
    use hasp_protocol::api::audit::AuditEventView;
    use hasp_protocol::api::{Envelope, Page};
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn agent() -> Value {
        json!({
            "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "name": "support-agent", "description": null, "capabilities": ["a", "b"],
            "default_expiry_hours": 8, "default_revocation_policy": "drain", "allowed_scope_types": null,
            "status": "active", "active_credentials": 3, "created_at": "2026-11-24T20:13:11Z",
            "updated_at": "2026-11-24T20:13:11Z", "archived_at": null, "a_later_member": {"x": [1.5, true]}
        })
    }

    #[wasm_bindgen_test]
    fn answers_are_read_as_serde_json_reads_them() {
        let expected: AgentView = serde_json::from_value(agent()).unwrap();
        assert_eq!(read::<AgentView>(agent()).unwrap(), expected);

        let event = json!({
            "id": "x", "sequence": 7, "action": "agent.registered", "entity_type": null, "entity_id": "y",
            "user_id": null, "user_display_name": "Dana", "ip_address": null, "mode": "live",
            "metadata": {"nested": [1, -2, 1.5, "z", null, {"deep": true}]}, "integrity_hash": "h", "created_at": "t"
        });
        let expected: AuditEventView = serde_json::from_value(event.clone()).unwrap();
        assert_eq!(read::<AuditEventView>(event).unwrap(), expected);
    }

    #[wasm_bindgen_test]
    fn refusals_are_read_with_their_code() {
        let refusal = json!({
            "success": false, "meta": {"request_id": "req_x"},
            "error": {"code": "AGENT_NAME_TAKEN", "type": "conflict", "message": "m", "param": "name",
                "retryable": false, "request_id": "req_x"}
        });
        let expected: Envelope<Value> = serde_json::from_value(refusal.clone()).unwrap();

        assert_eq!(read::<Envelope<Value>>(refusal).unwrap(), expected);
    }

    #[wasm_bindgen_test]
    fn what_the_api_does_not_document_is_an_error() {
        for (pointer, wrong) in [
            ("/name", json!(5)),
            ("/capabilities", json!("a")),
            ("/status", json!("asleep")),
            ("/active_credentials", json!(-1)),
        ] {
            let mut agent = agent();
            *agent.pointer_mut(pointer).unwrap() = wrong;

            assert!(read::<AgentView>(agent).is_err(), "{pointer}");
        }
        assert!(read::<AgentView>(json!(["a", "list"])).is_err());
        assert!(read::<Page<Value>>(json!({ "items": 1 })).is_err());
    }
}
