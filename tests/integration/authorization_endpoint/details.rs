//! `authorization_details` at the endpoint (RFC 9396 §5; R11-R13; checklist 57, 58, 59).

use hasp_tests::actors::Visitor;
use hasp_tests::expect;
use hasp_tests::flow::{REDIRECT_URI, Stage, every_type, smallest_details};
use hasp_tests::http::query_value;
use serde_json::{Value, json};

#[tokio::test]
async fn the_smallest_grant_and_every_field_are_accepted() {
    // R11, R12, R13, R23
    let mut stage = Stage::public().await;

    for details in [smallest_details(), every_type(), json!(vec![json!({"type": "hasp.data.read"}); 20])] {
        let authorization = stage.authorization(&details);
        let answer = stage.user.visitor.get(&authorization.url).await;
        assert_eq!(answer.status, 200, "{details}: {answer}");
    }
}

#[tokio::test]
async fn the_documented_percent_encoding_is_understood() {
    // R11, R13
    let mut stage = Stage::public().await;
    let base = stage.authorization(&smallest_details()).with("authorization_details", None);

    let url = format!("{}&authorization_details=%5B%7B%22type%22%3A%22hasp.data.read%22%7D%5D", base.url);

    assert_eq!(stage.user.visitor.get(&url).await.status, 200);
}

