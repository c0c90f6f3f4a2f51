//! Credentials issued and ended by hand (domain.md A5-A8).

use hasp_protocol::api::credential::{CredentialStatus, CredentialView};
use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::who_am_i;
use hasp_tests::expect;
use hasp_tests::flow::{Stage, every_type, smallest_details};
use hasp_tests::server::Server;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_credential_by_hand_works_and_its_token_is_shown_once() {
    // R22
    let mut stage = Stage::confidential().await;

    let issued = stage.developer.issue_credential(&stage.agent.id, every_type()).await;

    let answer = who_am_i(stage.issuer(), &issued.token).await;
    assert_eq!(answer.json()["data"]["authorization_details"], every_type(), "{answer}");
    let list = format!("/v1/agents/{}/credentials", stage.agent.id);
    let one = format!("{list}/{}", issued.credential.id);
    for answer in [stage.developer.get(&list).await, stage.developer.get(&one).await] {
        assert_eq!(answer.status(), 200, "{}", answer.0);
        assert!(!answer.0.text().contains(&issued.token), "{}", answer.0);
    }
    assert!(issued.token.starts_with(&issued.credential.prefix));
}

#[tokio::test]
async fn the_agents_rules_hold_for_credentials_by_hand_too() {
    // domain.md 1.3, A5
    let mut stage = Stage::confidential().await;
    let agent = format!("/v1/agents/{}", stage.agent.id);
    let changed = stage.developer.patch(&agent, json!({"allowed_scope_types": ["hasp.data.read"]})).await;
    assert_eq!(changed.status(), 200, "{}", changed.0);
    let path = format!("{agent}/credentials");
    let body = |grants: Value| json!({"name": "By hand", "granted_scopes": grants});

    stage
        .developer
        .post(&path, body(json!([{"type": "hasp.data.write"}])))
        .await
        .error(422, "INVALID_SCOPE_TYPE");
    stage.developer.post(&path, body(json!([{"type": "unheard.of"}]))).await.error(422, "INVALID_SCOPE_TYPE");
    let misspelt =
        stage.developer.post(&path, body(json!([{"type": "hasp.data.read", "entites": ["a"]}]))).await;
    let error = misspelt.error(422, "VALIDATION_FAILED");
    assert_eq!(error.param.as_deref(), Some("/granted_scopes/0/entites"), "{error:?}");
    let past = json!({"name": "By hand", "granted_scopes": smallest_details(), "expires_at": "2020-01-01T00:00:00Z"});
    stage.developer.post(&path, past).await.error(422, "EXPIRY_IN_PAST");
    let far = json!({"name": "By hand", "granted_scopes": smallest_details(), "expires_at": "2099-01-01T00:00:00Z"});
    let far = stage.developer.post(&path, far).await.error(422, "VALIDATION_FAILED");
    assert_eq!(far.param.as_deref(), Some("/expires_at"), "{far:?}");
}

#[tokio::test]
async fn the_list_filters_by_status() {
    // domain.md A6
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
    let path = format!("/v1/agents/{}/credentials", stage.agent.id);
    let expiring = json!({"name": "Expiring", "granted_scopes": smallest_details(), "expires_at": "2026-11-24T12:10:00Z"});
    let answer = stage.developer.post(&path, expiring).await;
    assert_eq!(answer.status(), 201, "{}", answer.0);
    let revoked = stage.developer.issue_credential(&stage.agent.id, smallest_details()).await;
    let revoke = format!("{path}/{}/revoke", revoked.credential.id);
    assert_eq!(stage.developer.post(&revoke, json!({"reason": "no longer needed"})).await.status(), 200);
    stage.developer.issue_credential(&stage.agent.id, smallest_details()).await;
    stage.server.advance(Duration::from_secs(601));

    let mut counts = Vec::new();
    for status in ["", "?status=active", "?status=revoked", "?status=expired", "?status=all"] {
        let list: Vec<CredentialView> = stage.developer.get(&format!("{path}{status}")).await.data();
        counts.push((status, list.len(), list.first().map(|credential| credential.status)));
    }

    use CredentialStatus::{Active, Expired, Revoked};
    assert_eq!(counts[0], ("", 1, Some(Active)));
    assert_eq!(counts[1], ("?status=active", 1, Some(Active)));
    assert_eq!(counts[2], ("?status=revoked", 1, Some(Revoked)));
    assert_eq!(counts[3], ("?status=expired", 1, Some(Expired)));
    assert_eq!(counts[4].1, 3);
    let wrong = stage.developer.get(&format!("{path}?status=sleeping")).await;
    assert!(matches!(wrong.status(), 400 | 422), "{}", wrong.0);
}

#[tokio::test]
async fn a_revoked_credential_says_when_and_why_and_is_revoked_once() {
    // domain.md A8, 5.3
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let list: Vec<CredentialView> =
        stage.developer.get(&format!("/v1/agents/{}/credentials", stage.agent.id)).await.data();
    let path = format!("/v1/agents/{}/credentials/{}", stage.agent.id, list[0].id);

    let revoked = stage.developer.post(&format!("{path}/revoke"), json!({"reason": "lost laptop"})).await;
    let again = stage.developer.post(&format!("{path}/revoke"), json!({"reason": "other"})).await;

    assert_eq!((revoked.status(), again.status()), (200, 200), "{} {}", revoked.0, again.0);
    expect::inactive(&stage.client.introspect(&token).await);
    let view: CredentialView = stage.developer.get(&path).await.data();
    assert_eq!(view.status, CredentialStatus::Revoked);
    assert_eq!(view.revocation_reason.as_deref(), Some("lost laptop"));
    assert!(view.revoked_at.is_some());
    let event = stage.developer.newest_event("agent.credential_revoked").await;
    assert_eq!(event.metadata["reason"], "lost laptop");
}

#[tokio::test]
async fn a_credential_of_the_flow_is_named_after_its_application() {
    // R81 (C29)
    let mut stage = Stage::confidential().await;
    stage.token().await;

    let list: Vec<CredentialView> =
        stage.developer.get(&format!("/v1/agents/{}/credentials", stage.agent.id)).await.data();

    assert_eq!(list.len(), 1);
    assert!(list[0].name.starts_with("Calendar Helper"), "{list:?}");
    assert_eq!(list[0].client_id.as_deref(), Some(stage.client.client_id.as_str()));
    assert_eq!(list[0].application_name.as_deref(), Some("Calendar Helper"));
    assert_eq!(list[0].max_concurrent_invocations, 10);
    assert_eq!(list[0].granted_scopes, smallest_details());
}
