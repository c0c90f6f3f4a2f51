//! Signing in, staying signed in, leaving; hosts and origins (decisions: sign-in and sessions; checklist 24).

use hasp_tests::actors::{ApiAnswer, Developer, User, Visitor, fill_in, sign_in};
use hasp_tests::expect;
use hasp_tests::http::{Call, plain_client};
use hasp_tests::server::{ACME_MEMBER, ACME_OWNER, PASSWORD, Server};
use reqwest::Method;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

#[tokio::test]
async fn the_form_works_without_scripts() {
    // decisions: pages without WebAssembly
    let server = Server::start().await;
    let mut visitor = Visitor::new(&server.issuer);

    let page = visitor.get("/sign-in").await;
    let answer = fill_in(&mut visitor, &page, ACME_MEMBER, PASSWORD).await;

    expect::page_headers(&page);
    assert!(page.page().tags("script").is_empty(), "{page}");
    let form = page.page().form("/sign-in");
    let names: Vec<_> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["email", "password", "csrf_token"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert_eq!(answer.status, 303, "{answer}");
    assert!(answer.location().is_some_and(|location| location.starts_with("/console/")), "{answer}");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_the_same() {
    // decisions: sign-in
    let server = Server::start().await;

    let mut answers = Vec::new();
    for (email, password) in [(ACME_MEMBER, "wrong password"), ("nobody@acme.example", PASSWORD)] {
        let mut visitor = Visitor::new(&server.issuer);
        let answer = sign_in(&mut visitor, email, password).await;
        assert!(matches!(answer.status, 200 | 400 | 401 | 403), "{email}: {answer}");
        assert!(!answer.text().contains(password), "the password is not echoed");
        answers.push((answer.status, expect::without_ids(&answer.text().replace(email, "…"))));
    }

    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn the_address_is_case_insensitive() {
    // decisions: sign-in
    let server = Server::start().await;

    User::sign_in(&server.issuer, &ACME_MEMBER.to_uppercase()).await;
}

#[tokio::test]
async fn failed_attempts_delay_and_never_lock() {
    // decisions: failed sign-ins delay, never lock; success resets
    let server = Server::builder()
        .settings(|settings| {
            settings.sign_in.free_attempts = 2;
            settings.sign_in.first_delay = Duration::from_millis(1_000);
            settings.sign_in.longest_delay = Duration::from_millis(2_000);
        })
        .start()
        .await;
    let attempt = async |password: &str| {
        let mut visitor = Visitor::new(&server.issuer);
        let page = visitor.get("/sign-in").await;
        let start = Instant::now();
        let answer = fill_in(&mut visitor, &page, ACME_MEMBER, password).await;
        (answer.status, start.elapsed())
    };

    for _ in 0..2 {
        attempt("wrong password").await;
    }
    let (_, third) = attempt("wrong password").await;
    let (_, fourth) = attempt("wrong password").await;
    let (status, right) = attempt(PASSWORD).await;
    let (_, after) = attempt("wrong password").await;

    assert!(third >= Duration::from_millis(1_000), "the third failure waits: {third:?}");
    assert!(fourth >= Duration::from_millis(2_000), "doubled: {fourth:?}");
    assert_eq!(status, 303, "the right password is never locked out");
    assert!(right >= Duration::from_millis(1_000), "but waits too: {right:?}");
    assert!(after < Duration::from_millis(1_000), "success resets: {after:?}");
}

#[tokio::test]
async fn one_address_that_tries_many_accounts_is_slowed_and_others_are_not() {
    // decisions: counted by (account, address) and by address
    let server = Server::builder()
        .settings(|settings| {
            settings.sign_in.address_attempts = 3;
            settings.sign_in.first_delay = Duration::from_millis(1_000);
        })
        .start()
        .await;
    let attempt = async |address: [u8; 4], email: String| {
        let mut visitor = Visitor::from_address(&server.issuer, IpAddr::V4(Ipv4Addr::from(address)));
        let page = visitor.get("/sign-in").await;
        let start = Instant::now();
        fill_in(&mut visitor, &page, &email, "wrong password").await;
        start.elapsed()
    };

    for number in 0..3 {
        attempt([127, 0, 0, 3], format!("nobody{number}@acme.example")).await;
    }
    let slowed = attempt([127, 0, 0, 3], "another@acme.example".to_owned()).await;
    let elsewhere = attempt([127, 0, 0, 4], "another@acme.example".to_owned()).await;

    assert!(slowed >= Duration::from_millis(1_000), "{slowed:?}");
    assert!(elsewhere < Duration::from_millis(1_000), "{elsewhere:?}");
}

#[tokio::test]
async fn the_form_needs_its_own_csrf_token_and_origin() {
    // decisions: CSRF (login CSRF too)
    let server = Server::start().await;
    let mut visitor = Visitor::new(&server.issuer);
    let page = visitor.get("/sign-in").await;
    let form = page.page().form("/sign-in");
    let token = form.field("csrf_token").unwrap().to_owned();
    let mut other = Visitor::new(&server.issuer);
    let foreign = other.get("/sign-in").await.page().form("/sign-in").field("csrf_token").unwrap().to_owned();

    for (name, token) in [("none", ""), ("nonsense", "nonsense"), ("another visitor's", foreign.as_str())] {
        let fields = [("email", ACME_MEMBER), ("password", PASSWORD), ("csrf_token", token)];
        let answer = visitor.post("/sign-in", &fields).await;
        assert!(matches!(answer.status, 400 | 403), "{name}: {answer}");
    }
    let fields = [("email", ACME_MEMBER), ("password", PASSWORD), ("csrf_token", token.as_str())];
    for origin in ["https://evil.example", "null"] {
        let call = visitor.call(Method::POST, "/sign-in").header("origin", origin).form(&fields);
        let answer = visitor.send(call).await;
        assert!(matches!(answer.status, 400 | 403), "{origin}: {answer}");
    }
    assert_eq!(ApiAnswer(visitor.get_json("/v1/session").await).status(), 401, "nobody was signed in");
}

#[tokio::test]
async fn signing_in_gives_a_new_session_id() {
    // decisions: new id at sign-in (session fixation)
    let server = Server::start().await;
    let mut visitor = Visitor::new(&server.issuer);
    visitor.get("/sign-in").await;
    let before = visitor.cookies().to_vec();

    assert_eq!(sign_in(&mut visitor, ACME_MEMBER, PASSWORD).await.status, 303);
    let first = visitor.cookies().to_vec();
    assert_eq!(sign_in_again(&mut visitor).await, 303);
    let second = visitor.cookies().to_vec();

    assert!(first.iter().any(|(name, value)| !before.iter().any(|old| (&old.0, &old.1) == (name, value))));
    let session = |cookies: &[(String, String)]| {
        cookies.iter().filter(|cookie| !before.contains(cookie)).cloned().collect::<Vec<_>>()
    };
    assert_ne!(session(&first), session(&second));
}

/// Somebody who is signed in already may be sent on at once; then nothing is new and the caller's test would fail.
async fn sign_in_again(visitor: &mut Visitor) -> u16 {
    let page = visitor.get("/sign-in").await;
    if page.status == 303 {
        let mut fresh = Visitor::new(visitor.base());
        let status = sign_in(&mut fresh, ACME_MEMBER, PASSWORD).await.status;
        *visitor = fresh;
        return status;
    }
    fill_in(visitor, &page, ACME_MEMBER, PASSWORD).await.status
}

#[tokio::test]
async fn sessions_end_after_twelve_idle_hours_and_after_seven_days() {
    // decisions: idle 12 h, absolute 7 days
    let server = Server::with_fixed_clock().await;
    let mut idle = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let mut busy = Developer::sign_in(&server.issuer, ACME_MEMBER).await;
    let hour = Duration::from_secs(3600);

    server.advance(hour * 12 - Duration::from_secs(1));
    assert_eq!(busy.get("/v1/session").await.status(), 200);
    server.advance(Duration::from_secs(2));
    idle.get("/v1/session").await.error(401, "AUTHENTICATION_REQUIRED");
    let mut hours = 12;
    while hours + 11 < 7 * 24 {
        server.advance(hour * 11);
        hours += 11;
        assert_eq!(busy.get("/v1/session").await.status(), 200, "after {hours} h");
    }
    server.advance(hour * 11);

    busy.get("/v1/session").await.error(401, "AUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn signing_out_ends_this_session_and_everywhere_ends_all() {
    // decisions: sign-out everywhere
    let server = Server::start().await;
    let mut phone = Developer::sign_in(&server.issuer, ACME_MEMBER).await;
    let mut laptop = Developer::sign_in(&server.issuer, ACME_MEMBER).await;
    let mut desk = Developer::sign_in(&server.issuer, ACME_MEMBER).await;
    let mut somebody_else = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let stolen = phone.visitor.clone();

    assert!(phone.delete("/v1/session").await.status() < 300);
    let mut replay = stolen;
    assert_eq!(
        replay.get_json("/v1/session").await.status,
        401,
        "ended on the server, not in the cookie jar"
    );
    assert_eq!(laptop.get("/v1/session").await.status(), 200);

    assert!(desk.delete("/v1/sessions").await.status() < 300);
    for developer in [&mut laptop, &mut desk] {
        developer.get("/v1/session").await.error(401, "AUTHENTICATION_REQUIRED");
    }
    assert_eq!(somebody_else.get("/v1/session").await.status(), 200);
}

#[tokio::test]
async fn the_sign_out_form_needs_its_token() {
    // decisions: CSRF
    let server = Server::start().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_MEMBER).await;

    let without = developer.visitor.post("/sign-out", &[]).await;
    assert!(matches!(without.status, 400 | 403), "{without}");
    assert_eq!(developer.get("/v1/session").await.status(), 200);

    let token = developer.session.csrf_token.clone();
    let with = developer.visitor.post("/sign-out", &[("csrf_token", &token)]).await;
    assert_eq!(with.status, 303, "{with}");
    assert_eq!(developer.visitor.get_json("/v1/session").await.status, 401);
}

#[tokio::test]
async fn a_removed_member_is_out_at_once() {
    // domain.md 5.3
    let server = Server::start().await;
    let mut member = Developer::sign_in(&server.issuer, ACME_MEMBER).await;

    server.remove_user(ACME_MEMBER).await;

    member.get("/v1/session").await.error(401, "AUTHENTICATION_REQUIRED");
    let mut visitor = Visitor::new(&server.issuer);
    assert_ne!(sign_in(&mut visitor, ACME_MEMBER, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn after_sign_in_only_console_pages_are_led_to() {
    // RFC 9700 §4.11: no open redirector
    let server = Server::start().await;

    for (next, expected) in [
        ("/console/agents", "/console/agents"),
        ("https://evil.example/", "/console/"),
        ("//evil.example/", "/console/"),
        ("/\\evil.example", "/console/"),
        ("/console/../v1/session", "/console/"),
        ("javascript:alert(1)", "/console/"),
    ] {
        let mut visitor = Visitor::new(&server.issuer);
        let encoded: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let page = visitor.get(&format!("/sign-in?next={encoded}")).await;
        let answer = fill_in(&mut visitor, &page, ACME_MEMBER, PASSWORD).await;
        assert_eq!(answer.location().as_deref(), Some(expected), "{next}: {answer}");
    }
}

#[tokio::test]
async fn a_foreign_host_is_refused_and_localhost_sent_to_the_public_url() {
    // decisions: DNS rebinding
    let server = Server::start().await;
    let port = server.issuer.rsplit(':').next().unwrap();
    let call = |method: Method, path: &str, host: &str| {
        Call::new(&plain_client(), method, format!("{}{path}", server.issuer)).header("host", host)
    };

    for host in [
        "evil.example",
        "evil.example:80",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost",
        "[::1]:80",
        "127.0.0.1:8080@evil.example",
    ] {
        for path in ["/sign-in", "/v1/session", "/v1/oauth/authorize", "/v1/oauth/token"] {
            let method = if path.ends_with("token") { Method::POST } else { Method::GET };
            let answer = call(method, path, host).send().await;
            assert!(matches!(answer.status, 400 | 403 | 421 | 303 | 307 | 308), "{host} {path}: {answer}");
            assert!(
                answer.location().is_none_or(|to| to.starts_with(&server.issuer)),
                "{host} {path}: {answer}"
            );
        }
    }
    let localhost = call(Method::GET, "/sign-in?x=1", &format!("localhost:{port}")).send().await;
    assert!((300..400).contains(&localhost.status), "{localhost}");
    assert_eq!(localhost.location(), Some(format!("{}/sign-in?x=1", server.issuer)));
    let post =
        call(Method::POST, "/sign-in", &format!("localhost:{port}")).form(&[("email", "a")]).send().await;
    assert!(matches!(post.status, 400 | 403 | 421), "{post}");
}

#[tokio::test]
async fn the_dev_origin_may_act_when_it_is_configured() {
    // issue: trunk serve against a running server
    let origin = "http://127.0.0.1:8090";
    let server = Server::builder()
        .settings(|settings| {
            settings.dev_origin =
                Some(hasp_server::config::PublicUrl::parse("http://127.0.0.1:8090").unwrap());
        })
        .start()
        .await;
    let developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let body = json!({"name": "Agent", "default_expiry_hours": 1, "default_revocation_policy": "kill"});
    let call = |origin: &str| {
        let call = developer.visitor.call(Method::POST, "/v1/agents").header("origin", origin);
        call.header("x-csrf-token", &developer.session.csrf_token).json(&body)
    };

    let allowed = ApiAnswer(call(origin).send().await);
    let other = ApiAnswer(call("http://127.0.0.1:8091").send().await);
    let proxied =
        developer.visitor.call(Method::GET, "/v1/session").header("host", "127.0.0.1:8090").send().await;

    assert_eq!(allowed.status(), 201, "{}", allowed.0);
    other.error(403, "CSRF_REJECTED");
    assert_eq!(proxied.status, 200, "{proxied}");
}

#[tokio::test]
async fn sign_ins_are_audited_and_hold_no_password() {
    // checklist 49, 85
    let server = Server::start().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;

    let event = developer.newest_event("user.signed_in").await;

    assert_eq!(event.user_id, Some(server.user_id(ACME_OWNER).await));
    assert_eq!(event.ip_address.as_deref(), Some("127.0.0.1"));
    assert!(!server.files_contain(PASSWORD).await);
    for (_, cookie) in developer.visitor.cookies() {
        assert!(!server.files_contain(cookie).await, "session ids are stored as hashes");
    }
}

#[tokio::test]
async fn session_cookies_are_guarded() {
    // checklist 24
    let server = Server::start().await;
    let mut visitor = Visitor::new(&server.issuer);
    let form = visitor.get("/sign-in").await;

    let answer = fill_in(&mut visitor, &form, ACME_MEMBER, PASSWORD).await;

    let port = server.issuer.rsplit(':').next().unwrap();
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
