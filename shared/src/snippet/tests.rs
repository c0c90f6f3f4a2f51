use super::*;
use proptest::prelude::*;
use serde_json::json;

fn input() -> SnippetInput {
    SnippetInput {
        issuer: "http://127.0.0.1:8080".into(),
        client_id: "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
        client_type: ClientType::Confidential,
        redirect_uri: "http://127.0.0.1:8976/callback".into(),
        agent_id: "01BX5ZZKBKACTAV9WEVGEMMVRZ".into(),
        authorization_details: json!([{"type": "hasp.data.read", "entities": ["patient_intake"]}]),
    }
}

// R15
#[test]
fn every_program_holds_what_was_chosen_and_walks_the_flow() {
    for language in SnippetLanguage::ALL {
        let program = render(language, &input());

        for part in [
            "http://127.0.0.1:8080",
            "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "http://127.0.0.1:8976/callback",
            "01BX5ZZKBKACTAV9WEVGEMMVRZ",
            "hasp.data.read",
            "patient_intake",
            "Open: ",
            "/v1/oauth/authorize",
            "S256",
            "/v1/oauth/token",
            "authorization_code",
            "/v1/agent",
            "HASP_CLIENT_SECRET",
            "The state differs",
            "The iss differs",
        ] {
            assert!(program.contains(part), "{}: {part}\n{program}", language.title());
        }
        assert!(!program.contains(['«', '»']) && !program.contains("\n%% "), "{program}");
        assert!(program.lines().all(|line| line.chars().count() <= 120), "{}", language.title());
    }
}

// R8, R19
#[test]
fn programs_of_public_clients_know_no_secret() {
    let public = SnippetInput { client_type: ClientType::Public, ..input() };
    for language in SnippetLanguage::ALL {
        let program = render(language, &public).to_lowercase();

        assert!(
            !program.contains("client_secret") && !program.contains("clientsecret"),
            "{}",
            language.title()
        );
    }
}

#[test]
fn programs_listen_on_loopback_and_read_standard_input_otherwise() {
    let web = SnippetInput { redirect_uri: "https://app.example/callback".into(), ..input() };
    let app = SnippetInput { redirect_uri: "com.example.app:/callback".into(), ..input() };
    for (language, listens) in [
        (SnippetLanguage::JavaScript, "createServer("),
        (SnippetLanguage::Python, "ThreadingHTTPServer)"),
        (SnippetLanguage::Php, "stream_socket_server("),
    ] {
        assert!(render(language, &input()).contains(listens), "{}", language.title());
        assert!(!render(language, &input()).contains("Paste the address"), "{}", language.title());
        for pasted in [&web, &app] {
            assert!(!render(language, pasted).contains(listens), "{}", language.title());
            assert!(render(language, pasted).contains("Paste the address"), "{}", language.title());
        }
    }
    assert!(render(SnippetLanguage::Curl, &input()).contains("Paste the address"));
}

#[test]
fn listener_is_read_from_the_redirect_uri() {
    let rows = [
        (
            "http://127.0.0.1:8976/callback",
            "http://127.0.0.1:8976/callback",
            "127.0.0.1",
            "8976",
            "/callback",
        ),
        ("http://127.0.0.1/callback", "http://127.0.0.1:8976/callback", "127.0.0.1", "8976", "/callback"),
        ("http://127.0.0.1:5", "http://127.0.0.1:5", "127.0.0.1", "5", "/"),
        ("http://127.0.0.1?a=1", "http://127.0.0.1:8976?a=1", "127.0.0.1", "8976", "/"),
        ("http://[::1]:5/cb?a=1", "http://[::1]:5/cb?a=1", "::1", "5", "/cb"),
        ("http://[::1]/cb", "http://[::1]:8976/cb", "::1", "8976", "/cb"),
        ("http://localhost:3000/cb", "http://localhost:3000/cb", "127.0.0.1", "3000", "/cb"),
        ("http://localhost/cb", "http://localhost/cb", "127.0.0.1", "80", "/cb"),
    ];
    for (uri, redirect_uri, host, port, path) in rows {
        let listener = Listener::of(uri).expect(uri);

        assert_eq!(
            (
                listener.redirect_uri.as_str(),
                listener.host.as_str(),
                listener.port.as_str(),
                listener.path.as_str()
            ),
            (redirect_uri, host, port, path),
            "{uri}"
        );
        assert!(crate::redirect_uri::matches(uri, redirect_uri), "{uri}");
    }
    assert!(Listener::of("https://127.0.0.1/cb").is_none());
    assert!(Listener::of("http://app.example/cb").is_none());
}

#[test]
fn values_that_a_language_would_change_stand_as_json_text() {
    let changed = [
        json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": {}}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": {"0": 1}}]),
        json!([{"type": "external.tool.invoke", "tool_id": "x", "constraints": {"__proto__": 1}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": 9_007_199_254_740_993u64}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": u64::MAX}}]),
        json!([{"type": "hasp.data.read", "filters": {"a": 1e300}}]),
    ];
    for details in changed {
        let input = SnippetInput { authorization_details: details.clone(), ..input() };
        for language in SnippetLanguage::ALL {
            let literal = literal::text(language, &details.to_string());
            assert!(render(language, &input).contains(&literal), "{} {details}", language.title());
        }
    }
}

