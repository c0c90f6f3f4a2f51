//! Every page on a phone, in the dark, without sideways scrolling (R3, R14, R81).

use hasp_tests::browser::console::Console;
use hasp_tests::browser::{Browser, Looks, with_browser};
use hasp_tests::flow::Stage;
use hasp_tests::server::ACME_OWNER;

/// Path below `/console` and a word that the page shows once it is there.
fn pages(stage: &Stage) -> Vec<(String, &'static str)> {
    let application = format!("/applications/{}", stage.client.client_id);
    let agent = format!("/agents/{}", stage.agent.id);
    vec![
        ("/applications".to_owned(), "Calendar Helper"),
        ("/applications/new".to_owned(), "Redirect URIs"),
        (application.clone(), "Schema: valid"),
        (format!("{application}/settings"), "Homepage URL"),
        (format!("{application}/secrets"), "Danger zone"),
        ("/agents".to_owned(), "Scheduler"),
        ("/agents/new".to_owned(), "Default expiry in hours"),
        (agent.clone(), "Calendar Helper"),
        (format!("{agent}/grants"), "Calendar Helper"),
        (format!("{agent}/settings"), "Default expiry in hours"),
        ("/audit".to_owned(), "oauth.consent_approved"),
        ("/nowhere".to_owned(), "Applications"),
    ]
}

async fn walk(browser: Browser) -> Stage {
    let mut stage = Stage::confidential().await;
    stage.token_for(&hasp_tests::flow::every_type()).await;
    let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;
    for (path, word) in pages(&stage) {
        console.open(&path).await;
        browser.see(word).await;
        browser.expect_no_horizontal_scroll().await;
    }
    stage
}

#[tokio::test]
async fn every_page_fits_a_phone_in_the_dark() {
    // R3, R14, R81
    with_browser("looks_phone_dark", Looks { size: (390, 844), dark: true }, walk).await;
}

#[tokio::test]
async fn every_page_fits_a_desk() {
    // R3, R14, R81
    with_browser("looks_desk", Looks::default(), walk).await;
}
