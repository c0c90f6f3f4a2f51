//! A code becomes a token: the answer's members, lifetime, modes, and the checks made again at redemption.

use hasp_protocol::secret::{Secret, SecretKind};
use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::Developer;
use hasp_tests::expect;
use hasp_tests::flow::{self, Stage, every_type, smallest_details};
use hasp_tests::server::{ACME_OWNER, Server};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_confidential_client_gets_a_token_for_its_code() {
    // R18, R20, R21, R78, checklist 41, 42
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;

    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    let token = expect::token(&answer);
    let body = answer.json();
    assert!(token.starts_with("hasp_agent_") && !token.starts_with("hasp_agent_test_"), "{body}");
    assert_eq!(body["expires_in"], 28_800, "{body}");
    assert_eq!(body["authorization_details"], smallest_details(), "{body}");
    assert_eq!(answer.header("pragma").as_deref(), Some("no-cache"), "{answer}");
    assert!(
        answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json")),
        "{answer}"
    );
    assert_eq!(
        body.as_object().map(serde_json::Map::len),
        Some(4),
        "nothing beside the four members: {body}"
    );
}

#[tokio::test]
async fn a_public_client_redeems_without_a_secret() {
    // R5, R19
    let mut stage = Stage::public().await;
    let approved = stage.approved(&smallest_details()).await;

    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    expect::token(&answer);
}

#[tokio::test]
async fn the_token_is_a_recognisable_random_secret_kept_as_a_hash() {
    // R20, checklist 28, 47
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;

    let token = flow::redeem(&stage.client, &approved).await;

    let secret = Secret::parse(&token).expect("prefix, alphabet, length and checksum hold");
    assert_eq!(secret.kind(), SecretKind::AgentTokenLive);
    let tokens = stage.server.column("SELECT token_hash FROM credential").await;
    assert_eq!(tokens, [secret.sha256().to_vec()], "exactly one row, holding the hash");
    assert!(approved.code.len() >= 22, "128 bits are at least 22 base64url characters: {}", approved.code);
    assert!(!stage.server.files_contain(&token).await, "the token stands nowhere in the store");
    assert!(!stage.server.files_contain(&approved.code).await, "neither does the code");
}

#[tokio::test]
async fn the_lifetime_is_the_agents_default_to_the_second() {
    // R21, R24
    for hours in [1_u64, 8, 720] {
        let mut stage =
            Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
        let agent = stage.developer.create_agent("Other hours", u32::try_from(hours).unwrap()).await;
        let approved = flow::approve(&mut stage.user, &stage.client, &agent.id, &smallest_details()).await;
        let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;
        let token = expect::token(&answer);
        assert_eq!(answer.json()["expires_in"], hours * 3600, "{hours} h");

        stage.server.advance(Duration::from_secs(hours * 3600 - 1));
        let before = expect::active(&stage.client.introspect(&token).await);
        stage.server.advance(Duration::from_secs(1));

        assert_eq!(before["exp"].as_u64().unwrap() - before["iat"].as_u64().unwrap(), hours * 3600);
        expect::inactive(&stage.client.introspect(&token).await);
    }
}

#[tokio::test]
async fn a_new_default_expiry_does_not_touch_issued_tokens() {
    // R24
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let before = expect::active(&stage.client.introspect(&token).await);

    let path = format!("/v1/agents/{}", stage.agent.id);
    let changed = stage.developer.patch(&path, json!({"default_expiry_hours": 1})).await;

    assert_eq!(changed.status(), 200, "{}", changed.0);
    let after = expect::active(&stage.client.introspect(&token).await);
    assert_eq!(before["exp"], after["exp"]);
    let approved = stage.approved(&smallest_details()).await;
    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;
    assert_eq!(answer.json()["expires_in"], 3600);
}

#[tokio::test]
async fn details_come_back_as_granted_for_every_type() {
    // R23, checklist 25, 42
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&every_type()).await;

    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    expect::token(&answer);
    assert_eq!(answer.json()["authorization_details"], every_type());
}

