//! Who may do what: sessions, CSRF, roles, and organizations that do not see each other.

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{ApiAnswer, Developer, User, Visitor};
use hasp_tests::flow::{self, REDIRECT_URI, Stage};
use hasp_tests::http::Call;
use hasp_tests::server::{ACME_ADMIN, ACME_MEMBER, GLOBEX_OWNER};
use reqwest::Method;
use serde_json::{Value, json};

const COLLECTIONS: [&str; 4] = ["/v1/applications", "/v1/agents", "/v1/audit", "/v1/members"];

#[tokio::test]
async fn nobody_signed_in_is_told_so() {
    // domain.md 5.7
    let stage = Stage::confidential().await;
    let mut stranger = Visitor::new(stage.issuer());

    for path in COLLECTIONS.into_iter().chain(["/v1/session"]) {
        let answer = ApiAnswer(stranger.get_json(path).await);
        answer.error(401, "AUTHENTICATION_REQUIRED");
    }
    let call =
        stranger.call(Method::POST, "/v1/applications").header("origin", stage.issuer()).json(&json!({}));
    ApiAnswer(stranger.send(call).await).error(401, "AUTHENTICATION_REQUIRED");
}

/// Every change, with a body that would succeed.
fn changes(stage: &Stage) -> Vec<(Method, String, Value)> {
    let application = format!("/v1/applications/{}", stage.client.client_id);
    let agent = format!("/v1/agents/{}", stage.agent.id);
    vec![
        (
            Method::POST,
            "/v1/applications".to_owned(),
            json!({"display_name": "New", "client_type": "public", "mode": "live", "redirect_uris": [REDIRECT_URI]}),
        ),
        (Method::PATCH, application.clone(), json!({"display_name": "Edited"})),
        (Method::POST, format!("{application}/secret/rotate"), json!({"grace_period_hours": 1})),
        (Method::POST, format!("{application}/introspect"), json!({"token": "x"})),
        (
            Method::POST,
            "/v1/agents".to_owned(),
            json!({"name": "New", "default_expiry_hours": 1, "default_revocation_policy": "kill"}),
        ),
        (Method::PATCH, agent.clone(), json!({"description": "Edited"})),
        (
            Method::POST,
            format!("{agent}/credentials"),
            json!({"name": "By hand", "granted_scopes": [{"type": "hasp.data.read"}]}),
        ),
        (Method::POST, format!("{agent}/grants/{}/revoke", stage.client.client_id), json!({})),
        (
            Method::POST,
            "/v1/session/reauthenticate".to_owned(),
            json!({"password": hasp_tests::server::PASSWORD}),
        ),
        (Method::POST, format!("{application}/revoke"), json!({})),
        (Method::POST, format!("{agent}/archive"), json!({})),
        (Method::DELETE, "/v1/session".to_owned(), Value::Null),
        (Method::DELETE, "/v1/sessions".to_owned(), Value::Null),
    ]
}

fn with_body(call: Call, body: &Value) -> Call {
    if body.is_null() { call } else { call.json(body) }
}

#[tokio::test]
async fn a_change_needs_the_csrf_token_and_the_exact_origin() {
    // decisions: CSRF; checklist 19
    let stage = Stage::confidential().await;
    let token = stage.developer.session.csrf_token.clone();
    let other_session = Developer::sign_in(stage.issuer(), ACME_ADMIN).await.session.csrf_token;
    let localhost = stage.issuer().replace("127.0.0.1", "localhost");

    for (method, path, body) in changes(&stage) {
        let plain = || stage.developer.visitor.call(method.clone(), &path);
        let attempts = [
            ("no token", plain().header("origin", stage.issuer())),
            ("wrong token", plain().header("origin", stage.issuer()).header("x-csrf-token", "nonsense")),
            (
                "another session's",
                plain().header("origin", stage.issuer()).header("x-csrf-token", &other_session),
            ),
            ("no origin", plain().header("x-csrf-token", &token)),
            (
                "foreign origin",
                plain().header("origin", "https://evil.example").header("x-csrf-token", &token),
            ),
            ("null origin", plain().header("origin", "null").header("x-csrf-token", &token)),
            ("localhost", plain().header("origin", &localhost).header("x-csrf-token", &token)),
        ];
        for (name, call) in attempts {
            let answer = ApiAnswer(with_body(call, &body).send().await);
            assert_eq!(answer.status(), 403, "{method} {path} {name}: {}", answer.0);
            answer.error(403, "CSRF_REJECTED");
        }
    }
    // None of them happened, and with everything right each does.
    let mut owner =
        User { visitor: stage.developer.visitor.clone(), email: hasp_tests::server::ACME_OWNER.to_owned() };
    flow::approve(&mut owner, &stage.client, &stage.agent.id, &flow::smallest_details()).await;
    for (method, path, body) in changes(&stage) {
        let mut developer = Developer::sign_in(stage.issuer(), hasp_tests::server::ACME_OWNER).await;
        let call = with_body(developer.call(method.clone(), &path), &body);
        let answer = developer.visitor.send(call).await;
        assert!((200..300).contains(&answer.status), "{method} {path}: {answer}");
    }
}

#[tokio::test]
async fn a_form_or_text_body_is_no_json() {
    // checklist 19
    let stage = Stage::confidential().await;

    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let call = stage
            .developer
            .call(Method::POST, "/v1/applications")
            .header("content-type", kind)
            .body(r#"{"display_name":"New","client_type":"public","mode":"live","redirect_uris":["https://a.example/"]}"#);
        let answer = ApiAnswer(call.send().await);
        assert!(matches!(answer.status(), 400 | 415), "{kind}: {}", answer.0);
    }
}

