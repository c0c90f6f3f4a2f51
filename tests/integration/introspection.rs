//! `POST /v1/oauth/introspect` (RFC 7662; R55; checklist 66-69).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{Client, ClientAuthentication, Developer, ResourceServer};
use hasp_tests::expect;
use hasp_tests::flow::{self, REDIRECT_URI, Stage, every_type, smallest_details};
use hasp_tests::server::{ACME_MEMBER, GLOBEX_OWNER, Server};
use reqwest::Method;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

#[tokio::test]
async fn an_active_token_is_described_to_its_application() {
    // R55, checklist 66
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
    let token = stage.token_for(&every_type()).await;

    let answer = stage.client.introspect(&token).await;

    let body = expect::active(&answer);
    let now = stage.server.unix_seconds();
    let user_id = stage.server.user_id(ACME_MEMBER).await;
    assert_eq!(body["sub"], user_id.as_str(), "{body}");
    assert_eq!(body["client_id"], stage.client.client_id.as_str(), "{body}");
    assert_eq!(body["iat"], now, "{body}");
    assert_eq!(body["exp"], now + 28_800, "{body}");
    assert_eq!(
        body["scope"], "hasp.data.read hasp.data.write external.tool.invoke agent.delegate human.escalate",
        "{body}"
    );
    assert_eq!(body["authorization_details"], every_type(), "{body}");
    assert_eq!(body["agent_id"], stage.agent.id.as_str(), "{body}");
    assert_eq!(body["token_type"], "Bearer", "{body}");
    assert_eq!(body["iss"], stage.issuer(), "{body}");
    assert_eq!(body["mode"], "live", "{body}");
}

#[tokio::test]
async fn the_documented_members_come_first() {
    // R55
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;

    let body = expect::active(&stage.client.introspect(&token).await);

    let members: Vec<_> = body.as_object().expect("an object").keys().map(String::as_str).take(7).collect();
    assert_eq!(members, ["active", "sub", "client_id", "iat", "exp", "scope", "authorization_details"]);
}

#[tokio::test]
async fn both_advertised_methods_work_and_none_does_not() {
    // R48, checklist 66, 76
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let public = Client::public(stage.issuer(), &stage.client.client_id, REDIRECT_URI);

    expect::active(&stage.client.introspect(&token).await);
    expect::active(&stage.client.with_secret_in_form().introspect(&token).await);
    expect::oauth_error(&public.introspect(&token).await, 401, "invalid_client");
}

#[tokio::test]
async fn a_caller_who_does_not_authenticate_learns_nothing() {
    // checklist 66
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let call = || stage.client.call(Method::POST, "/v1/oauth/introspect");
    let wrong = stage.client.authenticating(ClientAuthentication::Basic("hasp_cs_live_guess".to_owned()));

    let nobody = call().form(&[("token", token.as_str())]).send().await;
    let wrong_secret = wrong.introspect(&token).await;
    let wrong_key = call().bearer("hasp_key_live_guess").form(&[("token", token.as_str())]).send().await;
    let by_token = call().bearer(&token).form(&[("token", token.as_str())]).send().await;

    for (name, answer) in
        [("nobody", nobody), ("wrong secret", wrong_secret), ("wrong key", wrong_key), ("token", by_token)]
    {
        assert_eq!(answer.status, 401, "{name}: {answer}");
        assert!(answer.json().get("active").is_none(), "{name}: never active:false for strangers: {answer}");
        assert!(answer.header("www-authenticate").is_some(), "{name}: {answer}");
        expect::not_cacheable(&answer);
    }
}

#[tokio::test]
async fn a_public_client_cannot_introspect() {
    // R48, checklist 66
    let mut stage = Stage::public().await;
    let token = stage.token().await;

    let answer = stage.client.introspect(&token).await;

    expect::oauth_error(&answer, 401, "invalid_client");
}

#[tokio::test]
async fn a_missing_token_parameter_is_invalid_request() {
    // R55
    let stage = Stage::confidential().await;

    let missing = stage.client.authenticated("/v1/oauth/introspect", &[]).send().await;
    let empty = stage.client.introspect("").await;
    let twice =
        stage.client.authenticated("/v1/oauth/introspect", &[("token", "a"), ("token", "b")]).send().await;

    for answer in [missing, empty, twice] {
        expect::oauth_error(&answer, 400, "invalid_request");
    }
}

#[tokio::test]
async fn unknown_foreign_and_malformed_tokens_are_inactive_and_nothing_else() {
    // R55, checklist 67
    let mut stage = Stage::confidential().await;
    let other =
        flow::register(&mut stage.developer, "Other", ClientType::Confidential, Mode::Live, REDIRECT_URI)
            .await;
    let foreign = {
        let approved = flow::approve(&mut stage.user, &other, &stage.agent.id, &smallest_details()).await;
        flow::redeem(&other, &approved).await
    };
    let by_hand = stage.developer.issue_credential(&stage.agent.id, smallest_details()).await.token;
    let mut mistyped = foreign.clone();
    mistyped.pop();
    mistyped.push(if foreign.ends_with('0') { '1' } else { '0' });
    let secret = stage.client.secret().unwrap().to_owned();

    let rows = [
        ("made up", "hasp_agent_0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK5"),
        ("another application's", foreign.as_str()),
        ("issued without an application", by_hand.as_str()),
        ("one character off", mistyped.as_str()),
        ("not a token", "nonsense"),
        ("a client secret", secret.as_str()),
        ("odd bytes", "\u{0}é\u{1F512}"),
    ];
    for (name, token) in rows {
        let answer = stage.client.introspect(token).await;
        assert_eq!(answer.json(), json!({"active": false}), "{name}: {answer}");
        expect::inactive(&answer);
    }
}

