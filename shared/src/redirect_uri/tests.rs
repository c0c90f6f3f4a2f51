use super::*;
use proptest::prelude::*;

const REGISTERED: &str = "https://app.example/callback";

// R42, checklist 3
#[test]
fn anything_but_the_registered_bytes_is_no_match() {
    let rows = [
        ("case of the scheme", "HTTPS://app.example/callback"),
        ("case of the host", "https://APP.example/callback"),
        ("case of the path", "https://app.example/Callback"),
        ("trailing slash", "https://app.example/callback/"),
        ("added query", "https://app.example/callback?next=1"),
        ("empty query", "https://app.example/callback?"),
        ("fragment", "https://app.example/callback#x"),
        ("userinfo", "https://user@app.example/callback"),
        ("encoded dot", "https://app%2eexample/callback"),
        ("encoded letter", "https://app.example/%63allback"),
        ("dot segments", "https://app.example/x/../callback"),
        ("backslash", "https://app.example\\callback"),
        ("sub-domain", "https://evil.app.example/callback"),
        ("suffix domain", "https://app.example.evil/callback"),
        ("other scheme", "http://app.example/callback"),
        ("default port", "https://app.example:443/callback"),
        ("trailing dot", "https://app.example./callback"),
        ("leading space", " https://app.example/callback"),
        ("trailing newline", "https://app.example/callback\n"),
        ("prefix", "https://app.example/call"),
        ("empty", ""),
    ];
    assert!(matches(REGISTERED, REGISTERED));
    for (name, requested) in rows {
        assert!(!matches(REGISTERED, requested), "{name}: {requested}");
    }
}

// checklist 4
#[test]
fn only_the_port_of_a_loopback_literal_may_differ() {
    let rows = [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", true),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1/cb", true),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1:1/cb", true),
        ("http://[::1]:8976/cb?a=1", "http://[::1]:65535/cb?a=1", true),
        ("http://127.0.0.1:8976", "http://127.0.0.1:1", true),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1:65536/cb", false),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1:0/cb", false),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1:080/cb", false),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1:/cb", false),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1:80@evil.example/cb", false),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1:1/cb/", false),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1:1/CB", false),
        ("http://127.0.0.1:8976/cb", "http://127.0.0.1.evil.example/cb", false),
        ("http://127.0.0.1:8976", "http://127.0.0.1:1.evil.example", false),
        ("http://127.0.0.1:8976/cb", "http://127.1:8976/cb", false),
        ("http://127.0.0.1:8976/cb", "http://[::1]:8976/cb", false),
        ("http://127.0.0.1:8976/cb", "http://localhost:8976/cb", false),
        ("http://localhost:8976/cb", "http://localhost:8977/cb", false),
        ("http://localhost:8976/cb", "http://127.0.0.1:8976/cb", false),
        ("https://127.0.0.1:8976/cb", "https://127.0.0.1:8977/cb", false),
        ("http://127.0.0.1:8976/cb", "HTTP://127.0.0.1:8976/cb", false),
    ];
    for (registered, requested, expected) in rows {
        assert_eq!(matches(registered, requested), expected, "{registered} {requested}");
    }
}

// checklist 5, R6
#[test]
fn registration_takes_only_the_documented_kinds() {
    let taken = [
        "https://app.example/callback",
        "https://app.example",
        "https://app.example:8443/cb?tenant=1",
        "https://App.Example/cb",
        "https://203.0.113.7/cb",
        "https://[2001:db8::1]/cb",
        "https://localhost/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:8976/callback",
        "http://[::1]:8976/callback",
        "http://localhost:3000/cb",
        "com.example.app:/callback",
        "com.example.app://callback",
    ];
    for uri in taken {
        assert_eq!(check_registration(uri), Ok(()), "{uri}");
    }
}

