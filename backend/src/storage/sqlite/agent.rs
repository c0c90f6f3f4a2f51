//! Agents: lasting identities that hold no authority by themselves.

use super::application::changes;
use super::audit::{Event, append};
use super::row::{Columns, execute, exists, find, list, strings_text};
use super::{grant, page};
use crate::audit::Action;
use crate::clock::Timestamp;
use crate::storage::record::Agent;
use crate::storage::{AgentEdit, AgentEnded, AgentSaved, Change, PageRequest, Result};
use hasp_protocol::api::Page;
use hasp_protocol::api::agent::RevocationPolicy;
use rusqlite::{Connection, Row, params};
use serde_json::{Value, json};

/// What [`read_agent`] reads, of `agent a`.
const AGENT: &str = "a.id, a.organization_id, a.name, a.description, a.capabilities, a.default_expiry_hours, \
                     a.default_revocation_policy, a.allowed_scope_types, a.created_at, a.updated_at, a.archived_at";

pub(super) fn parse_policy(word: &str) -> Option<RevocationPolicy> {
    [RevocationPolicy::Drain, RevocationPolicy::Kill].into_iter().find(|policy| policy.as_str() == word)
}

fn read_agent(row: &Row<'_>) -> Result<Agent> {
    let mut columns = Columns::new(row, "agent");
    Ok(Agent {
        id: columns.text("id")?,
        organization_id: columns.text("organization_id")?,
        name: columns.text("name")?,
        description: columns.optional_text("description")?,
        capabilities: columns.strings("capabilities")?,
        default_expiry_hours: columns.number("default_expiry_hours")?,
        default_revocation_policy: columns.word("default_revocation_policy", parse_policy)?,
        allowed_scope_types: columns.optional_strings("allowed_scope_types")?,
        created_at: columns.time("created_at")?,
        updated_at: columns.time("updated_at")?,
        archived_at: columns.optional_time("archived_at")?,
        active_credentials: 0,
    })
}

/// Without counting its credentials.
pub(super) fn find_definition(connection: &Connection, agent_id: &str) -> Result<Option<Agent>> {
    let sql = format!("SELECT {AGENT} FROM agent a WHERE a.id = ?1");
    find(connection, &sql, [agent_id], read_agent)
}

pub(super) fn find_in_organization(
    connection: &Connection,
    organization_id: &str,
    agent_id: &str,
    now: Timestamp,
) -> Result<Option<Agent>> {
    let found = find_definition(connection, agent_id)?;
    let Some(mut agent) = found.filter(|agent| agent.organization_id == organization_id) else {
        return Ok(None);
    };
    agent.active_credentials = count_credentials(connection, &agent, now)?;
    Ok(Some(agent))
}

fn count_credentials(connection: &Connection, agent: &Agent, now: Timestamp) -> Result<u64> {
    if agent.archived_at.is_some() { Ok(0) } else { grant::active_of_agent(connection, &agent.id, now) }
}

pub(super) fn list_in_organization(
    connection: &Connection,
    organization_id: &str,
    request: &PageRequest,
    now: Timestamp,
) -> Result<Page<Agent>> {
    let Some(start) = page::start(request, "") else { return Ok(page::empty()) };
    let sql = format!(
        "SELECT {AGENT} FROM agent a WHERE a.organization_id = ?1 AND a.id < ?2 ORDER BY a.id DESC LIMIT ?3"
    );
    let found = list(connection, &sql, params![organization_id, start.before, start.fetch], read_agent)?;
    let mut page = page::finish(found, request, |agent| agent.id.clone());
    for agent in &mut page.items {
        agent.active_credentials = count_credentials(connection, agent, now)?;
    }
    Ok(page)
}

fn name_is_taken(connection: &Connection, agent: &Agent) -> Result<bool> {
    exists(
        connection,
        "SELECT 1 FROM agent WHERE organization_id = ?1 AND name = ?2 AND id <> ?3",
        [&agent.organization_id, &agent.name, &agent.id],
    )
}

fn allowed_text(agent: &Agent) -> Option<String> {
    agent.allowed_scope_types.as_deref().map(strings_text)
}

pub(super) fn create(connection: &Connection, agent: Agent, by: &Change) -> Result<AgentSaved> {
    if name_is_taken(connection, &agent)? {
        return Ok(AgentSaved::NameTaken);
    }
    execute(
        connection,
        "INSERT INTO agent (id, organization_id, name, description, capabilities, default_expiry_hours,
             default_revocation_policy, allowed_scope_types, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        params![
            agent.id,
            agent.organization_id,
            agent.name,
            agent.description,
            strings_text(&agent.capabilities),
            agent.default_expiry_hours,
            agent.default_revocation_policy.as_str(),
            allowed_text(&agent),
            agent.created_at.0
        ],
    )?;
    let event = Event {
        action: Action::AgentRegistered,
        entity: ("agent", &agent.id),
        mode: None,
        metadata: json!({
            "name": agent.name,
            "description": agent.description,
            "capabilities": agent.capabilities,
            "default_expiry_hours": agent.default_expiry_hours,
            "default_revocation_policy": agent.default_revocation_policy.as_str(),
            "allowed_scope_types": agent.allowed_scope_types,
        }),
    };
    append(connection, &agent.organization_id, by, event)?;
    Ok(AgentSaved::Saved(agent))
}

