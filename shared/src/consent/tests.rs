use super::*;
use crate::authorization_details::NoNames;
use proptest::prelude::*;

fn view() -> ConsentView {
    let details =
        AuthorizationDetails::from_value(&ConsentView::placeholder_details()).expect("valid placeholders");
    ConsentView {
        request_id: "request-1".into(),
        csrf_token: "csrf-1".into(),
        application_name: "Scheduler".into(),
        client_id: "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
        application_organization: "Acme".into(),
        homepage_url: Some("https://scheduler.example/".into()),
        icon_url: Some("https://scheduler.example/icon.png".into()),
        redirect_host: "scheduler.example".into(),
        loopback_only: false,
        agent_name: "Intake helper".into(),
        agent_organization: "Clinic North".into(),
        signed_in_as: "dana@example.com".into(),
        mode: Mode::Live,
        expires_in_seconds: 28_800,
        entries: ConsentView::entries_for(&details, &PlaceholderNames),
        inert: false,
    }
}

// R63, R66, R67, checklist 21
#[test]
fn page_names_application_agent_host_person_lifetime_and_every_permission() {
    let html = view().to_html();

    for part in [
        "Scheduler",
        "Intake helper",
        "Acme",
        "Clinic North",
        "dana@example.com",
        "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "<code>scheduler.example</code>",
        "8 hours",
        ">Read patient_intake, patient_profile in Clinic<",
        ">Write scheduling_request in Clinic<",
        ">Invoke tool: calendar.find_slots (60/hour)<",
        ">Delegate to agent 01BX5ZZKBKACTAV9WEVGEMMVRZ (depth ≤ 2)<",
        ">Escalate to charge_nurse via email, sms<",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
}

// R64, R65, R70, checklist 20
#[test]
fn icon_and_link_appear_only_when_given_and_harmless() {
    let with = |homepage: Option<&str>, icon: Option<&str>| {
        let view = ConsentView {
            homepage_url: homepage.map(str::to_owned),
            icon_url: icon.map(str::to_owned),
            ..view()
        };
        view.to_html()
    };
    let both = with(Some("https://scheduler.example/?a=1&b"), Some("/icons/1.png"));
    let neither = with(None, None);
    let hostile = with(Some("javascript:alert(1)"), Some("//evil.example/i.png"));
    let plain = with(Some("JAVASCRIPT:alert(1)"), Some("http://scheduler.example/icon.png"));

    assert!(both.contains(
        "<a class=\"consent-name\" href=\"https://scheduler.example/?a=1&amp;b\" target=\"_blank\" \
         rel=\"noopener noreferrer\">Scheduler</a>"
    ));
    assert!(
        both.contains(
            "<img class=\"consent-icon\" src=\"/icons/1.png\" width=\"56\" height=\"56\" alt=\"\">"
        )
    );
    for html in [neither, hostile, plain] {
        assert!(!html.contains("<img") && !html.contains("<a "), "{html}");
        assert!(html.contains("<span class=\"consent-name\">Scheduler</span>"), "{html}");
    }
}

// R77
#[test]
fn exactly_the_elevated_permissions_carry_state_and_words() {
    let html = view().to_html();

    let items: Vec<_> = html.split("<li class=\"grant\"").skip(1).collect();
    let marked: Vec<_> = items.iter().map(|item| item.starts_with(" data-elevated>")).collect();
    let worded: Vec<_> = items.iter().map(|item| item.contains(">Elevated access<")).collect();
    assert_eq!(marked, [false, true, false, false, true]);
    assert_eq!(worded, marked);
}

// checklist 22
#[test]
fn loopback_and_test_mode_are_said() {
    let plain = view().to_html();
    let loopback =
        ConsentView { loopback_only: true, redirect_host: "127.0.0.1:8976".into(), ..view() }.to_html();
    let test = ConsentView { mode: Mode::Test, ..view() }.to_html();

    assert!(!plain.contains("class=\"notice\""));
    assert!(loopback.contains("data-tone=\"warning\"") && loopback.contains("<code>127.0.0.1:8976</code>"));
    assert!(test.contains("data-tone=\"test\"") && test.contains("Test mode."));
}

// checklist 19, R68
#[test]
fn form_posts_id_token_and_decision_and_a_preview_posts_nothing() {
    let live = view().to_html();
    let preview = ConsentView { inert: true, ..view() }.to_html();

    assert!(live.contains("<form class=\"actions\" method=\"post\" action=\"/v1/oauth/consent\">"));
    let names: Vec<_> =
        live.split(" name=\"").skip(3).map(|after| after.split('"').next().unwrap_or("")).collect();
    assert_eq!(names, ["request_id", "csrf_token", "decision", "decision"]);
    assert!(
        live.contains("value=\"approve\">Approve</button>") && live.contains("value=\"deny\">Deny</button>")
    );
    assert!(!preview.contains("<form") && !preview.contains("<input") && !preview.contains("csrf-1"));
    assert_eq!(preview.matches(" disabled>").count(), 2);
}

#[test]
fn page_has_no_script_no_inline_style_and_one_stylesheet() {
    let html = view().to_html();

    assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"));
    assert!(!html.contains("<script") && !html.contains("style=") && !html.contains("<style"));
    assert_eq!(html.matches("<link ").count(), 1);
    assert!(html.contains("<link rel=\"stylesheet\" href=\"/assets/page.css\">"));
}

// checklist 21: every field of every grant
#[test]
fn details_show_every_field_and_what_absent_ones_mean() {
    let value = json!([
        {
            "type": "hasp.data.read",
            "filters": {"a.b": "{{org.id}}", "c": {"gte": 3, "neq": "x"}, "d": {"in": [1, "y"]}, "e": true},
        },
        {"type": "external.tool.invoke", "tool_id": "x", "constraints": {"k\u{202E}": [1, {"n": null}], "l": "\u{200B}"}},
        {"type": "external.tool.invoke", "tool_id": "x", "constraints": {}, "rate_limit": 1},
    ]);
    let details = AuthorizationDetails::from_value(&value).expect("valid");

    let entries = ConsentView::entries_for(&details, &NoNames);

    let rows = |index: usize| {
        let pairs: Vec<_> =
            entries[index].details.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        pairs.join("\n")
    };
    assert_eq!(
        rows(0),
        "type = hasp.data.read\n\
         filters: a.b = is {{org.id}}, the id of the agent's organization\n\
         filters: c = is at least 3 and is not \"x\"\n\
         filters: d = is one of 1, \"y\"\n\
         filters: e = is true\n\
         app_id = not given: all apps\n\
         entities = not given: all entities"
    );
    assert_eq!(
        rows(1),
        "type = external.tool.invoke\n\
         tool_id = x\n\
         constraints: k‹U+202E› = [1,{\"n\":null}]\n\
         constraints: l = \"‹U+200B›\"\n\
         rate_limit = not given: unlimited"
    );
    assert_eq!(rows(2), "type = external.tool.invoke\ntool_id = x\nconstraints = none\nrate_limit = 1");
}

#[test]
fn durations_are_said_in_two_units() {
    let rows = [
        (0, "0 seconds"),
        (59, "59 seconds"),
        (3_600, "1 hour"),
        (5_400, "1 hour 30 minutes"),
        (86_400, "1 day"),
        (129_600, "1 day 12 hours"),
        (720 * 3_600, "30 days"),
    ];
    for (seconds, words) in rows {
        assert_eq!(duration_in_words(seconds), words);
    }
}

/// Text that tries to leave its place, and text of any kind.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "</strong><script>alert(1)</script>",
            "\" onmouseover=\"alert(1)",
            "' autofocus onfocus='x",
            "<!--",
            "&lt;b&gt;",
            "\u{202E}evil\u{2066}",
            "a\0b\r\nc",
            "--><img src=x>",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(crate::property::config(500))]

    // checklist 23
    #[test]
    fn no_text_of_an_application_changes_the_page_around_it(text in hostile(), url in hostile()) {
        let of = |text: &str, url: &str| ConsentView {
            request_id: text.to_owned(),
            csrf_token: text.to_owned(),
            application_name: text.to_owned(),
            client_id: text.to_owned(),
            application_organization: text.to_owned(),
            homepage_url: Some(format!("https://{url}")),
            icon_url: Some(format!("https://{url}")),
            redirect_host: text.to_owned(),
            agent_name: text.to_owned(),
            agent_organization: text.to_owned(),
            signed_in_as: text.to_owned(),
            loopback_only: true,
            entries: vec![ConsentEntry { label: text.to_owned(), elevated: true, details: vec![(text.to_owned(), text.to_owned())] }],
            ..view()
        }.to_html();
        let hostile = of(&text, &url);
        let harmless = of("x", "x");

        let markup = |html: &str| html.matches(['<', '>']).count();
        prop_assert_eq!(markup(&hostile), markup(&harmless));
        prop_assert_eq!(hostile.matches('"').count(), harmless.matches('"').count());
        let is_forbidden = |character: char| character != '\n' && crate::text::is_deceptive(character);
        // Hidden inputs carry the server's own values and links are percent-encoded by the browser.
        let visible: String = hostile.lines().filter(|line| !line.contains("<input") && !line.contains("href=") && !line.contains("src=")).collect();
        if !text.contains('\n') {
            prop_assert!(!visible.contains(is_forbidden), "{:?}", visible);
        }
    }
}
