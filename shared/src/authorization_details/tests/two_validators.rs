//! Two validators, one verdict: the typed one and the `jsonschema` crate on the served document. And a third opinion:
//! the schema as it was first proposed, with `oneOf`, which the served one must neither widen nor narrow.

use super::{
    generate::{hostile_details, near_miss, near_text, valid_details},
    schema_validator::SchemaValidator,
    text_rule::{AGENT_ID, APP_ID, CHANNEL, FILTER_PATH, KEY, ROLE, TOOL_ID, USER_ID},
    *,
};
use jsonschema::Validator;
use proptest::prelude::*;
use std::sync::LazyLock;

static SERVED: LazyLock<SchemaValidator> = LazyLock::new(SchemaValidator::new);
static PROPOSED: LazyLock<Validator> = LazyLock::new(|| {
    let document = serde_json::from_str(include_str!("reference_schema.json")).expect("the proposed schema");
    jsonschema::draft202012::new(&document).expect("the proposed schema")
});

/// The substitution rule, written once more without the code under test: every filter string with double braces is
/// one of the four placeholders.
fn substitution_rule_holds(value: &Value) -> bool {
    fn strings<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::String(text) => found.push(text),
            Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
            Value::Object(members) => members.values().for_each(|member| strings(member, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for entry in value.as_array().into_iter().flatten().filter(|entry| entry["type"] == "hasp.data.read") {
        strings(&entry["filters"], &mut found);
    }
    let placeholders = ["{{delegating_user.id}}", "{{delegating_user.email}}", "{{org.id}}", "{{agent.id}}"];
    found.iter().all(|text| !(text.contains("{{") || text.contains("}}")) || placeholders.contains(text))
}

fn check_one_verdict(value: &Value) -> Result<bool, TestCaseError> {
    let typed = validate(value);
    let served = SERVED.is_valid(value);

    prop_assert_eq!(
        typed.is_empty(),
        served && substitution_rule_holds(value),
        "{} typed: {:?} schema: {:?}",
        value,
        typed,
        SERVED.issues(value)
    );
    prop_assert_eq!(served, PROPOSED.is_valid(value), "{}", value);
    for issue in &typed {
        let parent = issue.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        prop_assert!(
            value.pointer(&issue.pointer).is_some() || value.pointer(parent).is_some(),
            "{:?}",
            issue
        );
        prop_assert!(issue.fix.ends_with('.') && !issue.expected.is_empty(), "{:?}", issue);
    }
    Ok(typed.is_empty())
}

proptest! {
    #![proptest_config(crate::property::config(2_000))]

    // checklist 61
    #[test]
    fn valid_values_are_accepted_by_both(value in valid_details()) {
        prop_assert!(check_one_verdict(&value)?, "{:?}", validate(&value));
    }

    // checklist 61
    #[test]
    fn near_misses_get_one_verdict(value in near_miss()) {
        check_one_verdict(&value)?;
    }

    // checklist 61
    #[test]
    fn hostile_json_gets_one_verdict(value in hostile_details()) {
        check_one_verdict(&value)?;
    }

    #[test]
    fn matchers_equal_their_patterns(text in near_text()) {
        for (rule, pattern) in PATTERNS.iter() {
            prop_assert_eq!(rule.allows(&text), pattern.is_valid(&json!(text)), "{:?} {}", rule, text);
        }
    }

    #[test]
    fn text_of_any_kind_never_makes_parsing_panic(text in any::<String>()) {
        let _ = AuthorizationDetails::parse(&text);
    }

    #[test]
    fn what_is_accepted_survives_its_own_text(value in near_miss()) {
        if let Ok(read) = AuthorizationDetails::from_value(&value) {
            let text = read.value().to_string();
            match AuthorizationDetails::parse(&text) {
                Ok(again) => prop_assert_eq!(again, read),
                Err(problem) => prop_assert!(matches!(problem, Problem::DetailsTooLarge { .. }), "{}", problem),
            }
        }
    }
}

static PATTERNS: LazyLock<Vec<(&'static TextRule, Validator)>> = LazyLock::new(|| {
    let rules = [&APP_ID, &AGENT_ID, &USER_ID, &KEY, &FILTER_PATH, &TOOL_ID, &ROLE, &CHANNEL];
    let compile = |rule: &TextRule| jsonschema::draft202012::new(&rule.schema()).expect("a pattern");
    rules.into_iter().map(|rule| (rule, compile(rule))).collect()
});

// A generator that only makes refusals, or only acceptances, would prove nothing.
#[test]
fn near_misses_are_on_both_sides() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let strategy = near_miss();

    let verdicts = (0..1_000).map(|_| {
        let value = strategy.new_tree(&mut runner).expect("a value").current();
        validate(&value).is_empty()
    });
    let accepted = verdicts.filter(|accepted| *accepted).count();

    assert!((100..900).contains(&accepted), "{accepted} of 1000 near misses were accepted");
}

// R56
#[test]
fn schema_document_is_a_valid_2020_12_schema_with_its_own_url() {
    let document = schema("https://issuer.example");

    assert!(jsonschema::meta::is_valid(&document));
    assert_eq!(document["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(document["$id"], "https://issuer.example/v1/schemas/authorization_details");
    assert_eq!(document["type"], "array");
    assert_eq!(document["minItems"], 1);
}

// decisions: one error at the right field, not five alternatives
#[test]
fn schema_reports_one_error_at_the_field() {
    let rows = [
        (json!([{"type": "hasp.data.raed"}]), "/0/type"),
        (json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": 0}]), "/0/rate_limit"),
        (json!([{"type": "hasp.data.read", "filters": {"a": {"in": []}}}]), "/0/filters/a/in"),
        (json!([{"type": "hasp.data.read", "filters": {"a": null}}]), "/0/filters/a"),
        (json!([{"type": "human.escalate", "to_role": "nurse", "channels": []}]), "/0/channels"),
    ];
    for (value, pointer) in rows {
        let issues = SERVED.issues(&value);

        let pointers: Vec<_> = issues.iter().map(|issue| issue.pointer.as_str()).collect();
        assert_eq!(pointers, [pointer], "{value}: {issues:?}");
    }
}
