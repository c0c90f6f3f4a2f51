//! Who may call from a browser elsewhere (checklist 15, 46).

use hasp_tests::actors::Visitor;
use hasp_tests::expect;
use hasp_tests::flow::{Stage, smallest_details};
use hasp_tests::http::{Answer, Call, plain_client};
use reqwest::Method;

const ELSEWHERE: &str = "https://spa.example";

fn call(stage: &Stage, method: Method, path: &str) -> Call {
    Call::new(&plain_client(), method, format!("{}{path}", stage.issuer())).header("origin", ELSEWHERE)
}

async fn preflight(stage: &Stage, method: &str, path: &str, headers: &str) -> Answer {
    call(stage, Method::OPTIONS, path)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
        .send()
        .await
}

#[tokio::test]
async fn discovery_token_revocation_and_the_agent_api_are_open_without_credentials() {
    // checklist 46
    let mut stage = Stage::public().await;
    let token = stage.token().await;
    let answers = [
        call(&stage, Method::GET, "/.well-known/oauth-authorization-server").send().await,
        call(&stage, Method::GET, "/.well-known/mcp-server").send().await,
        call(&stage, Method::GET, "/v1/schemas/authorization_details").send().await,
        call(&stage, Method::GET, "/v1/agent").bearer(&token).send().await,
        call(&stage, Method::GET, "/v1/agent").send().await,
        call(&stage, Method::POST, "/v1/oauth/token").form(&[("grant_type", "password")]).send().await,
        call(&stage, Method::POST, "/v1/oauth/revoke").bearer(&token).send().await,
    ];

    for answer in answers {
        expect::cors_for_all(&answer);
        let exposed = answer.header("access-control-expose-headers").unwrap_or_default().to_ascii_lowercase();
        assert!(exposed.contains("retry-after") && exposed.contains("www-authenticate"), "{answer}");
    }
}

#[tokio::test]
async fn a_single_page_application_passes_the_preflight() {
    // checklist 46
    let stage = Stage::public().await;
    let rows = [
        ("POST", "/v1/oauth/token", "content-type,authorization"),
        ("POST", "/v1/oauth/revoke", "authorization"),
        ("GET", "/v1/agent", "authorization"),
        ("GET", "/.well-known/oauth-authorization-server", "if-none-match"),
    ];

    for (method, path, headers) in rows {
        let answer = preflight(&stage, method, path, headers).await;
        assert!(matches!(answer.status, 200 | 204), "{path}: {answer}");
        expect::cors_for_all(&answer);
        let methods = answer.header("access-control-allow-methods").unwrap_or_default();
        assert!(methods.contains(method), "{path}: {answer}");
        let allowed = answer.header("access-control-allow-headers").unwrap_or_default().to_ascii_lowercase();
        for header in headers.split(',') {
            assert!(allowed.contains(header), "{path}: {header} not in {allowed}");
        }
    }
}

#[tokio::test]
async fn authorize_and_consent_have_no_cors_headers() {
    // checklist 15
    let mut stage = Stage::public().await;
    let authorization = stage.authorization(&smallest_details());
    let path = authorization.url.strip_prefix(stage.issuer()).expect("an own URL").to_owned();

    let signed_out = call(&stage, Method::GET, &path).send().await;
    let invalid = call(&stage, Method::GET, "/v1/oauth/authorize?client_id=x").send().await;
    let with_session = stage.user.visitor.call(Method::GET, &path).header("origin", ELSEWHERE);
    let page = stage.user.visitor.send(with_session).await;
    let consent =
        call(&stage, Method::POST, "/v1/oauth/consent").form(&[("decision", "approve")]).send().await;
    let before_authorize = preflight(&stage, "GET", &path, "authorization").await;
    let before_consent = preflight(&stage, "POST", "/v1/oauth/consent", "content-type").await;

    for answer in [signed_out, invalid, page, consent, before_authorize, before_consent] {
        expect::no_cors(&answer);
    }
}

#[tokio::test]
async fn the_control_api_and_the_pages_have_none_either() {
    // checklist 15
    let stage = Stage::public().await;

    for (method, path) in [
        ("GET", "/v1/applications"),
        ("POST", "/v1/applications"),
        ("GET", "/v1/session"),
        ("GET", "/v1/audit"),
        ("GET", "/sign-in"),
        ("POST", "/sign-in"),
        ("POST", "/v1/oauth/introspect"),
    ] {
        let plain = call(&stage, Method::from_bytes(method.as_bytes()).unwrap(), path).send().await;
        let before = preflight(&stage, method, path, "content-type").await;
        assert!(plain.header("access-control-allow-origin").is_none(), "{method} {path}: {plain}");
        assert!(before.header("access-control-allow-origin").is_none(), "{method} {path}: {before}");
    }
}

#[tokio::test]
async fn cors_does_not_lend_a_session() {
    // checklist 15, 46
    let stage = Stage::public().await;
    let stranger = Visitor::new(stage.issuer());

    let call = stage.user.visitor.call(Method::GET, "/v1/session").header("origin", ELSEWHERE);
    let answer = stranger.clone().send(call).await;

    assert!(answer.header("access-control-allow-origin").is_none(), "{answer}");
    assert!(answer.header("access-control-allow-credentials").is_none(), "{answer}");
}
