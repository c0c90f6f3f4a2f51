//! Decisions of people: what they saw, what they said, and the code that an approval makes.

use super::audit::{Event, append_with_reference};
use super::row::{Columns, execute, find};
use super::{agent, parked_request};
use crate::audit::Action;
use crate::storage::record::{ConsentDecision, Hash, NewCode, NoLongerAllowed, shown_digest};
use crate::storage::{Change, ConsentRecorded, Result};
use hasp_protocol::secret::hex;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

/// Everything in the one transaction: the request is used up, the decision stands, and only then is there a code.
pub(super) fn record(
    connection: &Connection,
    request_id_hash: Hash,
    decision: &ConsentDecision,
    code: Option<&NewCode>,
    by: &Change,
) -> Result<ConsentRecorded> {
    let shown = shown_digest(&decision.details_digest, &decision.shown);
    if !parked_request::take(connection, request_id_hash, shown, by.now)? {
        return Ok(ConsentRecorded::RequestGone);
    }
    if decision.approved
        && let Some(reason) = obstacle(connection, decision)?
    {
        return Ok(ConsentRecorded::NoLongerAllowed(reason));
    }
    insert(connection, decision, by)?;
    if decision.approved {
        remember_grant(connection, decision, by)?;
        if let Some(code) = code {
            insert_code(connection, decision, code, by)?;
        }
    }
    append_event(connection, decision, by)?;
    Ok(ConsentRecorded::Recorded)
}

/// What changed while the page was open.
fn obstacle(connection: &Connection, decision: &ConsentDecision) -> Result<Option<NoLongerAllowed>> {
    let agent = agent::find_definition(connection, &decision.agent_id)?
        .filter(|agent| agent.organization_id == decision.agent_organization_id);
    let agent_allows =
        agent.as_ref().is_some_and(|agent| agent::allows(agent, &decision.authorization_details));
    let standing = standing(connection, &decision.client_id, &decision.user_id)?;
    Ok(first_obstacle(Facts {
        application_is_active: standing.application_is_active,
        agent_is_active: agent.is_some_and(|agent| agent.archived_at.is_none()),
        agent_allows,
        user_is_member: standing.member_of.as_ref() == Some(&decision.agent_organization_id),
    }))
}

/// What must hold when a decision is recorded, and again when its code is redeemed.
pub(super) struct Facts {
    pub(super) application_is_active: bool,
    pub(super) agent_is_active: bool,
    pub(super) agent_allows: bool,
    pub(super) user_is_member: bool,
}

/// The first that does not.
pub(super) fn first_obstacle(facts: Facts) -> Option<NoLongerAllowed> {
    if !facts.application_is_active {
        Some(NoLongerAllowed::ApplicationRevoked)
    } else if !facts.user_is_member {
        Some(NoLongerAllowed::UserRemoved)
    } else if !facts.agent_is_active {
        Some(NoLongerAllowed::AgentArchived)
    } else if !facts.agent_allows {
        Some(NoLongerAllowed::TypeNotAllowed)
    } else {
        None
    }
}

/// Whether the application may still be used, and where the user is a member today.
pub(super) struct Standing {
    pub(super) application_is_active: bool,
    pub(super) member_of: Option<String>,
}

pub(super) fn standing(connection: &Connection, client_id: &str, user_id: &str) -> Result<Standing> {
    let active = find(
        connection,
        "SELECT client_id, revoked_at FROM application WHERE client_id = ?1",
        [client_id],
        |row| {
            let mut columns = Columns::new(row, "application");
            columns.text("client_id")?;
            Ok(columns.optional_time("revoked_at")?.is_none())
        },
    )?;
    let member_of = find(
        connection,
        "SELECT organization_id FROM user_account WHERE id = ?1 AND removed_at IS NULL",
        [user_id],
        |row| Columns::new(row, "user_account").text("organization_id"),
    )?;
    Ok(Standing { application_is_active: active.unwrap_or(false), member_of })
}

fn insert(connection: &Connection, decision: &ConsentDecision, by: &Change) -> Result<()> {
    execute(
        connection,
        "INSERT INTO consent (id, approved, user_id, client_id, agent_id, agent_organization_id, mode,
             authorization_details, details_digest, shown, decided_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            decision.consent_id,
            decision.approved,
            decision.user_id,
            decision.client_id,
            decision.agent_id,
            decision.agent_organization_id,
            decision.mode.as_str(),
            decision.authorization_details.to_string(),
            decision.details_digest,
            decision.shown.to_string(),
            by.now.0
        ],
    )
    .map(drop)
}

fn remember_grant(connection: &Connection, decision: &ConsentDecision, by: &Change) -> Result<()> {
    execute(
        connection,
        "INSERT INTO application_grant (agent_id, client_id, user_id, consent_id, approved_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (agent_id, client_id, user_id)
         DO UPDATE SET consent_id = excluded.consent_id, approved_at = excluded.approved_at",
        params![decision.agent_id, decision.client_id, decision.user_id, decision.consent_id, by.now.0],
    )
    .map(drop)
}

fn insert_code(
    connection: &Connection,
    decision: &ConsentDecision,
    code: &NewCode,
    by: &Change,
) -> Result<()> {
    execute(
        connection,
        "INSERT INTO authorization_code (code_hash, consent_id, redirect_uri, code_challenge, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            code.code_hash,
            decision.consent_id,
            code.redirect_uri,
            code.code_challenge,
            by.now.0,
            code.expires_at.0
        ],
    )
    .map(drop)
}

/// R80: both decisions, with the complete details and what was shown (checklist 25, 27).
fn append_event(connection: &Connection, decision: &ConsentDecision, by: &Change) -> Result<()> {
    let owner = find(
        connection,
        "SELECT organization_id FROM application WHERE client_id = ?1",
        [&decision.client_id],
        |row| Columns::new(row, "application").text("organization_id"),
    )?;
    let event = Event {
        action: if decision.approved { Action::ConsentApproved } else { Action::ConsentDenied },
        entity: ("consent", &decision.consent_id),
        mode: Some(decision.mode),
        metadata: json!({
            "client_id": decision.client_id,
            "agent_id": decision.agent_id,
            "authorization_details": decision.authorization_details,
            "details_digest": hex(&decision.details_digest),
            "redirect_host": decision.shown.get("redirect_host").cloned().unwrap_or(Value::Null),
            "shown": decision.shown,
        }),
    };
    let own = &decision.agent_organization_id;
    let application = (decision.client_id.as_str(), owner.as_deref().unwrap_or(own));
    append_with_reference(connection, own, application, by, event)
}
