//! Registering, reading, editing and revoking applications.

use hasp_protocol::api::application::{
    ApplicationCreated, ApplicationRevoked, ApplicationStatus, ApplicationView,
};
use hasp_protocol::secret::{Secret, SecretKind};
use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{Developer, who_am_i};
use hasp_tests::expect;
use hasp_tests::flow::{self, REDIRECT_URI, Stage, smallest_details};
use hasp_tests::server::{ACME_OWNER, Server};
use serde_json::{Value, json};

async fn owner() -> (Server, Developer) {
    let server = Server::start().await;
    let developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    (server, developer)
}

#[tokio::test]
async fn a_confidential_application_gets_an_id_and_a_secret_once() {
    // R3, R4, R5, R6, R7, R8, R9
    let (_server, mut developer) = owner().await;
    let uris = ["https://app.example/callback", "http://127.0.0.1/callback"];
    let body = json!({"display_name": "Calendar Helper", "client_type": "confidential", "mode": "live", "redirect_uris": uris});

    let answer = developer.post("/v1/applications", body).await;

    expect::not_cacheable(&answer.0);
    let created: ApplicationCreated = answer.created();
    let application = created.application;
    assert!(hasp_protocol::identifier::parse_client_id(&application.client_id).is_ok(), "{application:?}");
    assert_eq!(application.redirect_uris, uris);
    assert_eq!(application.status, ApplicationStatus::Active);
    let secret = Secret::parse(&created.client_secret.expect("a confidential one")).expect("well formed");
    assert_eq!(secret.kind(), SecretKind::ClientSecretLive);
    assert_eq!(application.secrets.len(), 1);
    assert_eq!(application.secrets[0].last_four, secret.last_four());

    let path = format!("/v1/applications/{}", application.client_id);
    for again in [
        developer.get(&path).await,
        developer.get("/v1/applications").await,
        developer.get("/v1/audit").await,
    ] {
        assert!(!again.0.text().contains(secret.expose()), "the secret is shown once: {}", again.0);
    }
}

#[tokio::test]
async fn a_public_application_gets_no_secret() {
    // R5, R8
    let (_server, mut developer) = owner().await;

    let created = developer.create_application("Public", ClientType::Public, Mode::Live, REDIRECT_URI).await;

    assert_eq!(created.client_secret, None);
    assert!(created.application.secrets.is_empty());
}

#[tokio::test]
async fn a_test_application_gets_a_test_secret() {
    // R37
    let (_server, mut developer) = owner().await;

    let created =
        developer.create_application("Test", ClientType::Confidential, Mode::Test, REDIRECT_URI).await;

    assert!(created.client_secret.is_some_and(|secret| secret.starts_with("hasp_cs_test_")));
    assert_eq!(created.application.mode, Mode::Test);
}

#[tokio::test]
async fn settings_can_be_edited_and_cleared() {
    // R69, R71
    let (_server, mut developer) = owner().await;
    let created = developer.create_application("Before", ClientType::Public, Mode::Live, REDIRECT_URI).await;
    let path = format!("/v1/applications/{}", created.application.client_id);

    let change = json!({"display_name": "After", "homepage_url": "https://a.example/", "icon_url": "https://a.example/i.png"});
    let edited: ApplicationView = developer.patch(&path, change).await.data();
    let cleared: ApplicationView =
        developer.patch(&path, json!({"homepage_url": "", "icon_url": ""})).await.data();
    let read: ApplicationView = developer.get(&path).await.data();

    assert_eq!(edited.display_name, "After");
    assert_eq!(edited.homepage_url.as_deref(), Some("https://a.example/"));
    assert_eq!(edited.icon_url.as_deref(), Some("https://a.example/i.png"));
    assert_eq!((cleared.homepage_url.as_deref(), cleared.icon_url.as_deref()), (None, None));
    assert_eq!(read, cleared);
    assert_eq!(read.redirect_uris, [REDIRECT_URI]);
}

#[tokio::test]
async fn type_and_mode_are_fixed() {
    // R5, R37
    let (_server, mut developer) = owner().await;
    let created = developer.create_application("Fixed", ClientType::Public, Mode::Live, REDIRECT_URI).await;
    let path = format!("/v1/applications/{}", created.application.client_id);

    for change in [json!({"client_type": "confidential"}), json!({"mode": "test"}), json!({"client_id": "x"})]
    {
        let answer = developer.patch(&path, change.clone()).await;
        assert!(matches!(answer.status(), 400 | 422), "{change}: {}", answer.0);
        assert_eq!(
            serde_json::to_value(answer.envelope::<Value>().error.unwrap().code).unwrap(),
            "VALIDATION_FAILED"
        );
    }
    let after: ApplicationView = developer.get(&path).await.data();
    assert_eq!((after.client_type, after.mode), (ClientType::Public, Mode::Live));
}

#[tokio::test]
async fn revoking_ends_every_credential_and_code_at_once_and_for_good() {
    // R31, R32, R33, checklist 74
    let mut stage = Stage::confidential().await;
    let tokens = [stage.token().await, stage.token().await];
    let approved = stage.approved(&smallest_details()).await;
    let path = format!("/v1/applications/{}", stage.client.client_id);

    let revoked: ApplicationRevoked = stage.developer.post(&format!("{path}/revoke"), json!({})).await.data();

    assert_eq!(revoked.revoked_credentials, 2);
    assert_eq!(revoked.application.status, ApplicationStatus::Revoked);
    for token in &tokens {
        assert_eq!(who_am_i(stage.issuer(), token).await.status, 401);
    }
    let dead = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;
    assert_eq!(dead.json()["error"], "invalid_client", "{dead}");
    let again = stage.developer.post(&format!("{path}/revoke"), json!({})).await;
    assert!(matches!(again.status(), 200 | 409), "{}", again.0);
    stage
        .developer
        .patch(&path, json!({"display_name": "Back again"}))
        .await
        .error(409, "APPLICATION_REVOKED");
    let rotate = json!({"grace_period_hours": 0});
    stage.developer.post(&format!("{path}/secret/rotate"), rotate).await.error(409, "APPLICATION_REVOKED");
    let view: ApplicationView = stage.developer.get(&path).await.data();
    assert_eq!((view.status, view.active_credentials), (ApplicationStatus::Revoked, 0));
    let page = stage.user.visitor.get(&stage.authorization(&smallest_details()).url).await;
    expect::error_page(&page, 400, "invalid_request");
}

#[tokio::test]
async fn registered_anew_its_users_must_authorize_again() {
    // R33
    let mut stage = Stage::confidential().await;
    stage.token().await;
    let path = format!("/v1/applications/{}/revoke", stage.client.client_id);
    assert_eq!(stage.developer.post(&path, json!({})).await.status(), 200);

    let again = flow::register(
        &mut stage.developer,
        "Calendar Helper",
        ClientType::Confidential,
        Mode::Live,
        REDIRECT_URI,
    )
    .await;

    assert_ne!(again.client_id, stage.client.client_id);
    let page = stage.user.consent_page(&again.authorization(&stage.agent.id, &smallest_details()).url).await;
    assert!(page.page().text().contains("Calendar Helper"), "{page}");
}

#[tokio::test]
async fn active_credentials_are_counted() {
    // R31
    let mut stage = Stage::confidential().await;
    let first = stage.token().await;
    stage.token().await;
    let path = format!("/v1/applications/{}", stage.client.client_id);

    let two: ApplicationView = stage.developer.get(&path).await.data();
    stage.client.revoke(&first).await;
    let one: ApplicationView = stage.developer.get(&path).await.data();

    assert_eq!((two.active_credentials, one.active_credentials), (2, 1));
}