#[tokio::test]
async fn a_test_application_gets_test_tokens_from_the_same_endpoints() {
    // R37, R38 (prefix), checklist 30
    let mut stage = Stage::on(Server::start().await, ClientType::Confidential, Mode::Test).await;
    assert!(stage.client.secret().is_some_and(|secret| secret.starts_with("hasp_cs_test_")));

    let token = stage.token().await;

    assert!(token.starts_with("hasp_agent_test_"), "{token}");
    let introspected = expect::active(&stage.client.introspect(&token).await);
    assert_eq!(introspected["mode"], "test");
}

#[tokio::test]
async fn a_code_dies_with_its_lifetime() {
    // R78, checklist 29
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
    let in_time = stage.approved(&smallest_details()).await;
    stage.server.advance(Duration::from_secs(299));
    expect::token(&stage.client.redeem(&in_time.code, &in_time.authorization.verifier).await);
    let late = stage.approved(&smallest_details()).await;

    stage.server.advance(Duration::from_secs(300));
    let answer = stage.client.redeem(&late.code, &late.authorization.verifier).await;

    expect::oauth_error(&answer, 400, "invalid_grant");
}

#[tokio::test]
async fn the_code_lifetime_is_a_setting() {
    // checklist 29
    let server = Server::builder()
        .fixed_clock()
        .settings(|settings| settings.code_lifetime = Duration::from_secs(30))
        .start()
        .await;
    let mut stage = Stage::on(server, ClientType::Confidential, Mode::Live).await;
    let approved = stage.approved(&smallest_details()).await;

    stage.server.advance(Duration::from_secs(30));
    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    expect::oauth_error(&answer, 400, "invalid_grant");
}

#[tokio::test]
async fn a_code_of_an_application_revoked_since_is_worthless() {
    // R31, checklist 74
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;

    let path = format!("/v1/applications/{}/revoke", stage.client.client_id);
    let revoked = stage.developer.post(&path, json!({})).await;
    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    assert_eq!(revoked.status(), 200, "{}", revoked.0);
    expect::oauth_error(&answer, 401, "invalid_client");
}

#[tokio::test]
async fn a_public_application_revoked_since_gets_no_token() {
    // R31, checklist 74
    let mut stage = Stage::public().await;
    let approved = stage.approved(&smallest_details()).await;

    let path = format!("/v1/applications/{}/revoke", stage.client.client_id);
    let revoked = stage.developer.post(&path, json!({})).await;
    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    assert_eq!(revoked.status(), 200, "{}", revoked.0);
    assert!(matches!(answer.status, 400 | 401), "{answer}");
    assert!(answer.json().get("access_token").is_none(), "{answer}");
}

#[tokio::test]
async fn a_code_for_an_agent_archived_since_is_refused() {
    // R24, checklist 30
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;

    let path = format!("/v1/agents/{}/archive", stage.agent.id);
    let archived = stage.developer.post(&path, json!({})).await;
    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    assert_eq!(archived.status(), 200, "{}", archived.0);
    expect::oauth_error(&answer, 400, "invalid_grant");
}

#[tokio::test]
async fn a_code_whose_types_the_agent_no_longer_allows_is_refused() {
    // checklist 30
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;

    let path = format!("/v1/agents/{}", stage.agent.id);
    let narrowed =
        stage.developer.patch(&path, json!({"allowed_scope_types": ["external.tool.invoke"]})).await;
    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    assert_eq!(narrowed.status(), 200, "{}", narrowed.0);
    expect::oauth_error(&answer, 400, "invalid_grant");
}

#[tokio::test]
async fn a_code_of_a_member_removed_since_is_refused() {
    // checklist 30
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;

    stage.server.remove_user(&stage.user.email).await;
    let answer = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    expect::oauth_error(&answer, 400, "invalid_grant");
}

#[tokio::test]
async fn redemption_is_audited_with_its_consent() {
    // R80, checklist 25, 85
    let mut stage = Stage::confidential().await;
    stage.token_for(&every_type()).await;

    let mut owner = Developer::sign_in(stage.issuer(), ACME_OWNER).await;
    let consent = owner.newest_event("oauth.consent_approved").await;
    let redeemed = owner.newest_event("oauth.code_redeemed").await;

    assert_eq!(consent.metadata["authorization_details"], every_type());
    assert_eq!(redeemed.entity_id, consent.entity_id, "{redeemed:?}");
    assert!(redeemed.entity_id.is_some(), "{redeemed:?}");
    assert_eq!(redeemed.metadata["details_digest"], consent.metadata["details_digest"], "{redeemed:?}");
}
