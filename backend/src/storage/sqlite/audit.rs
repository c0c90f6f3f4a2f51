//! The chains in the database: appending inside the change's transaction, listing, verifying.

use super::page;
use super::row::{Columns, execute, find, list, stored};
use crate::audit::{Action, ChainCheck, GENESIS, PLATFORM_CHAIN, SealedFields, metadata_text, seal};
use crate::clock::Timestamp;
use crate::random;
use crate::storage::record::{AuditEvent, Hash};
use crate::storage::{AuditFilter, ChainVerdict, Change, PageRequest, Result};
use hasp_protocol::Mode;
use hasp_protocol::api::Page;
use rusqlite::{Connection, Row};
use serde_json::{Map, Value, json};

/// What a change says about itself.
pub(super) struct Event<'a> {
    pub(super) action: Action,
    /// Kind and id.
    pub(super) entity: (&'a str, &'a str),
    pub(super) mode: Option<Mode>,
    /// A JSON object.
    pub(super) metadata: Value,
}

/// Appends to an organization's chain, as done by `by`.
pub(super) fn append(
    connection: &Connection,
    organization_id: &str,
    by: &Change,
    event: Event<'_>,
) -> Result<String> {
    let user_id = by.user_id.clone();
    append_as(connection, organization_id, by, user_id.as_deref(), event)
}

/// Appends with a user other than the one the caller named (a sign-in has none yet).
pub(super) fn append_as(
    connection: &Connection,
    chain: &str,
    by: &Change,
    user_id: Option<&str>,
    event: Event<'_>,
) -> Result<String> {
    let mut metadata = object(event.metadata);
    metadata.insert("actor".to_owned(), Value::from(by.actor.as_str()));
    metadata.insert("request_id".to_owned(), Value::from(by.request_id.as_str()));
    let link = Link {
        action: event.action,
        entity: event.entity,
        mode: event.mode,
        user_id,
        ip_address: by.ip_address.as_deref(),
        metadata,
        created_at: by.now,
    };
    write(connection, chain, link)
}

/// Appends to the agent's organization and, when the application belongs to another, a reference to that one: which
/// application, what, when, and the id of the full event; no user, agent, address or details.
pub(super) fn append_with_reference(
    connection: &Connection,
    organization_id: &str,
    application: (&str, &str),
    by: &Change,
    event: Event<'_>,
) -> Result<()> {
    let (action, mode) = (event.action, event.mode);
    let id = append(connection, organization_id, by, event)?;
    let (client_id, application_organization_id) = application;
    if application_organization_id == organization_id {
        return Ok(());
    }
    let link = Link {
        action,
        entity: ("application", client_id),
        mode,
        user_id: None,
        ip_address: None,
        metadata: object(json!({ "reference_event_id": id })),
        created_at: by.now,
    };
    write(connection, application_organization_id, link).map(drop)
}

/// Appends to a chain whose members did not do it and may not see who did (another organization's application ended).
pub(super) fn append_unattributed(
    connection: &Connection,
    organization_id: &str,
    now: Timestamp,
    event: Event<'_>,
) -> Result<()> {
    let link = Link {
        action: event.action,
        entity: event.entity,
        mode: event.mode,
        user_id: None,
        ip_address: None,
        metadata: object(event.metadata),
        created_at: now,
    };
    write(connection, organization_id, link).map(drop)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

struct Link<'a> {
    action: Action,
    entity: (&'a str, &'a str),
    mode: Option<Mode>,
    user_id: Option<&'a str>,
    ip_address: Option<&'a str>,
    metadata: Map<String, Value>,
    created_at: Timestamp,
}

