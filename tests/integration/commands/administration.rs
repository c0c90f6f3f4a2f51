//! `hasp org`, `hasp user`, `hasp api-key` beside a running server (R27; issue: each with a test).

use super::{fresh, sqlite};
use hasp_tests::actors::{Developer, KeyHolder, ResourceServer};
use hasp_tests::binary;
use hasp_tests::binary::{ServerProcess, describe, free_port, run_well, run_with_input};
use hasp_tests::server::{ACME_MEMBER, ACME_OWNER, PASSWORD, seed_file};
use serde_json::json;
use std::path::Path;

fn create_user(database: &Path, email: &str, role: &str, password: &str) -> std::process::Output {
    let database = sqlite(database);
    let arguments = [
        "user",
        "create",
        "--database",
        &database,
        "--org",
        "Acme",
        "--email",
        email,
        "--name",
        "Ada",
        "--role",
        role,
        "--password-stdin",
    ];
    run_with_input(&arguments, &format!("{password}\n"))
}

#[tokio::test]
async fn organizations_and_users_are_made_beside_a_running_server() {
    // issue: hasp org create, hasp user create
    let (_folder, database) = fresh();
    let server = ServerProcess::start(&database, free_port(), &[]).await;

    let organization = run_well(&["org", "create", "--database", &sqlite(&database), "--name", "Acme"]);
    let user = create_user(&database, "Ada@Acme.example", "owner", PASSWORD);

    assert_eq!(organization.trim().len(), 26, "it prints the id: {organization}");
    assert!(user.status.success(), "{}", describe(&user));
    let developer = Developer::sign_in(&server.issuer, "ada@acme.example").await;
    assert_eq!(developer.session.organization.id, organization.trim());
    assert_eq!(developer.session.user.id, String::from_utf8_lossy(&user.stdout).trim());
    assert_eq!(developer.session.user.role.as_str(), "owner");
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_with_a_reason() {
    // issue: hasp org create, hasp user create
    let (_folder, database) = fresh();
    run_well(&["org", "create", "--database", &sqlite(&database), "--name", "Acme"]);
    assert!(create_user(&database, "ada@acme.example", "owner", PASSWORD).status.success());

    let taken = create_user(&database, "ADA@acme.example", "member", PASSWORD);
    let short = create_user(&database, "eve@acme.example", "member", "short");
    let role = create_user(&database, "eve@acme.example", "emperor", PASSWORD);
    let email = create_user(&database, "not an address", "member", PASSWORD);
    let twice = binary::run(&["org", "create", "--database", &sqlite(&database), "--name", "Acme"]);
    let nowhere = binary::run(&[
        "user",
        "create",
        "--database",
        "sqlite:/nonexistent/x.db",
        "--org",
        "Acme",
        "--email",
        "a@b.c",
        "--name",
        "A",
        "--password-stdin",
    ]);

    for (name, output, reason) in [
        ("taken", taken, "ada@acme.example"),
        ("short", short, "10 characters"),
        ("role", role, "owner"),
        ("email", email, "not an address"),
        ("twice", twice, "Acme"),
        ("nowhere", nowhere, "/nonexistent"),
    ] {
        assert!(!output.status.success(), "{name}");
        let described = describe(&output);
        assert!(described.contains(reason), "{name}: {described}");
        assert!(!described.contains("panicked"), "{name}: {described}");
    }
}

#[tokio::test]
async fn an_api_key_made_by_command_introspects() {
    // R27, R55, checklist 66
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let server = ServerProcess::start(&database, free_port(), &[]).await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let agent = developer.create_agent("Scheduler", 8).await;
    let issued = developer.issue_credential(&agent.id, json!([{"type": "hasp.data.read"}])).await;

    let database = sqlite(&database);
    let arguments = [
        "api-key",
        "create",
        "--database",
        &database,
        "--org",
        "Acme",
        "--owner",
        ACME_OWNER,
        "--name",
        "Gateway",
        "--scope",
        "tokens:introspect,agents:read",
    ];
    let key = run_well(&arguments);
    let key = key.trim();

    assert!(key.starts_with("hasp_key_live_"), "the plaintext and nothing else on standard output: {key}");
    let answer = ResourceServer::new(&server.issuer, key).introspect(&issued.token).await;
    assert_eq!(answer.json()["active"], true, "{answer}");
    assert_eq!(KeyHolder::new(&server.issuer, key).get("/v1/agents").await.status(), 200);
    let events = developer.audit().await;
    let created = events.iter().find(|event| event.action == "api_key.created").expect("audited");
    let id = created.entity_id.clone().expect("the key's id");
    assert!(!serde_json::to_string(&events).unwrap().contains(key));

    run_well(&["api-key", "revoke", "--database", &database, "--org", "Acme", "--id", &id]);
    assert_eq!(ResourceServer::new(&server.issuer, key).introspect(&issued.token).await.status, 401);
    KeyHolder::new(&server.issuer, key).get("/v1/agents").await.error(401, "INVALID_API_KEY");
}

#[tokio::test]
async fn an_unknown_scope_is_no_scope() {
    // R27
    let (_folder, database) = fresh();
    seed_file(&database).await;

    let output = binary::run(&[
        "api-key",
        "create",
        "--database",
        &sqlite(&database),
        "--org",
        "Acme",
        "--owner",
        ACME_OWNER,
        "--name",
        "X",
        "--scope",
        "everything",
    ]);

    assert!(!output.status.success());
    assert!(describe(&output).contains("tokens:introspect"), "it lists what there is: {}", describe(&output));
}

#[tokio::test]
async fn a_removed_user_loses_everything_at_once() {
    // domain.md 5.3
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let server = ServerProcess::start(&database, free_port(), &[]).await;
    let mut owner = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let agent = owner.create_agent("Scheduler", 8).await;
    let mut member = Developer::sign_in(&server.issuer, ACME_MEMBER).await;
    let issued = member.issue_credential(&agent.id, json!([{"type": "hasp.data.read"}])).await;
    assert_eq!(hasp_tests::actors::who_am_i(&server.issuer, &issued.token).await.status, 200);

    run_well(&["user", "remove", "--database", &sqlite(&database), "--email", ACME_MEMBER]);

    assert_eq!(hasp_tests::actors::who_am_i(&server.issuer, &issued.token).await.status, 401);
    member.get("/v1/session").await.error(401, "AUTHENTICATION_REQUIRED");
}
