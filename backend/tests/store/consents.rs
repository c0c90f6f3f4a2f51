//! Decisions on the consent page.

use crate::scene::*;
use hasp_protocol::Mode;
use hasp_protocol::secret::hex;
use hasp_server::storage::record::*;
use hasp_server::storage::*;
use serde_json::json;

struct Page {
    scene: Scene,
    developer: Company,
    clinic: Company,
    application: Application,
    agent: Agent,
}

async fn page() -> Page {
    let scene = Scene::new();
    let developer = scene.company("Developer").await;
    let clinic = scene.company("Clinic").await;
    let application = scene.public_application(&developer).await;
    let agent = scene.agent(&clinic, "Reader").await;
    Page { scene, developer, clinic, application, agent }
}

impl Page {
    fn decision(&self) -> ConsentDecision {
        decision(&self.application, &self.agent, &self.clinic.owner, read_everything())
    }

    async fn decide(&self, request: Hash, decision: ConsentDecision) -> ConsentRecorded {
        let code = decision.approved.then(|| new_code(hash_of(&decision.consent_id), START));
        let by = by(&self.clinic.owner, START);
        self.scene.store.record_consent(request, decision, code, &by).await.expect("the store answers")
    }
}

// R80, checklist 25, 27
#[tokio::test]
async fn both_decisions_are_recorded_with_everything_that_was_shown() {
    for (approved, action) in [(true, "oauth.consent_approved"), (false, "oauth.consent_denied")] {
        let page = page().await;
        let details = json!([{ "type": "hasp.data.write", "entities": ["intake"], "fields": ["note"] }]);
        let owner = &page.clinic.owner;
        let decision =
            ConsentDecision { approved, ..decision(&page.application, &page.agent, owner, details.clone()) };
        let request = page.scene.parked(&decision, START).await;

        let recorded = page.decide(request, decision.clone()).await;

        assert_eq!(recorded, ConsentRecorded::Recorded);
        let events = page.scene.events_of(&page.clinic, action).await;
        assert_eq!(events.len(), 1, "{action}");
        let event = &events[0];
        assert_eq!(event.metadata["authorization_details"], details);
        assert_eq!(event.metadata["details_digest"], hex(&decision.details_digest));
        assert_eq!(event.metadata["shown"], decision.shown);
        assert_eq!(event.metadata["redirect_host"], "reader.example");
        assert_eq!(event.metadata["client_id"], page.application.client_id.as_str());
        assert_eq!(event.metadata["agent_id"], page.agent.id.as_str());
        assert_eq!(event.metadata["actor"], "session");
        assert_eq!(event.entity_id.as_ref(), Some(&decision.consent_id));
        assert_eq!(event.user_id.as_ref(), Some(&owner.id));
        assert_eq!(event.user_display_name.as_deref(), Some("owner"));
        assert_eq!(event.ip_address.as_deref(), Some("192.0.2.7"));
        assert_eq!(event.mode, Some(Mode::Live));
        let reference = &page.scene.events_of(&page.developer, action).await[0];
        assert_eq!(reference.metadata, json!({ "reference_event_id": event.id }));
        let codes = page.scene.count("SELECT count(*) FROM authorization_code");
        assert_eq!(codes, i64::from(approved), "a code only when approved");
    }
}

#[tokio::test]
async fn in_one_organization_there_is_one_event_and_no_reference() {
    let page = page().await;
    let application = page.scene.public_application(&page.clinic).await;
    page.scene.approve(&application, &page.agent, &page.clinic.owner, START).await;

    assert_eq!(page.scene.events_of(&page.clinic, "oauth.consent_approved").await.len(), 1);
}

#[tokio::test]
async fn a_request_is_decided_once() {
    let page = page().await;
    let decision = page.decision();
    let request = page.scene.parked(&decision, START).await;

    let first = page.decide(request, decision.clone()).await;
    let second = page.decide(request, ConsentDecision { consent_id: id(), ..decision }).await;

    assert_eq!((first, second), (ConsentRecorded::Recorded, ConsentRecorded::RequestGone));
    assert_eq!(page.scene.count("SELECT count(*) FROM consent"), 1);
}

