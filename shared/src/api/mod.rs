//! Bodies of the control API under `/v1`: what the console and API keys send and get.
//!
//! One definition for both sides: the server serialises these types, the console parses them.
//! Times are ISO 8601 strings in UTC (`2026-11-24T20:13:11Z`), ids are bare ULIDs except `client_id`.
//! OAuth wire messages are not here; they stand in the modules named after their RFC.

pub mod agent;
pub mod application;
pub mod audit;
pub mod credential;
pub mod envelope;
pub mod session;

pub use envelope::{ApiError, ApiErrorCode, Envelope, Meta, Page};
