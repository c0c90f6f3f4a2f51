//! What travels back to the application (RFC 6749 §4.1.2, RFC 9207; R16, R17, R78, R79; checklist 11, 12, 14).

use hasp_tests::expect;
use hasp_tests::flow::{REDIRECT_URI, Stage, smallest_details};
use hasp_tests::http::{has_query, query_value};
use serde_json::json;

const ODD_STATE: &str = "a b+c%20&d=e#f?/ü\u{1F512}\"<>'";

#[tokio::test]
async fn state_comes_back_unchanged_on_approval_denial_and_error() {
    // R16, R17, R79, checklist 11, 12
    let mut stage = Stage::public().await;
    let long = "x".repeat(1_000);

    for state in [ODD_STATE, "0", long.as_str()] {
        let authorization = stage.authorization(&smallest_details()).with("state", Some(state));
        let page = stage.user.consent_page(&authorization.url).await;
        let approved = stage.user.approve(&page).await;
        expect::code(&approved, REDIRECT_URI, Some(state), stage.issuer());

        let page = stage.user.consent_page(&authorization.url).await;
        let denied = stage.user.deny(&page).await;
        expect::error_response(&denied, REDIRECT_URI, "access_denied", Some(state), stage.issuer());

        let wrong = authorization.with("response_type", Some("token"));
        let answer = stage.user.visitor.get(&wrong.url).await;
        expect::error_redirect(
            &answer,
            REDIRECT_URI,
            "unsupported_response_type",
            Some(state),
            stage.issuer(),
        );
    }
}

#[tokio::test]
async fn state_is_never_invented() {
    // checklist 10, 11
    let mut stage = Stage::public().await;

    for state in [None, Some("")] {
        let authorization = stage.authorization(&smallest_details()).with("state", state);
        let page = stage.user.consent_page(&authorization.url).await;
        let url = stage.user.approve(&page).await;
        expect::code(&url, REDIRECT_URI, None, stage.issuer());
    }
}

#[tokio::test]
async fn a_registered_query_stays_in_front_of_the_answer() {
    // R16, checklist 3
    let mut stage = Stage::public().await;
    let uri = "https://app.example/callback?tenant=7";
    let path = format!("/v1/applications/{}", stage.client.client_id);
    let changed = stage.developer.patch(&path, json!({"redirect_uris": [uri]})).await;
    assert_eq!(changed.status(), 200, "{}", changed.0);
    let authorization = stage.authorization(&smallest_details()).with("redirect_uri", Some(uri));

    let page = stage.user.consent_page(&authorization.url).await;
    let url = stage.user.approve(&page).await;

    assert!(url.as_str().starts_with(&format!("{uri}&")), "{url}");
    assert_eq!(query_value(&url, "tenant"), "7");
    assert_eq!(query_value(&url, "state"), authorization.state);
}

#[tokio::test]
async fn a_private_use_scheme_gets_its_answer() {
    // R16, checklist 5
    let mut stage = Stage::public().await;
    let uri = "com.example.app:/done";
    let path = format!("/v1/applications/{}", stage.client.client_id);
    let changed = stage.developer.patch(&path, json!({"redirect_uris": [uri]})).await;
    assert_eq!(changed.status(), 200, "{}", changed.0);
    let authorization = stage.authorization(&smallest_details()).with("redirect_uri", Some(uri));

    let page = stage.user.consent_page(&authorization.url).await;
    let url = stage.user.approve(&page).await;

    assert!(url.as_str().starts_with("com.example.app:/done?"), "{url}");
    assert!(has_query(&url, "code"), "{url}");
}

#[tokio::test]
async fn the_redirect_answers_are_303_not_cached_and_leak_no_referrer() {
    // checklist 14, 20
    let mut stage = Stage::public().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;

    let approval = stage.user.decide(&page, "approve").await;

    assert_eq!(approval.status, 303, "{approval}");
    expect::not_cacheable(&approval);
    assert_eq!(approval.header("referrer-policy").as_deref(), Some("no-referrer"), "{approval}");
}
