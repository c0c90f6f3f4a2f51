//! Credentials: issued directly, listed, revoked one by one or by grant.

use crate::agents::new_credential;
use crate::scene::*;
use hasp_protocol::api::agent::RevocationPolicy;
use hasp_server::storage::record::*;
use hasp_server::storage::*;
use serde_json::json;

struct Office {
    scene: Scene,
    developer: Company,
    clinic: Company,
    application: Application,
    agent: Agent,
}

async fn office() -> Office {
    let scene = Scene::new();
    let developer = scene.company("Developer").await;
    let clinic = scene.company("Clinic").await;
    let application = scene.public_application(&developer).await;
    let agent = scene.agent(&clinic, "Reader").await;
    Office { scene, developer, clinic, application, agent }
}

impl Office {
    async fn credential(&self, now: hasp_server::clock::Timestamp) -> (Credential, Hash) {
        self.scene.credential(&self.application, &self.agent, &self.clinic.owner, now).await
    }

    fn grant(&self) -> GrantKey {
        GrantKey {
            agent_id: self.agent.id.clone(),
            client_id: self.application.client_id.clone(),
            user_id: self.clinic.owner.id.clone(),
        }
    }
}

// A5, C12
#[tokio::test]
async fn a_directly_issued_credential_takes_the_agents_defaults() {
    let office = office().await;
    let new = new_credential(&office.agent, &office.clinic.owner);
    let change = by(&office.clinic.owner, START);

    let issued =
        office.scene.store.issue_credential(&office.clinic.organization.id, new.clone(), &change).await;

    let Ok(CredentialIssued::Issued(credential)) = issued else { panic!("{issued:?}") };
    assert_eq!(credential.expires_at, START.whole_second().plus(hours(8)));
    assert_eq!(credential.revocation_policy, RevocationPolicy::Drain);
    assert_eq!((credential.client_id.as_ref(), credential.consent_id.as_ref()), (None, None));
    assert_eq!(office.scene.token(new.token_hash).await, credential);
    let event = &office.scene.events_of(&office.clinic, "agent.credential_issued").await[0];
    assert_eq!(event.metadata["authorization_details"], read_everything());
}

#[tokio::test]
async fn a_directly_issued_credential_keeps_what_it_was_given() {
    let office = office().await;
    let new = NewCredential {
        revocation_policy: Some(RevocationPolicy::Kill),
        max_concurrent_invocations: 1_000,
        expires_at: Some(START.plus(hours(720))),
        description: Some("for the audit".to_owned()),
        ..new_credential(&office.agent, &office.clinic.owner)
    };
    let change = by(&office.clinic.owner, START);

    let issued = office.scene.store.issue_credential(&office.clinic.organization.id, new, &change).await;

    let Ok(CredentialIssued::Issued(credential)) = issued else { panic!("{issued:?}") };
    assert_eq!(credential.expires_at, START.plus(hours(720)).whole_second());
    assert_eq!(credential.revocation_policy, RevocationPolicy::Kill);
    assert_eq!(credential.max_concurrent_invocations, 1_000);
    assert_eq!(credential.description.as_deref(), Some("for the audit"));
}

// domain.md 1.3: the agent's types apply no matter who issues.
#[tokio::test]
async fn a_type_that_the_agent_may_not_hold_is_not_issued() {
    let office = office().await;
    let (organization, change) = (&office.clinic.organization.id, by(&office.clinic.owner, START));
    let edit = AgentEdit {
        allowed_scope_types: Some(Some(vec!["human.escalate".to_owned()])),
        ..AgentEdit::default()
    };
    office.scene.store.edit_agent(organization, &office.agent.id, edit, &change).await.expect("edited");
    let new = new_credential(&office.agent, &office.clinic.owner);

    let refused = office.scene.store.issue_credential(organization, new, &change).await;
    office.scene.store.archive_agent(organization, &office.agent.id, &change).await.expect("archived");
    let new = new_credential(&office.agent, &office.clinic.owner);
    let archived = office.scene.store.issue_credential(organization, new, &change).await;

    assert_eq!(refused, Ok(CredentialIssued::TypeNotAllowed));
    assert_eq!(archived, Ok(CredentialIssued::AgentArchived));
}

// domain.md 5.3, R92
#[tokio::test]
async fn a_revoked_credential_is_dead_at_once_and_revoking_again_changes_nothing() {
    let office = office().await;
    let (credential, token) = office.credential(START).await;
    let organization = &office.clinic.organization.id;
    let change = by(&office.clinic.owner, START.plus(seconds(5)));
    let reason = Some("leaked hasp_agent_0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK5 in a log".to_owned());

    let ended = office.scene.store.revoke_credential(organization, &credential.id, reason, &change).await;
    let again = office.scene.store.revoke_credential(organization, &credential.id, None, &change).await;

    let Ok(CredentialEnded::Revoked(ended)) = ended else { panic!("{ended:?}") };
    assert_eq!(office.scene.token(token).await, ended);
    assert_eq!(ended.revoked_at, Some(change.now));
    assert_eq!(ended.revocation_reason.as_deref(), Some("leaked hasp_agent_[redacted] in a log"));
    assert_eq!(again, Ok(CredentialEnded::AlreadyEnded(ended)));
    let events = office.scene.events_of(&office.clinic, "agent.credential_revoked").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].metadata["actor_user_id"], office.clinic.owner.id.as_str());
    assert_eq!(events[0].metadata["revocation_policy"], "drain");
    assert_eq!(office.scene.events_of(&office.developer, "agent.credential_revoked").await.len(), 1);
}

