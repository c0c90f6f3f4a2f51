//! `/v1/applications`: OAuth clients of the organization (domain.md 1.2; R3-R9, R28-R33, R69).

use crate::{ClientType, Mode};
use serde::{Deserialize, Serialize};

/// One application, as members of its organization see it. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationView {
    /// `hasp_app_<ulid>` (R7).
    pub client_id: String,
    /// The consent screen's name (R4), 2-64 characters.
    pub display_name: String,
    /// Fixed after creation (R5).
    pub client_type: ClientType,
    /// 1-10 exact callback URLs (R6).
    pub redirect_uris: Vec<String>,
    /// Turns the name into a link (R65).
    pub homepage_url: Option<String>,
    /// HTTPS (R70).
    pub icon_url: Option<String>,
    /// Fixed after creation (R37).
    pub mode: Mode,
    /// `active` or `revoked`, for good.
    pub status: ApplicationStatus,
    /// At most two live ones, newest first; empty for a public application.
    pub secrets: Vec<ClientSecretView>,
    /// Credentials issued through it that are active now.
    pub active_credentials: u64,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601.
    pub updated_at: String,
    /// ISO 8601.
    pub revoked_at: Option<String>,
}

/// Whether the application may still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStatus {
    /// In use.
    Active,
    /// Ended for good (R32).
    Revoked,
}

/// What may be known of a secret after it was shown once (R9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecretView {
    /// Bare ULID.
    pub id: String,
    /// Its last four characters.
    pub last_four: String,
    /// ISO 8601.
    pub created_at: String,
    /// Written at most once a minute.
    pub last_used_at: Option<String>,
    /// Set by rotation: until then it still authenticates (R29).
    pub expires_at: Option<String>,
}

/// `POST /v1/applications`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewApplication {
    /// 2-64 characters.
    pub display_name: String,
    /// `public` or `confidential`.
    pub client_type: ClientType,
    /// 1-10, see `redirect_uri`.
    pub redirect_uris: Vec<String>,
    /// `live` or `test`.
    pub mode: Mode,
    /// http(s) URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage_url: Option<String>,
    /// https URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

/// The answer to a registration (201).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationCreated {
    /// The new application.
    pub application: ApplicationView,
    /// `hasp_cs_live_…` or `hasp_cs_test_…`; only here, only for a confidential one (R8, R9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}

/// `PATCH /v1/applications/{client_id}`: members left out stay; `""` clears a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationChange {
    /// 2-64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// 1-10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    /// http(s) URL or `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage_url: Option<String>,
    /// https URL or `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

/// `POST /v1/applications/{client_id}/secret/rotate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateSecret {
    /// 0-24 hours during which the old secret still authenticates (R29); 0 ends it at once.
    pub grace_period_hours: u32,
}

/// The answer to a rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretRotated {
    /// With its new list of secrets.
    pub application: ApplicationView,
    /// The new secret; only here.
    pub client_secret: String,
}

/// The answer to `POST /v1/applications/{client_id}/revoke`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationRevoked {
    /// Its last state.
    pub application: ApplicationView,
    /// Active credentials that ended with it (R31).
    pub revoked_credentials: u64,
}

/// `POST /v1/applications/{client_id}/introspect`, session-authorised: the console's test panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestIntrospection {
    /// A `hasp_agent_…` token.
    pub token: String,
}