// checklist 25: granted = shown.
#[tokio::test]
async fn a_decision_about_other_details_than_shown_is_refused() {
    let page = page().await;
    let decision = page.decision();
    let request = page.scene.parked(&decision, START).await;
    let wider = json!([{ "type": "hasp.data.read" }, { "type": "hasp.data.write" }]);
    let other = ConsentDecision {
        details_digest: hash_of(&wider.to_string()),
        authorization_details: wider,
        ..decision
    };

    assert_eq!(page.decide(request, other).await, ConsentRecorded::RequestGone);
    assert_eq!(page.scene.count("SELECT count(*) FROM consent"), 0);
}

// R80: the record keeps what the person saw, not what the application is called a moment later.
#[tokio::test]
async fn a_decision_in_other_words_than_shown_is_refused() {
    let page = page().await;
    let decision = page.decision();
    let request = page.scene.parked(&decision, START).await;
    let mut renamed = decision;
    renamed.shown["application_name"] = json!("Something harmless");

    assert_eq!(page.decide(request, renamed).await, ConsentRecorded::RequestGone);
    assert_eq!(page.scene.count("SELECT count(*) FROM consent"), 0);
}

#[tokio::test]
async fn a_request_that_nobody_was_shown_cannot_be_decided() {
    let page = page().await;
    let request = hash_of("parked");
    page.scene.store.park_request(request, parked_request(START), START).await.expect("parked");

    assert_eq!(page.decide(request, page.decision()).await, ConsentRecorded::RequestGone);
}

#[tokio::test]
async fn what_changed_while_the_page_was_open_stops_an_approval_but_not_a_denial() {
    for approved in [true, false] {
        let page = page().await;
        let decision = ConsentDecision { approved, ..page.decision() };
        let request = page.scene.parked(&decision, START).await;
        let (developer, client_id) = (&page.developer.organization.id, &page.application.client_id);
        let change = by(&page.developer.owner, START);
        page.scene.store.revoke_application(developer, client_id, &change).await.expect("revoked");

        let recorded = page.decide(request, decision).await;

        let expected = if approved {
            ConsentRecorded::NoLongerAllowed(NoLongerAllowed::ApplicationRevoked)
        } else {
            ConsentRecorded::Recorded
        };
        assert_eq!(recorded, expected, "approved: {approved}");
        assert_eq!(page.scene.count("SELECT count(*) FROM authorization_code"), 0);
    }
}

#[tokio::test]
async fn an_approval_needs_an_active_agent_that_may_hold_the_types_and_a_member() {
    let page = page().await;
    let (clinic, change) = (&page.clinic.organization.id, by(&page.clinic.owner, START));
    let narrow = AgentEdit {
        allowed_scope_types: Some(Some(vec!["human.escalate".to_owned()])),
        ..AgentEdit::default()
    };
    let request = page.scene.parked(&page.decision(), START).await;
    let stranger = ConsentDecision { user_id: page.developer.owner.id.clone(), ..page.decision() };

    let by_stranger = page.decide(request, stranger).await;
    page.scene.store.edit_agent(clinic, &page.agent.id, narrow, &change).await.expect("edited");
    let request = page.scene.parked(&page.decision(), START).await;
    let narrowed = page.decide(request, page.decision()).await;
    page.scene.store.archive_agent(clinic, &page.agent.id, &change).await.expect("archived");
    let request = page.scene.parked(&page.decision(), START).await;
    let archived = page.decide(request, page.decision()).await;

    assert_eq!(by_stranger, ConsentRecorded::NoLongerAllowed(NoLongerAllowed::UserRemoved));
    assert_eq!(narrowed, ConsentRecorded::NoLongerAllowed(NoLongerAllowed::TypeNotAllowed));
    assert_eq!(archived, ConsentRecorded::NoLongerAllowed(NoLongerAllowed::AgentArchived));
    assert_eq!(page.scene.count("SELECT count(*) FROM consent"), 0);
}
