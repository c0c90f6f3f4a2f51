//! Before the redirect URI is trusted nothing is sent anywhere (R42, R44; checklist 1-5).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::Visitor;
use hasp_tests::expect;
use hasp_tests::flow::{self, REDIRECT_URI, Stage, smallest_details};
use serde_json::json;

/// Signed in and signed out alike: a page, no redirect, the parameter named; JSON says the same.
async fn refused(stage: &mut Stage, name: &str, url: &str, parameter: &str) {
    let mut stranger = Visitor::new(stage.issuer());
    let pages = [stranger.get(url).await, stage.user.visitor.get(url).await];
    for page in pages {
        assert_eq!((page.status, page.location()), (400, None), "{name}: {page}");
        let text = expect::error_page(&page, 400, "invalid_request");
        assert!(text.contains(parameter), "{name}: {text}");
        let leads_away = page.page().links().into_iter().find(|link| link.contains("error="));
        assert_eq!(leads_away, None, "{name}: no way back to an unverified URI");
    }
    let json = stranger.get_json(url).await;
    assert_eq!(expect::error_json(&json, 400, "invalid_request")["parameter"], parameter, "{name}");
}

#[tokio::test]
async fn an_unusable_client_id_gets_a_page() {
    // R44, checklist 1, 9, 10
    let mut stage = Stage::public().await;
    let good = stage.authorization(&smallest_details());
    let lower = stage.client.client_id.to_ascii_lowercase();

    for (name, authorization) in [
        ("missing", good.with("client_id", None)),
        ("empty", good.with("client_id", Some(""))),
        ("unknown", good.with("client_id", Some("hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV"))),
        ("malformed", good.with("client_id", Some("calendar"))),
        ("lower case", good.with("client_id", Some(&lower))),
        ("with a space", good.with("client_id", Some(&format!("{} ", stage.client.client_id)))),
        ("twice", good.and("client_id", &stage.client.client_id)),
    ] {
        refused(&mut stage, name, &authorization.url, "client_id").await;
    }
}

#[tokio::test]
async fn a_revoked_client_gets_a_page() {
    // R32, R44, checklist 1, 74
    let mut stage = Stage::public().await;
    let path = format!("/v1/applications/{}/revoke", stage.client.client_id);
    let revoked = stage.developer.post(&path, json!({})).await;
    assert_eq!(revoked.status(), 200, "{}", revoked.0);

    let url = stage.authorization(&smallest_details()).url;

    refused(&mut stage, "revoked", &url, "client_id").await;
}

#[tokio::test]
async fn a_redirect_uri_must_match_byte_for_byte() {
    // R6, R42, checklist 2, 3
    let mut stage = Stage::public().await;
    let rows = [
        ("host in capitals", "https://APP.example/callback"),
        ("scheme in capitals", "HTTPS://app.example/callback"),
        ("path in capitals", "https://app.example/Callback"),
        ("trailing slash", "https://app.example/callback/"),
        ("added query", "https://app.example/callback?x=1"),
        ("empty query", "https://app.example/callback?"),
        ("fragment", "https://app.example/callback#x"),
        ("empty fragment", "https://app.example/callback#"),
        ("userinfo", "https://user@app.example/callback"),
        ("userinfo that looks like the host", "https://app.example@evil.example/callback"),
        ("encoded dot", "https://app.example/%2e/callback"),
        ("encoded letter", "https://app.example/c%61llback"),
        ("dot segment", "https://app.example/./callback"),
        ("parent segment", "https://app.example/x/../callback"),
        ("backslash", "https://app.example\\callback"),
        ("backslash before host", "https:\\\\app.example/callback"),
        ("sub-domain", "https://x.app.example/callback"),
        ("suffix domain", "https://app.example.evil.example/callback"),
        ("other scheme", "http://app.example/callback"),
        ("default port written out", "https://app.example:443/callback"),
        ("other port", "https://app.example:8443/callback"),
        ("trailing dot", "https://app.example./callback"),
        ("longer path", "https://app.example/callback/evil"),
        ("leading space", " https://app.example/callback"),
        ("trailing newline", "https://app.example/callback\n"),
        ("javascript", "javascript:alert(1)"),
        ("data", "data:text/html,x"),
        ("nothing of ours", "https://evil.example/"),
        ("relative", "/callback"),
    ];

    for (name, uri) in rows {
        let url = stage.authorization(&smallest_details()).with("redirect_uri", Some(uri)).url;
        refused(&mut stage, name, &url, "redirect_uri").await;
    }
}

#[tokio::test]
async fn a_missing_redirect_uri_gets_a_page_even_with_one_registered() {
    // R42, checklist 2, 9, 10
    let mut stage = Stage::public().await;
    let good = stage.authorization(&smallest_details());

    for (name, authorization) in [
        ("missing", good.with("redirect_uri", None)),
        ("empty", good.with("redirect_uri", Some(""))),
        ("twice", good.and("redirect_uri", REDIRECT_URI)),
    ] {
        refused(&mut stage, name, &authorization.url, "redirect_uri").await;
    }
}

