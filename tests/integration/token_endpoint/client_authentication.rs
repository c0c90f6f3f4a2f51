//! How a client proves who it is (RFC 6749 §2.3; checklist 37, 38, 39).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::{Client, ClientAuthentication};
use hasp_tests::expect;
use hasp_tests::flow::{self, REDIRECT_URI, Stage, smallest_details};
use hasp_tests::http::basic_header;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn basic_post_and_none_all_work() {
    // R50, checklist 37, 76
    let mut stage = Stage::confidential().await;
    let public =
        flow::register(&mut stage.developer, "Public", ClientType::Public, Mode::Live, REDIRECT_URI).await;
    let basic = stage.client.clone();
    let post = stage.client.with_secret_in_form();

    for (name, client) in [("basic", basic), ("post", post), ("none", public)] {
        let approved = flow::approve(&mut stage.user, &client, &stage.agent.id, &smallest_details()).await;
        let answer = client.redeem(&approved.code, &approved.authorization.verifier).await;
        assert_eq!(answer.status, 200, "{name}: {answer}");
    }
}

#[tokio::test]
async fn a_failed_basic_is_401_with_a_challenge() {
    // R18, checklist 38
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let wrong = stage.client.authenticating(ClientAuthentication::Basic("hasp_cs_live_wrong".to_owned()));

    let answer = wrong.redeem(&approved.code, &approved.authorization.verifier).await;

    expect::oauth_error(&answer, 401, "invalid_client");
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    assert!(challenge.starts_with("Basic realm="), "{answer}");
    expect::token(&stage.client.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn a_wrong_secret_in_the_form_is_invalid_client() {
    // R18, checklist 38
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let other =
        flow::register(&mut stage.developer, "Other", ClientType::Confidential, Mode::Live, REDIRECT_URI)
            .await;
    let rows = [
        ("nonsense", "nonsense".to_owned()),
        ("another application's", other.secret().unwrap().to_owned()),
        ("cut short", stage.client.secret().unwrap()[..40].to_owned()),
    ];

    for (name, secret) in rows {
        let client = stage.client.authenticating(ClientAuthentication::Post(secret));
        let answer = client.redeem(&approved.code, &approved.authorization.verifier).await;
        assert_eq!(answer.json()["error"], "invalid_client", "{name}: {answer}");
        assert!(matches!(answer.status, 400 | 401), "{name}: {answer}");
    }
}

#[tokio::test]
async fn two_methods_at_once_are_refused() {
    // checklist 37
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let secret = stage.client.secret().unwrap().to_owned();

    let answer = stage
        .client
        .with_secret_in_form()
        .redeem_call(&approved.code, &approved.authorization.verifier)
        .header("authorization", &basic_header(&stage.client.client_id, &secret))
        .send()
        .await;

    expect::oauth_error(&answer, 400, "invalid_request");
    expect::token(&stage.client.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn basic_with_the_same_client_id_in_the_form_is_one_method() {
    // R18, checklist 37
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let other = format!("{}X", &stage.client.client_id[..stage.client.client_id.len() - 1]);
    let fields = |client_id| {
        [
            ("grant_type", "authorization_code"),
            ("code", approved.code.as_str()),
            ("redirect_uri", REDIRECT_URI),
            ("client_id", client_id),
            ("code_verifier", approved.authorization.verifier.as_str()),
        ]
    };

    let different = stage.client.token_request(&fields(&other)).send().await;
    let same = stage.client.token_request(&fields(&stage.client.client_id)).send().await;

    assert!(matches!(different.status, 400 | 401), "{different}");
    expect::token(&same);
}

#[tokio::test]
async fn the_registered_kind_of_client_is_held_to_its_method() {
    // R5, R19, R50, checklist 37
    let mut stage = Stage::confidential().await;
    let public =
        flow::register(&mut stage.developer, "Public", ClientType::Public, Mode::Live, REDIRECT_URI).await;
    let secret = stage.client.secret().unwrap().to_owned();
    let for_confidential = stage.approved(&smallest_details()).await;
    let for_public = flow::approve(&mut stage.user, &public, &stage.agent.id, &smallest_details()).await;

    let without = Client::public(stage.issuer(), &stage.client.client_id, REDIRECT_URI)
        .redeem(&for_confidential.code, &for_confidential.authorization.verifier)
        .await;
    let with = public
        .authenticating(ClientAuthentication::Post(secret.clone()))
        .redeem(&for_public.code, &for_public.authorization.verifier)
        .await;
    let with_basic = public
        .authenticating(ClientAuthentication::Basic(secret))
        .redeem(&for_public.code, &for_public.authorization.verifier)
        .await;

    for answer in [without, with, with_basic] {
        assert_eq!(answer.json()["error"], "invalid_client", "{answer}");
    }
    expect::token(&public.redeem(&for_public.code, &for_public.authorization.verifier).await);
}

#[tokio::test]
async fn malformed_basic_headers_are_answered_not_feared() {
    // checklist 37, 38, 88
    let stage = Stage::confidential().await;
    let rows = [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic bm9jb2xvbg==",
        "Basic OnNlY3JldA==",
        "Basic /////w==",
        "Basic JTo=",
        "Bearer hasp_agent_x",
        "Digest username=\"a\"",
    ];

    for header in rows {
        let answer = stage
            .client
            .call(Method::POST, "/v1/oauth/token")
            .header("authorization", header)
            .form(&[("grant_type", "authorization_code"), ("code", "c")])
            .send()
            .await;
        assert!(matches!(answer.status, 400 | 401), "{header}: {answer}");
        let error = answer.json()["error"].as_str().unwrap_or("").to_owned();
        assert!(matches!(error.as_str(), "invalid_client" | "invalid_request"), "{header}: {answer}");
    }
}

#[tokio::test]
async fn unknown_clients_are_invalid_client() {
    // R44, checklist 38
    let stage = Stage::confidential().await;
    let unknown = "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV";

    for client_id in [unknown, "nobody", "hasp_app_"] {
        for client in [
            Client::public(stage.issuer(), client_id, REDIRECT_URI),
            Client::confidential(stage.issuer(), client_id, "hasp_cs_live_x", REDIRECT_URI),
        ] {
            let answer = client.redeem("c", &"a".repeat(43)).await;
            assert_eq!(answer.json()["error"], "invalid_client", "{client_id}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_request_without_any_client_is_refused() {
    // R18
    let stage = Stage::confidential().await;
    let fields = [("grant_type", "authorization_code"), ("code", "c"), ("redirect_uri", REDIRECT_URI)];

    let answer = stage.client.call(Method::POST, "/v1/oauth/token").form(&fields).send().await;

    assert!(matches!(answer.status, 400 | 401), "{answer}");
    let error = answer.json()["error"].as_str().unwrap_or("").to_owned();
    assert!(matches!(error.as_str(), "invalid_client" | "invalid_request"), "{answer}");
}

#[tokio::test]
async fn both_secrets_authenticate_during_the_grace_period_and_only_then() {
    // R28, R29, R30, checklist 40
    let server = hasp_tests::server::Server::with_fixed_clock().await;
    let mut stage = Stage::on(server, ClientType::Confidential, Mode::Live).await;
    let token = stage.token().await;
    let path = format!("/v1/applications/{}/secret/rotate", stage.client.client_id);

    let rotated = stage.developer.post(&path, json!({"grace_period_hours": 24})).await;
    let rotated: hasp_protocol::api::application::SecretRotated = rotated.data();

    let new = stage.client.authenticating(ClientAuthentication::Basic(rotated.client_secret));
    let old = stage.client.clone();
    expect::active(&new.introspect(&token).await);
    stage.server.advance(Duration::from_secs(24 * 3600 - 1));
    stage.client = new.clone();
    stage.sign_in_again().await;
    let token = stage.token().await;
    expect::active(&old.introspect(&token).await);
    stage.server.advance(Duration::from_secs(1));
    expect::oauth_error(&old.introspect(&token).await, 401, "invalid_client");
    expect::active(&new.introspect(&token).await);
}

#[tokio::test]
async fn a_secret_without_grace_ends_at_once() {
    // R28, R29, checklist 40
    let mut stage = Stage::confidential().await;
    let token = stage.token().await;
    let path = format!("/v1/applications/{}/secret/rotate", stage.client.client_id);

    let rotated = stage.developer.post(&path, json!({"grace_period_hours": 0})).await;
    let rotated: hasp_protocol::api::application::SecretRotated = rotated.data();

    expect::oauth_error(&stage.client.introspect(&token).await, 401, "invalid_client");
    let new = stage.client.authenticating(ClientAuthentication::Basic(rotated.client_secret));
    expect::active(&new.introspect(&token).await);
}

#[tokio::test]
async fn use_of_the_old_secret_is_audited_and_shown() {
    // R29, checklist 40
    let server = hasp_tests::server::Server::with_fixed_clock().await;
    let mut stage = Stage::on(server, ClientType::Confidential, Mode::Live).await;
    let token = stage.token().await;
    let path = format!("/v1/applications/{}", stage.client.client_id);
    let rotated =
        stage.developer.post(&format!("{path}/secret/rotate"), json!({"grace_period_hours": 1})).await;
    assert_eq!(rotated.status(), 200, "{}", rotated.0);

    // "Last used" is written at most once a minute.
    stage.server.advance(Duration::from_secs(61));
    expect::active(&stage.client.introspect(&token).await);

    let developer = tokio::sync::Mutex::new(&mut stage.developer);
    let event =
        hasp_tests::until::until("the old secret's use is audited", Duration::from_secs(10), || async {
            let events: Vec<hasp_protocol::api::audit::AuditEventView> =
                developer.lock().await.get("/v1/audit?action=client_secret.grace_use").await.data();
            events.into_iter().next()
        })
        .await;
    assert_eq!(event.entity_id.as_deref(), Some(stage.client.client_id.as_str()), "{event:?}");
    let view: hasp_protocol::api::application::ApplicationView = stage.developer.get(&path).await.data();
    assert_eq!(view.secrets.len(), 2, "{view:?}");
    let old =
        view.secrets.iter().find(|secret| secret.expires_at.is_some()).expect("the old one has a deadline");
    assert!(old.last_used_at.is_some(), "{view:?}");
}

#[tokio::test]
async fn secrets_are_stored_as_hashes_only() {
    // R9, checklist 39, 47
    let stage = Stage::confidential().await;
    let secret = stage.client.secret().unwrap().to_owned();

    let hashes = stage.server.column("SELECT secret_hash FROM client_secret").await;

    assert_eq!(hashes, [hasp_protocol::secret::sha256(secret.as_bytes()).to_vec()]);
    assert!(!stage.server.files_contain(&secret).await);
}
