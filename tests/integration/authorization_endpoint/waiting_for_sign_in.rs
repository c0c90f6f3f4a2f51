//! A valid request waits on the server while its person signs in (R63; checklist 13, 19).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{User, Visitor, fill_in};
use hasp_tests::expect;
use hasp_tests::flow::{REDIRECT_URI, Stage, smallest_details};
use hasp_tests::server::{ACME_MEMBER, PASSWORD, Server};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

#[tokio::test]
async fn a_stranger_signs_in_and_meets_the_consent_page() {
    // R16, R63, checklist 14
    let stage = Stage::public().await;
    let authorization = stage.authorization(&smallest_details());
    let mut visitor = Visitor::new(stage.issuer());

    let to_sign_in = visitor.get(&authorization.url).await;
    let form = visitor.follow(&to_sign_in).await;
    let signed_in = fill_in(&mut visitor, &form, ACME_MEMBER, PASSWORD).await;
    let page = visitor.follow(&signed_in).await;

    let place = to_sign_in.redirect(stage.issuer());
    assert_eq!(place.path(), "/sign-in");
    assert!(!place.as_str().contains("redirect_uri") && !place.as_str().contains("state="), "{place}");
    assert_eq!(page.status, 200, "{page}");
    assert!(page.page().text().contains("Calendar Helper"), "{page}");
    let mut user = User { visitor, email: ACME_MEMBER.to_owned() };
    let url = user.approve(&page).await;
    let code = expect::code(&url, REDIRECT_URI, Some(&authorization.state), stage.issuer());
    expect::token(&stage.client.redeem(&code, &authorization.verifier).await);
}

#[tokio::test]
async fn a_wrong_password_keeps_the_request() {
    // R63
    let stage = Stage::public().await;
    let authorization = stage.authorization(&smallest_details());
    let mut visitor = Visitor::new(stage.issuer());
    let to_sign_in = visitor.get(&authorization.url).await;
    let form = visitor.follow(&to_sign_in).await;

    let again = fill_in(&mut visitor, &form, ACME_MEMBER, "wrong").await;
    let form = again.page().form("/sign-in");
    let signed_in = visitor.submit(&form, &[("email", ACME_MEMBER), ("password", PASSWORD)]).await;
    let page = visitor.follow(&signed_in).await;

    assert!(page.page().text().contains("Calendar Helper"), "{page}");
}

#[tokio::test]
async fn the_request_waits_fifteen_minutes_and_no_longer() {
    // R63 (decisions: at most 15 minutes)
    let stage = Stage::on(Server::with_fixed_clock().await, ClientType::Public, Mode::Live).await;

    for (minutes, found) in [(14, true), (16, false)] {
        let authorization = stage.authorization(&smallest_details());
        let mut visitor = Visitor::new(stage.issuer());
        let to_sign_in = visitor.get(&authorization.url).await;
        let form = visitor.follow(&to_sign_in).await;
        stage.server.advance(Duration::from_secs(minutes * 60));
        let signed_in = fill_in(&mut visitor, &form, ACME_MEMBER, PASSWORD).await;
        let mut page = signed_in;
        while page.status == 303 {
            page = visitor.follow(&page).await;
        }
        assert_eq!(page.text().contains("Calendar Helper"), found, "after {minutes} minutes: {page}");
        assert!(page.status < 500, "{page}");
    }
}

#[tokio::test]
async fn a_made_up_request_id_leads_nowhere() {
    // checklist 19
    let mut stage = Stage::public().await;

    for id in ["x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ""] {
        let answer = stage.user.visitor.get(&format!("/v1/oauth/consent?request_id={id}")).await;
        assert!(matches!(answer.status, 400 | 404 | 410), "{id}: {answer}");
        assert_eq!(answer.location(), None, "{id}: {answer}");
    }
}

#[tokio::test]
async fn the_request_is_checked_again_after_sign_in() {
    // checklist 19
    let mut stage = Stage::public().await;
    let authorization = stage.authorization(&smallest_details());
    let mut visitor = Visitor::new(stage.issuer());
    let to_sign_in = visitor.get(&authorization.url).await;
    let form = visitor.follow(&to_sign_in).await;
    let path = format!("/v1/applications/{}/revoke", stage.client.client_id);
    let revoked = stage.developer.post(&path, serde_json::json!({})).await;
    assert_eq!(revoked.status(), 200, "{}", revoked.0);

    let signed_in = fill_in(&mut visitor, &form, ACME_MEMBER, PASSWORD).await;
    let page = visitor.follow(&signed_in).await;

    expect::error_page(&page, 400, "invalid_request");
}

#[tokio::test]
async fn one_address_cannot_fill_the_waiting_room() {
    // checklist 88 (decisions: waiting requests are capped in number and size)
    let stage = Stage::on(Server::with_fixed_clock().await, ClientType::Public, Mode::Live).await;
    let url = stage.authorization(&smallest_details()).url;
    let crowd = Visitor::from_address(stage.issuer(), IpAddr::V4(Ipv4Addr::new(127, 0, 0, 5)));

    let mut waiting = 0;
    let refused = loop {
        let answer = crowd.clone().get(&url).await;
        if answer.status != 303 {
            break answer;
        }
        waiting += 1;
        assert!(waiting < 2_000, "two thousand requests wait for one address");
    };

    assert_eq!(refused.status, 429, "{refused}");
    assert!(refused.header("retry-after").is_some(), "{refused}");
    let mut somebody_else = Visitor::new(stage.issuer());
    assert_eq!(somebody_else.get(&url).await.status, 303, "others still get in");
}
