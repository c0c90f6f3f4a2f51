//! What every handler can reach: one value, cheap to clone.

use crate::clock::Clock;
use crate::config::{PublicUrl, Settings};
use crate::console_assets::ConsoleAssets;
use crate::failure::Internal;
use crate::guard::password::Passwords;
use crate::guard::rate_limit::RateLimit;
use crate::guard::sign_in_delay::SignInDelay;
use crate::oauth::server_metadata::Documents;
use crate::storage::Store;
use hasp_protocol::authorization_details::schema_validator::SchemaValidator;
use std::ops::Deref;
use std::sync::Arc;

/// Authorization requests that an address may send to sign-in, per minute. In the 15 minutes that they wait it cannot
/// take more than a fifth of the room there is.
const PARKED_PER_MINUTE: u32 = 120;

/// Shared by all requests.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts; reached through [`AppState`].
pub struct Parts {
    /// The checked settings.
    pub settings: Settings,
    /// The issuer.
    pub public_url: PublicUrl,
    /// Everything kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Clock,
    /// Token requests and failed client authentication.
    pub token_limit: RateLimit,
    /// Authorization requests that wait for sign-in.
    pub parking_limit: RateLimit,
    /// Failed sign-ins.
    pub sign_in_delay: SignInDelay,
    /// argon2id, a few at a time.
    pub passwords: Passwords,
    /// The second opinion on `authorization_details`.
    pub schema_validator: SchemaValidator,
    /// The discovery documents, ready to send.
    pub documents: Documents,
    /// The embedded console.
    pub console: ConsoleAssets,
}

impl AppState {
    /// Prepares everything that is made once.
    ///
    /// # Errors
    /// When the random generator does not answer.
    pub fn new(
        settings: Settings,
        public_url: PublicUrl,
        store: Arc<dyn Store>,
        clock: Clock,
    ) -> Result<Self, Internal> {
        Ok(AppState(Arc::new(Parts {
            token_limit: RateLimit::per_minute(settings.token_requests_per_minute),
            parking_limit: RateLimit::per_minute(PARKED_PER_MINUTE),
            sign_in_delay: SignInDelay::new(settings.sign_in),
            passwords: Passwords::new(crate::random::bytes()?)?,
            schema_validator: SchemaValidator::new(),
            documents: Documents::new(public_url.as_str(), &settings.mcp_version),
            console: ConsoleAssets::new(),
            settings,
            public_url,
            store,
            clock,
        })))
    }

    /// The issuer, as it stands in answers.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.public_url.as_str()
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
