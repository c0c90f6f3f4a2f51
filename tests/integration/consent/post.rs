//! The POST of the decision: an id, a token, a word, and nothing that could be forged (checklist 19).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::User;
use hasp_tests::expect;
use hasp_tests::flow::{REDIRECT_URI, Stage, every_type, smallest_details};
use hasp_tests::server::{ACME_MEMBER, ACME_OWNER, Server};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn the_post_carries_an_id_a_token_and_a_decision() {
    // checklist 19
    let mut stage = Stage::confidential().await;

    let (_, page) = stage.consent_page(&every_type()).await;

    let form = page.page().form("/v1/oauth/consent");
    let names: Vec<_> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["request_id", "csrf_token"], "{form:?}");
    let buttons: Vec<_> = form
        .buttons
        .iter()
        .map(|(name, value, label)| (name.as_str(), value.as_str(), label.as_str()))
        .collect();
    assert!(buttons.contains(&("decision", "approve", "Approve")), "{buttons:?}");
    assert!(buttons.contains(&("decision", "deny", "Deny")), "{buttons:?}");
    assert_eq!(form.method, "post");
}

#[tokio::test]
async fn parameters_added_to_the_post_change_nothing() {
    // checklist 19, 25
    let mut stage = Stage::confidential().await;
    let (authorization, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let wider = every_type().to_string();
    let added = [
        ("decision", "approve"),
        ("authorization_details", wider.as_str()),
        ("redirect_uri", "https://evil.example/"),
        ("state", "other"),
    ];

    let url = stage.user.visitor.submit(&form, &added).await.redirect(stage.issuer());

    let code = expect::code(&url, REDIRECT_URI, Some(&authorization.state), stage.issuer());
    let answer = stage.client.redeem(&code, &authorization.verifier).await;
    assert_eq!(answer.json()["authorization_details"], smallest_details());
}

#[tokio::test]
async fn a_post_without_the_right_csrf_token_is_refused() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let (_, other_page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let other = other_page.page().form("/v1/oauth/consent").field("csrf_token").unwrap().to_owned();
    let id = form.field("request_id").unwrap().to_owned();
    let token = form.field("csrf_token").unwrap().to_owned();

    for (name, fields) in [
        ("missing", vec![("request_id", id.as_str()), ("decision", "approve")]),
        ("empty", vec![("request_id", id.as_str()), ("csrf_token", ""), ("decision", "approve")]),
        ("wrong", vec![("request_id", id.as_str()), ("csrf_token", "nonsense"), ("decision", "approve")]),
        (
            "of another request",
            vec![("request_id", id.as_str()), ("csrf_token", other.as_str()), ("decision", "approve")],
        ),
    ] {
        let answer = stage.user.visitor.post("/v1/oauth/consent", &fields).await;
        assert!(matches!(answer.status, 400 | 403), "{name}: {answer}");
        assert_eq!(answer.location(), None, "{name}: {answer}");
    }
    let good = [("request_id", id.as_str()), ("csrf_token", token.as_str()), ("decision", "approve")];
    assert_eq!(
        stage.user.visitor.post("/v1/oauth/consent", &good).await.status,
        303,
        "the request still stands"
    );
}

#[tokio::test]
async fn a_post_from_another_origin_is_refused() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let mut fields: Vec<_> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("decision", "approve"));

    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        &stage.issuer().replace("127.0.0.1", "localhost"),
    ] {
        let call =
            stage.user.visitor.call(Method::POST, "/v1/oauth/consent").header("origin", origin).form(&fields);
        let answer = stage.user.visitor.send(call).await;
        assert!(matches!(answer.status, 400 | 403), "{origin}: {answer}");
        assert_eq!(answer.location(), None, "{origin}: {answer}");
    }
    let call = stage.user.visitor.call(Method::POST, "/v1/oauth/consent").form(&fields);
    let without = stage.user.visitor.send(call).await;
    assert!(matches!(without.status, 400 | 403), "no Origin at all: {without}");
}

#[tokio::test]
async fn a_browser_that_hides_its_origin_must_say_same_origin() {
    // checklist 19 (browsers send `Origin: null` from pages under `Referrer-Policy: no-referrer`)
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let mut fields: Vec<_> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("decision", "approve"));

    for (site, status) in [("cross-site", 403), ("same-site", 403), ("none", 403), ("same-origin", 303)] {
        let call = stage.user.visitor.call(Method::POST, "/v1/oauth/consent");
        let call = call.header("origin", "null").header("sec-fetch-site", site).form(&fields);
        let answer = stage.user.visitor.send(call).await;
        assert_eq!(answer.status, status, "{site}: {answer}");
    }
}

