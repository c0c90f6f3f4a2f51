//! What the consent page shows (R34, R63-R67, R71-R77; checklist 18, 20-23, 26).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::flow::{REDIRECT_URI, Stage, every_type, smallest_details};
use hasp_tests::http::Answer;
use hasp_tests::server::{ACME_MEMBER, Server};
use hasp_tests::{expect, flow};
use serde_json::json;

#[tokio::test]
async fn the_page_names_who_asks_for_whom_and_for_what() {
    // R34, R63, R64, R65, R66, R67, checklist 21
    let mut stage = Stage::confidential().await;
    let path = format!("/v1/applications/{}", stage.client.client_id);
    let changed = stage
        .developer
        .patch(
            &path,
            json!({"homepage_url": "https://helper.example/", "icon_url": "https://helper.example/icon.png"}),
        )
        .await;
    assert_eq!(changed.status(), 200, "{}", changed.0);

    let (_, page) = stage.consent_page(&smallest_details()).await;

    let text = page.page().text();
    for part in [
        "Calendar Helper",
        &stage.client.client_id,
        "Acme",
        "app.example",
        "Scheduler",
        ACME_MEMBER,
        "Read all entities",
    ] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    assert!(page.page().links().iter().any(|link| link == "https://helper.example/"), "{page}");
    let icons: Vec<_> =
        page.page().tags("img").iter().filter_map(|tag| tag.attribute("src").map(str::to_owned)).collect();
    assert_eq!(icons, ["https://helper.example/icon.png"]);
    let link = page.page();
    let link = link
        .tags("a")
        .into_iter()
        .find(|tag| tag.attribute("href") == Some("https://helper.example/"))
        .cloned();
    let relation = link.and_then(|tag| tag.attribute("rel").map(str::to_owned)).unwrap_or_default();
    assert!(relation.contains("noopener") && relation.contains("noreferrer"), "{relation}");
}

#[tokio::test]
async fn without_homepage_the_name_is_no_link() {
    // R64, R65
    let mut stage = Stage::confidential().await;

    let (_, page) = stage.consent_page(&smallest_details()).await;

    let outward: Vec<_> = page.page().links().into_iter().filter(|link| link.starts_with("http")).collect();
    assert!(outward.is_empty(), "{outward:?}");
    assert!(page.page().tags("img").is_empty(), "{page}");
}

#[tokio::test]
async fn every_entry_is_shown_with_its_label_and_every_field() {
    // R67, R72, R73, R74, R75, R76, R77, checklist 21
    let mut stage = Stage::confidential().await;

    let (_, page) = stage.consent_page(&every_type()).await;

    let text = page.page().text();
    for label in [
        "Read patient_intake, patient_profile in app_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "Write scheduling_request",
        "Invoke tool: calendar.find_slots (60/hour)",
        "Delegate to agent 01ARZ3NDEKTSV4RRFFQ69G5FAV (depth \u{2264} 2)",
        "Escalate to charge_nurse via email, sms",
    ] {
        assert!(text.contains(label), "{label} is missing: {text}");
    }
    for value in
        ["patient.assigned_clinician_id", "delegating_user.id", "status", "note", "calendar", "work", "18"]
    {
        assert!(text.contains(value), "{value} is missing: {text}");
    }
    assert_eq!(text.matches("Elevated access").count(), 2, "write and escalate, in words too: {text}");
}

#[tokio::test]
async fn the_page_cannot_be_framed_and_loads_nothing_foreign() {
    // R63, checklist 18, 20
    let mut stage = Stage::confidential().await;

    let (_, page) = stage.consent_page(&smallest_details()).await;

    expect::page_headers(&page);
    let html = page.page();
    assert!(html.tags("script").is_empty() && html.tags("style").is_empty(), "{page}");
    assert!(html.all_tags().iter().all(|tag| tag.attribute("style").is_none()), "{page}");
    for tag in html.tags("link") {
        assert!(tag.attribute("href").is_some_and(|href| href.starts_with("/assets/")), "{tag:?}");
    }
    let policy = page.header("content-security-policy").unwrap();
    let form_action =
        policy.split(';').map(str::trim).find(|part| part.starts_with("form-action")).unwrap_or_default();
    assert_eq!(form_action, "form-action 'self' https://app.example", "{policy}");
    assert!(policy.contains("default-src 'none'") || policy.contains("script-src 'none'"), "{policy}");
}

