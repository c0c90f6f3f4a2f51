//! What is accepted and refused, by table: the documented samples and their near misses.

use super::{schema_validator::SchemaValidator, *};
use crate::limits::DETAILS_BYTES;

// R12, R13, R59
#[test]
fn documented_grants_are_accepted_by_both_validators() {
    let validator = SchemaValidator::new();
    let path = format!("a{}", ".b".repeat(4));
    let rows = [
        json!([{"type": "hasp.data.read"}]),
        json!([{"type": "hasp.data.read", "app_id": ULID, "entities": ["a"], "filters": {"a": "x"}}]),
        json!([{"type": "hasp.data.read", "filters": {"patient.assigned_clinician_id": "{{delegating_user.id}}"}}]),
        json!([{"type": "hasp.data.read", "filters": {(path): {"in": [1, true, "{{org.id}}"], "gte": -0.5}}}]),
        json!([{"type": "hasp.data.write", "app_id": format!("app_{ULID}"), "fields": ["status"]}]),
        json!([{"type": "external.tool.invoke", "tool_id": "web.search", "rate_limit": 1_000_000}]),
        json!([{"type": "external.tool.invoke", "tool_id": "A-1.9_b-", "constraints": {}}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": {"any": [null, {"deep": []}]}}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": 60.0}]),
        json!([{"type": "agent.delegate", "to_agent_id": format!("agent_{ULID}"), "max_chain_depth": 3}]),
        json!([{"type": "human.escalate", "to_role": "charge_nurse", "channels": ["email", "sms"]}]),
        json!([{"type": "human.escalate", "to_user_id": format!("user_{ULID}")}]),
        Value::Array(vec![json!({"type": "hasp.data.read"}); 20]),
    ];
    for value in rows {
        assert_eq!(validate(&value), [], "{value}");
        assert_eq!(validator.issues(&value), [], "{value}");
    }
}

// checklist 58
#[test]
fn near_misses_are_refused_by_both_validators() {
    let validator = SchemaValidator::new();
    let keys = |count: usize| (0..count).map(|index| format!("k{index}")).collect::<Vec<_>>();
    let paths = |count: usize| keys(count).into_iter().map(|key| (key, json!(1))).collect::<Value>();
    let rows = [
        json!({"type": "hasp.data.read"}),
        json!([]),
        json!(["hasp.data.read"]),
        json!([{}]),
        json!([{"type": "hasp.tool.invoke", "tool_id": "x"}]),
        json!([{"type": ["hasp.data.read"]}]),
        json!([{"type": "hasp.data.read", "entites": ["a"]}]),
        json!([{"type": "hasp.data.read", "fields": ["a"]}]),
        json!([{"type": "hasp.data.read", "entities": []}]),
        json!([{"type": "hasp.data.read", "entities": ["a", "a"]}]),
        json!([{"type": "hasp.data.read", "entities": ["A"]}]),
        json!([{"type": "hasp.data.read", "entities": "a"}]),
        json!([{"type": "hasp.data.read", "entities": [1]}]),
        json!([{"type": "hasp.data.read", "entities": null}]),
        json!([{"type": "hasp.data.read", "entities": keys(101)}]),
        json!([{"type": "hasp.data.read", "app_id": format!("hasp_app_{ULID}")}]),
        json!([{"type": "hasp.data.read", "app_id": ULID.to_lowercase()}]),
        json!([{"type": "hasp.data.read", "filters": {}}]),
        json!([{"type": "hasp.data.read", "filters": {"A": 1}}]),
        json!([{"type": "hasp.data.read", "filters": {"a.b.c.d.e.f": 1}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": null}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": []}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": {}}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": {"equals": 1}}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": {"in": []}}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": {"contains": 1}}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": "x".repeat(513)}}]),
        json!([{"type": "hasp.data.read", "filters": paths(21)}]),
        json!([{"type": "external.tool.invoke"}]),
        json!([{"type": "external.tool.invoke", "tool_id": ""}]),
        json!([{"type": "external.tool.invoke", "tool_id": "a..b"}]),
        json!([{"type": "external.tool.invoke", "tool_id": "1a"}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x".repeat(129)}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": 0}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": -0.0}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": "60"}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": 1.5}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": 1e300}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": 1_000_001}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": u64::MAX}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "rate_limit": i64::MIN}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": []}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": {"": 1}}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": {("x".repeat(65)): 1}}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": paths(33)}]),
        json!([{"type": "agent.delegate"}]),
        json!([{"type": "agent.delegate", "to_agent_id": ULID, "max_chain_depth": 0}]),
        json!([{"type": "agent.delegate", "to_agent_id": ULID, "max_chain_depth": 4}]),
        json!([{"type": "agent.delegate", "to_agent_id": format!("user_{ULID}")}]),
        json!([{"type": "human.escalate"}]),
        json!([{"type": "human.escalate", "to_role": "nurse", "to_user_id": ULID}]),
        json!([{"type": "human.escalate", "to_role": "Nurse"}]),
        json!([{"type": "human.escalate", "to_role": "nurse", "channels": keys(11)}]),
        json!([{"type": "human.escalate", "to_role": "nurse", "channels": ["x".repeat(33)]}]),
        Value::Array(vec![json!({"type": "hasp.data.read"}); 21]),
    ];
    for value in rows {
        assert_ne!(validate(&value), [], "{value}");
        assert!(!validator.is_valid(&value), "{value}");
    }
}

