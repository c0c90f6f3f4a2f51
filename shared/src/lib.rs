//! HASP's protocol core.
pub mod api;
use serde::{Deserialize, Serialize};

/// Public: PKCE only, no secret. Confidential: a secret is issued (R5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientType {
    /// PKCE only.
    Public,
    /// Authenticates with a secret.
    Confidential,
}

/// Test credentials and data never mix with live ones (R37, R38).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Real data.
    Live,
    /// Test data.
    Test,
}
