//! Registering, editing, archiving agents.

use hasp_protocol::api::agent::{AgentArchived, AgentStatus, AgentView};
use hasp_tests::actors::{Developer, who_am_i};
use hasp_tests::expect;
use hasp_tests::flow::Stage;
use hasp_tests::server::{ACME_OWNER, GLOBEX_OWNER, Server};
use serde_json::{Value, json};

fn complete() -> Value {
    json!({
        "name": "Scheduler", "description": "Finds slots", "capabilities": ["calendar", "mail"],
        "default_expiry_hours": 8, "default_revocation_policy": "drain",
        "allowed_scope_types": ["hasp.data.read", "external.tool.invoke"],
    })
}

#[tokio::test]
async fn an_agent_is_registered_read_and_listed() {
    // R24 (domain.md A1, A2)
    let server = Server::start().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;

    let agent: AgentView = developer.post("/v1/agents", complete()).await.created();

    assert_eq!(agent.id.len(), 26, "bare ULID");
    assert_eq!(agent.status, AgentStatus::Active);
    let read: AgentView = developer.get(&format!("/v1/agents/{}", agent.id)).await.data();
    let prefixed: AgentView = developer.get(&format!("/v1/agents/agent_{}", agent.id)).await.data();
    let listed: Vec<AgentView> = developer.get("/v1/agents").await.data();
    assert_eq!((&read, &prefixed, &listed[..]), (&agent, &agent, std::slice::from_ref(&agent)));
    assert_eq!(
        read.allowed_scope_types,
        Some(vec!["hasp.data.read".to_owned(), "external.tool.invoke".to_owned()])
    );
}

#[tokio::test]
async fn names_are_unique_within_the_organization_only() {
    // domain.md 1.2
    let server = Server::start().await;
    let mut acme = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let mut globex = Developer::sign_in(&server.issuer, GLOBEX_OWNER).await;
    acme.create_agent("Scheduler", 8).await;

    let taken = acme.post("/v1/agents", complete()).await;
    globex.create_agent("Scheduler", 8).await;

    taken.error(409, "AGENT_NAME_TAKEN");
}

#[tokio::test]
async fn every_field_has_its_limits_and_names_itself() {
    // R24 (domain.md 1.2)
    let server = Server::start().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let rows = [
        ("name", json!("x")),
        ("name", json!("x".repeat(65))),
        ("name", json!(1)),
        ("default_expiry_hours", json!(0)),
        ("default_expiry_hours", json!(721)),
        ("default_expiry_hours", json!(1.5)),
        ("default_revocation_policy", json!("explode")),
        ("capabilities", json!(vec!["x"; 13])),
        ("capabilities", json!(["x".repeat(33)])),
        ("description", json!("x".repeat(2_001))),
        ("allowed_scope_types", json!(["hasp.data.delete"])),
        ("allowed_scope_types", json!("hasp.data.read")),
        ("unheard_of", json!(1)),
    ];

    for (field, value) in rows {
        let mut body = complete();
        body[field] = value.clone();
        let answer = developer.post("/v1/agents", body).await;
        assert!(matches!(answer.status(), 400 | 422), "{field} = {value}: {}", answer.0);
        let error = answer.envelope::<Value>().error.unwrap();
        assert!(
            error.param.as_deref().is_some_and(|param| param.contains(field))
                || error.message.contains(field),
            "{field} = {value} is named: {error:?}"
        );
    }
    for hours in [1, 720] {
        let mut body = complete();
        body["name"] = json!(format!("Agent {hours}"));
        body["default_expiry_hours"] = json!(hours);
        let agent: AgentView = developer.post("/v1/agents", body).await.created();
        assert_eq!(agent.default_expiry_hours, hours);
    }
}

#[tokio::test]
async fn an_agent_is_edited_and_its_types_opened_again() {
    // domain.md A3
    let server = Server::start().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let agent: AgentView = developer.post("/v1/agents", complete()).await.created();
    let path = format!("/v1/agents/{}", agent.id);

    let renamed: AgentView = developer.patch(&path, json!({"name": "Planner"})).await.data();
    let opened: AgentView = developer.patch(&path, json!({"allowed_scope_types": null})).await.data();

    assert_eq!(
        (renamed.name.as_str(), &renamed.allowed_scope_types),
        ("Planner", &agent.allowed_scope_types)
    );
    assert_eq!(opened.allowed_scope_types, None);
    assert_eq!(opened.name, "Planner");
}

#[tokio::test]
async fn archiving_ends_every_credential_and_cannot_be_undone() {
    // domain.md A4
    let mut stage = Stage::confidential().await;
    let by_flow = stage.token().await;
    let by_hand =
        stage.developer.issue_credential(&stage.agent.id, json!([{"type": "hasp.data.read"}])).await.token;
    let path = format!("/v1/agents/{}", stage.agent.id);

    let archived: AgentArchived = stage.developer.post(&format!("{path}/archive"), json!({})).await.data();

    assert_eq!(archived.revoked_credentials, 2);
    assert_eq!(archived.agent.status, AgentStatus::Archived);
    expect::inactive(&stage.client.introspect(&by_flow).await);
    assert_eq!(who_am_i(stage.issuer(), &by_hand).await.status, 401);
    stage.developer.patch(&path, json!({"name": "Alive"})).await.error(422, "AGENT_ARCHIVED");
    let body = json!({"name": "By hand", "granted_scopes": [{"type": "hasp.data.read"}]});
    stage.developer.post(&format!("{path}/credentials"), body).await.error(422, "AGENT_ARCHIVED");
}
