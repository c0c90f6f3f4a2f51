//! What an issue says: place, what arrived, what was expected, and a fix for the grant's own type.

use super::*;

fn issues(value: Value) -> Vec<(String, String)> {
    validate(&value).into_iter().map(|issue| (issue.pointer, issue.fix)).collect()
}

#[test]
fn each_issue_stands_at_its_field_and_says_how_to_mend_it() {
    let ulid = ULID;
    let rows = [
        (json!([{"type": "hasp.data.raed"}]), "/0/type", "Write hasp.data.read."),
        (json!([{"type": "data.read"}]), "/0/type", "Write hasp.data.read."),
        (json!([{"type": "hasp.tool.invoke"}]), "/0/type", "Write external.tool.invoke."),
        (json!([{"type": "nonsense"}]), "/0/type", "Use one of the five types."),
        (json!([{"typ": "hasp.data.read"}]), "/0/type", "Rename typ to type."),
        (json!([{"tool_id": "x"}]), "/0/type", "Add \"type\":\"external.tool.invoke\"."),
        (json!([{"entities": ["a"]}]), "/0/type", "Add type."),
        (json!(["hasp.data.read"]), "/0", "Write {\"type\":\"hasp.data.read\"}."),
        (json!([{"type": "hasp.data.read", "entites": []}]), "/0/entites", "Rename entites to entities."),
        (
            json!([{"type": "hasp.data.read", "fields": ["a"]}]),
            "/0/fields",
            "Remove it: fields belongs to hasp.data.write.",
        ),
        (
            json!([{"type": "hasp.data.read", "entities": "a"}]),
            "/0/entities",
            "Put it into an array: [\"a\"].",
        ),
        (
            json!([{"type": "hasp.data.read", "entities": ["Patient Intake"]}]),
            "/0/entities/0",
            "Write patient_intake.",
        ),
        (
            json!([{"type": "hasp.data.read", "entities": ["a", "b", "a"]}]),
            "/0/entities/2",
            "Remove the second one.",
        ),
        (
            json!([{"type": "hasp.data.read", "app_id": format!("hasp_app_{ulid}")}]),
            "/0/app_id",
            "hasp_app_ begins OAuth client ids, which have no place in a grant.",
        ),
        (
            json!([{"type": "agent.delegate", "to_agent_id": ulid.to_lowercase()}]),
            "/0/to_agent_id",
            "Write it in upper case: 01ARZ3NDEKTSV4RRFFQ69G5FAV.",
        ),
        (
            json!([{"type": "external.tool.invoke"}]),
            "/0/tool_id",
            "Add tool_id; external.tool.invoke needs it.",
        ),
        (
            json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": "60"}]),
            "/0/rate_limit",
            "Write it without quotes: 60.",
        ),
        (
            json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": 1.5}]),
            "/0/rate_limit",
            "Write a number without a fraction.",
        ),
        (
            json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": 1e300}]),
            "/0/rate_limit",
            "Write at most 1000000.",
        ),
        (
            json!([{"type": "hasp.data.read", "filters": {"a": {"equal": 1}}}]),
            "/0/filters/a/equal",
            "Remove it.",
        ),
        (
            json!([{"type": "hasp.data.read", "filters": {"a": {"eqq": 1}}}]),
            "/0/filters/a/eqq",
            "Rename eqq to eq.",
        ),
        (
            json!([{"type": "hasp.data.read", "filters": {"a": "{{ delegating_user.id }}"}}]),
            "/0/filters/a",
            "Write {{delegating_user.id}}.",
        ),
        (
            json!([{"type": "hasp.data.read", "filters": {"a/b~c": 1}}]),
            "/0/filters/a~1b~0c",
            "Rename it to a path such as patient.assigned_clinician_id.",
        ),
        (json!([{"type": "human.escalate"}]), "/0/to_role", "Add to_role or to_user_id."),
        (
            json!([{"type": "human.escalate", "to_role": "nurse", "to_user_id": ulid}]),
            "/0/to_user_id",
            "Remove to_role or to_user_id.",
        ),
    ];
    for (value, pointer, fix) in rows {
        assert_eq!(issues(value.clone()), [(pointer.to_owned(), fix.to_owned())], "{value}");
    }
}

#[test]
fn one_wrong_grant_among_good_ones_gives_one_issue() {
    let value = json!([
        {"type": "hasp.data.read"},
        {"type": "human.escalate", "to_role": "nurse"},
        {"type": "external.tool.invoke", "tool_id": "x", "rate_limit": 0},
    ]);

    assert_eq!(issues(value), [("/2/rate_limit".to_owned(), "Write at least 1.".to_owned())]);
}

#[test]
fn several_issues_come_in_document_order() {
    let value = json!([
        {"type": "hasp.data.read", "entities": ["A"], "limit": 1},
        {"type": "agent.delegate", "max_chain_depth": 9},
    ]);

    let pointers: Vec<_> = validate(&value).into_iter().map(|issue| issue.pointer).collect();
    assert_eq!(pointers, ["/0/entities/0", "/0/limit", "/1/max_chain_depth", "/1/to_agent_id"]);
}

// checklist 23: what is quoted back cannot disturb a page, a log or a header
#[test]
fn what_arrived_is_shortened_and_revealed() {
    let value = json!([{"type": format!("a\u{202E}b\n{}", "x".repeat(10_000))}]);

    let issue = &validate(&value)[0];

    assert!(issue.received.contains("‹U+202E›") && issue.received.contains("‹U+000A›"), "{issue:?}");
    assert!(issue.received.chars().count() < 110, "{issue:?}");
}

#[test]
fn twenty_first_grant_is_the_one_too_many() {
    let value = Value::Array(vec![json!({"type": "hasp.data.read"}); 25]);

    let issue = &validate(&value)[0];

    assert_eq!((issue.pointer.as_str(), issue.received.as_str()), ("/20", "25 grants"));
}

#[test]
fn every_field_explains_itself() {
    for grant_type in GrantType::ALL {
        for field in grant_type.fields() {
            assert!(field.description.ends_with('.'), "{grant_type} {}", field.name);
            assert!(!field.shape.expected().is_empty(), "{grant_type} {}", field.name);
            if let Shape::Text(rule) | Shape::List { items: rule, .. } = &field.shape {
                assert!(rule.allows(rule.example()), "{grant_type} {}", field.name);
            }
        }
    }
}