#[tokio::test]
async fn the_request_of_another_session_cannot_be_decided() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let mut other_person = User::sign_in(stage.issuer(), ACME_OWNER).await;
    let mut other_browser = User::sign_in(stage.issuer(), ACME_MEMBER).await;

    for (name, user) in [("another person", &mut other_person), ("another browser", &mut other_browser)] {
        let answer = user.visitor.submit(&form, &[("decision", "approve")]).await;
        assert!(matches!(answer.status, 400 | 403 | 404 | 410), "{name}: {answer}");
        assert_eq!(answer.location(), None, "{name}: {answer}");
        let page = user
            .visitor
            .get(&format!("/v1/oauth/consent?request_id={}", form.field("request_id").unwrap()))
            .await;
        assert!(page.status >= 400, "{name} cannot even look: {page}");
    }
    assert_eq!(stage.user.visitor.submit(&form, &[("decision", "approve")]).await.status, 303);
}

#[tokio::test]
async fn nobody_signed_in_decides_nothing() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let mut stranger = hasp_tests::actors::Visitor::new(stage.issuer());

    let answer = stranger.submit(&form, &[("decision", "approve")]).await;

    let leads_to_code = answer.location().is_some_and(|location| location.contains("code="));
    assert!(!leads_to_code, "{answer}");
    assert!(stage.server.column("SELECT code_hash FROM authorization_code").await.is_empty());
}

#[tokio::test]
async fn a_decision_is_made_once() {
    // checklist 19, 26
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let first = stage.user.visitor.submit(&form, &[("decision", "approve")]).await;

    for decision in ["approve", "deny"] {
        let again = stage.user.visitor.submit(&form, &[("decision", decision)]).await;
        assert!(matches!(again.status, 400 | 404 | 410), "{decision}: {again}");
        assert_eq!(again.location(), None, "{decision}: {again}");
    }

    assert_eq!(first.status, 303, "{first}");
    assert_eq!(stage.server.column("SELECT code_hash FROM authorization_code").await.len(), 1);
}

#[tokio::test]
async fn an_unknown_decision_is_none() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");

    for decision in ["", "Approve", "yes", "approve approve"] {
        let answer = stage.user.visitor.submit(&form, &[("decision", decision)]).await;
        assert!(matches!(answer.status, 400 | 403), "{decision}: {answer}");
    }
    assert!(stage.server.column("SELECT code_hash FROM authorization_code").await.is_empty());
}

#[tokio::test]
async fn approval_after_the_application_was_renamed_asks_again_under_the_new_name() {
    // R80, checklist 25: the record keeps what the person saw.
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let path = format!("/v1/applications/{}", stage.client.client_id);
    assert_eq!(stage.developer.patch(&path, json!({"display_name": "Renamed"})).await.status(), 200);

    let again = stage.user.decide(&page, "approve").await;

    assert_eq!(again.status, 200, "{again}");
    assert!(again.text().contains("Renamed"), "{again}");
    assert!(stage.server.column("SELECT code_hash FROM authorization_code").await.is_empty());
    assert_eq!(stage.user.decide(&again, "approve").await.status, 303);
    let shown = stage.server.texts("SELECT shown FROM consent").await;
    assert!(shown.len() == 1 && shown[0].contains("\"Renamed\""), "{shown:?}");
}

#[tokio::test]
async fn approval_after_the_application_was_revoked_gives_no_code() {
    // R31, checklist 19, 74
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let path = format!("/v1/applications/{}/revoke", stage.client.client_id);
    assert_eq!(stage.developer.post(&path, json!({})).await.status(), 200);

    let answer = stage.user.decide(&page, "approve").await;

    assert!(answer.location().is_none_or(|location| !location.contains("code=")), "{answer}");
    assert!(stage.server.column("SELECT code_hash FROM authorization_code").await.is_empty());
}

#[tokio::test]
async fn approval_after_the_agent_was_archived_gives_no_code() {
    // checklist 16, 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let path = format!("/v1/agents/{}/archive", stage.agent.id);
    assert_eq!(stage.developer.post(&path, json!({})).await.status(), 200);

    let answer = stage.user.decide(&page, "approve").await;

    assert!(answer.location().is_none_or(|location| !location.contains("code=")), "{answer}");
}

#[tokio::test]
async fn the_page_expires_with_the_request() {
    // checklist 19
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Public, Mode::Live).await;
    let (_, page) = stage.consent_page(&smallest_details()).await;

    stage.server.advance(Duration::from_secs(16 * 60));
    let answer = stage.user.decide(&page, "approve").await;

    assert!(matches!(answer.status, 400 | 410), "{answer}");
    assert_eq!(answer.location(), None, "{answer}");
}