/// Reads the head inside the write transaction, so that no two events, of whatever process, follow the same one.
fn write(connection: &Connection, chain: &str, link: Link<'_>) -> Result<String> {
    let head =
        find(connection, "SELECT sequence, hash FROM audit_head WHERE chain = ?1", [chain], read_head)?;
    let (last_sequence, previous_hash) = head.unwrap_or((0, GENESIS));
    let id = random::ulid(link.created_at)?;
    let metadata = metadata_text(link.metadata);
    let fields = SealedFields {
        chain,
        sequence: last_sequence + 1,
        id: &id,
        mode: link.mode.map(Mode::as_str),
        user_id: link.user_id,
        action: link.action.as_str(),
        entity_type: Some(link.entity.0),
        entity_id: Some(link.entity.1),
        metadata: &metadata,
        ip_address: link.ip_address,
        created_at: link.created_at,
    };
    let hash = seal(&previous_hash, &fields);
    execute(
        connection,
        "INSERT INTO audit_event (chain, sequence, id, action, entity_type, entity_id, user_id, ip_address, mode,
             metadata, created_at, previous_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        rusqlite::params![
            fields.chain,
            stored(fields.sequence),
            fields.id,
            fields.action,
            fields.entity_type,
            fields.entity_id,
            fields.user_id,
            fields.ip_address,
            fields.mode,
            fields.metadata,
            fields.created_at.0,
            previous_hash,
            hash,
        ],
    )?;
    execute(
        connection,
        "INSERT INTO audit_head (chain, sequence, hash) VALUES (?1, ?2, ?3)
         ON CONFLICT (chain) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash",
        rusqlite::params![chain, stored(fields.sequence), hash],
    )?;
    Ok(id)
}

fn read_head(row: &Row<'_>) -> Result<(u64, Hash)> {
    let mut columns = Columns::new(row, "audit_head");
    Ok((columns.number("sequence")?, columns.hash("hash")?))
}

/// One page of an organization's events; the cursor is the last one's position.
pub(super) fn list_events(
    connection: &Connection,
    organization_id: &str,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<Page<AuditEvent>> {
    let before = match &page.cursor {
        None => i64::MAX,
        Some(cursor) => match cursor.parse::<i64>() {
            Ok(sequence) => sequence,
            Err(_) => return Ok(page::empty()),
        },
    };
    // Three statements, because one with optional conditions could use no index for any of them.
    let narrowed = match (&filter.entity_id, &filter.action) {
        (Some(_), _) => "AND e.entity_id = ?2 AND (?3 IS NULL OR e.action = ?3)",
        (None, Some(_)) => "AND ?2 IS NULL AND e.action = ?3",
        (None, None) => "AND ?2 IS NULL AND ?3 IS NULL",
    };
    let sql = format!(
        "SELECT e.id, e.chain, e.sequence, e.action, e.entity_type, e.entity_id, e.user_id, u.display_name,
             e.ip_address, e.mode, e.metadata, e.created_at, e.previous_hash, e.hash
         FROM audit_event e LEFT JOIN user_account u ON u.id = e.user_id
         WHERE e.chain = ?1 {narrowed} AND (?4 IS NULL OR e.entity_type = ?4) AND e.sequence < ?5
         ORDER BY e.sequence DESC LIMIT ?6"
    );
    let fetch = i64::from(page::rows(page)) + 1;
    let params = rusqlite::params![
        organization_id,
        filter.entity_id,
        filter.action,
        filter.entity_type,
        before,
        fetch
    ];
    let events = list(connection, &sql, params, read_event)?;
    Ok(page::finish(events, page, |event| event.sequence.to_string()))
}

fn read_event(row: &Row<'_>) -> Result<AuditEvent> {
    let mut columns = Columns::new(row, "audit_event");
    Ok(AuditEvent {
        id: columns.text("id")?,
        organization_id: Some(columns.text("chain")?).filter(|chain| chain != PLATFORM_CHAIN),
        sequence: columns.number("sequence")?,
        action: columns.text("action")?,
        entity_type: columns.optional_text("entity_type")?,
        entity_id: columns.optional_text("entity_id")?,
        user_id: columns.optional_text("user_id")?,
        user_display_name: columns.optional_text("display_name")?,
        ip_address: columns.optional_text("ip_address")?,
        mode: columns.optional_word("mode", Mode::parse)?,
        metadata: columns.json("metadata")?,
        created_at: columns.time("created_at")?,
        previous_hash: columns.hash("previous_hash")?,
        hash: columns.hash("hash")?,
    })
}

/// Recomputes every event of every chain and compares each chain's end with its head.
pub(super) fn verify(connection: &Connection) -> Result<ChainVerdict> {
    // One snapshot: events that are appended meanwhile belong to the next verification.
    let snapshot = connection.unchecked_transaction()?;
    let chains = list(
        &snapshot,
        // With the organizations, whose chains begin when they are made: one that is gone altogether shows too. What is
        // still there is checked first.
        "SELECT chain FROM (
             SELECT chain FROM audit_head UNION SELECT DISTINCT chain FROM audit_event
             UNION SELECT id FROM organization UNION SELECT ?1 FROM organization)
         ORDER BY chain NOT IN (SELECT chain FROM audit_head), chain",
        [PLATFORM_CHAIN],
        |row| Columns::new(row, "audit_head").text("chain"),
    )?;
    let mut events = 0;
    for chain in &chains {
        match verify_chain(&snapshot, chain)? {
            Ok(count) => events += count,
            Err(broken) => return Ok(broken),
        }
    }
    Ok(ChainVerdict::Intact { chains: chains.len() as u64, events })
}

