//! Applications (OAuth clients) and their secrets.

use super::audit::{Event, append, append_unattributed};
use super::row::{Columns, execute, find, list, strings_text};
use super::{grant, page};
use crate::audit::Action;
use crate::clock::Timestamp;
use crate::storage::record::{Application, ClientSecret};
use crate::storage::{
    ApplicationEdit, ApplicationEdited, ApplicationEnded, Change, NewApplicationRow, PageRequest, Result,
    SecretRotated,
};
use hasp_protocol::api::Page;
use hasp_protocol::identifier::CLIENT_ID_PREFIX;
use hasp_protocol::limits::GRACE_HOURS_MAX;
use hasp_protocol::{ClientType, Mode};
use rusqlite::{Connection, Row, params};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What [`read_application`] reads, of `application p` and its organization `o`.
const APPLICATION: &str = "p.client_id, p.organization_id, o.name, p.display_name, p.client_type, p.redirect_uris, \
                           p.homepage_url, p.icon_url, p.mode, p.created_at, p.updated_at, p.revoked_at";

const FROM: &str = "application p JOIN organization o ON o.id = p.organization_id";

fn read_application(row: &Row<'_>) -> Result<Application> {
    let mut columns = Columns::new(row, "application");
    Ok(Application {
        client_id: columns.text("client_id")?,
        organization_id: columns.text("organization_id")?,
        organization_name: columns.text("organization.name")?,
        display_name: columns.text("display_name")?,
        client_type: columns.word("client_type", ClientType::parse)?,
        redirect_uris: columns.strings("redirect_uris")?,
        homepage_url: columns.optional_text("homepage_url")?,
        icon_url: columns.optional_text("icon_url")?,
        mode: columns.word("mode", Mode::parse)?,
        created_at: columns.time("created_at")?,
        updated_at: columns.time("updated_at")?,
        revoked_at: columns.optional_time("revoked_at")?,
        secrets: Vec::new(),
        active_credentials: 0,
    })
}

/// The current one first, then by age; those whose deadline passed are left out (C36, checklist 40).
fn live_secrets(connection: &Connection, client_id: &str, now: Timestamp) -> Result<Vec<ClientSecret>> {
    list(
        connection,
        "SELECT id, secret_hash, last_four, created_at, last_used_at, expires_at FROM client_secret
         WHERE client_id = ?1 AND (expires_at IS NULL OR expires_at > ?2) 
         ORDER BY expires_at IS NOT NULL, created_at DESC, id DESC",
        params![client_id, now.0],
        |row| {
            let mut columns = Columns::new(row, "client_secret");
            Ok(ClientSecret {
                id: columns.text("id")?,
                secret_hash: columns.hash("secret_hash")?,
                last_four: columns.text("last_four")?,
                created_at: columns.time("created_at")?,
                last_used_at: columns.optional_time("last_used_at")?,
                expires_at: columns.optional_time("expires_at")?,
            })
        },
    )
}

/// Any organization's, with its live secrets but without counting its credentials: the protocol's point read.
pub(super) fn find_client(
    connection: &Connection,
    client_id: &str,
    now: Timestamp,
) -> Result<Option<Application>> {
    let sql = format!("SELECT {APPLICATION} FROM {FROM} WHERE p.client_id = ?1");
    let Some(mut application) = find(connection, &sql, [client_id], read_application)? else {
        return Ok(None);
    };
    if application.client_type == ClientType::Confidential {
        application.secrets = live_secrets(connection, client_id, now)?;
    }
    Ok(Some(application))
}

pub(super) fn find_in_organization(
    connection: &Connection,
    organization_id: &str,
    client_id: &str,
    now: Timestamp,
) -> Result<Option<Application>> {
    let found = find_client(connection, client_id, now)?;
    let Some(mut application) = found.filter(|application| application.organization_id == organization_id)
    else {
        return Ok(None);
    };
    application.active_credentials = count_credentials(connection, &application, now)?;
    Ok(Some(application))
}

