//! The whole path: register in the console, build the URL there, consent, exchange the code, call the API, test the
//! token, read the audit log (R1, R3-R9, R14, R16, R17, R22, R55, R80; issue: done when).

use hasp_protocol::ClientType;
use hasp_tests::actors::{Client, who_am_i};
use hasp_tests::browser::console::{Console, Registered};
use hasp_tests::browser::{Browser, Looks, with_browser};
use hasp_tests::callback::Callback;
use hasp_tests::expect;
use hasp_tests::http::query_value;
use hasp_tests::server::{ACME_OWNER, Server};
use url::Url;

/// What the developer has in hand when the URL is built.
struct Built {
    server: Server,
    console: Console,
    callback: Callback,
    client: Client,
    agent_id: String,
    url: Url,
    verifier: String,
}

/// Signs in, registers agent and application, adds a grant, takes the URL.
async fn build(browser: &Browser, client_type: ClientType) -> Built {
    let server = Server::start().await;
    let callback = Callback::listen().await;
    let console = Console::sign_in(browser, &server.issuer, ACME_OWNER).await;
    let agent_id = console.register_agent("Scheduler").await;
    let Registered { client_id, secret } =
        console.register_application("Calendar Helper", client_type, callback.uri()).await;
    assert!(hasp_protocol::identifier::parse_client_id(&client_id).is_ok(), "{client_id}");
    let client = match &secret {
        Some(secret) => Client::confidential(&server.issuer, &client_id, secret, callback.uri()),
        None => Client::public(&server.issuer, &client_id, callback.uri()),
    };
    assert_eq!(secret.is_some(), client_type == ClientType::Confidential);

    browser.press("Write data").await;
    browser.see("Write all entities").await;
    browser.see("Schema: valid").await;
    let url = Url::parse(&console.authorization_url().await).expect("a URL");
    let verifier = console.code_verifier().await;
    Built { server, console, callback, client, agent_id, url, verifier }
}

async fn approved(browser: Browser, client_type: ClientType) -> Built {
    let mut built = build(&browser, client_type).await;
    let state = query_value(&built.url, "state");

    browser.visit(built.url.as_str()).await;
    browser.see("Calendar Helper").await;
    browser.see("Write all entities").await;
    browser.see("Elevated access").await;
    browser.press("Approve").await;
    let answer = built.callback.next().await;
    browser.see("Received by the application").await;
    let code = expect::code(&answer, built.callback.uri(), Some(&state), &built.server.issuer);
    let token = expect::token(&built.client.redeem(&code, &built.verifier).await);

    let agent = who_am_i(&built.server.issuer, &token).await.json();
    assert_eq!(agent["data"]["agent"]["id"], built.agent_id.as_str(), "{agent}");
    assert_eq!(agent["data"]["authorization_details"][1]["type"], "hasp.data.write", "{agent}");
    built.console.open(&format!("/applications/{}", built.client.client_id)).await;
    browser.press("Test introspection").await;
    browser.fill("Access token", &token).await;
    browser.press("Test token").await;
    browser.see("\"active\": true").await;
    assert!(built.client.revoke(&token).await.status == 200);
    browser.press("Test token").await;
    browser.see("\"active\": false").await;
    built
}

async fn denied(browser: Browser, client_type: ClientType) -> Built {
    let mut built = build(&browser, client_type).await;
    let state = query_value(&built.url, "state");

    browser.visit(built.url.as_str()).await;
    browser.press("Deny").await;
    let answer = built.callback.next().await;
    browser.see("Received by the application").await;
    expect::error_response(
        &answer,
        built.callback.uri(),
        "access_denied",
        Some(&state),
        &built.server.issuer,
    );

    built.console.open("/audit").await;
    browser.see("oauth.consent_denied").await;
    browser.choose("Action", "oauth.consent_denied").await;
    browser
        .wait_for_url("the filter stands in the address", |url| {
            url.query() == Some("action=oauth.consent_denied")
        })
        .await;
    browser
        .wait_for_script(
            "one event is left",
            "return document.querySelectorAll('ol.events > li').length === 1",
        )
        .await;
    browser.css("ol.events summary").await.click().await.expect("the event opens");
    browser.see("hasp.data.write").await;
    built
}

#[tokio::test]
async fn a_public_application_is_approved() {
    // R1, R3, R4, R5, R6, R7, R14, R16, R19, R22, R55, R63
    with_browser("path_public_approved", Looks::default(), |browser| approved(browser, ClientType::Public))
        .await;
}

#[tokio::test]
async fn a_confidential_application_is_approved() {
    // R1, R3, R4, R5, R8, R9, R14, R16, R18, R22, R55, R63
    with_browser("path_confidential_approved", Looks::default(), |browser| {
        approved(browser, ClientType::Confidential)
    })
    .await;
}

#[tokio::test]
async fn a_public_application_is_denied() {
    // R17, R79, R80
    with_browser("path_public_denied", Looks::default(), |browser| denied(browser, ClientType::Public)).await;
}

#[tokio::test]
async fn a_confidential_application_is_denied() {
    // R17, R79, R80
    with_browser("path_confidential_denied", Looks::default(), |browser| {
        denied(browser, ClientType::Confidential)
    })
    .await;
}
