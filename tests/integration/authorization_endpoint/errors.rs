//! Every error of the request after client and redirect URI are known: at the application when somebody is signed in,
//! on a page when nobody is.

use hasp_tests::actors::{Authorization, Visitor};
use hasp_tests::expect;
use hasp_tests::flow::{REDIRECT_URI, Stage, smallest_details};
use hasp_tests::http::{Answer, query_value};

/// What is wrong, how the request is spoilt, the code, the parameter at fault.
type Row = (&'static str, fn(&Authorization) -> Authorization, &'static str, &'static str);

const LONG_CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM1";

const ROWS: [Row; 24] = [
    ("response_type missing", |a| a.with("response_type", None), "invalid_request", "response_type"),
    ("response_type empty", |a| a.with("response_type", Some("")), "invalid_request", "response_type"),
    (
        "response_type token",
        |a| a.with("response_type", Some("token")),
        "unsupported_response_type",
        "response_type",
    ),
    (
        "response_type case",
        |a| a.with("response_type", Some("Code")),
        "unsupported_response_type",
        "response_type",
    ),
    ("response_type twice", |a| a.and("response_type", "code"), "invalid_request", "response_type"),
    ("challenge missing", |a| a.with("code_challenge", None), "invalid_request", "code_challenge"),
    ("challenge empty", |a| a.with("code_challenge", Some("")), "invalid_request", "code_challenge"),
    (
        "challenge of 42",
        |a| a.with("code_challenge", Some(&LONG_CHALLENGE[..42])),
        "invalid_request",
        "code_challenge",
    ),
    (
        "challenge of 44",
        |a| a.with("code_challenge", Some(LONG_CHALLENGE)),
        "invalid_request",
        "code_challenge",
    ),
    (
        "challenge in plain base64",
        |a| a.with("code_challenge", Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")),
        "invalid_request",
        "code_challenge",
    ),
    (
        "challenge with padding",
        |a| a.with("code_challenge", Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=")),
        "invalid_request",
        "code_challenge",
    ),
    ("challenge twice", |a| a.and("code_challenge", LONG_CHALLENGE), "invalid_request", "code_challenge"),
    ("method missing", |a| a.with("code_challenge_method", None), "invalid_request", "code_challenge_method"),
    (
        "method empty",
        |a| a.with("code_challenge_method", Some("")),
        "invalid_request",
        "code_challenge_method",
    ),
    (
        "method plain",
        |a| a.with("code_challenge_method", Some("plain")),
        "invalid_request",
        "code_challenge_method",
    ),
    (
        "method s256",
        |a| a.with("code_challenge_method", Some("s256")),
        "invalid_request",
        "code_challenge_method",
    ),
    ("method twice", |a| a.and("code_challenge_method", "S256"), "invalid_request", "code_challenge_method"),
    ("agent missing", |a| a.with("agent_id", None), "invalid_request", "agent_id"),
    ("agent empty", |a| a.with("agent_id", Some("")), "invalid_request", "agent_id"),
    ("agent twice", |a| a.and("agent_id", "01ARZ3NDEKTSV4RRFFQ69G5FAV"), "invalid_request", "agent_id"),
    (
        "details missing",
        |a| a.with("authorization_details", None),
        "invalid_request",
        "authorization_details",
    ),
    (
        "details empty",
        |a| a.with("authorization_details", Some("")),
        "invalid_request",
        "authorization_details",
    ),
    ("details twice", |a| a.and("authorization_details", "[]"), "invalid_request", "authorization_details"),
    (
        "details of no type",
        |a| a.with("authorization_details", Some("[{}]")),
        "invalid_authorization_details",
        "authorization_details",
    ),
];

#[tokio::test]
async fn a_signed_in_persons_error_goes_to_the_application() {
    // R12, R41, R43, R52, checklist 6, 7, 8, 9, 10, 11, 12, 14
    let mut stage = Stage::public().await;

    for (name, spoil, code, _) in ROWS {
        let authorization = spoil(&stage.authorization(&smallest_details()));
        let answer = stage.user.visitor.get(&authorization.url).await;
        assert_eq!(answer.status, 303, "{name}: {answer}");
        let url = answer.redirect(stage.issuer());
        assert_eq!(query_value(&url, "error"), code, "{name}: {url}");
        expect::error_response(&url, REDIRECT_URI, code, Some(&authorization.state), stage.issuer());
    }
}

#[tokio::test]
async fn a_strangers_error_stays_on_a_page() {
    // R12, R41, R43, R52, checklist 6, 7, 8, 9, 13
    let stage = Stage::public().await;

    for (name, spoil, code, parameter) in ROWS {
        let authorization = spoil(&stage.authorization(&smallest_details()));
        let mut stranger = Visitor::new(stage.issuer());
        let answer = stranger.get(&authorization.url).await;
        assert_eq!((answer.status, answer.location()), (400, None), "{name}: {answer}");
        let text = expect::error_page(&answer, 400, code);
        assert!(text.contains(parameter), "{name}: the page names {parameter}: {text}");
        link_back(name, &answer, code, &authorization.state, stage.issuer());
    }
}

#[tokio::test]
async fn curl_gets_the_same_facts_as_json() {
    // R41, R43, checklist 13
    let stage = Stage::public().await;

    for (name, spoil, code, parameter) in ROWS {
        let authorization = spoil(&stage.authorization(&smallest_details()));
        let mut stranger = Visitor::new(stage.issuer());
        let answer = stranger.get_json(&authorization.url).await;
        assert_eq!(answer.status, 400, "{name}: {answer}");
        let body = expect::error_json(&answer, 400, code);
        assert_eq!(body["parameter"], parameter, "{name}: {body}");
        assert!(body["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{name}: {body}");
        expect::no_cors(&answer);
    }
}

/// The page offers the answer that a signed-in person's browser would have carried back.
fn link_back(name: &str, page: &Answer, code: &str, state: &str, issuer: &str) {
    let links = page.page().links();
    let link = links
        .iter()
        .find(|link| link.starts_with(REDIRECT_URI))
        .unwrap_or_else(|| panic!("{name}: no link back among {links:?}"));
    let url = url::Url::parse(link).unwrap();
    assert_eq!(query_value(&url, "error"), code, "{name}: {url}");
    expect::error_response(&url, REDIRECT_URI, code, Some(state), issuer);
}

#[tokio::test]
async fn a_repeated_state_is_refused_and_not_echoed() {
    // checklist 9, 11
    let mut stage = Stage::public().await;
    let authorization = stage.authorization(&smallest_details()).and("state", "second");

    let answer = stage.user.visitor.get(&authorization.url).await;

    expect::error_redirect(&answer, REDIRECT_URI, "invalid_request", None, stage.issuer());
}

#[tokio::test]
async fn the_page_says_what_arrived_and_how_to_fix_it() {
    // R41, checklist 13
    let stage = Stage::public().await;
    let authorization = stage.authorization(&smallest_details()).with("code_challenge_method", Some("plain"));
    let mut stranger = Visitor::new(stage.issuer());

    let text = expect::error_page(&stranger.get(&authorization.url).await, 400, "invalid_request");

    assert!(text.contains("plain") && text.contains("S256"), "{text}");
}

#[tokio::test]
async fn what_the_sender_wrote_is_shown_escaped_and_capped() {
    // checklist 23
    let mut stage = Stage::public().await;
    let hostile = format!("<script>alert(1)</script>\"'\u{202e}{}", "x".repeat(5_000));
    let authorization =
        stage.authorization(&smallest_details()).with("code_challenge_method", Some(&hostile));
    let mut stranger = Visitor::new(stage.issuer());

    let page = stranger.get(&authorization.url).await;
    let redirect = stage.user.visitor.get(&authorization.url).await;

    expect::error_page(&page, 400, "invalid_request");
    let shown: String =
        page.text().split("href=").map(|part| part.split_once('>').map_or(part, |(_, rest)| rest)).collect();
    assert!(!shown.contains("<script>") && !shown.contains('\u{202e}'), "{shown}");
    assert!(!shown.contains(&"x".repeat(1_000)), "capped: {shown}");
    let url = expect::error_redirect(
        &redirect,
        REDIRECT_URI,
        "invalid_request",
        Some(&authorization.state),
        stage.issuer(),
    );
    assert!(url.as_str().len() < 4_000, "{url}");
}