// domain.md 3.4: JSON Schema counts code points
#[test]
fn lengths_are_counted_in_code_points() {
    let validator = SchemaValidator::new();
    let filter = |text: String| json!([{"type": "hasp.data.read", "filters": {"a": text}}]);
    let constraint =
        |name: String| json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": {name: 1}}]);
    let rows = [
        (filter("\u{1F600}".repeat(512)), true),
        (filter("\u{1F600}".repeat(513)), false),
        (constraint("é".repeat(64)), true),
        (constraint("é".repeat(65)), false),
    ];
    for (value, expected) in rows {
        assert_eq!(validate(&value).is_empty(), expected, "{value}");
        assert_eq!(validator.is_valid(&value), expected, "{value}");
    }
}

// domain.md 3.2
#[test]
fn only_whole_known_placeholders_pass_and_only_in_filters() {
    let rows = [
        ("{{delegating_user.id}}", true),
        ("{{delegating_user.email}}", true),
        ("{{org.id}}", true),
        ("{{agent.id}}", true),
        ("{ {org.id} }", true),
        ("{{ org.id }}", false),
        ("{{org.name}}", false),
        ("x{{org.id}}", false),
        ("{{org.id}}{{org.id}}", false),
        ("{{{org.id}}}", false),
        ("{{", false),
        ("}}", false),
        ("{{}}", false),
        ("{{ORG.ID}}", false),
    ];
    for (text, expected) in rows {
        for filters in [json!({"a": text}), json!({"a": {"neq": text}}), json!({"a": {"in": [1, text]}})] {
            let value = json!([{"type": "hasp.data.read", "filters": filters}]);
            assert_eq!(validate(&value).is_empty(), expected, "{value}");
        }
        let constraints =
            json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": {"a": text}}]);
        assert_eq!(validate(&constraints), [], "{constraints}");
    }
}

