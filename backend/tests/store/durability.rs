//! What was answered is on disk, and several processes may write.

use crate::scene::*;
use hasp_server::storage::record::*;
use hasp_server::storage::*;
use std::sync::Arc;

/// Copies the files as they lie there, as a crash would leave them, and opens the copy.
fn crashed_copy(scene: &Scene) -> (tempfile::TempDir, Arc<dyn Store>) {
    let directory = tempfile::TempDir::new().expect("a temporary folder");
    // The shared-memory index is not part of what survives a crash; it is rebuilt from the log.
    for suffix in ["", "-wal"] {
        let from = format!("{}{suffix}", scene.path().display());
        let to = directory.path().join(format!("hasp.db{suffix}"));
        if std::path::Path::new(&from).exists() {
            std::fs::copy(&from, &to).expect("copied");
        }
    }
    let database = format!("sqlite:{}", directory.path().join("hasp.db").display());
    (directory, open(&database).expect("the copy opens"))
}

// checklist 84, 85
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answered_change_survives_a_crash_right_after_the_answer() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let application = scene.public_application(&acme).await;
    let agent = scene.agent(&acme, "Reader").await;
    let (_, revoked) = scene.credential(&application, &agent, &acme.owner, START).await;
    let approved = scene.approve(&application, &agent, &acme.owner, START).await;
    scene.store.revoke_token(revoked, &by_system(START)).await.expect("revoked");
    let redemption = redemption(&approved);
    let token = redemption.token_hash;
    scene.store.redeem_code(redemption, &by_client(&approved, START)).await.expect("redeemed");

    let (_directory, copy) = crashed_copy(&scene);

    let active =
        async |token| copy.find_token(token).await.expect("answer").expect("survived").is_active(START);
    assert!(!active(revoked).await, "revoked stays revoked");
    assert!(active(token).await, "what was issued is there");
    let replay = copy.redeem_code(crate::scene::redemption(&approved), &by_client(&approved, START)).await;
    assert!(matches!(replay, Ok(Redeemed::Replayed { .. })), "consumed stays consumed: {replay:?}");
    assert!(matches!(copy.verify_audit_chains().await, Ok(ChainVerdict::Intact { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_changes_share_transactions_and_all_of_them_stand() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let changes: Vec<_> = (0..500)
        .map(|number| {
            let (store, agent) = (Arc::clone(&scene.store), new_agent(&acme, &format!("Agent {number}")));
            let change = by(&acme.owner, START);
            tokio::spawn(async move { store.create_agent(agent, &change).await })
        })
        .collect();

    for change in changes {
        let saved = change.await.expect("no panic");
        assert!(matches!(saved, Ok(AgentSaved::Saved(_))), "{saved:?}");
    }

    assert_eq!(scene.count("SELECT count(*) FROM agent"), 500);
    assert_eq!(scene.events_of(&acme, "agent.registered").await.len(), 200, "the newest page");
    scene.assert_chains_intact().await;
}

// decisions.md, Store: the head is read inside the write transaction, by every process and command.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_writers_on_one_file_never_fork_a_chain() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let database = format!("sqlite:{}", scene.path().display());
    let beside = open(&database).expect("a second process opens it");
    let stores = [Arc::clone(&scene.store), beside];
    let changes: Vec<_> = (0..200)
        .map(|number| {
            let store = Arc::clone(&stores[number % 2]);
            let (agent, change) = (new_agent(&acme, &format!("Agent {number}")), by(&acme.owner, START));
            tokio::spawn(async move { store.create_agent(agent, &change).await })
        })
        .collect();

    for change in changes {
        assert!(matches!(change.await.expect("no panic"), Ok(AgentSaved::Saved(_))));
    }

    let verdict = scene.store.verify_audit_chains().await;
    // organization.created twice (platform and own), user.created, and one for each agent.
    assert_eq!(verdict, Ok(ChainVerdict::Intact { chains: 2, events: 203 }));
}

// checklist 86: what cannot be written is said, and what others wrote stays.
#[tokio::test]
async fn a_locked_file_is_unavailable_for_changes_and_still_readable() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let raw = scene.raw();
    raw.execute_batch("BEGIN IMMEDIATE").expect("another process holds the lock");

    let refused = scene.store.create_agent(new_agent(&acme, "Reader"), &by(&acme.owner, START)).await;
    let read = scene.store.find_organization("Acme").await;
    raw.execute_batch("ROLLBACK").expect("and gives it back");
    let saved = scene.store.create_agent(new_agent(&acme, "Reader"), &by(&acme.owner, START)).await;

    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert_eq!(read, Ok(Some(acme.organization)));
    assert!(matches!(saved, Ok(AgentSaved::Saved(_))), "{saved:?}");
}
