//! The control API under `/v1`: what the console and API keys use. Not here: OAuth endpoints ([`crate::oauth`]).
//!
//! One implementation, two ways in: a session cookie with `X-CSRF-Token` and `Origin`, or `Authorization: Bearer
//! hasp_key_…` with scopes ([`crate::guard::caller`]). Answers stand in the envelope of `domain.md` 5.7
//! ([`envelope`]).

pub mod agents;
pub mod application_secrets;
pub mod applications;
pub mod audit;
pub mod credentials;
pub mod envelope;
pub mod failure;
pub mod fields;
pub mod grants;
pub mod input;
pub mod members;
pub mod paging;
pub mod session;
pub mod view;
