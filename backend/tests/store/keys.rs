//! API keys.

use crate::scene::*;
use hasp_protocol::Mode;
use hasp_server::storage::record::*;
use hasp_server::storage::*;

pub fn new_key(company: &Company, owner: &NewUser) -> ApiKey {
    ApiKey {
        id: id(),
        organization_id: company.organization.id.clone(),
        name: "Resource server".to_owned(),
        scopes: vec!["tokens:introspect".to_owned()],
        mode: Mode::Live,
        owner: User {
            id: owner.id.clone(),
            organization_id: owner.organization_id.clone(),
            email: owner.email.clone(),
            display_name: owner.display_name.clone(),
            role: owner.role,
            password_hash: owner.password_hash.clone(),
            removed_at: None,
        },
        prefix: "hasp_key_live_0123".to_owned(),
        last_four: "WXYZ".to_owned(),
        created_at: START,
        last_used_at: None,
        revoked_at: None,
    }
}

// R27
#[tokio::test]
async fn a_key_is_found_by_its_hash_until_it_is_revoked() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let other = scene.company("Other").await;
    let key = new_key(&acme, &acme.owner);
    let change = by(&acme.owner, START);
    scene.store.create_api_key(key.clone(), hash_of("key"), &change).await.expect("created");

    assert_eq!(scene.store.find_api_key(hash_of("key")).await, Ok(Some(key.clone())));
    let foreign = scene.store.revoke_api_key(&other.organization.id, &key.id, &change).await;
    assert_eq!(foreign, Ok(ApiKeyEnded::Unknown));
    let revoked = scene.store.revoke_api_key(&acme.organization.id, &key.id, &change).await;
    let again = scene.store.revoke_api_key(&acme.organization.id, &key.id, &change).await;
    assert_eq!((revoked, again), (Ok(ApiKeyEnded::Revoked), Ok(ApiKeyEnded::AlreadyRevoked)));
    assert_eq!(scene.store.find_api_key(hash_of("key")).await, Ok(None));
    assert_eq!(scene.events_of(&acme, "api_key.created").await.len(), 1);
    assert_eq!(scene.events_of(&acme, "api_key.revoked").await.len(), 1);
}

#[tokio::test]
async fn use_is_written_once_a_minute() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let key = new_key(&acme, &acme.owner);
    scene.store.create_api_key(key.clone(), hash_of("key"), &by(&acme.owner, START)).await.expect("created");
    let mut seen = Vec::new();

    for second in [0, 59, 60] {
        scene.store.note_api_key_use(&key.id, START.plus(seconds(second))).await.expect("noted");
        // The note is queued: a change behind it in the queue is answered after it was written.
        scene.store.touch_session(hash_of("nobody"), START).await.expect("written");
        seen.push(
            scene.store.find_api_key(hash_of("key")).await.expect("answer").expect("found").last_used_at,
        );
    }

    assert_eq!(seen, [Some(START), Some(START), Some(START.plus(seconds(60)))]);
}
