//! Client secrets and their rotation.

use crate::scene::*;
use hasp_protocol::{ClientType, Mode};
use hasp_server::clock::Timestamp;
use hasp_server::storage::record::*;
use hasp_server::storage::*;

struct Rotation {
    scene: Scene,
    acme: Company,
    application: Application,
}

async fn rotation() -> Rotation {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let application = scene.application(&acme, ClientType::Confidential, Mode::Live).await;
    Rotation { scene, acme, application }
}

impl Rotation {
    async fn rotate(&self, name: &str, now: Timestamp, grace_hours: u64) -> Application {
        let rotated = self
            .scene
            .store
            .rotate_secret(
                &self.acme.organization.id,
                &self.application.client_id,
                secret(name, now),
                now.plus(hours(grace_hours)),
                &by(&self.acme.owner, now),
            )
            .await;
        match rotated {
            Ok(SecretRotated::Rotated(application)) => application,
            other => panic!("not rotated: {other:?}"),
        }
    }

    /// The names of those that authenticate at `now`, newest first.
    async fn live(&self, now: Timestamp) -> Vec<&'static str> {
        let client = self.scene.store.find_client(&self.application.client_id, now).await;
        let secrets = client.expect("the store answers").expect("found").secrets;
        secrets.iter().map(|secret| name_of(secret.secret_hash)).collect()
    }
}

fn name_of(hash: Hash) -> &'static str {
    let names = ["first", "second", "third", "fourth"];
    names.into_iter().find(|name| hash_of(name) == hash).unwrap_or("unknown")
}

// R29, C36, checklist 40
#[tokio::test]
async fn the_old_secret_lives_until_its_deadline_also_after_a_restart() {
    let mut rotation = rotation().await;
    let rotated = rotation.rotate("second", START, 24).await;
    let deadline = START.plus(hours(24));

    rotation.scene = rotation.scene.reopened();

    assert_eq!(
        rotated.secrets.iter().map(|secret| secret.expires_at).collect::<Vec<_>>(),
        [None, Some(deadline)]
    );
    assert_eq!(rotation.live(Timestamp(deadline.0 - 1)).await, ["second", "first"]);
    assert_eq!(rotation.live(deadline).await, ["second"]);
}

#[tokio::test]
async fn without_grace_the_old_secret_ends_at_once() {
    let rotation = rotation().await;

    let rotated = rotation.rotate("second", START, 0).await;

    assert_eq!(rotated.secrets.len(), 1);
    assert_eq!(rotation.live(START).await, ["second"]);
    assert_eq!(rotation.scene.count("SELECT count(*) FROM client_secret"), 1);
}

// C36
#[tokio::test]
async fn a_second_rotation_ends_the_oldest_secret() {
    let rotation = rotation().await;
    rotation.rotate("second", START, 24).await;

    rotation.rotate("third", START.plus(hours(1)), 2).await;

    assert_eq!(rotation.live(START.plus(hours(2))).await, ["third", "second"]);
    assert_eq!(rotation.live(START.plus(hours(3))).await, ["third"]);
    let events = rotation.scene.events_of(&rotation.acme, "oauth_application.secret_rotated").await;
    let first_id = &rotation.application.secrets[0].id;
    assert_eq!(events[0].metadata["previous_secret_id"], first_id.as_str());
    assert_eq!(events[1].metadata["ended_secret_ids"], serde_json::json!([first_id]));
}

// R29: the store does not trust its caller's arithmetic.
#[tokio::test]
async fn no_grace_is_longer_than_a_day() {
    let rotation = rotation().await;

    rotation.rotate("second", START, 1_000).await;

    assert_eq!(rotation.live(START.plus(hours(24))).await, ["second"]);
}

// checklist 40: once its deadline has passed, no clock brings it back.
#[tokio::test]
async fn an_ended_secret_is_removed_for_good() {
    let rotation = rotation().await;
    rotation.rotate("second", START, 1).await;

    let removed = rotation.scene.store.remove_expired(START.plus(hours(2))).await;

    assert_eq!(removed, Ok(1));
    assert_eq!(rotation.live(START).await, ["second"]);
}

// R30
#[tokio::test]
async fn rotation_leaves_credentials_alive() {
    let rotation = rotation().await;
    let agent = rotation.scene.agent(&rotation.acme, "Reader").await;
    let (_, token) =
        rotation.scene.credential(&rotation.application, &agent, &rotation.acme.owner, START).await;

    rotation.rotate("second", START, 0).await;

    assert!(rotation.scene.is_active(token, START).await);
}

#[tokio::test]
async fn a_public_application_has_no_secret_to_rotate() {
    let rotation = rotation().await;
    let public = rotation.scene.public_application(&rotation.acme).await;
    let (organization, by) = (&rotation.acme.organization.id, by(&rotation.acme.owner, START));

    let refused = rotation
        .scene
        .store
        .rotate_secret(organization, &public.client_id, secret("x", START), START, &by)
        .await;

    assert_eq!(refused, Ok(SecretRotated::Public));
}

// checklist 40: the use of an old secret is audited, at most once a minute.
#[tokio::test]
async fn use_in_the_grace_period_is_audited_and_use_is_written_once_a_minute() {
    let rotation = rotation().await;
    let first = rotation.application.secrets[0].id.clone();
    let second = rotation.rotate("second", START, 24).await.secrets[0].id.clone();
    let client_id = &rotation.application.client_id;
    let uses = [(&first, 0), (&first, 59), (&first, 60), (&second, 60), (&second, 61)];

    for (secret_id, second) in uses {
        let change = by_system(START.plus(seconds(second)));
        rotation.scene.store.note_secret_use(client_id, secret_id, &change).await.expect("noted");
        // The note is queued: a change behind it in the queue is answered after it was written.
        rotation.scene.store.touch_session(hash_of("nobody"), START).await.expect("written");
    }

    let client = rotation.scene.store.find_client(client_id, START).await.expect("answer").expect("found");
    let last_uses: Vec<_> = client.secrets.iter().map(|secret| secret.last_used_at).collect();
    assert_eq!(last_uses, [Some(START.plus(seconds(60))), Some(START.plus(seconds(60)))]);
    let events = rotation.scene.events_of(&rotation.acme, "client_secret.grace_use").await;
    assert_eq!(events.len(), 2, "of the old secret only");
    assert!(events.iter().all(|event| event.metadata["secret_id"] == first.as_str()));
}
