//! Applications: kept apart by organization, edited, revoked for good.

use crate::scene::*;
use hasp_protocol::{ClientType, Mode};
use hasp_server::storage::record::*;
use hasp_server::storage::*;
use serde_json::json;

#[tokio::test]
async fn an_application_comes_back_as_it_was_registered() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let created = scene.application(&acme, ClientType::Confidential, Mode::Live).await;

    let scene = scene.reopened();
    let found = scene.store.find_application(&acme.organization.id, &created.client_id, START).await;

    assert_eq!(found, Ok(Some(created.clone())));
    assert_eq!(scene.store.find_client(&created.client_id, START).await, Ok(Some(created.clone())));
    assert_eq!(created.organization_name, "Acme");
    assert_eq!(created.secrets.len(), 1);
    let event = &scene.events_of(&acme, "oauth_application.created").await[0];
    assert_eq!(event.user_id.as_ref(), Some(&acme.owner.id));
    assert_eq!(event.metadata["redirect_uris"], json!([CALLBACK]));
}

#[tokio::test]
async fn another_organization_does_not_see_it_but_the_protocol_does() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let other = scene.company("Other").await;
    let application = scene.public_application(&acme).await;
    let client_id = &application.client_id;

    assert_eq!(scene.store.find_application(&other.organization.id, client_id, START).await, Ok(None));
    assert!(scene.store.find_client(client_id, START).await.is_ok_and(|found| found.is_some()));
    let listed = scene.store.list_applications(&other.organization.id, first_page(), START).await;
    assert_eq!(listed.map(|page| page.items.len()), Ok(0));
    let by = by(&other.owner, START);
    let edit = ApplicationEdit { display_name: Some("Mine".to_owned()), ..ApplicationEdit::default() };
    let edited = scene.store.edit_application(&other.organization.id, client_id, edit, &by).await;
    assert_eq!(edited, Ok(ApplicationEdited::Unknown));
    let revoked = scene.store.revoke_application(&other.organization.id, client_id, &by).await;
    assert_eq!(revoked, Ok(ApplicationEnded::Unknown));
}

// R69, R71
#[tokio::test]
async fn an_edit_changes_what_it_names_and_records_from_what_to_what() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let application = scene.public_application(&acme).await;
    let later = START.plus(seconds(60));
    let edit = ApplicationEdit {
        display_name: Some("Better Reader".to_owned()),
        homepage_url: Some(None),
        ..ApplicationEdit::default()
    };

    let edited = scene
        .store
        .edit_application(
            &acme.organization.id,
            &application.client_id,
            edit.clone(),
            &by(&acme.owner, later),
        )
        .await;

    let expected = Application {
        display_name: "Better Reader".to_owned(),
        homepage_url: None,
        updated_at: later,
        ..application.clone()
    };
    assert_eq!(edited, Ok(ApplicationEdited::Edited(expected.clone())));
    assert_eq!(scene.store.find_client(&application.client_id, later).await, Ok(Some(expected)));
    let events = scene.events_of(&acme, "oauth_application.updated").await;
    assert_eq!(
        events[0].metadata["changed"],
        json!({
            "display_name": { "from": "Clinic Reader", "to": "Better Reader" },
            "homepage_url": { "from": "https://reader.example/", "to": null },
        })
    );
    let again = scene
        .store
        .edit_application(&acme.organization.id, &application.client_id, edit, &by(&acme.owner, later))
        .await;
    assert!(matches!(again, Ok(ApplicationEdited::Edited(_))));
    assert_eq!(scene.events_of(&acme, "oauth_application.updated").await.len(), 1, "nothing changed twice");
}

