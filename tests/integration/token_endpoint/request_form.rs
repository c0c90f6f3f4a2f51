//! The form of a token request: method, encoding, parameters, grant types (checklist 34, 44).

use hasp_tests::expect;
use hasp_tests::flow::{REDIRECT_URI, Stage, smallest_details};
use hasp_tests::http::{Call, plain_client};
use reqwest::Method;

#[tokio::test]
async fn only_the_authorization_code_grant_exists() {
    // R25, R26, R52, checklist 44
    let stage = Stage::confidential().await;
    let rows = [
        "client_credentials",
        "refresh_token",
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "Authorization_Code",
    ];

    for grant_type in rows {
        let fields =
            [("grant_type", grant_type), ("refresh_token", "x"), ("username", "a"), ("password", "b")];
        let answer = stage.client.token_request(&fields).send().await;
        assert_eq!(answer.json()["error"], "unsupported_grant_type", "{grant_type}: {answer}");
        expect::oauth_error(&answer, 400, "unsupported_grant_type");
    }
}

#[tokio::test]
async fn missing_and_empty_parameters_are_invalid_request() {
    // R18, checklist 10, 34
    let stage = Stage::confidential().await;
    let verifier = "a".repeat(43);
    let complete = [
        ("grant_type", "authorization_code"),
        ("code", "c"),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", verifier.as_str()),
    ];

    for name in ["grant_type", "code"] {
        for (how, fields) in [
            ("missing", complete.iter().copied().filter(|(key, _)| *key != name).collect::<Vec<_>>()),
            (
                "empty",
                complete.iter().map(|(key, value)| (*key, if *key == name { "" } else { value })).collect(),
            ),
        ] {
            let answer = stage.client.token_request(&fields).send().await;
            assert_eq!(
                (answer.status, answer.json()["error"].as_str()),
                (400, Some("invalid_request")),
                "{name} {how}: {answer}"
            );
            assert!(
                answer.json()["error_description"].as_str().is_some_and(|text| text.contains(name)),
                "the description names {name}: {answer}"
            );
        }
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_invalid_request_and_burns_nothing() {
    // R18, checklist 9, 34
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let client = stage.client.with_secret_in_form();
    let complete = [
        ("grant_type", "authorization_code"),
        ("code", approved.code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", approved.authorization.verifier.as_str()),
    ];
    let secret = client.secret().expect("confidential").to_owned();
    let repeated =
        complete.into_iter().chain([("client_id", client.client_id.as_str()), ("client_secret", &secret)]);

    for pair in repeated {
        let fields: Vec<_> = complete.into_iter().chain([pair]).collect();
        let answer = client.token_request(&fields).send().await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (400, Some("invalid_request")),
            "{} twice: {answer}",
            pair.0
        );
    }

    expect::token(&client.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn unknown_parameters_are_ignored() {
    // checklist 10
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", approved.code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", approved.authorization.verifier.as_str()),
        ("scope", "everything"),
        ("audience", "someone"),
    ];

    let answer = stage.client.token_request(&fields).send().await;

    expect::token(&answer);
}

#[tokio::test]
async fn credentials_and_codes_in_the_query_are_refused() {
    // R18, checklist 34
    let mut stage = Stage::confidential().await;
    let approved = stage.approved(&smallest_details()).await;
    let secret = stage.client.secret().expect("confidential").to_owned();
    let endpoint = format!("{}/v1/oauth/token", stage.issuer());
    let body = [
        ("grant_type", "authorization_code"),
        ("code", approved.code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", approved.authorization.verifier.as_str()),
    ];
    let query = format!("client_id={}&client_secret={secret}", stage.client.client_id);
    let whole = hasp_tests::http::form_encode(&body);

    let in_query =
        Call::new(&plain_client(), Method::POST, format!("{endpoint}?{query}")).form(&body).send().await;
    let all_in_query = Call::new(&plain_client(), Method::POST, format!("{endpoint}?{whole}&{query}"))
        .form(&[])
        .send()
        .await;

    for answer in [in_query, all_in_query] {
        assert!(matches!(answer.status, 400 | 401), "{answer}");
        assert!(answer.json().get("access_token").is_none(), "{answer}");
        assert!(!answer.text().contains(&secret), "the secret is not echoed: {answer}");
    }
    expect::token(&stage.client.redeem(&approved.code, &approved.authorization.verifier).await);
}

#[tokio::test]
async fn only_post_is_served() {
    // checklist 34, 76
    let stage = Stage::confidential().await;

    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer =
            stage.client.call(method.clone(), "/v1/oauth/token?grant_type=authorization_code").send().await;
        assert_eq!(answer.status, 405, "{method}: {answer}");
        assert!(answer.header("allow").is_some_and(|allow| allow.contains("POST")), "{method}: {answer}");
    }
}

#[tokio::test]
async fn only_form_encoding_is_understood() {
    // R18, checklist 34
    let stage = Stage::confidential().await;
    let secret = stage.client.secret().expect("confidential");
    let json = serde_json::json!({"grant_type": "authorization_code", "code": "c"});
    let call = || stage.client.call(Method::POST, "/v1/oauth/token").basic(&stage.client.client_id, secret);

    let as_json = call().json(&json).send().await;
    let as_multipart =
        call().header("content-type", "multipart/form-data; boundary=x").body("--x--").send().await;
    let untyped = call().body("grant_type=authorization_code").send().await;
    let with_charset = call()
        .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
        .body("grant_type=client_credentials")
        .send()
        .await;

    for answer in [as_json, as_multipart, untyped] {
        assert!(matches!(answer.status, 400 | 415), "{answer}");
        assert_eq!(answer.json()["error"], "invalid_request", "{answer}");
    }
    expect::oauth_error(&with_charset, 400, "unsupported_grant_type");
}

#[tokio::test]
async fn a_body_beyond_64_kib_is_refused() {
    // checklist 88
    let stage = Stage::confidential().await;
    let call = |size: usize| {
        stage
            .client
            .call(Method::POST, "/v1/oauth/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("grant_type=authorization_code&x={}", "a".repeat(size)))
    };

    let large = call(70_000).send().await;
    let small = call(60_000).send().await;

    assert_eq!(large.status, 413, "{large}");
    assert!(matches!(small.status, 400 | 401), "{small}");
}
