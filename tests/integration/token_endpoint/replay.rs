//! A code used twice, one after the other and all at once (checklist 31, 32).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::Client;
use hasp_tests::expect;
use hasp_tests::flow::{self, ApprovedCode, Stage, smallest_details};
use hasp_tests::http::Answer;
use hasp_tests::server::Server;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const RACERS: usize = 64;
const RACES: usize = 100;

#[tokio::test]
async fn a_code_used_twice_is_refused_and_its_token_revoked() {
    // checklist 32
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let token = flow::redeem(&stage.client, &approved).await;

    let again = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    expect::oauth_error(&again, 400, "invalid_grant");
    expect::inactive(&stage.client.introspect(&token).await);
    let event = stage.developer.newest_event("oauth.code_reuse_detected").await;
    assert_eq!(event.metadata["client_id"], stage.client.client_id.as_str(), "{event:?}");
}

#[tokio::test]
async fn a_replay_without_the_secret_revokes_nothing() {
    // checklist 32, 33
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let token = flow::redeem(&stage.client, &approved).await;
    let stranger = Client::public(stage.issuer(), &stage.client.client_id, &stage.client.redirect_uri);

    let answer = stranger.redeem(&approved.code, &approved.authorization.verifier).await;

    assert_eq!(answer.json()["error"], "invalid_client", "{answer}");
    expect::active(&stage.client.introspect(&token).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_parallel_redemptions_one_wins_a_hundred_times_over() {
    // checklist 31, 32
    let server =
        Server::builder().settings(|settings| settings.token_requests_per_minute = 1_000_000).start().await;
    let mut stage = Stage::on(server, ClientType::Confidential, Mode::Live).await;

    for race in 0..RACES {
        let approved = stage.approved(&smallest_details()).await;
        let answers = redeem_in_parallel(&stage.client, &approved).await;

        let winners: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(winners.len(), 1, "race {race}: {} winners", winners.len());
        let losers = answers
            .iter()
            .filter(|answer| answer.status == 400 && answer.json()["error"] == "invalid_grant")
            .count();
        assert_eq!(losers, RACERS - 1, "race {race}");
        expect::inactive(&stage.client.introspect(&expect::token(winners[0])).await);
    }
    let rows = stage.server.column("SELECT token_hash FROM credential").await;
    assert_eq!(rows.len(), RACES, "one token row per race");
}

async fn redeem_in_parallel(client: &Client, approved: &ApprovedCode) -> Vec<Answer> {
    let barrier = Arc::new(Barrier::new(RACERS));
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let call = client.redeem_call(&approved.code, &approved.authorization.verifier);
        let barrier = Arc::clone(&barrier);
        racers.spawn(async move {
            barrier.wait().await;
            call.send().await
        });
    }
    racers.join_all().await
}
