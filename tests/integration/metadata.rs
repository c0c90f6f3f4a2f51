//! The three discovery documents (RFC 8414, RFC 9396 §10; R36, R45-R51, R53, R54, R56, R58, R59; checklist 60, 75-78, 80).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::Client;
use hasp_tests::expect;
use hasp_tests::flow::{self, REDIRECT_URI, Stage, every_type, smallest_details};
use hasp_tests::http::{Answer, Call, plain_client};
use hasp_tests::server::Server;
use reqwest::Method;
use serde_json::{Value, json};

const DOCUMENTS: [&str; 3] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/mcp-server",
    "/v1/schemas/authorization_details",
];

const TYPES: [&str; 5] =
    ["hasp.data.read", "hasp.data.write", "external.tool.invoke", "agent.delegate", "human.escalate"];

async fn get(server: &Server, path: &str) -> Answer {
    Call::new(&plain_client(), Method::GET, format!("{}{path}", server.issuer)).send().await
}

async fn get_with(server: &Server, path: &str, header: &str, value: &str) -> Answer {
    Call::new(&plain_client(), Method::GET, format!("{}{path}", server.issuer))
        .header(header, value)
        .send()
        .await
}

#[tokio::test]
async fn the_server_metadata_holds_the_documented_members_in_order() {
    // R36, R45, R47, R48, R49, R50, R51, checklist 75, 77
    let server = Server::start().await;
    let issuer = server.issuer.as_str();

    let answer = get(&server, DOCUMENTS[0]).await;

    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("content-type").as_deref(), Some("application/json"), "{answer}");
    let document = answer.json();
    let expected = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/v1/oauth/authorize"),
        "token_endpoint": format!("{issuer}/v1/oauth/token"),
        "revocation_endpoint": format!("{issuer}/v1/oauth/revoke"),
        "introspection_endpoint": format!("{issuer}/v1/oauth/introspect"),
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "authorization_details_types_supported": TYPES,
        "authorization_details_schema_uri": format!("{issuer}/v1/schemas/authorization_details"),
    });
    let members = |value: &Value| value.as_object().expect("an object").clone();
    for (position, ((name, value), (expected_name, expected_value))) in
        members(&document).iter().zip(members(&expected).iter()).enumerate()
    {
        assert_eq!((name, value), (expected_name, expected_value), "member {position}");
    }
    assert!(document.as_object().unwrap().len() >= 12, "{document}");
}

