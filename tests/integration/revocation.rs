//! `POST /v1/oauth/revoke`: by possession and by RFC 7009's form (R60-R62; checklist 70-72).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{Client, ClientAuthentication, ResourceServer, who_am_i};
use hasp_tests::expect;
use hasp_tests::flow::{self, REDIRECT_URI, Stage, smallest_details};
use hasp_tests::http::{Answer, Call, plain_client};
use hasp_tests::server::Server;
use reqwest::Method;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::task::JoinSet;

async fn present(issuer: &str, token: &str) -> Answer {
    Call::new(&plain_client(), Method::POST, format!("{issuer}/v1/oauth/revoke")).bearer(token).send().await
}

#[track_caller]
fn done(answer: &Answer) {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.json(), json!({}), "{answer}");
    expect::not_cacheable(answer);
}

#[tokio::test]
async fn whoever_holds_a_token_may_end_it() {
    // R60, R61, R62, checklist 41, 70
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;

    let answer = present(stage.issuer(), &token).await;

    done(&answer);
    expect::inactive(&stage.client.introspect(&token).await);
    assert_eq!(who_am_i(stage.issuer(), &token).await.status, 401);
}

#[tokio::test]
async fn revoking_again_and_revoking_nothing_is_200_too() {
    // R61, checklist 71
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    present(stage.issuer(), &token).await;

    let rows = [
        ("again", token.as_str()),
        ("made up", "hasp_agent_0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK5"),
        ("not a token", "nonsense"),
    ];
    for (name, token) in rows {
        let answer = present(stage.issuer(), token).await;
        assert_eq!((answer.status, answer.json()), (200, json!({})), "{name}: {answer}");
    }
    let events: Vec<hasp_protocol::api::audit::AuditEventView> =
        stage.developer.get("/v1/audit?action=agent.credential_revoked").await.data();
    assert_eq!(events.len(), 1, "the second call emits nothing: {events:?}");
}

#[tokio::test]
async fn an_expired_token_is_revoked_without_complaint() {
    // R61
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
    let token = stage.token().await;
    stage.server.advance(std::time::Duration::from_secs(28_800));

    done(&present(stage.issuer(), &token).await);
}

#[tokio::test]
async fn a_client_revokes_its_own_token_by_the_rfc_7009_form() {
    // R60, checklist 70, 76
    let mut stage = Stage::confidential().await;
    let public =
        flow::register(&mut stage.developer, "Public", ClientType::Public, Mode::Live, REDIRECT_URI).await;
    let clients =
        [("basic", stage.client.clone()), ("post", stage.client.with_secret_in_form()), ("none", public)];

    for (name, client) in clients {
        let approved = flow::approve(&mut stage.user, &client, &stage.agent.id, &smallest_details()).await;
        let token = flow::redeem(&client, &approved).await;
        let answer = client.revoke(&token).await;
        assert_eq!((answer.status, answer.json()), (200, json!({})), "{name}: {answer}");
        assert_eq!(who_am_i(stage.issuer(), &token).await.status, 401, "{name}");
    }
}

#[tokio::test]
async fn another_clients_token_stays_untouched() {
    // R61, checklist 71
    let mut stage = Stage::confidential().await;
    let other =
        flow::register(&mut stage.developer, "Other", ClientType::Confidential, Mode::Live, REDIRECT_URI)
            .await;
    let token = stage.token().await;

    let answer = other.revoke(&token).await;

    done(&answer);
    expect::active(&stage.client.introspect(&token).await);
}

#[tokio::test]
async fn the_form_needs_client_authentication() {
    // checklist 70
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let wrong = stage.client.authenticating(ClientAuthentication::Basic("hasp_cs_live_guess".to_owned()));
    let without = Client::public(stage.issuer(), &stage.client.client_id, REDIRECT_URI);

    expect::oauth_error(&wrong.revoke(&token).await, 401, "invalid_client");
    assert_eq!(without.revoke(&token).await.json()["error"], "invalid_client");
    let nobody = stage.client.call(Method::POST, "/v1/oauth/revoke").form(&[("token", &token)]).send().await;
    assert!(matches!(nobody.status, 400 | 401), "{nobody}");
    expect::active(&stage.client.introspect(&token).await);
}

