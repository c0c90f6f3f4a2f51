//! Applications (OAuth clients); their secrets stand in [`super::client_secret`].

use super::audit::{Event, append, append_unattributed};
use super::grant::{self, Affected};
use super::row::{Columns, execute, find, list, strings_text};
use super::{client_secret, page};
use crate::audit::Action;
use crate::clock::Timestamp;
use crate::storage::record::Application;
use crate::storage::{
    ApplicationEdit, ApplicationEdited, ApplicationEnded, Change, NewApplicationRow, PageRequest, Result,
};
use hasp_protocol::api::Page;
use hasp_protocol::identifier::CLIENT_ID_PREFIX;
use hasp_protocol::{ClientType, Mode};
use rusqlite::{Connection, Row, params};
use serde_json::{Map, Value, json};

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
        application.secrets = client_secret::live(connection, client_id, now)?;
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
        application.secrets = client_secret::live(connection, &application.client_id, now)?;
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
        client_secret::insert(connection, &application.client_id, secret)?;
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

/// One row changes; that every credential and unspent code of the application is dead follows from it (checklist 74).
pub(super) fn revoke(
    connection: &Connection,
    organization_id: &str,
    client_id: &str,
    by: &Change,
) -> Result<ApplicationEnded> {
    let found = find_client(connection, client_id, by.now)?;
    let Some(mut application) = found.filter(|application| application.organization_id == organization_id)
    else {
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
    record_revocation(connection, &application, &affected, by)?;
    application.revoked_at = Some(by.now);
    application.updated_at = by.now;
    application.active_credentials = 0;
    let credentials = affected.iter().map(|organization| organization.credentials).sum();
    Ok(ApplicationEnded::Revoked { application, credentials })
}

/// One event at home, and one in each other organization where something ended with it, naming how much.
fn record_revocation(
    connection: &Connection,
    application: &Application,
    affected: &[Affected],
    by: &Change,
) -> Result<()> {
    let event = |credentials: u64, codes: u64, mut metadata: Value| {
        metadata["revoked_credentials"] = json!(credentials);
        metadata["ended_codes"] = json!(codes);
        metadata["reason"] = json!("application_revoked");
        Event {
            action: Action::ApplicationRevoked,
            entity: ("application", &application.client_id),
            mode: Some(application.mode),
            metadata,
        }
    };
    let home = &application.organization_id;
    let in_all: u64 = affected.iter().map(|organization| organization.credentials).sum();
    let (credentials, codes) = affected
        .iter()
        .find(|organization| organization.organization_id == *home)
        .map_or((0, 0), |organization| (organization.credentials, organization.codes));
    let whole = json!({ "revoked_credentials_in_all_organizations": in_all });
    append(connection, home, by, event(credentials, codes, whole))?;
    for other in affected.iter().filter(|organization| organization.organization_id != *home) {
        let named = json!({ "application_name": application.display_name });
        let event = event(other.credentials, other.codes, named);
        append_unattributed(connection, &other.organization_id, by.now, event)?;
    }
    Ok(())
}
