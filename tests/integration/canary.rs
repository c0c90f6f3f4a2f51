//! The canary: a whole flow with everything that can go wrong, then a search for each secret where it must not be
//! (checklist 47, 49).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{ClientAuthentication, Developer, User, Visitor, fill_in, who_am_i};
use hasp_tests::binary::{ServerProcess, free_port};
use hasp_tests::flow::{self, REDIRECT_URI, smallest_details};
use hasp_tests::http::{Answer, Call, plain_client, query_value};
use hasp_tests::server::{ACME_MEMBER, ACME_OWNER, PASSWORD, files_contain, seed_file};
use reqwest::Method;
use serde_json::json;

/// What must stay secret, and everything the server said that must not hold it.
#[derive(Default)]
struct Watch {
    secrets: Vec<(&'static str, String)>,
    said: Vec<(&'static str, String)>,
}

impl Watch {
    fn secret(&mut self, name: &'static str, value: &str) {
        assert!(value.len() >= 16, "{name} is too short to search for: {value:?}");
        self.secrets.push((name, value.to_owned()));
    }

    fn cookies(&mut self, visitor: &Visitor) {
        for (_, value) in visitor.cookies() {
            self.secret("cookie", value);
        }
    }

    /// An answer that must hold none of the secrets: its body and where it leads.
    fn hear(&mut self, name: &'static str, answer: &Answer) {
        let headers =
            ["location", "www-authenticate", "link"].map(|header| answer.header(header).unwrap_or_default());
        self.said.push((name, format!("{}\n{}", answer.text(), headers.join("\n"))));
    }

    #[track_caller]
    fn check(&self, place: &str, text: &str) {
        for (name, secret) in &self.secrets {
            if let Some(at) = text.find(secret.as_str()) {
                let from = text[..at].rfind('\n').map_or(0, |line| line + 1);
                let line = text[from..].lines().next().unwrap_or_default();
                panic!("{name} stands in {place}: {line}");
            }
        }
    }
}

#[tokio::test]
async fn no_secret_reaches_log_store_audit_error_or_url() {
    // checklist 28, 39, 47, 49
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("hasp.db");
    seed_file(&database).await;
    let server = ServerProcess::start(&database, free_port(), &["--log", "trace"]).await;
    let mut watch = Watch::default();
    watch.secret("password", PASSWORD);

    let mut developer = walk(&server.issuer, &mut watch).await;

    let audit = developer.audit().await;
    assert!(audit.len() > 10, "the walk left its marks");
    watch.check("the audit list", &serde_json::to_string(&audit).unwrap());
    for (name, text) in &watch.said {
        watch.check(name, text);
    }
    let printed = server.output();
    let (status, log) = server.terminate().await;
    assert!(status.success(), "{status}: {log}");
    assert!(log.contains("/v1/oauth/token"), "the log speaks of the requests at all: {log}");
    watch.check("the log", &log);
    watch.check("standard output", &printed);
    for (name, secret) in &watch.secrets {
        assert!(!files_contain(folder.path(), secret), "{name} stands in the database's files");
    }
}

/// Everything a client, a user and a developer do, right and wrong.
async fn walk(issuer: &str, watch: &mut Watch) -> Developer {
    let mut developer = Developer::sign_in(issuer, ACME_OWNER).await;
    watch.cookies(&developer.visitor);
    watch.secret("CSRF token", &developer.session.csrf_token);
    let agent = developer.create_agent("Scheduler", 8).await;
    let client =
        flow::register(&mut developer, "Canary", ClientType::Confidential, Mode::Live, REDIRECT_URI).await;
    watch.secret("client secret", client.secret().unwrap());

    let authorization = client.authorization(&agent.id, &smallest_details());
    watch.secret("verifier", &authorization.verifier);
    let mut visitor = Visitor::new(issuer);
    let to_sign_in = visitor.get(&authorization.url).await;
    let form = visitor.follow(&to_sign_in).await;
    let wrong = fill_in(&mut visitor, &form, ACME_MEMBER, "a wrong password of sixteen").await;
    watch.secret("mistyped password", "a wrong password of sixteen");
    watch.hear("the sign-in error", &wrong);
    let signed_in = fill_in(&mut visitor, &form, ACME_MEMBER, PASSWORD).await;
    let page = visitor.follow(&signed_in).await;
    watch.cookies(&visitor);
    let mut user = User { visitor, email: ACME_MEMBER.to_owned() };
    let code = query_value(&user.approve(&page).await, "code");
    watch.secret("code", &code);
    watch.hear("the decided request", &user.decide(&page, "approve").await);

    let wrong = client.redeem(&code, &"w".repeat(43)).await;
    watch.hear("wrong verifier", &wrong);
    let guessed = client.authenticating(ClientAuthentication::Basic("hasp_cs_live_guess".to_owned()));
    watch.hear("wrong secret", &guessed.redeem(&code, &authorization.verifier).await);
    let twice = client.with_secret_in_form().redeem_call(&code, &authorization.verifier);
    let header = hasp_tests::http::basic_header(&client.client_id, client.secret().unwrap());
    watch.hear("two methods", &twice.header("authorization", &header).send().await);
    let token = hasp_tests::expect::token(&client.redeem(&code, &authorization.verifier).await);
    watch.secret("access token", &token);
    watch.hear("introspection", &client.introspect(&token).await);
    watch.hear("the agent API", &who_am_i(issuer, &token).await);
    misuse(issuer, watch, &mut developer, &client, &token, &code).await;
    watch.hear("replay", &client.redeem(&code, &authorization.verifier).await);
    watch.hear("revocation", &client.revoke(&token).await);

    let path = format!("/v1/applications/{}/secret/rotate", client.client_id);
    let rotated: hasp_protocol::api::application::SecretRotated =
        developer.post(&path, json!({"grace_period_hours": 1})).await.data();
    watch.secret("rotated secret", &rotated.client_secret);
    let issued = developer.issue_credential(&agent.id, smallest_details()).await;
    watch.secret("issued token", &issued.token);
    let revoke = format!("/v1/agents/{}/credentials/{}/revoke", agent.id, issued.credential.id);
    // People paste tokens into the strangest fields.
    let reason = json!({"reason": format!("leaked: {}", issued.token)});
    assert_eq!(developer.post(&revoke, reason).await.status(), 200);
    watch.hear("the application", &developer.get(&format!("/v1/applications/{}", client.client_id)).await.0);
    developer
}

/// Secrets where they do not belong: in URLs, paths, wrong parameters.
async fn misuse(
    issuer: &str,
    watch: &mut Watch,
    developer: &mut Developer,
    client: &hasp_tests::actors::Client,
    token: &str,
    code: &str,
) {
    let http = plain_client();
    let secret = client.secret().unwrap();
    let get = |path: String| Call::new(&http, Method::GET, format!("{issuer}{path}"));
    watch.hear("a token in a query", &get(format!("/v1/agent?access_token={token}")).send().await);
    watch.hear("a token in a path", &developer.get(&format!("/v1/agents/{token}")).await.0);
    watch.hear("a token at an unknown path", &get(format!("/v1/nothing/{token}")).send().await);
    watch.hear("a token at an unknown page", &get(format!("/nothing/{token}?token={token}")).send().await);
    watch.hear("a token as console parameter", &get(format!("/console/?token={token}")).send().await);
    let in_query =
        format!("{issuer}/v1/oauth/token?client_id={}&client_secret={secret}&code={code}", client.client_id);
    let body = [("grant_type", "authorization_code")];
    watch.hear("a secret in a query", &Call::new(&http, Method::POST, in_query).form(&body).send().await);
    let swapped =
        [("grant_type", token), ("code", secret), ("code_verifier", code), ("redirect_uri", secret)];
    let answer = client.token_request(&swapped).send().await;
    watch.hear("a secret as redirect_uri", &answer);
    let as_id = Call::new(&http, Method::POST, format!("{issuer}/v1/oauth/token"));
    let fields = [("grant_type", "authorization_code"), ("client_id", secret), ("code", token)];
    watch.hear("a secret as client_id", &as_id.form(&fields).send().await);
    watch
        .hear("a token as introspection key", &get("/v1/applications".to_owned()).bearer(token).send().await);
    let wrong_key = format!("hasp_key_live_{}", &token["hasp_agent_".len()..]);
    watch.hear("a key that is none", &get("/v1/applications".to_owned()).bearer(&wrong_key).send().await);
}
