//! What the typed validator says of the text, at the field and at the line.

use hasp_protocol::authorization_details::{self, Issue};
use hasp_protocol::limits::{BODY_BYTES, DETAILS_BYTES};
use hasp_protocol::strict_json::{self, StrictJsonError, StrictJsonErrorKind};
use serde_json::Value;

/// One fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON Pointer into the list; empty for the list itself.
    pub pointer: String,
    /// Line of the text, from 1; `None` when the text as a whole is meant.
    pub line: Option<usize>,
    /// What arrived and what was expected.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// The verdict on a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The value, when the text is JSON that may be looked at.
    pub value: Option<Value>,
    /// All faults; none when the server would accept the value.
    pub faults: Vec<Fault>,
}

impl Verdict {
    /// Judges a text.
    pub fn of(text: &str) -> Self {
        let value = match strict_json::parse(text, BODY_BYTES) {
            Ok(value) => value,
            Err(error) => return Self { value: None, faults: vec![from_strict(&error)] },
        };
        // The limit holds for what is sent, which has no spaces.
        let bytes = value.to_string().len();
        if bytes > DETAILS_BYTES {
            let error = StrictJsonErrorKind::TooLarge { bytes, limit: DETAILS_BYTES };
            let fault = from_strict(&StrictJsonError { kind: error, line: 0, column: 0 });
            return Self { value: Some(value), faults: vec![fault] };
        }
        let lines = pointer_lines(text);
        let faults =
            authorization_details::validate(&value).into_iter().map(|issue| from_issue(issue, &lines));
        Self { faults: faults.collect(), value: Some(value) }
    }

    /// Whether the server would accept it.
    pub fn is_valid(&self) -> bool {
        self.faults.is_empty()
    }

    /// What to send: the value without spaces, or the text as it is when it is no JSON.
    pub fn parameter(&self, text: &str) -> String {
        self.value.as_ref().map_or_else(|| text.to_owned(), Value::to_string)
    }

    /// The faults of one grant, with pointers into the grant and without lines: so they stay equal while other grants
    /// change.
    pub fn of_grant(&self, index: usize) -> Vec<Fault> {
        let grant = format!("/{index}");
        let inside = self.faults.iter().filter(|fault| is_within(&fault.pointer, &grant));
        inside
            .map(|fault| Fault {
                pointer: fault.pointer[grant.len()..].to_owned(),
                line: None,
                ..fault.clone()
            })
            .collect()
    }
}

/// The first fault of a grant at one field, or anywhere inside it.
pub fn at_field<'a>(faults: &'a [Fault], field: &str) -> Option<&'a Fault> {
    let field = strict_json::pointer_to("", field);
    faults.iter().find(|fault| is_within(&fault.pointer, &field))
}

/// The first fault of a grant that belongs to none of these fields.
pub fn elsewhere<'a>(faults: &'a [Fault], fields: &[&str]) -> Option<&'a Fault> {
    let is_at = |fault: &Fault, field: &str| is_within(&fault.pointer, &strict_json::pointer_to("", field));
    faults.iter().find(|fault| !fields.iter().any(|field| is_at(fault, field)))
}

fn is_within(pointer: &str, outer: &str) -> bool {
    pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn from_issue(issue: Issue, lines: &[(String, usize)]) -> Fault {
    let Issue { pointer, received, expected, fix } = issue;
    let line = line_of(&pointer, lines);
    Fault { pointer, line, message: format!("{received} arrived, expected {expected}."), fix }
}

/// The line of a pointer, or of the nearest value around it that exists.
fn line_of(pointer: &str, lines: &[(String, usize)]) -> Option<usize> {
    let mut pointer = pointer;
    loop {
        if let Some((_, line)) = lines.iter().find(|(other, _)| other == pointer) {
            return Some(*line);
        }
        pointer = &pointer[..pointer.rfind('/')?];
    }
}

fn from_strict(error: &StrictJsonError) -> Fault {
    let line = (error.line > 0).then_some(error.line);
    let at = line.map(|line| format!(" at line {line}, column {}", error.column)).unwrap_or_default();
    let (pointer, message, fix) = match &error.kind {
        StrictJsonErrorKind::Syntax { message } => {
            (String::new(), format!("Not JSON: {message}{at}."), "Correct the text there.".to_owned())
        }
        StrictJsonErrorKind::DuplicateKey { pointer, key } => {
            (pointer.clone(), format!("The name {key} stands twice{at}."), "Keep one of the two.".to_owned())
        }
        StrictJsonErrorKind::TooDeep { pointer } => {
            (pointer.clone(), format!("Nested too deep{at}."), "Use fewer levels.".to_owned())
        }
        StrictJsonErrorKind::TooLarge { bytes, limit } => (
            String::new(),
            format!("{bytes} bytes, the limit is {limit}."),
            "Remove grants or shorten them.".to_owned(),
        ),
    };
    Fault { pointer, line, message, fix }
}

/// The pointer and line of each value in a JSON text, in order of appearance.
pub fn pointer_lines(text: &str) -> Vec<(String, usize)> {
    let mut scanner = Scanner { rest: text, line: 1, found: Vec::new() };
    scanner.value("");
    scanner.found
}

/// Walks over JSON that a parser already accepted; on anything else it stops early.
struct Scanner<'a> {
    rest: &'a str,
    line: usize,
    found: Vec<(String, usize)>,
}

