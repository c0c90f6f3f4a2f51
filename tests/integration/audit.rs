//! The audit log: what is in it, its chain, and `hasp audit verify` (R80; checklist 85).

use hasp_protocol::api::audit::AuditEventView;
use hasp_tests::binary;
use hasp_tests::flow::{Stage, smallest_details};
use rusqlite::Connection;
use serde_json::json;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// One of everything that changes something.
async fn eventful(stage: &mut Stage) {
    let (_, page) = stage.consent_page(&smallest_details()).await;
    stage.user.deny(&page).await;
    let token = stage.token().await;
    stage.client.revoke(&token).await;
    stage.token().await;
    let agent = format!("/v1/agents/{}", stage.agent.id);
    let application = format!("/v1/applications/{}", stage.client.client_id);
    stage.developer.patch(&agent, json!({"description": "Edited"})).await;
    stage.developer.patch(&application, json!({"display_name": "Edited"})).await;
    stage.developer.post(&format!("{application}/secret/rotate"), json!({"grace_period_hours": 1})).await;
    stage.developer.issue_credential(&stage.agent.id, smallest_details()).await;
    stage.developer.post(&format!("{application}/revoke"), json!({})).await;
    stage.developer.post(&format!("{agent}/archive"), json!({})).await;
}

#[tokio::test]
async fn every_change_and_decision_is_in_it() {
    // R80, checklist 27, 85
    let mut stage = Stage::confidential().await;
    eventful(&mut stage).await;

    let events = stage.developer.audit().await;

    let actions: HashSet<_> = events.iter().map(|event| event.action.as_str()).collect();
    for action in [
        "organization.created",
        "user.created",
        "user.signed_in",
        "oauth_application.created",
        "oauth_application.updated",
        "oauth_application.secret_rotated",
        "oauth_application.revoked",
        "agent.registered",
        "agent.updated",
        "agent.archived",
        "agent.credential_issued",
        "agent.credential_revoked",
        "oauth.consent_approved",
        "oauth.consent_denied",
        "oauth.code_redeemed",
    ] {
        assert!(actions.contains(action), "{action} is missing from {actions:?}");
    }
    let sequences: Vec<_> = events.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, (1..=events.len() as u64).rev().collect::<Vec<_>>(), "without gaps");
    for event in &events {
        assert_eq!(event.integrity_hash.len(), 64, "{event:?}");
        assert!(
            event.integrity_hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        );
        assert!(event.metadata.get("request_id").is_some() || event.user_id.is_none(), "{event:?}");
    }
}

#[tokio::test]
async fn a_refused_change_leaves_no_event() {
    // checklist 85
    let mut stage = Stage::confidential().await;
    let before = stage.developer.audit().await.len();

    stage.developer.post("/v1/agents", json!({"name": "x"})).await;
    stage.developer.get("/v1/agents").await;
    stage.client.redeem("nonsense", &"a".repeat(43)).await;
    stage.client.introspect("nonsense").await;

    assert_eq!(stage.developer.audit().await.len(), before);
}

/// A copy of the stage's database, opened for tampering.
async fn copy(stage: Stage, folder: &Path) -> PathBuf {
    let source = stage.server.stop().await;
    let copy = folder.join("copy.db");
    let from = Connection::open(source.path().join("hasp.db")).unwrap();
    from.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    copy
}

fn verify(database: &Path) -> (bool, String) {
    let database = format!("sqlite:{}", database.display());
    let output = binary::run(&["audit", "verify", "--database", &database]);
    let described = binary::describe(&output);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "a verdict, not a complaint about the command: {described}"
    );
    (output.status.success(), described)
}

fn tamper(database: &Path, statements: &str) {
    let connection = Connection::open(database).unwrap();
    let triggers = "DROP TRIGGER IF EXISTS audit_event_is_never_changed; DROP TRIGGER IF EXISTS audit_event_is_never_deleted;";
    connection.execute_batch(triggers).unwrap();
    connection.execute_batch(statements).unwrap();
}

