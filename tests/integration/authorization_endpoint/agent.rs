//! Which agent a person may authorize for (R34, R35; checklist 16).

use hasp_tests::actors::{Developer, Visitor};
use hasp_tests::expect;
use hasp_tests::flow::{REDIRECT_URI, Stage, smallest_details};
use hasp_tests::http::Answer;
use hasp_tests::server::GLOBEX_OWNER;
use serde_json::json;

async fn three_refusals(stage: &mut Stage) -> [(&'static str, Answer); 3] {
    let foreign = Developer::sign_in(stage.issuer(), GLOBEX_OWNER).await.create_agent("Foreign", 8).await.id;
    let archived = stage.developer.create_agent("Archived", 8).await.id;
    let answer = stage.developer.post(&format!("/v1/agents/{archived}/archive"), json!({})).await;
    assert_eq!(answer.status(), 200, "{}", answer.0);
    let client = stage.client.clone();
    let mut pages = Vec::new();
    for agent_id in [foreign.as_str(), "01ARZ3NDEKTSV4RRFFQ69G5FAV", archived.as_str()] {
        let url = client.authorization(agent_id, &smallest_details()).with("state", Some("same")).url;
        pages.push(stage.user.visitor.get(&url).await);
    }
    let [foreign, unknown, archived] = pages.try_into().expect("three");
    [("foreign", foreign), ("unknown", unknown), ("archived", archived)]
}

#[tokio::test]
async fn foreign_unknown_and_archived_agents_give_one_identical_page() {
    // R34, checklist 16
    let mut stage = Stage::public().await;

    let pages = three_refusals(&mut stage).await;

    let reference = expect::without_ids(&pages[0].1.text());
    for (name, page) in &pages {
        expect::error_page(page, 403, "access_denied");
        assert_eq!(expect::without_ids(&page.text()), reference, "{name}");
        let names = |page: &Answer| page.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(page), names(&pages[0].1), "{name}");
    }
}

#[tokio::test]
async fn the_page_has_a_button_that_tells_the_application() {
    // R34, R79, checklist 16
    let mut stage = Stage::public().await;
    let client = stage.client.clone();
    let authorization = client.authorization("01ARZ3NDEKTSV4RRFFQ69G5FAV", &smallest_details());

    let page = stage.user.visitor.get(&authorization.url).await;

    let links = page.page().links();
    let url = if let Some(link) = links.iter().find(|link| link.starts_with(REDIRECT_URI)) {
        url::Url::parse(link).unwrap()
    } else {
        let form = page.page().form("/v1/oauth/consent");
        let (name, value, _) = form.buttons.first().cloned().expect("a button");
        stage.user.visitor.submit(&form, &[(&name, &value)]).await.redirect(stage.issuer())
    };
    expect::error_response(&url, REDIRECT_URI, "access_denied", Some(&authorization.state), stage.issuer());
}

#[tokio::test]
async fn a_stranger_learns_nothing_about_agents() {
    // checklist 13, 16
    let stage = Stage::public().await;

    for agent_id in [stage.agent.id.as_str(), "01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        let url = stage.client.authorization(agent_id, &smallest_details()).url;
        let answer = Visitor::new(stage.issuer()).get(&url).await;
        assert_eq!(answer.status, 303, "{agent_id}: {answer}");
        assert!(answer.location().is_some_and(|location| location.contains("/sign-in")), "{answer}");
    }
}

#[tokio::test]
async fn another_agent_id_authorizes_another_agent() {
    // R34, R35
    let mut stage = Stage::public().await;
    let second = stage.developer.create_agent("Second", 2).await;
    let client = stage.client.clone();

    for (agent_id, name, hours) in
        [(stage.agent.id.clone(), "Scheduler", 8), (second.id.clone(), "Second", 2)]
    {
        let authorization = client.authorization(&agent_id, &smallest_details());
        let page = stage.user.consent_page(&authorization.url).await;
        assert!(page.page().text().contains(name), "{name}: {page}");
        assert!(page.page().tags("select").is_empty(), "no picker: {page}");
        let url = stage.user.approve(&page).await;
        let code = expect::code(&url, REDIRECT_URI, Some(&authorization.state), stage.issuer());
        let answer = client.redeem(&code, &authorization.verifier).await;
        assert_eq!(answer.json()["expires_in"], hours * 3600, "{name}: {answer}");
    }
}

#[tokio::test]
async fn prefixed_and_bare_agent_ids_mean_the_same() {
    // R10 (C18)
    let mut stage = Stage::public().await;
    let prefixed = format!("agent_{}", stage.agent.id);
    let url = stage.client.authorization(&prefixed, &smallest_details()).url;

    let page = stage.user.consent_page(&url).await;

    assert!(page.page().text().contains("Scheduler"), "{page}");
}