#[tokio::test]
async fn no_token_at_all_is_invalid_request() {
    // R61 (C27)
    let stage = Stage::confidential().await;

    let empty = stage.client.call(Method::POST, "/v1/oauth/revoke").send().await;
    let authenticated = stage.client.authenticated("/v1/oauth/revoke", &[]).send().await;

    expect::oauth_error(&empty, 400, "invalid_request");
    expect::oauth_error(&authenticated, 400, "invalid_request");
}

#[tokio::test]
async fn when_both_are_sent_the_bearer_wins() {
    // R60 (C2)
    let mut stage = Stage::confidential().await;
    let in_header = stage.token().await;
    let in_form = stage.token().await;

    let answer = stage
        .client
        .call(Method::POST, "/v1/oauth/revoke")
        .bearer(&in_header)
        .form(&[("token", in_form.as_str())])
        .send()
        .await;

    done(&answer);
    expect::inactive(&stage.client.introspect(&in_header).await);
    expect::active(&stage.client.introspect(&in_form).await);
}

#[tokio::test]
async fn a_token_in_the_query_is_not_taken() {
    // checklist 48
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;

    let answer = stage.client.call(Method::POST, &format!("/v1/oauth/revoke?token={token}")).send().await;

    expect::oauth_error(&answer, 400, "invalid_request");
    expect::active(&stage.client.introspect(&token).await);
}

#[tokio::test]
async fn the_revocation_is_audited() {
    // R62, checklist 85
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;

    present(stage.issuer(), &token).await;

    let event = stage.developer.newest_event("agent.credential_revoked").await;
    assert_eq!(event.metadata["reason"], "token_revocation", "{event:?}");
    assert_eq!(event.metadata["agent_id"], stage.agent.id.as_str(), "{event:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_interleaved_introspections_see_no_stale_answer() {
    // R62, checklist 72
    let server =
        Server::builder().settings(|settings| settings.token_requests_per_minute = 1_000_000).start().await;
    let mut stage = Stage::on(server, ClientType::Confidential, Mode::Live).await;
    let key = stage.server.api_key("Acme", Mode::Live, &["tokens:introspect"]).await;
    let observers = 4;
    let asked = Arc::new(AtomicU64::new(0));
    let mut stale = 0;

    for _ in 0..20 {
        let token = stage.token().await;
        let revoked = Arc::new(AtomicBool::new(false));
        let mut watchers = JoinSet::new();
        for watcher in 0..observers {
            let (client, resource) = (stage.client.clone(), ResourceServer::new(stage.issuer(), &key));
            let (token, revoked, asked) = (token.clone(), Arc::clone(&revoked), Arc::clone(&asked));
            watchers.spawn(async move { watch(watcher, &client, &resource, &token, &revoked, &asked).await });
        }
        tokio::task::yield_now().await;
        done(&present(stage.issuer(), &token).await);
        revoked.store(true, Ordering::SeqCst);
        stale += watchers.join_all().await.into_iter().sum::<u64>();
    }

    assert_eq!(stale, 0, "answers that said active after the revocation had returned");
    let asked = asked.load(Ordering::SeqCst);
    assert!(asked >= 1_000, "only {asked} introspections");
}

/// Asks until it has asked ten times after the revocation returned; counts answers that are active though asked after.
async fn watch(
    watcher: usize,
    client: &Client,
    resource: &ResourceServer,
    token: &str,
    revoked: &AtomicBool,
    asked: &AtomicU64,
) -> u64 {
    let (mut stale, mut after) = (0, 0);
    while after < 15 {
        let ended = revoked.load(Ordering::SeqCst);
        let answer = match watcher % 2 {
            0 => client.introspect(token).await,
            _ => resource.introspect(token).await,
        };
        assert_eq!(answer.status, 200, "{answer}");
        asked.fetch_add(1, Ordering::SeqCst);
        if ended {
            after += 1;
            stale += u64::from(answer.json()["active"] == true);
        }
    }
    stale
}
