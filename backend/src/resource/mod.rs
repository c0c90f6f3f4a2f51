//! What access tokens are used on.

pub mod agent;
