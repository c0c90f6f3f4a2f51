//! The consent page and its POST (R34, R35, R63-R67, R71-R80; checklist 18, 19, 21, 22, 24-27).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{Developer, User};
use hasp_tests::expect;
use hasp_tests::flow::{self, REDIRECT_URI, Stage, every_type, smallest_details};
use hasp_tests::http::Answer;
use hasp_tests::server::{ACME_MEMBER, ACME_OWNER, Server};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

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
async fn the_post_carries_an_id_a_token_and_a_decision() {
    // checklist 19
    let mut stage = Stage::confidential().await;

    let (_, page) = stage.consent_page(&every_type()).await;

    let form = page.page().form("/v1/oauth/consent");
    let names: Vec<_> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["request_id", "csrf_token"], "{form:?}");
    let buttons: Vec<_> = form
        .buttons
        .iter()
        .map(|(name, value, label)| (name.as_str(), value.as_str(), label.as_str()))
        .collect();
    assert!(buttons.contains(&("decision", "approve", "Approve")), "{buttons:?}");
    assert!(buttons.contains(&("decision", "deny", "Deny")), "{buttons:?}");
    assert_eq!(form.method, "post");
}

#[tokio::test]
async fn parameters_added_to_the_post_change_nothing() {
    // checklist 19, 25
    let mut stage = Stage::confidential().await;
    let (authorization, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let wider = every_type().to_string();
    let added = [
        ("decision", "approve"),
        ("authorization_details", wider.as_str()),
        ("redirect_uri", "https://evil.example/"),
        ("state", "other"),
    ];

    let url = stage.user.visitor.submit(&form, &added).await.redirect(stage.issuer());

    let code = expect::code(&url, REDIRECT_URI, Some(&authorization.state), stage.issuer());
    let answer = stage.client.redeem(&code, &authorization.verifier).await;
    assert_eq!(answer.json()["authorization_details"], smallest_details());
}

#[tokio::test]
async fn a_post_without_the_right_csrf_token_is_refused() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let (_, other_page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let other = other_page.page().form("/v1/oauth/consent").field("csrf_token").unwrap().to_owned();
    let id = form.field("request_id").unwrap().to_owned();
    let token = form.field("csrf_token").unwrap().to_owned();

    for (name, fields) in [
        ("missing", vec![("request_id", id.as_str()), ("decision", "approve")]),
        ("empty", vec![("request_id", id.as_str()), ("csrf_token", ""), ("decision", "approve")]),
        ("wrong", vec![("request_id", id.as_str()), ("csrf_token", "nonsense"), ("decision", "approve")]),
        (
            "of another request",
            vec![("request_id", id.as_str()), ("csrf_token", other.as_str()), ("decision", "approve")],
        ),
    ] {
        let answer = stage.user.visitor.post("/v1/oauth/consent", &fields).await;
        assert!(matches!(answer.status, 400 | 403), "{name}: {answer}");
        assert_eq!(answer.location(), None, "{name}: {answer}");
    }
    let good = [("request_id", id.as_str()), ("csrf_token", token.as_str()), ("decision", "approve")];
    assert_eq!(
        stage.user.visitor.post("/v1/oauth/consent", &good).await.status,
        303,
        "the request still stands"
    );
}

#[tokio::test]
async fn a_post_from_another_origin_is_refused() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let mut fields: Vec<_> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("decision", "approve"));

    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        &stage.issuer().replace("127.0.0.1", "localhost"),
    ] {
        let call =
            stage.user.visitor.call(Method::POST, "/v1/oauth/consent").header("origin", origin).form(&fields);
        let answer = stage.user.visitor.send(call).await;
        assert!(matches!(answer.status, 400 | 403), "{origin}: {answer}");
        assert_eq!(answer.location(), None, "{origin}: {answer}");
    }
    let call = stage.user.visitor.call(Method::POST, "/v1/oauth/consent").form(&fields);
    let without = stage.user.visitor.send(call).await;
    assert!(matches!(without.status, 400 | 403), "no Origin at all: {without}");
}

#[tokio::test]
async fn a_browser_that_hides_its_origin_must_say_same_origin() {
    // checklist 19 (browsers send `Origin: null` from pages under `Referrer-Policy: no-referrer`)
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let mut fields: Vec<_> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("decision", "approve"));

    for (site, status) in [("cross-site", 403), ("same-site", 403), ("none", 403), ("same-origin", 303)] {
        let call = stage.user.visitor.call(Method::POST, "/v1/oauth/consent");
        let call = call.header("origin", "null").header("sec-fetch-site", site).form(&fields);
        let answer = stage.user.visitor.send(call).await;
        assert_eq!(answer.status, status, "{site}: {answer}");
    }
}