fn count_credentials(connection: &Connection, application: &Application, now: Timestamp) -> Result<u64> {
    if application.revoked_at.is_some() {
        return Ok(0);
    }
    let affected = grant::active_by_organization(connection, &application.client_id, now)?;
    Ok(affected.iter().map(|organization| organization.credentials).sum())
}

pub(super) fn list_in_organization(
    connection: &Connection,
    organization_id: &str,
    request: &PageRequest,
    now: Timestamp,
) -> Result<Page<Application>> {
    let Some(start) = page::start(request, CLIENT_ID_PREFIX) else { return Ok(page::empty()) };
    let sql = format!(
        "SELECT {APPLICATION} FROM {FROM} WHERE p.organization_id = ?1 AND p.client_id < ?2
         ORDER BY p.client_id DESC LIMIT ?3"
    );
    let found =
        list(connection, &sql, params![organization_id, start.before, start.fetch], read_application)?;
    let mut page = page::finish(found, request, |application| application.client_id.clone());
    for application in &mut page.items {
        application.secrets = live_secrets(connection, &application.client_id, now)?;
        application.active_credentials = count_credentials(connection, application, now)?;
    }
    Ok(page)
}

pub(super) fn create(connection: &Connection, new: &NewApplicationRow, by: &Change) -> Result<Application> {
    let application = &new.application;
    execute(
        connection,
        "INSERT INTO application (client_id, organization_id, display_name, client_type, redirect_uris, homepage_url,
             icon_url, mode, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        params![
            application.client_id,
            application.organization_id,
            application.display_name,
            application.client_type.as_str(),
            strings_text(&application.redirect_uris),
            application.homepage_url,
            application.icon_url,
            application.mode.as_str(),
            application.created_at.0
        ],
    )?;
    if let Some(secret) = &new.secret {
        insert_secret(connection, &application.client_id, secret)?;
    }
    let event = Event {
        action: Action::ApplicationCreated,
        entity: ("application", &application.client_id),
        mode: Some(application.mode),
        metadata: json!({
            "display_name": application.display_name,
            "client_type": application.client_type.as_str(),
            "redirect_uris": application.redirect_uris,
            "homepage_url": application.homepage_url,
            "icon_url": application.icon_url,
            "secret_id": new.secret.as_ref().map(|secret| &secret.id),
        }),
    };
    append(connection, &application.organization_id, by, event)?;
    Ok(written(connection, &application.organization_id, &application.client_id, by.now)?
        .unwrap_or_else(|| application.clone()))
}

/// The row as it stands after the change, for the answer.
fn written(
    connection: &Connection,
    organization_id: &str,
    client_id: &str,
    now: Timestamp,
) -> Result<Option<Application>> {
    find_in_organization(connection, organization_id, client_id, now)
}

fn insert_secret(connection: &Connection, client_id: &str, secret: &ClientSecret) -> Result<()> {
    execute(
        connection,
        "INSERT INTO client_secret (client_id, id, secret_hash, last_four, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![client_id, secret.id, secret.secret_hash, secret.last_four, secret.created_at.0],
    )
    .map(drop)
}

pub(super) fn edit(
    connection: &Connection,
    organization_id: &str,
    client_id: &str,
    edit: ApplicationEdit,
    by: &Change,
) -> Result<ApplicationEdited> {
    let Some(old) = find_in_organization(connection, organization_id, client_id, by.now)? else {
        return Ok(ApplicationEdited::Unknown);
    };
    if old.revoked_at.is_some() {
        return Ok(ApplicationEdited::Revoked);
    }
    let mut new = old.clone();
    new.display_name = edit.display_name.unwrap_or(new.display_name);
    new.redirect_uris = edit.redirect_uris.unwrap_or(new.redirect_uris);
    new.homepage_url = edit.homepage_url.unwrap_or(new.homepage_url);
    new.icon_url = edit.icon_url.unwrap_or(new.icon_url);
    if new == old {
        return Ok(ApplicationEdited::Edited(old));
    }
    new.updated_at = by.now;
    execute(
        connection,
        "UPDATE application SET display_name = ?2, redirect_uris = ?3, homepage_url = ?4, icon_url = ?5,
             updated_at = ?6
         WHERE client_id = ?1",
        params![
            client_id,
            new.display_name,
            strings_text(&new.redirect_uris),
            new.homepage_url,
            new.icon_url,
            by.now.0
        ],
    )?;
    let event = Event {
        action: Action::ApplicationUpdated,
        entity: ("application", client_id),
        mode: Some(new.mode),
        metadata: changes([
            ("display_name", json!(old.display_name), json!(new.display_name)),
            ("redirect_uris", json!(old.redirect_uris), json!(new.redirect_uris)),
            ("homepage_url", json!(old.homepage_url), json!(new.homepage_url)),
            ("icon_url", json!(old.icon_url), json!(new.icon_url)),
        ]),
    };
    append(connection, organization_id, by, event)?;
    Ok(ApplicationEdited::Edited(new))
}