// R60, R62
#[tokio::test]
async fn whoever_holds_the_token_revokes_it() {
    let office = office().await;
    let (_, token) = office.credential(START).await;

    let ended = office.scene.store.revoke_token(token, &by_system(START)).await;
    let again = office.scene.store.revoke_token(token, &by_system(START)).await;
    let guessed = office.scene.store.revoke_token(hash_of("a guess"), &by_system(START)).await;

    let Ok(CredentialEnded::Revoked(ended)) = ended else { panic!("{ended:?}") };
    assert_eq!(ended.revocation_reason.as_deref(), Some("token_revocation"));
    assert!(!office.scene.is_active(token, START).await);
    assert!(matches!(again, Ok(CredentialEnded::AlreadyEnded(_))));
    assert_eq!(guessed, Ok(CredentialEnded::Unknown));
}

// checklist 72: each read begins after its revocation was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_the_answer_no_read_says_active() {
    let office = office().await;
    let mut tokens = Vec::new();
    for _ in 0..100 {
        tokens.push(office.credential(START).await.1);
    }
    let checks: Vec<_> = tokens
        .into_iter()
        .map(|token| {
            let store = std::sync::Arc::clone(&office.scene.store);
            tokio::spawn(async move {
                assert!(store.find_token(token).await.is_ok_and(|found| found.is_some()));
                store.revoke_token(token, &by_system(START)).await.expect("revoked");
                let mut stale = 0;
                for _ in 0..10 {
                    let found = store.find_token(token).await.expect("answer").expect("listed");
                    stale += u32::from(found.is_active(START));
                }
                stale
            })
        })
        .collect();

    let mut stale = 0;
    for check in checks {
        stale += check.await.expect("no panic");
    }

    assert_eq!(stale, 0);
}

// domain.md 5.2
#[tokio::test]
async fn expired_is_not_revoked() {
    let office = office().await;
    let (credential, token) = office.credential(START).await;
    let organization = &office.clinic.organization.id;
    let late = by(&office.clinic.owner, credential.expires_at);

    let revoked = office.scene.store.revoke_credential(organization, &credential.id, None, &late).await;
    office.scene.store.archive_agent(organization, &office.agent.id, &late).await.expect("archived");

    assert!(matches!(revoked, Ok(CredentialEnded::AlreadyEnded(_))), "{revoked:?}");
    let credential = office.scene.token(token).await;
    assert_eq!(credential.revoked_at, None, "what ended after it changed nothing for it");
    assert!(!credential.is_active(late.now));
}

#[tokio::test]
async fn the_earliest_end_is_the_one_that_counts() {
    let office = office().await;
    let (credential, token) = office.credential(START).await;
    let organization = &office.clinic.organization.id;
    let at = |minutes: u64| START.plus(seconds(minutes * 60));
    let change = by(&office.clinic.owner, at(1));
    office.scene.store.archive_agent(organization, &office.agent.id, &change).await.expect("archived");
    let change = by(&office.developer.owner, at(2));
    let (developer, client_id) = (&office.developer.organization.id, &office.application.client_id);
    office.scene.store.revoke_application(developer, client_id, &change).await.expect("revoked");

    let ended = office.scene.token(token).await;

    assert_eq!((ended.revoked_at, ended.revocation_reason.as_deref()), (Some(at(1)), Some("agent_archived")));
    let again = office.scene.store.revoke_credential(organization, &credential.id, None, &change).await;
    assert!(matches!(again, Ok(CredentialEnded::AlreadyEnded(_))), "derived ends count as ends");
}

