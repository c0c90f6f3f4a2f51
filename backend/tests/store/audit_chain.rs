//! The audit chains: complete, linked, and broken visibly by whoever tampers.

use crate::scene::*;
use hasp_server::storage::record::Hash;
use hasp_server::storage::*;

/// An organization with six events: created, owner, four agents.
async fn chain() -> (Scene, Company) {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    for name in ["One", "Two", "Three", "Four"] {
        scene.agent(&acme, name).await;
    }
    (scene, acme)
}

/// Past the triggers, as someone with the file and an editor would.
fn tamper(scene: &Scene, sql: &str) {
    let raw = scene.raw();
    raw.execute_batch("DROP TRIGGER audit_event_is_never_changed; DROP TRIGGER audit_event_is_never_deleted")
        .expect("the triggers are dropped");
    raw.execute_batch(sql).expect("tampered");
}

async fn broken(scene: &Scene) -> (Option<String>, u64, String, String) {
    match scene.store.verify_audit_chains().await {
        Ok(ChainVerdict::Broken { organization_id, sequence, event_id, reason }) => {
            (organization_id, sequence, event_id, reason)
        }
        other => panic!("the tampering went unnoticed: {other:?}"),
    }
}

#[tokio::test]
async fn every_chain_is_numbered_from_one_and_linked() {
    let (scene, acme) = chain().await;

    let events = scene.events(&acme).await;

    let sequences: Vec<u64> = events.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5, 6]);
    let mut previous: Hash = [0; 32];
    for event in &events {
        assert_eq!(event.previous_hash, previous, "event {}", event.sequence);
        previous = event.hash;
    }
    // Besides the platform's one event: that the organization was made.
    let verdict = scene.store.verify_audit_chains().await;
    assert_eq!(verdict, Ok(ChainVerdict::Intact { chains: 2, events: 7 }));
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete_an_event() {
    let (scene, _) = chain().await;

    for sql in ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event WHERE sequence = 3"] {
        let refused = scene.raw().execute(sql, []).expect_err("refused").to_string();
        assert!(refused.contains("audit events are never"), "{sql}: {refused}");
    }

    scene.assert_chains_intact().await;
}

