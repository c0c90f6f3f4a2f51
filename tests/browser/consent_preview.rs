//! Preview consent screen shows what the server shows, byte for byte (R68; decisions: pages without WebAssembly).

use hasp_tests::actors::User;
use hasp_tests::browser::console::Console;
use hasp_tests::browser::{Browser, Looks, with_browser};
use hasp_tests::flow::{Stage, every_type};
use hasp_tests::server::ACME_OWNER;

/// What the preview's frame is filled with.
async fn preview(browser: &Browser) -> String {
    let frame = browser.css("iframe[title='Preview of the consent screen']").await;
    frame.attr("srcdoc").await.expect("the frame is there").expect("it has a document")
}

/// The server's page with its form made inert, and nothing else changed.
fn inert(page: &str) -> String {
    let form_start = page.find("<form class=\"actions\"").expect("the page has its form");
    let form_end = page.find("</form>").expect("the form ends");
    let form = &page[form_start..form_end];
    let buttons = form.find("<button").expect("it has buttons");
    let buttons = form[buttons..].replace("value=\"approve\">", "value=\"approve\" disabled>");
    let buttons = buttons.replace("value=\"deny\">", "value=\"deny\" disabled>");
    let rest = &page[form_end + "</form>".len()..];
    format!("{}<div class=\"actions\">\n{buttons}</div>{rest}", &page[..form_start])
}

#[tokio::test]
async fn the_preview_is_the_servers_page_byte_for_byte() {
    // R68
    with_browser("consent_preview", Looks::default(), |browser| async move {
        let stage = Stage::public().await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;
        browser.follow("Calendar Helper").await;
        console.heading("Calendar Helper").await;
        browser.tick("JSON").await;
        let field = browser.css("textarea").await;
        browser.replace_text(&field, &every_type().to_string()).await;
        browser.see("Schema: valid").await;
        browser.press("Preview consent screen").await;
        browser.tick("Your grants").await;
        browser
            .wait_for_script(
                "the preview shows the grants",
                "return document.querySelector('iframe')?.srcdoc.includes('Escalate to charge_nurse')",
            )
            .await;

        let shown = preview(&browser).await;
        let mut owner = User::sign_in(stage.issuer(), ACME_OWNER).await;
        let page = owner.consent_page(&stage.authorization(&every_type()).url).await;

        assert_eq!(shown, inert(&page.text()));
        let sandbox =
            browser.css("iframe[title='Preview of the consent screen']").await.attr("sandbox").await;
        assert_eq!(
            sandbox.expect("the frame is there").as_deref(),
            Some(""),
            "neither scripts nor same-origin"
        );
        stage
    })
    .await;
}

#[tokio::test]
async fn the_placeholders_show_one_grant_of_each_type() {
    // R68
    with_browser("consent_placeholders", Looks::default(), |browser| async move {
        let stage = Stage::public().await;
        let console = Console::sign_in(&browser, stage.issuer(), ACME_OWNER).await;
        browser.follow("Calendar Helper").await;
        console.heading("Calendar Helper").await;
        browser.press("Preview consent screen").await;

        let shown = preview(&browser).await;

        for word in
            ["Read ", "Write ", "Invoke tool: ", "Delegate to agent ", "Escalate to ", "Calendar Helper"]
        {
            assert!(shown.contains(word), "{word} is missing: {shown}");
        }
        browser.tick("Dark").await;
        browser
            .wait_for_script(
                "the frame is dark",
                "return document.querySelector('iframe')?.dataset.scheme === 'dark'",
            )
            .await;
        stage
    })
    .await;
}
