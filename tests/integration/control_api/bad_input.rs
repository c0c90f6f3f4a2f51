//! A wrong body is answered with the field, what arrived and the fix (domain.md 5.7).

use hasp_tests::actors::Developer;
use hasp_tests::flow::REDIRECT_URI;
use hasp_tests::server::{ACME_OWNER, Server};
use reqwest::Method;
use serde_json::{Value, json};

async fn owner() -> (Server, Developer) {
    let server = Server::start().await;
    let developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    (server, developer)
}

fn complete() -> Value {
    json!({"display_name": "App", "client_type": "public", "mode": "live", "redirect_uris": [REDIRECT_URI]})
}

#[tokio::test]
async fn unparsable_json_is_400_with_the_place() {
    // domain.md 5.7
    let (_server, developer) = owner().await;

    for (name, body) in [
        ("cut off", r#"{"display_name":"App""#),
        ("duplicate key", r#"{"display_name":"App","display_name":"Other"}"#),
        ("empty", ""),
        ("no object", "[]"),
        ("not UTF-8", "\u{fffd}\u{0}"),
        ("too deep", &format!("{}1{}", "[".repeat(40), "]".repeat(40))),
    ] {
        let call = developer
            .call(Method::POST, "/v1/applications")
            .header("content-type", "application/json")
            .body(body.to_owned());
        let answer = hasp_tests::actors::ApiAnswer(call.send().await);
        assert!(matches!(answer.status(), 400 | 422), "{name}: {}", answer.0);
        answer.error(answer.status(), "VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn each_wrong_field_of_an_application_is_named() {
    // R4, R5, R6, R37, R70
    let (_server, mut developer) = owner().await;
    let rows = [
        ("display_name", json!("A")),
        ("display_name", json!("A".repeat(65))),
        ("display_name", json!("   ")),
        ("display_name", json!(null)),
        ("client_type", json!("native")),
        ("client_type", json!(1)),
        ("mode", json!("staging")),
        ("redirect_uris", json!([])),
        ("redirect_uris", json!("https://app.example/")),
        ("redirect_uris", json!((0..11).map(|n| format!("https://app.example/{n}")).collect::<Vec<_>>())),
        ("redirect_uris", json!([REDIRECT_URI, REDIRECT_URI])),
        ("homepage_url", json!("javascript:alert(1)")),
        ("homepage_url", json!("app.example")),
        ("icon_url", json!("http://app.example/icon.png")),
        ("icon_url", json!("data:image/png;base64,AAAA")),
        ("unheard_of", json!(1)),
    ];

    for (field, value) in rows {
        let mut body = complete();
        body[field] = value.clone();
        let answer = developer.post("/v1/applications", body).await;
        assert!(matches!(answer.status(), 400 | 422), "{field} = {value}: {}", answer.0);
        let error = answer.error(answer.status(), "VALIDATION_FAILED");
        let named = error.param.as_deref().unwrap_or("");
        assert!(named.contains(field) || error.message.contains(field), "{field} = {value}: {error:?}");
    }
    for field in ["display_name", "client_type", "mode", "redirect_uris"] {
        let mut body = complete();
        body.as_object_mut().unwrap().remove(field);
        let answer = developer.post("/v1/applications", body).await;
        let error = answer.error(answer.status(), "VALIDATION_FAILED");
        assert!(
            error.message.contains(field) || error.param.is_some_and(|param| param.contains(field)),
            "{field}"
        );
    }
}

#[tokio::test]
async fn a_body_beyond_64_kib_is_413() {
    // checklist 88
    let (_server, mut developer) = owner().await;
    let mut body = complete();
    body["display_name"] = json!("x".repeat(70_000));

    developer.post("/v1/applications", body).await.error(413, "BODY_TOO_LARGE");
}

#[tokio::test]
async fn ids_that_are_none_are_simply_not_found() {
    // checklist 88
    let (_server, mut developer) = owner().await;

    for id in
        ["x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "%00", "..%2f..", "🔑", "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV"]
    {
        for path in
            [format!("/v1/applications/{id}"), format!("/v1/agents/{id}"), format!("/v1/agents/{id}/grants")]
        {
            let answer = developer.get(&path).await;
            assert!(matches!(answer.status(), 400 | 404), "{path}: {}", answer.0);
        }
    }
}
