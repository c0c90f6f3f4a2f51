//! Authorize requests that wait on the server.

use crate::scene::*;
use hasp_server::storage::record::*;

#[tokio::test]
async fn a_parked_request_waits_until_its_time_is_over() {
    let scene = Scene::new();
    let id = hash_of("request");
    let request = parked_request(START);

    scene.store.park_request(id, request.clone(), START).await.expect("parked");

    assert_eq!(scene.store.find_parked_request(id, START.plus(seconds(899))).await, Ok(Some(request)));
    assert_eq!(scene.store.find_parked_request(id, START.plus(seconds(900))).await, Ok(None));
    assert_eq!(scene.store.remove_expired(START.plus(seconds(900))).await, Ok(1));
    assert_eq!(scene.count("SELECT count(*) FROM parked_request"), 0);
}

// checklist 19: the page of one session cannot be decided from another.
#[tokio::test]
async fn the_first_session_that_sees_the_page_keeps_it() {
    let scene = Scene::new();
    let id = hash_of("request");
    let (own, foreign, digest) = (hash_of("own"), hash_of("foreign"), hash_of("digest"));
    scene.store.park_request(id, parked_request(START), START).await.expect("parked");

    let first = scene.store.bind_parked_request(id, own, digest, START).await;
    let other = scene.store.bind_parked_request(id, foreign, digest, START).await;
    let again = scene.store.bind_parked_request(id, own, digest, START).await;
    let late = scene.store.bind_parked_request(id, own, digest, START.plus(seconds(900))).await;

    assert_eq!((first, other, again, late), (Ok(true), Ok(false), Ok(true), Ok(false)));
    let bound = scene.store.find_parked_request(id, START).await;
    let expected =
        ParkedRequest { session_hash: Some(own), shown_digest: Some(digest), ..parked_request(START) };
    assert_eq!(bound, Ok(Some(expected)));
}

// decisions.md: "capped in number"
#[tokio::test]
async fn only_ten_thousand_wait_and_expired_ones_do_not_count() {
    let scene = Scene::new();
    let raw = scene.raw();
    raw.execute(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 9999)
         INSERT INTO parked_request (id_hash, query, expires_at) SELECT randomblob(32), '', ?1 FROM numbers",
        [START.plus(seconds(60)).0],
    )
    .expect("9,999 requests wait");

    let last = scene.store.park_request(hash_of("last"), parked_request(START), START).await;
    let refused = scene.store.park_request(hash_of("refused"), parked_request(START), START).await;
    let later = START.plus(seconds(60));
    let free_again = scene.store.park_request(hash_of("later"), parked_request(later), later).await;

    assert_eq!((last, refused, free_again), (Ok(true), Ok(false), Ok(true)));
}

// checklist 88: strangers who fill the room for sign-in, and a session that asks without end, stop nobody else.
#[tokio::test]
async fn a_session_has_room_of_its_own() {
    let scene = Scene::new();
    let (own, other) = (hash_of("own"), hash_of("other"));
    scene
        .raw()
        .execute(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
             INSERT INTO parked_request (id_hash, query, expires_at) SELECT randomblob(32), '', ?1 FROM numbers",
            [START.plus(seconds(60)).0],
        )
        .expect("10,000 requests wait for sign-in");
    let of = |session, now| ParkedRequest { session_hash: Some(session), ..parked_request(now) };

    let first = scene.store.park_request(hash_of("first"), of(other, START), START).await;
    for number in 0..60 {
        let now = START.plus(seconds(number));
        let parked = scene.store.park_request(hash_of(&format!("{number}")), of(own, now), now).await;
        assert_eq!(parked, Ok(true), "request {number}");
    }

    assert_eq!(first, Ok(true));
    let waits = async |name: &str| {
        scene
            .store
            .find_parked_request(hash_of(name), START.plus(seconds(60)))
            .await
            .expect("answer")
            .is_some()
    };
    assert_eq!([waits("9").await, waits("10").await, waits("59").await], [false, true, true]);
    assert!(waits("first").await, "another session's stays");
}
