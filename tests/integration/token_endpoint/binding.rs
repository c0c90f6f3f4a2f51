//! What a code is bound to: client, redirect URI, verifier, and what wrong attempts may do (checklist 30, 33, 35).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::expect;
use hasp_tests::flow::{self, ApprovedCode, REDIRECT_URI, Stage, smallest_details};
use hasp_tests::http::Answer;

const OTHER_VERIFIER: &str = "an-entirely-different-verifier-0123456789-abcdefgh";

async fn wrong_attempt(stage: &Stage, approved: &ApprovedCode) -> Answer {
    stage.client.redeem(&approved.code, OTHER_VERIFIER).await
}

#[tokio::test]
async fn a_wrong_verifier_gets_nothing_and_burns_nothing() {
    // R52, checklist 33, 35
    let mut stage = Stage::public().await;
    let approved = stage.approved(&smallest_details()).await;

    let wrong = wrong_attempt(&stage, &approved).await;
    let right = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    expect::oauth_error(&wrong, 400, "invalid_grant");
    expect::token(&right);
}

#[tokio::test]
async fn a_missing_verifier_is_invalid_grant() {
    // R52, checklist 35
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", approved.code.as_str()),
        ("redirect_uri", REDIRECT_URI),
    ];

    let answer = stage.client.token_request(&fields).send().await;

    expect::oauth_error(&answer, 400, "invalid_grant");
    expect::token(&stage.client.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn a_malformed_verifier_is_invalid_request() {
    // R52, checklist 35
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let too_long = "a".repeat(129);
    let rows = [
        ("42 characters", "a".repeat(42)),
        ("129 characters", too_long),
        ("a space", format!("{} {}", "a".repeat(22), "b".repeat(22))),
        ("a plus", format!("{}+", "a".repeat(43))),
        ("a letter outside ASCII", format!("{}é", "a".repeat(43))),
    ];

    for (name, verifier) in rows {
        let answer = stage.client.redeem(&approved.code, &verifier).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (400, Some("invalid_request")),
            "{name}: {answer}"
        );
    }
    expect::token(&stage.client.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn another_clients_code_is_refused_and_stays_good_for_its_owner() {
    // R18, checklist 30, 33
    let mut stage = Stage::confidential().await;
    let thief =
        flow::register(&mut stage.developer, "Thief", ClientType::Confidential, Mode::Live, REDIRECT_URI)
            .await;
    let approved = stage.approved(&smallest_details()).await;

    let stolen = thief.redeem(&approved.code, &approved.authorization.verifier).await;
    let own = stage.client.redeem(&approved.code, &approved.authorization.verifier).await;

    expect::oauth_error(&stolen, 400, "invalid_grant");
    expect::token(&own);
}

#[tokio::test]
async fn another_redirect_uri_is_refused_and_an_absent_one_accepted() {
    // R18, checklist 30, 33
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let mut elsewhere = stage.client.clone();
    elsewhere.redirect_uri = format!("{REDIRECT_URI}/");
    let verifier = approved.authorization.verifier.as_str();

    let wrong = elsewhere.redeem(&approved.code, verifier).await;
    let fields =
        [("grant_type", "authorization_code"), ("code", approved.code.as_str()), ("code_verifier", verifier)];
    let absent = stage.client.token_request(&fields).send().await;

    expect::oauth_error(&wrong, 400, "invalid_grant");
    expect::token(&absent);
}

#[tokio::test]
async fn four_wrong_attempts_leave_the_code_alive_and_the_fifth_kills_it() {
    // checklist 33
    let mut stage = Stage::public().await;
    let survivor = stage.approved(&smallest_details()).await;
    let victim = stage.approved(&smallest_details()).await;

    for attempt in 1..=4 {
        let answer = wrong_attempt(&stage, &survivor).await;
        assert_eq!(answer.json()["error"], "invalid_grant", "attempt {attempt}: {answer}");
    }
    for attempt in 1..=5 {
        let answer = wrong_attempt(&stage, &victim).await;
        assert_eq!(answer.json()["error"], "invalid_grant", "attempt {attempt}: {answer}");
    }

    expect::token(&stage.client.redeem(&survivor.code, &survivor.authorization.verifier).await);
    let dead = stage.client.redeem(&victim.code, &victim.authorization.verifier).await;
    expect::oauth_error(&dead, 400, "invalid_grant");
}

#[tokio::test]
async fn wrong_attempts_revoke_nothing_of_a_spent_code() {
    // checklist 32, 33
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let token = flow::redeem(&stage.client, &approved).await;

    let wrong = wrong_attempt(&stage, &approved).await;

    expect::oauth_error(&wrong, 400, "invalid_grant");
    expect::active(&stage.client.introspect(&token).await);
}

#[tokio::test]
async fn codes_that_never_existed_are_invalid_grant() {
    // R18
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let verifier = approved.authorization.verifier.as_str();
    let truncated = &approved.code[..approved.code.len() - 1];

    for (name, code) in [("made up", "made-up"), ("truncated", truncated), ("odd bytes", "\u{0}\u{7f}é")] {
        let answer = stage.client.redeem(code, verifier).await;
        assert_eq!(answer.json()["error"], "invalid_grant", "{name}: {answer}");
        assert_eq!(answer.status, 400, "{name}: {answer}");
    }
}

#[tokio::test]
async fn every_code_has_a_challenge_so_a_verifier_is_never_ignored() {
    // R52, checklist 36
    let mut stage = Stage::confidential().await;

    stage.approved(&smallest_details()).await;

    let challenges = stage.server.texts("SELECT code_challenge FROM authorization_code").await;
    assert_eq!(challenges.len(), 1);
    assert!(
        challenges.iter().all(|challenge| hasp_protocol::pkce::is_challenge(challenge)),
        "{challenges:?}"
    );
}
