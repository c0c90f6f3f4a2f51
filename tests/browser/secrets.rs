//! Rotating a client secret without downtime (R9, R28, R29, R30).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::ClientAuthentication;
use hasp_tests::browser::console::Console;
use hasp_tests::browser::{Looks, with_browser};
use hasp_tests::expect;
use hasp_tests::flow::Stage;
use hasp_tests::server::{ACME_OWNER, Server};
use std::time::Duration;

#[tokio::test]
async fn a_secret_is_rotated_without_downtime() {
    // R9, R28, R29, R30
    with_browser("rotate_secret", Looks::default(), |browser| async move {
        let mut stage = Stage::confidential().await;
        let token = stage.token().await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;
        browser.follow("Calendar Helper").await;
        console.heading("Calendar Helper").await;
        console.tab("Secrets").await;

        browser.press("Rotate client secret").await;
        browser.see("The old secret works for 24 more hours.").await;
        browser.press("Rotate secret").await;
        let secret = console.take_secret().await;

        assert!(secret.starts_with("hasp_cs_live_"), "{secret}");
        let new = stage.client.authenticating(ClientAuthentication::Basic(secret.clone()));
        expect::active(&new.introspect(&token).await);
        expect::active(&stage.client.introspect(&token).await);
        browser.reload().await;
        browser.see(&format!("…{}", &secret[secret.len() - 4..])).await;
        assert!(!browser.client().source().await.expect("a page").contains(&secret), "shown once");
        stage
    })
    .await;
}

#[tokio::test]
async fn an_old_password_is_asked_for_again_and_the_action_continues() {
    // R28 (decisions: reauthentication)
    with_browser("reauthentication", Looks::default(), |browser| async move {
        let stage = Stage::on(Server::with_fixed_clock().await, ClientType::Confidential, Mode::Live).await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;
        browser.follow("Calendar Helper").await;
        console.heading("Calendar Helper").await;
        console.tab("Secrets").await;
        stage.server.advance(Duration::from_secs(16 * 60));
        browser.expect_complaint("401");

        browser.press("Rotate client secret").await;
        browser.press("Rotate secret").await;
        console.confirm_password().await;
        let secret = console.take_secret().await;

        let new = stage.client.authenticating(ClientAuthentication::Basic(secret));
        expect::inactive(&new.introspect("unknown").await);
        stage
    })
    .await;
}
