-- Times are milliseconds since 1970, ids are ULIDs (which sort by time), hashes are the 32 bytes of SHA-256.
-- Lists and JSON documents are text that the server wrote and parses itself; no query looks inside them.
-- Nothing here is ever shown that could be used: tokens, codes, secrets and cookies are stored as hashes only.

CREATE TABLE organization (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE user_account (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    email           TEXT   NOT NULL UNIQUE,
    display_name    TEXT   NOT NULL,
    role            TEXT   NOT NULL CHECK (role IN ('member', 'admin', 'owner')),
    password_hash   TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    removed_at      BIGINT
) WITHOUT ROWID;

CREATE INDEX user_account_by_organization ON user_account (organization_id, display_name);

-- At most one row.
CREATE TABLE set_up_link (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    link_hash  BLOB    NOT NULL CHECK (length(link_hash) = 32),
    expires_at BIGINT  NOT NULL
);

CREATE TABLE session (
    token_hash       BLOB   NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    user_id          TEXT   NOT NULL REFERENCES user_account (id),
    created_at       BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    last_seen_at     BIGINT NOT NULL
) WITHOUT ROWID;

CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_by_last_seen ON session (last_seen_at);

CREATE TABLE application (
    client_id       TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    display_name    TEXT   NOT NULL,
    client_type     TEXT   NOT NULL CHECK (client_type IN ('public', 'confidential')),
    redirect_uris   TEXT   NOT NULL,
    homepage_url    TEXT,
    icon_url        TEXT,
    mode            TEXT   NOT NULL CHECK (mode IN ('live', 'test')),
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    revoked_at      BIGINT
) WITHOUT ROWID;

CREATE INDEX application_by_organization ON application (organization_id, client_id);

-- Leads with the application, so that authenticating a client reads its secrets in one step.
CREATE TABLE client_secret (
    client_id    TEXT   NOT NULL REFERENCES application (client_id),
    id           TEXT   NOT NULL UNIQUE,
    secret_hash  BLOB   NOT NULL CHECK (length(secret_hash) = 32),
    last_four    TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at   BIGINT,
    PRIMARY KEY (client_id, id)
) WITHOUT ROWID;

CREATE INDEX client_secret_by_expiry ON client_secret (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE agent (
    id                        TEXT    NOT NULL PRIMARY KEY,
    organization_id           TEXT    NOT NULL REFERENCES organization (id),
    name                      TEXT    NOT NULL,
    description               TEXT,
    capabilities              TEXT    NOT NULL,
    default_expiry_hours      INTEGER NOT NULL CHECK (default_expiry_hours BETWEEN 1 AND 720),
    default_revocation_policy TEXT    NOT NULL CHECK (default_revocation_policy IN ('drain', 'kill')),
    allowed_scope_types       TEXT,
    created_at                BIGINT  NOT NULL,
    updated_at                BIGINT  NOT NULL,
    archived_at               BIGINT,
    UNIQUE (organization_id, name)
) WITHOUT ROWID;

CREATE INDEX agent_by_organization ON agent (organization_id, id);

CREATE TABLE parked_request (
    id_hash      BLOB   NOT NULL PRIMARY KEY CHECK (length(id_hash) = 32),
    query        TEXT   NOT NULL,
    session_hash BLOB,
    shown_digest BLOB,
    expires_at   BIGINT NOT NULL
);

CREATE INDEX parked_request_by_expiry ON parked_request (expires_at);
CREATE INDEX parked_request_by_session ON parked_request (session_hash) WHERE session_hash IS NOT NULL;

-- One row per decision, approved or denied, with what the person saw.
CREATE TABLE consent (
    id                    TEXT   NOT NULL PRIMARY KEY,
    approved              INTEGER NOT NULL CHECK (approved IN (0, 1)),
    user_id               TEXT   NOT NULL REFERENCES user_account (id),
    client_id             TEXT   NOT NULL REFERENCES application (client_id),
    agent_id              TEXT   NOT NULL REFERENCES agent (id),
    agent_organization_id TEXT   NOT NULL REFERENCES organization (id),
    mode                  TEXT   NOT NULL CHECK (mode IN ('live', 'test')),
    authorization_details TEXT   NOT NULL,
    details_digest        BLOB   NOT NULL CHECK (length(details_digest) = 32),
    shown                 TEXT   NOT NULL,
    decided_at            BIGINT NOT NULL
);

-- Which application acts for which agent on whose behalf, with the newest approval.
CREATE TABLE application_grant (
    agent_id    TEXT   NOT NULL REFERENCES agent (id),
    client_id   TEXT   NOT NULL REFERENCES application (client_id),
    user_id     TEXT   NOT NULL REFERENCES user_account (id),
    consent_id  TEXT   NOT NULL REFERENCES consent (id),
    approved_at BIGINT NOT NULL,
    PRIMARY KEY (agent_id, client_id, user_id)
) WITHOUT ROWID;

CREATE INDEX application_grant_by_client ON application_grant (client_id, agent_id, user_id);

-- What a code is bound to beside these columns stands in its consent.
CREATE TABLE authorization_code (
    code_hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
    consent_id      TEXT    NOT NULL UNIQUE REFERENCES consent (id),
    redirect_uri    TEXT    NOT NULL,
    code_challenge  TEXT    NOT NULL,
    created_at      BIGINT  NOT NULL,
    expires_at      BIGINT  NOT NULL,
    failed_attempts INTEGER NOT NULL DEFAULT 0,
    spent_at        BIGINT,
    credential_id   TEXT,
    -- When a second redemption with the right proofs was first seen.
    reused_at       BIGINT,
    CHECK ((spent_at IS NULL) = (credential_id IS NULL))
) WITHOUT ROWID;

CREATE INDEX authorization_code_by_expiry ON authorization_code (expires_at);

-- Not keyed by hash: rows are appended in the order they are issued, which keeps grouped writes near each other.
CREATE TABLE credential (
    id                         TEXT    NOT NULL PRIMARY KEY,
    token_hash                 BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    agent_id                   TEXT    NOT NULL REFERENCES agent (id),
    organization_id            TEXT    NOT NULL REFERENCES organization (id),
    name                       TEXT    NOT NULL,
    description                TEXT,
    authorization_details      TEXT    NOT NULL,
    details_digest             BLOB    NOT NULL CHECK (length(details_digest) = 32),
    client_id                  TEXT    REFERENCES application (client_id),
    consent_id                 TEXT    REFERENCES consent (id),
    delegating_user_id         TEXT    NOT NULL REFERENCES user_account (id),
    mode                       TEXT    NOT NULL CHECK (mode IN ('live', 'test')),
    prefix                     TEXT    NOT NULL,
    revocation_policy          TEXT    NOT NULL CHECK (revocation_policy IN ('drain', 'kill')),
    max_concurrent_invocations INTEGER NOT NULL CHECK (max_concurrent_invocations BETWEEN 1 AND 1000),
    issued_at                  BIGINT  NOT NULL,
    expires_at                 BIGINT  NOT NULL,
    revoked_at                 BIGINT,
    revocation_reason          TEXT,
    revoked_by                 TEXT,
    CHECK ((client_id IS NULL) = (consent_id IS NULL))
);

CREATE INDEX credential_by_agent ON credential (agent_id, id);
-- Counts what is active without touching a row: nothing is marked when an application, agent or user ends.
CREATE INDEX credential_by_grant ON credential (agent_id, client_id, delegating_user_id, expires_at)
    WHERE revoked_at IS NULL;

CREATE TABLE api_key (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    name            TEXT   NOT NULL,
    scopes          TEXT   NOT NULL,
    mode            TEXT   NOT NULL CHECK (mode IN ('live', 'test')),
    owner_user_id   TEXT   NOT NULL REFERENCES user_account (id),
    key_hash        BLOB   NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    prefix          TEXT   NOT NULL,
    last_four       TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    last_used_at    BIGINT,
    revoked_at      BIGINT
);

-- One chain per organization (named by its id) plus the one named `platform`.
CREATE TABLE audit_event (
    chain         TEXT   NOT NULL,
    sequence      BIGINT NOT NULL,
    id            TEXT   NOT NULL,
    action        TEXT   NOT NULL,
    entity_type   TEXT,
    entity_id     TEXT,
    user_id       TEXT,
    ip_address    TEXT,
    mode          TEXT,
    metadata      TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    previous_hash BLOB   NOT NULL CHECK (length(previous_hash) = 32),
    hash          BLOB   NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (chain, sequence)
) WITHOUT ROWID;

CREATE INDEX audit_event_by_entity ON audit_event (chain, entity_id, sequence);
CREATE INDEX audit_event_by_action ON audit_event (chain, action, sequence);

-- The newest event of each chain: what the next one is linked to, and what shows that the end was cut off.
CREATE TABLE audit_head (
    chain    TEXT   NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash     BLOB   NOT NULL CHECK (length(hash) = 32)
) WITHOUT ROWID;

CREATE TRIGGER audit_event_is_never_changed BEFORE UPDATE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'audit events are never changed');
END;

CREATE TRIGGER audit_event_is_never_deleted BEFORE DELETE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'audit events are never deleted');
END;
