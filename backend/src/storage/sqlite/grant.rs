//! Granted applications (R81), and counting what is active by them.
//!
//! A grant is one application acting for one agent on behalf of one user. Counting goes through the grants and, for each,
//! one range of an index that holds only credentials that were not revoked: nothing is sorted, no credential is read.

use super::audit::{Event, append_with_reference};
use super::credential::{self, End};
use super::row::{Columns, execute, find, list, number};
use crate::audit::Action;
use crate::clock::Timestamp;
use crate::storage::record::GrantedApplication;
use crate::storage::{Change, CredentialEnded, GrantKey, Result};
use hasp_protocol::Mode;
use hasp_protocol::limits::CODE_ATTEMPTS;
use rusqlite::{Connection, Row, params};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What of an application is alive in one organization.
pub(super) struct Affected {
    pub(super) organization_id: String,
    pub(super) credentials: u64,
    /// Unspent codes.
    pub(super) codes: u64,
}

/// Everything alive of an application, by the agents' organizations, in the order of their ids.
pub(super) fn active_by_organization(
    connection: &Connection,
    client_id: &str,
    now: Timestamp,
) -> Result<Vec<Affected>> {
    let credentials = list(
        connection,
        "SELECT organization_id, sum(active) FROM (
             SELECT a.organization_id AS organization_id,
                 (SELECT count(*) FROM credential c
                  WHERE c.agent_id = g.agent_id AND c.client_id = g.client_id AND c.delegating_user_id = g.user_id
                      AND c.revoked_at IS NULL AND c.expires_at > ?2) AS active
             FROM application_grant g
             JOIN agent a ON a.id = g.agent_id
             JOIN user_account u ON u.id = g.user_id
             WHERE g.client_id = ?1 AND a.archived_at IS NULL AND u.removed_at IS NULL
         ) AS grants GROUP BY organization_id",
        params![client_id, now.0],
        read_count,
    )?;
    let codes = list(
        connection,
        "SELECT n.agent_organization_id, count(*)
         FROM authorization_code k JOIN consent n ON n.id = k.consent_id
         WHERE k.expires_at > ?2 AND k.spent_at IS NULL AND k.failed_attempts < ?3 AND n.client_id = ?1
         GROUP BY n.agent_organization_id",
        params![client_id, now.0, CODE_ATTEMPTS],
        read_count,
    )?;
    let mut affected: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (organization_id, count) in credentials {
        affected.entry(organization_id).or_default().0 += count;
    }
    for (organization_id, count) in codes {
        affected.entry(organization_id).or_default().1 += count;
    }
    Ok(affected
        .into_iter()
        .filter(|(_, (credentials, codes))| credentials + codes > 0)
        .map(|(organization_id, (credentials, codes))| Affected { organization_id, credentials, codes })
        .collect())
}

fn read_count(row: &Row<'_>) -> Result<(String, u64)> {
    let mut columns = Columns::new(row, "application_grant");
    Ok((columns.text("organization_id")?, columns.number("count")?))
}

/// How many credentials of an agent that is not archived are active.
pub(super) fn active_of_agent(connection: &Connection, agent_id: &str, now: Timestamp) -> Result<u64> {
    number(
        connection,
        "SELECT coalesce(sum(active), 0) FROM (
             SELECT (SELECT count(*) FROM credential c
                     WHERE c.agent_id = g.agent_id AND c.client_id = g.client_id AND c.delegating_user_id = g.user_id
                         AND c.revoked_at IS NULL AND c.expires_at > ?2) AS active
             FROM application_grant g
             JOIN application p ON p.client_id = g.client_id
             JOIN user_account u ON u.id = g.user_id
             WHERE g.agent_id = ?1 AND p.revoked_at IS NULL AND u.removed_at IS NULL
             UNION ALL
             SELECT count(*) AS active
             FROM credential c JOIN user_account u ON u.id = c.delegating_user_id
             WHERE c.agent_id = ?1 AND c.client_id IS NULL AND c.revoked_at IS NULL AND c.expires_at > ?2
                 AND u.removed_at IS NULL
         ) AS counts",
        params![agent_id, now.0],
    )
}

/// Newest approval first.
pub(super) fn list_of_agent(
    connection: &Connection,
    organization_id: &str,
    agent_id: &str,
    now: Timestamp,
) -> Result<Vec<GrantedApplication>> {
    let mut granted = list(
        connection,
        "SELECT g.client_id, p.display_name, o.name, p.mode, g.user_id, u.display_name, g.approved_at,
             n.authorization_details, n.shown, p.revoked_at, a.archived_at, u.removed_at
         FROM application_grant g
         JOIN agent a ON a.id = g.agent_id
         JOIN application p ON p.client_id = g.client_id
         JOIN organization o ON o.id = p.organization_id
         JOIN user_account u ON u.id = g.user_id
         JOIN consent n ON n.id = g.consent_id
         WHERE g.agent_id = ?1 AND a.organization_id = ?2
         ORDER BY g.approved_at DESC, g.consent_id DESC",
        [agent_id, organization_id],
        read_granted,
    )?;
    for (application, alive) in &mut granted {
        if *alive {
            let counted = active_of_grant(connection, agent_id, application, now)?;
            (application.active_credentials, application.expires_at) = counted;
        }
    }
    Ok(granted.into_iter().map(|(application, _)| application).collect())
}

