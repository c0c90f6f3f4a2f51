//! The trait on top of the engine: which lane each method takes, and nothing else.
//!
//! Changes go to the writer; reads by key run on the spot; lists, counts and verification go to the blocking threads.

use super::{
    SqliteStore, agent, api_key, application, audit, client_secret, code, consent, credential, grant,
    organization, parked_request, session, upkeep,
};
use crate::clock::Timestamp;
use crate::storage::record::*;
use crate::storage::*;
use async_trait::async_trait;
use hasp_protocol::api::Page;

#[async_trait]
impl Store for SqliteStore {
    async fn ping(&self) -> Result<()> {
        self.readers.point(|connection| organization::is_empty(connection).map(drop))?;
        // Takes the write lock and gives it back; nothing changes, so nothing waits for the disk.
        self.writer.change(|_| Ok(())).await
    }

    async fn is_empty(&self) -> Result<bool> {
        self.readers.point(organization::is_empty)
    }

    async fn create_organization(
        &self,
        organization: Organization,
        by: &Change,
    ) -> Result<OrganizationCreated> {
        let by = by.clone();
        self.writer
            .change(move |connection| organization::create_organization(connection, &organization, &by))
            .await
    }

    async fn find_organization(&self, id_or_name: &str) -> Result<Option<Organization>> {
        self.readers.point(|connection| organization::find_organization(connection, id_or_name))
    }

    async fn create_user(&self, user: NewUser, by: &Change) -> Result<UserCreated> {
        let by = by.clone();
        self.writer.change(move |connection| organization::create_user(connection, &user, &by)).await
    }

    async fn find_user_by_email(&self, email: &str) -> Result<Option<User>> {
        self.readers.point(|connection| organization::find_user_by_email(connection, email))
    }

    async fn find_user(&self, id: &str) -> Result<Option<User>> {
        self.readers.point(|connection| organization::find_user(connection, id))
    }

    async fn list_users(&self, organization_id: &str) -> Result<Vec<User>> {
        let organization_id = organization_id.to_owned();
        self.readers.long(move |connection| organization::list_users(connection, &organization_id)).await
    }

    async fn remove_user(&self, organization_id: &str, user_id: &str, by: &Change) -> Result<UserRemoved> {
        let (organization_id, user_id, by) = (organization_id.to_owned(), user_id.to_owned(), by.clone());
        self.writer
            .change(move |connection| organization::remove_user(connection, &organization_id, &user_id, &by))
            .await
    }

    async fn save_set_up_link(&self, link_hash: Hash, expires_at: Timestamp) -> Result<()> {
        self.writer
            .change(move |connection| organization::save_set_up_link(connection, link_hash, expires_at))
            .await
    }

    async fn set_up(
        &self,
        link_hash: Hash,
        organization: Organization,
        owner: NewUser,
        by: &Change,
    ) -> Result<SetUp> {
        let by = by.clone();
        self.writer
            .change(move |connection| organization::set_up(connection, link_hash, &organization, &owner, &by))
            .await
    }

    async fn is_set_up_link(&self, link_hash: Hash, now: Timestamp) -> Result<bool> {
        self.readers.point(|connection| organization::is_set_up_link(connection, link_hash, now))
    }

    async fn create_session(&self, token_hash: Hash, user_id: &str, by: &Change) -> Result<()> {
        let (user_id, by) = (user_id.to_owned(), by.clone());
        self.writer.change(move |connection| session::create(connection, token_hash, &user_id, &by)).await
    }

    async fn find_session(&self, token_hash: Hash, now: Timestamp) -> Result<Option<Session>> {
        self.readers.point(|connection| session::find_live(connection, token_hash, now))
    }

    async fn touch_session(&self, token_hash: Hash, now: Timestamp) -> Result<()> {
        self.writer.change(move |connection| session::touch(connection, token_hash, now)).await
    }

    async fn renew_session(&self, old_hash: Hash, new_hash: Hash, by: &Change) -> Result<()> {
        let by = by.clone();
        self.writer.change(move |connection| session::renew(connection, old_hash, new_hash, &by)).await
    }

    async fn end_session(&self, token_hash: Hash, by: &Change) -> Result<()> {
        let by = by.clone();
        self.writer.change(move |connection| session::end(connection, token_hash, &by)).await
    }

    async fn end_all_sessions(&self, user_id: &str, by: &Change) -> Result<u64> {
        let (user_id, by) = (user_id.to_owned(), by.clone());
        self.writer.change(move |connection| session::end_all(connection, &user_id, &by)).await
    }

    async fn create_application(&self, new: NewApplicationRow, by: &Change) -> Result<Application> {
        let by = by.clone();
        self.writer.change(move |connection| application::create(connection, &new, &by)).await
    }

    async fn find_client(&self, client_id: &str, now: Timestamp) -> Result<Option<Application>> {
        self.readers.point(|connection| application::find_client(connection, client_id, now))
    }