#[tokio::test]
async fn an_expired_token_is_inactive() {
    // R24, R55, checklist 67
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
    let token = stage.token().await;

    stage.server.advance(Duration::from_secs(28_800));

    expect::inactive(&stage.client.introspect(&token).await);
}

#[tokio::test]
async fn the_token_type_hint_changes_nothing() {
    // checklist 68
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;

    for hint in ["access_token", "refresh_token", "pineapple", ""] {
        let fields = [("token", token.as_str()), ("token_type_hint", hint)];
        let answer = stage.client.authenticated("/v1/oauth/introspect", &fields).send().await;
        assert_eq!(answer.json()["active"], true, "{hint}: {answer}");
    }
}

#[tokio::test]
async fn guessing_secrets_at_introspection_is_throttled() {
    // checklist 69
    let stage = Stage::confidential().await;
    let stranger = stage
        .client
        .from_address(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)))
        .authenticating(ClientAuthentication::Basic("hasp_cs_live_guess".to_owned()));

    let mut guesses = 0;
    let limited = loop {
        let answer = stranger.introspect("x").await;
        if answer.status == 429 {
            break answer;
        }
        guesses += 1;
        assert!(guesses < 1_000, "guessing is never throttled");
    };

    assert!(limited.header("retry-after").is_some(), "{limited}");
    expect::inactive(&stage.client.introspect("x").await);
}

#[tokio::test]
async fn only_post_with_a_form_is_served() {
    // checklist 76
    let stage = Stage::confidential().await;
    let secret = stage.client.secret().unwrap();

    let get = stage.client.call(Method::GET, "/v1/oauth/introspect?token=x").send().await;
    let json_body = stage
        .client
        .call(Method::POST, "/v1/oauth/introspect")
        .basic(&stage.client.client_id, secret)
        .json(&json!({"token": "x"}))
        .send()
        .await;

    assert_eq!(get.status, 405, "{get}");
    assert!(matches!(json_body.status, 400 | 415), "{json_body}");
}

#[tokio::test]
async fn a_resource_server_sees_the_tokens_of_its_organizations_agents() {
    // R55, checklist 66, 67
    let mut stage = Stage::public().await;
    let token = stage.token().await;
    let by_hand = stage.developer.issue_credential(&stage.agent.id, smallest_details()).await.token;
    let key = stage.server.api_key("Acme", Mode::Live, &["tokens:introspect"]).await;
    let acme = ResourceServer::new(stage.issuer(), &key);

    let answer = expect::active(&acme.introspect(&token).await);
    let direct = expect::active(&acme.introspect(&by_hand).await);

    assert_eq!(answer["client_id"], stage.client.client_id.as_str());
    assert!(direct.get("client_id").is_none_or(serde_json::Value::is_null), "{direct}");
}

#[tokio::test]
async fn a_resource_server_of_another_organization_sees_nothing() {
    // checklist 67
    let mut stage = Stage::public().await;
    let token = stage.token().await;
    let key = stage.server.api_key("Globex", Mode::Live, &["tokens:introspect"]).await;

    let answer = ResourceServer::new(stage.issuer(), &key).introspect(&token).await;

    expect::inactive(&answer);
}

#[tokio::test]
async fn a_key_of_the_other_mode_sees_nothing() {
    // R38, checklist 67
    let mut stage = Stage::public().await;
    let token = stage.token().await;
    let key = stage.server.api_key("Acme", Mode::Test, &["tokens:introspect"]).await;

    let answer = ResourceServer::new(stage.issuer(), &key).introspect(&token).await;

    expect::inactive(&answer);
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused() {
    // checklist 66
    let mut stage = Stage::public().await;
    let token = stage.token().await;
    let key = stage.server.api_key("Acme", Mode::Live, &["agents:read", "audit:read"]).await;

    let answer = ResourceServer::new(stage.issuer(), &key).introspect(&token).await;

    assert!(matches!(answer.status, 401 | 403), "{answer}");
    assert!(answer.json().get("active").is_none(), "{answer}");
    assert!(answer.header("www-authenticate").is_some(), "{answer}");
}

#[tokio::test]
async fn the_consoles_test_panel_sees_what_the_application_would() {
    // R55
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let path = format!("/v1/applications/{}/introspect", stage.client.client_id);

    let shown: serde_json::Value = stage.developer.post(&path, json!({"token": token})).await.data();
    let unknown: serde_json::Value = stage.developer.post(&path, json!({"token": "nonsense"})).await.data();

    assert_eq!(shown, expect::active(&stage.client.introspect(&token).await));
    assert_eq!(unknown, json!({"active": false}));
    let mut stranger = Developer::sign_in(stage.issuer(), GLOBEX_OWNER).await;
    stranger.post(&path, json!({"token": token})).await.error(404, "RESOURCE_NOT_FOUND");
}