/// `{"changed": {member: {"from", "to"}}}` of the members that differ.
pub(super) fn changes<const N: usize>(members: [(&str, Value, Value); N]) -> Value {
    let changed: Map<String, Value> = members
        .into_iter()
        .filter(|(_, from, to)| from != to)
        .map(|(name, from, to)| (name.to_owned(), json!({ "from": from, "to": to })))
        .collect();
    json!({ "changed": changed })
}

/// At most two live secrets remain: the new one, and the newest before it until its deadline (C36).
pub(super) fn rotate_secret(
    connection: &Connection,
    organization_id: &str,
    client_id: &str,
    new: &ClientSecret,
    old_expires_at: Timestamp,
    by: &Change,
) -> Result<SecretRotated> {
    let Some(application) = find_in_organization(connection, organization_id, client_id, by.now)? else {
        return Ok(SecretRotated::Unknown);
    };
    if application.revoked_at.is_some() {
        return Ok(SecretRotated::Revoked);
    }
    if application.client_type == ClientType::Public {
        return Ok(SecretRotated::Public);
    }
    // R29: at most 24 hours, whatever the caller computed.
    let latest = by.now.plus(Duration::from_secs(u64::from(GRACE_HOURS_MAX) * 3_600));
    let deadline = old_expires_at.min(latest);
    let previous = application.secrets.first().filter(|_| deadline > by.now);
    execute(
        connection,
        "DELETE FROM client_secret WHERE client_id = ?1 AND id <> ?2",
        params![client_id, previous.map_or("", |secret| &secret.id)],
    )?;
    execute(
        connection,
        "UPDATE client_secret SET expires_at = ?2
         WHERE client_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
        params![client_id, deadline.0],
    )?;
    insert_secret(connection, client_id, new)?;
    execute(
        connection,
        "UPDATE application SET updated_at = ?2 WHERE client_id = ?1",
        params![client_id, by.now.0],
    )?;
    let ended: Vec<&str> = application
        .secrets
        .iter()
        .filter(|secret| previous.is_none_or(|previous| previous.id != secret.id))
        .map(|secret| secret.id.as_str())
        .collect();
    let event = Event {
        action: Action::ApplicationSecretRotated,
        entity: ("application", client_id),
        mode: Some(application.mode),
        metadata: json!({
            "secret_id": new.id,
            "previous_secret_id": previous.map(|secret| &secret.id),
            "previous_secret_expires_at": previous.map(|_| deadline.to_iso8601()),
            "ended_secret_ids": ended,
        }),
    };
    append(connection, organization_id, by, event)?;
    let rotated = written(connection, organization_id, client_id, by.now)?.unwrap_or(application);
    Ok(SecretRotated::Rotated(rotated))
}

