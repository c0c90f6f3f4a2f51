//! A person signs in, reads what is asked, decides, and lands at the application (R16, R17, R63-R67, R77-R79).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{Client, Developer};
use hasp_tests::browser::{Browser, Looks, with_browser};
use hasp_tests::callback::Callback;
use hasp_tests::expect;
use hasp_tests::flow::{self, every_type};
use hasp_tests::server::{ACME_MEMBER, ACME_OWNER, PASSWORD, Server};

/// A server, an application whose callback really listens, and a request to authorize.
struct Scene {
    server: Server,
    callback: Callback,
    client: Client,
    agent_id: String,
}

async fn scene(client_type: ClientType) -> Scene {
    let server = Server::start().await;
    let callback = Callback::listen().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let agent_id = developer.create_agent("Scheduler", 8).await.id;
    let client =
        flow::register(&mut developer, "Calendar Helper", client_type, Mode::Live, callback.uri()).await;
    Scene { server, callback, client, agent_id }
}

async fn sign_in(browser: &Browser) {
    browser.fill("Email", ACME_MEMBER).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
}

async fn approve(browser: Browser, client_type: ClientType) -> Scene {
    let mut scene = scene(client_type).await;
    let authorization = scene.client.authorization(&scene.agent_id, &every_type());

    browser.visit(&authorization.url).await;
    sign_in(&browser).await;
    browser.see("Calendar Helper").await;
    browser.see("Write scheduling_request").await;
    browser.press("Approve").await;

    let url = scene.callback.next().await;
    let code = expect::code(&url, scene.callback.uri(), Some(&authorization.state), &scene.server.issuer);
    browser.see("Received by the application").await;
    expect::token(&scene.client.redeem(&code, &authorization.verifier).await);
    scene
}

async fn deny(browser: Browser, client_type: ClientType) -> Scene {
    let mut scene = scene(client_type).await;
    let authorization = scene.client.authorization(&scene.agent_id, &every_type());

    browser.visit(&authorization.url).await;
    sign_in(&browser).await;
    browser.press("Deny").await;

    let url = scene.callback.next().await;
    let state = Some(authorization.state.as_str());
    expect::error_response(&url, scene.callback.uri(), "access_denied", state, &scene.server.issuer);
    browser.see("Received by the application").await;
    scene
}

#[tokio::test]
async fn a_public_application_is_approved() {
    // R16, R63, R78, checklist 14, 18
    with_browser("public_approved", Looks::default(), |browser| approve(browser, ClientType::Public)).await;
}

#[tokio::test]
async fn a_confidential_application_is_denied() {
    // R17, R79, checklist 27
    with_browser("confidential_denied", Looks::default(), |browser| deny(browser, ClientType::Confidential))
        .await;
}

#[tokio::test]
async fn the_page_is_readable_on_a_phone_in_the_dark() {
    // R63, R67
    with_browser("consent_phone_dark", Looks { size: (390, 844), dark: true }, |browser| async move {
        let scene = scene(ClientType::Public).await;
        let url = scene.client.authorization(&scene.agent_id, &every_type()).url;

        browser.visit(&url).await;
        browser.expect_no_horizontal_scroll().await;
        sign_in(&browser).await;

        browser.see("Escalate to charge_nurse via email, sms").await;
        browser.expect_no_horizontal_scroll().await;
        let color = browser.script("return getComputedStyle(document.body).backgroundColor", vec![]).await;
        let dark = browser.script("return matchMedia('(prefers-color-scheme: dark)').matches", vec![]).await;
        assert_eq!(dark, true);
        assert!(is_dark(color.as_str().unwrap()), "{color}");
        scene
    })
    .await;
}

/// `rgb(r, g, b)` with little light in it.
fn is_dark(color: &str) -> bool {
    let numbers: Vec<f64> = color
        .split(|character: char| !character.is_ascii_digit() && character != '.')
        .filter_map(|part| part.parse().ok())
        .take(3)
        .collect();
    assert_eq!(numbers.len(), 3, "{color}");
    numbers.iter().sum::<f64>() < 3.0 * 110.0
}

#[tokio::test]
async fn the_page_works_with_the_keyboard_alone() {
    // R63
    with_browser("consent_keyboard", Looks::default(), |browser| async move {
        let mut scene = scene(ClientType::Public).await;
        let authorization = scene.client.authorization(&scene.agent_id, &every_type());
        browser.visit(&authorization.url).await;
        sign_in(&browser).await;
        browser.see("Calendar Helper").await;

        browser.tab_to("Deny").await;
        browser.press_key('\u{e007}').await;

        let url = scene.callback.next().await;
        expect::error_response(
            &url,
            scene.callback.uri(),
            "access_denied",
            Some(&authorization.state),
            &scene.server.issuer,
        );
        scene
    })
    .await;
}
