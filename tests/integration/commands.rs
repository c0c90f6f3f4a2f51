//! The `hasp` program: commands beside a running server, settings, set-up, demonstration, health
//! (R27; issue: each with a test).

use hasp_tests::actors::{Developer, KeyHolder, ResourceServer, User, Visitor, sign_in};
use hasp_tests::binary::{self, ServerProcess, describe, free_port, run_well, run_with_input};
use hasp_tests::http::{Call, plain_client};
use hasp_tests::server::{ACME_MEMBER, ACME_OWNER, PASSWORD, seed_file};
use hasp_tests::until::until;
use reqwest::Method;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn fresh() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("hasp.db");
    (folder, database)
}

fn sqlite(database: &Path) -> String {
    format!("sqlite:{}", database.display())
}

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

async fn get(issuer: &str, path: &str) -> hasp_tests::http::Answer {
    Call::new(&plain_client(), Method::GET, format!("{issuer}{path}")).send().await
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

/// The link that an empty server prints.
async fn set_up_link(server: &ServerProcess) -> String {
    until("the set-up link is printed", Duration::from_secs(10), || async {
        let output = server.output();
        output.split_whitespace().find(|word| word.contains("/set-up?link=")).map(str::to_owned)
    })
    .await
}

#[tokio::test]
async fn an_empty_server_is_set_up_by_its_link_once() {
    // issue: the set-up link
    let (_folder, database) = fresh();
    let server = ServerProcess::start(&database, free_port(), &[]).await;
    let link = set_up_link(&server).await;
    let mut visitor = Visitor::new(&server.issuer);

    let page = visitor.get(&link).await;
    let form = page.page().form("/set-up");
    let weak = [
        ("organization", "Acme"),
        ("display_name", "Ada"),
        ("email", "ada@acme.example"),
        ("password", "short"),
    ];
    let refused = visitor.submit(&form, &weak).await;
    let form = refused.page().form("/set-up");
    let good = [
        ("organization", "Acme"),
        ("display_name", "Ada"),
        ("email", "ada@acme.example"),
        ("password", PASSWORD),
    ];
    let done = visitor.submit(&form, &good).await;

    assert_eq!(page.status, 200, "{page}");
    hasp_tests::expect::page_headers(&page);
    assert!(refused.text().contains("10 characters"), "{refused}");
    assert_eq!(done.status, 303, "{done}");
    let developer = Developer::from_user(User { visitor, email: "ada@acme.example".to_owned() }).await;
    assert_eq!(developer.session.organization.name, "Acme");
    assert_eq!(developer.session.user.role.as_str(), "owner");
    let mut second = Visitor::new(&server.issuer);
    assert!(second.get(&link).await.status >= 400, "the link works once");
    assert!(!hasp_tests::server::files_contain(database.parent().unwrap(), link.split('=').nth(1).unwrap()));
}

#[tokio::test]
async fn a_made_up_link_opens_nothing() {
    // issue: the set-up link
    let (_folder, database) = fresh();
    let server = ServerProcess::start(&database, free_port(), &[]).await;
    let mut visitor = Visitor::new(&server.issuer);

    for path in ["/set-up", "/set-up?link=", "/set-up?link=nonsense"] {
        let page = visitor.get(path).await;
        assert!((400..500).contains(&page.status), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_server_with_users_prints_no_link_and_restarts_with_them() {
    // issue: the set-up link
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let server = ServerProcess::start(&database, free_port(), &[]).await;

    Developer::sign_in(&server.issuer, ACME_OWNER).await;

    assert!(!server.output().contains("/set-up"), "{}", server.output());
}

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
async fn flags_win_over_variables_and_variables_over_the_file() {
    // issue: the TOML file (decisions: precedence)
    let (folder, database) = fresh();
    seed_file(&database).await;
    let file = folder.path().join("hasp.toml");
    std::fs::write(
        &file,
        "mcp-version = \"from the file\"\ntoken-requests-per-minute = 7\ncode-lifetime-seconds = 100\n",
    )
    .unwrap();
    let config = ["--config", file.to_str().unwrap()];
    let version = async |more: &[&str], environment: &[(&str, &str)]| {
        let arguments: Vec<_> = config.iter().chain(more).copied().collect();
        let server =
            ServerProcess::start_with_environment(&database, free_port(), &arguments, environment).await;
        let document = get(&server.issuer, "/.well-known/mcp-server").await.json();
        document["mcp_version"].as_str().unwrap().to_owned()
    };

    assert_eq!(version(&[], &[]).await, "from the file");
    assert_eq!(version(&[], &[("HASP_MCP_VERSION", "from the variable")]).await, "from the variable");
    let flag = ["--mcp-version", "from the flag"];
    assert_eq!(version(&flag, &[("HASP_MCP_VERSION", "from the variable")]).await, "from the flag");
}

#[tokio::test]
async fn a_wrong_setting_is_named_with_its_reason() {
    // issue: the TOML file
    let (folder, database) = fresh();
    let database = sqlite(&database);
    let file = folder.path().join("hasp.toml");
    let serve = |more: &[&str]| {
        let mut all = vec!["serve", "--database", &database, "--listen", "127.0.0.1:0"];
        all.extend(more);
        let output = binary::run(&all);
        assert!(!output.status.success(), "{more:?}: {}", describe(&output));
        describe(&output)
    };

    std::fs::write(&file, "mcp-versoin = \"x\"\n").unwrap();
    let unknown_key = serve(&["--config", file.to_str().unwrap()]);
    std::fs::write(&file, "code-lifetime-seconds = 601\n").unwrap();
    let too_long = serve(&["--config", file.to_str().unwrap()]);
    let missing = serve(&["--config", "/nonexistent.toml"]);
    let plain_http = serve(&["--public-url", "http://hasp.example"]);
    let with_path = serve(&["--public-url", "https://hasp.example/path?x"]);

    for (text, reason) in [
        (unknown_key, "mcp-versoin"),
        (too_long, "code-lifetime-seconds"),
        (missing, "/nonexistent.toml"),
        (plain_http, "public-url"),
        (with_path, "public-url"),
    ] {
        assert!(text.contains(reason), "{reason}: {text}");
    }
}

#[tokio::test]
async fn every_setting_is_in_the_help() {
    // decisions: all in `hasp serve --help`
    let help = run_well(&["serve", "--help"]);

    for flag in [
        "--listen",
        "--public-url",
        "--database",
        "--token-requests-per-minute",
        "--trusted-proxy",
        "--dev-origin",
        "--demo",
        "--demo-json",
        "--config",
        "--code-lifetime-seconds",
    ] {
        assert!(help.contains(flag), "{flag} is missing: {help}");
        let variable = format!("HASP_{}", flag[2..].to_uppercase().replace('-', "_"));
        assert!(help.contains(&variable), "{variable} is missing: {help}");
    }
}

#[tokio::test]
async fn health_is_the_process_and_readiness_the_store() {
    // issue: /healthz, /readyz
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let server = ServerProcess::start(&database, free_port(), &[]).await;
    assert_eq!(get(&server.issuer, "/healthz").await.status, 200);
    assert_eq!(get(&server.issuer, "/readyz").await.status, 200);

    // Somebody else holds the only write lock and does not give it back.
    let other = rusqlite::Connection::open(&database).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked = get(&server.issuer, "/readyz").await;
    let alive = get(&server.issuer, "/healthz").await;
    other.execute_batch("ROLLBACK").unwrap();

    assert_eq!(locked.status, 503, "{locked}");
    assert_eq!(alive.status, 200, "{alive}");
    assert_eq!(get(&server.issuer, "/readyz").await.status, 200, "it recovers by itself");
}

#[tokio::test]
async fn a_signal_lets_running_requests_finish() {
    // issue: graceful shutdown
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let mut server = ServerProcess::start(&database, free_port(), &[]).await;
    let address = server.issuer.strip_prefix("http://").unwrap().to_owned();
    let body = "grant_type=client_credentials";
    let head = format!(
        "POST /v1/oauth/token HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.unwrap();
    assert!(answer[..length].starts_with(b"HTTP/1.1 100 "), "the request is being worked on");

    server.send_signal("-TERM");
    until("new connections are refused", Duration::from_secs(10), || async {
        TcpStream::connect(&address).await.is_err().then_some(())
    })
    .await;
    stream.write_all(body.as_bytes()).await.unwrap();
    let length = stream.read(&mut answer).await.unwrap();
    let status = server.wait_for_end().await;

    let text = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(
        text.starts_with("HTTP/1.1 400 ") || text.starts_with("HTTP/1.1 401 "),
        "answered to the end: {text}"
    );
    assert!(status.success(), "{status}: {}", server.log());
}

#[tokio::test]
async fn the_log_is_structured_and_names_each_request() {
    // issue: request ids, structured logs
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let server = ServerProcess::start(&database, free_port(), &["--log-format", "json"]).await;
    let answer = get(&server.issuer, "/v1/agents").await;
    let id = answer.header("x-request-id").expect("an id");

    let (_, log) = server.terminate().await;

    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    assert!(lines.iter().any(|line| line.to_string().contains(&id)), "{id} is not in the log: {log}");
}