    async fn find_application(
        &self,
        organization_id: &str,
        client_id: &str,
        now: Timestamp,
    ) -> Result<Option<Application>> {
        let (organization_id, client_id) = (organization_id.to_owned(), client_id.to_owned());
        let find = move |connection: &_| {
            application::find_in_organization(connection, &organization_id, &client_id, now)
        };
        self.readers.long(find).await
    }

    async fn list_applications(
        &self,
        organization_id: &str,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<Application>> {
        let organization_id = organization_id.to_owned();
        self.readers
            .long(move |connection| {
                application::list_in_organization(connection, &organization_id, &page, now)
            })
            .await
    }

    async fn edit_application(
        &self,
        organization_id: &str,
        client_id: &str,
        edit: ApplicationEdit,
        by: &Change,
    ) -> Result<ApplicationEdited> {
        let (organization_id, client_id, by) = (organization_id.to_owned(), client_id.to_owned(), by.clone());
        self.writer
            .change(move |connection| application::edit(connection, &organization_id, &client_id, edit, &by))
            .await
    }

    async fn rotate_secret(
        &self,
        organization_id: &str,
        client_id: &str,
        new: ClientSecret,
        old_expires_at: Timestamp,
        by: &Change,
    ) -> Result<SecretRotated> {
        let (organization_id, client_id, by) = (organization_id.to_owned(), client_id.to_owned(), by.clone());
        let rotate = move |connection: &_| {
            client_secret::rotate(connection, &organization_id, &client_id, &new, old_expires_at, &by)
        };
        self.writer.change(rotate).await
    }

    async fn note_secret_use(&self, client_id: &str, secret_id: &str, by: &Change) -> Result<()> {
        let due = self
            .readers
            .point(|connection| client_secret::use_is_due(connection, client_id, secret_id, by.now))?;
        if !due {
            return Ok(());
        }
        let (client_id, secret_id, by) = (client_id.to_owned(), secret_id.to_owned(), by.clone());
        self.writer.queue("last use of a secret", move |connection| {
            client_secret::note_use(connection, &client_id, &secret_id, &by)
        })
    }

    async fn revoke_application(
        &self,
        organization_id: &str,
        client_id: &str,
        by: &Change,
    ) -> Result<ApplicationEnded> {
        let (organization_id, client_id, by) = (organization_id.to_owned(), client_id.to_owned(), by.clone());
        self.writer
            .change(move |connection| application::revoke(connection, &organization_id, &client_id, &by))
            .await
    }

    async fn create_agent(&self, agent: Agent, by: &Change) -> Result<AgentSaved> {
        let by = by.clone();
        self.writer.change(move |connection| agent::create(connection, agent, &by)).await
    }

    async fn find_agent(
        &self,
        organization_id: &str,
        agent_id: &str,
        now: Timestamp,
    ) -> Result<Option<Agent>> {
        let (organization_id, agent_id) = (organization_id.to_owned(), agent_id.to_owned());
        let find =
            move |connection: &_| agent::find_in_organization(connection, &organization_id, &agent_id, now);
        self.readers.long(find).await
    }

    async fn list_agents(
        &self,
        organization_id: &str,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<Agent>> {
        let organization_id = organization_id.to_owned();
        self.readers
            .long(move |connection| agent::list_in_organization(connection, &organization_id, &page, now))
            .await
    }

    async fn edit_agent(
        &self,
        organization_id: &str,
        agent_id: &str,
        edit: AgentEdit,
        by: &Change,
    ) -> Result<AgentSaved> {
        let (organization_id, agent_id, by) = (organization_id.to_owned(), agent_id.to_owned(), by.clone());
        self.writer
            .change(move |connection| agent::edit(connection, &organization_id, &agent_id, edit, &by))
            .await
    }

    async fn archive_agent(&self, organization_id: &str, agent_id: &str, by: &Change) -> Result<AgentEnded> {
        let (organization_id, agent_id, by) = (organization_id.to_owned(), agent_id.to_owned(), by.clone());
        self.writer
            .change(move |connection| agent::archive(connection, &organization_id, &agent_id, &by))
            .await
    }

    async fn park_request(&self, id_hash: Hash, request: ParkedRequest, now: Timestamp) -> Result<bool> {
        self.writer.change(move |connection| parked_request::park(connection, id_hash, &request, now)).await
    }

    async fn find_parked_request(&self, id_hash: Hash, now: Timestamp) -> Result<Option<ParkedRequest>> {
        self.readers.point(|connection| parked_request::find_waiting(connection, id_hash, now))
    }

    async fn bind_parked_request(
        &self,
        id_hash: Hash,
        session_hash: Hash,
        shown_digest: Hash,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer
            .change(move |connection| {
                parked_request::bind(connection, id_hash, session_hash, shown_digest, now)
            })
            .await
    }

    async fn record_consent(
        &self,
        request_id_hash: Hash,
        decision: ConsentDecision,
        code: Option<NewCode>,
        by: &Change,
    ) -> Result<ConsentRecorded> {
        let by = by.clone();
        self.writer
            .change(move |connection| {
                consent::record(connection, request_id_hash, &decision, code.as_ref(), &by)
            })
            .await
    }

    async fn redeem_code(&self, redemption: Redemption, by: &Change) -> Result<Redeemed> {
        // A code is on disk before anybody can know it, so guesses never reach the writer.
        if !self.readers.point(|connection| code::is_known(connection, redemption.code_hash))? {
            return Ok(Redeemed::Unknown);
        }
        let by = by.clone();
        self.writer.change(move |connection| code::redeem(connection, &redemption, &by)).await
    }

    async fn is_live_code_of(&self, code_hash: Hash, client_id: &str, now: Timestamp) -> Result<bool> {
        self.readers.point(|connection| code::is_live_for(connection, code_hash, client_id, now))
    }

    async fn issue_credential(
        &self,
        organization_id: &str,
        new: NewCredential,
        by: &Change,
    ) -> Result<CredentialIssued> {
        let (organization_id, by) = (organization_id.to_owned(), by.clone());
        self.writer.change(move |connection| credential::issue(connection, &organization_id, &new, &by)).await
    }

    async fn find_token(&self, token_hash: Hash) -> Result<Option<Credential>> {
        self.readers.point(|connection| credential::find_by_token(connection, token_hash))
    }

    async fn find_credential(
        &self,
        organization_id: &str,
        credential_id: &str,
    ) -> Result<Option<Credential>> {
        self.readers
            .point(|connection| credential::find_in_organization(connection, organization_id, credential_id))
    }

    async fn list_credentials(
        &self,
        organization_id: &str,
        agent_id: &str,
        filter: CredentialFilter,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<Credential>> {
        let (organization_id, agent_id) = (organization_id.to_owned(), agent_id.to_owned());
        self.readers
            .long(move |connection| {
                credential::list_of_agent(connection, &organization_id, &agent_id, filter, &page, now)
            })
            .await
    }

    async fn revoke_credential(
        &self,
        organization_id: &str,
        credential_id: &str,
        reason: Option<String>,
        by: &Change,
    ) -> Result<CredentialEnded> {
        let (organization_id, credential_id, by) =
            (organization_id.to_owned(), credential_id.to_owned(), by.clone());
        self.writer
            .change(move |connection| {
                credential::revoke(connection, &organization_id, &credential_id, reason.as_deref(), &by)
            })
            .await
    }

    async fn revoke_token(&self, token_hash: Hash, by: &Change) -> Result<CredentialEnded> {
        // A token is on disk before anybody holds it, so guesses never reach the writer.
        if self.find_token(token_hash).await?.is_none() {
            return Ok(CredentialEnded::Unknown);
        }
        let by = by.clone();
        self.writer.change(move |connection| credential::revoke_by_token(connection, token_hash, &by)).await
    }

    async fn list_granted_applications(
        &self,
        organization_id: &str,
        agent_id: &str,
        now: Timestamp,
    ) -> Result<Vec<GrantedApplication>> {
        let (organization_id, agent_id) = (organization_id.to_owned(), agent_id.to_owned());
        self.readers
            .long(move |connection| grant::list_of_agent(connection, &organization_id, &agent_id, now))
            .await
    }

    async fn revoke_grant(&self, organization_id: &str, grant: GrantKey, by: &Change) -> Result<u64> {
        let (organization_id, by) = (organization_id.to_owned(), by.clone());
        self.writer.change(move |connection| grant::revoke(connection, &organization_id, &grant, &by)).await
    }

    async fn create_api_key(&self, key: ApiKey, key_hash: Hash, by: &Change) -> Result<()> {
        let by = by.clone();
        self.writer.change(move |connection| api_key::create(connection, &key, key_hash, &by)).await
    }

    async fn find_api_key(&self, key_hash: Hash) -> Result<Option<ApiKey>> {
        self.readers.point(|connection| api_key::find_usable(connection, key_hash))
    }

    async fn revoke_api_key(&self, organization_id: &str, key_id: &str, by: &Change) -> Result<ApiKeyEnded> {
        let (organization_id, key_id, by) = (organization_id.to_owned(), key_id.to_owned(), by.clone());
        self.writer
            .change(move |connection| api_key::revoke(connection, &organization_id, &key_id, &by))
            .await
    }

    async fn note_api_key_use(&self, key_id: &str, now: Timestamp) -> Result<()> {
        if !self.readers.point(|connection| api_key::use_is_due(connection, key_id, now))? {
            return Ok(());
        }
        let key_id = key_id.to_owned();
        self.writer
            .queue("last use of an API key", move |connection| api_key::note_use(connection, &key_id, now))
    }

    async fn list_audit_events(
        &self,
        organization_id: &str,
        filter: AuditFilter,
        page: PageRequest,
    ) -> Result<Page<AuditEvent>> {
        let organization_id = organization_id.to_owned();
        self.readers
            .long(move |connection| audit::list_events(connection, &organization_id, &filter, &page))
            .await
    }

    async fn verify_audit_chains(&self) -> Result<ChainVerdict> {
        self.readers.long(audit::verify).await
    }

    async fn remove_expired(&self, now: Timestamp) -> Result<u64> {
        self.writer.change(move |connection| upkeep::remove_expired(connection, now)).await
    }
}