// R31, R32, checklist 74
#[tokio::test]
async fn revoking_an_application_ends_every_credential_and_code_in_all_organizations() {
    let scene = Scene::new();
    let developer = scene.company("Developer").await;
    let clinic = scene.company("Clinic").await;
    let hospital = scene.company("Hospital").await;
    let application = scene.public_application(&developer).await;
    let bystander = scene.public_application(&developer).await;
    let own = scene.agent(&developer, "Own").await;
    let reader = scene.agent(&clinic, "Reader").await;
    let writer = scene.agent(&clinic, "Writer").await;
    let nurse = scene.agent(&hospital, "Nurse").await;
    let mut tokens = Vec::new();
    for (agent, user) in [
        (&own, &developer.owner),
        (&reader, &clinic.owner),
        (&reader, &clinic.owner),
        (&writer, &clinic.owner),
    ] {
        tokens.push(scene.credential(&application, agent, user, START).await.1);
    }
    let (_, unaffected) = scene.credential(&bystander, &reader, &clinic.owner, START).await;
    let waiting = scene.approve(&application, &nurse, &hospital.owner, START).await;
    let now = START.plus(seconds(1));
    let before = scene.count("SELECT count(*) FROM audit_event");

    let ended = scene
        .store
        .revoke_application(&developer.organization.id, &application.client_id, &by(&developer.owner, now))
        .await;

    let Ok(ApplicationEnded::Revoked { application: revoked, credentials }) = ended else {
        panic!("{ended:?}")
    };
    assert_eq!((credentials, revoked.active_credentials, revoked.revoked_at), (4, 0, Some(now)));
    for token in tokens {
        let credential = scene.token(token).await;
        assert!(!credential.is_active(now));
        assert_eq!(credential.revoked_at, Some(now));
        assert_eq!(credential.revocation_reason.as_deref(), Some("application_revoked"));
    }
    assert!(scene.is_active(unaffected, now).await);
    let refused = scene.redeem(&waiting, now).await;
    assert_eq!(refused, Redeemed::NoLongerAllowed(NoLongerAllowed::ApplicationRevoked));
    assert_eq!(scene.count("SELECT count(*) FROM audit_event") - before, 3, "one event per organization");
    assert_eq!(scene.count("SELECT count(*) FROM credential WHERE revoked_at IS NOT NULL"), 0, "derived");
    let counts = |event: &AuditEvent| {
        (event.metadata["revoked_credentials"].as_u64(), event.metadata["ended_codes"].as_u64())
    };
    let at_home = &scene.events_of(&developer, "oauth_application.revoked").await[0];
    assert_eq!(counts(at_home), (Some(1), Some(0)));
    assert_eq!(at_home.metadata["revoked_credentials_in_all_organizations"], 4);
    let at_clinic = &scene.events_of(&clinic, "oauth_application.revoked").await[0];
    assert_eq!((counts(at_clinic), &at_clinic.user_id), ((Some(3), Some(0)), &None));
    let at_hospital = &scene.events_of(&hospital, "oauth_application.revoked").await[0];
    assert_eq!(counts(at_hospital), (Some(0), Some(1)));
    scene.assert_chains_intact().await;
}

// R32
#[tokio::test]
async fn a_revoked_application_stays_revoked_and_refuses_changes() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let application = scene.application(&acme, ClientType::Confidential, Mode::Live).await;
    let (organization, client_id) = (&acme.organization.id, &application.client_id);
    let change = by(&acme.owner, START);
    scene.store.revoke_application(organization, client_id, &change).await.expect("revoked");
    let events = scene.events(&acme).await.len();

    let later = by(&acme.owner, START.plus(hours(1)));
    let again = scene.store.revoke_application(organization, client_id, &later).await;
    let edit = ApplicationEdit { display_name: Some("Back".to_owned()), ..ApplicationEdit::default() };
    let edited = scene.store.edit_application(organization, client_id, edit, &later).await;
    let rotated =
        scene.store.rotate_secret(organization, client_id, secret("new", START), START, &later).await;

    let Ok(ApplicationEnded::AlreadyRevoked(application)) = again else { panic!("{again:?}") };
    assert_eq!(application.revoked_at, Some(START));
    assert_eq!(edited, Ok(ApplicationEdited::Revoked));
    assert_eq!(rotated, Ok(SecretRotated::Revoked));
    assert_eq!(scene.events(&acme).await.len(), events, "no event without a change");
}

#[tokio::test]
async fn active_credentials_are_counted_without_what_expired_or_ended() {
    let scene = Scene::new();
    let developer = scene.company("Developer").await;
    let clinic = scene.company("Clinic").await;
    let application = scene.public_application(&developer).await;
    let member = scene.user(&clinic.organization, "member@clinic.example").await;
    let kept = scene.agent(&clinic, "Kept").await;
    let archived = scene.agent(&clinic, "Archived").await;
    scene.credential(&application, &kept, &clinic.owner, START).await;
    scene.credential(&application, &kept, &clinic.owner, START.plus(hours(1))).await;
    let (revoked, _) = scene.credential(&application, &kept, &clinic.owner, START.plus(hours(1))).await;
    scene.credential(&application, &kept, &member, START.plus(hours(1))).await;
    scene.credential(&application, &archived, &clinic.owner, START.plus(hours(1))).await;
    let count = async |now| {
        let organization = &developer.organization.id;
        let found = scene.store.find_application(organization, &application.client_id, now).await;
        found.expect("the store answers").expect("found").active_credentials
    };
    let now = START.plus(hours(2));
    let change = by(&clinic.owner, now);
    let clinic_id = &clinic.organization.id;

    assert_eq!(count(now).await, 5);
    assert_eq!(count(START.plus(hours(8))).await, 4, "one expired");
    scene.store.revoke_credential(clinic_id, &revoked.id, None, &change).await.expect("revoked");
    assert_eq!(count(now).await, 4);
    scene.store.archive_agent(clinic_id, &archived.id, &change).await.expect("archived");
    assert_eq!(count(now).await, 3);
    scene.store.remove_user(clinic_id, &member.id, &change).await.expect("removed");
    assert_eq!(count(now).await, 2);
}