#[tokio::test]
async fn lists_tell_active_revoked_and_expired_apart() {
    let office = office().await;
    let (expired, _) = office.credential(START).await;
    let now = START.plus(hours(7));
    let (revoked, _) = office.credential(now).await;
    let (active, _) = office.credential(now).await;
    let organization = &office.clinic.organization.id;
    let change = by(&office.clinic.owner, now);
    office.scene.store.revoke_credential(organization, &revoked.id, None, &change).await.expect("revoked");
    let late = START.plus(hours(9));
    let listed = async |filter| {
        let (store, agent) = (&office.scene.store, &office.agent.id);
        let page = store.list_credentials(organization, agent, filter, first_page(), late).await;
        let mut ids: Vec<String> = page.expect("a page").items.into_iter().map(|item| item.id).collect();
        ids.sort();
        ids
    };
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };

    assert_eq!(listed(CredentialFilter::Active).await, [active.id.as_str()]);
    assert_eq!(listed(CredentialFilter::Revoked).await, [revoked.id.as_str()]);
    assert_eq!(listed(CredentialFilter::Expired).await, [expired.id.as_str()]);
    let all = sorted(vec![active.id.clone(), revoked.id.clone(), expired.id.clone()]);
    assert_eq!(listed(CredentialFilter::All).await, all);

    let change = by(&office.clinic.owner, late);
    office.scene.store.archive_agent(organization, &office.agent.id, &change).await.expect("archived");
    assert_eq!(listed(CredentialFilter::Active).await, Vec::<String>::new());
    assert_eq!(listed(CredentialFilter::Revoked).await, sorted(vec![active.id, revoked.id]), "derived");
    assert_eq!(listed(CredentialFilter::Expired).await, [expired.id], "its time was over before");
}

// R81
#[tokio::test]
async fn granted_applications_show_the_newest_approval_and_what_is_active() {
    let office = office().await;
    let member = office.scene.user(&office.clinic.organization, "member@clinic.example").await;
    office.credential(START).await;
    let (newest, _) = office.credential(START.plus(hours(1))).await;
    office.scene.approve(&office.application, &office.agent, &member, START.plus(hours(2))).await;
    let organization = &office.clinic.organization.id;
    let now = START.plus(hours(3));

    let granted = office.scene.store.list_granted_applications(organization, &office.agent.id, now).await;

    let granted = granted.expect("the store answers");
    assert_eq!(
        granted.iter().map(|one| &one.user_id).collect::<Vec<_>>(),
        [&member.id, &office.clinic.owner.id]
    );
    assert_eq!((granted[0].active_credentials, granted[0].expires_at), (0, None), "never redeemed");
    let own = &granted[1];
    assert_eq!(own.client_id, office.application.client_id);
    assert_eq!(own.organization_name, "Developer");
    assert_eq!(own.approved_at, START.plus(hours(1)));
    assert_eq!(own.labels, ["Read all entities"]);
    assert_eq!(own.authorization_details, read_everything());
    assert_eq!((own.active_credentials, own.expires_at), (2, Some(newest.expires_at)));
    let elsewhere = &office.developer.organization.id;
    let foreign = office.scene.store.list_granted_applications(elsewhere, &office.agent.id, now).await;
    assert_eq!(foreign, Ok(Vec::new()));
}

// R81, domain.md 5.3
#[tokio::test]
async fn revoking_a_grant_ends_its_credentials_and_unspent_codes_and_nothing_else() {
    let office = office().await;
    let member = office.scene.user(&office.clinic.organization, "member@clinic.example").await;
    let (first, first_token) = office.credential(START).await;
    let (_, second_token) = office.credential(START).await;
    let (_, others) = office.scene.credential(&office.application, &office.agent, &member, START).await;
    let waiting = office.scene.approve(&office.application, &office.agent, &office.clinic.owner, START).await;
    let organization = &office.clinic.organization.id;
    let change = by(&office.clinic.owner, START);

    let revoked = office.scene.store.revoke_grant(organization, office.grant(), &change).await;
    let events = office.scene.events(&office.clinic).await.len();
    let again = office.scene.store.revoke_grant(organization, office.grant(), &change).await;

    assert_eq!((revoked, again), (Ok(2), Ok(0)));
    for token in [first_token, second_token] {
        assert_eq!(office.scene.token(token).await.revocation_reason.as_deref(), Some("grant_revoked"));
    }
    assert!(office.scene.is_active(others, START).await);
    assert_eq!(office.scene.redeem(&waiting, START).await, Redeemed::Unknown);
    assert_eq!(office.scene.events(&office.clinic).await.len(), events, "no event without a change");
    let each = office.scene.events_of(&office.clinic, "agent.credential_revoked").await;
    assert_eq!(each.len(), 2, "one for each credential");
    assert!(each.iter().any(|event| event.entity_id.as_ref() == Some(&first.id)));
    let whole = &office.scene.events_of(&office.clinic, "oauth.grant_revoked").await[0];
    assert_eq!(whole.metadata["revoked_credentials"], json!(2));
    assert_eq!(whole.metadata["ended_codes"], json!(1));
}

#[tokio::test]
async fn another_organization_cannot_revoke_a_grant_or_a_credential() {
    let office = office().await;
    let (credential, token) = office.credential(START).await;
    let elsewhere = &office.developer.organization.id;
    let change = by(&office.developer.owner, START);

    let grant = office.scene.store.revoke_grant(elsewhere, office.grant(), &change).await;
    let single = office.scene.store.revoke_credential(elsewhere, &credential.id, None, &change).await;

    assert_eq!(grant, Ok(0));
    assert_eq!(single, Ok(CredentialEnded::Unknown));
    assert_eq!(office.scene.store.find_credential(elsewhere, &credential.id).await, Ok(None));
    assert!(office.scene.is_active(token, START).await);
}
