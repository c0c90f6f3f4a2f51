//! The tests' own eyes: what a healthy page never does is noticed.

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use hasp_tests::browser::{Looks, with_browser};
use hasp_tests::callback::Callback;

/// Serves `router` until the task is dropped with the test's runtime.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

fn page(policy: &'static str, body: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(body))
}

#[tokio::test]
async fn a_policy_violation_a_console_error_and_a_failed_request_are_noticed() {
    // issue: browser tests fail on any console error, failed request or CSP violation
    with_browser("harness_complaints", Looks::default(), |browser| async move {
        let router = Router::new().route(
            "/",
            get(async || {
                page("default-src 'self'", "<title>x</title><style>p{}</style><img src=/missing.png alt=x>")
            }),
        );
        let origin = serve(router).await;
        browser.expect_complaint("Content Security Policy");
        browser.expect_complaint("status 404");
        browser.expect_complaint("made on purpose");
        browser.expect_complaint("404 (Not Found)");

        browser.visit(&origin).await;
        browser.script("console.error('made on purpose')", vec![]).await;
        browser.wait_for_script("the picture failed", "return document.images[0]?.complete").await;
    })
    .await;
}

#[tokio::test]
async fn a_redirect_that_form_action_does_not_list_is_blocked_and_noticed() {
    // decisions: on the consent page form-action must list the redirect URI
    with_browser("harness_form_action", Looks::default(), |browser| async move {
        let mut callback = Callback::listen().await;
        let uri = callback.uri().to_owned();
        let form = "<title>x</title><form method=post action=/decide><button>Approve</button></form>";
        let router = Router::new()
            .route("/", get(async move || page("default-src 'none'; form-action 'self'", form)))
            .route("/decide", post(async move || Redirect::to(&uri)));
        let origin = serve(router).await;
        browser.expect_complaint("form-action");

        browser.visit(&origin).await;
        browser.press("Approve").await;
        browser.wait_for_complaint("form-action").await;

        assert!(callback.is_empty(), "Chromium applies the policy to the redirect after the POST");
        callback
    })
    .await;
}