#[tokio::test]
async fn verify_accepts_the_untouched_log() {
    // R80, checklist 85
    let mut stage = Stage::confidential().await;
    eventful(&mut stage).await;
    let folder = tempfile::tempdir().unwrap();

    let (intact, output) = verify(&copy(stage, folder.path()).await);

    assert!(intact, "{output}");
}

#[tokio::test]
async fn verify_names_the_first_bad_row_of_a_tampered_copy() {
    // R80, checklist 85
    let mut stage = Stage::confidential().await;
    eventful(&mut stage).await;
    let events: Vec<AuditEventView> = stage.developer.audit().await;
    let victim =
        events.iter().find(|event| event.action == "oauth.consent_approved").expect("approved").clone();
    let next =
        events.iter().find(|event| event.sequence == victim.sequence + 1).expect("a later event").clone();
    let folder = tempfile::tempdir().unwrap();
    let original = copy(stage, folder.path()).await;
    let id = &victim.id;
    let rows = [
        (
            "metadata",
            format!(
                "UPDATE audit_event SET metadata = replace(metadata, 'hasp.data.read', 'hasp.data.write') WHERE id = '{id}'"
            ),
            &victim,
        ),
        ("user", format!("UPDATE audit_event SET user_id = NULL WHERE id = '{id}'"), &victim),
        (
            "action",
            format!("UPDATE audit_event SET action = 'oauth.consent_denied' WHERE id = '{id}'"),
            &victim,
        ),
        ("time", format!("UPDATE audit_event SET created_at = created_at + 1 WHERE id = '{id}'"), &victim),
        ("mode", format!("UPDATE audit_event SET mode = 'test' WHERE id = '{id}'"), &victim),
        ("hash", format!("UPDATE audit_event SET hash = randomblob(32) WHERE id = '{id}'"), &victim),
        ("deleted", format!("DELETE FROM audit_event WHERE id = '{id}'"), &next),
    ];

    for (name, statement, named) in rows {
        let database = folder.path().join(format!("{name}.db"));
        std::fs::copy(&original, &database).unwrap();
        tamper(&database, &statement);
        let (intact, output) = verify(&database);
        assert!(!intact, "{name}: the tampering went unnoticed: {output}");
        assert!(output.contains(&named.id), "{name}: names {}: {output}", named.id);
    }
}

#[tokio::test]
async fn verify_notices_a_cut_off_end_and_swapped_rows() {
    // R80, checklist 85
    let mut stage = Stage::confidential().await;
    eventful(&mut stage).await;
    let events = stage.developer.audit().await;
    let (last, before) = (events[0].clone(), events[1].clone());
    let folder = tempfile::tempdir().unwrap();
    let original = copy(stage, folder.path()).await;
    let cut = format!("DELETE FROM audit_event WHERE id = '{}'", last.id);
    let swap = format!(
        "UPDATE audit_event SET sequence = 100000 WHERE id = '{a}'; UPDATE audit_event SET sequence = {sa} WHERE id = '{b}';
         UPDATE audit_event SET sequence = {sb} WHERE id = '{a}';",
        a = last.id,
        b = before.id,
        sa = last.sequence,
        sb = before.sequence
    );

    for (name, statement) in [("cut", cut), ("swapped", swap)] {
        let database = folder.path().join(format!("{name}.db"));
        std::fs::copy(&original, &database).unwrap();
        tamper(&database, &statement);
        let (intact, output) = verify(&database);
        assert!(!intact, "{name}: {output}");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_an_event() {
    // R80 (domain.md 5.6)
    let mut stage = Stage::confidential().await;
    stage.token().await;
    let folder = tempfile::tempdir().unwrap();
    let database = copy(stage, folder.path()).await;
    let connection = Connection::open(database).unwrap();

    let update = connection.execute("UPDATE audit_event SET metadata = '{}'", []);
    let delete = connection.execute("DELETE FROM audit_event", []);

    assert!(update.is_err() && delete.is_err());
}
