//! `GET /v1/agent`: the first API that takes a token (R22; RFC 6750; checklist 47-49), and the canary: secrets nowhere.

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::who_am_i;
use hasp_tests::expect;
use hasp_tests::flow::{Stage, every_type};
use hasp_tests::server::{ACME_MEMBER, Server};
use reqwest::Method;
use std::time::Duration;

#[tokio::test]
async fn a_token_tells_whose_agent_it_is_and_what_it_may_do() {
    // R22
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
    let token = stage.token_for(&every_type()).await;

    let answer = who_am_i(stage.issuer(), &token).await;

    assert_eq!(answer.status, 200, "{answer}");
    expect::not_cacheable(&answer);
    let body = answer.json();
    let data = &body["data"];
    assert_eq!(body["success"], true, "{body}");
    assert_eq!(data["agent"]["id"], stage.agent.id.as_str(), "{body}");
    assert_eq!(data["agent"]["name"], "Scheduler", "{body}");
    assert_eq!(data["delegating_user"]["id"], stage.server.user_id(ACME_MEMBER).await.as_str(), "{body}");
    assert_eq!(data["client_id"], stage.client.client_id.as_str(), "{body}");
    assert_eq!(data["mode"], "live", "{body}");
    assert_eq!(data["authorization_details"], every_type(), "{body}");
    let introspected = expect::active(&stage.client.introspect(&token).await);
    for (member, stamp) in [("issued_at", "iat"), ("expires_at", "exp")] {
        let text = data[member].as_str().unwrap_or_else(|| panic!("{member}: {body}"));
        let time = hasp_server::clock::Timestamp::parse_iso8601(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(Some(time.unix_seconds()), introspected[stamp].as_i64(), "{member}");
    }
    assert!(data["credential_id"].as_str().is_some_and(|id| id.len() == 26), "{body}");
}

#[tokio::test]
async fn the_scheme_word_is_case_insensitive() {
    // R22
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;

    for scheme in ["Bearer", "bearer", "BEARER"] {
        let answer = stage
            .client
            .call(Method::GET, "/v1/agent")
            .header("authorization", &format!("{scheme} {token}"))
            .send()
            .await;
        assert_eq!(answer.status, 200, "{scheme}: {answer}");
    }
}

#[tokio::test]
async fn without_a_token_the_challenge_names_no_error() {
    // R22, checklist 49
    let stage = Stage::confidential().await;

    let answer = stage.client.call(Method::GET, "/v1/agent").send().await;

    assert_eq!(answer.status, 401, "{answer}");
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    assert!(challenge.starts_with("Bearer"), "{challenge}");
    assert!(!challenge.contains("error="), "RFC 6750 §3: no error code when nothing was tried: {challenge}");
}

#[tokio::test]
async fn bad_tokens_are_invalid_token() {
    // R22, checklist 49
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
    let revoked = stage.token().await;
    stage.client.revoke(&revoked).await;
    let expired = stage.token().await;
    stage.server.advance(Duration::from_secs(28_800));
    let key = stage.server.api_key("Acme", Mode::Live, &["agents:read"]).await;

    let rows = [
        ("revoked", revoked.as_str()),
        ("expired", expired.as_str()),
        ("made up", "hasp_agent_0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK5"),
        ("nonsense", "nonsense"),
        ("an API key", key.as_str()),
    ];
    for (name, token) in rows {
        let answer = who_am_i(stage.issuer(), token).await;
        assert_eq!(answer.status, 401, "{name}: {answer}");
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Bearer"), "{name}: {challenge}");
        assert!(challenge.contains("error=\"invalid_token\""), "{name}: {challenge}");
        assert_eq!(answer.json()["error"]["code"], "INVALID_CREDENTIAL", "{name}: {answer}");
    }
    let empty = who_am_i(stage.issuer(), "").await;
    assert!(matches!(empty.status, 400 | 401) && empty.header("www-authenticate").is_some(), "{empty}");
}

#[tokio::test]
async fn a_token_in_query_form_or_cookie_is_never_accepted() {
    // checklist 48
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let call = |path: &str| stage.client.call(Method::GET, path);

    for name in ["access_token", "token", "authorization"] {
        let answer = call(&format!("/v1/agent?{name}={token}")).send().await;
        assert!(matches!(answer.status, 400 | 401), "{name}: {answer}");
        assert!(!answer.text().contains(&token), "{name}: {answer}");
    }
    let cookie = call("/v1/agent").header("cookie", &format!("access_token={token}")).send().await;
    assert_eq!(cookie.status, 401, "{cookie}");
    let form =
        stage.client.call(Method::POST, "/v1/agent").form(&[("access_token", token.as_str())]).send().await;
    assert!(matches!(form.status, 401 | 405), "{form}");
}

#[tokio::test]
async fn two_authorization_headers_are_refused() {
    // checklist 49
    let mut stage = Stage::confidential().await;
    let (first, second) = (stage.token().await, stage.token().await);

    let answer = stage.client.call(Method::GET, "/v1/agent").bearer(&first).bearer(&second).send().await;

    assert!(matches!(answer.status, 400 | 401), "{answer}");
}

#[tokio::test]
async fn a_session_cookie_is_no_token() {
    // R22
    let mut stage = Stage::confidential().await;

    let answer = stage.user.visitor.get_json("/v1/agent").await;

    assert_eq!(answer.status, 401, "{answer}");
}
