//! Redeeming authorization codes.

use crate::scene::*;
use hasp_protocol::api::agent::RevocationPolicy;
use hasp_protocol::{ClientType, Mode};
use hasp_server::storage::record::*;
use hasp_server::storage::*;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Barrier;

struct Flow {
    scene: Scene,
    developer: Company,
    clinic: Company,
    application: Application,
    agent: Agent,
}

/// An application of one organization, an agent of another (R2).
async fn flow() -> Flow {
    let scene = Scene::new();
    let developer = scene.company("Developer").await;
    let clinic = scene.company("Clinic").await;
    let application = scene.public_application(&developer).await;
    let agent = scene.agent(&clinic, "Reader").await;
    Flow { scene, developer, clinic, application, agent }
}

impl Flow {
    async fn approved(&self) -> Approved {
        self.scene.approve(&self.application, &self.agent, &self.clinic.owner, START).await
    }
}

// R20, R21, R24, C29
#[tokio::test]
async fn a_code_gives_a_credential_with_what_was_consented_to() {
    let flow = flow().await;
    let details = json!([{ "type": "hasp.data.read", "entities": ["intake"], "filters": { "weight": 0.1 } }]);
    let user = &flow.clinic.owner;
    let approved =
        flow.scene.approve_details(&flow.application, &flow.agent, user, details.clone(), START).await;

    let redeemed = flow.scene.redeem(&approved, START).await;

    let Redeemed::Issued { credential, expires_in_seconds } = redeemed else {
        panic!("not issued: {redeemed:?}")
    };
    assert_eq!(expires_in_seconds, 28_800);
    assert_eq!(credential.issued_at, START.whole_second());
    assert_eq!(credential.expires_at, START.whole_second().plus(hours(8)));
    assert_eq!(credential.authorization_details, details);
    assert_eq!(credential.details_digest, hash_of(&details.to_string()));
    assert_eq!(credential.name, "Clinic Reader 2026-11-24");
    assert_eq!(credential.agent_id, flow.agent.id);
    assert_eq!(credential.agent_name, "Reader");
    assert_eq!(credential.organization_id, flow.clinic.organization.id);
    assert_eq!(credential.client_id.as_deref(), Some(flow.application.client_id.as_str()));
    assert_eq!(credential.consent_id.as_deref(), Some(approved.consent_id.as_str()));
    assert_eq!(credential.delegating_user_id, user.id);
    assert_eq!(credential.mode, Mode::Live);
    assert_eq!(credential.prefix, "hasp_agent_0123");
    assert_eq!(credential.revocation_policy, RevocationPolicy::Drain);
    assert_eq!(credential.max_concurrent_invocations, 10);
    assert!(credential.is_active(START));
}

// R37, R38
#[tokio::test]
async fn a_test_application_gives_the_test_token() {
    let flow = flow().await;
    let application = flow.scene.application(&flow.developer, ClientType::Public, Mode::Test).await;
    let approved = flow.scene.approve(&application, &flow.agent, &flow.clinic.owner, START).await;
    let redemption = redemption(&approved);

    let redeemed = flow.scene.store.redeem_code(redemption.clone(), &by_client(&approved, START)).await;

    let Ok(Redeemed::Issued { credential, .. }) = redeemed else { panic!("not issued: {redeemed:?}") };
    assert_eq!(credential.mode, Mode::Test);
    assert_eq!(credential.prefix, "hasp_agent_test_0123");
    assert_eq!(flow.scene.store.find_token(redemption.token_hash).await, Ok(None));
    assert_eq!(flow.scene.token(redemption.test_token_hash).await.id, credential.id);
}

