//! JSON as the protocol accepts it: bounded in size and depth, and no key twice in one object.
//!
//! A duplicate key is refused, because parsers disagree on which one counts: what one component checks, another would
//! ignore (RFC 8259 §4). The grammar is serde_json's; this module adds the bounds and the place of the error.
//! checklist 57.

use crate::limits::JSON_DEPTH;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::{cell::RefCell, fmt};

/// Why a text was not taken, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrictJsonError {
    /// Which rule it broke.
    pub kind: StrictJsonErrorKind,
    /// Line of the error, from 1; 0 when the whole text is meant.
    pub line: usize,
    /// Column of the error, from 1; 0 when the whole text is meant.
    pub column: usize,
}

/// The rule a JSON text broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrictJsonErrorKind {
    /// Larger than the limit.
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Arrays and objects nested deeper than [`JSON_DEPTH`].
    TooDeep {
        /// JSON Pointer of the value that lies too deep.
        pointer: String,
    },
    /// A key twice in one object.
    DuplicateKey {
        /// JSON Pointer of the member.
        pointer: String,
        /// The key.
        key: String,
    },
    /// Not JSON.
    Syntax {
        /// What is wrong with it.
        message: String,
    },
}

impl fmt::Display for StrictJsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, line, column } = self;
        match kind {
            StrictJsonErrorKind::TooLarge { bytes, limit } => {
                write!(formatter, "{bytes} bytes arrived, {limit} is the limit")
            }
            StrictJsonErrorKind::TooDeep { pointer } => {
                write!(
                    formatter,
                    "nested deeper than {JSON_DEPTH} at {pointer} (line {line}, column {column})"
                )
            }
            StrictJsonErrorKind::DuplicateKey { pointer, key } => {
                write!(formatter, "key {key:?} stands twice at {pointer} (line {line}, column {column})")
            }
            StrictJsonErrorKind::Syntax { message } => {
                write!(formatter, "{message} at line {line} column {column}")
            }
        }
    }
}

impl std::error::Error for StrictJsonError {}

/// Reads one JSON value and nothing after it.
///
/// # Errors
/// The first rule that is broken: size, syntax, depth ([`JSON_DEPTH`]), duplicate key.
pub fn parse(text: &str, limit_bytes: usize) -> Result<Value, StrictJsonError> {
    if text.len() > limit_bytes {
        let kind = StrictJsonErrorKind::TooLarge { bytes: text.len(), limit: limit_bytes };
        return Err(StrictJsonError { kind, line: 0, column: 0 });
    }
    let broken = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Strict { depth: 0, path: &Path::Root, broken: &broken };
    let value = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| {
        let kind = broken.take().unwrap_or_else(|| StrictJsonErrorKind::Syntax { message: message(&error) });
        StrictJsonError { kind, line: error.line(), column: error.column() }
    })
}

/// Serde's message without its own " at line … column …".
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

