//! Agents: named once in an organization, edited, archived with everything they hold.

use crate::scene::*;
use hasp_server::storage::record::*;
use hasp_server::storage::*;
use serde_json::json;

#[tokio::test]
async fn an_agent_comes_back_as_it_was_registered() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let agent = scene.agent(&acme, "Reader").await;

    let scene = scene.reopened();
    let found = scene.store.find_agent(&acme.organization.id, &agent.id, START).await;

    assert_eq!(found, Ok(Some(agent.clone())));
    let event = &scene.events_of(&acme, "agent.registered").await[0];
    assert_eq!(event.metadata["default_expiry_hours"], 8);
    assert_eq!(event.entity_id.as_ref(), Some(&agent.id));
}

#[tokio::test]
async fn a_name_is_taken_once_in_an_organization_but_free_in_another() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let other = scene.company("Other").await;
    let reader = scene.agent(&acme, "Reader").await;
    let writer = scene.agent(&acme, "Writer").await;
    let change = by(&acme.owner, START);
    let rename = |name: &str| AgentEdit { name: Some(name.to_owned()), ..AgentEdit::default() };
    let organization = &acme.organization.id;

    let second = scene.store.create_agent(new_agent(&acme, "Reader"), &change).await;
    let renamed = scene.store.edit_agent(organization, &writer.id, rename("Reader"), &change).await;
    let kept = scene.store.edit_agent(organization, &reader.id, rename("Reader"), &change).await;

    assert_eq!(second, Ok(AgentSaved::NameTaken));
    assert_eq!(renamed, Ok(AgentSaved::NameTaken));
    assert_eq!(kept, Ok(AgentSaved::Saved(reader)), "its own name");
    scene.agent(&other, "Reader").await;
}

// domain.md 5.2: issued credentials keep theirs.
#[tokio::test]
async fn a_new_default_expiry_leaves_issued_credentials_alone() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let application = scene.public_application(&acme).await;
    let agent = scene.agent(&acme, "Reader").await;
    let (before, token) = scene.credential(&application, &agent, &acme.owner, START).await;
    let edit = AgentEdit {
        default_expiry_hours: Some(1),
        description: Some(None),
        allowed_scope_types: Some(Some(vec!["hasp.data.read".to_owned()])),
        ..AgentEdit::default()
    };

    let edited =
        scene.store.edit_agent(&acme.organization.id, &agent.id, edit, &by(&acme.owner, START)).await;

    let Ok(AgentSaved::Saved(edited)) = edited else { panic!("{edited:?}") };
    assert_eq!((edited.default_expiry_hours, edited.description.as_ref()), (1, None));
    assert_eq!(scene.token(token).await.expires_at, before.expires_at);
    let event = &scene.events_of(&acme, "agent.updated").await[0];
    assert_eq!(event.metadata["changed"]["default_expiry_hours"], json!({ "from": 8, "to": 1 }));
    let (after, _) = scene.credential(&application, &agent, &acme.owner, START).await;
    assert_eq!(after.expires_at, START.whole_second().plus(hours(1)));
}

// domain.md 5.3
#[tokio::test]
async fn archiving_ends_every_credential_of_the_agent() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let application = scene.public_application(&acme).await;
    let agent = scene.agent(&acme, "Reader").await;
    let other = scene.agent(&acme, "Other").await;
    let (_, token) = scene.credential(&application, &agent, &acme.owner, START).await;
    let (_, unaffected) = scene.credential(&application, &other, &acme.owner, START).await;
    let direct = new_credential(&agent, &acme.owner);
    let direct_token = direct.token_hash;
    let organization = &acme.organization.id;
    let change = by(&acme.owner, START);
    scene.store.issue_credential(organization, direct, &change).await.expect("issued");

    let archived = scene.store.archive_agent(organization, &agent.id, &change).await;

    let Ok(AgentEnded::Archived { agent: archived, credentials }) = archived else { panic!("{archived:?}") };
    assert_eq!((credentials, archived.active_credentials, archived.archived_at), (2, 0, Some(START)));
    for token in [token, direct_token] {
        let credential = scene.token(token).await;
        assert_eq!(credential.revocation_reason.as_deref(), Some("agent_archived"));
        assert!(!credential.is_active(START));
    }
    assert!(scene.is_active(unaffected, START).await);
    let again = scene.store.archive_agent(organization, &agent.id, &change).await;
    assert!(matches!(again, Ok(AgentEnded::AlreadyArchived(_))), "{again:?}");
    let edited = scene.store.edit_agent(organization, &agent.id, AgentEdit::default(), &change).await;
    assert_eq!(edited, Ok(AgentSaved::Archived));
    assert_eq!(scene.events_of(&acme, "agent.archived").await.len(), 1);
}

#[tokio::test]
async fn another_organizations_agent_is_unknown() {
    let scene = Scene::new();
    let acme = scene.company("Acme").await;
    let other = scene.company("Other").await;
    let agent = scene.agent(&acme, "Reader").await;
    let (organization, change) = (&other.organization.id, by(&other.owner, START));

    assert_eq!(scene.store.find_agent(organization, &agent.id, START).await, Ok(None));
    let edited = scene.store.edit_agent(organization, &agent.id, AgentEdit::default(), &change).await;
    assert_eq!(edited, Ok(AgentSaved::Unknown));
    assert_eq!(scene.store.archive_agent(organization, &agent.id, &change).await, Ok(AgentEnded::Unknown));
    let issued =
        scene.store.issue_credential(organization, new_credential(&agent, &other.owner), &change).await;
    assert_eq!(issued, Ok(CredentialIssued::AgentUnknown));
}

pub fn new_credential(agent: &Agent, user: &NewUser) -> NewCredential {
    let details = read_everything();
    let token = id();
    NewCredential {
        id: id(),
        agent_id: agent.id.clone(),
        name: "Night run".to_owned(),
        description: None,
        details_digest: hash_of(&details.to_string()),
        authorization_details: details,
        delegating_user_id: user.id.clone(),
        mode: hasp_protocol::Mode::Live,
        token_hash: hash_of(&token),
        token_prefix: "hasp_agent_0123".to_owned(),
        revocation_policy: None,
        max_concurrent_invocations: 10,
        expires_at: None,
    }
}
