//! Organizations, their members, and the set-up link of an empty store.

use super::audit::{Event, append, append_as};
use super::row::{Columns, execute, exists, find, list, number};
use crate::audit::{Action, PLATFORM_CHAIN};
use crate::clock::Timestamp;
use crate::storage::record::{Hash, Organization, User};
use crate::storage::{Change, NewUser, OrganizationCreated, Result, SetUp, UserCreated, UserRemoved};
use hasp_protocol::api::session::Role;
use rusqlite::{Connection, params};
use serde_json::json;

/// What [`read_user`] reads, of `user_account u`.
pub(super) const USER: &str =
    "u.id, u.organization_id, u.email, u.display_name, u.role, u.password_hash, u.removed_at";

/// What [`read_organization`] reads, of `organization o`.
pub(super) const ORGANIZATION: &str = "o.id, o.name, o.created_at";

pub(super) fn read_user(columns: &mut Columns<'_>) -> Result<User> {
    columns.of("user_account");
    Ok(User {
        id: columns.text("id")?,
        organization_id: columns.text("organization_id")?,
        email: columns.text("email")?,
        display_name: columns.text("display_name")?,
        role: columns.word("role", Role::parse)?,
        password_hash: columns.text("password_hash")?,
        removed_at: columns.optional_time("removed_at")?,
    })
}

pub(super) fn read_organization(columns: &mut Columns<'_>) -> Result<Organization> {
    columns.of("organization");
    Ok(Organization {
        id: columns.text("id")?,
        name: columns.text("name")?,
        created_at: columns.time("created_at")?,
    })
}

pub(super) fn is_empty(connection: &Connection) -> Result<bool> {
    Ok(!exists(connection, "SELECT 1 FROM organization LIMIT 1", [])?)
}

pub(super) fn create_organization(
    connection: &Connection,
    organization: &Organization,
    by: &Change,
) -> Result<OrganizationCreated> {
    if exists(connection, "SELECT 1 FROM organization WHERE name = ?1", [&organization.name])? {
        return Ok(OrganizationCreated::NameTaken);
    }
    execute(
        connection,
        "INSERT INTO organization (id, name, created_at) VALUES (?1, ?2, ?3)",
        params![organization.id, organization.name, organization.created_at.0],
    )?;
    let event = || Event {
        action: Action::OrganizationCreated,
        entity: ("organization", &organization.id),
        mode: None,
        metadata: json!({ "name": organization.name }),
    };
    // The platform's chain knows every organization; the organization's own begins with its making.
    append_as(connection, PLATFORM_CHAIN, by, by.user_id.as_deref(), event())?;
    append(connection, &organization.id, by, event())?;
    Ok(OrganizationCreated::Created)
}

pub(super) fn find_organization(connection: &Connection, id_or_name: &str) -> Result<Option<Organization>> {
    let sql = format!("SELECT {ORGANIZATION} FROM organization o WHERE o.id = ?1 OR o.name = ?1");
    // An id wins over another organization that chose it as its name.
    let found = list(connection, &sql, [id_or_name], |row| {
        read_organization(&mut Columns::new(row, "organization"))
    })?;
    let by_id = found.iter().position(|organization| organization.id == id_or_name);
    Ok(found.into_iter().nth(by_id.unwrap_or(0)))
}

pub(super) fn create_user(connection: &Connection, user: &NewUser, by: &Change) -> Result<UserCreated> {
    if !exists(connection, "SELECT 1 FROM organization WHERE id = ?1", [&user.organization_id])? {
        return Ok(UserCreated::OrganizationUnknown);
    }
    if exists(connection, "SELECT 1 FROM user_account WHERE email = ?1", [&user.email])? {
        return Ok(UserCreated::EmailTaken);
    }
    execute(
        connection,
        "INSERT INTO user_account (id, organization_id, email, display_name, role, password_hash, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            user.id,
            user.organization_id,
            user.email,
            user.display_name,
            user.role.as_str(),
            user.password_hash,
            by.now.0
        ],
    )?;
    let event = Event {
        action: Action::UserCreated,
        entity: ("user", &user.id),
        mode: None,
        metadata: json!({
            "email": user.email,
            "display_name": user.display_name,
            "role": user.role.as_str(),
        }),
    };
    append(connection, &user.organization_id, by, event)?;
    Ok(UserCreated::Created)
}

