//! Settings: precedence, defaults, refusals.

use super::*;
use clap::Parser;
use std::io::Write;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    serve: ServeArguments,
}

fn settings(arguments: &[&str]) -> Result<Settings, SettingsError> {
    let line = std::iter::once("serve").chain(arguments.iter().copied());
    Settings::from_arguments(Command::try_parse_from(line).unwrap().serve)
}

fn refusal(arguments: &[&str]) -> String {
    settings(arguments).unwrap_err().to_string()
}

#[test]
fn the_defaults_are_a_loopback_server_with_a_file() {
    let settings = settings(&[]).unwrap();

    assert_eq!(settings.public_url_for(settings.listen).unwrap().as_str(), "http://127.0.0.1:8080");
    assert_eq!(settings.database, Database::Sqlite("hasp.db".into()));
    assert_eq!((settings.token_requests_per_minute, settings.code_lifetime.as_secs()), (60, 300));
    assert_eq!(settings.mcp_version, "2025-11-05");
}

#[test]
fn a_flag_wins_over_the_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "listen = \"127.0.0.1:9000\"\ntoken-requests-per-minute = 5\ndemo = true").unwrap();
    let path = file.path().to_str().unwrap();

    let settings = settings(&["--config", path, "--token-requests-per-minute", "7"]).unwrap();

    assert_eq!(settings.listen.port(), 9000);
    assert_eq!(settings.token_requests_per_minute, 7);
    assert!(settings.demo);
}

#[test]
fn an_unknown_key_in_the_file_is_named() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "lisen = \"127.0.0.1:9000\"").unwrap();

    let refusal = refusal(&["--config", file.path().to_str().unwrap()]);

    assert!(refusal.contains("lisen"), "{refusal}");
}

#[test]
fn each_wrong_value_names_its_flag_and_the_rule() {
    for (arguments, name, rule) in [
        (vec!["--listen", "here"], "--listen", "address and port"),
        (vec!["--public-url", "http://auth.example.com"], "--public-url", "not https"),
        (vec!["--database", "mysql:x"], "--database", "sqlite:"),
        (vec!["--code-lifetime-seconds", "601"], "--code-lifetime-seconds", "between 1 and 600"),
        (vec!["--token-requests-per-minute", "0"], "--token-requests-per-minute", "between 1"),
        (vec!["--trusted-proxy", "proxy"], "--trusted-proxy", "IP address"),
        (vec!["--dev-origin", "https://a.example"], "--dev-origin", "loopback"),
        (vec!["--log-format", "xml"], "--log-format", "text nor json"),
        (vec!["--listen", "0.0.0.0:8080"], "--public-url", "must be set"),
        (vec!["--demo-json", "x"], "--demo-json", "--demo"),
    ] {
        let refusal = refusal(&arguments);
        assert!(refusal.contains(name) && refusal.contains(rule), "{arguments:?}: {refusal}");
    }
}

#[test]
fn the_demo_stays_on_loopback() {
    let refused = ["--demo", "--listen", "0.0.0.0:8080", "--public-url", "https://auth.example.com"];

    assert!(refusal(&refused).contains("--demo"));
    assert!(settings(&["--demo"]).unwrap().demo);
}

#[test]
fn proxies_are_a_list() {
    let settings = settings(&["--trusted-proxy", "10.0.0.1,10.0.0.2"]).unwrap();

    assert_eq!(settings.trusted_proxies.len(), 2);
}
