//! Behaviour over real sockets: one module per endpoint or concern, one server and one SQLite file per test.

#![expect(clippy::unwrap_used, reason = "in a test and its helpers a failed unwrap is a failed test")]

mod audit;
mod authorization_endpoint;
mod bearer_api;
mod canary;
mod commands;
mod consent;
mod control_api;
mod cors;
mod hostile_input;
mod introspection;
mod kill;
mod metadata;
mod oauth2_crate_client;
mod organisations;
mod revocation;
mod sign_in_and_sessions;
mod snippets;
mod token_endpoint;