#[tokio::test]
async fn the_request_of_another_session_cannot_be_decided() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let mut other_person = User::sign_in(stage.issuer(), ACME_OWNER).await;
    let mut other_browser = User::sign_in(stage.issuer(), ACME_MEMBER).await;

    for (name, user) in [("another person", &mut other_person), ("another browser", &mut other_browser)] {
        let answer = user.visitor.submit(&form, &[("decision", "approve")]).await;
        assert!(matches!(answer.status, 400 | 403 | 404 | 410), "{name}: {answer}");
        assert_eq!(answer.location(), None, "{name}: {answer}");
        let page = user
            .visitor
            .get(&format!("/v1/oauth/consent?request_id={}", form.field("request_id").unwrap()))
            .await;
        assert!(page.status >= 400, "{name} cannot even look: {page}");
    }
    assert_eq!(stage.user.visitor.submit(&form, &[("decision", "approve")]).await.status, 303);
}

#[tokio::test]
async fn nobody_signed_in_decides_nothing() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let mut stranger = hasp_tests::actors::Visitor::new(stage.issuer());

    let answer = stranger.submit(&form, &[("decision", "approve")]).await;

    let leads_to_code = answer.location().is_some_and(|location| location.contains("code="));
    assert!(!leads_to_code, "{answer}");
    assert!(stage.server.column("SELECT code_hash FROM authorization_code").await.is_empty());
}

#[tokio::test]
async fn a_decision_is_made_once() {
    // checklist 19, 26
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");
    let first = stage.user.visitor.submit(&form, &[("decision", "approve")]).await;

    for decision in ["approve", "deny"] {
        let again = stage.user.visitor.submit(&form, &[("decision", decision)]).await;
        assert!(matches!(again.status, 400 | 404 | 410), "{decision}: {again}");
        assert_eq!(again.location(), None, "{decision}: {again}");
    }

    assert_eq!(first.status, 303, "{first}");
    assert_eq!(stage.server.column("SELECT code_hash FROM authorization_code").await.len(), 1);
}

#[tokio::test]
async fn an_unknown_decision_is_none() {
    // checklist 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let form = page.page().form("/v1/oauth/consent");

    for decision in ["", "Approve", "yes", "approve approve"] {
        let answer = stage.user.visitor.submit(&form, &[("decision", decision)]).await;
        assert!(matches!(answer.status, 400 | 403), "{decision}: {answer}");
    }
    assert!(stage.server.column("SELECT code_hash FROM authorization_code").await.is_empty());
}

#[tokio::test]
async fn denial_issues_nothing_and_is_not_remembered() {
    // R17, R79, checklist 27
    let mut stage = Stage::confidential().await;
    let (authorization, page) = stage.consent_page(&smallest_details()).await;

    let url = stage.user.deny(&page).await;

    expect::error_response(&url, REDIRECT_URI, "access_denied", Some(&authorization.state), stage.issuer());
    assert!(stage.server.column("SELECT code_hash FROM authorization_code").await.is_empty());
    let again = stage.user.visitor.get(&stage.authorization(&smallest_details()).url).await;
    assert_eq!(again.status, 200, "asked again: {again}");
}

#[tokio::test]
async fn both_decisions_are_audited_with_full_details() {
    // R80, checklist 27, 85
    let mut stage = Stage::confidential().await;
    for decision in ["approve", "deny"] {
        let (_, page) = stage.consent_page(&every_type()).await;
        assert_eq!(stage.user.decide(&page, decision).await.status, 303);
    }

    for action in ["oauth.consent_approved", "oauth.consent_denied"] {
        let event = stage.developer.newest_event(action).await;
        assert_eq!(event.metadata["authorization_details"], every_type(), "{action}");
        assert_eq!(event.metadata["client_id"], stage.client.client_id.as_str(), "{action}");
        assert_eq!(event.metadata["agent_id"], stage.agent.id.as_str(), "{action}");
        assert_eq!(event.user_id, Some(stage.server.user_id(ACME_MEMBER).await), "{action}");
        assert_eq!(event.ip_address.as_deref(), Some("127.0.0.1"), "{action}");
        let labels = event.metadata["shown"]["labels"].as_array().or(event.metadata["labels"].as_array());
        assert_eq!(labels.map(Vec::len), Some(5), "the labels as shown: {event:?}");
    }
}

