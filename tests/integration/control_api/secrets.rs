//! Rotating a client secret (R28-R30; checklist 40).

use hasp_protocol::api::application::{ApplicationView, SecretRotated};
use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{ClientAuthentication, Developer};
use hasp_tests::expect;
use hasp_tests::flow::{REDIRECT_URI, Stage};
use hasp_tests::server::{ACME_OWNER, Server};
use serde_json::json;
use std::time::Duration;

async fn rotate(stage: &mut Stage, hours: u32) -> SecretRotated {
    let path = format!("/v1/applications/{}/secret/rotate", stage.client.client_id);
    stage.developer.post(&path, json!({"grace_period_hours": hours})).await.data()
}

#[tokio::test]
async fn rotation_shows_the_new_secret_once_and_leaves_tokens_alone() {
    // R28, R29, R30, R9
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;

    let rotated = rotate(&mut stage, 24).await;

    assert!(rotated.client_secret.starts_with("hasp_cs_live_"));
    assert_ne!(Some(rotated.client_secret.as_str()), stage.client.secret());
    expect::active(&stage.client.introspect(&token).await);
    assert_eq!(hasp_tests::actors::who_am_i(stage.issuer(), &token).await.status, 200);
    let path = format!("/v1/applications/{}", stage.client.client_id);
    assert!(!stage.developer.get(&path).await.0.text().contains(&rotated.client_secret));
    assert_eq!(rotated.application.secrets.len(), 2);
    assert!(rotated.application.secrets[0].expires_at.is_none(), "newest first, without a deadline");
    assert!(rotated.application.secrets[1].expires_at.is_some());
}

#[tokio::test]
async fn at_most_two_secrets_live() {
    // R29 (C36), checklist 40
    let mut stage = Stage::confidential().await;
    let first = stage.client.clone();
    let second = rotate(&mut stage, 24).await.client_secret;
    let second = stage.client.authenticating(ClientAuthentication::Basic(second));

    let third = rotate(&mut stage, 24).await;
    let count = third.application.secrets.len();
    let third = stage.client.authenticating(ClientAuthentication::Basic(third.client_secret));

    assert_eq!(count, 2);
    expect::oauth_error(&first.introspect("x").await, 401, "invalid_client");
    expect::inactive(&second.introspect("x").await);
    expect::inactive(&third.introspect("x").await);
}

#[tokio::test]
async fn the_grace_period_is_0_to_24_hours() {
    // R29
    let mut stage = Stage::confidential().await;
    let path = format!("/v1/applications/{}/secret/rotate", stage.client.client_id);

    for hours in [json!(25), json!(-1), json!(1.5), json!("1"), json!(null), json!(1_000_000_000_000_u64)] {
        let answer = stage.developer.post(&path, json!({"grace_period_hours": hours})).await;
        assert!(matches!(answer.status(), 400 | 422), "{hours}: {}", answer.0);
        let error = answer.envelope::<serde_json::Value>().error.unwrap();
        assert!(
            error.param.is_some_and(|param| param.contains("grace_period_hours")),
            "{hours}: {}",
            answer.0
        );
    }
    expect::inactive(&stage.client.introspect("x").await);
}

#[tokio::test]
async fn the_deadline_survives_a_restart_and_a_jump_of_the_clock() {
    // R29, checklist 40
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
    let old = stage.client.clone();
    rotate(&mut stage, 2).await;
    let server = stage.server.restart().await;
    let old = old.at(&server.issuer);

    expect::inactive(&old.introspect("x").await);
    server.advance(Duration::from_secs(2 * 3600));
    expect::oauth_error(&old.introspect("x").await, 401, "invalid_client");
    server.advance(Duration::from_secs(48 * 3600));
    expect::oauth_error(&old.introspect("x").await, 401, "invalid_client");
}

#[tokio::test]
async fn a_public_application_has_no_secret_to_rotate() {
    // R5
    let mut stage = Stage::public().await;
    let path = format!("/v1/applications/{}/secret/rotate", stage.client.client_id);

    let answer = stage.developer.post(&path, json!({"grace_period_hours": 1})).await;

    answer.error(422, "NO_CLIENT_SECRET");
}

#[tokio::test]
async fn rotation_and_revocation_ask_for_the_password_after_fifteen_minutes() {
    // R28, R31 (decisions: reauthentication)
    let server = Server::with_fixed_clock().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let created =
        developer.create_application("App", ClientType::Confidential, Mode::Live, REDIRECT_URI).await;
    let agent = developer.create_agent("Agent", 8).await;
    let application = format!("/v1/applications/{}", created.application.client_id);
    let actions = [
        (format!("{application}/secret/rotate"), json!({"grace_period_hours": 1}), 200),
        (
            format!("/v1/agents/{}/credentials", agent.id),
            json!({"name": "By hand", "granted_scopes": [{"type": "hasp.data.read"}]}),
            201,
        ),
        (format!("{application}/revoke"), json!({}), 200),
    ];
    server.advance(Duration::from_secs(15 * 60));

    for (path, body, _) in &actions {
        developer.post(path, body.clone()).await.error(401, "REAUTHENTICATION_REQUIRED");
    }
    developer
        .patch(&application, json!({"redirect_uris": ["https://elsewhere.example/callback"]}))
        .await
        .error(401, "REAUTHENTICATION_REQUIRED");
    let unchanged = json!({"display_name": "Renamed", "redirect_uris": [REDIRECT_URI]});
    assert_eq!(developer.patch(&application, unchanged).await.status(), 200);
    developer
        .post("/v1/session/reauthenticate", json!({"password": "wrong password"}))
        .await
        .error(401, "INVALID_PASSWORD");
    developer.post(&actions[0].0, actions[0].1.clone()).await.error(401, "REAUTHENTICATION_REQUIRED");

    developer.reauthenticate().await;
    for (path, body, status) in actions {
        let answer = developer.post(&path, body).await;
        assert_eq!(answer.status(), status, "{path}: {}", answer.0);
    }
    let view: ApplicationView = developer.get(&application).await.data();
    assert_eq!(view.active_credentials, 0);
}