// checklist 5
#[test]
fn registration_refuses_the_rest_with_its_reason() {
    use RedirectUriProblem as P;
    type Row = (&'static str, fn(&RedirectUriProblem) -> bool);
    let rows: [Row; 36] = [
        ("", |p| matches!(p, P::Empty)),
        ("app.example/callback", |p| matches!(p, P::Scheme)),
        ("/callback", |p| matches!(p, P::Scheme)),
        ("//app.example/cb", |p| matches!(p, P::Scheme)),
        ("HTTPS://app.example/cb", |p| matches!(p, P::SchemeCase)),
        ("https://app.example/cb#", |p| matches!(p, P::Fragment)),
        ("https://app.example/cb#top", |p| matches!(p, P::Fragment)),
        ("https://*.app.example/cb", |p| matches!(p, P::Wildcard)),
        ("https://app.example/*", |p| matches!(p, P::Wildcard)),
        ("https://user@app.example/cb", |p| matches!(p, P::UserInfo)),
        ("https://user:pass@app.example/cb", |p| matches!(p, P::UserInfo)),
        ("http://127.0.0.1@evil.example/cb", |p| matches!(p, P::UserInfo)),
        ("com.example.app://user@host/cb", |p| matches!(p, P::UserInfo)),
        ("http://app.example/cb", |p| matches!(p, P::PlainHttp { .. })),
        ("http://localhost.evil.example/cb", |p| matches!(p, P::PlainHttp { .. })),
        ("http://192.168.0.1/cb", |p| matches!(p, P::PlainHttp { .. })),
        ("http://127.0.0.2/cb", |p| matches!(p, P::LoopbackSpelling { .. })),
        ("http://LOCALHOST/cb", |p| matches!(p, P::LoopbackSpelling { .. })),
        ("http://[0:0:0:0:0:0:0:1]/cb", |p| matches!(p, P::LoopbackSpelling { .. })),
        ("http://127.1/cb", |p| matches!(p, P::Host { .. })),
        ("http://0x7f000001/cb", |p| matches!(p, P::Host { .. })),
        ("http://2130706433/cb", |p| matches!(p, P::Host { .. })),
        ("https:///cb", |p| matches!(p, P::Host { .. })),
        ("https:app.example/cb", |p| matches!(p, P::Host { .. })),
        ("https://app..example/cb", |p| matches!(p, P::Host { .. })),
        ("https://app%2eexample/cb", |p| matches!(p, P::Host { .. })),
        ("https://app.example:/cb", |p| matches!(p, P::Port { .. })),
        ("https://app.example:65536/cb", |p| matches!(p, P::Port { .. })),
        ("https://app.example\\cb", |p| matches!(p, P::Character { received: '\\', .. })),
        ("https://äpp.example/cb", |p| matches!(p, P::Character { received: 'ä', position: 9 })),
        ("https://app.example/c b", |p| matches!(p, P::Character { received: ' ', .. })),
        ("https://app.example/%zz", |p| matches!(p, P::Encoding { position: 21 })),
        ("https://app.example/a/../cb", |p| matches!(p, P::DotSegment)),
        ("https://app.example/a/%2E%2e/cb", |p| matches!(p, P::DotSegment)),
        ("https://app.example/cb?a=1&%73tate=2", |p| matches!(p, P::ResponseParameter { .. })),
        ("com.example.app:", |p| matches!(p, P::PrivatePath)),
    ];
    for (uri, expected) in rows {
        let problem = check_registration(uri).expect_err(uri);
        assert!(expected(&problem), "{uri}: {problem:?}");
        assert!(!problem.to_string().is_empty() && problem.fix().ends_with('.'), "{uri}: {problem}");
    }
    for uri in [
        "javascript:alert(1)",
        "data:text/html,x",
        "myapp:/cb",
        "file:///etc/passwd",
        "about:blank",
        "ftp://a.b/c",
    ] {
        assert!(matches!(check_registration(uri), Err(P::PrivateScheme { .. })), "{uri}");
    }
    let long = format!("https://app.example/{}", "a".repeat(2048));
    assert_eq!(check_registration(&long), Err(P::TooLong { bytes: 2068 }));
}

#[test]
fn list_of_redirect_uris_is_counted_and_has_no_duplicates() {
    let uris =
        |count: usize| (0..count).map(|index| format!("https://app.example/{index}")).collect::<Vec<_>>();
    let mut twice = uris(2);
    twice.push(twice[0].clone());

    assert_eq!(check_registrations(&uris(10)), Ok(()));
    assert_eq!(check_registrations(&[]), Err((0, RedirectUriProblem::Count { received: 0 })));
    assert_eq!(check_registrations(&uris(11)), Err((10, RedirectUriProblem::Count { received: 11 })));
    assert_eq!(check_registrations(&twice), Err((2, RedirectUriProblem::Duplicate)));
}

#[test]
fn form_action_source_is_the_origin_or_the_scheme() {
    let rows = [
        ("https://App.example/cb?x=1", "https://app.example"),
        ("https://app.example:8443/cb", "https://app.example:8443"),
        ("http://127.0.0.1:8976/callback", "http://127.0.0.1:8976"),
        ("http://[::1]:8976/callback", "http:"),
        ("com.example.app:/callback", "com.example.app:"),
        ("com.example.app://callback", "com.example.app:"),
        ("https://a;script-src/cb", "https:"),
        ("https://app.example./cb", "https:"),
        ("https://a_b.example/cb", "https:"),
        ("no uri", "'none'"),
    ];
    for (uri, expected) in rows {
        assert_eq!(form_action_source(uri), expected, "{uri}");
    }
}

// checklist 21, 22
#[test]
fn host_is_shown_and_loopback_recognised() {
    let rows = [
        ("https://app.example/cb", "app.example", false),
        ("http://127.0.0.1:8976/callback", "127.0.0.1:8976", true),
        ("http://[::1]/callback", "[::1]", true),
        ("http://localhost:3000/cb", "localhost:3000", true),
        ("https://localhost/cb", "localhost", false),
        ("com.example.app:/callback", "com.example.app:", false),
        ("http://localhost.evil.example/cb", "localhost.evil.example", false),
        ("http://localhost:x@evil.example/cb", "localhost:x@evil.example", false),
    ];
    for (uri, host, loopback) in rows {
        assert_eq!(display_host(uri), host, "{uri}");
        assert_eq!(is_loopback(uri), loopback, "{uri}");
    }
}

#[test]
fn owner_learns_how_the_nearest_registered_uri_differs() {
    let registered = [REGISTERED.to_owned(), "http://localhost:3000/cb".to_owned()];
    let rows = [
        ("https://app.example/callback/", REGISTERED, "trailing slash"),
        ("https://app.example/Callback", REGISTERED, "case"),
        ("http://app.example/callback", REGISTERED, "scheme"),
        ("https://app.example.org/callback", REGISTERED, "host"),
        ("https%3A%2F%2Fapp.example%2Fcallback", REGISTERED, "twice"),
        ("https://app.example/callback?x", REGISTERED, "query"),
        ("https://app.example/callbacks", REGISTERED, "path"),
        ("http://localhost:3001/cb", "http://localhost:3000/cb", "port"),
    ];
    for (requested, nearest, part) in rows {
        let similar = most_similar(&registered, requested).expect(requested);

        assert_eq!(similar.registered, nearest, "{requested}");
        assert!(similar.difference.contains(part), "{requested}: {}", similar.difference);
    }
    assert_eq!(most_similar(&[], "https://app.example/"), None);
}

/// URIs near each other: few hosts, ports, paths and mutations, so that matches and near misses are frequent.
fn near_uri() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec!["http", "https", "HTTP", "com.example"]);
    let host =
        prop::sample::select(vec!["127.0.0.1", "[::1]", "localhost", "127.1", "app.example", "x@127.0.0.1"]);
    let port =
        prop::sample::select(vec!["", ":1", ":8976", ":65535", ":65536", ":0", ":", ":01", ":8976@evil"]);
    let rest =
        prop::sample::select(vec!["", "/", "/cb", "/cb/", "/CB", "/cb?a=1", "?a=1", "#f", "\\cb", ".evil"]);
    (scheme, host, port, rest).prop_map(|(scheme, host, port, rest)| format!("{scheme}://{host}{port}{rest}"))
}