/// Appends one reference token to a JSON Pointer (RFC 6901 §3).
#[must_use]
pub fn pointer_to(parent: &str, token: &str) -> String {
    format!("{parent}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// Where the deserializer stands; a list on the stack, turned into text only for an error.
enum Path<'a> {
    Root,
    Member { parent: &'a Path<'a>, key: &'a str },
    Item { parent: &'a Path<'a>, index: usize },
}

impl Path<'_> {
    fn pointer(&self) -> String {
        match self {
            Path::Root => String::new(),
            Path::Member { parent, key } => pointer_to(&parent.pointer(), key),
            Path::Item { parent, index } => format!("{}/{index}", parent.pointer()),
        }
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    path: &'a Path<'a>,
    broken: &'a RefCell<Option<StrictJsonErrorKind>>,
}

impl Strict<'_> {
    fn enter<E: serde::de::Error>(self) -> Result<usize, E> {
        if self.depth < JSON_DEPTH {
            return Ok(self.depth + 1);
        }
        Err(self.refuse(StrictJsonErrorKind::TooDeep { pointer: self.path.pointer() }))
    }

    fn refuse<E: serde::de::Error>(self, kind: StrictJsonErrorKind) -> E {
        self.broken.replace(Some(kind));
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let depth = self.enter()?;
        let mut list = Vec::new();
        loop {
            let path = Path::Item { parent: self.path, index: list.len() };
            match items.next_element_seed(Strict { depth, path: &path, broken: self.broken })? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let depth = self.enter()?;
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.contains_key(&key) {
                let pointer = pointer_to(&self.path.pointer(), &key);
                return Err(self.refuse(StrictJsonErrorKind::DuplicateKey { pointer, key }));
            }
            let path = Path::Member { parent: self.path, key: &key };
            let value = members.next_value_seed(Strict { depth, path: &path, broken: self.broken })?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const LIMIT: usize = 1_000;

    // checklist 57
    #[test]
    fn duplicate_keys_are_refused_at_any_level_with_their_place() {
        let rows = [
            (r#"{"a":1,"a":1}"#, "/a", "a"),
            (r#"[{"a":{"b":1,"c":2,"b":3}}]"#, "/0/a/b", "b"),
            (r#"{"a":1,"\u0061":2}"#, "/a", "a"),
            (r#"{"x/y~z":{"":0,"":0}}"#, "/x~1y~0z/", ""),
        ];
        for (text, pointer, key) in rows {
            let error = parse(text, LIMIT).expect_err(text);

            let expected = StrictJsonErrorKind::DuplicateKey { pointer: pointer.into(), key: key.into() };
            assert_eq!(error.kind, expected, "{text}");
            assert_eq!(error.line, 1, "{text}");
            assert!(error.column > 0, "{text}");
        }
        assert!(parse(r#"[{"a":1},{"a":2}]"#, LIMIT).is_ok());
    }

    // checklist 57
    #[test]
    fn sixteen_levels_pass_and_seventeen_do_not() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let objects = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));

        assert!(parse(&nested(16), LIMIT).is_ok());
        assert!(parse(&objects(16), LIMIT).is_ok());
        for text in [nested(17), objects(17), nested(400), "[".repeat(900)] {
            let error = parse(&text, LIMIT).expect_err(&text);
            assert!(matches!(error.kind, StrictJsonErrorKind::TooDeep { .. }), "{error}");
        }
    }

    #[test]
    fn size_is_checked_first() {
        let text = format!("\"{}\"", "x".repeat(LIMIT));

        let error = parse(&text, LIMIT).expect_err("too large");

        assert_eq!(error.kind, StrictJsonErrorKind::TooLarge { bytes: 1_002, limit: LIMIT });
        assert_eq!(error.to_string(), "1002 bytes arrived, 1000 is the limit");
    }

    #[test]
    fn syntax_errors_say_line_and_column() {
        let rows = [
            ("", 1, 0),
            ("[1] 2", 1, 5),
            ("[1,]", 1, 4),
            ("{\"a\":\n tru}", 2, 5),
            ("[1e400]", 1, 6),
            ("[-1e400]", 1, 7),
            ("[\"\\ud800\"]", 1, 9),
            ("[NaN]", 1, 2),
            ("[01]", 1, 3),
            ("\u{feff}[]", 1, 1),
        ];
        for (text, line, column) in rows {
            let error = parse(text, LIMIT).expect_err(text);

            assert!(matches!(error.kind, StrictJsonErrorKind::Syntax { .. }), "{text}: {error:?}");
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
            assert_eq!(error.to_string().matches("line").count(), 1, "{error}");
        }
    }

    #[test]
    fn values_and_order_of_members_are_kept() {
        let text = r#"{"b":[1,-2,2.5,18446744073709551615],"a":[null,true,"\u00e9\n"]}"#;

        let value = parse(text, LIMIT).expect("JSON");

        assert_eq!(value, json!({"b": [1, -2, 2.5, u64::MAX], "a": [null, true, "é\n"]}));
        assert_eq!(value.as_object().expect("an object").keys().collect::<Vec<_>>(), ["b", "a"]);
    }

    proptest! {
        #![proptest_config(crate::property::config(2_000))]

        // What it accepts is what serde_json accepts and reads, and no input panics.
        #[test]
        fn accepted_texts_have_serde_jsons_value(text in "[\\[\\]{}:,\"a\\\\u0-9.eE+ntrue \\-]{0,24}|\\PC{0,20}") {
            let plain = serde_json::from_str::<Value>(&text);

            match parse(&text, LIMIT) {
                Ok(value) => prop_assert_eq!(value, plain.expect("JSON")),
                Err(error) if matches!(error.kind, StrictJsonErrorKind::Syntax { .. }) => prop_assert!(plain.is_err()),
                Err(_) => {}
            }
        }
    }
}
