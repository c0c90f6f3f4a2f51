//! Whatever arrives is answered: no 5xx, no hang, no broken connection (checklist 88).

use hasp_tests::expect;
use hasp_tests::flow::Stage;
use hasp_tests::http::{Call, plain_client};
use hasp_tests::server::Server;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATHS: [&str; 22] = [
    "/",
    "/sign-in",
    "/sign-out",
    "/set-up",
    "/console/",
    "/assets/page.css",
    "/v1/oauth/authorize",
    "/v1/oauth/consent",
    "/v1/oauth/token",
    "/v1/oauth/introspect",
    "/v1/oauth/revoke",
    "/.well-known/oauth-authorization-server",
    "/v1/schemas/authorization_details",
    "/v1/agent",
    "/v1/session",
    "/v1/session/reauthenticate",
    "/v1/applications",
    "/v1/applications/x/revoke",
    "/v1/agents",
    "/v1/agents/x/credentials",
    "/v1/audit",
    "/healthz",
];

const NAMES: [&str; 14] = [
    "response_type",
    "client_id",
    "client_secret",
    "redirect_uri",
    "agent_id",
    "state",
    "code_challenge",
    "code_challenge_method",
    "authorization_details",
    "grant_type",
    "code",
    "code_verifier",
    "token",
    "request_id",
];

/// A request in pieces: method, path, query, headers, content type, body.
type Pieces = (Method, &'static str, String, Vec<(&'static str, String)>, Option<&'static str>, Vec<u8>);

/// Bytes that mean something to some parser on the way.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,40}",
        "\\PC{0,20}",
        Just("[{\"type\":\"hasp.data.read\"}]".to_owned()),
        Just("code".to_owned()),
        Just("S256".to_owned()),
        Just("authorization_code".to_owned()),
        Just("https://app.example/callback".to_owned()),
        Just("hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned()),
        Just("[".repeat(5_000)),
        Just("{\"a\":".repeat(500)),
        Just("' OR 1=1; --".to_owned()),
        Just("\u{0}\u{202e}\u{feff}".to_owned()),
    ]
}

fn query() -> impl Strategy<Value = String> {
    let encoded = proptest::collection::vec((proptest::sample::select(&NAMES[..]), text()), 0..10)
        .prop_map(|pairs| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish());
    prop_oneof![4 => encoded, 1 => "[!-~&&[^#]]{0,60}", 1 => "(%[0-9a-fA-F]{0,2}){0,20}"]
}

fn pieces() -> impl Strategy<Value = Pieces> {
    let method = prop_oneof![
        4 => Just(Method::GET),
        4 => Just(Method::POST),
        1 => proptest::sample::select(vec![Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, Method::HEAD])
    ];
    let header = (
        proptest::sample::select(vec![
            "authorization",
            "cookie",
            "origin",
            "accept",
            "x-csrf-token",
            "if-none-match",
            "x-forwarded-for",
        ]),
        prop_oneof!["[ -~]{0,60}", "(Basic|Bearer) [A-Za-z0-9+/=]{0,60}", Just("Basic Og==".to_owned())],
    );
    let kind = proptest::option::of(proptest::sample::select(vec![
        "application/x-www-form-urlencoded",
        "application/json",
        "text/plain",
        "multipart/form-data",
        "application/x-www-form-urlencoded; charset=utf-16",
    ]));
    let body = prop_oneof![
        query().prop_map(String::into_bytes),
        text().prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..200)
    ];
    (
        method,
        proptest::sample::select(&PATHS[..]),
        query(),
        proptest::collection::vec(header, 0..4),
        kind,
        body,
    )
}

