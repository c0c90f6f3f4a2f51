//! The `oauth2` crate, unmodified, as client of the whole flow (R1, R18, R50; issue: done when).

use hasp_tests::expect;
use hasp_tests::flow::{Stage, smallest_details};
use oauth2::basic::{BasicClient, BasicErrorResponseType};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    HttpClientError, HttpRequest, HttpResponse, IntrospectionUrl, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, RevocationUrl, StandardRevocableToken, TokenIntrospectionResponse,
    TokenResponse, TokenUrl,
};

type FullClient = BasicClient<
    oauth2::EndpointSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointSet,
    oauth2::EndpointSet,
    oauth2::EndpointSet,
>;

fn client(stage: &Stage) -> FullClient {
    let endpoint = |path: &str| format!("{}/v1/oauth/{path}", stage.issuer());
    let client = BasicClient::new(ClientId::new(stage.client.client_id.clone()))
        .set_auth_uri(AuthUrl::new(endpoint("authorize")).unwrap())
        .set_token_uri(TokenUrl::new(endpoint("token")).unwrap())
        .set_introspection_url(IntrospectionUrl::new(endpoint("introspect")).unwrap())
        .set_revocation_url(RevocationUrl::new(endpoint("revoke").replace("http:", "https:")).unwrap())
        .set_redirect_uri(RedirectUrl::new(stage.client.redirect_uri.clone()).unwrap());
    match stage.client.secret() {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.to_owned())),
        None => client,
    }
}

/// The crate revokes over https only: this stands in for the proxy that ends TLS.
async fn behind_tls(mut request: HttpRequest) -> Result<HttpResponse, HttpClientError<reqwest::Error>> {
    let plain = request.uri().to_string().replace("https:", "http:");
    *request.uri_mut() = plain.parse().expect("a URI with another scheme");
    hasp_tests::http::plain_client().call(request).await
}

/// Opens the URL that the crate built, approves, gives code, state and verifier.
async fn approve(stage: &mut Stage, client: &FullClient) -> (AuthorizationCode, PkceCodeVerifier) {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = client
        .authorize_url(CsrfToken::new_random)
        .set_pkce_challenge(challenge)
        .add_extra_param("agent_id", stage.agent.id.clone())
        .add_extra_param("authorization_details", smallest_details().to_string())
        .url();
    let page = stage.user.consent_page(url.as_str()).await;
    let back = stage.user.approve(&page).await;
    let code = expect::code(&back, &stage.client.redirect_uri, Some(state.secret()), stage.issuer());
    (AuthorizationCode::new(code), verifier)
}

#[tokio::test]
async fn a_public_client_completes_the_flow() {
    // R1, R16, R18, R19, R20
    let mut stage = Stage::public().await;
    let client = client(&stage);
    let http = hasp_tests::http::plain_client();

    let (code, verifier) = approve(&mut stage, &client).await;
    let token = client.exchange_code(code).set_pkce_verifier(verifier).request_async(&http).await.unwrap();

    assert!(token.access_token().secret().starts_with("hasp_agent_"));
    assert_eq!(token.expires_in().map(|lifetime| lifetime.as_secs()), Some(28_800));
    assert!(token.refresh_token().is_none());
}

#[tokio::test]
async fn a_confidential_client_completes_introspects_and_revokes() {
    // R1, R18, R50, R55, R60, checklist 70, 76
    let mut stage = Stage::confidential().await;
    let http = hasp_tests::http::plain_client();

    for auth_type in [AuthType::BasicAuth, AuthType::RequestBody] {
        let client = client(&stage).set_auth_type(auth_type.clone());
        let (code, verifier) = approve(&mut stage, &client).await;
        let token =
            client.exchange_code(code).set_pkce_verifier(verifier).request_async(&http).await.unwrap();
        let introspected = client.introspect(token.access_token()).request_async(&http).await.unwrap();
        assert!(introspected.active(), "{auth_type:?}");
        assert_eq!(introspected.client_id().map(|id| id.as_str()), Some(stage.client.client_id.as_str()));

        let revocable: StandardRevocableToken = token.access_token().into();
        client.revoke_token(revocable).unwrap().request_async(&behind_tls).await.unwrap();
        let after = client.introspect(token.access_token()).request_async(&http).await.unwrap();
        assert!(!after.active(), "{auth_type:?}");
    }
}

#[tokio::test]
async fn the_crate_understands_our_errors() {
    // R18, checklist 33, 35
    let mut stage = Stage::public().await;
    let client = client(&stage);
    let http = hasp_tests::http::plain_client();
    let (code, _) = approve(&mut stage, &client).await;
    let other = PkceCodeVerifier::new("a".repeat(43));

    let error = client.exchange_code(code).set_pkce_verifier(other).request_async(&http).await.unwrap_err();

    let RequestTokenError::ServerResponse(response) = error else { panic!("{error:?}") };
    assert_eq!(response.error(), &BasicErrorResponseType::InvalidGrant);
    assert!(response.error_description().is_some());
}