/// An independent reading of the rule: the URI without the port of a loopback literal.
fn without_loopback_port(uri: &str) -> String {
    for host in ["http://127.0.0.1", "http://[::1]"] {
        if let Some(after) = uri.strip_prefix(&format!("{host}:")) {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            return format!("{host}{}", &after[digits..]);
        }
    }
    uri.to_owned()
}

proptest! {
    #![proptest_config(crate::property::config(2_000))]

    // checklist 3, 4
    #[test]
    fn what_matches_differs_in_nothing_but_a_loopback_port(left in near_uri(), right in near_uri()) {
        if matches(&left, &right) {
            prop_assert_eq!(without_loopback_port(&left), without_loopback_port(&right));
            if left != right {
                let (left, right) = (url::Url::parse(&left).expect("a URL"), url::Url::parse(&right).expect("a URL"));
                prop_assert_eq!(left.host_str(), right.host_str());
                prop_assert_eq!((left.path(), left.query()), (right.path(), right.query()));
                prop_assert!(left.username().is_empty() && right.username().is_empty());
            }
        }
        prop_assert_eq!(matches(&left, &right), matches(&right, &left));
    }

    #[test]
    fn arbitrary_text_matches_only_itself_or_another_loopback_port(requested in any::<String>()) {
        prop_assert!(!matches(REGISTERED, &requested) || requested == REGISTERED);
    }

    // checklist 5: what may be registered is what a browser would keep
    #[test]
    fn registrable_uris_are_left_as_they_are_by_a_url_parser(uri in near_uri()) {
        if check_registration(&uri).is_ok() {
            let parsed = url::Url::parse(&uri).expect("a URL");
            let parts = Parts::parse(&uri).expect("a URI");
            let (host, port) = parts.host_and_port();
            let (path, query) = parts.rest.split_once('?').map_or((parts.rest, None), |(path, query)| (path, Some(query)));

            prop_assert_eq!(parsed.host_str().unwrap_or(""), host.to_ascii_lowercase());
            let default = matches!((parts.scheme, port), ("http", Some("80")) | ("https", Some("443")));
            prop_assert_eq!(parsed.port().map(|port| port.to_string()), port.filter(|_| !default).map(str::to_owned));
            let root = if is_web(parts.scheme) && path.is_empty() { "/" } else { path };
            prop_assert_eq!((parsed.path(), parsed.query()), (root, query));
            prop_assert!(parsed.username().is_empty() && parsed.fragment().is_none());
        }
    }
}
