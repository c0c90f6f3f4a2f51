//! What identifiers, keys and words look like: each rule as a pattern for the schema and as a matcher of its own.
//!
//! The matchers keep a regular-expression engine out of the console; property tests hold each to its pattern.

use crate::identifier::is_ulid;

/// A rule for a string.
#[derive(Debug)]
pub struct TextRule {
    /// Its name under `$defs`, when several fields share it.
    pub(crate) schema_name: Option<&'static str>,
    /// ECMA-262 regular expression.
    pub(crate) pattern: &'static str,
    /// Longest length in characters, when the pattern does not say it.
    pub(crate) max_characters: Option<usize>,
    /// The pattern as code.
    pub(crate) matches: fn(&str) -> bool,
    /// What a fitting value is, as a noun phrase.
    pub(crate) expected: &'static str,
    /// A fitting value.
    pub(crate) example: &'static str,
}

impl TextRule {
    /// Whether the text fits; characters are Unicode code points, as JSON Schema counts them.
    #[must_use]
    pub fn allows(&self, text: &str) -> bool {
        self.max_characters.is_none_or(|most| text.chars().count() <= most) && (self.matches)(text)
    }

    /// What a fitting value is, as a noun phrase.
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        self.expected
    }

    /// A fitting value.
    #[must_use]
    pub const fn example(&self) -> &'static str {
        self.example
    }
}

macro_rules! id_rule {
    ($schema_name:literal, $prefix:literal, $expected:literal) => {
        TextRule {
            schema_name: Some($schema_name),
            pattern: concat!("^(", $prefix, ")?[0-7][0-9A-HJKMNP-TV-Z]{25}$"),
            max_characters: None,
            matches: |text| is_ulid(text.strip_prefix($prefix).unwrap_or(text)),
            expected: $expected,
            example: concat!($prefix, "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        }
    };
}

pub(crate) static APP_ID: TextRule =
    id_rule!("appId", "app_", "the id of a data app (a ULID, with or without app_)");
pub(crate) static AGENT_ID: TextRule =
    id_rule!("agentId", "agent_", "the id of an agent (a ULID, with or without agent_)");
pub(crate) static USER_ID: TextRule =
    id_rule!("userId", "user_", "the id of a user (a ULID, with or without user_)");

/// Entity and field keys.
pub(crate) static KEY: TextRule = TextRule {
    schema_name: Some("key"),
    pattern: "^[a-z][a-z0-9_]{0,63}$",
    max_characters: None,
    matches: is_key,
    expected: "a key of 1 to 64 characters a-z, 0-9 and _, beginning with a letter",
    example: "patient_intake",
};

/// Keys of `filters`: up to five keys joined by dots.
pub(crate) static FILTER_PATH: TextRule = TextRule {
    schema_name: None,
    pattern: r"^[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63}){0,4}$",
    max_characters: None,
    matches: |text| text.split('.').count() <= 5 && text.split('.').all(is_key),
    expected: "a field path: 1 to 5 keys joined by dots",
    example: "patient.assigned_clinician_id",
};

pub(crate) static TOOL_ID: TextRule = TextRule {
    schema_name: None,
    pattern: r"^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)*$",
    max_characters: Some(128),
    matches: is_tool_id,
    expected: "the id of a registered tool, up to 128 characters",
    example: "calendar.find_slots",
};

pub(crate) static ROLE: TextRule = TextRule {
    schema_name: None,
    pattern: "^[a-z][a-z0-9_-]{0,63}$",
    max_characters: None,
    matches: |text| is_word(text, 64, is_role_character),
    expected: "a role of the organization: 1 to 64 characters a-z, 0-9, _ and -, beginning with a letter",
    example: "charge_nurse",
};

pub(crate) static CHANNEL: TextRule = TextRule {
    schema_name: None,
    pattern: "^[a-z][a-z0-9_-]{0,31}$",
    max_characters: None,
    matches: |text| is_word(text, 32, is_role_character),
    expected: "a channel: 1 to 32 characters a-z, 0-9, _ and -, beginning with a letter",
    example: "email",
};

fn is_word(text: &str, most: usize, is_rest: fn(u8) -> bool) -> bool {
    text.len() <= most
        && text.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && text.bytes().all(is_rest)
}

fn is_key(text: &str) -> bool {
    is_word(text, 64, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

const fn is_role_character(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
}

fn is_tool_id(text: &str) -> bool {
    let is_rest = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && text.split('.').all(|segment| {
            segment.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
                && segment.bytes().all(is_rest)
        })
}
