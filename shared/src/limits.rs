//! Every number of a rule, with its unit and its source. Settings may choose within these; nothing goes beyond them.

use std::ops::RangeInclusive;

/// Largest request body in bytes, at every endpoint.
pub const BODY_BYTES: usize = 65_536;
/// Largest decoded `authorization_details` in bytes (domain.md 3.4).
pub const DETAILS_BYTES: usize = 16_384;
/// Deepest nesting of arrays and objects in JSON input; `[]` has depth 1.
pub const JSON_DEPTH: usize = 16;
/// Fewest grants in one request (R59).
pub const GRANTS_MIN: usize = 1;
/// Most grants in one request (domain.md 3).
pub const GRANTS_MAX: usize = 20;

/// Lifetime of an authorization code in seconds, unless the setting says otherwise (C24).
pub const CODE_SECONDS_DEFAULT: u32 = 300;
/// Longest lifetime of an authorization code in seconds (C24; RFC 6749 §4.1.2).
pub const CODE_SECONDS_MAX: u32 = 600;
/// Failed redemptions (wrong client, redirect URI or verifier) after which a code is dead (checklist 33).
pub const CODE_ATTEMPTS: u32 = 5;

/// Longest grace period in hours of a rotated client secret (R29).
pub const GRACE_HOURS_MAX: u32 = 24;
/// Client secrets that may authenticate at the same time (C36).
pub const LIVE_SECRETS_MAX: usize = 2;
/// Redirect URIs of one application (R6).
pub const REDIRECT_URIS: RangeInclusive<usize> = 1..=REDIRECT_URIS_MAX;
/// Most redirect URIs of one application.
pub const REDIRECT_URIS_MAX: usize = 10;
/// Longest redirect URI in bytes.
pub const REDIRECT_URI_BYTES: usize = 2_048;
/// Longest homepage or icon URL in bytes.
pub const URL_BYTES: usize = 2_048;
/// Characters of an application's display name (domain.md 1.2).
pub const DISPLAY_NAME_CHARACTERS: RangeInclusive<usize> = 2..=64;

/// Characters of an agent's name.
pub const AGENT_NAME_CHARACTERS: RangeInclusive<usize> = 2..=64;
/// Characters of an agent's description.
pub const DESCRIPTION_CHARACTERS: usize = 2_000;
/// Capability tags of an agent.
pub const CAPABILITIES_MAX: usize = 12;
/// Characters of a capability tag.
pub const CAPABILITY_CHARACTERS: usize = 32;
/// Hours of an agent's `default_expiry_hours`, and the furthest expiry of any credential (R24).
pub const EXPIRY_HOURS: RangeInclusive<u32> = 1..=720;
/// Characters of a credential's name.
pub const CREDENTIAL_NAME_CHARACTERS: RangeInclusive<usize> = 2..=255;
/// Invocations of one credential at a time.
pub const CONCURRENT_INVOCATIONS: RangeInclusive<u32> = 1..=1_000;
/// Invocations at a time when nothing is said.
pub const CONCURRENT_INVOCATIONS_DEFAULT: u32 = 10;
/// Characters of a revocation's reason.
pub const REASON_CHARACTERS: usize = 500;

/// Token requests per minute of one client, unless the setting says otherwise (C25).
pub const TOKEN_REQUESTS_PER_MINUTE: u32 = 60;
/// A session nobody used for this many seconds ends (12 hours).
pub const SESSION_IDLE_SECONDS: u64 = 12 * 3_600;
/// A session ends after this many seconds at the latest (7 days).
pub const SESSION_ABSOLUTE_SECONDS: u64 = 7 * 24 * 3_600;
/// The password is asked for again when it was last given longer ago than this many seconds (15 minutes).
pub const REAUTHENTICATION_SECONDS: u64 = 15 * 60;
/// An authorize request waits for sign-in this many seconds at most (15 minutes).
pub const PARKED_REQUEST_SECONDS: u64 = 15 * 60;

/// Rows of a list when `limit` is absent (C38).
pub const PAGE_DEFAULT: u32 = 50;
/// Most rows of a list (C38).
pub const PAGE_MAX: u32 = 200;
/// Seconds that discovery documents may be cached (R46).
pub const DISCOVERY_CACHE_SECONDS: u32 = 300;
/// Longest `error_description` in characters.
pub const DESCRIPTION_TEXT_CHARACTERS: usize = 300;
