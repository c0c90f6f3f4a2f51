//! HASP's protocol core: pure decisions shared by the server, the console and the tests.
//!
//! Functions take values and return values: no I/O, no clock, no randomness. Everything compiles to native code and to
//! WebAssembly alike, so the browser and the server give the same verdict by running the same code.
//!
//! | module | governed by | called by |
//! |---|---|---|
//! | [`limits`] | the numbers of every rule | everyone |
//! | [`identifier`], [`secret`] | domain.md 1.1 | server, console |
//! | [`strict_json`], [`parameters`] | RFC 8259; RFC 6749 §3.1, appendix B | server |
//! | [`problem`] | RFC 6749 §4.1.2.1, §5.2; RFC 9396 §5 | server, console |
//! | [`pkce`] | RFC 7636 | server, console |
//! | [`redirect_uri`] | RFC 6749 §3.1.2; RFC 8252 §7; RFC 9700 §2.1 | server, console |
//! | [`authorization_details`] | RFC 9396 | server, console |
//! | [`authorization_request`], [`authorization_response`], [`authorization_url`] | RFC 6749 §4.1; RFC 9207 | server, console |
//! | [`client_authentication`], [`token_request`], [`token_response`] | RFC 6749 §2.3, §4.1.3, §5.1 | server |
//! | [`introspection`], [`revocation`], [`bearer`] | RFC 7662; RFC 7009; RFC 6750 | server |
//! | [`server_metadata`] | RFC 8414 | server, console |
//! | [`page`], [`consent`] | domain.md 5.1 | server, console |
//! | [`snippet`] | R15 | console |
//! | [`api`] | the control API's bodies | server, console |

pub mod api;
pub mod authorization_details;
pub mod authorization_request;
pub mod authorization_response;
pub mod authorization_url;
pub mod bearer;
pub mod client_authentication;
pub mod consent;
pub mod identifier;
pub mod introspection;
pub mod limits;
pub mod page;
pub mod parameters;
pub mod pkce;
pub mod problem;
#[cfg(test)]
mod property;
pub mod redirect_uri;
pub mod revocation;
pub mod secret;
pub mod server_metadata;
pub mod snippet;
pub mod strict_json;
pub mod text;
pub mod token_request;
pub mod token_response;

pub use authorization_details::{AuthorizationDetails, GrantType};
pub use problem::{Code, Problem};

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

impl ClientType {
    /// The wire word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ClientType::Public => "public",
            ClientType::Confidential => "confidential",
        }
    }

    /// Reads the wire word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [ClientType::Public, ClientType::Confidential].into_iter().find(|kind| kind.as_str() == word)
    }
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

impl Mode {
    /// The wire word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Live => "live",
            Mode::Test => "test",
        }
    }

    /// Reads the wire word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Mode::Live, Mode::Test].into_iter().find(|mode| mode.as_str() == word)
    }
}