async fn redeem_in_parallel(parallel: usize) {
    let flow = flow().await;
    let approved = flow.approved().await;
    let barrier = Arc::new(Barrier::new(parallel));
    let attempts: Vec<_> = (0..parallel)
        .map(|_| {
            let (store, barrier) = (Arc::clone(&flow.scene.store), Arc::clone(&barrier));
            let (redemption, change) = (redemption(&approved), by_client(&approved, START));
            tokio::spawn(async move {
                barrier.wait().await;
                store.redeem_code(redemption, &change).await.expect("the store answers")
            })
        })
        .collect();

    let mut issued = Vec::new();
    let mut revoked = Vec::new();
    let mut replays = 0;
    for attempt in attempts {
        match attempt.await.expect("no panic") {
            Redeemed::Issued { credential, .. } => issued.push(credential.id),
            Redeemed::Replayed { revoked_credential_id } => {
                replays += 1;
                revoked.extend(revoked_credential_id);
            }
            other => panic!("neither issued nor replayed: {other:?}"),
        }
    }

    assert_eq!((issued.len(), replays), (1, parallel - 1));
    assert_eq!(revoked, issued, "exactly one replay ends what was issued");
    assert_eq!(flow.scene.count("SELECT count(*) FROM credential"), 1);
    let clinic = &flow.clinic.organization.id;
    let credential = flow.scene.store.find_credential(clinic, &issued[0]).await;
    let credential = credential.expect("the store answers").expect("still listed");
    assert!(!credential.is_active(START));
    assert_eq!(credential.revocation_reason.as_deref(), Some("code_reuse"));
    assert_eq!(flow.scene.events_of(&flow.clinic, "oauth.code_redeemed").await.len(), 1);
    assert_eq!(flow.scene.events_of(&flow.clinic, "oauth.code_reuse_detected").await.len(), 1);
    flow.scene.assert_chains_intact().await;
}

// checklist 31, 32
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_parallel_redemptions_one_wins_and_its_credential_is_dead_afterwards() {
    redeem_in_parallel(64).await;
}

// checklist 31, 32
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_1000_parallel_redemptions_one_wins_and_its_credential_is_dead_afterwards() {
    redeem_in_parallel(1_000).await;
}

// checklist 32
#[tokio::test]
async fn a_replay_revokes_what_the_code_produced_and_a_third_use_changes_nothing_more() {
    let flow = flow().await;
    let approved = flow.approved().await;
    let Redeemed::Issued { credential, .. } = flow.scene.redeem(&approved, START).await else {
        panic!("not issued")
    };

    let second = flow.scene.redeem(&approved, START.plus(seconds(1))).await;
    let events = flow.scene.events(&flow.clinic).await.len();
    let third = flow.scene.redeem(&approved, START.plus(seconds(2))).await;

    assert_eq!(second, Redeemed::Replayed { revoked_credential_id: Some(credential.id.clone()) });
    assert_eq!(third, Redeemed::Replayed { revoked_credential_id: None });
    assert_eq!(flow.scene.events(&flow.clinic).await.len(), events, "no event without a change");
    let ended = &flow.scene.events_of(&flow.clinic, "agent.credential_revoked").await[0];
    assert_eq!(ended.metadata["reason"], "code_reuse");
    assert_eq!(ended.metadata["revocation_policy"], "kill");
    assert_eq!(ended.entity_id.as_ref(), Some(&credential.id));
}

// checklist 32: a spent code is recognised also after its own time.
#[tokio::test]
async fn a_replay_after_the_code_expired_still_revokes() {
    let flow = flow().await;
    let approved = flow.approved().await;
    flow.scene.redeem(&approved, START).await;
    let late = START.plus(hours(1));
    flow.scene.store.remove_expired(late).await.expect("upkeep");

    let replay = flow.scene.redeem(&approved, late).await;

    assert!(matches!(replay, Redeemed::Replayed { revoked_credential_id: Some(_) }), "{replay:?}");
}

// checklist 29
#[tokio::test]
async fn a_code_ends_with_its_time() {
    let flow = flow().await;
    let approved = flow.approved().await;

    let late = flow.scene.redeem(&approved, START.plus(seconds(300))).await;
    let in_time = flow.scene.redeem(&approved, START.plus(seconds(299))).await;

    assert_eq!(late, Redeemed::Expired);
    assert!(matches!(in_time, Redeemed::Issued { .. }), "expiry is judged, not written: {in_time:?}");
}

#[tokio::test]
async fn a_guessed_code_is_unknown() {
    let flow = flow().await;
    let approved = Approved { code_hash: hash_of("a guess"), ..flow.approved().await };

    assert_eq!(flow.scene.redeem(&approved, START).await, Redeemed::Unknown);
}

