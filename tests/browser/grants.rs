//! Applications that were granted access: seen and revoked in the agent's pages; the audit log tells (R80, R81).

use hasp_tests::actors::who_am_i;
use hasp_tests::browser::console::Console;
use hasp_tests::browser::{Looks, with_browser};
use hasp_tests::flow::{Stage, every_type};
use hasp_tests::server::ACME_OWNER;

#[tokio::test]
async fn a_granted_application_is_seen_and_revoked() {
    // R80, R81
    with_browser("revoke_grant", Looks::default(), |browser| async move {
        let mut stage = Stage::confidential().await;
        let token = stage.token_for(&every_type()).await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;

        browser.follow("Agents").await;
        browser.follow("Scheduler").await;
        console.heading("Scheduler").await;
        console.tab("Granted applications").await;
        browser.see("Calendar Helper").await;
        browser.see("Write scheduling_request").await;
        browser.press("Revoke Calendar Helper").await;
        browser.see("stops working at once").await;
        browser.press("Revoke access").await;
        browser.see("Access revoked. 1 credential ended.").await;

        assert_eq!(who_am_i(stage.issuer(), &token).await.status, 401);
        browser.follow("Audit log").await;
        browser.see("oauth.consent_approved").await;
        browser.see("oauth.grant_revoked").await;
        stage
    })
    .await;
}

#[tokio::test]
async fn a_credential_is_revoked_with_a_reason() {
    // R81
    with_browser("revoke_credential", Looks::default(), |browser| async move {
        let mut stage = Stage::confidential().await;
        let token = stage.token().await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;

        browser.follow("Agents").await;
        browser.follow("Scheduler").await;
        console.heading("Scheduler").await;
        browser.press("Revoke Calendar Helper").await;
        browser.fill("Reason", "lost laptop").await;
        browser.press("Revoke credential").await;
        browser.see("No active credentials").await;
        browser.tick("Revoked").await;
        browser.see("lost laptop").await;

        assert_eq!(who_am_i(stage.issuer(), &token).await.status, 401);
        stage
    })
    .await;
}