// checklist 57
#[test]
fn what_is_no_bounded_array_of_grants_is_an_invalid_request() {
    let deep = format!(
        r#"[{{"type":"external.tool.invoke","tool_id":"x","constraints":{{"a":{}{}}}}}]"#,
        "[".repeat(14),
        "]".repeat(14)
    );
    let long = format!(r#"[{{"type":"hasp.data.read"}}{}]"#, " ".repeat(DETAILS_BYTES));
    type Row<'a> = (&'a str, fn(&Problem) -> bool);
    let rows: [Row<'_>; 12] = [
        (&long, |p| matches!(p, Problem::DetailsTooLarge { bytes: 16_411 })),
        (
            &deep,
            |p| matches!(p, Problem::DetailsTooDeep { pointer } if pointer.starts_with("/0/constraints/a")),
        ),
        (
            r#"[{"type":"hasp.data.read","type":"hasp.data.write"}]"#,
            |p| matches!(p, Problem::DetailsDuplicateKey { pointer, .. } if pointer == "/0/type"),
        ),
        (
            r#"[{"type":"external.tool.invoke","tool_id":"x","constraints":{"a":{"b":1,"\u0062":2}}}]"#,
            |p| matches!(p, Problem::DetailsDuplicateKey { key, .. } if key == "b"),
        ),
        ("[{'type':'hasp.data.read'}]", |p| matches!(p, Problem::DetailsNotJson { line: 1, column: 3, .. })),
        (r#"[{"type":"hasp.data.read"}]x"#, |p| matches!(p, Problem::DetailsNotJson { column: 28, .. })),
        (r#"[{"type":"hasp.data.read"},]"#, |p| matches!(p, Problem::DetailsNotJson { .. })),
        ("%5B%5D", |p| matches!(p, Problem::DetailsNotJson { .. })),
        (
            "[1e400]",
            |p| matches!(p, Problem::DetailsNotJson { message, .. } if message.contains("out of range")),
        ),
        (r#"["\ud800"]"#, |p| matches!(p, Problem::DetailsNotJson { .. })),
        (r#"{"type":"hasp.data.read"}"#, |p| matches!(p, Problem::DetailsNotArray { .. })),
        ("[]", |p| matches!(p, Problem::DetailsEmpty)),
    ];
    for (text, expected) in rows {
        let problem = AuthorizationDetails::parse(text).expect_err(text);

        assert!(expected(&problem), "{problem:?}");
        assert_eq!(problem.code(), crate::Code::InvalidRequest, "{problem:?}");
        assert_eq!(problem.parameter(), Some("authorization_details"), "{problem:?}");
    }
}

// checklist 57, 58
#[test]
fn an_entry_that_breaks_the_schema_is_invalid_authorization_details_with_its_pointer() {
    let text = r#"[{"type":"hasp.data.read"},{"type":"hasp.data.read","entites":["a"]}]"#;

    let problem = AuthorizationDetails::parse(text).expect_err("a misspelt field");

    assert_eq!(problem.code(), crate::Code::InvalidAuthorizationDetails);
    assert_eq!(problem.pointer(), Some("/1/entites"));
    assert!(problem.public_text().contains("/1/entites"), "{}", problem.public_text());
    assert_eq!(problem.hint(), "Rename entites to entities.");
}

#[test]
fn sixteen_levels_are_accepted_and_the_seventeenth_refused() {
    // The array, the grant and constraints are three levels.
    let nested = |inner: usize| {
        let (open, close) = ("[".repeat(inner), "]".repeat(inner));
        format!(r#"[{{"type":"external.tool.invoke","tool_id":"x","constraints":{{"a":{open}{close}}}}}]"#)
    };

    assert!(AuthorizationDetails::parse(&nested(13)).is_ok());
    assert!(matches!(AuthorizationDetails::parse(&nested(14)), Err(Problem::DetailsTooDeep { .. })));
}

// C30, checklist 59
#[test]
fn types_are_held_against_the_allowed_ones() {
    let both =
        details(json!([{"type": "hasp.data.read"}, {"type": "hasp.data.write"}, {"type": "hasp.data.read"}]));
    let read = ["hasp.data.read".to_owned()];

    assert_eq!(both.types(), [GrantType::DataRead, GrantType::DataWrite]);
    assert_eq!(both.scope(), "hasp.data.read hasp.data.write");
    assert_eq!(both.check_allowed(None, Policy::Agent), Ok(()));
    let refused =
        Problem::DetailsTypeNotAllowed { index: 1, grant_type: GrantType::DataWrite, by: Policy::Agent };
    assert_eq!(both.check_allowed(Some(&read), Policy::Agent), Err(refused));
    assert!(both.check_allowed(Some(&[]), Policy::Agent).is_err());
}

#[test]
fn grants_keep_what_was_sent_and_integers_become_whole() {
    let sent = json!([{"rate_limit": 60.0, "tool_id": "x", "type": "external.tool.invoke"}]);

    let read = details(sent);

    let Grant::ToolInvoke(invoke) = &read.grants()[0] else { panic!("{read:?}") };
    assert_eq!((invoke.tool_id.as_str(), invoke.rate_limit), ("x", Some(60)));
    assert_eq!(
        read.value().to_string(),
        r#"[{"rate_limit":60,"tool_id":"x","type":"external.tool.invoke"}]"#
    );
}