#[tokio::test]
async fn a_changed_event_is_named() {
    let rows = [
        ("metadata", r#"metadata = replace(metadata, 'Two', 'Tow')"#),
        ("user", "user_id = NULL"),
        ("time", "created_at = created_at - 1"),
        ("mode", "mode = 'test'"),
        ("address", "ip_address = '203.0.113.9'"),
        ("id", "id = '01ARZ3NDEKTSV4RRFFQ69G5FAV'"),
    ];
    for (name, assignment) in rows {
        let (scene, acme) = chain().await;
        tamper(&scene, &format!("UPDATE audit_event SET {assignment} WHERE sequence = 4"));
        let stored: String = scene
            .raw()
            .query_row("SELECT id FROM audit_event WHERE sequence = 4", [], |row| row.get(0))
            .expect("id");

        let (organization_id, sequence, event_id, reason) = broken(&scene).await;

        assert_eq!(organization_id, Some(acme.organization.id), "{name}");
        assert_eq!((sequence, event_id), (4, stored), "{name}");
        assert!(reason.starts_with("hash mismatch"), "{name}: {reason}");
    }
}

#[tokio::test]
async fn a_deleted_event_leaves_a_gap() {
    let (scene, acme) = chain().await;
    let fifth = scene.events(&acme).await[4].id.clone();
    tamper(&scene, "DELETE FROM audit_event WHERE sequence = 4");

    let (organization_id, sequence, event_id, reason) = broken(&scene).await;

    assert_eq!(organization_id, Some(acme.organization.id));
    assert_eq!((sequence, event_id), (5, fifth));
    assert_eq!(reason, "gap: event 4 is missing");
}

#[tokio::test]
async fn a_chain_that_is_gone_with_its_head_is_missed() {
    let (scene, acme) = chain().await;
    let id = &acme.organization.id;
    let forget = |chain: &str| {
        format!(
            "DELETE FROM audit_event WHERE chain = '{chain}'; DELETE FROM audit_head WHERE chain = '{chain}'"
        )
    };

    tamper(&scene, &forget(id));
    let (organization_id, sequence, _, reason) = broken(&scene).await;
    assert_eq!(
        (organization_id, sequence, reason.as_str()),
        (Some(id.clone()), 1, "the recorded head is missing")
    );

    let (scene, _) = chain().await;
    tamper(&scene, &forget("platform"));
    let (organization_id, sequence, _, reason) = broken(&scene).await;
    assert_eq!((organization_id, sequence, reason.as_str()), (None, 1, "the recorded head is missing"));
}

#[tokio::test]
async fn a_closed_gap_shows_in_the_link() {
    let (scene, _) = chain().await;
    tamper(
        &scene,
        "DELETE FROM audit_event WHERE sequence = 4;
         UPDATE audit_event SET sequence = sequence - 1 WHERE sequence > 4;
         UPDATE audit_head SET sequence = 5 WHERE sequence = 6",
    );

    let (_, sequence, _, reason) = broken(&scene).await;

    assert_eq!(sequence, 4);
    assert!(reason.starts_with("wrong previous hash"), "{reason}");
}

#[tokio::test]
async fn reordered_events_are_noticed() {
    let (scene, _) = chain().await;
    tamper(
        &scene,
        "UPDATE audit_event SET sequence = 99 WHERE sequence = 3;
         UPDATE audit_event SET sequence = 3 WHERE sequence = 4;
         UPDATE audit_event SET sequence = 4 WHERE sequence = 99",
    );

    let (_, sequence, _, reason) = broken(&scene).await;

    assert_eq!(sequence, 3);
    assert!(reason.starts_with("wrong previous hash"), "{reason}");
}

#[tokio::test]
async fn a_cut_off_end_is_noticed() {
    let (scene, acme) = chain().await;
    tamper(&scene, "DELETE FROM audit_event WHERE sequence > 4");

    let (organization_id, sequence, _, reason) = broken(&scene).await;

    assert_eq!(organization_id, Some(acme.organization.id));
    assert_eq!(sequence, 5);
    assert_eq!(reason, "gap: events 5 to 6 are missing at the end");
}

#[tokio::test]
async fn an_event_moved_to_another_chain_is_noticed() {
    let (scene, acme) = chain().await;
    let other = scene.company("Other").await;
    tamper(
        &scene,
        &format!(
            "DELETE FROM audit_event WHERE chain = '{0}';
             UPDATE audit_event SET chain = '{0}' WHERE chain = '{1}';
             DELETE FROM audit_head WHERE chain = '{0}';
             UPDATE audit_head SET chain = '{0}' WHERE chain = '{1}'",
            other.organization.id, acme.organization.id
        ),
    );

    let (organization_id, sequence, _, reason) = broken(&scene).await;

    assert_eq!(organization_id, Some(other.organization.id));
    assert_eq!(sequence, 1);
    assert!(reason.starts_with("hash mismatch"), "{reason}");
}

#[tokio::test]
async fn an_unreadable_event_is_named_not_skipped() {
    let (scene, _) = chain().await;
    tamper(&scene, "UPDATE audit_event SET metadata = x'FF' WHERE sequence = 2");

    let (_, sequence, _, reason) = broken(&scene).await;

    assert_eq!(sequence, 2);
    assert!(reason.contains("metadata"), "{reason}");
}

#[tokio::test]
async fn filters_and_pages_of_the_list() {
    let (scene, acme) = chain().await;
    let organization = &acme.organization.id;
    let agent = scene.events_of(&acme, "agent.registered").await[1].entity_id.clone();
    let listed = async |filter: AuditFilter, limit, cursor| {
        let request = PageRequest { limit, cursor };
        scene.store.list_audit_events(organization, filter, request).await.expect("a page")
    };
    let none = AuditFilter::default();
    let action = AuditFilter { action: Some("user.created".to_owned()), ..none.clone() };
    let kind = AuditFilter { entity_type: Some("agent".to_owned()), ..none.clone() };
    let entity = AuditFilter { entity_id: agent.clone(), ..none.clone() };
    let nothing = AuditFilter { action: Some("user.created".to_owned()), entity_id: agent, ..none.clone() };

    let first = listed(none.clone(), 4, None).await;
    let second = listed(none, 4, first.next_cursor.clone()).await;

    let sequences = |page: &hasp_protocol::api::Page<_>| {
        page.items.iter().map(|event: &record::AuditEvent| event.sequence).collect::<Vec<_>>()
    };
    assert_eq!(sequences(&first), [6, 5, 4, 3]);
    assert_eq!((sequences(&second), second.next_cursor), (vec![2, 1], None));
    assert_eq!(sequences(&listed(action, 50, None).await), [2]);
    assert_eq!(sequences(&listed(kind, 50, None).await), [6, 5, 4, 3]);
    assert_eq!(sequences(&listed(entity, 50, None).await), [4]);
    assert_eq!(sequences(&listed(nothing, 50, None).await), Vec::<u64>::new());
}

#[tokio::test]
async fn another_organizations_events_are_not_listed() {
    let (scene, acme) = chain().await;
    let other = scene.company("Other").await;

    let events = scene.events(&other).await;

    assert!(events.iter().all(|event| event.organization_id.as_ref() == Some(&other.organization.id)));
    assert!(scene.events(&acme).await.iter().all(|event| event.entity_id.as_ref() != Some(&other.owner.id)));
}