#[tokio::test]
async fn edits_of_the_application_apply_to_the_next_page() {
    // R4, R69, R71
    let mut stage = Stage::confidential().await;
    let path = format!("/v1/applications/{}", stage.client.client_id);
    let (_, before) = stage.consent_page(&smallest_details()).await;

    let changed = stage
        .developer
        .patch(&path, json!({"display_name": "Renamed Helper", "homepage_url": "https://new.example/"}))
        .await;
    assert_eq!(changed.status(), 200, "{}", changed.0);
    let (_, after) = stage.consent_page(&smallest_details()).await;

    assert!(before.page().text().contains("Calendar Helper"));
    assert!(!after.text().contains("Calendar Helper") && after.text().contains("Renamed Helper"), "{after}");
    assert!(after.page().links().contains(&"https://new.example/".to_owned()));
}

#[tokio::test]
async fn loopback_only_clients_carry_a_warning() {
    // checklist 22
    let mut stage = Stage::public().await;
    let local = flow::register(
        &mut stage.developer,
        "Command line",
        ClientType::Public,
        Mode::Live,
        "http://127.0.0.1/cb",
    )
    .await;

    let url = local.authorization(&stage.agent.id, &smallest_details()).url;
    let with = stage.user.consent_page(&url).await;
    let (_, without) = stage.consent_page(&smallest_details()).await;

    let warning = |page: &Answer| page.page().text().to_lowercase().contains("this computer");
    assert!(warning(&with) && !warning(&without), "{with}");
}

#[tokio::test]
async fn hostile_names_are_escaped_and_neutralised() {
    // checklist 23
    let mut stage = Stage::confidential().await;
    let name = "<b>Bank</b>&\"' \u{202e}gnp\u{200b}\u{7}";
    let body = json!({"display_name": name, "client_type": "public", "mode": "live", "redirect_uris": [REDIRECT_URI]});
    let answer = stage.developer.post("/v1/applications", body).await;
    if answer.status() == 422 {
        // Refusing such a name at registration is as good; then the plain part must still be escaped.
        let change = json!({"display_name": "<b>Bank</b>&\"'"});
        let path = format!("/v1/applications/{}", stage.client.client_id);
        assert_eq!(stage.developer.patch(&path, change).await.status(), 200);
    } else {
        let created: hasp_protocol::api::application::ApplicationCreated = answer.created();
        stage.client.client_id = created.application.client_id;
        stage.client.authentication = hasp_tests::actors::ClientAuthentication::None;
    }

    let (_, page) = stage.consent_page(&smallest_details()).await;

    let text = page.text();
    assert!(page.page().tags("b").is_empty() && text.contains("&lt;b&gt;Bank&lt;/b&gt;"), "{page}");
    for character in ['\u{202e}', '\u{200b}', '\u{7}'] {
        assert!(!text.contains(character), "{character:?} reached the page: {page}");
    }
}

#[tokio::test]
async fn hostile_text_inside_the_details_is_escaped_too() {
    // checklist 21, 23
    let mut stage = Stage::confidential().await;
    let details = json!([{"type": "external.tool.invoke", "tool_id": "a", "constraints": {"<i>k</i>": "<script>\u{202e}</script>"}}]);

    let (_, page) = stage.consent_page(&details).await;

    assert!(page.page().tags("script").is_empty() && page.page().tags("i").is_empty(), "{page}");
    assert!(page.text().contains("&lt;script&gt;") && !page.text().contains('\u{202e}'), "{page}");
}

#[tokio::test]
async fn the_page_shows_the_mode_and_how_long_the_token_lives() {
    // R37
    let mut stage = Stage::on(Server::start().await, ClientType::Public, Mode::Test).await;

    let (_, page) = stage.consent_page(&smallest_details()).await;

    let text = page.page().text().to_lowercase();
    assert!(text.contains("test"), "{text}");
    assert!(text.contains("8 hours"), "{text}");
}

#[tokio::test]
async fn every_request_asks_again() {
    // R25, checklist 26
    for client_type in [ClientType::Public, ClientType::Confidential] {
        let mut stage = Stage::on(Server::start().await, client_type, Mode::Live).await;
        stage.token().await;

        for details in [smallest_details(), every_type()] {
            let answer = stage.user.visitor.get(&stage.authorization(&details).url).await;
            assert_eq!(answer.status, 200, "{client_type:?} {details}: {answer}");
            assert!(answer.page().form("/v1/oauth/consent").field("request_id").is_some());
        }
    }
}