#[tokio::test]
async fn each_registered_uri_is_accepted() {
    // R6, checklist 3
    let mut stage = Stage::public().await;
    let uris = ["https://app.example/callback", "https://app.example/other?fixed=1", "com.example.app:/done"];
    let path = format!("/v1/applications/{}", stage.client.client_id);
    let changed = stage.developer.patch(&path, json!({"redirect_uris": uris})).await;
    assert_eq!(changed.status(), 200, "{}", changed.0);

    for uri in uris {
        let client = stage.client.redirecting_to(uri);
        let approved = flow::approve(&mut stage.user, &client, &stage.agent.id, &smallest_details()).await;
        assert!(!approved.code.is_empty(), "{uri}");
    }
}

#[tokio::test]
async fn only_the_port_of_a_loopback_literal_is_free() {
    // R42, checklist 4
    let mut stage = Stage::public().await;
    let registered = [
        "http://127.0.0.1/callback",
        "http://127.0.0.1:8976/fixed",
        "http://[::1]/callback",
        "http://localhost:3000/callback",
    ];
    let path = format!("/v1/applications/{}", stage.client.client_id);
    let changed = stage.developer.patch(&path, json!({"redirect_uris": registered})).await;
    assert_eq!(changed.status(), 200, "{}", changed.0);

    for uri in [
        "http://127.0.0.1/callback",
        "http://127.0.0.1:51004/callback",
        "http://127.0.0.1:1/fixed",
        "http://127.0.0.1/fixed",
        "http://[::1]:61023/callback",
        "http://localhost:3000/callback",
    ] {
        let client = stage.client.redirecting_to(uri);
        flow::approve(&mut stage.user, &client, &stage.agent.id, &smallest_details()).await;
    }
    for uri in [
        "http://127.0.0.1:51004/other",
        "http://127.0.0.1:51004/callback?x",
        "http://127.0.0.1:51004/callback#x",
        "http://127.0.0.2:51004/callback",
        "http://127.1:51004/callback",
        "http://2130706433/callback",
        "http://0x7f.0.0.1/callback",
        "https://127.0.0.1:51004/callback",
        "http://user@127.0.0.1:51004/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1:80:80/callback",
        "http://127.0.0.1:51004@evil.example/callback",
        "http://[::1]:51004/other",
        "http://[0:0:0:0:0:0:0:1]:51004/callback",
        "http://localhost:3001/callback",
        "http://localhost/callback",
        "http://LOCALHOST:3000/callback",
    ] {
        let url = stage.authorization(&smallest_details()).with("redirect_uri", Some(uri)).url;
        refused(&mut stage, uri, &url, "redirect_uri").await;
    }
}

#[tokio::test]
async fn the_code_goes_to_the_port_that_asked_and_is_redeemed_with_it() {
    // R42, checklist 4, 30
    let mut stage = Stage::public().await;
    let client = flow::register(
        &mut stage.developer,
        "Command line",
        ClientType::Public,
        Mode::Live,
        "http://127.0.0.1/callback",
    )
    .await;
    let on_port = client.redirecting_to("http://127.0.0.1:51004/callback");
    let approved = flow::approve(&mut stage.user, &on_port, &stage.agent.id, &smallest_details()).await;
    let other_port = client.redirecting_to("http://127.0.0.1:51005/callback");

    let wrong = other_port.redeem(&approved.code, &approved.authorization.verifier).await;
    let right = on_port.redeem(&approved.code, &approved.authorization.verifier).await;

    expect::oauth_error(&wrong, 400, "invalid_grant");
    expect::token(&right);
}

#[tokio::test]
async fn registration_takes_only_safe_uris() {
    // R6, checklist 5
    let mut stage = Stage::public().await;
    let refused = [
        "http://app.example/callback",
        "http://192.168.0.1/callback",
        "https://app.example/callback#fragment",
        "https://*.example/callback",
        "https://app.example/*",
        "https://user:password@app.example/callback",
        "myapp:/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://app.example/x",
        "//app.example/callback",
        "/callback",
        "app.example/callback",
        "https://",
        "https:///callback",
        "",
        " https://app.example/callback",
        "https://app.example/call back",
        "https://app.example/\u{202e}callback",
    ];
    let accepted = [
        "https://app.example/callback",
        "https://app.example:8443/callback?tenant=1",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:8976/callback",
        "http://[::1]:8976/callback",
        "http://localhost:8976/callback",
        "com.example.app:/callback",
        "com.example.app://callback",
    ];

    for uri in refused {
        let body = json!({"display_name": "Refused", "client_type": "public", "mode": "live", "redirect_uris": ["https://ok.example/", uri]});
        let answer = stage.developer.post("/v1/applications", body).await;
        assert_eq!(answer.status(), 422, "{uri:?}: {}", answer.0);
        let error = answer.error(422, "VALIDATION_FAILED");
        assert_eq!(error.param.as_deref(), Some("/redirect_uris/1"), "{uri:?}: {error:?}");
        assert!(error.docs_hint.is_some(), "{uri:?}: it says how to fix it: {error:?}");
    }
    for uri in accepted {
        stage.developer.create_application("Accepted", ClientType::Public, Mode::Live, uri).await;
    }
}
