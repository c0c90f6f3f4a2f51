//! Looking after an application: settings, the live URL, the schema's word beside the field, revocation
//! (R14, R31, R32, R57, R69, R71).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::who_am_i;
use hasp_tests::browser::console::Console;
use hasp_tests::browser::{Looks, with_browser};
use hasp_tests::flow::Stage;
use hasp_tests::server::{ACME_OWNER, Server};
use serde_json::json;

#[tokio::test]
async fn edited_settings_are_on_the_next_consent_page() {
    // R69, R71
    with_browser("edit_settings", Looks::default(), |browser| async move {
        let stage = Stage::public().await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;

        browser.follow("Calendar Helper").await;
        console.heading("Calendar Helper").await;
        console.tab("Settings").await;
        browser.fill("Display name", "Renamed Helper").await;
        browser.fill("Homepage URL", "https://helper.example/").await;
        browser.press("Save").await;
        console.heading("Renamed Helper").await;

        browser.visit(&stage.authorization(&hasp_tests::flow::smallest_details()).url).await;
        browser.see("Renamed Helper").await;
        stage
    })
    .await;
}

#[tokio::test]
async fn the_builder_answers_every_keystroke_with_both_verdicts() {
    // R14, R57
    with_browser("builder_verdicts", Looks::default(), |browser| async move {
        let stage = Stage::public().await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;
        browser.follow("Calendar Helper").await;
        console.heading("Calendar Helper").await;
        browser.see("Schema: valid").await;
        let before = console.authorization_url().await;

        browser.press("Invoke a tool").await;
        browser.see("1 problem").await;
        browser.see("Schema: 1 error").await;
        browser.see("invalid_authorization_details").await;
        browser.fill("tool_id", "calendar.find_slots").await;
        browser.see("Invoke tool: calendar.find_slots").await;
        browser.see("Schema: valid").await;

        let after = console.authorization_url().await;
        assert_ne!(before, after);
        assert!(after.contains("calendar.find_slots"), "{after}");
        let answer = hasp_tests::actors::Visitor::new(stage.issuer()).get(&after).await;
        assert_eq!(answer.status, 303, "the server agrees with the builder: {answer}");
        stage
    })
    .await;
}

#[tokio::test]
async fn revoking_an_application_needs_its_name_and_ends_everything() {
    // R31, R32
    with_browser("revoke_application", Looks::default(), |browser| async move {
        let mut stage = Stage::confidential().await;
        let token = stage.token().await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;
        browser.follow("Calendar Helper").await;
        console.heading("Calendar Helper").await;
        console.tab("Secrets").await;

        browser.press("Revoke application").await;
        browser.see("This cannot be undone").await;
        browser.press("Revoke application").await;
        browser.see("This must read exactly: Calendar Helper").await;
        assert_eq!(who_am_i(stage.issuer(), &token).await.status, 200, "not yet");
        browser.fill("Type Calendar Helper to confirm", "Calendar Helper").await;
        browser.press("Revoke application").await;
        browser.see("Application revoked. 1 credential ended.").await;

        assert_eq!(who_am_i(stage.issuer(), &token).await.status, 401);
        stage
    })
    .await;
}

#[tokio::test]
async fn somebody_signed_out_is_led_to_the_sign_in_page_and_back() {
    // R3
    with_browser("signed_out", Looks::default(), |browser| async move {
        let stage = Stage::public().await;
        browser.expect_complaint("401");

        browser.visit(&format!("{}/console/agents", stage.issuer())).await;
        browser.see("Sign in").await;
        hasp_tests::browser::console::sign_in_here(&browser, ACME_OWNER).await;

        browser.wait_for_url("back at the agents", |url| url.path() == "/console/agents").await;
        browser.see("Scheduler").await;
        browser.press("Account").await;
        browser.press("Sign out").await;
        browser.wait_for_url("signed out", |url| url.path() == "/sign-in").await;
        stage
    })
    .await;
}

#[tokio::test]
async fn a_test_application_says_so() {
    // R37
    with_browser("test_mode", Looks::default(), |browser| async move {
        let stage = Stage::on(Server::start().await, ClientType::Public, Mode::Test).await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;

        browser.follow("Calendar Helper").await;
        console.heading("Calendar Helper").await;
        browser.see("Test").await;
        browser.visit(&stage.authorization(&json!([{"type": "hasp.data.read"}])).url).await;

        browser.see("Test mode.").await;
        stage
    })
    .await;
}