#[test]
fn plain_details_are_written_as_a_person_would() {
    let details = json!([
        {"type": "hasp.data.read", "filters": {"a": {"in": [1, true, "it's"]}, "b": 0.5}, "entities": ["patient_intake"]},
    ]);

    assert_eq!(
        literal::value(SnippetLanguage::Python, &details, 0),
        "[\n    {\n        \"type\": \"hasp.data.read\",\n        \
         \"filters\": {\"a\": {\"in\": [1, True, \"it's\"]}, \"b\": 0.5},\n        \
         \"entities\": [\"patient_intake\"],\n    },\n]"
    );
    assert_eq!(
        literal::value(SnippetLanguage::Php, &json!([{"type": "hasp.data.read", "n": null}]), 0),
        "[['type' => 'hasp.data.read', 'n' => null]]"
    );
}

#[test]
fn literals_quote_what_would_end_them() {
    let hostile = "a'b\"c\\d$e`f\n\u{202E}${g}$(h)?>\0";
    let rows = [
        (SnippetLanguage::Curl, r#"$'a\'b"c\\d$e`f\012\342\200\256${g}$(h)?>'"#),
        (SnippetLanguage::JavaScript, r#""a'b\"c\\d$e`f\n\u{202e}${g}$(h)?>\u{0}""#),
        (SnippetLanguage::Python, r#""a'b\"c\\d$e`f\n\U0000202e${g}$(h)?>\U00000000""#),
        (SnippetLanguage::Php, r#""a'b\"c\\d\$e`f\u{a}\u{202e}\${g}\$(h)?>\u{0}""#),
    ];
    for (language, expected) in rows {
        assert_eq!(literal::text(language, hostile), expected, "{}", language.title());
    }
    assert_eq!(literal::text(SnippetLanguage::Curl, "it's $(x)"), r"'it'\''s $(x)'");
    assert_eq!(literal::text(SnippetLanguage::Php, r"it's \ $x"), r"'it\'s \\ $x'");
}

/// Reads a literal back by the rules of its language, written without the code under test: the text, and what follows
/// the literal.
fn read(language: SnippetLanguage, literal: &str) -> Option<(String, String)> {
    let mut rest = literal.chars().peekable();
    let mut bytes = Vec::new();
    let push = |character: char, bytes: &mut Vec<u8>| {
        bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
    };
    let is_ansi = literal.starts_with("$'");
    if is_ansi {
        rest.next();
    }
    let quote = rest.next()?;
    let is_raw = quote == '\'' && !is_ansi;
    loop {
        match (rest.next()?, is_raw, language) {
            (end, _, SnippetLanguage::Curl) if end == quote && is_raw => {
                let after: String = rest.clone().collect();
                match after.strip_prefix(r"\''") {
                    Some(_) => {
                        rest.nth(2);
                        push('\'', &mut bytes);
                    }
                    None => return Some((String::from_utf8(bytes).ok()?, after)),
                }
            }
            (end, ..) if end == quote => return Some((String::from_utf8(bytes).ok()?, rest.collect())),
            ('\\', true, SnippetLanguage::Php) => match rest.next()? {
                escaped @ ('\\' | '\'') => push(escaped, &mut bytes),
                other => {
                    push('\\', &mut bytes);
                    push(other, &mut bytes);
                }
            },
            ('\\', false, _) => match (rest.next()?, language) {
                ('n', _) => push('\n', &mut bytes),
                ('u', SnippetLanguage::JavaScript | SnippetLanguage::Php) => {
                    let digits: String = rest.by_ref().skip(1).take_while(|digit| *digit != '}').collect();
                    push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?, &mut bytes);
                }
                ('U', SnippetLanguage::Python) => {
                    let digits: String = rest.by_ref().take(8).collect();
                    push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?, &mut bytes);
                }
                (first @ '0'..='7', SnippetLanguage::Curl) => {
                    let digits: String = std::iter::once(first).chain(rest.by_ref().take(2)).collect();
                    bytes.push(u8::from_str_radix(&digits, 8).ok()?);
                }
                (escaped @ ('\\' | '\'' | '"' | '$'), _) => push(escaped, &mut bytes),
                _ => return None,
            },
            ('$', false, SnippetLanguage::Php) | ('\n', false, _) => return None,
            (character, ..) => push(character, &mut bytes),
        }
    }
}

proptest! {
    #![proptest_config(crate::property::config(2_000))]

    // checklist 23: hostile values stay inside their literals
    #[test]
    fn literals_read_back_as_what_was_written(
        text in prop_oneof!["['\"\\\\$`?<>{}a\n\r\u{0}\u{202E}\u{E0001}u0-9]{0,12}", any::<String>()],
    ) {
        for language in SnippetLanguage::ALL {
            let literal = literal::text(language, &text);
            let expected = if language == SnippetLanguage::Curl { text.replace('\0', "") } else { text.clone() };

            prop_assert_eq!(read(language, &literal), Some((expected, String::new())), "{} {}", language.title(), literal);
            prop_assert!(!literal.contains(crate::text::is_deceptive), "{}", literal);
        }
    }

    #[test]
    fn no_value_changes_the_program_around_it(text in any::<String>()) {
        let with = |text: &str| SnippetInput {
            issuer: text.to_owned(),
            client_id: text.to_owned(),
            redirect_uri: text.to_owned(),
            agent_id: text.to_owned(),
            ..input()
        };
        prop_assume!(!is_loopback(&text));
        for language in SnippetLanguage::ALL {
            let harmless = render(language, &with("harmless value"));
            let expected = harmless
                .replace(&literal::text(language, "harmless value"), &literal::text(language, &text));

            prop_assert_eq!(render(language, &with(&text)), expected, "{}", language.title());
        }
    }
}