/// The number of its events, or the first bad one.
fn verify_chain(connection: &Connection, chain: &str) -> Result<Result<u64, ChainVerdict>> {
    let broken = |sequence: u64, event_id: String, reason: String| ChainVerdict::Broken {
        organization_id: Some(chain.to_owned()).filter(|chain| chain != PLATFORM_CHAIN),
        sequence,
        event_id,
        reason,
    };
    let mut check = ChainCheck::default();
    let mut statement = connection.prepare(
        "SELECT id, sequence, action, entity_type, entity_id, user_id, ip_address, mode, metadata, created_at,
             previous_hash, hash
         FROM audit_event WHERE chain = ?1 ORDER BY sequence",
    )?;
    let mut rows = statement.query([chain])?;
    while let Some(row) = rows.next()? {
        let (sequence, _) = check.head();
        let (id, read) = match StoredEvent::read(row) {
            Ok(event) => (event.id.clone(), event.check(chain, &mut check)),
            Err(error) => (row.get(0).unwrap_or_default(), Err(error.to_string())),
        };
        if let Err(reason) = read {
            let stored_sequence: i64 = row.get(1).unwrap_or_default();
            let sequence = u64::try_from(stored_sequence).unwrap_or(sequence + 1);
            return Ok(Err(broken(sequence, id, reason)));
        }
    }
    let (last, hash) = check.head();
    let head = find(connection, "SELECT sequence, hash FROM audit_head WHERE chain = ?1", [chain], read_head);
    let reason = match head {
        Ok(Some(head)) if head == (last, hash) => return Ok(Ok(last)),
        Ok(Some((sequence, _))) if sequence > last => {
            format!("gap: events {} to {sequence} are missing at the end", last + 1)
        }
        Ok(Some(_)) => "the recorded head is not the last event".to_owned(),
        Ok(None) => "the recorded head is missing".to_owned(),
        Err(error) => error.to_string(),
    };
    Ok(Err(broken(last + 1, String::new(), reason)))
}

/// The fields under the hash, as they stand in the row.
struct StoredEvent {
    id: String,
    sequence: u64,
    action: String,
    entity_type: Option<String>,
    entity_id: Option<String>,
    user_id: Option<String>,
    ip_address: Option<String>,
    mode: Option<String>,
    metadata: String,
    created_at: Timestamp,
    previous_hash: Hash,
    hash: Hash,
}

impl StoredEvent {
    fn read(row: &Row<'_>) -> Result<Self> {
        let mut columns = Columns::new(row, "audit_event");
        Ok(StoredEvent {
            id: columns.text("id")?,
            sequence: columns.number("sequence")?,
            action: columns.text("action")?,
            entity_type: columns.optional_text("entity_type")?,
            entity_id: columns.optional_text("entity_id")?,
            user_id: columns.optional_text("user_id")?,
            ip_address: columns.optional_text("ip_address")?,
            mode: columns.optional_text("mode")?,
            metadata: columns.text("metadata")?,
            created_at: columns.time("created_at")?,
            previous_hash: columns.hash("previous_hash")?,
            hash: columns.hash("hash")?,
        })
    }

    fn check(&self, chain: &str, check: &mut ChainCheck) -> Result<(), String> {
        let fields = SealedFields {
            chain,
            sequence: self.sequence,
            id: &self.id,
            mode: self.mode.as_deref(),
            user_id: self.user_id.as_deref(),
            action: &self.action,
            entity_type: self.entity_type.as_deref(),
            entity_id: self.entity_id.as_deref(),
            metadata: &self.metadata,
            ip_address: self.ip_address.as_deref(),
            created_at: self.created_at,
        };
        check.accept(&fields, &self.previous_hash, &self.hash).map_err(|fault| fault.to_string())
    }
}
