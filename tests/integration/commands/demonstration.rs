//! `--demo` and `--demo-json` (decisions: demo).

use super::{fresh, sqlite};
use hasp_tests::actors::{KeyHolder, Visitor, sign_in};
use hasp_tests::binary;
use hasp_tests::binary::{ServerProcess, describe, free_port};
use hasp_tests::server::seed_file;
use hasp_tests::until::until;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

#[tokio::test]
async fn the_demonstration_writes_what_a_program_needs_for_its_owners_eyes() {
    // issue: --demo-json (decisions: demo)
    let (folder, database) = fresh();
    let file = folder.path().join("demo.json");
    std::fs::write(&file, "old").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let port = free_port();

    let server =
        ServerProcess::start(&database, port, &["--demo", "--demo-json", file.to_str().unwrap()]).await;

    let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "{mode:o}");
    let first: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(first["issuer"], server.issuer.as_str());
    assert_eq!(first["sign_in"], json!({"email": "demo@example.com", "password": "demo-password"}));
    let hours: Vec<_> = first["agents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|agent| agent["default_expiry_hours"].clone())
        .collect();
    assert_eq!(hours, [json!(8), json!(1)]);
    let kinds: Vec<_> = first["applications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|app| {
            (
                app["client_type"].as_str().unwrap(),
                app["mode"].as_str().unwrap(),
                app.get("client_secret").is_some(),
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [("confidential", "live", true), ("public", "live", false), ("confidential", "test", true)]
    );
    for application in first["applications"].as_array().unwrap() {
        assert_eq!(application["redirect_uris"], json!(["http://127.0.0.1:8976/callback"]));
    }
    for email in ["demo@example.com", "other@example.com"] {
        let mut visitor = Visitor::new(&server.issuer);
        assert_eq!(sign_in(&mut visitor, email, "demo-password").await.status, 303, "{email}");
    }
    let key = first["api_key"].as_str().unwrap();
    assert_eq!(KeyHolder::new(&server.issuer, key).get("/v1/agents").await.status(), 200);
    let printed = || async { server.output().contains(key).then_some(()) };
    until("the key is printed for its owner too", Duration::from_secs(10), printed).await;
    assert!(server.log().is_empty() || !server.log().contains(key), "and not logged");

    server.terminate().await;
    let again =
        ServerProcess::start(&database, port, &["--demo", "--demo-json", file.to_str().unwrap()]).await;
    let second: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(
        first["applications"][0]["client_id"], second["applications"][0]["client_id"],
        "the same applications"
    );
    assert_ne!(
        first["applications"][0]["client_secret"], second["applications"][0]["client_secret"],
        "fresh secrets"
    );
    assert_ne!(first["api_key"], second["api_key"]);
    KeyHolder::new(&again.issuer, key).get("/v1/agents").await.error(401, "INVALID_API_KEY");
}

#[tokio::test]
async fn the_demonstration_stays_on_loopback() {
    // decisions: --demo, on loopback only
    let (_folder, database) = fresh();

    for arguments in [
        vec!["--demo", "--listen", "0.0.0.0:0"],
        vec!["--demo", "--public-url", "https://hasp.example"],
        vec!["--demo-json", "x.json"],
    ] {
        let database = sqlite(&database);
        let mut all = vec!["serve", "--database", &database];
        all.extend(&arguments);
        let output = binary::run(&all);
        assert!(!output.status.success(), "{arguments:?}: {}", describe(&output));
        let text = describe(&output);
        assert!(text.contains("demo") || text.contains("loopback"), "{arguments:?}: {text}");
    }
}

#[tokio::test]
async fn a_known_password_gets_no_place_among_real_people() {
    // decisions: --demo, on loopback only
    let (_folder, demonstration) = fresh();
    ServerProcess::start(&demonstration, free_port(), &["--demo"]).await.terminate().await;
    let (_folder, real) = fresh();
    seed_file(&real).await;
    let serve = |database: &std::path::Path, more: &[&str]| {
        let database = sqlite(database);
        let arguments = ["serve", "--database", &database, "--listen", "127.0.0.1:0"];
        let output = binary::run(&[&arguments, more].concat());
        assert!(!output.status.success(), "{}", describe(&output));
        describe(&output)
    };

    let leftover = serve(&demonstration, &["--public-url", "https://hasp.example"]);
    let intruder = serve(&real, &["--demo"]);

    assert!(leftover.contains("demo@example.com"), "{leftover}");
    assert!(intruder.contains("a database of its own"), "{intruder}");
}
