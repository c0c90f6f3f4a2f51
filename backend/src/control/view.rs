//! Stored records as the control API shows them.

use crate::clock::Timestamp;
use crate::storage::record::{
    Agent, Application, AuditEvent, ClientSecret, Credential, GrantedApplication, User,
};
use hasp_protocol::Mode;
use hasp_protocol::api::agent::{self, AgentStatus, AgentView};
use hasp_protocol::api::application::{ApplicationStatus, ApplicationView, ClientSecretView};
use hasp_protocol::api::audit::AuditEventView;
use hasp_protocol::api::credential::{CredentialStatus, CredentialView};
use hasp_protocol::api::session::UserView;
use hasp_protocol::secret::hex;

fn time(at: Timestamp) -> String {
    at.to_iso8601()
}

/// An application; secrets whose deadline passed are left out.
#[must_use]
pub fn application(row: &Application, now: Timestamp) -> ApplicationView {
    let is_live = |secret: &&ClientSecret| secret.expires_at.is_none_or(|end| now < end);
    ApplicationView {
        client_id: row.client_id.clone(),
        display_name: row.display_name.clone(),
        client_type: row.client_type,
        redirect_uris: row.redirect_uris.clone(),
        homepage_url: row.homepage_url.clone(),
        icon_url: row.icon_url.clone(),
        mode: row.mode,
        status: if row.revoked_at.is_some() { ApplicationStatus::Revoked } else { ApplicationStatus::Active },
        secrets: row.secrets.iter().filter(is_live).map(client_secret).collect(),
        active_credentials: row.active_credentials,
        created_at: time(row.created_at),
        updated_at: time(row.updated_at),
        revoked_at: row.revoked_at.map(time),
    }
}

fn client_secret(row: &ClientSecret) -> ClientSecretView {
    ClientSecretView {
        id: row.id.clone(),
        last_four: row.last_four.clone(),
        created_at: time(row.created_at),
        last_used_at: row.last_used_at.map(time),
        expires_at: row.expires_at.map(time),
    }
}

/// An agent.
#[must_use]
pub fn agent(row: &Agent) -> AgentView {
    AgentView {
        id: row.id.clone(),
        name: row.name.clone(),
        description: row.description.clone(),
        capabilities: row.capabilities.clone(),
        default_expiry_hours: row.default_expiry_hours,
        default_revocation_policy: row.default_revocation_policy,
        allowed_scope_types: row.allowed_scope_types.clone(),
        status: if row.archived_at.is_some() { AgentStatus::Archived } else { AgentStatus::Active },
        active_credentials: row.active_credentials,
        created_at: time(row.created_at),
        updated_at: time(row.updated_at),
        archived_at: row.archived_at.map(time),
    }
}

/// A credential, with its status at `now`.
#[must_use]
pub fn credential(row: &Credential, now: Timestamp) -> CredentialView {
    let status = match row.revoked_at {
        Some(_) => CredentialStatus::Revoked,
        None if row.is_active(now) => CredentialStatus::Active,
        None => CredentialStatus::Expired,
    };
    CredentialView {
        id: row.id.clone(),
        agent_id: row.agent_id.clone(),
        name: row.name.clone(),
        description: row.description.clone(),
        granted_scopes: row.authorization_details.clone(),
        client_id: row.client_id.clone(),
        application_name: row.application_name.clone(),
        delegating_user_id: row.delegating_user_id.clone(),
        delegating_user_display_name: row.delegating_user_display_name.clone(),
        mode: row.mode,
        prefix: row.prefix.clone(),
        revocation_policy: row.revocation_policy,
        max_concurrent_invocations: row.max_concurrent_invocations,
        status,
        issued_at: time(row.issued_at),
        expires_at: time(row.expires_at),
        revoked_at: row.revoked_at.map(time),
        revocation_reason: row.revocation_reason.clone(),
    }
}

/// An application that somebody authorized for an agent.
#[must_use]
pub fn granted_application(row: GrantedApplication) -> agent::GrantedApplication {
    agent::GrantedApplication {
        client_id: row.client_id,
        display_name: row.display_name,
        organization_name: row.organization_name,
        mode: row.mode,
        user_id: row.user_id,
        user_display_name: row.user_display_name,
        approved_at: time(row.approved_at),
        authorization_details: row.authorization_details,
        labels: row.labels,
        active_credentials: row.active_credentials,
        expires_at: row.expires_at.map(time),
    }
}

/// A member.
#[must_use]
pub fn user(row: &User) -> UserView {
    UserView {
        id: row.id.clone(),
        email: row.email.clone(),
        display_name: row.display_name.clone(),
        role: row.role,
    }
}

/// An event of the chain.
#[must_use]
pub fn audit_event(row: AuditEvent) -> AuditEventView {
    AuditEventView {
        id: row.id,
        sequence: row.sequence,
        action: row.action,
        entity_type: row.entity_type,
        entity_id: row.entity_id,
        user_id: row.user_id,
        user_display_name: row.user_display_name,
        ip_address: row.ip_address,
        mode: row.mode.map(|mode| Mode::as_str(mode).to_owned()),
        metadata: row.metadata,
        integrity_hash: hex(&row.hash),
        created_at: time(row.created_at),
    }
}
