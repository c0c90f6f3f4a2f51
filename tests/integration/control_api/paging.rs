//! Lists in pages: newest first, nothing twice, nothing missed (domain.md 2.3, 5.7).

use hasp_protocol::api::agent::AgentView;
use hasp_protocol::api::application::ApplicationView;
use hasp_protocol::api::audit::AuditEventView;
use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::Developer;
use hasp_tests::flow::REDIRECT_URI;
use hasp_tests::server::{ACME_OWNER, Server};

async fn pages<T: serde::de::DeserializeOwned>(
    developer: &mut Developer,
    path: &str,
    limit: usize,
) -> Vec<Vec<T>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = developer.get(&format!("{path}?limit={limit}{cursor}")).await;
        pages.push(answer.data());
        match answer.next_cursor() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn pages_join_to_the_whole_list_newest_first() {
    // domain.md 5.7
    let server = Server::start().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    for number in 0..7 {
        developer.create_agent(&format!("Agent {number}"), 1).await;
        developer
            .create_application(&format!("App {number}"), ClientType::Public, Mode::Live, REDIRECT_URI)
            .await;
    }

    let agents = pages::<AgentView>(&mut developer, "/v1/agents", 3).await;
    let applications = pages::<ApplicationView>(&mut developer, "/v1/applications", 3).await;
    let audit = pages::<AuditEventView>(&mut developer, "/v1/audit", 5).await;

    let expected = |kind: &str| (0..7).rev().map(|number| format!("{kind} {number}")).collect::<Vec<_>>();
    assert_eq!(agents.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    assert_eq!(agents.concat().iter().map(|agent| agent.name.clone()).collect::<Vec<_>>(), expected("Agent"));
    let names: Vec<_> = applications.concat().iter().map(|app| app.display_name.clone()).collect();
    assert_eq!(names, expected("App"));
    let sequences: Vec<_> = audit.concat().iter().map(|event| event.sequence).collect();
    let all: Vec<_> = (1..=sequences[0]).rev().collect();
    assert_eq!(sequences, all, "newest first, without gaps");
}

#[tokio::test]
async fn a_row_added_meanwhile_moves_nothing() {
    // domain.md 5.7
    let server = Server::start().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    for number in 0..4 {
        developer.create_agent(&format!("Agent {number}"), 1).await;
    }
    let first = developer.get("/v1/agents?limit=2").await;
    let cursor = first.next_cursor().expect("two more");

    developer.create_agent("Agent late", 1).await;
    let second: Vec<AgentView> = developer.get(&format!("/v1/agents?limit=2&cursor={cursor}")).await.data();

    assert_eq!(second.iter().map(|agent| agent.name.as_str()).collect::<Vec<_>>(), ["Agent 1", "Agent 0"]);
}

#[tokio::test]
async fn limits_are_1_to_200_and_cursors_opaque() {
    // domain.md 2.3
    let server = Server::start().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    developer.create_agent("Agent", 1).await;

    for path in ["/v1/agents", "/v1/applications", "/v1/audit"] {
        for limit in ["0", "201", "-1", "x", "99999999999999999999"] {
            let answer = developer.get(&format!("{path}?limit={limit}")).await;
            let error = answer.error(answer.status(), "VALIDATION_FAILED");
            assert!(matches!(answer.status(), 400 | 422), "{path} {limit}: {}", answer.0);
            assert!(error.param.is_some_and(|param| param.contains("limit")), "{path} {limit}");
        }
        for cursor in ["nonsense", "%00", "🔑", "' OR 1=1 --"] {
            let answer = developer.get(&format!("{path}?cursor={cursor}")).await;
            assert!(matches!(answer.status(), 200 | 400 | 422), "{path} {cursor}: {}", answer.0);
        }
    }
}

#[tokio::test]
async fn the_audit_list_filters() {
    // domain.md 2.3
    let server = Server::start().await;
    let mut developer = Developer::sign_in(&server.issuer, ACME_OWNER).await;
    let agent = developer.create_agent("Agent", 1).await;
    developer.create_agent("Other", 1).await;

    let by_action: Vec<AuditEventView> = developer.get("/v1/audit?action=agent.registered").await.data();
    let by_id: Vec<AuditEventView> = developer.get(&format!("/v1/audit?entity_id={}", agent.id)).await.data();
    let by_both: Vec<AuditEventView> =
        developer.get(&format!("/v1/audit?entity_type=agent&entity_id={}", agent.id)).await.data();
    let none: Vec<AuditEventView> = developer.get("/v1/audit?action=agent.archived").await.data();

    assert_eq!(by_action.len(), 2);
    assert_eq!(by_id.len(), 1);
    assert_eq!(by_id, by_both);
    assert!(none.is_empty());
}
