//! The OAuth endpoints. They say *client* for what the console calls an application.
//!
//! Decisions are pure functions of the protocol crate; here they are fed from the store, in the documented order, and
//! their outcome is delivered ([`delivery`]).

pub mod authorization;
pub mod client_authentication;
pub mod consent;
pub mod delivery;
pub mod form;
pub mod introspection;
pub mod revocation;
pub mod second_opinion;
pub mod server_metadata;
pub mod token;