/// Last use and deadline of a secret that is still stored.
fn secret_use(connection: &Connection, client_id: &str, secret_id: &str) -> Result<Option<SecretUse>> {
    find(
        connection,
        "SELECT s.last_used_at, s.expires_at, p.organization_id, p.mode
         FROM client_secret s JOIN application p ON p.client_id = s.client_id
         WHERE s.client_id = ?1 AND s.id = ?2",
        [client_id, secret_id],
        |row| {
            let mut columns = Columns::new(row, "client_secret");
            Ok(SecretUse {
                last_used_at: columns.optional_time("last_used_at")?,
                expires_at: columns.optional_time("expires_at")?,
                organization_id: columns.text("organization_id")?,
                mode: columns.word("mode", Mode::parse)?,
            })
        },
    )
}

struct SecretUse {
    last_used_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    organization_id: String,
    mode: Mode,
}

/// Whether a minute has passed since the last use that was written.
pub(super) fn secret_use_is_due(
    connection: &Connection,
    client_id: &str,
    secret_id: &str,
    now: Timestamp,
) -> Result<bool> {
    let secret = secret_use(connection, client_id, secret_id)?;
    Ok(secret.is_some_and(|secret| super::use_is_due(secret.last_used_at, now)))
}

/// The use of an old secret in its grace period is audited (checklist 40): it shows who still has to change over.
pub(super) fn note_secret_use(
    connection: &Connection,
    client_id: &str,
    secret_id: &str,
    by: &Change,
) -> Result<()> {
    let Some(secret) = secret_use(connection, client_id, secret_id)? else { return Ok(()) };
    if !super::use_is_due(secret.last_used_at, by.now) {
        return Ok(());
    }
    execute(
        connection,
        "UPDATE client_secret SET last_used_at = ?3 WHERE client_id = ?1 AND id = ?2",
        params![client_id, secret_id, by.now.0],
    )?;
    let Some(expires_at) = secret.expires_at else { return Ok(()) };
    let event = Event {
        action: Action::ClientSecretGraceUse,
        entity: ("application", client_id),
        mode: Some(secret.mode),
        metadata: json!({ "secret_id": secret_id, "secret_expires_at": expires_at.to_iso8601() }),
    };
    append(connection, &secret.organization_id, by, event).map(drop)
}

/// One row changes; that every credential and unspent code of the application is dead follows from it (checklist 74).
pub(super) fn revoke(
    connection: &Connection,
    organization_id: &str,
    client_id: &str,
    by: &Change,
) -> Result<ApplicationEnded> {
    let Some(mut application) = find_in_organization(connection, organization_id, client_id, by.now)? else {
        return Ok(ApplicationEnded::Unknown);
    };
    if application.revoked_at.is_some() {
        return Ok(ApplicationEnded::AlreadyRevoked(application));
    }
    let affected = grant::active_by_organization(connection, client_id, by.now)?;
    execute(
        connection,
        "UPDATE application SET revoked_at = ?2, updated_at = ?2 WHERE client_id = ?1",
        params![client_id, by.now.0],
    )?;
    let event = |own: u64, codes: u64, metadata: Value| {
        let mut metadata = metadata;
        metadata["revoked_credentials"] = json!(own);
        metadata["ended_codes"] = json!(codes);
        metadata["reason"] = json!("application_revoked");
        Event {
            action: Action::ApplicationRevoked,
            entity: ("application", client_id),
            mode: Some(application.mode),
            metadata,
        }
    };
    let credentials = affected.iter().map(|organization| organization.credentials).sum();
    let (own, others): (Vec<_>, Vec<_>) =
        affected.iter().partition(|organization| organization.organization_id == organization_id);
    let own_credentials = own.iter().map(|organization| organization.credentials).sum();
    let own_codes = own.iter().map(|organization| organization.codes).sum();
    let in_all = json!({ "revoked_credentials_in_all_organizations": credentials });
    append(connection, organization_id, by, event(own_credentials, own_codes, in_all))?;
    for other in others {
        let named = json!({ "application_name": application.display_name });
        let event = event(other.credentials, other.codes, named);
        append_unattributed(connection, &other.organization_id, by.now, event)?;
    }
    application.revoked_at = Some(by.now);
    application.updated_at = by.now;
    application.active_credentials = 0;
    Ok(ApplicationEnded::Revoked { application, credentials })
}