#[tokio::test]
async fn granted_is_what_was_shown() {
    // checklist 25
    let mut stage = Stage::confidential().await;
    stage.token_for(&every_type()).await;
    let expected =
        hasp_protocol::AuthorizationDetails::parse(&every_type().to_string()).unwrap().digest().to_vec();

    let consent = stage.server.column("SELECT details_digest FROM consent").await;
    let credential = stage.server.column("SELECT details_digest FROM credential").await;
    let event = stage.developer.newest_event("oauth.consent_approved").await;

    assert_eq!(consent, std::slice::from_ref(&expected));
    assert_eq!(credential, std::slice::from_ref(&expected));
    assert_eq!(event.metadata["details_digest"], hasp_protocol::secret::hex(&expected), "{event:?}");
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
async fn the_record_keeps_the_name_that_was_shown() {
    // R71, R80
    let mut stage = Stage::confidential().await;
    stage.token().await;
    let path = format!("/v1/applications/{}", stage.client.client_id);

    let changed = stage.developer.patch(&path, json!({"display_name": "Renamed Helper"})).await;

    assert_eq!(changed.status(), 200, "{}", changed.0);
    let event = stage.developer.newest_event("oauth.consent_approved").await;
    assert!(event.metadata.to_string().contains("Calendar Helper"), "{event:?}");
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
async fn approval_after_the_application_was_revoked_gives_no_code() {
    // R31, checklist 19, 74
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let path = format!("/v1/applications/{}/revoke", stage.client.client_id);
    assert_eq!(stage.developer.post(&path, json!({})).await.status(), 200);

    let answer = stage.user.decide(&page, "approve").await;

    assert!(answer.location().is_none_or(|location| !location.contains("code=")), "{answer}");
    assert!(stage.server.column("SELECT code_hash FROM authorization_code").await.is_empty());
}

#[tokio::test]
async fn approval_after_the_agent_was_archived_gives_no_code() {
    // checklist 16, 19
    let mut stage = Stage::confidential().await;
    let (_, page) = stage.consent_page(&smallest_details()).await;
    let path = format!("/v1/agents/{}/archive", stage.agent.id);
    assert_eq!(stage.developer.post(&path, json!({})).await.status(), 200);

    let answer = stage.user.decide(&page, "approve").await;

    assert!(answer.location().is_none_or(|location| !location.contains("code=")), "{answer}");
}

#[tokio::test]
async fn the_page_expires_with_the_request() {
    // checklist 19
    let mut stage = Stage::on(Server::with_fixed_clock().await, ClientType::Public, Mode::Live).await;
    let (_, page) = stage.consent_page(&smallest_details()).await;

    stage.server.advance(Duration::from_secs(16 * 60));
    let answer = stage.user.decide(&page, "approve").await;

    assert!(matches!(answer.status, 400 | 410), "{answer}");
    assert_eq!(answer.location(), None, "{answer}");
}

#[tokio::test]
async fn a_member_needs_no_role_to_consent_for_the_organizations_agent() {
    // R2 (C28)
    let mut stage = Stage::confidential().await;
    let member = Developer::from_user(stage.user.clone()).await;
    assert_eq!(member.session.user.role, hasp_protocol::api::session::Role::Member);

    stage.token().await;
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
async fn session_cookies_are_guarded() {
    // checklist 24
    let stage = Stage::confidential().await;
    let mut visitor = hasp_tests::actors::Visitor::new(stage.issuer());
    let form = visitor.get("/sign-in").await;

    let answer =
        hasp_tests::actors::fill_in(&mut visitor, &form, ACME_MEMBER, hasp_tests::server::PASSWORD).await;

    let port = stage.issuer().rsplit(':').next().unwrap();
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect();
    assert!(!cookies.is_empty(), "{answer}");
    for cookie in cookies.iter().filter(|cookie| !cookie.contains("Max-Age=0")) {
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert!(
            cookie.split('=').next().is_some_and(|name| name.contains(port)),
            "the port is in the name: {cookie}"
        );
        assert!(!cookie.contains("Domain="), "{cookie}");
    }
}