#[tokio::test]
async fn the_mcp_document_holds_the_documented_members() {
    // R45, R53, R54
    let server = Server::start().await;
    let issuer = server.issuer.as_str();

    let answer = get(&server, DOCUMENTS[1]).await;

    assert_eq!(answer.status, 200, "{answer}");
    let document = answer.json();
    assert_eq!(document["mcp_version"], "2025-11-05", "{document}");
    assert!(document["resource_server"].as_str().is_some_and(|url| url.starts_with(issuer)), "{document}");
    let authorization = &document["authorization"];
    assert_eq!(authorization["type"], "oauth2");
    assert_eq!(
        authorization["oauth_metadata_uri"],
        format!("{issuer}/.well-known/oauth-authorization-server")
    );
    assert_eq!(authorization["grant_types_supported"], json!(["authorization_code"]));
    assert_eq!(authorization["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(authorization["token_format"], "opaque");
    assert_eq!(
        document["capabilities"],
        json!({"tool_authorization": true, "rich_authorization_requests": true})
    );
    let linked = authorization["oauth_metadata_uri"].as_str().unwrap();
    assert_eq!(Call::new(&plain_client(), Method::GET, linked).send().await.status, 200);
}

#[tokio::test]
async fn the_schema_is_a_2020_12_document_for_one_to_twenty_grants() {
    // R45, R56, R59, checklist 60
    let server = Server::start().await;

    let answer = get(&server, DOCUMENTS[2]).await;

    let schema = answer.json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["$id"], format!("{}/v1/schemas/authorization_details", server.issuer));
    assert_eq!(schema["type"], "array");
    assert_eq!(schema["minItems"], 1);
    assert_eq!(schema["maxItems"], 20);
    assert!(schema.get("items").is_some(), "{schema}");
}

#[tokio::test]
async fn all_three_are_public_cached_and_revalidated() {
    // R46, R58
    let server = Server::start().await;

    for path in DOCUMENTS {
        let first = get(&server, path).await;
        let etag = first.header("etag").unwrap_or_else(|| panic!("{path}: no ETag: {first}"));
        assert_eq!(first.header("cache-control").as_deref(), Some("public, max-age=300"), "{path}");
        assert!(first.header("set-cookie").is_none(), "{path}: {first}");

        let weak = format!("W/{etag}");
        let list = format!("\"other\", {etag}");
        for (name, tag) in [("same", etag.as_str()), ("weak", &weak), ("list", &list), ("star", "*")] {
            let again = get_with(&server, path, "if-none-match", tag).await;
            assert_eq!(again.status, 304, "{path} {name}: {again}");
            assert_eq!(again.header("etag").as_deref(), Some(etag.as_str()), "{path} {name}");
            assert_eq!(
                again.header("cache-control").as_deref(),
                Some("public, max-age=300"),
                "{path} {name}"
            );
            assert!(again.body.is_empty(), "{path} {name}");
        }
        let other = get_with(&server, path, "if-none-match", "\"other\"").await;
        assert_eq!((other.status, &other.body), (200, &first.body), "{path}");
    }
}

#[tokio::test]
async fn the_issuer_is_the_configured_url_whatever_the_host_header_says() {
    // R47, checklist 75
    let server = Server::start().await;
    let port = server.issuer.rsplit(':').next().unwrap();

    let spoofed = get_with(&server, DOCUMENTS[0], "host", "evil.example").await;
    let localhost = get_with(&server, DOCUMENTS[0], "host", &format!("localhost:{port}")).await;

    assert!(matches!(spoofed.status, 400 | 403 | 421), "{spoofed}");
    assert!(!spoofed.text().contains("https://evil.example"), "{spoofed}");
    if localhost.status == 200 {
        assert_eq!(localhost.json()["issuer"], server.issuer.as_str());
    } else {
        assert_eq!(localhost.redirect(&server.issuer).as_str(), format!("{}{}", server.issuer, DOCUMENTS[0]));
    }
}

#[tokio::test]
async fn unknown_well_known_paths_are_answered_quickly_and_not_with_a_page() {
    // checklist 75, 80
    let server = Server::start().await;

    for path in [
        "/.well-known/oauth-authorization-server/nowhere",
        "/.well-known/openid-configuration",
        "/.well-known/mcp-server/x",
        "/.well-known/oauth-authorization-server/../x",
        "/.well-known/",
    ] {
        let answer = get(&server, path).await;
        assert_eq!(answer.status, 404, "{path}: {answer}");
        let kind = answer.header("content-type").unwrap_or_default();
        assert!(!kind.starts_with("text/html"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn everything_advertised_works() {
    // R36, R48, R49, R50, R51, checklist 12, 76, 77, 78
    let mut stage = Stage::confidential().await;
    let public =
        flow::register(&mut stage.developer, "Public", ClientType::Public, Mode::Live, REDIRECT_URI).await;
    let document = get(&stage.server, DOCUMENTS[0]).await.json();
    let strings = |name: &str| -> Vec<String> {
        let values = document[name].as_array().unwrap_or_else(|| panic!("{name} in {document}"));
        values.iter().map(|value| value.as_str().expect("a string").to_owned()).collect()
    };
    assert_eq!(document["authorization_response_iss_parameter_supported"], true, "{document}");

    for method in strings("token_endpoint_auth_methods_supported") {
        let client = by_method(&stage, &public, &method);
        let approved = flow::approve(&mut stage.user, &client, &stage.agent.id, &every_type()).await;
        assert_eq!(
            client.redeem(&approved.code, &approved.authorization.verifier).await.status,
            200,
            "{method}"
        );
    }
    let token = stage.token().await;
    for method in strings("introspection_endpoint_auth_methods_supported") {
        let client = by_method(&stage, &public, &method);
        assert_eq!(client.introspect(&token).await.status, 200, "{method}");
    }
    let revocation = "revocation_endpoint_auth_methods_supported";
    assert!(!strings(revocation).is_empty(), "stated, since its default differs (checklist 78): {document}");
    for method in strings(revocation) {
        let client = by_method(&stage, &public, &method);
        assert_eq!(client.revoke("unknown").await.status, 200, "{method}");
    }
    for name in document.as_object().unwrap().keys().filter(|name| name.ends_with("_endpoint")) {
        let url = document[name].as_str().expect("a URL");
        let answer = Call::new(&plain_client(), Method::OPTIONS, url).send().await;
        assert_ne!(answer.status, 404, "{name}: {answer}");
    }
    let schema = document["authorization_details_schema_uri"].as_str().unwrap();
    assert_eq!(Call::new(&plain_client(), Method::GET, schema).send().await.status, 200);
}

fn by_method(stage: &Stage, public: &Client, method: &str) -> Client {
    match method {
        "client_secret_basic" => stage.client.clone(),
        "client_secret_post" => stage.client.with_secret_in_form(),
        "none" => public.clone(),
        other => panic!("{other} is advertised and no test knows it"),
    }
}

#[tokio::test]
async fn nothing_unadvertised_works() {
    // R26, R52, checklist 6, 44, 76, 77
    let mut stage = Stage::confidential().await;

    for (name, value) in [
        ("response_type", "token"),
        ("response_type", "id_token"),
        ("response_type", "code token"),
        ("code_challenge_method", "plain"),
        ("code_challenge_method", "S512"),
    ] {
        let authorization = stage.authorization(&smallest_details()).with(name, Some(value));
        let answer = stage.user.visitor.get(&authorization.url).await;
        let url = answer.redirect(stage.issuer());
        assert!(hasp_tests::http::has_query(&url, "error"), "{name}={value}: {answer}");
    }
    for path in
        ["/v1/oauth/par", "/v1/oauth/register", "/v1/oauth/device", "/v1/oauth/userinfo", "/v1/oauth/jwks"]
    {
        let answer = get(&stage.server, path).await;
        assert_eq!(answer.status, 404, "{path}: {answer}");
    }
}

#[tokio::test]
async fn the_advertised_types_are_the_accepted_ones() {
    // R51, R59, checklist 60
    let mut stage = Stage::confidential().await;
    let advertised =
        get(&stage.server, DOCUMENTS[0]).await.json()["authorization_details_types_supported"].clone();
    let samples = every_type();

    for (index, name) in advertised.as_array().unwrap().iter().enumerate() {
        let sample = json!([samples[index]]);
        assert_eq!(&sample[0]["type"], name);
        let authorization = stage.authorization(&sample);
        assert_eq!(stage.user.visitor.get(&authorization.url).await.status, 200, "{name}");
    }
    for unknown in ["hasp.data.delete", "hasp.tool.invoke", "openid", "HASP.DATA.READ"] {
        let authorization = stage.authorization(&json!([{"type": unknown}]));
        let answer = stage.user.visitor.get(&authorization.url).await;
        let redirect = answer.redirect(stage.issuer());
        expect::error_response(
            &redirect,
            REDIRECT_URI,
            "invalid_authorization_details",
            Some(&authorization.state),
            stage.issuer(),
        );
    }
}

#[tokio::test]
async fn the_schema_and_the_server_agree_on_samples() {
    // R56, R59, checklist 58, 60
    let mut stage = Stage::confidential().await;
    let schema = get(&stage.server, DOCUMENTS[2]).await.json();
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let samples = [
        json!([{"type": "hasp.data.read", "entities": ["a"]}]),
        json!([{"type": "hasp.data.read", "fields": ["a"]}]),
        json!([{"type": "external.tool.invoke", "tool_id": "a.b", "rate_limit": 0}]),
        json!([{"type": "external.tool.invoke", "tool_id": "a.b", "rate_limit": 60.0}]),
        json!([{"type": "external.tool.invoke", "tool_id": "a..b"}]),
        json!([{"type": "agent.delegate", "to_agent_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "max_chain_depth": 4}]),
        json!([{"type": "human.escalate", "to_role": "nurse", "to_user_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}]),
        json!([{"type": "human.escalate", "to_role": "nurse"}]),
        json!([{"type": "hasp.data.read", "app_id": "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV"}]),
        json!([{"type": "hasp.data.write", "fields": []}]),
        json!(vec![json!({"type": "hasp.data.read"}); 20]),
        json!(vec![json!({"type": "hasp.data.read"}); 21]),
    ];

    for sample in samples {
        let authorization = stage.authorization(&sample);
        let answer = stage.user.visitor.get(&authorization.url).await;
        assert_eq!(answer.status == 200, validator.is_valid(&sample), "{sample}: {answer}");
    }
}