pub(super) fn find_user_by_email(connection: &Connection, email: &str) -> Result<Option<User>> {
    let sql = format!("SELECT {USER} FROM user_account u WHERE u.email = ?1");
    find(connection, &sql, [email], |row| read_user(&mut Columns::new(row, "user_account")))
}

pub(super) fn find_user(connection: &Connection, id: &str) -> Result<Option<User>> {
    let sql = format!("SELECT {USER} FROM user_account u WHERE u.id = ?1");
    find(connection, &sql, [id], |row| read_user(&mut Columns::new(row, "user_account")))
}

pub(super) fn list_users(connection: &Connection, organization_id: &str) -> Result<Vec<User>> {
    let sql = format!(
        "SELECT {USER} FROM user_account u
         WHERE u.organization_id = ?1 AND u.removed_at IS NULL ORDER BY u.display_name, u.id"
    );
    list(connection, &sql, [organization_id], |row| read_user(&mut Columns::new(row, "user_account")))
}

pub(super) fn remove_user(
    connection: &Connection,
    organization_id: &str,
    user_id: &str,
    by: &Change,
) -> Result<UserRemoved> {
    match find_user(connection, user_id)? {
        Some(user) if user.organization_id == organization_id => {
            if user.removed_at.is_some() {
                return Ok(UserRemoved::AlreadyRemoved);
            }
        }
        _ => return Ok(UserRemoved::Unknown),
    }
    // The user's credentials belong to agents of the same organization; nothing of them is marked, their end is derived.
    let credentials = number(
        connection,
        "SELECT count(*) FROM agent a
         JOIN credential c ON c.agent_id = a.id
         LEFT JOIN application p ON p.client_id = c.client_id
         WHERE a.organization_id = ?1 AND a.archived_at IS NULL AND p.revoked_at IS NULL
             AND c.delegating_user_id = ?2 AND c.revoked_at IS NULL AND c.expires_at > ?3",
        params![organization_id, user_id, by.now.0],
    )?;
    execute(connection, "UPDATE user_account SET removed_at = ?2 WHERE id = ?1", params![user_id, by.now.0])?;
    let sessions = execute(connection, "DELETE FROM session WHERE user_id = ?1", [user_id])?;
    let event = Event {
        action: Action::UserRemoved,
        entity: ("user", user_id),
        mode: None,
        metadata: json!({ "revoked_credentials": credentials, "ended_sessions": sessions }),
    };
    append(connection, organization_id, by, event)?;
    Ok(UserRemoved::Removed { credentials })
}

pub(super) fn save_set_up_link(
    connection: &Connection,
    link_hash: Hash,
    expires_at: Timestamp,
) -> Result<()> {
    execute(
        connection,
        "INSERT INTO set_up_link (id, link_hash, expires_at) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET link_hash = excluded.link_hash, expires_at = excluded.expires_at",
        params![link_hash, expires_at.0],
    )
    .map(drop)
}

pub(super) fn is_set_up_link(connection: &Connection, link_hash: Hash, now: Timestamp) -> Result<bool> {
    let sql = "SELECT 1 FROM set_up_link WHERE link_hash = ?1 AND expires_at > ?2";
    Ok(is_empty(connection)? && exists(connection, sql, params![link_hash, now.0])?)
}

pub(super) fn set_up(
    connection: &Connection,
    link_hash: Hash,
    organization: &Organization,
    owner: &NewUser,
    by: &Change,
) -> Result<SetUp> {
    if !is_empty(connection)? {
        return Ok(SetUp::NotEmpty);
    }
    if !is_set_up_link(connection, link_hash, by.now)? {
        return Ok(SetUp::WrongLink);
    }
    // An empty store has no name or address that could be taken.
    create_organization(connection, organization, by)?;
    create_user(connection, owner, by)?;
    execute(connection, "DELETE FROM set_up_link", [])?;
    Ok(SetUp::Created)
}
