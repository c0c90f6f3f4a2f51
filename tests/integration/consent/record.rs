//! What a decision leaves behind (R79, R80; checklist 25, 27).

use hasp_tests::actors::Developer;
use hasp_tests::expect;
use hasp_tests::flow::{REDIRECT_URI, Stage, every_type, smallest_details};
use hasp_tests::server::ACME_MEMBER;
use serde_json::json;

#[tokio::test]
async fn denial_issues_nothing_and_is_not_remembered() {
    // R17, R79, checklist 27
    let mut stage = Stage::confidential().await;
    let (authorization, page) = stage.consent_page(&smallest_details()).await;

    let url = stage.user.deny(&page).await;

    expect::error_response(&url, REDIRECT_URI, "access_denied", Some(&authorization.state), stage.issuer());
    assert!(stage.server.column("SELECT code_hash FROM authorization_code").await.is_empty());
    let again = stage.user.visitor.get(&stage.authorization(&smallest_details()).url).await;
    assert_eq!(again.status, 200, "asked again: {again}");
}

#[tokio::test]
async fn both_decisions_are_audited_with_full_details() {
    // R80, checklist 27, 85
    let mut stage = Stage::confidential().await;
    for decision in ["approve", "deny"] {
        let (_, page) = stage.consent_page(&every_type()).await;
        assert_eq!(stage.user.decide(&page, decision).await.status, 303);
    }

    for action in ["oauth.consent_approved", "oauth.consent_denied"] {
        let event = stage.developer.newest_event(action).await;
        assert_eq!(event.metadata["authorization_details"], every_type(), "{action}");
        assert_eq!(event.metadata["client_id"], stage.client.client_id.as_str(), "{action}");
        assert_eq!(event.metadata["agent_id"], stage.agent.id.as_str(), "{action}");
        assert_eq!(event.user_id, Some(stage.server.user_id(ACME_MEMBER).await), "{action}");
        assert_eq!(event.ip_address.as_deref(), Some("127.0.0.1"), "{action}");
        let labels = event.metadata["shown"]["labels"].as_array().or(event.metadata["labels"].as_array());
        assert_eq!(labels.map(Vec::len), Some(5), "the labels as shown: {event:?}");
    }
}

#[tokio::test]
async fn granted_is_what_was_shown() {
    // checklist 25
    let mut stage = Stage::confidential().await;
    stage.token_for(&every_type()).await;
    let expected =
        hasp_protocol::AuthorizationDetails::parse(&every_type().to_string()).unwrap().digest().to_vec();

    let consent = stage.server.column("SELECT details_digest FROM consent").await;
    let credential = stage.server.column("SELECT details_digest FROM credential").await;
    let event = stage.developer.newest_event("oauth.consent_approved").await;

    assert_eq!(consent, std::slice::from_ref(&expected));
    assert_eq!(credential, std::slice::from_ref(&expected));
    assert_eq!(event.metadata["details_digest"], hasp_protocol::secret::hex(&expected), "{event:?}");
}

#[tokio::test]
async fn the_record_keeps_the_name_that_was_shown() {
    // R71, R80
    let mut stage = Stage::confidential().await;
    stage.token().await;
    let path = format!("/v1/applications/{}", stage.client.client_id);

    let changed = stage.developer.patch(&path, json!({"display_name": "Renamed Helper"})).await;

    assert_eq!(changed.status(), 200, "{}", changed.0);
    let event = stage.developer.newest_event("oauth.consent_approved").await;
    assert!(event.metadata.to_string().contains("Calendar Helper"), "{event:?}");
}

#[tokio::test]
async fn a_member_needs_no_role_to_consent_for_the_organizations_agent() {
    // R2 (C28)
    let mut stage = Stage::confidential().await;
    let member = Developer::from_user(stage.user.clone()).await;
    assert_eq!(member.session.user.role, hasp_protocol::api::session::Role::Member);

    stage.token().await;
}
