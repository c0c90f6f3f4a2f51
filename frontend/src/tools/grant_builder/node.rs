//! JSON as a form edits it: order kept, and the same name twice allowed while somebody is still typing.

use serde_json::{Number, Value};

/// One JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `null`
    Null,
    /// `true` or `false`
    Flag(bool),
    /// A number
    Number(Number),
    /// A string
    Text(String),
    /// An array
    List(Vec<Node>),
    /// An object; unlike JSON's, it may hold a name twice
    Object(Vec<(String, Node)>),
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Node::Null,
            Value::Bool(flag) => Node::Flag(*flag),
            Value::Number(number) => Node::Number(number.clone()),
            Value::String(text) => Node::Text(text.clone()),
            Value::Array(items) => Node::List(items.iter().map(Node::from).collect()),
            Value::Object(members) => {
                Node::Object(members.iter().map(|(name, value)| (name.clone(), Node::from(value))).collect())
            }
        }
    }
}

impl Node {
    /// A list of texts.
    pub fn from_words(words: Vec<String>) -> Node {
        Node::List(words.into_iter().map(Node::Text).collect())
    }

    /// The member of this name, when this is an object that has it.
    pub fn member(&self, name: &str) -> Option<&Node> {
        let Node::Object(members) = self else { return None };
        members.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Sets, adds or (with `None`) removes a member; does nothing to what is no object.
    pub fn set_member(&mut self, name: &str, value: Option<Node>) {
        let Node::Object(members) = self else { return };
        let place = members.iter().position(|(other, _)| other == name);
        match (place, value) {
            (Some(place), Some(value)) => members[place].1 = value,
            (Some(place), None) => drop(members.remove(place)),
            (None, Some(value)) => members.push((name.to_owned(), value)),
            (None, None) => {}
        }
    }

    /// The texts of a list that holds nothing else.
    pub fn words(&self) -> Option<Vec<String>> {
        let Node::List(items) = self else { return None };
        items
            .iter()
            .map(|item| match item {
                Node::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect()
    }

    /// Reads what a person types for a value: numbers, `true` and `false` as such, all else as text; text that would
    /// read as one of these stands in quotes.
    pub fn from_typed(typed: &str) -> Node {
        let trimmed = typed.trim();
        if trimmed.starts_with(['{', '[', '"']) || matches!(trimmed, "true" | "false" | "null") {
            return serde_json::from_str(trimmed)
                .map_or_else(|_| Node::Text(typed.to_owned()), |value: Value| Node::from(&value));
        }
        Node::number_from_typed(trimmed).unwrap_or_else(|| Node::Text(typed.to_owned()))
    }

    /// A number, if writing it gives back the same text; so `1.` and `007` stay what was typed.
    pub fn number_from_typed(typed: &str) -> Option<Node> {
        let number: Number = serde_json::from_str(typed).ok()?;
        (number.to_string() == typed).then_some(Node::Number(number))
    }

    /// What a person would type to get this value; the reverse of [`Node::from_typed`].
    pub fn to_typed(&self) -> String {
        match self {
            Node::Text(text) if Node::from_typed(text) == *self => text.clone(),
            other => other.to_compact(),
        }
    }

    /// JSON on one line.
    pub fn to_compact(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, None);
        text
    }

    /// JSON with two spaces per level; short lists of plain values stay on one line.
    pub fn to_pretty(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, Some(0));
        text
    }

    fn is_plain(&self) -> bool {
        !matches!(self, Node::List(_) | Node::Object(_))
    }

    fn write(&self, text: &mut String, level: Option<usize>) {
        match self {
            Node::Null => text.push_str("null"),
            Node::Flag(flag) => text.push_str(if *flag { "true" } else { "false" }),
            Node::Number(number) => text.push_str(&number.to_string()),
            Node::Text(string) => text.push_str(&Value::String(string.clone()).to_string()),
            Node::List(items) if level.is_some() && items.iter().all(Node::is_plain) => {
                let items: Vec<String> = items.iter().map(Node::to_compact).collect();
                text.push_str(&format!("[{}]", items.join(", ")));
            }
            Node::List(items) => {
                write_sequence(text, '[', ']', level, items.len(), |text, index, level| {
                    items[index].write(text, level);
                });
            }
            Node::Object(members) => {
                write_sequence(text, '{', '}', level, members.len(), |text, index, level| {
                    let (name, value) = &members[index];
                    text.push_str(&Value::String(name.clone()).to_string());
                    text.push(':');
                    if level.is_some() {
                        text.push(' ');
                    }
                    value.write(text, level);
                });
            }
        }
    }
}

fn write_sequence(
    text: &mut String,
    open: char,
    close: char,
    level: Option<usize>,
    count: usize,
    write_item: impl Fn(&mut String, usize, Option<usize>),
) {
    let level = level.filter(|_| count > 0);
    let inner = level.map(|level| level + 1);
    text.push(open);
    for index in 0..count {
        if index > 0 {
            text.push(',');
        }
        break_line(text, inner);
        write_item(text, index, inner);
    }
    break_line(text, level);
    text.push(close);
}

fn break_line(text: &mut String, level: Option<usize>) {
    if let Some(level) = level {
        text.push('\n');
        text.push_str(&"  ".repeat(level));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn pretty_and_compact_text_both_give_the_value_back() {
        let value = json!([{"type": "hasp.data.read", "entities": ["a", "b"], "filters": {"x.y": {"in": [1, true]}}}, {}]);
        let node = Node::from(&value);

        assert_eq!(serde_json::from_str::<Value>(&node.to_compact()).unwrap(), value);
        assert_eq!(serde_json::from_str::<Value>(&node.to_pretty()).unwrap(), value);
        assert_eq!(node.to_compact(), value.to_string());
    }

    #[wasm_bindgen_test]
    fn lists_of_plain_values_stay_on_one_line() {
        let node = Node::from(&json!([{"type": "hasp.data.read", "entities": ["a", "b"]}]));

        assert_eq!(
            node.to_pretty(),
            "[\n  {\n    \"type\": \"hasp.data.read\",\n    \"entities\": [\"a\", \"b\"]\n  }\n]"
        );
    }

    #[wasm_bindgen_test]
    fn typed_values_read_back_as_typed() {
        for typed in [
            "5",
            "-1.5",
            "true",
            "\"5\"",
            "\"true\"",
            "plain",
            "{{delegating_user.id}}",
            "1.",
            "007",
            "",
            " a ",
        ] {
            let node = Node::from_typed(typed);
            assert_eq!(node.to_typed(), typed, "{typed}");
        }
        assert_eq!(Node::from_typed("\"5\""), Node::Text("5".into()));
        assert_eq!(Node::from_typed("{{org.id}}"), Node::Text("{{org.id}}".into()));
    }

    #[wasm_bindgen_test]
    fn members_keep_their_place_when_changed() {
        let mut node = Node::from(&json!({"a": 1, "b": 2}));
        node.set_member("a", Some(Node::Flag(true)));
        node.set_member("c", Some(Node::Null));
        node.set_member("b", None);

        assert_eq!(node.to_compact(), r#"{"a":true,"c":null}"#);
    }
}