#[tokio::test]
async fn what_is_no_array_of_grants_is_invalid_request() {
    // R12, checklist 57
    let mut stage = Stage::public().await;
    let deep = format!(
        "[{{\"type\":\"external.tool.invoke\",\"tool_id\":\"a\",\"constraints\":{}{}}}]",
        "{\"a\":".repeat(16) + "1",
        "}".repeat(16)
    );
    let filler = "x".repeat(17_000);
    let large =
        json!([{"type": "external.tool.invoke", "tool_id": "a", "constraints": {"a": filler}}]).to_string();
    let rows = [
        ("empty array", "[]"),
        ("an object", r#"{"type":"hasp.data.read"}"#),
        ("a string", r#""hasp.data.read""#),
        ("null", "null"),
        ("a number", "1"),
        ("not JSON", "hasp.data.read"),
        ("cut off", r#"[{"type":"hasp.data.read""#),
        ("trailing text", r#"[{"type":"hasp.data.read"}] x"#),
        ("trailing comma", r#"[{"type":"hasp.data.read"},]"#),
        ("a comment", r#"[{"type":"hasp.data.read"}/**/]"#),
        ("duplicate key", r#"[{"type":"hasp.data.read","type":"hasp.data.write"}]"#),
        ("duplicate key, escaped", r#"[{"type":"hasp.data.read","\u0074ype":"hasp.data.write"}]"#),
        (
            "duplicate key inside",
            r#"[{"type":"external.tool.invoke","tool_id":"a","constraints":{"x":1,"x":2}}]"#,
        ),
        ("too deep", deep.as_str()),
        ("too large", large.as_str()),
        (
            "a lone surrogate",
            r#"[{"type":"external.tool.invoke","tool_id":"a","constraints":{"x":"\ud800"}}]"#,
        ),
    ];

    for (name, text) in rows {
        let authorization = stage.authorization(&Value::Null).with("authorization_details", Some(text));
        let answer = stage.user.visitor.get(&authorization.url).await;
        let url = answer.redirect(stage.issuer());
        assert_eq!(query_value(&url, "error"), "invalid_request", "{name}: {url}");
        expect::error_response(
            &url,
            REDIRECT_URI,
            "invalid_request",
            Some(&authorization.state),
            stage.issuer(),
        );
    }
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_invalid_request() {
    // checklist 57, 88
    let mut stage = Stage::public().await;
    let base = stage.authorization(&Value::Null).with("authorization_details", None);

    for raw in ["%ff%fe", "%5B%", "%zz", "%C3%28"] {
        let answer = stage.user.visitor.get(&format!("{}&authorization_details={raw}", base.url)).await;
        let url = answer.redirect(stage.issuer());
        assert_eq!(query_value(&url, "error"), "invalid_request", "{raw}: {url}");
    }
}

#[tokio::test]
async fn an_entry_that_breaks_the_schema_is_named_by_its_pointer() {
    // checklist 57, 58
    let stage = Stage::public().await;
    let good = json!({"type": "hasp.data.read"});
    let rows = [
        ("unknown type", json!([good, {"type": "hasp.data.delete"}]), "/1/type"),
        ("type of the wrong kind", json!([{"type": 1}]), "/0/type"),
        ("no type", json!([{"entities": ["a"]}]), "/0/type"),
        ("no object", json!([good, "hasp.data.read"]), "/1"),
        ("misspelt field", json!([{"type": "hasp.data.read", "entites": ["a"]}]), "/0/entites"),
        ("another type's field", json!([{"type": "hasp.data.read", "fields": ["a"]}]), "/0/fields"),
        ("empty list", json!([{"type": "hasp.data.read", "entities": []}]), "/0/entities"),
        (
            "wrong value inside",
            json!([{"type": "hasp.data.write", "entities": ["a", "B!"]}]),
            "/0/entities/1",
        ),
        ("missing tool", json!([{"type": "external.tool.invoke"}]), "/0/tool_id"),
        (
            "rate of nothing",
            json!([{"type": "external.tool.invoke", "tool_id": "a", "rate_limit": 0}]),
            "/0/rate_limit",
        ),
        (
            "depth of four",
            json!([{"type": "agent.delegate", "to_agent_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "max_chain_depth": 4}]),
            "/0/max_chain_depth",
        ),
        ("nobody to escalate to", json!([{"type": "human.escalate"}]), "/0/to_role"),
        (
            "an OAuth client as app",
            json!([{"type": "hasp.data.read", "app_id": "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV"}]),
            "/0/app_id",
        ),
        (
            "unknown placeholder",
            json!([{"type": "hasp.data.read", "filters": {"owner": "{{secret.key}}"}}]),
            "/0/filters/owner",
        ),
    ];

    for (name, details, pointer) in rows {
        let mut stranger = Visitor::new(stage.issuer());
        let answer = stranger.get_json(&stage.authorization(&details).url).await;
        let body = expect::error_json(&answer, 400, "invalid_authorization_details");
        assert_eq!(body["parameter"], "authorization_details", "{name}: {body}");
        let named = body["pointer"].as_str().unwrap_or_else(|| panic!("{name}: no pointer: {body}"));
        assert_eq!(named, pointer, "{name}: {body}");
    }
}

#[tokio::test]
async fn one_bad_entry_fails_the_whole_request() {
    // checklist 58
    let mut stage = Stage::public().await;
    let details = json!([{"type": "hasp.data.read"}, {"type": "hasp.data.read", "entities": "all"}]);
    let authorization = stage.authorization(&details);

    let answer = stage.user.visitor.get(&authorization.url).await;

    let url = expect::error_redirect(
        &answer,
        REDIRECT_URI,
        "invalid_authorization_details",
        Some(&authorization.state),
        stage.issuer(),
    );
    assert!(query_value(&url, "error_description").contains("/1/entities"), "the pointer travels: {url}");
}

#[tokio::test]
async fn a_type_the_agent_does_not_allow_is_refused_before_the_consent_page() {
    // R35, checklist 59
    let mut stage = Stage::public().await;
    let path = format!("/v1/agents/{}", stage.agent.id);
    let changed = stage.developer.patch(&path, json!({"allowed_scope_types": ["hasp.data.read"]})).await;
    assert_eq!(changed.status(), 200, "{}", changed.0);
    let authorization =
        stage.authorization(&json!([{"type": "hasp.data.read"}, {"type": "hasp.data.write"}]));

    let refused = stage.user.visitor.get(&authorization.url).await;
    let allowed = stage.user.visitor.get(&stage.authorization(&smallest_details()).url).await;

    expect::error_redirect(
        &refused,
        REDIRECT_URI,
        "invalid_authorization_details",
        Some(&authorization.state),
        stage.issuer(),
    );
    assert_eq!(allowed.status, 200, "{allowed}");
}
