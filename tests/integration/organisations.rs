//! One application, users of many organizations (R1, R2; domain.md 1.3).

use hasp_protocol::api::audit::AuditEventView;
use hasp_tests::actors::{Developer, User};
use hasp_tests::expect;
use hasp_tests::flow::{self, Stage, smallest_details};
use hasp_tests::server::GLOBEX_OWNER;
use serde_json::json;

#[tokio::test]
async fn a_user_of_another_organization_authorizes_the_application() {
    // R1, R2
    let stage = Stage::confidential().await;
    let mut globex = Developer::sign_in(stage.issuer(), GLOBEX_OWNER).await;
    let agent = globex.create_agent("Globex agent", 3).await;
    let mut user = User { visitor: globex.visitor.clone(), email: GLOBEX_OWNER.to_owned() };

    let authorization = stage.client.authorization(&agent.id, &smallest_details());
    let page = user.consent_page(&authorization.url).await;
    let url = user.approve(&page).await;
    let code = expect::code(&url, &stage.client.redirect_uri, Some(&authorization.state), stage.issuer());
    let answer = stage.client.redeem(&code, &authorization.verifier).await;

    let text = page.page().text();
    assert!(text.contains("Acme") && text.contains("Globex"), "both organizations are named: {text}");
    assert_eq!(answer.json()["expires_in"], 10_800, "{answer}");
    let token = expect::token(&answer);
    let introspected = expect::active(&stage.client.introspect(&token).await);
    assert_eq!(introspected["agent_id"], agent.id.as_str());
}

#[tokio::test]
async fn the_event_belongs_to_the_agents_organization_and_the_other_gets_a_reference() {
    // R2, R80
    let mut stage = Stage::confidential().await;
    let mut globex = Developer::sign_in(stage.issuer(), GLOBEX_OWNER).await;
    let agent = globex.create_agent("Globex agent", 3).await;
    let mut user = User { visitor: globex.visitor.clone(), email: GLOBEX_OWNER.to_owned() };

    flow::approve(&mut user, &stage.client, &agent.id, &smallest_details()).await;

    let event = globex.newest_event("oauth.consent_approved").await;
    assert_eq!(event.metadata["authorization_details"], smallest_details());
    let acme: Vec<AuditEventView> = stage.developer.audit().await;
    let references: Vec<_> = acme.iter().filter(|own| own.metadata.to_string().contains(&event.id)).collect();
    assert_eq!(references.len(), 1, "one reference in the application's chain: {acme:?}");
    for event in &acme {
        let text = format!("{event:?}");
        for foreign in ["hasp.data.read", &agent.id, GLOBEX_OWNER, "Globex agent"] {
            assert!(!text.contains(foreign), "{foreign} of another organization in {text}");
        }
    }
}

#[tokio::test]
async fn each_side_ends_what_is_its_own() {
    // R2, R31, R81
    let mut stage = Stage::confidential().await;
    let mut globex = Developer::sign_in(stage.issuer(), GLOBEX_OWNER).await;
    let agent = globex.create_agent("Globex agent", 3).await;
    let mut user = User { visitor: globex.visitor.clone(), email: GLOBEX_OWNER.to_owned() };
    let acme_token = stage.token().await;
    let approved = flow::approve(&mut user, &stage.client, &agent.id, &smallest_details()).await;
    let globex_token = flow::redeem(&stage.client, &approved).await;

    let path = format!("/v1/agents/{}/grants/{}/revoke", agent.id, stage.client.client_id);
    let revoked = globex.post(&path, json!({})).await;

    assert_eq!(revoked.status(), 200, "{}", revoked.0);
    expect::inactive(&stage.client.introspect(&globex_token).await);
    expect::active(&stage.client.introspect(&acme_token).await);
}

#[tokio::test]
async fn revoking_the_application_ends_its_tokens_everywhere() {
    // R31, R32, checklist 74
    let mut stage = Stage::public().await;
    let mut globex = Developer::sign_in(stage.issuer(), GLOBEX_OWNER).await;
    let agent = globex.create_agent("Globex agent", 3).await;
    let mut user = User { visitor: globex.visitor.clone(), email: GLOBEX_OWNER.to_owned() };
    let acme_token = stage.token().await;
    let approved = flow::approve(&mut user, &stage.client, &agent.id, &smallest_details()).await;
    let globex_token = flow::redeem(&stage.client, &approved).await;

    let path = format!("/v1/applications/{}/revoke", stage.client.client_id);
    let revoked = stage.developer.post(&path, json!({})).await;

    let revoked: hasp_protocol::api::application::ApplicationRevoked = revoked.data();
    assert_eq!(revoked.revoked_credentials, 2);
    for token in [acme_token, globex_token] {
        assert_eq!(hasp_tests::actors::who_am_i(stage.issuer(), &token).await.status, 401);
    }
    let event = globex.newest_event("oauth_application.revoked").await;
    assert_eq!(
        event.metadata["reason"], "application_revoked",
        "each affected organization has its event: {event:?}"
    );
}