#[tokio::test]
async fn random_requests_are_answered_without_a_server_error() {
    // checklist 88
    let stage = Stage::confidential().await;
    let client = plain_client();
    let mut runner = TestRunner::new(Config::default());
    let strategy = pieces();

    for number in 0..hasp_tests::repetitions(1_500) {
        let (method, path, query, headers, kind, body) = strategy.new_tree(&mut runner).unwrap().current();
        let described = format!("{number}: {method} {path}?{query} {headers:?} {kind:?} {body:?}");
        let url = format!("{}{path}?{query}", stage.issuer());
        // What the HTTP client itself refuses to send.
        if url::Url::parse(&url).is_err() || url.len() > 16_000 {
            continue;
        }
        let mut call = Call::new(&client, method, url);
        for (name, value) in &headers {
            call = call.header(name, value.trim());
        }
        if number % 3 == 0 {
            let cookies: Vec<_> =
                stage.user.visitor.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
            call = call.header("cookie", &cookies.join("; "));
        }
        if let Some(kind) = kind {
            call = call.header("content-type", kind).body(body);
        }
        let answer = tokio::time::timeout(Duration::from_secs(20), call.try_send())
            .await
            .unwrap_or_else(|_| panic!("hangs: {described}"))
            .unwrap_or_else(|error| panic!("no answer ({error:?}): {described}"));
        assert!(answer.status < 500, "{described}: {answer}");
    }
    assert_eq!(
        Call::new(&client, Method::GET, format!("{}/readyz", stage.issuer())).send().await.status,
        200
    );
}

/// Sends raw bytes; gives what comes back before the server closes or stays silent for a moment.
async fn raw(server: &Server, bytes: &[u8]) -> String {
    let address = server.issuer.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may close while a large request is still being written; what it answered counts.
    stream.write_all(bytes).await.ok();
    let mut answer = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut answer)).await;
    let length = read.expect("an answer or an end within 20 s").unwrap_or(0);
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[tokio::test]
async fn broken_http_is_refused_politely() {
    // checklist 88
    let server = Server::start().await;
    let host = server.issuer.strip_prefix("http://").unwrap().to_owned();
    let many: String = (0..500).map(|number| format!("X-Header-{number}: x\r\n")).collect();
    let rows = [
        ("no host", "GET /healthz HTTP/1.1\r\n\r\n".to_owned()),
        ("two hosts", format!("GET /sign-in HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n")),
        ("not HTTP", "\u{16}\u{3}\u{1}\r\n\r\n".to_owned()),
        ("long target", format!("GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n", "a".repeat(200_000))),
        ("many headers", format!("GET / HTTP/1.1\r\nHost: {host}\r\n{many}\r\n")),
        (
            "two lengths",
            format!(
                "POST /v1/oauth/token HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
            ),
        ),
        (
            "length and chunks",
            format!(
                "POST /v1/oauth/token HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
        ),
        ("absolute target", format!("GET http://evil.example/ HTTP/1.1\r\nHost: {host}\r\n\r\n")),
    ];

    for (name, request) in rows {
        let answer = raw(&server, request.as_bytes()).await;
        assert!(!answer.starts_with("HTTP/1.1 5"), "{name}: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 200") || name == "no host", "{name}: {answer}");
    }
    assert!(
        raw(&server, format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())
            .await
            .starts_with("HTTP/1.1 200")
    );
}

#[tokio::test]
async fn a_body_without_end_does_not_hold_memory_or_the_server() {
    // checklist 88
    let server = Server::start().await;
    let host = server.issuer.strip_prefix("http://").unwrap().to_owned();
    let head = format!(
        "POST /v1/oauth/token HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let chunk = format!("8000\r\n{}\r\n", "a".repeat(0x8000));

    let answer = raw(&server, format!("{head}{}", chunk.repeat(40)).as_bytes()).await;

    assert!(answer.starts_with("HTTP/1.1 413") || answer.is_empty(), "refused before the end: {answer}");
    let health = Call::new(&plain_client(), Method::GET, format!("{}/healthz", server.issuer)).send().await;
    assert_eq!(health.status, 200);
}

#[tokio::test]
async fn forwarded_headers_of_a_stranger_are_not_believed() {
    // checklist 83 (decisions: trusted proxies)
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&hasp_tests::flow::smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let mut fields: Vec<_> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("decision", "approve"));

    let call = stage
        .user
        .visitor
        .call(Method::POST, "/v1/oauth/consent")
        .header("origin", stage.issuer())
        .header("x-forwarded-for", "203.0.113.9")
        .header("forwarded", "for=203.0.113.9;host=evil.example;proto=https")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .form(&fields);
    let answer = stage.user.visitor.send(call).await;

    let url = answer.redirect(stage.issuer());
    assert_eq!(hasp_tests::http::query_value(&url, "iss"), stage.issuer());
    let event = stage.developer.newest_event("oauth.consent_approved").await;
    assert_eq!(event.ip_address.as_deref(), Some("127.0.0.1"), "{event:?}");
    expect::no_cors(&answer);
}
