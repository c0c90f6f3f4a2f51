//! The second way in: `Authorization: Bearer hasp_key_…` (R27; checklist 39).

use hasp_protocol::Mode;
use hasp_protocol::api::agent::AgentView;
use hasp_protocol::api::credential::CredentialIssued;
use hasp_tests::actors::{KeyHolder, who_am_i};
use hasp_tests::flow::{REDIRECT_URI, Stage, smallest_details};
use hasp_tests::server::ACME_OWNER;
use serde_json::{Value, json};

#[tokio::test]
async fn a_key_does_what_its_scopes_say() {
    // R27
    let stage = Stage::confidential().await;
    let key =
        stage.server.api_key("Acme", Mode::Live, &["agents:read", "agents:write", "credentials:write"]).await;
    let holder = KeyHolder::new(stage.issuer(), &key);

    let agent: AgentView = holder
        .post(
            "/v1/agents",
            json!({"name": "Unattended", "default_expiry_hours": 1, "default_revocation_policy": "kill"}),
        )
        .await
        .created();
    let read: AgentView = holder.get(&format!("/v1/agents/{}", agent.id)).await.data();
    let body = json!({"name": "Nightly", "granted_scopes": smallest_details()});
    let issued: CredentialIssued =
        holder.post(&format!("/v1/agents/{}/credentials", agent.id), body).await.created();

    assert_eq!(read, agent);
    let answer = who_am_i(stage.issuer(), &issued.token).await;
    assert_eq!(answer.status, 200, "{answer}");
    let owner = stage.server.user_id(ACME_OWNER).await;
    assert_eq!(
        answer.json()["data"]["delegating_user"]["id"],
        owner.as_str(),
        "the key's owner is the human root (C14)"
    );
}

#[tokio::test]
async fn a_missing_scope_is_403_and_named() {
    // R27
    let stage = Stage::confidential().await;
    let agent = format!("/v1/agents/{}", stage.agent.id);
    let application = format!("/v1/applications/{}", stage.client.client_id);
    let none = stage.server.api_key("Acme", Mode::Live, &["tokens:introspect"]).await;
    let holder = KeyHolder::new(stage.issuer(), &none);
    let new_application = json!({"display_name": "A b", "client_type": "public", "mode": "live", "redirect_uris": [REDIRECT_URI]});
    let rows = [
        ("GET", "/v1/agents", Value::Null, "agents:read"),
        ("GET", &agent, Value::Null, "agents:read"),
        (
            "POST",
            "/v1/agents",
            json!({"name": "Ab", "default_expiry_hours": 1, "default_revocation_policy": "kill"}),
            "agents:write",
        ),
        ("PATCH", &agent, json!({"name": "Other"}), "agents:write"),
        ("GET", "/v1/applications", Value::Null, "applications:read"),
        ("POST", "/v1/applications", new_application, "applications:write"),
        ("PATCH", &application, json!({"display_name": "Other"}), "applications:write"),
        ("GET", &format!("{agent}/credentials"), Value::Null, "credentials:read"),
        (
            "POST",
            &format!("{agent}/credentials"),
            json!({"name": "Ab", "granted_scopes": smallest_details()}),
            "credentials:write",
        ),
        ("GET", &format!("{agent}/grants"), Value::Null, "grants:read"),
        ("POST", &format!("{agent}/grants/{}/revoke", stage.client.client_id), json!({}), "grants:write"),
        ("GET", "/v1/audit", Value::Null, "audit:read"),
    ];

    for (method, path, body, scope) in rows {
        let answer = match method {
            "GET" => holder.get(path).await,
            "POST" => holder.post(path, body).await,
            _ => holder.patch(path, body).await,
        };
        assert_eq!(answer.status(), 403, "{method} {path}: {}", answer.0);
        let error = answer.error(403, "MISSING_SCOPE");
        assert_eq!(error.details.unwrap()["required_scope"], scope, "{method} {path}");
    }
}

#[tokio::test]
async fn unknown_and_malformed_keys_are_401() {
    // R27, checklist 39
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let key = stage.server.api_key("Acme", Mode::Live, &["agents:read"]).await;
    let other_mode = key.replace("hasp_key_live_", "hasp_key_test_");

    for (name, key) in [
        ("made up", "hasp_key_live_0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK5"),
        ("old format", "wa_live_0123456789abcdef0123456789abcdef"),
        ("cut", &key[..key.len() - 1]),
        ("other mode", &other_mode),
        ("a token", &token),
        ("empty", ""),
    ] {
        let answer = KeyHolder::new(stage.issuer(), key).get("/v1/agents").await;
        assert_eq!(answer.status(), 401, "{name}: {}", answer.0);
    }
}

#[tokio::test]
async fn a_key_sees_its_own_organization_only() {
    // R27
    let stage = Stage::confidential().await;
    let key = stage.server.api_key("Globex", Mode::Live, &["agents:read", "applications:read"]).await;
    let holder = KeyHolder::new(stage.issuer(), &key);

    let list: Vec<AgentView> = holder.get("/v1/agents").await.data();

    assert!(list.is_empty());
    holder.get(&format!("/v1/agents/{}", stage.agent.id)).await.error(404, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn a_key_never_reads_a_secret_nor_acts_as_a_session() {
    // R27, R9 (decisions: a key never reads a secret)
    let stage = Stage::confidential().await;
    let scopes = ["applications:read", "applications:write", "agents:read", "keys:write"];
    let key = stage.server.api_key("Acme", Mode::Live, &scopes).await;
    let holder = KeyHolder::new(stage.issuer(), &key);
    let secret = stage.client.secret().unwrap();

    let list = holder.get("/v1/applications").await;
    let session = holder.get("/v1/session").await;

    assert_eq!(list.status(), 200, "{}", list.0);
    assert!(!list.0.text().contains(secret));
    assert!(matches!(session.status(), 401 | 403), "{}", session.0);
}

#[tokio::test]
async fn a_test_key_issues_test_credentials() {
    // R37, R38
    let stage = Stage::confidential().await;
    let key = stage.server.api_key("Acme", Mode::Test, &["credentials:write"]).await;
    let holder = KeyHolder::new(stage.issuer(), &key);
    let path = format!("/v1/agents/{}/credentials", stage.agent.id);

    let issued: CredentialIssued =
        holder.post(&path, json!({"name": "Nightly", "granted_scopes": smallest_details()})).await.created();

    assert!(issued.token.starts_with("hasp_agent_test_"), "{issued:?}");
}

#[tokio::test]
async fn a_test_key_does_not_end_live_credentials_with_their_agent() {
    // R37, R38, checklist 51
    let stage = Stage::confidential().await;
    let path = format!("/v1/agents/{}/archive", stage.agent.id);
    let archive = async |mode| {
        let key = stage.server.api_key("Acme", mode, &["agents:write"]).await;
        KeyHolder::new(stage.issuer(), &key).post(&path, json!({})).await.status()
    };

    assert_eq!(archive(Mode::Test).await, 403);
    assert_eq!(archive(Mode::Live).await, 200);
}

#[tokio::test]
async fn keys_are_kept_as_hashes() {
    // R27, checklist 39, 47
    let stage = Stage::confidential().await;
    let key = stage.server.api_key("Acme", Mode::Live, &["agents:read"]).await;
    KeyHolder::new(stage.issuer(), &key).get("/v1/agents").await;

    assert!(!stage.server.files_contain(&key).await);
}
