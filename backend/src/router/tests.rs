//! The layers around every handler, in process.

use super::*;
use crate::clock::Clock;
use crate::config::{Database, PublicUrl, Settings};
use crate::guard::request_context::{Peer, REQUEST_ID_HEADER};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use tower::ServiceExt;

const HOST: &str = "127.0.0.1:8080";

struct Server {
    app: Router,
    _folder: tempfile::TempDir,
}

fn server() -> Server {
    server_at("http://127.0.0.1:8080")
}

fn server_at(public_url: &str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hasp.db");
    let store = crate::storage::open(&format!("sqlite:{}", path.display())).unwrap();
    let settings = Settings::new(Database::Sqlite(path));
    let state = AppState::new(settings, PublicUrl::parse(public_url).unwrap(), store, Clock::System).unwrap();
    Server { app: app(state), _folder: folder }
}

fn request(method: &str, path: &str) -> Request<Body> {
    let mut request =
        Request::builder().method(method).uri(path).header(header::HOST, HOST).body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer(([192, 0, 2, 1], 1234).into()));
    request
}

fn with_header(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

impl Server {
    async fn answer(&self, request: Request<Body>) -> (Response, String) {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
        (Response::from_parts(parts, Body::empty()), text)
    }

    async fn get(&self, path: &str) -> (Response, String) {
        self.answer(request("GET", path)).await
    }
}

fn value(response: &Response, name: &'static str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

// Checklist 18, 20.
#[tokio::test]
async fn every_answer_carries_the_security_headers_and_its_id() {
    let server = server();

    for path in ["/healthz", "/sign-in", "/v1/session", "/nowhere", "/v1/oauth/token", "/assets/page.css"] {
        let (response, _) = server.get(path).await;
        assert_eq!(value(&response, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(value(&response, "referrer-policy"), "no-referrer", "{path}");
        assert_eq!(value(&response, "x-frame-options"), "DENY", "{path}");
        assert_eq!(value(&response, "strict-transport-security"), "", "{path}");
        let policy = value(&response, "content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{path}");
        let id = response.headers()[REQUEST_ID_HEADER].to_str().unwrap();
        assert!(id.starts_with("req_") && id.len() == 30, "{path}: {id}");
    }
}

// Checklist 24, 83.
#[tokio::test]
async fn on_https_cookies_are_secure_and_transport_security_is_strict() {
    let server = server_at("https://auth.example.com");

    let (response, _) =
        server.answer(with_header(request("GET", "/sign-in"), "host", "auth.example.com")).await;

    assert!(value(&response, "strict-transport-security").starts_with("max-age="));
    let cookie = value(&response, "set-cookie");
    assert!(cookie.starts_with("__Host-hasp_form="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
}

// Checklist 24.
#[tokio::test]
async fn on_loopback_http_the_cookie_names_the_port() {
    let (response, _) = server().get("/sign-in").await;

    let cookie = value(&response, "set-cookie");
    assert!(cookie.starts_with("hasp_form_8080="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
}

#[tokio::test]
async fn another_name_for_the_server_is_refused() {
    let server = server();
    let named = |method, host: &str| with_header(request(method, "/sign-in?next=/console/"), "host", host);

    for (method, host) in [("GET", "evil.example"), ("GET", "127.0.0.1"), ("POST", "localhost:8080")] {
        let (response, _) = server.answer(named(method, host)).await;
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{method} {host}");
    }
    let (response, _) = server.answer(named("GET", "localhost:8080")).await;
    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(value(&response, "location"), "http://127.0.0.1:8080/sign-in?next=/console/");
}

// Checklist 80.
#[tokio::test]
async fn an_unknown_path_is_json_for_programs_and_a_page_for_people() {
    let server = server();

    for path in ["/v1/nothing", "/.well-known/oauth-authorization-server/tenant", "/v1/oauth/"] {
        let (response, body) = server.get(path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(body.contains("RESOURCE_NOT_FOUND"), "{path}: {body}");
    }
    let (response, body) = server.get("/nothing").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(body.starts_with("<!doctype html>"), "{body}");
}

// Checklist 34.
#[tokio::test]
async fn a_wrong_method_is_told_which_ones_fit() {
    let server = server();

    for (method, path, allowed) in [
        ("GET", "/v1/oauth/token", "POST"),
        ("POST", "/v1/oauth/authorize", "GET,HEAD"),
        ("PUT", "/v1/applications", "GET,HEAD,POST"),
        ("DELETE", "/.well-known/oauth-authorization-server", "GET,HEAD"),
    ] {
        let (response, body) = server.answer(request(method, path)).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(value(&response, "allow"), allowed, "{path}");
        assert!(!body.is_empty(), "{path}");
    }
}

// Checklist 15, 46.
#[tokio::test]
async fn cross_origin_access_is_open_where_tokens_protect_and_closed_where_cookies_do() {
    let server = server();
    let preflight = |path| {
        with_header(
            with_header(request("OPTIONS", path), "origin", "https://spa.example"),
            "access-control-request-method",
            "POST",
        )
    };

    for path in ["/v1/oauth/token", "/v1/oauth/revoke", "/.well-known/mcp-server", "/v1/agent"] {
        let (response, _) = server.answer(preflight(path)).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT, "{path}");
        assert_eq!(value(&response, "access-control-allow-origin"), "*", "{path}");
        assert_eq!(value(&response, "access-control-allow-credentials"), "", "{path}");
        assert!(value(&response, "access-control-allow-headers").contains("Authorization"), "{path}");
    }
    for path in ["/v1/oauth/authorize", "/v1/oauth/consent", "/v1/session", "/v1/applications", "/sign-in"] {
        let (response, _) = server.answer(preflight(path)).await;
        assert_eq!(value(&response, "access-control-allow-origin"), "", "{path}");
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

// Checklist 49, 88.
#[tokio::test]
async fn a_panic_becomes_an_answer_without_its_message() {
    let app: Router = Router::new()
        .route("/", get(|| async { panic_with("hasp_cs_live_secret") }))
        .layer(CatchPanicLayer::custom(|_| server_error()));

    let response = app.oneshot(request("GET", "/")).await.unwrap();

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    assert!(!String::from_utf8_lossy(&body).contains("hasp_cs_live_secret"));
}

fn panic_with(message: &str) -> &'static str {
    panic!("{message}")
}

// Checklist 88.
#[tokio::test]
async fn a_large_body_is_refused_in_the_endpoints_own_words() {
    let server = server();
    let mut large =
        with_header(request("POST", "/v1/oauth/token"), "content-type", "application/x-www-form-urlencoded");
    *large.body_mut() = Body::from("a".repeat(65_537));

    let (response, body) = server.answer(large).await;

    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(body.contains("invalid_request"), "{body}");
}

#[tokio::test]
async fn readiness_follows_the_store_and_liveness_does_not() {
    let server = server();

    assert_eq!(server.get("/healthz").await.0.status(), StatusCode::OK);
    assert_eq!(server.get("/readyz").await.0.status(), StatusCode::OK);
}