#[tokio::test]
async fn another_organization_sees_and_changes_nothing() {
    // domain.md 1.3; R2
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let issued = stage.developer.issue_credential(&stage.agent.id, json!([{"type": "hasp.data.read"}])).await;
    let mut stranger = Developer::sign_in(stage.issuer(), GLOBEX_OWNER).await;

    for path in COLLECTIONS {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status(), 200, "{path}: {}", answer.0);
        for foreign in ["Acme", "acme.example", &stage.agent.id, &stage.client.client_id] {
            assert!(!answer.0.text().contains(foreign), "{path} shows {foreign}: {}", answer.0);
        }
    }
    let credential = format!("/v1/agents/{}/credentials/{}", stage.agent.id, issued.credential.id);
    for path in [
        format!("/v1/applications/{}", stage.client.client_id),
        format!("/v1/agents/{}", stage.agent.id),
        format!("/v1/agents/{}/credentials", stage.agent.id),
        credential.clone(),
        format!("/v1/agents/{}/grants", stage.agent.id),
    ] {
        stranger.get(&path).await.error(404, "RESOURCE_NOT_FOUND");
    }
    stranger.post(&format!("{credential}/revoke"), json!({})).await.error(404, "RESOURCE_NOT_FOUND");
    for (method, path, body) in changes(&stage) {
        if !path.contains(&stage.client.client_id) && !path.contains(&stage.agent.id) {
            continue;
        }
        let call = stranger.call(method.clone(), &path).json(&body);
        let answer = ApiAnswer(stranger.visitor.send(call).await);
        assert_eq!(answer.status(), 404, "{method} {path}: {}", answer.0);
    }
    hasp_tests::expect::active(&stage.client.introspect(&token).await);
    assert_eq!(hasp_tests::actors::who_am_i(stage.issuer(), &issued.token).await.status, 200);
}

#[tokio::test]
async fn ones_own_credential_under_a_strangers_agent_is_not_found() {
    // domain.md 1.3
    let mut stage = Stage::confidential().await;
    let issued = stage.developer.issue_credential(&stage.agent.id, json!([{"type": "hasp.data.read"}])).await;
    let other = stage.developer.create_agent("Other", 8).await;

    let path = format!("/v1/agents/{}/credentials/{}", other.id, issued.credential.id);

    stage.developer.get(&path).await.error(404, "RESOURCE_NOT_FOUND");
    stage.developer.post(&format!("{path}/revoke"), json!({})).await.error(404, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn members_work_and_leave_endings_of_others_to_admins() {
    // shared::api::session::Role
    let mut stage = Stage::confidential().await;
    let mut member = Developer::sign_in(stage.issuer(), ACME_MEMBER).await;
    let mut admin = Developer::sign_in(stage.issuer(), ACME_ADMIN).await;
    let application = format!("/v1/applications/{}", stage.client.client_id);

    member.create_agent("Members agent", 8).await;
    let own =
        flow::register(&mut member, "Members app", ClientType::Confidential, Mode::Live, REDIRECT_URI).await;
    assert_eq!(member.patch(&application, json!({"homepage_url": "https://m.example/"})).await.status(), 200);
    let agent = format!("/v1/agents/{}", stage.agent.id);
    assert_eq!(member.patch(&agent, json!({"description": "Helps"})).await.status(), 200);
    for wider in [json!({"default_expiry_hours": 720}), json!({"allowed_scope_types": ["hasp.data.read"]})] {
        member.patch(&agent, wider.clone()).await.error(403, "ROLE_NOT_ALLOWED");
        assert_eq!(admin.patch(&agent, wider).await.status(), 200);
    }
    member
        .post(&format!("{application}/secret/rotate"), json!({"grace_period_hours": 1}))
        .await
        .error(403, "ROLE_NOT_ALLOWED");
    member.post(&format!("{application}/revoke"), json!({})).await.error(403, "ROLE_NOT_ALLOWED");
    let issued = stage.developer.issue_credential(&stage.agent.id, json!([{"type": "hasp.data.read"}])).await;
    let revoke = format!("/v1/agents/{}/credentials/{}/revoke", stage.agent.id, issued.credential.id);
    member.post(&revoke, json!({})).await.error(403, "ROLE_NOT_ALLOWED");

    assert_eq!(admin.post(&revoke, json!({})).await.status(), 200);
    let members = format!("/v1/applications/{}", own.client_id);
    let rotated = admin.post(&format!("{members}/secret/rotate"), json!({"grace_period_hours": 1})).await;
    assert_eq!(rotated.status(), 200, "{}", rotated.0);
    assert_eq!(admin.post(&format!("{members}/revoke"), json!({})).await.status(), 200);
}

#[tokio::test]
async fn every_answer_names_its_request() {
    // domain.md 5.7
    let mut stage = Stage::confidential().await;

    let good = stage.developer.get("/v1/agents").await;
    let bad = stage.developer.get("/v1/agents/nothing").await;

    for answer in [good, bad] {
        let meta = answer.envelope::<Value>().meta;
        assert_eq!(
            answer.0.header("x-request-id").as_deref(),
            Some(meta.request_id.as_str()),
            "{}",
            answer.0
        );
        hasp_tests::expect::not_cacheable(&answer.0);
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_answered_in_the_envelope() {
    // domain.md 5.7
    let mut stage = Stage::confidential().await;

    stage.developer.get("/v1/nothing").await.error(404, "RESOURCE_NOT_FOUND");
    let answer = stage.developer.delete("/v1/applications").await;
    assert_eq!(answer.status(), 405, "{}", answer.0);
    assert!(answer.0.header("allow").is_some(), "{}", answer.0);
}
