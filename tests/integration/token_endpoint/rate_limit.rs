//! The limit per client (R39, R40; checklist 39, 45).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{Client, ClientAuthentication};
use hasp_tests::expect;
use hasp_tests::flow::{self, REDIRECT_URI, Stage, smallest_details};
use hasp_tests::http::Answer;
use hasp_tests::server::Server;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

const LIMIT: u32 = 6;

async fn stage(client_type: ClientType) -> Stage {
    let server = Server::builder()
        .fixed_clock()
        .settings(|settings| settings.token_requests_per_minute = LIMIT)
        .start()
        .await;
    Stage::on(server, client_type, Mode::Live).await
}

/// A request that passes client authentication and fails afterwards: cheap, and charged to the client.
async fn charged(client: &Client) -> Answer {
    client.redeem("no-such-code", &"a".repeat(43)).await
}

#[track_caller]
fn too_many(answer: &Answer) -> u64 {
    expect::oauth_error(answer, 429, "temporarily_unavailable");
    let seconds = answer.header("retry-after").unwrap_or_else(|| panic!("no Retry-After: {answer}"));
    let seconds: u64 = seconds.parse().unwrap_or_else(|_| panic!("whole seconds, not {seconds}"));
    assert!(seconds >= 1, "{answer}");
    seconds
}

#[tokio::test]
async fn over_the_limit_is_429_with_retry_after() {
    // R39, R40, checklist 45
    let stage = stage(ClientType::Confidential).await;

    for request in 1..=LIMIT {
        assert_eq!(charged(&stage.client).await.status, 400, "request {request}");
    }
    let refused = charged(&stage.client).await;

    too_many(&refused);
}

#[tokio::test]
async fn the_sixty_first_request_of_a_minute_is_refused_by_default() {
    // R39, R40, checklist 45
    let stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;

    for request in 1..=60 {
        assert_eq!(charged(&stage.client).await.status, 400, "request {request}");
    }

    too_many(&charged(&stage.client).await);
}

#[tokio::test]
async fn another_client_is_not_affected() {
    // R39, checklist 45
    let mut stage = stage(ClientType::Confidential).await;
    let other =
        flow::register(&mut stage.developer, "Other", ClientType::Confidential, Mode::Live, REDIRECT_URI)
            .await;
    let approved = flow::approve(&mut stage.user, &other, &stage.agent.id, &smallest_details()).await;

    while charged(&stage.client).await.status != 429 {}

    expect::token(&other.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn waiting_as_told_is_enough() {
    // R40, checklist 45
    let mut stage = stage(ClientType::Confidential).await;
    let approved = stage.approved(&smallest_details()).await;
    while charged(&stage.client).await.status != 429 {}
    let refused = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;
    let seconds = too_many(&refused);

    stage.server.advance(Duration::from_secs(seconds - 1));
    too_many(&stage.client.redeem(&approved.code, &approved.authorization.verifier).await);
    stage.server.advance(Duration::from_secs(1));

    expect::token(&stage.client.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn the_bucket_refills_evenly() {
    // R39
    let stage = stage(ClientType::Confidential).await;
    while charged(&stage.client).await.status != 429 {}

    stage.server.advance(Duration::from_secs(60));

    let mut allowed = 0;
    while charged(&stage.client).await.status != 429 {
        allowed += 1;
    }
    assert_eq!(allowed, LIMIT, "a minute brings the whole bucket back, no more");
}

#[tokio::test]
async fn a_stranger_who_knows_the_client_id_cannot_starve_the_client() {
    // R39, checklist 39, 45
    let mut stage = stage(ClientType::Confidential).await;
    let approved = stage.approved(&smallest_details()).await;
    let stranger = stage
        .client
        .from_address(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)))
        .authenticating(ClientAuthentication::Basic("hasp_cs_live_guess".to_owned()));

    let mut guesses = 0;
    while charged(&stranger).await.status != 429 {
        guesses += 1;
        assert!(guesses < 1_000, "guessing is never throttled");
    }

    expect::token(&stage.client.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn a_stranger_cannot_starve_a_public_client_either() {
    // R39, checklist 45
    let mut stage = stage(ClientType::Public).await;
    let approved = stage.approved(&smallest_details()).await;
    let stranger = stage.client.from_address(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)));

    let mut guesses = 0;
    while charged(&stranger).await.status != 429 {
        guesses += 1;
        assert!(guesses < 1_000, "guessing is never throttled");
    }

    expect::token(&stage.client.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn a_public_clients_own_codes_charge_its_bucket() {
    // R39, R40, checklist 45
    let mut stage = stage(ClientType::Public).await;
    let mut approved = Vec::new();
    for _ in 0..=LIMIT {
        approved.push(stage.approved(&smallest_details()).await);
    }

    let (last, first) = approved.split_last().expect("seven");
    for code in first {
        expect::token(&stage.client.redeem(&code.code, &code.authorization.verifier).await);
    }

    too_many(&stage.client.redeem(&last.code, &last.authorization.verifier).await);
}

#[tokio::test]
async fn unknown_clients_are_counted_by_address() {
    // checklist 39, 45
    let stage = stage(ClientType::Confidential).await;
    let ids = (0..1_000).map(|number| format!("hasp_app_01ARZ3NDEKTSV4RRFFQ69G{number:04}V"));

    let mut limited = false;
    for client_id in ids {
        let client = Client::public(stage.issuer(), &client_id, REDIRECT_URI);
        limited |= charged(&client).await.status == 429;
        if limited {
            break;
        }
    }

    assert!(limited, "a thousand made-up clients from one address are never slowed down");
    assert_eq!(charged(&stage.client).await.status, 400, "a real client of the same address goes on");
}