// C8
#[tokio::test]
async fn the_redirect_uri_is_compared_only_when_it_is_sent() {
    let flow = flow().await;
    let approved = flow.approved().await;
    let without = Redemption { redirect_uri: None, ..redemption(&approved) };

    let redeemed = flow.scene.store.redeem_code(without, &by_client(&approved, START)).await;

    assert!(matches!(redeemed, Ok(Redeemed::Issued { .. })), "{redeemed:?}");
}

// checklist 30, 33
#[tokio::test]
async fn wrong_proofs_burn_and_revoke_nothing() {
    let flow = flow().await;
    let other = flow.scene.public_application(&flow.developer).await;
    let approved = flow.approved().await;
    let right = redemption(&approved);
    let rows = [
        (BindingMismatch::Client, Redemption { client_id: other.client_id, ..right.clone() }),
        (
            BindingMismatch::RedirectUri,
            Redemption { redirect_uri: Some(format!("{CALLBACK}/")), ..right.clone() },
        ),
        (BindingMismatch::Verifier, Redemption { code_challenge: CHALLENGE.to_lowercase(), ..right.clone() }),
    ];

    for (index, (mismatch, wrong)) in rows.into_iter().enumerate() {
        let refused = flow.scene.store.redeem_code(wrong, &by_client(&approved, START)).await;
        let attempts_left = 4 - u32::try_from(index).expect("small");
        assert_eq!(refused, Ok(Redeemed::WrongBinding { mismatch, attempts_left }), "{mismatch:?}");
    }
    let redeemed = flow.scene.redeem(&approved, START).await;

    assert!(matches!(redeemed, Redeemed::Issued { .. }), "{redeemed:?}");
}

// checklist 33: only right proofs revoke; a thief who has the code alone cannot end the owner's credential.
#[tokio::test]
async fn wrong_proofs_on_a_spent_code_leave_its_credential_alive() {
    let flow = flow().await;
    let approved = flow.approved().await;
    let used = redemption(&approved);
    flow.scene.store.redeem_code(used.clone(), &by_client(&approved, START)).await.expect("issued");

    let wrong = Redemption { code_challenge: "wrong".to_owned(), ..redemption(&approved) };
    let refused = flow.scene.store.redeem_code(wrong, &by_client(&approved, START)).await;

    assert!(matches!(refused, Ok(Redeemed::WrongBinding { .. })), "{refused:?}");
    assert!(flow.scene.is_active(used.token_hash, START).await);
}

// checklist 33
#[tokio::test]
async fn the_fifth_wrong_attempt_kills_the_code() {
    let flow = flow().await;
    let approved = flow.approved().await;
    let wrong = Redemption { code_challenge: "wrong".to_owned(), ..redemption(&approved) };
    let mut left = Vec::new();

    for _ in 0..5 {
        match flow.scene.store.redeem_code(wrong.clone(), &by_client(&approved, START)).await {
            Ok(Redeemed::WrongBinding { attempts_left, .. }) => left.push(attempts_left),
            other => panic!("{other:?}"),
        }
    }
    let sixth = flow.scene.store.redeem_code(wrong, &by_client(&approved, START)).await;
    let right = flow.scene.redeem(&approved, START).await;

    assert_eq!(left, [4, 3, 2, 1, 0]);
    assert_eq!(sixth, Ok(Redeemed::TooManyAttempts));
    assert_eq!(right, Redeemed::TooManyAttempts);
    assert_eq!(flow.scene.events_of(&flow.clinic, "oauth.code_attempts_exhausted").await.len(), 1);
    assert_eq!(flow.scene.count("SELECT count(*) FROM credential"), 0);
}

#[tokio::test]
async fn a_code_belongs_to_the_client_it_was_made_for() {
    let flow = flow().await;
    let other = flow.scene.public_application(&flow.developer).await;
    let approved = flow.approved().await;
    let (store, own) = (&flow.scene.store, &flow.application.client_id);

    assert_eq!(store.is_live_code_of(approved.code_hash, own, START).await, Ok(true));
    assert_eq!(store.is_live_code_of(approved.code_hash, &other.client_id, START).await, Ok(false));
    assert_eq!(store.is_live_code_of(hash_of("a guess"), own, START).await, Ok(false));
}

