//! The applications granted to an agent, viewed and revoked (R81).

use hasp_protocol::api::agent::{GrantRevoked, GrantedApplication};
use hasp_tests::actors::{Developer, User};
use hasp_tests::expect;
use hasp_tests::flow::{self, Stage, every_type, smallest_details};
use hasp_tests::server::{ACME_MEMBER, ACME_OWNER, GLOBEX_OWNER};
use serde_json::json;

async fn grants(developer: &mut Developer, agent_id: &str) -> Vec<GrantedApplication> {
    developer.get(&format!("/v1/agents/{agent_id}/grants")).await.data()
}

#[tokio::test]
async fn a_granted_application_is_listed_with_what_was_granted() {
    // R81
    let mut stage = Stage::confidential().await;
    assert!(grants(&mut stage.developer, &stage.agent.id).await.is_empty());
    stage.token_for(&every_type()).await;

    let granted = grants(&mut stage.developer, &stage.agent.id).await;

    assert_eq!(granted.len(), 1, "{granted:?}");
    let grant = &granted[0];
    assert_eq!(grant.client_id, stage.client.client_id);
    assert_eq!(grant.display_name, "Calendar Helper");
    assert_eq!(grant.organization_name, "Acme");
    assert_eq!(grant.user_id, stage.server.user_id(ACME_MEMBER).await);
    assert_eq!(grant.authorization_details, every_type());
    assert_eq!(grant.labels.len(), 5);
    assert_eq!(grant.labels[1], "Write scheduling_request");
    assert_eq!(grant.active_credentials, 1);
    assert!(grant.expires_at.is_some());
}

#[tokio::test]
async fn revoking_a_grant_ends_its_tokens_and_codes_and_nothing_else() {
    // R81, checklist 72
    let mut stage = Stage::confidential().await;
    let tokens = [stage.token().await, stage.token().await];
    let unspent = stage.approved(&smallest_details()).await;
    let mut owner = User::sign_in(stage.issuer(), ACME_OWNER).await;
    let others = flow::approve(&mut owner, &stage.client, &stage.agent.id, &smallest_details()).await;
    let others = flow::redeem(&stage.client, &others).await;
    let user_id = stage.server.user_id(ACME_MEMBER).await;
    let path = format!("/v1/agents/{}/grants/{}/revoke", stage.agent.id, stage.client.client_id);

    let revoked: GrantRevoked =
        stage.developer.post(&format!("{path}?user_id={user_id}"), json!({})).await.data();

    assert_eq!(revoked.revoked_credentials, 2);
    for token in &tokens {
        expect::inactive(&stage.client.introspect(token).await);
    }
    let code = stage.client.redeem(&unspent.code, &unspent.authorization.verifier).await;
    expect::oauth_error(&code, 400, "invalid_grant");
    expect::active(&stage.client.introspect(&others).await);
    let event = stage.developer.newest_event("oauth.grant_revoked").await;
    assert!(event.metadata.to_string().contains(&stage.client.client_id), "{event:?}");
}

#[tokio::test]
async fn a_member_revokes_their_own_grant_and_no_one_elses() {
    // R81
    let mut stage = Stage::confidential().await;
    let own = stage.token().await;
    let mut owner = User::sign_in(stage.issuer(), ACME_OWNER).await;
    let approved = flow::approve(&mut owner, &stage.client, &stage.agent.id, &smallest_details()).await;
    let owners = flow::redeem(&stage.client, &approved).await;
    let owner_id = stage.server.user_id(ACME_OWNER).await;
    let mut member = Developer::from_user(stage.user.clone()).await;
    let path = format!("/v1/agents/{}/grants/{}/revoke", stage.agent.id, stage.client.client_id);

    let foreign = member.post(&format!("{path}?user_id={owner_id}"), json!({})).await;
    let mine = member.post(&path, json!({})).await;

    foreign.error(403, "ROLE_NOT_ALLOWED");
    assert_eq!(mine.data::<GrantRevoked>().revoked_credentials, 1);
    expect::inactive(&stage.client.introspect(&own).await);
    expect::active(&stage.client.introspect(&owners).await);
}

#[tokio::test]
async fn the_user_is_asked_again_after_a_revocation() {
    // R81, R25
    let mut stage = Stage::confidential().await;
    stage.token().await;
    let mut member = Developer::from_user(stage.user.clone()).await;
    let path = format!("/v1/agents/{}/grants/{}/revoke", stage.agent.id, stage.client.client_id);
    assert_eq!(member.post(&path, json!({})).await.status(), 200);

    let token = stage.token().await;

    expect::active(&stage.client.introspect(&token).await);
    let granted = grants(&mut stage.developer, &stage.agent.id).await;
    assert_eq!(granted[0].active_credentials, 1);
}

#[tokio::test]
async fn another_organizations_grants_are_not_there() {
    // R81
    let mut stage = Stage::confidential().await;
    stage.token().await;
    let mut stranger = Developer::sign_in(stage.issuer(), GLOBEX_OWNER).await;

    let list = stranger.get(&format!("/v1/agents/{}/grants", stage.agent.id)).await;
    let path = format!("/v1/agents/{}/grants/{}/revoke", stage.agent.id, stage.client.client_id);
    let revoke = stranger.post(&path, json!({})).await;

    list.error(404, "RESOURCE_NOT_FOUND");
    revoke.error(404, "RESOURCE_NOT_FOUND");
}
