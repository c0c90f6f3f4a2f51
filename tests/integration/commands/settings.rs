//! Flags, variables, the file (decisions: settings).

use super::{fresh, get, sqlite};
use hasp_tests::binary;
use hasp_tests::binary::{ServerProcess, describe, free_port, run_well};
use hasp_tests::server::seed_file;

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