// checklist 45: what one user has left over of a public client is no way to starve its other users.
#[tokio::test]
async fn a_code_that_is_used_up_charges_its_client_no_more() {
    let flow = flow().await;
    let (spent, old, exhausted) = (flow.approved().await, flow.approved().await, flow.approved().await);
    let (store, own) = (&flow.scene.store, &flow.application.client_id);
    let wrong = Redemption { code_challenge: "wrong".to_owned(), ..redemption(&exhausted) };

    flow.scene.redeem(&spent, START).await;
    for _ in 0..5 {
        store.redeem_code(wrong.clone(), &by_client(&exhausted, START)).await.expect("an answer");
    }

    assert_eq!(store.is_live_code_of(spent.code_hash, own, START).await, Ok(false));
    assert_eq!(store.is_live_code_of(exhausted.code_hash, own, START).await, Ok(false));
    assert_eq!(store.is_live_code_of(old.code_hash, own, START).await, Ok(true));
    assert_eq!(store.is_live_code_of(old.code_hash, own, START.plus(seconds(600))).await, Ok(false));
}

// decisions.md: "At redemption, again"
#[tokio::test]
async fn types_narrowed_after_consent_stop_the_redemption() {
    let flow = flow().await;
    let approved = flow.approved().await;
    let (owner, clinic) = (&flow.clinic.owner, &flow.clinic.organization.id);
    let narrow = |types: &[&str]| AgentEdit {
        allowed_scope_types: Some(Some(types.iter().map(|word| (*word).to_owned()).collect())),
        ..AgentEdit::default()
    };

    let edit = narrow(&["external.tool.invoke"]);
    flow.scene.store.edit_agent(clinic, &flow.agent.id, edit, &by(owner, START)).await.expect("edited");
    let refused = flow.scene.redeem(&approved, START).await;
    let edit = narrow(&["external.tool.invoke", "hasp.data.read"]);
    flow.scene.store.edit_agent(clinic, &flow.agent.id, edit, &by(owner, START)).await.expect("edited");
    let allowed = flow.scene.redeem(&approved, START).await;

    assert_eq!(refused, Redeemed::NoLongerAllowed(NoLongerAllowed::TypeNotAllowed));
    assert!(matches!(allowed, Redeemed::Issued { .. }), "{allowed:?}");
}

#[tokio::test]
async fn an_archived_agent_stops_the_redemption() {
    let flow = flow().await;
    let approved = flow.approved().await;
    let (owner, clinic) = (&flow.clinic.owner, &flow.clinic.organization.id);
    flow.scene.store.archive_agent(clinic, &flow.agent.id, &by(owner, START)).await.expect("archived");

    let refused = flow.scene.redeem(&approved, START).await;

    assert_eq!(refused, Redeemed::NoLongerAllowed(NoLongerAllowed::AgentArchived));
}

#[tokio::test]
async fn a_removed_member_stops_the_redemption() {
    let flow = flow().await;
    let member = flow.scene.user(&flow.clinic.organization, "member@clinic.example").await;
    let approved = flow.scene.approve(&flow.application, &flow.agent, &member, START).await;
    let clinic = &flow.clinic.organization.id;
    flow.scene.store.remove_user(clinic, &member.id, &by(&flow.clinic.owner, START)).await.expect("removed");

    let refused = flow.scene.redeem(&approved, START).await;

    assert_eq!(refused, Redeemed::NoLongerAllowed(NoLongerAllowed::UserRemoved));
}

// R2 and decisions.md, Store: the developer's organization gets a reference without user, agent, address or details.
#[tokio::test]
async fn the_applications_organization_learns_of_a_redemption_without_who_and_what() {
    let flow = flow().await;
    let approved = flow.approved().await;
    flow.scene.redeem(&approved, START).await;

    let full = &flow.scene.events_of(&flow.clinic, "oauth.code_redeemed").await[0];
    let reference = &flow.scene.events_of(&flow.developer, "oauth.code_redeemed").await[0];

    assert_eq!(full.metadata["agent_id"], flow.agent.id.as_str());
    assert_eq!(full.entity_id.as_ref(), Some(&approved.consent_id));
    assert_eq!(reference.metadata, json!({ "reference_event_id": full.id }));
    assert_eq!(reference.entity_id.as_ref(), Some(&flow.application.client_id));
    assert_eq!((&reference.user_id, &reference.ip_address), (&None, &None));
    assert_eq!(reference.mode, Some(Mode::Live));
}
