//! Sessions of signed-in browsers.

use crate::scene::*;
use hasp_server::storage::record::*;

struct Desk {
    scene: Scene,
    acme: Company,
}

const COOKIE: &str = "cookie";

async fn signed_in() -> Desk {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    scene.store.create_session(hash_of(COOKIE), &acme.owner.id, &by_system(START)).await.expect("signed in");
    Desk { scene, acme }
}

impl Desk {
    async fn session(&self, cookie: &str, now: hasp_server::clock::Timestamp) -> Option<Session> {
        self.scene.store.find_session(hash_of(cookie), now).await.expect("the store answers")
    }
}

#[tokio::test]
async fn a_session_knows_its_person_and_organization() {
    let desk = signed_in().await;

    let session = desk.session(COOKIE, START).await.expect("signed in");

    assert_eq!(session.user.id, desk.acme.owner.id);
    assert_eq!(session.user.email, desk.acme.owner.email);
    assert_eq!(session.organization, desk.acme.organization);
    assert_eq!((session.created_at, session.authenticated_at), (START, START));
    assert_eq!(desk.session("another cookie", START).await, None);
    let event = &desk.scene.events_of(&desk.acme, "user.signed_in").await[0];
    assert_eq!(event.user_id.as_ref(), Some(&desk.acme.owner.id), "though the caller had no user yet");
}

// decisions.md: "idle 12 h, absolute 7 days"
#[tokio::test]
async fn a_session_ends_after_12_idle_hours_and_after_7_days() {
    let desk = signed_in().await;

    assert!(desk.session(COOKIE, START.plus(seconds(12 * 3_600 - 1))).await.is_some());
    assert!(desk.session(COOKIE, START.plus(hours(12))).await.is_none(), "idle");
    for hour in (6..=168).step_by(6) {
        desk.scene.store.touch_session(hash_of(COOKIE), START.plus(hours(hour))).await.expect("touched");
    }
    assert!(desk.session(COOKIE, START.plus(hours(167))).await.is_some(), "in use");
    assert!(desk.session(COOKIE, START.plus(hours(168))).await.is_none(), "seven days");
    assert_eq!(desk.scene.store.remove_expired(START.plus(hours(168))).await, Ok(1));
}

#[tokio::test]
async fn a_late_touch_does_not_move_a_session_back() {
    let desk = signed_in().await;

    desk.scene.store.touch_session(hash_of(COOKIE), START.plus(hours(2))).await.expect("touched");
    desk.scene.store.touch_session(hash_of(COOKIE), START.plus(hours(1))).await.expect("touched");

    let session = desk.session(COOKIE, START.plus(hours(2))).await.expect("signed in");
    assert_eq!(session.last_seen_at, START.plus(hours(2)));
}

#[tokio::test]
async fn giving_the_password_again_changes_the_token_and_keeps_the_age() {
    let desk = signed_in().await;
    let later = START.plus(hours(1));
    let request = hash_of("request");
    let digest = hash_of("digest");
    desk.scene.store.park_request(request, parked_request(later), later).await.expect("parked");
    desk.scene.store.bind_parked_request(request, hash_of(COOKIE), digest, later).await.expect("bound");

    let change = by(&desk.acme.owner, later);
    desk.scene.store.renew_session(hash_of(COOKIE), hash_of("fresh"), &change).await.expect("renewed");

    assert_eq!(desk.session(COOKIE, later).await, None, "the old cookie is worthless");
    let session = desk.session("fresh", later).await.expect("signed in");
    assert_eq!((session.created_at, session.authenticated_at), (START, later));
    let waiting = desk.scene.store.find_parked_request(request, later).await.expect("answer").expect("waits");
    assert_eq!(waiting.session_hash, Some(hash_of("fresh")), "an open consent page stays usable");
    assert_eq!(desk.scene.events_of(&desk.acme, "user.reauthenticated").await.len(), 1);
}

#[tokio::test]
async fn signing_out_ends_one_session_and_everywhere_ends_all() {
    let desk = signed_in().await;
    let (store, owner) = (&desk.scene.store, &desk.acme.owner);
    for cookie in ["second", "third"] {
        store.create_session(hash_of(cookie), &owner.id, &by_system(START)).await.expect("signed in");
    }

    store.end_session(hash_of(COOKIE), &by(owner, START)).await.expect("signed out");
    store.end_session(hash_of(COOKIE), &by(owner, START)).await.expect("signed out");
    let left = [desk.session(COOKIE, START).await.is_some(), desk.session("second", START).await.is_some()];
    let ended = store.end_all_sessions(&owner.id, &by(owner, START)).await;

    assert_eq!(left, [false, true]);
    assert_eq!(ended, Ok(2));
    assert_eq!(desk.session("third", START).await, None);
    let events = desk.scene.events_of(&desk.acme, "user.signed_out").await;
    assert_eq!(events.len(), 2, "one for each change");
    assert_eq!(events[1].metadata["ended_sessions"], 2);
}
