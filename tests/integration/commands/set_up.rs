//! The one-time link of an empty server (issue: the set-up link).

use super::fresh;
use hasp_tests::actors::{Developer, User, Visitor};
use hasp_tests::binary::{ServerProcess, free_port};
use hasp_tests::server::{ACME_OWNER, PASSWORD, seed_file};
use hasp_tests::until::until;
use std::time::Duration;

/// The link that an empty server prints.
async fn set_up_link(server: &ServerProcess) -> String {
    until("the set-up link is printed", Duration::from_secs(10), || async {
        let output = server.output();
        output.split_whitespace().find(|word| word.contains("/set-up?link=")).map(str::to_owned)
    })
    .await
}

#[tokio::test]
async fn an_empty_server_is_set_up_by_its_link_once() {
    // issue: the set-up link
    let (_folder, database) = fresh();
    let server = ServerProcess::start(&database, free_port(), &[]).await;
    let link = set_up_link(&server).await;
    let mut visitor = Visitor::new(&server.issuer);

    let page = visitor.get(&link).await;
    let form = page.page().form("/set-up");
    let weak = [
        ("organization", "Acme"),
        ("display_name", "Ada"),
        ("email", "ada@acme.example"),
        ("password", "short"),
    ];
    let refused = visitor.submit(&form, &weak).await;
    let form = refused.page().form("/set-up");
    let good = [
        ("organization", "Acme"),
        ("display_name", "Ada"),
        ("email", "ada@acme.example"),
        ("password", PASSWORD),
    ];
    let done = visitor.submit(&form, &good).await;

    assert_eq!(page.status, 200, "{page}");
    hasp_tests::expect::page_headers(&page);
    assert!(refused.text().contains("10 characters"), "{refused}");
    assert_eq!(done.status, 303, "{done}");
    let developer = Developer::from_user(User { visitor, email: "ada@acme.example".to_owned() }).await;
    assert_eq!(developer.session.organization.name, "Acme");
    assert_eq!(developer.session.user.role.as_str(), "owner");
    let mut second = Visitor::new(&server.issuer);
    assert!(second.get(&link).await.status >= 400, "the link works once");
    assert!(!hasp_tests::server::files_contain(database.parent().unwrap(), link.split('=').nth(1).unwrap()));
}

#[tokio::test]
async fn a_made_up_link_opens_nothing() {
    // issue: the set-up link
    let (_folder, database) = fresh();
    let server = ServerProcess::start(&database, free_port(), &[]).await;
    let mut visitor = Visitor::new(&server.issuer);

    for path in ["/set-up", "/set-up?link=", "/set-up?link=nonsense"] {
        let page = visitor.get(path).await;
        assert!((400..500).contains(&page.status), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_server_with_users_prints_no_link_and_restarts_with_them() {
    // issue: the set-up link
    let (_folder, database) = fresh();
    seed_file(&database).await;
    let server = ServerProcess::start(&database, free_port(), &[]).await;

    Developer::sign_in(&server.issuer, ACME_OWNER).await;

    assert!(!server.output().contains("/set-up"), "{}", server.output());
}
