//! Newest-first pages whose cursors stay where they are.

use crate::scene::*;
use hasp_server::storage::*;

#[tokio::test]
async fn pages_are_disjoint_complete_and_newest_first_while_rows_arrive() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let mut expected = Vec::new();
    for number in 0..25 {
        expected.push(scene.agent(&acme, &format!("Agent {number}")).await.id);
    }
    expected.sort();
    expected.reverse();
    let mut seen = Vec::new();
    let mut cursor = None;

    loop {
        let request = PageRequest { limit: 10, cursor };
        let page = scene.store.list_agents(&acme.organization.id, request, START).await.expect("a page");
        seen.extend(page.items.into_iter().map(|agent| agent.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
        // A newer row than all that were seen: ids sort by time.
        let later = new_agent(&acme, &format!("Late {}", seen.len()));
        let later = record::Agent {
            id: hasp_server::random::ulid(START.plus(seconds(1))).expect("random bytes"),
            ..later
        };
        scene.store.create_agent(later, &by(&acme.owner, START)).await.expect("saved");
    }

    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_last_full_page_promises_no_other() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    for number in 0..4 {
        scene.agent(&acme, &format!("Agent {number}")).await;
    }
    let page = async |limit, cursor| {
        let request = PageRequest { limit, cursor };
        scene.store.list_agents(&acme.organization.id, request, START).await.expect("a page")
    };

    let first = page(2, None).await;
    let second = page(2, first.next_cursor.clone()).await;

    assert_eq!((first.items.len(), second.items.len()), (2, 2));
    assert_eq!(second.next_cursor, None);
    assert_eq!(page(0, None).await.items.len(), 1, "at least one row");
}

#[tokio::test]
async fn an_invented_cursor_gives_an_empty_page() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let application = scene.public_application(&acme).await;
    let agent = scene.agent(&acme, "Reader").await;
    scene.credential(&application, &agent, &acme.owner, START).await;
    let (store, organization) = (&scene.store, &acme.organization.id);

    for invented in ["~", "", "zzz", "hasp_app_", "' OR 1=1 --"] {
        let page = || PageRequest { limit: 10, cursor: Some(invented.to_owned()) };
        let applications = store.list_applications(organization, page(), START).await.expect("a page");
        let agents = store.list_agents(organization, page(), START).await.expect("a page");
        let filter = CredentialFilter::All;
        let credentials = store.list_credentials(organization, &agent.id, filter, page(), START).await;
        let events = store.list_audit_events(organization, AuditFilter::default(), page()).await;
        let lengths = [
            applications.items.len(),
            agents.items.len(),
            credentials.expect("a page").items.len(),
            events.expect("a page").items.len(),
        ];
        assert_eq!(lengths, [0; 4], "cursor `{invented}`");
    }
}

#[tokio::test]
async fn applications_and_credentials_are_paged_too() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let agent = scene.agent(&acme, "Reader").await;
    for _ in 0..3 {
        let application = scene.public_application(&acme).await;
        scene.credential(&application, &agent, &acme.owner, START).await;
    }
    let organization = &acme.organization.id;
    let page = |cursor| PageRequest { limit: 2, cursor };

    let first = scene.store.list_applications(organization, page(None), START).await.expect("a page");
    let second = page(first.next_cursor.clone());
    let second = scene.store.list_applications(organization, second, START).await.expect("a page");
    assert_eq!((first.items.len(), second.items.len()), (2, 1));
    assert!(first.items.iter().all(|application| application.active_credentials == 1));

    let all = CredentialFilter::All;
    let (store, agent) = (&scene.store, &agent.id);
    let first = store.list_credentials(organization, agent, all, page(None), START).await.expect("a page");
    let second = page(first.next_cursor.clone());
    let second = store.list_credentials(organization, agent, all, second, START).await.expect("a page");
    assert_eq!((first.items.len(), second.items.len()), (2, 1));
    assert!(first.items[1].id > second.items[0].id);
}
