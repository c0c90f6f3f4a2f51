//! String and value literals of the four languages. Whatever a value holds, it stays inside its literal.

use super::SnippetLanguage;
use crate::text::is_deceptive;
use serde_json::Value;
use std::fmt::Write as _;

/// Writes a string literal.
pub(super) fn text(language: SnippetLanguage, text: &str) -> String {
    match language {
        SnippetLanguage::Curl => bash(text),
        SnippetLanguage::JavaScript => double_quoted(text, javascript_escape),
        SnippetLanguage::Python => double_quoted(text, python_escape),
        SnippetLanguage::Php => php(text),
    }
}

/// Single quotes; ANSI-C quotes when there are characters that an editor or terminal would not show. A shell variable
/// cannot hold NUL, which is left out.
fn bash(text: &str) -> String {
    let text = text.replace('\0', "");
    if !text.chars().any(is_deceptive) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut literal = String::from("$'");
    for character in text.chars() {
        match character {
            '\'' | '\\' => literal.extend(['\\', character]),
            _ if is_deceptive(character) => push_bytes(&mut literal, character),
            _ => literal.push(character),
        }
    }
    literal.push('\'');
    literal
}

/// UTF-8 bytes as octal escapes, which end after three digits.
fn push_bytes(literal: &mut String, character: char) {
    let mut buffer = [0; 4];
    for byte in character.encode_utf8(&mut buffer).bytes() {
        let _ = write!(literal, "\\{byte:03o}");
    }
}

fn double_quoted(text: &str, escape: fn(&mut String, char)) -> String {
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            '\n' => literal.push_str("\\n"),
            _ if is_deceptive(character) => escape(&mut literal, character),
            _ => literal.push(character),
        }
    }
    literal.push('"');
    literal
}

fn javascript_escape(literal: &mut String, character: char) {
    let _ = write!(literal, "\\u{{{:x}}}", u32::from(character));
}

fn python_escape(literal: &mut String, character: char) {
    let _ = write!(literal, "\\U{:08x}", u32::from(character));
}

/// Single quotes as PHP people write them, double quotes only for what single ones cannot show.
fn php(text: &str) -> String {
    if !text.chars().any(is_deceptive) {
        return format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"));
    }
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' | '$' => literal.extend(['\\', character]),
            _ if is_deceptive(character) => {
                let _ = write!(literal, "\\u{{{:x}}}", u32::from(character));
            }
            _ => literal.push(character),
        }
    }
    literal.push('"');
    literal
}

/// Whether a value survives as a literal of every language: numbers that floats hold exactly, no key that means
/// something to JavaScript, no object that PHP would take for a list.
pub(super) fn is_plain(value: &Value) -> bool {
    const EXACT: u64 = 1 << 53;
    match value {
        Value::Number(number) => {
            number.as_i64().is_some_and(|whole| whole.unsigned_abs() <= EXACT)
                || number.as_f64().is_some_and(|float| number.is_f64() && float.fract() != 0.0)
        }
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(members) => {
            let is_harmless =
                |name: &String| name != "__proto__" && name.bytes().any(|byte| !byte.is_ascii_digit());
            !members.is_empty() && members.keys().all(is_harmless) && members.values().all(is_plain)
        }
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// Writes a plain value as nested literals, indented; short ones on one line.
pub(super) fn value(language: SnippetLanguage, json: &Value, indent: usize) -> String {
    let flat = nested(language, json, None);
    if flat.len() + indent * UNIT <= LINE_CHARACTERS { flat } else { nested(language, json, Some(indent)) }
}

/// Longest literal on one line.
const LINE_CHARACTERS: usize = 76;
/// Spaces of one step.
const UNIT: usize = 4;

fn nested(language: SnippetLanguage, json: &Value, indent: Option<usize>) -> String {
    let style = Style::of(language);
    match json {
        Value::Null => style.null.to_owned(),
        Value::Bool(true) => style.truth.to_owned(),
        Value::Bool(false) => style.falsehood.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(string) => text(language, string),
        Value::Array(items) => {
            let items = items.iter().map(|item| inner(language, item, indent));
            enclosed(["[", "]"], items, indent)
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| {
                format!("{}{}{}", text(language, name), style.arrow, inner(language, member, indent))
            });
            enclosed(style.braces, members, indent)
        }
    }
}

fn inner(language: SnippetLanguage, json: &Value, indent: Option<usize>) -> String {
    match indent {
        Some(indent) => value(language, json, indent + 1),
        None => nested(language, json, None),
    }
}

fn enclosed([open, close]: [&str; 2], parts: impl Iterator<Item = String>, indent: Option<usize>) -> String {
    let parts: Vec<_> = parts.collect();
    match indent {
        Some(indent) if !parts.is_empty() => {
            let margin = " ".repeat((indent + 1) * UNIT);
            let lines: String = parts.iter().map(|part| format!("{margin}{part},\n")).collect();
            format!("{open}\n{lines}{}{close}", " ".repeat(indent * UNIT))
        }
        _ => format!("{open}{}{close}", parts.join(", ")),
    }
}

struct Style {
    null: &'static str,
    truth: &'static str,
    falsehood: &'static str,
    braces: [&'static str; 2],
    arrow: &'static str,
}

impl Style {
    const fn of(language: SnippetLanguage) -> Self {
        match language {
            SnippetLanguage::Python => {
                Self { null: "None", truth: "True", falsehood: "False", braces: ["{", "}"], arrow: ": " }
            }
            SnippetLanguage::Php => {
                Self { null: "null", truth: "true", falsehood: "false", braces: ["[", "]"], arrow: " => " }
            }
            SnippetLanguage::Curl | SnippetLanguage::JavaScript => {
                Self { null: "null", truth: "true", falsehood: "false", braces: ["{", "}"], arrow: ": " }
            }
        }
    }
}
