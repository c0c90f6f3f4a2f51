//! Organizations, members and the first set-up.

use crate::scene::*;
use hasp_server::storage::record::*;
use hasp_server::storage::*;

#[tokio::test]
async fn an_organization_is_found_by_id_and_by_name() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;

    let by_id = scene.store.find_organization(&acme.organization.id).await;
    let by_name = scene.store.find_organization("Acme").await;

    assert_eq!(by_id, Ok(Some(acme.organization.clone())));
    assert_eq!(by_name, Ok(Some(acme.organization.clone())));
    assert_eq!(scene.store.find_organization("acme").await, Ok(None));
    let second = Organization { id: id(), ..acme.organization };
    let again = scene.store.create_organization(second, &by_system(START)).await;
    assert_eq!(again, Ok(OrganizationCreated::NameTaken));
}

#[tokio::test]
async fn an_organization_named_like_anothers_id_does_not_hide_it() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let impostor = Organization { id: id(), name: acme.organization.id.clone(), created_at: START };
    scene.store.create_organization(impostor, &by_system(START)).await.expect("created");

    assert_eq!(scene.store.find_organization(&acme.organization.id).await, Ok(Some(acme.organization)));
}

#[tokio::test]
async fn an_address_belongs_to_one_person() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let other = scene.company("Other").await;
    let same = new_user(&other.organization, &acme.owner.email);
    let nowhere = NewUser { organization_id: id(), ..new_user(&acme.organization, "new@acme.example") };

    assert_eq!(scene.store.create_user(same, &by_system(START)).await, Ok(UserCreated::EmailTaken));
    let unknown = scene.store.create_user(nowhere, &by_system(START)).await;
    assert_eq!(unknown, Ok(UserCreated::OrganizationUnknown));
    let found = scene.store.find_user_by_email(&acme.owner.email).await.expect("answer").expect("found");
    assert_eq!(found.id, acme.owner.id);
    assert_eq!(scene.store.find_user(&acme.owner.id).await, Ok(Some(found)));
}

// domain.md 5.3
#[tokio::test]
async fn removing_a_member_ends_all_that_they_delegated() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let member = scene.user(&acme.organization, "member@acme.example").await;
    let application = scene.public_application(&acme).await;
    let agent = scene.agent(&acme, "Reader").await;
    let (_, token) = scene.credential(&application, &agent, &member, START).await;
    let (_, kept) = scene.credential(&application, &agent, &acme.owner, START).await;
    scene.store.create_session(hash_of("cookie"), &member.id, &by_system(START)).await.expect("signed in");
    let key = crate::keys::new_key(&acme, &member);
    scene.store.create_api_key(key, hash_of("key"), &by(&member, START)).await.expect("a key");
    let (organization, change) = (&acme.organization.id, by(&acme.owner, START));

    let removed = scene.store.remove_user(organization, &member.id, &change).await;
    let again = scene.store.remove_user(organization, &member.id, &change).await;
    let unknown = scene.store.remove_user(organization, "nobody", &change).await;

    assert_eq!(removed, Ok(UserRemoved::Removed { credentials: 1 }));
    assert_eq!((again, unknown), (Ok(UserRemoved::AlreadyRemoved), Ok(UserRemoved::Unknown)));
    assert_eq!(scene.token(token).await.revocation_reason.as_deref(), Some("user_removed"));
    assert!(scene.is_active(kept, START).await);
    assert_eq!(scene.store.find_session(hash_of("cookie"), START).await, Ok(None));
    assert_eq!(scene.store.find_api_key(hash_of("key")).await, Ok(None));
    let members = scene.store.list_users(organization).await.expect("members");
    assert_eq!(members.iter().map(|user| &user.id).collect::<Vec<_>>(), [&acme.owner.id]);
}

#[tokio::test]
async fn the_set_up_link_makes_the_first_owner_once() {
    let scene = Scene::new();
    let (store, link) = (&scene.store, hash_of("link"));
    let organization = Organization { id: id(), name: "Acme".to_owned(), created_at: START };
    let owner = new_user(&organization, "owner@acme.example");
    let set_up = async |link: Hash, now| {
        store.set_up(link, organization.clone(), owner.clone(), &by_system(now)).await.expect("answer")
    };
    assert_eq!(store.is_empty().await, Ok(true));
    store.save_set_up_link(hash_of("older"), START.plus(hours(1))).await.expect("saved");
    store.save_set_up_link(link, START.plus(hours(1))).await.expect("saved");

    assert_eq!(store.is_set_up_link(hash_of("older"), START).await, Ok(false), "replaced");
    assert_eq!(store.is_set_up_link(link, START).await, Ok(true));
    assert_eq!(store.is_set_up_link(link, START.plus(hours(1))).await, Ok(false), "too late");
    assert_eq!(set_up(hash_of("wrong"), START).await, SetUp::WrongLink);
    assert_eq!(set_up(link, START.plus(hours(1))).await, SetUp::WrongLink);
    assert_eq!(set_up(link, START).await, SetUp::Created);
    assert_eq!(set_up(link, START).await, SetUp::NotEmpty);
    assert_eq!(store.is_set_up_link(link, START).await, Ok(false), "used up");
    assert_eq!(store.is_empty().await, Ok(false));
    let found = store.find_user_by_email("owner@acme.example").await.expect("answer").expect("the owner");
    assert_eq!(found.organization_id, organization.id);
}