/// With whether its application, agent and user are all still there.
fn read_granted(row: &Row<'_>) -> Result<(GrantedApplication, bool)> {
    let mut columns = Columns::new(row, "application_grant");
    let granted = GrantedApplication {
        client_id: columns.text("client_id")?,
        display_name: columns.text("application.display_name")?,
        organization_name: columns.text("organization.name")?,
        mode: columns.word("application.mode", Mode::parse)?,
        user_id: columns.text("user_id")?,
        user_display_name: columns.text("user_account.display_name")?,
        approved_at: columns.time("approved_at")?,
        authorization_details: columns.json("consent.authorization_details")?,
        labels: labels(&columns.json("consent.shown")?),
        active_credentials: 0,
        expires_at: None,
    };
    let application_revoked = columns.optional_time("application.revoked_at")?.is_some();
    let agent_archived = columns.optional_time("agent.archived_at")?.is_some();
    let user_removed = columns.optional_time("user_account.removed_at")?.is_some();
    Ok((granted, !(application_revoked || agent_archived || user_removed)))
}

/// As the person saw them.
fn labels(shown: &Value) -> Vec<String> {
    let labels = shown.get("labels").and_then(Value::as_array);
    labels.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn active_of_grant(
    connection: &Connection,
    agent_id: &str,
    granted: &GrantedApplication,
    now: Timestamp,
) -> Result<(u64, Option<Timestamp>)> {
    let counted = find(
        connection,
        "SELECT count(*), max(expires_at) FROM credential
         WHERE agent_id = ?1 AND client_id = ?2 AND delegating_user_id = ?3 AND revoked_at IS NULL
             AND expires_at > ?4",
        params![agent_id, granted.client_id, granted.user_id, now.0],
        |row| {
            let mut columns = Columns::new(row, "credential");
            Ok((columns.number("count")?, columns.optional_time("expires_at")?))
        },
    )?;
    Ok(counted.unwrap_or((0, None)))
}

/// Each credential was a consent of its own, so there are few: each gets its own event (domain.md 5.3).
pub(super) fn revoke(
    connection: &Connection,
    organization_id: &str,
    grant: &GrantKey,
    by: &Change,
) -> Result<u64> {
    let Some((mode, application_organization_id)) = find_grant(connection, organization_id, grant)? else {
        return Ok(0);
    };
    let active =
        credential::active_of_grant(connection, &grant.agent_id, &grant.client_id, &grant.user_id, by.now)?;
    let mut credentials = 0;
    for credential in active {
        let end = End { reason: Some("grant_revoked"), policy: credential.revocation_policy };
        if let CredentialEnded::Revoked(_) = credential::end(connection, credential, &end, by)? {
            credentials += 1;
        }
    }
    let codes = delete_unspent_codes(connection, grant, by.now)?;
    if credentials == 0 && codes == 0 {
        return Ok(0);
    }
    let event = Event {
        action: Action::GrantRevoked,
        entity: ("agent", &grant.agent_id),
        mode: Some(mode),
        metadata: json!({
            "client_id": grant.client_id,
            "delegating_user_id": grant.user_id,
            "revoked_credentials": credentials,
            "ended_codes": codes,
        }),
    };
    let application = (grant.client_id.as_str(), application_organization_id.as_str());
    append_with_reference(connection, organization_id, application, by, event)?;
    Ok(credentials)
}

/// The application's mode and organization, when the agent is the organization's and the grant was ever made.
fn find_grant(
    connection: &Connection,
    organization_id: &str,
    grant: &GrantKey,
) -> Result<Option<(Mode, String)>> {
    find(
        connection,
        "SELECT p.mode, p.organization_id
         FROM application_grant g
         JOIN agent a ON a.id = g.agent_id
         JOIN application p ON p.client_id = g.client_id
         WHERE g.agent_id = ?1 AND g.client_id = ?2 AND g.user_id = ?3 AND a.organization_id = ?4",
        params![grant.agent_id, grant.client_id, grant.user_id, organization_id],
        |row| {
            let mut columns = Columns::new(row, "application");
            Ok((columns.word("mode", Mode::parse)?, columns.text("organization_id")?))
        },
    )
}

/// A code that is still on its way would bring the grant back.
fn delete_unspent_codes(connection: &Connection, grant: &GrantKey, now: Timestamp) -> Result<usize> {
    execute(
        connection,
        "DELETE FROM authorization_code
         WHERE expires_at > ?4 AND spent_at IS NULL AND EXISTS (
             SELECT 1 FROM consent n
             WHERE n.id = authorization_code.consent_id AND n.agent_id = ?1 AND n.client_id = ?2 AND n.user_id = ?3)",
        params![grant.agent_id, grant.client_id, grant.user_id, now.0],
    )
}