impl Scanner<'_> {
    fn skip_space(&mut self) {
        let trimmed = self.rest.trim_start();
        let space = &self.rest[..self.rest.len() - trimmed.len()];
        self.line += space.matches('\n').count();
        self.rest = trimmed;
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip_space();
        let found = self.rest.strip_prefix(wanted);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn value(&mut self, pointer: &str) -> Option<()> {
        self.skip_space();
        self.found.push((pointer.to_owned(), self.line));
        match self.rest.chars().next()? {
            '[' => self.items(pointer),
            '{' => self.members(pointer),
            '"' => self.string().map(|_| ()),
            _ => {
                let end = self.rest.find([',', ']', '}', '\n', ' ']).unwrap_or(self.rest.len());
                self.rest = &self.rest[end..];
                Some(())
            }
        }
    }

    fn items(&mut self, pointer: &str) -> Option<()> {
        self.take('[');
        let mut index = 0;
        while !self.take(']') {
            self.value(&format!("{pointer}/{index}"))?;
            index += 1;
            self.take(',');
        }
        Some(())
    }

    fn members(&mut self, pointer: &str) -> Option<()> {
        self.take('{');
        while !self.take('}') {
            let name = self.string()?;
            if !self.take(':') {
                return None;
            }
            self.value(&strict_json::pointer_to(pointer, &name))?;
            self.take(',');
        }
        Some(())
    }

    fn string(&mut self) -> Option<String> {
        let mut is_escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, character)| {
            let ends = *character == '"' && !is_escaped;
            is_escaped = *character == '\\' && !is_escaped;
            ends
        })?;
        let (string, rest) = self.rest.split_at(end.0 + 1);
        self.rest = rest;
        serde_json::from_str(string).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    const TEXT: &str = "[\n  {\n    \"type\": \"hasp.data.read\",\n    \"filters\": {\n      \"a/b \\\"c\\\"\": [1, {\"in\": 2}]\n    }\n  },\n  true\n]";

    #[wasm_bindgen_test]
    fn every_value_knows_its_line() {
        let lines = pointer_lines(TEXT);

        assert_eq!(
            lines,
            [
                ("", 1),
                ("/0", 2),
                ("/0/type", 3),
                ("/0/filters", 4),
                ("/0/filters/a~1b \"c\"", 5),
                ("/0/filters/a~1b \"c\"/0", 5),
                ("/0/filters/a~1b \"c\"/1", 5),
                ("/0/filters/a~1b \"c\"/1/in", 5),
                ("/1", 8),
            ]
            .map(|(pointer, line)| (pointer.to_owned(), line))
        );
    }

    #[wasm_bindgen_test]
    fn broken_text_ends_the_walk_without_harm() {
        for text in ["", "[", "[{\"a\"", "[{\"a\" 1}]", "{\"a\": \"b", "[1, [2"] {
            pointer_lines(text);
        }
    }

    // R13: the smallest grant of the quickstart.
    #[wasm_bindgen_test]
    fn the_smallest_grant_is_valid_and_sent_without_spaces() {
        let text = "[ {\"type\": \"hasp.data.read\"} ]";
        let verdict = Verdict::of(text);

        assert!(verdict.is_valid());
        assert_eq!(verdict.parameter(text), r#"[{"type":"hasp.data.read"}]"#);
    }

    #[wasm_bindgen_test]
    fn a_fault_stands_at_its_field_and_line() {
        let text = "[\n  {\"type\": \"external.tool.invoke\",\n   \"tool_id\": \"web.search\",\n   \"rate_limit\": \"many\"}\n]";
        let verdict = Verdict::of(text);
        let faults = verdict.of_grant(0);

        assert_eq!(verdict.faults[0].line, Some(4));
        assert_eq!(at_field(&faults, "rate_limit").unwrap().pointer, "/rate_limit");
        assert_eq!(at_field(&faults, "tool_id"), None);
        assert_eq!(at_field(&faults, "rate"), None);
        assert_eq!(elsewhere(&faults, &["tool_id", "rate_limit", "constraints"]), None);
        assert!(elsewhere(&faults, &["tool_id"]).is_some());
        assert!(verdict.of_grant(1).is_empty());
    }

    #[wasm_bindgen_test]
    fn text_that_is_no_json_names_its_line_and_is_sent_as_it_is() {
        let text = "[\n  {\"type\": }\n]";
        let verdict = Verdict::of(text);

        assert_eq!(verdict.faults[0].line, Some(2));
        assert_eq!(verdict.parameter(text), text);
    }

    #[wasm_bindgen_test]
    fn a_name_twice_is_found_at_its_place() {
        let verdict = Verdict::of(r#"[{"type":"hasp.data.read","filters":{"a":1,"a":2}}]"#);

        assert!(at_field(&verdict.of_grant(0), "filters").is_some());
    }
}