pub(super) fn edit(
    connection: &Connection,
    organization_id: &str,
    agent_id: &str,
    edit: AgentEdit,
    by: &Change,
) -> Result<AgentSaved> {
    let Some(old) = find_in_organization(connection, organization_id, agent_id, by.now)? else {
        return Ok(AgentSaved::Unknown);
    };
    if old.archived_at.is_some() {
        return Ok(AgentSaved::Archived);
    }
    let mut new = old.clone();
    new.name = edit.name.unwrap_or(new.name);
    new.description = edit.description.unwrap_or(new.description);
    new.capabilities = edit.capabilities.unwrap_or(new.capabilities);
    new.default_expiry_hours = edit.default_expiry_hours.unwrap_or(new.default_expiry_hours);
    new.default_revocation_policy = edit.default_revocation_policy.unwrap_or(new.default_revocation_policy);
    new.allowed_scope_types = edit.allowed_scope_types.unwrap_or(new.allowed_scope_types);
    if new == old {
        return Ok(AgentSaved::Saved(old));
    }
    if name_is_taken(connection, &new)? {
        return Ok(AgentSaved::NameTaken);
    }
    new.updated_at = by.now;
    execute(
        connection,
        "UPDATE agent SET name = ?2, description = ?3, capabilities = ?4, default_expiry_hours = ?5,
             default_revocation_policy = ?6, allowed_scope_types = ?7, updated_at = ?8
         WHERE id = ?1",
        params![
            agent_id,
            new.name,
            new.description,
            strings_text(&new.capabilities),
            new.default_expiry_hours,
            new.default_revocation_policy.as_str(),
            allowed_text(&new),
            by.now.0
        ],
    )?;
    let event = Event {
        action: Action::AgentUpdated,
        entity: ("agent", agent_id),
        mode: None,
        metadata: differences(&old, &new),
    };
    append(connection, organization_id, by, event)?;
    Ok(AgentSaved::Saved(new))
}

fn differences(old: &Agent, new: &Agent) -> Value {
    changes([
        ("name", json!(old.name), json!(new.name)),
        ("description", json!(old.description), json!(new.description)),
        ("capabilities", json!(old.capabilities), json!(new.capabilities)),
        ("default_expiry_hours", json!(old.default_expiry_hours), json!(new.default_expiry_hours)),
        (
            "default_revocation_policy",
            json!(old.default_revocation_policy.as_str()),
            json!(new.default_revocation_policy.as_str()),
        ),
        ("allowed_scope_types", json!(old.allowed_scope_types), json!(new.allowed_scope_types)),
    ])
}

/// One row changes; that every credential of the agent is dead follows from it.
pub(super) fn archive(
    connection: &Connection,
    organization_id: &str,
    agent_id: &str,
    by: &Change,
) -> Result<AgentEnded> {
    let Some(mut agent) = find_in_organization(connection, organization_id, agent_id, by.now)? else {
        return Ok(AgentEnded::Unknown);
    };
    if agent.archived_at.is_some() {
        return Ok(AgentEnded::AlreadyArchived(agent));
    }
    execute(
        connection,
        "UPDATE agent SET archived_at = ?2, updated_at = ?2 WHERE id = ?1",
        params![agent_id, by.now.0],
    )?;
    let credentials = agent.active_credentials;
    let event = Event {
        action: Action::AgentArchived,
        entity: ("agent", agent_id),
        mode: None,
        metadata: json!({
            "name": agent.name,
            "revoked_credentials": credentials,
            "reason": "agent_archived",
            "revocation_policy": "kill",
        }),
    };
    append(connection, organization_id, by, event)?;
    agent.archived_at = Some(by.now);
    agent.updated_at = by.now;
    agent.active_credentials = 0;
    Ok(AgentEnded::Archived { agent, credentials })
}

/// Whether the agent may hold these grants, on whichever path they are issued (domain.md 1.3).
pub(super) fn allows(agent: &Agent, authorization_details: &Value) -> bool {
    let Some(allowed) = &agent.allowed_scope_types else { return true };
    let is_allowed = |grant: &Value| {
        grant.get("type").and_then(Value::as_str).is_some_and(|kind| allowed.iter().any(|word| word == kind))
    };
    authorization_details.as_array().is_some_and(|grants| grants.iter().all(is_allowed))
}
