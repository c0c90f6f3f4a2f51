//! The form of the request itself (R10; checklist 10).

use hasp_tests::flow::{Stage, smallest_details};
use reqwest::Method;

#[tokio::test]
async fn unknown_parameters_are_ignored() {
    // R10, R23, checklist 9, 10
    let mut stage = Stage::public().await;
    let authorization = stage
        .authorization(&smallest_details())
        .and("scope", "openid")
        .and("nonce", "1")
        .and("prompt", "none")
        .and("unheard_of", "x");

    let page = stage.user.visitor.get(&authorization.url).await;

    assert_eq!(page.status, 200, "{page}");
}

#[tokio::test]
async fn parameters_may_come_in_any_order_and_with_plus_for_space() {
    // R10
    let mut stage = Stage::public().await;
    let authorization = stage.authorization(&smallest_details());
    let mut reversed = authorization.parameters.clone();
    reversed.reverse();
    let pairs: Vec<_> = reversed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let url = format!("{}/v1/oauth/authorize?{}", stage.issuer(), hasp_tests::http::form_encode(&pairs));

    assert_eq!(stage.user.visitor.get(&url).await.status, 200);
    let spaced = authorization.with("authorization_details", Some("[ { \"type\" : \"hasp.data.read\" } ]"));
    assert!(spaced.url.contains('+'));
    assert_eq!(stage.user.visitor.get(&spaced.url).await.status, 200);
}

#[tokio::test]
async fn only_get_is_served() {
    // R10, checklist 76
    let stage = Stage::public().await;
    let url = stage.authorization(&smallest_details()).url;

    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let call = stage.user.visitor.call(method.clone(), &url).header("origin", stage.issuer());
        let answer = call.send().await;
        assert_eq!(answer.status, 405, "{method}: {answer}");
    }
}

#[tokio::test]
async fn only_resource_may_be_repeated() {
    // checklist 9
    let mut stage = Stage::public().await;
    let authorization = stage.authorization(&smallest_details());

    let resources = authorization.and("resource", "https://a.example").and("resource", "https://b.example");
    let unknown = authorization.and("unheard_of", "x").and("unheard_of", "y");

    assert_eq!(stage.user.visitor.get(&resources.url).await.status, 200);
    let answer = stage.user.visitor.get(&unknown.url).await;
    let state = Some(unknown.state.as_str());
    hasp_tests::expect::error_redirect(
        &answer,
        &stage.client.redirect_uri,
        "invalid_request",
        state,
        stage.issuer(),
    );
}
